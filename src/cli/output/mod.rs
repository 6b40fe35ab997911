pub(super) mod charts;
pub(super) mod pager;
pub(super) mod progress;
pub(super) mod streams;
pub(super) mod whole;

use self::charts::Charts;
use self::progress::Progress;
use self::streams::Streams;
use self::whole::Whole;
use crate::cli::about;
use crate::cli::args::{Color, Common, Format};
use crate::cli::call_words;
use crate::cli::elsewhere::whole_law;
use crate::cli::{Done, Stopped};
use std::cell::RefCell;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use tariffcalc::answer::{Calendar, Node, Report};
use tariffcalc::base::{Fault, inert_line};
use tariffcalc::diag::{Diagnostic, Diagnostics, Severity, Sources};
use tariffcalc::law::Rulebook;
use tariffcalc::render::{PageAbout, PageLaw};
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
    /// What a page or a spreadsheet says of the call.
    page: RefCell<PageAbout>,
    charts: Charts,
    streams: Streams,
}

impl Output {
    /// Finds out where and how to print.
    ///
    /// # Errors
    ///
    /// Stops, with words, where the file named ends in another format than the one asked for.
    pub(crate) fn new(common: &Common) -> Result<Self, Stopped> {
        // `auto` is what the streams find out by themselves.
        match common.color {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
        // `-` is stdout.
        let to = common.output.clone().filter(|path| path.as_os_str() != "-");
        let is_terminal = to.is_none() && std::io::stdout().is_terminal();
        let size = is_terminal.then(terminal_size::terminal_size).flatten();
        let output = Self {
            format: common.format(),
            width: common.width.unwrap_or_else(|| size.map_or(WIDTH_ELSEWHERE, |(width, _)| width.0.max(60))),
            terminal: is_terminal,
            quiet: common.quiet,
            to,
            printed: RefCell::default(),
            page: RefCell::new(about::page(common)),
            charts: common.charts.clone(),
            streams: if is_terminal && !common.no_pager && common.format().is_text() && pager::command().is_some() {
                Streams::paged()
            } else {
                Streams::default()
            },
        };
        if output.format == Format::Xlsx && is_terminal {
            output
                .complain("a spreadsheet is no text for a terminal: name a file, such as `-o answer.xlsx`, or send it to a pipe");
            return Err(Stopped::Usage);
        }
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
        if self.quiet { Ok(()) } else { self.streams.out(&format!("{}\n", inert_line(words))) }
    }

    /// Prints to stdout or to the file asked for; styles are dropped where nobody sees them.
    fn print(&self, text: &str) -> Done {
        if self.to.is_some() {
            return self.bytes(anstream::adapter::strip_str(text).to_string().as_bytes());
        }
        self.streams.out(text)
    }

    /// Writes bytes as they are to stdout or to the file asked for.
    fn bytes(&self, bytes: &[u8]) -> Done {
        if self.to.is_some() {
            self.printed.borrow_mut().extend_from_slice(bytes);
            return Ok(());
        }
        let mut stdout = std::io::stdout().lock();
        wrote(stdout.write_all(bytes).and_then(|()| stdout.flush())).map(drop)
    }

    /// Prints a report in the format asked for, with its charts where they are asked for.
    pub(crate) fn report(&self, report: &Report) -> Done {
        self.report_with_charts(report, self.charts.below())
    }

    /// Prints a report, and its charts below it also on a terminal where nobody asks for them.
    pub(crate) fn report_drawn(&self, report: &Report) -> Done {
        self.report_with_charts(report, self.charts.below() || (self.terminal && self.charts.file().is_none()))
    }

    fn report_with_charts(&self, report: &Report, below: bool) -> Done {
        self.print(&match self.format {
            // Only `next` gets here with a calendar asked for, and it writes one itself.
            Format::Table | Format::Ics => render::table(report, self.width),
            Format::Markdown => render::markdown(report),
            Format::Csv => render::csv(report),
            Format::Json => render::json_report_with(report, &self.laws_asked()),
            Format::Html => render::html(report, &self.page.borrow()),
            Format::Parquet => {
                self.complain("Parquet is written to files only, with `panel --output`");
                return Err(Stopped::Usage);
            }
            Format::Xlsx => return self.spreadsheet(report),
        })?;
        for chart in report.charts.iter().filter(|_| below) {
            let drawn = render::chart(chart, self.width);
            match self.format {
                Format::Table => self.print(&format!("\n{drawn}"))?,
                Format::Markdown if self.charts.below() => self.print(&format!("\n```text\n{drawn}```\n"))?,
                // A page draws its charts itself.
                Format::Markdown | Format::Csv | Format::Json | Format::Html | Format::Ics | Format::Parquet | Format::Xlsx => {}
            }
        }
        self.charts_of(report)
    }

    /// Prints a report; as JSON with what machines read beside its tables.
    pub(crate) fn report_and(&self, report: &Report, more: &[(&str, Node)]) -> Done {
        if self.format != Format::Json {
            return self.report(report);
        }
        let all: Vec<(&str, Node)> = self.laws_asked().into_iter().chain(more.iter().cloned()).collect();
        self.print(&render::json_report_with(report, &all))?;
        self.charts_of(report)
    }

    /// The law of an answer, as the document of `run` names it; where sides of a comparison have their own, those as well.
    fn laws_asked(&self) -> Vec<(&'static str, Node)> {
        let page = self.page.borrow();
        let as_known = page.as_known.map_or(Node::Null, |day| Node::Text(day.to_string()));
        let node = |law: &PageLaw| Node::Object(vec![("hash", Node::Text(law.hash.clone())), ("as_known", as_known.clone())]);
        let mut laws = page.laws.iter().map(node);
        let first = laws.next().map(|law| ("law", law));
        let others: Vec<Node> = laws.collect();
        let others = (!others.is_empty()).then_some(("further_laws", Node::List(others)));
        first.into_iter().chain(others).collect()
    }

    /// Writes a report as a spreadsheet.
    fn spreadsheet(&self, report: &Report) -> Done {
        match render::xlsx(report, &about::sheet(&self.page.borrow())) {
            Ok(bytes) => self.bytes(&bytes)?,
            Err(fault) => {
                self.fault(&fault);
                return Err(Stopped::Usage);
            }
        }
        self.charts_of(report)
    }

    /// Remembers a law that was asked, for pages and spreadsheets.
    pub(crate) fn asked(&self, law: &Rulebook) {
        let schedules = law.territories().filter_map(|territory| law.schedule(territory.id));
        let law = PageLaw {
            hash: law.hash().to_owned(),
            schedules: schedules.flat_map(|schedule| schedule.cites()).map(str::to_owned).collect(),
        };
        let mut page = self.page.borrow_mut();
        if !page.laws.contains(&law) {
            page.laws.push(law);
        }
    }

    /// Writes the charts of a report to files, where that is asked for.
    pub(crate) fn charts_of(&self, report: &Report) -> Done {
        self.charts.file().map_or(Ok(()), |path| charts::write(path, report, self))
    }

    /// Prints a calendar.
    pub(crate) fn calendar(&self, calendar: &Calendar) -> Done {
        self.print(&render::ics(calendar))
    }

    /// Tells whether the format is one for people.
    pub(crate) fn is_for_people(&self) -> bool {
        self.format.is_text() || self.format == Format::Html
    }

    /// Prints a document where JSON is asked for, and the report otherwise.
    pub(crate) fn either(&self, report: impl FnOnce() -> Report, document: impl FnOnce() -> Node) -> Done {
        if self.format != Format::Json {
            return self.report(&report());
        }
        self.print(&render::json(&document()))?;
        if self.charts.file().is_some() { self.charts_of(&report()) } else { Ok(()) }
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
        let diagnostics = &call_words::told(diagnostics, sources);
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
            self.streams.err(&format!("warning: {}\n", inert_line(words)));
        }
    }

