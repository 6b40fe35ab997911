//! What is said of a call without a file, in the words of the command line: the flags were read as the scenario they mean, and nobody has seen that.

use super::settle::NAME;
use tariffcalc::answer::{Cell, Note, Report};
use tariffcalc::diag::{Diagnostic, Diagnostics, Place, Sources};

/// The options that keys are written by, by the table they stand in: of the scenario that flags mean, and of what is varied.
const OPTIONS: [(&str, &str, &str); 34] = [
    ("", "exchange", "--exchange"),
    ("", "law-continues", "--law-continues"),
    ("[[flow]]", "into", "--into"),
    ("[[flow]]", "origin", "--from"),
    ("[[flow]]", "entered", "--on"),
    ("[[flow]]", "value", "--value"),
    ("[[flow]]", "loaded", "--loaded"),
    ("[[flow]]", "admitted", "--admitted"),
    ("[[flow]]", "entry", "--entry"),
    ("[[flow]]", "quantity", "--quantity"),
    ("[[flow]]", "claims", "--claim"),
    ("[[flow]]", "content", "--content"),
    ("[[flow]]", "weight", "--weight"),
    ("[[flow]]", "facts", "--fact"),
    ("[origins]", "among", "--from"),
    ("[origins]", "freight", "--freight"),
    ("[[origins.each]]", "value", "--price"),
    ("[[origins.each]]", "freight", "--freight"),
    ("[assume.facts]", "", "--assume"),
    ("[assume.content]", "", "--assume"),
    ("[assume.weight]", "", "--assume"),
    ("[sweep]", "flow", "--flow"),
    ("[sweep]", "case", "--case"),
    ("[sweep]", "show", "--show"),
    ("[[sweep.axis]]", "vary", "--axis"),
    ("[[sweep.axis]]", "from", "--axis"),
    ("[[sweep.axis]]", "to", "--axis"),
    ("[[sweep.axis]]", "step", "--axis"),
    ("[[sweep.axis]]", "values", "--axis"),
    ("[[sweep.axis]]", "flow", "--axis"),
    ("[[sweep.axis]]", "case", "--axis"),
    ("[[solve]]", "target", "--target"),
    ("[[solve]]", "vary", "--vary"),
    ("[[solve]]", "", "--vary"),
];

/// Says findings at flags without the lines of the scenario they mean; findings in files stay as they are.
pub(super) fn told(all: &Diagnostics, sources: &Sources) -> Diagnostics {
    let mut out = Diagnostics::default();
    for finding in all.sorted() {
        let is_call = |place: &Place| sources.path(place.file) == NAME;
        if !finding.labels.iter().any(|(place, _)| is_call(place)) {
            out.push(finding.clone());
            continue;
        }
        let option = finding.labels.first().filter(|(place, _)| is_call(place)).and_then(|(place, _)| option(place, sources));
        let message = option.map_or_else(|| finding.message.clone(), |option| format!("{option}: {}", finding.message));
        out.push(Diagnostic {
            message: by_flags(&message),
            labels: finding.labels.iter().filter(|(place, _)| !is_call(place)).cloned().collect(),
            help: finding.help.as_deref().map(by_flags),
            ..finding.clone()
        });
    }
    out
}

/// The option that a place of the scenario stands for; `None` where it is no option.
fn option(place: &Place, sources: &Sources) -> Option<&'static str> {
    let text = sources.text(place.file);
    let start = text.get(..place.start)?.rfind('\n').map_or(0, |newline| newline.saturating_add(1));
    let key = text.get(start..)?.lines().next()?.split_once(" = ").map(|(key, _)| key)?;
    let table = text.get(..start)?.lines().rev().find(|line| line.starts_with('[')).unwrap_or_default();
    OPTIONS.iter().find(|(of, name, _)| *of == table && (*name == key || name.is_empty())).map(|(.., option)| *option)
}

/// Says in all words of a report what to add by flags.
pub(super) fn report(report: &mut Report) {
    for note in &mut report.notes {
        *note = Note { words: by_flags(&note.words), ..note.clone() };
    }
    for table in &mut report.tables {
        table.notes.iter_mut().for_each(|note| *note = by_flags(note));
        for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
            if let Cell::Text(text) = cell {
                *text = by_flags(text);
            }
        }
    }
}

/// Turns advice written as keys of a scenario, in backticks, into options.
pub(super) fn by_flags(words: &str) -> String {
    let parts: Vec<&str> = words.split('`').collect();
    if parts.len() < 3 || parts.len().is_multiple_of(2) {
        return words.to_owned();
    }
    let mut out = String::with_capacity(words.len());
    let mut was_key = false;
    for (number, part) in parts.iter().enumerate() {
        if number % 2 == 0 {
            // Where in a file a key stands has no meaning on the command line.
            let place = [" at the top or in the case", " at the top"].iter().find_map(|place| part.strip_prefix(place));
            out.push_str(place.filter(|_| was_key).unwrap_or(part));
            continue;
        }
        let turned = flag(part);
        was_key = turned.is_some();
        out.push('`');
        out.push_str(turned.as_deref().unwrap_or(part));
        out.push('`');
        // No option gives a column-1 rate.
        out.push_str(if *part == "column-1" { " of a flow in a scenario file" } else { "" });
    }
    out
}

fn flag(key: &str) -> Option<String> {
    if key == "law-continues = true" {
        return Some("--law-continues".into());
    }
    let (name, value) = key.split_once(" = ")?;
    let bare = value.trim_start_matches('[').trim_end_matches(']').trim();
    let inner = || value.strip_prefix("{ ")?.strip_suffix(" }")?.split_once(" = ");
    match name {
        "quantity" => Some(format!("--quantity {bare}")),
        "exchange" => Some(format!("--exchange {bare}")),
        "claims" => Some(format!("--claim {}", bare.trim_matches('"'))),
        "content" | "weight" | "facts" => {
            let (of, given) = inner()?;
            let option = if name == "facts" { "fact" } else { name };
            Some(format!("--{option} {of}={}", given.trim_matches('"')))
        }
        _ => None,
    }
}
