//! One test binary: what the program must do, and what must never happen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::wildcard_enum_match_arm,
    missing_docs
)]

/// The house: rooms, lints, no law in code, no network.
mod architecture;
/// Which article spoke of which line.
mod attribution;
/// One damage, three kinds of file.
mod bad_files;
mod batch;
/// What charts show, and how they are drawn.
mod charts;
/// The program as its user runs it.
mod command_line;
/// Two states beside each other, and what comes back.
mod diff;
/// What comparisons say of the unknown, the refused, and of days without a law.
mod diff_unknown;
/// The gallery of faults: one mistake a file, with what is said about it.
mod faults;
/// Files of flows in scenarios.
mod flow_files;
/// Flows in bulk.
mod flows;
/// Rates computed from trade balances.
mod formula;
/// The pages of the guide, each run as a test.
mod guide;
/// Help that teaches by example.
mod help;
/// Files that mean harm.
mod hostile;
/// Names that mean harm.
mod hostile_names;
mod machines;
mod matrix;
/// Scenarios that are begun.
mod new;
/// One flow from many origins.
mod origins;
/// Reports as pages.
mod page;
/// Properties that hold for every input.
mod panel;
/// Panels as files.
mod panel_output;
/// Flows from Parquet files, and panels into them.
#[cfg(feature = "parquet")]
mod parquet;
mod properties;
/// Example questions and the tables beside them.
mod scenarios;
/// The schedule of a second country.
mod schedule_japan;
/// Rate texts of schedules.
mod schedule_rates;
/// Official files of national schedules.
mod schedules;
/// The schemas that editors read.
mod schema;
/// The law the program carries.
mod seeds;
/// Completions and manual pages.
mod shell;
/// Where totals meet.
mod solve;
/// What the tests share.
mod support;
/// What is varied.
mod sweep;
/// On a terminal: the pager.
mod terminal;
/// What tables look like on a terminal.
mod terminal_tables;
/// Flows through time, what is scheduled, charts and calendars.
mod timeline;
/// A table at each save.
mod watch;
/// Cases worked out by hand.
mod worked;
mod wrong_calls;
/// Spreadsheets.
#[cfg(feature = "xlsx")]
mod xlsx;
