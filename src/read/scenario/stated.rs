//! What is stated of goods, from TOML: facts with their answers, shares of value and weight.

use super::Builder;
use crate::base::{Country, FactId, Percent, nearest};
use crate::diag::Code;
use crate::law::{Answers, Share, answer};
use crate::read::document::{Table, Text};
use crate::read::law::cross_check::unknown;
use crate::read::law::measure::Named;
use std::collections::BTreeMap;

/// Facts as they stand in a `facts` table.
#[derive(Default)]
pub(super) struct StatedFacts {
    /// Every fact, and every answer of those that have several, with whether it is so.
    pub(super) facts: BTreeMap<FactId, bool>,
    /// The names of those of yes or no, with where they stand.
    pub(super) plain: Vec<(Text, bool)>,
}

impl Builder<'_, '_> {
    /// Reads `facts = { patented = true, transport = "sea" }` of a table.
    pub(super) fn stated_facts(&mut self, of: &Table<'_>) -> StatedFacts {
        let mut stated = StatedFacts::default();
        let Some(table) = of.table("facts") else { return stated };
        for (name, text, flag) in table.entries() {
            let id = FactId::new(&name.text);
            let law = self.law;
            let Some(fact) = law.facts().get(&id).filter(|_| !name.text.contains('=')) else {
                if let Some((of, given)) =
                    name.text.split_once('=').filter(|(of, _)| law.facts().contains_key(&FactId::new(of.trim())))
                {
                    let help = format!("write `{} = \"{}\"`", of.trim(), given.trim());
                    self.fault(Code::WrongType, name.place, "an answer stands behind the name of its fact", "here", Some(&help));
                    continue;
                }
                self.reader.names.push((Named::Fact, name.text.clone(), name.place));
                continue;
            };
            match (&fact.answers, text, flag) {
                (Answers::YesOrNo, None, Some(flag)) => {
                    stated.facts.insert(id, flag);
                    stated.plain.push((name, flag));
                }
                (Answers::YesOrNo, Some(text), _) => {
                    let message = format!("`{}` takes true or false", name.text);
                    let help = format!("write `{0} = true` or `{0} = false`, without quotes", name.text);
                    self.fault(Code::WrongType, text.place, message, "this is a text", Some(&help));
                }
                (Answers::OneOf(words), Some(text), _) => {
                    if !words.contains(&text.text) {
                        let near = nearest(&text.text, words.iter().map(String::as_str));
                        self.reader.out.push(
                            unknown(Code::UnknownFact, "answer", &text.text, text.place, near).maybe_help(Some(format!(
                                "`{}` is one of {}",
                                name.text,
                                words.join(", ")
                            ))),
                        );
                    }
                    stated.facts.extend(words.iter().map(|word| (answer(&id, word), *word == text.text)));
                }
                (Answers::Country, Some(text), _) => match Country::letters(&text.text) {
                    Ok(country) if country.name().is_some() => {
                        // Only countries that a rule asks for matter; the others are a no to each of those.
                        let asked = law.facts().values().filter(|other| other.id.as_str().starts_with(&format!("{id}=")));
                        stated.facts.extend(asked.map(|other| (other.id.clone(), false)));
                        stated.facts.insert(answer(&id, country.as_str()), true);
                    }
                    _ => {
                        let all = Country::all();
                        let by_name =
                            all.iter().find(|country| country.name().is_some_and(|known| known.eq_ignore_ascii_case(&text.text)));
                        let help =
                            by_name.map_or("write two ISO letters".to_owned(), |country| format!("did you mean `{country}`?"));
                        let message = format!("`{}` is not the code of a country", text.text);
                        self.fault(Code::BadCountry, text.place, message, "here", Some(&help));
                    }
                },
                (Answers::OneOf(_) | Answers::Country, None, _) => {
                    let help = match &fact.answers {
                        Answers::OneOf(words) => format!("`{}` is one of {}", name.text, words.join(", ")),
                        Answers::Country | Answers::YesOrNo => "write two ISO letters".to_owned(),
                    };
                    let message = format!("`{}` takes a text", name.text);
                    self.fault(Code::WrongType, name.place, message, "this is true or false", Some(&help));
                }
                (Answers::YesOrNo, None, None) => {}
            }
        }
        stated
    }

    /// Reads `content` and `weight`, each from the first of the tables that has it.
    pub(super) fn stated_shares(&mut self, layers: &[Table<'_>]) -> BTreeMap<Share, Percent> {
        let mut shares: BTreeMap<Share, Percent> = BTreeMap::new();
        for (key, kind, named) in [
            ("content", Share::Content as fn(_) -> Share, (|| Named::Content) as fn() -> Named),
            ("weight", Share::Weight, || Named::Weight),
        ] {
            if let Some(table) = layers.iter().find(|layer| layer.has(key)).and_then(|table| table.table(key)) {
                shares.extend(self.reader.shares(&table, kind, named));
            }
        }
        shares
    }
}
