//! National schedules: a table of rates, and one of the texts of the special column.

use crate::base::{CommodityCode, Fault, Period, parse_date};
use crate::diag::{Code, Diagnostic, Diagnostics, Place, Sources};
use crate::law::Schedule;
use crate::read::bytes;
use crate::read::files::Files;
use crate::read::table::{check_period, place, read, row_start};
use csv::StringRecord;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Reads a national schedule and the texts of its special column.
pub(in crate::read) fn schedule(
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
        links: 0..0,
        special,
        line,
        sheet: 0,
    })
}

/// Reads every schedule in which nothing is wrong, with the texts of the special column that stand beside it. One with a fault is left out, as among scopes.
pub(in crate::read) fn sound_schedules(files: &dyn Files, paths: &[String]) -> BTreeMap<(String, Option<String>), Schedule> {
    let starts = |path: &str, with: &[u8]| files.read(path).is_ok_and(|bytes| bytes.starts_with(with));
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    let tables: Vec<&String> = paths.iter().filter(|path| path.ends_with(".csv")).collect();
    let mut found = BTreeMap::new();
    for path in tables.iter().filter(|path| starts(path, b"code,general")) {
        let beside = |other: &&&String| folder(other) == folder(path) && starts(other, b"number,special");
        let special = tables.iter().find(beside).map(|path| (*path).clone());
        let (mut sources, mut out) = (Sources::default(), Diagnostics::default());
        let nowhere = place(sources.add("", Arc::from("")), 0..0);
        let table = schedule(files, path, special.as_deref(), nowhere, &mut sources, &mut out);
        found.extend(table.filter(|_| out.is_empty()).map(|table| (((*path).clone(), special), table)));
    }
    found
}
