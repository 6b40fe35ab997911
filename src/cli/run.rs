use super::args::{By, Common, Run};
use super::output::{self, Output};
use super::{Done, Stopped, settle};
use std::path::{Path, PathBuf};
use tariffcalc::answer::{self, PanelKey, Results};
use tariffcalc::base::Date;
use tariffcalc::diag::Sources;
use tariffcalc::law::Rulebook;
use tariffcalc::read;
use tariffcalc::scenario::Scenario;

/// Reads a scenario; prints what is wrong with it.
pub(crate) fn scenario(path: &Path, law: &Rulebook, sources: &mut Sources, output: &Output) -> Result<Scenario, Stopped> {
    scenarios(&[path.to_owned()], law, sources, output)
}

/// Reads several scenario files as one question; prints what is wrong with them.
pub(crate) fn scenarios(paths: &[PathBuf], law: &Rulebook, sources: &mut Sources, output: &Output) -> Result<Scenario, Stopped> {
    scenarios_of(&read::Disk::here(), paths, law, sources, output)
}

fn scenarios_of(
    files: &dyn read::Files,
    paths: &[PathBuf],
    law: &Rulebook,
    sources: &mut Sources,
    output: &Output,
) -> Result<Scenario, Stopped> {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let asked = read::scenarios(files, &names, law, sources);
    output.diagnostics(&asked.diagnostics, sources, false)?;
    asked.scenario.ok_or(Stopped::Faulty)
}

/// Runs a scenario; prints what cannot be assessed.
pub(crate) fn results(
    law: &Rulebook,
    scenario: &Scenario,
    as_known: Option<Date>,
    sources: &Sources,
    output: &Output,
) -> Result<Results, Stopped> {
    match answer::run(law, scenario, as_known) {
        Ok(results) => Ok(results),
        Err(faults) => {
            output.diagnostics(&faults, sources, false)?;
            Err(Stopped::Faulty)
        }
    }
}

pub(crate) fn run(args: &Run, common: &Common, output: &Output) -> Done {
    let (law, sources) = output::law(common, output)?;
    answered(args, &read::Disk::here(), law, sources, common, output)
}

/// Runs the scenarios of a call as they stand in the files.
pub(crate) fn answered(
    args: &Run,
    files: &dyn read::Files,
    law: &Rulebook,
    mut sources: Sources,
    common: &Common,
    output: &Output,
) -> Done {
    // Files of flows may be long, and what is written in scenarios may not.
    let progress = output.progress("reading");
    let mut scenario = scenarios_of(files, &args.scenario, law, &mut sources, output)?;
    drop(progress);
    settle::apply(&args.settle, &mut scenario, law, &mut sources, output)?;
    let progress = output.progress("pricing");
    let (scenario, results) = settle::results(&args.settle, scenario, law, common, &sources, output)?;
    let warnings = answer::findings(law, &scenario, &results, common.as_known);
    drop(progress);
    output.diagnostics(&warnings, &sources, args.deny_warnings)?;
    let summed = match args.by {
        Some(By::Origin) => Some(PanelKey::Origin),
        Some(By::Chapter) => Some(PanelKey::Chapter),
        Some(By::Group) => Some(PanelKey::Group),
        Some(By::Measure) | None => None,
    };
    if let Some(by) = summed {
        return output.report(&answer::group_table(law, &scenario, &results, by));
    }
    output.either(
        || match args.by {
            _ if args.articles => answer::attributed_table(law, &scenario, &results),
            Some(By::Measure) => answer::program_table(law, &scenario, &results),
            _ => answer::cost_table(law, &scenario, &results),
        },
        || {
            let document = answer::run_document(law, &scenario, &results, common.as_known);
            if args.articles { answer::with_articles(document, law, &scenario, &results) } else { document }
        },
    )
}
