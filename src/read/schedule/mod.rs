//! Revisions of national schedules, as governments publish them and as the program keeps them.

mod hts;
mod hts_csv;
mod hts_json;
pub(super) mod official;
pub(super) mod revision;
pub(super) mod store;
pub(super) mod table;
mod yen_csv;
