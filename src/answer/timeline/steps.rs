//! Flows through time: the stretches of days on which a case charges the same, and which measure moved the duty from one to the next.

use crate::answer::run::{context, tell};
use crate::answer::table::Source;
use crate::assess::{Assessment, Context, DutyLine, NotApplied, Outcome, assess};
use crate::base::{CaseId, Date, Decimal, MeasureId};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::law::{InForce, Moment, Rate, RegimeCache, Rulebook};
use crate::scenario::{Case, Flow, Scenario};
use std::collections::{BTreeMap, BTreeSet};

/// A measure whose charge on a flow is another one from a day on.
#[derive(Clone, Debug)]
pub struct Move {
    /// The position of the flow in the scenario.
    pub flow: usize,
    /// The measure.
    pub measure: MeasureId,
    /// Its name.
    pub title: String,
    /// What it charged before; `None` where it charged nothing.
    pub was: Option<DutyLine>,
    /// What it charges now.
    pub now: Option<DutyLine>,
    /// What happens, in words: `10% to 15%`, `starts`, `ends`.
    pub words: String,
    /// The heading entered under from now on, or that of the relief.
    pub heading: String,
    /// The source of what happens.
    pub cite: String,
    /// The day on which what happens became known, where the book says it.
    pub known: Option<Date>,
}

impl Move {
    /// Returns the legal source of what happens.
    pub(super) fn source(&self) -> Source {
        let line = self.now.as_ref().or(self.was.as_ref());
        Source {
            title: self.title.clone(),
            heading: self.heading.clone(),
            cite: self.cite.clone(),
            place: line.map(|line| line.source.to_string()).unwrap_or_default(),
        }
    }

    /// Returns what it charged before: nothing is a known zero.
    pub fn amount_before(&self) -> Outcome {
        self.was.as_ref().map_or(Outcome::Known(Decimal::ZERO), |line| line.amount.clone())
    }

    /// Returns what it charges now.
    pub fn amount_now(&self) -> Outcome {
        self.now.as_ref().map_or(Outcome::Known(Decimal::ZERO), |line| line.amount.clone())
    }
}

/// A stretch of entry dates on which every flow of a case is charged the same.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) from: Date,
    pub(super) assessments: Vec<Assessment>,
    pub(super) moves: Vec<Move>,
}

/// What surrounds the flows of a case that enter on a day.
pub(super) fn on_day(scenario: &Scenario, case: &Case, as_known: Option<Date>, day: Date) -> Context {
    Context { entered: Some(day), ..context(scenario, case, as_known) }
}

/// The days of a period on which something may change for a scenario's flows under a law, the first day of the period first.
pub(super) fn change_days(law: &Rulebook, scenario: &Scenario, from: Date, before: Option<Date>) -> Vec<Date> {
    let mut days = BTreeSet::from([from]);
    let countries: BTreeSet<_> = scenario.flows.iter().map(|flow| flow.into).collect();
    for into in countries {
        days.extend(law.dates(into));
        days.extend(law.territory(into).into_iter().flat_map(|territory| [territory.complete_from, territory.complete_before]));
    }
    days.into_iter().filter(|day| *day >= from && before.is_none_or(|before| *day < before)).collect()
}

/// Assesses the flows of a case on each of the days, ascending; days on which nothing is charged differently are one step.
///
/// What did not apply is dropped from the assessments once the moves are told: a year of days would fill the memory with it.
pub(super) fn steps(
    cache: &RegimeCache<'_>,
    scenario: &Scenario,
    case: &Case,
    as_known: Option<Date>,
    days: &[Date],
    faults: &mut Diagnostics,
) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut last: Option<Vec<Assessment>> = None;
    for day in days {
        let context = on_day(scenario, case, as_known, *day);
        let named = Case { id: CaseId::new(&format!("{}, entered on {day}", case.id)), ..case.clone() };
        let found = |flow: &Flow| assess(cache, flow, &context).map_err(|fault| tell(&fault, flow, &named, faults)).ok();
        let now: Vec<Assessment> = scenario.flows.iter().filter_map(found).collect();
        if now.len() < scenario.flows.len() {
            // The fault is told; the other days would tell it again.
            return Vec::new();
        }
        let moves = match &last {
            Some(before) if same(before, &now) => {
                last = Some(now);
                continue;
            }
            Some(before) => moves(cache.law(), scenario, &context, before, &now),
            None => Vec::new(),
        };
        let assessments = now.iter().map(|one| Assessment { not_applied: Vec::new(), ..one.clone() }).collect();
        steps.push(Step { from: *day, assessments, moves });
        last = Some(now);
    }
    steps
}

