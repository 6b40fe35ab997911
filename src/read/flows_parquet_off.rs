//! What stands in the place of the reader of Parquet files where the program is built without it.

use super::flows_lines::{Fields, Found};
use super::flows_source::FlowBytes;
use crate::diag::{Code, Diagnostic};

/// A Parquet file, which cannot be opened.
pub(super) enum Opened {}

/// The rows of a Parquet file, of which there are none.
pub(super) enum ParquetRows {}

/// Says that the file cannot be read.
pub(super) fn open(_: FlowBytes, shown: &str) -> Result<Opened, Diagnostic> {
    let message = format!("cannot read `{shown}`: it is a Parquet file, and this program is built without the feature `parquet`");
    Err(Diagnostic::new(Code::CannotRead, message)
        .help("build it with `cargo build --release --features parquet`, or save the file as CSV, plain or compressed with gzip"))
}

impl Opened {
    pub(super) fn names(&self) -> &[String] {
        match *self {}
    }

    pub(super) fn rows(self, _: &[usize], _: &mut Vec<String>) -> Result<ParquetRows, Diagnostic> {
        match self {}
    }
}

impl ParquetRows {
    pub(super) fn next(&mut self, _: &mut Fields) -> std::io::Result<Found> {
        match *self {}
    }

    pub(super) fn number(&self) -> u64 {
        match *self {}
    }

    pub(super) fn unsure(&self, _: usize, _: &[u8], _: bool) -> Option<&'static str> {
        match *self {}
    }
}
