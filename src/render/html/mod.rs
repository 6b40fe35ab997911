//! A report as one page: one file without scripts, that asks for nothing and fetches nothing.
//!
//! The title and the question stand on top, the figures that answer at once below them, then charts, tables, remarks by kind, the numbered sources and what is needed to get
//! the same figures again.

mod chart;
mod figures;
mod table;

use self::chart::figure;
use self::figures::figures;
use self::table::{Refs, table};
use crate::answer::{Note, NoteKind, Report, Source};
use crate::base::Date;
use crate::render::cell::harmless;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Everything the page looks like; light, dark, narrow and on paper.
const STYLE: &str = include_str!("page.css");

/// Nothing is fetched and nothing runs, whatever a name in a user's file says.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// What a page says of the call that made it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageAbout {
    /// The call, word by word as it was typed, the program's name first.
    pub command: Vec<String>,
    /// The folder from which the law was read, where it is not the book the program carries.
    pub read_from: Option<String>,
    /// The laws that were asked.
    pub laws: Vec<PageLaw>,
    /// The day whose book was asked; `None` for everything the book holds.
    pub as_known: Option<Date>,
    /// The version of the program.
    pub version: String,
}

impl PageAbout {
    /// Returns the call as a shell takes it.
    pub fn command_line(&self) -> String {
        self.command.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
    }
}

/// A law that was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageLaw {
    /// Its hash.
    pub hash: String,
    /// The revisions of schedules used in place of its own.
    pub schedules: Vec<String>,
}

/// Writes a report as one self-contained HTML page.
pub fn html(report: &Report, about: &PageAbout) -> String {
    let title = title(report);
    let mut refs = Refs::new(report.sources.len());
    let charts: Vec<Markup> = report.charts.iter().enumerate().map(|(at, chart)| figure(chart, at + 1)).collect();
    let tables: Vec<Markup> = report
        .tables
        .iter()
        .enumerate()
        .filter(|(_, one)| !is_bare(one))
        .map(|(at, one)| table(one, at, title, &mut refs))
        .collect();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "tariffcalc " (about.version) };
                link rel="icon" href="data:,";
                title { (harmless(title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a .skip href="#figures" { "Skip to the figures" }
                header {
                    h1 { (words(title)) }
                    @for (at, line) in report.intro.iter().filter(|line| !line.is_empty()).enumerate() {
                        p .question[at == 0] { (words(line)) }
                    }
                    (figures(report))
                }
                main #figures tabindex="-1" {
                    @for chart in &charts { (chart) }
                    @for table in &tables { (table) }
                    (remarks(&report.notes))
                    (sources(&report.sources, &refs))
                    (again(about))
                }
                footer { p { "tariffcalc " (about.version) } }
            }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

/// The title of the report; of its first table, where the report has none.
fn title(report: &Report) -> &str {
    let all = std::iter::once(&report.title).chain(report.tables.iter().map(|table| &table.title));
    all.map(String::as_str).find(|title| !title.is_empty()).unwrap_or("Tariffs")
}

fn is_bare(table: &crate::answer::Table) -> bool {
    table.rows.is_empty() && table.notes.is_empty()
}

/// Text that may come from a user's file: escaped, without control characters, and kept from turning the direction of what stands around it.
pub(super) fn words(text: &str) -> Markup {
    let text = harmless(text);
    html! { @if text.is_ascii() { (named(&text)) } @else { bdi { (named(&text)) } } }
}

/// Names that stand between backticks are set as code.
fn named(text: &str) -> Markup {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return html! { (text) };
    }
    html! { @for (at, part) in parts.iter().enumerate() { @if at % 2 == 1 { code { (part) } } @else { (part) } } }
}

/// Remarks under a heading for each kind.
fn remarks(notes: &[Note]) -> Markup {
    const KINDS: [(NoteKind, &str); 5] = [
        (NoteKind::Assumption, "Assumptions"),
        (NoteKind::Coverage, "Coverage"),
        (NoteKind::Meaning, "What the figures mean"),
        (NoteKind::Remark, "Remarks"),
        (NoteKind::Law, "Law"),
    ];
    let of = |kind: NoteKind| -> Vec<&Note> { notes.iter().filter(|note| note.kind == kind).collect() };
    let kinds: Vec<(&str, Vec<&Note>)> =
        KINDS.into_iter().map(|(kind, heading)| (heading, of(kind))).filter(|(_, notes)| !notes.is_empty()).collect();
    html! {
        @if !kinds.is_empty() {
            div .remarks {
                @for (heading, notes) in &kinds {
                    section {
                        h2 { (heading) }
                        @match notes.as_slice() {
                            [only] => p { (words(only)) },
                            notes => ul { @for note in notes { li { (words(note)) } } },
                        }
                    }
                }
            }
        }
    }
}

/// The numbered notes that figures point to, each with the way back to the first of them.
fn sources(sources: &[Source], refs: &Refs) -> Markup {
    html! {
        @if !sources.is_empty() {
            section .sources {
                h2 #sources { "Sources" }
                ol {
                    @for (at, source) in sources.iter().enumerate() {
                        @let number = at + 1;
                        li id={ "source-" (number) } {
                            @if !source.title.is_empty() { b { (words(&source.title)) } ". " }
                            @if !source.heading.is_empty() { "Heading " span .code { (words(&source.heading)) } ". " }
                            @if !source.cite.is_empty() { (sentence(&source.cite)) " " }
                            @if !source.place.is_empty() { span .place { "Written in " (words(&source.place)) "." } " " }
                            @if refs.is_used(at) {
                                a .back href={ "#ref-" (number) } aria-label={ "Back to the first figure of source " (number) } { "\u{21a9}\u{fe0e}" }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn sentence(text: &str) -> Markup {
    html! { (words(text)) @if !text.ends_with('.') { "." } }
}

/// What is needed to get the same figures again.
fn again(about: &PageAbout) -> Markup {
    let schedules: Vec<&String> = about.laws.iter().flat_map(|law| &law.schedules).collect();
    html! {
        section .again {
            h2 { "The same figures again" }
            pre tabindex="0" role="region" aria-label="Command" { code { (harmless(&about.command_line())) } }
            dl {
                @for law in &about.laws {
                    div { dt { "Law, SHA-256" } dd .code { (harmless(&law.hash)) } }
                }
                div {
                    dt { "As known on" }
                    dd { @match about.as_known { Some(day) => (day), None => "everything the book holds" } }
                }
                @if !schedules.is_empty() {
                    div { dt { "Schedules used" } dd { @for cite in schedules { (words(cite)) br; } } }
                }
            }
        }
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_are_quoted_only_where_a_shell_needs_it() {
        assert_eq!(quoted("scenarios/japan-deal.toml"), "scenarios/japan-deal.toml");
        assert_eq!(quoted("steel=40%"), "steel=40%");
        assert_eq!(quoted("10 kg"), "'10 kg'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
