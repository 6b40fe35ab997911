//! A file of trade for a comparison: rows of the origins asked for, in a batch; read while the law is.

use super::Stopped;
use super::args::Group;
use super::args_diff::{Input, RowBy};
use super::output::Output;
use super::panel::Builder;
use std::path::PathBuf;
use std::thread::JoinHandle;
use tariffcalc::assess::Batch;
use tariffcalc::base::{Country, Date, GroupId, nearest};
use tariffcalc::diag::{Diagnostic, Diagnostics, Sources};
use tariffcalc::law::Rulebook;
use tariffcalc::read::{self, FlowOptions};
use tariffcalc::scenario::{BulkFlow, FlowSummary};

/// Rows kept of a file, and what was read of it.
pub(crate) struct Rows {
    flows: Vec<BulkFlow>,
    summary: FlowSummary,
}

/// Starts to read a file; rows of other origins than those asked for are let go at once.
pub(crate) fn start(file: &str, input: &Input) -> JoinHandle<Result<Rows, Diagnostic>> {
    let options = FlowOptions { year: input.year, max_errors: input.max_errors, columns: Vec::new() };
    let path = PathBuf::from(file);
    let countries: Vec<Option<Country>> = input.from.iter().map(|text| Country::letters(text).ok()).collect();
    // A group is known only to the law: then everything is kept for now.
    let only: Option<Vec<Country>> =
        (!countries.is_empty()).then(|| countries.into_iter().collect::<Option<Vec<Country>>>()).flatten();
    std::thread::spawn(move || {
        let mut file = read::flow_file(&path, &options)?;
        let wanted = |flow: &BulkFlow| only.as_ref().is_none_or(|only| only.contains(&flow.origin));
        let flows = file.by_ref().flatten().filter(wanted).collect();
        Ok(Rows { flows, summary: file.summary().clone() })
    })
}

/// What a file of trade gives a comparison.
pub(crate) struct Trade {
    /// The rows: by day of entry where that is asked for, else together.
    pub(crate) batches: Vec<(Option<Date>, Batch, Vec<String>)>,
    /// Remarks.
    pub(crate) notes: Vec<String>,
}

/// Arranges the rows as batches.
pub(crate) fn arrange(
    reading: JoinHandle<Result<Rows, Diagnostic>>,
    (file, input): (&str, &Input),
    by_day: bool,
    law: &Rulebook,
    output: &Output,
) -> Result<Trade, Stopped> {
    let origins = origins(input, law, output)?;
    let rows = match reading.join() {
        Ok(Ok(rows)) => rows,
        Ok(Err(fault)) => return Err(told(fault, output)),
        Err(_) => return Err(Stopped::Faulty),
    };
    let summary = &rows.summary;
    if let Some(why) = &summary.stopped {
        output.complain(&format!("reading stopped: {why}"));
        return Err(Stopped::Faulty);
    }
    if summary.bad_rows() > 0 {
        output.warn(&format!(
            "{} of {} rows could not be read; `tariffcalc flows` tells which",
            summary.bad_rows(),
            summary.rows
        ));
    }
    let shares = input.shares.as_deref().map(read::shares).transpose().map_err(|fault| told(fault, output))?;
    let group = match input.by {
        Some(RowBy::Origin) => Some(Group::Origin),
        Some(RowBy::Chapter) => Some(Group::Chapter),
        Some(RowBy::Code) | None => None,
    };
    let mut days: Vec<(Option<Date>, Builder<'_>)> = Vec::new();
    let mut kept = 0_usize;
    for flow in rows.flows.iter().filter(|flow| origins.as_ref().is_none_or(|origins| origins.contains(&flow.origin))) {
        let day = if by_day { Some(day(flow, output)?) } else { None };
        kept += 1;
        let at = days.iter().position(|(known, _)| *known == day).unwrap_or_else(|| {
            days.push((day, Builder::new(law, group)));
            days.len() - 1
        });
        if let Some((_, builder)) = days.get_mut(at) {
            builder.add(flow, shares.as_ref().map(|read| &read.shares));
        }
    }
    if kept == 0 {
        let of = if input.from.is_empty() { String::new() } else { format!(" of {}", input.from.join(", ")) };
        output.complain(&format!("`{file}` has no rows{of} that can be read"));
        return Err(Stopped::Faulty);
    }
    days.sort_by_key(|(day, _)| *day);
    let only = if input.from.is_empty() { String::new() } else { format!(", {kept} of {}", input.from.join(", ")) };
    let mut notes = vec![format!("{file}: {} rows, {} read, {} at fault{only}.", summary.rows, summary.read, summary.bad_rows())];
    let mut batches = Vec::new();
    for (day, builder) in days {
        for (name, fact) in builder.claims() {
            let note = format!("Claimed for the share `{name}` of each flow that the table of shares gives: {fact}.");
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        let (mut batch, mut names) = builder.finish();
        if input.by == Some(RowBy::Code) {
            names = batch.codes.iter().map(ToString::to_string).collect();
            batch.groups = names.len();
            batch.rows.iter_mut().for_each(|row| row.group = row.code);
        }
        batches.push((day, batch, names));
    }
    Ok(Trade { batches, notes })
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
        } else if let Ok(country) = Country::letters(text) {
            all.push(country);
        } else {
            let near = nearest(text, law.groups().keys().map(GroupId::as_str));
            let help =
                near.map_or("write two ISO letters such as JP, or a group".to_owned(), |near| format!("did you mean `{near}`?"));
            output.complain(&format!("`{text}` is no country or group; {help}"));
            return Err(Stopped::Usage);
        }
    }
    Ok(Some(all))
}

fn day(flow: &BulkFlow, output: &Output) -> Result<Date, Stopped> {
    let day = match (flow.year, flow.month, flow.day) {
        (Some(year), Some(month), Some(day)) => Date::new(year, month, day).ok(),
        _ => None,
    };
    day.ok_or_else(|| {
        output.complain(&format!("line {} says no day of entry; `--on DATE` gives one for all rows", flow.line));
        Stopped::Faulty
    })
}

pub(crate) fn told(fault: Diagnostic, output: &Output) -> Stopped {
    let mut all = Diagnostics::default();
    all.push(fault);
    let _ = output.diagnostics(&all, &Sources::default(), false);
    Stopped::Faulty
}
