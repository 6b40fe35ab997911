//! Flows in bulk: official files as they come, and files that mean harm.

use crate::support::{Printed, root, run, run_in};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::PathBuf;
use tariffcalc::base::{CommodityCode, Country, Decimal, Unit};
use tariffcalc::read::{self, FlowFile, FlowOptions, flow_file};
use tariffcalc::scenario::{BulkFlow, FlowCount, FlowLayout, FlowSummary, RowFault, RowReason, ShareCount, Skipped};

/// A file of the data folder, which a clone by itself does not have.
fn data(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

struct Read {
    flows: Vec<BulkFlow>,
    faults: Vec<RowFault>,
    summary: FlowSummary,
    layout: FlowLayout,
}

fn collected(mut file: FlowFile) -> Read {
    let (mut flows, mut faults) = (Vec::new(), Vec::new());
    for row in file.by_ref() {
        match row {
            Ok(flow) => flows.push(flow),
            Err(fault) => faults.push(fault),
        }
    }
    let (summary, layout) = (file.summary().clone(), file.head().layout);
    let left_out: u64 = summary.skipped.values().map(|skipped| skipped.count).sum();
    assert_eq!(summary.rows, summary.read + summary.bad_rows() + left_out, "every row is read, at fault or left out");
    assert_eq!((summary.read, summary.bad_rows()), (flows.len() as u64, faults.len() as u64));
    Read { flows, faults, summary, layout }
}

fn opened(bytes: impl Into<Vec<u8>>, options: &FlowOptions) -> Result<FlowFile, String> {
    FlowFile::from_reader(Cursor::new(bytes.into()), "flows.csv", options)
        .map_err(|fault| format!("[{}] {} ({})", fault.code.name(), fault.message, fault.help.unwrap_or_default()))
}

fn read_text(text: impl Into<Vec<u8>>) -> Read {
    collected(opened(text, &FlowOptions::default()).unwrap_or_else(|words| panic!("{words}")))
}

fn refused(text: impl Into<Vec<u8>>) -> String {
    opened(text, &FlowOptions::default()).err().expect("the file is refused")
}

fn reasons(read: &Read) -> Vec<(u64, RowReason)> {
    read.faults.iter().map(|fault| (fault.line, fault.reason)).collect()
}

fn country(letters: &str) -> Country {
    Country::letters(letters).unwrap()
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn year(year: i16) -> FlowOptions {
    FlowOptions { year: Some(year), ..FlowOptions::default() }
}

#[test]
fn imports_of_2024_are_read_to_the_dollar() {
    let Some(path) = data("trade/us_imports_consumption_2024_hs10_country.csv.gz") else { return };
    let mut file = flow_file(&path, &FlowOptions::default()).unwrap();
    assert_eq!(file.head().layout, FlowLayout::Census);
    assert!(file.head().compressed && file.head().header_line == 1);
    let mut count = FlowCount::default();
    let mut first = None;
    for flow in file.by_ref() {
        let flow = flow.unwrap();
        count.add(&flow);
        first.get_or_insert(flow);
    }
    let summary = file.summary();
    assert_eq!((summary.rows, summary.read, summary.bad_rows()), (334_728, 334_728, 0));
    assert_eq!(summary.value.decimal(), Decimal::from(3_123_773_412_637_i64));
    assert_eq!(count.codes(), Some(18_626));
    assert_eq!(count.nested_codes().0, 0);
    let origins = count.origins();
    let top: Vec<(String, Decimal)> =
        origins.iter().take(3).map(|(origin, sum)| (origin.to_string(), sum.value.decimal())).collect();
    let expected = [("MX", 491_614_935_695_i64), ("CN", 417_986_720_127), ("CA", 392_465_115_618)];
    assert_eq!(top, expected.map(|(origin, value)| (origin.to_owned(), Decimal::from(value))));
    let first = first.unwrap();
    assert_eq!((first.line, first.code.to_string(), first.origin.to_string()), (2, "0101.21.00.10".into(), "CA".into()));
    assert_eq!(first.value, Decimal::from(809_426));
}

#[test]
fn a_dataweb_export_asks_for_a_year_and_agrees_with_its_own_total() {
    let Some(path) = data("trade/DataWeb-Query-Export__FAS_Value_hs2_country_2020-2025.csv.gz") else { return };
    let Err(fault) = flow_file(&path, &FlowOptions::default()) else { panic!("a year is asked for") };
    assert!(fault.help.unwrap().contains("2020, 2021, 2022, 2023, 2024, 2025"));
    let Err(fault) = flow_file(&path, &year(2019)) else { panic!("2019 is not there") };
    assert!(fault.message.contains("no column for 2019"));
    for (of, total) in [(2020, 1_429_995_404_019_i64), (2023, 2_020_479_165_519), (2024, 2_061_690_757_601), (2025, 0)] {
        let read = collected(flow_file(&path, &year(of)).unwrap());
        assert_eq!(read.layout, FlowLayout::DataWeb);
        assert_eq!((read.summary.read, read.faults.len()), (17_773, 0), "{:?}", read.faults.first());
        assert_eq!(read.summary.value.decimal(), Decimal::from(total));
        assert_eq!(read.summary.stated_total, Some(Decimal::from(total)));
        assert_eq!(read.summary.skipped[&Skipped::Total].count, 1);
        assert!(read.flows.iter().all(|flow| flow.year == Some(of) && flow.code.length() == 2));
    }
}

#[test]
fn a_download_of_usa_trade_online_is_read_and_its_one_bad_value_told() {
    let Some(path) = data("trade/usatradeonline_africa_2024_raw.csv.gz") else { return };
    let read = collected(flow_file(&path, &FlowOptions::default()).unwrap());
    assert_eq!(read.layout, FlowLayout::UsaTradeOnline);
    assert_eq!((read.summary.rows, read.summary.read), (15_833, 15_832));
    assert_eq!(read.summary.value.decimal(), Decimal::from(41_059_660_052_i64));
    assert_eq!(reasons(&read), [(14_066, RowReason::BadValue)]);
    assert_eq!(read.faults[0].message, "the value `2,429=` is not a number");
    assert!(read.flows.iter().all(|flow| flow.code.length() == 10 && flow.year == Some(2024)));
    let origins: std::collections::BTreeSet<Country> = read.flows.iter().map(|flow| flow.origin).collect();
    assert_eq!(origins.len(), 54);
    assert!(origins.contains(&country("NA")) && origins.contains(&country("CD")) && origins.contains(&country("CG")));
}

#[test]
fn shares_are_joined_by_code_and_country() {
    let (Some(imports), Some(path)) =
        (data("trade/us_imports_consumption_2024_hs10_country.csv.gz"), data("trade/usmca_product_shares_2025.csv.gz"))
    else {
        return;
    };
    let read = read::shares(&path).unwrap();
    assert_eq!((read.shares.len(), read.summary.bad_rows(), read.shares.rounded), (40_258, 0, 34));
    assert_eq!(read.shares.names, ["usmca"]);
    let code = CommodityCode::parse("0101210010").unwrap();
    assert_eq!(read.shares.get(0, code, country("CA")).unwrap().to_string(), "0.7005666754174974");
    assert_eq!(read.shares.get(0, code, country("JP")), None);
    let mut sum = ShareCount::default();
    for flow in flow_file(&imports, &FlowOptions::default()).unwrap() {
        let flow = flow.unwrap();
        if let Some(share) = read.shares.get(0, flow.code, flow.origin) {
            sum.add(&flow, share);
        }
    }
    assert_eq!((sum.rows, sum.value.decimal()), (22_295, Decimal::from(880_074_268_490_i64)));
    assert_eq!(sum.part.round_dp(2).to_string(), "616266103932.05");
    let Err(fault) = flow_file(&path, &FlowOptions::default()) else { panic!("shares are no flows") };
    assert_eq!(fault.help.as_deref(), Some("a table of shares goes beside the flows, with `--shares`"));
}

#[test]
fn sums_over_groups_of_codes_are_read_with_their_codes() {
    let Some(path) = data("japan/us_imports_2024_by_group_11partners.csv") else { return };
    let read = collected(flow_file(&path, &FlowOptions::default()).unwrap());
    assert_eq!(read.layout, FlowLayout::Groups);
    assert_eq!((read.summary.read, read.faults.len()), (418, 0), "{:?}", read.faults.first());
    assert_eq!(read.summary.value.decimal(), Decimal::from(5_362_278_956_555_i64));
    let engines = read.flows.iter().find(|flow| flow.origin == country("JP") && !flow.more_codes.is_empty()).unwrap();
    assert_eq!((engines.code.to_string(), engines.value), ("8407".into(), Decimal::from(3_879_890_518_i64)));
    assert_eq!(engines.more_codes.iter().map(ToString::to_string).collect::<Vec<_>>(), ["8408", "8409"]);
    assert!(read.flows.iter().any(|flow| flow.code == CommodityCode::ALL && flow.origin == country("EU")));
    assert!(read.flows.iter().all(|flow| flow.year == Some(2024)));
    let printed = run(&["flows", &path.display().to_string(), "--format", "json"]);
    assert!(printed.stdout.contains("goods may be counted twice"), "{}", printed.stdout);
}

#[test]
fn columns_are_found_whatever_their_case_and_order() {
    let text = "\u{feff}Con Val Mo;x\r\n".replace(";x", ",CTY_CODE,I_COMMODITY,CON_QY1_MO,UNIT_QY1,YEAR,MONTH")
        + "\"1,716,414\",5880,8703230160,12,NO,2024,07\r\n5.50,NAM,0101.21.00.10,3,X,2024,8\r\n";
    let read = read_text(text);
    assert_eq!(read.faults, []);
    let cars = &read.flows[0];
    assert_eq!((cars.line, cars.code.to_string(), cars.origin), (2, "8703.23.01.60".into(), country("JP")));
    assert_eq!((cars.value, cars.year, cars.month, cars.day), (Decimal::from(1_716_414), Some(2024), Some(7), None));
    assert_eq!(cars.quantities[0].map(|quantity| (quantity.number, quantity.unit)), Some((Decimal::from(12), Unit::Number)));
    let horses = &read.flows[1];
    assert_eq!((horses.line, horses.origin, horses.quantities[0]), (3, country("NA"), None));
    assert_eq!(horses.value.to_string(), "5.50");
}

#[test]
fn tabs_and_thousands_and_named_columns_are_read() {
    let read = read_text("HS6\tPartner\tTrade Value ($'000)\n870323\tKorea, Rep.\t1,234.5\n");
    assert_eq!((read.flows[0].origin, read.flows[0].value), (country("KR"), Decimal::from(1_234_500)));
    let columns = vec![("value".to_owned(), "GEN_VAL".to_owned()), ("origin".to_owned(), "who".to_owned())];
    let named = FlowOptions { columns, ..FlowOptions::default() };
    let read = collected(opened("hs6,who,imports,gen_val\n870323,JP,1,2\n", &named).unwrap());
    assert_eq!(read.flows[0].value, Decimal::from(2));
    let columns = vec![("value".to_owned(), "gen-vul".to_owned())];
    let words = opened("hs6,iso2,gen_val\n", &FlowOptions { columns, ..FlowOptions::default() }).err().unwrap();
    assert!(words.contains("no column `gen-vul` for the value") && words.contains("did you mean `gen_val`?"), "{words}");
}

#[test]
fn totals_and_districts_are_not_counted_twice() {
    let read = read_text(
        "Commodity,Country,District,Time,Customs  Value (Cons) ($US)\n\
         \"0101210020 Horses\",South Africa,All Districts,2024,\"30\"\n\
         \"0101210020 Horses\",South Africa,\"Miami, FL\",2024,\"10\"\n\
         \"0101210020 Horses\",World Total,All Districts,2024,\"30\"\n\
         \n\
         ,,,,\n",
    );
    assert_eq!((read.flows.len(), read.faults.len()), (1, 0), "{:?}", read.faults);
    let skipped: Vec<(Skipped, u64)> = read.summary.skipped.iter().map(|(why, rows)| (*why, rows.count)).collect();
    assert_eq!(skipped, [(Skipped::Blank, 1), (Skipped::Total, 1), (Skipped::District, 1)]);
    let figures = read_text(
        "Data Type,HTS Number,Country,2024\nCustoms Value,01,Chad,5\nFirst Unit of Quantity,01,Chad,900\nTotal: ,,,5\n",
    );
    assert_eq!(figures.summary.value.decimal(), Decimal::from(5));
    assert_eq!(figures.summary.skipped[&Skipped::OtherFigure].count, 1);
    assert_eq!(figures.summary.stated_total, Some(Decimal::from(5)));
}

#[test]
fn rows_of_other_years_are_left_out_where_a_year_is_asked_for() {
    let text = "hs6,iso2,year,value\n870323,JP,2023,1\n870323,JP,2024,2\n870323,JP,,4\n";
    let read = collected(opened(text, &year(2024)).unwrap());
    assert_eq!(read.summary.skipped[&Skipped::OtherYear].count, 1);
    assert_eq!(read.flows.len(), 2);
    let words = opened("hs6,iso2,value\n870323,JP,1\n", &year(2024)).err().unwrap();
    assert!(words.contains("does not say of which year"), "{words}");
}

#[test]
fn every_fault_of_a_row_has_its_line_and_reason() {
    let mut text = b"hs10,country,value,date,qty,unit,usmca_share\n".to_vec();
    for row in [
        "8703230160,JP,1,2024-05-01,1,kg,0.5",
        "101210010,JP,1,,,,",
        "87032301601,JP,1,,,,",
        "car,JP,1,,,,",
        ",JP,1,,,,",
        "8703,QQ,1,,,,",
        "8703,,1,,,,",
        "8703,JP,,,,,",
        "8703,JP,abc,,,,",
        "8703,JP,-7,,,,",
        "8703,JP,1,yesterday,,,",
        "8703,JP,1,,1,furlong,",
        "8703,JP,1,,,,1.5",
        "8703,JP,1",
        "8703,JP,1,,,,,extra",
        "8703,\"JP,1,,,,",
        "8703,JP,1,,,,,,",
    ] {
        text.extend_from_slice(row.as_bytes());
        text.push(b'\n');
    }
    text.extend_from_slice(b"8703,C\xf4te d'Ivoire,1,,,,\n");
    let read = read_text(text);
    assert_eq!(
        reasons(&read),
        [
            (3, RowReason::LostZero),
            (4, RowReason::CodeLength),
            (5, RowReason::BadCode),
            (6, RowReason::NoCode),
            (7, RowReason::UnknownOrigin),
            (8, RowReason::NoOrigin),
            (9, RowReason::NoValue),
            (10, RowReason::BadValue),
            (11, RowReason::NegativeValue),
            (12, RowReason::BadDate),
            (13, RowReason::BadQuantity),
            (14, RowReason::BadShare),
            (15, RowReason::RaggedRow),
            (16, RowReason::RaggedRow),
            (17, RowReason::OpenQuote),
            (19, RowReason::NotUtf8),
        ]
    );
    assert_eq!(read.flows.iter().map(|flow| flow.line).collect::<Vec<_>>(), [2, 18]);
    assert_eq!(read.flows[0].shares, [(0, "0.5".parse().unwrap())]);
    let values: BTreeMap<u64, Option<Decimal>> = read.faults.iter().map(|fault| (fault.line, fault.value)).collect();
    assert_eq!((values[&3], values[&11], values[&10]), (Some(Decimal::ONE), Some(Decimal::from(-7)), None));
    let (value, without) = read.summary.bad_value();
    assert_eq!((value.decimal(), without), (Decimal::from(3), 5));
    assert!(read.faults[15].message.contains("not UTF-8"), "{}", read.faults[15].message);
}

#[test]
fn a_mount_of_faults_stops_where_the_limit_says() {
    let mut text = String::from("hs10,country,value\n");
    text.push_str(&"8703,QQ,1\n".repeat(10));
    let options = FlowOptions { max_errors: Some(3), ..FlowOptions::default() };
    let read = collected(opened(text, &options).unwrap());
    assert_eq!(read.faults.len(), 4);
    assert!(read.summary.stopped.unwrap().starts_with("more than 3 rows are at fault; the last one is line 5: `QQ`"));
}

#[test]
fn files_that_are_none_are_told_as_what_they_are() {
    assert_eq!(
        refused(""),
        "[bad-table] `flows.csv` is empty (its first line names the columns, such as code,origin,value; `tariffcalc flows --help` tells more)"
    );
    assert_eq!(
        refused(compressed(b"")),
        "[bad-table] `flows.csv` is empty (its first line names the columns, such as code,origin,value; `tariffcalc flows --help` tells more)"
    );
    assert!(refused(b"PK\x03\x04rest".as_slice()).contains("a ZIP archive or a workbook"));
    assert!(refused(b"PAR1rest".as_slice()).contains("a Parquet file"));
    assert!(refused(b"\xff\xfeh\0s\0".as_slice()).contains("UTF-16"));
    assert!(refused("hs10;country;value\n8703;JP;1,5\n").contains("parted by semicolons"));
    assert!(refused("hs10,country,value\r8703,JP,1\r").contains("carriage return"));
    let lacks = refused("hs10,gtap_code,weight\n8703,ctl,1\n");
    assert!(lacks.contains("has no column for the origin, the value; it has `hs10`, `gtap_code`, `weight`"), "{lacks}");
    assert!(lacks.contains("cty_code, country, iso2"), "{lacks}");
    let twice = refused("hs10,country,value,Value\n8703,JP,1,2\n");
    assert!(twice.contains("several columns that may be the value") || twice.contains("two columns called"), "{twice}");
    let header_only = read_text("hs10,country,value\n");
    assert_eq!((header_only.summary.rows, header_only.flows.len()), (0, 0));
}

#[test]
fn a_compressed_file_cut_short_says_so_and_keeps_what_was_read() {
    let mut text = String::from("hs10,cty_code,value\n");
    let mut state = 1_u64;
    for _ in 0..60_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        text.push_str(&format!("8703230160,5880,{}\n", state >> 40));
    }
    let whole = compressed(text.as_bytes());
    assert_eq!(read_text(whole.clone()).flows.len(), 60_000);
    let read = read_text(&whole[..whole.len() / 2]);
    assert!(!read.flows.is_empty() && read.flows.len() < 60_000);
    let last = read.faults.last().unwrap();
    assert_eq!(last.reason, RowReason::CutShort);
    assert!(read.summary.stopped.unwrap().contains("the file is cut short"));
    assert!(refused(&whole[..12]).contains("cut short"));
    // A damaged middle is told as well, and two files one after the other are one.
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 40].fill(0xaa);
    let read = read_text(damaged);
    assert_eq!(read.faults.last().map(|fault| fault.reason), Some(RowReason::CutShort));
    let two = [compressed(b"hs10,country,value\n8703,JP,1\n"), compressed(b"8704,JP,2\n")].concat();
    assert_eq!(read_text(two).summary.value.decimal(), Decimal::from(3));
}

