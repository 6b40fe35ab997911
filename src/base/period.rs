use super::Fault;
use super::number::excerpt;
use jiff::civil::Date;
use std::fmt;

/// A period of entry dates: `from` is the first day in it, `before` the first day no longer in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// First day; `None` where the period has no beginning.
    pub from: Option<Date>,
    /// First day after it; `None` where it has no end.
    pub before: Option<Date>,
}

impl Period {
    /// All days.
    pub const ALWAYS: Self = Self { from: None, before: None };

    /// Tells whether the day lies in the period.
    pub fn contains(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.before.is_none_or(|before| day < before)
    }

    /// Returns the days on which any of the periods starts or ends, each once, in the order in which they first come up.
    pub fn bounds(periods: impl Iterator<Item = Self>) -> Vec<Date> {
        let mut seen: Vec<Date> = Vec::new();
        for date in periods.flat_map(|period| [period.from, period.before]).flatten() {
            // Thousands of rows share a handful of dates.
            if !seen.contains(&date) {
                seen.push(date);
            }
        }
        seen
    }

    /// Tells whether the two periods share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        let starts_before_end = |a: &Self, b: &Self| match (a.from, b.before) {
            (Some(from), Some(before)) => from < before,
            _ => true,
        };
        starts_before_end(self, other) && starts_before_end(other, self)
    }
}

/// Returns how many days lie from the first day to the second, which is no longer counted; below zero where the second comes first.
pub fn days_between(from: Date, before: Date) -> i64 {
    from.duration_until(before).as_hours().checked_div(24).unwrap_or_default()
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.before) {
            (None, None) => f.write_str("always"),
            (Some(from), None) => write!(f, "from {from}"),
            (None, Some(before)) => write!(f, "before {before}"),
            (Some(from), Some(before)) => write!(f, "from {from}, before {before}"),
        }
    }
}

/// Reads a day written `2025-08-07`.
///
/// # Errors
/// Where the text is no day of the calendar, or lies outside the years 1900 to 2199.
pub fn parse_date(text: &str) -> Result<Date, Fault> {
    let bad = |why: String| {
        Fault::new(format!("`{}` is not a date: {why}", excerpt(text))).with_help("write year, month and day, such as 2025-08-07")
    };
    // `jiff` takes looser forms (a time, a week date): the files do not.
    let shape = |(at, byte): (usize, u8)| {
        if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() }
    };
    if text.len() != 10 || !text.bytes().enumerate().all(shape) {
        return Err(bad("it is not written YYYY-MM-DD".into()));
    }
    let date: Date = text.parse().map_err(|_| bad("there is no such day".into()))?;
    if !(1900..=2199).contains(&date.year()) {
        return Err(bad("its year lies outside 1900 to 2199".into()));
    }
    Ok(date)
}
