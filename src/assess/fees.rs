//! Fees: due once for a declaration, beside the duty, whose floors and totals know nothing of them.

use super::charge::{Amounts, Stop, charge};
use super::explore::{Context, Fault, members, value};
use super::outcome::{DutyLine, Outcome, ratio};
use super::plan::{Key, Plan, PlannedLine, fees};
use super::record::Silent;
use crate::base::{Country, Decimal, FactId, MeasureId, Percent, Rounding, difference, product, sum};
use crate::law::{Dutiable, Rate, Regime, RegimeCache, Share, answered};
use crate::scenario::Flow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What one measure may fall on in an entry: on this much at least and at most.
struct Falls {
    line: PlannedLine,
    regime: Arc<Regime>,
    least: Decimal,
    most: Decimal,
    /// Whether it is owed in every way in which what the flows leave open can be settled.
    certain: bool,
    open: BTreeSet<String>,
}

/// Works out the fees of one declaration: flows that enter one country together, on one day.
///
/// A fee falls on the sum of the customs values of the flows it reaches, so that its least and most amounts count once for the whole.
///
/// # Errors
/// See [`Fault`].
pub fn entry_fees(cache: &RegimeCache<'_>, flows: &[&Flow], context: &Context) -> Result<Vec<DutyLine>, Fault> {
    let mut order: Vec<MeasureId> = Vec::new();
    let mut all: BTreeMap<MeasureId, Falls> = BTreeMap::new();
    for flow in flows {
        let law = cache.law();
        let territory = law.territory(flow.into).ok_or(Fault::NoLaw(flow.into))?;
        // Fees are those of the day of the entry, also for goods from a free zone.
        let today = Flow { admitted: None, ..(*flow).clone() };
        let moment = context.moment(law, &today);
        let regime = cache.on(&moment).map_err(Fault::Circle)?;
        let value = territory.rounding.value(value(flow, territory, context)?);
        let shares = &flow.shares;
        let mut ways: Vec<(Plan, BTreeSet<String>)> = Vec::new();
        for origin in members(law, flow, moment.day) {
            settle(cache, &regime, flow, origin, context, flow.facts.clone(), &BTreeSet::new(), &mut ways);
        }
        let found: BTreeSet<&MeasureId> = ways.iter().flat_map(|(plan, _)| plan.lines.iter().map(|line| &line.measure)).collect();
        for measure in found {
            let lines: Vec<(Option<&PlannedLine>, &BTreeSet<String>)> =
                ways.iter().map(|(plan, open)| (plan.lines.iter().find(|line| line.measure == *measure), open)).collect();
            let Some(line) = lines.iter().find_map(|(line, _)| *line) else { continue };
            let falls = all.entry(measure.clone()).or_insert_with(|| {
                order.push(measure.clone());
                Falls {
                    line: line.clone(),
                    regime: regime.clone(),
                    least: Decimal::ZERO,
                    most: Decimal::ZERO,
                    certain: false,
                    open: BTreeSet::new(),
                }
            });
            let rounding = &regime.territory.rounding;
            let (mut least, mut most) = dutiable(value, line, shares, context, rounding).ok_or(Fault::TooLarge)?;
            if least != most {
                falls.open.insert("a share of the value is not stated".to_owned());
            }
            let everywhere = lines.iter().all(|(line, _)| line.is_some());
            if !everywhere {
                falls.open.extend(lines.iter().flat_map(|(_, open)| open.iter().cloned()));
                least = Decimal::ZERO;
            }
            falls.certain |= everywhere;
            (least, most) = (least.min(most), most.max(least));
            falls.least = sum(falls.least, least).ok_or(Fault::TooLarge)?;
            falls.most = sum(falls.most, most).ok_or(Fault::TooLarge)?;
        }
    }
    order.into_iter().filter_map(|measure| all.remove(&measure)).map(line).collect()
}

