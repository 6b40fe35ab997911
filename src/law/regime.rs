//! From [`Rulebook`] and a day to [`Regime`]: drops what is not in force, resolves groups and readings, applies unscoped dates, orders measures.

use super::measure::{chosen, holds};
use super::order::in_order;
use super::relation::means;
use super::{
    Base, Change, Circle, Edit, Exception, InForce, Measure, OriginSet, Place, Rate, Relation, RelationKind, Rulebook, Territory,
    Version, Where,
};
use crate::base::{Country, Date, MeasureId, ReadingId, Rounding};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// What decides which law applies: country, entry date, the day whose book is asked, readings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The importing country.
    pub into: Country,
    /// The entry date.
    pub day: Date,
    /// The day whose book is asked.
    pub as_known: Date,
    /// The readings chosen, every one of the book.
    pub readings: BTreeMap<ReadingId, String>,
}

/// A measure that holds on the day, or that a change may bring into force.
#[derive(Debug)]
pub struct Active {
    /// The measure.
    pub measure: Arc<Measure>,
    /// The version that holds, or, where the measure is not in force by law, the last one that held.
    version: Option<usize>,
    /// The rate by law; `None` where the measure is not in force by law.
    pub rate: Option<Rate>,
    /// The last rate before the measure ended, for changes that extend it.
    last: Option<Rate>,
    /// What it is computed on.
    pub base: Base,
    /// The relations of that day, with the positions in [`Regime::active`] of the measures they name.
    pub relations: Vec<(Arc<Relation>, Vec<usize>)>,
    /// The positions of what its top-up counts.
    pub counting: Vec<usize>,
    /// The positions of measures that stand in its place where they apply.
    pub displaced_by: Vec<usize>,
    /// The exceptions of that day.
    pub exceptions: Vec<Arc<Exception>>,
    /// The changes of that day that aim at it, in order.
    pub changes: Vec<Arc<Change>>,
}

impl Active {
    /// Returns the version that holds, or last held.
    pub fn version(&self) -> Option<&Version> {
        self.version.and_then(|number| self.measure.versions.get(number))
    }

    /// Returns the last rate before the measure ended.
    pub fn last_rate(&self) -> Option<&Rate> {
        self.last.as_ref()
    }
}

/// The law of one importing country on one entry date.
#[derive(Debug)]
pub struct Regime {
    /// The moment it was compiled for; the law is the same on every day of the interval around it.
    pub moment: Moment,
    /// The importing country.
    pub territory: Territory,
    /// The measures in force, in the order they are worked out.
    pub active: Vec<Active>,
    /// Measures not in force that day: for the record.
    pub dormant: Vec<(Arc<Measure>, Option<Date>)>,
    /// Positions of measures that name the origin.
    by_origin: HashMap<Country, Vec<usize>, foldhash::fast::FixedState>,
    /// Positions of measures for all origins but some, with those some.
    everywhere: Vec<(usize, Vec<Country>)>,
}

impl Regime {
    /// Compiles the law of a moment.
    ///
    /// # Errors
    /// Where measures wait for each other, or the country is not in the book (an empty circle).
    pub fn compile(law: &Rulebook, moment: &Moment) -> Result<Self, Circle> {
        let territory = law.territory(moment.into).cloned().ok_or_else(|| Circle(Vec::new()))?;
        let day = moment.day;
        let mut active = Vec::new();
        let mut dormant = Vec::new();
        for measure in law.measures().filter(|measure| measure.into == moment.into) {
            let changes: Vec<Arc<Change>> = law
                .changes()
                .iter()
                .filter(|change| means(&change.target, &measure.id, &measure.program) && change.period.contains(day))
                .cloned()
                .collect();
            match activate(measure, moment, changes) {
                Ok(found) => active.push(found),
                Err(date) => dormant.push((measure.clone(), date)),
            }
        }
        let mut regime = Self {
            moment: moment.clone(),
            territory,
            active: ordered(active)?,
            dormant,
            by_origin: HashMap::default(),
            everywhere: Vec::new(),
        };
        regime.index_origins(law);
        Ok(regime)
    }

