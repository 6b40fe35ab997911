//! Where texts or courts leave more than one reading: the alternatives side by side.

use super::findings::same_duty;
use super::run::{CaseResult, Results, run};
use crate::base::{CaseId, Date};
use crate::diag::Diagnostics;
use crate::law::Rulebook;
use crate::scenario::{Case, Scenario};

/// Runs a scenario with every case beside itself under every other option of every reading, one reading at a time; keeps those that come out differently for some flow.
///
/// The scenario returned holds the cases kept, and a note that names the readings on which nothing depends here.
///
/// # Errors
/// As [`run`].
pub fn run_all_readings(law: &Rulebook, scenario: &Scenario, as_known: Option<Date>) -> Result<(Scenario, Results), Diagnostics> {
    let mut asked = scenario.clone();
    asked.cases = scenario.cases.iter().flat_map(|case| std::iter::once(case.clone()).chain(alternatives(law, case))).collect();
    let results = run(law, &asked, as_known)?;
    let (mut kept, mut shown): (Vec<Case>, Vec<CaseResult>) = (Vec::new(), Vec::new());
    let mut idle: Vec<&str> = law.readings().keys().map(|id| id.as_str()).collect();
    let mut of: usize = 0;
    for (case, result) in asked.cases.into_iter().zip(results.cases) {
        if scenario.cases.iter().any(|own| own.id == case.id) {
            of = shown.len();
        } else {
            let same = shown
                .get(of)
                .is_some_and(|own| own.assessments.iter().zip(&result.assessments).all(|(own, other)| same_duty(own, other)));
            if same {
                continue;
            }
            idle.retain(|id| !is_about(&case.id, id));
        }
        kept.push(case);
        shown.push(result);
    }
    asked.cases = kept;
    if !idle.is_empty() {
        asked.notes.push(format!("Readings on which nothing here depends: {}", idle.join(", ")));
    }
    Ok((asked, Results { as_known: results.as_known, cases: shown }))
}

/// Returns a scenario with every case beside itself under every other option of every reading, one reading at a time.
pub fn beside_all_readings(law: &Rulebook, scenario: &Scenario) -> Scenario {
    let cases = scenario.cases.iter().flat_map(|case| std::iter::once(case.clone()).chain(alternatives(law, case))).collect();
    Scenario { cases, ..scenario.clone() }
}

/// Returns a scenario with those of its cases under other readings that come out differently from the case itself, as `differs` tells of the two; and a note that names the readings on which nothing
/// depends here.
pub fn with_readings_that_matter(law: &Rulebook, scenario: &Scenario, differs: impl Fn(&CaseId, &CaseId) -> bool) -> Scenario {
    let mut idle: Vec<&str> = law.readings().keys().map(|id| id.as_str()).collect();
    let mut kept: Vec<Case> = Vec::new();
    for case in &scenario.cases {
        let mattering: Vec<Case> = alternatives(law, case).into_iter().filter(|other| differs(&case.id, &other.id)).collect();
        idle.retain(|id| !mattering.iter().any(|other| is_about(&other.id, id)));
        kept.push(case.clone());
        kept.extend(mattering);
    }
    let mut notes = scenario.notes.clone();
    if !idle.is_empty() {
        notes.push(format!("Readings on which nothing here depends: {}", idle.join(", ")));
    }
    Scenario { cases: kept, notes, ..scenario.clone() }
}

/// A case under each option it does not choose.
fn alternatives(law: &Rulebook, case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    for reading in law.readings().values() {
        let chosen = case.readings.get(&reading.id).unwrap_or(&reading.default);
        for option in reading.options.iter().filter(|option| option.id != *chosen) {
            let mut other = case.clone();
            other.id = CaseId::new(&format!("{}/{}={}", case.id, reading.id, option.id));
            other.title = format!("{}, {} = {}", case.title, reading.id, option.id);
            other.readings.insert(reading.id.clone(), option.id.clone());
            other.place = None;
            all.push(other);
        }
    }
    all
}

fn is_about(case: &CaseId, reading: &str) -> bool {
    case.as_str().rsplit_once('/').and_then(|(_, choice)| choice.split_once('=')).is_some_and(|(id, _)| id == reading)
}
