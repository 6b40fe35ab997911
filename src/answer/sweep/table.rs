//! A sweep as tables: a row for each flow, case and point, or a grid of two axes.

use super::{Series, Swept, SweptCost};
use crate::answer::chart::vary::sweep_charts;
use crate::answer::cost::{change, duty_cells, duty_columns, name, titles};
use crate::answer::note::Note;
use crate::answer::table::{Cell, Column, Report, Row, RowKind, Table};
use crate::base::{Decimal, grouped, sum};
use crate::law::Rulebook;
use crate::scenario::{Axis, Scenario, Setting, Shown, Sweep};

fn setting_cell(setting: &Setting) -> Cell {
    match setting {
        Setting::Percent(percent) => Cell::Rate(percent.fraction()),
        Setting::Rate(rate) => {
            rate.percent().map_or_else(|| Cell::Text(rate.to_string()), |percent| Cell::Rate(percent.fraction()))
        }
        Setting::Money(money) => Cell::Money(money.amount, money.currency),
        Setting::Number(number) => Cell::Text(number.to_string()),
        Setting::Day(day) => Cell::Day(*day),
    }
}

/// The number of a setting for machines: a fraction for percentages, an amount, a rate of exchange.
fn number_cell(setting: &Setting) -> Cell {
    match setting.number() {
        Some(points) if setting.is_percentage() => {
            Cell::Text(crate::base::Percent::from_points(points).fraction().normalize().to_string())
        }
        Some(number) => Cell::Text(number.normalize().to_string()),
        None => Cell::Empty,
    }
}

/// Arranges a sweep as a long table: a row for each flow, case and point, with the settings as columns of their own, typed, so that a chart can be drawn from it.
///
/// Columns as in [`crate::answer::cost_table`]; change = duty − duty of the same flow and case at the first setting of every axis.
pub fn sweep_table(law: &Rulebook, scenario: &Scenario, sweep: &Sweep, swept: &Swept) -> Report {
    let is_partly_known =
        swept.series.iter().filter(|series| series.flow.is_none()).flat_map(|series| &series.costs).any(|cost| {
            let [_, unknown, refused] = cost.coverage;
            !unknown.is_zero() || !refused.is_zero()
        });
    let several = |count: usize, column: Column| if count > 1 { column } else { column.hidden() };
    let mut columns = vec![
        Column::words("flow", "Flow").hidden(),
        several(scenario.flows.len(), Column::words("title", "Flow").once()),
        Column::words("case", "Case").hidden(),
        several(scenario.cases.len(), Column::words("case_title", "Case")),
    ];
    let keys = [("axis_1", "axis_1_number"), ("axis_2", "axis_2_number")];
    for (axis, (key, number)) in sweep.axes.iter().zip(keys) {
        columns.extend([Column::figures(key, &axis.scope.to_string()), Column::figures(number, "Number").hidden()]);
    }
    columns.extend([Column::words("currency", "Currency").hidden(), Column::figures("value", "Customs value")]);
    columns.extend(duty_columns());
    columns.extend([
        if is_partly_known {
            Column::figures("priced", "Priced value")
        } else {
            Column::figures("priced", "Priced value").hidden()
        },
        Column::figures("unknown", "Unknown value").hidden(),
        Column::figures("refused", "Refused value").hidden(),
    ]);
    let mut table = Table { columns, scale: scenario.show_in.clone(), ..Table::default() };
    for series in &swept.series {
        let (flow_id, flow_title, case_id, case_title) = called(scenario, series);
        let first = series.costs.first();
        for (place, (point, cost)) in swept.points.iter().zip(&series.costs).enumerate() {
            let mut cells = vec![
                Cell::Text(flow_id.clone()),
                Cell::Text(flow_title.clone()),
                Cell::Text(case_id.clone()),
                Cell::Text(case_title.clone()),
            ];
            cells.extend(point.iter().flat_map(|setting| [setting_cell(setting), number_cell(setting)]));
            cells.extend([Cell::Text(cost.currency.to_string()), Cell::Money(cost.value, cost.currency)]);
            let change = change(&cost.duty, first.map(|first| &first.duty), place);
            cells.extend(duty_cells(&cost.duty, cost.currency, cost.effective_rate, cost.value, change));
            cells.extend(cost.coverage.iter().map(|value| Cell::Money(*value, cost.currency)));
            let kind = match (series.flow, place) {
                (None, _) => RowKind::Total,
                (Some(_), 0) => RowKind::First,
                (Some(_), _) => RowKind::Body,
            };
            table.rows.push(Row { kind, cells, sources: cost.charged.clone() });
        }
    }
    report(law, scenario, sweep, swept, vec![table])
}

