//! The export of the Harmonized Tariff Schedule of the United States: from its rows, whatever their format, to lines with the texts that hold for them.

use super::official::Faults;
use crate::base::CommodityCode;
use crate::law::{Link, OfficialLine, printed};
use std::collections::BTreeMap;
use std::ops::Range;

/// A row of the export as it stands in the file.
pub(super) struct ExportRow {
    pub(super) number: String,
    pub(super) indent: String,
    pub(super) description: String,
    pub(super) units: Vec<String>,
    pub(super) general: String,
    pub(super) special: String,
    pub(super) column_2: String,
    pub(super) footnotes: Vec<String>,
    /// The bytes to point at.
    pub(super) bytes: Range<usize>,
}

impl ExportRow {
    /// The texts of the three columns; a text of blanks is no text.
    fn rates(&self) -> Option<[String; 3]> {
        let rates = [&self.general, &self.special, &self.column_2].map(|text| printed(text).into_owned());
        rates.iter().any(|text| !text.is_empty()).then_some(rates)
    }
}

/// A row that rows further right may inherit from.
struct Above {
    indent: u16,
    code: Option<CommodityCode>,
    rates: Option<[String; 3]>,
    links: Vec<Link>,
    bytes: Range<usize>,
    heirs: bool,
}

/// Gives each line of 8 or 10 digits the rates that hold for it: its own, or those of the nearest row above it that has any.
pub(super) fn lines(rows: Vec<ExportRow>, text: &str, faults: &mut Faults<'_>) -> Vec<OfficialLine> {
    let mut lines: Vec<OfficialLine> = Vec::new();
    let mut seen: BTreeMap<CommodityCode, Range<usize>> = BTreeMap::new();
    let mut stack: Vec<Above> = Vec::new();
    let mut counted = LineCount { text, byte: 0, line: 1 };
    for row in rows {
        let rates = row.rates();
        let Ok(indent) = row.indent.trim().parse::<u16>() else {
            let message = format!("`{}` is not a level of indent", row.indent.chars().take(40).collect::<String>());
            if faults.tell(row.bytes, message, "in this row", Some("levels are whole numbers from 0".into())) {
                continue;
            } else {
                break;
            }
        };
        while stack.last().is_some_and(|above| above.indent >= indent) {
            if !stack.pop().is_none_or(|above| without_heir(&above, faults)) {
                return lines;
            }
        }
        let number = row.number.trim();
        let code = match (number.is_empty(), CommodityCode::parse(number)) {
            (true, _) => None,
            (false, Ok(code)) => Some(code),
            (false, Err(fault)) => {
                if faults.tell(row.bytes, fault.message, "in this row", fault.help) {
                    continue;
                } else {
                    break;
                }
            }
        };
        let links = links(&row.footnotes);
        if let Some(code) = code.filter(|code| code.length() >= 8) {
            if let Some(first) = seen.insert(code, row.bytes.clone()) {
                let line = LineCount { text, byte: 0, line: 1 }.at(first.start);
                let message = format!("{code} stands twice");
                if faults.tell(row.bytes, message, "this row", Some(format!("the first is on line {line}"))) {
                    continue;
                } else {
                    break;
                }
            }
            let heir = stack.iter_mut().rev().find(|above| above.rates.is_some() && above.code.is_some_and(|c| c.covers(code)));
            let own = rates.clone().unwrap_or_default();
            let says_general = own.first().is_some_and(|general| !general.is_empty());
            let (texts, rates_of, inherited) = match heir.filter(|_| !says_general) {
                Some(above) => {
                    above.heirs = true;
                    let theirs = above.rates.clone().unwrap_or_default();
                    // A suffix may print one of the columns again.
                    let mut texts = own;
                    for (text, their) in texts.iter_mut().zip(&theirs) {
                        if text.is_empty() {
                            text.clone_from(their);
                        }
                    }
                    // A heading of 4 or 6 digits is no line: what it prints is the line's own.
                    let of = above.code.filter(|above| above.length() >= 8 && texts == theirs).unwrap_or(code);
                    (texts, Some(of), above.links.clone())
                }
                None => (own, rates.is_some().then_some(code), Vec::new()),
            };
            let [general, special, column_2] = texts;
            let mut all = links.clone();
            all.extend(inherited.into_iter().filter(|link| !links.contains(link)));
            lines.push(OfficialLine {
                code,
                description: printed(&row.description).into_owned(),
                general,
                special,
                column_2,
                units: units(&row.units),
                rates_of,
                links: all,
                line: counted.at(row.bytes.start),
            });
        } else if rates.is_some() && code.is_none() {
            let help = Some("rates belong to numbers; this program will not guess which".to_owned());
            if faults.tell(row.bytes, "a row without a number has a rate", "this row", help) { continue } else { break }
        }
        stack.push(Above { indent, code, rates, links, bytes: row.bytes, heirs: false });
    }
    for above in &stack {
        without_heir(above, faults);
    }
    // A line that only its suffixes give units for takes those of the first.
    for at in (0..lines.len()).rev() {
        let below = lines.get(at + 1).map(|next| (next.code, next.units.clone()));
        if let (Some(line), Some((code, units))) = (lines.get_mut(at), below)
            && line.units.is_empty()
            && line.code.covers(code)
        {
            line.units = units;
        }
    }
    lines
}

