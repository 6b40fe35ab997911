pub(super) mod every_line;
mod files;
mod manifest;
mod question;

use self::files::About;
use self::question::{Question, gathered, question};
use crate::cli::args::{Common, Group, Panel, Readings};
use crate::cli::output::progress::Progress;
use crate::cli::output::{self, Output};
use crate::cli::settle;
use crate::cli::{Done, Stopped};
use jiff::ToSpan;
use std::collections::BTreeMap;
use tariffcalc::answer::{self, FlowPanel, Flows, Gathered, PanelDays, PanelKey, PanelWords};
use tariffcalc::base::{Country, Date, grouped, parse_date};
use tariffcalc::diag::Diagnostics;
use tariffcalc::law::{Rulebook, Territory};
use tariffcalc::scenario::Scenario;

/// The most rows a table may have that is printed or held as a whole.
const MOST_ROWS: usize = 5_000_000;

/// Prices many flows on many days in every case: in all, or by origin, group, chapter, program or flow.
pub(crate) fn panel(args: &Panel, common: &Common, output: &Output) -> Done {
    if args.settle.readings == Some(Readings::All) {
        output.complain("`panel` takes readings one by one: `--reading NAME=OPTION`, or a case for each in a scenario");
        return Err(Stopped::Usage);
    }
    args.lines.check(output)?;
    files::check(common, output)?;
    let Some(file) = &args.file else { return every_line::every_line(args, common, output) };
    let (law, mut sources) = output::law(common, output)?;
    let mut question = question(args, file, law, &mut sources, output)?;
    settle::apply(&args.settle, &mut question.scenario, law, &mut sources, output)?;
    let keys = keys(&args.by);
    let own_days = own_days(args, question.written, output)?;
    let (flows, notes) = gathered(&mut question, &keys, own_days, common.quiet, &sources, output)?;
    let Question { scenario, .. } = question;
    let days = if own_days {
        PanelDays::Own
    } else {
        let of = |into: Country| -> Option<Result<(Country, Vec<Date>), Stopped>> {
            let territory = law.territory(into)?;
            Some(days(&args.on, law, &scenario, territory, output).map(|days| (into, days)))
        };
        PanelDays::Of(flows.importing().into_iter().filter_map(of).collect::<Result<BTreeMap<_, _>, _>>()?)
    };
    let mut about = About {
        law,
        title: scenario.title.clone(),
        intro: Vec::new(),
        by: rows_are(&args.by),
        cases: scenario.cases.iter().map(|case| case.id.to_string()).collect(),
        own_days,
        notes: notes.clone(),
    };
    let faulty = |faults: Diagnostics| match output.diagnostics(&faults, &sources, false) {
        Ok(()) => Stopped::Faulty,
        Err(stopped) => stopped,
    };
    if common.output.is_some() && keys.contains(&PanelKey::Flow) {
        about.intro.extend(Some(scenario.question.clone()).filter(|question| !question.is_empty()));
        about.notes.push("No drawback, and no change in trade volumes or prices, is taken into account.".into());
        let panel = FlowPanel::new(law, &scenario, Flows::Gathered(&flows, &days), common.as_known);
        let panel = panel.map_err(|fault| faulty(Diagnostics::from(*fault)))?;
        let panels = files::flows(&panel, &about, common, &sources, output)?;
        return output.diagnostics(&answer::idle_cases(&scenario, &panels), &sources, false);
    }
    let by_program = args.by.contains(&Group::Program);
    guard(&scenario, &flows, &days, by_program, output)?;
    let progress = Progress::new("pricing", Some(to_price(&flows, &days, scenario.cases.len())), common.quiet);
    let answered = answer::panel_cases(law, &scenario, &flows, &days, common.as_known, &|rows| progress.done(rows));
    drop(progress);
    let (panels, warnings) = answered.map_err(faulty)?;
    output.diagnostics(&warnings, &sources, false)?;
    let (several_cases, several_into) = (scenario.cases.len() > 1, flows.importing().len() > 1);
    let mut reports = Vec::with_capacity(panels.len());
    for found in &panels {
        let words = PanelWords {
            title: scenario.title.clone(),
            case: several_cases.then(|| (found.case.to_string(), found.title.clone())),
            into: several_into.then_some(found.into),
            groups: flows.keys().to_vec(),
            names: flows.names().to_vec(),
            by_program,
            notes: notes.clone(),
        };
        reports.push(answer::panel_table(law, &found.panel, &words, found.currency));
    }
    let mut report = answer::joined(reports);
    report.intro.extend(Some(scenario.question).filter(|question| !question.is_empty()));
    about.notes = report.notes.iter().map(ToString::to_string).collect();
    about.intro.clone_from(&report.intro);
    files::report(&report, &about, common, output)
}

