use super::{CodeSet, Measure, OriginSet, Rate};
use crate::base::{Percent, Period, Ratio};
use crate::diag::{Place, Source};
use std::sync::Arc;

/// A what-if verb.
#[derive(Clone, Debug)]
pub enum Edit {
    /// The rate is this, also where the measure was not in force.
    SetRate(Rate),
    /// Percentage points are added to the ad valorem rate.
    AddPoints(Percent),
    /// The ad valorem rate is multiplied by this.
    Scale(Percent),
    /// The ad valorem rate is at most this.
    Cap(Percent),
    /// The ad valorem rate is at least this.
    Floor(Percent),
    /// The measure is gone, for good.
    Repeal,
    /// The measure does not hold between two days.
    Suspend,
    /// The last rate goes on past the day the measure ended.
    Extend,
    /// The measure does not reach the origins and codes named.
    Exempt,
    /// A whole new measure.
    Introduce(Arc<Measure>),
}

impl Edit {
    /// Returns the verb as it is written.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::SetRate(_) => "set-rate",
            Self::AddPoints(_) => "add-points",
            Self::Scale(_) => "scale",
            Self::Cap(_) => "cap",
            Self::Floor(_) => "floor",
            Self::Repeal => "repeal",
            Self::Suspend => "suspend",
            Self::Extend => "extend",
            Self::Exempt => "exempt",
            Self::Introduce(_) => "introduce",
        }
    }

    /// Tells whether the verb decides alone what the rate is, so that two of them on one day collide.
    pub fn decides(&self) -> bool {
        matches!(self, Self::SetRate(_) | Self::Repeal | Self::Suspend | Self::Extend)
    }
}

/// A dated, scoped change to the law, as a case makes it.
#[derive(Clone, Debug)]
pub struct Change {
    /// The measure or program it changes; the new measure's own id where it introduces one.
    pub target: String,
    /// What it does.
    pub edit: Edit,
    /// The entry dates it holds for.
    pub period: Period,
    /// The origins it is limited to.
    pub origins: OriginSet,
    /// The codes it is limited to.
    pub codes: CodeSet,
    /// Why, in the author's words.
    pub why: Option<String>,
    /// The place of the verb.
    pub place: Place,
    /// Where it is written.
    pub source: Source,
}

impl Change {
    /// Returns the rate after this change; `None` is "not in force". `last` is the measure's last rate before its end.
    pub fn applied(&self, rate: Option<&Rate>, last: Option<&Rate>) -> Option<Rate> {
        let adjusted = |with: &dyn Fn(Ratio) -> Option<Ratio>| rate.map(|rate| adjust(rate, with));
        match &self.edit {
            // A rate without a first day holds wherever the measure does; it makes no law where there was none.
            Edit::SetRate(new) => Some(new.clone()).filter(|_| rate.is_some() || self.period.from.is_some()),
            Edit::AddPoints(points) => adjusted(&|old| old.plus(*points)),
            Edit::Scale(factor) => adjusted(&|old| old.scaled(*factor)),
            Edit::Cap(most) => adjusted(&|old| old.exceeds(*most).map(|over| if over { Ratio::from(*most) } else { old })),
            Edit::Floor(least) => adjusted(&|old| old.exceeds(*least).map(|over| if over { old } else { Ratio::from(*least) })),
            Edit::Repeal | Edit::Suspend | Edit::Exempt => None,
            Edit::Extend => rate.or(last).cloned(),
            Edit::Introduce(_) => rate.cloned(),
        }
    }
}

/// Applies a function to the ad valorem part of a rate; a free rate is one of 0 %. What cannot be told exactly stays as it is.
fn adjust(rate: &Rate, with: &dyn Fn(Ratio) -> Option<Ratio>) -> Rate {
    let ratio = |old: Ratio| -> Rate {
        let new = with(old).unwrap_or(old);
        new.percent().map_or(Rate::Ratio(new), Rate::AdValorem)
    };
    let percent = |old: Percent| with(old.into()).and_then(Ratio::percent).unwrap_or(old);
    let extra = || Some(ratio(Percent::ZERO.into())).filter(|extra| *extra != Rate::AdValorem(Percent::ZERO));
    match rate {
        Rate::Free => extra().unwrap_or(Rate::Free),
        Rate::AdValorem(percent) => ratio((*percent).into()),
        Rate::Ratio(old) => ratio(*old),
        Rate::TopUp(old) => Rate::TopUp(percent(*old)),
        Rate::TopUpGeneral(old) => Rate::TopUpGeneral(percent(*old)),
        Rate::Sum(parts) => {
            let mut parts = parts.clone();
            match parts.iter_mut().find(|part| matches!(part, Rate::AdValorem(_) | Rate::Ratio(_))) {
                Some(part) => *part = adjust(part, with),
                None => parts.extend(extra()),
            }
            Rate::Sum(parts)
        }
        Rate::Specific(_) => extra().map_or_else(|| rate.clone(), |extra| Rate::Sum(vec![rate.clone(), extra])),
        Rate::AtLeast(rate, bound) => Rate::AtLeast(Box::new(adjust(rate, with)), bound.clone()),
        Rate::AtMost(rate, bound) => Rate::AtMost(Box::new(adjust(rate, with)), bound.clone()),
        Rate::InsteadOfColumn1(rate) => Rate::InsteadOfColumn1(Box::new(adjust(rate, with))),
        Rate::Flat(_) | Rate::Refused | Rate::Unknown(_) => rate.clone(),
    }
}
