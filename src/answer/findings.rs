//! What is probably not what the author meant: silent no-ops, displaced law, dates past the book, quantities nobody asks for.

use super::run::{Results, context};
use crate::assess::{Assessment, Context, Outcome, assess};
use crate::base::{Date, Decimal, Percent, difference};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::law::{Change, Edit, Place, Rate, RegimeCache, Rulebook};
use crate::scenario::{Case, Scenario};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Looks for warnings in a scenario that has been run.
pub fn findings(law: &Rulebook, scenario: &Scenario, results: &Results, as_known: Option<Date>) -> Diagnostics {
    let mut out = Diagnostics::default();
    let plain = RegimeCache::new(law);
    for (case, result) in scenario.cases.iter().zip(&results.cases) {
        let context = context(scenario, case, as_known);
        idle_changes(&plain, scenario, case, &context, &result.assessments, &mut out);
        displaced_versions(law, case, &result.assessments, &mut out);
    }
    beyond_book(law, scenario, results, &mut out);
    no_imports(law, scenario, &mut out);
    unused_quantities(scenario, results, &mut out);
    out
}

/// A change without which every flow comes out the same does nothing: in a what-if tool the worst mistake, because it reads as "no impact".
pub(super) fn idle_changes(
    plain: &RegimeCache<'_>,
    scenario: &Scenario,
    case: &Case,
    context: &Context,
    with: &[Assessment],
    out: &mut Diagnostics,
) {
    let mut told: BTreeSet<usize> = BTreeSet::new();
    for change in case.changes.iter().skip(case.inherited) {
        // A formula introduces one measure for each partner from one place: the place is idle only if all of them are.
        if !told.insert(change.place.start) {
            continue;
        }
        let rest: Vec<Arc<Change>> = case.changes.iter().filter(|other| other.place != change.place).cloned().collect();
        // Without its only change a case is current law, which one cache serves for all cases.
        let amended = plain.law().amended(&rest);
        let own = RegimeCache::new(&amended);
        let cache = if rest.is_empty() { plain } else { &own };
        let same = scenario
            .flows
            .iter()
            .zip(with)
            .all(|(flow, with)| assess(cache, flow, context).is_ok_and(|without| same_duty(&without, with)));
        if let Edit::AddPoints(points) = &change.edit
            && !same
        {
            let without: Vec<Assessment> = scenario.flows.iter().filter_map(|flow| assess(cache, flow, context).ok()).collect();
            out_of_points(change, *points, &without, with, out);
        }
        if same {
            let mut told = Diagnostic::new(
                Code::ChangeHasNoEffect,
                format!("this `{}` changes nothing for any flow of case `{}`", change.edit.verb(), case.id),
            )
            .at(change.place, "no flow comes out differently");
            let days: BTreeSet<Date> = with.iter().map(|assessment| assessment.entered).collect();
            let outside = days.iter().all(|day| !change.period.contains(*day));
            told = if outside {
                let days = days.iter().map(Date::to_string).collect::<Vec<_>>().join(", ");
                told.help(format!("it holds {}, and the flows enter on {days}", change.period))
            } else {
                let lines: BTreeSet<String> =
                    with.iter().flat_map(|a| &a.lines).map(|line| format!("`{}`", line.measure)).collect();
                told.help(format!("the flows fall under {}", lines.into_iter().collect::<Vec<_>>().join(", ")))
            };
            out.push(told);
        }
    }
}

/// Points that take off more than a rate has leave it at 0 %: what is meant is perhaps a subsidy, which no duty is.
fn out_of_points(change: &Change, points: Percent, without: &[Assessment], with: &[Assessment], out: &mut Diagnostics) {
    let pairs = without.iter().zip(with).flat_map(|(without, with)| {
        without.lines.iter().filter_map(|line| Some((line, with.lines.iter().find(|other| other.measure == line.measure)?)))
    });
    let short = pairs.filter(|(before, after)| before.form != after.form).find_map(|(before, _)| {
        let rate = Rate::parse(&before.form).ok().and_then(|rate| rate.points())?;
        (difference(rate, points.points().abs())? < Decimal::ZERO && points < Percent::ZERO).then_some(before)
    });
    if let Some(line) = short {
        out.push(
            Diagnostic::new(
                Code::RateStopsAtZero,
                format!(
                    "`add-points` of {points} takes more off than there is: `{}` is \"{}\", and stops at 0%",
                    line.measure, line.form
                ),
            )
            .at(change.place, "no duty is below zero")
            .help("`scale = \"0%\"` or `set-rate = \"Free\"` takes a rate away on purpose"),
        );
    }
}

