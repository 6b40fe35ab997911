//! The rows of a file of flows with what is said of all of them: each becomes the flows it means, or is counted and told as one at fault.

use crate::base::grouped;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::law::Rulebook;
use crate::read::flows::source::FlowSource;
use crate::scenario::{BulkFlow, FlowSummary, RowFault, RowParts, RowReason, RowTerms};
use std::collections::BTreeMap;

/// How many rows at fault are told for one reason; the others are counted.
const MOST_TOLD: usize = 10;

/// A file of flows, open, with its terms: yields the rows that can be used, each with its parts.
///
/// Rows at fault are counted by reason, the first of them kept to be told. Past the number of them to be borne it stops.
pub struct FlowRows<'l> {
    law: &'l Rulebook,
    source: Box<dyn FlowSource>,
    terms: RowTerms,
    /// What could be used, and what the law has found at fault beyond the reader of the file.
    used: FlowSummary,
    told: BTreeMap<RowReason, Vec<RowFault>>,
    max_errors: Option<u64>,
    stopped: Option<Diagnostic>,
    done: bool,
}

impl<'l> FlowRows<'l> {
    /// Takes an open file. `max_errors` is the number of rows at fault to be borne; `None` bears all of them.
    pub fn new(law: &'l Rulebook, source: Box<dyn FlowSource>, mut terms: RowTerms, max_errors: Option<u64>) -> Self {
        terms.counted_in = source.head().counted_in();
        let (used, told) = (FlowSummary::default(), BTreeMap::new());
        Self { law, source, terms, used, told, max_errors, stopped: None, done: false }
    }

    /// Returns what is said of all rows.
    pub fn terms(&self) -> &RowTerms {
        &self.terms
    }

    /// Returns what was read so far: every row is used, at fault or left out.
    pub fn summary(&self) -> FlowSummary {
        let mut summary = self.source.summary().clone();
        for (reason, bad) in &self.used.bad {
            summary.bad.insert(*reason, bad.clone());
        }
        (summary.read, summary.value) = (self.used.read, self.used.value);
        summary
    }

    /// Says in one line what was read, for the remarks below a table.
    pub fn note(&self) -> String {
        let summary = self.summary();
        let currency = self.terms.currency;
        let (bad, without) = summary.bad_value();
        let count = |count: u64| grouped(count.into());
        let mut words = format!(
            "{} ({}): {} rows, {} read, customs value {} {currency}",
            self.terms.id,
            self.terms.path,
            count(summary.rows),
            count(summary.read),
            grouped(summary.value.decimal())
        );
        let left_out: u64 = summary.skipped.values().map(|skipped| skipped.count).sum();
        if left_out > 0 {
            words.push_str(&format!("; {} left out (totals, blank rows, other years)", count(left_out)));
        }
        if summary.bad_rows() > 0 {
            words.push_str(&format!(
                "; {} at fault and not in the table, their value {} {currency}",
                count(summary.bad_rows()),
                grouped(bad.decimal())
            ));
            if without > 0 {
                words.push_str(&format!(" and that of {} rows not readable", count(without)));
            }
        }
        if let Some(cite) = &self.terms.cite {
            words.push_str(&format!("; source: {cite}"));
        }
        words
    }

    /// Returns what was wrong: for each reason the first rows at fault and the number of the others, and why reading stopped, if it did.
    pub fn faults(&self) -> Diagnostics {
        let mut out = Diagnostics::default();
        let summary = self.summary();
        for (reason, faults) in &self.told {
            let count = summary.bad.get(reason).map_or(0, |bad| bad.count);
            let rows = if count == 1 { "a row is".to_owned() } else { format!("{} rows are", grouped(count.into())) };
            let message = format!("`{}`: {rows} not read: {}", self.terms.path, reason.meaning());
            let mut lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
            let more = count.saturating_sub(faults.len() as u64);
            if more > 0 {
                lines.push(format!("and {} more", grouped(more.into())));
            }
            let mut told = Diagnostic::new(Code::BadRow, message);
            told = match self.terms.place {
                Some(place) => lines.into_iter().fold(told, |told, line| told.at(place, line)),
                None => told.help(lines.join("; ")),
            };
            out.push(told);
        }
        if let Some(stopped) = &self.stopped {
            out.push(stopped.clone());
        } else if self.done && self.used.read == 0 {
            let why = if summary.rows == 0 { "has a header and no rows" } else { "has no row that can be used" };
            let told = Diagnostic::new(Code::NoFlows, format!("`{}` {why}", self.terms.path));
            out.push(told.maybe_at(self.terms.place, "this file"));
        }
        out
    }

    /// Counts a row at fault. `late` tells that the reader of the file found nothing wrong with it.
    fn bad(&mut self, fault: RowFault, late: bool) {
        if late {
            self.used.add_fault(&fault);
        }
        let stop = |words: String, code: Code, place| Some(Diagnostic::new(code, words).maybe_at(place, "this file"));
        let (path, place) = (&self.terms.path, self.terms.place);
        if fault.reason == RowReason::CutShort {
            self.stopped = stop(format!("cannot read `{path}` to its end: {fault}"), Code::CannotRead, place);
            return;
        }
        let told = self.told.entry(fault.reason).or_default();
        let words = fault.to_string();
        if told.len() < MOST_TOLD {
            told.push(fault);
        }
        let bad = self.source.summary().bad_rows().saturating_add(self.used.bad_rows());
        if let Some(most) = self.max_errors.filter(|most| bad > *most) {
            let message = format!("more rows of `{path}` are at fault than the {most} to be borne; the last one is {words}");
            self.stopped = stop(message, Code::TooManyBadRows, place);
        }
    }
}

impl Iterator for FlowRows<'_> {
    type Item = (BulkFlow, RowParts);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done && self.stopped.is_none() {
            match self.source.next() {
                None => self.done = true,
                Some(Err(fault)) => self.bad(fault, false),
                Some(Ok(row)) => match self.terms.parts(self.law, &row) {
                    Ok(parts) => {
                        self.used.read += 1;
                        self.used.value.add(row.value);
                        return Some((row, parts));
                    }
                    Err(fault) => self.bad(fault, true),
                },
            }
        }
        None
    }
}
