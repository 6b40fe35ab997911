//! What reaches a class of codes and an origin on a day: measures, exceptions, changes and provisions, one bit for each.

use super::Map;
use super::codes::{CodeClass, Codes, Numbers, Part, holds, print};
use crate::base::Country;
use crate::law::{Regime, Rulebook};
use std::sync::Arc;

/// What column 2 adds to a print.
const SECOND_COLUMN: u128 = 0x4528_21e6_38d0_1377_be54_66cf_34e9_0c6c;

/// Something of the law of a day that may reach a flow.
struct Item {
    /// The sets of codes that must hold the code.
    codes: [Option<Numbers>; 2],
    /// What it is: the same on every day on which it says the same.
    print: u128,
}

/// A class of origins of one day: what falls on it by origin, and whether it pays column 2.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::assess) struct OriginClass {
    bits: Box<[u64]>,
    pub(in crate::assess) second: bool,
}

/// What can reach flows on one day.
pub(in crate::assess) struct Reach {
    items: Vec<Item>,
    /// What a set of lists is reached by, worked out when it is first met.
    by_held: Vec<Option<Box<[u64]>>>,
    /// The classes of origins.
    pub(in crate::assess) origins: Vec<OriginClass>,
    /// The class of each origin of the batch.
    pub(in crate::assess) origin_classes: Vec<u32>,
}

impl Reach {
    pub(in crate::assess) fn new(law: &Rulebook, regime: &Regime, codes: &Codes<'_>, origins: &[Country]) -> Self {
        let (day, as_known) = (regime.moment.day, regime.moment.as_known);
        let mut items: Vec<Item> = Vec::new();
        // Where the items of each measure start.
        let mut starts: Vec<usize> = Vec::with_capacity(regime.active.len());
        for active in &regime.active {
            starts.push(items.len());
            let own = codes.numbers(&active.measure.codes);
            let relations: Vec<usize> = active.relations.iter().map(|(relation, _)| Arc::as_ptr(relation).addr()).collect();
            let version = active.version().map(|version| std::ptr::from_ref(version).addr());
            let measure = (Arc::as_ptr(&active.measure).addr(), version, active.rate.is_some(), relations);
            items.push(Item { codes: [Some(own), None], print: print(&measure) });
            let parts = active.exceptions.iter().map(|exception| (&exception.codes, Arc::as_ptr(exception).addr()));
            let changes = active.changes.iter().map(|change| (&change.codes, Arc::as_ptr(change).addr()));
            for (set, at) in parts.chain(changes) {
                items.push(Item { codes: [Some(own), Some(codes.numbers(set))], print: print(&at) });
            }
        }
        let provisions_start = items.len();
        let provisions: Vec<_> = law.provisions(regime.territory.id).filter(|provision| provision.holds(day, as_known)).collect();
        items.extend(
            provisions.iter().map(|provision| Item { codes: [None, None], print: print(&Arc::as_ptr(provision).addr()) }),
        );
        let words = items.len().div_ceil(64);
        let mut classes: Vec<OriginClass> = Vec::new();
        let mut numbers: Map<OriginClass, u32> = Map::default();
        let mut origin_classes = Vec::with_capacity(origins.len());
        for origin in origins {
            let mut bits = vec![0_u64; words];
            let mut set = |at: usize| {
                if let Some(word) = bits.get_mut(at / 64) {
                    *word |= 1 << (at & 63);
                }
            };
            for position in regime.for_origin(*origin) {
                let (Some(active), Some(start)) = (regime.at(position), starts.get(position)) else { continue };
                set(*start);
                let exceptions = active.exceptions.iter().map(|exception| &exception.origins);
                let changes = active.changes.iter().map(|change| &change.origins);
                for (number, falls_on) in exceptions.chain(changes).enumerate() {
                    if falls_on.contains(*origin, day, law.groups(), || false) {
                        set(start.saturating_add(1).saturating_add(number));
                    }
                }
            }
            for (number, provision) in provisions.iter().enumerate() {
                if provision.origins.contains(*origin, day, law.groups(), || false) {
                    set(provisions_start.saturating_add(number));
                }
            }
            let second = regime
                .territory
                .column_2_origins
                .iter()
                .any(|id| law.groups().get(id).is_some_and(|group| group.has(*origin, day)));
            let class = OriginClass { bits: bits.into(), second };
            origin_classes.push(*numbers.entry(class.clone()).or_insert_with(|| {
                classes.push(class);
                u32::try_from(classes.len().saturating_sub(1)).unwrap_or(u32::MAX)
            }));
        }
        Self { items, by_held: Vec::new(), origins: classes, origin_classes }
    }

    /// What the goods of a class of codes and a class of origins are reached by, as one number: where it is the same, so is the duty.
    pub(in crate::assess) fn print(&mut self, codes: &Codes<'_>, class: CodeClass, origin: u32) -> u128 {
        let parts = codes.parts(class);
        for (held, _) in &*parts {
            self.meet(codes, *held);
        }
        let Some(origin) = self.origins.get(origin as usize) else { return 0 };
        let one = |(held, rate): &Part| {
            let by_codes = self.by_held.get(*held as usize).and_then(Option::as_deref).unwrap_or_default();
            let mut sum = *rate;
            for (number, (a, b)) in by_codes.iter().zip(&origin.bits).enumerate() {
                let mut word = a & b;
                while word != 0 {
                    let at = number.saturating_mul(64).saturating_add(word.trailing_zeros() as usize);
                    // Each thing has a random number of 128 bits: a sum stands for the set.
                    sum = sum.wrapping_add(self.items.get(at).map_or(0, |item| item.print));
                    word &= word.wrapping_sub(1);
                }
            }
            sum
        };
        let second = if origin.second { SECOND_COLUMN } else { 0 };
        if let [only] = &*parts {
            return one(only).wrapping_add(second);
        }
        let mut prints: Vec<u128> = parts.iter().map(one).collect();
        prints.sort_unstable();
        prints.dedup();
        match prints.as_slice() {
            [only] => only.wrapping_add(second),
            several => print(&several).wrapping_add(second),
        }
    }

    /// Works out what a set of lists is reached by.
    fn meet(&mut self, codes: &Codes<'_>, number: u32) {
        let number = number as usize;
        if self.by_held.len() <= number {
            self.by_held.resize(codes.held().len().max(number.saturating_add(1)), None);
        }
        let (Some(slot @ None), Some(held)) = (self.by_held.get_mut(number), codes.held().get(number)) else { return };
        let mut bits = vec![0_u64; self.items.len().div_ceil(64)];
        let mut own = (None, false);
        for (at, item) in self.items.iter().enumerate() {
            // The items of one measure stand together: its own codes are asked once.
            let [first, more] = &item.codes;
            if own.0 != *first || more.is_none() {
                own = (*first, first.is_none_or(|numbers| holds(held, &numbers)));
            }
            if own.1
                && more.is_none_or(|numbers| holds(held, &numbers))
                && let Some(word) = bits.get_mut(at / 64)
            {
                *word |= 1 << (at & 63);
            }
        }
        *slot = Some(bits.into());
    }
}
