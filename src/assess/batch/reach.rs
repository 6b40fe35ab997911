//! What reaches a code and an origin on a day, as numbers: flows with the same number are treated alike.
//!
//! The number stands for the thing itself, so that it is made by a hash of quality (SipHash), not by the fastest.

use crate::base::{CommodityCode, Country, Date};
use crate::law::{Regime, Rulebook};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Which lists hold a code: one bit for each.
pub(super) type Held = Vec<u64>;

/// The numbers of the lists of a set of codes: those it is under, and those taken out.
pub(super) type Numbers = (Option<usize>, Option<usize>);

/// The lists that decide whether a measure reaches a code.
pub(super) struct Reach {
    pub(super) codes: Numbers,
    pub(super) exceptions: Vec<Numbers>,
    pub(super) changes: Vec<Numbers>,
}

pub(super) fn holds(held: &[u64], (under, except): &Numbers) -> bool {
    let bit = |number: &usize| held.get(number / 64).is_some_and(|word| word & (1 << (number & 63)) != 0);
    under.as_ref().is_none_or(bit) && !except.as_ref().is_some_and(bit)
}

/// What the schedule says of a code in one of its columns: the text decides the rate. The special texts matter only where something is claimed.
pub(super) fn rate_of(
    law: &Rulebook,
    into: Country,
    code: CommodityCode,
    day: Date,
    second: bool,
    claims: bool,
    hash: &mut impl Hasher,
) {
    match law.schedule(into).and_then(|schedule| schedule.line(code, day)) {
        Some(line) if second => line.column_2.hash(hash),
        Some(line) => (line.general, claims.then_some(line.special)).hash(hash),
        None => code.hash(hash),
    }
}

/// Which measures fall on goods of an origin that day, and which of their exceptions reach it.
pub(super) fn origin_class(law: &Rulebook, regime: &Regime, origin: Country) -> (u64, bool) {
    let mut hash = DefaultHasher::new();
    let day = regime.moment.day;
    for position in regime.for_origin(origin) {
        position.hash(&mut hash);
        let Some(active) = regime.at(position) else { continue };
        for (number, exception) in active.exceptions.iter().enumerate() {
            if !exception.origins.contains(origin, day, law.groups(), || false) {
                number.hash(&mut hash);
            }
        }
        for (number, change) in active.changes.iter().enumerate() {
            if !change.origins.contains(origin, day, law.groups(), || false) {
                number.hash(&mut hash);
            }
        }
    }
    let second = second_column(law, regime, origin);
    second.hash(&mut hash);
    (hash.finish(), second)
}

pub(super) fn second_column(law: &Rulebook, regime: &Regime, origin: Country) -> bool {
    let day = regime.moment.day;
    regime.territory.column_2_origins.iter().any(|id| law.groups().get(id).is_some_and(|group| group.has(origin, day)))
}

/// What holds a code, or a number below it at which it is parted, and what the schedule says of it in column 1 and column 2.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Part {
    pub(super) held: Held,
    pub(super) rate: [u64; 2],
}

/// The number of a code's class in column 1 and in column 2.
pub(super) fn code_class(parts: &[Part]) -> [u64; 2] {
    [0, 1].map(|column| {
        let mut hash = DefaultHasher::new();
        for part in parts {
            (&part.held, part.rate.get(column)).hash(&mut hash);
        }
        hash.finish()
    })
}

/// The versions, relations, exceptions and changes that reach goods of a code and an origin: where they are the same, so is the duty.
pub(super) fn reached(
    law: &Rulebook,
    (regime, reach): (&Regime, &[Reach]),
    parts: &[Part],
    origin: Country,
    stated: (u32, usize),
) -> u64 {
    let mut hash = DefaultHasher::new();
    let day = regime.moment.day;
    let positions = regime.for_origin(origin);
    let second = second_column(law, regime, origin);
    for part in parts {
        let held = part.held.as_slice();
        for position in &positions {
            let (Some(active), Some(reach)) = (regime.at(*position), reach.get(*position)) else { continue };
            if !holds(held, &reach.codes) {
                continue;
            }
            Arc::as_ptr(&active.measure).addr().hash(&mut hash);
            active.version().map(|version| std::ptr::from_ref(version).addr()).hash(&mut hash);
            active.rate.is_some().hash(&mut hash);
            for (exception, numbers) in active.exceptions.iter().zip(&reach.exceptions) {
                if holds(held, numbers) && exception.origins.contains(origin, day, law.groups(), || false) {
                    Arc::as_ptr(exception).addr().hash(&mut hash);
                }
            }
            for (relation, _) in &active.relations {
                Arc::as_ptr(relation).addr().hash(&mut hash);
            }
            for (change, numbers) in active.changes.iter().zip(&reach.changes) {
                if holds(held, numbers) && change.origins.contains(origin, day, law.groups(), || false) {
                    Arc::as_ptr(change).addr().hash(&mut hash);
                }
            }
        }
        part.rate.get(usize::from(second)).hash(&mut hash);
    }
    (second, stated).hash(&mut hash);
    hash.finish()
}
