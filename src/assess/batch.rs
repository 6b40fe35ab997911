//! Many flows at once: one plan for each class of flows that the law treats alike, and then arithmetic by row.
//!
//! Two flows are of one class on a day where the same lists hold their codes, the same line of the schedule their rate, and the same measures and exceptions their origins. What a class owes is worked out
//! once, and again only when one of the measures that reach it has another version: most changes of law leave most classes alone. The rows are charged by the same [`charge`] as a single flow.

use super::charge::{Amounts, charge};
use super::explore::{Context, Fault, Found, Work, settled_shares};
use super::plan::Plan;
use super::record::Silent;
use crate::base::{CommodityCode, Country, Currency, Date, Decimal, FactId, FlowId, Money, ProgramId, product, quotient, sum};
use crate::diag::Source;
use crate::law::{Active, CodeList, CodeSet, Dutiable, Place, Rate, Regime, RegimeCache, Rulebook};
use crate::scenario::Flow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

type Map<K, V> = HashMap<K, V, foldhash::fast::FixedState>;

/// The value at which a class is worked out where its rates are not yet known to be plain.
const SAMPLE: i64 = 1_000_000;

/// One row: positions in the columns of its [`Batch`], and the customs value in the currency of the importing country.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The position of its code.
    pub code: u32,
    /// The position of its origin.
    pub origin: u32,
    /// The position of what is stated of it.
    pub stated: u32,
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
    /// The distinct sets of facts stated.
    pub stated: Vec<BTreeMap<FactId, bool>>,
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
    /// The known duty by program, in the order of [`Pricer::programs`].
    pub by_program: Vec<Decimal>,
}

/// What a class owes.
#[derive(Debug)]
enum Class {
    /// Plain percentages of the whole value: hundredths of a currency unit for each hundred-millionth, by program.
    Plain(Vec<PlainLine>),
    /// Everything is known once the value is.
    Known { plan: Arc<Plan>, regime: Arc<Regime>, programs: Vec<usize> },
    /// Bounds as shares of the value.
    Open { least: Decimal, most: Option<Decimal> },
    /// The goods are refused.
    Refused,
}

/// Which lists hold a code: one bit for each.
type Held = Vec<u64>;

/// The numbers of the lists of a set of codes: those it is under, and those taken out.
type Numbers = (Option<usize>, Option<usize>);

/// The lists that decide whether a measure reaches a code.
struct Reach {
    codes: Numbers,
    exceptions: Vec<Numbers>,
    changes: Vec<Numbers>,
}

fn holds(held: &[u64], (under, except): &Numbers) -> bool {
    let bit = |number: &usize| held.get(number / 64).is_some_and(|word| word & (1 << (number & 63)) != 0);
    under.as_ref().is_none_or(bit) && !except.as_ref().is_some_and(bit)
}

