//! Where a duty can turn as a share moves: the points that must be tried where a flow leaves a share open.

use super::plan::Plan;
use crate::base::{Decimal, Percent};
use crate::law::{Comparison, Rulebook, Share, ShareKind, ShareName};
use std::collections::{BTreeMap, BTreeSet};

/// The points at which a duty that is piecewise linear in a share can be least or most: its ends, and both sides of each threshold.
pub(super) fn corners(plan: &Plan, share: &Share, rest: Percent) -> Vec<Percent> {
    let just_below = |threshold: Percent| {
        Percent::from_points(threshold.points().checked_sub(Decimal::new(1, 6)).unwrap_or(threshold.points()).max(Decimal::ZERO))
    };
    // A content of nothing is another good than one with the least content: a measure that falls on it is there or is not.
    let least = Percent::from_points(Decimal::new(1, 6));
    let mut points = BTreeSet::from([Percent::ZERO, least, just_below(rest), rest]);
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
