//! What a chart shows: typed, exact, undrawn. Renderers draw it as text, and may draw it as a picture.

pub(super) mod compare;
pub(super) mod cost;
pub(super) mod panel;
pub(super) mod vary;

use crate::assess::Outcome;
use crate::base::{Currency, Date, Decimal, quotient};

/// Where a point stands along a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChartX {
    /// On a day.
    Day(Date),
    /// At a number, in the chart's [`Chart::x_unit`].
    Number(Decimal),
    /// At a name: for bars.
    Name(String),
}

/// How high a point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartY {
    /// So high.
    Known(Decimal),
    /// Not known: between bounds, where there are any.
    Unknown {
        /// The least it can be.
        at_least: Option<Decimal>,
        /// The most it can be.
        at_most: Option<Decimal>,
    },
    /// The goods may not enter: no duty, no rate.
    Refused,
    /// Nothing to show, such as the rate of goods without value.
    Nothing,
}

impl ChartY {
    /// Returns the height of an amount: known, between bounds, or refused.
    pub(super) fn of(amount: &Outcome) -> Self {
        match amount {
            Outcome::Known(amount) => Self::Known(*amount),
            Outcome::Unknown { at_least, at_most, .. } => Self::Unknown { at_least: *at_least, at_most: *at_most },
            Outcome::Refused(_) => Self::Refused,
        }
    }

    /// Returns the height of an amount over a whole, as a fraction to ten places.
    pub(super) fn share(amount: &Outcome, whole: Decimal) -> Self {
        if matches!(amount, Outcome::Refused(_)) {
            return Self::Refused;
        }
        if whole.is_zero() {
            return Self::Nothing;
        }
        let share = |amount: Decimal| quotient(amount, whole).map(|share| share.round_dp(10).normalize());
        match amount {
            Outcome::Known(amount) => share(*amount).map_or(Self::Nothing, Self::Known),
            Outcome::Unknown { at_least, at_most, .. } => {
                Self::Unknown { at_least: at_least.and_then(share), at_most: at_most.and_then(share) }
            }
            Outcome::Refused(_) => Self::Refused,
        }
    }
}

/// What the numbers of an axis are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChartUnit {
    /// Fractions, shown as percentages: 0.15 is 15 %.
    Rate,
    /// Money.
    Money(Currency),
    /// Numbers of a thing named in words; empty where they need no name.
    Plain(String),
}

/// How points are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// A height holds until the next point.
    Steps,
    /// Points are joined by straight lines.
    Line,
    /// Each point is a bar.
    Bars,
    /// Bars of one name stand upon each other, one part for each series.
    Stacked,
}

/// A place along a chart that words are put to: a day on which the law changed, the setting at which two totals meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartMark {
    /// Where it is.
    pub at: ChartX,
    /// What is there, in a few words. May hold text of a user's file.
    pub words: String,
}

/// Points that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartSeries {
    /// Its name; empty where there is only one. May hold text of a user's file.
    pub title: String,
    /// Its points, ascending along the chart.
    pub points: Vec<(ChartX, ChartY)>,
}

/// A chart of one or more series over the same axes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// What it shows, with the concept of what is measured.
    pub title: String,
    /// How its points are joined.
    pub kind: ChartKind,
    /// What [`ChartX::Number`] counts.
    pub x_unit: ChartUnit,
    /// What the heights are.
    pub y_unit: ChartUnit,
    /// The series, in the order in which they are named.
    pub series: Vec<ChartSeries>,
    /// Where the last step ends, for [`ChartKind::Steps`].
    pub until: Option<ChartX>,
    /// Places along it that words are put to, ascending.
    pub marks: Vec<ChartMark>,
}
