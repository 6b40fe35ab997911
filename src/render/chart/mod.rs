//! Charts as text: steps and lines over days or numbers, and bars. No color is needed to read them.

mod bars;
mod marks;
pub(super) mod scale;
pub(super) mod shape;

use self::bars::{bars, cut};
use self::marks::{above, below, wrapped};
use self::scale::{Look, Scale, place};
use self::shape::is_bars;
use crate::answer::{Chart, ChartKind, ChartSeries, ChartX, ChartY};
use crate::base::{Date, Decimal, days_between};
use crate::render::cell::harmless;
use jiff::ToSpan;

/// The narrowest chart, and the widest: beyond it lines get hard to follow.
const NARROWEST: u16 = 40;
const WIDEST: u16 = 120;
/// The rows of a chart, about.
const ROWS: usize = 12;
/// As many series as there are letters.
const MOST_SERIES: usize = 26;

const LEFT: u8 = 1;
const RIGHT: u8 = 2;
const UP: u8 = 4;
const DOWN: u8 = 8;
/// The line that joins these sides of a cell, by the sum of the sides.
const JOINTS: [char; 16] = [' ', '╴', '╶', '─', '╵', '┘', '└', '┴', '╷', '┐', '┌', '┬', '│', '┤', '├', '┼'];
/// Where a duty may lie anywhere.
const SHADE: char = '░';

/// Draws a chart as text of a width, ending in a line feed.
///
/// Several series are drawn with a letter each; where they coincide the first one shows. What is not known is shaded between its bounds.
pub fn chart(chart: &Chart, width: u16) -> String {
    let width = width.clamp(NARROWEST, WIDEST);
    let drawn = if is_bars(chart) { bars(chart, width) } else { lines(chart, usize::from(width)) };
    let mut out = wrapped(&harmless(&chart.title), usize::from(width), 0);
    match drawn {
        Some(drawn) => out.push_str(&drawn),
        None => out.push_str("(nothing that can be drawn)\n"),
    }
    if !chart.marks.is_empty() {
        out.push_str(&below(chart, usize::from(width)));
    }
    out
}

/// The least and the most of all heights and bounds, with zero; without it for lines that lie far above it, whose crossings could not be seen.
pub(in crate::render) fn range(chart: &Chart) -> Option<(Decimal, Decimal)> {
    let heights = chart.series.iter().flat_map(|series| &series.points).flat_map(|(_, y)| match y {
        ChartY::Known(y) => [Some(*y), None],
        ChartY::Unknown { at_least, at_most } => [*at_least, *at_most],
        ChartY::Refused | ChartY::Nothing => [None, None],
    });
    let all: Vec<Decimal> = heights.flatten().collect();
    let (least, most) = (*all.iter().min()?, *all.iter().max()?);
    let is_far = chart.kind == ChartKind::Line
        && !is_bars(chart)
        && least > Decimal::ZERO
        && most.checked_sub(least).is_some_and(|span| !span.is_zero() && span < least);
    Some(if is_far { (least, most) } else { (least.min(Decimal::ZERO), most.max(Decimal::ZERO)) })
}

/// The numbers along the chart: days counted from the first one.
pub(in crate::render) struct Along {
    pub(super) first_day: Option<Date>,
    pub(super) low: Decimal,
    pub(super) high: Decimal,
}

impl Along {
    pub(super) fn of(chart: &Chart) -> Option<Self> {
        let all = || chart.series.iter().flat_map(|series| series.points.iter().map(|(x, _)| x)).chain(&chart.until);
        let day = |x: &ChartX| if let ChartX::Day(day) = x { Some(*day) } else { None };
        let mut along = Self { first_day: all().filter_map(day).min(), low: Decimal::ZERO, high: Decimal::ZERO };
        let numbers: Vec<Decimal> = all().filter_map(|x| along.number(x)).collect();
        (along.low, along.high) = (*numbers.iter().min()?, *numbers.iter().max()?);
        Some(along)
    }

    pub(super) fn number(&self, x: &ChartX) -> Option<Decimal> {
        match x {
            ChartX::Day(day) => Some(Decimal::from(days_between(self.first_day?, *day))),
            ChartX::Number(number) => Some(*number),
            ChartX::Name(_) => None,
        }
    }
}

/// A grid of cells, row 0 at the bottom: the sides that lines join, and the letters and shades in them.
struct Grid {
    columns: usize,
    rows: usize,
    joints: Vec<u8>,
    marks: Vec<Option<char>>,
}

impl Grid {
    fn new(columns: usize, rows: usize) -> Self {
        Self { columns, rows, joints: vec![0; columns * rows], marks: vec![None; columns * rows] }
    }

    fn join(&mut self, row: usize, column: usize, sides: u8) {
        if let Some(cell) = self.joints.get_mut(row * self.columns + column) {
            *cell |= sides;
        }
    }

    fn climb(&mut self, from: usize, to: usize, column: usize) {
        for row in from.min(to)..from.max(to) {
            self.join(row, column, UP);
            self.join(row + 1, column, DOWN);
        }
    }

