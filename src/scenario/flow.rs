use crate::base::{CommodityCode, Country, Date, FactId, FlowId, Money, Percent, ProductId, Quantity};
use crate::diag::{Place as FilePlace, Source};
use crate::law::{Place, Rate, Share};
use std::collections::BTreeMap;

/// A column-1 rate that the flow brings along, for goods in aggregate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GivenColumn1 {
    /// The rate.
    pub rate: Rate,
    /// Its source.
    pub cite: String,
    /// Measures and programs that the rate already counts, such as an average of all duties collected does.
    pub covers: Vec<String>,
}

/// One trade flow: goods of an origin entering a country on a day.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Its id.
    pub id: FlowId,
    /// Its name.
    pub title: String,
    /// The importing country.
    pub into: Country,
    /// The country of origin, or a group whose members are treated alike.
    pub origin: Place,
    /// The commodity code; for a product its typical line.
    pub code: CommodityCode,
    /// The product named, if one was.
    pub product: Option<ProductId>,
    /// The customs value, exact, in the currency the author wrote.
    pub value: Money,
    /// Quantities, for specific rates.
    pub quantities: Vec<Quantity>,
    /// Shares of value and weight.
    pub shares: BTreeMap<Share, Percent>,
    /// Facts and claims stated (`true`) or denied (`false`).
    pub facts: BTreeMap<FactId, bool>,
    /// The entry date, where no case sets another.
    pub entered: Date,
    /// The day the goods were loaded on board, for goods in transit.
    pub loaded: Option<Date>,
    /// The day the goods were admitted to a free zone, if they come from one: they are charged by the law of that day.
    pub admitted: Option<Date>,
    /// The declaration it is part of: flows that share one pay its fees once. Without one no fees are worked out.
    pub entry: Option<String>,
    /// The column-1 rate, where the flow brings one.
    pub column_1: Option<GivenColumn1>,
    /// The source of the value.
    pub cite: Option<String>,
    /// Where it is written.
    pub source: Source,
    /// The place of its id; `None` where no file holds it.
    pub place: Option<FilePlace>,
}
