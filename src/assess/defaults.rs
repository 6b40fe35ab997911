//! What the law takes for granted where a flow is silent, told where another statement would have been charged otherwise: shares whose absence has a meaning, and claims that a twin of a measure charged asks for.

use super::charge::{Amounts, Charged, charge};
use super::corners::{corners, least_part};
use super::explore::{Found, Leaf, Work};
use super::plan::Plan;
use super::record::{Silent, named};
use crate::base::{ContentId, Decimal, FactId, Percent};
use crate::law::{Base, Dutiable, Rate, RelationKind, Share, ShareKind};
use std::collections::BTreeSet;

/// Of goods that leave more open than this, the rest is not asked.
const MOST_ASKED: usize = 64;

/// The shares that the flow does not state and the law does, where they decide what is due: each with what it is taken for.
pub(super) fn decisive(work: &Work<'_>, found: &Found) -> Vec<(Share, Percent)> {
    let mut all = Vec::new();
    for ((kind, id), name) in work.law.shares() {
        let share = match kind {
            ShareKind::Content => Share::Content(id.clone()),
            ShareKind::Weight => Share::Weight(id.clone()),
        };
        let Some(absent) = name.absent.filter(|_| !work.flow.shares.contains_key(&share)) else { continue };
        let leaves = found.leaves.iter().filter(|leaf| mentions(&leaf.plan, &share)).take(MOST_ASKED);
        if leaves.into_iter().any(|leaf| decides(work, leaf, &share)) {
            all.push((share, absent));
        }
    }
    all
}

/// The claims that the flow does not make and that lower its duty: a measure that stands in place of one that is charged asks for nothing else.
///
/// Told of twins alone: of exceptions, provisions and whatever may make goods dearer there are dozens for any good.
pub(super) fn unclaimed<'a>(work: &Work<'a>, found: &Found) -> BTreeSet<&'a FactId> {
    let mut all = BTreeSet::new();
    for leaf in found.leaves.iter().take(MOST_ASKED) {
        for skipped in leaf.trace.skipped.iter().filter(|skipped| skipped.why == "claim") {
            let Some(twin) = work.regime.active.iter().find(|active| active.measure.id == skipped.measure) else { continue };
            let mut missing = twin.measure.requires.iter().filter(|fact| work.flow.facts.get(*fact) != Some(&true));
            let (Some(fact), None) = (missing.next(), missing.next()) else { continue };
            let charged = leaf.charged.lines.iter().filter(|line| line.replaced_by.is_none());
            let mut charged = charged.filter_map(|line| leaf.plan.lines.get(line.line));
            let is_lower = charged.any(|line| {
                named(&twin.measure.in_lieu_of, &line.measure, &line.program)
                    && twin.rate.as_ref().and_then(Rate::percent).zip(line.rate.percent()).is_some_and(|(rate, own)| {
                        rate < own
                            || (rate == own && matches!(twin.base, Base::LessContent(_)) && line.base == Base::CustomsValue)
                    })
            });
            if is_lower && let Some((known, _)) = work.law.facts().get_key_value(fact) {
                all.insert(known);
            }
        }
    }
    all
}

/// Tells whether another share than the one taken for granted is charged otherwise.
fn decides(work: &Work<'_>, leaf: &Leaf, share: &Share) -> bool {
    let least = least_part(share, work.value, &work.regime.territory.rounding);
    corners(&leaf.plan, share, Percent::WHOLE, least).into_iter().any(|point| {
        let mut shares = leaf.shares.clone();
        shares.insert(share.clone(), point);
        let unlimited = leaf.unlimited.clone();
        let amounts = Amounts { value: work.value, quantities: &work.flow.quantities, shares, unlimited };
        charge(&leaf.plan, work.regime, &amounts, &mut Silent).is_ok_and(|other| due(&other) != due(&leaf.charged))
    })
}

fn due(charged: &Charged) -> Vec<(usize, Option<Decimal>)> {
    charged.lines.iter().map(|line| (line.line, line.amount)).collect()
}

/// Tells whether anything in a plan asks for the share.
fn mentions(plan: &Plan, share: &Share) -> bool {
    let named = |id: &ContentId| matches!(share, Share::Content(own) if own == id);
    plan.lines.iter().any(|line| {
        let base = match &line.base {
            Base::CustomsValue => false,
            Base::Content(id, _) | Base::LessContent(id) => named(id),
        };
        let dutiable = match &line.dutiable {
            Dutiable::Whole | Dutiable::Nothing => false,
            Dutiable::Content(id) | Dutiable::LessContent(id) => named(id),
        };
        let reduced = |kind: &RelationKind| matches!(kind, RelationKind::LessContent(id) if named(id));
        let relations = line.relations.iter().map(|(relation, _)| relation);
        let conditions = line.when.iter().chain(line.exceptions.iter().flat_map(|exception| &exception.when));
        base || dutiable
            || relations.clone().any(|relation| reduced(&relation.kind))
            || conditions.chain(relations.flat_map(|relation| &relation.when)).any(|condition| condition.share == *share)
    })
}
