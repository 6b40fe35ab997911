use super::column_1;
use super::record::{Record, Step, Why, named};
use crate::base::{CommodityCode, Country, Date, FactId, MeasureId, ProgramId};
use crate::diag::Source;
use crate::law::{
    Active, Base, Change, Condition, Dutiable, Edit, Exception, FactKind, Provision, Rate, Regime, Relation, Rulebook,
};
use crate::scenario::GivenColumn1;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What decides which measures apply.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// The country of origin.
    pub origin: Country,
    /// The commodity code, as many digits as decide it.
    pub code: CommodityCode,
    /// Facts stated (`true`) or denied (`false`).
    pub facts: &'a BTreeMap<FactId, bool>,
    /// The day the goods were loaded on board.
    pub loaded: Option<Date>,
    /// The column-1 rate the flow brings along.
    pub column_1: Option<&'a GivenColumn1>,
    /// Where the flow is written.
    pub source: &'a Source,
}

impl Key<'_> {
    /// Tells whether the flow states the fact.
    pub fn states(&self, fact: &FactId) -> bool {
        self.facts.get(fact).copied().unwrap_or(false)
    }
}

/// A measure that applies as far as the key decides.
#[derive(Clone, Debug)]
pub struct PlannedLine {
    /// Its position in the regime; `None` for the schedule's own duty.
    pub position: Option<usize>,
    /// The measure.
    pub measure: MeasureId,
    /// Its program.
    pub program: ProgramId,
    /// Its name.
    pub title: String,
    /// The rate, after the changes of the case.
    pub rate: Rate,
    /// The column-1 general rate, where a special rate is used instead.
    pub general: Option<Rate>,
    /// The heading.
    pub heading: String,
    /// The heading where a top-up adds nothing.
    pub heading_at_zero: Option<String>,
    /// The legal source.
    pub cite: String,
    /// Where the rule is written.
    pub source: Source,
    /// A remark.
    pub note: Option<String>,
    /// The change that made the rate what it is.
    pub changed_by: Option<Source>,
    /// The part of the customs value that the provision claimed leaves dutiable under it.
    pub dutiable: Dutiable,
    /// What it falls on.
    pub base: Base,
    /// Of all lines with this name only the lowest is charged.
    pub alternative: Option<String>,
    /// Thresholds that must hold, decided by the amounts.
    pub when: Vec<Condition>,
    /// Exceptions that thresholds decide.
    pub exceptions: Vec<Arc<Exception>>,
    /// Relations, with the planned lines they name.
    pub relations: Vec<(Arc<Relation>, Vec<usize>)>,
    /// The planned lines its top-up counts.
    pub counting: Vec<usize>,
    /// The planned lines that stand in its place where they are charged.
    pub displaced_by: Vec<usize>,
    /// Whether it belongs to the column-1 duty that floors count and replacements replace.
    pub is_column_1: bool,
}

/// Which measures apply to a key, in the order they are worked out.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The lines.
    pub lines: Vec<PlannedLine>,
    /// Facts the flow is silent about and the result depends on.
    pub open: Vec<FactId>,
}

