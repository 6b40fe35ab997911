use super::args::{Common, Format};
use super::elsewhere::whole_law;
use super::pager;
use super::progress::Progress;
use super::streams::Streams;
use super::whole::Whole;
use super::{Done, Stopped};
use std::cell::RefCell;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use tariffcalc::answer::{Calendar, Chart, Node, Report};
use tariffcalc::base::Fault;
use tariffcalc::diag::{Diagnostic, Diagnostics, Severity, Sources};
use tariffcalc::law::Rulebook;
use tariffcalc::{read, render};

/// The width of tables that do not go to a terminal, so that the same call gives the same bytes everywhere.
const WIDTH_ELSEWHERE: u16 = 160;

/// Where and how a verb prints.
pub(crate) struct Output {
    format: Format,
    width: u16,
    terminal: bool,
    quiet: bool,
    /// The file that is written instead of stdout.
    to: Option<PathBuf>,
    /// What is printed so far, where it goes to a file: it is written when all of it is there.
    printed: RefCell<Vec<u8>>,
    streams: Streams,
}

impl Output {
    /// Finds out where and how to print.
    ///
    /// # Errors
    ///
    /// Stops, with words, where the file named ends in another format than the one asked for.
    pub(crate) fn new(common: &Common) -> Result<Self, Stopped> {
        let is_terminal = common.output.is_none() && std::io::stdout().is_terminal();
        let size = is_terminal.then(terminal_size::terminal_size).flatten();
        let output = Self {
            format: common.format(),
            width: size.map_or(WIDTH_ELSEWHERE, |(width, _)| width.0.max(60)),
            terminal: is_terminal,
            quiet: common.quiet,
            to: common.output.clone(),
            printed: RefCell::default(),
            streams: if is_terminal && !common.no_pager && common.format().is_for_people() && pager::command().is_some() {
                Streams::paged()
            } else {
                Streams::default()
            },
        };
        let Some(path) = &common.output else { return Ok(output) };
        if Format::of_file(path).is_some_and(|named| named != common.format()) {
            output.complain(&format!("the name of `{}` tells another format than `--format`", path.display()));
            return Err(Stopped::Usage);
        }
        match path.parent() {
            Some(above) if !above.as_os_str().is_empty() && !above.is_dir() => {
                output.complain(&format!("cannot write `{}`: there is no folder `{}`", path.display(), above.display()));
                Err(Stopped::Faulty)
            }
            _ => Ok(output),
        }
    }

    /// Finds out the same anew, and keeps what is printed to be taken with [`Output::take`].
    pub(crate) fn held(common: &Common) -> Result<Self, Stopped> {
        Ok(Self { streams: Streams::held(), ..Self::new(common)? })
    }

    /// Returns what was printed to stdout and to stderr since it was last taken.
    pub(crate) fn take(&self) -> (String, String) {
        self.streams.take()
    }

    /// Shows what was kept back for a pager. Every way out of the program leads past here.
    pub(crate) fn show(&self) -> Done {
        self.streams.show()
    }

    /// Writes what was printed where `--output` says.
    ///
    /// # Errors
    ///
    /// Stops, with words, where the file cannot be written.
    pub(crate) fn finish(&self) -> Done {
        let printed = self.printed.take();
        let Some(path) = self.to.as_ref().filter(|_| !printed.is_empty()) else { return Ok(()) };
        let written = Whole::file(path).and_then(|whole| {
            let mut file = whole.open(None)?;
            file.write_all(&printed)?;
            let (bytes, _) = file.close()?;
            whole.finish().map(|()| bytes)
        });
        match written {
            // Of a device or a pipe nothing is told: it may be stdout itself.
            Ok(_) if path.metadata().is_ok_and(|about| !about.is_file()) => Ok(()),
            Ok(bytes) => self.written(&format!("{}: {bytes} bytes", path.display())),
            Err(why) => {
                self.complain(&format!("cannot write `{}`: {why}", path.display()));
                Err(Stopped::Faulty)
            }
        }
    }

    /// Tells on stdout that a file was written.
    pub(crate) fn written(&self, words: &str) -> Done {
        if self.quiet { Ok(()) } else { self.streams.out(&format!("{words}\n")) }
    }

    /// Prints to stdout or to the file asked for; styles are dropped where nobody sees them.
    fn print(&self, text: &str) -> Done {
        if self.to.is_some() {
            self.printed.borrow_mut().extend_from_slice(anstream::adapter::strip_str(text).to_string().as_bytes());
            return Ok(());
        }
        self.streams.out(text)
    }

    /// Prints a report in the format asked for.
    pub(crate) fn report(&self, report: &Report) -> Done {
        self.print(&match self.format {
            // Only `next` gets here with a calendar asked for, and it writes one itself.
            Format::Table | Format::Ics => render::table(report, self.width),
            Format::Markdown => render::markdown(report),
            Format::Csv => render::csv(report),
            Format::Json => render::json_report(report),
            Format::Parquet => {
                self.complain("Parquet is written to files only, with `panel --output`");
                return Err(Stopped::Usage);
            }
        })
    }

