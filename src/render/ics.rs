//! Calendars as RFC 5545 has them: days without a time, lines of at most 75 octets, stamps that do not depend on the clock.

use super::cell::harmless;
use crate::answer::Calendar;
use crate::base::Date;

/// The most octets of a line without its end (RFC 5545, 3.1).
const LONGEST: usize = 75;

/// Writes a calendar, each event all day long and not in the way of others. Without events there is no calendar to write (RFC 5545, 3.6 asks for one component at least): the text is empty.
pub fn ics(calendar: &Calendar) -> String {
    let mut out = String::new();
    if calendar.events.is_empty() {
        return out;
    }
    let mut line = |text: &str| fold(text, &mut out);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line(&format!("PRODID:-//tariffcalc//tariffcalc {}//EN", env!("CARGO_PKG_VERSION")));
    line("CALSCALE:GREGORIAN");
    line(&format!("X-WR-CALNAME:{}", escaped(&calendar.title)));
    for event in &calendar.events {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", escaped(&event.uid)));
        line(&format!("DTSTAMP:{}T000000Z", digits(event.known)));
        line(&format!("DTSTART;VALUE=DATE:{}", digits(event.day)));
        line(&format!("DTEND;VALUE=DATE:{}", digits(event.day.tomorrow().unwrap_or(event.day))));
        line(&format!("SUMMARY:{}", escaped(&event.summary)));
        line(&format!("DESCRIPTION:{}", escaped(&event.description)));
        line("TRANSP:TRANSPARENT");
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    out
}

fn digits(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

/// Escapes a text value (RFC 5545, 3.3.11); line feeds become `\n`, other control characters are replaced.
fn escaped(text: &str) -> String {
    let lines = text.lines().map(|line| {
        harmless(line).chars().fold(String::new(), |mut out, c| {
            if matches!(c, '\\' | ';' | ',') {
                out.push('\\');
            }
            out.push(c);
            out
        })
    });
    lines.collect::<Vec<_>>().join("\\n")
}

/// Adds a line, folded: what goes on stands behind a blank on the next line. Characters are not parted.
fn fold(text: &str, out: &mut String) {
    let mut length = 0;
    for c in text.chars() {
        if length + c.len_utf8() > LONGEST {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out.push_str("\r\n");
}
