//! Marks of charts as text: numbers above the places, and what they stand for below.

use super::Along;
use super::scale::place;
use super::shape::named;
use crate::answer::Chart;
use crate::render::cell::harmless;

/// Most marks told one by one.
const MOST: usize = 40;

/// Draws the numbers above the grid: `1  2–4`; those that would touch stand together. `None` where nothing is marked.
pub(super) fn above(chart: &Chart, along: &Along, columns: usize) -> Option<String> {
    let last = columns.checked_sub(1)?;
    // The column, the first mark and the last.
    let mut flags: Vec<(usize, usize, usize)> = Vec::new();
    let words = |first: usize, last: usize| if first == last { first.to_string() } else { format!("{first}–{last}") };
    for (number, mark) in (1..).zip(&chart.marks) {
        let Some(at) = along.number(&mark.at).filter(|at| along.low <= *at && *at <= along.high) else { continue };
        flags.push((place(at, along.low, along.high, last)?, number, number));
        while let [.., (x0, first, before), (x1, _, last)] = *flags.as_slice() {
            if x1 > x0 + words(first, before).chars().count() {
                break;
            }
            flags.truncate(flags.len() - 2);
            flags.push((x0, first, last));
        }
    }
    let mut row = String::new();
    for (at, first, last) in flags {
        let (shown, used) = (words(first, last), row.chars().count());
        // The last ones move to the left, where the row ends.
        let at = at.min(columns.saturating_sub(shown.chars().count()));
        row.push_str(&" ".repeat(at.saturating_sub(used)));
        row.push_str(&shown);
    }
    (!row.is_empty()).then_some(row)
}

/// Lists the marks: number, place, words.
pub(super) fn below(chart: &Chart, width: usize) -> String {
    let digits = chart.marks.len().min(MOST).to_string().len();
    let mut out = String::new();
    for (number, mark) in (1..).zip(&chart.marks).take(MOST) {
        let text = format!("{number:>digits$}  {}  {}", named(chart, &mark.at), mark.words);
        out.push_str(&wrapped(&harmless(&text), width, digits + 2));
    }
    if chart.marks.len() > MOST {
        out.push_str(&format!("and {} more\n", chart.marks.len() - MOST));
    }
    out
}

/// Parts a text into lines of a width; those after the first stand further in.
pub(super) fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let mut out = String::new();
    let mut line = String::new();
    let room = |is_first: bool| if is_first { width } else { width.saturating_sub(indent) };
    for word in text.split(' ') {
        let longer = line.chars().count() + 1 + word.chars().count();
        if !line.trim().is_empty() && longer > room(out.is_empty()) {
            out.push_str(&put(&line, if out.is_empty() { 0 } else { indent }));
            line.clear();
            line.push_str(word);
        } else {
            if !line.is_empty() || word.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    let cut: String = line.chars().take(room(out.is_empty())).collect();
    out.push_str(&put(&cut, if out.is_empty() { 0 } else { indent }));
    out
}

fn put(line: &str, indent: usize) -> String {
    format!("{}{}\n", " ".repeat(indent), line.trim_end())
}
