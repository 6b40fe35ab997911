//! Bars on days or at numbers as pictures: they stand along the axis.

use super::canvas::{Canvas, Entry, Hold, SIDE, Sample, WIDTH, along};
use super::paint::{self as paint, SMALL};
use super::text::width;
use crate::answer::{Chart, ChartKind, ChartY};
use crate::base::Decimal;
use crate::render::chart::range;
use crate::render::chart::scale::{Look, Scale};
use crate::render::chart::shape::{Category, categories, is_open, stack, stacked_range};

/// How high the plot is.
const HEIGHT: i64 = 2_800;
/// Most columns drawn.
const MOST_COLUMNS: usize = 120;
/// Most series side by side.
const MOST_SERIES: usize = 8;

/// Where columns stand, and what they measure.
struct Room {
    scale: Scale,
    left: i64,
    right: i64,
    top: i64,
}

impl Room {
    fn bottom(&self) -> i64 {
        self.top + HEIGHT
    }

    fn y(&self, height: Decimal) -> Option<i64> {
        Some(self.bottom() - along(height, self.scale.low, self.scale.high, HEIGHT)?)
    }
}

pub(super) fn draw(canvas: &mut Canvas, chart: &Chart) -> Option<()> {
    let is_stacked = chart.kind == ChartKind::Stacked;
    let (found, left_out) = categories(chart, MOST_COLUMNS);
    found.first()?;
    let (low, high) = if is_stacked { stacked_range(&found)? } else { range(chart)? };
    let scale = Scale::around(low, high, 5)?;
    let look = Look::of(&chart.y_unit, high.max(low.abs()));
    let words = look.words();
    if !words.is_empty() {
        canvas.words("s", &words, 1);
    }
    legend(canvas, chart);
    let ticks: Vec<(Decimal, String)> = scale.ticks().into_iter().map(|tick| (tick, look.show(tick))).collect();
    let margin = ticks.iter().map(|(_, label)| width(label, SMALL)).max()?;
    let room = Room { scale, left: SIDE + margin + 90, right: WIDTH - SIDE, top: canvas.y + 250 };
    for (tick, label) in &ticks {
        let y = room.y(*tick)?;
        canvas.line((room.left, y), (room.right, y), "g");
        canvas.text(room.left - 80, y + 55, Hold::End, "n", label, label);
    }
    let count = i64::try_from(found.len()).ok()?;
    let band = ((room.right - room.left) / count.max(1)).max(1);
    let mut free = 0;
    for (number, one) in (0..).zip(&found) {
        let from = room.left + number * band;
        columns(canvas, chart, one, &room, &look, (from, from + band))?;
        let half = width(&one.name, SMALL) / 2;
        let middle = (from + band / 2).max(SIDE + half).min(WIDTH - SIDE - half);
        if middle - half >= free {
            canvas.text(middle, room.bottom() + 240, Hold::Middle, "n", &one.name, &one.name);
            free = middle + half + 100;
        }
    }
    let zero = room.y(Decimal::ZERO)?;
    canvas.line((room.left, zero), (room.right, zero), "z");
    canvas.y = room.bottom() + 330;
    let x_words = Look::of(&chart.x_unit, Decimal::ZERO).words();
    if !x_words.is_empty() {
        canvas.fitted((room.right, canvas.y + 120), Hold::End, "n", &x_words, room.right - SIDE);
        canvas.y += 190;
    }
    let series = if is_stacked { 0 } else { chart.series.len().saturating_sub(MOST_SERIES) };
    if left_out > 0 || series > 0 {
        canvas.words("n", &format!("not drawn: {left_out} more places, {series} more series"), 1);
    }
    Some(())
}

fn legend(canvas: &mut Canvas, chart: &Chart) {
    let mut entries = Vec::new();
    if chart.series.len() > 1 || chart.series.iter().any(|series| !series.title.is_empty()) {
        let each = chart.series.iter().enumerate().filter(|(_, series)| !is_open(series)).take(MOST_SERIES);
        entries.extend(each.map(|(number, series)| Entry { sample: Sample::Part(number), name: series.title.clone() }));
    }
    if chart.series.iter().flat_map(|series| &series.points).any(|(_, y)| matches!(y, ChartY::Unknown { .. })) {
        entries.push(Entry { sample: Sample::Unknown, name: "not known".into() });
    }
    canvas.legend(&entries);
}

/// The column of one place, or the columns of all series side by side.
fn columns(
    canvas: &mut Canvas,
    chart: &Chart,
    one: &Category,
    room: &Room,
    look: &Look<'_>,
    (from, to): (i64, i64),
) -> Option<()> {
    let gap = (to - from) / 8;
    let (from, to) = (from + gap, to - gap);
    if chart.kind == ChartKind::Stacked {
        return column(canvas, chart, one, (&one.heights, None), room, look, (from, to));
    }
    let series = i64::try_from(one.heights.len().min(MOST_SERIES)).ok()?.max(1);
    for (number, height) in one.heights.iter().enumerate().take(MOST_SERIES) {
        let at = i64::try_from(number).ok()?;
        let ends = (from + (to - from) * at / series, from + (to - from) * (at + 1) / series);
        column(canvas, chart, one, (&[*height], Some(number)), room, look, ends)?;
    }
    Some(())
}

fn column(
    canvas: &mut Canvas,
    chart: &Chart,
    one: &Category,
    (heights, only): (&[Option<ChartY>], Option<usize>),
    room: &Room,
    look: &Look<'_>,
    (from, to): (i64, i64),
) -> Option<()> {
    let stack = stack(heights)?;
    let total = stack.total?;
    let zero = room.y(Decimal::ZERO)?;
    let (mut top, mut bottom) = (zero, zero);
    for (number, low, high) in &stack.parts {
        let (a, b) = (room.y(*low)?, room.y(*high)?);
        let series = only.unwrap_or(*number);
        let title = chart.series.get(series).map(|series| series.title.as_str()).unwrap_or_default();
        let height = heights.get(*number).copied().flatten().unwrap_or(ChartY::Nothing);
        let told = [one.name.as_str(), title, &look.told(height)];
        let told: Vec<&str> = told.into_iter().filter(|words| !words.is_empty()).collect();
        let seam = if only.is_none() && (b - a).abs() > 40 { 10 * (b - a).signum() } else { 0 };
        let paint = paint::part(&canvas.id, series);
        canvas.area((from, a), (to, b - seam), &paint, &told.join(": "));
        (top, bottom) = (top.min(a).min(b), bottom.max(a).max(b));
    }
    for (low, high) in &stack.unknown {
        let (a, b) = (room.y(*low)?, high.map_or(Some(room.top), |high| room.y(high))?);
        let paint = paint::unknown(&canvas.id);
        canvas.area((from, a), (to, b), &paint, &format!("{}: {}", one.name, look.told(total)));
        (top, bottom) = (top.min(a).min(b), bottom.max(a).max(b));
    }
    let words = stack.told(look);
    // The value stands above its column, below one that hangs, where there is room for it.
    let wide = width(&words, SMALL);
    let fits = wide <= (to - from) * 9 / 7 || matches!(total, ChartY::Refused);
    if fits {
        let y = if top == zero && bottom > zero { bottom + 165 } else { top - 60 };
        let shown = if wide > (to - from) * 9 / 7 { "×" } else { &words };
        let half = width(shown, SMALL) / 2;
        let middle = ((from + to) / 2).max(SIDE + half).min(WIDTH - SIDE - half);
        canvas.text(middle, y, Hold::Middle, "n", shown, &words);
    }
    Some(())
}