fn same(before: &[Assessment], now: &[Assessment]) -> bool {
    before.iter().zip(now).all(|(before, now)| same_charge(before, now))
}

/// Tells whether two days charge a flow the same: the same amounts, under the same measures, at the same rates.
pub(super) fn same_charge(before: &Assessment, now: &Assessment) -> bool {
    bounds(&before.duty) == bounds(&now.duty) && moved(before, now).is_empty()
}

/// An outcome without its words.
fn bounds(outcome: &Outcome) -> (bool, Option<Decimal>, Option<Decimal>) {
    (outcome.known().is_some(), outcome.at_least(), outcome.at_most())
}

/// What a measure charges; a line of nothing is none.
fn charges<'a>(assessment: &'a Assessment, measure: &MeasureId) -> Option<&'a DutyLine> {
    assessment.lines.iter().find(|line| line.measure == *measure && line.amount.known() != Some(Decimal::ZERO))
}

/// The measures that charge something else than before, in the order in which they are worked out.
fn moved(before: &Assessment, now: &Assessment) -> Vec<MeasureId> {
    let mut all: Vec<MeasureId> = Vec::new();
    for line in now.lines.iter().chain(&before.lines) {
        let alike =
            |was: &DutyLine, is: &DutyLine| (was.rate, was.base, bounds(&was.amount)) == (is.rate, is.base, bounds(&is.amount));
        let unmoved = match (charges(before, &line.measure), charges(now, &line.measure)) {
            (None, None) => true,
            (Some(was), Some(is)) => alike(was, is),
            _ => false,
        };
        if !unmoved && !all.contains(&line.measure) {
            all.push(line.measure.clone());
        }
    }
    let refused = |assessment: &Assessment| matches!(assessment.duty, Outcome::Refused(_));
    if refused(before) != refused(now) {
        // Goods refused are charged nothing under any measure: only the one that refuses them has moved.
        let bans = |id: &MeasureId| [before, now].iter().any(|a| a.lines.iter().any(|line| line.measure == *id && is_ban(line)));
        if all.iter().any(bans) {
            all.retain(bans);
        }
    }
    all
}

fn is_ban(line: &DutyLine) -> bool {
    line.form == Rate::Refused.to_string()
}

fn moves(law: &Rulebook, scenario: &Scenario, context: &Context, before: &[Assessment], now: &[Assessment]) -> Vec<Move> {
    let mut all = Vec::new();
    for (number, (flow, (was, is))) in scenario.flows.iter().zip(before.iter().zip(now)).enumerate() {
        // Where the book begins or ends no measure moves: one only stops knowing.
        if in_book(law, was, context) != in_book(law, is, context) {
            continue;
        }
        let moment = context.moment(law, flow);
        all.extend(moved(was, is).into_iter().map(|measure| told(law, &moment, number, measure, was, is)));
    }
    all
}

/// Tells whether the book speaks of the day.
fn in_book(law: &Rulebook, assessment: &Assessment, context: &Context) -> bool {
    law.territory(assessment.into).is_some_and(|territory| {
        assessment.entered >= territory.complete_from && (context.law_continues || assessment.entered < territory.complete_before)
    })
}

