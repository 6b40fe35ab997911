use super::{Place, ReadingChoice};
use crate::base::{ArticleId, CommodityCode, Country, Date, FactId, MeasureId, Money, Percent, ProductId, Quantity};
use crate::diag::Source;

/// A source article: its claims on tariffs and trade, each tested against the law.
#[derive(Clone, Debug)]
pub struct Article {
    /// Its id.
    pub id: ArticleId,
    /// What it is, in our own words.
    pub title: String,
    /// The file it stands in.
    pub document: String,
    /// When it was published, as far as known.
    pub date: String,
    /// The claims.
    pub claims: Vec<Claim>,
    /// Where it is written.
    pub source: Source,
}

/// How a claim fares against the law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The law says the same.
    Holds,
    /// The law says the same from another day.
    HoldsWithADifferentDate,
    /// It was announced or threatened, and never law.
    NeverInForce,
    /// Official texts differ, or several readings stood side by side.
    Disputed,
    /// Not a statement of law.
    Context,
}

impl Verdict {
    /// All verdicts with their names.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Holds, "holds"),
        (Self::HoldsWithADifferentDate, "holds with a different date"),
        (Self::NeverInForce, "never in force"),
        (Self::Disputed, "disputed"),
        (Self::Context, "context"),
    ];

    /// Returns the verdict's name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(verdict, _)| *verdict == self).map_or("", |(_, name)| name)
    }
}

/// One figure of an article.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its id.
    pub id: String,
    /// What the article says, in our own words.
    pub says: String,
    /// The figure.
    pub figure: String,
    /// The measure or program it speaks of.
    pub measure: Option<String>,
    /// How it fares.
    pub verdict: Verdict,
    /// What the law says.
    pub law: String,
    /// The source of that.
    pub cite: String,
    /// What is run to show it.
    pub expects: Vec<Expect>,
    /// Where it is written.
    pub source: Source,
}

/// One flow and what the law must make of it.
#[derive(Clone, Debug)]
pub struct Expect {
    /// The importing country.
    pub into: Country,
    /// The origin.
    pub origin: Place,
    /// The goods by name.
    pub product: Option<ProductId>,
    /// The goods by code.
    pub code: Option<CommodityCode>,
    /// The entry date.
    pub entered: Date,
    /// The day whose book is asked.
    pub as_known: Option<Date>,
    /// What the flow states.
    pub claims: Vec<FactId>,
    /// The customs value.
    pub value: Money,
    /// The quantity.
    pub quantity: Option<Quantity>,
    /// The reading chosen.
    pub reading: Option<ReadingChoice>,
    /// The effective rate expected.
    pub rate: Option<Percent>,
    /// The duty expected.
    pub duty: Option<Money>,
    /// The one line looked at.
    pub line: Option<MeasureId>,
    /// The rate that line must have.
    pub line_rate: Option<Percent>,
    /// That line must not be charged.
    pub not_applied: bool,
    /// Where it is written.
    pub source: Source,
}
