//! The JSON contract as a tree of typed values; the renderer prints it.

use super::cost::entries::entry_node;
use super::cost::remarks::LEFT_OUT;
use super::run::{Results, Total};
use crate::assess::{Assessment, DutyLine, NotApplied, Outcome};
use crate::base::{Country, Date, Decimal};
use crate::diag::{Diagnostics, Severity, Sources};
use crate::law::{Rate, Rulebook, Used};
use crate::scenario::{Flow, Scenario};

/// A value of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Nothing.
    Null,
    /// A whole number.
    Number(i64),
    /// True or false.
    Flag(bool),
    /// Text; decimals are texts too.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Named values, in order.
    Object(Vec<(&'static str, Node)>),
}

impl Node {
    pub(super) fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    pub(super) fn maybe(text: Option<impl ToString>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.to_string()))
    }
}

/// An amount with at least the places of its currency: `2500.00`.
pub(super) fn money(amount: Decimal, places: u32) -> Node {
    let mut amount = amount.normalize();
    if amount.scale() < places {
        amount.rescale(places);
    }
    Node::Text(amount.to_string())
}

fn maybe_money(amount: Option<Decimal>, places: u32) -> Node {
    amount.map_or(Node::Null, |amount| money(amount, places))
}

pub(super) fn outcome(duty: &Outcome, places: u32) -> Node {
    match duty {
        Outcome::Known(amount) => Node::Object(vec![("status", Node::text("known")), ("amount", money(*amount, places))]),
        Outcome::Unknown { why, at_least, at_most } => Node::Object(vec![
            ("status", Node::text("unknown")),
            ("why", Node::List(why.iter().map(Node::text).collect())),
            ("at_least", maybe_money(*at_least, places)),
            ("at_most", maybe_money(*at_most, places)),
        ]),
        Outcome::Refused(why) => {
            Node::Object(vec![("status", Node::text("refused")), ("why", Node::List(vec![Node::text(why)]))])
        }
    }
}

fn percent(fraction: Decimal) -> String {
    format!("{}%", (fraction * Decimal::ONE_HUNDRED).normalize())
}

/// Builds the document of `run` and `rate`: every case, every flow, every line, and the measures that did not apply (those whose scope
/// the code is not in are left to `explain`).
pub fn run_document(law: &Rulebook, scenario: &Scenario, results: &Results, as_known: Option<Date>) -> Node {
    let cases = results
        .cases
        .iter()
        .zip(&scenario.cases)
        .map(|(case, asked)| {
            let flows = scenario
                .flows
                .iter()
                .zip(&case.assessments)
                .map(|(flow, assessment)| flow_node(flow, assessment, false))
                .collect();
            let totals: Vec<Node> = case.totals.iter().map(total_node).collect();
            let total = match totals.as_slice() {
                [only] => only.clone(),
                _ => Node::List(totals),
            };
            Node::Object(vec![
                ("id", Node::text(&case.case)),
                ("title", Node::text(&case.title)),
                ("as_known", Node::maybe(asked.as_known.or(as_known))),
                (
                    "readings",
                    Node::List(asked.readings.iter().map(|(id, option)| Node::text(format!("{id} = {option}"))).collect()),
                ),
                ("changes", Node::List(asked.changes.iter().map(|change| Node::text(&change.source)).collect())),
                ("flows", Node::List(flows)),
                ("total", total),
                ("entries", Node::List(case.entries.iter().map(entry_node).collect())),
            ])
        })
        .collect();
    Node::Object(vec![
        ("schema", Node::Number(1)),
        ("law", law_node(law, as_known)),
        ("schedules", schedules_node(law)),
        ("title", Node::text(&scenario.title)),
        ("question", Node::text(&scenario.question)),
        ("cases", Node::List(cases)),
        ("notes", Node::List(scenario.notes.iter().map(Node::text).chain([Node::text(LEFT_OUT)]).collect())),
    ])
}

/// The law that was asked: its hash, and the day whose book it was; null for everything the book holds.
pub fn law_node(law: &Rulebook, as_known: Option<Date>) -> Node {
    Node::Object(vec![("hash", Node::text(law.hash())), ("as_known", Node::maybe(as_known))])
}

/// The revisions of schedules that are used in place of the law's own; an empty list where there are none.
pub(super) fn schedules_node(law: &Rulebook) -> Node {
    let schedules = law.territories().filter_map(|territory| Some((territory.id, law.schedule(territory.id)?)));
    let used = schedules.flat_map(|(into, schedule)| schedule.used().map(move |used| (into, used)));
    let node = |(into, used): (Country, &Used)| {
        Node::Object(vec![
            ("into", Node::text(into)),
            ("name", Node::text(&used.name)),
            ("from", Node::text(used.from)),
            ("sha256", Node::text(&used.sha256)),
        ])
    };
    Node::List(used.map(node).collect())
}

