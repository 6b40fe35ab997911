//! Revisions of official schedules: which are meant, where they are kept.

use super::args::Common;
use super::args::schedule::{AddSchedule, Schedule, ScheduleVerb};
use super::output::{self, Output};
use super::{Done, Stopped};
use etcetera::BaseStrategy;
use std::path::Path;
use tariffcalc::answer::{self, Listed};
use tariffcalc::base::{CommodityCode, Country, Date, Fault, nearest, parse_date};
use tariffcalc::diag::{Diagnostics, Sources};
use tariffcalc::law::{OfficialFile, Rulebook};
use tariffcalc::read::{self, Revision, Store, Stored};

/// What the schedule of the book is called.
const EMBEDDED: &str = "embedded";

/// The variable that names the folder, or switches it off.
const FOLDER: &str = "TARIFFCALC_SCHEDULES";

pub(crate) fn schedule(args: &Schedule, common: &Common, output: &Output) -> Done {
    match &args.what {
        ScheduleVerb::Path => {
            let store = open_store(output)?;
            output.line(&store.folder().display().to_string())
        }
        ScheduleVerb::List => {
            let (law, _) = output::law(common, output)?;
            let stored = match store(output)? {
                Some(store) => store.list().map_err(|fault| faulty(&fault, output))?,
                None => Vec::new(),
            };
            output.report(&answer::schedule_list(law, &stored.iter().map(listed).collect::<Vec<_>>()))
        }
        ScheduleVerb::Add(args) => add(args, common, output),
        ScheduleVerb::Remove { name } => {
            let store = open_store(output)?;
            match store.remove(name).map_err(|fault| faulty(&fault, output))? {
                Some(gone) => output.line(&format!("removed {name}: {} from {}", gone.into, gone.from)),
                None => Err(no_such(name, &store, output)),
            }
        }
        ScheduleVerb::Show { of, code } => {
            let (law, mut sources) = output::law(common, output)?;
            let file = compared(of, law, &mut sources, output)?;
            let Some(code) = code else { return output.report(&answer::schedule_classes(of, &file)) };
            let shown = CommodityCode::parse(code).and_then(|code| answer::schedule_line(law, of, &file, code));
            match shown {
                Ok(report) => output.report(&report),
                Err(fault) => Err(faulty(&fault, output)),
            }
        }
        ScheduleVerb::Diff { before, after } => {
            let (law, mut sources) = output::law(common, output)?;
            let one = compared(before, law, &mut sources, output)?;
            let other = compared(after, law, &mut sources, output)?;
            if one.currency != other.currency {
                output.complain(&format!("`{before}` and `{after}` are schedules of different countries"));
                return Err(Stopped::Usage);
            }
            output.report(&answer::schedule_diff((before, &one), (after, &other)))
        }
    }
}

/// Returns the law with the revisions that the command line names.
pub(crate) fn used(specs: &[String], law: Rulebook, sources: &mut Sources, output: &Output) -> Result<Rulebook, Stopped> {
    let mut revisions = Vec::new();
    for spec in specs {
        revisions.push(revision(spec, &law, sources, output)?);
    }
    read::with_revisions(law, &revisions).map_err(|fault| {
        output.fault(&fault);
        Stopped::Usage
    })
}

/// Tells whether a path is that of an official file rather than of a scenario.
pub(crate) fn is_file(path: &Path) -> bool {
    path.extension().is_some_and(|end| ["json", "csv", "gz"].iter().any(|known| end.eq_ignore_ascii_case(known)))
}

fn add(args: &AddSchedule, common: &Common, output: &Output) -> Done {
    let store = open_store(output)?;
    let (law, mut sources) = output::law(common, output)?;
    if args.name.is_some() && args.files.len() > 1 {
        output.complain("`--name` names one file; several are called by their own names");
        return Err(Stopped::Usage);
    }
    let known = args.into.as_ref().map(|letters| {
        let into = Country::letters(letters)?;
        let found = law.territory(into).map(|territory| territory.id);
        found.ok_or_else(|| Fault::new(format!("the law has no importing country {into}")))
    });
    // All are read before the first is stored: a fault in one leaves nothing half done.
    let mut revisions = Vec::with_capacity(args.files.len());
    for spec in &args.files {
        let (path, day) = parted(spec, output)?;
        let file = file(path, &mut sources, output)?;
        let Some(from) = day.or(args.from).or(file.from) else {
            output.complain(&format!("`{path}` does not say from which day it holds; write `{path}@2026-01-01`, or `--from`"));
            return Err(Stopped::Usage);
        };
        let into = known.clone().unwrap_or_else(|| read::country_of(&file, law)).map_err(|fault| {
            output.fault(&fault);
            Stopped::Usage
        })?;
        let name = args.name.clone().unwrap_or_else(|| own_name(path));
        revisions.push(Revision { name, into, from, file });
    }
    for revision in &revisions {
        let stored = store.add(revision).map_err(|fault| faulty(&fault, output))?;
        let (name, into, from, lines, path) = (&stored.name, stored.into, stored.from, stored.lines, stored.path.display());
        output.line(&format!("stored {name}: {into} from {from}, {lines} lines"))?;
        output.line(&path.to_string())?;
        output.line(&format!("`--schedule {name}` uses it; nothing else does"))?;
    }
    Ok(())
}

