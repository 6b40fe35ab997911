//! `[diff]` and `[refund]`: two sides in words, and the rates of interest of a refund, from TOML or CSV.

use super::Builder;
use crate::base::{CaseId, Percent};
use crate::diag::{Code, Diagnostic, Diagnostics, Place, Sources};
use crate::read::bytes;
use crate::read::document::{self, Table, understood};
use crate::read::files::Files;
use crate::read::schema::shapes;
use crate::read::table;
use crate::scenario::{Case, Comparison, InterestRate, SideAsked};

impl Builder<'_, '_> {
    /// Reads `[diff]` or `[refund]`.
    pub(in crate::read) fn comparison(&mut self, table: &Table<'_>, cases: &[Case]) -> Comparison {
        let ids: Vec<CaseId> = cases.iter().map(|case| case.id.clone()).collect();
        let texts = table.texts("between");
        if table.has("between") && texts.len() != 2 {
            let help = "name two: between = [\"current-law\", \"2025-07-01\"]";
            let message = format!("a comparison is between two sides; this names {}", texts.len());
            self.fault(Code::BadSide, table.place_of("between"), message, "here", Some(help));
        }
        let mut between = Vec::new();
        for text in texts {
            if let Some(side) = understood(SideAsked::parse(&text.text), Code::BadSide, text.place, self.reader.out) {
                // A reading of another law is looked for where that law is at hand.
                let checked = if side.law.is_none() { side.check(self.law, &ids) } else { Ok(()) };
                understood(checked, Code::BadSide, text.place, self.reader.out);
                between.push(side);
            }
        }
        let mut interest = rates(&table.tables("interest"), self.reader.out);
        if let Some(path) = table.text("interest-table") {
            if table.has("interest") {
                let message = "the rates of interest stand here and in a table";
                self.fault(Code::DuplicateId, path.place, message, "this table", Some("keep one of them"));
            }
            let full =
                if self.reader.folder.is_empty() { path.text.clone() } else { format!("{}/{}", self.reader.folder, path.text) };
            interest = csv(self.reader.files, &full, path.place, self.reader.sources, self.reader.out);
        }
        Comparison {
            between,
            until: table.day("until", self.reader.out),
            paid: table.day("paid", self.reader.out),
            interest,
            place: Some(table.place),
        }
    }
}

/// Reads rates of interest from a file: CSV with the columns `from,before,rate`, or TOML with `[[interest]]`.
pub fn interest(files: &dyn Files, path: &str, sources: &mut Sources) -> (Vec<InterestRate>, Diagnostics) {
    let mut out = Diagnostics::default();
    let rates = if path.ends_with(".toml") {
        let read = bytes::text(files, path, sources, &mut out).and_then(|(file, text)| {
            let document = document::parse(file, &text, &mut out)?;
            let root = Table::root(file, &document);
            root.check(&shapes::INTEREST_FILE, &mut out);
            Some(rates(&root.tables("interest"), &mut out))
        });
        read.unwrap_or_default()
    } else if files.has(path) {
        let nowhere = Place { file: sources.add(path, "".into()), start: 0, end: 0 };
        csv(files, path, nowhere, sources, &mut out)
    } else {
        out.push(Diagnostic::new(Code::CannotRead, format!("cannot read `{path}`: there is no such file")));
        Vec::new()
    };
    (rates, out)
}

fn rates(tables: &[Table<'_>], out: &mut Diagnostics) -> Vec<InterestRate> {
    let mut all = Vec::new();
    for table in tables {
        let rate = table.parsed("rate", Code::BadPercent, out, Percent::parse);
        if let (Some(from), Some((rate, _))) = (table.day("from", out), rate) {
            all.push((InterestRate { from, before: table.day("before", out), rate, place: Some(table.place) }, table.place));
        }
    }
    in_order(all, out)
}

fn csv(files: &dyn Files, path: &str, asked_at: Place, sources: &mut Sources, out: &mut Diagnostics) -> Vec<InterestRate> {
    let Some(read) = table::read(files, path, &["from", "rate"], &["before"], asked_at, sources, out) else { return Vec::new() };
    let mut all = Vec::new();
    for row in read.rows() {
        let rate = row.parsed("rate", Code::BadPercent, out, Percent::parse);
        if row.field("from").is_empty() {
            out.push(Diagnostic::new(Code::MissingKey, "the rate has no first day").at(row.place, "this row"));
        }
        if let (Some(from), Some(rate)) = (row.day("from", out), rate) {
            all.push((InterestRate { from, before: row.day("before", out), rate, place: Some(row.place) }, row.place));
        }
    }
    in_order(all, out)
}

/// Puts rates in the order of their days; a rate without an end runs until the next one starts. Two of one day are a fault.
fn in_order(mut all: Vec<(InterestRate, Place)>, out: &mut Diagnostics) -> Vec<InterestRate> {
    all.sort_by_key(|(rate, _)| rate.from);
    let starts: Vec<_> = all.iter().map(|(rate, place)| (rate.from, *place)).collect();
    for ((rate, place), (next, other)) in all.iter_mut().zip(starts.iter().skip(1)) {
        let end = *rate.before.get_or_insert(*next);
        if end > *next || rate.from == *next {
            let message = format!("two rates of interest claim {next}");
            out.push(Diagnostic::new(Code::OverlappingRows, message).at(*other, "this one").at(*place, "and this one"));
        }
    }
    for (rate, place) in &all {
        if rate.before.is_some_and(|before| before <= rate.from) {
            out.push(Diagnostic::new(Code::BadPeriod, "the rate of interest ends before it starts").at(*place, "here"));
        }
    }
    all.into_iter().map(|(rate, _)| rate).collect()
}
