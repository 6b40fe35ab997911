//! Sums in whole numbers: of money in the finest place that a row has, of duty in the country's duty step.

use super::Sums;
use crate::base::Decimal;
use std::collections::BTreeMap;

/// The sums of one group while they grow.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    rows: i128,
    priced: i128,
    unknown: i128,
    refused: i128,
    duty: i128,
    by_program: Box<[i128]>,
    open_least: i128,
    /// Of the rows that have an upper bound.
    open_most: i128,
    /// How many rows have none.
    unlimited: i128,
    /// The unknown value by the number of its reason.
    why: BTreeMap<u32, i128>,
}

/// Whether a row is added or taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
}

impl Sign {
    fn of(self, number: i128) -> i128 {
        match self {
            Self::Plus => number,
            Self::Minus => number.saturating_neg(),
        }
    }
}

/// The places that whole numbers stand for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scales {
    /// Of values.
    pub(super) value: u32,
    /// Of duties.
    pub(super) duty: u32,
}

fn add(to: &mut i128, number: i128) {
    *to = to.saturating_add(number);
}

impl Tally {
    pub(super) fn new(programs: usize) -> Self {
        Self {
            rows: 0,
            priced: 0,
            unknown: 0,
            refused: 0,
            duty: 0,
            by_program: vec![0; programs].into(),
            open_least: 0,
            open_most: 0,
            unlimited: 0,
            why: BTreeMap::new(),
        }
    }

    /// Adds a row whose duty is so many duty steps under each program.
    pub(super) fn known(&mut self, exact: i128, duty: impl Iterator<Item = (usize, i128)>, sign: Sign) {
        add(&mut self.rows, sign.of(1));
        add(&mut self.priced, sign.of(exact));
        for (program, amount) in duty {
            add(&mut self.duty, sign.of(amount));
            if let Some(sum) = self.by_program.get_mut(program) {
                add(sum, sign.of(amount));
            }
        }
    }

    /// Adds a row whose duty lies between bounds, in duty steps.
    pub(super) fn between(&mut self, exact: i128, least: i128, most: Option<i128>, why: u32, sign: Sign) {
        add(self.why.entry(why).or_default(), sign.of(exact));
        add(&mut self.rows, sign.of(1));
        add(&mut self.unknown, sign.of(exact));
        add(&mut self.open_least, sign.of(least));
        match most {
            Some(most) => add(&mut self.open_most, sign.of(most)),
            None => add(&mut self.unlimited, sign.of(1)),
        }
    }

    pub(super) fn refused(&mut self, exact: i128, sign: Sign) {
        add(&mut self.rows, sign.of(1));
        add(&mut self.refused, sign.of(exact));
    }

    /// Both sums together.
    pub(super) fn with(&self, other: &Self) -> Self {
        let by_program = self.by_program.iter().zip(&other.by_program).map(|(a, b)| a.saturating_add(*b));
        let mut why = self.why.clone();
        other.why.iter().for_each(|(number, value)| add(why.entry(*number).or_default(), *value));
        Self {
            why,
            rows: self.rows.saturating_add(other.rows),
            priced: self.priced.saturating_add(other.priced),
            unknown: self.unknown.saturating_add(other.unknown),
            refused: self.refused.saturating_add(other.refused),
            duty: self.duty.saturating_add(other.duty),
            by_program: by_program.collect(),
            open_least: self.open_least.saturating_add(other.open_least),
            open_most: self.open_most.saturating_add(other.open_most),
            unlimited: self.unlimited.saturating_add(other.unlimited),
        }
    }

    /// The sums as decimals; `None` where one does not fit.
    pub(super) fn sums(&self, scales: Scales, reasons: &[String]) -> Option<Sums> {
        let decimal = |number: i128, places: u32| Decimal::try_from_i128_with_scale(number, places).ok();
        let money = |number: i128| decimal(number, scales.value).map(|amount| amount.normalize());
        let mut why = BTreeMap::new();
        for (number, value) in self.why.iter().filter(|(_, value)| **value != 0) {
            why.insert(reasons.get(*number as usize).cloned().unwrap_or_default(), money(*value)?);
        }
        Some(Sums {
            why,
            rows: u64::try_from(self.rows).ok()?,
            value: money(self.priced.checked_add(self.unknown)?.checked_add(self.refused)?)?,
            priced: money(self.priced)?,
            unknown: money(self.unknown)?,
            refused: money(self.refused)?,
            duty: decimal(self.duty, scales.duty)?,
            open_least: decimal(self.open_least, scales.duty)?,
            open_most: if self.unlimited == 0 { Some(decimal(self.open_most, scales.duty)?) } else { None },
            by_program: self.by_program.iter().map(|sum| decimal(*sum, scales.duty)).collect::<Option<_>>()?,
        })
    }
}
