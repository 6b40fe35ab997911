use crate::base::{Decimal, Fault, Percent, product, quotient};
use rust_decimal::RoundingStrategy;

/// A rate computed from a trade balance: a share of the deficit over imports, never below a floor.
///
/// The tariff of 2 April 2025 is half of the deficit over imports and at least 10 %: the charge against a partner is first rounded to a whole
/// percentage, and its half is rounded up to a whole percentage (USTR, "Reciprocal Tariff Calculations", with ε = 4 and φ = 0.25, whose product is 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    /// The share of deficit over imports: 50 % is half.
    pub share: Percent,
    /// The least rate.
    pub at_least: Percent,
    /// Whether the ratio is rounded to a whole percentage (half up) before the share is taken.
    pub whole_ratio: bool,
    /// Whether the rate is rounded up to a whole percentage.
    pub rounded_up: bool,
}

impl Formula {
    /// Returns the rate for exports to and imports from one partner, in one currency.
    ///
    /// # Errors
    /// Where there are no imports, so that there is no ratio, or the figures are too large.
    pub fn rate(&self, exports: Decimal, imports: Decimal) -> Result<Percent, Fault> {
        if imports <= Decimal::ZERO {
            return Err(Fault::new("there are no imports, so there is no ratio of the deficit to them"));
        }
        let too_large = || Fault::new("the trade figures are too large");
        let deficit = imports.checked_sub(exports).ok_or_else(too_large)?;
        let mut ratio = product(deficit, Decimal::ONE_HUNDRED).and_then(|d| quotient(d, imports)).ok_or_else(too_large)?;
        if self.whole_ratio {
            ratio = ratio.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        }
        let mut rate = ratio.checked_mul(self.share.fraction()).ok_or_else(too_large)?;
        rate = if self.rounded_up { rate.ceil() } else { rate.round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero) };
        Ok(Percent::from_points(rate).max(self.at_least))
    }
}

#[cfg(test)]
mod tests {
    use super::{Formula, Percent};
    use crate::base::Decimal;

    #[test]
    fn half_of_the_deficit_over_imports_and_at_least_ten() {
        let formula = Formula {
            share: Percent::from_points(Decimal::from(50)),
            at_least: Percent::from_points(Decimal::from(10)),
            whole_ratio: true,
            rounded_up: true,
        };
        let rate = |exports, imports| formula.rate(Decimal::new(exports, 1), Decimal::new(imports, 1)).map(|p| p.to_string());
        // European Union 2024: 235,571.2 of 605,760.4 million is 39 %, half of it rounded up is 20 %.
        assert_eq!(rate(3_701_892, 6_057_604), Ok("20%".into()));
        assert_eq!(rate(91_710, 70_922), Ok("10%".into()));
        assert!(rate(10, 0).is_err());
    }
}
