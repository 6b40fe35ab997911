//! Characters that nobody sees and that do something: steer a terminal, turn the writing direction, break a line, hide between letters.

use std::borrow::Cow;

/// Tells whether a character steers what stands around it, or is there without being seen: control characters, marks of writing direction,
/// line and paragraph separators, characters without width, tags.
pub fn is_steering(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{fffe}'
                | '\u{ffff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Returns a text as one line that does nothing: line feeds and tabs become blanks, other characters that steer are written out, such as `\u{202e}`.
pub fn inert_line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_steering) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().saturating_add(8));
    for c in text.chars() {
        match c {
            '\n' | '\t' | '\r' => out.push(' '),
            c if is_steering(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::{inert_line, is_steering};

    #[test]
    fn what_steers_is_written_out_and_the_rest_stays() {
        assert_eq!(inert_line("a\u{202e}b\u{1b}[31m"), "a\\u{202e}b\\u{1b}[31m");
        assert_eq!(inert_line("one\ttwo\nthree"), "one two three");
        assert_eq!(inert_line("Zürich 東京 é"), "Zürich 東京 é");
        assert!(['\u{200b}', '\u{2066}', '\u{2028}', '\u{85}', '\u{7f}', '\0'].into_iter().all(is_steering));
    }
}
