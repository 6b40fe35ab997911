//! One flow under two states of the law, and under every mixture of them: what it would owe if only some programs had changed.
//!
//! A mixture takes each program's lines from one of two plans, with the relations they have there. Nothing in between needs to have been law on any day.

mod alone;
mod class;
mod joint;
mod owing;
mod plan;
pub(super) mod rows;
mod shape;

use self::plan::{mixed, same_line};
use crate::assess::explore::{Context, Fault, Found, Work, members, value};
use crate::assess::plan::{Key, Plan, PlannedLine, plan};
use crate::assess::planner::Planner;
use crate::assess::record::{Silent, Trace};
use crate::base::{CommodityCode, Country, Date, Decimal, FactId, ProgramId};
use crate::law::{Circle, Regime, RegimeCache, Rulebook};
use crate::scenario::{Assumed, Flow};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// One of the two states compared: a law, the flow as it stands there, and what surrounds it.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The law.
    pub cache: &'a RegimeCache<'a>,
    /// The flow.
    pub flow: &'a Flow,
    /// Its date, book, readings, rates of exchange and assumptions.
    pub context: &'a Context,
}

/// What can change by itself between two states: the law of one program, or the goods.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Player {
    /// The law of a program.
    Program(ProgramId),
    /// The flow itself: its value in the currency of the duty, goods, origin, facts, and what is assumed of them.
    Goods,
}

impl std::fmt::Display for Player {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Program(id) => f.pad(id.as_str()),
            Self::Goods => f.pad("the flow itself"),
        }
    }
}

struct Settled<'a> {
    law: &'a Rulebook,
    regime: Arc<Regime>,
    flow: &'a Flow,
    origins: Vec<Country>,
    day: Date,
    law_day: Date,
    assumed: &'a Assumed,
    value: Decimal,
}

type PlanKey = (usize, Country, CommodityCode, bool, BTreeMap<FactId, bool>);

/// A flow between two states of the law.
pub struct Mixture<'a> {
    sides: [Settled<'a>; 2],
    players: Vec<Player>,
    /// What is found in the pure states.
    pure: [Arc<Vec<Found>>; 2],
    plans: RefCell<HashMap<PlanKey, Arc<Plan>, foldhash::fast::FixedState>>,
}

impl<'a> Mixture<'a> {
    /// Sets a flow between two states, and finds out who can have changed what it owes.
    ///
    /// # Errors
    /// See [`Fault`]; a mixture across importing countries is [`Fault::NoLaw`] of the second.
    pub fn new(a: Side<'a>, b: Side<'a>) -> Result<Self, Fault> {
        if a.flow.into != b.flow.into {
            return Err(Fault::NoLaw(b.flow.into));
        }
        let sides = [settled(a)?, settled(b)?];
        let [first, second] = &sides;
        let own = [Arc::new(pure(first, first)?), Arc::new(pure(second, second)?)];
        let mut mixture = Self { sides, players: Vec::new(), pure: own, plans: RefCell::default() };
        mixture.players = mixture.find_players()?;
        Ok(mixture)
    }

    /// Returns the players, in alphabetical order of programs: the bits of a mask, the first the lowest.
    pub fn players(&self) -> &[Player] {
        &self.players
    }

    /// Returns the duty where the players of a mask are as in the second state, the others as in the first; `None` where it is not known.
    ///
    /// Where nobody or everybody is, it is that of the pure state.
    ///
    /// # Errors
    /// [`Fault::Circle`] where measures of the two states wait for each other.
    pub fn duty(&self, mask: usize) -> Result<Option<Decimal>, Fault> {
        Ok(one_duty(&self.found(mask)?))
    }

    /// Returns the duty of a mask by mixing alone, also where nobody or everybody is as in the second state: a check on mixing.
    ///
    /// # Errors
    /// As [`Mixture::duty`].
    pub fn mixed_duty(&self, mask: usize) -> Result<Option<Decimal>, Fault> {
        Ok(one_duty(&self.mixed(mask)?))
    }

