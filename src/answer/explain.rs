use super::cost::entries::{entries_table, entry_node};
use super::document::{Node, flow_node, law_node, schedules_node};
use super::note::{Cited, Note, scope_of};
use super::run::{CaseResult, Results, context};
use super::table::{Cell, Column, Report, Row, RowKind, Table};
use crate::assess::{Assessment, NotApplied, Outcome};
use crate::base::{Country, Date, grouped};
use crate::law::{Measure, Moment, OriginSet, Place, RegimeCache, Rulebook, Version};
use crate::scenario::{Case, Flow, Scenario};

/// How many reasons for not knowing one flow's duty are told to people.
const MOST_REASONS: usize = 6;

/// Narrates the duty on flows, measure by measure: base, rate, amount, heading, source; and every measure that did not apply, with the reason.
///
/// `flow` and `case` limit it to one; `None` is all.
pub fn explain(law: &Rulebook, scenario: &Scenario, results: &Results, flow: Option<&str>, case: Option<&str>) -> Report {
    let as_known = results.as_known;
    let mut report = Report { title: scenario.title.clone(), ..Report::default() };
    let mut cited = Cited::default();
    for (question, result) in chosen_cases(scenario, results, case) {
        for (asked, assessment) in chosen_flows(scenario, result, flow) {
            let not_applied = with_dormant(law, scenario, question, asked, assessment, as_known);
            report.tables.push(lines_table(law, question, asked, assessment, &mut cited));
            report.tables.push(not_applied_table(question, asked, &not_applied));
        }
    }
    report.tables.extend(entries_table(scenario, results, &mut cited));
    report.sources = cited.into_sources();
    if flow.is_none() && case.is_none() {
        report.figures = super::cost::figures(scenario, results);
    }
    let known = as_known.map_or(String::new(), |day| format!(", as known on {day}"));
    report.notes.push(Note::law(format!("Law: sha256 {}{known}{}", law.hash(), super::cost::remarks::revisions(law))));
    report
}

/// The JSON document of `explain`: that of `run`, with every measure that did not apply.
pub fn explain_document(law: &Rulebook, scenario: &Scenario, results: &Results, flow: Option<&str>, case: Option<&str>) -> Node {
    let as_known = results.as_known;
    let mut cases = Vec::new();
    for (question, result) in chosen_cases(scenario, results, case) {
        let mut flows = Vec::new();
        for (asked, assessment) in chosen_flows(scenario, result, flow) {
            let mut assessment = assessment.clone();
            assessment.not_applied = with_dormant(law, scenario, question, asked, &assessment, as_known);
            flows.push(flow_node(asked, &assessment, true));
        }
        cases.push(Node::Object(vec![
            ("id", Node::text(&result.case)),
            ("title", Node::text(&result.title)),
            ("flows", Node::List(flows)),
            ("entries", Node::List(result.entries.iter().map(entry_node).collect())),
        ]));
    }
    Node::Object(vec![
        ("schema", Node::Number(1)),
        ("law", law_node(law, as_known)),
        ("schedules", schedules_node(law)),
        ("cases", Node::List(cases)),
    ])
}

fn chosen_cases<'a>(
    scenario: &'a Scenario,
    results: &'a Results,
    asked: Option<&'a str>,
) -> impl Iterator<Item = (&'a Case, &'a CaseResult)> {
    scenario.cases.iter().zip(&results.cases).filter(move |(case, _)| asked.is_none_or(|id| case.id.as_str() == id))
}

fn chosen_flows<'a>(
    scenario: &'a Scenario,
    result: &'a CaseResult,
    asked: Option<&'a str>,
) -> impl Iterator<Item = (&'a Flow, &'a Assessment)> {
    let flows = scenario.flows.iter().zip(&result.assessments);
    flows.filter(move |(flow, _)| asked.is_none_or(|id| is_or_is_part_of(flow.id.as_str(), id)))
}

/// A flow that was split by the share of a claim answers to its own name.
fn is_or_is_part_of(id: &str, asked: &str) -> bool {
    id == asked || id.strip_prefix(asked).is_some_and(|rest| rest.starts_with('/'))
}

