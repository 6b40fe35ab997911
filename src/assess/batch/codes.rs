//! Which lists hold a code through time, and what the schedule says of it: codes alike in both are of one class.

use super::Map;
use crate::base::{CommodityCode, Country, Date};
use crate::law::{CodeList, CodeSet, Rulebook, Schedule};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The numbers of the lists of a set of codes: those it is under, and those taken out.
pub(super) type Numbers = (Option<usize>, Option<usize>);

/// The number of a class of codes.
pub(super) type CodeClass = u32;

/// A code, or a number below it at which it is parted: the number of the set of lists that hold it, and the print of its rate.
pub(super) type Part = (u32, u128);

/// The classes of a code in column 1 and in column 2, and the days for which they stand.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    from: Option<Date>,
    before: Option<Date>,
    classes: Option<[CodeClass; 2]>,
}

/// The codes of a batch.
pub(super) struct Codes<'a> {
    schedule: Option<&'a Schedule>,
    lists: Vec<Arc<CodeList>>,
    /// The number of each list, by where it is.
    numbers: Map<usize, usize>,
    codes: Vec<Candidates>,
    states: Vec<State>,
    /// Whether the special column matters: where a row claims something.
    claims: bool,
    /// The sets of lists met so far, one bit for each list.
    held: Vec<Arc<[u64]>>,
    held_numbers: HashMap<Arc<[u64]>, u32>,
    /// The classes met so far.
    classes: Vec<Arc<[Part]>>,
    class_numbers: HashMap<Arc<[Part]>, CodeClass>,
}

/// A code and the numbers below it at which a list or the schedule parts it, each with the lists that mention it.
struct Candidates {
    all: Vec<(CommodityCode, Vec<usize>)>,
}

impl<'a> Codes<'a> {
    pub(super) fn new(law: &'a Rulebook, into: Country, codes: &[CommodityCode], claims: bool) -> Self {
        let mut lists: Vec<Arc<CodeList>> = Vec::new();
        let mut numbers: Map<usize, usize> = Map::default();
        let mut add = |set: &CodeSet| {
            for list in set.under.iter().chain(&set.except) {
                numbers.entry(Arc::as_ptr(list).addr()).or_insert_with(|| {
                    lists.push(list.clone());
                    lists.len().saturating_sub(1)
                });
            }
        };
        for measure in law.measures().filter(|measure| measure.into == into) {
            add(&measure.codes);
            measure.exceptions.iter().for_each(|exception| add(&exception.codes));
        }
        law.changes().iter().for_each(|change| add(&change.codes));
        let mut made = Self {
            schedule: law.schedule(into),
            lists,
            numbers,
            codes: Vec::with_capacity(codes.len()),
            states: vec![State::default(); codes.len()],
            claims,
            held: Vec::new(),
            held_numbers: HashMap::new(),
            classes: Vec::new(),
            class_numbers: HashMap::new(),
        };
        made.codes = codes.iter().map(|code| made.candidates(*code)).collect();
        made
    }

    fn candidates(&self, code: CommodityCode) -> Candidates {
        let mut below: Vec<CommodityCode> = Vec::new();
        if code.length() < 10 {
            below.extend(self.lists.iter().flat_map(|list| list.below(code)));
            below.extend(self.schedule.into_iter().flat_map(|schedule| schedule.parts(code)));
            below.sort_unstable();
            below.dedup();
        }
        let mentioned = |code: CommodityCode| {
            let lists = self.lists.iter().enumerate().filter(|(_, list)| list.mentions(code));
            (code, lists.map(|(number, _)| number).collect())
        };
        Candidates { all: std::iter::once(code).chain(below).map(mentioned).collect() }
    }

    /// The lists of a set of codes.
    pub(super) fn numbers(&self, set: &CodeSet) -> Numbers {
        let at =
            |list: &Option<Arc<CodeList>>| list.as_ref().and_then(|list| self.numbers.get(&Arc::as_ptr(list).addr()).copied());
        (at(&set.under), at(&set.except))
    }

    /// How many classes of codes have been met.
    pub(super) fn len(&self) -> usize {
        self.classes.len()
    }

    pub(super) fn parts(&self, class: CodeClass) -> Arc<[Part]> {
        self.classes.get(class as usize).cloned().unwrap_or_else(|| Arc::from([]))
    }

    /// The sets of lists met so far.
    pub(super) fn held(&self) -> &[Arc<[u64]>] {
        &self.held
    }

