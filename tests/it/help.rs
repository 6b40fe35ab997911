use crate::support::{root, run};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Files that examples name and nobody ships: official downloads, and revisions kept by the user.
const DOWNLOADS: [(&str, &str); 8] = [
    ("us_imports_consumption_2024_hs10_country.csv.gz", "a download of the Census Bureau"),
    ("DataWeb-Query-Export__FAS_Value_hs2_country_2020-2025.csv.gz", "a download of USITC DataWeb"),
    ("usatradeonline_africa_2024_raw.csv.gz", "a download of USA Trade Online"),
    ("us_imports_2024_by_group_11partners.csv", "sums over groups of codes"),
    ("hts_20", "an export of the Harmonized Tariff Schedule; tests/it/schedules.rs reads them"),
    ("--every-line", "all lines of the schedule take long in a debug build; tests/it/panel_output.rs runs them"),
    ("--format parquet", "a feature of the build"),
    ("law=my-book", "a whole book of one's own"),
];

/// Every verb, and the verbs below it.
fn verbs() -> Vec<Vec<String>> {
    let listed = |args: &[&str]| -> Vec<String> {
        let help = run(args).stdout;
        let lines = help.lines().skip_while(|line| !line.ends_with(':')).filter(|line| line.starts_with("  "));
        let names = lines.filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next().map(str::to_owned));
        names.filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !name.starts_with('-')).collect()
    };
    let mut all: Vec<Vec<String>> = listed(&["-h"])
        .into_iter()
        .filter(|name| name != "tariffcalc" && run(&[name, "-h"]).code == 0)
        .map(|name| vec![name])
        .collect();
    all.dedup();
    assert!(all.len() > 18, "{all:?}");
    all
}

/// The lines of a text that call the program, without the remark behind them.
fn examples(text: &str) -> Vec<String> {
    let parts = text.split("\\\n").enumerate().map(|(at, part)| if at == 0 { part } else { part.trim_start() });
    let joined = parts.collect::<Vec<_>>().join("");
    joined
        .lines()
        .filter_map(|line| line.trim().strip_prefix("tariffcalc "))
        .map(|line| line.trim_start().split("    ").next().unwrap_or(line))
        .map(|line| {
            // A remark stands behind two blanks; no argument has two.
            line.split("  ").next().unwrap_or(line).trim().to_owned()
        })
        .collect()
}

