//! Flows in bulk: a CSV file as a stream of rows, plain or compressed. The memory used does not grow with the file.
//!
//! Columns are found by name. A row that cannot be read is told with its line and reason and counted; nothing is dropped without a word.

pub(super) mod columns;
pub(super) mod countries_by_name;
#[cfg(feature = "parquet")]
mod guarded;
pub(super) mod layout;
pub(super) mod lines;
pub(super) mod open;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(not(feature = "parquet"))]
#[path = "parquet_off.rs"]
mod parquet;
pub(super) mod row;
pub(super) mod source;

use self::columns::Role;
use self::countries_by_name::{Countries, Form, countries};
use self::layout::{Header, Plan, UnitOf, header, lacks, misnamed, plan};
use self::lines::{Fields, Found, LONGEST, Lines};
use self::open::{Form as FileForm, Opened, cut_short};
use self::parquet::ParquetRows;
use self::row::When;
use self::source::FlowBytes;
use crate::base::{CommodityCode, Country, Decimal};
use crate::diag::{Code, Diagnostic};
use crate::scenario::{BulkFlow, FlowFileHead, FlowSummary, RowFault, RowReason, RowWords, Skipped};
use std::io::Read;
use std::path::Path;

/// What to read of a file of flows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowOptions {
    /// The year: chooses a column where there is one a year, and rows where they name theirs.
    pub year: Option<i16>,
    /// How many rows at fault to bear before stopping; all of them where none is given.
    pub max_errors: Option<u64>,
    /// Columns named by hand: the role (`code`, `origin`, `value` …) and the column's name.
    pub columns: Vec<(String, String)>,
    /// The origin of rows that name none.
    pub origin: Option<Country>,
}

impl FlowOptions {
    fn named(&self) -> Result<Vec<(Role, String)>, Diagnostic> {
        let role = |(role, column): &(String, String)| {
            Role::named(role).map(|role| (role, column.clone())).ok_or_else(|| {
                Diagnostic::new(Code::BadTable, format!("no column of a file of flows is its `{role}`"))
                    .help(format!("columns are {}", Role::names().join(", ")))
            })
        };
        self.columns.iter().map(role).collect()
    }
}

/// A file of flows, open: yields its rows one by one.
///
/// Where it stops before the end, the last item says why, and so does [`FlowSummary::stopped`].
pub struct FlowFile {
    lines: Lines,
    fields: Fields,
    /// What gives the fields of a row where the file is no text; there are no lines then.
    parquet: Option<ParquetRows>,
    plan: Plan,
    summary: FlowSummary,
    countries: &'static Countries,
    max_errors: Option<u64>,
    year: Option<i16>,
    origin: Option<Country>,
    done: bool,
    last_code: Vec<u8>,
    last_read: CommodityCode,
    last_origin: (Vec<u8>, Option<Country>),
    form: Option<Form>,
    whole_districts: Option<bool>,
    figure: Option<Vec<u8>>,
}

/// Opens a file of flows and reads its head.
///
/// # Errors
/// Where the file cannot be read, or lacks a column: the diagnostic says which ones, and which there are.
pub fn flow_file(path: &Path, options: &FlowOptions) -> Result<FlowFile, Diagnostic> {
    let shown = path.display().to_string();
    FlowFile::of_bytes(FlowBytes::File(open::file(path, &shown)?), &shown, options)
}

impl FlowFile {
    /// Reads flows from anywhere; `shown` is the name that messages use.
    ///
    /// # Errors
    /// As [`flow_file`].
    pub fn from_reader(bytes: impl Read + Send + 'static, shown: &str, options: &FlowOptions) -> Result<Self, Diagnostic> {
        Self::opened(open::from(bytes, shown)?, shown, options)
    }

    /// Reads flows by what their bytes are: text, or Parquet where those can be read in any order.
    pub(super) fn of_bytes(bytes: FlowBytes, shown: &str, options: &FlowOptions) -> Result<Self, Diagnostic> {
        match open::form(bytes, shown)? {
            FileForm::Parquet(opened) => Self::of_parquet(*opened, shown, options),
            FileForm::Text(bytes) => Self::from_reader(bytes, shown, options),
        }
    }

