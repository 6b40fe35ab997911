use super::args::{Common, Group, Panel};
use super::output::{self, Output};
use super::settle;
use super::{Done, Stopped};
use jiff::ToSpan;
use std::collections::BTreeMap;
use tariffcalc::answer::{self, PanelWords};
use tariffcalc::assess::{Batch, Row, Stated};
use tariffcalc::base::{CommodityCode, Country, Date, Decimal, FactId, parse_date};
use tariffcalc::diag::{Diagnostic, Diagnostics, Sources};
use tariffcalc::law::{FactKind, Place, Rulebook};
use tariffcalc::read::{self, FlowOptions};
use tariffcalc::scenario::{BulkFlow, Shares};

/// Prices a file of flows on many days: in all, by origin, chapter or program.
pub(crate) fn panel(args: &Panel, common: &Common, output: &Output) -> Done {
    let (law, mut sources) = output::law(common, output)?;
    let Some(territory) = law.territories().find(|territory| law.schedule(territory.id).is_some()) else {
        output.complain("the book has no schedule");
        return Err(Stopped::Faulty);
    };
    let days = days(&args.on, law, territory.id, output)?;
    let context = settle::context(&args.settle, common.as_known, law, &mut sources, output)?;
    let options = FlowOptions { year: args.year, max_errors: args.max_errors, columns: Vec::new() };
    let mut file = read::flow_file(&args.file, &options).map_err(|fault| told(fault, output))?;
    let shares = args.shares.as_deref().map(read::shares).transpose().map_err(|fault| told(fault, output))?;
    let mut builder = Builder::new(law, args.by);
    for flow in file.by_ref().flatten() {
        builder.add(&flow, shares.as_ref().map(|read| &read.shares));
    }
    let summary = file.summary();
    let mut notes = vec![format!(
        "{}: {} rows, {} read, {} at fault; customs value read {} {}",
        args.file.display(),
        summary.rows,
        summary.read,
        summary.bad_rows(),
        summary.value.decimal(),
        territory.currency
    )];
    if summary.bad_rows() > 0 {
        output.warn(&format!(
            "{} of {} rows could not be read; `tariffcalc flows` tells which",
            summary.bad_rows(),
            summary.rows
        ));
    }
    if let Some(why) = &summary.stopped {
        output.complain(&format!("reading stopped: {why}"));
        return Err(Stopped::Faulty);
    }
    for (name, fact) in builder.claims() {
        notes.push(format!("claimed for the share `{name}` of each flow that the table of shares gives: {fact}"));
    }
    notes.extend(
        context.assumed.facts.iter().map(|(fact, stated)| format!("assumed where a flow does not say: facts.{fact} = {stated}")),
    );
    notes.extend(
        context.assumed.shares.iter().map(|(share, part)| format!("assumed where a flow does not say: {share} = {part}")),
    );
    let (batch, names) = builder.finish();
    let panel = answer::panel(law, territory.id, &batch, &days, &context).map_err(|fault| {
        output.complain(&format!("the flows cannot be priced: {fault:?}"));
        Stopped::Faulty
    })?;
    let words = PanelWords {
        title: format!("Imports of {} in bulk", territory.title),
        group: match args.by {
            Some(Group::Origin) => "Origin".into(),
            Some(Group::Chapter) => "Chapter".into(),
            Some(Group::Program) | None => String::new(),
        },
        names,
        by_program: args.by == Some(Group::Program),
        notes,
    };
    output.report(&answer::panel_table(law, &panel, &words, territory.currency))
}

/// The days asked: a list, `changes`, `monthly` or `daily` over the time the book knows.
fn days(asked: &[String], law: &Rulebook, into: Country, output: &Output) -> Result<Vec<Date>, Stopped> {
    let Some(territory) = law.territory(into) else { return Ok(Vec::new()) };
    let all = || territory.complete_from.series(1.day()).take_while(|day| *day < territory.complete_before);
    let mut days: Vec<Date> = Vec::new();
    for text in asked {
        match text.as_str() {
            "changes" => {
                let known = |day: &Date| *day > territory.complete_from && *day < territory.complete_before;
                days.push(territory.complete_from);
                days.extend(law.dates(into).into_iter().filter(known));
            }
            "monthly" => days.extend(all().filter(|day| day.day() == 1)),
            "daily" => days.extend(all()),
            date => match parse_date(date) {
                Ok(day) => days.push(day),
                Err(fault) => {
                    output.complain(&format!("{fault}; write a date, `changes`, `monthly` or `daily`"));
                    return Err(Stopped::Usage);
                }
            },
        }
    }
    if days.is_empty() {
        days.push(territory.last_day());
    }
    days.sort_unstable();
    days.dedup();
    Ok(days)
}

