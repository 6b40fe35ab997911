use super::order::in_order;
use super::relation::means;
use super::{
    Article, Change, Circle, Edit, Fact, Group, Measure, Product, Provision, Reading, RelationKind, Schedule, ShareKind,
    ShareName, Territory,
};
use crate::base::{CommodityCode, ContentId, Country, Date, FactId, GroupId, MeasureId, ProductId, ProgramId, ReadingId};
use crate::diag::Source;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// The measures of one legal authority.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its id, such as `us-232-autos`.
    pub id: ProgramId,
    /// Its name.
    pub title: String,
    /// The importing country.
    pub into: Country,
    /// The legal authority.
    pub authority: String,
    /// Where it is written.
    pub source: Source,
}

/// Everything the book says that no what-if changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shelf {
    pub(crate) territories: BTreeMap<Country, Territory>,
    pub(crate) programs: BTreeMap<ProgramId, Program>,
    pub(crate) groups: BTreeMap<GroupId, Group>,
    pub(crate) facts: BTreeMap<FactId, Fact>,
    pub(crate) shares: BTreeMap<(ShareKind, ContentId), ShareName>,
    pub(crate) readings: BTreeMap<ReadingId, Reading>,
    pub(crate) provisions: Vec<Arc<Provision>>,
    pub(crate) products: BTreeMap<ProductId, Product>,
    pub(crate) schedules: BTreeMap<Country, Schedule>,
    pub(crate) articles: Vec<Article>,
    pub(crate) hash: String,
    /// Found when first asked for.
    pub(crate) dates: OnceLock<BTreeMap<Country, Vec<Date>>>,
}

/// The law of every importing country the book knows, with the changes of a case, if any.
///
/// A rulebook is never changed in place: [`Rulebook::amended`] returns another one that shares what is alike.
#[derive(Clone, Debug)]
pub struct Rulebook {
    pub(crate) shelf: Arc<Shelf>,
    measures: BTreeMap<MeasureId, Arc<Measure>>,
    changes: Vec<Arc<Change>>,
}

impl Rulebook {
    pub(crate) fn new(shelf: Shelf, measures: Vec<Measure>) -> Self {
        let measures = measures.into_iter().map(|measure| (measure.id.clone(), Arc::new(measure))).collect();
        Self { shelf: Arc::new(shelf), measures, changes: Vec::new() }
    }

    /// Returns the law with changes added behind those it already carries.
    #[must_use]
    pub fn amended(&self, changes: &[Arc<Change>]) -> Self {
        let mut amended = self.clone();
        for change in changes {
            if let Edit::Introduce(measure) = &change.edit {
                amended.measures.insert(measure.id.clone(), measure.clone());
            }
            amended.changes.push(change.clone());
        }
        amended
    }

    /// Returns the changes it carries, in order.
    pub fn changes(&self) -> &[Arc<Change>] {
        &self.changes
    }

    /// Returns every measure, in alphabetical order of ids.
    pub fn measures(&self) -> impl Iterator<Item = &Arc<Measure>> {
        self.measures.values()
    }

    /// Returns the measure of that id.
    pub fn measure(&self, id: &MeasureId) -> Option<&Arc<Measure>> {
        self.measures.get(id)
    }

    /// Tells whether a name is that of a measure or a program.
    pub fn names(&self, name: &str) -> bool {
        self.measures.contains_key(&MeasureId::new(name)) || self.program(&ProgramId::new(name)).is_some()
    }

    /// Returns the measures that a name means: one measure, or all of a program.
    pub fn meant_by(&self, name: &str) -> Vec<&Arc<Measure>> {
        self.measures.values().filter(|measure| means(name, &measure.id, &measure.program)).collect()
    }

    /// Returns the last day whose law the book knows: the last entry date of its countries, or the day its newest version was published; `None` of a book without countries.
    pub fn last_known(&self) -> Option<Date> {
        let published = self.measures.values().flat_map(|measure| &measure.versions).map(|version| version.known);
        self.territories().map(super::Territory::last_day).chain(published).max()
    }

    /// Returns the program of that id.
    pub fn program(&self, id: &ProgramId) -> Option<&Program> {
        self.shelf.programs.get(id)
    }

    /// Returns every program, in alphabetical order of ids.
    pub fn programs(&self) -> impl Iterator<Item = &Program> {
        self.shelf.programs.values()
    }

    /// Returns the importing country of those letters.
    pub fn territory(&self, id: Country) -> Option<&Territory> {
        self.shelf.territories.get(&id)
    }

    /// Returns every importing country the book has law for.
    pub fn territories(&self) -> impl Iterator<Item = &Territory> {
        self.shelf.territories.values()
    }

