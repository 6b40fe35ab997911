//! Which article spoke of which duty line: the ledger's claims beside the lines of a run.

use super::programs::program_table;
use crate::answer::document::Node;
use crate::answer::note::Note;
use crate::answer::run::Results;
use crate::answer::table::{Cell, Column, Report};
use crate::assess::{Assessment, DutyLine};
use crate::base::{Date, Decimal, parse_number};
use crate::law::{Article, Claim, Expect, InForce, Place, Rulebook, Verdict, Version};
use crate::scenario::{Case, Flow, Scenario};

/// A claim that speaks of a line.
struct Said<'a> {
    article: &'a Article,
    claim: &'a Claim,
    /// The origins it speaks of, where the line's is none of them.
    elsewhere: Vec<String>,
}

/// Arranges results by measure as [`program_table`] does, with the articles that spoke of each line and the figures they gave.
///
/// A claim stands beside a line where it names the line's measure or its program, and the line's entry date falls under the same version of the
/// law as one of the days the claim is tested on: of those days, the ones on which its figure is the rate, if there are any. Where it spoke of
/// goods of other origins under the same measure, these are named. A line whose rate a case changes has none. Claims that state no day stand beside every line of their measure.
pub fn attributed_table(law: &Rulebook, scenario: &Scenario, results: &Results) -> Report {
    let mut report = program_table(law, scenario, results);
    let mut heard: Vec<&Article> = Vec::new();
    if let Some(table) = report.tables.first_mut() {
        let at = |key: &str| table.columns.iter().position(|column| column.key == key);
        let places = (at("flow"), at("case"), at("measure"));
        for row in &mut table.rows {
            let text = |at: Option<usize>| match at.and_then(|at| row.cells.get(at)) {
                Some(Cell::Text(text)) => text.as_str(),
                _ => "",
            };
            let spoken = spoken_in_row(law, scenario, results, text(places.0), text(places.1), text(places.2));
            for said in &spoken {
                if !heard.iter().any(|known| known.id == said.article.id) {
                    heard.push(said.article);
                }
            }
            let joined = |words: &dyn Fn(&Said<'_>) -> String| {
                if spoken.is_empty() {
                    return Cell::Empty;
                }
                Cell::Text(spoken.iter().map(words).collect::<Vec<_>>().join("; "))
            };
            // An article that made several claims is named once; its claims have ids of their own.
            let mut articles: Vec<&Article> = spoken.iter().map(|said| said.article).collect();
            articles.dedup_by_key(|article| &article.id);
            let of_articles = |words: &dyn Fn(&Article) -> String| {
                if articles.is_empty() {
                    return Cell::Empty;
                }
                Cell::Text(articles.iter().map(|article| words(article)).collect::<Vec<_>>().join("; "))
            };
            row.cells.extend([
                of_articles(&|article| article.id.to_string()),
                of_articles(&|article| article.date.clone()),
                joined(&|said| said.claim.id.clone()),
                joined(&figure),
                joined(&|said| said.claim.says.clone()),
                joined(&|said| said.claim.verdict.name().to_owned()),
            ]);
        }
        table.columns.extend([
            Column::words("article", "Article"),
            Column::words("article_date", "Article of").hidden(),
            Column::words("claim", "Claim").hidden(),
            Column::words("figure", "Its figure"),
            Column::words("says", "The article says").hidden(),
            Column::words("verdict", "Verdict").hidden(),
        ]);
    }
    let law_at = report.notes.len().saturating_sub(1);
    let mut notes: Vec<String> =
        heard.iter().map(|article| format!("{}: {} ({})", article.id, article.title, article.date)).collect();
    notes.sort_unstable();
    if notes.is_empty() {
        notes.push("No article of the ledger spoke of a line above on a day under the same law.".into());
    }
    notes.push(
        "An article stands beside a line whose measure or program it names, where one of the days it is tested on falls under the same version of the law. \
         Not taken into account: claims that name no measure, and what articles say of trade or business; `tariffcalc sources` lists all."
            .into(),
    );
    report.notes.splice(law_at..law_at, notes.into_iter().map(Note::meaning));
    report
}

