//! Classes whose duty is not known: the bounds of each row, worked out by each way to settle what is open, and rounded as the duty of a single flow is.

use super::class::RATE_PLACES;
use super::way::{Way, rounded};
use std::sync::Arc;

/// The duty of rows that leave something open.
#[derive(Clone, Debug)]
pub(in crate::assess) struct OpenClass {
    /// The ways to settle it; `None` has no limit. Without any there are no bounds.
    ways: Arc<[Option<Way>]>,
    /// The column-1 rate of the class.
    column_1: i64,
    /// The ways that can be the least or the most at values from [`Self::NEAR_FROM`] on; `None` where all are asked.
    near: Option<Box<[u32]>>,
    /// The value below which rounding may choose otherwise than it did at the sample.
    alone_below: i64,
}

/// What the ways of a value come to, in duty steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::assess) struct Bounds {
    pub(in crate::assess) least: i128,
    pub(in crate::assess) most: Option<i128>,
}

impl OpenClass {
    /// So many ways are asked of every row.
    const FEW: usize = 6;
    /// The value from which ways that lie far between the least and the most are not asked.
    const NEAR_FROM: i64 = 1_000;
    /// Two alternatives whose rates differ do not round to one amount from this value on.
    const CHOICE_FROM: i64 = 10_000;

    /// Nothing at least, and without limit.
    pub(in crate::assess) fn unbounded() -> Self {
        Self { ways: Arc::new([]), column_1: 0, near: None, alone_below: 0 }
    }

    /// Makes the class of a column-1 rate.
    pub(super) fn new(ways: &Arc<[Option<Way>]>, column_1: i64, has_alternatives: bool) -> Self {
        let alone_below = if has_alternatives { Self::CHOICE_FROM } else { 0 };
        Self { ways: ways.clone(), column_1, near: Self::near(ways, column_1), alone_below }
    }

    /// The bounds on a whole value above zero, in steps of `places` decimal places; `None` where the row must be worked out by itself: the plan may come out otherwise, or the least and the most are one.
    pub(in crate::assess) fn bounds(&self, whole: i64, places: u32) -> Option<Bounds> {
        if whole < self.alone_below {
            return None;
        }
        let (mut least, mut most) = (None::<i128>, Some(0_i128));
        let mut take = |way: &Option<Way>| {
            match way {
                Some(way) => {
                    let total = way.total(whole, self.column_1, places)?;
                    least = Some(least.map_or(total, |least| least.min(total)));
                    most = most.map(|most| most.max(total));
                }
                None => most = None,
            }
            Some(())
        };
        match self.near.as_deref().filter(|_| whole >= Self::NEAR_FROM) {
            Some(near) => near.iter().filter_map(|at| self.ways.get(*at as usize)).try_for_each(&mut take)?,
            None => self.ways.iter().try_for_each(&mut take)?,
        }
        if self.ways.is_empty() {
            most = None;
        }
        let bounds = Bounds { least: least.unwrap_or(0), most };
        (Some(bounds.least) != bounds.most).then_some(bounds)
    }

    /// The ways that no other is sure to lie below, or above, at values from [`Self::NEAR_FROM`] on.
    ///
    /// A way is its slope, the sum of its rates, give or take what rounding makes: some units of money on each of its parts, and a step on each amount.
    fn near(ways: &[Option<Way>], column_1: i64) -> Option<Box<[u32]>> {
        if ways.len() <= Self::FEW {
            return None;
        }
        // Duty in steps of RATE_PLACES places, at a value at which no part is rounded, and what rounding makes of it at most.
        let steep = |way: &Way| -> Option<(i128, i128)> {
            let total = way.total(super::class::SAMPLE, column_1, RATE_PLACES)?;
            let amounts = way.lines.iter().map(|line| line.less.len().saturating_add(1)).sum::<usize>();
            let rates = way.lines.iter().map(|line| rounded(1, line.rate.at(column_1), RATE_PLACES)).sum::<i128>();
            // Each part may be off by a unit, and what others leave by as many as there are; settled ends stand a few off.
            let units = i128::try_from(way.parts.len()).ok()?.saturating_add(1).saturating_mul(4);
            let a_step = 10_i128.saturating_pow(RATE_PLACES);
            Some((total, rates.saturating_mul(units).saturating_add(i128::try_from(amounts).ok()?.saturating_mul(a_step))))
        };
        let mut all: Vec<(u32, Option<(i128, i128)>)> = Vec::with_capacity(ways.len());
        for (at, way) in ways.iter().enumerate() {
            let steep = match way {
                Some(way) => Some(steep(way)?),
                None => None,
            };
            all.push((u32::try_from(at).ok()?, steep));
        }
        // In duty steps at NEAR_FROM, exactly: slope × NEAR_FROM ÷ SAMPLE.
        let at_near =
            |slope: i128| slope.saturating_mul(i128::from(Self::NEAR_FROM)).div_euclid(i128::from(super::class::SAMPLE));
        let ends = all.iter().filter_map(|(_, steep)| *steep).map(|(slope, off)| (at_near(slope), off.saturating_add(1)));
        let low = ends.clone().map(|(slope, off)| slope.saturating_add(off)).min()?;
        let high = ends.map(|(slope, off)| slope.saturating_sub(off)).max()?;
        let mut is_unlimited = false;
        let near = all.into_iter().filter(|(_, steep)| match steep {
            Some((slope, off)) => {
                let (slope, off) = (at_near(*slope), off.saturating_add(1));
                slope.saturating_sub(off) <= low || slope.saturating_add(off) >= high
            }
            None => !std::mem::replace(&mut is_unlimited, true),
        });
        Some(near.map(|(at, _)| at).collect())
    }
}
