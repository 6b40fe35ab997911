use crate::support::{files_below, law, root, run};
use calamine::{Data, Reader, Xlsx};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use tariffcalc::answer::{self, Cell, Column, Report, Row, RowKind, Source, Table};
use tariffcalc::base::{Currency, Date, Decimal};
use tariffcalc::diag::Sources;
use tariffcalc::{read, render};

type Book = Xlsx<Cursor<Vec<u8>>>;

fn book(bytes: &[u8]) -> Book {
    Xlsx::new(Cursor::new(bytes.to_vec())).unwrap()
}

/// The parts of the file by name.
pub(crate) fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut part = archive.by_index(at).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (part.name().unwrap().to_string(), text)
        })
        .collect()
}

/// No part has a formula, a link or anything else that acts; every table's header stays in place.
pub(crate) fn nothing_acts(bytes: &[u8]) {
    for (name, text) in parts(bytes) {
        for acting in ["<f>", "<f ", "<hyperlink", "TargetMode=\"External\"", "macro", "vbaProject", "<ddeLink", "externalLink"] {
            // Words of a user may be anything; they stand in the shared strings, which nothing runs.
            assert!(
                name == "xl/sharedStrings.xml" || name == "docProps/core.xml" || !text.contains(acting),
                "{name} has {acting}"
            );
        }
    }
}

fn date(cell: &Data) -> Option<String> {
    let Data::DateTime(found) = cell else { return None };
    let days = found.as_f64() as i64;
    Some(Date::constant(1899, 12, 30).checked_add(jiff::Span::new().days(days)).unwrap().to_string())
}

/// The cells of a sheet by key of column, row by row, found through the sheet of columns.
fn rows(book: &mut Book, sheet: &str) -> Vec<BTreeMap<String, Data>> {
    let keys: Vec<String> =
        book.worksheet_range("Columns").unwrap().rows().filter(|row| row[0] == *sheet).map(|row| row[2].to_string()).collect();
    let range = book.worksheet_range(sheet).unwrap();
    let (height, width) = range.get_size();
    assert_eq!(width, keys.len(), "{sheet}");
    (1..height)
        .map(|row| {
            keys.iter().enumerate().map(|(at, key)| (key.clone(), range.get((row, at)).cloned().unwrap_or(Data::Empty))).collect()
        })
        .collect()
}

#[derive(Default)]
struct Counted {
    numbers: usize,
    exact: usize,
    days: usize,
    unknown: usize,
    words: usize,
}

/// Compares each table with its CSV: the same rows, the same columns, each number the same decimal.
fn same_as_csv(report: &Report, bytes: &[u8], counted: &mut Counted) {
    let mut book = book(bytes);
    let names = book.sheet_names().to_vec();
    let tables: Vec<&Table> = report.tables.iter().filter(|table| !table.rows.is_empty()).collect();
    for (table, name) in tables.iter().zip(&names) {
        let one = Report { tables: vec![(*table).clone()], ..Report::default() };
        let csv = render::csv(&one);
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let header = reader.headers().unwrap().clone();
        let rows = rows(&mut book, name);
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), records.len(), "{name}");
        for (row, record) in rows.iter().zip(&records) {
            for (key, text) in header.iter().zip(record) {
                let place = format!("{}, {name}, {key}: {text}", report.title);
                match &row[key] {
                    Data::Empty => assert_eq!(text, "", "{place}"),
                    Data::String(found) if text.is_empty() => {
                        assert_eq!(found, "unknown", "{place}");
                        counted.unknown += 1;
                    }
                    Data::String(found) => {
                        assert_eq!(found, text, "{place}");
                        counted.words += 1;
                    }
                    Data::Float(found) => {
                        let (found, decimal) = (found.to_string(), text.parse::<Decimal>().unwrap());
                        if found.parse::<Decimal>().ok() != Some(decimal.normalize()) {
                            assert_eq!(row[&format!("{key}_exact")].to_string(), text, "{place}");
                            assert_eq!(found, text.parse::<f64>().unwrap().to_string(), "{place}");
                            counted.exact += 1;
                        }
                        counted.numbers += 1;
                    }
                    cell @ Data::DateTime(_) => {
                        assert_eq!(date(cell).unwrap(), text, "{place}");
                        counted.days += 1;
                    }
                    other => panic!("{place}: {other:?}"),
                }
            }
        }
        assert_eq!(book.worksheet_formula(name).unwrap().used_cells().count(), 0, "{name}");
    }
}

