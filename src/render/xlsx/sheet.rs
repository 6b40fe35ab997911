//! The sheet of one table: real numbers with formats, a frozen header, filters.

use super::number::binary;
use super::plan::{Planned, Shows, is_inexact, plan};
use crate::answer::{Cell, Row, RowKind, Table};
use crate::base::{Currency, Date, Decimal};
use crate::render::csv;
use rust_xlsxwriter::{ColNum, ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError, RowNum, Worksheet, XlsxError};

/// The most characters of a cell, counted as the format counts (UTF-16); the format's own limit is 32,767.
const LONGEST_TEXT: usize = 32_000;
/// The first day that every spreadsheet counts alike: some take 1900 for a leap year, and none knows earlier years.
const FIRST_DAY: Date = Date::constant(1900, 3, 1);
/// Columns are at least and at most so wide, in characters.
const WIDTHS: (usize, usize) = (8, 60);
/// As many rows are looked at to find how wide a column is.
const LOOKED_AT: usize = 2_000;
/// The most places of decimals that a format shows.
const MOST_PLACES: u32 = 12;

/// Writes a sheet row by row; every text that goes into it is inert.
pub(super) struct Pen {
    pub(super) sheet: Worksheet,
    next: RowNum,
}

impl Pen {
    pub(super) fn new(name: &str) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        Ok(Self { sheet, next: 0 })
    }

    /// Makes text harmless: no control characters, nothing that a spreadsheet would run, even after it was saved as CSV; at most so many UTF-16 units.
    pub(super) fn inert(text: &str, most: usize) -> String {
        let text = csv::inert(text);
        if text.encode_utf16().count() <= most {
            return text;
        }
        let mut out = String::new();
        let mut units = 0;
        for c in text.chars() {
            units += c.len_utf16();
            if units >= most {
                break;
            }
            out.push(c);
        }
        out.push('…');
        out
    }

    pub(super) fn widths(&mut self, widths: &[u16]) -> Result<(), XlsxError> {
        for (column, width) in (0..).zip(widths) {
            self.sheet.set_column_width(column, *width)?;
        }
        Ok(())
    }

    /// Writes the header, which stays where it is when the rest is scrolled.
    pub(super) fn header(&mut self, titles: &[&str]) -> Result<(), XlsxError> {
        let format = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top).set_border_bottom(FormatBorder::Thin);
        for (column, title) in (0..).zip(titles) {
            self.text(self.next, column, title, &format)?;
        }
        self.next += 1;
        self.sheet.set_freeze_panes(self.next, 0)?;
        self.sheet.set_repeat_rows(0, self.next - 1)?;
        Ok(())
    }

    /// Writes a row of words, the first one bold where it is a label.
    pub(super) fn row(&mut self, words: &[&str], is_labelled: bool) -> Result<(), XlsxError> {
        let plain = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        for (column, words) in (0..).zip(words) {
            let format = if is_labelled && column == 0 { plain.clone().set_bold() } else { plain.clone() };
            self.text(self.next, column, words, &format)?;
        }
        self.next += 1;
        Ok(())
    }

    /// Writes a row of words behind a number.
    pub(super) fn numbered(&mut self, number: usize, words: &[&str]) -> Result<(), XlsxError> {
        let format = Format::new().set_align(FormatAlign::Top);
        self.number(self.next, 0, Decimal::from(number), &format)?;
        let format = format.set_text_wrap();
        for (column, words) in (1..).zip(words) {
            self.text(self.next, column, words, &format)?;
        }
        self.next += 1;
        Ok(())
    }

    fn text(&mut self, row: RowNum, column: ColNum, text: &str, format: &Format) -> Result<(), XlsxError> {
        if !text.is_empty() {
            self.sheet.write_string_with_format(row, column, Self::inert(text, LONGEST_TEXT), format)?;
        }
        Ok(())
    }

    fn number(&mut self, row: RowNum, column: ColNum, number: Decimal, format: &Format) -> Result<(), XlsxError> {
        match binary(number) {
            Some(found) => self.sheet.write_number_with_format(row, column, found.nearest, format)?,
            None => self.sheet.write_string_with_format(row, column, number.to_string(), format)?,
        };
        Ok(())
    }

    fn day(&mut self, row: RowNum, column: ColNum, day: Date, format: &Format) -> Result<(), XlsxError> {
        let number = |number: i8| u8::try_from(number).unwrap_or_default();
        let year = u16::try_from(day.year()).unwrap_or_default();
        match ExcelDateTime::from_ymd(year, number(day.month()), number(day.day())) {
            Ok(found) if day >= FIRST_DAY => self.sheet.write_datetime_with_format(row, column, &found, format)?,
            _ => self.sheet.write_string_with_format(row, column, day.to_string(), format)?,
        };
        Ok(())
    }
}

