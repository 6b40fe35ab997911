//! `--chart`: charts below the table, or as SVG files.

use super::Output;
use super::whole::Whole;
use crate::cli::args::{Common, Format, Verb};
use crate::cli::{Done, Stopped};
use clap::Args;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tariffcalc::answer::Report;
use tariffcalc::render;

/// What stands for no file.
const BELOW: &str = "-";

/// Where charts go.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Charts {
    /// Draw the charts below the tables, or write them to a file as SVG; several become FILE-1.svg, FILE-2.svg …
    ///
    /// For run, panel, diff, refund, timeline, sweep, solve and origins. On a terminal `timeline` draws its chart without being asked.
    #[arg(long, global = true, value_name = "FILE.svg", num_args = 0..=1, require_equals = true, default_missing_value = BELOW)]
    chart: Option<PathBuf>,
}

impl Charts {
    /// Returns the file to write to.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.chart.as_deref().filter(|path| *path != Path::new(BELOW))
    }

    /// Tells whether charts are to be drawn below the tables.
    pub(crate) fn below(&self) -> bool {
        self.chart.is_some() && self.file().is_none()
    }
}

/// Joins `--chart FILE.svg` to `--chart=FILE.svg`: a name that ends so is never a scenario, and everything else behind `--chart` is not its own.
pub(crate) fn joined(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut all: Vec<OsString> = Vec::new();
    let mut is_open = true;
    for arg in args {
        let is_svg = Path::new(&arg).extension().is_some_and(|end| end.eq_ignore_ascii_case("svg"));
        match all.last_mut() {
            Some(last) if is_open && is_svg && last == "--chart" => {
                last.push("=");
                last.push(arg);
            }
            _ => {
                is_open = is_open && arg != "--";
                all.push(arg);
            }
        }
    }
    all
}

/// Says before any work what is wrong with the charts asked for.
pub(crate) fn check(verb: &Verb, common: &Common, output: &Output) -> Done {
    let usage = |words: &str| {
        output.complain(words);
        Err(Stopped::Usage)
    };
    if common.charts.chart.is_none() {
        return Ok(());
    }
    let draws = matches!(
        verb,
        Verb::Run(_)
            | Verb::Watch(_)
            | Verb::Panel(_)
            | Verb::Diff(_)
            | Verb::Refund(_)
            | Verb::Timeline(_)
            | Verb::Sweep(_)
            | Verb::Solve(_)
            | Verb::Origins(_)
    );
    if !draws {
        return usage("`--chart` is for run, panel, diff, refund, timeline, sweep, solve and origins: the others draw none");
    }
    match common.charts.file() {
        Some(path) if path.extension().is_none_or(|end| !end.eq_ignore_ascii_case("svg")) => {
            output.complain(&format!("`--chart={}`: charts are written as SVG; name a file that ends in .svg", path.display()));
            Err(Stopped::Usage)
        }
        Some(path) => match path.parent() {
            Some(above) if !above.as_os_str().is_empty() && !above.is_dir() => {
                output.complain(&format!("cannot write `{}`: there is no folder `{}`", path.display(), above.display()));
                Err(Stopped::Faulty)
            }
            _ => Ok(()),
        },
        None if matches!(common.format(), Format::Csv | Format::Json | Format::Parquet) => usage(
            "`--chart` draws for people; csv and json carry the numbers: `--format table` or `markdown`, or `--chart FILE.svg` beside them",
        ),
        None => Ok(()),
    }
}

/// Writes the charts of a report to files, each whole or not at all, and says what was written.
pub(crate) fn write(path: &Path, report: &Report, output: &Output) -> Done {
    if report.charts.is_empty() {
        output.warn(&format!("`{}` is not written: there is nothing to draw", path.display()));
    }
    for (number, chart) in (1..).zip(&report.charts) {
        let target = if report.charts.len() > 1 { numbered(path, number) } else { path.to_owned() };
        // A file holds one picture: any prefix will do.
        if let Err(error) = put(&target, &format!("{}\n", render::svg(chart, "chart"))) {
            output.complain(&format!("cannot write `{}`: {error}", target.display()));
            return Err(Stopped::Faulty);
        }
        output.told(&format!("wrote {}: {}", target.display(), chart.title));
    }
    Ok(())
}

fn put(target: &Path, text: &str) -> io::Result<()> {
    let file = Whole::file(target)?;
    let mut open = file.open(None)?;
    open.write_all(text.as_bytes())?;
    open.close()?;
    file.finish()
}

/// `chart.svg` as `chart-2.svg`.
fn numbered(path: &Path, number: usize) -> PathBuf {
    let mut name = path.file_stem().map(OsString::from).unwrap_or_default();
    name.push(format!("-{number}."));
    name.push(path.extension().unwrap_or_default());
    path.with_file_name(name)
}
