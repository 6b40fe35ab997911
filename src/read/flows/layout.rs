//! What the head of a file of flows says: where its header stands, which columns it has, how it is laid out.

use super::FlowOptions;
use super::columns::{Columns, Role, ValueColumn, folded, unit_in_name};
use super::lines::{Fields, Found, Lines};
use crate::base::{Decimal, Unit, nearest};
use crate::diag::{Code, Diagnostic};
use crate::read::guidance;
use crate::scenario::{FlowFileHead, FlowLayout, UsedColumn};

/// How many lines at most are looked through for the header.
pub(in crate::read) const MOST_LINES_ABOVE: usize = 40;
/// How many names of columns a message lists.
const MOST_NAMES: usize = 30;

/// A header, found.
pub(in crate::read) struct Header {
    pub(in crate::read) line: u64,
    pub(in crate::read) names: Vec<String>,
    pub(in crate::read) columns: Columns,
    /// Words above the header.
    above: Vec<String>,
}

impl Header {
    /// Takes the names of columns that stand on no line of text.
    pub(in crate::read) fn of_names(names: &[String], named: &[(Role, String)]) -> Self {
        Self { line: 0, names: names.to_vec(), columns: Columns::of(names, named), above: Vec::new() }
    }
}

/// Looks for the first line with the columns that `enough` asks for; where there is none, the line that comes nearest is returned as the error.
pub(in crate::read) fn header(
    lines: &mut Lines,
    fields: &mut Fields,
    named: &[(Role, String)],
    enough: impl Fn(&Columns) -> bool,
) -> std::io::Result<Result<Header, Option<Header>>> {
    let mut nearest: Option<Header> = None;
    let mut above = Vec::new();
    for _ in 0..MOST_LINES_ABOVE {
        match lines.next()? {
            Found::End => break,
            Found::TooLong => continue,
            Found::Line => {}
        }
        if !fields.split(lines.line()) || fields.is_blank(lines.line()) {
            continue;
        }
        let names = fields.texts(lines.line());
        let columns = Columns::of(&names, named);
        let header = Header { line: lines.number, names, columns, above: above.clone() };
        if enough(&header.columns) {
            return Ok(Ok(header));
        }
        above.push(header.names.join(" ").chars().take(200).collect());
        let score = |header: &Header| (header.columns.found(), header.names.len());
        if nearest.as_ref().is_none_or(|best| score(best) < score(&header)) {
            nearest = Some(header);
        }
    }
    Ok(Err(nearest))
}

/// The columns to read of each row.
pub(in crate::read) struct Plan {
    pub(in crate::read) width: usize,
    pub(in crate::read) code: usize,
    /// `None` where the origin is that of the whole file.
    pub(in crate::read) origin: Option<usize>,
    pub(in crate::read) value: usize,
    pub(in crate::read) scale: Decimal,
    pub(in crate::read) columns: Columns,
    /// Whether a code may be a list of codes, or `all`.
    pub(in crate::read) lists: bool,
    /// Whether a description stands behind the code.
    pub(in crate::read) described: bool,
    /// The columns of a date or time, a year, a month and a day, where there is any.
    pub(in crate::read) time: Option<[Option<usize>; 4]>,
    pub(in crate::read) district: Option<usize>,
    pub(in crate::read) figure: Option<usize>,
    /// The two quantities and their units.
    pub(in crate::read) quantities: [Option<(usize, UnitOf)>; 2],
    /// The columns of words: those of [`WORDS`], in that order; none where there is no such column, nor one of facts.
    pub(in crate::read) words: Option<[Option<usize>; 4]>,
    pub(in crate::read) head: FlowFileHead,
}

impl Plan {
    /// Returns the columns that are read.
    pub(in crate::read) fn used(&self) -> Vec<usize> {
        let roles = self.columns.roles().iter().map(|(_, column)| *column);
        let named = self.columns.shares.iter().chain(&self.columns.facts).map(|(_, column)| *column);
        roles.chain([self.value]).chain(named).collect()
    }
}

/// Where the unit of a quantity stands.
#[derive(Clone, Copy, Debug)]
pub(in crate::read) enum UnitOf {
    /// In a column.
    Column(usize),
    /// In the name of the column.
    Name(Unit),
}

/// The roles of words.
pub(in crate::read) const WORDS: [Role; 4] = [Role::Id, Role::Entry, Role::Group, Role::Claims];

