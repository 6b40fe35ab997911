//! Measures, versions, relations, exceptions and scopes from TOML.

use super::scope_table::ScopeTable;
use crate::base::{ContentId, Country, Date, FactId, MeasureId, Percent, Period, ProgramId, ReadingId, parse_date};
use crate::diag::{Code, Diagnostic, Diagnostics, Place, Sources};
use crate::law::{
    Base, CodeList, Condition, Exception, Measure, OriginSet, Rate, ReadingChoice, Relation, RelationKind, Schedule, Share,
    Version, Where, answer,
};
use crate::read::document::{Table, Text, understood};
use crate::read::files::Files;
use crate::read::schema::shapes;
use crate::read::table::{self, check_period};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A name used somewhere, to be found in the book once all of it is read.
pub(in crate::read) enum Named {
    Measure,
    Group,
    Fact,
    Content,
    Weight,
    Reading(String),
}

/// What all readers of one run share.
pub(in crate::read) struct Reader<'a> {
    pub(in crate::read) files: &'a dyn Files,
    pub(in crate::read) sources: &'a mut Sources,
    pub(in crate::read) out: &'a mut Diagnostics,
    /// The folder of the file being read, for the paths of its tables.
    pub(in crate::read) folder: String,
    pub(in crate::read) lists: BTreeMap<(String, Vec<String>), Arc<CodeList>>,
    pub(in crate::read) tables: BTreeMap<String, Option<Arc<table::Table>>>,
    pub(in crate::read) scopes: BTreeMap<String, Option<Arc<ScopeTable>>>,
    /// Schedules read beforehand, by their path and that of their special texts.
    pub(in crate::read) schedules: BTreeMap<(String, Option<String>), Schedule>,
    /// Names to be found later, with the place each is used.
    pub(in crate::read) names: Vec<(Named, String, Place)>,
}

impl<'a> Reader<'a> {
    pub(in crate::read) fn new(files: &'a dyn Files, sources: &'a mut Sources, out: &'a mut Diagnostics) -> Self {
        Self {
            files,
            sources,
            out,
            folder: String::new(),
            lists: BTreeMap::new(),
            tables: BTreeMap::new(),
            scopes: BTreeMap::new(),
            schedules: BTreeMap::new(),
            names: Vec::new(),
        }
    }

