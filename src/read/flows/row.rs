//! The fields of one row of a file of flows.

use crate::base::{CommodityCode, Decimal, Fault, Quantity, Unit, parse_date, parse_number, product};
use crate::scenario::RowReason;
use rust_decimal::RoundingStrategy;

/// Why a field is not read.
type Bad = (RowReason, String);

/// The places after the decimal point that a share keeps.
pub(in crate::read) const SHARE_PLACES: u32 = 18;

/// A fault of a field, as a kind and its words.
fn because(reason: RowReason) -> impl Fn(Fault) -> Bad {
    move |fault| (reason, fault.to_string())
}

/// Shows at most forty characters of a field in a message.
pub(in crate::read) fn shown(field: &[u8]) -> String {
    let text = String::from_utf8_lossy(field.get(..200).unwrap_or(field));
    let mut short: String = text.chars().take(40).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if field.len() > 200 || text.chars().count() > 40 {
        short.push('…');
    }
    short
}

/// Takes a field as text.
pub(in crate::read) fn text(field: &[u8]) -> Result<&str, Bad> {
    std::str::from_utf8(field)
        .map_err(|_| (RowReason::NotUtf8, format!("`{}` is not UTF-8 text; save the file as UTF-8", shown(field))))
}

/// The longest words kept of a field, in bytes.
const LONGEST_WORDS: usize = 500;

/// Takes a field as words to be kept.
pub(in crate::read) fn words(field: &[u8]) -> Result<String, Bad> {
    let text = text(field)?;
    if text.len() > LONGEST_WORDS {
        return Err((RowReason::LongWords, format!("`{}` has more than {LONGEST_WORDS} characters", shown(field))));
    }
    Ok(text.to_owned())
}

/// Tells whether a field names a total: `Total: `, `World Total`, `All Countries`, or the dash of the Census Bureau's files.
pub(in crate::read) fn is_total(field: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(field) else { return false };
    if text.len() > 60 {
        return false;
    }
    let text = text.trim().trim_end_matches(':').to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        ["-" | "total" | "world" | "totals"] | ["world" | "grand", "total"] | ["total", ..] => true,
        ["all", rest] => matches!(*rest, "countries" | "partners" | "commodities" | "goods"),
        _ => false,
    }
}

/// Reads a commodity code: dotted behind 2, 4, 6 or 8 digits, or not at all. `described` says that words stand behind it.
pub(in crate::read) fn code(field: &[u8], described: bool) -> Result<CommodityCode, Bad> {
    if field.is_empty() {
        return Err((RowReason::NoCode, "the commodity code is missing".into()));
    }
    let start = match field.iter().position(u8::is_ascii_whitespace) {
        Some(blank)
            if described
                || !field.get(blank..).unwrap_or_default().trim_ascii_start().first().is_some_and(u8::is_ascii_digit) =>
        {
            field.get(..blank).unwrap_or_default()
        }
        _ => field,
    };
    let text = text(start)?;
    let shown = || shown(start);
    let mut digits = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'.' if matches!(digits, 2 | 4 | 6 | 8) => {}
            b'.' => {
                return Err((
                    RowReason::BadCode,
                    format!("`{}` is not a commodity code: it is written as a decimal number", shown()),
                ));
            }
            _ => return Err((RowReason::BadCode, format!("`{}` is not a commodity code", shown()))),
        }
    }
    if digits > 10 {
        return Err((RowReason::CodeLength, format!("the code `{}` has {digits} digits; a code has at most ten", shown())));
    }
    if digits % 2 == 1 {
        let message = format!("the code `{}` has {digits} digits: its leading zero may be lost; keep codes as text", shown());
        return Err((RowReason::LostZero, message));
    }
    CommodityCode::parse(text).map_err(because(RowReason::BadCode))
}

/// Reads a list of codes such as `8407,8408,8409`, or `all`.
pub(in crate::read) fn codes(field: &[u8]) -> Result<(CommodityCode, Vec<CommodityCode>), Bad> {
    if field.eq_ignore_ascii_case(b"all") {
        return Ok((CommodityCode::ALL, Vec::new()));
    }
    let mut all = field.split(|byte| matches!(byte, b',' | b';')).map(|one| code(one.trim_ascii(), false));
    let first = all.next().unwrap_or_else(|| code(field, false))?;
    Ok((first, all.collect::<Result<_, _>>()?))
}

