//! What rows owe that are not known, or refused, in one of two states: known amounts and bounds, added up state by state.

use super::rows::RowCoverage;
use crate::assess::batch::units;
use crate::assess::explore::{Fault, Found};
use crate::assess::outcome::Outcome;
use crate::base::{Decimal, Rounding};

/// What a row owes in one state, in duty steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Known(i128),
    Between(i128, Option<i128>),
    Refused,
}

impl Due {
    /// Nothing is known.
    pub(super) const UNKNOWN: Self = Self::Between(0, None);

    /// What was found of a row at its own value, of which not every way of settling what is open owes the same under each program.
    pub(super) fn open(found: &[Found], rounding: &Rounding) -> Self {
        let [found] = found else { return Self::UNKNOWN };
        let refused = found.leaves.iter().filter(|leaf| leaf.charged.refused.is_some()).count();
        if refused > 0 && refused == found.leaves.len() {
            return Self::Refused;
        }
        if refused > 0 || found.too_many || found.leaves.is_empty() {
            return Self::UNKNOWN;
        }
        let totals = || found.leaves.iter().map(|leaf| leaf.charged.total.and_then(|total| units(total, rounding)));
        let least = totals().flatten().min().unwrap_or(0);
        let most = totals().try_fold(0_i128, |most, total| Some(most.max(total?)));
        Self::Between(least, most)
    }
}

/// The sum of what rows owe in one state.
#[derive(Clone, Copy, Debug, Default)]
struct Owing {
    known: u64,
    open: u64,
    unlimited: u64,
    least: i128,
    most: i128,
}

impl Owing {
    fn add(&mut self, due: Due) {
        let (least, most) = match due {
            Due::Known(steps) => {
                self.known = self.known.saturating_add(1);
                (steps, steps)
            }
            Due::Between(least, most) => {
                self.open = self.open.saturating_add(1);
                self.unlimited = self.unlimited.saturating_add(u64::from(most.is_none()));
                (least, most.unwrap_or_default())
            }
            Due::Refused => (0, 0),
        };
        self.least = self.least.saturating_add(least);
        self.most = self.most.saturating_add(most);
    }

    /// The sum, in so many decimal places.
    fn outcome(&self, places: u32) -> Result<Outcome, Fault> {
        let decimal = |steps: i128| Decimal::try_from_i128_with_scale(steps, places).map_err(|_| Fault::TooLarge);
        let least = decimal(self.least)?;
        if self.open == 0 {
            return Ok(if self.known == 0 { Outcome::Refused("the goods may not enter".into()) } else { Outcome::Known(least) });
        }
        let at_most = if self.unlimited == 0 { Some(decimal(self.most)?) } else { None };
        Ok(Outcome::Unknown { why: Vec::new(), at_least: Some(least), at_most })
    }
}

/// The sums of the rows of a group that are not known in both states.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Uncharged {
    beside: Option<[Owing; 2]>,
    open: Option<[Owing; 2]>,
}

impl Uncharged {
    /// Adds a row by what it owes in both states.
    pub(super) fn add(&mut self, dues: [Due; 2]) {
        let is_open = dues.iter().any(|due| matches!(due, Due::Between(..)));
        let sums = if is_open { &mut self.open } else { &mut self.beside };
        for (sum, due) in sums.get_or_insert_default().iter_mut().zip(dues) {
            sum.add(due);
        }
    }

    /// The sums as a coverage that counts no rows.
    pub(super) fn coverage(&self, places: u32) -> Result<RowCoverage, Fault> {
        let outcomes = |sums: Option<[Owing; 2]>| sums.map(|[a, b]| Ok([a.outcome(places)?, b.outcome(places)?])).transpose();
        Ok(RowCoverage { beside: outcomes(self.beside)?, open: outcomes(self.open)?, ..RowCoverage::default() })
    }
}
