//! Charts of what varies: a sweep over its settings, and the two totals of a target over its range.

use super::{Chart, ChartKind, ChartMark, ChartSeries, ChartUnit, ChartX, ChartY};
use crate::answer::cost::change;
use crate::answer::solve::{MetKind, Solved};
use crate::answer::sweep::table::called;
use crate::answer::sweep::{Series, Swept, SweptCost};
use crate::assess::Outcome;
use crate::base::{Decimal, grouped};
use crate::scenario::{Axis, Scenario, Scope, Setting, Shown, Solve, Sweep};
use std::cmp::Ordering;

/// Up to so many flows have lines of their own; of more only the totals do.
const MOST_FLOWS: usize = 6;
/// Most series whose meetings are marked: of many, marks would be all there is to see.
const MOST_COMPARED: usize = 6;

/// Where a setting stands along a chart; its words where it is no single number.
fn place(setting: &Setting) -> ChartX {
    match (setting, setting.number()) {
        (Setting::Day(day), _) => ChartX::Day(*day),
        (_, Some(points)) if setting.is_percentage() => {
            points.checked_div(Decimal::ONE_HUNDRED).map_or_else(|| ChartX::Name(setting.to_string()), ChartX::Number)
        }
        (_, Some(number)) => ChartX::Number(number),
        (_, None) => ChartX::Name(setting.to_string()),
    }
}

/// What the numbers of settings count.
fn unit(scope: &Scope, setting: Option<&Setting>) -> ChartUnit {
    match setting {
        Some(Setting::Money(money)) => ChartUnit::Money(money.currency),
        Some(setting) if setting.is_percentage() => ChartUnit::Rate,
        Some(Setting::Day(_)) | None => ChartUnit::Plain(String::new()),
        Some(Setting::Rate(_) | Setting::Percent(_) | Setting::Number(_)) => ChartUnit::Plain(scope.to_string()),
    }
}

/// Draws up the chart of a sweep: a line for each flow and case over the first axis, once for each setting of the second.
///
/// Where two lines meet at a setting and lie the other way round after it, that setting is marked: there they are equal to the cent. Meetings between
/// settings are for [`crate::answer::solve()`].
pub(in crate::answer) fn sweep_charts(scenario: &Scenario, sweep: &Sweep, swept: &Swept) -> Vec<Chart> {
    let Some(down) = sweep.axes.first() else { return Vec::new() };
    let flows = swept.series.iter().filter(|series| series.flow.is_some()).count();
    let cases: Vec<usize> = swept.series.iter().map(|series| series.case).collect();
    let several_cases = cases.iter().any(|case| cases.first() != Some(case));
    let has_totals = swept.series.iter().any(|series| series.flow.is_none());
    let shown = |series: &&Series| {
        if has_totals && flows > MOST_FLOWS { series.flow.is_none() } else { series.flow.is_some() }
    };
    let all: Vec<&Series> = swept.series.iter().filter(shown).collect();
    let several_flows = all.iter().any(|series| all.first().is_some_and(|first| first.flow != series.flow));
    let mut lines = Vec::new();
    for series in &all {
        let (_, flow, _, case) = called(scenario, series);
        let name = match (several_flows, several_cases) {
            (true, true) => format!("{flow}, {case}"),
            (true, false) => flow,
            (false, true) => case,
            (false, false) => String::new(),
        };
        lines.extend(of_series(sweep, swept, series, &name));
    }
    let Some(currency) = all.first().and_then(|series| series.costs.first()).map(|cost| cost.currency) else { return Vec::new() };
    let one_currency = all.iter().flat_map(|series| &series.costs).all(|cost| cost.currency == currency);
    let figure = match sweep.shown {
        Shown::EffectiveRate => "Effective rate (duty / customs value)",
        Shown::Landed => "Landed cost (customs value + duty)",
        Shown::Change => "Change of duty against the first setting",
        Shown::Duty => "Duty",
    };
    // Amounts of several currencies have no axis in common.
    if !one_currency && sweep.shown != Shown::EffectiveRate {
        return Vec::new();
    }
    let marks = if lines.len() <= MOST_COMPARED { meetings(&lines) } else { Vec::new() };
    vec![Chart {
        title: format!("{figure} by {}", down.scope),
        kind: ChartKind::Line,
        x_unit: unit(&down.scope, down.settings.first()),
        y_unit: if sweep.shown == Shown::EffectiveRate { ChartUnit::Rate } else { ChartUnit::Money(currency) },
        series: lines,
        until: None,
        marks,
    }]
}

/// The lines of a series: one, or one for each setting of the second axis.
fn of_series(sweep: &Sweep, swept: &Swept, series: &Series, name: &str) -> Vec<ChartSeries> {
    let first = series.costs.first();
    let line = |title: String, across: Option<&Setting>| {
        let points = swept.points.iter().zip(&series.costs).enumerate();
        let points = points.filter(|(_, (point, _))| across.is_none_or(|setting| point.get(1) == Some(setting)));
        let points =
            points.filter_map(|(number, (point, cost))| Some((place(point.first()?), height(sweep.shown, cost, first, number))));
        ChartSeries { title, points: points.collect() }
    };
    match sweep.axes.get(1) {
        None => vec![line(name.to_owned(), None)],
        Some(Axis { scope, settings, .. }) => {
            let title = |setting: &Setting| {
                let set = format!("{scope} = {setting}");
                if name.is_empty() { set } else { format!("{name}, {set}") }
            };
            settings.iter().map(|setting| line(title(setting), Some(setting))).collect()
        }
    }
}

