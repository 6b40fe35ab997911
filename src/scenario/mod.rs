//! The question as valid data: flows, cases, and what their author expects.
mod bulk;
mod bulk_count;
mod bulk_shares;
mod case;
mod flow;
mod side;

pub use bulk::{BulkFlow, FlowFileHead, FlowLayout, RowFault, RowReason, UsedColumn};
pub use bulk_count::{BadRows, FlowCount, FlowSummary, OriginCount, ShareCount, Skipped, SkippedRows};
pub use bulk_shares::Shares;
pub use case::{Assumed, Case, ExchangeRate, Expectation, Figure, Scale, Scenario};
pub use flow::{Flow, GivenColumn1};
pub use side::{Comparison, InterestRate, Side};
