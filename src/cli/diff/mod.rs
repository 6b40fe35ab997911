pub(super) mod file;
pub(super) mod sides;
mod trade;

use self::file::FileCall;
use self::sides::{asked, is_trade, law_lines};
use crate::cli::args::Common;
use crate::cli::args::diff::Diff;
use crate::cli::output::Output;
use crate::cli::{Done, Stopped, settle};
use tariffcalc::answer::{self, DiffSide, Difference};

/// Compares two sides of a scenario, two scenarios, or two sides of a file of trade.
pub(crate) fn diff(args: &Diff, common: &Common, output: &Output) -> Done {
    let words = sides::words(&args.what, 2, output)?;
    settle::no_alternatives(&args.settle, output)?;
    if words.files.iter().any(|file| is_trade(file)) {
        let call = FileCall { input: &args.input, settle: &args.settle, common, output, verb: "diff", day_by_day: false };
        let (found, laws) = call.compared(&words, |scenario| scenario.diff.as_ref())?;
        return output.report(&answer::diff_table(&found, &laws));
    }
    let [a, b] = asked(&words, &args.input, &args.settle, |s| s.diff.as_ref(), "diff", (common, output))?;
    let (mut first, mut second) = (a.side(common, output)?, b.side(common, output)?);
    if let ([one, other], true) = (words.files.as_slice(), first.case.title == second.case.title) {
        // Two files in the same words would be two columns of one name.
        for (side, file) in [(&mut first, one), (&mut second, other)] {
            side.case.title = format!("{file}: {}", side.case.title);
        }
    }
    let found = compared(&first, &second, &a.sources, output)?;
    output.report(&answer::diff_table(&found, &law_lines([a.hash(), b.hash()])))
}

/// Compares two sides of scenarios; prints what cannot be assessed.
pub(crate) fn compared(
    first: &DiffSide<'_>,
    second: &DiffSide<'_>,
    sources: &tariffcalc::diag::Sources,
    output: &Output,
) -> Result<Difference, Stopped> {
    answer::diff(first, second).map_err(|faults| match output.diagnostics(&faults, sources, false) {
        Ok(()) => Stopped::Faulty,
        Err(stopped) => stopped,
    })
}
