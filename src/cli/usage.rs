//! Wrong calls: what clap says of them, and the call that would do.

use super::args::Args;
use super::elsewhere::{self, Room};
use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::process::ExitCode;
use tariffcalc::base::{inert_line, is_steering, nearest};
use tariffcalc::read;

/// What others call our verbs.
const OTHER_WORDS: [(&str, &str); 12] = [
    ("calc", "rate"),
    ("calculate", "rate"),
    ("compare", "diff"),
    ("cost", "run"),
    ("duty", "rate"),
    ("init", "new"),
    ("lint", "check"),
    ("price", "rate"),
    ("search", "products"),
    ("validate", "check"),
    ("verify", "check"),
    ("why", "explain"),
];

/// Prints what is wrong with a call, or the help that was asked for; returns the code to end with.
pub(super) fn told(mut error: clap::Error) -> ExitCode {
    if error.get(ContextKind::SuggestedSubcommand).is_none()
        && let Some(tip) = tip(&error)
    {
        // What clap has to suggest otherwise is how to write the word as a value, which no verb here takes.
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    // What was typed is quoted in the words; where it would steer the terminal it is written out, and the words go without styles.
    if std::env::args_os().any(|word| word.to_string_lossy().chars().any(is_steering)) {
        for line in error.render().to_string().lines() {
            anstream::eprintln!("{}", inert_line(line));
        }
    } else {
        // Help and version are no faults; clap knows its own exit codes.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn tip(error: &clap::Error) -> Option<String> {
    match (error.kind(), error.get(ContextKind::InvalidSubcommand)) {
        (ErrorKind::InvalidSubcommand, Some(ContextValue::String(word))) => Some(verb_meant(word)),
        (ErrorKind::MissingRequiredArgument, _) => example(),
        _ => None,
    }
}

/// The verb that a word probably means.
fn verb_meant(word: &str) -> String {
    let command = Args::command();
    let verbs: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    let known = OTHER_WORDS.iter().find(|(other, _)| *other == word).map(|(_, verb)| *verb);
    if let Some(verb) = known.filter(|verb| verbs.contains(verb)).or_else(|| nearest(word, verbs)) {
        return format!("did you mean `tariffcalc {verb}`?");
    }
    let book = read::law(&read::Embedded).rulebook;
    book.and_then(|law| elsewhere::told(&law, word, Room::Verbs)).unwrap_or_else(|| "`tariffcalc --help` lists the verbs".into())
}

/// An example of the verb of this call, from its own help or from that of the program.
fn example() -> Option<String> {
    let command = Args::command();
    let words: Vec<String> = std::env::args_os().skip(1).filter_map(|word| word.into_string().ok()).collect();
    let verb = words.iter().find_map(|word| command.find_subcommand(word))?;
    let help = |of: &clap::Command| of.get_after_help().map(ToString::to_string).unwrap_or_default();
    let start = format!("tariffcalc {} ", verb.get_name());
    let texts = [help(verb), help(&command)];
    let found = texts.iter().flat_map(|text| text.lines()).map(str::trim).find(|line| line.starts_with(&start));
    Some(match found {
        // Behind more than one space stands what the example shows.
        Some(line) => format!("such as `{}`", line.split("   ").next().unwrap_or(line)),
        None => format!("`tariffcalc {} --help` tells what it takes", verb.get_name()),
    })
}
