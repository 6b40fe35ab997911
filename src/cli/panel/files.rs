//! Panels as files: CSV, JSON, JSON lines or Parquet; one file, or a folder parted by entry date with a manifest.

use super::manifest::{Of, Part, manifest};
use crate::cli::args::{Common, Format};
use crate::cli::output::Output;
use crate::cli::output::progress::Progress;
use crate::cli::output::whole::{Counted, Whole};
use crate::cli::{Done, Stopped};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Mutex;
use tariffcalc::answer::{
    CasePanel, Cell, Column, FlowPanel, Kind, PanelStopped, PanelSums, Report, Row, RowSink, SummedColumns, Table, law_node,
};
use tariffcalc::base::Date;
use tariffcalc::diag::{Diagnostics, Sources};
use tariffcalc::law::Rulebook;
use tariffcalc::render::{HAS_PARQUET, RowFormat, RowWriter, RowsAbout, json};

/// What is written, and in which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    File(RowFormat),
    Folder(RowFormat),
}

/// Tells whether a file is written row by row; others are printed whole, as any verb's.
fn is_of_rows(common: &Common) -> bool {
    common.output.is_some()
        && match common.format() {
            Format::Markdown | Format::Html | Format::Xlsx => false,
            // A name that tells no format is asked for one.
            Format::Table => common.format.is_none() && common.output.as_deref().and_then(Format::of_file).is_none(),
            Format::Csv | Format::Json | Format::Parquet | Format::Ics => true,
        }
}

/// Says before any work what is wrong with the place and the format asked for.
pub(crate) fn check(common: &Common, output: &Output) -> Done {
    let usage = |words: &str| {
        output.complain(words);
        Err(Stopped::Usage)
    };
    let Some(path) = common.output.as_ref().filter(|_| is_of_rows(common)) else {
        return if common.format() == Format::Parquet {
            usage("`--format parquet` needs a place: `--output DIR` or `--output FILE.parquet`")
        } else {
            Ok(())
        };
    };
    match shape(path, common.format()) {
        Ok(Shape::File(RowFormat::Parquet) | Shape::Folder(RowFormat::Parquet)) if !HAS_PARQUET => {
            usage("this program is built without the feature `parquet`; write CSV, or build it with `--features parquet`")
        }
        Ok(Shape::Folder(_)) if path.is_dir() && path.read_dir().is_ok_and(|mut entries| entries.next().is_some()) => {
            output.complain(&format!(
                "cannot write `{}`: the folder is there already and not empty; remove it or name another",
                path.display()
            ));
            Err(Stopped::Faulty)
        }
        Ok(_) => Ok(()),
        Err(words) => usage(&words),
    }
}

/// Finds out from the name and the format what to write.
fn shape(path: &Path, format: Format) -> Result<Shape, String> {
    let end = path.extension().map(|end| end.to_string_lossy().to_lowercase());
    let named = match end.as_deref() {
        Some("csv") => Some((RowFormat::Csv, Format::Csv)),
        Some("json") => Some((RowFormat::Json, Format::Json)),
        Some("jsonl" | "ndjson") => Some((RowFormat::JsonLines, Format::Json)),
        Some("parquet") => Some((RowFormat::Parquet, Format::Parquet)),
        _ => None,
    };
    let asked = match format {
        Format::Table => None,
        Format::Markdown | Format::Html | Format::Ics | Format::Xlsx => {
            return Err(
                "flow by flow, rows are written as csv, json or parquet; `--by origin` and the like give sums in any format"
                    .into(),
            );
        }
        Format::Csv => Some(RowFormat::Csv),
        Format::Json => Some(RowFormat::JsonLines),
        Format::Parquet => Some(RowFormat::Parquet),
    };
    // What is there and is neither a file nor a folder is a device or a pipe: it is written to as one file.
    let is_stream = path.metadata().is_ok_and(|about| !about.is_file() && !about.is_dir());
    match (named, asked) {
        (Some((named, of)), Some(_)) if format == of => Ok(Shape::File(named)),
        (Some((named, _)), None) => Ok(Shape::File(named)),
        (Some((named, _)), Some(_)) => {
            Err(format!("`{}` names a file of {}, and `--format` says another format", path.display(), named.name()))
        }
        (None, Some(asked)) if is_stream => Ok(Shape::File(asked)),
        (None, Some(asked)) => Ok(Shape::Folder(asked)),
        (None, None) => Err(format!(
            "say what to write to `{}`: a name that ends in .csv, .json, .jsonl or .parquet is one file; `--format csv`, `json` or `parquet` makes a folder parted by entry date",
            path.display()
        )),
    }
}

/// What a file says of itself beside its rows.
pub(crate) struct About<'a> {
    pub(crate) law: &'a Rulebook,
    pub(crate) title: String,
    /// Words above the rows.
    pub(crate) intro: Vec<String>,
    /// What a row is, such as `flow` or `origin`.
    pub(crate) by: String,
    /// The ids of the cases.
    pub(crate) cases: Vec<String>,
    /// Whether each flow is priced on its own entry date alone.
    pub(crate) own_days: bool,
    pub(crate) notes: Vec<String>,
}

