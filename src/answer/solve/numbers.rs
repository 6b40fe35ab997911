//! A range of numbers that `solve` walks: its points, and how pieces of it are shown.

use super::Stretch;
use super::finder::Grid;
use super::pieces::{Gap, Meeting, Piece, Ratio, meetings, ratio, rounded};
use crate::base::{Decimal, difference, sum};
use crate::scenario::{Scope, Setting, Solve, Varied};
use num_bigint::BigInt;

/// How far apart two points are that are told apart: a millionth of a percentage point.
const FINEST: Decimal = Decimal::from_parts(1, 0, 0, false, 6);

/// Which way an end is rounded.
#[derive(Clone, Copy)]
enum Way {
    Up,
    Down,
}

/// A piece, parted where the totals meet on it.
pub(super) fn parted(axis: &Numbers, piece: &Piece, why: &[(Gap, Vec<String>)]) -> Vec<Stretch> {
    let ends = |from: (&Ratio, bool), to: (&Ratio, bool)| {
        let (from, to) = axis.ordered(from, to);
        let within = [axis.inwards(from, Way::Up), axis.inwards(to, Way::Down)];
        ((axis.outer(from.0), from.1), (axis.outer(to.0), to.1), within)
    };
    let (left, right) = match &piece.lines {
        Ok(lines) => lines,
        Err(gap) => {
            let mut words: Vec<String> = why.iter().filter(|(kind, _)| kind == gap).flat_map(|(_, words)| words.clone()).fold(
                Vec::new(),
                |mut all, word| {
                    if !all.contains(&word) {
                        all.push(word);
                    }
                    all
                },
            );
            if *gap == Gap::NoLine {
                words = vec!["the totals are no straight lines there: what varies is multiplied with itself, or the law parts the range too finely".into()];
            }
            let (from, to, within) = ends((&piece.from, piece.from_in), (&piece.to, piece.to_in));
            return vec![Stretch { from, to, within, order: None, totals: None, why: words, charged: Vec::new() }];
        }
    };
    let mut cuts: Vec<(Ratio, bool)> = vec![(piece.from.clone(), piece.from_in)];
    for meeting in meetings(std::slice::from_ref(piece)) {
        if let Meeting::At(x) = meeting
            && x > piece.from
            && x < piece.to
        {
            // The point itself is told on its own: the stretches beside it do not hold it.
            cuts.push((x, false));
        }
    }
    cuts.push((piece.to.clone(), piece.to_in));
    let amounts = |x: &Ratio| {
        let shown = |amount: Ratio| rounded(&amount, 10).map(|amount| amount.normalize());
        shown(left.on(x)).zip(shown(right.on(x)))
    };
    let mut all: Vec<Stretch> = Vec::new();
    for pair in cuts.windows(2) {
        let [(from, from_in), (to, to_in)] = pair else { continue };
        let middle = (from + to) / BigInt::from(2);
        let order = left.on(&middle).cmp(&right.on(&middle));
        let totals = amounts(from).zip(amounts(to)).map(|(from, to)| if axis.turned { [to, from] } else { [from, to] });
        let (from, to, within) = ends((from, *from_in), (to, *to_in));
        all.push(Stretch { from, to, within, order: Some(order), totals, why: Vec::new(), charged: Vec::new() });
    }
    all
}

/// A range of numbers: how it is walked, and how its points are shown.
pub(super) struct Numbers {
    /// What is varied inside: for a rate of exchange that divides, the rate the other way round.
    pub(super) scope: Scope,
    pub(super) grid: Grid,
    /// The form of settings inside.
    form: Setting,
    /// The form of settings as they were asked for, with both ends.
    from: Setting,
    to: Setting,
    places: u32,
    /// Whether what is inside is one divided by what is shown.
    pub(super) turned: bool,
}

impl Numbers {
    pub(super) fn of(solve: &Solve, turned: bool) -> Option<Self> {
        let (from, to) = (solve.from.number()?, solve.to.number()?);
        let places = if let Setting::Money(money) = &solve.from { money.currency.places() } else { FINEST.scale() };
        if let (true, Varied::Exchange(currency, per)) = (turned, &solve.scope.varied) {
            let scope = Scope { varied: Varied::Exchange(*per, *currency), ..solve.scope.clone() };
            // Eight digits of the larger end, and a step more at both ends: what lies outside is cut off.
            let one = Ratio::from(BigInt::from(1));
            let (low, high) = (&one / ratio(to), &one / ratio(from));
            let mut digits = 8_u32;
            while rounded(&high, digits)?.mantissa() < 10_000_000 && digits < 16 {
                digits += 1;
            }
            let step = Decimal::new(1, digits);
            let (low, high) = (rounded(&low, digits)?, rounded(&high, digits)?);
            let grid = Grid::new(difference(low, step)?.max(step), sum(high, step)?, step)?;
            return Some(Self {
                scope,
                grid,
                form: Setting::Number(Decimal::ONE),
                from: solve.from.clone(),
                to: solve.to.clone(),
                places,
                turned,
            });
        }
        let step = Decimal::new(1, places);
        let grid = Grid::new(from, to, step)?;
        Some(Self {
            scope: solve.scope.clone(),
            grid,
            form: solve.from.clone(),
            from: solve.from.clone(),
            to: solve.to.clone(),
            places,
            turned: false,
        })
    }

