//! CSV tables beside the law: scopes, rates by origin, the schedule, trade balances. Columns are found by name.

use super::bytes;
use super::files::Files;
use crate::base::{Country, Date, Decimal, Fault, Period, nearest, parse_date, parse_number};
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, Place, Source, Sources};
use csv::StringRecord;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A table read into memory: its text, its columns by name, its rows.
pub(super) struct Table {
    pub(super) file: FileId,
    path: Arc<str>,
    columns: BTreeMap<String, usize>,
    /// Each row with the byte it starts at, the byte after it, and its line.
    rows: Vec<(StringRecord, Range<usize>, u32)>,
}

/// One row of a table.
pub(super) struct Row<'t> {
    table: &'t Table,
    record: &'t StringRecord,
    pub(super) place: Place,
    line: u32,
}

/// Reads a table. `required` columns must be there; other columns than `required` and `optional` are faults.
pub(super) fn read(
    files: &dyn Files,
    path: &str,
    required: &[&str],
    optional: &[&str],
    asked_at: Place,
    sources: &mut Sources,
    out: &mut Diagnostics,
) -> Option<Table> {
    let (file, text, header) = opened(files, path, required, optional, asked_at, sources, out)?;
    let columns = header.iter().enumerate().map(|(number, name)| (name.clone(), number)).collect();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    loop {
        let start = usize::try_from(reader.position().byte()).unwrap_or(0);
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let end = usize::try_from(reader.position().byte()).unwrap_or(text.len());
                let line = record.position().map_or(0, |position| u32::try_from(position.line()).unwrap_or(u32::MAX));
                let start = row_start(&text, &record, start);
                let end = text.get(start..end).map_or(end, |row| start + row.trim_end().len());
                if record.iter().any(|field| field.contains('\n')) {
                    out.push(open_quote(place(file, row_bytes(&text, start))));
                    break;
                }
                if record.len() != header.len() {
                    out.push(
                        Diagnostic::new(
                            Code::BadTable,
                            format!("the row has {} fields, the header {}", record.len(), header.len()),
                        )
                        .at(place(file, start..end), "this row"),
                    );
                    continue;
                }
                rows.push((record.clone(), start..end, line));
            }
            Err(error) => {
                out.push(
                    Diagnostic::new(Code::BadTable, format!("the table cannot be read on: {error}"))
                        .at(place(file, start..start), "here"),
                );
                break;
            }
        }
    }
    Some(Table { file, path: Arc::from(sources.path(file)), columns, rows })
}

/// Opens a table and reads its header: the file, its text, and the names of its columns.
pub(super) fn opened(
    files: &dyn Files,
    path: &str,
    required: &[&str],
    optional: &[&str],
    asked_at: Place,
    sources: &mut Sources,
    out: &mut Diagnostics,
) -> Option<(FileId, Arc<str>, Vec<String>)> {
    if !files.has(path) {
        let shown = files.shown(path);
        out.push(
            Diagnostic::new(Code::MissingTable, format!("there is no table `{shown}`"))
                .at(asked_at, "named here")
                .help("paths of tables are relative to the file that names them"),
        );
        return None;
    }
    let (file, text) = bytes::text(files, path, sources, out)?;
    let first = text.split(['\n', '\r']).next().unwrap_or_default();
    let header_place = place(file, 0..first.len());
    // Column names are plain words: a header with quotation marks is no header of ours.
    let header: Vec<String> = first.split(',').map(|name| name.trim().trim_matches('"').to_owned()).collect();
    let mark = [(';', "semicolons"), ('\t', "tabs")]
        .into_iter()
        .find(|(mark, _)| header.len() == 1 && header.iter().any(|name| name.contains(*mark)));
    if let Some((_, marks)) = mark {
        out.push(
            Diagnostic::new(Code::BadTable, format!("the fields are parted by {marks}"))
                .at(header_place, "in this header")
                .help("part fields by commas"),
        );
        return None;
    }
    let repeated = header.iter().enumerate().find(|(at, name)| header.iter().take(*at).any(|other| other == *name));
    if let Some((_, name)) = repeated {
        out.push(Diagnostic::new(Code::BadTable, format!("two columns are called `{name}`")).at(header_place, "in this header"));
        return None;
    }
    if text.split(['\n', '\r']).skip(1).all(|line| line.trim().is_empty()) {
        out.push(Diagnostic::new(Code::BadTable, "the table has no rows").at(header_place, "nothing stands below this header"));
        return None;
    }
    for name in header.iter().map(String::as_str) {
        if !required.contains(&name) && !optional.contains(&name) {
            let near = nearest(name, required.iter().chain(optional).copied());
            let help = near.map_or_else(
                || format!("columns are: {}", [required, optional].concat().join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            let shown: String = name.chars().take(40).collect();
            out.push(
                Diagnostic::new(Code::BadTable, format!("unknown column `{shown}`"))
                    .at(header_place, "in this header")
                    .help(help),
            );
        }
    }
    let missing: Vec<&str> = required.iter().copied().filter(|name| !header.iter().any(|known| known == name)).collect();
    if !missing.is_empty() {
        out.push(
            Diagnostic::new(Code::BadTable, format!("the table lacks the columns {}", missing.join(", ")))
                .at(header_place, "this header"),
        );
        return None;
    }
    Some((file, text, header))
}

pub(super) fn place(file: FileId, bytes: Range<usize>) -> Place {
    Place { file, start: bytes.start, end: bytes.end }
}

impl Table {
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(record, bytes, line)| Row {
            table: self,
            record,
            place: place(self.file, bytes.clone()),
            line: *line,
        })
    }
}

