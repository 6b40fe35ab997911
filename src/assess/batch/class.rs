//! What a class of flows owes: worked out once, at a value that stands for every other.

use super::open::OpenClass;
use super::way::{Bases, On, Parts, Way, is_in_proportion};
use crate::assess::explore::{Found, Leaf};
use crate::assess::plan::Plan;
use crate::base::{Decimal, ProgramId, Quantity, Rounding};
use crate::law::{Regime, Share};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The value at which a class is worked out: so large that no share of it that can be stated is rounded, and that one unit of money is less than any of them.
pub(in crate::assess) const SAMPLE: i64 = 1_000_000_000_000;
/// Rates of plain lines are kept in units of this many decimal places.
pub(super) const RATE_PLACES: u32 = 8;

/// What a class owes.
#[derive(Debug)]
pub(in crate::assess) enum Class {
    /// Plain percentages of the value, or of parts of it, by program.
    Plain(PlainLines),
    /// One plan, whatever is open.
    Known(Box<Known>),
    /// Bounds.
    Open(OpenClass),
    /// The goods are refused.
    Refused,
    /// What is open, and between which bounds, depends on the amounts: each row is worked out by itself.
    ByRow,
}

/// Plain lines, and the parts of the value they fall on.
#[derive(Debug)]
pub(in crate::assess) struct PlainLines {
    lines: Box<[PlainLine]>,
    parts: Parts,
}

/// One plain line: `base × rate`, less what it counts; rates in units of [`RATE_PLACES`] places.
#[derive(Debug)]
struct PlainLine {
    program: usize,
    rate: i64,
    /// What a top-up counts: both are rounded before they are subtracted.
    less: Box<[i64]>,
    /// The part it falls on; `None` is the whole value.
    part: Option<usize>,
}

impl PlainLines {
    /// The lines of a way at a column-1 rate.
    pub(super) fn new(way: &Way, column_1: i64) -> Self {
        let lines = way.lines.iter().map(|line| PlainLine {
            program: line.program,
            rate: line.rate.at(column_1),
            less: line.less.iter().map(|term| term.at(column_1)).collect(),
            part: line.part,
        });
        Self { lines: lines.collect(), parts: way.parts.clone() }
    }

    /// The duty by program on a whole value above zero, in steps of `places` decimal places; `None` where the row must be worked out by itself.
    pub(in crate::assess) fn amounts(&self, whole: i64, places: u32) -> Option<impl Iterator<Item = (usize, i128)>> {
        let bases = if self.parts.is_empty() { Some(Bases::default()) } else { self.parts.of(whole) }?;
        Some(self.lines.iter().map(move |line| {
            let base = line.part.map_or(whole, |part| bases.get(part).copied().unwrap_or_default());
            (line.program, On { base, whole }.amount(line.rate, line.less.iter().copied(), places))
        }))
    }
}

/// A plan to be charged on each row.
#[derive(Debug)]
pub(in crate::assess) struct Known {
    pub(super) plan: Arc<Plan>,
    pub(super) regime: Arc<Regime>,
    /// The program of each line of the plan.
    pub(super) programs: Vec<usize>,
    /// Shares stated, or taken for granted.
    pub(super) shares: BTreeMap<Share, crate::base::Percent>,
}

/// What the rows of a class have in common beside the law.
pub(in crate::assess) struct Common<'a> {
    pub(in crate::assess) programs: &'a [ProgramId],
    pub(in crate::assess) regime: &'a Arc<Regime>,
    pub(in crate::assess) shares: &'a BTreeMap<Share, crate::base::Percent>,
    pub(in crate::assess) quantities: &'a [Quantity],
}

impl Class {
    /// Makes a class of what was found at [`SAMPLE`] where the duty is no plain percentage of the value.
    pub(in crate::assess) fn new(found: &Found, common: &Common<'_>) -> Self {
        let leaves = &found.leaves;
        if !leaves.is_empty() && leaves.iter().all(|leaf| leaf.charged.refused.is_some()) {
            return Self::Refused;
        }
        if found.too_many || leaves.is_empty() || leaves.iter().any(|leaf| leaf.charged.refused.is_some()) {
            return Self::Open(OpenClass::unbounded());
        }
        let in_proportion = leaves.iter().all(|leaf| is_in_proportion(&leaf.plan, common.quantities));
        if let [only] = leaves.as_slice()
            && only.charged.total.is_some()
        {
            // Further digits, or facts, that change nothing leave nothing open; what is not in proportion to the value may change at another one.
            if in_proportion || found.open.is_empty() {
                let programs = only.plan.lines.iter().map(|line| number(common.programs, &line.program)).collect();
                return Self::Known(Box::new(Known {
                    plan: only.plan.clone(),
                    regime: common.regime.clone(),
                    programs,
                    shares: common.shares.clone(),
                }));
            }
        }
        if !in_proportion || !rounds_plainly(&common.regime.territory.rounding) {
            return Self::ByRow;
        }
        let has_alternatives = leaves.iter().any(|leaf| leaf.plan.lines.iter().any(|line| line.alternative.is_some()));
        match ways(leaves, common, false) {
            Some(ways) => Self::Open(OpenClass::new(&ways, 0, has_alternatives)),
            None => Self::ByRow,
        }
    }
}

/// The ways of all results, each once; `None` where one of them cannot be told in whole numbers.
pub(super) fn ways(leaves: &[Leaf], common: &Common<'_>, is_rate_open: bool) -> Option<Arc<[Option<Way>]>> {
    let mut all: Vec<Option<Way>> = Vec::with_capacity(leaves.len());
    for leaf in leaves {
        let way = match leaf.charged.total {
            Some(_) => Some(Way::new(leaf, common, is_rate_open)?),
            None => None,
        };
        if !all.contains(&way) {
            all.push(way);
        }
    }
    Some(all.into())
}

/// An amount in steps of the duty; `None` where it does not fit them.
pub(in crate::assess) fn units(amount: Decimal, rounding: &Rounding) -> Option<i128> {
    let amount = amount.normalize();
    let places = rounding.duty.scale().checked_sub(amount.scale())?;
    amount.mantissa().checked_mul(10_i128.checked_pow(places)?)
}

/// The position of a program.
pub(super) fn number(programs: &[ProgramId], program: &ProgramId) -> usize {
    programs.binary_search(program).unwrap_or(usize::MAX)
}

/// The duty by program that every way of settling what is open agrees on; `None` where they differ.
pub(in crate::assess) fn agreed(found: &Found, programs: &[ProgramId], rounding: &Rounding) -> Option<Vec<(usize, i128)>> {
    let amounts = |leaf: &Leaf| -> Option<BTreeMap<String, (usize, i128)>> {
        let mut by_measure = BTreeMap::new();
        for charged in &leaf.charged.lines {
            let line = leaf.plan.lines.get(charged.line)?;
            let amount = units(charged.amount?, rounding)?;
            if amount != 0 {
                by_measure.insert(line.measure.to_string(), (number(programs, &line.program), amount));
            }
        }
        Some(by_measure)
    };
    let (first, rest) = found.leaves.split_first()?;
    let first = amounts(first)?;
    let all = rest.iter().all(|leaf| amounts(leaf).is_some_and(|other| other == first));
    (all && !found.too_many).then(|| first.into_values().collect())
}

/// Tells whether a country rounds as plain arithmetic does: values to whole units, duties to a decimal place.
pub(super) fn rounds_plainly(rounding: &Rounding) -> bool {
    rounding.value == Decimal::ONE && rounding.duty.mantissa() == 1 && rounding.duty.scale() <= RATE_PLACES
}
