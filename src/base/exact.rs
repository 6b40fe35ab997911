//! Exact decimal arithmetic: a result that would overflow or lose digits is `None`.

use rust_decimal::Decimal;

/// Returns `a + b`, or `None` on overflow.
pub fn sum(a: Decimal, b: Decimal) -> Option<Decimal> {
    a.checked_add(b)
}

/// Returns `a - b`, or `None` on overflow.
pub fn difference(a: Decimal, b: Decimal) -> Option<Decimal> {
    a.checked_sub(b)
}

/// Returns `a × b` exactly; `None` where the product has more digits than a decimal holds.
///
/// `Decimal` itself would round such a product silently. A full scale is kept whenever the product is exact, so a scale
/// smaller than the sum of both scales betrays the rounding.
pub fn product(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (a, b) = (a.normalize(), b.normalize());
    if a.is_zero() || b.is_zero() {
        return Some(Decimal::ZERO);
    }
    let product = a.checked_mul(b)?;
    (product.scale() == a.scale().checked_add(b.scale())?).then_some(product)
}

/// Returns `a ÷ b` to 28 significant digits; `None` for a zero divisor or on overflow.
///
/// The only inexact operation: used last, after every multiplication.
pub fn quotient(a: Decimal, b: Decimal) -> Option<Decimal> {
    a.checked_div(b)
}
