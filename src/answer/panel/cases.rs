//! A panel for each case of a scenario: the book of the case, its readings and rates of exchange, on every day asked.

use super::gather::{Apart, Gathered};
use super::{Panel, panel_told};
use crate::answer::run::{context, told};
use crate::assess::{Assessment, Batch, Context, Fault, Outcome, Pricer, Row, Sums, assess};
use crate::base::{CaseId, Country, Currency, Date, Decimal, ProgramId, sum};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::law::{RegimeCache, Rulebook};
use crate::scenario::{Case, Scenario};
use std::collections::BTreeMap;

/// The days of a panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PanelDays {
    /// Each flow on its own entry date, or on that of the case: what `run` answers, summed.
    Own,
    /// Every flow on each of these days, whatever its own; by importing country.
    Of(BTreeMap<Country, Vec<Date>>),
}

/// The panel of one case for one importing country.
#[derive(Clone, Debug)]
pub struct CasePanel {
    /// The case.
    pub case: CaseId,
    /// Its name.
    pub title: String,
    /// The importing country.
    pub into: Country,
    /// Its currency, in which the sums are.
    pub currency: Currency,
    /// The sums.
    pub panel: Panel,
}

/// Prices gathered flows in every case of a scenario, case by case, each importing country by itself; `done` is told of the rows of each day when they are priced. The second answer holds warnings.
///
/// # Errors
/// Diagnostics for what cannot be assessed at all, as for [`crate::answer::run()`].
pub fn panel_cases(
    law: &Rulebook,
    scenario: &Scenario,
    flows: &Gathered,
    days: &PanelDays,
    as_known: Option<Date>,
    done: &(dyn Fn(usize) + Sync),
) -> Result<(Vec<CasePanel>, Diagnostics), Diagnostics> {
    let (mut all, mut faults) = (Vec::new(), Diagnostics::default());
    for case in &scenario.cases {
        let amended = law.amended(&case.changes);
        let law = if case.changes.is_empty() { law } else { &amended };
        let around = context(scenario, case, as_known);
        for into in flows.importing() {
            match one(law, case, &around, flows, into, days, done) {
                Ok(panel) => all.extend(panel),
                Err(fault) => faults.push(*fault),
            }
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let warnings = idle_cases(scenario, &all);
    Ok((all, warnings))
}

fn one(
    law: &Rulebook,
    case: &Case,
    around: &Context,
    flows: &Gathered,
    into: Country,
    days: &PanelDays,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Option<CasePanel>, Box<Diagnostic>> {
    let told = |fault: Fault, place| Box::new(told(&fault, place, case));
    let Some(territory) = law.territory(into) else { return Err(told(Fault::NoLaw(into), None)) };
    let mut sums: BTreeMap<Date, Vec<Sums>> = BTreeMap::new();
    let mut programs: Option<Vec<ProgramId>> = None;
    // Days are asked one by one: that of the case holds only where each flow keeps its own.
    let asked = Context { entered: None, ..around.clone() };
    let on = |own: Option<Date>| -> Vec<Date> {
        match days {
            PanelDays::Own => around.entered.or(own).into_iter().collect(),
            PanelDays::Of(days) => days.get(&into).cloned().unwrap_or_default(),
        }
    };
    for ((_, currency, own), columns) in flows.columns.iter().filter(|((to, ..), _)| *to == into) {
        let told = |fault| told(fault, columns.place);
        let converted = if *currency == territory.currency {
            None
        } else {
            Some(converted(&columns.batch, *currency, territory.currency, around).map_err(told)?)
        };
        let batch = converted.as_ref().unwrap_or(&columns.batch);
        let priced = panel_told(law, into, batch, &on(*own), &asked, done).map_err(told)?;
        programs = programs.filter(|known| !known.is_empty()).or_else(|| Some(priced.programs.clone()));
        for (day, found) in priced.days {
            let to = sums.entry(day).or_insert_with(|| flows.nothing(priced.programs.len()));
            for (to, found) in to.iter_mut().zip(&found) {
                to.add(found).map_err(told)?;
            }
        }
    }
    let programs = match programs {
        Some(programs) if !programs.is_empty() => programs,
        _ => {
            let (cache, nothing) = (RegimeCache::new(law), Batch::default());
            Pricer::new(&cache, into, &nothing, asked).map_err(|fault| told(fault, None))?.programs().to_vec()
        }
    };
    let cache = RegimeCache::new(law);
    for Apart { flow, group } in flows.apart.iter().filter(|apart| apart.flow.into == into) {
        for day in on(Some(flow.entered)) {
            let around = Context { entered: Some(day), ..around.clone() };
            let found = assess(&cache, flow, &around).map_err(|fault| told(fault, flow.place))?;
            let to = sums.entry(day).or_insert_with(|| flows.nothing(programs.len()));
            if let Some(to) = to.get_mut(*group as usize) {
                add_flow(to, &found, &programs).map_err(|fault| told(fault, flow.place))?;
            }
            done(1);
        }
    }
    Ok(Some(CasePanel {
        case: case.id.clone(),
        title: case.title.clone(),
        into,
        currency: territory.currency,
        panel: Panel { days: sums.into_iter().collect(), programs },
    }))
}

/// A batch with its values in the currency of the importing country.
pub(super) fn converted(batch: &Batch, from: Currency, to: Currency, around: &Context) -> Result<Batch, Fault> {
    let value = |value: Decimal| convert(value, from, to, around);
    let rows: Result<Vec<Row>, Fault> = batch.rows.iter().map(|row| Ok(Row { value: value(row.value)?, ..*row })).collect();
    Ok(Batch {
        codes: batch.codes.clone(),
        origins: batch.origins.clone(),
        stated: batch.stated.clone(),
        quantities: batch.quantities.clone(),
        rows: rows?,
        groups: batch.groups,
    })
}

/// A value in another currency, by the first rate that speaks of both.
pub(super) fn convert(value: Decimal, from: Currency, to: Currency, around: &Context) -> Result<Decimal, Fault> {
    if from == to {
        return Ok(value);
    }
    let mut rates = around.exchange.iter().filter_map(|rate| rate.convert(value, from, to));
    rates.next().ok_or(Fault::NoExchangeRate(from, to))
}

/// Adds a flow that was assessed by itself. As in a batch, a total that is known while its parts are not cannot be told by program, and is left open.
pub(super) fn add_flow(to: &mut Sums, found: &Assessment, programs: &[ProgramId]) -> Result<(), Fault> {
    let mut one = Sums { rows: 1, value: found.value, open_most: Some(Decimal::ZERO), ..Sums::default() };
    one.by_program = vec![Decimal::ZERO; programs.len()];
    match &found.duty {
        Outcome::Refused(_) => one.refused = found.value,
        Outcome::Known(duty) if found.lines.iter().all(|line| line.amount.known().is_some()) => {
            one.priced = found.value;
            one.duty = *duty;
            for line in &found.lines {
                let amount = line.amount.known().unwrap_or_default();
                let of = programs.binary_search(&line.program).ok().and_then(|at| one.by_program.get_mut(at));
                if let Some(program) = of {
                    *program = sum(*program, amount).ok_or(Fault::TooLarge)?;
                }
            }
        }
        duty @ (Outcome::Known(_) | Outcome::Unknown { .. }) => {
            one.unknown = found.value;
            one.open_least = duty.at_least().unwrap_or_default();
            one.open_most = duty.at_most();
            let why = if let Outcome::Unknown { why, .. } = duty { why.join("; ") } else { String::new() };
            one.why.insert(why, found.value);
        }
    }
    to.add(&one)
}

/// Warns of cases whose changes leave every sum as the first case has it: in a what-if tool the worst mistake, because it reads as "no impact".
pub fn idle_cases(scenario: &Scenario, all: &[CasePanel]) -> Diagnostics {
    let mut out = Diagnostics::default();
    let Some(first) = scenario.cases.first() else { return out };
    let of = |case: &CaseId| all.iter().filter(|panel| panel.case == *case).map(|panel| sums(&panel.panel)).collect::<Vec<_>>();
    let base = of(&first.id);
    for case in scenario.cases.iter().skip(1).filter(|case| !case.changes.is_empty()) {
        let alike = (&case.readings, case.as_known, &case.exchange) == (&first.readings, first.as_known, &first.exchange);
        if alike && first.changes.is_empty() && of(&case.id) == base {
            let message = format!("case `{}` changes nothing for any flow on any day of the panel", case.id);
            let told =
                Diagnostic::new(Code::ChangeHasNoEffect, message).maybe_at(case.place, "its sums are those of the first case");
            out.push(told.help("look at the dates, origins and codes of its changes, and at the days asked"));
        }
    }
    out
}

/// A sum, and what is owed under each program that is owed anything: a new measure brings a new program.
type Told<'p> = (Sums, Vec<(&'p ProgramId, Decimal)>);

/// The sums of a panel, day by day.
fn sums(panel: &Panel) -> Vec<(Date, Vec<Told<'_>>)> {
    let one = |sums: &Sums| {
        let owed = panel.programs.iter().zip(sums.by_program.iter().copied()).filter(|(_, amount)| !amount.is_zero());
        (Sums { by_program: Vec::new(), ..sums.clone() }, owed.collect())
    };
    panel.days.iter().map(|(day, sums)| (*day, sums.iter().map(one).collect())).collect()
}
