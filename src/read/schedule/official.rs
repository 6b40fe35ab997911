//! Official files of national schedules: which kind a file is, and what is wrong with one that is none.

use super::{hts, hts_csv, hts_json, store, yen_csv};
use crate::base::{CommodityCode, Currency, Date, parse_date};
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, Sources};
use crate::law::{Link, OfficialFile, OfficialLine};
use crate::read::bytes;
use crate::read::files::{MOST_OF_SCHEDULE, ReadFault};
use crate::read::table::place;
use std::io::Read;
use std::ops::Range;

/// The columns of a schedule in this program's own form; the special column holds the text itself. The last may be missing.
const OWN: [&str; 8] = ["code", "general", "special", "column-2", "units", "from", "before", "links"];

/// So many faults of one file are told; then reading stops.
const MOST_FAULTS: usize = 20;

/// Gathers the faults of one file.
pub(in crate::read) struct Faults<'a> {
    file: FileId,
    out: &'a mut Diagnostics,
    told: usize,
}

impl Faults<'_> {
    /// Tells one fault; returns whether reading is to go on.
    pub(in crate::read) fn tell(
        &mut self,
        bytes: Range<usize>,
        message: impl Into<String>,
        label: &str,
        help: Option<String>,
    ) -> bool {
        let at = place(self.file, bytes);
        self.out.push(Diagnostic::new(Code::BadScheduleFile, message).at(at, label).maybe_help(help));
        self.told += 1;
        if self.told == MOST_FAULTS {
            let message = format!("the file has at least {MOST_FAULTS} faults; the rest of it is not read");
            self.out.push(Diagnostic::new(Code::BadScheduleFile, message));
        }
        self.told < MOST_FAULTS
    }

    pub(in crate::read) fn any(&self) -> bool {
        self.told > 0
    }
}

/// Reads an official file of a national schedule, packed with gzip or plain: the export of the Harmonized Tariff Schedule of the United States as
/// JSON or CSV, the table of the schedule of Japan, or a schedule in this program's own form. `None`, with the reasons in `out`, where it is none of them or is faulty.
pub fn official(bytes: &[u8], name: &str, sources: &mut Sources, out: &mut Diagnostics) -> Option<OfficialFile> {
    let stop = |out: &mut Diagnostics, message: String, help: &str| {
        out.push(Diagnostic::new(Code::BadScheduleFile, message).help(help));
        None
    };
    if bytes.is_empty() {
        return stop(out, format!("`{name}` is empty: it has no byte"), "the download may have failed; get the file again");
    }
    let unpacked;
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut all = Vec::new();
        let mut limited = flate2::read::MultiGzDecoder::new(bytes).take(MOST_OF_SCHEDULE + 1);
        if let Err(error) = limited.read_to_end(&mut all) {
            let cut = error.kind() == std::io::ErrorKind::UnexpectedEof;
            let what = if cut { "ends before its time" } else { "is damaged" };
            return stop(
                out,
                format!("the gzip file `{name}` {what}: {error}"),
                "the download may have been cut off; get the file again",
            );
        }
        if all.len() as u64 > MOST_OF_SCHEDULE {
            let message = format!("`{name}` unpacks to more than {MOST_OF_SCHEDULE} bytes");
            out.push(Diagnostic::new(Code::FileTooLarge, message).help("no official schedule is that large"));
            return None;
        }
        unpacked = all;
        unpacked.as_slice()
    } else {
        bytes
    };
    let other = [
        (&b"PK\x03\x04"[..], "a zip archive or a spreadsheet", "unpack it, or save the sheet as CSV"),
        (b"%PDF", "a PDF", "get the export as JSON or CSV"),
        (b"PAR1", "a Parquet file", "get the export as JSON or CSV"),
    ];
    if let Some((_, what, help)) = other.iter().find(|(magic, ..)| bytes.starts_with(magic)) {
        return stop(out, format!("`{name}` is {what}, not an official schedule"), help);
    }
    let marked = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if !marked && bytes.contains(&0) {
        let message = format!("`{name}` is not text: it holds bytes of zero");
        out.push(Diagnostic::new(Code::NotUtf8, message).help("it may be UTF-16; save it as UTF-8"));
        return None;
    }
    let (file, text) = bytes::decoded(name, bytes, sources, out)?;
    let mut faults = Faults { file, out, told: 0 };
    let first = text.trim_start();
    if first.is_empty() {
        return stop(faults.out, format!("`{name}` is empty: it holds nothing but blanks"), "get the file again");
    }
    if first.starts_with('<') {
        return stop(
            faults.out,
            format!("`{name}` is a web page, not an official schedule"),
            "get the export itself, as JSON or CSV",
        );
    }
    let found = if first.starts_with(['[', '{']) {
        let rows = hts_json::rows(&text, &mut faults);
        dollars(hts::lines(rows?, &text, &mut faults))
    } else {
        let header = first.lines().next().unwrap_or_default();
        let columns: Vec<String> = header.split(',').map(|name| name.trim().trim_matches('"').to_owned()).collect();
        if columns == OWN || OWN.split_last().is_some_and(|(_, older)| columns == older) {
            own(&text, &mut faults)
        } else if yen_csv::is_header(&columns) {
            let lines = yen_csv::lines(&text, &columns, &mut faults)?;
            Some(OfficialFile { lines, currency: Currency::parse("JPY").ok()?, from: None, is_whole: false })
        } else {
            let rows = hts_csv::rows(&text, &columns, &mut faults);
            dollars(hts::lines(rows?, &text, &mut faults))
        }
    };
    let found = found.filter(|_| !faults.any())?;
    if found.lines.is_empty() {
        return stop(faults.out, format!("`{name}` has no line of 8 or 10 digits"), "an official schedule has thousands of them");
    }
    Some(found)
}

