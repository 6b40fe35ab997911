use super::chart::Chart;
use super::note::{KeyFigure, Note};
use crate::assess::Outcome;
use crate::base::{Currency, Date, Decimal};
use crate::scenario::Scale;

/// What stands in a cell: typed, exact, unformatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words; may hold text of a user's file.
    Text(String),
    /// An exact amount of money.
    Money(Decimal, Currency),
    /// An amount that is not known, with its bounds where there are any.
    Unknown {
        /// The least it can be.
        at_least: Option<Decimal>,
        /// The most it can be.
        at_most: Option<Decimal>,
    },
    /// The goods are refused.
    Refused,
    /// A rate as a fraction: 0.15 is 15 %.
    Rate(Decimal),
    /// A day.
    Day(Date),
    /// A number of things.
    Count(usize),
}

impl Cell {
    /// Returns the cell of a duty: its amount, its bounds or the refusal.
    pub(super) fn duty(duty: &Outcome, currency: Currency) -> Self {
        match duty {
            Outcome::Known(amount) => Self::Money(*amount, currency),
            Outcome::Unknown { at_least, at_most, .. } => Self::Unknown { at_least: *at_least, at_most: *at_most },
            Outcome::Refused(_) => Self::Refused,
        }
    }

    /// Returns the cells that tell a duty to machines as well: its status, the duty itself, the least and the most it can be.
    pub(super) fn outcome(duty: &Outcome, currency: Currency) -> [Self; 4] {
        let money = |amount: Option<Decimal>| amount.map_or(Self::Empty, |amount| Self::Money(amount, currency));
        let status = match duty {
            Outcome::Known(_) => "known",
            Outcome::Unknown { .. } => "unknown",
            Outcome::Refused(_) => "refused",
        };
        [Self::Text(status.into()), Self::duty(duty, currency), money(duty.at_least()), money(duty.at_most())]
    }
}

/// Which side a column's cells stand at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Figures.
    Right,
}

/// What kind of cells a column has, for files whose columns have types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Words, or cells of several kinds.
    #[default]
    Words,
    /// Amounts of money, with at most so many decimal places.
    Money(u32),
    /// Rates as fractions, with at most ten decimal places.
    Rate,
    /// Days.
    Day,
    /// Numbers of things.
    Count,
}

/// A column: its key for machines, its title for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The key, such as `effective_rate`.
    pub key: &'static str,
    /// The title, such as `Effective rate`.
    pub title: String,
    /// The side.
    pub align: Align,
    /// Whether tables for people show it; CSV shows every column.
    pub shown: bool,
    /// Whether tables for people show a value only where it differs from the one above.
    pub once: bool,
    /// What it is one part of many of, such as the program of a duty; its name is made of the key and this.
    pub part: Option<String>,
    /// The kind of its cells, where it has one.
    pub kind: Kind,
    /// What one unit is: a currency, `fraction`; empty where it has none.
    pub unit: String,
    /// What it says, for who sees the figures alone: of an average the concept, the weights and the universe. Empty where the title says it all.
    pub meaning: String,
}

impl Column {
    fn new(key: &'static str, title: &str, align: Align) -> Self {
        Self {
            key,
            title: title.to_owned(),
            align,
            shown: true,
            once: false,
            part: None,
            kind: Kind::default(),
            unit: String::new(),
            meaning: String::new(),
        }
    }

    /// Returns the name of the column in a file: the key, with the part it is of. Letters, digits and underscores only, so that no query need quote it.
    pub fn name(&self) -> String {
        let part = self.part.iter().flat_map(|part| part.chars());
        let plain = part.map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect::<String>();
        if plain.is_empty() { self.key.to_owned() } else { format!("{}_{plain}", self.key) }
    }

    /// Makes a column of words.
    pub fn words(key: &'static str, title: &str) -> Self {
        Self::new(key, title, Align::Left)
    }

    /// Makes a column of figures.
    pub fn figures(key: &'static str, title: &str) -> Self {
        Self::new(key, title, Align::Right)
    }

    /// Shows repeated values once in tables for people.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// Hides the column from tables for people.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.shown = false;
        self
    }
}

/// Whether a row is one of many or their sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// One of many.
    Body,
    /// The first row of a group: a line may be drawn above it.
    First,
    /// A sum.
    Total,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub kind: RowKind,
    /// Its cells, one for each column.
    pub cells: Vec<Cell>,
    /// Where its figures come from: places in [`Report::sources`].
    pub sources: Vec<usize>,
}

/// A table of typed cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// What it shows; empty where the report's title says it.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Remarks below it.
    pub notes: Vec<String>,
    /// The unit in which tables for people show money.
    pub scale: Option<Scale>,
}

/// Where a figure comes from: a numbered note of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// What was charged, such as the title of a measure.
    pub title: String,
    /// The heading of the schedule it is entered under; empty where it has none.
    pub heading: String,
    /// The legal text.
    pub cite: String,
    /// The file and line of the book on which it is written, such as `seeds/us/122.toml:14`.
    pub place: String,
}

/// What a verb answers: a title, words, tables, remarks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The title.
    pub title: String,
    /// Words above the tables.
    pub intro: Vec<String>,
    /// The tables.
    pub tables: Vec<Table>,
    /// The few figures that answer the question at once, for formats that set them above the tables.
    pub figures: Vec<KeyFigure>,
    /// Remarks below all tables.
    pub notes: Vec<Note>,
    /// Charts of its figures, for formats that draw.
    pub charts: Vec<Chart>,
    /// The legal sources that rows point to, in the order in which they are first pointed to.
    pub sources: Vec<Source>,
}
