//! What comes back, or is still owed, where the same flows owe another duty than was paid: by entry month and program, with simple interest.

use super::attribution::total;
use super::compared::{Compared, totals};
use super::table::{behind, behind_player, coverage, law_table, not_known_columns, not_summed, text, without_law};
use super::{Difference, Parted};
use crate::answer::chart::compare::refund_charts;
use crate::answer::note::{Cited, KeyFigure, Note};
use crate::answer::table::{Cell, Column, Report, Row, RowKind, Table};
use crate::assess::Player;
use crate::base::{Currency, Date, Decimal, difference, product, quotient, sum};
use crate::scenario::InterestRate;
use rust_decimal::RoundingStrategy;
use std::collections::{BTreeMap, BTreeSet};

/// The days of a year of interest: actual days over 365.
const DAYS_OF_A_YEAR: i64 = 365;

/// How interest runs.
#[derive(Clone, Debug, Default)]
pub struct Interest {
    /// The day up to which it runs, not counted; `None` for no interest.
    pub until: Option<Date>,
    /// The day on which everything was paid; the day of each entry where none is given.
    pub paid: Option<Date>,
    /// Rates in the order of their days.
    pub rates: Vec<InterestRate>,
}

/// Why interest cannot be worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InterestFault {
    /// The table has no rate for this day.
    NoRate(Date),
    /// Interest would run from a later day to an earlier one.
    PaidLater(Date, Date),
    /// A flow has no day on which it was paid.
    NoDay(String),
    /// An amount has more digits than a decimal holds.
    TooLarge,
}

impl std::fmt::Display for InterestFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoRate(day) => write!(f, "the table of interest has no rate for {day}"),
            Self::PaidLater(paid, until) => write!(f, "interest would run until {until}, and the duty was paid on {paid}"),
            Self::NoDay(flow) => write!(f, "`{flow}` has no day on which it was paid"),
            Self::TooLarge => f.write_str("an amount has more digits than a decimal holds exactly"),
        }
    }
}

/// What is owed back for entries of one month under one program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// The month: its first day; `None` where the flows have no day.
    pub month: Option<Date>,
    /// The program.
    pub player: Player,
    /// The currency.
    pub currency: Currency,
    /// What comes back; below zero what is still owed.
    pub amount: Decimal,
    /// Simple interest on it, rounded once.
    pub interest: Option<Decimal>,
}

#[derive(Default)]
struct Sum {
    amount: Decimal,
    /// Amount times percent times days, exact.
    weighted: Decimal,
}

/// Works out what comes back: what was paid (first state) less what is owed (second state), by entry month and program.
///
/// Interest is simple: amount × percent ÷ 100 × days ÷ 365 for each rate of the table, from the day of payment to the day before `until`; multiplied first, divided last, and rounded once for each
/// month and program, half away from zero.
///
/// # Errors
/// See [`InterestFault`].
pub fn refund(found: &Difference, interest: &Interest) -> Result<Vec<Owed>, InterestFault> {
    let mut sums: BTreeMap<(Currency, Option<Date>, Player), Sum> = BTreeMap::new();
    for row in &found.rows {
        let month = row.entered.map(Date::first_of_month);
        let weight = match interest.until {
            None => Decimal::ZERO,
            Some(until) if row.parts.iter().any(|part| !part.part.is_zero()) => {
                let paid = interest.paid.or(row.entered).ok_or_else(|| InterestFault::NoDay(row.id.clone()))?;
                percent_days(&interest.rates, paid, until)?
            }
            Some(_) => Decimal::ZERO,
        };
        for part in row.parts.iter().filter(|part| !part.part.is_zero()) {
            let sums = sums.entry((row.currency, month, part.player.clone())).or_default();
            // What is owed less comes back.
            sums.amount = difference(sums.amount, part.part).ok_or(InterestFault::TooLarge)?;
            let weighted = product(part.part, weight).ok_or(InterestFault::TooLarge)?;
            sums.weighted = difference(sums.weighted, weighted).ok_or(InterestFault::TooLarge)?;
        }
    }
    let whole = Decimal::from(100 * DAYS_OF_A_YEAR);
    sums.into_iter()
        .map(|((currency, month, player), Sum { amount, weighted })| {
            let interest = match interest.until {
                None => None,
                Some(_) => Some(
                    quotient(weighted, whole)
                        .ok_or(InterestFault::TooLarge)?
                        .round_dp_with_strategy(currency.places(), RoundingStrategy::MidpointAwayFromZero),
                ),
            };
            Ok(Owed { month, player, currency, amount, interest })
        })
        .collect()
}

