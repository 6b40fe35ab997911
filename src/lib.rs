//! tariffcalc as a library: law in, question in, answer out.
//!
//! ```text
//! text → read::law → Rulebook → (case changes) → Regime → plan → charge → Assessment → answer → render
//! ```
//!
//! The whole public API, room by room: [`base`] the words, [`diag`] messages with places, [`law`] the law as data, [`scenario`] the question,
//! [`read`] files in, [`assess`] the arithmetic, [`answer`] typed tables, [`render`] text out.
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
