//! The whole schedule times origins, without flows.

use super::args::{Common, Group, Panel};
use super::output::Output;
use super::panel_output::{self, About};
use super::progress::Progress;
use super::{Done, Stopped};
use clap::Args as ClapArgs;
use tariffcalc::answer::{self, EveryLine, FlowPanel, Flows, LineGroup, PanelWords};
use tariffcalc::assess::Context;
use tariffcalc::base::{Country, Date, Decimal, grouped, nearest, parse_number};
use tariffcalc::law::{Rulebook, Territory};

/// What a panel without flows is made of.
#[derive(Debug, ClapArgs)]
pub(crate) struct EveryLineArgs {
    /// No file: every line of the schedule that bears a rate on the day, from each origin, at one value
    #[arg(long, conflicts_with_all = ["file", "shares", "year", "max_errors"])]
    pub(crate) every_line: bool,
    /// With --every-line: only from these origins; may be given several times
    #[arg(long, value_name = "ORIGIN")]
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

/// Prices every line of the schedule on these days.
pub(crate) fn every_line(
    args: &Panel,
    common: &Common,
    law: &Rulebook,
    territory: &Territory,
    days: &[Date],
    context: &Context,
    output: &Output,
) -> Done {
    let every = EveryLine {
        origins: origins(&args.lines.from, territory, output)?,
        value: value(args.lines.value.as_deref().unwrap_or("100000"), output)?,
    };
    let by = args.by.map_or("all", Group::name);
    let mut about = About {
        law,
        title: format!("Every line of the schedule of {}", territory.title),
        by: if args.by == Some(Group::Flow) { "line of the schedule, origin" } else { by },
        notes: Vec::new(),
    };
    if args.by == Some(Group::Flow) {
        about.notes.push(format!(
            "Every line of the schedule that bears a rate on the day, from {} origins, {} {} each: no trade. No quantities are assumed, so that specific duties are unknown; no drawback and no fees are taken into account.",
            every.origins.len(),
            grouped(every.value),
            territory.currency
        ));
        let panel = FlowPanel { law, into: territory.id, currency: territory.currency, flows: Flows::EveryLine(&every), context };
        return panel_output::flows(&panel, days, &about, &args.out, common, output);
    }
    let group = match args.by {
        Some(Group::Origin) => LineGroup::Origin,
        Some(Group::Chapter) => LineGroup::Chapter,
        Some(Group::Program | Group::Flow) | None => LineGroup::All,
    };
    let rows: usize = days.iter().map(|day| every.codes(law, territory.id, *day).len() * every.origins.len()).sum();
    let progress = Progress::new("pricing", Some(rows), args.out.quiet);
    let priced = answer::every_line(law, territory.id, &every, group, days, context, &|rows| progress.done(rows));
    drop(progress);
    let (panel, names) = priced.map_err(|fault| {
        output.complain(&format!("the lines cannot be priced: {fault:?}"));
        Stopped::Faulty
    })?;
    let words = PanelWords {
        title: about.title.clone(),
        group: match group {
            LineGroup::All => String::new(),
            LineGroup::Origin => "Origin".into(),
            LineGroup::Chapter => "Chapter".into(),
        },
        names,
        by_program: args.by == Some(Group::Program),
        notes: Vec::new(),
    };
    let report = answer::every_line_table(law, &panel, &words, &every, territory.currency);
    about.notes.clone_from(&report.notes);
    panel_output::report(&report, &about, &args.out, common, output)
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
