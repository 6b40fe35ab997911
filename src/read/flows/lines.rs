//! Lines of a large text file, and the fields of a line: the memory used does not grow with the file.

use csv_core::ReadRecordResult;
use memchr::memchr;
use std::io::{ErrorKind, Read, Result};
use std::ops::Range;

/// How much is read at once.
pub(in crate::read) const CHUNK: usize = 256 * 1024;

/// The longest line read.
pub(in crate::read) const LONGEST: usize = 1024 * 1024;

/// A text file, line by line. Lines are found in the chunks as they are read, without being copied.
pub(in crate::read) struct Lines {
    reader: Box<dyn Read + Send>,
    chunk: Vec<u8>,
    /// The bytes of the line last read.
    line: Range<usize>,
    /// The first byte not yet looked at, and the first byte after those read.
    next: usize,
    filled: usize,
    ended: bool,
    /// The number of the line last read, from 1.
    pub(in crate::read) number: u64,
}

/// What was found where a line was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) enum Found {
    /// A line, which may be empty.
    Line,
    /// A line past the longest that is read; it is skipped.
    TooLong,
    /// The end of the file.
    End,
}

impl Lines {
    pub(in crate::read) fn new(reader: Box<dyn Read + Send>) -> Self {
        Self { reader, chunk: vec![0; CHUNK], line: 0..0, next: 0, filled: 0, ended: false, number: 0 }
    }

    /// Reads the next line.
    pub(in crate::read) fn next(&mut self) -> Result<Found> {
        let (mut searched, mut skipping) = (0, false);
        loop {
            let unread = self.chunk.get(self.next + searched..self.filled).unwrap_or_default();
            if let Some(at) = memchr(b'\n', unread) {
                let end = self.next + searched + at;
                self.line = self.next..end;
                self.next = end + 1;
                break;
            }
            searched = self.filled - self.next;
            if self.ended {
                if searched == 0 && !skipping {
                    return Ok(Found::End);
                }
                self.line = self.next..self.filled;
                self.next = self.filled;
                break;
            }
            if searched > LONGEST {
                skipping = true;
                self.next = self.filled;
                searched = 0;
            }
            self.refill()?;
        }
        self.number += 1;
        if skipping || self.line.len() > LONGEST {
            self.line = 0..0;
            return Ok(Found::TooLong);
        }
        if self.line().last() == Some(&b'\r') {
            self.line.end -= 1;
        }
        Ok(Found::Line)
    }

    /// Reads more behind what is not yet used.
    fn refill(&mut self) -> Result<()> {
        self.chunk.copy_within(self.next..self.filled, 0);
        self.filled -= self.next;
        self.next = 0;
        if self.filled == self.chunk.len() {
            // A line longer than the chunk; lines past the longest never come here whole.
            self.chunk.resize(self.chunk.len() * 2, 0);
        }
        let space = self.chunk.get_mut(self.filled..).unwrap_or_default();
        let read = loop {
            match self.reader.read(space) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.filled += read;
        self.ended = read == 0;
        Ok(())
    }

    /// Returns the line last read, without its end.
    pub(in crate::read) fn line(&self) -> &[u8] {
        self.chunk.get(self.line.clone()).unwrap_or_default()
    }
}

/// The fields of one line.
pub(in crate::read) struct Fields {
    mark: u8,
    reader: csv_core::Reader,
    /// Whether the fields stand in `unquoted`, not in the line.
    quoted: bool,
    /// The text of the fields without quotation marks.
    unquoted: Vec<u8>,
    /// The byte after each field.
    ends: Vec<usize>,
}

impl Fields {
    pub(in crate::read) fn new(mark: u8) -> Self {
        let reader = csv_core::ReaderBuilder::new().delimiter(mark).build();
        Self { mark, reader, quoted: false, unquoted: Vec::new(), ends: Vec::new() }
    }

    /// Splits a line; `false` where a quotation mark is not closed on it.
    pub(in crate::read) fn split(&mut self, line: &[u8]) -> bool {
        self.ends.clear();
        self.quoted = false;
        for (at, byte) in line.iter().enumerate() {
            if *byte == self.mark {
                self.ends.push(at);
            } else if *byte == b'"' {
                return self.unquote(line);
            }
        }
        self.ends.push(line.len());
        true
    }

