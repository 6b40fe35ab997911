//! Charts as pictures: SVG by our own hand, without scripts and without anything from elsewhere.
//!
//! A picture stands alone in a file or beside others in a page, in light and dark. It is read without color (dashes, markers, patterns, direct labels),
//! without eyes (title and description in words) and on a narrow screen.

mod bars;
mod canvas;
mod columns;
mod lines;
mod paint;
mod text;

use self::canvas::{Canvas, Hold, SIDE, WIDTH, number};
use self::paint::SMALL;
use self::text::{escaped, wrapped};
use crate::answer::{Chart, ChartKind, ChartSeries, ChartY};
use crate::base::Decimal;
use crate::render::chart::scale::Look;
use crate::render::chart::shape::{folded, is_bars, is_ordered, named};

/// Most marks that are told one by one below a picture.
const MOST_MARKS: usize = 40;
/// Most series, and most points of one, that the description tells.
const MOST_TOLD: usize = 12;

/// Draws a chart as one `<svg>` element. All ids in it begin with a prefix, so that several pictures can stand in one page.
///
/// A page sets the colors by the custom properties `--chart-ink`, `--chart-muted`, `--chart-rule`, `--chart-axis`, `--chart-paper` and `--chart-1`
/// to `--chart-8`; where it sets none, and in a file, those of the picture hold, for light and for dark.
///
/// ```
/// use tariffcalc::answer::{Chart, ChartKind, ChartSeries, ChartUnit, ChartX, ChartY};
/// let chart = Chart {
///     title: "Duty by case".into(),
///     kind: ChartKind::Bars,
///     x_unit: ChartUnit::Plain(String::new()),
///     y_unit: ChartUnit::Rate,
///     series: vec![ChartSeries { title: String::new(), points: vec![(ChartX::Name("pause".into()), ChartY::Refused)] }],
///     until: None,
///     marks: Vec::new(),
/// };
/// assert!(tariffcalc::render::svg(&chart, "duty").starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"duty\""));
/// ```
pub fn svg(chart: &Chart, prefix: &str) -> String {
    let id = id(prefix);
    let chart = folded(chart, paint::COLORS);
    let mut canvas = Canvas::new(&id);
    canvas.words("h", &chart.title, 3);
    canvas.y += 30;
    let started = (canvas.out.len(), canvas.y);
    let drawn = if !is_bars(&chart) {
        lines::draw(&mut canvas, &chart)
    } else if is_ordered(&chart) {
        columns::draw(&mut canvas, &chart)
    } else {
        bars::draw(&mut canvas, &chart)
    };
    if drawn.is_none() {
        canvas.out.truncate(started.0);
        canvas.y = started.1;
        canvas.words("s", "Nothing that can be drawn: no figures, or figures too large.", 2);
    }
    marks(&mut canvas, &chart);
    let height = canvas.y + SIDE;
    let parts = if is_bars(&chart) { chart.series.len() } else { 1 };
    let (wide, high) = (number(WIDTH), number(height));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"{id}\" viewBox=\"0 0 {wide} {high}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" \
         font-family=\"{}\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>{}<defs>{}</defs>\
         <rect width=\"{wide}\" height=\"{high}\"{}/>{}</svg>",
        paint::FACES,
        escaped(&chart.title),
        escaped(&description(&chart)),
        paint::style(&id),
        paint::patterns(&id, parts),
        paint::paper(),
        canvas.out
    )
}

/// An id of letters, digits, hyphens and underscores that begins with a letter.
fn id(prefix: &str) -> String {
    let plain: String = prefix.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect();
    if plain.starts_with(|c: char| c.is_ascii_alphabetic()) { plain } else { format!("chart-{plain}") }
}

/// Tells the marks below the picture: the number in the flag, the place, the words.
fn marks(canvas: &mut Canvas, chart: &Chart) {
    if chart.marks.is_empty() {
        return;
    }
    canvas.y += 60;
    for (at, mark) in chart.marks.iter().enumerate().take(MOST_MARKS) {
        let text = format!("{}  {}", named(chart, &mark.at), mark.words);
        let mut lines = wrapped(&text, SMALL, WIDTH - 2 * SIDE - 420, 3);
        // A mark without words has its number alone.
        lines.extend(lines.is_empty().then(String::new));
        lines::flag(canvas, SIDE + 170, canvas.y + 105, &(at + 1).to_string());
        for line in &lines {
            canvas.y += 195;
            let is_whole = !line.ends_with('…') || text.ends_with('…');
            canvas.text(SIDE + 420, canvas.y - 40, Hold::Start, "n", line, if is_whole { line } else { &text });
        }
        canvas.y += 45;
    }
    if chart.marks.len() > MOST_MARKS {
        canvas.words("n", &format!("and {} more", chart.marks.len() - MOST_MARKS), 1);
    }
}

/// Says the main figures in words.
fn description(chart: &Chart) -> String {
    let mut largest = Decimal::ZERO;
    for (_, y) in chart.series.iter().flat_map(|series| &series.points) {
        if let ChartY::Known(y) | ChartY::Unknown { at_most: Some(y), .. } = y {
            largest = largest.max(y.abs());
        }
    }
    let look = Look::of(&chart.y_unit, largest);
    let words = look.words();
    let what = match chart.kind {
        _ if is_bars(chart) => "Bars",
        ChartKind::Steps => "Steps",
        ChartKind::Line | ChartKind::Bars | ChartKind::Stacked => "Lines",
    };
    let mut out = if words.is_empty() { format!("{what}.") } else { format!("{what}, in {words}.") };
    for series in chart.series.iter().take(MOST_TOLD) {
        let told = if is_bars(chart) { each(chart, series, &look) } else { ends(chart, series, &look) };
        if told.is_empty() {
            continue;
        }
        let name = if series.title.is_empty() { String::new() } else { format!("{}: ", series.title) };
        out.push_str(&format!(" {name}{told}."));
    }
    if chart.series.len() > MOST_TOLD {
        out.push_str(&format!(" And {} more series.", chart.series.len() - MOST_TOLD));
    }
    for mark in chart.marks.iter().take(MOST_TOLD) {
        out.push_str(&format!(" {}: {}.", named(chart, &mark.at), mark.words));
    }
    out
}

fn each(chart: &Chart, series: &ChartSeries, look: &Look<'_>) -> String {
    let told = series.points.iter().take(MOST_TOLD).map(|(x, y)| format!("{} {}", named(chart, x), look.told(*y)));
    let mut told = told.collect::<Vec<_>>().join(", ");
    if series.points.len() > MOST_TOLD {
        told.push_str(&format!(", and {} more", series.points.len() - MOST_TOLD));
    }
    told
}

fn ends(chart: &Chart, series: &ChartSeries, look: &Look<'_>) -> String {
    let (Some((x0, y0)), Some((x1, y1))) = (series.points.first(), series.points.last()) else { return String::new() };
    let mut told = format!("{} at {}", look.told(*y0), named(chart, x0));
    if series.points.len() > 1 {
        told.push_str(&format!(", {} at {}", look.told(*y1), named(chart, x1)));
        let known = || series.points.iter().filter_map(|(_, y)| if let ChartY::Known(y) = y { Some(*y) } else { None });
        if let (Some(least), Some(most)) = (known().min(), known().max()) {
            told.push_str(&format!("; lowest {}, highest {}", look.brief(least), look.brief(most)));
        }
    }
    told
}
