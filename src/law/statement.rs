//! What a flow may state, and what texts leave open: facts, shares, readings.

use super::Place;
use crate::base::{ContentId, Date, FactId, Percent, ReadingId};
use crate::diag::Source;

/// What the absence of a statement means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// A tariff preference: absent means not claimed; present, the special column is used.
    Preference,
    /// Something the importer must claim: absent means no.
    Claim,
    /// A property of the goods: absent means unknown, and a rule that needs it gives bounds.
    Fact,
}

impl FactKind {
    /// All of them, with the words that name them in files.
    pub const ALL: [(Self, &'static str); 3] = [(Self::Preference, "preference"), (Self::Claim, "claim"), (Self::Fact, "fact")];
}

/// What may be answered where a flow states a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answers {
    /// `true` or `false`.
    YesOrNo,
    /// One of these words, such as how the goods arrive.
    OneOf(Vec<String>),
    /// A country, such as where the steel was melted and poured.
    Country,
}

/// Something a flow may state in `claims` or `facts`.
///
/// A rule asks for one answer of several by `transport=sea`: each answer is a fact of its own, which [`answer`] names.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its id, such as `usmca`.
    pub id: FactId,
    /// What it says.
    pub title: String,
    /// What its absence means.
    pub kind: FactKind,
    /// What may be answered.
    pub answers: Answers,
    /// Other facts, any one of which says this one as well.
    pub follows_from: Vec<FactId>,
    /// The symbols of the schedule's special column that offer the preference.
    pub symbols: Vec<String>,
    /// The origins that may claim it; empty for any.
    pub origins: Vec<Place>,
    /// The first entry date on which the preference can no longer be claimed (the general rate is due).
    pub before: Option<Date>,
    /// The source.
    pub cite: String,
    /// Where it is written.
    pub source: Source,
}

/// Names the fact that one answer of several was given: `transport=sea`.
pub fn answer(fact: &FactId, given: &str) -> FactId {
    FactId::new(&format!("{fact}={given}"))
}

/// Returns the fact that an answer belongs to, and the answer; `None` for a fact of yes or no.
pub fn answered(fact: &FactId) -> Option<(FactId, &str)> {
    fact.as_str().split_once('=').map(|(fact, given)| (FactId::new(fact), given))
}

/// Of what a share is a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShareKind {
    /// Of the customs value.
    Content,
    /// Of the weight.
    Weight,
}

/// A share that a flow may state, such as the steel content.
#[derive(Clone, Debug)]
pub struct ShareName {
    /// Its id, such as `steel`.
    pub id: ContentId,
    /// Of what it is a share.
    pub kind: ShareKind,
    /// What it says.
    pub title: String,
    /// The share where the flow is silent; `None` is unknown.
    pub absent: Option<Percent>,
    /// Whether it cuts across the others (what was done to a good, not what it is made of), so that they do not add up to the whole.
    pub overlaps: bool,
    /// Where it is written.
    pub source: Source,
}

impl ShareName {
    /// Tells whether it is a material of the good: the shares of all materials add up to the whole at most.
    pub fn is_material(&self) -> bool {
        self.absent.is_none() && !self.overlaps
    }
}

/// A point where official texts or courts leave more than one reading.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Its id, such as `us-ieepa`.
    pub id: ReadingId,
    /// The question.
    pub title: String,
    /// The option used where a case does not choose.
    pub default: String,
    /// Why that one.
    pub why: String,
    /// The options.
    pub options: Vec<ReadingOption>,
    /// Where it is written.
    pub source: Source,
}

/// One way to read.
#[derive(Clone, Debug)]
pub struct ReadingOption {
    /// Its id, such as `void`.
    pub id: String,
    /// What it says.
    pub says: String,
    /// The source.
    pub cite: String,
}

/// A reading with the option chosen, as a version or a case writes it: `us-ieepa = void`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReadingChoice {
    /// The reading.
    pub reading: ReadingId,
    /// The option.
    pub option: String,
}
