//! Which rows two states of the law treat alike: those whose codes the same lists hold in both, whose rate the schedule prints alike, and whose origin the same measures name.

use super::batch::Batch;
use super::explore::{Context, Fault};
use super::mix_rows::RowSide;
use crate::base::{CommodityCode, Country, Date, Decimal, Unit};
use crate::law::{Active, CodeList, CodeSet, Moment, Regime, Rulebook};
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::Arc;

type Map<K, V> = HashMap<K, V, foldhash::fast::FixedState>;

/// The class of every row.
pub(super) struct Classes {
    pub(super) of_row: Vec<u32>,
    pub(super) count: usize,
}

/// Numbers what is alike alike, in the order in which it first occurs.
struct Numbers<K>(Map<K, u32>);

impl<K: Eq + Hash> Numbers<K> {
    fn of(&mut self, key: K) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(key).or_insert(next)
    }
}

pub(super) fn classes(sides: [RowSide<'_>; 2], into: Country, batch: &Batch) -> Result<Classes, Fault> {
    let [a, b] = sides;
    let laws = [law_of(&a, into, batch)?, law_of(&b, into, batch)?];
    let mut codes = Numbers(Map::default());
    let code_numbers: Vec<u32> =
        batch.codes.iter().map(|code| codes.of(laws.each_ref().map(|law| law.of_code(*code, into)))).collect();
    let mut origins = Numbers(Map::default());
    let origin_numbers: Vec<u32> =
        batch.origins.iter().map(|origin| origins.of(laws.each_ref().map(|law| law.of_origin(*origin, into)))).collect();
    let mut units = Numbers(Map::default());
    let unit_numbers: Vec<u32> =
        batch.quantities.iter().map(|all| units.of(all.iter().map(|quantity| quantity.unit).collect::<Vec<Unit>>())).collect();
    let mut classes = Numbers(Map::default());
    let rounding = sides.map(|side| side.cache.law().territory(into).map(|territory| &territory.rounding));
    // Of goods worth nothing a measure that others leave nothing for may still ask what it falls on.
    let is_nothing = |value: Decimal| rounding.map(|rule| rule.map_or(value, |rule| rule.value(value)).is_zero());
    let number = |numbers: &[u32], at: u32| numbers.get(at as usize).copied().unwrap_or(u32::MAX);
    let of_row = batch.rows.iter().map(|row| {
        let (code, origin) = (number(&code_numbers, row.code), number(&origin_numbers, row.origin));
        classes.of((code, origin, row.stated, number(&unit_numbers, row.quantities), is_nothing(row.value)))
    });
    let of_row: Vec<u32> = of_row.collect();
    Ok(Classes { of_row, count: classes.0.len() })
}

/// A law on a day, with the distinct lists that its measures ask.
struct OnDay<'a> {
    law: &'a Rulebook,
    regime: Arc<Regime>,
    lists: Vec<Arc<CodeList>>,
    /// Whether some row claims something, so that special rates matter.
    claims: bool,
    /// Whether some origin stands in column 2.
    second: bool,
}

/// What holds a code: one bit for each list, what the schedule prints, and the code itself where that decides.
type OfCode<'a> = (Vec<u64>, Option<[&'a str; 3]>, Option<CommodityCode>);

fn law_of<'a>(side: &RowSide<'a>, into: Country, batch: &Batch) -> Result<OnDay<'a>, Fault> {
    let law = side.cache.law();
    let regime = side.cache.on(&moment(side.context, law, into, side.day)).map_err(Fault::Circle)?;
    let mut seen: Map<usize, ()> = Map::default();
    let mut lists: Vec<Arc<CodeList>> = Vec::new();
    let mut add = |set: &CodeSet| {
        for list in set.under.iter().chain(&set.except) {
            if seen.insert(Arc::as_ptr(list).addr(), ()).is_none() {
                lists.push(list.clone());
            }
        }
    };
    // Lists that only measures on other origins ask part nothing here.
    let positions: BTreeSet<usize> = batch.origins.iter().flat_map(|origin| regime.for_origin(*origin)).collect();
    for active in positions.into_iter().filter_map(|position| regime.at(position)) {
        add(&active.measure.codes);
        active.exceptions.iter().for_each(|exception| add(&exception.codes));
        active.changes.iter().for_each(|change| add(&change.codes));
    }
    let claims = batch.stated.iter().any(|stated| !stated.facts.is_empty());
    let groups = &regime.territory.column_2_origins;
    let is_second = |origin: &Country| groups.iter().any(|id| law.groups().get(id).is_some_and(|g| g.has(*origin, side.day)));
    let second = batch.origins.iter().any(is_second);
    Ok(OnDay { law, regime, lists, claims, second })
}

fn moment(context: &Context, law: &Rulebook, into: Country, day: Date) -> Moment {
    let mut readings = law.default_readings();
    readings.extend(context.readings.clone());
    Moment { into, day, as_known: context.as_known.unwrap_or(Date::MAX), readings }
}

impl<'a> OnDay<'a> {
    fn of_code(&self, code: CommodityCode, into: Country) -> OfCode<'a> {
        let (day, as_known) = (self.regime.moment.day, self.regime.moment.as_known);
        let mut held = vec![0_u64; self.lists.len().div_ceil(64)];
        for (number, list) in self.lists.iter().enumerate() {
            if list.covering(code, day, as_known).is_some()
                && let Some(word) = held.get_mut(number / 64)
            {
                *word |= 1 << (number & 63);
            }
        }
        let line = self.law.schedule(into).and_then(|schedule| schedule.line(code, day));
        let printed = line.map(|line| {
            [line.general, if self.claims { line.special } else { "" }, if self.second { line.column_2 } else { "" }]
        });
        // A short code stands for the lines below it, and a code without a line is told by itself.
        let itself = Some(code).filter(|code| code.length() < 10 || printed.is_none());
        (held, printed, itself)
    }

    /// The measures that fall on goods of an origin, and which of their exceptions and changes reach it.
    fn of_origin(&self, origin: Country, into: Country) -> Vec<usize> {
        let (day, groups) = (self.regime.moment.day, self.law.groups());
        let mut all: Vec<usize> = Vec::new();
        for position in self.regime.for_origin(origin) {
            all.push(position);
            let Some(active) = self.regime.at(position) else { continue };
            let Active { exceptions, changes, .. } = active;
            let sets = exceptions.iter().map(|e| &e.origins).chain(changes.iter().map(|c| &c.origins));
            let reached = sets.enumerate().filter(|(_, set)| set.contains(origin, day, groups, || false));
            all.extend(reached.map(|(number, _)| number));
            all.push(usize::MAX);
        }
        let provisions = self.law.provisions(into).enumerate();
        all.extend(provisions.filter(|(_, p)| p.origins.contains(origin, day, groups, || false)).map(|(number, _)| number));
        let second = &self.regime.territory.column_2_origins;
        all.push(usize::from(second.iter().any(|id| groups.get(id).is_some_and(|group| group.has(origin, day)))));
        all
    }
}
