//! The setting at which two totals meet: every one in a range, or the proof that there is none.

pub(super) mod document;
mod finder;
mod numbers;
mod pieces;
pub(super) mod table;
mod totals;
mod walk;

use self::totals::Room;
use crate::answer::note::Cited;
use crate::answer::table::Source;
use crate::answer::vary::form_note;
use crate::assess::{Outcome, Plans};
use crate::base::{Currency, Date, Decimal};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::law::{RegimeCache, Rulebook};
use crate::scenario::{Scenario, Setting, Solve, Varied};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Which way the two totals lie, left against right.
pub type Order = Ordering;

/// Both totals at one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// The left one.
    pub left: Outcome,
    /// The right one.
    pub right: Outcome,
}

/// Where the totals meet, or their order turns.
#[derive(Clone, Debug)]
pub struct Met {
    /// What happens.
    pub kind: MetKind,
    /// The setting, to the places that are shown.
    pub at: Setting,
    /// The other end of a stretch, or the first setting after a turn.
    pub to: Option<Setting>,
    /// The exact number in words where the places shown do not hold it.
    pub fraction: Option<String>,
    /// The exact number as a fraction of whole numbers, for machines: numerator and denominator; of a percentage as a share of one. `None` for days and turns.
    pub exactly: Option<(String, String)>,
    /// Both totals there, exact, to ten places; they are the same but for a turn.
    pub exact: Option<(Decimal, Decimal)>,
    /// Settings at it and next to it, with the totals as they are due: rounded.
    pub near: Vec<(Setting, Totals)>,
    /// What the duties there and next to it are charged by, as places in [`Solved::sources`], ascending.
    pub charged: Vec<usize>,
}

/// What happens at a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetKind {
    /// The totals are equal.
    Equal,
    /// They are equal from one setting to another.
    EqualAlong,
    /// Their order turns without their being equal; how they lie after it.
    Turns(Order),
}

/// A part of the range in which the totals lie one way.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Its lower end, and whether it belongs to it.
    pub from: (Setting, bool),
    /// Its upper end, and whether it belongs to it.
    pub to: (Setting, bool),
    /// Its ends rounded inwards, to settings that lie in it, or are its ends: what is said to hold from one to the other holds at both.
    pub within: [(Setting, bool); 2],
    /// How they lie; `None` where no answer can be given.
    pub order: Option<Order>,
    /// Both totals at the lower end and at the upper end, exact, to ten places.
    pub totals: Option<[(Decimal, Decimal); 2]>,
    /// Why no answer can be given.
    pub why: Vec<String>,
    /// What the duties within it are charged by, as places in [`Solved::sources`], ascending.
    pub charged: Vec<usize>,
}

/// The answer to one [`Solve`].
#[derive(Clone, Debug)]
pub struct Solved {
    /// The currency of both totals.
    pub currency: Currency,
    /// Where they meet, or their order turns.
    pub met: Vec<Met>,
    /// The whole range, part by part: both totals are straight lines on each (constant, for days).
    pub stretches: Vec<Stretch>,
    /// How many settings were worked out.
    pub tried: usize,
    /// The legal sources of what is charged where the totals meet and in each part, each once.
    pub sources: Vec<Source>,
    /// Remarks.
    pub notes: Vec<String>,
    /// What should be looked at: a range that changes nothing.
    pub warnings: Diagnostics,
}

/// Finds every setting in a range at which two totals meet.
///
/// Roots are those of the exact duty, before values are rounded to dollars and duties to cents; the rounded totals are told beside them.
///
/// # Errors
/// Diagnostics for what cannot be compared, and for everything that cannot be assessed at all.
pub fn solve(law: &Rulebook, scenario: &Scenario, solve: &Solve, as_known: Option<Date>) -> Result<Solved, Diagnostics> {
    let books: Vec<Rulebook> = scenario.cases.iter().map(|case| law.amended(&case.changes)).collect();
    let mut room = Room {
        law,
        scenario,
        solve,
        as_known,
        exact: books.iter().map(|book| (RegimeCache::unrounded(book), Plans::default())).collect(),
        due: books.iter().map(|book| (RegimeCache::new(book), Plans::default())).collect(),
        notes: Vec::new(),
        cited: Cited::default(),
        behind: BTreeSet::new(),
    };
    room.check()?;
    room.notes.extend(form_note(law, &solve.scope, std::slice::from_ref(&solve.from)));
    if solve.target.left.percent.is_some() || solve.target.right.percent.is_some() {
        room.notes.push(
            "An effective rate is compared as the duty with that share of the customs value; both are shown as amounts.".into(),
        );
    }
    if solve.scope.varied == Varied::Value && scenario.flows.iter().any(|flow| !flow.quantities.is_empty()) {
        room.notes.push("The value varies as a price: quantities stay as stated.".into());
    }
    let mut solved = match (&solve.from, &solve.to) {
        (Setting::Day(from), Setting::Day(to)) => room.by_day(*from, *to)?,
        _ => room.by_number()?,
    };
    if is_constant(&solved) && solve.from != solve.to {
        solved.warnings.push(
            Diagnostic::new(Code::ChangeHasNoEffect, format!("`{}` changes nothing in the target", solve.scope))
                .at(solve.scope.place, "what varies")
                .help("`tariffcalc explain` tells which measures apply to the flows, and why the others do not"),
        );
    }
    solved.notes.splice(0..0, room.notes);
    solved.sources = room.cited.into_sources();
    Ok(solved)
}

/// Tells whether both totals are known and the same over the whole range.
fn is_constant(solved: &Solved) -> bool {
    let mut totals = solved.stretches.iter().map(|stretch| stretch.totals.as_ref());
    match totals.next().flatten() {
        Some([from, to]) if from == to => totals.all(|other| other.is_some_and(|[low, high]| low == from && high == from)),
        _ => false,
    }
}
