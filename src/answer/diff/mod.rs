//! Two states of the law, or of a question, beside each other: what changes in the duty, by flow and by program, and what changed in law.

pub(super) mod attribution;
pub(super) mod compared;
pub(super) mod law_change;
pub(super) mod refund;
pub(super) mod rows;
pub(super) mod table;

use self::attribution::{MOST_PLAYERS, rounded, shapley};
use self::compared::{Compared, bounds};
use self::law_change::{At, Changes, LawChange, Line, no_law, told};
use crate::answer::run::{context, run};
use crate::assess::{Assessment, Context, Fault, Mixture, Outcome, Player, Side};
use crate::base::{Date, Decimal, MeasureId, ProgramId, difference, sum};
use crate::diag::Diagnostics;
use crate::law::{Moment, RegimeCache, Rulebook};
use crate::scenario::{Case, Flow, Scale, Scenario};
use std::collections::BTreeMap;

/// One side of a comparison of scenarios: a law, a question, one case of it.
#[derive(Clone, Debug)]
pub struct DiffSide<'a> {
    /// The law, without the changes of the case.
    pub law: &'a Rulebook,
    /// The question.
    pub scenario: &'a Scenario,
    /// The case; its title names the side.
    pub case: Case,
    /// The day whose book is asked where the case names none.
    pub as_known: Option<Date>,
}

/// How the change of a flow or group is parted among programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parted {
    /// Without regard to order; the parts add up to the change.
    WithoutOrder,
    /// By what each program's own lines owe in both states, for want of something better: the reason.
    ByLine(String),
    /// Not at all: the reason.
    Not(String),
}

/// One program's part in the change of a flow or group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramPart {
    /// Who changed.
    pub player: Player,
    /// What the program's own lines owe in the first state and in the second.
    pub lines: [Decimal; 2],
    /// Its part in the change, in the smallest unit of the currency.
    pub part: Decimal,
}

/// Two states compared.
#[derive(Clone, Debug, Default)]
pub struct Difference {
    /// The title.
    pub title: String,
    /// The names of the two states.
    pub names: [String; 2],
    /// What a row is: `Flow`, `Chapter` …
    pub of: String,
    /// The flows or groups.
    pub rows: Vec<Compared>,
    /// What changed in law.
    pub law: Vec<LawChange>,
    /// Where the book of a state does not know its day, and there is no law to compare: in words.
    pub no_law: Vec<String>,
    /// The names of programs.
    pub programs: BTreeMap<ProgramId, String>,
    /// Remarks.
    pub notes: Vec<String>,
    /// The unit in which tables for people show money.
    pub scale: Option<Scale>,
    /// Whether the rows are alternatives to each other, so that their sum means nothing.
    pub alternatives: bool,
}

impl Difference {
    /// Returns both together, as of rows of several days: rows one after the other, and each change of law once, with all its flows and days.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        let mut rows = self.rows;
        rows.extend(other.rows);
        let mut law = self.law;
        for change in other.law {
            match law.iter_mut().find(|known| known.is_same(&change)) {
                Some(known) => known.add(&change),
                None => law.push(change),
            }
        }
        law.sort_by(|a, b| (&a.program, &a.measure, a.days).cmp(&(&b.program, &b.measure, b.days)));
        let mut no_law = self.no_law;
        for words in &other.no_law {
            if !no_law.contains(words) {
                no_law.push(words.clone());
            }
        }
        Self { rows, law, no_law, ..other }
    }

    /// Returns the same with one row for each group, where rows of several days have been put one after the other; `None` where a sum is too large.
    pub fn by_group(self) -> Option<Self> {
        let mut groups: BTreeMap<String, Compared> = BTreeMap::new();
        for row in self.rows {
            let all = match groups.remove(&row.id) {
                Some(all) => all.plus(&row)?,
                None => row,
            };
            groups.insert(all.id.clone(), all);
        }
        Some(Self { rows: groups.into_values().collect(), ..self })
    }
}

/// The names of the programs of two laws.
fn program_titles(laws: [&Rulebook; 2]) -> BTreeMap<ProgramId, String> {
    laws.into_iter().flat_map(Rulebook::programs).map(|program| (program.id.clone(), program.title.clone())).collect()
}

/// A side that has been run.
struct Ran<'a> {
    side: &'a DiffSide<'a>,
    assessments: Vec<Assessment>,
    context: Context,
}