fn height(shown: Shown, cost: &SweptCost, first: Option<&SweptCost>, number: usize) -> ChartY {
    match shown {
        Shown::Duty => ChartY::of(&cost.duty),
        Shown::EffectiveRate => ChartY::share(&cost.duty, cost.value),
        Shown::Landed => ChartY::of(&plus(&cost.duty, cost.value)),
        Shown::Change => match &cost.duty {
            Outcome::Refused(_) => ChartY::Refused,
            Outcome::Known(_) if number == 0 => ChartY::Known(Decimal::ZERO),
            Outcome::Known(_) | Outcome::Unknown { .. } => change(&cost.duty, first.map(|first| &first.duty), number)
                .map_or(ChartY::Unknown { at_least: None, at_most: None }, ChartY::Known),
        },
    }
}

fn plus(duty: &Outcome, value: Decimal) -> Outcome {
    if matches!(duty, Outcome::Refused(_)) { duty.clone() } else { duty.plus(&Outcome::Known(value)) }
}

/// The settings at which two lines are equal and lie the other way round after than before.
fn meetings(lines: &[ChartSeries]) -> Vec<ChartMark> {
    let mut marks: Vec<(usize, ChartMark)> = Vec::new();
    for (number, a) in lines.iter().enumerate() {
        for b in lines.iter().skip(number + 1) {
            let orders: Vec<Option<Ordering>> = a
                .points
                .iter()
                .zip(&b.points)
                .map(|((_, a), (_, b))| if let (ChartY::Known(a), ChartY::Known(b)) = (a, b) { Some(a.cmp(b)) } else { None })
                .collect();
            for (at, around) in orders.windows(3).enumerate() {
                let [Some(before), Some(Ordering::Equal), Some(after)] = around else { continue };
                let is_turn = *before != Ordering::Equal && *after == before.reverse();
                if let (true, Some((x, ChartY::Known(_)))) = (is_turn, a.points.get(at + 1)) {
                    let words = format!("{} equals {}", a.title, b.title);
                    marks.push((at, ChartMark { at: x.clone(), words }));
                }
            }
        }
    }
    marks.sort_by_key(|(at, _)| *at);
    marks.into_iter().map(|(_, mark)| mark).collect()
}

/// Draws up the chart of one target: both totals over the range, exact at the ends of every part of it, with the settings marked at which they meet or turn.
pub(in crate::answer) fn solve_chart(name: &str, solve: &Solve, solved: &Solved) -> Chart {
    let is_day = matches!(solve.from, Setting::Day(_));
    let mut sides: [Vec<(ChartX, ChartY)>; 2] = [Vec::new(), Vec::new()];
    for stretch in &solved.stretches {
        let open = ChartY::Unknown { at_least: None, at_most: None };
        let ends = stretch.totals.map_or([[open; 2]; 2], |[(l0, r0), (l1, r1)]| {
            [[ChartY::Known(l0), ChartY::Known(l1)], [ChartY::Known(r0), ChartY::Known(r1)]]
        });
        for (points, [from, to]) in sides.iter_mut().zip(ends) {
            let mut push = |point: (ChartX, ChartY)| {
                if points.last() != Some(&point) {
                    points.push(point);
                }
            };
            push((place(&stretch.from.0), from));
            // A day's total holds to the next part by itself.
            if !is_day {
                push((place(&stretch.to.0), to));
            }
        }
    }
    let until = match (&solve.to, is_day) {
        (Setting::Day(day), true) => day.tomorrow().ok().map(ChartX::Day),
        _ => None,
    };
    let [left, right] = sides;
    let marks = solved.met.iter().map(|met| {
        let words = match (met.kind, met.exact) {
            (MetKind::Equal, Some((left, _))) => format!("equal: {} {}", grouped(left.normalize()), solved.currency),
            (MetKind::Equal, None) => "equal".to_owned(),
            (MetKind::EqualAlong, _) => format!("equal from here to {}", met.to.as_ref().unwrap_or(&met.at)),
            (MetKind::Turns(order), _) => {
                let than = match order {
                    Ordering::Less => "less than",
                    Ordering::Equal => "equal to",
                    Ordering::Greater => "more than",
                };
                format!("order turns: from here on {} is {than} {}", solve.target.left, solve.target.right)
            }
        };
        ChartMark { at: place(&met.at), words }
    });
    Chart {
        title: format!("{name}{}, by {}", solve.target, solve.scope),
        kind: if is_day { ChartKind::Steps } else { ChartKind::Line },
        x_unit: unit(&solve.scope, Some(&solve.from)),
        y_unit: ChartUnit::Money(solved.currency),
        series: vec![
            ChartSeries { title: solve.target.left.to_string(), points: left },
            ChartSeries { title: solve.target.right.to_string(), points: right },
        ],
        until,
        marks: marks.collect(),
    }
}
