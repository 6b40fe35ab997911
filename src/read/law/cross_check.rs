//! What can be told only when all of the law is read: names that lead nowhere, versions that collide, measures that wait for each other.

use super::Gathered;
use super::measure::Named;
use crate::base::{Country, FactId, MeasureId, Period, ProgramId, ReadingId, nearest};
use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::law::{Answers, Fact, Measure, Rulebook, ShareKind, Version, answered};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(in crate::read) fn all(gathered: &Gathered, names: &[(Named, String, Place)], out: &mut Diagnostics) {
    for (kind, name, at) in names {
        name_leads_somewhere(gathered, kind, name, *at, out);
    }
    for (measure, at) in &gathered.measures {
        versions(measure, *at, out);
    }
    for (into, at) in gathered.into.iter().filter(|(into, _)| !gathered.countries.contains(into.as_str())) {
        let message = format!("there is no [country] `{into}`, into which this counts");
        out.push(
            Diagnostic::new(Code::UnknownImportingCountry, message)
                .at(*at, "here")
                .help("a file of the law must hold its [country] table"),
        );
    }
    products(gathered, out);
    expects(gathered, out);
    idle_readings(gathered, names, out);
}

/// A reading on which nothing depends would be a what-if that silently does nothing.
fn idle_readings(gathered: &Gathered, names: &[(Named, String, Place)], out: &mut Diagnostics) {
    for reading in gathered.shelf.readings.values() {
        let used = names.iter().any(|(kind, name, _)| matches!(kind, Named::Reading(_)) && name == reading.id.as_str());
        if let Some(at) = gathered.ids.get(&("reading", reading.id.to_string())).filter(|_| !used) {
            let message = format!("nothing in the law depends on the reading `{}`", reading.id);
            out.push(
                Diagnostic::new(Code::UnknownReading, message)
                    .at(*at, "this reading")
                    .help("give a version, relation or exception `reading = \"… = …\"`, or drop it"),
            );
        }
    }
}

/// Tells a name of a scenario or a seed that the book does not have.
pub(in crate::read) fn unknown(code: Code, kind: &str, name: &str, at: Place, near: Option<&str>) -> Diagnostic {
    let shown: String = name.chars().take(60).collect();
    Diagnostic::new(code, format!("there is no {kind} `{shown}`"))
        .at(at, "here")
        .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
}

/// Tells what is wrong with a fact that a rule asks for: `patented`, or one answer of several as `transport=sea`.
pub(in crate::read) fn fact_fault(facts: &BTreeMap<FactId, Fact>, name: &str, at: Place) -> Option<Diagnostic> {
    let id = FactId::new(name);
    let wrong = |code: Code, message: String| Diagnostic::new(code, message).at(at, "here");
    match (facts.get(&id), answered(&id)) {
        (Some(fact), _) => {
            let example = match &fact.answers {
                Answers::YesOrNo => return None,
                Answers::OneOf(words) => words.first().cloned().unwrap_or_default(),
                Answers::Country => "two ISO letters".to_owned(),
            };
            let message = format!("`{name}` has several answers, and the rule asks for none of them");
            Some(wrong(Code::WrongType, message).help(format!("write the answer it asks for: \"{name} = {example}\"")))
        }
        (None, Some((of, given))) => match facts.get(&of).map(|fact| &fact.answers) {
            Some(Answers::OneOf(words)) => {
                let near = nearest(given, words.iter().map(String::as_str)).map(|near| format!("did you mean `{of} = {near}`?"));
                let message = format!("`{of}` has no answer `{given}`");
                let list = format!("its answers are {}", words.join(", "));
                Some(wrong(Code::UnknownFact, message).maybe_help(near).maybe_help(Some(list)))
            }
            Some(Answers::Country) if Country::letters(given).is_ok_and(|country| country.name().is_some()) => None,
            Some(Answers::Country) => {
                Some(wrong(Code::BadCountry, format!("`{given}` is not the code of a country")).help("write two ISO letters"))
            }
            Some(Answers::YesOrNo) => {
                let message = format!("`{of}` is true or false, and has no answer `{given}`");
                Some(wrong(Code::WrongType, message).help(format!("write \"{of}\"")))
            }
            None => Some(no_fact(facts, name, at)),
        },
        (None, None) => Some(no_fact(facts, name, at)),
    }
}