impl<'t> Row<'t> {
    /// Returns a field without surrounding blanks; empty where the table has no such column.
    pub(super) fn field(&self, column: &str) -> &'t str {
        self.table.columns.get(column).and_then(|number| self.record.get(*number)).unwrap_or_default().trim()
    }

    pub(super) fn optional(&self, column: &str) -> Option<String> {
        Some(self.field(column)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    pub(super) fn source(&self) -> Source {
        Source { path: self.table.path.clone(), line: self.line }
    }

    pub(super) fn parsed<T>(
        &self,
        column: &str,
        code: Code,
        out: &mut Diagnostics,
        parse: impl Fn(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        super::document::understood(parse(self.field(column)), code, self.place, out)
    }

    pub(super) fn day(&self, column: &str, out: &mut Diagnostics) -> Option<Date> {
        if self.field(column).is_empty() {
            return None;
        }
        self.parsed(column, Code::BadDate, out, parse_date)
    }

    pub(super) fn period(&self, out: &mut Diagnostics) -> Period {
        let period = Period { from: self.day("from", out), before: self.day("before", out) };
        check_period(period, self.place, out);
        period
    }

    pub(super) fn number(&self, column: &str, out: &mut Diagnostics) -> Option<Decimal> {
        self.parsed(column, Code::BadNumber, out, parse_number)
    }
}

/// Tells a period that ends before it starts.
pub(super) fn check_period(period: Period, at: Place, out: &mut Diagnostics) {
    if let (Some(from), Some(before)) = (period.from, period.before)
        && before <= from
    {
        out.push(
            Diagnostic::new(Code::BadPeriod, format!("the period ends on {before}, but starts on {from}"))
                .at(at, "this period holds no day")
                .help("`from` is the first day in force, `before` the first day no longer in force"),
        );
    }
}

/// One partner of a table of trade balances.
pub(super) struct Balance {
    pub(super) origin: String,
    pub(super) exports: Decimal,
    pub(super) imports: Decimal,
    /// The source of the figures, where the table gives one.
    pub(super) cite: Option<String>,
    pub(super) place: Place,
    pub(super) source: Source,
}

/// Reads a table of trade balances: `origin,exports,imports`, in one currency and scale.
pub(super) fn balances(table: &Table, out: &mut Diagnostics) -> Vec<Balance> {
    let mut found: Vec<Balance> = Vec::new();
    for row in table.rows() {
        let (Some(exports), Some(imports)) = (row.number("exports", out), row.number("imports", out)) else {
            continue;
        };
        let origin = row.field("origin").to_owned();
        if origin.len() == 2 && Country::letters(&origin).is_err() {
            out.push(Diagnostic::new(Code::BadCountry, format!("`{origin}` is not a country code")).at(row.place, "this row"));
            continue;
        }
        if let Some(first) = found.iter().find(|balance| balance.origin == origin) {
            out.push(
                Diagnostic::new(Code::OverlappingRows, format!("`{origin}` stands twice"))
                    .at(row.place, "this row")
                    .at(first.place, "and this one"),
            );
        }
        found.push(Balance { origin, exports, imports, cite: row.optional("cite"), place: row.place, source: row.source() });
    }
    found
}

pub(super) fn open_quote(at: Place) -> Diagnostic {
    Diagnostic::new(Code::BadTable, "a field runs over the end of its line").at(at, "a quotation mark is not closed in this row")
}

/// The byte a row starts at. The reader's own position still counts the line ends and empty lines before it.
pub(super) fn row_start(text: &str, record: &StringRecord, before: usize) -> usize {
    let start = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(before).max(before);
    let skipped = text.get(start..).map_or(0, |rest| rest.len() - rest.trim_start_matches(['\r', '\n']).len());
    start + skipped
}

/// The bytes of the row that starts at a byte.
pub(super) fn row_bytes(text: &str, start: usize) -> Range<usize> {
    let end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| start + length);
    start..end
}
