//! How a duty is worked out. Pure arithmetic: no files, no output.
//!
//! ```text
//! plan(regime, key)      which measures apply, in which order, and why not the others
//! charge(plan, amounts)  bases, rates, amounts, rounding
//! assess(flow)           both, for every way in which what the flow leaves open can be settled
//! ```
//!
//! A plan depends only on origin, code, facts and the regime; a charge only on value, quantities and shares. What a flow does
//! not say (a share, a quantity, a fact, the digits of its code) is settled in every way that can matter, and the results are merged: where they agree the duty is known,
//! where they differ it is unknown with bounds that are attained.
#![deny(clippy::arithmetic_side_effects)]

mod batch;
mod charge;
mod column_1;
mod corners;
mod defaults;
mod explore;
mod fees;
mod merge;
mod mix;
mod outcome;
mod plan;
mod planner;
mod record;
mod reuse;

pub use batch::{Batch, Pricer, Row, Stated, Sums};
pub use charge::{Amounts, Charged, ChargedLine, Stop, charge};
pub use explore::{Context, Fault, Open, assess, probe, recharge};
pub use fees::entry_fees;
pub use mix::rows::{ClassLines, RowCompared, RowCoverage, RowLine, RowSide, RowsCompared, Split, compare_rows};
pub use mix::{Mixture, Player, Side};
pub use outcome::{Assessment, DutyLine, NotApplied, Outcome, Scope};
pub use plan::{Key, Plan, PlannedLine, plan};
pub use record::{Record, Sides, Silent, Step, Trace, Why};
pub use reuse::Plans;
