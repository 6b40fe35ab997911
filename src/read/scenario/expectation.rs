//! What the author of a scenario expects, from TOML.

use super::Builder;
use super::compose::{entries, joined};
use crate::base::{CaseId, FlowId, Money, Percent, nearest};
use crate::diag::Code;
use crate::read::document::{Table, Text, understood};
use crate::read::law::cross_check::unknown;
use crate::scenario::{Case, Expectation, Figure, Flow};

impl Builder<'_, '_> {
    pub(super) fn expectations(&mut self, roots: &[Table<'_>], flows: &[Flow], cases: &[Case]) -> Vec<Expectation> {
        let tables: Vec<Table<'_>> = roots.iter().filter_map(|root| root.table("expect")).collect();
        let ids = |key: &str| -> Vec<String> { joined(roots, key).iter().filter_map(|table| table.optional("id")).collect() };
        let written = [ids("flow"), ids("case"), ids("flow-file")];
        entries(&tables)
            .into_iter()
            .filter_map(|(name, text, _)| self.expectation(&name, &text?, flows, cases, &written))
            .collect()
    }

    fn expectation(
        &mut self,
        name: &Text,
        text: &Text,
        flows: &[Flow],
        cases: &[Case],
        [flow_ids, case_ids, file_ids]: &[Vec<String>; 3],
    ) -> Option<Expectation> {
        let parts: Vec<&str> = name.text.split('.').collect();
        let [flow, case, figure] = parts.as_slice() else {
            let help = "write \"FLOW.CASE.effective-rate\", \".duty\" or \".change\"; `total` is the flow of all flows";
            self.fault(Code::BadExpectation, name.place, format!("`{}` names no figure", name.text), "here", Some(help));
            return None;
        };
        let figure = match Figure::ALL.iter().find(|(_, word)| word == figure) {
            Some((figure, _)) => *figure,
            None => {
                let message = format!("there is no figure `{figure}`");
                self.fault(
                    Code::BadExpectation,
                    name.place,
                    message,
                    "here",
                    Some("figures are effective-rate, duty and change"),
                );
                return None;
            }
        };
        // Rows that were left to the caller, or could not be read, are known by the id of their file.
        let file = flow.split_once('/').map(|(file, _)| file).filter(|file| file_ids.iter().any(|id| id == file));
        let unread = |file: &str| !flows.iter().any(|known| known.id.as_str().split_once('/').is_some_and(|(id, _)| id == file));
        if *flow != "total"
            && !flows.iter().any(|known| known.id.as_str() == *flow)
            && !flow_ids.iter().any(|id| id == flow)
            && !file.is_some_and(unread)
        {
            let near = nearest(flow, flows.iter().map(|known| known.id.as_str()));
            self.reader.out.push(unknown(Code::UnknownFlow, "flow", flow, name.place, near));
            return None;
        }
        if !cases.iter().any(|known| known.id.as_str() == *case) && !case_ids.iter().any(|id| id == case) {
            let near = nearest(case, cases.iter().map(|known| known.id.as_str()));
            self.reader.out.push(unknown(Code::UnknownCase, "case", case, name.place, near));
            return None;
        }
        let (value, currency) = match figure {
            Figure::EffectiveRate => {
                (understood(Percent::parse(&text.text), Code::BadPercent, text.place, self.reader.out)?.fraction(), None)
            }
            Figure::Duty | Figure::Change => {
                let money = understood(Money::parse(&text.text), Code::BadMoney, text.place, self.reader.out)?;
                (money.amount, Some(money.currency))
            }
        };
        let due_in = flows
            .iter()
            .filter(|known| *flow == "total" || known.id.as_str() == *flow)
            .filter_map(|known| self.law.territory(known.into))
            .map(|territory| territory.currency)
            .next();
        if let (Some(written), Some(due_in)) = (currency, due_in)
            && written != due_in
        {
            let message = format!("the duty is due in {due_in}, the expectation is in {written}");
            self.fault(
                Code::BadExpectation,
                text.place,
                message,
                "here",
                Some("write the amount in the importing country's currency"),
            );
            return None;
        }
        Some(Expectation {
            flow: (*flow != "total").then(|| FlowId::new(flow)),
            case: CaseId::new(case),
            figure,
            value,
            currency,
            text: text.text.clone(),
            place: text.place,
        })
    }
}