    /// Returns the schedule of an importing country, where the book has one.
    pub fn schedule(&self, into: Country) -> Option<&Schedule> {
        self.shelf.schedules.get(&into)
    }

    /// Returns the importing country whose schedule the book itself carries, whatever other schedules are in use.
    pub fn home(&self) -> Option<&Territory> {
        self.territories().find(|territory| territory.schedule_cite.is_some() && self.schedule(territory.id).is_some())
    }

    /// Returns the law with another schedule of an importing country; the hash is that of the law with it.
    #[must_use]
    pub(crate) fn with_schedule(mut self, into: Country, schedule: Schedule, hash: String) -> Self {
        let shelf = Arc::make_mut(&mut self.shelf);
        shelf.schedules.insert(into, schedule);
        shelf.dates = OnceLock::new();
        shelf.hash = hash;
        self
    }

    /// Returns the country groups.
    pub fn groups(&self) -> &BTreeMap<GroupId, Group> {
        &self.shelf.groups
    }

    /// Returns the facts and claims a flow may state.
    pub fn facts(&self) -> &BTreeMap<FactId, Fact> {
        &self.shelf.facts
    }

    /// Adds to what is stated of goods what follows from it: steel melted and poured in a country is a claim of its own.
    ///
    /// What is stated outright, true or false, stands.
    #[must_use]
    pub fn with_consequences(&self, mut stated: BTreeMap<FactId, bool>) -> BTreeMap<FactId, bool> {
        // One thing may follow from another that follows from a third.
        loop {
            let says = |other: &FactId| stated.get(other).copied().unwrap_or(false);
            let new = |fact: &&Fact| !stated.contains_key(&fact.id) && fact.follows_from.iter().any(says);
            let Some(found) = self.shelf.facts.values().find(new).map(|fact| fact.id.clone()) else {
                return stated;
            };
            stated.insert(found, true);
        }
    }

    /// Returns the provisions of an importing country that fall on part of the value.
    pub fn provisions(&self, into: Country) -> impl Iterator<Item = &Arc<Provision>> {
        self.shelf.provisions.iter().filter(move |provision| provision.into == into)
    }

    /// Returns the shares a flow may state.
    pub fn shares(&self) -> &BTreeMap<(ShareKind, ContentId), ShareName> {
        &self.shelf.shares
    }

    /// Returns the readings the book knows.
    pub fn readings(&self) -> &BTreeMap<ReadingId, Reading> {
        &self.shelf.readings
    }

    /// Returns the readings at their defaults.
    pub fn default_readings(&self) -> BTreeMap<ReadingId, String> {
        self.shelf.readings.values().map(|reading| (reading.id.clone(), reading.default.clone())).collect()
    }

    /// Returns the catalogue.
    pub fn products(&self) -> &BTreeMap<ProductId, Product> {
        &self.shelf.products
    }

    /// Returns the product of that id, name or synonym; case does not matter.
    pub fn product(&self, name: &str) -> Option<&Product> {
        let same = |other: &str| other.eq_ignore_ascii_case(name);
        self.shelf.products.get(&ProductId::new(name)).or_else(|| {
            self.shelf.products.values().find(|p| same(p.id.as_str()) || same(&p.title) || p.synonyms.iter().any(|s| same(s)))
        })
    }

    /// Returns the names a product may be called by, for "did you mean".
    pub fn product_names(&self) -> impl Iterator<Item = &str> {
        self.shelf.products.values().flat_map(|p| std::iter::once(p.id.as_str()).chain(p.synonyms.iter().map(String::as_str)))
    }

    /// Returns the source articles with their claims.
    pub fn articles(&self) -> &[Article] {
        &self.shelf.articles
    }

    /// Returns the SHA-256 of all files of the book, in hexadecimal digits.
    pub fn hash(&self) -> &str {
        &self.shelf.hash
    }

    /// Tells whether another measure of the same program names the origin on that day: what `origins = "others"` leaves out.
    pub fn names_origin(&self, program: &ProgramId, origin: Country, day: Date) -> bool {
        let named = |measure: &Measure| match &measure.origins {
            super::OriginSet::Of(_) => measure.origins.contains(origin, day, self.groups(), || false),
            super::OriginSet::All | super::OriginSet::AllBut(_) | super::OriginSet::Others => false,
        };
        self.measures.values().filter(|measure| measure.program == *program).any(|measure| named(measure))
    }

