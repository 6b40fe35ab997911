//! Pieces of a batch, with the codes, origins and quantities of their own rows alone.

use crate::assess::{Batch, Row};
use crate::base::CommodityCode;

/// Some of the flows, with the numbers of their groups.
pub(super) struct Chunk {
    pub(super) batch: Batch,
    pub(super) groups: Vec<u32>,
}

/// Cuts a chunk of about `most` rows out of a batch, from a row on, with the codes, origins and quantities of its rows alone; returns it with the first row behind it. A flow of several rows is not cut in two.
pub(super) fn chunk(batch: &Batch, from: usize, most: usize) -> (Chunk, usize) {
    let mut part = Batch { stated: batch.stated.clone(), ..Batch::default() };
    let mut groups: Vec<u32> = Vec::new();
    let mut codes = Renumbered::of(batch.codes.len());
    let mut origins = Renumbered::of(batch.origins.len());
    let mut quantities = Renumbered::of(batch.quantities.len());
    let mut next = from;
    for row in batch.rows.iter().skip(from) {
        if groups.last() != Some(&row.group) {
            if part.rows.len() >= most {
                break;
            }
            groups.push(row.group);
        }
        part.rows.push(Row {
            code: codes
                .number(row.code, || part.codes.push(batch.codes.get(row.code as usize).copied().unwrap_or(CommodityCode::ALL))),
            origin: origins.number(row.origin, || part.origins.extend(batch.origins.get(row.origin as usize))),
            quantities: quantities.number(row.quantities, || {
                part.quantities.push(batch.quantities.get(row.quantities as usize).cloned().unwrap_or_default());
            }),
            group: u32::try_from(groups.len().saturating_sub(1)).unwrap_or(u32::MAX),
            ..*row
        });
        next += 1;
    }
    part.groups = groups.len();
    (Chunk { batch: part, groups }, next)
}

/// New numbers for those that occur, in the order in which they do.
struct Renumbered {
    numbers: Vec<u32>,
    next: u32,
}

impl Renumbered {
    fn of(length: usize) -> Self {
        Self { numbers: vec![u32::MAX; length], next: 0 }
    }

    fn number(&mut self, old: u32, first: impl FnOnce()) -> u32 {
        match self.numbers.get_mut(old as usize) {
            Some(number) if *number != u32::MAX => *number,
            Some(number) => {
                *number = self.next;
                self.next += 1;
                first();
                *number
            }
            None => u32::MAX,
        }
    }
}
