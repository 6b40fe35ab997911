//! Many flows at once: one plan for each class of flows that the law treats alike, and then arithmetic by row.
//!
//! Two flows are of one class where the same lists hold their codes, the same line of the schedule their rate, and the same measures and exceptions their origins (`codes`, `reach`). What a class owes is
//! worked out once, at a value that stands for all others and for every plain column-1 rate (`shape`, `class`): plain percentages are then charged in whole numbers (`tally`), everything else by the same charge as a single flow (`alone`).

mod alone;
mod class;
mod codes;
mod open;
mod reach;
mod rows;
mod shape;
mod tally;
mod way;

pub use rows::{Batch, Row, Stated, Sums};

pub(super) use alone::charged;
pub(super) use class::{Class, Common, SAMPLE, agreed, units};
pub(super) use codes::{Codes, Met};
pub(super) use open::{Bounds, OpenClass};
pub(super) use reach::Reach;
pub(super) use shape::Shape;
pub(super) use way::asks_whether_owed;

use super::explore::{Context, Fault, Found, Open, Work, settled_shares};
use crate::base::{CommodityCode, Country, Date, Decimal, FlowId, Money, Percent, ProgramId, Quantity, Unit};
use crate::diag::Source;
use crate::law::{Place, Regime, RegimeCache, Rulebook, Share, Territory, answered};
use crate::scenario::Flow;
use alone::Charge;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tally::{Scales, Sign, Tally};

pub(super) type Map<K, V> = HashMap<K, V, foldhash::fast::FixedState>;

/// The number of a class that has not been worked out.
const UNMET: u32 = u32::MAX;

/// Prices a batch under one book, remembering every class it has met.
pub struct Pricer<'a> {
    cache: &'a RegimeCache<'a>,
    territory: &'a Territory,
    context: Context,
    batch: &'a Batch,
    /// The rows in the order of codes and origins: rows of one class stand together.
    rows: Cow<'a, [Row]>,
    codes: Codes<'a>,
    programs: Vec<ProgramId>,
    /// The decimal places of values and duties.
    scales: Scales,
    /// What is stated, with shares whose absence has a meaning and those taken for granted.
    shares: Vec<BTreeMap<Share, Percent>>,
    /// For each set of quantities the number of the set of its units.
    units: Vec<u64>,
    classes: Vec<Class>,
    /// Why the duty of a class is not known, if it is not: its number in `reasons`.
    whys: Vec<u32>,
    reasons: Vec<String>,
    reason_numbers: HashMap<String, u32>,
    shapes: Vec<Shape>,
    shape_whys: Vec<u32>,
    /// Shapes by what reaches them, and by what their rows state.
    known: Map<(u128, u64, usize), u32>,
    /// Classes by shape and column-1 rate.
    resolved: Map<(u32, Option<i64>), u32>,
    /// The sums of the last day, of rows whose duty their class alone decides, and the class each of these rows had; [`UNMET`] for any other row.
    standing: Vec<Tally>,
    last: Vec<u32>,
    /// Rows that were worked out by themselves: by class, value and quantities.
    single: Map<(u32, Decimal, u32), Arc<Charge>>,
}

/// The value of a row: in the finest place of the batch, as the country rounds it, and that as a whole number ([`i64::MIN`] where it does not fit).
struct Amount {
    exact: i128,
    value: Decimal,
    whole: i64,
}

/// The day at hand.
struct Today {
    day: Date,
    regime: Arc<Regime>,
    /// Whether the book knows the day.
    beyond: bool,
}

