//! One damage, three kinds of file: a schedule, flows, shares. Each is told, none is taken for less than it is, none brings the program down.

use crate::support::{Printed, run_in};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::PathBuf;

const SCHEDULE: &str = "HTS Number,Indent,Description,Unit of Quantity,General Rate of Duty,Special Rate of Duty,Column 2 Rate of Duty\n\
    0101.30.00.00,0,Asses,\"[\"\"No.\"\"]\",6.8%,\"Free (AU, S)\",15%\n\
    0101.90.30.00,0,Mules,\"[\"\"No.\"\"]\",6.8%,,20%\n";
const FLOWS: &str = "hs10,cty_code,imports\n0101300000,5880,1000\n0101903000,4280,500\n";
const SHARES: &str = "hts10,cty_code,usmca_share\n0101300000,1220,0.5\n0101903000,2010,0.25\n";

/// A folder of this test's own, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tariffcalc-bad-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        std::fs::write(path.join("good.csv"), FLOWS).unwrap();
        Self(path)
    }

    fn run(&self, kind: Kind, bytes: &[u8]) -> Printed {
        std::fs::write(self.0.join("bad.csv"), bytes).unwrap();
        let printed = match kind {
            Kind::Schedule => run_in(&self.0, &["schedule", "show", "bad.csv"]),
            Kind::Flows => run_in(&self.0, &["flows", "bad.csv"]),
            Kind::Panel => run_in(&self.0, &["panel", "bad.csv", "--on", "2025-03-01"]),
            Kind::Shares => run_in(&self.0, &["flows", "good.csv", "--shares", "bad.csv"]),
        };
        assert!(!printed.stderr.contains("panicked"), "{}", printed.stderr);
        assert!(!printed.stderr.contains('\u{1b}') && !printed.stdout.contains('\u{1b}'));
        printed
    }

    /// The file is refused, with these words.
    fn refused(&self, kind: Kind, bytes: &[u8], words: &str) {
        let printed = self.run(kind, bytes);
        assert!(printed.code == 1 && printed.stderr.contains(words), "{kind:?} {words}: {} {}", printed.code, printed.stderr);
        assert_eq!(printed.stdout, "", "{kind:?} {words}: nothing is answered from half a file");
    }

    /// The row is told with its line and reason, and the others are counted.
    fn told(&self, kind: Kind, bytes: &[u8], words: &[&str]) {
        let printed = self.run(kind, bytes);
        let all = format!("{}{}", printed.stdout, printed.stderr);
        for words in words {
            assert!(all.contains(words), "{kind:?} {words}: {all}");
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Schedule,
    Flows,
    Panel,
    Shares,
}

const ALL: [(Kind, &str); 4] = [(Kind::Schedule, SCHEDULE), (Kind::Flows, FLOWS), (Kind::Panel, FLOWS), (Kind::Shares, SHARES)];

fn packed(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

#[test]
fn good_files_are_read() {
    let folder = Folder::new("good");
    for (kind, text) in ALL {
        for bytes in [text.as_bytes().to_vec(), packed(text)] {
            let printed = folder.run(kind, &bytes);
            assert_eq!(printed.code, 0, "{kind:?}: {}", printed.stderr);
        }
    }
}

#[test]
fn a_file_without_a_byte_is_empty() {
    let folder = Folder::new("empty");
    for (kind, _) in ALL {
        folder.refused(kind, b"", "is empty");
        folder.refused(kind, &packed(""), "is empty");
    }
}

#[test]
fn a_gzip_file_cut_short_is_told() {
    let folder = Folder::new("cut");
    for (kind, text) in ALL {
        let whole = packed(text);
        let words = if matches!(kind, Kind::Schedule) { "ends before its time" } else { "cut short" };
        folder.refused(kind, &whole[..whole.len() / 2], words);
    }
}

#[test]
fn other_encodings_are_named() {
    let folder = Folder::new("encoding");
    for (kind, text) in ALL {
        for marked in [true, false] {
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let mark: &[u8] = if marked { b"\xff\xfe" } else { b"" };
            let printed = folder.run(kind, &[mark, &wide].concat());
            assert_eq!(printed.code, 1, "{kind:?}");
            assert!(printed.stderr.contains("not-utf8") || printed.stderr.contains("not UTF-8"), "{kind:?}: {}", printed.stderr);
            assert!(!marked || printed.stderr.contains("UTF-16"), "{kind:?}: {}", printed.stderr);
        }
    }
    // Latin-1: in a schedule no text may be lost; in rows of trade the row is told.
    let latin = |text: &str, from: &str| -> Vec<u8> { text.replace(from, "M\u{fc}les").chars().map(|c| c as u8).collect() };
    folder.refused(Kind::Schedule, &latin(SCHEDULE, "Mules"), "not-utf8");
    folder.told(Kind::Flows, &latin(FLOWS, "4280"), &["not-utf8", "1 of 2 rows of the file could not be read"]);
    folder.told(
        Kind::Panel,
        &latin(FLOWS, "4280"),
        &["a row is not read", "not UTF-8", "1 read, customs value 1,000 USD; 1 at fault"],
    );
    folder.told(Kind::Shares, &latin(SHARES, "2010"), &["not UTF-8", "1 of 2 rows of the table of shares could not be read"]);
    // A name of a column may be damaged as well: it is not taken for another.
    folder.refused(Kind::Flows, &latin(FLOWS, "imports"), "has no column for the value");
}

#[test]
fn ragged_rows_are_told_with_their_line() {
    let folder = Folder::new("ragged");
    folder.refused(Kind::Schedule, SCHEDULE.replace(",20%", "").as_bytes(), "the row has 6 fields, the header 7");
    folder.refused(Kind::Schedule, format!("{SCHEDULE}0102.21.00,0\n").as_bytes(), "bad.csv:4:1");
    folder.told(Kind::Flows, FLOWS.replace(",500", "").as_bytes(), &["ragged-row", "1 of 2 rows of the file", "┆ 3 "]);
    folder.told(Kind::Panel, FLOWS.replace(",500", ",500,7").as_bytes(), &["line 3", "1 at fault and not in the table"]);
    folder.told(Kind::Shares, SHARES.replace(",0.25", "").as_bytes(), &["1 of 2 rows of the table of shares", "line 3"]);
}

#[test]
fn columns_that_are_missing_are_named() {
    let folder = Folder::new("columns");
    folder.refused(Kind::Schedule, SCHEDULE.replace("Indent,", "").as_bytes(), "lacks the columns Indent");
    for kind in [Kind::Flows, Kind::Panel] {
        folder.refused(kind, FLOWS.replace("cty_code", "gtap").as_bytes(), "has no column for the origin");
        folder.refused(kind, FLOWS.replace("imports", "weight").as_bytes(), "has no column for the value");
        folder.refused(kind, FLOWS.replace("hs10", "x").as_bytes(), "has no column for the code");
        folder.refused(kind, SHARES.as_bytes(), "a table of shares goes beside the flows, with `--shares`");
    }
    folder.refused(Kind::Shares, SHARES.replace("usmca_share", "x").as_bytes(), "is no table of shares");
    folder.refused(Kind::Shares, SHARES.replace("hts10", "x").as_bytes(), "such a table has a column of codes");
    folder.refused(Kind::Schedule, FLOWS.as_bytes(), "looks like trade data");
    folder.refused(Kind::Flows, SCHEDULE.as_bytes(), "has no column for the origin");
}

#[test]
fn values_below_zero_are_never_taken() {
    let folder = Folder::new("negative");
    // A rate with a sign is a text in words: unknown, not a subsidy and not zero.
    folder.told(
        Kind::Schedule,
        SCHEDULE.replace("6.8%,\"Free", "-6.8%,\"Free").as_bytes(),
        &["other words", "no: unknown, with the text"],
    );
    folder.refused(Kind::Schedule, SCHEDULE.replace(",0,Mules", ",-1,Mules").as_bytes(), "`-1` is not a level of indent");
    folder.told(Kind::Flows, FLOWS.replace("500", "-500").as_bytes(), &["negative-value", "-500"]);
    folder.told(
        Kind::Panel,
        FLOWS.replace("500", "-500").as_bytes(),
        &["line 3: the value `-500` is below zero", "customs value 1,000 USD; 1 at fault"],
    );
    folder.told(Kind::Shares, SHARES.replace("0.25", "-0.25").as_bytes(), &["1 of 2 rows of the table of shares", "-0.25"]);
    // With `--max-errors 0` one such row stops the reading.
    let printed = run_in(&folder.0, &["flows", "bad.csv", "--max-errors", "0"]);
    assert_eq!(printed.code, 1);
}

/// A file that says of itself that it holds exports is shown as such, and no import duty is worked out on it.
#[test]
fn exports_are_not_priced_as_imports() {
    let folder = Folder::new("exports");
    let text = "Total Exports|Annual Data,,,\nData Row Count,1,,\nData Type,HTS Number,Country,2024\nFAS Value,01,Chad,5\n";
    folder.told(Kind::Flows, text.as_bytes(), &["its values are of exports", "Total Exports"]);
    folder.refused(Kind::Panel, text.as_bytes(), "no import duty falls on exports");
    assert_eq!(folder.run(Kind::Panel, text.replace("Total Exports", "Imports for Consumption").as_bytes()).code, 0);
}
