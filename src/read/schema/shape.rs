//! What a table may hold: its keys, what each says, and the rules between them.
//!
//! Shapes are data (`shapes.rs`, `shapes_law.rs`, `shapes_scenario.rs`): the reader checks every table against them, and the schemas that editors read
//! are made of them.

use super::form::Form;

/// What a key's value looks like.
#[derive(Clone, Copy, Debug)]
pub(in crate::read) enum Kind {
    /// A quoted text.
    Text(Form),
    /// A list of quoted texts.
    Texts(Form),
    /// One quoted text, or a list of them: each in its own form.
    TextOrTexts(Form, Form),
    /// A TOML date.
    Day,
    /// `true` or `false`.
    Flag,
    /// A whole number from the first to the second.
    Number(i64, i64),
    /// A table of this shape.
    Table(&'static Shape),
    /// A list of tables of this shape.
    Tables(&'static Shape),
    /// A table with keys of the author's choosing and texts as values: the form of the keys, that of the values.
    TextByName(Form, Form),
    /// A table with keys of the author's choosing and flags or texts as values.
    AnswerByName,
    /// A text, a list of texts, or a table of this shape.
    TextsOrTable(Form, &'static Shape),
    /// A text, or a table of this shape.
    TextOrTable(Form, &'static Shape),
    /// A list of texts, or a table with names of the author's choosing and texts as values: the form of the former, that of the values.
    TextsOrTextByName(Form, Form),
    /// A quoted text or a TOML date.
    TextOrDay(Form),
    /// A list of quoted texts and TOML dates.
    TextsOrDays(Form),
}

/// One key of a table.
#[derive(Clone, Copy, Debug)]
pub(in crate::read) struct Key {
    pub(in crate::read) name: &'static str,
    pub(in crate::read) kind: Kind,
    pub(in crate::read) required: bool,
    /// What it says, for who writes it.
    pub(in crate::read) help: &'static str,
}

impl Key {
    /// Tells whether its list must not be empty: an empty one would read as "all", or says nothing.
    pub(in crate::read) fn must_name(&self) -> bool {
        match self.kind {
            Kind::Tables(_) => self.required,
            Kind::Texts(_) | Kind::TextsOrTable(..) => MUST_NAME.contains(&self.name),
            Kind::Text(_)
            | Kind::TextOrTexts(..)
            | Kind::Day
            | Kind::Flag
            | Kind::Number(..)
            | Kind::Table(_)
            | Kind::TextByName(..)
            | Kind::AnswerByName
            | Kind::TextOrTable(..)
            | Kind::TextsOrTextByName(..)
            | Kind::TextOrDay(_)
            | Kind::TextsOrDays(_) => false,
        }
    }
}

/// Lists that must not be empty: an empty one would read as "all".
const MUST_NAME: [&str; 11] = [
    "among",
    "origins",
    "codes",
    "under",
    "members",
    "all-but",
    "yields-to",
    "remainder-after",
    "in-lieu-of",
    "requires",
    "programs",
];

/// A rule between the keys of a table. Its reader tells the fault in its own words; the schemas carry the rule.
#[derive(Clone, Copy, Debug)]
pub(in crate::read) enum Rule {
    /// Exactly one of these; a flag counts where it is `true`.
    One(&'static [&'static str]),
    /// One of these or more; a flag counts where it is `true`.
    Any(&'static [&'static str]),
    /// Not both.
    NotBoth(&'static str, &'static str),
    /// Who gives one of these gives the other key too.
    Needs(&'static [&'static str], &'static str),
}

/// The keys a table may have.
#[derive(Debug)]
pub(in crate::read) struct Shape {
    /// How messages call it, such as `[[measure]]`.
    pub(in crate::read) name: &'static str,
    /// What it says, for who writes it.
    pub(in crate::read) help: &'static str,
    pub(in crate::read) rules: &'static [Rule],
    pub(in crate::read) keys: &'static [Key],
}

impl Shape {
    /// Returns the key of a name.
    pub(in crate::read) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Returns the tables right below this one that have the key, in words; `None` where none has.
    pub(in crate::read) fn owner_of(&self, key: &str) -> Option<String> {
        let below = self
            .keys
            .iter()
            .filter_map(|known| if let Kind::Table(shape) | Kind::Tables(shape) = known.kind { Some(shape) } else { None });
        let owners: Vec<&str> = below.filter(|shape| shape.key(key).is_some()).map(|shape| shape.name).collect();
        if owners.is_empty() { None } else { Some(owners.join(", ")) }
    }

    /// Returns the names of its keys, in words.
    pub(in crate::read) fn names(&self) -> String {
        self.keys.iter().map(|key| key.name).collect::<Vec<_>>().join(", ")
    }
}

pub(in crate::read) const fn must(name: &'static str, kind: Kind, help: &'static str) -> Key {
    Key { name, kind, required: true, help }
}

pub(in crate::read) const fn may(name: &'static str, kind: Kind, help: &'static str) -> Key {
    Key { name, kind, required: false, help }
}

/// Writes shapes as tables: `NAME "[[name]]", "what it says", [rules] { must "key": Kind, "what it says"; … }`.
macro_rules! shapes {
    ($($(#[$doc:meta])* $vis:vis $shape:ident $name:literal, $help:literal, [$($rule:expr),*] {
        $($need:ident $key:literal: $kind:expr, $says:literal;)*
    })*) => {
        $($(#[$doc])* $vis static $shape: $crate::read::schema::shape::Shape = $crate::read::schema::shape::Shape {
            name: $name,
            help: $help,
            rules: &[$($rule),*],
            keys: &[$($crate::read::schema::shape::$need($key, $kind, $says)),*],
        };)*
    };
}
pub(in crate::read) use shapes;

impl Kind {
    /// Returns what a key of this kind takes, in words.
    pub(in crate::read) fn expected(self) -> &'static str {
        match self {
            Self::Text(_) => "a quoted text",
            Self::Texts(_) => "a list of quoted texts",
            Self::TextOrTexts(..) => "a quoted text or a list of them",
            Self::Day => "a date",
            Self::Flag => "true or false",
            Self::Number(..) => "a whole number",
            Self::Table(_) => "a table",
            Self::Tables(_) => "a list of tables",
            Self::TextByName(..) => "a table of quoted texts",
            Self::AnswerByName => "a table of true, false or quoted texts",
            Self::TextsOrTable(..) => "a quoted text, a list of them, or a table",
            Self::TextOrTable(..) => "a quoted text or a table",
            Self::TextsOrTextByName(..) => "a list of quoted texts, or a table of them",
            Self::TextOrDay(_) => "a quoted text or a date",
            Self::TextsOrDays(_) => "a list of quoted texts or dates",
        }
    }

    /// Returns how a value of this kind is written.
    pub(in crate::read) fn example(self) -> &'static str {
        match self {
            Self::Text(_) | Self::TextOrDay(_) | Self::TextOrTable(..) => "\"…\"",
            Self::Texts(_)
            | Self::TextOrTexts(..)
            | Self::TextsOrTable(..)
            | Self::TextsOrTextByName(..)
            | Self::TextsOrDays(_) => "[\"…\"]",
            Self::Day => "2025-08-07",
            Self::Flag => "true",
            Self::Number(..) => "1",
            Self::Table(_) | Self::TextByName(..) => "{ … = \"…\" }",
            Self::AnswerByName => "{ … = true }",
            Self::Tables(_) => "[{ … }]",
        }
    }
}
