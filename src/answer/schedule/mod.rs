//! Revisions of national schedules: a list of them, and what differs between two.

pub(super) mod line;

use super::{Cell, Column, Report, Row, RowKind, Table};
use crate::answer::note::Note;
use crate::base::{Country, Date};
use crate::law::{OfficialFile, Rulebook, Shift, Shifted, lone_chapters, shifts};

/// A revision that is at hand.
#[derive(Clone, Debug)]
pub struct Listed {
    /// What `--schedule` calls it.
    pub name: String,
    /// The importing country.
    pub into: Country,
    /// The first day it holds for.
    pub from: Date,
    /// The number of its lines.
    pub lines: usize,
    /// Where it is.
    pub file: String,
}

fn body(cells: Vec<Cell>) -> Row {
    Row { kind: RowKind::Body, cells, sources: Vec::new() }
}

fn text(words: impl ToString) -> Cell {
    Cell::Text(words.to_string())
}

/// Lists the schedules the book carries, and the stored ones.
pub fn schedule_list(law: &Rulebook, stored: &[Listed]) -> Report {
    let mut table = Table {
        columns: vec![
            Column::words("into", "Into"),
            Column::words("name", "Name"),
            Column::words("from", "From"),
            Column::figures("lines", "Lines"),
            Column::words("file", "File"),
            Column::words("cite", "Source"),
        ],
        ..Table::default()
    };
    for territory in law.territories() {
        // What `--schedule` adds is told by its own row of stored ones.
        let (Some(schedule), Some(cite)) = (law.schedule(territory.id), &territory.schedule_cite) else { continue };
        let last = territory.last_day();
        let lines: Vec<_> = schedule.lines().filter(|line| line.period.contains(last)).collect();
        let file = lines.first().map_or(String::new(), |line| line.source.path.to_string());
        table.rows.push(body(vec![
            text(territory.id),
            text("embedded"),
            Cell::Day(territory.complete_from),
            Cell::Count(lines.len()),
            text(file),
            text(cite),
        ]));
    }
    for one in stored {
        table.rows.push(body(vec![
            text(one.into),
            text(&one.name),
            Cell::Day(one.from),
            Cell::Count(one.lines),
            text(&one.file),
            Cell::Empty,
        ]));
    }
    let notes = vec![
        "A stored revision is used only where `--schedule NAME` asks for it; the embedded schedule is used everywhere else."
            .into(),
    ];
    Report { title: "Schedules".into(), tables: vec![table], notes, ..Report::default() }
}

/// Tells what differs in law between two revisions.
pub fn schedule_diff(before: (&str, &OfficialFile), after: (&str, &OfficialFile)) -> Report {
    let found = shifts(before.1, after.1);
    let kinds = ["added", "gone", "general", "special", "column-2", "units", "footnotes", "number added", "number gone"];
    let kind = |one: &Shifted| match (&one.shift, one.is_number) {
        (Shift::Added, false) => "added",
        (Shift::Gone, false) => "gone",
        (Shift::Added, true) => "number added",
        (Shift::Gone, true) => "number gone",
        (Shift::Changed { column, .. }, _) => column,
    };
    let mut counts = Table {
        title: "How many lines".into(),
        columns: vec![Column::words("what", "What"), Column::figures("lines", "Lines")],
        ..Table::default()
    };
    for name in kinds {
        let count = found.iter().filter(|one| kind(one) == name).count();
        counts.rows.push(body(vec![text(name), Cell::Count(count)]));
    }
    let mut table = Table {
        title: "Line by line".into(),
        columns: vec![
            Column::words("code", "Line"),
            Column::words("what", "What"),
            Column::words("before", "Before"),
            Column::words("after", "After"),
            Column::words("description", "Goods"),
        ],
        ..Table::default()
    };
    for one in &found {
        let [a, b] = match &one.shift {
            Shift::Added => ["", one.general.as_str()],
            Shift::Gone => [one.general.as_str(), ""],
            Shift::Changed { before, after, .. } => [before.as_str(), after.as_str()],
        };
        let cell = |words: &str| if words.is_empty() { Cell::Empty } else { text(words) };
        table.rows.push(body(vec![text(one.code), text(kind(one)), cell(a), cell(b), cell(&one.description)]));
    }
    let mut notes: Vec<Note> = vec![
        "Compared by what the texts say: blanks, markup and the order of symbols in the special column do not count.".into(),
    ];
    if !(before.1.is_whole && after.1.is_whole) {
        let lone: Vec<String> = lone_chapters(before.1, after.1).iter().map(ToString::to_string).collect();
        if !lone.is_empty() {
            notes.push(Note::coverage(format!("Only one of the two has lines of chapter {}: not compared.", lone.join(", "))));
        }
        notes.push("One of the two has neither reporting numbers nor chapter 99: lines of chapters 1 to 98 that print a rate are compared.".into());
    }
    if !(before.1.has_links() && after.1.has_links()) {
        notes.push("One of the two has no footnotes: the headings they point to are not compared.".into());
    }
    if found.is_empty() {
        notes.push("Nothing differs.".into());
    }
    let title = format!("Schedule: from {} to {}", before.0, after.0);
    let tables = if found.is_empty() { vec![counts] } else { vec![counts, table] };
    Report { title, tables, notes, ..Report::default() }
}
