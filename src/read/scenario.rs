//! From a scenario file to [`Scenario`]: defaults and `extends` resolved, cases built on each other, names found in the law.

use super::bytes;
use super::cross_check::unknown;
use super::document::{self, Table, Text, understood};
use super::files::Files;
use super::law::{check_schema, is_other_kind};
use super::measure::{Named, Reader};
use super::shapes;
use crate::base::{
    CaseId, CommodityCode, Country, Currency, Decimal, FactId, FlowId, MeasureId, Money, Percent, Quantity, ReadingId, nearest,
    parse_number, product,
};
use crate::diag::{Code, Diagnostic, Diagnostics, Place, Source, Sources};
use crate::law::{Change, Edit, FactKind, Product, Rate, Rulebook, Share, ShareKind, special_rates};
use crate::scenario::{Case, ExchangeRate, Expectation, Figure, Flow, GivenColumn1, Scale, Scenario};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A scenario as far as it could be read, and what was found on the way.
pub struct Asked {
    /// The scenario; `None` where there were errors.
    pub scenario: Option<Scenario>,
    /// Faults and warnings.
    pub diagnostics: Diagnostics,
}

/// Most flows and cases one file may hold: more belong into a table of flows.
const MOST_FLOWS: usize = 10_000;
const MOST_CASES: usize = 1_000;
const MOST_CHANGES: usize = 300;

/// Reads a scenario against the law. The file joins `sources`, for excerpts.
pub fn scenario(files: &dyn Files, path: &str, law: &Rulebook, sources: &mut Sources) -> Asked {
    let mut diagnostics = Diagnostics::default();
    let scenario = read(files, path, law, sources, &mut diagnostics);
    let scenario = scenario.filter(|_| !diagnostics.has_errors());
    Asked { scenario, diagnostics }
}

fn read(files: &dyn Files, path: &str, law: &Rulebook, sources: &mut Sources, out: &mut Diagnostics) -> Option<Scenario> {
    let (file, text) = bytes::text(files, path, sources, out)?;
    let document = document::parse(file, &text, out)?;
    let root = Table::root(file, &document);
    let law_keys = ["program", "measure", "measure-table", "country", "product", "group", "fact", "article"];
    if is_other_kind(&root, &law_keys, &["flow", "case", "question"], "a law file, not a scenario: check its folder", out) {
        return None;
    }
    root.check(&shapes::SCENARIO, out);
    check_schema(&root, out);
    let mut reader = Reader::new(files, sources, out);
    reader.folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let mut builder = Builder { law, reader };
    let scenario = builder.scenario(&root);
    builder.check_names(&scenario);
    Some(scenario)
}

struct Builder<'r, 'a> {
    law: &'r Rulebook,
    reader: Reader<'a>,
}

impl Builder<'_, '_> {
    fn fault(&mut self, code: Code, at: Place, message: impl Into<String>, words: &str, help: Option<&str>) {
        self.reader.fault(code, at, message, words, help);
    }

    fn scenario(&mut self, root: &Table<'_>) -> Scenario {
        let flows = self.flows(root);
        let cases = self.cases(root);
        let expectations = self.expectations(root, &flows, &cases);
        let show_in = root.text("show-in").and_then(|text| self.scale(&text));
        if !root.has("flow") {
            self.fault(Code::NoFlows, root.place, "the scenario has no flow", "in this file", Some("add a [[flow]] with id, origin, product or code, and value"));
        }
        Scenario {
            title: root.string("title"),
            question: root.string("question"),
            show_in,
            flows,
            cases,
            expectations,
            notes: root.texts("note").into_iter().map(|text| text.text).collect(),
            law_continues: root.flag("law-continues"),
            source: Source { path: Arc::from(self.reader.sources.path(root.place.file)), line: 0 },
        }
    }

