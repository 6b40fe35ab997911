//! One way to settle what a class leaves open, as lines in whole numbers: each a rate on the whole value or on a part of it, rounded as a single charge rounds them.

use super::class::{Common, RATE_PLACES, SAMPLE, number};
use crate::assess::charge::ChargedLine;
use crate::assess::explore::Leaf;
use crate::assess::plan::{Plan, PlannedLine};
use crate::base::{ContentId, Decimal, Percent, Quantity, product, quotient};
use crate::law::{Base, Condition, Dutiable, Rate, RelationKind, Share, Where};
use std::collections::BTreeMap;

/// A rate in units of [`RATE_PLACES`] places, or that of the schedule's own line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Term {
    Fixed(i64),
    Column1,
}

impl Term {
    pub(super) fn at(self, column_1: i64) -> i64 {
        match self {
            Self::Fixed(rate) => rate,
            Self::Column1 => column_1,
        }
    }
}

/// A share of the value: so much of it in units of [`SHARE_UNITS`], rounded to whole units of money, and so many of those more or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Portion {
    share: i64,
    steps: i64,
}

/// How many units make the whole of a share.
const SHARE_UNITS: i64 = 10_000_000_000;
/// How many units of money at most a share may stand beside a rounded one, where it was settled at an end.
const MOST_STEPS: i64 = 9;
/// How many parts a way may have.
const MOST_PARTS: usize = 8;

impl Portion {
    const WHOLE: Self = Self { share: SHARE_UNITS, steps: 0 };

    /// Reads a share: at [`SAMPLE`] a unit of money is finer than any share that can be stated.
    fn new(share: Percent) -> Option<Self> {
        let amount = product(share.fraction(), Decimal::from(SAMPLE))?.normalize();
        let amount = i64::try_from(amount.mantissa()).ok().filter(|_| amount.scale() == 0)?;
        let unit = SAMPLE.checked_div(SHARE_UNITS)?;
        let share = amount.checked_add(unit / 2)?.checked_div_euclid(unit)?;
        let steps = amount.checked_sub(share.checked_mul(unit)?)?;
        (steps.saturating_abs() <= MOST_STEPS).then_some(Self { share, steps })
    }

    /// The part of an amount, halves away from zero. Neither is below zero.
    fn of(self, whole: i64) -> i64 {
        let exact = i128::from(whole).saturating_mul(i128::from(self.share));
        let units = i128::from(SHARE_UNITS);
        let part = exact.saturating_add(units / 2).div_euclid(units);
        i64::try_from(part).unwrap_or(i64::MAX).saturating_add(self.steps)
    }

    fn plus(self, other: Self) -> Self {
        Self { share: self.share.saturating_add(other.share), steps: self.steps.saturating_add(other.steps) }
    }
}

/// What of the value a part begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Own {
    Whole,
    /// A content, beside contents that others were charged on.
    Content(Portion, Box<[Portion]>),
    /// What a content leaves.
    Less(Portion),
}

/// A part of the value that a line falls on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    own: Own,
    /// Other parts, of which it takes only what they leave.
    after: Box<[usize]>,
    /// Shares taken off it at last.
    less: Box<[Portion]>,
    /// Whether it is nothing at [`SAMPLE`].
    is_nothing: bool,
}

/// The parts of a value, in the order in which they are charged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::assess) struct Parts(Box<[Part]>);

/// The parts of one value.
pub(super) type Bases = [i64; MOST_PARTS];

