//! A flow in a case under other settings: what `sweep` and `solve` assess.

use super::run;
use crate::assess::{Assessment, Context, DutyLine, Fault, Outcome, Plans, probe, recharge};
use crate::base::{Currency, Date, Decimal, FlowId, Percent, Period, difference, product, sum};
use crate::diag::Source;
use crate::law::{Change, CodeSet, Edit, OriginSet, Rate, RegimeCache, Rulebook};
use crate::scenario::{Case, ExchangeRate, Flow, GivenColumn1, Scenario, Scope, Setting, Varied};
use std::cmp::Ordering;
use std::sync::Arc;

/// One setting of what a scope varies.
pub(super) type Set<'s> = (&'s Scope, Setting);

/// A flow, priced; of one that a setting splits, the sum of its parts.
#[derive(Clone, Debug)]
pub(super) struct Priced {
    pub(super) currency: Currency,
    /// The customs value, exact.
    pub(super) value: Decimal,
    pub(super) duty: Outcome,
    /// What the duty is the sum of, and what stands in its place.
    pub(super) lines: Vec<DutyLine>,
    pub(super) notes: Vec<String>,
    /// The sides of all decisions, where they were asked for.
    pub(super) sides: Vec<Ordering>,
}

/// What surrounds the flows of a case, and how they are charged.
pub(super) struct Desk<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) case: &'a Case,
    pub(super) as_known: Option<Date>,
    /// The law of the case, with the settings that change it.
    pub(super) cache: &'a RegimeCache<'a>,
    pub(super) plans: &'a Plans,
}

