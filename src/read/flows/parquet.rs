//! A Parquet file of flows: its rows as the fields of a line, so that one reader takes them from there.
//!
//! Decimals, whole numbers, texts and days become the text that a CSV file would have for them, digit by digit. Floating-point numbers are read where their text is sure: see
//! [`ParquetRows::unsure`].

use super::guarded::guarded;
use super::lines::{Fields, Found};
use super::source::FlowBytes;
use crate::diag::{Code, Diagnostic};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::Compression;
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{Read, Write};

/// How many rows are read at once.
const AT_ONCE: usize = 8_192;

/// What is said where the library panics instead of telling the fault.
const DAMAGED: &str = "its parts do not fit each other";

/// How many digits of a decimal number a double and a single keep whatever the number: longer texts may be another number than was meant.
const DIGITS: [usize; 2] = [15, 6];

/// The bytes of a Parquet file, to be read in any order.
enum Chunks {
    File(File),
    Memory(Bytes),
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        match self {
            Self::File(file) => Length::len(file),
            Self::Memory(bytes) => Length::len(bytes),
        }
    }
}

impl ChunkReader for Chunks {
    type T = Box<dyn Read>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        Ok(match self {
            Self::File(file) => Box::new(file.get_read(start)?),
            Self::Memory(bytes) => Box::new(bytes.get_read(start)?),
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        match self {
            Self::File(file) => file.get_bytes(start, length),
            Self::Memory(bytes) => bytes.get_bytes(start, length),
        }
    }
}

/// A Parquet file whose columns are known by name and not yet chosen.
pub(in crate::read) struct Opened {
    names: Vec<String>,
    builder: ParquetRecordBatchReaderBuilder<Chunks>,
    shown: String,
}

/// The rows of a Parquet file.
pub(in crate::read) struct ParquetRows {
    batches: ParquetRecordBatchReader,
    batch: Option<RecordBatch>,
    /// Where each column of the file stands among those read.
    places: Vec<Option<usize>>,
    /// The types of the columns of the file.
    types: Vec<DataType>,
    next: usize,
    number: u64,
}

/// Opens a file; the names of its columns are known then.
pub(in crate::read) fn open(bytes: FlowBytes, shown: &str) -> Result<Opened, Diagnostic> {
    let cannot = |why: String| Diagnostic::new(Code::CannotRead, format!("cannot read `{shown}`: {why}"));
    // What other programs remember of their own types (dictionaries, views) does not matter: the types of the file itself are enough.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let chunks = match bytes {
        FlowBytes::File(file) => Chunks::File(file),
        FlowBytes::Memory(bytes) => Chunks::Memory(bytes.into_inner().into()),
    };
    let opened =
        guarded(|| ParquetRecordBatchReaderBuilder::try_new_with_options(chunks, options).map_err(|error| error.to_string()));
    let builder = opened
        .unwrap_or_else(|| Err(DAMAGED.into()))
        .map_err(|error| cannot(format!("it is no whole Parquet file ({error})")).help("write it anew, or save it as CSV"))?;
    // Said here, so that it is not told as a fault of the first row.
    let columns = builder.metadata().row_groups().iter().flat_map(|group| group.columns());
    let packed = columns.map(|column| column.compression()).find_map(|compression| match compression {
        Compression::BROTLI(_) => Some("Brotli"),
        Compression::LZO => Some("LZO"),
        Compression::UNCOMPRESSED
        | Compression::SNAPPY
        | Compression::GZIP(_)
        | Compression::LZ4
        | Compression::ZSTD(_)
        | Compression::LZ4_RAW => None,
    });
    if let Some(name) = packed {
        return Err(cannot(format!("it is a Parquet file packed with {name}")).help("pack it with snappy, zstd, gzip or lz4"));
    }
    let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    Ok(Opened { names, builder, shown: shown.to_owned() })
}

impl Opened {
    /// Returns the names of the columns.
    pub(in crate::read) fn names(&self) -> &[String] {
        &self.names
    }

    /// Reads these columns, by their numbers; says what is read of floating-point numbers.
    pub(in crate::read) fn rows(self, used: &[usize], notes: &mut Vec<String>) -> Result<ParquetRows, Diagnostic> {
        let types: Vec<DataType> = self.builder.schema().fields().iter().map(|field| field.data_type().clone()).collect();
        let mut used = used.to_vec();
        used.sort_unstable();
        used.dedup();
        for (kind, name) in used.iter().filter_map(|at| types.get(*at).zip(self.names.get(*at))) {
            if !is_read(kind) {
                let message = format!("the column `{name}` of `{}` is of the type {kind}, which is not read", self.shown);
                return Err(Diagnostic::new(Code::BadTable, message).help("store texts, whole numbers, DECIMAL or dates"));
            }
            if digits(kind).is_some() {
                notes.push(format!(
                    "`{name}` is stored in floating point: a row is read where its number is sure, values where they are whole cents; others are at fault. DECIMAL and whole numbers are always exact"
                ));
            }
        }
        let mut places = vec![None; self.names.len()];
        for (place, column) in used.iter().enumerate() {
            if let Some(slot) = places.get_mut(*column) {
                *slot = Some(place);
            }
        }
        let builder = self.builder;
        let built = guarded(|| {
            let mask = ProjectionMask::roots(builder.parquet_schema(), used);
            builder.with_projection(mask).with_batch_size(AT_ONCE).build().map_err(|error| error.to_string())
        });
        let batches = built.unwrap_or_else(|| Err(DAMAGED.into())).map_err(|error| {
            Diagnostic::new(Code::CannotRead, format!("cannot read `{}`: its parts cannot be read ({error})", self.shown))
        })?;
        Ok(ParquetRows { batches, batch: None, places, types, next: 0, number: 0 })
    }
}

