//! Scopes from TOML: origins, codes and their tables, bases.

use super::measure::{Named, Reader};
use super::scope_table;
use crate::base::{CommodityCode, ContentId, Country, GroupId, Percent, Period};
use crate::diag::{Code, Place};
use crate::law::{Base, CodeList, CodeRow, CodeSet, OriginSet};
use crate::read::document::{Table, Text, understood};
use crate::read::schema::form;
use crate::read::table;
use std::sync::Arc;

impl Reader<'_> {
    /// Reads a place of origin: a country, or a group to be found later.
    pub(in crate::read) fn origin(&mut self, text: &Text) -> Option<crate::law::Place> {
        use crate::law::Place as Origin;
        if let Ok(country) = Country::letters(&text.text)
            && country.name().is_some()
        {
            return Some(Origin::Country(country));
        }
        self.names.push((Named::Group, text.text.clone(), text.place));
        Some(Origin::Group(GroupId::new(&text.text)))
    }

    pub(in crate::read) fn origins(&mut self, table: &Table<'_>) -> OriginSet {
        if let Some(but) = table.table("origins") {
            let places = but.texts("all-but");
            return OriginSet::AllBut(places.iter().filter_map(|text| self.origin(text)).collect());
        }
        let texts = table.texts("origins");
        if let [only] = texts.as_slice() {
            match only.text.as_str() {
                form::ALL => return OriginSet::All,
                form::OTHERS => return OriginSet::Others,
                _ => {}
            }
        }
        if texts.is_empty() {
            return OriginSet::All;
        }
        OriginSet::Of(texts.iter().filter_map(|text| self.origin(text)).collect())
    }

    fn code_list(&mut self, texts: &[Text]) -> Arc<CodeList> {
        let rows = texts
            .iter()
            .filter_map(|text| {
                let code = understood(CommodityCode::parse(&text.text), Code::BadCode, text.place, self.out)?;
                Some(CodeRow {
                    code,
                    period: Period::ALWAYS,
                    known: None,
                    end_known: None,
                    cite: None,
                    source: self.sources.source(text.place),
                })
            })
            .collect();
        Arc::new(CodeList::new(rows))
    }

    /// Returns a table's text, read once a run.
    pub(in crate::read) fn table(&mut self, path: &Text, required: &[&str], optional: &[&str]) -> Option<Arc<table::Table>> {
        let full = self.path(&path.text);
        if let Some(known) = self.tables.get(&full) {
            return known.clone();
        }
        let read = table::read(self.files, &full, required, optional, path.place, self.sources, self.out).map(Arc::new);
        self.tables.insert(full, read.clone());
        read
    }

    fn listed(&mut self, path: &Text, lists: Vec<String>, lists_at: Place) -> Arc<CodeList> {
        let key = (self.path(&path.text), lists);
        if let Some(known) = self.lists.get(&key) {
            return known.clone();
        }
        let scope = match self.scopes.get(&key.0) {
            Some(known) => known.clone(),
            None => {
                let read = scope_table::scope(self.files, &key.0, path.place, self.sources, self.out).map(Arc::new);
                self.scopes.insert(key.0.clone(), read.clone());
                read
            }
        };
        let named: Vec<&Arc<CodeList>> = scope
            .iter()
            .flat_map(|scope| scope.iter())
            .filter(|(list, _)| key.1.is_empty() || key.1.contains(list))
            .map(|(_, codes)| codes)
            .collect();
        for wanted in key.1.iter().filter(|wanted| scope.as_ref().is_some_and(|scope| !scope.contains_key(*wanted))) {
            let known =
                scope.iter().flat_map(|scope| scope.keys()).map(|list| format!("`{list}`")).collect::<Vec<_>>().join(", ");
            let message = format!("`{}` has no list `{wanted}`", path.text);
            self.fault(Code::BadTable, lists_at, message, "no row belongs to it", Some(&format!("its lists are {known}")));
        }
        let list = match named.as_slice() {
            [only] => Arc::clone(only),
            several => Arc::new(CodeList::new(several.iter().flat_map(|codes| codes.rows().iter().cloned()).collect())),
        };
        self.lists.insert(key, list.clone());
        list
    }

    pub(in crate::read) fn codes(&mut self, table: &Table<'_>) -> CodeSet {
        let Some(scope) = table.table("codes") else {
            let texts = table.texts("codes");
            return match texts.as_slice() {
                [] => CodeSet::ALL,
                [only] if only.text == form::ALL => CodeSet::ALL,
                texts => CodeSet { under: Some(self.code_list(texts)), except: None },
            };
        };
        let under = match scope.text("table") {
            Some(path) => {
                let lists = scope.texts("list").into_iter().map(|text| text.text).collect();
                Some(self.listed(&path, lists, scope.place_of("list")))
            }
            None if scope.has("under") => Some(self.code_list(&scope.texts("under"))),
            None => None,
        };
        if scope.has("table") && scope.has("under") {
            self.fault(
                Code::TwoVerbs,
                scope.place_of("under"),
                "`codes` takes a table or a list, not both",
                "here",
                Some("keep `table` or `under`"),
            );
        }
        if under.is_none() && !scope.has("except") {
            self.fault(
                Code::MissingKey,
                scope.place,
                "`codes` names no codes",
                "here",
                Some("give `table`, `under` or `except`"),
            );
        }
        let except = if scope.has("except") { Some(self.code_list(&scope.texts("except"))) } else { None };
        CodeSet { under, except }
    }

    pub(in crate::read) fn base(&mut self, table: &Table<'_>) -> Option<Base> {
        if let Some(base) = table.table("base") {
            let unstated = base.parsed("unstated", Code::BadPercent, self.out, Percent::parse_share).map(|(share, _)| share);
            if let Some(text) = base.text("content") {
                self.names.push((Named::Content, text.text.clone(), text.place));
                return Some(Base::Content(ContentId::new(&text.text), unstated));
            }
            if let Some(text) = base.text("less-content") {
                self.names.push((Named::Content, text.text.clone(), text.place));
                return Some(Base::LessContent(ContentId::new(&text.text)));
            }
            self.fault(Code::MissingKey, base.place, "`base` names nothing", "here", Some("give `content` or `less-content`"));
            return None;
        }
        let text = table.text("base")?;
        if text.text != form::CUSTOMS_VALUE {
            self.fault(
                Code::WrongType,
                text.place,
                format!("`{}` is not a base", text.text),
                "here",
                Some("write \"customs value\", { content = \"steel\" } or { less-content = \"us\" }"),
            );
        }
        Some(Base::CustomsValue)
    }
}
