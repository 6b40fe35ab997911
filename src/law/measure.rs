use super::{CodeSet, Condition, Exception, OriginSet, Rate, ReadingChoice, Relation};
use crate::base::{ContentId, Country, Date, FactId, MeasureId, Percent, Period, ProgramId, ReadingId};
use crate::diag::Source;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A legal or official source, in words.
pub type Citation = String;

/// What a duty is computed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// The customs value.
    CustomsValue,
    /// The value of one content, such as the steel in a good; with the share that the measure itself takes where the flow states none.
    Content(ContentId, Option<Percent>),
    /// The customs value less the value of one content, such as the parts made in the importing country.
    LessContent(ContentId),
}

/// What a measure says over one period of entry dates, as known from one day on.
#[derive(Clone, Debug)]
pub struct Version {
    /// The entry dates; without an end it runs until another version takes over.
    pub period: Period,
    /// The rate; `None` where the version says that the measure has ended.
    pub rate: Option<Rate>,
    /// The heading it is entered under.
    pub heading: Option<String>,
    /// The heading where a top-up adds nothing.
    pub heading_at_zero: Option<String>,
    /// Overrides the measure's base.
    pub base: Option<Base>,
    /// The day its instrument was published.
    pub known: Date,
    /// The reading it belongs to, if it is one of several.
    pub reading: Option<ReadingChoice>,
    /// The source.
    pub cite: Citation,
    /// A remark.
    pub note: Option<String>,
    /// Where it is written.
    pub source: Source,
}

/// One duty under one legal provision: scope, exceptions, dated versions, relations to others.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Its id.
    pub id: MeasureId,
    /// Its program.
    pub program: ProgramId,
    /// Its name.
    pub title: String,
    /// The importing country.
    pub into: Country,
    /// The origins it falls on.
    pub origins: OriginSet,
    /// The codes it falls on.
    pub codes: CodeSet,
    /// Facts the flow must state.
    pub requires: Vec<FactId>,
    /// Facts the flow must not state.
    pub unless: Vec<FactId>,
    /// Whether it falls only on goods whose loading date the flow states (goods in transit).
    pub needs_loading_date: bool,
    /// Thresholds on shares that must hold.
    pub when: Vec<Condition>,
    /// What it is computed on.
    pub base: Base,
    /// Measures or programs that do not apply where this one does.
    pub in_lieu_of: Vec<String>,
    /// Of all measures with this name that apply, only the one with the lowest duty does.
    pub alternative: Option<String>,
    /// What its top-up counts; empty for the column-1 duty.
    pub counting: Vec<String>,
    /// What it knows of others.
    pub relations: Vec<Arc<Relation>>,
    /// Goods it does not reach.
    pub exceptions: Vec<Arc<Exception>>,
    /// What it says, when.
    pub versions: Vec<Version>,
    /// The last day a person compared it with its source.
    pub checked: Option<Date>,
    /// Where it is written.
    pub source: Source,
}

/// The state of a measure on a day.
#[derive(Clone, Copy, Debug)]
pub enum InForce<'a> {
    /// This version holds.
    Version(&'a Version),
    /// It ended; the version says so, or ran out.
    Ended(&'a Version),
    /// Its first version starts later, or was not yet known.
    NotYet(Option<Date>),
}

impl Measure {
    /// Returns what the measure says about entries of `day`, as the book stood on `as_known`, under the readings chosen.
    ///
    /// Of the versions that claim the day the one known latest holds; of those known on one day, the one that starts latest; of those, the one of a reading that was chosen.
    pub fn on(&self, day: Date, as_known: Date, readings: &BTreeMap<ReadingId, String>) -> InForce<'_> {
        let eligible = |version: &&Version| version.known <= as_known && chosen(version.reading.as_ref(), readings);
        let started = |version: &&Version| version.period.from.is_none_or(|from| from <= day);
        let rank = |version: &&Version| (version.known, version.period.from, version.reading.is_some());
        let candidates = || self.versions.iter().filter(eligible);
        if let Some(version) = candidates().filter(|v| v.period.contains(day)).max_by_key(rank) {
            return if version.rate.is_some() { InForce::Version(version) } else { InForce::Ended(version) };
        }
        if let Some(version) = candidates().filter(started).max_by_key(rank) {
            return InForce::Ended(version);
        }
        // A start that a later instrument put off is no start.
        let starts = candidates().filter(|version| version.rate.is_some()).filter_map(|version| version.period.from);
        let real = starts.filter(|start| {
            let on_start = candidates().filter(|v| v.period.contains(*start)).max_by_key(rank);
            *start > day && on_start.is_some_and(|version| version.rate.is_some())
        });
        InForce::NotYet(real.min())
    }

    /// Returns every date on which what the measure says may change.
    pub fn dates(&self) -> impl Iterator<Item = Date> {
        let lists = self.exceptions.iter().flat_map(|exception| exception.codes.dates());
        self.own_dates().chain(lists).chain(self.codes.dates())
    }

    /// The dates of its versions, relations and exceptions, without those of its lists.
    pub(crate) fn own_dates(&self) -> impl Iterator<Item = Date> {
        let ends = |period: Period| [period.from, period.before].into_iter().flatten();
        self.versions
            .iter()
            .flat_map(move |version| ends(version.period))
            .chain(self.relations.iter().flat_map(move |relation| ends(relation.period)))
            .chain(self.exceptions.iter().flat_map(move |exception| ends(exception.period)))
    }
}

/// Tells whether an element of the law holds on a day, as the book stood on `as_known`: an end that was not yet published is none.
pub(crate) fn holds(period: Period, known: Option<Date>, end_known: Option<Date>, day: Date, as_known: Date) -> bool {
    if known.is_some_and(|known| known > as_known) {
        return false;
    }
    if end_known.is_some_and(|known| known > as_known) {
        return period.from.is_none_or(|from| from <= day);
    }
    period.contains(day)
}

/// Tells whether an element of the law holds under the readings chosen.
pub(crate) fn chosen(reading: Option<&ReadingChoice>, readings: &BTreeMap<ReadingId, String>) -> bool {
    reading.is_none_or(|choice| readings.get(&choice.reading).is_some_and(|option| *option == choice.option))
}
