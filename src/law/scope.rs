use super::Group;
use super::measure::holds;
use crate::base::{CommodityCode, Country, Date, GroupId, Period};
use crate::diag::Source;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

/// Where goods come from, as a measure names it: a country or a group of that day's members.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// One country.
    Country(Country),
    /// The members of a group on the entry date.
    Group(GroupId),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Country(country) => country.fmt(f),
            Self::Group(id) => id.fmt(f),
        }
    }
}

/// The origins a measure falls on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OriginSet {
    /// Every origin.
    All,
    /// These only.
    Of(Vec<Place>),
    /// Every origin but these.
    AllBut(Vec<Place>),
    /// Every origin that no other measure of the same program names: "every country not listed".
    Others,
}

impl OriginSet {
    /// Tells whether the origin belongs to the set on that day. `named` tells whether another measure of the program names the origin; it is
    /// asked only for [`OriginSet::Others`].
    pub fn contains(&self, origin: Country, day: Date, groups: &BTreeMap<GroupId, Group>, named: impl Fn() -> bool) -> bool {
        let among = |places: &[Place]| {
            places.iter().any(|place| match place {
                Place::Country(country) => *country == origin,
                Place::Group(id) => groups.get(id).is_some_and(|group| group.has(origin, day)),
            })
        };
        match self {
            Self::All => true,
            Self::Of(places) => among(places),
            Self::AllBut(places) => !among(places),
            Self::Others => !named(),
        }
    }
}

/// One row of a scope table: a code (with all below it) over a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRow {
    /// The code; it covers every code below it.
    pub code: CommodityCode,
    /// The entry dates the row holds for.
    pub period: Period,
    /// The day the row was published, where that is later than its measure's.
    pub known: Option<Date>,
    /// The day its end was published, where that is later than the row itself: until then it was taken to go on.
    pub end_known: Option<Date>,
    /// The instrument that named the code, where that is not the measure's own.
    pub cite: Option<Arc<str>>,
    /// Where it is written.
    pub source: Source,
}

impl CodeRow {
    /// Tells whether the row says more than that its list holds the code: by which instrument, or from when to when.
    pub fn is_dated(&self) -> bool {
        self.cite.is_some() || self.period != Period::ALWAYS
    }

    /// Tells whether the row holds on a day, as the book stood on `as_known`.
    fn holds(&self, day: Date, as_known: Date) -> bool {
        holds(self.period, self.known, self.end_known, day, as_known)
    }
}

/// A list of codes, looked up by longest prefix.
#[derive(Debug, Default)]
pub struct CodeList {
    rows: Vec<CodeRow>,
    index: OnceLock<Index>,
}

/// Built when a list is first asked: most lists of the book are never asked by one question.
#[derive(Debug, Default)]
struct Index {
    /// Rows by code: positions in the list. Never iterated, so that its order cannot reach an output.
    rows: HashMap<CommodityCode, Vec<u32>, foldhash::fast::FixedState>,
    /// Which code lengths occur, longest first.
    lengths: Vec<u8>,
}

impl CodeList {
    /// Builds the list; rows are put in the order of codes.
    pub fn new(mut rows: Vec<CodeRow>) -> Self {
        rows.sort_by_key(|row| (row.code, row.period.from));
        Self { rows, index: OnceLock::new() }
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let mut index =
                Index { rows: HashMap::with_capacity_and_hasher(self.rows.len(), Default::default()), lengths: Vec::new() };
            for (number, row) in self.rows.iter().enumerate() {
                index.rows.entry(row.code).or_default().push(u32::try_from(number).unwrap_or(u32::MAX));
                if !index.lengths.contains(&row.code.length()) {
                    index.lengths.push(row.code.length());
                }
            }
            index.lengths.sort_unstable_by(|a, b| b.cmp(a));
            index
        })
    }

    /// Returns the rows in the order of codes.
    pub fn rows(&self) -> &[CodeRow] {
        &self.rows
    }

    /// Returns the most specific row that covers the code on that day, as known on `as_known`.
    pub fn covering(&self, code: CommodityCode, day: Date, as_known: Date) -> Option<&CodeRow> {
        let index = self.index();
        index
            .lengths
            .iter()
            .filter(|length| **length <= code.length())
            .filter_map(|length| index.rows.get(&code.cut(*length)))
            .flatten()
            .filter_map(|number| self.rows.get(*number as usize))
            .find(|row| row.holds(day, as_known))
    }

    /// Returns the days on which rows that cover the code start or end.
    pub fn bounds(&self, code: CommodityCode) -> impl Iterator<Item = Date> {
        let index = self.index();
        let lengths = index.lengths.iter().filter(move |length| **length <= code.length());
        let rows = lengths.filter_map(move |length| index.rows.get(&code.cut(*length))).flatten();
        let periods = rows.filter_map(|number| self.rows.get(*number as usize)).map(|row| row.period);
        periods.flat_map(|period| [period.from, period.before]).flatten()
    }

    /// Tells whether a row covers the code, on whatever day.
    pub fn mentions(&self, code: CommodityCode) -> bool {
        let index = self.index();
        let mut lengths = index.lengths.iter().filter(|length| **length <= code.length());
        lengths.any(|length| index.rows.contains_key(&code.cut(*length)))
    }

    /// Returns the dates on which a row starts or ends, each once.
    pub fn dates(&self) -> impl Iterator<Item = Date> {
        Period::bounds(self.rows.iter().map(|row| row.period)).into_iter()
    }

    /// Returns the codes of the list that lie below `code` (longer than it).
    pub fn below(&self, code: CommodityCode) -> impl Iterator<Item = CommodityCode> {
        let start = self.rows.partition_point(|row| row.code.padded() < code.padded());
        self.rows
            .iter()
            .skip(start)
            .take_while(move |row| row.code.padded() < code.end())
            .map(|row| row.code)
            .filter(move |below| below.length() > code.length())
    }
}

/// The codes a measure falls on: all, or those of lists, less those of another list.
#[derive(Clone, Debug, Default)]
pub struct CodeSet {
    /// The list; `None` is all codes.
    pub under: Option<Arc<CodeList>>,
    /// Codes taken out again.
    pub except: Option<Arc<CodeList>>,
}

impl CodeSet {
    /// Every code.
    pub const ALL: Self = Self { under: None, except: None };

    /// Tells whether the set holds the code on that day.
    pub fn contains(&self, code: CommodityCode, day: Date, as_known: Date) -> bool {
        let listed = match &self.under {
            None => true,
            Some(list) => list.covering(code, day, as_known).is_some(),
        };
        listed && self.except.as_ref().is_none_or(|list| list.covering(code, day, as_known).is_none())
    }

    /// Returns the row that brings the code into the set on that day; `None` where the set holds every code.
    pub fn covering(&self, code: CommodityCode, day: Date, as_known: Date) -> Option<&CodeRow> {
        self.under.as_ref()?.covering(code, day, as_known)
    }

    /// Returns the codes below `code` at which membership may change: where a short code must be taken apart.
    pub fn below(&self, code: CommodityCode) -> impl Iterator<Item = CommodityCode> {
        self.under.iter().chain(self.except.iter()).flat_map(move |list| list.below(code))
    }

    /// Returns the dates on which a row starts or ends.
    pub fn dates(&self) -> impl Iterator<Item = Date> {
        self.under.iter().chain(self.except.iter()).flat_map(|list| list.dates())
    }
}
