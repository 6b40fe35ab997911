//! CSV tables beside the law: scopes, rates by origin, the schedule, trade balances. Columns are found by name.

use super::bytes;
use super::files::Files;
use crate::base::{CommodityCode, Country, Date, Decimal, Fault, Period, nearest, parse_date, parse_number};
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, Place, Source, Sources};
use crate::law::{CodeList, CodeRow, Schedule};
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
fn opened(
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

fn place(file: FileId, bytes: Range<usize>) -> Place {
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

/// The rows of a scope table, by list; the list is empty where the table has no such column.
pub(super) type ScopeTable = BTreeMap<String, Arc<CodeList>>;

/// Reads a scope table in one pass: `code`, and as many of `list`, `from`, `before`, `known` and `cite` as it has.
pub(super) fn scope(
    files: &dyn Files,
    path: &str,
    asked_at: Place,
    sources: &mut Sources,
    out: &mut Diagnostics,
) -> Option<ScopeTable> {
    let (file, text, header) =
        opened(files, path, &["code"], &["list", "from", "before", "known", "cite"], asked_at, sources, out)?;
    let column = |name: &str| header.iter().position(|known| known == name);
    let (code_at, list_at, from_at, before_at, known_at) =
        (column("code")?, column("list"), column("from"), column("before"), column("known"));
    let shown: Arc<str> = Arc::from(sources.path(file));
    let mut lists: BTreeMap<String, Vec<(CodeRow, usize)>> = BTreeMap::new();
    let mut last_day: Option<(String, Date)> = None;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    loop {
        let start = usize::try_from(reader.position().byte()).unwrap_or(0);
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                out.push(
                    Diagnostic::new(Code::BadTable, format!("the table cannot be read on: {error}"))
                        .at(place(file, start..start), "here"),
                );
                break;
            }
        }
        let start = row_start(&text, &record, start);
        let here = || place(file, row_bytes(&text, start));
        if record.as_slice().contains('\n') {
            out.push(open_quote(here()));
            break;
        }
        if record.len() != header.len() {
            let message = format!("the row has {} fields, the header {}", record.len(), header.len());
            out.push(Diagnostic::new(Code::BadTable, message).at(here(), "this row"));
            continue;
        }
        let field = |at: Option<usize>| at.and_then(|at| record.get(at)).map(str::trim).filter(|text| !text.is_empty());
        let mut day = |at: Option<usize>, out: &mut Diagnostics| {
            let text = field(at)?;
            // Rows of one instrument share their dates.
            if let Some((known, date)) = &last_day
                && known == text
            {
                return Some(*date);
            }
            let date = super::document::understood(parse_date(text), Code::BadDate, here(), out)?;
            last_day = Some((text.to_owned(), date));
            Some(date)
        };
        let code = match CommodityCode::parse(field(Some(code_at)).unwrap_or_default()) {
            Ok(code) => code,
            fault => {
                super::document::understood(fault, Code::BadCode, here(), out);
                continue;
            }
        };
        let period = Period { from: day(from_at, out), before: day(before_at, out) };
        if period.from.zip(period.before).is_some_and(|(from, before)| before <= from) {
            check_period(period, here(), out);
        }
        let line = record.position().map_or(0, |position| u32::try_from(position.line()).unwrap_or(u32::MAX));
        let row = CodeRow { code, period, known: day(known_at, out), source: Source { path: shown.clone(), line } };
        let list = field(list_at).unwrap_or_default();
        match lists.get_mut(list) {
            Some(rows) => rows.push((row, start)),
            None => {
                lists.insert(list.to_owned(), vec![(row, start)]);
            }
        }
    }
    let mut table = ScopeTable::new();
    for (list, mut rows) in lists {
        rows.sort_by_key(|(row, start)| (row.code, row.period.from, *start));
        for pair in rows.windows(2) {
            if let [(a, first), (b, second)] = pair
                && a.code == b.code
                && a.period.overlaps(&b.period)
            {
                out.push(
                    Diagnostic::new(Code::OverlappingRows, format!("{} stands twice for the same day", a.code))
                        .at(place(file, row_bytes(&text, *second)), "this row")
                        .at(place(file, row_bytes(&text, *first)), "and this one")
                        .help("give the earlier row a `before`, or drop one of them"),
                );
            }
        }
        table.insert(list, Arc::new(CodeList::new(rows.into_iter().map(|(row, _)| row).collect())));
    }
    Some(table)
}

fn open_quote(at: Place) -> Diagnostic {
    Diagnostic::new(Code::BadTable, "a field runs over the end of its line").at(at, "a quotation mark is not closed in this row")
}

/// The byte a row starts at. The reader's own position still counts the line ends and empty lines before it.
fn row_start(text: &str, record: &StringRecord, before: usize) -> usize {
    let start = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(before).max(before);
    let skipped = text.get(start..).map_or(0, |rest| rest.len() - rest.trim_start_matches(['\r', '\n']).len());
    start + skipped
}

/// Reads every scope table in which nothing is wrong. One with a fault is left out: it is read again by whoever asks for it, who then tells the fault.
pub(super) fn sound_scopes(files: &dyn Files, paths: &[String]) -> BTreeMap<String, Arc<ScopeTable>> {
    let mut found = BTreeMap::new();
    for path in paths.iter().filter(|path| path.ends_with(".csv")) {
        let is_scope = files.read(path).is_ok_and(|bytes| bytes.starts_with(b"code,") && !bytes.starts_with(b"code,general"));
        if !is_scope {
            continue;
        }
        let (mut sources, mut out) = (Sources::default(), Diagnostics::default());
        let nowhere = place(sources.add("", Arc::from("")), 0..0);
        let table = scope(files, path, nowhere, &mut sources, &mut out);
        found.extend(table.filter(|_| out.is_empty()).map(|table| (path.clone(), Arc::new(table))));
    }
    found
}

