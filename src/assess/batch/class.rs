//! What a class of flows owes, and how a row of it is charged.

use super::rows::Sums;
use crate::assess::charge::{Amounts, charge};
use crate::assess::explore::{Fault, Found, Leaf, Open};
use crate::assess::plan::Plan;
use crate::assess::record::Silent;
use crate::base::{Decimal, ProgramId, product, quotient, sum};
use crate::law::{Dutiable, Rate, Regime};
use std::sync::Arc;

/// The value at which a class is worked out where its rates are not yet known to be plain.
pub(super) const SAMPLE: i64 = 1_000_000;

/// What a class owes.
#[derive(Debug)]
pub(super) enum Class {
    /// Plain percentages of the whole value: hundredths of a currency unit for each hundred-millionth, by program.
    Plain(Vec<PlainLine>),
    /// Everything is known once the value is.
    Known { plan: Arc<Plan>, regime: Arc<Regime>, programs: Vec<usize> },
    /// Bounds as shares of the value.
    Open { least: Decimal, most: Option<Decimal> },
    /// The goods are refused.
    Refused,
}

/// One plain line: `value × rate`, less what it counts.
#[derive(Debug)]
pub(super) struct PlainLine {
    program: usize,
    /// The rate in hundred-millionths: 25 % is 25,000,000.
    rate: i128,
    /// What a top-up counts, in hundred-millionths: both are rounded before they are subtracted.
    less: Vec<i128>,
}

impl Class {
    /// Adds a row to the sums of its group. `value` is rounded as the country's rule has it, `exact` is not.
    pub(super) fn add(
        &self,
        sums: &mut Sums,
        exact: Decimal,
        value: Decimal,
        beyond: bool,
        amounts: &mut Amounts<'_>,
    ) -> Result<(), Fault> {
        let plus = |to: &mut Decimal, amount: Decimal| -> Result<(), Fault> {
            *to = sum(*to, amount).ok_or(Fault::TooLarge)?;
            Ok(())
        };
        if beyond {
            sums.open_most = None;
            return plus(&mut sums.unknown, exact);
        }
        match self {
            Class::Refused => plus(&mut sums.refused, exact),
            // A share of nothing is nothing, whatever the share.
            Class::Open { most: Some(_), .. } if value.is_zero() => plus(&mut sums.priced, exact),
            Class::Open { least, most } => {
                plus(&mut sums.unknown, exact)?;
                plus(&mut sums.open_least, product(value, *least).ok_or(Fault::TooLarge)?)?;
                sums.open_most = match (sums.open_most, most) {
                    (Some(sum), Some(most)) => sum.checked_add(product(value, *most).ok_or(Fault::TooLarge)?),
                    _ => None,
                };
                Ok(())
            }
            Class::Plain(lines) => {
                plus(&mut sums.priced, exact)?;
                // A value of whole units and rates of hundred-millionths make hundredths by whole numbers alone.
                let whole = if value.scale() == 0 { value.mantissa() } else { value.trunc().mantissa() };
                for line in lines {
                    let mut cents = hundredths(whole, line.rate);
                    for counted in &line.less {
                        cents = cents.saturating_sub(hundredths(whole, *counted));
                    }
                    let amount = Decimal::try_from_i128_with_scale(cents.max(0), 2).map_err(|_| Fault::TooLarge)?;
                    plus(&mut sums.duty, amount)?;
                    if let Some(program) = sums.by_program.get_mut(line.program) {
                        plus(program, amount)?;
                    }
                }
                Ok(())
            }
            Class::Known { plan, regime, programs } => {
                plus(&mut sums.priced, exact)?;
                amounts.value = value;
                let charged = charge(plan, regime, amounts, &mut Silent).map_err(|_| Fault::TooLarge)?;
                for line in &charged.lines {
                    let amount = line.amount.unwrap_or_default();
                    plus(&mut sums.duty, amount)?;
                    if let Some(program) = programs.get(line.line).and_then(|at| sums.by_program.get_mut(*at)) {
                        plus(program, amount)?;
                    }
                }
                Ok(())
            }
        }
    }
}

