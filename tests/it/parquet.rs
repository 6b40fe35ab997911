//! Flows from Parquet files, and panels into them: the same figures as by CSV, digit by digit.

use crate::panel_output::{FLOWS, Folder, Rows, number, rows};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, Date32Array, Decimal128Array, Float32Array, Float64Array, Int64Array, ListArray, RecordBatch,
    StringArray, StringViewArray, TimestampMillisecondArray,
};
use arrow_schema::DataType;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use tariffcalc::base::Decimal;
use tariffcalc::read::{FlowBytes, FlowOptions, flow_file, flow_source};
use tariffcalc::scenario::{BulkFlow, RowFault, RowReason};

fn write(path: &Path, columns: Vec<(&str, ArrayRef)>, compression: Compression) {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap();
    let properties = WriterProperties::builder().set_compression(compression).set_max_row_group_row_count(Some(4)).build();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn texts<const N: usize>(all: [&str; N]) -> ArrayRef {
    Arc::new(StringArray::from_iter(all.into_iter().map(|text| (!text.is_empty()).then_some(text))))
}

fn cents(all: Vec<i128>) -> ArrayRef {
    Arc::new(Decimal128Array::from(all).with_precision_and_scale(18, 2).unwrap())
}

fn read(path: &Path) -> (Vec<BulkFlow>, Vec<RowFault>, Vec<String>) {
    let mut file = flow_file(path, &FlowOptions::default()).unwrap_or_else(|fault| panic!("{}", fault.message));
    let (mut flows, mut faults) = (Vec::new(), Vec::new());
    for row in file.by_ref() {
        match row {
            Ok(flow) => flows.push(flow),
            Err(fault) => faults.push(fault),
        }
    }
    (flows, faults, file.head().notes.clone())
}

/// Every field of a row, its faults and its place: one row of each format, and the panel of both.
#[test]
fn flows_of_a_parquet_file_are_those_of_the_csv_file() {
    let folder = Folder::new("same");
    let text = "hts10,cty_code,country,con_val_mo,con_qy1_mo,unit1,date,usmca_share\n\
8703230140,5880,JAPAN,100000.25,12,NO,2024-03-15,\n\
8703230140,2010,MEXICO,123456.00,3,NO,2024-04-01,0.375\n\
101210010,5700,CHINA,5.00,,,2024-04-02,\n\
9503000071,5700,CHINA,10000.50,70.5,kg,,0\n\
9503000071,,,7.00,,,2024-04-02,\n\
9102111000,4419,SWITZERLAND,-1.00,,,2024-04-02,\n";
    folder.file("flows.csv", text);
    let quantities = Decimal128Array::from(vec![Some(1200), Some(300), None, Some(7050), None, None]);
    let shares = Decimal128Array::from(vec![None, Some(3750), None, Some(0), None, None]);
    let days = [Some(19_797), Some(19_814), Some(19_815), None, Some(19_815), Some(19_815)];
    for (number, compression) in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::ZSTD(Default::default()),
        Compression::GZIP(Default::default()),
    ]
    .into_iter()
    .enumerate()
    {
        let path = folder.0.join(format!("flows{number}.parquet"));
        // Codes and countries as numbers, texts, bytes or views; days as dates or moments.
        let dates: ArrayRef = if number % 2 == 0 {
            Arc::new(Date32Array::from(days.to_vec()))
        } else {
            Arc::new(TimestampMillisecondArray::from(days.map(|day| day.map(|day| i64::from(day) * 86_400_000 + 5)).to_vec()))
        };
        let codes = [8_703_230_140, 8_703_230_140, 101_210_010, 9_503_000_071, 9_503_000_071, 9_102_111_000];
        let codes: ArrayRef = match number {
            0 => Arc::new(Int64Array::from(codes.to_vec())),
            1 => texts(codes.map(|code| code.to_string()).each_ref().map(String::as_str)),
            2 => Arc::new(BinaryArray::from_iter_values(codes.map(|code| code.to_string().into_bytes()))),
            _ => Arc::new(StringViewArray::from_iter_values(codes.map(|code| code.to_string()))),
        };
        write(
            &path,
            vec![
                ("hts10", codes),
                ("cty_code", texts(["5880", "2010", "5700", "5700", "", "4419"])),
                ("country", texts(["JAPAN", "MEXICO", "CHINA", "CHINA", "", "SWITZERLAND"])),
                ("con_val_mo", cents(vec![10_000_025, 12_345_600, 500, 1_000_050, 700, -100])),
                ("con_qy1_mo", Arc::new(quantities.clone().with_precision_and_scale(10, 2).unwrap())),
                ("unit1", texts(["NO", "NO", "", "kg", "", ""])),
                ("date", dates),
                ("usmca_share", Arc::new(shares.clone().with_precision_and_scale(5, 4).unwrap())),
            ],
            compression,
        );
        let (mut flows, faults, notes) = read(&path);
        let (mut same, same_faults, _) = read(&folder.0.join("flows.csv"));
        assert_eq!(flows.len(), 3);
        for (flow, same) in flows.iter_mut().zip(&mut same) {
            // Rows are counted from 1, lines with the header.
            assert_eq!(flow.line + 1, same.line);
            (flow.line, same.line) = (0, 0);
        }
        assert_eq!(flows, same);
        let reasons = |faults: &[RowFault]| faults.iter().map(|fault| (fault.reason, fault.message.clone())).collect::<Vec<_>>();
        assert_eq!(reasons(&faults), reasons(&same_faults));
        assert_eq!(faults[0].to_string().split(':').next(), Some("row 3"));
        assert_eq!(
            faults.iter().map(|fault| fault.reason).collect::<Vec<_>>(),
            [RowReason::LostZero, RowReason::NoOrigin, RowReason::NegativeValue]
        );
        assert_eq!(notes, Vec::<String>::new());
    }
    let panel = |file: &str| {
        folder.done(&["panel", file, "--on", "2025-07-01", "--on", "2025-10-01", "--by", "program", "--format", "csv"])
    };
    assert_eq!(panel("flows0.parquet"), panel("flows.csv"));
    let shown = folder.done(&["flows", "flows0.parquet"]);
    assert!(shown.contains("the Parquet file's own; rows are counted from 1"), "{shown}");
}

