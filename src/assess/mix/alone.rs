//! A row between two states of the law, worked out by itself as a single flow is: where rounding, quantities or contents decide what a class of rows leaves open.

use super::owing::{Due, Uncharged};
use super::rows::{ClassLines, RowCompared, RowLine, Split};
use super::shape::{Comparison, Fate, ShapeFound, cover};
use super::{Mixture, Side};
use crate::assess::batch::{Row, agreed};
use crate::assess::charge::Charged;
use crate::assess::explore::{Fault, Found, Leaf, settled_shares};
use crate::assess::merge::{joined_headings, several_rates};
use crate::assess::plan::{Plan, PlannedLine};
use crate::base::{CommodityCode, Decimal, FlowId, Money, Percent, ProgramId, Quantity, sum};
use crate::diag::Source;
use crate::law::{Place, Rate, Regime, Share};
use crate::scenario::Flow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl<'a> Comparison<'a> {
    /// Works out a row by itself.
    pub(super) fn alone(&self, row: &Row, found: &mut ShapeFound) -> Result<(), Fault> {
        let flow = self.flow(row, row.value)?;
        let (mixture, _) = self.mixture(&flow)?;
        let states = [0, 1].map(|side| mixture.state(side));
        let mut due = states.map(|state| self.due(state));
        for (due, _) in due.iter_mut().zip(self.beyond).filter(|(_, beyond)| *beyond) {
            *due = None;
        }
        // A day that the book does not know has no law to compare.
        if !self.beyond.contains(&true) {
            let lines = states.map(|state| state.first().map(|found| found_lines(&found.leaves)).unwrap_or_default());
            found.lines.push(self.lines_of(row, 1, lines));
        }
        let places = self.territory.rounding.duty.scale();
        let [Some(old), Some(new)] = due else {
            let total = |lines: Vec<(usize, i128)>| lines.iter().fold(0_i128, |sum, (_, units)| sum.saturating_add(*units));
            let mut dues = [Due::UNKNOWN; 2];
            for (side, due) in due.into_iter().enumerate() {
                let (Some(to), Some(state), Some(false)) = (dues.get_mut(side), states.get(side), self.beyond.get(side)) else {
                    continue;
                };
                *to = due.map_or_else(|| Due::open(state, &self.territory.rounding), |lines| Due::Known(total(lines)));
            }
            let mut sums = Uncharged::default();
            sums.add(dues);
            cover(found, row, &Fate::of(dues))?;
            return found.coverage.entry(row.group).or_default().add(sums.coverage(places)?);
        };
        cover(found, row, &Fate::Charged)?;
        let mut lines: BTreeMap<ProgramId, [Decimal; 2]> = BTreeMap::new();
        let mut duties = [Decimal::ZERO; 2];
        for (side, due) in [old, new].into_iter().enumerate() {
            for (program, units) in due {
                let amount = Decimal::try_from_i128_with_scale(units, places).map_err(|_| Fault::TooLarge)?;
                let Some(program) = self.programs.get(program) else { continue };
                let pair = lines.entry(program.clone()).or_default();
                for to in [pair.get_mut(side), duties.get_mut(side)].into_iter().flatten() {
                    *to = sum(*to, amount).ok_or(Fault::TooLarge)?;
                }
            }
        }
        let split = self.split(&mixture, duties)?;
        found.parts.push(RowCompared { group: row.group, lines, split });
        Ok(())
    }

    /// The duty by program where every way of settling what is open agrees on it.
    fn due(&self, state: &[Found]) -> Option<Vec<(usize, i128)>> {
        let [found] = state else { return None };
        if found.leaves.iter().any(|leaf| leaf.charged.refused.is_some()) {
            return None;
        }
        agreed(found, &self.programs, &self.territory.rounding)
    }

    fn split(&self, mixture: &Mixture<'_>, [old, new]: [Decimal; 2]) -> Result<Split, Fault> {
        let players = mixture.players();
        if players.len() > self.most_players {
            return Ok(Split::ByLine(format!("more than {} programs differ", self.most_players)));
        }
        let last = 1_usize.checked_shl(u32::try_from(players.len()).unwrap_or(u32::MAX)).unwrap_or(0).saturating_sub(1);
        let mut duties = Vec::with_capacity(last.saturating_add(1));
        for mask in 0..=last {
            let duty = match mask {
                mask if mask == last => Ok(Some(new)),
                0 => Ok(Some(old)),
                mask => mixture.duty(mask),
            };
            match duty {
                Ok(Some(duty)) => duties.push(duty),
                Ok(None) => return Ok(Split::ByLine("the duty is not known where only some programs have changed".into())),
                Err(Fault::Circle(circle)) => {
                    return Ok(Split::ByLine(format!("measures of the two states wait for each other: {circle}")));
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok(Split::Mixtures(Arc::new(players.to_vec()), duties))
    }

    pub(super) fn lines_of(&self, row: &Row, rows: u64, lines: [Vec<RowLine>; 2]) -> ClassLines {
        ClassLines {
            code: self.batch.codes.get(row.code as usize).copied().unwrap_or(CommodityCode::ALL),
            origin: self.batch.origins.get(row.origin as usize).copied().unwrap_or(self.territory.id),
            stated: row.stated,
            rows,
            lines,
        }
    }

    pub(super) fn mixture<'f>(&self, flows: &'f [Flow; 2]) -> Result<(Mixture<'f>, [Arc<Regime>; 2]), Fault>
    where
        'a: 'f,
    {
        let ([a, b], [flow_a, flow_b]) = (self.sides, flows);
        let mixture = Mixture::new(
            Side { cache: a.cache, flow: flow_a, context: a.context },
            Side { cache: b.cache, flow: flow_b, context: b.context },
        )?;
        let regimes = [mixture.regime(0).clone(), mixture.regime(1).clone()];
        Ok((mixture, regimes))
    }

    /// The flow that a row is in both states.
    pub(super) fn flow(&self, row: &Row, value: Decimal) -> Result<[Flow; 2], Fault> {
        let stated = self.batch.stated.get(row.stated as usize).cloned().unwrap_or_default();
        Ok(self.sides.map(|side| Flow {
            id: FlowId::new("row"),
            title: String::new(),
            into: self.territory.id,
            origin: Place::Country(self.batch.origins.get(row.origin as usize).copied().unwrap_or(self.territory.id)),
            code: self.batch.codes.get(row.code as usize).copied().unwrap_or(CommodityCode::ALL),
            product: None,
            value: Money { amount: value, currency: self.territory.currency },
            quantities: self.quantities(row).to_vec(),
            shares: stated.shares.clone(),
            facts: stated.facts.clone(),
            entered: side.day,
            loaded: None,
            admitted: None,
            entry: None,
            column_1: None,
            cite: None,
            source: Source { path: Arc::from(""), line: 0 },
            place: None,
        }))
    }

    pub(super) fn quantities(&self, row: &Row) -> &[Quantity] {
        self.batch.quantities.get(row.quantities as usize).map_or(&[], Vec::as_slice)
    }

    /// The shares of a row: stated, settled by silence, or assumed.
    pub(super) fn shares(&self, row: &Row) -> BTreeMap<Share, Percent> {
        let [side, _] = &self.sides;
        let stated = self.batch.stated.get(row.stated as usize).map(|stated| &stated.shares);
        let mut shares = settled_shares(side.cache.law(), stated.unwrap_or(&BTreeMap::new()));
        for (share, percent) in &side.context.assumed.shares {
            shares.entry(share.clone()).or_insert(*percent);
        }
        shares
    }
}

/// The lines that are charged in any of the ways of settling what is open, each with all its rates and headings.
pub(super) fn found_lines(leaves: &[Leaf]) -> Vec<RowLine> {
    if let [leaf] = leaves {
        return row_lines(&leaf.plan, &leaf.charged);
    }
    let mut all: Vec<(&PlannedLine, Vec<&Rate>, BTreeSet<&str>)> = Vec::new();
    for leaf in leaves {
        for line in leaf.charged.lines.iter().filter_map(|charged| leaf.plan.lines.get(charged.line)) {
            // Whether a top-up adds anything may turn on what is open, and on the rate of the row: both its headings are named.
            let headings = std::iter::once(line.heading.as_str()).chain(line.heading_at_zero.as_deref());
            match all.iter_mut().find(|(known, ..)| known.measure == line.measure) {
                Some((_, rates, known)) => {
                    if !rates.contains(&&line.rate) {
                        rates.push(&line.rate);
                    }
                    known.extend(headings);
                }
                None => all.push((line, vec![&line.rate], headings.collect())),
            }
        }
    }
    let lines = all.into_iter().map(|(line, rates, headings)| RowLine {
        heading: joined_headings(headings),
        form: if rates.len() > 1 { several_rates(rates.len()) } else { line.rate.to_string() },
        ..row_line(line)
    });
    lines.collect()
}

/// The lines of a plan that are charged.
pub(super) fn row_lines(plan: &Plan, charged: &Charged) -> Vec<RowLine> {
    let lines = charged.lines.iter().filter_map(|charged| {
        let line = plan.lines.get(charged.line)?;
        let at_zero = line.heading_at_zero.as_ref().filter(|_| charged.amount == Some(Decimal::ZERO));
        Some(RowLine { heading: at_zero.unwrap_or(&line.heading).clone(), ..row_line(line) })
    });
    lines.collect()
}

fn row_line(line: &PlannedLine) -> RowLine {
    RowLine {
        measure: line.measure.clone(),
        program: line.program.clone(),
        title: line.title.clone(),
        heading: line.heading.clone(),
        form: line.rate.to_string(),
        cite: line.cite.clone(),
        source: line.source.clone(),
    }
}
