//! Bars at names as pictures: they lie, so that names of any length can be read.

use super::canvas::{Canvas, Entry, Hold, SIDE, Sample, WIDTH, along};
use super::paint::{self as paint, SMALL, TEXT};
use super::text::width;
use crate::answer::{Chart, ChartKind, ChartY};
use crate::base::Decimal;
use crate::render::chart::range;
use crate::render::chart::scale::{Look, Scale};
use crate::render::chart::shape::{Category, categories, is_open, stack, stacked_range};

/// Most bars drawn.
const MOST_BARS: usize = 60;
/// Names up to this width stand beside their bars, wider ones above.
const BESIDE: i64 = 1_900;
/// Names of series stand beside their bars up to this width, and are shortened beyond: names above each would tear the groups apart.
const BESIDE_IN_GROUP: i64 = 2_450;
/// How thick a bar is.
const BAR: i64 = 200;

/// One bar with its name.
struct Bar {
    name: String,
    /// The number of the series where a bar is not stacked.
    series: usize,
    heights: Vec<Option<ChartY>>,
    told: String,
}

/// Where bars lie, and what they measure.
struct Room {
    scale: Scale,
    left: i64,
    right: i64,
}

impl Room {
    fn x(&self, at: Decimal) -> Option<i64> {
        Some(self.left + along(at, self.scale.low, self.scale.high, self.right - self.left)?)
    }
}

pub(super) fn draw(canvas: &mut Canvas, chart: &Chart) -> Option<()> {
    let is_stacked = chart.kind == ChartKind::Stacked;
    let several = !is_stacked && chart.series.len() > 1;
    let most = if several { (MOST_BARS / chart.series.len()).max(1) } else { MOST_BARS };
    let (found, left_out) = categories(chart, most);
    let (low, high) = if is_stacked { stacked_range(&found)? } else { range(chart)? };
    let anything = found.iter().flat_map(|one| &one.heights).flatten().next();
    anything?;
    let scale = Scale::around(low, high, 4)?;
    let look = Look::of(&chart.y_unit, high.max(low.abs()));
    let words = look.words();
    if !words.is_empty() {
        canvas.words("s", &words, 1);
    }
    let bars: Vec<(Option<String>, Bar)> = found.into_iter().flat_map(|one| bars_of(chart, one, several, &look)).collect();
    let not_drawn = bars.len().saturating_sub(MOST_BARS);
    let bars = bars.get(..bars.len().min(MOST_BARS))?;
    legend(canvas, chart, bars);
    let widest = bars.iter().map(|(_, bar)| width(&bar.name, TEXT)).max()?;
    let widest = if several { widest.min(BESIDE_IN_GROUP) } else { widest };
    let is_beside = several || widest <= BESIDE;
    let values = bars.iter().map(|(_, bar)| width(&bar.told, TEXT) * 108 / 100).max()?.min(2_000);
    let left = if is_beside { SIDE + widest + 110 } else { SIDE };
    // Values stand behind the ends of bars: on the right, and where bars lie below zero on the left too.
    let below = if low < Decimal::ZERO { values + 80 } else { 0 };
    let room = Room { scale, left: left + below, right: WIDTH - SIDE - values - 90 };
    let grid_from = canvas.out.len();
    let top = canvas.y;
    canvas.y += 60;
    for (heading, bar) in bars {
        if let Some(heading) = heading {
            canvas.y += 230;
            canvas.y += 40;
            canvas.fitted((SIDE, canvas.y - 65), Hold::Start, "v", heading, WIDTH - 2 * SIDE);
        }
        if !is_beside && !bar.name.is_empty() {
            canvas.y += 215;
            canvas.fitted((SIDE, canvas.y - 35), Hold::Start, "o", &bar.name, WIDTH - 2 * SIDE);
        } else {
            canvas.fitted((left - 100, canvas.y + BAR / 2 + 60), Hold::End, "t", &bar.name, left - SIDE);
        }
        draw_bar(canvas, chart, bar, &room, &look)?;
        canvas.y += BAR + if is_beside { 90 } else { 60 };
    }
    let bottom = canvas.y;
    grid(canvas, &room, &look, (top + 40, bottom), grid_from)?;
    canvas.y = bottom + 230;
    if left_out + not_drawn > 0 {
        canvas.words("n", &format!("and {} more, not drawn", left_out + not_drawn), 1);
    }
    Some(())
}

