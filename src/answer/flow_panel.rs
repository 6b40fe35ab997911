//! Each flow on each day as a row of its own: priced a chunk at a time and handed on, never held all at once.

use super::every_line::EveryLine;
use super::panel_columns::described;
use super::table::{Cell, Column, Kind, Row, RowKind};
use crate::assess::{Batch, Context, Fault, Pricer, Row as Flow, Sums};
use crate::base::{CommodityCode, Country, Currency, Date, Decimal, ProgramId, quotient};
use crate::law::{RegimeCache, Rulebook};
use rust_decimal::RoundingStrategy;

/// About how many rows are priced at once: enough that flows of one class meet, few enough that their results take little memory.
pub(super) const AT_ONCE: usize = 65_536;

/// What the rows are.
#[derive(Clone, Copy, Debug)]
pub enum Flows<'a> {
    /// The groups of a batch, by name: each group is one flow.
    Held(&'a Batch, &'a [String]),
    /// Every line of the schedule that is valid on the day, from each origin.
    EveryLine(&'a EveryLine),
}

/// Flows to be priced one by one.
#[derive(Clone, Debug)]
pub struct FlowPanel<'a> {
    /// The law.
    pub law: &'a Rulebook,
    /// The importing country.
    pub into: Country,
    /// Its currency.
    pub currency: Currency,
    /// The flows.
    pub flows: Flows<'a>,
    /// What surrounds them.
    pub context: &'a Context,
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
    Fault(Fault),
    /// A row could not be taken.
    Sink(E),
}

/// Some of the flows, with the numbers of their groups.
struct Chunk {
    batch: Batch,
    groups: Vec<u32>,
}

impl FlowPanel<'_> {
    /// Returns the columns of the rows: the flow, its outcome, and the duty under each program of the law.
    pub fn columns(&self) -> Vec<Column> {
        let cache = RegimeCache::new(self.law);
        let pricer = Pricer::new(&cache, self.into, Context::default());
        let mut columns = vec![Column::words("entered", "Entered")];
        if matches!(self.flows, Flows::Held(..)) {
            columns.push(Column::words("flow", "Flow"));
        }
        columns.extend([
            Column::words("code", "Code"),
            Column::words("origin", "Origin"),
            Column::words("currency", "Currency"),
            Column::words("status", "Status"),
            Column::figures("value", "Customs value"),
            Column::figures("priced", "Priced value"),
            Column::figures("unknown", "Unknown value"),
            Column::figures("refused", "Refused value"),
            Column::figures("duty", "Duty on what is priced"),
            Column::figures("unknown_at_least", "Unknown: at least"),
            Column::figures("unknown_at_most", "At most"),
            Column::figures("effective_rate", "Effective rate of what is priced"),
        ]);
        columns.extend(self.told(pricer.programs()).map(|(_, program)| Column {
            part: Some(program.to_string()),
            ..Column::figures("duty", &format!("Duty under {program}"))
        }));
        let places = self.value_places();
        let fitted = |column: Column| {
            let mut column = described(column, self.currency);
            if matches!(column.key, "value" | "priced" | "unknown" | "refused") {
                column.kind = Kind::Money(places);
            }
            column
        };
        columns.into_iter().map(fitted).collect()
    }

    /// Returns how many rows there are on all these days.
    pub fn rows(&self, days: &[Date]) -> usize {
        match self.flows {
            Flows::Held(batch, _) => batch.rows.len().saturating_mul(days.len()),
            Flows::EveryLine(every) => {
                days.iter().map(|day| every.codes(self.law, self.into, *day).len()).sum::<usize>() * every.origins.len()
            }
        }
    }

    /// Prices every flow on these days, one day after the other, and hands on the rows. `done` is told how many rows of the batch have been priced.
    ///
    /// # Errors
    /// Where a flow cannot be priced, or a row cannot be taken.
    pub fn run<S: RowSink>(
        &self,
        days: &[Date],
        sink: &mut S,
        done: &(dyn Fn(usize) + Sync),
    ) -> Result<(), PanelStopped<S::Error>> {
        let cache = RegimeCache::new(self.law);
        let mut pricer = Pricer::new(&cache, self.into, self.context.clone());
        for day in days {
            sink.begin(*day).map_err(PanelStopped::Sink)?;
            match self.flows {
                Flows::Held(batch, names) => {
                    let mut from = 0;
                    while from < batch.rows.len() {
                        let (chunk, next) = chunk(batch, from);
                        self.chunk(&mut pricer, &chunk, Some(names), *day, sink)?;
                        done(next - from);
                        from = next;
                    }
                }
                Flows::EveryLine(every) => {
                    let codes = every.codes(self.law, self.into, *day);
                    for codes in codes.chunks((AT_ONCE / every.origins.len().max(1)).max(1)) {
                        let batch = every.lines(codes);
                        let rows = batch.rows.len();
                        let groups = (0..u32::try_from(batch.groups).unwrap_or(u32::MAX)).collect();
                        self.chunk(&mut pricer, &Chunk { batch, groups }, None, *day, sink)?;
                        done(rows);
                    }
                }
            }
            sink.end().map_err(PanelStopped::Sink)?;
        }
        Ok(())
    }

    fn chunk<S: RowSink>(
        &self,
        pricer: &mut Pricer<'_>,
        chunk: &Chunk,
        names: Option<&[String]>,
        day: Date,
        sink: &mut S,
    ) -> Result<(), PanelStopped<S::Error>> {
        let sums = pricer.on(&chunk.batch, day).map_err(PanelStopped::Fault)?;
        let told: Vec<usize> = self.told(pricer.programs()).map(|(at, _)| at).collect();
        let mut firsts: Vec<Option<&Flow>> = vec![None; chunk.batch.groups];
        for row in &chunk.batch.rows {
            if let Some(first) = firsts.get_mut(row.group as usize) {
                first.get_or_insert(row);
            }
        }
        for ((sums, first), group) in sums.iter().zip(firsts).zip(&chunk.groups) {
            let Some(first) = first else { continue };
            let code = chunk.batch.codes.get(first.code as usize).copied().unwrap_or(CommodityCode::ALL);
            let origin = chunk.batch.origins.get(first.origin as usize).copied().unwrap_or(self.into);
            let name = names.and_then(|names| names.get(*group as usize));
            sink.row(&self.row(day, name, (code, origin), sums, &told)).map_err(PanelStopped::Sink)?;
        }
        Ok(())
    }

    fn row(
        &self,
        day: Date,
        name: Option<&String>,
        (code, origin): (CommodityCode, Country),
        sums: &Sums,
        told: &[usize],
    ) -> Row {
        let money = |amount: Decimal| Cell::Money(amount, self.currency);
        let places = self.currency.places();
        let (open, known) = (!sums.unknown.is_zero(), sums.unknown.is_zero() && sums.refused.is_zero());
        let is_priced = known || !sums.priced.is_zero();
        let priced = |cell: Cell| if is_priced { cell } else { Cell::Empty };
        let status = if open {
            "unknown"
        } else if known {
            "known"
        } else {
            "refused"
        };
        let rate = quotient(sums.duty, sums.priced).map_or(Cell::Empty, |rate| Cell::Rate(rate.round_dp(10).normalize()));
        // Bounds are rounded outwards, so that they stay bounds.
        let bound = |bound: Option<Decimal>, strategy: RoundingStrategy| {
            bound.filter(|_| open).map_or(Cell::Empty, |bound| money(bound.round_dp_with_strategy(places, strategy)))
        };
        let mut cells = vec![Cell::Day(day)];
        if matches!(self.flows, Flows::Held(..)) {
            cells.push(name.map_or(Cell::Empty, |name| Cell::Text(name.clone())));
        }
        cells.extend([
            Cell::Text(code.to_string()),
            Cell::Text(origin.to_string()),
            Cell::Text(self.currency.to_string()),
            Cell::Text(status.into()),
            money(sums.value),
            money(sums.priced),
            money(sums.unknown),
            money(sums.refused),
            priced(money(sums.duty)),
            bound(Some(sums.open_least), RoundingStrategy::ToNegativeInfinity),
            bound(sums.open_most, RoundingStrategy::ToPositiveInfinity),
            rate,
        ]);
        cells.extend(told.iter().map(|at| priced(sums.by_program.get(*at).map_or(Cell::Empty, |amount| money(*amount)))));
        Row { kind: RowKind::Body, cells }
    }

    /// The programs that have a column, with their numbers: fees are not worked out for flows in bulk, so that nothing is said of them.
    fn told<'p>(&self, programs: &'p [ProgramId]) -> impl Iterator<Item = (usize, &'p ProgramId)> + use<'p> {
        let fees = self.law.territory(self.into).and_then(|territory| territory.fees.clone());
        programs.iter().enumerate().filter(move |(_, program)| Some(*program) != fees.as_ref())
    }

    /// How many decimal places the values of the flows have, at least those of the currency.
    fn value_places(&self) -> u32 {
        let most = match self.flows {
            Flows::Held(batch, _) => batch.rows.iter().map(|row| row.value.normalize().scale()).max(),
            Flows::EveryLine(every) => Some(every.value.normalize().scale()),
        };
        most.unwrap_or(0).max(self.currency.places())
    }
}