/// Every scenario that is shipped: the figures of the spreadsheet are those of CSV, days are days, nothing acts, headers stay in place.
#[test]
fn every_scenario_is_the_same_in_a_spreadsheet_and_in_csv() {
    let mut counted = Counted::default();
    for path in files_below(&root().join("scenarios")).into_iter().filter(|path| path.extension().is_some_and(|e| e == "toml")) {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let mut sources = Sources::default();
        let files = read::Disk::at(root());
        let scenario = read::scenario(&files, &name, law(), &mut sources).scenario.unwrap();
        let results = answer::run(law(), &scenario, None).unwrap_or_else(|_| panic!("{name}"));
        for report in [answer::cost_table(law(), &scenario, &results), answer::program_table(law(), &scenario, &results)] {
            let bytes = render::xlsx(&report, &[("Law", law().hash().to_owned())]).unwrap();
            same_as_csv(&report, &bytes, &mut counted);
            nothing_acts(&bytes);
            let parts = parts(&bytes);
            let tables = report.tables.iter().filter(|table| !table.rows.is_empty()).count();
            for number in 1..=tables {
                let sheet = &parts[&format!("xl/worksheets/sheet{number}.xml")];
                assert!(
                    sheet.contains("<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"),
                    "{name}"
                );
                assert!(sheet.contains("<autoFilter ref=\"A1:"), "{name}");
            }
            resolves(&report, &bytes);
        }
    }
    assert!(
        counted.numbers > 1_000 && counted.days > 100 && counted.words > 1_000 && counted.unknown > 0,
        "{} {} {} {}",
        counted.numbers,
        counted.days,
        counted.words,
        counted.unknown
    );
    // What scenarios answer fits into a spreadsheet's digits.
    assert_eq!(counted.exact, 0);
}

/// The numbers in a row's cell of sources stand in the sheet of sources.
fn resolves(report: &Report, bytes: &[u8]) {
    let mut book = book(bytes);
    let sources = book.worksheet_range("Sources").unwrap();
    let listed: Vec<usize> = sources
        .rows()
        .skip(1)
        .filter_map(|row| if let Data::Float(number) = row[0] { Some(number as usize) } else { None })
        .collect();
    assert_eq!(listed, (1..=report.sources.len()).collect::<Vec<_>>());
    for sheet in book.sheet_names().to_vec() {
        if ["About", "Sources", "Columns"].contains(&sheet.as_str()) {
            continue;
        }
        for row in rows(&mut book, &sheet) {
            let Some(Data::String(numbers)) = row.get("sources") else { continue };
            for number in numbers.split(", ") {
                assert!(listed.contains(&number.parse().unwrap()), "{numbers}");
            }
        }
    }
}

/// A report that has every kind of cell.
fn every_kind() -> Report {
    let (usd, jpy) = (Currency::parse("USD").unwrap(), Currency::parse("JPY").unwrap());
    let number = |text: &str| text.parse::<Decimal>().unwrap();
    let row = |kind, cells, sources| Row { kind, cells, sources };
    Report {
        title: "=title()".into(),
        intro: vec!["@question".into()],
        tables: vec![
            Table {
                columns: vec![
                    Column::words("flow", "Flow"),
                    Column::words("id", "Flow").hidden(),
                    Column::figures("duty", "Duty"),
                    Column::figures("rate", "Rate"),
                    Column::words("day", "Day"),
                    Column::figures("count", "Count"),
                ],
                rows: vec![
                    row(
                        RowKind::Body,
                        vec![
                            Cell::Text("=cmd|' /C calc'!A0".into()),
                            Cell::Text("a\u{202e}b".into()),
                            Cell::Money(number("-1234567.5"), usd),
                            Cell::Rate(number("0.1523809523809523809523809524")),
                            Cell::Day(Date::constant(2025, 2, 28)),
                            Cell::Count(12_000),
                        ],
                        vec![1, 0],
                    ),
                    row(
                        RowKind::First,
                        vec![
                            Cell::Text("x;=1+1".into()),
                            Cell::Empty,
                            Cell::Unknown { at_least: Some(number("10.5")), at_most: None },
                            Cell::Rate(number("0.025")),
                            Cell::Day(Date::constant(1900, 2, 28)),
                            Cell::Empty,
                        ],
                        vec![],
                    ),
                    row(
                        RowKind::Total,
                        vec![
                            Cell::Text("\tall".into()),
                            Cell::Empty,
                            Cell::Money(number("12345678901234567.89"), jpy),
                            Cell::Refused,
                            Cell::Empty,
                            Cell::Empty,
                        ],
                        vec![],
                    ),
                ],
                ..Table::default()
            },
            Table {
                title: "About".into(),
                columns: vec![Column::words("a", "A")],
                rows: vec![row(RowKind::Body, vec![Cell::Text("x".repeat(40_000))], vec![])],
                notes: vec!["-2+3".into()],
                ..Table::default()
            },
        ],
        sources: ["One", "=Two"].map(|title| Source { title: title.into(), cite: "90 FR 1".into(), ..Source::default() }).into(),
        ..Report::default()
    }
}

