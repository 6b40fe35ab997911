//! Files that come to be whole or not at all: written under another name beside the target, and moved when done.
//!
//! The other name ends in `.tariffcalc-part`: what is left of a run that was killed can be told and removed.

use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{BufWriter, Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

/// The end of the name of what is not yet whole.
const PART: &str = ".tariffcalc-part";

/// A file or folder on its way.
#[derive(Debug)]
pub(crate) struct Whole {
    target: PathBuf,
    /// Where it is written; `None` where the target is a device or a pipe, which is written to as it is.
    aside: Option<PathBuf>,
    done: bool,
}

impl Whole {
    /// Begins a file. One that is there is replaced when the new one is whole.
    pub(crate) fn file(target: &Path) -> Result<Self> {
        let about = fs::metadata(target).ok();
        if about.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(Error::new(ErrorKind::IsADirectory, "it is a folder; name a file in it"));
        }
        let is_plain = about.is_none_or(|about| about.is_file());
        Ok(Self { target: target.to_owned(), aside: is_plain.then(|| beside(target)).transpose()?, done: false })
    }

    /// Begins a folder. One that is there already must be empty.
    pub(crate) fn folder(target: &Path) -> Result<Self> {
        if let Ok(about) = fs::metadata(target) {
            if !about.is_dir() {
                return Err(Error::new(ErrorKind::NotADirectory, "it is there already and is no folder"));
            }
            if fs::read_dir(target)?.next().is_some() {
                return Err(Error::new(
                    ErrorKind::AlreadyExists,
                    "the folder is there already and not empty; remove it or name another",
                ));
            }
        }
        let aside = beside(target)?;
        fs::create_dir(&aside)?;
        Ok(Self { target: target.to_owned(), aside: Some(aside), done: false })
    }

    /// Returns the file or folder that it will be.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Opens the file, or a file of the folder, with the folders above it. It counts what is written to it.
    pub(crate) fn open(&self, name: Option<&str>) -> Result<Counted> {
        let Some(aside) = &self.aside else {
            return Ok(Counted::of(File::options().write(true).open(&self.target)?));
        };
        let path = name.map_or_else(|| aside.clone(), |name| aside.join(name));
        if name.is_some()
            && let Some(above) = path.parent()
        {
            fs::create_dir_all(above)?;
        }
        Ok(Counted::of(File::create(path)?))
    }

    /// Gives it its name.
    pub(crate) fn finish(mut self) -> Result<()> {
        if let Some(aside) = &self.aside {
            fs::rename(aside, &self.target)?;
        }
        self.done = true;
        Ok(())
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        if let (false, Some(aside)) = (self.done, &self.aside) {
            // What cannot be removed keeps its telling name.
            let _ = if aside.is_dir() { fs::remove_dir_all(aside) } else { fs::remove_file(aside) };
        }
    }
}

/// A name beside the target, in the same folder, so that moving is one step.
fn beside(target: &Path) -> Result<PathBuf> {
    let name = target.file_name().ok_or_else(|| Error::new(ErrorKind::InvalidInput, "it has no name"))?;
    let mut aside = std::ffi::OsString::from(".");
    aside.push(name);
    aside.push(format!(".{}{PART}", std::process::id()));
    Ok(target.with_file_name(aside))
}

/// A file that counts its bytes and takes their sum.
#[derive(Debug)]
pub(crate) struct Counted {
    out: BufWriter<File>,
    bytes: u64,
    sum: Sha256,
}

impl Counted {
    fn of(file: File) -> Self {
        Self { out: BufWriter::with_capacity(256 * 1024, file), bytes: 0, sum: Sha256::new() }
    }

    /// Brings the file to the disk; returns its bytes and their SHA-256 in hexadecimal digits.
    pub(crate) fn close(mut self) -> Result<(u64, String)> {
        self.out.flush()?;
        let file = self.out.get_ref();
        // Some systems tell a full disk only here. Devices and pipes have nothing to bring there.
        if file.metadata().is_ok_and(|about| about.is_file()) {
            file.sync_all()?;
        }
        let sum = self.sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok((self.bytes, sum))
    }
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes += written as u64;
        self.sum.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> Result<()> {
        self.out.flush()
    }
}
