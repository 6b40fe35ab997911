//! Flows in bulk through time: what a file of trade owes on each day asked, in all or by group, with what is known of it.

pub(super) mod by_flow;
mod by_flow_rows;
pub(super) mod cases;
mod chunks;
mod columns;
pub(super) mod every_line;
pub(super) mod gather;
pub(super) mod sums;

use self::columns::{alike, described};
use self::gather::PanelKey;
use crate::answer::chart::panel::panel_chart;
use crate::answer::note::{Cited, Note};
use crate::answer::table::{Cell, Column, Report, Row, RowKind, Table};
use crate::assess::{Batch, Context, Fault, Pricer, Sums};
use crate::base::{Country, Currency, Date, Decimal, ProgramId, quotient};
use crate::law::{RegimeCache, Rulebook};
use rust_decimal::RoundingStrategy;

/// The sums of every group on every day, with the programs they are parted by.
#[derive(Clone, Debug)]
pub struct Panel {
    /// The days, ascending, each with one sum for each group.
    pub days: Vec<(Date, Vec<Sums>)>,
    /// The programs of [`Sums::by_program`].
    pub programs: Vec<ProgramId>,
}

/// What the rows of a panel are.
#[derive(Clone, Debug)]
pub struct PanelWords {
    /// The title.
    pub title: String,
    /// The case, by id and name, where there is more than one.
    pub case: Option<(String, String)>,
    /// The importing country, where there is more than one.
    pub into: Option<Country>,
    /// What tells groups apart; nothing where all rows are one group.
    pub groups: Vec<PanelKey>,
    /// The names of each group, one for each of `groups`.
    pub names: Vec<Vec<String>>,
    /// Whether the duty is parted by program.
    pub by_program: bool,
    /// Remarks on the file.
    pub notes: Vec<String>,
}

/// Prices a batch on every day. Codes are shared out over the processors: what is worked out for a code holds until the law changes for it.
///
/// # Errors
/// See [`Fault`].
pub fn panel(law: &Rulebook, into: Country, batch: &Batch, days: &[Date], context: &Context) -> Result<Panel, Fault> {
    panel_told(law, into, batch, days, context, &|_| {})
}

/// Prices a batch on every day as [`panel`] does, and tells of each day when it is done, with the number of rows.
///
/// # Errors
/// See [`Fault`].
pub fn panel_told(
    law: &Rulebook,
    into: Country,
    batch: &Batch,
    days: &[Date],
    context: &Context,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Panel, Fault> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let cache = RegimeCache::new(law);
    let parts = if threads > 1 && batch.rows.len() >= FEW { batch.parted(threads) } else { Vec::new() };
    let parts: Vec<&Batch> = if parts.is_empty() { vec![batch] } else { parts.iter().collect() };
    type Priced = Result<(Vec<Vec<Sums>>, Vec<ProgramId>), Fault>;
    let priced: Vec<Priced> = std::thread::scope(|scope| {
        let price = |part: &Batch| -> Priced {
            let mut pricer = Pricer::new(&cache, into, part, context.clone())?;
            let mut sums = Vec::with_capacity(days.len());
            for day in days {
                sums.push(pricer.on(*day)?);
                done(part.rows.len());
            }
            Ok((sums, pricer.programs().to_vec()))
        };
        let handles: Vec<_> = parts.iter().map(|part| scope.spawn(move || price(part))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap_or(Err(Fault::TooLarge))).collect()
    });
    let mut all = Panel { days: Vec::new(), programs: Vec::new() };
    for part in priced {
        let (sums, programs) = part?;
        all.programs = programs;
        if all.days.is_empty() {
            all.days = days.iter().copied().zip(sums).collect();
            continue;
        }
        for ((_, whole), part) in all.days.iter_mut().zip(&sums) {
            for (whole, part) in whole.iter_mut().zip(part) {
                whole.add(part)?;
            }
        }
    }
    all.days.sort_by_key(|(day, _)| *day);
    Ok(all)
}

/// So few rows are priced by one processor: the others would work out again what it knows.
const FEW: usize = 1_000;