/// `hts_2026.json.gz` is `hts_2026`.
fn own_name(path: &str) -> String {
    let name = Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(name);
    let name = name.strip_suffix(".json").or_else(|| name.strip_suffix(".csv")).unwrap_or(name);
    name.chars().map(|c| if c.is_whitespace() { '-' } else { c }).collect()
}

/// One side of a comparison.
fn compared(spec: &str, law: &Rulebook, sources: &mut Sources, output: &Output) -> Result<OfficialFile, Stopped> {
    let (name, day) = parted(spec, output)?;
    if name == EMBEDDED
        && !Path::new(name).exists()
        && let Some(territory) = law.home()
        && let Some(schedule) = law.schedule(territory.id)
    {
        let day = day.unwrap_or_else(|| territory.last_day());
        if day < territory.complete_from || day >= territory.complete_before {
            let (from, to) = (territory.complete_from, territory.last_day());
            output.complain(&format!("the {} book knows the days from {from} to {to}, not {day}", territory.id));
            return Err(Stopped::Usage);
        }
        let lines = schedule.official_lines(day);
        return Ok(OfficialFile { lines, currency: territory.currency, from: Some(day), is_whole: false });
    }
    match found(name, output)? {
        Some(stored) => file(&stored.path.display().to_string(), sources, output),
        None => file(name, sources, output),
    }
}

fn revision(spec: &str, law: &Rulebook, sources: &mut Sources, output: &Output) -> Result<Revision, Stopped> {
    let (name, day) = parted(spec, output)?;
    let (into, from, file) = match found(name, output)? {
        Some(stored) => (Ok(stored.into), Some(stored.from), file(&stored.path.display().to_string(), sources, output)?),
        None => {
            let file = file(name, sources, output)?;
            (read::country_of(&file, law), file.from, file)
        }
    };
    let into = into.map_err(|fault| faulty(&fault, output))?;
    let Some(from) = day.or(from) else {
        output.complain(&format!("`{name}` does not say from which day it holds; write `--schedule {name}@2026-01-01`"));
        return Err(Stopped::Usage);
    };
    Ok(Revision { name: name.to_owned(), into, from, file })
}

/// `FILE@DATE`.
fn parted<'a>(spec: &'a str, output: &Output) -> Result<(&'a str, Option<Date>), Stopped> {
    if Path::new(spec).exists() {
        return Ok((spec, None));
    }
    let Some((name, day)) = spec.rsplit_once('@') else { return Ok((spec, None)) };
    match parse_date(day) {
        Ok(day) => Ok((name, Some(day))),
        Err(fault) => {
            output.fault(&fault);
            Err(Stopped::Usage)
        }
    }
}

/// The stored revision of that name; `None` where a file is meant.
fn found(name: &str, output: &Output) -> Result<Option<Stored>, Stopped> {
    if Path::new(name).exists() {
        return Ok(None);
    }
    let Some(store) = store(output)? else {
        output.complain(&format!("there is no file `{name}`, and stored schedules are switched off by {FOLDER}=off"));
        return Err(Stopped::Usage);
    };
    match store.find(name).map_err(|fault| faulty(&fault, output))? {
        Some(stored) => Ok(Some(stored)),
        None => Err(no_such(name, &store, output)),
    }
}

fn no_such(name: &str, store: &Store, output: &Output) -> Stopped {
    let known = store.list().unwrap_or_default();
    let near = nearest(name, known.iter().map(|stored| stored.name.as_str()));
    let help = near.map_or("`tariffcalc schedule list` lists those stored".to_owned(), |near| format!("did you mean `{near}`?"));
    output.complain(&format!("there is no file and no stored schedule `{name}`; {help}"));
    Stopped::Usage
}

fn file(path: &str, sources: &mut Sources, output: &Output) -> Result<OfficialFile, Stopped> {
    let mut out = Diagnostics::default();
    let file = read::official_at(path, sources, &mut out);
    output.diagnostics(&out, sources, false)?;
    file.ok_or(Stopped::Faulty)
}

/// The folder of stored schedules; `None` where it is switched off.
fn store(output: &Output) -> Result<Option<Store>, Stopped> {
    match std::env::var_os(FOLDER) {
        Some(off) if off == "off" => Ok(None),
        Some(folder) if !folder.is_empty() => Ok(Some(Store::at(folder))),
        _ => match etcetera::choose_base_strategy() {
            Ok(strategy) => Ok(Some(Store::at(strategy.data_dir().join("tariffcalc").join("schedules")))),
            Err(error) => {
                output.complain(&format!("there is no folder for schedules: {error}; name one with {FOLDER}=DIR"));
                Err(Stopped::Faulty)
            }
        },
    }
}

fn open_store(output: &Output) -> Result<Store, Stopped> {
    store(output)?.ok_or_else(|| {
        output.complain(&format!("stored schedules are switched off by {FOLDER}=off"));
        Stopped::Usage
    })
}

fn faulty(fault: &Fault, output: &Output) -> Stopped {
    output.fault(fault);
    Stopped::Faulty
}

fn listed(stored: &Stored) -> Listed {
    Listed {
        name: stored.name.clone(),
        into: stored.into,
        from: stored.from,
        lines: stored.lines,
        file: stored.path.display().to_string(),
    }
}