    /// The pieces without what lies outside the range asked for.
    pub(super) fn clipped(&self, pieces: Vec<Piece>) -> Vec<Piece> {
        let (Some(low), Some(high)) = (self.from.number().map(ratio), self.to.number().map(ratio)) else { return pieces };
        let (low, high) = if self.turned { (high.recip(), low.recip()) } else { (low, high) };
        let mut kept = Vec::new();
        for mut piece in pieces.into_iter().filter(|piece| piece.to >= low && piece.from <= high) {
            if piece.from < low {
                (piece.from, piece.from_in) = (low.clone(), true);
            }
            if piece.to > high {
                (piece.to, piece.to_in) = (high.clone(), true);
            }
            kept.push(piece);
        }
        kept
    }

    pub(super) fn inner(&self, x: Decimal) -> Option<Setting> {
        self.form.with(x)
    }

    /// What is shown for a point inside.
    fn shown(&self, x: &Ratio) -> Ratio {
        if self.turned && *x != Ratio::from(BigInt::from(0)) { x.recip() } else { x.clone() }
    }

    pub(super) fn outer(&self, x: &Ratio) -> Setting {
        let shown = rounded(&self.shown(x), self.places).unwrap_or_default();
        let number = shown.max(self.from.number().unwrap_or(shown)).min(self.to.number().unwrap_or(shown));
        self.from.with(number).unwrap_or_else(|| self.from.clone())
    }

    /// The end of a part, rounded into it; one that had to be rounded belongs to it.
    fn inwards(&self, (x, is_in): (&Ratio, bool), way: Way) -> (Setting, bool) {
        let exact = self.shown(x);
        let near = self.outer(x);
        let Some(number) = near.number().filter(|number| ratio(*number) != exact) else { return (near, is_in) };
        let step = Decimal::new(1, self.places);
        let moved = match way {
            Way::Up if ratio(number) < exact => sum(number, step),
            Way::Down if ratio(number) > exact => difference(number, step),
            Way::Up | Way::Down => Some(number),
        };
        (moved.and_then(|number| near.with(number)).unwrap_or(near), true)
    }

    /// The exact number as a fraction, where the places shown do not hold it.
    pub(super) fn fraction(&self, x: &Ratio, at: &Setting) -> Option<String> {
        let exact = self.shown(x);
        (at.number().map(ratio).as_ref() != Some(&exact)).then(|| {
            let unit = if at.is_percentage() { "%" } else { "" };
            format!("{}/{}{unit}", exact.numer(), exact.denom())
        })
    }

    /// The exact number as a fraction of whole numbers, of a percentage as a share of one.
    pub(super) fn parts(&self, x: &Ratio) -> (String, String) {
        let exact = self.shown(x);
        let exact = if self.from.is_percentage() { exact / ratio(Decimal::ONE_HUNDRED) } else { exact };
        (exact.numer().to_string(), exact.denom().to_string())
    }

    fn ordered<T>(&self, from: T, to: T) -> (T, T) {
        if self.turned { (to, from) } else { (from, to) }
    }

    /// The setting in the middle of a part of the range.
    pub(super) fn middle_of(&self, part: &Stretch) -> Option<Setting> {
        let (from, to) = (ratio(part.from.0.number()?), ratio(part.to.0.number()?));
        part.from.0.with(rounded(&((from + to) / BigInt::from(2)), self.places)?)
    }

    /// A setting and those next to it: a hundredth of a percentage point, one unit of money.
    pub(super) fn around(&self, at: &Setting) -> Vec<Setting> {
        let little = if let Setting::Money(_) = at { Decimal::ONE } else { Decimal::new(1, 2) };
        let (Some(number), Some(first), Some(last)) = (at.number(), self.from.number(), self.to.number()) else {
            return vec![at.clone()];
        };
        let all = [difference(number, little), Some(number), sum(number, little)];
        all.into_iter().flatten().filter(|number| (first..=last).contains(number)).filter_map(|number| at.with(number)).collect()
    }
}
