//! Bars as text: one for each name, one for each name and series, or parts upon each other told apart by letters.

use super::range;
use super::scale::Look;
use super::shape::{Stack, categories, folded, is_open, stack, stacked_range};
use crate::answer::{Chart, ChartKind, ChartY};
use crate::base::Decimal;
use crate::render::cell::harmless;
use rust_decimal::prelude::ToPrimitive;

/// The widest label; a longer one is cut. On narrow terminals two fifths of the width.
const LABEL: usize = 44;
/// Most bars drawn.
const MOST_BARS: usize = 100;
/// Most parts of a bar: beyond, letters are hard to find again.
const MOST_PARTS: usize = 12;
/// Parts of a block, by eighths.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
/// Where a bar may end anywhere.
const SHADE: char = '░';

/// One row: a heading, or a bar with its name and value.
struct Drawn {
    name: String,
    bar: Option<(Stack, String)>,
}

/// The cells that bars have, and where zero stands among them.
struct Cells {
    /// How many there are.
    room: usize,
    /// How many the whole span takes.
    scale: usize,
    span: Decimal,
    /// How many lie before zero.
    zero: usize,
}

impl Cells {
    fn of(least: Decimal, most: Decimal, room: usize) -> Option<Self> {
        // Bars below zero stand on the left of it, in whole cells: one cell is kept for their rounding.
        let scale = if least.is_zero() { room } else { room.saturating_sub(1) };
        let mut cells = Self { room, scale, span: most.checked_sub(least)?, zero: 0 };
        cells.zero = cells.eighths(least.abs())?.div_ceil(8).min(room);
        Some(cells)
    }

    /// How many eighths of a cell a length takes.
    fn eighths(&self, length: Decimal) -> Option<usize> {
        if self.span.is_zero() {
            return Some(0);
        }
        let all = Decimal::from(self.scale * 8);
        let along = match length.checked_mul(all) {
            Some(product) => product.checked_div(self.span)?,
            None => length.checked_div(self.span)?.checked_mul(all)?,
        };
        along.round().to_usize()
    }

    /// The nearest edge between cells: those of bars below zero away from it.
    fn edge(&self, at: Decimal) -> Option<usize> {
        let eighths = self.eighths(at.abs())?;
        let edge = if at < Decimal::ZERO { self.zero.saturating_sub(eighths.div_ceil(8)) } else { self.zero + (eighths + 4) / 8 };
        Some(edge.min(self.room))
    }
}

/// Draws bars: label, bar, number. What is not known is shaded from its least to its most.
pub(super) fn bars(chart: &Chart, width: u16) -> Option<String> {
    let chart = &folded(chart, MOST_PARTS);
    let is_stacked = chart.kind == ChartKind::Stacked;
    let several = !is_stacked && chart.series.len() > 1;
    let (found, left_out) = categories(chart, MOST_BARS);
    found.iter().flat_map(|one| &one.heights).flatten().next()?;
    let (least, most) = if is_stacked { stacked_range(&found)? } else { range(chart)? };
    let look = Look::of(&chart.y_unit, most.max(least.abs()));
    let mut rows: Vec<Drawn> = Vec::new();
    for one in found {
        if several {
            rows.push(Drawn { name: harmless(&one.name), bar: None });
            for (series, height) in chart.series.iter().zip(&one.heights).filter(|(_, height)| height.is_some()) {
                let stack = stack(&[*height])?;
                let told = stack.told(&look);
                rows.push(Drawn { name: format!("  {}", harmless(&series.title)), bar: Some((stack, told)) });
            }
        } else {
            let stack = stack(&one.heights)?;
            let told = stack.told(&look);
            rows.push(Drawn { name: harmless(&one.name), bar: Some((stack, told)) });
        }
    }
    let width = usize::from(width);
    let longest = LABEL.min(width * 2 / 5);
    let bars = || rows.iter().filter(|row| row.bar.is_some());
    let margin = bars().map(|row| row.name.chars().count()).max()?.min(longest);
    let values = rows.iter().flat_map(|row| &row.bar).map(|(_, told)| told.chars().count()).max()?;
    let room = width.saturating_sub(margin + values + 4).max(8);
    let cells = Cells::of(least, most, room)?;
    let mut out = String::new();
    let letters = || ('A'..='Z').zip(&chart.series);
    if is_stacked {
        for (letter, series) in letters().filter(|(_, series)| !is_open(series)) {
            out.push_str(&format!("  {letter}  {}\n", cut(&harmless(&series.title), width.saturating_sub(5))));
        }
    }
    let words = look.words();
    if !words.is_empty() {
        out.push_str(&format!("{}\n", harmless(&words)));
    }
    for row in &rows {
        let Some((stack, told)) = &row.bar else {
            out.push_str(&format!("{}\n", cut(&row.name, width)));
            continue;
        };
        let bar = if is_stacked { parts(stack, &cells)? } else { one(stack, &cells)? };
        let name = cut(&row.name, margin);
        out.push_str(format!("{name:margin$}  {bar} {told}").trim_end());
        out.push('\n');
    }
    if left_out > 0 {
        out.push_str(&format!("and {left_out} more, not drawn\n"));
    }
    if chart.series.iter().flat_map(|series| &series.points).any(|(_, y)| matches!(y, ChartY::Unknown { .. })) {
        out.push_str(&format!("{SHADE} not known\n"));
    }
    Some(out)
}

