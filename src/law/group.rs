use crate::base::{Country, Date, GroupId};

/// A group of countries with dated membership, such as the European Union.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id, such as `EU`.
    pub id: GroupId,
    /// Its name.
    pub title: String,
    /// Members from a day on, in the order of days. Each entry replaces the one before it whole.
    pub versions: Vec<(Date, Vec<Country>)>,
}

impl Group {
    /// Returns the members on that day; none before the first day recorded.
    pub fn members(&self, day: Date) -> &[Country] {
        self.versions.iter().rev().find(|(from, _)| *from <= day).map_or(&[], |(_, members)| members)
    }

    /// Tells whether the country is a member on that day.
    pub fn has(&self, country: Country, day: Date) -> bool {
        self.members(day).contains(&country)
    }
}
