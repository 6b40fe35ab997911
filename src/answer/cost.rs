use super::chart_cost::cost_charts;
use super::entries::entries_table;
use super::note::{Cited, KeyFigure, Note};
use super::run::{CaseResult, Results, Total};
use super::table::{Cell, Column, Report, Row, RowKind, Table};
use crate::assess::{Assessment, Outcome};
use crate::base::{Country, Currency, Date, Decimal, difference, sum};
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
    let mut report = Report {
        title: scenario.title.clone(),
        intro: vec![scenario.question.clone()],
        tables: vec![table],
        notes: Vec::new(),
        ..Report::default()
    };
    report.tables.extend(entries_table(scenario, results, &mut cited));
    report.sources = cited.into_sources();
    report.figures = figures(scenario, results);
    notes(law, scenario, results, &mut report);
    report.charts = cost_charts(law, scenario, results);
    report
}

/// The most figures that stand above the tables: more are read as a table.
const MOST_FIGURES: usize = 8;

/// The rate and the duty that answer at once: of the total, or of the one flow there is, in every case; none where there would be many.
pub(super) fn figures(scenario: &Scenario, results: &Results) -> Vec<KeyFigure> {
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
pub(super) fn titles(scenario: &Scenario) -> BTreeMap<&str, usize> {
    let mut titles = BTreeMap::new();
    for flow in &scenario.flows {
        *titles.entry(flow.title.as_str()).or_default() += 1;
    }
    titles
}

/// A flow's name; with its id where another flow goes by the same.
pub(super) fn name(flow: &Flow, titles: &BTreeMap<&str, usize>) -> String {
    if titles.get(flow.title.as_str()).is_some_and(|count| *count > 1) {
        format!("{} ({})", flow.title, flow.id)
    } else {
        flow.title.clone()
    }
}

fn columns() -> Vec<Column> {
    vec![
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
pub(super) fn change(duty: &Outcome, first: Option<&Outcome>, place: usize) -> Option<Decimal> {
    if place == 0 {
        return None;
    }
    difference(duty.known()?, first?.known()?)
}

pub(super) fn duty_cells(
    duty: &Outcome,
    currency: Currency,
    rate: Option<Decimal>,
    value: Decimal,
    change: Option<Decimal>,
) -> Vec<Cell> {
    let money = |amount: Option<Decimal>| amount.map_or(Cell::Empty, |amount| Cell::Money(amount, currency));
    let status = match duty {
        Outcome::Known(_) => "known",
        Outcome::Unknown { .. } => "unknown",
        Outcome::Refused(_) => "refused",
    };
    vec![
        Cell::Text(status.into()),
        Cell::duty(duty, currency),
        money(duty.at_least()),
        money(duty.at_most()),
        rate.map_or(Cell::Empty, Cell::Rate),
        money(duty.known().and_then(|duty| sum(duty, value))),
        money(change),
    ]
}

fn total_rows(table: &mut Table, results: &Results) {
    let first: BTreeMap<Currency, &Outcome> = results
        .cases
        .first()
        .map(|case| case.totals.iter().map(|total| (total.currency, &total.duty)).collect())
        .unwrap_or_default();
    if results.cases.first().is_none_or(|case| case.assessments.len() < 2) {
        return;
    }
    for (place, case) in results.cases.iter().enumerate() {
        for total in &case.totals {
            let title = if case.totals.len() > 1 { format!("Total in {}", total.currency) } else { "Total".into() };
            let change = change(&total.duty, first.get(&total.currency).copied(), place);
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

fn coverage(total: &Total, title: &str) -> String {
    let show = |amount: Decimal| {
        let mut amount = amount.normalize();
        if amount.scale() > 0 {
            amount.rescale(total.currency.places().max(amount.scale()));
        }
        crate::base::grouped(amount)
    };
    let mut words = format!("Coverage, {title}: {} {} priced", show(total.priced), total.currency);
    if !total.unknown.is_zero() {
        words.push_str(&format!(", {} unknown", show(total.unknown)));
        let least = total.duty.at_least().filter(|least| !least.is_zero()).map(|least| format!("duty at least {}", show(least)));
        let most = total.duty.at_most().map(|most| format!("at most {}", show(most)));
        let bounds: Vec<String> = least.into_iter().chain(most).collect();
        if !bounds.is_empty() {
            words.push_str(&format!(" ({})", bounds.join(", ")));
        }
    }
    if !total.refused.is_zero() {
        words.push_str(&format!(", {} refused entry: left out of rate and landed cost", show(total.refused)));
    }
    words
}

/// What the figures are, and what is not in them.
pub(super) const LEFT_OUT: &str = "Effective rate: duty / customs value; that of a total is weighted by the customs value of the flows above. Landed cost: customs value + duty, \
     without freight, insurance and fees. No drawback, and no change in trade volumes or prices, is taken into account.";

/// What a reader must know: coverage, what is unknown and why, assumptions, the law's hash.
pub(super) fn notes(law: &Rulebook, scenario: &Scenario, results: &Results, report: &mut Report) {
    for case in &results.cases {
        for total in case.totals.iter().filter(|total| !total.unknown.is_zero() || !total.refused.is_zero()) {
            report.notes.push(Note::coverage(coverage(total, &case.title)));
        }
    }
    let all_priced = results.cases.iter().flat_map(|case| &case.totals).all(|total| total.priced == total.value);
    if all_priced {
        report.notes.push(Note::coverage("Coverage: every flow is priced in every case."));
    }
    for case in &results.cases {
        for (number, (flow, assessment)) in scenario.flows.iter().zip(&case.assessments).enumerate() {
            match &assessment.duty {
                // Rows of files are told together, below.
                Outcome::Unknown { .. } | Outcome::Refused(_) if scenario.from_file(number) => {}
                Outcome::Unknown { why, .. } => {
                    report.notes.push(Note::coverage(format!("{} in {}: {}", flow.id, case.case, some_of(why))));
                }
                Outcome::Refused(words) => {
                    report.notes.push(Note::coverage(format!("{} in {}: {words}", flow.id, case.case)));
                }
                Outcome::Known(_) => {}
            }
            for note in &assessment.notes {
                report.note_once(Note::assumption(note));
            }
        }
    }
    for case in &results.cases {
        report.notes.extend(files_not_known(scenario, case).into_iter().map(Note::coverage));
    }
    for (case, result) in scenario.cases.iter().zip(&results.cases) {
        if let Some(day) = case.as_known {
            report.notes.push(Note::assumption(format!("{}: the book as known on {day}", result.case)));
        }
        for (reading, option) in &case.readings {
            report.notes.push(Note::assumption(format!("{}: reading `{reading}` = `{option}`", result.case)));
        }
        for rate in case
            .exchange
            .iter()
            .filter(|_| result.assessments.iter().zip(&scenario.flows).any(|(a, f)| a.currency != f.value.currency))
        {
            report
                .note_once(Note::assumption(format!("{}: {} {} for one {}", result.case, rate.number, rate.currency, rate.per)));
        }
    }
    report.notes.extend(scenario.notes.iter().map(Note::assumption));
    report.notes.push(Note::meaning(LEFT_OUT));
    report.notes.push(Note::law(format!("Law: {}", law_line(law, results))));
}

/// How many reasons are told for the rows of one file in one case.
const MOST_REASONS: usize = 12;

/// Why the duty on rows of files is not known: for each reason how many rows it holds for, and the first of them.
fn files_not_known(scenario: &Scenario, case: &CaseResult) -> Vec<String> {
    let mut notes = Vec::new();
    for file in &scenario.files {
        let mut reasons: Vec<(String, usize, &str)> = Vec::new();
        let mut at: BTreeMap<String, usize> = BTreeMap::new();
        let rows = scenario.flows.iter().zip(&case.assessments).take(file.flows.end).skip(file.flows.start);
        for (flow, assessment) in rows {
            let why = match &assessment.duty {
                Outcome::Known(_) => continue,
                Outcome::Unknown { why, .. } => some_of(why),
                Outcome::Refused(words) => words.clone(),
            };
            let position = *at.entry(why.clone()).or_insert_with(|| {
                reasons.push((why, 0, flow.id.as_str()));
                reasons.len() - 1
            });
            if let Some((_, count, _)) = reasons.get_mut(position) {
                *count += 1;
            }
        }
        for (why, count, first) in reasons.iter().take(MOST_REASONS) {
            let others = if *count > 1 { format!(" and {} more", count - 1) } else { String::new() };
            notes.push(format!("{first}{others} in {}: {why}", case.case));
        }
        if reasons.len() > MOST_REASONS {
            notes.push(format!("{} in {}: {} more reasons", file.id, case.case, reasons.len() - MOST_REASONS));
        }
    }
    notes
}

/// The first reasons, and how many more there are: a whole chapter can have hundreds.
pub(super) fn some_of(why: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut words = why.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("; ");
    if why.len() > SHOWN {
        words.push_str(&format!("; and {} more", why.len() - SHOWN));
    }
    words
}

/// The book's hash, and what it knows.
fn law_line(law: &Rulebook, results: &Results) -> String {
    let mut countries: Vec<_> = results.cases.iter().flat_map(|case| &case.assessments).map(|a| a.into).collect();
    countries.sort_unstable();
    countries.dedup();
    law_words(law, results.as_known, &countries)
}

/// The book's hash, and what it knows of some importing countries.
pub(super) fn law_words(law: &Rulebook, as_known: Option<Date>, into: &[Country]) -> String {
    let spans: Vec<String> = into
        .iter()
        .filter_map(|into| law.territory(*into))
        .map(|t| format!("{} entries from {} to {}", t.id, t.complete_from, t.last_day()))
        .collect();
    let known = as_known.map_or(String::new(), |day| format!(" as known on {day}"));
    let revised = revisions(law);
    format!("sha256 {}{known}; {}{revised}", law.hash().get(..16).unwrap_or_default(), spans.join(", "))
}

/// The revisions of schedules in use that are not the book's own, to be printed behind the hash; nothing where there are none.
pub(super) fn revisions(law: &Rulebook) -> String {
    let cites = law.territories().filter_map(|territory| law.schedule(territory.id)).flat_map(crate::law::Schedule::cites);
    cites.map(|cite| format!("; {cite}")).collect()
}

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
            Column::figures("duty", "Duty"),
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
    let mut report = Report {
        title: scenario.title.clone(),
        intro: vec![scenario.question.clone()],
        tables: vec![table],
        notes: Vec::new(),
        ..Report::default()
    };
    report.tables.extend(entries_table(scenario, results, &mut cited));
    report.sources = cited.into_sources();
    report.figures = figures(scenario, results);
    notes(law, scenario, results, &mut report);
    report.charts = cost_charts(law, scenario, results);
    report
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
    let cell = |duty: &Outcome| Cell::duty(duty, currency);
    let share = |outcome: &Outcome| {
        outcome
            .known()
            .filter(|_| !assessment.value.is_zero())
            .and_then(|amount| crate::base::quotient(amount, assessment.value))
            .map_or(Cell::Empty, |share| Cell::Rate(share.round_dp(10).normalize()))
    };
    for (number, line) in assessment.lines.iter().enumerate() {
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
                cell(&line.amount),
                share(&line.amount),
            ],
            sources: cited.each([line.into()]),
        });
    }
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
            cell(&assessment.duty),
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
                    Cell::duty(&sum, currency),
                    Cell::Empty,
                ],
                sources: Vec::new(),
            });
        }
    }
}
