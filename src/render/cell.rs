//! What cells look like to people.

use crate::answer::{Cell, Column, Table};
use crate::base::{Currency, Decimal, grouped, inert_line, quotient};
use rust_decimal::RoundingStrategy;

/// How the money of one table is shown: in which unit, and whether each amount must name its currency.
pub(super) struct Style<'t> {
    units: Option<(&'t str, Decimal)>,
    pub(super) currencies: Vec<Currency>,
}

impl<'t> Style<'t> {
    pub(super) fn of(table: &'t Table) -> Self {
        let mut currencies: Vec<Currency> = Vec::new();
        for cell in table.rows.iter().flat_map(|row| &row.cells) {
            if let Cell::Money(_, currency) = cell
                && !currencies.contains(currency)
            {
                currencies.push(*currency);
            }
        }
        Self { units: table.scale.as_ref().map(|scale| (scale.word.as_str(), scale.units)), currencies }
    }

    /// `Amounts in million USD.`, where the table has money of one currency.
    pub(super) fn caption(&self) -> Option<String> {
        let [currency] = self.currencies.as_slice() else {
            return None;
        };
        Some(match self.units {
            Some((word, _)) => format!("Amounts in {word} {currency}."),
            None => format!("Amounts in {currency}."),
        })
    }

    /// Shows a cell. Money is rounded for the eye only; nothing is computed from what is shown.
    pub(super) fn show(&self, cell: &Cell) -> String {
        match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Money(amount, currency) => {
                let shown = self.amount(*amount, currency.places());
                if self.currencies.len() > 1 { format!("{shown} {currency}") } else { shown }
            }
            Cell::Unknown { at_least, at_most } => {
                let places = self.currencies.first().map_or(2, Currency::places);
                let least = at_least.filter(|least| !least.is_zero());
                match (least.map(|a| self.amount(a, places)), at_most.map(|a| self.amount(a, places))) {
                    (Some(least), Some(most)) => format!("{least} to {most}"),
                    (Some(least), None) => format!("at least {least}"),
                    (None, Some(most)) => format!("at most {most}"),
                    (None, None) => "unknown".into(),
                }
            }
            Cell::Refused => "refused".into(),
            Cell::Rate(fraction) => percent(*fraction, 4),
            Cell::Day(day) => day.to_string(),
            Cell::Count(count) => count.to_string(),
        }
    }

    fn amount(&self, amount: Decimal, places: u32) -> String {
        let (amount, places) = match self.units {
            Some((_, units)) => (quotient(amount, units).unwrap_or(amount), 2),
            None => (amount, places),
        };
        let mut shown = amount.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
        shown.rescale(places);
        grouped(shown)
    }
}

/// An amount for machines, exact, with at least the places of its currency: `2500.00`.
pub(super) fn money(amount: Decimal, places: u32) -> String {
    let mut amount = amount.normalize();
    if amount.scale() < places {
        amount.rescale(places);
    }
    amount.to_string()
}

/// Shows a fraction as a percentage with at most so many decimal places.
pub(super) fn percent(fraction: Decimal, places: u32) -> String {
    let points = fraction.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(fraction);
    format!("{}%", points.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero).normalize())
}

/// The columns that tables for people show, with their places.
pub(super) fn shown(table: &Table) -> Vec<(usize, &Column)> {
    table.columns.iter().enumerate().filter(|(_, column)| column.shown).collect()
}

/// Tells whether a cell repeats the one above it in a column that shows a value once.
pub(super) fn repeats(table: &Table, row: usize, column: usize) -> bool {
    let cell = |row: usize| table.rows.get(row).and_then(|row| row.cells.get(column));
    table.columns.get(column).is_some_and(|column| column.once) && row > 0 && cell(row) == cell(row - 1)
}

/// Makes text harmless for a terminal and for a single line.
pub(super) fn harmless(text: &str) -> String {
    inert_line(text).into_owned()
}
