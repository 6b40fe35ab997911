//! What a question varies: an axis, and the settings along it.

use crate::base::{
    CaseId, ContentId, Currency, Date, Decimal, FactId, Fault, FlowId, Money, Percent, nearest, parse_date, parse_number, sum,
};
use crate::diag::Place;
use crate::law::{Rate, Share, Specific};
use jiff::ToSpan;
use std::fmt;

/// Most settings one axis may have.
pub const MOST_SETTINGS: usize = 1_000;

/// What an axis varies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Varied {
    /// The rate of a measure, or of all measures of a program.
    Rate(String),
    /// Percentage points added to the rate of a measure or program.
    Points(String),
    /// A factor on the rate of a measure or program.
    Factor(String),
    /// A share of value or weight.
    Share(Share),
    /// The share of a flow that makes a claim.
    Claim(FactId),
    /// The customs value.
    Value,
    /// The entry date.
    Entered,
    /// A rate of exchange: so many units of the first currency for one of the second.
    Exchange(Currency, Currency),
    /// The column-1 rate of a flow.
    Column1,
}

/// The forms of what can be varied, for messages.
const FORMS: &str = "vary rate:MEASURE, add-points:MEASURE, scale:MEASURE, content.NAME, weight.NAME, claim.NAME, value, entered, exchange:JPY/USD or column-1";

