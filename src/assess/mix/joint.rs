//! How far a change can go where a flow leaves one share open: whatever the share is, it is the same in both states.

use super::{Mixture, Settled, goods_differ, pure};
use crate::assess::batch::asks_whether_owed;
use crate::assess::corners::{corners, least_part, rest_of_the_whole};
use crate::assess::explore::{Fault, Found, Leaf, Open, settled_shares};
use crate::assess::plan::{Plan, PlannedLine};
use crate::base::{Decimal, MeasureId, Percent, difference, sum};
use crate::law::{Base, Rate, RelationKind, Share};
use crate::scenario::Flow;
use std::collections::BTreeSet;

/// Amounts between a least and a most.
#[derive(Clone, Copy)]
struct Span {
    least: Decimal,
    most: Decimal,
}

impl Span {
    fn of(a: Decimal, b: Decimal) -> Self {
        Self { least: a.min(b), most: a.max(b) }
    }

    fn and(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.max(other.most) }
    }

    fn plus(self, other: Self) -> Option<Self> {
        Some(Self { least: sum(self.least, other.least)?, most: sum(self.most, other.most)? })
    }

    fn minus(self, other: Self) -> Option<Self> {
        Some(Self { least: difference(self.least, other.most)?, most: difference(self.most, other.least)? })
    }
}

impl Mixture<'_> {
    /// Returns the least and the most that the duty can change by where one share is open, and nothing else; `None` where that is not so, or where a line may rise and fall with the share.
    ///
    /// Between two points at which a law may turn every line only rises or only falls with the share. So it lies between its amounts at those points, rounded ones too; lines that are the
    /// same in both states drop out of the change.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn change_between(&self) -> Result<Option<[Decimal; 2]>, Fault> {
        let [first, second] = &self.sides;
        let ([old], [new]) = (self.state(0).as_slice(), self.state(1).as_slice()) else { return Ok(None) };
        let open: Vec<&Open> = old.open.union(&new.open).collect();
        let ([Open::Share(share)], false) = (open.as_slice(), goods_differ(first, second)) else { return Ok(None) };
        let plans: Vec<&Plan> = [old, new].into_iter().filter_map(|found| Some(&*found.leaves.first()?.plan)).collect();
        let ([a, b], true) = (plans.as_slice(), first.assumed.shares.is_empty()) else { return Ok(None) };
        let rest = |side: &Settled<'_>| rest_of_the_whole(&settled_shares(side.law, &side.flow.shares), share, side.law);
        let most = rest(first);
        if most != rest(second) || [old, new].into_iter().any(|found| found.too_many || turns(found, share)) {
            return Ok(None);
        }
        let least = least_part(share, first.value, &first.regime.territory.rounding);
        let points: BTreeSet<Percent> =
            [a, b].into_iter().flat_map(|plan| corners(plan, share, most, least)).map(|point| point.min(most)).collect();
        let mut all: Option<Span> = None;
        let mut before: Option<(Percent, [Leaf; 2])> = None;
        for point in points {
            let Some(leaves) = self.at(share, point)? else { return Ok(None) };
            let Some(change) = total_change(&leaves) else { return Ok(None) };
            let here = Span::of(change, change);
            all = Some(all.map_or(here, |all| all.and(here)));
            // Two points beside each other have nothing between them: what lies there is rounded to one of them.
            let apart = |from: Percent| difference(point.points(), from.points()).is_none_or(|gap| gap > least.points());
            if let Some((_, left)) = before.as_ref().filter(|(from, _)| apart(*from)) {
                let Some(between) = between(left, &leaves) else { return Ok(None) };
                all = all.map(|all| all.and(between));
            }
            before = Some((point, leaves));
        }
        Ok(all.map(|all| [all.least, all.most]))
    }

    /// What is found in both states where the share is this much; `None` where that is not one result.
    fn at(&self, share: &Share, point: Percent) -> Result<Option<[Leaf; 2]>, Fault> {
        let mut leaves = Vec::with_capacity(2);
        for side in &self.sides {
            let mut flow: Flow = side.flow.clone();
            flow.shares.insert(share.clone(), point);
            let goods = Settled { flow: &flow, regime: side.regime.clone(), origins: side.origins.clone(), ..*side };
            let mut found = pure(&goods, &goods)?;
            let Some(mut found) = found.pop().filter(|found| found.leaves.len() == 1 && !found.too_many) else { return Ok(None) };
            leaves.extend(found.leaves.pop());
        }
        Ok(<[Leaf; 2]>::try_from(leaves).ok())
    }
}