/// Arranges a panel: by day and group, value, what of it is priced, duty, effective rate; or, by program, the duty under each, whose parts add up to it.
///
/// Columns: duty = on the priced flows alone, each line of each flow rounded; effective rate = duty ÷ customs value of the priced flows, weighted by customs value; priced = their share of
/// the value of all.
pub fn panel_table(law: &Rulebook, panel: &Panel, words: &PanelWords, currency: Currency) -> Report {
    let mut columns = Vec::new();
    if words.case.is_some() {
        columns.extend([Column::words("case", "Case").hidden(), Column::words("case_title", "Case").once()]);
    }
    if words.into.is_some() {
        columns.push(Column::words("into", "Into").once());
    }
    columns.push(Column::words("entered", "Entered").once());
    columns.extend(words.groups.iter().map(|key| Column::words(key.key(), key.title())));
    if words.by_program {
        columns.push(Column::words("program", "Program"));
    }
    columns.extend([Column::words("currency", "Currency").hidden(), Column::figures("flows", "Flows")]);
    columns.extend([
        Column::figures("value", "Customs value"),
        Column::figures("priced_share", "Priced"),
        Column::figures("priced", "Priced value").hidden(),
        Column::figures("unknown", "Unknown value").hidden(),
        if panel.days.iter().any(|(_, sums)| sums.iter().any(|sums| !sums.refused.is_zero())) {
            Column::figures("refused", "Refused entry")
        } else {
            Column::figures("refused", "Refused entry").hidden()
        },
        Column::figures("duty", "Duty on what is priced"),
        Column::figures("effective_rate", "Effective rate of it"),
        Column::figures("unknown_at_least", "Unknown: at least"),
        Column::figures("unknown_at_most", "At most"),
        Column::words("unknown_why", "Not stated (share of the unknown value)"),
    ]);
    let columns = columns.into_iter().map(|column| described(column, currency)).collect();
    let mut table = Table { columns, ..Table::default() };
    // Sums over many flows rest on many lines: their programs' authorities stand for these.
    let mut cited = Cited::default();
    for (day, sums) in &panel.days {
        let mut groups: Vec<(usize, &Sums)> = sums.iter().enumerate().filter(|(_, sums)| sums.rows > 0).collect();
        // By name, not by where a group first stands in the file; flows stand in its order.
        if !words.groups.contains(&PanelKey::Flow) {
            groups.sort_by_key(|(group, _)| words.names.get(*group));
        }
        for (group, sums) in groups {
            let owed = || panel.programs.iter().zip(&sums.by_program).filter(|(_, amount)| !amount.is_zero());
            if !words.by_program {
                let mut one = row(*day, group, sums, words, None, currency);
                one.sources = owed().filter_map(|(program, _)| cited.authority(law, program.as_str())).collect();
                one.sources.sort_unstable();
                table.rows.push(one);
                continue;
            }
            for (program, amount) in owed() {
                let mut one = row(*day, group, sums, words, Some((program.as_str(), *amount)), currency);
                one.sources.extend(cited.authority(law, program.as_str()));
                table.rows.push(one);
            }
            table.rows.push(row(*day, group, sums, words, Some(("total", sums.duty)), currency));
        }
    }
    let mut report = Report { title: words.title.clone(), tables: vec![table], ..Report::default() };
    report.sources = cited.into_sources();
    report.notes.extend(words.notes.iter().map(Note::assumption));
    report.notes.push(Note::meaning(
        "Effective rate: duty / customs value of the flows whose duty is known, weighted by customs value. No drawback, and no change in trade volumes or prices, is taken into account.",
    ));
    let revised = crate::answer::cost::remarks::revisions(law);
    if let Some((chart, note)) = panel_chart(panel, words) {
        report.charts.push(chart);
        report.notes.extend(note.map(Note::meaning));
    }
    report.notes.push(Note::law(format!("Law: sha256 {}{revised}", law.hash().get(..16).unwrap_or_default())));
    report
}

/// Puts the tables of several panels below each other: each brings columns that say what it is of.
pub fn joined(reports: Vec<Report>) -> Report {
    let mut all = Report::default();
    for report in reports {
        if all.tables.is_empty() {
            all = report;
            continue;
        }
        let places: Vec<usize> = report.sources.into_iter().map(|source| all.place_of(source)).collect();
        for mut table in report.tables {
            for row in &mut table.rows {
                row.sources = row.sources.iter().filter_map(|at| places.get(*at).copied()).collect();
                row.sources.sort_unstable();
            }
            match all.tables.iter_mut().find_map(|known| alike(&mut known.columns, &table.columns).then_some(known)) {
                Some(known) => known.rows.extend(table.rows),
                None => all.tables.push(table),
            }
        }
        all.charts.extend(report.charts);
        for note in report.notes {
            all.note_once(note);
        }
    }
    all
}

