//! Rates as the United States schedule prints them: `1.5¢/kg`, `30.5¢/kg + 8.5%`, `Free (A+,AU,S) 1.7% (KR)`.
//!
//! A text that is not one of the plain forms is [`Rate::Unknown`] with the text itself. It is never zero.

use super::{Rate, Specific};
use crate::base::{Currency, Decimal, Percent, Unit, parse_number, product};
use std::sync::Arc;

/// Reads a rate text of the schedule.
///
/// ```
/// use tariffcalc::law::official_rate;
/// assert_eq!(official_rate("30.5¢/kg + 8.5%").to_string(), "30.5 USc/kg + 8.5%");
/// assert_eq!(official_rate("See additional U.S. note 1").to_string(), "unknown: See additional U.S. note 1");
/// ```
pub fn official_rate(text: &str) -> Rate {
    let text = text.trim();
    let in_words = || Rate::Unknown(Arc::from(if text.is_empty() { "the schedule prints no rate" } else { text }));
    if text == "Free" {
        return Rate::Free;
    }
    let parts: Option<Vec<Rate>> = text.split('+').map(part).collect();
    match parts {
        Some(parts) if parts.len() > 1 => Rate::Sum(parts),
        Some(mut parts) => parts.pop().unwrap_or_else(in_words),
        None => in_words(),
    }
}

fn part(text: &str) -> Option<Rate> {
    let text = text.trim();
    if text.ends_with('%') {
        return Percent::parse(text).ok().map(Rate::AdValorem);
    }
    let (amount, unit) = match text.split_once('/') {
        Some((amount, unit)) => (amount.trim(), unit.trim()),
        // "32¢ each"
        None => (text.strip_suffix("each")?.trim(), "each"),
    };
    let per = Unit::find(unit).or_else(|| Unit::find(&unit.to_ascii_lowercase()))?;
    let amount = match (amount.strip_suffix('¢'), amount.strip_prefix('$')) {
        (Some(cents), _) => product(parse_number(cents).ok()?, Decimal::new(1, 2))?,
        (None, Some(dollars)) => parse_number(dollars).ok()?,
        (None, None) => return None,
    };
    Some(Rate::Specific(Specific { amount, currency: Currency::parse("USD").ok()?, per }))
}

/// One group of the special column: a rate, and the symbols of the programs that offer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecialRate<'a> {
    /// The rate's text.
    pub text: &'a str,
    /// The symbols, such as `S+` and `KR`.
    pub symbols: Vec<&'a str>,
}

/// Takes the special column apart: `Free (BH,CL) 1.7% (KR)` is two groups. Text behind the last bracket is dropped: it names no program.
///
/// ```
/// use tariffcalc::law::special_rates;
/// let groups = special_rates("Free(A, AU) 1.7% (SG)");
/// assert_eq!((groups[0].text, groups[0].symbols.as_slice()), ("Free", ["A", "AU"].as_slice()));
/// assert_eq!((groups[1].text, groups[1].symbols.as_slice()), ("1.7%", ["SG"].as_slice()));
/// ```
pub fn special_rates(text: &str) -> Vec<SpecialRate<'_>> {
    let mut groups = Vec::new();
    let mut rest = text;
    while let Some((rate, after)) = rest.split_once('(') {
        let Some((inside, behind)) = after.split_once(')') else {
            break;
        };
        groups.push(SpecialRate {
            text: rate.trim(),
            symbols: inside.split(',').map(str::trim).filter(|s| !s.is_empty()).collect(),
        });
        rest = behind;
    }
    groups
}
