//! Both totals of a target at one setting.

use super::Totals;
use super::pieces::Gap;
use crate::answer::note::Cited;
use crate::answer::run::tell;
use crate::answer::vary::{Desk, Priced, Set, changes};
use crate::assess::{Outcome, Plans};
use crate::base::{Currency, Date, Decimal, product, sum};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::law::{RegimeCache, Rulebook};
use crate::scenario::{Cost, Scenario, Scope, Setting, Side, Solve};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// The law of each case, as it stands without settings.
pub(super) struct Room<'a> {
    pub(super) law: &'a Rulebook,
    pub(super) scenario: &'a Scenario,
    pub(super) solve: &'a Solve,
    pub(super) as_known: Option<Date>,
    pub(super) exact: Vec<(RegimeCache<'a>, Plans)>,
    pub(super) due: Vec<(RegimeCache<'a>, Plans)>,
    pub(super) notes: Vec<String>,
    pub(super) cited: Cited,
    /// The places of what was charged, as it is due, since they were last taken.
    pub(super) behind: BTreeSet<usize>,
}

/// Why a side has no total.
pub(super) type Missing = (Gap, Vec<String>);

pub(super) fn one(diagnostic: Diagnostic) -> Diagnostics {
    let mut all = Diagnostics::default();
    all.push(diagnostic);
    all
}

impl<'a> Room<'a> {
    /// Both sides must be in one currency, and one of them must feel what varies.
    pub(super) fn check(&self) -> Result<(), Diagnostics> {
        let sides = [&self.solve.target.left, &self.solve.target.right];
        let currencies = sides.iter().flat_map(|side| {
            let flows = side.term.iter().flat_map(|term| &term.flows).filter_map(|flow| self.scenario.flows.get(*flow));
            flows.filter_map(|flow| self.law.territory(flow.into)).map(|into| into.currency).chain(side.currency)
        });
        let mut all: Vec<Currency> = currencies.collect();
        all.sort_unstable();
        all.dedup();
        if all.len() > 1 {
            let names: Vec<String> = all.iter().map(ToString::to_string).collect();
            let message = format!("the totals of the target are in {}", names.join(" and "));
            return Err(one(Diagnostic::new(Code::BadSweep, message)
                .at(self.solve.place, "this target")
                .help("totals meet in one currency only")));
        }
        if !sides.iter().any(|side| self.is_reached(side)) {
            let message = format!("`{}` varies for none of the flows and cases of the target", self.solve.scope);
            return Err(one(Diagnostic::new(Code::BadSweep, message)
                .at(self.solve.scope.place, "what varies")
                .at(self.solve.place, "the target")));
        }
        Ok(())
    }

    pub(super) fn is_reached(&self, side: &Side) -> bool {
        side.term.as_ref().is_some_and(|term| {
            term.flows
                .iter()
                .filter_map(|flow| self.scenario.flows.get(*flow))
                .any(|flow| self.solve.scope.reaches(&flow.id, &term.case_id))
        })
    }

    pub(super) fn currency(&self) -> Option<Currency> {
        let sides = [&self.solve.target.left, &self.solve.target.right];
        sides.iter().find_map(|side| {
            let flow = side.term.as_ref()?.flows.first()?;
            Some(self.law.territory(self.scenario.flows.get(*flow)?.into)?.currency)
        })
    }

    /// The flows of a side, priced at a setting.
    pub(super) fn priced(
        &mut self,
        side: &Side,
        scope: &Scope,
        setting: &Setting,
        exactly: bool,
    ) -> Result<Vec<Priced>, Diagnostics> {
        let Some(term) = &side.term else { return Ok(Vec::new()) };
        let Some(case) = self.scenario.cases.get(term.case) else { return Ok(Vec::new()) };
        let set: [Set<'_>; 1] = [(scope, setting.clone())];
        let book;
        let varied;
        let is_law = scope.varied.is_law() && (scope.cases.is_empty() || scope.cases.contains(&case.id));
        let law_of_setting = if is_law {
            book = self.law.amended(&changes(case, &set));
            varied = (if exactly { RegimeCache::unrounded(&book) } else { RegimeCache::new(&book) }, Plans::default());
            Some(&varied)
        } else {
            None
        };
        let kept = if exactly { self.exact.get(term.case) } else { self.due.get(term.case) };
        let mut all = Vec::with_capacity(term.flows.len());
        let mut faults = Diagnostics::default();
        for flow in term.flows.iter().filter_map(|flow| self.scenario.flows.get(*flow)) {
            let reached = scope.reaches(&flow.id, &case.id);
            let Some((cache, plans)) = law_of_setting.filter(|_| reached).or(kept) else { continue };
            let desk = Desk { scenario: self.scenario, case, as_known: self.as_known, cache, plans };
            match desk.price(flow, &set, exactly) {
                Ok(priced) => all.push(priced),
                Err(fault) => tell(&fault, flow, case, &mut faults),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        for note in all.iter().flat_map(|priced| &priced.notes) {
            if !self.notes.contains(note) {
                self.notes.push(note.clone());
            }
        }
        if !exactly {
            for one in &all {
                self.behind.extend(self.cited.charged_by(&one.lines));
            }
        }
        Ok(all)
    }

    /// The places of what was charged since they were last taken, ascending.
    pub(super) fn charged(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.behind).into_iter().collect()
    }

    /// The total of a side at a setting. An effective rate is compared as the duty with that share of the value.
    pub(super) fn total(
        &mut self,
        side: &Side,
        other: &Side,
        scope: &Scope,
        setting: &Setting,
        exactly: bool,
    ) -> Result<(Outcome, Vec<Ordering>), Diagnostics> {
        if let Some(percent) = side.percent {
            // The other side's value is that of all its flows.
            let priced = self.priced(other, scope, setting, exactly)?;
            let value = priced.iter().try_fold(Decimal::ZERO, |all, one| sum(all, one.value));
            let amount = value.and_then(|value| product(value, percent.fraction())).ok_or_else(|| {
                let message = "a total has more digits than a decimal holds exactly";
                one(Diagnostic::new(Code::NumberTooLarge, message).at(self.solve.place, "this target"))
            })?;
            return Ok((Outcome::Known(amount), Vec::new()));
        }
        let Some(term) = &side.term else { return Ok((Outcome::Known(side.plus), Vec::new())) };
        let priced = self.priced(side, scope, setting, exactly)?;
        let mut all = Outcome::Known(side.plus);
        let mut sides = Vec::new();
        for one in priced {
            let amount = match term.cost {
                Cost::Landed => Outcome::Known(one.value),
                Cost::Duty | Cost::EffectiveRate => Outcome::Known(Decimal::ZERO),
            };
            all = match (&all, &one.duty) {
                // Goods that may not enter have no total to compare.
                (Outcome::Refused(why), _) | (_, Outcome::Refused(why)) => Outcome::Refused(why.clone()),
                (all, duty) => all.plus(&amount.plus(duty)),
            };
            sides.extend(one.sides);
        }
        Ok((all, sides))
    }

    pub(super) fn both(
        &mut self,
        scope: &Scope,
        setting: &Setting,
        exactly: bool,
    ) -> Result<(Totals, Vec<Ordering>), Diagnostics> {
        let target = &self.solve.target;
        let (left, mut sides) = self.total(&target.left, &target.right, scope, setting, exactly)?;
        let (right, more) = self.total(&target.right, &target.left, scope, setting, exactly)?;
        sides.extend(more);
        Ok((Totals { left, right }, sides))
    }
}

pub(super) fn known(totals: &Totals) -> Result<(Decimal, Decimal), Missing> {
    for total in [&totals.left, &totals.right] {
        match total {
            Outcome::Known(_) => {}
            Outcome::Unknown { why, .. } => return Err((Gap::Unknown, why.clone())),
            Outcome::Refused(why) => return Err((Gap::Refused, vec![why.clone()])),
        }
    }
    totals.left.known().zip(totals.right.known()).ok_or((Gap::Unknown, Vec::new()))
}

/// Tells whether two outcomes are the same amount or bounds; the reasons may name the day.
pub(super) fn alike(a: &Outcome, b: &Outcome) -> bool {
    matches!(a, Outcome::Refused(_)) == matches!(b, Outcome::Refused(_))
        && (a.known(), a.at_least(), a.at_most()) == (b.known(), b.at_least(), b.at_most())
}

pub(super) fn order_of(totals: &Totals) -> Option<Ordering> {
    known(totals).ok().map(|(left, right)| left.cmp(&right))
}
