//! The schedule's own duty as a line: column 1 general, column 1 special where a preference is claimed, or column 2.

use super::plan::{Key, PlannedLine};
use crate::base::{MeasureId, ProgramId};
use crate::diag::Source;
use crate::law::{Base, Dutiable, FactKind, Rate, Regime, Rulebook, official_rate, special_rates};
use std::sync::Arc;

/// Plans the schedule's line for a key; `None` where the country's column 1 is made of measures, or of nothing the book knows.
pub(super) fn planned(law: &Rulebook, regime: &Regime, key: &Key<'_>) -> Option<PlannedLine> {
    let territory = &regime.territory;
    if let Some(given) = key.column_1 {
        let program = territory.column_1.clone();
        return Some(line(program, given.rate.clone(), "given by the flow".into(), given.cite.clone(), key.source.clone(), None));
    }
    let schedule = law.schedule(territory.id)?;
    let day = regime.moment.day;
    let second = territory.column_2.as_ref().filter(|_| {
        territory.column_2_origins.iter().any(|id| law.groups().get(id).is_some_and(|group| group.has(key.origin, day)))
    });
    let program = second.unwrap_or(&territory.column_1).clone();
    let cite = territory.schedule_cite.clone().unwrap_or_default();
    // A code of 8 digits may be a line of 10 in the table (not split any further).
    let found = schedule.line(key.code, day).or_else(|| {
        let mut below = schedule.below(key.code, day);
        below.next().filter(|_| below.next().is_none())
    });
    let Some(found) = found else {
        let words = format!("the schedule of {day} has no line {}", key.code);
        return Some(line(
            program,
            Rate::Unknown(Arc::from(words.as_str())),
            key.code.to_string(),
            cite,
            territory.source.clone(),
            None,
        ));
    };
    let cite = found.cite.map_or(cite, str::to_owned);
    if second.is_some() {
        return Some(line(
            program,
            official_rate(found.column_2),
            found.code.to_string(),
            cite,
            found.source,
            Some(with_footnotes("column 2", found.links)),
        ));
    }
    // What its footnotes point to stands elsewhere: the reader is told where.
    let footnotes = (!found.links.is_empty()).then(|| format!("its footnotes point to {}", found.links));
    let special = special_rates(found.special);
    let claimed = law
        .facts()
        .values()
        .filter(|fact| fact.kind == FactKind::Preference && key.states(&fact.id) && fact.before.is_none_or(|end| day < end))
        .find_map(|fact| {
            let offered =
                special.iter().find(|group| group.symbols.iter().any(|symbol| fact.symbols.iter().any(|s| s == symbol)))?;
            Some((fact, offered))
        });
    if let Some((fact, offered)) = claimed {
        let note = with_footnotes(&format!("column 1 special, {}", fact.title), found.links);
        let general = Some(official_rate(found.general));
        return Some(PlannedLine {
            general,
            ..line(program, official_rate(offered.text), found.code.to_string(), cite, found.source, Some(note))
        });
    }
    Some(line(program, official_rate(found.general), found.code.to_string(), cite, found.source, footnotes))
}

/// A remark, and the headings that the footnotes of the line point to.
fn with_footnotes(words: &str, links: &str) -> String {
    if links.is_empty() { words.to_owned() } else { format!("{words}; its footnotes point to {links}") }
}

/// The column-1 duty of a country whose book has none for these goods: unknown, not zero.
pub(super) fn missing(regime: &Regime, key: &Key<'_>) -> PlannedLine {
    let territory = &regime.territory;
    let words = format!("the book has none of {} for {}; give one with `column-1`", territory.title, key.code);
    let source = territory.source.clone();
    line(
        territory.column_1.clone(),
        Rate::Unknown(Arc::from(words.as_str())),
        key.code.to_string(),
        territory.cite.clone(),
        source,
        None,
    )
}

fn line(program: ProgramId, rate: Rate, heading: String, cite: String, source: Source, note: Option<String>) -> PlannedLine {
    PlannedLine {
        position: None,
        measure: MeasureId::new(program.as_str()),
        title: "Column 1 duty".into(),
        program,
        rate,
        general: None,
        heading,
        heading_at_zero: None,
        cite,
        source,
        note,
        changed_by: None,
        dutiable: Dutiable::Whole,
        base: Base::CustomsValue,
        alternative: None,
        when: Vec::new(),
        exceptions: Vec::new(),
        relations: Vec::new(),
        counting: Vec::new(),
        displaced_by: Vec::new(),
        is_column_1: true,
    }
}
