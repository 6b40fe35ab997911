//! What a question solves for: what varies in which range, and the two totals that shall meet.

use super::sweep::{Scope, Setting};
use super::{Case, Flow};
use crate::base::{CaseId, Currency, Decimal, Fault, FlowId, Money, Percent, difference, nearest, sum};
use crate::diag::Place;
use std::fmt;

/// A figure of flows in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Customs value and duty.
    Landed,
    /// The duty.
    Duty,
    /// Duty over customs value; met by a percentage only.
    EffectiveRate,
}

/// The figure of some flows in a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The name it was called by; `None` for the total of all flows.
    pub name: Option<FlowId>,
    /// The flows it sums, by their places in the scenario.
    pub flows: Vec<usize>,
    /// The case, by its place in the scenario.
    pub case: usize,
    /// The case's id.
    pub case_id: CaseId,
    /// Whether there are other cases, so that its id is worth saying.
    pub is_one_of_several: bool,
    /// The figure.
    pub cost: Cost,
}

/// One side of a target: a figure with amounts added (freight, a subsidy), or an amount alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The figure; `None` for an amount alone.
    pub term: Option<Term>,
    /// The amounts added, summed up.
    pub plus: Decimal,
    /// Their currency, where there are any.
    pub currency: Option<Currency>,
    /// The percentage, where the side is one.
    pub percent: Option<Percent>,
    /// The side as it was written.
    pub text: String,
}

/// How the two sides shall lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// Equal.
    Equal,
    /// The left at most the right.
    AtMost,
    /// The left at least the right.
    AtLeast,
}

/// Two sides that shall meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The left one.
    pub left: Side,
    /// How they shall lie.
    pub lie: Lie,
    /// The right one.
    pub right: Side,
}

/// A question for the setting at which two totals meet.
#[derive(Clone, Debug)]
pub struct Solve {
    /// What is varied, and where.
    pub scope: Scope,
    /// The first setting of the range.
    pub from: Setting,
    /// The last one.
    pub to: Setting,
    /// What shall meet.
    pub target: Target,
    /// Where it is written.
    pub place: Place,
}

const FORM: &str = "write two sides, such as \"mexico.landed = japan.landed + 500 USD\" or \"cars.deal.landed <= 30,000 USD\"";

impl Target {
    /// Reads a target against the flows and cases of a scenario.
    ///
    /// A side is `FLOW.CASE.FIGURE`, of which what goes without saying may be left out, with amounts of money added or subtracted, or an amount or percentage alone.
    ///
    /// # Errors
    /// Where a side names nothing, leaves open which flow or case is meant, or cannot be compared with the other.
    pub fn parse(text: &str, flows: &[Flow], cases: &[Case], alternatives: bool) -> Result<Self, Fault> {
        let signs = [
            ("<=", Some(Lie::AtMost)),
            (">=", Some(Lie::AtLeast)),
            ("=", Some(Lie::Equal)),
            // Two totals are compared up to the setting at which they are equal, which belongs to the answer.
            ("<", None),
            (">", None),
        ];
        let found = signs
            .iter()
            .filter_map(|(sign, lie)| Some((text.find(sign)?, sign, *lie)))
            .min_by_key(|(at, sign, _)| (*at, std::cmp::Reverse(sign.len())));
        let shown: String = text.chars().take(80).collect();
        let Some((at, sign, lie)) = found else {
            return Err(Fault::new(format!("`{shown}` compares nothing")).with_help(FORM));
        };
        let (left, right) = (text.get(..at).unwrap_or_default(), text.get(at.saturating_add(sign.len())..).unwrap_or_default());
        if right.contains(['<', '=', '>']) {
            return Err(Fault::new(format!("`{shown}` has more than one sign"))
                .with_help("a target has one `=`, `<=` or `>=`, with a total on each side of it"));
        }
        let Some(lie) = lie else {
            return Err(Fault::new(format!("`{shown}` leaves out where the two are equal"))
                .with_help(format!("write `{sign}=`: the answer tells where they are equal, and how they lie beside it")));
        };
        let (mut left, left_says) = Side::parse(left, flows, cases, alternatives)?;
        let (mut right, right_says) = Side::parse(right, flows, cases, alternatives)?;
        // `japan = mexico` speaks of landed cost, `japan <= 15%` of the rate, unless a side says otherwise.
        let rates = left.percent.is_some() || right.percent.is_some();
        for (side, says) in [(&mut left, left_says), (&mut right, right_says)] {
            if let Some(term) = side.term.as_mut().filter(|_| !says) {
                term.cost = if rates { Cost::EffectiveRate } else { Cost::Landed };
            }
        }
        if left.term.is_none() && right.term.is_none() {
            return Err(Fault::new(format!("`{shown}` names no flow and no figure")).with_help(FORM));
        }
        let rate = |side: &Side| side.term.as_ref().is_some_and(|term| term.cost == Cost::EffectiveRate);
        for (side, other) in [(&left, &right), (&right, &left)] {
            if rate(side) && (other.percent.is_none() || !side.plus.is_zero()) {
                return Err(Fault::new("an effective rate is compared with a percentage")
                    .with_help("write \"cars.effective-rate <= 15%\"; two flows are compared by `duty` or `landed`"));
            }
            if side.percent.is_some() && !rate(other) {
                return Err(Fault::new(format!("`{}` is a percentage, the other side an amount", side.text.trim()))
                    .with_help("compare it with an `effective-rate`"));
            }
        }
        if let (Some(a), Some(b)) = (left.currency, right.currency)
            && a != b
        {
            return Err(Fault::new(format!("the two sides are in {a} and {b}")).with_help("give both in one currency"));
        }
        Ok(Self { left, lie, right })
    }
}

