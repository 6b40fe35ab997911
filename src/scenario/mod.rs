//! The question as valid data: flows, cases, and what their author expects.
mod case;
mod flow;

pub use case::{Assumed, Case, ExchangeRate, Expectation, Figure, Scale, Scenario};
pub use flow::{Flow, GivenColumn1};