/// Plans the fees of a flow in every way in which the facts they ask for can be settled.
#[expect(clippy::too_many_arguments, reason = "one step of a recursion")]
fn settle(
    cache: &RegimeCache<'_>,
    regime: &Regime,
    flow: &Flow,
    origin: Country,
    context: &Context,
    facts: BTreeMap<FactId, bool>,
    open: &BTreeSet<String>,
    ways: &mut Vec<(Plan, BTreeSet<String>)>,
) {
    let key = Key {
        origin,
        code: flow.code,
        facts: &facts,
        loaded: flow.loaded,
        column_1: flow.column_1.as_ref(),
        source: &flow.source,
    };
    let plan = fees(cache.law(), regime, &key);
    let Some(fact) = plan.open.first().cloned() else {
        ways.push((plan, open.clone()));
        return;
    };
    if let Some((_, assumed)) = context.assumed.fact(&fact) {
        let facts = facts.into_iter().chain(assumed).collect();
        return settle(cache, regime, flow, origin, context, facts, open, ways);
    }
    let (of, example) = match answered(&fact) {
        Some((of, _)) => (of, "\"…\""),
        None => (fact.clone(), "true"),
    };
    let title = cache.law().facts().get(&of).map_or("", |fact| &fact.title);
    let mut open = open.clone();
    open.insert(format!("not stated for `{}`: {title}; add `facts = {{ {of} = {example} }}`", flow.id));
    for stated in [false, true] {
        let mut facts = facts.clone();
        facts.insert(fact.clone(), stated);
        settle(cache, regime, flow, origin, context, facts, &open, ways);
    }
}

/// The least and the most of the value that a fee falls on.
fn dutiable(
    value: Decimal,
    line: &PlannedLine,
    shares: &BTreeMap<Share, Percent>,
    context: &Context,
    rounding: &Rounding,
) -> Option<(Decimal, Decimal)> {
    let stated = |share: &Share| shares.get(share).or_else(|| context.assumed.shares.get(share)).copied();
    let of = |share: Percent| product(value, share.fraction()).map(|part| rounding.value(part));
    Some(match &line.dutiable {
        Dutiable::Whole => (value, value),
        Dutiable::Nothing => (Decimal::ZERO, Decimal::ZERO),
        Dutiable::Content(id) => match stated(&Share::Content(id.clone())) {
            Some(share) => (of(share)?, of(share)?),
            None => (Decimal::ZERO, value),
        },
        Dutiable::LessContent(id) => match stated(&Share::Content(id.clone())) {
            Some(share) => (difference(value, of(share)?)?, difference(value, of(share)?)?),
            None => (Decimal::ZERO, value),
        },
    })
}

fn line(falls: Falls) -> Result<DutyLine, Fault> {
    let Falls { line, regime, least, most, certain, open } = falls;
    // The rate may itself be unknown: then it is nothing at least, and without limit at most.
    let amount = |base: Decimal, unlimited: bool| -> Result<(Option<Decimal>, Option<String>), Fault> {
        let whole = PlannedLine { dutiable: Dutiable::Whole, ..line.clone() };
        let plan = Plan { lines: vec![whole], open: Vec::new() };
        let mut amounts = Amounts { value: base, quantities: &[], shares: BTreeMap::new(), unlimited: BTreeMap::new() };
        let mut why = None;
        loop {
            match charge(&plan, &regime, &amounts, &mut Silent) {
                Ok(charged) => return Ok((charged.lines.first().map_or(Some(Decimal::ZERO), |line| line.amount), why)),
                Err(Stop::TooLarge) => return Err(Fault::TooLarge),
                Err(Stop::Open(open)) => {
                    why.get_or_insert_with(|| {
                        if let Rate::Unknown(words) = &line.rate {
                            words.to_string()
                        } else {
                            format!("`{}` cannot be charged", line.rate)
                        }
                    });
                    amounts.unlimited.insert(open, unlimited);
                }
            }
        }
    };
    let (low, unknown) = if certain { amount(least, false)? } else { (Some(Decimal::ZERO), None) };
    let (high, unlimited) = amount(most, true)?;
    let mut why: Vec<String> = open.into_iter().collect();
    why.extend(unlimited.or(unknown));
    let known = low.filter(|low| Some(*low) == high && why.is_empty());
    let outcome = known.map_or_else(|| Outcome::Unknown { why, at_least: low, at_most: high }, Outcome::Known);
    Ok(DutyLine {
        measure: line.measure.clone(),
        program: line.program.clone(),
        title: line.title.clone(),
        heading: line.heading.clone(),
        form: line.rate.to_string(),
        rate: outcome.known().and_then(|amount| ratio(amount, most)),
        base: Some(most).filter(|_| least == most),
        unrounded_base: None,
        exact: None,
        amount: outcome,
        cite: line.cite.clone(),
        source: line.source.clone(),
        scope: None,
        note: line.note.clone(),
        changed_by: line.changed_by.clone(),
        replaced_by: None,
    })
}