    fn mark(&mut self, row: usize, column: usize, mark: char) {
        if let Some(cell) = self.marks.get_mut(row * self.columns + column) {
            *cell = cell.filter(|old| *old != SHADE).or(Some(mark));
        }
    }

    fn shade(&mut self, rows: std::ops::RangeInclusive<usize>, column: usize) {
        for row in rows {
            if let Some(cell) = self.marks.get_mut(row * self.columns + column) {
                *cell = cell.or(Some(SHADE));
            }
        }
    }

    /// Turns the lines of a series into its letter, so that the next one can be drawn.
    fn letter(&mut self, letter: char) {
        for row in 0..self.rows {
            for column in 0..self.columns {
                let sides = self.joints.get(row * self.columns + column).copied().unwrap_or_default();
                if sides & (LEFT | RIGHT) != 0 {
                    self.mark(row, column, letter);
                } else if sides != 0 {
                    self.mark(row, column, '│');
                }
            }
        }
        self.joints.fill(0);
    }

    fn row(&self, row: usize) -> String {
        let cells = (0..self.columns).map(|column| {
            let at = row * self.columns + column;
            let joint = self.joints.get(at).and_then(|sides| JOINTS.get(usize::from(*sides))).copied().unwrap_or(' ');
            if joint == ' ' { self.marks.get(at).copied().flatten().unwrap_or(' ') } else { joint }
        });
        cells.collect::<String>().trim_end().to_owned()
    }
}

fn lines(chart: &Chart, width: usize) -> Option<String> {
    let (least, most) = range(chart)?;
    let scale = Scale::around(least, most, 6)?;
    let along = Along::of(chart)?;
    let look = Look::of(&chart.y_unit, scale.high.max(scale.low.abs()));
    let labels: Vec<(Decimal, String)> = scale.ticks().into_iter().map(|tick| (tick, look.show(tick))).collect();
    let margin = labels.iter().map(|(_, label)| label.chars().count()).max()?;
    let rows = scale.steps() * (ROWS / scale.steps()).max(1) + 1;
    let columns = width.saturating_sub(margin + 2).max(10);
    let mut grid = Grid::new(columns, rows);
    let several = chart.series.len() > 1;
    let letters: Vec<(char, &ChartSeries)> = ('A'..='Z').zip(&chart.series).collect();
    for (letter, series) in &letters {
        draw(&mut grid, chart.kind, series, &along, &scale)?;
        if several {
            grid.letter(*letter);
        }
    }
    let mut out = String::new();
    if several {
        for (letter, series) in &letters {
            out.push_str(&format!("  {letter}  {}\n", cut(&harmless(&series.title), width.saturating_sub(5))));
        }
    }
    if chart.series.len() > MOST_SERIES {
        out.push_str(&format!("  and {} more, not drawn\n", chart.series.len() - MOST_SERIES));
    }
    let words = look.words();
    if !words.is_empty() {
        out.push_str(&format!("{}\n", harmless(&words)));
    }
    if scale.low > Decimal::ZERO {
        out.push_str(&format!("(axis from {}, not from zero)\n", look.show(scale.low)));
    }
    if let Some(flags) = above(chart, &along, columns) {
        out.push_str(&format!("{:margin$}  {flags}\n", ""));
    }
    for row in (0..rows).rev() {
        let label = labels.iter().find(|(tick, _)| place(*tick, scale.low, scale.high, rows - 1) == Some(row));
        let (label, side) = label.map_or(("", '│'), |(_, label)| (label.as_str(), '┤'));
        out.push_str(&format!("{label:>margin$} {side}{}\n", grid.row(row)));
    }
    let (axis, below) = axis(chart, &along, columns);
    out.push_str(&format!("{:margin$} └{axis}\n{:margin$}  {below}\n", "", ""));
    let x_words = Look::of(&chart.x_unit, along.high).words();
    if !x_words.is_empty() {
        out.push_str(&format!("{:margin$}  {}\n", "", harmless(&x_words)));
    }
    if chart.series.iter().flat_map(|series| &series.points).any(|(_, y)| matches!(y, ChartY::Refused)) {
        out.push_str("no line: entry is refused\n");
    }
    if chart.series.iter().flat_map(|series| &series.points).any(|(_, y)| matches!(y, ChartY::Unknown { .. })) {
        out.push_str(&format!("{SHADE} not known: between these bounds\n"));
    }
    Some(out)
}