/// Chooses the columns to read.
pub(in crate::read) fn plan(path: &str, compressed: bool, header: Header, options: &FlowOptions) -> Result<Plan, Diagnostic> {
    let Header { line, names, columns, above } = header;
    let bad = |message: String| Diagnostic::new(Code::BadTable, message);
    let name = |column: usize| names.get(column).map_or("", String::as_str);
    let value = value_column(path, &names, &columns, options)?.clone();
    let origin = columns.get(Role::Origin);
    let Some(code) = columns.get(Role::Code).filter(|_| origin.is_some() || options.origin.is_some()) else {
        return Err(lacks(path, &names, &columns, options.origin.is_some()));
    };
    let taken: Vec<usize> = columns.roles().iter().map(|(_, column)| *column).chain([value.column]).collect();
    let twice = taken.iter().find(|column| {
        let wanted = folded(name(**column));
        names.iter().filter(|other| folded(other) == wanted).count() > 1
    });
    if let Some(column) = twice {
        return Err(bad(format!("`{path}` has two columns called `{}`", name(*column))).help("give them different names"));
    }
    let years: Vec<&ValueColumn> = columns.values.iter().filter(|value| value.year.is_some()).collect();
    let has_time = [Role::Year, Role::Entered].iter().any(|role| columns.get(*role).is_some());
    if let Some(year) = options.year
        && value.year.is_none()
        && !has_time
    {
        return Err(bad(format!("`{path}` does not say of which year its flows are")).help(format!("leave {year} out")));
    }
    let layout = layout(&names, &columns, &above, name(code), years.len());
    let mut notes = Vec::new();
    let pair = |quantity: Role, unit: Role, notes: &mut Vec<String>| {
        let quantity = columns.get(quantity)?;
        let in_name = || unit_in_name(name(quantity)).map(|(_, unit)| UnitOf::Name(unit));
        let unit = in_name().or_else(|| columns.get(unit).map(UnitOf::Column));
        if unit.is_none() {
            notes.push(format!("`{}` is not read: no column names its unit", name(quantity)));
        }
        Some((quantity, unit?))
    };
    let quantities = [pair(Role::Quantity, Role::Unit, &mut notes), pair(Role::SecondQuantity, Role::SecondUnit, &mut notes)];
    let unread = |role: Role| match role {
        Role::Quantity => quantities.first().is_none_or(Option::is_none),
        Role::SecondQuantity => quantities.last().is_none_or(Option::is_none),
        Role::Unit
        | Role::SecondUnit
        | Role::Code
        | Role::Origin
        | Role::Value
        | Role::Entered
        | Role::Year
        | Role::Month
        | Role::Day
        | Role::District
        | Role::Figure
        | Role::Id
        | Role::Entry
        | Role::Group
        | Role::Claims => false,
    };
    let mut used: Vec<UsedColumn> = columns
        .roles()
        .iter()
        .filter(|(role, _)| !unread(*role))
        .map(|(role, column)| UsedColumn { role: role.name(), name: name(*column).to_owned() })
        .collect();
    used.insert(used.len().min(2), UsedColumn { role: Role::Value.name(), name: name(value.column).to_owned() });
    used.extend(columns.shares.iter().map(|(_, column)| UsedColumn { role: "share", name: name(*column).to_owned() }));
    used.extend(columns.facts.iter().map(|(_, column)| UsedColumn { role: "fact", name: name(*column).to_owned() }));
    let is_used = |column: &usize| {
        *column == value.column
            || columns.roles().iter().any(|(role, other)| other == column && !unread(*role))
            || columns.shares.iter().chain(&columns.facts).any(|(_, other)| other == column)
    };
    let unused = (0..names.len()).filter(|column| !is_used(column)).map(|column| short(name(column))).filter(|n| !n.is_empty());
    if value.scale != Decimal::ONE {
        notes.push(format!(
            "`{}` counts in {}: values are multiplied by it",
            name(value.column),
            crate::base::grouped(value.scale)
        ));
    }
    if layout == FlowLayout::Groups {
        notes.push("groups of codes may overlap: the sum over all rows may count goods more than once".into());
    }
    // A column of values does not tell which way the goods went; the words above it may.
    let exports = above.iter().find(|words| folded(words).contains("exports") && !folded(words).contains("imports"));
    let exports = exports.map(|words| words.trim().chars().take(60).collect::<String>());
    if let Some(words) = &exports {
        notes.push(format!("above its columns the file says `{words}`: its values are of exports, its countries those of destination, and no import duty falls on them"));
    }
    let head = FlowFileHead {
        path: path.to_owned(),
        layout,
        compressed,
        header_line: line,
        used,
        unused: unused.collect(),
        shares: columns.shares.iter().map(|(share, _)| share.clone()).collect(),
        facts: columns.facts.iter().map(|(fact, _)| fact.clone()).collect(),
        year: value.year.or(options.year),
        scale: value.scale,
        exports,
        notes,
    };
    Ok(Plan {
        width: names.len(),
        code,
        origin,
        value: value.column,
        scale: value.scale,
        lists: layout == FlowLayout::Groups,
        described: layout == FlowLayout::UsaTradeOnline,
        time: Some([Role::Entered, Role::Year, Role::Month, Role::Day].map(|role| columns.get(role)))
            .filter(|time| time.iter().any(Option::is_some)),
        district: columns.get(Role::District),
        figure: columns.get(Role::Figure),
        words: Some(WORDS.map(|role| columns.get(role)))
            .filter(|words| !columns.facts.is_empty() || words.iter().any(Option::is_some)),
        quantities,
        head,
        columns,
    })
}

