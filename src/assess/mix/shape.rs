//! Rows of one shape between two states of the law: mixed once for all of them, and charged row by row in whole numbers where the duty is plain.

use super::Player;
use super::alone::{found_lines, row_lines};
use super::owing::{Due, Uncharged};
use super::rows::{ClassLines, RowCompared, RowCoverage, RowSide, Split};
use crate::assess::batch::{Batch, Bounds, Class, Common, OpenClass, Row, SAMPLE, Shape, charged, programs};
use crate::assess::charge::{Amounts, charge};
use crate::assess::explore::{Fault, Found};
use crate::assess::plan::Plan;
use crate::assess::record::Silent;
use crate::base::{Country, Decimal, Percent, ProgramId, Quantity, sum};
use crate::law::{Rate, Regime, Share, Territory};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is found of the rows of a shape.
#[derive(Default)]
pub(super) struct ShapeFound {
    pub(super) parts: Vec<RowCompared>,
    pub(super) coverage: BTreeMap<u32, RowCoverage>,
    pub(super) lines: Vec<ClassLines>,
}

/// Two states between which rows are compared.
pub(super) struct Comparison<'a> {
    pub(super) sides: [RowSide<'a>; 2],
    pub(super) territory: &'a Territory,
    pub(super) batch: &'a Batch,
    pub(super) most_players: usize,
    /// The programs of both laws, in alphabetical order.
    pub(super) programs: Vec<ProgramId>,
    /// Of each state, whether its book does not know its day.
    pub(super) beyond: [bool; 2],
}

/// What is open or due in a state, of rows that differ in nothing but a plain column-1 rate.
struct State {
    found: Arc<Vec<Found>>,
    shape: Shape,
    regime: Arc<Regime>,
    /// Whether the book does not know the day: whatever is found, nothing is known.
    beyond: bool,
}

/// A shape between two states.
struct Mixed {
    players: Arc<Vec<Player>>,
    /// The two states.
    pure: [State; 2],
    /// What lies between them, by mask without the first and the last; or why it is not mixed.
    between: Result<Vec<State>, String>,
    shares: BTreeMap<Share, Percent>,
    quantities: Vec<Quantity>,
    /// The row that stands for all, and its rate.
    first: Row,
    rate: Option<i64>,
}

/// The sums of the rows of one group, in duty steps.
#[derive(Default)]
struct Sums {
    /// By mask.
    duties: Vec<i128>,
    lines: BTreeMap<usize, [i128; 2]>,
    /// Of the rows that are not known in both states.
    uncharged: Uncharged,
}

/// How a class is charged: in the two states, and between them by mask.
struct Ways {
    pure: [Class; 2],
    between: Vec<Class>,
}