    fn unquote(&mut self, line: &[u8]) -> bool {
        self.quoted = true;
        self.unquoted.resize(line.len() + 1, 0);
        let marks = line.iter().filter(|byte| **byte == self.mark).count();
        self.ends.resize(marks + 2, 0);
        self.reader.reset();
        let (_, read, written, ended) = self.reader.read_record(line, &mut self.unquoted, &mut self.ends);
        let rest = line.get(read..).unwrap_or_default();
        let (Some(text), Some(ends)) = (self.unquoted.get_mut(written..), self.ends.get_mut(ended..)) else { return false };
        let (result, _, more, last) = self.reader.read_record(if rest.is_empty() { b"\n" } else { rest }, text, ends);
        self.unquoted.truncate(written + more);
        self.ends.truncate(ended + last);
        result == ReadRecordResult::Record
    }

    /// Begins a row that is no line of text.
    #[cfg(feature = "parquet")]
    pub(in crate::read) fn clear(&mut self) {
        self.quoted = true;
        self.unquoted.clear();
        self.ends.clear();
    }

    /// Adds a field to it.
    #[cfg(feature = "parquet")]
    pub(in crate::read) fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.unquoted);
        self.ends.push(self.unquoted.len());
    }

    /// Returns how many fields there are.
    pub(in crate::read) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns a field of the line that was split, without surrounding blanks; empty where there is none.
    pub(in crate::read) fn get<'a>(&'a self, line: &'a [u8], number: usize) -> &'a [u8] {
        let Some(end) = self.ends.get(number) else { return &[] };
        let before = number.checked_sub(1).and_then(|before| self.ends.get(before));
        let (text, gap) = if self.quoted { (self.unquoted.as_slice(), 0) } else { (line, 1) };
        text.get(before.map_or(0, |before| before + gap)..*end).unwrap_or_default().trim_ascii()
    }

    /// Tells whether all fields are empty.
    pub(in crate::read) fn is_blank(&self, line: &[u8]) -> bool {
        (0..self.len()).all(|number| self.get(line, number).is_empty())
    }

    /// Returns the fields as text, with a mark in the place of what is no UTF-8.
    pub(in crate::read) fn texts(&self, line: &[u8]) -> Vec<String> {
        (0..self.len()).map(|number| String::from_utf8_lossy(self.get(line, number)).into_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, Found, Lines};
    use std::io::Cursor;

    fn split(line: &str) -> Option<Vec<String>> {
        let mut fields = Fields::new(b',');
        fields.split(line.as_bytes()).then(|| fields.texts(line.as_bytes()))
    }

    #[test]
    fn fields_are_split_with_and_without_quotation_marks() {
        let texts = |all: &[&str]| Some(all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(split("a, b ,c"), texts(&["a", "b", "c"]));
        assert_eq!(split("a,,"), texts(&["a", "", ""]));
        assert_eq!(split(""), texts(&[""]));
        assert_eq!(split("\"1,716,414\",x,"), texts(&["1,716,414", "x", ""]));
        assert_eq!(split("\"a \"\"b\"\"\",c"), texts(&["a \"b\"", "c"]));
        assert_eq!(split("x,\"\""), texts(&["x", ""]));
        assert_eq!(split("a,\"b,c"), None);
        assert_eq!(split("inches 5\",b"), texts(&["inches 5\"", "b"]));
    }

    #[test]
    fn one_split_leaves_nothing_to_the_next() {
        let mut fields = Fields::new(b',');
        assert!(!fields.split(b"a,\"b"));
        assert!(fields.split(b"\"a,b\",c") && fields.texts(b"") == ["a,b", "c"]);
        assert!(fields.split(b"d") && fields.texts(b"d") == ["d"]);
    }

    #[test]
    fn lines_end_as_systems_end_them_and_long_ones_are_skipped() {
        let mut text = b"a\r\nb\n\n".to_vec();
        text.resize(text.len() + 3 * super::LONGEST, b'x');
        text.extend_from_slice(b"\nlast");
        let mut lines = Lines::new(Box::new(Cursor::new(text)));
        let mut seen = Vec::new();
        while let Ok(found) = lines.next() {
            if found == Found::End {
                break;
            }
            seen.push((found, String::from_utf8_lossy(lines.line()).into_owned(), lines.number));
        }
        let line = |text: &str, number| (Found::Line, text.to_owned(), number);
        assert_eq!(seen, [line("a", 1), line("b", 2), line("", 3), (Found::TooLong, String::new(), 4), line("last", 5)]);
    }
}