    /// Returns every date on which the law of an importing country may change, ascending: between two of them it is constant.
    pub fn dates(&self, into: Country) -> Vec<Date> {
        let mut dates: BTreeSet<Date> = self.law_dates().get(&into).into_iter().flatten().copied().collect();
        for change in &self.changes {
            dates.extend([change.period.from, change.period.before].into_iter().flatten());
            dates.extend(change.codes.dates());
            if let Edit::Introduce(measure) = &change.edit {
                dates.extend(measure.dates());
            }
        }
        dates.into_iter().collect()
    }

    /// The dates of the law without changes, found once a book: every case of a scenario asks for them.
    fn law_dates(&self) -> &BTreeMap<Country, Vec<Date>> {
        self.shelf.dates.get_or_init(|| {
            let mut dates: BTreeMap<Country, BTreeSet<Date>> = BTreeMap::new();
            let groups: Vec<Date> =
                self.groups().values().flat_map(|group| group.versions.iter().map(|(from, _)| *from)).collect();
            for territory in self.territories() {
                let own = dates.entry(territory.id).or_default();
                own.extend(&groups);
                own.extend(self.schedule(territory.id).into_iter().flat_map(Schedule::dates));
                own.extend(self.provisions(territory.id).flat_map(|p| [p.period.from, p.period.before]).flatten());
                own.extend(self.facts().values().filter_map(|fact| fact.before));
            }
            // Lists and exceptions are shared by many measures: each is asked once.
            let mut seen: BTreeSet<usize> = BTreeSet::new();
            for measure in self.measures.values().filter(|measure| !self.introduced(&measure.id)) {
                let own = dates.entry(measure.into).or_default();
                own.extend(measure.own_dates());
                let sets = std::iter::once(&measure.codes).chain(measure.exceptions.iter().map(|exception| &exception.codes));
                for list in sets.flat_map(|set| set.under.iter().chain(&set.except)) {
                    if seen.insert(Arc::as_ptr(list).addr()) {
                        own.extend(list.dates());
                    }
                }
            }
            dates.into_iter().map(|(country, dates)| (country, dates.into_iter().collect())).collect()
        })
    }

    fn introduced(&self, id: &MeasureId) -> bool {
        self.changes.iter().any(|change| matches!(&change.edit, Edit::Introduce(measure) if measure.id == *id))
    }

    /// Looks for measures that wait for each other, on every day on which a relation starts or ends.
    ///
    /// # Errors
    /// The first circle found, with a day it stands on.
    pub fn check_order(&self, into: Country) -> Result<(), (Date, Circle)> {
        let measures: Vec<&Arc<Measure>> = self.measures.values().filter(|measure| measure.into == into).collect();
        let ids: Vec<MeasureId> = measures.iter().map(|measure| measure.id.clone()).collect();
        let dates: BTreeSet<Date> = measures
            .iter()
            .flat_map(|measure| measure.relations.iter().flat_map(|relation| [relation.period.from, relation.period.before]))
            .flatten()
            .chain(self.territory(into).map(|territory| territory.complete_from))
            .collect();
        let mut meant: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, measure) in measures.iter().enumerate() {
            meant.entry(measure.id.as_str()).or_default().push(at);
            meant.entry(measure.program.as_str()).or_default().push(at);
        }
        let all = |names: &[String]| -> Vec<usize> {
            names.iter().filter_map(|name| meant.get(name.as_str())).flatten().copied().collect()
        };
        for day in dates {
            let mut asks: Vec<Vec<usize>> = measures
                .iter()
                .map(|measure| {
                    let relations =
                        measure.relations.iter().filter(|relation| relation.period.contains(day) && relation.reading.is_none());
                    let named = relations.flat_map(|relation| match &relation.kind {
                        RelationKind::YieldsTo(names, _) | RelationKind::RemainderAfter(names) => all(names),
                        RelationKind::LessContent(_) => Vec::new(),
                    });
                    named.chain(all(&measure.counting)).collect()
                })
                .collect();
            for (at, measure) in measures.iter().enumerate() {
                for displaced in all(&measure.in_lieu_of) {
                    if let Some(list) = asks.get_mut(displaced) {
                        list.push(at);
                    }
                }
            }
            in_order(&ids, &asks).map_err(|circle| (day, circle))?;
        }
        Ok(())
    }

    /// Returns the codes below a code at which some measure of the country treats goods differently.
    pub fn codes_below(&self, into: Country, code: CommodityCode) -> BTreeSet<CommodityCode> {
        self.measures
            .values()
            .filter(|measure| measure.into == into)
            .flat_map(|measure| measure.codes.below(code).chain(measure.exceptions.iter().flat_map(move |e| e.codes.below(code))))
            .collect()
    }
}
