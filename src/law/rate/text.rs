//! The one grammar of rates: reading and printing.
//!
//! ```text
//! rate    = "Free" | "refused" | "unknown" [":" text] | "top up to" percent ["over column 1 general"] | bounded ["instead of column 1"]
//! bounded = sum { ("at least" | "at most") sum }
//! sum     = part { "+" part }
//! percent = number "%" | [number] number "/" number "%"
//! part    = percent | number currency ["/" unit] | number "USc/" unit
//! ```

use super::{Rate, Specific};
use crate::base::{Currency, Decimal, Fault, Money, Percent, Ratio, Unit, parse_number, product};
use std::fmt;
use std::sync::Arc;

/// Longer texts are refused before they are taken apart.
const LONGEST: usize = 300;

impl Rate {
    /// Reads a rate of duty.
    ///
    /// ```
    /// use tariffcalc::law::Rate;
    /// for text in ["Free", "25%", "341 JPY/kg", "5% + 1.2 USD/kg", "top up to 15%", "10% instead of column 1", "refused"] {
    ///     assert_eq!(Rate::parse(text)?.to_string(), text);
    /// }
    /// # Ok::<(), tariffcalc::base::Fault>(())
    /// ```
    ///
    /// # Errors
    /// Where the text follows none of the forms; the fault names the forms or the part that is wrong.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        if text.len() > LONGEST {
            return Err(Fault::new("a rate longer than 300 characters"));
        }
        match text {
            "Free" | "free" => return Ok(Self::Free),
            "refused" => return Ok(Self::Refused),
            "unknown" => return Ok(Self::Unknown(Arc::from(""))),
            _ => {}
        }
        if let Some(words) = text.strip_prefix("unknown:") {
            return Ok(Self::Unknown(Arc::from(words.trim())));
        }
        if let Some(percent) = text.strip_prefix("top up to ") {
            let (percent, general) =
                percent.strip_suffix("over column 1 general").map_or((percent, false), |percent| (percent, true));
            let percent = Percent::parse(percent)?;
            if percent < Percent::ZERO {
                return Err(below_zero(text));
            }
            return Ok(if general { Self::TopUpGeneral(percent) } else { Self::TopUp(percent) });
        }
        if let Some(rate) = text.strip_suffix("instead of column 1") {
            return Ok(Self::InsteadOfColumn1(Box::new(bounded(rate.trim_end())?)));
        }
        if text.starts_with("top up") {
            return Err(Fault::new(format!("`{text}` is not a rate of duty")).with_help("a floor is written \"top up to 15%\""));
        }
        bounded(text)
    }

    /// Reads a rate that a schedule states in column 1.
    ///
    /// # Errors
    /// Where the text is no rate of duty, or one that counts on column 1 itself: a floor, or a rate in its place.
    pub fn parse_column_1(text: &str) -> Result<Self, Fault> {
        let rate = Self::parse(text)?;
        if matches!(rate, Self::TopUp(_) | Self::TopUpGeneral(_) | Self::InsteadOfColumn1(_)) {
            return Err(Fault::new(format!("`{text}` is no column-1 rate: it counts on one"))
                .with_help("write what a schedule states, such as \"Free\", \"2.5%\", \"4.4 USc/kg\" or \"5% + 1.2 USD/kg\""));
        }
        Ok(rate)
    }
}

fn below_zero(text: &str) -> Fault {
    Fault::new(format!("`{text}` is below zero")).with_help("a rate of duty is zero or more")
}

fn bounded(text: &str) -> Result<Rate, Fault> {
    // The last bound wins the outermost place, so that printing left to right gives the same text.
    let last = [" at least ", " at most "].into_iter().filter_map(|word| text.rfind(word).map(|at| (at, word))).max();
    let Some((at, word)) = last else {
        return sum(text);
    };
    let (rate, bound) = text.split_at(at);
    let rate = Box::new(bounded(rate)?);
    let bound = Box::new(sum(bound.strip_prefix(word).unwrap_or(bound))?);
    Ok(if word == " at least " { Rate::AtLeast(rate, bound) } else { Rate::AtMost(rate, bound) })
}

fn sum(text: &str) -> Result<Rate, Fault> {
    let mut parts = text.split('+').map(part).collect::<Result<Vec<_>, _>>()?;
    if parts.len() == 1 {
        return parts.pop().ok_or_else(|| Fault::new("an empty rate"));
    }
    Ok(Rate::Sum(parts))
}

