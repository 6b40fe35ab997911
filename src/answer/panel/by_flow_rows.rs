//! What a row of a flow says: its columns and its cells.

use super::by_flow::{FlowPanel, Flows, Part, Told};
use super::cases::convert;
use super::columns::{CURRENCY_OF_ROW, described};
use super::gather::{Apart, PanelKey};
use super::{bounds, why};
use crate::answer::table::{Cell, Column, Kind, Row, RowKind};
use crate::assess::Sums;
use crate::base::{Country, Currency, Decimal, quotient};

impl FlowPanel<'_> {
    /// Returns the columns of the rows: the flow, its outcome, and the duty under each program of the law.
    pub fn columns(&self) -> Vec<Column> {
        let mut columns = vec![Column::words("entered", "Entered")];
        if self.several_cases() {
            columns.extend([Column::words("case", "Case"), Column::words("case_title", "Case")]);
        }
        if self.into.len() > 1 {
            columns.push(Column::words("into", "Into"));
        }
        columns.extend(self.keys.iter().filter(|key| **key != PanelKey::Origin).map(|key| Column::words(key.key(), key.title())));
        columns.extend([
            Column::words("code", "Code"),
            Column::words("origin", "Origin"),
            Column::words("currency", "Currency"),
            Column::words("status", "Status"),
            Column::figures("value", "Customs value"),
            Column::figures("priced", "Priced value"),
            Column::figures("unknown", "Unknown value"),
            Column::figures("refused", "Refused value"),
            Column::figures("duty", "Duty on what is priced"),
            Column::figures("unknown_at_least", "Unknown: at least"),
            Column::figures("unknown_at_most", "At most"),
            Column::words("unknown_why", "Not stated (share of the unknown value)"),
            Column::figures("effective_rate", "Effective rate of what is priced"),
        ]);
        columns.extend(self.programs.iter().map(|program| Column {
            part: Some(program.to_string()),
            ..Column::figures("duty", &format!("Duty under {program}"))
        }));
        let Some((_, first)) = self.into.first() else { return columns };
        let most = self.into.iter().map(|(_, currency)| currency.places()).max().unwrap_or_default();
        let (places, mixed) = (self.value_places().max(most), self.into.iter().any(|(_, currency)| currency != first));
        let fitted = |column: Column| {
            let mut column = described(column, *first);
            if let Kind::Money(own) = &mut column.kind {
                *own = if matches!(column.key, "value" | "priced" | "unknown" | "refused") { places } else { most };
                if mixed {
                    column.unit = CURRENCY_OF_ROW.into();
                }
            }
            column
        };
        columns.into_iter().map(fitted).collect()
    }

    pub(super) fn row(&self, part: &Part<'_>, of: &Told<'_>, sums: &Sums) -> Row {
        let money = |amount: Decimal| Cell::Money(amount, part.currency);
        let (open, known) = (!sums.unknown.is_zero(), sums.unknown.is_zero() && sums.refused.is_zero());
        let is_priced = known || !sums.priced.is_zero();
        let priced = |cell: Cell| if is_priced { cell } else { Cell::Empty };
        let status = if open {
            "unknown"
        } else if known {
            "known"
        } else {
            "refused"
        };
        let rate = quotient(sums.duty, sums.priced).map_or(Cell::Empty, |rate| Cell::Rate(rate.round_dp(10).normalize()));
        let mut cells = vec![Cell::Day(of.day)];
        if self.several_cases() {
            cells.extend([Cell::Text(part.book.case.id.to_string()), Cell::Text(part.book.case.title.clone())]);
        }
        if self.into.len() > 1 {
            cells.push(Cell::Text(part.into.to_string()));
        }
        for (number, _) in self.keys.iter().enumerate().filter(|(_, key)| **key != PanelKey::Origin) {
            let name = of.names.get(number).filter(|name| !name.is_empty());
            cells.push(name.map_or(Cell::Empty, |name| Cell::Text(name.clone())));
        }
        let [least, most] = bounds(sums, part.currency);
        cells.extend([
            Cell::Text(of.code.to_string()),
            Cell::Text(of.origin.clone()),
            Cell::Text(part.currency.to_string()),
            Cell::Text(status.into()),
            money(sums.value),
            money(sums.priced),
            money(sums.unknown),
            money(sums.refused),
            priced(money(sums.duty)),
            least,
            most,
            why(sums),
            rate,
        ]);
        let under = |at: &Option<usize>| at.and_then(|at| sums.by_program.get(at)).map_or(Cell::Empty, |amount| money(*amount));
        cells.extend(part.told.iter().map(|at| priced(under(at))));
        Row { kind: RowKind::Body, cells, sources: Vec::new() }
    }

    fn several_cases(&self) -> bool {
        self.books.len() > 1
    }

    /// How many decimal places the values of the flows have in the currencies of the importing countries.
    fn value_places(&self) -> u32 {
        let scale = |value: Decimal| value.normalize().scale();
        let flows = match self.flows {
            Flows::Gathered(flows, _) => flows,
            Flows::EveryLine(every, _) => return scale(every.value),
        };
        let mut most = 0;
        let mut see = |value: Decimal, from: Currency, into: Country| {
            let Some((_, to)) = self.into.iter().find(|(country, _)| *country == into) else { return };
            if from == *to {
                most = most.max(scale(value));
                return;
            }
            // A rate that is missing is told where the flow is priced.
            let values = self.books.iter().filter_map(|book| convert(value, from, *to, &book.context).ok());
            most = most.max(values.map(scale).max().unwrap_or_default());
        };
        for (into, from, _, batch) in flows.batches() {
            batch.rows.iter().for_each(|row| see(row.value, from, into));
        }
        flows.apart.iter().for_each(|Apart { flow, .. }| see(flow.value.amount, flow.value.currency, flow.into));
        most
    }
}