/// The figure, with the origins it was said of where they are others, and the verdict where it never was the law or is disputed.
fn figure(said: &Said<'_>) -> String {
    let mut asides: Vec<String> = Vec::new();
    if !said.elsewhere.is_empty() {
        asides.push(format!("of {}", said.elsewhere.join(", ")));
    }
    if matches!(said.claim.verdict, Verdict::NeverInForce | Verdict::Disputed) {
        asides.push(said.claim.verdict.name().to_owned());
    }
    let figure = &said.claim.figure;
    if asides.is_empty() { figure.clone() } else { format!("{figure} ({})", asides.join("; ")) }
}

fn spoken_in_row<'a>(
    law: &'a Rulebook,
    scenario: &Scenario,
    results: &Results,
    flow: &str,
    case: &str,
    measure: &str,
) -> Vec<Said<'a>> {
    let of_case = scenario.cases.iter().zip(&results.cases).find(|(asked, _)| asked.id.as_str() == case);
    let found = of_case.and_then(|(case, result)| {
        let number = scenario.flows.iter().position(|known| known.id.as_str() == flow)?;
        let (flow, assessment) = (scenario.flows.get(number)?, result.assessments.get(number)?);
        let line = assessment.lines.iter().find(|line| line.measure.as_str() == measure)?;
        Some(spoken(&Asked { law, case, as_known: results.as_known }, flow, assessment, line))
    });
    found.unwrap_or_default()
}

/// The case a line was charged in.
struct Asked<'a, 'c> {
    law: &'a Rulebook,
    case: &'c Case,
    as_known: Option<Date>,
}

/// Finds the claims that speak of a line.
fn spoken<'a>(asked: &Asked<'a, '_>, flow: &Flow, assessment: &Assessment, line: &DutyLine) -> Vec<Said<'a>> {
    let law = asked.law;
    if line.changed_by.is_some() {
        // A rate that a case made up is nobody's words.
        return Vec::new();
    }
    let readings = law.default_readings().into_iter().chain(asked.case.readings.clone()).collect();
    let known = asked.case.as_known.or(asked.as_known).unwrap_or(Date::MAX);
    let measure = law.measure(&line.measure);
    let version = measure.and_then(|measure| in_force(measure.on(assessment.entered, known, &readings)));
    let same_law = |expect: &Expect| {
        let chosen = expect.reading.iter().map(|choice| (choice.reading.clone(), choice.option.clone()));
        let own = law.default_readings().into_iter().chain(chosen).collect();
        let known = expect.as_known.unwrap_or(Date::MAX);
        let then = measure.and_then(|measure| in_force(measure.on(expect.entered, known, &own)));
        then.zip(version).is_some_and(|(then, now)| std::ptr::eq(then, now))
    };
    let claims = law.articles().iter().flat_map(|article| article.claims.iter().map(move |claim| (article, claim)));
    claims
        .filter_map(|(article, claim)| {
            let named =
                claim.measure.as_deref().is_some_and(|name| name == line.measure.as_str() || name == line.program.as_str());
            let on_the_line = |expect: &&Expect| {
                !expect.not_applied && expect.line.as_ref() == Some(&line.measure) && meets(law, flow, expect, assessment.entered)
            };
            let days: Vec<&Expect> = if named { days_of(claim) } else { claim.expects.iter().filter(on_the_line).collect() };
            if !named && days.is_empty() {
                return None;
            }
            let then: Vec<&Expect> = days.iter().copied().filter(|expect| same_law(expect)).collect();
            if then.is_empty() && !days.is_empty() {
                return None;
            }
            let mut elsewhere: Vec<String> = then.iter().map(|expect| expect.origin.to_string()).collect();
            elsewhere.sort_unstable();
            elsewhere.dedup();
            if then.iter().any(|expect| meets(law, flow, expect, assessment.entered)) {
                elsewhere.clear();
            }
            Some(Said { article, claim, elsewhere })
        })
        .collect()
}

