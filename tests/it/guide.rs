//! Every page of the guide is run as its reader would run it.
//!
//! A block ```` ```toml cars.toml ```` is a file that the reader writes (`append` after the name adds to it); a block ```` ```console ```` holds
//! commands behind `$ ` and what they print, stdout before stderr. A line `…` stands for any number of lines, a word `…` for one word, such as
//! the size of a file, which no reader would compare. `UPDATE=1` writes what is printed into the page, but for commands with such a line or word.

use crate::support::root;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A line that stands for any number of lines, a word that stands for any one word.
const ANY: &str = "…";

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tariffcalc-guide-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        // What every reader has: the folder of scenarios beside them.
        copy(&root().join("scenarios"), &path.join("scenarios"));
        Self(path)
    }

    /// Runs a line as a shell would; `tariffcalc` is the program under test.
    fn run(&self, line: &str) -> String {
        let program = Path::new(env!("CARGO_BIN_EXE_tariffcalc")).parent().unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new("bash")
            .args(["-c", line])
            .current_dir(&self.0)
            .env_clear()
            .env("PATH", format!("{}:{path}", program.display()))
            .env("HOME", &self.0)
            .env("NO_COLOR", "1")
            .env("COLUMNS", "110")
            .output()
            .expect("a shell");
        format!("{}{}", String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// Tells whether lines fit a pattern in which [`ANY`] stands for any number of lines.
fn fits(pattern: &[&str], lines: &[&str]) -> bool {
    match pattern.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first.trim() == ANY => (0..=lines.len()).any(|skipped| fits(rest, &lines[skipped..])),
        Some((first, rest)) => lines.split_first().is_some_and(|(line, more)| line_fits(first, line) && fits(rest, more)),
    }
}

/// Tells whether a line is the pattern to the last space within it, but for words [`ANY`].
fn line_fits(pattern: &str, line: &str) -> bool {
    let (mut wanted, mut found) = (pattern.trim_end().split(' '), line.trim_end().split(' '));
    wanted.by_ref().all(|word| found.next().is_some_and(|other| word == ANY || word == other)) && found.next().is_none()
}

/// Runs the commands of a block; returns it with what they print, and tells what differs.
fn console(block: &[&str], folder: &Folder, page: &str, faults: &mut Vec<String>) -> String {
    let mut out = String::new();
    let mut lines = block.iter().copied().peekable();
    while let Some(line) = lines.next() {
        let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("{page}: a block begins with `$ `, not with {line:?}"));
        let _ = writeln!(out, "{line}");
        let mut kept = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
            kept.push(line);
        }
        let printed = folder.run(command);
        let found: Vec<&str> = printed.lines().map(str::trim_end).collect();
        let written = if fits(&kept, &found) {
            kept
        } else {
            let by_hand = kept.iter().any(|line| line.split(' ').any(|word| word == ANY));
            if by_hand || !is_update() {
                faults.push(format!("{page}: `{command}` prints\n{printed}"));
            }
            if by_hand { kept } else { found }
        };
        for line in written {
            let _ = writeln!(out, "{line}");
        }
    }
    out
}

/// Runs a page; returns it with what its commands print now.
fn run(name: &str, text: &str, faults: &mut Vec<String>) -> (String, usize) {
    let folder = Folder::new(name);
    let mut out = String::new();
    let mut ran = 0;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let _ = writeln!(out, "{line}");
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let mut words = info.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some("console"), None, None) => {
                ran += block.iter().filter(|line| line.starts_with("$ ")).count();
                out.push_str(&console(&block, &folder, name, faults));
            }
            (Some(_), Some(file), how) => {
                let path = folder.0.join(file);
                let before = if how == Some("append") { std::fs::read_to_string(&path).unwrap() } else { String::new() };
                std::fs::write(path, format!("{before}{}\n", block.join("\n"))).unwrap();
                block.iter().for_each(|line| writeln!(out, "{line}").unwrap());
            }
            _ => block.iter().for_each(|line| writeln!(out, "{line}").unwrap()),
        }
        out.push_str("```\n");
    }
    (out, ran)
}

#[test]
fn every_page_of_the_guide_does_what_it_says() {
    let mut faults = Vec::new();
    let mut ran = 0;
    let mut pages: Vec<PathBuf> = std::fs::read_dir(root().join("guide")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    for page in &pages {
        let name = page.file_stem().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(page).unwrap();
        let (found, commands) = run(name, &text, &mut faults);
        ran += commands;
        if is_update() {
            std::fs::write(page, found).unwrap();
        }
    }
    // What stands in for other words is brought up to date by hand.
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(ran >= 25, "only {ran} commands are run");
}

#[test]
fn a_page_that_says_otherwise_is_told() {
    let mut faults = Vec::new();
    let page = "```console\n$ echo one; echo two\none\nthree\n```\n";
    let (found, ran) = run("otherwise", page, &mut faults);
    assert_eq!((faults.len(), ran), (usize::from(!is_update()), 1));
    assert_eq!(found, "```console\n$ echo one; echo two\none\ntwo\n```\n");
    assert!(fits(&["a", ANY, "d"], &["a", "b", "c", "d"]) && !fits(&["a", ANY, "d"], &["a", "b", "c"]));
    assert!(fits(&["a: … bytes"], &["a: 12 bytes"]) && !fits(&["a: … bytes"], &["a: 12 lines"]));
    assert!(!fits(&["a …"], &["a"]) && !fits(&["a …"], &["a b c"]) && !fits(&["a"], &["a b"]));
}
