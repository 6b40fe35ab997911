//! What is varied and solved for, from TOML: `[sweep]` with its axes, and `[[solve]]`.

use super::compose::alike_once;
use super::{Builder, introduced};
use crate::base::{CaseId, Currency, FactId, FlowId, MeasureId, Percent, nearest};
use crate::diag::{Code, Diagnostic, Diagnostics, Place, Sources};
use crate::law::{Answers, FactKind, Place as Origin, Rulebook, Share};
use crate::read::bytes;
use crate::read::document::{self, Table, Text, understood};
use crate::read::files::Files;
use crate::read::law::cross_check::unknown;
use crate::read::law::measure::{Named, Reader};
use crate::read::schema::shapes;
use crate::scenario::{Axis, Case, Flow, MOST_SETTINGS, Scenario, Scope, Setting, Shown, Solve, Sweep, Target, Varied};
use std::collections::BTreeMap;

/// Most axes a sweep may have.
const MOST_AXES: usize = 2;
/// Most questions one file may solve.
const MOST_SOLVES: usize = 100;

/// What is asked by varying.
#[derive(Clone, Debug, Default)]
pub struct Asking {
    /// The axes of a sweep.
    pub sweep: Sweep,
    /// What is solved for.
    pub solves: Vec<Solve>,
}

/// Reads `[sweep]` and `[[solve]]` by themselves, for a scenario that is already there.
pub fn asking(
    files: &dyn Files,
    path: &str,
    law: &Rulebook,
    scenario: &Scenario,
    sources: &mut Sources,
) -> (Asking, Diagnostics) {
    let mut out = Diagnostics::default();
    let read = bytes::text(files, path, sources, &mut out).and_then(|(file, text)| {
        let document = document::parse(file, &text, &mut out)?;
        let root = Table::root(file, &document);
        root.check(&shapes::ASKED, &mut out);
        let mut builder = Builder::new(law, Reader::new(files, sources, &mut out));
        let asking = builder.asking(&[root], &scenario.flows, &scenario.cases, scenario.alternatives);
        builder.check_names(&introduced(scenario));
        Some(asking)
    });
    (read.unwrap_or_default(), out)
}

