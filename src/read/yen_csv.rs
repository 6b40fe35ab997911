//! The schedule of Japan as a table of its rows: level, heading, suffix, and a column for each kind of rate.
//!
//! Which of three rates is the general one: the temporary rate stands in place of the basic one, and the bound (WTO) rate in place of both where it is
//! lower. The table says so itself: a bound rate in brackets is not lower, so the other applies. A text with a mark or a range says something that this
//! reader does not know: the line is then unknown, with all three texts.

use super::hts_csv::records;
use super::official::Faults;
use crate::base::CommodityCode;
use crate::law::{OfficialLine, printed};
use std::collections::BTreeMap;

/// The columns this program reads.
const COLUMNS: [&str; 9] = ["level", "heading", "suffix", "desc", "unit1", "unit2", "r_基本", "r_暫定", "r_WTO協定"];

/// Tells whether a header is that of such a table.
pub(super) fn is_header(columns: &[String]) -> bool {
    ["heading", "suffix"].iter().all(|name| columns.iter().any(|column| column == name))
}

/// A row that rows further in may inherit from: its level and its three rates.
type Above = (u16, [String; 3]);

/// Reads the lines. A number of nine digits is kept as ten, with a nought behind it.
pub(super) fn lines(text: &str, columns: &[String], faults: &mut Faults<'_>) -> Option<Vec<OfficialLine>> {
    let missing: Vec<&str> = COLUMNS.into_iter().filter(|name| !columns.iter().any(|column| column == name)).collect();
    if !missing.is_empty() {
        let header = 0..text.lines().next().map_or(0, str::len);
        let help = format!("the table has the columns {}", COLUMNS.join(", "));
        faults.tell(header, format!("the table lacks the columns {}", missing.join(", ")), "in this header", Some(help));
        return None;
    }
    let at = COLUMNS.map(|name| columns.iter().position(|column| column == name).unwrap_or(usize::MAX));
    let mut stack: Vec<Above> = Vec::new();
    let mut found: BTreeMap<CommodityCode, OfficialLine> = BTreeMap::new();
    for record in records(text, faults)? {
        let [level, heading, suffix, description, unit_1, unit_2, basic, temporary, bound] =
            at.map(|column| printed(record.fields.get(column).unwrap_or_default()).into_owned());
        let Ok(level) = level.parse::<u16>() else {
            let message = format!("`{}` is not a level", level.chars().take(40).collect::<String>());
            if faults.tell(record.bytes, message, "in this row", None) { continue } else { break }
        };
        stack.truncate(stack.iter().rposition(|(above, _)| *above < level).map_or(0, |last| last + 1));
        let mut rates = [basic, temporary, bound];
        for (column, rate) in rates.iter_mut().enumerate().filter(|(_, rate)| rate.is_empty()) {
            let above = stack.iter().rev().filter_map(|(_, rates)| rates.get(column)).find(|text| !text.is_empty());
            *rate = above.cloned().unwrap_or_default();
        }
        if !suffix.is_empty() {
            let code = match CommodityCode::parse(&format!("{heading}{suffix}0")) {
                Ok(code) if code.length() == 10 => code,
                Ok(_) | Err(_) => {
                    let message = format!("`{heading}` and `{suffix}` are no number of nine digits");
                    if faults.tell(record.bytes, message, "in this row", None) { continue } else { break }
                }
            };
            let units = [unit_1, unit_2].into_iter().filter(|unit| !unit.is_empty()).collect::<Vec<_>>().join(",");
            let line = OfficialLine {
                code,
                description,
                general: general(&rates),
                special: String::new(),
                column_2: String::new(),
                units,
                rates_of: Some(code),
                links: Vec::new(),
                line: record.line,
            };
            match found.get_mut(&code) {
                // One number may stand twice, for two seasons: which of them, the flow's day does not tell here.
                Some(first) if first.general != line.general => {
                    first.general = format!("{} / {}: {}", first.general, line.description, line.general);
                }
                Some(_) => {}
                None => {
                    found.insert(code, line);
                }
            }
        }
        stack.push((level, rates));
    }
    Some(found.into_values().collect())
}

/// The general rate of a line's three; all three where they do not tell.
fn general(rates: &[String; 3]) -> String {
    let [basic, temporary, bound] = rates;
    let own = if temporary.is_empty() { basic } else { temporary };
    let all = || format!("基本 {basic}; 暫定 {temporary}; WTO {bound}");
    let in_brackets = |text: &str| text.starts_with(['(', '（']) && text.ends_with([')', '）']);
    // A mark, a range, or words for parts of the line.
    let has_mark = |text: &str| text.contains(['*', '●', '◎', '※', '〜', '～', '部']);
    if has_mark(bound) || has_mark(own) {
        return all();
    }
    if bound.is_empty() || in_brackets(bound) {
        if in_brackets(own) || own.is_empty() { all() } else { own.clone() }
    } else {
        bound.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::general;

    #[test]
    fn the_bound_rate_applies_unless_it_stands_in_brackets() {
        let of = |basic: &str, temporary: &str, bound: &str| general(&[basic.into(), temporary.into(), bound.into()]);
        assert_eq!(of("4,000,000円/頭", "", "3,400,000円/頭"), "3,400,000円/頭");
        assert_eq!(of("無税", "", "(無税)"), "無税");
        assert_eq!(of("(10%)", "8.5%", "(8.5%)"), "8.5%");
        assert_eq!(of("10%", "", ""), "10%");
        assert_eq!(of("(402円/kg)", "49円/kg", "*(341円/kg)"), "基本 (402円/kg); 暫定 49円/kg; WTO *(341円/kg)");
        assert_eq!(of("5%", "", "(無税)〜(3%)"), "基本 5%; 暫定 ; WTO (無税)〜(3%)");
        assert_eq!(of("(5%)", "", "(3%)"), "基本 (5%); 暫定 ; WTO (3%)");
    }
}
