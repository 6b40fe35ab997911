//! The schedule of Japan as a table of its rows: level, heading, suffix, and a column for each kind of rate.
//!
//! Which of three rates is the general one: the temporary rate stands in place of the basic one, and the bound (WTO) rate in place of both where it is
//! lower. The table says so itself: a bound rate in brackets is not lower, so the other applies. A text with a mark says something that this
//! reader does not know: the line is then unknown, with all three texts.
//!
//! The columns of preferences become the special column: each rate with the names of the columns that print it. A rate within a quota has a name of
//! its own (`CPTPP:in-quota`), since it is another claim.

use super::hts_csv::records;
use super::official::Faults;
use crate::base::{CommodityCode, Percent, parse_number};
use crate::law::{OfficialLine, printed, special_rates};
use std::collections::BTreeMap;

/// The columns this program reads.
const COLUMNS: [&str; 9] = ["level", "heading", "suffix", "desc", "unit1", "unit2", "r_基本", "r_暫定", "r_WTO協定"];

/// Tells whether a header is that of such a table.
pub(super) fn is_header(columns: &[String]) -> bool {
    ["heading", "suffix"].iter().all(|name| columns.iter().any(|column| column == name))
}

/// A row that rows further in may inherit from: its level and its rates, the three general ones first.
type Above = (u16, Vec<String>);

/// Which column stands where: those of the header, and the columns of preferences with the names they have in the special column.
struct Places {
    fixed: [usize; COLUMNS.len()],
    preferences: Vec<(String, usize)>,
}

impl Places {
    fn of(columns: &[String]) -> Self {
        let fixed = COLUMNS.map(|name| columns.iter().position(|column| column == name).unwrap_or(usize::MAX));
        let preferences =
            columns.iter().enumerate().filter(|(_, name)| !COLUMNS.contains(&name.as_str())).filter_map(|(at, name)| {
                let name = name.strip_prefix("r_")?;
                Some((name.strip_prefix("EPA_").unwrap_or(name).to_owned(), at))
            });
        Self { fixed, preferences: preferences.collect() }
    }
}

