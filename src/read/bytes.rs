//! From bytes to text with a number: size, encoding, byte order mark.

use super::files::{Files, ReadFault};
use super::guidance;
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, Sources};
use std::sync::Arc;

/// Reads a file as text and adds it to the sources. `missing` is the code for a file that is not there.
pub(super) fn text(files: &dyn Files, path: &str, sources: &mut Sources, out: &mut Diagnostics) -> Option<(FileId, Arc<str>)> {
    let shown = files.shown(path);
    match files.read(path) {
        Ok(bytes) => decoded(&shown, &bytes, sources, out),
        Err(fault) => {
            out.push(guidance::cannot_read(files, path, &fault));
            None
        }
    }
}

/// Says that a file cannot be had.
pub(super) fn unreadable(shown: &str, fault: &ReadFault) -> Diagnostic {
    let code = if matches!(fault, ReadFault::TooLarge(..)) { Code::FileTooLarge } else { Code::CannotRead };
    Diagnostic::new(code, format!("cannot read `{shown}`: {fault}"))
}

/// Takes bytes as UTF-8 text and adds it to the sources.
pub(super) fn decoded(shown: &str, bytes: &[u8], sources: &mut Sources, out: &mut Diagnostics) -> Option<(FileId, Arc<str>)> {
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let text: Arc<str> = Arc::from(text.strip_prefix('\u{feff}').unwrap_or(text));
            let id = sources.add(shown, text.clone());
            Some((id, text))
        }
        Err(error) => {
            let at = error.valid_up_to();
            let line = bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
            let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
            out.push(
                Diagnostic::new(
                    Code::NotUtf8,
                    format!("`{shown}` is not UTF-8 text: byte {at}, on line {line}, starts no character"),
                )
                .help(if wide { "the file is UTF-16; save it as UTF-8" } else { "save the file as UTF-8" }),
            );
            None
        }
    }
}
