//! Steps and lines as pictures, with numbered flags where something is marked.

use super::canvas::{Canvas, Entry, Hold, SIDE, Sample, WIDTH, along, number};
use super::paint::{self as paint, SMALL, TEXT};
use super::text::width;
use crate::answer::{Chart, ChartKind, ChartSeries, ChartY};
use crate::base::Decimal;
use crate::render::chart::scale::{Look, Scale};
use crate::render::chart::shape::named;
use crate::render::chart::{Along, days, range};

/// How high the plot is.
const HEIGHT: i64 = 2_900;
/// Most series drawn: beyond, lines cannot be told from each other.
const MOST_SERIES: usize = 12;
/// Names up to this width stand at the ends of their lines.
const AT_END: i64 = 1_350;
/// Lines of at most so many points show each of them.
const MARKED: usize = 25;

/// Where the plot lies, and what it measures.
struct Plot<'c> {
    chart: &'c Chart,
    along: Along,
    scale: Scale,
    look: Look<'c>,
    left: i64,
    right: i64,
    top: i64,
}

impl Plot<'_> {
    fn bottom(&self) -> i64 {
        self.top + HEIGHT
    }

    fn x(&self, at: Decimal) -> Option<i64> {
        Some(self.left + along(at, self.along.low, self.along.high, self.right - self.left)?)
    }

    fn y(&self, height: Decimal) -> Option<i64> {
        Some(self.bottom() - along(height, self.scale.low, self.scale.high, HEIGHT)?)
    }
}

pub(super) fn draw(canvas: &mut Canvas, chart: &Chart) -> Option<()> {
    let (least, most) = range(chart)?;
    let scale = Scale::around(least, most, 5)?;
    let look = Look::of(&chart.y_unit, scale.high.max(scale.low.abs()));
    let ticks: Vec<(Decimal, String)> = scale.ticks().into_iter().map(|tick| (tick, look.show(tick))).collect();
    let margin = ticks.iter().map(|(_, label)| width(label, SMALL)).max()?;
    let drawn = chart.series.get(..chart.series.len().min(MOST_SERIES))?;
    let ends = end_labels(drawn);
    let words = look.words();
    if !words.is_empty() {
        canvas.words("s", &words, 1);
    }
    if scale.low > Decimal::ZERO {
        canvas.words("n", &format!("The axis begins at {}, not at zero.", look.show(scale.low)), 1);
    }
    legend(canvas, chart, drawn, ends.is_some());
    if chart.series.len() > drawn.len() {
        canvas.words("n", &format!("and {} more series, not drawn", chart.series.len() - drawn.len()), 1);
    }
    let flags = if chart.marks.is_empty() { 100 } else { 330 };
    let plot = Plot {
        chart,
        along: Along::of(chart)?,
        scale,
        look,
        left: SIDE + margin + 90,
        right: WIDTH - SIDE - ends.unwrap_or(60),
        top: canvas.y + flags,
    };
    for (tick, label) in &ticks {
        let y = plot.y(*tick)?;
        canvas.line((plot.left, y), (plot.right, y), if tick.is_zero() { "z" } else { "g" });
        canvas.text(plot.left - 80, y + 55, Hold::End, "n", label, label);
    }
    below(canvas, &plot)?;
    flags_above(canvas, &plot)?;
    let mut refused: Vec<(i64, i64)> = Vec::new();
    let mut names: Vec<(i64, usize)> = Vec::new();
    for (number, series) in drawn.iter().enumerate() {
        let end = match chart.kind {
            ChartKind::Steps => steps(canvas, &plot, number, series, &mut refused)?,
            ChartKind::Line | ChartKind::Bars | ChartKind::Stacked => line(canvas, &plot, number, series, &mut refused)?,
        };
        names.extend(end.map(|y| (y, number)));
    }
    for (from, to) in refused {
        if to - from > width("refused", SMALL) {
            canvas.text((from + to) / 2, plot.bottom() - 100, Hold::Middle, "n", "refused", "refused");
        }
        canvas.line((from, plot.bottom() - 40), (to, plot.bottom() - 40), "k");
    }
    if ends.is_some() {
        at_ends(canvas, &plot, drawn, names);
    }
    canvas.y = plot.bottom() + 330;
    let x_words = Look::of(&chart.x_unit, plot.along.high).words();
    if !x_words.is_empty() {
        canvas.fitted((plot.right, canvas.y + 120), Hold::End, "n", &x_words, plot.right - SIDE);
        canvas.y += 190;
    }
    Some(())
}

/// The room that names at the ends of lines take; `None` where they stand in a legend, or there is none to be told.
fn end_labels(drawn: &[ChartSeries]) -> Option<i64> {
    let widest = drawn.iter().map(|series| width(&series.title, TEXT)).max()?;
    ((2..=6).contains(&drawn.len()) && widest <= AT_END).then_some(widest + 155)
}

