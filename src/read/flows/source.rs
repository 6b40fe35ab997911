//! Rows of flows from whatever holds them: the reader of one format yields the same rows as that of any other.

use super::{FlowFile, FlowOptions};
use crate::diag::Diagnostic;
use crate::scenario::{BulkFlow, FlowFileHead, FlowSummary, RowFault};
use std::io::{Cursor, Read, Seek, SeekFrom};

/// The bytes of a file of flows: read from their start to their end, or where a format asks for it in any order.
#[derive(Debug)]
pub enum FlowBytes {
    /// A file of the disk.
    File(std::fs::File),
    /// A file in memory.
    Memory(Cursor<Vec<u8>>),
}

impl Read for FlowBytes {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::File(file) => file.read(into),
            Self::Memory(bytes) => bytes.read(into),
        }
    }
}

impl Seek for FlowBytes {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        match self {
            Self::File(file) => file.seek(to),
            Self::Memory(bytes) => bytes.seek(to),
        }
    }
}

/// A file of flows of any format, open: yields its rows one by one, found by the names of their columns.
///
/// Where it stops before the end, the last item says why, and so does [`FlowSummary::stopped`].
pub trait FlowSource: Iterator<Item = Result<BulkFlow, RowFault>> + Send {
    /// Returns what the head of the file says.
    fn head(&self) -> &FlowFileHead;

    /// Returns what has been read so far.
    fn summary(&self) -> &FlowSummary;
}

impl FlowSource for FlowFile {
    fn head(&self) -> &FlowFileHead {
        self.head()
    }

    fn summary(&self) -> &FlowSummary {
        self.summary()
    }
}

/// Opens a file of flows by what its bytes are, whatever its name; `shown` is the name that messages use.
///
/// # Errors
/// Where the file cannot be read, or lacks a column: the diagnostic says which ones, and which there are.
pub fn flow_source(bytes: FlowBytes, shown: &str, options: &FlowOptions) -> Result<Box<dyn FlowSource>, Diagnostic> {
    Ok(Box::new(FlowFile::of_bytes(bytes, shown, options)?))
}
