//! A TOML document read against a shape: every unknown key, missing key and wrong kind of value is a fault with a place.
//!
//! Shapes are data (`shape.rs`), so that what may be written stands on one page.
#![expect(clippy::wildcard_enum_match_arm, reason = "the kinds of TOML values are those of the toml crate")]

use super::scenario::compose::same;
use super::schema::shape::{Key, Kind, Shape};
use crate::base::{Date, Fault, nearest, parse_date};
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, Place};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of the document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table<'d> {
    file: FileId,
    entries: &'d DeTable<'d>,
    /// The header, or the whole file.
    pub(super) place: Place,
}

/// A text with its place.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) place: Place,
}

/// What others call our keys: the options of the command line, headings of trade data, plain words.
const OTHER_WORDS: [(&str, &str); 14] = [
    ("amount", "value"),
    ("country", "origin"),
    ("country-of-origin", "origin"),
    ("date", "entered"),
    ("file", "path"),
    ("from", "origin"),
    ("hs", "code"),
    ("hs-code", "code"),
    ("hts", "code"),
    ("hts-code", "code"),
    ("import", "into"),
    ("on", "entered"),
    ("price", "value"),
    ("to", "into"),
];

/// The key that an unknown one means by its sense.
fn meant(name: &str, shape: &Shape) -> Option<&'static str> {
    OTHER_WORDS.iter().find(|(word, key)| *word == name && shape.key(key).is_some()).map(|(_, key)| *key)
}

/// Longest text a file may hold in one value.
pub(super) const LONGEST_TEXT: usize = 4_000;

/// Parses a document. Only the first syntax error is told: what follows it is usually noise.
pub(super) fn parse<'t>(file: FileId, text: &'t str, out: &mut Diagnostics) -> Option<Spanned<DeTable<'t>>> {
    match DeTable::parse(text) {
        Ok(document) => Some(document),
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            let place = Place { file, start: span.start, end: span.end };
            let message: String = error.message().lines().next().unwrap_or("not TOML").chars().take(200).collect();
            out.push(Diagnostic::new(Code::BadToml, format!("not TOML: {message}")).at(place, "here"));
            None
        }
    }
}

impl<'d> Table<'d> {
    pub(super) fn root(file: FileId, document: &'d Spanned<DeTable<'d>>) -> Self {
        Self { file, entries: document.get_ref(), place: Place { file, start: 0, end: 0 } }
    }

    fn at(&self, span: std::ops::Range<usize>) -> Place {
        Place { file: self.file, start: span.start, end: span.end }
    }

    /// Tells whether a key that the shape does not have is probably this one, misspelt.
    pub(super) fn misspells(&self, key: &str, shape: &Shape) -> bool {
        self.entries
            .keys()
            .map(|name| name.get_ref().as_ref())
            .filter(|name| shape.key(name).is_none())
            .any(|name| meant(name, shape).or_else(|| nearest(name, shape.keys.iter().map(|known| known.name))) == Some(key))
    }

    /// Tells whether another table says the same under a key.
    pub(super) fn says_the_same(&self, other: &Table<'_>, key: &str) -> bool {
        match (self.value(key), other.value(key)) {
            (Some(a), Some(b)) => same(a.get_ref(), b.get_ref()),
            (a, b) => a.is_none() && b.is_none(),
        }
    }

    /// Tells whether another table says the same under every key.
    pub(super) fn is_the_same(&self, other: &Table<'_>) -> bool {
        self.entries.len() == other.entries.len()
            && self.entries.keys().all(|key| self.says_the_same(other, key.get_ref().as_ref()))
    }

    /// Returns the place of the whole file.
    pub(super) fn file_place(&self) -> Place {
        Place { file: self.file, start: 0, end: 0 }
    }

    /// Tells whether nothing stands in the table.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Checks the table and all below it against a shape.
    pub(super) fn check(&self, shape: &Shape, out: &mut Diagnostics) {
        self.check_but(shape, &[], out);
    }