impl Side {
    /// Reads one side; tells whether it names its figure.
    fn parse(text: &str, flows: &[Flow], cases: &[Case], alternatives: bool) -> Result<(Self, bool), Fault> {
        let mut side = Self { term: None, plus: Decimal::ZERO, currency: None, percent: None, text: text.trim().to_owned() };
        let mut given = true;
        if side.text.is_empty() {
            return Err(Fault::new("one side of the comparison is empty").with_help(FORM));
        }
        let mut sign = Decimal::ONE;
        let mut part = String::new();
        let words = side.text.clone();
        for word in words.split_whitespace().chain(["+"]) {
            if !matches!(word, "+" | "-") {
                part.push_str(word);
                part.push(' ');
                continue;
            }
            given &= side.add(part.trim(), sign, flows, cases, alternatives)?;
            sign = if word == "-" { Decimal::NEGATIVE_ONE } else { Decimal::ONE };
            part.clear();
        }
        Ok((side, given))
    }

    fn add(&mut self, part: &str, sign: Decimal, flows: &[Flow], cases: &[Case], alternatives: bool) -> Result<bool, Fault> {
        if part.is_empty() {
            return Err(Fault::new(format!("`{}` has a sign with nothing behind it", self.text)).with_help(FORM));
        }
        let is_number = part.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        if is_number && part.ends_with('%') {
            if self.term.is_some() || self.percent.is_some() || !self.plus.is_zero() {
                return Err(Fault::new(format!("`{}` adds a percentage to something else", self.text)));
            }
            self.percent = Some(Percent::parse(part)?);
            return Ok(true);
        }
        if is_number {
            let money = Money::parse(part)?;
            if let Some(known) = self.currency.filter(|known| *known != money.currency) {
                return Err(Fault::new(format!("`{}` adds {} to {known}", self.text, money.currency)));
            }
            self.currency = Some(money.currency);
            let all = if sign == Decimal::ONE { sum(self.plus, money.amount) } else { difference(self.plus, money.amount) };
            self.plus = all.ok_or_else(|| Fault::new("the amounts are too large"))?;
            return Ok(true);
        }
        if self.term.is_some() || sign != Decimal::ONE {
            return Err(Fault::new(format!("`{}` has more than one figure", self.text))
                .with_help("a side is one figure with amounts of money; `total` sums the flows"));
        }
        let (term, given) = Term::parse(part, flows, cases, alternatives)?;
        self.term = Some(term);
        Ok(given)
    }
}