impl Parts {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The parts of a whole value above zero; `None` where one of them is nothing, or is something, that is not so at [`SAMPLE`]: there the plan itself may come out otherwise.
    pub(super) fn of(&self, whole: i64) -> Option<Bases> {
        let mut bases = [0; MOST_PARTS];
        for (at, part) in self.0.iter().enumerate() {
            let mut base = match &part.own {
                Own::Whole => whole,
                Own::Content(portion, beside) => content(whole, *portion, beside),
                Own::Less(portion) => whole.saturating_sub(portion.of(whole)),
            };
            let mut left = whole;
            for other in &part.after {
                left = left.saturating_sub(bases.get(*other).copied()?);
            }
            base = base.min(left.max(0));
            for portion in &part.less {
                base = base.saturating_sub(portion.of(base));
            }
            if (base == 0) != part.is_nothing || base < 0 {
                return None;
            }
            *bases.get_mut(at)? = base;
        }
        Some(bases)
    }
}

/// The part of a content of which others have been taken.
fn content(whole: i64, portion: Portion, beside: &[Portion]) -> i64 {
    let (mut taken, mut shares) = (0_i64, Portion { share: 0, steps: 0 });
    let mut base = 0;
    for (at, portion) in beside.iter().chain([&portion]).enumerate() {
        let own = portion.of(whole);
        shares = shares.plus(*portion);
        let left = whole.saturating_sub(taken);
        base = match (shares.share, shares.steps).cmp(&(Portion::WHOLE.share, Portion::WHOLE.steps)) {
            _ if at == 0 => own,
            std::cmp::Ordering::Less => own.min(left),
            std::cmp::Ordering::Equal => left,
            std::cmp::Ordering::Greater => own,
        };
        taken = taken.saturating_add(base);
    }
    base
}

/// One line: `base × rate`, less what it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TermLine {
    pub(super) program: usize,
    pub(super) rate: Term,
    pub(super) less: Box<[Term]>,
    /// The part it falls on; `None` is the whole value.
    pub(super) part: Option<usize>,
}

/// The lines of one way, with the column-1 rate left open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::assess) struct Way {
    pub(super) parts: Parts,
    pub(super) lines: Vec<TermLine>,
}

/// What a line falls on, and the value that is a part of.
#[derive(Clone, Copy)]
pub(super) struct On {
    pub(super) base: i64,
    pub(super) whole: i64,
}

impl On {
    /// `base × rate` in steps of `places` decimal places, rounded once, halves away from zero, less what counts against it: on a part of the value that part of what was rounded on the whole, rounded again.
    pub(super) fn amount(self, rate: i64, less: impl Iterator<Item = i64>, places: u32) -> i128 {
        let mut amount = rounded(self.base, rate, places);
        for counted in less {
            let mut counted = rounded(self.whole, counted, places);
            if self.base != self.whole {
                let whole = i128::from(self.whole);
                let double = counted.saturating_mul(i128::from(self.base)).saturating_mul(2).saturating_add(whole);
                counted = double.checked_div(whole.saturating_mul(2)).unwrap_or(0);
            }
            amount = amount.saturating_sub(counted);
        }
        amount.max(0)
    }
}

impl Way {
    /// The duty on a whole value above zero, in steps of `places` decimal places; `None` where the row must be worked out by itself.
    pub(super) fn total(&self, whole: i64, column_1: i64, places: u32) -> Option<i128> {
        let bases = self.parts.of(whole)?;
        let mut total = 0_i128;
        for line in &self.lines {
            let base = line.part.map_or(Some(whole), |part| bases.get(part).copied())?;
            let less = line.less.iter().map(|term| term.at(column_1));
            total = total.saturating_add(On { base, whole }.amount(line.rate.at(column_1), less, places));
        }
        Some(total)
    }

