use super::args::Common;
use super::args_diff::{Diff, Input, RowBy};
use super::output::{self, Output};
use super::sides::{self, asked, is_trade, law_lines, law_of};
use super::trade::{self, Trade};
use super::{Done, Stopped, settle};
use tariffcalc::answer::{self, DiffSide, Difference, FileRows, FileSide};
use tariffcalc::base::Date;
use tariffcalc::law::Rulebook;
use tariffcalc::scenario::SideAsked;

/// Compares two sides of a scenario, two scenarios, or two sides of a file of trade.
pub(crate) fn diff(args: &Diff, common: &Common, output: &Output) -> Done {
    let words = sides::words(&args.what, 2, output)?;
    settle::no_alternatives(&args.settle, output)?;
    if words.files.iter().any(|file| is_trade(file)) {
        let Some(sides) = words.sides else {
            output.complain("name two sides behind the file, such as 2025-09-01 2026-03-01");
            return Err(Stopped::Usage);
        };
        let call = FileCall { input: &args.input, settle: &args.settle, common, output };
        let (found, laws) = call.compared(&words.files, &sides, false)?;
        return output.report(&answer::diff_table(&found, &laws));
    }
    let [a, b] = asked(&words, &args.input, &args.settle, |s| s.diff.as_ref(), "diff", (common, output))?;
    let (first, second) = (a.side(common, output)?, b.side(common, output)?);
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

/// A call over a file of trade.
pub(crate) struct FileCall<'a> {
    pub(crate) input: &'a Input,
    pub(crate) settle: &'a super::args::Settle,
    pub(crate) common: &'a Common,
    pub(crate) output: &'a Output,
}

impl FileCall<'_> {
    /// Compares the rows of a file; with `by_day` each row on the day it says, where no side says another.
    pub(crate) fn compared(
        &self,
        files: &[String],
        sides: &[SideAsked; 2],
        by_day: bool,
    ) -> Result<(Difference, Vec<String>), Stopped> {
        let (input, output) = (self.input, self.output);
        let [file] = files else {
            output.complain("of files of trade one is compared with itself in two states; two files hold other flows");
            return Err(Stopped::Usage);
        };
        if !input.with.is_empty() {
            output.complain("`--with` is for scenarios");
            return Err(Stopped::Usage);
        }
        // The file is read while the law is.
        let reading = trade::start(file, input, self.common.quiet);
        let (law, mut sources) = output::law(self.common, output)?;
        let Some(territory) = law.home() else {
            output.complain("the book has no schedule");
            return Err(Stopped::Faulty);
        };
        let mut contexts = Vec::new();
        let mut laws: Vec<&'static Rulebook> = Vec::new();
        for side in sides {
            let own = match &side.law {
                Some(folder) => law_of(folder, output)?.0,
                None => law,
            };
            side.check(own, &[]).map_err(|fault| sides::usage(&fault, output))?;
            let mut context = settle::context(self.settle, self.common.as_known, own, &mut sources, output)?;
            context.as_known = side.as_known.or(context.as_known);
            context.readings.extend(side.readings.clone());
            contexts.push(context);
            laws.push(own);
        }
        let (Ok([law_a, law_b]), Ok([context_a, context_b])) = (<[_; 2]>::try_from(laws), <[_; 2]>::try_from(contexts)) else {
            return Err(Stopped::Faulty);
        };
        let by_day = by_day && sides.iter().all(|side| side.entered.or(input.on).is_none());
        let Trade { days, notes } = trade::arrange(reading, (file, input), by_day, (law, territory), output)?;
        let [side_a, side_b] = sides;
        let mut all = Difference::default();
        let progress = output.progress("pricing");
        for trade::Day { day, batch, apart, names } in &days {
            let entered = |side: &SideAsked| -> Result<Date, Stopped> {
                side.entered.or(input.on).or(*day).ok_or_else(|| {
                    output.complain(&format!("the side `{}` says no entry day; write one, or `--on DATE`", side.words));
                    Stopped::Usage
                })
            };
            let of = |side: &SideAsked, law, context: &tariffcalc::assess::Context| -> Result<FileSide<'_>, Stopped> {
                let said = side.said();
                let name = if said.is_empty() { side.words.clone() } else { said };
                Ok(FileSide { name, law, day: entered(side)?, context: context.clone() })
            };
            let (first, second) = (of(side_a, law_a, &context_a)?, of(side_b, law_b, &context_b)?);
            let what = match input.by {
                Some(RowBy::Origin) => "Origin",
                Some(RowBy::Chapter) => "Chapter",
                Some(RowBy::Code) => "Code",
                None => "File",
            };
            let apart: Vec<_> = apart.iter().map(|(flow, group)| (flow, *group)).collect();
            let rows = FileRows { batch, apart: &apart, of: what, groups: names };
            let found = answer::diff_rows(&first, &second, territory.id, rows).map_err(|fault| {
                output.complain(&format!("the flows cannot be compared: {}", answer::fault_words(&fault)));
                Stopped::Faulty
            })?;
            let rows = std::mem::take(&mut all.rows);
            all = Difference { rows: rows.into_iter().chain(found.rows.clone()).collect(), ..found };
            progress.one_of(days.len());
        }
        drop(progress);
        all.title = format!("Imports of {}", territory.title);
        if !input.from.is_empty() {
            all.title = format!("{} from {}", all.title, input.from.join(", "));
        }
        for row in all.rows.iter_mut().filter(|row| row.id.is_empty()) {
            row.title = "All flows".into();
        }
        all.notes = notes;
        let assumed = &context_a.assumed;
        all.notes.extend(
            assumed.facts.iter().map(|(fact, stated)| format!("assumed where a flow does not say: facts.{fact} = {stated}")),
        );
        all.notes
            .extend(assumed.shares.iter().map(|(share, part)| format!("assumed where a flow does not say: {share} = {part}")));
        Ok((all, law_lines([law_a.hash(), law_b.hash()])))
    }
}
