//! What to try next: the words of help that name a command, for what is mistaken most often.

use super::bytes;
use super::files::{Files, ReadFault};
use crate::base::{CommodityCode, Country, nearest, shell_word};
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, Sources};
use crate::law::Rulebook;
use std::path::Path;
use std::sync::Arc;

/// The file that stands on top of a law, by which its folder is known.
const TOP_OF_LAW: &str = "groups.toml";

/// Names the file beside a missing one that was probably meant.
pub(super) fn meant(files: &dyn Files, path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let beside = files.beside(path);
    let near = nearest(name, beside.iter().map(String::as_str))?;
    Some(format!("did you mean `{}`?", if folder.is_empty() { near.to_owned() } else { format!("{folder}/{near}") }))
}

/// Reads a scenario as text and adds it to the sources; says what to do with a file that is of another kind.
pub(super) fn scenario_text(
    files: &dyn Files,
    path: &str,
    law: &Rulebook,
    sources: &mut Sources,
    out: &mut Diagnostics,
) -> Option<(FileId, Arc<str>)> {
    let shown = files.shown(path);
    match files.read(path) {
        Ok(bytes) => {
            if let Some((what, help)) = other_kind(&shown, &bytes) {
                out.push(Diagnostic::new(Code::BadToml, format!("`{shown}` is {what}, not a scenario")).help(help));
                return None;
            }
            bytes::decoded(&shown, &bytes, sources, out)
        }
        Err(fault) => {
            let help = match &fault {
                ReadFault::Missing => Some(missing_scenario(files, path, law)),
                ReadFault::Folder if [TOP_OF_LAW, "country.toml"].iter().any(|name| files.has(&below(path, name))) => {
                    Some(of_law(files, &below(path, TOP_OF_LAW)))
                }
                ReadFault::Folder => Some(format!("name the files in it: {}/*.toml", shown.trim_end_matches('/'))),
                ReadFault::TooLarge(..) | ReadFault::System(_) => None,
            };
            out.push(bytes::unreadable(&shown, &fault).maybe_help(help));
            None
        }
    }
}

/// A scenario that is not there may be another file, or goods that need none.
fn missing_scenario(files: &dyn Files, path: &str, law: &Rulebook) -> String {
    let goods = if law.product(path).is_some() {
        "a product"
    } else if CommodityCode::parse(path).is_ok() {
        "a commodity code"
    } else {
        return meant(files, path).unwrap_or_else(|| "`tariffcalc new` writes a scenario to start from".into());
    };
    format!("it is {goods}: `tariffcalc rate {} --from ORIGIN` prices it without a file", shell_word(path))
}

/// Tells by name and first bytes a file that is no TOML, and what it is good for.
fn other_kind(shown: &str, bytes: &[u8]) -> Option<(&'static str, String)> {
    let ends =
        |ends: &[&str]| Path::new(shown).extension().is_some_and(|end| ends.iter().any(|known| end.eq_ignore_ascii_case(known)));
    let file = shell_word(shown);
    let rows = || {
        format!(
            "`tariffcalc panel {file}` prices a file of flows, `tariffcalc flows {file}` tells what it holds; [[flow-file]] puts it into a scenario"
        )
    };
    if bytes.starts_with(b"PAR1") {
        return Some(("a Parquet file", rows()));
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Some(("packed with gzip", rows()));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Some(("a ZIP archive or a workbook", "save its sheet as CSV; `tariffcalc panel` prices a file of flows".into()));
    }
    if ends(&["toml"]) {
        return None;
    }
    let text = bytes.get(..bytes.len().min(4_096)).unwrap_or_default();
    let first = text.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    let first = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first).trim_ascii();
    if first.starts_with(b"{") || (first.starts_with(b"[") && ends(&["json"])) {
        let help =
            format!("scenarios are TOML; `tariffcalc check {file}` checks an official schedule, `--schedule {file}` uses it");
        return Some(("JSON", help));
    }
    let is_row = first.contains(&b',') && !first.contains(&b'=') && !first.starts_with(b"#");
    if is_row || (ends(&["csv", "tsv"]) && !first.is_empty()) { Some(("a table of rows", rows())) } else { None }
}

/// What to do with a file of law that was taken for a scenario.
pub(super) fn of_law(files: &dyn Files, path: &str) -> String {
    let mut folders = Path::new(path).ancestors().skip(1).take(3).filter_map(Path::to_str);
    let top = folders.clone().find(|folder| files.has(&below(folder, TOP_OF_LAW))).or_else(|| folders.next());
    let top = shell_word(&files.shown(top.filter(|folder| !folder.is_empty()).unwrap_or(".")));
    format!("`tariffcalc check {top}` checks the law it is a part of, and `--law {top}` asks that law")
}

/// What to do with a scenario that was taken for a file of law.
pub(super) fn of_scenario(files: &dyn Files, path: &str) -> String {
    let path = shell_word(&files.shown(path));
    format!("`tariffcalc check {path}` checks it, `tariffcalc run {path}` runs it; keep it out of the folder of the law")
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Where to look for a product of that name.
pub(super) fn products(law: &Rulebook, name: &str) -> String {
    let known = |word: &&str| word.len() > 2 && law.product_names().any(|name| name.to_lowercase().contains(*word));
    let lower = name.to_lowercase();
    // The last word of a name commonly says what a thing is.
    match lower.split(|c: char| !c.is_alphanumeric()).rev().find(known) {
        Some(word) => format!("`tariffcalc products {word}` lists what is near; any code can be given with `code`"),
        None => "`tariffcalc products` lists them; any code can be given with `code`".into(),
    }
}

/// Where to look for a country or group of that name.
pub fn which_country(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    let begins = |known: &str| known.to_lowercase().split_whitespace().any(|word| word.starts_with(&lower));
    let is_known = |country: &Country| country.name().is_some_and(begins);
    if lower.chars().count() > 2 && Country::all().iter().any(is_known) {
        return format!("`tariffcalc countries {}` lists those of that name; write their two letters", shell_word(&lower));
    }
    "write two ISO letters such as JP, or the id of a group; `tariffcalc countries` lists them".into()
}

/// Says that a file cannot be had, and which one was probably meant.
pub fn cannot_read(files: &dyn Files, path: &str, fault: &ReadFault) -> Diagnostic {
    let help = matches!(fault, ReadFault::Missing).then(|| meant(files, path)).flatten();
    bytes::unreadable(&files.shown(path), fault).maybe_help(help)
}

/// What to do with a file of another kind that was taken for one of flows.
pub(super) fn no_flows(shown: &str) -> Option<String> {
    let end = Path::new(shown).extension()?;
    let file = shell_word(shown);
    if end.eq_ignore_ascii_case("toml") {
        return Some(format!(
            "scenarios are TOML: `tariffcalc run {file}` runs one, `tariffcalc panel {file}` sums its flows by day"
        ));
    }
    end.eq_ignore_ascii_case("json").then(|| format!("`tariffcalc check {file}` checks an official schedule; flows are CSV"))
}