impl<'a> Ran<'a> {
    fn of(side: &'a DiffSide<'a>) -> Result<Self, Diagnostics> {
        let alone = Scenario { cases: vec![side.case.clone()], ..side.scenario.clone() };
        let results = run(side.law, &alone, side.as_known)?;
        let assessments = results.cases.into_iter().next().map(|case| case.assessments).unwrap_or_default();
        Ok(Self { side, assessments, context: context(side.scenario, &side.case, side.as_known) })
    }

    fn found(&self, id: &str) -> Option<(&'a Flow, &Assessment)> {
        let number = self.side.scenario.flows.iter().position(|flow| flow.id.as_str() == id)?;
        self.side.scenario.flows.get(number).zip(self.assessments.get(number))
    }
}

/// Compares two sides, flow by flow; flows are matched by their ids.
///
/// The change in duty is parted among the programs that changed by their Shapley values: what each adds, averaged over every order in which they could have changed.
///
/// # Errors
/// As [`run`], for either side.
pub fn diff(first: &DiffSide<'_>, second: &DiffSide<'_>) -> Result<Difference, Diagnostics> {
    let (a, b) = (Ran::of(first), Ran::of(second));
    let (a, b) = match (a, b) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(mut a), Err(b)) => {
            a.append(b);
            return Err(a);
        }
        (Err(faults), Ok(_)) | (Ok(_), Err(faults)) => return Err(faults),
    };
    let laws = [first.law.amended(&first.case.changes), second.law.amended(&second.case.changes)];
    let caches = laws.each_ref().map(RegimeCache::new);
    let mut changes = Changes::default();
    let mut unknown_days: Vec<String> = Vec::new();
    let mut rows = Vec::new();
    let of_first = first.scenario.flows.iter();
    let only_second = second.scenario.flows.iter().filter(|flow| a.found(flow.id.as_str()).is_none());
    for flow in of_first.chain(only_second) {
        let pair = [a.found(flow.id.as_str()), b.found(flow.id.as_str())];
        rows.push(match pair {
            [Some(old), Some(new)] => {
                let sides = [(old, &a.context), (new, &b.context)];
                law_of(&mut changes, &mut unknown_days, &caches, sides);
                compared(&caches, sides)
            }
            [old, new] => {
                let Some((flow, assessment)) = old.or(new) else { continue };
                lone(flow, assessment, old.is_some())
            }
        });
    }
    let mut notes: Vec<String> = Vec::new();
    for note in first.scenario.notes.iter().chain(&second.scenario.notes) {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    for note in a.assessments.iter().chain(&b.assessments).flat_map(|assessment| &assessment.notes) {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    let title = if first.scenario.title == second.scenario.title {
        first.scenario.title.clone()
    } else {
        format!("{} / {}", first.scenario.title, second.scenario.title)
    };
    Ok(Difference {
        title,
        names: [first.case.title.clone(), second.case.title.clone()],
        of: "Flow".into(),
        rows,
        law: changes.into_list(),
        no_law: unknown_days,
        programs: program_titles([first.law, second.law]),
        notes,
        scale: first.scenario.show_in.clone(),
        alternatives: first.scenario.alternatives,
    })
}

pub(super) type Assessed<'f> = ((&'f Flow, &'f Assessment), &'f Context);

/// Adds what changed in law for a flow; a day that the book does not know has no law to compare.
fn law_of(changes: &mut Changes, unknown_days: &mut Vec<String>, caches: &[RegimeCache<'_>; 2], sides: [Assessed<'_>; 2]) {
    let lines = sides.map(|((_, assessment), _)| assessment.lines.iter().map(Line::from).collect::<Vec<Line>>());
    let [cache_a, cache_b] = caches;
    let [((flow_a, assessed_a), context_a), ((flow_b, assessed_b), context_b)] = sides;
    let moments: [Moment; 2] = [context_a.moment(cache_a.law(), flow_a), context_b.moment(cache_b.law(), flow_b)];
    let [moment_a, moment_b] = &moments;
    let at = [At { law: cache_a.law(), moment: moment_a }, At { law: cache_b.law(), moment: moment_b }];
    if no_law(at, [context_a, context_b], unknown_days) {
        return;
    }
    let reason = |side: usize, measure: &MeasureId| {
        let assessed = if side == 0 { assessed_a } else { assessed_b };
        told(&assessed.not_applied, measure)
    };
    let [lines_a, lines_b] = &lines;
    changes.add([lines_a, lines_b], 1, at, &reason);
}

