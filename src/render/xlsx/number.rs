//! The numbers that a spreadsheet can hold: the one place where an exact decimal becomes a binary number, after all arithmetic is done.

use crate::base::Decimal;

/// The significant digits that a spreadsheet keeps: each number of so many comes back as it was written.
const DIGITS: usize = 15;

/// A decimal as the format has it.
pub(super) struct Binary {
    /// The nearest number.
    pub(super) nearest: f64,
    /// Whether reading it gives every digit of the decimal again.
    pub(super) is_exact: bool,
}

/// Finds the number nearest to a decimal. The text is parsed, because parsing rounds correctly.
pub(super) fn binary(decimal: Decimal) -> Option<Binary> {
    let digits = decimal.normalize().mantissa().unsigned_abs().to_string();
    let nearest = decimal.normalize().to_string().parse().ok()?;
    Some(Binary { nearest, is_exact: digits.trim_end_matches('0').len() <= DIGITS })
}

#[cfg(test)]
mod tests {
    use super::{Decimal, binary};

    #[test]
    fn fifteen_digits_come_back_and_sixteen_do_not() {
        let of = |text: &str| {
            let found = text.parse::<Decimal>().ok().and_then(binary);
            found.map(|found| (found.nearest.to_string(), found.is_exact))
        };
        assert_eq!(of("0.1"), Some(("0.1".into(), true)));
        assert_eq!(of("1234567890123.45"), Some(("1234567890123.45".into(), true)));
        assert_eq!(of("12345678901234.567").map(|found| found.1), Some(false));
        assert_eq!(of("1000000000000000000000"), Some(("1000000000000000000000".into(), true)));
        assert_eq!(of("0.1523809523809523809523809524").map(|found| found.1), Some(false));
    }
}
