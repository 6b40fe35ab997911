//! The cases of a scenario, from TOML: built on each other, with exchange rates, readings and changes.

use super::Builder;
use super::compose::joined;
use crate::base::{CaseId, Country, Currency, Decimal, MeasureId, ReadingId, nearest, parse_number};
use crate::diag::{Code, Diagnostic, Place};
use crate::law::{Change, Edit};
use crate::read::document::{Table, Text, understood};
use crate::read::law::measure::Named;
use crate::scenario::{Case, ExchangeRate};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most cases one file may hold, and most changes one case may carry.
const MOST_CASES: usize = 1_000;
const MOST_CHANGES: usize = 300;

impl Builder<'_, '_> {
    pub(super) fn cases(&mut self, roots: &[Table<'_>]) -> Vec<Case> {
        let tables = joined(roots, "case");
        if tables.len() > MOST_CASES {
            let message = format!("the file has {} cases; at most {MOST_CASES} are read", tables.len());
            if let Some(first) = tables.first() {
                self.fault(Code::FileTooLarge, first.file_place(), message, "this file", None);
            }
            return Vec::new();
        }
        let exchange = self.exchange(roots);
        let mut cases: Vec<Case> = Vec::new();
        let current = CaseId::new("current-law");
        if !tables.iter().any(|table| table.text("id").is_some_and(|id| id.text == current.as_str())) {
            cases.push(Case {
                id: current,
                title: "Current law".into(),
                entered: None,
                as_known: None,
                readings: BTreeMap::new(),
                exchange: exchange.clone(),
                changes: Vec::new(),
                inherited: 0,
                place: None,
            });
        }
        let into =
            roots.iter().find_map(|root| root.table("defaults")?.text("into")).and_then(|text| Country::letters(&text.text).ok());
        for table in &tables {
            self.turn_to(table);
            let Some(id) = table.text("id") else { continue };
            if id.text.contains('.') {
                self.fault(
                    Code::BadText,
                    id.place,
                    format!("a case cannot be called `{}`", id.text),
                    "here",
                    Some("ids hold no dot"),
                );
            }
            if let Some(first) = cases.iter().find(|case| case.id.as_str() == id.text) {
                let mut told =
                    Diagnostic::new(Code::DuplicateId, format!("two cases are called `{}`", id.text)).at(id.place, "this one");
                if let Some(first) = first.place {
                    told = told.at(first, "and this one");
                }
                self.reader.out.push(told);
                continue;
            }
            let case = self.case(table, &id, &cases, &exchange, into);
            cases.extend(case);
        }
        cases
    }

    fn case(
        &mut self,
        table: &Table<'_>,
        id: &Text,
        before: &[Case],
        exchange: &[ExchangeRate],
        into: Option<Country>,
    ) -> Option<Case> {
        let parent = match table.text("based-on") {
            None => None,
            Some(name) => match before.iter().find(|case| case.id.as_str() == name.text) {
                Some(parent) => Some(parent.clone()),
                None if name.text == id.text => {
                    self.fault(Code::CircularCase, name.place, "the case is based on itself", "here", None);
                    None
                }
                None => {
                    let near = nearest(&name.text, before.iter().map(|case| case.id.as_str()));
                    self.reader.out.push(
                        Diagnostic::new(Code::UnknownCase, format!("no case `{}` stands above this one", name.text))
                            .at(name.place, "here")
                            .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
                            .maybe_help(Some("a case is based on one that stands above it".into())),
                    );
                    None
                }
            },
        };
        let mut own: Vec<Arc<Change>> = Vec::new();
        for change in table.tables("change") {
            own.extend(self.reader.change(&change, into).into_iter().map(Arc::new));
        }
        let inherited_changes: Vec<Arc<Change>> = parent.as_ref().map(|parent| parent.changes.clone()).unwrap_or_default();
        if own.len() + inherited_changes.len() > MOST_CHANGES {
            let message =
                format!("the case carries {} changes; at most {MOST_CHANGES} are made", own.len() + inherited_changes.len());
            self.fault(Code::FileTooLarge, id.place, message, "this case", Some("a program id changes all its measures at once"));
            return None;
        }
        self.check_introduced(&own, &inherited_changes);
        let law = self.law;
        let introduced: Vec<(String, Vec<MeasureId>)> = own
            .iter()
            .filter_map(|change| {
                if let Edit::Introduce(measure) = &change.edit {
                    Some((measure.program.to_string(), vec![measure.id.clone()]))
                } else {
                    None
                }
            })
            .collect();
        let means = |name: &str| -> Vec<MeasureId> {
            let new = introduced.iter().filter(|(program, ids)| program == name || ids.iter().any(|id| id.as_str() == name));
            law.meant_by(name).into_iter().map(|m| m.id.clone()).chain(new.flat_map(|(_, ids)| ids.clone())).collect()
        };
        let groups = law.groups();
        let countries = |place: &crate::law::Place| -> Vec<Country> {
            match place {
                crate::law::Place::Country(country) => vec![*country],
                crate::law::Place::Group(id) => groups
                    .get(id)
                    .map(|group| group.versions.iter().flat_map(|(_, members)| members.clone()).collect())
                    .unwrap_or_default(),
            }
        };
        self.reader.check_conflicts(&own, means, countries);
        let mut readings = parent.as_ref().map(|parent| parent.readings.clone()).unwrap_or_default();
        if let Some(table) = table.table("readings") {
            for (name, option, _) in table.entries() {
                if let Some(option) = option {
                    self.reader.names.push((Named::Reading(option.text.clone()), name.text.clone(), name.place));
                    readings.insert(ReadingId::new(&name.text), option.text);
                }
            }
        }
        let mut rates = self.exchange(&[*table]);
        rates.extend(parent.as_ref().map_or(exchange, |parent| &parent.exchange).iter().cloned());
        let mut changes: Vec<Arc<Change>> = parent.as_ref().map(|parent| parent.changes.clone()).unwrap_or_default();
        let inherited = changes.len();
        changes.extend(own);
        Some(Case {
            id: CaseId::new(&id.text),
            title: table.optional("title").unwrap_or_else(|| id.text.clone()),
            entered: table.day("entered", self.reader.out).or(parent.as_ref().and_then(|parent| parent.entered)),
            as_known: table.day("as-known", self.reader.out).or(parent.as_ref().and_then(|parent| parent.as_known)),
            readings,
            exchange: rates,
            changes,
            inherited,
            place: Some(id.place),
        })
    }

    /// A new measure must not take the name of one that is there.
    fn check_introduced(&mut self, own: &[Arc<Change>], inherited: &[Arc<Change>]) {
        let mut seen: BTreeMap<String, Place> = BTreeMap::new();
        for change in inherited.iter().chain(own) {
            let Edit::Introduce(measure) = &change.edit else {
                continue;
            };
            let told = Diagnostic::new(Code::DuplicateId, format!("there is a measure `{}` already", measure.id))
                .at(change.place, "this one");
            if let Some(first) = seen.get(measure.id.as_str()).filter(|first| **first != change.place) {
                self.reader.out.push(told.at(*first, "and this one"));
            } else if self.law.names(measure.id.as_str()) || self.law.names(measure.program.as_str()) {
                self.reader.out.push(
                    told.help("the law has one of that name: give the new one another, or change the law's with `set-rate`"),
                );
            }
            seen.insert(measure.id.to_string(), change.place);
        }
    }

    /// Reads `exchange = ["151.43 JPY/USD"]`: 151.43 yen for one dollar.
    fn exchange(&mut self, tables: &[Table<'_>]) -> Vec<ExchangeRate> {
        let mut rates: Vec<(ExchangeRate, Place)> = Vec::new();
        for text in tables.iter().flat_map(|table| table.texts("exchange")) {
            let Some(rate) = self.exchange_rate(&text) else {
                continue;
            };
            let known = rates.iter().find(|(other, _)| (other.currency, other.per) == (rate.currency, rate.per));
            match known {
                // Files that are run together may repeat each other.
                Some((other, place)) if *other == rate && place.file != text.place.file => continue,
                Some((_, place)) if place.file != text.place.file => {
                    let told = Diagnostic::new(Code::DuplicateId, format!("two rates of {} for {}", rate.currency, rate.per));
                    self.reader.out.push(told.at(text.place, "this one").at(*place, "and this one"));
                }
                Some(_) => {
                    let message = format!("two rates of {} for {}", rate.currency, rate.per);
                    self.fault(Code::DuplicateId, text.place, message, "this one", None);
                }
                None => {}
            }
            rates.push((rate, text.place));
        }
        rates.into_iter().map(|(rate, _)| rate).collect()
    }

    fn exchange_rate(&mut self, text: &Text) -> Option<ExchangeRate> {
        let form = "write so many units of one currency for one of another: \"151.43 JPY/USD\"";
        let parsed =
            text.text.split_once(char::is_whitespace).and_then(|(number, pair)| Some((number, pair.trim().split_once('/')?)));
        let Some((number, (currency, per))) = parsed else {
            self.fault(Code::BadMoney, text.place, format!("`{}` is not a rate of exchange", text.text), "here", Some(form));
            return None;
        };
        let number = understood(parse_number(number), Code::BadNumber, text.place, self.reader.out)?;
        if number <= Decimal::ZERO {
            self.fault(Code::BadNumber, text.place, "a rate of exchange is above zero", "here", Some(form));
            return None;
        }
        let currency = understood(Currency::parse(currency), Code::BadMoney, text.place, self.reader.out)?;
        let per = understood(Currency::parse(per), Code::BadMoney, text.place, self.reader.out)?;
        Some(ExchangeRate { number, currency, per })
    }
}
