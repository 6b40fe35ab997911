//! Shares by code and country, as a second file beside the flows gives them.

use crate::base::{CommodityCode, Country, Decimal};
use std::collections::HashMap;

/// Shares by commodity code and country: how much of the trade claims a preference, or what goods are made of.
#[derive(Clone, Debug, Default)]
pub struct Shares {
    /// The names of the shares, in the order of the file's columns: `usmca` for `usmca_share`.
    pub names: Vec<String>,
    /// The largest number of decimal places kept.
    pub places: u32,
    /// How many shares had more places and were rounded to so many.
    pub rounded: u64,
    rows: HashMap<(CommodityCode, Option<Country>), usize, foldhash::fast::FixedState>,
    values: Vec<Option<Decimal>>,
    lengths: Vec<u8>,
}

impl Shares {
    /// Makes an empty table.
    pub fn new(names: Vec<String>, places: u32) -> Self {
        Self { names, places, ..Self::default() }
    }

    /// Adds a row; returns `false` where there is one for that code and country already.
    pub fn add(&mut self, code: CommodityCode, origin: Option<Country>, shares: &[Option<Decimal>]) -> bool {
        if self.rows.contains_key(&(code, origin)) {
            return false;
        }
        let start = self.values.len();
        self.values.extend(shares.iter().copied().chain(std::iter::repeat(None)).take(self.names.len()));
        self.rows.insert((code, origin), start);
        if !self.lengths.contains(&code.length()) {
            self.lengths.push(code.length());
            self.lengths.sort_unstable_by_key(|length| std::cmp::Reverse(*length));
        }
        true
    }

    /// Returns how many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns a share of a flow, as a fraction: that of the longest code of the table that covers the flow's; `None` where the table does not speak of it.
    pub fn get(&self, share: usize, code: CommodityCode, origin: Country) -> Option<Decimal> {
        let lengths = self.lengths.iter().filter(|length| **length <= code.length());
        lengths
            .flat_map(|length| [(code.cut(*length), Some(origin)), (code.cut(*length), None)])
            .find_map(|key| self.rows.get(&key))
            .and_then(|start| self.values.get(start + share).copied().flatten())
    }
}
