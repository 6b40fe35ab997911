//! Many flows under two states of the law: each class that both treat alike is mixed once, and then charged row by row.

use super::batch::{Batch, Row};
use super::charge::{Amounts, charge};
use super::explore::{Context, Fault, settled_shares};
use super::mix::{Mixture, Player, Side};
use super::mix_class::classes;
use super::outcome::ratio;
use super::plan::Plan;
use super::record::Silent;
use crate::base::{CommodityCode, Country, Date, Decimal, FlowId, MeasureId, Money, Percent, ProgramId, Quantity, Rounding, sum};

use crate::diag::Source;
use crate::law::{Place, Regime, RegimeCache, Share};
use crate::scenario::Flow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The value at which a class is worked out.
const SAMPLE: i64 = 1_000_000;

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
    /// The share of the base that is due.
    pub rate: Option<Decimal>,
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCoverage {
    /// How many rows.
    pub rows: u64,
    /// Their customs value.
    pub value: Decimal,
    /// The customs value of rows whose duty is known in both states.
    pub priced: Decimal,
    /// The customs value of rows whose duty is not known in one of them.
    pub unknown: Decimal,
    /// The customs value of rows that are refused in one of them.
    pub refused: Decimal,
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
    /// The lines of every class that is known in both states.
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
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); classes.count];
    for (row, class) in classes.of_row.iter().enumerate() {
        if let Some(rows) = rows.get_mut(*class as usize) {
            rows.push(row);
        }
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, 8);
    let work = Comparison { sides: [a, b], into, batch, most_players };
    let found: Vec<Result<Vec<ClassFound>, Fault>> = std::thread::scope(|scope| {
        // Classes are dealt out one by one, so that large and small ones mix; their order is restored below.
        let handles: Vec<_> = (0..threads)
            .map(|thread| {
                let (rows, work) = (&rows, &work);
                scope.spawn(move || {
                    let own = rows.iter().enumerate().skip(thread).step_by(threads);
                    own.filter(|(_, rows)| !rows.is_empty()).map(|(number, rows)| work.class(number, rows)).collect()
                })
            })
            .collect();
        handles.into_iter().map(|handle| handle.join().unwrap_or(Err(Fault::TooLarge))).collect()
    });
    let mut all: Vec<ClassFound> = Vec::new();
    for part in found {
        all.extend(part?);
    }
    all.sort_by_key(|class| class.number);
    let mut compared = RowsCompared::default();
    for class in all {
        compared.parts.extend(class.parts);
        compared.lines.extend(class.lines);
        for (group, own) in class.coverage {
            let all = compared.coverage.entry(group).or_default();
            all.rows = all.rows.saturating_add(own.rows);
            for (to, amount) in [
                (&mut all.value, own.value),
                (&mut all.priced, own.priced),
                (&mut all.unknown, own.unknown),
                (&mut all.refused, own.refused),
            ] {
                *to = sum(*to, amount).ok_or(Fault::TooLarge)?;
            }
        }
    }
    Ok(compared)
}

/// The value at which the class of a row is worked out: rows worth nothing are classes of their own.
fn sample_value(row: &Row, rounding: &Rounding) -> Decimal {
    if rounding.value(row.value).is_zero() { Decimal::ZERO } else { Decimal::from(SAMPLE) }
}

struct ClassFound {
    number: usize,
    parts: Vec<RowCompared>,
    coverage: BTreeMap<u32, RowCoverage>,
    lines: Option<ClassLines>,
}

struct Comparison<'a> {
    sides: [RowSide<'a>; 2],
    into: Country,
    batch: &'a Batch,
    most_players: usize,
}

/// How the rows of a class are charged.
struct Way<'p> {
    plan: &'p Plan,
    regime: &'p Regime,
}

