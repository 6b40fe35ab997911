//! Tables of a page: real ones, that scroll in a region of their own where they are wider than it.

use super::words;
use crate::answer::{Align, Cell, Column, Row, RowKind, Table};
use crate::render::cell::{Style, repeats, shown};
use maud::{Markup, html};

/// The columns whose figure the sources of a row are put to, the first that a table has.
const CITED: [&str; 8] = ["amount", "duty", "part", "back", "charged_then", "charged_now", "landed_cost", "change"];

/// How many columns stand beside each other on paper in type of the common size.
const MOST_ON_PAPER: usize = 8;

/// How many numbers of sources stand on one line.
const MOST_ON_A_LINE: usize = 4;

/// Which sources figures have pointed to: the first figure of each is where its note points back to.
pub(super) struct Refs {
    used: Vec<bool>,
}

impl Refs {
    pub(super) fn new(sources: usize) -> Self {
        Self { used: vec![false; sources] }
    }

    /// Tells whether a figure pointed to a source.
    pub(super) fn is_used(&self, source: usize) -> bool {
        self.used.get(source).copied().unwrap_or_default()
    }

    /// The numbers of the sources of a row.
    fn numbers(&mut self, row: &Row) -> Markup {
        let mut firsts = Vec::with_capacity(row.sources.len());
        for source in &row.sources {
            let Some(used) = self.used.get_mut(*source) else { continue };
            firsts.push((source + 1, !std::mem::replace(used, true)));
        }
        html! {
            @for (at, (number, first)) in firsts.iter().enumerate() {
                @if at > 0 { " " }
                a href={ "#source-" (number) } id=[first.then(|| format!("ref-{number}"))] aria-label={ "Source " (number) } { (number) }
            }
        }
    }
}

/// A table of a report, the `at`th from 0, under its heading and with its remarks. What the title of the page says already is not said again.
pub(super) fn table(table: &Table, at: usize, page: &str, refs: &mut Refs) -> Markup {
    let id = format!("table-{}", at + 1);
    let first = shown(table).first().map_or("", |(_, column)| column.title.as_str());
    let title = match (table.title.as_str(), at) {
        ("", 0) => "The figures",
        (title, _) if title == page => "The figures",
        ("", _) => first,
        (title, _) => title,
    };
    html! {
        section .table {
            h2 id=(id) { (words(title)) }
            @if !table.rows.is_empty() { (scrolling(table, &id, title, Some(refs))) }
            @if !table.notes.is_empty() {
                ul .notes { @for note in &table.notes { li { (words(note)) } } }
            }
        }
    }
}

/// A table without a heading of its own, such as the figures of a chart.
pub(super) fn plain(table: &Table, id: &str, title: &str) -> Markup {
    html! {
        p .unseen id=(id) { (words(title)) }
        (scrolling(table, id, title, None))
    }
}