/// The sum of percent times days over the rates between two days.
fn percent_days(rates: &[InterestRate], paid: Date, until: Date) -> Result<Decimal, InterestFault> {
    if paid > until {
        return Err(InterestFault::PaidLater(paid, until));
    }
    let mut at = paid;
    let mut all = Decimal::ZERO;
    while at < until {
        let rate = rates.iter().find(|rate| rate.from <= at && rate.before.is_none_or(|before| at < before));
        let rate = rate.ok_or(InterestFault::NoRate(at))?;
        let end = rate.before.map_or(until, |before| before.min(until));
        let days = at.until(end).map_err(|_| InterestFault::TooLarge)?.get_days();
        let part = product(rate.rate.points(), Decimal::from(days)).ok_or(InterestFault::TooLarge)?;
        all = sum(all, part).ok_or(InterestFault::TooLarge)?;
        at = end;
    }
    Ok(all)
}

/// Arranges what comes back by entry month and program, with the flows it comes from.
///
/// Columns: back = paid less owed, below zero a bill; interest = simple, actual days over 365.
pub fn refund_table(found: &Difference, owed: &[Owed], interest: &Interest, law: &[String]) -> Report {
    let [paid, due] = &found.names;
    let with_interest = interest.until.is_some();
    let mut cited = Cited::default();
    let mut report = Report {
        title: found.title.clone(),
        intro: vec![format!("Paid: \u{201c}{paid}\u{201d}. Owed: \u{201c}{due}\u{201d}.")],
        figures: figures(found, owed, with_interest),
        ..Report::default()
    };
    let months = by_month(found, owed, with_interest, &mut cited);
    report.tables.extend(Some(months).filter(|table| !table.rows.is_empty()));
    report.tables.push(flows(found, &mut cited));
    if !found.law.is_empty() {
        report.tables.push(law_table(found, true, &mut cited));
    }
    report.sources = cited.into_sources();
    if owed.is_empty() {
        let everything = found.rows.iter().all(|row| row.unknown.is_zero() && row.refused.is_zero());
        report.notes.push(match everything {
            true => "Nothing comes back, and nothing is owed.".into(),
            false if found.rows.iter().all(|row| row.priced.is_zero()) => {
                Note::coverage("Whether anything comes back, or is owed, is not known for any of these goods.")
            }
            false => Note::coverage("Of what is known on both sides nothing comes back, and nothing is owed."),
        });
    }
    report.notes.extend(without_law(found));
    coverage(found, &mut report.notes);
    report.notes.extend(found.notes.iter().map(Note::assumption));
    report.notes.extend(interest_notes(interest).into_iter().map(Note::assumption));
    report.notes.push(Note::meaning(
        "Comes back: duty in the first state (paid) less duty in the second (owed); below zero it is a bill. Programs share it without regard to order, in parts that add up. Not taken into account: \
         fees, drawback, liquidation, protest and its deadlines, who may claim, compound interest, and what was in fact paid.",
    ));
    report.notes.extend(law.iter().map(Note::law));
    report.charts = refund_charts(owed, &found.programs);
    report
}

/// What comes back in all, with the interest on it.
fn sum_of(owed: &[Owed], currency: Currency) -> (Decimal, Decimal) {
    owed.iter().filter(|one| one.currency == currency).fold(Default::default(), |(amount, interest), one| {
        let more = |to: Decimal, by: Decimal| sum(to, by).unwrap_or(to);
        (more(amount, one.amount), more(interest, one.interest.unwrap_or_default()))
    })
}

