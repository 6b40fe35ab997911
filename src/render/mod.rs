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
mod markdown;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(not(feature = "parquet"))]
#[path = "parquet_off.rs"]
mod parquet;
mod rows;
mod table;
#[cfg(feature = "xlsx")]
mod xlsx;
#[cfg(not(feature = "xlsx"))]
#[path = "xlsx_off.rs"]
mod xlsx;
#[cfg(feature = "xlsx")]
mod xlsx_number;
#[cfg(feature = "xlsx")]
mod xlsx_plan;
#[cfg(feature = "xlsx")]
mod xlsx_sheet;

pub use chart::chart;
pub use csv::csv;
pub use ics::ics;
pub use json::{json, json_report, json_report_with};
pub use markdown::markdown;
pub use rows::{HAS_PARQUET, RowFormat, RowWriter};
pub use table::table;
pub use xlsx::xlsx;
