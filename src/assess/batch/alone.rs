//! Rows whose class alone does not decide their duty: each is worked out by itself, as a single flow is.

use super::class::{Class, Known, agreed, units};
use super::{Pricer, Row, Today};
use crate::assess::charge::{Amounts, charge};
use crate::assess::explore::Fault;
use crate::assess::record::Silent;
use crate::base::{Decimal, Quantity};
use crate::law::Territory;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a row owes that was worked out by itself.
pub(super) enum Charge {
    Known(Vec<(usize, i128)>),
    Open { least: i128, most: Option<i128>, why: u32 },
    Refused,
}

/// How many single charges are remembered at once.
const MOST_REMEMBERED: usize = 200_000;

impl Pricer<'_> {
    /// What a row owes, worked out by itself unless one of its class, value and quantities has been.
    pub(super) fn charge(&mut self, row: &Row, class: u32, value: Decimal, today: &Today) -> Result<Arc<Charge>, Fault> {
        let key = (class, value, row.quantities);
        if let Some(charge) = self.single.get(&key) {
            return Ok(charge.clone());
        }
        let known = match self.classes.get_mut(class as usize) {
            Some(Class::Known(known)) if value > Decimal::ZERO => {
                let quantities = self.batch.quantities.get(row.quantities as usize).map_or(&[][..], Vec::as_slice);
                charged(known, value, quantities, self.territory)
            }
            _ => None,
        };
        let charge = Arc::new(match known {
            Some(duty) => Charge::Known(duty),
            None => self.explored(row, value, today)?,
        });
        // A file of many values would remember one charge for each row and day.
        if self.single.len() >= MOST_REMEMBERED {
            self.single.clear();
        }
        self.single.insert(key, charge.clone());
        Ok(charge)
    }

    /// What a row owes in every way in which what it leaves open can be settled.
    fn explored(&mut self, row: &Row, value: Decimal, today: &Today) -> Result<Charge, Fault> {
        let mut flow = self.flow(row, today.day);
        flow.quantities = self.batch.quantities.get(row.quantities as usize).cloned().unwrap_or_default();
        let found = self.found(&flow, row, value, today)?;
        let why = self.reason(&found);
        let rounding = &self.territory.rounding;
        if !found.leaves.is_empty() && found.leaves.iter().all(|leaf| leaf.charged.refused.is_some()) {
            return Ok(Charge::Refused);
        }
        if found.too_many || found.leaves.is_empty() || found.leaves.iter().any(|leaf| leaf.charged.refused.is_some()) {
            return Ok(Charge::Open { least: 0, most: None, why });
        }
        if let Some(duty) = agreed(&found, &self.programs, rounding) {
            return Ok(Charge::Known(duty));
        }
        let steps = |total: Decimal| units(total, rounding);
        let totals = || found.leaves.iter().map(|leaf| leaf.charged.total);
        let least = totals().flatten().min().and_then(steps).unwrap_or(0);
        let most = totals().try_fold(0_i128, |most, total| Some(most.max(steps(total?)?)));
        Ok(Charge::Open { least, most, why })
    }
}

/// Charges a plan on a row; `None` where it leaves something open at this value.
pub(in crate::assess) fn charged(
    known: &mut Known,
    value: Decimal,
    quantities: &[Quantity],
    territory: &Territory,
) -> Option<Vec<(usize, i128)>> {
    let mut amounts = Amounts { value, quantities, shares: std::mem::take(&mut known.shares), unlimited: BTreeMap::new() };
    let charged = charge(&known.plan, &known.regime, &amounts, &mut Silent);
    known.shares = std::mem::take(&mut amounts.shares);
    let duty = charged.ok()?.lines.into_iter().map(|line| {
        Some((known.programs.get(line.line).copied().unwrap_or(usize::MAX), units(line.amount?, &territory.rounding)?))
    });
    duty.collect()
}