fn legend(canvas: &mut Canvas, chart: &Chart, drawn: &[ChartSeries], at_ends: bool) {
    let marked = chart.kind != ChartKind::Steps;
    let mut entries = Vec::new();
    if !at_ends && (drawn.len() > 1 || drawn.iter().any(|series| !series.title.is_empty())) {
        let each = drawn.iter().enumerate();
        entries.extend(each.map(|(series, of)| Entry { sample: Sample::Line { series, marked }, name: of.title.clone() }));
    }
    if drawn.iter().flat_map(|series| &series.points).any(|(_, y)| matches!(y, ChartY::Unknown { .. })) {
        entries.push(Entry { sample: Sample::Unknown, name: "not known: between these bounds".into() });
    }
    canvas.legend(&entries);
}

/// The names at the ends of the lines, moved apart where they would lie upon each other.
fn at_ends(canvas: &mut Canvas, plot: &Plot<'_>, drawn: &[ChartSeries], mut names: Vec<(i64, usize)>) {
    const APART: i64 = 195;
    names.sort_unstable();
    let mut free = plot.top - 100;
    for (y, _) in &mut names {
        *y = (*y).max(free);
        free = *y + APART;
    }
    let mut below = plot.bottom() + APART;
    for (y, _) in names.iter_mut().rev() {
        *y = (*y).min(below - APART);
        below = *y;
    }
    for (y, number) in names {
        if let Some(series) = drawn.get(number) {
            canvas.marker((plot.right + 75, y), number, "");
            canvas.text(plot.right + 155, y + 60, Hold::Start, "t", &series.title, &series.title);
        }
    }
}

/// The ticks and labels below the plot; a label that would touch its neighbour is left out.
fn below(canvas: &mut Canvas, plot: &Plot<'_>) -> Option<()> {
    let labels: Vec<(Decimal, String)> = match plot.along.first_day {
        Some(first) => days(first, plot.along.high, 55),
        None => {
            let scale = Scale::around(plot.along.low, plot.along.high, 6)?;
            let look = Look::of(&plot.chart.x_unit, scale.high);
            scale.ticks().into_iter().map(|tick| (tick, look.show(tick))).collect()
        }
    };
    let mut free = 0;
    for (at, label) in labels.iter().filter(|(at, _)| plot.along.low <= *at && *at <= plot.along.high) {
        let x = plot.x(*at)?;
        let half = width(label, SMALL) / 2;
        let middle = x.max(SIDE + half).min(WIDTH - SIDE - half);
        if middle - half < free {
            continue;
        }
        free = middle + half + 100;
        canvas.line((x, plot.bottom()), (x, plot.bottom() + 60), "z");
        canvas.text(middle, plot.bottom() + 240, Hold::Middle, "n", label, label);
    }
    Some(())
}

/// A flag with a number, its middle at a place.
pub(super) fn flag(canvas: &mut Canvas, x: i64, y: i64, words: &str) {
    let half = (width(words, SMALL) / 2 + 55).max(105);
    let at = [x - half, y - 105, 2 * half, 210].map(number);
    let [left, top, wide, high] = at;
    canvas
        .out
        .push_str(&format!("<rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{high}\" rx=\"10.5\"{}/>", paint::flag()));
    canvas.text(x, y + 55, Hold::Middle, "kt", words, words);
}

/// The flags above the plot, one for each mark; marks close to each other share one.
fn flags_above(canvas: &mut Canvas, plot: &Plot<'_>) -> Option<()> {
    let mut flags: Vec<(i64, usize, usize)> = Vec::new();
    let words = |first: usize, last: usize| if first == last { first.to_string() } else { format!("{first}–{last}") };
    for (number, mark) in plot.chart.marks.iter().enumerate() {
        let Some(at) = plot.along.number(&mark.at).filter(|at| plot.along.low <= *at && *at <= plot.along.high) else { continue };
        let x = plot.x(at)?;
        canvas.line((x, plot.top - 120), (x, plot.bottom()), "k");
        flags.push((x, number + 1, number + 1));
        // A flag that would touch the one before becomes one with it, and that one with the one before it.
        while let [.., (x0, first, before), (x1, next, last)] = *flags.as_slice() {
            let half = |words: &str| (width(words, SMALL) / 2 + 55).max(105);
            let apart = half(&words(first, before)) + half(&words(next, last)) + 20;
            if x1 - x0 >= apart {
                break;
            }
            flags.truncate(flags.len() - 2);
            flags.push(((x0 + x1) / 2, first, last));
        }
    }
    for (x, first, last) in flags {
        let words = words(first, last);
        let half = (width(&words, SMALL) / 2 + 55).max(105);
        flag(canvas, x.max(SIDE + half).min(WIDTH - SIDE - half), plot.top - 200, &words);
    }
    Some(())
}

