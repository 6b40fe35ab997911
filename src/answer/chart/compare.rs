//! Charts of comparisons: the change by program, what comes back by month, the landed cost by origin.

use super::{Chart, ChartKind, ChartSeries, ChartUnit, ChartX, ChartY};
use crate::answer::diff::Difference;
use crate::answer::diff::refund::Owed;
use crate::answer::origins::OriginRow;
use crate::assess::{Outcome, Player};
use crate::base::{Currency, Date, Decimal, ProgramId, sum};
use jiff::ToSpan;
use std::collections::BTreeMap;

/// Most bars by program.
const MOST_PROGRAMS: usize = 20;
/// Most flows that are alternatives to each other and have bars of their own.
const MOST_ALTERNATIVES: usize = 6;
/// Most origins; of more the cheapest are shown, and the title says so.
const MOST_ORIGINS: usize = 20;
/// Most months between the first and the last that are shown without anything in them.
const MOST_MONTHS: usize = 120;

/// The name of who made a difference: the title of a program, where the law has one.
fn named(player: &Player, titles: &BTreeMap<ProgramId, String>) -> String {
    let title = match player {
        Player::Program(id) => titles.get(id).filter(|title| !title.is_empty()),
        Player::Goods => None,
    };
    title.cloned().unwrap_or_else(|| player.to_string())
}

fn chart(title: String, kind: ChartKind, currency: Currency, series: Vec<ChartSeries>) -> Chart {
    let y_unit = ChartUnit::Money(currency);
    Chart { title, kind, x_unit: ChartUnit::Plain(String::new()), y_unit, series, until: None, marks: Vec::new() }
}

