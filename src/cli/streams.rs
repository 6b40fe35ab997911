//! Stdout and stderr, straight or kept: for a pager, and for what is shown as a whole.

use super::{Done, Stopped, pager};
use std::cell::RefCell;
use std::io::{ErrorKind, Write};

/// Where words go. What is kept keeps its styles.
#[derive(Debug, Default)]
pub(super) struct Streams {
    /// What was printed to stdout, where it is kept.
    out: Option<RefCell<String>>,
    /// What was printed to stderr, where it is kept.
    err: Option<RefCell<String>>,
}

impl Streams {
    /// Keeps stdout until it is shown.
    pub(super) fn paged() -> Self {
        Self { out: Some(RefCell::default()), err: None }
    }

    /// Keeps both until they are taken.
    pub(super) fn held() -> Self {
        Self { out: Some(RefCell::default()), err: Some(RefCell::default()) }
    }

    /// Tells whether both are kept.
    pub(super) fn is_held(&self) -> bool {
        self.err.is_some()
    }

    /// Prints to stdout.
    pub(super) fn out(&self, text: &str) -> Done {
        match &self.out {
            Some(kept) => {
                kept.borrow_mut().push_str(text);
                Ok(())
            }
            None => to_stdout(text).map(drop),
        }
    }

    /// Prints to stderr.
    pub(super) fn err(&self, text: &str) {
        match &self.err {
            Some(kept) => kept.borrow_mut().push_str(text),
            None => anstream::eprint!("{text}"),
        }
    }

    /// Returns what was kept of stdout and of stderr.
    pub(super) fn take(&self) -> (String, String) {
        let take = |kept: &Option<RefCell<String>>| kept.as_ref().map(RefCell::take).unwrap_or_default();
        (take(&self.out), take(&self.err))
    }

    /// Shows what was kept of stdout.
    pub(super) fn show(&self) -> Done {
        let text = self.out.as_ref().map(RefCell::take).unwrap_or_default();
        if text.is_empty() || pager::show(&text) { Ok(()) } else { to_stdout(&text).map(drop) }
    }
}

/// Prints to stdout, without styles where nobody sees them. A reader who closed the pipe has seen enough: `false` tells that.
pub(super) fn to_stdout(text: &str) -> Result<bool, Stopped> {
    let mut stdout = anstream::stdout().lock();
    wrote(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// Tells how writing to stdout went.
pub(super) fn wrote(written: std::io::Result<()>) -> Result<bool, Stopped> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => {
            anstream::eprintln!("error: cannot write: {error}");
            Err(Stopped::Faulty)
        }
    }
}
