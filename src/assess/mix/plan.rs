//! Two plans of one flow, under two states of the law, made into one: the lines of some programs from the first, of the others from the second.

use crate::assess::plan::{Plan, PlannedLine};
use crate::assess::record::named;
use crate::base::MeasureId;
use crate::law::{Circle, Condition, Measure, Regime, RelationKind, in_order};
use std::sync::Arc;

/// A line with what the law says of its measure.
struct Chosen<'a> {
    line: &'a PlannedLine,
    measure: Option<&'a Arc<Measure>>,
}

/// Puts the lines chosen of two plans in the order their relations ask for, and finds what each of them names among the others.
///
/// `is_second` tells of which plan the lines of a program are taken. Each line keeps the relations of its own day.
///
/// # Errors
/// Where lines of the two days wait for each other.
pub(super) fn mixed(plans: [&Plan; 2], regimes: [&Regime; 2], is_second: &dyn Fn(&PlannedLine) -> bool) -> Result<Plan, Circle> {
    let mut chosen: Vec<Chosen<'_>> = Vec::new();
    for (side, (plan, regime)) in plans.into_iter().zip(regimes).enumerate() {
        for line in plan.lines.iter().filter(|line| is_second(line) == (side == 1)) {
            let measure = line.position.and_then(|position| regime.at(position)).map(|active| &active.measure);
            chosen.push(Chosen { line, measure });
        }
    }
    // The order of a regime: the schedule's own line, then by id.
    chosen.sort_by(|a, b| (a.measure.is_some(), &a.line.measure).cmp(&(b.measure.is_some(), &b.line.measure)));
    let all = |names: &[String], own: usize| -> Vec<usize> {
        let is_named = |other: &Chosen<'_>| other.measure.is_some_and(|m| named(names, &m.id, &m.program));
        chosen.iter().enumerate().filter(|(at, other)| *at != own && is_named(other)).map(|(at, _)| at).collect()
    };
    let own_column: Vec<usize> = chosen.iter().enumerate().filter(|(_, c)| c.line.is_column_1).map(|(at, _)| at).collect();
    let mut lines: Vec<PlannedLine> = Vec::with_capacity(chosen.len());
    let mut asks: Vec<Vec<usize>> = Vec::with_capacity(chosen.len());
    for (at, one) in chosen.iter().enumerate() {
        let mut line = one.line.clone();
        line.relations = one
            .line
            .relations
            .iter()
            .map(|(relation, _)| {
                let others = match &relation.kind {
                    RelationKind::YieldsTo(names, _) | RelationKind::RemainderAfter(names) => all(names, at),
                    RelationKind::LessContent(_) => Vec::new(),
                };
                (relation.clone(), others)
            })
            .collect();
        let counting = one.measure.map(|measure| measure.counting.as_slice()).unwrap_or_default();
        let named_counting = all(counting, at);
        line.counting = match one.measure {
            None => Vec::new(),
            Some(_) if counting.is_empty() => own_column.clone(),
            Some(_) => named_counting.clone(),
        };
        line.displaced_by = match one.measure {
            None => Vec::new(),
            Some(measure) => chosen
                .iter()
                .enumerate()
                .filter(|(other, by)| {
                    let lieu = by.measure.map(|m| m.in_lieu_of.as_slice()).unwrap_or_default();
                    *other != at && named(lieu, &measure.id, &measure.program)
                })
                .map(|(other, _)| other)
                .collect(),
        };
        asks.push(
            line.relations
                .iter()
                .flat_map(|(_, others)| others)
                .chain(&named_counting)
                .chain(&line.displaced_by)
                .copied()
                .collect(),
        );
        // The position belongs to one of the two regimes; here it would mean another measure.
        line.position = None;
        lines.push(line);
    }
    let ids: Vec<MeasureId> = lines.iter().map(|line| line.measure.clone()).collect();
    let order = in_order(&ids, &asks)?;
    let mut place = vec![0_usize; order.len()];
    for (new, old) in order.iter().enumerate() {
        if let Some(slot) = place.get_mut(*old) {
            *slot = new;
        }
    }
    let renumber = |positions: &mut Vec<usize>| {
        positions.iter_mut().for_each(|position| *position = place.get(*position).copied().unwrap_or(*position));
        positions.sort_unstable();
    };
    for line in &mut lines {
        line.relations.iter_mut().for_each(|(_, others)| renumber(others));
        renumber(&mut line.counting);
        renumber(&mut line.displaced_by);
    }
    let mut slots: Vec<Option<PlannedLine>> = lines.into_iter().map(Some).collect();
    let lines = order.into_iter().filter_map(|old| slots.get_mut(old).and_then(Option::take)).collect();
    let [first, second] = plans;
    let mut open = first.open.clone();
    open.extend(second.open.iter().filter(|fact| !first.open.contains(fact)).cloned());
    Ok(Plan { lines, open })
}

/// Tells whether two lines charge the same, wherever else they come from.
pub(super) fn same_line(a: (&PlannedLine, &Regime), b: (&PlannedLine, &Regime)) -> bool {
    let ((line, regime), (other, other_regime)) = (a, b);
    let measure = |line: &PlannedLine, regime: &Regime| {
        line.position.and_then(|position| regime.at(position)).map(|active| active.measure.clone())
    };
    let relation = |line: &PlannedLine| -> Vec<(RelationKind, Vec<Condition>)> {
        line.relations.iter().map(|(relation, _)| (relation.kind.clone(), relation.when.clone())).collect()
    };
    let exceptions = |line: &PlannedLine| -> Vec<Vec<Condition>> { line.exceptions.iter().map(|e| e.when.clone()).collect() };
    let names = match (measure(line, regime), measure(other, other_regime)) {
        (None, None) => true,
        (Some(a), Some(b)) => Arc::ptr_eq(&a, &b) || (a.counting == b.counting && a.in_lieu_of == b.in_lieu_of),
        (Some(_), None) | (None, Some(_)) => false,
    };
    names
        && line.measure == other.measure
        && line.rate == other.rate
        && line.general == other.general
        && line.dutiable == other.dutiable
        && line.base == other.base
        && line.alternative == other.alternative
        && line.when == other.when
        && line.is_column_1 == other.is_column_1
        && relation(line) == relation(other)
        && exceptions(line) == exceptions(other)
}
