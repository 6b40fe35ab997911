use super::{CodeSet, Condition, OriginSet, ReadingChoice};
use crate::base::{ContentId, Date, FactId, MeasureId, Period};
use crate::diag::Source;

/// What counts as the other measure applying. Until 2025-10-31 a good was "subject to" a measure only where a duty above zero was owed under it, from
/// 2025-11-01 wherever the measure applies (Proc. 10984 cl. 9): the relation says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// The other measure applies, even at zero.
    Applies,
    /// The other measure charges more than zero.
    Owed,
}

impl Where {
    /// Both, with the words that name them in files.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Applies, "applies"), (Self::Owed, "owed")];
}

/// What one measure may know of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelationKind {
    /// Does not apply to a good to which one of the named programs or measures applies, on any part of it.
    YieldsTo(Vec<String>, Where),
    /// Falls on the part of the customs value that the named programs or measures do not cover.
    RemainderAfter(Vec<String>),
    /// Its base is reduced by a content share of the value.
    LessContent(ContentId),
}

/// A dated relation of a measure.
#[derive(Clone, Debug)]
pub struct Relation {
    /// What it says.
    pub kind: RelationKind,
    /// The heading under which the relief is claimed.
    pub heading: Option<String>,
    /// The entry dates it holds for.
    pub period: Period,
    /// The day it was published, where that matters.
    pub known: Option<Date>,
    /// The day its end was published, where that is later than its start: until then it was taken to go on.
    pub end_known: Option<Date>,
    /// The reading it belongs to, if it is one of several.
    pub reading: Option<ReadingChoice>,
    /// Thresholds on shares that must hold for it.
    pub when: Vec<Condition>,
    /// The source.
    pub cite: String,
    /// Where it is written.
    pub source: Source,
}

/// Goods a measure does not reach: those that meet every condition given.
#[derive(Clone, Debug)]
pub struct Exception {
    /// What it is.
    pub title: String,
    /// The heading under which it is claimed.
    pub heading: Option<String>,
    /// The codes it is for.
    pub codes: CodeSet,
    /// The origins it is for.
    pub origins: OriginSet,
    /// Facts the flow must state.
    pub requires: Vec<FactId>,
    /// Facts the flow must not state.
    pub unless: Vec<FactId>,
    /// Goods must have been loaded before this day (in transit).
    pub loaded_before: Option<Date>,
    /// Thresholds on shares that must hold.
    pub when: Vec<Condition>,
    /// The entry dates it holds for.
    pub period: Period,
    /// The day it was published, where that matters.
    pub known: Option<Date>,
    /// The day its end was published, where that is later than its start: until then it was taken to go on.
    pub end_known: Option<Date>,
    /// The reading it belongs to, if it is one of several.
    pub reading: Option<ReadingChoice>,
    /// The source.
    pub cite: String,
    /// Where it is written.
    pub source: Source,
}

/// Tells whether a name in a relation means this measure: by its own id or by its program's.
pub(crate) fn means(name: &str, measure: &MeasureId, program: &crate::base::ProgramId) -> bool {
    name == measure.as_str() || name == program.as_str()
}
