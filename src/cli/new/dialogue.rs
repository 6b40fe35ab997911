//! Questions on a terminal, one line each, with an answer for who just presses return.

use std::io::{BufRead, IsTerminal, Write};

/// A talk with who sits at the terminal; closed where nobody does.
pub(crate) struct Dialogue {
    open: bool,
}

impl Dialogue {
    /// Opens a dialogue where it is wanted and both ends are a terminal.
    pub(crate) fn new(wanted: bool) -> Self {
        Self { open: wanted && std::io::stdin().is_terminal() && std::io::stderr().is_terminal() }
    }

    /// Tells whether somebody can be asked.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// Asks; an empty answer is the default. `None` where there is no answer to be had.
    ///
    /// Questions go to stderr, so that stdout holds only what was asked for.
    pub(crate) fn ask(&mut self, question: &str, default: Option<&str>) -> Option<String> {
        if !self.open {
            return None;
        }
        let shown = default.map_or(String::new(), |default| format!(" [{default}]"));
        loop {
            anstream::eprint!("{question}{shown}: ");
            let _ = std::io::stderr().flush();
            let mut line = String::new();
            match std::io::stdin().lock().read_line(&mut line) {
                Ok(0) | Err(_) => {
                    anstream::eprintln!();
                    self.open = false;
                    return None;
                }
                Ok(_) => {}
            }
            let answer = line.trim();
            match (answer.is_empty(), default) {
                (false, _) => return Some(answer.to_owned()),
                (true, Some(default)) => return Some(default.to_owned()),
                (true, None) => {}
            }
        }
    }
}
