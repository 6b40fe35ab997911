//! Each flow on each day in every case as a row of its own: priced a chunk at a time and handed on, never held all at once.

use super::Panel;
use super::cases::{CasePanel, PanelDays, add_flow, converted};
use super::chunks::{Chunk, chunk};
use super::every_line::EveryLine;
use super::gather::{Apart, Gathered, PanelKey};
use crate::answer::run::{context, told};
use crate::answer::table::Row;
use crate::assess::{Batch, Context, Fault, Pricer, Row as Flow, Sums, assess};
use crate::base::{CommodityCode, Country, Currency, Date, Decimal, ProgramId};
use crate::diag::{Diagnostic, Place};
use crate::law::{RegimeCache, Rulebook};
use crate::scenario::{Case, Scenario};
use std::collections::BTreeSet;

/// About how many rows are priced at once: enough that flows of one class meet, few enough that their results take little memory.
const AT_ONCE: usize = 65_536;

/// What the rows are.
#[derive(Clone, Copy, Debug)]
pub enum Flows<'a> {
    /// Flows gathered by [`PanelKey::Flow`], on these days.
    Gathered(&'a Gathered, &'a PanelDays),
    /// Every line of the schedule that is valid on the day, from each origin.
    EveryLine(&'a EveryLine, &'a [Date]),
}

/// A case with its law and what surrounds its flows.
#[derive(Debug)]
pub(super) struct Book<'a> {
    pub(super) case: &'a Case,
    /// The law with the changes of the case, where it has any.
    amended: Option<Rulebook>,
    pub(super) context: Context,
}

/// Flows to be priced one by one.
#[derive(Debug)]
pub struct FlowPanel<'a> {
    law: &'a Rulebook,
    pub(super) flows: Flows<'a>,
    pub(super) books: Vec<Book<'a>>,
    /// The importing countries, each with its currency.
    pub(super) into: Vec<(Country, Currency)>,
    /// Every program that has a column.
    pub(super) programs: Vec<ProgramId>,
    /// What rows are told apart by beside flow and origin.
    pub(super) keys: Vec<PanelKey>,
}

/// What takes the rows: told of a day before its first row, and after its last.
pub trait RowSink {
    /// Why it cannot take a row.
    type Error;
    /// A day begins.
    ///
    /// # Errors
    /// Where the rows of the day cannot be taken.
    fn begin(&mut self, day: Date) -> Result<(), Self::Error>;
    /// A row of the day.
    ///
    /// # Errors
    /// Where it cannot be taken.
    fn row(&mut self, row: &Row) -> Result<(), Self::Error>;
    /// The day is done.
    ///
    /// # Errors
    /// Where it cannot be brought to its end.
    fn end(&mut self) -> Result<(), Self::Error>;
}

/// Why the rows ended early.
#[derive(Debug)]
pub enum PanelStopped<E> {
    /// A flow cannot be priced.
    Fault(Box<Diagnostic>),
    /// A row could not be taken.
    Sink(E),
}

/// One case and importing country, at work.
pub(super) struct Part<'p> {
    pub(super) book: &'p Book<'p>,
    cache: RegimeCache<'p>,
    pub(super) into: Country,
    pub(super) currency: Currency,
    programs: Vec<ProgramId>,
    /// Where the programs that have a column stand among those; `None` for one that this law does not have.
    pub(super) told: Vec<Option<usize>>,
    /// The sums of each day over all flows.
    days: Vec<(Date, Vec<Sums>)>,
}

impl<'p> Part<'p> {
    /// Says where and in which case a flow cannot be priced.
    fn fault<E>(&self, fault: &Fault, place: Option<Place>) -> PanelStopped<E> {
        PanelStopped::Fault(Box::new(told(fault, place, self.book.case)))
    }

    fn nothing(&self) -> Sums {
        Sums { open_most: Some(Decimal::ZERO), by_program: vec![Decimal::ZERO; self.programs.len()], ..Sums::default() }
    }
}

/// What a row says of its flow.
pub(super) struct Told<'n> {
    pub(super) day: Date,
    pub(super) names: &'n [String],
    pub(super) code: CommodityCode,
    pub(super) origin: String,
}

