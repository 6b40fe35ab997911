use super::charge::{Amounts, Charged, Stop, charge};
use super::corners::{corners, least_part, rest_of_the_whole};
use super::merge::merge;
use super::outcome::Assessment;
use super::plan::{Key, Plan};
use super::planner::{OwnRegime, Planner};
use super::record::{Sides, Silent, Trace};
use super::reuse::Plans;
use crate::base::{CommodityCode, Country, Currency, Date, Decimal, FactId, MeasureId, Percent, ReadingId, Unit};
use crate::law::{Circle, Moment, Place, Regime, RegimeCache, Rulebook, Share, ShareKind, Territory, answered};
use crate::scenario::{Assumed, ExchangeRate, Flow};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

/// Something a flow leaves open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Open {
    /// A property of the goods.
    Fact(FactId),
    /// A share of value or weight.
    Share(Share),
    /// A quantity.
    Quantity(Unit),
    /// A rate that is not known, with the words there are.
    Rate(MeasureId, String),
    /// More digits of the code.
    Digits(CommodityCode),
}

/// What surrounds a flow in a case.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The entry date, where the case sets one.
    pub entered: Option<Date>,
    /// The day whose book is asked; `None` for today's.
    pub as_known: Option<Date>,
    /// The readings chosen over the defaults.
    pub readings: BTreeMap<ReadingId, String>,
    /// Rates of exchange.
    pub exchange: Vec<ExchangeRate>,
    /// Whether entries past the end of the book are charged under the last law known.
    pub law_continues: bool,
    /// What is taken for granted where a flow leaves it open.
    pub assumed: Assumed,
}

impl Context {
    /// Returns the moment whose law a flow falls under.
    pub fn moment(&self, law: &Rulebook, flow: &Flow) -> Moment {
        let mut readings = law.default_readings();
        readings.extend(self.readings.clone());
        // Goods from a free zone keep the law of the day they were admitted to it.
        let day = flow.admitted.unwrap_or_else(|| self.entered.unwrap_or(flow.entered));
        Moment { into: flow.into, day, as_known: self.as_known.unwrap_or(Date::MAX), readings }
    }
}

/// Why a flow could not be assessed at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The book has no law for the importing country.
    NoLaw(Country),
    /// Measures wait for each other.
    Circle(Circle),
    /// The value is in a currency without a rate of exchange to this one.
    NoExchangeRate(Currency, Currency),
    /// The members of the origin group are not treated alike; each with its duty.
    MembersDiffer(Vec<(Country, String)>),
    /// The entry date of the case lies before the day the goods were admitted to a free zone.
    AdmittedLater(Date, Date),
    /// The group named as origin has no members on the entry date.
    NoMembers(Date),
    /// An amount has more digits than a decimal holds.
    TooLarge,
}

/// How many different results one flow may have for what it leaves open, and how often it may be worked out to find them.
const MOST_RESULTS: usize = 4_096;
const MOST_TRIES: usize = 100_000;

/// One way to settle everything open, and its result.
pub(super) struct Leaf {
    pub(super) code: CommodityCode,
    pub(super) plan: Arc<Plan>,
    pub(super) charged: Charged,
    /// The shares stated, or settled on this way.
    pub(super) shares: BTreeMap<Share, Percent>,
    /// How what has no upper end was settled on it.
    pub(super) unlimited: BTreeMap<Open, bool>,
    pub(super) trace: Trace,
}

/// What was found for one code class or member.
#[derive(Default)]
pub(super) struct Found {
    pub(super) leaves: Vec<Leaf>,
    pub(super) open: BTreeSet<Open>,
    pub(super) too_many: bool,
    tries: usize,
    /// The results found so far: the same result of another line or fact is not kept twice.
    seen: HashSet<Vec<(MeasureId, Decimal, Option<Decimal>)>, foldhash::fast::FixedState>,
    /// What was taken for granted, in words that name the key.
    pub(super) assumed: BTreeSet<String>,
    /// How many lines of the schedule were looked at.
    pub(super) codes: BTreeSet<CommodityCode>,
    /// The sides of all decisions, where they are asked for.
    sides: Option<Sides>,
}

