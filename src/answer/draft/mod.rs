//! What a new scenario says: a question about goods and origins, with what the goods leave open, the cases beside current law and a what-if, all
//! found by assessing. How it is written is the business of [`render::scenario_file`](crate::render::scenario_file).

mod names;
mod open;
mod what_if;

use self::names::{flow_id, place_title};
use self::open::{claim, needs};
use self::what_if::{readings, what_if};
use crate::answer::run::{context, run};
use crate::assess::{Assessment, Context, Outcome};
use crate::base::{CommodityCode, Country, Date, Decimal, Money, grouped};
use crate::diag::Diagnostics;
use crate::law::{Place, Product, RegimeCache, Rulebook};
use crate::scenario::Scenario;
use jiff::ToSpan;

/// The goods asked about.
#[derive(Clone, Debug)]
pub enum DraftGoods {
    /// A product of the catalogue.
    Product(Box<Product>),
    /// A commodity code.
    Code(CommodityCode),
}

/// Something the duty hangs on that a flow does not say: a key to be written, with a placeholder for its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The key of the flow: `facts`, `content`, `weight`, `quantity`, `column-1`.
    pub table: &'static str,
    /// The key in that table; empty where the key of the flow takes the value itself.
    pub key: String,
    /// A plausible value, as TOML writes it.
    pub placeholder: String,
    /// What it says, in words.
    pub says: String,
}

/// A claim that an origin may make, and the duty with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftClaim {
    /// The claim.
    pub claim: String,
    /// What it says.
    pub title: String,
    /// The duty where it is made, in words.
    pub duty: String,
    /// What the duty hangs on where it is made.
    pub needs: Vec<Need>,
}

/// A flow of the scenario: the goods from one origin.
#[derive(Clone, Debug, Default)]
pub struct DraftFlow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The origin as a scenario writes it.
    pub origin: String,
    /// The duty under current law, in words.
    pub duty: String,
    /// What of the duty is not known for want of digits or of a documented rate.
    pub unsettled: Vec<String>,
    /// What it leaves open that other flows do not.
    pub needs: Vec<Need>,
    /// The claim that changes most.
    pub claim: Option<DraftClaim>,
}

/// Another state of the law beside current law: an entry date.
#[derive(Clone, Debug)]
pub struct DraftCase {
    /// Its id.
    pub id: &'static str,
    /// Its name.
    pub title: String,
    /// The entry date.
    pub entered: Date,
}

/// A reading on which the duty hangs, at another option than the default.
#[derive(Clone, Debug)]
pub struct DraftReading {
    /// The reading.
    pub reading: String,
    /// The point at issue.
    pub title: String,
    /// The option used where nothing is chosen.
    pub default: String,
    /// The other option.
    pub option: String,
    /// What that one says.
    pub says: String,
}

/// A change to the law that comes out differently for these flows.
#[derive(Clone, Debug)]
pub enum WhatIf {
    /// A measure that applies, at ten points more.
    SetRate {
        /// The measure.
        measure: String,
        /// Its name.
        title: String,
        /// Its heading.
        heading: String,
        /// Its rate today.
        now: String,
        /// The rate of the what-if.
        then: String,
    },
    /// No measure applies whose rate could be raised: a new one.
    Introduce,
}

/// A scenario to be written.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its title.
    pub title: String,
    /// The importing country.
    pub into: Country,
    /// The name of the importing country.
    pub into_title: String,
    /// The goods.
    pub goods: DraftGoods,
    /// The entry date.
    pub entered: Date,
    /// The customs value of each flow.
    pub value: Money,
    /// One flow for each origin.
    pub flows: Vec<DraftFlow>,
    /// What all flows leave open alike.
    pub shared: Vec<Need>,
    /// An earlier state of the law.
    pub beside: Option<DraftCase>,
    /// The readings that matter.
    pub readings: Vec<DraftReading>,
    /// A what-if.
    pub what_if: Option<WhatIf>,
    /// What the author could expect: names of figures, and their values as computed.
    pub expectations: Vec<(String, String)>,
}

impl Draft {
    /// Begins a scenario: what is asked, before anything is assessed.
    pub fn new(law: &Rulebook, into: Country, goods: DraftGoods, origins: &[Place], entered: Date, value: Money) -> Self {
        let into_title = law.territory(into).map_or_else(|| into.to_string(), |territory| territory.title.clone());
        let goods_title = match &goods {
            DraftGoods::Product(product) => product.title.clone(),
            DraftGoods::Code(code) => code.to_string(),
        };
        let names: Vec<String> = origins.iter().map(|place| place_title(place, law)).collect();
        let flows = origins
            .iter()
            .zip(&names)
            .map(|(place, title)| DraftFlow {
                id: flow_id(place, law),
                title: title.clone(),
                origin: place.to_string(),
                ..DraftFlow::default()
            })
            .collect();
        Self {
            title: format!("{goods_title} from {}", listed(&names)),
            into,
            into_title,
            goods,
            entered,
            value,
            flows,
            shared: Vec::new(),
            beside: None,
            readings: Vec::new(),
            what_if: None,
            expectations: Vec::new(),
        }
    }

