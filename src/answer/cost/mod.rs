//! What flows owe in each case: a row for each, with totals.

pub(super) mod article_claims;
pub(super) mod entries;
pub(super) mod groups;
pub(super) mod programs;
pub(super) mod remarks;

use self::entries::entries_table;
use self::remarks::notes;
use crate::answer::chart::Chart;
use crate::answer::chart::cost::cost_charts;
use crate::answer::note::{Cited, KeyFigure};
use crate::answer::run::{Results, Total};
use crate::answer::table::{Cell, Column, Report, Row, RowKind, Table};
use crate::assess::Outcome;
use crate::base::{Currency, Decimal, difference, sum};
use crate::law::Rulebook;
use crate::scenario::{Flow, Scenario};
use std::collections::BTreeMap;

/// Arranges results by flow and case: value, duty, effective rate, landed cost, change against the first case; then the totals with what they cover.
///
/// Columns: effective rate = duty ÷ customs value (of the total: weighted by the customs value of the flows shown); landed cost = customs value + duty, without freight,
/// insurance or fees; change = duty − duty in the first case.
pub fn cost_table(law: &Rulebook, scenario: &Scenario, results: &Results) -> Report {
    let mut table = Table { columns: columns(), scale: scenario.show_in.clone(), ..Table::default() };
    let titles = titles(scenario);
    let mut cited = Cited::default();
    for (number, flow) in scenario.flows.iter().enumerate() {
        let first = results.cases.first().and_then(|case| case.assessments.get(number));
        for (place, case) in results.cases.iter().enumerate() {
            let Some(assessment) = case.assessments.get(number) else {
                continue;
            };
            let change = change(&assessment.duty, first.map(|first| &first.duty), place);
            let mut cells = vec![
                Cell::Text(flow.id.to_string()),
                Cell::Text(name(flow, &titles)),
                Cell::Text(case.case.to_string()),
                Cell::Text(case.title.clone()),
                Cell::Text(assessment.into.to_string()),
                Cell::Text(assessment.origin.clone()),
                Cell::Text(assessment.code.to_string()),
                Cell::Day(assessment.entered),
                Cell::Text(assessment.currency.to_string()),
                Cell::Money(assessment.value, assessment.currency),
            ];
            cells.extend(duty_cells(
                &assessment.duty,
                assessment.currency,
                assessment.effective_rate(),
                assessment.value,
                change,
            ));
            let kind = if place == 0 { RowKind::First } else { RowKind::Body };
            table.rows.push(Row { kind, cells, sources: cited.charged(assessment) });
        }
    }
    if !scenario.alternatives {
        total_rows(&mut table, results);
    }
    let declared = entries_table(scenario, results, &mut cited);
    let charts = cost_charts(law, scenario, results);
    report((law, scenario, results), std::iter::once(table).chain(declared).collect(), cited, charts)
}

/// A report on a run: its tables and charts with the figures that answer at once, the sources, and what a reader must know.
fn report(
    (law, scenario, results): (&Rulebook, &Scenario, &Results),
    tables: Vec<Table>,
    cited: Cited,
    charts: Vec<Chart>,
) -> Report {
    let mut report = Report {
        title: scenario.title.clone(),
        intro: vec![scenario.question.clone()],
        tables,
        charts,
        sources: cited.into_sources(),
        figures: figures(scenario, results),
        ..Report::default()
    };
    notes(law, scenario, results, &mut report);
    report
}

/// The most figures that stand above the tables: more are read as a table.
const MOST_FIGURES: usize = 8;

/// The rate and the duty that answer at once: of the total, or of the one flow there is, in every case; none where there would be many.
pub(in crate::answer) fn figures(scenario: &Scenario, results: &Results) -> Vec<KeyFigure> {
    let whole = scenario.flows.len() == 1 || !scenario.alternatives;
    let mut all = Vec::new();
    let first = results.cases.first();
    for (place, case) in results.cases.iter().enumerate() {
        for (number, total) in case.totals.iter().enumerate() {
            let duty = Cell::duty(&total.duty, total.currency);
            let rate = total.effective_rate().map(Cell::Rate);
            let mut beside = Vec::new();
            let (what, figure) = match rate {
                Some(rate) => {
                    beside.push(("duty".to_owned(), duty));
                    ("effective rate", rate)
                }
                None => ("duty", duty),
            };
            let change = change(&total.duty, first.and_then(|case| case.totals.get(number)).map(|total| &total.duty), place);
            beside.extend(change.map(|change| ("change".to_owned(), Cell::Money(change, total.currency))));
            all.push(KeyFigure { of: case.title.clone(), what: what.into(), figure, beside });
        }
    }
    all.retain(|_| whole);
    if all.len() > MOST_FIGURES { Vec::new() } else { all }
}

