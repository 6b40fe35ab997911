//! Products from TOML.

use super::measure::{Named, Reader};
use crate::base::{CommodityCode, FactId, ProductId};
use crate::diag::{Code, Place};
use crate::law::Product;
use crate::read::document::{Table, understood};

impl Reader<'_> {
    pub(super) fn product(&mut self, table: &Table<'_>) -> Option<(Product, Place)> {
        let id = table.text("id")?;
        let mut codes = Vec::new();
        for text in table.texts("codes") {
            codes.extend(understood(CommodityCode::parse(&text.text), Code::BadCode, text.place, self.out));
        }
        let (line, at) = table.parsed("line", Code::BadCode, self.out, CommodityCode::parse)?;
        if line.length() < 8 {
            self.fault(Code::BadCode, at, format!("the typical line {line} has fewer than 8 digits"), "here", None);
        }
        if !codes.iter().any(|code: &CommodityCode| code.covers(line)) {
            let message = format!("the typical line {line} lies under none of the product's codes");
            self.fault(Code::BadCode, at, message, "this line", None);
        }
        let mut facts = |key: &str| -> Vec<FactId> {
            table
                .texts(key)
                .into_iter()
                .map(|text| {
                    let fact = FactId::new(&text.text);
                    self.names.push((Named::Fact, text.text, text.place));
                    fact
                })
                .collect()
        };
        let (stated, denied) = (facts("facts"), facts("unless-facts"));
        let product = Product {
            id: ProductId::new(&id.text),
            title: table.string("title"),
            synonyms: table.texts("synonyms").into_iter().map(|text| text.text).collect(),
            codes,
            line,
            facts: stated,
            unless_facts: denied,
            note: table.optional("note"),
            cite: table.string("cite"),
            source: self.sources.source(table.place),
        };
        Some((product, id.place))
    }
}
