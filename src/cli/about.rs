//! How an answer came about: the command that gives it again, the law it was worked out with.

use super::args::Common;
use tariffcalc::render::PageAbout;

/// Returns what a page says of the call, before a law is read.
pub(crate) fn page(common: &Common) -> PageAbout {
    let typed = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    PageAbout {
        command: std::iter::once(env!("CARGO_PKG_NAME").to_owned()).chain(typed).collect(),
        read_from: common.law.as_ref().map(|folder| folder.display().to_string()),
        as_known: common.as_known,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..PageAbout::default()
    }
}

/// Returns what a spreadsheet says of itself, each with its label.
pub(crate) fn sheet(page: &PageAbout) -> Vec<(&'static str, String)> {
    let known =
        page.as_known.map_or("today's book, unless a case asks the book of another day".to_owned(), |day| day.to_string());
    let laws = page.laws.iter().map(|law| ("Law", format!("sha256 {}", law.hash)));
    let schedules = page.laws.iter().flat_map(|law| &law.schedules).map(|cite| ("Schedule", cite.clone()));
    laws.chain(schedules)
        .chain([("Command", page.command_line())])
        .chain(page.read_from.iter().map(|folder| ("Read from", folder.clone())))
        .chain([("As known", known), ("Program", format!("{} {}", env!("CARGO_PKG_NAME"), page.version))])
        .collect()
}
