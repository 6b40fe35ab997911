//! A comparison as tables: by flow, by program, and what changed in law.

use super::compared::{Compared, totals};
use super::law_change::LawChange;
use super::{Difference, Parted, ProgramPart};
use crate::answer::chart::compare::diff_charts;
use crate::answer::note::{Cited, KeyFigure, Note};
use crate::answer::table::{Cell, Column, Report, Row, RowKind, Source, Table};
use crate::assess::Player;
use crate::base::{Currency, Decimal, grouped, quotient, sum};
use std::collections::BTreeMap;

/// Arranges a comparison: the change by flow, its parts by program, and the law behind it.
///
/// Columns: change = duty in the second state less duty in the first; part = the Shapley value of a program in the change, in parts that add up to it; lines = what the program's own lines owe in either state.
pub fn diff_table(found: &Difference, law: &[String]) -> Report {
    let [first, second] = &found.names;
    let mut report = Report {
        title: found.title.clone(),
        intro: vec![format!("From \u{201c}{first}\u{201d} to \u{201c}{second}\u{201d}.")],
        ..Report::default()
    };
    let mut cited = Cited::default();
    report.tables.push(flows(found, &mut cited));
    // Where nothing is known on both sides there is nothing to part.
    report.tables.extend(Some(programs(found, &mut cited)).filter(|table| !table.rows.is_empty()));
    report.figures = figures(found);
    if !found.law.is_empty() {
        let days = found.law.first().and_then(|change| change.days);
        report.tables.push(law_table(found, found.law.iter().any(|change| change.days != days), &mut cited));
    } else if found.no_law.is_empty() {
        report.notes.push("Nothing in law differs for these flows.".into());
    }
    report.notes.extend(without_law(found));
    report.sources = cited.into_sources();
    coverage(found, &mut report.notes);
    let is_behind = |part: &ProgramPart| !part.part.is_zero() && part.lines.iter().all(Decimal::is_zero);
    if found.rows.iter().flat_map(|row| &row.parts).any(is_behind) {
        report.notes.push(Note::meaning(
            "A program with a part but no own lines stands behind another wherever it is in force: it would be due if the other were not.",
        ));
    }
    report.notes.extend(found.notes.iter().map(Note::assumption));
    report.notes.push(Note::meaning(
        "Change: duty in the second state less duty in the first. A program's part is what its change adds, averaged over every order in which the programs could have changed (Shapley); the parts add \
         up to the change, and are those of the opposite comparison with the other sign; in between, each program keeps the relations to others that it has in its own state. Own lines: what the program's headings themselves owe. No change in trade volumes or prices, no fees and no \
         drawback are taken into account.",
    ));
    report.notes.extend(law.iter().map(Note::law));
    report.charts = diff_charts(found);
    report
}

/// Most days without a law that are named one by one.
const MOST_DAYS: usize = 3;

/// Says on which days there is no law to compare.
pub(super) fn without_law(found: &Difference) -> Vec<Note> {
    let mut notes: Vec<Note> = found.no_law.iter().take(MOST_DAYS).map(Note::coverage).collect();
    let more = found.no_law.len().saturating_sub(MOST_DAYS);
    if more > 0 {
        notes.push(Note::coverage(format!("No law to compare on {more} more days either.")));
    }
    notes
}

pub(super) fn text(words: impl ToString) -> Cell {
    Cell::Text(words.to_string())
}

/// The changes of law that stand behind a row: those of the programs that have a part in its change.
pub(super) fn behind(found: &Difference, row: &Compared, cited: &mut Cited) -> Vec<usize> {
    let is_of = |change: &&LawChange| row.parts.iter().any(|part| is_of_player(change, &part.player));
    cited.each(found.law.iter().filter(is_of).map(Source::from))
}

/// The changes of law of one program.
pub(super) fn behind_player(found: &Difference, player: &Player, cited: &mut Cited) -> Vec<usize> {
    cited.each(found.law.iter().filter(|change| is_of_player(change, player)).map(Source::from))
}

