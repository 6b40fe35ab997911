//! `[timeline]` and `[next]` of a scenario, from TOML.

use super::Builder;
use super::compose::joined;
use crate::base::{Date, FlowId, nearest};
use crate::diag::Code;
use crate::read::document::Table;
use crate::read::law::cross_check::unknown;
use crate::scenario::{Every, NextAsked, TimelineAsked};

impl Builder<'_, '_> {
    /// Reads `[timeline]`: period, rows, flows.
    pub(super) fn timeline(&mut self, roots: &[Table<'_>]) -> Option<TimelineAsked> {
        let table = roots.iter().find_map(|root| root.table("timeline"))?;
        let (from, before) = self.period_asked(&table, "from");
        let every = table.text("every").map(|text| {
            let known = Every::ALL.iter().find(|(_, word)| *word == text.text);
            if known.is_none() {
                let words = || Every::ALL.iter().map(|(_, word)| *word);
                let help = nearest(&text.text, words()).map_or_else(
                    || format!("write one of {}", words().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!("a timeline has no row for every `{}`", text.text);
                self.fault(Code::BadPeriod, text.place, message, "here", Some(&help));
            }
            known.map_or(Every::Change, |(every, _)| *every)
        });
        let ids: Vec<String> = joined(roots, "flow").iter().filter_map(|flow| flow.optional("id")).collect();
        let mut flows = Vec::new();
        for name in table.texts("flow") {
            if ids.contains(&name.text) {
                flows.push(FlowId::new(&name.text));
            } else {
                let near = nearest(&name.text, ids.iter().map(String::as_str));
                self.reader.out.push(unknown(Code::UnknownFlow, "flow", &name.text, name.place, near));
            }
        }
        Some(TimelineAsked { from, before, every: every.unwrap_or_default(), flows })
    }

    /// Reads `[next]`: the day from which on one looks ahead, and how far.
    pub(super) fn next(&mut self, roots: &[Table<'_>]) -> Option<NextAsked> {
        let table = roots.iter().find_map(|root| root.table("next"))?;
        let (on, before) = self.period_asked(&table, "on");
        Some(NextAsked { on, before })
    }

    fn period_asked(&mut self, table: &Table<'_>, first: &str) -> (Option<Date>, Option<Date>) {
        let (from, before) = (table.day(first, self.reader.out), table.day("before", self.reader.out));
        if let (Some(from), Some(before)) = (from, before)
            && before <= from
        {
            let message = format!("the period from {from} to before {before} has no day");
            self.fault(Code::BadPeriod, table.place_of("before"), message, "here", Some("`before` is the first day after it"));
        }
        (from, before)
    }
}