impl Varied {
    /// Reads what is varied: `rate:us-232-autos`, `content.us`, `value`, `exchange:JPY/USD`.
    ///
    /// # Errors
    /// Where the text names nothing that can be varied.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        let unknown = || {
            let words =
                ["value", "entered", "column-1", "rate:", "add-points:", "scale:", "exchange:", "content.", "weight.", "claim."];
            let near = nearest(text, words.into_iter().filter(|word| word.chars().all(|c| c.is_alphanumeric() || c == '-')));
            let shown: String = text.chars().take(60).collect();
            let fault = Fault::new(format!("`{shown}` is nothing that can be varied"));
            fault.with_help(near.map_or_else(|| FORMS.to_owned(), |near| format!("did you mean `{near}`?")))
        };
        match text {
            "value" => return Ok(Self::Value),
            "entered" => return Ok(Self::Entered),
            "column-1" => return Ok(Self::Column1),
            _ => {}
        }
        let (kind, name) = text.split_once([':', '.']).map(|(kind, name)| (kind.trim(), name.trim())).ok_or_else(unknown)?;
        if name.is_empty() {
            return Err(Fault::new(format!("`{text}` does not say which")).with_help(FORMS));
        }
        let colon = text.contains(':');
        match (kind, colon) {
            ("rate", true) => Ok(Self::Rate(name.to_owned())),
            ("add-points", true) => Ok(Self::Points(name.to_owned())),
            ("scale", true) => Ok(Self::Factor(name.to_owned())),
            ("content", false) => Ok(Self::Share(Share::Content(ContentId::new(name)))),
            ("weight", false) => Ok(Self::Share(Share::Weight(ContentId::new(name)))),
            ("claim", false) => Ok(Self::Claim(FactId::new(name))),
            ("exchange", true) => {
                let (currency, per) = name.split_once('/').ok_or_else(|| {
                    Fault::new(format!("`{name}` is no pair of currencies"))
                        .with_help("write exchange:JPY/USD: so many yen for one dollar")
                })?;
                Ok(Self::Exchange(Currency::parse(currency.trim())?, Currency::parse(per.trim())?))
            }
            _ => Err(unknown()),
        }
    }

    /// Tells whether it is the law that varies, and not what a flow is or when it enters.
    pub fn is_law(&self) -> bool {
        matches!(self, Self::Rate(_) | Self::Points(_) | Self::Factor(_))
    }

    /// Returns the measure or program whose rate varies.
    pub fn target(&self) -> Option<&str> {
        if let Self::Rate(target) | Self::Points(target) | Self::Factor(target) = self { Some(target) } else { None }
    }

    /// Reads one setting.
    ///
    /// # Errors
    /// Where the text is not of the kind that is varied.
    pub fn setting(&self, text: &str) -> Result<Setting, Fault> {
        let text = text.trim();
        match self {
            Self::Rate(_) => Ok(Setting::Rate(Rate::parse(text)?)),
            Self::Column1 => Ok(Setting::Rate(Rate::parse_column_1(text)?)),
            Self::Points(_) => Ok(Setting::Percent(Percent::parse(text)?)),
            Self::Factor(_) => {
                let factor = Percent::parse(text)?;
                if factor < Percent::ZERO {
                    return Err(Fault::new(format!("`{text}` is below zero")));
                }
                Ok(Setting::Percent(factor))
            }
            Self::Share(_) | Self::Claim(_) => Ok(Setting::Percent(Percent::parse_share(text)?)),
            Self::Value => Ok(Setting::Money(Money::parse_value(text)?)),
            Self::Entered => Ok(Setting::Day(parse_date(text)?)),
            Self::Exchange(..) => {
                let number = parse_number(text)?;
                if number <= Decimal::ZERO {
                    return Err(Fault::new("a rate of exchange is above zero"));
                }
                Ok(Setting::Number(number))
            }
        }
    }

    /// Reads all settings of a range from one to another, both included, by a step.
    ///
    /// # Errors
    /// Where a part cannot be read, the range runs backwards, the step is none, or there are more than [`MOST_SETTINGS`].
    pub fn range(&self, from: &str, to: &str, step: &str) -> Result<Vec<Setting>, Fault> {
        let (from, to) = self.ends(from, to)?;
        let step = step.trim();
        if let (Setting::Day(from), Setting::Day(to)) = (&from, &to) {
            return days(*from, *to, step);
        }
        let step = self.step(&from, step)?;
        let (Some(first), Some(last)) = (from.number(), to.number()) else { return Err(no_range(&from)) };
        let mut settings = Vec::new();
        let mut at = first;
        while at <= last {
            if settings.len() == MOST_SETTINGS {
                return Err(too_many());
            }
            settings.extend(from.with(at));
            at = sum(at, step).ok_or_else(too_many)?;
        }
        Ok(settings)
    }

    /// Reads the two ends of a range.
    ///
    /// # Errors
    /// Where an end cannot be read, the two are not of one form, or the range runs backwards.
    pub fn ends(&self, from: &str, to: &str) -> Result<(Setting, Setting), Fault> {
        let (from, to) = (self.setting(from)?, self.setting(to)?);
        if let (Setting::Day(first), Setting::Day(last)) = (&from, &to) {
            return if first <= last { Ok((from, to)) } else { Err(backwards(&from, &to)) };
        }
        let (Some(first), Some(last)) = (from.number(), to.number()) else {
            let odd = if from.number().is_none() { &from } else { &to };
            return Err(no_range(odd));
        };
        if from.with(last).is_none_or(|same| same != to) {
            return Err(Fault::new(format!("{from} and {to} are not of one form"))
                .with_help("give both ends in the same words and units"));
        }
        if first > last {
            return Err(backwards(&from, &to));
        }
        Ok((from, to))
    }

    fn step(&self, from: &Setting, text: &str) -> Result<Decimal, Fault> {
        let step = match self {
            // A step may be above 100 % or of another sign than a setting, and says so below.
            Self::Share(_) | Self::Claim(_) | Self::Factor(_) => Setting::Percent(Percent::parse(text)?),
            Self::Exchange(..) => Setting::Number(parse_number(text)?),
            Self::Value => Setting::Money(Money::parse(text)?),
            Self::Rate(_) | Self::Points(_) | Self::Entered | Self::Column1 => self.setting(text)?,
        };
        let number = step.number().ok_or_else(|| Fault::new(format!("`{text}` is no step")))?;
        let plain = matches!(&step, Setting::Rate(Rate::AdValorem(_))) && from.is_percentage();
        if !plain && from.with(number).is_none_or(|same| same != step) {
            return Err(Fault::new(format!("{from} and a step of {step} are not of one form"))
                .with_help("give the step in the same unit as the ends"));
        }
        if number <= Decimal::ZERO {
            return Err(Fault::new(format!("the step {text} is not above zero")));
        }
        Ok(number)
    }
}

fn backwards(from: &Setting, to: &Setting) -> Fault {
    Fault::new(format!("the range runs backwards, from {from} to {to}")).with_help("put the smaller end first")
}

