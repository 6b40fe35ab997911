//! Which preferences goods may claim, and when the law that reaches them may change.

use super::{CodeList, CodeSet, Fact, FactKind, Measure, Place, Rulebook, special_rates};
use crate::base::{CommodityCode, Country, Date};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Rulebook {
    /// Returns the preferences that the book opens to goods of an origin and that a line of the code offers or needs not offer (it is free for
    /// everyone): those whose origins it names. Whether goods meet the rules of origin is the importer's to know.
    pub fn preferences_for(&self, into: Country, origin: &Place, code: CommodityCode, day: Date) -> Vec<&Fact> {
        self.offered(into, code, day).into_iter().filter(|fact| self.is_open_to(fact, origin, day)).collect()
    }

    /// Returns the preferences that a line of the code offers and of which the book does not say who may claim them.
    pub fn preferences_of_anyone(&self, into: Country, code: CommodityCode, day: Date) -> Vec<&Fact> {
        self.offered(into, code, day).into_iter().filter(|fact| fact.origins.is_empty() && !fact.symbols.is_empty()).collect()
    }

    fn is_open_to(&self, fact: &Fact, origin: &Place, day: Date) -> bool {
        fact.origins.iter().any(|place| match (place, origin) {
            (a, b) if a == b => true,
            (Place::Group(id), Place::Country(country)) => self.groups().get(id).is_some_and(|group| group.has(*country, day)),
            _ => false,
        })
    }

    /// The preferences of an importing country with a schedule whose symbols a line of the code has, or that a free line leaves open.
    fn offered(&self, into: Country, code: CommodityCode, day: Date) -> Vec<&Fact> {
        let Some(schedule) = self.schedule(into) else { return Vec::new() };
        let line = schedule.line(code, day);
        let lines: Vec<_> = if line.is_some() { line.into_iter().collect() } else { schedule.below(code, day).collect() };
        let free = lines.iter().any(|line| line.general == "Free");
        let symbols: BTreeSet<&str> =
            lines.iter().flat_map(|line| special_rates(line.special)).flat_map(|group| group.symbols).collect();
        let offers = |fact: &&Fact| {
            fact.kind == FactKind::Preference
                && fact.before.is_none_or(|end| day < end)
                && ((free && !fact.origins.is_empty()) || fact.symbols.iter().any(|symbol| symbols.contains(symbol.as_str())))
        };
        self.facts().values().filter(offers).collect()
    }

    /// Returns every date on which the duty on goods under a code may change, ascending: the dates of the measures that reach it, of the rows of
    /// lists that speak of it, of its lines of the schedule, of groups, and of all changes of a case.
    pub fn dates_for(&self, into: Country, code: CommodityCode) -> Vec<Date> {
        let touches = |other: CommodityCode| code.covers(other) || other.covers(code);
        let reaches = |set: &CodeSet| set.under.as_ref().is_none_or(|list| list.rows().iter().any(|row| touches(row.code)));
        let changed = |measure: &Measure| {
            let aimed = |name: &str| name == measure.id.as_str() || name == measure.program.as_str();
            self.changes().iter().any(|change| aimed(&change.target))
        };
        let mut dates: BTreeSet<Date> = BTreeSet::new();
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        for measure in self.measures().filter(|measure| measure.into == into) {
            if !(reaches(&measure.codes) || changed(measure)) {
                continue;
            }
            dates.extend(measure.own_dates());
            let sets = std::iter::once(&measure.codes).chain(measure.exceptions.iter().map(|exception| &exception.codes));
            for list in sets.flat_map(|set| set.under.iter().chain(&set.except)) {
                if seen.insert(Arc::as_ptr(list).addr()) {
                    dates.extend(bounds(list, touches));
                }
            }
        }
        for change in self.changes() {
            dates.extend([change.period.from, change.period.before].into_iter().flatten());
        }
        dates.extend(self.groups().values().flat_map(|group| group.versions.iter().map(|(from, _)| *from)));
        if let Some(schedule) = self.schedule(into) {
            let own = schedule.line_periods(code).flat_map(|period| [period.from, period.before]);
            dates.extend(own.flatten());
        }
        dates.into_iter().collect()
    }
}

/// The days on which rows of a list that speak of a code start or end.
fn bounds(list: &CodeList, touches: impl Fn(CommodityCode) -> bool) -> Vec<Date> {
    let rows = list.rows().iter().filter(|row| touches(row.code));
    rows.flat_map(|row| [row.period.from, row.period.before]).flatten().collect()
}
