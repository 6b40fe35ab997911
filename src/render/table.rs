use super::cell::{Style, harmless, repeats, shown};
use super::layout::{Layout, Needs, layout};
use super::narrow;
use crate::answer::{Align, Cell, Report, RowKind, Table};
use comfy_table::{
    Attribute, Cell as Field, CellAlignment, ColumnConstraint, ContentArrangement, Table as Drawn, Width, presets,
};

const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";
const YELLOW: &str = "\u{1b}[33m";
const RED: &str = "\u{1b}[31m";

/// Draws a report for a terminal of a width, with styles (strip them where they are not wanted).
///
/// Headings and sums are bold, what is not known is yellow, what is refused red; the words say the same without.
/// Figures, codes and days are never broken: where a table is too wide, its words stand in one column, and where that is too wide, each row is a list.
pub fn table(report: &Report, width: u16) -> String {
    let mut out = String::new();
    if !report.title.is_empty() {
        heading(&report.title, width, &mut out);
    }
    for words in &report.intro {
        out.push_str(&wrapped(&harmless(words), width));
        out.push('\n');
    }
    for table in &report.tables {
        out.push('\n');
        draw(table, width, &mut out);
    }
    if !report.notes.is_empty() {
        out.push('\n');
    }
    for note in &report.notes {
        out.push_str(&wrapped(&format!("• {}", harmless(note)), width));
        out.push('\n');
    }
    out
}

/// A line in bold type.
fn heading(words: &str, width: u16, out: &mut String) {
    for line in wrapped(&harmless(words), width).lines() {
        out.push_str(&format!("{BOLD}{line}{PLAIN}\n"));
    }
}

fn draw(table: &Table, width: u16, out: &mut String) {
    let style = Style::of(table);
    if !table.title.is_empty() {
        heading(&table.title, width, out);
    }
    if let Some(caption) = style.caption() {
        out.push_str(&caption);
        out.push('\n');
    }
    if !table.rows.is_empty() {
        let drawn = match layout(table, &style, width) {
            Layout::Natural => whole(table, &style, &[], width),
            Layout::Whole(needs) => whole(table, &style, &needs, width),
            Layout::Stub(widths) => narrow::stub(table, &style, &widths, width),
            Layout::List => narrow::list(table, &style, width),
        };
        // User text holds no escape codes: these are ours.
        out.push_str(&drawn.replace("\u{1b}[3m", YELLOW).replace("\u{1b}[9m", RED));
        out.push('\n');
    }
    for note in &table.notes {
        out.push_str(&wrapped(&format!("• {}", harmless(note)), width));
        out.push('\n');
    }
}

/// An empty table of a width.
pub(super) fn empty(width: u16) -> Drawn {
    let mut drawn = Drawn::new();
    drawn
        .load_style(presets::UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width)
        .enforce_styling();
    drawn
}

/// Every column by itself.
fn whole(table: &Table, style: &Style<'_>, needs: &[Needs], width: u16) -> String {
    let mut drawn = empty(width);
    let columns = shown(table);
    drawn.set_header(columns.iter().map(|(_, column)| head(&harmless(&column.title), column.align)));
    for (at, row) in table.rows.iter().enumerate() {
        drawn.add_row(columns.iter().map(|(number, column)| {
            let cell = row.cells.get(*number).filter(|_| !repeats(table, at, *number));
            field(cell, style, column.align, row.kind)
        }));
    }
    for (number, needs) in needs.iter().enumerate() {
        // A blank on either side belongs to the column.
        let least = Width::Fixed(needs.least.saturating_add(2));
        if let Some(column) = drawn.column_mut(number) {
            column.set_constraint(if needs.figures {
                ColumnConstraint::Absolute(least)
            } else {
                ColumnConstraint::LowerBoundary(least)
            });
        }
    }
    drawn.to_string()
}

/// A title above a column.
pub(super) fn head(title: &str, align: Align) -> Field {
    Field::new(title).add_attribute(Attribute::Bold).set_alignment(side(align))
}

/// A cell as it is shown; `None` where nothing stands.
pub(super) fn field(cell: Option<&Cell>, style: &Style<'_>, align: Align, kind: RowKind) -> Field {
    let words = cell.map(|cell| harmless(&style.show(cell))).unwrap_or_default();
    let field = Field::new(words).set_alignment(side(align));
    let field = match cell.and_then(tint) {
        Some((stand_in, _)) => field.add_attribute(stand_in),
        None => field,
    };
    if kind == RowKind::Total { field.add_attribute(Attribute::Bold) } else { field }
}

/// The color of what is no plain figure, and the attribute that stands in for it while the table is drawn: what the library does with colors hangs on the
/// environment, and the same report is to give the same text everywhere.
pub(super) fn tint(cell: &Cell) -> Option<(Attribute, &'static str)> {
    match cell {
        Cell::Unknown { .. } => Some((Attribute::Italic, YELLOW)),
        Cell::Refused => Some((Attribute::CrossedOut, RED)),
        Cell::Empty | Cell::Text(_) | Cell::Money(..) | Cell::Rate(_) | Cell::Day(_) | Cell::Count(_) => None,
    }
}

pub(super) fn side(align: Align) -> CellAlignment {
    match align {
        Align::Left => CellAlignment::Left,
        Align::Right => CellAlignment::Right,
    }
}

/// Breaks words at blanks so that lines fit the width; a longer word stands alone.
pub(super) fn wrapped(text: &str, width: u16) -> String {
    let width = usize::from(width).max(20);
    let mut out = String::with_capacity(text.len());
    let mut length = 0;
    for word in text.split(' ') {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length > width {
            out.push_str("\n  ");
            length = 2;
        } else if !out.is_empty() {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += word_length;
    }
    out
}
