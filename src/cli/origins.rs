use super::args::terms::Terms;
use super::args::{Common, Format, Rate, Settle, place};
use super::output::{self, Output};
use super::settle::{self, NAME, quoted};
use super::{Done, Stopped, call_words, rate, run};
use clap::Args as ClapArgs;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use tariffcalc::answer;
use tariffcalc::base::{CaseId, Country, Date, FactId, parse_date};
use tariffcalc::diag::Sources;
use tariffcalc::law::{FactKind, Rulebook};
use tariffcalc::read;
use tariffcalc::scenario::Scenario;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  tariffcalc origins passenger-cars --value 30000 --on 2025-10-01
  tariffcalc origins passenger-cars --value 30000 --on 2025-10-01 --from JP --from MX --from EU --freight JP=1200 --freight MX=600
  tariffcalc origins 6403.99.60 --on 2025-10-01 --each --format csv
  tariffcalc origins scenarios/cars-by-origin.toml --format markdown

Preferences that the book opens to an origin are tried by themselves. A scenario says the same in [origins]:
among, fees, freight, and [[origins.each]] with origin, value, freight, facts.")]
pub(crate) struct Origins {
    /// A commodity code, the name of a product, or a scenario file with [origins]
    #[arg(value_name = "CODE|PRODUCT|SCENARIO")]
    goods: String,
    /// An origin, or a group such as EU; may be given several times; every country where none is given
    #[arg(long, value_name = "ORIGIN", value_parser = place)]
    from: Vec<String>,
    /// The entry date; the last day the book knows where none is given
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    on: Option<Date>,
    /// The customs value; in the importing country's currency where none is named; 100000 where none is given
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    value: Option<String>,
    /// The customs value of goods from one origin, where it differs; may be given several times
    #[arg(long, value_name = "ORIGIN=AMOUNT")]
    price: Vec<String>,
    /// Freight and insurance, an amount or a share of the value such as 4%, of one origin or of all others; may be given several times
    #[arg(long, value_name = "[ORIGIN=]AMOUNT")]
    freight: Vec<String>,
    /// Take the flow as a declaration of its own, and add its fees
    #[arg(long)]
    entry: bool,
    /// One row for each origin, also in tables for people; CSV and JSON always have one
    #[arg(long)]
    each: bool,
    /// Of a scenario only this case
    #[arg(long, value_name = "CASE")]
    case: Option<String>,
    #[command(flatten)]
    settle: Settle,
    #[command(flatten)]
    terms: Terms,
}

/// One flow from many origins, sorted by landed cost.
pub(crate) fn origins(args: &Origins, common: &Common, output: &Output) -> Done {
    let (law, mut sources) = output::law(common, output)?;
    let mut scenario = asked(args, law, &mut sources, output)?;
    settle::apply(&args.settle, &mut scenario, law, &mut sources, output)?;
    if let Some(id) = &args.case {
        if !scenario.cases.iter().any(|case| case.id.as_str() == id) {
            let known = scenario.cases.iter().map(|case| format!("`{}`", case.id)).collect::<Vec<_>>().join(", ");
            output.complain(&format!("the scenario has no case `{id}`; it has {known}"));
            return Err(Stopped::Usage);
        }
        scenario.cases.retain(|case| case.id.as_str() == id);
    }
    let compared = |scenario: &Scenario| match answer::origins(law, scenario, common.as_known) {
        Ok(found) => Ok(found),
        Err(faults) => {
            output.diagnostics(&faults, &sources, false)?;
            Err(Stopped::Faulty)
        }
    };
    let scenario = settle::beside_readings(args.settle.readings, scenario, law, |all| {
        let found = compared(all)?;
        Ok(move |own: &CaseId, other: &CaseId| {
            let of = |case: &CaseId| -> Vec<_> {
                let rows = found.iter().filter(|found| found.case == *case).flat_map(|found| &found.rows);
                rows.map(|row| (row.origin.clone(), row.needs.clone(), row.assessment.duty.clone())).collect()
            };
            of(own) != of(other)
        })
    })?;
    let found = compared(&scenario)?;
    let warnings = answer::origins_findings(law, &scenario, &found, common.as_known);
    output.diagnostics(&warnings, &sources, false)?;
    let together = !args.each && matches!(common.format(), Format::Table | Format::Markdown | Format::Html);
    let mut report = answer::origins_table(law, &scenario, &found, common.as_known, together);
    if scenario.source.path.as_ref() == NAME {
        call_words::report(&mut report);
    }
    output.report(&report)
}

