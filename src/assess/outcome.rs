use super::explore::Open;
use crate::base::{CommodityCode, Country, Currency, Date, Decimal, MeasureId, ProgramId, sum};
use crate::diag::Source;
use std::sync::Arc;

/// An amount of duty: known, unknown (never zero), or a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// This much, in the currency of the importing country.
    Known(Decimal),
    /// Not known: why, and between which bounds, where there are any.
    Unknown {
        /// What is missing, each with what to add.
        why: Vec<String>,
        /// The least it can be.
        at_least: Option<Decimal>,
        /// The most it can be.
        at_most: Option<Decimal>,
    },
    /// The goods may not enter: there is no duty.
    Refused(String),
}

impl Outcome {
    /// Returns the amount, if it is known.
    pub fn known(&self) -> Option<Decimal> {
        match self {
            Self::Known(amount) => Some(*amount),
            Self::Unknown { .. } | Self::Refused(_) => None,
        }
    }

    /// Returns the least it can be: the amount itself where it is known, nothing for a refusal.
    pub fn at_least(&self) -> Option<Decimal> {
        match self {
            Self::Known(amount) => Some(*amount),
            Self::Unknown { at_least, .. } => *at_least,
            Self::Refused(_) => None,
        }
    }

    /// Returns the most it can be.
    pub fn at_most(&self) -> Option<Decimal> {
        match self {
            Self::Known(amount) => Some(*amount),
            Self::Unknown { at_most, .. } => *at_most,
            Self::Refused(_) => None,
        }
    }

    /// Adds two outcomes: known sums stay exact, bounds add up, and what is unknown stays unknown. A refusal adds no duty.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Refused(_), amount) | (amount, Self::Refused(_)) => amount.clone(),
            (Self::Known(a), Self::Known(b)) => sum(*a, *b).map_or_else(
                || Self::Unknown {
                    why: vec!["the sum has more digits than a decimal holds".into()],
                    at_least: None,
                    at_most: None,
                },
                Self::Known,
            ),
            (a, b) => {
                let bound = |a: Option<Decimal>, b: Option<Decimal>| a.zip(b).and_then(|(a, b)| sum(a, b));
                // No duty is below zero: what is not known at all adds at least nothing.
                let least = |outcome: &Self| outcome.at_least().or(Some(Decimal::ZERO));
                let mut why = a.reasons().to_vec();
                why.extend(b.reasons().iter().filter(|reason| !a.reasons().contains(reason)).cloned());
                Self::Unknown { why, at_least: bound(least(a), least(b)), at_most: bound(a.at_most(), b.at_most()) }
            }
        }
    }

    /// Returns what is missing where it is not known, each with what to add.
    pub fn reasons(&self) -> &[String] {
        match self {
            Self::Unknown { why, .. } => why,
            Self::Known(_) | Self::Refused(_) => &[],
        }
    }
}

/// The row of a list that brings a code into the scope of a measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The code that the list names: that of the goods, or one above it.
    pub code: CommodityCode,
    /// The instrument that named it, where that is not the measure's own.
    pub cite: Option<Arc<str>>,
    /// The first entry date on which it is in scope, where the list says one.
    pub from: Option<Date>,
    /// Where the row is written.
    pub source: Source,
}

/// One measure's charge on one flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyLine {
    /// The measure.
    pub measure: MeasureId,
    /// Its program.
    pub program: ProgramId,
    /// Its name.
    pub title: String,
    /// The heading it is entered under.
    pub heading: String,
    /// The rate as the law states it.
    pub form: String,
    /// The share of the base that is due, as a fraction, exact for ad valorem rates and to ten places otherwise; `None` where it is not known.
    pub rate: Option<Decimal>,
    /// What it falls on, in the currency of the importing country, a part of the value in whole value steps; `None` where it is not known.
    pub base: Option<Decimal>,
    /// The part of the value before it was rounded, where rounding changed it.
    pub unrounded_base: Option<Decimal>,
    /// The amount before rounding, where it is known.
    pub exact: Option<Decimal>,
    /// The amount due, rounded once.
    pub amount: Outcome,
    /// The legal source.
    pub cite: String,
    /// Where the rule is written: a seed, or the scenario.
    pub source: Source,
    /// What brought the code into the measure's scope, where its list says so.
    pub scope: Option<Scope>,
    /// A remark of the law's editors.
    pub note: Option<String>,
    /// The change that made the rate what it is, if a case did.
    pub changed_by: Option<Source>,
    /// The measure that stands in its place, if it is replaced.
    pub replaced_by: Option<MeasureId>,
}

/// A measure that did not apply, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotApplied {
    /// The measure.
    pub measure: MeasureId,
    /// Its program.
    pub program: ProgramId,
    /// Its name.
    pub title: String,
    /// The reason in one word: `yielded`, `excepted`, `claim`, `code`, `not-in-force`, `displaced`, `threshold`, `alternative`, `counted`, `changed`.
    pub why: &'static str,
    /// The reason in words.
    pub words: String,
    /// The measure that took over, where one did.
    pub to: Option<MeasureId>,
    /// The heading the relief is claimed under, or the measure's own.
    pub heading: Option<String>,
    /// The legal source of the relief.
    pub cite: Option<String>,
    /// Where the rule is written.
    pub source: Source,
}

/// All duty on one flow in one case.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The importing country.
    pub into: Country,
    /// The origin.
    pub origin: String,
    /// The code assessed.
    pub code: CommodityCode,
    /// The entry date.
    pub entered: Date,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The customs value, exact, as entered (converted where it was in another currency).
    pub value: Decimal,
    /// The customs value that rates are applied to, rounded as the country's rule has it.
    pub dutiable: Decimal,
    /// The lines, in the order they were worked out.
    pub lines: Vec<DutyLine>,
    /// The measures that did not apply, with reasons.
    pub not_applied: Vec<NotApplied>,
    /// The total.
    pub duty: Outcome,
    /// What was taken for granted, and what a reader should know.
    pub notes: Vec<String>,
    /// What the flow leaves open and the duty hangs on; where all ways to settle it agree, the duty is known all the same.
    pub open: Vec<Open>,
}

impl Assessment {
    /// Returns duty over customs value as a fraction, to ten places, where the duty is known and the value is not zero.
    pub fn effective_rate(&self) -> Option<Decimal> {
        ratio(self.duty.known()?, self.value)
    }
}

/// Returns `part ÷ whole` to ten places; `None` for a whole of zero.
pub(crate) fn ratio(part: Decimal, whole: Decimal) -> Option<Decimal> {
    if whole.is_zero() {
        return None;
    }
    Some(crate::base::quotient(part, whole)?.round_dp(10).normalize())
}