/// What a row is, in words, for who sees a file of them.
pub(super) fn rows_are(by: &[Group]) -> String {
    let mut words: Vec<&str> = by.iter().filter(|group| **group != Group::None).map(|group| group.name()).collect();
    words.dedup();
    if words.is_empty() { Group::None.name().to_owned() } else { words.join(", ") }
}

/// How many rows are to be priced, for the eye.
fn to_price(flows: &Gathered, days: &PanelDays, cases: usize) -> usize {
    let rows = match days {
        PanelDays::Own => flows.len(),
        PanelDays::Of(days) => {
            let of = |into: &Country| days.get(into).map_or(0, Vec::len);
            flows.batches().map(|(into, .., batch)| batch.rows.len().saturating_mul(of(&into))).sum()
        }
    };
    rows.saturating_mul(cases)
}

/// What the rows of the table are told apart by, in the order asked, each once.
pub(super) fn keys(by: &[Group]) -> Vec<PanelKey> {
    let mut keys: Vec<PanelKey> = Vec::new();
    for group in by {
        let key = match group {
            Group::Origin => PanelKey::Origin,
            Group::Named => PanelKey::Group,
            Group::Chapter => PanelKey::Chapter,
            Group::Flow => PanelKey::Flow,
            Group::Program | Group::None => continue,
        };
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// Tells whether each flow keeps its own entry date.
fn own_days(args: &Panel, written: bool, output: &Output) -> Result<bool, Stopped> {
    let own = args.on.iter().any(|on| on == "own");
    if own && args.on.len() > 1 {
        output.complain("`--on own` prices each flow on its own entry date alone; ask other days in a call of their own");
        return Err(Stopped::Usage);
    }
    Ok(own || (written && args.on.is_empty()))
}

/// The days asked for an importing country: a list, `changes`, `monthly` or `daily` over the time the book knows.
pub(super) fn days(
    asked: &[String],
    law: &Rulebook,
    scenario: &Scenario,
    territory: &Territory,
    output: &Output,
) -> Result<Vec<Date>, Stopped> {
    let every = || territory.complete_from.series(1.day()).take_while(|day| *day < territory.complete_before);
    let mut days: Vec<Date> = Vec::new();
    for text in asked {
        match text.as_str() {
            "changes" => {
                let known = |day: &Date| *day > territory.complete_from && *day < territory.complete_before;
                days.push(territory.complete_from);
                for case in &scenario.cases {
                    days.extend(law.amended(&case.changes).dates(territory.id).into_iter().filter(known));
                }
            }
            "monthly" => days.extend(every().filter(|day| day.day() == 1)),
            "daily" => days.extend(every()),
            date => match parse_date(date) {
                Ok(day) => days.push(day),
                Err(fault) => {
                    output.complain(&format!("{fault}; write a date, `changes`, `monthly`, `daily` or `own`"));
                    return Err(Stopped::Usage);
                }
            },
        }
    }
    if days.is_empty() {
        days.push(territory.last_day());
    }
    days.sort_unstable();
    days.dedup();
    Ok(days)
}

/// Refuses a table that nobody could read and that memory might not hold.
fn guard(scenario: &Scenario, flows: &Gathered, days: &PanelDays, by_program: bool, output: &Output) -> Done {
    let days = match days {
        PanelDays::Own => flows.batches().count(),
        PanelDays::Of(days) => days.values().map(Vec::len).max().unwrap_or_default(),
    };
    let groups = flows.names().len();
    let rows = [groups, days, scenario.cases.len(), if by_program { 10 } else { 1 }].into_iter().fold(1, usize::saturating_mul);
    if rows > MOST_ROWS {
        output.complain(&format!(
            "the table would have {groups} groups on {days} days in {} cases; at most {} rows are held at once: ask fewer days, sum over more with `--by`, or write each flow with `--by flow --output`",
            scenario.cases.len(),
            grouped(MOST_ROWS.into())
        ));
        return Err(Stopped::Usage);
    }
    Ok(())
}
