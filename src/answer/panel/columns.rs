//! What the columns of a panel say to who sees the figures alone: kind, unit and meaning, by key. An average names its concept, weights and universe.

use crate::answer::table::{Column, Kind};
use crate::base::Currency;

/// The effective rate of flows.
const EFFECTIVE_RATE: &str = "effective rate. Concept: duty / customs value. Weights: customs value. Universe: the flows of this row whose duty is known \
(`priced`); those in `unknown` and `refused` are not in it. Of a row of a program: the part of that rate which is owed under it. Entry date: that of the row";

/// The unit of amounts where rows are of several importing countries.
pub(super) const CURRENCY_OF_ROW: &str = "the currency of the row";

/// Each key with its kind and its meaning.
static MEANINGS: [(&str, Kind, &str); 27] = [
    ("entered", Kind::Day, "the entry date by whose law the row is priced"),
    ("case", Kind::Words, "the case of the scenario: the book's law, or a what-if change of it"),
    ("case_title", Kind::Words, "the name of the case"),
    ("into", Kind::Words, "the importing country, ISO 3166-1 alpha-2"),
    ("group", Kind::Words, "the group that the author of the flows counts them to"),
    ("chapter", Kind::Words, "the chapter of the schedule: the first two digits of the code"),
    (
        "program",
        Kind::Words,
        "the program of law whose duty the row tells; `total` is the sum of all: leave it out before adding up",
    ),
    ("flow", Kind::Words, "the flow: its id, or that of its file and its line in it (of a Parquet file its row)"),
    ("code", Kind::Words, "the commodity code"),
    ("origin", Kind::Words, "the country of origin, ISO 3166-1 alpha-2"),
    ("currency", Kind::Words, "the currency of all amounts, ISO 4217"),
    (
        "status",
        Kind::Words,
        "known: the duty of all of the flow is known. unknown: that of a part or all of it is not, see the bounds. refused: all of it, or all that is not known, may not enter",
    ),
    ("flows", Kind::Count, "how many flows; a flow that a share parts in two counts twice"),
    ("value", Kind::Money(0), "the customs value, as the file has it"),
    ("priced_share", Kind::Rate, "coverage: the share of the customs value whose duty is known"),
    ("priced", Kind::Money(0), "the customs value whose duty is known"),
    ("unknown", Kind::Money(0), "the customs value whose duty is not known"),
    ("refused", Kind::Money(0), "the customs value of goods that may not enter"),
    (
        "duty",
        Kind::Money(0),
        "the duty on `priced`, each line of each flow rounded; of a row of a program what is owed under that program. Nothing is said of `unknown`",
    ),
    ("effective_rate", Kind::Rate, EFFECTIVE_RATE),
    (
        "unknown_at_least",
        Kind::Money(0),
        "the least that the flows in `unknown` can owe beside `duty`; empty where there are none",
    ),
    (
        "unknown_at_most",
        Kind::Money(0),
        "the most that the flows in `unknown` can owe beside `duty`; empty where there are none, or no limit is known",
    ),
    (
        "unknown_why",
        Kind::Words,
        "what is not stated of the flows in `unknown`, with the share of their customs value; the three reasons with the most value",
    ),
    ("change", Kind::Money(0), "the duty less that of the first case"),
    ("lines", Kind::Count, "how many lines of the schedule"),
    ("origins", Kind::Count, "how many origins"),
    ("rows", Kind::Count, "how many rows"),
];

/// Tells whether two tables have the same columns, and lets the first say what holds of both: currencies may differ.
pub(super) fn alike(known: &mut [Column], other: &[Column]) -> bool {
    let names = |column: &Column| (column.key, column.part.clone(), column.title.clone());
    if !known.iter().map(names).eq(other.iter().map(names)) {
        return false;
    }
    for (known, other) in known.iter_mut().zip(other) {
        if known.unit != other.unit {
            known.unit = CURRENCY_OF_ROW.into();
        }
        if let (Kind::Money(places), Kind::Money(more)) = (&mut known.kind, other.kind) {
            *places = more.max(*places);
        }
    }
    true
}

/// Gives a column its kind, unit and meaning, where its key is one that panels use.
pub(super) fn described(mut column: Column, currency: Currency) -> Column {
    if let Some((_, kind, meaning)) = MEANINGS.iter().find(|(key, ..)| *key == column.key) {
        column.kind = match kind {
            Kind::Money(_) => Kind::Money(currency.places()),
            Kind::Words | Kind::Rate | Kind::Day | Kind::Count => *kind,
        };
        column.meaning = match &column.part {
            Some(part) => format!("the part of `duty` that is owed under the program {part}; the parts add up to it"),
            None => (*meaning).to_owned(),
        };
        column.unit = match kind {
            Kind::Money(_) => currency.to_string(),
            Kind::Rate => "fraction".into(),
            Kind::Words | Kind::Day | Kind::Count => String::new(),
        };
    }
    column
}
