//! The manifest of a folder of panels.

use super::files::About;
use crate::cli::args::Common;
use std::collections::BTreeMap;
use tariffcalc::answer::{Column, Kind, Node, PanelSums};
use tariffcalc::base::Date;
use tariffcalc::render::RowFormat;

fn text(text: impl ToString) -> Node {
    Node::Text(text.to_string())
}

/// Of which case and importing country rows are; empty words where there is one alone.
pub(super) type Of = (String, String);

/// A part of a folder, or the only file.
pub(super) struct Part {
    pub(super) name: Option<String>,
    pub(super) day: Option<Date>,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) sums: BTreeMap<Of, PanelSums>,
}

/// What the folder's `manifest.json` says: what is in it, how it came to be, and the sums that check it.
pub(super) fn manifest(format: RowFormat, columns: &[Column], about: &About<'_>, common: &Common, parts: &[Part]) -> Node {
    let mut all: BTreeMap<Of, PanelSums> = BTreeMap::new();
    for (of, sums) in parts.iter().flat_map(|part| &part.sums) {
        all.entry(of.clone()).or_default().and(sums);
    }
    let number = |number: u64| Node::Number(i64::try_from(number).unwrap_or(i64::MAX));
    let column = |column: &Column| {
        let in_path = if column.key == "entered" { "; it stands in the name of the folder, not in the file" } else { "" };
        let kind = match column.kind {
            Kind::Words => "text".to_owned(),
            Kind::Money(places) => format!("decimal({places})"),
            Kind::Rate => "decimal(10)".to_owned(),
            Kind::Day => "date".to_owned(),
            Kind::Count => "integer".to_owned(),
        };
        let mut entries = vec![("key", text(column.name())), ("type", text(kind))];
        entries.extend((!column.unit.is_empty()).then(|| ("unit", text(&column.unit))));
        entries.push(("title", text(&column.title)));
        entries.push(("meaning", text(format!("{}{in_path}", column.meaning))));
        entries.extend(column.part.as_ref().map(|part| ("program", text(part))));
        Node::Object(entries)
    };
    let sums = |sums: &BTreeMap<Of, PanelSums>| {
        let one = |((case, into), sums): (&Of, &PanelSums)| {
            let mut node = sums.node(None);
            if let Node::Object(entries) = &mut node {
                let of = [("case", case), ("into", into)].into_iter().filter(|(_, name)| !name.is_empty());
                entries.splice(0..0, of.map(|(key, name)| (key, text(name))));
            }
            node
        };
        Node::List(sums.iter().map(one).collect())
    };
    let part = |part: &Part| {
        Node::Object(vec![
            ("path", part.name.as_ref().map_or(Node::Null, text)),
            ("entered", part.day.map_or(Node::Null, text)),
            ("rows", number(part.sums.values().map(|sums| sums.rows).sum())),
            ("bytes", number(part.bytes)),
            ("sha256", text(&part.sha256)),
            ("totals", sums(&part.sums)),
        ])
    };
    let meaning = if about.own_days {
        "sums over all flows, each on its own entry date or on that of the case"
    } else {
        "sums over all entry dates: each date prices all flows anew, so that they check the files and are no year's trade"
    };
    Node::Object(vec![
        ("schema", Node::Number(1)),
        ("title", text(&about.title)),
        ("program", text(concat!("tariffcalc ", env!("CARGO_PKG_VERSION")))),
        ("command", Node::List(std::env::args().skip(1).map(text).collect())),
        ("law", Node::Object(vec![("hash", text(about.law.hash())), ("as_known", common.as_known.map_or(Node::Null, text))])),
        ("cases", Node::List(about.cases.iter().map(text).collect())),
        ("format", text(format.name())),
        ("rows_are", text(&about.by)),
        ("partitioned_by", Node::List(vec![text("entered")])),
        ("columns", Node::List(columns.iter().map(column).collect())),
        ("partitions", Node::List(parts.iter().map(part).collect())),
        ("totals", sums(&all)),
        ("totals_meaning", text(meaning)),
        ("notes", Node::List(about.notes.iter().map(text).collect())),
    ])
}