/// Tells a heading with a rate that no line takes over. Returns whether reading is to go on.
fn without_heir(above: &Above, faults: &mut Faults<'_>) -> bool {
    match above.code.filter(|code| code.length() < 8 && above.rates.is_some() && !above.heirs) {
        Some(code) => {
            let message = format!("{code} has a rate, but no line of 8 or 10 digits stands below it");
            faults.tell(above.bytes.clone(), message, "this row", None)
        }
        None => true,
    }
}

/// Counts lines as the rows come.
struct LineCount<'t> {
    text: &'t str,
    byte: usize,
    line: u32,
}

impl LineCount<'_> {
    fn at(&mut self, byte: usize) -> u32 {
        let passed = self.text.as_bytes().get(self.byte..byte).unwrap_or_default();
        let lines = passed.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.byte = byte.max(self.byte);
        self.line
    }
}

/// `No.` and `m²` in the spelling of this program's units.
fn units(printed_units: &[String]) -> String {
    let spelt = |unit: &String| match &*printed(unit) {
        "No." => "No".to_owned(),
        unit => unit.replace('²', "2").replace('³', "3"),
    };
    printed_units.iter().map(spelt).filter(|unit| !unit.is_empty()).collect::<Vec<_>>().join(",")
}

/// Finds the codes of 8 and 10 digits that footnotes name, and runs of them.
fn links(footnotes: &[String]) -> Vec<Link> {
    let mut found: Vec<Link> = Vec::new();
    for note in footnotes {
        let mut run: Option<CommodityCode> = None;
        let is_part = |c: char| c.is_ascii_digit() || c == '.';
        let mut rest = note.as_str();
        while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
            let from = rest.get(start..).unwrap_or_default();
            let end = from.find(|c: char| !is_part(c)).unwrap_or(from.len());
            let (word, after) = from.split_at(end);
            let dotted = word.trim_end_matches('.');
            let code = CommodityCode::parse(dotted).ok().filter(|code| code.length() >= 8 && dotted == code.to_string());
            let is_run = after.starts_with(['-', '–']) && code.is_some();
            match (run.take(), code) {
                (_, None) => {}
                (Some(first), Some(last)) if first < last => found.push(Link { first, last }),
                (_, Some(code)) if is_run => run = Some(code),
                (_, Some(code)) => found.push(Link { first: code, last: code }),
            }
            rest = after;
        }
        found.extend(run.map(|first| Link { first, last: first }));
    }
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::{links, units};

    #[test]
    fn footnotes_link_to_headings() {
        let found = |note: &str| links(&[note.to_owned()]).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(found("See 9903.88.15. "), ["9903.88.15"]);
        assert_eq!(found("See subheadings 9902.11.01-9902.11.09."), ["9902.11.01-9902.11.09"]);
        assert_eq!(found("See 9903.88.15 and\u{a0}9903.91.01."), ["9903.88.15", "9903.91.01"]);
        assert_eq!(found("See U.S. note 20 to subchapter III, chapter 99. See 9903.88.01-."), ["9903.88.01"]);
        assert_eq!(found("Federal Excise Tax (26 U.S.C. 5001)."), Vec::<String>::new());
    }

    #[test]
    fn units_are_spelt_one_way() {
        assert_eq!(units(&["No.".into(), " kg".into(), "".into()]), "No,kg");
        assert_eq!(units(&["m²".into(), "\n".into()]), "m2");
    }
}