    /// The class of each code on a day, in column 1 and in column 2.
    pub(super) fn on(&mut self, day: Date, as_known: Date) -> Vec<[CodeClass; 2]> {
        let mut all = Vec::with_capacity(self.codes.len());
        for at in 0..self.codes.len() {
            let state = self.states.get(at).copied().unwrap_or_default();
            let stands = state.from.is_none_or(|from| from <= day) && state.before.is_none_or(|before| day < before);
            let classes = match state.classes.filter(|_| stands) {
                Some(classes) => classes,
                None => self.classify(at, day, as_known),
            };
            all.push(classes);
        }
        all
    }

    fn classify(&mut self, at: usize, day: Date, as_known: Date) -> [CodeClass; 2] {
        let Some(candidates) = self.codes.get(at) else { return [0; 2] };
        let mut bounds: Vec<Date> = Vec::new();
        let mut parts: Vec<(Vec<u64>, [u128; 2])> = Vec::new();
        let single = candidates.all.len() == 1;
        for (code, mentioned) in &candidates.all {
            bounds.extend(self.schedule.into_iter().flat_map(|schedule| schedule.bounds(*code)));
            let line = self.schedule.and_then(|schedule| schedule.line(*code, day));
            // A number that is no line that day is no goods of their own; the code itself stands for what has no line at all.
            if line.is_none() && !single && self.schedule.is_some() {
                continue;
            }
            let rate =
                line.map_or([0, 0], |line| [print(&(line.general, self.claims.then_some(line.special))), print(&line.column_2)]);
            parts.push((self.lists_of(*code, mentioned, day, as_known, &mut bounds), rate));
        }
        if parts.is_empty()
            && let Some((code, mentioned)) = candidates.all.first()
        {
            parts.push((self.lists_of(*code, mentioned, day, as_known, &mut bounds), [0, 0]));
        }
        let from = bounds.iter().copied().filter(|bound| *bound <= day).max();
        let before = bounds.iter().copied().filter(|bound| *bound > day).min();
        let held: Vec<(u32, [u128; 2])> = parts.into_iter().map(|(held, rate)| (self.held_number(held), rate)).collect();
        let classes = [0_usize, 1].map(|column| {
            let mut parts: Vec<Part> =
                held.iter().map(|(held, rate)| (*held, rate.get(column).copied().unwrap_or_default())).collect();
            parts.sort_unstable();
            parts.dedup();
            self.class_number(parts)
        });
        if let Some(state) = self.states.get_mut(at) {
            *state = State { from, before, classes: Some(classes) };
        }
        classes
    }

    /// The lists that hold a code that day: one bit for each. Adds the days on which that may change.
    fn lists_of(&self, code: CommodityCode, mentioned: &[usize], day: Date, as_known: Date, bounds: &mut Vec<Date>) -> Vec<u64> {
        let mut held = vec![0_u64; self.lists.len().div_ceil(64)];
        for number in mentioned {
            let Some(list) = self.lists.get(*number) else { continue };
            bounds.extend(list.bounds(code));
            if let Some(word) = held.get_mut(number / 64).filter(|_| list.covering(code, day, as_known).is_some()) {
                *word |= 1 << (number & 63);
            }
        }
        held
    }

    fn held_number(&mut self, held: Vec<u64>) -> u32 {
        let held: Arc<[u64]> = Arc::from(held);
        let all = &mut self.held;
        *self.held_numbers.entry(held.clone()).or_insert_with(|| {
            all.push(held);
            u32::try_from(all.len().saturating_sub(1)).unwrap_or(u32::MAX)
        })
    }

    fn class_number(&mut self, parts: Vec<Part>) -> CodeClass {
        let parts: Arc<[Part]> = Arc::from(parts);
        let all = &mut self.classes;
        *self.class_numbers.entry(parts.clone()).or_insert_with(|| {
            all.push(parts);
            u32::try_from(all.len().saturating_sub(1)).unwrap_or(u32::MAX)
        })
    }
}

/// A number that stands for a thing: of 128 bits and from a hash of quality (SipHash), so that two things do not share one.
pub(super) fn print(thing: &impl Hash) -> u128 {
    let half = |salt: u8| {
        let mut hash = DefaultHasher::new();
        salt.hash(&mut hash);
        thing.hash(&mut hash);
        u128::from(hash.finish())
    };
    (half(1) << 64) | half(2)
}

/// Tells whether a set of lists holds what a set of codes asks for.
pub(super) fn holds(held: &[u64], (under, except): &Numbers) -> bool {
    let bit = |number: &usize| held.get(number / 64).is_some_and(|word| word & (1 << (number & 63)) != 0);
    under.as_ref().is_none_or(bit) && !except.as_ref().is_some_and(bit)
}
