//! What the book holds, with citations: programs, measures, facts, readings, products, countries.

use super::note::Note;
use super::table::{Cell, Column, Report, Row, RowKind, Table};
use crate::base::{Country, Date};
use crate::law::{Measure, OriginSet, Place, Product, Rulebook, Version, official_rate};
use std::collections::BTreeMap;

fn row(cells: Vec<Cell>) -> Row {
    Row { kind: RowKind::Body, cells, sources: Vec::new() }
}

fn text(words: impl ToString) -> Cell {
    Cell::Text(words.to_string())
}

fn maybe(words: Option<impl ToString>) -> Cell {
    words.map_or(Cell::Empty, text)
}

/// Lists the programs of the book, and what it knows of which country.
pub fn programs_table(law: &Rulebook) -> Report {
    let mut table = Table {
        columns: vec![
            Column::words("into", "Into"),
            Column::words("program", "Program"),
            Column::words("title", "What it is"),
            Column::figures("measures", "Measures"),
            Column::words("authority", "Authority"),
            Column::words("source", "Written in"),
        ],
        ..Table::default()
    };
    for program in law.programs() {
        let count = law.measures().filter(|measure| measure.program == program.id).count();
        table.rows.push(row(vec![
            text(program.into),
            text(&program.id),
            text(&program.title),
            Cell::Count(count),
            text(&program.authority),
            text(&program.source),
        ]));
    }
    let mut report = Report { title: "The law this program carries".into(), tables: vec![table], ..Report::default() };
    for territory in law.territories() {
        let (from, to) = (territory.complete_from, territory.last_day());
        let words = match law.schedule(territory.id) {
            Some(schedule) => format!(
                "{}: complete for entries from {from} to {to}; schedule of {} rows ({})",
                territory.title,
                schedule.lines().count(),
                territory.schedule_cite.iter().map(String::as_str).chain(schedule.cites()).collect::<Vec<_>>().join("; ")
            ),
            None => format!(
                "{}: the measures listed, for entries from {from} to {to}; no schedule, so column 1 is unknown where no measure gives it",
                territory.title
            ),
        };
        report.notes.push(Note::coverage(words));
    }
    report.notes.push(Note::law(format!("Hash: sha256 {}", law.hash())));
    report
}

fn origins(set: &OriginSet) -> String {
    let list = |places: &[Place]| places.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    match set {
        OriginSet::All => "all".into(),
        OriginSet::Others => "all that no other measure names".into(),
        OriginSet::Of(places) => list(places),
        OriginSet::AllBut(places) => format!("all but {}", list(places)),
    }
}