    /// Reads a result: each line a rate on the value or on a part of it; `None` where one is not, or, with the column-1 rate left open, where that decides more than its own amount.
    pub(super) fn new(leaf: &Leaf, common: &Common<'_>, is_rate_open: bool) -> Option<Self> {
        if leaf.plan.lines.iter().any(|line| {
            line.dutiable != Dutiable::Whole
                || (is_rate_open && line.alternative.is_some())
                || (is_rate_open && asks_whether_owed(line, leaf))
                || !is_proportional(line, common.quantities, is_rate_open)
        }) {
            return None;
        }
        let parts = PartsOf::new(leaf)?;
        let mut lines = Vec::with_capacity(leaf.charged.lines.len());
        for charged in &leaf.charged.lines {
            // What another line replaces is charged nothing.
            if charged.replaced_by.is_some() {
                continue;
            }
            let line = leaf.plan.lines.get(charged.line)?;
            let (rate, less) = terms(line, charged, leaf, is_rate_open)?;
            if rate != Term::Fixed(0) {
                let program = number(common.programs, &line.program);
                lines.push(TermLine { program, rate, less, part: parts.of_line.get(&charged.line).copied() });
            }
        }
        let parts = if lines.iter().any(|line| line.part.is_some()) { Parts(parts.all.into()) } else { Parts::default() };
        Some(Self { parts, lines })
    }
}

/// The rates of a line.
fn terms(line: &PlannedLine, charged: &ChargedLine, leaf: &Leaf, is_rate_open: bool) -> Option<(Term, Box<[Term]>)> {
    let fixed = |rate: Decimal| -> Option<Term> {
        let rate = product(rate, Decimal::from(10_i64.checked_pow(RATE_PLACES)?))?.normalize();
        if rate.scale() != 0 || rate.is_sign_negative() { None } else { i64::try_from(rate.mantissa()).ok().map(Term::Fixed) }
    };
    let sample = Decimal::from(SAMPLE);
    let is_left_open = |line: &PlannedLine| is_rate_open && line.is_column_1 && line.position.is_none();
    let own_rate = |line: &PlannedLine, charged: &ChargedLine| -> Option<Term> {
        match line.rate.percent() {
            Some(percent) => fixed(percent.fraction()),
            None if charged.base.is_zero() => Some(Term::Fixed(0)),
            None => fixed(quotient(charged.exact?, charged.base)?),
        }
    };
    let top_up = |percent: Percent| -> Option<(Term, Box<[Term]>)> {
        let mut less = Vec::with_capacity(line.counting.len());
        for counted in &line.counting {
            let Some(found) = leaf.charged.lines.iter().find(|charged| charged.line == *counted) else { continue };
            let planned = leaf.plan.lines.get(*counted)?;
            if found.base != sample
                || found.replaced_by.is_some()
                || matches!(planned.rate, Rate::TopUp(_) | Rate::TopUpGeneral(_))
            {
                return None;
            }
            less.push(if is_left_open(planned) { Term::Column1 } else { own_rate(planned, found)? });
        }
        Some((fixed(percent.fraction())?, less.into()))
    };
    match &line.rate {
        _ if is_left_open(line) => (charged.base == sample).then(|| (Term::Column1, Box::default())),
        Rate::TopUp(percent) => top_up(*percent),
        // The general rate decides whether anything is due, whatever the value is.
        Rate::TopUpGeneral(_) if is_rate_open => None,
        Rate::TopUpGeneral(percent) if charged.exact.is_some_and(|exact| exact > Decimal::ZERO) => top_up(*percent),
        Rate::TopUpGeneral(_) => Some((Term::Fixed(0), Box::default())),
        Rate::Flat(_) | Rate::Ratio(_) => None,
        Rate::Free
        | Rate::AdValorem(_)
        | Rate::Specific(_)
        | Rate::Sum(_)
        | Rate::AtLeast(..)
        | Rate::AtMost(..)
        | Rate::InsteadOfColumn1(_)
        | Rate::Refused
        | Rate::Unknown(_) => Some((own_rate(line, charged)?, Box::default())),
    }
}

/// The parts that the lines of a result fall on, and which of them each does.
#[derive(Default)]
struct PartsOf {
    all: Vec<Part>,
    of_line: BTreeMap<usize, usize>,
}

