//! One line of an official schedule: what each column says, how it is read, and where its footnotes point.

use super::{Cell, Column, Report, Row, RowKind, Table};
use crate::answer::note::Note;
use crate::base::{CommodityCode, Fault};
use crate::law::{FactKind, Link, OfficialFile, OfficialLine, RateClass, Rulebook, official_rate, rate_class, special_rates};

/// So many lines of a run that a footnote names are told; the rest is counted.
const MOST_OF_RUN: usize = 40;

fn body(cells: Vec<Cell>) -> Row {
    Row { kind: RowKind::Body, cells, sources: Vec::new() }
}

fn text(words: &str) -> Cell {
    if words.is_empty() { Cell::Empty } else { Cell::Text(words.to_owned()) }
}

/// Shows a line of an official file: the column-1 general rate, each group of the special column with its symbols, column 2, units, footnotes.
///
/// # Errors
/// Where the file has no such line, or the code is shorter than one.
pub fn schedule_line(law: &Rulebook, name: &str, file: &OfficialFile, code: CommodityCode) -> Result<Report, Fault> {
    let line = found(file, code)?;
    let mut rates = Table {
        title: "Rates".into(),
        columns: vec![
            Column::words("column", "Column"),
            Column::words("symbols", "Symbols"),
            Column::words("claims", "Claims"),
            Column::words("text", "What it prints"),
            Column::words("class", "Class"),
            Column::words("rate", "Read as"),
        ],
        ..Table::default()
    };
    let mut rate = |column: &str, symbols: &[&str], text_of: &str| {
        let claims = claims(law, symbols);
        let class = rate_class(text_of);
        let read = if class.is_charged() { official_rate(text_of).to_string() } else { "unknown".into() };
        rates.rows.push(body(vec![
            text(column),
            text(&symbols.join(", ")),
            text(&claims.join(", ")),
            text(text_of),
            text(class.name()),
            text(&read),
        ]));
        class.is_charged()
    };
    let mut all_charged = rate("general", &[], &line.general);
    let groups = special_rates(&line.special);
    for group in &groups {
        all_charged &= rate("special", &group.symbols, group.text);
    }
    if groups.is_empty() && !line.special.is_empty() {
        all_charged &= rate("special", &[], &line.special);
    }
    if !line.column_2.is_empty() {
        all_charged &= rate("column 2", &[], &line.column_2);
    }
    let mut notes: Vec<Note> =
        vec![format!("Units of quantity: {}", if line.units.is_empty() { "none" } else { &line.units }).into()];
    match line.rates_of {
        Some(of) if of != line.code => notes.push(format!("The rates are those of {of}, which it inherits.").into()),
        Some(_) => {}
        None => notes.push("No rate is printed on the line or above it.".into()),
    }
    if !all_charged {
        notes.push("What is read as unknown is charged as unknown, with the text; it is never zero.".into());
    }
    let mut tables = vec![rates];
    if !line.links.is_empty() {
        tables.push(footnotes(file, &line.links));
    }
    let title = format!("{} in {name}", line.code);
    let intro = if line.description.is_empty() { Vec::new() } else { vec![line.description.clone()] };
    Ok(Report { title, intro, tables, notes, ..Report::default() })
}

/// The line of a code: itself, or the one of 8 digits that a number falls under.
fn found(file: &OfficialFile, code: CommodityCode) -> Result<&OfficialLine, Fault> {
    let exact = |code: CommodityCode| file.lines.iter().find(|line| line.code == code);
    if let Some(line) = exact(code).or_else(|| exact(code.cut(8)).filter(|_| code.length() > 8)) {
        return Ok(line);
    }
    let below: Vec<&OfficialLine> = file.lines.iter().filter(|line| code.covers(line.code)).collect();
    let fault = Fault::new(format!("the schedule has no line {code}"));
    match below.as_slice() {
        [] => Err(fault.with_help("lines have 8 or 10 digits, such as 0101.30.00.00")),
        [only] => Ok(only),
        [first, .., last] => {
            let (count, first, last) = (below.len(), first.code, last.code);
            Err(fault.with_help(format!("{count} lines stand below it, from {first} to {last}: name one")))
        }
    }
}

/// The claims of the law that use a group of these symbols.
fn claims(law: &Rulebook, symbols: &[&str]) -> Vec<String> {
    let facts = law.facts().values().filter(|fact| fact.kind == FactKind::Preference);
    facts
        .filter(|fact| fact.symbols.iter().any(|symbol| symbols.contains(&symbol.as_str())))
        .map(|fact| fact.id.to_string())
        .collect()
}

/// The headings that footnotes point to, with what the same file says of them.
fn footnotes(file: &OfficialFile, links: &[Link]) -> Table {
    let mut table = Table {
        title: "Footnotes point to".into(),
        columns: vec![
            Column::words("link", "Heading"),
            Column::words("general", "General"),
            Column::words("description", "Articles"),
        ],
        ..Table::default()
    };
    for link in links {
        let mut all = file.lines.iter().filter(|line| link.names(line.code) && line.prints_its_rate());
        let mut told = 0_usize;
        for line in all.by_ref().take(MOST_OF_RUN) {
            told = told.saturating_add(1);
            table.rows.push(body(vec![text(&line.code.to_string()), text(&line.general), text(&line.description)]));
        }
        let more = all.count();
        if told == 0 {
            table.rows.push(body(vec![text(&link.to_string()), Cell::Empty, Cell::Text("not in this file".into())]));
        } else if more > 0 {
            table.notes.push(format!("{link}: and {more} headings more"));
        }
    }
    table
}

/// Counts the lines that goods are charged under by the class of a column's text: general, each group of the special column, column 2.
pub fn schedule_classes(name: &str, file: &OfficialFile) -> Report {
    let mut table = Table {
        columns: vec![
            Column::words("class", "Class"),
            Column::words("charged", "Charged"),
            Column::figures("general", "General"),
            Column::figures("special", "Special groups"),
            Column::figures("column_2", "Column 2"),
        ],
        ..Table::default()
    };
    let lines: Vec<&OfficialLine> = file.lines.iter().filter(|line| line.is_charged_under()).collect();
    let of = |texts: Vec<&str>| -> Vec<RateClass> { texts.into_iter().map(rate_class).collect() };
    let general = of(lines.iter().map(|line| line.general.as_str()).collect());
    let special = of(lines.iter().flat_map(|line| special_rates(&line.special)).map(|group| group.text).collect());
    let column_2 = of(lines.iter().map(|line| line.column_2.as_str()).filter(|text| !text.is_empty()).collect());
    for class in RateClass::ALL {
        let count = |all: &[RateClass]| all.iter().filter(|one| **one == class).count();
        let counts = [count(&general), count(&special), count(&column_2)];
        if counts.iter().any(|count| *count > 0) {
            let mut cells = vec![text(class.name()), text(if class.is_charged() { "yes" } else { "no: unknown, with the text" })];
            cells.extend(counts.into_iter().map(Cell::Count));
            table.rows.push(body(cells));
        }
    }
    let notes = vec![
        format!("{} lines that goods are charged under; numbers below them inherit. Chapter 99 is not counted.", lines.len())
            .into(),
        "A class that is charged needs the quantities that its unit names; without them the duty is unknown.".into(),
    ];
    Report { title: format!("Rates of {name} by class"), tables: vec![table], notes, ..Report::default() }
}
