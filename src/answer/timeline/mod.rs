//! Duty and effective rate through time: by stretch of days, day, week or month, with the measures that moved them and averages weighted by days.

pub(super) mod calendar;
pub(super) mod next;
pub(super) mod steps;
pub(super) mod table;

use self::steps::{Move, Step, change_days, distinct_cases, idle_changes, steps};
use crate::answer::note::Cited;
use crate::answer::run::{Total, totals};
use crate::answer::table::Source;
use crate::assess::{Assessment, Outcome};
use crate::base::{Date, Decimal, MeasureId, days_between, product, quotient, sum};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::law::{RegimeCache, Rulebook};
use crate::scenario::{Every, Flow, Scenario, TimelineAsked};
use jiff::ToSpan;
use jiff::civil::Weekday;

/// Most rows one series may have.
const MOST_ROWS: usize = 20_000;

/// A stretch of days on which a series does not change.
#[derive(Clone, Debug)]
pub struct TimelineStep {
    /// Its first day.
    pub from: Date,
    /// The first day after it.
    pub before: Date,
    /// The sum of the flows of the series, entered on any of its days.
    pub total: Total,
    /// What moved it on its first day.
    pub moves: Vec<Move>,
    /// Where its lines come from, each source once.
    pub charged: Vec<Source>,
}

/// The flows that are summed, in one case, through time.
#[derive(Clone, Debug)]
pub struct TimelineSeries {
    /// The flow's id, or `total`.
    pub flow: String,
    /// The flow's name.
    pub title: String,
    /// The case.
    pub case: String,
    /// The case's name.
    pub case_title: String,
    /// The stretches, ascending, without gaps.
    pub steps: Vec<TimelineStep>,
}

/// Duty over customs value over several days, each day counted once.
#[derive(Clone, Debug)]
pub struct Average {
    /// How many days.
    pub days: i64,
    /// On how many of them the duty is known, or entry is refused.
    pub days_known: i64,
    /// The duty of all days together.
    pub duty: Outcome,
    /// The customs value of all days together, without goods refused entry.
    pub value: Decimal,
}

impl Average {
    /// Returns duty over customs value to ten places, with its bounds where it is not known: the amount is a fraction. Divided last.
    pub fn rate(&self) -> Option<Outcome> {
        self.per(self.value, 10)
    }

    /// Returns the duty a day, to the given places.
    pub fn duty_a_day(&self, places: u32) -> Option<Outcome> {
        self.per(Decimal::from(self.days), places)
    }

    fn per(&self, whole: Decimal, places: u32) -> Option<Outcome> {
        if whole.is_zero() {
            return None;
        }
        let part = |amount: Decimal| quotient(amount, whole).map(|part| part.round_dp(places).normalize());
        Some(match &self.duty {
            Outcome::Known(amount) => Outcome::Known(part(*amount)?),
            Outcome::Unknown { why, at_least, at_most } => {
                Outcome::Unknown { why: why.clone(), at_least: at_least.and_then(part), at_most: at_most.and_then(part) }
            }
            Outcome::Refused(words) => Outcome::Refused(words.clone()),
        })
    }
}

impl TimelineSeries {
    /// Returns the stretch in which a day lies.
    pub fn on(&self, day: Date) -> Option<&TimelineStep> {
        self.steps.iter().find(|step| step.from <= day && day < step.before)
    }

    /// Returns the average over the days of a period that lie in the timeline: the same goods entering every day, each day counted once.
    pub fn average(&self, from: Date, before: Date) -> Average {
        let mut all = Average { days: 0, days_known: 0, duty: Outcome::Known(Decimal::ZERO), value: Decimal::ZERO };
        for step in &self.steps {
            let days = days_between(step.from.max(from), step.before.min(before));
            if days <= 0 {
                continue;
            }
            all.days += days;
            if !matches!(step.total.duty, Outcome::Unknown { .. }) {
                all.days_known += days;
            }
            let times = Decimal::from(days);
            all.duty = all.duty.plus(&on_all(&step.total.duty, times));
            let entering = step.total.entering().and_then(|value| product(value, times));
            all.value = entering.and_then(|value| sum(all.value, value)).unwrap_or(all.value);
        }
        all
    }
}

/// The duty of several days alike.
fn on_all(duty: &Outcome, times: Decimal) -> Outcome {
    match duty {
        Outcome::Known(amount) => product(*amount, times).map_or_else(
            || Outcome::Unknown {
                why: vec!["the sum over the days has more digits than a decimal holds".into()],
                at_least: None,
                at_most: None,
            },
            Outcome::Known,
        ),
        Outcome::Unknown { why, at_least, at_most } => Outcome::Unknown {
            why: why.clone(),
            at_least: at_least.and_then(|amount| product(amount, times)),
            at_most: at_most.and_then(|amount| product(amount, times)),
        },
        Outcome::Refused(words) => Outcome::Refused(words.clone()),
    }
}

