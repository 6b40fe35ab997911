//! Origins as tables: the order of landed cost, and what turns it.

use super::names::{name_of, names, next_name, one_name};
use super::{CaseOrigins, OriginRow, Turn, asked};
use crate::answer::chart::compare::origins_chart;
use crate::answer::cost::remarks::{law_words, some_of};
use crate::answer::note::{Cited, KeyFigure, Note, charged};
use crate::answer::table::{Cell, Column, Report, Row, RowKind, Source, Table};
use crate::assess::Outcome;
use crate::base::{Country, Date, Decimal, grouped, quotient};
use crate::law::{Place, Rulebook};
use crate::scenario::{Case, Flow, OriginsAsked, Scenario};

/// Arranges origins by landed cost, case by case: duty, effective rate, the preference needed, fees, freight, and how far the next origin is off.
///
/// With `together`, origins that come out alike share a row. Columns: effective rate = duty ÷ customs value; landed cost = customs value + duty + fees +
/// freight; margin = landed cost of the next dearer origin less this one's, also in points of duty on this row's customs value, and as the price cut
/// of the next that evens them at its effective rate; passed on = first day in the book on which an origin that is dearer today costs less.
pub fn origins_table(
    law: &Rulebook,
    scenario: &Scenario,
    cases: &[CaseOrigins],
    as_known: Option<Date>,
    together: bool,
) -> Report {
    let mut report = Report {
        title: scenario.title.clone(),
        intro: Some(&scenario.question).filter(|words| !words.is_empty()).cloned().into_iter().collect(),
        ..Report::default()
    };
    let Some((asked, flow)) = asked(scenario) else { return report };
    let mut cited = Cited::default();
    for (found, case) in cases.iter().zip(&scenario.cases) {
        let sorts = sorted(found, together);
        report.tables.push(order_table((scenario, law, asked), flow, found, &sorts, &mut cited));
        report.figures.extend(cheapest(found, &sorts, cases.len() > 1));
        report.tables.extend(turns_table(found, &sorts, together));
        case_notes(law, (asked, flow), case, found, &mut report);
        let firsts = sorts.iter().filter_map(|sort| sort.first());
        let rows: Vec<(String, &OriginRow)> = firsts.map(|(at, row)| (next_name(found, &sorts, *at), *row)).collect();
        let of = if cases.len() > 1 { format!("{}, {}", flow.title, found.title) } else { flow.title.clone() };
        report.charts.extend(origins_chart(&of, &rows, asked.fees));
    }
    closing_notes(law, scenario, asked, flow, cases, as_known, &mut report);
    report.sources = cited.into_sources();
    report
}

/// Rows that share one row of the table; the first stands for all.
pub(super) type Sort<'a> = Vec<(usize, &'a OriginRow)>;

fn sorted(found: &CaseOrigins, together: bool) -> Vec<Sort<'_>> {
    let mut sorts: Vec<Sort<'_>> = Vec::new();
    for (at, row) in found.rows.iter().enumerate() {
        let alike = |sort: &Sort<'_>| sort.first().is_some_and(|(_, first)| together && is_alike(first, row));
        match sorts.iter_mut().find(|sort| alike(sort)) {
            Some(sort) => sort.push((at, row)),
            None => sorts.push(vec![(at, row)]),
        }
    }
    sorts
}

/// Tells whether two origins come out alike in everything the table shows of them.
fn is_alike(a: &OriginRow, b: &OriginRow) -> bool {
    let turns =
        |row: &OriginRow| (row.margin.as_ref().map(|margin| margin.next), row.turn.as_ref().map(|turn| (turn.day, turn.by)));
    let amounts = |row: &OriginRow| (row.assessment.value, row.assessment.duty.clone(), row.fees.clone(), row.freight);
    a.needs == b.needs && amounts(a) == amounts(b) && turns(a) == turns(b)
}

