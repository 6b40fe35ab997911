//! What a row of a file says in words, found in the law: claims and answers to facts.

use super::row_terms::open_to;
use crate::base::{Country, FactId, nearest};
use crate::law::{Answers, FactKind, Place, Rulebook, answer};

/// Reads the claims of a row: ids of claims, or symbols of the special column such as `S+`, parted by blanks, commas or semicolons.
///
/// # Errors
/// Where one of them is not known, or goods of the origin cannot claim it.
pub(super) fn claimed_in_row(law: &Rulebook, words: &str, origin: &Place) -> Result<Vec<FactId>, String> {
    let mut claims = Vec::new();
    for word in words.split([' ', ',', ';', '|']).filter(|word| !word.is_empty()) {
        let symbols = law.facts().values().filter(|fact| fact.symbols.iter().any(|symbol| symbol == word));
        let by_id = law
            .facts()
            .get(&FactId::new(&word.to_lowercase()))
            .filter(|fact| fact.answers == Answers::YesOrNo && fact.kind != FactKind::Fact);
        let found = by_id.into_iter().chain(symbols).collect::<Vec<_>>();
        let Some(fact) = found.iter().find(|fact| open_to(fact, origin, law)) else {
            if found.is_empty() {
                let ids = law.facts().values().filter(|fact| fact.kind != FactKind::Fact).map(|fact| fact.id.as_str());
                let near = nearest(word, ids).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                return Err(format!("`{}` is no claim that is known{near}", shown(word)));
            }
            return Err(format!("`{}` cannot be claimed for goods of {origin}", shown(word)));
        };
        claims.push(fact.id.clone());
    }
    Ok(claims)
}

/// Reads the answer of a row to a fact: yes or no, one of its words, or a country.
///
/// # Errors
/// Where the answer is none of the fact's.
pub(super) fn answered_in_row(law: &Rulebook, fact: &FactId, text: &str) -> Result<Vec<(FactId, bool)>, String> {
    let Some(known) = law.facts().get(fact) else { return Ok(Vec::new()) };
    match &known.answers {
        Answers::YesOrNo => match text.to_lowercase().as_str() {
            "true" | "yes" | "y" => Ok(vec![(fact.clone(), true)]),
            "false" | "no" | "n" => Ok(vec![(fact.clone(), false)]),
            _ => Err(format!("`{}` is no answer to `{fact}`: write true or false", shown(text))),
        },
        Answers::OneOf(words) if words.iter().any(|word| word == text) => {
            Ok(words.iter().map(|word| (answer(fact, word), word == text)).collect())
        }
        Answers::OneOf(words) => Err(format!("`{}` is no answer to `{fact}`: it is one of {}", shown(text), words.join(", "))),
        Answers::Country => match Country::letters(text).ok().filter(|country| country.name().is_some()) {
            None => Err(format!("`{}` is no answer to `{fact}`: write the two letters of a country", shown(text))),
            Some(country) => {
                // Only countries that a rule asks for matter; the others are a no to each of those.
                let asked = law.facts().values().filter(|other| other.id.as_str().starts_with(&format!("{fact}=")));
                let own = answer(fact, country.as_str());
                let mut all: Vec<(FactId, bool)> = asked.map(|o| (o.id.clone(), false)).filter(|(id, _)| *id != own).collect();
                all.push((own, true));
                Ok(all)
            }
        },
    }
}

/// At most forty characters of what a row says, without any that steer a terminal.
fn shown(text: &str) -> String {
    text.chars().take(40).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
