use super::args::{Common, Format};
use super::asked::{Asked, known_or_complain};
use super::output::{self, Output};
use super::{Done, Stopped};
use clap::Args as ClapArgs;
use tariffcalc::answer;
use tariffcalc::base::{Date, parse_date};

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  tariffcalc next scenarios/next-july-2025.toml
  tariffcalc next 8479.50 --from JP --on 2025-07-10 --value 100000
  tariffcalc next scenarios/next-july-2025.toml --format ics > duties.ics
What counts as scheduled is what the book knew on the day named with `--on`; `--as-known DATE` asks the book of another day.
Without `--on` a scenario is looked at from the `on` of its [next], or from the day on which its flows enter.")]
pub(crate) struct Next {
    #[command(flatten)]
    pub(crate) asked: Asked,
    /// The day to look ahead from
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) on: Option<Date>,
    /// The first entry date not looked at; all that the book has where none is given
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) before: Option<Date>,
    /// The case, in place of the first one
    #[arg(long, value_name = "CASE")]
    pub(crate) case: Option<String>,
}

/// What is scheduled or expires, with the money at stake.
pub(crate) fn next(args: &Next, common: &Common, output: &Output) -> Done {
    let (law, mut sources) = output::law(common, output)?;
    let scenario = args.asked.scenario(law, &mut sources, args.on, output)?;
    if args.asked.from.is_some() && args.on.is_none() {
        output.complain("name the day to look ahead from: `--on DATE`; results never depend on the clock");
        return Err(Stopped::Usage);
    }
    let mut asked = scenario.next.clone().unwrap_or_default();
    asked.on = args.on.or(asked.on);
    asked.before = args.before.or(asked.before);
    let cases: Vec<&str> = scenario.cases.iter().map(|case| case.id.as_str()).collect();
    if let Some(case) = &args.case {
        known_or_complain("case", case, &cases, output)?;
    }
    let next = match answer::next(law, &scenario, &asked, args.case.as_deref(), common.as_known) {
        Ok(next) => next,
        Err(faults) => {
            output.diagnostics(&faults, &sources, false)?;
            return Err(Stopped::Faulty);
        }
    };
    output.diagnostics(&next.warnings, &sources, false)?;
    if common.format() == Format::Ics {
        let calendar = answer::next_calendar(law, &scenario, &next);
        if calendar.events.is_empty() {
            output.warn("nothing is scheduled: a calendar without events is none, and nothing is written");
        }
        return output.calendar(&calendar);
    }
    output.report(&answer::next_table(law, &scenario, &next))
}
