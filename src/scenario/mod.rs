//! The question as valid data: flows, cases, what their author expects, what is varied and solved for.
mod bulk;
mod bulk_count;
mod bulk_shares;
mod case;
mod flow;
mod origins;
mod row_terms;
mod row_words;
mod side;
mod solve;
mod sweep;
mod through_time;

pub use bulk::{BulkFlow, FlowFileHead, FlowLayout, RowFault, RowReason, RowWords, UsedColumn};
pub use bulk_count::{BadRows, FlowCount, FlowSummary, OriginCount, ShareCount, Skipped, SkippedRows};
pub use bulk_shares::Shares;
pub use case::{Assumed, Case, ExchangeRate, Expectation, Figure, FileFlows, SCALES, Scale, Scenario};
pub use flow::{Flow, GivenColumn1};
pub use origins::{EachOrigin, Freight, OriginsAsked};
pub use row_terms::{RowPart, RowParts, RowTerms, ShareMeaning, Statement};
pub use side::{Comparison, InterestRate, SideAsked};
pub use solve::{Cost, Lie, Side, Solve, Target, Term};
pub use sweep::{Axis, MOST_SETTINGS, Scope, Setting, Shown, Sweep, Varied};
pub use through_time::{Every, NextAsked, TimelineAsked};
