//! What stands beside tables: remarks by kind, the few figures that answer at once, and the legal sources that rows point to.

use super::table::{Cell, Report, Source};
use crate::assess::{Assessment, DutyLine};
use crate::law::Rulebook;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

/// What a remark is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// What was taken for granted, or chosen by the author of the question.
    Assumption,
    /// What is priced, unknown or refused.
    Coverage,
    /// What the figures mean, and what they leave out.
    Meaning,
    /// The law that was asked.
    Law,
    /// Anything else.
    #[default]
    Remark,
}

/// A remark below the tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub kind: NoteKind,
    /// Its words; may hold text of a user's file.
    pub words: String,
}

impl Note {
    /// Makes a remark on what was taken for granted.
    pub fn assumption(words: impl Into<String>) -> Self {
        Self { kind: NoteKind::Assumption, words: words.into() }
    }

    /// Makes a remark on what is priced, unknown or refused.
    pub fn coverage(words: impl Into<String>) -> Self {
        Self { kind: NoteKind::Coverage, words: words.into() }
    }

    /// Makes a remark on what the figures mean.
    pub fn meaning(words: impl Into<String>) -> Self {
        Self { kind: NoteKind::Meaning, words: words.into() }
    }

    /// Makes a remark on the law that was asked.
    pub fn law(words: impl Into<String>) -> Self {
        Self { kind: NoteKind::Law, words: words.into() }
    }
}

impl Deref for Note {
    type Target = str;

    fn deref(&self) -> &str {
        &self.words
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.words)
    }
}

impl From<String> for Note {
    fn from(words: String) -> Self {
        Self { kind: NoteKind::Remark, words }
    }
}

impl From<&str> for Note {
    fn from(words: &str) -> Self {
        words.to_owned().into()
    }
}

/// One of the few figures that answer the question at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFigure {
    /// Of what, such as the name of a case; may hold text of a user's file.
    pub of: String,
    /// What it is, such as `effective rate`.
    pub what: String,
    /// The figure.
    pub figure: Cell,
    /// Figures that belong to it, each with what it is.
    pub beside: Vec<(String, Cell)>,
}

impl Report {
    /// Adds a remark, unless it has one with the same words.
    pub(super) fn note_once(&mut self, note: impl Into<Note>) {
        let note = note.into();
        if !self.notes.iter().any(|known| known.words == note.words) {
            self.notes.push(note);
        }
    }

    /// Returns the place of a source, and adds it where it is not known yet.
    pub(super) fn place_of(&mut self, source: Source) -> usize {
        if let Some(place) = self.sources.iter().position(|known| *known == source) {
            return place;
        }
        self.sources.push(source);
        self.sources.len() - 1
    }
}

/// Collects legal sources, each once, in the order in which rows first point to them.
#[derive(Debug, Default)]
pub(super) struct Cited {
    all: Vec<Source>,
    places: BTreeMap<Source, usize>,
    programs: BTreeMap<String, Option<usize>>,
}

impl Cited {
    /// Returns the place of a source.
    pub(super) fn of(&mut self, source: Source) -> usize {
        if let Some(place) = self.places.get(&source) {
            return *place;
        }
        let place = self.all.len();
        self.all.push(source.clone());
        self.places.insert(source, place);
        place
    }

    /// Returns the places of sources, ascending.
    pub(super) fn each(&mut self, sources: impl IntoIterator<Item = Source>) -> Vec<usize> {
        let mut places: Vec<usize> = sources.into_iter().map(|source| self.of(source)).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Returns the places of the lines that a duty is the sum of.
    pub(super) fn charged(&mut self, assessment: &Assessment) -> Vec<usize> {
        self.charged_by(&assessment.lines)
    }

    /// Returns the places of those of some lines that a duty is the sum of.
    pub(super) fn charged_by(&mut self, lines: &[DutyLine]) -> Vec<usize> {
        self.each(of_lines(lines))
    }

    /// Returns the place of the authority of a program, for sums over many flows; `None` where the law has no such program.
    pub(super) fn authority(&mut self, law: &Rulebook, program: &str) -> Option<usize> {
        if let Some(place) = self.programs.get(program) {
            return *place;
        }
        let place = law.programs().find(|known| known.id.as_str() == program).map(|program| {
            self.of(Source {
                title: program.title.clone(),
                heading: String::new(),
                cite: program.authority.clone(),
                place: program.source.to_string(),
            })
        });
        self.programs.insert(program.to_owned(), place);
        place
    }

    /// Gives all sources to a report.
    pub(super) fn into_sources(self) -> Vec<Source> {
        self.all
    }
}

/// The sources of the lines that a duty is the sum of. Lines that others stand in place of are not in it.
pub(super) fn charged(assessment: &Assessment) -> impl Iterator<Item = Source> {
    of_lines(&assessment.lines)
}

fn of_lines(lines: &[DutyLine]) -> impl Iterator<Item = Source> {
    let owed = lines.iter().filter(|line| line.replaced_by.is_none());
    owed.flat_map(|line| [Some(Source::from(line)), scope_of(line)]).flatten()
}

/// The source by which the code came into the scope of a line, where that is an instrument of its own.
pub(super) fn scope_of(line: &DutyLine) -> Option<Source> {
    let scope = line.scope.as_ref()?;
    let cite = scope.cite.as_ref().filter(|cite| !line.cite.contains(&***cite))?;
    Some(Source {
        title: format!("{}, its scope", line.title),
        heading: line.heading.clone(),
        cite: cite.to_string(),
        place: scope.source.to_string(),
    })
}

impl From<&DutyLine> for Source {
    fn from(line: &DutyLine) -> Self {
        Self { title: line.title.clone(), heading: line.heading.clone(), cite: line.cite.clone(), place: line.source.to_string() }
    }
}