/// The measures that did not apply, with those that were not in force that day but would have reached the goods.
fn with_dormant(
    law: &Rulebook,
    scenario: &Scenario,
    case: &Case,
    flow: &Flow,
    assessment: &Assessment,
    as_known: Option<Date>,
) -> Vec<NotApplied> {
    let mut all = assessment.not_applied.clone();
    let amended = law.amended(&case.changes);
    let cache = RegimeCache::new(&amended);
    let moment = context(scenario, case, as_known).moment(&amended, flow);
    let Ok(regime) = cache.on(&moment) else {
        return all;
    };
    let origin = match &flow.origin {
        Place::Country(country) => Some(*country),
        Place::Group(id) => law.groups().get(id).and_then(|group| group.members(moment.day).first().copied()),
    };
    // Fees are no duty: declarations tell them.
    let fees = regime.territory.fees.as_ref();
    for (measure, date) in regime.dormant.iter().filter(|(measure, _)| fees != Some(&measure.program)) {
        if origin.is_some_and(|origin| reaches(law, measure, origin, flow, moment.day, moment.as_known)) {
            let (words, told) = not_in_force(measure, *date, &moment);
            all.push(NotApplied {
                measure: measure.id.clone(),
                program: measure.program.clone(),
                title: measure.title.clone(),
                why: "not-in-force",
                words,
                to: None,
                heading: told.rated.and_then(|version| version.heading.clone()),
                cite: told.says.map(|version| version.cite.clone()),
                source: told.says.map_or_else(|| measure.source.clone(), |version| version.source.clone()),
            });
        }
    }
    all.sort_by(|a, b| {
        (a.why == "code", a.why == "not-in-force", &a.measure).cmp(&(b.why == "code", b.why == "not-in-force", &b.measure))
    });
    all
}

/// The version that says why a measure is not in force, and the one whose rate would be or was due.
struct Told<'a> {
    says: Option<&'a Version>,
    rated: Option<&'a Version>,
}

fn not_in_force<'a>(measure: &'a Measure, date: Option<Date>, moment: &Moment) -> (String, Told<'a>) {
    let heard = |version: &&Version| {
        version.known <= moment.as_known
            && version.reading.as_ref().is_none_or(|choice| moment.readings.get(&choice.reading) == Some(&choice.option))
    };
    let versions = || measure.versions.iter().filter(heard);
    let of_law = |version: &&Version| version.reading.is_none() && version.rate.is_some();
    let rated_before =
        || versions().filter(of_law).filter(|v| v.period.from < Some(moment.day)).max_by_key(|v| (v.period.from, v.known));
    match date {
        Some(date) if date > moment.day => {
            let first = versions().filter(of_law).filter(|v| v.period.from == Some(date)).max_by_key(|v| v.known);
            (format!("not in force: starts on {date}"), Told { says: first, rated: first })
        }
        Some(date) => {
            let end = versions().filter(|v| v.rate.is_none() && v.period.from == Some(date)).max_by_key(|v| v.known);
            let rated = rated_before();
            (
                format!("not in force: ended, last entry date {}", date.yesterday().unwrap_or(date)),
                Told { says: end.or(rated), rated },
            )
        }
        None => {
            let any = versions().find(of_law).or_else(|| measure.versions.first());
            ("not in force, or not yet known".into(), Told { says: any, rated: any })
        }
    }
}

fn reaches(law: &Rulebook, measure: &Measure, origin: Country, flow: &Flow, day: Date, as_known: Date) -> bool {
    let others = || law.names_origin(&measure.program, origin, day);
    let named = match &measure.origins {
        OriginSet::Others => !others(),
        OriginSet::All | OriginSet::Of(_) | OriginSet::AllBut(_) => measure.origins.contains(origin, day, law.groups(), || false),
    };
    named && measure.codes.contains(flow.code, day, as_known)
}

