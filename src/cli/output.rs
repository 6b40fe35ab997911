use super::args::{Color, Common, Format};
use super::{Done, Stopped};
use std::io::{IsTerminal, Write};
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
}

impl Output {
    pub(crate) fn new(common: &Common) -> Self {
        // `auto` is what the streams find out by themselves.
        match common.color {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
        let terminal = std::io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
        Self {
            format: common.format,
            width: common.width.unwrap_or_else(|| terminal.map_or(WIDTH_ELSEWHERE, |(width, _)| width.0.max(60))),
            terminal: std::io::stdout().is_terminal(),
        }
    }

    /// Prints to stdout; styles are dropped where nobody sees them. A reader who closed the pipe has seen enough.
    fn print(&self, text: &str) -> Done {
        let mut stdout = anstream::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => {
                anstream::eprintln!("error: cannot write: {error}");
                Err(Stopped::Faulty)
            }
        }
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
        matches!(self.format, Format::Table | Format::Markdown)
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

    /// Prints diagnostics to stderr; stops where one of them is an error, or any of them where warnings are denied.
    pub(crate) fn diagnostics(&self, diagnostics: &Diagnostics, sources: &Sources, deny_warnings: bool) -> Done {
        if diagnostics.is_empty() {
            return Ok(());
        }
        anstream::eprint!("{}", diagnostics.render(sources));
        let errors = diagnostics.sorted().iter().filter(|d| d.code.severity() == Severity::Error).count();
        if errors > 0 || deny_warnings {
            let warnings = diagnostics.sorted().len() - errors;
            anstream::eprintln!("{}", counted(errors, warnings));
            return Err(Stopped::Faulty);
        }
        Ok(())
    }

    /// Prints one line to stderr that stops nothing.
    pub(crate) fn warn(&self, words: &str) {
        anstream::eprintln!("warning: {words}");
    }

    /// Prints a text that is the same in every format.
    pub(crate) fn verbatim(&self, text: &str) -> Done {
        self.print(text)
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
        anstream::eprintln!("error: {words}");
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
        Some(folder) => read::law(&read::Disk::at(folder)),
        None => read::law(&read::Embedded),
    };
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
