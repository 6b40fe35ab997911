//! The question as valid data: flows, cases, and what their author expects.
mod bulk;
mod bulk_count;
mod bulk_shares;
mod case;
mod flow;
mod row_terms;
mod row_words;
mod side;
mod through_time;

pub use bulk::{BulkFlow, FlowFileHead, FlowLayout, RowFault, RowReason, RowWords, UsedColumn};
pub use bulk_count::{BadRows, FlowCount, FlowSummary, OriginCount, ShareCount, Skipped, SkippedRows};
pub use bulk_shares::Shares;
pub use case::{Assumed, Case, ExchangeRate, Expectation, Figure, FileFlows, Scale, Scenario};
pub use flow::{Flow, GivenColumn1};
pub use row_terms::{RowPart, RowParts, RowTerms, ShareMeaning, Statement};
pub use side::{Comparison, InterestRate, Side};
pub use through_time::{Every, NextAsked, TimelineAsked};
