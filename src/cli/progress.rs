//! How far long work has come, on stderr: nothing where that is no terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// How many rows are read between two looks.
const AT_ONCE: u64 = 65_536;

/// Work under way.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Begins work on so many rows, or on a number that is not known.
    pub(crate) fn new(what: &'static str, rows: Option<usize>, quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let template = if rows.is_some() {
            "{msg} {bar:30} {human_pos} of {human_len} rows, {elapsed}"
        } else {
            "{msg} {spinner} {human_pos} rows, {elapsed}"
        };
        let bar = match rows {
            Some(rows) => ProgressBar::with_draw_target(u64::try_from(rows).ok(), target),
            None => ProgressBar::with_draw_target(None, target),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what);
        // Hidden bars need no thread to draw them.
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self { bar }
    }

    /// Tells that so many more rows are done.
    pub(crate) fn done(&self, rows: usize) {
        self.bar.inc(u64::try_from(rows).unwrap_or(0));
    }

    /// Counts what goes by.
    pub(crate) fn over<'p, T>(&'p self, items: impl Iterator<Item = T> + 'p) -> impl Iterator<Item = T> + 'p {
        let mut passed = 0;
        items.inspect(move |_| {
            passed += 1;
            if passed == AT_ONCE {
                self.bar.inc(passed);
                passed = 0;
            }
        })
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