    fn scale(&mut self, text: &Text) -> Option<Scale> {
        let units = match text.text.as_str() {
            "thousand" => 1_000,
            "million" => 1_000_000,
            "billion" => 1_000_000_000,
            other => {
                let message = format!("tables cannot be shown in `{other}`");
                self.fault(Code::BadNumber, text.place, message, "here", Some("write \"thousand\", \"million\" or \"billion\""));
                return None;
            }
        };
        Some(Scale { word: text.text.clone(), units: Decimal::from(units) })
    }

    // ---- flows

    fn flows(&mut self, root: &Table<'_>) -> Vec<Flow> {
        let tables = root.tables("flow");
        if tables.len() > MOST_FLOWS {
            let message = format!("the file has {} flows; at most {MOST_FLOWS} are read", tables.len());
            self.fault(Code::FileTooLarge, root.place, message, "this file", None);
            return Vec::new();
        }
        let defaults = root.table("defaults");
        let mut by_id: BTreeMap<String, Table<'_>> = BTreeMap::new();
        let mut flows = Vec::new();
        for table in &tables {
            let Some(id) = table.text("id") else { continue };
            if id.text.contains('.') || id.text == "total" {
                let message = format!("a flow cannot be called `{}`", id.text);
                self.fault(Code::BadText, id.place, message, "here", Some("ids hold no dot, and `total` stands for the sum of all flows"));
            }
            if let Some(first) = by_id.get(&id.text) {
                let first = first.place_of("id");
                self.reader.out.push(
                    Diagnostic::new(Code::DuplicateId, format!("two flows are called `{}`", id.text))
                        .at(id.place, "this one")
                        .at(first, "and this one"),
                );
                continue;
            }
            by_id.insert(id.text.clone(), *table);
            let Some(layers) = self.layers(*table, &by_id, defaults) else { continue };
            for flow in self.flow(&id, &layers) {
                if flows.iter().any(|other: &Flow| other.id == flow.id) {
                    let message = format!("two flows are called `{}`", flow.id);
                    self.fault(Code::DuplicateId, id.place, message, "a part of a split flow is called like this one", None);
                }
                flows.push(flow);
            }
        }
        flows
    }