/// Hundredths of `whole × rate`, halves away from zero; the rate in hundred-millionths.
fn hundredths(whole: i128, rate: i128) -> i128 {
    whole.saturating_mul(rate).saturating_add(500_000).div_euclid(1_000_000)
}

pub(super) fn classified(programs: &[ProgramId], found: Found, regime: &Arc<Regime>) -> Result<Class, Fault> {
    let leaves = &found.leaves;
    if !leaves.is_empty() && leaves.iter().all(|leaf| leaf.charged.refused.is_some()) {
        return Ok(Class::Refused);
    }
    // Whatever is open, one result in every way in which it can be settled is knowledge.
    if let ([only], false) = (leaves.as_slice(), found.too_many) {
        let numbers = only.plan.lines.iter().map(|line| number(programs, &line.program)).collect();
        if let Some(lines) = plain(programs, only) {
            return Ok(Class::Plain(lines));
        }
        // Further digits that change nothing leave nothing open.
        if found.open.iter().all(|open| matches!(open, Open::Digits(_))) {
            return Ok(Class::Known { plan: only.plan.clone(), regime: regime.clone(), programs: numbers });
        }
    }
    let share = |amount: Decimal| quotient(amount, Decimal::from(SAMPLE)).ok_or(Fault::TooLarge);
    let refusable = found.too_many || leaves.iter().any(|leaf| leaf.charged.refused.is_some());
    let least = leaves.iter().filter_map(|leaf| leaf.charged.total).min().filter(|_| !refusable).unwrap_or(Decimal::ZERO);
    let most = leaves.iter().map(|leaf| leaf.charged.total).try_fold(Decimal::ZERO, |most, total| Some(most.max(total?)));
    Ok(Class::Open { least: share(least)?, most: most.filter(|_| !refusable).map(share).transpose()? })
}

fn number(programs: &[ProgramId], program: &ProgramId) -> usize {
    programs.binary_search(program).unwrap_or(usize::MAX)
}

/// The lines as plain percentages of the whole value, if all of them are.
fn plain(programs: &[ProgramId], leaf: &Leaf) -> Option<Vec<PlainLine>> {
    let whole = Decimal::from(SAMPLE);
    let mut lines = Vec::with_capacity(leaf.charged.lines.len());
    let scaled = |rate: Decimal| -> Option<i128> {
        let rate = rate.checked_mul(Decimal::from(100_000_000))?.normalize();
        (rate.scale() == 0).then(|| rate.mantissa())
    };
    for charged in &leaf.charged.lines {
        let line = leaf.plan.lines.get(charged.line)?;
        if charged.base != whole
            || charged.replaced_by.is_some()
            || line.alternative.is_some()
            || line.dutiable != Dutiable::Whole
        {
            return None;
        }
        let program = number(programs, &line.program);
        match &line.rate {
            Rate::Free => {}
            Rate::AdValorem(percent) => lines.push(PlainLine { program, rate: scaled(percent.fraction())?, less: Vec::new() }),
            Rate::TopUp(percent) => {
                let mut less = Vec::new();
                for counted in line.counting.iter().filter_map(|at| leaf.plan.lines.get(*at)) {
                    less.push(scaled(counted.rate.percent()?.fraction())?);
                }
                lines.push(PlainLine { program, rate: scaled(percent.fraction())?, less });
            }
            Rate::Specific(_)
            | Rate::Flat(_)
            | Rate::Sum(_)
            | Rate::AtLeast(..)
            | Rate::AtMost(..)
            | Rate::TopUpGeneral(_)
            | Rate::InsteadOfColumn1(_)
            | Rate::Refused
            | Rate::Unknown(_) => return None,
        }
    }
    Some(lines)
}
