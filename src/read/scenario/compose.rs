//! Several scenario files as one: what they say together, and where they contradict each other.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::read::document::{Table, Text};
use toml::de::DeValue;

/// Keys that stand once in a question.
const ONCE: [&str; 9] = ["show-in", "law-continues", "alternatives", "diff", "refund", "timeline", "next", "origins", "sweep"];

/// Tables whose entries are joined one by one.
const BY_ENTRY: [&[&str]; 5] = [&["defaults"], &["expect"], &["assume", "facts"], &["assume", "content"], &["assume", "weight"]];

/// Tells where files contradict each other: two values of one key, both named.
pub(in crate::read) fn check(roots: &[Table<'_>], out: &mut Diagnostics) {
    for key in ONCE {
        collisions(roots, key, key, out);
    }
    for path in BY_ENTRY {
        let tables: Vec<Table<'_>> =
            roots.iter().filter_map(|root| path.iter().try_fold(*root, |table, key| table.table(key))).collect();
        let mut names: Vec<String> = Vec::new();
        for (name, ..) in tables.iter().flat_map(Table::entries) {
            if !names.contains(&name.text) {
                names.push(name.text);
            }
        }
        for name in names {
            collisions(&tables, &name, &format!("{}.{name}", path.join(".")), out);
        }
    }
}

fn collisions(tables: &[Table<'_>], key: &str, shown: &str, out: &mut Diagnostics) {
    let mut having = tables.iter().filter(|table| table.has(key));
    let Some(first) = having.next() else { return };
    for other in having.filter(|other| !first.says_the_same(other, key)) {
        out.push(
            Diagnostic::new(Code::DuplicateId, format!("two files say different things about `{shown}`"))
                .at(other.place_of(key), "this one")
                .at(first.place_of(key), "and this one")
                .help("files that are run together may repeat each other, but not differ"),
        );
    }
}

/// Returns the tables of a list in all files, in their order; one that repeats another of its id in an earlier file is left out.
pub(in crate::read) fn joined<'d>(roots: &[Table<'d>], key: &str) -> Vec<Table<'d>> {
    let mut all: Vec<Table<'d>> = Vec::new();
    for root in roots {
        for table in root.tables(key) {
            let id = table.optional("id");
            let repeats = |other: &&Table<'d>| {
                id.is_some() && other.optional("id") == id && other.place.file != table.place.file && other.is_the_same(&table)
            };
            if !all.iter().any(|other| repeats(&other)) {
                all.push(table);
            }
        }
    }
    all
}

/// Returns the tables of a list without ids in all files; one that repeats another of an earlier file is left out.
pub(in crate::read) fn alike_once<'d>(roots: &[Table<'d>], key: &str) -> Vec<Table<'d>> {
    let mut all: Vec<Table<'d>> = Vec::new();
    for table in roots.iter().flat_map(|root| root.tables(key)) {
        if !all.iter().any(|other| other.place.file != table.place.file && other.is_the_same(&table)) {
            all.push(table);
        }
    }
    all
}

/// Returns the entries of a table in all files; one that repeats another is left out.
pub(in crate::read) fn entries(tables: &[Table<'_>]) -> Vec<(Text, Option<Text>, Option<bool>)> {
    let mut all: Vec<(Text, Option<Text>, Option<bool>)> = Vec::new();
    for entry in tables.iter().flat_map(Table::entries) {
        if !all.iter().any(|(name, ..)| name.text == entry.0.text && name.place.file != entry.0.place.file) {
            all.push(entry);
        }
    }
    all
}

/// Returns the texts of all files, each once, with a blank between them.
pub(in crate::read) fn words(roots: &[Table<'_>], key: &str, between: &str) -> String {
    let mut all: Vec<String> = Vec::new();
    for text in roots.iter().map(|root| root.string(key)) {
        if !text.is_empty() && !all.contains(&text) {
            all.push(text);
        }
    }
    all.join(between)
}

/// Tells whether two values say the same, wherever they stand.
pub(in crate::read) fn same(a: &DeValue<'_>, b: &DeValue<'_>) -> bool {
    match (a, b) {
        (DeValue::Array(a), DeValue::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a.get_ref(), b.get_ref()))
        }
        (DeValue::Table(a), DeValue::Table(b)) => {
            let has = |key: &str, value: &DeValue<'_>| {
                b.iter().any(|(name, other)| name.get_ref().as_ref() == key && same(value, other.get_ref()))
            };
            a.len() == b.len() && a.iter().all(|(name, value)| has(name.get_ref().as_ref(), value.get_ref()))
        }
        (DeValue::String(a), DeValue::String(b)) => a == b,
        (DeValue::Boolean(a), DeValue::Boolean(b)) => a == b,
        (DeValue::Datetime(a), DeValue::Datetime(b)) => a == b,
        (DeValue::Integer(a), DeValue::Integer(b)) => (a.as_str(), a.radix()) == (b.as_str(), b.radix()),
        (DeValue::Float(a), DeValue::Float(b)) => a.as_str() == b.as_str(),
        (
            DeValue::Array(_)
            | DeValue::Table(_)
            | DeValue::String(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Integer(_)
            | DeValue::Float(_),
            _,
        ) => false,
    }
}
