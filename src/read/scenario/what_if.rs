//! The changes of a case, from TOML.

use crate::base::{Country, Date, MeasureId, Percent, Period, ProgramId};
use crate::diag::{Code, Diagnostic, Place};
use crate::law::Place as Origin;
use crate::law::{Change, CodeSet, Edit, Measure, OriginSet, Rate, Relation, RelationKind, Version, Where};
use crate::read::document::{Table, Text};
use crate::read::law::formula::Partner;
use crate::read::law::measure::{Named, Reader};
use crate::read::schema::shapes;
use std::sync::Arc;

/// Verbs that name their measure themselves.
const ON_TARGET: [&str; 4] = ["repeal", "suspend", "extend", "exempt"];

/// A measure that a case introduces, with its rate.
struct Introduced {
    measure: Measure,
    rate: Rate,
    /// The source of the rate, beside the author's reason.
    cite: Option<String>,
    note: Option<String>,
}

impl Reader<'_> {
    /// Reads one change; a formula gives one for each partner. `into` is the importing country new measures are for.
    pub(in crate::read) fn change(&mut self, table: &Table<'_>, into: Option<Country>) -> Vec<Change> {
        let verbs: Vec<&str> = shapes::CHANGE_VERBS.iter().copied().filter(|verb| table.has(verb)).collect();
        let [verb] = verbs.as_slice() else {
            let message = if verbs.is_empty() {
                "the change has no verb".to_owned()
            } else {
                format!("the change has {} verbs: {}", verbs.len(), verbs.join(", "))
            };
            let help = "a change has exactly one of set-rate, formula, add-points, scale, cap, floor, repeal, suspend, extend, exempt, introduce";
            if verbs.is_empty() && shapes::CHANGE_VERBS.iter().any(|verb| table.misspells(verb, &shapes::CHANGE)) {
                return Vec::new();
            }
            let mut told = Diagnostic::new(Code::TwoVerbs, message);
            for verb in &verbs {
                told = told.at(table.place_of(verb), format!("`{verb}` here"));
            }
            if verbs.is_empty() {
                told = told.at(table.place, "this change");
            }
            self.out.push(told.help(help));
            return Vec::new();
        };
        let period = self.period(table);
        let place = table.place_of(verb);
        if *verb == "introduce" {
            return self.introduced(table, period, place, into);
        }
        let target = if ON_TARGET.contains(verb) { table.text(verb) } else { table.text("measure") };
        let Some(target) = target else {
            // `repeal = true` beside `measure`: the wrong kind of value is told where it stands.
            if ON_TARGET.contains(verb) && table.has(verb) {
                return Vec::new();
            }
            let message = format!("`{verb}` does not say which measure it changes");
            self.fault(
                Code::MissingKey,
                table.place,
                message,
                "this change",
                Some("add `measure = \"…\"`: a measure or a program"),
            );
            return Vec::new();
        };
        if ON_TARGET.contains(verb) && table.has("measure") {
            let message = format!("`{verb}` names its measure itself; `measure` is one too many");
            self.fault(Code::BadChange, table.place_of("measure"), message, "drop this", None);
        }
        self.names.push((Named::Measure, target.text.clone(), target.place));
        if *verb == "formula" {
            return self.rates_by_formula(table, &target, period, place);
        }
        let percent =
            |reader: &mut Self| table.parsed(verb, Code::BadPercent, reader.out, Percent::parse).map(|(percent, _)| percent);
        let edit = match *verb {
            "set-rate" => table.parsed(verb, Code::BadRate, self.out, Rate::parse).map(|(rate, _)| Edit::SetRate(rate)),
            "add-points" => percent(self).map(Edit::AddPoints),
            "scale" => percent(self).map(Edit::Scale),
            "cap" => percent(self).map(Edit::Cap),
            "floor" => percent(self).map(Edit::Floor),
            "repeal" => Some(Edit::Repeal),
            "suspend" => Some(Edit::Suspend),
            "extend" => Some(Edit::Extend),
            _ => Some(Edit::Exempt),
        };
        let Some(edit) = edit else { return Vec::new() };
        self.check_edit(table, &edit, place);
        vec![Change {
            target: target.text,
            edit,
            period,
            origins: self.origins(table),
            codes: self.codes(table),
            why: table.optional("why"),
            place,
            source: self.sources.source(place),
        }]
    }

    fn check_edit(&mut self, table: &Table<'_>, edit: &Edit, place: Place) {
        let (has_from, has_before) = (table.has("from"), table.has("before"));
        match edit {
            Edit::Suspend if !(has_from && has_before) => {
                let help = "give `from` and `before`, or use `repeal` for good";
                self.fault(Code::BadChange, place, "`suspend` holds between two days", "here", Some(help));
            }
            Edit::Extend if !has_before => {
                self.fault(
                    Code::BadChange,
                    place,
                    "`extend` does not say how long",
                    "here",
                    Some("give `before`: the first day it no longer holds"),
                );
            }
            Edit::Repeal if has_before => {
                let at = table.place_of("before");
                self.fault(
                    Code::BadChange,
                    at,
                    "`repeal` is for good",
                    "this ends it",
                    Some("use `suspend` for a time between two days"),
                );
            }
            Edit::Exempt if !table.has("origins") && !table.has("codes") => {
                let help = "give `origins` or `codes`, or use `repeal` to take the whole measure away";
                self.fault(Code::BadChange, place, "`exempt` names neither origins nor codes", "here", Some(help));
            }
            Edit::Scale(factor) | Edit::Cap(factor) | Edit::Floor(factor) if *factor < Percent::ZERO => {
                let message = format!("`{}` is below zero", edit.verb());
                self.fault(Code::BadChange, place, message, "here", None);
            }
            Edit::SetRate(_)
            | Edit::AddPoints(_)
            | Edit::Scale(_)
            | Edit::Cap(_)
            | Edit::Floor(_)
            | Edit::Repeal
            | Edit::Suspend
            | Edit::Extend
            | Edit::Exempt
            | Edit::Introduce(_) => {}
        }
    }

    fn introduced(&mut self, table: &Table<'_>, period: Period, place: Place, into: Option<Country>) -> Vec<Change> {
        let Some(new) = table.table("introduce") else {
            return Vec::new();
        };
        let Some(id) = new.text("id") else {
            return Vec::new();
        };
        let into = match new.parsed("into", Code::BadCountry, self.out, Country::letters) {
            Some((into, _)) => Some(into),
            None => into,
        };
        let Some(into) = into else {
            self.fault(
                Code::MissingKey,
                new.place,
                "the new measure does not say into which country it counts",
                "here",
                Some("add `into`, here or in [defaults]"),
            );
            return Vec::new();
        };
        for key in ["origins", "codes", "measure"].into_iter().filter(|key| table.has(key)) {
            let help =
                if key == "measure" { "drop it: `introduce` gives the new measure's `id`" } else { "move it into `introduce`" };
            self.fault(
                Code::BadChange,
                table.place_of(key),
                format!("`{key}` does not belong beside `introduce`"),
                "here",
                Some(help),
            );
        }
        let why = table.optional("why");
        let mut frame = self.frame(&new, &ProgramId::new(&id.text), into);
        frame.id = MeasureId::new(&id.text);
        frame.title = new.optional("title").unwrap_or_else(|| id.text.clone());
        frame.origins = self.origins(&new);
        frame.relations = self.new_relations(&new);
        let rated: Vec<Introduced> = match (new.parsed("rate", Code::BadRate, self.out, Rate::parse), new.table("formula")) {
            (Some((rate, _)), None) => vec![Introduced { measure: frame, rate, cite: None, note: None }],
            (None, Some(formula)) => self.by_formula(&formula, &frame),
            (Some(_), Some(_)) => {
                self.fault(Code::TwoVerbs, new.place, "the new measure has a rate and a formula", "here", None);
                Vec::new()
            }
            (None, None) => {
                if !new.has("rate") {
                    self.fault(
                        Code::MissingKey,
                        new.place,
                        "the new measure has no rate",
                        "here",
                        Some("add `rate` or `formula`"),
                    );
                }
                Vec::new()
            }
        };
        rated
            .into_iter()
            .map(|Introduced { mut measure, rate, cite, note }| {
                let case = format!("case: {}", why.as_deref().unwrap_or("introduced"));
                measure.versions.push(Version {
                    period,
                    rate: Some(rate),
                    heading: None,
                    heading_at_zero: None,
                    base: None,
                    known: Date::MIN,
                    reading: None,
                    cite: cite.map_or_else(|| case.clone(), |cite| format!("{case}; {cite}")),
                    note,
                    source: measure.source.clone(),
                });
                Change {
                    target: measure.id.to_string(),
                    edit: Edit::Introduce(Arc::new(measure)),
                    period,
                    origins: OriginSet::All,
                    codes: CodeSet::ALL,
                    why: why.clone(),
                    place,
                    source: self.sources.source(place),
                }
            })
            .collect()
    }

    fn new_relations(&mut self, table: &Table<'_>) -> Vec<Arc<Relation>> {
        let mut relations = Vec::new();
        for (key, made) in [
            ("yields-to", (|names| RelationKind::YieldsTo(names, Where::Applies)) as fn(Vec<String>) -> RelationKind),
            ("remainder-after", RelationKind::RemainderAfter),
        ] {
            let names = table.texts(key);
            if names.is_empty() {
                continue;
            }
            for name in &names {
                self.names.push((Named::Measure, name.text.clone(), name.place));
            }
            relations.push(Arc::new(Relation {
                end_known: None,
                kind: made(names.into_iter().map(|name| name.text).collect()),
                heading: None,
                period: Period::ALWAYS,
                known: None,
                reading: None,
                when: Vec::new(),
                cite: "case".into(),
                source: self.sources.source(table.place_of(key)),
            }));
        }
        relations
    }

    /// One measure for each partner of a table of balances, at the rate the formula gives.
    fn by_formula(&mut self, table: &Table<'_>, frame: &Measure) -> Vec<Introduced> {
        let introduced = |partner: Partner| {
            let mut measure = frame.clone();
            measure.id = MeasureId::new(&format!("{}-{}", frame.id, partner.letters.to_lowercase()));
            measure.title = format!("{}, {}", frame.title, partner.letters);
            measure.origins = OriginSet::Of(vec![partner.origin]);
            measure.source = partner.source;
            Introduced { measure, rate: partner.rate, cite: Some(partner.cite), note: Some(partner.working) }
        };
        self.partners(table, &frame.origins).into_iter().map(introduced).collect()
    }

    /// The rates of a formula for measures that the law has: one change for each partner among the origins of the change.
    fn rates_by_formula(&mut self, table: &Table<'_>, target: &Text, period: Period, place: Place) -> Vec<Change> {
        let (origins, codes, why) = (self.origins(table), self.codes(table), table.optional("why"));
        let Some(formula) = table.table("formula") else { return Vec::new() };
        let change = |partner: Partner| Change {
            target: target.text.clone(),
            edit: Edit::SetRate(partner.rate),
            period,
            origins: OriginSet::Of(vec![partner.origin]),
            codes: codes.clone(),
            why: Some(match &why {
                Some(why) => format!("{why}; {}; {}", partner.cite, partner.working),
                None => format!("{}; {}", partner.cite, partner.working),
            }),
            place,
            source: partner.source,
        };
        self.partners(&formula, &origins).into_iter().map(change).collect()
    }

    /// Tells changes of one case that claim the same measure, day and goods.
    pub(in crate::read) fn check_conflicts(
        &mut self,
        changes: &[Arc<Change>],
        means: impl Fn(&str) -> Vec<MeasureId>,
        countries: impl Fn(&Origin) -> Vec<Country>,
    ) {
        // Each change is told once, with the first it collides with.
        for (number, second) in changes.iter().enumerate() {
            for first in changes.iter().take(number) {
                if !(first.edit.decides() && second.edit.decides() && first.period.overlaps(&second.period)) {
                    continue;
                }
                let targets = means(&first.target);
                let common = means(&second.target).into_iter().find(|id| targets.contains(id));
                if let Some(common) = common
                    && origins_meet(&first.origins, &second.origins, &countries)
                    && codes_meet(&first.codes, &second.codes)
                {
                    let message = format!(
                        "`{}` and `{}` both decide the rate of `{common}` on the same day",
                        first.edit.verb(),
                        second.edit.verb()
                    );
                    self.out.push(
                        Diagnostic::new(Code::ConflictingChanges, message)
                            .at(second.place, "this change")
                            .at(first.place, "and this one")
                            .help("give them periods, origins or codes that do not meet, or drop one"),
                    );
                    break;
                }
            }
        }
    }
}

fn origins_meet(a: &OriginSet, b: &OriginSet, countries: &impl Fn(&Origin) -> Vec<Country>) -> bool {
    match (a, b) {
        (OriginSet::Of(a), OriginSet::Of(b)) => {
            let all = |places: &[Origin]| -> Vec<Country> { places.iter().flat_map(countries).collect() };
            let b = all(b);
            all(a).iter().any(|country| b.contains(country))
        }
        _ => true,
    }
}

fn codes_meet(a: &CodeSet, b: &CodeSet) -> bool {
    match (&a.under, &b.under) {
        (Some(a), Some(b)) => a.rows().iter().any(|x| b.rows().iter().any(|y| x.code.covers(y.code) || y.code.covers(x.code))),
        _ => true,
    }
}