    /// What is found of the goods of a side under its own law alone.
    pub(super) fn state(&self, side: usize) -> &Arc<Vec<Found>> {
        let [first, second] = &self.pure;
        if side == 0 { first } else { second }
    }

    /// The regime of a side.
    pub(super) fn regime(&self, side: usize) -> &Arc<Regime> {
        let [first, second] = &self.sides;
        if side == 0 { &first.regime } else { &second.regime }
    }

    fn all(&self) -> usize {
        1_usize.checked_shl(u32::try_from(self.players.len()).unwrap_or(u32::MAX)).unwrap_or(0).saturating_sub(1)
    }

    fn has(&self, mask: usize, player: &Player) -> bool {
        self.players
            .binary_search(player)
            .is_ok_and(|at| mask & 1_usize.checked_shl(u32::try_from(at).unwrap_or(u32::MAX)).unwrap_or(0) != 0)
    }

    /// Which state the goods are in.
    fn goods(&self, mask: usize) -> &Settled<'a> {
        let [first, second] = &self.sides;
        if self.has(mask, &Player::Goods) { second } else { first }
    }

    /// What is found in a mixture: in the pure states by their own law alone.
    pub(super) fn found(&self, mask: usize) -> Result<Arc<Vec<Found>>, Fault> {
        if mask == 0 {
            return Ok(self.state(0).clone());
        }
        if mask == self.all() {
            return Ok(self.state(1).clone());
        }
        self.mixed(mask).map(Arc::new)
    }

    fn mixed(&self, mask: usize) -> Result<Vec<Found>, Fault> {
        let [first, _] = &self.sides;
        let goods = self.goods(mask);
        let planner = Mixed { mixture: self, mask };
        let work = work(first, goods);
        goods.origins.iter().map(|origin| work.planned_by(&planner, *origin, Found::default())).collect()
    }

    /// The programs that charge these goods differently in the two states, and the goods themselves where they differ.
    fn find_players(&self) -> Result<Vec<Player>, Fault> {
        let [first, second] = &self.sides;
        let mut players: BTreeSet<Player> = BTreeSet::new();
        let goods_differ = goods_differ(first, second);
        if goods_differ {
            players.insert(Player::Goods);
        }
        for (number, goods) in [first, second].into_iter().take(if goods_differ { 2 } else { 1 }).enumerate() {
            // Where the goods are those of a side, its own law has been asked already.
            let found = |side: usize, law: &Settled<'a>| -> Result<Arc<Vec<Found>>, Fault> {
                if side == number || !goods_differ { Ok(self.state(side).clone()) } else { pure(law, goods).map(Arc::new) }
            };
            let found = [found(0, first)?, found(1, second)?];
            let lines = found.each_ref().map(|found| lines(found));
            let regimes = [&*first.regime, &*second.regime];
            let [a, b] = &lines;
            let missing = |these: &[&PlannedLine], those: &[&PlannedLine], [own, other]: [&Regime; 2]| -> Vec<Player> {
                let lone = these.iter().filter(|line| !those.iter().any(|twin| same_line((line, own), (twin, other))));
                lone.map(|line| self.player(line)).collect()
            };
            let [own, other] = regimes;
            players.extend(missing(a, b, [own, other]));
            players.extend(missing(b, a, [other, own]));
        }
        Ok(players.into_iter().collect())
    }

    /// The player a line belongs to. The schedule's own duty is one player, in whichever column it stands.
    fn player(&self, line: &PlannedLine) -> Player {
        let [first, _] = &self.sides;
        Player::Program(if line.is_column_1 { first.regime.territory.column_1.clone() } else { line.program.clone() })
    }
}