impl<'a> Pricer<'a> {
    /// Makes a pricer of a batch of imports into a country. What rows leave open is settled by `context.assumed`, or bounded.
    ///
    /// # Errors
    /// [`Fault::NoLaw`] where the book has no such country.
    pub fn new(cache: &'a RegimeCache<'a>, into: Country, batch: &'a Batch, context: Context) -> Result<Self, Fault> {
        let law = cache.law();
        let territory = law.territory(into).ok_or(Fault::NoLaw(into))?;
        let claims = batch.stated.iter().any(|stated| !stated.facts.is_empty());
        let shares = batch.stated.iter().map(|stated| {
            let mut shares = settled_shares(law, &stated.shares);
            context.assumed.shares.iter().for_each(|(share, part)| {
                shares.entry(share.clone()).or_insert(*part);
            });
            shares
        });
        let mut sets: Vec<Vec<Unit>> = vec![Vec::new()];
        let units = batch.quantities.iter().map(|quantities| {
            let mut set: Vec<Unit> = quantities.iter().map(|quantity| quantity.unit).collect();
            set.sort_unstable();
            set.dedup();
            let at = sets.iter().position(|other| *other == set).unwrap_or_else(|| {
                sets.push(set);
                sets.len().saturating_sub(1)
            });
            u64::try_from(at).unwrap_or(u64::MAX)
        });
        Ok(Self {
            codes: Codes::new(law, into, &batch.codes, claims, batch.quantities.iter().any(|quantities| !quantities.is_empty())),
            programs: programs(law, territory),
            scales: Scales {
                value: batch.rows.iter().map(|row| row.value.scale()).max().unwrap_or(0),
                duty: territory.rounding.duty.scale(),
            },
            rows: if batch.rows.is_sorted_by_key(in_order) {
                Cow::Borrowed(&batch.rows)
            } else {
                let mut rows = batch.rows.clone();
                rows.sort_unstable_by_key(in_order);
                Cow::Owned(rows)
            },
            shares: shares.collect(),
            units: units.collect(),
            classes: Vec::new(),
            whys: Vec::new(),
            reasons: vec!["the book does not know the day".into()],
            reason_numbers: HashMap::new(),
            shapes: Vec::new(),
            shape_whys: Vec::new(),
            known: Map::default(),
            resolved: Map::default(),
            standing: Vec::new(),
            last: Vec::new(),
            single: Map::default(),
            cache,
            territory,
            context,
            batch,
        })
    }

    /// Returns the programs whose duties are told apart, in alphabetical order.
    pub fn programs(&self) -> &[ProgramId] {
        &self.programs
    }

    /// Returns how many classes the days asked so far had.
    pub fn classes(&self) -> usize {
        self.classes.len()
    }

