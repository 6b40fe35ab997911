use super::flows::source::FlowBytes;
use include_dir::{Dir, include_dir};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::PathBuf;

/// Why a file could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadFault {
    /// There is no such file.
    Missing,
    /// The name is that of a folder.
    Folder,
    /// The file is larger than this program reads: its bytes, and the most that are read.
    TooLarge(u64, u64),
    /// The system refused, with its words.
    System(String),
}

impl fmt::Display for ReadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no such file"),
            Self::Folder => f.write_str("it is a folder, not a file"),
            Self::TooLarge(size, most) => write!(f, "it has {size} bytes; at most {most} are read"),
            Self::System(words) => f.write_str(words),
        }
    }
}

/// The largest file read into memory: far above any law or scenario written by people.
pub(super) const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// The largest official schedule read, unpacked: some times the size of those published.
pub(super) const MOST_OF_SCHEDULE: u64 = 96 * 1024 * 1024;

/// Where files come from: a folder, the program itself, or memory.
pub trait Files: Sync {
    /// Returns a file's bytes.
    ///
    /// # Errors
    /// See [`ReadFault`].
    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, ReadFault>;

    /// Lists the files below the root, `/` between folders, in alphabetical order.
    ///
    /// # Errors
    /// Where the folder cannot be listed.
    fn list(&self) -> Result<Vec<String>, ReadFault>;

    /// Opens a file to be read from its start to its end, however large it is.
    ///
    /// # Errors
    /// See [`ReadFault`].
    fn open(&self, path: &str) -> Result<FlowBytes, ReadFault> {
        Ok(FlowBytes::Memory(std::io::Cursor::new(self.read(path)?.into_owned())))
    }

    /// Tells whether there is such a file.
    fn has(&self, path: &str) -> bool {
        self.read(path) != Err(ReadFault::Missing)
    }

    /// Tells whether the files are known to hold together, so that the costlier checks need not be made at every start.
    fn proven(&self) -> bool {
        false
    }

    /// Returns the path as messages show it.
    fn shown(&self, path: &str) -> String {
        path.to_owned()
    }

    /// Returns the names of the files in the folder of a path, for "did you mean"; none where they cannot be told.
    fn beside(&self, path: &str) -> Vec<String> {
        let _ = path;
        Vec::new()
    }
}

/// The most names that [`Files::beside`] looks at.
const MOST_BESIDE: usize = 1_000;

/// The files of a folder.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
    most: u64,
}

impl Disk {
    /// Reads below a folder.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), most: MOST_BYTES }
    }

    /// Reads below the working folder.
    pub fn here() -> Self {
        Self { root: PathBuf::new(), most: MOST_BYTES }
    }

    /// Reads files as large as official schedules are.
    #[must_use]
    pub fn for_schedules(self) -> Self {
        Self { most: MOST_OF_SCHEDULE, ..self }
    }
}

impl Files for Disk {
    fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    fn open(&self, path: &str) -> Result<FlowBytes, ReadFault> {
        let full = self.root.join(path);
        let about = fs::metadata(&full).map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound { ReadFault::Missing } else { ReadFault::System(error.to_string()) }
        })?;
        if about.is_dir() {
            return Err(ReadFault::Folder);
        }
        fs::File::open(&full).map(FlowBytes::File).map_err(|error| ReadFault::System(error.to_string()))
    }

    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, ReadFault> {
        let full = self.root.join(path);
        let about = fs::metadata(&full).map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound { ReadFault::Missing } else { ReadFault::System(error.to_string()) }
        })?;
        if about.is_dir() {
            return Err(ReadFault::Folder);
        }
        if about.len() > self.most {
            return Err(ReadFault::TooLarge(about.len(), self.most));
        }
        // A pipe has no size: it is read up to the limit and no further.
        let file = fs::File::open(&full).map_err(|error| ReadFault::System(error.to_string()))?;
        let mut bytes = Vec::new();
        let mut limited = std::io::Read::take(file, self.most + 1);
        std::io::Read::read_to_end(&mut limited, &mut bytes).map_err(|error| ReadFault::System(error.to_string()))?;
        if bytes.len() as u64 > self.most {
            return Err(ReadFault::TooLarge(bytes.len() as u64, self.most));
        }
        Ok(Cow::Owned(bytes))
    }

    fn list(&self) -> Result<Vec<String>, ReadFault> {
        let mut found = Vec::new();
        let mut folders = vec![(self.root.clone(), String::new())];
        while let Some((folder, prefix)) = folders.pop() {
            let entries = fs::read_dir(&folder).map_err(|error| ReadFault::System(format!("{}: {error}", folder.display())))?;
            for entry in entries {
                let entry = entry.map_err(|error| ReadFault::System(error.to_string()))?;
                let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
                    continue;
                };
                let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
                let kind = entry.file_type().map_err(|error| ReadFault::System(error.to_string()))?;
                // Links are not followed: a circle of folders must not hang the program.
                if kind.is_dir() {
                    folders.push((entry.path(), path));
                } else if kind.is_file() {
                    found.push(path);
                }
            }
        }
        found.sort();
        Ok(found)
    }

    fn shown(&self, path: &str) -> String {
        self.root.join(path).display().to_string()
    }

    fn beside(&self, path: &str) -> Vec<String> {
        let full = self.root.join(path);
        let folder = full.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(std::path::Path::new("."));
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let names = entries.take(MOST_BESIDE).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.collect()
    }
}

/// The law that the program carries.
#[derive(Clone, Copy, Debug, Default)]
pub struct Embedded;

static SEEDS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/seeds");

impl Files for Embedded {
    /// The tests check the very bytes that the program carries.
    fn proven(&self) -> bool {
        true
    }

    fn has(&self, path: &str) -> bool {
        SEEDS.get_file(path).is_some()
    }

    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, ReadFault> {
        SEEDS.get_file(path).map(|file| Cow::Borrowed(file.contents())).ok_or(ReadFault::Missing)
    }

    fn list(&self) -> Result<Vec<String>, ReadFault> {
        let mut found = Vec::new();
        let mut folders = vec![&SEEDS];
        while let Some(folder) = folders.pop() {
            folders.extend(folder.dirs());
            found.extend(folder.files().filter_map(|file| file.path().to_str()).map(|path| path.replace('\\', "/")));
        }
        found.sort();
        Ok(found)
    }

    fn shown(&self, path: &str) -> String {
        format!("seeds/{path}")
    }
}

/// Files in memory, for tests and for programs that bring their own.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
}

impl Memory {
    /// Adds a file.
    #[must_use]
    pub fn with(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.to_owned(), bytes.into());
        self
    }

    /// Copies all files of another source.
    ///
    /// # Errors
    /// Where one of them cannot be read.
    pub fn copy(other: &impl Files) -> Result<Self, ReadFault> {
        let mut files = BTreeMap::new();
        for path in other.list()? {
            let bytes = other.read(&path)?.into_owned();
            files.insert(path, bytes);
        }
        Ok(Self { files })
    }
}

impl Files for Memory {
    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, ReadFault> {
        self.files.get(path).map(|bytes| Cow::Borrowed(bytes.as_slice())).ok_or(ReadFault::Missing)
    }

    fn list(&self) -> Result<Vec<String>, ReadFault> {
        Ok(self.files.keys().cloned().collect())
    }
}
