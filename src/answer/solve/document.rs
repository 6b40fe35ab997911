//! The answers of `solve` for machines.

use super::table::sentences;
use super::{Met, MetKind, Order, Solved, Stretch};
use crate::answer::document::{Node, money, outcome};
use crate::answer::setting_node::setting;
use crate::base::Decimal;
use crate::scenario::{Lie, Setting, Solve};
use std::cmp::Ordering;

/// Arranges answers for machines, one for each question: what was asked, every setting at which the totals meet with its exact number as a fraction of whole numbers,
/// the totals there and next to it, the whole range part by part, and the answer in words, which say what proves it where there is none.
pub fn solve_answers(answers: &[(&Solve, Solved)]) -> Node {
    Node::List(answers.iter().map(|(solve, solved)| answer(solve, solved)).collect())
}

fn answer(solve: &Solve, solved: &Solved) -> Node {
    let relation = match solve.target.lie {
        Lie::Equal => "=",
        Lie::AtMost => "<=",
        Lie::AtLeast => ">=",
    };
    let open = solved.stretches.iter().any(|stretch| stretch.order.is_none());
    let outcome = match (solved.met.is_empty(), open) {
        (false, _) => "met",
        (true, false) => "none",
        (true, true) => "none-where-known",
    };
    Node::Object(vec![
        ("target", Node::text(&solve.target)),
        ("left", Node::text(&solve.target.left)),
        ("relation", Node::text(relation)),
        ("right", Node::text(&solve.target.right)),
        ("vary", Node::text(&solve.scope)),
        ("from", setting(&solve.from)),
        ("to", setting(&solve.to)),
        ("currency", Node::text(solved.currency)),
        ("outcome", Node::text(outcome)),
        ("words", Node::List(sentences(solve, solved).iter().map(Node::text).collect())),
        ("met", Node::List(solved.met.iter().map(|met| meeting(met, solved)).collect())),
        ("range", Node::List(solved.stretches.iter().map(|stretch| part(stretch, solved)).collect())),
        ("notes", Node::List(solved.notes.iter().map(Node::text).collect())),
    ])
}

fn meeting(met: &Met, solved: &Solved) -> Node {
    let (kind, after) = match met.kind {
        MetKind::Equal => ("equal", None),
        MetKind::EqualAlong => ("equal-along", None),
        MetKind::Turns(order) => ("order-turns", Some(order)),
    };
    let exactly = met.exactly.as_ref().map_or(Node::Null, |(numerator, denominator)| {
        Node::Object(vec![("numerator", Node::text(numerator)), ("denominator", Node::text(denominator))])
    });
    let exact = |amount: Option<Decimal>| amount.map_or(Node::Null, |amount| money(amount, solved.currency.places()));
    let near = met.near.iter().map(|(at, totals)| {
        let places = solved.currency.places();
        Node::Object(vec![
            ("setting", setting(at)),
            ("left", outcome(&totals.left, places)),
            ("right", outcome(&totals.right, places)),
        ])
    });
    Node::Object(vec![
        ("kind", Node::text(kind)),
        ("at", setting(&met.at)),
        ("exactly", exactly),
        ("to", met.to.as_ref().map_or(Node::Null, setting)),
        ("order_after", Node::maybe(after.map(order))),
        ("left", exact(met.exact.map(|(left, _)| left))),
        ("right", exact(met.exact.map(|(_, right)| right))),
        ("rounded", Node::List(near.collect())),
    ])
}

fn part(stretch: &Stretch, solved: &Solved) -> Node {
    let end = |(at, is_in): &(Setting, bool), totals: Option<&(Decimal, Decimal)>| {
        let total = |amount: Option<Decimal>| amount.map_or(Node::Null, |amount| money(amount, solved.currency.places()));
        Node::Object(vec![
            ("setting", setting(at)),
            ("included", Node::Flag(*is_in)),
            ("left", total(totals.map(|(left, _)| *left))),
            ("right", total(totals.map(|(_, right)| *right))),
        ])
    };
    let [low, high] = stretch.totals.as_ref().map_or([None, None], |[low, high]| [Some(low), Some(high)]);
    Node::Object(vec![
        ("from", end(&stretch.from, low)),
        ("to", end(&stretch.to, high)),
        ("order", stretch.order.map_or_else(|| Node::text("no-answer"), |found| Node::text(order(found)))),
        ("why", Node::List(stretch.why.iter().map(Node::text).collect())),
    ])
}

/// How the left total lies to the right one.
fn order(order: Order) -> &'static str {
    match order {
        Ordering::Less => "less",
        Ordering::Equal => "equal",
        Ordering::Greater => "more",
    }
}