/// What is not known to come back, of goods of which nothing else is: bounds, or the refusal.
fn not_known(row: &Compared) -> Cell {
    if row.unknown.is_zero() && !row.refused.is_zero() {
        return Cell::Refused;
    }
    // The bounds are those of all goods: less what is known they are those of the others.
    let known = row.known_change();
    let less = |bound: Option<Decimal>| bound.zip(known).and_then(|(bound, known)| difference(known, bound));
    let [least, most] = row.bounds;
    Cell::Unknown { at_least: less(most), at_most: less(least) }
}

fn figures(found: &Difference, owed: &[Owed], with_interest: bool) -> Vec<KeyFigure> {
    let figure = |(currency, total): (Currency, Compared)| {
        let (amount, extra) = sum_of(owed, currency);
        let interest = with_interest.then(|| ("interest".to_owned(), Cell::Money(extra, currency)));
        KeyFigure {
            of: found.title.clone(),
            what: "comes back".into(),
            figure: if total.has_known() { Cell::Money(amount, currency) } else { not_known(&total) },
            beside: interest.into_iter().chain(not_summed(found, currency)).collect(),
        }
    };
    totals(&found.rows).into_iter().map(figure).collect()
}

/// What comes back by entry month and program; what is not known, month by month, beside it.
fn by_month(found: &Difference, owed: &[Owed], with_interest: bool, cited: &mut Cited) -> Table {
    let mut table = Table {
        title: "By entry month and program".into(),
        columns: vec![
            Column::words("month", "Entry month").once(),
            Column::words("program", "Program"),
            Column::words("currency", "Currency").hidden(),
            Column::figures("back", "Comes back"),
        ],
        scale: found.scale.clone(),
        ..Table::default()
    };
    if with_interest {
        table.columns.extend([Column::figures("interest", "Interest"), Column::figures("in_all", "In all")]);
    }
    let [mut unknown, mut refused] = not_known_columns(&found.rows);
    (unknown.title, refused.title) = ("Value unknown".into(), "Value refused".into());
    table.columns.extend([unknown, refused]);
    let money = |amount: Decimal, currency: Currency| Cell::Money(amount, currency);
    let cells =
        |first: [Cell; 3], back: Cell, interest: Option<(Decimal, Decimal)>, currency: Currency, values: [Option<Decimal>; 2]| {
            let mut cells: Vec<Cell> = first.into();
            cells.push(back);
            if with_interest {
                let (interest, in_all) = match interest {
                    Some((amount, interest)) => {
                        (money(interest, currency), sum(amount, interest).map_or(Cell::Empty, |all| money(all, currency)))
                    }
                    None => (Cell::Empty, Cell::Empty),
                };
                cells.extend([interest, in_all]);
            }
            cells.extend(values.map(|value| value.map_or(Cell::Empty, |value| money(value, currency))));
            cells
        };
    // What is not known has no program: it stands below the programs of its month.
    let mut open: BTreeMap<(Currency, Option<Date>), [Option<Compared>; 2]> = BTreeMap::new();
    for row in &found.rows {
        let [unknown, refused] = open.entry((row.currency, row.entered.map(Date::first_of_month))).or_default();
        for (to, value) in [(unknown, row.unknown), (refused, row.refused)] {
            if !value.is_zero() {
                *to = to.take().map_or_else(|| Some(row.clone()), |all| all.plus(row));
            }
        }
    }
    let keys: BTreeSet<(Currency, Option<Date>)> =
        owed.iter().map(|one| (one.currency, one.month)).chain(open.keys().copied()).collect();
    for (currency, month) in keys {
        let shown = || month.map_or(Cell::Empty, |day| text(format!("{:04}-{:02}", day.year(), day.month())));
        let mut rows: Vec<(Vec<Cell>, Vec<usize>)> = Vec::new();
        for one in owed.iter().filter(|one| (one.currency, one.month) == (currency, month)) {
            let first = [shown(), text(&one.player), text(currency)];
            let interest = one.interest.map(|interest| (one.amount, interest));
            let cells = cells(first, money(one.amount, currency), interest, currency, [None, None]);
            rows.push((cells, behind_player(found, &one.player, cited)));
        }
        let [unknown, refused] = open.remove(&(currency, month)).unwrap_or_default();
        if let Some(all) = unknown {
            let bounds = not_known(&Compared { refused: Decimal::ZERO, ..all.clone() });
            let first = [shown(), text("not known"), text(currency)];
            rows.push((cells(first, bounds, None, currency, [Some(all.unknown), None]), Vec::new()));
        }
        if let Some(all) = refused {
            let first = [shown(), text("refused entry"), text(currency)];
            rows.push((cells(first, Cell::Refused, None, currency, [None, Some(all.refused)]), Vec::new()));
        }
        for (number, (cells, sources)) in rows.into_iter().enumerate() {
            let kind = if number == 0 { RowKind::First } else { RowKind::Body };
            table.rows.push(Row { kind, cells, sources });
        }
    }
    if table.rows.is_empty() {
        return table;
    }
    for (currency, total) in totals(&found.rows) {
        let (amount, extra) = sum_of(owed, currency);
        let known = total.has_known();
        let back = if known { money(amount, currency) } else { not_known(&total) };
        let first = [text("Total"), text(""), text(currency)];
        let interest = known.then_some((amount, extra));
        let cells = cells(first, back, interest, currency, [Some(total.unknown), Some(total.refused)]);
        table.rows.push(Row { kind: RowKind::Total, cells, sources: Vec::new() });
    }
    table
}

