//! The duty of flows and cases at every setting of one axis or two.

pub(super) mod table;

use crate::answer::cost::remarks::some_of;
use crate::answer::note::{Cited, Note};
use crate::answer::run::{Total, tell, totals_of};
use crate::answer::table::Source;
use crate::answer::vary::{Desk, Priced, Set, changes, form_note, sets};
use crate::assess::{Outcome, Plans};
use crate::base::{Currency, Date, Decimal};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::law::{RegimeCache, Rulebook};
use crate::scenario::{Axis, Scenario, Setting, Sweep, Varied};

/// Most flows that are priced in one sweep: settings × flows × cases.
const MOST_PRICED: usize = 100_000;

/// What one flow, or all of them, owe at one point.
#[derive(Clone, Debug)]
pub struct SweptCost {
    /// The currency.
    pub currency: Currency,
    /// The customs value; of a total without goods that are refused.
    pub value: Decimal,
    /// The duty.
    pub duty: Outcome,
    /// Duty over customs value as a fraction to ten places, where it is known.
    pub effective_rate: Option<Decimal>,
    /// The customs value whose duty is known, whose duty is not known, and that is refused.
    pub coverage: [Decimal; 3],
    /// What the duty is charged by, as places in [`Swept::sources`], ascending; none for a total.
    pub charged: Vec<usize>,
}

/// One flow, or the total of the flows shown, in one case, at every point.
#[derive(Clone, Debug)]
pub struct Series {
    /// The flow, by its place in the scenario; `None` for the total.
    pub flow: Option<usize>,
    /// The case, by its place in the scenario.
    pub case: usize,
    /// What is owed at each point, in the order of [`Swept::points`].
    pub costs: Vec<SweptCost>,
}

/// All points of a sweep.
#[derive(Clone, Debug)]
pub struct Swept {
    /// The settings of each point: one for each axis, the last axis running fastest.
    pub points: Vec<Vec<Setting>>,
    /// Flow by flow and case by case.
    pub series: Vec<Series>,
    /// How many plans were made; charges are as many as points, flows and cases.
    pub plans: usize,
    /// The legal sources of what is charged anywhere, each once.
    pub sources: Vec<Source>,
    /// Remarks.
    pub notes: Vec<Note>,
    /// What should be looked at: an axis that changes nothing.
    pub warnings: Diagnostics,
}

/// Prices the flows of a scenario at every setting of its axes. Where only amounts vary, flows are charged again and not planned again.
///
/// # Errors
/// Diagnostics where there is no axis, where there are too many points, and for everything that cannot be assessed at all.
pub fn sweep(law: &Rulebook, scenario: &Scenario, sweep: &Sweep, as_known: Option<Date>) -> Result<Swept, Diagnostics> {
    sweep_telling(law, scenario, sweep, as_known, &|_| {})
}

