use super::OriginSet;
use super::measure::holds;
use super::relation::means;
use crate::base::{ContentId, Country, Date, FactId, MeasureId, Period, ProgramId};
use crate::diag::Source;

/// What part of the customs value a provision leaves dutiable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dutiable {
    /// All of it.
    Whole,
    /// Nothing: the goods are free of the measure.
    Nothing,
    /// The value of one content, such as a repair made abroad.
    Content(ContentId),
    /// The customs value less the value of one content, such as components that were exported to be assembled.
    LessContent(ContentId),
}

/// A provision that an importer may claim for goods that were out before: it says, for all measures at once, on what part of the value they fall.
///
/// The measures need not know of it: a relation of each of them to each provision would say one thing three hundred times.
#[derive(Clone, Debug)]
pub struct Provision {
    /// Its id, such as `us-9802-00-40`.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The importing country.
    pub into: Country,
    /// The heading it is entered under.
    pub heading: String,
    /// The origins it is open to.
    pub origins: OriginSet,
    /// The entry dates it holds for.
    pub period: Period,
    /// The day it was published, where that matters.
    pub known: Option<Date>,
    /// The day its end was published, where that is later than its start.
    pub end_known: Option<Date>,
    /// Facts the flow must state to use it.
    pub requires: Vec<FactId>,
    /// What measures fall on where it is used.
    pub dutiable: Dutiable,
    /// Programs and measures that fall on another part, with the part and the source.
    pub but: Vec<(Vec<String>, Dutiable, String)>,
    /// The source.
    pub cite: String,
    /// Where it is written.
    pub source: Source,
}

impl Provision {
    /// Tells whether it can be used for entries of that day, as the book stood on `as_known`.
    pub fn holds(&self, day: Date, as_known: Date) -> bool {
        holds(self.period, self.known, self.end_known, day, as_known)
    }

    /// Returns what a measure falls on where the provision is used, and who says so.
    pub fn dutiable(&self, measure: &MeasureId, program: &ProgramId) -> (&Dutiable, &str) {
        self.but
            .iter()
            .find(|(names, ..)| names.iter().any(|name| means(name, measure, program)))
            .map_or((&self.dutiable, &self.cite), |(_, dutiable, cite)| (dutiable, cite))
    }
}
