//! What changed in law between two states, as far as it touches given flows: measures that began, ended, or say something else.

use crate::assess::{Context, DutyLine, NotApplied, RowLine};
use crate::base::{Date, MeasureId, ProgramId};
use crate::law::{InForce, Measure, Moment, Rate, Rulebook, Version};
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
    /// Why it applies no more, or did not before, in words; of a measure that began, whether its rate changed since.
    pub why: String,
    /// The headings in the first state and in the second; empty where it does not apply.
    pub headings: [String; 2],
    /// The rates as the law states them.
    pub forms: [String; 2],
    /// The day since which it is so, where the book knows it: of a measure that began, the first day of those without a break on which it charged.
    pub since: Option<Date>,
    /// How many flows it touches.
    pub flows: u64,
    /// The first and the last entry date on which it touches one, where both states ask for the same.
    pub days: Option<[Date; 2]>,
    /// The legal source: of a measure that began, that of its beginning.
    pub cite: String,
    /// The legal source of the rate in the second state, where it changed since the measure began; else empty.
    pub rate_cite: String,
    /// Where the rate is written.
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
        let mut rate_cite = String::new();
        let (what, why, since, cite) = match (old, new) {
            (Some(_), Some(_)) => ("changed", String::new(), started(after, &told.measure), told.cite.clone()),
            (None, _) => match reason(0, &told.measure) {
                Some((why, _)) => ("applies now", format!("before: {why}"), None, told.cite.clone()),
                None => match began(after, &told.measure) {
                    None => ("began", String::new(), None, told.cite.clone()),
                    Some(began) => {
                        let words = began.changed.map_or_else(String::new, |version| {
                            rate_cite.clone_from(&version.cite);
                            let from = version.period.from.map_or_else(String::new, |from| format!(" from {from}"));
                            format!("its rate changed since: {} by {}{from}", told.form, version.cite)
                        });
                        ("began", words, began.first, began.by.cite.clone())
                    }
                },
            },
            (Some(line), None) => match reason(1, &told.measure) {
                Some((why, cite)) => ("applies no more", why, None, cite.unwrap_or_else(|| line.cite.clone())),
                None => {
                    let (since, cite) = ended(after, &told.measure);
                    let starts = began(before, &told.measure).and_then(|began| began.first);
                    let not_yet = since.is_none() && starts > Some(after.moment.day);
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
            rate_cite,
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

/// How a measure came to be in force.
struct Began<'a> {
    /// The first day; `None` where it has always been.
    first: Option<Date>,
    /// What held on that day, as known then.
    by: &'a Version,
    /// What holds now, where the rate changed in between.
    changed: Option<&'a Version>,
}

/// How a measure that is in force came to be: the first of the days without a break on which it charged.
fn began<'a>(at: At<'a>, measure: &MeasureId) -> Option<Began<'a>> {
    let measure = at.law.measure(measure)?;
    let Moment { day, as_known, readings, .. } = at.moment;
    let InForce::Version(now) = measure.on(*day, *as_known, readings) else { return None };
    // A measure that a reading makes free charged nothing from its first day.
    let is_free = |version: &Version| version.rate == Some(Rate::Free);
    let charges = |state: &InForce<'_>| matches!(state, InForce::Version(version) if is_free(version) == is_free(now));
    let days = stretch(at, measure, &charges);
    let first = days.first().copied().flatten();
    let on = |day: Date, as_known: Date| match measure.on(day, as_known, readings) {
        InForce::Version(version) => Some(version),
        InForce::Ended(_) | InForce::NotYet(_) => None,
    };
    // A start that was published after its day was not known on it.
    let then = first.and_then(|first| on(first, first.min(*as_known)).or_else(|| on(first, *as_known)));
    let by = then.unwrap_or(now);
    let differs = |version: &Version| version.rate != by.rate;
    let changed = days.into_iter().flatten().filter_map(|day| on(day, *as_known)).any(differs) || differs(now);
    Some(Began { first, by, changed: changed.then_some(now) })
}

/// The days up to the one asked on which what a measure says may have changed, back to the last on which something did not hold of it: the first is the day since which it holds,
/// `None` where it always did.
fn stretch(at: At<'_>, measure: &Measure, holds: &dyn Fn(&InForce<'_>) -> bool) -> Vec<Option<Date>> {
    let Moment { day, as_known, readings, .. } = at.moment;
    let on = |day: Date| holds(&measure.on(day, *as_known, readings));
    let mut dates: Vec<Date> = measure.own_dates().filter(|date| date <= day).collect();
    dates.sort_unstable();
    dates.dedup();
    let mut held: Vec<Option<Date>> = dates.iter().rev().take_while(|date| on(**date)).map(|date| Some(*date)).collect();
    let always = held.len() == dates.len() && dates.first().and_then(|first| first.yesterday().ok()).is_none_or(on);
    if always {
        held.push(None);
    }
    held.reverse();
    held
}

/// The first day on which a measure is no longer in force, and who says so.
fn ended(at: At<'_>, measure: &MeasureId) -> (Option<Date>, Option<String>) {
    let Moment { day, as_known, readings, .. } = at.moment;
    let Some(measure) = at.law.measure(measure) else { return (None, None) };
    let InForce::Ended(now) = measure.on(*day, *as_known, readings) else { return (None, None) };
    let is_over = |state: &InForce<'_>| !matches!(state, InForce::Version(_));
    let first = stretch(at, measure, &is_over).first().copied().flatten();
    let by = first.and_then(|first| match measure.on(first, *as_known, readings) {
        InForce::Ended(version) => Some(version),
        InForce::Version(_) | InForce::NotYet(_) => None,
    });
    (first, Some(by.unwrap_or(now).cite.clone()))
}

/// Tells whether the book of a state does not know its day, so that there is no law to compare; says so once.
pub(super) fn no_law(at: [At<'_>; 2], contexts: [&Context; 2], told: &mut Vec<String>) -> bool {
    let mut any = false;
    for (At { law, moment }, context) in at.into_iter().zip(contexts) {
        let Some(home) = law.territory(moment.into) else { continue };
        let (from, day) = (home.complete_from, moment.day);
        let words = if day < from || (day >= home.complete_before && !context.law_continues) {
            format!("No law to compare: the {} book knows entries from {from} to {}, not {day}.", home.id, home.last_day())
        } else if moment.as_known < from {
            format!(
                "No law to compare: the book of {} does not know what was known before {from}, on {}.",
                home.title, moment.as_known
            )
        } else {
            continue;
        };
        any = true;
        if !told.contains(&words) {
            told.push(words);
        }
    }
    any
}

/// The reason that an assessment gives.
pub(super) fn told(not_applied: &[NotApplied], measure: &MeasureId) -> Reason {
    let found = not_applied.iter().find(|other| other.measure == *measure)?;
    Some((found.words.clone(), found.cite.clone()))
}