fn no_fact(facts: &BTreeMap<FactId, Fact>, name: &str, at: Place) -> Diagnostic {
    let plain = facts.keys().map(FactId::as_str).filter(|id| !id.contains('='));
    let asked = name.split('=').next().unwrap_or(name);
    unknown(Code::UnknownFact, "claim or fact", name, at, nearest(asked, plain))
        .maybe_help(Some("`tariffcalc law facts` lists what a flow may say".into()))
}

fn name_leads_somewhere(gathered: &Gathered, kind: &Named, name: &str, at: Place, out: &mut Diagnostics) {
    let shelf = &gathered.shelf;
    match kind {
        Named::Measure => {
            let ids = || gathered.measures.iter().map(|(m, _)| m.id.as_str()).chain(shelf.programs.keys().map(ProgramId::as_str));
            if !ids().any(|id| id == name) {
                out.push(unknown(Code::UnknownMeasure, "measure or program", name, at, nearest(name, ids())));
            }
        }
        Named::Group => {
            if !shelf.groups.keys().any(|id| id.as_str() == name) {
                let near = nearest(name, shelf.groups.keys().map(|id| id.as_str()));
                out.push(
                    unknown(Code::UnknownGroup, "country or group", name, at, near)
                        .maybe_help(Some("write two ISO letters such as JP, or the id of a group".into())),
                );
            }
        }
        Named::Fact => {
            if let Some(told) = fact_fault(&shelf.facts, name, at) {
                out.push(told);
            }
        }
        Named::Content | Named::Weight => {
            let wanted = if matches!(kind, Named::Content) { ShareKind::Content } else { ShareKind::Weight };
            let ids = || shelf.shares.values().filter(|share| share.kind == wanted).map(|share| share.id.as_str());
            if !ids().any(|id| id == name) {
                out.push(unknown(Code::UnknownContent, "share", name, at, nearest(name, ids())));
            }
        }
        Named::Reading(option) => match shelf.readings.get(&ReadingId::new(name)) {
            None => {
                let near = nearest(name, shelf.readings.keys().map(ReadingId::as_str));
                out.push(unknown(Code::UnknownReading, "reading", name, at, near));
            }
            Some(reading) if !reading.options.iter().any(|known| known.id == *option) => {
                let options = reading.options.iter().map(|known| format!("`{}`", known.id)).collect::<Vec<_>>().join(", ");
                out.push(
                    Diagnostic::new(Code::UnknownReading, format!("the reading `{name}` has no option `{option}`"))
                        .at(at, "here")
                        .help(format!("its options are {options}")),
                );
            }
            Some(_) => {}
        },
    }
}

/// Two versions must not claim one day with equal right, and a later-known one must not hide an earlier-known, later-starting one unsaid.
fn versions(measure: &Measure, at: Place, out: &mut Diagnostics) {
    if measure.versions.is_empty() {
        return;
    }
    let can_meet = |a: &Version, b: &Version| match (&a.reading, &b.reading) {
        (Some(a), Some(b)) => a == b,
        _ => a.reading.is_some() == b.reading.is_some(),
    };
    for (number, first) in measure.versions.iter().enumerate() {
        for second in measure.versions.iter().skip(number + 1) {
            if !can_meet(first, second) {
                continue;
            }
            let same_start = first.period.from == second.period.from;
            let explicit = |a: &Version, b: &Version| match (a.period.before, b.period.from) {
                (Some(before), Some(from)) => a.period.from < Some(from) && from < before,
                _ => false,
            };
            let collide = first.known == second.known && (same_start || explicit(first, second) || explicit(second, first));
            if collide {
                let message = format!(
                    "`{}` has two versions known from {} that claim the same day: lines {} and {} of {}",
                    measure.id, first.known, first.source.line, second.source.line, first.source.path
                );
                out.push(
                    Diagnostic::new(Code::OverlappingVersions, message)
                        .at(at, "this measure")
                        .help("give one of them a `before`, or the day it really became known"),
                );
            }
            for (early, late) in [(first, second), (second, first)] {
                if early.known < late.known
                    && late.period.from < early.period.from
                    && late.period.before.is_none()
                    && early.period.from.is_some_and(|from| hides(measure, late, from))
                {
                    let message = format!(
                        "the version of `{}` on line {} of {}, known from {}, hides the one on line {}, which starts later but was known before",
                        measure.id, late.source.line, late.source.path, late.known, early.source.line
                    );
                    out.push(
                        Diagnostic::new(Code::VersionNeedsEnd, message)
                            .at(at, "this measure")
                            .help("give the later-known version a `before`, or state the other one again with the same `known`"),
                    );
                }
            }
        }
    }
}

