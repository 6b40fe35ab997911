mod watched;

use self::watched::Watched;
use crate::cli::args::{Common, Run};
use crate::cli::output::pager;
use crate::cli::output::streams::to_stdout;
use crate::cli::output::{self, Output};
use crate::cli::{Done, Stopped, run};
use clap::Args as ClapArgs;
use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::PathBuf;
use tariffcalc::read;

/// How words are made faint on a terminal.
const FAINT: (&str, &str) = ("\x1b[2m", "\x1b[0m");

/// Clears the screen and goes to its top.
const CLEAR: &str = "\x1b[2J\x1b[H";

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  tariffcalc watch scenarios/japan-deal.toml
  tariffcalc watch scenarios/japan-deal.toml --by measure
  tariffcalc watch scenarios/japan-deal.toml --format markdown -o deal.md
The files of flows and of shares that the scenario names are watched with it. The law is read once, when it starts.
On a terminal the screen shows one state at a time; elsewhere each state follows a line with its number. Ctrl-C stops.")]
pub(crate) struct Watch {
    #[command(flatten)]
    pub(crate) run: Run,
    /// Clear the screen before each table, as on a terminal
    #[arg(long, overrides_with = "no_clear")]
    pub(crate) clear: bool,
    /// Print the tables below each other
    #[arg(long)]
    pub(crate) no_clear: bool,
}

/// Runs scenarios again at each save, until it is interrupted or nobody reads what it prints.
pub(crate) fn watch(args: &Watch, common: &Common, output: &Output) -> Done {
    let scenarios: BTreeSet<PathBuf> = args.run.scenario.iter().cloned().collect();
    if let Some(missing) = scenarios.iter().find(|path| !path.is_file()) {
        // What is not there at the start is misspelt rather than about to come.
        let path = missing.display().to_string();
        let fault = if missing.exists() {
            output.complain(&format!("cannot watch `{path}`: it is no file that can be saved"));
            return Err(Stopped::Usage);
        } else {
            read::ReadFault::Missing
        };
        return Err(output.stopped_by(read::cannot_read(&read::Disk::here(), &path, &fault)));
    }
    let (law, sources) = output::law(common, output)?;
    let is_terminal = std::io::stdout().is_terminal();
    let _ = ctrlc::set_handler(move || {
        if is_terminal {
            // The shell's prompt begins on a line of its own.
            anstream::eprintln!();
        }
        std::process::exit(0);
    });
    let mut watched = Watched::new();
    watched.add(scenarios.clone());
    let mut screen = Screen { clear: args.clear || (is_terminal && !args.no_clear), is_terminal, state: 0, good: None };
    loop {
        let files = read::Recorded::new(read::Disk::here());
        let held = Output::held(common)?;
        held.asked(law);
        let done = run::answered(&args.run, &files, law, sources.clone(), common, &held).and_then(|()| held.finish());
        let read: BTreeSet<PathBuf> = files.asked().into_iter().map(PathBuf::from).chain(scenarios.iter().cloned()).collect();
        watched.keep(&read);
        watched.add(read);
        let (table, told) = held.take();
        if !screen.show(table, &told, done.is_ok(), common)? || !watched.wait(is_closed) {
            return Ok(());
        }
    }
}

/// What is shown, state after state.
struct Screen {
    clear: bool,
    is_terminal: bool,
    /// The number of the state that is shown.
    state: u64,
    /// The last table without a fault, and the number of its state.
    good: Option<(u64, String)>,
}

impl Screen {
    /// Shows a state; `false` where nobody reads any more.
    fn show(&mut self, table: String, told: &str, is_good: bool, common: &Common) -> Result<bool, Stopped> {
        self.state += 1;
        if is_good {
            self.good = Some((self.state, table));
        }
        let for_people = common.format().is_text();
        let good = self.good.as_ref();
        let below = match (good, &common.output) {
            _ if is_good => None,
            (Some((state, _)), None) => Some(format!("Faulty: the table below is of state {state}, before the fault.")),
            (Some((state, _)), Some(path)) => {
                Some(format!("Faulty: `{}` is of state {state}, before the fault.", path.display()))
            }
            (None, _) => Some("Faulty: a table comes when the fault is gone.".to_owned()),
        };
        // What stands in a file need not be told again.
        let table = good.filter(|_| is_good || common.output.is_none()).map_or("", |(_, table)| table.as_str());
        if self.clear {
            let mut text = told.to_owned();
            if let Some(below) = &below {
                text.push_str(&format!("{}{below}{}\n\n", FAINT.0, FAINT.1));
            }
            text.push_str(table);
            if !common.quiet {
                let end = format!("State {}; Ctrl-C stops.", self.state);
                text.push_str(&format!("{}{end}{}\n", FAINT.0, FAINT.1));
            }
            return to_stdout(&format!("{CLEAR}{}", cut(&text)));
        }
        let mark = format!("=== {} ===\n", self.state);
        if !for_people {
            // What a program reads holds documents and nothing else.
            anstream::eprint!("{mark}{told}");
            return if is_good { to_stdout(table) } else { Ok(true) };
        }
        if !to_stdout(&mark)? {
            return Ok(false);
        }
        anstream::eprint!("{told}");
        let below = below.map(|below| format!("{below}\n\n")).unwrap_or_default();
        let below = if self.is_terminal && !below.is_empty() { format!("{}{below}{}", FAINT.0, FAINT.1) } else { below };
        to_stdout(&format!("{below}{table}"))
    }
}

/// Cuts a text to the rows of the terminal: what stands on top is the fault, and must not be pushed off the screen.
fn cut(text: &str) -> String {
    let Some((width, height)) = terminal_size::terminal_size() else { return text.to_owned() };
    let (width, height) = (usize::from(width.0), usize::from(height.0));
    if pager::rows(text, width) < height {
        return text.to_owned();
    }
    let mut room = height.saturating_sub(2);
    let mut shown = String::new();
    let mut lines = text.lines();
    let mut left = 0;
    for line in lines.by_ref() {
        let rows = pager::rows_of(line, width);
        if rows > room {
            left = 1;
            break;
        }
        room -= rows;
        shown.push_str(line);
        shown.push('\n');
    }
    left += lines.count();
    shown.push_str(&format!(
        "{}{left} more lines: make the window taller, or print them all with `--no-clear`{}",
        FAINT.0, FAINT.1
    ));
    shown
}

/// Tells whether the reader of stdout is gone, which a pipe tells before anything is written to it.
#[cfg(unix)]
fn is_closed() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let out = rustix::stdio::stdout();
    let mut looked = [PollFd::new(&out, PollFlags::empty())];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    let gone = PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL;
    poll(&mut looked, Some(&at_once)).is_ok() && looked.iter().any(|fd| fd.revents().intersects(gone))
}

#[cfg(not(unix))]
fn is_closed() -> bool {
    false
}
