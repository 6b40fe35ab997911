use super::run::Results;
use crate::base::{Decimal, difference, grouped};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::scenario::{Expectation, Figure, Scenario};

/// Compares the author's expectations with the results: to the cent for amounts, to a hundredth of a percent (or the digits written, if more) for rates.
pub fn check_expectations(scenario: &Scenario, results: &Results) -> Diagnostics {
    let mut out = Diagnostics::default();
    for expectation in &scenario.expectations {
        let found = found(scenario, results, expectation);
        // A rate is met to a hundredth of a percent, or to more digits where more are written.
        let holds = found.is_some_and(|found| match expectation.figure {
            Figure::EffectiveRate => found.round_dp(expectation.value.scale().max(4)) == expectation.value,
            Figure::Duty | Figure::Change => found == expectation.value,
        });
        if !holds {
            let words = match (found, expectation.figure) {
                (None, _) => "it is not known".to_owned(),
                (Some(found), Figure::EffectiveRate) => {
                    format!("it is {}%", (found * Decimal::ONE_HUNDRED).normalize())
                }
                (Some(found), Figure::Duty | Figure::Change) => format!("it is {}", grouped(found)),
            };
            out.push(
                Diagnostic::new(Code::ExpectationFailed, format!("expected {}, but {words}", expectation.text))
                    .at(expectation.place, words),
            );
        }
    }
    out
}

fn found(scenario: &Scenario, results: &Results, expectation: &Expectation) -> Option<Decimal> {
    let case = results.cases.iter().find(|case| case.case == expectation.case)?;
    let first = results.cases.first()?;
    match &expectation.flow {
        Some(id) => {
            let number = scenario.flows.iter().position(|flow| flow.id == *id)?;
            let assessment = case.assessments.get(number)?;
            match expectation.figure {
                Figure::EffectiveRate => assessment.effective_rate(),
                Figure::Duty => assessment.duty.known(),
                Figure::Change => difference(assessment.duty.known()?, first.assessments.get(number)?.duty.known()?),
            }
        }
        None => {
            let [total] = case.totals.as_slice() else {
                return None;
            };
            match expectation.figure {
                Figure::EffectiveRate => total.effective_rate(),
                Figure::Duty => total.duty.known(),
                Figure::Change => difference(total.duty.known()?, first.totals.first()?.duty.known()?),
            }
        }
    }
}
