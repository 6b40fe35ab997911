//! Source articles and their claims from TOML.

use super::measure::{Named, Reader};
use crate::base::{ArticleId, CommodityCode, Country, FactId, MeasureId, Money, Percent, ProductId, Quantity};
use crate::diag::{Code, Place};
use crate::law::{Article, Claim, Expect, Verdict};
use crate::read::document::Table;

impl Reader<'_> {
    pub(super) fn article(&mut self, table: &Table<'_>, claims: &[Table<'_>]) -> Option<(Article, Place)> {
        let id = table.text("id")?;
        for (number, claim) in claims.iter().enumerate() {
            if claims.iter().take(number).any(|other| other.string("id") == claim.string("id")) && claim.has("id") {
                let message = format!("two claims are called `{}`", claim.string("id"));
                self.fault(Code::DuplicateId, claim.place_of("id"), message, "this one", None);
            }
        }
        let article = Article {
            id: ArticleId::new(&id.text),
            title: table.string("title"),
            document: table.string("source"),
            date: table.string("date"),
            claims: claims.iter().filter_map(|claim| self.claim(claim)).collect(),
            source: self.sources.source(table.place),
        };
        Some((article, id.place))
    }

    fn claim(&mut self, table: &Table<'_>) -> Option<Claim> {
        let verdict = table.text("verdict")?;
        let Some((kind, _)) = Verdict::ALL.into_iter().find(|(_, name)| *name == verdict.text) else {
            let names = Verdict::ALL.map(|(_, name)| format!("\"{name}\"")).join(", ");
            let message = format!("`{}` is not a verdict", verdict.text);
            self.fault(Code::WrongType, verdict.place, message, "here", Some(&format!("write one of {names}")));
            return None;
        };
        if let Some(text) = table.text("measure") {
            self.names.push((Named::Measure, text.text, text.place));
        }
        let expects: Vec<Expect> = table.tables("expect").iter().filter_map(|expect| self.expect(expect)).collect();
        if !table.has("expect") && kind != Verdict::Context {
            self.fault(
                Code::BadExpectation,
                verdict.place,
                "a claim on the law has no `expect`",
                "this verdict is not shown by anything",
                None,
            );
        }
        Some(Claim {
            id: table.string("id"),
            says: table.string("says"),
            figure: table.string("figure"),
            measure: table.optional("measure"),
            verdict: kind,
            law: table.string("law"),
            cite: table.string("cite"),
            expects,
            source: self.sources.source(table.place),
        })
    }

    fn expect(&mut self, table: &Table<'_>) -> Option<Expect> {
        let (into, _) = table.parsed("into", Code::BadCountry, self.out, Country::letters)?;
        let origin = table.text("origin")?;
        let claims = table.texts("claims");
        for text in &claims {
            self.names.push((Named::Fact, text.text.clone(), text.place));
        }
        if let Some(line) = table.text("line") {
            self.names.push((Named::Measure, line.text, line.place));
        }
        let expect = Expect {
            into,
            origin: self.origin(&origin)?,
            product: table.optional("product").map(|id| ProductId::new(&id)),
            code: table.parsed("code", Code::BadCode, self.out, CommodityCode::parse).map(|(code, _)| code),
            entered: table.day("entered", self.out)?,
            as_known: table.day("as-known", self.out),
            claims: claims.iter().map(|text| FactId::new(&text.text)).collect(),
            value: table.parsed("value", Code::BadMoney, self.out, Money::parse_value)?.0,
            quantity: table.parsed("quantity", Code::BadQuantity, self.out, Quantity::parse).map(|(quantity, _)| quantity),
            reading: table.text("reading").and_then(|text| self.reading(&text)),
            rate: table.parsed("rate", Code::BadPercent, self.out, Percent::parse).map(|(rate, _)| rate),
            duty: table.parsed("duty", Code::BadMoney, self.out, Money::parse).map(|(duty, _)| duty),
            line: table.optional("line").map(|id| MeasureId::new(&id)),
            line_rate: table.parsed("line-rate", Code::BadPercent, self.out, Percent::parse).map(|(rate, _)| rate),
            not_applied: table.flag("not-applied"),
            source: self.sources.source(table.place),
        };
        if expect.rate.is_none() && expect.duty.is_none() && expect.line_rate.is_none() && !expect.not_applied {
            self.fault(
                Code::BadExpectation,
                table.place,
                "the expectation expects nothing",
                "here",
                Some("give `rate`, `duty`, `line-rate` or `not-applied`"),
            );
        }
        if expect.product.is_some() == expect.code.is_some() {
            self.fault(Code::NoGoods, table.place, "an expectation names a product or a code, one of them", "here", None);
        }
        Some(expect)
    }
}
