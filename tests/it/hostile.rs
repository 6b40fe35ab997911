//! Files that mean harm get a diagnostic: never a panic, a hang or a blown-up memory.

use crate::support::{Printed, one_flow, run, run_in};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A folder of this test's own, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tariffcalc-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn check(&self, bytes: &[u8]) -> Printed {
        std::fs::write(self.0.join("case.toml"), bytes).unwrap();
        let started = Instant::now();
        let printed = run_in(&self.0, &["check", "case.toml"]);
        assert!(started.elapsed() < Duration::from_secs(60), "it takes too long");
        assert!(!printed.stderr.contains("panicked"), "{}", printed.stderr);
        assert!(printed.stderr.len() < 100_000, "too much is said: {} bytes", printed.stderr.len());
        printed
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn says(printed: &Printed, code: &str) {
    assert_eq!(printed.code, 1, "{}", printed.stderr);
    assert!(printed.stderr.contains(&format!("[{code}]")), "expected {code}:\n{}", printed.stderr);
}

#[test]
fn a_line_of_a_hundred_megabytes_is_refused_by_its_size() {
    let folder = Folder::new("long-line");
    let mut bytes = b"title = \"".to_vec();
    bytes.resize(100 * 1024 * 1024, b'a');
    says(&folder.check(&bytes), "file-too-large");
}

#[test]
fn a_line_of_megabytes_within_the_limit_is_not_printed_whole() {
    let folder = Folder::new("long-line-within");
    let mut text = one_flow("passenger-cars", "JP", "2025-05-01", "1 USD", "");
    text.push_str("nonsense = \"");
    text.push_str(&"x".repeat(8 * 1024 * 1024));
    text.push('"');
    let printed = folder.check(text.as_bytes());
    says(&printed, "unknown-key");
}

#[test]
fn deep_nesting_is_refused() {
    let folder = Folder::new("nesting");
    for (open, close) in [("[", "]"), ("{a=", "}")] {
        let text = format!("x = {}1{}", open.repeat(100_000), close.repeat(100_000));
        says(&folder.check(text.as_bytes()), "bad-toml");
    }
    let dotted = format!("{} = 1", vec!["a"; 50_000].join("."));
    assert_eq!(folder.check(dotted.as_bytes()).code, 1);
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let folder = Folder::new("control");
    let printed = folder.check(b"schema = 1\ntitle = \"\\u001b[2J\\u0007evil\"\nquestion = \"q\"\n\"\\u001b[31mkey\" = 1\n");
    assert_eq!(printed.code, 1);
    assert!(!printed.stderr.contains('\u{1b}') && !printed.stderr.contains('\u{7}'), "{:?}", printed.stderr);
    let raw = folder.check(b"schema = 1\ntitle = \"\x1b[2J\"\n");
    assert!(!raw.stderr.contains('\u{1b}'), "{:?}", raw.stderr);
    // The name of a file may hold anything too.
    std::fs::write(folder.0.join("\u{1b}[31mred.toml"), "nonsense").unwrap();
    let named = run_in(&folder.0, &["check", "\u{1b}[31mred.toml"]);
    assert!(!named.stderr.contains('\u{1b}'), "{:?}", named.stderr);
}

#[test]
fn numbers_past_all_trade_are_refused() {
    let folder = Folder::new("numbers");
    for value in [
        "1000000000000000000000000000000 USD",
        "1e30 USD",
        "0.0000000000000000000000000001 USD",
        "999999999 trillion USD",
        "-1 USD",
        "NaN USD",
    ] {
        let printed = folder.check(one_flow("passenger-cars", "JP", "2025-05-01", value, "").as_bytes());
        assert_eq!(printed.code, 1, "{value}");
    }
    // The largest value allowed, at awkward shares, stays exact or says why not.
    let text = one_flow("7326.90.86.88", "DE", "2026-02-20", "1000000000000000 USD", "content = { steel = \"33.333333%\" }");
    let printed = folder.check(text.as_bytes());
    assert!(printed.code == 0 || printed.stderr.contains("[number-too-large]"), "{}", printed.stderr);
}

#[test]
fn days_that_no_calendar_has_are_refused() {
    let folder = Folder::new("days");
    for day in [
        "0000-01-01",
        "2025-02-30",
        "2025-13-01",
        "9999-12-31",
        "0001-01-01",
        "99999-01-01",
        "2025-05-01T00:00:00Z",
        "\"2025-05-01\"",
    ] {
        let printed = folder.check(one_flow("passenger-cars", "JP", day, "1 USD", "").as_bytes());
        assert_eq!(printed.code, 1, "{day}: {}", printed.stderr);
    }
}

