//! What is asked of many origins for one flow.

use crate::base::{FactId, FlowId, Money, Percent};
use crate::diag::Place as FilePlace;
use crate::law::Place;
use std::collections::BTreeMap;

/// What bringing the goods in costs beside duty and fees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freight {
    /// An amount.
    Amount(Money),
    /// A share of the customs value.
    OfValue(Percent),
}

/// What is different of one origin.
#[derive(Clone, Debug)]
pub struct EachOrigin {
    /// The origin, or a group for all its members.
    pub origin: Place,
    /// The customs value of the goods from there.
    pub value: Option<Money>,
    /// Freight, insurance and whatever else is added to the landed cost.
    pub freight: Option<Freight>,
    /// What is stated of the goods from there, beside what the flow states.
    pub facts: BTreeMap<FactId, bool>,
    /// Where it is written.
    pub place: FilePlace,
}

/// One flow from many origins.
#[derive(Clone, Debug)]
pub struct OriginsAsked {
    /// The flow; `None` where the scenario has only one.
    pub flow: Option<(FlowId, FilePlace)>,
    /// The origins; empty for every country but the importing one.
    pub among: Vec<Place>,
    /// Whether the goods are taken as a declaration of their own, and its fees worked out.
    pub fees: bool,
    /// Freight of the origins that name none.
    pub freight: Option<Freight>,
    /// What is different by origin.
    pub each: Vec<EachOrigin>,
    /// Where it is written.
    pub place: FilePlace,
}