impl Found {
    /// Counts a try; tells whether there may be another.
    fn may_go_on(&mut self) -> bool {
        self.tries = self.tries.saturating_add(1);
        self.too_many |= self.tries > MOST_TRIES || self.leaves.len() >= MOST_RESULTS;
        !self.too_many
    }

    fn keep(&mut self, leaf: Leaf) {
        self.codes.insert(leaf.code);
        let charged = leaf
            .charged
            .lines
            .iter()
            .filter_map(|line| Some((leaf.plan.lines.get(line.line)?.measure.clone(), line.base, line.amount)));
        if self.seen.insert(charged.collect()) {
            self.leaves.push(leaf);
        }
    }
}

/// Works out all duty on a flow: plans and charges it, in every way in which what it leaves open can be settled.
///
/// # Errors
/// See [`Fault`]. What is merely not known is no error: it is an unknown outcome.
pub fn assess(cache: &RegimeCache<'_>, flow: &Flow, context: &Context) -> Result<Assessment, Fault> {
    worked_out(cache, flow, context, None, &mut None)
}

/// Works out all duty on a flow as [`assess`] does, with plans that may have been made before: where only amounts vary, they are charged again and nothing is planned again.
/// Tells what is due and not why the rest is not.
///
/// # Errors
/// As [`assess`].
pub fn recharge(cache: &RegimeCache<'_>, flow: &Flow, context: &Context, plans: &Plans) -> Result<Assessment, Fault> {
    worked_out(cache, flow, context, Some(plans), &mut None)
}

/// As [`recharge`], and tells on which side of every decision the amounts fell.
///
/// # Errors
/// As [`assess`].
pub fn probe(cache: &RegimeCache<'_>, flow: &Flow, context: &Context, plans: &Plans) -> Result<(Assessment, Sides), Fault> {
    let mut sides = Some(Sides::default());
    let assessment = worked_out(cache, flow, context, Some(plans), &mut sides)?;
    Ok((assessment, sides.unwrap_or_default()))
}

fn worked_out(
    cache: &RegimeCache<'_>,
    flow: &Flow,
    context: &Context,
    plans: Option<&Plans>,
    sides: &mut Option<Sides>,
) -> Result<Assessment, Fault> {
    let law = cache.law();
    let territory = law.territory(flow.into).ok_or(Fault::NoLaw(flow.into))?;
    let day = context.entered.unwrap_or(flow.entered);
    if let Some(admitted) = flow.admitted.filter(|admitted| *admitted > day) {
        return Err(Fault::AdmittedLater(admitted, day));
    }
    let moment = context.moment(law, flow);
    let regime = cache.on(&moment).map_err(Fault::Circle)?;
    let value = value(flow, territory, context)?;
    let members = members(law, flow, moment.day);
    let work = Work {
        law,
        regime: &regime,
        flow,
        day,
        law_day: moment.day,
        assumed: &context.assumed,
        value: regime.territory.rounding.value(value),
        traced: plans.is_none(),
    };
    let planner = OwnRegime { plans: plans.cloned() };
    let mut assessments: Vec<(Country, Assessment)> = Vec::with_capacity(members.len());
    for origin in members {
        let found = Found { sides: sides.take(), ..Found::default() };
        let mut found = work.planned_by(&planner, origin, found)?;
        *sides = found.sides.take();
        assessments.push((origin, merge(&work, found, value, context)));
    }
    let mut all = assessments.iter();
    let Some((_, first)) = all.next() else {
        return Err(Fault::NoMembers(day));
    };
    if all.any(|(_, other)| !alike(first, other)) {
        let each = assessments.iter().map(|(country, a)| (*country, told(a))).collect();
        return Err(Fault::MembersDiffer(each));
    }
    assessments.into_iter().next().map(|(_, assessment)| assessment).ok_or(Fault::NoMembers(day))
}