fn part(text: &str) -> Result<Rate, Fault> {
    let text = text.trim();
    let forms = || {
        let fault = Fault::new(format!("`{text}` is not a rate of duty"));
        if let Ok(number) = parse_number(text) {
            let as_fraction = product(number, Decimal::ONE_HUNDRED).filter(|_| number > Decimal::ZERO && number < Decimal::ONE);
            return fault.with_help(match as_fraction {
                Some(points) => format!("a bare number can be read two ways; did you mean \"{}%\" or \"{text}%\"?", points.normalize()),
                None => format!("a bare number can be read two ways; did you mean \"{text}%\", or an amount for each unit such as \"{text} USD/kg\"?"),
            });
        }
        if text.is_empty() {
            return Fault::new("a part of the rate is missing")
                .with_help("write both parts of a sum, such as \"5% + 1.20 USD/kg\"");
        }
        fault.with_help("write \"Free\", \"25%\", \"341 JPY/kg\", \"5% + 1.20 USD/kg\", \"top up to 15%\", \"10% instead of column 1\", \"refused\" or \"unknown\"")
    };
    if text.ends_with('%') {
        if text.contains('/') {
            return percentage(text);
        }
        let percent = Percent::parse(text)?;
        return if percent < Percent::ZERO { Err(below_zero(text)) } else { Ok(Rate::AdValorem(percent)) };
    }
    let Some((amount, unit)) = text.split_once('/') else {
        let money = Money::parse(text).map_err(|_| forms())?;
        return if money.amount.is_sign_negative() && !money.amount.is_zero() {
            Err(below_zero(text))
        } else {
            Ok(Rate::Flat(money))
        };
    };
    let Some((number, currency)) = amount.trim().rsplit_once(char::is_whitespace) else {
        return Err(forms());
    };
    let number = parse_number(number)?;
    if number.is_sign_negative() && !number.is_zero() {
        return Err(below_zero(text));
    }
    let (amount, currency) = if currency == "USc" {
        // Cents: the schedule's own unit.
        (product(number, Decimal::new(1, 2)).ok_or_else(forms)?, Currency::parse("USD")?)
    } else {
        (number, Currency::parse(currency)?)
    };
    Ok(Rate::Specific(Specific { amount, currency, per: Unit::parse(unit)? }))
}

/// A percentage with a fraction: a plain one where it ends in decimals.
///
/// # Errors
/// Where the text is no percentage.
pub(in crate::law) fn percentage(text: &str) -> Result<Rate, Fault> {
    let ratio = Ratio::parse(text)?;
    Ok(ratio.percent().map_or(Rate::Ratio(ratio), Rate::AdValorem))
}

impl fmt::Display for Specific {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents =
            product(self.amount, Decimal::ONE_HUNDRED).filter(|_| self.amount < Decimal::ONE && self.currency.as_str() == "USD");
        match cents {
            Some(cents) => write!(f, "{} USc/{}", cents.normalize(), self.per),
            None => write!(f, "{} {}/{}", self.amount.normalize(), self.currency, self.per),
        }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Free => f.write_str("Free"),
            Self::AdValorem(percent) => write!(f, "{percent}"),
            Self::Ratio(ratio) => write!(f, "{ratio}"),
            Self::Specific(specific) => write!(f, "{specific}"),
            // Money with a fraction has the places of its currency: 651.50 USD.
            Self::Flat(money) => {
                let mut amount = money.amount.normalize();
                if amount.scale() > 0 && amount.scale() < money.currency.places() {
                    amount.rescale(money.currency.places());
                }
                write!(f, "{amount} {}", money.currency)
            }
            Self::Sum(parts) => {
                for (place, part) in parts.iter().enumerate() {
                    if place > 0 {
                        f.write_str(" + ")?;
                    }
                    write!(f, "{part}")?;
                }
                Ok(())
            }
            Self::AtLeast(rate, bound) => write!(f, "{rate} at least {bound}"),
            Self::AtMost(rate, bound) => write!(f, "{rate} at most {bound}"),
            Self::TopUp(percent) => write!(f, "top up to {percent}"),
            Self::TopUpGeneral(percent) => write!(f, "top up to {percent} over column 1 general"),
            Self::InsteadOfColumn1(rate) => write!(f, "{rate} instead of column 1"),
            Self::Refused => f.write_str("refused"),
            Self::Unknown(words) if words.is_empty() => f.write_str("unknown"),
            Self::Unknown(words) => write!(f, "unknown: {words}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rate;

    #[test]
    fn a_bare_number_is_refused_with_advice() {
        let fault = Rate::parse("25").err().and_then(|fault| fault.help);
        assert!(fault.is_some_and(|help| help.contains("did you mean \"25%\"")));
    }

    #[test]
    fn bounds_read_left_to_right() {
        let text = "0.3464% at least 33.58 USD at most 651.50 USD";
        assert_eq!(Rate::parse(text).map(|rate| rate.to_string()), Ok(text.to_owned()));
    }

    #[test]
    fn cents_are_kept_as_the_schedule_has_them() {
        assert_eq!(Rate::parse("4.4 USc/kg").map(|rate| rate.to_string()), Ok("4.4 USc/kg".to_owned()));
        assert_eq!(Rate::parse("0.044 USD/kg"), Rate::parse("4.4 USc/kg"));
        assert!(Rate::parse("-5%").is_err());
        assert!(Rate::parse("4.4 USc/furlong").is_err());
    }
}