impl PartsOf {
    /// Follows the charge of a result from line to line; `None` where a part is none of the kinds that are kept.
    fn new(leaf: &Leaf) -> Option<Self> {
        let sample = Decimal::from(SAMPLE);
        let mut parts = Self::default();
        // Where every line falls on the whole value there are no parts.
        if leaf.charged.lines.iter().all(|charged| charged.base == sample) {
            return Some(parts);
        }
        // The lowest of several was chosen after the others had been taken into account.
        if leaf.plan.lines.iter().any(|line| line.alternative.is_some()) {
            return None;
        }
        for charged in &leaf.charged.lines {
            let line = leaf.plan.lines.get(charged.line)?;
            if let Some(part) = parts.part(line, charged, leaf)? {
                if parts.all.len() >= MOST_PARTS {
                    return None;
                }
                parts.of_line.insert(charged.line, parts.all.len());
                parts.all.push(part);
            }
        }
        let at_sample = Parts(parts.all.clone().into()).of(SAMPLE)?;
        let as_charged = leaf.charged.lines.iter().all(|charged| {
            let part = parts.of_line.get(&charged.line).and_then(|part| at_sample.get(*part));
            Decimal::from(part.copied().unwrap_or(SAMPLE)) == charged.base
        });
        as_charged.then_some(parts)
    }

    /// The part that a line falls on; `Some(None)` is the whole value.
    fn part(&self, line: &PlannedLine, charged: &ChargedLine, leaf: &Leaf) -> Option<Option<Part>> {
        let portion = |id: &ContentId, unstated: Option<Percent>| {
            Portion::new(leaf.shares.get(&Share::Content(id.clone())).copied().or(unstated)?)
        };
        let own = match &line.base {
            Base::CustomsValue => Own::Whole,
            Base::LessContent(id) => Own::Less(portion(id, None)?),
            Base::Content(id, unstated) => {
                let mut ids: Vec<&ContentId> = Vec::new();
                let mut beside = Vec::new();
                for before in leaf.charged.lines.iter().take_while(|before| before.line != charged.line) {
                    let Base::Content(other, unstated) = &leaf.plan.lines.get(before.line)?.base else { continue };
                    if other != id && !ids.contains(&other) {
                        ids.push(other);
                        beside.push(portion(other, *unstated)?);
                    }
                }
                Own::Content(portion(id, *unstated)?, beside.into())
            }
        };
        let hold = |when: &[Condition]| {
            when.iter().try_fold(true, |all, condition| Some(all && condition.holds(leaf.shares.get(&condition.share).copied()?)))
        };
        let mut after = Vec::new();
        let mut whole_taken = false;
        let mut less = Vec::new();
        for (relation, others) in &line.relations {
            match &relation.kind {
                RelationKind::RemainderAfter(_) if hold(&relation.when)? => {
                    let before =
                        |other: usize| leaf.charged.lines.iter().take_while(|b| b.line != charged.line).any(|b| b.line == other);
                    for other in others.iter().copied().filter(|other| before(*other)) {
                        match self.of_line.get(&other) {
                            Some(part) if !after.contains(part) => after.push(*part),
                            Some(_) => {}
                            None => whole_taken = true,
                        }
                    }
                }
                RelationKind::LessContent(id) if hold(&relation.when)? => less.push(portion(id, None)?),
                RelationKind::RemainderAfter(_) | RelationKind::LessContent(_) | RelationKind::YieldsTo(..) => {}
            }
        }
        if whole_taken {
            return None;
        }
        if own == Own::Whole && after.is_empty() && less.is_empty() {
            return Some(None);
        }
        Some(Some(Part { own, after: after.into(), less: less.into(), is_nothing: charged.base.is_zero() }))
    }
}

/// Tells whether a line yields where a top-up owes anything: that depends on the column-1 rate, and so does whether the line is charged.
pub(in crate::assess) fn asks_whether_owed(line: &PlannedLine, leaf: &Leaf) -> bool {
    let tops_up = |other: &usize| {
        leaf.plan.lines.get(*other).is_some_and(|line| matches!(line.rate, Rate::TopUp(_) | Rate::TopUpGeneral(_)))
    };
    line.relations.iter().any(|(relation, others)| relation.asks_where() == Some(Where::Owed) && others.iter().any(tops_up))
}

