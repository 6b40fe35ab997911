//! Panels as files: what they hold, that they are whole or not there, and what is said where they cannot be written.

use crate::support::{Printed, root, run_in};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tariffcalc::base::Decimal;

/// A folder of a test's own, removed with it.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tariffcalc-output-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.0.join(name), text).unwrap();
        self
    }

    pub(crate) fn run(&self, args: &[&str]) -> Printed {
        run_in(&self.0, args)
    }

    pub(crate) fn done(&self, args: &[&str]) -> String {
        let printed = self.run(args);
        assert_eq!(printed.code, 0, "{args:?}: {}", printed.stderr);
        printed.stdout
    }

    /// The names in it, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            std::fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Rows by column name.
pub(crate) type Rows = Vec<BTreeMap<String, String>>;

pub(crate) fn rows(text: &str) -> Rows {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| header.iter().zip(record.iter()).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}

pub(crate) fn number(row: &BTreeMap<String, String>, name: &str) -> Decimal {
    let text = row.get(name).unwrap_or_else(|| panic!("no column {name}"));
    if text.is_empty() { Decimal::ZERO } else { text.parse().unwrap() }
}

pub(crate) fn total(rows: &Rows, name: &str) -> Decimal {
    rows.iter().map(|row| number(row, name)).sum()
}

/// Cars, toys, a watch whose rate stands in words, wine of an origin that pays column 2, steel whose content nobody says; values with cents.
pub(crate) const FLOWS: &str = "hts10,country,value\n8703230140,JP,100000\n9503000071,China,10000.50\n9102111000,CH,5000\n\
8703230140,DE,123456.78\n7208100000,KR,777\n9503000071,RU,4321\n87x,JP,1\n";

const DAYS: [&str; 4] = ["--on", "2025-07-01", "--on", "2025-10-01"];

fn panel<'a>(file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    ["panel", file].into_iter().chain(DAYS).chain(more.iter().copied()).collect()
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder.join("manifest.json")).unwrap()).unwrap()
}

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap_or_else(|| panic!("{value} is no decimal")).parse().unwrap()
}

const AMOUNTS: [&str; 5] = ["value", "priced", "unknown", "refused", "duty"];

/// By origin, chapter, program and flow: files, manifest and the printed table say the same to the cent.
#[test]
fn partitions_and_manifest_agree_with_the_table() {
    let folder = Folder::new("agree");
    folder.file("flows.csv", FLOWS);
    let table = rows(&folder.done(&panel("flows.csv", &["--format", "csv"])));
    assert_eq!(table.len(), 2);
    for by in ["origin", "chapter", "program", "flow"] {
        let said = folder.done(&panel("flows.csv", &["--by", by, "--format", "csv", "--output", by]));
        assert!(said.starts_with(&format!("{by}: 2 entry dates, ")), "{said}");
        let manifest = manifest(&folder.0.join(by));
        assert_eq!(manifest["schema"], 1);
        assert_eq!(manifest["rows_are"], by);
        assert_eq!(manifest["law"]["hash"].as_str().unwrap().len(), 64);
        assert_eq!(manifest["command"][0], "panel");
        let partitions = manifest["partitions"].as_array().unwrap();
        assert_eq!(partitions.len(), 2);
        for (partition, day) in partitions.iter().zip(&table) {
            let path = partition["path"].as_str().unwrap();
            assert_eq!(path, format!("entered={}/part-0.csv", day["entered"]));
            let bytes = std::fs::read(folder.0.join(by).join(path)).unwrap();
            assert_eq!(partition["bytes"], bytes.len());
            let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(partition["sha256"], sum);
            let found = rows(std::str::from_utf8(&bytes).unwrap());
            assert_eq!(partition["rows"], found.len());
            assert!(!found[0].contains_key("entered"), "the folder's name says it");
            let mut whole = found.clone();
            if by == "program" {
                whole.retain(|row| row["program"] == "total");
                let parts: Decimal = found.iter().filter(|row| row["program"] != "total").map(|row| number(row, "duty")).sum();
                assert_eq!(parts, number(day, "duty"), "{by}");
            }
            for amount in AMOUNTS {
                assert_eq!(total(&whole, amount), number(day, amount), "{by} {amount}");
                assert_eq!(decimal(&partition["totals"][0][amount]), number(day, amount), "{by} {amount}");
            }
        }
        for amount in AMOUNTS {
            assert_eq!(decimal(&manifest["totals"][0][amount]), total(&table, amount), "{by} {amount}");
        }
        // An average says what it is of, and so does every other figure.
        for column in manifest["columns"].as_array().unwrap() {
            assert!(column["meaning"].as_str().unwrap().len() > 5, "{column}");
            if column["key"] == "effective_rate" {
                let meaning = column["meaning"].as_str().unwrap();
                assert!(["Concept", "Weights", "Universe", "Entry date"].iter().all(|word| meaning.contains(word)), "{meaning}");
                assert_eq!(column["unit"], "fraction");
            }
        }
    }
    assert_eq!(folder.names(), ["chapter", "flow", "flows.csv", "origin", "program"], "nothing else is left");
}