    /// Prices every row as entered on `day`, and sums by group.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn on(&mut self, day: Date) -> Result<Vec<Sums>, Fault> {
        let rows = std::mem::take(&mut self.rows);
        let sums = self.sums(&rows, day);
        self.rows = rows;
        if sums.is_err() {
            // Half a day is no day to go on from.
            (self.standing, self.last) = (Vec::new(), Vec::new());
        }
        sums
    }

    fn sums(&mut self, rows: &[Row], day: Date) -> Result<Vec<Sums>, Fault> {
        let (law, batch, territory) = (self.cache.law(), self.batch, self.territory);
        let moment = self.context.moment(law, &self.sample(CommodityCode::ALL, territory.id, None, day));
        let regime = self.cache.on(&moment).map_err(Fault::Circle)?;
        let past = day >= territory.complete_before && !self.context.law_continues;
        let unheard = moment.as_known < territory.complete_from;
        let today = Today { day, beyond: day < territory.complete_from || past || unheard, regime };
        let code_classes = self.codes.on(today.regime.moment.day, moment.as_known);
        let mut reach = Reach::new(law, &today.regime, &self.codes, &batch.origins);
        let usable: Vec<usize> = batch.stated.iter().map(|stated| usable(law, stated, day)).collect();
        let claims: Vec<bool> = batch.stated.iter().map(|stated| !stated.facts.is_empty()).collect();
        let width = reach.origins.len();
        let seconds: Vec<bool> = reach.origins.iter().map(|origin| origin.second).collect();
        // Rows that state nothing are the most: their classes are found without hashing.
        let mut plain_rows = vec![UNMET; self.codes.coded().len().saturating_mul(width)];
        let mut other_rows: Map<(usize, u64), u32> = Map::default();
        let mut prints: Map<(u32, u32), u128> = Map::default();
        let nothing = batch.stated.first().is_some_and(|stated| *stated == Stated::default());
        let kinds = u64::try_from(batch.stated.len()).unwrap_or(u64::MAX);
        let (mut standing, mut last) = (std::mem::take(&mut self.standing), std::mem::take(&mut self.last));
        if last.len() != rows.len() {
            (standing, last) = (vec![Tally::new(self.programs.len()); batch.groups], vec![UNMET; rows.len()]);
        }
        // What depends on more than the class is summed anew each day.
        let mut moving: BTreeMap<u32, Tally> = BTreeMap::new();
        for (row, last) in rows.iter().zip(&mut last) {
            let (Some(codes), Some(origin)) =
                (code_classes.get(row.code as usize), reach.origin_classes.get(row.origin as usize).copied())
            else {
                continue;
            };
            let units = self.units.get(row.quantities as usize).copied().unwrap_or_default();
            let [without, with] = codes;
            let [first, second, claimed] = if units == 0 { without } else { with };
            let code = match seconds.get(origin as usize) {
                Some(true) => *second,
                _ if claims.get(row.stated as usize).copied().unwrap_or_default() => *claimed,
                _ => *first,
            };
            let cell = (code as usize).saturating_mul(width).saturating_add(origin as usize);
            let units =
                if row.quantities == 0 { 0 } else { self.units.get(row.quantities as usize).copied().unwrap_or_default() };
            let kind = u64::from(row.stated).saturating_add(units.saturating_mul(kinds));
            let met = if kind == 0 && nothing { plain_rows.get(cell).copied() } else { other_rows.get(&(cell, kind)).copied() };
            let class = match met.filter(|class| *class != UNMET) {
                Some(class) => class,
                None => {
                    let Some(coded) = self.codes.coded().get(code as usize).copied() else { continue };
                    let codes = &self.codes;
                    let print = *prints.entry((coded.class, origin)).or_insert_with(|| reach.print(codes, coded.class, origin));
                    let usable = usable.get(row.stated as usize).copied().unwrap_or_default();
                    let class = self.class(row, (print, kind, usable), coded.rate, &today)?;
                    match plain_rows.get_mut(cell).filter(|_| kind == 0 && nothing) {
                        Some(slot) => *slot = class,
                        None => drop(other_rows.insert((cell, kind), class)),
                    }
                    class
                }
            };
            // From day to day the law of most goods stays as it is.
            if class == *last && !today.beyond {
                continue;
            }
            let Some(tally) = standing.get_mut(row.group as usize) else { continue };
            let amount = self.amount(row)?;
            if *last != UNMET {
                self.add(tally, &amount, *last, Sign::Minus);
            }
            *last = class;
            if today.beyond || !self.add(tally, &amount, class, Sign::Plus) {
                *last = UNMET;
                let tally = moving.entry(row.group).or_insert_with(|| Tally::new(self.programs.len()));
                self.add_by_itself(tally, row, &amount, class, &today)?;
            }
        }
        let whole = standing.iter().enumerate().map(|(group, tally)| {
            let moving = u32::try_from(group).ok().and_then(|group| moving.get(&group));
            moving
                .map_or_else(
                    || tally.sums(self.scales, &self.reasons),
                    |moving| tally.with(moving).sums(self.scales, &self.reasons),
                )
                .ok_or(Fault::TooLarge)
        });
        let sums = whole.collect();
        (self.standing, self.last) = (standing, last);
        sums
    }

    /// The value of a row as whole numbers.
    fn amount(&self, row: &Row) -> Result<Amount, Fault> {
        let mantissa = row.value.mantissa();
        let exact = match self.scales.value.saturating_sub(row.value.scale()) {
            0 => mantissa,
            places => mantissa.checked_mul(10_i128.saturating_pow(places)).ok_or(Fault::TooLarge)?,
        };
        let plain = row.value.scale() == 0 && self.territory.rounding.value == Decimal::ONE;
        let value = if plain { row.value } else { self.territory.rounding.value(row.value) };
        let whole = if value.scale() == 0 { value.mantissa() } else { value.trunc().mantissa() };
        Ok(Amount { exact, value, whole: i64::try_from(whole).unwrap_or(i64::MIN) })
    }

    /// Adds a row to the sums of its group, or takes it from them; `false`, and nothing done, where its class alone does not decide its duty.
    fn add(&self, tally: &mut Tally, amount: &Amount, class: u32, sign: Sign) -> bool {
        // A share of nothing says little of what is open, and a value below zero is no value.
        if amount.whole <= 0 {
            return false;
        }
        match self.classes.get(class as usize) {
            Some(Class::Plain(lines)) => match lines.amounts(amount.whole, self.scales.duty) {
                Some(duty) => tally.known(amount.exact, duty, sign),
                None => return false,
            },
            Some(Class::Refused) => tally.refused(amount.exact, sign),
            Some(Class::Open(open)) => {
                let Some(bounds) = open.bounds(amount.whole, self.scales.duty) else { return false };
                let why = self.whys.get(class as usize).copied().unwrap_or(BEYOND);
                tally.between(amount.exact, bounds.least, bounds.most, why, sign);
            }
            Some(Class::Known(_) | Class::ByRow) | None => return false,
        }
        true
    }

    fn add_by_itself(&mut self, tally: &mut Tally, row: &Row, amount: &Amount, class: u32, today: &Today) -> Result<(), Fault> {
        if today.beyond {
            tally.between(amount.exact, 0, None, BEYOND, Sign::Plus);
            return Ok(());
        }
        match &*self.charge(row, class, amount.value, today)? {
            Charge::Known(duty) => tally.known(amount.exact, duty.iter().copied(), Sign::Plus),
            Charge::Open { least, most, why } => tally.between(amount.exact, *least, *most, *why, Sign::Plus),
            Charge::Refused => tally.refused(amount.exact, Sign::Plus),
        }
        Ok(())
    }

    /// Works out what the class of a row owes, unless a class reached by the same things has been worked out already.
    fn class(&mut self, row: &Row, key: (u128, u64, usize), rate: Option<i64>, today: &Today) -> Result<u32, Fault> {
        let shape = self.known.get(&key).copied();
        if let Some(class) = shape.and_then(|shape| self.resolved.get(&(shape, rate))) {
            return Ok(*class);
        }
        let mut class = shape.and_then(|shape| self.shapes.get(shape as usize)?.at(rate?));
        let mut shape = shape;
        let mut why = shape.and_then(|shape| self.shape_whys.get(shape as usize).copied()).unwrap_or(BEYOND);
        if class.is_none() {
            let mut flow = self.flow(row, today.day);
            let quantities = self.batch.quantities.get(row.quantities as usize).map_or(&[][..], Vec::as_slice);
            let sample = |quantity: &Quantity| Quantity { number: Decimal::ONE_THOUSAND, unit: quantity.unit };
            flow.quantities = quantities.iter().map(sample).collect();
            let found = self.found(&flow, row, Decimal::from(SAMPLE), today)?;
            why = self.reason(&found);
            let no_shares = BTreeMap::new();
            let common = Common {
                programs: &self.programs,
                regime: &today.regime,
                shares: self.shares.get(row.stated as usize).unwrap_or(&no_shares),
                quantities: &flow.quantities,
            };
            if shape.is_none() {
                let new = if rate.is_some() { Shape::new(&found, &common) } else { Shape::ByRate };
                class = rate.and_then(|rate| new.at(rate));
                shape = Some(u32::try_from(self.shapes.len()).unwrap_or(UNMET));
                self.shapes.push(new);
                self.shape_whys.push(why);
            }
            class = Some(class.unwrap_or_else(|| Class::new(&found, &common)));
        }
        let (shape, number) = (shape.unwrap_or(UNMET), u32::try_from(self.classes.len()).unwrap_or(UNMET));
        self.known.insert(key, shape);
        self.resolved.insert((shape, rate), number);
        self.classes.extend(class);
        self.whys.push(why);
        Ok(number)
    }

    /// The number of the words for what a result leaves open.
    fn reason(&mut self, found: &Found) -> u32 {
        let mut all: Vec<String> = found.open.iter().map(not_stated).collect();
        if found.too_many {
            all.push("too much at once".into());
        }
        all.sort();
        all.dedup();
        let words = all.join(", ");
        let reasons = &mut self.reasons;
        *self.reason_numbers.entry(words).or_insert_with_key(|words| {
            reasons.push(words.clone());
            u32::try_from(reasons.len().saturating_sub(1)).unwrap_or(BEYOND)
        })
    }

    fn found(&self, flow: &Flow, row: &Row, value: Decimal, today: &Today) -> Result<Found, Fault> {
        let origin = self.batch.origins.get(row.origin as usize).copied().unwrap_or(self.territory.id);
        let work = Work {
            law: self.cache.law(),
            regime: &today.regime,
            flow,
            day: today.day,
            law_day: today.day,
            assumed: &self.context.assumed,
            value,
            traced: false,
        };
        work.origin(origin)
    }

    /// The flow that a row is, but for its value and quantities.
    fn flow(&self, row: &Row, day: Date) -> Flow {
        let code = self.batch.codes.get(row.code as usize).copied().unwrap_or(CommodityCode::ALL);
        let origin = self.batch.origins.get(row.origin as usize).copied().unwrap_or(self.territory.id);
        self.sample(code, origin, self.batch.stated.get(row.stated as usize), day)
    }

    fn sample(&self, code: CommodityCode, origin: Country, stated: Option<&Stated>, day: Date) -> Flow {
        let stated = stated.cloned().unwrap_or_default();
        Flow {
            id: FlowId::new("row"),
            title: String::new(),
            into: self.territory.id,
            origin: Place::Country(origin),
            code,
            product: None,
            value: Money { amount: Decimal::from(SAMPLE), currency: self.territory.currency },
            quantities: Vec::new(),
            shares: stated.shares,
            facts: stated.facts,
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
}

fn in_order(row: &Row) -> (u32, u32) {
    (row.code, row.origin)
}

/// The number of the reason that the book does not know the day.
const BEYOND: u32 = 0;

/// What is not stated, in the words of the key that would state it. Rates of one class that the schedule states by quantity or in words are told alike.
fn not_stated(open: &Open) -> String {
    match open {
        Open::Fact(id) => format!("facts.{}", answered(id).map_or_else(|| id.to_string(), |(of, _)| of.to_string())),
        Open::Share(share) => share.to_string(),
        Open::Quantity(_) | Open::Rate(..) => "quantity, or a rate in words".into(),
        Open::Digits(_) => "more digits of the code".into(),
    }
}

/// How many of the facts stated can still be used: a preference may have ended.
pub(super) fn usable(law: &Rulebook, stated: &Stated, day: Date) -> usize {
    let lasts = |fact| law.facts().get(fact).is_some_and(|fact| fact.before.is_none_or(|end| day < end));
    stated.facts.keys().filter(|fact| lasts(*fact)).count()
}

/// Every program that may charge imports into a country, in alphabetical order.
pub(super) fn programs(law: &Rulebook, territory: &Territory) -> Vec<ProgramId> {
    let into = territory.id;
    let mut programs: Vec<ProgramId> = law.programs().filter(|program| program.into == into).map(|p| p.id.clone()).collect();
    programs.push(territory.column_1.clone());
    programs.extend(territory.column_2.clone());
    programs.extend(law.measures().filter(|measure| measure.into == into).map(|measure| measure.program.clone()));
    programs.sort();
    programs.dedup();
    programs
}