/// Floating point is read where its number is sure, and told; money in it must be whole cents.
#[test]
fn floating_point_in_a_parquet_file_is_read_only_where_it_is_sure() {
    let folder = Folder::new("floats");
    let path = folder.0.join("flows.parquet");
    let values = [100_000.25, 0.1 + 0.2, 10_000_000_000_000.01, 99_999_999_999_999.99, f64::NAN, 5e22, 7.0];
    write(
        &path,
        vec![
            ("hts10", texts(["8703230140"; 7])),
            ("country", texts(["JP"; 7])),
            ("value", Arc::new(Float64Array::from(values.to_vec()))),
            ("quantity", Arc::new(Float32Array::from(vec![0.1, 2.5, 3.0, 1.0, 1.0, 1.0, 16_777_217.0]))),
            ("unit", texts(["kg"; 7])),
        ],
        Compression::SNAPPY,
    );
    let (flows, faults, notes) = read(&path);
    assert_eq!(flows.iter().map(|flow| flow.value.to_string()).collect::<Vec<_>>(), ["100000.25"]);
    let told: Vec<(u64, RowReason)> = faults.iter().map(|fault| (fault.line, fault.reason)).collect();
    use RowReason::{BadQuantity, BadValue};
    assert_eq!(told, [(2, BadValue), (3, BadValue), (4, BadValue), (5, BadValue), (6, BadValue), (7, BadQuantity)]);
    assert_eq!(
        faults[0].to_string(),
        "row 2: the value `0.30000000000000004` is in floating point and not whole cents; store it as DECIMAL"
    );
    assert!(faults[1].message.contains("more digits than that keeps"), "{}", faults[1].message);
    assert!(notes.iter().any(|note| note.starts_with("`value` is stored in floating point")), "{notes:?}");
}