    /// The tables a flow takes its keys from: itself, what it extends, the defaults. The first that has a key gives its value whole.
    ///
    /// `None` where the chain is broken (the fault is told).
    fn layers<'d>(&mut self, table: Table<'d>, by_id: &BTreeMap<String, Table<'d>>, defaults: Option<Table<'d>>) -> Option<Vec<Table<'d>>> {
        let mut layers = vec![table];
        let mut at = table;
        while let Some(extends) = at.text("extends") {
            let Some(parent) = by_id.get(&extends.text).copied() else {
                let near = nearest(&extends.text, by_id.keys().map(String::as_str));
                self.reader.out.push(
                    unknown(Code::UnknownFlow, "flow", &extends.text, extends.place, near)
                        .maybe_help(Some("a flow extends one that stands above it".into())),
                );
                return None;
            };
            if layers.iter().any(|layer| layer.place == parent.place) {
                self.fault(Code::CircularCase, extends.place, "the flow extends itself", "here", None);
                return None;
            }
            if layers.len() > 100 {
                self.fault(Code::FileTooLarge, extends.place, "more than 100 flows extend each other", "here", None);
                return None;
            }
            layers.push(parent);
            at = parent;
        }
        layers.extend(defaults);
        Some(layers)
    }

    fn flow(&mut self, id: &Text, layers: &[Table<'_>]) -> Vec<Flow> {
        let own = layers.first().copied();
        let Some(own) = own else { return Vec::new() };
        let with = |key: &str| layers.iter().find(|layer| layer.has(key)).copied();
        let missing = |builder: &mut Self, key: &str, help: &str| {
            if layers.iter().any(|layer| layer.misspells(key, &shapes::FLOW)) {
                return;
            }
            builder.fault(Code::MissingKey, id.place, format!("the flow `{}` has no `{key}`", id.text), "this flow", Some(help));
        };
        let Some(into) = with("into") else {
            missing(self, "into", "add `into = \"US\"`, here or in [defaults]");
            return Vec::new();
        };
        let into = self.importing_country(&into);
        let origin = match with("origin").and_then(|table| table.text("origin")) {
            Some(text) => self.flow_origin(&text),
            None => {
                missing(self, "origin", "add `origin = \"JP\"`, here or in [defaults]");
                None
            }
        };
        let entered = match with("entered") {
            Some(table) => table.day("entered", self.reader.out),
            None => {
                missing(self, "entered", "add `entered = 2025-10-01`, here or in [defaults]");
                None
            }
        };
        let value = match with("value") {
            Some(table) => table.parsed("value", Code::BadMoney, self.reader.out, Money::parse),
            None => {
                missing(self, "value", "add `value = \"100,000 USD\"`");
                None
            }
        };
        if let Some((money, place)) = value
            && money.amount < Decimal::ZERO
        {
            self.fault(Code::BadMoney, place, "the value is below zero", "here", None);
        }
        let goods = self.goods(id, layers);
        let (Some(into), Some(origin), Some(entered), Some((value, _)), Some((code, product_named))) = (into, origin, entered, value, goods) else {
            return Vec::new();
        };
        let mut quantities = Vec::new();
        if let Some(table) = with("quantity") {
            for text in table.texts("quantity") {
                quantities.extend(understood(Quantity::parse(&text.text), Code::BadQuantity, text.place, self.reader.out));
            }
        }
        let (claims, share) = with("claims").map(|table| self.claims(&table)).unwrap_or_default();
        let mut facts: BTreeMap<FactId, bool> = BTreeMap::new();
        if let Some(product) = &product_named {
            facts.extend(product.unless_facts.iter().map(|fact| (fact.clone(), false)));
            facts.extend(product.facts.iter().map(|fact| (fact.clone(), true)));
        }
        let mut stated: Vec<Text> = Vec::new();
        if let Some(table) = with("facts").and_then(|table| table.table("facts")) {
            for (name, _, flag) in table.entries() {
                self.reader.names.push((Named::Fact, name.text.clone(), name.place));
                facts.extend(flag.map(|flag| (FactId::new(&name.text), flag)));
                if flag == Some(false) && claims.iter().any(|claim| claim.text == name.text) {
                    let message = format!("`{}` is claimed and denied", name.text);
                    self.fault(Code::BadChange, name.place, message, "denied here", Some("keep the claim or the fact"));
                }
                if flag == Some(true) {
                    stated.push(name);
                }
            }
        }
        facts.extend(claims.iter().map(|claim| (FactId::new(&claim.text), true)));
        let mut shares: BTreeMap<Share, Percent> = BTreeMap::new();
        for (key, kind, named) in [
            ("content", Share::Content as fn(_) -> Share, (|| Named::Content) as fn() -> Named),
            ("weight", Share::Weight, || Named::Weight),
        ] {
            if let Some(table) = with(key).and_then(|table| table.table(key)) {
                shares.extend(self.reader.shares(&table, kind, named));
            }
        }
        self.check_contents(&shares, own.place_of("content"));
        let column_1 = self.column_1(layers);
        let flow = Flow {
            id: FlowId::new(&id.text),
            title: with("title").and_then(|table| table.optional("title")).unwrap_or_else(|| {
                product_named.as_ref().map_or_else(|| id.text.clone(), |product| product.title.clone())
            }),
            into,
            origin,
            code,
            product: product_named.map(|product| product.id),
            value,
            quantities,
            shares,
            facts,
            entered,
            loaded: with("loaded").and_then(|table| table.day("loaded", self.reader.out)),
            column_1,
            cite: with("cite").and_then(|table| table.optional("cite")),
            source: self.reader.sources.source(id.place),
            place: Some(id.place),
        };
        if let (Some(loaded), Some(table)) = (flow.loaded, with("loaded"))
            && loaded > flow.entered
        {
            let message = format!("the goods were loaded on {loaded}, after they entered on {}", flow.entered);
            self.fault(Code::BadPeriod, table.place_of("loaded"), message, "here", None);
        }
        for claim in claims.iter().chain(&stated) {
            self.check_preference(&flow, claim);
        }
        match share {
            None => vec![flow],
            Some((claim, share)) => {
                self.check_preference(&flow, &claim);
                split(flow, &FactId::new(&claim.text), share)
            }
        }
    }

    fn importing_country(&mut self, table: &Table<'_>) -> Option<Country> {
        let (into, place) = table.parsed("into", Code::BadCountry, self.reader.out, Country::letters)?;
        if self.law.territory(into).is_none() {
            let known = self.law.territories().map(|t| t.id.to_string()).collect::<Vec<_>>().join(", ");
            let message = format!("the book has no law for imports into `{into}`");
            self.fault(Code::UnknownImportingCountry, place, message, "here", Some(&format!("it has law for {known}")));
            return None;
        }
        Some(into)
    }

    fn flow_origin(&mut self, text: &Text) -> Option<crate::law::Place> {
        let origin = self.reader.origin(text)?;
        Some(origin)
    }

    fn goods(&mut self, id: &Text, layers: &[Table<'_>]) -> Option<(CommodityCode, Option<Product>)> {
        let layer = layers.iter().find(|layer| layer.has("product") || layer.has("code"));
        let Some(table) = layer else {
            if layers.iter().any(|layer| layer.misspells("product", &shapes::FLOW) || layer.misspells("code", &shapes::FLOW)) {
                return None;
            }
            let help = "add `product = \"passenger-cars\"` or `code = \"8703.23.01\"`";
            self.fault(Code::NoGoods, id.place, format!("the flow `{}` names no goods", id.text), "this flow", Some(help));
            return None;
        };
        match (table.text("product"), table.text("code")) {
            (Some(product), Some(code)) => {
                self.reader.out.push(
                    Diagnostic::new(Code::NoGoods, format!("the flow `{}` names a product and a code", id.text))
                        .at(code.place, "this code")
                        .at(product.place, "and this product")
                        .help("keep one of them"),
                );
                None
            }
            (Some(name), None) => match self.law.product(&name.text) {
                Some(product) => Some((product.line, Some(product.clone()))),
                None => {
                    let near = nearest(&name.text, self.law.product_names());
                    self.reader.out.push(
                        unknown(Code::UnknownProduct, "product", &name.text, name.place, near)
                            .maybe_help(Some("`tariffcalc products` lists them; any code can be given with `code`".into())),
                    );
                    None
                }
            },
            (None, Some(text)) => {
                if text.text == "all" {
                    return Some((CommodityCode::ALL, None));
                }
                let code = understood(CommodityCode::parse(&text.text), Code::BadCode, text.place, self.reader.out)?;
                let given = layers.iter().any(|layer| layer.has("column-1"));
                let into = layers.iter().find_map(|layer| layer.text("into")).and_then(|text| Country::letters(&text.text).ok());
                if let Some(schedule) = into.and_then(|into| self.law.schedule(into))
                    && !given
                    && !schedule.knows(code)
                {
                    let near = schedule.lines().map(|line| line.code).min_by_key(|line| line.padded().abs_diff(code.padded()));
                    let help = near.map(|near| format!("the nearest line is {near}"));
                    let message = format!("the schedule has no line {code}");
                    self.reader.out.push(Diagnostic::new(Code::NotInSchedule, message).at(text.place, "here").maybe_help(help));
                }
                Some((code, None))
            }
            (None, None) => None,
        }
    }

    /// Reads `claims`: a list, or one claim made for a share of the flow.
    fn claims(&mut self, table: &Table<'_>) -> (Vec<Text>, Option<(Text, Percent)>) {
        let mut claims = Vec::new();
        let mut shared = None;
        if let Some(by_name) = table.table("claims") {
            for (name, text, _) in by_name.entries() {
                self.reader.names.push((Named::Fact, name.text.clone(), name.place));
                let Some(text) = text else { continue };
                let Some(share) = understood(Percent::parse_share(&text.text), Code::BadPercent, text.place, self.reader.out) else { continue };
                if share == Percent::WHOLE {
                    claims.push(name);
                } else if shared.is_some() {
                    self.fault(Code::BadPercent, name.place, "only one claim can be made for a share of a flow", "this is the second", Some("split the flow in two"));
                } else if share > Percent::ZERO {
                    shared = Some((name, share));
                }
            }
        }
        for text in table.texts("claims") {
            self.reader.names.push((Named::Fact, text.text.clone(), text.place));
            claims.push(text);
        }
        (claims, shared)
    }

    fn check_contents(&mut self, shares: &BTreeMap<Share, Percent>, at: Place) {
        let total: Decimal = shares
            .iter()
            .filter_map(|(share, percent)| match share {
                Share::Content(id) => {
                    let name = self.law.shares().get(&(ShareKind::Content, id.clone()))?;
                    name.absent.is_none().then(|| percent.points())
                }
                Share::Weight(_) => None,
            })
            .sum();
        if total > Decimal::ONE_HUNDRED {
            self.fault(Code::SharesTooLarge, at, format!("the contents add up to {}%", total.normalize()), "here", Some("contents of a good cannot be more than 100% of its value"));
        }
    }

    fn column_1(&mut self, layers: &[Table<'_>]) -> Option<GivenColumn1> {
        let table = layers.iter().find(|layer| layer.has("column-1"))?;
        let (rate, place) = table.parsed("column-1", Code::BadRate, self.reader.out, Rate::parse)?;
        let cite = table.optional("column-1-cite").or_else(|| layers.iter().find_map(|layer| layer.optional("cite")));
        let Some(cite) = cite else {
            self.fault(Code::MissingCitation, place, "the column-1 rate names no source", "here", Some("add `column-1-cite` or `cite`"));
            return None;
        };
        let covers = table.texts("column-1-covers");
        for text in &covers {
            self.reader.names.push((Named::Measure, text.text.clone(), text.place));
        }
        Some(GivenColumn1 { rate, cite, covers: covers.into_iter().map(|text| text.text).collect() })
    }

    /// A preference must be open to the origin and offered by the line.
    fn check_preference(&mut self, flow: &Flow, claim: &Text) {
        let Some(fact) = self.law.facts().get(&FactId::new(&claim.text)).filter(|fact| fact.kind == FactKind::Preference) else { return };
        let day = flow.entered;
        let allowed = fact.origins.is_empty()
            || fact.origins.iter().any(|place| match (place, &flow.origin) {
                (a, b) if a == b => true,
                (crate::law::Place::Group(id), crate::law::Place::Country(country)) => {
                    self.law.groups().get(id).is_some_and(|group| group.has(*country, day))
                }
                _ => false,
            });
        if !allowed {
            let origins = fact.origins.iter().map(|place| match place {
                crate::law::Place::Country(country) => country.to_string(),
                crate::law::Place::Group(id) => id.to_string(),
            });
            let help = format!("it is open to {}", origins.collect::<Vec<_>>().join(", "));
            let message = format!("`{}` cannot be claimed for this origin", claim.text);
            self.fault(Code::ClaimNotOffered, claim.place, message, "this claim", Some(&help));
            return;
        }
        let Some(line) = self.law.schedule(flow.into).filter(|_| flow.column_1.is_none()).and_then(|s| s.line(flow.code, day)) else { return };
        let symbols: Vec<&str> = fact.symbols.iter().map(String::as_str).collect();
        let offered = special_rates(line.special).iter().any(|group| group.symbols.iter().any(|symbol| symbols.contains(symbol)));
        // A line that is free for everyone offers nothing and refuses nothing.
        if !offered && line.general != "Free" && !symbols.is_empty() {
            let message = format!("line {} offers no rate for `{}`", line.code, claim.text);
            let help = if line.special.is_empty() {
                "its special column is empty; drop the claim".to_owned()
            } else {
                format!("its special column says: {}", line.special)
            };
            self.fault(Code::ClaimNotOffered, claim.place, message, "this claim", Some(&help));
        }
    }

    // ---- cases

    fn cases(&mut self, root: &Table<'_>) -> Vec<Case> {
        let tables = root.tables("case");
        if tables.len() > MOST_CASES {
            let message = format!("the file has {} cases; at most {MOST_CASES} are read", tables.len());
            self.fault(Code::FileTooLarge, root.place, message, "this file", None);
            return Vec::new();
        }
        let exchange = self.exchange(root);
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
        let into = root.table("defaults").and_then(|table| table.text("into")).and_then(|text| Country::letters(&text.text).ok());
        for table in &tables {
            let Some(id) = table.text("id") else { continue };
            if id.text.contains('.') {
                self.fault(Code::BadText, id.place, format!("a case cannot be called `{}`", id.text), "here", Some("ids hold no dot"));
            }
            if let Some(first) = cases.iter().find(|case| case.id.as_str() == id.text) {
                let mut told = Diagnostic::new(Code::DuplicateId, format!("two cases are called `{}`", id.text)).at(id.place, "this one");
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

    fn case(&mut self, table: &Table<'_>, id: &Text, before: &[Case], exchange: &[ExchangeRate], into: Option<Country>) -> Option<Case> {
        let parent = match table.text("based-on") {
            None => None,
            Some(name) => match before.iter().find(|case| case.id.as_str() == name.text) {
                Some(parent) => Some(parent.clone()),
                None if name.text == id.text => {
                    self.fault(Code::CircularCase, name.place, "the case is based on itself", "here", None);
                    return None;
                }
                None => {
                    let near = nearest(&name.text, before.iter().map(|case| case.id.as_str()));
                    self.reader.out.push(
                        Diagnostic::new(Code::UnknownCase, format!("no case `{}` stands above this one", name.text))
                            .at(name.place, "here")
                            .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
                            .maybe_help(Some("a case is based on one that stands above it".into())),
                    );
                    return None;
                }
            },
        };
        let mut own: Vec<Arc<Change>> = Vec::new();
        for change in table.tables("change") {
            own.extend(self.reader.change(&change, into).into_iter().map(Arc::new));
        }
        let inherited_changes: Vec<Arc<Change>> = parent.as_ref().map(|parent| parent.changes.clone()).unwrap_or_default();
        if own.len() + inherited_changes.len() > MOST_CHANGES {
            let message = format!("the case carries {} changes; at most {MOST_CHANGES} are made", own.len() + inherited_changes.len());
            self.fault(Code::FileTooLarge, id.place, message, "this case", Some("a program id changes all its measures at once"));
            return None;
        }
        self.check_introduced(&own, &inherited_changes);
        let law = self.law;
        let introduced: Vec<(String, Vec<MeasureId>)> = own
            .iter()
            .filter_map(|change| match &change.edit {
                Edit::Introduce(measure) => Some((measure.program.to_string(), vec![measure.id.clone()])),
                _ => None,
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
                crate::law::Place::Group(id) => {
                    groups.get(id).map(|group| group.versions.iter().flat_map(|(_, members)| members.clone()).collect()).unwrap_or_default()
                }
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
        let mut rates = self.exchange(table);
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
            let Edit::Introduce(measure) = &change.edit else { continue };
            let told = Diagnostic::new(Code::DuplicateId, format!("there is a measure `{}` already", measure.id)).at(change.place, "this one");
            if let Some(first) = seen.get(measure.id.as_str()).filter(|first| **first != change.place) {
                self.reader.out.push(told.at(*first, "and this one"));
            } else if self.law.names(measure.id.as_str()) || self.law.names(measure.program.as_str()) {
                self.reader.out.push(told.help("the law has one of that name: give the new one another, or change the law's with `set-rate`"));
            }
            seen.insert(measure.id.to_string(), change.place);
        }
    }

    /// Reads `exchange = ["151.43 JPY/USD"]`: 151.43 yen for one dollar.
    fn exchange(&mut self, table: &Table<'_>) -> Vec<ExchangeRate> {
        let mut rates: Vec<ExchangeRate> = Vec::new();
        for text in table.texts("exchange") {
            let Some(rate) = self.exchange_rate(&text) else { continue };
            if rates.iter().any(|other| (other.currency, other.per) == (rate.currency, rate.per)) {
                self.fault(Code::DuplicateId, text.place, format!("two rates of {} for {}", rate.currency, rate.per), "this one", None);
            }
            rates.push(rate);
        }
        rates
    }

    fn exchange_rate(&mut self, text: &Text) -> Option<ExchangeRate> {
        let form = "write so many units of one currency for one of another: \"151.43 JPY/USD\"";
        let parsed = text.text.split_once(char::is_whitespace).and_then(|(number, pair)| Some((number, pair.trim().split_once('/')?)));
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

    // ---- expectations

    fn expectations(&mut self, root: &Table<'_>, flows: &[Flow], cases: &[Case]) -> Vec<Expectation> {
        let Some(table) = root.table("expect") else { return Vec::new() };
        table.entries().into_iter().filter_map(|(name, text, _)| self.expectation(&name, &text?, flows, cases)).collect()
    }

    fn expectation(&mut self, name: &Text, text: &Text, flows: &[Flow], cases: &[Case]) -> Option<Expectation> {
        let parts: Vec<&str> = name.text.split('.').collect();
        let [flow, case, figure] = parts.as_slice() else {
            let help = "write \"FLOW.CASE.effective-rate\", \".duty\" or \".change\"; `total` is the flow of all flows";
            self.fault(Code::BadExpectation, name.place, format!("`{}` names no figure", name.text), "here", Some(help));
            return None;
        };
        let figure = match *figure {
            "effective-rate" => Figure::EffectiveRate,
            "duty" => Figure::Duty,
            "change" => Figure::Change,
            other => {
                let message = format!("there is no figure `{other}`");
                self.fault(Code::BadExpectation, name.place, message, "here", Some("figures are effective-rate, duty and change"));
                return None;
            }
        };
        if *flow != "total" && !flows.iter().any(|known| known.id.as_str() == *flow) {
            let near = nearest(flow, flows.iter().map(|known| known.id.as_str()));
            self.reader.out.push(unknown(Code::UnknownFlow, "flow", flow, name.place, near));
            return None;
        }
        if !cases.iter().any(|known| known.id.as_str() == *case) {
            let near = nearest(case, cases.iter().map(|known| known.id.as_str()));
            self.reader.out.push(unknown(Code::UnknownCase, "case", case, name.place, near));
            return None;
        }
        let (value, currency) = match figure {
            Figure::EffectiveRate => (understood(Percent::parse(&text.text), Code::BadPercent, text.place, self.reader.out)?.fraction(), None),
            Figure::Duty | Figure::Change => {
                let money = understood(Money::parse(&text.text), Code::BadMoney, text.place, self.reader.out)?;
                (money.amount, Some(money.currency))
            }
        };
        let due_in = flows
            .iter()
            .filter(|known| *flow == "total" || known.id.as_str() == *flow)
            .filter_map(|known| self.law.territory(known.into))
            .map(|territory| territory.currency)
            .next();
        if let (Some(written), Some(due_in)) = (currency, due_in)
            && written != due_in
        {
            let message = format!("the duty is due in {due_in}, the expectation is in {written}");
            self.fault(Code::BadExpectation, text.place, message, "here", Some("write the amount in the importing country's currency"));
            return None;
        }
        Some(Expectation {
            flow: (*flow != "total").then(|| FlowId::new(flow)),
            case: CaseId::new(case),
            figure,
            value,
            currency,
            text: text.text.clone(),
            place: text.place,
        })
    }

    /// Finds the names used in the scenario in the law, or among what the scenario introduces.
    fn check_names(&mut self, scenario: &Scenario) {
        let introduced: BTreeSet<String> = scenario
            .cases
            .iter()
            .flat_map(|case| &case.changes)
            .filter_map(|change| match &change.edit {
                Edit::Introduce(measure) => Some([measure.id.to_string(), measure.program.to_string()]),
                _ => None,
            })
            .flatten()
            .collect();
        let law = self.law;
        for (kind, name, at) in std::mem::take(&mut self.reader.names) {
            let out = &mut *self.reader.out;
            match kind {
                Named::Measure if !law.names(&name) && !introduced.contains(&name) => {
                    let ids = law.measures().map(|m| m.id.as_str()).chain(law.programs().map(|p| p.id.as_str()));
                    let told = if law.territories().any(|territory| territory.column_1.as_str() == name) {
                        unknown(Code::UnknownMeasure, "measure", &name, at, None).help("the schedule's own rate is changed with `column-1` on the flow")
                    } else {
                        unknown(Code::UnknownMeasure, "measure or program", &name, at, nearest(&name, ids))
                            .maybe_help(Some("`tariffcalc law` lists the programs".into()))
                    };
                    out.push(told);
                }
                Named::Group if !law.groups().keys().any(|id| id.as_str() == name) => {
                    let countries = Country::all();
                    let by_name = countries.iter().find(|country| {
                        country.name().is_some_and(|known| known.eq_ignore_ascii_case(&name)) || country.as_str().eq_ignore_ascii_case(&name)
                    });
                    let near = by_name.map(Country::as_str).or_else(|| nearest(&name, law.groups().keys().map(|id| id.as_str())));
                    out.push(
                        unknown(Code::UnknownGroup, "country or group", &name, at, near)
                            .maybe_help(Some("write two ISO letters such as JP, or the id of a group; `tariffcalc countries` lists them".into())),
                    );
                }
                Named::Fact if !law.facts().keys().any(|id| id.as_str() == name) => {
                    let near = nearest(&name, law.facts().keys().map(|id| id.as_str()));
                    out.push(
                        unknown(Code::UnknownFact, "claim or fact", &name, at, near)
                            .maybe_help(Some("`tariffcalc law facts` lists what a flow may say".into())),
                    );
                }
                Named::Content | Named::Weight => {
                    let wanted = if matches!(kind, Named::Content) { ShareKind::Content } else { ShareKind::Weight };
                    let ids = || law.shares().values().filter(|share| share.kind == wanted).map(|share| share.id.as_str());
                    if !ids().any(|id| id == name) {
                        let help = format!("there are {}", ids().collect::<Vec<_>>().join(", "));
                        out.push(unknown(Code::UnknownContent, "share", &name, at, nearest(&name, ids())).maybe_help(Some(help)));
                    }
                }
                Named::Reading(option) => match law.readings().get(&ReadingId::new(&name)) {
                    None => {
                        let near = nearest(&name, law.readings().keys().map(ReadingId::as_str));
                        out.push(unknown(Code::UnknownReading, "reading", &name, at, near));
                    }
                    Some(reading) if !reading.options.iter().any(|known| known.id == option) => {
                        let options = reading.options.iter().map(|known| format!("`{}`", known.id)).collect::<Vec<_>>().join(", ");
                        out.push(
                            Diagnostic::new(Code::UnknownReading, format!("the reading `{name}` has no option `{option}`"))
                                .at(at, "here")
                                .help(format!("its options are {options}")),
                        );
                    }
                    Some(_) => {}
                },
                Named::Measure | Named::Group | Named::Fact => {}
            }
        }
    }
}

/// Splits a flow of which only a share makes a claim.
fn split(flow: Flow, claim: &FactId, share: Percent) -> Vec<Flow> {
    let part = |amount: Decimal, share: Percent| product(amount, share.fraction()).unwrap_or(amount);
    let rest = Percent::from_points(Decimal::ONE_HUNDRED - share.points());
    [(share, true, format!("{claim} {share}")), (rest, false, format!("rest {rest}"))]
        .into_iter()
        .map(|(share, stated, words)| {
            let mut part_flow = flow.clone();
            part_flow.id = FlowId::new(&format!("{}/{}", flow.id, if stated { claim.as_str() } else { "rest" }));
            part_flow.title = format!("{} ({words})", flow.title);
            part_flow.value.amount = part(flow.value.amount, share);
            for quantity in &mut part_flow.quantities {
                quantity.number = part(quantity.number, share);
            }
            part_flow.facts.insert(claim.clone(), stated);
            part_flow
        })
        .collect()
}
