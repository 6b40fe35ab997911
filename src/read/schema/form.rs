//! The forms of texts: closed words, rates, amounts, codes. What a form says goes into the schemas that editors read; the readers decide.
//!
//! A pattern never refuses what its reader takes (a property holds it); it may take what the reader refuses. It is kept short on purpose: editors print
//! it where a text does not match, and `check` has the better words.

use crate::law::{FactKind, Verdict, Where};
use crate::scenario::{Every, Figure, SCALES, Shown};

/// All of them: codes, origins.
pub(in crate::read) const ALL: &str = "all";
/// Every origin that no other measure of the program names.
pub(in crate::read) const OTHERS: &str = "others";
/// The whole value as a base.
pub(in crate::read) const CUSTOMS_VALUE: &str = "customs value";
/// No part of the value.
pub(in crate::read) const NOTHING: &str = "nothing";
/// A share that is not known where a flow does not state it.
pub(in crate::read) const UNKNOWN: &str = "unknown";
/// A fact that is answered by the name of a country.
pub(in crate::read) const COUNTRY: &str = "country";

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) enum Form {
    /// Any words.
    Any,
    /// Any words, with examples parted by ` | `.
    Like(&'static str),
    /// An id that the author gives.
    Id,
    /// An id without a dot: the names of expectations part flow, case and figure by dots.
    PlainId,
    /// An id that holds `{origin}`.
    IdOfMany,
    /// A rate of duty.
    Rate,
    /// A percentage.
    Percent,
    /// A share between 0 % and 100 %.
    Share,
    /// `unknown`, or a share.
    ShareOrUnknown,
    /// An amount of money.
    Money,
    /// An amount of money, or a percentage.
    MoneyOrPercent,
    /// A number without a unit.
    Number,
    /// A number and a unit.
    Quantity,
    /// Digits of a commodity code.
    Code,
    /// `all`, or digits of a commodity code.
    Codes,
    /// Two letters of a country.
    Country,
    /// A country, or the id of a group.
    Origin,
    /// `all`, `others`, a country or the id of a group.
    Origins,
    /// Three letters of a currency.
    Currency,
    /// So many units of one currency for one of another.
    Exchange,
    /// A threshold on a share.
    Condition,
    /// A reading and its option.
    Reading,
    /// What an axis varies.
    Varied,
    /// Two sides that shall meet.
    Target,
    /// The figure of a flow in a case.
    Figure,
    /// `applies` or `owed`.
    Where,
    /// A kind of fact.
    FactKind,
    /// The answers of a fact that is no list.
    Answers,
    /// A base of the whole value.
    Base,
    /// The part of the value that a provision leaves dutiable.
    Dutiable,
    /// How a claim of an article fares.
    Verdict,
    /// A scale of amounts.
    Scale,
    /// A row of a timeline.
    Every,
    /// What a sweep shows.
    Shown,
}

macro_rules! number {
    () => {
        r"-?(?:[0-9]+(?:_[0-9]+)*|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+(?:_[0-9]+)*)?"
    };
}

macro_rules! amount {
    () => {
        concat!(number!(), r"(?:\s+[A-Za-z]+)?")
    };
}

macro_rules! money {
    () => {
        concat!(amount!(), r"\s+[A-Z]{3}")
    };
}

macro_rules! percent {
    () => {
        concat!(amount!(), r"\s*%")
    };
}

macro_rules! code {
    () => {
        r"(?:\.*[0-9]\.*[0-9]){1,5}\.*"
    };
}

macro_rules! whole {
    ($($part:expr),*) => {
        concat!(r"^\s*(?:", $($part,)* r")\s*$")
    };
}

/// A letter or digit of any script, or a mark that ids may hold; braces stand for what a table fills in. Letters beyond ASCII are not told apart: what is
/// a letter grows with each version of Unicode.
macro_rules! letter {
    ($more:literal) => {
        concat!("(?:[-_{}", $more, r"A-Za-z0-9]|[^\x00-\x7f])")
    };
}

impl Form {
    /// Returns the words there are, where the set is closed.
    pub(in crate::read) fn words(self) -> Option<Vec<&'static str>> {
        Some(match self {
            Self::Where => Where::ALL.iter().map(|(_, word)| *word).collect(),
            Self::FactKind => FactKind::ALL.iter().map(|(_, word)| *word).collect(),
            Self::Verdict => Verdict::ALL.iter().map(|(_, word)| *word).collect(),
            Self::Every => Every::ALL.iter().map(|(_, word)| *word).collect(),
            Self::Shown => Shown::ALL.iter().map(|(_, word)| *word).collect(),
            Self::Scale => SCALES.iter().map(|(word, _)| *word).collect(),
            Self::Answers => vec![COUNTRY],
            Self::Base => vec![CUSTOMS_VALUE],
            Self::Dutiable => vec![CUSTOMS_VALUE, NOTHING],
            Self::Any
            | Self::Like(_)
            | Self::Id
            | Self::PlainId
            | Self::IdOfMany
            | Self::Rate
            | Self::Percent
            | Self::Share
            | Self::ShareOrUnknown
            | Self::Money
            | Self::MoneyOrPercent
            | Self::Number
            | Self::Quantity
            | Self::Code
            | Self::Codes
            | Self::Country
            | Self::Origin
            | Self::Origins
            | Self::Currency
            | Self::Exchange
            | Self::Condition
            | Self::Reading
            | Self::Varied
            | Self::Target
            | Self::Figure => return None,
        })
    }

    /// Returns the pattern (a regular expression as JSON Schema has them), where the form has one beside its words.
    pub(in crate::read) fn pattern(self) -> Option<String> {
        if let Some(words) = self.words() {
            return Some(format!("^(?:{})$", words.join("|")));
        }
        if self == Self::Figure {
            let figures: Vec<&str> = Figure::ALL.iter().map(|(_, word)| *word).collect();
            return Some(format!(r"^[^.]*\.[^.]*\.(?:{})$", figures.join("|")));
        }
        let pattern = match self {
            Self::Id | Self::Origin | Self::Origins => concat!("^", letter!("."), "+$"),
            Self::PlainId => concat!("^", letter!(""), "+$"),
            Self::IdOfMany => concat!("^", letter!("."), r"*\{origin\}", letter!("."), "*$"),
            Self::Rate => {
                whole!(r"[Ff]ree|refused|unknown(?::[\s\S]*)?|", r"(?:top up to\s)?\s*[-_0-9][\s\S]*(?:%|[A-Z]{3}|USc)[\s\S]*")
            }
            Self::Percent | Self::Share => whole!(percent!()),
            Self::ShareOrUnknown => whole!("unknown|", percent!()),
            Self::Money => whole!(money!()),
            Self::MoneyOrPercent => whole!(money!(), "|", percent!()),
            Self::Number => whole!(amount!()),
            Self::Quantity => whole!(number!(), r"\s+\S[\s\S]*"),
            Self::Code => whole!(code!()),
            Self::Codes => whole!("all|", code!()),
            Self::Country => "^[A-Z]{2}$",
            Self::Currency => "^[A-Z]{3}$",
            Self::Exchange => whole!(number!(), r"\s+[A-Z]{3}/[A-Z]{3}"),
            Self::Condition => whole!(r"(?:content|weight)\s+\S+\s+(?:at\s+least|below)\s+\S+%"),
            Self::Reading => r"^[^=]+=[\s\S]+$",
            Self::Varied => {
                whole!("value|entered|column-1|", r"(?:rate|add-points|scale|exchange|content|weight|claim)\s*[:.][\s\S]+")
            }
            Self::Target => "[<=>]",
            Self::Any
            | Self::Like(_)
            | Self::Figure
            | Self::Where
            | Self::FactKind
            | Self::Answers
            | Self::Base
            | Self::Dutiable
            | Self::Verdict
            | Self::Scale
            | Self::Every
            | Self::Shown => return None,
        };
        Some(pattern.to_owned())
    }

    /// Returns texts of the form that its reader takes.
    pub(in crate::read) fn examples(self) -> impl Iterator<Item = &'static str> {
        let examples = match self {
            Self::Like(examples) => examples,
            Self::Id | Self::PlainId => "passenger-cars | japan-2025",
            Self::IdOfMany => "reciprocal-{origin}",
            Self::Rate => {
                "25% | Free | 341 JPY/kg | 4.4 USc/kg | 5% + 1.20 USD/kg | 7% at least 0.50 USD/kg | 33 1/3% | top up to 15% | 10% instead of column 1 | refused"
            }
            Self::Percent => "25% | 7.5%",
            Self::Share | Self::ShareOrUnknown => "40% | 100%",
            Self::Money => "100,000 USD | 41.9 billion USD | 2,000,000 JPY",
            Self::MoneyOrPercent => "1,200 USD | 4%",
            Self::Number => "4 | 0.25",
            Self::Quantity => "52,000 kg | 12 doz | 1,000 No",
            Self::Code => "8703.23.01.60 | 8703 | 72",
            Self::Codes => "all | 8703.23.01.60 | 72",
            Self::Country => "JP | US | CN",
            Self::Origin => "JP | MX | EU",
            Self::Origins => "all | others | JP | EU",
            Self::Currency => "USD | EUR | JPY",
            Self::Exchange => "151.43 JPY/USD | 1.08 USD/EUR",
            Self::Condition => "content steel at least 15% | weight metal below 15%",
            Self::Reading => "us-ieepa = void",
            Self::Varied => "value | entered | column-1 | content.steel | claim.usmca | exchange:JPY/USD",
            Self::Target => "mexico.landed = japan.landed + 500 USD | cars.effective-rate <= 15%",
            Self::Any
            | Self::Figure
            | Self::Where
            | Self::FactKind
            | Self::Answers
            | Self::Base
            | Self::Dutiable
            | Self::Verdict
            | Self::Scale
            | Self::Every
            | Self::Shown => "",
        };
        examples.split(" | ").filter(|example| !example.is_empty())
    }
}
