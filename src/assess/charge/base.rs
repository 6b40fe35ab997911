//! What a line falls on: the customs value or a part of it, in whole value steps.

use super::{Run, Stop};
use crate::assess::plan::PlannedLine;
use crate::assess::record::Record;
use crate::base::{ContentId, Decimal, Percent, difference, product, sum};
use crate::law::{Base, Dutiable, RelationKind, Share};
use std::cmp::Ordering;

/// A share of an amount, exact.
fn of(amount: Decimal, share: Percent) -> Result<Decimal, Stop> {
    product(amount, share.fraction()).ok_or(Stop::TooLarge)
}

/// A part of the customs value that duty falls on.
#[derive(Clone, Copy)]
pub(super) struct Part {
    /// In whole value steps.
    pub(super) base: Decimal,
    /// Before it was rounded.
    pub(super) exact: Decimal,
}

impl Part {
    fn exactly(amount: Decimal) -> Self {
        Self { base: amount, exact: amount }
    }
}

impl<'a> Run<'a> {
    /// A share of an amount, in value steps as the country rounds values: a part of a value is entered as a value of its own (19 CFR 159.3: 50 cents and more count as a dollar).
    pub(super) fn part(&self, amount: Decimal, share: Percent) -> Result<Part, Stop> {
        let exact = of(amount, share)?;
        Ok(Part { base: self.rounding().value(exact), exact })
    }

    /// What a part leaves of an amount: a difference, so that both add up to the amount.
    pub(super) fn less(&self, amount: Decimal, share: Percent) -> Result<Part, Stop> {
        let part = self.part(amount, share)?;
        let left = |part: Decimal| difference(amount, part).ok_or(Stop::TooLarge);
        Ok(Part { base: left(part.base)?, exact: left(part.exact)? })
    }

    /// The part of the customs value that the provision claimed leaves dutiable.
    pub(super) fn dutiable(&self, line: &PlannedLine) -> Result<Part, Stop> {
        let value = self.amounts.value;
        match &line.dutiable {
            Dutiable::Whole => Ok(Part::exactly(value)),
            Dutiable::Nothing => Ok(Part::exactly(Decimal::ZERO)),
            Dutiable::Content(id) => self.part(value, self.share(&Share::Content(id.clone()))?),
            Dutiable::LessContent(id) => self.less(value, self.share(&Share::Content(id.clone()))?),
        }
    }

    pub(super) fn content_share(&self, id: &ContentId, unstated: Option<Percent>) -> Result<Percent, Stop> {
        match (self.share(&Share::Content(id.clone())), unstated) {
            (Err(_), Some(unstated)) => Ok(unstated),
            (share, _) => share,
        }
    }

    /// The part of one content, beside the contents that other lines were charged on: parts never add up to more than their shares do, and those that are the whole add up to it.
    pub(super) fn content(
        &self,
        line: &PlannedLine,
        id: &ContentId,
        unstated: Option<Percent>,
        value: Decimal,
        record: &mut impl Record,
    ) -> Result<Part, Stop> {
        let (mut taken, mut shares) = (Decimal::ZERO, Decimal::ZERO);
        let mut counted: Vec<&ContentId> = Vec::new();
        for other in self.charged.lines.iter().filter_map(|charged| self.planned(charged.line)) {
            let Base::Content(beside, unstated) = &other.base else { continue };
            if beside != id && other.dutiable == line.dutiable && !counted.contains(&beside) {
                counted.push(beside);
                let share = self.content_share(beside, *unstated)?;
                let part = self.beside(value, (taken, shares), share, record)?;
                taken = sum(taken, part.base).ok_or(Stop::TooLarge)?;
                shares = sum(shares, share.points()).ok_or(Stop::TooLarge)?;
            }
        }
        self.beside(value, (taken, shares), self.content_share(id, unstated)?, record)
    }

    /// A share of a value of which other shares have been taken.
    pub(super) fn beside(
        &self,
        value: Decimal,
        (taken, shares): (Decimal, Decimal),
        share: Percent,
        record: &mut impl Record,
    ) -> Result<Part, Stop> {
        let own = self.part(value, share)?;
        if shares.is_zero() {
            return Ok(own);
        }
        let all = sum(shares, share.points()).ok_or(Stop::TooLarge)?.cmp(&Decimal::ONE_HUNDRED);
        record.side(|| all);
        let left = difference(value, taken).ok_or(Stop::TooLarge)?;
        Ok(match all {
            Ordering::Less => Part { base: own.base.min(left), ..own },
            Ordering::Equal => Part { base: left, ..own },
            // Shares that cut across each other, or contradict each other: nothing says which would have to give way.
            Ordering::Greater => own,
        })
    }

    /// What a line falls on.
    pub(super) fn base(&self, line: &'a PlannedLine, record: &mut impl Record) -> Result<Part, Stop> {
        let value = self.dutiable(line)?;
        let mut base = match &line.base {
            Base::CustomsValue => value,
            Base::Content(id, unstated) => self.content(line, id, *unstated, value.base, record)?,
            Base::LessContent(id) => self.less(value.base, self.share(&Share::Content(id.clone()))?)?,
        };
        let mut covered = Decimal::ZERO;
        let mut counted: Vec<usize> = Vec::new();
        for (relation, others) in &line.relations {
            if !matches!(relation.kind, RelationKind::RemainderAfter(_)) || self.all_hold(&relation.when, record)?.is_some() {
                continue;
            }
            for other in others {
                if !counted.contains(other) {
                    counted.push(*other);
                    covered =
                        sum(covered, self.on(*other).map_or(Decimal::ZERO, |charged| charged.base)).ok_or(Stop::TooLarge)?;
                }
            }
        }
        let left = difference(value.base, covered).ok_or(Stop::TooLarge)?;
        record.side(|| left.cmp(&Decimal::ZERO));
        record.side(|| base.base.cmp(&left));
        if left < base.base {
            base = Part::exactly(left.max(Decimal::ZERO));
        }
        for (relation, _) in &line.relations {
            if let RelationKind::LessContent(id) = &relation.kind
                && self.all_hold(&relation.when, record)?.is_none()
            {
                base = self.less(base.base, self.share(&Share::Content(id.clone()))?)?;
            }
        }
        Ok(base)
    }
}
