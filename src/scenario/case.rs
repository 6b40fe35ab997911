use super::{Flow, NextAsked, OriginsAsked, Solve, Sweep, TimelineAsked};
use crate::base::{CaseId, Currency, Date, Decimal, FactId, FlowId, Percent, ReadingId, product, quotient};
use crate::diag::{Place, Source};
use crate::law::{Change, Share, answered};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A rate of exchange: so many units of one currency for one of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeRate {
    /// How many units of `currency` one unit of `per` buys.
    pub number: Decimal,
    /// The currency counted.
    pub currency: Currency,
    /// The currency it is counted for.
    pub per: Currency,
}

impl ExchangeRate {
    /// Converts an amount; `None` where the rate does not speak of these two currencies.
    pub fn convert(&self, amount: Decimal, from: Currency, to: Currency) -> Option<Decimal> {
        if (from, to) == (self.per, self.currency) {
            product(amount, self.number)
        } else if (from, to) == (self.currency, self.per) {
            quotient(amount, self.number)
        } else {
            None
        }
    }
}

/// One alternative: a date, a book, readings, exchange rates and changes to the law.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// Its name.
    pub title: String,
    /// The entry date of all flows, where it sets one.
    pub entered: Option<Date>,
    /// The day whose book is asked; `None` for today's.
    pub as_known: Option<Date>,
    /// The readings it chooses.
    pub readings: BTreeMap<ReadingId, String>,
    /// Its exchange rates.
    pub exchange: Vec<ExchangeRate>,
    /// Its changes to the law, those of the case it is based on first.
    pub changes: Vec<Arc<Change>>,
    /// How many of the changes are inherited.
    pub inherited: usize,
    /// Where it is written; `None` for current law that nobody wrote.
    pub place: Option<Place>,
}

/// The unit that tables show amounts in: `million USD`. Only for the eye; other formats carry exact amounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The word: `million`.
    pub word: String,
    /// How many units of the currency it is.
    pub units: Decimal,
}

/// The scales there are, with how many units of a currency one is.
pub const SCALES: [(&str, i64); 3] = [("thousand", 1_000), ("million", 1_000_000), ("billion", 1_000_000_000)];

/// A figure that an author can expect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Duty over value, in percent.
    EffectiveRate,
    /// The duty, in the currency of the importing country.
    Duty,
    /// Duty less that of the first case.
    Change,
}

impl Figure {
    /// All of them, with the words that name them in files.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::EffectiveRate, "effective-rate"), (Self::Duty, "duty"), (Self::Change, "change")];
}

/// An expectation of the author: `"cars.deal.effective-rate" = "15%"`.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The flow; `None` for the total of the case.
    pub flow: Option<FlowId>,
    /// The case.
    pub case: CaseId,
    /// The figure.
    pub figure: Figure,
    /// The value expected, as a fraction for rates.
    pub value: Decimal,
    /// The currency of an amount expected; `None` for rates.
    pub currency: Option<Currency>,
    /// The text expected, for messages.
    pub text: String,
    /// Where it is written.
    pub place: Place,
}

/// What is taken for granted of flows that leave it open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assumed {
    /// Facts, with every answer of those that have several.
    pub facts: BTreeMap<FactId, bool>,
    /// Shares of value and weight.
    pub shares: BTreeMap<Share, Percent>,
}

impl Assumed {
    /// Returns what is assumed where a fact is open: in words, and all that goes with it.
    pub fn fact(&self, fact: &FactId) -> Option<(String, Vec<(FactId, bool)>)> {
        let assumed = *self.facts.get(fact)?;
        let Some((of, _)) = answered(fact) else {
            return Some((format!("facts.{fact} = {assumed}"), vec![(fact.clone(), assumed)]));
        };
        let all = || self.facts.iter().filter(|(other, _)| answered(other).is_some_and(|(o, _)| o == of));
        let given = all().find(|(_, stated)| **stated).and_then(|(other, _)| answered(other)).map_or("", |(_, given)| given);
        Some((format!("facts.{of} = \"{given}\""), all().map(|(fact, stated)| (fact.clone(), *stated)).collect()))
    }
}

/// The flows of a scenario that come from one file of flows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFlows {
    /// What the ids of its flows begin with.
    pub id: String,
    /// The file, as messages name it.
    pub path: Arc<str>,
    /// Their positions in [`Scenario::flows`].
    pub flows: std::ops::Range<usize>,
}

/// A question: flows, and the cases to compare for them.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name.
    pub title: String,
    /// The question in words.
    pub question: String,
    /// The unit tables show amounts in.
    pub show_in: Option<Scale>,
    /// Whether the flows are alternatives to each other, so that their sum means nothing.
    pub alternatives: bool,
    /// The flows.
    pub flows: Vec<Flow>,
    /// The groups that flows are counted to by their author, by the id of the flow.
    pub groups: BTreeMap<FlowId, String>,
    /// Which of the flows come from files.
    pub files: Vec<FileFlows>,
    /// The cases, the first of them the one the others are compared with.
    pub cases: Vec<Case>,
    /// What the author expects.
    pub expectations: Vec<Expectation>,
    /// What is taken for granted of flows that leave it open.
    pub assumed: Assumed,
    /// Remarks to print under the table.
    pub notes: Vec<String>,
    /// Its flow from many origins, where it asks for that.
    pub origins: Option<OriginsAsked>,
    /// Whether entries past the end of the book are charged under the last law known.
    pub law_continues: bool,
    /// What `diff` compares where the command line names no sides.
    pub diff: Option<super::Comparison>,
    /// What `refund` compares.
    pub refund: Option<super::Comparison>,
    /// What `[timeline]` asks.
    pub timeline: Option<TimelineAsked>,
    /// What `[next]` asks.
    pub next: Option<NextAsked>,
    /// What is varied, for `sweep`.
    pub sweep: Sweep,
    /// What is solved for, for `solve`.
    pub solves: Vec<Solve>,
    /// Where it is written.
    pub source: Source,
}

impl Scenario {
    /// Tells whether the flow at a position comes from a file of flows.
    pub fn from_file(&self, position: usize) -> bool {
        self.files.iter().any(|file| file.flows.contains(&position))
    }

    /// Returns the group that the author counts a flow to.
    pub fn group(&self, flow: &Flow) -> Option<&str> {
        self.groups.get(&flow.id).map(String::as_str)
    }
}