/// Reads an official file of a national schedule from the disk: see [`official`].
pub fn official_at(path: &str, sources: &mut Sources, out: &mut Diagnostics) -> Option<OfficialFile> {
    match store::bytes(path) {
        Ok(bytes) => official(&bytes, path, sources, out),
        Err(fault) => {
            let code = if matches!(fault, ReadFault::TooLarge(..)) { Code::FileTooLarge } else { Code::CannotRead };
            out.push(Diagnostic::new(code, format!("cannot read `{path}`: {fault}")));
            None
        }
    }
}

fn dollars(lines: Vec<OfficialLine>) -> Option<OfficialFile> {
    Some(OfficialFile { lines, currency: Currency::parse("USD").ok()?, from: None, is_whole: true })
}

/// Reads a schedule in this program's own form.
fn own(text: &str, faults: &mut Faults<'_>) -> Option<OfficialFile> {
    let mut lines: Vec<OfficialLine> = Vec::new();
    let mut from: Option<Date> = None;
    for row in hts_csv::records(text, faults)? {
        let field = |number: usize| row.fields.get(number).unwrap_or_default().trim().to_owned();
        let code = match CommodityCode::parse(&field(0)) {
            Ok(code) if code.length() >= 8 => code,
            Ok(code) => {
                let message = format!("{code} is shorter than a line of the schedule, which has 8 or 10 digits");
                if faults.tell(row.bytes, message, "this row", None) { continue } else { break }
            }
            Err(fault) => {
                if faults.tell(row.bytes, fault.message, "this row", fault.help) {
                    continue;
                } else {
                    break;
                }
            }
        };
        let day = field(5);
        if !day.is_empty() {
            match parse_date(&day) {
                Ok(day) => from = Some(from.map_or(day, |known| known.min(day))),
                Err(fault) => {
                    if faults.tell(row.bytes, fault.message, "this row", fault.help) {
                        continue;
                    } else {
                        break;
                    }
                }
            }
        }
        let number = row.line;
        let special = field(2);
        if !special.is_empty() && special.bytes().all(|byte| byte.is_ascii_digit()) {
            let help = Some("give the text itself, such as \"Free (S)\"".to_owned());
            let message = "the special column names its text by number, whose table is not here";
            if faults.tell(row.bytes, message, "this row", help) { continue } else { break }
        }
        lines.push(OfficialLine {
            code,
            description: String::new(),
            general: field(1),
            special,
            column_2: field(3),
            units: field(4),
            rates_of: Some(code),
            links: Link::parse_list(&field(7)),
            line: number,
        });
    }
    let yen = lines.iter().any(|line| line.general.contains('円'));
    let currency = Currency::parse(if yen { "JPY" } else { "USD" }).ok()?;
    Some(OfficialFile { lines, currency, from, is_whole: false })
}

/// Writes the lines that goods are charged under in this program's own form, good from a day on: see [`official`], which reads it.
pub fn schedule_text(file: &OfficialFile, from: Date) -> String {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let day = from.to_string();
    // Writing to memory does not fail.
    let _ = writer.write_record(OWN);
    for line in file.lines.iter().filter(|line| line.is_charged_under()) {
        let code = line.code.to_string();
        let links = Link::list(&line.links);
        let _ = writer.write_record([&code, &line.general, &line.special, &line.column_2, &line.units, &day, "", &links]);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