    fn opened(opened: Opened, shown: &str, options: &FlowOptions) -> Result<Self, Diagnostic> {
        let Opened { mut lines, mut fields, compressed } = opened;
        let named = options.named()?;
        let found = header(&mut lines, &mut fields, &named, |columns| columns.missing(options.origin.is_some()).is_empty());
        let header = match found {
            Ok(Ok(header)) => header,
            Ok(Err(Some(nearest))) => {
                let misnamed = misnamed(shown, &nearest.names, &named);
                let lacks = || lacks(shown, &nearest.names, &nearest.columns, options.origin.is_some());
                return Err(misnamed.unwrap_or_else(lacks));
            }
            Ok(Err(None)) => return Err(Diagnostic::new(Code::BadTable, format!("`{shown}` has no header"))),
            Err(error) => {
                return Err(Diagnostic::new(Code::CannotRead, format!("cannot read `{shown}`: {}", cut_short(&error))));
            }
        };
        if let Some(wrong) = misnamed(shown, &header.names, &named) {
            return Err(wrong);
        }
        let plan = plan(shown, compressed, header, options)?;
        Ok(Self::planned(lines, fields, None, plan, options))
    }

    fn of_parquet(opened: parquet::Opened, shown: &str, options: &FlowOptions) -> Result<Self, Diagnostic> {
        let named = options.named()?;
        let header = Header::of_names(opened.names(), &named);
        if let Some(wrong) = misnamed(shown, &header.names, &named) {
            return Err(wrong);
        }
        let mut plan = plan(shown, false, header, options)?;
        let rows = opened.rows(&plan.used(), &mut plan.head.notes)?;
        let lines = Lines::new(Box::new(std::io::empty()));
        Ok(Self::planned(lines, Fields::new(b','), Some(rows), plan, options))
    }

    fn planned(lines: Lines, fields: Fields, parquet: Option<ParquetRows>, plan: Plan, options: &FlowOptions) -> Self {
        let filters = [Role::Year, Role::Entered].iter().any(|role| plan.columns.get(*role).is_some());
        Self {
            lines,
            fields,
            parquet,
            plan,
            summary: FlowSummary::default(),
            countries: countries(),
            max_errors: options.max_errors,
            year: options.year.filter(|_| filters),
            origin: options.origin,
            done: false,
            last_code: Vec::new(),
            last_read: CommodityCode::ALL,
            last_origin: (Vec::new(), None),
            form: None,
            whole_districts: None,
            figure: None,
        }
    }

    /// Returns what the head of the file says.
    pub fn head(&self) -> &FlowFileHead {
        &self.plan.head
    }

    /// Returns what has been read so far.
    pub fn summary(&self) -> &FlowSummary {
        &self.summary
    }

    /// Returns what the file is counted in, and where in it the row stands.
    fn place(&self) -> (&'static str, u64) {
        self.parquet.as_ref().map_or(("line", self.lines.number), |rows| ("row", rows.number()))
    }

    /// Says why a number of the row is not sure, where that is so: floating point in a Parquet file.
    fn sure(&self, column: usize, money: bool) -> Result<(), String> {
        let Some(rows) = &self.parquet else { return Ok(()) };
        let field = self.field(column);
        rows.unsure(column, field, money).map_or(Ok(()), |why| Err(format!("`{}` {why}", row::shown(field))))
    }

    /// Returns a field of the row.
    fn field(&self, number: usize) -> &[u8] {
        self.fields.get(self.lines.line(), number)
    }

    /// Counts a fault; says that it was the last to be borne, where it was.
    fn fault(&mut self, fault: RowFault) -> Result<BulkFlow, RowFault> {
        self.summary.add_fault(&fault);
        let bad = self.summary.bad_rows();
        if fault.reason == RowReason::CutShort {
            self.done = true;
            self.summary.stopped = Some(fault.to_string());
        } else if self.max_errors.is_some_and(|most| bad > most) {
            self.done = true;
            let most = self.max_errors.unwrap_or_default();
            self.summary.stopped = Some(format!("more than {most} rows are at fault; the last one is {fault}"));
        }
        Err(fault)
    }

