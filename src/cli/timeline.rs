use super::args::{Common, Readings};
use super::asked::{Asked, known_or_complain};
use super::output::{self, Output};
use super::{Done, Stopped, settle};
use clap::{Args as ClapArgs, ValueEnum};
use tariffcalc::answer;
use tariffcalc::base::{CaseId, Date, FlowId, parse_date};
use tariffcalc::scenario::{Every, Scenario};

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  tariffcalc timeline scenarios/japan-timeline.toml
  tariffcalc timeline scenarios/japan-deal.toml --flow cars --flow lathes --every month
  tariffcalc timeline 8703.23.01.60 --from JP --value 100000
  tariffcalc timeline toys --from CN --from-date 2025-01-01 --before 2026-01-01 --format csv
The entry date is what varies: entry dates of the file give way to the days of the period. [timeline] in the file
says the same with `from`, `before`, `every` and `flow`; the flags come first.")]
pub(crate) struct Timeline {
    #[command(flatten)]
    pub(crate) asked: Asked,
    /// Only this flow, in place of the sum of all; may be given several times
    #[arg(long, value_name = "FLOW")]
    pub(crate) flow: Vec<String>,
    /// Only this case; may be given several times
    #[arg(long, value_name = "CASE")]
    pub(crate) case: Vec<String>,
    /// The first entry date; the first that the book knows where none is given
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) from_date: Option<Date>,
    /// The first entry date after the period; the first that the book no longer knows where none is given
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) before: Option<Date>,
    /// What a row is
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) every: Option<Rows>,
    /// Every case beside itself under each other reading that changes something
    #[arg(long, value_enum, value_name = "WHICH")]
    pub(crate) readings: Option<Readings>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rows {
    /// A stretch of days on which the same is due
    Change,
    /// A day
    Day,
    /// A week, from Monday
    Week,
    /// A month
    Month,
}

/// Duty and effective rate through time.
pub(crate) fn timeline(args: &Timeline, common: &Common, output: &Output) -> Done {
    let (law, mut sources) = output::law(common, output)?;
    // The goods must stand in the schedule on some day: the last of the period, or of the book.
    let on = args.before.and_then(|before| before.yesterday().ok()).map(|last| {
        let of_book = law.home().map_or(last, |territory| territory.last_day());
        last.min(of_book)
    });
    let mut scenario = args.asked.scenario(law, &mut sources, on, output)?;
    let mut asked = scenario.timeline.clone().unwrap_or_default();
    asked.from = args.from_date.or(asked.from);
    asked.before = args.before.or(asked.before);
    asked.every = args.every.map_or(asked.every, |rows| match rows {
        Rows::Change => Every::Change,
        Rows::Day => Every::Day,
        Rows::Week => Every::Week,
        Rows::Month => Every::Month,
    });
    let flows: Vec<&str> = scenario
        .flows
        .iter()
        .flat_map(|flow| [Some(flow.id.as_str()), flow.id.as_str().split_once('/').map(|(id, _)| id)])
        .flatten()
        .collect();
    for name in &args.flow {
        known_or_complain("flow", name, &flows, output)?;
    }
    if !args.flow.is_empty() {
        asked.flows = args.flow.iter().map(|name| FlowId::new(name)).collect();
    }
    let cases: Vec<&str> = scenario.cases.iter().map(|case| case.id.as_str()).collect();
    for name in &args.case {
        known_or_complain("case", name, &cases, output)?;
    }
    if !args.case.is_empty() {
        scenario.cases.retain(|case| args.case.iter().any(|name| name == case.id.as_str()));
    }
    let through_time = |scenario: &Scenario| match answer::timeline(law, scenario, &asked, common.as_known) {
        Ok(timeline) => Ok(timeline),
        Err(faults) => {
            output.diagnostics(&faults, &sources, false)?;
            Err(Stopped::Faulty)
        }
    };
    let scenario = settle::beside_readings(args.readings, scenario, law, |all| {
        let found = through_time(all)?.series;
        Ok(move |own: &CaseId, other: &CaseId| {
            let of = |case: &CaseId| -> Vec<_> {
                let series = found.iter().filter(|series| series.case == case.as_str());
                series
                    .flat_map(|series| series.steps.iter().map(|step| (series.flow.clone(), step.from, step.total.clone())))
                    .collect()
            };
            let other = of(other);
            !other.is_empty() && other != of(own)
        })
    })?;
    let timeline = through_time(&scenario)?;
    output.diagnostics(&timeline.warnings, &sources, false)?;
    output.report_drawn(&answer::timeline_table(law, &scenario, &timeline))
}