/// The bars of one name: one, or one for each series, below the name.
fn bars_of(chart: &Chart, one: Category, several: bool, look: &Look<'_>) -> Vec<(Option<String>, Bar)> {
    if !several {
        let told = stack(&one.heights).map_or(String::new(), |stack| stack.told(look));
        return vec![(None, Bar { name: one.name, series: 0, heights: one.heights, told })];
    }
    let mut heading = Some(one.name);
    let each = chart.series.iter().zip(one.heights).enumerate().filter_map(|(series, (of, height))| {
        let told = look.told(height?);
        Some((heading.take(), Bar { name: of.title.clone(), series, heights: vec![height], told }))
    });
    each.collect()
}

fn legend(canvas: &mut Canvas, chart: &Chart, bars: &[(Option<String>, Bar)]) {
    let mut entries = Vec::new();
    if chart.kind == ChartKind::Stacked {
        let each = chart.series.iter().enumerate().filter(|(_, series)| !is_open(series));
        entries.extend(each.map(|(number, series)| Entry { sample: Sample::Part(number), name: series.title.clone() }));
    }
    let unknown = |bar: &Bar| bar.heights.iter().flatten().any(|y| matches!(y, ChartY::Unknown { .. }));
    if bars.iter().any(|(_, bar)| unknown(bar)) {
        entries.push(Entry { sample: Sample::Unknown, name: "not known".into() });
    }
    canvas.legend(&entries);
}

/// Grid lines and their labels; they lie below the bars.
fn grid(canvas: &mut Canvas, room: &Room, look: &Look<'_>, (top, bottom): (i64, i64), below: usize) -> Option<()> {
    let bars = canvas.out.split_off(below);
    let mut free = 0;
    for tick in room.scale.ticks() {
        let (x, label) = (room.x(tick)?, look.show(tick));
        canvas.line((x, top), (x, bottom), "g");
        let half = width(&label, SMALL) / 2;
        let middle = x.max(SIDE + half).min(WIDTH - SIDE - half);
        if middle - half >= free {
            canvas.text(middle, bottom + 185, Hold::Middle, "n", &label, &label);
            free = middle + half + 100;
        }
    }
    let zero = room.x(Decimal::ZERO)?;
    canvas.line((zero, top), (zero, bottom), "z");
    canvas.out.push_str(&bars);
    Some(())
}

fn draw_bar(canvas: &mut Canvas, chart: &Chart, bar: &Bar, room: &Room, look: &Look<'_>) -> Option<()> {
    let is_stacked = chart.kind == ChartKind::Stacked;
    let stack = stack(&bar.heights)?;
    let (top, bottom) = (canvas.y, canvas.y + BAR);
    let zero = room.x(Decimal::ZERO)?;
    let (mut left, mut right) = (zero, zero);
    for (number, from, to) in &stack.parts {
        let (a, b) = (room.x(*from)?, room.x(*to)?);
        let title = chart.series.get(*number).map(|series| series.title.as_str()).unwrap_or_default();
        let height = bar.heights.get(*number).copied().flatten().unwrap_or(ChartY::Nothing);
        let told = [bar.name.as_str(), if is_stacked { title } else { "" }, &look.told(height)];
        let told: Vec<&str> = told.into_iter().filter(|words| !words.is_empty()).collect();
        let paint = if is_stacked { paint::part(&canvas.id, *number) } else { paint::fill(bar.series) };
        // Parts are told apart by a seam of paper; a part thinner than the seam keeps what it has.
        let seam = if is_stacked && (b - a).abs() > 40 { 10 * (b - a).signum() } else { 0 };
        canvas.area((a, top), (b - seam, bottom), &paint, &told.join(": "));
        (left, right) = (left.min(a).min(b), right.max(a).max(b));
    }
    for (from, to) in &stack.unknown {
        let (a, b) = (room.x(*from)?, to.map_or(Some(room.right), |to| room.x(to))?);
        let look = paint::unknown(&canvas.id);
        canvas.area((a, top), (b, bottom), &look, &bar.told);
        (left, right) = (left.min(a).min(b), right.max(a).max(b));
    }
    let base = top + BAR / 2 + 60;
    let is_below = left < zero && right == zero;
    let class = if stack.parts.is_empty() && stack.unknown.is_empty() { "s" } else { "v" };
    if is_below {
        canvas.fitted((left - 60, base), Hold::End, class, &bar.told, left - 60 - SIDE);
    } else {
        canvas.fitted((right + 60, base), Hold::Start, class, &bar.told, WIDTH - SIDE - right);
    }
    Some(())
}
