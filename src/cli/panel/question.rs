//! What a panel asks: a scenario with its files of flows, or a file of flows by itself.

use crate::cli::Stopped;
use crate::cli::args::Panel;
use crate::cli::file_terms::{columns, file_terms};
use crate::cli::output::Output;
use crate::cli::output::progress::Progress;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tariffcalc::answer::{Gathered, PanelKey};
use tariffcalc::base::{CaseId, Date};
use tariffcalc::diag::{Diagnostics, Source, Sources};
use tariffcalc::law::Rulebook;
use tariffcalc::read::{self, Files, FlowOptions, FlowRows};
use tariffcalc::scenario::{Assumed, Case, Scenario, Sweep};

/// What is asked: a scenario, and its files of flows, open.
pub(super) struct Question<'l> {
    pub(super) scenario: Scenario,
    pub(super) files: Vec<FlowRows<'l>>,
    /// Whether somebody wrote the scenario.
    pub(super) written: bool,
}

/// Reads the file: a scenario, or flows that are a question of their own.
pub(super) fn question<'l>(
    args: &Panel,
    path: &Path,
    law: &'l Rulebook,
    sources: &mut Sources,
    output: &Output,
) -> Result<Question<'l>, Stopped> {
    let is_scenario = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    if !is_scenario {
        return file(args, path, law, output);
    }
    if !args.trade.column.is_empty() {
        output.complain("`--column` stands in the [[flow-file]] of a scenario: `columns = { value = \"…\" }`");
        return Err(Stopped::Usage);
    }
    let given = [
        ("--shares", args.trade.shares.is_some()),
        ("--year", args.trade.year.is_some()),
        ("--max-errors", args.trade.max_errors.is_some()),
    ];
    if let Some((name, _)) = given.into_iter().find(|(_, given)| *given) {
        output.complain(&format!("`{name}` stands in the [[flow-file]] of a scenario: `{} = …`", name.trim_start_matches('-')));
        return Err(Stopped::Usage);
    }
    let asked = read::scenario_in_bulk(&read::Disk::here(), &path.display().to_string(), law, sources);
    output.diagnostics(&asked.diagnostics, sources, false)?;
    let scenario = asked.scenario.ok_or(Stopped::Faulty)?;
    Ok(Question { scenario, files: asked.files, written: true })
}

/// A file of flows by itself: imports into the country whose schedule the book holds, under current law.
fn file<'l>(args: &Panel, path: &Path, law: &'l Rulebook, output: &Output) -> Result<Question<'l>, Stopped> {
    let Some(territory) = law.home() else {
        output.complain("the book has no schedule");
        return Err(Stopped::Faulty);
    };
    let path = path.display().to_string();
    let id = Path::new(&path).file_name().map_or_else(|| path.clone(), |name| name.to_string_lossy().into_owned());
    let options = FlowOptions { year: args.trade.year, columns: columns(&args.trade.column), ..FlowOptions::default() };
    let opened = read::Disk::here()
        .open(&path)
        .map_err(|fault| output.stopped_by(read::cannot_read(&read::Disk::here(), &path, &fault)))?;
    let source = read::flow_source(opened, &path, &options).map_err(|fault| output.stopped_by(fault))?;
    if let Some(words) = &source.head().exports {
        output.complain(&format!(
            "the file says `{words}`: no import duty falls on exports; `tariffcalc flows` shows what it holds"
        ));
        return Err(Stopped::Faulty);
    }
    let own_days = args.on.iter().any(|on| on == "own");
    let terms = file_terms((&id, &path), args.trade.shares.as_deref(), own_days, source.head(), (law, territory), output)?;
    let scenario = plain(format!("Imports of {} in bulk", territory.title), &path);
    let files = vec![FlowRows::new(law, source, terms, args.trade.max_errors)];
    Ok(Question { scenario, files, written: false })
}

/// A question that nobody wrote: current law, and no flows of its own.
pub(super) fn plain(title: String, path: &str) -> Scenario {
    Scenario {
        title,
        question: String::new(),
        show_in: None,
        alternatives: false,
        flows: Vec::new(),
        groups: BTreeMap::new(),
        files: Vec::new(),
        cases: vec![current_law()],
        expectations: Vec::new(),
        origins: None,
        diff: None,
        refund: None,
        timeline: None,
        next: None,
        sweep: Sweep::default(),
        solves: Vec::new(),
        assumed: Assumed::default(),
        notes: Vec::new(),
        law_continues: false,
        source: Source { path: Arc::from(path), line: 0 },
    }
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
pub(super) fn gathered(
    question: &mut Question<'_>,
    keys: &[PanelKey],
    own_days: bool,
    quiet: bool,
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
        let reading = Progress::new("reading", None, quiet);
        for (row, parts) in reading.over(rows.by_ref()) {
            flows.add_row(&terms, &row, &parts);
        }
        drop(reading);
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
pub(super) fn settled(scenario: &Scenario, own_days: bool) -> Vec<String> {
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
    notes.push("Every flow is taken to enter on every day of the table; fees of declarations are left out.".into());
    if own_days {
        notes.pop();
        notes.push(
            "Every flow is taken to enter on its own entry date, or on that of the case; fees of declarations are left out."
                .into(),
        );
    }
    notes.extend(scenario.notes.iter().cloned());
    notes
}
