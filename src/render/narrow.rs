//! Tables for narrow terminals.

use super::cell::{Style, harmless, repeats, shown};
use super::table::{empty, field, head, tint, wrapped};
use crate::answer::{Align, Cell, Column, Row, RowKind, Table};
use comfy_table::{Attribute, Cell as Field, ColumnConstraint, LineStyle, TableStyle, Width};

/// Draws a table with all words of a row in its first column, above figures that keep columns of their own.
/// What a column shows once stands on a line of its own.
pub(super) fn stub(table: &Table, style: &Style<'_>, widths: &[u16], width: u16) -> String {
    let mut drawn = empty(width);
    drawn.load_style(lines());
    let columns = shown(table);
    let (words, figures): (Vec<_>, Vec<_>) = columns.into_iter().partition(|(_, column)| column.align == Align::Left);
    let titles = words.iter().map(|(_, column)| harmless(&column.title)).collect::<Vec<_>>().join(", ");
    let head_of_figures = figures.iter().map(|(_, column)| head(&harmless(&column.title), Align::Right));
    drawn.set_header(std::iter::once(head(&titles, Align::Left)).chain(head_of_figures));
    let mut headings: Vec<String> = Vec::new();
    let has_once = words.iter().any(|(_, column)| column.once) && words.iter().any(|(_, column)| !column.once);
    for (at, row) in table.rows.iter().enumerate() {
        let of = |once: bool| told(&words, row, style, |number, column| column.once == once && !repeats(table, at, number));
        let above = if has_once { of(true) } else { String::new() };
        let beside = if has_once { of(false) } else { told(&words, row, style, |number, _| !repeats(table, at, number)) };
        if !above.is_empty() && !beside.is_empty() {
            // Without color the blank line alone tells where the next begins.
            if at > 0 {
                drawn.add_row([Field::new("")]);
            }
            drawn.add_row([Field::new(format!("{MARK}{}", headings.len()))]);
            headings.push(wrapped(&above, width));
        }
        let stub = Field::new(if beside.is_empty() { above } else { beside });
        let stub = if row.kind == RowKind::Total { stub.add_attribute(Attribute::Bold) } else { stub };
        let fields = figures.iter().map(|(number, column)| {
            let cell = row.cells.get(*number).filter(|_| !repeats(table, at, *number));
            field(cell, style, column.align, row.kind)
        });
        drawn.add_row(std::iter::once(stub).chain(fields));
    }
    for (number, width) in widths.iter().enumerate() {
        if let Some(column) = drawn.column_mut(number.saturating_add(1)) {
            column.set_padding((BLANKS_BEFORE, 0));
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width.saturating_add(BLANKS_BEFORE))));
        }
    }
    if let Some(stub) = drawn.column_mut(0) {
        stub.set_padding((0, 0));
    }
    let lines = drawn.to_string();
    let lines = lines.lines().map(|line| headed(line, &headings).unwrap_or_else(|| trimmed(line)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Stands where a heading goes that spans the table, with its number behind it. User text holds no control characters.
const MARK: char = '\u{1}';

/// The heading that a line stands for.
fn headed(line: &str, headings: &[String]) -> Option<String> {
    let number: usize = line.trim().strip_prefix(MARK)?.parse().ok()?;
    let lines = headings.get(number)?.lines().map(|line| format!("\u{1b}[1m{line}\u{1b}[0m"));
    Some(lines.collect::<Vec<_>>().join("\n"))
}

/// A line without the blanks at its end, inside a style or out of it.
fn trimmed(line: &str) -> String {
    const PLAIN: &str = "\u{1b}[0m";
    let line = line.trim_end();
    line.strip_suffix(PLAIN).map_or_else(|| line.to_owned(), |styled| format!("{}{PLAIN}", styled.trim_end()))
}

/// The blanks before a column of figures.
const BLANKS_BEFORE: u16 = 2;

/// A line above the table, one below its head, one at its end: lines between columns would take room.
fn lines() -> TableStyle {
    let line = |c: char| LineStyle::none().fill(c).junction(c);
    TableStyle::new().top_border(line('─')).header_separator(line('═')).bottom_border(line('─'))
}

/// The words of a row, with commas between.
fn told(words: &[(usize, &Column)], row: &Row, style: &Style<'_>, wanted: impl Fn(usize, &Column) -> bool) -> String {
    let cells = words.iter().filter(|(number, column)| wanted(*number, column)).filter_map(|(number, _)| row.cells.get(*number));
    let told = cells.map(|cell| harmless(&style.show(cell))).filter(|words| !words.is_empty());
    told.collect::<Vec<_>>().join(", ")
}

/// Writes each row as a list: the first words as its heading, then a line for each further cell.
pub(super) fn list(table: &Table, style: &Style<'_>, width: u16) -> String {
    let columns = shown(table);
    let titles = columns.iter().map(|(_, column)| column.title.chars().count()).max().unwrap_or(0).min(24);
    let mut out = String::new();
    for (at, row) in table.rows.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let mut headed = false;
        for (number, column) in &columns {
            let Some(cell) = row.cells.get(*number) else { continue };
            let words = harmless(&style.show(cell));
            if words.is_empty() {
                continue;
            }
            if !headed && column.align == Align::Left {
                // The title may be all that tells what the rows of this table are.
                for line in wrapped(&format!("{}: {words}", harmless(&column.title)), width).lines() {
                    out.push_str(&format!("\u{1b}[1m{line}\u{1b}[0m\n"));
                }
            } else {
                out.push_str(&entry(&harmless(&column.title), &words, cell, titles, width));
            }
            headed = true;
        }
    }
    out.truncate(out.trim_end_matches('\n').len());
    out
}

/// `  Title     value`, the value broken under itself.
fn entry(title: &str, words: &str, cell: &Cell, titles: usize, width: u16) -> String {
    let left = titles + 4;
    let room = u16::try_from(usize::from(width).saturating_sub(left).max(20)).unwrap_or(20);
    let (on, off) = tint(cell).map_or(("", ""), |(_, color)| (color, "\u{1b}[0m"));
    let mut out = String::new();
    for (at, line) in wrapped(words, room).lines().enumerate() {
        let title = if at == 0 { title } else { "" };
        out.push_str(&format!("  {title:titles$}  {on}{}{off}\n", line.trim_start()));
    }
    out
}
