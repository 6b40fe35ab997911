//! A file of trade in two states of the law: by group and by program.
//!
//! Rows of one country are compared class by class. Rows of a customs union, which is several countries at once, are compared one by one, and added to their groups.

use super::attribution::{MOST_PLAYERS, Part, rounded, shapley};
use super::compared::{Compared, bounds};
use super::law_change::{At, Changes, Line, no_law, told};
use super::{Difference, Parted, ProgramPart, compared, law_of as law_of_flow, program_titles};
use crate::assess::{
    Batch, ClassLines, Context, Fault, Outcome, Player, RowCoverage, RowSide, RowsCompared, Split, assess, compare_rows,
};
use crate::base::{Country, Currency, Date, Decimal, FlowId, MeasureId, Money, ProgramId, difference, sum};
use crate::diag::Source;
use crate::law::{Moment, Place, RegimeCache, Rulebook};
use crate::scenario::Flow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One side of a comparison of a file: a law with its changes, an entry date for every row, and what surrounds it.
#[derive(Clone, Debug)]
pub struct FileSide<'a> {
    /// The name of the side.
    pub name: String,
    /// The law.
    pub law: &'a Rulebook,
    /// The entry date of every row.
    pub day: Date,
    /// Book, readings and assumptions.
    pub context: Context,
}

/// Rows to be compared.
#[derive(Clone, Copy, Debug)]
pub struct FileRows<'a> {
    /// Those of a country.
    pub batch: &'a Batch,
    /// Those that no batch can hold, with the number of the group of each.
    pub apart: &'a [(&'a Flow, u32)],
    /// What a group is: `Origin`, `Chapter` …
    pub of: &'a str,
    /// The names of the groups.
    pub groups: &'a [String],
}

/// Compares rows on two sides.
///
/// # Errors
/// See [`Fault`].
pub fn diff_rows(first: &FileSide<'_>, second: &FileSide<'_>, into: Country, rows: FileRows<'_>) -> Result<Difference, Fault> {
    let FileRows { batch, apart, of, groups } = rows;
    let caches = [RegimeCache::new(first.law), RegimeCache::new(second.law)];
    let [cache_a, cache_b] = &caches;
    let territory = first.law.territory(into).ok_or(Fault::NoLaw(into))?;
    let a = RowSide { cache: cache_a, context: &first.context, day: first.day };
    let b = RowSide { cache: cache_b, context: &second.context, day: second.day };
    let sides = [a, b];
    let found = compare_rows(a, b, into, batch, MOST_PLAYERS)?;
    let day = (first.day == second.day).then_some(first.day);
    let mut rows = by_group(&found, groups, territory.currency, day)?;
    let mut unknown_days = Vec::new();
    let mut law = law_of(&caches, &found, sides, &mut unknown_days, into, batch, territory.currency);
    for (flow, group) in apart {
        let name = groups.get(*group as usize).cloned().unwrap_or_default();
        let own = one_by_one(&caches, sides, flow, &mut law, &mut unknown_days)?;
        let own = Compared { id: name.clone(), title: name, entered: day, parted: of_group(own.parted), ..own };
        match rows.iter_mut().find(|row| row.id == own.id) {
            Some(row) => *row = row.plus(&own).ok_or(Fault::TooLarge)?,
            None => rows.push(own),
        }
    }
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Difference {
        names: [first.name.clone(), second.name.clone()],
        of: of.to_owned(),
        rows,
        law: law.into_list(),
        no_law: unknown_days,
        programs: program_titles([first.law, second.law]),
        ..Difference::default()
    })
}

#[derive(Default)]
struct Group {
    parts: BTreeMap<Player, Part>,
    lines: BTreeMap<ProgramId, [Decimal; 2]>,
    by_line: BTreeMap<String, usize>,
}

