use super::args::{Common, Group, Panel, Readings};
use super::output::{self, Output};
use super::settle;
use super::{Done, Stopped};
use jiff::ToSpan;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tariffcalc::answer::{self, Gathered, PanelDays, PanelKey, PanelWords};
use tariffcalc::base::{CaseId, Date, grouped, parse_date};
use tariffcalc::diag::{Diagnostic, Diagnostics, Source, Sources};
use tariffcalc::law::Rulebook;
use tariffcalc::read::{self, Files, FlowOptions, FlowRows};
use tariffcalc::scenario::{Assumed, Case, RowTerms, Scenario, ShareMeaning};

/// The most rows a table may have.
const MOST_ROWS: usize = 5_000_000;

/// What is asked: a scenario, and its files of flows, open.
struct Question<'l> {
    scenario: Scenario,
    files: Vec<FlowRows<'l>>,
    /// Whether somebody wrote the scenario.
    written: bool,
}

/// Prices many flows on many days in every case: in all, or by origin, group, chapter, program or flow.
pub(crate) fn panel(args: &Panel, common: &Common, output: &Output) -> Done {
    if args.settle.readings == Some(Readings::All) {
        output.complain("`panel` takes readings one by one: `--reading NAME=OPTION`, or a case for each in a scenario");
        return Err(Stopped::Usage);
    }
    let (law, mut sources) = output::law(common, output)?;
    let mut question = question(args, law, &mut sources, output)?;
    settle::apply(&args.settle, &mut question.scenario, law, &mut sources, output)?;
    let keys = keys(&args.by);
    let own_days = own_days(args, question.written, output)?;
    let (flows, notes) = gathered(&mut question, &keys, own_days, &sources, output)?;
    let scenario = question.scenario;
    let days = if own_days { PanelDays::Own } else { days(&args.on, law, &scenario, &flows, output)? };
    let by_program = args.by.contains(&Group::Program);
    guard(&scenario, &flows, &days, by_program, output)?;
    let answered = answer::panel_cases(law, &scenario, &flows, &days, common.as_known);
    let (panels, warnings) = match answered {
        Ok(answered) => answered,
        Err(faults) => {
            output.diagnostics(&faults, &sources, false)?;
            return Err(Stopped::Faulty);
        }
    };
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
    output.report(&report)
}

/// Reads the file: a scenario, or flows that are a question of their own.
fn question<'l>(args: &Panel, law: &'l Rulebook, sources: &mut Sources, output: &Output) -> Result<Question<'l>, Stopped> {
    let is_scenario = args.file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    if !is_scenario {
        return file(args, law, output);
    }
    let given =
        [("--shares", args.shares.is_some()), ("--year", args.year.is_some()), ("--max-errors", args.max_errors.is_some())];
    if let Some((name, _)) = given.into_iter().find(|(_, given)| *given) {
        output.complain(&format!("`{name}` stands in the [[flow-file]] of a scenario: `{} = …`", name.trim_start_matches('-')));
        return Err(Stopped::Usage);
    }
    let asked = read::scenario_in_bulk(&read::Disk::here(), &args.file.display().to_string(), law, sources);
    output.diagnostics(&asked.diagnostics, sources, false)?;
    let scenario = asked.scenario.ok_or(Stopped::Faulty)?;
    Ok(Question { scenario, files: asked.files, written: true })
}

/// A file of flows by itself: imports into the country whose schedule the book holds, under current law.
fn file<'l>(args: &Panel, law: &'l Rulebook, output: &Output) -> Result<Question<'l>, Stopped> {
    let Some(territory) = law.home() else {
        output.complain("the book has no schedule");
        return Err(Stopped::Faulty);
    };
    let path = args.file.display().to_string();
    let id = Path::new(&path).file_name().map_or_else(|| path.clone(), |name| name.to_string_lossy().into_owned());
    let mut terms = RowTerms::plain(&id, &path, territory.id, territory.currency);
    if !args.on.iter().any(|on| on == "own") {
        // Each day asked takes the place of the flows' own: only `own` needs to know it.
        terms.entered = Some(territory.last_day());
    }
    let meanings = |names: &[String], path: &str| -> Vec<Option<ShareMeaning>> {
        let known = |name: &String| {
            let meaning = ShareMeaning::of(law, name);
            if meaning.is_none() {
                output.warn(&format!("the column `{name}_share` of `{path}` is not used: the law knows no such share"));
            }
            meaning
        };
        names.iter().map(known).collect()
    };
    if let Some(path) = &args.shares {
        let read = read::shares(path).map_err(|fault| told(fault, output))?;
        if read.summary.bad_rows() > 0 {
            let (bad, rows) = (read.summary.bad_rows(), read.summary.rows);
            output.warn(&format!("{bad} of {rows} rows of shares could not be read; `tariffcalc flows --shares` tells which"));
        }
        let columns = meanings(&read.shares.names, &path.display().to_string());
        if columns.iter().all(Option::is_none) {
            output.complain(&format!(
                "no share of `{}` is known: columns are {}",
                path.display(),
                ShareMeaning::names(law).join(", ")
            ));
            return Err(Stopped::Faulty);
        }
        terms.table = Some((Arc::new(read.shares), columns));
    }
    let options = FlowOptions { year: args.year, ..FlowOptions::default() };
    let opened = read::Disk::here().open(&path).map_err(|fault| {
        output.complain(&format!("cannot read `{path}`: {fault}"));
        Stopped::Faulty
    })?;
    let source = read::flow_source(opened, &path, &options).map_err(|fault| told(fault, output))?;
    terms.columns = meanings(&source.head().shares, &path);
    let facts = source.head().facts.iter().map(|name| law.facts().keys().find(|fact| fact.as_str() == name).cloned());
    terms.facts = facts.collect();
    let scenario = Scenario {
        title: format!("Imports of {} in bulk", territory.title),
        question: String::new(),
        show_in: None,
        alternatives: false,
        flows: Vec::new(),
        groups: BTreeMap::new(),
        files: Vec::new(),
        cases: vec![current_law()],
        expectations: Vec::new(),
        diff: None,
        refund: None,
        timeline: None,
        next: None,
        assumed: Assumed::default(),
        notes: Vec::new(),
        law_continues: false,
        source: Source { path: Arc::from(path), line: 0 },
    };
    let files = vec![FlowRows::new(law, source, terms, args.max_errors)];
    Ok(Question { scenario, files, written: false })
}