impl Term {
    /// Reads `FLOW.CASE.FIGURE`; tells whether the figure was named.
    fn parse(text: &str, flows: &[Flow], cases: &[Case], alternatives: bool) -> Result<(Self, bool), Fault> {
        let (mut cost, mut name, mut case, mut total) = (None, None, None, false);
        let whole = |flow: &Flow| flow.id.as_str().split_once('/').map_or(flow.id.as_str(), |(whole, _)| whole).to_owned();
        for word in text.split('.').map(str::trim) {
            let is_flow = flows.iter().any(|flow| flow.id.as_str() == word || whole(flow) == word);
            let at = cases.iter().position(|case| case.id.as_str() == word);
            let twice = |what: &str| Err(Fault::new(format!("`{text}` names two {what}")).with_help(FORM));
            let figure = match word {
                "landed" => Some(Cost::Landed),
                "duty" => Some(Cost::Duty),
                "effective-rate" => Some(Cost::EffectiveRate),
                _ => None,
            };
            if let Some(figure) = figure {
                if cost.replace(figure).is_some() {
                    return twice("figures");
                }
            } else if word == "total" {
                total = true;
            } else if is_flow && at.is_some() {
                return Err(Fault::new(format!("`{word}` is a flow and a case")).with_help("give one of them another id"));
            } else if is_flow {
                if name.replace(word.to_owned()).is_some() {
                    return twice("flows");
                }
            } else if let Some(at) = at {
                if case.replace(at).is_some() {
                    return twice("cases");
                }
            } else {
                return Err(unknown(word, flows, cases));
            }
        }
        if total && name.is_some() {
            return Err(Fault::new(format!("`{text}` names a flow and the total")).with_help(FORM));
        }
        let list = |ids: Vec<String>| ids.join(", ");
        let case = match (case, cases.len()) {
            (Some(case), _) => case,
            (None, 1) => 0,
            (None, _) => {
                let ids = list(cases.iter().map(|case| case.id.to_string()).collect());
                return Err(
                    Fault::new(format!("`{text}` does not say in which case")).with_help(format!("add one of {ids}, with a dot"))
                );
            }
        };
        if name.is_none() && flows.len() > 1 && alternatives {
            let mut ids: Vec<String> = flows.iter().map(whole).collect();
            ids.dedup();
            if total {
                return Err(Fault::new(format!("`{text}` adds up flows that are alternatives to each other"))
                    .with_help(format!("name one of {}, or drop `alternatives = true`", list(ids))));
            }
            return Err(Fault::new(format!("`{text}` does not say which flow"))
                .with_help(format!("add one of {}, with a dot", list(ids))));
        }
        let meant = |flow: &Flow| name.as_ref().is_none_or(|name| flow.id.as_str() == name || whole(flow) == *name);
        let found = flows.iter().enumerate().filter(|(_, flow)| meant(flow)).map(|(at, _)| at).collect();
        let case_id = cases.get(case).map_or_else(|| CaseId::new(""), |case| case.id.clone());
        let term = Self {
            name: name.map(|name| FlowId::new(&name)),
            flows: found,
            case,
            case_id,
            is_one_of_several: cases.len() > 1,
            cost: cost.unwrap_or(Cost::Landed),
        };
        Ok((term, cost.is_some()))
    }
}

fn unknown(word: &str, flows: &[Flow], cases: &[Case]) -> Fault {
    let figures = ["landed", "duty", "effective-rate", "total"];
    let all = || flows.iter().map(|flow| flow.id.as_str()).chain(cases.iter().map(|case| case.id.as_str())).chain(figures);
    let shown: String = word.chars().take(60).collect();
    let help = nearest(word, all())
        .map_or_else(|| format!("there are {}", all().collect::<Vec<_>>().join(", ")), |near| format!("did you mean `{near}`?"));
    Fault::new(format!("there is no flow, case or figure `{shown}`")).with_help(help)
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figure = match self.cost {
            Cost::Landed => "landed",
            Cost::Duty => "duty",
            Cost::EffectiveRate => "effective-rate",
        };
        f.write_str(self.name.as_ref().map_or("total", |name| name.as_str()))?;
        if self.is_one_of_several {
            write!(f, ".{}", self.case_id)?;
        }
        write!(f, ".{figure}")
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(percent) = self.percent {
            return percent.fmt(f);
        }
        let amount = self.currency.map(|currency| Money { amount: self.plus.abs(), currency });
        match (&self.term, amount) {
            (Some(term), None) => term.fmt(f),
            (Some(term), Some(amount)) => write!(f, "{term} {} {amount}", if self.plus.is_sign_negative() { '-' } else { '+' }),
            (None, Some(amount)) => amount.fmt(f),
            (None, None) => f.write_str(&self.text),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.lie {
            Lie::Equal => "=",
            Lie::AtMost => "<=",
            Lie::AtLeast => ">=",
        };
        write!(f, "{} {sign} {}", self.left, self.right)
    }
}
