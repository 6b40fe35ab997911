//! Which files were read, and whether they changed since.

use super::files::{Files, ReadFault};
use super::flows::source::FlowBytes;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

/// Files that remember which of them were asked for.
#[derive(Debug)]
pub struct Recorded<F> {
    files: F,
    asked: Mutex<BTreeSet<String>>,
}

impl<F: Files> Recorded<F> {
    /// Begins to remember.
    pub fn new(files: F) -> Self {
        Self { files, asked: Mutex::default() }
    }

    /// Returns the paths asked for, as messages show them: those of files that are not there as well.
    pub fn asked(&self) -> BTreeSet<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, path: &str) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(self.files.shown(path));
    }
}

impl<F: Files> Files for Recorded<F> {
    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, ReadFault> {
        self.remember(path);
        self.files.read(path)
    }

    fn list(&self) -> Result<Vec<String>, ReadFault> {
        self.files.list()
    }

    fn open(&self, path: &str) -> Result<FlowBytes, ReadFault> {
        self.remember(path);
        self.files.open(path)
    }

    fn has(&self, path: &str) -> bool {
        self.files.has(path)
    }

    fn proven(&self) -> bool {
        self.files.proven()
    }

    fn shown(&self, path: &str) -> String {
        self.files.shown(path)
    }

    fn beside(&self, path: &str) -> Vec<String> {
        self.files.beside(path)
    }
}

/// What a file looks like from outside: two stamps differ where it was written, replaced or removed between them.
///
/// It says when to read again, and never what is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    bytes: u64,
    written: u128,
    /// On systems that have them, the number of the file and the time its entry changed: a file that is moved over another may be as long and as old.
    entry: [i128; 3],
}

impl Stamp {
    /// Looks at a file; `None` where there is none.
    pub fn of(path: &Path) -> Option<Self> {
        let about = path.metadata().ok()?;
        let written = about.modified().ok().and_then(|when| when.duration_since(UNIX_EPOCH).ok());
        Some(Self { bytes: about.len(), written: written.map_or(0, |since| since.as_nanos()), entry: entry(&about) })
    }

    /// Tells whether nothing stands in the file, as while it is being written anew.
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }
}

#[cfg(unix)]
fn entry(about: &std::fs::Metadata) -> [i128; 3] {
    use std::os::unix::fs::MetadataExt;
    [about.ino().into(), about.ctime().into(), about.ctime_nsec().into()]
}

#[cfg(not(unix))]
fn entry(_: &std::fs::Metadata) -> [i128; 3] {
    [0; 3]
}
