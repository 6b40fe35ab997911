//! Rates as official schedules print them: `1.5¢/kg`, `30.5¢/kg + 8.5%`, `Free (A+,AU,S) 1.7% (KR)`.
//!
//! A text that is not one of the plain forms is [`Rate::Unknown`] with the text itself. It is never zero.

use super::{Rate, Specific};
use crate::base::{Currency, Decimal, Percent, Unit, parse_number, product};
use std::borrow::Cow;
use std::sync::Arc;

/// Reads a rate text of the schedule.
///
/// ```
/// use tariffcalc::law::official_rate;
/// assert_eq!(official_rate("30.5¢/kg + 8.5%").to_string(), "30.5 USc/kg + 8.5%");
/// assert_eq!(official_rate("See additional U.S. note 1").to_string(), "unknown: See additional U.S. note 1");
/// ```
///
/// A percentage with a fraction is charged where the fraction ends in decimals (`12 1/2%`). One without end, such as `33 1/3%`, is unknown: no
/// decimal holds it, and a rate that is off by a hair is a wrong rate.
pub fn official_rate(text: &str) -> Rate {
    let text = &*printed(text);
    let in_words = || Rate::Unknown(Arc::from(if text.is_empty() { "the schedule prints no rate" } else { text }));
    if text == "Free" {
        return Rate::Free;
    }
    let parts: Option<Vec<Rate>> = text.split('+').map(part).collect();
    match parts {
        Some(parts) if parts.len() > 1 => Rate::Sum(parts),
        Some(mut parts) => parts.pop().unwrap_or_else(in_words),
        None => super::official_yen::yen_rate(text).unwrap_or_else(in_words),
    }
}

/// Returns a text of the schedule without markup (`<u></u>`, `m<sup>3</sup>`), with one blank where there are several, and none at its ends.
///
/// ```
/// assert_eq!(tariffcalc::law::printed("$1.27/m<sup>3</sup> "), "$1.27/m3");
/// ```
pub fn printed(text: &str) -> Cow<'_, str> {
    let tidy = |text: &str| text.trim() == text && !text.contains("  ") && !text.contains(['<', '\u{a0}', '\n', '\r', '\t']);
    if tidy(text) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('<') {
        plain.push_str(before);
        // A tag is letters, with a stroke before them at its end; any other sign is a sign.
        match from.split_once('>') {
            Some((tag, after)) if is_tag(tag) => rest = after,
            _ => {
                plain.push('<');
                rest = from;
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn is_tag(tag: &str) -> bool {
    let name = tag.trim_matches('/').split(' ').next().unwrap_or_default();
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric())
}

fn part(text: &str) -> Option<Rate> {
    let text = text.trim();
    if text.ends_with('%') {
        return Percent::parse(text).ok().or_else(|| mixed_percent(text)).map(Rate::AdValorem);
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

/// `12 1/2%`, where it is exact.
fn mixed_percent(text: &str) -> Option<Percent> {
    let (whole, part) = text.strip_suffix('%')?.trim().rsplit_once(' ')?;
    let (over, under) = part.split_once('/')?;
    let number = |text: &str| parse_number(text).ok().filter(|number| *number >= Decimal::ZERO);
    let (over, under) = (number(over)?, number(under)?);
    let part = over.checked_div(under)?;
    if product(part, under)? != over || part.scale() > 6 {
        return None;
    }
    Some(Percent::from_points(number(whole)?.checked_add(part)?))
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
