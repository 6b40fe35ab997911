//! How far long work has come, on stderr: nothing where that is no terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// How many rows are read between two looks.
const AT_ONCE: u64 = 65_536;

/// How often a bar is drawn.
const TICK: Duration = Duration::from_millis(200);

/// Work that is mostly short shows a bar after this time only: a flash of one would be noise.
const LATE: Duration = Duration::from_millis(400);

/// Work under way.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    /// Shows the bar after a while, unless the work is done by then, which the sender's end tells.
    late: Option<(Sender<()>, JoinHandle<()>)>,
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
            bar.enable_steady_tick(TICK);
        }
        Self { bar, late: None }
    }

    /// Begins work that is mostly short, without a number or with one to come by [`Progress::one_of`].
    pub(crate) fn late(what: &'static str, quiet: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg} {spinner} {elapsed}") {
            bar.set_style(style);
        }
        bar.set_message(what);
        let shown = bar.clone();
        let late = (!quiet && std::io::stderr().is_terminal()).then(|| {
            let (done, wait) = channel::<()>();
            let shows = std::thread::spawn(move || {
                if wait.recv_timeout(LATE) == Err(RecvTimeoutError::Timeout) {
                    shown.set_draw_target(ProgressDrawTarget::stderr());
                    shown.enable_steady_tick(TICK);
                }
            });
            (done, shows)
        });
        Self { bar, late }
    }

    /// Tells that one more of so many is done.
    pub(crate) fn one_of(&self, all: usize) {
        if self.bar.length().is_none() {
            if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {human_pos} of {human_len}, {elapsed}") {
                self.bar.set_style(style);
            }
            self.bar.set_length(u64::try_from(all).unwrap_or(u64::MAX));
        }
        self.bar.inc(1);
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
        if let Some((done, shows)) = self.late.take() {
            drop(done);
            let _ = shows.join();
        }
        self.bar.finish_and_clear();
    }
}
