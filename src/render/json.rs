use crate::answer::{Cell, Column, Node, Report};
use serde_json::{Map, Value, json as value};

/// Prints a document as JSON, indented, ending in a line feed.
pub fn json(document: &Node) -> String {
    let mut text = serde_json::to_string_pretty(&tree(document)).unwrap_or_default();
    text.push('\n');
    text
}

fn tree(node: &Node) -> Value {
    match node {
        Node::Null => Value::Null,
        Node::Number(number) => Value::from(*number),
        Node::Flag(flag) => Value::Bool(*flag),
        Node::Text(text) => Value::String(text.clone()),
        Node::List(items) => Value::Array(items.iter().map(tree).collect()),
        Node::Object(entries) => {
            Value::Object(entries.iter().map(|(key, node)| ((*key).to_owned(), tree(node))).collect::<Map<_, _>>())
        }
    }
}

/// Prints the tables of a report as JSON: rows as objects by column key; decimals are texts, rates fractions.
pub fn json_report(report: &Report) -> String {
    let tables: Vec<Value> = report
        .tables
        .iter()
        .map(|table| {
            let rows: Vec<Value> = table
                .rows
                .iter()
                .map(|row| {
                    let entries = table.columns.iter().zip(&row.cells).map(|(column, cell)| (column.name(), field(cell)));
                    Value::Object(entries.collect())
                })
                .collect();
            let mut entries = Map::new();
            entries.insert("title".into(), value!(table.title));
            if table.columns.iter().any(|column| !column.meaning.is_empty()) {
                entries.insert("columns".into(), Value::Array(table.columns.iter().map(described).collect()));
            }
            entries.insert("rows".into(), Value::Array(rows));
            entries.insert("notes".into(), value!(table.notes));
            Value::Object(entries)
        })
        .collect();
    let notes: Vec<&str> = report.notes.iter().map(|note| note.words.as_str()).collect();
    let document = value!({ "schema": 1, "title": report.title, "tables": tables, "notes": notes });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// What a column says to who sees the figures alone.
pub(super) fn described(column: &Column) -> Value {
    value!({ "key": column.name(), "title": column.title, "unit": column.unit, "meaning": column.meaning })
}

pub(super) fn field(cell: &Cell) -> Value {
    match cell {
        Cell::Empty => Value::Null,
        Cell::Text(text) => Value::String(text.clone()),
        Cell::Money(amount, currency) => {
            value!({ "amount": amount.normalize().to_string(), "currency": currency.as_str() })
        }
        Cell::Unknown { at_least, at_most } => value!({
            "status": "unknown",
            "at_least": at_least.map(|amount| amount.normalize().to_string()),
            "at_most": at_most.map(|amount| amount.normalize().to_string()),
        }),
        Cell::Refused => value!({ "status": "refused" }),
        Cell::Rate(fraction) => Value::String(fraction.normalize().to_string()),
        Cell::Day(day) => Value::String(day.to_string()),
        Cell::Count(count) => Value::from(*count),
    }
}
