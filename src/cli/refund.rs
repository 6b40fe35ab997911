use super::args::Common;
use super::args::diff::Refund;
use super::diff::compared;
use super::diff::file::FileCall;
use super::diff::sides::{self, asked, is_trade, law_lines};
use super::output::Output;
use super::{Done, Stopped, settle};
use tariffcalc::answer::{self, Interest, InterestFault};
use tariffcalc::base::Date;
use tariffcalc::diag::Sources;
use tariffcalc::read;
use tariffcalc::scenario::{Comparison, InterestRate};

/// What comes back, or is still owed: the first side was paid, the second is owed.
pub(crate) fn refund(args: &Refund, common: &Common, output: &Output) -> Done {
    let words = sides::words(&args.what, 1, output)?;
    settle::no_alternatives(&args.settle, output)?;
    let (found, laws, own, sources) = if words.files.iter().any(|file| is_trade(file)) {
        let call = FileCall { input: &args.input, settle: &args.settle, common, output, verb: "refund", day_by_day: true };
        let (found, laws) = call.compared(&words, |scenario| scenario.refund.as_ref())?;
        (found, laws, None, Sources::default())
    } else {
        let [a, b] = asked(&words, &args.input, &args.settle, |s| s.refund.as_ref(), "refund", (common, output))?;
        let (first, second) = (a.side(common, output)?, b.side(common, output)?);
        let found = compared(&first, &second, &a.sources, output)?;
        let laws = law_lines([a.hash(), b.hash()]);
        (found, laws, a.scenario.refund.clone(), a.sources)
    };
    let (interest, sources) = interest(args, own.as_ref(), sources, output)?;
    let owed = answer::refund(&found, &interest).map_err(|fault| {
        let hole = if let InterestFault::NoRate(day) = &fault { hole(&interest, *day, &sources) } else { String::new() };
        output.complain(&format!("{fault}{hole}"));
        Stopped::Faulty
    })?;
    output.report(&answer::refund_table(&found, &owed, &interest, &laws))
}

/// Where a rate is missing: between which lines of the table.
fn hole(interest: &Interest, day: Date, sources: &Sources) -> String {
    let line = |rate: &InterestRate| rate.place.map_or_else(|| rate.from.to_string(), |place| sources.source(place).to_string());
    let before = interest.rates.iter().rfind(|rate| rate.from <= day);
    let after = interest.rates.iter().find(|rate| rate.from > day);
    let ends = before.and_then(|rate| Some(format!("the rate at {} ends before {}", line(rate), rate.before?)));
    let starts = after.map(|rate| format!("the one at {} starts on {}", line(rate), rate.from));
    match (ends, starts) {
        (Some(ends), Some(starts)) => format!(": {ends}, and {starts}"),
        (Some(ends), None) => format!(": {ends}, and none follows"),
        (None, Some(starts)) => format!(": {starts}, and none is before it"),
        (None, None) => String::new(),
    }
}

/// Interest as the command line or the scenario asks for it, and the files that its rates are written in.
fn interest(
    args: &Refund,
    own: Option<&Comparison>,
    mut sources: Sources,
    output: &Output,
) -> Result<(Interest, Sources), Stopped> {
    let rates = match &args.interest {
        Some(path) => {
            sources = Sources::default();
            let (rates, diagnostics) = read::interest(&read::Disk::here(), path, &mut sources);
            output.diagnostics(&diagnostics, &sources, false)?;
            rates
        }
        None => own.map(|own| own.interest.clone()).unwrap_or_default(),
    };
    let until = args.until.or(own.and_then(|own| own.until));
    let paid = args.paid.or(own.and_then(|own| own.paid));
    match (until, rates.is_empty()) {
        (Some(_), true) => {
            output.complain("interest needs a table of rates: `--interest FILE`, or [[refund.interest]] in the scenario");
            Err(Stopped::Usage)
        }
        (None, false) => {
            output.complain("interest needs the day up to which it runs: `--until DATE`, or `until` in [refund]");
            Err(Stopped::Usage)
        }
        _ => Ok((Interest { until, paid, rates }, sources)),
    }
}