/// Does what [`sweep`] does, and tells of each priced flow how many there will be in all.
///
/// # Errors
/// See [`sweep`].
pub fn sweep_telling(
    law: &Rulebook,
    scenario: &Scenario,
    sweep: &Sweep,
    as_known: Option<Date>,
    priced_one_of: &dyn Fn(usize),
) -> Result<Swept, Diagnostics> {
    let mut faults = Diagnostics::default();
    let points = points(&sweep.axes);
    let flows: Vec<usize> = chosen(scenario.flows.iter().map(|flow| &flow.id), &sweep.flows, |id, wanted| {
        id == wanted || id.as_str().split_once('/').is_some_and(|(whole, _)| whole == wanted.as_str())
    });
    let cases: Vec<usize> = chosen(scenario.cases.iter().map(|case| &case.id), &sweep.cases, |id, wanted| id == wanted);
    let all = points.len().saturating_mul(flows.len()).saturating_mul(cases.len());
    let Some(first) = sweep.axes.first() else {
        faults.push(
            Diagnostic::new(Code::BadSweep, "there is nothing to vary")
                .help("add [[sweep.axis]], or `--axis` on the command line"),
        );
        return Err(faults);
    };
    if all > MOST_PRICED {
        let message = format!(
            "the sweep asks for {} settings of {} flows in {} cases: {all} in all, at most {MOST_PRICED} are priced",
            points.len(),
            flows.len(),
            cases.len()
        );
        faults.push(
            Diagnostic::new(Code::FileTooLarge, message)
                .at(first.scope.place, "this axis")
                .help("take larger steps, or name flows and cases"),
        );
        return Err(faults);
    }
    let mut swept =
        Swept { points, series: Vec::new(), plans: 0, sources: Vec::new(), notes: Vec::new(), warnings: Diagnostics::default() };
    let mut cited = Cited::default();
    let mut priced: Vec<Vec<Vec<Point>>> = Vec::new();
    for case in &cases {
        let tell_of_one = || priced_one_of(all);
        let asked = Asked { law, scenario, sweep, as_known, flows: &flows, priced_one: &tell_of_one };
        priced.push(of_case(&asked, *case, &mut swept, &mut cited, &mut faults));
    }
    swept.sources = cited.into_sources();
    if !faults.is_empty() {
        return Err(faults);
    }
    for (at, flow) in flows.iter().enumerate() {
        for (case, of_case) in cases.iter().zip(&priced) {
            let costs = of_case.iter().filter_map(|point| point.get(at)).map(cost).collect();
            swept.series.push(Series { flow: Some(*flow), case: *case, costs });
        }
    }
    if flows.len() > 1 && !scenario.alternatives {
        for (case, of_case) in cases.iter().zip(&priced) {
            let costs: Option<Vec<SweptCost>> = of_case.iter().map(|point| total(point)).collect();
            match costs {
                Some(costs) => swept.series.push(Series { flow: None, case: *case, costs }),
                None => note(&mut swept.notes, Note::coverage("No totals: the flows owe duty in more than one currency.")),
            }
        }
    }
    remarks(law, scenario, sweep, &priced, &mut swept);
    Ok(swept)
}

fn points(axes: &[Axis]) -> Vec<Vec<Setting>> {
    axes.iter().fold(vec![Vec::new()], |points, axis| {
        let with = |point: &Vec<Setting>, setting: &Setting| point.iter().chain([setting]).cloned().collect();
        points.iter().flat_map(|point| axis.settings.iter().map(move |setting| with(point, setting))).collect()
    })
}

/// The places of those that are wanted, all where none is named.
fn chosen<'a, I: 'a>(all: impl Iterator<Item = &'a I>, wanted: &[I], is: impl Fn(&I, &I) -> bool) -> Vec<usize> {
    all.enumerate().filter(|(_, id)| wanted.is_empty() || wanted.iter().any(|other| is(id, other))).map(|(at, _)| at).collect()
}

/// What is asked of every case.
struct Asked<'a> {
    law: &'a Rulebook,
    scenario: &'a Scenario,
    sweep: &'a Sweep,
    as_known: Option<Date>,
    flows: &'a [usize],
    /// Called for each flow that was priced.
    priced_one: &'a dyn Fn(),
}

/// A flow priced at a point. Lines are told by their places among the sources: those of all points would not fit into memory.
type Point = (Priced, Vec<usize>);

