use crate::support::{golden, root, run};
use std::collections::BTreeSet;
use std::path::PathBuf;
use tariffcalc::diag::Code;

/// Codes that no file can bring about, with the reason.
const BEYOND_FILES: [&str; 0] = [];

fn gallery() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(root().join("tests/faults"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_none_or(|e| e != "txt" && e != "csv"))
        .collect();
    found.sort();
    found
}

/// Each file holds one mistake, and is named by the code of what is said about it.
#[test]
fn every_fault_is_told_as_the_gallery_shows() {
    let (mut names, mut wrong) = (Vec::new(), Vec::new());
    for path in gallery() {
        let shown = path.strip_prefix(root()).unwrap().display().to_string();
        let printed = run(&["check", "--expect", &shown]);
        let told = format!("{}{}exit: {}\n", printed.stdout, printed.stderr, printed.code);
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let code = Code::ALL.iter().map(|code| code.name()).filter(|code| name.starts_with(code)).max_by_key(|code| code.len());
        let code = code.unwrap_or_else(|| panic!("{name} does not start with a code"));
        if !told.contains(&format!("[{code}]")) || told.contains("panicked") {
            wrong.push(format!("{name}: {told}"));
            continue;
        }
        let beside = path.with_extension("txt");
        golden(&beside, &told);
        names.push(code.to_owned());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(names.len() >= 60, "{}", names.len());
    let shown: BTreeSet<String> = names.into_iter().collect();
    let missing: Vec<&str> =
        Code::ALL.iter().map(|code| code.name()).filter(|code| !shown.contains(*code) && !BEYOND_FILES.contains(code)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "codes without a file in the gallery");
}

#[test]
fn codes_are_unique_sorted_and_explained() {
    let names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(names, sorted);
    assert!(Code::ALL.iter().all(|code| code.meaning().len() > 10 && !code.meaning().ends_with('.')));
}

/// All faults of all files come in one run, as text and as JSON.
#[test]
fn all_faults_of_all_files_come_in_one_run() {
    let files = ["tests/faults/bad-rate-bare-number.toml", "tests/faults/unknown-key-misspelt-set-rate.toml"];
    let printed = run(&["check", files[0], files[1], "--format", "json"]);
    assert_eq!(printed.code, 1);
    let document: serde_json::Value = serde_json::from_str(&printed.stdout).unwrap();
    let findings = document["diagnostics"].as_array().unwrap();
    for (file, code) in files.iter().zip(["bad-rate", "unknown-key"]) {
        let finding = findings.iter().find(|finding| finding["code"] == code).unwrap();
        assert_eq!(finding["places"][0]["file"], *file);
        assert!(finding["places"][0]["line"].as_u64().unwrap() > 1);
        assert!(finding["places"][0]["column"].as_u64().unwrap() >= 1);
    }
}