    /// Reads the fields that were split; `None` where the row is left out.
    fn flow(&mut self) -> Option<Result<BulkFlow, RowFault>> {
        let sure = self.sure(self.plan.value, true).map_err(|why| (RowReason::BadValue, format!("the value {why}")));
        let value = sure.and_then(|()| row::value(self.field(self.plan.value), self.plan.scale));
        let known = value.as_ref().ok().copied();
        if known.is_none() && self.fields.is_blank(self.lines.line()) {
            self.summary.add_skipped(Skipped::Blank, None);
            return None;
        }
        if (self.plan.figure.is_some() || self.plan.district.is_some()) && self.left_out(known) {
            return None;
        }
        let (place, line) = self.place();
        let fault = move |(reason, message): (RowReason, String)| RowFault { place, line, reason, message, value: known };
        let when = match self.when() {
            Ok(when) => when,
            Err(bad) => return Some(Err(fault(bad))),
        };
        if let (Some(wanted), Some(year)) = (self.year, when.year)
            && wanted != year
        {
            self.summary.add_skipped(Skipped::OtherYear, known);
            return None;
        }
        let flow = || {
            let (code, more_codes) = self.code()?;
            let origin = self.origin()?;
            let value = value?;
            if value.is_sign_negative() && !value.is_zero() {
                let shown = row::shown(self.field(self.plan.value));
                return Err((RowReason::NegativeValue, format!("the value `{shown}` is below zero")));
            }
            let mut quantities = [None, None];
            for (place, columns) in quantities.iter_mut().zip(self.plan.quantities) {
                if let Some((number, unit)) = columns {
                    let unit = match unit {
                        UnitOf::Column(unit) => self.field(unit),
                        UnitOf::Name(unit) => unit.name().as_bytes(),
                    };
                    *place = row::quantity(self.field(number), unit)?;
                    self.sure(number, false).map_err(|why| (RowReason::BadQuantity, format!("the quantity {why}")))?;
                }
            }
            let mut shares = Vec::new();
            for (number, (_, column)) in self.plan.columns.shares.iter().enumerate() {
                shares.extend(row::share(self.field(*column))?.map(|(share, _)| (number, share)));
            }
            let When { year, month, day } = when;
            let year = year.or(self.plan.head.year);
            let said = self.said()?;
            Ok(BulkFlow { line, code, more_codes, origin, value, quantities, year, month, day, shares, said })
        };
        Some(flow().map_err(fault))
    }

    /// Tells whether the row is no flow of its own, and counts it if so.
    fn left_out(&mut self, value: Option<Decimal>) -> bool {
        if let Some(column) = self.plan.figure {
            let figure = self.fields.get(self.lines.line(), column);
            let first = self.figure.get_or_insert_with(|| figure.to_vec());
            if first.as_slice() != figure && !row::is_total(figure) {
                self.summary.add_skipped(Skipped::OtherFigure, value);
                return true;
            }
        }
        if let Some(column) = self.plan.district {
            let all = self.field(column).get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"all "));
            if *self.whole_districts.get_or_insert(all) != all {
                self.summary.add_skipped(Skipped::District, value);
                return true;
            }
        }
        false
    }

    /// A row that cannot be read may be a total.
    fn is_total(&self) -> bool {
        let (code, origin) = (self.field(self.plan.code), self.origin_field());
        let first = self.field(0);
        row::is_total(origin) || (origin.is_empty() && (row::is_total(first) || row::is_total(code)))
    }

    fn code(&mut self) -> Result<(CommodityCode, Vec<CommodityCode>), (RowReason, String)> {
        let field = self.fields.get(self.lines.line(), self.plan.code);
        // Files are sorted by code more often than not.
        if field == self.last_code.as_slice() && !field.is_empty() {
            return Ok((self.last_read, Vec::new()));
        }
        if self.plan.lists {
            return row::codes(field);
        }
        let code = row::code(field, self.plan.described)?;
        self.last_code.clear();
        self.last_code.extend_from_slice(field);
        self.last_read = code;
        Ok((code, Vec::new()))
    }

    /// What the row says in words; nothing where no column holds any.
    fn said(&self) -> Result<Option<Box<RowWords>>, (RowReason, String)> {
        let Some(columns) = self.plan.words else { return Ok(None) };
        let word = |column: usize| -> Result<Option<String>, (RowReason, String)> {
            let field = self.field(column);
            Ok(if field.is_empty() { None } else { Some(row::words(field)?) })
        };
        let [id, entry, group, claims] = columns.map(|column| column.map_or(Ok(None), word));
        let mut said = RowWords { id: id?, entry: entry?, group: group?, claims: claims?, facts: Vec::new() };
        for (number, (_, column)) in self.plan.columns.facts.iter().enumerate() {
            said.facts.extend(word(*column)?.map(|answer| (number, answer)));
        }
        Ok((said != RowWords::default()).then(|| Box::new(said)))
    }

    /// The field of the country; empty where the file has no such column.
    fn origin_field(&self) -> &[u8] {
        self.plan.origin.map(|column| self.field(column)).unwrap_or_default()
    }

    fn origin(&mut self) -> Result<Country, (RowReason, String)> {
        let field = self.plan.origin.map(|column| self.fields.get(self.lines.line(), column)).unwrap_or_default();
        if let [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', d @ b'0'..=b'9'] = field {
            let code = [a, b, c, d].into_iter().fold(0_usize, |code, digit| code * 10 + usize::from(digit - b'0'));
            if let Some(country) = self.countries.by_census(code) {
                self.form = self.form.or(Some(Form::Census));
                return Ok(country);
            }
        }
        if let (last, Some(country)) = &self.last_origin
            && last.as_slice() == field
        {
            return Ok(*country);
        }
        if let Some(origin) = self.origin.filter(|_| field.is_empty()) {
            return Ok(origin);
        }
        if field.is_empty() {
            return Err((RowReason::NoOrigin, "the country is missing".into()));
        }
        let text = row::text(field)?;
        let Some((country, form)) = self.countries.find(text, self.form) else {
            return Err((RowReason::UnknownOrigin, format!("`{}` is no country that is known", row::shown(field))));
        };
        self.form = self.form.or(Some(form));
        self.last_origin.0.clear();
        self.last_origin.0.extend_from_slice(field);
        self.last_origin.1 = Some(country);
        Ok(country)
    }

    fn when(&self) -> Result<When, (RowReason, String)> {
        let Some([entered, year, month, day]) = self.plan.time else { return Ok(When::default()) };
        let field = |column: Option<usize>| column.map(|column| self.field(column)).unwrap_or_default();
        row::when(field(entered), field(year), field(month), field(day))
    }
}

