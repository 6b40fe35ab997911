//! Files in: the only room that knows TOML, CSV and where files are.
//!
//! Each reader takes texts and gives valid types, or diagnostics with places. It reads on after a fault: one run shows every fault of every file.

mod bytes;
mod case;
mod catalogue;
mod comparison;
mod compose;
mod countries_by_name;
mod country;
mod cross_check;
mod document;
mod expectation;
mod files;
mod flow;
mod flow_file;
mod flow_file_rows;
mod flows;
mod flows_columns;
mod flows_layout;
mod flows_lines;
mod flows_open;
#[cfg(feature = "parquet")]
mod flows_parquet;
#[cfg(not(feature = "parquet"))]
#[path = "flows_parquet_off.rs"]
mod flows_parquet;
mod flows_row;
mod flows_source;
mod form;
mod formula;
#[cfg(feature = "parquet")]
mod guarded;
mod guidance;
mod hts;
mod hts_csv;
mod hts_json;
mod law;
mod ledger;
mod measure;
mod official;
mod origins;
mod provision;
mod recorded;
mod revision;
mod scenario;
mod schedule_table;
mod schema;
mod scope;
mod scope_table;
mod shape;
mod shapes;
mod shapes_asked;
mod shapes_comparison;
mod shapes_law;
mod shapes_scenario;
mod shares;
mod stated;
mod statement;
mod store;
mod sweep;
mod table;
mod through_time;
mod what_if;
mod yen_csv;

pub use comparison::interest;
pub use files::{Disk, Embedded, Files, Memory, ReadFault};
pub use flow_file_rows::FlowRows;
pub use flows::{FlowFile, FlowOptions, flow_file};
pub use flows_source::{FlowBytes, FlowSource, flow_source};
pub use guidance::cannot_read;
pub use law::{Law, law, law_shape_names, only_scenarios};
pub use official::{official, official_at, schedule_text};
pub use recorded::{Recorded, Stamp};
pub use revision::{Revision, country_of, with_revisions};
pub use scenario::{Asked, AskedInBulk, assumed, scenario, scenario_cases, scenario_in_bulk, scenario_to_check, scenarios};
pub use schema::{SchemaOf, schema};
pub use shares::{SharesRead, shares, shares_from};
pub use store::{Store, Stored};
pub use sweep::{Asking, asking};