#[test]
fn every_kind_of_cell_is_a_real_one() {
    let report = every_kind();
    let bytes = render::xlsx(&report, &[("Command", "tariffcalc".into())]).unwrap();
    let mut counted = Counted::default();
    // The cut text is not that of CSV; all else is.
    same_as_csv(&Report { tables: report.tables[..1].to_vec(), ..report.clone() }, &bytes, &mut counted);
    resolves(&report, &bytes);
    nothing_acts(&bytes);
    let mut book = book(&bytes);
    assert_eq!(book.sheet_names(), ["Results", "About (2)", "About", "Sources", "Columns"]);
    let range = book.worksheet_range("Results").unwrap();
    let header: Vec<String> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(
        header,
        [
            "Flow",
            "Duty",
            "Duty, at least",
            "Duty, at most",
            "Rate",
            "Day",
            "Count",
            "Sources",
            "Flow [id]",
            "Duty, exact",
            "Rate, exact"
        ]
    );
    let row = |number: usize| range.rows().nth(number).unwrap().to_vec();
    assert_eq!(row(1)[0], Data::String("'=cmd|' /C calc'!A0".into()));
    assert_eq!((&row(1)[1], &row(1)[7]), (&Data::Float(-1_234_567.5), &Data::String("2, 1".into())));
    assert_eq!(row(1)[8], Data::String("a\\u{202e}b".into()));
    assert_eq!(row(1)[10], Data::String("0.1523809523809523809523809524".into()));
    assert_eq!(
        (&row(2)[0], &row(2)[1], &row(2)[2]),
        (&Data::String("x;'=1+1".into()), &Data::String("unknown".into()), &Data::Float(10.5))
    );
    // Spreadsheets do not agree on days before March 1900.
    assert_eq!(row(2)[5], Data::String("1900-02-28".into()));
    assert_eq!((&row(3)[4], &row(3)[9]), (&Data::String("refused".into()), &Data::String("12345678901234567.89".into())));
    let long = book.worksheet_range("About (2)").unwrap().get_value((1, 0)).unwrap().to_string();
    assert!(long.ends_with('…') && long.encode_utf16().count() == 32_000);
    let about = book.worksheet_range("About").unwrap();
    let words: Vec<String> = about.rows().map(|row| row[1].to_string()).collect();
    for expected in ["'=title()", "'@question", "tariffcalc", "'-2+3"] {
        assert!(words.iter().any(|found| found == expected), "{expected}: {words:#?}");
    }
    assert!(words.iter().any(|found| found.starts_with("2 figures have more digits than the 15")), "{words:#?}");
    let styles = &parts(&bytes)["xl/styles.xml"];
    for format in ["#,##0.00 &quot;USD&quot;", "0.00##%", "yyyy-mm-dd"] {
        assert!(styles.contains(&format!("formatCode=\"{format}\"")), "{format}: {styles}");
    }
    assert!(styles.contains("<b/>"));
}

/// The same call gives the same bytes, whenever it is made.
#[test]
fn the_same_report_gives_the_same_bytes() {
    let first = render::xlsx(&every_kind(), &[]).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    assert_eq!(first, render::xlsx(&every_kind(), &[]).unwrap());
    let core = &parts(&first)["docProps/core.xml"];
    assert!(
        core.contains("2000-01-01T00:00:00Z") && core.matches("2000-01-01").count() == core.matches("T00:00:00Z").count(),
        "{core}"
    );
}

/// Every verb that has a report writes one, to a file or a pipe.
#[test]
fn verbs_write_spreadsheets() {
    let folder = std::env::temp_dir().join(format!("tariffcalc-xlsx-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let calls: [&[&str]; 13] = [
        &["run", "scenarios/japan-deal.toml", "--by", "measure"],
        &["rate", "passenger-cars", "--from", "JP", "--on", "2025-10-01"],
        &["explain", "scenarios/refund-2025-08-20.toml"],
        &["diff", "scenarios/japan-deal.toml", "pause", "deal"],
        &["timeline", "8703.23.01.60", "--from", "JP", "--before", "2026-01-01"],
        &["next", "8479.50", "--from", "JP", "--on", "2025-07-10"],
        &["sweep", "scenarios/us-content.toml"],
        &["solve", "scenarios/us-content.toml"],
        &["origins", "passenger-cars", "--value", "30000", "--on", "2025-10-01", "--from", "JP", "--from", "MX"],
        &["refund", "scenarios/refund-ieepa.toml"],
        &["panel", "scenarios/entry-lines.toml", "--by", "group"],
        &["law", "us-232-autos"],
        &["sources"],
    ];
    for call in calls {
        let file = folder.join(format!("{}.xlsx", call[0])).display().to_string();
        let printed = run(&[call, &["-o", &file]].concat());
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{call:?}");
        let bytes = std::fs::read(&file).unwrap();
        nothing_acts(&bytes);
        let mut book = book(&bytes);
        let about = book.worksheet_range("About").unwrap();
        let said: BTreeMap<String, String> = about.rows().map(|row| (row[0].to_string(), row[1].to_string())).collect();
        assert!(said["Command"].starts_with(&format!("tariffcalc {}", call[0])), "{said:?}");
        assert!(said["Law"].starts_with("sha256 ") && said["Law"].len() == 71, "{said:?}");
        assert!(book.worksheet_range(&book.sheet_names()[0].clone()).unwrap().height() > 1, "{call:?}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
    let wrong = run(&["run", "scenarios/japan-deal.toml", "--format", "csv", "-o", "x.xlsx"]);
    assert_eq!(wrong.code, 2);
}
