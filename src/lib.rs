//! tariffcalc as a library: law in, question in, answer out.
//!
//! ```text
//! text → read::law → Rulebook → (case changes) → Regime → plan → charge → Assessment → answer → render
//! ```
//!
//! The whole public API, room by room:
//!
//! | room | what it gives |
//! | :--- | :--- |
//! | [`base`] | words without law: [`base::Money`], [`base::Percent`], [`base::Quantity`], [`base::CommodityCode`], [`base::Country`], [`base::Period`] |
//! | [`diag`] | messages with places: [`diag::Diagnostics`], [`diag::Code`], [`diag::Sources`] |
//! | [`law`] | the law as data: [`law::Rulebook`], [`law::Measure`], [`law::Rate`], [`law::Regime`], [`law::RegimeCache`], [`law::Change`] |
//! | [`scenario`] | the question: [`scenario::Scenario`], [`scenario::Flow`], [`scenario::Case`] |
//! | [`read`] | files in: [`read::law()`], [`read::scenario()`], from [`read::Embedded`], [`read::Disk`] or [`read::Memory`] |
//! | [`assess`] | the arithmetic: [`assess::plan()`], [`assess::charge()`], [`assess::assess()`], [`assess::Outcome`] |
//! | [`answer`] | typed tables: [`answer::run()`], [`answer::cost_table`], [`answer::explain()`], [`answer::findings()`] |
//! | [`render`] | text out: [`render::table()`], [`render::markdown()`], [`render::csv()`], [`render::json()`] |
//!
//! What the README says, with its example as a test:
#![doc = include_str!("../README.md")]

pub mod answer;
pub mod assess;
pub mod base;
pub mod diag;
pub mod law;
pub mod read;
pub mod render;
pub mod scenario;
