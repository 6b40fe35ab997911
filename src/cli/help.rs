//! The command as help shows it: verbs in groups, what a newcomer needs first.

use super::args::Args;
use super::twice;
use clap::error::ErrorKind;
use clap::{Command, CommandFactory, Error, FromArgMatches};
use std::ffi::OsString;
use std::fmt::Write;

/// The verbs by what they are for. Those that stand in no group come last.
const GROUPS: [(&str, &[&str]); 6] = [
    ("Start here", &["run", "rate", "explain", "new", "check"]),
    ("What if", &["diff", "origins", "sweep", "solve"]),
    ("Through time", &["timeline", "next", "refund"]),
    ("Trade in bulk", &["flows", "panel"]),
    ("What the book holds", &["law", "products", "countries", "sources", "schedule"]),
    ("For your editor and shell", &[]),
];

/// The widest help: longer lines are hard to read.
const WIDEST: usize = 100;

const HEADING: &str = "\u{1b}[1m\u{1b}[4m";
const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

/// Reads the command line.
///
/// # Errors
/// What clap says: a fault of usage, or help and version, which are asked for.
pub(crate) fn parse(words: Vec<OsString>) -> Result<Args, Error> {
    let mut command = command();
    let matches = command.try_get_matches_from_mut(words)?;
    if let Some(told) = twice::told(&matches) {
        let verb = matches.subcommand_name().and_then(|verb| command.find_subcommand_mut(verb));
        return Err(verb
            .map(|verb| verb.error(ErrorKind::ArgumentConflict, &told))
            .unwrap_or_else(|| Error::raw(ErrorKind::ArgumentConflict, &told)));
    }
    Args::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// The command with its verbs in groups.
pub(crate) fn command() -> Command {
    let command = Args::command();
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{}{HEADING}Options:{PLAIN}\n{{options}}{{after-help}}",
        verbs(&command)
    );
    command.help_template(template)
}

/// The verbs in groups, one line each where it fits.
fn verbs(command: &Command) -> String {
    let terminal = terminal_size::terminal_size().map_or(WIDEST, |(width, _)| usize::from(width.0));
    let width = terminal.clamp(60, WIDEST);
    let all: Vec<(&str, String)> = command
        .get_subcommands()
        .filter(|verb| !verb.is_hide_set())
        .map(|verb| (verb.get_name(), verb.get_about().map(ToString::to_string).unwrap_or_default()))
        .collect();
    let column = all.iter().map(|(name, _)| name.len()).max().unwrap_or(0) + 4;
    let grouped = |name: &str| GROUPS.iter().any(|(_, verbs)| verbs.contains(&name));
    let mut out = String::new();
    for (number, (title, verbs)) in GROUPS.iter().enumerate() {
        // The last group holds what no other names.
        let rest = || all.iter().filter(|(name, _)| !grouped(name));
        let last = number + 1 == GROUPS.len();
        let named = verbs.iter().filter_map(|verb| all.iter().find(|(name, _)| name == verb));
        let _ = writeln!(out, "{HEADING}{title}:{PLAIN}");
        for (name, about) in named.chain(rest().filter(|_| last)) {
            let mut length = column;
            let _ = write!(out, "  {BOLD}{name}{PLAIN}{}", " ".repeat(column.saturating_sub(name.len() + 2)));
            for (at, word) in about.split_whitespace().enumerate() {
                let word_length = word.chars().count();
                if length + 1 + word_length > width {
                    let _ = write!(out, "\n{}", " ".repeat(column));
                    length = column;
                } else if at > 0 {
                    out.push(' ');
                    length += 1;
                }
                out.push_str(word);
                length += word_length;
            }
            out.push('\n');
        }
        out.push('\n');
    }
    out
}
