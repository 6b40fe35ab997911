//! Rates as the Japanese schedule prints them: `無税`, `341円/kg`, `25%＋63円/kg`, `25%又は360円/kgのうちいずれか高い税率`.

use super::{Rate, Specific};
use crate::base::{Currency, Percent, Unit, parse_number};

/// The words of alternatives: which of two rates is charged.
const HIGHER: &str = "のうちいずれか高い税率";
const LOWER: &str = "のうちいずれか低い税率";
const OR: &str = "又は";

/// Reads such a rate; `None` where the text is in words or has a mark whose meaning stands elsewhere.
pub(super) fn yen_rate(text: &str) -> Option<Rate> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
    for (words, higher) in [(HIGHER, true), (LOWER, false)] {
        if let Some(both) = text.strip_suffix(words) {
            let (a, b) = both.split_once(OR)?;
            let (a, b) = (Box::new(sum(a)?), Box::new(sum(b)?));
            return Some(if higher { Rate::AtLeast(a, b) } else { Rate::AtMost(a, b) });
        }
    }
    sum(&text)
}

/// Takes full-width letters, digits and signs as the plain ones they stand for.
fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c).saturating_sub(0xFEE0)).unwrap_or(c),
        '㎏' => 'k',
        c => c,
    }
}

fn sum(text: &str) -> Option<Rate> {
    let mut parts = text.split('+').map(part).collect::<Option<Vec<Rate>>>()?;
    if parts.len() > 1 { Some(Rate::Sum(parts)) } else { parts.pop() }
}

fn part(text: &str) -> Option<Rate> {
    if text == "無税" {
        return Some(Rate::Free);
    }
    if text.ends_with('%') {
        return Percent::parse(text).ok().map(Rate::AdValorem);
    }
    let (amount, unit) = text.split_once("円/")?;
    let per = match unit.to_ascii_lowercase().as_str() {
        "頭" | "個" | "枚" | "本" => Unit::find("No"),
        "足" => Unit::find("pair"),
        "mt" => Unit::find("t"),
        unit => Unit::find(unit),
    }?;
    Some(Rate::Specific(Specific { amount: parse_number(amount).ok()?, currency: Currency::parse("JPY").ok()?, per }))
}

#[cfg(test)]
mod tests {
    use super::yen_rate;

    #[test]
    fn rates_are_read_as_printed() {
        let read = |text: &str| yen_rate(text).map(|rate| rate.to_string());
        assert_eq!(read("無税").as_deref(), Some("Free"));
        assert_eq!(read("4,000,000円/頭").as_deref(), Some("4000000 JPY/No"));
        assert_eq!(read("25%＋63円/kg").as_deref(), Some("25% + 63 JPY/kg"));
        assert_eq!(read("２５％又は360円/kgのうちいずれか高い税率").as_deref(), Some("25% at least 360 JPY/kg"));
        assert_eq!(read("3%又は1円/lのうちいずれか低い税率").as_deref(), Some("3% at most 1 JPY/liter"));
        assert_eq!(read("◎無税"), None);
        assert_eq!(read("1頭につき、生きている豚に係る基準輸入価格と課税価格との差額"), None);
        assert_eq!(read("16.7%又は無税"), None);
    }
}
