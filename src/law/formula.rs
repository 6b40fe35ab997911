use crate::base::{Decimal, Fault, Percent, product, quotient};
use rust_decimal::RoundingStrategy;

/// A rate computed from a trade balance: a share of the deficit over imports, never below a floor.
///
/// The tariff of 2 April 2025 is half of the deficit over imports and at least 10 %: the deficit is divided by imports × ε × φ (the elasticity of
/// imports, 4, and the pass-through of the tariff to prices, 0.25: their product is 1), the charge against a partner is first rounded to a whole
/// percentage, and its half is rounded up to a whole percentage (USTR, "Reciprocal Tariff Calculations").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    /// By how many percent imports fall where their price rises by one (ε); above zero.
    pub elasticity: Decimal,
    /// Which part of a tariff reaches the price (φ); above zero.
    pub pass_through: Decimal,
    /// The share of that ratio: 50 % is half.
    pub share: Percent,
    /// The least rate.
    pub at_least: Percent,
    /// Whether the ratio is rounded to a whole percentage (half up) before the share is taken.
    pub whole_ratio: bool,
    /// Whether the rate is rounded up to a whole percentage; to six places otherwise.
    pub rounded_up: bool,
}

impl Formula {
    /// Returns deficit ÷ (imports × ε × φ) in percent, rounded as the formula says: below zero where more is exported than imported.
    ///
    /// # Errors
    /// Where there are no imports, so that there is no ratio, or the figures are too large.
    pub fn ratio(&self, exports: Decimal, imports: Decimal) -> Result<Percent, Fault> {
        if imports <= Decimal::ZERO {
            return Err(Fault::new("there are no imports, so there is no ratio of the deficit to them"));
        }
        let deficit = imports.checked_sub(exports).ok_or_else(too_large)?;
        let factor = product(self.elasticity, self.pass_through).ok_or_else(too_large)?;
        let weighed = product(imports, factor).filter(|weighed| !weighed.is_zero()).ok_or_else(too_large)?;
        let ratio = product(deficit, Decimal::ONE_HUNDRED).and_then(|d| quotient(d, weighed)).ok_or_else(too_large)?;
        let ratio =
            if self.whole_ratio { ratio.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero) } else { ratio };
        Ok(Percent::from_points(ratio))
    }

    /// Returns the rate for exports to and imports from one partner, in one currency.
    ///
    /// # Errors
    /// As [`Formula::ratio`].
    pub fn rate(&self, exports: Decimal, imports: Decimal) -> Result<Percent, Fault> {
        let ratio = self.ratio(exports, imports)?;
        let rate = ratio.points().checked_mul(self.share.fraction()).ok_or_else(too_large)?;
        let rate =
            if self.rounded_up { rate.ceil() } else { rate.round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero) };
        Ok(Percent::from_points(rate).max(self.at_least))
    }
}

fn too_large() -> Fault {
    Fault::new("the trade figures are too large")
}

#[cfg(test)]
mod tests {
    use super::{Formula, Percent};
    use crate::base::Decimal;

    fn formula(elasticity: i64, hundredths: i64) -> Formula {
        Formula {
            elasticity: Decimal::from(elasticity),
            pass_through: Decimal::new(hundredths, 2),
            share: Percent::from_points(Decimal::from(50)),
            at_least: Percent::from_points(Decimal::from(10)),
            whole_ratio: true,
            rounded_up: true,
        }
    }

    #[test]
    fn half_of_the_deficit_over_imports_and_at_least_ten() {
        let formula = formula(4, 25);
        let rate = |exports, imports| formula.rate(Decimal::new(exports, 1), Decimal::new(imports, 1)).map(|p| p.to_string());
        // European Union 2024: 235,571.2 of 605,760.4 million is 39 %, half of it rounded up is 20 %.
        assert_eq!(rate(3_701_892, 6_057_604), Ok("20%".into()));
        assert_eq!(rate(91_710, 70_922), Ok("10%".into()));
        assert!(rate(10, 0).is_err());
    }

    #[test]
    fn both_parameters_count() {
        // 68,467.7 of 148,208.6 million is 46.1968 %; with a pass-through of 0.945 instead of 0.25 the factor is 3.78, and the floor holds.
        let japan = |formula: &Formula| formula.rate(Decimal::new(797_408, 1), Decimal::new(1_482_086, 1)).map(|p| p.to_string());
        assert_eq!(japan(&formula(4, 25)), Ok("23%".into()));
        assert_eq!(japan(&Formula { pass_through: Decimal::new(945, 3), ..formula(4, 25) }), Ok("10%".into()));
        assert_eq!(japan(&formula(2, 25)), Ok("46%".into()));
        assert_eq!(japan(&formula(2, 50)), Ok("23%".into()));
    }
}
