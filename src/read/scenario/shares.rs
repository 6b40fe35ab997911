//! A table of shares by code and country: what share of the trade claims a preference, or what goods are made of.

use crate::diag::{Code, Diagnostic};
use crate::read::flows::columns::Role;
use crate::read::flows::countries_by_name::countries;
use crate::read::flows::layout::{header, listed};
use crate::read::flows::lines::Found;
use crate::read::flows::open::{self, Opened, cut_short};
use crate::read::flows::row::{self as row, SHARE_PLACES};
use crate::scenario::{FlowSummary, RowFault, RowReason, Shares};
use std::io::Read;
use std::path::Path;

/// A table of shares, and what could not be read of it.
#[derive(Clone, Debug)]
pub struct SharesRead {
    /// The shares.
    pub shares: Shares,
    /// The rows read and those at fault.
    pub summary: FlowSummary,
}

/// How many rows a table of shares may have: it is kept in memory.
const MOST_ROWS: usize = 5_000_000;

/// Reads a table of shares: a column of codes, columns whose names end in `_share`, and perhaps a column of countries.
///
/// # Errors
/// Where the file cannot be read to its end or lacks a column.
pub fn shares(path: &Path) -> Result<SharesRead, Diagnostic> {
    let shown = path.display().to_string();
    read(open::open(path, &shown)?, &shown)
}

/// Reads a table of shares from anywhere; `shown` is the name that messages use.
///
/// # Errors
/// As [`shares`].
pub fn shares_from(bytes: impl Read + Send + 'static, shown: &str) -> Result<SharesRead, Diagnostic> {
    read(open::from(bytes, shown)?, shown)
}

fn read(opened: Opened, shown: &str) -> Result<SharesRead, Diagnostic> {
    let Opened { mut lines, mut fields, .. } = opened;
    let cannot =
        |error: std::io::Error| Diagnostic::new(Code::CannotRead, format!("cannot read `{shown}`: {}", cut_short(&error)));
    let found = header(&mut lines, &mut fields, &[], |columns| columns.get(Role::Code).is_some() && !columns.shares.is_empty());
    let header = found.map_err(cannot)?.map_err(|nearest| {
        let names = nearest.map(|header| header.names).unwrap_or_default();
        Diagnostic::new(Code::BadTable, format!("`{shown}` is no table of shares; it has {}", listed(&names)))
            .help("such a table has a column of codes (hts10), one of countries (cty_code), and one whose name ends in `_share`")
    })?;
    let columns = &header.columns;
    let (code_at, origin_at) = (columns.get(Role::Code).unwrap_or_default(), columns.get(Role::Origin));
    let mut shares = Shares::new(columns.shares.iter().map(|(name, _)| name.clone()).collect(), SHARE_PLACES);
    let mut summary = FlowSummary::default();
    let mut form = None;
    loop {
        let line = lines.number + 1;
        let bad = |reason: RowReason, message: String| RowFault { place: "line", line, reason, message, value: None };
        match lines.next().map_err(cannot)? {
            Found::End => break,
            Found::TooLong => {
                summary.rows += 1;
                summary.add_fault(&bad(RowReason::TooLong, "the line is too long".into()));
                continue;
            }
            Found::Line if lines.line().is_empty() => continue,
            Found::Line => summary.rows += 1,
        }
        if shares.len() >= MOST_ROWS {
            return Err(Diagnostic::new(Code::FileTooLarge, format!("`{shown}` has more than {MOST_ROWS} rows of shares")));
        }
        if !fields.split(lines.line()) {
            summary.add_fault(&bad(RowReason::OpenQuote, "a quotation mark is not closed on this line".into()));
            continue;
        }
        if fields.len() != header.names.len() {
            let message = format!("the row has {} fields, the header {}", fields.len(), header.names.len());
            summary.add_fault(&bad(RowReason::RaggedRow, message));
            continue;
        }
        let mut one = || {
            let code = row::code(fields.get(lines.line(), code_at), false)?;
            let origin = match origin_at {
                None => None,
                Some(at) => {
                    let text = row::text(fields.get(lines.line(), at))?;
                    let unknown =
                        || (RowReason::UnknownOrigin, format!("`{}` is no country that is known", row::shown(text.as_bytes())));
                    let (country, found) = countries().find(text, form).ok_or_else(unknown)?;
                    form = form.or(Some(found));
                    Some(country)
                }
            };
            let mut all = Vec::with_capacity(columns.shares.len());
            for (_, column) in &columns.shares {
                let share = row::share(fields.get(lines.line(), *column))?;
                shares.rounded += u64::from(share.is_some_and(|(_, rounded)| rounded));
                all.push(share.map(|(share, _)| share));
            }
            if !shares.add(code, origin, &all) {
                let of = origin.map_or(String::new(), |origin| format!(" of {origin}"));
                return Err((RowReason::BadShare, format!("a share for {code}{of} stands there already")));
            }
            Ok(())
        };
        match one() {
            Ok(()) => summary.read += 1,
            Err((reason, message)) => summary.add_fault(&bad(reason, message)),
        }
    }
    Ok(SharesRead { shares, summary })
}
