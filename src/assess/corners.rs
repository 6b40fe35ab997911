//! Where a duty can turn as a share moves: the points that must be tried where a flow leaves a share open.

use super::plan::Plan;
use crate::base::{Decimal, Percent, Rounding, product, quotient};
use crate::law::{Comparison, Rulebook, Share, ShareKind, ShareName};
use rust_decimal::RoundingStrategy;
use std::collections::{BTreeMap, BTreeSet};

/// The points at which a duty that is piecewise linear in a share can be least or most: its ends, and both sides of each threshold.
pub(super) fn corners(plan: &Plan, share: &Share, rest: Percent, least: Percent) -> Vec<Percent> {
    let below = |threshold: Percent, by: Percent| {
        Percent::from_points(threshold.points().checked_sub(by.points()).unwrap_or(threshold.points()).max(Decimal::ZERO))
    };
    let just_below = |threshold: Percent| below(threshold, LEAST);
    // A content of nothing is another good than one with the least content: a measure that falls on it is there or is not.
    let mut points = BTreeSet::from([Percent::ZERO, least, below(rest, least), rest]);
    let conditions = plan.lines.iter().flat_map(|line| {
        line.when
            .iter()
            .chain(line.exceptions.iter().flat_map(|exception| &exception.when))
            .chain(line.relations.iter().flat_map(|(relation, _)| &relation.when))
    });
    for condition in conditions.filter(|condition| condition.share == *share) {
        points.insert(condition.threshold);
        if matches!(condition.comparison, Comparison::AtLeast | Comparison::Below) {
            points.insert(just_below(condition.threshold));
        }
    }
    points.into_iter().collect()
}

/// The least share that can be stated.
const LEAST: Percent = Percent::millionths(1);

/// The least share of a value that duty can fall on: one value step of it, since a part of a value is rounded to such steps; the least that can be stated where nothing is rounded, or where the share is
/// no part of the value.
pub(super) fn least_part(share: &Share, value: Decimal, rounding: &Rounding) -> Percent {
    let step = rounding.value;
    if matches!(share, Share::Weight(_)) || step.scale() > MOST_PLACES || value < step {
        return LEAST;
    }
    // So many digits that the step comes out of it at any other share beside it, and no more than an exact product holds.
    let digits = value.normalize().mantissa().checked_ilog10().unwrap_or(0).saturating_add(1);
    let whole = value.trunc().mantissa().checked_ilog10().unwrap_or(0).saturating_add(1);
    let places = whole.saturating_add(10).min(28_u32.saturating_sub(digits));
    if places < whole.saturating_add(2) {
        return LEAST;
    }
    let fraction = quotient(step, value).map(|part| part.round_dp_with_strategy(places, RoundingStrategy::ToZero));
    let points = fraction.and_then(|part| product(part, Decimal::ONE_HUNDRED)).filter(|points| !points.is_zero());
    points.map_or(LEAST, Percent::from_points)
}

/// No country rounds values to finer places.
const MOST_PLACES: u32 = 6;

/// The most a share can be beside the others. Contents of materials cannot add up to more than the good; shares whose absence has a meaning (such as domestic
/// content), or that cut across materials, are not counted; nor are weights, where one name may be the sum of others.
pub(super) fn rest_of_the_whole(shares: &BTreeMap<Share, Percent>, open: &Share, law: &Rulebook) -> Percent {
    let is_material = |share: &Share| match share {
        Share::Content(id) => law.shares().get(&(ShareKind::Content, id.clone())).is_some_and(ShareName::is_material),
        Share::Weight(_) => false,
    };
    if !is_material(open) {
        return Percent::WHOLE;
    }
    let others: Decimal = shares.iter().filter(|(share, _)| is_material(share)).map(|(_, percent)| percent.points()).sum();
    Percent::from_points(Decimal::ONE_HUNDRED.saturating_sub(others).max(Decimal::ZERO))
}
