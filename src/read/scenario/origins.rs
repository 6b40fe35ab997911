//! `[origins]`: one flow from many origins, from TOML.

use super::Builder;
use crate::base::{Country, Fault, FlowId, Money, Percent, nearest};
use crate::diag::{Code, Diagnostic};
use crate::law::Place;
use crate::read::document::{Table, Text};
use crate::scenario::{EachOrigin, Flow, Freight, OriginsAsked};

/// Reads `1,200 USD`, or `4%` of the customs value.
fn freight(text: &str) -> Result<Freight, Fault> {
    let read = if text.trim().ends_with('%') {
        Percent::parse(text).map(Freight::OfValue)
    } else {
        Money::parse(text).map(Freight::Amount)
    };
    let below_zero = match &read {
        Ok(Freight::OfValue(share)) => *share < Percent::ZERO,
        Ok(Freight::Amount(money)) => money.amount.is_sign_negative() && !money.amount.is_zero(),
        Err(_) => false,
    };
    if below_zero {
        return Err(Fault::new("freight is below zero").with_help("a lower price is written as `value`"));
    }
    read.map_err(|fault| Fault {
        help: Some("write an amount such as \"1,200 USD\", or \"4%\" of the customs value".into()),
        ..fault
    })
}

impl Builder<'_, '_> {
    pub(in crate::read) fn origins_asked(&mut self, roots: &[Table<'_>], flows: &[Flow]) -> Option<OriginsAsked> {
        let table = roots.iter().find_map(|root| root.table("origins"))?;
        let mut among: Vec<Place> = Vec::new();
        for text in table.texts("among") {
            let Some(origin) = self.reader.origin(&text) else { continue };
            if among.contains(&origin) {
                self.fault(Code::DuplicateId, text.place, format!("`{origin}` is named twice"), "here", Some("name it once"));
            } else {
                among.push(origin);
            }
        }
        let each: Vec<EachOrigin> = table.tables("each").iter().filter_map(|table| self.each_origin(table)).collect();
        self.check_each(&among, &each);
        Some(OriginsAsked {
            flow: self.flow_of_origins(&table, flows),
            among,
            fees: table.flag("fees"),
            freight: table.parsed("freight", Code::BadMoney, self.reader.out, freight).map(|(freight, _)| freight),
            each,
            place: table.place,
        })
    }

    fn each_origin(&mut self, table: &Table<'_>) -> Option<EachOrigin> {
        let text = table.text("origin")?;
        let origin = self.reader.origin(&text);
        let stated = self.stated_facts(table);
        let value = table.parsed("value", Code::BadMoney, self.reader.out, Money::parse_value).map(|(value, _)| value);
        let freight = table.parsed("freight", Code::BadMoney, self.reader.out, freight).map(|(freight, _)| freight);
        Some(EachOrigin { origin: origin?, value, freight, facts: stated.facts, place: text.place })
    }

    /// An origin has one table; one that is not asked has none.
    fn check_each(&mut self, among: &[Place], each: &[EachOrigin]) {
        for (number, second) in each.iter().enumerate() {
            let first = each.iter().take(number).find(|first| self.meet(&first.origin, &second.origin));
            if let Some(first) = first {
                let message = if first.origin == second.origin {
                    format!("`{}` has two tables", second.origin)
                } else {
                    format!("`{}` and `{}` both speak of the same country", first.origin, second.origin)
                };
                self.reader.out.push(
                    Diagnostic::new(Code::DuplicateId, message).at(second.place, "this one").at(first.place, "and this one"),
                );
            }
            if !among.is_empty() && !among.iter().any(|asked| self.meet(asked, &second.origin)) {
                let message = format!("`{}` is not among the origins compared", second.origin);
                self.fault(Code::OriginNotAsked, second.place, message, "this table does nothing", Some("add it to `among`"));
            }
        }
    }

    /// Tells whether two places share a country, on whatever day.
    fn meet(&self, a: &Place, b: &Place) -> bool {
        let all = |place: &Place| -> Vec<Country> {
            match place {
                Place::Country(country) => vec![*country],
                Place::Group(id) => {
                    let group = self.law.groups().get(id);
                    group
                        .map(|group| group.versions.iter().flat_map(|(_, members)| members.clone()).collect())
                        .unwrap_or_default()
                }
            }
        };
        let b_all = all(b);
        a == b || all(a).iter().any(|country| b_all.contains(country))
    }

    fn flow_of_origins(&mut self, table: &Table<'_>, flows: &[Flow]) -> Option<(FlowId, crate::diag::Place)> {
        let Some(Text { text, place }) = table.text("flow") else {
            if flows.len() > 1 {
                let names = flows.iter().map(|flow| format!("`{}`", flow.id)).collect::<Vec<_>>().join(", ");
                let help = format!("add `flow = \"…\"`, one of {names}");
                let message = "the scenario has several flows, and `[origins]` does not say which";
                self.fault(Code::MissingKey, table.place, message, "`flow` is missing", Some(&help));
            }
            return None;
        };
        if !flows.iter().any(|flow| flow.id.as_str() == text) {
            let near = nearest(&text, flows.iter().map(|flow| flow.id.as_str()));
            let told = crate::read::law::cross_check::unknown(Code::UnknownFlow, "flow", &text, place, near);
            self.reader.out.push(told);
            return None;
        }
        Some((FlowId::new(&text), place))
    }
}
