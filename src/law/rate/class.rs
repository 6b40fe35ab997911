//! What kind of text a rate of the schedule is: one that is charged, or one that needs more facts or a reader.

use super::Rate;
use crate::law::official::printed;
use crate::law::official_rate;

/// The kind of a rate text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RateClass {
    /// `Free`, and nothing else.
    Free,
    /// `6.5%`.
    AdValorem,
    /// `1.5¢/kg`.
    Specific,
    /// `30.5¢/kg + 8.5%`: several parts, each of the goods as a whole.
    Compound,
    /// `25% or 360 yen a kilogram, whichever is higher`.
    Alternative,
    /// Nothing is printed.
    Empty,
    /// `33 1/3%`: a percentage that has no end in decimals.
    Fraction,
    /// `1.7¢/kg on lead content`, `$1.99/clean kg`: an amount for each unit of something that the quantity of the goods is not, alone or with other parts.
    OnContent,
    /// Such an amount on something that has no unit here.
    OnOtherContent,
    /// `2.5% on the value of the lead content`, `40¢ each + 6% on the case`: a percentage of a part of the value.
    OnPart,
    /// A rate less an amount for each degree of polarity.
    Polarity,
    /// Bounds that stand in words.
    BoundedInWords,
    /// `See additional U.S. note 1`.
    SeeNote,
    /// `The duty provided in the applicable subheading + 25%`, `See 9822.05.20`: the rate stands elsewhere.
    ByReference,
    /// `No change`.
    NoChange,
    /// Anything else, such as `Free, under bond`.
    OtherWords,
}

impl RateClass {
    /// All classes, those that are charged first.
    pub const ALL: [Self; 16] = [
        Self::Free,
        Self::AdValorem,
        Self::Specific,
        Self::Compound,
        Self::Alternative,
        Self::Fraction,
        Self::OnContent,
        Self::Empty,
        Self::OnOtherContent,
        Self::OnPart,
        Self::Polarity,
        Self::BoundedInWords,
        Self::SeeNote,
        Self::ByReference,
        Self::NoChange,
        Self::OtherWords,
    ];

    /// Returns its name, such as `ad valorem`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::AdValorem => "ad valorem",
            Self::Specific => "specific",
            Self::Compound => "compound",
            Self::Alternative => "alternative",
            Self::Empty => "empty",
            Self::Fraction => "ad valorem, by a fraction",
            Self::OnContent => "on content",
            Self::OnOtherContent => "on content without a unit here",
            Self::OnPart => "on part of the value",
            Self::Polarity => "by polarity",
            Self::BoundedInWords => "bounded in words",
            Self::SeeNote => "see note",
            Self::ByReference => "by reference",
            Self::NoChange => "no change",
            Self::OtherWords => "other words",
        }
    }

    /// Tells whether [`official_rate`] charges texts of this class; it takes every other text as unknown.
    pub fn is_charged(self) -> bool {
        matches!(
            self,
            Self::Free | Self::AdValorem | Self::Specific | Self::Compound | Self::Alternative | Self::Fraction | Self::OnContent
        )
    }
}

/// Tells what kind of text a rate of the schedule is.
///
/// ```
/// use tariffcalc::law::{RateClass, rate_class};
/// assert_eq!(rate_class("30.5¢/kg + 8.5%"), RateClass::Compound);
/// assert_eq!(rate_class("1.7¢/kg on lead content"), RateClass::OnContent);
/// assert_eq!(rate_class("Free, under bond"), RateClass::OtherWords);
/// ```
pub fn rate_class(text: &str) -> RateClass {
    let rate = official_rate(text);
    if rate.units().iter().any(|unit| unit.is_of_part()) {
        return RateClass::OnContent;
    }
    match rate {
        Rate::Free => RateClass::Free,
        Rate::AdValorem(_) => RateClass::AdValorem,
        Rate::Ratio(_) => RateClass::Fraction,
        Rate::Specific(_) => RateClass::Specific,
        Rate::Sum(_) => RateClass::Compound,
        Rate::AtLeast(..) | Rate::AtMost(..) => RateClass::Alternative,
        Rate::Unknown(_) | Rate::Flat(_) | Rate::TopUp(_) | Rate::TopUpGeneral(_) | Rate::InsteadOfColumn1(_) | Rate::Refused => {
            in_words(&printed(text).to_lowercase())
        }
    }
}

fn in_words(text: &str) -> RateClass {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let starts = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
    if text.is_empty() {
        RateClass::Empty
    } else if starts(&["no change"]) {
        RateClass::NoChange
    } else if has(&["degree"]) {
        RateClass::Polarity
    } else if starts(&["see"]) && has(&["note"]) {
        RateClass::SeeNote
    } else if starts(&["the duty", "the rate", "see "]) || (starts(&["the "]) && has(&["applicable"])) {
        RateClass::ByReference
    } else if has(&["shall not exceed", "but not less than", "but not more than", "各々", "下回る場合"]) {
        RateClass::BoundedInWords
    } else if starts(&["a duty upon", "a duty of"]) || (has(&["% on", "percent of", "% upon"])) {
        RateClass::OnPart
    } else if has(&["content", "drained", "weight", "total sugars", "container", "/clean", "/jewel over"]) && has(&["¢", "$"]) {
        RateClass::OnOtherContent
    } else {
        RateClass::OtherWords
    }
}
