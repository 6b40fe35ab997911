use crate::base::{ContentId, Fault, Percent};
use std::fmt;

/// A share of a flow that a rule may ask for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Share {
    /// Share of the customs value, such as the value of the steel in a good.
    Content(ContentId),
    /// Share of the weight.
    Weight(ContentId),
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Content(id) => write!(f, "content.{id}"),
            Self::Weight(id) => write!(f, "weight.{id}"),
        }
    }
}

/// Which side of a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The threshold itself or more.
    AtLeast,
    /// Less than the threshold.
    Below,
}

/// A threshold on a share: `content us at least 20%`, `weight metal below 15%`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The share.
    pub share: Share,
    /// The side.
    pub comparison: Comparison,
    /// The threshold.
    pub threshold: Percent,
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// Where the text is not of the form `content NAME at least|below SHARE` or `weight NAME …`.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let form = || {
            Fault::new(format!("`{}` is not a condition", text.chars().take(60).collect::<String>()))
                .with_help("write \"content us at least 20%\" or \"weight metal below 15%\"")
        };
        let words: Vec<&str> = text.split_whitespace().collect();
        let (kind, id, comparison, threshold) = match words.as_slice() {
            [kind, id, "at", "least", threshold] => (*kind, *id, Comparison::AtLeast, *threshold),
            [kind, id, "below", threshold] => (*kind, *id, Comparison::Below, *threshold),
            _ => return Err(form()),
        };
        let share = match kind {
            "content" => Share::Content(ContentId::new(id)),
            "weight" => Share::Weight(ContentId::new(id)),
            _ => return Err(form()),
        };
        Ok(Self { share, comparison, threshold: Percent::parse_share(threshold)? })
    }

    /// Tells whether a share meets the condition.
    pub fn holds(&self, share: Percent) -> bool {
        match self.comparison {
            Comparison::AtLeast => share >= self.threshold,
            Comparison::Below => share < self.threshold,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, id) = match &self.share {
            Share::Content(id) => ("content", id),
            Share::Weight(id) => ("weight", id),
        };
        let side = match self.comparison {
            Comparison::AtLeast => "at least",
            Comparison::Below => "below",
        };
        write!(f, "{kind} {id} {side} {}", self.threshold)
    }
}
