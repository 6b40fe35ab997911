//! Scope tables: which codes a list holds, and when.

use crate::base::{CommodityCode, Date, Period, parse_date};
use crate::diag::{Code, Diagnostic, Diagnostics, Place, Source, Sources};
use crate::law::{CodeList, CodeRow};
use crate::read::files::Files;
use crate::read::table::{check_period, open_quote, opened, place, row_bytes, row_start};
use csv::StringRecord;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The rows of a scope table, by list; the list is empty where the table has no such column.
pub(super) type ScopeTable = BTreeMap<String, Arc<CodeList>>;

/// Reads a scope table in one pass: `code`, and as many of `list`, `from`, `before`, `known`, `before-known` and `cite` as it has.
pub(super) fn scope(
    files: &dyn Files,
    path: &str,
    asked_at: Place,
    sources: &mut Sources,
    out: &mut Diagnostics,
) -> Option<ScopeTable> {
    let (file, text, header) =
        opened(files, path, &["code"], &["list", "from", "before", "known", "before-known", "cite"], asked_at, sources, out)?;
    let column = |name: &str| header.iter().position(|known| known == name);
    let (code_at, list_at, from_at, before_at) = (column("code")?, column("list"), column("from"), column("before"));
    let (known_at, end_known_at, cite_at) = (column("known"), column("before-known"), column("cite"));
    let shown: Arc<str> = Arc::from(sources.path(file));
    let mut lists: BTreeMap<String, Vec<(CodeRow, usize)>> = BTreeMap::new();
    // Rows of one instrument share their dates: each text is read once.
    let mut days: Vec<(String, Date)> = Vec::new();
    let mut cites: BTreeSet<Arc<str>> = BTreeSet::new();
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
            if let Some((_, date)) = days.iter().find(|(known, _)| known == text) {
                return Some(*date);
            }
            let date = crate::read::document::understood(parse_date(text), Code::BadDate, here(), out)?;
            if days.len() < 32 {
                days.push((text.to_owned(), date));
            }
            Some(date)
        };
        let code = match CommodityCode::parse(field(Some(code_at)).unwrap_or_default()) {
            Ok(code) => code,
            fault => {
                crate::read::document::understood(fault, Code::BadCode, here(), out);
                continue;
            }
        };
        let period = Period { from: day(from_at, out), before: day(before_at, out) };
        if period.from.zip(period.before).is_some_and(|(from, before)| before <= from) {
            check_period(period, here(), out);
        }
        let line = record.position().map_or(0, |position| u32::try_from(position.line()).unwrap_or(u32::MAX));
        let (known, end_known) = (day(known_at, out), day(end_known_at, out));
        let cite = field(cite_at).map(|text| match cites.get(text) {
            Some(known) => known.clone(),
            None => {
                let cite: Arc<str> = Arc::from(text);
                cites.insert(cite.clone());
                cite
            }
        });
        let row = CodeRow { code, period, known, end_known, cite, source: Source { path: shown.clone(), line } };
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
