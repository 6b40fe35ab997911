use super::number::excerpt;
use super::{Fault, Percent, difference, parse_number, product, quotient, sum};
use rust_decimal::Decimal;
use std::fmt;

/// The largest number a percentage may be a part of: schedules print thirds, and nothing finer than sixty-fourths.
const LARGEST_PART: u32 = 1_000;

/// The number of decimal places to which a fraction without end is told, where one must be told.
const PLACES: u32 = 10;

/// A percentage as a decimal over a whole number: `33 1/3%` is 100 over 3, and no decimal holds it.
///
/// Kept in one form: the number below has no factor 2 or 5 (those go into the decimal) and none in common with the number above. Where it is 1,
/// the percentage ends in decimals: see [`Ratio::percent`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    /// Points times what stands below.
    above: Decimal,
    below: u32,
}

impl Ratio {
    /// Reads `33 1/3%`, `1/3%` or `33.5%`.
    ///
    /// # Errors
    /// Where the text is no percentage, is below zero or past 10,000 %, or divides by zero or by more than 1,000.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let shown = excerpt(text);
        let wrong = || {
            Fault::new(format!("`{shown}` is not a percentage"))
                .with_help("write the number and the sign, such as \"25%\", \"7.5%\" or \"33 1/3%\"")
        };
        let points = text.trim().strip_suffix('%').ok_or_else(wrong)?.trim();
        let Some((first, below)) = points.split_once('/') else {
            let points = parse_number(points)?;
            return Self::of(points, 1).filter(|ratio| ratio.is_usual()).ok_or_else(wrong);
        };
        let (whole, above) = first.trim().rsplit_once(char::is_whitespace).unwrap_or(("0", first));
        let digits = |text: &str| -> Option<u32> {
            let text = text.trim();
            text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
        };
        let (whole, above, below) =
            (digits(whole), digits(above), digits(below).filter(|below| (1..=LARGEST_PART).contains(below)));
        let (Some(whole), Some(above), Some(below)) = (whole, above, below) else { return Err(wrong()) };
        product(Decimal::from(whole), Decimal::from(below))
            .and_then(|parts| sum(parts, Decimal::from(above)))
            .and_then(|above| Self::of(above, below))
            .filter(|ratio| ratio.is_usual())
            .ok_or_else(wrong)
    }

    /// Makes the one form of `above` points over `below`.
    fn of(mut above: Decimal, mut below: u32) -> Option<Self> {
        for (factor, part) in [(2, Decimal::new(5, 1)), (5, Decimal::new(2, 1))] {
            while below.checked_rem(factor)? == 0 {
                below = below.checked_div(factor)?;
                above = product(above, part)?;
            }
        }
        let mut factor = 3_u32;
        while factor <= below {
            let smaller = quotient(above, Decimal::from(factor))
                .filter(|part| product(*part, Decimal::from(factor)) == Some(above.normalize()));
            match smaller.filter(|_| below.is_multiple_of(factor)) {
                Some(smaller) => (above, below) = (smaller, below.checked_div(factor)?),
                None => factor = factor.checked_add(2)?,
            }
        }
        Some(Self { above: above.normalize(), below })
    }

    fn is_usual(self) -> bool {
        self.above >= Decimal::ZERO
            && product(Decimal::from(10_000), Decimal::from(self.below)).is_some_and(|most| self.above <= most)
            && self.above.scale() <= 6
    }

    /// Returns the percentage, where it ends in decimals.
    pub fn percent(self) -> Option<Percent> {
        (self.below == 1).then(|| Percent::from_points(self.above))
    }

    /// Returns this share of an amount: multiplied first and divided last, so that the division is the only thing that is not exact (to 28 digits).
    /// `None` where the product has more digits than a decimal holds.
    pub fn share_of(self, amount: Decimal) -> Option<Decimal> {
        let below = product(Decimal::from(self.below), Decimal::ONE_HUNDRED)?;
        quotient(product(amount, self.above)?, below)
    }

    /// Returns the fraction (0.3333333333 for `33 1/3%`), rounded to ten places: for what must print a decimal, never for a charge.
    pub fn rounded_fraction(self) -> Option<Decimal> {
        self.share_of(Decimal::ONE).map(|fraction| fraction.round_dp(PLACES).normalize())
    }

    /// Returns this percentage with points added (or taken away), but not below nothing; `None` where it cannot be told exactly.
    #[must_use]
    pub fn plus(self, points: Percent) -> Option<Self> {
        let above = product(points.points(), Decimal::from(self.below)).and_then(|points| sum(self.above, points))?;
        Self::of(above.max(Decimal::ZERO), self.below)
    }

    /// Returns this percentage times a factor, such as 50 %; `None` where it cannot be told exactly.
    #[must_use]
    pub fn scaled(self, factor: Percent) -> Option<Self> {
        Self::of(product(self.above, factor.fraction())?, self.below)
    }

    /// Tells whether it is more than a percentage; `None` where it cannot be told exactly.
    pub fn exceeds(self, other: Percent) -> Option<bool> {
        product(other.points(), Decimal::from(self.below)).map(|other| self.above > other)
    }
}