    /// Does the same, and bears that some keys are missing.
    pub(super) fn check_but(&self, shape: &Shape, elsewhere: &[&str], out: &mut Diagnostics) {
        for (key, value) in self.entries {
            let name = key.get_ref().as_ref();
            let Some(known) = shape.key(name) else {
                let near = nearest(name, shape.keys.iter().map(|known| known.name));
                let help = match (shape.owner_of(name).filter(|_| meant(name, shape).is_none()), meant(name, shape).or(near)) {
                    (Some(owner), _) => format!("it is a key of {owner}"),
                    (None, Some(near)) => format!("did you mean `{near}`?"),
                    (None, None) => format!("{} has: {}", shape.name, shape.names()),
                };
                // Letters that only look like others are written out: otherwise the message would say "unknown key `value`, did you mean `value`?".
                let shown: String = name
                    .chars()
                    .take(60)
                    .map(|c| if c.is_ascii() { c.to_string() } else { c.escape_unicode().to_string() })
                    .collect();
                out.push(
                    Diagnostic::new(Code::UnknownKey, format!("unknown key `{shown}` in {}", shape.name))
                        .at(self.at(key.span()), "not a key of this table")
                        .help(help),
                );
                continue;
            };
            self.check_value(known, value, out);
        }
        let absent = |known: &&Key| {
            let is_asked = known.required && !elsewhere.contains(&known.name);
            is_asked && self.value(known.name).is_none() && !self.misspells(known.name, shape)
        };
        for known in shape.keys.iter().filter(absent) {
            let code =
                if known.name == "cite" || known.name.ends_with("-cite") { Code::MissingCitation } else { Code::MissingKey };
            out.push(
                Diagnostic::new(code, format!("{} has no `{}`", shape.name, known.name))
                    .at(self.place, format!("`{}` is missing", known.name))
                    .help(if code == Code::MissingCitation {
                        "every number of the law names its source: cite = \"EO 14257, 90 FR 15041\"".to_owned()
                    } else {
                        format!("add `{} = {}`", known.name, known.kind.example())
                    }),
            );
        }
    }

