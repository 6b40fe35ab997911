//! What machines read: CSV of duties that are not known, and the law and the money of every JSON document.

use crate::support::{root, run, run_in};
use serde_json::Value;
use std::collections::BTreeMap;

/// The rows of the first table of a CSV, by column.
fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    let first = csv.split("\n\n").next().unwrap();
    let mut reader = csv::Reader::from_reader(first.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let row = |row: csv::StringRecord| columns.iter().map(str::to_owned).zip(row.iter().map(str::to_owned)).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// Steel articles whose steel content nobody states: 10 % to 52.9 % of the value.
#[test]
fn csv_says_of_a_duty_that_is_not_known_what_it_can_be() {
    let asked = ["rate", "7326.90.86.88", "--from", "DE", "--on", "2026-02-20", "--format", "csv"];
    let found = rows(&run(&asked).stdout);
    let row = |measure: &str| {
        let row = found.iter().find(|row| row["measure"].starts_with(measure)).unwrap();
        ["status", "amount", "amount_at_least", "amount_at_most", "unrounded"].map(|key| row[key].as_str())
    };
    assert_eq!(row("us-column-1"), ["known", "2900.00", "2900.00", "2900.00", "2900.00"]);
    assert_eq!(row("us-232-steel"), ["unknown", "", "0.00", "50000.00", ""]);
    assert_eq!(row("total"), ["unknown", "", "15000.00", "52900.00", ""]);
    let folder = std::env::temp_dir().join(format!("tariffcalc-machines-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let scenario = crate::support::one_flow("7326.90.86.88", "DE", "2026-02-20", "100,000 USD", "");
    std::fs::write(folder.join("steel.toml"), scenario).unwrap();
    let found = rows(&run_in(&folder, &["run", "steel.toml", "--by", "measure", "--format", "csv"]).stdout);
    let total = found.iter().find(|row| row["program"] == "total").unwrap();
    let [status, duty, least, most] = ["status", "duty", "duty_at_least", "duty_at_most"].map(|key| total[key].as_str());
    assert_eq!((status, duty, least, most), ("unknown", "", "15000.00", "52900.00"));
    let found = rows(&run_in(&folder, &["explain", "steel.toml", "--format", "csv"]).stdout);
    assert!(
        found.iter().any(|row| row["measure"] == "total" && row["status"] == "unknown" && row["amount_at_most"] == "52900.00")
    );
    std::fs::remove_dir_all(folder).unwrap();
}

/// Every amount and bound in a document, with its currency where one stands beside it.
fn amounts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            let is_yen = entries.get("currency").is_some_and(|currency| currency == "JPY");
            for (key, value) in entries {
                match value.as_str() {
                    Some(text) if matches!(key.as_str(), "amount" | "at_least" | "at_most") && !is_yen => {
                        found.push(text.to_owned());
                    }
                    _ => amounts(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| amounts(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_document_names_its_law_and_writes_money_in_the_places_of_its_currency() {
    let document = |args: &[&str]| -> Value {
        let printed = run(&[args, &["--format", "json"]].concat());
        assert_eq!(printed.code, 0, "{args:?}: {}", printed.stderr);
        serde_json::from_str(&printed.stdout).unwrap()
    };
    let law = document(&["run", "scenarios/japan-deal.toml"])["law"].clone();
    assert_eq!(law["hash"].as_str().unwrap().len(), 64);
    for args in [
        &["diff", "scenarios/japan-deal.toml", "pause", "deal"][..],
        &["refund", "scenarios/refund-ieepa.toml"],
        &["panel", "scenarios/japan-deal.toml", "--by", "origin"],
        &["sweep", "scenarios/japan-deal.toml", "--axis", "entered=2025-03-01,2025-10-01"],
        &["timeline", "scenarios/japan-timeline.toml"],
        &["next", "scenarios/next-july-2025.toml"],
        &["origins", "passenger-cars", "--from", "JP", "--from", "DE", "--on", "2025-10-01"],
        &["origins", "7326.90.86.88", "--from", "DE", "--on", "2026-02-20"],
        &["solve", "scenarios/japan-deal.toml", "--vary", "value@cars=1..2 billion USD", "--target", "cars.deal <= 1 USD"],
    ] {
        let found = document(args);
        assert_eq!(found["law"], law, "{args:?}");
        let mut all = Vec::new();
        amounts(&found, &mut all);
        assert!(!all.is_empty() || args[0] == "solve", "{args:?}");
        for amount in all {
            assert!(amount.split_once('.').is_some_and(|(_, cents)| cents.len() >= 2), "{args:?}: {amount}");
        }
    }
    let dated = document(&["diff", "scenarios/japan-deal.toml", "pause", "deal", "--as-known", "2026-01-01"]);
    assert_eq!(dated["law"]["as_known"], "2026-01-01");
}

/// A panel that is written row by row says the same as one that is printed.
#[test]
fn a_panel_in_a_file_names_its_law() {
    let path = std::env::temp_dir().join(format!("tariffcalc-machines-{}.json", std::process::id()));
    let place = path.display().to_string();
    let printed = run_in(root(), &["panel", "scenarios/japan-deal.toml", "--by", "origin", "-o", &place]);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    let document: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(document["law"]["hash"].as_str().unwrap().len(), 64);
    std::fs::remove_file(path).unwrap();
}