/// Decides which measures of a regime apply to a key.
///
/// A property of the goods that the flow does not mention is taken as absent and listed in [`Plan::open`].
pub fn plan(law: &Rulebook, regime: &Regime, key: &Key<'_>, record: &mut impl Record) -> Plan {
    let mut plan = Plan::default();
    let provision = provision(law, regime, key);
    plan.lines.extend(column_1::planned(law, regime, key));
    // Positions in the regime of the lines planned so far.
    let mut placed: Vec<(usize, usize)> = Vec::new();
    let fees = regime.territory.fees.as_ref();
    for position in regime.for_origin(key.origin) {
        let Some(active) = regime.at(position).filter(|active| fees != Some(&active.measure.program)) else {
            continue;
        };
        if let Some(provision) =
            provision.filter(|p| *p.dutiable(&active.measure.id, &active.measure.program).0 == Dutiable::Nothing)
            && active.measure.codes.contains(key.code, regime.moment.day, regime.moment.as_known)
        {
            record.step(Step::Skipped(active, Why::Provision(provision)));
            continue;
        }
        match consider(law, regime, active, key, &mut plan.open) {
            Err(why) => record.step(Step::Skipped(active, why)),
            Ok((rate, changed_by, exceptions)) => {
                placed.push((position, plan.lines.len()));
                plan.lines.push(line(regime, active, position, rate, changed_by, exceptions));
            }
        }
    }
    let of_schedule = plan.lines.first().is_some_and(|line| line.position.is_none() && line.is_column_1);
    if of_schedule && plan.lines.iter().filter(|line| line.is_column_1).count() > 1 {
        // Where a measure gives the country's own duty, it says what the schedule's line leaves to it.
        plan.lines.remove(0);
        placed.iter_mut().for_each(|(_, line)| *line = line.saturating_sub(1));
    }
    if !plan.lines.iter().any(|line| line.is_column_1) {
        // Silence would read as zero: a country whose column 1 the book does not have owes something unknown.
        plan.lines.insert(0, column_1::missing(regime, key));
        placed.iter_mut().for_each(|(_, line)| *line = line.saturating_add(1));
    }
    if let Some(provision) = provision {
        plan.lines.iter_mut().for_each(|line| apply(provision, line));
    }
    let planned = |positions: &[usize]| -> Vec<usize> {
        placed.iter().filter(|(position, _)| positions.binary_search(position).is_ok()).map(|(_, line)| *line).collect()
    };
    let own: Vec<usize> = plan.lines.iter().enumerate().filter(|(_, line)| line.is_column_1).map(|(at, _)| at).collect();
    for line in &mut plan.lines {
        let Some(active) = line.position.and_then(|position| regime.at(position)) else {
            continue;
        };
        line.relations = active.relations.iter().map(|(relation, positions)| (relation.clone(), planned(positions))).collect();
        line.counting = if active.measure.counting.is_empty() { own.clone() } else { planned(&active.counting) };
        line.displaced_by = planned(&active.displaced_by);
    }
    plan
}

/// Decides which fees an entry of goods with this key owes: the measures of the fees' program, which no duty knows of.
pub(super) fn fees(law: &Rulebook, regime: &Regime, key: &Key<'_>) -> Plan {
    let mut plan = Plan::default();
    let Some(fees) = regime.territory.fees.as_ref() else { return plan };
    let provision = provision(law, regime, key);
    for position in regime.for_origin(key.origin) {
        let Some(active) = regime.at(position).filter(|active| *fees == active.measure.program) else {
            continue;
        };
        if let Ok((rate, changed_by, exceptions)) = consider(law, regime, active, key, &mut plan.open) {
            let mut line = line(regime, active, position, rate, changed_by, exceptions);
            if let Some(provision) = provision {
                apply(provision, &mut line);
            }
            if line.dutiable != Dutiable::Nothing {
                plan.lines.push(line);
            }
        }
    }
    plan
}

/// The provision that the flow claims, if it claims one.
fn provision<'a>(law: &'a Rulebook, regime: &Regime, key: &Key<'_>) -> Option<&'a Provision> {
    if key.facts.is_empty() {
        return None;
    }
    let (day, as_known) = (regime.moment.day, regime.moment.as_known);
    let found = law.provisions(regime.territory.id).find(|provision| {
        provision.requires.iter().all(|fact| key.states(fact))
            && provision.holds(day, as_known)
            && provision.origins.contains(key.origin, day, law.groups(), || false)
    });
    found.map(|provision| &**provision)
}

/// Lets a line fall on the part of the value that a provision leaves dutiable.
fn apply(provision: &Provision, line: &mut PlannedLine) {
    let (dutiable, cite) = provision.dutiable(&line.measure, &line.program);
    line.dutiable = dutiable.clone();
    if *dutiable == Dutiable::Whole {
        return;
    }
    let words = format!("{}: {}", provision.heading, provision.title);
    line.note = Some(line.note.take().map_or(words.clone(), |note| format!("{note}; {words}")));
    if *dutiable == Dutiable::Nothing {
        // The schedule's own duty: nothing else that is free gets this far.
        (line.rate, line.heading, line.cite) = (Rate::Free, provision.heading.clone(), cite.to_owned());
    }
}

type Considered<'a> = (Rate, Option<&'a Change>, Vec<Arc<Exception>>);

