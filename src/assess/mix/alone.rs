//! A row between two states of the law, worked out by itself as a single flow is: where rounding, quantities or contents decide what a class of rows leaves open.

use super::rows::{ClassLines, RowCompared, RowLine, Split};
use super::shape::{Comparison, Fate, ShapeFound, cover};
use super::{Mixture, Side};
use crate::assess::batch::{Row, agreed};
use crate::assess::charge::Charged;
use crate::assess::explore::{Fault, Found, settled_shares};
use crate::assess::plan::Plan;
use crate::base::{CommodityCode, Decimal, FlowId, Money, Percent, ProgramId, Quantity, sum};
use crate::diag::Source;
use crate::law::{Place, Regime, Share};
use crate::scenario::Flow;
use std::collections::BTreeMap;
use std::sync::Arc;

impl<'a> Comparison<'a> {
    /// Works out a row by itself.
    pub(super) fn alone(&self, row: &Row, found: &mut ShapeFound) -> Result<(), Fault> {
        let flow = self.flow(row, row.value)?;
        let (mixture, _) = self.mixture(&flow)?;
        let states = [0, 1].map(|side| mixture.state(side));
        let due = states.map(|state| self.due(state));
        let [Some(old), Some(new)] = due else {
            let is_refused =
                |found: &Found| !found.leaves.is_empty() && found.leaves.iter().all(|leaf| leaf.charged.refused.is_some());
            let refused = states.iter().any(|state| state.iter().all(is_refused));
            return cover(found, row, if refused { &Fate::Refused } else { &Fate::Unknown });
        };
        cover(found, row, &Fate::Charged)?;
        let places = self.territory.rounding.duty.scale();
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
        let lines = states.map(|state| {
            let leaf = state.first().and_then(|found| found.leaves.first());
            leaf.map(|leaf| row_lines(&leaf.plan, &leaf.charged)).unwrap_or_default()
        });
        found.lines.push(self.lines_of(row, 1, lines));
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

/// The lines of a plan that are charged.
pub(super) fn row_lines(plan: &Plan, charged: &Charged) -> Vec<RowLine> {
    let lines = charged.lines.iter().filter_map(|charged| {
        let line = plan.lines.get(charged.line)?;
        let at_zero = line.heading_at_zero.as_ref().filter(|_| charged.amount == Some(Decimal::ZERO));
        Some(RowLine {
            measure: line.measure.clone(),
            program: line.program.clone(),
            title: line.title.clone(),
            heading: at_zero.unwrap_or(&line.heading).clone(),
            form: line.rate.to_string(),
            cite: line.cite.clone(),
            source: line.source.clone(),
        })
    });
    lines.collect()
}
