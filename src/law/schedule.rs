use super::{Link, OfficialLine};
use crate::base::{CommodityCode, Date, Period};
use crate::diag::Source;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A national tariff schedule: column 1 general, column 1 special and column 2 of every line, dated.
///
/// The table's text is kept as it is and looked up by code; a rate text is read only when a flow asks for its line.
/// A schedule may go on with a later revision from another file: each row tells the sheet it stands on.
#[derive(Clone, Debug)]
pub struct Schedule {
    sheets: Vec<Sheet>,
    rows: Vec<ScheduleRow>,
}

/// The text of one file.
#[derive(Clone, Debug)]
struct Sheet {
    text: Arc<str>,
    path: Arc<str>,
    used: Option<Arc<Used>>,
    specials: Arc<[String]>,
}

/// A revision that is used in place of the country's own schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// What the call names it.
    pub name: String,
    /// The first entry date it is used for.
    pub from: Date,
    /// The SHA-256 of what it says, in hexadecimal digits.
    pub sha256: String,
    /// What its lines are cited by.
    pub cite: String,
}

/// One row of the schedule's table: byte ranges into its text.
#[derive(Clone, Debug)]
pub(crate) struct ScheduleRow {
    pub(crate) code: CommodityCode,
    pub(crate) period: Period,
    pub(crate) general: Range<u32>,
    pub(crate) column_2: Range<u32>,
    pub(crate) units: Range<u32>,
    /// The headings its footnotes point to.
    pub(crate) links: Range<u32>,
    /// Which of the special texts; `None` where the line offers no preference.
    pub(crate) special: Option<u16>,
    pub(crate) line: u32,
    /// Which of the schedule's files the row stands in.
    pub(crate) sheet: u16,
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
    /// The headings its footnotes point to, with blanks between them: `9903.88.15 9903.85.21-9903.85.27`.
    pub links: &'a str,
    /// The entry dates for which the line stood like this.
    pub period: Period,
    /// Where it is written.
    pub source: Source,
    /// What the line is cited by, where that is not the country's own citation of its schedule.
    pub cite: Option<&'a str>,
}

impl Schedule {
    pub(crate) fn new(text: Arc<str>, path: Arc<str>, specials: Vec<String>, mut rows: Vec<ScheduleRow>) -> Self {
        rows.sort_by_key(|row| (row.code, row.period.from));
        Self { sheets: vec![Sheet { text, path, used: None, specials: specials.into() }], rows }
    }

    /// Makes a schedule of the lines of an official file that bear a rate, chapters 1 to 98, used from a day on.
    pub fn of_lines(lines: &[OfficialLine], used: Used) -> Self {
        let period = Period { from: Some(used.from), before: None };
        let mut text = String::new();
        let mut specials: Vec<String> = Vec::new();
        let mut numbers: BTreeMap<&str, u16> = BTreeMap::new();
        let mut rows = Vec::new();
        for line in lines.iter().filter(|line| line.is_charged_under()) {
            let mut keep = |field: &str| {
                let start = u32::try_from(text.len()).unwrap_or(u32::MAX);
                text.push_str(field);
                start..u32::try_from(text.len()).unwrap_or(u32::MAX)
            };
            let special = (!line.special.is_empty()).then(|| {
                *numbers.entry(line.special.as_str()).or_insert_with(|| {
                    specials.push(line.special.clone());
                    u16::try_from(specials.len().saturating_sub(1)).unwrap_or(u16::MAX)
                })
            });
            rows.push(ScheduleRow {
                code: line.code,
                period,
                general: keep(&line.general),
                column_2: keep(&line.column_2),
                units: keep(&line.units),
                links: keep(&Link::list(&line.links)),
                special,
                line: line.line,
                sheet: 0,
            });
        }
        let mut schedule = Self::new(Arc::from(text), Arc::from(used.name.as_str()), specials, rows);
        let used = Arc::new(used);
        for sheet in &mut schedule.sheets {
            sheet.used = Some(used.clone());
        }
        schedule
    }

