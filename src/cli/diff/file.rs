//! A file of trade in two states: days, books, readings, or cases of a scenario whose flows are the rows of the file.

use super::sides::{self, Words, by_cases, cases_of, law_lines, law_of};
use super::trade::{self, Trade};
use crate::cli::args::diff::{Input, RowBy};
use crate::cli::args::{Common, Settle};
use crate::cli::output::{self, Output};
use crate::cli::{Stopped, settle};
use tariffcalc::answer::{self, Difference, FileRows, FileSide};
use tariffcalc::assess::Context;
use tariffcalc::base::{CaseId, Date};
use tariffcalc::diag::{Code, Diagnostic, Diagnostics, Sources};
use tariffcalc::law::Rulebook;
use tariffcalc::scenario::{Case, Comparison, Scenario, SideAsked};

/// A call over a file of trade.
pub(crate) struct FileCall<'a> {
    pub(crate) input: &'a Input,
    pub(crate) settle: &'a Settle,
    pub(crate) common: &'a Common,
    pub(crate) output: &'a Output,
    /// The verb, for messages.
    pub(crate) verb: &'static str,
    /// Whether the rows of each day are told apart, where no side says a day and each row is compared on its own.
    pub(crate) day_by_day: bool,
}

/// One side, ready to be asked about rows.
struct FileState {
    name: String,
    /// The law with the changes of the case.
    law: &'static Rulebook,
    hash: &'static str,
    context: Context,
    entered: Option<Date>,
    /// The case, where it is one of a scenario.
    case: Option<Case>,
    sources: Sources,
}

