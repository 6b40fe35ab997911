use super::args::{Common, Flows};
use super::file_terms::columns;
use super::law::no_second_clock;
use super::output::{self, Output};
use super::{Done, Stopped};
use tariffcalc::answer::{self, Note};
use tariffcalc::base::inert_line;
use tariffcalc::read::{self, FlowOptions, SharesRead};
use tariffcalc::scenario::{FlowCount, FlowSummary, ShareCount};

/// Reads a file of flows to its end and shows what it holds.
pub(crate) fn flows(args: &Flows, common: &Common, output: &Output) -> Done {
    no_second_clock(common, output)?;
    let options = FlowOptions {
        year: args.trade.year,
        max_errors: args.trade.max_errors,
        columns: columns(&args.trade.column),
        origin: None,
    };
    let mut file = read::flow_file(&args.file, &options).map_err(|fault| output.stopped_by(fault))?;
    let shares = args.trade.shares.as_deref().map(read::shares).transpose().map_err(|fault| output.stopped_by(fault))?;
    let (law, _) = output::law(common, output)?;
    let home = law.home().map(|territory| territory.currency);
    let Some(currency) = args.currency.or(home) else {
        output.complain("the book has no schedule, so the currency must be given with `--currency`");
        return Err(Stopped::Usage);
    };
    let mut count = FlowCount::default();
    let names = shares.as_ref().map(|read| read.shares.names.clone()).unwrap_or_default();
    let mut joined: Vec<(String, ShareCount)> = names.into_iter().map(|name| (name, ShareCount::default())).collect();
    // Rows at fault are counted by the file itself.
    for flow in file.by_ref().flatten() {
        count.add(&flow);
        // A sum over several codes has no share of its own.
        if let Some(SharesRead { shares, .. }) = &shares
            && flow.more_codes.is_empty()
        {
            for (number, (_, sum)) in joined.iter_mut().enumerate() {
                if let Some(share) = shares.get(number, flow.code, flow.origin) {
                    sum.add(&flow, share);
                }
            }
        }
    }
    let mut report = answer::flows_table(law, file.head(), file.summary(), &count, &joined, currency);
    if let Some(SharesRead { shares, summary }) = &shares {
        if shares.rounded > 0 {
            let (rounded, places) = (shares.rounded, shares.places);
            report
                .notes
                .push(format!("{rounded} shares had more than {places} decimal places and were rounded to so many.").into());
        }
        at_fault(summary, "table of shares", output);
        for (reason, bad) in &summary.bad {
            let line = bad.lines.first().copied().unwrap_or_default();
            report.notes.push(Note::coverage(format!(
                "Table of shares: {} rows at fault, {}; line {line}: {}.",
                bad.count,
                reason.meaning(),
                bad.example
            )));
        }
    }
    output.report(&report)?;
    let summary = file.summary();
    at_fault(summary, "file", output);
    if let Some(why) = &summary.stopped {
        output.complain(&format!("reading stopped: {}", inert_line(why)));
        return Err(Stopped::Faulty);
    }
    if summary.read == 0 {
        output.complain(if summary.rows == 0 { "the file has a header and no rows" } else { "no row of the file could be read" });
        return Err(Stopped::Faulty);
    }
    Ok(())
}

fn at_fault(summary: &FlowSummary, what: &str, output: &Output) {
    let bad = summary.bad_rows();
    if bad > 0 {
        output.warn(&format!("{bad} of {} rows of the {what} could not be read", summary.rows));
    }
}
