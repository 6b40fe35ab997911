//! Words in pictures: how wide they are, about, and how they are shortened and made harmless.

use crate::render::cell::harmless;

/// Shortened words end in this.
const MORE: char = '…';

/// Returns how wide a line of text is, about, in the unit of its size: in doubt too wide.
///
/// The advance widths are those of the widest of the sans-serif faces in common use, in thousandths of the size.
pub(super) fn width(text: &str, size: i64) -> i64 {
    let thousandths: i64 = text.chars().map(advance).sum();
    thousandths.saturating_mul(size) / 1_000
}

fn advance(c: char) -> i64 {
    match c {
        'i' | 'l' | 'j' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 330,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | '-' => 410,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '…' | '—' => 980,
        'A'..='Z' => 720,
        c if c.is_ascii() => 625,
        c if u32::from(c) < 0x250 => 650,
        // Greek and Cyrillic are somewhat wider than Latin; what is beyond stands in a square.
        c if u32::from(c) < 0x1100 => 680,
        _ => 1_050,
    }
}

/// Shortens a text to a width; the end that is cut shows as an ellipsis.
pub(super) fn shortened(text: &str, size: i64, room: i64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = width(&MORE.to_string(), size);
    for c in text.chars() {
        used += width(&c.to_string(), size);
        if used > room {
            break;
        }
        kept.push(c);
    }
    format!("{}{MORE}", kept.trim_end())
}

/// Parts a text into lines of a width, so many at most; the last is shortened where the text is longer.
pub(super) fn wrapped(text: &str, size: i64, room: i64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut rest: Vec<&str> = text.split_whitespace().collect();
    while !rest.is_empty() && lines.len() + 1 < most {
        let mut line = String::new();
        let mut taken = 0;
        for word in &rest {
            let longer = if line.is_empty() { (*word).to_owned() } else { format!("{line} {word}") };
            if width(&longer, size) > room {
                break;
            }
            (line, taken) = (longer, taken + 1);
        }
        if taken == 0 {
            break;
        }
        lines.push(line);
        rest.drain(..taken);
    }
    if !rest.is_empty() {
        lines.push(shortened(&rest.join(" "), size, room));
    }
    lines
}

/// Makes text harmless for one line of XML: markup is escaped; control characters, marks that turn the writing direction and
/// what XML does not allow are replaced.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in harmless(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}