/// Draws up the chart of a comparison, one for each currency: the part of each program in the change, the largest first, and the change in all.
pub(in crate::answer) fn diff_charts(found: &Difference) -> Vec<Chart> {
    let mut currencies: Vec<Currency> = found.rows.iter().map(|row| row.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    currencies.into_iter().filter_map(|currency| diff_chart(found, currency)).collect()
}

fn diff_chart(found: &Difference, currency: Currency) -> Option<Chart> {
    let [first, second] = &found.names;
    let rows: Vec<_> = found.rows.iter().filter(|row| row.currency == currency && !row.parts.is_empty()).collect();
    let mut title = format!("Change in duty by program, from \u{201c}{first}\u{201d} to \u{201c}{second}\u{201d}");
    if found.rows.iter().any(|row| !row.unknown.is_zero() || !row.refused.is_zero()) {
        title.push_str(", of what is known on both sides");
    }
    let mut programs: Vec<(&Player, Decimal)> = Vec::new();
    for part in rows.iter().flat_map(|row| &row.parts).filter(|part| !part.part.is_zero()) {
        match programs.iter_mut().find(|(known, _)| *known == &part.player) {
            Some((_, all)) => *all = sum(*all, part.part)?,
            None => programs.push((&part.player, part.part)),
        }
    }
    if programs.is_empty() {
        return None;
    }
    programs.sort_by_key(|(_, amount)| std::cmp::Reverse(amount.abs()));
    let point = |name: String, amount: Decimal| (ChartX::Name(name), ChartY::Known(amount));
    if found.alternatives && rows.len() > 1 {
        if rows.len() > MOST_ALTERNATIVES {
            title = format!("{title}: {MOST_ALTERNATIVES} of {} flows", rows.len());
        }
        let series = rows.iter().take(MOST_ALTERNATIVES).map(|row| {
            let own = |player: &Player| row.parts.iter().find(|part| part.player == *player).map(|part| part.part);
            let points = programs.iter().filter_map(|(player, _)| Some(point(named(player, &found.programs), own(player)?)));
            ChartSeries { title: row.title.clone(), points: points.collect() }
        });
        return Some(chart(title, ChartKind::Bars, currency, series.collect()));
    }
    let all = programs.iter().try_fold(Decimal::ZERO, |all, (_, amount)| sum(all, *amount))?;
    let mut points: Vec<_> =
        programs.iter().take(MOST_PROGRAMS).map(|(player, amount)| point(named(player, &found.programs), *amount)).collect();
    let rest = programs.get(MOST_PROGRAMS..).unwrap_or_default();
    if !rest.is_empty() {
        let others = rest.iter().try_fold(Decimal::ZERO, |all, (_, amount)| sum(all, *amount))?;
        points.push(point(format!("{} other programs", rest.len()), others));
    }
    if programs.len() > 1 {
        points.push(point("all programs".into(), all));
    }
    Some(chart(title, ChartKind::Bars, currency, vec![ChartSeries { title: String::new(), points }]))
}

/// Draws up the chart of a refund, one for each currency: what comes back by entry month, parted by program; below zero what is still owed.
pub(in crate::answer) fn refund_charts(owed: &[Owed], titles: &BTreeMap<ProgramId, String>) -> Vec<Chart> {
    let mut currencies: Vec<Currency> = owed.iter().map(|one| one.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let several = currencies.len() > 1;
    let of = |currency: Currency| {
        let words = if several { format!(", in {currency}") } else { String::new() };
        let title = format!("What comes back by entry month and program{words}; below zero it is a bill");
        refund_chart(title, owed.iter().filter(|one| one.currency == currency).collect(), currency, titles)
    };
    currencies.into_iter().filter_map(of).collect()
}

fn refund_chart(title: String, owed: Vec<&Owed>, currency: Currency, titles: &BTreeMap<ProgramId, String>) -> Option<Chart> {
    let mut programs: Vec<(&Player, Decimal)> = Vec::new();
    for one in &owed {
        match programs.iter_mut().find(|(known, _)| **known == one.player) {
            Some((_, size)) => *size = sum(*size, one.amount.abs())?,
            None => programs.push((&one.player, one.amount.abs())),
        }
    }
    programs.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    // Flows without a day have no month: then all bars have names.
    let dated = owed.iter().all(|one| one.month.is_some());
    let x = |month: Option<Date>| match month {
        Some(month) if dated => ChartX::Day(month),
        Some(month) => ChartX::Name(format!("{:04}-{:02}", month.year(), month.month())),
        None => ChartX::Name("no entry date".into()),
    };
    let mut series: Vec<ChartSeries> = programs
        .iter()
        .map(|(player, _)| {
            let own = owed.iter().filter(|one| one.player == **player);
            ChartSeries {
                title: named(player, titles),
                points: own.map(|one| (x(one.month), ChartY::Known(one.amount))).collect(),
            }
        })
        .collect();
    // A month in which nothing comes back has its place too.
    let months: Vec<Date> = owed.iter().filter_map(|one| one.month).collect();
    if let (true, Some(from), Some(to), Some(first)) = (dated, months.iter().min(), months.iter().max(), series.first_mut()) {
        let has = |points: &[(ChartX, ChartY)], month: Date| points.iter().any(|(x, _)| *x == ChartX::Day(month));
        let empty = from.series(1.month()).take_while(|month| month <= to).take(MOST_MONTHS);
        let empty: Vec<Date> = empty.filter(|month| !months.contains(month) && !has(&first.points, *month)).collect();
        first.points.extend(empty.into_iter().map(|month| (ChartX::Day(month), ChartY::Known(Decimal::ZERO))));
        first.points.sort_by_key(|(x, _)| if let ChartX::Day(day) = x { Some(*day) } else { None });
    }
    (!series.is_empty()).then(|| chart(title, ChartKind::Stacked, currency, series))
}

/// Draws up the chart of one case of origins: what the landed cost is made of, in the order given.
pub(in crate::answer) fn origins_chart(of: &str, rows: &[(String, &OriginRow)], fees: bool) -> Option<Chart> {
    let (_, first) = rows.first()?;
    let currency = first.assessment.currency;
    let mut title = format!("Landed cost by origin: {of}");
    if rows.len() > MOST_ORIGINS {
        title = format!("{title}; the first {MOST_ORIGINS} of {}", rows.len());
    }
    let freight = rows.iter().any(|(_, row)| !row.freight.is_zero());
    type Height = fn(&OriginRow) -> ChartY;
    let parts: [(&str, bool, Height); 4] = [
        ("Customs value", true, |row| ChartY::Known(row.assessment.value)),
        ("Duty", true, |row| ChartY::of(&row.assessment.duty)),
        ("Fees", fees, |row| ChartY::of(&row.fees)),
        ("Freight", freight, |row| ChartY::Known(row.freight)),
    ];
    let series = parts.into_iter().filter(|(_, shown, _)| *shown).map(|(title, _, height)| {
        let height = |row: &OriginRow| if matches!(row.landed, Outcome::Refused(_)) { ChartY::Refused } else { height(row) };
        let points = rows.iter().take(MOST_ORIGINS).map(|(name, row)| (ChartX::Name(name.clone()), height(row)));
        ChartSeries { title: title.into(), points: points.collect() }
    });
    Some(chart(title, ChartKind::Stacked, currency, series.collect()))
}
