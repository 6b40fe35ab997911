//! What a file of flows holds: how it was recognised, rows read and rows at fault, sums by origin.

use super::note::Note;
use super::table::{Cell, Column, Report, Row, RowKind, Table};
use crate::base::{Country, Currency, Decimal, grouped, quotient};
use crate::law::Rulebook;
use crate::scenario::{BadRows, FlowCount, FlowFileHead, FlowSummary, ShareCount};
use rust_decimal::RoundingStrategy;

/// How many columns that are not read are listed.
const MOST_UNUSED: usize = 30;
/// How many origins are listed.
const MOST_ORIGINS: usize = 10;

fn text(words: impl ToString) -> Cell {
    Cell::Text(words.to_string())
}

fn number(count: u64) -> Cell {
    Cell::Count(usize::try_from(count).unwrap_or(usize::MAX))
}

fn row(kind: RowKind, cells: Vec<Cell>) -> Row {
    Row { kind, cells, sources: Vec::new() }
}

/// Shows what was recognised of a file of flows, what was read, and what could not be.
pub fn flows_table(
    law: &Rulebook,
    head: &FlowFileHead,
    summary: &FlowSummary,
    count: &FlowCount,
    shares: &[(String, ShareCount)],
    currency: Currency,
) -> Report {
    let origins = count.origins();
    let mut tables = vec![recognised(head), rows(summary, currency), totals(summary, count, origins.len(), currency)];
    if !shares.is_empty() {
        tables.push(joined(summary, shares, currency));
    }
    let mut top = Table {
        title: format!("Origins: the {} largest of {}", origins.len().min(MOST_ORIGINS), origins.len()),
        columns: vec![
            Column::words("origin", "Origin"),
            Column::words("name", "Name"),
            Column::figures("rows", "Rows"),
            Column::figures("value", "Value"),
            Column::figures("share_of_value", "Share of the value read"),
        ],
        ..Table::default()
    };
    let total = summary.value.decimal();
    for (origin, sum) in origins.iter().take(MOST_ORIGINS) {
        let value = sum.value.decimal();
        let name = origin.name().map(str::to_owned).or_else(|| group_title(law, *origin)).unwrap_or_default();
        let share = part_of(value, total);
        top.rows.push(row(RowKind::Body, vec![text(origin), text(name), number(sum.rows), Cell::Money(value, currency), share]));
    }
    tables.push(top);
    let mut report = Report { title: format!("Flows of {}", head.path), tables, ..Report::default() };
    report.notes.extend(head.notes.iter().map(|note| Note::from(sentence(note))));
    let origins: Vec<_> = origins.iter().map(|(origin, _)| *origin).collect();
    report.notes.extend(remarks(law, summary, count, &origins).into_iter().map(Note::coverage));
    report
}

fn recognised(head: &FlowFileHead) -> Table {
    let mut table = Table {
        title: "Recognised".into(),
        columns: vec![Column::words("what", "What"), Column::words("found", "Found")],
        ..Table::default()
    };
    let mut line = |what: &str, found: String| table.rows.push(row(RowKind::Body, vec![text(what), text(found)]));
    line("layout", format!("{}{}", head.layout.name(), if head.compressed { ", compressed with gzip" } else { "" }));
    let header = format!("line {}", head.header_line);
    line("header", if head.header_line == 0 { "the Parquet file's own; rows are counted from 1".into() } else { header });
    for column in &head.used {
        line(column.role, column.name.clone());
    }
    if let Some(year) = head.year {
        line("year asked for or named", year.to_string());
    }
    if !head.unused.is_empty() {
        let mut unused: Vec<&str> = head.unused.iter().take(MOST_UNUSED).map(String::as_str).collect();
        let more = format!("and {} more", head.unused.len().saturating_sub(MOST_UNUSED));
        if head.unused.len() > MOST_UNUSED {
            unused.push(&more);
        }
        line("not read", unused.join(", "));
    }
    table
}

fn rows(summary: &FlowSummary, currency: Currency) -> Table {
    let mut table = Table {
        title: "Rows".into(),
        columns: vec![
            Column::words("kind", "Rows that are"),
            Column::words("reason", "Why"),
            Column::figures("rows", "Rows"),
            Column::figures("value", "Value"),
            Column::figures("without_value", "Without a value"),
            Column::words("first_lines", "First lines"),
            Column::words("example", "The first one"),
        ],
        ..Table::default()
    };
    let money = |value: crate::base::Total| Cell::Money(value.decimal(), currency);
    // A value that no row shows is not zero.
    let unknown_or = |bad: &BadRows| {
        if bad.without_value == bad.count { Cell::Unknown { at_least: None, at_most: None } } else { money(bad.value) }
    };
    let mut line = |kind: RowKind, cells: Vec<Cell>| table.rows.push(row(kind, cells));
    line(
        RowKind::Body,
        vec![text("read"), Cell::Empty, number(summary.read), money(summary.value), number(0), Cell::Empty, Cell::Empty],
    );
    for (why, skipped) in &summary.skipped {
        let words = text(why.meaning());
        line(
            RowKind::Body,
            vec![text("left out"), words, number(skipped.count), money(skipped.value), Cell::Empty, Cell::Empty, Cell::Empty],
        );
    }
    for (reason, bad) in &summary.bad {
        let lines = bad.lines.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        let more = if bad.count > bad.lines.len() as u64 { " …" } else { "" };
        line(
            RowKind::Body,
            vec![
                text("at fault"),
                text(reason.name()),
                number(bad.count),
                unknown_or(bad),
                number(bad.without_value),
                text(format!("{lines}{more}")),
                text(&bad.example),
            ],
        );
    }
    line(
        RowKind::Total,
        vec![text("all"), Cell::Empty, number(summary.rows), Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty],
    );
    table
}

