//! How a table fits a width: what must not be broken, and what gives way.

use super::cell::{Style, harmless, repeats, shown};
use crate::answer::{Align, Column, Table};

/// A column of words narrower than this is hard to read.
const LEAST_WORDS: usize = 10;
/// The least width of a column that holds all words of a row, and the most kinds of words it can hold.
const LEAST_STUB: usize = 16;
const MOST_IN_STUB: usize = 2;
/// Longer words are broken where they must be: paths, mostly.
const LONGEST_WORD: usize = 28;
/// What a column takes beside its content: a line and two blanks. A table of few lines has blanks only.
const BESIDE: usize = 3;
const BLANKS: usize = 2;

/// How a table is drawn.
pub(super) enum Layout {
    /// Every column by itself, as wide as it likes.
    Natural,
    /// Every column by itself, with what each needs.
    Whole(Vec<Needs>),
    /// All words of a row in the first column; the widths of the columns of figures.
    Stub(Vec<u16>),
    /// Each row as a list of titles and values.
    List,
}

/// What a column needs.
pub(super) struct Needs {
    /// The least width of its content.
    pub(super) least: u16,
    /// Whether it holds figures, which are never broken and need no more.
    pub(super) figures: bool,
}

/// Chooses the layout that a width allows.
pub(super) fn layout(table: &Table, style: &Style<'_>, width: u16) -> Layout {
    let columns = shown(table);
    let width = usize::from(width);
    let borders = columns.len() * BESIDE + 1;
    let lengths = |number: usize| {
        let rows = table.rows.iter().enumerate().filter(move |(at, _)| !repeats(table, *at, number));
        rows.filter_map(move |(_, row)| row.cells.get(number)).map(|cell| harmless(&style.show(cell)))
    };
    let natural = |(number, column): &(usize, &Column)| {
        lengths(*number).map(|words| words.chars().count()).max().unwrap_or(0).max(column.title.chars().count())
    };
    if borders + columns.iter().map(natural).sum::<usize>() <= width {
        return Layout::Natural;
    }
    // Amounts between bounds are broken between their two figures only where nothing else helps.
    [false, true].into_iter().find_map(|broken| fitting(&columns, &lengths, broken, width)).unwrap_or(Layout::List)
}

/// The layout with columns of their own for figures, where it fits.
fn fitting<I: Iterator<Item = String>>(
    columns: &[(usize, &Column)],
    cells: &impl Fn(usize) -> I,
    broken: bool,
    width: usize,
) -> Option<Layout> {
    let whole = |words: &String| words.chars().count();
    let needs = |(number, column): &(usize, &Column)| {
        let figures = column.align == Align::Right;
        let widest = cells(*number).map(|words| whole(&words)).max().unwrap_or(0);
        let least = match (figures, broken) {
            (true, false) => widest,
            (true, true) => {
                cells(*number).filter_map(|words| words.split(' ').map(|word| word.chars().count()).max()).max().unwrap_or(0)
            }
            (false, _) => cells(*number).map(|words| longest_word(&words)).max().unwrap_or(0).max(LEAST_WORDS.min(widest)),
        };
        Needs { least: small(least.max(longest_word(&column.title))), figures }
    };
    let needs: Vec<Needs> = columns.iter().map(needs).collect();
    if columns.len() * BESIDE + 1 + needs.iter().map(|needs| usize::from(needs.least)).sum::<usize>() <= width {
        return Some(Layout::Whole(needs));
    }
    let figures: Vec<u16> = needs.iter().filter(|needs| needs.figures).map(|needs| needs.least).collect();
    let taken: usize = figures.iter().map(|width| usize::from(*width) + BLANKS).sum();
    let beside = columns.iter().filter(|(_, column)| column.align == Align::Left && !column.once).count();
    let words = needs.len() - figures.len();
    let fits = figures.len() >= 2 && words >= 1 && beside <= MOST_IN_STUB && taken + LEAST_STUB <= width;
    fits.then_some(Layout::Stub(figures))
}

fn small(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

/// The longest word that must not be broken: a day, a code, the id of a measure.
fn longest_word(words: &str) -> usize {
    words.split(' ').map(|word| word.chars().count()).filter(|length| *length <= LONGEST_WORD).max().unwrap_or(0)
}
