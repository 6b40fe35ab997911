//! Which rows two states of the law treat alike: those that the same law reaches in both, and whose rate the schedule prints alike.
//!
//! Rows of one shape differ in nothing but a plain column-1 rate that stays what it is; rows of one class do not differ in that either.

use super::rows::RowSide;
use crate::assess::batch::{Batch, Codes, Met, Reach, Row, usable};
use crate::assess::explore::{Context, Fault};
use crate::base::{CommodityCode, Country, Date, Unit};
use crate::law::{Moment, Rulebook};
use std::collections::HashMap;
use std::hash::Hash;

type Map<K, V> = HashMap<K, V, foldhash::fast::FixedState>;

/// The class of every row, and the shape of every class.
pub(super) struct Classes {
    pub(super) of_row: Vec<u32>,
    /// The shape of each class, and its column-1 rate where that is plain, and the same in both states: in units of 10^-8.
    pub(super) shapes: Vec<(u32, Option<i64>)>,
}

/// Numbers what is alike alike, in the order in which it first occurs.
struct Numbers<K>(Map<K, u32>);

impl<K: Eq + Hash> Numbers<K> {
    fn of(&mut self, key: K) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(key).or_insert(next)
    }
}

/// What the law of one state makes of the columns of a batch.
struct OnSide<'a> {
    law: &'a Rulebook,
    day: Date,
    met: Vec<Met>,
    /// Each class of codes with its rate that was met: the number of the class, and the rate.
    coded: Vec<(u32, Option<i64>)>,
    reach: Reach,
    /// How many of the facts stated can still be used.
    usable: Vec<usize>,
    prints: Map<(u32, u32), u128>,
}

impl<'a> OnSide<'a> {
    fn new(side: &RowSide<'a>, into: Country, batch: &Batch, codes: &mut Codes<'_>) -> Result<Self, Fault> {
        let law = side.cache.law();
        let regime = side.cache.on(&moment(side.context, law, into, side.day)).map_err(Fault::Circle)?;
        let met = codes.on(regime.moment.day, regime.moment.as_known);
        Ok(Self {
            law,
            day: regime.moment.day,
            coded: codes.coded().iter().map(|coded| (coded.class, coded.rate)).collect(),
            reach: Reach::new(law, &regime, codes, &batch.origins),
            usable: batch.stated.iter().map(|stated| usable(law, stated, side.day)).collect(),
            met,
            prints: Map::default(),
        })
    }

    fn origin(&self, row: &Row) -> u32 {
        self.reach.origin_classes.get(row.origin as usize).copied().unwrap_or(u32::MAX)
    }

    /// Whether the origin of a row stands in column 2.
    fn is_second(&self, row: &Row) -> bool {
        self.reach.origins.get(self.origin(row) as usize).is_some_and(|origin| origin.second)
    }

    /// What reaches a row, as one number, and its rate.
    fn of_row(&mut self, row: &Row, codes: &Codes<'_>, has_quantities: bool, claims: bool) -> (u128, Option<i64>) {
        let column = match (self.is_second(row), claims) {
            (true, _) => 1,
            (false, true) => 2,
            (false, false) => 0,
        };
        let met = self.met.get(row.code as usize).and_then(|met| met.get(usize::from(has_quantities))?.get(column));
        let Some((class, rate)) = met.and_then(|met| self.coded.get(*met as usize)).copied() else { return (0, None) };
        let origin = self.origin(row);
        let reach = &mut self.reach;
        (*self.prints.entry((class, origin)).or_insert_with(|| reach.print(codes, class, origin)), rate)
    }

    /// What the schedule prints for a code in the columns that matter; `None` where it has no line of its own.
    fn printed(&self, code: CommodityCode, into: Country, second: bool, claims: bool) -> Option<[&'a str; 2]> {
        let line = self.law.schedule(into)?.line(code, self.day).filter(|_| code.length() == 10)?;
        Some(if second { [line.column_2, ""] } else { [line.general, if claims { line.special } else { "" }] })
    }
}

