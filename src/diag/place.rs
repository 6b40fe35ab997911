use std::sync::{Arc, OnceLock};

/// A file of this run, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A stretch of a file, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
}

/// Where a piece of law or of a scenario was written: file and line, to be printed beside every number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file's path as given, such as `seeds/us/ieepa-reciprocal.toml`.
    pub path: Arc<str>,
    /// The line, from 1; 0 for a whole file.
    pub line: u32,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.line == 0 { f.write_str(&self.path) } else { write!(f, "{}:{}", self.path, self.line) }
    }
}

#[derive(Clone)]
struct File {
    path: Arc<str>,
    text: Arc<str>,
    /// Byte offsets at which lines start; found when first asked for, because most tables are never pointed at.
    lines: OnceLock<Vec<usize>>,
}

impl File {
    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| std::iter::once(0).chain(self.text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }
}

/// The files of this run: names and texts, for excerpts and line numbers.
#[derive(Clone, Default)]
pub struct Sources {
    files: Vec<File>,
}

impl Sources {
    /// Adds a file and returns its number.
    pub fn add(&mut self, path: &str, text: Arc<str>) -> FileId {
        self.files.push(File { path: Arc::from(path), text, lines: OnceLock::new() });
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    fn file(&self, id: FileId) -> Option<&File> {
        self.files.get(id.0 as usize)
    }

    /// Returns the file's path.
    pub fn path(&self, id: FileId) -> &str {
        self.file(id).map_or("", |file| &file.path)
    }

    /// Returns the file's text.
    pub fn text(&self, id: FileId) -> &str {
        self.file(id).map_or("", |file| &file.text)
    }

    /// Returns line and column of a byte, both from 1; columns count characters.
    pub fn line_column(&self, id: FileId, byte: usize) -> (usize, usize) {
        let Some(file) = self.file(id) else {
            return (1, 1);
        };
        let line = file.lines().partition_point(|start| *start <= byte).max(1);
        let start = file.lines().get(line - 1).copied().unwrap_or(0);
        let column = file.text.get(start..byte.min(file.text.len())).map_or(1, |before| before.chars().count() + 1);
        (line, column)
    }

    /// Returns file and line of a place, for printing beside a number.
    pub fn source(&self, place: Place) -> Source {
        let (line, _) = self.line_column(place.file, place.start);
        let path = self.file(place.file).map_or_else(|| Arc::from(""), |file| file.path.clone());
        Source { path, line: u32::try_from(line).unwrap_or(u32::MAX) }
    }
}