    /// Returns this schedule up to a day, and another one from that day on, whatever either of them says of the other's time.
    #[must_use]
    pub fn revised(&self, from: Date, later: &Self) -> Self {
        let before = self.rows.iter().filter(|row| row.period.from.is_none_or(|start| start < from)).map(|row| {
            let ends = row.period.before.map_or(from, |end| end.min(from));
            ScheduleRow { period: Period { before: Some(ends), ..row.period }, ..row.clone() }
        });
        let sheets_before = u16::try_from(self.sheets.len()).unwrap_or(u16::MAX);
        let after = later.rows.iter().filter(|row| row.period.before.is_none_or(|end| end > from)).map(|row| {
            let starts = row.period.from.map_or(from, |start| start.max(from));
            let period = Period { from: Some(starts), ..row.period };
            ScheduleRow { period, sheet: row.sheet.saturating_add(sheets_before), ..row.clone() }
        });
        let mut rows: Vec<ScheduleRow> = before.chain(after).collect();
        rows.sort_by_key(|row| (row.code, row.period.from));
        Self { sheets: self.sheets.iter().chain(&later.sheets).cloned().collect(), rows }
    }

    fn view(&self, row: &ScheduleRow) -> ScheduleLine<'_> {
        let sheet = self.sheets.get(usize::from(row.sheet));
        let text = sheet.map_or("", |sheet| &sheet.text);
        let cut = |range: &Range<u32>| text.get(range.start as usize..range.end as usize).unwrap_or_default();
        let special = |number: u16| sheet.and_then(|sheet| sheet.specials.get(usize::from(number)));
        ScheduleLine {
            code: row.code,
            general: cut(&row.general),
            special: row.special.and_then(special).map_or("", String::as_str),
            column_2: cut(&row.column_2),
            units: cut(&row.units),
            links: cut(&row.links),
            period: row.period,
            source: Source { path: sheet.map_or_else(|| Arc::from(""), |sheet| sheet.path.clone()), line: row.line },
            cite: sheet.and_then(|sheet| Some(sheet.used.as_ref()?.cite.as_str())),
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

    /// Returns the days on which the line of a code, of its own or inherited, starts, changes or ends.
    pub fn bounds(&self, code: CommodityCode) -> impl Iterator<Item = Date> {
        [10_u8, 8].into_iter().filter(move |length| *length <= code.length()).flat_map(move |length| {
            let code = code.cut(length);
            let start = self.rows.partition_point(|row| row.code < code);
            let rows = self.rows.iter().skip(start).take_while(move |row| row.code == code);
            rows.flat_map(|row| [row.period.from, row.period.before]).flatten()
        })
    }

    /// Returns the periods of the lines that a code falls under or that lie below it.
    pub fn line_periods(&self, code: CommodityCode) -> impl Iterator<Item = Period> {
        let line = code.cut(code.length().min(8));
        let start = self.rows.partition_point(|row| row.code.padded() < line.padded());
        let below = self.rows.iter().skip(start).take_while(move |row| row.code.padded() < line.end());
        below.filter(move |row| row.code.covers(code) || code.covers(row.code)).map(|row| row.period)
    }

    /// Returns the codes of the lines below a code, on whatever day, without the code itself.
    pub fn parts(&self, code: CommodityCode) -> impl Iterator<Item = CommodityCode> {
        let start = self.rows.partition_point(|row| row.code.padded() < code.padded());
        let below = self.rows.iter().skip(start).take_while(move |row| row.code.padded() < code.end());
        below.map(|row| row.code).filter(move |part| part.length() > code.length())
    }

    /// Returns every line of the table, of all periods, in the order of codes.
    pub fn lines(&self) -> impl Iterator<Item = ScheduleLine<'_>> {
        self.rows.iter().map(|row| self.view(row))
    }

    /// Returns the revisions in use that are not the country's own schedule, the earliest first.
    pub fn used(&self) -> impl Iterator<Item = &Used> {
        self.sheets.iter().filter_map(|sheet| sheet.used.as_deref())
    }

    /// Returns what those revisions are cited by.
    pub fn cites(&self) -> impl Iterator<Item = &str> {
        self.used().map(|used| used.cite.as_str())
    }

    /// Returns the lines of a day in the form of an official file's.
    pub fn official_lines(&self, day: Date) -> Vec<OfficialLine> {
        let owned = |line: ScheduleLine<'_>| OfficialLine {
            code: line.code,
            description: String::new(),
            general: line.general.to_owned(),
            special: line.special.to_owned(),
            column_2: line.column_2.to_owned(),
            units: line.units.to_owned(),
            rates_of: Some(line.code),
            links: Link::parse_list(line.links),
            line: line.source.line,
        };
        self.lines().filter(|line| line.period.contains(day)).map(owned).collect()
    }

    /// Returns the dates on which a line changes.
    pub fn dates(&self) -> impl Iterator<Item = Date> {
        Period::bounds(self.rows.iter().map(|row| row.period)).into_iter()
    }
}
