use super::args::{Check, Common};
use super::elsewhere::whole_law;
use super::output::{self, Output};
use super::{Done, Stopped};
use std::path::{Path, PathBuf};
use tariffcalc::answer;
use tariffcalc::diag::{Diagnostics, Sources};
use tariffcalc::law::Rulebook;
use tariffcalc::read;

/// Checks scenarios against the law, and folders as law: every fault of every file in one run.
pub(crate) fn check(args: &Check, common: &Common, output: &Output) -> Done {
    let (folders, scenarios): (Vec<&PathBuf>, Vec<&PathBuf>) = args.files.iter().partition(|path| path.is_dir());
    let mut failed = false;
    for folder in &folders {
        if let Some(whole) = whole_law(folder) {
            let (part, whole) = (folder.display(), whole.display());
            output.complain(&format!("`{part}` is a part of the law in `{whole}`: `tariffcalc check {whole}` checks it"));
            failed = true;
            continue;
        }
        let law = read::law(&read::Disk::at(folder));
        if read::only_scenarios(&law) && !output.is_json() {
            let folder = folder.display();
            output.complain(&format!("`{folder}` holds scenarios and no law: `tariffcalc check {folder}/*.toml` checks them"));
            failed = true;
            continue;
        }
        failed |= told(&law.diagnostics, &law.sources, args, output).is_err();
    }
    if folders.is_empty() || !scenarios.is_empty() {
        let (law, mut sources) = output::law(common, output)?;
        let mut diagnostics = Diagnostics::default();
        for path in scenarios {
            if super::schedule::is_file(path) {
                read::official_at(&path.display().to_string(), &mut sources, &mut diagnostics);
                continue;
            }
            one(path, law, args, common, &mut sources, &mut diagnostics);
        }
        failed |= told(&diagnostics, &sources, args, output).is_err();
    }
    if failed { Err(Stopped::Faulty) } else { Ok(()) }
}

fn one(path: &Path, law: &Rulebook, args: &Check, common: &Common, sources: &mut Sources, out: &mut Diagnostics) {
    let asked = read::scenario_to_check(&read::Disk::here(), &path.display().to_string(), law, sources);
    out.append(asked.diagnostics);
    // Of flows that are not all there nothing can be said: a change that seems idle may reach the others.
    let Some(scenario) = asked.scenario.filter(|_| !asked.left_out) else {
        return;
    };
    match answer::run(law, &scenario, common.as_known) {
        Err(faults) => out.append(faults),
        Ok(results) => {
            out.append(answer::findings(law, &scenario, &results, common.as_known));
            if args.expect {
                out.append(answer::check_expectations(&scenario, &results));
            }
        }
    }
}

fn told(diagnostics: &Diagnostics, sources: &Sources, args: &Check, output: &Output) -> Done {
    if output.is_json() {
        output.document(&answer::diagnostics_document(diagnostics, sources))?;
        let stop = diagnostics.has_errors() || (args.deny_warnings && !diagnostics.is_empty());
        return if stop { Err(Stopped::Faulty) } else { Ok(()) };
    }
    output.diagnostics(diagnostics, sources, args.deny_warnings)
}