    /// Assesses the scenario that was begun, and adds what is found: what is left open, claims, cases, a what-if, expectations.
    ///
    /// `scenario` is the draft as it was begun, written and read.
    ///
    /// # Errors
    /// As [`run`].
    pub fn complete(&mut self, law: &Rulebook, scenario: &Scenario) -> Result<(), Diagnostics> {
        let results = run(law, scenario, None)?;
        let cache = RegimeCache::new(law);
        let now = scenario.cases.first().map(|case| context(scenario, case, None)).unwrap_or_default();
        let assessed: &[Assessment] = results.cases.first().map_or(&[], |case| &case.assessments);
        self.beside = self.other_day(law);
        let mut moments = vec![now.clone()];
        if let Some(case) = &self.beside {
            let then = Context { entered: Some(case.entered), ..now.clone() };
            // A group whose members differed then cannot be asked about that day.
            if scenario.flows.iter().all(|flow| crate::assess::assess(&cache, flow, &then).is_ok()) {
                moments.push(then);
            } else {
                self.beside = None;
            }
        }
        for ((draft, flow), assessment) in self.flows.iter_mut().zip(&scenario.flows).zip(assessed) {
            draft.duty = duty_words(assessment);
            (draft.needs, draft.unsettled) = needs(&cache, flow, &moments);
            draft.claim = claim(&cache, flow, &now, assessment);
            if let Some(amount) = assessment.duty.known() {
                let duty = Money { amount, currency: assessment.currency };
                self.expectations.push((format!("{}.current-law.duty", draft.id), duty.to_string()));
            }
        }
        self.share_needs();
        self.readings = readings(&cache, scenario, &now, assessed);
        self.what_if = Some(what_if(&cache, scenario, &now, assessed));
        Ok(())
    }

    /// What all flows leave open is said once.
    fn share_needs(&mut self) {
        let Some(first) = self.flows.first().map(|flow| flow.needs.clone()) else { return };
        // [defaults] has no quantities and no column 1.
        let tables = ["facts", "content", "weight"];
        for table in tables {
            let of = |needs: &[Need]| needs.iter().filter(|need| need.table == table).cloned().collect::<Vec<_>>();
            let own = of(&first);
            // A table that a flow gives takes the place of that of the defaults whole: only equal ones can be shared.
            if self.flows.len() > 1 && !own.is_empty() && self.flows.iter().all(|flow| of(&flow.needs) == own) {
                self.flows.iter_mut().for_each(|flow| flow.needs.retain(|need| need.table != table));
                self.shared.extend(own);
            }
        }
    }

    /// A year earlier; where the book does not go back so far its first day, and for that day its last.
    fn other_day(&self, law: &Rulebook) -> Option<DraftCase> {
        let territory = law.territory(self.into)?;
        let (first, last) = (territory.complete_from, territory.last_day());
        let (id, title, entered) = match self.entered.checked_sub(1.year()).ok().filter(|day| *day >= first) {
            Some(day) => ("a-year-earlier", format!("A year earlier, {day}"), day),
            None if self.entered > first => ("first-day", format!("The first day the book knows, {first}"), first),
            None => ("last-day", format!("The last day the book knows, {last}"), last),
        };
        Some(DraftCase { id, title, entered })
    }
}

/// `Japan`, `Japan and Mexico`, `Japan, Mexico and Canada`.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// What is due, in words.
pub(super) fn duty_words(assessment: &Assessment) -> String {
    let money = |amount: Decimal| Money { amount, currency: assessment.currency }.to_string();
    match &assessment.duty {
        Outcome::Known(amount) => {
            let rate = assessment.effective_rate().map(|rate| {
                let points = rate.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(rate).round_dp(4).normalize();
                format!(" ({}%)", grouped(points))
            });
            format!("{}{}", money(*amount), rate.unwrap_or_default())
        }
        Outcome::Unknown { at_least, at_most, .. } => match (at_least.filter(|least| !least.is_zero()), at_most) {
            (Some(least), Some(most)) => format!("between {} and {}", money(least), money(*most)),
            (Some(least), None) => format!("at least {}", money(least)),
            (None, Some(most)) => format!("at most {}", money(*most)),
            (None, None) => "unknown".into(),
        },
        Outcome::Refused(words) => format!("none: {words}"),
    }
}
