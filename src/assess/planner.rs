//! Who decides which lines a flow has: the law of its day, or a mixture of two. And which codes must be looked at, where a flow names fewer digits than the law.

use super::explore::{Fault, Work};
use super::plan::{Key, Plan, plan};
use super::record::{Silent, Trace, named};
use super::reuse::Plans;
use crate::base::{CommodityCode, Country};
use crate::law::Schedule;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Decides which lines a flow has once its facts are settled, and which codes must be looked at.
pub(super) trait Planner {
    /// The plan of a key.
    fn plan(&self, work: &Work<'_>, key: &Key<'_>, trace: &mut Trace) -> Result<Arc<Plan>, Fault>;
    /// The codes below the flow's code that the law may treat differently.
    fn codes(&self, work: &Work<'_>, origin: Country) -> Vec<CommodityCode>;
}

/// The law of the work's own regime.
#[derive(Default)]
pub(super) struct OwnRegime {
    /// Plans made before, where they are kept.
    pub(super) plans: Option<Plans>,
}

impl Planner for OwnRegime {
    fn plan(&self, work: &Work<'_>, key: &Key<'_>, trace: &mut Trace) -> Result<Arc<Plan>, Fault> {
        Ok(match &self.plans {
            Some(plans) => plans.get_or_make(work.law, work.regime, key),
            None if work.traced => Arc::new(plan(work.law, work.regime, key, trace)),
            None => Arc::new(plan(work.law, work.regime, key, &mut Silent)),
        })
    }

    fn codes(&self, work: &Work<'_>, origin: Country) -> Vec<CommodityCode> {
        work.classes(origin)
    }
}

impl Work<'_> {
    /// The codes below the flow's code that the law may treat differently: one line of the schedule each, and each number a list names.
    pub(super) fn classes(&self, origin: Country) -> Vec<CommodityCode> {
        let code = self.flow.code;
        if code.length() == 10 {
            return vec![code];
        }
        let day = self.regime.moment.day;
        let given = self.flow.column_1.is_some();
        let mut classes: BTreeSet<CommodityCode> = BTreeSet::new();
        let schedule = self.law.schedule(self.flow.into).filter(|_| !given);
        if let Some(schedule) = schedule {
            if schedule.line(code, day).is_some() {
                classes.insert(code);
            } else {
                classes.extend(schedule.below(code, day).map(|line| line.code));
            }
        }
        if classes.is_empty() {
            classes.insert(code);
        }
        let lists: BTreeSet<CommodityCode> = self
            .regime
            .for_origin(origin)
            .into_iter()
            .filter_map(|position| self.regime.at(position))
            .filter(|active| {
                let covered = self.flow.column_1.as_ref().map_or(&[][..], |given| &given.covers);
                !named(covered, &active.measure.id, &active.measure.program)
            })
            .flat_map(|active| {
                let exceptions = active.exceptions.iter().map(|exception| &exception.codes);
                let sets = exceptions.chain(active.changes.iter().map(|change| &change.codes));
                active.measure.codes.below(code).chain(sets.flat_map(move |set| set.below(code)))
            })
            .collect();
        // A list may name a number above a line (a heading), or one that is no line any more: only what is finer than a line of the day parts it.
        let finer: Vec<CommodityCode> = lists
            .into_iter()
            .filter(|number| {
                let parts = |schedule: &Schedule| number.length() == 10 && schedule.line(*number, day).is_some();
                !classes.contains(number) && schedule.is_none_or(parts)
            })
            .collect();
        classes.extend(finer);
        classes.into_iter().collect()
    }
}
