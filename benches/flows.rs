//! How fast a file of flows is read, beside the csv crate alone on the same bytes.
//!
//! `cargo bench --bench flows` repeats the rows of the import statistics of 2024 thirty times (ten million rows), or rows made up where that file is not at hand.
//! `cargo bench --bench flows -- FILE` reads that file.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, clippy::float_arithmetic)]

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tariffcalc::read::{FlowOptions, flow_file};

const TIMES: usize = 30;

fn rows() -> Vec<u8> {
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/trade/us_imports_consumption_2024_hs10_country.csv.gz");
    let mut text = Vec::new();
    if let Ok(file) = File::open(&real) {
        flate2::read::MultiGzDecoder::new(file).read_to_end(&mut text).unwrap();
        return text;
    }
    println!("the import statistics are not at hand: rows are made up");
    text.extend_from_slice(b"hs10,gtap_code,cty_code,imports\n");
    for number in 0..334_728_u64 {
        let country = ["1220", "2010", "4280", "5700", "5880"][usize::try_from(number % 5).unwrap()];
        writeln!(text, "{:010},omf,{country},{}", 101_210_010 + number / 18 * 10_000, number * 7_919 % 99_999_999).unwrap();
    }
    text
}

fn repeated(path: &Path) {
    let text = rows();
    let header = text.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let mut file = BufWriter::new(File::create(path).unwrap());
    file.write_all(&text[..header]).unwrap();
    for _ in 0..TIMES {
        file.write_all(&text[header..]).unwrap();
    }
    file.flush().unwrap();
}

fn csv_alone(path: &Path) -> (u64, Duration) {
    let started = Instant::now();
    let mut reader = csv::ReaderBuilder::new().buffer_capacity(256 * 1024).from_path(path).unwrap();
    let mut record = csv::ByteRecord::new();
    let (mut rows, mut bytes) = (0, 0);
    while reader.read_byte_record(&mut record).unwrap() {
        rows += 1;
        bytes += record.as_slice().len();
    }
    std::hint::black_box(bytes);
    (rows, started.elapsed())
}

fn flows(path: &Path) -> (u64, Duration) {
    let started = Instant::now();
    let mut file = flow_file(path, &FlowOptions::default()).map_err(|fault| fault.message).unwrap();
    for flow in file.by_ref().flatten() {
        std::hint::black_box(flow);
    }
    (file.summary().rows, started.elapsed())
}

fn main() {
    let named = std::env::args().skip(1).find(|arg| !arg.starts_with('-')).map(PathBuf::from);
    let made = std::env::temp_dir().join(format!("tariffcalc-flows-{}.csv", std::process::id()));
    let path = named.clone().unwrap_or_else(|| {
        repeated(&made);
        made.clone()
    });
    for round in 1..=3 {
        let (alone, csv_time) = csv_alone(&path);
        let (rows, time) = flows(&path);
        let rate = |rows: u64, time: Duration| u128::from(rows) * 1_000 / time.as_millis().max(1);
        println!(
            "round {round}: csv alone {alone} rows in {csv_time:.2?} ({} rows/s); flows {rows} rows in {time:.2?} ({} rows/s): {:.0} % of its speed",
            rate(alone, csv_time),
            rate(rows, time),
            csv_time.as_secs_f64() / time.as_secs_f64() * 100.0
        );
    }
    if named.is_none() {
        let _ = std::fs::remove_file(&made);
    }
}