/// Numbers the rows of a batch by class, and the classes by shape.
pub(super) fn classes(sides: [RowSide<'_>; 2], into: Country, batch: &Batch) -> Result<Classes, Fault> {
    let [a, b] = sides;
    let claims: Vec<bool> = batch.stated.iter().map(|stated| !stated.facts.is_empty()).collect();
    let quantities = batch.quantities.iter().any(|quantities| !quantities.is_empty());
    let any_claims = claims.contains(&true);
    let mut first_codes = Codes::new(a.cache.law(), into, &batch.codes, any_claims, quantities);
    let mut first = OnSide::new(&a, into, batch, &mut first_codes)?;
    // One law on two days: what holds a code on one of them mostly holds it on the other.
    let mut other_codes = (!std::ptr::eq(a.cache.law(), b.cache.law()))
        .then(|| Codes::new(b.cache.law(), into, &batch.codes, any_claims, quantities));
    let mut second = OnSide::new(&b, into, batch, other_codes.as_mut().unwrap_or(&mut first_codes))?;
    let second_codes = other_codes.as_ref().unwrap_or(&first_codes);
    // Where measures make column 1, the schedule's own line is not all of it.
    let own_column = [&a, &b].iter().all(|side| {
        let law = side.cache.law();
        law.territory(into).is_some_and(|home| !law.measures().any(|measure| measure.program == home.column_1))
    });
    let mut units = Numbers(Map::default());
    let mut units_of = |all: &Vec<crate::base::Quantity>| -> (u32, bool) {
        (units.of(all.iter().map(|quantity| quantity.unit).collect::<Vec<Unit>>()), !all.is_empty())
    };
    let unit_numbers: Vec<(u32, bool)> = batch.quantities.iter().map(&mut units_of).collect();
    let no_units = units_of(&Vec::new());
    let mut texts = Numbers(Map::default());
    let mut text_numbers: Map<(u32, bool, bool, bool), Option<u32>> = Map::default();
    let (mut classes, mut shapes) = (Numbers(Map::default()), Numbers(Map::default()));
    let mut of_class: Vec<(u32, Option<i64>)> = Vec::new();
    let mut of_row = Vec::with_capacity(batch.rows.len());
    for row in &batch.rows {
        let claims = claims.get(row.stated as usize).copied().unwrap_or_default();
        let (units, has_quantities) = unit_numbers.get(row.quantities as usize).copied().unwrap_or(no_units);
        let (print_a, rate_a) = first.of_row(row, &first_codes, has_quantities, claims);
        let (print_b, rate_b) = second.of_row(row, second_codes, has_quantities, claims);
        let columns = [first.is_second(row), second.is_second(row)];
        let [second_a, second_b] = columns;
        // What is printed tells classes apart where it changes between the states; a short code stands for the lines below it, and a code without a line is told by itself.
        let text = *text_numbers.entry((row.code, second_a, second_b, claims)).or_insert_with(|| {
            let code = batch.codes.get(row.code as usize).copied().unwrap_or(CommodityCode::ALL);
            let pair = [first.printed(code, into, second_a, claims), second.printed(code, into, second_b, claims)];
            let [old, new] = pair;
            let itself = (old.is_none() || new.is_none()).then_some(code);
            (old != new || itself.is_some() || second_a != second_b).then(|| texts.of((pair, columns, itself)))
        });
        let usable = [&first, &second].map(|side| side.usable.get(row.stated as usize).copied().unwrap_or_default());
        let reached = (print_a, print_b, row.stated, units, usable, text);
        let rate = rate_a.filter(|_| rate_a == rate_b && text.is_none() && own_column);
        let class = classes.of((reached, rate_a, rate_b));
        if class as usize == of_class.len() {
            of_class.push((shapes.of((reached, rate.is_some(), rate.map_or((rate_a, rate_b), |_| (None, None)))), rate));
        }
        of_row.push(class);
    }
    Ok(Classes { of_row, shapes: of_class })
}

fn moment(context: &Context, law: &Rulebook, into: Country, day: Date) -> Moment {
    let mut readings = law.default_readings();
    readings.extend(context.readings.clone());
    Moment { into, day, as_known: context.as_known.unwrap_or(Date::MAX), readings }
}
