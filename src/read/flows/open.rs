//! Opens a large text file: plain or compressed, whatever parts its fields.

use super::columns::Columns;
use super::layout::MOST_LINES_ABOVE;
use super::lines::{CHUNK, Fields, Lines};
use super::parquet;
use super::source::FlowBytes;
use crate::diag::{Code, Diagnostic};
use crate::read::files::{Disk, ReadFault};
use crate::read::guidance;
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek};
use std::path::Path;

/// How much is looked at to find out what kind of file it is.
const PEEK: usize = 64 * 1024;

/// A text file, open.
pub(in crate::read) struct Opened {
    pub(in crate::read) lines: Lines,
    pub(in crate::read) fields: Fields,
    pub(in crate::read) compressed: bool,
}

/// A file of flows by its format.
pub(in crate::read) enum Form {
    Parquet(Box<parquet::Opened>),
    Text(FlowBytes),
}

/// Opens a text file of the disk.
pub(in crate::read) fn open(path: &Path, shown: &str) -> Result<Opened, Diagnostic> {
    from(file(path, shown)?, shown)
}

/// Opens a file of the disk, whatever is in it.
pub(in crate::read) fn file(path: &Path, shown: &str) -> Result<File, Diagnostic> {
    let cannot = |why: String| Diagnostic::new(Code::CannotRead, format!("cannot read `{shown}`: {why}"));
    let about = std::fs::metadata(path).map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            return guidance::cannot_read(&Disk::here(), shown, &ReadFault::Missing);
        }
        cannot(error.to_string())
    })?;
    if about.is_dir() {
        return Err(cannot("it is a folder, not a file".into()));
    }
    File::open(path).map_err(|error| cannot(error.to_string()))
}

/// Tells a Parquet file by its first bytes, or by its name, and opens it. Pipes are text: a Parquet file is read from its end.
pub(in crate::read) fn form(mut bytes: FlowBytes, shown: &str) -> Result<Form, Diagnostic> {
    let plain = match &bytes {
        FlowBytes::File(file) => file.metadata().is_ok_and(|about| about.is_file()),
        FlowBytes::Memory(_) => true,
    };
    if !plain {
        return Ok(Form::Text(bytes));
    }
    let named = Path::new(shown).extension().is_some_and(|end| end.eq_ignore_ascii_case("parquet"));
    let mut start = Vec::new();
    let read = (&mut bytes).take(4).read_to_end(&mut start);
    bytes.rewind().map_err(|error| Diagnostic::new(Code::CannotRead, format!("cannot read `{shown}`: {error}")))?;
    if named || (read.is_ok() && start == b"PAR1") {
        return parquet::open(bytes, shown).map(|opened| Form::Parquet(Box::new(opened)));
    }
    Ok(Form::Text(bytes))
}

/// Takes bytes from anywhere.
pub(in crate::read) fn from(bytes: impl Read + Send + 'static, shown: &str) -> Result<Opened, Diagnostic> {
    let cannot = |why: String| Diagnostic::new(Code::CannotRead, format!("cannot read `{shown}`: {why}"));
    let mut raw = BufReader::with_capacity(CHUNK, bytes);
    let start = raw.fill_buf().map_err(|error| cannot(error.to_string()))?;
    let compressed = start.starts_with(&[0x1f, 0x8b]);
    for (mark, kind) in [
        (&b"PK\x03\x04"[..], "a ZIP archive or a workbook"),
        (b"PAR1", "a Parquet file"),
        (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    ] {
        if start.starts_with(mark) {
            return Err(cannot(format!("it is {kind}")).help("save it as CSV, plain or compressed with gzip"));
        }
    }
    let mut reader: Box<dyn BufRead + Send> =
        if compressed { Box::new(BufReader::with_capacity(CHUNK, MultiGzDecoder::new(raw))) } else { Box::new(raw) };
    let mut head = Vec::new();
    (&mut reader).take(PEEK as u64).read_to_end(&mut head).map_err(|error| cannot(cut_short(&error)))?;
    if head.is_empty() {
        let empty = Diagnostic::new(Code::BadTable, format!("`{shown}` is empty"));
        return Err(
            empty.help("its first line names the columns, such as code,origin,value; `tariffcalc flows --help` tells more")
        );
    }
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Err(
            Diagnostic::new(Code::NotUtf8, format!("`{shown}` is not UTF-8 text")).help("the file is UTF-16; save it as UTF-8")
        );
    }
    if head.contains(&0) {
        return Err(
            Diagnostic::new(Code::NotUtf8, format!("`{shown}` is not text: it holds bytes of zero")).help("save it as CSV")
        );
    }
    if head.starts_with(&[0xef, 0xbb, 0xbf]) {
        head.drain(..3);
    }
    if !head.contains(&b'\n') && head.contains(&b'\r') {
        return Err(Diagnostic::new(Code::BadTable, format!("the lines of `{shown}` end in a carriage return alone"))
            .help("save it with line feeds"));
    }
    let mark = mark(&head);
    if mark == b';' {
        return Err(Diagnostic::new(Code::BadTable, format!("the fields of `{shown}` are parted by semicolons"))
            .help("numbers of such files may have decimal commas: part the fields by commas, and write 1234.50"));
    }
    let lines = Lines::new(Box::new(Cursor::new(head).chain(reader)));
    Ok(Opened { lines, fields: Fields::new(mark), compressed })
}

/// Says why a file cannot be read on.
pub(in crate::read) fn cut_short(error: &std::io::Error) -> String {
    let kind = error.kind();
    if kind == std::io::ErrorKind::UnexpectedEof {
        "the compressed data end too early; the file is cut short".into()
    } else if matches!(kind, std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput) {
        format!("the compressed data are damaged ({error})")
    } else {
        error.to_string()
    }
}

/// What parts the fields: the mark with which the most columns are known by their names; among such, the one that stands most often on a line.
fn mark(head: &[u8]) -> u8 {
    let score = |mark: u8| {
        let mut fields = Fields::new(mark);
        let lines = head.split(|byte| *byte == b'\n').take(MOST_LINES_ABOVE);
        let of = |line: &[u8]| {
            let known = if fields.split(line.trim_ascii_end()) { Columns::of(&fields.texts(line), &[]).known() } else { 0 };
            (known, line.iter().filter(|byte| **byte == mark).count())
        };
        lines.map(of).max().unwrap_or_default()
    };
    // Where two are as good, the later one of this list is taken.
    [b';', b'|', b'\t', b','].into_iter().max_by_key(|mark| score(*mark)).unwrap_or(b',')
}
