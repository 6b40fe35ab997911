//! What all plain column-1 rates have in common: the duty of a class with the rate left open, worked out once for all of them.

use super::class::{Class, Common, OpenClass, PlainLine, RATE_PLACES, SAMPLE, SAMPLE_PLACES, number, rounds_plainly};
use crate::assess::explore::{Found, Leaf};
use crate::assess::plan::PlannedLine;
use crate::base::{Decimal, product, quotient};
use crate::law::{Dutiable, Rate, Where};

/// A rate in units of [`RATE_PLACES`] places, or that of the schedule's own line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Term {
    Fixed(i64),
    Column1,
}

/// One plain line with the column-1 rate left open.
#[derive(Debug)]
pub(in crate::assess) struct TermLine {
    program: usize,
    rate: Term,
    less: Box<[Term]>,
}

/// The duty of a class for every plain column-1 rate.
#[derive(Debug)]
pub(in crate::assess) enum Shape {
    Refused,
    /// Unknown, without bounds.
    Unbounded,
    Plain(Vec<TermLine>),
    /// Several results: the lines of each, `None` where it has no limit.
    Open(Vec<Option<Vec<TermLine>>>),
    /// The rate decides more than its own amount: each has a class of its own.
    ByRate,
}

impl Shape {
    /// Makes a shape of what was found at [`SAMPLE`] for one of the rates.
    pub(in crate::assess) fn new(found: &Found, common: &Common<'_>) -> Self {
        let leaves = &found.leaves;
        if !leaves.is_empty() && leaves.iter().all(|leaf| leaf.charged.refused.is_some()) {
            return Self::Refused;
        }
        if found.too_many || leaves.is_empty() || leaves.iter().any(|leaf| leaf.charged.refused.is_some()) {
            return Self::Unbounded;
        }
        if !rounds_plainly(&common.regime.territory.rounding) {
            return Self::ByRate;
        }
        let terms = |leaf: &Leaf| match leaf.charged.total {
            Some(_) => terms(leaf, common).map(Some),
            None => Some(None),
        };
        let mut all: Vec<Option<Vec<TermLine>>> = Vec::with_capacity(leaves.len());
        for leaf in leaves {
            match terms(leaf) {
                Some(lines) => all.push(lines),
                None => return Self::ByRate,
            }
        }
        if all.len() == 1
            && let Some(Some(_)) = all.first()
        {
            return all.pop().flatten().map_or(Self::ByRate, Self::Plain);
        }
        Self::Open(all)
    }

    /// The class for one column-1 rate; `None` where it must be worked out for itself.
    pub(in crate::assess) fn at(&self, column_1: i64, places: u32) -> Option<Class> {
        Some(match self {
            Self::Refused => Class::Refused,
            Self::Unbounded => Class::Open(OpenClass::UNKNOWN),
            Self::Plain(lines) => Class::Plain(lines.iter().map(|line| line.at(column_1)).collect()),
            Self::Open(leaves) => {
                let total = |lines: &Vec<TermLine>| -> i128 {
                    lines.iter().map(|line| line.at(column_1).amount(SAMPLE, places)).fold(0, i128::saturating_add)
                };
                let totals = || leaves.iter().map(|leaf| leaf.as_ref().map(total));
                let lines = leaves.iter().flatten().map(Vec::len).max().unwrap_or(0);
                Class::Open(OpenClass::between(totals(), lines))
            }
            Self::ByRate => return None,
        })
    }
}

impl TermLine {
    fn at(&self, column_1: i64) -> PlainLine {
        let rate = |term: &Term| match term {
            Term::Fixed(rate) => *rate,
            Term::Column1 => column_1,
        };
        PlainLine { program: self.program, rate: rate(&self.rate), less: self.less.iter().map(rate).collect() }
    }
}