/// The duty by program on one side.
fn by_program(assessment: &Assessment) -> BTreeMap<ProgramId, Decimal> {
    let mut all: BTreeMap<ProgramId, Decimal> = BTreeMap::new();
    for line in &assessment.lines {
        let amount = all.entry(line.program.clone()).or_default();
        *amount = sum(*amount, line.amount.known().unwrap_or_default()).unwrap_or(*amount);
    }
    all
}

pub(super) fn compared(caches: &[RegimeCache<'_>; 2], sides: [Assessed<'_>; 2]) -> Compared {
    let [((_, old), _), ((flow, new), _)] = sides;
    let is_refused = |assessment: &Assessment| matches!(assessment.duty, Outcome::Refused(_));
    let mut row = row(flow, new, [old.duty.clone(), new.duty.clone()]);
    let known = old.duty.known().zip(new.duty.known());
    if old.currency != new.currency {
        (row.unknown, row.parted) = (new.value, Parted::Not("the duty is due in two currencies".into()));
        row.duty = [Outcome::Unknown { why: Vec::new(), at_least: None, at_most: None }, new.duty.clone()];
        row.bounds = [None, None];
    } else if let Some((old_duty, new_duty)) = known {
        row.priced = new.value;
        let lines = [by_program(old), by_program(new)];
        let (parted, parts) = parted(caches, sides, [old_duty, new_duty], new.currency.places());
        row.parted = parted;
        row.parts = with_lines(parts, &lines);
    } else if is_refused(old) || is_refused(new) {
        let which = match (is_refused(old), is_refused(new)) {
            (true, true) => "both states",
            (true, false) => "the first state",
            _ => "the second state",
        };
        (row.refused, row.parted) = (new.value, Parted::Not(format!("the goods are refused in {which}")));
        if is_refused(old) != is_refused(new) {
            row.refused_once = new.value;
        }
    } else {
        let why = |outcome: &Outcome| outcome.reasons().first().cloned();
        let why = why(&old.duty).or(why(&new.duty)).unwrap_or_default();
        (row.unknown, row.parted) = (new.value, Parted::Not(format!("the duty is not known: {why}")));
        row.bounds = settled_alike(caches, sides, row.bounds);
    }
    row
}

/// The bounds of a change where what a flow leaves open is the same on both sides.
fn settled_alike(caches: &[RegimeCache<'_>; 2], sides: [Assessed<'_>; 2], apart: [Option<Decimal>; 2]) -> [Option<Decimal>; 2] {
    // Without bounds on both sides more than a share is open.
    let [Some(least), Some(most)] = apart else { return apart };
    let found = mixture(caches, sides).and_then(|mixture| mixture.change_between());
    match found {
        Ok(Some([together_least, together_most])) => [Some(least.max(together_least)), Some(most.min(together_most))],
        Ok(None) | Err(_) => apart,
    }
}

/// A flow that stands on one side only: all of its duty comes or goes with it.
fn lone(flow: &Flow, assessment: &Assessment, is_first: bool) -> Compared {
    let zero = Outcome::Known(Decimal::ZERO);
    let duty = if is_first { [assessment.duty.clone(), zero] } else { [zero, assessment.duty.clone()] };
    let mut row = row(flow, assessment, duty);
    match row.change() {
        Some(change) => {
            row.priced = assessment.value;
            let lines = if is_first { [-change, Decimal::ZERO] } else { [Decimal::ZERO, change] };
            row.parts = vec![ProgramPart { player: Player::Goods, lines, part: change }];
        }
        None if matches!(assessment.duty, Outcome::Refused(_)) => {
            (row.refused, row.refused_once) = (assessment.value, assessment.value);
            row.parted = Parted::Not("the goods are refused on the one side the flow stands on".into());
        }
        None => {
            row.unknown = assessment.value;
            row.parted = Parted::Not("the duty is not known on the one side the flow stands on".into());
        }
    }
    row
}

fn row(flow: &Flow, assessment: &Assessment, duty: [Outcome; 2]) -> Compared {
    Compared {
        id: flow.id.to_string(),
        title: flow.title.clone(),
        entered: Some(assessment.entered),
        currency: assessment.currency,
        value: assessment.value,
        priced: Decimal::ZERO,
        unknown: Decimal::ZERO,
        refused: Decimal::ZERO,
        refused_once: Decimal::ZERO,
        flows: 1,
        bounds: bounds(&duty),
        duty,
        parted: Parted::WithoutOrder,
        parts: Vec::new(),
    }
}

type Parts = Vec<(Player, Decimal)>;

