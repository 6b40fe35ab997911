//! Which columns the sheet of a table has, in which order.

use super::number::binary;
use crate::answer::{Cell, Column, Table};
use std::collections::BTreeSet;

/// What a column of a sheet shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    /// The cells of this column of the table.
    Cell(usize),
    /// The least that unknown amounts of this column can be.
    AtLeast(usize),
    /// The most that they can be.
    AtMost(usize),
    /// The exact decimals of those numbers of this column that a spreadsheet cannot hold, as text.
    Exact(usize),
    /// The numbers of the sources of the row.
    Sources,
}

/// A column of a sheet.
pub(super) struct Planned {
    pub(super) shows: Shows,
    /// The name for machines, as in CSV.
    pub(super) key: String,
    pub(super) title: String,
    pub(super) unit: String,
    pub(super) meaning: String,
    /// Whether it is folded away: what tables for people leave out.
    pub(super) hidden: bool,
}

/// Plans the sheet of a table: what people are shown, each column with the bounds of its unknown amounts beside it; the sources; then what only machines read.
pub(super) fn plan(table: &Table) -> Vec<Planned> {
    let mut all: Vec<Planned> = Vec::new();
    for (at, column) in table.columns.iter().enumerate().filter(|(_, column)| column.shown) {
        all.push(planned(Shows::Cell(at), column));
        all.extend(bounds(table, at, column));
    }
    if table.rows.iter().any(|row| !row.sources.is_empty()) {
        all.push(Planned {
            shows: Shows::Sources,
            key: "sources".into(),
            title: "Sources".into(),
            unit: String::new(),
            meaning: "The legal sources of the row's figures, by their numbers on the sheet of sources.".into(),
            hidden: false,
        });
    }
    for (at, column) in table.columns.iter().enumerate().filter(|(_, column)| !column.shown) {
        let is_bound = all.iter().any(|other| other.shows == Shows::Cell(at));
        if !is_bound {
            all.push(planned(Shows::Cell(at), column));
        }
    }
    for (at, column) in table.columns.iter().enumerate() {
        if column_cells(table, at).any(is_inexact) {
            let mut exact = beside(Shows::Exact(at), column, "exact");
            exact.meaning = "Every digit of those figures that have more than the 15 a spreadsheet holds, as text.".into();
            exact.hidden = true;
            all.push(exact);
        }
    }
    tell_apart(&mut all);
    all
}

/// Puts the key behind a title that another column has before it.
fn tell_apart(all: &mut [Planned]) {
    let mut titles = BTreeSet::new();
    for column in all {
        if !titles.insert(column.title.clone()) {
            column.title = format!("{} [{}]", column.title, column.key);
        }
    }
}

/// The bounds of the unknown amounts of a column: the table's own columns of them where it has such.
fn bounds(table: &Table, at: usize, column: &Column) -> Vec<Planned> {
    if !column_cells(table, at).any(|cell| matches!(cell, Cell::Unknown { .. })) {
        return Vec::new();
    }
    [("at least", Shows::AtLeast(at)), ("at most", Shows::AtMost(at))]
        .into_iter()
        .filter_map(|(words, shows)| {
            let mut bound = beside(shows, column, words);
            let own = table.columns.iter().enumerate().find(|(_, other)| other.name() == bound.key);
            match own {
                Some((_, other)) if other.shown => None,
                Some((own, _)) => {
                    bound.shows = Shows::Cell(own);
                    Some(bound)
                }
                None => Some(bound),
            }
        })
        .collect()
}

fn planned(shows: Shows, column: &Column) -> Planned {
    Planned {
        shows,
        key: column.name(),
        title: column.title.clone(),
        unit: column.unit.clone(),
        meaning: column.meaning.clone(),
        hidden: !column.shown,
    }
}

fn beside(shows: Shows, column: &Column, words: &str) -> Planned {
    let mut planned = planned(shows, column);
    planned.key = format!("{}_{}", planned.key, words.replace(' ', "_"));
    planned.title = format!("{}, {words}", planned.title);
    planned
}

fn column_cells(table: &Table, at: usize) -> impl Iterator<Item = &Cell> {
    table.rows.iter().filter_map(move |row| row.cells.get(at))
}

/// Tells whether a cell is a number that a spreadsheet cannot hold with all its digits.
pub(super) fn is_inexact(cell: &Cell) -> bool {
    match cell {
        Cell::Money(number, _) | Cell::Rate(number) => binary(*number).is_none_or(|found| !found.is_exact),
        Cell::Empty | Cell::Text(_) | Cell::Unknown { .. } | Cell::Refused | Cell::Day(_) | Cell::Count(_) => false,
    }
}
