//! The law as valid data: no files, no text formats, no arithmetic on flows.
//!
//! ```text
//! Rulebook ──amended(changes)──► Rulebook ──Regime::compile(day)──► Regime
//! ```
//!
//! A [`Measure`] is one duty under one legal provision. Its [`Version`]s are dated twice: by the entry dates they hold for, and by the day they
//! became known. What one measure may know of another is written in [`Relation`]s. A [`Regime`] is the law of one importing country on one entry
//! date, with groups resolved, readings chosen and measures in the order their relations ask for.
#![deny(clippy::arithmetic_side_effects)]

mod condition;
mod edit;
mod formula;
mod group;
mod ledger;
mod measure;
mod official;
mod order;
mod preference;
mod product;
mod provision;
mod rate;
mod regime;
mod relation;
mod rulebook;
mod schedule;
mod scope;
mod statement;
mod territory;

pub use condition::{Comparison, Condition, Share};
pub use edit::{Change, Edit};
pub use formula::Formula;
pub use group::Group;
pub use ledger::{Article, Claim, Expect, Verdict};
pub use measure::{Base, Citation, InForce, Measure, Version};
pub use official::line::{Link, OfficialFile, OfficialLine, Shift, Shifted, lone_chapters, shifts};
pub use official::{SpecialRate, official_rate, printed, special_rates};
pub use order::Circle;
pub(crate) use order::in_order;
pub use product::Product;
pub use provision::{Dutiable, Provision};
pub use rate::class::{RateClass, rate_class};
pub use rate::{Rate, Specific};
pub use regime::{Active, Moment, Regime, RegimeCache};
pub use relation::{Exception, Relation, RelationKind, Where};
pub(crate) use rulebook::Shelf;
pub use rulebook::{Program, Rulebook};
pub(crate) use schedule::ScheduleRow;
pub use schedule::{Schedule, ScheduleLine, Used};
pub use scope::{CodeList, CodeRow, CodeSet, OriginSet, Place};
pub use statement::{Answers, Fact, FactKind, Reading, ReadingChoice, ReadingOption, ShareKind, ShareName, answer, answered};
pub use territory::Territory;