/// Parts the change of a flow; by its own lines where mixtures say nothing.
fn parted(caches: &[RegimeCache<'_>; 2], sides: [Assessed<'_>; 2], duty: [Decimal; 2], places: u32) -> (Parted, Parts) {
    let [((_, old), _), ((_, new), _)] = sides;
    match mixtures(caches, sides, duty, places) {
        Ok(parts) => (Parted::WithoutOrder, parts),
        Err(why) => {
            let lines = [by_program(old), by_program(new)];
            (Parted::ByLine(why), own_changes(&lines))
        }
    }
}

fn own_changes([old, new]: &[BTreeMap<ProgramId, Decimal>; 2]) -> Parts {
    let mut all: BTreeMap<ProgramId, Decimal> = new.clone();
    for (program, amount) in old {
        let change = all.entry(program.clone()).or_default();
        *change = difference(*change, *amount).unwrap_or(*change);
    }
    all.into_iter().map(|(program, change)| (Player::Program(program), change)).collect()
}

fn mixture<'a>(caches: &'a [RegimeCache<'_>; 2], sides: [Assessed<'a>; 2]) -> Result<Mixture<'a>, Fault> {
    let [cache_a, cache_b] = caches;
    let [((flow_a, _), context_a), ((flow_b, _), context_b)] = sides;
    let side = |cache, flow, context| Side { cache, flow, context };
    Mixture::new(side(cache_a, flow_a, context_a), side(cache_b, flow_b, context_b))
}

fn mixtures(caches: &[RegimeCache<'_>; 2], sides: [Assessed<'_>; 2], duty: [Decimal; 2], places: u32) -> Result<Parts, String> {
    let mixture = mixture(caches, sides).map_err(|fault| fault_words(&fault))?;
    let players = mixture.players();
    if players.len() > MOST_PLAYERS {
        return Err(format!("{} programs differ; up to {MOST_PLAYERS} are mixed", players.len()));
    }
    let last = (1_usize << players.len()) - 1;
    let mut values = Vec::with_capacity(last + 1);
    for mask in 0..=last {
        let [first, second] = duty;
        values.push(match mask {
            0 => first,
            mask if mask == last => second,
            mask => mixture
                .duty(mask)
                .map_err(|fault| fault_words(&fault))?
                .ok_or_else(|| "the duty is not known where only some programs have changed".to_owned())?,
        });
    }
    let too_large = || "the amounts are too large".to_owned();
    let parts = shapley(&values, places).and_then(|parts| rounded(&parts, places)).ok_or_else(too_large)?;
    Ok(players.iter().cloned().zip(parts).collect())
}

/// Says why flows cannot be compared.
pub fn fault_words(fault: &Fault) -> String {
    match fault {
        Fault::Circle(circle) => format!("measures of the two states wait for each other: {circle}"),
        Fault::NoLaw(into) => format!("the goods enter another country in the second state ({into})"),
        Fault::TooLarge => "an amount has more digits than a decimal holds exactly".into(),
        Fault::NoExchangeRate(from, to) => format!("there is no rate of exchange between {from} and {to}"),
        Fault::MembersDiffer(each) => {
            let each = each.iter().map(|(country, duty)| format!("{country} {duty}")).collect::<Vec<_>>().join(", ");
            format!("the members of the origin group are not treated alike: {each}")
        }
        Fault::NoMembers(day) => format!("the origin group has no members on {day}"),
        Fault::AdmittedLater(admitted, entered) => {
            format!("the goods were admitted on {admitted}, after they entered on {entered}")
        }
    }
}

/// Puts what each program's own lines owe beside its part; leaves out programs that owe and change nothing.
fn with_lines(parts: Parts, [old, new]: &[BTreeMap<ProgramId, Decimal>; 2]) -> Vec<ProgramPart> {
    let mut all: BTreeMap<Player, ProgramPart> = BTreeMap::new();
    let zero = |player: &Player| ProgramPart { player: player.clone(), lines: [Decimal::ZERO; 2], part: Decimal::ZERO };
    for (player, part) in parts {
        all.entry(player.clone()).or_insert_with(|| zero(&player)).part = part;
    }
    for program in old.keys().chain(new.keys()) {
        let player = Player::Program(program.clone());
        let amount = |lines: &BTreeMap<ProgramId, Decimal>| lines.get(program).copied().unwrap_or_default();
        all.entry(player.clone()).or_insert_with(|| zero(&player)).lines = [amount(old), amount(new)];
    }
    all.into_values().filter(|part| !part.part.is_zero() || part.lines.iter().any(|amount| !amount.is_zero())).collect()
}
