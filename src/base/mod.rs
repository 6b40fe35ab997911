//! Words without law: numbers, money, percentages, quantities, codes, countries, periods.
//!
//! This room knows no measure and no file. Everything here is exact: decimals only, every operation that could
//! overflow or lose a digit says so instead of doing it.
#![deny(clippy::arithmetic_side_effects)]

mod code;
mod country;
mod exact;
mod fault;
mod money;
mod name;
mod number;
mod percent;
mod period;
mod quantity;
mod ratio;
mod steering;
mod suggest;
mod total;

pub use code::CommodityCode;
pub use country::Country;
pub use exact::{difference, product, quotient, sum};
pub use fault::Fault;
pub use jiff::civil::Date;
pub use money::{Currency, Money, QuantityRounding, Rounding};
pub use name::{ArticleId, CaseId, ContentId, FactId, FlowId, GroupId, MeasureId, ProductId, ProgramId, ReadingId};
pub use number::{grouped, parse_number};
pub use percent::Percent;
pub use period::{Period, days_between, parse_date};
pub use quantity::{Quantity, Unit};
pub use ratio::Ratio;
pub use rust_decimal::Decimal;
pub use steering::{inert_line, is_steering};
pub use suggest::{nearest, shell_word};
pub use total::Total;