fn settled(side: Side<'_>) -> Result<Settled<'_>, Fault> {
    let Side { cache, flow, context } = side;
    let law = cache.law();
    let territory = law.territory(flow.into).ok_or(Fault::NoLaw(flow.into))?;
    let moment = context.moment(law, flow);
    let regime = cache.on(&moment).map_err(Fault::Circle)?;
    let value = territory.rounding.value(value(flow, territory, context)?);
    let day = context.entered.unwrap_or(flow.entered);
    let origins = members(law, flow, moment.day);
    Ok(Settled { law, regime, flow, origins, day, law_day: moment.day, assumed: &context.assumed, value })
}

fn work<'w>(law: &'w Settled<'_>, goods: &'w Settled<'_>) -> Work<'w> {
    Work {
        law: law.law,
        regime: &law.regime,
        flow: goods.flow,
        day: law.day,
        law_day: law.law_day,
        assumed: goods.assumed,
        value: goods.value,
        traced: false,
    }
}

/// What is found of some goods under the law of one state.
fn pure(law: &Settled<'_>, goods: &Settled<'_>) -> Result<Vec<Found>, Fault> {
    let work = work(law, goods);
    goods.origins.iter().map(|origin| work.origin(*origin)).collect()
}

fn lines(found: &[Found]) -> Vec<&PlannedLine> {
    found.iter().flat_map(|found| &found.leaves).flat_map(|leaf| &leaf.plan.lines).collect()
}

fn goods_differ(a: &Settled<'_>, b: &Settled<'_>) -> bool {
    let (x, y) = (a.flow, b.flow);
    a.value != b.value
        || a.assumed != b.assumed
        || a.origins != b.origins
        || (x.code, x.loaded) != (y.code, y.loaded)
        || x.quantities != y.quantities
        || x.shares != y.shares
        || x.facts != y.facts
        || x.column_1 != y.column_1
}

/// The duty of all members of an origin, if they owe the same.
fn one_duty(all: &[Found]) -> Option<Decimal> {
    let mut duties = all.iter().map(|found| known(found).filter(|_| !found.too_many));
    let first = duties.next()??;
    duties.all(|duty| duty == Some(first)).then_some(first)
}

/// The total of every way to settle what is open, if it is one.
fn known(found: &Found) -> Option<Decimal> {
    let mut totals = found.leaves.iter().map(|leaf| leaf.charged.total.filter(|_| leaf.charged.refused.is_none()));
    let first = totals.next()??;
    totals.all(|total| total == Some(first)).then_some(first)
}

/// Plans under both laws and takes each program's lines from the state its player is in.
struct Mixed<'m, 'a> {
    mixture: &'m Mixture<'a>,
    mask: usize,
}

impl Mixed<'_, '_> {
    fn own_plan(&self, side: usize, law: &Settled<'_>, key: &Key<'_>) -> Arc<Plan> {
        let goods = self.mixture.has(self.mask, &Player::Goods);
        let known = (side, key.origin, key.code, goods, key.facts.clone());
        if let Some(plan) = self.mixture.plans.borrow().get(&known) {
            return plan.clone();
        }
        let planned = Arc::new(plan(law.law, &law.regime, key, &mut Silent));
        self.mixture.plans.borrow_mut().insert(known, planned.clone());
        planned
    }
}

impl Planner for Mixed<'_, '_> {
    fn plan(&self, _: &Work<'_>, key: &Key<'_>, _: &mut Trace) -> Result<Arc<Plan>, Fault> {
        let [first, second] = &self.mixture.sides;
        let (a, b) = (self.own_plan(0, first, key), self.own_plan(1, second, key));
        let is_second = |line: &PlannedLine| self.mixture.has(self.mask, &self.mixture.player(line));
        let mixed = mixed([&a, &b], [&first.regime, &second.regime], &is_second);
        mixed.map(Arc::new).map_err(|circle: Circle| Fault::Circle(circle))
    }

    fn codes(&self, _: &Work<'_>, origin: Country) -> Vec<CommodityCode> {
        let goods = self.mixture.goods(self.mask);
        let codes: BTreeSet<CommodityCode> = self.mixture.sides.iter().flat_map(|law| work(law, goods).classes(origin)).collect();
        codes.into_iter().collect()
    }
}