    fn check_value(&self, known: &Key, value: &Spanned<DeValue<'d>>, out: &mut Diagnostics) {
        let place = self.at(value.span());
        let wrong = |out: &mut Diagnostics| {
            out.push(
                Diagnostic::new(
                    Code::WrongType,
                    format!("`{}` takes {}; this is {}", known.name, known.kind.expected(), called(value.get_ref())),
                )
                .at(place, called(value.get_ref()))
                .help(instead(known, value.get_ref())),
            );
        };
        let is_text = |value: &Spanned<DeValue<'_>>| matches!(value.get_ref(), DeValue::String(_));
        let all_texts = |values: &[Spanned<DeValue<'_>>]| values.iter().all(is_text);
        match (known.kind, value.get_ref()) {
            (Kind::Text(_), DeValue::String(text)) if known.name == "id" => check_id(text, place, out),
            (Kind::Text(_) | Kind::TextOrTexts(..) | Kind::TextsOrTable(..) | Kind::TextOrTable(..), DeValue::String(text)) => {
                check_text(text, place, out)
            }
            (Kind::Texts(_) | Kind::TextsOrTable(..), DeValue::Array(values)) if values.is_empty() && known.must_name() => {
                out.push(
                    Diagnostic::new(Code::MissingKey, format!("`{}` is an empty list", known.name))
                        .at(place, "it names nothing")
                        .help(if known.name == "origins" || known.name == "codes" {
                            "write \"all\" for all of them"
                        } else if known.name == "requires" {
                            "drop the key, or name what the flow must state"
                        } else {
                            "name at least one"
                        }),
                );
            }
            (
                Kind::Texts(_) | Kind::TextOrTexts(..) | Kind::TextsOrTable(..) | Kind::TextsOrTextByName(..),
                DeValue::Array(values),
            ) if all_texts(values) => {
                for value in values.iter() {
                    if let DeValue::String(text) = value.get_ref() {
                        check_text(text, self.at(value.span()), out);
                    }
                }
            }
            (Kind::Day, DeValue::Datetime(moment)) if moment.time.is_none() && moment.date.is_some() => {}
            (Kind::TextOrDay(_), _) if self.text_or_day(value).is_some() => {}
            (Kind::TextsOrDays(_), DeValue::Array(values)) if values.iter().all(|value| self.text_or_day(value).is_some()) => {}
            (Kind::Flag, DeValue::Boolean(_)) | (Kind::Number(..), DeValue::Integer(_)) => {}
            (Kind::Table(shape) | Kind::TextsOrTable(_, shape) | Kind::TextOrTable(_, shape), DeValue::Table(table)) => {
                Table { file: self.file, entries: table, place }.check(shape, out);
            }
            (Kind::Tables(shape), DeValue::Array(values)) => {
                for value in values.iter() {
                    match value.get_ref() {
                        DeValue::Table(table) => {
                            Table { file: self.file, entries: table, place: self.at(value.span()) }.check(shape, out);
                        }
                        _ => return wrong(out),
                    }
                }
                if known.must_name() && values.is_empty() {
                    out.push(
                        Diagnostic::new(Code::MissingKey, format!("`{}` is an empty list", known.name))
                            .at(place, "it holds nothing"),
                    );
                }
            }
            (Kind::TextByName(..) | Kind::TextsOrTextByName(..), DeValue::Table(table)) if table.values().all(is_text) => {}
            (Kind::AnswerByName, DeValue::Table(table))
                if table.values().all(|v| matches!(v.get_ref(), DeValue::Boolean(_) | DeValue::String(_))) => {}
            _ => wrong(out),
        }
    }

    fn value(&self, key: &str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.entries.iter().find(|(name, _)| name.get_ref().as_ref() == key).map(|(_, value)| value)
    }

    /// Tells whether the key is there, of whatever kind.
    pub(super) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// Returns the place of a key's value, or of the table.
    pub(super) fn place_of(&self, key: &str) -> Place {
        self.value(key).map_or(self.place, |value| self.at(value.span()))
    }

    pub(super) fn text(&self, key: &str) -> Option<Text> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Text { text: text.to_string(), place: self.at(value.span()) }),
            _ => None,
        }
    }

    /// Returns a text, or an empty one where it is missing (a fault already told).
    pub(super) fn string(&self, key: &str) -> String {
        self.text(key).map(|text| text.text).unwrap_or_default()
    }

    pub(super) fn optional(&self, key: &str) -> Option<String> {
        self.text(key).map(|text| text.text)
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        self.value(key).is_some_and(|value| matches!(value.get_ref(), DeValue::Boolean(true)))
    }

    pub(super) fn number(&self, key: &str) -> Option<i64> {
        match self.value(key)?.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        }
    }

    /// Returns a list of texts; a single text is a list of one.
    pub(super) fn texts(&self, key: &str) -> Vec<Text> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        match value.get_ref() {
            DeValue::String(text) => vec![Text { text: text.to_string(), place: self.at(value.span()) }],
            DeValue::Array(values) => values
                .iter()
                .filter_map(|value| match value.get_ref() {
                    DeValue::String(text) => Some(Text { text: text.to_string(), place: self.at(value.span()) }),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Returns a text, or a day as it is written.
    pub(super) fn setting(&self, key: &str) -> Option<Text> {
        self.text_or_day(self.value(key)?)
    }

    /// Returns a list of texts and days as they are written.
    pub(super) fn settings(&self, key: &str) -> Vec<Text> {
        let Some(DeValue::Array(values)) = self.value(key).map(Spanned::get_ref) else {
            return Vec::new();
        };
        values.iter().filter_map(|value| self.text_or_day(value)).collect()
    }

    fn text_or_day(&self, value: &Spanned<DeValue<'d>>) -> Option<Text> {
        let text = match value.get_ref() {
            DeValue::String(text) if text.len() <= LONGEST_TEXT => text.to_string(),
            DeValue::Datetime(moment) if moment.time.is_none() => {
                let date = moment.date?;
                format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
            }
            _ => return None,
        };
        Some(Text { text, place: self.at(value.span()) })
    }

    pub(super) fn table(&self, key: &str) -> Option<Table<'d>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Table { file: self.file, entries: table, place: self.at(value.span()) }),
            _ => None,
        }
    }

    pub(super) fn tables(&self, key: &str) -> Vec<Table<'d>> {
        let Some(DeValue::Array(values)) = self.value(key).map(Spanned::get_ref) else {
            return Vec::new();
        };
        values
            .iter()
            .filter_map(|value| match value.get_ref() {
                DeValue::Table(table) => Some(Table { file: self.file, entries: table, place: self.at(value.span()) }),
                _ => None,
            })
            .collect()
    }

    /// Returns the entries of a table with names of the author's choosing.
    pub(super) fn entries(&self) -> Vec<(Text, Option<Text>, Option<bool>)> {
        self.entries
            .iter()
            .map(|(key, value)| {
                let name = Text { text: key.get_ref().to_string(), place: self.at(key.span()) };
                match value.get_ref() {
                    DeValue::String(text) => (name, Some(Text { text: text.to_string(), place: self.at(value.span()) }), None),
                    DeValue::Boolean(flag) => (name, None, Some(*flag)),
                    _ => (name, None, None),
                }
            })
            .collect()
    }

    pub(super) fn day(&self, key: &str, out: &mut Diagnostics) -> Option<Date> {
        let value = self.value(key)?;
        let DeValue::Datetime(moment) = value.get_ref() else {
            return None;
        };
        let date = moment.date?;
        // The TOML parser has already refused a day that no calendar has; this adds the years that make sense.
        let text = format!("{:04}-{:02}-{:02}", date.year, date.month, date.day);
        understood(parse_date(&text), Code::BadDate, self.at(value.span()), out)
    }

    /// Reads a text with a parser of the base, telling its fault at the value.
    pub(super) fn parsed<T>(
        &self,
        key: &str,
        code: Code,
        out: &mut Diagnostics,
        parse: impl Fn(&str) -> Result<T, Fault>,
    ) -> Option<(T, Place)> {
        let text = self.text(key)?;
        understood(parse(&text.text), code, text.place, out).map(|value| (value, text.place))
    }
}

