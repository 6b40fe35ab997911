//! Many flows at once: one plan for each class of flows that the law treats alike, and then arithmetic by row.
//!
//! Two flows are of one class on a day where the same lists hold their codes, the same line of the schedule their rate, and the same measures and exceptions their origins. What a class owes is worked out
//! once a day. The rows are charged by the same [`charge`] as a single flow.

mod class;
mod reach;
mod rows;

pub use rows::{Batch, Row, Stated, Sums};

use super::charge::Amounts;
use super::explore::{Context, Fault, Work, settled_shares};
use crate::base::{CommodityCode, Country, Currency, Date, Decimal, FactId, FlowId, Money, ProgramId, sum};
use crate::diag::Source;
use crate::law::{Active, CodeList, CodeSet, Place, Regime, RegimeCache, Rulebook};
use crate::scenario::Flow;
use class::{Class, SAMPLE, classified};
use reach::{Held, Part, Reach, code_class, origin_class, rate_of, reached};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

type Map<K, V> = HashMap<K, V, foldhash::fast::FixedState>;

/// Prices batches under one book, remembering every class it has met.
pub struct Pricer<'a> {
    cache: &'a RegimeCache<'a>,
    into: Country,
    context: Context,
    lists: Vec<Arc<CodeList>>,
    /// The number of each list, by where it is.
    numbers: Map<usize, usize>,
    programs: Vec<ProgramId>,
    known: Map<u64, Arc<Class>>,
    /// The codes below a code at which a list or the schedule parts it further.
    parts: Map<CommodityCode, Vec<CommodityCode>>,
    /// The lists that mention a code, on whatever day.
    mentioned: Map<CommodityCode, Vec<usize>>,
}

impl<'a> Pricer<'a> {
    /// Makes a pricer for imports into a country. What rows leave open is settled by `context.assumed`, or bounded.
    pub fn new(cache: &'a RegimeCache<'a>, into: Country, context: Context) -> Self {
        let law = cache.law();
        let mut lists: Vec<Arc<CodeList>> = Vec::new();
        let mut numbers: Map<usize, usize> = Map::default();
        for measure in law.measures().filter(|measure| measure.into == into) {
            let sets = std::iter::once(&measure.codes).chain(measure.exceptions.iter().map(|exception| &exception.codes));
            for list in sets.flat_map(|set| set.under.iter().chain(&set.except)) {
                numbers.entry(Arc::as_ptr(list).addr()).or_insert_with(|| {
                    lists.push(list.clone());
                    lists.len().saturating_sub(1)
                });
            }
        }
        for change in law.changes() {
            for list in change.codes.under.iter().chain(&change.codes.except) {
                numbers.entry(Arc::as_ptr(list).addr()).or_insert_with(|| {
                    lists.push(list.clone());
                    lists.len().saturating_sub(1)
                });
            }
        }
        let mut programs: Vec<ProgramId> = law.programs().filter(|program| program.into == into).map(|p| p.id.clone()).collect();
        if let Some(territory) = law.territory(into) {
            programs.push(territory.column_1.clone());
            programs.extend(territory.column_2.clone());
        }
        programs.extend(law.measures().filter(|measure| measure.into == into).map(|measure| measure.program.clone()));
        programs.sort();
        programs.dedup();
        Self {
            cache,
            into,
            context,
            lists,
            numbers,
            programs,
            known: Map::default(),
            parts: Map::default(),
            mentioned: Map::default(),
        }
    }

    /// Returns the programs whose duties are told apart, in alphabetical order.
    pub fn programs(&self) -> &[ProgramId] {
        &self.programs
    }

    /// Returns how many classes the last day asked had.
    pub fn classes(&self) -> usize {
        self.known.len()
    }

