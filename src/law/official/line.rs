//! Lines of an official file of a national schedule, and what differs between two of them.

use crate::base::{CommodityCode, Currency, Date};
use crate::law::special_rates;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A commodity code, or a run of them, that a line points to: `9903.88.15`, `9903.85.21-9903.85.27`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link {
    /// The code, or the first of the run.
    pub first: CommodityCode,
    /// The last of the run; the same as the first where it is one code.
    pub last: CommodityCode,
}

impl Link {
    /// Writes links with blanks between them.
    pub fn list(links: &[Self]) -> String {
        links.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// Reads what [`Link::list`] writes; words that are no codes are left out.
    pub fn parse_list(text: &str) -> Vec<Self> {
        let link = |word: &str| {
            let (first, last) = word.split_once('-').unwrap_or((word, word));
            Some(Self { first: CommodityCode::parse(first).ok()?, last: CommodityCode::parse(last).ok()? })
        };
        text.split_whitespace().filter_map(link).collect()
    }

    /// Tells whether it points to a code: the one it names, or one of its run.
    pub fn names(&self, code: CommodityCode) -> bool {
        (self.first.padded()..=self.last.padded()).contains(&code.cut(self.first.length()).padded())
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { write!(f, "{}", self.first) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

/// A line of 8 or 10 digits, with the texts that hold for it: its own, or those of the line it inherits from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficialLine {
    /// Its code.
    pub code: CommodityCode,
    /// What the goods are, in the words of the schedule.
    pub description: String,
    /// The column-1 general rate as printed, without markup and needless blanks.
    pub general: String,
    /// The column-1 special rates.
    pub special: String,
    /// The column-2 rate.
    pub column_2: String,
    /// The units of quantity with commas between them; of its first suffix where the line itself prints none.
    pub units: String,
    /// The line whose rates these are: the line itself, or the one above that it inherits from; `None` where no rate is printed.
    pub rates_of: Option<CommodityCode>,
    /// The headings its footnotes point to, such as those of chapter 99.
    pub links: Vec<Link>,
    /// The line of the file it stands on.
    pub line: u32,
}

impl OfficialLine {
    /// Tells whether the line prints its own rate, or none is printed anywhere above it.
    pub fn prints_its_rate(&self) -> bool {
        self.rates_of.is_none_or(|code| code == self.code)
    }

    /// Tells whether goods are charged under this line itself. In chapter 99 no goods are classified.
    pub fn is_charged_under(&self) -> bool {
        self.prints_its_rate() && self.code.cut(2).padded() < CHAPTER_99
    }
}

/// Where chapter 99 starts: it holds what measures of the law are entered under.
const CHAPTER_99: u64 = 9_900_000_000;

/// An official file of a national schedule, read.
#[derive(Clone, Debug)]
pub struct OfficialFile {
    /// Every line of 8 or 10 digits, in the order of the file.
    pub lines: Vec<OfficialLine>,
    /// The currency of its specific rates.
    pub currency: Currency,
    /// The first day it says of itself that it holds for, if it does.
    pub from: Option<Date>,
    /// Whether it has the reporting numbers below the lines, and chapter 99.
    pub is_whole: bool,
}

impl OfficialFile {
    /// Tells whether the file has footnotes that point somewhere: its export as CSV has none.
    pub fn has_links(&self) -> bool {
        self.lines.iter().any(|line| !line.links.is_empty())
    }
}

/// How a line differs between two revisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shift {
    /// The later one has a line that the earlier one lacks.
    Added,
    /// The earlier one has a line that the later one lacks.
    Gone,
    /// A text differs in law: which one, what it said, what it says.
    Changed {
        /// The column: `general`, `special`, `column-2`, `units`, or `footnotes` for the headings that these point to.
        column: &'static str,
        /// What the earlier one says.
        before: String,
        /// What the later one says.
        after: String,
    },
}

/// One difference between two revisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shifted {
    /// The line.
    pub code: CommodityCode,
    /// Its words in the revision that has it.
    pub description: String,
    /// Its general rate in the revision that has it.
    pub general: String,
    /// Whether it is a reporting number below a line, which changes statistics and not what is owed.
    pub is_number: bool,
    /// What differs.
    pub shift: Shift,
}

/// Lists what differs in law between two revisions, in the order of codes; blanks, markup, the order of symbols and the like do not count.
///
/// The headings that footnotes point to are compared where both files have any.
///
/// Lines that print a rate are compared by their first eight digits, so that a line newly split into suffixes has not changed in law. Reporting numbers
/// of ten digits are compared by their being there and their units, where both files have them all. Otherwise chapters that only one of them has are
/// left out: see [`lone_chapters`].
pub fn shifts(before: &OfficialFile, after: &OfficialFile) -> Vec<Shifted> {
    let both_whole = before.is_whole && after.is_whole;
    let lone = lone_chapters(before, after);
    let with_links = before.has_links() && after.has_links();
    let lines = |file: &OfficialFile| -> BTreeMap<CommodityCode, usize> {
        let rated = |line: &OfficialLine| if both_whole { line.prints_its_rate() } else { line.is_charged_under() };
        let all = file.lines.iter().enumerate().filter(|(_, line)| rated(line) && !lone.contains(&line.code.cut(2)));
        all.map(|(at, line)| (line.code.cut(8), at)).collect()
    };
    let numbers = |file: &OfficialFile| -> BTreeMap<CommodityCode, usize> {
        let all = file.lines.iter().enumerate().filter(|(_, line)| both_whole && line.code.length() == 10);
        all.map(|(at, line)| (line.code, at)).collect()
    };
    let mut found = Vec::new();
    let mut whole = BTreeSet::new();
    for (old, new, is_number) in [(lines(before), lines(after), false), (numbers(before), numbers(after), true)] {
        let all: BTreeSet<CommodityCode> = old.keys().chain(new.keys()).copied().collect();
        for code in all {
            let one = |file: &'_ OfficialFile, at: Option<&usize>| at.and_then(|at| file.lines.get(*at)).cloned();
            let (a, b) = (one(before, old.get(&code)), one(after, new.get(&code)));
            // What stands below a line that came or went came and went with it.
            if is_number && whole.contains(&code.cut(8)) {
                continue;
            }
            let changes = match (&a, &b) {
                (Some(a), Some(b)) => changed(a, b, is_number, with_links && !is_number),
                (None, Some(_)) => vec![Shift::Added],
                (Some(_), None) => vec![Shift::Gone],
                (None, None) => Vec::new(),
            };
            let Some(line) = b.or(a) else { continue };
            for shift in changes {
                if matches!(shift, Shift::Added | Shift::Gone) {
                    whole.insert(code);
                }
                let (description, general) = (line.description.clone(), line.general.clone());
                found.push(Shifted { code: line.code, description, general, is_number, shift });
            }
        }
    }
    found.sort_by_key(|one| one.code);
    found
}

/// The chapters of which only one of two revisions has lines, where one of them is not a whole file.
pub fn lone_chapters(before: &OfficialFile, after: &OfficialFile) -> Vec<CommodityCode> {
    if before.is_whole && after.is_whole {
        return Vec::new();
    }
    let chapters = |file: &OfficialFile| -> BTreeSet<CommodityCode> {
        file.lines.iter().filter(|line| line.is_charged_under()).map(|line| line.code.cut(2)).collect()
    };
    chapters(before).symmetric_difference(&chapters(after)).copied().collect()
}

fn changed(a: &OfficialLine, b: &OfficialLine, is_number: bool, with_links: bool) -> Vec<Shift> {
    let sorted = |line: &OfficialLine| {
        let links: BTreeSet<Link> = line.links.iter().copied().collect();
        Link::list(&links.into_iter().collect::<Vec<_>>())
    };
    let (a_links, b_links) = if with_links { (sorted(a), sorted(b)) } else { (String::new(), String::new()) };
    let columns = [
        ("general", &a.general, &b.general),
        ("special", &a.special, &b.special),
        ("column-2", &a.column_2, &b.column_2),
        ("units", &a.units, &b.units),
        ("footnotes", &a_links, &b_links),
    ];
    // What a number inherits is told once, at the line that prints it; the units of a line are those of its numbers.
    let asked = columns.into_iter().filter(|(column, ..)| !is_number || *column == "units");
    asked
        .filter(
            |(column, a, b)| {
                if *column == "special" { in_law_special(a) != in_law_special(b) } else { in_law(a) != in_law(b) }
            },
        )
        .filter(|(column, ..)| is_number || *column != "units" || a.code.length() == b.code.length())
        .map(|(column, before, after)| Shift::Changed { column, before: before.clone(), after: after.clone() })
        .collect()
}

/// What a text says, without the accidents of its typography.
fn in_law(text: &str) -> String {
    let plain: String = crate::law::printed(text)
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '²' => '2',
            '³' => '3',
            c => c.to_ascii_lowercase(),
        })
        .collect();
    // `m2,kg.` and `No.` with and without the dot are one.
    plain.split(',').map(|part| part.trim_end_matches('.')).collect::<Vec<_>>().join(",")
}

/// What a special column offers: each group's rate with its symbols in alphabetical order; or the words, where there are no groups.
fn in_law_special(text: &str) -> Vec<(String, Vec<String>)> {
    let printed = crate::law::printed(text);
    let groups = special_rates(&printed);
    if groups.is_empty() {
        return vec![(in_law(text), Vec::new())];
    }
    let mut all: Vec<(String, Vec<String>)> = groups
        .iter()
        .map(|group| {
            let mut symbols: Vec<String> =
                group.symbols.iter().map(|symbol| symbol.trim_matches(['.', ' ']).to_owned()).collect();
            symbols.sort();
            (in_law(group.text), symbols)
        })
        .collect();
    all.sort();
    all
}
