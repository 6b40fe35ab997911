//! What changed in law between two states, as far as it touches given flows: measures that began, ended, or say something else.

use crate::assess::{DutyLine, NotApplied, RowLine};
use crate::base::{Date, MeasureId, ProgramId};
use crate::law::{InForce, Moment, Rulebook};
use std::collections::BTreeMap;

/// A law at a moment.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) law: &'a Rulebook,
    pub(super) moment: &'a Moment,
}

/// A line of duty, as far as law goes.
#[derive(Clone, Debug)]
pub(super) struct Line {
    measure: MeasureId,
    program: ProgramId,
    title: String,
    heading: String,
    form: String,
    cite: String,
    source: String,
}

impl From<&DutyLine> for Line {
    fn from(line: &DutyLine) -> Self {
        Self {
            measure: line.measure.clone(),
            program: line.program.clone(),
            title: line.title.clone(),
            heading: line.heading.clone(),
            form: line.form.clone(),
            cite: line.cite.clone(),
            source: line.source.to_string(),
        }
    }
}

impl From<&RowLine> for Line {
    fn from(line: &RowLine) -> Self {
        Self {
            measure: line.measure.clone(),
            program: line.program.clone(),
            title: line.title.clone(),
            heading: line.heading.clone(),
            form: line.form.clone(),
            cite: line.cite.clone(),
            source: line.source.to_string(),
        }
    }
}

/// One change of law that touches the flows compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LawChange {
    /// The program.
    pub program: ProgramId,
    /// The measure.
    pub measure: MeasureId,
    /// Its name.
    pub title: String,
    /// What happened: `began`, `ended`, `not yet in force`, `not in this law`, `changed`, `applies now`, `applies no more`.
    pub what: &'static str,
    /// Why it applies no more, or did not before, in words.
    pub why: String,
    /// The headings in the first state and in the second; empty where it does not apply.
    pub headings: [String; 2],
    /// The rates as the law states them.
    pub forms: [String; 2],
    /// The day since which it is so, where the book knows it.
    pub since: Option<Date>,
    /// How many flows it touches.
    pub flows: u64,
    /// The first and the last entry date on which it touches one, where both states ask for the same.
    pub days: Option<[Date; 2]>,
    /// The legal source.
    pub cite: String,
    /// Where it is written.
    pub source: String,
}

impl LawChange {
    /// Tells whether another is the same change, of other flows.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let of = |change: &Self| Self { flows: 0, days: None, ..change.clone() };
        of(self) == of(other)
    }

    /// Adds the flows and days of the same change.
    pub(super) fn add(&mut self, other: &Self) {
        self.flows = self.flows.saturating_add(other.flows);
        self.days = self.days.zip(other.days).map(|([from, to], [first, last])| [from.min(first), to.max(last)]);
    }
}

/// Why a measure does not apply to a flow, and who says so.
pub(super) type Reason = Option<(String, Option<String>)>;

/// What a measure and its forms in both states have in common: one row.
type Kind = (ProgramId, MeasureId, [String; 2], [String; 2]);

/// Gathers changes over flows.
#[derive(Default)]
pub(super) struct Changes {
    all: BTreeMap<Kind, LawChange>,
}

