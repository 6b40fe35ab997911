//! Tables and documents as text: knows [`Report`](crate::answer::Report), [`Table`](crate::answer::Table) and [`Node`](crate::answer::Node), no law.
//!
//! Every renderer makes text of a user's file harmless in its format: control characters for terminals, pipes and angle brackets for Markdown,
//! formulas for spreadsheets, tags and marks that turn the writing direction for pages.

mod cell;
mod chart;
mod csv;
mod html;
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
mod svg;
mod table;
#[cfg(feature = "xlsx")]
mod xlsx;
#[cfg(not(feature = "xlsx"))]
#[path = "xlsx_off.rs"]
mod xlsx;

pub use chart::chart;
pub use csv::csv;
pub use html::{PageAbout, PageLaw, html};
pub use ics::ics;
pub use json::{json, json_report, json_report_with};
pub use markdown::markdown;
pub use rows::{HAS_PARQUET, RowFormat, RowWriter, RowsAbout};
pub use scenario_file::{quoted, scenario_file};
pub use svg::svg;
pub use table::table;
pub use xlsx::xlsx;