/// A sheet, and what other sheets say of it.
pub(super) struct Drawn {
    pub(super) sheet: Worksheet,
    /// Its columns: sheet, title, key, whether folded away, unit, meaning.
    pub(super) columns: Vec<[String; 6]>,
    /// How many figures have more digits than a cell holds.
    pub(super) inexact: usize,
}

/// Draws the sheet of a table.
pub(super) fn sheet(table: &Table, name: &str) -> Result<Drawn, XlsxError> {
    let columns = plan(table);
    let mut pen = Pen::new(name)?;
    let titles: Vec<&str> = columns.iter().map(|column| column.title.as_str()).collect();
    pen.header(&titles)?;
    let looks = Looks::of(table);
    for row in &table.rows {
        let at = pen.next;
        for (number, column) in (0..).zip(&columns) {
            write(&mut pen, (at, number), column, row, &looks)?;
        }
        pen.next = at.checked_add(1).ok_or(XlsxError::RowColumnLimitError)?;
    }
    let last = ColNum::try_from(columns.len().saturating_sub(1)).map_err(|_| XlsxError::RowColumnLimitError)?;
    pen.sheet.autofilter(0, 0, pen.next - 1, last)?;
    pen.sheet.ignore_error_range(0, 0, pen.next - 1, last, IgnoreError::NumberStoredAsText)?;
    pen.sheet.set_landscape().set_print_fit_to_pages(1, 0);
    for (number, column) in (0..).zip(&columns) {
        pen.sheet.set_column_width(number, width(table, column, &looks))?;
        if column.hidden {
            pen.sheet.set_column_hidden(number)?;
        }
    }
    let folded = |column: &Planned| if column.hidden { "yes" } else { "no" }.to_owned();
    Ok(Drawn {
        inexact: table.rows.iter().flat_map(|row| &row.cells).filter(|cell| is_inexact(cell)).count(),
        columns: columns
            .iter()
            .map(|column| {
                let unit = if column.unit.is_empty() { looks.unit(table, column) } else { column.unit.clone() };
                [name.to_owned(), column.title.clone(), column.key.clone(), folded(column), unit, column.meaning.clone()]
            })
            .collect(),
        sheet: pen.sheet,
    })
}

/// How the figures of one table look.
struct Looks {
    currencies: Vec<Currency>,
}

impl Looks {
    fn of(table: &Table) -> Self {
        let mut currencies: Vec<Currency> = Vec::new();
        for cell in table.rows.iter().flat_map(|row| &row.cells) {
            if let Cell::Money(_, currency) = cell
                && !currencies.contains(currency)
            {
                currencies.push(*currency);
            }
        }
        Self { currencies }
    }

    /// The format of an amount: thousands parted, the places of its currency or more where it has more, the currency where the table has several.
    fn money(&self, amount: Decimal, currency: Option<Currency>) -> String {
        let places = currency.map_or(2, |currency| currency.places()).max(amount.normalize().scale()).min(MOST_PLACES);
        let digits = "0".repeat(usize::try_from(places).unwrap_or_default());
        let number = if digits.is_empty() { "#,##0".to_owned() } else { format!("#,##0.{digits}") };
        match currency {
            Some(currency) if self.currencies.len() > 1 => format!("{number} \"{currency}\""),
            _ => number,
        }
    }

    /// The currency of the unknown amounts of a row: that of its other amounts.
    fn currency(&self, row: &Row) -> Option<Currency> {
        let own = row.cells.iter().find_map(|cell| if let Cell::Money(_, currency) = cell { Some(*currency) } else { None });
        own.or(self.currencies.first().copied())
    }