/// The lines of a result, each in proportion to the value; `None` where one is not, or where the column-1 rate decides more than its own amount.
fn terms(leaf: &Leaf, common: &Common<'_>) -> Option<Vec<TermLine>> {
    let sample = Decimal::from(SAMPLE);
    let fixed = |rate: Decimal| -> Option<Term> {
        let rate = product(rate, Decimal::from(10_i64.checked_pow(RATE_PLACES)?))?.normalize();
        if rate.scale() != 0 || rate.is_sign_negative() { None } else { i64::try_from(rate.mantissa()).ok().map(Term::Fixed) }
    };
    if leaf.plan.lines.iter().any(|line| asks_whether_owed(line, leaf)) {
        return None;
    }
    let mut lines = Vec::with_capacity(leaf.charged.lines.len());
    for charged in &leaf.charged.lines {
        let line = leaf.plan.lines.get(charged.line)?;
        if line.alternative.is_some() {
            return None;
        }
        // What another line replaces is charged nothing.
        if charged.replaced_by.is_some() {
            continue;
        }
        let whole = charged.base == sample && line.dutiable == Dutiable::Whole;
        let program = number(common.programs, &line.program);
        let of_schedule = line.is_column_1 && line.position.is_none();
        let (rate, less) = match &line.rate {
            _ if of_schedule && whole => (Term::Column1, Box::default()),
            _ if of_schedule => return None,
            Rate::TopUp(percent) if whole => {
                let mut less = Vec::with_capacity(line.counting.len());
                for counted in &line.counting {
                    let Some(found) = leaf.charged.lines.iter().find(|charged| charged.line == *counted) else { continue };
                    let planned = leaf.plan.lines.get(*counted)?;
                    if found.base != sample || found.replaced_by.is_some() {
                        return None;
                    }
                    let own = planned.is_column_1 && planned.position.is_none();
                    less.push(if own { Term::Column1 } else { fixed(planned.rate.percent()?.fraction())? });
                }
                (fixed(percent.fraction())?, less.into())
            }
            Rate::TopUp(_) | Rate::TopUpGeneral(_) | Rate::Flat(_) | Rate::Ratio(_) => return None,
            Rate::Free
            | Rate::AdValorem(_)
            | Rate::Specific(_)
            | Rate::Sum(_)
            | Rate::AtLeast(..)
            | Rate::AtMost(..)
            | Rate::InsteadOfColumn1(_)
            | Rate::Refused
            | Rate::Unknown(_) => (fixed(quotient(charged.exact?, sample)?)?, Box::default()),
        };
        if rate != Term::Fixed(0) {
            lines.push(TermLine { program, rate, less });
        }
    }
    Some(lines)
}

/// Tells whether a line yields where a top-up owes anything: that depends on the column-1 rate, and so does whether the line is charged.
pub(in crate::assess) fn asks_whether_owed(line: &PlannedLine, leaf: &Leaf) -> bool {
    let tops_up = |other: &usize| {
        leaf.plan.lines.get(*other).is_some_and(|line| matches!(line.rate, Rate::TopUp(_) | Rate::TopUpGeneral(_)))
    };
    line.relations.iter().any(|(relation, others)| relation.asks_where() == Some(Where::Owed) && others.iter().any(tops_up))
}

impl OpenClass {
    /// Nothing is known.
    pub(in crate::assess) const UNKNOWN: Self = Self { least: 0, most: None, close_below: None };

    /// Makes bounds of the totals of every result at [`SAMPLE`], in duty steps; `None` is without limit. No result has more lines than `lines`.
    pub(super) fn between(totals: impl Iterator<Item = Option<i128>> + Clone, lines: usize) -> Self {
        let least = totals.clone().flatten().min().unwrap_or(0);
        let most = totals.clone().try_fold(0_i128, |most, total| Some(most.max(total?)));
        // Each line is rounded by itself: so many steps can rounding close.
        let steps = i128::try_from(lines).unwrap_or(0).saturating_add(1).saturating_mul(10_i128.pow(SAMPLE_PLACES));
        let close_below = most.map(|most| steps.checked_div(most.saturating_sub(least)).unwrap_or(i128::MAX));
        Self { least, most, close_below }
    }
}
