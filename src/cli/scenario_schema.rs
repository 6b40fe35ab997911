//! The schema that editors read beside a new scenario.

use std::path::{Path, PathBuf};

/// The name of the schema beside a scenario.
const NAME: &str = "scenario.schema.json";

/// The text of the schema, where the program carries it.
pub(crate) fn text() -> Option<String> {
    None
}

/// Where the schema of a scenario stands.
pub(crate) fn beside(scenario: &Path) -> Option<PathBuf> {
    scenario.file_name().map(|_| scenario.with_file_name(NAME))
}

/// What the first line of a scenario calls its schema: the file beside it, where there is one or will be.
pub(crate) fn named(scenario: &Path) -> Option<String> {
    let there = beside(scenario).is_some_and(|beside| beside.exists());
    (there || text().is_some()).then(|| NAME.to_owned())
}