/// Draws one series into the grid, column by column.
fn draw(grid: &mut Grid, kind: ChartKind, series: &ChartSeries, along: &Along, scale: &Scale) -> Option<()> {
    let last = grid.columns.checked_sub(1)?;
    let points: Vec<(usize, Decimal, ChartY)> = series
        .points
        .iter()
        .filter_map(|(x, y)| along.number(x).and_then(|x| Some((place(x, along.low, along.high, last)?, x, *y))))
        .collect();
    let mut before: Option<usize> = None;
    let mut holds: Option<ChartY> = None;
    for column in 0..=last {
        let own: Vec<ChartY> = points.iter().filter(|(at, ..)| *at == column).map(|(.., y)| *y).collect();
        let values = match kind {
            _ if !own.is_empty() => own,
            ChartKind::Steps => holds.into_iter().collect(),
            ChartKind::Line | ChartKind::Bars | ChartKind::Stacked => between(&points, column, along, last).into_iter().collect(),
        };
        for value in &values {
            match value {
                ChartY::Known(y) => {
                    let row = place(*y, scale.low, scale.high, grid.rows - 1)?;
                    if let Some(from) = before {
                        grid.join(from, column, if holds.is_some() { LEFT } else { 0 });
                        grid.climb(from, row, column);
                    } else {
                        grid.join(row, column, LEFT);
                    }
                    (before, holds) = (Some(row), None);
                }
                ChartY::Unknown { at_least, at_most } => {
                    let row = |bound: Option<Decimal>, open: usize| {
                        bound.map_or(Some(open), |bound| place(bound, scale.low, scale.high, grid.rows - 1))
                    };
                    let (low, high) = (row(*at_least, 0)?, row(*at_most, grid.rows - 1)?);
                    grid.shade(low..=high, column);
                    before = None;
                }
                ChartY::Refused | ChartY::Nothing => before = None,
            }
        }
        if let Some(row) = before {
            grid.join(row, column, RIGHT);
        }
        holds = values.last().copied();
    }
    Some(())
}

/// The height of a straight line between the two known points around a column.
fn between(points: &[(usize, Decimal, ChartY)], column: usize, along: &Along, last: usize) -> Option<ChartY> {
    let after = points.iter().position(|(at, ..)| *at > column)?;
    let (_, x1, y1) = points.get(after)?;
    let (_, x0, y0) = points.get(after.checked_sub(1)?)?;
    let (ChartY::Known(y0), ChartY::Known(y1)) = (y0, y1) else { return None };
    let span = along.high.checked_sub(along.low)?;
    let x = span.checked_mul(Decimal::from(column))?.checked_div(Decimal::from(last))?.checked_add(along.low)?;
    let part = x.checked_sub(*x0)?.checked_div(x1.checked_sub(*x0)?)?;
    y1.checked_sub(*y0)?.checked_mul(part)?.checked_add(*y0).map(ChartY::Known)
}

/// The axis below the grid, with marks, and the labels under the marks.
fn axis(chart: &Chart, along: &Along, columns: usize) -> (String, String) {
    let labels = match along.first_day {
        Some(first) => days(first, along.high, columns),
        None => Scale::around(along.low, along.high, u32::try_from(columns / 14).unwrap_or(1))
            .map(|scale| {
                let look = Look::of(&chart.x_unit, scale.high);
                scale.ticks().into_iter().map(|tick| (tick, look.show(tick))).collect()
            })
            .unwrap_or_default(),
    };
    let mut axis: Vec<char> = vec!['─'; columns];
    let mut below = String::new();
    for (number, label) in labels.iter().filter(|(number, _)| along.low <= *number && *number <= along.high) {
        let Some(column) = place(*number, along.low, along.high, columns - 1) else { continue };
        let free = below.chars().count();
        // A label that would touch its neighbour, or stand out on the right, is left out with its mark.
        if (free > 0 && column <= free) || column + label.chars().count() > columns {
            continue;
        }
        if let Some(cell) = axis.get_mut(column) {
            *cell = '┬';
        }
        below.push_str(&" ".repeat(column - free));
        below.push_str(label);
    }
    (axis.into_iter().collect(), below)
}

/// Days to be marked: the first of months in a short form, or days where the chart spans few months.
pub(in crate::render) fn days(first: Date, span: Decimal, columns: usize) -> Vec<(Decimal, String)> {
    let number = |day: Date| Decimal::from(days_between(first, day));
    let room = columns / 10;
    let months = span.checked_div(Decimal::from(30)).unwrap_or_default();
    if months >= Decimal::from(3) {
        let every = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600];
        let fits = |every: &&i32| months.checked_div(Decimal::from(**every)).is_some_and(|count| count <= Decimal::from(room));
        let every = every.iter().find(fits).copied().unwrap_or(1_200);
        let mut marks = Vec::new();
        // Counted from January, so that marks stand at quarters and years.
        let mut at = Date::new(first.year(), 1, 1).unwrap_or(first);
        while number(at) <= span {
            if at >= first {
                marks.push((number(at), format!("{:04}-{:02}", at.year(), at.month())));
            }
            let Ok(next) = at.checked_add(every.months()) else { break };
            at = next;
        }
        return marks;
    }
    let every = [1, 2, 7, 14, 28];
    let fits = |every: &&i32| span.checked_div(Decimal::from(**every)).is_some_and(|count| count <= Decimal::from(columns / 11));
    let every = every.iter().find(fits).copied().unwrap_or(56);
    let mut marks = Vec::new();
    let mut at = first;
    while number(at) <= span {
        marks.push((number(at), at.to_string()));
        let Ok(next) = at.checked_add(every.days()) else { break };
        at = next;
    }
    marks
}