fn is_of_player(change: &LawChange, player: &Player) -> bool {
    matches!(player, Player::Program(id) if *id == change.program)
}

impl From<&LawChange> for Source {
    fn from(change: &LawChange) -> Self {
        let [first, second] = &change.headings;
        Self {
            title: change.title.clone(),
            heading: if second.is_empty() { first.clone() } else { second.clone() },
            cite: if change.rate_cite.is_empty() { change.cite.clone() } else { change.rate_cite.clone() },
            place: change.source.clone(),
        }
    }
}

/// The customs value that a change says nothing of.
fn left_out(total: &Compared) -> impl Iterator<Item = (String, Cell)> {
    let parts = [("not in it, unknown:", total.unknown), ("not in it, refused:", total.refused)];
    let currency = total.currency;
    let parts = parts.into_iter().filter(|(_, value)| !value.is_zero());
    parts.map(move |(words, value)| (words.to_owned(), Cell::Money(value, currency)))
}

/// The change of a flow, a group or a total.
fn change_cell(row: &Compared) -> Cell {
    match row.change() {
        Some(change) => Cell::Money(change, row.currency),
        None if !row.refused.is_zero() && row.unknown.is_zero() => Cell::Refused,
        None if !row.is_unknown() => Cell::Refused,
        None => {
            let [at_least, at_most] = row.bounds;
            Cell::Unknown { at_least, at_most }
        }
    }
}

/// Columns of the customs value that is not known or refused: people see them where there is any.
pub(super) fn not_known_columns(rows: &[Compared]) -> [Column; 2] {
    let shown = |column: Column, value: fn(&Compared) -> Decimal| {
        if rows.iter().all(|row| value(row).is_zero()) { column.hidden() } else { column }
    };
    [
        shown(Column::figures("unknown", "Of it unknown"), |row| row.unknown),
        shown(Column::figures("refused", "Of it refused"), |row| row.refused),
    ]
}

/// What the sums of a comparison leave out in a currency.
pub(super) fn not_summed(found: &Difference, currency: Currency) -> Vec<(String, Cell)> {
    totals(&found.rows).get(&currency).into_iter().flat_map(left_out).collect()
}

/// The change of all flows, with the duty on both sides; none where there are several currencies or only alternatives.
fn figures(found: &Difference) -> Vec<KeyFigure> {
    let [first, second] = &found.names;
    if found.alternatives && found.rows.len() > 1 {
        return Vec::new();
    }
    let figure = |(currency, total): (Currency, Compared)| {
        let [a, b] = &total.duty;
        KeyFigure {
            of: format!("{first} to {second}"),
            what: "change in duty".into(),
            figure: change_cell(&total),
            beside: vec![(first.clone(), Cell::duty(a, currency)), (second.clone(), Cell::duty(b, currency))]
                .into_iter()
                .chain(left_out(&total))
                .collect(),
        }
    };
    totals(&found.rows).into_iter().map(figure).collect()
}

fn flows(found: &Difference, cited: &mut Cited) -> Table {
    let [first, second] = &found.names;
    let [unknown, refused] = not_known_columns(&found.rows);
    let mut table = Table {
        title: format!("By {}", found.of.to_lowercase()),
        columns: vec![
            Column::words("flow", "Id").hidden(),
            Column::words("title", &found.of),
            Column::words("currency", "Currency").hidden(),
            Column::figures("flows", "Flows").hidden(),
            Column::figures("value", "Customs value"),
            Column::figures("priced", "Known on both sides").hidden(),
            unknown,
            refused,
            Column::figures("duty_first", &format!("Duty: {first}")),
            Column::figures("duty_second", &format!("Duty: {second}")),
            Column::figures("change", "Change"),
            Column::figures("change_at_least", "At least").hidden(),
            Column::figures("change_at_most", "At most").hidden(),
            Column::figures("change_of_value", "Of known value"),
        ],
        scale: found.scale.clone(),
        ..Table::default()
    };
    for row in &found.rows {
        let sources = behind(found, row, cited);
        table.rows.push(Row { kind: RowKind::Body, cells: flow_cells(row, &row.title), sources });
    }
    if found.rows.len() > 1 && !found.alternatives {
        for (currency, total) in totals(&found.rows) {
            let title = if one_currency(&found.rows) { "Total".into() } else { format!("Total in {currency}") };
            table.rows.push(Row { kind: RowKind::Total, cells: flow_cells(&total, &title), sources: Vec::new() });
        }
    }
    table
}

