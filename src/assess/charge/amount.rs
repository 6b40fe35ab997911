//! What a line owes on what it falls on, before and after rounding.

use super::{Run, Stop};
use crate::assess::explore::Open;
use crate::assess::plan::PlannedLine;
use crate::assess::record::Record;
use crate::base::{Decimal, Percent, Unit, difference, product, quotient, sum};
use crate::law::{Dutiable, Rate};

impl Run<'_> {
    pub(super) fn rounded(&self, exact: Option<Decimal>) -> (Option<Decimal>, Option<Decimal>) {
        (exact, exact.map(|amount| self.rounding().duty(amount)))
    }

    /// The amount of a plain rate on a base; `None` is without limit.
    pub(super) fn amount(
        &self,
        line: &PlannedLine,
        rate: &Rate,
        base: Decimal,
        record: &mut impl Record,
    ) -> Result<Option<Decimal>, Stop> {
        Ok(match rate {
            Rate::Free | Rate::Refused | Rate::TopUp(_) | Rate::TopUpGeneral(_) => Some(Decimal::ZERO),
            Rate::AdValorem(percent) => {
                // A change by points stops at nothing.
                record.side(|| percent.points().cmp(&Decimal::ZERO));
                Some(product(base, percent.fraction()).ok_or(Stop::TooLarge)?)
            }
            Rate::Ratio(ratio) => Some(ratio.share_of(base).ok_or(Stop::TooLarge)?),
            Rate::Flat(money) => Some(money.amount),
            Rate::Specific(specific) => {
                if specific.currency != self.regime.territory.currency {
                    return self.open(Open::Rate(line.measure.clone(), format!("{specific} is in a foreign currency")));
                }
                if line.dutiable != Dutiable::Whole {
                    return self.open(Open::Rate(line.measure.clone(), format!("{specific} on a part of the value")));
                }
                match self.quantity(specific.per) {
                    Some(quantity) => {
                        let quantity = self.rounding().quantity(quantity, specific.amount);
                        Some(product(quantity, specific.amount).ok_or(Stop::TooLarge)?)
                    }
                    None => match (
                        self.open(Open::Quantity(specific.per))?,
                        specific.per.whole().and_then(|whole| self.quantity(whole)),
                    ) {
                        // What the goods weigh bounds what is in them.
                        (None, Some(most)) => {
                            let most = self.rounding().quantity(most, specific.amount);
                            Some(product(most, specific.amount).ok_or(Stop::TooLarge)?)
                        }
                        (amount, _) => amount,
                    },
                }
            }
            Rate::Sum(parts) => {
                let mut total = Some(Decimal::ZERO);
                for part in parts {
                    total = match (total, self.amount(line, part, base, record)?) {
                        (Some(a), Some(b)) => Some(sum(a, b).ok_or(Stop::TooLarge)?),
                        _ => None,
                    };
                }
                total
            }
            Rate::AtLeast(rate, bound) => match (self.amount(line, rate, base, record)?, self.amount(line, bound, base, record)?)
            {
                (Some(a), Some(b)) => {
                    record.side(|| a.cmp(&b));
                    Some(a.max(b))
                }
                _ => None,
            },
            Rate::AtMost(rate, bound) => {
                match (self.amount(line, rate, base, record)?, self.amount(line, bound, base, record)?) {
                    (Some(a), Some(b)) => {
                        record.side(|| a.cmp(&b));
                        Some(a.min(b))
                    }
                    (a, b) => a.or(b),
                }
            }
            Rate::InsteadOfColumn1(rate) => self.amount(line, rate, base, record)?,
            Rate::Unknown(words) => self.open(Open::Rate(line.measure.clone(), words.to_string()))?,
        })
    }

    /// Something without an upper end: settled at nothing, or without limit.
    pub(super) fn open(&self, open: Open) -> Result<Option<Decimal>, Stop> {
        match self.amounts.unlimited.get(&open) {
            None => Err(Stop::Open(open)),
            Some(false) => Ok(Some(Decimal::ZERO)),
            Some(true) => Ok(None),
        }
    }

    pub(super) fn quantity(&self, unit: Unit) -> Option<Decimal> {
        self.amounts.quantities.iter().find_map(|quantity| quantity.in_unit(unit))
    }

    /// A floor: what the counted duties leave missing to a percentage of the base.
    ///
    /// Customs has the importer report the whole percentage on the floor's heading and nothing on the column-1 line (CSMS 66319804), so the two together are exactly the percentage of the base, rounded
    /// once; the line is that sum less the counted duty as it was rounded.
    pub(super) fn top_up(
        &self,
        line: &PlannedLine,
        base: Decimal,
        percent: Percent,
        record: &mut impl Record,
    ) -> Result<(Option<Decimal>, Option<Decimal>), Stop> {
        let value = self.dutiable(line)?.base;
        record.side(|| percent.points().cmp(&Decimal::ZERO));
        record.side(|| base.cmp(&value));
        let whole = product(base, percent.fraction()).ok_or(Stop::TooLarge)?;
        let (mut exact, mut rounded) = (whole, self.rounding().duty(whole));
        for counted in line.counting.iter().filter_map(|other| self.on(*other)) {
            let (Some(counted_exact), Some(counted_rounded)) = (counted.exact, counted.amount) else {
                return Ok((Some(Decimal::ZERO), Some(Decimal::ZERO)));
            };
            // On a part of the value only that part of the counted duty counts.
            let part = |amount: Decimal| {
                if base == value {
                    return Some(amount);
                }
                quotient(product(amount, base)?, value)
            };
            exact = part(counted_exact).and_then(|part| difference(exact, part)).ok_or(Stop::TooLarge)?;
            rounded =
                part(counted_rounded).and_then(|part| difference(rounded, self.rounding().duty(part))).ok_or(Stop::TooLarge)?;
        }
        record.side(|| exact.cmp(&Decimal::ZERO));
        Ok((Some(exact.max(Decimal::ZERO)), Some(rounded.max(Decimal::ZERO))))
    }

    /// A floor that the general rate decides, whatever rate was paid: below it the two together are the whole percentage, as for any floor.
    pub(super) fn top_up_general(
        &self,
        line: &PlannedLine,
        base: Decimal,
        percent: Percent,
        record: &mut impl Record,
    ) -> Result<(Option<Decimal>, Option<Decimal>), Stop> {
        let mut missing = product(base, percent.fraction()).ok_or(Stop::TooLarge)?;
        for counted in line.counting.iter().filter_map(|other| self.planned(*other)) {
            let general = counted.general.as_ref().unwrap_or(&counted.rate);
            let Some(amount) = self.amount(counted, general, base, record)? else {
                return Ok((Some(Decimal::ZERO), Some(Decimal::ZERO)));
            };
            missing = difference(missing, amount).ok_or(Stop::TooLarge)?;
        }
        record.side(|| missing.cmp(&Decimal::ZERO));
        if missing > Decimal::ZERO {
            self.top_up(line, base, percent, record)
        } else {
            Ok((Some(Decimal::ZERO), Some(Decimal::ZERO)))
        }
    }
}
