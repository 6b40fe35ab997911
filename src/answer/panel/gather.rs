//! Flows gathered for a panel: distinct codes, origins, statements, and a group for each flow.

use crate::assess::{Batch, Row, Stated, Sums};
use crate::base::{CommodityCode, Country, Currency, Date, Decimal, Quantity};
use crate::diag::Place as FilePlace;
use crate::law::Place;
use crate::scenario::{BulkFlow, Flow, RowParts, RowTerms, Statement};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the rows of a panel are told apart by, beside day and program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PanelKey {
    /// The country of origin.
    Origin,
    /// The group that the author of the flows counts them to.
    Group,
    /// The chapter of the schedule: the first two digits of the code.
    Chapter,
    /// The flow, or the row of a file.
    Flow,
}

impl PanelKey {
    /// Returns the key of its column.
    pub fn key(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::Group => "group",
            Self::Chapter => "chapter",
            Self::Flow => "flow",
        }
    }

    /// Returns the title of its column.
    pub fn title(self) -> &'static str {
        match self {
            Self::Origin => "Origin",
            Self::Group => "Group",
            Self::Chapter => "Chapter",
            Self::Flow => "Flow",
        }
    }
}

/// How many statements are remembered by where they are: rows of a file share a few.
const MOST_RECENT: usize = 16;

/// Flows into one country, in one currency, of one entry date where dates matter.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) batch: Batch,
    /// Where the first of them is written.
    pub(super) place: Option<FilePlace>,
    codes: BTreeMap<CommodityCode, u32>,
    origins: BTreeMap<Country, u32>,
    stated: BTreeMap<Stated, u32>,
    recent: Vec<(Arc<Statement>, u32)>,
}

/// Flows that a batch cannot hold, with their groups.
#[derive(Debug)]
pub(super) struct Apart {
    pub(super) flow: Flow,
    pub(super) group: u32,
}

/// Flows gathered, to be priced in every case on every day.
#[derive(Debug, Default)]
pub struct Gathered {
    keys: Vec<PanelKey>,
    /// Whether each flow is priced on its own entry date.
    own_days: bool,
    names: Vec<Vec<String>>,
    groups: BTreeMap<Vec<String>, u32>,
    pub(super) columns: BTreeMap<(Country, Currency, Option<Date>), Columns>,
    pub(super) apart: Vec<Apart>,
}

impl Gathered {
    /// Makes an empty collection. `own_days` keeps flows of different entry dates apart, to be priced on them.
    pub fn new(keys: &[PanelKey], own_days: bool) -> Self {
        Self { keys: keys.to_vec(), own_days, ..Self::default() }
    }

    /// Returns what rows are told apart by.
    pub fn keys(&self) -> &[PanelKey] {
        &self.keys
    }

    /// Returns the names of each group: one for each of [`Gathered::keys`].
    pub fn names(&self) -> &[Vec<String>] {
        &self.names
    }

    /// Tells whether each flow is priced on its own entry date.
    pub fn own_days(&self) -> bool {
        self.own_days
    }