/// A bar of one part, as long as an eighth of a cell tells; below zero in whole cells.
fn one(stack: &Stack, cells: &Cells) -> Option<String> {
    let zero = cells.zero;
    let mut bar: Vec<char> = vec![' '; zero];
    let mut rest = "";
    for (_, _, to) in &stack.parts {
        if *to < Decimal::ZERO {
            let from = cells.edge(*to)?.min(zero);
            bar.iter_mut().skip(from).for_each(|cell| *cell = '█');
        } else {
            let length = cells.eighths(*to)?.min(cells.room.saturating_sub(zero) * 8);
            bar.extend(std::iter::repeat_n('█', length / 8));
            rest = EIGHTHS.get(length % 8).copied().unwrap_or_default();
        }
    }
    if !stack.unknown.is_empty() {
        shade(&mut bar, stack, cells)?;
        rest = "";
    }
    Some(bar.into_iter().chain(rest.chars()).collect())
}

/// A bar of parts, each drawn with its letter.
fn parts(stack: &Stack, cells: &Cells) -> Option<String> {
    let mut bar: Vec<char> = vec![' '; cells.zero];
    for (number, from, to) in &stack.parts {
        let letter = ('A'..='Z').nth(*number).unwrap_or('?');
        let (from, to) = (cells.edge(*from.min(to))?, cells.edge(*from.max(to))?);
        fill(&mut bar, from, to, letter);
    }
    shade(&mut bar, stack, cells)?;
    Some(bar.into_iter().collect())
}

fn shade(bar: &mut Vec<char>, stack: &Stack, cells: &Cells) -> Option<()> {
    for (from, to) in &stack.unknown {
        let to = to.map_or(Some(cells.room), |to| cells.edge(to))?;
        let from = cells.edge(*from)?;
        // A stretch narrower than a cell still shows.
        let (low, high) = if from == to { (from, from + 1) } else { (from.min(to), from.max(to)) };
        fill(bar, low, high.min(cells.room), SHADE);
    }
    Some(())
}

fn fill(bar: &mut Vec<char>, from: usize, to: usize, with: char) {
    if bar.len() < to {
        bar.resize(to, ' ');
    }
    bar.iter_mut().take(to).skip(from).for_each(|cell| *cell = with);
}

/// Cuts a text to a width; the end that is cut shows as an ellipsis.
pub(super) fn cut(name: &str, room: usize) -> String {
    if name.chars().count() <= room {
        return name.to_owned();
    }
    name.chars().take(room.saturating_sub(1)).chain(['…']).collect()
}