#[test]
fn duplicate_keys_and_broken_text_are_told() {
    let folder = Folder::new("broken");
    says(&folder.check(b"schema = 1\nschema = 1\n"), "bad-toml");
    says(&folder.check(b"title = \"caf\xe9\"\n"), "not-utf8");
    says(&folder.check(&[0xff, 0xfe, b's', 0]), "not-utf8");
    assert_eq!(folder.check(b"").code, 1);
    assert_eq!(folder.check(&[0; 1000]).code, 1);
    let with_mark = [b"\xef\xbb\xbf".as_slice(), one_flow("passenger-cars", "JP", "2025-05-01", "1 USD", "").as_bytes()].concat();
    assert_eq!(folder.check(&with_mark).code, 0);
    let with_returns = one_flow("passenger-cars", "JP", "2025-05-01", "1 USD", "").replace('\n', "\r\n");
    assert_eq!(folder.check(with_returns.as_bytes()).code, 0);
}

#[test]
fn a_folder_for_a_file_is_told() {
    let folder = Folder::new("folder");
    std::fs::create_dir(folder.0.join("inner.toml")).unwrap();
    let printed = run_in(&folder.0, &["run", "inner.toml"]);
    says(&printed, "cannot-read");
    says(&run_in(&folder.0, &["run", "missing.toml"]), "cannot-read");
}

#[test]
fn ten_thousand_flows_are_read_and_more_refused() {
    let folder = Folder::new("many");
    let many = |count: usize| {
        let mut text = String::from(
            "schema = 1\ntitle = \"t\"\nquestion = \"q\"\n[defaults]\ninto = \"US\"\norigin = \"JP\"\nentered = 2025-05-01\nvalue = \"1 USD\"\nproduct = \"x\"\n",
        );
        text = text.replace("value = \"1 USD\"\nproduct = \"x\"\n", "");
        for number in 0..count {
            text.push_str(&format!("[[flow]]\nid = \"f{number}\"\nproduct = \"toys\"\nvalue = \"1 USD\"\n"));
        }
        text
    };
    assert_eq!(folder.check(many(2_000).as_bytes()).code, 0);
    says(&folder.check(many(10_001).as_bytes()), "file-too-large");
}

/// Names that a spreadsheet, a browser or a terminal would act on come out inert in every format.
#[test]
fn hostile_names_come_out_inert_in_every_format() {
    let folder = Folder::new("names");
    let text =
        one_flow("passenger-cars", "JP", "2025-05-01", "1 USD", "title = \"=cmd|' /C calc'!A0 <script>alert(1)</script> | x\"");
    std::fs::write(folder.0.join("case.toml"), text).unwrap();
    let csv = run_in(&folder.0, &["run", "case.toml", "--format", "csv"]).stdout;
    assert!(csv.contains("'=cmd") && !csv.contains(",=cmd"), "{csv}");
    let markdown = run_in(&folder.0, &["run", "case.toml", "--format", "markdown"]).stdout;
    assert!(!markdown.contains("<script>") && markdown.contains("&lt;script&gt;") && markdown.contains("\\|"), "{markdown}");
    let json = run_in(&folder.0, &["run", "case.toml", "--format", "json"]).stdout;
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
    let html = run_in(&folder.0, &["run", "case.toml", "--format", "html"]).stdout;
    let page = crate::page::Page::read(&html);
    assert!(
        page.text.contains("=cmd|&#39; /C calc&#39;!A0 &lt;script&gt;")
            || page.text.contains("=cmd|' /C calc'!A0 &lt;script&gt;"),
        "{html}"
    );
    let turned = one_flow("passenger-cars", "JP", "2025-05-01", "1 USD", "title = \"a\u{202e}b\"");
    says(&folder.check(turned.as_bytes()), "bad-text");
}

/// Random bytes and random cuts of a good file never bring the program down.
#[test]
fn random_damage_is_survived() {
    let folder = Folder::new("damage");
    let good = one_flow(
        "passenger-cars",
        "JP",
        "2025-05-01",
        "100,000 USD",
        "quantity = \"1 No\"\n[[case]]\nid = \"c\"\n[[case.change]]\nset-rate = \"5%\"\nmeasure = \"us-232-autos\"\n",
    );
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..25 {
        let mut bytes = good.clone().into_bytes();
        for _ in 0..3 {
            let at = usize::try_from(next() % bytes.len() as u64).unwrap();
            match next() % 3 {
                0 => bytes[at] = u8::try_from(next() % 256).unwrap(),
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, b"[]{}=\"\n#."[usize::try_from(next() % 9).unwrap()]),
            }
        }
        let printed = folder.check(&bytes);
        assert!(printed.code == 0 || printed.code == 1, "{}", printed.stderr);
    }
    assert_eq!(run(&["check"]).code, 0);
}