/// A folder with what the examples name: the shipped scenarios, and small files of the names they use.
fn desk() -> PathBuf {
    let desk = std::env::temp_dir().join(format!("tariffcalc-help-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&desk);
    std::fs::create_dir_all(desk.join("bin")).unwrap();
    for shipped in ["scenarios", "seeds"] {
        std::os::unix::fs::symlink(root().join(shipped), desk.join(shipped)).unwrap();
    }
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_tariffcalc"), desk.join("bin/tariffcalc")).unwrap();
    let flows = "code,origin,customs_value_usd,entered,gen_val_mo\n\
                 8703.23.01.60,JP,30000,2025-09-03,30000\n8479.50.00.00,JP,100000,2025-09-20,100000\n9503.00.00.71,CN,5000,2025-10-01,5000\n";
    let shares = "code,origin,usmca_share\n8703.23.01.60,MX,80%\n";
    let file = |name: &str, text: &str| {
        if name.ends_with(".gz") {
            let mut out =
                flate2::write::GzEncoder::new(std::fs::File::create(desk.join(name)).unwrap(), flate2::Compression::fast());
            out.write_all(text.as_bytes()).unwrap();
            out.finish().unwrap();
        } else {
            std::fs::write(desk.join(name), text).unwrap();
        }
    };
    for name in ["imports-2024.csv.gz", "imports.csv.gz", "imports.csv", "entries.csv"] {
        file(name, flows);
    }
    for name in ["usmca-shares.csv", "usmca_shares.csv.gz", "usmca.csv.gz"] {
        file(name, shares);
    }
    file("rates.csv", "from,before,rate\n2025-01-01,,7%\n");
    for (name, value) in [("before.toml", "30,000 USD"), ("after.toml", "32,000 USD"), ("flows.toml", "30,000 USD")] {
        assert_eq!(call(&desk, &format!("new passenger-cars --from JP --on 2025-10-01 --value '{value}' -o {name}")).0, 0);
    }
    let policy = "schema = 1\ntitle = \"A worse deal\"\nquestion = \"And with a worse deal?\"\n[[case]]\nid = \"deal\"\n[[case.change]]\n\
                  set-rate = \"25%\"\nmeasure = \"us-232-autos-vehicles-jp\"\nwhy = \"a worse deal\"\n";
    file("policy.toml", policy);
    desk
}

/// Runs an example as a shell does.
fn call(desk: &Path, line: &str) -> (i32, String) {
    let path = format!("{}:{}", desk.join("bin").display(), std::env::var("PATH").unwrap());
    // What watches goes on until it is stopped.
    let limit = if line.starts_with("watch ") { "timeout 5 " } else { "" };
    let done = Command::new("sh")
        .args(["-c", &format!("{limit}tariffcalc {line}")])
        .current_dir(desk)
        .env_clear()
        .env("PATH", path)
        .env("HOME", desk)
        .env("PROFILE", desk.join("profile.ps1"))
        .env("TARIFFCALC_SCHEDULES", desk.join("schedules"))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    (done.status.code().unwrap_or(-1), String::from_utf8_lossy(&done.stderr).into_owned())
}

/// Help teaches by example, and the examples are true: each runs as it stands.
#[test]
fn every_example_of_every_help_runs() {
    let desk = desk();
    for folder in [".local/share/bash-completion/completions", ".zfunc", ".config/fish/completions", ".local/share/man/man1"] {
        std::fs::create_dir_all(desk.join(folder)).unwrap();
    }
    let mut of: BTreeMap<String, Vec<String>> = BTreeMap::new();
    of.insert("the program".into(), examples(&run(&["--help"]).stdout));
    for verb in verbs() {
        let args: Vec<&str> = verb.iter().map(String::as_str).chain(["--help"]).collect();
        let found = examples(&run(&args).stdout);
        assert!(!found.is_empty(), "`{}` teaches nothing by example", verb.join(" "));
        of.insert(verb.join(" "), found);
    }
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let blocks: String = readme.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    of.insert("the README".into(), examples(&blocks));
    let (mut ran, mut told) = (0, Vec::new());
    for (verb, lines) in of {
        for line in lines.into_iter().filter(|line| !DOWNLOADS.iter().any(|(name, _)| line.contains(name))) {
            // A bare `new` asks on a terminal, and says what to give elsewhere.
            let asks = line == "new";
            // Files of one example are there already for the next.
            let again = if line.starts_with("new ") { format!("{line} --force") } else { line.clone() };
            let (code, stderr) = call(&desk, &again);
            let wanted = match () {
                () if asks => 2,
                // `timeout` had to stop it.
                () if line.starts_with("watch ") => 124,
                () => 0,
            };
            if code != wanted {
                told.push(format!("{verb}: tariffcalc {line}\n{stderr}"));
            }
            ran += 1;
        }
    }
    std::fs::remove_dir_all(desk).unwrap();
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(ran > 60, "{ran}");
}

/// A newcomer sees what to start with, one line for each verb; without a verb help is printed and the call is wrong.
#[test]
fn the_main_help_shows_verbs_in_groups() {
    let alone = run(&[]);
    assert_eq!((alone.code, alone.stdout.as_str()), (2, ""));
    let help = run(&["-h"]);
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    for text in [&alone.stderr, &help.stdout] {
        let start = text.find("Start here:").unwrap();
        assert!(start < text.find("  run ").unwrap() && start < text.find("What if:").unwrap(), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
    }
    for verb in verbs() {
        let line = help.stdout.lines().find(|line| line.trim_start().starts_with(&format!("{} ", verb[0]))).unwrap();
        assert!(line.chars().count() <= 80, "{line}");
    }
}
