//! What pictures are made of: words, lines, areas. Lengths are whole tenths of the picture's unit, so that drawing is exact and the same everywhere.

use super::paint::{self as paint, SMALL, TEXT};
use super::text::{escaped, shortened, width, wrapped};
use crate::base::Decimal;
use crate::render::chart::scale::place;

/// The width of every picture.
pub(super) const WIDTH: i64 = 6_000;
/// What stays free at its sides.
pub(super) const SIDE: i64 = 120;

/// Where a text is held.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    Start,
    Middle,
    End,
}

/// A picture on its way. Words and lines are put down from the top; `y` is where the next thing goes.
pub(super) struct Canvas {
    pub(super) id: String,
    pub(super) y: i64,
    pub(super) out: String,
}

/// Writes a length: `123` as `12.3`.
pub(super) fn number(tenths: i64) -> String {
    match (tenths / 10, (tenths % 10).abs()) {
        (whole, 0) => whole.to_string(),
        (0, rest) if tenths < 0 => format!("-0.{rest}"),
        (whole, rest) => format!("{whole}.{rest}"),
    }
}

/// Returns how far along a length a number stands between two; the middle where they are the same.
pub(super) fn along(at: Decimal, low: Decimal, high: Decimal, length: i64) -> Option<i64> {
    if low == high {
        return Some(length / 2);
    }
    let last = usize::try_from(length).ok()?;
    i64::try_from(place(at, low, high, last)?).ok()
}

impl Canvas {
    pub(super) fn new(id: &str) -> Self {
        Self { id: id.to_owned(), y: SIDE, out: String::new() }
    }

    /// Puts down one line of text; the whole text is told where less of it is shown.
    pub(super) fn text(&mut self, x: i64, y: i64, hold: Hold, class: &str, shown: &str, whole: &str) {
        let anchor = match hold {
            Hold::Start => "",
            Hold::Middle => " text-anchor=\"middle\"",
            Hold::End => " text-anchor=\"end\"",
        };
        let minus = shown.strip_prefix('-').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let signed = minus.map(|rest| format!("−{rest}"));
        let told = if shown == whole { String::new() } else { format!("<title>{}</title>", escaped(whole)) };
        self.out.push_str(&format!(
            "<text x=\"{}\" y=\"{}\"{anchor}{}>{told}{}</text>",
            number(x),
            number(y),
            paint::text_class(class),
            escaped(signed.as_deref().unwrap_or(shown))
        ));
    }

    /// Puts down one line of text in a room of a width, shortened where it does not fit.
    pub(super) fn fitted(&mut self, (x, y): (i64, i64), hold: Hold, class: &str, text: &str, room: i64) {
        let size = if class == "n" { SMALL } else { TEXT };
        self.text(x, y, hold, class, &shortened(text, size, room), text);
    }