impl From<Percent> for Ratio {
    fn from(percent: Percent) -> Self {
        Self { above: percent.points().normalize(), below: 1 }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let below = Decimal::from(self.below);
        let whole = quotient(self.above, below).unwrap_or_default().trunc();
        let rest = product(whole, below).and_then(|parts| difference(self.above, parts)).unwrap_or_default().normalize();
        if rest.is_zero() {
            return write!(f, "{whole}%");
        }
        if self.below == 1 {
            return write!(f, "{}%", self.above);
        }
        // Half a third is a sixth: the part above is made whole again.
        let tens = Decimal::from(10_u64.checked_pow(rest.scale()).unwrap_or(1));
        let times = |number: Decimal| product(number, tens).unwrap_or(number).normalize();
        let (mut above, mut below) = (times(rest), times(below));
        for factor in [2, 5] {
            let factor = Decimal::from(factor);
            let less = |number: Decimal| quotient(number, factor).filter(|part| part.normalize().scale() == 0);
            while let (Some(a), Some(b)) = (less(above), less(below)) {
                (above, below) = (a.normalize(), b.normalize());
            }
        }
        if whole.is_zero() { write!(f, "{above}/{below}%") } else { write!(f, "{whole} {above}/{below}%") }
    }
}

#[cfg(test)]
mod tests {
    use super::Ratio;
    use crate::base::Percent;
    use rust_decimal::Decimal;

    fn ratio(text: &str) -> Ratio {
        Ratio::parse(text).unwrap_or(Ratio { above: Decimal::NEGATIVE_ONE, below: 1 })
    }

    #[test]
    fn thirds_are_read_charged_and_printed_exactly() {
        let third = ratio("33 1/3%");
        assert_eq!((third.percent(), third.to_string().as_str()), (None, "33 1/3%"));
        let of = |amount: i64| third.share_of(Decimal::from(amount)).map(|share| share.round_dp(2).to_string());
        assert_eq!(
            [of(100_000), of(1), of(3)],
            [Some("33333.33".into()), Some("0.33".into()), Some("1".into())].map(|text: Option<String>| text)
        );
        assert_eq!(third.rounded_fraction().map(|fraction| fraction.to_string()), Some("0.3333333333".into()));
        assert_eq!(ratio("2/6%"), ratio("1/3%"));
        assert_eq!(ratio("4 1/6%").to_string(), "4 1/6%");
        assert_eq!(ratio("12 1/2%").percent(), Some(Percent::from_points(Decimal::new(125, 1))));
        assert_eq!(ratio("99 9/3%").to_string(), "102%");
        for wrong in ["12 1/0%", "33 1/3", "1/%", "/3%", "-1 1/3%", "33 1/3.5%", "20000 1/3%", "1/1001%", "%", "1 / %"] {
            assert!(Ratio::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn changes_stay_exact() {
        let third = ratio("33 1/3%");
        let percent = |points: i64| Percent::from_points(Decimal::from(points));
        assert_eq!(third.plus(percent(10)), Some(ratio("43 1/3%")));
        assert_eq!(third.plus(percent(-50)).and_then(Ratio::percent), Some(Percent::ZERO));
        assert_eq!(third.scaled(percent(50)), Some(ratio("16 2/3%")));
        assert_eq!(third.scaled(percent(300)).and_then(Ratio::percent), Some(percent(100)));
        assert_eq!((third.exceeds(percent(33)), third.exceeds(percent(34))), (Some(true), Some(false)));
    }
}
