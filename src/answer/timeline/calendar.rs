//! Events on days: typed, unwritten.

use crate::base::Date;

/// Events on days, for a calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Its name.
    pub title: String,
    /// The events, ascending by day.
    pub events: Vec<CalendarEvent>,
}

/// An event that lasts a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarEvent {
    /// The same for the same event, whenever it is written.
    pub uid: String,
    /// The day.
    pub day: Date,
    /// The day on which it became known: the stamp, which must not depend on the clock.
    pub known: Date,
    /// What happens, in one line.
    pub summary: String,
    /// More about it; may have several lines.
    pub description: String,
}
