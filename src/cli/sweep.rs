use super::args::Common;
use super::output::{self, Output};
use super::settle::{self, NAME, quoted};
use super::{Done, Stopped, run};
use clap::Args;
use std::fmt::Write;
use std::path::PathBuf;
use tariffcalc::answer;
use tariffcalc::base::CaseId;
use tariffcalc::diag::Sources;
use tariffcalc::law::Rulebook;
use tariffcalc::read::{self, Asking};
use tariffcalc::scenario::{Scenario, Sweep as Axes};

/// The arguments of `sweep`.
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/sweep.txt"))]
pub(crate) struct Sweep {
    /// The scenario file; several are one question
    #[arg(value_name = "SCENARIO", required = true)]
    pub(crate) scenario: Vec<PathBuf>,
    /// What to vary, in place of the axes of the file; once or twice
    #[arg(long, value_name = "AXIS")]
    pub(crate) axis: Vec<String>,
    /// What the grid of two axes shows: duty, effective-rate, landed or change
    #[arg(long, value_name = "FIGURE")]
    pub(crate) show: Option<String>,
    /// A row for each setting also where two axes would make a grid
    #[arg(long)]
    pub(crate) long: bool,
    /// Only this flow; may be given several times
    #[arg(long, value_name = "NAME")]
    pub(crate) flow: Vec<String>,
    /// Only this case; may be given several times
    #[arg(long, value_name = "NAME")]
    pub(crate) case: Vec<String>,
    #[command(flatten)]
    pub(crate) settle: super::args::Settle,
}

pub(crate) fn sweep(args: &Sweep, common: &Common, output: &Output) -> Done {
    let (law, mut sources) = output::law(common, output)?;
    let mut scenario = run::scenarios(&args.scenario, law, &mut sources, output)?;
    settle::apply(&args.settle, &mut scenario, law, &mut sources, output)?;
    let mut text = String::from("[sweep]\n");
    for (key, names) in [("flow", &args.flow), ("case", &args.case)] {
        if !names.is_empty() {
            let _ = writeln!(text, "{key} = {}", list(names));
        }
    }
    if let Some(show) = &args.show {
        let _ = writeln!(text, "show = {}", quoted(show));
    }
    for axis in &args.axis {
        let (scope, settings) = parted("axis", axis, "content.us=0%..60%/20%", output)?;
        let _ = writeln!(text, "[[sweep.axis]]\n{}{}", scoped(&scope, &scenario, output)?, axis_keys(&settings, output)?);
    }
    let asked = asked(&text, law, &scenario, &mut sources, output)?.sweep;
    let mut sweep = scenario.sweep.clone();
    if !args.axis.is_empty() {
        sweep.axes = asked.axes;
    }
    if args.show.is_some() {
        sweep.shown = asked.shown;
    }
    if !args.flow.is_empty() {
        sweep.flows = asked.flows;
    }
    if !args.case.is_empty() {
        sweep.cases = asked.cases;
    }
    if sweep.axes.is_empty() {
        output.complain("nothing to vary: give `--axis 'content.us=0%..60%/20%'`, or [[sweep.axis]] in the scenario");
        return Err(Stopped::Usage);
    }
    // Cases that are named bring theirs under other readings with them.
    let with_readings = |scenario: &Scenario| -> Axes {
        let named = |case: &CaseId| {
            sweep.cases.iter().any(|named| {
                named == case || case.as_str().strip_prefix(named.as_str()).is_some_and(|rest| rest.starts_with('/'))
            })
        };
        let cases = scenario.cases.iter().map(|case| case.id.clone()).filter(named);
        Axes { cases: if sweep.cases.is_empty() { Vec::new() } else { cases.collect() }, ..sweep.clone() }
    };
    let progress = output.progress("pricing");
    let told = |all| progress.one_of(all);
    let priced = |scenario: &Scenario, sweep: &Axes| match answer::sweep_telling(law, scenario, sweep, common.as_known, &told) {
        Ok(swept) => Ok(swept),
        Err(faults) => {
            output.diagnostics(&faults, &sources, false)?;
            Err(Stopped::Faulty)
        }
    };
    let scenario = settle::beside_readings(args.settle.readings, scenario, law, |all| {
        let (found, cases) = (priced(all, &with_readings(all))?.series, all.cases.clone());
        Ok(move |own: &CaseId, other: &CaseId| {
            let of = |case: &CaseId| -> Vec<_> {
                let is_of = |series: &&answer::Series| cases.get(series.case).is_some_and(|known| known.id == *case);
                let series = found.iter().filter(is_of);
                series.flat_map(|series| series.costs.iter().map(|cost| (series.flow, cost.value, cost.duty.clone()))).collect()
            };
            of(own) != of(other)
        })
    })?;
    let sweep = if args.settle.readings.is_some() { with_readings(&scenario) } else { sweep };
    let swept = priced(&scenario, &sweep)?;
    drop(progress);
    output.diagnostics(&swept.warnings, &sources, false)?;
    let grid = sweep.axes.len() > 1 && !args.long && output.is_for_people();
    let report = if grid {
        answer::sweep_grid(law, &scenario, &sweep, &swept)
    } else {
        answer::sweep_table(law, &scenario, &sweep, &swept)
    };
    output.report_and(&report, &[("axes", answer::sweep_axes(&sweep))])
}