fn no_range(odd: &Setting) -> Fault {
    Fault::new(format!("`{odd}` is no end of a range: it holds no single number")).with_help("list the settings one by one")
}

fn too_many() -> Fault {
    Fault::new(format!("the axis has more than {MOST_SETTINGS} settings")).with_help("take a larger step, or a shorter range")
}

/// Days from one to another, by a step such as `1 month`.
fn days(from: Date, to: Date, step: &str) -> Result<Vec<Setting>, Fault> {
    let form =
        || Fault::new(format!("`{step}` is no step between days")).with_help("write \"1 day\", \"2 weeks\" or \"1 month\"");
    let (number, unit) = step.split_once(char::is_whitespace).ok_or_else(form)?;
    let number: i64 = number.parse().map_err(|_| form())?;
    if !(1..=10_000).contains(&number) {
        return Err(form());
    }
    let mut settings = Vec::new();
    for times in 0_i64.. {
        let count = number.saturating_mul(times);
        let span = match unit.trim() {
            "day" | "days" => count.days(),
            "week" | "weeks" => count.weeks(),
            // Counted from the first day each time: the 31st does not become the 28th for good.
            "month" | "months" => count.months(),
            _ => return Err(form()),
        };
        let Some(day) = from.checked_add(span).ok().filter(|day| *day <= to) else { break };
        if settings.len() == MOST_SETTINGS {
            return Err(too_many());
        }
        settings.push(Setting::Day(day));
    }
    Ok(settings)
}

impl fmt::Display for Varied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rate(target) => write!(f, "rate:{target}"),
            Self::Points(target) => write!(f, "add-points:{target}"),
            Self::Factor(target) => write!(f, "scale:{target}"),
            Self::Share(share) => share.fmt(f),
            Self::Claim(fact) => write!(f, "claim.{fact}"),
            Self::Value => f.write_str("value"),
            Self::Entered => f.write_str("entered"),
            Self::Exchange(currency, per) => write!(f, "exchange:{currency}/{per}"),
            Self::Column1 => f.write_str("column-1"),
        }
    }
}

/// One setting of what is varied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// A rate of duty.
    Rate(Rate),
    /// Points, a factor or a share.
    Percent(Percent),
    /// A customs value.
    Money(Money),
    /// A rate of exchange.
    Number(Decimal),
    /// An entry date.
    Day(Date),
}

impl Setting {
    /// Returns the one number that makes it up: points of a percentage, an amount of money, a rate of exchange; `None` for days, and for rates of several numbers.
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Self::Rate(rate) => number_of(rate),
            Self::Percent(percent) => Some(percent.points()),
            Self::Money(money) => Some(money.amount),
            Self::Number(number) => Some(*number),
            Self::Day(_) => None,
        }
    }

    /// Returns the setting of the same form with another number; `None` where it holds no single number.
    #[must_use]
    pub fn with(&self, number: Decimal) -> Option<Self> {
        Some(match self {
            Self::Rate(rate) => Self::Rate(rate_with(rate, number)?),
            Self::Percent(_) => Self::Percent(Percent::from_points(number)),
            Self::Money(money) => Self::Money(Money { amount: number.normalize(), currency: money.currency }),
            Self::Number(_) => Self::Number(number.normalize()),
            Self::Day(_) => return None,
        })
    }

    /// Tells whether its number is in points of a percentage.
    pub fn is_percentage(&self) -> bool {
        match self {
            Self::Rate(rate) => is_percentage(rate),
            Self::Percent(_) => true,
            Self::Money(_) | Self::Number(_) | Self::Day(_) => false,
        }
    }
}

fn is_percentage(rate: &Rate) -> bool {
    if let Rate::InsteadOfColumn1(rate) = rate {
        return is_percentage(rate);
    }
    matches!(rate, Rate::Free | Rate::AdValorem(_) | Rate::TopUp(_) | Rate::TopUpGeneral(_))
}

