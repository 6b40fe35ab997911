//! The schema that editors read beside a new scenario.

use std::path::{Path, PathBuf};
use tariffcalc::read::{self, SchemaOf};

/// The name of the schema beside a scenario.
const NAME: &str = "scenario.schema.json";

/// The text of the schema.
pub(crate) fn text() -> String {
    read::schema(SchemaOf::Scenario)
}

/// Where the schema of a scenario stands.
pub(crate) fn beside(scenario: &Path) -> Option<PathBuf> {
    scenario.file_name().map(|_| scenario.with_file_name(NAME))
}

/// What the first line of a scenario calls its schema.
pub(crate) fn named(scenario: &Path) -> Option<&'static str> {
    beside(scenario).map(|_| NAME)
}
