//! Panels as files: CSV, JSON, JSON lines or Parquet; one file, or a folder parted by entry date with a manifest.

use super::args::{Common, Format};
use super::output::Output;
use super::progress::Progress;
use super::whole::{Counted, Whole};
use super::{Done, Stopped};
use clap::Args as ClapArgs;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tariffcalc::answer::{
    Cell, Column, FlowPanel, Kind, Node, PanelStopped, PanelSums, Report, Row, RowSink, SummedColumns, Table,
};
use tariffcalc::base::Date;
use tariffcalc::law::Rulebook;
use tariffcalc::render::{HAS_PARQUET, RowFormat, RowWriter, json};

/// Where a panel goes.
#[derive(Debug, ClapArgs)]
pub(crate) struct PanelOut {
    /// Write to a file (.csv, .json, .jsonl, .parquet), or to a new folder parted by entry date
    ///
    /// A folder takes its format from --format: csv, json (JSON lines) or parquet. It holds one file for each entry date, entered=2025-01-01/part-0.parquet, and a
    /// manifest.json with columns, sums, coverage and SHA-256. A file or folder gets its name when it is whole; what a killed run leaves is called .NAME.PID.tariffcalc-part.
    #[arg(long, short = 'o', value_name = "DIR|FILE")]
    pub(crate) output: Option<PathBuf>,
    /// No progress on stderr
    #[arg(long, short = 'q')]
    pub(crate) quiet: bool,
}

/// What is written, and in which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    File(RowFormat),
    Folder(RowFormat),
}

impl PanelOut {
    /// Says before any work what is wrong with the place and the format asked for.
    pub(crate) fn check(&self, common: &Common, each_flow: bool, output: &Output) -> Done {
        let usage = |words: &str| {
            output.complain(words);
            Err(Stopped::Usage)
        };
        let Some(path) = &self.output else {
            return if common.format == Format::Parquet {
                usage("`--format parquet` needs a place: `--output DIR` or `--output FILE.parquet`")
            } else if each_flow {
                usage("`--by flow` gives a row for each flow and day: say where they go with `--output DIR` or `--output FILE`")
            } else {
                Ok(())
            };
        };
        match shape(path, common.format) {
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
            Ok(_) => match path.parent() {
                Some(above) if !above.as_os_str().is_empty() && !above.is_dir() => {
                    output.complain(&format!("cannot write `{}`: there is no folder `{}`", path.display(), above.display()));
                    Err(Stopped::Faulty)
                }
                _ => Ok(()),
            },
            Err(words) => usage(&words),
        }
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
        Format::Markdown => return Err("`--output` writes csv, json or parquet, no markdown".into()),
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
    /// What a row is, such as `flow` or `origin`.
    pub(crate) by: &'static str,
    pub(crate) notes: Vec<String>,
}

/// Prints a report, or writes its table where `--output` says.
pub(crate) fn report(report: &Report, about: &About<'_>, out: &PanelOut, common: &Common, output: &Output) -> Done {
    let (Some(path), Some(table)) = (&out.output, report.tables.first()) else { return output.report(report) };
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
        for (day, rows) in &days {
            sink.begin(*day)?;
            for row in rows {
                sink.row(row)?;
            }
            sink.end()?;
        }
        sink.close()
    });
    writer.finish(result.map_err(PanelStopped::Sink), output)
}

