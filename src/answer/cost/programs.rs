//! What flows owe in each case under each program, line by line.

use super::entries::entries_table;
use super::report;
use crate::answer::chart::cost::cost_charts;
use crate::answer::note::{Cited, scope_of};
use crate::answer::run::Results;
use crate::answer::table::{Cell, Column, Report, Row, RowKind, Table};
use crate::assess::{Assessment, Outcome};
use crate::base::Currency;
use crate::law::Rulebook;
use crate::scenario::Scenario;

/// Arranges results by flow, case and program: which legal authority the duty is due under.
pub fn program_table(law: &Rulebook, scenario: &Scenario, results: &Results) -> Report {
    let mut table = Table {
        columns: vec![
            Column::words("flow", "Flow").hidden(),
            Column::words("title", "Flow").once(),
            Column::words("case", "Case").hidden(),
            Column::words("case_title", "Case").once(),
            Column::words("program", "Program"),
            Column::words("measure", "Measure"),
            Column::words("heading", "Heading"),
            Column::words("form", "Rate as law states it"),
            Column::words("currency", "Currency").hidden(),
            Column::figures("base", "Base"),
            Column::words("status", "Status").hidden(),
            Column::figures("duty", "Duty"),
            Column::figures("duty_at_least", "At least").hidden(),
            Column::figures("duty_at_most", "At most").hidden(),
            Column::figures("share_of_value", "Of value"),
        ],
        scale: scenario.show_in.clone(),
        ..Table::default()
    };
    let mut cited = Cited::default();
    for (number, flow) in scenario.flows.iter().enumerate() {
        for (place, case) in results.cases.iter().enumerate() {
            let Some(assessment) = case.assessments.get(number) else {
                continue;
            };
            program_rows(
                &mut table,
                (&flow.id.to_string(), &flow.title),
                (&case.case.to_string(), &case.title),
                place == 0,
                assessment,
                &mut cited,
            );
        }
    }
    if !scenario.alternatives && scenario.flows.len() > 1 {
        program_totals(&mut table, results);
    }
    let declared = entries_table(scenario, results, &mut cited);
    let charts = cost_charts(law, scenario, results);
    report((law, scenario, results), std::iter::once(table).chain(declared).collect(), cited, charts)
}

fn program_rows(
    table: &mut Table,
    flow: (&str, &str),
    case: (&str, &str),
    first_case: bool,
    assessment: &Assessment,
    cited: &mut Cited,
) {
    let currency = assessment.currency;
    let share = |outcome: &Outcome| {
        outcome
            .known()
            .filter(|_| !assessment.value.is_zero())
            .and_then(|amount| crate::base::quotient(amount, assessment.value))
            .map_or(Cell::Empty, |share| Cell::Rate(share.round_dp(10).normalize()))
    };
    for (number, line) in assessment.lines.iter().enumerate() {
        let [status, duty, at_least, at_most] = Cell::outcome(&line.amount, currency);
        table.rows.push(Row {
            kind: if first_case && number == 0 { RowKind::First } else { RowKind::Body },
            cells: vec![
                Cell::Text(flow.0.to_owned()),
                Cell::Text(flow.1.to_owned()),
                Cell::Text(case.0.to_owned()),
                Cell::Text(case.1.to_owned()),
                Cell::Text(line.program.to_string()),
                Cell::Text(line.measure.to_string()),
                Cell::Text(line.heading.clone()),
                Cell::Text(line.form.clone()),
                Cell::Text(currency.to_string()),
                line.base.map_or(Cell::Empty, |base| Cell::Money(base, currency)),
                status,
                duty,
                at_least,
                at_most,
                share(&line.amount),
            ],
            sources: cited.each([Some(line.into()), scope_of(line)].into_iter().flatten()),
        });
    }
    let [status, duty, at_least, at_most] = Cell::outcome(&assessment.duty, currency);
    table.rows.push(Row {
        kind: RowKind::Total,
        cells: vec![
            Cell::Text(flow.0.to_owned()),
            Cell::Text(flow.1.to_owned()),
            Cell::Text(case.0.to_owned()),
            Cell::Text(case.1.to_owned()),
            Cell::Text("total".into()),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::Text(currency.to_string()),
            Cell::Money(assessment.value, currency),
            status,
            duty,
            at_least,
            at_most,
            share(&assessment.duty),
        ],
        sources: Vec::new(),
    });
}

/// What is owed under each program in all, case by case.
fn program_totals(table: &mut Table, results: &Results) {
    for case in &results.cases {
        let mut sums: Vec<(String, Currency, Outcome)> = Vec::new();
        for (assessment, line) in case.assessments.iter().flat_map(|a| a.lines.iter().map(move |line| (a, line))) {
            let program = line.program.to_string();
            match sums.iter_mut().find(|(known, currency, _)| *known == program && *currency == assessment.currency) {
                Some((.., sum)) => *sum = sum.plus(&line.amount),
                None => sums.push((program, assessment.currency, line.amount.clone())),
            }
        }
        for (program, currency, sum) in sums {
            let text = |words: &str| Cell::Text(words.to_owned());
            let [status, duty, at_least, at_most] = Cell::outcome(&sum, currency);
            table.rows.push(Row {
                kind: RowKind::Total,
                cells: vec![
                    text("total"),
                    text("Total"),
                    text(case.case.as_str()),
                    text(&case.title),
                    Cell::Text(program),
                    Cell::Empty,
                    Cell::Empty,
                    Cell::Empty,
                    Cell::Text(currency.to_string()),
                    Cell::Empty,
                    status,
                    duty,
                    at_least,
                    at_most,
                    Cell::Empty,
                ],
                sources: Vec::new(),
            });
        }
    }
}
