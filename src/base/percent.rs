use super::number::excerpt;
use super::{Fault, parse_number, product};
use rust_decimal::Decimal;
use std::fmt;

/// A percentage, kept in points: `Percent(7.5)` is 7.5 %, and prints as `7.5%`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(Decimal);

impl Percent {
    /// 0 %.
    pub const ZERO: Self = Self(Decimal::ZERO);
    /// 100 %.
    pub const WHOLE: Self = Self(Decimal::ONE_HUNDRED);

    /// Makes a percentage from millionths of a point.
    pub const fn millionths(number: u32) -> Self {
        Self(Decimal::from_parts(number, 0, 0, false, 6))
    }

    /// Makes a percentage from points (7.5 for 7.5 %).
    pub fn from_points(points: Decimal) -> Self {
        Self(points.normalize())
    }

    /// Returns the points (7.5 for 7.5 %).
    pub fn points(self) -> Decimal {
        self.0
    }

    /// Returns the fraction (0.075 for 7.5 %), exactly.
    pub fn fraction(self) -> Decimal {
        product(self.0, Decimal::new(1, 2)).unwrap_or(self.0)
    }

    /// Reads `7.5%`. A number without the sign is refused: `0.25` could be read two ways.
    ///
    /// # Errors
    /// Where the sign or the number is missing, or the number is past 10,000 % in size or has more than six decimal places.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let shown = excerpt(text);
        let Some(number) = text.trim().strip_suffix('%') else {
            return Err(Fault::new(format!("`{shown}` is not a percentage"))
                .with_help("write the number and the sign, such as \"25%\" or \"7.5%\""));
        };
        let points = parse_number(number)?;
        if points.abs() > Decimal::from(10_000) {
            return Err(Fault::new(format!("`{shown}` is past 10,000%")));
        }
        if points.scale() > 6 {
            return Err(Fault::new(format!("`{shown}` has more than six decimal places")));
        }
        Ok(Self(points))
    }

    /// Reads a share: a percentage from 0 to 100.
    ///
    /// # Errors
    /// As [`Percent::parse`], and where the share is below 0 % or above 100 %.
    pub fn parse_share(text: &str) -> Result<Self, Fault> {
        let share = Self::parse(text)?;
        if share < Self::ZERO || share > Self::WHOLE {
            return Err(Fault::new(format!("`{}` is not a share", excerpt(text))).with_help("a share lies between 0% and 100%"));
        }
        Ok(share)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0.normalize())
    }
}