/// Reads what the command line asks, written as the file it means, so that both are read, checked and explained by the same code.
pub(super) fn asked(
    text: &str,
    law: &Rulebook,
    scenario: &Scenario,
    sources: &mut Sources,
    output: &Output,
) -> Result<Asking, Stopped> {
    let files = read::Memory::default().with(NAME, text);
    let (asking, diagnostics) = read::asking(&files, NAME, law, scenario, sources);
    output.diagnostics(&diagnostics, sources, false)?;
    Ok(asking)
}

/// `WHAT=SETTINGS`.
pub(super) fn parted(what: &str, text: &str, example: &str, output: &Output) -> Result<(String, String), Stopped> {
    match text.split_once('=') {
        Some((scope, settings)) if !scope.trim().is_empty() && !settings.trim().is_empty() => {
            Ok((scope.trim().to_owned(), settings.trim().to_owned()))
        }
        _ => {
            output.complain(&format!("--{what} `{text}` does not say what takes which settings; write it like '{example}'"));
            Err(Stopped::Usage)
        }
    }
}

/// `content.us@mexico`: what is varied, and the flows and cases it is limited to.
pub(super) fn scoped(text: &str, scenario: &Scenario, output: &Output) -> Result<String, Stopped> {
    let mut parts = text.split('@').map(str::trim);
    let mut keys = format!("vary = {}\n", quoted(parts.next().unwrap_or_default()));
    let (mut flows, mut cases) = (Vec::new(), Vec::new());
    for name in parts {
        let is_flow = scenario
            .flows
            .iter()
            .any(|flow| flow.id.as_str() == name || flow.id.as_str().split_once('/').is_some_and(|(whole, _)| whole == name));
        let is_case = scenario.cases.iter().any(|case| case.id.as_str() == name);
        if is_flow && is_case {
            output.complain(&format!("`@{name}` is a flow and a case; give one of them another id"));
            return Err(Stopped::Usage);
        }
        // A name that is neither is told as a flow that is not there.
        if is_case { cases.push(name.to_owned()) } else { flows.push(name.to_owned()) }
    }
    for (key, names) in [("flow", flows), ("case", cases)] {
        if !names.is_empty() {
            let _ = writeln!(keys, "{key} = {}", list(&names));
        }
    }
    Ok(keys)
}

fn list(names: &[String]) -> String {
    format!("[{}]", names.iter().map(|name| quoted(name.trim())).collect::<Vec<_>>().join(", "))
}

/// `FROM..TO`, with the unit of the second at the first where that has none: `20,000..40,000 USD`.
pub(super) fn ends(text: &str) -> Option<(String, String)> {
    let (from, to) = text.split_once("..")?;
    let (from, to) = (from.trim(), to.trim());
    Some((with_unit(from, to), to.to_owned()))
}

/// A bare number with the unit of another text.
fn with_unit(text: &str, of: &str) -> String {
    // A date is no number: its hyphens part it.
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '_');
    let (bare, unsigned) = (text.strip_prefix('-').unwrap_or(text), of.strip_prefix('-').unwrap_or(of));
    if !bare.is_empty() && bare.chars().all(is_number) && unsigned.starts_with(|c: char| c.is_ascii_digit()) {
        format!("{text}{}", unsigned.trim_start_matches(is_number))
    } else {
        text.to_owned()
    }
}

fn axis_keys(text: &str, output: &Output) -> Result<String, Stopped> {
    if text.contains("..") {
        // The step stands behind a slash that a number follows: units have slashes too (341 JPY/kg).
        let slashes = text.match_indices('/').map(|(at, _)| at);
        let step = slashes
            .filter_map(|at| Some((text.get(..at)?, text.get(at.saturating_add(1)..)?.trim())))
            .find(|(_, after)| after.strip_prefix('-').unwrap_or(after).starts_with(|c: char| c.is_ascii_digit()));
        let Some((range, step)) = step else {
            output.complain(&format!("the range `{text}` has no step; write it like '10%..25%/5%'"));
            return Err(Stopped::Usage);
        };
        let Some((from, to)) = range.split_once("..").map(|(from, to)| (from.trim(), to.trim())) else {
            output.complain(&format!("`{text}` is no range; write it like '10%..25%/5%'"));
            return Err(Stopped::Usage);
        };
        // The unit may stand once, at the end: 20,000..40,000/5,000 USD.
        let to = with_unit(to, step);
        let from = with_unit(from, &to);
        return Ok(format!("from = {}\nto = {}\nstep = {}\n", quoted(&from), quoted(&to), quoted(step)));
    }
    Ok(format!("values = {}\n", list(&listed(text))))
}

/// Parts a list at its commas; one between two digits belongs to a number (20,000 USD), unless the settings are dates.
fn listed(text: &str) -> Vec<String> {
    let is_date = |part: &str| part.trim().len() == 10 && part.trim().chars().all(|c| c.is_ascii_digit() || c == '-');
    if text.split(',').all(is_date) {
        return text.split(',').map(|part| part.trim().to_owned()).collect();
    }
    let chars: Vec<char> = text.chars().collect();
    let digit = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_digit);
    let mut parts = vec![String::new()];
    for (at, c) in chars.iter().enumerate() {
        if *c == ',' && !(digit(at.checked_sub(1)) && digit(at.checked_add(1))) {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(*c);
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}