/// What the hatching or gap of a stretch is: nothing where a known height is drawn.
fn not_known(
    canvas: &mut Canvas,
    plot: &Plot<'_>,
    (from, to): (i64, i64),
    y: ChartY,
    told: &str,
    refused: &mut Vec<(i64, i64)>,
) -> Option<()> {
    match y {
        ChartY::Unknown { at_least, at_most } => {
            let low = at_least.map_or(Some(plot.bottom()), |least| plot.y(least))?;
            let high = at_most.map_or(Some(plot.top), |most| plot.y(most))?;
            // Bounds that are the same, or nearly, still show.
            let high = high.min(low - 20);
            let look = paint::hatched(&canvas.id);
            canvas.area((from, high), (to, low), &look, told);
            for y in [at_most.map(|_| high), at_least.map(|_| low)].into_iter().flatten() {
                canvas.line((from, y), (to, y), "z");
            }
        }
        ChartY::Refused if !refused.iter().any(|(a, b)| from < *b && *a < to) => refused.push((from, to)),
        ChartY::Known(_) | ChartY::Refused | ChartY::Nothing => {}
    }
    Some(())
}

/// What a point tells: series, place and height.
fn tell(plot: &Plot<'_>, series: &ChartSeries, point: usize) -> String {
    let Some((x, y)) = series.points.get(point) else { return String::new() };
    let name = if series.title.is_empty() { String::new() } else { format!("{}, ", series.title) };
    format!("{name}{}: {}", named(plot.chart, x), plot.look.told(*y))
}

/// Draws the steps of a series; returns where it ends.
fn steps(
    canvas: &mut Canvas,
    plot: &Plot<'_>,
    number_of: usize,
    series: &ChartSeries,
    refused: &mut Vec<(i64, i64)>,
) -> Option<Option<i64>> {
    let end = plot.chart.until.as_ref().and_then(|until| plot.along.number(until)).unwrap_or(plot.along.high);
    let (mut path, mut is_down, mut last) = (String::new(), false, None);
    for (place, (x, y)) in series.points.iter().enumerate() {
        let Some(from) = plot.along.number(x) else { continue };
        let next = series.points.get(place + 1).and_then(|(x, _)| plot.along.number(x)).unwrap_or(end);
        let (from, to) = (plot.x(from)?, plot.x(next.max(from))?);
        match y {
            ChartY::Known(height) => {
                let y = plot.y(*height)?;
                path.push_str(&if is_down { format!("V{}", number(y)) } else { format!("M{} {}", number(from), number(y)) });
                // A stretch of no length still shows.
                let to = if from == to && !is_down { (to + 30).min(plot.right) } else { to };
                path.push_str(&format!("H{}", number(to)));
                (is_down, last) = (true, Some(y));
            }
            ChartY::Unknown { .. } | ChartY::Refused | ChartY::Nothing => {
                not_known(canvas, plot, (from, to), *y, &tell(plot, series, place), refused)?;
                is_down = false;
            }
        }
    }
    if !path.is_empty() {
        canvas.path(&path, &paint::stroke(number_of), &series.title);
    }
    Some(last)
}

/// Draws the line of a series, with a marker at each point; returns where it ends.
fn line(
    canvas: &mut Canvas,
    plot: &Plot<'_>,
    number_of: usize,
    series: &ChartSeries,
    refused: &mut Vec<(i64, i64)>,
) -> Option<Option<i64>> {
    let mut places: Vec<Option<i64>> = Vec::with_capacity(series.points.len());
    for (x, _) in &series.points {
        places.push(plot.along.number(x).and_then(|x| plot.x(x)));
    }
    let at = |place: usize| places.get(place).copied().flatten();
    let (mut path, mut is_down, mut points) = (String::new(), false, Vec::new());
    for (place, (_, y)) in series.points.iter().enumerate() {
        let Some(x) = at(place) else { continue };
        if let ChartY::Known(height) = y {
            let y = plot.y(*height)?;
            path.push_str(&format!("{}{} {}", if is_down { 'L' } else { 'M' }, number(x), number(y)));
            is_down = true;
            points.push((x, y, place));
            continue;
        }
        // What is not known at a setting is shown half way to its neighbours.
        let before = place.checked_sub(1).and_then(at).map_or(x, |other| (x + other) / 2);
        let after = at(place + 1).map_or(x, |other| (x + other) / 2);
        let (from, to) = (before.min(x - 40).max(plot.left), after.max(x + 40).min(plot.right));
        not_known(canvas, plot, (from, to), *y, &tell(plot, series, place), refused)?;
        is_down = false;
    }
    if !path.is_empty() {
        canvas.path(&path, &paint::stroke(number_of), &series.title);
    }
    let every = points.len().div_ceil(MARKED).max(1);
    for (x, y, place) in points.iter().step_by(every) {
        canvas.marker((*x, *y), number_of, &tell(plot, series, *place));
    }
    Some(points.last().map(|(_, y, _)| *y))
}