/// The customs value in the currency of the importing country, exact.
pub(super) fn value(flow: &Flow, territory: &Territory, context: &Context) -> Result<Decimal, Fault> {
    if flow.value.currency == territory.currency {
        return Ok(flow.value.amount);
    }
    let rates = context.exchange.iter();
    rates
        .filter_map(|rate| rate.convert(flow.value.amount, flow.value.currency, territory.currency))
        .next()
        .ok_or(Fault::NoExchangeRate(flow.value.currency, territory.currency))
}

/// Shares stated, and those whose absence has a meaning.
pub(super) fn settled_shares(law: &Rulebook, stated: &BTreeMap<Share, Percent>) -> BTreeMap<Share, Percent> {
    let absent = law.shares().values().filter_map(|name| {
        let share = match name.kind {
            ShareKind::Content => Share::Content(name.id.clone()),
            ShareKind::Weight => Share::Weight(name.id.clone()),
        };
        name.absent.map(|absent| (share, absent))
    });
    let mut shares: BTreeMap<Share, Percent> = absent.collect();
    shares.extend(stated.clone());
    shares
}

/// The countries a flow may come from.
pub(super) fn members(law: &Rulebook, flow: &Flow, day: Date) -> Vec<Country> {
    match &flow.origin {
        Place::Country(country) => vec![*country],
        Place::Group(id) => law.groups().get(id).map(|group| group.members(day).to_vec()).unwrap_or_default(),
    }
}

fn alike(a: &Assessment, b: &Assessment) -> bool {
    // Members may fall under measures of their own: what counts is what is charged, under which authority, at which rate.
    let charged = |assessment: &Assessment| -> Vec<_> {
        let owed = assessment.lines.iter().filter(|line| line.amount.known() != Some(Decimal::ZERO));
        owed.map(|line| (line.program.clone(), line.rate, line.base, line.amount.clone())).collect()
    };
    a.duty == b.duty && charged(a) == charged(b)
}

fn told(assessment: &Assessment) -> String {
    match assessment.duty.known() {
        Some(amount) => format!("{amount} {}", assessment.currency),
        None => "not known".into(),
    }
}

pub(super) struct Work<'a> {
    pub(super) law: &'a Rulebook,
    pub(super) regime: &'a Arc<Regime>,
    pub(super) flow: &'a Flow,
    /// The entry date; the regime's own day may be another one of the same interval.
    pub(super) day: Date,
    /// The day whose law is asked: the entry date, or that of admission to a free zone.
    pub(super) law_day: Date,
    /// What is taken for granted where the flow leaves it open.
    pub(super) assumed: &'a Assumed,
    pub(super) value: Decimal,
    /// Whether the reasons of what does not apply are wanted.
    pub(super) traced: bool,
}

/// What has been settled so far on one way.
#[derive(Clone)]
struct Settled {
    facts: BTreeMap<FactId, bool>,
    shares: BTreeMap<Share, Percent>,
    unlimited: BTreeMap<Open, bool>,
}

