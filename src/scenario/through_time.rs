use crate::base::{Date, FlowId};

/// What a row of a timeline is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Every {
    /// A stretch of days on which the same is due.
    #[default]
    Change,
    /// A day.
    Day,
    /// A week, from Monday.
    Week,
    /// A month of the calendar.
    Month,
}

impl Every {
    /// All of them, with the words that name them in files and on the command line.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Change, "change"), (Self::Day, "day"), (Self::Week, "week"), (Self::Month, "month")];
}

/// What a scenario asks of its flows through time: `[timeline]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimelineAsked {
    /// The first entry date; the first that the book knows where none is given.
    pub from: Option<Date>,
    /// The first entry date after the period; the first that the book no longer knows where none is given.
    pub before: Option<Date>,
    /// What a row is.
    pub every: Every,
    /// The flows to show one by one; the sum of all where none is named.
    pub flows: Vec<FlowId>,
}

/// What a scenario asks of the law to come: `[next]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextAsked {
    /// The day from which on one looks ahead.
    pub on: Option<Date>,
    /// The first entry date that is not looked at; all that the book has where none is given.
    pub before: Option<Date>,
}
