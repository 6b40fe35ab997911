//! Rows of the export as JSON: a list of objects.

use super::hts::ExportRow;
use super::official::Faults;
use serde_json::Value;

/// The keys a row of the export has, of those this program reads.
const KEYS: [&str; 7] = ["htsno", "indent", "description", "units", "general", "special", "other"];

/// Reads the rows of a list; `None` where the text is no such list.
pub(super) fn rows(text: &str, faults: &mut Faults<'_>) -> Option<Vec<ExportRow>> {
    let start = text.len() - text.trim_start().len();
    let Some(inside) = text.trim_start().strip_prefix('[') else {
        let help = "an export is a list of rows: `[{\"htsno\": …`".to_owned();
        faults.tell(start..start + 1, "the file is JSON, but not an official schedule", "a list should start here", Some(help));
        return None;
    };
    let mut at = text.len() - inside.len();
    let mut rows = Vec::new();
    // Rows are read one by one, so that a fault has its place.
    loop {
        at = skip_blanks(text, at);
        let rest = text.get(at..).unwrap_or_default();
        if rest.starts_with(']') && rows.is_empty() {
            faults.tell(at..at + 1, "the list is empty", "here", None);
            return None;
        }
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let value = match values.next() {
            Some(Ok(value)) => value,
            Some(Err(error)) => {
                faults.tell(spot(rest, at, &error), format!("the file is not JSON: {}", words(&error)), "here", cut_off(&error));
                return None;
            }
            None => {
                faults.tell(text.len()..text.len(), "the list is not closed", "the file ends here", Some(AGAIN.to_owned()));
                return None;
            }
        };
        let end = at + values.byte_offset();
        match row(&value, at, rows.is_empty()) {
            Ok(row) => rows.push(ExportRow { bytes: first_line(text, at, end), ..row }),
            Err(Wrong { message, help, is_other_kind }) => {
                if !faults.tell(first_line(text, at, end), message, "this row", help) || is_other_kind {
                    return None;
                }
            }
        }
        at = skip_blanks(text, end);
        match text.as_bytes().get(at) {
            Some(b',') => at += 1,
            Some(b']') => break,
            Some(_) => {
                faults.tell(at..at + 1, "the file is not JSON: a comma or the end of the list is due", "here", None);
                return None;
            }
            None => {
                faults.tell(text.len()..text.len(), "the list is not closed", "the file ends here", Some(AGAIN.to_owned()));
                return None;
            }
        }
    }
    let behind = skip_blanks(text, at + 1);
    if behind < text.len() {
        faults.tell(behind..behind + 1, "something stands behind the list", "here", None);
    }
    Some(rows)
}

const AGAIN: &str = "the download may have been cut off; get the file again";

fn skip_blanks(text: &str, at: usize) -> usize {
    text.get(at..).map_or(at, |rest| text.len() - rest.trim_start_matches([' ', '\n', '\r', '\t']).len())
}

/// The first line of a row: what a message shows of it.
fn first_line(text: &str, at: usize, end: usize) -> std::ops::Range<usize> {
    let row = text.get(at..end).unwrap_or_default();
    // The brace alone says little: the line after it names the row.
    let length = row.match_indices('\n').map(|(at, _)| at).nth(1).unwrap_or(row.len());
    at..at + length.min(200)
}

fn cut_off(error: &serde_json::Error) -> Option<String> {
    error.is_eof().then(|| AGAIN.to_owned())
}

/// What the reader says, without its own count of lines.
fn words(error: &serde_json::Error) -> String {
    let words = error.to_string();
    words.rsplit_once(" at line ").map_or(words.clone(), |(words, _)| words.to_owned())
}

/// The place of a fault, from the reader's own count of lines.
fn spot(rest: &str, at: usize, error: &serde_json::Error) -> std::ops::Range<usize> {
    let before: usize = rest.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut byte = (before + error.column().saturating_sub(1)).min(rest.len());
    while !rest.is_char_boundary(byte) {
        byte -= 1;
    }
    at + byte..at + byte
}

struct Wrong {
    message: String,
    help: Option<String>,
    is_other_kind: bool,
}

fn row(value: &Value, at: usize, is_first: bool) -> Result<ExportRow, Wrong> {
    let wrong = |message: String, help: Option<String>, is_other_kind: bool| Wrong { message, help, is_other_kind };
    let Some(object) = value.as_object() else {
        let help = format!("a row of an export has the keys {}", KEYS.join(", "));
        let what = if value.is_array() { "the rows are lists, as those of a data service" } else { "a row is no object" };
        return Err(wrong(format!("this is not an official schedule: {what}"), Some(help), is_first));
    };
    let missing: Vec<&str> = KEYS.iter().copied().filter(|key| !object.contains_key(*key)).collect();
    if missing.len() > KEYS.len() - 2 && is_first {
        let keys = object.keys().take(8).cloned().collect::<Vec<_>>().join(", ");
        let help = format!("its rows have the keys {keys}; those of an export have {}", KEYS.join(", "));
        return Err(wrong("this is not an official schedule, but another kind of file".into(), Some(help), true));
    }
    if !missing.is_empty() {
        return Err(wrong(format!("the row lacks the keys {}", missing.join(", ")), None, is_first));
    }
    let text = |key: &str| match object.get(key) {
        Some(Value::String(text)) => Ok(text.clone()),
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::Number(number)) if key == "indent" => Ok(number.to_string()),
        Some(_) => Err(wrong(format!("`{key}` is not a text"), Some("numbers and rates are texts in an export".into()), false)),
    };
    let list = |key: &str| match object.get(key) {
        Some(Value::Array(items)) => Ok(items.as_slice()),
        None | Some(Value::Null) => Ok(&[][..]),
        Some(_) => Err(wrong(format!("`{key}` is not a list"), None, false)),
    };
    let units = list("units")?.iter().filter_map(|unit| unit.as_str().map(str::to_owned)).collect();
    let notes = list("footnotes")?.iter().filter_map(|note| note.get("value")?.as_str().map(str::to_owned)).collect();
    Ok(ExportRow {
        number: text("htsno")?,
        indent: text("indent")?,
        description: text("description")?,
        units,
        general: text("general")?,
        special: text("special")?,
        column_2: text("other")?,
        footnotes: notes,
        bytes: at..at,
    })
}
