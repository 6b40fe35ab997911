//! Which lists hold a code through time, and what the schedule says of it: codes alike in both are of one class.

use super::Map;
use super::class::RATE_PLACES;
use crate::base::{CommodityCode, Country, Date, Decimal, product};
use crate::law::{CodeList, CodeSet, Rate, Rulebook, Schedule, official_rate};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The numbers of the lists of a set of codes: those it is under, and those taken out.
pub(super) type Numbers = (Option<usize>, Option<usize>);

/// The number of a class of codes.
pub(in crate::assess) type CodeClass = u32;

/// A code, or a number below it at which it is parted: the number of the set of lists that hold it, and the print of its rate.
pub(super) type Part = (u32, u128);

/// The class of a code in one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::assess) struct Coded {
    /// Its class: the same lists, and the same rate where that is not in the next field.
    pub(in crate::assess) class: CodeClass,
    /// The rate in units of [`RATE_PLACES`] places where it is plain; without quantities also what a compound rate is at least.
    pub(in crate::assess) rate: Option<i64>,
}

/// Positions in [`Codes::coded`]: in column 1, in column 2, and in column 1 where something is claimed; first where no quantities are given, then where some are.
pub(in crate::assess) type Met = [[u32; 3]; 2];

/// The classes of a code, and the days for which they stand.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    from: Option<Date>,
    before: Option<Date>,
    /// The numbers of what was met.
    met: Option<Met>,
}

/// The codes of a batch.
pub(in crate::assess) struct Codes<'a> {
    schedule: Option<&'a Schedule>,
    lists: Vec<Arc<CodeList>>,
    /// The number of each list, by where it is.
    numbers: Map<usize, usize>,
    codes: Vec<Candidates>,
    states: Vec<State>,
    /// Whether the special column matters: where a row claims something.
    claims: bool,
    /// Whether rows give quantities.
    quantities: bool,
    /// The sets of lists met so far, one bit for each list.
    held: Vec<Arc<[u64]>>,
    held_numbers: HashMap<Arc<[u64]>, u32>,
    /// The classes met so far.
    classes: Vec<Arc<[Part]>>,
    class_numbers: HashMap<Arc<[Part]>, CodeClass>,
    /// The classes with their rates met so far.
    coded: Vec<Coded>,
    coded_numbers: Map<Coded, u32>,
    /// The rates of texts met so far.
    rates: HashMap<&'a str, Option<LeastRate>>,
}

/// What the schedule says in each column, with the special rates where they matter.
type Texts<'a> = [(&'a str, &'a str); 3];

/// A code and the numbers below it at which a list or the schedule parts it, each with the lists that mention it.
struct Candidates {
    all: Vec<(CommodityCode, Vec<usize>)>,
}

