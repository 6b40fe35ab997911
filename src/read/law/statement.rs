//! Facts, shares, readings and groups from TOML.

use super::measure::Reader;
use crate::base::{ContentId, Country, FactId, GroupId, Percent, ReadingId};
use crate::diag::{Code, Place};
use crate::law::{Answers, Fact, FactKind, Group, Reading, ReadingOption, ShareKind, ShareName};
use crate::read::document::{Table, understood};
use crate::read::schema::form;

impl Reader<'_> {
    pub(super) fn fact(&mut self, table: &Table<'_>) -> Option<(Fact, Place)> {
        let id = table.text("id")?;
        let kind = table.text("kind")?;
        let kind = match FactKind::ALL.iter().find(|(_, word)| *word == kind.text) {
            Some((kind, _)) => *kind,
            None => {
                let message = format!("`{}` is not a kind of fact", kind.text);
                self.fault(Code::WrongType, kind.place, message, "here", Some("write \"preference\", \"claim\" or \"fact\""));
                return None;
            }
        };
        let answers = match (table.text("answers"), table.texts("answers")) {
            (None, words) if words.is_empty() => {
                if table.has("answers") {
                    self.fault(
                        Code::MissingKey,
                        table.place_of("answers"),
                        "`answers` is an empty list",
                        "it names nothing",
                        None,
                    );
                }
                Answers::YesOrNo
            }
            (None, words) => {
                for (number, word) in words.iter().enumerate() {
                    if words.iter().take(number).any(|other| other.text == word.text) {
                        self.fault(Code::DuplicateId, word.place, format!("`{}` stands twice", word.text), "here", None);
                    }
                    if word.text.contains('=') || word.text.trim() != word.text {
                        let message = format!("`{}` cannot be an answer", word.text);
                        self.fault(
                            Code::BadText,
                            word.place,
                            message,
                            "here",
                            Some("answers hold no `=` and no blanks around them"),
                        );
                    }
                }
                Answers::OneOf(words.into_iter().map(|word| word.text).collect())
            }
            (Some(word), _) if word.text == form::COUNTRY => Answers::Country,
            (Some(word), _) => {
                let help = "write \"country\", or a list of the answers there are";
                self.fault(Code::WrongType, word.place, format!("`{}` is no kind of answer", word.text), "here", Some(help));
                return None;
            }
        };
        let follows_from = self.facts(table, "follows-from");
        let origins = table.texts("origins").iter().filter_map(|text| self.origin(text)).collect();
        let fact = Fact {
            id: FactId::new(&id.text),
            title: table.string("title"),
            kind,
            answers,
            follows_from,
            symbols: table.texts("symbols").into_iter().map(|text| text.text).collect(),
            origins,
            before: table.day("before", self.out),
            cite: table.string("cite"),
            source: self.sources.source(table.place),
        };
        Some((fact, id.place))
    }

    pub(super) fn countries(&mut self, table: &Table<'_>, key: &str) -> Vec<Country> {
        let mut countries = Vec::new();
        for text in table.texts(key) {
            let Some(country) = understood(Country::letters(&text.text), Code::BadCountry, text.place, self.out) else {
                continue;
            };
            if country.name().is_none() {
                self.fault(Code::BadCountry, text.place, format!("ISO 3166-1 has no country `{country}`"), "here", None);
                continue;
            }
            if countries.contains(&country) {
                self.fault(Code::DuplicateId, text.place, format!("`{country}` stands twice"), "here", None);
            }
            countries.push(country);
        }
        countries
    }

    pub(super) fn share_name(&mut self, table: &Table<'_>, kind: ShareKind) -> Option<(ShareName, Place)> {
        let id = table.text("id")?;
        let absent = table.text("absent")?;
        let absent = match absent.text.as_str() {
            form::UNKNOWN => None,
            text => Some(understood(Percent::parse_share(text), Code::BadPercent, absent.place, self.out)?),
        };
        let name = ShareName {
            id: ContentId::new(&id.text),
            kind,
            title: table.string("title"),
            absent,
            overlaps: table.flag("overlaps"),
            source: self.sources.source(table.place),
        };
        Some((name, id.place))
    }

    pub(super) fn reading_named(&mut self, table: &Table<'_>) -> Option<(Reading, Place)> {
        let id = table.text("id")?;
        let options: Vec<ReadingOption> = table
            .tables("option")
            .iter()
            .map(|option| ReadingOption { id: option.string("id"), says: option.string("says"), cite: option.string("cite") })
            .collect();
        for (number, option) in options.iter().enumerate() {
            if options.iter().take(number).any(|other| other.id == option.id) {
                let message = format!("two options are called `{}`", option.id);
                self.fault(Code::DuplicateId, table.place_of("option"), message, "in these options", None);
            }
        }
        let default = table.text("default")?;
        if !options.iter().any(|option| option.id == default.text) {
            let message = format!("the default `{}` is none of the options", default.text);
            self.fault(Code::UnknownReading, default.place, message, "here", None);
        }
        let reading = Reading {
            id: ReadingId::new(&id.text),
            title: table.string("title"),
            default: default.text,
            why: table.string("why"),
            options,
            source: self.sources.source(table.place),
        };
        Some((reading, id.place))
    }

    pub(super) fn group(&mut self, table: &Table<'_>) -> Option<(Group, Place)> {
        let id = table.text("id")?;
        let mut versions = Vec::new();
        for version in table.tables("version") {
            let members = self.countries(&version, "members");
            if let Some(from) = version.day("from", self.out) {
                if versions.iter().any(|(other, _)| *other == from) {
                    let message = format!("the group has two memberships from {from}");
                    self.fault(Code::OverlappingVersions, version.place, message, "this one", None);
                }
                versions.push((from, members));
            }
        }
        versions.sort_by_key(|(from, _)| *from);
        Some((Group { id: GroupId::new(&id.text), title: table.string("title"), versions }, id.place))
    }
}
