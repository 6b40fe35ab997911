//! What the law already says about days to come: which measures start, change or end for these flows, with the money at stake; as tables and for a calendar.

use super::calendar::{Calendar, CalendarEvent};
use super::steps::{Move, Step, change_days, idle_changes, steps};
use super::table::{asked_notes, law_note};
use crate::answer::note::{Cited, Note};
use crate::answer::run::{Total, totals};
use crate::answer::table::{Cell, Column, Report, Row, RowKind, Table};
use crate::assess::{Assessment, Outcome};
use crate::base::{CaseId, Currency, Date, Decimal, days_between, difference, grouped};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::law::{RegimeCache, Rulebook};
use crate::scenario::{NextAsked, Scenario};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// A day on which something changes for the flows.
#[derive(Clone, Debug)]
pub struct NextChange {
    /// The first entry date it holds for.
    pub day: Date,
    /// The flows on the days before it.
    pub before: Vec<Assessment>,
    /// The flows on the day.
    pub now: Vec<Assessment>,
    /// The measures that change what they charge.
    pub moves: Vec<Move>,
}

/// What is scheduled for the flows of a case after a day.
#[derive(Clone, Debug)]
pub struct Next {
    /// The day from which on one looks ahead.
    pub on: Date,
    /// The first entry date not looked at; `None` for all that the book has.
    pub before: Option<Date>,
    /// The day whose book was asked.
    pub as_known: Date,
    /// The case.
    pub case: CaseId,
    /// Its name.
    pub case_title: String,
    /// The flows on the day itself.
    pub today: Vec<Assessment>,
    /// The changes, ascending by day.
    pub changes: Vec<NextChange>,
    /// What is probably not what the author meant.
    pub warnings: Diagnostics,
    /// What was taken for granted.
    pub notes: Vec<String>,
}