/// The bytes of the row that starts at a byte.
fn row_bytes(text: &str, start: usize) -> Range<usize> {
    let end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| start + length);
    start..end
}

/// Reads a national schedule and the texts of its special column.
pub(super) fn schedule(
    files: &dyn Files,
    path: &str,
    special: Option<&str>,
    at: Place,
    sources: &mut Sources,
    out: &mut Diagnostics,
) -> Option<Schedule> {
    let mut specials = Vec::new();
    if let Some(path) = special {
        let table = read(files, path, &["number", "special"], &[], at, sources, out)?;
        for (number, row) in table.rows().enumerate() {
            if row.field("number").parse() != Ok(number) {
                out.push(
                    Diagnostic::new(Code::BadTable, format!("rows are numbered from 0: here {number} is due"))
                        .at(row.place, "this row"),
                );
            }
            specials.push(row.field("special").to_owned());
        }
    }
    if !files.has(path) {
        out.push(Diagnostic::new(Code::MissingTable, format!("there is no table `{}`", files.shown(path))).at(at, "named here"));
        return None;
    }
    let (file, text) = bytes::text(files, path, sources, out)?;
    let fault = |message: String, bytes: Range<usize>| Diagnostic::new(Code::BadTable, message).at(place(file, bytes), "here");
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let expected = ["code", "general", "special", "column-2", "units", "from", "before"];
    if reader.headers().is_ok_and(|header| header.iter().ne(expected)) {
        out.push(fault(format!("a schedule has the columns {}", expected.join(", ")), 0..0));
        return None;
    }
    // The fields' bytes are found in the text again, so that a schedule of thousands of lines is kept as one text.
    let mut rows = Vec::new();
    let mut unquoted = String::with_capacity(text.len());
    let mut record = StringRecord::new();
    loop {
        let start = usize::try_from(reader.position().byte()).unwrap_or(0);
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Err(error) => {
                out.push(fault(format!("the schedule cannot be read on: {error}"), start..start));
                break;
            }
            Ok(true) => {
                let line = record.position().map_or(0, |position| u32::try_from(position.line()).unwrap_or(u32::MAX));
                let end = usize::try_from(reader.position().byte()).unwrap_or(start);
                let start = row_start(&text, &record, start);
                if record.len() != expected.len() {
                    let message = format!("the row has {} fields, the header {}", record.len(), expected.len());
                    out.push(fault(message, start..end));
                    continue;
                }
                match schedule_row(&record, line, &mut unquoted, specials.len()) {
                    Ok(row) => {
                        check_period(row.period, place(file, start..end), out);
                        rows.push(row);
                    }
                    Err(error) => out.push(
                        Diagnostic::new(Code::BadTable, error.message)
                            .at(place(file, start..end), "this row")
                            .maybe_help(error.help),
                    ),
                }
            }
        }
    }
    rows.sort_by_key(|row| (row.code, row.period.from));
    for pair in rows.windows(2) {
        if let [a, b] = pair
            && a.code == b.code
            && a.period.overlaps(&b.period)
        {
            out.push(
                Diagnostic::new(Code::OverlappingRows, format!("{} stands twice for the same day in the schedule", a.code))
                    .at(at, "in this table")
                    .help(format!("see lines {} and {} of `{}`", a.line, b.line, sources.path(file))),
            );
        }
    }
    Some(Schedule::new(Arc::from(unquoted), Arc::from(sources.path(file)), specials, rows))
}

fn schedule_row(record: &StringRecord, line: u32, text: &mut String, specials: usize) -> Result<crate::law::ScheduleRow, Fault> {
    let field = |number: usize| record.get(number).unwrap_or_default();
    let mut keep = |field: &str| {
        let start = u32::try_from(text.len()).unwrap_or(u32::MAX);
        text.push_str(field);
        start..u32::try_from(text.len()).unwrap_or(u32::MAX)
    };
    let day = |text: &str| {
        if text.is_empty() { Ok(None) } else { parse_date(text).map(Some) }
    };
    let special = match field(2) {
        "" => None,
        number => {
            let number: u16 =
                number.parse().map_err(|_| Fault::new(format!("`{number}` is not the number of a special text")))?;
            if usize::from(number) >= specials {
                return Err(Fault::new(format!("there is no special text {number}")));
            }
            Some(number)
        }
    };
    let code = CommodityCode::parse(field(0))?;
    if code.length() < 8 {
        return Err(Fault::new(format!("{code} is shorter than a line of the schedule, which has 8 or 10 digits")));
    }
    Ok(crate::law::ScheduleRow {
        code,
        period: Period { from: day(field(5))?, before: day(field(6))? },
        general: keep(field(1)),
        column_2: keep(field(3)),
        units: keep(field(4)),
        special,
        line,
    })
}

/// One partner of a table of trade balances.
pub(super) struct Balance {
    pub(super) origin: String,
    pub(super) exports: Decimal,
    pub(super) imports: Decimal,
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
        found.push(Balance { origin, exports, imports, place: row.place, source: row.source() });
    }
    found
}
