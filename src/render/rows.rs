//! Rows written one by one, for tables that are not held as a whole: CSV, JSON, JSON lines, Parquet.

use super::parquet::ParquetWriter;
use super::{csv, json};
use crate::answer::{Cell, Column, Node, Row};
use ::csv::Writer;
use serde_json::{Map, Value};
use std::io::{Error, Result, Write};

/// Whether the program is built to read and write Parquet.
pub const HAS_PARQUET: bool = cfg!(feature = "parquet");

/// The form of a file of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFormat {
    /// A header and a line for each row: exact decimals, rates as fractions.
    Csv,
    /// One document, in the form of a report with one table; a row a line.
    Json,
    /// An object a line, decimals as text.
    JsonLines,
    /// Typed columns: DECIMAL for amounts and rates.
    Parquet,
}

impl RowFormat {
    /// Returns its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::Parquet => "parquet",
        }
    }
}

/// What a document says about its rows.
#[derive(Clone, Copy, Debug)]
pub struct RowsAbout<'a> {
    /// The title.
    pub title: &'a str,
    /// Words above the rows.
    pub intro: &'a [String],
    /// Remarks below them.
    pub notes: &'a [String],
    /// The law that was asked.
    pub law: &'a Node,
}

/// Writes rows to a file.
pub struct RowWriter<W: Write + Send> {
    form: Form<W>,
    /// The column that is left out, because the name of the file's folder says it.
    without: Option<usize>,
    columns: Vec<Column>,
}

enum Form<W: Write + Send> {
    Csv(Box<Writer<W>>),
    Json { out: W, first: bool, notes: Vec<String> },
    JsonLines(W),
    Parquet(Box<ParquetWriter<W>>),
}

impl<W: Write + Send> RowWriter<W> {
    /// Begins a file. `without` is a column to leave out; what is said about the rows goes into a JSON document alone.
    ///
    /// # Errors
    /// Where it cannot be written, or the program is built without that format.
    pub fn new(
        format: RowFormat,
        columns: &[Column],
        without: Option<usize>,
        RowsAbout { title, intro, notes, law }: RowsAbout<'_>,
        mut out: W,
    ) -> Result<Self> {
        let columns: Vec<Column> =
            columns.iter().enumerate().filter(|(at, _)| Some(*at) != without).map(|(_, column)| column.clone()).collect();
        let form = match format {
            RowFormat::Csv => {
                let mut writer = Writer::from_writer(out);
                writer.write_record(columns.iter().map(Column::name)).map_err(Error::from)?;
                Form::Csv(Box::new(writer))
            }
            RowFormat::JsonLines => Form::JsonLines(out),
            RowFormat::Json => {
                let described = json::line(&Value::Array(columns.iter().map(json::described).collect()));
                write!(
                    out,
                    "{{\"schema\":1,\"law\":{},\"title\":{},\"intro\":{},\"tables\":[{{\"title\":\"\",\"columns\":{described},\"rows\":[",
                    json::line(&json::tree(law)),
                    json::line(&Value::from(title)),
                    json::line(&Value::from(intro))
                )?;
                Form::Json { out, first: true, notes: notes.to_vec() }
            }
            RowFormat::Parquet => Form::Parquet(Box::new(ParquetWriter::new(&columns, out)?)),
        };
        Ok(Self { form, without, columns })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// Where it cannot be written, or has digits that its column does not hold.
    pub fn write(&mut self, row: &Row) -> Result<()> {
        let cells = row.cells.iter().enumerate().filter(|(at, _)| Some(*at) != self.without).map(|(_, cell)| cell);
        match &mut self.form {
            Form::Csv(writer) => writer.write_record(cells.map(csv::field)).map_err(Error::from),
            Form::JsonLines(out) => {
                let entries = self.columns.iter().zip(cells).map(|(column, cell)| (column.name(), flat(cell)));
                writeln!(out, "{}", json::line(&Value::Object(entries.collect::<Map<_, _>>())))
            }
            Form::Json { out, first, .. } => {
                let row = json::object(&self.columns, cells);
                let comma = if std::mem::take(first) { "\n" } else { ",\n" };
                write!(out, "{comma}{}", json::line(&row))
            }
            Form::Parquet(writer) => writer.write(cells),
        }
    }

    /// Brings the file to its end.
    ///
    /// # Errors
    /// Where the rest of it cannot be written.
    pub fn finish(self) -> Result<W> {
        let mut out = match self.form {
            Form::Csv(writer) => {
                writer.into_inner().map_err(|error| Error::new(error.error().kind(), error.error().to_string()))?
            }
            Form::JsonLines(out) => out,
            Form::Json { mut out, notes, .. } => {
                writeln!(out, "\n],\"notes\":[]}}],\"notes\":{}}}", json::line(&Value::from(notes)))?;
                out
            }
            Form::Parquet(writer) => writer.finish()?,
        };
        out.flush()?;
        Ok(out)
    }
}

/// A cell as one plain value: the currency stands in its own column.
fn flat(cell: &Cell) -> Value {
    match cell {
        Cell::Money(..) | Cell::Text(_) => Value::String(csv::field(cell)),
        Cell::Empty | Cell::Unknown { .. } | Cell::Refused | Cell::Rate(_) | Cell::Day(_) | Cell::Count(_) => json::field(cell),
    }
}
