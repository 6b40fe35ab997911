//! A file of trade for a comparison: rows of the origins asked for, in batches; read while the law is.

use crate::cli::Stopped;
use crate::cli::args::diff::{Input, RowBy};
use crate::cli::file_terms::{columns, file_terms};
use crate::cli::output::Output;
use crate::cli::output::progress::Progress;
use std::thread::JoinHandle;
use tariffcalc::answer::{Gathered, PanelKey};
use tariffcalc::assess::Batch;
use tariffcalc::base::{Country, Date, GroupId, grouped, nearest};
use tariffcalc::diag::{Diagnostic, Sources};
use tariffcalc::law::{Rulebook, Territory};
use tariffcalc::read::{self, Files, FlowOptions, FlowRows, FlowSource};
use tariffcalc::scenario::{BadRows, BulkFlow, Flow, FlowFileHead, FlowSummary, RowFault, RowReason};

/// The rows kept of a file, and what was read of it: a source of rows like the file itself.
struct Kept {
    head: FlowFileHead,
    /// What was read of the whole file.
    whole: FlowSummary,
    /// The same, with the faults told so far.
    summary: FlowSummary,
    rows: std::vec::IntoIter<Result<BulkFlow, RowFault>>,
}

impl Iterator for Kept {
    type Item = Result<BulkFlow, RowFault>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.next()?;
        if let Err(fault) = &row {
            self.summary.add_fault(fault);
        }
        Some(row)
    }
}

impl FlowSource for Kept {
    fn head(&self) -> &FlowFileHead {
        &self.head
    }

    fn summary(&self) -> &FlowSummary {
        &self.summary
    }
}

/// A file being read.
pub(crate) struct Reading(JoinHandle<Result<Kept, Box<Diagnostic>>>);

/// Starts to read a file; rows of other origins than those asked for are let go at once.
pub(crate) fn start(file: &str, input: &Input, quiet: bool) -> Reading {
    let columns = columns(&input.trade.column);
    let options = FlowOptions { year: input.trade.year, max_errors: None, columns, ..FlowOptions::default() };
    let path = file.to_owned();
    // Two letters without a country's name may be a group, as other words are. Groups are known only to the law: then everything is kept for now.
    let country = |text: &String| Country::letters(text).ok().filter(|country| country.name().is_some());
    let countries: Vec<Option<Country>> = input.from.iter().map(country).collect();
    let only: Option<Vec<Country>> =
        (!countries.is_empty()).then(|| countries.into_iter().collect::<Option<Vec<Country>>>()).flatten();
    Reading(std::thread::spawn(move || {
        let bytes = read::Disk::here().open(&path);
        let bytes = bytes.map_err(|fault| Box::new(read::cannot_read(&read::Disk::here(), &path, &fault)))?;
        let mut source = read::flow_source(bytes, &path, &options).map_err(Box::new)?;
        let wanted = |row: &Result<BulkFlow, RowFault>| {
            row.as_ref().map_or(true, |flow| only.as_ref().is_none_or(|only| only.contains(&flow.origin)))
        };
        let progress = Progress::new("reading", None, quiet);
        let rows: Vec<_> = progress.over(source.by_ref()).filter(wanted).collect();
        drop(progress);
        let whole = source.summary().clone();
        let summary = FlowSummary { bad: std::collections::BTreeMap::new(), ..whole.clone() };
        Ok(Kept { head: source.head().clone(), whole, summary, rows: rows.into_iter() })
    }))
}

/// The rows of one day, or all of them where each side says the day.
pub(crate) struct Day {
    pub(crate) day: Option<Date>,
    /// Rows of a country.
    pub(crate) batch: Batch,
    /// Rows that no batch can hold, such as those of a customs union, with the number of their group.
    pub(crate) apart: Vec<(Flow, u32)>,
    /// The names of the groups.
    pub(crate) names: Vec<String>,
}

/// What a file of trade gives a comparison.
pub(crate) struct Trade {
    /// The rows: by day of entry where that is asked for, else together.
    pub(crate) days: Vec<Day>,
    /// Remarks.
    pub(crate) notes: Vec<String>,
}

