use crate::support::{files_below, law, root};
use std::collections::BTreeSet;
use tariffcalc::base::Country;

/// Which room may use which: one way only.
const ROOMS: [(&str, &[&str]); 8] = [
    ("base", &[]),
    ("diag", &["base"]),
    ("law", &["base", "diag"]),
    ("scenario", &["base", "diag", "law"]),
    ("read", &["base", "diag", "law", "scenario"]),
    ("assess", &["base", "diag", "law", "scenario"]),
    ("answer", &["base", "diag", "law", "scenario", "assess"]),
    ("render", &["base", "answer"]),
];

/// A source file without its comments and its own tests.
fn code(path: &std::path::Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap().to_owned();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn sources() -> Vec<(String, String)> {
    files_below(&root().join("src"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .map(|path| (path.strip_prefix(root()).unwrap().display().to_string().replace('\\', "/"), code(&path)))
        .collect()
}

#[test]
fn rooms_depend_one_way() {
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        let Some(room) = path.strip_prefix("src/").and_then(|rest| rest.split_once('/')).map(|(room, _)| room.to_owned()) else {
            continue;
        };
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            assert_eq!(room, "cli", "{path} is in a room that the plan does not know");
            continue;
        };
        for used in code.split("crate::").skip(1) {
            let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if used != room && ROOMS.iter().any(|(name, _)| *name == used) && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{path} uses {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_reading_knows_file_formats_and_only_the_command_line_prints() {
    let outside = |words: &[&str], rooms: &[&str]| -> Vec<String> {
        sources()
            .into_iter()
            .filter(|(path, _)| !rooms.iter().any(|room| path.starts_with(&format!("src/{room}"))))
            .flat_map(|(path, code)| {
                words.iter().filter(|word| code.contains(**word)).map(|word| format!("{path}: {word}")).collect::<Vec<_>>()
            })
            .collect()
    };
    assert_eq!(outside(&["toml::"], &["read"]), Vec::<String>::new());
    // One file of the command line writes files, whole or not at all.
    assert_eq!(outside(&["std::fs"], &["read", "cli/output/whole.rs"]), Vec::<String>::new());
    // Arrow's types stay in the two files that read and write Parquet, neither of which is public.
    let parquet = ["read/flows/parquet.rs", "render/parquet.rs"];
    assert_eq!(outside(&["arrow_", "parquet::arrow", "parquet::file"], &parquet), Vec::<String>::new());
    assert_eq!(outside(&["csv::"], &["read", "render"]), Vec::<String>::new());
    assert_eq!(outside(&["serde"], &["read", "render"]), Vec::<String>::new());
    assert_eq!(outside(&["comfy_table"], &["render"]), Vec::<String>::new());
    assert_eq!(outside(&["clap", "anstream", "println!", "std::env"], &["cli"]), Vec::<String>::new());
    assert_eq!(outside(&["SystemTime", "Instant::now", "Timestamp::now"], &[]), Vec::<String>::new());
}

#[test]
fn no_measure_program_or_country_is_named_in_rust() {
    let mut names: BTreeSet<String> = law().measures().map(|m| m.id.to_string()).collect();
    names.extend(law().programs().map(|p| p.id.to_string()));
    names.extend(
        law().territories().flat_map(|t| [Some(t.column_1.to_string()), t.column_2.as_ref().map(ToString::to_string)]).flatten(),
    );
    let countries: Vec<String> = Country::all().iter().map(|c| format!("\"{c}\"")).chain(["\"EU\"".to_owned()]).collect();
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        // The command line's help shows examples; the table of country codes holds the one that ISO lacks.
        if path == "src/cli/args/mod.rs" || path == "src/base/country.rs" {
            continue;
        }
        wrong.extend(names.iter().filter(|name| code.contains(name.as_str())).map(|name| format!("{path}: {name}")));
        wrong.extend(countries.iter().filter(|name| code.contains(name.as_str())).map(|name| format!("{path}: {name}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_float_in_law_money_or_shares() {
    let is_float = |code: &str| code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "f64" || word == "f32");
    // A spreadsheet's numbers are floats: one file turns decimals into them, after all arithmetic is done.
    let wrong: Vec<String> = sources()
        .into_iter()
        .filter(|(path, code)| path != "src/render/xlsx/number.rs" && is_float(code))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_lints_that_hold_the_house_are_on() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    for lint in [
        "unsafe_code = \"forbid\"",
        "missing_docs = ",
        "float_arithmetic = \"deny\"",
        "unwrap_used = \"deny\"",
        "expect_used = \"deny\"",
        "panic = \"deny\"",
        "print_stdout = \"deny\"",
        "print_stderr = \"deny\"",
        "wildcard_enum_match_arm = \"deny\"",
        "indexing_slicing = ",
    ] {
        assert!(manifest.contains(lint), "{lint}");
    }
    for room in ["base", "law", "assess"] {
        let text = std::fs::read_to_string(root().join(format!("src/{room}/mod.rs"))).unwrap();
        assert!(text.contains("#![deny(clippy::arithmetic_side_effects)]"), "{room}");
    }
}

#[test]
fn nothing_in_the_dependency_tree_talks_to_a_network() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let talkers =
        ["reqwest", "hyper", "ureq", "curl", "tokio", "rustls", "openssl", "native-tls", "socket2", "isahc", "async-std"];
    let found: Vec<&str> = talkers.into_iter().filter(|name| lock.contains(&format!("name = \"{name}\""))).collect();
    assert_eq!(found, Vec::<&str>::new());
}

#[test]
fn files_stay_readable() {
    let long: Vec<String> = files_below(&root().join("src"))
        .into_iter()
        .filter(|path| std::fs::read_to_string(path).unwrap().lines().count() > 700)
        .map(|path| path.display().to_string())
        .collect();
    assert_eq!(long, Vec::<String>::new());
}
