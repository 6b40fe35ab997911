//! The walk over a range: day by day, or piece by piece.

use super::finder::{Finder, Point};
use super::numbers::{Numbers, parted};
use super::pieces::{Gap, Meeting, Piece, meetings, rounded, simplified};
use super::totals::{Room, alike, known, one, order_of};
use super::{Met, MetKind, Solved, Stretch, Totals};
use crate::base::{Date, Decimal};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::scenario::{Setting, Varied};
use jiff::ToSpan;
use std::cmp::Ordering;

/// Most days that are looked at one by one.
const MOST_DAYS: usize = 4_000;

impl Room<'_> {
    /// Dates: every day is worked out.
    pub(super) fn by_day(&mut self, from: Date, to: Date) -> Result<Solved, Diagnostics> {
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
                Some(stretch) => {
                    stretch.to = (setting.clone(), true);
                    let [_, last] = &mut stretch.within;
                    *last = stretch.to.clone();
                }
                None => {
                    let last_charged = stretches.last().map_or(&[][..], |part| &part.charged);
                    let charged = self.charged();
                    let mut around: Vec<usize> = last_charged.iter().chain(&charged).copied().collect();
                    around.sort_unstable();
                    around.dedup();
                    stretches.push(of_day(&setting, &exact, charged));
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
                            charged: around,
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
                            charged: around,
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
            sources: Vec::new(),
            notes: Vec::new(),
            warnings: Diagnostics::default(),
        })
    }

    pub(super) fn by_number(&mut self) -> Result<Solved, Diagnostics> {
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
        for part in stretches.iter_mut().filter(|part| part.order.is_some()) {
            let Some(middle) = axis.middle_of(part) else { continue };
            self.both(&self.solve.scope, &middle, false)?;
            part.charged = self.charged();
        }
        let currency = self.currency().ok_or_else(Diagnostics::default)?;
        let (sources, notes, warnings) = (Vec::new(), Vec::new(), Diagnostics::default());
        Ok(Solved { currency, met, stretches, tried, sources, notes, warnings })
    }

    /// Whether a rate of exchange multiplies values (`false`) or divides them (`true`): in the second case the other way round is a straight line.
    pub(super) fn direction(&self) -> Result<bool, Diagnostics> {
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

    pub(super) fn met(&mut self, axis: &Numbers, pieces: &[Piece], meeting: Meeting) -> Result<Met, Diagnostics> {
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
        let charged = self.charged();
        let turns = matches!(kind, MetKind::Turns(_));
        Ok(Met {
            kind,
            fraction: axis.fraction(&x, &at).filter(|_| !turns),
            exactly: (!turns).then(|| axis.parts(&x)),
            to: other.map(|other| axis.outer(&other)).filter(|other| *other != at),
            exact: exact.filter(|_| !turns),
            at,
            near,
            charged,
        })
    }
}

fn of_day(setting: &Setting, exact: &Totals, charged: Vec<usize>) -> Stretch {
    let known = known(exact);
    let rounded = |amount: Decimal| amount.round_dp(10).normalize();
    Stretch {
        from: (setting.clone(), true),
        to: (setting.clone(), true),
        within: [(setting.clone(), true), (setting.clone(), true)],
        order: order_of(exact),
        totals: known.as_ref().ok().map(|(left, right)| [(rounded(*left), rounded(*right)); 2]),
        why: known.err().map(|(_, why)| why).unwrap_or_default(),
        charged,
    }
}
