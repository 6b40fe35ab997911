//! The cost table of many flows: summed by origin, chapter or the group their author counts them to.

use super::{duty_cells, duty_columns, report};
use crate::answer::chart::cost::group_charts;
use crate::answer::note::Cited;
use crate::answer::panel::gather::PanelKey;
use crate::answer::run::{Results, Total, totals};
use crate::answer::table::{Cell, Column, Report, Row, RowKind, Table};
use crate::assess::Assessment;
use crate::base::{Currency, Decimal, quotient};
use crate::law::Rulebook;
use crate::scenario::{Flow, Scenario};
use std::collections::BTreeMap;

/// Arranges results by group and case, with the totals: flows, customs value, what of it is priced, duty, effective rate, change against the first case.
///
/// Columns: effective rate = duty ÷ customs value, weighted by the customs value of the flows of the group, where all of it is known; priced = share of the customs value whose duty is known; landed cost =
/// customs value + duty; change = duty − duty in the first case.
pub fn group_table(law: &Rulebook, scenario: &Scenario, results: &Results, by: PanelKey) -> Report {
    let mut table = Table { columns: columns(by), scale: scenario.show_in.clone(), ..Table::default() };
    let mut cited = Cited::default();
    let mut members: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, flow) in scenario.flows.iter().enumerate() {
        members.entry(name(scenario, flow, by)).or_default().push(number);
    }
    for (name, members) in &members {
        rows(&mut table, (law, results), name, members, RowKind::Body, &mut cited);
    }
    if !scenario.alternatives && members.len() > 1 {
        let all: Vec<usize> = (0..scenario.flows.len()).collect();
        rows(&mut table, (law, results), "Total", &all, RowKind::Total, &mut cited);
    }
    let charts = group_charts(results, by.title(), members.into_iter().collect());
    report((law, scenario, results), vec![table], cited, charts)
}

fn name(scenario: &Scenario, flow: &Flow, by: PanelKey) -> String {
    match by {
        PanelKey::Origin => flow.origin.to_string(),
        PanelKey::Chapter => flow.code.cut(2).to_string(),
        PanelKey::Group => scenario.group(flow).unwrap_or_default().to_owned(),
        PanelKey::Flow => flow.id.to_string(),
    }
}

fn columns(by: PanelKey) -> Vec<Column> {
    let mut columns = vec![
        Column::words(by.key(), by.title()).once(),
        Column::words("case", "Case").hidden(),
        Column::words("case_title", "Case"),
        Column::words("currency", "Currency").hidden(),
        Column::figures("flows", "Flows"),
        Column::figures("value", "Customs value"),
        Column::figures("priced_share", "Priced"),
        Column::figures("priced", "Priced value").hidden(),
        Column::figures("unknown", "Unknown value").hidden(),
        Column::figures("refused", "Refused value").hidden(),
    ];
    columns.extend(duty_columns());
    columns
}

/// The rows of one group: one for each case and currency.
fn rows(
    table: &mut Table,
    (law, results): (&Rulebook, &Results),
    name: &str,
    members: &[usize],
    kind: RowKind,
    cited: &mut Cited,
) {
    let mut first: BTreeMap<Currency, Total> = BTreeMap::new();
    for (place, case) in results.cases.iter().enumerate() {
        let of = || members.iter().filter_map(|number| case.assessments.get(*number));
        for total in totals(of()) {
            let change = first.get(&total.currency).and_then(|first| total.more_than(first));
            let share = |part: Decimal| {
                quotient(part, total.value).map_or(Cell::Empty, |share| Cell::Rate(share.round_dp(6).normalize()))
            };
            let money = |amount: Decimal| Cell::Money(amount, total.currency);
            let counted = of().filter(|assessment: &&Assessment| assessment.currency == total.currency).count();
            let mut cells = vec![
                if name.is_empty() { Cell::Empty } else { Cell::Text(name.to_owned()) },
                Cell::Text(case.case.to_string()),
                Cell::Text(case.title.clone()),
                Cell::Text(total.currency.to_string()),
                Cell::Count(counted),
                money(total.value),
                share(total.priced),
                money(total.priced),
                money(total.unknown),
                money(total.refused),
            ];
            let entering = total.entering().unwrap_or(total.value);
            cells.extend(duty_cells(&total.duty, total.currency, total.effective_rate(), entering, change));
            let kind = if place == 0 && kind == RowKind::Body { RowKind::First } else { kind };
            let counted = of().filter(|assessment: &&Assessment| assessment.currency == total.currency);
            let mut programs: Vec<&str> =
                counted.flat_map(|assessment| &assessment.lines).map(|line| line.program.as_str()).collect();
            programs.sort_unstable();
            programs.dedup();
            let mut sources: Vec<usize> = programs.into_iter().filter_map(|program| cited.authority(law, program)).collect();
            sources.sort_unstable();
            table.rows.push(Row { kind, cells, sources });
            if place == 0 {
                first.insert(total.currency, total);
            }
        }
    }
}
