//! What the goods of a new scenario leave open, and what they may claim.

use super::{DraftClaim, Need, duty_words};
use crate::answer::findings::same_duty;
use crate::assess::{Assessment, Context, Open, assess};
use crate::base::{Country, Decimal, FactId, Percent, Quantity, Unit};
use crate::law::{
    Answers, Fact, FactKind, Place, Rate, RegimeCache, Rulebook, Share, ShareKind, answer, answered, official_rate, special_rates,
};
use crate::scenario::{Flow, GivenColumn1};
use std::collections::BTreeMap;

/// Settling one thing may open another; longer chains than this there are none.
const MOST_ROUNDS: usize = 8;

/// Finds what a flow leaves open at any of the moments, and in the states that placeholders lead to: keys to write, and what no key settles.
pub(super) fn needs(cache: &RegimeCache<'_>, flow: &Flow, moments: &[Context]) -> (Vec<Need>, Vec<String>) {
    let law = cache.law();
    let mut flow = flow.clone();
    let mut found: BTreeMap<Need, ()> = BTreeMap::new();
    let mut unsettled: Vec<String> = Vec::new();
    for round in 0..MOST_ROUNDS {
        let mut settled = false;
        for moment in moments {
            let Ok(assessment) = assess(cache, &flow, moment) else { continue };
            // What every answer leads to alike is not worth asking.
            if assessment.duty.known().is_some() {
                continue;
            }
            for open in &assessment.open {
                match settle(open, &mut flow, law) {
                    Some(need) => settled |= found.insert(need, ()).is_none(),
                    None if round == 0 => {
                        let words = unsettled_words(open);
                        if !words.is_empty() && !unsettled.contains(&words) {
                            unsettled.push(words);
                        }
                    }
                    None => {}
                }
            }
        }
        if !settled {
            break;
        }
    }
    (found.into_keys().collect(), unsettled)
}

/// Orders needs as a flow writes them.
impl Ord for Need {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.table, &self.key, &self.placeholder).cmp(&(other.table, &other.key, &other.placeholder))
    }
}