fn totals(summary: &FlowSummary, count: &FlowCount, origins: usize, currency: Currency) -> Table {
    let codes = count.codes().map_or_else(|| text("more than a million"), Cell::Count);
    let years: Vec<String> = count.years().map(|year| year.to_string()).collect();
    Table {
        title: "What the rows read come to".into(),
        columns: vec![
            Column::figures("value", "Value"),
            Column::figures("codes", "Codes"),
            Column::figures("origins", "Origins"),
            Column::words("years", "Years"),
        ],
        rows: vec![row(
            RowKind::Body,
            vec![Cell::Money(summary.value.decimal(), currency), codes, Cell::Count(origins), text(years.join(", "))],
        )],
        ..Table::default()
    }
}

fn joined(summary: &FlowSummary, shares: &[(String, ShareCount)], currency: Currency) -> Table {
    let mut table = Table {
        title: "Shares joined by code and country".into(),
        columns: vec![
            Column::words("share", "Share"),
            Column::figures("rows", "Rows with a share"),
            Column::figures("value", "Their value"),
            Column::figures("part", "Value times share"),
            Column::figures("part_of_joined", "Of their value"),
            Column::figures("part_of_read", "Of the value read"),
        ],
        ..Table::default()
    };
    let total = summary.value.decimal();
    for (name, sum) in shares {
        let value = sum.value.decimal();
        let part = sum.part.round_dp_with_strategy(currency.places(), RoundingStrategy::MidpointAwayFromZero);
        table.rows.push(row(
            RowKind::Body,
            vec![
                text(name),
                number(sum.rows),
                Cell::Money(value, currency),
                Cell::Money(part, currency),
                part_of(part, value),
                part_of(part, total),
            ],
        ));
    }
    table.notes.push(
        "Value times share is rounded once, to the currency's places. Rows without a share are counted as having none.".into(),
    );
    table
}

fn part_of(part: Decimal, whole: Decimal) -> Cell {
    let fraction =
        quotient(part, whole).map(|fraction| fraction.round_dp_with_strategy(8, RoundingStrategy::MidpointAwayFromZero));
    fraction.map_or(Cell::Empty, Cell::Rate)
}

fn group_title(law: &Rulebook, origin: Country) -> Option<String> {
    law.groups().iter().find(|(id, _)| id.as_str() == origin.as_str()).map(|(_, group)| group.title.clone())
}

fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
}

/// What somebody who uses the sums should know.
fn remarks(law: &Rulebook, summary: &FlowSummary, count: &FlowCount, origins: &[Country]) -> Vec<String> {
    let mut notes = Vec::new();
    let read = summary.value.decimal();
    if let Some(stated) = summary.stated_total {
        notes.push(if stated == read {
            format!("The file's own total, {}, agrees with the sum of the rows read.", grouped(stated))
        } else {
            format!("The file's own total is {}, the sum of the rows read {}.", grouped(stated), grouped(read))
        });
    }
    let (nested, first) = count.nested_codes();
    if let Some((above, below)) = first {
        notes.push(format!(
            "{nested} codes lie below another code of the file, such as {below} below {above}: goods may be counted twice."
        ));
    }
    let years = count.years().count();
    if years > 1 {
        notes.push(format!("The rows are of {years} years; `--year` keeps one."));
    }
    for (id, group) in law.groups() {
        let Some((_, members)) = group.versions.last() else { continue };
        let inside: Vec<&str> = origins.iter().filter(|origin| members.contains(origin)).map(Country::as_str).collect();
        if !inside.is_empty() && origins.iter().any(|origin| origin.as_str() == id.as_str()) {
            notes.push(format!(
                "The file has {id} and members of it ({}): their goods may be counted twice.",
                inside.into_iter().take(5).collect::<Vec<_>>().join(", ")
            ));
        }
    }
    let (value, without) = summary.bad_value();
    if summary.bad_rows() > 0 {
        let worth = format!("Rows at fault are in no sum: those with a readable value come to {}", grouped(value.decimal()));
        notes.push(if without > 0 { format!("{worth}; {without} have none.") } else { format!("{worth}.") });
    }
    notes
}
