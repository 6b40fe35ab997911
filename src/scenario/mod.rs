//! The question as valid data: flows, cases, what their author expects, what is varied and solved for.
mod bulk;
mod bulk_count;
mod bulk_shares;
mod case;
mod flow;
mod solve;
mod sweep;

pub use bulk::{BulkFlow, FlowFileHead, FlowLayout, RowFault, RowReason, UsedColumn};
pub use bulk_count::{BadRows, FlowCount, FlowSummary, OriginCount, ShareCount, Skipped, SkippedRows};
pub use bulk_shares::Shares;
pub use case::{Assumed, Case, ExchangeRate, Expectation, Figure, Scale, Scenario};
pub use flow::{Flow, GivenColumn1};
pub use solve::{Cost, Lie, Side, Solve, Target, Term};
pub use sweep::{Axis, MOST_SETTINGS, Scope, Setting, Shown, Sweep, Varied};