    fn index_origins(&mut self, law: &Rulebook) {
        let day = self.moment.day;
        let expand = |places: &[Place]| -> Vec<Country> {
            let mut countries: Vec<Country> = places
                .iter()
                .flat_map(|place| match place {
                    Place::Country(country) => vec![*country],
                    Place::Group(id) => law.groups().get(id).map(|group| group.members(day).to_vec()).unwrap_or_default(),
                })
                .collect();
            countries.sort_unstable();
            countries.dedup();
            countries
        };
        // What `others` leaves out, worked out once a program.
        let mut named: HashMap<&str, Vec<Country>> = HashMap::new();
        for measure in law.measures().filter(|measure| measure.into == self.moment.into) {
            if let OriginSet::Of(places) = &measure.origins {
                named.entry(measure.program.as_str()).or_default().extend(expand(places));
            }
        }
        for (at, active) in self.active.iter().enumerate() {
            match &active.measure.origins {
                OriginSet::All => self.everywhere.push((at, Vec::new())),
                OriginSet::AllBut(places) => self.everywhere.push((at, expand(places))),
                OriginSet::Others => {
                    self.everywhere.push((at, named.get(active.measure.program.as_str()).cloned().unwrap_or_default()));
                }
                OriginSet::Of(places) => {
                    for country in expand(places) {
                        self.by_origin.entry(country).or_default().push(at);
                    }
                }
            }
        }
    }

    /// Returns the positions of the measures that fall on goods of an origin, in the order they are worked out.
    pub fn for_origin(&self, origin: Country) -> Vec<usize> {
        let mut positions: Vec<usize> =
            self.everywhere.iter().filter(|(_, but)| !but.contains(&origin)).map(|(at, _)| *at).collect();
        if let Some(own) = self.by_origin.get(&origin) {
            positions.extend_from_slice(own);
        }
        positions.sort_unstable();
        positions
    }

    /// Returns the measure at a position.
    pub fn at(&self, position: usize) -> Option<&Active> {
        self.active.get(position)
    }
}

/// Finds what a measure says at the moment. `Err` is "not in force", with the day it starts or ended.
fn activate(measure: &Arc<Measure>, moment: &Moment, changes: Vec<Arc<Change>>) -> Result<Active, Option<Date>> {
    let Moment { day, as_known, readings, .. } = moment;
    let position = |version: &Version| measure.versions.iter().position(|other| std::ptr::eq(other, version));
    let (version, rate, dormant_since) = match measure.on(*day, *as_known, readings) {
        InForce::Version(version) => (position(version), version.rate.clone(), None),
        InForce::Ended(version) => {
            let end = version.rate.as_ref().map_or(version.period.from, |_| version.period.before);
            (position(version), None, end)
        }
        InForce::NotYet(from) => (None, None, from),
    };
    let last = measure
        .versions
        .iter()
        .filter(|v| {
            v.rate.is_some()
                && v.known <= *as_known
                && chosen(v.reading.as_ref(), readings)
                && v.period.from.is_none_or(|f| f <= *day)
        })
        .max_by_key(|v| (v.period.from, v.known));
    let revived = changes.iter().any(|change| match &change.edit {
        Edit::SetRate(_) => change.period.from.is_some(),
        Edit::Extend => last.is_some(),
        Edit::AddPoints(_)
        | Edit::Scale(_)
        | Edit::Cap(_)
        | Edit::Floor(_)
        | Edit::Repeal
        | Edit::Suspend
        | Edit::Exempt
        | Edit::Introduce(_) => false,
    });
    if rate.is_none() && !revived {
        return Err(dormant_since);
    }
    let base = version
        .and_then(|number| measure.versions.get(number))
        .and_then(|v| v.base.clone())
        .unwrap_or_else(|| measure.base.clone());
    Ok(Active {
        version: if rate.is_some() { version } else { last.and_then(position) },
        rate,
        last: last.and_then(|v| v.rate.clone()),
        base,
        relations: measure
            .relations
            .iter()
            .filter(|r| holds(r.period, r.known, r.end_known, *day, *as_known) && chosen(r.reading.as_ref(), readings))
            .map(|relation| (relation.clone(), Vec::new()))
            .collect(),
        counting: Vec::new(),
        displaced_by: Vec::new(),
        exceptions: measure
            .exceptions
            .iter()
            .filter(|e| holds(e.period, e.known, e.end_known, *day, *as_known) && chosen(e.reading.as_ref(), readings))
            .cloned()
            .collect(),
        changes,
        measure: measure.clone(),
    })
}

