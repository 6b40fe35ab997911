//! Shows what is longer than the terminal page by page, with a program made for it.

use anstream::{AutoStream, ColorChoice};
use std::env::var;
use std::io::Write;
use std::process::{Command, Stdio};

/// The pager where none is named: it ends by itself where all fits, shows colors, and leaves what was shown on the screen.
const LESS: [&str; 2] = ["less", "-FRX"];

/// With these codes a system says that a program could not be started.
const NOT_STARTED: [i32; 2] = [126, 127];

/// Returns the pager and its arguments; `None` where paging is switched off.
pub(in crate::cli) fn command() -> Option<Vec<String>> {
    let named = var("TARIFFCALC_PAGER").or_else(|_| var("PAGER"));
    let Ok(named) = named else { return Some(LESS.map(str::to_owned).to_vec()) };
    let words: Vec<String> = named.split_whitespace().map(str::to_owned).collect();
    if words.is_empty() { None } else { Some(words) }
}

/// Shows a text by the pager; `false` where it fits on the terminal, or where no pager can be had.
pub(in crate::cli) fn show(text: &str) -> bool {
    let Some((width, height)) = terminal_size::terminal_size() else { return false };
    if rows(text, width.0.into()) < usize::from(height.0) {
        return false;
    }
    let Some(words) = command() else { return false };
    let Some((program, arguments)) = words.split_first() else { return false };
    let colored = AutoStream::choice(&std::io::stdout()) != ColorChoice::Never;
    let text = if colored { text.to_owned() } else { anstream::adapter::strip_str(text).to_string() };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped());
    // What these pagers need to pass colors and signs on, as far as nobody said otherwise.
    for (name, value) in [("LESS", "FRX"), ("LESSCHARSET", "utf-8")] {
        if var(name).is_err() {
            command.env(name, value);
        }
    }
    let Ok(mut pager) = command.spawn() else { return false };
    // An interrupt is for the pager, which has the terminal: were this program to end by it, both the pager and the shell would read the keys.
    let _ = ctrlc::set_handler(|| {});
    if let Some(mut to) = pager.stdin.take() {
        // A reader who leaves has seen enough.
        let _ = to.write_all(text.as_bytes());
    }
    !pager.wait().is_ok_and(|ended| ended.code().is_some_and(|code| NOT_STARTED.contains(&code)))
}

/// How many rows of a terminal a text takes.
pub(in crate::cli) fn rows(text: &str, width: usize) -> usize {
    text.lines().map(|line| rows_of(line, width)).sum()
}

/// How many rows a line takes. Signs of double width are counted once: that lines are too long is for the terminal to settle.
pub(in crate::cli) fn rows_of(line: &str, width: usize) -> usize {
    anstream::adapter::strip_str(line).to_string().chars().count().div_ceil(width.max(1)).max(1)
}