fn one_currency(rows: &[Compared]) -> bool {
    rows.iter().all(|row| rows.first().is_some_and(|first| first.currency == row.currency))
}

fn flow_cells(row: &Compared, title: &str) -> Vec<Cell> {
    let currency = row.currency;
    let money = |amount: Decimal| Cell::Money(amount, currency);
    let maybe = |amount: Option<Decimal>| amount.map_or(Cell::Empty, money);
    let [first, second] = &row.duty;
    let [least, most] = row.bounds;
    let share = row.change().filter(|_| !row.priced.is_zero()).and_then(|change| quotient(change, row.priced));
    vec![
        text(&row.id),
        text(title),
        text(currency),
        Cell::Count(usize::try_from(row.flows).unwrap_or(usize::MAX)),
        money(row.value),
        money(row.priced),
        money(row.unknown),
        money(row.refused),
        Cell::duty(first, currency),
        Cell::duty(second, currency),
        change_cell(row),
        maybe(least),
        maybe(most),
        share.map_or(Cell::Empty, |share| Cell::Rate(share.round_dp(10).normalize())),
    ]
}

fn programs(found: &Difference, cited: &mut Cited) -> Table {
    let [first, second] = &found.names;
    let mut table = Table {
        title: "By program".into(),
        columns: vec![
            Column::words("flow", "Id").hidden(),
            Column::words("title", &found.of).once(),
            Column::words("program", "Program"),
            Column::words("currency", "Currency").hidden(),
            Column::figures("lines_first", &format!("Own lines: {first}")),
            Column::figures("lines_second", &format!("Own lines: {second}")),
            Column::figures("part", "Part in the change"),
            Column::words("parted", "Parted").hidden(),
        ],
        scale: found.scale.clone(),
        ..Table::default()
    };
    let cells = |row: &Compared, title: &str, program: String, [old, new]: [Decimal; 2], part: Decimal| {
        let money = |amount: Decimal| Cell::Money(amount, row.currency);
        let parted = match &row.parted {
            Parted::WithoutOrder => "without-order",
            Parted::ByLine(_) => "by-line",
            Parted::Not(_) => "not",
        };
        vec![text(&row.id), text(title), text(program), text(row.currency), money(old), money(new), money(part), text(parted)]
    };
    for row in &found.rows {
        for (number, part) in row.parts.iter().enumerate() {
            let kind = if number == 0 { RowKind::First } else { RowKind::Body };
            table.rows.push(Row {
                kind,
                cells: cells(row, &row.title, part.player.to_string(), part.lines, part.part),
                sources: behind_player(found, &part.player, cited),
            });
        }
    }
    if found.alternatives {
        return table;
    }
    let mut sums: BTreeMap<(Currency, Option<Player>), ([Decimal; 2], Decimal)> = BTreeMap::new();
    for row in &found.rows {
        for part in &row.parts {
            for player in [Some(part.player.clone()), None] {
                let (lines, all) = sums.entry((row.currency, player)).or_default();
                *all = sum(*all, part.part).unwrap_or(*all);
                for (to, amount) in lines.iter_mut().zip(part.lines) {
                    *to = sum(*to, amount).unwrap_or(*to);
                }
            }
        }
    }
    let several = found.rows.iter().filter(|row| !row.parts.is_empty()).count() > 1;
    let totals = totals(&found.rows);
    // The sum of all comes last.
    let (parts, all): (Vec<_>, Vec<_>) = sums.into_iter().partition(|((_, player), _)| player.is_some());
    for ((currency, player), (lines, part)) in parts.into_iter().filter(|_| several).chain(all) {
        let Some(total) = totals.get(&currency) else { continue };
        let name = player.map_or_else(|| "all programs".to_owned(), |player| player.to_string());
        let title = if one_currency(&found.rows) { "Total".to_owned() } else { format!("Total in {currency}") };
        table.rows.push(Row { kind: RowKind::Total, cells: cells(total, &title, name, lines, part), sources: Vec::new() });
    }
    table
}