/// One plain line: `value × rate`, less what it counts.
#[derive(Debug)]
struct PlainLine {
    program: usize,
    /// The rate in hundred-millionths: 25 % is 25,000,000.
    rate: i128,
    /// What a top-up counts, in hundred-millionths: both are rounded before they are subtracted.
    less: Vec<i128>,
}

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
    /// Which codes a list or the schedule parts further.
    parted: Map<CommodityCode, bool>,
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
            parted: Map::default(),
            mentioned: Map::default(),
        }
    }

    /// Returns the programs whose duties are told apart, in alphabetical order.
    pub fn programs(&self) -> &[ProgramId] {
        &self.programs
    }

    /// Returns how many classes have been worked out so far.
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
        for code in &batch.codes {
            if !self.mentioned.contains_key(code) {
                let lists = self.lists.iter().enumerate().filter(|(_, list)| list.mentions(*code)).map(|(number, _)| number);
                let lists: Vec<usize> = lists.collect();
                self.mentioned.insert(*code, lists);
            }
        }
        for code in batch.codes.iter().filter(|code| code.length() < 10) {
            if !self.parted.contains_key(code) {
                let parted = self.is_parted(law, *code);
                self.parted.insert(*code, parted);
            }
        }
        let claims = batch.stated.iter().any(|stated| !stated.is_empty());
        let held: Vec<Held> = batch.codes.iter().map(|code| self.held(&regime, *code)).collect();
        let codes: Vec<[u64; 2]> =
            batch.codes.iter().zip(&held).map(|(code, held)| self.code_class(law, &regime, *code, held, claims)).collect();
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
                    let held = held.get(row.code as usize).map_or(&[][..], Vec::as_slice);
                    let class = self.class(batch, row, (&regime, &reach), held, day)?;
                    met.entry((*code_class, *origin_class, row.stated)).or_insert(class)
                }
            };
            let value = territory.rounding.value(row.value);
            sums.rows = sums.rows.saturating_add(1);
            sums.value = sum(sums.value, row.value).ok_or(Fault::TooLarge)?;
            add(sums, class, row.value, value, beyond, &mut amounts)?;
        }
        Ok(sums)
    }

    /// Tells whether a list names a number below the code, or the schedule has lines of its own there.
    fn is_parted(&self, law: &Rulebook, code: CommodityCode) -> bool {
        let by_schedule = law.schedule(self.into).is_none_or(|schedule| schedule.is_parted(code));
        by_schedule || self.lists.iter().any(|list| list.below(code).next().is_some())
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

    /// Which lists hold a code that day, and what the schedule says of it: in column 1 and in column 2.
    fn code_class(&self, law: &Rulebook, regime: &Regime, code: CommodityCode, held: &Held, claims: bool) -> [u64; 2] {
        let mut hash = foldhash::fast::FixedState::default().build_hasher();
        let day = regime.moment.day;
        held.hash(&mut hash);
        // A number that the schedule splits further is taken apart by itself.
        if self.parted.get(&code).copied().unwrap_or(false) {
            code.hash(&mut hash);
        }
        let lists = hash.finish();
        [false, true].map(|second| {
            let mut hash = foldhash::fast::FixedState::default().build_hasher();
            lists.hash(&mut hash);
            rate_of(law, self.into, code, day, second, claims, &mut hash);
            hash.finish()
        })
    }

    /// Works out what the class of a row owes, unless a class reached by the same versions has been worked out already.
    fn class(
        &mut self,
        batch: &Batch,
        row: &Row,
        (regime, reach): (&Arc<Regime>, &[Reach]),
        held: &[u64],
        day: Date,
    ) -> Result<Arc<Class>, Fault> {
        let law = self.cache.law();
        let code = batch.codes.get(row.code as usize).copied().unwrap_or(CommodityCode::ALL);
        let origin = batch.origins.get(row.origin as usize).copied().unwrap_or(self.into);
        let facts = batch.stated.get(row.stated as usize).cloned().unwrap_or_default();
        let parted = self.parted.get(&code).copied().unwrap_or(false).then_some(day);
        let print = reached(law, (regime, reach), (code, held), origin, (row.stated, !facts.is_empty()), parted);
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
        let class = Arc::new(self.classified(found, regime)?);
        self.known.insert(print, class.clone());
        Ok(class)
    }

    fn classified(&self, found: Found, regime: &Arc<Regime>) -> Result<Class, Fault> {
        let leaves = &found.leaves;
        if !leaves.is_empty() && leaves.iter().all(|leaf| leaf.charged.refused.is_some()) {
            return Ok(Class::Refused);
        }
        // Whatever is open, one result in every way in which it can be settled is knowledge.
        if let ([only], false) = (leaves.as_slice(), found.too_many) {
            let programs = only.plan.lines.iter().map(|line| self.program(&line.program)).collect();
            if let Some(lines) = self.plain(only) {
                return Ok(Class::Plain(lines));
            }
            if found.open.is_empty() {
                return Ok(Class::Known { plan: only.plan.clone(), regime: regime.clone(), programs });
            }
        }
        let share = |amount: Decimal| quotient(amount, Decimal::from(SAMPLE)).ok_or(Fault::TooLarge);
        let refusable = found.too_many || leaves.iter().any(|leaf| leaf.charged.refused.is_some());
        let least = leaves.iter().filter_map(|leaf| leaf.charged.total).min().filter(|_| !refusable).unwrap_or(Decimal::ZERO);
        let most = leaves.iter().map(|leaf| leaf.charged.total).try_fold(Decimal::ZERO, |most, total| Some(most.max(total?)));
        Ok(Class::Open { least: share(least)?, most: most.filter(|_| !refusable).map(share).transpose()? })
    }

    fn program(&self, program: &ProgramId) -> usize {
        self.programs.binary_search(program).unwrap_or(usize::MAX)
    }

    /// The lines as plain percentages of the whole value, if all of them are.
    fn plain(&self, leaf: &super::explore::Leaf) -> Option<Vec<PlainLine>> {
        let whole = Decimal::from(SAMPLE);
        let mut lines = Vec::with_capacity(leaf.charged.lines.len());
        let scaled = |rate: Decimal| -> Option<i128> {
            let rate = rate.checked_mul(Decimal::from(100_000_000))?.normalize();
            (rate.scale() == 0).then(|| rate.mantissa())
        };
        for charged in &leaf.charged.lines {
            let line = leaf.plan.lines.get(charged.line)?;
            if charged.base != whole
                || charged.replaced_by.is_some()
                || line.alternative.is_some()
                || line.dutiable != Dutiable::Whole
            {
                return None;
            }
            let program = self.program(&line.program);
            match &line.rate {
                Rate::Free => {}
                Rate::AdValorem(percent) => {
                    lines.push(PlainLine { program, rate: scaled(percent.fraction())?, less: Vec::new() })
                }
                Rate::TopUp(percent) => {
                    let mut less = Vec::new();
                    for counted in line.counting.iter().filter_map(|at| leaf.plan.lines.get(*at)) {
                        less.push(scaled(counted.rate.percent()?.fraction())?);
                    }
                    lines.push(PlainLine { program, rate: scaled(percent.fraction())?, less });
                }
                Rate::Specific(_)
                | Rate::Flat(_)
                | Rate::Sum(_)
                | Rate::AtLeast(..)
                | Rate::AtMost(..)
                | Rate::TopUpGeneral(_)
                | Rate::InsteadOfColumn1(_)
                | Rate::Refused
                | Rate::Unknown(_) => return None,
            }
        }
        Some(lines)
    }
}