/// One flow; with `all` every measure that did not apply.
pub(super) fn flow_node(flow: &Flow, assessment: &Assessment, all: bool) -> Node {
    let places = assessment.currency.places();
    let lines = assessment.lines.iter().map(|line| line_node(line, places)).collect();
    let not_applied = assessment.not_applied.iter().filter(|other| all || other.why != "code").map(not_applied_node).collect();
    let rate = assessment.effective_rate();
    Node::Object(vec![
        ("id", Node::text(&flow.id)),
        ("title", Node::text(&flow.title)),
        ("into", Node::text(assessment.into)),
        ("origin", Node::text(&assessment.origin)),
        ("code", Node::text(assessment.code)),
        ("product", Node::maybe(flow.product.as_ref())),
        ("entered", Node::text(assessment.entered)),
        ("value", Node::Object(vec![("amount", money(assessment.value, places)), ("currency", Node::text(assessment.currency))])),
        ("lines", Node::List(lines)),
        ("not_applied", Node::List(not_applied)),
        ("duty", outcome(&assessment.duty, places)),
        ("effective_rate", Node::maybe(rate)),
        ("effective_rate_printed", Node::maybe(rate.map(percent))),
        ("notes", Node::List(assessment.notes.iter().map(Node::text).collect())),
    ])
}

/// The rate as people write it; one that no decimal holds is printed as the law prints it.
fn rate_printed(line: &DutyLine) -> Option<String> {
    match Rate::parse(&line.form) {
        Ok(Rate::Ratio(ratio)) => line.rate.map(|_| ratio.to_string()),
        _ => line.rate.map(percent),
    }
}

pub(super) fn line_node(line: &DutyLine, places: u32) -> Node {
    let mut entries = vec![
        ("measure", Node::text(&line.measure)),
        ("program", Node::text(&line.program)),
        ("title", Node::text(&line.title)),
        ("heading", Node::text(&line.heading)),
        ("form", Node::text(&line.form)),
        ("rate", Node::maybe(line.rate.map(|rate| rate.normalize()))),
        ("rate_printed", Node::maybe(rate_printed(line))),
        ("base", maybe_money(line.base, places)),
        ("unrounded_base", Node::maybe(line.unrounded_base.map(|base| base.normalize()))),
        ("unrounded", Node::maybe(line.exact.map(|exact| exact.normalize()))),
    ];
    match &line.amount {
        Outcome::Known(amount) => entries.push(("amount", money(*amount, places))),
        Outcome::Unknown { .. } | Outcome::Refused(_) => entries.push(("amount", Node::Null)),
    }
    entries.extend([
        ("at_least", maybe_money(line.amount.at_least(), places)),
        ("at_most", maybe_money(line.amount.at_most(), places)),
        ("cite", Node::text(&line.cite)),
        ("source", Node::text(&line.source)),
        ("scope_cite", Node::maybe(line.scope.as_ref().and_then(|scope| scope.cite.as_deref()))),
        ("scope_source", Node::maybe(line.scope.as_ref().map(|scope| &scope.source))),
        ("note", Node::maybe(line.note.as_ref())),
        ("changed_by", Node::maybe(line.changed_by.as_ref())),
        ("replaced_by", Node::maybe(line.replaced_by.as_ref())),
    ]);
    Node::Object(entries)
}

fn not_applied_node(other: &NotApplied) -> Node {
    Node::Object(vec![
        ("measure", Node::text(&other.measure)),
        ("program", Node::text(&other.program)),
        ("why", Node::text(other.why)),
        ("words", Node::text(&other.words)),
        ("to", Node::maybe(other.to.as_ref())),
        ("heading", Node::maybe(other.heading.as_ref())),
        ("cite", Node::maybe(other.cite.as_ref())),
        ("source", Node::text(&other.source)),
    ])
}

fn total_node(total: &Total) -> Node {
    let places = total.currency.places();
    let rate = total.effective_rate();
    Node::Object(vec![
        ("currency", Node::text(total.currency)),
        ("value", money(total.value, places)),
        ("duty", outcome(&total.duty, places)),
        ("effective_rate", Node::maybe(rate)),
        ("effective_rate_printed", Node::maybe(rate.map(percent))),
        ("effective_rate_concept", Node::text("duty / customs value, weighted by the customs value of the flows of this case")),
        (
            "coverage",
            Node::Object(vec![
                ("priced", money(total.priced, places)),
                ("unknown", money(total.unknown, places)),
                ("refused", money(total.refused, places)),
            ]),
        ),
    ])
}

/// Builds the document of `check --format json`: every finding with its places, lines and columns from 1.
pub fn diagnostics_document(diagnostics: &Diagnostics, sources: &Sources) -> Node {
    let findings = diagnostics
        .sorted()
        .into_iter()
        .map(|finding| {
            let severity = match finding.code.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            let places = finding
                .labels
                .iter()
                .map(|(place, words)| {
                    let number = |n: usize| Node::Number(i64::try_from(n).unwrap_or(i64::MAX));
                    let (line, column) = sources.line_column(place.file, place.start);
                    let (end_line, end_column) = sources.line_column(place.file, place.end);
                    Node::Object(vec![
                        ("file", Node::text(sources.path(place.file))),
                        ("line", number(line)),
                        ("column", number(column)),
                        ("end_line", number(end_line)),
                        ("end_column", number(end_column)),
                        ("words", Node::text(words)),
                    ])
                })
                .collect();
            Node::Object(vec![
                ("severity", Node::text(severity)),
                ("code", Node::text(finding.code.name())),
                ("message", Node::text(&finding.message)),
                ("places", Node::List(places)),
                ("help", Node::maybe(finding.help.as_ref())),
            ])
        })
        .collect();
    Node::Object(vec![("schema", Node::Number(1)), ("diagnostics", Node::List(findings))])
}
