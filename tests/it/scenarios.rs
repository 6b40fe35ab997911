use crate::support::{files_below, golden, root, run};

/// The verb that a scenario is written for: the one whose table it has, or else `run`.
fn verb(path: &std::path::Path) -> &'static str {
    let text = std::fs::read_to_string(path).unwrap();
    let has = |table: &str| text.lines().any(|line| line.trim_end() == table);
    let verbs = [("[timeline]", "timeline"), ("[next]", "next")];
    verbs.into_iter().find(|(table, _)| has(table)).map_or("run", |(_, verb)| verb)
}

/// Every scenario has its table beside it, and prints it again.
#[test]
fn every_scenario_prints_the_table_beside_it() {
    let mut compared = 0;
    for path in files_below(&root().join("scenarios")).into_iter().filter(|path| path.extension().is_some_and(|e| e == "toml")) {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let printed = run(&[verb(&path), &name, "--format", "markdown"]);
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{name}");
        golden(&path.with_extension("expected.md"), &printed.stdout);
        compared += 1;
    }
    assert!(compared >= 9, "{compared}");
}

/// The JSON of every scenario keeps the contract.
#[test]
fn every_scenario_keeps_the_json_contract() {
    let schema: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(root().join("tests/run.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for path in files_below(&root().join("scenarios")).into_iter().filter(|path| path.extension().is_some_and(|e| e == "toml")) {
        let printed = run(&["run", &path.display().to_string(), "--format", "json"]);
        let document: serde_json::Value = serde_json::from_str(&printed.stdout).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(&document).map(|error| format!("{error} at {}", error.instance_path())).collect();
        assert!(faults.is_empty(), "{}: {faults:#?}", path.display());
    }
}

/// The same call gives the same bytes, and CSV carries the sums that JSON carries.
#[test]
fn outputs_agree_with_each_other_and_with_themselves() {
    let scenario = "scenarios/japan-deal.toml";
    for format in ["table", "markdown", "csv", "json"] {
        let (first, second) = (run(&["run", scenario, "--format", format]), run(&["run", scenario, "--format", format]));
        assert_eq!(first.stdout, second.stdout);
        assert!(!first.stdout.contains('\u{1b}'), "{format} has no escape codes in a pipe");
    }
    let document: serde_json::Value = serde_json::from_str(&run(&["run", scenario, "--format", "json"]).stdout).unwrap();
    let csv = run(&["run", scenario, "--format", "csv"]).stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let mut rows = 0;
    for row in reader.records() {
        let row = row.unwrap();
        let case = document["cases"].as_array().unwrap().iter().find(|case| case["id"] == row[at("case")]).unwrap();
        let duty = if &row[at("flow")] == "total" {
            &case["total"]["duty"]
        } else {
            &case["flows"].as_array().unwrap().iter().find(|flow| flow["id"] == row[at("flow")]).unwrap()["duty"]
        };
        assert_eq!(duty["status"], row[at("status")]);
        if duty["status"] == "known" {
            assert_eq!(duty["amount"], row[at("duty")]);
        }
        rows += 1;
    }
    assert!(rows > 10);
}
