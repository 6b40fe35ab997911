//! The schemas that editors read: what they say, that they refuse nothing that the reader takes, and which faults they see.

use crate::support::{files_below, golden, root, run};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use tariffcalc::diag::Code;
use tariffcalc::read::{self, SchemaOf};

/// The codes that a schema can see: keys, kinds of values, forms of texts, rules between the keys of one table.
const SEEN: [&str; 17] = [
    "bad-code",
    "bad-condition",
    "bad-country",
    "bad-date",
    "bad-expectation",
    "bad-money",
    "bad-number",
    "bad-percent",
    "bad-quantity",
    "bad-rate",
    "bad-schema",
    "bad-sweep",
    "bad-text",
    "missing-citation",
    "missing-key",
    "two-verbs",
    "unknown-key",
];

fn schema_of(of: SchemaOf) -> Value {
    serde_json::from_str(&read::schema(of)).unwrap()
}

fn validator(of: SchemaOf) -> jsonschema::Validator {
    let schema = schema_of(of);
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// TOML as JSON, as editors see it: dates are texts.
fn as_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(flag) => json!(flag),
        toml::Value::Datetime(moment) => json!(moment.to_string()),
        toml::Value::Array(values) => values.iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.iter().map(|(key, value)| (key.clone(), as_json(value))).collect::<Map<_, _>>())
        }
    }
}