impl<'a> Codes<'a> {
    pub(in crate::assess) fn new(
        law: &'a Rulebook,
        into: Country,
        codes: &[CommodityCode],
        claims: bool,
        quantities: bool,
    ) -> Self {
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
            quantities,
            held: Vec::new(),
            held_numbers: HashMap::new(),
            classes: Vec::new(),
            class_numbers: HashMap::new(),
            coded: Vec::new(),
            coded_numbers: Map::default(),
            rates: HashMap::new(),
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

    /// The classes with their rates met so far.
    pub(in crate::assess) fn coded(&self) -> &[Coded] {
        &self.coded
    }

    pub(super) fn parts(&self, class: CodeClass) -> Arc<[Part]> {
        self.classes.get(class as usize).cloned().unwrap_or_else(|| Arc::from([]))
    }

    /// The sets of lists met so far.
    pub(super) fn held(&self) -> &[Arc<[u64]>] {
        &self.held
    }

    /// The positions in [`Codes::coded`] of each code on a day.
    pub(in crate::assess) fn on(&mut self, day: Date, as_known: Date) -> Vec<Met> {
        let mut all = Vec::with_capacity(self.codes.len());
        for at in 0..self.codes.len() {
            let state = self.states.get(at).copied().unwrap_or_default();
            let stands = state.from.is_none_or(|from| from <= day) && state.before.is_none_or(|before| day < before);
            let met = match state.met.filter(|_| stands) {
                Some(met) => met,
                None => self.classify(at, day, as_known),
            };
            all.push(met);
        }
        all
    }

    fn classify(&mut self, at: usize, day: Date, as_known: Date) -> Met {
        let Some(candidates) = self.codes.get(at) else { return Met::default() };
        let mut bounds: Vec<Date> = Vec::new();
        let mut parts: Vec<(Vec<u64>, Option<Texts<'a>>)> = Vec::new();
        let single = candidates.all.len() == 1;
        for (code, mentioned) in &candidates.all {
            bounds.extend(self.schedule.into_iter().flat_map(|schedule| schedule.bounds(*code)));
            let line = self.schedule.and_then(|schedule| schedule.line(*code, day));
            // A number that is no line that day is no goods of their own; the code itself stands for what has no line at all.
            if line.is_none() && !single && self.schedule.is_some() {
                continue;
            }
            let claimed = if self.claims { line.as_ref().map_or("", |line| line.special) } else { "" };
            let texts = line.map(|line| [(line.general, ""), (line.column_2, ""), (line.general, claimed)]);
            parts.push((self.lists_of(*code, mentioned, day, as_known, &mut bounds), texts));
        }
        if parts.is_empty()
            && let Some((code, mentioned)) = candidates.all.first()
        {
            parts.push((self.lists_of(*code, mentioned, day, as_known, &mut bounds), None));
        }
        let from = bounds.iter().copied().filter(|bound| *bound <= day).max();
        let before = bounds.iter().copied().filter(|bound| *bound > day).min();
        let parts: Vec<_> = parts.into_iter().map(|(held, texts)| (self.held_number(held), texts)).collect();
        let met = [false, true].map(|quantities| {
            if quantities && !self.quantities {
                return [0; 3];
            }
            [0_usize, 1, 2].map(|column| {
                let texts = |texts: &Option<Texts<'a>>| texts.and_then(|texts| texts.get(column).copied());
                let all: Vec<(u32, Option<(&'a str, &'a str)>)> = parts.iter().map(|(held, all)| (*held, texts(all))).collect();
                self.meet(&all, quantities)
            })
        });
        if let Some(state) = self.states.get_mut(at) {
            *state = State { from, before, met: Some(met) };
        }
        met
    }

    fn meet(&mut self, all: &[(u32, Option<(&'a str, &'a str)>)], quantities: bool) -> u32 {
        // One rate for all parts, and nothing claimed that could change it: the class leaves the rate open.
        let rates = &mut self.rates;
        let mut rate_of = |texts: &Option<(&'a str, &'a str)>| match texts {
            None => Some(LeastRate { rate: 0, open: true }),
            Some((text, "")) => *rates.entry(text).or_insert_with(|| LeastRate::of(&official_rate(text))),
            Some(_) => None,
        };
        let mut each = all.iter().map(|(_, texts)| rate_of(texts));
        let first = each.next().flatten().filter(|first| !(first.open && quantities));
        let one = first.filter(|first| each.all(|other| other == Some(*first)));
        let print_of = |texts: &Option<(&'a str, &'a str)>| match (one, texts) {
            (Some(LeastRate { open: false, .. }), _) => PLAIN,
            (Some(LeastRate { open: true, .. }), _) => PLAIN_AND_OPEN,
            (None, Some(texts)) => print(texts),
            (None, None) => NO_LINE,
        };
        let mut parts: Vec<Part> = all.iter().map(|(held, texts)| (*held, print_of(texts))).collect();
        parts.sort_unstable();
        parts.dedup();
        let coded = Coded { class: self.class_number(parts), rate: one.map(|one| one.rate) };
        let met = &mut self.coded;
        *self.coded_numbers.entry(coded).or_insert_with(|| {
            met.push(coded);
            u32::try_from(met.len().saturating_sub(1)).unwrap_or(u32::MAX)
        })
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

/// The prints of rates that the class leaves open, and of no line at all: far apart, as sums of prints must be.
const PLAIN: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834;
const PLAIN_AND_OPEN: u128 = 0xb7e1_5162_8aed_2a6a_bf71_5880_9cf4_f3c7;
const NO_LINE: u128 = 0x2432_43f6_a888_5a30_8d31_3198_a2e0_3707;

/// What a rate is of the value where no quantities are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LeastRate {
    /// Its ad valorem part, in units of [`RATE_PLACES`] places.
    rate: i64,
    /// Whether there is more, without limit.
    open: bool,
}

impl LeastRate {
    fn of(rate: &Rate) -> Option<Self> {
        match rate {
            Rate::Free => Some(Self { rate: 0, open: false }),
            Rate::AdValorem(percent) => {
                let rate = product(percent.fraction(), Decimal::from(10_i64.checked_pow(RATE_PLACES)?))?.normalize();
                let plain = rate.scale() == 0 && !rate.is_sign_negative();
                Some(Self { rate: i64::try_from(rate.mantissa()).ok().filter(|_| plain)?, open: false })
            }
            Rate::Specific(_) | Rate::Unknown(_) => Some(Self { rate: 0, open: true }),
            Rate::Sum(parts) => parts.iter().try_fold(Self { rate: 0, open: false }, |sum, part| {
                let part = Self::of(part)?;
                Some(Self { rate: sum.rate.checked_add(part.rate)?, open: sum.open || part.open })
            }),
            Rate::Flat(_)
            | Rate::Ratio(_)
            | Rate::AtLeast(..)
            | Rate::AtMost(..)
            | Rate::TopUp(_)
            | Rate::TopUpGeneral(_)
            | Rate::InsteadOfColumn1(_)
            | Rate::Refused => None,
        }
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
