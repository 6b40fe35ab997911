use super::cell::{money, percent};
use crate::answer::{Cell, Column, Node, Report};
use crate::base::{Decimal, is_steering};
use serde_json::{Map, Value, json as value};
use std::fmt::Write;

/// Prints a document as JSON, indented, ending in a line feed.
pub fn json(document: &Node) -> String {
    pretty(&tree(document))
}

pub(super) fn tree(node: &Node) -> Value {
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
    json_report_with(report, &[])
}

/// Prints the tables of a report as JSON, with what machines read beside them, each under its name.
pub fn json_report_with(report: &Report, more: &[(&str, Node)]) -> String {
    let tables: Vec<Value> = report
        .tables
        .iter()
        .map(|table| {
            let rows: Vec<Value> = table.rows.iter().map(|row| object(&table.columns, row.cells.iter())).collect();
            let mut entries = Map::new();
            entries.insert("title".into(), value!(table.title));
            entries.insert("columns".into(), Value::Array(table.columns.iter().map(described).collect()));
            entries.insert("rows".into(), Value::Array(rows));
            entries.insert("notes".into(), value!(table.notes));
            Value::Object(entries)
        })
        .collect();
    let mut document = Map::new();
    document.insert("schema".into(), value!(1));
    document.insert("title".into(), value!(report.title));
    document.insert("intro".into(), value!(report.intro));
    document.extend(more.iter().map(|(name, node)| ((*name).to_owned(), tree(node))));
    document.insert("tables".into(), Value::Array(tables));
    let notes: Vec<&str> = report.notes.iter().map(|note| note.words.as_str()).collect();
    document.insert("notes".into(), value!(notes));
    pretty(&Value::Object(document))
}

/// A row as an object by column key. A rate is a fraction, with its printed form beside it.
pub(super) fn object<'c>(columns: &[Column], cells: impl Iterator<Item = &'c Cell> + Clone) -> Value {
    let mut entries = Map::new();
    // Bounds name no currency: it is that of the row.
    let currency = |cell: &Cell| if let Cell::Money(_, currency) = cell { Some(currency.places()) } else { None };
    let places = cells.clone().find_map(currency).unwrap_or_default();
    for (column, cell) in columns.iter().zip(cells) {
        let value =
            if let Cell::Unknown { at_least, at_most } = cell { unknown(*at_least, *at_most, places) } else { field(cell) };
        entries.insert(column.name(), value);
        if let Cell::Rate(fraction) = cell {
            entries.insert(format!("{}_printed", column.name()), Value::String(percent(*fraction, 4)));
        }
    }
    Value::Object(entries)
}

fn pretty(document: &Value) -> String {
    let mut text = escaped(serde_json::to_string_pretty(document).unwrap_or_default());
    text.push('\n');
    text
}

/// A value on one line.
pub(super) fn line(value: &Value) -> String {
    escaped(value.to_string())
}

/// Escapes the characters that steer what stands around them: JSON allows them as they are, but who looks at the text must see them. They stand inside of strings only.
fn escaped(json: String) -> String {
    let steers = |c: char| is_steering(c) && c != '\n';
    if !json.chars().any(steers) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if steers(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// What a column says to who sees the figures alone.
pub(super) fn described(column: &Column) -> Value {
    value!({ "key": column.name(), "title": column.title, "unit": column.unit, "meaning": column.meaning })
}

fn unknown(at_least: Option<Decimal>, at_most: Option<Decimal>, places: u32) -> Value {
    value!({
        "status": "unknown",
        "at_least": at_least.map(|amount| money(amount, places)),
        "at_most": at_most.map(|amount| money(amount, places)),
    })
}

pub(super) fn field(cell: &Cell) -> Value {
    match cell {
        Cell::Empty => Value::Null,
        Cell::Text(text) => Value::String(text.clone()),
        Cell::Money(amount, currency) => {
            value!({ "amount": money(*amount, currency.places()), "currency": currency.as_str() })
        }
        Cell::Unknown { at_least, at_most } => unknown(*at_least, *at_most, 0),
        Cell::Refused => value!({ "status": "refused" }),
        Cell::Rate(fraction) => Value::String(fraction.normalize().to_string()),
        Cell::Day(day) => Value::String(day.to_string()),
        Cell::Count(count) => Value::from(*count),
    }
}