/// Tells whether a claim's flow is of the same origin as another: the same place, or a country and its group.
fn meets(law: &Rulebook, flow: &Flow, expect: &Expect, day: Date) -> bool {
    match (&flow.origin, &expect.origin) {
        (a, b) if a == b => true,
        (Place::Country(country), Place::Group(id)) | (Place::Group(id), Place::Country(country)) => {
            law.groups().get(id).is_some_and(|group| group.has(*country, day))
        }
        _ => false,
    }
}

fn in_force(state: InForce<'_>) -> Option<&Version> {
    match state {
        InForce::Version(version) => Some(version),
        InForce::Ended(_) | InForce::NotYet(_) => None,
    }
}

/// The days a claim speaks of: those on which its figure is the rate, or, where it is on none, all it is tested on.
fn days_of(claim: &Claim) -> Vec<&Expect> {
    let said = percentages(&claim.figure);
    let rate_is_said = |expect: &&Expect| {
        [expect.rate, expect.line_rate].into_iter().flatten().any(|rate| said.contains(&rate.points().normalize()))
    };
    let tested = || claim.expects.iter().filter(|expect| !expect.not_applied || claim.measure.is_some());
    let on_them: Vec<&Expect> = tested().filter(rate_is_said).collect();
    if on_them.is_empty() { tested().collect() } else { on_them }
}

/// The percentages of a text such as `10 % and 25 %`, in points.
fn percentages(text: &str) -> Vec<Decimal> {
    let mut parts: Vec<&str> = text.split('%').collect();
    // What stands behind the last sign is no percentage.
    parts.pop();
    parts
        .into_iter()
        .filter_map(|part| part.split_whitespace().next_back())
        .filter_map(|word| parse_number(word).ok())
        .map(|number| number.normalize())
        .collect()
}

/// Adds to each line of a `run` document the claims that speak of it, under the key `articles`.
pub fn with_articles(mut document: Node, law: &Rulebook, scenario: &Scenario, results: &Results) -> Node {
    let as_known = results.as_known;
    for ((node, case), result) in list(&mut document, "cases").iter_mut().zip(&scenario.cases).zip(&results.cases) {
        for ((node, flow), assessment) in list(node, "flows").iter_mut().zip(&scenario.flows).zip(&result.assessments) {
            for (node, line) in list(node, "lines").iter_mut().zip(&assessment.lines) {
                let claims = spoken(&Asked { law, case, as_known }, flow, assessment, line);
                if let Node::Object(entries) = node {
                    entries.push(("articles", Node::List(claims.into_iter().map(claim_node).collect())));
                }
            }
        }
    }
    document
}

fn claim_node(Said { article, claim, elsewhere }: Said<'_>) -> Node {
    Node::Object(vec![
        ("article", Node::text(&article.id)),
        ("date", Node::text(&article.date)),
        ("claim", Node::text(&claim.id)),
        ("says", Node::text(&claim.says)),
        ("figure", Node::text(&claim.figure)),
        ("verdict", Node::text(claim.verdict.name())),
        ("law", Node::text(&claim.law)),
        ("said_of", Node::List(elsewhere.into_iter().map(Node::Text).collect())),
        ("source", Node::text(&claim.source)),
    ])
}

/// The list under a key of a document; empty where there is none.
fn list<'n>(node: &'n mut Node, key: &str) -> &'n mut [Node] {
    if let Node::Object(entries) = node
        && let Some((_, Node::List(items))) = entries.iter_mut().find(|(name, _)| *name == key)
    {
        return items;
    }
    &mut []
}

#[cfg(test)]
mod tests {
    use super::percentages;

    #[test]
    fn figures_are_read_where_they_are_percentages() {
        let read = |text: &str| percentages(text).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(read("24 %"), ["24"]);
        assert_eq!(read("10 % and 27.50 %"), ["10", "27.5"]);
        assert_eq!(read("15 % / not covered"), ["15"]);
        assert_eq!(read("90 days"), Vec::<String>::new());
        assert_eq!(read("341 yen per kg (about 2.30 USD)"), Vec::<String>::new());
    }
}