impl ParquetRows {
    /// Reads the next row as the fields of a line. Columns that are not read are empty.
    pub(in crate::read) fn next(&mut self, fields: &mut Fields) -> std::io::Result<Found> {
        while self.batch.as_ref().is_none_or(|batch| self.next >= batch.num_rows()) {
            let read = guarded(|| self.batches.next().map(|batch| batch.map_err(|error| error.to_string())));
            match read.unwrap_or_else(|| Some(Err(DAMAGED.into()))) {
                None => return Ok(Found::End),
                Some(Err(error)) => return Err(std::io::Error::other(format!("the Parquet file cannot be read on ({error})"))),
                Some(Ok(batch)) => self.batch = Some(batch),
            }
            self.next = 0;
        }
        let Some(batch) = &self.batch else { return Ok(Found::End) };
        fields.clear();
        for place in &self.places {
            let column = place.and_then(|place| batch.columns().get(place));
            fields.push(|out| {
                if let Some(column) = column.filter(|column| column.is_valid(self.next)) {
                    write(column.as_ref(), self.next, out);
                }
            });
        }
        self.next += 1;
        self.number += 1;
        Ok(Found::Line)
    }

    /// Returns the number of the row last read, from 1.
    pub(in crate::read) fn number(&self) -> u64 {
        self.number
    }

    /// Says why the number in a field is not sure: it stands in floating point with more digits than such a number keeps, or, of money, is not whole cents.
    pub(in crate::read) fn unsure(&self, column: usize, field: &[u8], money: bool) -> Option<&'static str> {
        let most = digits(self.types.get(column)?)?;
        let zeros = field.iter().take_while(|byte| matches!(byte, b'0' | b'.' | b'-')).count();
        let found = field.get(zeros..).unwrap_or_default().iter().filter(|byte| byte.is_ascii_digit()).count();
        let places = field.iter().rev().position(|byte| *byte == b'.').unwrap_or(0);
        if money && places > 2 {
            Some("is in floating point and not whole cents; store it as DECIMAL")
        } else if found > most {
            Some("is in floating point and has more digits than that keeps; store it as DECIMAL")
        } else {
            None
        }
    }
}

/// Returns how many digits a floating-point type keeps.
fn digits(kind: &DataType) -> Option<usize> {
    let [double, single] = DIGITS;
    if *kind == DataType::Float64 {
        Some(double)
    } else if *kind == DataType::Float32 {
        Some(single)
    } else {
        None
    }
}

fn is_read(kind: &DataType) -> bool {
    use DataType as T;
    matches!(
        kind,
        T::Utf8
            | T::LargeUtf8
            | T::Binary
            | T::LargeBinary
            | T::Boolean
            | T::Int8
            | T::Int16
            | T::Int32
            | T::Int64
            | T::UInt8
            | T::UInt16
            | T::UInt32
            | T::UInt64
            | T::Float32
            | T::Float64
            | T::Decimal32(..)
            | T::Decimal64(..)
            | T::Decimal128(..)
            | T::Decimal256(..)
            | T::Date32
            | T::Date64
            | T::Timestamp(..)
    )
}

/// Writes what stands in a row of a column as text. Writing into memory cannot fail.
#[expect(clippy::wildcard_enum_match_arm, reason = "the types that are read are listed above; the library has many more")]
fn write(column: &dyn Array, row: usize, out: &mut Vec<u8>) {
    macro_rules! number {
        ($kind:ty) => {{
            let _ = write!(out, "{}", column.as_primitive::<$kind>().value(row));
        }};
    }
    macro_rules! decimal {
        ($kind:ty) => {
            out.extend_from_slice(column.as_primitive::<$kind>().value_as_string(row).as_bytes())
        };
    }
    macro_rules! day {
        ($kind:ty) => {
            if let Some(day) = column.as_primitive::<$kind>().value_as_date(row) {
                let _ = write!(out, "{day}");
            }
        };
    }
    use DataType as T;
    match column.data_type() {
        T::Utf8 => out.extend_from_slice(column.as_string::<i32>().value(row).as_bytes()),
        T::LargeUtf8 => out.extend_from_slice(column.as_string::<i64>().value(row).as_bytes()),
        T::Binary => out.extend_from_slice(column.as_binary::<i32>().value(row)),
        T::LargeBinary => out.extend_from_slice(column.as_binary::<i64>().value(row)),
        T::Boolean => {
            let _ = write!(out, "{}", column.as_boolean().value(row));
        }
        T::Int8 => number!(Int8Type),
        T::Int16 => number!(Int16Type),
        T::Int32 => number!(Int32Type),
        T::Int64 => number!(Int64Type),
        T::UInt8 => number!(UInt8Type),
        T::UInt16 => number!(UInt16Type),
        T::UInt32 => number!(UInt32Type),
        T::UInt64 => number!(UInt64Type),
        T::Float32 => number!(Float32Type),
        T::Float64 => number!(Float64Type),
        T::Decimal32(..) => decimal!(Decimal32Type),
        T::Decimal64(..) => decimal!(Decimal64Type),
        T::Decimal128(..) => decimal!(Decimal128Type),
        T::Decimal256(..) => decimal!(Decimal256Type),
        T::Date32 => day!(Date32Type),
        T::Date64 => day!(Date64Type),
        T::Timestamp(TimeUnit::Second, _) => day!(TimestampSecondType),
        T::Timestamp(TimeUnit::Millisecond, _) => day!(TimestampMillisecondType),
        T::Timestamp(TimeUnit::Microsecond, _) => day!(TimestampMicrosecondType),
        T::Timestamp(TimeUnit::Nanosecond, _) => day!(TimestampNanosecondType),
        _ => {}
    }
}