fn asked(args: &Origins, law: &Rulebook, sources: &mut Sources, output: &Output) -> Result<Scenario, Stopped> {
    if Path::new(&args.goods).extension().is_some_and(|end| end.eq_ignore_ascii_case("toml")) {
        if let Some((option, key)) = beside_a_scenario(args) {
            output.complain(&format!("`{option}` is for one flow without a file; a scenario says it in {key}"));
            return Err(Stopped::Usage);
        }
        return run::scenario(Path::new(&args.goods), law, sources, output);
    }
    let files = read::Memory::default().with(NAME, text(args, law, output)?);
    let asked = read::scenario(&files, NAME, law, sources);
    output.diagnostics(&asked.diagnostics, sources, false)?;
    let mut scenario = asked.scenario.ok_or(Stopped::Faulty)?;
    (scenario.title, scenario.question) = ("Origins by landed cost".into(), String::new());
    Ok(scenario)
}

/// The first option that a scenario says itself, with where.
fn beside_a_scenario(args: &Origins) -> Option<(&'static str, &'static str)> {
    let given = [
        (!args.from.is_empty(), "--from", "`among` of [origins]"),
        (!args.freight.is_empty(), "--freight", "`freight` of [origins] or [[origins.each]]"),
        (!args.price.is_empty(), "--price", "`value` of [[origins.each]]"),
        (args.entry, "--entry", "`fees` of [origins]"),
        (args.on.is_some(), "--on", "its flow"),
        (args.value.is_some(), "--value", "its flow"),
        (args.terms.law_continues, "--law-continues", "`law-continues`"),
    ];
    let of_flow = args.terms.given().map(|(option, given)| {
        let key = if option == "--exchange" { "`exchange`" } else { "its flow" };
        (given, option, key)
    });
    given.into_iter().chain(of_flow).find(|(given, ..)| *given).map(|(_, option, key)| (option, key))
}

/// Writes the flags as the scenario they mean.
fn text(args: &Origins, law: &Rulebook, output: &Output) -> Result<String, Stopped> {
    if args.case.is_some() {
        output.complain("`--case` chooses a case of a scenario; one flow without a file has none");
        return Err(Stopped::Usage);
    }
    for claim in &args.terms.claim {
        let fact = law.facts().get(&FactId::new(claim));
        if fact.is_some_and(|fact| fact.kind == FactKind::Preference && !fact.origins.is_empty()) {
            output.complain(&format!("`{claim}` need not be claimed: every preference is tried for the origins it is open to"));
            return Err(Stopped::Usage);
        }
    }
    let home = law.home().map(|territory| territory.id.to_string());
    let into = args.terms.into.clone().or(home).unwrap_or_default();
    let first = || Country::all().into_iter().find(|country| country.as_str() != into);
    let flow = Rate {
        goods: args.goods.clone(),
        // Any origin will do: those compared stand in `among`.
        from: first().map(|country| country.to_string()).unwrap_or_default(),
        on: args.on,
        value: args.value.clone().unwrap_or_else(|| "100000".to_owned()),
        loaded: None,
        admitted: None,
        entry: false,
        terms: args.terms.clone(),
        explain: false,
        settle: Settle { reading: Vec::new(), readings: None, assume: Vec::new() },
    };
    let currency =
        Country::letters(&into).ok().and_then(|into| law.territory(into)).map(|territory| territory.currency.to_string());
    let amount = |text: &str| {
        quoted(&currency.as_ref().map_or_else(|| text.trim().to_owned(), |currency| rate::in_currency(text, currency)))
    };
    let mut each: BTreeMap<String, Vec<(&str, String)>> = BTreeMap::new();
    let mut text = rate::scenario(&flow, law);
    text.push_str("[origins]\n");
    if args.entry {
        text.push_str("fees = true\n");
    }
    if !args.from.is_empty() {
        let among = args.from.iter().map(|origin| quoted(origin)).collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "among = [{among}]");
    }
    let given = args.freight.iter().map(|one| ("freight", one)).chain(args.price.iter().map(|one| ("value", one)));
    let mut others = 0;
    for (key, one) in given {
        match one.split_once('=') {
            Some((origin, value)) => {
                let keys = each.entry(place(origin).unwrap_or_default()).or_default();
                if keys.iter().any(|(known, _)| *known == key) {
                    let option = if key == "value" { "--price" } else { "--freight" };
                    output.complain(&format!("`{option}` of `{}` is given twice", origin.trim()));
                    return Err(Stopped::Usage);
                }
                keys.push((key, amount(value)));
            }
            None if key == "freight" => {
                others += 1;
                let _ = writeln!(text, "freight = {}", amount(one));
            }
            None => {
                output
                    .complain(&format!("`--price {one}` names no origin; write it as ORIGIN=AMOUNT, or `--value {one}` for all"));
                return Err(Stopped::Usage);
            }
        }
    }
    if others > 1 {
        output.complain("`--freight` without an origin is given twice; the second would take the place of the first");
        return Err(Stopped::Usage);
    }
    for (origin, keys) in each {
        let _ = writeln!(text, "[[origins.each]]\norigin = {}", quoted(&origin));
        for (key, value) in keys {
            let _ = writeln!(text, "{key} = {value}");
        }
    }
    Ok(text)
}