impl Changes {
    /// Compares the lines of some flows in both states. `reason` tells why a measure does not apply in a state.
    pub(super) fn add(&mut self, lines: [&[Line]; 2], flows: u64, at: [At<'_>; 2], reason: &dyn Fn(usize, &MeasureId) -> Reason) {
        let [first, second] = lines;
        for line in first {
            match second.iter().find(|other| other.measure == line.measure) {
                Some(other) if other.form == line.form && (other.heading == line.heading || !in_book(at, &line.measure)) => {}
                other => self.one([Some(line), other], flows, at, reason),
            }
        }
        for line in second.iter().filter(|line| !first.iter().any(|other| other.measure == line.measure)) {
            self.one([None, Some(line)], flows, at, reason);
        }
    }

    fn one(&mut self, pair: [Option<&Line>; 2], flows: u64, at: [At<'_>; 2], reason: &dyn Fn(usize, &MeasureId) -> Reason) {
        let [old, new] = pair;
        let Some(told) = new.or(old) else { return };
        let text = |of: fn(&Line) -> &String| pair.map(|line| line.map(|line| of(line).clone()).unwrap_or_default());
        let (headings, forms) = (text(|line| &line.heading), text(|line| &line.form));
        // Every line of a schedule has a heading of its own: what they have in common is the rate.
        let in_book = in_book(at, &told.measure);
        let headings = if in_book { headings } else { [String::new(), String::new()] };
        let kind = (told.program.clone(), told.measure.clone(), forms.clone(), headings.clone());
        let [before, after] = at;
        let day = after.moment.day;
        let days = (before.moment.day == day).then_some([day, day]);
        if let Some(known) = self.all.get_mut(&kind) {
            known.flows = known.flows.saturating_add(flows);
            known.days = known.days.zip(days).map(|([from, to], _)| [from.min(day), to.max(day)]);
            return;
        }
        let (what, why, since, cite) = match (old, new) {
            (Some(_), Some(_)) => ("changed", String::new(), started(after, &told.measure), told.cite.clone()),
            (None, _) => match reason(0, &told.measure) {
                Some((why, _)) => ("applies now", format!("before: {why}"), None, told.cite.clone()),
                None => ("began", String::new(), started(after, &told.measure), told.cite.clone()),
            },
            (Some(line), None) => match reason(1, &told.measure) {
                Some((why, cite)) => ("applies no more", why, None, cite.unwrap_or_else(|| line.cite.clone())),
                None => {
                    let (since, cite) = ended(after, &told.measure);
                    let not_yet = since.is_none() && started(before, &told.measure) > Some(after.moment.day);
                    let what = if after.law.measure(&told.measure).is_none() && in_book {
                        "not in this law"
                    } else if not_yet {
                        "not yet in force"
                    } else {
                        "ended"
                    };
                    (what, String::new(), since, cite.unwrap_or_else(|| line.cite.clone()))
                }
            },
        };
        let change = LawChange {
            program: told.program.clone(),
            measure: told.measure.clone(),
            title: told.title.clone(),
            what,
            why,
            headings,
            forms,
            since,
            flows,
            days,
            cite,
            source: told.source.clone(),
        };
        self.all.insert(kind, change);
    }

    pub(super) fn into_list(self) -> Vec<LawChange> {
        self.all.into_values().collect()
    }
}

/// Tells a measure from a line of the schedule.
fn in_book(at: [At<'_>; 2], measure: &MeasureId) -> bool {
    at.iter().any(|at| at.law.measure(measure).is_some())
}

/// The first day of the version that holds.
fn started(at: At<'_>, measure: &MeasureId) -> Option<Date> {
    let Moment { day, as_known, readings, .. } = at.moment;
    match at.law.measure(measure)?.on(*day, *as_known, readings) {
        InForce::Version(version) => version.period.from,
        InForce::Ended(_) | InForce::NotYet(_) => None,
    }
}

/// The first day on which a measure is no longer in force, and who says so.
fn ended(at: At<'_>, measure: &MeasureId) -> (Option<Date>, Option<String>) {
    let Moment { day, as_known, readings, .. } = at.moment;
    match at.law.measure(measure).map(|measure| measure.on(*day, *as_known, readings)) {
        Some(InForce::Ended(version)) => {
            let end = if version.rate.is_some() { version.period.before } else { version.period.from };
            (end, Some(version.cite.clone()))
        }
        Some(InForce::Version(_) | InForce::NotYet(_)) | None => (None, None),
    }
}

/// The reason that an assessment gives.
pub(super) fn told(not_applied: &[NotApplied], measure: &MeasureId) -> Reason {
    let found = not_applied.iter().find(|other| other.measure == *measure)?;
    Some((found.words.clone(), found.cite.clone()))
}
