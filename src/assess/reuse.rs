//! Plans kept for amounts that vary: a plan depends on the key alone, so another value or share is charged again without another plan.

use super::plan::{Key, Plan, plan};
use super::record::Silent;
use crate::base::{CommodityCode, Country, Date, FactId};
use crate::law::{Regime, Rulebook};
use crate::scenario::GivenColumn1;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// What decides a plan, beside the regime.
type Kept = (Country, CommodityCode, BTreeMap<FactId, bool>, Option<Date>, Option<GivenColumn1>);

/// The plans made under one regime. The regime is held, so that no other one can take its place in memory.
type OfRegime = (Arc<Regime>, HashMap<Kept, Arc<Plan>, foldhash::fast::FixedState>);

/// Plans made so far, shared by all who hold a copy. One for each rulebook.
#[derive(Clone, Debug, Default)]
pub struct Plans {
    kept: Arc<Mutex<HashMap<usize, OfRegime, foldhash::fast::FixedState>>>,
}

impl Plans {
    /// Returns how many plans have been made.
    pub fn made(&self) -> usize {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).values().map(|(_, plans)| plans.len()).sum()
    }

    /// The plan of a key, made at the first request for it.
    pub(super) fn get_or_make(&self, law: &Rulebook, regime: &Arc<Regime>, key: &Key<'_>) -> Arc<Plan> {
        let decides: Kept = (key.origin, key.code, key.facts.clone(), key.loaded, key.column_1.cloned());
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, plans) = kept.entry(Arc::as_ptr(regime).addr()).or_insert_with(|| (regime.clone(), HashMap::default()));
        plans.entry(decides).or_insert_with(|| Arc::new(plan(law, regime, key, &mut Silent))).clone()
    }
}