/// Prices all points in one case: by point, then by flow.
fn of_case(asked: &Asked<'_>, case: usize, swept: &mut Swept, cited: &mut Cited, faults: &mut Diagnostics) -> Vec<Vec<Point>> {
    let Asked { law, scenario, sweep, as_known, flows, priced_one } = *asked;
    let Some(case) = scenario.cases.get(case) else { return Vec::new() };
    let plain_law = law.amended(&case.changes);
    let (plain, plain_plans) = (RegimeCache::new(&plain_law), Plans::default());
    // Points whose settings of the law are the same are priced under one rulebook, wherever they stand.
    let mut laws: Vec<(Vec<Set<'_>>, Vec<usize>)> = Vec::new();
    for (at, point) in swept.points.iter().enumerate() {
        let of_law: Vec<Set<'_>> = set(sweep, point).into_iter().filter(|(scope, _)| scope.varied.is_law()).collect();
        match laws
            .iter_mut()
            .find(|(known, _)| known.iter().map(|(_, setting)| setting).eq(of_law.iter().map(|(_, setting)| setting)))
        {
            Some((_, points)) => points.push(at),
            None => laws.push((of_law, vec![at])),
        }
    }
    let mut all: Vec<Vec<Point>> = vec![Vec::new(); swept.points.len()];
    for (of_law, points) in laws {
        let of_case: Vec<Set<'_>> =
            of_law.into_iter().filter(|(scope, _)| scope.cases.is_empty() || scope.cases.contains(&case.id)).collect();
        let varied_law = law.amended(&changes(case, &of_case));
        let (varied, varied_plans) = (RegimeCache::new(&varied_law), Plans::default());
        for at in points {
            let (Some(point), Some(here)) = (swept.points.get(at), all.get_mut(at)) else { continue };
            let set = set(sweep, point);
            for flow in flows.iter().filter_map(|flow| scenario.flows.get(*flow)) {
                let is_reached = of_case.iter().any(|(scope, _)| scope.reaches(&flow.id, &case.id));
                let (cache, plans) = if is_reached { (&varied, &varied_plans) } else { (&plain, &plain_plans) };
                match (Desk { scenario, case, as_known, cache, plans }).price(flow, &set, false) {
                    Ok(mut priced) => {
                        let charged = cited.charged_by(&std::mem::take(&mut priced.lines));
                        here.push((priced, charged));
                    }
                    Err(fault) => tell(&fault, flow, case, faults),
                }
                priced_one();
            }
        }
        swept.plans += varied_plans.made();
    }
    swept.plans += plain_plans.made();
    all
}

fn set<'s>(sweep: &'s Sweep, point: &[Setting]) -> Vec<Set<'s>> {
    sweep.axes.iter().map(|axis| &axis.scope).zip(point.iter().cloned()).collect()
}

fn cost((priced, charged): &Point) -> SweptCost {
    let rate = priced.duty.known().filter(|_| !priced.value.is_zero()).and_then(|duty| crate::base::quotient(duty, priced.value));
    SweptCost {
        currency: priced.currency,
        value: priced.value,
        duty: priced.duty.clone(),
        effective_rate: rate.map(|rate| rate.round_dp(10).normalize()),
        coverage: match priced.duty {
            Outcome::Known(_) => [priced.value, Decimal::ZERO, Decimal::ZERO],
            Outcome::Unknown { .. } => [Decimal::ZERO, priced.value, Decimal::ZERO],
            Outcome::Refused(_) => [Decimal::ZERO, Decimal::ZERO, priced.value],
        },
        charged: charged.clone(),
    }
}

/// The sum of the flows; `None` where they owe duty in more than one currency.
fn total(point: &[Point]) -> Option<SweptCost> {
    let totals: Vec<Total> = totals_of(point.iter().map(|(priced, _)| (priced.currency, priced.value, &priced.duty)));
    let [total] = totals.as_slice() else { return None };
    Some(SweptCost {
        currency: total.currency,
        value: total.entering()?,
        duty: total.duty.clone(),
        effective_rate: total.effective_rate(),
        coverage: [total.priced, total.unknown, total.refused],
        charged: Vec::new(),
    })
}

fn note(notes: &mut Vec<Note>, note: Note) {
    if !notes.iter().any(|known| known.words == note.words) {
        notes.push(note);
    }
}

