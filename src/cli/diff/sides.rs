//! Two sides of a comparison, from the command line or the scenario, each with its law.

use crate::cli::args::diff::Input;
use crate::cli::args::{Common, Settle};
use crate::cli::output::{self, Output};
use crate::cli::{Stopped, settle};
use std::path::Path;
use tariffcalc::answer::DiffSide;
use tariffcalc::base::{CaseId, Fault};
use tariffcalc::diag::Sources;
use tariffcalc::law::Rulebook;
use tariffcalc::read;
use tariffcalc::scenario::{Comparison, Scenario, SideAsked};

/// The words of a call, sorted: files, and the sides where there are two.
pub(crate) struct Words {
    pub(crate) files: Vec<String>,
    pub(crate) sides: Option<[SideAsked; 2]>,
}

/// Tells files from sides: the first word is a file, and so is a second one that ends like a scenario.
pub(crate) fn words(what: &[String], most_files: usize, output: &Output) -> Result<Words, Stopped> {
    let is_scenario = |word: &&String| word.ends_with(".toml") && !word.contains('=');
    let count = 1 + what.iter().skip(1).take(most_files - 1).take_while(is_scenario).count();
    let (files, rest) = what.split_at(count.min(what.len()));
    let sides = match rest {
        [] => None,
        [first, second] => Some([side(first, output)?, side(second, output)?]),
        _ => {
            let example = "write them behind the file, such as 2025-09-01 2026-03-01; `tariffcalc diff --help` shows more";
            let others = rest.iter().any(|word| Path::new(word).is_file());
            let files = if others { "; of files of trade one is compared with itself in two states" } else { "" };
            output.complain(&format!("a comparison has two sides; the call names {}{files}; {example}", rest.len()));
            return Err(Stopped::Usage);
        }
    };
    Ok(Words { files: files.to_vec(), sides })
}

fn side(text: &str, output: &Output) -> Result<SideAsked, Stopped> {
    SideAsked::parse(text).map_err(|fault| usage(&fault, output))
}

pub(crate) fn usage(fault: &Fault, output: &Output) -> Stopped {
    output.fault(fault);
    Stopped::Usage
}

pub(crate) fn is_trade(file: &str) -> bool {
    !file.ends_with(".toml")
}

/// One side, read against its own law.
pub(crate) struct Asked {
    law: &'static Rulebook,
    pub(crate) sources: Sources,
    pub(crate) scenario: Scenario,
    side: SideAsked,
}

impl Asked {
    /// The side as the answer takes it; says what is not there.
    pub(crate) fn side<'a>(&'a self, common: &Common, output: &Output) -> Result<DiffSide<'a>, Stopped> {
        let ids: Vec<CaseId> = self.scenario.cases.iter().map(|case| case.id.clone()).collect();
        self.side.check(self.law, &ids).map_err(|fault| usage(&fault, output))?;
        let case = self.side.of(&self.scenario).ok_or(Stopped::Usage)?;
        Ok(DiffSide { law: self.law, scenario: &self.scenario, case, as_known: common.as_known })
    }

    pub(crate) fn hash(&self) -> &str {
        self.law.hash()
    }
}

/// Reads the scenarios of both sides. `own` finds the sides that the scenario itself names.
pub(crate) fn asked(
    words: &Words,
    input: &Input,
    settle: &Settle,
    own: impl Fn(&Scenario) -> Option<&Comparison>,
    verb: &str,
    (common, output): (&Common, &Output),
) -> Result<[Asked; 2], Stopped> {
    only_for_trade(input, output)?;
    let (law, sources) = output::law(common, output)?;
    let file = |at: usize| words.files.get(at).or(words.files.last()).map_or("", String::as_str);
    let mut first = read_for(file(0), input, settle, law, sources, output)?;
    // Both sides are commonly of one law and one file, which need not be read twice.
    let alone = words.files.len() == 1;
    let sides = match (&words.sides, own(&first.scenario)) {
        (Some(sides), _) => sides.clone(),
        (None, Some(comparison)) if alone => match comparison.between.as_slice() {
            [a, b] => [a.clone(), b.clone()],
            _ => return Err(Stopped::Faulty),
        },
        (None, _) => by_cases(&first.scenario, alone, verb, output)?,
    };
    let [mut a, mut b] = sides;
    for side in [&mut a, &mut b] {
        side.entered = side.entered.or(input.on);
    }
    if let Some(folder) = &a.law {
        let (law, sources) = law_of(folder, output)?;
        first = read_for(file(0), input, settle, law, sources, output)?;
    }
    first.side = a;
    let second = match &b.law {
        Some(folder) => {
            let (law, sources) = law_of(folder, output)?;
            read_for(file(1), input, settle, law, sources, output)?
        }
        None if alone && first.side.law.is_none() => {
            Asked { law: first.law, sources: Sources::default(), scenario: first.scenario.clone(), side: SideAsked::default() }
        }
        None => {
            let (law, sources) = output::law(common, output)?;
            read_for(file(1), input, settle, law, sources, output)?
        }
    };
    Ok([first, Asked { side: b, ..second }])
}