/// Adds a row to the sums of its group. `value` is rounded as the country's rule has it, `exact` is not.
fn add(
    sums: &mut Sums,
    class: &Class,
    exact: Decimal,
    value: Decimal,
    beyond: bool,
    amounts: &mut Amounts<'_>,
) -> Result<(), Fault> {
    let plus = |to: &mut Decimal, amount: Decimal| -> Result<(), Fault> {
        *to = sum(*to, amount).ok_or(Fault::TooLarge)?;
        Ok(())
    };
    if beyond {
        sums.open_most = None;
        return plus(&mut sums.unknown, exact);
    }
    match class {
        Class::Refused => plus(&mut sums.refused, exact),
        Class::Open { least, most } => {
            plus(&mut sums.unknown, exact)?;
            plus(&mut sums.open_least, product(value, *least).ok_or(Fault::TooLarge)?)?;
            sums.open_most = match (sums.open_most, most) {
                (Some(sum), Some(most)) => sum.checked_add(product(value, *most).ok_or(Fault::TooLarge)?),
                _ => None,
            };
            Ok(())
        }
        Class::Plain(lines) => {
            plus(&mut sums.priced, exact)?;
            // A value of whole units and rates of hundred-millionths make hundredths by whole numbers alone.
            let whole = if value.scale() == 0 { value.mantissa() } else { value.trunc().mantissa() };
            for line in lines {
                let mut cents = hundredths(whole, line.rate);
                for counted in &line.less {
                    cents = cents.saturating_sub(hundredths(whole, *counted));
                }
                let amount = Decimal::try_from_i128_with_scale(cents.max(0), 2).map_err(|_| Fault::TooLarge)?;
                plus(&mut sums.duty, amount)?;
                if let Some(program) = sums.by_program.get_mut(line.program) {
                    plus(program, amount)?;
                }
            }
            Ok(())
        }
        Class::Known { plan, regime, programs } => {
            plus(&mut sums.priced, exact)?;
            amounts.value = value;
            let charged = charge(plan, regime, amounts, &mut Silent).map_err(|_| Fault::TooLarge)?;
            for line in &charged.lines {
                let amount = line.amount.unwrap_or_default();
                plus(&mut sums.duty, amount)?;
                if let Some(program) = programs.get(line.line).and_then(|at| sums.by_program.get_mut(*at)) {
                    plus(program, amount)?;
                }
            }
            Ok(())
        }
    }
}

/// Hundredths of `whole × rate`, halves away from zero; the rate in hundred-millionths.
fn hundredths(whole: i128, rate: i128) -> i128 {
    whole.saturating_mul(rate).saturating_add(500_000).div_euclid(1_000_000)
}

/// What the schedule says of a code in one of its columns: the text decides the rate. The special texts matter only where something is claimed.
fn rate_of(law: &Rulebook, into: Country, code: CommodityCode, day: Date, second: bool, claims: bool, hash: &mut impl Hasher) {
    match law.schedule(into).and_then(|schedule| schedule.line(code, day)) {
        Some(line) if second => line.column_2.hash(hash),
        Some(line) => (line.general, claims.then_some(line.special)).hash(hash),
        None => code.hash(hash),
    }
}

/// Which measures fall on goods of an origin that day, and which of their exceptions reach it.
fn origin_class(law: &Rulebook, regime: &Regime, origin: Country) -> (u64, bool) {
    let mut hash = foldhash::fast::FixedState::default().build_hasher();
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

fn second_column(law: &Rulebook, regime: &Regime, origin: Country) -> bool {
    let day = regime.moment.day;
    regime.territory.column_2_origins.iter().any(|id| law.groups().get(id).is_some_and(|group| group.has(origin, day)))
}

/// The versions, relations, exceptions and changes that reach goods of a code and an origin: where they are the same, so is the duty.
fn reached(
    law: &Rulebook,
    (regime, reach): (&Regime, &[Reach]),
    (code, held): (CommodityCode, &[u64]),
    origin: Country,
    stated: (u32, bool),
    parted: Option<Date>,
) -> u64 {
    let mut hash = foldhash::fast::FixedState::default().build_hasher();
    let day = regime.moment.day;
    for position in regime.for_origin(origin) {
        let (Some(active), Some(reach)) = (regime.at(position), reach.get(position)) else { continue };
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
    let second = second_column(law, regime, origin);
    second.hash(&mut hash);
    rate_of(law, regime.territory.id, code, day, second, stated.1, &mut hash);
    // What a list parts further depends on the list itself, and its dates.
    if let Some(day) = parted {
        (code, day).hash(&mut hash);
    }
    stated.hash(&mut hash);
    hash.finish()
}
