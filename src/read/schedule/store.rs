//! The folder in which revisions of schedules are kept: one file each, `US_2026-01-01_NAME.csv`, in this program's own form.

use super::official::schedule_text;
use super::revision::Revision;
use crate::base::{Country, Date, Fault, parse_date};
use crate::read::files::{Disk, Files, ReadFault};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of stored revisions.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

/// A stored revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its name.
    pub name: String,
    /// The importing country.
    pub into: Country,
    /// The day it was stored for.
    pub from: Date,
    /// The number of its lines.
    pub lines: usize,
    /// The file.
    pub path: PathBuf,
}

impl Store {
    /// Keeps revisions in a folder; it is made when the first one is stored.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Lists what is stored, by country and day. Other files in the folder are left alone.
    ///
    /// # Errors
    /// Where the folder is there but cannot be listed.
    pub fn list(&self) -> Result<Vec<Stored>, Fault> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.fault("cannot list", &error)),
        };
        let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
        let mut found: Vec<Stored> = paths.filter_map(|path| stored(&path)).collect();
        found.sort_by(|a, b| (a.into, a.from, &a.name).cmp(&(b.into, b.from, &b.name)));
        Ok(found)
    }

    /// Returns the stored revision of that name.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub fn find(&self, name: &str) -> Result<Option<Stored>, Fault> {
        Ok(self.list()?.into_iter().find(|stored| stored.name == name))
    }

    /// Stores a revision.
    ///
    /// # Errors
    /// Where its name is no name for a file, one of that name is stored already, or the system refuses.
    pub fn add(&self, revision: &Revision) -> Result<Stored, Fault> {
        let name = &revision.name;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || name.len() > 80 || !name.chars().all(plain) || name.starts_with('.') {
            return Err(Fault::new(format!("`{name}` is no name for a stored schedule"))
                .with_help("names are letters, digits, `-`, `_` and `.`; give one with `--name`"));
        }
        if let Some(known) = self.find(name)? {
            return Err(Fault::new(format!("`{name}` is stored already, for {} from {}", known.into, known.from))
                .with_help(format!("`tariffcalc schedule remove {name}` removes it; `--name` gives another name")));
        }
        fs::create_dir_all(&self.folder).map_err(|error| self.fault("cannot make", &error))?;
        let path = self.folder.join(format!("{}_{}_{name}.csv", revision.into, revision.from));
        // Written aside and moved, so that a stop half-way leaves no half of a schedule.
        let aside = path.with_extension("part");
        let written = fs::write(&aside, schedule_text(&revision.file, revision.from)).and_then(|()| fs::rename(&aside, &path));
        written.map_err(|error| self.fault("cannot write into", &error))?;
        self.find(name)?.ok_or_else(|| Fault::new(format!("`{}` was written, but is not there", path.display())))
    }

    /// Removes the stored revision of that name; `None` where there is none.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn remove(&self, name: &str) -> Result<Option<Stored>, Fault> {
        let Some(found) = self.find(name)? else { return Ok(None) };
        fs::remove_file(&found.path).map_err(|error| self.fault("cannot remove from", &error))?;
        Ok(Some(found))
    }

    fn fault(&self, what: &str, error: &std::io::Error) -> Fault {
        Fault::new(format!("{what} the folder of schedules `{}`: {error}", self.folder.display()))
            .with_help("`TARIFFCALC_SCHEDULES=DIR` names another folder")
    }
}

/// Reads the bytes of a schedule's file.
pub(in crate::read) fn bytes(path: &str) -> Result<Vec<u8>, ReadFault> {
    Disk::here().for_schedules().read(path).map(std::borrow::Cow::into_owned)
}

fn stored(path: &Path) -> Option<Stored> {
    let stem = path.file_name()?.to_str()?.strip_suffix(".csv")?;
    let (into, rest) = stem.split_once('_')?;
    let (from, name) = rest.split_once('_')?;
    let rows = bytes(path.to_str()?).ok()?;
    Some(Stored {
        name: name.to_owned(),
        into: Country::letters(into).ok()?,
        from: parse_date(from).ok()?,
        lines: rows.iter().filter(|byte| **byte == b'\n').count().saturating_sub(1),
        path: path.to_owned(),
    })
}
