//! Messages with places: what is wrong, where (all places), what to do.
//!
//! Knows files as texts with names, and no law. Readers push faults into [`Diagnostics`] and go on, so that one run shows
//! every fault of every file.

mod code;
mod place;
mod text;

pub use code::{Code, Severity};
pub use place::{FileId, Place, Source, Sources};

/// One finding: a first line, the places it speaks of, and advice.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The stable code, which also tells the severity.
    pub code: Code,
    /// What is wrong: one line, lower case, no full stop, names in backticks.
    pub message: String,
    /// The places, the first of them the main one; each with a few words.
    pub labels: Vec<(Place, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Makes a diagnostic without places or advice.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), labels: Vec::new(), help: None }
    }

    /// Adds a place with a few words on it; the first one added is the main place.
    #[must_use]
    pub fn at(mut self, place: Place, words: impl Into<String>) -> Self {
        self.labels.push((place, words.into()));
        self
    }

    /// Adds a place, where there is one.
    #[must_use]
    pub fn maybe_at(self, place: Option<Place>, words: impl Into<String>) -> Self {
        match place {
            Some(place) => self.at(place, words),
            None => self,
        }
    }

    /// Adds the advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the advice, where there is some.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = self.help.or(help);
        self
    }
}

/// The collector: every diagnostic of a run, in the order of files and places.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    all: Vec<Diagnostic>,
}

impl From<Diagnostic> for Diagnostics {
    fn from(one: Diagnostic) -> Self {
        let mut all = Self::default();
        all.push(one);
        all
    }
}

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.all.push(diagnostic);
    }

    /// Adds all of another collector.
    pub fn append(&mut self, other: Self) {
        self.all.extend(other.all);
    }

    /// Tells whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.all.iter().any(|d| d.code.severity() == Severity::Error)
    }

    /// Tells whether there is none at all.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Returns them in reading order: by file as loaded, then by place, then by code.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut all: Vec<&Diagnostic> = self.all.iter().collect();
        all.sort_by(|a, b| {
            let place = |d: &Diagnostic| d.labels.first().map(|(place, _)| (place.file, place.start, place.end));
            (place(a), a.code.name(), &a.message).cmp(&(place(b), b.code.name(), &b.message))
        });
        all.dedup_by(|a, b| a.code == b.code && a.message == b.message && a.labels == b.labels);
        all
    }

    /// Renders all of them with excerpts, as text with terminal styles (strip them where they are not wanted).
    pub fn render(&self, sources: &Sources) -> String {
        let mut out = String::new();
        for diagnostic in self.sorted() {
            out.push_str(&text::render(diagnostic, sources));
            out.push_str("\n\n");
        }
        out
    }
}
