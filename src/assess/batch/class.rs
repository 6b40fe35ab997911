//! What a class of flows owes: worked out once, at a value that stands for every other.

use crate::assess::explore::{Found, Leaf};
use crate::assess::plan::Plan;
use crate::base::{Decimal, ProgramId, Quantity, Rounding};
use crate::law::{Rate, Regime, Share};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The value at which a class is worked out.
pub(in crate::assess) const SAMPLE: i64 = 1_000_000;
/// How many decimal places the sample takes off an amount to make it a share.
pub(in crate::assess) const SAMPLE_PLACES: u32 = 6;
/// Rates of plain lines are kept in units of this many decimal places.
pub(super) const RATE_PLACES: u32 = 8;

/// What a class owes.
#[derive(Debug)]
pub(in crate::assess) enum Class {
    /// Plain percentages of the whole value, by program.
    Plain(Box<[PlainLine]>),
    /// One plan, whatever is open.
    Known(Box<Known>),
    /// Bounds.
    Open(OpenClass),
    /// The goods are refused.
    Refused,
    /// What is open, and between which bounds, depends on the amounts: each row is worked out by itself.
    ByRow,
}

/// One plain line: `value × rate`, less what it counts; rates in units of [`RATE_PLACES`] places.
#[derive(Debug)]
pub(in crate::assess) struct PlainLine {
    pub(in crate::assess) program: usize,
    pub(super) rate: i64,
    /// What a top-up counts: both are rounded before they are subtracted.
    pub(super) less: Box<[i64]>,
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

/// Bounds as shares of the value, in units of the duty step and [`SAMPLE_PLACES`] more places.
#[derive(Debug)]
pub(in crate::assess) struct OpenClass {
    pub(in crate::assess) least: i128,
    pub(in crate::assess) most: Option<i128>,
    /// The value up to which rounding may make the least and the most one amount: there the row is worked out by itself.
    pub(in crate::assess) close_below: Option<i128>,
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
            return Self::Open(OpenClass::UNKNOWN);
        }
        let rounding = &common.regime.territory.rounding;
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
        if !in_proportion {
            return Self::ByRow;
        }
        let totals = leaves.iter().map(|leaf| leaf.charged.total.and_then(|total| units(total, rounding)));
        let lines = leaves.iter().map(|leaf| leaf.charged.lines.len()).max().unwrap_or(0);
        Self::Open(OpenClass::between(totals, lines))
    }
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

/// Tells whether every duty of a plan is in proportion to the customs value.
fn is_in_proportion(plan: &Plan, quantities: &[Quantity]) -> bool {
    fn of(rate: &Rate, quantities: &[Quantity]) -> bool {
        match rate {
            // A share that has no end in decimals cannot be taken from a sample.
            Rate::Flat(_) | Rate::Ratio(_) => false,
            // Without a quantity the amount is nothing or without limit; what the goods weigh limits what is in them.
            Rate::Specific(specific) => quantities.iter().all(|quantity| {
                let whole = specific.per.whole().and_then(|whole| quantity.in_unit(whole));
                quantity.in_unit(specific.per).is_none() && whole.is_none()
            }),
            Rate::Sum(parts) => parts.iter().all(|part| of(part, quantities)),
            Rate::AtLeast(a, b) | Rate::AtMost(a, b) => of(a, quantities) && of(b, quantities),
            Rate::InsteadOfColumn1(rate) => of(rate, quantities),
            Rate::Free | Rate::AdValorem(_) | Rate::TopUp(_) | Rate::TopUpGeneral(_) | Rate::Refused | Rate::Unknown(_) => true,
        }
    }
    plan.lines.iter().all(|line| of(&line.rate, quantities) && line.general.as_ref().is_none_or(|rate| of(rate, quantities)))
}

/// Tells whether a country rounds as plain arithmetic does: values to whole units, duties to a decimal place.
pub(super) fn rounds_plainly(rounding: &Rounding) -> bool {
    rounding.value == Decimal::ONE && rounding.duty.mantissa() == 1 && rounding.duty.scale() <= RATE_PLACES
}