    pub(in crate::read) fn path(&self, name: &str) -> String {
        if self.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.folder) }
    }

    pub(in crate::read) fn fault(&mut self, code: Code, at: Place, message: impl Into<String>, words: &str, help: Option<&str>) {
        self.out.push(Diagnostic::new(code, message).at(at, words).maybe_help(help.map(str::to_owned)));
    }

    /// Reads facts that a rule asks for: `patented`, or one answer of several as `transport = sea`.
    pub(in crate::read) fn facts(&mut self, table: &Table<'_>, key: &str) -> Vec<FactId> {
        table
            .texts(key)
            .into_iter()
            .map(|text| {
                let id = match text.text.split_once('=') {
                    Some((fact, given)) => answer(&FactId::new(fact.trim()), given.trim()),
                    None => FactId::new(&text.text),
                };
                self.names.push((Named::Fact, id.to_string(), text.place));
                id
            })
            .collect()
    }

    pub(in crate::read) fn named(&mut self, table: &Table<'_>, key: &str) -> Vec<String> {
        table
            .texts(key)
            .into_iter()
            .map(|text| {
                self.names.push((Named::Measure, text.text.clone(), text.place));
                text.text
            })
            .collect()
    }

    pub(in crate::read) fn conditions(&mut self, table: &Table<'_>, key: &str) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for text in table.texts(key) {
            if let Some(condition) = understood(Condition::parse(&text.text), Code::BadCondition, text.place, self.out) {
                let (named, id) = match &condition.share {
                    Share::Content(id) => (Named::Content, id),
                    Share::Weight(id) => (Named::Weight, id),
                };
                self.names.push((named, id.to_string(), text.place));
                conditions.push(condition);
            }
        }
        conditions
    }

    /// Reads `us-ieepa = void`.
    pub(in crate::read) fn reading(&mut self, text: &Text) -> Option<ReadingChoice> {
        let Some((reading, option)) = text.text.split_once('=') else {
            self.fault(
                Code::UnknownReading,
                text.place,
                format!("`{}` does not choose a reading", text.text),
                "here",
                Some("write the reading and its option, such as \"us-ieepa = void\""),
            );
            return None;
        };
        let (reading, option) = (reading.trim(), option.trim());
        self.names.push((Named::Reading(option.to_owned()), reading.to_owned(), text.place));
        Some(ReadingChoice { reading: ReadingId::new(reading), option: option.to_owned() })
    }

    fn reading_of(&mut self, table: &Table<'_>) -> Option<ReadingChoice> {
        let text = table.text("reading")?;
        self.reading(&text)
    }

    pub(in crate::read) fn period(&mut self, table: &Table<'_>) -> Period {
        let period = Period { from: table.day("from", self.out), before: table.day("before", self.out) };
        let at = if table.has("before") { table.place_of("before") } else { table.place };
        check_period(period, at, self.out);
        period
    }

    pub(in crate::read) fn relation(&mut self, table: &Table<'_>) -> Option<(Relation, Vec<Text>)> {
        let side = match table.text("where") {
            None => Where::Applies,
            Some(text) => match Where::ALL.iter().find(|(_, word)| *word == text.text) {
                Some((side, _)) => *side,
                None => {
                    let message = format!("`where` is `{}`", text.text);
                    self.fault(Code::WrongType, text.place, message, "here", Some("write \"applies\" or \"owed\""));
                    return None;
                }
            },
        };
        let given: Vec<&str> = shapes::RELATION_VERBS.iter().copied().filter(|verb| table.has(verb)).collect();
        let kind = match given.as_slice() {
            ["yields-to"] => RelationKind::YieldsTo(self.named(table, "yields-to"), side),
            ["remainder-after"] => RelationKind::RemainderAfter(self.named(table, "remainder-after")),
            ["less-content"] => {
                let text = table.text("less-content")?;
                self.names.push((Named::Content, text.text.clone(), text.place));
                RelationKind::LessContent(ContentId::new(&text.text))
            }
            _ => {
                let message = "a relation has exactly one of `yields-to`, `remainder-after` and `less-content`";
                self.fault(Code::TwoVerbs, table.place, message, "this relation", None);
                return None;
            }
        };
        let relation = Relation {
            kind,
            heading: table.optional("heading"),
            period: self.period(table),
            known: table.day("known", self.out),
            end_known: table.day("before-known", self.out),
            reading: self.reading_of(table),
            when: self.conditions(table, "when"),
            cite: table.string("cite"),
            source: self.sources.source(table.place),
        };
        Some((relation, table.texts("measures")))
    }

    pub(in crate::read) fn exception(&mut self, table: &Table<'_>) -> (Exception, Vec<Text>) {
        let exception = Exception {
            title: table.string("title"),
            heading: table.optional("heading"),
            codes: self.codes(table),
            origins: self.origins(table),
            requires: self.facts(table, "requires"),
            unless: self.facts(table, "unless"),
            loaded_before: table.day("loaded-before", self.out),
            when: self.conditions(table, "when"),
            period: self.period(table),
            known: table.day("known", self.out),
            end_known: table.day("before-known", self.out),
            reading: self.reading_of(table),
            cite: table.string("cite"),
            source: self.sources.source(table.place),
        };
        (exception, table.texts("measures"))
    }

    pub(in crate::read) fn version(&mut self, table: &Table<'_>) -> Option<Version> {
        let rate = match (table.text("rate"), table.flag("ended")) {
            (Some(text), false) => Some(understood(Rate::parse(&text.text), Code::BadRate, text.place, self.out)?),
            (None, true) => None,
            (Some(_), true) => {
                self.fault(Code::TwoVerbs, table.place, "a version has a rate, or has ended, not both", "this version", None);
                return None;
            }
            (None, false) => {
                if !table.has("rate") {
                    self.fault(
                        Code::MissingKey,
                        table.place,
                        "[[measure.version]] has no `rate`",
                        "`rate` is missing",
                        Some("add `rate = \"…\"`, or `ended = true` where the measure ends"),
                    );
                }
                return None;
            }
        };
        self.version_at(table, rate)
    }

    /// Everything of a version but its rate.
    pub(in crate::read) fn version_at(&mut self, table: &Table<'_>, rate: Option<Rate>) -> Option<Version> {
        Some(Version {
            period: self.period(table),
            rate,
            heading: table.optional("heading"),
            heading_at_zero: table.optional("heading-at-zero"),
            base: self.base(table),
            known: table.day("known", self.out)?,
            reading: self.reading_of(table),
            cite: table.string("cite"),
            note: table.optional("note"),
            source: self.sources.source(table.place),
        })
    }

    /// Reads one measure, or one for each partner where a version has a formula; none where it cannot be used at all (the faults are told).
    pub(in crate::read) fn measure(&mut self, table: &Table<'_>, program: &ProgramId, into: Country) -> Vec<(Measure, Place)> {
        let versions = table.tables("version");
        let mut by_formula = versions.iter().filter(|version| version.has("formula")).peekable();
        if by_formula.peek().is_some() {
            let with_rate = by_formula.filter(|version| version.has("rate") || version.has("ended"));
            for version in with_rate.collect::<Vec<_>>() {
                let message = "a version has a rate, a formula, or has ended, one of them";
                self.fault(Code::TwoVerbs, version.place, message, "this version", None);
            }
            return self.measures_by_formula(table, program, into);
        }
        let Some((mut measure, at)) = self.measure_without_versions(table, program, into) else {
            return Vec::new();
        };
        for version in &versions {
            measure.versions.extend(self.version(version));
        }
        vec![(measure, at)]
    }

    /// Everything of a measure but its versions.
    pub(in crate::read) fn measure_without_versions(
        &mut self,
        table: &Table<'_>,
        program: &ProgramId,
        into: Country,
    ) -> Option<(Measure, Place)> {
        let id = table.text("id")?;
        let mut measure = self.frame(table, program, into);
        measure.id = MeasureId::new(&id.text);
        measure.origins = self.origins(table);
        for relation in table.tables("relation") {
            measure.relations.extend(self.relation(&relation).map(|(relation, _)| Arc::new(relation)));
        }
        for exception in table.tables("exception") {
            let (exception, _) = self.exception(&exception);
            measure.exceptions.push(Arc::new(exception));
        }
        Some((measure, id.place))
    }

    /// Everything of a measure but id, origins and versions.
    pub(in crate::read) fn frame(&mut self, table: &Table<'_>, program: &ProgramId, into: Country) -> Measure {
        Measure {
            id: MeasureId::new(""),
            program: program.clone(),
            title: table.string("title"),
            into,
            origins: OriginSet::All,
            codes: self.codes(table),
            requires: self.facts(table, "requires"),
            unless: self.facts(table, "unless"),
            needs_loading_date: table.flag("needs-loading-date"),
            when: self.conditions(table, "when"),
            base: self.base(table).unwrap_or(Base::CustomsValue),
            in_lieu_of: self.named(table, "in-lieu-of"),
            alternative: table.optional("alternative"),
            counting: self.named(table, "counting"),
            relations: Vec::new(),
            exceptions: Vec::new(),
            versions: Vec::new(),
            checked: table.day("checked", self.out),
            source: self.sources.source(table.place),
        }
    }

    /// Reads a table of measures: one measure for each origin, with all its versions.
    pub(in crate::read) fn measure_table(
        &mut self,
        table: &Table<'_>,
        program: &ProgramId,
        into: Country,
    ) -> Vec<(Measure, Place)> {
        let (Some(id), Some(path)) = (table.text("id"), table.text("table")) else {
            return Vec::new();
        };
        if !id.text.contains("{origin}") {
            self.fault(Code::MissingKey, id.place, "the id of a table of measures must hold `{origin}`", "here", None);
            return Vec::new();
        }
        let frame = self.frame(table, program, into);
        let columns = ["before", "heading", "heading-at-zero", "note", "reading"];
        let Some(rows) = self.table(&path, &["origin", "from", "known", "rate", "cite"], &columns) else {
            return Vec::new();
        };
        let mut measures: BTreeMap<String, (Measure, Place)> = BTreeMap::new();
        for row in rows.rows() {
            let origin = Text { text: row.field("origin").to_owned(), place: row.place };
            let Some(version) = self.table_version(&row) else {
                continue;
            };
            if !measures.contains_key(&origin.text) {
                let Some(place) = self.origin(&origin) else {
                    continue;
                };
                let mut measure = frame.clone();
                measure.id = MeasureId::new(&id.text.replace("{origin}", &origin.text.to_lowercase()));
                measure.title = match &place {
                    crate::law::Place::Country(country) => {
                        measure.title.replace("{name}", country.name().unwrap_or(&origin.text))
                    }
                    crate::law::Place::Group(group) => measure.title.replace("{name}", group.as_str()),
                };
                measure.origins = OriginSet::Of(vec![place]);
                measure.source = row.source();
                measures.insert(origin.text.clone(), (measure, row.place));
            }
            if let Some((measure, _)) = measures.get_mut(&origin.text) {
                measure.versions.push(version);
            }
        }
        measures.into_values().collect()
    }

    fn table_version(&mut self, row: &table::Row<'_>) -> Option<Version> {
        let rate = match row.field("rate") {
            "ended" => None,
            _ => Some(row.parsed("rate", Code::BadRate, self.out, Rate::parse)?),
        };
        let reading = row.optional("reading").and_then(|text| self.reading(&Text { text, place: row.place }));
        let Some(cite) = row.optional("cite") else {
            self.fault(Code::MissingCitation, row.place, "the row names no source", "`cite` is empty", None);
            return None;
        };
        if let Some(column) = ["from", "known"].into_iter().find(|column| row.field(column).is_empty()) {
            self.fault(
                Code::BadDate,
                row.place,
                format!("`{column}` is empty"),
                "in this row",
                Some("every version says from when, and since when it is known"),
            );
            return None;
        }
        let known: Date = row.parsed("known", Code::BadDate, self.out, parse_date)?;
        Some(Version {
            period: row.period(self.out),
            rate,
            heading: row.optional("heading"),
            heading_at_zero: row.optional("heading-at-zero"),
            base: None,
            known,
            reading,
            cite,
            note: row.optional("note"),
            source: row.source(),
        })
    }

    /// Reads a table of shares with names of the author's choosing.
    pub(in crate::read) fn shares(
        &mut self,
        table: &Table<'_>,
        kind: fn(ContentId) -> Share,
        named: fn() -> Named,
    ) -> BTreeMap<Share, Percent> {
        let mut shares = BTreeMap::new();
        for (name, text, _) in table.entries() {
            self.names.push((named(), name.text.clone(), name.place));
            if let Some(text) = text
                && let Some(percent) = understood(Percent::parse_share(&text.text), Code::BadPercent, text.place, self.out)
            {
                shares.insert(kind(ContentId::new(&name.text)), percent);
            }
        }
        shares
    }
}
