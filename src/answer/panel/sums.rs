//! The sums that a panel's file is checked by: what its rows come to, with the coverage.

use crate::answer::document::Node;
use crate::answer::table::{Cell, Column, Row, RowKind};
use crate::base::{Date, Decimal, quotient, sum};

/// The keys of the amounts that are summed, in the order they are told.
const AMOUNTS: [&str; 5] = ["value", "priced", "unknown", "refused", "duty"];

/// Sums of the rows of a panel. Where the duty is parted by program only the rows of totals count, so that nothing counts twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PanelSums {
    /// How many rows, those of totals and parts included.
    pub rows: u64,
    /// The amounts of [`AMOUNTS`]; `None` where a sum has more digits than a decimal holds.
    amounts: [Option<Decimal>; 5],
    begun: bool,
    /// The least and the most that the unknown flows owe.
    bounds: [Option<Decimal>; 2],
}

/// Where the summed columns of a table stand.
#[derive(Clone, Debug)]
pub struct SummedColumns {
    amounts: [Option<usize>; 5],
    bounds: [Option<usize>; 2],
    by_program: bool,
}

impl SummedColumns {
    /// Finds the columns.
    pub fn of(columns: &[Column]) -> Self {
        let at = |key: &str| columns.iter().position(|column| column.key == key && column.part.is_none());
        Self {
            amounts: AMOUNTS.map(at),
            bounds: ["unknown_at_least", "unknown_at_most"].map(at),
            by_program: at("program").is_some(),
        }
    }
}

fn money(row: &Row, at: Option<usize>) -> Option<Decimal> {
    if let Some(Cell::Money(amount, _)) = at.and_then(|at| row.cells.get(at)) { Some(*amount) } else { None }
}

impl PanelSums {
    /// Counts a row.
    pub fn add(&mut self, columns: &SummedColumns, row: &Row) {
        if !self.begun {
            self.begun = true;
            self.amounts = [Some(Decimal::ZERO); 5];
            self.bounds = [Some(Decimal::ZERO); 2];
        }
        self.rows = self.rows.saturating_add(1);
        if columns.by_program && row.kind != RowKind::Total {
            return;
        }
        for (total, at) in self.amounts.iter_mut().zip(columns.amounts) {
            *total = total.and_then(|total| sum(total, money(row, at).unwrap_or_default()));
        }
        let [_, _, unknown, ..] = columns.amounts;
        let open = money(row, unknown).is_some_and(|unknown| !unknown.is_zero());
        for (total, at) in self.bounds.iter_mut().zip(columns.bounds).filter(|_| open) {
            // A bound that is not there is no bound: the sum has none either.
            *total = total.zip(money(row, at)).and_then(|(total, bound)| sum(total, bound));
        }
    }

    /// Adds other sums.
    pub fn and(&mut self, other: &Self) {
        if !self.begun {
            *self = other.clone();
            return;
        }
        if !other.begun {
            return;
        }
        let both = |a: Option<Decimal>, b: Option<Decimal>| a.zip(b).and_then(|(a, b)| sum(a, b));
        self.rows = self.rows.saturating_add(other.rows);
        for (total, more) in self.amounts.iter_mut().zip(other.amounts) {
            *total = both(*total, more);
        }
        for (total, more) in self.bounds.iter_mut().zip(other.bounds) {
            *total = both(*total, more);
        }
    }

    /// Returns one of the sums: of `value`, `priced`, `unknown`, `refused` or `duty`.
    pub fn amount(&self, key: &str) -> Option<Decimal> {
        AMOUNTS.iter().position(|known| *known == key).and_then(|at| self.amounts.get(at).copied().flatten())
    }

    /// Returns the sums as a part of a document, with the coverage and the effective rate, which says what it is.
    pub fn node(&self, day: Option<Date>) -> Node {
        let mut entries = Vec::new();
        entries.extend(day.map(|day| ("entered", Node::text(day))));
        entries.push(("rows", Node::Number(i64::try_from(self.rows).unwrap_or(i64::MAX))));
        for key in AMOUNTS {
            let amount = if self.begun { self.amount(key) } else { Some(Decimal::ZERO) };
            entries.push((key, Node::maybe(amount.map(|amount| amount.normalize()))));
        }
        let rate = |part: &str, whole: &str| {
            let rate = self.amount(part).zip(self.amount(whole)).filter(|(_, whole)| !whole.is_zero());
            Node::maybe(rate.and_then(|(part, whole)| quotient(part, whole)).map(|rate| rate.round_dp(10).normalize()))
        };
        let [least, most] = self.bounds;
        entries.push(("unknown_at_least", Node::maybe(least.map(|least| least.normalize()))));
        entries.push(("unknown_at_most", Node::maybe(most.map(|most| most.normalize()))));
        entries.push(("priced_share", rate("priced", "value")));
        entries.push(("effective_rate", rate("duty", "priced")));
        Node::Object(entries)
    }
}