impl Iterator for FlowFile {
    type Item = Result<BulkFlow, RowFault>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            let (place, _) = self.place();
            let fault = |line: u64, reason: RowReason, message: String| RowFault { place, line, reason, message, value: None };
            let found = match &mut self.parquet {
                None => self.lines.next(),
                Some(rows) => rows.next(&mut self.fields),
            };
            match found {
                Ok(Found::Line) => {}
                Ok(Found::End) => {
                    self.done = true;
                    break;
                }
                Ok(Found::TooLong) => {
                    self.summary.rows += 1;
                    let message =
                        format!("the line is longer than {LONGEST} bytes; a quotation mark or a line end may be missing");
                    return Some(self.fault(fault(self.lines.number, RowReason::TooLong, message)));
                }
                Err(error) => {
                    // The row that was being read is lost.
                    self.summary.rows += 1;
                    let line = self.place().1 + 1;
                    return Some(self.fault(fault(line, RowReason::CutShort, cut_short(&error))));
                }
            }
            if self.parquet.is_none() && self.lines.line().is_empty() {
                continue;
            }
            self.summary.rows += 1;
            let line = self.place().1;
            if self.parquet.is_none() && !self.fields.split(self.lines.line()) {
                let message = "a quotation mark is not closed on this line".to_owned();
                return Some(self.fault(fault(line, RowReason::OpenQuote, message)));
            }
            let width = self.fields.len();
            if width != self.plan.width && self.is_ragged() {
                if self.fields.is_blank(self.lines.line()) {
                    self.summary.add_skipped(Skipped::Blank, None);
                    continue;
                }
                let message = format!("the row has {width} fields, the header {}", self.plan.width);
                return Some(self.fault(fault(line, RowReason::RaggedRow, message)));
            }
            match self.flow() {
                None => {}
                Some(Ok(flow)) => {
                    self.summary.read += 1;
                    self.summary.value.add(flow.value);
                    return Some(Ok(flow));
                }
                Some(Err(fault)) if self.is_total() => {
                    self.summary.add_skipped(Skipped::Total, fault.value);
                    if self.origin_field().is_empty() {
                        self.summary.stated_total = fault.value;
                    }
                }
                Some(Err(fault)) => return Some(self.fault(fault)),
            }
        }
        None
    }
}

impl FlowFile {
    /// Tells whether fields are missing, or there are more than the header has and they are not empty.
    fn is_ragged(&self) -> bool {
        let width = self.fields.len();
        width < self.plan.width || (self.plan.width..width).any(|extra| !self.field(extra).is_empty())
    }
}