/// What changed in law; `with_days` tells on which entry dates a change touches flows.
pub(super) fn law_table(found: &Difference, with_days: bool, cited: &mut Cited) -> Table {
    let [first, second] = &found.names;
    let mut table = Table {
        title: "What changed in law".into(),
        columns: vec![
            Column::words("program", "Program").hidden(),
            Column::words("measure", "Measure"),
            Column::words("measure_title", "Name").hidden(),
            Column::words("what", "What"),
            Column::words("since", "Since"),
            Column::words("rate_first", &format!("Rate: {first}")),
            Column::words("rate_second", &format!("Rate: {second}")),
            Column::words("heading_first", "Heading"),
            Column::words("heading_second", "Heading then"),
            Column::figures("flows", "Flows"),
            Column::words("why", "Why"),
            Column::words("cite", "Legal source"),
            Column::words("source", "Written in").hidden(),
        ],
        ..Table::default()
    };
    if with_days {
        table.columns.insert(4, Column::words("entered", "Entered"));
    }
    let maybe = |words: &String| if words.is_empty() { Cell::Empty } else { text(words) };
    for change in &found.law {
        let ([form_first, form_second], [heading_first, heading_second]) = (&change.forms, &change.headings);
        table.rows.push(Row {
            kind: RowKind::Body,
            cells: vec![
                text(&change.program),
                text(&change.measure),
                text(&change.title),
                text(change.what),
                change.since.map_or(Cell::Empty, Cell::Day),
                maybe(form_first),
                maybe(form_second),
                maybe(heading_first),
                maybe(heading_second),
                Cell::Count(usize::try_from(change.flows).unwrap_or(usize::MAX)),
                maybe(&change.why),
                maybe(&change.cite),
                text(&change.source),
            ],
            sources: cited.each([change.into()]),
        });
        if let Some(row) = table.rows.last_mut().filter(|_| with_days) {
            let days = change.days.map(|[from, to]| if from == to { from.to_string() } else { format!("{from} to {to}") });
            row.cells.insert(4, days.map_or(Cell::Empty, text));
        }
    }
    table
}

/// What is and is not in the sums, and which flows are not parted, or not as the others are.
pub(super) fn coverage(found: &Difference, notes: &mut Vec<Note>) {
    for (currency, total) in totals(&found.rows) {
        let show = |amount: Decimal| grouped(amount.normalize());
        if total.unknown.is_zero() && total.refused.is_zero() {
            notes
                .push(Note::coverage(format!("Coverage: every flow is known on both sides ({} {currency}).", show(total.value))));
            continue;
        }
        let mut words = format!("Coverage: {} of {} {currency} known on both sides", show(total.priced), show(total.value));
        if !total.unknown.is_zero() {
            words.push_str(&format!("; {} unknown on one of them", show(total.unknown)));
        }
        if !total.refused.is_zero() {
            words.push_str(&format!("; {} refused on one of them", show(total.refused)));
        }
        notes.push(Note::coverage(format!("{words}: in no change and no part.")));
        if !total.refused_once.is_zero() {
            let once = show(total.refused_once);
            notes.push(Note::coverage(format!(
                "{once} {currency} of goods may enter on one side only: what they owe there stands in the duty of that side, and is neither saved nor added: it is in no change."
            )));
        }
    }
    for row in &found.rows {
        let name = if row.id.is_empty() { "all" } else { &row.id };
        match &row.parted {
            Parted::WithoutOrder => {}
            Parted::Not(why) if why.is_empty() => {}
            Parted::ByLine(why) => notes
                .push(Note::coverage(format!("{name}: parted by the programs' own lines, not without regard to order: {why}"))),
            Parted::Not(why) => notes.push(Note::coverage(format!("{name}: not parted: {why}"))),
        }
    }
}
