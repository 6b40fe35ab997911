//! Reports as spreadsheets: a sheet for each table, one about the report, one of its legal sources, one of its columns.
//!
//! Nothing in a sheet is computed: no formulas, no links. The same report gives the same bytes.

mod number;
mod plan;
mod sheet;

use self::sheet::{Pen, sheet};
use crate::answer::Report;
use crate::base::Fault;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};
use std::collections::BTreeSet;

/// The most characters of the name of a sheet, counted as the format counts (UTF-16).
const LONGEST_NAME: usize = 31;
/// The sheets that every workbook has, and a name that the format keeps for itself.
const TAKEN: [&str; 4] = ["About", "Sources", "Columns", "History"];

/// Writes a report as a workbook. `about` says how it came about, such as the command and the law's hash, each with its label.
///
/// Amounts, rates, days and counts are real ones with formats; an amount that is not known is the word `unknown` with its bounds in columns of their own.
/// A spreadsheet holds 15 digits of a number: where an exact decimal has more, the cell holds the nearest number and the decimal stands as text in a column beside it.
/// Every column that CSV has is there, those that tables for people leave out folded away.
///
/// # Errors
/// Where a table has more rows or columns than a sheet can hold.
pub fn xlsx(report: &Report, about: &[(&str, String)]) -> Result<Vec<u8>, Fault> {
    written(report, about).map_err(|error| {
        if matches!(error, XlsxError::RowColumnLimitError) {
            return Fault::new("the table is larger than a sheet, which holds 1,048,576 rows and 16,384 columns")
                .with_help("ask for less, or write CSV");
        }
        Fault::new(format!("cannot write the spreadsheet: {error}"))
    })
}

fn written(report: &Report, about: &[(&str, String)]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let properties = DocProperties::new()
        .set_title(Pen::inert(&report.title, 255))
        .set_comment(format!("Written by tariffcalc {}", env!("CARGO_PKG_VERSION")))
        // A file that names the moment of its making would differ each time it is made.
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    book.set_properties(&properties);
    let mut names: BTreeSet<String> = TAKEN.iter().map(|name| name.to_lowercase()).collect();
    let mut columns: Vec<[String; 6]> = Vec::new();
    let mut notes: Vec<(String, String)> = Vec::new();
    let mut inexact = 0;
    for (number, table) in report.tables.iter().enumerate() {
        let wanted = match (table.title.is_empty(), number) {
            (true, 0) => "Results".to_owned(),
            (true, number) => format!("Table {}", number + 1),
            (false, _) => table.title.clone(),
        };
        let name = if table.rows.is_empty() { wanted } else { unique(&wanted, &mut names) };
        notes.extend(table.notes.iter().map(|note| (name.clone(), note.clone())));
        if table.rows.is_empty() {
            continue;
        }
        let mut drawn = sheet(table, &name)?;
        if columns.is_empty() {
            drawn.sheet.set_active(true);
        }
        inexact += drawn.inexact;
        columns.extend(drawn.columns);
        book.push_worksheet(drawn.sheet);
    }
    let digits = (inexact > 0).then(|| {
        format!(
            "{inexact} figures have more digits than the 15 that a spreadsheet holds: their cells hold the nearest number, and every digit stands as text in the folded columns whose titles end in `exact`."
        )
    });
    book.push_worksheet(about_sheet(report, about, &notes, digits.as_deref())?);
    book.push_worksheet(sources_sheet(report, digits.as_deref())?);
    if !columns.is_empty() {
        book.push_worksheet(columns_sheet(&columns)?);
    }
    book.save_to_buffer()
}

/// A name for a sheet: legal, and another than all before it.
fn unique(wanted: &str, names: &mut BTreeSet<String>) -> String {
    let legal: String = Pen::inert(wanted, 255).chars().map(|c| if "*?:[]\\/".contains(c) { '-' } else { c }).collect();
    let legal = legal.trim().trim_matches('\'').trim();
    let legal = if legal.is_empty() { "Table" } else { legal };
    let mut number = 1;
    loop {
        let end = if number == 1 { String::new() } else { format!(" ({number})") };
        let name = format!("{}{end}", cut(legal, LONGEST_NAME - end.len()).trim_end_matches(['\'', ' ']));
        if names.insert(name.to_lowercase()) {
            return name;
        }
        number += 1;
    }
}

/// The first characters of a text, as many as fit.
fn cut(text: &str, most: usize) -> &str {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > most {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}

/// What the report says of itself: the question, how it came about, remarks.
fn about_sheet(
    report: &Report,
    about: &[(&str, String)],
    notes: &[(String, String)],
    digits: Option<&str>,
) -> Result<Worksheet, XlsxError> {
    let mut pen = Pen::new("About")?;
    pen.widths(&[22, 110])?;
    let mut line = |label: &str, words: &str| pen.row(&[label, words], true);
    line("Title", &report.title)?;
    for words in &report.intro {
        line(if words.trim_end().ends_with('?') { "Question" } else { "In words" }, words)?;
    }
    for (label, words) in about {
        line(label, words)?;
    }
    for (name, words) in notes {
        line(&format!("Note on {name}"), words)?;
    }
    for words in &report.notes {
        line("Note", words)?;
    }
    if let Some(words) = digits {
        line("Digits", words)?;
    }
    line(
        "Unknown",
        "`unknown` is never zero: an amount that cannot be known from what is stated has its bounds, where there are any, in the columns beside it.",
    )?;
    Ok(pen.sheet)
}

/// The legal sources, by the numbers that rows point to.
fn sources_sheet(report: &Report, digits: Option<&str>) -> Result<Worksheet, XlsxError> {
    let mut pen = Pen::new("Sources")?;
    pen.widths(&[8, 50, 16, 60, 40])?;
    pen.header(&["No.", "What", "Heading", "Legal source", "Place in the book"])?;
    for (number, source) in report.sources.iter().enumerate() {
        pen.numbered(number + 1, &[&source.title, &source.heading, &source.cite, &source.place])?;
    }
    if report.sources.is_empty() {
        pen.row(
            &["", "The rows of this report point to no source by number; what they say of sources stands in their own columns."],
            false,
        )?;
    }
    if let Some(words) = digits {
        pen.row(&["", words], false)?;
    }
    Ok(pen.sheet)
}

/// What each column is: its key in CSV and JSON, its unit, its meaning.
fn columns_sheet(columns: &[[String; 6]]) -> Result<Worksheet, XlsxError> {
    let mut pen = Pen::new("Columns")?;
    pen.widths(&[24, 32, 28, 10, 16, 90])?;
    pen.header(&["Sheet", "Title", "Key", "Folded", "Unit", "Meaning"])?;
    for column in columns {
        pen.row(&column.each_ref().map(String::as_str), false)?;
    }
    Ok(pen.sheet)
}

#[cfg(test)]
mod tests {
    use super::{BTreeSet, unique};

    #[test]
    fn names_of_sheets_are_legal_and_differ() {
        let mut names = BTreeSet::new();
        let long = "Where they meet: a very long title of a table";
        assert_eq!(unique(long, &mut names), "Where they meet- a very long ti");
        assert_eq!(unique(long, &mut names), "Where they meet- a very lon (2)");
        assert_eq!(unique(&long.to_uppercase(), &mut names), "WHERE THEY MEET- A VERY LON (3)");
        assert_eq!(unique("'[x]'", &mut names), "-x-");
        assert_eq!(unique("'''", &mut names), "Table");
        assert!(unique(&"🚗".repeat(40), &mut names).encode_utf16().count() <= 31);
    }
}
