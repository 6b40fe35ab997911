//! Axes: round steps, and what their numbers look like.

use crate::answer::{ChartUnit, ChartY};
use crate::base::{Decimal, grouped};
use rust_decimal::prelude::ToPrimitive;

/// An axis from one round number to another in round steps.
pub(in crate::render) struct Scale {
    pub(in crate::render) low: Decimal,
    pub(in crate::render) high: Decimal,
    pub(in crate::render) step: Decimal,
}

impl Scale {
    /// Makes an axis of at most so many steps around all numbers between two; `None` where they are too large.
    pub(in crate::render) fn around(least: Decimal, most: Decimal, steps: u32) -> Option<Self> {
        let span = most.checked_sub(least)?;
        let span = if span.is_zero() { most.abs().max(Decimal::ONE) } else { span };
        let raw = span.checked_div(Decimal::from(steps.max(1)))?;
        let mut power = Decimal::ONE;
        while power.checked_mul(Decimal::TEN)? <= raw {
            power = power.checked_mul(Decimal::TEN)?;
        }
        while power > raw && power.scale() < 20 {
            power = power.checked_div(Decimal::TEN)?;
        }
        let factors = [Decimal::ONE, Decimal::TWO, Decimal::new(25, 1), Decimal::new(5, 0), Decimal::TEN];
        let steps = factors.into_iter().filter_map(|factor| power.checked_mul(factor));
        let step = steps.into_iter().find(|step| *step >= raw)?;
        let low = least.checked_div(step)?.floor().checked_mul(step)?;
        let high = most.checked_div(step)?.ceil().checked_mul(step)?;
        let high = if high == low { low.checked_add(step)? } else { high };
        Some(Self { low, high, step })
    }

    /// Returns how many steps it has.
    pub(in crate::render) fn steps(&self) -> usize {
        let steps = self.high.checked_sub(self.low).and_then(|span| span.checked_div(self.step));
        steps.and_then(|steps| steps.round().to_usize()).unwrap_or(1).max(1)
    }

    /// Returns the round numbers on it, ascending.
    pub(in crate::render) fn ticks(&self) -> Vec<Decimal> {
        (0..=self.steps()).filter_map(|at| self.step.checked_mul(Decimal::from(at))?.checked_add(self.low)).collect()
    }
}

/// Returns which of so many places along a stretch a number stands at, the first being 0.
pub(in crate::render) fn place(number: Decimal, low: Decimal, high: Decimal, last: usize) -> Option<usize> {
    let span = high.checked_sub(low)?;
    if span.is_zero() {
        return Some(0);
    }
    let along = number.checked_sub(low)?.checked_mul(Decimal::from(last))?.checked_div(span)?;
    along.round().max(Decimal::ZERO).to_usize().map(|at| at.min(last))
}

/// What the numbers of an axis look like: a divisor, and the words that name it.
pub(in crate::render) struct Look<'u> {
    unit: &'u ChartUnit,
    divisor: Decimal,
    word: &'static str,
}

impl<'u> Look<'u> {
    /// Chooses the look of numbers up to a size.
    pub(in crate::render) fn of(unit: &'u ChartUnit, largest: Decimal) -> Self {
        let words = [(1_000_000_000, "billion "), (1_000_000, "million ")];
        let chosen = words.into_iter().find(|(least, _)| largest.abs() >= Decimal::from(*least));
        let (divisor, word) = match unit {
            ChartUnit::Money(_) => chosen.unwrap_or((1, "")),
            ChartUnit::Rate | ChartUnit::Plain(_) => (1, ""),
        };
        Self { unit, divisor: Decimal::from(divisor), word }
    }

    /// Returns the unit in words, such as `million USD`; nothing for rates, whose numbers carry the sign.
    pub(in crate::render) fn words(&self) -> String {
        match self.unit {
            ChartUnit::Rate => String::new(),
            ChartUnit::Money(currency) => format!("{}{currency}", self.word),
            ChartUnit::Plain(words) => words.clone(),
        }
    }

    /// Shows a number.
    pub(in crate::render) fn show(&self, number: Decimal) -> String {
        match self.unit {
            ChartUnit::Rate => {
                let points = number.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(number);
                format!("{}%", points.round_dp(4).normalize())
            }
            ChartUnit::Money(_) | ChartUnit::Plain(_) => {
                grouped(number.checked_div(self.divisor).unwrap_or(number).round_dp(4).normalize())
            }
        }
    }

    /// Shows a number as short as a glance asks for: three digits at least, cents and tenths of a cent left out.
    pub(in crate::render) fn brief(&self, number: Decimal) -> String {
        let ChartUnit::Money(_) = self.unit else {
            return match self.unit {
                ChartUnit::Rate => {
                    let points = number.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(number);
                    let places = if points.abs() < Decimal::ONE { 4 } else { 2 };
                    format!("{}%", points.round_dp(places).normalize())
                }
                ChartUnit::Money(_) | ChartUnit::Plain(_) => self.show(number),
            };
        };
        let shown = number.checked_div(self.divisor).unwrap_or(number);
        let size = shown.abs();
        let places = if size >= Decimal::ONE_HUNDRED {
            0
        } else if size >= Decimal::TEN {
            1
        } else {
            2
        };
        let mut shown = shown.round_dp(places);
        // Millions beside each other have the same places; a sum of single units has none where it needs none.
        if self.divisor == Decimal::ONE || shown.is_zero() {
            shown = shown.normalize();
        } else {
            shown.rescale(places);
        }
        grouped(shown)
    }

    /// Says how high a point is, in short.
    pub(in crate::render) fn told(&self, y: ChartY) -> String {
        match y {
            ChartY::Known(y) => self.brief(y),
            ChartY::Unknown { at_least, at_most } => match (at_least.filter(|least| !least.is_zero()), at_most) {
                (Some(least), Some(most)) => format!("{} to {}", self.brief(least), self.brief(most)),
                (Some(least), None) => format!("at least {}", self.brief(least)),
                (None, Some(most)) => format!("at most {}", self.brief(most)),
                (None, None) => "not known".into(),
            },
            ChartY::Refused => "refused".into(),
            ChartY::Nothing => "none".into(),
        }
    }
}