/// The cheapest origin of a case, where its landed cost is known.
fn cheapest(found: &CaseOrigins, sorts: &[Sort<'_>], several: bool) -> Option<KeyFigure> {
    let sort = sorts.first()?;
    let (_, row) = sort.first()?;
    let landed = Cell::Money(row.landed.known()?, row.assessment.currency);
    let mut beside = vec![("landed cost".to_owned(), landed)];
    beside.extend(row.assessment.effective_rate().map(|rate| ("effective rate".to_owned(), Cell::Rate(rate))));
    beside.extend(row.needs.as_ref().map(|needs| ("needs".to_owned(), Cell::Text(needs.to_string()))));
    Some(KeyFigure {
        of: if several { found.title.clone() } else { String::new() },
        what: "cheapest origin".into(),
        figure: Cell::Text(name_of(found, sort)),
        beside,
    })
}

fn order_table(
    (scenario, law, asked): (&Scenario, &Rulebook, &OriginsAsked),
    flow: &Flow,
    found: &CaseOrigins,
    sorts: &[Sort<'_>],
    cited: &mut Cited,
) -> Table {
    let freight = found.rows.iter().any(|row| !row.freight.is_zero());
    let mut values: Vec<Decimal> = found.rows.iter().map(|row| row.assessment.value).collect();
    values.sort_unstable();
    values.dedup();
    let shown = |column: Column, shown: bool| if shown { column } else { column.hidden() };
    let several = values.len() > 1;
    let mut table = Table {
        title: title(law, flow, found, &values),
        columns: vec![
            Column::words("case", "Case").hidden(),
            Column::words("origin", "Origin").hidden(),
            Column::words("name", "Origin"),
            shown(Column::words("needs", "Needs"), found.rows.iter().any(|row| row.needs.is_some())),
            Column::words("currency", "Currency").hidden(),
            shown(Column::figures("value", "Customs value"), several),
            Column::words("status", "Status").hidden(),
            Column::figures("duty", "Duty"),
            Column::figures("duty_at_least", "At least").hidden(),
            Column::figures("duty_at_most", "At most").hidden(),
            Column::figures("effective_rate", "Effective rate"),
            shown(Column::figures("fees", "Fees"), asked.fees),
            shown(Column::figures("fees_of_value", "Fees of value"), asked.fees),
            shown(Column::figures("freight", "Freight"), freight),
            shown(Column::figures("freight_of_value", "Freight of value"), freight).hidden(),
            Column::figures("landed_cost", "Landed cost"),
            Column::figures("landed_at_least", "At least").hidden(),
            Column::figures("landed_at_most", "At most").hidden(),
            Column::words("next", "Next dearer").hidden(),
            Column::figures("margin", "Margin to the next"),
            Column::figures("margin_of_value", "In points of duty"),
            Column::figures("price_cut", "Price cut of the next"),
            shown(Column::words("turns_on", "Passed on"), found.rows.iter().any(|row| row.turn.is_some())),
            Column::words("turned_by", "Passed by").hidden(),
            Column::words("lines", "Due under").hidden(),
            Column::words("why", "Why not known").hidden(),
        ],
        scale: scenario.show_in.clone(),
        ..Table::default()
    };
    table.rows = sorts.iter().filter_map(|sort| order_row(asked, found, sorts, sort, cited)).collect();
    table
}

fn title(law: &Rulebook, flow: &Flow, found: &CaseOrigins, values: &[Decimal]) -> String {
    let Some(assessment) = found.rows.first().map(|row| &row.assessment) else { return flow.title.clone() };
    let value = match values {
        [only] => format!(", customs value {} {}", grouped(only.normalize()), assessment.currency),
        _ => String::new(),
    };
    let into = law.territory(flow.into).map_or_else(|| flow.into.to_string(), |territory| territory.title.clone());
    format!("{} ({}) into {into}, entered {}{value}, in case {}", flow.title, assessment.code, assessment.entered, found.title)
}

fn order_row(asked: &OriginsAsked, found: &CaseOrigins, sorts: &[Sort<'_>], sort: &Sort<'_>, cited: &mut Cited) -> Option<Row> {
    let (_, row) = sort.first()?;
    let assessment = &row.assessment;
    let currency = assessment.currency;
    let money = |amount: Option<Decimal>| amount.map_or(Cell::Empty, |amount| Cell::Money(amount, currency));
    let of_value = |amount: Option<Decimal>| {
        let share = amount.and_then(|amount| quotient(amount, assessment.value)).filter(|_| !assessment.value.is_zero());
        share.map_or(Cell::Empty, |share| Cell::Rate(share.round_dp(10).normalize()))
    };
    let status = match &assessment.duty {
        Outcome::Refused(_) => "refused",
        Outcome::Known(_) if row.landed.known().is_some() => "known",
        Outcome::Known(_) | Outcome::Unknown { .. } => "unknown",
    };
    let margin = row.margin.as_ref();
    let origins: Vec<&Place> = sort.iter().map(|(_, row)| &row.origin).collect();
    let lines = assessment.lines.iter().map(|line| format!("{} {}", line.measure, line.form)).collect::<Vec<_>>().join("; ");
    let mut why: Vec<&str> = row.landed.reasons().iter().map(String::as_str).collect();
    if let Outcome::Refused(words) = &row.landed {
        why.push(words);
    }
    let fees = if asked.fees { Cell::duty(&row.fees, currency) } else { Cell::Empty };
    let cells = vec![
        Cell::Text(found.case.to_string()),
        Cell::Text(origins.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")),
        Cell::Text(names(found, &origins)),
        row.needs.as_ref().map_or(Cell::Empty, |needs| Cell::Text(needs.to_string())),
        Cell::Text(currency.to_string()),
        Cell::Money(assessment.value, currency),
        Cell::Text(status.into()),
        Cell::duty(&assessment.duty, currency),
        money(assessment.duty.at_least()),
        money(assessment.duty.at_most()),
        assessment.effective_rate().map_or(Cell::Empty, Cell::Rate),
        if matches!(row.landed, Outcome::Refused(_)) { Cell::Empty } else { fees },
        of_value(row.fees.known().filter(|_| asked.fees)),
        Cell::Money(row.freight, currency),
        of_value(Some(row.freight)),
        Cell::duty(&row.landed, currency),
        money(row.landed.at_least()),
        money(row.landed.at_most()),
        margin.map_or(Cell::Empty, |margin| Cell::Text(next_name(found, sorts, margin.next))),
        money(margin.map(|margin| margin.amount)),
        margin.and_then(|margin| margin.points).map_or(Cell::Empty, Cell::Rate),
        money(margin.and_then(|margin| margin.price)),
        row.turn.as_ref().map_or(Cell::Empty, |turn| Cell::Day(turn.day)),
        row.turn.as_ref().and_then(|turn| turn.by).map_or(Cell::Empty, |by| Cell::Text(one_name(found, by))),
        Cell::Text(lines),
        if why.is_empty() { Cell::Empty } else { Cell::Text(why.join("; ")) },
    ];
    let fees = |row: &OriginRow| row.fee_lines.iter().filter(|_| asked.fees).map(Source::from).collect::<Vec<_>>();
    let sources = cited.each(sort.iter().flat_map(|(_, row)| charged(&row.assessment).chain(fees(row))));
    Some(Row { kind: RowKind::Body, cells, sources })
}

/// What turns the order next, in the order of days; `None` where the book has nothing that does.
fn turns_table(found: &CaseOrigins, sorts: &[Sort<'_>], together: bool) -> Option<Table> {
    let mut table = Table {
        title: format!("What turns the order next, in case {}", found.title),
        columns: vec![
            Column::words("case", "Case").hidden(),
            Column::words("day", "From"),
            Column::words("cheaper", "Cheaper now"),
            Column::words("by", "Passed by"),
            Column::words("then", "Landed cost then, and what moved"),
            Column::words("cite", "Source"),
        ],
        ..Table::default()
    };
    // Rows that are passed on one day by one other share a line, told by the first of them.
    let mut told: Vec<(&Turn, Vec<String>)> = Vec::new();
    for sort in sorts {
        let Some((at, turn)) = sort.first().and_then(|(at, row)| Some((*at, row.turn.as_ref()?))) else { continue };
        let name = next_name(found, sorts, at);
        match told.iter_mut().find(|(known, _)| together && turn.by.is_some() && (known.day, known.by) == (turn.day, turn.by)) {
            Some((_, names)) => names.push(name),
            None => told.push((turn, vec![name])),
        }
    }
    for (turn, names) in told {
        table.rows.push(Row {
            kind: RowKind::Body,
            cells: vec![
                Cell::Text(found.case.to_string()),
                Cell::Day(turn.day),
                Cell::Text(names.join("; ")),
                turn.by.map_or(Cell::Empty, |by| Cell::Text(one_name(found, by))),
                Cell::Text(turn.words.clone()),
                Cell::Text(turn.cite.clone()),
            ],
            sources: Vec::new(),
        });
    }
    table.rows.sort_by_key(|row| match row.cells.get(1) {
        Some(Cell::Day(day)) => Some(*day),
        _ => None,
    });
    (!table.rows.is_empty()).then_some(table)
}

/// Coverage, reasons and what was chosen, of one case.
fn case_notes(law: &Rulebook, (asked, flow): (&OriginsAsked, &Flow), case: &Case, found: &CaseOrigins, report: &mut Report) {
    let mut push = |note: Note| report.note_once(note);
    let count = |wanted: fn(&Outcome) -> bool| {
        let mut origins: Vec<&Place> = Vec::new();
        for row in found.rows.iter().filter(|row| row.needs.is_none() && wanted(&row.landed)) {
            if !origins.contains(&&row.origin) {
                origins.push(&row.origin);
            }
        }
        origins.len()
    };
    let known = count(|landed| landed.known().is_some());
    let unknown = count(|landed| matches!(landed, Outcome::Unknown { .. }));
    let refused = count(|landed| matches!(landed, Outcome::Refused(_)));
    push(Note::coverage(format!(
        "Coverage, {}: {known} {} priced, {unknown} unknown, {refused} refused.",
        found.title,
        if known == 1 { "origin" } else { "origins" }
    )));
    let mut reasons: Vec<(String, Vec<&Place>)> = Vec::new();
    for row in &found.rows {
        let words = match &row.landed {
            Outcome::Known(_) => continue,
            Outcome::Unknown { why, .. } => some_of(why),
            Outcome::Refused(words) => format!("refused: {words}"),
        };
        match reasons.iter_mut().find(|(known, _)| *known == words) {
            Some((_, origins)) if origins.contains(&&row.origin) => {}
            Some((_, origins)) => origins.push(&row.origin),
            None => reasons.push((words, vec![&row.origin])),
        }
    }
    for (words, origins) in reasons {
        push(Note::coverage(format!("{} in {}: {words}", names(found, &origins), found.title)));
    }
    for place in &found.parted {
        push(Note::coverage(format!("{place}: its members are not treated alike on that day, and stand one by one.")));
    }
    if let Some(home) = law.territory(flow.into) {
        let cite = home.within_cite.as_deref().unwrap_or(&home.cite);
        let is_there = |country: &Country| found.rows.iter().any(|row| row.origin == Place::Country(*country));
        let everywhere = asked.among.is_empty();
        for country in home.within.iter().filter(|country| everywhere || is_there(country)) {
            let name = country.name().map_or_else(|| country.to_string(), |name| format!("{name} ({country})"));
            // Named among the origins it stands as it was asked for, and is told; otherwise it is left out.
            let stands = if is_there(country) { "its row is that of a foreign country" } else { "it is no origin" };
            push(Note::coverage(format!("{name} lies within the customs territory of {} ({cite}): {stands}.", home.title)));
        }
    }
    if !found.untried.is_empty() {
        let names = found.untried.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        push(Note::coverage(format!(
            "Offered by the line and not tried, because the book does not say which origins may claim them: {names}; a claim of the flow applies them to all."
        )));
    }
    let turning = found.rows.iter().any(|row| row.turn.is_some());
    if let Some(territory) = law.territory(flow.into).filter(|_| !turning && known > 1) {
        let last = territory.last_day();
        push(Note::coverage(if case.entered.unwrap_or(flow.entered) >= last {
            format!("The book ends on {last}: what turns the order after the entry date it does not know, in {}.", found.title)
        } else {
            format!(
                "Nothing in the book after the entry date, up to {last}, lets a dearer origin pass a cheaper one in {}.",
                found.title
            )
        }));
    }
    if let Some(day) = case.as_known {
        push(Note::assumption(format!("{}: the book as known on {day}", found.case)));
    }
    for (reading, option) in &case.readings {
        push(Note::assumption(format!("{}: reading `{reading}` = `{option}`", found.case)));
    }
    for note in found.rows.iter().flat_map(|row| &row.assessment.notes) {
        push(Note::assumption(note));
    }
}

/// What holds for all cases.
fn closing_notes(
    law: &Rulebook,
    scenario: &Scenario,
    asked: &OriginsAsked,
    flow: &Flow,
    cases: &[CaseOrigins],
    as_known: Option<Date>,
    report: &mut Report,
) {
    if cases.iter().flat_map(|case| &case.rows).any(|row| row.needs.is_some()) {
        report.notes.push(Note::meaning(
            "Needs: the preference that goods of this origin must qualify for and claim; the row of the same origin without it is what is due otherwise.",
        ));
    }
    let stripped: Vec<String> = flow
        .facts
        .iter()
        .filter(|(id, stated)| **stated && law.facts().get(*id).is_some_and(|fact| !fact.origins.is_empty()))
        .map(|(id, _)| id.to_string())
        .collect();
    if !stripped.is_empty() {
        report.notes.push(Note::assumption(format!(
            "The flow claims {}; here every preference is tried where it is open.",
            stripped.join(", ")
        )));
    }
    if cases.iter().flat_map(|case| &case.rows).any(|row| !row.freight.is_zero()) {
        let basis = law.territory(flow.into).and_then(|territory| territory.valuation.clone());
        let basis = basis.map_or_else(String::new, |basis| format!(" ({basis})"));
        report.notes.push(Note::meaning(format!("Freight is added to the landed cost, not to the customs value{basis}.")));
    }
    report.notes.extend(scenario.notes.iter().map(Note::assumption));
    let fees = if asked.fees { "" } else { "fees, " };
    report.notes.push(Note::meaning(format!(
        "Effective rate: duty / customs value. Landed cost: customs value + duty + fees + freight, as far as shown. Price cut: at the effective rate of the \
         next. Not taken into account: {fees}prices and freight that differ by origin unless given, rules of origin, claims other than preferences unless \
         stated, anti-dumping duties, drawback, changes in trade."
    )));
    report.notes.push(Note::law(format!("Law: {}", law_words(law, as_known, &[flow.into]))));
}