/// Chooses among value columns of several years.
fn value_column<'c>(
    path: &str,
    names: &[String],
    columns: &'c Columns,
    options: &FlowOptions,
) -> Result<&'c ValueColumn, Diagnostic> {
    let bad = |message: String| Diagnostic::new(Code::BadTable, message);
    let years = || {
        let years: Vec<String> = columns.values.iter().filter_map(|value| value.year).map(|year| year.to_string()).collect();
        years.join(", ")
    };
    match (columns.values.as_slice(), options.year) {
        ([], _) => Err(lacks(path, names, columns, options.origin.is_some())),
        (values, Some(year)) if values.iter().any(|value| value.year.is_some()) => values
            .iter()
            .find(|value| value.year == Some(year))
            .ok_or_else(|| bad(format!("`{path}` has no column for {year}")).help(format!("its years are {}", years()))),
        ([value], _) => Ok(value),
        (values, _) if values.iter().all(|value| value.year.is_some()) => {
            Err(bad(format!("`{path}` has a column for each of several years"))
                .help(format!("choose one with `--year`: {}", years())))
        }
        (values, _) => {
            let all: Vec<String> =
                values.iter().filter_map(|value| names.get(value.column)).map(|name| format!("`{}`", name.trim())).collect();
            let alike = all.iter().enumerate().any(|(at, name)| all.iter().take(at).any(|other| other == name));
            let help = if alike {
                "columns of one heading cannot be told apart: rename or drop all but one in the file"
            } else {
                "name one of them: `--column value=…`; `columns = { value = \"…\" }` in a [[flow-file]]"
            };
            Err(bad(format!("`{path}` has several columns that may be the value: {}", all.join(", "))).help(help))
        }
    }
}

/// Says which columns a file lacks, and which it has.
pub(in crate::read) fn lacks(path: &str, names: &[String], columns: &Columns, origin: bool) -> Diagnostic {
    let missing = columns.missing(origin);
    let shown: Vec<&str> = missing.iter().map(|role| role.name()).collect();
    let called: Vec<String> = missing.iter().map(|role| format!("{} is called {}", role.name(), role.examples())).collect();
    let shares_only = missing == [Role::Value] && !columns.shares.is_empty();
    let help = if let Some(help) = guidance::no_flows(path) {
        help
    } else if shares_only {
        "a table of shares goes beside the flows, with `--shares`".to_owned()
    } else {
        format!("a column of the {}", called.join("; of the "))
    };
    let message = format!("`{path}` has no column for the {}; it has {}", shown.join(", the "), listed(names));
    Diagnostic::new(Code::BadTable, message).help(help)
}

/// Says that a column named by hand is not there.
pub(in crate::read) fn misnamed(path: &str, names: &[String], named: &[(Role, String)]) -> Option<Diagnostic> {
    let (role, wanted) = named.iter().find(|(_, wanted)| !names.iter().any(|name| folded(name) == folded(wanted)))?;
    let help = nearest(wanted, names.iter().map(String::as_str))
        .map_or_else(|| format!("it has {}", listed(names)), |near| format!("did you mean `{near}`?"));
    let message = format!("`{path}` has no column `{}` for the {}", short(wanted), role.name());
    Some(Diagnostic::new(Code::BadTable, message).help(help))
}

/// Lists names of columns, the first few of very many.
pub(in crate::read) fn listed(names: &[String]) -> String {
    let mut has: Vec<String> =
        names.iter().filter(|name| !name.is_empty()).take(MOST_NAMES).map(|name| format!("`{}`", short(name))).collect();
    if names.len() > MOST_NAMES {
        has.push(format!("and {} more", names.len() - MOST_NAMES));
    }
    has.join(", ")
}

fn short(name: &str) -> String {
    name.chars().take(60).collect()
}

/// Tells the layout by what only it has.
fn layout(names: &[String], columns: &Columns, above: &[String], code: &str, years: usize) -> FlowLayout {
    let has = |wanted: &str| names.iter().any(|name| folded(name) == wanted);
    if folded(code).contains("prefixes") {
        FlowLayout::Groups
    } else if above.iter().any(|words| words.contains("Data Row Count")) || (columns.get(Role::Figure).is_some() && years > 0) {
        FlowLayout::DataWeb
    } else if has("commodity") && folded(code) == "commodity" && (columns.get(Role::District).is_some() || has("time")) {
        FlowLayout::UsaTradeOnline
    } else if has("ctycode") {
        FlowLayout::Census
    } else {
        FlowLayout::ByName
    }
}
