//! The forms a rate of duty can take. The set is closed: a form is added only when a published legal text needs it.
//!
//! Adding a form: add the variant, then follow the compiler to the grammar (`rate_text.rs`) and to `assess/charge.rs`; add it to
//! the round-trip property and to the fault gallery.

pub(super) mod class;
pub(super) mod text;

use crate::base::{Currency, Decimal, Money, Percent, Ratio, Unit};
use std::sync::Arc;

/// A rate of duty. Printing and reading are inverse: see [`Rate::parse`] and its `Display`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Rate {
    /// Nothing is due.
    Free,
    /// A percentage of the base: `25%`.
    AdValorem(Percent),
    /// A percentage of the base that no decimal holds: `33 1/3%`.
    Ratio(Ratio),
    /// An amount for each unit of quantity: `341 JPY/kg`.
    Specific(Specific),
    /// A fixed amount of money, as bounds have it: `33.58 USD`.
    Flat(Money),
    /// Several rates together: `5% + 1.20 USD/kg`.
    Sum(Vec<Rate>),
    /// A rate that is never less than another: `7% at least 0.50 USD/kg`.
    AtLeast(Box<Rate>, Box<Rate>),
    /// A rate that is never more than another: `0.3464% at most 651.50 USD`.
    AtMost(Box<Rate>, Box<Rate>),
    /// What the counted duties leave missing to a percentage: `top up to 15%`.
    TopUp(Percent),
    /// What the duty paid leaves missing to a percentage, where the column-1 general rate lies below it, whatever preference is claimed: `top up to 15% over column 1 general`.
    TopUpGeneral(Percent),
    /// Stands in place of the column-1 duty: `10% instead of column 1`.
    InsteadOfColumn1(Box<Rate>),
    /// The goods are refused entry: `refused`.
    Refused,
    /// The rate is not known, or stands in words; the text says which: `unknown: rates of the annex not published`.
    Unknown(Arc<str>),
}

/// An amount of money for each unit of quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Specific {
    /// The amount for one unit, in whole units of the currency (dollars, not cents).
    pub amount: Decimal,
    /// The currency.
    pub currency: Currency,
    /// The unit.
    pub per: Unit,
}

impl Rate {
    /// Returns the rate as a percentage, if it is a plain one: ad valorem, or free.
    pub fn percent(&self) -> Option<Percent> {
        if let Self::Free = self {
            Some(Percent::ZERO)
        } else if let Self::AdValorem(percent) = self {
            Some(*percent)
        } else {
            None
        }
    }

    /// Returns the points of its ad valorem part, or of its floor; `None` where it has none, or one that no decimal holds.
    pub fn points(&self) -> Option<Decimal> {
        match self {
            Self::AdValorem(percent) | Self::TopUp(percent) | Self::TopUpGeneral(percent) => Some(percent.points()),
            Self::Sum(parts) => parts.iter().find_map(Self::points),
            Self::AtLeast(rate, _) | Self::AtMost(rate, _) | Self::InsteadOfColumn1(rate) => rate.points(),
            Self::Free | Self::Ratio(_) | Self::Specific(_) | Self::Flat(_) | Self::Refused | Self::Unknown(_) => None,
        }
    }

    /// Lists the units that the flow must give quantities in for this rate to be charged.
    pub fn units(&self) -> Vec<Unit> {
        let mut units = Vec::new();
        self.collect_units(&mut units);
        units
    }

    fn collect_units(&self, units: &mut Vec<Unit>) {
        match self {
            Self::Specific(specific) => {
                if !units.contains(&specific.per) {
                    units.push(specific.per);
                }
            }
            Self::Sum(parts) => parts.iter().for_each(|part| part.collect_units(units)),
            Self::AtLeast(a, b) | Self::AtMost(a, b) => {
                a.collect_units(units);
                b.collect_units(units);
            }
            Self::InsteadOfColumn1(rate) => rate.collect_units(units),
            Self::Free
            | Self::AdValorem(_)
            | Self::Ratio(_)
            | Self::Flat(_)
            | Self::TopUp(_)
            | Self::TopUpGeneral(_)
            | Self::Refused
            | Self::Unknown(_) => {}
        }
    }
}
