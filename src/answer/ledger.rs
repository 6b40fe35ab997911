//! The source articles: every claim, executed against the law.

use super::document::Node;
use super::table::{Cell, Column, Report, Row, RowKind, Table};
use crate::assess::{Assessment, Context, assess};
use crate::base::{CommodityCode, Decimal, FlowId, product};
use crate::law::{Claim, Expect, RegimeCache, Rulebook};
use crate::scenario::Flow;
use std::collections::BTreeMap;

/// What executing one expectation of a claim showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The article.
    pub article: String,
    /// The claim.
    pub claim: String,
    /// The flow, in words.
    pub flow: String,
    /// What was expected and what was found, in words.
    pub words: String,
    /// Whether they are the same.
    pub holds: bool,
    /// Where the expectation is written.
    pub source: String,
}

/// Executes every expectation of every claim.
pub fn execute(law: &Rulebook) -> Vec<Shown> {
    let cache = RegimeCache::new(law);
    let mut shown = Vec::new();
    for article in law.articles() {
        for claim in &article.claims {
            for expect in &claim.expects {
                let (words, holds) = run(&cache, expect);
                shown.push(Shown {
                    article: article.id.to_string(),
                    claim: claim.id.clone(),
                    flow: flow_words(expect),
                    words,
                    holds,
                    source: expect.source.to_string(),
                });
            }
        }
    }
    shown
}

fn flow_words(expect: &Expect) -> String {
    let goods =
        expect.product.as_ref().map_or_else(|| expect.code.map(|code| code.to_string()).unwrap_or_default(), ToString::to_string);
    let origin = &expect.origin;
    let known = expect.as_known.map_or(String::new(), |day| format!(", as known {day}"));
    format!("{goods} from {origin} into {}, entered {}{known}", expect.into, expect.entered)
}

/// Assesses the flow of an expectation and compares.
fn run(cache: &RegimeCache<'_>, expect: &Expect) -> (String, bool) {
    let law = cache.law();
    let product_named = expect.product.as_ref().and_then(|id| law.products().get(id));
    let mut facts: BTreeMap<_, bool> = BTreeMap::new();
    if let Some(product) = product_named {
        facts.extend(product.unless_facts.iter().map(|fact| (fact.clone(), false)));
        facts.extend(product.facts.iter().map(|fact| (fact.clone(), true)));
    }
    facts.extend(expect.claims.iter().map(|claim| (claim.clone(), true)));
    let flow = Flow {
        admitted: None,
        entry: None,
        id: FlowId::new("claim"),
        title: String::new(),
        into: expect.into,
        origin: expect.origin.clone(),
        code: product_named.map(|product| product.line).or(expect.code).unwrap_or(CommodityCode::ALL),
        product: expect.product.clone(),
        value: expect.value,
        quantities: expect.quantity.into_iter().collect(),
        shares: BTreeMap::new(),
        facts,
        entered: expect.entered,
        loaded: None,
        column_1: None,
        cite: None,
        source: expect.source.clone(),
        place: None,
    };
    let readings = expect.reading.iter().map(|choice| (choice.reading.clone(), choice.option.clone())).collect();
    let context = Context { as_known: expect.as_known, readings, ..Context::default() };
    match assess(cache, &flow, &context) {
        Ok(assessment) => compare(expect, &assessment),
        Err(fault) => (format!("cannot be assessed: {fault:?}"), false),
    }
}

fn compare(expect: &Expect, assessment: &Assessment) -> (String, bool) {
    let mut words = Vec::new();
    let mut holds = true;
    let percent = |fraction: Option<Decimal>| {
        fraction
            .and_then(|f| product(f, Decimal::ONE_HUNDRED))
            .map_or("unknown".to_owned(), |points| format!("{}%", points.normalize()))
    };
    if let Some(rate) = expect.rate {
        let found = assessment.effective_rate();
        holds &= found == Some(rate.fraction());
        words.push(format!("rate {rate} expected, {} found", percent(found)));
    }
    if let Some(duty) = expect.duty {
        let found = assessment.duty.known();
        holds &= found == Some(duty.amount) && assessment.currency == duty.currency;
        words.push(format!(
            "duty {duty} expected, {} found",
            found.map_or("unknown".to_owned(), |d| format!("{d} {}", assessment.currency))
        ));
    }
    let line = expect.line.as_ref().map(|id| (id, assessment.lines.iter().find(|line| line.measure == *id)));
    if let (Some(rate), Some((id, line))) = (expect.line_rate, &line) {
        let found = line.and_then(|line| line.rate);
        holds &= found == Some(rate.fraction());
        words.push(format!("{id} at {rate} expected, {} found", percent(found)));
    }
    if let (true, Some((id, line))) = (expect.not_applied, &line) {
        holds &= line.is_none();
        words.push(format!("{id} not charged expected, {} found", if line.is_none() { "not charged" } else { "charged" }));
    }
    (words.join("; "), holds)
}

