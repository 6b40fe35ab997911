//! What the command line settles for all flows and cases: readings, and what is taken for granted.

use super::args::{Common, Readings, Settle};
use super::output::Output;
use super::run;
use super::{Done, Stopped};
use std::fmt::Write;
use tariffcalc::answer::{self, Results};
use tariffcalc::assess::Context;
use tariffcalc::base::{CaseId, Date, ReadingId, nearest};
use tariffcalc::diag::Sources;
use tariffcalc::law::Rulebook;
use tariffcalc::read;
pub(super) use tariffcalc::render::quoted;
use tariffcalc::scenario::{Assumed, Scenario};

/// The name under which the command line stands in messages.
pub(super) const NAME: &str = "<command line>";

/// Applies the options to a scenario: a case that chooses a reading keeps its choice.
pub(crate) fn apply(args: &Settle, scenario: &mut Scenario, law: &Rulebook, sources: &mut Sources, output: &Output) -> Done {
    for choice in &args.reading {
        let (id, option) = chosen(choice, law, output)?;
        for case in &mut scenario.cases {
            case.readings.entry(id.clone()).or_insert_with(|| option.clone());
        }
    }
    let assumed = assumed(args, law, sources, output)?;
    scenario.assumed.facts.extend(assumed.facts);
    scenario.assumed.shares.extend(assumed.shares);
    Ok(())
}

/// A verb that answers one question at a time cannot show all readings beside each other.
pub(crate) fn one_reading_at_a_time(args: &Settle, output: &Output) -> Done {
    if args.readings.is_some() {
        output.complain(
            "`--readings all` has no meaning here: one question has one answer; choose a reading with `--reading NAME=OPTION`",
        );
        return Err(Stopped::Usage);
    }
    Ok(())
}

/// Finds a reading and its option in the book.
fn chosen(choice: &str, law: &Rulebook, output: &Output) -> Result<(ReadingId, String), Stopped> {
    let (name, option) = choice.split_once('=').map_or((choice, ""), |(name, option)| (name.trim(), option.trim()));
    let id = ReadingId::new(name);
    let Some(reading) = law.readings().get(&id) else {
        let near = nearest(name, law.readings().keys().map(ReadingId::as_str));
        let help = near.map_or("`tariffcalc law readings` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
        output.complain(&format!("there is no reading `{name}`; {help}"));
        return Err(Stopped::Usage);
    };
    if !reading.options.iter().any(|known| known.id == option) {
        let options = reading.options.iter().map(|known| format!("`{}`", known.id)).collect::<Vec<_>>().join(", ");
        output.complain(&format!("the reading `{name}` has no option `{option}`; its options are {options}"));
        return Err(Stopped::Usage);
    }
    Ok((id, option.to_owned()))
}

/// What the command line takes for granted.
fn assumed(args: &Settle, law: &Rulebook, sources: &mut Sources, output: &Output) -> Result<Assumed, Stopped> {
    if args.assume.is_empty() {
        return Ok(Assumed::default());
    }
    let files = read::Memory::default().with(NAME, assumptions(&args.assume));
    let (assumed, diagnostics) = read::assumed(&files, NAME, law, sources);
    output.diagnostics(&diagnostics, sources, false)?;
    Ok(assumed)
}

/// What surrounds flows that no scenario holds: readings, and what is taken for granted.
pub(crate) fn context(
    args: &Settle,
    as_known: Option<Date>,
    law: &Rulebook,
    sources: &mut Sources,
    output: &Output,
) -> Result<Context, Stopped> {
    let mut context = Context { as_known, ..Context::default() };
    for choice in &args.reading {
        let (id, option) = chosen(choice, law, output)?;
        context.readings.insert(id, option);
    }
    context.assumed = assumed(args, law, sources, output)?;
    Ok(context)
}

/// Two sides are compared as they are: every reading beside them would be a third.
pub(crate) fn no_alternatives(args: &Settle, output: &Output) -> Done {
    if args.readings.is_some() {
        output.complain("`--readings all` has no meaning here: two sides are compared as they are; name the option of a side, such as us-ieepa=void, or of both with `--reading NAME=OPTION`");
        return Err(Stopped::Usage);
    }
    Ok(())
}

/// The cases of a scenario beside themselves under other readings, where the command line asks for them: those that come out differently. `differing` works out all of them, and tells of two whether they differ.
pub(crate) fn beside_readings<D: Fn(&CaseId, &CaseId) -> bool>(
    readings: Option<Readings>,
    scenario: Scenario,
    law: &Rulebook,
    differing: impl FnOnce(&Scenario) -> Result<D, Stopped>,
) -> Result<Scenario, Stopped> {
    if readings != Some(Readings::All) {
        return Ok(scenario);
    }
    let differs = differing(&answer::beside_all_readings(law, &scenario))?;
    Ok(answer::with_readings_that_matter(law, &scenario, differs))
}

/// Runs a scenario, beside itself under other readings where the command line asks for them.
pub(crate) fn results(
    args: &Settle,
    scenario: Scenario,
    law: &Rulebook,
    common: &Common,
    sources: &Sources,
    output: &Output,
) -> Result<(Scenario, Results), Stopped> {
    if args.readings != Some(Readings::All) {
        let results = run::results(law, &scenario, common.as_known, sources, output)?;
        return Ok((scenario, results));
    }
    answer::run_all_readings(law, &scenario, common.as_known).map_err(|faults| {
        match output.diagnostics(&faults, sources, false) {
            Ok(()) => Stopped::Faulty,
            Err(stopped) => stopped,
        }
    })
}

/// Writes `patented=false` and `content.steel=40%` as the table they mean.
fn assumptions(all: &[String]) -> String {
    let mut tables: [(&str, String); 3] = [("facts", String::new()), ("content", String::new()), ("weight", String::new())];
    for one in all {
        let (name, value) = one.split_once('=').unwrap_or((one, "true"));
        let (table, name) = match name.trim().split_once('.') {
            Some((table @ ("content" | "weight" | "facts"), name)) => (table, name),
            _ => ("facts", name.trim()),
        };
        let bare = table == "facts" && matches!(value.trim(), "true" | "false");
        let value = if bare { value.trim().to_owned() } else { quoted(value.trim()) };
        if let Some((_, text)) = tables.iter_mut().find(|(known, _)| *known == table) {
            let _ = writeln!(text, "{} = {value}", quoted(name));
        }
    }
    let mut text = String::from("[assume]\n");
    for (name, entries) in tables.iter().filter(|(_, entries)| !entries.is_empty()) {
        let _ = write!(text, "[assume.{name}]\n{entries}");
    }
    text
}
