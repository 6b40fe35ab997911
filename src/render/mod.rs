//! Tables and documents as text: knows [`Report`](crate::answer::Report), [`Table`](crate::answer::Table) and [`Node`](crate::answer::Node), no law.
//!
//! Every renderer makes text of a user's file harmless in its format: control characters for terminals, pipes and angle brackets for Markdown,
//! formulas for spreadsheets.

mod cell;
mod chart;
mod chart_bars;
mod chart_scale;
mod csv;
mod ics;
mod json;
mod layout;
mod markdown;
mod narrow;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(not(feature = "parquet"))]
#[path = "parquet_off.rs"]
mod parquet;
mod rows;
mod scenario_file;
mod table;

pub use chart::chart;
pub use csv::csv;
pub use ics::ics;
pub use json::{json, json_report};
pub use markdown::markdown;
pub use rows::{HAS_PARQUET, RowFormat, RowWriter};
pub use scenario_file::scenario_file;
pub use table::table;
