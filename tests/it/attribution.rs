use crate::support::{golden, root, run};
use serde_json::Value;

const SCENARIO: &str = "scenarios/what-articles-said.toml";

#[test]
fn the_scenario_prints_the_articles_beside_its_lines() {
    let printed = run(&["run", SCENARIO, "--articles", "--format", "markdown"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    golden(&root().join(SCENARIO).with_extension("articles.expected.md"), &printed.stdout);
}

/// Each line carries its claims; what was charged is what `run` says without them, and the contract is kept.
#[test]
fn json_carries_the_claims_of_each_line_and_changes_nothing_else() {
    let document = |more: &[&str]| -> Value {
        let printed = run(&[&["run", SCENARIO, "--format", "json"], more].concat());
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
        serde_json::from_str(&printed.stdout).unwrap()
    };
    let (plain, mut told) = (document(&[]), document(&["--articles"]));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(root().join("tests/run.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(&told).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let mut claims: Vec<(String, String, String)> = Vec::new();
    for flow in told["cases"][0]["flows"].as_array_mut().unwrap() {
        let id = flow["id"].as_str().unwrap().to_owned();
        for line in flow["lines"].as_array_mut().unwrap() {
            let measure = line["measure"].as_str().unwrap().to_owned();
            let articles = line.as_object_mut().unwrap().remove("articles").unwrap();
            for claim in articles.as_array().unwrap() {
                claims.push((id.clone(), measure.clone(), claim["claim"].as_str().unwrap().to_owned()));
            }
        }
    }
    assert_eq!(plain, told);
    let of = |flow: &str| -> Vec<(&str, &str)> {
        claims.iter().filter(|(id, ..)| id == flow).map(|(_, measure, claim)| (measure.as_str(), claim.as_str())).collect()
    };
    // The 24 % was in force on 9 April only; the articles spoke of 25 % on steel before June and of 50 % after.
    assert_eq!(of("toys-april"), [("us-ieepa-reciprocal-jp", "a1-japan-24")]);
    assert_eq!(of("steel"), [("us-232-steel-articles", "a2-steel-25")]);
    assert_eq!(of("steel-july"), [("us-232-steel-articles", "a4-metals-50")]);
    assert_eq!(of("cars-july"), [("us-232-autos-vehicles", "a1-japan-10-and-25"), ("us-232-autos-vehicles", "a4-eu-cars-now")]);
}

/// A claim about another origin under the same measure says so; a rate that never was the law says so.
#[test]
fn figures_said_of_others_or_never_in_force_say_so() {
    let printed = run(&["run", SCENARIO, "--articles", "--format", "csv"]).stdout;
    let mut reader = csv::Reader::from_reader(printed.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let figure = |flow: &str, measure: &str| {
        let row = rows.iter().find(|row| &row[at("flow")] == flow && &row[at("measure")] == measure).unwrap();
        (row[at("article")].to_owned(), row[at("figure")].to_owned())
    };
    let (articles, figures) = figure("cars-july", "us-232-autos-vehicles");
    assert_eq!((articles.as_str(), figures.as_str()), ("a1; a4", "10 % and 25 % (of JP); 27.5 %"));
    assert!(figure("toys-eu", "us-ieepa-reciprocal-eu").1.contains("30 % (never in force)"));
    assert_eq!(figure("toys-eu", "us-column-1"), (String::new(), String::new()));
}

/// A case that was never law attributes nothing to its own measures.
#[test]
fn rates_of_a_what_if_are_nobodys_words() {
    let document: Value =
        serde_json::from_str(&run(&["run", "scenarios/formula-2-april.toml", "--articles", "--format", "json"]).stdout).unwrap();
    let mut seen = 0;
    for case in document["cases"].as_array().unwrap() {
        for line in case["flows"].as_array().unwrap().iter().flat_map(|flow| flow["lines"].as_array().unwrap()) {
            if line["measure"].as_str().unwrap().starts_with("formula") {
                assert_eq!(line["articles"], serde_json::json!([]));
                seen += 1;
            }
        }
    }
    assert!(seen > 10, "{seen}");
}