impl PartialOrd for Need {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

fn unsettled_words(open: &Open) -> String {
    match open {
        Open::Digits(code) => format!("{code} covers lines that differ; a code of more digits tells them apart"),
        Open::Rate(measure, words) if words.is_empty() => format!("the rate of `{measure}` is not documented"),
        Open::Rate(measure, words) => format!("the rate of `{measure}` is no plain rate: {words}"),
        Open::Fact(_) | Open::Share(_) | Open::Quantity(_) => String::new(),
    }
}

/// Gives a flow a placeholder for what it leaves open; `None` where no key settles it.
fn settle(open: &Open, flow: &mut Flow, law: &Rulebook) -> Option<Need> {
    match open {
        Open::Fact(id) => settle_fact(id, flow, law),
        Open::Share(share) => {
            let (table, kind, id) = match share {
                Share::Content(id) => ("content", ShareKind::Content, id),
                Share::Weight(id) => ("weight", ShareKind::Weight, id),
            };
            // Materials add up to the whole at most: the first gets half, the next half of the rest.
            let stated =
                flow.shares.keys().filter(|other| std::mem::discriminant(*other) == std::mem::discriminant(share)).count();
            let points = Decimal::from([50, 25, 10, 5].get(stated).copied().unwrap_or(1));
            let percent = Percent::from_points(points);
            flow.shares.insert(share.clone(), percent);
            let says = law.shares().get(&(kind, id.clone())).map_or_else(String::new, |name| name.title.clone());
            Some(Need { table, key: id.to_string(), placeholder: format!("\"{percent}\""), says })
        }
        Open::Quantity(unit) => {
            let number =
                if (Quantity { number: Decimal::ONE, unit: *unit }).in_unit(Unit::Kilogram).is_some() { 1_000 } else { 100 };
            let quantity = Quantity { number: Decimal::from(number), unit: *unit };
            flow.quantities.push(quantity);
            let says = format!("how many {unit}: a rate is so much for each");
            Some(Need { table: "quantity", key: String::new(), placeholder: format!("\"{quantity}\""), says })
        }
        Open::Rate(measure, _) => {
            let column_1 = &law.territory(flow.into)?.column_1;
            if measure.as_str() != column_1.as_str() || flow.column_1.is_some() {
                return None;
            }
            let percent = Percent::from_points(Decimal::from(5));
            flow.column_1 = Some(GivenColumn1 { rate: Rate::AdValorem(percent), cite: "an example".into(), covers: Vec::new() });
            let says = "the column-1 rate of the line, which the book does not have; `column-1-cite` names its source".to_owned();
            Some(Need { table: "column-1", key: String::new(), placeholder: format!("\"{percent}\""), says })
        }
        Open::Digits(_) => None,
    }
}

fn settle_fact(id: &FactId, flow: &mut Flow, law: &Rulebook) -> Option<Need> {
    let (of, given) = answered(id).map_or_else(|| (id.clone(), None), |(of, given)| (of, Some(given)));
    let fact = law.facts().get(&of)?;
    // Each answer is asked for by itself; one settles them all.
    if flow.facts.keys().any(|stated| answered(stated).is_some_and(|(other, _)| other == of)) {
        return None;
    }
    let says = fact.title.clone();
    let need = |placeholder: String| Some(Need { table: "facts", key: of.to_string(), placeholder, says });
    match &fact.answers {
        Answers::YesOrNo => {
            flow.facts.insert(of.clone(), false);
            need("false".into())
        }
        Answers::OneOf(words) => {
            let chosen = given.filter(|given| words.iter().any(|word| word == given)).or(words.first().map(String::as_str))?;
            flow.facts.extend(words.iter().map(|word| (answer(&of, word), word == chosen)));
            need(format!("\"{chosen}\""))
        }
        Answers::Country => {
            let country = home_of(flow, law)?;
            let asked = law.facts().keys().filter(|other| answered(other).is_some_and(|(o, _)| o == of));
            flow.facts.extend(asked.map(|other| (other.clone(), false)));
            flow.facts.insert(answer(&of, country.as_str()), true);
            flow.facts = law.with_consequences(std::mem::take(&mut flow.facts));
            need(format!("\"{country}\""))
        }
    }
}

/// The country a flow comes from; of a group its first member.
fn home_of(flow: &Flow, law: &Rulebook) -> Option<Country> {
    match &flow.origin {
        Place::Country(country) => Some(*country),
        Place::Group(id) => law.groups().get(id)?.members(flow.entered).first().copied(),
    }
}

/// Finds the preference whose claim lowers the duty of a flow most.
pub(super) fn claim(cache: &RegimeCache<'_>, flow: &Flow, now: &Context, plain: &Assessment) -> Option<DraftClaim> {
    let law = cache.law();
    let mut best: Option<(Option<Decimal>, DraftClaim)> = None;
    for fact in law.facts().values().filter(|fact| fact.kind == FactKind::Preference && is_open(fact, flow, law)) {
        let mut claiming = flow.clone();
        claiming.facts.insert(fact.id.clone(), true);
        claiming.facts = law.with_consequences(claiming.facts);
        let Ok(assessment) = assess(cache, &claiming, now) else { continue };
        if same_duty(&assessment, plain) {
            continue;
        }
        let least = assessment.duty.at_most();
        let better = best.as_ref().is_none_or(|(known, _)| least.is_some() && known.is_none_or(|known| least < Some(known)));
        if better {
            // What only the claim makes the duty hang on.
            let (needs, _) = needs(cache, &claiming, std::slice::from_ref(now));
            let claim =
                DraftClaim { claim: fact.id.to_string(), title: fact.title.clone(), duty: duty_words(&assessment), needs };
            best = Some((least, claim));
        }
    }
    best.map(|(_, claim)| claim)
}

/// Tells whether a preference can be claimed: it is open to the origin on that day, and the line offers it.
fn is_open(fact: &Fact, flow: &Flow, law: &Rulebook) -> bool {
    let day = flow.entered;
    // Of a preference whose origins the book does not list it cannot be told who may claim it.
    let origin = fact.origins.iter().any(|place| match (place, &flow.origin) {
        (a, b) if a == b => true,
        (Place::Group(id), Place::Country(country)) => law.groups().get(id).is_some_and(|group| group.has(*country, day)),
        _ => false,
    });
    let line = || {
        let schedule = law.schedule(flow.into)?;
        schedule.line(flow.code, day).or_else(|| schedule.below(flow.code, day).next())
    };
    origin
        && fact.before.is_none_or(|before| day < before)
        && (fact.symbols.is_empty()
            || line().is_some_and(|line| {
                let offered = special_rates(line.special);
                official_rate(line.general) == Rate::Free
                    || offered.iter().any(|group| group.symbols.iter().any(|symbol| fact.symbols.iter().any(|own| own == symbol)))
            }))
}