impl Comparison<'_> {
    fn class(&self, number: usize, rows: &[usize]) -> Result<ClassFound, Fault> {
        let mut found = ClassFound { number, parts: Vec::new(), coverage: BTreeMap::new(), lines: None };
        let all: Vec<&Row> = rows.iter().filter_map(|row| self.batch.rows.get(*row)).collect();
        let Some(first) = all.first() else { return Ok(found) };
        let [a, b] = &self.sides;
        let flows = [self.sample(first, a)?, self.sample(first, b)?];
        let [flow_a, flow_b] = &flows;
        let mixture = Mixture::new(
            Side { cache: a.cache, flow: flow_a, context: a.context },
            Side { cache: b.cache, flow: flow_b, context: b.context },
        )?;
        let last = 1_usize.checked_shl(u32::try_from(mixture.players().len()).unwrap_or(u32::MAX)).unwrap_or(0).saturating_sub(1);
        let beyond = self.sides.iter().any(|side| self.beyond(side));
        let pure = if beyond { [None, None] } else { [mixture.only_plan(0)?, mixture.only_plan(last)?] };
        let refused = !beyond && (mixture.refused(0)? || mixture.refused(1)?);
        for row in &all {
            let own = found.coverage.entry(row.group).or_default();
            own.rows = own.rows.saturating_add(1);
            let kind = if refused {
                &mut own.refused
            } else if matches!(pure, [Some(_), Some(_)]) {
                &mut own.priced
            } else {
                &mut own.unknown
            };
            *kind = sum(*kind, row.value).ok_or(Fault::TooLarge)?;
            own.value = sum(own.value, row.value).ok_or(Fault::TooLarge)?;
        }
        let [Some(plan_a), Some(plan_b)] = pure else { return Ok(found) };
        let pure = [Way { plan: &plan_a, regime: mixture.regime(0) }, Way { plan: &plan_b, regime: mixture.regime(1) }];
        let mut groups: BTreeMap<u32, Vec<&Row>> = BTreeMap::new();
        all.iter().for_each(|row| groups.entry(row.group).or_default().push(row));
        let plans = self.mixtures(&mixture, last, &plan_a, &plan_b)?;
        for (group, rows) in &groups {
            let split = match &plans {
                Ok(plans) => {
                    let mut duties = Vec::with_capacity(plans.len());
                    for (mask, plan) in plans.iter().enumerate() {
                        let side = usize::from(mask == last && last > 0);
                        duties.push(self.duty(&Way { plan, regime: mixture.regime(side) }, rows)?);
                    }
                    Split::Mixtures(Arc::new(mixture.players().to_vec()), duties)
                }
                Err(why) => Split::ByLine(why.clone()),
            };
            found.parts.push(RowCompared { group: *group, lines: self.by_line(&pure, rows)?, split });
        }
        let lines = pure.each_ref().map(|way| self.lines(way, first));
        let [lines_a, lines_b] = lines;
        found.lines = Some(ClassLines {
            code: self.batch.codes.get(first.code as usize).copied().unwrap_or(CommodityCode::ALL),
            origin: self.batch.origins.get(first.origin as usize).copied().unwrap_or(self.into),
            stated: first.stated,
            rows: u64::try_from(all.len()).unwrap_or(u64::MAX),
            lines: [lines_a?, lines_b?],
        });
        Ok(found)
    }

    /// The plan of every mixture, or why one of them has none.
    fn mixtures(
        &self,
        mixture: &Mixture<'_>,
        last: usize,
        a: &Arc<Plan>,
        b: &Arc<Plan>,
    ) -> Result<Result<Vec<Arc<Plan>>, String>, Fault> {
        if mixture.players().len() > self.most_players {
            return Ok(Err(format!("more than {} programs differ", self.most_players)));
        }
        let mut plans = Vec::new();
        for mask in 0..=last {
            let plan = match mask {
                0 => Ok(Some(a.clone())),
                mask if mask == last => Ok(Some(b.clone())),
                mask => mixture.only_plan(mask),
            };
            match plan {
                Ok(Some(plan)) => plans.push(plan),
                Ok(None) => return Ok(Err("the duty is not known where only some programs have changed".into())),
                Err(Fault::Circle(circle)) => {
                    return Ok(Err(format!("measures of the two states wait for each other: {circle}")));
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok(Ok(plans))
    }

    fn beyond(&self, side: &RowSide<'_>) -> bool {
        let territory = side.cache.law().territory(self.into);
        let unheard = territory.is_some_and(|t| side.context.as_known.is_some_and(|day| day < t.complete_from));
        unheard
            || territory
                .is_none_or(|t| side.day < t.complete_from || (side.day >= t.complete_before && !side.context.law_continues))
    }

    /// A flow of the class; the first row stands for all of them.
    fn sample(&self, row: &Row, side: &RowSide<'_>) -> Result<Flow, Fault> {
        let territory = side.cache.law().territory(self.into).ok_or(Fault::NoLaw(self.into))?;
        let stated = self.batch.stated.get(row.stated as usize).cloned().unwrap_or_default();
        Ok(Flow {
            id: FlowId::new("row"),
            title: String::new(),
            into: self.into,
            origin: Place::Country(self.batch.origins.get(row.origin as usize).copied().unwrap_or(self.into)),
            code: self.batch.codes.get(row.code as usize).copied().unwrap_or(CommodityCode::ALL),
            product: None,
            value: Money { amount: sample_value(row, &territory.rounding), currency: territory.currency },
            quantities: self.quantities(row).to_vec(),
            shares: stated.shares,
            facts: stated.facts,
            entered: side.day,
            loaded: None,
            admitted: None,
            entry: None,
            column_1: None,
            cite: None,
            source: Source { path: Arc::from(""), line: 0 },
            place: None,
        })
    }

    fn quantities(&self, row: &Row) -> &[Quantity] {
        self.batch.quantities.get(row.quantities as usize).map_or(&[], Vec::as_slice)
    }

    /// The shares of a row: stated, settled by silence, or assumed.
    fn shares(&self, row: &Row) -> BTreeMap<Share, Percent> {
        let [side, _] = &self.sides;
        let stated = self.batch.stated.get(row.stated as usize).map(|stated| &stated.shares);
        let mut shares = settled_shares(side.cache.law(), stated.unwrap_or(&BTreeMap::new()));
        for (share, percent) in &side.context.assumed.shares {
            shares.entry(share.clone()).or_insert(*percent);
        }
        shares
    }

    fn amounts(&self, row: &Row) -> Amounts<'_> {
        Amounts { value: Decimal::ZERO, quantities: &[], shares: self.shares(row), unlimited: BTreeMap::new() }
    }

    fn charged(
        &self,
        way: &Way<'_>,
        rows: &[&Row],
        mut take: impl FnMut(&Plan, &super::charge::Charged) -> Option<()>,
    ) -> Result<(), Fault> {
        let Some(first) = rows.first() else { return Ok(()) };
        let mut amounts = self.amounts(first);
        for row in rows {
            amounts.value = way.regime.territory.rounding.value(row.value);
            amounts.quantities = self.quantities(row);
            let charged = charge(way.plan, way.regime, &amounts, &mut Silent).map_err(|_| Fault::TooLarge)?;
            take(way.plan, &charged).ok_or(Fault::TooLarge)?;
        }
        Ok(())
    }

    fn duty(&self, way: &Way<'_>, rows: &[&Row]) -> Result<Decimal, Fault> {
        let mut duty = Decimal::ZERO;
        self.charged(way, rows, |_, charged| {
            duty = sum(duty, charged.total?)?;
            Some(())
        })?;
        Ok(duty)
    }

    fn by_line(&self, ways: &[Way<'_>; 2], rows: &[&Row]) -> Result<BTreeMap<ProgramId, [Decimal; 2]>, Fault> {
        let mut all: BTreeMap<ProgramId, [Decimal; 2]> = BTreeMap::new();
        for (side, way) in ways.iter().enumerate() {
            self.charged(way, rows, |plan, charged| {
                for line in &charged.lines {
                    let program = &plan.lines.get(line.line)?.program;
                    let amount = all.entry(program.clone()).or_default().get_mut(side)?;
                    *amount = sum(*amount, line.amount?)?;
                }
                Some(())
            })?;
        }
        Ok(all)
    }

    /// The lines under which the class is charged, at the value of the sample.
    fn lines(&self, way: &Way<'_>, row: &Row) -> Result<Vec<RowLine>, Fault> {
        let mut amounts = self.amounts(row);
        amounts.value = sample_value(row, &way.regime.territory.rounding);
        amounts.quantities = self.quantities(row);
        let charged = charge(way.plan, way.regime, &amounts, &mut Silent).map_err(|_| Fault::TooLarge)?;
        let line = |charged: &super::charge::ChargedLine| {
            let line = way.plan.lines.get(charged.line)?;
            let at_zero = line.heading_at_zero.as_ref().filter(|_| charged.amount == Some(Decimal::ZERO));
            Some(RowLine {
                measure: line.measure.clone(),
                program: line.program.clone(),
                title: line.title.clone(),
                heading: at_zero.unwrap_or(&line.heading).clone(),
                form: line.rate.to_string(),
                rate: line.rate.percent().map(Percent::fraction).or_else(|| ratio(charged.exact?, charged.base)),
                cite: line.cite.clone(),
                source: line.source.clone(),
            })
        };
        Ok(charged.lines.iter().filter_map(line).collect())
    }
}
