//! What origins are called in a new scenario.

use crate::base::Country;
use crate::law::{Place, Rulebook};

/// Longer names make ids that nobody likes to type.
const LONGEST_ID: usize = 20;

/// The name of an origin, as short as it can be told from all others.
pub(super) fn place_title(place: &Place, law: &Rulebook) -> String {
    match place {
        Place::Group(id) => law.groups().get(id).map_or_else(|| id.to_string(), |group| group.title.clone()),
        Place::Country(country) => {
            let whole = country.name().unwrap_or(country.as_str());
            let short = short(whole);
            let alike = Country::all().iter().filter(|other| other.name().is_some_and(|name| self::short(name) == short)).count();
            if alike > 1 { whole.to_owned() } else { short.to_owned() }
        }
    }
}

/// `Korea (the Republic of)` without what stands in parentheses or behind a comma.
fn short(name: &str) -> &str {
    name.split(['(', ',']).next().map_or(name, str::trim)
}

/// The id of the flow from an origin: its name, or its letters where the name is long.
pub(super) fn flow_id(place: &Place, law: &Rulebook) -> String {
    let title = place_title(place, law);
    let plain = title.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ' || c == '-');
    if plain && title.len() <= LONGEST_ID { title.to_lowercase().replace(' ', "-") } else { place.to_string().to_lowercase() }
}