    /// Prices every row as entered on `day`, and sums by group. Rows of value nothing owe nothing.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn on(&mut self, batch: &Batch, day: Date) -> Result<Vec<Sums>, Fault> {
        let law = self.cache.law();
        let territory = law.territory(self.into).ok_or(Fault::NoLaw(self.into))?;
        let sample = self.sample(CommodityCode::ALL, Place::Country(self.into), BTreeMap::new(), day, territory.currency);
        let moment = self.context.moment(law, &sample);
        let regime = self.cache.on(&moment).map_err(Fault::Circle)?;
        let beyond = (day < territory.complete_from || day >= territory.complete_before) && !self.context.law_continues;
        // A class is of one day: what reaches it is told apart within the law of that day alone.
        self.known.clear();
        for code in &batch.codes {
            self.look_up(law, *code);
        }
        let claims = batch.stated.iter().any(|stated| !stated.facts.is_empty());
        let held: Vec<Vec<Part>> = batch.codes.iter().map(|code| self.held_parts(law, &regime, *code, claims)).collect();
        let codes: Vec<[u64; 2]> = held.iter().map(|parts| code_class(parts)).collect();
        let reach = self.reach(&regime);
        let origins: Vec<(u64, bool)> = batch.origins.iter().map(|origin| origin_class(law, &regime, *origin)).collect();
        let mut met: Map<(u64, u64, u32), Arc<Class>> = Map::default();
        let empty =
            Sums { open_most: Some(Decimal::ZERO), by_program: vec![Decimal::ZERO; self.programs.len()], ..Sums::default() };
        let mut sums = vec![empty; batch.groups];
        let shares = settled_shares(law, &BTreeMap::new());
        let mut amounts = Amounts { value: Decimal::ZERO, quantities: &[], shares, unlimited: BTreeMap::new() };
        for row in &batch.rows {
            let (Some([first, second]), Some((origin_class, in_second))) =
                (codes.get(row.code as usize), origins.get(row.origin as usize))
            else {
                continue;
            };
            let code_class = if *in_second { second } else { first };
            let Some(sums) = sums.get_mut(row.group as usize) else { continue };
            let class = match met.get(&(*code_class, *origin_class, row.stated)) {
                Some(class) => class,
                None => {
                    let parts = held.get(row.code as usize).map_or(&[][..], Vec::as_slice);
                    let class = self.class(batch, row, (&regime, &reach), parts, day)?;
                    met.entry((*code_class, *origin_class, row.stated)).or_insert(class)
                }
            };
            let value = territory.rounding.value(row.value);
            sums.rows = sums.rows.saturating_add(1);
            sums.value = sum(sums.value, row.value).ok_or(Fault::TooLarge)?;
            class.add(sums, row.value, value, beyond, &mut amounts)?;
        }
        Ok(sums)
    }

    /// Finds the lists that mention a code, and the numbers at which it is parted, once.
    fn look_up(&mut self, law: &Rulebook, code: CommodityCode) {
        if self.mentioned.contains_key(&code) {
            return;
        }
        let lists = self.lists.iter().enumerate().filter(|(_, list)| list.mentions(code)).map(|(number, _)| number);
        let lists: Vec<usize> = lists.collect();
        self.mentioned.insert(code, lists);
        if code.length() == 10 {
            return;
        }
        let mut parts: Vec<CommodityCode> = self.lists.iter().flat_map(|list| list.below(code)).collect();
        parts.extend(law.schedule(self.into).into_iter().flat_map(|schedule| schedule.parts(code)));
        parts.sort_unstable();
        parts.dedup();
        for part in &parts {
            self.look_up(law, *part);
        }
        self.parts.insert(code, parts);
    }

    /// What holds a code that day, and each number at which it is parted; alike parts once.
    fn held_parts(&self, law: &Rulebook, regime: &Regime, code: CommodityCode, claims: bool) -> Vec<Part> {
        let one = |code: CommodityCode| {
            let rate = [false, true].map(|second| {
                let mut hash = DefaultHasher::new();
                rate_of(law, self.into, code, regime.moment.day, second, claims, &mut hash);
                hash.finish()
            });
            Part { held: self.held(regime, code), rate }
        };
        let below = self.parts.get(&code).into_iter().flatten();
        let mut parts: Vec<Part> = std::iter::once(code).chain(below.copied()).map(one).collect();
        // The code itself stays first.
        if let Some((_, rest)) = parts.split_first_mut() {
            rest.sort_unstable();
        }
        parts.dedup();
        parts
    }

    fn sample(&self, code: CommodityCode, origin: Place, facts: BTreeMap<FactId, bool>, day: Date, currency: Currency) -> Flow {
        Flow {
            id: FlowId::new("row"),
            title: String::new(),
            into: self.into,
            origin,
            code,
            product: None,
            value: Money { amount: Decimal::from(SAMPLE), currency },
            quantities: Vec::new(),
            shares: BTreeMap::new(),
            facts,
            entered: day,
            loaded: None,
            admitted: None,
            entry: None,
            column_1: None,
            cite: None,
            source: Source { path: Arc::from(""), line: 0 },
            place: None,
        }
    }

    /// Which lists hold a code that day: one bit for each.
    fn held(&self, regime: &Regime, code: CommodityCode) -> Held {
        let (day, as_known) = (regime.moment.day, regime.moment.as_known);
        let mut held = vec![0_u64; self.lists.len().div_ceil(64)];
        for number in self.mentioned.get(&code).into_iter().flatten() {
            let holds = self.lists.get(*number).is_some_and(|list| list.covering(code, day, as_known).is_some());
            if let Some(word) = held.get_mut(number / 64).filter(|_| holds) {
                *word |= 1 << (number & 63);
            }
        }
        held
    }

    /// The lists that decide whether each measure of a day, and each of its exceptions, reaches a code.
    fn reach(&self, regime: &Regime) -> Vec<Reach> {
        let at = |list: &Option<Arc<CodeList>>| list.as_ref().map(|list| self.numbers.get(&Arc::as_ptr(list).addr()).copied());
        let set = |set: &CodeSet| (at(&set.under).map(Option::unwrap_or_default), at(&set.except).map(Option::unwrap_or_default));
        let one = |active: &Active| Reach {
            codes: set(&active.measure.codes),
            exceptions: active.exceptions.iter().map(|exception| set(&exception.codes)).collect(),
            changes: active.changes.iter().map(|change| set(&change.codes)).collect(),
        };
        regime.active.iter().map(one).collect()
    }

    /// Works out what the class of a row owes, unless a class reached by the same versions has been worked out already.
    fn class(
        &mut self,
        batch: &Batch,
        row: &Row,
        (regime, reach): (&Arc<Regime>, &[Reach]),
        parts: &[Part],
        day: Date,
    ) -> Result<Arc<Class>, Fault> {
        let law = self.cache.law();
        let code = batch.codes.get(row.code as usize).copied().unwrap_or(CommodityCode::ALL);
        let origin = batch.origins.get(row.origin as usize).copied().unwrap_or(self.into);
        let facts = batch.stated.get(row.stated as usize).map(|stated| stated.facts.clone()).unwrap_or_default();
        // A preference may have ended.
        let usable =
            facts.keys().filter(|fact| law.facts().get(fact).is_some_and(|f| f.before.is_none_or(|end| day < end))).count();
        let print = reached(law, (regime, reach), parts, origin, (row.stated, usable));
        if let Some(class) = self.known.get(&print) {
            return Ok(class.clone());
        }
        let flow = self.sample(code, Place::Country(origin), facts, day, regime.territory.currency);
        let work = Work {
            law,
            regime,
            flow: &flow,
            day,
            law_day: day,
            assumed: &self.context.assumed,
            value: Decimal::from(SAMPLE),
            traced: false,
        };
        let found = work.origin(origin)?;
        let class = Arc::new(classified(&self.programs, found, regime)?);
        self.known.insert(print, class.clone());
        Ok(class)
    }
}
