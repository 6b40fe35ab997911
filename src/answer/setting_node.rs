//! Settings for machines: what `solve` and `sweep` vary.

use super::document::Node;
use crate::base::Decimal;
use crate::scenario::{Setting, Sweep};

/// A setting as it is printed, and its number: a fraction for percentages, units of money, a rate of exchange; a day stands as printed alone.
pub(super) fn setting(setting: &Setting) -> Node {
    Node::Object(vec![("printed", Node::text(setting)), ("number", Node::maybe(number(setting)))])
}

/// The number of a setting for machines: a fraction for percentages.
pub(super) fn number(setting: &Setting) -> Option<Decimal> {
    let number = setting.number()?;
    let number = if setting.is_percentage() { number.checked_div(Decimal::ONE_HUNDRED)? } else { number };
    Some(number.normalize())
}

/// What a sweep varies: each axis with its settings, named like the columns of the table.
pub fn sweep_axes(sweep: &Sweep) -> Node {
    let axes = ["axis_1", "axis_2"].iter().zip(&sweep.axes).map(|(key, axis)| {
        Node::Object(vec![
            ("key", Node::text(key)),
            ("vary", Node::text(&axis.scope)),
            ("settings", Node::List(axis.settings.iter().map(setting).collect())),
        ])
    });
    Node::List(axes.collect())
}
