//! Provisions for goods that were out before, from TOML.

use super::measure::{Named, Reader};
use crate::base::{ContentId, Country};
use crate::diag::{Code, Place};
use crate::law::{Dutiable, Provision};
use crate::read::document::{Table, Text};
use crate::read::schema::form;

impl Reader<'_> {
    pub(super) fn provision(&mut self, table: &Table<'_>) -> Option<(Provision, Place)> {
        let id = table.text("id")?;
        let (into, _) = table.parsed("into", Code::BadCountry, self.out, Country::letters)?;
        let dutiable = self.dutiable(table)?;
        let mut but = Vec::new();
        for other in table.tables("but") {
            let programs = self.named(&other, "programs");
            but.extend(self.dutiable(&other).map(|dutiable| (programs, dutiable, other.string("cite"))));
        }
        let provision = Provision {
            id: id.text,
            title: table.string("title"),
            into,
            heading: table.string("heading"),
            origins: self.origins(table),
            period: self.period(table),
            known: table.day("known", self.out),
            end_known: table.day("before-known", self.out),
            requires: self.facts(table, "requires"),
            dutiable,
            but,
            cite: table.string("cite"),
            source: self.sources.source(table.place),
        };
        Some((provision, id.place))
    }

    fn dutiable(&mut self, table: &Table<'_>) -> Option<Dutiable> {
        let help = "write \"customs value\", \"nothing\", { content = \"repair\" } or { less-content = \"components\" }";
        if let Some(part) = table.table("dutiable") {
            let mut named = |text: Text| {
                let id = ContentId::new(&text.text);
                self.names.push((Named::Content, text.text, text.place));
                id
            };
            return match (part.text("content"), part.text("less-content")) {
                (Some(content), None) => Some(Dutiable::Content(named(content))),
                (None, Some(content)) => Some(Dutiable::LessContent(named(content))),
                (Some(_), Some(_)) => {
                    self.fault(Code::TwoVerbs, part.place, "`dutiable` names two parts of the value", "here", Some(help));
                    None
                }
                (None, None) => {
                    if !part.has("content") && !part.has("less-content") {
                        self.fault(Code::MissingKey, part.place, "`dutiable` names no part of the value", "here", Some(help));
                    }
                    None
                }
            };
        }
        let text = table.text("dutiable")?;
        match text.text.as_str() {
            form::CUSTOMS_VALUE => Some(Dutiable::Whole),
            form::NOTHING => Some(Dutiable::Nothing),
            other => {
                self.fault(Code::WrongType, text.place, format!("`{other}` is no part of the value"), "here", Some(help));
                None
            }
        }
    }
}
