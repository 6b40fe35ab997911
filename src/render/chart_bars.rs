//! Bars: one a point, from zero to its height.

use super::cell::harmless;
use super::chart::range;
use super::chart_scale::Look;
use crate::answer::{Chart, ChartX, ChartY};
use crate::base::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The widest label; a longer one is cut.
const LABEL: usize = 36;
/// Parts of a block, by eighths.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// Draws bars: label, bar, number. What is not known is shaded from its least to its most.
pub(super) fn bars(chart: &Chart, width: u16) -> Option<String> {
    let (least, most) = range(chart)?;
    let x_look = Look::of(&chart.x_unit, Decimal::ZERO);
    let look = Look::of(&chart.y_unit, most.max(least.abs()));
    let several = chart.series.len() > 1;
    let mut rows: Vec<(String, ChartY, String)> = Vec::new();
    let longest = chart.series.iter().map(|series| series.points.len()).max()?;
    for number in 0..longest {
        for series in &chart.series {
            let Some((x, y)) = series.points.get(number) else { continue };
            let name = match x {
                ChartX::Day(day) => day.to_string(),
                ChartX::Number(number) => x_look.show(*number),
                ChartX::Name(name) => name.clone(),
            };
            let name = if several { format!("{name}, {}", series.title) } else { name };
            rows.push((cut(&harmless(&name)), *y, value(*y, &look)));
        }
    }
    let margin = rows.iter().map(|(name, ..)| name.chars().count()).max()?;
    let values = rows.iter().map(|(.., value)| value.chars().count()).max()?;
    let room = usize::from(width).saturating_sub(margin + values + 4).max(8);
    let span = most.checked_sub(least)?;
    // Bars below zero stand on the left of it, in whole cells: one cell is kept for their rounding.
    let cells = if least.is_zero() { room } else { room - 1 };
    let left = eighths(least.abs(), span, cells)?.div_ceil(8);
    let right = room - left.min(room);
    let mut out = String::new();
    let words = look.words();
    if !words.is_empty() {
        out.push_str(&format!("{}\n", harmless(&words)));
    }
    for (name, y, value) in rows {
        let bar = match y {
            ChartY::Known(y) if y < Decimal::ZERO => {
                let length = eighths(y.abs(), span, cells)?.div_ceil(8).min(left);
                format!("{}{}", " ".repeat(left - length), "█".repeat(length))
            }
            ChartY::Known(y) => {
                let length = eighths(y, span, cells)?.min(right * 8);
                let rest = EIGHTHS.get(length % 8).copied().unwrap_or_default();
                format!("{}{}{rest}", " ".repeat(left), "█".repeat(length / 8))
            }
            ChartY::Unknown { at_least, at_most } => {
                let from = eighths(at_least.unwrap_or_default().max(Decimal::ZERO), span, cells)? / 8;
                let to = at_most.map_or(Some(right), |most| Some(eighths(most.max(Decimal::ZERO), span, cells)?.div_ceil(8)))?;
                format!("{}{}{}", " ".repeat(left), "█".repeat(from), "░".repeat(to.min(right).saturating_sub(from)))
            }
            ChartY::Refused | ChartY::Nothing => String::new(),
        };
        out.push_str(format!("{name:margin$}  {bar} {value}").trim_end());
        out.push('\n');
    }
    Some(out)
}

/// How many eighths of a cell a length takes.
fn eighths(length: Decimal, span: Decimal, room: usize) -> Option<usize> {
    if span.is_zero() {
        return Some(0);
    }
    length.checked_mul(Decimal::from(room * 8))?.checked_div(span)?.round().to_usize()
}

fn value(y: ChartY, look: &Look<'_>) -> String {
    match y {
        ChartY::Known(y) => look.show(y),
        ChartY::Unknown { at_least, at_most } => match (at_least, at_most) {
            (Some(least), Some(most)) => format!("{} to {}", look.show(least), look.show(most)),
            (Some(least), None) => format!("at least {}", look.show(least)),
            (None, Some(most)) => format!("at most {}", look.show(most)),
            (None, None) => "unknown".into(),
        },
        ChartY::Refused => "refused".into(),
        ChartY::Nothing => "none".into(),
    }
}

fn cut(name: &str) -> String {
    if name.chars().count() <= LABEL {
        return name.to_owned();
    }
    name.chars().take(LABEL - 1).chain(['…']).collect()
}
