//! A flow or group in two states: what is owed in both, and how far the change is known; and the sums of several.

use super::{Parted, ProgramPart};
use crate::assess::Outcome;
use crate::base::{Currency, Date, Decimal, difference, sum};
use std::collections::BTreeMap;

/// A flow or group in both states.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The entry date in the second state, of a single flow.
    pub entered: Option<Date>,
    /// The currency of the duty.
    pub currency: Currency,
    /// The customs value, in the second state where the flow is in it.
    pub value: Decimal,
    /// Of it, what is known in both states.
    pub priced: Decimal,
    /// Of it, what is not known in one of them.
    pub unknown: Decimal,
    /// Of it, what is refused in one of them.
    pub refused: Decimal,
    /// Of what is refused, what is refused in one state only: duty that is not owed because nothing enters is no saving.
    pub refused_once: Decimal,
    /// How many flows it is.
    pub flows: u64,
    /// The duty in both states: of a group that on what is not unknown in one of them, where there is any, and refused goods owe nothing; else what there is to say of the unknown.
    pub duty: [Outcome; 2],
    /// The least and the most that the change can be, of everything in it; none without limit, and where goods are refused.
    pub bounds: [Option<Decimal>; 2],
    /// How the change is parted.
    pub parted: Parted,
    /// The parts, in alphabetical order of programs; only those that are not zero.
    pub parts: Vec<ProgramPart>,
}

impl Compared {
    /// Returns the change in duty, of a group that on what is known in both states, where any is. Goods that are refused in one of them are in neither: duty that is not owed because
    /// nothing enters is no saving.
    pub fn change(&self) -> Option<Decimal> {
        let [first, second] = &self.duty;
        let duties = first.known().zip(second.known());
        if !self.refused_once.is_zero() {
            return duties.filter(|_| !self.priced.is_zero()).and_then(|_| self.known_change());
        }
        duties.and_then(|(first, second)| difference(second, first))
    }

    /// Returns the change of the goods that are known in both states: the sum of its parts; `None` on overflow.
    pub fn known_change(&self) -> Option<Decimal> {
        super::attribution::total(self.parts.iter().map(|part| part.part))
    }

    /// Tells whether any of it is known on both sides, if only that nothing is owed on nothing.
    pub fn has_known(&self) -> bool {
        !self.priced.is_zero() || (self.unknown.is_zero() && self.refused.is_zero())
    }

    /// Tells whether nothing of it is free of the unknown.
    pub fn is_unknown(&self) -> bool {
        self.duty.iter().any(|duty| matches!(duty, Outcome::Unknown { .. }))
    }

    /// Returns the sum of both, with the name of the first; `None` where it is too large. Parts that add up to their changes do so in the sum.
    pub fn plus(&self, other: &Self) -> Option<Self> {
        let mut all = self.clone();
        all.flows = all.flows.saturating_add(other.flows);
        all.entered = self.entered.filter(|_| self.entered == other.entered);
        for (to, amount) in [
            (&mut all.value, other.value),
            (&mut all.priced, other.priced),
            (&mut all.unknown, other.unknown),
            (&mut all.refused, other.refused),
            (&mut all.refused_once, other.refused_once),
        ] {
            *to = sum(*to, amount)?;
        }
        // What is known is shown, however much is not: the coverage says how much that is.
        match (self.is_unknown(), other.is_unknown()) {
            (true, false) => all.duty = other.duty.clone(),
            (false, true) => {}
            (true, true) | (false, false) => {
                for (to, own) in all.duty.iter_mut().zip(&other.duty) {
                    *to = to.plus(own);
                }
            }
        }
        for (to, bound) in all.bounds.iter_mut().zip(other.bounds) {
            *to = to.zip(bound).and_then(|(a, b)| sum(a, b));
        }
        let mut parts: BTreeMap<_, ProgramPart> = all.parts.into_iter().map(|part| (part.player.clone(), part)).collect();
        for own in &other.parts {
            let zero = || ProgramPart { player: own.player.clone(), lines: [Decimal::ZERO; 2], part: Decimal::ZERO };
            let part = parts.entry(own.player.clone()).or_insert_with(zero);
            part.part = sum(part.part, own.part)?;
            for (to, amount) in part.lines.iter_mut().zip(own.lines) {
                *to = sum(*to, amount)?;
            }
        }
        all.parts = parts.into_values().collect();
        all.parted = match (all.parted, &other.parted) {
            (Parted::Not(_) | Parted::WithoutOrder, parted @ Parted::ByLine(_)) => parted.clone(),
            (Parted::Not(_), Parted::WithoutOrder) => Parted::WithoutOrder,
            (own, _) => own,
        };
        Some(all)
    }
}

/// The least and the most that a change of a duty can be.
pub(super) fn bounds([first, second]: &[Outcome; 2]) -> [Option<Decimal>; 2] {
    let less = |a: Option<Decimal>, b: Option<Decimal>| a.zip(b).and_then(|(a, b)| difference(a, b));
    [less(second.at_least(), first.at_most()), less(second.at_most(), first.at_least())]
}

/// The sums over rows, by currency.
pub(super) fn totals(rows: &[Compared]) -> BTreeMap<Currency, Compared> {
    let mut all: BTreeMap<Currency, Compared> = BTreeMap::new();
    for row in rows {
        let sum = match all.get(&row.currency) {
            Some(total) => total.plus(row).unwrap_or_else(|| too_large(total)),
            None => Compared { id: "total".into(), title: String::new(), ..row.clone() },
        };
        all.insert(row.currency, sum);
    }
    all
}

/// A sum that has more digits than a decimal holds is not known.
fn too_large(total: &Compared) -> Compared {
    let unknown = Outcome::Unknown { why: Vec::new(), at_least: None, at_most: None };
    Compared { duty: [unknown.clone(), unknown], bounds: [None, None], ..total.clone() }
}
