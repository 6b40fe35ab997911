use super::number::excerpt;
use super::{Fault, grouped, parse_number, quotient};
use rust_decimal::{Decimal, RoundingStrategy};
use std::fmt;

/// A currency by its ISO 4217 letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Reads an ISO 4217 code such as `USD`.
    ///
    /// # Errors
    /// Where the letters are not a currency.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let unknown = || {
            Fault::new(format!("`{}` is not a currency", excerpt(text)))
                .with_help("write the three ISO 4217 letters, such as USD, EUR or JPY")
        };
        let bytes: [u8; 3] = text.as_bytes().try_into().map_err(|_| unknown())?;
        iso_currency::Currency::from_code(text).ok_or_else(unknown)?;
        Ok(Self(bytes))
    }

    /// Returns the three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Returns how many decimal places amounts of this currency have: 2 for USD, 0 for JPY.
    pub fn places(&self) -> u32 {
        iso_currency::Currency::from_code(self.as_str()).and_then(|c| c.exponent()).map_or(2, u32::from)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An exact amount of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// The amount in whole units of the currency (dollars, not cents), exact.
    pub amount: Decimal,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// Reads an amount with its currency: `100,000 USD`, `41.9 billion USD`.
    ///
    /// # Errors
    /// Where the currency or the number is missing or not understood.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        let Some((number, currency)) = text.rsplit_once(char::is_whitespace) else {
            return Err(Fault::new(format!("`{}` is not an amount of money", excerpt(text)))
                .with_help("write the number and the currency, such as \"100,000 USD\""));
        };
        Ok(Self { amount: parse_number(number)?, currency: Currency::parse(currency)? })
    }

    /// Reads what goods are worth: an amount that is not below zero.
    ///
    /// # Errors
    /// Where the amount is not understood, or is below zero.
    pub fn parse_value(text: &str) -> Result<Self, Fault> {
        let value = Self::parse(text)?;
        if value.amount < Decimal::ZERO {
            return Err(Fault::new("the value is below zero"));
        }
        Ok(value)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", grouped(self.amount), self.currency)
    }
}

/// How quantities are rounded before a specific rate falls on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantityRounding {
    /// The rate for one unit up to which quantities are rounded coarsely, in units of the currency.
    pub up_to: Decimal,
    /// The step up to that rate, in units of quantity.
    pub step: Decimal,
    /// The step above it.
    pub above: Decimal,
}

/// How an importing country rounds: half away from zero, to a step.
///
/// The United States: customs value to whole dollars, duty to cents (19 CFR 159.3). Both steps are data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rounding {
    /// The step the customs value is rounded to before any duty is computed, in units of the currency.
    pub value: Decimal,
    /// How quantities are rounded, where there is a rule.
    pub quantity: Option<QuantityRounding>,
    /// The step each duty line is rounded to.
    pub duty: Decimal,
    /// The rule's source.
    pub cite: String,
}

/// The smallest step a decimal can have.
const SMALLEST: Decimal = Decimal::from_parts(1, 0, 0, false, 28);

impl Rounding {
    /// Rounds nothing: for questions about the exact duty.
    pub fn none() -> Self {
        Self { value: SMALLEST, quantity: None, duty: SMALLEST, cite: String::new() }
    }

    /// Rounds a quantity to the step of the rate it is charged at, in the unit of that rate; exact where the country has no rule.
    pub fn quantity(&self, number: Decimal, per_unit: Decimal) -> Decimal {
        self.quantity.as_ref().map_or(number, |rule| to_step(number, if per_unit <= rule.up_to { rule.step } else { rule.above }))
    }

    /// Rounds a customs value to the value step.
    pub fn value(&self, amount: Decimal) -> Decimal {
        to_step(amount, self.value)
    }

    /// Rounds a duty line to the duty step: the only rounding of a duty.
    pub fn duty(&self, amount: Decimal) -> Decimal {
        to_step(amount, self.duty)
    }
}

fn to_step(amount: Decimal, step: Decimal) -> Decimal {
    let half_up = RoundingStrategy::MidpointAwayFromZero;
    // A step that is a power of ten needs no division, and is the only kind in use today.
    if step == Decimal::ONE {
        return amount.round_dp_with_strategy(0, half_up);
    }
    if step.mantissa() == 1 {
        return amount.round_dp_with_strategy(step.scale(), half_up);
    }
    quotient(amount, step)
        .map(|steps| steps.round_dp_with_strategy(0, half_up))
        .and_then(|steps| steps.checked_mul(step))
        .unwrap_or(amount)
}

#[cfg(test)]
mod tests {
    use super::{Money, QuantityRounding, Rounding};
    use rust_decimal::Decimal;

    #[test]
    fn halves_are_rounded_away_from_zero() {
        let rule = Rounding { value: Decimal::ONE, quantity: None, duty: Decimal::new(1, 2), cite: String::new() };
        assert_eq!(rule.value(Decimal::new(1005, 1)).to_string(), "101");
        assert_eq!(rule.duty(Decimal::new(2345, 3)).to_string(), "2.35");
        let hundreds = Rounding { value: Decimal::from(1000), quantity: None, duty: Decimal::from(100), cite: String::new() };
        assert_eq!(hundreds.duty(Decimal::from(1250)).to_string(), "1300");
    }

    #[test]
    fn quantities_are_rounded_by_the_rate_they_are_charged_at() {
        let steps = QuantityRounding { up_to: Decimal::ONE, step: Decimal::ONE, above: Decimal::new(1, 2) };
        let rule = Rounding { value: Decimal::ONE, quantity: Some(steps), duty: Decimal::new(1, 2), cite: String::new() };
        let cents = |cents: i64| Decimal::new(cents, 2);
        assert_eq!(rule.quantity(Decimal::new(1005, 1), cents(2)).to_string(), "101");
        assert_eq!(rule.quantity(Decimal::new(1004, 1), cents(100)).to_string(), "100");
        assert_eq!(rule.quantity(Decimal::new(10046, 3), cents(101)).to_string(), "10.05");
    }

    #[test]
    fn money_needs_its_currency() {
        assert_eq!(Money::parse("41.9 billion USD").map(|m| m.to_string()), Ok("41,900,000,000 USD".into()));
        assert!(Money::parse("100").is_err());
        assert!(Money::parse("100 dollars").is_err());
    }
}
