//! Stdout and stderr, straight or kept: for a pager, and for what is shown as a whole.

use super::pager;
use crate::cli::{Done, Stopped};
use std::cell::RefCell;
use std::io::{ErrorKind, Write};

/// Where words go. What is kept keeps its styles.
#[derive(Debug, Default)]
pub(in crate::cli) struct Streams {
    /// What was printed to stdout, where it is kept.
    out: Option<RefCell<String>>,
    /// What was printed to stderr, where it is kept.
    err: Option<RefCell<String>>,
}

impl Streams {
    /// Keeps stdout until it is shown.
    pub(in crate::cli) fn paged() -> Self {
        Self { out: Some(RefCell::default()), err: None }
    }

    /// Keeps both until they are taken.
    pub(in crate::cli) fn held() -> Self {
        Self { out: Some(RefCell::default()), err: Some(RefCell::default()) }
    }

    /// Tells whether both are kept.
    pub(in crate::cli) fn is_held(&self) -> bool {
        self.err.is_some()
    }

    /// Prints to stdout.
    pub(in crate::cli) fn out(&self, text: &str) -> Done {
        match &self.out {
            Some(kept) => {
                kept.borrow_mut().push_str(text);
                Ok(())
            }
            None => to_stdout(text).map(drop),
        }
    }

    /// Prints to stderr.
    pub(in crate::cli) fn err(&self, text: &str) {
        match &self.err {
            Some(kept) => kept.borrow_mut().push_str(text),
            None => anstream::eprint!("{text}"),
        }
    }

    /// Returns what was kept of stdout and of stderr.
    pub(in crate::cli) fn take(&self) -> (String, String) {
        let take = |kept: &Option<RefCell<String>>| kept.as_ref().map(RefCell::take).unwrap_or_default();
        (take(&self.out), take(&self.err))
    }

    /// Shows what was kept of stdout.
    pub(in crate::cli) fn show(&self) -> Done {
        let text = self.out.as_ref().map(RefCell::take).unwrap_or_default();
        if text.is_empty() || pager::show(&text) { Ok(()) } else { to_stdout(&text).map(drop) }
    }
}

/// Prints to stdout, without styles where nobody sees them. A reader who closed the pipe has seen enough: `false` tells that.
pub(in crate::cli) fn to_stdout(text: &str) -> Result<bool, Stopped> {
    let mut stdout = anstream::stdout().lock();
    wrote(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// Tells how writing to stdout went.
pub(in crate::cli) fn wrote(written: std::io::Result<()>) -> Result<bool, Stopped> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => {
            anstream::eprintln!("error: cannot write: {error}");
            Err(Stopped::Faulty)
        }
    }
}
