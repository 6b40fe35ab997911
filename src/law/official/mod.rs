//! Rates as official schedules print them: `1.5¢/kg`, `30.5¢/kg + 8.5%`, `Free (A+,AU,S) 1.7% (KR)`.
//!
//! A text that is not one of the plain forms is [`Rate::Unknown`] with the text itself. It is never zero.

pub(super) mod line;
mod yen;

use super::{Rate, Specific};
use crate::base::{Currency, Decimal, Percent, Unit, parse_number, product};
use crate::law::rate::text::percentage;
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
/// A percentage with a fraction is charged exactly, also where no decimal holds it (`33 1/3%`). An amount for each unit of a content (`1.7¢/kg on lead
/// content`) is charged on the quantity of that content. A rate on the whole of a set, or on the full value of the article, is one on the goods.
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
        None => self::yen::yen_rate(text).unwrap_or_else(in_words),
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

/// Words that say of the whole goods what a percentage says without them.
const WHOLE: [&str; 2] = [" on the entire set", " on the full value of the imported article"];

fn part(text: &str) -> Option<Rate> {
    let text = text.trim();
    let text = WHOLE.iter().find_map(|words| text.strip_suffix(words)).unwrap_or(text);
    if text.ends_with('%') {
        // No schedule takes anything off: a sign before the number is a slip that nobody may charge.
        let percent = Percent::parse(text).ok().filter(|percent| *percent >= Percent::ZERO).map(Rate::AdValorem);
        return percent.or_else(|| percentage(text).ok());
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
    if amount < Decimal::ZERO {
        return None;
    }
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

/// Takes the special column apart: `Free (BH,CL) 1.7% (KR)` is two groups. Text behind the last group is dropped: it names no program.
///
/// A bracket within the words of a rate (`(see U.S. note 3 of this subchapter)`, `note 1(b)`) is no group. Slips of print cost no program its rate: a blank for
/// a comma, a stray dot, a bracket opened twice.
///
/// ```
/// use tariffcalc::law::special_rates;
/// let groups = special_rates("Free(A, AU) 1.7% (SG)");
/// assert_eq!((groups[0].text, groups[0].symbols.as_slice()), ("Free", ["A", "AU"].as_slice()));
/// assert_eq!((groups[1].text, groups[1].symbols.as_slice()), ("1.7%", ["SG"].as_slice()));
/// ```
pub fn special_rates(text: &str) -> Vec<SpecialRate<'_>> {
    let mut groups = Vec::new();
    let mut before = text;
    let mut rest = text;
    while let Some((ahead, after)) = rest.split_once('(') {
        let Some((inside, behind)) = after.split_once(')') else {
            break;
        };
        let symbols = if ends_in_number(ahead) && is_letter_of_note(inside) { Vec::new() } else { symbols(inside) };
        if !symbols.is_empty() {
            // What stands before the bracket, with any brackets of words in it.
            let rate = before.get(..before.len().saturating_sub(after.len()).saturating_sub(1)).unwrap_or(ahead);
            groups.push(SpecialRate { text: rate.trim(), symbols });
            before = behind;
        }
        rest = behind;
    }
    groups
}

/// `A+,AU,BH`: the symbols of a group; none where the bracket holds words.
fn symbols(inside: &str) -> Vec<&str> {
    let pieces = || inside.split([',', '(']);
    if pieces().any(|piece| piece.split_whitespace().count() > 3) {
        return Vec::new();
    }
    let mut found: Vec<&str> = Vec::new();
    for symbol in pieces().flat_map(str::split_whitespace).map(|symbol| symbol.trim_matches('.')) {
        if !symbol.is_empty() && !found.contains(&symbol) {
            found.push(symbol);
        }
    }
    found
}

fn ends_in_number(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit())
}

fn is_letter_of_note(inside: &str) -> bool {
    inside.len() == 1 && inside.chars().all(|c| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::special_rates;

    #[test]
    fn every_program_finds_its_rate() {
        let found = |text: &str| {
            let groups = special_rates(text).into_iter().map(|group| format!("{}: {}", group.text, group.symbols.join(" ")));
            groups.collect::<Vec<_>>().join("; ")
        };
        assert_eq!(found("Free (A*,AU,D,E IL,JO)"), "Free: A* AU D E IL JO");
        assert_eq!(found("Free (MA,.OM,P)"), "Free: MA OM P");
        assert_eq!(found("Free (BH) 7.5¢/kg (KR) See 9919.04.50 (PA (PA)"), "Free: BH; 7.5¢/kg: KR; See 9919.04.50: PA");
        let repairs = "A duty upon the value of the repairs (see U.S. note 3 of this subchapter)";
        assert_eq!(found(&format!("Free (AU,BH) {repairs} (B,C,)")), format!("Free: AU BH; {repairs}: B C"));
        assert_eq!(found("See U.S. note 3(e) (CO,PE) Free (IL)"), "See U.S. note 3(e): CO PE; Free: IL");
        assert_eq!(found("Free, under the terms of U.S. note 1(b) to this subchapter"), "");
        assert_eq!(found("Free (See U.S. note 4 of this subchapter)"), "");
        assert_eq!(found("No change (A) Free(CA,IL, MX"), "No change: A");
        assert_eq!(found(""), "");
    }
}