impl Builder<'_, '_> {
    pub(in crate::read) fn asking(&mut self, roots: &[Table<'_>], flows: &[Flow], cases: &[Case], alternatives: bool) -> Asking {
        let mut asking = Asking::default();
        if let Some(table) = roots.iter().find_map(|root| root.table("sweep")) {
            let axes = table.tables("axis");
            if let Some(third) = axes.get(MOST_AXES) {
                let message = format!("the sweep has {} axes; at most {MOST_AXES} are swept", axes.len());
                self.fault(
                    Code::BadSweep,
                    third.place,
                    message,
                    "this one is one too many",
                    Some("ask twice, or make cases of the settings"),
                );
            }
            asking.sweep.axes = axes.iter().take(MOST_AXES).filter_map(|axis| self.axis(axis, flows, cases)).collect();
            let shown = table
                .text("show")
                .and_then(|text| understood(Shown::parse(&text.text), Code::BadSweep, text.place, self.reader.out));
            asking.sweep.shown = shown.unwrap_or_default();
            asking.sweep.flows = self.flow_names(&table, flows);
            asking.sweep.cases = self.case_names(&table, cases);
            self.check_axes(&asking.sweep.axes, flows, cases);
        }
        let solves = alike_once(roots, "solve");
        if let Some(next) = solves.get(MOST_SOLVES) {
            let message = format!("the file has {} [[solve]]; at most {MOST_SOLVES} are read", solves.len());
            self.fault(Code::FileTooLarge, next.place, message, "from here on", None);
        }
        asking.solves =
            solves.iter().take(MOST_SOLVES).filter_map(|solve| self.solve(solve, flows, cases, alternatives)).collect();
        asking
    }

    fn axis(&mut self, table: &Table<'_>, flows: &[Flow], cases: &[Case]) -> Option<Axis> {
        let scope = self.scope(table, flows, cases)?;
        let (from, to, step) = (table.setting("from"), table.setting("to"), table.text("step"));
        if table.has("values") {
            for key in ["from", "to", "step"].into_iter().filter(|key| table.has(key)) {
                let message = format!("`{key}` does not belong beside `values`");
                self.fault(Code::BadSweep, table.place_of(key), message, "here", Some("give a list, or a range with its step"));
            }
            let texts = table.settings("values");
            let place = table.place_of("values");
            if texts.len() > MOST_SETTINGS {
                let message = format!("the axis has {} settings; at most {MOST_SETTINGS} are swept", texts.len());
                self.fault(Code::FileTooLarge, place, message, "this list", None);
                return None;
            }
            let mut settings: Vec<Setting> = Vec::new();
            for text in texts {
                let Some(setting) = understood(scope.varied.setting(&text.text), Code::BadSweep, text.place, self.reader.out)
                else {
                    continue;
                };
                if settings.contains(&setting) {
                    self.fault(Code::BadSweep, text.place, format!("{setting} stands in the list twice"), "here", None);
                }
                settings.push(setting);
            }
            if settings.is_empty() {
                self.fault(Code::BadSweep, place, "the axis has no setting", "here", None);
                return None;
            }
            return Some(Axis { scope, settings, short_of: None });
        }
        let (Some(from), Some(to), Some(step)) = (from, to, step) else {
            for key in ["from", "to", "step"].into_iter().filter(|key| !table.has(key)) {
                let help = if key == "step" {
                    "add `step`, such as \"5%\", or list the settings: `values = [\"10%\", \"24%\"]`"
                } else {
                    "a range has `from`, `to` and `step`"
                };
                self.fault(Code::MissingKey, table.place, format!("[[sweep.axis]] has no `{key}`"), "this axis", Some(help));
            }
            return None;
        };
        let read = scope.varied.range(&from.text, &to.text, &step.text);
        let place = Place { end: step.place.end.max(to.place.end).max(from.place.end), ..from.place };
        let settings = understood(read, Code::BadSweep, place, self.reader.out)?;
        let end = scope.varied.setting(&to.text).ok();
        let short_of = end.filter(|end| settings.last() != Some(end));
        Some(Axis { scope, settings, short_of })
    }

    fn solve(&mut self, table: &Table<'_>, flows: &[Flow], cases: &[Case], alternatives: bool) -> Option<Solve> {
        let scope = self.scope(table, flows, cases);
        let target = table.text("target").and_then(|text| {
            understood(Target::parse(&text.text, flows, cases, alternatives), Code::BadSweep, text.place, self.reader.out)
        });
        let scope = scope?;
        let (from, to) = (table.setting("from")?, table.setting("to")?);
        let place = Place { end: to.place.end.max(from.place.end), ..from.place };
        let (from, to) = understood(scope.varied.ends(&from.text, &to.text), Code::BadSweep, place, self.reader.out)?;
        let place = table.place_of("target");
        self.check_shares(&[(&scope, &to)], flows, cases);
        self.check_collisions(&scope, cases);
        Some(Solve { scope, from, to, target: target?, place })
    }

    fn scope(&mut self, table: &Table<'_>, flows: &[Flow], cases: &[Case]) -> Option<Scope> {
        let (varied, place) = table.parsed("vary", Code::BadSweep, self.reader.out, Varied::parse)?;
        let scope = Scope { varied, flows: self.flow_names(table, flows), cases: self.case_names(table, cases), place };
        match &scope.varied {
            Varied::Rate(name) | Varied::Points(name) | Varied::Factor(name) => {
                self.reader.names.push((Named::Measure, name.clone(), place));
            }
            Varied::Share(Share::Content(id)) => self.reader.names.push((Named::Content, id.to_string(), place)),
            Varied::Share(Share::Weight(id)) => self.reader.names.push((Named::Weight, id.to_string(), place)),
            Varied::Claim(fact) => self.check_claim(fact, &scope, flows, cases)?,
            Varied::Exchange(currency, per) if currency == per => {
                self.fault(Code::BadSweep, place, format!("{currency} for {per} is always one"), "here", None);
                return None;
            }
            Varied::Exchange(currency, per) => self.check_exchange((*currency, *per), &scope, flows, cases),
            Varied::Value | Varied::Entered | Varied::Column1 => {}
        }
        Some(scope)
    }

    /// The flows a key names; a flow that its own claim splits may be called by its own id.
    fn flow_names(&mut self, table: &Table<'_>, flows: &[Flow]) -> Vec<FlowId> {
        let whole = |flow: &Flow| flow.id.as_str().split_once('/').map(|(whole, _)| whole.to_owned());
        let known: Vec<String> = flows.iter().flat_map(|flow| [Some(flow.id.to_string()), whole(flow)]).flatten().collect();
        self.named(table, "flow", Code::UnknownFlow, &known).iter().map(|name| FlowId::new(name)).collect()
    }

    fn case_names(&mut self, table: &Table<'_>, cases: &[Case]) -> Vec<CaseId> {
        let known: Vec<String> = cases.iter().map(|case| case.id.to_string()).collect();
        self.named(table, "case", Code::UnknownCase, &known).iter().map(|name| CaseId::new(name)).collect()
    }

    fn named(&mut self, table: &Table<'_>, key: &str, code: Code, known: &[String]) -> Vec<String> {
        let texts: Vec<Text> = table.texts(key);
        for text in texts.iter().filter(|text| !known.contains(&text.text)) {
            let near = nearest(&text.text, known.iter().map(String::as_str));
            let help = format!("there are {}", known.iter().take(20).cloned().collect::<Vec<_>>().join(", "));
            self.reader.out.push(unknown(code, key, &text.text, text.place, near).maybe_help(Some(help)));
        }
        texts.into_iter().map(|text| text.text).collect()
    }

    /// A claim is made by yes or no, for flows that do not split themselves by a claim already.
    fn check_claim(&mut self, id: &FactId, scope: &Scope, flows: &[Flow], cases: &[Case]) -> Option<()> {
        let law = self.law;
        let Some(fact) = law.facts().get(id) else {
            self.reader.names.push((Named::Fact, id.to_string(), scope.place));
            return None;
        };
        if fact.answers != Answers::YesOrNo {
            self.fault(
                Code::BadSweep,
                scope.place,
                format!("`{id}` has several answers and is no claim by itself"),
                "here",
                None,
            );
            return None;
        }
        for flow in flows.iter().filter(|flow| cases.iter().any(|case| scope.reaches(&flow.id, &case.id))) {
            if flow.id.as_str().contains('/') {
                let message = format!("the flow `{}` is a part of one that its own claim splits", flow.id);
                self.fault(
                    Code::BadSweep,
                    scope.place,
                    message,
                    "this would split it again",
                    Some("drop the share from its `claims`"),
                );
            }
            let open = fact.origins.is_empty()
                || fact.origins.iter().any(|place| match (place, &flow.origin) {
                    (a, b) if a == b => true,
                    (Origin::Group(id), Origin::Country(country)) => {
                        law.groups().get(id).is_some_and(|group| group.has(*country, flow.entered))
                    }
                    _ => false,
                });
            if fact.kind == FactKind::Preference && !open {
                let message = format!("`{id}` cannot be claimed for the flow `{}`", flow.id);
                self.fault(Code::ClaimNotOffered, scope.place, message, "here", Some("name the flows that can with `flow`"));
            }
        }
        Some(())
    }

    /// A rate of exchange must convert some value.
    fn check_exchange(&mut self, (currency, per): (Currency, Currency), scope: &Scope, flows: &[Flow], cases: &[Case]) {
        let law = self.law;
        let converts = |flow: &Flow| {
            let due = law.territory(flow.into).map(|territory| territory.currency);
            due.is_some_and(|due| (flow.value.currency, due) == (currency, per) || (flow.value.currency, due) == (per, currency))
        };
        let reached = |flow: &&Flow| cases.iter().any(|case| scope.reaches(&flow.id, &case.id));
        if !flows.iter().filter(reached).any(converts) {
            let message = format!("no value is converted between {currency} and {per}");
            self.fault(
                Code::BadSweep,
                scope.place,
                message,
                "here",
                Some("give a flow its value in the currency it was invoiced in"),
            );
        }
    }

    fn check_axes(&mut self, axes: &[Axis], flows: &[Flow], cases: &[Case]) {
        if let [first, second] = axes {
            let share_a_pair = flows.iter().any(|flow| {
                cases.iter().any(|case| first.scope.reaches(&flow.id, &case.id) && second.scope.reaches(&flow.id, &case.id))
            });
            if first.scope.varied == second.scope.varied && share_a_pair {
                self.reader.out.push(
                    Diagnostic::new(Code::ConflictingChanges, format!("two axes vary `{}` of one flow", first.scope.varied))
                        .at(second.scope.place, "this axis")
                        .at(first.scope.place, "and this one")
                        .help("give each flows or cases of its own"),
                );
            }
        }
        let highest = |axis: &Axis| axis.settings.iter().max_by_key(|setting| setting.number()).cloned();
        let tops: Vec<(&Scope, Setting)> = axes.iter().filter_map(|axis| Some((&axis.scope, highest(axis)?))).collect();
        self.check_shares(&tops.iter().map(|(scope, top)| (*scope, top)).collect::<Vec<_>>(), flows, cases);
        for axis in axes {
            self.check_collisions(&axis.scope, cases);
        }
    }

    /// Contents cannot be more than the good, also where they are highest.
    fn check_shares(&mut self, tops: &[(&Scope, &Setting)], flows: &[Flow], cases: &[Case]) {
        for flow in flows {
            let mut shares: BTreeMap<Share, Percent> = flow.shares.clone();
            let mut at = None;
            for (scope, top) in tops {
                if let (Varied::Share(share), Setting::Percent(percent)) = (&scope.varied, top)
                    && cases.iter().any(|case| scope.reaches(&flow.id, &case.id))
                {
                    shares.insert(share.clone(), *percent);
                    at = Some(scope.place);
                }
            }
            if let Some(at) = at {
                self.check_contents(&shares, at);
            }
        }
    }

    /// A rate that an axis sets and a case decides by something else: nobody could say which holds.
    fn check_collisions(&mut self, scope: &Scope, cases: &[Case]) {
        let Varied::Rate(target) = &scope.varied else { return };
        let law = self.law;
        let means = |name: &str| -> Vec<MeasureId> { law.meant_by(name).into_iter().map(|measure| measure.id.clone()).collect() };
        let own = means(target);
        for case in cases.iter().filter(|case| scope.cases.is_empty() || scope.cases.contains(&case.id)) {
            let replaced =
                |change: &crate::law::Change| change.target == *target && matches!(change.edit, crate::law::Edit::SetRate(_));
            let other = case.changes.iter().find(|change| {
                change.edit.decides() && !replaced(change) && means(&change.target).iter().any(|id| own.contains(id))
            });
            if let Some(other) = other {
                let message = format!(
                    "the axis sets the rate of `{target}`, and `{}` of case `{}` decides it as well",
                    other.edit.verb(),
                    case.id
                );
                self.reader.out.push(
                    Diagnostic::new(Code::ConflictingChanges, message)
                        .at(scope.place, "this axis")
                        .at(other.place, "and this change")
                        .help("limit the axis to other cases with `case`, or vary what the change names"),
                );
            }
        }
    }
}