#[test]
fn a_parquet_file_that_does_not_fit_says_why() {
    let folder = Folder::new("misfits");
    let says = |columns: Vec<(&str, ArrayRef)>, words: &str| {
        write(&folder.0.join("a.parquet"), columns, Compression::SNAPPY);
        let printed = folder.run(&["panel", "a.parquet"]);
        assert_eq!(printed.code, 1, "{}", printed.stderr);
        assert!(printed.stderr.contains(words) && !printed.stderr.contains("panicked"), "{}", printed.stderr);
    };
    says(
        vec![("hts10", texts(["8703230140"])), ("n", texts(["1"]))],
        "`a.parquet` has no column for the origin, the value; it has `hts10`, `n`",
    );
    let list: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(vec![Some(vec![Some(1)])]));
    says(
        vec![("hts10", texts(["8703230140"])), ("country", texts(["JP"])), ("value", list)],
        "the column `value` of `a.parquet` is of the type List",
    );
    for (name, bytes) in [
        ("empty.parquet", &b""[..]),
        ("text.parquet", b"hts10,country,value\n"),
        ("short.parquet", b"PAR1PAR1"),
        ("mark", b"PAR1"),
    ] {
        folder.file(name, bytes);
        let printed = folder.run(&["flows", name]);
        assert_eq!(printed.code, 1, "{name}: {}", printed.stderr);
        assert!(
            printed.stderr.contains("it is no whole Parquet file") && !printed.stderr.contains("panicked"),
            "{}",
            printed.stderr
        );
    }
}

/// A Parquet file of which a byte is wrong, or the end is missing, is told or read as other figures; nothing panics.
#[test]
fn a_damaged_parquet_file_does_no_harm() {
    let folder = Folder::new("damaged");
    let path = folder.0.join("whole.parquet");
    write(
        &path,
        vec![
            ("hts10", texts(["8703230140", "9503000071", "9503000071", "8703230140", "8703230140"])),
            ("country", texts(["JP", "CN", "CN", "", "DE"])),
            ("value", cents(vec![1, 2, 3, 4, 5])),
        ],
        Compression::SNAPPY,
    );
    let whole = std::fs::read(&path).unwrap();
    let damaged = folder.0.join("damaged.parquet");
    let mut panics = Vec::new();
    let mut attempt = |bytes: &[u8], what: String| {
        std::fs::write(&damaged, bytes).unwrap();
        let read = || flow_file(&damaged, &FlowOptions::default()).map(|file| file.take(100).count());
        if std::panic::catch_unwind(read).is_err() {
            panics.push(what);
        }
    };
    for length in (0..whole.len()).step_by(7) {
        attempt(&whole[..length], format!("cut at {length}"));
    }
    for at in 0..whole.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            attempt(&bytes, format!("byte {at} of {} by {flip}", whole.len()));
        }
    }
    assert_eq!(panics, Vec::<String>::new());
}

/// What a Parquet file has in a column, as text.
fn shown(column: &dyn Array, row: usize) -> String {
    if column.is_null(row) {
        return String::new();
    }
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::Decimal128(..) => column.as_primitive::<Decimal128Type>().value_as_string(row),
        DataType::Date32 => column.as_primitive::<Date32Type>().value_as_date(row).unwrap().to_string(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        other => panic!("{other}"),
    }
}

fn parquet_rows(path: &Path) -> Rows {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        let (schema, columns) = (batch.schema(), batch.columns());
        for row in 0..batch.num_rows() {
            let cell = |at: usize| (schema.field(at).name().clone(), shown(columns[at].as_ref(), row));
            rows.push((0..columns.len()).map(cell).collect());
        }
    }
    rows
}

