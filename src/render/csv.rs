use super::cell::{harmless, money};
use crate::answer::{Cell, Column, Report};

/// Writes the tables of a report as CSV, one after the other with an empty line between: every column, exact decimals, rates as fractions, days as ISO dates.
pub fn csv(report: &Report) -> String {
    let mut out = String::new();
    for (number, table) in report.tables.iter().filter(|table| !table.rows.is_empty()).enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        // Writing into memory cannot fail; a row of another length would be a mistake of ours and shows as a short file in the tests.
        let _ = writer.write_record(table.columns.iter().map(Column::name));
        for row in &table.rows {
            let _ = writer.write_record(row.cells.iter().map(field));
        }
        out.push_str(&writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default());
    }
    out
}

pub(super) fn field(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => inert(text),
        Cell::Money(amount, currency) => money(*amount, currency.places()),
        // The bounds stand in columns of their own; a range in the amount's column would not be a number.
        Cell::Unknown { .. } => String::new(),
        Cell::Refused => "refused".into(),
        Cell::Rate(fraction) => fraction.normalize().to_string(),
        Cell::Day(day) => day.to_string(),
        Cell::Count(count) => count.to_string(),
    }
}

/// What makes a spreadsheet run a text as a formula; some take the wide forms, too.
const RUN: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// A text that a spreadsheet would run as a formula gets an apostrophe in front of it.
pub(super) fn inert(text: &str) -> String {
    let text = harmless(text);
    let mut out = String::with_capacity(text.len() + 1);
    // A spreadsheet set to another language may part cells at semicolons.
    for (number, part) in text.split(';').enumerate() {
        if number > 0 {
            out.push(';');
        }
        if part.trim_start().starts_with(RUN) {
            out.push('\'');
        }
        out.push_str(part);
    }
    out
}
