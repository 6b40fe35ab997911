//! Measures, versions, relations, exceptions and scopes from TOML.

use super::document::{Table, Text, understood};
use super::files::Files;
use super::table::{self, check_period};
use crate::base::{
    CommodityCode, ContentId, Country, Date, FactId, GroupId, MeasureId, Percent, Period, ProgramId, ReadingId, parse_date,
};
use crate::diag::{Code, Diagnostic, Diagnostics, Place, Sources};
use crate::law::{
    Base, CodeList, CodeRow, CodeSet, Condition, Exception, Measure, OriginSet, Rate, ReadingChoice, Relation, RelationKind, Share,
    Version, Where,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A name used somewhere, to be found in the book once all of it is read.
pub(super) enum Named {
    Measure,
    Group,
    Fact,
    Content,
    Weight,
    Reading(String),
}

/// What all readers of one run share.
pub(super) struct Reader<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) sources: &'a mut Sources,
    pub(super) out: &'a mut Diagnostics,
    /// The folder of the file being read, for the paths of its tables.
    pub(super) folder: String,
    lists: BTreeMap<(String, Vec<String>), Arc<CodeList>>,
    tables: BTreeMap<String, Option<Arc<table::Table>>>,
    scopes: BTreeMap<String, Option<Arc<table::ScopeTable>>>,
    /// Names to be found later, with the place each is used.
    pub(super) names: Vec<(Named, String, Place)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(files: &'a dyn Files, sources: &'a mut Sources, out: &'a mut Diagnostics) -> Self {
        Self { files, sources, out, folder: String::new(), lists: BTreeMap::new(), tables: BTreeMap::new(), scopes: BTreeMap::new(), names: Vec::new() }
    }

    pub(super) fn path(&self, name: &str) -> String {
        if self.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.folder) }
    }

    pub(super) fn fault(&mut self, code: Code, at: Place, message: impl Into<String>, words: &str, help: Option<&str>) {
        self.out.push(Diagnostic::new(code, message).at(at, words).maybe_help(help.map(str::to_owned)));
    }

    fn facts(&mut self, table: &Table<'_>, key: &str) -> Vec<FactId> {
        table
            .texts(key)
            .into_iter()
            .map(|text| {
                let id = FactId::new(&text.text);
                self.names.push((Named::Fact, text.text, text.place));
                id
            })
            .collect()
    }

    fn named(&mut self, table: &Table<'_>, key: &str) -> Vec<String> {
        table
            .texts(key)
            .into_iter()
            .map(|text| {
                self.names.push((Named::Measure, text.text.clone(), text.place));
                text.text
            })
            .collect()
    }

    pub(super) fn conditions(&mut self, table: &Table<'_>, key: &str) -> Vec<Condition> {
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
    pub(super) fn reading(&mut self, text: &Text) -> Option<ReadingChoice> {
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

    pub(super) fn period(&mut self, table: &Table<'_>) -> Period {
        let period = Period { from: table.day("from", self.out), before: table.day("before", self.out) };
        let at = if table.has("before") { table.place_of("before") } else { table.place };
        check_period(period, at, self.out);
        period
    }

    /// Reads a place of origin: a country, or a group to be found later.
    pub(super) fn origin(&mut self, text: &Text) -> Option<crate::law::Place> {
        use crate::law::Place as Origin;
        if let Ok(country) = Country::letters(&text.text)
            && country.name().is_some()
        {
            return Some(Origin::Country(country));
        }
        self.names.push((Named::Group, text.text.clone(), text.place));
        Some(Origin::Group(GroupId::new(&text.text)))
    }

    pub(super) fn origins(&mut self, table: &Table<'_>) -> OriginSet {
        if let Some(but) = table.table("origins") {
            let places = but.texts("all-but");
            return OriginSet::AllBut(places.iter().filter_map(|text| self.origin(text)).collect());
        }
        let texts = table.texts("origins");
        if let [only] = texts.as_slice() {
            match only.text.as_str() {
                "all" => return OriginSet::All,
                "others" => return OriginSet::Others,
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
                Some(CodeRow { code, period: Period::ALWAYS, known: None, source: self.sources.source(text.place) })
            })
            .collect();
        Arc::new(CodeList::new(rows))
    }

    /// Returns a table's text, read once a run.
    pub(super) fn table(&mut self, path: &Text, required: &[&str], optional: &[&str]) -> Option<Arc<table::Table>> {
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
                let read = table::scope(self.files, &key.0, path.place, self.sources, self.out).map(Arc::new);
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
            let known = scope.iter().flat_map(|scope| scope.keys()).map(|list| format!("`{list}`")).collect::<Vec<_>>().join(", ");
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

    pub(super) fn codes(&mut self, table: &Table<'_>) -> CodeSet {
        let Some(scope) = table.table("codes") else {
            let texts = table.texts("codes");
            return match texts.as_slice() {
                [] => CodeSet::ALL,
                [only] if only.text == "all" => CodeSet::ALL,
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
            self.fault(Code::TwoVerbs, scope.place_of("under"), "`codes` takes a table or a list, not both", "here", Some("keep `table` or `under`"));
        }
        if under.is_none() && !scope.has("except") {
            self.fault(Code::MissingKey, scope.place, "`codes` names no codes", "here", Some("give `table`, `under` or `except`"));
        }
        let except = if scope.has("except") { Some(self.code_list(&scope.texts("except"))) } else { None };
        CodeSet { under, except }
    }

    fn base(&mut self, table: &Table<'_>) -> Option<Base> {
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
        if text.text != "customs value" {
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

    pub(super) fn relation(&mut self, table: &Table<'_>) -> Option<(Relation, Vec<Text>)> {
        let side = match table.text("where") {
            None => Where::Applies,
            Some(text) => match text.text.as_str() {
                "applies" => Where::Applies,
                "owed" => Where::Owed,
                other => {
                    let message = format!("`where` is `{other}`");
                    self.fault(Code::WrongType, text.place, message, "here", Some("write \"applies\" or \"owed\""));
                    return None;
                }
            },
        };
        let verbs = ["yields-to", "remainder-after", "less-content"];
        let given: Vec<&str> = verbs.into_iter().filter(|verb| table.has(verb)).collect();
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
            reading: self.reading_of(table),
            when: self.conditions(table, "when"),
            cite: table.string("cite"),
            source: self.sources.source(table.place),
        };
        Some((relation, table.texts("measures")))
    }

    pub(super) fn exception(&mut self, table: &Table<'_>) -> (Exception, Vec<Text>) {
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
            reading: self.reading_of(table),
            cite: table.string("cite"),
            source: self.sources.source(table.place),
        };
        (exception, table.texts("measures"))
    }

    fn version(&mut self, table: &Table<'_>) -> Option<Version> {
        let rate = match (table.text("rate"), table.flag("ended")) {
            (Some(text), false) => Some(understood(Rate::parse(&text.text), Code::BadRate, text.place, self.out)?),
            (None, true) => None,
            (Some(_), true) => {
                self.fault(Code::TwoVerbs, table.place, "a version has a rate, or has ended, not both", "this version", None);
                return None;
            }
            (None, false) => {
                if !table.has("rate") {
                    self.fault(Code::MissingKey, table.place, "[[measure.version]] has no `rate`", "`rate` is missing", Some("add `rate = \"…\"`, or `ended = true` where the measure ends"));
                }
                return None;
            }
        };
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

    /// Reads one measure; `None` where it cannot be used at all (the faults are told).
    pub(super) fn measure(&mut self, table: &Table<'_>, program: &ProgramId, into: Country) -> Option<(Measure, Place)> {
        let id = table.text("id")?;
        let mut measure = self.frame(table, program, into);
        measure.id = MeasureId::new(&id.text);
        measure.origins = self.origins(table);
        for version in table.tables("version") {
            measure.versions.extend(self.version(&version));
        }
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
    pub(super) fn frame(&mut self, table: &Table<'_>, program: &ProgramId, into: Country) -> Measure {
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
    pub(super) fn measure_table(&mut self, table: &Table<'_>, program: &ProgramId, into: Country) -> Vec<(Measure, Place)> {
        let (Some(id), Some(path)) = (table.text("id"), table.text("table")) else { return Vec::new() };
        if !id.text.contains("{origin}") {
            self.fault(Code::MissingKey, id.place, "the id of a table of measures must hold `{origin}`", "here", None);
            return Vec::new();
        }
        let frame = self.frame(table, program, into);
        let columns = ["before", "heading", "heading-at-zero", "note", "reading"];
        let Some(rows) = self.table(&path, &["origin", "from", "known", "rate", "cite"], &columns) else { return Vec::new() };
        let mut measures: BTreeMap<String, (Measure, Place)> = BTreeMap::new();
        for row in rows.rows() {
            let origin = Text { text: row.field("origin").to_owned(), place: row.place };
            let Some(version) = self.table_version(&row) else { continue };
            if !measures.contains_key(&origin.text) {
                let Some(place) = self.origin(&origin) else { continue };
                let mut measure = frame.clone();
                measure.id = MeasureId::new(&id.text.replace("{origin}", &origin.text.to_lowercase()));
                measure.title = match &place {
                    crate::law::Place::Country(country) => measure.title.replace("{name}", country.name().unwrap_or(&origin.text)),
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
        for column in ["from", "known"].into_iter().filter(|column| row.field(column).is_empty()) {
            self.fault(Code::BadDate, row.place, format!("`{column}` is empty"), "in this row", Some("every version says from when, and since when it is known"));
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
    pub(super) fn shares(&mut self, table: &Table<'_>, kind: fn(ContentId) -> Share, named: fn() -> Named) -> BTreeMap<Share, Percent> {
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
