//! What a reader of costs must know: coverage, reasons, assumptions, the book.

use crate::answer::note::Note;
use crate::answer::run::{CaseResult, Results, Total};
use crate::answer::table::Report;
use crate::assess::Outcome;
use crate::base::{Country, Date, Decimal};
use crate::law::Rulebook;
use crate::scenario::Scenario;
use std::collections::BTreeMap;

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
pub(in crate::answer) const LEFT_OUT: &str = "Effective rate: duty / customs value; that of a total is weighted by the customs value of the flows above. Landed cost: customs value + duty, \
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
pub(in crate::answer) fn some_of(why: &[String]) -> String {
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
pub(in crate::answer) fn law_words(law: &Rulebook, as_known: Option<Date>, into: &[Country]) -> String {
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
pub(in crate::answer) fn revisions(law: &Rulebook) -> String {
    let cites = law.territories().filter_map(|territory| law.schedule(territory.id)).flat_map(crate::law::Schedule::cites);
    cites.map(|cite| format!("; {cite}")).collect()
}
