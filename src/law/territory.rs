use crate::base::{Country, Currency, Date, GroupId, ProgramId, Rounding};
use crate::diag::Source;

/// An importing country: the customs territory that charges the duty, and the rules it charges all duties by.
#[derive(Clone, Debug)]
pub struct Territory {
    /// Its letters, such as `US`.
    pub id: Country,
    /// Its name.
    pub title: String,
    /// The currency duties are due in.
    pub currency: Currency,
    /// How values and duties are rounded.
    pub rounding: Rounding,
    /// The program of the column-1 duty, which floors count and replacements replace.
    pub column_1: ProgramId,
    /// The program of the column-2 duty, where there is one.
    pub column_2: Option<ProgramId>,
    /// The groups of origins that pay column 2.
    pub column_2_origins: Vec<GroupId>,
    /// Other countries, as lists of countries count them, that lie within the customs territory: goods of theirs are no imports.
    pub within: Vec<Country>,
    /// The source that says so.
    pub within_cite: Option<String>,
    /// The program of the fees that are due by entry beside the duty, where there are any.
    pub fees: Option<ProgramId>,
    /// The source of the rule that goods from a free zone are charged by the law of the day they were admitted to it, where there is one.
    pub zone_admission: Option<String>,
    /// The source of the schedule, where one is embedded.
    pub schedule_cite: Option<String>,
    /// The first entry date the book knows.
    pub complete_from: Date,
    /// The first entry date the book no longer knows.
    pub complete_before: Date,
    /// What the customs value is, in words.
    pub valuation: Option<String>,
    /// The source.
    pub cite: String,
    /// Where it is written.
    pub source: Source,
}

impl Territory {
    /// Returns the last entry date the book knows.
    pub fn last_day(&self) -> Date {
        self.complete_before.yesterday().unwrap_or(self.complete_before)
    }
}
