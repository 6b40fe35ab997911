//! What comes back, or is still owed, where the same flows owe another duty than was paid: by entry month and program, with simple interest.

use super::attribution::total;
use super::table::{behind, behind_player, coverage, law_table, not_summed, text};
use super::{Compared, Difference, Parted};
use crate::answer::chart::compare::refund_charts;
use crate::answer::note::{Cited, KeyFigure, Note};
use crate::answer::table::{Cell, Column, Report, Row, RowKind, Table};
use crate::assess::Player;
use crate::base::{Currency, Date, Decimal, difference, product, quotient, sum};
use crate::scenario::InterestRate;
use rust_decimal::RoundingStrategy;
use std::collections::BTreeMap;

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
    let mut totals: BTreeMap<Currency, (Decimal, Decimal)> = BTreeMap::new();
    let cells = |month: Cell, program: String, currency: Currency, amount: Decimal, interest: Option<Decimal>| {
        let money = |amount: Decimal| Cell::Money(amount, currency);
        let mut cells = vec![month, text(program), text(currency), money(amount)];
        if with_interest {
            cells.push(interest.map_or(Cell::Empty, money));
            cells.push(sum(amount, interest.unwrap_or_default()).map_or(Cell::Empty, money));
        }
        cells
    };
    let mut cited = Cited::default();
    let mut last: Option<Option<Date>> = None;
    for one in owed {
        let kind = if last == Some(one.month) { RowKind::Body } else { RowKind::First };
        last = Some(one.month);
        let month = one.month.map_or(Cell::Empty, |day| text(format!("{:04}-{:02}", day.year(), day.month())));
        table.rows.push(Row {
            kind,
            cells: cells(month, one.player.to_string(), one.currency, one.amount, one.interest),
            sources: behind_player(found, &one.player, &mut cited),
        });
        let (amount, extra) = totals.entry(one.currency).or_default();
        *amount = sum(*amount, one.amount).unwrap_or(*amount);
        *extra = sum(*extra, one.interest.unwrap_or_default()).unwrap_or(*extra);
    }
    let mut figures = Vec::new();
    for (currency, (amount, extra)) in totals {
        let interest = with_interest.then(|| ("interest".to_owned(), Cell::Money(extra, currency)));
        figures.push(KeyFigure {
            of: found.title.clone(),
            what: "comes back".into(),
            figure: Cell::Money(amount, currency),
            beside: interest.into_iter().chain(not_summed(found, currency)).collect(),
        });
        let cells = cells(text("Total"), String::new(), currency, amount, Some(extra));
        table.rows.push(Row { kind: RowKind::Total, cells, sources: Vec::new() });
    }
    let mut report = Report {
        title: found.title.clone(),
        intro: vec![format!("Paid: \u{201c}{paid}\u{201d}. Owed: \u{201c}{due}\u{201d}.")],
        tables: vec![table, flows(found, &mut cited)],
        figures,
        ..Report::default()
    };
    if !found.law.is_empty() {
        report.tables.push(law_table(found, true, &mut cited));
    }
    report.sources = cited.into_sources();
    if report.tables.first().is_some_and(|table| table.rows.is_empty()) {
        report.notes.push("Nothing comes back, and nothing is owed.".into());
    }
    coverage(found, &mut report.notes);
    report.notes.extend(found.notes.iter().map(Note::assumption));
    report.notes.extend(interest_notes(interest).into_iter().map(Note::assumption));
    report.notes.push(Note::meaning(
        "Comes back: duty in the first state (paid) less duty in the second (owed); below zero it is a bill. Programs share it without regard to order, in parts that add up. Not taken into account: \
         fees, drawback, liquidation, protest and its deadlines, who may claim, compound interest, and what was in fact paid.",
    ));
    report.notes.extend(law.iter().map(Note::law));
    report.charts = refund_charts(owed);
    report
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
    let mut table = Table {
        title: format!("By {}", found.of.to_lowercase()),
        columns: vec![
            Column::words("flow", "Id").hidden(),
            Column::words("title", &found.of),
            Column::words("entered", "Entered"),
            Column::words("currency", "Currency").hidden(),
            Column::figures("value", "Customs value"),
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
        let back = match row.change() {
            Some(change) => money(row, -change),
            None if !row.refused.is_zero() => Cell::Refused,
            None => Cell::Unknown { at_least: None, at_most: None },
        };
        table.rows.push(Row {
            kind: RowKind::Body,
            cells: vec![
                text(&row.id),
                text(&row.title),
                row.entered.map_or(Cell::Empty, Cell::Day),
                text(row.currency),
                money(row, row.value),
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