/// What is drawn: the columns, those that head groups, and where the numbers of sources stand.
struct Layout<'t> {
    table: &'t Table,
    style: Style<'t>,
    /// The leading columns that show a value once; they stand above the rows they hold for.
    heads: Vec<(usize, &'t Column)>,
    columns: Vec<(usize, &'t Column)>,
    /// The column behind which the numbers of sources stand.
    cited: Option<usize>,
    widths: Vec<&'static str>,
}

impl<'t> Layout<'t> {
    fn of(table: &'t Table, with_refs: bool) -> Self {
        let style = Style::of(table);
        let mut columns = shown(table);
        let is_head = |(_, column): &&(usize, &Column)| column.once && column.align == Align::Left;
        let mut heads: Vec<(usize, &Column)> = columns.iter().take_while(is_head).copied().collect();
        let begin = |heads: &[(usize, &Column)]| {
            (0..table.rows.len()).filter(|row| heads.iter().any(|(at, _)| !repeats(table, *row, *at))).count()
        };
        // A heading for almost every row would say nothing that a column does not.
        while heads.len() == columns.len() || (!heads.is_empty() && begin(&heads) * 3 > table.rows.len() * 2) {
            heads.pop();
        }
        columns.drain(..heads.len());
        let cites = with_refs && table.rows.iter().any(|row| !row.sources.is_empty());
        let named = CITED.iter().find_map(|key| columns.iter().find(|(_, column)| column.key == *key));
        let last = || columns.iter().rev().find(|(_, column)| column.align == Align::Right).or(columns.last());
        let cited = named.or_else(last).filter(|_| cites).map(|(at, _)| *at);
        let widths = columns.iter().map(|(at, column)| width(table, *at, column)).collect();
        Self { table, style, heads, columns, cited, widths }
    }

    fn is_again(&self, row: usize) -> bool {
        self.heads.iter().all(|(at, _)| repeats(self.table, row, *at))
    }

    fn headers(&self) -> Markup {
        html! {
            tr {
                @for ((at, column), width) in self.columns.iter().zip(&self.widths) {
                    th scope="col" .(side(column)) .(width) { (words(&column.title)) }
                    @if self.cited == Some(*at) { th scope="col" .refs { span .unseen { "Sources" } } }
                }
            }
        }
    }

    /// What stands above a group of rows.
    fn head(&self, row: usize) -> Markup {
        let cells = self.heads.iter().filter_map(|(at, _)| self.table.rows.get(row).and_then(|row| row.cells.get(*at)));
        let names: Vec<String> = cells.map(|cell| self.style.show(cell)).filter(|name| !name.is_empty()).collect();
        let span = self.columns.len() + usize::from(self.cited.is_some());
        html! { tr .group { th scope="rowgroup" colspan=(span) { span { (words(&names.join(" \u{b7} "))) } } } }
    }

    fn row(&self, number: usize, refs: &mut Option<&mut Refs>) -> Markup {
        let Some(row) = self.table.rows.get(number) else { return html! {} };
        html! {
            tr .total[row.kind == RowKind::Total] {
                @for (place, ((at, column), width)) in self.columns.iter().zip(&self.widths).enumerate() {
                    @let cell = row.cells.get(*at).unwrap_or(&Cell::Empty);
                    @let again = repeats(self.table, number, *at);
                    @if place == 0 {
                        th scope="row" .(side(column)) .(width) { @if again { span .unseen { (self.cell(cell)) } } @else { (self.cell(cell)) } }
                    } @else {
                        td .(side(column)) .(width) .(kind(cell)) {
                            @if again { span .unseen { (self.cell(cell)) } } @else { (self.cell(cell)) }
                        }
                    }
                    @if self.cited == Some(*at) {
                        td .refs .many[row.sources.len() > MOST_ON_A_LINE] { @if let Some(refs) = refs { sup { (refs.numbers(row)) } } }
                    }
                }
            }
        }
    }

    fn cell(&self, cell: &Cell) -> Markup {
        match cell {
            Cell::Text(text) => words(text),
            Cell::Empty
            | Cell::Money(..)
            | Cell::Unknown { .. }
            | Cell::Refused
            | Cell::Rate(_)
            | Cell::Day(_)
            | Cell::Count(_) => {
                html! { (typeset(&self.style.show(cell))) }
            }
        }
    }
}

fn scrolling(table: &Table, id: &str, title: &str, mut refs: Option<&mut Refs>) -> Markup {
    let layout = Layout::of(table, refs.is_some());
    let caption = layout.style.caption();
    let rows = table.rows.len();
    // Sums at the end are its foot; sums in between stay with what they are the sum of.
    let foot = rows - table.rows.iter().rev().take_while(|row| row.kind == RowKind::Total).count();
    let foot = if foot == 0
        || layout.heads.is_empty() && foot + 1 < rows && table.rows.iter().take(foot).any(|row| row.kind == RowKind::Total)
    {
        rows
    } else {
        foot
    };
    let mut parts: Vec<Vec<usize>> = Vec::new();
    for number in 0..rows {
        let begins = number == foot
            || if layout.heads.is_empty() {
                table.rows.get(number).is_some_and(|row| row.kind == RowKind::First)
            } else {
                !layout.is_again(number)
            };
        match parts.last_mut() {
            Some(part) if !begins => part.push(number),
            Some(_) | None => parts.push(vec![number]),
        }
    }
    let mut part = |numbers: &[usize]| -> Markup {
        let head = numbers.first().filter(|first| !layout.heads.is_empty() && (!layout.is_again(**first) || **first == foot));
        html! {
            @if let Some(first) = head { (layout.head(*first)) }
            @for number in numbers { (layout.row(*number, &mut refs)) }
        }
    };
    html! {
        @if let Some(caption) = &caption { p .unit { (caption) } }
        div .scroll tabindex="0" role="region" aria-labelledby=(id) {
            table .broad[layout.columns.len() > MOST_ON_PAPER] {
                caption .unseen { (words(title)) @if let Some(caption) = &caption { ". " (caption) } }
                thead { (layout.headers()) }
                @for numbers in parts.iter().filter(|numbers| numbers.first().is_some_and(|first| *first < foot)) {
                    tbody { (part(numbers)) }
                }
                @if foot < rows {
                    tfoot {
                        @for numbers in parts.iter().filter(|numbers| numbers.first().is_some_and(|first| *first >= foot)) { (part(numbers)) }
                    }
                }
            }
        }
    }
}

fn side(column: &Column) -> &'static str {
    match column.align {
        Align::Left => "words",
        Align::Right => "number",
    }
}

fn kind(cell: &Cell) -> &'static str {
    match cell {
        Cell::Unknown { .. } => "unknown",
        Cell::Refused => "refused",
        Cell::Empty | Cell::Text(_) | Cell::Money(..) | Cell::Rate(_) | Cell::Day(_) | Cell::Count(_) => "known",
    }
}

/// How wide a column of words must be to be read well: as wide as its words, up to two measures.
fn width(table: &Table, at: usize, column: &Column) -> &'static str {
    let length = |row: &Row| match row.cells.get(at) {
        Some(Cell::Text(text)) => text.chars().count(),
        Some(Cell::Day(_)) => 10,
        Some(Cell::Empty | Cell::Money(..) | Cell::Unknown { .. } | Cell::Refused | Cell::Rate(_) | Cell::Count(_)) | None => 0,
    };
    match (column.align, table.rows.iter().map(length).max().unwrap_or_default()) {
        (Align::Right, _) => "narrow",
        (Align::Left, 0..=14) => "narrow",
        (Align::Left, 15..=48) => "middle",
        (Align::Left, _) => "wide",
    }
}

/// A figure with a minus sign that is as wide as a plus.
pub(super) fn typeset(figure: &str) -> String {
    match figure.strip_prefix('-') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => format!("\u{2212}{rest}"),
        _ => figure.to_owned(),
    }
}