/// Turns a fault of the base into a diagnostic at a place.
pub(super) fn understood<T>(result: Result<T, Fault>, code: Code, place: Place, out: &mut Diagnostics) -> Option<T> {
    result.map_err(|fault| out.push(Diagnostic::new(code, fault.message).at(place, "here").maybe_help(fault.help))).ok()
}

/// Ids are letters, digits, `-`, `_` and `.`: they stand in messages, file names and expectations.
fn check_id(text: &str, place: Place, out: &mut Diagnostics) {
    let odd = text.chars().find(|c| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '{' | '}')));
    if let Some(odd) = odd {
        let odd = if odd.is_ascii_graphic() { odd.to_string() } else { odd.escape_unicode().to_string() };
        out.push(
            Diagnostic::new(Code::BadText, format!("an id cannot hold `{odd}`"))
                .at(place, "this id")
                .help("write letters, digits, `-` and `_`, such as \"passenger-cars\""),
        );
    } else {
        check_text(text, place, out);
    }
}

/// What to write instead of a value of the wrong kind, with the value itself where that can be.
fn instead(known: &Key, value: &DeValue<'_>) -> String {
    let name = known.name;
    match (known.kind, value) {
        (kind, DeValue::Integer(number)) if takes_text(kind) => {
            format!("put it in quotes, with its unit: `{name} = \"{}…\"`", number.as_str())
        }
        (kind, DeValue::Float(number)) if takes_text(kind) => {
            format!("put it in quotes, with its unit: `{name} = \"{}…\"`", number.as_str())
        }
        (Kind::Day, DeValue::String(text)) if text.len() <= 20 => format!("dates stand without quotes: `{name} = {text}`"),
        (Kind::Day, DeValue::Datetime(_)) => format!("give the day alone: `{name} = 2025-10-01`"),
        (Kind::Text(_), DeValue::Datetime(_)) => format!("put it in quotes: `{name} = \"…\"`"),
        (Kind::Tables(_), DeValue::Table(_)) => format!("write the header with two brackets: `[[{name}]]`"),
        (Kind::Table(_), DeValue::Array(_)) => format!("write the header with one bracket: `[{name}]`"),
        (Kind::TextByName(..), DeValue::Table(_)) if name == "expect" => {
            "put each name in quotes, with its dots: `\"cars.current-law.effective-rate\" = \"15%\"`".to_owned()
        }
        (kind, _) => format!("write `{name} = {}`", kind.example()),
    }
}

fn takes_text(kind: Kind) -> bool {
    matches!(kind, Kind::Text(_) | Kind::TextOrTexts(..) | Kind::TextsOrTable(..) | Kind::TextOrTable(..) | Kind::TextOrDay(_))
}

fn check_text(text: &str, place: Place, out: &mut Diagnostics) {
    let fault = if text.trim().is_empty() {
        "the text is empty"
    } else if text.len() > LONGEST_TEXT {
        "the text is longer than 4,000 characters"
    } else if text.chars().any(|c| c.is_control() && c != '\n') {
        "the text holds control characters"
    } else if text.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')) {
        "the text holds marks that turn the writing direction"
    } else {
        return;
    };
    out.push(Diagnostic::new(Code::BadText, fault).at(place, "this text"));
}

fn called(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a bare number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
