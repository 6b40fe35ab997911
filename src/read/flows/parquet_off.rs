//! What stands in the place of the reader of Parquet files where the program is built without it.

use super::lines::{Fields, Found};
use super::source::FlowBytes;
use crate::diag::{Code, Diagnostic};

/// A Parquet file, which cannot be opened.
pub(in crate::read) enum Opened {}

/// The rows of a Parquet file, of which there are none.
pub(in crate::read) enum ParquetRows {}

/// Says that the file cannot be read.
pub(in crate::read) fn open(_: FlowBytes, shown: &str) -> Result<Opened, Diagnostic> {
    let message = format!("cannot read `{shown}`: it is a Parquet file, and this program is built without the feature `parquet`");
    Err(Diagnostic::new(Code::CannotRead, message)
        .help("build it with `cargo build --release --features parquet`, or save the file as CSV, plain or compressed with gzip"))
}

impl Opened {
    pub(in crate::read) fn names(&self) -> &[String] {
        match *self {}
    }

    pub(in crate::read) fn rows(self, _: &[usize], _: &mut Vec<String>) -> Result<ParquetRows, Diagnostic> {
        match self {}
    }
}

impl ParquetRows {
    pub(in crate::read) fn next(&mut self, _: &mut Fields) -> std::io::Result<Found> {
        match *self {}
    }

    pub(in crate::read) fn number(&self) -> u64 {
        match *self {}
    }

    pub(in crate::read) fn unsure(&self, _: usize, _: &[u8], _: bool) -> Option<&'static str> {
        match *self {}
    }
}