    pub(super) fn line(&mut self, (x1, y1): (i64, i64), (x2, y2): (i64, i64), class: &str) {
        let [x1, y1, x2, y2] = [x1, y1, x2, y2].map(number);
        self.out.push_str(&format!("<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"{}/>", paint::rule(class)));
    }

    /// An area from one corner to the other, with what it tells.
    pub(super) fn area(&mut self, (x1, y1): (i64, i64), (x2, y2): (i64, i64), look: &str, told: &str) {
        let [x, y, wide, high] = [x1.min(x2), y1.min(y2), (x2 - x1).abs(), (y2 - y1).abs()].map(number);
        let open = format!("<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\"{look}");
        self.out.push_str(&match told {
            "" => format!("{open}/>"),
            told => format!("{open}><title>{}</title></rect>", escaped(told)),
        });
    }

    pub(super) fn path(&mut self, path: &str, look: &str, told: &str) {
        let open = format!("<path d=\"{path}\"{look}");
        self.out.push_str(&match told {
            "" => format!("{open}/>"),
            told => format!("{open}><title>{}</title></path>", escaped(told)),
        });
    }

    /// The marker of a series: its shape alone tells which one it is.
    pub(super) fn marker(&mut self, (x, y): (i64, i64), series: usize, told: &str) {
        let r = 48;
        let at = |dx: i64, dy: i64| format!("{} {}", number(x + dx), number(y + dy));
        let path = match series % paint::COLORS {
            0 => format!("M{}A4.8 4.8 0 1 1 {}A4.8 4.8 0 1 1 {}Z", at(-r, 0), at(r, 0), at(-r, 0)),
            1 => format!("M{}L{}L{}L{}Z", at(-r, -r), at(r, -r), at(r, r), at(-r, r)),
            2 => format!("M{}L{}L{}Z", at(0, -60), at(56, r), at(-56, r)),
            3 => format!("M{}L{}L{}L{}Z", at(0, -65), at(65, 0), at(0, 65), at(-65, 0)),
            4 => format!("M{}L{}L{}Z", at(0, 60), at(56, -r), at(-56, -r)),
            5 => format!("M{}L{}L{}L{}Z", at(-56, -r), at(56, -r), at(-56, r), at(56, r)),
            6 => format!("M{}L{}L{}L{}Z", at(-20, -60), at(20, -60), at(20, 60), at(-20, 60)),
            _ => format!("M{}L{}L{}L{}Z", at(-56, -r), at(56, -r), at(20, r), at(-20, r)),
        };
        self.path(&path, &paint::fill(series), told);
    }

    /// Puts down words in as many lines as they need, up to some, and goes on below them.
    pub(super) fn words(&mut self, class: &str, text: &str, most: usize) {
        let (size, step) = match class {
            "h" => (paint::TITLE * 116 / 100, 240),
            "n" => (SMALL, 195),
            _ => (TEXT, 215),
        };
        let lines = wrapped(text, size, WIDTH - 2 * SIDE, most);
        let is_short = lines.last().is_some_and(|last| last.ends_with('…') && !text.ends_with('…'));
        for line in &lines {
            self.y += step;
            let whole = if is_short { text } else { line };
            self.text(SIDE, self.y - step / 4, Hold::Start, class, line, whole);
        }
    }

    /// Puts down a legend: samples with names, in as many rows as they need.
    pub(super) fn legend(&mut self, entries: &[Entry]) {
        let (mut x, step) = (SIDE, 250);
        self.y += 40;
        for (number, entry) in entries.iter().enumerate() {
            let sample = if matches!(entry.sample, Sample::Line { .. }) { SAMPLE } else { SQUARE };
            let room = WIDTH - 2 * SIDE - sample - 70;
            let name = shortened(&entry.name, TEXT, room);
            let wide = sample + 70 + width(&name, TEXT) + 160;
            if number > 0 && x + wide - 160 > WIDTH - SIDE {
                (x, self.y) = (SIDE, self.y + step);
            }
            self.sample((x, self.y + 120), &entry.sample);
            self.text(x + sample + 70, self.y + 180, Hold::Start, "t", &name, &entry.name);
            x += wide;
        }
        if !entries.is_empty() {
            self.y += step;
        }
    }

    fn sample(&mut self, (x, y): (i64, i64), sample: &Sample) {
        match sample {
            Sample::Line { series, marked } => {
                self.path(&format!("M{} {}H{}", number(x), number(y), number(x + SAMPLE)), &paint::stroke(*series), "");
                if *marked {
                    self.marker((x + SAMPLE / 2, y), *series, "");
                }
            }
            Sample::Part(part) => self.area((x, y - 75), (x + SQUARE, y + 75), &paint::part(&self.id.clone(), *part), ""),
            Sample::Unknown => self.area((x, y - 75), (x + SQUARE, y + 75), &paint::unknown(&self.id.clone()), ""),
        }
    }
}

/// How wide the samples of a legend are: of a line, and of an area.
const SAMPLE: i64 = 360;
const SQUARE: i64 = 220;

/// What a legend shows.
pub(super) enum Sample {
    Line { series: usize, marked: bool },
    Part(usize),
    Unknown,
}

/// One entry of a legend.
pub(super) struct Entry {
    pub(super) sample: Sample,
    pub(super) name: String,
}
