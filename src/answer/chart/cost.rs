//! Charts of a run: the duty by case and program, the effective rate by flow and case.

use super::{Chart, ChartKind, ChartSeries, ChartUnit, ChartX, ChartY};
use crate::answer::cost::{name, titles};
use crate::answer::run::{Results, Total, totals};
use crate::assess::{Assessment, Outcome};
use crate::base::{Currency, Decimal, ProgramId, difference, sum};
use crate::law::Rulebook;
use crate::scenario::Scenario;

/// Most bars of a chart; of more the largest are shown, and the title says so.
const MOST_BARS: usize = 20;
/// Most bars of a chart that has several for each name.
const MOST_GROUPED: usize = 36;

/// Draws up the charts of a run.
pub(in crate::answer) fn cost_charts(law: &Rulebook, scenario: &Scenario, results: &Results) -> Vec<Chart> {
    let all = || results.cases.iter().flat_map(|case| &case.assessments);
    let mut currencies: Vec<Currency> = Vec::new();
    for assessment in all() {
        if !currencies.contains(&assessment.currency) {
            currencies.push(assessment.currency);
        }
    }
    let mut charts: Vec<Chart> =
        currencies.into_iter().filter_map(|currency| duty_chart(law, scenario, results, currency)).collect();
    charts.extend(rate_chart(scenario, results));
    charts
}

/// One bar: its name and what it sums.
type Bar<'a> = (String, Vec<&'a Assessment>);

/// The bars of the chart of duty, with what they are by: a case each where the flows add up, a flow each in one case, each flow in each case otherwise.
fn bars<'a>(scenario: &Scenario, results: &'a Results, currency: Currency) -> (&'static str, Vec<Bar<'a>>) {
    let of = |assessment: &&Assessment| assessment.currency == currency;
    let known = titles(scenario);
    let flows = || scenario.flows.iter().enumerate().map(|(number, flow)| (number, name(flow, &known)));
    match results.cases.as_slice() {
        [only] => {
            let each = flows().filter_map(|(number, name)| Some((name, vec![only.assessments.get(number).filter(of)?])));
            ("flow and program", each.collect())
        }
        cases if scenario.alternatives && scenario.flows.len() > 1 => {
            let each = flows().flat_map(|(number, name)| {
                let of_flow = move |case: &'a crate::answer::run::CaseResult| {
                    Some((format!("{name}, {}", case.title), vec![case.assessments.get(number).filter(of)?]))
                };
                cases.iter().filter_map(of_flow)
            });
            ("flow, case and program", each.collect())
        }
        cases => {
            let each = cases.iter().map(|case| (case.title.clone(), case.assessments.iter().filter(of).collect()));
            ("case and program", each.collect())
        }
    }
}

/// What the flows of one bar owe: by program as far as that is known, and what beyond it is not.
#[derive(Default)]
struct Parts {
    by_program: Vec<(ProgramId, Decimal)>,
    /// What the first line of each program is called, for programs that have no name of their own.
    titles: Vec<String>,
    /// Sure in all, but not by program.
    whole: Decimal,
    /// The most of what is not known, beyond what is sure.
    open: Option<Option<Decimal>>,
    refused: usize,
}

impl Parts {
    fn of(assessments: &[&Assessment]) -> Option<Self> {
        let mut parts = Self::default();
        for assessment in assessments {
            parts.add(assessment)?;
        }
        Some(parts)
    }

    fn add(&mut self, assessment: &Assessment) -> Option<()> {
        let lines = || assessment.lines.iter().filter_map(|line| Some((line, line.amount.known()?)));
        let by_line = lines().try_fold(Decimal::ZERO, |all, (_, amount)| sum(all, amount))?;
        match &assessment.duty {
            Outcome::Refused(_) => {
                self.refused += 1;
                return Some(());
            }
            Outcome::Known(duty) if *duty != by_line => {
                self.whole = sum(self.whole, *duty)?;
                return Some(());
            }
            Outcome::Known(_) => {}
            Outcome::Unknown { at_least, at_most, .. } => {
                let least = at_least.unwrap_or_default();
                // Lines that are known may be more than the least of the whole, where another line takes from them.
                let sure = if by_line <= least { by_line } else { Decimal::ZERO };
                self.whole = sum(self.whole, difference(least, sure)?)?;
                let most = at_most.and_then(|most| difference(most, least));
                self.open = Some(match self.open {
                    None => most,
                    Some(open) => open.zip(most).and_then(|(open, most)| sum(open, most)),
                });
                if sure != by_line {
                    return Some(());
                }
            }
        }
        for (line, amount) in lines() {
            match self.by_program.iter_mut().find(|(known, _)| *known == line.program) {
                Some((_, all)) => *all = sum(*all, amount)?,
                None => {
                    self.by_program.push((line.program.clone(), amount));
                    self.titles.push(line.title.clone());
                }
            }
        }
        Some(())
    }

