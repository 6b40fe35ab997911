//! The first dated change of the book after which an origin that is cheaper today is so no longer.

use super::{Compared, OriginRow, Turn};
use crate::assess::{Assessment, Outcome};
use crate::base::{Date, Decimal, grouped};
use crate::law::InForce;

/// What the rows are on one day, in their order: the assessment and the landed cost.
type OnDay = Vec<Option<(Assessment, Outcome)>>;

/// Looks, for each row, for the first later day on which a row of another origin that is dearer today costs less, or on which the two can no longer be
/// compared; `None` where the book has no such day.
pub(super) fn turns(compared: &Compared<'_>, rows: &[OriginRow]) -> Vec<Option<Turn>> {
    let mut turns: Vec<Option<Turn>> = vec![None; rows.len()];
    let known = rows.iter().take_while(|row| row.landed.known().is_some()).count();
    let rows = rows.get(..known).unwrap_or_default();
    if known < 2 {
        return turns;
    }
    let mut before: OnDay = rows.iter().map(|row| Some((row.assessment.clone(), row.landed.clone()))).collect();
    for day in compared.later_dates() {
        if turns.iter().take(known).all(Option::is_some) {
            break;
        }
        let after: OnDay = rows.iter().map(|row| compared.on(row, day)).collect();
        for (at, found) in turns.iter_mut().enumerate().take(known).filter(|(_, found)| found.is_none()) {
            let passed = passed(rows, &after, at);
            *found = passed.map(|passed| told(compared, rows, (&before, &after), at, passed, day));
        }
        before = after;
    }
    turns
}

/// By whom a row is passed, or why it can no longer be compared.
enum Passed {
    By(usize),
    Refused,
    Unknown,
    MayBeBy(usize),
}

fn passed(rows: &[OriginRow], after: &OnDay, at: usize) -> Option<Passed> {
    let (row, (_, now)) = (rows.get(at)?, after.get(at)?.as_ref()?);
    let mine = match now {
        Outcome::Known(landed) => *landed,
        Outcome::Refused(_) => return Some(Passed::Refused),
        Outcome::Unknown { .. } => return Some(Passed::Unknown),
    };
    let (mut best, mut open): (Option<(Decimal, usize)>, Option<usize>) = (None, None);
    for (number, other) in rows.iter().enumerate().skip(at.saturating_add(1)) {
        let Some((_, landed)) = after.get(number).and_then(Option::as_ref) else { continue };
        match landed {
            Outcome::Known(theirs) if *theirs < mine => {
                let dearer_today = other.origin != row.origin && other.landed.known() > row.landed.known();
                if dearer_today && best.is_none_or(|(least, _)| *theirs < least) {
                    best = Some((*theirs, number));
                }
            }
            Outcome::Unknown { at_least, .. } if at_least.is_none_or(|least| least < mine) && other.origin != row.origin => {
                open = open.or(Some(number));
            }
            Outcome::Known(_) | Outcome::Unknown { .. } | Outcome::Refused(_) => {}
        }
    }
    best.map(|(_, number)| Passed::By(number)).or(open.map(Passed::MayBeBy))
}

fn told(compared: &Compared<'_>, rows: &[OriginRow], days: (&OnDay, &OnDay), at: usize, passed: Passed, day: Date) -> Turn {
    let (before, after) = days;
    let name_at = |number: usize| rows.get(number).map_or_else(String::new, name);
    let landed_at = |number: usize| {
        let found = after.get(number).and_then(Option::as_ref);
        let landed = found.and_then(|(assessment, landed)| Some((landed.known()?, assessment.currency.places())));
        landed.map_or_else(|| "unknown".to_owned(), |(landed, places)| grouped(landed.round_dp(places)))
    };
    let (by, words) = match passed {
        Passed::By(by) => (Some(by), format!("{} {}, {} {}", name_at(by), landed_at(by), name_at(at), landed_at(at))),
        Passed::Refused => (None, format!("{} is refused entry", name_at(at))),
        Passed::Unknown => (None, format!("not comparable: the duty on {} is unknown", name_at(at))),
        Passed::MayBeBy(by) => (Some(by), format!("not comparable: the duty on {} is unknown", name_at(by))),
    };
    let mut moved: Vec<(String, String)> = Vec::new();
    for number in [Some(at), by].into_iter().flatten() {
        let then = |days: &OnDay| days.get(number).cloned().flatten();
        if let (Some(row), Some((before, _)), Some((after, _))) = (rows.get(number), then(before), then(after)) {
            moved.extend(changed(compared, &before, &after, row, day));
        }
    }
    let what = moved.iter().map(|(words, _)| words.as_str()).collect::<Vec<_>>().join("; ");
    let mut cites: Vec<&str> = Vec::new();
    for (_, cite) in &moved {
        if !cites.contains(&cite.as_str()) {
            cites.push(cite);
        }
    }
    Turn { day, by, words: if what.is_empty() { words } else { format!("{words} ({what})") }, cite: cites.join("; ") }
}

/// An origin with the preference it needs, in words.
fn name(row: &OriginRow) -> String {
    match &row.needs {
        Some(needs) => format!("{} with {needs}", row.origin),
        None => row.origin.to_string(),
    }
}

/// The lines that differ between two days, in words, each with its source.
fn changed(
    compared: &Compared<'_>,
    before: &Assessment,
    after: &Assessment,
    row: &OriginRow,
    day: Date,
) -> Vec<(String, String)> {
    let origin = &row.origin;
    let mut moved = Vec::new();
    for line in &after.lines {
        match before.lines.iter().find(|other| other.measure == line.measure) {
            None => moved.push((format!("{origin}: {} {} begins", line.measure, line.form), line.cite.clone())),
            Some(other) if other.amount != line.amount => {
                let words = format!("{origin}: {} from {} to {}", line.measure, other.form, line.form);
                let same = format!("{origin}: {} {} on another base", line.measure, line.form);
                moved.push((if other.form == line.form { same } else { words }, line.cite.clone()));
            }
            Some(_) => {}
        }
    }
    for line in before.lines.iter().filter(|line| !after.lines.iter().any(|other| other.measure == line.measure)) {
        let by = after.not_applied.iter().find(|other| other.measure == line.measure);
        let cite = by.and_then(|by| by.cite.clone()).or_else(|| ended(compared, row, line, day));
        moved.push((format!("{origin}: {} {} ends", line.measure, line.form), cite.unwrap_or_else(|| line.cite.clone())));
    }
    moved
}

/// The source of the end of a measure.
fn ended(compared: &Compared<'_>, row: &OriginRow, line: &crate::assess::DutyLine, day: Date) -> Option<String> {
    let law = compared.cache.law();
    let moment = compared.context.moment(law, &row.flow);
    match law.measure(&line.measure)?.on(day, moment.as_known, &moment.readings) {
        InForce::Ended(version) => Some(version.cite.clone()),
        InForce::Version(_) | InForce::NotYet(_) => None,
    }
}