fn told(fault: Diagnostic, output: &Output) -> Stopped {
    let mut all = Diagnostics::default();
    all.push(fault);
    let _ = output.diagnostics(&all, &Sources::default(), false);
    Stopped::Faulty
}

/// Gathers rows into columns of distinct codes and origins.
pub(super) struct Builder<'a> {
    law: &'a Rulebook,
    by: Option<Group>,
    batch: Batch,
    names: Vec<String>,
    codes: BTreeMap<CommodityCode, u32>,
    origins: BTreeMap<Country, u32>,
    groups: BTreeMap<String, u32>,
    /// The claims that shares stand for, with their positions in what is stated.
    claimed: BTreeMap<usize, (String, FactId, u32)>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(law: &'a Rulebook, by: Option<Group>) -> Self {
        let batch = Batch { stated: vec![Stated::default()], quantities: vec![Vec::new()], ..Batch::default() };
        Self {
            law,
            by,
            batch,
            names: Vec::new(),
            codes: BTreeMap::new(),
            origins: BTreeMap::new(),
            groups: BTreeMap::new(),
            claimed: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, flow: &BulkFlow, shares: Option<&Shares>) {
        let mut rest = flow.value;
        for (number, name) in shares.map(|shares| shares.names.as_slice()).unwrap_or_default().iter().enumerate() {
            let Some(share) =
                shares.and_then(|shares| shares.get(number, flow.code, flow.origin)).filter(|share| !share.is_zero())
            else {
                continue;
            };
            if let Some(stated) = self.claim(number, name, flow.origin) {
                let part = flow.value.checked_mul(share).unwrap_or_default().round_dp(0).min(rest);
                rest -= part;
                self.push(flow, stated, part);
            }
        }
        self.push(flow, 0, rest);
    }

    /// The statement that a share stands for: a preference of its name that is open to the origin.
    fn claim(&mut self, number: usize, name: &str, origin: Country) -> Option<u32> {
        let fact = self.law.facts().get(&FactId::new(name)).filter(|fact| fact.kind == FactKind::Preference)?;
        if !fact.origins.is_empty() && !fact.origins.contains(&Place::Country(origin)) {
            return None;
        }
        if let Some((_, _, stated)) = self.claimed.get(&number) {
            return Some(*stated);
        }
        let stated = u32::try_from(self.batch.stated.len()).ok()?;
        self.batch.stated.push(Stated { facts: BTreeMap::from([(fact.id.clone(), true)]), ..Stated::default() });
        self.claimed.insert(number, (name.to_owned(), fact.id.clone(), stated));
        Some(stated)
    }

    fn push(&mut self, flow: &BulkFlow, stated: u32, value: Decimal) {
        if value.is_zero() && stated != 0 {
            return;
        }
        let next = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let group = match self.by {
            None | Some(Group::Program) => String::new(),
            Some(Group::Origin) => flow.origin.to_string(),
            Some(Group::Chapter) => flow.code.cut(2).to_string(),
        };
        let codes = &mut self.batch.codes;
        let code = *self.codes.entry(flow.code).or_insert_with(|| {
            codes.push(flow.code);
            next(codes.len() - 1)
        });
        let origins = &mut self.batch.origins;
        let origin = *self.origins.entry(flow.origin).or_insert_with(|| {
            origins.push(flow.origin);
            next(origins.len() - 1)
        });
        let names = &mut self.names;
        let group = *self.groups.entry(group).or_insert_with_key(|name| {
            names.push(name.clone());
            next(names.len() - 1)
        });
        self.batch.rows.push(Row { code, origin, stated, quantities: 0, group, value });
    }

    pub(super) fn claims(&self) -> impl Iterator<Item = (&str, &FactId)> {
        self.claimed.values().map(|(name, fact, _)| (name.as_str(), fact))
    }

    pub(super) fn finish(mut self) -> (Batch, Vec<String>) {
        self.batch.groups = self.names.len();
        (self.batch, self.names)
    }
}
