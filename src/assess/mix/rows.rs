//! Many flows under two states of the law: rows that both treat alike are mixed once, and then charged row by row.

use super::Player;
use super::class::classes;
use super::shape::{Comparison, ShapeFound};
use crate::assess::batch::{Batch, Row};
use crate::assess::explore::{Context, Fault};
use crate::assess::outcome::Outcome;
use crate::base::{CommodityCode, Country, Date, Decimal, MeasureId, ProgramId, sum};
use crate::diag::Source;
use crate::law::RegimeCache;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One of the two states compared.
#[derive(Clone, Copy)]
pub struct RowSide<'a> {
    /// The law.
    pub cache: &'a RegimeCache<'a>,
    /// Book, readings and assumptions.
    pub context: &'a Context,
    /// The entry date of every row.
    pub day: Date,
}

/// A line under which a class of rows is charged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowLine {
    /// The measure.
    pub measure: MeasureId,
    /// Its program.
    pub program: ProgramId,
    /// Its name.
    pub title: String,
    /// The heading.
    pub heading: String,
    /// The rate as the law states it.
    pub form: String,
    /// The legal source.
    pub cite: String,
    /// Where it is written.
    pub source: Source,
}

/// How the change in what rows owe is parted.
#[derive(Clone, Debug)]
pub enum Split {
    /// The duty in every mixture, by mask of the players.
    Mixtures(Arc<Vec<Player>>, Vec<Decimal>),
    /// No mixture says anything, and why: each program is left with the change of its own lines.
    ByLine(String),
}

/// Rows of one class and group whose duty is known in both states.
#[derive(Clone, Debug)]
pub struct RowCompared {
    /// The group.
    pub group: u32,
    /// The duty by program, in the first state and in the second.
    pub lines: BTreeMap<ProgramId, [Decimal; 2]>,
    /// How the change is parted.
    pub split: Split,
}

/// What is known of the rows of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowCoverage {
    /// How many rows.
    pub rows: u64,
    /// How many of them are known in both states.
    pub known: u64,
    /// Their customs value.
    pub value: Decimal,
    /// The customs value of rows whose duty is known in both states.
    pub priced: Decimal,
    /// The customs value of rows whose duty is not known in one of them.
    pub unknown: Decimal,
    /// The customs value of rows that are refused in one of them.
    pub refused: Decimal,
    /// Of it, that of rows that are refused in one of them only: what they owe in the other is neither saved nor added.
    pub refused_once: Decimal,
    /// What is owed in both states on rows that are refused in one of them, and not unknown in the other; `None` where there are none.
    pub beside: Option<[Outcome; 2]>,
    /// What is owed in both states on rows that are not known in one of them; `None` where there are none.
    pub open: Option<[Outcome; 2]>,
}

impl RowCoverage {
    /// Adds the rows of another.
    pub(super) fn add(&mut self, other: Self) -> Result<(), Fault> {
        self.rows = self.rows.saturating_add(other.rows);
        self.known = self.known.saturating_add(other.known);
        for (to, amount) in [
            (&mut self.value, other.value),
            (&mut self.priced, other.priced),
            (&mut self.unknown, other.unknown),
            (&mut self.refused, other.refused),
            (&mut self.refused_once, other.refused_once),
        ] {
            *to = sum(*to, amount).ok_or(Fault::TooLarge)?;
        }
        for (to, owed) in [(&mut self.beside, other.beside), (&mut self.open, other.open)] {
            *to = match (to.take(), owed) {
                (Some([a, b]), Some([c, d])) => Some([a.plus(&c), b.plus(&d)]),
                (one, other) => one.or(other),
            };
        }
        Ok(())
    }
}

/// The lines a class of rows is charged under in both states.
#[derive(Clone, Debug)]
pub struct ClassLines {
    /// A code of the class.
    pub code: CommodityCode,
    /// An origin of the class.
    pub origin: Country,
    /// What the rows of the class state: its position in the batch.
    pub stated: u32,
    /// How many rows.
    pub rows: u64,
    /// The lines in the first state and in the second.
    pub lines: [Vec<RowLine>; 2],
}

/// Rows compared.
#[derive(Clone, Debug, Default)]
pub struct RowsCompared {
    /// By class and group.
    pub parts: Vec<RowCompared>,
    /// By group.
    pub coverage: BTreeMap<u32, RowCoverage>,
    /// The lines of every class; none where the book of one state does not know its day.
    pub lines: Vec<ClassLines>,
}

/// Charges every row of a batch under two states of the law and under every mixture of them.
///
/// Where more than `most_players` programs differ for a class, it is not mixed.
///
/// # Errors
/// See [`Fault`].
pub fn compare_rows(
    a: RowSide<'_>,
    b: RowSide<'_>,
    into: Country,
    batch: &Batch,
    most_players: usize,
) -> Result<RowsCompared, Fault> {
    let classes = classes([a, b], into, batch)?;
    let mut rows: Vec<Vec<&Row>> = vec![Vec::new(); classes.shapes.len()];
    for (row, class) in batch.rows.iter().zip(&classes.of_row) {
        if let Some(rows) = rows.get_mut(*class as usize) {
            rows.push(row);
        }
    }
    let mut shapes: Vec<Vec<(Option<i64>, Vec<&Row>)>> = Vec::new();
    for ((shape, rate), rows) in classes.shapes.iter().zip(rows) {
        let shape = *shape as usize;
        if shapes.len() <= shape {
            shapes.resize_with(shape.saturating_add(1), Vec::new);
        }
        if let Some(classes) = shapes.get_mut(shape) {
            classes.push((*rate, rows));
        }
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, 8);
    let work = Comparison::new([a, b], into, batch, most_players)?;
    let found: Vec<Result<Vec<(usize, ShapeFound)>, Fault>> = std::thread::scope(|scope| {
        // Shapes are dealt out one by one, so that large and small ones mix; their order is restored below.
        let handles: Vec<_> = (0..threads)
            .map(|thread| {
                let (shapes, work) = (&shapes, &work);
                scope.spawn(move || {
                    let own = shapes.iter().enumerate().skip(thread).step_by(threads);
                    own.map(|(number, classes)| Ok((number, work.shape(classes)?))).collect()
                })
            })
            .collect();
        handles.into_iter().map(|handle| handle.join().unwrap_or(Err(Fault::TooLarge))).collect()
    });
    let mut all: Vec<(usize, ShapeFound)> = Vec::new();
    for part in found {
        all.extend(part?);
    }
    all.sort_by_key(|(number, _)| *number);
    let mut compared = RowsCompared::default();
    for (_, shape) in all {
        compared.parts.extend(shape.parts);
        compared.lines.extend(shape.lines);
        for (group, own) in shape.coverage {
            compared.coverage.entry(group).or_default().add(own)?;
        }
    }
    Ok(compared)
}