/// Resolves the names in relations to positions and puts the measures in order.
fn ordered(mut active: Vec<Active>) -> Result<Vec<Active>, Circle> {
    let ids: Vec<MeasureId> = active.iter().map(|a| a.measure.id.clone()).collect();
    let mut meant: HashMap<&str, Vec<usize>> = HashMap::new();
    let measures: Vec<Arc<Measure>> = active.iter().map(|a| a.measure.clone()).collect();
    for (at, measure) in measures.iter().enumerate() {
        meant.entry(measure.id.as_str()).or_default().push(at);
        meant.entry(measure.program.as_str()).or_default().push(at);
    }
    let all = |names: &[String], own: usize| -> Vec<usize> {
        names.iter().filter_map(|name| meant.get(name.as_str())).flatten().copied().filter(|at| *at != own).collect()
    };
    for (at, found) in active.iter_mut().enumerate() {
        for (relation, positions) in &mut found.relations {
            match &relation.kind {
                RelationKind::YieldsTo(names, _) | RelationKind::RemainderAfter(names) => *positions = all(names, at),
                RelationKind::LessContent(_) => {}
            }
        }
        found.counting = all(&found.measure.counting, at);
    }
    for (at, measure) in measures.iter().enumerate() {
        for displaced in all(&measure.in_lieu_of, at) {
            if let Some(found) = active.get_mut(displaced) {
                found.displaced_by.push(at);
            }
        }
    }
    let asks: Vec<Vec<usize>> = active
        .iter()
        .map(|a| {
            a.relations.iter().flat_map(|(_, positions)| positions).chain(&a.counting).chain(&a.displaced_by).copied().collect()
        })
        .collect();
    let order = in_order(&ids, &asks)?;
    let mut place = vec![0_usize; order.len()];
    for (new, old) in order.iter().enumerate() {
        if let Some(slot) = place.get_mut(*old) {
            *slot = new;
        }
    }
    let renumber = |positions: &mut Vec<usize>| {
        for position in positions.iter_mut() {
            *position = place.get(*position).copied().unwrap_or(*position);
        }
        positions.sort_unstable();
        positions.dedup();
    };
    for found in &mut active {
        found.relations.iter_mut().for_each(|(_, positions)| renumber(positions));
        renumber(&mut found.counting);
        renumber(&mut found.displaced_by);
    }
    let mut slots: Vec<Option<Active>> = active.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|old| slots.get_mut(old).and_then(Option::take)).collect())
}

/// The regimes of one rulebook, compiled once for each interval in which the law is constant.
#[derive(Debug)]
pub struct RegimeCache<'a> {
    law: &'a Rulebook,
    dates: BTreeMap<Country, Vec<Date>>,
    regimes: Mutex<HashMap<CacheKey, Arc<Regime>>>,
    /// Whether values, quantities and duties are rounded as the country has it.
    is_rounded: bool,
}

type CacheKey = (Country, usize, Date, Vec<(ReadingId, String)>);

impl<'a> RegimeCache<'a> {
    /// Makes an empty cache over a rulebook.
    pub fn new(law: &'a Rulebook) -> Self {
        let dates = law.territories().map(|territory| (territory.id, law.dates(territory.id))).collect();
        Self { law, dates, regimes: Mutex::default(), is_rounded: true }
    }

    /// Makes an empty cache over a rulebook whose regimes round nothing: what is charged under them is the exact duty, which rates and thresholds decide without the steps of dollars and cents.
    pub fn unrounded(law: &'a Rulebook) -> Self {
        Self { is_rounded: false, ..Self::new(law) }
    }

    /// Returns the rulebook.
    pub fn law(&self) -> &'a Rulebook {
        self.law
    }

    /// Returns how many regimes have been compiled so far.
    pub fn compiled(&self) -> usize {
        self.regimes.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Returns the regime of a moment, compiled at the first request for its interval.
    ///
    /// # Errors
    /// As [`Regime::compile`].
    pub fn on(&self, moment: &Moment) -> Result<Arc<Regime>, Circle> {
        let interval = self.dates.get(&moment.into).map_or(0, |dates| dates.partition_point(|date| *date <= moment.day));
        let readings = moment.readings.iter().map(|(id, option)| (id.clone(), option.clone())).collect();
        let key = (moment.into, interval, moment.as_known, readings);
        let mut regimes = self.regimes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(regime) = regimes.get(&key) {
            return Ok(regime.clone());
        }
        let mut regime = Regime::compile(self.law, moment)?;
        if !self.is_rounded {
            regime.territory.rounding = Rounding::none();
        }
        let regime = Arc::new(regime);
        regimes.insert(key, regime.clone());
        Ok(regime)
    }
}

/// Re-exported here so that plans can tell which kind of relation silenced a measure.
impl Relation {
    /// Returns the side of "subject to" that a yielding relation asks for; `None` for the other kinds.
    pub fn asks_where(&self) -> Option<Where> {
        match &self.kind {
            RelationKind::YieldsTo(_, side) => Some(*side),
            RelationKind::RemainderAfter(_) | RelationKind::LessContent(_) => None,
        }
    }
}
