//! Who made a difference, without regard to order: the Shapley value of each player, exact, in parts that add up to the smallest unit.
//!
//! A player's part is what his change adds to the duty, averaged over every order in which the players could have changed. It belongs to nobody's telling of the story: the parts of
//! A to B are those of B to A with the other sign.

use crate::base::{Decimal, sum};

/// The most players that are mixed: 4,096 mixtures of one class of flows.
pub const MOST_PLAYERS: usize = 12;

/// 12!: every weight k! (n - k - 1)! / n! of up to twelve players is a whole number of its parts.
const WHOLE: i128 = 479_001_600;

/// Parts of a difference, exact: whole numbers of 1 / 12! of the smallest unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part(i128);

impl Part {
    /// Returns a part that is so many units of 10^-places; `None` where the amount has more places, or is too large.
    pub fn of(amount: Decimal, places: u32) -> Option<Self> {
        units(amount, places)?.checked_mul(WHOLE).map(Self)
    }

    /// Adds two parts; `None` where the sum is too large.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }
}

fn units(amount: Decimal, places: u32) -> Option<i128> {
    let amount = amount.normalize();
    let missing = places.checked_sub(amount.scale())?;
    amount.mantissa().checked_mul(10_i128.checked_pow(missing)?)
}

/// Returns the Shapley value of each player of a game.
///
/// `values` holds the value of every coalition, by mask: bit 0 is the first player. `places` is how many decimal places a value may have. The values are weighted by
/// k! (n - k - 1)! / n! (Shapley 1953), where k counts the players who changed before. `None` where the number of values is no power of two, there are more than
/// [`MOST_PLAYERS`] players, or a number is too large.
pub fn shapley(values: &[Decimal], places: u32) -> Option<Vec<Part>> {
    let players = values.len().checked_ilog2().filter(|_| values.len().is_power_of_two())? as usize;
    if players > MOST_PLAYERS {
        return None;
    }
    let values: Vec<i128> = values.iter().map(|value| units(*value, places)).collect::<Option<_>>()?;
    let factorial = |n: usize| (1..=n).try_fold(1_i128, |product, factor| product.checked_mul(factor as i128));
    let all = factorial(players)?;
    // The weight of a coalition of k others, in parts of 12!.
    let weights: Vec<i128> = (0..players)
        .map(|k| factorial(k)?.checked_mul(factorial(players - k - 1)?)?.checked_mul(WHOLE / all))
        .collect::<Option<_>>()?;
    (0..players)
        .map(|player| {
            let bit = 1_usize << player;
            let mut part = 0_i128;
            for (mask, without) in values.iter().enumerate().filter(|(mask, _)| mask & bit == 0) {
                let gain = values.get(mask | bit)?.checked_sub(*without)?;
                let weight = weights.get(mask.count_ones() as usize)?;
                part = part.checked_add(gain.checked_mul(*weight)?)?;
            }
            Some(Part(part))
        })
        .collect()
}

/// Rounds parts to whole units of 10^-places so that they add up to their sum.
///
/// Each is cut towards zero; the units that are left go to the parts that lost most by that, the first of equal ones. So the parts of the opposite difference are the same with the other sign.
/// `None` where the parts do not add up to a whole number of units, or are too large.
pub fn rounded(parts: &[Part], places: u32) -> Option<Vec<Decimal>> {
    let total = parts.iter().try_fold(0_i128, |total, part| total.checked_add(part.0))?;
    if total % WHOLE != 0 {
        return None;
    }
    let mut cut: Vec<i128> = parts.iter().map(|part| part.0 / WHOLE).collect();
    let left = total / WHOLE - cut.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    // A remainder has the sign of its part; only those on the side of what is left can take a unit.
    order.sort_by_key(|at| (-left.signum() * parts.get(*at).map_or(0, |part| part.0 % WHOLE), *at));
    for at in order.into_iter().take(usize::try_from(left.abs()).ok()?) {
        if let Some(unit) = cut.get_mut(at) {
            *unit += left.signum();
        }
    }
    cut.into_iter().map(|units| Decimal::try_from_i128_with_scale(units, places).ok()).collect()
}

/// Adds amounts; `None` on overflow.
pub(super) fn total(amounts: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    let mut all = Decimal::ZERO;
    for amount in amounts {
        all = sum(all, amount)?;
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::{rounded, shapley};
    use crate::base::Decimal;

    fn parts(values: &[i64]) -> Vec<String> {
        let values: Vec<Decimal> = values.iter().map(|cents| Decimal::new(*cents, 2)).collect();
        let parts = shapley(&values, 2).and_then(|parts| rounded(&parts, 2)).unwrap_or_default();
        parts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn parts_are_averages_over_orders_and_add_up() {
        assert_eq!(parts(&[100, 100]), ["0.00"]);
        // Each alone adds 10 and 20, both together 40: the 10 of acting together is halved.
        assert_eq!(parts(&[0, 1000, 2000, 4000]), ["15.00", "25.00"]);
        // Three alike players of one cent: the first takes it, and gives it back the other way round.
        assert_eq!(parts(&[0, 0, 0, 0, 0, 0, 0, 1]), ["0.01", "0.00", "0.00"]);
        assert_eq!(parts(&[1, 0, 0, 0, 0, 0, 0, 0]), ["-0.01", "0.00", "0.00"]);
        assert_eq!(shapley(&[Decimal::ZERO; 3], 2), None);
    }
}