impl Work<'_> {
    pub(super) fn origin(&self, origin: Country) -> Result<Found, Fault> {
        self.planned_by(&OwnRegime::default(), origin, Found::default())
    }

    /// Works out the duty of an origin with lines that a planner chooses.
    pub(super) fn planned_by(&self, planner: &dyn Planner, origin: Country, mut found: Found) -> Result<Found, Fault> {
        let classes = planner.codes(self, origin);
        for code in &classes {
            let settled = Settled { facts: self.flow.facts.clone(), shares: self.shares(), unlimited: BTreeMap::new() };
            self.settle(planner, origin, *code, settled, &mut found)?;
            if found.too_many {
                break;
            }
        }
        if classes.len() > 1 {
            found.open.insert(Open::Digits(self.flow.code));
        }
        Ok(found)
    }

    /// Shares stated by the flow, and those whose absence has a meaning.
    fn shares(&self) -> BTreeMap<Share, Percent> {
        settled_shares(self.law, &self.flow.shares)
    }

    fn settle(
        &self,
        planner: &dyn Planner,
        origin: Country,
        code: CommodityCode,
        settled: Settled,
        found: &mut Found,
    ) -> Result<(), Fault> {
        if !found.may_go_on() {
            return Ok(());
        }
        let key = Key {
            origin,
            code,
            facts: &settled.facts,
            loaded: self.flow.loaded,
            column_1: self.flow.column_1.as_ref(),
            source: &self.flow.source,
        };
        let mut trace = Trace::default();
        let planned = planner.plan(self, &key, &mut trace)?;
        if let Some(fact) = planned.open.first() {
            if let Some((words, facts)) = self.assumed.fact(fact) {
                found.assumed.insert(words);
                let mut settled = settled;
                settled.facts.extend(facts);
                return self.settle(planner, origin, code, settled, found);
            }
            found.open.insert(Open::Fact(fact.clone()));
            for stated in [false, true] {
                let mut settled = settled.clone();
                settled.facts.insert(fact.clone(), stated);
                if stated {
                    self.exclude_other_answers(fact, &mut settled.facts);
                }
                self.settle(planner, origin, code, settled, found)?;
            }
            return Ok(());
        }
        self.charge(code, &planned, &trace, settled, found)
    }

    /// Of several answers only one is given.
    fn exclude_other_answers(&self, given: &FactId, facts: &mut BTreeMap<FactId, bool>) {
        let Some((of, _)) = answered(given) else { return };
        let others = self.law.facts().keys().filter(|other| *other != given && answered(other).is_some_and(|(o, _)| o == of));
        for other in others {
            facts.entry(other.clone()).or_insert(false);
        }
    }

    fn charge(
        &self,
        code: CommodityCode,
        planned: &Arc<Plan>,
        trace: &Trace,
        settled: Settled,
        found: &mut Found,
    ) -> Result<(), Fault> {
        if !found.may_go_on() {
            return Ok(());
        }
        let amounts = Amounts {
            value: self.value,
            quantities: &self.flow.quantities,
            shares: settled.shares.clone(),
            unlimited: settled.unlimited.clone(),
        };
        // A first silent pass: most ways end in something open, and need no words.
        let first = match &mut found.sides {
            Some(sides) => charge(planned, self.regime, &amounts, sides),
            None => charge(planned, self.regime, &amounts, &mut Silent),
        };
        match first {
            Err(Stop::TooLarge) => Err(Fault::TooLarge),
            Ok(charged) if !self.traced => {
                found.keep(Leaf {
                    code,
                    plan: planned.clone(),
                    charged,
                    shares: amounts.shares,
                    unlimited: amounts.unlimited,
                    trace: Trace::default(),
                });
                Ok(())
            }
            Ok(_) => {
                let mut trace = trace.clone();
                let charged = charge(planned, self.regime, &amounts, &mut trace).map_err(|_| Fault::TooLarge)?;
                found.keep(Leaf {
                    code,
                    plan: planned.clone(),
                    charged,
                    shares: amounts.shares,
                    unlimited: amounts.unlimited,
                    trace,
                });
                Ok(())
            }
            Err(Stop::Open(open)) => {
                if let Open::Share(share) = &open
                    && let Some(assumed) = self.assumed.shares.get(share)
                {
                    found.assumed.insert(format!("{share} = {assumed}"));
                    let mut settled = settled;
                    settled.shares.insert(share.clone(), *assumed);
                    return self.charge(code, planned, trace, settled, found);
                }
                found.open.insert(open.clone());
                match &open {
                    Open::Share(share) => {
                        // What the other materials leave is the most this one can be: a corner beyond it is taken there.
                        let rest = rest_of_the_whole(&settled.shares, share, self.law);
                        let least = least_part(share, self.value, &self.regime.territory.rounding);
                        let points: BTreeSet<Percent> =
                            corners(planned, share, rest, least).into_iter().map(|point| point.min(rest)).collect();
                        for point in points {
                            let mut settled = settled.clone();
                            settled.shares.insert(share.clone(), point);
                            self.charge(code, planned, trace, settled, found)?;
                        }
                    }
                    Open::Quantity(_) | Open::Rate(..) | Open::Fact(_) | Open::Digits(_) => {
                        for unlimited in [false, true] {
                            let mut settled = settled.clone();
                            settled.unlimited.insert(open.clone(), unlimited);
                            self.charge(code, planned, trace, settled, found)?;
                        }
                    }
                }
                Ok(())
            }
        }
    }
}
