use crate::support::{files_below, golden, one_flow, root, run, run_in};

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

/// Cases in a file of their own: every verb that asks of scenarios takes both as one question.
#[test]
fn several_files_are_one_question_for_each_verb() {
    let folder = std::env::temp_dir().join(format!("tariffcalc-several-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let goods = one_flow("passenger-cars", "JP", "2025-10-01", "100,000 USD", "");
    let cases = "schema = 1\ntitle = \"c\"\nquestion = \"q\"\n[[case]]\nid = \"now\"\n[[case]]\nid = \"none\"\n\
                 [[case.change]]\nmeasure = \"us-232-autos-vehicles-jp\"\nset-rate = \"0%\"\n";
    std::fs::write(folder.join("goods.toml"), goods).unwrap();
    std::fs::write(folder.join("cases.toml"), cases).unwrap();
    let calls: [&[&str]; 5] = [
        &["run"],
        &["timeline", "--from-date", "2025-10-01", "--before", "2025-11-01"],
        &["next", "--on", "2025-07-10", "--case", "none"],
        &["sweep", "--axis", "value=1000..2,000 USD/500 USD"],
        &["solve", "--vary", "value=1000..2,000 USD", "--target", "f.now.duty = f.none.duty"],
    ];
    for words in calls {
        let (verb, rest) = words.split_first().unwrap();
        let printed = run_in(&folder, &[&[*verb, "goods.toml", "cases.toml"], rest].concat());
        assert_eq!(printed.code, 0, "{verb}: {}", printed.stderr);
        assert!(printed.stdout.contains("none"), "{verb}: {}", printed.stdout);
    }
    let printed = run_in(&folder, &["next", "cars", "trucks", "--from", "JP", "--on", "2025-07-10"]);
    assert!(printed.code == 2 && printed.stderr.contains("cars, trucks"), "{}", printed.stderr);
    std::fs::remove_dir_all(&folder).unwrap();
}
