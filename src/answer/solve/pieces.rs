//! Straight lines over a range, piece by piece, and where two of them meet: exactly, with rational numbers.

use crate::base::Decimal;
use num_bigint::BigInt;
use num_rational::BigRational;
use std::cmp::Ordering;

/// An exact number.
pub(super) type Ratio = BigRational;

/// What a decimal is, exactly.
pub(super) fn ratio(number: Decimal) -> Ratio {
    Ratio::new(BigInt::from(number.mantissa()), BigInt::from(10).pow(number.scale()))
}

/// Rounds to so many places, halves away from zero; `None` where a decimal does not hold it.
pub(super) fn rounded(number: &Ratio, places: u32) -> Option<Decimal> {
    let units = (number * BigInt::from(10).pow(places)).round().to_integer();
    Decimal::try_from_i128_with_scale(i128::try_from(units).ok()?, places).ok()
}

/// Why no total is known at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// An amount is not known.
    Unknown,
    /// The goods are refused.
    Refused,
    /// What varies is multiplied with itself, or there are too many pieces.
    NoLine,
}

/// A straight line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    at: Ratio,
    value: Ratio,
    slope: Ratio,
}

impl Line {
    pub(super) fn through((a, at_a): (&Ratio, Decimal), (b, at_b): (&Ratio, Decimal)) -> Self {
        let (value, end) = (ratio(at_a), ratio(at_b));
        let slope = if a == b { Ratio::from(BigInt::from(0)) } else { (end - &value) / (b - a) };
        Self { at: a.clone(), value, slope }
    }

    pub(super) fn on(&self, x: &Ratio) -> Ratio {
        &self.value + &self.slope * (x - &self.at)
    }

    pub(super) fn less(&self, other: &Self) -> Self {
        Self { at: self.at.clone(), value: &self.value - other.on(&self.at), slope: &self.slope - &other.slope }
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        self.slope == other.slope && self.on(&other.at) == other.value
    }

    /// Where it is nothing; `None` for a level line.
    pub(super) fn root(&self) -> Option<Ratio> {
        (self.slope != zero()).then(|| &self.at - &self.value / &self.slope)
    }
}

pub(super) fn zero() -> Ratio {
    Ratio::from(BigInt::from(0))
}

fn sign(number: &Ratio) -> Ordering {
    number.cmp(&zero())
}

/// A part of the range on which both totals are straight lines, or not known.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) from: Ratio,
    /// Whether `from` itself belongs to it.
    pub(super) from_in: bool,
    pub(super) to: Ratio,
    /// Whether `to` itself belongs to it.
    pub(super) to_in: bool,
    /// The left and the right total.
    pub(super) lines: Result<(Line, Line), Gap>,
}

impl Piece {
    /// The left total less the right one.
    fn gap(&self) -> Option<Line> {
        self.lines.as_ref().ok().map(|(left, right)| left.less(right))
    }

    /// How left and right lie just above the lower end.
    fn near_start(&self) -> Option<Ordering> {
        let gap = self.gap()?;
        Some(sign(&gap.on(&self.from)).then(if self.from < self.to { sign(&gap.slope) } else { Ordering::Equal }))
    }

    /// How left and right lie just below the upper end.
    fn near_end(&self) -> Option<Ordering> {
        let gap = self.gap()?;
        Some(sign(&gap.on(&self.to)).then(if self.from < self.to { sign(&gap.slope).reverse() } else { Ordering::Equal }))
    }
}

/// Where the two totals meet, or their order turns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meeting {
    /// They are equal at one point.
    At(Ratio),
    /// They are equal from one point to another.
    Along(Ratio, Ratio),
    /// Their order turns at a jump, and they are equal nowhere near: the last point before (or the first after) and how they lie before and after.
    Turn(Ratio, Ratio, Ordering),
}

/// Lists where the totals meet, and where their order turns at a jump.
pub(super) fn meetings(pieces: &[Piece]) -> Vec<Meeting> {
    let mut found: Vec<Meeting> = Vec::new();
    let mut before: Option<&Piece> = None;
    for piece in pieces {
        if let (Some(low), Some(high)) = (before.and_then(Piece::near_end), piece.near_start())
            && low == high.reverse()
            && low != Ordering::Equal
            && let Some(before) = before
        {
            let is_met = [(before.to_in, &before.to, before), (piece.from_in, &piece.from, piece)]
                .into_iter()
                .any(|(is_in, x, piece)| is_in && piece.gap().is_some_and(|gap| gap.on(x) == zero()));
            if !is_met {
                found.push(Meeting::Turn(before.to.clone(), piece.from.clone(), high));
            }
        }
        before = Some(piece);
        let Some(gap) = piece.gap() else { continue };
        match gap.root() {
            None if gap.value == zero() && piece.from < piece.to => match found.last_mut() {
                Some(Meeting::Along(_, to)) if *to == piece.from => *to = piece.to.clone(),
                _ => {
                    found.retain(|other| *other != Meeting::At(piece.from.clone()));
                    found.push(Meeting::Along(piece.from.clone(), piece.to.clone()));
                }
            },
            None if gap.value == zero() => push(&mut found, piece.from.clone()),
            None => {}
            Some(root) => {
                let is_in = (root > piece.from && root < piece.to)
                    || (root == piece.from && piece.from_in)
                    || (root == piece.to && piece.to_in);
                if is_in {
                    push(&mut found, root);
                }
            }
        }
    }
    found
}

/// Adds a point, unless it is known already or ends a stretch that is.
fn push(found: &mut Vec<Meeting>, root: Ratio) {
    let known = match found.last() {
        Some(Meeting::At(other) | Meeting::Along(_, other)) => *other == root,
        Some(Meeting::Turn(..)) | None => false,
    };
    if !known {
        found.push(Meeting::At(root));
    }
}

/// Joins pieces that nothing parts: the same lines, a point on the line before or after it, the same thing not known.
pub(super) fn simplified(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut all: Vec<Piece> = Vec::new();
    for mut piece in pieces {
        if let Some(before) = all.last_mut() {
            let meets = |x: &Ratio, y: &Ratio| match (&before.lines, &piece.lines) {
                (Ok(a), Ok(b)) => a.0.on(x) == b.0.on(y) && a.1.on(x) == b.1.on(y),
                _ => false,
            };
            let touch = before.to == piece.from && (before.to_in || piece.from_in);
            let same = match (&before.lines, &piece.lines) {
                (Ok(a), Ok(b)) => a.0.is(&b.0) && a.1.is(&b.1),
                (Err(a), Err(b)) => a == b,
                _ => false,
            };
            let on_it = touch && meets(&before.to, &piece.from);
            if touch && (same || (on_it && piece.from == piece.to)) {
                (before.to, before.to_in) = (piece.to, piece.to_in);
                continue;
            }
            if on_it && before.from == before.to {
                (piece.from, piece.from_in) = (before.from.clone(), before.from_in);
                all.pop();
                all.push(piece);
                continue;
            }
        }
        all.push(piece);
    }
    all
}