/// Adds up classes by group: parts stay exact until the group is whole.
fn by_group(found: &RowsCompared, names: &[String], currency: Currency, day: Option<Date>) -> Result<Vec<Compared>, Fault> {
    let places = currency.places();
    let mut groups: BTreeMap<u32, Group> = BTreeMap::new();
    for one in &found.parts {
        let group = groups.entry(one.group).or_default();
        for (program, amounts) in &one.lines {
            let all = group.lines.entry(program.clone()).or_default();
            for (to, amount) in all.iter_mut().zip(amounts) {
                *to = sum(*to, *amount).ok_or(Fault::TooLarge)?;
            }
        }
        let parts: Vec<(Player, Part)> = match &one.split {
            Split::Mixtures(players, duties) => {
                let parts = shapley(duties, places).ok_or(Fault::TooLarge)?;
                players.iter().cloned().zip(parts).collect()
            }
            Split::ByLine(why) => {
                *group.by_line.entry(why.clone()).or_default() += 1;
                let change = |[old, new]: &[Decimal; 2]| Part::of(difference(*new, *old)?, places);
                let parts = one.lines.iter().map(|(program, pair)| Some((Player::Program(program.clone()), change(pair)?)));
                parts.collect::<Option<_>>().ok_or(Fault::TooLarge)?
            }
        };
        for (player, part) in parts {
            let all = group.parts.entry(player).or_default();
            *all = all.plus(part).ok_or(Fault::TooLarge)?;
        }
    }
    let mut rows = Vec::new();
    for (number, coverage) in &found.coverage {
        let group = groups.remove(number).unwrap_or_default();
        let duty = [0_usize, 1].map(|side| {
            let amounts = group.lines.values().filter_map(|pair| pair.get(side).copied());
            super::attribution::total(amounts)
        });
        let [Some(old), Some(new)] = duty else { return Err(Fault::TooLarge) };
        let players: Vec<Player> = group.parts.keys().cloned().collect();
        let exact: Vec<Part> = group.parts.values().copied().collect();
        let parts = rounded(&exact, places).ok_or(Fault::TooLarge)?;
        let mut all: BTreeMap<Player, ProgramPart> = BTreeMap::new();
        for (program, lines) in &group.lines {
            let player = Player::Program(program.clone());
            all.insert(player.clone(), ProgramPart { player, lines: *lines, part: Decimal::ZERO });
        }
        for (player, part) in players.into_iter().zip(parts) {
            let zero = || ProgramPart { player: player.clone(), lines: [Decimal::ZERO; 2], part: Decimal::ZERO };
            all.entry(player.clone()).or_insert_with(zero).part = part;
        }
        let of_known = (coverage.known > 0).then_some([Outcome::Known(old), Outcome::Known(new)]);
        let (duty, bounds) = owed(of_known, coverage);
        let parted = match group.by_line.iter().next() {
            Some((why, _)) => Parted::ByLine(format!("for some of its flows: {why}")),
            None if coverage.known == 0 => Parted::Not(String::new()),
            None => Parted::WithoutOrder,
        };
        let nonzero = |part: &ProgramPart| !part.part.is_zero() || part.lines.iter().any(|amount| !amount.is_zero());
        let name = names.get(*number as usize).cloned().unwrap_or_default();
        rows.push(Compared {
            id: name.clone(),
            title: name,
            entered: day,
            currency,
            value: coverage.value,
            priced: coverage.priced,
            unknown: coverage.unknown,
            refused: coverage.refused,
            refused_once: coverage.refused_once,
            flows: coverage.rows,
            duty,
            bounds,
            parted,
            parts: all.into_values().filter(nonzero).collect(),
        });
    }
    Ok(rows)
}

