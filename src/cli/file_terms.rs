//! What is said of all rows of a file of trade that stands by itself: imports into the country whose schedule the book holds, with a table of shares where one is given.

use super::Stopped;
use super::output::Output;
use std::path::Path;
use std::sync::Arc;
use tariffcalc::law::{Rulebook, Territory};
use tariffcalc::read;
use tariffcalc::scenario::{FlowFileHead, RowTerms, ShareMeaning};

/// The columns that are named by `ROLE=COLUMN`.
pub(super) fn columns(pairs: &[String]) -> Vec<(String, String)> {
    let parts = pairs.iter().filter_map(|pair| pair.split_once('='));
    parts.map(|(role, column)| (role.trim().to_owned(), column.trim().to_owned())).collect()
}

/// Takes the terms of the rows. With `own_days` each row needs its own day of entry; otherwise the days asked take its place.
pub(super) fn file_terms(
    (id, path): (&str, &str),
    shares: Option<&Path>,
    own_days: bool,
    head: &FlowFileHead,
    (law, territory): (&Rulebook, &Territory),
    output: &Output,
) -> Result<RowTerms, Stopped> {
    let mut terms = RowTerms::plain(id, path, territory.id, territory.currency);
    if !own_days {
        terms.entered = Some(territory.last_day());
    }
    let meanings = |names: &[String], path: &str| -> Vec<Option<ShareMeaning>> {
        let known = |name: &String| {
            let meaning = ShareMeaning::of(law, name);
            if meaning.is_none() {
                output.warn(&format!("the column `{name}_share` of `{path}` is not used: the law knows no such share"));
            }
            meaning
        };
        names.iter().map(known).collect()
    };
    if let Some(path) = shares {
        let read = read::shares(path).map_err(|fault| output.stopped_by(fault))?;
        if read.summary.bad_rows() > 0 {
            let (bad, rows) = (read.summary.bad_rows(), read.summary.rows);
            output.warn(&format!("{bad} of {rows} rows of shares could not be read; `tariffcalc flows --shares` tells which"));
        }
        let columns = meanings(&read.shares.names, &path.display().to_string());
        if columns.iter().all(Option::is_none) {
            let names = ShareMeaning::names(law).join(", ");
            output.complain(&format!("no share of `{}` is known: columns are {names}", path.display()));
            return Err(Stopped::Faulty);
        }
        terms.table = Some((Arc::new(read.shares), columns));
    }
    terms.columns = meanings(&head.shares, path);
    let fact = |name: &String| law.facts().keys().find(|fact| fact.as_str() == name).cloned();
    terms.facts = head.facts.iter().map(fact).collect();
    Ok(terms)
}