/// The figures of two days by hand: cars of Japan at 2.5 + 25 % and at 15 % in all, toys of China at 20 + 10 %, a watch that is unknown.
#[test]
fn each_flow_has_its_own_row_with_its_parts() {
    let folder = Folder::new("flow");
    folder.file("flows.csv", FLOWS);
    folder.done(&panel("flows.csv", &["--by", "flow", "--output", "rows.csv"]));
    let rows = rows(&std::fs::read_to_string(folder.0.join("rows.csv")).unwrap());
    assert_eq!(rows.len(), 12);
    let row = |day: &str, flow: &str| rows.iter().find(|row| row["entered"] == day && row["flow"] == flow).unwrap();
    let cars = row("2025-07-01", "flows.csv/2");
    assert_eq!((cars["code"].as_str(), cars["origin"].as_str(), cars["status"].as_str()), ("8703.23.01.40", "JP", "known"));
    assert_eq!([&cars["duty"], &cars["duty_us_column_1"], &cars["duty_us_232_autos"]], ["27500.00", "2500.00", "25000.00"]);
    assert_eq!(cars["effective_rate"], "0.275");
    assert_eq!(row("2025-10-01", "flows.csv/2")["duty"], "15000.00");
    let toys = row("2025-07-01", "flows.csv/3");
    // 10,000.50 is charged as 10,001 whole dollars: 20 % fentanyl and 10 % reciprocal.
    assert_eq!(
        [&toys["duty"], &toys["duty_us_ieepa_fentanyl"], &toys["duty_us_ieepa_reciprocal"]],
        ["3000.30", "2000.20", "1000.10"]
    );
    let watch = row("2025-10-01", "flows.csv/4");
    assert_eq!((watch["status"].as_str(), watch["duty"].as_str(), watch["unknown"].as_str()), ("unknown", "", "5000.00"));
    // Its rate stands in words; the reciprocal tariff on Switzerland was 39 %.
    assert_eq!(watch["unknown_at_least"], "1950.00");
    for row in &rows {
        let parts: Decimal = row.keys().filter(|name| name.starts_with("duty_")).map(|name| number(row, name)).sum();
        assert_eq!(parts, number(row, "duty"), "{row:?}");
        assert_eq!(number(row, "priced") + number(row, "unknown") + number(row, "refused"), number(row, "value"));
        assert!(!row.contains_key("duty_us_fees"), "no fees are worked out, so none are zero");
    }
}

/// More rows than are priced at once, and a flow that a share parts in two at every place: nothing is lost or counted twice.
#[test]
fn rows_priced_in_several_chunks_add_up() {
    let folder = Folder::new("chunks");
    let mut text = String::from("hts10,country,value\n");
    for number in 0..70_000 {
        let (code, origin) = [("8703230140", "JP"), ("9503000071", "CN"), ("8703230140", "MX")][number % 3];
        text.push_str(&format!("{code},{origin},{}\n", 1_000 + number));
    }
    folder.file("flows.csv", text).file("shares.csv", "hts10,country,usmca_share\n8703230140,MX,0.3\n");
    let asked = ["panel", "flows.csv", "--shares", "shares.csv", "--on", "2025-02-01"];
    let whole = rows(&folder.done(&[&asked[..], &["--format", "csv"]].concat()));
    folder.done(&[&asked[..], &["--by", "flow", "-o", "rows.csv"]].concat());
    let rows = rows(&std::fs::read_to_string(folder.0.join("rows.csv")).unwrap());
    assert_eq!(rows.len(), 70_000);
    for amount in AMOUNTS {
        assert_eq!(total(&rows, amount), number(&whole[0], amount), "{amount}");
    }
    assert_eq!(rows[69_999]["flow"], "flows.csv/70001");
}