/// Shows one measure, or all of a program: versions (those known on a day, where one is given), relations, exceptions.
pub fn measure_tables(law: &Rulebook, name: &str, as_known: Option<Date>) -> Report {
    let measures = law.meant_by(name);
    let mut versions = Table {
        title: "Versions".into(),
        columns: vec![
            Column::words("measure", "Measure"),
            Column::words("origins", "Origins"),
            Column::words("from", "From"),
            Column::words("before", "Before"),
            Column::words("known", "Known"),
            Column::words("rate", "Rate"),
            Column::words("heading", "Heading"),
            Column::words("reading", "Reading"),
            Column::words("cite", "Legal source"),
            Column::words("source", "Written in"),
        ],
        ..Table::default()
    };
    for measure in &measures {
        version_rows(measure, as_known, &mut versions);
    }
    let mut seen: BTreeMap<String, ()> = BTreeMap::new();
    let mut exceptions = Table {
        title: "Exceptions".into(),
        columns: vec![
            Column::words("title", "What is excepted"),
            Column::words("heading", "Heading"),
            Column::words("period", "Entries"),
            Column::words("requires", "Needs"),
            Column::figures("codes", "Codes"),
            Column::words("cite", "Legal source"),
            Column::words("source", "Written in"),
        ],
        ..Table::default()
    };
    let mut relations = Table {
        title: "Relations".into(),
        columns: vec![
            Column::words("relation", "Relation"),
            Column::words("period", "Entries"),
            Column::words("heading", "Heading"),
            Column::words("cite", "Legal source"),
            Column::words("source", "Written in"),
        ],
        ..Table::default()
    };
    for measure in &measures {
        for exception in &measure.exceptions {
            if seen.insert(exception.source.to_string(), ()).is_none() {
                let needs =
                    exception.requires.iter().map(ToString::to_string).chain(exception.when.iter().map(ToString::to_string));
                exceptions.rows.push(row(vec![
                    text(&exception.title),
                    maybe(exception.heading.as_ref()),
                    text(exception.period),
                    text(needs.collect::<Vec<_>>().join(", ")),
                    exception.codes.under.as_ref().map_or(Cell::Empty, |list| Cell::Count(list.rows().len())),
                    text(&exception.cite),
                    text(&exception.source),
                ]));
            }
        }
        for relation in &measure.relations {
            if seen.insert(relation.source.to_string(), ()).is_none() {
                relations.rows.push(row(vec![
                    text(relation_words(&relation.kind)),
                    text(relation.period),
                    maybe(relation.heading.as_ref()),
                    text(&relation.cite),
                    text(&relation.source),
                ]));
            }
        }
    }
    let title = measures.first().map_or_else(
        || name.to_owned(),
        |measure| {
            if measures.len() == 1 { measure.title.clone() } else { name.to_owned() }
        },
    );
    let tables = [versions, relations, exceptions].into_iter().filter(|table| !table.rows.is_empty()).collect();
    Report { title, tables, ..Report::default() }
}

fn relation_words(kind: &crate::law::RelationKind) -> String {
    use crate::law::{RelationKind, Where};
    match kind {
        RelationKind::YieldsTo(names, Where::Applies) => format!("yields to {}", names.join(", ")),
        RelationKind::YieldsTo(names, Where::Owed) => {
            format!("yields, where a duty is owed, to {}", names.join(", "))
        }
        RelationKind::RemainderAfter(names) => {
            format!("falls on what is left after {}", names.join(", "))
        }
        RelationKind::LessContent(id) => format!("less the content `{id}`"),
    }
}

fn version_rows(measure: &Measure, as_known: Option<Date>, table: &mut Table) {
    let heard = |version: &&Version| as_known.is_none_or(|day| version.known <= day);
    let mut versions: Vec<_> = measure.versions.iter().filter(heard).collect();
    versions.sort_by_key(|version| (version.period.from, version.known));
    for (number, version) in versions.into_iter().enumerate() {
        table.rows.push(Row {
            kind: if number == 0 { RowKind::First } else { RowKind::Body },
            cells: vec![
                if number == 0 { text(&measure.id) } else { Cell::Empty },
                if number == 0 { text(origins(&measure.origins)) } else { Cell::Empty },
                maybe(version.period.from),
                maybe(version.period.before),
                text(version.known),
                version.rate.as_ref().map_or_else(|| text("ended"), text),
                maybe(version.heading.as_ref()),
                maybe(version.reading.as_ref().map(|choice| format!("{} = {}", choice.reading, choice.option))),
                text(&version.cite),
                text(&version.source),
            ],
            sources: Vec::new(),
        });
    }
}

/// Lists what a flow may say: claims, facts and shares.
pub fn facts_table(law: &Rulebook) -> Report {
    let mut table = Table {
        columns: vec![
            Column::words("id", "Write"),
            Column::words("kind", "Kind"),
            Column::words("absent", "Where silent"),
            Column::words("title", "What it says"),
            Column::words("source", "Written in"),
        ],
        ..Table::default()
    };
    for fact in law.facts().values() {
        use crate::law::FactKind;
        let (kind, absent) = match fact.kind {
            FactKind::Preference => ("preference", "not claimed"),
            FactKind::Claim => ("claim", "no"),
            FactKind::Fact => ("fact", "unknown, with bounds"),
        };
        table.rows.push(row(vec![text(&fact.id), text(kind), text(absent), text(&fact.title), text(&fact.source)]));
    }
    for share in law.shares().values() {
        let kind = match share.kind {
            crate::law::ShareKind::Content => "content",
            crate::law::ShareKind::Weight => "weight",
        };
        let absent = share.absent.map_or("unknown, with bounds".to_owned(), |percent| percent.to_string());
        table.rows.push(row(vec![
            text(format!("{kind}.{}", share.id)),
            text(kind),
            text(absent),
            text(&share.title),
            text(&share.source),
        ]));
    }
    Report { title: "What a flow may say".into(), tables: vec![table], ..Report::default() }
}