fn current_law() -> Case {
    Case {
        id: CaseId::new("current-law"),
        title: "Current law".into(),
        entered: None,
        as_known: None,
        readings: BTreeMap::new(),
        exchange: Vec::new(),
        changes: Vec::new(),
        inherited: 0,
        place: None,
    }
}

/// Reads all flows, and says what was read and what was settled for them.
fn gathered(
    question: &mut Question<'_>,
    keys: &[PanelKey],
    own_days: bool,
    sources: &Sources,
    output: &Output,
) -> Result<(Gathered, Vec<String>), Stopped> {
    let scenario = &question.scenario;
    let mut flows = Gathered::new(keys, own_days);
    for flow in &scenario.flows {
        flows.add(flow, scenario.group(flow));
    }
    let mut notes = Vec::new();
    if !scenario.flows.is_empty() {
        let count = scenario.flows.len();
        notes.push(format!(
            "{} written in the scenario itself",
            if count == 1 { "1 flow".into() } else { format!("{count} flows") }
        ));
    }
    let mut faults = Diagnostics::default();
    for rows in &mut question.files {
        let terms = rows.terms().clone();
        for (row, parts) in rows.by_ref() {
            flows.add_row(&terms, &row, &parts);
        }
        faults.append(rows.faults());
        notes.push(rows.note());
        for fact in terms.preferences() {
            notes.push(format!(
                "{fact} is claimed for the share of each flow that its table of shares gives; such a flow counts as two"
            ));
        }
    }
    output.diagnostics(&faults, sources, false)?;
    notes.extend(settled(scenario, own_days));
    Ok((flows, notes))
}

/// What was settled for all flows, and what a panel leaves out.
fn settled(scenario: &Scenario, own_days: bool) -> Vec<String> {
    let mut notes = Vec::new();
    let assumed = &scenario.assumed;
    notes
        .extend(assumed.facts.iter().map(|(fact, stated)| format!("assumed where a flow does not say: facts.{fact} = {stated}")));
    notes.extend(assumed.shares.iter().map(|(share, part)| format!("assumed where a flow does not say: {share} = {part}")));
    for case in &scenario.cases {
        notes.extend(case.as_known.map(|day| format!("{}: the book as known on {day}", case.id)));
        notes.extend(case.readings.iter().map(|(reading, option)| format!("{}: reading `{reading}` = `{option}`", case.id)));
        let of_case = |day: Date| format!("{}: its own entry date {day} is not used, the days of the table are", case.id);
        notes.extend(case.entered.filter(|_| !own_days).map(of_case));
    }
    if scenario.law_continues {
        notes.push("past the end of the book the last law known is taken to go on".into());
    }
    notes.push("Every flow is priced on every day of the table; fees of declarations are left out.".into());
    if own_days {
        notes.pop();
        notes.push(
            "Every flow is priced on its own entry date, or on that of the case; fees of declarations are left out.".into(),
        );
    }
    notes.extend(scenario.notes.iter().cloned());
    notes
}

/// What the rows of the table are told apart by, in the order asked, each once.
fn keys(by: &[Group]) -> Vec<PanelKey> {
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

/// The days asked for each importing country: a list, `changes`, `monthly` or `daily` over the time the book knows.
fn days(asked: &[String], law: &Rulebook, scenario: &Scenario, flows: &Gathered, output: &Output) -> Result<PanelDays, Stopped> {
    let mut all = BTreeMap::new();
    for into in flows.importing() {
        let Some(territory) = law.territory(into) else { continue };
        let every = || territory.complete_from.series(1.day()).take_while(|day| *day < territory.complete_before);
        let mut days: Vec<Date> = Vec::new();
        for text in asked {
            match text.as_str() {
                "changes" => {
                    let known = |day: &Date| *day > territory.complete_from && *day < territory.complete_before;
                    days.push(territory.complete_from);
                    for case in &scenario.cases {
                        days.extend(law.amended(&case.changes).dates(into).into_iter().filter(known));
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
        all.insert(into, days);
    }
    Ok(PanelDays::Of(all))
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
            "the table would have {groups} groups on {days} days in {} cases; at most {} rows are printed: ask fewer days, or sum over more with `--by`",
            scenario.cases.len(),
            grouped(MOST_ROWS.into())
        ));
        return Err(Stopped::Usage);
    }
    Ok(())
}

fn told(fault: Diagnostic, output: &Output) -> Stopped {
    let mut all = Diagnostics::default();
    all.push(fault);
    let _ = output.diagnostics(&all, &Sources::default(), false);
    Stopped::Faulty
}
