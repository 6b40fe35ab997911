//! Charges a plan on amounts: which lines apply, what each falls on, what is due, and what stands in the place of what.

mod amount;
mod base;

use self::base::Part;
use crate::assess::explore::Open;
use crate::assess::outcome::ratio;
use crate::assess::plan::{Plan, PlannedLine};
use crate::assess::record::{Record, Step, Why};
use crate::base::{Decimal, MeasureId, Percent, Quantity, Rounding, sum};
use crate::law::{Base, Condition, Dutiable, Rate, Regime, Relation, RelationKind, Share, Where};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What decides how much is due, all in the currency of the importing country.
#[derive(Clone, Debug)]
pub struct Amounts<'a> {
    /// The customs value that rates are applied to, rounded as the country's rule has it.
    pub value: Decimal,
    /// Quantities stated.
    pub quantities: &'a [Quantity],
    /// Shares stated, or settled.
    pub shares: BTreeMap<Share, Percent>,
    /// How what is open and has no upper end is settled: at nothing (`false`) or without limit (`true`).
    pub unlimited: BTreeMap<Open, bool>,
}

/// One line charged.
#[derive(Clone, Debug)]
pub struct ChargedLine {
    /// Its place in the plan.
    pub line: usize,
    /// What it fell on: the customs value, a part of it in whole value steps, or what other parts leave of it.
    pub base: Decimal,
    /// The part before it was rounded, where rounding changed it.
    pub unrounded_base: Option<Decimal>,
    /// The amount before rounding; `None` is without limit.
    pub exact: Option<Decimal>,
    /// The amount due, rounded once; `None` is without limit.
    pub amount: Option<Decimal>,
    /// The share of the base that is due, as a fraction.
    pub rate: Option<Decimal>,
    /// The line that stands in its place, if it was replaced.
    pub replaced_by: Option<usize>,
}

/// All lines of a plan charged on one set of amounts.
#[derive(Clone, Debug, Default)]
pub struct Charged {
    /// The lines that apply, in the order of the plan.
    pub lines: Vec<ChargedLine>,
    /// The measure that refuses the goods, if one does.
    pub refused: Option<MeasureId>,
    /// The sum of the amounts; `None` is without limit.
    pub total: Option<Decimal>,
}

/// What stopped a charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Something the flow leaves open must be settled first.
    Open(Open),
    /// A product has more digits than a decimal holds.
    TooLarge,
}

/// Charges a plan.
///
/// # Errors
/// [`Stop::Open`] where an amount depends on what the flow leaves open and nobody has settled; [`Stop::TooLarge`] where an exact product does not fit.
pub fn charge(plan: &Plan, regime: &Regime, amounts: &Amounts<'_>, record: &mut impl Record) -> Result<Charged, Stop> {
    let mut run = Run { plan, regime, amounts, charged: Charged { total: Some(Decimal::ZERO), ..Charged::default() } };
    for (at, line) in plan.lines.iter().enumerate() {
        match run.skipped(line, record)? {
            Some(why) => {
                if let Some(active) = line.position.and_then(|position| regime.at(position)) {
                    record.step(Step::Skipped(active, why));
                }
            }
            None => run.line(at, line, record)?,
        }
    }
    run.replace_column_1();
    run.keep_lowest_alternatives(record);
    run.total()?;
    for line in &run.charged.lines {
        if let Some(planned) = plan.lines.get(line.line) {
            record.step(Step::Charged(&planned.measure, line.base, line.exact, line.amount));
        }
    }
    Ok(run.charged)
}

struct Run<'a> {
    plan: &'a Plan,
    regime: &'a Regime,
    amounts: &'a Amounts<'a>,
    charged: Charged,
}