#[test]
fn a_huge_field_is_one_row_at_fault() {
    let mut text = b"hs10,country,value\n8703,JP,1\n8703,".to_vec();
    text.resize(text.len() + 20 * 1024 * 1024, b'x');
    text.extend_from_slice(b",1\n8703,JP,2\n8703,");
    text.resize(text.len() + 100_000, b'y');
    text.extend_from_slice(b",1\n");
    let read = read_text(text);
    assert_eq!(reasons(&read), [(3, RowReason::TooLong), (5, RowReason::UnknownOrigin)]);
    assert!(read.faults[1].message.len() < 300);
    assert_eq!(read.summary.value.decimal(), Decimal::from(3));
    // A header of very many columns is not printed whole.
    let words = refused(format!("{}\n", "column,".repeat(100_000)));
    assert!(words.len() < 5_000 && words.contains("more"), "{}", words.len());
}

/// A folder of this test's own, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tariffcalc-flows-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn show(&self, bytes: &[u8], more: &[&str]) -> Printed {
        std::fs::write(self.0.join("flows.csv"), bytes).unwrap();
        let mut args = vec!["flows", "flows.csv"];
        args.extend(more);
        let printed = run_in(&self.0, &args);
        assert!(!printed.stderr.contains("panicked"), "{}", printed.stderr);
        printed
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_verb_shows_what_was_recognised_in_every_format() {
    let folder = Folder::new("verb");
    let text = b"hs10,cty_code,gtap,imports\n8703230160,5880,x,1000\n8703230160,4280,x,500\n8703230160,QQ,x,7\n";
    std::fs::write(folder.0.join("shares.csv"), "hts10,cty_code,steel_share\n8703,5880,0.25\n8704,5880,2\n").unwrap();
    let table = folder.show(text, &["--shares", "shares.csv"]);
    assert_eq!(table.code, 0, "{}", table.stderr);
    for words in ["Census Bureau import statistics", "hs10", "gtap", "unknown-origin", "Japan", "1,500.00", "250.00", "66.6667%"]
    {
        assert!(table.stdout.contains(words), "{words}:\n{}", table.stdout);
    }
    assert!(table.stderr.contains("1 of 3 rows of the file could not be read"), "{}", table.stderr);
    let json: serde_json::Value = serde_json::from_str(&folder.show(text, &["--format", "json"]).stdout).unwrap();
    let tables = json["tables"].as_array().unwrap();
    let rows = tables.iter().find(|table| table["title"] == "Rows").unwrap()["rows"].as_array().unwrap();
    assert_eq!((rows[1]["reason"].as_str(), rows[1]["first_lines"].as_str()), (Some("unknown-origin"), Some("4")));
    assert!(folder.show(text, &["--format", "csv"]).stdout.contains("read,,2,1500.00,0,,"));
    assert!(folder.show(text, &["--format", "markdown"]).stdout.contains("| JP"));
    let stopped = folder.show(text, &["--max-errors", "0"]);
    assert_eq!(stopped.code, 1);
    assert!(stopped.stderr.contains("reading stopped: more than 0 rows are at fault"), "{}", stopped.stderr);
    assert_eq!(folder.show(text, &["--year", "1066"]).code, 2);
    assert_eq!(folder.show(text, &["--max-errors", "x"]).code, 2);
    let header_only = folder.show(b"hs10,country,value\n", &[]);
    assert_eq!(header_only.code, 1);
    assert!(header_only.stderr.contains("a header and no rows"), "{}", header_only.stderr);
    assert_eq!(folder.show(b"", &[]).code, 1);
    assert_eq!(run_in(&folder.0, &["flows", "missing.csv"]).code, 1);
    assert_eq!(run_in(&folder.0, &["flows", "."]).code, 1);
}

