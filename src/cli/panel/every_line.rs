//! The whole schedule times origins, without flows.

use super::files::{self, About};
use super::question::{plain, settled};
use crate::cli::args::{Common, Group, Panel, place};
use crate::cli::output::progress::Progress;
use crate::cli::output::{self, Output};
use crate::cli::settle;
use crate::cli::{Done, Stopped};
use clap::Args as ClapArgs;
use tariffcalc::answer::{self, EveryLine, FlowPanel, Flows, PanelWords};
use tariffcalc::base::{Country, Decimal, grouped, nearest, parse_number};
use tariffcalc::diag::{Diagnostic, Diagnostics};
use tariffcalc::law::Territory;

/// What a panel without flows is made of.
#[derive(Debug, ClapArgs)]
pub(crate) struct EveryLineArgs {
    /// No file: every line of the schedule that bears a rate on the day, from each origin, at one value
    #[arg(long, conflicts_with_all = ["file", "shares", "column", "year", "max_errors"])]
    pub(crate) every_line: bool,
    /// With --every-line: only from these origins; may be given several times
    #[arg(long, value_name = "ORIGIN", value_parser = place)]
    pub(crate) from: Vec<String>,
    /// With --every-line: the customs value of one import under a line; 100000 where none is given
    #[arg(long, value_name = "AMOUNT")]
    pub(crate) value: Option<String>,
}

impl EveryLineArgs {
    /// Says where an option goes with `--every-line` alone.
    pub(crate) fn check(&self, output: &Output) -> Done {
        let alone = [(!self.from.is_empty(), "--from"), (self.value.is_some(), "--value")];
        match alone.iter().find(|(given, _)| *given && !self.every_line) {
            Some((_, option)) => {
                output.complain(&format!("`{option}` goes with `--every-line`; a file of flows says its own"));
                Err(Stopped::Usage)
            }
            None => Ok(()),
        }
    }
}

/// Prices every line of the schedule on the days asked.
pub(crate) fn every_line(args: &Panel, common: &Common, output: &Output) -> Done {
    if args.by.contains(&Group::Named) || args.on.iter().any(|on| on == "own") {
        output.complain(
            "lines of the schedule have no groups and no dates of their own: `--by group` and `--on own` go with flows",
        );
        return Err(Stopped::Usage);
    }
    let each = args.by.contains(&Group::Flow);
    if each && common.output.is_none() {
        output.complain(
            "`--every-line --by flow` gives a row for each line, origin and day: say where they go with `--output DIR` or `--output FILE`",
        );
        return Err(Stopped::Usage);
    }
    let (law, mut sources) = output::law(common, output)?;
    let Some(territory) = law.home() else {
        output.complain("the book has no schedule");
        return Err(Stopped::Faulty);
    };
    let mut scenario = plain(format!("Every line of the schedule of {}", territory.title), "<command line>");
    settle::apply(&args.settle, &mut scenario, law, &mut sources, output)?;
    let days = super::days(&args.on, law, &scenario, territory, output)?;
    let every = EveryLine {
        into: territory.id,
        origins: origins(&args.lines.from, territory, output)?,
        value: value(args.lines.value.as_deref().unwrap_or("100000"), output)?,
    };
    let mut about = About {
        law,
        title: scenario.title.clone(),
        intro: Vec::new(),
        by: if each { "line of the schedule, origin".into() } else { super::rows_are(&args.by) },
        cases: scenario.cases.iter().map(|case| case.id.to_string()).collect(),
        own_days: false,
        notes: settled(&scenario, false),
    };
    // What is said of flows does not hold of lines.
    about.notes.retain(|note| !note.starts_with("Every flow is taken to enter"));
    let faulty = |fault: Diagnostic| match output.diagnostics(&Diagnostics::from(fault), &sources, false) {
        Ok(()) => Stopped::Faulty,
        Err(stopped) => stopped,
    };
    if each {
        about.notes.push(format!(
            "Every line of the schedule that bears a rate on the day, from {} origins, {} {} each: no trade. No quantities are assumed, so that specific duties are unknown; no drawback and no fees are taken into account.",
            every.origins.len(),
            grouped(every.value),
            territory.currency
        ));
        let panel = FlowPanel::new(law, &scenario, Flows::EveryLine(&every, &days), common.as_known);
        let panel = panel.map_err(|fault| faulty(*fault))?;
        return files::flows(&panel, &about, common, &sources, output).map(drop);
    }
    let keys = super::keys(&args.by);
    let rows: usize = days.iter().map(|day| every.codes(law, *day).len().saturating_mul(every.origins.len())).sum();
    let progress = Progress::new("pricing", Some(rows), common.quiet);
    let priced = answer::every_line(law, &scenario, common.as_known, &every, &keys, &days, &|rows| progress.done(rows));
    drop(progress);
    let (panel, names) = priced.map_err(|fault| faulty(*fault))?;
    let words = PanelWords {
        title: about.title.clone(),
        case: None,
        into: None,
        groups: keys,
        names,
        by_program: args.by.contains(&Group::Program),
        notes: about.notes.clone(),
    };
    let report = answer::every_line_table(law, &panel, &words, &every, territory.currency);
    about.notes = report.notes.iter().map(ToString::to_string).collect();
    about.intro.clone_from(&report.intro);
    files::report(&report, &about, common, output)
}

/// The origins asked; all countries but the importing one where none is.
fn origins(asked: &[String], territory: &Territory, output: &Output) -> Result<Vec<Country>, Stopped> {
    let all: Vec<Country> = Country::all().into_iter().filter(|country| *country != territory.id).collect();
    if asked.is_empty() {
        return Ok(all);
    }
    let mut origins = Vec::new();
    for name in asked {
        let found = all
            .iter()
            .find(|country| country.as_str() == name || country.name().is_some_and(|known| known.eq_ignore_ascii_case(name)));
        let Some(found) = found else {
            let near = nearest(name, all.iter().filter_map(Country::name));
            let help = near.map_or("write its two letters, such as those that `tariffcalc countries` lists".to_owned(), |near| {
                format!("did you mean `{near}`?")
            });
            output.complain(&format!("`{name}` is no origin of imports into {}; {help}", territory.title));
            return Err(Stopped::Usage);
        };
        origins.push(*found);
    }
    origins.sort_unstable();
    origins.dedup();
    Ok(origins)
}

fn value(text: &str, output: &Output) -> Result<Decimal, Stopped> {
    let value = parse_number(text).map_err(|fault| {
        output.fault(&fault);
        Stopped::Usage
    })?;
    if value <= Decimal::ZERO {
        output.complain(&format!("the value `{text}` is not above zero"));
        return Err(Stopped::Usage);
    }
    Ok(value)
}
