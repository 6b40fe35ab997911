use crate::base::{CommodityCode, FactId, ProductId};
use crate::diag::Source;

/// A named entry of the catalogue.
#[derive(Clone, Debug)]
pub struct Product {
    /// Its id, such as `passenger-cars`.
    pub id: ProductId,
    /// Its name.
    pub title: String,
    /// Other names it goes by.
    pub synonyms: Vec<String>,
    /// The prefixes the name covers.
    pub codes: Vec<CommodityCode>,
    /// The typical line, which a flow of the product is entered under.
    pub line: CommodityCode,
    /// Facts the name itself states.
    pub facts: Vec<FactId>,
    /// Facts the name denies.
    pub unless_facts: Vec<FactId>,
    /// A remark.
    pub note: Option<String>,
    /// The source.
    pub cite: String,
    /// Where it is written.
    pub source: Source,
}