/// Compares a flow by itself on the days of the sides.
fn one_by_one(
    caches: &[RegimeCache<'_>; 2],
    sides: [RowSide<'_>; 2],
    flow: &Flow,
    law: &mut Changes,
    unknown_days: &mut Vec<String>,
) -> Result<Compared, Fault> {
    let [cache_a, cache_b] = caches;
    let contexts = sides.map(|side| Context { entered: Some(side.day), ..side.context.clone() });
    let [context_a, context_b] = &contexts;
    let (old, new) = (assess(cache_a, flow, context_a)?, assess(cache_b, flow, context_b)?);
    let sides = [((flow, &old), context_a), ((flow, &new), context_b)];
    law_of_flow(law, unknown_days, caches, sides);
    Ok(compared(caches, sides))
}

/// What a group owes in both states, and the bounds of its change.
fn owed(known: Option<[Outcome; 2]>, coverage: &RowCoverage) -> ([Outcome; 2], [Option<Decimal>; 2]) {
    let both = |[a, b]: [Outcome; 2], [c, d]: &[Outcome; 2]| [a.plus(c), b.plus(d)];
    let decided = match (known, &coverage.beside) {
        (Some(known), Some(beside)) => Some(both(known, beside)),
        (known, beside) => known.or(beside.clone()),
    };
    let all = match (decided.clone(), &coverage.open) {
        (Some(decided), Some(open)) => Some(both(decided, open)),
        (decided, open) => decided.or(open.clone()),
    };
    let nothing = || [Outcome::Known(Decimal::ZERO), Outcome::Known(Decimal::ZERO)];
    // Where goods are refused, there is no duty to compare.
    let bounds = all.filter(|_| coverage.refused.is_zero()).map_or([None, None], |all| bounds(&all));
    (decided.or(coverage.open.clone()).unwrap_or_else(nothing), bounds)
}

/// How a group is parted of which this is a flow: that one of many flows is not parted is told by the coverage.
fn of_group(parted: Parted) -> Parted {
    match parted {
        Parted::WithoutOrder => Parted::WithoutOrder,
        Parted::ByLine(why) => Parted::ByLine(format!("for some of its flows: {why}")),
        Parted::Not(_) => Parted::Not(String::new()),
    }
}

fn law_of(
    caches: &[RegimeCache<'_>; 2],
    found: &RowsCompared,
    sides: [RowSide<'_>; 2],
    unknown_days: &mut Vec<String>,
    into: Country,
    batch: &Batch,
    currency: Currency,
) -> Changes {
    let [cache_a, cache_b] = caches;
    let mut changes = Changes::default();
    let [a, b] = sides;
    let sample = |class: &ClassLines, day: Date| sample(class, batch, into, currency, day);
    let moments: [Moment; 2] = [moment(cache_a, &a, into), moment(cache_b, &b, into)];
    let [moment_a, moment_b] = &moments;
    let at = [At { law: cache_a.law(), moment: moment_a }, At { law: cache_b.law(), moment: moment_b }];
    if no_law(at, [a.context, b.context], unknown_days) {
        return changes;
    }
    for class in &found.lines {
        let lines = class.lines.each_ref().map(|lines| lines.iter().map(Line::from).collect::<Vec<Line>>());
        let reason = |side: usize, measure: &MeasureId| {
            let (cache, of) = if side == 0 { (cache_a, &a) } else { (cache_b, &b) };
            let flow = sample(class, of.day);
            let assessed = assess(cache, &flow, of.context).ok()?;
            told(&assessed.not_applied, measure)
        };
        let [lines_a, lines_b] = &lines;
        changes.add([lines_a, lines_b], class.rows, at, &reason);
    }
    changes
}

/// The moment whose law every row of a side falls under.
fn moment(cache: &RegimeCache<'_>, side: &RowSide<'_>, into: Country) -> Moment {
    let mut readings = cache.law().default_readings();
    readings.extend(side.context.readings.clone());
    Moment { into, day: side.day, as_known: side.context.as_known.unwrap_or(Date::MAX), readings }
}

/// A flow of the class, to ask why a measure does not apply to it.
fn sample(class: &ClassLines, batch: &Batch, into: Country, currency: Currency, day: Date) -> Flow {
    let stated = batch.stated.get(class.stated as usize).cloned().unwrap_or_default();
    Flow {
        id: FlowId::new("row"),
        title: String::new(),
        into,
        origin: Place::Country(class.origin),
        code: class.code,
        product: None,
        value: Money { amount: Decimal::from(1_000_000), currency },
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