/// Tells whether the duty of a line is in proportion to what it falls on.
fn is_proportional(line: &PlannedLine, quantities: &[Quantity], is_rate_open: bool) -> bool {
    if is_rate_open && line.is_column_1 && line.position.is_none() {
        return true;
    }
    in_proportion(&line.rate, quantities) && line.general.as_ref().is_none_or(|rate| in_proportion(rate, quantities))
}

fn in_proportion(rate: &Rate, quantities: &[Quantity]) -> bool {
    match rate {
        // A share that has no end in decimals cannot be taken from a sample.
        Rate::Flat(_) | Rate::Ratio(_) => false,
        // Without a quantity the amount is nothing or without limit; what the goods weigh limits what is in them.
        Rate::Specific(specific) => quantities.iter().all(|quantity| {
            let whole = specific.per.whole().and_then(|whole| quantity.in_unit(whole));
            quantity.in_unit(specific.per).is_none() && whole.is_none()
        }),
        Rate::Sum(parts) => parts.iter().all(|part| in_proportion(part, quantities)),
        Rate::AtLeast(a, b) | Rate::AtMost(a, b) => in_proportion(a, quantities) && in_proportion(b, quantities),
        Rate::InsteadOfColumn1(rate) => in_proportion(rate, quantities),
        Rate::Free | Rate::AdValorem(_) | Rate::TopUp(_) | Rate::TopUpGeneral(_) | Rate::Refused | Rate::Unknown(_) => true,
    }
}

/// Tells whether every duty of a plan is in proportion to what it falls on.
pub(super) fn is_in_proportion(plan: &Plan, quantities: &[Quantity]) -> bool {
    plan.lines.iter().all(|line| is_proportional(line, quantities, false))
}

/// `base × rate` in steps of `places` decimal places, halves away from zero. Neither is below zero.
pub(super) fn rounded(base: i64, rate: i64, places: u32) -> i128 {
    let product = i128::from(base).saturating_mul(i128::from(rate));
    match (u64::try_from(product), places) {
        // The common case, cents of a value below 10^10, needs no division of 128 bits.
        (Ok(product), 2) => i128::from(product.saturating_add(500_000) / 1_000_000),
        _ => {
            let divisor = 10_i128.saturating_pow(RATE_PLACES.saturating_sub(places));
            product.saturating_add(divisor / 2).div_euclid(divisor)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{On, rounded};
    use crate::base::{Decimal, Rounding};
    use proptest::prelude::*;

    proptest! {
        /// Whole numbers give what decimals give.
        #[test]
        fn plain_lines_are_charged_as_decimals_are(
            whole in 0_i64..=1_000_000_000_000_000,
            rate in 0_i64..=100_000_000_000,
            counted in prop::collection::vec(0_i64..=100_000_000, 0..3),
            places in 0_u32..=4,
        ) {
            let rule = Rounding { value: Decimal::ONE, quantity: None, duty: Decimal::new(1, places), cite: String::new() };
            let charged = |rate: i64| rule.duty(Decimal::from(whole).saturating_mul(Decimal::new(rate, 8)));
            let mut expected = charged(rate);
            counted.iter().for_each(|rate| expected = expected.saturating_sub(charged(*rate)));
            let amount = On { base: whole, whole }.amount(rate, counted.into_iter(), places);
            prop_assert_eq!(Decimal::from_i128_with_scale(amount, places), expected.max(Decimal::ZERO));
        }
    }

    #[test]
    fn halves_go_up() {
        assert_eq!(rounded(1, 50_000_000, 0), 1);
        assert_eq!(rounded(5, 100_000, 2), 1);
        assert_eq!(rounded(i64::MAX, 100_000_000, 2), i128::from(i64::MAX) * 100);
    }
}