/// Every cell of a panel in Parquet is that of the same panel in CSV: decimals to the last digit, what is not known as null.
#[test]
fn a_panel_in_parquet_has_the_decimals_of_the_one_in_csv() {
    let folder = Folder::new("written");
    // A value of more places than cents is kept whole.
    folder.file("flows.csv", format!("{FLOWS}9503000071,CN,0.125\n"));
    for by in ["origin", "program", "flow"] {
        let asked = ["panel", "flows.csv", "--on", "2025-07-01", "--on", "2025-10-01", "--by", by];
        let (csv, parquet) = (format!("{by}.csv"), format!("{by}.parquet"));
        folder.done(&[&asked[..], &["-o", &csv]].concat());
        folder.done(&[&asked[..], &["-o", &parquet]].concat());
        folder.done(&[&asked[..], &["-o", by, "--format", "parquet"]].concat());
        let expected = rows(&std::fs::read_to_string(folder.0.join(&csv)).unwrap());
        let found = parquet_rows(&folder.0.join(&parquet));
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
            for (name, text) in expected {
                let exact = text.parse::<Decimal>().is_ok() && name != "flow" && name != "group";
                if exact {
                    assert_eq!(number(found, name), number(expected, name), "{name}");
                } else {
                    assert_eq!(&found[name], text, "{name}");
                }
            }
        }
        let parts: usize = ["2025-07-01", "2025-10-01"]
            .map(|day| parquet_rows(&folder.0.join(by).join(format!("entered={day}/part-0.parquet"))).len())
            .iter()
            .sum();
        assert_eq!(parts, expected.len());
        let schema =
            ParquetRecordBatchReaderBuilder::try_new(File::open(folder.0.join(&parquet)).unwrap()).unwrap().schema().clone();
        assert!(matches!(schema.field_with_name("duty").unwrap().data_type(), DataType::Decimal128(38, 2)));
        let rate = schema.field_with_name("effective_rate").unwrap();
        assert!(rate.metadata()["meaning"].contains("Concept"), "{:?}", rate.metadata());
    }
    // What was written is flows again: the panel of a panel.
    let printed = folder.done(&["flows", "flow.parquet"]);
    assert!(printed.contains("487,110.81") && !printed.contains("at fault"), "{printed}");
}

#[test]
fn a_parquet_file_on_a_full_disk_is_told() {
    if !Path::new("/dev/full").exists() {
        return eprintln!("skipped: the system has no /dev/full");
    }
    let folder = Folder::new("parquet-full");
    folder.file("flows.csv", FLOWS);
    let printed = folder.run(&["panel", "flows.csv", "--by", "flow", "--format", "parquet", "-o", "/dev/full"]);
    assert_eq!(printed.code, 1, "{}", printed.stderr);
    assert!(printed.stderr.contains("cannot write `/dev/full`: No space left on device"), "{}", printed.stderr);
}

/// A scenario names a Parquet file as it names a CSV file: shares, facts and groups are read, faults told by their row, from the disk and from memory.
#[test]
fn a_scenario_reads_flows_from_parquet() {
    let folder = Folder::new("scenario");
    let path = folder.0.join("lines.parquet");
    write(
        &path,
        vec![
            ("hts10", texts(["8703230140", "9503000071", "8703230140", "87x"])),
            ("country", texts(["JP", "CN", "MX", "JP"])),
            ("value", cents(vec![10_000_000, 1_000_050, 500_000, 100])),
            ("group", texts(["cars", "toys", "cars", ""])),
            ("usmca_share", texts(["", "", "0.3", ""])),
            ("fact_transport", texts(["sea", "", "", ""])),
        ],
        Compression::SNAPPY,
    );
    folder.file(
        "lines.csv",
        "hts10,country,value,group,usmca_share,fact_transport\n8703230140,JP,100000.00,cars,,sea\n9503000071,CN,10000.50,toys,,\n\
8703230140,MX,5000.00,cars,0.3,\n87x,JP,1.00,,,\n",
    );
    let head = "schema = 1\ntitle = \"Lines\"\nquestion = \"What?\"\n[[flow-file]]\nid = \"lines\"\ninto = \"US\"\nentered = 2025-10-01\npath = ";
    folder.file("p.toml", format!("{head}\"lines.parquet\"\n")).file("c.toml", format!("{head}\"lines.csv\"\n"));
    let asked = |file: &str| folder.done(&["panel", file, "--by", "group", "--by", "program", "--format", "csv"]);
    assert_eq!(asked("p.toml"), asked("c.toml"));
    let printed = folder.run(&["run", "p.toml", "--format", "csv"]);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    assert!(printed.stderr.contains("row 4: ") && !printed.stderr.contains("line 5"), "{}", printed.stderr);
    assert!(printed.stdout.contains("lines/3/usmca"), "{}", printed.stdout);
    let bytes = FlowBytes::Memory(std::io::Cursor::new(std::fs::read(&path).unwrap()));
    let source = flow_source(bytes, "memory", &FlowOptions::default()).unwrap_or_else(|fault| panic!("{}", fault.message));
    assert_eq!((source.head().facts.len(), source.head().counted_in()), (1, "row"));
    assert_eq!(source.filter(Result::is_ok).count(), 3);
}