/// Arranges the rows as batches.
pub(crate) fn arrange(
    reading: Reading,
    (file, input): (&str, &Input),
    by_day: bool,
    (law, territory): (&Rulebook, &Territory),
    output: &Output,
) -> Result<Trade, Stopped> {
    let origins = origins(input, law, output)?;
    let kept = match reading.0.join() {
        Ok(Ok(kept)) => kept,
        Ok(Err(fault)) => return Err(output.stopped_by(*fault)),
        Err(_) => return Err(Stopped::Faulty),
    };
    if let Some(words) = &kept.head.exports {
        output.complain(&format!(
            "the file says `{words}`: no import duty falls on exports; `tariffcalc flows` shows what it holds"
        ));
        return Err(Stopped::Faulty);
    }
    let terms = file_terms((file, file), input.trade.shares.as_deref(), by_day, &kept.head, (law, territory), output)?;
    let whole = kept.whole.clone();
    let mut rows = FlowRows::new(law, Box::new(kept), terms.clone(), input.trade.max_errors);
    let key = match input.by {
        Some(RowBy::Origin) => Some(PanelKey::Origin),
        Some(RowBy::Chapter) => Some(PanelKey::Chapter),
        Some(RowBy::Code) | None => None,
    };
    let mut flows = Gathered::new(key.as_slice(), by_day);
    let mut used = 0_u64;
    for (row, parts) in rows.by_ref().filter(|(row, _)| origins.as_ref().is_none_or(|only| only.contains(&row.origin))) {
        used = used.saturating_add(1);
        flows.add_row(&terms, &row, &parts);
    }
    let summary = rows.summary();
    let undated = summary.bad.get(&RowReason::NoDate).filter(|bad| bad.count > 0).cloned();
    if let Some(bad) = undated.as_ref().filter(|_| used == 0) {
        output.complain(&format!("{}; `--on DATE` gives one for all rows", no_day(bad)));
        return Err(Stopped::Faulty);
    }
    if used == 0 && whole.read > 0 && !input.from.is_empty() {
        let from = input.from.join(", ");
        output.complain(&match whole.read {
            1 => format!("`{file}` has no row of {from}: 1 row can be read, and it is of another origin"),
            read => format!("`{file}` has no row of {from}: {read} rows can be read, and all are of other origins"),
        });
        return Err(Stopped::Faulty);
    }
    output.diagnostics(&rows.faults(), &Sources::default(), false)?;
    if used == 0 {
        output.complain(&format!("`{file}` has no rows that can be read"));
        return Err(Stopped::Faulty);
    }
    let only = if input.from.is_empty() { String::new() } else { format!(", {used} of {}", input.from.join(", ")) };
    let mut notes = vec![format!("{file}: {} rows, {} read, {} at fault{only}.", whole.rows, whole.read, summary.bad_rows())];
    notes.extend(undated.map(|bad| {
        let worth = grouped(bad.value.decimal().normalize());
        format!(
            "Left out: {}, {worth} {} of customs value that is in no sum; `--on DATE` gives a day for all rows.",
            no_day(&bad),
            territory.currency
        )
    }));
    notes.extend(terms.preferences().into_iter().map(|fact| {
        format!("{fact} is claimed for the share of each flow that its table of shares gives; such a flow counts as two")
    }));
    Ok(Trade { days: days(flows, input.by == Some(RowBy::Code)), notes })
}

/// Which rows say no day of entry, in words.
fn no_day(bad: &BadRows) -> String {
    let lines: Vec<String> = bad.lines.iter().map(u64::to_string).collect();
    let more = if u64::try_from(lines.len()).is_ok_and(|shown| shown < bad.count) { ", …" } else { "" };
    match bad.count {
        1 => format!("line {} says no day of entry", lines.concat()),
        count => format!("{count} rows say no day of entry (lines {}{more})", lines.join(", ")),
    }
}

/// Takes what was gathered day by day; with `by_code` the groups are the codes.
fn days(flows: Gathered, by_code: bool) -> Vec<Day> {
    let names: Vec<String> = flows.names().iter().map(|names| names.concat()).collect();
    let own_days = flows.own_days();
    let apart: Vec<(Flow, u32)> = flows.apart().map(|(flow, group)| (flow.clone(), group)).collect();
    // All rows enter one country, in its currency: only days tell the batches from each other.
    let batches = flows.into_batches().map(|(day, batch)| Day { day, batch, apart: Vec::new(), names: names.clone() });
    let mut days: Vec<Day> = batches.collect();
    for (flow, group) in apart {
        let day = own_days.then_some(flow.entered);
        let at = days.iter().position(|known| known.day == day).unwrap_or_else(|| {
            days.push(Day { day, batch: Batch::default(), apart: Vec::new(), names: names.clone() });
            days.len() - 1
        });
        if let Some(day) = days.get_mut(at) {
            day.apart.push((flow, group));
        }
    }
    if by_code {
        days.iter_mut().for_each(group_by_code);
    }
    days.sort_by_key(|day| day.day);
    days
}

fn group_by_code(day: &mut Day) {
    let Day { batch, apart, names, .. } = day;
    *names = batch.codes.iter().map(ToString::to_string).collect();
    batch.rows.iter_mut().for_each(|row| row.group = row.code);
    for (flow, group) in apart {
        let code = flow.code.to_string();
        let at = names.iter().position(|name| *name == code).unwrap_or_else(|| {
            names.push(code);
            names.len() - 1
        });
        *group = u32::try_from(at).unwrap_or(u32::MAX);
    }
    batch.groups = names.len();
}

/// The countries asked for, with the members of groups; a group itself where the file counts it as one.
fn origins(input: &Input, law: &Rulebook, output: &Output) -> Result<Option<Vec<Country>>, Stopped> {
    if input.from.is_empty() {
        return Ok(None);
    }
    let mut all = Vec::new();
    for text in &input.from {
        if let Some(group) = law.groups().get(&GroupId::new(text)) {
            all.extend(group.versions.iter().flat_map(|(_, members)| members.iter().copied()));
            all.extend(Country::letters(text).ok());
        } else if let Ok(country) = Country::letters(text)
            && country.name().is_some()
        {
            all.push(country);
        } else {
            let near = nearest(text, law.groups().keys().map(GroupId::as_str)).filter(|_| text.len() > 2);
            let help = near.map_or_else(|| read::which_country(text), |near| format!("did you mean `{near}`?"));
            output.complain(&format!("`{text}` is no country or group; {help}"));
            return Err(Stopped::Usage);
        }
    }
    Ok(Some(all))
}