/// Prints a report, or writes its table where `--output` says.
pub(crate) fn report(report: &Report, about: &About<'_>, common: &Common, output: &Output) -> Done {
    let (Some(path), Some(table), true) = (&common.output, report.tables.first(), is_of_rows(common)) else {
        return output.report(report);
    };
    let columns = fitted(table);
    let entered = columns.iter().position(|column| column.key == "entered");
    let mut days: BTreeMap<Date, Vec<&Row>> = BTreeMap::new();
    for row in &table.rows {
        if let Some(Cell::Day(day)) = entered.and_then(|at| row.cells.get(at)) {
            days.entry(*day).or_default().push(row);
        }
    }
    let writer = Writer::new(path, columns, about, common, output)?;
    let result = writer.sink().and_then(|mut sink| {
        if !writer.is_folder() {
            // In the order of the table: case by case.
            table.rows.iter().try_for_each(|row| sink.row(row))?;
            return sink.close();
        }
        for (day, rows) in &days {
            sink.begin(*day)?;
            rows.iter().try_for_each(|row| sink.row(row))?;
            sink.end()?;
        }
        sink.close()
    });
    writer.finish(result, output)?;
    output.charts_of(report)
}

/// Writes a row for each flow and day in every case where `--output` says, and returns the sums. The days of a folder are shared out over the processors.
pub(crate) fn flows(
    panel: &FlowPanel<'_>,
    about: &About<'_>,
    common: &Common,
    sources: &Sources,
    output: &Output,
) -> Result<Vec<CasePanel>, Stopped> {
    let Some(path) = &common.output else { return Err(Stopped::Usage) };
    let writer = Writer::new(path, panel.columns(), about, common, output)?;
    let days = panel.days();
    let progress = Progress::new("pricing", Some(panel.rows()), common.quiet);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(days.len().max(1));
    let threads = if writer.is_folder() { threads } else { 1 };
    let run = |days: &[Date]| {
        let mut sink = writer.sink().map_err(PanelStopped::Sink)?;
        let panels = panel.run(days, &mut sink, &|rows| progress.done(rows))?;
        sink.close().map_err(PanelStopped::Sink)?;
        Ok(panels)
    };
    type Written = Result<Vec<CasePanel>, PanelStopped<Unwritten>>;
    let parts: Vec<Written> = std::thread::scope(|scope| {
        let run = &run;
        let handles: Vec<_> =
            days.chunks(days.len().div_ceil(threads).max(1)).map(|days| scope.spawn(move || run(days))).collect();
        let lost = || Err(PanelStopped::Sink(Unwritten { name: None, why: io::Error::other("a part of the work was lost") }));
        handles.into_iter().map(|handle| handle.join().unwrap_or_else(|_| lost())).collect()
    });
    drop(progress);
    let (mut panels, mut unwritten) = (Vec::new(), None);
    for part in parts {
        match part {
            Ok(found) => panels.extend(found),
            Err(PanelStopped::Fault(fault)) => {
                output.diagnostics(&Diagnostics::from(*fault), sources, false)?;
                return Err(Stopped::Faulty);
            }
            Err(PanelStopped::Sink(why)) => unwritten = unwritten.or(Some(why)),
        }
    }
    writer.finish(unwritten.map_or(Ok(()), Err), output)?;
    Ok(panels)
}

/// The columns of a table, their amounts with as many places as the longest needs.
fn fitted(table: &Table) -> Vec<Column> {
    let mut columns = table.columns.clone();
    for row in &table.rows {
        for (column, cell) in columns.iter_mut().zip(&row.cells) {
            if let (Kind::Money(places), Cell::Money(amount, _)) = (&mut column.kind, cell) {
                *places = amount.normalize().scale().max(*places);
            }
        }
    }
    columns
}

/// A file of the output that could not be written, and why.
struct Unwritten {
    name: Option<String>,
    why: io::Error,
}

/// Writes one panel.
struct Writer<'a> {
    whole: Whole,
    shape: Shape,
    columns: Vec<Column>,
    about: &'a About<'a>,
    common: &'a Common,
    parts: Mutex<Vec<Part>>,
}

impl<'a> Writer<'a> {
    fn new(
        path: &Path,
        columns: Vec<Column>,
        about: &'a About<'a>,
        common: &'a Common,
        output: &Output,
    ) -> Result<Self, Stopped> {
        let shape = shape(path, common.format()).map_err(|words| {
            output.complain(&words);
            Stopped::Usage
        })?;
        let whole = match shape {
            Shape::File(_) => Whole::file(path),
            Shape::Folder(_) => Whole::folder(path),
        };
        let whole = whole.map_err(|why| cannot(path, None, &why, output))?;
        Ok(Self { whole, shape, columns, about, common, parts: Mutex::default() })
    }

    fn is_folder(&self) -> bool {
        matches!(self.shape, Shape::Folder(_))
    }

