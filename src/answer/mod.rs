//! Answers as typed tables and documents: no formats, no output.
//!
//! [`run`] assesses every flow in every case. The other modules arrange what it found: [`cost_table`] by flow and case, [`program_table`] by program,
//! [`explain`] measure by measure; `book` lists what the law holds.

mod book;
mod cost;
mod cost_groups;
mod document;
mod entries;
mod every_line;
mod expectations;
mod explain;
mod findings;
mod flow_chunks;
mod flow_panel;
mod flow_panel_rows;
mod flows;
mod gather;
mod ledger;
mod panel;
mod panel_cases;
mod panel_columns;
mod panel_sums;
mod readings;
mod run;
mod schedule;
mod table;

pub use book::{countries_table, facts_table, measure_tables, products_table, programs_table, readings_table};
pub use cost::{cost_table, program_table};
pub use cost_groups::group_table;
pub use document::{Node, diagnostics_document, run_document};
pub use every_line::{EveryLine, every_line, every_line_table};
pub use expectations::check_expectations;
pub use explain::{explain, explain_document};
pub use findings::findings;
pub use flow_panel::{FlowPanel, Flows, PanelStopped, RowSink};
pub use flows::flows_table;
pub use gather::{Gathered, PanelKey};
pub use ledger::{Shown, execute, ledger_document, ledger_table};
pub use panel::{Panel, PanelWords, joined, panel, panel_table, panel_told};
pub use panel_cases::{CasePanel, PanelDays, idle_cases, panel_cases};
pub use panel_sums::{PanelSums, SummedColumns};
pub use readings::run_all_readings;
pub use run::{CaseResult, Entry, Results, Total, run};
pub use schedule::{Listed, schedule_diff, schedule_list};
pub use table::{Align, Cell, Column, Kind, Report, Row, RowKind, Table};