/// How many flows go by each name.
pub(in crate::answer) fn titles(scenario: &Scenario) -> BTreeMap<&str, usize> {
    let mut titles = BTreeMap::new();
    for flow in &scenario.flows {
        *titles.entry(flow.title.as_str()).or_default() += 1;
    }
    titles
}

/// A flow's name; with its id where another flow goes by the same.
pub(in crate::answer) fn name(flow: &Flow, titles: &BTreeMap<&str, usize>) -> String {
    if titles.get(flow.title.as_str()).is_some_and(|count| *count > 1) {
        format!("{} ({})", flow.title, flow.id)
    } else {
        flow.title.clone()
    }
}

fn columns() -> Vec<Column> {
    let mut columns = vec![
        Column::words("flow", "Flow").hidden(),
        Column::words("title", "Flow").once(),
        Column::words("case", "Case").hidden(),
        Column::words("case_title", "Case"),
        Column::words("into", "Into").hidden(),
        Column::words("origin", "Origin").hidden(),
        Column::words("code", "Code").hidden(),
        Column::words("entered", "Entered"),
        Column::words("currency", "Currency").hidden(),
        Column::figures("value", "Customs value"),
    ];
    columns.extend(duty_columns());
    columns
}

/// The columns of [`duty_cells`].
pub(in crate::answer) fn duty_columns() -> [Column; 7] {
    [
        Column::words("status", "Status").hidden(),
        Column::figures("duty", "Duty"),
        Column::figures("duty_at_least", "At least").hidden(),
        Column::figures("duty_at_most", "At most").hidden(),
        Column::figures("effective_rate", "Effective rate"),
        Column::figures("landed_cost", "Landed cost"),
        Column::figures("change", "Change"),
    ]
}

/// What the duty is less what it was in the first case, where both are known.
pub(in crate::answer) fn change(duty: &Outcome, first: Option<&Outcome>, place: usize) -> Option<Decimal> {
    if place == 0 {
        return None;
    }
    difference(duty.known()?, first?.known()?)
}

/// A duty with what follows from it: status, amount and bounds, effective rate, landed cost on a value, and the change given.
pub(in crate::answer) fn duty_cells(
    duty: &Outcome,
    currency: Currency,
    rate: Option<Decimal>,
    value: Decimal,
    change: Option<Decimal>,
) -> Vec<Cell> {
    let money = |amount: Option<Decimal>| amount.map_or(Cell::Empty, |amount| Cell::Money(amount, currency));
    let [status, amount, at_least, at_most] = Cell::outcome(duty, currency);
    vec![
        status,
        amount,
        at_least,
        at_most,
        rate.map_or(Cell::Empty, Cell::Rate),
        money(duty.known().and_then(|duty| sum(duty, value))),
        money(change),
    ]
}

fn total_rows(table: &mut Table, results: &Results) {
    let first: BTreeMap<Currency, &Total> =
        results.cases.first().map(|case| case.totals.iter().map(|total| (total.currency, total)).collect()).unwrap_or_default();
    if results.cases.first().is_none_or(|case| case.assessments.len() < 2) {
        return;
    }
    for (place, case) in results.cases.iter().enumerate() {
        for total in &case.totals {
            let title = if case.totals.len() > 1 { format!("Total in {}", total.currency) } else { "Total".into() };
            let change = first.get(&total.currency).filter(|_| place > 0).and_then(|first| total.more_than(first));
            let mut cells = vec![
                Cell::Text("total".into()),
                Cell::Text(title),
                Cell::Text(case.case.to_string()),
                Cell::Text(case.title.clone()),
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::Text(total.currency.to_string()),
                Cell::Money(total.value, total.currency),
            ];
            cells.extend(duty_cells(
                &total.duty,
                total.currency,
                total.effective_rate(),
                total.entering().unwrap_or(total.value),
                change,
            ));
            table.rows.push(Row { kind: RowKind::Total, cells, sources: Vec::new() });
        }
    }
}
