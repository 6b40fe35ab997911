//! Rows to be priced, and their sums.

use crate::base::{CommodityCode, Country, Decimal, FactId, Percent, Quantity};
use crate::law::Share;
use std::collections::BTreeMap;

/// What is stated of the goods of a row, beside code, origin, value and quantities.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stated {
    /// Facts stated (`true`) or denied (`false`).
    pub facts: BTreeMap<FactId, bool>,
    /// Shares of value or weight.
    pub shares: BTreeMap<Share, Percent>,
}

/// One row: positions in the columns of its [`Batch`], and the customs value in the currency of the importing country.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The position of its code.
    pub code: u32,
    /// The position of its origin.
    pub origin: u32,
    /// The position of what is stated of it.
    pub stated: u32,
    /// The position of its quantities.
    pub quantities: u32,
    /// The group it is summed in.
    pub group: u32,
    /// The customs value, exact.
    pub value: Decimal,
}

/// Rows that enter one country, with their distinct codes, origins and statements.
#[derive(Debug, Default)]
pub struct Batch {
    /// The distinct codes.
    pub codes: Vec<CommodityCode>,
    /// The distinct origins.
    pub origins: Vec<Country>,
    /// The distinct statements.
    pub stated: Vec<Stated>,
    /// Sets of quantities; the first is commonly the empty one.
    pub quantities: Vec<Vec<Quantity>>,
    /// The rows.
    pub rows: Vec<Row>,
    /// How many groups there are.
    pub groups: usize,
}

/// The sums of one group on one day, in the currency of the importing country.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many rows.
    pub rows: u64,
    /// The customs value of all rows.
    pub value: Decimal,
    /// The customs value of the rows whose duty is known.
    pub priced: Decimal,
    /// The customs value of the rows whose duty is not known.
    pub unknown: Decimal,
    /// The customs value of the rows that are refused.
    pub refused: Decimal,
    /// The duty on the rows whose duty is known, each line of each row rounded.
    pub duty: Decimal,
    /// The least that the rows whose duty is not known can owe, not rounded.
    pub open_least: Decimal,
    /// The most they can owe, not rounded; `None` where one of them has no limit.
    pub open_most: Option<Decimal>,
    /// The known duty by program, in the order of [`super::Pricer::programs`].
    pub by_program: Vec<Decimal>,
}
