//! Files in: the only room that knows TOML, CSV and where files are.
//!
//! Each reader takes texts and gives valid types, or diagnostics with places. It reads on after a fault: one run shows every fault of every file.

mod bytes;
mod document;
mod files;
mod flows;
mod guidance;
mod law;
mod recorded;
mod scenario;
mod schedule;
mod schema;
mod table;

pub use files::{Disk, Embedded, Files, Memory, ReadFault};
pub use flows::source::{FlowBytes, FlowSource, flow_source};
pub use flows::{FlowFile, FlowOptions, flow_file};
pub use guidance::{cannot_read, which_country};
pub use law::{Law, law, law_shape_names, only_scenarios};
pub use recorded::{Recorded, Stamp};
pub use scenario::comparison::interest;
pub use scenario::flow_file_rows::FlowRows;
pub use scenario::shares::{SharesRead, shares, shares_from};
pub use scenario::sweep::{Asking, asking};
pub use scenario::{Asked, AskedInBulk, assumed, scenario, scenario_cases, scenario_in_bulk, scenario_to_check, scenarios};
pub use schedule::official::{official, official_at, schedule_text};
pub use schedule::revision::{Revision, country_of, with_revisions};
pub use schedule::store::{Store, Stored};
pub use schema::{SchemaOf, schema};