    /// Prints a report, and its chart below it: on a terminal, or where it is asked for.
    pub(crate) fn report_with_chart(&self, report: &Report, chart: &Chart, asked: bool) -> Done {
        self.report(report)?;
        match self.format {
            Format::Table if asked || self.terminal => self.print(&format!("\n{}", render::chart(chart, self.width))),
            Format::Markdown if asked => self.print(&format!("\n```text\n{}```\n", render::chart(chart, self.width))),
            Format::Table | Format::Markdown | Format::Csv | Format::Json | Format::Ics | Format::Parquet => Ok(()),
        }
    }

    /// Prints a calendar.
    pub(crate) fn calendar(&self, calendar: &Calendar) -> Done {
        self.print(&render::ics(calendar))
    }

    /// Tells whether the format is one for people.
    pub(crate) fn is_for_people(&self) -> bool {
        self.format.is_for_people()
    }

    /// Prints a document where JSON is asked for, and the report otherwise.
    pub(crate) fn either(&self, report: impl FnOnce() -> Report, document: impl FnOnce() -> Node) -> Done {
        if self.format == Format::Json { self.print(&render::json(&document())) } else { self.report(&report()) }
    }

    /// Prints a document as JSON, whatever the format.
    pub(crate) fn document(&self, document: &Node) -> Done {
        self.print(&render::json(document))
    }

    /// Tells one fault that stops everything.
    pub(crate) fn stopped_by(&self, fault: Diagnostic) -> Stopped {
        let _ = self.diagnostics(&Diagnostics::from(fault), &Sources::default(), false);
        Stopped::Faulty
    }

    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Shows that something is under way which is mostly short; what is shown as a whole has no place for it.
    pub(crate) fn progress(&self, what: &'static str) -> Progress {
        Progress::late(what, self.quiet || self.streams.is_held())
    }

    /// Prints diagnostics to stderr; stops where one of them is an error, or any of them where warnings are denied.
    pub(crate) fn diagnostics(&self, diagnostics: &Diagnostics, sources: &Sources, deny_warnings: bool) -> Done {
        if diagnostics.is_empty() || (self.quiet && !deny_warnings && !diagnostics.has_errors()) {
            return Ok(());
        }
        self.streams.err(&diagnostics.render(sources));
        let errors = diagnostics.sorted().iter().filter(|d| d.code.severity() == Severity::Error).count();
        if errors > 0 || deny_warnings {
            let warnings = diagnostics.sorted().len() - errors;
            self.streams.err(&format!("{}\n", counted(errors, warnings)));
            return Err(Stopped::Faulty);
        }
        Ok(())
    }

    /// Prints one line to stderr that stops nothing.
    pub(crate) fn warn(&self, words: &str) {
        if !self.quiet {
            self.streams.err(&format!("warning: {}\n", harmless(words)));
        }
    }

    /// Prints one line to stdout.
    pub(crate) fn line(&self, words: &str) -> Done {
        self.print(&format!("{words}\n"))
    }

    /// Prints a fault and its advice to stderr.
    pub(crate) fn fault(&self, fault: &Fault) {
        let help = fault.help.as_deref().map_or(String::new(), |help| format!("; {help}"));
        self.complain(&format!("{}{help}", fault.message));
    }

    /// Prints one line to stderr.
    pub(crate) fn complain(&self, words: &str) {
        self.streams.err(&format!("error: {}\n", harmless(words)));
    }
}

/// Names of files and words of a call must not steer the terminal.
fn harmless(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn counted(errors: usize, warnings: usize) -> String {
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    match (errors, warnings) {
        (errors, 0) => plural(errors, "error"),
        (0, warnings) => plural(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", plural(errors, "error"), plural(warnings, "warning")),
    }
}

/// Reads the law that the call asks for: the folder named, or the book the program carries.
pub(crate) fn law(common: &Common, output: &Output) -> Result<(&'static Rulebook, Sources), Stopped> {
    let law = match &common.law {
        Some(folder) => match whole_law(folder) {
            Some(whole) => {
                let (part, whole) = (folder.display(), whole.display());
                output.complain(&format!("`{part}` is a part of the law in `{whole}`: `--law {whole}` asks it"));
                return Err(Stopped::Usage);
            }
            None => read::law(&read::Disk::at(folder)),
        },
        None => read::law(&read::Embedded),
    };
    if read::only_scenarios(&law) {
        let folder = common.law.as_deref().unwrap_or(std::path::Path::new(".")).display();
        output.complain(&format!("`{folder}` holds scenarios and no law: `tariffcalc run {folder}/*.toml` runs them"));
        return Err(Stopped::Usage);
    }
    output.diagnostics(&law.diagnostics, &law.sources, false)?;
    let mut sources = law.sources;
    let rulebook = match law.rulebook {
        Some(rulebook) if !common.schedule.is_empty() => {
            Some(super::schedule::used(&common.schedule, rulebook, &mut sources, output)?)
        }
        rulebook => rulebook,
    };
    match rulebook {
        // Kept to the end of the process: giving thousands of small pieces back to the system one by one would only cost time.
        Some(rulebook) => Ok((Box::leak(Box::new(rulebook)), sources)),
        None => Err(Stopped::Faulty),
    }
}
