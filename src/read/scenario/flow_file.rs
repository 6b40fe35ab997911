//! `[[flow-file]]` of a scenario: many flows from one file, found by the names of its columns.

use super::compose::joined;
use super::flow_file_rows::FlowRows;
use super::shares::shares_from;
use super::{Builder, How};
use crate::base::{Country, Currency, Decimal, FactId, nearest};
use crate::diag::{Code, Diagnostic, Place};
use crate::law::{Answers, FactKind};
use crate::read::document::{Table, Text};
use crate::read::files::ReadFault;
use crate::read::flows::FlowOptions;
use crate::read::flows::source::{FlowBytes, flow_source};
use crate::read::schema::shapes;
use crate::scenario::{FileFlows, Flow, RowTerms, ShareMeaning};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Most flows that files may bring where each is taken by itself.
const MOST_ROWS: usize = 10_000;
/// Most files of flows one scenario may name.
const MOST_FILES: usize = 100;

impl<'r> Builder<'r, '_> {
    /// Opens the files of flows that a scenario names. What is wrong with a file is told at its `path`.
    pub(in crate::read) fn flow_files(&mut self, roots: &[Table<'_>]) -> Vec<FlowRows<'r>> {
        let tables: Vec<Table<'_>> = roots.iter().flat_map(|root| root.tables("flow-file")).collect();
        if tables.len() > MOST_FILES {
            let message = format!("the scenario names {} files of flows; at most {MOST_FILES} are read", tables.len());
            if let Some(first) = roots.first() {
                self.fault(Code::FileTooLarge, first.place, message, "this file", None);
            }
            return Vec::new();
        }
        let defaults: Vec<Table<'_>> = roots.iter().filter_map(|root| root.table("defaults")).collect();
        let mut ids: BTreeMap<String, Place> = BTreeMap::new();
        let flows = joined(roots, "flow");
        ids.extend(flows.iter().filter_map(|table| table.text("id")).map(|id| (id.text, id.place)));
        let mut open = Vec::new();
        let mut read: Vec<(Table<'_>, [Option<String>; 2])> = Vec::new();
        for table in tables {
            self.turn_to(&table);
            // What a path names depends on the folder of its scenario: the same words in two folders are two files.
            let paths = ["path", "shares"].map(|key| table.optional(key).map(|path| self.beside(&path)));
            let repeats = |(other, named): &(Table<'_>, [Option<String>; 2])| {
                other.place.file != table.place.file && *named == paths && other.is_the_same(&table)
            };
            if read.iter().any(repeats) {
                continue;
            }
            read.push((table, paths));
            let Some(id) = table.text("id") else { continue };
            if id.text.contains('.') || id.text == "total" {
                let message = format!("a file of flows cannot be called `{}`", id.text);
                let help = "ids hold no dot, and `total` stands for the sum of all flows";
                self.fault(Code::BadText, id.place, message, "here", Some(help));
            }
            if let Some(first) = ids.insert(id.text.clone(), id.place) {
                let message = format!("two flows or files of flows are called `{}`", id.text);
                self.reader
                    .out
                    .push(Diagnostic::new(Code::DuplicateId, message).at(id.place, "this one").at(first, "and this one"));
                continue;
            }
            let layers: Vec<Table<'_>> = std::iter::once(table).chain(defaults.iter().copied()).collect();
            open.extend(self.flow_file(&id, &layers));
        }
        open
    }

    fn flow_file(&mut self, id: &Text, layers: &[Table<'_>]) -> Option<FlowRows<'r>> {
        let own = *layers.first()?;
        let with = |key: &str| layers.iter().find(|layer| layer.has(key)).copied();
        let path = own.text("path")?;
        let Some(into) = with("into") else {
            let message = format!("the file of flows `{}` has no `into`", id.text);
            self.fault(Code::MissingKey, id.place, message, "this file", Some("add `into = \"US\"`, here or in [defaults]"));
            return None;
        };
        let into = self.importing_country(&into);
        let origin = with("origin").and_then(|table| table.text("origin"));
        let origin = origin.and_then(|text| self.row_origin(&text));
        let currency = own.parsed("currency", Code::BadMoney, self.reader.out, Currency::parse).map(|(currency, _)| currency);
        let home = into.and_then(|into| self.law.territory(into)).map(|territory| territory.currency);
        let max_errors = self.whole(&own, "max-errors", shapes::FAULTS).and_then(|most| u64::try_from(most).ok());
        let year = self.whole(&own, "year", shapes::YEARS).and_then(|year| i16::try_from(year).ok());
        let columns = own.table("columns").map(|table| table.entries()).unwrap_or_default();
        let columns = columns.into_iter().filter_map(|(role, column, _)| Some((role.text, column?.text))).collect();
        let shown = self.reader.files.shown(&self.beside(&path.text));
        let mut terms = RowTerms::plain(&id.text, &shown, into?, currency.or(home)?);
        terms.place = Some(path.place);
        let [entered, loaded, admitted] =
            ["entered", "loaded", "admitted"].map(|key| with(key).and_then(|table| table.day(key, self.reader.out)));
        (terms.entered, terms.loaded, terms.admitted) = (entered, loaded, admitted);
        terms.entry = with("entry").and_then(|table| table.optional("entry"));
        terms.group = with("group").and_then(|table| table.optional("group"));
        terms.cite = with("cite").and_then(|table| table.optional("cite"));
        self.claims_of_rows(&with("claims"), &mut terms);
        let stated = with("facts").map(|table| self.stated_facts(&table)).unwrap_or_default();
        terms.stated.facts.extend(stated.facts);
        terms.stated.shares = self.stated_shares(layers);
        self.check_contents(&terms.stated.shares, own.place_of("content"));
        if let Some(shares) = own.text("shares") {
            self.joined_shares(&shares, &mut terms);
        }
        let options = FlowOptions { year, max_errors: None, columns, origin };
        let source = flow_source(self.bytes(&path)?, &shown, &options);
        let source = source.map_err(|fault| self.reader.out.push(fault.at(path.place, "this file"))).ok()?;
        let head = source.head();
        terms.columns = self.meanings(&head.shares, &path, &shown);
        terms.facts = head.facts.clone().iter().map(|name| self.fact_of_column(name, &path, &shown)).collect();
        Some(FlowRows::new(self.law, source, terms, max_errors))
    }

    fn row_origin(&mut self, text: &Text) -> Option<Country> {
        let known = self.reader.origin(text).is_some();
        let country = Country::letters(&text.text).ok();
        if known && country.is_none() {
            let message = format!("`{}` cannot be the origin of rows", text.text);
            self.fault(
                Code::BadCountry,
                text.place,
                message,
                "here",
                Some("name a country, or a customs union by its two letters"),
            );
        }
        country
    }

    /// A whole number in a range.
    fn whole(&mut self, table: &Table<'_>, key: &str, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let number = table.number(key)?;
        if !range.contains(&number) {
            let message = format!("`{key}` cannot be {number}");
            let help = if *range.end() == i64::MAX {
                format!("write {} or more", range.start())
            } else {
                format!("write a number from {} to {}", range.start(), range.end())
            };
            self.fault(Code::BadNumber, table.place_of(key), message, "here", Some(&help));
            return None;
        }
        Some(number)
    }

    /// Claims of all rows: a preference is claimed for those whose origin may claim it.
    fn claims_of_rows(&mut self, table: &Option<Table<'_>>, terms: &mut RowTerms) {
        let Some(table) = table else { return };
        let (claims, share) = self.claims(table);
        for claim in &claims {
            let Some(fact) = self.law.facts().get(&FactId::new(&claim.text)) else { continue };
            if fact.kind == FactKind::Preference {
                terms.claims.push(fact.id.clone());
            } else if fact.answers == Answers::YesOrNo {
                terms.stated.facts.insert(fact.id.clone(), true);
            }
        }
        if let Some((claim, share)) = share {
            let fraction = share.points().checked_div(Decimal::ONE_HUNDRED).unwrap_or_default();
            terms.claimed_for = Some((FactId::new(&claim.text), fraction));
        }
    }

    /// The path of a file that the scenario names: relative to the scenario's own folder, taken as it is written.
    fn beside(&self, path: &str) -> String {
        if Path::new(path).is_absolute() { path.to_owned() } else { self.reader.path(path) }
    }

    /// Opens a file beside the scenario.
    fn bytes(&mut self, path: &Text) -> Option<FlowBytes> {
        let full = self.beside(&path.text);
        self.reader
            .files
            .open(&full)
            .map_err(|fault| {
                let message = format!("cannot read `{}`: {fault}", self.reader.files.shown(&full));
                let help =
                    matches!(fault, ReadFault::Missing).then(|| "paths are relative to the scenario that names them".into());
                self.reader.out.push(Diagnostic::new(Code::CannotRead, message).at(path.place, "this file").maybe_help(help));
            })
            .ok()
    }

    /// Reads a table of shares by code and country.
    fn joined_shares(&mut self, path: &Text, terms: &mut RowTerms) {
        let shown = self.reader.files.shown(&self.beside(&path.text));
        let Some(bytes) = self.bytes(path) else { return };
        let read = match shares_from(bytes, &shown) {
            Ok(read) => read,
            Err(fault) => return self.reader.out.push(fault.at(path.place, "this file")),
        };
        for (reason, bad) in &read.summary.bad {
            let message = format!("`{shown}`: {} rows of shares are not read: {}", bad.count, reason.meaning());
            let line = bad.lines.first().copied().unwrap_or_default();
            let told = Diagnostic::new(Code::BadRow, message).at(path.place, "this file");
            self.reader.out.push(told.help(format!("line {line}: {}", bad.example)));
        }
        let meanings = self.meanings(&read.shares.names, path, &shown);
        terms.table = Some((Arc::new(read.shares), meanings));
    }

    /// Finds what columns of shares mean; a column that means nothing here is told.
    fn meanings(&mut self, names: &[String], path: &Text, shown: &str) -> Vec<Option<ShareMeaning>> {
        let law = self.law;
        let one = |name: &String| {
            let meaning = ShareMeaning::of(law, name);
            if meaning.is_none() {
                self.reader.out.push(share_not_used(law, name, shown).at(path.place, "this file"));
            }
            meaning
        };
        names.iter().map(one).collect()
    }

    fn fact_of_column(&mut self, name: &str, path: &Text, shown: &str) -> Option<FactId> {
        let fact = self.law.facts().get(&FactId::new(name)).filter(|_| !name.contains('='));
        if fact.is_none() {
            let near = nearest(name, self.law.facts().keys().map(FactId::as_str));
            let written = |name: &str| format!("fact_{}", name.replace('-', "_"));
            let message = format!("the column `{}` of `{shown}` names no fact that the law knows", written(name));
            let help = near.map_or_else(
                || "`tariffcalc law facts` lists them".to_owned(),
                |near| format!("did you mean `{}`?", written(near)),
            );
            self.reader.out.push(Diagnostic::new(Code::UnknownFact, message).at(path.place, "this file").help(help));
        }
        fact.map(|fact| fact.id.clone())
    }

    /// Takes the rows of files as flows of the scenario, each by itself.
    ///
    /// Where there are too many, that is told; a check goes on to look at the others, and leaves them out.
    pub(in crate::read) fn expand(
        &mut self,
        open: Vec<FlowRows<'r>>,
        how: How,
        flows: &mut Vec<Flow>,
    ) -> (Vec<FileFlows>, Vec<String>, bool) {
        let (mut files, mut notes, mut left_out) = (Vec::new(), Vec::new(), false);
        let mut taken: usize = 0;
        for mut rows in open {
            let start = flows.len();
            let terms = rows.terms().clone();
            for (row, parts) in rows.by_ref() {
                taken = taken.saturating_add(1);
                if taken > MOST_ROWS {
                    left_out = true;
                    if how == How::Flows {
                        break;
                    }
                    continue;
                }
                for part in &parts.parts {
                    let flow = terms.flow(&row, &parts, part);
                    if let Some(group) = terms.group(&row) {
                        self.groups.insert(flow.id.clone(), group.to_owned());
                    }
                    flows.push(flow);
                }
            }
            if left_out && how == How::Flows {
                let message = format!("the files of flows have more than {MOST_ROWS} rows in all, with `{}`", terms.path);
                let told = Diagnostic::new(Code::FileTooLarge, message).maybe_at(terms.place, "this file");
                self.reader.out.push(
                    told.help("`tariffcalc panel` takes files of any size, and sums them by origin, chapter, group or program"),
                );
                break;
            }
            self.reader.out.append(rows.faults());
            notes.push(rows.note());
            files.push(FileFlows { id: terms.id.clone(), path: terms.path.clone(), flows: start..flows.len() });
        }
        if !files.is_empty() {
            self.check_entries(flows);
        }
        (files, notes, left_out)
    }
}

/// Says that a column of shares is not used, and what it may have meant.
pub(in crate::read) fn share_not_used(law: &crate::law::Rulebook, name: &str, shown: &str) -> Diagnostic {
    let written = format!("{}_share", name.replace('-', "_"));
    let names = ShareMeaning::names(law);
    let near = nearest(&written, names.iter().map(String::as_str));
    let help =
        near.map_or_else(|| format!("columns of shares are {}", names.join(", ")), |near| format!("did you mean `{near}`?"));
    let weight = names.iter().find(|known| **known == format!("{}_weight_share", name.replace('-', "_")));
    let help = weight.map_or(help, |weight| format!("a share of the weight is called `{weight}`"));
    Diagnostic::new(Code::ShareNotUsed, format!("the column `{written}` of `{shown}` is not used: the law knows no such share"))
        .help(help)
}
