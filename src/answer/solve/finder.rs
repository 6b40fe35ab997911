//! Finds the pieces of a range on which two totals are straight lines.
//!
//! Each point is worked out together with the sides of all decisions on the way (thresholds, bounds, floors, alternatives). Two points with the same sides have no kink and no
//! jump between them: every decision compares amounts that are linear up to it, so the points on one side of it are an interval. The range is halved until the ends of each part
//! agree, or nothing lies between them; what happens between two neighbouring points is a kink, where the lines of both sides cross there, or a jump.

use super::pieces::{Gap, Line, Piece, Ratio, ratio, zero};
use crate::base::Decimal;
use std::cmp::Ordering;

/// Most points that are worked out for one question.
const MOST_POINTS: usize = 20_000;

/// Both totals at one point, with the sides of all decisions on the way.
#[derive(Clone, Debug)]
pub(super) struct Point {
    /// The left and the right total.
    pub(super) totals: Result<(Decimal, Decimal), Gap>,
    pub(super) sides: Vec<Ordering>,
}

impl Point {
    /// Tells whether nothing was decided otherwise at another point.
    fn like(&self, other: &Self) -> bool {
        self.totals.as_ref().err() == other.totals.as_ref().err() && self.sides == other.sides
    }
}

/// A stretch of neighbouring points on which nothing is decided otherwise.
struct Run {
    first: i128,
    last: i128,
    start: Point,
    end: Point,
    /// What stands for the totals where the points do not decide: too many of them, or no line.
    gap: Option<Gap>,
}

/// The points of a range: so many steps from one end, the last of them the other end.
pub(super) struct Grid {
    from: Decimal,
    to: Decimal,
    step: Decimal,
    steps: i128,
}

impl Grid {
    /// Lays points over a range; `None` where there would be too many.
    pub(super) fn new(from: Decimal, to: Decimal, step: Decimal) -> Option<Self> {
        let steps = (ratio(to) - ratio(from)) / ratio(step);
        Some(Self { from, to, step, steps: i128::try_from(steps.ceil().to_integer()).ok()? })
    }

    fn at(&self, number: i128) -> Option<Decimal> {
        if number >= self.steps {
            return Some(self.to);
        }
        let way = self.step.checked_mul(Decimal::try_from_i128_with_scale(number, 0).ok()?)?;
        self.from.checked_add(way).map(|x| x.normalize())
    }
}

/// Finds the pieces of a range.
pub(super) struct Finder<'g, F> {
    grid: &'g Grid,
    point: F,
    tried: usize,
    runs: Vec<Run>,
}

impl<'g, E, F: FnMut(Decimal) -> Result<Point, E>> Finder<'g, F> {
    pub(super) fn new(grid: &'g Grid, point: F) -> Self {
        Self { grid, point, tried: 0, runs: Vec::new() }
    }

