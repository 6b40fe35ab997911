//! What was read of a file of flows: rows, faults by reason, sums, origins.

use super::{BulkFlow, RowFault, RowReason};
use crate::base::{CommodityCode, Country, Decimal, Total};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How many line numbers are kept for one reason.
const FIRST_LINES: usize = 5;
/// How many different codes are told apart.
const MOST_CODES: usize = 1_000_000;

/// Rows that could not be read for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadRows {
    /// How many.
    pub count: u64,
    /// The first few of their lines.
    pub lines: Vec<u64>,
    /// What is said of the first one.
    pub example: String,
    /// The sum of their values, where those could be read.
    pub value: Total,
    /// Of how many the value could not be read.
    pub without_value: u64,
}

/// Why a sound row is left out: it is no flow of its own, or not one that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skipped {
    /// A line of nothing but commas.
    Blank,
    /// A sum over all countries or all codes.
    Total,
    /// One district, where the file also has all districts in one; or the other way round.
    District,
    /// Of another year than asked for.
    OtherYear,
    /// Another figure than the first value in the file, such as a quantity.
    OtherFigure,
}

impl Skipped {
    /// Returns what is skipped, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Blank => "blank rows",
            Self::Total => "rows of totals",
            Self::District => "rows that other rows on districts repeat",
            Self::OtherYear => "rows of other years",
            Self::OtherFigure => "rows of other figures than the first",
        }
    }
}

/// Rows left out for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkippedRows {
    /// How many.
    pub count: u64,
    /// The sum of their values, where those could be read.
    pub value: Total,
}

/// What a reader of a file of flows has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowSummary {
    /// Rows below the header: those read, those at fault, and those left out.
    pub rows: u64,
    /// Rows read as flows.
    pub read: u64,
    /// The sum of their values.
    pub value: Total,
    /// Rows at fault, by reason.
    pub bad: BTreeMap<RowReason, BadRows>,
    /// Rows left out, by reason.
    pub skipped: BTreeMap<Skipped, SkippedRows>,
    /// The sum over everything that the file itself states, where it does.
    pub stated_total: Option<Decimal>,
    /// Why reading stopped before the end, if it did.
    pub stopped: Option<String>,
}

impl FlowSummary {
    /// Returns how many rows are at fault.
    pub fn bad_rows(&self) -> u64 {
        self.bad.values().map(|bad| bad.count).sum()
    }

    /// Returns the sum of the values of rows at fault, where those could be read, and of how many rows it could not.
    pub fn bad_value(&self) -> (Total, u64) {
        self.bad.values().fold((Total::default(), 0), |(sum, without), bad| (sum.and(bad.value), without + bad.without_value))
    }

    /// Counts a row at fault.
    pub fn add_fault(&mut self, fault: &RowFault) {
        let bad = self.bad.entry(fault.reason).or_default();
        bad.count += 1;
        match fault.value {
            Some(value) => bad.value.add(value),
            None => bad.without_value += 1,
        }
        if bad.lines.len() < FIRST_LINES {
            bad.lines.push(fault.line);
        }
        if bad.example.is_empty() {
            bad.example.clone_from(&fault.message);
        }
    }

    /// Counts a row left out.
    pub fn add_skipped(&mut self, why: Skipped, value: Option<Decimal>) {
        let skipped = self.skipped.entry(why).or_default();
        skipped.count += 1;
        if let Some(value) = value {
            skipped.value.add(value);
        }
    }
}

/// The flows of one origin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OriginCount {
    /// How many rows.
    pub rows: u64,
    /// The sum of their values.
    pub value: Total,
}

/// Counts flows as they go by: codes, origins, years, and what shares of them come to.
#[derive(Clone, Debug, Default)]
pub struct FlowCount {
    codes: HashSet<CommodityCode, foldhash::fast::FixedState>,
    too_many_codes: bool,
    last_code: Option<CommodityCode>,
    origins: HashMap<Country, OriginCount, foldhash::fast::FixedState>,
    years: BTreeSet<i16>,
    last_year: Option<i16>,
}

impl FlowCount {
    /// Counts one flow.
    pub fn add(&mut self, flow: &BulkFlow) {
        if self.last_code != Some(flow.code) || !flow.more_codes.is_empty() {
            self.last_code = Some(flow.code);
            for code in std::iter::once(&flow.code).chain(&flow.more_codes) {
                if self.codes.len() < MOST_CODES {
                    self.codes.insert(*code);
                } else if !self.codes.contains(code) {
                    self.too_many_codes = true;
                }
            }
        }
        let count = self.origins.entry(flow.origin).or_default();
        count.rows += 1;
        count.value.add(flow.value);
        if let Some(year) = flow.year
            && self.last_year != Some(year)
        {
            self.last_year = Some(year);
            self.years.insert(year);
        }
    }

    /// Returns how many different codes there are; `None` where there are more than a million.
    pub fn codes(&self) -> Option<usize> {
        (!self.too_many_codes).then_some(self.codes.len())
    }

    /// Returns the years that occur, in order.
    pub fn years(&self) -> impl Iterator<Item = i16> {
        self.years.iter().copied()
    }

    /// Returns the origins, the largest value first; equal ones in alphabetical order.
    pub fn origins(&self) -> Vec<(Country, OriginCount)> {
        let mut all: Vec<(Country, OriginCount)> = self.origins.iter().map(|(origin, count)| (*origin, *count)).collect();
        all.sort_unstable_by_key(|(origin, count)| (std::cmp::Reverse(count.value), *origin));
        all
    }

    /// Returns how many codes lie below another code of the file, and the first such pair: their values may be counted twice.
    pub fn nested_codes(&self) -> (usize, Option<(CommodityCode, CommodityCode)>) {
        let mut all: Vec<CommodityCode> = self.codes.iter().copied().collect();
        all.sort_unstable();
        // A prefix stands right before the codes below it.
        let mut above: Vec<CommodityCode> = Vec::new();
        let (mut count, mut first) = (0, None);
        for code in all {
            while above.last().is_some_and(|top| !top.covers(code)) {
                above.pop();
            }
            if let Some(top) = above.last() {
                count += 1;
                first = first.or(Some((*top, code)));
            }
            above.push(code);
        }
        (count, first)
    }
}

/// What the shares of a table come to, over flows that go by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShareCount {
    /// How many rows the table speaks of.
    pub rows: u64,
    /// The sum of their values.
    pub value: Total,
    /// The sum of value times share; a product past 28 digits is rounded there, far below a cent.
    pub part: Decimal,
}

impl ShareCount {
    /// Counts a flow that has this share.
    pub fn add(&mut self, flow: &BulkFlow, share: Decimal) {
        self.rows += 1;
        self.value.add(flow.value);
        let part = flow.value.checked_mul(share).and_then(|part| self.part.checked_add(part));
        self.part = part.unwrap_or(Decimal::MAX);
    }
}
