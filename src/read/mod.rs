//! Files in: the only room that knows TOML, CSV and where files are.
//!
//! Each reader takes texts and gives valid types, or diagnostics with places. It reads on after a fault: one run shows every fault of every file.

mod bytes;
mod case;
mod catalogue;
mod country;
mod cross_check;
mod document;
mod expectation;
mod files;
mod flow;
mod law;
mod ledger;
mod measure;
mod provision;
mod scenario;
mod schedule_table;
mod scope;
mod scope_table;
mod shapes;
mod stated;
mod statement;
mod table;
mod what_if;

pub use files::{Disk, Embedded, Files, Memory, ReadFault};
pub use law::{Law, law, law_shape_names};
pub use scenario::{Asked, assumed, scenario};
