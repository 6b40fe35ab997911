//! What a chart's points mean together: which stand beside each other, which upon each other, and how high that is.

use super::scale::Look;
use crate::answer::{Chart, ChartKind, ChartSeries, ChartX, ChartY};
use crate::base::{Date, Decimal};

/// Tells whether a chart is drawn as bars: points at names cannot be joined.
pub(in crate::render) fn is_bars(chart: &Chart) -> bool {
    let named = || chart.series.iter().flat_map(|series| &series.points).any(|(x, _)| matches!(x, ChartX::Name(_)));
    matches!(chart.kind, ChartKind::Bars | ChartKind::Stacked) || named()
}

/// Tells whether all points stand on days or numbers.
pub(in crate::render) fn is_ordered(chart: &Chart) -> bool {
    chart.series.iter().flat_map(|series| &series.points).all(|(x, _)| !matches!(x, ChartX::Name(_)))
}

/// The points of all series at one place of the chart.
pub(in crate::render) struct Category {
    pub(in crate::render) name: String,
    /// One for each series; `None` where a series has no point here.
    pub(in crate::render) heights: Vec<Option<ChartY>>,
}

/// Names a place of a chart: months where all days are the first of one.
pub(in crate::render) fn named(chart: &Chart, x: &ChartX) -> String {
    match x {
        ChartX::Day(day) => {
            let all = chart.series.iter().flat_map(|series| &series.points);
            let whole = all.clone().count() > 1 && all.into_iter().all(|(x, _)| matches!(x, ChartX::Day(day) if day.day() == 1));
            if whole { month(*day) } else { day.to_string() }
        }
        ChartX::Number(number) => Look::of(&chart.x_unit, *number).brief(*number),
        ChartX::Name(name) => name.clone(),
    }
}