/// Goods of a place within the customs territory are no imports, whatever a schedule says of their code.
fn no_imports(law: &Rulebook, scenario: &Scenario, out: &mut Diagnostics) {
    for flow in &scenario.flows {
        let Some(territory) = law.territory(flow.into) else { continue };
        let Place::Country(origin) = &flow.origin else { continue };
        if territory.within.contains(origin) {
            let cite = territory.within_cite.as_deref().unwrap_or("the customs territory of the book");
            let name = origin.name().unwrap_or_default();
            out.push(
                Diagnostic::new(
                    Code::NoImport,
                    format!(
                        "goods of {name} ({origin}) are no imports into {}: they come from within its customs territory",
                        territory.title
                    ),
                )
                .maybe_at(flow.place, "nothing is due on this flow, whatever the measures say")
                .help(format!("by {cite}; name the country where the goods were made, if that is another")),
            );
        }
    }
}

/// Tells whether the same measures charge the same amounts; who says so may differ.
pub(super) fn same_duty(a: &Assessment, b: &Assessment) -> bool {
    let charged = |assessment: &Assessment| -> Vec<_> {
        assessment.lines.iter().map(|line| (line.measure.clone(), line.rate, line.base, line.amount.clone())).collect()
    };
    a.duty == b.duty && charged(a) == charged(b)
}

/// A `set-rate` without an end also takes the place of what the law schedules later.
pub(super) fn displaced_versions(law: &Rulebook, case: &Case, assessments: &[Assessment], out: &mut Diagnostics) {
    let Some(last) = assessments.iter().map(|assessment| assessment.entered).max() else {
        return;
    };
    for change in case.changes.iter().skip(case.inherited) {
        let (Edit::SetRate(_), Some(_), None) = (&change.edit, change.period.from, change.period.before) else {
            continue;
        };
        let reached = |id: &crate::base::MeasureId| assessments.iter().any(|a| a.lines.iter().any(|line| line.measure == *id));
        for measure in law.meant_by(&change.target).into_iter().filter(|measure| reached(&measure.id)) {
            let later = measure.versions.iter().filter(|version| version.reading.is_none()).find(|version| {
                version.period.from.is_some_and(|from| change.period.from.is_none_or(|start| from > start) && from <= last)
            });
            if let Some(version) = later {
                let from = version.period.from.map(|from| from.to_string()).unwrap_or_default();
                let what = version.rate.as_ref().map_or("the end of the measure".to_owned(), |rate| format!("`{rate}`"));
                out.push(
                    Diagnostic::new(
                        Code::LaterVersionsDisplaced,
                        format!("this rate also takes the place of {what} from {from} ({})", version.cite),
                    )
                    .at(change.place, "it has no end")
                    .help(format!(
                        "give the change `before = {from}`, if the law should go on from there; `{}` stands at {}",
                        measure.id, version.source
                    )),
                );
                break;
            }
        }
    }
}

pub(super) fn beyond_book(law: &Rulebook, scenario: &Scenario, results: &Results, out: &mut Diagnostics) {
    if scenario.law_continues {
        return;
    }
    for (number, flow) in scenario.flows.iter().enumerate() {
        let assessments = results.cases.iter().filter_map(|case| case.assessments.get(number));
        for assessment in assessments {
            let Some(territory) = law.territory(assessment.into) else {
                continue;
            };
            let day = flow.admitted.unwrap_or(assessment.entered);
            if day < territory.complete_from || day >= territory.complete_before {
                let message = format!(
                    "the {} book knows entries from {} to {}, not {}",
                    territory.id,
                    territory.complete_from,
                    territory.last_day(),
                    day
                );
                // Flows without a file stand under a name in pointed brackets.
                let help = if day < territory.complete_from {
                    "`tariffcalc countries` tells from when the book knows each importing country"
                } else if scenario.source.path.starts_with('<') {
                    "`--law-continues` takes for granted that the last law known goes on"
                } else {
                    "`law-continues = true` at the top takes for granted that the last law known goes on"
                };
                let told = Diagnostic::new(Code::BeyondBook, message);
                out.push(told.maybe_at(flow.place, "the duty on this flow is unknown").help(help));
                break;
            }
        }
    }
}

fn unused_quantities(scenario: &Scenario, results: &Results, out: &mut Diagnostics) {
    // Files of trade give quantities of all goods, whether or not a rate asks for them.
    let written = |number: &usize| !scenario.from_file(*number);
    let flows = scenario.flows.iter().enumerate().filter(|(number, flow)| !flow.quantities.is_empty() && written(number));
    for (number, flow) in flows {
        // A rate that asks for a quantity names a unit behind a stroke.
        let asked = results
            .cases
            .iter()
            .filter_map(|case| case.assessments.get(number))
            .any(|a| a.lines.iter().any(|line| line.form.contains('/')) || matches!(a.duty, Outcome::Unknown { .. }));
        if !asked {
            out.push(
                Diagnostic::new(Code::QuantityNeverUsed, format!("no rate asks for the quantity of `{}`", flow.id))
                    .maybe_at(flow.place, "this flow")
                    .help("drop it, or check the code: ad valorem rates need no quantity"),
            );
        }
    }
}
