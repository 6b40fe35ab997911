//! What rows of origins are called.

use super::table::Sort;
use super::{CaseOrigins, OriginRow};
use crate::base::Country;
use crate::law::Place;

/// How many origins of one row are named to people.
const MOST_NAMED: usize = 6;

/// How long a country's name may be to stand in a table; of longer ones only the letters do.
const LONGEST_NAME: usize = 24;

/// The names of origins: a country with its letters, a few, or a few and how many more. Many are told by their groups first, so that who stands beside a group is seen.
pub(super) fn names(found: &CaseOrigins, origins: &[&Place]) -> String {
    match origins {
        [Place::Country(country)] => match country.name().filter(|name| name.len() <= LONGEST_NAME) {
            Some(name) => format!("{name} ({country})"),
            None => country.to_string(),
        },
        [only] => only.to_string(),
        all if all.len() <= MOST_NAMED => all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        all => {
            let (groups, others) = grouped(found, all);
            let room = MOST_NAMED.saturating_sub(groups.len()).max(1);
            let more = others.len().saturating_sub(room);
            let named: Vec<String> = groups.into_iter().chain(others.into_iter().take(room)).collect();
            if more == 0 { named.join(", ") } else { format!("{} and {more} more", named.join(", ")) }
        }
    }
}

/// The groups whose members are all among the origins, largest first, each member told once; and the origins that are in none of them.
fn grouped(found: &CaseOrigins, origins: &[&Place]) -> (Vec<String>, Vec<String>) {
    let country = |place: &Place| if let Place::Country(country) = place { Some(*country) } else { None };
    let mut left: Vec<Country> = origins.iter().filter_map(|place| country(place)).collect();
    let mut groups: Vec<&(String, Vec<Country>)> = found.groups.iter().collect();
    groups.sort_by_key(|(_, members)| std::cmp::Reverse(members.len()));
    let mut named = Vec::new();
    for (name, members) in groups {
        if members.len() > 1 && members.iter().all(|member| left.contains(member)) {
            left.retain(|country| !members.contains(country));
            named.push(name.clone());
        }
    }
    let others = origins.iter().filter(|place| country(place).is_none_or(|country| left.contains(&country)));
    (named, others.map(ToString::to_string).collect())
}

pub(super) fn name_of(found: &CaseOrigins, sort: &Sort<'_>) -> String {
    names(found, &sort.iter().map(|(_, row)| &row.origin).collect::<Vec<_>>())
}

/// The name of the row a position belongs to: for people its whole row, with what it needs.
pub(super) fn next_name(found: &CaseOrigins, sorts: &[Sort<'_>], next: usize) -> String {
    let Some(sort) = sorts.iter().find(|sort| sort.iter().any(|(at, _)| *at == next)) else { return String::new() };
    with_needs(name_of(found, sort), sort.first().map(|(_, row)| *row))
}

/// The name of one row, with what it needs.
pub(super) fn one_name(found: &CaseOrigins, at: usize) -> String {
    let Some(row) = found.rows.get(at) else { return String::new() };
    with_needs(names(found, &[&row.origin]), Some(row))
}

fn with_needs(name: String, row: Option<&OriginRow>) -> String {
    match row.and_then(|row| row.needs.as_ref()) {
        Some(needs) => format!("{name} with {needs}"),
        None => name,
    }
}
