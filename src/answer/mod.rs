//! Answers as typed tables and documents: no formats, no output.
//!
//! [`run`] assesses every flow in every case. The other modules arrange what it found: [`cost_table`] by flow and case, [`program_table`] by program,
//! [`explain`] measure by measure; `book` lists what the law holds. [`timeline`] and [`next`] follow flows through time.

mod attribution;
mod book;
mod calendar;
mod chart;
mod cost;
mod cost_groups;
mod diff;
mod diff_rows;
mod diff_table;
mod document;
mod entries;
mod expectations;
mod explain;
mod findings;
mod flows;
mod gather;
mod law_change;
mod ledger;
mod next;
mod panel;
mod panel_cases;
mod readings;
mod refund;
mod run;
mod schedule;
mod steps;
mod table;
mod timeline;
mod timeline_table;

pub use attribution::{MOST_PLAYERS, Part, rounded, shapley};
pub use book::{countries_table, facts_table, measure_tables, products_table, programs_table, readings_table};
pub use calendar::{Calendar, CalendarEvent};
pub use chart::{Chart, ChartKind, ChartSeries, ChartUnit, ChartX, ChartY};
pub use cost::{cost_table, program_table};
pub use cost_groups::group_table;
pub use diff::{Compared, DiffSide, Difference, Parted, ProgramPart, diff, fault_words};
pub use diff_rows::{FileRows, FileSide, diff_rows};
pub use diff_table::diff_table;
pub use document::{Node, diagnostics_document, run_document};
pub use expectations::check_expectations;
pub use explain::{explain, explain_document};
pub use findings::findings;
pub use flows::flows_table;
pub use gather::{Gathered, PanelKey};
pub use law_change::LawChange;
pub use ledger::{Shown, execute, ledger_document, ledger_table};
pub use next::{Next, NextChange, next, next_calendar, next_table};
pub use panel::{Panel, PanelWords, joined, panel, panel_table};
pub use panel_cases::{CasePanel, PanelDays, panel_cases};
pub use readings::run_all_readings;
pub use refund::{Interest, InterestFault, Owed, refund, refund_table, refund_total};
pub use run::{CaseResult, Entry, Results, Total, run};
pub use schedule::{Listed, schedule_diff, schedule_list};
pub use steps::Move;
pub use table::{Align, Cell, Column, Report, Row, RowKind, Table};
pub use timeline::{Average, Timeline, TimelineSeries, TimelineStep, timeline};
pub use timeline_table::{timeline_chart, timeline_table};
