//! What stands in the place of the writer of spreadsheets where the program is built without it.

use crate::answer::Report;
use crate::base::Fault;

/// Says that no spreadsheet can be written.
///
/// # Errors
/// Always.
pub fn xlsx(_: &Report, _: &[(&str, String)]) -> Result<Vec<u8>, Fault> {
    Err(Fault::new("this program is built without the feature `xlsx`").with_help("write CSV, or build it with `--features xlsx`"))
}
