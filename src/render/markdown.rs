use super::cell::{Style, harmless, repeats, shown};
use crate::answer::{Align, Report, RowKind, Table};

/// Writes a report as Markdown tables.
pub fn markdown(report: &Report) -> String {
    let mut out = String::new();
    if !report.title.is_empty() {
        out.push_str(&format!("# {}\n\n", inert(&report.title)));
    }
    for words in &report.intro {
        out.push_str(&format!("{}\n\n", paragraph(words)));
    }
    for table in &report.tables {
        one(table, &mut out);
    }
    for note in &report.notes {
        out.push_str(&format!("- {}\n", paragraph(note)));
    }
    out
}

fn one(table: &Table, out: &mut String) {
    let style = Style::of(table);
    if !table.title.is_empty() {
        out.push_str(&format!("## {}\n\n", inert(&table.title)));
    }
    if let Some(caption) = style.caption() {
        out.push_str(&format!("{caption}\n\n"));
    }
    let columns = shown(table);
    if !table.rows.is_empty() {
        let header: Vec<String> = columns.iter().map(|(_, column)| inert(&column.title)).collect();
        let rule: Vec<&str> = columns
            .iter()
            .map(|(_, column)| match column.align {
                Align::Left => ":---",
                Align::Right => "---:",
            })
            .collect();
        out.push_str(&format!("| {} |\n| {} |\n", header.join(" | "), rule.join(" | ")));
        for (at, row) in table.rows.iter().enumerate() {
            let cells: Vec<String> = columns
                .iter()
                .map(|(number, _)| {
                    let words = row
                        .cells
                        .get(*number)
                        .filter(|_| !repeats(table, at, *number))
                        .map(|cell| inert(&style.show(cell)))
                        .unwrap_or_default();
                    if row.kind == RowKind::Total && !words.is_empty() { format!("**{words}**") } else { words }
                })
                .collect();
            out.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
        out.push('\n');
    }
    for note in &table.notes {
        out.push_str(&format!("- {}\n", paragraph(note)));
    }
    if !table.notes.is_empty() {
        out.push('\n');
    }
}

/// Makes text harmless that begins a line: it stays a paragraph, and begins no heading, list, rule or block of code.
fn paragraph(text: &str) -> String {
    let text = inert(text);
    let text = text.trim_start();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = text.split_at(digits);
    if digits > 0 && rest.starts_with(['.', ')']) {
        return format!("{number}\\{rest}");
    }
    let begins_a_block = text.starts_with(['#', '+', '-', '=', '_', '~']) || text.starts_with("```");
    if begins_a_block { format!("\\{text}") } else { text.to_owned() }
}

/// Makes text harmless in Markdown and in the HTML that Markdown allows.
fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in harmless(text).chars() {
        match c {
            '|' | '\\' | '*' | '[' | ']' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
    out
}
