//! Rows of the export as CSV. Columns are found by name.

use super::hts::ExportRow;
use super::official::Faults;
use crate::read::table::row_start;
use csv::StringRecord;
use std::ops::Range;

/// The columns an export has, of those this program reads.
const COLUMNS: [&str; 7] = [
    "HTS Number",
    "Indent",
    "Description",
    "Unit of Quantity",
    "General Rate of Duty",
    "Special Rate of Duty",
    "Column 2 Rate of Duty",
];

/// A row of a table.
pub(super) struct Record {
    pub(super) fields: StringRecord,
    pub(super) bytes: Range<usize>,
    pub(super) line: u32,
}

/// Reads the rows below the header; each has as many fields as the header. `None` where the table cannot be read on.
pub(super) fn records(text: &str, faults: &mut Faults<'_>) -> Option<Vec<Record>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let width = reader.headers().map_or(0, StringRecord::len);
    let mut found = Vec::new();
    let mut record = StringRecord::new();
    loop {
        let before = usize::try_from(reader.position().byte()).unwrap_or(0);
        match reader.read_record(&mut record) {
            Ok(false) => return Some(found),
            Ok(true) => {
                let start = row_start(text, &record, before);
                let end = usize::try_from(reader.position().byte()).unwrap_or(start).max(start);
                let shown = text.get(start..end).map_or(0, |row| row.lines().next().map_or(0, str::len));
                let line = record.position().map_or(0, |position| u32::try_from(position.line()).unwrap_or(u32::MAX));
                let bytes = start..start + shown;
                if record.len() != width {
                    let message = format!("the row has {} fields, the header {width}", record.len());
                    let open = text.get(start..end).is_some_and(|row| row.lines().count() > 3);
                    let help = open.then(|| "a quotation mark may not be closed".to_owned());
                    if !faults.tell(bytes, message, "this row", help) {
                        return None;
                    }
                    continue;
                }
                found.push(Record { fields: record.clone(), bytes, line });
            }
            Err(error) => {
                faults.tell(before..before, format!("the table cannot be read on: {error}"), "here", None);
                return None;
            }
        }
    }
}

/// Reads the rows of an export; `columns` is its header.
pub(super) fn rows(text: &str, columns: &[String], faults: &mut Faults<'_>) -> Option<Vec<ExportRow>> {
    let header = 0..text.lines().next().map_or(0, str::len);
    let missing: Vec<&str> = COLUMNS.into_iter().filter(|name| !columns.iter().any(|column| column == name)).collect();
    if missing.len() > COLUMNS.len() - 2 {
        faults.tell(header, "this is not an official schedule, but another kind of file", "its header", Some(kind_of(columns)));
        return None;
    }
    if !missing.is_empty() {
        let help = format!("an export has the columns {}", COLUMNS.join(", "));
        faults.tell(header, format!("the table lacks the columns {}", missing.join(", ")), "in this header", Some(help));
        return None;
    }
    let at = COLUMNS.map(|name| columns.iter().position(|column| column == name).unwrap_or(usize::MAX));
    let rows = records(text, faults)?.into_iter().map(|record| {
        let [number, indent, description, units, general, special, column_2] =
            at.map(|column| record.fields.get(column).unwrap_or_default().to_owned());
        let units = unit_list(&units);
        ExportRow { number, indent, description, units, general, special, column_2, footnotes: Vec::new(), bytes: record.bytes }
    });
    Some(rows.collect())
}

/// `["No.","kg"]`; a bare text is one unit.
fn unit_list(text: &str) -> Vec<String> {
    let one = || Some(text.to_owned()).filter(|text| !text.trim().is_empty()).into_iter().collect();
    serde_json::from_str::<Vec<Option<String>>>(text).map_or_else(|_| one(), |units| units.into_iter().flatten().collect())
}

/// What a table may be instead, by the names of its columns.
fn kind_of(columns: &[String]) -> String {
    let has = |words: &[&str]| columns.iter().any(|column| words.iter().any(|word| column.to_lowercase().contains(word)));
    let wanted = format!("an export has the columns {}", COLUMNS.join(", "));
    if columns.len() == 1 && columns.iter().any(|column| column.contains([';', '\t'])) {
        return format!("fields are parted by commas in an export; {wanted}");
    }
    let what = if has(&["mfn_text_rate", "mfn_rate_type"]) {
        "this is the annual tariff data base; "
    } else if has(&["value", "val_mo", "cty_code", "partner", "commodity", "imports"]) {
        "this looks like trade data: `tariffcalc flows` tells what it holds, `tariffcalc panel` prices it; "
    } else {
        ""
    };
    format!("{what}{wanted}")
}