/// Reads a value, in units of the column.
pub(in crate::read) fn value(field: &[u8], scale: Decimal) -> Result<Decimal, Bad> {
    if field.is_empty() {
        return Err((RowReason::NoValue, "the value is missing".into()));
    }
    let number = match plain_number(field) {
        Some(number) => number,
        None => {
            let text = text(field)?;
            let bare = text.strip_prefix('$').unwrap_or(text);
            if bare.contains('_') || bare.contains(char::is_alphabetic) {
                return Err((RowReason::BadValue, format!("the value `{}` is not a number", shown(field))));
            }
            parse_number(bare).map_err(|fault| (RowReason::BadValue, format!("the value {}", fault.message)))?
        }
    };
    if scale == Decimal::ONE {
        return Ok(number);
    }
    product(number, scale).ok_or_else(|| (RowReason::BadValue, format!("the value `{}` is too large", shown(field))))
}

/// Reads what nearly all numbers look like: up to fifteen digits, commas between thousands, a few decimal places.
fn plain_number(field: &[u8]) -> Option<Decimal> {
    if field.len() <= 15 {
        let digits = field.iter().try_fold(0_i64, |number, byte| {
            let digit = byte.wrapping_sub(b'0');
            (digit <= 9).then(|| number * 10 + i64::from(digit))
        });
        if let Some(number) = digits.filter(|_| !field.is_empty()) {
            return Some(Decimal::from(number));
        }
    }
    let (mut number, mut digits, mut group, mut grouped) = (0_i64, 0_u32, 0_u32, false);
    let mut places: Option<u32> = None;
    for byte in field {
        match (byte, &mut places) {
            (b'0'..=b'9', places) => {
                number = number.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                digits += 1;
                group += 1;
                if let Some(places) = places {
                    *places += 1;
                }
            }
            (b',', None) if (grouped && group == 3) || (!grouped && (1..=3).contains(&group)) => {
                grouped = true;
                group = 0;
            }
            (b'.', None) if digits > 0 && (!grouped || group == 3) => places = Some(0),
            _ => return None,
        }
    }
    let ends_well = digits > 0 && digits <= 15 && (!grouped || places.is_some() || group == 3) && places != Some(0);
    (ends_well && places.unwrap_or(0) <= 9).then(|| Decimal::new(number, places.unwrap_or(0)))
}

/// Reads a quantity and its unit; `None` where there is none.
pub(in crate::read) fn quantity(number: &[u8], unit: &[u8]) -> Result<Option<Quantity>, Bad> {
    let bad = |message: String| (RowReason::BadQuantity, message);
    let unit = text(unit)?;
    // The Census Bureau writes X where a line has no quantity.
    if number.is_empty() || matches!(unit, "" | "-" | "X" | "x") {
        return Ok(None);
    }
    let number = value(number, Decimal::ONE).map_err(|_| bad(format!("the quantity `{}` is not a number", shown(number))))?;
    if number.is_sign_negative() && !number.is_zero() {
        return Err(bad(format!("the quantity `{number}` is below zero")));
    }
    let unit = match Unit::find(unit) {
        Some(unit) => unit,
        None => Unit::parse(&unit.to_lowercase())
            .map_err(|_| bad(format!("`{}` is not a unit of quantity", shown(unit.as_bytes()))))?,
    };
    Ok(Some(Quantity { number, unit }))
}

/// Reads a share, as a fraction (`0.45`, `4.5e-1`) or a percentage (`45%`), and whether it had to be rounded; `None` where there is none.
pub(in crate::read) fn share(field: &[u8]) -> Result<Option<(Decimal, bool)>, Bad> {
    if field.is_empty() {
        return Ok(None);
    }
    let bad = || (RowReason::BadShare, format!("the share `{}` is not a number from 0 to 1", shown(field)));
    let text = text(field)?;
    let (number, percent) = text.strip_suffix('%').map_or((text, false), |number| (number.trim_end(), true));
    if number.len() > 60 || !number.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return Err(bad());
    }
    let exact = match number.split_once(['e', 'E']) {
        Some((digits, power)) => {
            let power: i32 = power.parse().map_err(|_| bad())?;
            powered(digits, power).ok_or_else(bad)?
        }
        // More digits than a decimal holds are cut by its own reading, far behind the places kept.
        None => number.parse::<Decimal>().map_err(|_| bad())?,
    };
    let exact = if percent { exact.checked_mul(Decimal::new(1, 2)).ok_or_else(bad)? } else { exact };
    if exact < Decimal::ZERO || exact > Decimal::ONE {
        return Err(bad());
    }
    let exact = exact.normalize();
    let rounded = exact.scale() > SHARE_PLACES;
    Ok(Some((exact.round_dp_with_strategy(SHARE_PLACES, RoundingStrategy::MidpointAwayFromZero).normalize(), rounded)))
}

