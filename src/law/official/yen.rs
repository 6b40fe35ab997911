//! Rates as the Japanese schedule prints them: `無税`, `341円/kg`, `25%＋63円/kg`, `25%又は360円/kgのうちいずれか高い税率`.

use super::{Rate, Specific};
use crate::base::{Currency, Decimal, Percent, Unit, parse_number};

/// The words of alternatives: which of two rates is charged.
const HIGHER: &str = "のうちいずれか高い税率";
const LOWER: &str = "のうちいずれか低い税率";
const OR: &str = "又は";

/// The words of a bound on what is charged after that: `ただしその税率が67円/lを下回る場合は67円/l`.
const BUT_BELOW: &str = "/ただしその税率が";
const THEN_LEAST: &str = "を下回る場合は";
const BUT_ABOVE: &str = "(ただしその税率が";
const THEN_MOST: &str = "を上回る場合は";
const CLOSED: &str = "とする)";

/// Reads such a rate; `None` where the text is in words or has a mark whose meaning stands elsewhere.
pub(super) fn yen_rate(text: &str) -> Option<Rate> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
    if let Some((rate, bound)) = text.split_once(BUT_BELOW) {
        let (below, least) = bound.split_once(THEN_LEAST)?;
        let (rate, least) = (bounded(rate)?, part(least).filter(|_| below == least)?);
        return Some(Rate::AtLeast(Box::new(rate), Box::new(least)));
    }
    if let Some((rate, bound)) = text.split_once(BUT_ABOVE) {
        let (above, most) = bound.strip_suffix(CLOSED)?.split_once(THEN_MOST)?;
        let (rate, most) = (bounded(rate)?, part(most).filter(|_| above == most)?);
        return Some(Rate::AtMost(Box::new(rate), Box::new(most)));
    }
    bounded(&text)
}

fn bounded(text: &str) -> Option<Rate> {
    for (words, higher) in [(HIGHER, true), (LOWER, false)] {
        if let Some(both) = text.strip_suffix(words) {
            let (a, b) = both.split_once(OR)?;
            let (a, b) = (Box::new(sum(a)?), Box::new(sum(b)?));
            return Some(if higher { Rate::AtLeast(a, b) } else { Rate::AtMost(a, b) });
        }
    }
    sum(text)
}

/// Takes full-width letters, digits and signs as the plain ones they stand for.
fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c).saturating_sub(0xFEE0)).unwrap_or(c),
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
        return Percent::parse(text).ok().filter(|percent| *percent >= Percent::ZERO).map(Rate::AdValorem);
    }
    let (amount, unit) = text.split_once("円/")?;
    let per = match unit.to_ascii_lowercase().as_str() {
        "頭" | "個" | "枚" | "本" => Unit::find("No"),
        "足" => Unit::find("pair"),
        "㎡" => Unit::find("m2"),
        "㎏" => Unit::find("kg"),
        "mt" => Unit::find("t"),
        unit => Unit::find(unit),
    }?;
    let amount = parse_number(amount).ok().filter(|amount| *amount >= Decimal::ZERO)?;
    Some(Rate::Specific(Specific { amount, currency: Currency::parse("JPY").ok()?, per }))
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
        let wine = "15%又は125円/lのうちいずれか低い税率 / ただしその税率が67円/lを下回る場合は67円/l";
        assert_eq!(read(wine).as_deref(), Some("15% at most 125 JPY/liter at least 67 JPY/liter"));
        assert_eq!(read(&wine.replace("は67", "は76")), None);
        let most = "5%又は90円/kgのうちいずれか高い税率（ただしその税率が20%を上回る場合は20%とする）";
        assert_eq!(read(most).as_deref(), Some("5% at least 90 JPY/kg at most 20%"));
        assert_eq!(read("5.6%又は4.4%＋1.52円/㎡のうちいずれか高い税率").as_deref(), Some("5.6% at least 4.4% + 1.52 JPY/m2"));
        assert_eq!(read("934円/kl").as_deref(), Some("934 JPY/kl"));
        assert_eq!(read("-5%"), None);
        assert_eq!(read("◎無税"), None);
        assert_eq!(read("1頭につき、生きている豚に係る基準輸入価格と課税価格との差額"), None);
        assert_eq!(read("16.7%又は無税"), None);
    }
}