fn number_of(rate: &Rate) -> Option<Decimal> {
    match rate {
        Rate::Free => Some(Decimal::ZERO),
        Rate::AdValorem(percent) | Rate::TopUp(percent) | Rate::TopUpGeneral(percent) => Some(percent.points()),
        Rate::Specific(specific) => Some(specific.amount),
        Rate::Flat(money) => Some(money.amount),
        Rate::InsteadOfColumn1(rate) => number_of(rate),
        Rate::Ratio(_) | Rate::Sum(_) | Rate::AtLeast(..) | Rate::AtMost(..) | Rate::Refused | Rate::Unknown(_) => None,
    }
}

fn rate_with(rate: &Rate, number: Decimal) -> Option<Rate> {
    let percent = Percent::from_points(number);
    Some(match rate {
        Rate::Free | Rate::AdValorem(_) => Rate::AdValorem(percent),
        Rate::TopUp(_) => Rate::TopUp(percent),
        Rate::TopUpGeneral(_) => Rate::TopUpGeneral(percent),
        Rate::Specific(specific) => Rate::Specific(Specific { amount: number.normalize(), ..*specific }),
        Rate::Flat(money) => Rate::Flat(Money { amount: number.normalize(), currency: money.currency }),
        Rate::InsteadOfColumn1(rate) => Rate::InsteadOfColumn1(Box::new(rate_with(rate, number)?)),
        Rate::Ratio(_) | Rate::Sum(_) | Rate::AtLeast(..) | Rate::AtMost(..) | Rate::Refused | Rate::Unknown(_) => return None,
    })
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rate(rate) => rate.fmt(f),
            Self::Percent(percent) => percent.fmt(f),
            Self::Money(money) => money.fmt(f),
            Self::Number(number) => write!(f, "{}", number.normalize()),
            Self::Day(day) => day.fmt(f),
        }
    }
}

/// What is varied, and for which flows and cases.
#[derive(Clone, Debug)]
pub struct Scope {
    /// What is varied.
    pub varied: Varied,
    /// The flows it varies for; empty for all.
    pub flows: Vec<FlowId>,
    /// The cases it varies in; empty for all.
    pub cases: Vec<CaseId>,
    /// Where it is written.
    pub place: Place,
}

impl Scope {
    /// Tells whether it varies for a flow in a case. A flow that its own claim splits is meant by its own id.
    pub fn reaches(&self, flow: &FlowId, case: &CaseId) -> bool {
        let named = |id: &FlowId| id == flow || flow.as_str().split_once('/').is_some_and(|(whole, _)| whole == id.as_str());
        (self.flows.is_empty() || self.flows.iter().any(named)) && (self.cases.is_empty() || self.cases.contains(case))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.varied.fmt(f)?;
        self.flows.iter().try_for_each(|flow| write!(f, "@{flow}"))?;
        self.cases.iter().try_for_each(|case| write!(f, "@{case}"))
    }
}

/// What is varied, with all its settings.
#[derive(Clone, Debug)]
pub struct Axis {
    /// What is varied, and where.
    pub scope: Scope,
    /// Its settings, in the order they are shown.
    pub settings: Vec<Setting>,
    /// The end of the range asked for, where the last step stops short of it.
    pub short_of: Option<Setting>,
}

/// What a sweep shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// The duty.
    #[default]
    Duty,
    /// Duty over customs value.
    EffectiveRate,
    /// Customs value and duty.
    Landed,
    /// Duty less that at the first setting.
    Change,
}

impl Shown {
    /// All of them, with the words that name them in files and on the command line.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Duty, "duty"), (Self::EffectiveRate, "effective-rate"), (Self::Landed, "landed"), (Self::Change, "change")];

    /// Reads the word.
    ///
    /// # Errors
    /// Where there is no such figure.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(shown, _)| *shown).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            Fault::new(format!("a sweep shows no `{shown}`"))
                .with_help("write \"duty\", \"effective-rate\", \"landed\" or \"change\"")
        })
    }
}

/// One or two axes, and what to show.
#[derive(Clone, Debug, Default)]
pub struct Sweep {
    /// The axes.
    pub axes: Vec<Axis>,
    /// The figure of a grid.
    pub shown: Shown,
    /// The flows to show; empty for all.
    pub flows: Vec<FlowId>,
    /// The cases to show; empty for all.
    pub cases: Vec<CaseId>,
}