impl Desk<'_> {
    /// Prices a flow under settings; those of the law are in the desk's own law already.
    pub(super) fn price(&self, flow: &Flow, set: &[Set<'_>], with_sides: bool) -> Result<Priced, Fault> {
        let reached: Vec<&Set<'_>> = set.iter().filter(|(scope, _)| scope.reaches(&flow.id, &self.case.id)).collect();
        let context = self.context(&reached);
        let mut all: Option<Priced> = None;
        for part in parts(flow, &reached)? {
            let (assessment, sides) = if with_sides {
                probe(self.cache, &part, &context, self.plans).map(|(assessment, sides)| (assessment, sides.0))?
            } else {
                (recharge(self.cache, &part, &context, self.plans)?, Vec::new())
            };
            let next = priced(assessment, sides);
            all = Some(match all {
                None => next,
                Some(first) => together(first, next)?,
            });
        }
        all.ok_or(Fault::TooLarge)
    }

    fn context(&self, reached: &[&Set<'_>]) -> Context {
        let mut context = run::context(self.scenario, self.case, self.as_known);
        for (scope, setting) in reached {
            match (&scope.varied, setting) {
                (Varied::Entered, Setting::Day(day)) => context.entered = Some(*day),
                // The first rate that speaks of two currencies is used.
                (Varied::Exchange(currency, per), Setting::Number(number)) => {
                    context.exchange.insert(0, ExchangeRate { number: *number, currency: *currency, per: *per });
                }
                _ => {}
            }
        }
        context
    }
}

fn priced(assessment: Assessment, sides: Vec<Ordering>) -> Priced {
    Priced {
        currency: assessment.currency,
        value: assessment.value,
        duty: assessment.duty,
        lines: assessment.lines,
        notes: assessment.notes,
        sides,
    }
}

fn together(mut first: Priced, next: Priced) -> Result<Priced, Fault> {
    first.value = sum(first.value, next.value).ok_or(Fault::TooLarge)?;
    // A part that is refused is no duty: the whole cannot enter as it stands.
    first.duty = match (&first.duty, &next.duty) {
        (Outcome::Refused(why), _) | (_, Outcome::Refused(why)) => Outcome::Refused(why.clone()),
        (one, other) => one.plus(other),
    };
    first.lines.extend(next.lines);
    first.sides.extend(next.sides);
    first.notes.extend(next.notes.into_iter().filter(|note| !first.notes.contains(note)).collect::<Vec<_>>());
    Ok(first)
}

/// The flow under the settings that reach it: two parts where a claim is made for a share of it.
fn parts(flow: &Flow, reached: &[&Set<'_>]) -> Result<Vec<Flow>, Fault> {
    let mut whole = flow.clone();
    let mut claimed = None;
    for (scope, setting) in reached {
        match (&scope.varied, setting) {
            (Varied::Value, Setting::Money(money)) => whole.value = *money,
            (Varied::Share(share), Setting::Percent(percent)) => {
                whole.shares.insert(share.clone(), *percent);
            }
            (Varied::Column1, Setting::Rate(rate)) => {
                let covers = whole.column_1.take().map(|given| given.covers).unwrap_or_default();
                whole.column_1 = Some(GivenColumn1 { rate: rate.clone(), cite: "varied".into(), covers });
            }
            (Varied::Claim(fact), Setting::Percent(percent)) => claimed = Some((fact, *percent)),
            _ => {}
        }
    }
    let Some((fact, share)) = claimed else { return Ok(vec![whole]) };
    let rest = Percent::from_points(difference(Decimal::ONE_HUNDRED, share.points()).ok_or(Fault::TooLarge)?);
    let mut all = Vec::new();
    // A part of nothing is no part: it would pay what is due at least.
    for (share, stated) in [(share, true), (rest, false)].into_iter().filter(|(share, _)| *share > Percent::ZERO) {
        let of = |amount: Decimal| product(amount, share.fraction()).ok_or(Fault::TooLarge);
        let mut part = whole.clone();
        part.id = FlowId::new(&format!("{}/{}", flow.id, if stated { fact.as_str() } else { "rest" }));
        part.value.amount = of(whole.value.amount)?;
        for quantity in &mut part.quantities {
            quantity.number = of(quantity.number)?;
        }
        part.facts.insert(fact.clone(), stated);
        all.push(part);
    }
    Ok(all)
}

/// The changes of a case with the settings of the law among them: a rate the case sets for the same measure is set anew in its place, everything else comes last.
pub(super) fn changes(case: &Case, set: &[Set<'_>]) -> Vec<Arc<Change>> {
    let mut changes = case.changes.clone();
    for (scope, setting) in set {
        let Some(target) = scope.varied.target() else { continue };
        let edit = match (&scope.varied, setting) {
            (Varied::Rate(_), Setting::Rate(rate)) => Edit::SetRate(rate.clone()),
            (Varied::Points(_), Setting::Percent(points)) => Edit::AddPoints(*points),
            (Varied::Factor(_), Setting::Percent(factor)) => Edit::Scale(*factor),
            _ => continue,
        };
        let mut replaced = false;
        if let Edit::SetRate(_) = edit {
            for change in changes.iter_mut().filter(|change| sets(change, target)) {
                *change = Arc::new(Change { edit: edit.clone(), ..Change::clone(change) });
                replaced = true;
            }
        }
        if !replaced {
            changes.push(Arc::new(Change {
                target: target.to_owned(),
                edit,
                period: Period::ALWAYS,
                origins: OriginSet::All,
                codes: CodeSet::ALL,
                why: Some("varied".into()),
                place: scope.place,
                source: Source { path: Arc::from("varied"), line: 0 },
            }));
        }
    }
    changes
}

/// What a reader must know where plain percentages are set in the place of a floor: they are added to column 1, a floor is not.
pub(super) fn form_note(law: &Rulebook, scope: &Scope, settings: &[Setting]) -> Option<String> {
    let Varied::Rate(target) = &scope.varied else { return None };
    let plain = settings.iter().any(|setting| matches!(setting, Setting::Rate(Rate::AdValorem(_))));
    let mut floors =
        law.meant_by(target).into_iter().flat_map(|measure| &measure.versions).filter_map(|version| version.rate.as_ref());
    let floor = floors.rfind(|rate| matches!(rate, Rate::TopUp(_) | Rate::TopUpGeneral(_))).filter(|_| plain)?;
    Some(format!(
        "{scope}: the law has a floor there as well (`{floor}`); a plain percentage is due on top of column 1. Settings such as \"{floor}\" keep the floor."
    ))
}

/// Tells whether a change of a case sets the rate that an axis varies.
pub(super) fn sets(change: &Change, target: &str) -> bool {
    change.target == target && matches!(change.edit, Edit::SetRate(_))
}
