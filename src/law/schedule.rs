use crate::base::{CommodityCode, Date, Period};
use crate::diag::Source;
use std::ops::Range;
use std::sync::Arc;

/// A national tariff schedule: column 1 general, column 1 special and column 2 of every line, dated.
///
/// The table's text is kept as it is and looked up by code; a rate text is read only when a flow asks for its line.
#[derive(Clone, Debug)]
pub struct Schedule {
    text: Arc<str>,
    path: Arc<str>,
    specials: Arc<[String]>,
    rows: Vec<ScheduleRow>,
}

/// One row of the schedule's table: byte ranges into its text.
#[derive(Clone, Debug)]
pub(crate) struct ScheduleRow {
    pub(crate) code: CommodityCode,
    pub(crate) period: Period,
    pub(crate) general: Range<u32>,
    pub(crate) column_2: Range<u32>,
    pub(crate) units: Range<u32>,
    /// Which of the special texts; `None` where the line offers no preference.
    pub(crate) special: Option<u16>,
    pub(crate) line: u32,
}

/// A line of the schedule on a day.
#[derive(Clone, Debug)]
pub struct ScheduleLine<'a> {
    /// Its code, of 8 or 10 digits.
    pub code: CommodityCode,
    /// The text of the column-1 general rate, as printed.
    pub general: &'a str,
    /// The text of the column-1 special rates, as printed; empty where there are none.
    pub special: &'a str,
    /// The text of the column-2 rate, as printed.
    pub column_2: &'a str,
    /// The units of quantity, as printed, with commas between them.
    pub units: &'a str,
    /// The entry dates for which the line stood like this.
    pub period: Period,
    /// Where it is written.
    pub source: Source,
}

impl Schedule {
    pub(crate) fn new(text: Arc<str>, path: Arc<str>, specials: Vec<String>, mut rows: Vec<ScheduleRow>) -> Self {
        rows.sort_by_key(|row| (row.code, row.period.from));
        Self { text, path, specials: specials.into(), rows }
    }

    fn view(&self, row: &ScheduleRow) -> ScheduleLine<'_> {
        let cut = |range: &Range<u32>| self.text.get(range.start as usize..range.end as usize).unwrap_or_default();
        ScheduleLine {
            code: row.code,
            general: cut(&row.general),
            special: row.special.and_then(|number| self.specials.get(usize::from(number))).map_or("", String::as_str),
            column_2: cut(&row.column_2),
            units: cut(&row.units),
            period: row.period,
            source: Source { path: self.path.clone(), line: row.line },
        }
    }

    /// Returns the line a code falls under on that day: the line itself, or the 8-digit line a 10-digit number inherits from.
    pub fn line(&self, code: CommodityCode, day: Date) -> Option<ScheduleLine<'_>> {
        [10_u8, 8].into_iter().filter(|length| *length <= code.length()).find_map(|length| {
            let code = code.cut(length);
            let start = self.rows.partition_point(|row| row.code < code);
            let rows = self.rows.iter().skip(start).take_while(|row| row.code == code);
            rows.filter(|row| row.period.contains(day)).map(|row| self.view(row)).next()
        })
    }

    /// Returns the lines below a code on that day, in order. For a code of 8 digits this may be one line of 10 digits.
    pub fn below(&self, code: CommodityCode, day: Date) -> impl Iterator<Item = ScheduleLine<'_>> {
        let start = self.rows.partition_point(|row| row.code.padded() < code.padded());
        self.rows
            .iter()
            .skip(start)
            .take_while(move |row| row.code.padded() < code.end())
            .filter(move |row| code.covers(row.code) && row.period.contains(day))
            .map(|row| self.view(row))
    }

    /// Tells whether the schedule has, on whatever day, the line itself, a line above it or a line below it.
    pub fn knows(&self, code: CommodityCode) -> bool {
        let start = self.rows.partition_point(|row| row.code.padded() < code.padded());
        self.rows.get(start).is_some_and(|row| row.code.padded() < code.end()) || {
            let line = code.cut(8);
            let start = self.rows.partition_point(|row| row.code < line);
            self.rows.get(start).is_some_and(|row| row.code.covers(code))
        }
    }

    /// Tells whether the schedule has, on some day of the period, the line itself, a line above it or a line below it.
    pub fn knows_within(&self, code: CommodityCode, period: Period) -> bool {
        let start = self.rows.partition_point(|row| row.code.padded() < code.padded());
        let below = self.rows.iter().skip(start).take_while(|row| row.code.padded() < code.end());
        let line = code.cut(8);
        let start = self.rows.partition_point(|row| row.code < line);
        let above = self.rows.iter().skip(start).take_while(|row| row.code == line);
        below.chain(above).any(|row| (row.code.covers(code) || code.covers(row.code)) && row.period.overlaps(&period))
    }

    /// Tells whether the table has, on whatever day, a line below the code that is not the code itself.
    pub fn is_parted(&self, code: CommodityCode) -> bool {
        let start = self.rows.partition_point(|row| row.code.padded() < code.padded());
        self.rows.iter().skip(start).take_while(|row| row.code.padded() < code.end()).any(|row| row.code.length() > code.length())
    }

    /// Returns every line of the table, of all periods, in the order of codes.
    pub fn lines(&self) -> impl Iterator<Item = ScheduleLine<'_>> {
        self.rows.iter().map(|row| self.view(row))
    }

    /// Returns the dates on which a line changes.
    pub fn dates(&self) -> impl Iterator<Item = Date> {
        Period::bounds(self.rows.iter().map(|row| row.period)).into_iter()
    }
}
