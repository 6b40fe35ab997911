//! Importing countries from TOML.

use super::measure::{Named, Reader};
use crate::base::{Country, Currency, Decimal, Fault, GroupId, Money, ProgramId, QuantityRounding, Rounding, parse_number};
use crate::diag::{Code, Place};
use crate::law::{Schedule, Territory};
use crate::read::document::{Table, understood};
use crate::read::schedule::table as schedule_table;
use crate::read::table;

impl Reader<'_> {
    pub(super) fn country(&mut self, table: &Table<'_>) -> Option<(Territory, Option<Schedule>, Place)> {
        let id = table.text("id")?;
        let letters = understood(Country::letters(&id.text), Code::BadCountry, id.place, self.out)?;
        let (currency, _) = table.parsed("currency", Code::BadMoney, self.out, Currency::parse)?;
        let rounding = table.table("rounding")?;
        let step = |text: &str| {
            let money = Money::parse(text)?;
            if money.currency != currency || money.amount <= Decimal::ZERO {
                return Err(
                    Fault::new(format!("`{text}` is not a step of {currency}")).with_help(format!("write \"0.01 {currency}\""))
                );
            }
            Ok(money.amount)
        };
        let (value, _) = rounding.parsed("value", Code::BadMoney, self.out, step)?;
        let quantity = rounding.table("quantity").and_then(|table| {
            let (up_to, _) = table.parsed("up-to", Code::BadMoney, self.out, step)?;
            let number = |text: &str| {
                parse_number(text).and_then(|number| {
                    if number > Decimal::ZERO { Ok(number) } else { Err(Fault::new(format!("`{text}` is no step"))) }
                })
            };
            let (coarse, _) = table.parsed("step", Code::BadNumber, self.out, number)?;
            let (above, _) = table.parsed("above", Code::BadNumber, self.out, number)?;
            Some(QuantityRounding { up_to, step: coarse, above })
        });
        let (duty, _) = rounding.parsed("duty", Code::BadMoney, self.out, step)?;
        let groups = table.texts("column-2-origins");
        for text in &groups {
            self.names.push((Named::Group, text.text.clone(), text.place));
        }
        let within_texts = table.texts("within");
        if let (Some(first), false) = (within_texts.first(), table.has("within-cite")) {
            self.fault(
                Code::MissingCitation,
                first.place,
                "what lies within the customs territory names no source",
                "here",
                Some("add `within-cite`"),
            );
        }
        let mut within = Vec::new();
        for text in within_texts {
            within.extend(understood(Country::letters(&text.text), Code::BadCountry, text.place, self.out));
        }
        let schedule = table.text("schedule").and_then(|path| {
            if !table.has("schedule-cite") {
                self.fault(
                    Code::MissingCitation,
                    path.place,
                    "the schedule names no source",
                    "here",
                    Some("add `schedule-cite`"),
                );
            }
            let special = table.text("schedule-special").map(|text| self.path(&text.text));
            let full = self.path(&path.text);
            if let Some(sound) = self.schedules.remove(&(full.clone(), special.clone())) {
                return Some(sound);
            }
            schedule_table::schedule(self.files, &full, special.as_deref(), path.place, self.sources, self.out)
        });
        let (Some(complete_from), Some(complete_before)) =
            (table.day("complete-from", self.out), table.day("complete-before", self.out))
        else {
            return None;
        };
        let book = crate::base::Period { from: Some(complete_from), before: Some(complete_before) };
        table::check_period(book, table.place_of("complete-before"), self.out);
        let territory = Territory {
            id: letters,
            title: table.string("title"),
            currency,
            rounding: Rounding { value, quantity, duty, cite: rounding.string("cite") },
            column_1: ProgramId::new(&table.string("column-1")),
            column_2: table.optional("column-2").map(|id| ProgramId::new(&id)),
            column_2_origins: groups.iter().map(|text| GroupId::new(&text.text)).collect(),
            within,
            within_cite: table.optional("within-cite"),
            fees: table.text("fees").map(|text| {
                let id = ProgramId::new(&text.text);
                self.names.push((Named::Measure, text.text, text.place));
                id
            }),
            zone_admission: table.optional("zone-admission"),
            schedule_cite: table.optional("schedule-cite"),
            complete_from,
            complete_before,
            valuation: table.optional("valuation"),
            cite: table.string("cite"),
            source: self.sources.source(table.place),
        };
        Some((territory, schedule, id.place))
    }
}