fn verdict_shown(claim: &Claim, shown: &[Shown]) -> String {
    let own: Vec<&Shown> = shown.iter().filter(|one| one.claim == claim.id).collect();
    let held = own.iter().filter(|one| one.holds).count();
    match own.len() {
        0 => "not a statement of law".into(),
        all if held == all => format!("{all} of {all} as expected"),
        all => format!("only {held} of {all} as expected"),
    }
}

/// Lists every claim: what the article says, what the law says, the verdict, and what running it showed.
pub fn ledger_table(law: &Rulebook) -> Report {
    let shown = execute(law);
    let mut report = Report { title: "The source articles against the law".into(), ..Report::default() };
    for article in law.articles() {
        let mut table = Table {
            title: format!("{}: {} ({})", article.id, article.title, article.date),
            columns: vec![
                Column::words("claim", "Claim").hidden(),
                Column::words("says", "The article says"),
                Column::words("figure", "Figure"),
                Column::words("verdict", "Verdict"),
                Column::words("law", "The law says"),
                Column::words("cite", "Source"),
                Column::words("shown", "Executed"),
            ],
            ..Table::default()
        };
        for claim in &article.claims {
            table.rows.push(Row {
                kind: RowKind::First,
                cells: vec![
                    Cell::Text(claim.id.clone()),
                    Cell::Text(claim.says.clone()),
                    Cell::Text(claim.figure.clone()),
                    Cell::Text(claim.verdict.name().into()),
                    Cell::Text(claim.law.clone()),
                    Cell::Text(claim.cite.clone()),
                    Cell::Text(verdict_shown(claim, &shown)),
                ],
                sources: Vec::new(),
            });
        }
        report.tables.push(table);
    }
    let failed = shown.iter().filter(|one| !one.holds);
    report.notes.extend(failed.map(|one| format!("{} ({}): {} [{}]", one.claim, one.flow, one.words, one.source).into()));
    report
}

/// The claims as a document.
pub fn ledger_document(law: &Rulebook) -> Node {
    let shown = execute(law);
    let articles = law
        .articles()
        .iter()
        .map(|article| {
            let claims = article
                .claims
                .iter()
                .map(|claim| {
                    let runs = shown
                        .iter()
                        .filter(|one| one.claim == claim.id)
                        .map(|one| {
                            Node::Object(vec![
                                ("flow", Node::text(&one.flow)),
                                ("result", Node::text(&one.words)),
                                ("holds", Node::Flag(one.holds)),
                                ("source", Node::text(&one.source)),
                            ])
                        })
                        .collect();
                    Node::Object(vec![
                        ("id", Node::text(&claim.id)),
                        ("says", Node::text(&claim.says)),
                        ("figure", Node::text(&claim.figure)),
                        ("measure", Node::maybe(claim.measure.as_ref())),
                        ("verdict", Node::text(claim.verdict.name())),
                        ("law", Node::text(&claim.law)),
                        ("cite", Node::text(&claim.cite)),
                        ("executed", Node::List(runs)),
                    ])
                })
                .collect();
            Node::Object(vec![
                ("id", Node::text(&article.id)),
                ("title", Node::text(&article.title)),
                ("document", Node::text(&article.document)),
                ("date", Node::text(&article.date)),
                ("claims", Node::List(claims)),
            ])
        })
        .collect();
    Node::Object(vec![("schema", Node::Number(1)), ("articles", Node::List(articles))])
}