impl FileCall<'_> {
    /// Compares the rows of a file. `own` finds the sides that the scenario with the cases names.
    pub(crate) fn compared(
        &self,
        words: &Words,
        own: impl Fn(&Scenario) -> Option<&Comparison>,
    ) -> Result<(Difference, Vec<String>), Stopped> {
        let (input, output) = (self.input, self.output);
        let (file, further) = words.files.split_first().ok_or(Stopped::Usage)?;
        if let Some(other) = further.iter().find(|other| sides::is_trade(other)) {
            output.complain(&format!("of files of trade one is compared with itself in two states; `{other}` holds other flows"));
            return Err(Stopped::Usage);
        }
        let cases: Vec<&str> = further.iter().chain(&input.with).map(String::as_str).collect();
        if words.sides.is_none() && cases.is_empty() {
            output.complain(
                "name two sides behind the file, such as 2025-09-01 2026-03-01, or a scenario with cases: `--with FILE`",
            );
            return Err(Stopped::Usage);
        }
        // The file is read while the law is.
        let reading = trade::start(file, input, self.common.quiet);
        let (law, mut sources) = output::law(self.common, output)?;
        let Some(territory) = law.home() else {
            output.complain("the book has no schedule");
            return Err(Stopped::Faulty);
        };
        let (asked, mut notes) = match &words.sides {
            Some(sides) => (sides.clone(), Vec::new()),
            None => {
                let scenario = cases_of(&cases, self.settle, law, &mut sources, output)?;
                match own(&scenario).map(|own| own.between.as_slice()) {
                    Some([a, b]) => ([a.clone(), b.clone()], Vec::new()),
                    _ => (by_cases(&scenario, true, self.verb, output)?, Vec::new()),
                }
            }
        };
        let [a, b] = &asked;
        let (first, second) = (self.state(a, &cases, law, &mut notes)?, self.state(b, &cases, law, &mut notes)?);
        let by_day = [&first, &second].iter().all(|side| side.entered.or(input.on).is_none());
        let Trade { days, notes: of_file } = trade::arrange(reading, (file, input), by_day, (law, territory), output)?;
        let mut all = Difference::default();
        let progress = output.progress("pricing");
        for trade::Day { day, batch, apart, names } in &days {
            let side = |state: &FileState| -> Result<FileSide<'static>, Stopped> {
                let day = state.entered.or(input.on).or(*day).ok_or_else(|| {
                    output.complain(&format!("the side `{}` says no entry day; write one, or `--on DATE`", state.name));
                    Stopped::Usage
                })?;
                Ok(FileSide { name: state.name.clone(), law: state.law, day, context: state.context.clone() })
            };
            let of = match input.by {
                Some(RowBy::Origin) => "Origin",
                Some(RowBy::Chapter) => "Chapter",
                Some(RowBy::Code) => "Code",
                None => "File",
            };
            let apart: Vec<_> = apart.iter().map(|(flow, group)| (flow, *group)).collect();
            let rows = FileRows { batch, apart: &apart, of, groups: names };
            let found = answer::diff_rows(&side(&first)?, &side(&second)?, territory.id, rows).map_err(|fault| {
                output.complain(&format!("the flows cannot be compared: {}", answer::fault_words(&fault)));
                Stopped::Faulty
            })?;
            all = all.with(found);
            progress.one_of(days.len());
        }
        drop(progress);
        if by_day && !self.day_by_day {
            all = all.by_group().ok_or_else(|| {
                output.complain("the flows cannot be compared: a sum has more digits than a decimal holds exactly");
                Stopped::Faulty
            })?;
        }
        all.title = format!("Imports of {}", territory.title);
        if !input.from.is_empty() {
            all.title = format!("{} from {}", all.title, input.from.join(", "));
        }
        for row in all.rows.iter_mut().filter(|row| row.id.is_empty()) {
            row.title = "All flows".into();
        }
        all.notes = of_file;
        if by_day {
            all.notes.push("Each row is compared on its own day of entry.".into());
        }
        if let Some(day) = input.on.filter(|_| [&first, &second].iter().any(|side| side.entered.is_none())) {
            all.notes.push(format!("Every row is taken as entered on {day} where its side names no day."));
        }
        all.notes.append(&mut notes);
        for state in [&first, &second] {
            let assumed = &state.context.assumed;
            let facts =
                assumed.facts.iter().map(|(fact, stated)| format!("assumed where a flow does not say: facts.{fact} = {stated}"));
            let shares =
                assumed.shares.iter().map(|(share, part)| format!("assumed where a flow does not say: {share} = {part}"));
            for note in facts.chain(shares) {
                if !all.notes.contains(&note) {
                    all.notes.push(note);
                }
            }
        }
        self.warn_of_idle([&first, &second], &all)?;
        Ok((all, law_lines([first.hash, second.hash])))
    }

    /// Settles one side: its book, its case, its readings.
    fn state(
        &self,
        side: &SideAsked,
        cases: &[&str],
        law: &'static Rulebook,
        notes: &mut Vec<String>,
    ) -> Result<FileState, Stopped> {
        let output = self.output;
        let (own, mut sources) = match &side.law {
            Some(folder) => law_of(folder, output)?,
            None => (law, Sources::default()),
        };
        if cases.is_empty() {
            side.check(own, &[]).map_err(|fault| sides::usage(&fault, output))?;
            let mut context = settle::context(self.settle, self.common.as_known, own, &mut sources, output)?;
            context.as_known = side.as_known.or(context.as_known);
            context.readings.extend(side.readings.clone());
            let said = side.said();
            let name = if said.is_empty() { side.words.clone() } else { said };
            return Ok(FileState { name, law: own, hash: own.hash(), context, entered: side.entered, case: None, sources });
        }
        let scenario = cases_of(cases, self.settle, own, &mut sources, output)?;
        let ids: Vec<CaseId> = scenario.cases.iter().map(|case| case.id.clone()).collect();
        side.check(own, &ids).map_err(|fault| sides::usage(&fault, output))?;
        let case = side.of(&scenario).ok_or(Stopped::Usage)?;
        let context = answer::case_context(&scenario, &case, self.common.as_known);
        let unused = scenario.flows.len().saturating_add(scenario.files.len());
        let note = format!("{} of {} are not used: the flows are those of the file.", plural(unused, "flow"), cases.join(", "));
        if unused > 0 && !notes.contains(&note) {
            notes.push(note);
        }
        for note in &scenario.notes {
            if !notes.contains(note) {
                notes.push(note.clone());
            }
        }
        // As a law read from a folder: kept to the end of the process.
        let amended = if case.changes.is_empty() { own } else { &*Box::leak(Box::new(own.amended(&case.changes))) };
        let (name, entered) = (case.title.clone(), case.entered);
        Ok(FileState { name, law: amended, hash: own.hash(), context, entered, case: Some(case), sources })
    }

    /// A case that changes nothing is told.
    fn warn_of_idle(&self, states: [&FileState; 2], found: &Difference) -> Result<(), Stopped> {
        let changes = |state: &FileState| state.case.as_ref().is_some_and(|case| !case.changes.is_empty());
        let [a, b] = states;
        let (state, other) = if changes(b) { (b, a) } else { (a, b) };
        if !changes(state)
            || changes(other)
            || !found.law.is_empty()
            || found.rows.iter().any(|row| !row.parts.iter().all(|part| part.part.is_zero()))
        {
            return Ok(());
        }
        let Some(case) = &state.case else { return Ok(()) };
        let told =
            Diagnostic::new(Code::ChangeHasNoEffect, format!("case `{}` changes nothing for any flow of the file", case.id))
                .maybe_at(case.place, "its duty is that of the other side")
                .help("look at the dates, origins and codes of its changes, and at the day asked");
        let mut all = Diagnostics::default();
        all.push(told);
        self.output.diagnostics(&all, &state.sources, false)
    }
}

fn plural(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