    fn sink(&self) -> Result<Sink<'_, 'a>, Unwritten> {
        let at = |key: &str| self.columns.iter().position(|column| column.key == key);
        let mut sink = Sink {
            writer: self,
            summed: SummedColumns::of(&self.columns),
            of: [at("case"), at("into")],
            entered: at("entered"),
            open: None,
            sums: BTreeMap::new(),
        };
        if !self.is_folder() {
            sink.open(None, None)?;
        }
        Ok(sink)
    }

    /// Writes the manifest, gives the whole its name, and says what was written.
    fn finish(self, result: Result<(), Unwritten>, output: &Output) -> Done {
        let path = self.whole.target().to_owned();
        result.map_err(|Unwritten { name, why }| cannot(&path, name.as_deref(), &why, output))?;
        let mut parts = self.parts.into_inner().unwrap_or_default();
        parts.sort_by_key(|part| part.day);
        let bytes: u64 = parts.iter().map(|part| part.bytes).sum();
        let rows: u64 = parts.iter().flat_map(|part| part.sums.values()).map(|sums| sums.rows).sum();
        if let Shape::Folder(format) = self.shape {
            let manifest = manifest(format, &self.columns, self.about, self.common, &parts);
            let written = self.whole.open(Some("manifest.json")).and_then(|mut file| {
                io::Write::write_all(&mut file, json(&manifest).as_bytes())?;
                file.close()
            });
            written.map_err(|why| cannot(&path, Some("manifest.json"), &why, output))?;
        }
        let files = parts.len();
        let is_stream = path.metadata().is_ok_and(|about| !about.is_file() && !about.is_dir());
        self.whole.finish().map_err(|why| cannot(&path, None, &why, output))?;
        if is_stream {
            return Ok(());
        }
        let what = match (self.shape, files) {
            (Shape::File(_), _) => String::new(),
            (Shape::Folder(_), 1) => "1 entry date, ".to_owned(),
            (Shape::Folder(_), files) => format!("{files} entry dates, "),
        };
        output.written(&format!("{}: {what}{rows} rows, {bytes} bytes", path.display()))
    }
}

fn cannot(path: &Path, name: Option<&str>, why: &io::Error, output: &Output) -> Stopped {
    let path = name.map_or_else(|| path.to_owned(), |name| path.join(name));
    output.complain(&format!("cannot write `{}`: {why}", path.display()));
    Stopped::Faulty
}

/// Takes the rows of some days.
struct Sink<'w, 'a> {
    writer: &'w Writer<'a>,
    summed: SummedColumns,
    /// The columns of the case and of the importing country.
    of: [Option<usize>; 2],
    entered: Option<usize>,
    open: Option<Open>,
    sums: BTreeMap<Of, PanelSums>,
}

/// The file that is being written.
struct Open {
    rows: RowWriter<Counted>,
    name: Option<String>,
    day: Option<Date>,
}

impl Sink<'_, '_> {
    fn open(&mut self, name: Option<String>, day: Option<Date>) -> Result<(), Unwritten> {
        let Writer { whole, shape, columns, about, common, .. } = self.writer;
        let (format, without) = match shape {
            Shape::File(format) => (*format, None),
            Shape::Folder(format) => (*format, self.entered),
        };
        let law = law_node(about.law, common.as_known);
        let said = RowsAbout { title: &about.title, intro: &about.intro, notes: &about.notes, law: &law };
        let rows = whole
            .open(name.as_deref())
            .and_then(|file| RowWriter::new(format, columns, without, said, file))
            .map_err(|why| Unwritten { name: name.clone(), why })?;
        self.open = Some(Open { rows, name, day });
        self.sums.clear();
        Ok(())
    }

    /// Brings the file that is open to its end.
    fn close(&mut self) -> Result<(), Unwritten> {
        let Some(Open { rows, name, day }) = self.open.take() else { return Ok(()) };
        let (bytes, sha256) = rows.finish().and_then(Counted::close).map_err(|why| Unwritten { name: name.clone(), why })?;
        let part = Part { name, day, bytes, sha256, sums: std::mem::take(&mut self.sums) };
        if let Ok(mut parts) = self.writer.parts.lock() {
            parts.push(part);
        }
        Ok(())
    }
}

impl RowSink for Sink<'_, '_> {
    type Error = Unwritten;

    fn begin(&mut self, day: Date) -> Result<(), Unwritten> {
        let Shape::Folder(format) = self.writer.shape else { return Ok(()) };
        self.open(Some(format!("entered={day}/part-0.{}", format.name())), Some(day))
    }

    fn row(&mut self, row: &Row) -> Result<(), Unwritten> {
        let [case, into] = self.of.map(|at| match at.and_then(|at| row.cells.get(at)) {
            Some(Cell::Text(name)) => name.clone(),
            _ => String::new(),
        });
        self.sums.entry((case, into)).or_default().add(&self.summed, row);
        let Some(open) = &mut self.open else { return Ok(()) };
        open.rows.write(row).map_err(|why| Unwritten { name: open.name.clone(), why })
    }

    fn end(&mut self) -> Result<(), Unwritten> {
        if self.writer.is_folder() { self.close() } else { Ok(()) }
    }
}
