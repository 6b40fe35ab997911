use crate::base::MeasureId;
use std::collections::BTreeSet;
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
    let mut waits = vec![0_usize; ids.len()];
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); ids.len()];
    for (at, others) in asks.iter().enumerate() {
        for other in others.iter().filter(|other| **other != at) {
            if let (Some(list), Some(count)) = (followers.get_mut(*other), waits.get_mut(at)) {
                list.push(at);
                *count = count.saturating_add(1);
            }
        }
    }
    let mut free: BTreeSet<usize> = waits.iter().enumerate().filter(|(_, count)| **count == 0).map(|(at, _)| at).collect();
    let mut order = Vec::with_capacity(ids.len());
    while let Some(next) = free.pop_first() {
        order.push(next);
        for follower in followers.get(next).into_iter().flatten() {
            if let Some(count) = waits.get_mut(*follower) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    free.insert(*follower);
                }
            }
        }
    }
    match waits.iter().position(|count| *count > 0) {
        None => Ok(order),
        Some(first) => Err(circle(first, &waits, asks, ids)),
    }
}

/// Follows the waiting from one measure until one comes up again.
fn circle(first: usize, waits: &[usize], asks: &[Vec<usize>], ids: &[MeasureId]) -> Circle {
    let waiting = |at: usize| waits.get(at).is_some_and(|count| *count > 0);
    let mut path = vec![first];
    let mut at = first;
    while let Some(next) = asks.get(at).and_then(|others| others.iter().find(|other| **other != at && waiting(**other))) {
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
