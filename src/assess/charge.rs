use super::explore::Open;
use super::outcome::ratio;
use super::plan::{Plan, PlannedLine};
use super::record::{Record, Step, Why};
use crate::base::{ContentId, Decimal, MeasureId, Percent, Quantity, Rounding, Unit, difference, product, quotient, sum};
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

/// A share of an amount, exact.
fn of(amount: Decimal, share: Percent) -> Result<Decimal, Stop> {
    product(amount, share.fraction()).ok_or(Stop::TooLarge)
}

/// A part of the customs value that duty falls on.
#[derive(Clone, Copy)]
struct Part {
    /// In whole value steps.
    base: Decimal,
    /// Before it was rounded.
    exact: Decimal,
}

impl Part {
    fn exactly(amount: Decimal) -> Self {
        Self { base: amount, exact: amount }
    }
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

    /// A share of an amount, in value steps as the country rounds values: a part of a value is entered as a value of its own (19 CFR 159.3: 50 cents and more count as a dollar).
    fn part(&self, amount: Decimal, share: Percent) -> Result<Part, Stop> {
        let exact = of(amount, share)?;
        Ok(Part { base: self.rounding().value(exact), exact })
    }

    /// What a part leaves of an amount: a difference, so that both add up to the amount.
    fn less(&self, amount: Decimal, share: Percent) -> Result<Part, Stop> {
        let part = self.part(amount, share)?;
        let left = |part: Decimal| difference(amount, part).ok_or(Stop::TooLarge);
        Ok(Part { base: left(part.base)?, exact: left(part.exact)? })
    }

    /// The part of the customs value that the provision claimed leaves dutiable.
    fn dutiable(&self, line: &PlannedLine) -> Result<Part, Stop> {
        let value = self.amounts.value;
        match &line.dutiable {
            Dutiable::Whole => Ok(Part::exactly(value)),
            Dutiable::Nothing => Ok(Part::exactly(Decimal::ZERO)),
            Dutiable::Content(id) => self.part(value, self.share(&Share::Content(id.clone()))?),
            Dutiable::LessContent(id) => self.less(value, self.share(&Share::Content(id.clone()))?),
        }
    }

    fn content_share(&self, id: &ContentId, unstated: Option<Percent>) -> Result<Percent, Stop> {
        match (self.share(&Share::Content(id.clone())), unstated) {
            (Err(_), Some(unstated)) => Ok(unstated),
            (share, _) => share,
        }
    }

    /// The part of one content, beside the contents that other lines were charged on: parts never add up to more than their shares do, and those that are the whole add up to it.
    fn content(
        &self,
        line: &PlannedLine,
        id: &ContentId,
        unstated: Option<Percent>,
        value: Decimal,
        record: &mut impl Record,
    ) -> Result<Part, Stop> {
        let (mut taken, mut shares) = (Decimal::ZERO, Decimal::ZERO);
        let mut counted: Vec<&ContentId> = Vec::new();
        for other in self.charged.lines.iter().filter_map(|charged| self.planned(charged.line)) {
            let Base::Content(beside, unstated) = &other.base else { continue };
            if beside != id && other.dutiable == line.dutiable && !counted.contains(&beside) {
                counted.push(beside);
                let share = self.content_share(beside, *unstated)?;
                let part = self.beside(value, (taken, shares), share, record)?;
                taken = sum(taken, part.base).ok_or(Stop::TooLarge)?;
                shares = sum(shares, share.points()).ok_or(Stop::TooLarge)?;
            }
        }
        self.beside(value, (taken, shares), self.content_share(id, unstated)?, record)
    }

    /// A share of a value of which other shares have been taken.
    fn beside(
        &self,
        value: Decimal,
        (taken, shares): (Decimal, Decimal),
        share: Percent,
        record: &mut impl Record,
    ) -> Result<Part, Stop> {
        let own = self.part(value, share)?;
        if shares.is_zero() {
            return Ok(own);
        }
        let all = sum(shares, share.points()).ok_or(Stop::TooLarge)?.cmp(&Decimal::ONE_HUNDRED);
        record.side(|| all);
        let left = difference(value, taken).ok_or(Stop::TooLarge)?;
        Ok(match all {
            Ordering::Less => Part { base: own.base.min(left), ..own },
            Ordering::Equal => Part { base: left, ..own },
            // Shares that cut across each other, or contradict each other: nothing says which would have to give way.
            Ordering::Greater => own,
        })
    }

