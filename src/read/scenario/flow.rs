//! The flows of a scenario, from TOML: defaults and `extends` resolved, goods found in the catalogue or the schedule.

use super::Builder;
use super::compose::joined;
use crate::base::{CommodityCode, Country, Decimal, FactId, FlowId, Money, Percent, Quantity, nearest, product};
use crate::diag::{Code, Diagnostic, Place};
use crate::law::{Answers, FactKind, Product, Rate, Share, ShareKind, official_rate, special_rates};
use crate::read::document::{Table, Text, understood};
use crate::read::guidance;
use crate::read::law::cross_check::unknown;
use crate::read::law::measure::Named;
use crate::read::schema::form;
use crate::read::schema::shapes;
use crate::scenario::{Flow, GivenColumn1};
use std::collections::BTreeMap;

/// Most flows one file may hold: more belong into a table of flows.
const MOST_FLOWS: usize = 10_000;

impl Builder<'_, '_> {
    pub(in crate::read) fn flows(&mut self, roots: &[Table<'_>]) -> Vec<Flow> {
        let tables = joined(roots, "flow");
        if tables.len() > MOST_FLOWS {
            let message = format!("the file has {} flows; at most {MOST_FLOWS} are read", tables.len());
            if let Some(first) = tables.first() {
                self.fault(Code::FileTooLarge, first.file_place(), message, "this file", None);
            }
            return Vec::new();
        }
        let defaults: Vec<Table<'_>> = roots.iter().filter_map(|root| root.table("defaults")).collect();
        let mut by_id: BTreeMap<String, Table<'_>> = BTreeMap::new();
        let mut flows = Vec::new();
        for table in &tables {
            let Some(id) = table.text("id") else { continue };
            if id.text.contains('.') || id.text == "total" {
                let message = format!("a flow cannot be called `{}`", id.text);
                self.fault(
                    Code::BadText,
                    id.place,
                    message,
                    "here",
                    Some("ids hold no dot, and `total` stands for the sum of all flows"),
                );
            }
            if let Some(first) = by_id.get(&id.text) {
                let first = first.place_of("id");
                self.reader.out.push(
                    Diagnostic::new(Code::DuplicateId, format!("two flows are called `{}`", id.text))
                        .at(id.place, "this one")
                        .at(first, "and this one"),
                );
            } else {
                by_id.insert(id.text.clone(), *table);
            }
            let twice = by_id.get(&id.text).is_some_and(|first| first.place != table.place);
            let Some(layers) = self.layers(*table, &by_id, &defaults) else {
                continue;
            };
            // The second of two flows of one name is read for its own faults.
            let group = layers.iter().find(|layer| layer.has("group")).and_then(|layer| layer.optional("group"));
            for flow in self.flow(&id, &layers).into_iter().filter(|_| !twice) {
                self.groups.extend(group.iter().map(|group| (flow.id.clone(), group.clone())));
                if flows.iter().any(|other: &Flow| other.id == flow.id) {
                    let message = format!("two flows are called `{}`", flow.id);
                    self.fault(Code::DuplicateId, id.place, message, "a part of a split flow is called like this one", None);
                }
                flows.push(flow);
            }
        }
        self.check_entries(&flows);
        flows
    }

    /// A declaration is made once: in one country, on one day.
    pub(in crate::read) fn check_entries(&mut self, flows: &[Flow]) {
        let mut first: BTreeMap<&str, &Flow> = BTreeMap::new();
        let mut told: Vec<&str> = Vec::new();
        for flow in flows {
            let Some(name) = flow.entry.as_deref() else { continue };
            let known = *first.entry(name).or_insert(flow);
            if (known.into, known.entered) != (flow.into, flow.entered) && !told.contains(&name) {
                told.push(name);
                let message = format!("the declaration `{name}` is made in more than one country, or on more than one day");
                self.reader.out.push(
                    Diagnostic::new(Code::EntryDiffers, message)
                        .maybe_at(flow.place, format!("into {} on {}", flow.into, flow.entered))
                        .maybe_at(known.place, format!("into {} on {}", known.into, known.entered))
                        .help("give the flows that are declared together one day, and the others another `entry`"),
                );
            }
        }
    }

    /// The tables a flow takes its keys from: itself, what it extends, the defaults. The first that has a key gives its value whole.
    ///
    /// `None` where the chain is broken (the fault is told).
    fn layers<'d>(
        &mut self,
        table: Table<'d>,
        by_id: &BTreeMap<String, Table<'d>>,
        defaults: &[Table<'d>],
    ) -> Option<Vec<Table<'d>>> {
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
        layers.extend_from_slice(defaults);
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
            Some(table) => table.parsed("value", Code::BadMoney, self.reader.out, Money::parse_value),
            None => {
                missing(self, "value", "add `value = \"100,000 USD\"`");
                None
            }
        };
        let goods = self.goods(id, layers);
        let mut quantities = Vec::new();
        if let Some(table) = with("quantity") {
            for text in table.texts("quantity") {
                quantities.extend(understood(Quantity::parse(&text.text), Code::BadQuantity, text.place, self.reader.out));
            }
        }
        let (claims, share) = with("claims").map(|table| self.claims(&table)).unwrap_or_default();
        let mut facts: BTreeMap<FactId, bool> = BTreeMap::new();
        if let Some((_, Some(product))) = &goods {
            facts.extend(product.unless_facts.iter().map(|fact| (fact.clone(), false)));
            facts.extend(product.facts.iter().map(|fact| (fact.clone(), true)));
        }
        let stated = with("facts").map(|table| self.stated_facts(&table)).unwrap_or_default();
        for (name, _) in stated.plain.iter().filter(|(name, flag)| !flag && claims.iter().any(|claim| claim.text == name.text)) {
            let message = format!("`{}` is claimed and denied", name.text);
            self.fault(Code::BadChange, name.place, message, "denied here", Some("keep the claim or the fact"));
        }
        facts.extend(stated.facts);
        facts.extend(claims.iter().map(|claim| (FactId::new(&claim.text), true)));
        facts = self.law.with_consequences(facts);
        let shares = self.stated_shares(layers);
        self.check_contents(&shares, own.place_of("content"));
        let column_1 = self.column_1(layers);
        let loaded = with("loaded").and_then(|table| table.day("loaded", self.reader.out));
        let admitted = with("admitted").and_then(|table| table.day("admitted", self.reader.out));
        // Every part has been read and its faults told: only now may a missing one end the flow.
        let (Some(into), Some(origin), Some(entered), Some((value, _)), Some((code, product_named))) =
            (into, origin, entered, value, goods)
        else {
            return Vec::new();
        };
        let flow = Flow {
            id: FlowId::new(&id.text),
            title: with("title")
                .and_then(|table| table.optional("title"))
                .unwrap_or_else(|| product_named.as_ref().map_or_else(|| id.text.clone(), |product| product.title.clone())),
            into,
            origin,
            code,
            product: product_named.map(|product| product.id),
            value,
            quantities,
            shares,
            facts,
            entered,
            loaded,
            admitted,
            entry: with("entry").and_then(|table| table.optional("entry")),
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
        if let Some(table) = with("admitted") {
            self.check_admission(&flow, table.place_of("admitted"));
        }
        let preferences = stated.plain.iter().filter(|(_, flag)| *flag).map(|(name, _)| name);
        for claim in claims.iter().chain(preferences) {
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

    /// Goods leave a free zone after they came in, and only some countries charge them by the law of the day they came in.
    fn check_admission(&mut self, flow: &Flow, at: Place) {
        let Some(admitted) = flow.admitted else { return };
        if admitted > flow.entered {
            let message = format!("the goods were admitted to a free zone on {admitted}, after they entered on {}", flow.entered);
            self.fault(Code::BadPeriod, at, message, "here", None);
        }
        if self.law.territory(flow.into).is_some_and(|territory| territory.zone_admission.is_none()) {
            let message = format!("the book of {} has no rule for goods from a free zone", flow.into);
            self.fault(Code::UnknownKey, at, message, "here", Some("drop `admitted`"));
        }
    }

    pub(in crate::read) fn importing_country(&mut self, table: &Table<'_>) -> Option<Country> {
        let (into, place) = table.parsed("into", Code::BadCountry, self.reader.out, Country::letters)?;
        if self.law.territory(into).is_none() {
            let known = self.law.territories().map(|t| t.id.to_string()).collect::<Vec<_>>().join(", ");
            let message = format!("the book has no law for imports into `{into}`");
            self.fault(
                Code::UnknownImportingCountry,
                place,
                message,
                "here",
                Some(&format!("it has law for {known}; `tariffcalc countries` tells from when")),
            );
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
                            .maybe_help(Some(guidance::products(self.law, &name.text))),
                    );
                    None
                }
            },
            (None, Some(text)) => {
                if text.text == form::ALL {
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
                    let show = into.filter(|into| self.law.home().is_some_and(|home| home.id == *into));
                    let help = near.map(|near| match show {
                        Some(_) => format!("the nearest line is {near}; `tariffcalc schedule show embedded {near}` shows it"),
                        None => format!("the nearest line is {near}"),
                    });
                    let message = format!("the schedule has no line {code}");
                    self.reader.out.push(Diagnostic::new(Code::NotInSchedule, message).at(text.place, "here").maybe_help(help));
                }
                Some((code, None))
            }
            (None, None) => None,
        }
    }

    /// Reads `claims`: a list, or one claim made for a share of the flow.
    pub(in crate::read) fn claims(&mut self, table: &Table<'_>) -> (Vec<Text>, Option<(Text, Percent)>) {
        let mut claims = Vec::new();
        let mut shared = None;
        if let Some(by_name) = table.table("claims") {
            for (name, text, _) in by_name.entries() {
                let Some(text) = text else { continue };
                let Some(share) = understood(Percent::parse_share(&text.text), Code::BadPercent, text.place, self.reader.out)
                else {
                    continue;
                };
                if share == Percent::WHOLE {
                    claims.push(name);
                } else if shared.is_some() {
                    self.fault(
                        Code::BadPercent,
                        name.place,
                        "only one claim can be made for a share of a flow",
                        "this is the second",
                        Some("split the flow in two"),
                    );
                } else if share > Percent::ZERO {
                    shared = Some((name, share));
                }
            }
        }
        claims.extend(table.texts("claims"));
        for claim in claims.iter().chain(shared.as_ref().map(|(claim, _)| claim)) {
            let (name, given) =
                claim.text.split_once('=').map_or((claim.text.as_str(), "…"), |(name, given)| (name.trim(), given.trim()));
            let fact = self.law.facts().get(&FactId::new(name));
            if fact.is_some_and(|fact| fact.answers != Answers::YesOrNo) {
                let message = format!("`{name}` has several answers and is no claim by itself");
                let help = format!("write `facts = {{ {name} = \"{given}\" }}`");
                self.fault(Code::WrongType, claim.place, message, "here", Some(&help));
            } else {
                self.reader.names.push((Named::Fact, claim.text.clone(), claim.place));
            }
        }
        (claims, shared)
    }

    pub(in crate::read) fn check_contents(&mut self, shares: &BTreeMap<Share, Percent>, at: Place) {
        let total: Decimal = shares
            .iter()
            .filter_map(|(share, percent)| match share {
                Share::Content(id) => {
                    let name = self.law.shares().get(&(ShareKind::Content, id.clone()))?;
                    name.is_material().then(|| percent.points())
                }
                Share::Weight(_) => None,
            })
            .sum();
        if total > Decimal::ONE_HUNDRED {
            self.fault(
                Code::SharesTooLarge,
                at,
                format!("the contents add up to {}%", total.normalize()),
                "here",
                Some("contents of a good cannot be more than 100% of its value"),
            );
        }
    }

    fn column_1(&mut self, layers: &[Table<'_>]) -> Option<GivenColumn1> {
        let table = layers.iter().find(|layer| layer.has("column-1"))?;
        let (rate, place) = table.parsed("column-1", Code::BadRate, self.reader.out, Rate::parse_column_1)?;
        let cite = table.optional("column-1-cite").or_else(|| layers.iter().find_map(|layer| layer.optional("cite")));
        let Some(cite) = cite else {
            self.fault(
                Code::MissingCitation,
                place,
                "the column-1 rate names no source",
                "here",
                Some("add `column-1-cite` or `cite`"),
            );
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
        let Some(fact) = self.law.facts().get(&FactId::new(&claim.text)).filter(|fact| fact.kind == FactKind::Preference) else {
            return;
        };
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
            let origins = fact.origins.iter().map(ToString::to_string);
            let help = format!("it is open to {}", origins.collect::<Vec<_>>().join(", "));
            let message = format!("`{}` cannot be claimed for this origin", claim.text);
            self.fault(Code::ClaimNotOffered, claim.place, message, "this claim", Some(&help));
            return;
        }
        let Some(line) = self.law.schedule(flow.into).filter(|_| flow.column_1.is_none()).and_then(|s| s.line(flow.code, day))
        else {
            return;
        };
        let symbols: Vec<&str> = fact.symbols.iter().map(String::as_str).collect();
        let offered = special_rates(line.special).iter().any(|group| group.symbols.iter().any(|symbol| symbols.contains(symbol)));
        // A line that is free for everyone offers nothing and refuses nothing.
        if !offered && official_rate(line.general) != Rate::Free && !symbols.is_empty() {
            let message = format!("line {} offers no rate for `{}`", line.code, claim.text);
            let help = if line.special.is_empty() {
                "its special column is empty; drop the claim".to_owned()
            } else {
                format!("its special column says: {}", line.special)
            };
            self.fault(Code::ClaimNotOffered, claim.place, message, "this claim", Some(&help));
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