    /// Says on stderr what was done.
    pub(crate) fn told(&self, words: &str) {
        if !self.quiet {
            self.streams.err(&format!("{}\n", inert_line(words)));
        }
    }

    /// Prints a text that is the same in every format.
    pub(crate) fn verbatim(&self, text: &str) -> Done {
        self.print(text)
    }

    /// Prints one line to stdout.
    pub(crate) fn line(&self, words: &str) -> Done {
        self.print(&format!("{}\n", inert_line(words)))
    }

    /// Prints a fault and its advice to stderr.
    pub(crate) fn fault(&self, fault: &Fault) {
        let help = fault.help.as_deref().map_or(String::new(), |help| format!("; {help}"));
        self.complain(&format!("{}{help}", fault.message));
    }

    /// Prints one line to stderr.
    pub(crate) fn complain(&self, words: &str) {
        self.streams.err(&format!("error: {}\n", inert_line(words)));
    }
}

fn wrote(written: std::io::Result<()>) -> Done {
    match written {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => {
            anstream::eprintln!("error: cannot write: {error}");
            Err(Stopped::Faulty)
        }
    }
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
    if let (Some(day), Some(law)) = (common.as_known, &law.rulebook)
        && let Some(last) = law.last_known().filter(|last| *last < day)
    {
        output.warn(&format!(
            "`--as-known {day}`: the book ends with what was known on {last}; what was published later it does not know"
        ));
    }
    let mut sources = law.sources;
    let rulebook = match law.rulebook {
        Some(rulebook) if !common.schedule.is_empty() => {
            Some(crate::cli::schedule::used(&common.schedule, rulebook, &mut sources, output)?)
        }
        rulebook => rulebook,
    };
    match rulebook {
        // Kept to the end of the process: giving thousands of small pieces back to the system one by one would only cost time.
        Some(rulebook) => {
            output.asked(&rulebook);
            Ok((Box::leak(Box::new(rulebook)), sources))
        }
        None => Err(Stopped::Faulty),
    }
}
