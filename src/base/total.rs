use super::Decimal;

/// The places after the decimal point that a sum keeps: as many as a number in a file may have.
const PLACES: u32 = 9;

/// What one unit of the last place is in billionths, by the number of places.
const FACTORS: [i128; 10] = [1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

/// A sum of numbers from files, exact however many they are.
///
/// A decimal of 28 digits would round the sum of ten million of the largest values; the 38 digits kept here do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Total {
    billionths: i128,
}

impl Total {
    /// Adds a number of at most nine decimal places.
    pub fn add(&mut self, number: Decimal) {
        let factor = usize::try_from(number.scale()).ok().and_then(|places| FACTORS.get(places)).copied().unwrap_or(1);
        let billionths = number.mantissa().saturating_mul(factor);
        self.billionths = self.billionths.saturating_add(billionths);
    }

    /// Returns the sum of two totals.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { billionths: self.billionths.saturating_add(other.billionths) }
    }

    /// Returns the sum; the largest decimal there is where it is larger.
    pub fn decimal(self) -> Decimal {
        let (mut mantissa, mut places) = (self.billionths, PLACES);
        while places > 0 && mantissa.checked_rem(10) == Some(0) {
            mantissa = mantissa.checked_div(10).unwrap_or(mantissa);
            places = places.saturating_sub(1);
        }
        Decimal::try_from_i128_with_scale(mantissa, places).unwrap_or(Decimal::MAX)
    }
}