/// Multiplies digits by a power of ten.
fn powered(digits: &str, power: i32) -> Option<Decimal> {
    let number: Decimal = digits.parse().ok()?;
    let number = number.normalize();
    if number.is_zero() {
        return Some(number);
    }
    let scale = i64::from(number.scale()) - i64::from(power);
    if scale > 28 {
        // Too small to be told from nothing at the places kept, but not nothing: it is rounded with the rest.
        return (scale < 1_000).then(|| Decimal::new(1, 28));
    }
    if scale >= 0 {
        return Decimal::try_from_i128_with_scale(number.mantissa(), u32::try_from(scale).ok()?).ok();
    }
    let factor = 10_i128.checked_pow(u32::try_from(-scale).ok()?)?;
    Decimal::try_from_i128_with_scale(number.mantissa().checked_mul(factor)?, 0).ok()
}

/// A day, a month or a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::read) struct When {
    pub(in crate::read) year: Option<i16>,
    pub(in crate::read) month: Option<i8>,
    pub(in crate::read) day: Option<i8>,
}

static MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads the fields that say when: a date or time of any form, and a year, a month, a day of the month.
pub(in crate::read) fn when(entered: &[u8], year: &[u8], month: &[u8], day: &[u8]) -> Result<When, Bad> {
    let mut when = if entered.is_empty() { When::default() } else { time(entered)? };
    let bad = |what: &str, field: &[u8]| (RowReason::BadDate, format!("the {what} `{}` is none", shown(field)));
    if !year.is_empty() {
        when.year = Some(small(year).filter(|year| (1900..2200).contains(year)).ok_or_else(|| bad("year", year))?);
    }
    if !month.is_empty() {
        let number = small(month).and_then(|month| i8::try_from(month).ok()).filter(|month| (1..=12).contains(month));
        when.month = Some(number.or_else(|| month_named(month)).ok_or_else(|| bad("month", month))?);
    }
    if !day.is_empty() {
        let number = small(day).and_then(|day| i8::try_from(day).ok()).filter(|day| (1..=31).contains(day));
        when.day = Some(number.ok_or_else(|| bad("day", day))?);
    }
    Ok(when)
}

fn small(field: &[u8]) -> Option<i16> {
    if field.is_empty() || field.len() > 4 {
        return None;
    }
    field.iter().try_fold(0_i16, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i16::from(byte - b'0')))
}

fn month_named(field: &[u8]) -> Option<i8> {
    let start = field.get(..3)?.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| month.as_bytes() == start)?;
    i8::try_from(at + 1).ok()
}