/// What a reader must know: coverage, reasons, what was taken for granted, what an axis replaces or leaves as it is.
fn remarks(law: &Rulebook, scenario: &Scenario, sweep: &Sweep, priced: &[Vec<Vec<Point>>], swept: &mut Swept) {
    let all = || priced.iter().flatten().flatten().map(|(priced, _)| priced);
    let count = all().count();
    let (unknown, refused) = all().fold((0_usize, 0_usize), |(unknown, refused), one| match one.duty {
        Outcome::Known(_) => (unknown, refused),
        Outcome::Unknown { .. } => (unknown + 1, refused),
        Outcome::Refused(_) => (unknown, refused + 1),
    });
    let words = if unknown + refused == 0 {
        "Coverage: every flow is priced at every setting.".to_owned()
    } else {
        format!(
            "Coverage: of {count} duties (settings × flows × cases) {} are known, {unknown} unknown, {refused} refused.",
            count - unknown - refused
        )
    };
    note(&mut swept.notes, Note::coverage(words));
    let mut why: Vec<String> = Vec::new();
    for one in all() {
        let reasons = match &one.duty {
            Outcome::Unknown { why, .. } => why.clone(),
            Outcome::Refused(words) => vec![words.clone()],
            Outcome::Known(_) => Vec::new(),
        };
        why.extend(reasons.into_iter().filter(|reason| !why.contains(reason)).collect::<Vec<_>>());
    }
    if !why.is_empty() {
        note(&mut swept.notes, Note::coverage(format!("Not known or refused: {}", some_of(&why))));
    }
    for one in all() {
        one.notes.iter().for_each(|words| note(&mut swept.notes, Note::assumption(words)));
    }
    for (number, axis) in sweep.axes.iter().enumerate() {
        if let (Some(end), Some(last)) = (&axis.short_of, axis.settings.last()) {
            note(&mut swept.notes, Note::assumption(format!("{}: the steps end at {last}, short of {end}.", axis.scope)));
        }
        if let Varied::Rate(target) = &axis.scope.varied {
            for case in scenario.cases.iter().filter(|case| axis.scope.cases.is_empty() || axis.scope.cases.contains(&case.id)) {
                if case.changes.iter().any(|change| sets(change, target)) {
                    note(
                        &mut swept.notes,
                        Note::assumption(format!(
                            "{}: stands in the place of the rate that case `{}` sets, on its days and for its goods.",
                            axis.scope, case.id
                        )),
                    );
                }
            }
        }
        if let Some(words) = form_note(law, &axis.scope, &axis.settings) {
            note(&mut swept.notes, Note::assumption(words));
        }
        if axis.scope.varied == Varied::Value && scenario.flows.iter().any(|flow| !flow.quantities.is_empty()) {
            note(&mut swept.notes, Note::assumption("The value varies as a price: quantities stay as stated."));
        }
        let moves = swept.series.iter().filter(|series| series.flow.is_some()).any(|series| moves(series, &swept.points, number));
        if !moves && axis.settings.len() > 1 {
            swept.warnings.push(
                Diagnostic::new(Code::ChangeHasNoEffect, format!("`{}` changes nothing for any flow", axis.scope.varied))
                    .at(axis.scope.place, "this axis")
                    .help("`tariffcalc explain` tells which measures apply to the flows, and why the others do not"),
            );
        }
    }
}

/// Tells whether a series differs between two points that differ on one axis alone.
fn moves(series: &Series, points: &[Vec<Setting>], axis: usize) -> bool {
    let without = |point: &[Setting]| -> Vec<Setting> {
        point.iter().enumerate().filter(|(at, _)| *at != axis).map(|(_, setting)| setting.clone()).collect()
    };
    let all: Vec<(Vec<Setting>, &SweptCost)> = points.iter().map(|point| without(point)).zip(&series.costs).collect();
    let firsts: Vec<&(Vec<Setting>, &SweptCost)> = all
        .iter()
        .enumerate()
        .filter(|(at, (rest, _))| all.iter().take(*at).all(|(other, _)| other != rest))
        .map(|(_, first)| first)
        .collect();
    all.iter().any(|(rest, cost)| {
        firsts.iter().any(|(other, first)| other == rest && (first.duty != cost.duty || first.value != cost.value))
    })
}