/// Flows through time: every series over the same period.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The first day.
    pub from: Date,
    /// The first day after it.
    pub before: Date,
    /// What a row of its table is.
    pub every: Every,
    /// The day whose book was asked in every case that names none.
    pub as_known: Option<Date>,
    /// The series: flows by cases.
    pub series: Vec<TimelineSeries>,
    /// What is probably not what the author meant.
    pub warnings: Diagnostics,
    /// What was put together or taken for granted.
    pub notes: Vec<String>,
}

/// Works out a scenario's flows through time, in every case. Entry dates of flows and cases give way to the days of the period.
///
/// # Errors
/// As [`run`](crate::answer::run); and a period that is empty, or has too many rows.
pub fn timeline(
    law: &Rulebook,
    scenario: &Scenario,
    asked: &TimelineAsked,
    as_known: Option<Date>,
) -> Result<Timeline, Diagnostics> {
    let mut faults = Diagnostics::default();
    let (first, last) = known_period(law, scenario);
    let (from, before) = (asked.from.unwrap_or(first), asked.before.unwrap_or(last));
    if before <= from {
        faults.push(
            Diagnostic::new(Code::BadPeriod, format!("the period of the timeline, from {from} to before {before}, has no day"))
                .help("`before` is the first day after the period; without both the timeline spans what the book knows"),
        );
        return Err(faults);
    }
    let rows = row_starts(asked.every, from, before);
    if rows.is_none() {
        faults.push(
            Diagnostic::new(Code::FileTooLarge, format!("the timeline has more than {MOST_ROWS} rows"))
                .help("ask for a shorter period, or for every month"),
        );
        return Err(faults);
    }
    let mut timeline = Timeline {
        from,
        before,
        every: asked.every,
        as_known,
        series: Vec::new(),
        warnings: Diagnostics::default(),
        notes: Vec::new(),
    };
    let (cases, alike) = distinct_cases(scenario);
    timeline.notes.extend(alike);
    let groups = groups(scenario, asked);
    let mut found: Vec<Vec<TimelineSeries>> = groups.iter().map(|_| Vec::new()).collect();
    for (case, title) in &cases {
        let amended = law.amended(&case.changes);
        let days = change_days(&amended, scenario, from, Some(before));
        let steps = steps(&RegimeCache::new(&amended), scenario, case, as_known, &days, &mut faults);
        idle_changes(law, scenario, case, as_known, &days, &mut timeline.warnings);
        for note in steps.iter().flat_map(|step| step.assessments.iter().flat_map(|a| &a.notes)) {
            if !timeline.notes.contains(note) {
                timeline.notes.push(note.clone());
            }
        }
        for (group, list) in groups.iter().zip(&mut found) {
            list.extend(series(group, (case.id.as_str(), title), &steps, before));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    timeline.series = found.into_iter().flatten().collect();
    beyond_book(law, scenario, &mut timeline);
    Ok(timeline)
}

/// The period that the book knows for every flow: from the latest start, and from the day on which the last goods came to a free zone, to the earliest end.
fn known_period(law: &Rulebook, scenario: &Scenario) -> (Date, Date) {
    let territories = || scenario.flows.iter().filter_map(|flow| law.territory(flow.into));
    let admitted = scenario.flows.iter().filter_map(|flow| flow.admitted).max();
    let from = territories().map(|territory| territory.complete_from).chain(admitted).max().unwrap_or_default();
    let before = territories().map(|territory| territory.complete_before).min().unwrap_or_default();
    (from, before)
}

/// The flows that are shown as one: those that are named, each flow of alternatives, or all together.
struct Group {
    flow: String,
    title: String,
    members: Vec<usize>,
}

fn groups(scenario: &Scenario, asked: &TimelineAsked) -> Vec<Group> {
    let of = |id: &str| -> Vec<usize> {
        let flows = scenario.flows.iter().enumerate();
        flows.filter(|(_, flow)| flow.id.as_str() == id || is_part_of(flow, id)).map(|(at, _)| at).collect()
    };
    let title = |members: &[usize], id: &str| match members {
        [only] => scenario.flows.get(*only).map_or_else(|| id.to_owned(), |flow| flow.title.clone()),
        _ => id.to_owned(),
    };
    let one = |id: &str| {
        let members = of(id);
        Group { flow: id.to_owned(), title: title(&members, id), members }
    };
    if !asked.flows.is_empty() {
        return asked.flows.iter().map(|id| one(id.as_str())).collect();
    }
    if scenario.alternatives || scenario.flows.len() == 1 {
        return scenario.flows.iter().map(|flow| one(flow.id.as_str())).collect();
    }
    vec![Group { flow: "total".into(), title: "All flows".into(), members: (0..scenario.flows.len()).collect() }]
}

/// A flow that was split by the share of a claim answers to its own name.
fn is_part_of(flow: &Flow, id: &str) -> bool {
    flow.id.as_str().strip_prefix(id).is_some_and(|rest| rest.starts_with('/'))
}

/// The series of a group in a case, one for each currency.
fn series(group: &Group, case: (&str, &str), steps: &[Step], before: Date) -> Vec<TimelineSeries> {
    let members =
        |step: &Step| -> Vec<Assessment> { group.members.iter().filter_map(|at| step.assessments.get(*at)).cloned().collect() };
    let currencies: Vec<_> =
        steps.first().map(|step| totals(&members(step)).iter().map(|total| total.currency).collect()).unwrap_or_default();
    let several = currencies.len() > 1;
    let mut all = Vec::new();
    for currency in currencies {
        let mut list: Vec<TimelineStep> = Vec::new();
        for step in steps {
            let own = |at: &usize| {
                group.members.contains(at) && step.assessments.get(*at).is_some_and(|assessment| assessment.currency == currency)
            };
            let Some(total) = totals(&members(step)).into_iter().find(|total| total.currency == currency) else { continue };
            let moves: Vec<Move> = step.moves.iter().filter(|one| own(&one.flow)).cloned().collect();
            if let Some(last) = list.last_mut() {
                if moves.is_empty() && alike(&last.total, &total) {
                    continue;
                }
                last.before = step.from;
            }
            let own = group.members.iter().filter(|at| own(at)).filter_map(|at| step.assessments.get(*at));
            let mut cited = Cited::default();
            own.for_each(|assessment| drop(cited.charged(assessment)));
            list.push(TimelineStep { from: step.from, before, total, moves, charged: cited.into_sources() });
        }
        all.push(TimelineSeries {
            flow: group.flow.clone(),
            title: if several { format!("{} in {currency}", group.title) } else { group.title.clone() },
            case: case.0.to_owned(),
            case_title: case.1.to_owned(),
            steps: list,
        });
    }
    all
}

/// Tells whether two totals are the same but for the words on what is unknown, which may name the day.
fn alike(a: &Total, b: &Total) -> bool {
    let sums = |total: &Total| (total.value, total.priced, total.unknown, total.refused);
    let duty = |total: &Total| (total.duty.known(), total.duty.at_least(), total.duty.at_most());
    sums(a) == sums(b) && duty(a) == duty(b)
}

/// The first days of the rows; `None` where there would be too many. Rows of changes are those of the series.
pub(super) fn row_starts(every: Every, from: Date, before: Date) -> Option<Vec<Date>> {
    let step = match every {
        Every::Change => return Some(Vec::new()),
        Every::Day => 1.day(),
        Every::Week => 1.week(),
        Every::Month => 1.month(),
    };
    let mut starts = vec![from];
    // The first row may be a part of a week or month.
    let aligned = match every {
        Every::Change | Every::Day => from,
        Every::Week => from.nth_weekday(-1, Weekday::Monday).ok().filter(|_| from.weekday() != Weekday::Monday).unwrap_or(from),
        Every::Month => from.first_of_month(),
    };
    let mut at = aligned;
    loop {
        at = at.checked_add(step).ok()?;
        if at >= before {
            return Some(starts);
        }
        starts.push(at);
        if starts.len() > MOST_ROWS {
            return None;
        }
    }
}

fn beyond_book(law: &Rulebook, scenario: &Scenario, timeline: &mut Timeline) {
    if scenario.law_continues {
        return;
    }
    let mut told = Vec::new();
    for territory in scenario.flows.iter().filter_map(|flow| law.territory(flow.into)) {
        let inside = timeline.from >= territory.complete_from && timeline.before <= territory.complete_before;
        if !inside && !told.contains(&territory.id) {
            told.push(territory.id);
            let message = format!(
                "the {} book knows entries from {} to {}; on the other days of the timeline the duty is unknown",
                territory.id,
                territory.complete_from,
                territory.last_day()
            );
            let help = "law that goes on can be taken for granted: `law-continues = true` at the top, or `--law-continues`";
            timeline.warnings.push(Diagnostic::new(Code::BeyondBook, message).help(help));
        }
    }
}

/// What a measure charged and charges over all flows of a series.
pub(super) struct MeasureMove<'a> {
    pub(super) first: &'a Move,
    pub(super) flows: Vec<usize>,
    pub(super) before: Outcome,
    pub(super) now: Outcome,
    pub(super) words: Vec<&'a str>,
}

/// Sums moves by measure, in the order in which measures first occur.
pub(super) fn by_measure(moves: &[Move]) -> Vec<MeasureMove<'_>> {
    let mut all: Vec<(&MeasureId, MeasureMove<'_>)> = Vec::new();
    for one in moves {
        match all.iter_mut().find(|(measure, _)| **measure == one.measure) {
            Some((_, sums)) => {
                sums.flows.push(one.flow);
                sums.before = sums.before.plus(&one.amount_before());
                sums.now = sums.now.plus(&one.amount_now());
                if !sums.words.contains(&one.words.as_str()) {
                    sums.words.push(&one.words);
                }
            }
            None => all.push((
                &one.measure,
                MeasureMove {
                    first: one,
                    flows: vec![one.flow],
                    before: one.amount_before(),
                    now: one.amount_now(),
                    words: vec![&one.words],
                },
            )),
        }
    }
    all.into_iter().map(|(_, sums)| sums).collect()
}