    /// What a line falls on.
    fn base(&self, line: &'a PlannedLine, record: &mut impl Record) -> Result<Part, Stop> {
        let value = self.dutiable(line)?;
        let mut base = match &line.base {
            Base::CustomsValue => value,
            Base::Content(id, unstated) => self.content(line, id, *unstated, value.base, record)?,
            Base::LessContent(id) => self.less(value.base, self.share(&Share::Content(id.clone()))?)?,
        };
        let mut covered = Decimal::ZERO;
        let mut counted: Vec<usize> = Vec::new();
        for (relation, others) in &line.relations {
            if !matches!(relation.kind, RelationKind::RemainderAfter(_)) || self.all_hold(&relation.when, record)?.is_some() {
                continue;
            }
            for other in others {
                if !counted.contains(other) {
                    counted.push(*other);
                    covered =
                        sum(covered, self.on(*other).map_or(Decimal::ZERO, |charged| charged.base)).ok_or(Stop::TooLarge)?;
                }
            }
        }
        let left = difference(value.base, covered).ok_or(Stop::TooLarge)?;
        record.side(|| left.cmp(&Decimal::ZERO));
        record.side(|| base.base.cmp(&left));
        if left < base.base {
            base = Part::exactly(left.max(Decimal::ZERO));
        }
        for (relation, _) in &line.relations {
            if let RelationKind::LessContent(id) = &relation.kind
                && self.all_hold(&relation.when, record)?.is_none()
            {
                base = self.less(base.base, self.share(&Share::Content(id.clone()))?)?;
            }
        }
        Ok(base)
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

    fn rounded(&self, exact: Option<Decimal>) -> (Option<Decimal>, Option<Decimal>) {
        (exact, exact.map(|amount| self.rounding().duty(amount)))
    }

    /// The amount of a plain rate on a base; `None` is without limit.
    fn amount(&self, line: &PlannedLine, rate: &Rate, base: Decimal, record: &mut impl Record) -> Result<Option<Decimal>, Stop> {
        Ok(match rate {
            Rate::Free | Rate::Refused | Rate::TopUp(_) | Rate::TopUpGeneral(_) => Some(Decimal::ZERO),
            Rate::AdValorem(percent) => {
                // A change by points stops at nothing.
                record.side(|| percent.points().cmp(&Decimal::ZERO));
                Some(product(base, percent.fraction()).ok_or(Stop::TooLarge)?)
            }
            Rate::Ratio(ratio) => Some(ratio.share_of(base).ok_or(Stop::TooLarge)?),
            Rate::Flat(money) => Some(money.amount),
            Rate::Specific(specific) => {
                if specific.currency != self.regime.territory.currency {
                    return self.open(Open::Rate(line.measure.clone(), format!("{specific} is in a foreign currency")));
                }
                if line.dutiable != Dutiable::Whole {
                    return self.open(Open::Rate(line.measure.clone(), format!("{specific} on a part of the value")));
                }
                match self.quantity(specific.per) {
                    Some(quantity) => {
                        let quantity = self.rounding().quantity(quantity, specific.amount);
                        Some(product(quantity, specific.amount).ok_or(Stop::TooLarge)?)
                    }
                    None => match (
                        self.open(Open::Quantity(specific.per))?,
                        specific.per.whole().and_then(|whole| self.quantity(whole)),
                    ) {
                        // What the goods weigh bounds what is in them.
                        (None, Some(most)) => {
                            let most = self.rounding().quantity(most, specific.amount);
                            Some(product(most, specific.amount).ok_or(Stop::TooLarge)?)
                        }
                        (amount, _) => amount,
                    },
                }
            }
            Rate::Sum(parts) => {
                let mut total = Some(Decimal::ZERO);
                for part in parts {
                    total = match (total, self.amount(line, part, base, record)?) {
                        (Some(a), Some(b)) => Some(sum(a, b).ok_or(Stop::TooLarge)?),
                        _ => None,
                    };
                }
                total
            }
            Rate::AtLeast(rate, bound) => match (self.amount(line, rate, base, record)?, self.amount(line, bound, base, record)?)
            {
                (Some(a), Some(b)) => {
                    record.side(|| a.cmp(&b));
                    Some(a.max(b))
                }
                _ => None,
            },
            Rate::AtMost(rate, bound) => {
                match (self.amount(line, rate, base, record)?, self.amount(line, bound, base, record)?) {
                    (Some(a), Some(b)) => {
                        record.side(|| a.cmp(&b));
                        Some(a.min(b))
                    }
                    (a, b) => a.or(b),
                }
            }
            Rate::InsteadOfColumn1(rate) => self.amount(line, rate, base, record)?,
            Rate::Unknown(words) => self.open(Open::Rate(line.measure.clone(), words.to_string()))?,
        })
    }

    /// Something without an upper end: settled at nothing, or without limit.
    fn open(&self, open: Open) -> Result<Option<Decimal>, Stop> {
        match self.amounts.unlimited.get(&open) {
            None => Err(Stop::Open(open)),
            Some(false) => Ok(Some(Decimal::ZERO)),
            Some(true) => Ok(None),
        }
    }

    fn quantity(&self, unit: Unit) -> Option<Decimal> {
        self.amounts.quantities.iter().find_map(|quantity| quantity.in_unit(unit))
    }

    /// A floor: what the counted duties leave missing to a percentage of the base.
    ///
    /// Customs has the importer report the whole percentage on the floor's heading and nothing on the column-1 line (CSMS 66319804), so the two together are exactly the percentage of the base, rounded
    /// once; the line is that sum less the counted duty as it was rounded.
    fn top_up(
        &self,
        line: &PlannedLine,
        base: Decimal,
        percent: Percent,
        record: &mut impl Record,
    ) -> Result<(Option<Decimal>, Option<Decimal>), Stop> {
        let value = self.dutiable(line)?.base;
        record.side(|| percent.points().cmp(&Decimal::ZERO));
        record.side(|| base.cmp(&value));
        let whole = product(base, percent.fraction()).ok_or(Stop::TooLarge)?;
        let (mut exact, mut rounded) = (whole, self.rounding().duty(whole));
        for counted in line.counting.iter().filter_map(|other| self.on(*other)) {
            let (Some(counted_exact), Some(counted_rounded)) = (counted.exact, counted.amount) else {
                return Ok((Some(Decimal::ZERO), Some(Decimal::ZERO)));
            };
            // On a part of the value only that part of the counted duty counts.
            let part = |amount: Decimal| {
                if base == value {
                    return Some(amount);
                }
                quotient(product(amount, base)?, value)
            };
            exact = part(counted_exact).and_then(|part| difference(exact, part)).ok_or(Stop::TooLarge)?;
            rounded =
                part(counted_rounded).and_then(|part| difference(rounded, self.rounding().duty(part))).ok_or(Stop::TooLarge)?;
        }
        record.side(|| exact.cmp(&Decimal::ZERO));
        Ok((Some(exact.max(Decimal::ZERO)), Some(rounded.max(Decimal::ZERO))))
    }

    /// A floor that the general rate decides, whatever rate was paid: below it the two together are the whole percentage, as for any floor.
    fn top_up_general(
        &self,
        line: &PlannedLine,
        base: Decimal,
        percent: Percent,
        record: &mut impl Record,
    ) -> Result<(Option<Decimal>, Option<Decimal>), Stop> {
        let mut missing = product(base, percent.fraction()).ok_or(Stop::TooLarge)?;
        for counted in line.counting.iter().filter_map(|other| self.planned(*other)) {
            let general = counted.general.as_ref().unwrap_or(&counted.rate);
            let Some(amount) = self.amount(counted, general, base, record)? else {
                return Ok((Some(Decimal::ZERO), Some(Decimal::ZERO)));
            };
            missing = difference(missing, amount).ok_or(Stop::TooLarge)?;
        }
        record.side(|| missing.cmp(&Decimal::ZERO));
        if missing > Decimal::ZERO {
            self.top_up(line, base, percent, record)
        } else {
            Ok((Some(Decimal::ZERO), Some(Decimal::ZERO)))
        }
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