#[test]
fn text_of_a_file_reaches_no_terminal_or_spreadsheet_raw() {
    let folder = Folder::new("raw");
    let text = b"hs10,country,value,\x1b[31mred,=cmd\n8703,\x1b[2J,1,,\n8703,JP,1,,\n8703,=1+1,1,,\n";
    for format in ["table", "markdown", "csv", "json"] {
        let printed = folder.show(text, &["--format", format]);
        assert!(!printed.stdout.contains('\u{1b}') && !printed.stderr.contains('\u{1b}'), "{format}: {:?}", printed.stdout);
    }
    let stopped = folder.show(text, &["--max-errors", "0"]);
    assert!(!stopped.stderr.contains('\u{1b}'), "{:?}", stopped.stderr);
}

#[test]
fn tables_of_shares_are_checked_row_by_row() {
    let text = "hts10,steel_share,copper_share\n7210,1,0\n7211,0.5,\n7211,0.4,0\n7212,2,0\n721,1,1\n";
    let read = read::shares_from(Cursor::new(text), "shares.csv").unwrap();
    assert_eq!(read.shares.names, ["steel", "copper"]);
    let share = |number, code: &str| read.shares.get(number, CommodityCode::parse(code).unwrap(), country("JP"));
    assert_eq!((share(0, "7210.49.00"), share(1, "7210.49.00")), (Some(Decimal::ONE), Some(Decimal::ZERO)));
    assert_eq!((share(1, "7211.13.00"), share(0, "7215")), (None, None));
    assert_eq!(read.summary.bad_rows(), 3);
    let fault = read::shares_from(Cursor::new("hts10,cty_code\n1,2\n"), "shares.csv").unwrap_err();
    assert!(fault.message.contains("is no table of shares; it has `hts10`, `cty_code`"), "{}", fault.message);
}