/// Cuts a chunk out of a batch, from a row on, with the codes, origins and quantities of its rows alone; returns it with the first row behind it. A flow of several rows is not cut in two.
fn chunk(batch: &Batch, from: usize) -> (Chunk, usize) {
    let mut part = Batch { stated: batch.stated.clone(), ..Batch::default() };
    let mut groups: Vec<u32> = Vec::new();
    let mut codes = Renumbered::of(batch.codes.len());
    let mut origins = Renumbered::of(batch.origins.len());
    let mut quantities = Renumbered::of(batch.quantities.len());
    let mut next = from;
    for row in batch.rows.iter().skip(from) {
        if groups.last() != Some(&row.group) {
            if part.rows.len() >= AT_ONCE {
                break;
            }
            groups.push(row.group);
        }
        part.rows.push(Flow {
            code: codes
                .number(row.code, || part.codes.push(batch.codes.get(row.code as usize).copied().unwrap_or(CommodityCode::ALL))),
            origin: origins.number(row.origin, || part.origins.extend(batch.origins.get(row.origin as usize))),
            quantities: quantities.number(row.quantities, || {
                part.quantities.push(batch.quantities.get(row.quantities as usize).cloned().unwrap_or_default());
            }),
            group: u32::try_from(groups.len().saturating_sub(1)).unwrap_or(u32::MAX),
            ..*row
        });
        next += 1;
    }
    part.groups = groups.len();
    (Chunk { batch: part, groups }, next)
}

/// New numbers for those that occur, in the order in which they do.
struct Renumbered {
    numbers: Vec<u32>,
    next: u32,
}

impl Renumbered {
    fn of(length: usize) -> Self {
        Self { numbers: vec![u32::MAX; length], next: 0 }
    }

    fn number(&mut self, old: u32, first: impl FnOnce()) -> u32 {
        match self.numbers.get_mut(old as usize) {
            Some(number) if *number != u32::MAX => *number,
            Some(number) => {
                *number = self.next;
                self.next += 1;
                first();
                *number
            }
            None => u32::MAX,
        }
    }
}