#[test]
fn one_file_of_each_format_has_the_same_rows() {
    let folder = Folder::new("formats");
    folder.file("flows.csv", FLOWS);
    for by in ["origin", "flow"] {
        for file in ["a.csv", "a.json", "a.jsonl"] {
            folder.done(&panel("flows.csv", &["--by", by, "-o", file]));
        }
        let read = |name: &str| std::fs::read_to_string(folder.0.join(name)).unwrap();
        let table = rows(&read("a.csv"));
        let lines: Vec<Value> = read("a.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let document: Value = serde_json::from_str(&read("a.json")).unwrap();
        assert_eq!(document["schema"], 1);
        assert!(document["notes"].as_array().unwrap().iter().any(|note| note.as_str().unwrap().contains("No ")));
        let table_of = &document["tables"][0];
        assert!(table_of["columns"].as_array().unwrap().iter().all(|column| !column["meaning"].as_str().unwrap().is_empty()));
        let objects = table_of["rows"].as_array().unwrap();
        assert_eq!((lines.len(), objects.len()), (table.len(), table.len()));
        for ((row, line), object) in table.iter().zip(&lines).zip(objects) {
            for (name, text) in row {
                let flat = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let expected = if text.is_empty() { "null" } else { text };
                assert_eq!(flat(&line[name]), expected, "{name}");
                let exact = object[name].get("amount").map(decimal);
                assert!(exact.is_none_or(|amount| amount == number(row, name)), "{name}");
            }
        }
        // The document of the aggregates is that of stdout.
        if by == "origin" {
            let printed: Value =
                serde_json::from_str(&folder.done(&panel("flows.csv", &["--by", by, "--format", "json"]))).unwrap();
            assert_eq!(printed, document);
        }
    }
    folder.done(&panel("flows.csv", &["--by", "flow", "--format", "json", "-o", "lines"]));
    assert_eq!(manifest(&folder.0.join("lines"))["partitions"][0]["path"], "entered=2025-07-01/part-0.jsonl");
}

#[test]
fn what_cannot_be_written_is_said_before_the_work() {
    let folder = Folder::new("usage");
    folder.file("flows.csv", FLOWS);
    let refused = |more: &[&str], code: i32, words: &str| {
        let printed = folder.run(&panel("flows.csv", more));
        assert_eq!(printed.code, code, "{more:?}: {}", printed.stderr);
        assert!(printed.stderr.contains(words), "{more:?}: {}", printed.stderr);
    };
    refused(&["--format", "parquet"], 2, "needs a place");
    refused(&["-o", "somewhere"], 2, "say what to write to `somewhere`");
    refused(&["-o", "a.csv", "--format", "json"], 2, "tells another format than `--format`");
    refused(&["-o", "no/such/a.csv"], 1, "there is no folder `no/such`");
    refused(&["--from", "JP"], 2, "goes with `--every-line`");
    std::fs::create_dir_all(folder.0.join("full")).unwrap();
    std::fs::write(folder.0.join("full/kept.txt"), "mine").unwrap();
    refused(&["-o", "full", "--format", "csv"], 1, "the folder is there already and not empty");
    assert_eq!(std::fs::read_to_string(folder.0.join("full/kept.txt")).unwrap(), "mine");
    assert_eq!(folder.names(), ["flows.csv", "full"]);
    let printed = folder.run(&["law", "--format", "parquet"]);
    assert_eq!(printed.code, 2, "{}", printed.stderr);
}

/// What any verb prints goes to a file of its own: the same bytes, whole or not at all.
#[test]
fn any_verb_writes_to_a_file() {
    let folder = Folder::new("any");
    let scenario = root().join("scenarios/refund-2025-08-20.toml");
    let scenario = scenario.to_str().unwrap();
    for (name, format) in [("a.md", "markdown"), ("a.csv", "csv"), ("a.json", "json"), ("a.txt", "table")] {
        let to_stdout = folder.run(&["run", scenario, "--format", format]);
        let to_file = folder.run(&["run", scenario, "-o", name]);
        assert_eq!((to_file.code, to_file.stderr.as_str()), (0, ""), "{name}");
        assert_eq!(std::fs::read_to_string(folder.0.join(name)).unwrap(), to_stdout.stdout, "{name}");
        assert_eq!(to_file.stdout, format!("{name}: {} bytes\n", to_stdout.stdout.len()), "{name}");
    }
    let quiet = folder.run(&["run", scenario, "-o", "a.md", "--quiet"]);
    assert_eq!((quiet.code, quiet.stdout.as_str(), quiet.stderr.as_str()), (0, "", ""));
    let faulty = folder.run(&["run", "no-such.toml", "-o", "b.md"]);
    assert_eq!(faulty.code, 1);
    assert_eq!(folder.names(), ["a.csv", "a.json", "a.md", "a.txt"], "nothing is left of what stopped");
}

#[test]
fn a_file_is_replaced_by_a_whole_one_and_an_empty_folder_filled() {
    let folder = Folder::new("replace");
    folder.file("flows.csv", FLOWS).file("a.csv", "old");
    std::fs::create_dir(folder.0.join("empty")).unwrap();
    folder.done(&panel("flows.csv", &["-o", "a.csv"]));
    folder.done(&panel("flows.csv", &["-o", "empty", "--format", "csv"]));
    assert_eq!(rows(&std::fs::read_to_string(folder.0.join("a.csv")).unwrap()).len(), 2);
    assert_eq!(folder.names(), ["a.csv", "empty", "flows.csv"]);
    // The same call gives the same bytes.
    let first = std::fs::read(folder.0.join("empty/manifest.json")).unwrap();
    std::fs::remove_dir_all(folder.0.join("empty")).unwrap();
    folder.done(&panel("flows.csv", &["-o", "empty", "--format", "csv"]));
    assert!(first == std::fs::read(folder.0.join("empty/manifest.json")).unwrap());
}

/// A file that outgrows what the system allows is cut off by a signal, as by Ctrl-C: the name asked for never appears, and what is left tells what it is.
#[test]
fn a_killed_run_leaves_no_file_of_the_name_asked_for() {
    let folder = Folder::new("killed");
    let text: String = FLOWS.lines().skip(1).take(6).cycle().take(6_000).map(|line| format!("{line}\n")).collect();
    folder.file("flows.csv", format!("hts10,country,value\n{text}"));
    let program = env!("CARGO_BIN_EXE_tariffcalc");
    let limited = |before: &str, output: &str| {
        let command = format!("{before}ulimit -f 64; exec \"{program}\" panel flows.csv --by flow --on 2025-07-01 {output}");
        std::process::Command::new("sh").args(["-c", &command]).current_dir(&folder.0).output()
    };
    for (output, name) in [("-o a.csv", "a.csv"), ("-o a.json", "a.json"), ("-o parts --format csv", "parts")] {
        let Ok(killed) = limited("", output) else { return eprintln!("skipped: there is no shell") };
        if killed.status.success() {
            return eprintln!("skipped: the shell limits no files");
        }
        assert!(killed.status.code().is_none(), "{:?}: {}", killed.status, String::from_utf8_lossy(&killed.stderr));
        let left: Vec<String> = folder.names().into_iter().filter(|left| left != "flows.csv").collect();
        assert!(
            left.len() == 1 && left[0].starts_with(&format!(".{name}.")) && left[0].ends_with(".tariffcalc-part"),
            "{left:?}"
        );
        let left = folder.0.join(&left[0]);
        if left.is_dir() {
            std::fs::remove_dir_all(left).unwrap()
        } else {
            std::fs::remove_file(left).unwrap()
        }
        // Where the write fails instead, the program says so and cleans up.
        let failed = limited("trap '' XFSZ; ", output).unwrap();
        let said = String::from_utf8_lossy(&failed.stderr).into_owned();
        assert_eq!(failed.status.code(), Some(1), "{said}");
        assert!(said.contains(&format!("error: cannot write `{name}")) && said.contains("too large"), "{said}");
        assert_eq!(folder.names(), ["flows.csv"]);
    }
}

#[test]
fn a_full_disk_is_told() {
    if !Path::new("/dev/full").exists() {
        return eprintln!("skipped: the system has no /dev/full");
    }
    let folder = Folder::new("full");
    folder.file("flows.csv", FLOWS);
    for more in [&["--format", "csv"][..], &["--format", "json"], &["--by", "flow", "--format", "csv"]] {
        let printed = folder.run(&panel("flows.csv", &[more, &["-o", "/dev/full"]].concat()));
        assert_eq!(printed.code, 1, "{}", printed.stderr);
        assert!(printed.stderr.contains("error: cannot write `/dev/full`: No space left on device"), "{}", printed.stderr);
        assert!(!printed.stderr.contains("panicked"));
    }
    assert!(!std::fs::metadata("/dev/full").unwrap().is_file(), "a device is written to, not replaced");
}

/// The schedule without flows: lines, chapters and the whole agree, and the average is the mean of the rates of the lines.
#[test]
fn every_line_is_averaged_simply() {
    let folder = Folder::new("lines");
    let asked = ["panel", "--every-line", "--from", "JP", "--from", "Germany", "--on", "2025-10-01"];
    let whole = rows(&folder.done(&[&asked[..], &["--format", "csv"]].concat()));
    let chapters = rows(&folder.done(&[&asked[..], &["--by", "chapter", "--format", "csv"]].concat()));
    let origins = rows(&folder.done(&[&asked[..], &["--by", "origin", "--format", "csv"]].concat()));
    folder.done(&[&asked[..], &["--by", "flow", "-o", "lines.csv"]].concat());
    let lines = rows(&std::fs::read_to_string(folder.0.join("lines.csv")).unwrap());
    let count = |rows: &Rows| rows.iter().map(|row| row["flows"].parse::<usize>().unwrap()).sum::<usize>();
    assert_eq!(lines.len(), count(&whole));
    assert_eq!((count(&chapters), count(&origins)), (lines.len(), lines.len()));
    assert_eq!(origins.iter().map(|row| row["origin"].as_str()).collect::<Vec<_>>(), ["DE", "JP"]);
    for amount in AMOUNTS {
        for parts in [&chapters, &origins, &lines] {
            assert_eq!(total(parts, amount), number(&whole[0], amount), "{amount}");
        }
    }
    assert_eq!(number(&whole[0], "value"), Decimal::from(100_000) * Decimal::from(lines.len()));
    let rates: Vec<Decimal> =
        lines.iter().filter(|row| row["status"] == "known").map(|row| number(row, "effective_rate")).collect();
    let mean = rates.iter().sum::<Decimal>() / Decimal::from(rates.len());
    assert_eq!(mean.round_dp(6), number(&whole[0], "effective_rate"));
    // A car of Japan owes 15 % in all under the deal, 2.5 % of it under column 1.
    let car = lines.iter().find(|row| row["code"] == "8703.23.01" && row["origin"] == "JP").unwrap();
    assert_eq!((car["duty"].as_str(), car["duty_us_column_1"].as_str()), ("15000.00", "2500.00"));
    let told: Value = serde_json::from_str(&folder.done(&[&asked[..], &["--format", "json"]].concat())).unwrap();
    let columns = told["tables"][0]["columns"].as_array().unwrap();
    let meaning = columns.iter().find(|column| column["key"] == "effective_rate").unwrap()["meaning"].as_str().unwrap();
    for words in [
        "simple average. Concept: duty / customs value of one import of 100,000 USD",
        "Weights: every line and origin counts the same",
        "from DE, JP",
    ] {
        assert!(meaning.contains(words), "{meaning}");
    }
    assert!(!told["notes"].to_string().contains("weighted by customs value"));
    let each = folder.run(&["panel", "--every-line", "--by", "flow"]);
    assert_eq!(each.code, 2);
    assert!(each.stderr.contains("say where they go with `--output DIR`"), "{}", each.stderr);
    let both = rows(&folder.done(&[&asked[..], &["--by", "chapter", "--by", "origin", "--format", "csv"]].concat()));
    for chapter in &chapters {
        let of: Rows = both.iter().filter(|row| row["chapter"] == chapter["chapter"]).cloned().collect();
        assert!(of.len() <= 2 && total(&of, "duty") == number(chapter, "duty"), "{of:?}");
    }
    let wrong = folder.run(&["panel", "--every-line", "--from", "Jpan"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("did you mean `Japan`?"), "{}", wrong.stderr);
}

/// A scenario with cases, groups, a foreign currency, two importing countries, and flows that no batch holds: what is written flow by flow adds up to the table, case by case.
#[test]
fn cases_of_a_scenario_are_written_flow_by_flow() {
    let folder = Folder::new("cases");
    folder.file("lines.csv", "hts10,country,value,group,date\n8703230140,JP,100000,cars,2025-07-01\n9503000071,CN,10000,toys,2025-10-01\n8703230140,MX,5000,cars,2025-10-01\n");
    folder.file("shares.csv", "hts10,country,usmca_share\n8703230140,MX,0.3\n").file(
        "q.toml",
        r#"schema = 1
title = "Lines"
question = "What do they owe?"
exchange = ["1.1 USD/EUR"]
[[flow-file]]
id = "lines"
into = "US"
path = "lines.csv"
shares = "shares.csv"
[[flow-file]]
id = "euros"
into = "US"
path = "lines.csv"
currency = "EUR"
group = "euros"
[[flow]]
id = "union"
into = "US"
origin = "EU"
product = "passenger-cars"
entered = 2025-10-01
value = "1,000 USD"
[[flow]]
id = "rice"
into = "JP"
origin = "US"
code = "1006.30"
entered = 2025-10-01
value = "2,000,000 JPY"
quantity = "10,000 kg"
[[case]]
id = "late"
entered = 2025-11-20
[[case]]
id = "void"
readings = { us-ieepa = "void" }
"#,
    );
    for on in [&["--on", "2025-10-01", "--on", "2025-07-01"][..], &[]] {
        let asked = [&["panel", "q.toml"], on].concat();
        let table = rows(&folder.done(&[&asked[..], &["--format", "csv"]].concat()));
        folder.done(&[&asked[..], &["--by", "flow", "--by", "group", "--format", "csv", "-o", "out"]].concat());
        folder.done(&[&asked[..], &["--by", "flow", "--by", "group", "-o", "one.csv"]].concat());
        let printed = rows(&folder.done(&[&asked[..], &["--by", "flow", "--format", "csv"]].concat()));
        let one = rows(&std::fs::read_to_string(folder.0.join("one.csv")).unwrap());
        assert_eq!(one.len(), printed.len());
        let manifest = manifest(&folder.0.join("out"));
        assert_eq!(manifest["cases"], serde_json::json!(["current-law", "late", "void"]));
        assert_eq!(manifest["rows_are"], "flow, group");
        for row in &table {
            let same = |other: &&BTreeMap<String, String>| ["case", "into", "entered"].iter().all(|key| other[*key] == row[*key]);
            let part = manifest["partitions"].as_array().unwrap().iter().find(|part| part["entered"] == row["entered"].as_str());
            let bytes = std::fs::read_to_string(folder.0.join("out").join(part.unwrap()["path"].as_str().unwrap())).unwrap();
            let parted: Rows = rows(&bytes)
                .into_iter()
                .map(|mut part| {
                    part.insert("entered".into(), row["entered"].clone());
                    part
                })
                .collect();
            for found in [&one, &parted, &printed] {
                let of: Rows = found.iter().filter(same).cloned().collect();
                for amount in AMOUNTS {
                    assert_eq!(total(&of, amount), number(row, amount), "{amount} of {row:?}");
                }
            }
        }
        for sums in manifest["totals"].as_array().unwrap() {
            let of: Rows = table
                .iter()
                .filter(|row| sums["case"] == row["case"].as_str() && sums["into"] == row["into"].as_str())
                .cloned()
                .collect();
            assert!(!of.is_empty());
            for amount in AMOUNTS {
                assert_eq!(decimal(&sums[amount]), total(&of, amount), "{amount}");
            }
        }
        let union = one.iter().find(|row| row["flow"] == "union").unwrap();
        assert_eq!((union["origin"].as_str(), union["status"].as_str(), union["group"].as_str()), ("EU", "known", ""));
        assert!(one.iter().any(|row| row["flow"] == "euros/2" && row["value"] == "110000.00" && row["group"] == "cars"));
        std::fs::remove_dir_all(folder.0.join("out")).unwrap();
    }
    // The whole table as files: by case inside, and the same rows.
    let asked = ["panel", "q.toml", "--on", "2025-10-01", "--by", "origin"];
    folder.done(&[&asked[..], &["-o", "a.csv"]].concat());
    folder.done(&[&asked[..], &["-o", "a", "--format", "csv"]].concat());
    let printed = folder.done(&[&asked[..], &["--format", "csv"]].concat());
    assert_eq!(rows(&printed), rows(&std::fs::read_to_string(folder.0.join("a.csv")).unwrap()));
    assert_eq!(
        rows(&printed).len(),
        rows(&std::fs::read_to_string(folder.0.join("a/entered=2025-10-01/part-0.csv")).unwrap()).len()
    );
}

/// A case that does nothing is told where flows are written one by one, too.
#[test]
fn an_idle_case_is_told_with_files_as_well() {
    let folder = Folder::new("idle");
    folder.file(
        "q.toml",
        r#"schema = 1
title = "Cars"
question = "What if nothing?"
[[flow]]
id = "cars"
into = "US"
origin = "JP"
product = "passenger-cars"
entered = 2025-10-01
value = "1,000 USD"
[[case]]
id = "none"
[[case.change]]
set-rate = "30%"
measure = "us-301-china"
from = 2030-01-01
"#,
    );
    let printed = folder.run(&["panel", "q.toml", "--by", "flow", "-o", "rows.csv"]);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    assert!(printed.stderr.contains("case `none` changes nothing for any flow on any day"), "{}", printed.stderr);
}

/// Progress is for terminals: nothing of it reaches a pipe.
#[test]
fn nothing_but_words_reaches_stderr() {
    let folder = Folder::new("quiet");
    folder.file("flows.csv", FLOWS);
    let printed = folder.run(&panel("flows.csv", &["--by", "flow", "-o", "rows.csv"]));
    assert!(printed.stderr.starts_with("warning[bad-row]: `flows.csv`: a row is not read"), "{}", printed.stderr);
    assert!(!["reading", "pricing", "\u{1b}", "\r"].iter().any(|sign| printed.stderr.contains(sign)), "{}", printed.stderr);
}

#[test]
#[cfg(not(feature = "parquet"))]
fn without_the_feature_a_parquet_file_is_told() {
    let folder = Folder::new("without");
    folder.file("flows.csv", FLOWS).file("flows.parquet", "PAR1 and more").file("other.bin", "PAR1 and more");
    for verb in ["panel", "flows"] {
        for file in ["flows.parquet", "other.bin"] {
            let printed = folder.run(&[verb, file]);
            assert_eq!(printed.code, 1, "{}", printed.stderr);
            assert!(printed.stderr.contains("built without the feature `parquet`"), "{}", printed.stderr);
        }
    }
    for place in [&["-o", "out.parquet"][..], &["-o", "out", "--format", "parquet"]] {
        let printed = folder.run(&panel("flows.csv", place));
        assert_eq!(printed.code, 2, "{}", printed.stderr);
        assert!(printed.stderr.contains("built without the feature `parquet`"), "{}", printed.stderr);
    }
    assert_eq!(folder.names(), ["flows.csv", "flows.parquet", "other.bin"]);
}

/// All imports of 2024: a row for each flow, and the sum of the rows is the table's.
#[test]
fn each_import_of_a_year_is_written_and_adds_up() {
    let file = root().join("../shared/data/trade/us_imports_consumption_2024_hs10_country.csv.gz");
    if !file.exists() {
        return eprintln!("skipped: the imports of 2024 are not beside this folder");
    }
    let folder = Folder::new("year");
    let file = file.display().to_string();
    folder.done(&["panel", &file, "--on", "2025-10-01", "--by", "flow", "--format", "csv", "-o", "year"]);
    let whole = rows(&folder.done(&["panel", &file, "--on", "2025-10-01", "--format", "csv"]));
    let manifest = manifest(&folder.0.join("year"));
    assert_eq!(manifest["partitions"][0]["rows"], 334_728);
    for amount in AMOUNTS {
        assert_eq!(decimal(&manifest["totals"][0][amount]), number(&whole[0], amount), "{amount}");
    }
    assert_eq!(decimal(&manifest["totals"][0]["value"]), Decimal::from(3_123_773_412_637_i64));
}
