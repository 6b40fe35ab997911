use super::args::Common;
use super::args::diff::Refund;
use super::diff::compared;
use super::diff::file::FileCall;
use super::diff::sides::{self, asked, is_trade, law_lines};
use super::output::Output;
use super::{Done, Stopped, settle};
use tariffcalc::answer::{self, Interest};
use tariffcalc::diag::Sources;
use tariffcalc::read;
use tariffcalc::scenario::Comparison;

/// What comes back, or is still owed: the first side was paid, the second is owed.
pub(crate) fn refund(args: &Refund, common: &Common, output: &Output) -> Done {
    let words = sides::words(&args.what, 1, output)?;
    settle::no_alternatives(&args.settle, output)?;
    let (found, laws, own) = if words.files.iter().any(|file| is_trade(file)) {
        let call = FileCall { input: &args.input, settle: &args.settle, common, output, verb: "refund", by_day: true };
        let (found, laws) = call.compared(&words, |scenario| scenario.refund.as_ref())?;
        (found, laws, None)
    } else {
        let [a, b] = asked(&words, &args.input, &args.settle, |s| s.refund.as_ref(), "refund", (common, output))?;
        let (first, second) = (a.side(common, output)?, b.side(common, output)?);
        let found = compared(&first, &second, &a.sources, output)?;
        (found, law_lines([a.hash(), b.hash()]), a.scenario.refund.clone())
    };
    let interest = interest(args, own.as_ref(), output)?;
    let owed = answer::refund(&found, &interest).map_err(|fault| {
        output.complain(&format!("{fault}"));
        Stopped::Faulty
    })?;
    output.report(&answer::refund_table(&found, &owed, &interest, &laws))
}

/// Interest as the command line or the scenario asks for it.
fn interest(args: &Refund, own: Option<&Comparison>, output: &Output) -> Result<Interest, Stopped> {
    let rates = match &args.interest {
        Some(path) => {
            let mut sources = Sources::default();
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
        _ => Ok(Interest { until, paid, rates }),
    }
}