impl<'a> FlowPanel<'a> {
    /// Prepares flows to be priced in every case of a scenario. `as_known` asks the book of that day in every case that names none.
    ///
    /// # Errors
    /// Where the book has no law for an importing country.
    pub fn new(
        law: &'a Rulebook,
        scenario: &'a Scenario,
        flows: Flows<'a>,
        as_known: Option<Date>,
    ) -> Result<Self, Box<Diagnostic>> {
        let book = |case: &'a Case| Book {
            case,
            amended: (!case.changes.is_empty()).then(|| law.amended(&case.changes)),
            context: context(scenario, case, as_known),
        };
        let books: Vec<Book<'a>> = scenario.cases.iter().map(book).collect();
        let (importing, keys) = match flows {
            Flows::Gathered(gathered, _) => (gathered.importing(), gathered.keys()),
            Flows::EveryLine(every, _) => (vec![every.into], &[][..]),
        };
        let (mut into, mut programs) = (Vec::new(), BTreeSet::new());
        for country in importing {
            for book in &books {
                let found = book_programs(law, book, country).map_err(|fault| Box::new(told(&fault, None, book.case)))?;
                programs.extend(found);
            }
            into.extend(law.territory(country).map(|territory| (country, territory.currency)));
        }
        // Fees are not worked out for flows in bulk, so that nothing is said of them.
        for territory in into.iter().filter_map(|(country, _)| law.territory(*country)) {
            territory.fees.as_ref().map(|fees| programs.remove(fees));
        }
        let programs = programs.into_iter().collect();
        Ok(Self { law, flows, books, into, programs, keys: keys.to_vec() })
    }

    /// Returns the days, ascending.
    pub fn days(&self) -> Vec<Date> {
        let days: BTreeSet<Date> = match self.flows {
            Flows::EveryLine(_, days) => days.iter().copied().collect(),
            Flows::Gathered(_, PanelDays::Of(days)) => days.values().flatten().copied().collect(),
            Flows::Gathered(flows, PanelDays::Own) => {
                let own: Vec<Date> = flows
                    .columns
                    .keys()
                    .filter_map(|(.., day)| *day)
                    .chain(flows.apart.iter().map(|apart| apart.flow.entered))
                    .collect();
                let of_case = |book: &Book<'_>| book.context.entered.map_or_else(|| own.clone(), |day| vec![day]);
                self.books.iter().flat_map(of_case).collect()
            }
        };
        days.into_iter().collect()
    }

    /// Returns about how many rows are to be priced: a flow that a share parts counts twice.
    pub fn rows(&self) -> usize {
        match self.flows {
            Flows::Gathered(flows, PanelDays::Own) => flows.len().saturating_mul(self.books.len()),
            Flows::Gathered(flows, PanelDays::Of(days)) => {
                let of = |(into, ..): (Country, Currency, Option<Date>, &Batch)| days.get(&into).map_or(0, Vec::len);
                let rows = flows.batches().map(|batch| batch.3.rows.len().saturating_mul(of(batch)));
                let apart = flows.apart.iter().map(|apart| days.get(&apart.flow.into).map_or(0, Vec::len));
                rows.chain(apart).fold(0, usize::saturating_add).saturating_mul(self.books.len())
            }
            Flows::EveryLine(every, days) => {
                days.iter().map(|day| every.codes(self.law, *day).len()).sum::<usize>().saturating_mul(every.origins.len())
            }
        }
    }

    /// Prices every flow on these days, one day after the other and case by case, and hands on the rows. `done` is told how many have been priced.
    ///
    /// Returns the sums over all flows of each case and day.
    ///
    /// # Errors
    /// Where a flow cannot be priced, or a row cannot be taken.
    pub fn run<S: RowSink>(
        &self,
        days: &[Date],
        sink: &mut S,
        done: &(dyn Fn(usize) + Sync),
    ) -> Result<Vec<CasePanel>, PanelStopped<S::Error>> {
        let mut parts = Vec::new();
        for book in &self.books {
            for (into, currency) in &self.into {
                let law = book.amended.as_ref().unwrap_or(self.law);
                let programs = book_programs(self.law, book, *into)
                    .map_err(|fault| PanelStopped::Fault(Box::new(told(&fault, None, book.case))))?;
                let told = self.programs.iter().map(|program| programs.binary_search(program).ok()).collect();
                let cache = RegimeCache::new(law);
                parts.push(Part { book, cache, into: *into, currency: *currency, programs, told, days: Vec::new() });
            }
        }
        for day in days {
            sink.begin(*day).map_err(PanelStopped::Sink)?;
            for part in &mut parts {
                let mut total = part.nothing();
                self.day(part, *day, &mut total, sink, done)?;
                if total.rows > 0 {
                    part.days.push((*day, vec![total]));
                }
            }
            sink.end().map_err(PanelStopped::Sink)?;
        }
        let panel = |part: Part<'_>| CasePanel {
            case: part.book.case.id.clone(),
            title: part.book.case.title.clone(),
            into: part.into,
            currency: part.currency,
            panel: Panel { days: part.days, programs: part.programs },
        };
        Ok(parts.into_iter().map(panel).collect())
    }

    fn day<S: RowSink>(
        &self,
        part: &Part<'_>,
        day: Date,
        total: &mut Sums,
        sink: &mut S,
        done: &(dyn Fn(usize) + Sync),
    ) -> Result<(), PanelStopped<S::Error>> {
        let (flows, days) = match self.flows {
            Flows::Gathered(flows, days) => (flows, days),
            Flows::EveryLine(every, _) => {
                let codes = every.codes(self.law, day);
                for codes in codes.chunks((AT_ONCE / every.origins.len().max(1)).max(1)) {
                    let batch = every.lines(codes);
                    let groups = (0..u32::try_from(batch.groups).unwrap_or(u32::MAX)).collect();
                    let chunk = Chunk { batch, groups };
                    self.chunk(part, &chunk, None, (day, &[], None), total, sink)?;
                    done(chunk.batch.rows.len());
                }
                return Ok(());
            }
        };
        let is_on = |own: Option<Date>| match days {
            PanelDays::Own => part.book.context.entered.or(own) == Some(day),
            PanelDays::Of(days) => days.get(&part.into).is_some_and(|days| days.binary_search(&day).is_ok()),
        };
        for ((into, currency, own), columns) in &flows.columns {
            if *into != part.into || !is_on(*own) {
                continue;
            }
            let mut from = 0;
            while from < columns.batch.rows.len() {
                let (chunk, next) = chunk(&columns.batch, from, AT_ONCE);
                self.chunk(part, &chunk, Some(*currency), (day, flows.names(), columns.place), total, sink)?;
                done(next.saturating_sub(from));
                from = next;
            }
        }
        let around = Context { entered: Some(day), ..part.book.context.clone() };
        let here = |apart: &&Apart| apart.flow.into == part.into && is_on(Some(apart.flow.entered));
        let mut apart = flows.apart.iter().filter(here).peekable();
        let mut sums = part.nothing();
        while let Some(Apart { flow, group }) = apart.next() {
            let found = assess(&part.cache, flow, &around).map_err(|fault| part.fault(&fault, flow.place))?;
            add_flow(&mut sums, &found, &part.programs).map_err(|fault| part.fault(&fault, flow.place))?;
            done(1);
            // The parts of a flow that shares part stand together.
            if apart.peek().is_some_and(|next| next.group == *group) {
                continue;
            }
            let names = flows.names().get(*group as usize).map_or(&[][..], Vec::as_slice);
            let of = Told { day, names, code: flow.code, origin: flow.origin.to_string() };
            sink.row(&self.row(part, &of, &sums)).map_err(PanelStopped::Sink)?;
            total.add(&std::mem::replace(&mut sums, part.nothing())).map_err(|fault| part.fault(&fault, flow.place))?;
        }
        Ok(())
    }

    /// Prices a chunk; `from` is the currency of its values, where it may be another than the country's.
    fn chunk<S: RowSink>(
        &self,
        part: &Part<'_>,
        chunk: &Chunk,
        from: Option<Currency>,
        (day, names, place): (Date, &[Vec<String>], Option<Place>),
        total: &mut Sums,
        sink: &mut S,
    ) -> Result<(), PanelStopped<S::Error>> {
        let fault = |fault: Fault| part.fault(&fault, place);
        // Days are asked one by one: that of the case holds only where each flow keeps its own.
        let asked = Context { entered: None, ..part.book.context.clone() };
        let foreign = from.filter(|from| *from != part.currency);
        let converted = foreign.map(|from| converted(&chunk.batch, from, part.currency, &asked)).transpose().map_err(fault)?;
        let batch = converted.as_ref().unwrap_or(&chunk.batch);
        let sums = Pricer::new(&part.cache, part.into, batch, asked).and_then(|mut pricer| pricer.on(day)).map_err(fault)?;
        let mut firsts: Vec<Option<&Flow>> = vec![None; batch.groups];
        for row in &batch.rows {
            if let Some(first) = firsts.get_mut(row.group as usize) {
                first.get_or_insert(row);
            }
        }
        for ((sums, first), group) in sums.iter().zip(firsts).zip(&chunk.groups) {
            let Some(first) = first else { continue };
            let of = Told {
                day,
                names: names.get(*group as usize).map_or(&[][..], Vec::as_slice),
                code: batch.codes.get(first.code as usize).copied().unwrap_or(CommodityCode::ALL),
                origin: batch.origins.get(first.origin as usize).map_or_else(String::new, Country::to_string),
            };
            sink.row(&self.row(part, &of, sums)).map_err(PanelStopped::Sink)?;
            total.add(sums).map_err(fault)?;
        }
        Ok(())
    }
}

/// The programs of imports into a country under the law of a case.
fn book_programs(law: &Rulebook, book: &Book<'_>, into: Country) -> Result<Vec<ProgramId>, Fault> {
    let (cache, nothing) = (RegimeCache::new(book.amended.as_ref().unwrap_or(law)), Batch::default());
    Ok(Pricer::new(&cache, into, &nothing, Context::default())?.programs().to_vec())
}
