//! Declarations: duty and fees of each, as a table and as a part of the document.

use crate::answer::document::{Node, line_node, money, outcome};
use crate::answer::note::Cited;
use crate::answer::run::{CaseResult, Entry, Results};
use crate::answer::table::{Cell, Column, Row, RowKind, Table};
use crate::scenario::Scenario;

/// Arranges the declarations by case: duty, each fee, and what is due in all; `None` where no flow names a declaration.
///
/// Columns: base = customs value the fee falls on; amount = in the currency of the importing country, rounded.
pub(in crate::answer) fn entries_table(scenario: &Scenario, results: &Results, cited: &mut Cited) -> Option<Table> {
    if results.cases.iter().all(|case| case.entries.is_empty()) {
        return None;
    }
    let mut table = Table {
        title: "Declarations: duty and fees".into(),
        columns: vec![
            Column::words("entry", "Entry").once(),
            Column::words("case", "Case").hidden(),
            Column::words("case_title", "Case").once(),
            Column::words("charge", "Charge"),
            Column::words("measure", "Measure").hidden(),
            Column::words("form", "Rate as law states it"),
            Column::words("currency", "Currency").hidden(),
            Column::figures("base", "Base"),
            Column::figures("amount", "Amount"),
            Column::words("cite", "Source").hidden(),
        ],
        scale: scenario.show_in.clone(),
        ..Table::default()
    };
    for case in &results.cases {
        case.entries.iter().for_each(|entry| rows(&mut table, case, entry, cited));
    }
    table.notes = results
        .cases
        .iter()
        .flat_map(|case| case.entries.iter().map(move |entry| (case, entry)))
        .flat_map(|(case, entry)| entry.fees.reasons().iter().map(move |why| format!("{} in {}: {why}", entry.entry, case.case)))
        .collect();
    table.notes.dedup();
    Some(table)
}

fn rows(table: &mut Table, case: &CaseResult, entry: &Entry, cited: &mut Cited) {
    let text = |words: &str| Cell::Text(words.to_owned());
    let head = || [text(&entry.entry), text(case.case.as_str()), text(&case.title)];
    let mut push = |kind: RowKind, rest: [Cell; 7], sources: Vec<usize>| {
        table.rows.push(Row { kind, cells: head().into_iter().chain(rest).collect(), sources })
    };
    let currency = || text(&entry.currency.to_string());
    let duty = Cell::duty(&entry.duty, entry.currency);
    let value = Cell::Money(entry.value, entry.currency);
    push(RowKind::First, [text("Duty"), Cell::Empty, Cell::Empty, currency(), value, duty, Cell::Empty], Vec::new());
    for line in &entry.lines {
        let base = line.base.map_or(Cell::Empty, |base| Cell::Money(base, entry.currency));
        let amount = Cell::duty(&line.amount, entry.currency);
        let name = [text(&line.title), text(line.measure.as_str()), text(&line.form), currency()];
        let [title, measure, form, currency] = name;
        push(RowKind::Body, [title, measure, form, currency, base, amount, text(&line.cite)], cited.each([line.into()]));
    }
    let due = Cell::duty(&entry.duty.plus(&entry.fees), entry.currency);
    push(
        RowKind::Total,
        [text("Duty and fees"), Cell::Empty, Cell::Empty, currency(), Cell::Empty, due, Cell::Empty],
        Vec::new(),
    );
}

/// One declaration of the document.
pub(in crate::answer) fn entry_node(entry: &Entry) -> Node {
    let places = entry.currency.places();
    Node::Object(vec![
        ("entry", Node::text(&entry.entry)),
        ("currency", Node::text(entry.currency)),
        ("value", money(entry.value, places)),
        ("duty", outcome(&entry.duty, places)),
        ("lines", Node::List(entry.lines.iter().map(|line| line_node(line, places)).collect())),
        ("fees", outcome(&entry.fees, places)),
        ("due", outcome(&entry.duty.plus(&entry.fees), places)),
    ])
}
