//! The setting at which two totals meet: every one in a range, or the proof that there is none.

use super::numbers::{Numbers, parted};
use super::pieces::{Finder, Gap, Meeting, Piece, Point, meetings, rounded, simplified};
use super::run::tell;
use super::vary::{Desk, Priced, Set, changes, form_note};
use crate::assess::{Outcome, Plans};
use crate::base::{Currency, Date, Decimal, product, sum};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::law::{RegimeCache, Rulebook};
use crate::scenario::{Cost, Scenario, Scope, Setting, Side, Solve, Varied};
use jiff::ToSpan;
use std::cmp::Ordering;

/// Most days that are looked at one by one.
const MOST_DAYS: usize = 4_000;

/// Which way the two totals lie, left against right.
pub type Order = Ordering;

/// Both totals at one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// The left one.
    pub left: Outcome,
    /// The right one.
    pub right: Outcome,
}

/// Where the totals meet, or their order turns.
#[derive(Clone, Debug)]
pub struct Met {
    /// What happens.
    pub kind: MetKind,
    /// The setting, to the places that are shown.
    pub at: Setting,
    /// The other end of a stretch, or the first setting after a turn.
    pub to: Option<Setting>,
    /// The exact number in words where the places shown do not hold it.
    pub fraction: Option<String>,
    /// The exact number as a fraction of whole numbers, for machines: numerator and denominator; of a percentage as a share of one. `None` for days and turns.
    pub exactly: Option<(String, String)>,
    /// Both totals there, exact, to ten places; they are the same but for a turn.
    pub exact: Option<(Decimal, Decimal)>,
    /// Settings at it and next to it, with the totals as they are due: rounded.
    pub near: Vec<(Setting, Totals)>,
}

/// What happens at a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetKind {
    /// The totals are equal.
    Equal,
    /// They are equal from one setting to another.
    EqualAlong,
    /// Their order turns without their being equal; how they lie after it.
    Turns(Order),
}

/// A part of the range in which the totals lie one way.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Its lower end, and whether it belongs to it.
    pub from: (Setting, bool),
    /// Its upper end, and whether it belongs to it.
    pub to: (Setting, bool),
    /// How they lie; `None` where no answer can be given.
    pub order: Option<Order>,
    /// Both totals at the lower end and at the upper end, exact, to ten places.
    pub totals: Option<[(Decimal, Decimal); 2]>,
    /// Why no answer can be given.
    pub why: Vec<String>,
}

/// The answer to one [`Solve`].
#[derive(Clone, Debug)]
pub struct Solved {
    /// The currency of both totals.
    pub currency: Currency,
    /// Where they meet, or their order turns.
    pub met: Vec<Met>,
    /// The whole range, part by part: both totals are straight lines on each (constant, for days).
    pub stretches: Vec<Stretch>,
    /// How many settings were worked out.
    pub tried: usize,
    /// Remarks.
    pub notes: Vec<String>,
}