    /// Returns how many rows were gathered; a flow of which a share makes a claim is two.
    pub fn len(&self) -> usize {
        self.columns.values().map(|columns| columns.batch.rows.len()).sum::<usize>().saturating_add(self.apart.len())
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the importing countries, in alphabetical order.
    pub fn importing(&self) -> Vec<Country> {
        let mut all: Vec<Country> = self.columns.keys().map(|(into, ..)| *into).collect();
        all.extend(self.apart.iter().map(|apart| apart.flow.into));
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Returns the batches in the order of importing country, currency and day: what the engine is given.
    pub fn batches(&self) -> impl Iterator<Item = (Country, Currency, Option<Date>, &Batch)> {
        self.columns.iter().map(|((into, currency, day), columns)| (*into, *currency, *day, &columns.batch))
    }

    /// Takes the batches apart from each other, in the same order: the entry dates and what the engine is given.
    pub fn into_batches(self) -> impl Iterator<Item = (Option<Date>, Batch)> {
        self.columns.into_iter().map(|((.., day), columns)| (day, columns.batch))
    }

    /// Returns the flows that no batch can hold, each with the number of its group.
    pub fn apart(&self) -> impl Iterator<Item = (&Flow, u32)> {
        self.apart.iter().map(|apart| (&apart.flow, apart.group))
    }

    /// Adds a flow; `group` is the one its author counts it to.
    pub fn add(&mut self, flow: &Flow, group: Option<&str>) {
        let group = self.group(&flow.origin, flow.code, group, || flow.id.to_string());
        // A batch knows no day but that of entry, no groups of countries and no column 1 but the schedule's.
        let (Place::Country(origin), None, None, None) = (&flow.origin, flow.loaded, flow.admitted, &flow.column_1) else {
            self.apart.push(Apart { flow: flow.clone(), group });
            return;
        };
        let columns = self.columns_of(flow.into, flow.value.currency, flow.entered, flow.place);
        let stated = columns.state(Stated { facts: flow.facts.clone(), shares: flow.shares.clone() });
        columns.push(flow.code, *origin, stated, &flow.quantities, group, flow.value.amount);
    }

    /// Adds a row of a file with its parts.
    pub fn add_row(&mut self, terms: &RowTerms, row: &BulkFlow, of: &RowParts) {
        let name = || format!("{}/{}", terms.id, row.line);
        let group = self.group(&of.origin, row.code, terms.group(row), name);
        let (Place::Country(origin), None, None) = (&of.origin, terms.loaded, terms.admitted) else {
            self.apart.extend(of.parts.iter().map(|part| Apart { flow: terms.flow(row, of, part), group }));
            return;
        };
        let columns = self.columns_of(terms.into, terms.currency, of.entered, terms.place);
        for part in &of.parts {
            let stated = columns.state_shared(&part.stated);
            columns.push(row.code, *origin, stated, &part.quantities, group, part.value);
        }
    }

    fn columns_of(&mut self, into: Country, currency: Currency, entered: Date, place: Option<FilePlace>) -> &mut Columns {
        let day = self.own_days.then_some(entered);
        self.columns.entry((into, currency, day)).or_insert_with(|| {
            let batch = Batch { stated: vec![Stated::default()], quantities: vec![Vec::new()], ..Batch::default() };
            Columns { batch, place, stated: BTreeMap::from([(Stated::default(), 0)]), ..Columns::default() }
        })
    }

    /// The number of the group of a flow.
    fn group(&mut self, origin: &Place, code: CommodityCode, group: Option<&str>, name: impl Fn() -> String) -> u32 {
        let one = |key: &PanelKey| match key {
            PanelKey::Origin => origin.to_string(),
            PanelKey::Group => group.unwrap_or_default().to_owned(),
            PanelKey::Chapter => code.cut(2).to_string(),
            PanelKey::Flow => name(),
        };
        let names: Vec<String> = self.keys.iter().map(one).collect();
        if self.keys.contains(&PanelKey::Flow) {
            // Each flow is a group of its own: none is met again.
            self.names.push(names);
            return number(self.names.len() - 1);
        }
        if let Some(number) = self.groups.get(&names) {
            return *number;
        }
        let number = number(self.names.len());
        self.names.push(names.clone());
        self.groups.insert(names, number);
        number
    }

    /// A sum for each group, of nothing yet, over so many programs.
    pub(super) fn nothing(&self, programs: usize) -> Vec<Sums> {
        let empty = Sums { open_most: Some(Decimal::ZERO), by_program: vec![Decimal::ZERO; programs], ..Sums::default() };
        vec![empty; self.names.len()]
    }
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl Columns {
    fn state(&mut self, stated: Stated) -> u32 {
        let all = &mut self.batch.stated;
        *self.stated.entry(stated).or_insert_with_key(|stated| {
            all.push(stated.clone());
            number(all.len() - 1)
        })
    }

    /// Finds a statement that many rows share by where it is.
    fn state_shared(&mut self, stated: &Arc<Statement>) -> u32 {
        if let Some((_, known)) = self.recent.iter().find(|(known, _)| Arc::ptr_eq(known, stated)) {
            return *known;
        }
        let found = self.state(Stated { facts: stated.facts.clone(), shares: stated.shares.clone() });
        // One that only this row holds will not be met again.
        if Arc::strong_count(stated) > 1 && self.recent.len() < MOST_RECENT {
            self.recent.push((stated.clone(), found));
        }
        found
    }

    fn push(&mut self, code: CommodityCode, origin: Country, stated: u32, quantities: &[Quantity], group: u32, value: Decimal) {
        let batch = &mut self.batch;
        let code = *self.codes.entry(code).or_insert_with(|| {
            batch.codes.push(code);
            number(batch.codes.len() - 1)
        });
        let origin = *self.origins.entry(origin).or_insert_with(|| {
            batch.origins.push(origin);
            number(batch.origins.len() - 1)
        });
        let mut held = 0;
        if !quantities.is_empty() {
            held = number(batch.quantities.len());
            batch.quantities.push(quantities.to_vec());
        }
        batch.groups = batch.groups.max(group as usize + 1);
        batch.rows.push(Row { code, origin, stated, quantities: held, group, value });
    }
}