/// Reads the lines. A number of nine digits is kept as ten, with a nought behind it.
pub(super) fn lines(text: &str, columns: &[String], faults: &mut Faults<'_>) -> Option<Vec<OfficialLine>> {
    let missing: Vec<&str> = COLUMNS.into_iter().filter(|name| !columns.iter().any(|column| column == name)).collect();
    if !missing.is_empty() {
        let header = 0..text.lines().next().map_or(0, str::len);
        let help = format!("the table has the columns {}", COLUMNS.join(", "));
        faults.tell(header, format!("the table lacks the columns {}", missing.join(", ")), "in this header", Some(help));
        return None;
    }
    let places = Places::of(columns);
    let mut stack: Vec<Above> = Vec::new();
    let mut found: BTreeMap<CommodityCode, OfficialLine> = BTreeMap::new();
    for record in records(text, faults)? {
        let field = |column: usize| whole(&printed(record.fields.get(column).unwrap_or_default()));
        let [level, heading, suffix, description, unit_1, unit_2, basic, temporary, bound] = places.fixed.map(field);
        let Ok(level) = level.parse::<u16>() else {
            let message = format!("`{}` is not a level", level.chars().take(40).collect::<String>());
            if faults.tell(record.bytes, message, "in this row", None) { continue } else { break }
        };
        stack.truncate(stack.iter().rposition(|(above, _)| *above < level).map_or(0, |last| last + 1));
        let mut rates = vec![basic, temporary, bound];
        rates.extend(places.preferences.iter().map(|(_, column)| field(*column)));
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
            let names = places.preferences.iter().map(|(name, _)| name.as_str());
            let line = OfficialLine {
                code,
                description,
                general: general(&rates),
                special: special(names.zip(rates.iter().skip(3).map(String::as_str))),
                column_2: String::new(),
                units,
                rates_of: Some(code),
                links: Vec::new(),
                line: record.line,
            };
            match found.get_mut(&code) {
                // One number may stand twice, for two seasons: which of them, the flow's day does not tell here.
                Some(first) if first.general != line.general || first.special != line.special => {
                    if first.general != line.general {
                        first.general = format!("{} / {}: {}", first.general, line.description, line.general);
                    }
                    first.special = both_seasons(&first.special, &line.special);
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

/// Puts together what the end of a line in print has parted: `29.8%+ / 915円/kg`, `500円 / /kg`.
fn whole(text: &str) -> String {
    text.replace('\u{3000}', " ").replace("+ / ", "+").replace("＋ / ", "＋").replace(" / /", "/").replace("〜 / ", "〜")
}

/// The general rate of a line's three; all three where they do not tell.
fn general(rates: &[String]) -> String {
    let text = |number: usize| rates.get(number).map_or("", String::as_str);
    let (basic, temporary, bound) = (text(0), text(1), text(2));
    let own = if temporary.is_empty() { basic } else { temporary };
    let all = || format!("基本 {basic}; 暫定 {temporary}; WTO {bound}");
    let in_brackets = |text: &str| text.starts_with(['(', '（']) && text.ends_with([')', '）']);
    // A mark; a range, or words for parts of the line.
    let has_mark = |text: &str| text.contains(['*', '●', '◎', '※']);
    let is_spread = |text: &str| text.contains(['〜', '～', '部']);
    if has_mark(bound) || has_mark(own) || is_spread(own) {
        return all();
    }
    if is_spread(bound) && !(in_brackets(bound) && names_nothing_lower(bound, own)) {
        return all();
    }
    if bound.is_empty() || in_brackets(bound) {
        if in_brackets(own) || own.is_empty() { all() } else { own.to_owned() }
    } else {
        bound.to_owned()
    }
}

/// Tells whether a text of several bound rates names none below the line's own: whichever of them is meant, the own one applies.
fn names_nothing_lower(bound: &str, own: &str) -> bool {
    if own == FREE {
        return true;
    }
    let Ok(own) = Percent::parse(own) else { return false };
    let plain = bound.replace('％', "%");
    let numbers: Vec<&str> = plain.split(|c: char| !(c.is_ascii_digit() || c == '.')).filter(|part| !part.is_empty()).collect();
    // Each number must be a percentage: an amount of money cannot be compared.
    let all_percent = plain.matches('%').count() == numbers.len() && !plain.contains('円') && !plain.contains(FREE);
    all_percent && numbers.iter().all(|number| parse_number(number).is_ok_and(|points| points >= own.points()))
}

/// The word for free of duty.
const FREE: &str = "無税";

/// The words for goods within a quota, and outside of it.
const WITHIN: &str = "関税割当数量以内のもの ";
const OUTSIDE: &str = "関税割当数量以外のもの ";

/// What stands behind a column's name for its rate within a quota.
const IN_QUOTA: &str = ":in-quota";

/// The preferences of a line in the form of a special column: each rate once, with the columns that print it.
fn special<'a>(columns: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (name, text) in columns.filter(|(_, text)| !text.is_empty()) {
        for (rate, name) in by_quota(text, name) {
            // Brackets part the groups of a special column.
            let rate = rate.replace('(', "（").replace(')', "）");
            match groups.iter_mut().find(|(known, _)| *known == rate) {
                Some((_, names)) => names.push(name),
                None => groups.push((rate, vec![name])),
            }
        }
    }
    groups.iter().map(|(rate, names)| format!("{rate} ({})", names.join(","))).collect::<Vec<_>>().join(" ")
}

/// Parts a rate within a quota from the one outside of it; any other text is one rate.
fn by_quota<'a>(text: &'a str, name: &str) -> Vec<(&'a str, String)> {
    let parts: Option<Vec<(&str, String)>> = text
        .split(" / ")
        .map(|part| match (part.strip_prefix(WITHIN), part.strip_prefix(OUTSIDE)) {
            (Some(rate), _) => Some((rate, format!("{name}{IN_QUOTA}"))),
            (None, Some(rate)) => Some((rate, name.to_owned())),
            (None, None) => None,
        })
        .collect();
    // Two rates of one name would hide one of them.
    let twice = |parts: &[(&str, String)]| parts.iter().any(|a| parts.iter().filter(|b| a.1 == b.1).count() > 1);
    parts.filter(|parts| !twice(parts)).unwrap_or_else(|| vec![(text, name.to_owned())])
}

/// The preferences of a number that stands twice: those that both print alike, and the texts of both where they do not.
fn both_seasons(first: &str, second: &str) -> String {
    let named = |text: &str| -> BTreeMap<String, String> {
        let groups = special_rates(text);
        groups.iter().flat_map(|group| group.symbols.iter().map(|name| ((*name).to_owned(), group.text.to_owned()))).collect()
    };
    let (a, b) = (named(first), named(second));
    let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let texts: Vec<(&str, String)> = names
        .into_iter()
        .map(|name| {
            let text = |of: &BTreeMap<String, String>| of.get(name).map_or("-", String::as_str).to_owned();
            let (one, other) = (text(&a), text(&b));
            (name.as_str(), if one == other { one } else { format!("{one} / {other}") })
        })
        .collect();
    special(texts.iter().map(|(name, text)| (*name, text.as_str())))
}

#[cfg(test)]
mod tests {
    use super::{general, special};

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

    #[test]
    fn several_bound_rates_leave_the_own_one_where_none_of_them_is_lower() {
        let of = |own: &str, bound: &str| general(&[own.into(), String::new(), bound.into()]);
        assert_eq!(of("3%", "(3%)〜(6%)"), "3%");
        assert_eq!(of("無税", "(無税)〜(8.4%)"), "無税");
        assert_eq!(of("3.5%", "(一部3.5%）"), "3.5%");
        assert_eq!(of("無税", "(一部2%〜3.5%)"), "無税");
        for (own, bound) in [
            ("5%", "(3%)〜(6%)"),
            ("3%", "●2.5%〜(4.8%)"),
            ("3%", "(3%)〜(6円/kg)"),
            ("3%", "2%〜(6%)"),
            ("無税", "**(71.80円/kg)"),
        ] {
            assert_eq!(of(own, bound), format!("基本 {own}; 暫定 ; WTO {bound}"));
        }
    }

    #[test]
    fn preferences_become_groups_of_a_special_column() {
        let columns = [
            ("豪州", "24.1%"),
            ("CPTPP", "20.8%"),
            ("英国", "20.8%"),
            ("チリ", "関税割当数量以内のもの 30.8%"),
            ("欧州連合", "関税割当数量以内のもの 無税 / 関税割当数量以外のもの (535円-課税価格)/kg"),
            ("ペルー", "関税割当数量以内のもの 1% / 関税割当数量以内のもの 2%"),
        ];
        assert_eq!(
            special(columns.into_iter()),
            "24.1% (豪州) 20.8% (CPTPP,英国) 30.8% (チリ:in-quota) 無税 (欧州連合:in-quota) （535円-課税価格）/kg (欧州連合) \
             関税割当数量以内のもの 1% / 関税割当数量以内のもの 2% (ペルー)"
        );
    }
}