    fn size(&self) -> Decimal {
        let known = self.by_program.iter().map(|(_, amount)| *amount).chain([self.whole]);
        known.chain(self.open.flatten()).fold(Decimal::ZERO, |all, amount| sum(all, amount).unwrap_or(all))
    }
}

fn duty_chart(law: &Rulebook, scenario: &Scenario, results: &Results, currency: Currency) -> Option<Chart> {
    let (by, bars) = bars(scenario, results, currency);
    let mut all: Vec<(String, Parts)> = Vec::new();
    for (name, assessments) in bars.iter().filter(|(_, assessments)| !assessments.is_empty()) {
        let parts = Parts::of(assessments)?;
        let name = match (parts.refused, assessments.len()) {
            (0, _) => name.clone(),
            (refused, flows) if refused < flows => format!("{name} ({refused} of {flows} flows refused)"),
            _ => name.clone(),
        };
        all.push((name, parts));
    }
    let mut title = format!("Duty by {by}");
    let several = results.cases.iter().flat_map(|case| &case.assessments).any(|assessment| assessment.currency != currency);
    if several {
        title = format!("{title}, in {currency}");
    }
    if all.len() > MOST_BARS {
        title = format!("{title}: the largest {MOST_BARS} of {}", all.len());
        all.sort_by_key(|(_, parts)| std::cmp::Reverse(parts.size()));
        all.truncate(MOST_BARS);
    }
    let mut programs: Vec<(ProgramId, Decimal)> = Vec::new();
    for (program, amount) in all.iter().flat_map(|(_, parts)| &parts.by_program) {
        match programs.iter_mut().find(|(known, _)| known == program) {
            Some((_, size)) => *size = sum(*size, amount.abs())?,
            None => programs.push((program.clone(), amount.abs())),
        }
    }
    programs.retain(|(_, size)| !size.is_zero());
    // Of many programs the smallest come last, where a picture folds them into one.
    if programs.len() > 6 {
        programs.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    }
    let point = |name: &str, y: ChartY| (ChartX::Name(name.to_owned()), y);
    let mut series: Vec<ChartSeries> = Vec::new();
    for (program, _) in &programs {
        let height = |parts: &Parts| parts.by_program.iter().find(|(known, _)| known == program).map(|(_, amount)| *amount);
        let points = all.iter().filter_map(|(name, parts)| Some(point(name, ChartY::Known(height(parts)?)))).collect();
        let called = all.iter().flat_map(|(_, parts)| parts.by_program.iter().zip(&parts.titles));
        let called = called.filter(|((known, _), _)| known == program).map(|(_, title)| title.clone()).next();
        let own = law.program(program).map(|program| program.title.clone());
        let title = own.or(called).filter(|title| !title.is_empty()).unwrap_or_else(|| program.to_string());
        series.push(ChartSeries { title, points });
    }
    let whole = all.iter().filter(|(_, parts)| !parts.whole.is_zero());
    let whole: Vec<_> = whole.map(|(name, parts)| point(name, ChartY::Known(parts.whole))).collect();
    if !whole.is_empty() {
        series.push(ChartSeries { title: "not told by program".into(), points: whole });
    }
    let open = all
        .iter()
        .filter_map(|(name, parts)| Some(point(name, ChartY::Unknown { at_least: Some(Decimal::ZERO), at_most: parts.open? })));
    let open: Vec<_> = open.collect();
    if !open.is_empty() {
        series.push(ChartSeries { title: "not known".into(), points: open });
    }
    // Every bar has a point, in the order of the bars: that which owes nothing, and that which may not enter.
    let first = if series.is_empty() {
        series.push(ChartSeries { title: "Duty".into(), points: Vec::new() });
        series.first_mut()?
    } else {
        series.first_mut()?
    };
    let known = std::mem::take(&mut first.points);
    for (name, parts) in &all {
        let own = known.iter().find(|(x, _)| matches!(x, ChartX::Name(known) if known == name)).map(|(_, y)| *y);
        let is_refused = parts.refused > 0 && parts.by_program.is_empty() && parts.open.is_none() && parts.whole.is_zero();
        first.points.push(point(name, own.unwrap_or(if is_refused { ChartY::Refused } else { ChartY::Known(Decimal::ZERO) })));
    }
    (!all.is_empty()).then_some(Chart {
        title,
        kind: ChartKind::Stacked,
        x_unit: ChartUnit::Plain(String::new()),
        y_unit: ChartUnit::Money(currency),
        series,
        until: None,
        marks: Vec::new(),
    })
}

