use super::{Diagnostic, FileId, Place, Severity, Sources};
use crate::base::{inert_line, is_steering};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use std::ops::Range;

/// A line longer than this is shown in part: one hostile line must not fill the terminal.
const LONGEST_LINE: usize = 500;

/// Renders one diagnostic the way rustc does, with terminal styles.
pub(super) fn render(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(shown(&diagnostic.message)).id(diagnostic.code.name()));
    let mut files: Vec<FileId> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    for (place, _) in &diagnostic.labels {
        if !files.contains(&place.file) {
            files.push(place.file);
            texts.push(visible(sources.text(place.file)));
        }
    }
    for (file, text) in files.into_iter().zip(&texts) {
        let labels: Vec<(usize, &(Place, String))> =
            diagnostic.labels.iter().enumerate().filter(|(_, (place, _))| place.file == file).collect();
        if labels.iter().all(|(_, (place, _))| line_of(text, place).len() <= LONGEST_LINE) {
            let mut snippet = Snippet::source(text).path(shown(sources.path(file)));
            for (number, (place, words)) in labels {
                snippet = snippet.annotation(annotation(number, clamp(text, place.start, place.end), words));
            }
            group = group.element(snippet);
            continue;
        }
        for (number, (place, words)) in labels {
            let window = clamp(text, place.start.saturating_sub(60), place.start.saturating_add(120));
            let line = line_of(text, place);
            let window = window.start.max(line.start)..window.end.min(line.end).max(window.start.max(line.start));
            let span = clamp(text, place.start.max(window.start), place.end.min(window.end));
            let part = text.get(window.clone()).unwrap_or_default();
            let span = span.start.saturating_sub(window.start)..span.end.saturating_sub(window.start).min(part.len());
            let snippet =
                Snippet::source(part).path(shown(sources.path(file))).line_start(sources.line_column(file, place.start).0);
            let (_, column) = sources.line_column(file, place.start);
            group = group.element(snippet.annotation(annotation(number, span, &format!("{words} (column {column})"))));
        }
    }
    let mut report = vec![group];
    if let Some(help) = &diagnostic.help {
        report.push(Group::with_title(Level::HELP.secondary_title(shown(help))));
    }
    Renderer::styled().render(&report)
}

/// Characters that steer are replaced by ones of the same length in bytes, so that every place stays where it is.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c.len_utf8() {
            // The renderer shows these itself.
            _ if matches!(c, '\n' | '\r' | '\t') || !is_steering(c) => out.push(c),
            1 => out.push('?'),
            2 => out.push('\u{b7}'),
            3 => out.push(char::REPLACEMENT_CHARACTER),
            _ => out.extend([char::REPLACEMENT_CHARACTER, '?']),
        }
    }
    out
}

fn annotation(number: usize, span: Range<usize>, words: &str) -> Annotation<'static> {
    let kind = if number == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
    kind.span(span).label(shown(words))
}

/// The bytes of the line that a place starts on.
fn line_of(text: &str, place: &Place) -> Range<usize> {
    let at = clamp(text, place.start, place.start).start;
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let end = text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |newline| at + newline);
    start..end
}

/// Cuts a range to the text and moves its ends outwards to whole characters.
fn clamp(text: &str, start: usize, end: usize) -> Range<usize> {
    let mut start = start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// Our words may quote the user's: what steers is written out, never sent to the terminal.
fn shown(text: &str) -> String {
    inert_line(text).into_owned()
}