fn interest_notes(interest: &Interest) -> Vec<String> {
    let Some(until) = interest.until else { return vec!["No interest: neither `until` nor a table of rates is given.".into()] };
    let since = interest.paid.map_or("the day of entry".to_owned(), |day| day.to_string());
    let rates: Vec<String> = interest
        .rates
        .iter()
        .map(|rate| {
            let end = rate.before.map_or(String::new(), |before| format!(", before {before}"));
            format!("{} from {}{end}", rate.rate, rate.from)
        })
        .collect();
    vec![format!(
        "Interest: simple, actual days over {DAYS_OF_A_YEAR}, from {since} to {until} (not counted), rounded once for each month and program; {}.",
        rates.join("; ")
    )]
}

fn flows(found: &Difference, cited: &mut Cited) -> Table {
    let [paid, owed] = &found.names;
    let [unknown, refused] = not_known_columns(&found.rows);
    let mut table = Table {
        title: format!("By {}", found.of.to_lowercase()),
        columns: vec![
            Column::words("flow", "Id").hidden(),
            Column::words("title", &found.of),
            Column::words("entered", "Entered"),
            Column::words("currency", "Currency").hidden(),
            Column::figures("value", "Customs value"),
            Column::figures("priced", "Known on both sides").hidden(),
            unknown,
            refused,
            Column::figures("paid", &format!("Paid: {paid}")),
            Column::figures("owed", &format!("Owed: {owed}")),
            Column::figures("back", "Comes back"),
            Column::words("parted", "Parted").hidden(),
        ],
        scale: found.scale.clone(),
        ..Table::default()
    };
    let money = |row: &Compared, amount: Decimal| Cell::Money(amount, row.currency);
    for row in &found.rows {
        let [first, second] = &row.duty;
        let back = row.change().map_or_else(|| not_known(row), |change| money(row, -change));
        table.rows.push(Row {
            kind: RowKind::Body,
            cells: vec![
                text(&row.id),
                text(&row.title),
                row.entered.map_or(Cell::Empty, Cell::Day),
                text(row.currency),
                money(row, row.value),
                money(row, row.priced),
                money(row, row.unknown),
                money(row, row.refused),
                Cell::duty(first, row.currency),
                Cell::duty(second, row.currency),
                back,
                text(match row.parted {
                    Parted::WithoutOrder => "without-order",
                    Parted::ByLine(_) => "by-line",
                    Parted::Not(_) => "not",
                }),
            ],
            sources: behind(found, row, cited),
        });
    }
    table
}

/// Returns the sum of what comes back in a currency; `None` on overflow.
pub fn refund_total(owed: &[Owed], currency: Currency) -> Option<Decimal> {
    total(owed.iter().filter(|one| one.currency == currency).map(|one| one.amount))
}