/// Tells whether a line may rise and fall with the share, or come and go with what another owes.
fn turns(found: &Found, share: &Share) -> bool {
    let on_share = |line: &PlannedLine| matches!(&line.base, Base::Content(id, _) if Share::Content(id.clone()) == *share);
    let remainder =
        |line: &PlannedLine| line.relations.iter().any(|(relation, _)| matches!(relation.kind, RelationKind::RemainderAfter(_)));
    found.leaves.iter().any(|leaf| {
        leaf.plan
            .lines
            .iter()
            .any(|line| line.alternative.is_some() || (on_share(line) && remainder(line)) || asks_whether_owed(line, leaf))
    })
}

fn total_change([old, new]: &[Leaf; 2]) -> Option<Decimal> {
    let total = |leaf: &Leaf| leaf.charged.total.filter(|_| leaf.charged.refused.is_none());
    difference(total(new)?, total(old)?)
}

/// The line of a measure, with its amount before and after rounding; nothing where it is not charged.
struct Charge<'l> {
    line: Option<&'l PlannedLine>,
    exact: Decimal,
    amount: Decimal,
}

fn charge<'l>(leaf: &'l Leaf, measure: &MeasureId) -> Option<Charge<'l>> {
    let found = leaf.charged.lines.iter().find_map(|charged| {
        let line = leaf.plan.lines.get(charged.line)?;
        (line.measure == *measure).then_some((line, charged))
    });
    match found {
        None => Some(Charge { line: None, exact: Decimal::ZERO, amount: Decimal::ZERO }),
        Some((line, charged)) => Some(Charge { line: Some(line), exact: charged.exact?, amount: charged.amount? }),
    }
}

/// The change between two points; `None` where a top-up counts what moves with the share, and where nothing bounds it.
fn between(left: &[Leaf; 2], right: &[Leaf; 2]) -> Option<Span> {
    let lines = |leaf: &Leaf| -> Vec<MeasureId> {
        let of =
            |charged: &crate::assess::charge::ChargedLine| leaf.plan.lines.get(charged.line).map(|line| line.measure.clone());
        leaf.charged.lines.iter().filter_map(of).collect()
    };
    let measures: BTreeSet<MeasureId> = left.iter().chain(right).flat_map(lines).collect();
    let mut all = Span::of(Decimal::ZERO, Decimal::ZERO);
    for measure in measures {
        let mut spans = Vec::with_capacity(2);
        let mut ends = Vec::with_capacity(2);
        for (a, b) in left.iter().zip(right) {
            let (from, to) = (charge(a, &measure)?, charge(b, &measure)?);
            if [&from, &to].into_iter().filter_map(|end| end.line).any(|line| counts_what_moves(line, a, b)) {
                return None;
            }
            spans.push(Span::of(from.amount, to.amount));
            ends.push([from, to]);
        }
        let ([old, new], [old_ends, new_ends]) = (spans.as_slice(), ends.as_slice()) else { return None };
        if !drops_out(old_ends, new_ends) {
            all = all.plus(new.minus(*old)?)?;
        }
    }
    Some(all)
}

/// Tells whether a top-up counts a duty that is not the same at both points.
fn counts_what_moves(line: &PlannedLine, a: &Leaf, b: &Leaf) -> bool {
    let top_up = matches!(line.rate, Rate::TopUp(_) | Rate::TopUpGeneral(_));
    let exact =
        |leaf: &Leaf, at: usize| leaf.charged.lines.iter().find(|charged| charged.line == at).map(|charged| charged.exact);
    // The plans of both points are of one key; a line that is not charged counts nothing.
    top_up && (a.plan.lines.len() != b.plan.lines.len() || line.counting.iter().any(|at| exact(a, *at) != exact(b, *at)))
}

/// Tells whether a line owes the same in both states at every point between: in proportion to one base, and the same at both ends.
fn drops_out([old_from, old_to]: &[Charge<'_>; 2], [new_from, new_to]: &[Charge<'_>; 2]) -> bool {
    let (Some(a), Some(b), Some(c), Some(d)) = (old_from.line, old_to.line, new_from.line, new_to.line) else { return false };
    let is_alike = |line: &PlannedLine| {
        let part_left = |kind: &RelationKind| matches!(kind, RelationKind::RemainderAfter(_) | RelationKind::LessContent(_));
        line.rate == a.rate
            && line.base == a.base
            && line.dutiable == a.dutiable
            && !matches!(line.rate, Rate::TopUp(_) | Rate::TopUpGeneral(_))
            && !line.relations.iter().any(|(relation, _)| part_left(&relation.kind))
    };
    [a, b, c, d].into_iter().all(is_alike)
        && (old_from.exact, old_from.amount) == (new_from.exact, new_from.amount)
        && (old_to.exact, old_to.amount) == (new_to.exact, new_to.amount)
}