/// Arranges a sweep of two axes as grids, one for each flow and case: the first axis down, the second across. A sweep of one axis is a long table.
pub fn sweep_grid(law: &Rulebook, scenario: &Scenario, sweep: &Sweep, swept: &Swept) -> Report {
    let [down, across] = sweep.axes.as_slice() else { return sweep_table(law, scenario, sweep, swept) };
    let (figure, shown) = match sweep.shown {
        Shown::Duty => ("duty", "Duty"),
        Shown::EffectiveRate => ("effective_rate", "Effective rate"),
        Shown::Landed => ("landed_cost", "Landed cost"),
        Shown::Change => ("change", "Change of duty against the first setting of both axes"),
    };
    let is_reached = |series: &Series| {
        let (Some(case), Some(at)) = (scenario.cases.get(series.case), series.flow) else { return true };
        scenario.flows.get(at).is_some_and(|flow| sweep.axes.iter().any(|axis| axis.scope.reaches(&flow.id, &case.id)))
    };
    let mut tables = Vec::new();
    for series in swept.series.iter().filter(|series| is_reached(series)) {
        let (_, flow, _, case) = called(scenario, series);
        let mut columns = vec![Column::figures("axis_1", &format!("{} \\ {}", down.scope, across.scope))];
        columns.extend(across.settings.iter().map(|setting| Column::figures(figure, &setting.to_string())));
        let first = series.costs.first();
        let mut costs = series.costs.iter().enumerate();
        let rows = down.settings.iter().map(|setting| {
            let mut sources: Vec<usize> = Vec::new();
            let mut cells = vec![setting_cell(setting)];
            for (place, cost) in costs.by_ref().take(across.settings.len()) {
                sources.extend(&cost.charged);
                cells.push(figure_cell(sweep.shown, cost, first, place));
            }
            sources.sort_unstable();
            sources.dedup();
            Row { kind: RowKind::Body, cells, sources }
        });
        let rows = rows.collect();
        let title = if scenario.cases.len() > 1 { format!("{flow}, {case}: {shown}") } else { format!("{flow}: {shown}") };
        tables.push(Table { title, columns, rows, scale: scenario.show_in.clone(), ..Table::default() });
    }
    report(law, scenario, sweep, swept, tables)
}

fn figure_cell(shown: Shown, cost: &SweptCost, first: Option<&SweptCost>, place: usize) -> Cell {
    let money = |amount: Option<Decimal>| {
        amount.map_or_else(|| Cell::duty(&cost.duty, cost.currency), |amount| Cell::Money(amount, cost.currency))
    };
    match shown {
        Shown::Duty => Cell::duty(&cost.duty, cost.currency),
        Shown::EffectiveRate => cost.effective_rate.map_or_else(|| Cell::duty(&cost.duty, cost.currency), Cell::Rate),
        Shown::Landed => money(cost.duty.known().and_then(|duty| sum(duty, cost.value))),
        Shown::Change if place == 0 => money(cost.duty.known().map(|_| Decimal::ZERO)),
        Shown::Change => money(change(&cost.duty, first.map(|first| &first.duty), place)),
    }
}

/// Id and name of flow and case.
pub(in crate::answer) fn called(scenario: &Scenario, series: &Series) -> (String, String, String, String) {
    let (flow_id, flow_title) = match series.flow {
        Some(at) => {
            let flow = scenario.flows.get(at);
            flow.map(|flow| (flow.id.to_string(), name(flow, &titles(scenario)))).unwrap_or_default()
        }
        None => ("total".to_owned(), "Total".to_owned()),
    };
    let case = scenario.cases.get(series.case);
    (
        flow_id,
        flow_title,
        case.map(|case| case.id.to_string()).unwrap_or_default(),
        case.map(|case| case.title.clone()).unwrap_or_default(),
    )
}

fn report(law: &Rulebook, scenario: &Scenario, sweep: &Sweep, swept: &Swept, tables: Vec<Table>) -> Report {
    let over: Vec<String> = sweep.axes.iter().map(over).collect();
    let mut report = Report {
        title: scenario.title.clone(),
        intro: vec![scenario.question.clone(), format!("Varied: {}.", over.join("; "))],
        tables,
        sources: swept.sources.clone(),
        ..Report::default()
    };
    report.notes.extend(swept.notes.iter().cloned());
    report.notes.extend(scenario.notes.iter().map(Note::assumption));
    report.notes.push(Note::meaning(
        "Effective rate: duty / customs value; that of a total is weighted by the customs value of the flows above. Landed cost: customs value + duty, \
         without freight, insurance and fees. Change: duty less that at the first setting. No drawback, and no change in trade volumes or prices beyond what is varied, is taken into account.",
    ));
    report.notes.push(Note::law(format!("Law: sha256 {}", law.hash().get(..16).unwrap_or_default())));
    report.charts = sweep_charts(scenario, sweep, swept);
    report
}

/// `content.us from 0% to 60% (5 settings)`.
fn over(axis: &Axis) -> String {
    match axis.settings.as_slice() {
        [] => axis.scope.to_string(),
        [only] => format!("{} at {only}", axis.scope),
        [first, .., last] => {
            format!("{} from {first} to {last}, {} settings", axis.scope, grouped(Decimal::from(axis.settings.len())))
        }
    }
}