/// Lists the readings: where official texts or courts leave more than one.
pub fn readings_table(law: &Rulebook) -> Report {
    let mut table = Table {
        columns: vec![
            Column::words("reading", "Reading"),
            Column::words("option", "Option"),
            Column::words("default", "Default"),
            Column::words("says", "What it says"),
            Column::words("cite", "Source"),
        ],
        ..Table::default()
    };
    for reading in law.readings().values() {
        for (number, option) in reading.options.iter().enumerate() {
            table.rows.push(Row {
                kind: if number == 0 { RowKind::First } else { RowKind::Body },
                cells: vec![
                    if number == 0 { text(&reading.id) } else { Cell::Empty },
                    text(&option.id),
                    if option.id == reading.default { text("default") } else { Cell::Empty },
                    text(&option.says),
                    text(&option.cite),
                ],
                sources: Vec::new(),
            });
        }
        table.notes.push(format!("{}: {} ({})", reading.id, reading.title, reading.why));
    }
    Report { title: "Readings".into(), tables: vec![table], ..Report::default() }
}

/// Lists the catalogue, or what of it matches a word; with the column-1 rate of the typical line, and of all lines where they differ.
pub fn products_table(law: &Rulebook, into: Country, day: Date, search: Option<&str>) -> Report {
    let mut table = Table {
        columns: vec![
            Column::words("product", "Product"),
            Column::words("title", "What it is"),
            Column::words("codes", "Codes"),
            Column::words("line", "Typical line"),
            Column::words("column_1", "Column 1"),
            Column::words("spread", "Its lines"),
            Column::words("synonyms", "Also called"),
            Column::words("source", "Written in").hidden(),
        ],
        ..Table::default()
    };
    let wanted = search.map(str::to_lowercase);
    let matches = |product: &Product| {
        wanted.as_deref().is_none_or(|word| {
            std::iter::once(product.id.as_str())
                .chain([product.title.as_str()])
                .chain(product.synonyms.iter().map(String::as_str))
                .any(|name| name.to_lowercase().contains(word))
        })
    };
    for product in law.products().values().filter(|product| matches(product)) {
        let (rate, spread) = column_1(law, into, day, product);
        table.rows.push(row(vec![
            text(&product.id),
            text(&product.title),
            text(product.codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")),
            text(product.line),
            text(rate),
            text(spread),
            text(product.synonyms.join(", ")),
            text(&product.source),
        ]));
    }
    let mut report = Report { title: format!("Products: column 1 of {into} on {day}"), tables: vec![table], ..Report::default() };
    report.notes.push(
        "A flow of a product is entered under its typical line. Where its lines differ in rate, name the line with `code`."
            .into(),
    );
    report
}

/// The typical line's general rate, and the rates of all lines the product covers where they differ.
fn column_1(law: &Rulebook, into: Country, day: Date, product: &Product) -> (String, String) {
    let Some(schedule) = law.schedule(into) else {
        return (String::new(), String::new());
    };
    let line = schedule.line(product.line, day).or_else(|| schedule.below(product.line, day).next());
    let rate = line.map_or("not in the schedule".to_owned(), |line| official_rate(line.general).to_string());
    let mut rates: Vec<(crate::law::Rate, String)> = Vec::new();
    let mut lines = 0_usize;
    for code in &product.codes {
        let below: Vec<_> = if code.length() >= 8 {
            schedule.line(*code, day).into_iter().collect()
        } else {
            schedule.below(*code, day).collect()
        };
        for line in below {
            lines += 1;
            let rate = official_rate(line.general);
            if !rates.iter().any(|(known, _)| *known == rate) {
                rates.push((rate.clone(), rate.to_string()));
            }
        }
    }
    rates.sort_by_key(|(rate, words)| (rate.percent(), words.clone()));
    let spread = match rates.as_slice() {
        [] | [_] => "all alike".to_owned(),
        [a, b] => format!("{lines} lines differ: {} or {}", a.1, b.1),
        [first, .., last] => format!("{lines} lines differ: {} rates, {} to {}", rates.len(), first.1, last.1),
    };
    (rate, spread)
}

/// Lists importing countries, groups, and countries of origin.
pub fn countries_table(law: &Rulebook, search: Option<&str>) -> Report {
    let wanted = search.map(str::to_lowercase);
    // Two letters are a code; anything longer is looked for in the names.
    let fits = |code: &str, name: &str| {
        wanted
            .as_deref()
            .is_none_or(|word| code.eq_ignore_ascii_case(word) || (word.len() > 2 && name.to_lowercase().contains(word)))
    };
    let mut importing = Table {
        title: "Importing countries".into(),
        columns: vec![
            Column::words("into", "Into"),
            Column::words("title", "Name"),
            Column::words("currency", "Currency"),
            Column::words("from", "Known from"),
            Column::words("before", "Known before"),
            Column::figures("measures", "Measures"),
            Column::words("rounding", "Rounding: value, duty"),
            Column::words("cite", "Source"),
        ],
        ..Table::default()
    };
    for territory in law.territories().filter(|territory| fits(territory.id.as_str(), &territory.title)) {
        importing.rows.push(row(vec![
            text(territory.id),
            text(&territory.title),
            text(territory.currency),
            Cell::Day(territory.complete_from),
            Cell::Day(territory.complete_before),
            Cell::Count(law.measures().filter(|measure| measure.into == territory.id).count()),
            text(format!("{}, {}", territory.rounding.value, territory.rounding.duty)),
            text(&territory.cite),
        ]));
    }
    let mut groups = Table {
        title: "Groups".into(),
        columns: vec![
            Column::words("group", "Group"),
            Column::words("title", "Name"),
            Column::words("from", "From"),
            Column::words("members", "Members"),
        ],
        ..Table::default()
    };
    for group in law.groups().values().filter(|group| fits(group.id.as_str(), &group.title)) {
        for (from, members) in &group.versions {
            groups.rows.push(row(vec![
                text(&group.id),
                text(&group.title),
                Cell::Day(*from),
                text(members.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")),
            ]));
        }
    }
    let mut origins = Table {
        title: "Origins (ISO 3166-1)".into(),
        columns: vec![
            Column::words("origin", "Origin"),
            Column::words("name", "Name"),
            Column::words("measures", "Measures that name it"),
        ],
        ..Table::default()
    };
    let mut named: BTreeMap<Country, Vec<String>> = BTreeMap::new();
    for measure in law.measures() {
        if let OriginSet::Of(places) = &measure.origins {
            for place in places {
                if let Place::Country(country) = place {
                    let programs = named.entry(*country).or_default();
                    let program = measure.program.to_string();
                    if !programs.contains(&program) {
                        programs.push(program);
                    }
                }
            }
        }
    }
    let wanted = search.map(str::to_lowercase);
    for country in Country::all() {
        let name = country.name().unwrap_or_default();
        let fits = wanted
            .as_deref()
            .is_none_or(|word| name.to_lowercase().contains(word) || country.as_str().eq_ignore_ascii_case(word));
        if fits {
            origins.rows.push(row(vec![
                text(country),
                text(name),
                text(named.get(&country).map(|p| p.join(", ")).unwrap_or_default()),
            ]));
        }
    }
    let all = [importing, groups, origins];
    let tables = all.into_iter().filter(|table| search.is_none() || !table.rows.is_empty()).collect();
    Report { title: "Countries".into(), tables, ..Report::default() }
}
