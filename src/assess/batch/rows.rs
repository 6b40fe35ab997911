//! Rows to be priced, and their sums.

use crate::assess::explore::Fault;
use crate::base::{CommodityCode, Country, Decimal, FactId, Percent, Quantity, sum};
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

impl Batch {
    /// Parts the rows into at most so many batches of about the same length, each with codes of its own: what is worked out for a code is worked out in one of them.
    pub fn parted(&self, parts: usize) -> Vec<Self> {
        let mut rows_of = vec![0_usize; self.codes.len()];
        for row in &self.rows {
            if let Some(count) = rows_of.get_mut(row.code as usize) {
                *count = count.saturating_add(1);
            }
        }
        let most = self.rows.len().div_ceil(parts.max(1)).max(1);
        let mut all: Vec<Self> = Vec::new();
        let mut held = usize::MAX;
        // The batch and the number in it that each code has.
        let mut places: Vec<(usize, u32)> = Vec::with_capacity(self.codes.len());
        for (code, rows) in self.codes.iter().zip(rows_of) {
            if held >= most && all.len() < parts.max(1) {
                held = 0;
                all.push(Self {
                    origins: self.origins.clone(),
                    stated: self.stated.clone(),
                    quantities: self.quantities.clone(),
                    groups: self.groups,
                    ..Self::default()
                });
            }
            held = held.saturating_add(rows);
            let part = all.len().saturating_sub(1);
            if let Some(batch) = all.last_mut() {
                places.push((part, u32::try_from(batch.codes.len()).unwrap_or(u32::MAX)));
                batch.codes.push(*code);
            }
        }
        for row in &self.rows {
            if let Some((part, code)) = places.get(row.code as usize)
                && let Some(batch) = all.get_mut(*part)
            {
                batch.rows.push(Row { code: *code, ..*row });
            }
        }
        all
    }
}

impl Sums {
    /// Adds the sums of other rows.
    ///
    /// # Errors
    /// [`Fault::TooLarge`] where a sum has more digits than a decimal holds.
    pub fn add(&mut self, other: &Self) -> Result<(), Fault> {
        let plus = |to: &mut Decimal, amount: Decimal| sum(*to, amount).map(|sum| *to = sum).ok_or(Fault::TooLarge);
        self.rows = self.rows.saturating_add(other.rows);
        plus(&mut self.value, other.value)?;
        plus(&mut self.priced, other.priced)?;
        plus(&mut self.unknown, other.unknown)?;
        plus(&mut self.refused, other.refused)?;
        plus(&mut self.duty, other.duty)?;
        plus(&mut self.open_least, other.open_least)?;
        self.open_most = self.open_most.zip(other.open_most).and_then(|(a, b)| sum(a, b));
        for (to, from) in self.by_program.iter_mut().zip(&other.by_program) {
            plus(to, *from)?;
        }
        for (why, value) in &other.why {
            plus(self.why.entry(why.clone()).or_default(), *value)?;
        }
        Ok(())
    }
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
    /// The least that the rows whose duty is not known can owe, each row rounded as its duty is.
    pub open_least: Decimal,
    /// The most they can owe, each row rounded as its duty is; `None` where one of them has no limit.
    pub open_most: Option<Decimal>,
    /// The known duty by program, in the order of [`super::Pricer::programs`].
    pub by_program: Vec<Decimal>,
    /// The customs value of the rows whose duty is not known, by what is not stated, such as `content.steel, facts.patented`.
    pub why: BTreeMap<String, Decimal>,
}
