//! Answers as typed tables and documents: no formats, no output.
//!
//! [`run`] assesses every flow in every case. The other modules arrange what it found: [`cost_table`] by flow and case, [`program_table`] by program,
//! [`explain`] measure by measure; `book` lists what the law holds.

mod attribution;
mod book;
mod cost;
mod diff;
mod diff_rows;
mod diff_table;
mod document;
mod entries;
mod expectations;
mod explain;
mod findings;
mod flows;
mod law_change;
mod ledger;
mod panel;
mod readings;
mod refund;
mod run;
mod schedule;
mod table;

pub use attribution::{MOST_PLAYERS, Part, rounded, shapley};
pub use book::{countries_table, facts_table, measure_tables, products_table, programs_table, readings_table};
pub use cost::{cost_table, program_table};
pub use diff::{Compared, DiffSide, Difference, Parted, ProgramPart, diff};
pub use diff_rows::{FileSide, diff_rows};
pub use diff_table::diff_table;
pub use document::{Node, diagnostics_document, run_document};
pub use expectations::check_expectations;
pub use explain::{explain, explain_document};
pub use findings::findings;
pub use flows::flows_table;
pub use law_change::LawChange;
pub use ledger::{Shown, execute, ledger_document, ledger_table};
pub use panel::{Panel, PanelWords, panel, panel_table};
pub use readings::run_all_readings;
pub use refund::{Interest, InterestFault, Owed, refund, refund_table, refund_total};
pub use run::{CaseResult, Entry, Results, Total, run};
pub use schedule::{Listed, schedule_diff, schedule_list};
pub use table::{Align, Cell, Column, Report, Row, RowKind, Table};