/// The bounds of what is not known, rounded outwards, so that they stay bounds; nothing where all is known.
pub(super) fn bounds(sums: &Sums, currency: Currency) -> [Cell; 2] {
    let bound = |bound: Option<Decimal>, strategy: RoundingStrategy| {
        let bound = bound.filter(|_| !sums.unknown.is_zero());
        bound.map_or(Cell::Empty, |bound| Cell::Money(bound.round_dp_with_strategy(currency.places(), strategy), currency))
    };
    [
        bound(Some(sums.open_least), RoundingStrategy::ToNegativeInfinity),
        bound(sums.open_most, RoundingStrategy::ToPositiveInfinity),
    ]
}

/// How many reasons are told of a row.
const MOST_REASONS: usize = 3;

/// What is not stated of the rows whose duty is not known: the reasons that hold for most of their value.
pub(super) fn why(sums: &Sums) -> Cell {
    let mut all: Vec<(&str, Decimal)> = sums.why.iter().map(|(why, value)| (why.as_str(), *value)).collect();
    all.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
    let told = all.iter().take(MOST_REASONS).map(|(why, value)| {
        let share = quotient(*value, sums.unknown).and_then(|share| share.checked_mul(Decimal::ONE_HUNDRED)).unwrap_or_default();
        format!("{why} ({}%)", share.round_dp(1).normalize())
    });
    let mut told: Vec<String> = told.collect();
    if all.len() > MOST_REASONS {
        told.push(format!("{} more", all.len().saturating_sub(MOST_REASONS)));
    }
    if told.is_empty() { Cell::Empty } else { Cell::Text(told.join("; ")) }
}

/// One row; of a program, with what is owed under it, where one is given.
fn row(day: Date, group: usize, sums: &Sums, words: &PanelWords, program: Option<(&str, Decimal)>, currency: Currency) -> Row {
    let money = |amount: Decimal| Cell::Money(amount, currency);
    let rate = |part: Decimal, whole: Decimal| {
        quotient(part, whole).map_or(Cell::Empty, |rate| Cell::Rate(rate.round_dp(6).normalize()))
    };
    let mut cells = Vec::new();
    if let Some((id, title)) = &words.case {
        cells.extend([Cell::Text(id.clone()), Cell::Text(title.clone())]);
    }
    cells.extend(words.into.map(|into| Cell::Text(into.to_string())));
    cells.push(Cell::Day(day));
    for number in 0..words.groups.len() {
        let name = words.names.get(group).and_then(|names| names.get(number)).filter(|name| !name.is_empty());
        cells.push(name.map_or(Cell::Empty, |name| Cell::Text(name.clone())));
    }
    cells.extend(program.map(|(name, _)| Cell::Text(name.to_owned())));
    let duty = program.map_or(sums.duty, |(_, amount)| amount);
    // What is not known is not parted by program: only the row of the total has it.
    let is_part = program.is_some_and(|(name, _)| name != "total");
    let [least, most] = if is_part { [Cell::Empty, Cell::Empty] } else { bounds(sums, currency) };
    cells.extend([
        Cell::Text(currency.to_string()),
        Cell::Count(usize::try_from(sums.rows).unwrap_or(usize::MAX)),
        money(sums.value),
        rate(sums.priced, sums.value),
        money(sums.priced),
        money(sums.unknown),
        money(sums.refused),
        // Nothing is known of what is owed where nothing is priced: it is not nothing.
        match (program, sums.priced.is_zero() && !sums.value.is_zero()) {
            (None | Some(("total", _)), true) if sums.refused == sums.value => Cell::Refused,
            (None | Some(("total", _)), true) => Cell::Empty,
            _ => money(duty),
        },
        rate(duty, sums.priced),
        least,
        most,
        if is_part { Cell::Empty } else { why(sums) },
    ]);
    let kind = if program.is_some_and(|(name, _)| name == "total") { RowKind::Total } else { RowKind::Body };
    Row { kind, cells, sources: Vec::new() }
}