/// What the schema of scenarios says of a text.
pub(crate) fn told_of(text: &str) -> Vec<String> {
    let document: toml::Table = text.parse().unwrap();
    let value = as_json(&toml::Value::Table(document));
    validator(SchemaOf::Scenario).iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// What a schema says of a file; `None` where it is no TOML.
fn told(schema: &jsonschema::Validator, path: &Path) -> Option<Vec<String>> {
    let text = String::from_utf8(std::fs::read(path).ok()?).ok()?;
    let document: toml::Table = text.trim_start_matches('\u{feff}').parse().ok()?;
    let value = as_json(&toml::Value::Table(document));
    Some(schema.iter_errors(&value).map(|error| format!("{}: {}", error.instance_path(), cut(&error.to_string()))).collect())
}

fn cut(text: &str) -> String {
    text.chars().take(200).collect()
}

fn toml_below(folder: &str) -> Vec<PathBuf> {
    files_below(&root().join(folder)).into_iter().filter(|path| path.extension().is_some_and(|e| e == "toml")).collect()
}

fn shipped() -> Vec<(SchemaOf, PathBuf)> {
    let of = |of: SchemaOf, folder: &str| toml_below(folder).into_iter().map(move |path| (of, path));
    of(SchemaOf::Law, "seeds").chain(of(SchemaOf::Scenario, "scenarios")).collect()
}

#[test]
fn the_kept_schemas_are_what_the_program_prints() {
    for of in SchemaOf::ALL {
        let printed = run(&["schema", of.name()]);
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
        assert_eq!(printed.stdout, read::schema(of));
        golden(&root().join(of.path()), &printed.stdout);
    }
}

#[test]
fn the_verb_lists_the_schemas_and_refuses_others() {
    let listed = run(&["schema", "--format", "csv"]);
    assert_eq!(listed.code, 0);
    for of in SchemaOf::ALL {
        assert!(listed.stdout.contains(of.name()) && listed.stdout.contains(&of.path()), "{}", listed.stdout);
    }
    let wrong = run(&["schema", "flow"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("scenario, law"), "{}", wrong.stderr);
    assert_eq!(run(&["schema", "law", "--as-known", "2025-08-20"]).code, 2);
}

#[test]
fn every_shipped_file_is_valid_and_names_its_schema() {
    let schemas = SchemaOf::ALL.map(|of| (of, validator(of)));
    let files = shipped();
    assert!(files.len() > 60, "{}", files.len());
    for (of, path) in files {
        let (_, schema) = schemas.iter().find(|(known, _)| *known == of).unwrap();
        assert_eq!(told(schema, &path).unwrap(), Vec::<String>::new(), "{}", path.display());
        let text = std::fs::read_to_string(&path).unwrap();
        let named = text.lines().next().unwrap().strip_prefix("#:schema ").unwrap_or_else(|| panic!("{}", path.display()));
        let named = path.parent().unwrap().join(named).canonicalize().unwrap_or_else(|_| panic!("{}: {named}", path.display()));
        assert_eq!(named, root().join(of.path()).canonicalize().unwrap(), "{}", path.display());
    }
}

/// Faults of the codes a schema can see that it does not see, by reason.
const UNSEEN: &[(&str, &[&str])] = &[
    (
        "it stands in a CSV table beside the file",
        &[
            "bad-code-behind-blank-lines",
            "bad-code-carriage-return-table",
            "bad-code-crlf-table",
            "bad-code-escape-sequence-in-table",
            "bad-code-first-row-of-table",
            "bad-code-in-scope-table",
            "bad-code-nul-byte-in-table",
            "bad-code-table-with-byte-order-mark",
            "bad-country-of-balances",
            "bad-date-before-known-in-scope-table",
            "bad-date-from-empty-in-table",
            "bad-date-in-scope-table",
            "bad-date-known-empty-in-table",
            "bad-number-of-balances",
            "bad-rate-empty-in-table",
            "bad-rate-first-row-of-table",
            "bad-rate-in-table",
            "bad-rate-of-balances-without-imports",
            "missing-citation-of-row",
        ],
    ),
    (
        "what is wrong is the number: patterns tell forms, not sizes, signs or places",
        &[
            "bad-money-below-zero",
            "bad-money-ten-decimals",
            "bad-money-thirty-zeros",
            "bad-number-exchange-zero",
            "bad-percent-assumed",
            "bad-percent-content-above-whole",
            "bad-percent-scale-past-limit",
            "bad-percent-seven-decimals",
            "bad-quantity-below-zero",
            "bad-rate-below-zero",
            "bad-rate-past-limit",
            "bad-sweep-range-backwards",
            "bad-sweep-three-axes",
        ],
    ),
    (
        "the pattern of the form is shorter than the grammar, since editors print it",
        &[
            "bad-money-billion-misspelt",
            "bad-quantity-unknown-unit",
            "bad-rate-decimal-comma",
            "bad-rate-half-a-sum",
            "bad-rate-too-long",
            "bad-rate-unknown-unit",
            "bad-text-c1-escape",
            "bad-text-control-characters",
            "bad-text-right-to-left-marks",
        ],
    ),
    (
        "it takes the law, or other tables of the file, to know",
        &[
            "bad-code-product-line-elsewhere",
            "bad-code-product-line-short",
            "bad-country-group-member",
            "bad-expectation-claim-without",
            "bad-expectation-other-currency",
            "bad-money-currency-of-country",
            "bad-money-rounding-in-other-currency",
            "bad-percent-two-claims-by-share",
            "bad-sweep-target-names-nothing",
            "bad-text-flow-called-total",
            "missing-citation-column-1",
            "missing-key-article-of-claim",
            "missing-key-entered",
            "missing-key-flow-of-origins",
            "missing-key-into",
            "missing-key-new-measure-without-into",
            "missing-key-origin",
            "missing-key-program-of-measure",
            "missing-key-value",
            "unknown-key-admitted-without-rule",
            "wrong-type-claim-of-fact-with-answers",
            "wrong-type-claim-of-one-answer",
            "wrong-type-facts-as-text",
            "wrong-type-true-in-quotes",
        ],
    ),
    ("JSON has no dates: a date and a text of its form are one", &["wrong-type-admitted-as-text", "wrong-type-date-in-quotes"]),
];

/// Files whose mistake is told under another code, and which the schema sees all the same.
const SEEN_BESIDE: &[(&str, &[&str])] = &[
    ("the word is none of a closed set", &["bad-period-timeline-rows"]),
    ("the text is not of its form", &["duplicate-id-part-of-split-flow", "unknown-reading-of-version"]),
    ("two keys of one table do not go together", &["no-goods-product-and-code"]),
];

/// Each file of the gallery holds one mistake: where its code is one that a schema can see, the schema refuses the file, and where not, it does not.
#[test]
fn a_schema_sees_the_faults_it_can_see_and_no_others() {
    let (law, scenario) = (validator(SchemaOf::Law), validator(SchemaOf::Scenario));
    let mut gallery: Vec<PathBuf> =
        std::fs::read_dir(root().join("tests/faults")).unwrap().map(|entry| entry.unwrap().path()).collect();
    gallery.sort();
    let (mut wrong, mut refused, mut used) = (Vec::new(), 0, Vec::new());
    for path in gallery {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let codes = Code::ALL.iter().map(|code| code.name());
        let Some(code) = codes.filter(|code| name.starts_with(code)).max_by_key(|code| code.len()) else { continue };
        let said: Vec<String> = if path.is_dir() {
            toml_below(&format!("tests/faults/{name}")).iter().filter_map(|path| told(&law, path)).flatten().collect()
        } else if path.extension().is_some_and(|e| e == "toml") {
            let Some(said) = told(&scenario, &path) else {
                assert!(["bad-toml", "not-utf8"].contains(&code), "{name} is no TOML");
                continue;
            };
            said
        } else {
            continue;
        };
        let exceptions = if SEEN.contains(&code) || code == "wrong-type" { UNSEEN } else { SEEN_BESIDE };
        let exception = exceptions.iter().any(|(_, names)| names.contains(&name.as_str()));
        if exception {
            used.push(name.clone());
        }
        let expected = (SEEN.contains(&code) || code == "wrong-type") != exception;
        match (expected, said.is_empty()) {
            (true, true) => wrong.push(format!("{name}: not seen")),
            (false, false) => wrong.push(format!("{name}: {said:?}")),
            (true, false) => refused += 1,
            (false, true) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let excepted = UNSEEN.iter().chain(SEEN_BESIDE).flat_map(|(_, names)| *names);
    let idle: Vec<_> = excepted.filter(|name| !used.iter().any(|used| used == *name)).collect();
    assert!(idle.is_empty(), "exceptions without a file: {idle:?}");
    assert!(refused >= 100, "{refused}");
}

/// Whatever an editor can show a sentence for has one.
#[test]
fn every_key_says_what_it_says() {
    fn walk(value: &Value, at: &str, keys: &mut Vec<(String, Value)>) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object).filter(|_| value.get("type").is_some()) {
            for (name, key) in properties {
                keys.push((format!("{at}.{name}"), key.clone()));
            }
        }
        for (name, below) in value.as_object().into_iter().flatten() {
            walk(below, &format!("{at}.{name}"), keys);
        }
    }
    for of in SchemaOf::ALL {
        let schema = schema_of(of);
        assert_eq!(schema["title"].as_str().map(|title| title.starts_with("tariffcalc: ")), Some(true));
        let mut keys = Vec::new();
        walk(&schema, of.name(), &mut keys);
        assert!(keys.len() > 120, "{}", keys.len());
        for (name, key) in keys {
            let says = key["description"].as_str().unwrap_or_default();
            assert!(says.len() > 7 && says.ends_with('.') && says.starts_with(|c: char| c.is_uppercase()), "{name}: {says}");
        }
    }
}