fn month(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// Returns the places of a chart in the order in which they first occur, or ascending for days and numbers; so many at most, with how many were left out.
pub(in crate::render) fn categories(chart: &Chart, most: usize) -> (Vec<Category>, usize) {
    let mut places: Vec<&ChartX> = Vec::new();
    for (x, _) in chart.series.iter().flat_map(|series| &series.points) {
        if !places.contains(&x) {
            places.push(x);
        }
    }
    if is_ordered(chart) {
        places.sort_by_key(|x| match x {
            ChartX::Day(day) => (Some(*day), Decimal::ZERO),
            ChartX::Number(number) => (None, *number),
            ChartX::Name(_) => (None, Decimal::ZERO),
        });
    }
    let left_out = places.len().saturating_sub(most);
    let of = |place: &ChartX| {
        let height = |series: &ChartSeries| series.points.iter().find(|(x, _)| x == place).map(|(_, y)| *y);
        Category { name: named(chart, place), heights: chart.series.iter().map(height).collect() }
    };
    (places.into_iter().take(most).map(of).collect(), left_out)
}

/// Folds the last of many stacked series into one, so that each that is drawn can be told; sums stay whole.
pub(in crate::render) fn folded(chart: &Chart, most: usize) -> Chart {
    let mut chart = chart.clone();
    if chart.kind != ChartKind::Stacked || chart.series.len() <= most {
        return chart;
    }
    let rest = chart.series.split_off(most.saturating_sub(1));
    let mut points: Vec<(ChartX, ChartY)> = Vec::new();
    for (x, y) in rest.iter().flat_map(|series| &series.points) {
        match points.iter_mut().find(|(known, _)| known == x) {
            Some((_, all)) => *all = added(*all, *y),
            None => points.push((x.clone(), *y)),
        }
    }
    chart.series.push(ChartSeries { title: format!("{} others", rest.len()), points });
    chart
}

fn added(a: ChartY, b: ChartY) -> ChartY {
    let both = |a: Option<Decimal>, b: Option<Decimal>| a?.checked_add(b?);
    match (a, b) {
        (ChartY::Refused | ChartY::Nothing, other) | (other, ChartY::Refused | ChartY::Nothing) => other,
        (ChartY::Known(a), ChartY::Known(b)) => a.checked_add(b).map_or(ChartY::Nothing, ChartY::Known),
        (a, b) => {
            let ((a_least, a_most), (b_least, b_most)) = (bounds(a), bounds(b));
            ChartY::Unknown { at_least: both(a_least, b_least), at_most: both(a_most, b_most) }
        }
    }
}

fn bounds(y: ChartY) -> (Option<Decimal>, Option<Decimal>) {
    match y {
        ChartY::Known(y) => (Some(y), Some(y)),
        ChartY::Unknown { at_least, at_most } => (at_least, at_most),
        ChartY::Refused | ChartY::Nothing => (None, None),
    }
}

/// Tells whether nothing of a series is sure, so that it has no part of a bar: all of it is shaded.
pub(in crate::render) fn is_open(series: &ChartSeries) -> bool {
    let open = |y: &ChartY| matches!(y, ChartY::Unknown { at_least, .. } if at_least.is_none_or(|least| least <= Decimal::ZERO));
    !series.points.is_empty() && series.points.iter().all(|(_, y)| open(y))
}

/// Parts of one bar.
#[derive(Default)]
pub(in crate::render) struct Stack {
    /// The number of the series, and from where to where its part reaches.
    pub(in crate::render) parts: Vec<(usize, Decimal, Decimal)>,
    /// From where to where the bar may reach further; to the end of the chart where nobody knows how far.
    pub(in crate::render) unknown: Vec<(Decimal, Option<Decimal>)>,
    /// The parts together.
    pub(in crate::render) total: Option<ChartY>,
}

impl Stack {
    /// Says how high it is in all; of parts on both sides of zero, what is left.
    pub(in crate::render) fn told(&self, look: &Look<'_>) -> String {
        let is =
            |sign: fn(&Decimal) -> bool| self.parts.iter().any(|(_, from, to)| to.checked_sub(*from).as_ref().is_some_and(sign));
        let both = is(Decimal::is_sign_positive) && is(Decimal::is_sign_negative);
        let total = self.total.map_or(String::new(), |total| look.told(total));
        if both { format!("net {total}") } else { total }
    }
}

/// Puts the parts of a bar upon each other: those above zero on one side, those below on the other, what is not known last.
pub(in crate::render) fn stack(heights: &[Option<ChartY>]) -> Option<Stack> {
    let (mut up, mut down) = (Decimal::ZERO, Decimal::ZERO);
    let (mut more, mut less) = (Some(Decimal::ZERO), Decimal::ZERO);
    let mut stack = Stack::default();
    for (number, height) in heights.iter().enumerate() {
        let Some(y) = *height else { continue };
        stack.total = Some(stack.total.map_or(y, |all| added(all, y)));
        let sure = match y {
            ChartY::Known(y) => y,
            ChartY::Unknown { at_least, at_most } => {
                let least = at_least.unwrap_or_default();
                let sure = least.max(Decimal::ZERO);
                less = less.checked_add(least.min(Decimal::ZERO))?;
                more = match (more, at_most) {
                    (Some(more), Some(most)) => Some(more.checked_add(most.max(Decimal::ZERO).checked_sub(sure)?)?),
                    (None, _) | (_, None) => None,
                };
                sure
            }
            ChartY::Refused | ChartY::Nothing => continue,
        };
        let end = if sure < Decimal::ZERO { &mut down } else { &mut up };
        let from = *end;
        *end = end.checked_add(sure)?;
        if !sure.is_zero() {
            stack.parts.push((number, from, *end));
        }
    }
    if more.is_none_or(|more| more > Decimal::ZERO) {
        let to = match more {
            Some(more) => Some(up.checked_add(more)?),
            None => None,
        };
        stack.unknown.push((up, to));
    }
    if less < Decimal::ZERO {
        stack.unknown.push((down, Some(down.checked_add(less)?)));
    }
    Some(stack)
}

/// Returns the least and the most that stacked bars reach, with zero.
pub(in crate::render) fn stacked_range(categories: &[Category]) -> Option<(Decimal, Decimal)> {
    let (mut least, mut most) = (Decimal::ZERO, Decimal::ZERO);
    for category in categories {
        let stack = stack(&category.heights)?;
        let ends = stack.parts.iter().map(|(.., to)| *to);
        let further = stack.unknown.iter().flat_map(|(from, to)| [Some(*from), *to]).flatten();
        for end in ends.chain(further) {
            (least, most) = (least.min(end), most.max(end));
        }
    }
    Some((least, most))
}
