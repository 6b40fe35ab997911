//! What could be otherwise in a new scenario: readings that matter, and a change to a measure that applies.

use super::{DraftReading, WhatIf};
use crate::answer::findings::same_duty;
use crate::assess::{Assessment, Context, assess};
use crate::base::{Decimal, Percent, Period};
use crate::diag::Place;
use crate::law::{Change, CodeSet, Edit, OriginSet, Rate, RegimeCache};
use crate::scenario::{Flow, Scenario};
use std::sync::Arc;

/// More readings than this belong into `--readings all`.
const MOST_READINGS: usize = 3;

/// Finds the readings on whose other options the duty of some flow hangs.
pub(super) fn readings(cache: &RegimeCache<'_>, scenario: &Scenario, now: &Context, plain: &[Assessment]) -> Vec<DraftReading> {
    let mut found = Vec::new();
    for reading in cache.law().readings().values() {
        for option in reading.options.iter().filter(|option| option.id != reading.default) {
            let mut other = now.clone();
            other.readings.insert(reading.id.clone(), option.id.clone());
            if found.len() < MOST_READINGS && differs(cache, &scenario.flows, &other, plain) {
                found.push(DraftReading {
                    reading: reading.id.to_string(),
                    title: reading.title.clone(),
                    default: reading.default.clone(),
                    option: option.id.clone(),
                    says: option.says.clone(),
                });
            }
        }
    }
    found
}

/// Finds the measure that charges most and comes out differently at ten points more.
pub(super) fn what_if(cache: &RegimeCache<'_>, scenario: &Scenario, now: &Context, plain: &[Assessment]) -> WhatIf {
    let law = cache.law();
    let mut charged: Vec<(Decimal, &crate::assess::DutyLine)> = Vec::new();
    for line in plain.iter().flat_map(|assessment| &assessment.lines) {
        let amount = line.amount.known().or(line.amount.at_most()).unwrap_or_default();
        if law.measure(&line.measure).is_some() && !charged.iter().any(|(_, known)| known.measure == line.measure) {
            charged.push((amount, line));
        }
    }
    charged.sort_by(|(a, left), (b, right)| b.cmp(a).then_with(|| left.measure.cmp(&right.measure)));
    let place = scenario.flows.first().and_then(|flow| flow.place);
    for (_, line) in charged {
        let (Some(place), Ok(now_rate)) = (place, Rate::parse(&line.form)) else { continue };
        let Some(then) = ten_points_more(&now_rate, line, place) else { continue };
        let change = Arc::new(changed(line, Edit::SetRate(then.clone()), place));
        let amended = law.amended(&[change]);
        if differs(&RegimeCache::new(&amended), &scenario.flows, now, plain) {
            return WhatIf::SetRate {
                measure: line.measure.to_string(),
                title: line.title.clone(),
                heading: line.heading.clone(),
                now: line.form.clone(),
                then: then.to_string(),
            };
        }
    }
    WhatIf::Introduce
}

fn changed(line: &crate::assess::DutyLine, edit: Edit, place: Place) -> Change {
    Change {
        target: line.measure.to_string(),
        edit,
        period: Period { from: None, before: None },
        origins: OriginSet::All,
        codes: CodeSet::ALL,
        why: None,
        place,
        source: line.source.clone(),
    }
}

/// The rate at ten points more, where it has points at all.
fn ten_points_more(rate: &Rate, line: &crate::assess::DutyLine, place: Place) -> Option<Rate> {
    let more = Edit::AddPoints(Percent::from_points(Decimal::TEN));
    changed(line, more, place).applied(Some(rate), None).filter(|then| then != rate)
}

/// Tells whether some flow comes out differently.
fn differs(cache: &RegimeCache<'_>, flows: &[Flow], context: &Context, plain: &[Assessment]) -> bool {
    flows.iter().zip(plain).any(|(flow, plain)| assess(cache, flow, context).is_ok_and(|other| !same_duty(&other, plain)))
}