fn lines_table(law: &Rulebook, case: &Case, flow: &Flow, assessment: &Assessment, cited: &mut Cited) -> Table {
    let currency = assessment.currency;
    let mut table = Table {
        title: format!(
            "{} ({}) from {} into {}, entered {}, in case {}",
            flow.title, assessment.code, assessment.origin, assessment.into, assessment.entered, case.title
        ),
        columns: vec![
            Column::words("flow", "Flow").hidden(),
            Column::words("case", "Case").hidden(),
            Column::words("measure", "Applied"),
            Column::words("heading", "Heading"),
            Column::words("form", "Rate as law states it"),
            Column::figures("base", "Base"),
            Column::figures("rate", "Rate"),
            Column::figures("unrounded", "Before rounding").hidden(),
            Column::words("status", "Status").hidden(),
            Column::figures("amount", "Amount"),
            Column::figures("amount_at_least", "At least").hidden(),
            Column::figures("amount_at_most", "At most").hidden(),
            Column::words("cite", "Legal source"),
            Column::words("source", "Written in"),
        ],
        ..Table::default()
    };
    for line in &assessment.lines {
        let [status, amount, at_least, at_most] = Cell::outcome(&line.amount, currency);
        table.rows.push(Row {
            kind: RowKind::Body,
            cells: vec![
                Cell::Text(flow.id.to_string()),
                Cell::Text(case.id.to_string()),
                Cell::Text(line.measure.to_string()),
                Cell::Text(line.heading.clone()),
                Cell::Text(line.form.clone()),
                line.base.map_or(Cell::Empty, |base| Cell::Money(base, currency)),
                line.rate.map_or(Cell::Empty, Cell::Rate),
                line.exact.map_or(Cell::Empty, |exact| Cell::Money(exact, currency)),
                status,
                amount,
                at_least,
                at_most,
                Cell::Text(line.cite.clone()),
                Cell::Text(line.source.to_string()),
            ],
            sources: cited.each([Some(line.into()), scope_of(line)].into_iter().flatten()),
        });
        if let Some(note) = &line.note {
            table.notes.push(format!("{}: {note}", line.measure));
        }
        if let Some(by) = &line.replaced_by {
            table.notes.push(format!("{}: replaced by {by}", line.measure));
        }
        if let Some(scope) = &line.scope {
            let since = scope.from.map_or(String::new(), |from| format!(" from {from}"));
            let by = scope.cite.as_ref().map_or(String::new(), |cite| format!(" by {cite}"));
            table.notes.push(format!("{}: {} is in its scope{since}{by} ({})", line.measure, scope.code, scope.source));
        }
        if let (Some(unrounded), Some(base)) = (line.unrounded_base, line.base) {
            let (unrounded, base) = (grouped(unrounded.normalize()), grouped(base.normalize()));
            table.notes.push(format!("{}: {unrounded} of the value rounded to {base}, as values are", line.measure));
        }
        if let (Some(exact), Some(amount)) = (line.exact, line.amount.known())
            && exact != amount
        {
            let plain = law.territory(assessment.into).map(|territory| territory.rounding.duty(exact));
            let how = if plain == Some(amount) {
                "rounded to"
            } else {
                "rounded together with the duty it counts, so that both make the whole, to"
            };
            table.notes.push(format!("{}: {} {how} {}", line.measure, exact.normalize(), grouped(amount)));
        }
    }
    let rate = assessment.effective_rate().map_or(Cell::Empty, Cell::Rate);
    let [status, duty, at_least, at_most] = Cell::outcome(&assessment.duty, currency);
    table.rows.push(Row {
        kind: RowKind::Total,
        cells: vec![
            Cell::Text(flow.id.to_string()),
            Cell::Text(case.id.to_string()),
            Cell::Text("total".into()),
            Cell::Empty,
            Cell::Empty,
            Cell::Money(assessment.value, currency),
            rate,
            Cell::Empty,
            status,
            duty,
            at_least,
            at_most,
            Cell::Empty,
            Cell::Empty,
        ],
        sources: Vec::new(),
    });
    if let Some(territory) = law.territory(assessment.into) {
        let rounding = &territory.rounding;
        let specific = assessment
            .lines
            .iter()
            .any(|line| line.form.split('+').any(|part| part.contains('/') && !part.trim_end().ends_with('%')));
        let quantity = rounding.quantity.as_ref().filter(|_| specific).map_or(String::new(), |rule| {
            format!(", quantities to steps of {} (of {} above {} a unit)", rule.step, rule.above, rule.up_to)
        });
        table.notes.push(format!(
            "Rounding: value {} {} to steps of {}{}, each line to steps of {}, half away from zero ({})",
            grouped(assessment.value),
            currency,
            rounding.value,
            quantity,
            rounding.duty,
            rounding.cite
        ));
    }
    if let Outcome::Unknown { why, .. } = &assessment.duty {
        // What matters most (the digits of the code) stands last.
        // Several measures may ask for one fact.
        let mut reasons: Vec<&String> = Vec::new();
        for reason in why.iter().rev() {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        table.notes.extend(reasons.iter().take(MOST_REASONS).map(|why| format!("Unknown: {why}")));
        match reasons.len().saturating_sub(MOST_REASONS) {
            0 => {}
            1 => table.notes.push("Unknown: and 1 reason more; `--format json` lists it".into()),
            more => table.notes.push(format!("Unknown: and {more} reasons more; `--format json` lists them")),
        }
    }
    if let Outcome::Refused(why) = &assessment.duty {
        table.notes.push(format!("Refused: {why}"));
    }
    table.notes.extend(assessment.notes.iter().cloned());
    table
}

fn not_applied_table(case: &Case, flow: &Flow, all: &[NotApplied]) -> Table {
    let mut table = Table {
        columns: vec![
            Column::words("flow", "Flow").hidden(),
            Column::words("case", "Case").hidden(),
            Column::words("measure", "Not applied"),
            Column::words("why", "Why"),
            Column::words("heading", "Heading"),
            Column::words("cite", "Legal source"),
            Column::words("source", "Written in"),
        ],
        ..Table::default()
    };
    for other in all.iter().filter(|other| other.why != "code") {
        table.rows.push(Row {
            kind: RowKind::Body,
            cells: vec![
                Cell::Text(flow.id.to_string()),
                Cell::Text(case.id.to_string()),
                Cell::Text(other.measure.to_string()),
                Cell::Text(other.words.clone()),
                other.heading.clone().map_or(Cell::Empty, Cell::Text),
                other.cite.clone().map_or(Cell::Empty, Cell::Text),
                Cell::Text(other.source.to_string()),
            ],
            sources: Vec::new(),
        });
    }
    let by_code: Vec<String> = all.iter().filter(|other| other.why == "code").map(|other| other.measure.to_string()).collect();
    if !by_code.is_empty() {
        table.notes.push(format!(
            "In force for this origin, but the code is not in their scope ({}): {}",
            by_code.len(),
            by_code.join(", ")
        ));
    }
    table
}