/// What happens to a measure, in words with a source.
fn told(law: &Rulebook, moment: &Moment, flow: usize, measure: MeasureId, before: &Assessment, now: &Assessment) -> Move {
    let (was, is) = (charges(before, &measure).cloned(), charges(now, &measure).cloned());
    let skipped = |assessment: &Assessment| -> Option<NotApplied> {
        assessment.not_applied.iter().find(|other| other.measure == measure).cloned()
    };
    let says = law.measure(&measure).map(|known| known.on(moment.day, moment.as_known, &moment.readings));
    let version = match says {
        Some(InForce::Version(version) | InForce::Ended(version)) => Some(version),
        Some(InForce::NotYet(_)) | None => None,
    };
    let title = is.as_ref().or(was.as_ref()).map(|line| line.title.clone()).unwrap_or_default();
    let known = version.map(|version| version.known);
    let (words, heading, mut cite) = match (&was, &is) {
        (_, Some(is)) if is_ban(is) => ("entry is refused".into(), is.heading.clone(), is.cite.clone()),
        (Some(was), None) if is_ban(was) => ("entry is no longer refused".into(), was.heading.clone(), was.cite.clone()),
        (Some(was), Some(is)) => {
            let words = if was.form == is.form {
                format!("{}, on another base", is.form)
            } else {
                format!("{} to {}", was.form, is.form)
            };
            (words, is.heading.clone(), is.cite.clone())
        }
        (None, Some(is)) => {
            // A line of nothing before: it was there and now charges something.
            let nil = before.lines.iter().find(|line| line.measure == measure);
            let words = match (nil, skipped(before)) {
                (Some(nil), _) => format!("{} to {}", nil.form, is.form),
                (None, Some(other)) => format!("{} (before: {})", is.form, other.words),
                (None, None) => format!("{} starts", is.form),
            };
            (words, is.heading.clone(), is.cite.clone())
        }
        (Some(was), None) => {
            let nil = now.lines.iter().find(|line| line.measure == measure);
            match (nil, skipped(now)) {
                (Some(nil), _) => (format!("{} to {}", was.form, nil.form), nil.heading.clone(), nil.cite.clone()),
                (None, Some(other)) => (
                    format!("{} no longer: {}", was.form, other.words),
                    other.heading.unwrap_or_default(),
                    other.cite.unwrap_or_else(|| was.cite.clone()),
                ),
                (None, None) => (
                    format!("{} ends", was.form),
                    was.heading.clone(),
                    version.map_or_else(|| was.cite.clone(), |v| v.cite.clone()),
                ),
            }
        }
        (None, None) => (String::new(), String::new(), String::new()),
    };
    if let Some(change) = is.as_ref().and_then(|line| line.changed_by.as_ref()) {
        cite.push_str(&format!("; as changed in {change}"));
    }
    Move { flow, measure, title, was, now: is, words, heading, cite, known }
}

/// The cases that charge differently on some day: those that differ in their entry date alone are one, because the day is what varies here.
///
/// Returns each with its title, and remarks on what was put together.
pub(super) fn distinct_cases(scenario: &Scenario) -> (Vec<(Case, String)>, Vec<String>) {
    let mut kept: Vec<(Case, String)> = Vec::new();
    let mut alike: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for case in &scenario.cases {
        let twin = kept.iter().position(|(other, _)| {
            other.as_known == case.as_known
                && other.readings == case.readings
                && other.exchange == case.exchange
                && other.changes.len() == case.changes.len()
                && other.changes.iter().zip(&case.changes).all(|(a, b)| std::sync::Arc::ptr_eq(a, b))
        });
        match twin {
            Some(at) => alike.entry(at).or_default().push(case.title.clone()),
            None => kept.push((case.clone(), case.title.clone())),
        }
    }
    let mut notes = Vec::new();
    for (at, others) in alike {
        if let Some((case, title)) = kept.get_mut(at) {
            notes.push(format!("one through time, because only their entry dates differ: {}, {}", case.title, others.join(", ")));
            if case.changes.is_empty() && case.readings.is_empty() && case.as_known.is_none() {
                *title = "Law as it stood".into();
            }
        }
    }
    (kept, notes)
}

/// Warns of changes of a case without which every flow comes out the same on all of the days.
pub(super) fn idle_changes(
    law: &Rulebook,
    scenario: &Scenario,
    case: &Case,
    as_known: Option<Date>,
    days: &[Date],
    out: &mut Diagnostics,
) {
    let mut told: BTreeSet<usize> = BTreeSet::new();
    let with = law.amended(&case.changes);
    let with = RegimeCache::new(&with);
    for change in case.changes.iter().skip(case.inherited) {
        // A formula introduces many measures from one place.
        if !told.insert(change.place.start) {
            continue;
        }
        let rest: Vec<_> = case.changes.iter().filter(|other| other.place != change.place).cloned().collect();
        let without = law.amended(&rest);
        let without = RegimeCache::new(&without);
        let differs = |day: &Date| {
            let context = on_day(scenario, case, as_known, *day);
            scenario.flows.iter().any(|flow| match (assess(&with, flow, &context), assess(&without, flow, &context)) {
                (Ok(with), Ok(without)) => !same_charge(&with, &without),
                _ => true,
            })
        };
        // The days on which the change holds come first: they usually settle it.
        let mut ordered: Vec<&Date> = days.iter().filter(|day| change.period.contains(**day)).collect();
        ordered.extend(days.iter().filter(|day| !change.period.contains(**day)));
        if !ordered.into_iter().any(differs) {
            let message =
                format!("this `{}` changes nothing for any flow of case `{}` on any of these days", change.edit.verb(), case.id);
            out.push(Diagnostic::new(Code::ChangeHasNoEffect, message).at(change.place, "no flow comes out differently"));
        }
    }
}
