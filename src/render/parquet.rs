//! Rows as a Parquet file: amounts and rates as DECIMAL, exact; days as DATE. No type of the library leaves this file.

use crate::answer::{Cell, Column, Kind};
use crate::base::{Date, Decimal};
use arrow_array::builder::{Date32Builder, Decimal128Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use std::collections::HashMap;
use std::io::{Error, ErrorKind, Result, Write};
use std::sync::Arc;

/// How many rows are handed on at once, and how many a group of rows has: enough to pack well, few enough to hold.
const AT_ONCE: usize = 16_384;
const GROUP: usize = 131_072;

/// The digits of a DECIMAL: the most there are, so that no amount is too large.
const DIGITS: u8 = 38;

/// The decimal places of a rate.
const RATE_PLACES: u32 = 10;

/// Writes rows to a Parquet file.
pub(super) struct ParquetWriter<W: Write + Send> {
    writer: ArrowWriter<W>,
    schema: Arc<Schema>,
    names: Vec<String>,
    columns: Vec<Builder>,
    rows: usize,
}

enum Builder {
    Words(StringBuilder),
    Decimal(Decimal128Builder, u32),
    Day(Date32Builder),
    Count(Int64Builder),
}

impl<W: Write + Send> ParquetWriter<W> {
    pub(super) fn new(columns: &[Column], out: W) -> Result<Self> {
        let fields: Vec<Field> = columns.iter().map(field).collect();
        let schema = Arc::new(Schema::new(fields));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(Default::default()))
            .set_max_row_group_row_count(Some(GROUP))
            .set_created_by(concat!("tariffcalc ", env!("CARGO_PKG_VERSION")).into())
            .build();
        let writer = ArrowWriter::try_new(out, schema.clone(), Some(properties)).map_err(told)?;
        let builders = columns.iter().map(|column| Builder::of(column.kind)).collect();
        Ok(Self { writer, schema, names: columns.iter().map(Column::name).collect(), columns: builders, rows: 0 })
    }

    pub(super) fn write<'c>(&mut self, cells: impl Iterator<Item = &'c Cell>) -> Result<()> {
        let mut width = 0;
        for ((builder, name), cell) in self.columns.iter_mut().zip(&self.names).zip(cells) {
            width += 1;
            if !builder.add(cell) {
                return Err(Error::new(ErrorKind::InvalidData, format!("`{cell:?}` does not fit the column `{name}`")));
            }
        }
        if width != self.columns.len() {
            return Err(Error::new(ErrorKind::InvalidData, "a row has another number of cells than there are columns"));
        }
        self.rows += 1;
        if self.rows >= AT_ONCE { self.hand_on() } else { Ok(()) }
    }

    fn hand_on(&mut self) -> Result<()> {
        let mut arrays = Vec::with_capacity(self.columns.len());
        for builder in &mut self.columns {
            arrays.push(builder.finish()?);
        }
        self.rows = 0;
        let batch = RecordBatch::try_new(self.schema.clone(), arrays).map_err(Error::other)?;
        self.writer.write(&batch).map_err(told)
    }

    pub(super) fn finish(mut self) -> Result<W> {
        if self.rows > 0 {
            self.hand_on()?;
        }
        self.writer.into_inner().map_err(told)
    }
}

/// The fault of a write in its own words: the library wraps those of the system.
fn told(error: ParquetError) -> Error {
    if let ParquetError::External(inner) = error {
        return match inner.downcast::<Error>() {
            Ok(own) => *own,
            Err(other) => Error::other(other),
        };
    }
    Error::other(error)
}

fn field(column: &Column) -> Field {
    let places = |places: u32| DataType::Decimal128(DIGITS, i8::try_from(places).unwrap_or(i8::MAX));
    let kind = match column.kind {
        Kind::Words => DataType::Utf8,
        Kind::Money(of) => places(of),
        Kind::Rate => places(RATE_PLACES),
        Kind::Day => DataType::Date32,
        Kind::Count => DataType::Int64,
    };
    let about = [("title", &column.title), ("unit", &column.unit), ("meaning", &column.meaning)];
    let about = about.into_iter().filter(|(_, words)| !words.is_empty()).map(|(key, words)| (key.to_owned(), words.clone()));
    Field::new(column.name(), kind, true).with_metadata(about.collect::<HashMap<_, _>>())
}

impl Builder {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Words => Self::Words(StringBuilder::new()),
            Kind::Money(places) => Self::Decimal(Decimal128Builder::new(), places),
            Kind::Rate => Self::Decimal(Decimal128Builder::new(), RATE_PLACES),
            Kind::Day => Self::Day(Date32Builder::new()),
            Kind::Count => Self::Count(Int64Builder::new()),
        }
    }

    /// Adds a cell; `false` where it does not fit.
    fn add(&mut self, cell: &Cell) -> bool {
        match (self, cell) {
            (Self::Words(builder), Cell::Empty) => builder.append_null(),
            (Self::Words(builder), Cell::Text(text)) => builder.append_value(text),
            (Self::Words(builder), other) => builder.append_value(super::csv::field(other)),
            // A bare unknown has no number; a refusal owes none.
            (Self::Decimal(builder, _), Cell::Empty | Cell::Unknown { .. } | Cell::Refused) => builder.append_null(),
            (Self::Decimal(builder, places), Cell::Money(number, _) | Cell::Rate(number)) => {
                let Some(scaled) = scaled(*number, *places) else { return false };
                builder.append_value(scaled);
            }
            (Self::Day(builder), Cell::Empty) => builder.append_null(),
            (Self::Day(builder), Cell::Day(day)) => builder.append_value(days(*day)),
            (Self::Count(builder), Cell::Empty) => builder.append_null(),
            (Self::Count(builder), Cell::Count(count)) => {
                let Ok(count) = i64::try_from(*count) else { return false };
                builder.append_value(count);
            }
            (Self::Decimal(..) | Self::Day(_) | Self::Count(_), _) => return false,
        }
        true
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(match self {
            Self::Words(builder) => Arc::new(builder.finish()),
            Self::Decimal(builder, places) => {
                let places = i8::try_from(*places).map_err(Error::other)?;
                Arc::new(builder.finish().with_precision_and_scale(DIGITS, places).map_err(Error::other)?)
            }
            Self::Day(builder) => Arc::new(builder.finish()),
            Self::Count(builder) => Arc::new(builder.finish()),
        })
    }
}

/// A decimal as a whole number of its last place; `None` where it has more places, or more digits than a DECIMAL.
fn scaled(number: Decimal, places: u32) -> Option<i128> {
    let number = number.normalize();
    let shift = places.checked_sub(number.scale())?;
    let scaled = number.mantissa().checked_mul(10_i128.checked_pow(shift)?)?;
    (scaled.unsigned_abs() < 10_u128.pow(u32::from(DIGITS))).then_some(scaled)
}

/// Days since 1970-01-01.
fn days(day: Date) -> i32 {
    (day - Date::constant(1970, 1, 1)).get_days()
}
