use crate::base::MeasureId;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Measures that wait for each other, in a circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle(pub Vec<MeasureId>);

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, id) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(" → ")?;
            }
            write!(f, "`{id}`")?;
        }
        Ok(())
    }
}

/// Puts measures in an order in which each comes after all it asks about.
///
/// `asks[i]` lists what measure `i` must come after. Of several that are free to come next, the one that stands first in the input comes first, so
/// that the order depends on ids only.
///
/// # Errors
/// Where measures wait for each other; the circle is named.
pub(crate) fn in_order(ids: &[MeasureId], asks: &[Vec<usize>]) -> Result<Vec<usize>, Circle> {
    let mut waiting: BTreeMap<usize, BTreeSet<usize>> =
        asks.iter().enumerate().map(|(at, others)| (at, others.iter().copied().filter(|other| *other != at).collect())).collect();
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); ids.len()];
    for (at, others) in &waiting {
        for other in others {
            if let Some(list) = followers.get_mut(*other) {
                list.push(*at);
            }
        }
    }
    let mut free: BTreeSet<usize> = waiting.iter().filter(|(_, others)| others.is_empty()).map(|(at, _)| *at).collect();
    let mut order = Vec::with_capacity(ids.len());
    while let Some(next) = free.pop_first() {
        order.push(next);
        waiting.remove(&next);
        for follower in followers.get(next).into_iter().flatten() {
            if let Some(others) = waiting.get_mut(follower) {
                others.remove(&next);
                if others.is_empty() {
                    free.insert(*follower);
                }
            }
        }
    }
    match waiting.keys().next() {
        None => Ok(order),
        Some(first) => Err(circle(*first, &waiting, ids)),
    }
}

/// Follows the waiting from one measure until one comes up again.
fn circle(first: usize, waiting: &BTreeMap<usize, BTreeSet<usize>>, ids: &[MeasureId]) -> Circle {
    let mut path = vec![first];
    let mut at = first;
    while let Some(next) = waiting.get(&at).and_then(|others| others.iter().find(|other| waiting.contains_key(other))) {
        if let Some(start) = path.iter().position(|seen| seen == next) {
            path.drain(..start);
            path.push(*next);
            break;
        }
        path.push(*next);
        at = *next;
    }
    Circle(path.into_iter().filter_map(|at| ids.get(at).cloned()).collect())
}
