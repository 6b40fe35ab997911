use super::outcome::NotApplied;
use crate::base::{Decimal, FactId, MeasureId, ProgramId};
use crate::diag::Source;
use crate::law::{Active, Condition, Exception, Provision, Relation};
use std::cmp::Ordering;

/// Why a measure did not apply.
#[derive(Clone, Copy, Debug)]
pub enum Why<'a> {
    /// The code is not in its scope.
    Code,
    /// It needs a claim that the flow does not make.
    Requires(&'a FactId),
    /// It falls only on goods in transit, and the flow states no loading date.
    NotInTransit,
    /// A claim of the flow takes the goods out of it.
    Unless(&'a FactId),
    /// An exception takes the goods out of it.
    Excepted(&'a Exception),
    /// Another measure applies, to which it yields.
    Yielded(&'a MeasureId, &'a Relation),
    /// The provision that the flow claims frees the goods of it.
    Provision(&'a Provision),
    /// Other measures cover the whole value.
    NothingLeft(&'a MeasureId, &'a Relation),
    /// There is none of the content it falls on.
    NoContent,
    /// Another measure stands in its place.
    Displaced(&'a MeasureId),
    /// A threshold is not met.
    Threshold(&'a Condition),
    /// Of several alternatives another one is lower.
    Alternative(&'a MeasureId),
    /// The flow's own column-1 rate counts it already.
    Counted,
    /// A change of the case takes it away.
    Changed(&'a Source),
}

/// What happens on the way to a duty.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// A measure in force was looked at and does not apply.
    Skipped(&'a Active, Why<'a>),
    /// A measure was charged: base, amount before and after rounding.
    Charged(&'a MeasureId, Decimal, Option<Decimal>, Option<Decimal>),
}

/// Hears what happens on the way to a duty.
pub trait Record {
    /// Takes one step.
    fn step(&mut self, step: Step<'_>);

    /// Hears on which side of a decision amounts fell: whether a threshold is met, which of two bounds is the larger, whether anything is left or due.
    /// Those who do not listen do not have it worked out.
    #[inline(always)]
    fn side(&mut self, _: impl FnOnce() -> Ordering) {}
}

/// Hears nothing and costs nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Record for Silent {
    #[inline(always)]
    fn step(&mut self, _: Step<'_>) {}
}

/// Writes down the side of every decision, in order.
///
/// Each decision compares amounts that, up to it, are linear in the one amount that varies, so the settings on one side of it are an interval. Two settings with the same sides
/// therefore have the same sides everywhere between them, and the duty has no kink and no jump there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sides(pub Vec<Ordering>);

impl Record for Sides {
    fn step(&mut self, _: Step<'_>) {}

    fn side(&mut self, side: impl FnOnce() -> Ordering) {
        self.0.push(side());
    }
}

/// Writes down every measure that did not apply, and how each amount was rounded.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// The measures that did not apply.
    pub skipped: Vec<NotApplied>,
    /// Measure, base, amount before rounding, amount.
    pub charged: Vec<(MeasureId, Decimal, Option<Decimal>, Option<Decimal>)>,
}

impl Record for Trace {
    fn step(&mut self, step: Step<'_>) {
        match step {
            Step::Charged(measure, base, exact, amount) => self.charged.push((measure.clone(), base, exact, amount)),
            Step::Skipped(active, why) => self.skipped.push(told(active, why)),
        }
    }
}

fn told(active: &Active, why: Why<'_>) -> NotApplied {
    let own_heading = active.version().and_then(|version| version.heading.clone());
    let own_cite = active.version().map(|version| version.cite.clone());
    let (word, words, to, heading, cite): (&'static str, String, Option<MeasureId>, Option<String>, Option<String>) = match why {
        Why::Code => ("code", "the code is not in its scope".into(), None, None, own_cite),
        Why::Requires(fact) => ("claim", format!("it falls only on goods for which `{fact}` is stated"), None, None, own_cite),
        Why::NotInTransit => {
            ("claim", "it falls only on goods in transit, and no loading date is stated".into(), None, None, own_cite)
        }
        Why::Unless(fact) => ("claim", format!("`{fact}` is stated"), None, None, own_cite),
        Why::Excepted(exception) => {
            ("excepted", format!("excepted: {}", exception.title), None, exception.heading.clone(), Some(exception.cite.clone()))
        }
        Why::Yielded(to, relation) => {
            ("yielded", format!("yields to `{to}`"), Some(to.clone()), relation.heading.clone(), Some(relation.cite.clone()))
        }
        Why::NothingLeft(to, relation) => (
            "yielded",
            format!("`{to}` covers the whole value"),
            Some(to.clone()),
            relation.heading.clone(),
            Some(relation.cite.clone()),
        ),
        Why::Provision(provision) => (
            "excepted",
            format!("not due under {}: {}", provision.heading, provision.title),
            None,
            Some(provision.heading.clone()),
            Some(provision.dutiable(&active.measure.id, &active.measure.program).1.to_owned()),
        ),
        Why::NoContent => ("threshold", "there is none of the content it falls on".into(), None, None, own_cite),
        Why::Displaced(by) => ("displaced", format!("`{by}` stands in its place"), Some(by.clone()), None, own_cite),
        Why::Threshold(condition) => ("threshold", format!("not met: {condition}"), None, None, own_cite),
        Why::Alternative(to) => ("alternative", format!("`{to}` is lower"), Some(to.clone()), None, own_cite),
        Why::Counted => ("counted", "the flow's own column-1 rate counts it".into(), None, None, own_cite),
        Why::Changed(source) => ("changed", format!("taken away by the case ({source})"), None, None, own_cite),
    };
    NotApplied {
        measure: active.measure.id.clone(),
        program: active.measure.program.clone(),
        title: active.measure.title.clone(),
        why: word,
        words,
        to,
        heading: heading.or(own_heading),
        cite,
        source: active.measure.source.clone(),
    }
}

/// The name of a program and measure, for look-ups in relations.
pub(super) fn named(names: &[String], measure: &MeasureId, program: &ProgramId) -> bool {
    names.iter().any(|name| name == measure.as_str() || name == program.as_str())
}