impl<'a> Run<'a> {
    fn rounding(&self) -> &'a Rounding {
        &self.regime.territory.rounding
    }

    fn on(&self, line: usize) -> Option<&ChargedLine> {
        self.charged.lines.iter().find(|charged| charged.line == line)
    }

    fn planned(&self, line: usize) -> Option<&'a PlannedLine> {
        self.plan.lines.get(line)
    }

    fn share(&self, share: &Share) -> Result<Percent, Stop> {
        self.amounts.shares.get(share).copied().ok_or_else(|| Stop::Open(Open::Share(share.clone())))
    }

    fn all_hold(&self, conditions: &'a [Condition], record: &mut impl Record) -> Result<Option<&'a Condition>, Stop> {
        for condition in conditions {
            let holds = condition.holds(self.share(&condition.share)?);
            record.side(|| holds.cmp(&false));
            if !holds {
                return Ok(Some(condition));
            }
        }
        Ok(None)
    }

    /// Tells why a line does not apply after all; what remains of the value is left to [`Run::base`].
    fn skipped(&self, line: &'a PlannedLine, record: &mut impl Record) -> Result<Option<Why<'a>>, Stop> {
        if let Some(by) = line.displaced_by.iter().find(|other| self.on(**other).is_some()).and_then(|other| self.planned(*other))
        {
            return Ok(Some(Why::Displaced(&by.measure)));
        }
        for (relation, others) in &line.relations {
            let RelationKind::YieldsTo(_, side) = &relation.kind else {
                continue;
            };
            let applies = |charged: &ChargedLine| match side {
                Where::Applies => true,
                Where::Owed => charged.exact.is_none_or(|amount| amount > Decimal::ZERO),
            };
            let to = others.iter().find(|other| self.on(**other).is_some_and(applies)).and_then(|other| self.planned(*other));
            if let Some(to) = to
                && self.all_hold(&relation.when, record)?.is_none()
            {
                return Ok(Some(Why::Yielded(&to.measure, relation)));
            }
        }
        if let Some(condition) = self.all_hold(&line.when, record)? {
            return Ok(Some(Why::Threshold(condition)));
        }
        for exception in &line.exceptions {
            if self.all_hold(&exception.when, record)?.is_none() {
                return Ok(Some(Why::Excepted(exception)));
            }
        }
        if let Some(why) = self.nothing_left(line, record)? {
            return Ok(Some(why));
        }
        Ok(None)
    }

    /// The line whose base, with others, covers the whole value, if the line falls on what those leave.
    fn nothing_left(&self, line: &'a PlannedLine, record: &mut impl Record) -> Result<Option<Why<'a>>, Stop> {
        record.side(|| self.amounts.value.cmp(&Decimal::ZERO));
        if self.amounts.value.is_zero() {
            return Ok(None);
        }
        let first: Option<(&'a Relation, usize)> =
            line.relations.iter().filter(|(relation, _)| matches!(relation.kind, RelationKind::RemainderAfter(_))).find_map(
                |(relation, others)| others.iter().find(|other| self.on(**other).is_some()).map(|other| (&**relation, *other)),
            );
        let base = self.base(line, record)?.base;
        record.side(|| base.cmp(&Decimal::ZERO));
        if !base.is_zero() {
            return Ok(None);
        }
        // A base reduced to nothing (all of it domestic content) is charged nothing, and still stands in the place of others.
        let reduced = matches!(line.base, Base::LessContent(_)) || line.dutiable != Dutiable::Whole;
        if first.is_none() && reduced {
            return Ok(None);
        }
        Ok(match first.and_then(|(relation, other)| Some((relation, self.planned(other)?))) {
            Some((relation, other)) => Some(Why::NothingLeft(&other.measure, relation)),
            None => Some(Why::NoContent),
        })
    }

    fn line(&mut self, at: usize, line: &'a PlannedLine, record: &mut impl Record) -> Result<(), Stop> {
        let Part { base, exact: unrounded } = self.base(line, record)?;
        let (exact, rounded) = match &line.rate {
            Rate::TopUp(percent) => self.top_up(line, base, *percent, record)?,
            Rate::TopUpGeneral(percent) => self.top_up_general(line, base, *percent, record)?,
            Rate::Refused => {
                self.charged.refused.get_or_insert_with(|| line.measure.clone());
                (Some(Decimal::ZERO), Some(Decimal::ZERO))
            }
            Rate::InsteadOfColumn1(rate) => self.rounded(self.amount(line, rate, base, record)?),
            Rate::Free
            | Rate::AdValorem(_)
            | Rate::Ratio(_)
            | Rate::Specific(_)
            | Rate::Flat(_)
            | Rate::Sum(_)
            | Rate::AtLeast(..)
            | Rate::AtMost(..)
            | Rate::Unknown(_) => self.rounded(self.amount(line, &line.rate, base, record)?),
        };
        let rate = match (line.rate.percent(), &line.rate) {
            (Some(percent), _) => Some(percent.fraction()),
            (None, Rate::Ratio(share)) => share.rounded_fraction(),
            (None, _) => exact.and_then(|exact| ratio(exact, base)),
        };
        // Whether something is due decides whether others yield, or what is left to them.
        record.side(|| base.cmp(&Decimal::ZERO));
        record.side(|| exact.map_or(Ordering::Greater, |exact| exact.cmp(&Decimal::ZERO)));
        let unrounded_base = Some(unrounded).filter(|unrounded| *unrounded != base);
        self.charged.lines.push(ChargedLine { line: at, base, unrounded_base, exact, amount: rounded, rate, replaced_by: None });
        Ok(())
    }

    /// A rate instead of column 1 takes the column-1 lines away.
    fn replace_column_1(&mut self) {
        let by =
            self.charged.lines.iter().find(|charged| {
                self.plan.lines.get(charged.line).is_some_and(|line| matches!(line.rate, Rate::InsteadOfColumn1(_)))
            });
        let Some(by) = by.map(|charged| charged.line) else {
            return;
        };
        for charged in &mut self.charged.lines {
            if self.plan.lines.get(charged.line).is_some_and(|line| line.is_column_1) {
                charged.exact = Some(Decimal::ZERO);
                charged.amount = Some(Decimal::ZERO);
                charged.replaced_by = Some(by);
            }
        }
    }

    /// Of alternatives only the one with the lowest duty stays, the first of them where several are equal.
    fn keep_lowest_alternatives(&mut self, record: &mut impl Record) {
        let mut lowest: BTreeMap<&'a str, (Option<Decimal>, usize)> = BTreeMap::new();
        for charged in &self.charged.lines {
            let Some(name) = self.plan.lines.get(charged.line).and_then(|line| line.alternative.as_deref()) else {
                continue;
            };
            let entry = lowest.entry(name).or_insert((charged.amount, charged.line));
            let lower = match (charged.amount, entry.0) {
                (Some(a), Some(b)) => {
                    record.side(|| a.cmp(&b));
                    a < b
                }
                (Some(_), None) => true,
                (None, _) => false,
            };
            if lower {
                *entry = (charged.amount, charged.line);
            }
        }
        let plan = self.plan;
        let regime = self.regime;
        self.charged.lines.retain(|charged| {
            let Some(line) = plan.lines.get(charged.line) else {
                return true;
            };
            let Some((_, kept)) = line.alternative.as_deref().and_then(|name| lowest.get(name)) else {
                return true;
            };
            if *kept != charged.line
                && let (Some(active), Some(kept)) = (line.position.and_then(|at| regime.at(at)), plan.lines.get(*kept))
            {
                record.step(Step::Skipped(active, Why::Alternative(&kept.measure)));
            }
            *kept == charged.line
        });
    }

    fn total(&mut self) -> Result<(), Stop> {
        let mut total = Some(Decimal::ZERO);
        for charged in &self.charged.lines {
            total = match (total, charged.amount) {
                (Some(a), Some(b)) => Some(sum(a, b).ok_or(Stop::TooLarge)?),
                _ => None,
            };
        }
        self.charged.total = total;
        Ok(())
    }
}
