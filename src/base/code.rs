use super::Fault;
use super::number::excerpt;
use std::fmt;

/// A commodity code of the Harmonized System or a national schedule: 0 to 10 digits, written dotted (`8703.23.01.60`).
///
/// As a scope a code is a prefix: it covers every code below it. The code of no digits covers all goods.
/// Codes order as in a schedule: `8703` before `8703.10`, `8703.10` before `8704`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CommodityCode {
    /// The digits, shifted left to ten places: `8703` is 8703000000.
    padded: u64,
    length: u8,
}

const POWERS: [u64; 11] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000];

fn power(places: u8) -> u64 {
    POWERS.get(usize::from(places)).copied().unwrap_or(1)
}

impl CommodityCode {
    /// The code of no digits: all goods.
    pub const ALL: Self = Self { padded: 0, length: 0 };

    /// Reads a code, dotted or not, of 2, 4, 6, 8 or 10 digits.
    ///
    /// # Errors
    /// Where there are other characters than digits and dots, or another number of digits.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let bad = |why: &str| {
            Fault::new(format!("`{}` is not a commodity code: {why}", excerpt(text)))
                .with_help("write 2, 4, 6, 8 or 10 digits, such as \"8703.23.01.60\"")
        };
        let mut digits = 0_u64;
        let mut length = 0_u8;
        for byte in text.trim().bytes() {
            match byte {
                b'0'..=b'9' if length < 10 => {
                    digits = digits.saturating_mul(10).saturating_add(u64::from(byte.saturating_sub(b'0')));
                    length = length.saturating_add(1);
                }
                b'0'..=b'9' => return Err(bad("it has more than ten digits")),
                b'.' => {}
                _ => return Err(bad("only digits and dots may stand in it")),
            }
        }
        if length < 2 || !length.is_multiple_of(2) {
            return Err(bad(&format!("it has {length} digit{}", if length == 1 { "" } else { "s" })));
        }
        Ok(Self { padded: digits.saturating_mul(power(10_u8.saturating_sub(length))), length })
    }

    /// Returns the number of digits: 0, 2, 4, 6, 8 or 10.
    pub fn length(self) -> u8 {
        self.length
    }

    /// Returns the digits as a number of ten places (`8703` is 8703000000), for ordered look-up.
    pub fn padded(self) -> u64 {
        self.padded
    }

    /// Returns the code cut to at most `length` digits.
    #[must_use]
    pub fn cut(self, length: u8) -> Self {
        if length >= self.length {
            return self;
        }
        let unit = power(10_u8.saturating_sub(length));
        Self { padded: self.padded.checked_div(unit).unwrap_or(0).saturating_mul(unit), length }
    }

    /// Tells whether this code, as a prefix, covers `other`.
    pub fn covers(self, other: Self) -> bool {
        other.length >= self.length && other.cut(self.length) == self
    }

    /// Returns the first number of ten places that no longer lies below this code.
    pub fn end(self) -> u64 {
        self.padded.saturating_add(power(10_u8.saturating_sub(self.length)))
    }
}

impl PartialOrd for CommodityCode {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for CommodityCode {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.padded, self.length).cmp(&(other.padded, other.length))
    }
}

impl fmt::Display for CommodityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.length == 0 {
            return f.pad("all goods");
        }
        let digits = format!("{:010}", self.padded);
        let mut out = String::with_capacity(13);
        for (place, digit) in digits.chars().take(usize::from(self.length)).enumerate() {
            if matches!(place, 4 | 6 | 8) {
                out.push('.');
            }
            out.push(digit);
        }
        f.pad(&out)
    }
}

#[cfg(test)]
mod tests {
    use super::CommodityCode;

    #[test]
    fn codes_are_read_dotted_or_not_and_printed_dotted() {
        let read = |text: &str| CommodityCode::parse(text).map(|c| c.to_string()).map_err(|f| f.message);
        assert_eq!(read("8703230160"), Ok("8703.23.01.60".into()));
        assert_eq!(read("0101.21"), Ok("0101.21".into()));
        assert_eq!(read("01"), Ok("01".into()));
        assert_eq!(read("870"), Err("`870` is not a commodity code: it has 3 digits".into()));
        assert!(read("87 03").is_err());
        assert!(read("12345678901").is_err());
    }

    #[test]
    fn a_prefix_covers_what_lies_below_it() {
        let code = |text: &str| CommodityCode::parse(text).unwrap_or(CommodityCode::ALL);
        assert!(code("8703").covers(code("8703.23.01")));
        assert!(!code("8703.23.01").covers(code("8703")));
        assert!(!code("8703").covers(code("8704.21")));
        assert!(CommodityCode::ALL.covers(code("01")));
        assert!(code("8703") < code("8703.10") && code("8703.10") < code("8704"));
    }
}