/// Tells whether nothing known on the same day or later takes over from `late` by the day given.
fn hides(measure: &Measure, late: &Version, day: crate::base::Date) -> bool {
    !measure.versions.iter().any(|other| {
        other.known >= late.known
            && !std::ptr::eq(other, late)
            && other.reading == late.reading
            && other.period.from > late.period.from
            && other.period.from.is_some_and(|from| from <= day)
    })
}

fn products(gathered: &Gathered, out: &mut Diagnostics) {
    let shelf = &gathered.shelf;
    for product in shelf.products.values() {
        let at = gathered.ids.get(&("product", product.id.to_string())).copied();
        let in_some_schedule =
            shelf.schedules.is_empty() || shelf.schedules.values().any(|schedule| schedule.knows(product.line));
        if let Some(at) = at.filter(|_| !in_some_schedule) {
            let message = format!("no schedule has the typical line {} of `{}`", product.line, product.id);
            out.push(Diagnostic::new(Code::NotInSchedule, message).at(at, "this product"));
        }
    }
}

fn expects(gathered: &Gathered, out: &mut Diagnostics) {
    for article in &gathered.shelf.articles {
        let Some(at) = gathered.ids.get(&("article", article.id.to_string())).copied() else {
            continue;
        };
        for expect in article.claims.iter().flat_map(|claim| &claim.expects) {
            if let Some(product) = &expect.product
                && !gathered.shelf.products.contains_key(product)
            {
                let near = nearest(product.as_str(), gathered.shelf.products.keys().map(|id| id.as_str()));
                out.push(unknown(Code::UnknownProduct, "product", product.as_str(), at, near));
            }
        }
    }
}

/// The period of a row, where it has one.
fn when(period: Period) -> String {
    if period == Period::ALWAYS { String::new() } else { format!(" {period}") }
}

/// A row of a scope table that no line of the schedule falls under reaches no goods: a slip of the pen, or a number that is gone.
pub(in crate::read) fn idle_rows(gathered: &Gathered, out: &mut Diagnostics) {
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    for (measure, at) in &gathered.measures {
        let Some(schedule) = gathered.shelf.schedules.get(&measure.into) else { continue };
        let sets = std::iter::once(&measure.codes).chain(measure.exceptions.iter().map(|exception| &exception.codes));
        for list in sets.flat_map(|set| set.under.iter().chain(&set.except)) {
            // Many measures share one list.
            if !seen.insert(Arc::as_ptr(list).addr()) {
                continue;
            }
            for row in list.rows().iter().filter(|row| !schedule.knows_within(row.code, row.period)) {
                out.push(
                    Diagnostic::new(
                        Code::RowMatchesNothing,
                        format!("the schedule has no line {}{} ({})", row.code, when(row.period), row.source),
                    )
                    .at(*at, "this measure, or an exception of it, names the code")
                    .help("correct the code or its dates, or drop the row"),
                );
            }
        }
    }
}

/// Measures must not wait for each other on any day.
pub(in crate::read) fn order(book: &Rulebook, places: &BTreeMap<String, Place>, out: &mut Diagnostics) {
    for territory in book.territories() {
        if let Err((day, circle)) = book.check_order(territory.id) {
            let mut told = Diagnostic::new(Code::CircularOrder, format!("on {day} these measures wait for each other: {circle}"));
            let mut seen: Vec<&MeasureId> = Vec::new();
            for id in &circle.0 {
                if let Some(at) = places.get(id.as_str()).filter(|_| !seen.contains(&id)) {
                    told = told.at(*at, format!("`{id}`"));
                    seen.push(id);
                }
            }
            out.push(told.help("give one of their relations a period, or drop it"));
        }
    }
}
