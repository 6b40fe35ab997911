//! A file of trade in two states of the law: by group and by program.
//!
//! Rows of one country are compared class by class. Rows of a customs union, which is several countries at once, are compared one by one, and added to their groups.

use super::attribution::{MOST_PLAYERS, Part, rounded, shapley};
use super::law_change::{At, Changes, Line, told};
use super::{Compared, Difference, Parted, ProgramPart, compared, law_of as law_of_flow};
use crate::assess::{Batch, ClassLines, Context, Fault, Outcome, Player, RowSide, RowsCompared, Split, assess, compare_rows};
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
    let mut law = law_of(&caches, &found, sides, into, batch, territory.currency);
    for (flow, group) in apart {
        let name = groups.get(*group as usize).cloned().unwrap_or_default();
        let own = one_by_one(&caches, sides, flow, &mut law)?;
        let own = Compared { id: name.clone(), title: name, entered: day, ..own };
        match rows.iter_mut().find(|row| row.id == own.id) {
            Some(row) => *row = added(row, own).ok_or(Fault::TooLarge)?,
            None => rows.push(with_known_duty(own)),
        }
    }
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Difference {
        names: [first.name.clone(), second.name.clone()],
        of: of.to_owned(),
        rows,
        law: law.into_list(),
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
        let nonzero = |part: &ProgramPart| !part.part.is_zero() || part.lines.iter().any(|amount| !amount.is_zero());
        let name = names.get(*number as usize).cloned().unwrap_or_default();
        let why = group.by_line.iter().next().map(|(why, _)| why.clone());
        rows.push(Compared {
            id: name.clone(),
            title: name,
            entered: day,
            currency,
            value: coverage.value,
            priced: coverage.priced,
            unknown: coverage.unknown,
            refused: coverage.refused,
            flows: coverage.rows,
            duty: [Outcome::Known(old), Outcome::Known(new)],
            parted: why.map_or(Parted::WithoutOrder, |why| Parted::ByLine(format!("for some of its flows: {why}"))),
            parts: all.into_values().filter(nonzero).collect(),
        });
    }
    Ok(rows)
}

/// Compares a flow by itself on the days of the sides.
fn one_by_one(caches: &[RegimeCache<'_>; 2], sides: [RowSide<'_>; 2], flow: &Flow, law: &mut Changes) -> Result<Compared, Fault> {
    let [cache_a, cache_b] = caches;
    let contexts = sides.map(|side| Context { entered: Some(side.day), ..side.context.clone() });
    let [context_a, context_b] = &contexts;
    let (old, new) = (assess(cache_a, flow, context_a)?, assess(cache_b, flow, context_b)?);
    let sides = [((flow, &old), context_a), ((flow, &new), context_b)];
    let own = compared(caches, sides);
    if own.change().is_some() {
        law_of_flow(law, caches, sides);
    }
    Ok(own)
}

/// Of a group, the duty is that on what is known on both sides; of nothing known it is zero, and the coverage says so.
fn with_known_duty(one: Compared) -> Compared {
    let duty = match one.change() {
        Some(_) => one.duty.clone(),
        None => [Outcome::Known(Decimal::ZERO), Outcome::Known(Decimal::ZERO)],
    };
    let parted = if matches!(one.parted, Parted::Not(_)) { Parted::WithoutOrder } else { one.parted };
    Compared { duty, parted, ..one }
}

/// Adds a flow to its group. Parts that add up to their changes do so in the sum.
fn added(group: &Compared, flow: Compared) -> Option<Compared> {
    let flow = with_known_duty(flow);
    let mut all = group.clone();
    all.flows = all.flows.saturating_add(flow.flows);
    for (to, amount) in [
        (&mut all.value, flow.value),
        (&mut all.priced, flow.priced),
        (&mut all.unknown, flow.unknown),
        (&mut all.refused, flow.refused),
    ] {
        *to = sum(*to, amount)?;
    }
    for (to, own) in all.duty.iter_mut().zip(&flow.duty) {
        *to = Outcome::Known(sum(to.known()?, own.known()?)?);
    }
    let mut parts: BTreeMap<Player, ProgramPart> = all.parts.into_iter().map(|part| (part.player.clone(), part)).collect();
    for own in flow.parts {
        let zero = || ProgramPart { player: own.player.clone(), lines: [Decimal::ZERO; 2], part: Decimal::ZERO };
        let part = parts.entry(own.player.clone()).or_insert_with(zero);
        part.part = sum(part.part, own.part)?;
        for (to, amount) in part.lines.iter_mut().zip(own.lines) {
            *to = sum(*to, amount)?;
        }
    }
    all.parts = parts.into_values().collect();
    if let (Parted::WithoutOrder, Parted::ByLine(why)) = (&all.parted, flow.parted) {
        all.parted = Parted::ByLine(format!("for some of its flows: {why}"));
    }
    Some(all)
}

fn law_of(
    caches: &[RegimeCache<'_>; 2],
    found: &RowsCompared,
    sides: [RowSide<'_>; 2],
    into: Country,
    batch: &Batch,
    currency: Currency,
) -> Changes {
    let [cache_a, cache_b] = caches;
    let mut changes = Changes::default();
    let [a, b] = sides;
    let sample = |class: &ClassLines, day: Date| sample(class, batch, into, currency, day);
    let moment = |cache: &RegimeCache<'_>, side: &RowSide<'_>, class: &ClassLines| {
        side.context.moment(cache.law(), &sample(class, side.day))
    };
    let Some(first) = found.lines.first() else { return changes };
    let moments: [Moment; 2] = [moment(cache_a, &a, first), moment(cache_b, &b, first)];
    let [moment_a, moment_b] = &moments;
    let at = [At { law: cache_a.law(), moment: moment_a }, At { law: cache_b.law(), moment: moment_b }];
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