/// What becomes of a row.
#[derive(Clone, Copy)]
pub(super) enum Fate {
    Charged,
    /// In one state, or in both.
    Refused {
        once: bool,
    },
    Unknown,
    /// Rounding, quantities or contents decide: it is worked out by itself.
    Alone,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(sides: [RowSide<'a>; 2], into: Country, batch: &'a Batch, most_players: usize) -> Result<Self, Fault> {
        let [a, b] = sides;
        let territory = a.cache.law().territory(into).ok_or(Fault::NoLaw(into))?;
        let other = b.cache.law().territory(into).ok_or(Fault::NoLaw(into))?;
        let mut all = programs(a.cache.law(), territory);
        all.extend(programs(b.cache.law(), other));
        all.sort();
        all.dedup();
        let beyond = [(a, territory), (b, other)].map(|(side, home)| {
            let past = side.day >= home.complete_before && !side.context.law_continues;
            side.context.as_known.is_some_and(|day| day < home.complete_from) || side.day < home.complete_from || past
        });
        Ok(Self { sides, territory, batch, most_players, programs: all, beyond })
    }

    /// Compares the rows of a shape, class by class: each with its column-1 rate where that is plain.
    pub(super) fn shape(&self, classes: &[(Option<i64>, Vec<&Row>)]) -> Result<ShapeFound, Fault> {
        let mut found = ShapeFound::default();
        let mut mixed: Option<Mixed> = None;
        let mut sums: BTreeMap<u32, Sums> = BTreeMap::new();
        let mut lines: Option<ClassLines> = None;
        for (rate, rows) in classes {
            let Some(first) = rows.first() else { continue };
            let shared = mixed.as_ref().and_then(|mixed| mixed.at(*rate));
            let mut ways = match shared {
                Some(ways) => ways,
                None => {
                    if let Some(old) = mixed.take() {
                        self.put(&mut found, &old, std::mem::take(&mut sums), lines.take())?;
                    }
                    let (new, ways) = self.mixed(first, *rate)?;
                    mixed = Some(new);
                    ways
                }
            };
            let Some(mixed) = &mixed else { continue };
            let mut alike = 0_u64;
            for row in rows {
                let mut fate = fate(&ways, row, self.territory);
                let sums = sums.entry(row.group).or_default();
                if matches!(fate, Fate::Charged) && !self.charge(&mut ways, row, sums) {
                    fate = Fate::Alone;
                }
                match fate {
                    Fate::Alone => self.alone(row, &mut found)?,
                    Fate::Charged => cover(&mut found, row, &fate)?,
                    Fate::Refused { .. } | Fate::Unknown => match ways.pure.each_mut().map(|class| self.due_by(class, row)) {
                        [Some(old), Some(new)] => {
                            cover(&mut found, row, &fate)?;
                            sums.uncharged.add([old, new]);
                        }
                        _ => {
                            fate = Fate::Alone;
                            self.alone(row, &mut found)?;
                        }
                    },
                }
                alike = alike.saturating_add(u64::from(!matches!(fate, Fate::Alone)));
            }
            // A day that the book does not know has no law to compare.
            if alike > 0 && !self.beyond.contains(&true) {
                let own = self.class_lines(mixed, *rate, alike);
                match &mut lines {
                    Some(all) if all.lines == own.lines => all.rows = all.rows.saturating_add(own.rows),
                    _ => found.lines.extend(lines.replace(own)),
                }
            }
        }
        if let Some(mixed) = &mixed {
            self.put(&mut found, mixed, sums, lines)?;
        }
        Ok(found)
    }

    /// Mixes the states for one row that stands for all of its shape.
    fn mixed(&self, row: &Row, rate: Option<i64>) -> Result<(Mixed, Ways), Fault> {
        let flow = self.flow(row, Decimal::from(SAMPLE))?;
        let (mixture, [regime_a, regime_b]) = self.mixture(&flow)?;
        let (shares, quantities) = (self.shares(row), flow.each_ref().map(|flow| flow.quantities.clone()));
        let [quantities, _] = quantities;
        let state = |found: &Arc<Vec<Found>>, regime: &Arc<Regime>, beyond: bool| {
            let common = Common { programs: &self.programs, regime, shares: &shares, quantities: &quantities };
            let shape = match (found.as_slice(), rate) {
                _ if beyond => Shape::Unbounded,
                ([found], Some(_)) => Shape::new(found, &common),
                _ => Shape::ByRate,
            };
            State { found: found.clone(), shape, regime: regime.clone(), beyond }
        };
        let [beyond_a, beyond_b] = self.beyond;
        let pure = [state(mixture.state(0), &regime_a, beyond_a), state(mixture.state(1), &regime_b, beyond_b)];
        let count = mixture.players().len();
        let last = 1_usize.checked_shl(u32::try_from(count).unwrap_or(u32::MAX)).unwrap_or(0).saturating_sub(1);
        let players = Arc::new(mixture.players().to_vec());
        let is_priced = |state: &State| match &state.shape {
            Shape::Plain(_) => true,
            Shape::ByRate => state.found.first().is_some_and(|found| found.leaves.len() == 1),
            Shape::Refused | Shape::Unbounded | Shape::Open(_) => false,
        };
        let between = if !pure.iter().all(is_priced) {
            Err("the duty is not known".to_owned())
        } else if count > self.most_players {
            Err(format!("more than {} programs differ", self.most_players))
        } else {
            let each = (1..last).map(|mask| match mixture.found(mask) {
                Ok(found) => Ok(Ok(state(&found, &regime_a, false))),
                Err(Fault::Circle(circle)) => Ok(Err(format!("measures of the two states wait for each other: {circle}"))),
                Err(fault) => Err(fault),
            });
            each.collect::<Result<Result<Vec<State>, String>, Fault>>()?
        };
        let mut mixed = Mixed { players, pure, between, shares, quantities, first: *row, rate };
        let mut ways = self.ways(&mixed);
        if !ways.between.iter().all(|class| matches!(class, Class::Plain(_) | Class::Known(_))) {
            mixed.between = Err("the duty is not known where only some programs have changed".into());
            ways.between.clear();
        }
        Ok((mixed, ways))
    }

    /// How the row that a shape was mixed for, and its class, are charged.
    fn ways(&self, mixed: &Mixed) -> Ways {
        let class = |state: &State| {
            let regime = &state.regime;
            let common = Common { programs: &self.programs, regime, shares: &mixed.shares, quantities: &mixed.quantities };
            let shared = mixed.rate.and_then(|rate| state.shape.at(rate));
            shared.unwrap_or_else(|| match state.found.as_slice() {
                _ if state.beyond => Class::Open(OpenClass::unbounded()),
                [found] => Class::new(found, &common),
                _ => Class::ByRow,
            })
        };
        let between = mixed.between.as_ref().map(|states| states.iter().map(class).collect());
        Ways { pure: mixed.pure.each_ref().map(class), between: between.unwrap_or_default() }
    }

    /// Adds a row to the sums of its group; `false`, and nothing done, where it must be worked out by itself.
    fn charge(&self, ways: &mut Ways, row: &Row, sums: &mut Sums) -> bool {
        let [a, b] = &mut ways.pure;
        let (Some(old), Some(new)) = (self.lines_due(a, row), self.lines_due(b, row)) else { return false };
        let mut duties = vec![total(&old)];
        for class in &mut ways.between {
            let Some(lines) = self.lines_due(class, row) else { return false };
            duties.push(total(&lines));
        }
        duties.push(total(&new));
        sums.duties.resize(duties.len(), 0);
        sums.duties.iter_mut().zip(duties).for_each(|(sum, duty)| *sum = sum.saturating_add(duty));
        for (side, lines) in [old, new].into_iter().enumerate() {
            for (program, amount) in lines {
                if let Some(sum) = sums.lines.entry(program).or_default().get_mut(side) {
                    *sum = sum.saturating_add(amount);
                }
            }
        }
        true
    }

    /// The duty on a row by program; `None` where its class does not know it.
    fn lines_due(&self, class: &mut Class, row: &Row) -> Option<Vec<(usize, i128)>> {
        let value = self.territory.rounding.value(row.value);
        match class {
            Class::Plain(lines) => lines.amounts(whole(value), self.territory.rounding.duty.scale()).map(Iterator::collect),
            Class::Known(known) => charged(known, value, self.quantities(row), self.territory),
            Class::Open(_) | Class::Refused | Class::ByRow => None,
        }
    }

    /// What a row owes in a state: known, between bounds, or refused; `None` where the row must be worked out by itself.
    fn due_by(&self, class: &mut Class, row: &Row) -> Option<Due> {
        match class {
            Class::Refused => Some(Due::Refused),
            Class::Open(open) => {
                let whole = whole(self.territory.rounding.value(row.value));
                let Bounds { least, most } = open.bounds(whole, self.territory.rounding.duty.scale())?;
                Some(Due::Between(least, most))
            }
            Class::Plain(_) | Class::Known(_) | Class::ByRow => self.lines_due(class, row).map(|lines| Due::Known(total(&lines))),
        }
    }

    /// Puts sums and lines with what was found of the shape.
    fn put(
        &self,
        found: &mut ShapeFound,
        mixed: &Mixed,
        sums: BTreeMap<u32, Sums>,
        lines: Option<ClassLines>,
    ) -> Result<(), Fault> {
        let places = self.territory.rounding.duty.scale();
        let decimal = |units: i128| Decimal::try_from_i128_with_scale(units, places).map_err(|_| Fault::TooLarge);
        for (group, sums) in &sums {
            found.coverage.entry(*group).or_default().add(sums.uncharged.coverage(places)?)?;
        }
        for (group, sums) in sums.into_iter().filter(|(_, sums)| !sums.duties.is_empty()) {
            let split = match &mixed.between {
                Ok(_) => {
                    // Without players both states owe the same, and there is one mask.
                    let masks = sums.duties.iter().skip(usize::from(mixed.players.is_empty()));
                    Split::Mixtures(mixed.players.clone(), masks.map(|duty| decimal(*duty)).collect::<Result<_, _>>()?)
                }
                Err(why) => Split::ByLine(why.clone()),
            };
            let mut by_program: BTreeMap<ProgramId, [Decimal; 2]> = BTreeMap::new();
            for (program, [old, new]) in sums.lines {
                let Some(program) = self.programs.get(program) else { continue };
                by_program.insert(program.clone(), [decimal(old)?, decimal(new)?]);
            }
            found.parts.push(RowCompared { group, lines: by_program, split });
        }
        found.lines.extend(lines);
        Ok(())
    }

    /// The lines under which the rows of a class are charged in both states.
    fn class_lines(&self, mixed: &Mixed, rate: Option<i64>, rows: u64) -> ClassLines {
        let leaf = |state: &'_ State| state.found.first().and_then(|found| found.leaves.first()).map(|leaf| leaf.plan.clone());
        let turns = |plan: &Arc<Plan>| plan.lines.iter().any(|line| line.heading_at_zero.is_some());
        // Both states, or none: the column-1 line is the same in them.
        let turns = mixed.pure.iter().filter_map(leaf).any(|plan| turns(&plan));
        let lines = mixed.pure.each_ref().map(|state| {
            let leaves = state.found.first().map(|found| found.leaves.as_slice()).unwrap_or_default();
            let [leaf] = leaves else { return found_lines(leaves) };
            let own = rate.filter(|own| turns && mixed.rate != Some(*own)).and_then(|own| {
                // Whether a top-up adds anything, and the heading with it, turns on the column-1 rate.
                let mut plan = Plan::clone(&leaf.plan);
                let schedule = plan.lines.iter_mut().find(|line| line.is_column_1 && line.rate.percent().is_some())?;
                schedule.rate = Rate::AdValorem(Percent::from_points(Decimal::new(own, 6)));
                let amounts = Amounts {
                    value: Decimal::from(SAMPLE),
                    quantities: &mixed.quantities,
                    shares: mixed.shares.clone(),
                    unlimited: BTreeMap::new(),
                };
                let charged = charge(&plan, &state.regime, &amounts, &mut Silent).ok()?;
                Some(row_lines(&plan, &charged))
            });
            own.unwrap_or_else(|| row_lines(&leaf.plan, &leaf.charged))
        });
        self.lines_of(&mixed.first, rows, lines)
    }
}

impl Mixed {
    /// How the rows of another column-1 rate are charged; `None` where the rate decides more than its own amount.
    fn at(&self, rate: Option<i64>) -> Option<Ways> {
        let [a, b] = &self.pure;
        let at = |state: &State| state.shape.at(rate?);
        let pure = [at(a)?, at(b)?];
        let between = self.between.as_ref().map_or(Some(Vec::new()), |states| states.iter().map(at).collect())?;
        Some(Ways { pure, between })
    }
}

fn total(lines: &[(usize, i128)]) -> i128 {
    lines.iter().fold(0_i128, |sum, (_, amount)| sum.saturating_add(*amount))
}

impl Fate {
    /// What becomes of a row that owes so much in both states.
    pub(super) fn of(dues: [Due; 2]) -> Self {
        match dues {
            [Due::Refused, Due::Refused] => Self::Refused { once: false },
            [Due::Refused, _] | [_, Due::Refused] => Self::Refused { once: true },
            [Due::Known(_), Due::Known(_)] => Self::Charged,
            _ => Self::Unknown,
        }
    }
}

/// A value as a whole number; zero where it does not fit.
fn whole(value: Decimal) -> i64 {
    let mantissa = if value.scale() == 0 { value.mantissa() } else { value.trunc().mantissa() };
    i64::try_from(mantissa).unwrap_or(0)
}

/// What becomes of a row whose class is charged so.
fn fate(ways: &Ways, row: &Row, territory: &Territory) -> Fate {
    let whole = whole(territory.rounding.value(row.value));
    // A share of nothing says little of what is open, and a value below zero is no value.
    if whole <= 0 {
        return Fate::Alone;
    }
    let is_close = |class: &Class| match class {
        Class::Open(open) => open.bounds(whole, territory.rounding.duty.scale()).is_none(),
        Class::ByRow => true,
        Class::Plain(_) | Class::Known(_) | Class::Refused => false,
    };
    let [a, b] = &ways.pure;
    match (a, b) {
        (a, b) if is_close(a) || is_close(b) => Fate::Alone,
        (Class::Refused, Class::Refused) => Fate::Refused { once: false },
        (Class::Refused, _) | (_, Class::Refused) => Fate::Refused { once: true },
        (Class::Open(_), _) | (_, Class::Open(_)) => Fate::Unknown,
        _ => Fate::Charged,
    }
}

/// Counts a row.
pub(super) fn cover(found: &mut ShapeFound, row: &Row, fate: &Fate) -> Result<(), Fault> {
    let own = found.coverage.entry(row.group).or_default();
    own.rows = own.rows.saturating_add(1);
    own.known = own.known.saturating_add(u64::from(matches!(fate, Fate::Charged)));
    let add = |to: &mut Decimal| sum(*to, row.value).map(|all| *to = all).ok_or(Fault::TooLarge);
    add(&mut own.value)?;
    if matches!(fate, Fate::Refused { once: true }) {
        add(&mut own.refused_once)?;
    }
    add(match fate {
        Fate::Charged => &mut own.priced,
        Fate::Refused { .. } => &mut own.refused,
        Fate::Unknown | Fate::Alone => &mut own.unknown,
    })
}
