use super::{Fault, product};
use rust_decimal::Decimal;

/// The largest number a file may hold: 10^15 (a thousand trillion), ten times all the trade of the world.
///
/// With it every product of value, share and rate fits the 28 digits of a decimal.
const LIMIT: i64 = 1_000_000_000_000_000;
const MOST_PLACES: u32 = 9;

/// Reads a number as people write it: `1,000,000`, `1_000`, `2.5`, `40.8 billion`.
///
/// # Errors
/// Where the text is no number, has more than nine decimal places, or is past 10^15 in size.
pub fn parse_number(text: &str) -> Result<Decimal, Fault> {
    let text = text.trim();
    let (digits, scale) = match text.rsplit_once(char::is_whitespace) {
        Some((digits, word)) => match word.to_ascii_lowercase().as_str() {
            "thousand" => (digits, 1_000),
            "million" => (digits, 1_000_000),
            "billion" => (digits, 1_000_000_000),
            "trillion" => (digits, 1_000_000_000_000_i64),
            _ => (text, 1),
        },
        None => (text, 1),
    };
    let shown = excerpt(text);
    if text.is_empty() {
        return Err(Fault::new("the number is missing"));
    }
    let not_a_number = || {
        Fault::new(format!("`{shown}` is not a number"))
            .with_help("write digits with an optional decimal point, such as \"1,250.50\" or \"40.8 billion\"")
    };
    let digits = digits.trim();
    if digits.len() > 64 || !well_written(digits) {
        return Err(not_a_number());
    }
    let plain: String = digits.chars().filter(|c| !matches!(c, ',' | '_')).collect();
    let too_large = || Fault::new(format!("`{shown}` is too large")).with_help("numbers may be at most 10^15 in size");
    let number = Decimal::from_str_exact(&plain).map_err(|_| too_large())?;
    if number.normalize().scale() > MOST_PLACES {
        return Err(Fault::new(format!("`{shown}` has more than nine decimal places")));
    }
    let number = product(number, Decimal::from(scale)).ok_or_else(too_large)?;
    if number.abs() > Decimal::from(LIMIT) {
        return Err(too_large());
    }
    Ok(number.normalize())
}

/// Tells whether a text is digits with at most one point and one sign before them, in which separators stand between digits and commas part thousands: `1,25` is a slip (a decimal
/// comma), not one hundred and twenty-five.
fn well_written(digits: &str) -> bool {
    let digits = digits.strip_prefix('-').unwrap_or(digits);
    let mut parts = digits.split('.');
    let (whole, fraction) = (parts.next().unwrap_or_default(), parts.next());
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_spaced = |text: &str| text.split('_').all(is_digits);
    let is_whole = match whole.split_once(',') {
        None => is_spaced(whole),
        Some((first, rest)) => {
            first.len() <= 3 && is_digits(first) && rest.split(',').all(|group| group.len() == 3 && is_digits(group))
        }
    };
    is_whole && fraction.is_none_or(is_spaced) && parts.next().is_none()
}

/// Returns at most forty characters of a text, for a message.
pub(crate) fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Prints a decimal with commas between thousands: `41,900,000,000.00`.
pub fn grouped(number: Decimal) -> String {
    let text = number.abs().to_string();
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let mut out = String::with_capacity(text.len().saturating_mul(2));
    if number.is_sign_negative() && !number.is_zero() {
        out.push('-');
    }
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && whole.len().saturating_sub(place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{grouped, parse_number};

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let read = |text: &str| parse_number(text).map(|n| n.to_string()).map_err(|f| f.message);
        assert_eq!(read("41.9 billion"), Ok("41900000000".into()));
        assert_eq!(read("1,250.50"), Ok("1250.5".into()));
        assert_eq!(read("-3"), Ok("-3".into()));
        assert_eq!(read("1,25"), Err("`1,25` is not a number".into()));
        assert_eq!(read("1e3"), Err("`1e3` is not a number".into()));
        assert_eq!(read(""), Err("the number is missing".into()));
        assert_eq!(read("1_000.000_5"), Ok("1000.0005".into()));
        // Nothing that is a slip of the hand is read as another number.
        for slip in [
            "1.2.3", "_,-12", "--3", "3-", "1,,000", "_1", "1_", "1__0", "1,0_0", "0_1,000", ".5", "5.", "-", "+5", "1.5,000",
            "1-2",
        ] {
            assert_eq!(read(slip), Err(format!("`{slip}` is not a number")));
        }
        assert!(read("1000000000000000000000000000000").is_err_and(|m| m.contains("too large")));
        assert!(read("0.1234567891").is_err_and(|m| m.contains("nine decimal places")));
    }

    #[test]
    fn thousands_are_parted_by_commas() {
        for (text, shown) in [("41900000000.00", "41,900,000,000.00"), ("-1234.5", "-1,234.5"), ("999", "999")] {
            assert_eq!(text.parse().map(grouped), Ok(shown.to_owned()));
        }
    }
}
