use super::cell::{Style, harmless, repeats, shown};
use crate::answer::{Align, Report, RowKind, Table};
use comfy_table::{Attribute, Cell as Field, CellAlignment, ContentArrangement, Table as Drawn, presets};

/// Draws a report for a terminal of a width, with styles (strip them where they are not wanted).
pub fn table(report: &Report, width: u16) -> String {
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(&wrapped(&harmless(text), width));
        out.push('\n');
    };
    if !report.title.is_empty() {
        line(&report.title);
    }
    for words in &report.intro {
        line(words);
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

fn draw(table: &Table, width: u16, out: &mut String) {
    let style = Style::of(table);
    if !table.title.is_empty() {
        out.push_str(&wrapped(&harmless(&table.title), width));
        out.push('\n');
    }
    if let Some(caption) = style.caption() {
        out.push_str(&caption);
        out.push('\n');
    }
    let columns = shown(table);
    if !table.rows.is_empty() {
        let mut drawn = Drawn::new();
        drawn
            .load_style(presets::UTF8_FULL_CONDENSED)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width)
            .enforce_styling();
        drawn.set_header(columns.iter().map(|(_, column)| {
            Field::new(harmless(&column.title)).add_attribute(Attribute::Bold).set_alignment(side(column.align))
        }));
        for (at, row) in table.rows.iter().enumerate() {
            drawn.add_row(columns.iter().map(|(number, column)| {
                let words = row
                    .cells
                    .get(*number)
                    .filter(|_| !repeats(table, at, *number))
                    .map(|cell| harmless(&style.show(cell)))
                    .unwrap_or_default();
                let field = Field::new(words).set_alignment(side(column.align));
                if row.kind == RowKind::Total { field.add_attribute(Attribute::Bold) } else { field }
            }));
        }
        out.push_str(&drawn.to_string());
        out.push('\n');
    }
    for note in &table.notes {
        out.push_str(&wrapped(&format!("• {}", harmless(note)), width));
        out.push('\n');
    }
}

fn side(align: Align) -> CellAlignment {
    match align {
        Align::Left => CellAlignment::Left,
        Align::Right => CellAlignment::Right,
    }
}

/// Breaks words at blanks so that lines fit the width; a longer word stands alone.
fn wrapped(text: &str, width: u16) -> String {
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