/// How high a total stands: duty over the customs value of what may enter, between bounds where it is not known.
pub(in crate::answer) fn height(total: &Total) -> ChartY {
    let whole = total.entering().filter(|whole| !whole.is_zero());
    let rate = |amount: Option<Decimal>| crate::base::quotient(amount?, whole?);
    match (&total.duty, whole) {
        (Outcome::Refused(_), _) => ChartY::Refused,
        (_, None) if !total.refused.is_zero() => ChartY::Refused,
        (_, None) => ChartY::Nothing,
        (Outcome::Unknown { at_least, at_most, .. }, Some(_)) => {
            ChartY::Unknown { at_least: rate(*at_least), at_most: rate(*at_most) }
        }
        (Outcome::Known(_), Some(_)) => total.effective_rate().map_or(ChartY::Nothing, ChartY::Known),
    }
}

fn rate_chart(scenario: &Scenario, results: &Results) -> Option<Chart> {
    let known = titles(scenario);
    let mut groups: Vec<(String, Vec<usize>)> =
        scenario.flows.iter().enumerate().map(|(number, flow)| (name(flow, &known), vec![number])).collect();
    let all: Vec<usize> = (0..scenario.flows.len()).collect();
    let total = (!scenario.alternatives && all.len() > 1).then(|| ("All flows".to_owned(), all));
    if let ([(flow, members)], true) = (groups.as_slice(), results.cases.len() > 1) {
        let point = |case: &crate::answer::run::CaseResult| {
            let total = totals(members.iter().filter_map(|number| case.assessments.get(*number))).into_iter().next()?;
            Some((ChartX::Name(case.title.clone()), height(&total)))
        };
        let points = results.cases.iter().filter_map(point).collect();
        let series = vec![ChartSeries { title: String::new(), points }];
        return Some(rates(format!("Effective rate (duty / customs value) of {flow} by case"), series));
    }
    let mut title =
        format!("Effective rate (duty / customs value) by flow{}", if results.cases.len() > 1 { " and case" } else { "" });
    // The sum of all has a place of its own.
    let most = (MOST_GROUPED / results.cases.len().max(1)).saturating_sub(usize::from(total.is_some())).clamp(1, MOST_BARS);
    if groups.len() > most {
        title = format!("{title}: the largest {most} of {} by customs value", groups.len());
        let value = |(_, members): &(String, Vec<usize>)| {
            let first = results.cases.first()?;
            members.iter().filter_map(|number| first.assessments.get(*number)).map(|assessment| assessment.value).max()
        };
        groups.sort_by_key(|group| std::cmp::Reverse(value(group)));
        groups.truncate(most);
    }
    groups.extend(total);
    Some(rates(title, by_case(results, &groups)))
}

/// A series for each case, with a point for each group.
fn by_case(results: &Results, groups: &[(String, Vec<usize>)]) -> Vec<ChartSeries> {
    let several = results.cases.len() > 1;
    let of = |case: &crate::answer::run::CaseResult| {
        let point = |(name, members): &(String, Vec<usize>)| {
            let found = totals(members.iter().filter_map(|number| case.assessments.get(*number)));
            // Duties in several currencies have no rate in common.
            let [total] = found.as_slice() else { return None };
            Some((ChartX::Name(name.clone()), height(total)))
        };
        let title = if several { case.title.clone() } else { String::new() };
        ChartSeries { title, points: groups.iter().filter_map(point).collect() }
    };
    results.cases.iter().map(of).collect()
}

/// Draws up the chart of groups of flows: the effective rate of each in every case.
pub(in crate::answer) fn group_charts(results: &Results, by: &str, mut groups: Vec<(String, Vec<usize>)>) -> Vec<Chart> {
    let by = by.to_lowercase();
    let mut title =
        format!("Effective rate (duty / customs value) by {by}{}", if results.cases.len() > 1 { " and case" } else { "" });
    let most = (MOST_GROUPED / results.cases.len().max(1)).clamp(1, MOST_BARS);
    if groups.len() > most {
        title = format!("{title}: the largest {most} of {} by customs value", groups.len());
        let value = |(_, members): &(String, Vec<usize>)| {
            let first = results.cases.first().map(|case| &case.assessments);
            let values = members.iter().filter_map(|number| first?.get(*number)).map(|assessment| assessment.value);
            values.fold(Decimal::ZERO, |all, value| sum(all, value).unwrap_or(all))
        };
        groups.sort_by_key(|group| std::cmp::Reverse(value(group)));
        groups.truncate(most);
    }
    for (name, _) in groups.iter_mut().filter(|(name, _)| name.is_empty()) {
        *name = "(none)".into();
    }
    vec![rates(title, by_case(results, &groups))]
}

fn rates(title: String, series: Vec<ChartSeries>) -> Chart {
    Chart {
        title,
        kind: ChartKind::Bars,
        x_unit: ChartUnit::Plain(String::new()),
        y_unit: ChartUnit::Rate,
        series,
        until: None,
        marks: Vec::new(),
    }
}