/// The law of each case, as it stands without settings.
struct Room<'a> {
    law: &'a Rulebook,
    scenario: &'a Scenario,
    solve: &'a Solve,
    as_known: Option<Date>,
    exact: Vec<(RegimeCache<'a>, Plans)>,
    due: Vec<(RegimeCache<'a>, Plans)>,
    notes: Vec<String>,
}

/// Why a side has no total.
type Missing = (Gap, Vec<String>);

/// Finds every setting in a range at which two totals meet.
///
/// Roots are those of the exact duty, before values are rounded to dollars and duties to cents; the rounded totals are told beside them.
///
/// # Errors
/// Diagnostics for what cannot be compared, and for everything that cannot be assessed at all.
pub fn solve(law: &Rulebook, scenario: &Scenario, solve: &Solve, as_known: Option<Date>) -> Result<Solved, Diagnostics> {
    let books: Vec<Rulebook> = scenario.cases.iter().map(|case| law.amended(&case.changes)).collect();
    let mut room = Room {
        law,
        scenario,
        solve,
        as_known,
        exact: books.iter().map(|book| (RegimeCache::unrounded(book), Plans::default())).collect(),
        due: books.iter().map(|book| (RegimeCache::new(book), Plans::default())).collect(),
        notes: Vec::new(),
    };
    room.check()?;
    room.notes.extend(form_note(law, &solve.scope, std::slice::from_ref(&solve.from)));
    if solve.target.left.percent.is_some() || solve.target.right.percent.is_some() {
        room.notes.push(
            "An effective rate is compared as the duty with that share of the customs value; both are shown as amounts.".into(),
        );
    }
    if solve.scope.varied == Varied::Value && scenario.flows.iter().any(|flow| !flow.quantities.is_empty()) {
        room.notes.push("The value varies as a price: quantities stay as stated.".into());
    }
    let mut solved = match (&solve.from, &solve.to) {
        (Setting::Day(from), Setting::Day(to)) => room.by_day(*from, *to)?,
        _ => room.by_number()?,
    };
    solved.notes.splice(0..0, room.notes);
    Ok(solved)
}

fn one(diagnostic: Diagnostic) -> Diagnostics {
    let mut all = Diagnostics::default();
    all.push(diagnostic);
    all
}

impl<'a> Room<'a> {
    /// Both sides must be in one currency, and one of them must feel what varies.
    fn check(&self) -> Result<(), Diagnostics> {
        let sides = [&self.solve.target.left, &self.solve.target.right];
        let currencies = sides.iter().flat_map(|side| {
            let flows = side.term.iter().flat_map(|term| &term.flows).filter_map(|flow| self.scenario.flows.get(*flow));
            flows.filter_map(|flow| self.law.territory(flow.into)).map(|into| into.currency).chain(side.currency)
        });
        let mut all: Vec<Currency> = currencies.collect();
        all.sort_unstable();
        all.dedup();
        if all.len() > 1 {
            let names: Vec<String> = all.iter().map(ToString::to_string).collect();
            let message = format!("the totals of the target are in {}", names.join(" and "));
            return Err(one(Diagnostic::new(Code::BadSweep, message)
                .at(self.solve.place, "this target")
                .help("totals meet in one currency only")));
        }
        if !sides.iter().any(|side| self.is_reached(side)) {
            let message = format!("`{}` varies for none of the flows and cases of the target", self.solve.scope);
            return Err(one(Diagnostic::new(Code::BadSweep, message)
                .at(self.solve.scope.place, "what varies")
                .at(self.solve.place, "the target")));
        }
        Ok(())
    }

    fn is_reached(&self, side: &Side) -> bool {
        side.term.as_ref().is_some_and(|term| {
            term.flows
                .iter()
                .filter_map(|flow| self.scenario.flows.get(*flow))
                .any(|flow| self.solve.scope.reaches(&flow.id, &term.case_id))
        })
    }

    fn currency(&self) -> Option<Currency> {
        let sides = [&self.solve.target.left, &self.solve.target.right];
        sides.iter().find_map(|side| {
            let flow = side.term.as_ref()?.flows.first()?;
            Some(self.law.territory(self.scenario.flows.get(*flow)?.into)?.currency)
        })
    }

    /// The flows of a side, priced at a setting.
    fn priced(&mut self, side: &Side, scope: &Scope, setting: &Setting, exactly: bool) -> Result<Vec<Priced>, Diagnostics> {
        let Some(term) = &side.term else { return Ok(Vec::new()) };
        let Some(case) = self.scenario.cases.get(term.case) else { return Ok(Vec::new()) };
        let set: [Set<'_>; 1] = [(scope, setting.clone())];
        let book;
        let varied;
        let is_law = scope.varied.is_law() && (scope.cases.is_empty() || scope.cases.contains(&case.id));
        let law_of_setting = if is_law {
            book = self.law.amended(&changes(case, &set));
            varied = (if exactly { RegimeCache::unrounded(&book) } else { RegimeCache::new(&book) }, Plans::default());
            Some(&varied)
        } else {
            None
        };
        let kept = if exactly { self.exact.get(term.case) } else { self.due.get(term.case) };
        let mut all = Vec::with_capacity(term.flows.len());
        let mut faults = Diagnostics::default();
        for flow in term.flows.iter().filter_map(|flow| self.scenario.flows.get(*flow)) {
            let reached = scope.reaches(&flow.id, &case.id);
            let Some((cache, plans)) = law_of_setting.filter(|_| reached).or(kept) else { continue };
            let desk = Desk { scenario: self.scenario, case, as_known: self.as_known, cache, plans };
            match desk.price(flow, &set, exactly) {
                Ok(priced) => all.push(priced),
                Err(fault) => tell(&fault, flow, case, &mut faults),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        for note in all.iter().flat_map(|priced| &priced.notes) {
            if !self.notes.contains(note) {
                self.notes.push(note.clone());
            }
        }
        Ok(all)
    }

    /// The total of a side at a setting. An effective rate is compared as the duty with that share of the value.
    fn total(
        &mut self,
        side: &Side,
        other: &Side,
        scope: &Scope,
        setting: &Setting,
        exactly: bool,
    ) -> Result<(Outcome, Vec<Ordering>), Diagnostics> {
        if let Some(percent) = side.percent {
            // The other side's value is that of all its flows.
            let priced = self.priced(other, scope, setting, exactly)?;
            let value = priced.iter().try_fold(Decimal::ZERO, |all, one| sum(all, one.value));
            let amount = value.and_then(|value| product(value, percent.fraction())).ok_or_else(|| {
                let message = "a total has more digits than a decimal holds exactly";
                one(Diagnostic::new(Code::NumberTooLarge, message).at(self.solve.place, "this target"))
            })?;
            return Ok((Outcome::Known(amount), Vec::new()));
        }
        let Some(term) = &side.term else { return Ok((Outcome::Known(side.plus), Vec::new())) };
        let priced = self.priced(side, scope, setting, exactly)?;
        let mut all = Outcome::Known(side.plus);
        let mut sides = Vec::new();
        for one in priced {
            let amount = match term.cost {
                Cost::Landed => Outcome::Known(one.value),
                Cost::Duty | Cost::EffectiveRate => Outcome::Known(Decimal::ZERO),
            };
            all = match (&all, &one.duty) {
                // Goods that may not enter have no total to compare.
                (Outcome::Refused(why), _) | (_, Outcome::Refused(why)) => Outcome::Refused(why.clone()),
                (all, duty) => all.plus(&amount.plus(duty)),
            };
            sides.extend(one.sides);
        }
        Ok((all, sides))
    }

    fn both(&mut self, scope: &Scope, setting: &Setting, exactly: bool) -> Result<(Totals, Vec<Ordering>), Diagnostics> {
        let target = &self.solve.target;
        let (left, mut sides) = self.total(&target.left, &target.right, scope, setting, exactly)?;
        let (right, more) = self.total(&target.right, &target.left, scope, setting, exactly)?;
        sides.extend(more);
        Ok((Totals { left, right }, sides))
    }

    /// Dates: every day is worked out.
    fn by_day(&mut self, from: Date, to: Date) -> Result<Solved, Diagnostics> {
        let days: Vec<Date> = from.series(1.day()).take_while(|day| *day <= to).take(MOST_DAYS + 1).collect();
        if days.len() > MOST_DAYS {
            let message = format!("the range has more than {MOST_DAYS} days");
            return Err(one(Diagnostic::new(Code::BadSweep, message)
                .at(self.solve.scope.place, "what varies")
                .help("take a shorter one")));
        }
        let scope = &self.solve.scope;
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut met: Vec<Met> = Vec::new();
        let mut before: Option<(Date, Totals, Totals)> = None;
        for day in &days {
            let setting = Setting::Day(*day);
            let (exact, _) = self.both(scope, &setting, true)?;
            let same =
                before.as_ref().is_some_and(|(_, known, _)| alike(&known.left, &exact.left) && alike(&known.right, &exact.right));
            let (due, _) = match &before {
                Some((_, _, due)) if same => (due.clone(), Vec::new()),
                _ => self.both(scope, &setting, false)?,
            };
            match stretches.last_mut().filter(|_| same) {
                Some(stretch) => stretch.to = (setting.clone(), true),
                None => {
                    stretches.push(of_day(&setting, &exact));
                    if let (Some(order), Some((last, known, due_before))) = (order_of(&exact), &before)
                        && let Some(old) = order_of(known)
                        && old != order
                    {
                        met.push(Met {
                            kind: if order == Ordering::Equal { MetKind::Equal } else { MetKind::Turns(order) },
                            at: setting.clone(),
                            to: None,
                            fraction: None,
                            exactly: None,
                            exact: exact.left.known().zip(exact.right.known()),
                            near: vec![(Setting::Day(*last), due_before.clone()), (setting.clone(), due.clone())],
                        });
                    } else if before.is_none() && order_of(&exact) == Some(Ordering::Equal) {
                        met.push(Met {
                            kind: MetKind::Equal,
                            at: setting.clone(),
                            to: None,
                            fraction: None,
                            exactly: None,
                            exact: exact.left.known().zip(exact.right.known()),
                            near: vec![(setting.clone(), due.clone())],
                        });
                    }
                }
            }
            before = Some((*day, exact, due));
        }
        Ok(Solved {
            currency: self.currency().ok_or_else(Diagnostics::default)?,
            met,
            stretches,
            tried: days.len(),
            notes: Vec::new(),
        })
    }

    fn by_number(&mut self) -> Result<Solved, Diagnostics> {
        let solve = self.solve;
        let axis = Numbers::of(solve, self.direction()?).ok_or_else(|| {
            one(Diagnostic::new(Code::BadSweep, "the range has too many points")
                .at(solve.scope.place, "what varies")
                .help("take a shorter one"))
        })?;
        let mut why: Vec<(Gap, Vec<String>)> = Vec::new();
        let finder = Finder::new(&axis.grid, |x: Decimal| {
            let Some(setting) = axis.inner(x) else {
                return Ok::<_, Diagnostics>(Point { totals: Err(Gap::NoLine), sides: Vec::new() });
            };
            let (totals, sides) = self.both(&axis.scope, &setting, true)?;
            let totals = known(&totals).map_err(|(gap, words)| {
                why.push((gap, words));
                gap
            });
            Ok(Point { totals, sides })
        });
        let (pieces, tried) = finder.pieces()?;
        let pieces = simplified(axis.clipped(pieces));
        let mut met = Vec::new();
        for meeting in meetings(&pieces) {
            met.push(self.met(&axis, &pieces, meeting)?);
        }
        let mut stretches: Vec<Stretch> = pieces.iter().flat_map(|piece| parted(&axis, piece, &why)).collect();
        if axis.turned {
            stretches.reverse();
            met.reverse();
        }
        Ok(Solved { currency: self.currency().ok_or_else(Diagnostics::default)?, met, stretches, tried, notes: Vec::new() })
    }

    /// Whether a rate of exchange multiplies values (`false`) or divides them (`true`): in the second case the other way round is a straight line.
    fn direction(&self) -> Result<bool, Diagnostics> {
        let Varied::Exchange(currency, per) = self.solve.scope.varied else { return Ok(false) };
        let flows = [&self.solve.target.left, &self.solve.target.right].into_iter().filter_map(|side| side.term.as_ref());
        let mut ways: Vec<bool> = Vec::new();
        for (flow, case) in flows.flat_map(|term| term.flows.iter().map(move |flow| (*flow, &term.case_id))) {
            let Some(flow) = self.scenario.flows.get(flow).filter(|flow| self.solve.scope.reaches(&flow.id, case)) else {
                continue;
            };
            let due = self.law.territory(flow.into).map(|into| into.currency);
            if flow.value.currency == currency && due == Some(per) {
                ways.push(true);
            } else if flow.value.currency == per && due == Some(currency) {
                ways.push(false);
            }
        }
        match ways.as_slice() {
            [] => Err(one(Diagnostic::new(
                Code::BadSweep,
                format!("no value of the target is converted between {currency} and {per}"),
            )
            .at(self.solve.scope.place, "what varies"))),
            [first, rest @ ..] if rest.iter().all(|way| way == first) => Ok(*first),
            _ => {
                Err(one(Diagnostic::new(Code::BadSweep, format!("values are converted both ways between {currency} and {per}"))
                    .at(self.solve.scope.place, "what varies")))
            }
        }
    }

    fn met(&mut self, axis: &Numbers, pieces: &[Piece], meeting: Meeting) -> Result<Met, Diagnostics> {
        let (kind, x, other) = match meeting {
            Meeting::At(x) => (MetKind::Equal, x, None),
            Meeting::Along(from, to) if axis.turned => (MetKind::EqualAlong, to, Some(from)),
            Meeting::Along(from, to) => (MetKind::EqualAlong, from, Some(to)),
            Meeting::Turn(from, to, order) if axis.turned => (MetKind::Turns(order.reverse()), to, Some(from)),
            Meeting::Turn(from, to, order) => (MetKind::Turns(order), from, Some(to)),
        };
        let exact = pieces.iter().filter(|piece| piece.from <= x && x <= piece.to).find_map(|piece| {
            let (left, right) = piece.lines.as_ref().ok()?;
            Some((rounded(&left.on(&x), 10)?.normalize(), rounded(&right.on(&x), 10)?.normalize()))
        });
        let at = axis.outer(&x);
        let mut near = Vec::new();
        for setting in axis.around(&at) {
            let (totals, _) = self.both(&self.solve.scope, &setting, false)?;
            near.push((setting, totals));
        }
        let turns = matches!(kind, MetKind::Turns(_));
        Ok(Met {
            kind,
            fraction: axis.fraction(&x, &at).filter(|_| !turns),
            exactly: (!turns).then(|| axis.parts(&x)),
            to: other.map(|other| axis.outer(&other)).filter(|other| *other != at),
            exact: exact.filter(|_| !turns),
            at,
            near,
        })
    }
}

fn known(totals: &Totals) -> Result<(Decimal, Decimal), Missing> {
    for total in [&totals.left, &totals.right] {
        match total {
            Outcome::Known(_) => {}
            Outcome::Unknown { why, .. } => return Err((Gap::Unknown, why.clone())),
            Outcome::Refused(why) => return Err((Gap::Refused, vec![why.clone()])),
        }
    }
    totals.left.known().zip(totals.right.known()).ok_or((Gap::Unknown, Vec::new()))
}

/// Tells whether two outcomes are the same amount or bounds; the reasons may name the day.
fn alike(a: &Outcome, b: &Outcome) -> bool {
    matches!(a, Outcome::Refused(_)) == matches!(b, Outcome::Refused(_))
        && (a.known(), a.at_least(), a.at_most()) == (b.known(), b.at_least(), b.at_most())
}

fn order_of(totals: &Totals) -> Option<Ordering> {
    known(totals).ok().map(|(left, right)| left.cmp(&right))
}

fn of_day(setting: &Setting, exact: &Totals) -> Stretch {
    let known = known(exact);
    let rounded = |amount: Decimal| amount.round_dp(10).normalize();
    Stretch {
        from: (setting.clone(), true),
        to: (setting.clone(), true),
        order: order_of(exact),
        totals: known.as_ref().ok().map(|(left, right)| [(rounded(*left), rounded(*right)); 2]),
        why: known.err().map(|(_, why)| why).unwrap_or_default(),
    }
}