    /// Returns the pieces, from the lower end to the upper one, and how many points were worked out.
    pub(super) fn pieces(mut self) -> Result<(Vec<Piece>, usize), E> {
        let (first, last) = (0, self.grid.steps);
        let (start, end) = (self.on(first)?, self.on(last)?);
        if first == last {
            self.keep(first, last, start, end, None);
        } else {
            self.between((first, start), (last, end))?;
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let mut before: Option<Run> = None;
        for run in std::mem::take(&mut self.runs) {
            let mut piece = self.piece(&run);
            if let (Some(left), Some(open)) = (&before, pieces.last_mut()) {
                let between = self.join(left, &run, open, &mut piece)?;
                pieces.extend(between);
            }
            pieces.push(piece);
            before = Some(run);
        }
        Ok((pieces, self.tried))
    }

    fn on(&mut self, number: i128) -> Result<Point, E> {
        match self.grid.at(number) {
            Some(x) => self.exactly(x),
            None => Ok(Point { totals: Err(Gap::NoLine), sides: Vec::new() }),
        }
    }

    fn exactly(&mut self, x: Decimal) -> Result<Point, E> {
        self.tried = self.tried.saturating_add(1);
        (self.point)(x)
    }

    fn x(&self, number: i128) -> Ratio {
        ratio(self.grid.at(number).unwrap_or(self.grid.to))
    }

    /// Parts what lies between two points into runs.
    fn between(&mut self, (a, start): (i128, Point), (b, end): (i128, Point)) -> Result<(), E> {
        if self.tried > MOST_POINTS {
            self.keep(a, b, start, end, Some(Gap::NoLine));
            return Ok(());
        }
        let alike = start.like(&end);
        if b - a <= 1 {
            if alike {
                self.keep(a, b, start, end, None);
            } else {
                self.keep(a, a, start.clone(), start, None);
                self.keep(b, b, end.clone(), end, None);
            }
            return Ok(());
        }
        let middle = a + (b - a) / 2;
        let half = self.on(middle)?;
        if alike && half.like(&start) {
            if self.straight([(a, &start), (middle, &half), (b, &end)]) {
                self.keep(a, b, start, end, None);
                return Ok(());
            }
            if self.is_curved(a, b)? {
                self.keep(a, b, start, end, Some(Gap::NoLine));
                return Ok(());
            }
        }
        self.between((a, start), (middle, half.clone()))?;
        self.between((middle, half), (b, end))
    }

    /// Three points of both totals on a line each; points without totals are.
    fn straight(&self, [(a, first), (m, second), (b, third)]: [(i128, &Point); 3]) -> bool {
        let (Ok(first), Ok(second), Ok(third)) = (&first.totals, &second.totals, &third.totals) else { return true };
        let (a, m, b) = (self.x(a), self.x(m), self.x(b));
        let on = |x: Decimal, y: Decimal, z: Decimal| Line::through((&a, x), (&b, z)).on(&m) == ratio(y);
        on(first.0, second.0, third.0) && on(first.1, second.1, third.1)
    }

    /// Whether second differences are equal and not nothing: the mark of what is multiplied with itself. A kink has one that differs.
    fn is_curved(&mut self, a: i128, b: i128) -> Result<bool, E> {
        let quarter = (b - a) / 4;
        if quarter == 0 {
            return Ok(false);
        }
        let mut gaps: Vec<Ratio> = Vec::new();
        for number in 0..4 {
            let Ok((left, right)) = self.on(a + quarter * number)?.totals else { return Ok(false) };
            gaps.push(ratio(left) - ratio(right));
        }
        let [a, b, c, d] = gaps.as_slice() else { return Ok(false) };
        let (first, second) = (a - b - b + c, b - c - c + d);
        Ok(first == second && first != zero())
    }

    /// Keeps a run, as one with that before it where nothing parts them.
    fn keep(&mut self, first: i128, last: i128, start: Point, end: Point, gap: Option<Gap>) {
        if let Some(before) = self.runs.last()
            && before.last == first
            && before.start.like(&end)
            && before.gap == gap
            && (gap.is_some()
                || before.first == before.last
                || first == last
                || self.straight([(before.first, &before.start), (first, &start), (last, &end)]))
            && let Some(before) = self.runs.last_mut()
        {
            (before.last, before.end) = (last, end);
            return;
        }
        if self.runs.last().is_some_and(|before| before.last == first && first == last && before.gap == gap) {
            return;
        }
        // A single point that begins the run after it.
        if self.runs.last().is_some_and(|before| before.first == before.last && before.last == first && before.start.like(&start))
        {
            self.runs.pop();
        }
        self.runs.push(Run { first, last, start, end, gap });
    }

    fn piece(&self, run: &Run) -> Piece {
        let (from, to) = (self.x(run.first), self.x(run.last));
        let lines = match (run.gap, run.start.totals, run.end.totals) {
            (Some(gap), ..) | (None, Err(gap), _) | (None, _, Err(gap)) => Err(gap),
            (None, Ok(start), Ok(end)) => {
                Ok((Line::through((&from, start.0), (&to, end.0)), Line::through((&from, start.1), (&to, end.1))))
            }
        };
        Piece { from, from_in: true, to, to_in: true, lines }
    }

    /// Closes what lies between the last point of one run and the first of the next: a kink where their lines cross, a jump at one of them, or a piece of which nothing is known.
    fn join(&mut self, left: &Run, right: &Run, low: &mut Piece, high: &mut Piece) -> Result<Option<Piece>, E> {
        if left.last == right.first {
            // They share the point: a kink on a point of the grid.
            return Ok(None);
        }
        let single = |run: &Run| run.first == run.last;
        if let (Ok(a), Ok(b)) = (&low.lines, &high.lines)
            && !single(left)
            && !single(right)
        {
            let crossings: Vec<Option<Ratio>> = [a.0.less(&b.0), a.1.less(&b.1)].iter().map(Line::root).collect();
            let same = [a.0.is(&b.0), a.1.is(&b.1)];
            let mut inside = crossings.iter().zip(same).filter(|(_, same)| !same).map(|(crossing, _)| crossing.clone());
            let kink = match inside.next() {
                // Nothing bends: another way to the same amounts.
                None => Some(low.to.clone()),
                Some(first) => first.filter(|first| inside.all(|other| other.as_ref() == Some(first))),
            };
            if let Some(kink) = kink.filter(|kink| (&low.to..=&high.from).contains(&kink)) {
                low.to = kink.clone();
                high.from = kink;
                return Ok(None);
            }
        }
        // A jump: it lies at one of the two points, or in between.
        let (Some(a), Some(b)) = (self.grid.at(left.last), self.grid.at(right.first)) else { return Ok(None) };
        let little = (b - a) / Decimal::ONE_THOUSAND;
        let (above, below) = (self.exactly(a + little)?, self.exactly(b - little)?);
        if above.like(&right.start) && below.like(&right.start) {
            (high.from, high.from_in) = (low.to.clone(), false);
        } else if above.like(&left.end) && below.like(&left.end) {
            (low.to, low.to_in) = (high.from.clone(), false);
        } else {
            let lines = Err(above.totals.err().filter(|gap| Some(*gap) == below.totals.err()).unwrap_or(Gap::NoLine));
            return Ok(Some(Piece { from: low.to.clone(), from_in: false, to: high.from.clone(), to_in: false, lines }));
        }
        Ok(None)
    }
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, reason = "a test that fails may panic")]
mod tests {
    use super::super::pieces::{Gap, Meeting, Piece, meetings, ratio, simplified};
    use super::{Finder, Grid, Point};
    use crate::base::Decimal;
    use std::cmp::Ordering;
    use std::convert::Infallible;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap_or_default()
    }

    /// Where a function and nothing meet between 0 and 10; the function tells its sides.
    fn found(function: impl Fn(Decimal) -> (Result<Decimal, Gap>, Vec<Ordering>)) -> (Vec<Piece>, Vec<Meeting>) {
        let grid = Grid::new(Decimal::ZERO, Decimal::TEN, Decimal::new(1, 6));
        let pieces = grid.map(|grid| {
            Finder::new(&grid, |x| {
                let (total, sides) = function(x);
                Ok::<Point, Infallible>(Point { totals: total.map(|total| (total, Decimal::ZERO)), sides })
            })
            .pieces()
            .map(|(pieces, _)| pieces)
        });
        let pieces = simplified(pieces.and_then(Result::ok).unwrap_or_default());
        let meetings = meetings(&pieces);
        (pieces, meetings)
    }

    #[test]
    fn a_straight_line_has_one_root_exactly() {
        let (pieces, met) = found(|x| (Ok(x * d("3") - d("10")), Vec::new()));
        assert_eq!(pieces.len(), 1);
        assert_eq!(met, [Meeting::At(ratio(d("10")) / ratio(d("3")))]);
    }

    #[test]
    fn a_kink_between_points_is_found_exactly() {
        // |3x - 10| - 1, with the kink at 10/3, which no decimal holds.
        let (pieces, met) = found(|x| {
            let line = x * d("3") - d("10");
            (Ok(line.abs() - Decimal::ONE), vec![line.cmp(&Decimal::ZERO)])
        });
        assert_eq!(
            pieces.iter().map(|piece| piece.to.clone()).collect::<Vec<_>>(),
            [ratio(d("10")) / ratio(d("3")), ratio(d("10"))]
        );
        assert_eq!(met, [Meeting::At(ratio(d("3"))), Meeting::At(ratio(d("11")) / ratio(d("3")))]);
    }

    #[test]
    fn a_touch_is_one_root_and_a_near_miss_is_none() {
        let at = |least: Decimal| {
            found(move |x| {
                let line = x - d("4");
                (Ok(line.abs() + least), vec![line.cmp(&Decimal::ZERO)])
            })
        };
        assert_eq!(at(Decimal::ZERO).1, [Meeting::At(ratio(d("4")))]);
        assert_eq!(at(d("0.0000001")).1, []);
        assert_eq!(at(d("-0.0000001")).1.len(), 2);
    }

    #[test]
    fn a_jump_over_nothing_is_a_turn_and_no_root() {
        let (pieces, met) = found(|x| {
            let is_above = x >= d("2.5");
            (Ok(if is_above { Decimal::ONE } else { d("-1") }), vec![is_above.cmp(&true)])
        });
        assert_eq!(pieces.len(), 2);
        assert!(!pieces[0].to_in && pieces[1].from_in);
        assert_eq!(met, [Meeting::Turn(ratio(d("2.5")), ratio(d("2.5")), Ordering::Greater)]);
    }

    #[test]
    fn a_single_point_may_be_another_thing() {
        // At nothing itself the total is none; above it stands at five.
        let (pieces, met) = found(|x| {
            let total = if x.is_zero() { Decimal::ZERO } else { d("5") };
            (Ok(total), vec![x.cmp(&Decimal::ZERO)])
        });
        assert_eq!(pieces.len(), 2);
        assert!(!pieces[1].from_in);
        assert_eq!(met, [Meeting::At(ratio(Decimal::ZERO))]);
    }

    #[test]
    fn equal_over_a_stretch_is_a_stretch() {
        let (_, met) = found(|x| {
            let rest = d("3") - x;
            (Ok(rest.max(Decimal::ZERO)), vec![rest.cmp(&Decimal::ZERO)])
        });
        assert_eq!(met, [Meeting::Along(ratio(d("3")), ratio(d("10")))]);
    }

    #[test]
    fn a_kink_that_no_decision_tells_is_found_by_its_bend() {
        let (_, met) = found(|x| (Ok(x.min(d("3.3")) - d("3")), Vec::new()));
        assert_eq!(met, [Meeting::At(ratio(d("3")))]);
        let (pieces, _) = found(|x| (Ok(x.min(d("3.3"))), Vec::new()));
        assert_eq!(pieces.len(), 2);
    }

    #[test]
    fn what_bends_everywhere_gets_no_answer() {
        let (pieces, met) = found(|x| (Ok(x * x - d("4")), Vec::new()));
        assert!(pieces.iter().all(|piece| piece.lines.as_ref().err() == Some(&Gap::NoLine)));
        assert_eq!(met, []);
    }

    #[test]
    fn what_is_not_known_parts_the_range() {
        let (pieces, met) = found(|x| {
            let is_known = x < d("7");
            (if is_known { Ok(x - d("1")) } else { Err(Gap::Unknown) }, vec![is_known.cmp(&true)])
        });
        assert_eq!(pieces.len(), 2);
        assert_eq!(pieces[1].lines.as_ref().err(), Some(&Gap::Unknown));
        assert_eq!(met, [Meeting::At(ratio(Decimal::ONE))]);
    }
}