fn consider<'a>(
    law: &Rulebook,
    regime: &Regime,
    active: &'a Active,
    key: &Key<'_>,
    open: &mut Vec<FactId>,
) -> Result<Considered<'a>, Why<'a>> {
    let measure = &active.measure;
    let (day, as_known) = (regime.moment.day, regime.moment.as_known);
    if !measure.codes.contains(key.code, day, as_known) {
        return Err(Why::Code);
    }
    if key
        .column_1
        .is_some_and(|given| named(&given.covers, &measure.id, &measure.program) || measure.program == regime.territory.column_1)
    {
        return Err(Why::Counted);
    }
    let mut states = |fact: &FactId| {
        let silent = !key.facts.contains_key(fact);
        if silent && law.facts().get(fact).is_some_and(|f| f.kind == FactKind::Fact) && !open.contains(fact) {
            open.push(fact.clone());
        }
        key.states(fact)
    };
    if let Some(fact) = measure.requires.iter().find(|fact| !states(fact)) {
        return Err(Why::Requires(fact));
    }
    if measure.needs_loading_date && key.loaded.is_none() {
        return Err(Why::NotInTransit);
    }
    if let Some(fact) = measure.unless.iter().find(|fact| states(fact)) {
        return Err(Why::Unless(fact));
    }
    let mut by_threshold = Vec::new();
    for exception in &active.exceptions {
        let reached = exception.codes.contains(key.code, day, as_known)
            && exception.origins.contains(key.origin, day, law.groups(), || false)
            && exception.loaded_before.is_none_or(|limit| key.loaded.is_some_and(|loaded| loaded < limit))
            && exception.requires.iter().all(&mut states)
            && !exception.unless.iter().any(&mut states);
        if reached && exception.when.is_empty() {
            return Err(Why::Excepted(exception));
        }
        if reached {
            by_threshold.push(exception.clone());
        }
    }
    let (rate, changed_by) = changed(law, regime, active, key)?;
    Ok((rate, changed_by, by_threshold))
}

/// Applies the changes of the case to the measure's rate, in order.
fn changed<'a>(
    law: &Rulebook,
    regime: &Regime,
    active: &'a Active,
    key: &Key<'_>,
) -> Result<(Rate, Option<&'a Change>), Why<'a>> {
    let (day, as_known) = (regime.moment.day, regime.moment.as_known);
    let mut rate = active.rate.clone();
    let mut by = None;
    for change in &active.changes {
        let reached =
            change.codes.contains(key.code, day, as_known) && change.origins.contains(key.origin, day, law.groups(), || false);
        if reached && !matches!(change.edit, Edit::Introduce(_)) {
            rate = change.applied(rate.as_ref(), active.last_rate());
            by = Some(&**change);
        }
    }
    match (rate, by) {
        (Some(rate), by) => Ok((rate, by)),
        (None, Some(change)) => Err(Why::Changed(&change.source)),
        // Only a change limited to other goods would have brought it into force.
        (None, None) => Err(Why::Code),
    }
}

fn line(
    regime: &Regime,
    active: &Active,
    position: usize,
    rate: Rate,
    changed_by: Option<&Change>,
    exceptions: Vec<Arc<Exception>>,
) -> PlannedLine {
    let measure = &active.measure;
    let version = active.version();
    let own = |text: Option<&String>| text.cloned().unwrap_or_default();
    PlannedLine {
        position: Some(position),
        measure: measure.id.clone(),
        program: measure.program.clone(),
        title: measure.title.clone(),
        rate,
        general: None,
        // A heading says its rate: a changed rate is entered under none.
        heading: own(version.and_then(|v| v.heading.as_ref()).filter(|_| changed_by.is_none())),
        heading_at_zero: version.and_then(|v| v.heading_at_zero.clone()).filter(|_| changed_by.is_none()),
        cite: match changed_by {
            Some(change) => format!("case: {}", change.why.as_deref().unwrap_or(change.edit.verb())),
            None => own(version.map(|v| &v.cite)),
        },
        source: changed_by
            .map_or_else(|| version.map_or_else(|| measure.source.clone(), |v| v.source.clone()), |c| c.source.clone()),
        note: version.and_then(|v| v.note.clone()).filter(|_| changed_by.is_none()),
        changed_by: changed_by.map(|change| change.source.clone()),
        dutiable: Dutiable::Whole,
        base: active.base.clone(),
        alternative: measure.alternative.clone(),
        when: measure.when.clone(),
        exceptions,
        relations: Vec::new(),
        counting: Vec::new(),
        displaced_by: Vec::new(),
        is_column_1: measure.program == regime.territory.column_1,
    }
}