/// Reads the question of one side.
fn read_for(
    file: &str,
    input: &Input,
    settle: &Settle,
    law: &'static Rulebook,
    mut sources: Sources,
    output: &Output,
) -> Result<Asked, Stopped> {
    let paths: Vec<&str> = std::iter::once(file).chain(input.with.iter().map(String::as_str)).collect();
    let scenario = scenario(&paths, settle, law, &mut sources, output)?;
    Ok(Asked { law, sources, scenario, side: SideAsked::default() })
}

/// Reads scenario files as one question, and settles what the command line settles.
fn scenario(
    paths: &[&str],
    settle: &Settle,
    law: &Rulebook,
    sources: &mut Sources,
    output: &Output,
) -> Result<Scenario, Stopped> {
    let asked = read::scenarios(&read::Disk::here(), paths, law, sources);
    settled(asked, settle, law, sources, output)
}

/// Reads the cases of scenario files for flows that come from elsewhere.
pub(crate) fn cases_of(
    paths: &[&str],
    settle: &Settle,
    law: &Rulebook,
    sources: &mut Sources,
    output: &Output,
) -> Result<Scenario, Stopped> {
    let asked = read::scenario_cases(&read::Disk::here(), paths, law, sources);
    settled(asked, settle, law, sources, output)
}

/// A scenario that was read, with what the command line settles.
fn settled(
    asked: read::Asked,
    settle: &Settle,
    law: &Rulebook,
    sources: &mut Sources,
    output: &Output,
) -> Result<Scenario, Stopped> {
    output.diagnostics(&asked.diagnostics, sources, false)?;
    let mut scenario = asked.scenario.ok_or(Stopped::Faulty)?;
    settle::apply(settle, &mut scenario, law, sources, output)?;
    Ok(scenario)
}

/// Reads another law.
pub(crate) fn law_of(folder: &str, output: &Output) -> Result<(&'static Rulebook, Sources), Stopped> {
    let law = read::law(&read::Disk::at(Path::new(folder)));
    output.diagnostics(&law.diagnostics, &law.sources, false)?;
    let rulebook = law.rulebook.ok_or(Stopped::Faulty)?;
    output.asked(&rulebook);
    // As for the first law: kept to the end of the process.
    Ok((Box::leak(Box::new(rulebook)), law.sources))
}

/// The two cases of a scenario that names no sides; of two scenarios, what each compares its cases with.
pub(crate) fn by_cases(scenario: &Scenario, alone: bool, verb: &str, output: &Output) -> Result<[SideAsked; 2], Stopped> {
    if !alone {
        return Ok([SideAsked::default(), SideAsked::default()]);
    }
    if let [first, second] = scenario.cases.as_slice() {
        let side = |case: &CaseId| SideAsked { words: case.to_string(), case: Some(case.clone()), ..SideAsked::default() };
        return Ok([side(&first.id), side(&second.id)]);
    }
    let cases = scenario.cases.iter().map(|case| format!("`{}`", case.id)).collect::<Vec<_>>().join(", ");
    output.complain(&format!(
        "which two sides? Name them behind the file, as in `tariffcalc {verb} FILE 2025-09-01 2026-03-01`, or write [{verb}] with `between` into the scenario; its cases are {cases}"
    ));
    Err(Stopped::Usage)
}

fn only_for_trade(input: &Input, output: &Output) -> Result<(), Stopped> {
    let given = [
        ("from", !input.from.is_empty()),
        ("by", input.by.is_some()),
        ("shares", input.trade.shares.is_some()),
        ("year", input.trade.year.is_some()),
        ("max-errors", input.trade.max_errors.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((name, _)) => {
            output.complain(&format!("`--{name}` is for files of trade; a scenario says it itself"));
            Err(Stopped::Usage)
        }
    }
}

/// The lines under the tables that name the law of both sides.
pub(crate) fn law_lines(hashes: [&str; 2]) -> Vec<String> {
    let short = |hash: &str| hash.get(..16).unwrap_or_default().to_owned();
    let [a, b] = hashes;
    if a == b { vec![format!("Law: sha256 {}", short(a))] } else { vec![format!("Law: sha256 {} and {}", short(a), short(b))] }
}