/// Reads `2024`, `2024-03`, `2024-03-15`, `03/15/2024`, `March 2024`, `2024M03`, `202403`.
fn time(field: &[u8]) -> Result<When, Bad> {
    let bad = || (RowReason::BadDate, format!("`{}` is no day, month or year", shown(field)));
    if field.len() > 40 {
        return Err(bad());
    }
    let year = |digits: &[u8]| small(digits).filter(|year| (1900..2200).contains(year));
    let month = |digits: &[u8]| small(digits).and_then(|month| i8::try_from(month).ok()).filter(|month| (1..=12).contains(month));
    if let Some(year) = year(field).filter(|_| field.len() == 4) {
        return Ok(When { year: Some(year), ..When::default() });
    }
    let text = text(field)?;
    let parts: Vec<&str> = text.split(['-', '/', ' ', 'M', 'T']).collect();
    let date = |text: &str| {
        let date = parse_date(text).map_err(because(RowReason::BadDate))?;
        Ok(When { year: Some(date.year()), month: Some(date.month()), day: Some(date.day()) })
    };
    match parts.as_slice() {
        [y, m, d, ..] if y.len() == 4 && m.len() == 2 && d.len() == 2 && text.contains('-') => date(&format!("{y}-{m}-{d}")),
        [m, d, y] if y.len() == 4 && text.contains('/') => date(&format!("{y}-{m:0>2}-{d:0>2}")),
        [digits] if digits.len() == 6 => {
            let (y, m) = digits.split_at_checked(4).ok_or_else(bad)?;
            let (y, m) = (year(y.as_bytes()).ok_or_else(bad)?, month(m.as_bytes()).ok_or_else(bad)?);
            Ok(When { year: Some(y), month: Some(m), day: None })
        }
        [y, m] if y.len() == 4 => {
            let (y, m) = (year(y.as_bytes()).ok_or_else(bad)?, month(m.as_bytes()).ok_or_else(bad)?);
            Ok(When { year: Some(y), month: Some(m), day: None })
        }
        _ => {
            let (name, y) = text.rsplit_once(' ').ok_or_else(bad)?;
            let (y, m) = (year(y.as_bytes()).ok_or_else(bad)?, month_named(name.as_bytes()).ok_or_else(bad)?);
            Ok(When { year: Some(y), month: Some(m), day: None })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{code, plain_number, share, value, when};
    use crate::base::Decimal;
    use crate::scenario::RowReason;

    #[test]
    fn codes_keep_their_zeros_and_lost_ones_are_told() {
        let read = |text: &str| code(text.as_bytes(), false).map(|code| code.to_string()).map_err(|(reason, _)| reason);
        assert_eq!(read("0101210010"), Ok("0101.21.00.10".into()));
        assert_eq!(read("8703.23.0160"), Ok("8703.23.01.60".into()));
        assert_eq!(read("0101210020 Horses, Live"), Ok("0101.21.00.20".into()));
        assert_eq!(read("101210010"), Err(RowReason::LostZero));
        assert_eq!(read("101210010.0"), Err(RowReason::BadCode));
        assert_eq!(read("1.01E+08"), Err(RowReason::BadCode));
        assert_eq!(read("8703 23 01"), Err(RowReason::BadCode));
        assert_eq!(read("87032301601"), Err(RowReason::CodeLength));
        assert_eq!(read(""), Err(RowReason::NoCode));
        assert_eq!(code(b"0101210020 2 horses", true).map(|code| code.to_string()).ok().as_deref(), Some("0101.21.00.20"));
    }

    #[test]
    fn values_are_exact_and_what_is_no_number_is_told() {
        let read = |text: &str| value(text.as_bytes(), Decimal::ONE).map(|value| value.to_string()).map_err(|(reason, _)| reason);
        assert_eq!(read("1,716,414"), Ok("1716414".into()));
        assert_eq!(read("4483.00"), Ok("4483.00".into()));
        assert_eq!(read("$12"), Ok("12".into()));
        assert_eq!(read("-5"), Ok("-5".into()));
        for bad in ["2,429=", "1,25", "1e3", "12 million", "1_000", "n/a", "1,234,5", "1."] {
            assert_eq!(read(bad), Err(RowReason::BadValue), "{bad}");
        }
        assert_eq!(read(""), Err(RowReason::NoValue));
        assert_eq!(plain_number(b"9999999999999999"), None);
        assert_eq!(value(b"2.5", Decimal::from(1_000)).ok(), Some(Decimal::from(2_500)));
    }

    #[test]
    fn shares_are_fractions_rounded_at_eighteen_places() {
        let read = |text: &str| {
            share(text.as_bytes())
                .map(|share| share.map(|(share, rounded)| (share.to_string(), rounded)))
                .map_err(|(reason, _)| reason)
        };
        assert_eq!(read("0.7005666754174974"), Ok(Some(("0.7005666754174974".into(), false))));
        assert_eq!(read("2.442960776612531e-4"), Ok(Some(("0.000244296077661253".into(), true))));
        assert_eq!(read("45%"), Ok(Some(("0.45".into(), false))));
        assert_eq!(read("1"), Ok(Some(("1".into(), false))));
        assert_eq!(read("1e-40"), Ok(Some(("0".into(), true))));
        assert_eq!(read(""), Ok(None));
        for bad in ["1.01", "-0.1", "NaN", "inf", "1e5", "x"] {
            assert_eq!(read(bad), Err(RowReason::BadShare), "{bad}");
        }
    }

    #[test]
    fn times_are_read_in_the_usual_forms() {
        let read =
            |text: &str| when(text.as_bytes(), b"", b"", b"").map(|w| (w.year, w.month, w.day)).map_err(|(reason, _)| reason);
        assert_eq!(read("2024"), Ok((Some(2024), None, None)));
        assert_eq!(read("2024-03"), Ok((Some(2024), Some(3), None)));
        assert_eq!(read("2024-03-15"), Ok((Some(2024), Some(3), Some(15))));
        assert_eq!(read("3/15/2024"), Ok((Some(2024), Some(3), Some(15))));
        assert_eq!(read("March 2024"), Ok((Some(2024), Some(3), None)));
        assert_eq!(read("2024M03"), Ok((Some(2024), Some(3), None)));
        assert_eq!(read("202403"), Ok((Some(2024), Some(3), None)));
        for bad in ["2024 through June", "20240", "yesterday", "2024-02-30", "13/45/2024"] {
            assert_eq!(read(bad), Err(RowReason::BadDate), "{bad}");
        }
        assert_eq!(when(b"", b"2024", b"07", b"").map(|w| (w.year, w.month)), Ok((Some(2024), Some(7))));
    }
}