/// Writes a row for each flow and day where `--output` says. The days of a folder are shared out over the processors.
pub(crate) fn flows(
    panel: &FlowPanel<'_>,
    days: &[Date],
    about: &About<'_>,
    out: &PanelOut,
    common: &Common,
    output: &Output,
) -> Done {
    let Some(path) = &out.output else { return Err(Stopped::Usage) };
    let writer = Writer::new(path, panel.columns(), about, common, output)?;
    let progress = Progress::new("pricing", Some(panel.rows(days)), out.quiet);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(days.len().max(1));
    let threads = if writer.is_folder() { threads } else { 1 };
    let run = |days: &[Date]| {
        let mut sink = writer.sink().map_err(PanelStopped::Sink)?;
        panel.run(days, &mut sink, &|rows| progress.done(rows))?;
        sink.close().map_err(PanelStopped::Sink)
    };
    let parts: Vec<Result<(), PanelStopped<Unwritten>>> = std::thread::scope(|scope| {
        let run = &run;
        let handles: Vec<_> =
            days.chunks(days.len().div_ceil(threads).max(1)).map(|days| scope.spawn(move || run(days))).collect();
        let lost = || Err(PanelStopped::Sink(Unwritten { name: None, why: io::Error::other("a part of the work was lost") }));
        handles.into_iter().map(|handle| handle.join().unwrap_or_else(|_| lost())).collect()
    });
    drop(progress);
    writer.finish(parts.into_iter().collect(), output)
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

/// A part of a folder, or the only file.
struct Part {
    name: Option<String>,
    day: Option<Date>,
    bytes: u64,
    sha256: String,
    sums: BTreeMap<String, PanelSums>,
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
        let shape = shape(path, common.format).map_err(|words| {
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
            case: at("case"),
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
    fn finish(self, result: Result<(), PanelStopped<Unwritten>>, output: &Output) -> Done {
        let path = self.whole.target().to_owned();
        match result {
            Ok(()) => {}
            Err(PanelStopped::Fault(fault)) => {
                output.complain(&format!("the flows cannot be priced: {fault:?}"));
                return Err(Stopped::Faulty);
            }
            Err(PanelStopped::Sink(Unwritten { name, why })) => return Err(cannot(&path, name.as_deref(), &why, output)),
        }
        let mut parts = self.parts.into_inner().unwrap_or_default();
        parts.sort_by_key(|part| part.day);
        let mut all: BTreeMap<String, PanelSums> = BTreeMap::new();
        let (mut rows, mut bytes) = (0, 0);
        for part in &parts {
            bytes += part.bytes;
            for (case, sums) in &part.sums {
                rows += sums.rows;
                all.entry(case.clone()).or_default().and(sums);
            }
        }
        if let Shape::Folder(format) = self.shape {
            let manifest = manifest(format, &self.columns, self.about, self.common, &parts, &all);
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
        output.line(&format!("{}: {what}{rows} rows, {bytes} bytes", path.display()))
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
    case: Option<usize>,
    entered: Option<usize>,
    open: Option<Open>,
    sums: BTreeMap<String, PanelSums>,
}

/// The file that is being written.
struct Open {
    rows: RowWriter<Counted>,
    name: Option<String>,
    day: Option<Date>,
}

impl Sink<'_, '_> {
    fn open(&mut self, name: Option<String>, day: Option<Date>) -> Result<(), Unwritten> {
        let Writer { whole, shape, columns, about, .. } = self.writer;
        let (format, without) = match shape {
            Shape::File(format) => (*format, None),
            Shape::Folder(format) => (*format, self.entered),
        };
        let rows = whole
            .open(name.as_deref())
            .and_then(|file| RowWriter::new(format, columns, without, (&about.title, &about.notes), file))
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
        let case = match self.case.and_then(|at| row.cells.get(at)) {
            Some(Cell::Text(case)) => case.as_str(),
            _ => "",
        };
        match self.sums.get_mut(case) {
            Some(sums) => sums.add(&self.summed, row),
            None => self.sums.entry(case.to_owned()).or_default().add(&self.summed, row),
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        open.rows.write(row).map_err(|why| Unwritten { name: open.name.clone(), why })
    }

    fn end(&mut self) -> Result<(), Unwritten> {
        if self.writer.is_folder() { self.close() } else { Ok(()) }
    }
}

fn text(text: impl ToString) -> Node {
    Node::Text(text.to_string())
}

fn manifest(
    format: RowFormat,
    columns: &[Column],
    about: &About<'_>,
    common: &Common,
    parts: &[Part],
    all: &BTreeMap<String, PanelSums>,
) -> Node {
    let number = |number: u64| Node::Number(i64::try_from(number).unwrap_or(i64::MAX));
    let column = |column: &Column| {
        let in_path = if column.key == "entered" { "; it stands in the name of the folder, not in the file" } else { "" };
        let kind = match column.kind {
            Kind::Words => "text".to_owned(),
            Kind::Money(places) => format!("decimal({places})"),
            Kind::Rate => "decimal(10)".to_owned(),
            Kind::Day => "date".to_owned(),
            Kind::Count => "integer".to_owned(),
        };
        let mut entries = vec![("key", text(column.name())), ("type", text(kind))];
        entries.extend((!column.unit.is_empty()).then(|| ("unit", text(&column.unit))));
        entries.push(("title", text(&column.title)));
        entries.push(("meaning", text(format!("{}{in_path}", column.meaning))));
        entries.extend(column.part.as_ref().map(|part| ("program", text(part))));
        Node::Object(entries)
    };
    let sums = |sums: &BTreeMap<String, PanelSums>| {
        let one = |(case, sums): (&String, &PanelSums)| {
            let mut node = sums.node(None);
            if let (Node::Object(entries), false) = (&mut node, case.is_empty()) {
                entries.insert(0, ("case", text(case)));
            }
            node
        };
        Node::List(sums.iter().map(one).collect())
    };
    let part = |part: &Part| {
        Node::Object(vec![
            ("path", part.name.as_ref().map_or(Node::Null, text)),
            ("entered", part.day.map_or(Node::Null, text)),
            ("rows", number(part.sums.values().map(|sums| sums.rows).sum())),
            ("bytes", number(part.bytes)),
            ("sha256", text(&part.sha256)),
            ("totals", sums(&part.sums)),
        ])
    };
    let cases: Vec<Node> = all.keys().filter(|case| !case.is_empty()).map(text).collect();
    Node::Object(vec![
        ("schema", Node::Number(1)),
        ("title", text(&about.title)),
        ("program", text(concat!("tariffcalc ", env!("CARGO_PKG_VERSION")))),
        ("command", Node::List(std::env::args().skip(1).map(text).collect())),
        ("law", Node::Object(vec![("hash", text(about.law.hash())), ("as_known", common.as_known.map_or(Node::Null, text))])),
        ("cases", if cases.is_empty() { Node::List(vec![text("current-law")]) } else { Node::List(cases) }),
        ("format", text(format.name())),
        ("rows_are", text(about.by)),
        ("partitioned_by", Node::List(vec![text("entered")])),
        ("columns", Node::List(columns.iter().map(column).collect())),
        ("partitions", Node::List(parts.iter().map(part).collect())),
        ("totals", sums(all)),
        (
            "totals_meaning",
            text(
                "sums over all entry dates: each date prices all flows anew, so that they check the files and are no year's trade",
            ),
        ),
        ("notes", Node::List(about.notes.iter().map(text).collect())),
    ])
}