    /// What a column counts, where its cells say so.
    fn unit(&self, table: &Table, column: &Planned) -> String {
        let (Shows::Cell(at) | Shows::AtLeast(at) | Shows::AtMost(at) | Shows::Exact(at)) = column.shows else {
            return String::new();
        };
        let mut cells = table.rows.iter().filter_map(|row| row.cells.get(at));
        if cells.clone().any(|cell| matches!(cell, Cell::Rate(_))) {
            return "fraction".into();
        }
        let is_money = cells.any(|cell| matches!(cell, Cell::Money(..)));
        match self.currencies.as_slice() {
            [currency] if is_money => currency.to_string(),
            _ => String::new(),
        }
    }
}

fn write(pen: &mut Pen, (at, number): (RowNum, ColNum), column: &Planned, row: &Row, looks: &Looks) -> Result<(), XlsxError> {
    let plain = match row.kind {
        RowKind::Body => Format::new(),
        RowKind::First => Format::new().set_border_top(FormatBorder::Hair),
        RowKind::Total => Format::new().set_bold(),
    };
    let (Shows::Cell(place) | Shows::AtLeast(place) | Shows::AtMost(place) | Shows::Exact(place)) = column.shows else {
        let numbers: Vec<String> = row.sources.iter().map(|source| (source + 1).to_string()).collect();
        return pen.text(at, number, &numbers.join(", "), &plain);
    };
    let Some(cell) = row.cells.get(place) else { return Ok(()) };
    match (column.shows, cell) {
        (Shows::AtLeast(_), Cell::Unknown { at_least: Some(amount), .. })
        | (Shows::AtMost(_), Cell::Unknown { at_most: Some(amount), .. }) => {
            let currency = looks.currency(row);
            pen.number(at, number, *amount, &plain.set_num_format(looks.money(*amount, currency)))
        }
        (Shows::Exact(_), cell) if is_inexact(cell) => pen.text(at, number, &csv::field(cell), &plain),
        (Shows::Cell(_), cell) => match cell {
            Cell::Empty => Ok(()),
            Cell::Text(text) => pen.text(at, number, text, &plain.set_text_wrap().set_align(FormatAlign::Top)),
            Cell::Money(amount, currency) => {
                pen.number(at, number, *amount, &plain.set_num_format(looks.money(*amount, Some(*currency))))
            }
            Cell::Unknown { .. } => pen.text(at, number, "unknown", &plain.set_align(FormatAlign::Right)),
            Cell::Refused => pen.text(at, number, "refused", &plain.set_align(FormatAlign::Right)),
            Cell::Rate(fraction) => pen.number(at, number, *fraction, &plain.set_num_format("0.00##%")),
            Cell::Day(day) => pen.day(at, number, *day, &plain.set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left)),
            Cell::Count(count) => pen.number(at, number, Decimal::from(*count), &plain.set_num_format("#,##0")),
        },
        (Shows::AtLeast(_) | Shows::AtMost(_) | Shows::Exact(_) | Shows::Sources, _) => Ok(()),
    }
}

/// How wide a column must be for its title and its cells, within limits.
fn width(table: &Table, column: &Planned, looks: &Looks) -> u16 {
    let cell = |row: &Row| match column.shows {
        Shows::Cell(at) => row.cells.get(at).map_or(0, |cell| length(cell, looks)),
        Shows::AtLeast(_) | Shows::AtMost(_) => 16,
        Shows::Exact(_) => 32,
        Shows::Sources => row.sources.len() * 3,
    };
    let longest = table.rows.iter().take(LOOKED_AT).map(cell).max().unwrap_or_default();
    // A title may stand on two lines; the button of the filter needs room beside it.
    let title = column.title.chars().count().div_ceil(2) + 4;
    u16::try_from(longest.max(title).clamp(WIDTHS.0, WIDTHS.1) + 2).unwrap_or_default()
}

fn length(cell: &Cell, looks: &Looks) -> usize {
    match cell {
        Cell::Empty => 0,
        Cell::Text(text) => text.chars().count(),
        Cell::Money(amount, _) => {
            let digits = amount.trunc().to_string().len();
            digits + digits / 3 + 4 + if looks.currencies.len() > 1 { 4 } else { 0 }
        }
        Cell::Unknown { .. } | Cell::Refused => 7,
        Cell::Rate(_) => 9,
        Cell::Day(_) => 10,
        Cell::Count(count) => count.to_string().len() + 2,
    }
}