/// Looks ahead from a day, for one case (the first where none is named), at all that the book knew on that day, or on the day that `as_known` or the case names.
///
/// Law that is not known to end is taken to go on, past the end of the book as well: what is scheduled is what happens if nothing else is enacted.
///
/// # Errors
/// As [`run`](crate::answer::run); and where no day is named and the flows enter on several, or the case is not there.
pub fn next(
    law: &Rulebook,
    scenario: &Scenario,
    asked: &NextAsked,
    case: Option<&str>,
    as_known: Option<Date>,
) -> Result<Next, Diagnostics> {
    let mut faults = Diagnostics::default();
    let told = |message: String, help: &str| {
        let mut faults = Diagnostics::default();
        faults.push(Diagnostic::new(Code::BadPeriod, message).help(help.to_owned()));
        faults
    };
    let chosen = scenario.cases.iter().find(|known| case.is_none_or(|id| known.id.as_str() == id));
    let Some(chosen) = chosen else {
        let message = format!("there is no case `{}`", case.unwrap_or_default());
        faults.push(Diagnostic::new(Code::UnknownCase, message));
        return Err(faults);
    };
    let mut notes = Vec::new();
    let on = match asked.on {
        Some(on) => on,
        None => {
            let mut days: Vec<Date> = scenario.flows.iter().map(|flow| chosen.entered.unwrap_or(flow.entered)).collect();
            days.sort_unstable();
            days.dedup();
            match days.as_slice() {
                [only] => {
                    notes.push(format!("looked ahead from {only}, the entry date of the flows; `--on DATE` names another day"));
                    *only
                }
                _ => {
                    let days = days.iter().map(Date::to_string).collect::<Vec<_>>().join(", ");
                    let message = format!("no day is named to look ahead from, and the flows enter on {days}");
                    return Err(told(message, "name it: `--on 2025-07-10`, or `[next]` with `on = 2025-07-10`"));
                }
            }
        }
    };
    if let Some(before) = asked.before.filter(|before| *before <= on) {
        let message = format!("one cannot look from {on} to before {before}");
        return Err(told(message, "`before` is the first day that is not looked at"));
    }
    let as_known = chosen.as_known.or(as_known).unwrap_or(on);
    let going_on = Scenario { law_continues: true, ..scenario.clone() };
    let amended = law.amended(&chosen.changes);
    let days = change_days(&amended, &going_on, on, asked.before);
    let found = steps(&RegimeCache::new(&amended), &going_on, chosen, Some(as_known), &days, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut warnings = Diagnostics::default();
    idle_changes(law, &going_on, chosen, Some(as_known), &days, &mut warnings);
    // Each later step repeats that the book ends; one line below the table says it for all.
    for note in found.iter().take(1).flat_map(|step| step.assessments.iter().flat_map(|a| &a.notes)) {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    let changes = found.iter().zip(found.iter().skip(1)).map(|(before, now)| change(before, now)).collect();
    let today = found.into_iter().next().map(|step| step.assessments).unwrap_or_default();
    Ok(Next {
        on,
        before: asked.before,
        as_known,
        case: chosen.id.clone(),
        case_title: chosen.title.clone(),
        today,
        changes,
        warnings,
        notes,
    })
}

fn change(before: &Step, now: &Step) -> NextChange {
    NextChange { day: now.from, before: before.assessments.clone(), now: now.assessments.clone(), moves: now.moves.clone() }
}

/// Arranges what is scheduled: each measure that changes with what it charged and will charge on each flow, the duty on the flow, and the sums by day.
///
/// Columns: charged now = on the day looked from, or after the change before; change = charged then less charged now.
pub fn next_table(law: &Rulebook, scenario: &Scenario, next: &Next) -> Report {
    let until = next.before.map_or("as far as the book looks".to_owned(), |before| format!("to before {before}"));
    let mut report = Report { title: scenario.title.clone(), ..Report::default() };
    report.intro.push(format!("What changes for these flows after {}, {until}; as known on {}.", next.on, next.as_known));
    let outside = next.today.iter().filter_map(|one| law.territory(one.into)).find(|book| next.on < book.complete_from);
    if let Some(book) = outside {
        report.intro.push(format!(
            "The {} book begins on {}: what was scheduled on {} is not known.",
            book.id, book.complete_from, next.on
        ));
    }
    if next.changes.is_empty() {
        report.intro.extend(outside.is_none().then(|| "Nothing is scheduled.".to_owned()));
    } else {
        let mut cited = Cited::default();
        report.tables.push(measures_table(scenario, next, &mut cited));
        report.sources = cited.into_sources();
        report.tables.extend(days_table(scenario, next));
    }
    report.notes.extend(coverage(scenario, next).into_iter().map(Note::coverage));
    report.notes.extend(next.notes.iter().map(Note::assumption));
    if scenario.cases.len() > 1 {
        report.notes.push(Note::assumption(format!("Case: {} (`{}`); `--case` asks another", next.case_title, next.case)));
    }
    report.notes.extend(past_the_book(law, next).map(Note::coverage));
    let column_1 = |one: &Move| {
        let line = one.now.as_ref().or(one.was.as_ref());
        line.is_some_and(|line| {
            law.territories().any(|t| t.column_1 == line.program || t.column_2.as_ref() == Some(&line.program))
        })
    };
    if next.changes.iter().flat_map(|change| &change.moves).any(column_1) {
        report.notes.push(Note::coverage("The schedule of column 1 does not say when its changes were published: one of them may not have been known on the day asked."));
    }
    report.notes.extend(asked_notes(scenario).into_iter().map(Note::assumption));
    report.notes.push(Note::meaning(
        "Only what the book knew on that day is scheduled: no law that might be enacted, extended or struck down, no change in trade volumes or prices, \
         no drawback and no fees are taken into account.",
    ));
    report.notes.push(Note::law(law_note(law, Some(next.as_known))));
    report
}

/// Which of the sums is not known, and why.
fn coverage(scenario: &Scenario, next: &Next) -> Vec<String> {
    let mut notes = Vec::new();
    let days = std::iter::once((next.on, &next.today)).chain(next.changes.iter().map(|change| (change.day, &change.now)));
    for (day, assessments) in days {
        for (flow, assessment) in scenario.flows.iter().zip(assessments) {
            match &assessment.duty {
                Outcome::Unknown { why, .. } => {
                    notes.push(format!("Coverage, {} from {day}: unknown: {}", flow.id, why.first().map_or("", String::as_str)));
                }
                Outcome::Refused(words) => notes.push(format!("Coverage, {} from {day}: {words}", flow.id)),
                Outcome::Known(_) => {}
            }
        }
    }
    if notes.is_empty() {
        notes.push("Coverage: every flow is priced on every day named.".into());
    }
    notes
}

/// That the law is taken to go on where the book has ended.
fn past_the_book(law: &Rulebook, next: &Next) -> Option<String> {
    let last = next.changes.iter().map(|change| change.day).max().unwrap_or(next.on).max(next.on);
    let territory =
        next.today.iter().filter_map(|assessment| law.territory(assessment.into)).find(|t| t.complete_before <= last)?;
    Some(format!(
        "The {} book is complete to {}: of later days it knows what was then scheduled, and takes the rest to go on",
        territory.id,
        territory.last_day()
    ))
}

fn measures_table(scenario: &Scenario, next: &Next, cited: &mut Cited) -> Table {
    let several = scenario.flows.len() > 1;
    let flow_title = Column::words("title", "Flow").once();
    let mut table = Table {
        columns: vec![
            Column::words("from", "From").once(),
            Column::figures("days_ahead", "Days ahead").hidden(),
            Column::words("flow", "Flow").hidden(),
            if several { flow_title } else { flow_title.hidden() },
            Column::words("measure", "Measure"),
            Column::words("measure_title", "Name").hidden(),
            Column::words("what", "What happens"),
            Column::words("heading", "Heading"),
            Column::words("cite", "Legal source"),
            Column::words("known", "Known"),
            Column::words("currency", "Currency").hidden(),
            Column::figures("charged_now", "Charged now"),
            Column::figures("charged_then", "Charged then"),
            Column::figures("change", "Change"),
        ],
        scale: scenario.show_in.clone(),
        ..Table::default()
    };
    for change in &next.changes {
        for (number, flow) in scenario.flows.iter().enumerate() {
            let (Some(before), Some(now)) = (change.before.get(number), change.now.get(number)) else { continue };
            let moves: Vec<&Move> = change.moves.iter().filter(|one| one.flow == number).collect();
            if moves.is_empty() && before.duty.known() == now.duty.known() {
                continue;
            }
            let currency = now.currency;
            let lead = || {
                vec![
                    Cell::Day(change.day),
                    Cell::Count(usize::try_from(days_between(next.on, change.day)).unwrap_or_default()),
                    Cell::Text(flow.id.to_string()),
                    Cell::Text(flow.title.clone()),
                ]
            };
            for one in moves {
                let mut cells = lead();
                cells.extend([
                    Cell::Text(one.measure.to_string()),
                    Cell::Text(one.title.clone()),
                    Cell::Text(one.words.clone()),
                    Cell::Text(one.heading.clone()),
                    Cell::Text(one.cite.clone()),
                    one.known.map_or(Cell::Empty, Cell::Day),
                ]);
                cells.extend(amounts(&one.amount_before(), &one.amount_now(), currency));
                table.rows.push(Row { kind: RowKind::Body, cells, sources: cited.each([one.source()]) });
            }
            let mut cells = lead();
            cells.push(Cell::Text("duty".into()));
            cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
            cells.extend(amounts(&before.duty, &now.duty, currency));
            table.rows.push(Row { kind: RowKind::Total, cells, sources: Vec::new() });
        }
    }
    table
}

fn amounts(before: &Outcome, now: &Outcome, currency: Currency) -> Vec<Cell> {
    let change = now.known().zip(before.known()).and_then(|(now, before)| difference(now, before));
    vec![
        Cell::Text(currency.to_string()),
        Cell::duty(before, currency),
        Cell::duty(now, currency),
        change.map_or(Cell::Empty, |change| Cell::Money(change, currency)),
    ]
}

/// All flows together, day by day; nothing where there is one flow, or where flows are alternatives.
fn days_table(scenario: &Scenario, next: &Next) -> Option<Table> {
    if scenario.alternatives || scenario.flows.len() < 2 {
        return None;
    }
    let mut table = Table {
        title: "All flows".into(),
        columns: vec![
            Column::words("from", "From"),
            Column::words("currency", "Currency").hidden(),
            Column::figures("value", "Customs value"),
            Column::figures("duty_before", "Duty now"),
            Column::figures("duty", "Duty then"),
            Column::figures("effective_rate", "Effective rate"),
            Column::figures("change", "Change"),
            Column::figures("change_since", &format!("Change since {}", next.on)),
        ],
        scale: scenario.show_in.clone(),
        ..Table::default()
    };
    let first = totals(&next.today);
    for change in &next.changes {
        for now in totals(&change.now) {
            let of = |list: &[Total]| list.iter().find(|total| total.currency == now.currency).cloned();
            let (Some(before), Some(first)) = (of(&totals(&change.before)), of(&first)) else { continue };
            let money = |amount: Option<Decimal>| amount.map_or(Cell::Empty, |amount| Cell::Money(amount, now.currency));
            let less = |other: &Total| now.more_than(other);
            table.rows.push(Row {
                kind: RowKind::Body,
                cells: vec![
                    Cell::Day(change.day),
                    Cell::Text(now.currency.to_string()),
                    Cell::Money(now.value, now.currency),
                    Cell::duty(&before.duty, now.currency),
                    Cell::duty(&now.duty, now.currency),
                    now.effective_rate().map_or(Cell::Empty, Cell::Rate),
                    money(less(&before)),
                    money(less(&first)),
                ],
                sources: Vec::new(),
            });
        }
    }
    Some(table)
}

/// Arranges what is scheduled as a calendar: one event for each measure and day, whatever the number of flows it moves.
pub fn next_calendar(law: &Rulebook, scenario: &Scenario, next: &Next) -> Calendar {
    let mut events = Vec::new();
    for change in &next.changes {
        let mut named: Vec<&str> = Vec::new();
        for one in &change.moves {
            if named.contains(&one.measure.as_str()) {
                continue;
            }
            named.push(one.measure.as_str());
            let own: Vec<&Move> = change.moves.iter().filter(|other| other.measure == one.measure).collect();
            events.push(event(law, scenario, next, change, &own));
        }
    }
    Calendar { title: scenario.title.clone(), events }
}

fn event(law: &Rulebook, scenario: &Scenario, next: &Next, change: &NextChange, moves: &[&Move]) -> CalendarEvent {
    let mut words: Vec<&str> = Vec::new();
    let mut description = String::new();
    let Some(first) = moves.first() else {
        return CalendarEvent { uid: String::new(), day: change.day, known: next.as_known, summary: String::new(), description };
    };
    for one in moves {
        if !words.contains(&one.words.as_str()) {
            words.push(&one.words);
        }
        let Some((flow, now)) = scenario.flows.get(one.flow).zip(change.now.get(one.flow)) else { continue };
        let currency = now.currency;
        let (before, then) = (shown(&one.amount_before(), currency), shown(&one.amount_now(), currency));
        let duty = change.before.get(one.flow).map(|before| shown(&before.duty, currency)).unwrap_or_default();
        let _ = writeln!(
            description,
            "{}: this measure {before} to {then}; duty in all {duty} to {}, of {} {currency}",
            flow.title,
            shown(&now.duty, currency),
            grouped(now.value.normalize())
        );
    }
    let heading = if first.heading.is_empty() { String::new() } else { format!("Heading {}; ", first.heading) };
    let _ = writeln!(description, "{heading}{}", first.cite);
    let _ = writeln!(description, "Measure {}, as known on {}", first.measure, next.as_known);
    let _ = write!(description, "{}", law_note(law, None));
    CalendarEvent {
        uid: uid(scenario, next, first, change.day),
        day: change.day,
        known: first.known.unwrap_or(next.as_known),
        summary: format!("{}: {}", first.title, words.join("; ")),
        description,
    }
}

fn shown(outcome: &Outcome, currency: Currency) -> String {
    let money = |amount: Decimal| {
        let mut amount = amount.normalize();
        if amount.scale() < currency.places() {
            amount.rescale(currency.places());
        }
        format!("{} {currency}", grouped(amount))
    };
    match outcome {
        Outcome::Known(amount) => money(*amount),
        Outcome::Refused(_) => "refused".into(),
        Outcome::Unknown { at_least, at_most, .. } => match (at_least, at_most) {
            (Some(least), Some(most)) => format!("unknown, {} to {}", money(*least), money(*most)),
            (Some(least), None) => format!("unknown, at least {}", money(*least)),
            (None, Some(most)) => format!("unknown, at most {}", money(*most)),
            (None, None) => "unknown".into(),
        },
    }
}

/// The same for the same question, measure and day, so that a calendar read again replaces its events, and the calendars of two questions stand beside each other.
///
/// What happens is not part of it: where the law of that day becomes known otherwise, the event is still the same one, told anew.
fn uid(scenario: &Scenario, next: &Next, one: &Move, day: Date) -> String {
    let mut asked = format!("{}\n{}\n", scenario.title, next.case);
    for flow in &scenario.flows {
        let _ = writeln!(asked, "{}\t{}\t{}\t{}", flow.id, flow.into, flow.origin, flow.code);
    }
    let hash = Sha256::digest(format!("{asked}\n{}\n{day}", one.measure).as_bytes());
    let digits = hash.iter().take(16).fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    });
    format!("{digits}@tariffcalc")
}
