//! What all plain column-1 rates have in common: the duty of a class with the rate left open, worked out once for all of them.

use super::class::{Class, Common, PlainLines, rounds_plainly, ways};
use super::open::OpenClass;
use super::way::Way;
use crate::assess::explore::Found;
use std::sync::Arc;

/// The duty of a class for every plain column-1 rate.
#[derive(Debug)]
pub(in crate::assess) enum Shape {
    Refused,
    /// Unknown, without bounds.
    Unbounded,
    Plain(Way),
    /// Several results: the lines of each, `None` where it has no limit.
    Open(Arc<[Option<Way>]>),
    /// The rate decides more than its own amount: each has a class of its own.
    ByRate,
}

impl Shape {
    /// Makes a shape of what was found at the sample for one of the rates.
    pub(in crate::assess) fn new(found: &Found, common: &Common<'_>) -> Self {
        let leaves = &found.leaves;
        if !leaves.is_empty() && leaves.iter().all(|leaf| leaf.charged.refused.is_some()) {
            return Self::Refused;
        }
        if found.too_many || leaves.is_empty() || leaves.iter().any(|leaf| leaf.charged.refused.is_some()) {
            return Self::Unbounded;
        }
        if !rounds_plainly(&common.regime.territory.rounding) {
            return Self::ByRate;
        }
        let Some(ways) = ways(leaves, common, true) else { return Self::ByRate };
        match (leaves.as_slice(), &*ways) {
            ([_], [Some(way)]) => Self::Plain(way.clone()),
            _ => Self::Open(ways),
        }
    }

    /// The class for one column-1 rate; `None` where it must be worked out for itself.
    pub(in crate::assess) fn at(&self, column_1: i64) -> Option<Class> {
        Some(match self {
            Self::Refused => Class::Refused,
            Self::Unbounded => Class::Open(OpenClass::unbounded()),
            Self::Plain(way) => Class::Plain(PlainLines::new(way, column_1)),
            Self::Open(ways) => Class::Open(OpenClass::new(ways, column_1, false)),
            Self::ByRate => return None,
        })
    }
}
