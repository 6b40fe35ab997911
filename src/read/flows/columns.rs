//! Which column of a file of flows is which, by its name. Case, blanks, underscores and brackets do not matter.

use crate::base::{Decimal, Unit};

/// What a column can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::read) enum Role {
    Code,
    Origin,
    Value,
    Quantity,
    Unit,
    SecondQuantity,
    SecondUnit,
    Entered,
    Year,
    Month,
    Day,
    District,
    Figure,
    Id,
    Entry,
    Group,
    Claims,
}

/// The names of a role, the one to prefer first. Written without case and punctuation.
struct Synonyms {
    role: Role,
    name: &'static str,
    names: &'static [&'static str],
}

static SYNONYMS: [Synonyms; 17] = [
    Synonyms {
        role: Role::Code,
        name: "code",
        names: &[
            "hts10",
            "hs10",
            "hts22",
            "icommodity",
            "ecommodity",
            "commoditycode",
            "htsnumber",
            "htscode",
            "htsno",
            "htsnum",
            "hts",
            "tarifflinecode",
            "tariffline",
            "productcode",
            "cmdcode",
            "commodity",
            "hts8",
            "hs8",
            "cn8",
            "hs6",
            "hts6",
            "hs6code",
            "hscode",
            "hs",
            "hs4",
            "hts4",
            "hs2",
            "hts2",
            "hsprefixes",
            "hsprefix",
            "htsprefix",
            "code",
            "product",
        ],
    },
    Synonyms {
        role: Role::Origin,
        name: "origin",
        names: &[
            "ctycode",
            "countrycode",
            "partnercountrycode",
            "origincode",
            "iso2",
            "iso2code",
            "countryiso2",
            "originiso2",
            "partneriso2",
            "iso3",
            "iso3code",
            "countryiso3",
            "originiso3",
            "partneriso",
            "partneriso3",
            "exporteriso3code",
            "exporteriso3",
            "countryoforigin",
            "origincountry",
            "origin",
            "country",
            "ctyname",
            "countryname",
            "partner",
            "partnername",
            "partnercountry",
            "partnerdesc",
            "cty",
            "exporter",
        ],
    },
    Synonyms {
        role: Role::Value,
        name: "value",
        names: &[
            "conval",
            "convalmo",
            "customsvaluecons",
            "conscustomsvalue",
            "customsvalue",
            "customsvalueimportsforconsumption",
            "importsforconsumption",
            "imports",
            "import",
            "importvalue",
            "importsvalue",
            "customsvaluegen",
            "gencustomsvalue",
            "genval",
            "genvalmo",
            "fasvalue",
            "tradevalue",
            "primaryvalue",
            "totalvalue",
            "value",
            "amount",
        ],
    },
    Synonyms {
        role: Role::Quantity,
        name: "quantity",
        names: &[
            "quantity",
            "quantity1",
            "firstquantity",
            "firstunitofquantity",
            "conqy1mo",
            "conqy1",
            "qty1",
            "qty",
            "conqtymo",
        ],
    },
    Synonyms {
        role: Role::Unit,
        name: "unit",
        names: &[
            "unit",
            "unit1",
            "quantityunit",
            "quantity1unit",
            "unitqy1",
            "unitofquantity",
            "quantitydescription",
            "uom",
            "qtyunit",
        ],
    },
    Synonyms {
        role: Role::SecondQuantity,
        name: "second quantity",
        names: &["quantity2", "secondquantity", "secondunitofquantity", "conqy2mo", "conqy2", "qty2"],
    },
    Synonyms { role: Role::SecondUnit, name: "second unit", names: &["unit2", "quantity2unit", "unitqy2"] },
    Synonyms {
        role: Role::Entered,
        name: "entered",
        names: &["entered", "entrydate", "dateofentry", "date", "time", "timeperiod", "period"],
    },
    Synonyms { role: Role::Year, name: "year", names: &["year", "yr", "refyear", "years"] },
    Synonyms { role: Role::Month, name: "month", names: &["month", "mon", "mo", "refmonth"] },
    Synonyms { role: Role::Day, name: "day", names: &["day"] },
    Synonyms { role: Role::District, name: "district", names: &["district", "distentry", "districtofentry", "port"] },
    Synonyms { role: Role::Figure, name: "figure", names: &["datatype"] },
    Synonyms {
        role: Role::Id,
        name: "id",
        names: &["id", "lineid", "line", "lineno", "linenumber", "entryline", "entrylineno", "lineitem", "itemno"],
    },
    Synonyms {
        role: Role::Entry,
        name: "entry",
        names: &[
            "entry",
            "entryno",
            "entrynumber",
            "entrysummary",
            "entrysummaryno",
            "entrysummarynumber",
            "declaration",
            "declarationno",
            "declarationnumber",
        ],
    },
    Synonyms { role: Role::Group, name: "group", names: &["group"] },
    Synonyms {
        role: Role::Claims,
        name: "claims",
        names: &["claims", "claim", "preference", "preferenceprogram", "spi", "spicode", "specialprogramindicator"],
    },
];

/// Names of columns of one quantity whose unit stands behind the name: `net_mass_kg`.
static QUANTITIES: [&str; 8] = ["quantity", "quantity1", "qty", "qty1", "netmass", "netweight", "mass", "weight"];

/// Ends of the names of value columns that say what one unit is.
static SCALES: [(&str, i64); 14] = [
    ("usd", 1),
    ("us", 1),
    ("dollars", 1),
    ("in", 1),
    ("thousands", 1_000),
    ("thousand", 1_000),
    ("000", 1_000),
    ("1000", 1_000),
    ("millions", 1_000_000),
    ("million", 1_000_000),
    ("mn", 1_000_000),
    ("billions", 1_000_000_000),
    ("billion", 1_000_000_000),
    ("bn", 1_000_000_000),
];

impl Role {
    /// Returns the word that messages use.
    pub(in crate::read) fn name(self) -> &'static str {
        SYNONYMS.iter().find(|known| known.role == self).map_or("", |known| known.name)
    }

    /// Finds a role by the word that messages use.
    pub(in crate::read) fn named(name: &str) -> Option<Self> {
        SYNONYMS.iter().find(|known| known.name == name.trim()).map(|known| known.role)
    }

    /// Returns every word that messages use.
    pub(in crate::read) fn names() -> Vec<&'static str> {
        SYNONYMS.iter().map(|known| known.name).collect()
    }

    /// Returns some names that a column of this role may have.
    pub(in crate::read) fn examples(self) -> &'static str {
        match self {
            Self::Code => "hs10, hts10, HTS Number, commodity, product_code",
            Self::Origin => "cty_code, country, iso2, iso3, origin, partner",
            Self::Value => "imports, value, customs_value, con_val_mo, or a year",
            Self::Quantity
            | Self::Unit
            | Self::SecondQuantity
            | Self::SecondUnit
            | Self::Entered
            | Self::Year
            | Self::Month
            | Self::Day
            | Self::District
            | Self::Figure
            | Self::Id
            | Self::Entry
            | Self::Group
            | Self::Claims => "",
        }
    }
}

/// A column that could hold the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::read) struct ValueColumn {
    pub(in crate::read) column: usize,
    /// The year that its name holds.
    pub(in crate::read) year: Option<i16>,
    /// What one unit is.
    pub(in crate::read) scale: Decimal,
    rank: usize,
}

/// The columns of a header, as far as their names are known.
#[derive(Clone, Debug, Default)]
pub(in crate::read) struct Columns {
    roles: Vec<(Role, usize)>,
    /// The columns of the best name for a value: one, or one a year.
    pub(in crate::read) values: Vec<ValueColumn>,
    /// Columns of shares, with the names of the shares.
    pub(in crate::read) shares: Vec<(String, usize)>,
    /// Columns of facts, with the names of the facts: `fact_transport`.
    pub(in crate::read) facts: Vec<(String, usize)>,
}

impl Columns {
    /// Finds the columns of a header. `named` are columns that were named by hand.
    pub(in crate::read) fn of(header: &[String], named: &[(Role, String)]) -> Self {
        let mut columns = Self::default();
        let plain: Vec<String> = header.iter().map(|name| folded(name)).collect();
        for synonyms in &SYNONYMS {
            if let Some((_, wanted)) = named.iter().find(|(role, _)| *role == synonyms.role) {
                let wanted = folded(wanted);
                let Some(column) = plain.iter().position(|name| *name == wanted) else { continue };
                if synonyms.role == Role::Value {
                    let (year, scale) = value_name(header.get(column).map_or("", String::as_str))
                        .map_or((None, Decimal::ONE), |(_, y, s)| (y, s));
                    columns.values = vec![ValueColumn { column, year, scale, rank: 0 }];
                } else {
                    columns.roles.push((synonyms.role, column));
                }
                continue;
            }
            if synonyms.role == Role::Value {
                continue;
            }
            let best = synonyms.names.iter().find_map(|name| plain.iter().position(|other| other == name));
            if let Some(column) = best {
                columns.roles.push((synonyms.role, column));
            }
        }
        if columns.values.is_empty() && !named.iter().any(|(role, _)| *role == Role::Value) {
            columns.values = value_columns(header);
        }
        for (column, name) in header.iter().enumerate() {
            let name = name.trim().to_lowercase().replace([' ', '-'], "_");
            if let Some(share) = name.strip_suffix("_share").filter(|share| !share.is_empty()) {
                columns.shares.push((share.replace('_', "-"), column));
            }
            if let Some(fact) = name.strip_prefix("fact_").filter(|fact| !fact.is_empty()) {
                columns.facts.push((fact.replace('_', "-"), column));
            }
        }
        if columns.get(Role::Quantity).is_none() {
            let named = |name: &String| unit_in_name(name).filter(|(rest, _)| QUANTITIES.contains(&rest.as_str()));
            columns.roles.extend(header.iter().position(|name| named(name).is_some()).map(|column| (Role::Quantity, column)));
        }
        columns
    }

    /// Returns the column of a role.
    pub(in crate::read) fn get(&self, role: Role) -> Option<usize> {
        self.roles.iter().find(|(known, _)| *known == role).map(|(_, column)| *column)
    }

    /// Returns all columns that have a role, with it.
    pub(in crate::read) fn roles(&self) -> &[(Role, usize)] {
        &self.roles
    }

    /// Returns which of the columns that a file of flows must have are not there. `origin` tells whether the origin is known without one.
    pub(in crate::read) fn missing(&self, origin: bool) -> Vec<Role> {
        let needed = [Role::Code, Role::Origin].into_iter().filter(|role| !origin || *role != Role::Origin);
        let mut missing: Vec<Role> = needed.filter(|role| self.get(*role).is_none()).collect();
        if self.values.is_empty() {
            missing.push(Role::Value);
        }
        missing
    }

    /// Returns how many of the columns that matter were found.
    pub(in crate::read) fn found(&self) -> usize {
        3 - self.missing(false).len().min(3)
    }
}

impl Columns {
    /// Returns how many columns are known by their names.
    pub(in crate::read) fn known(&self) -> usize {
        self.roles.len() + self.shares.len() + usize::from(!self.values.is_empty())
    }
}

/// Takes the unit off the name of a column of quantities: `net_mass_kg`, `Quantity (No.)`.
pub(in crate::read) fn unit_in_name(name: &str) -> Option<(String, Unit)> {
    let name = name.trim().trim_end_matches([')', ']', '.', ' ']);
    let (rest, unit) = name.rsplit_once(['_', ' ', '(', '[', '-'])?;
    Some((folded(rest), Unit::find(unit).or_else(|| Unit::find(&unit.to_lowercase()))?))
}

fn value_columns(header: &[String]) -> Vec<ValueColumn> {
    let mut found: Vec<ValueColumn> = header
        .iter()
        .enumerate()
        .filter_map(|(column, name)| value_name(name).map(|(rank, year, scale)| ValueColumn { column, year, scale, rank }))
        .collect();
    let best = found.iter().map(|value| value.rank).min();
    found.retain(|value| Some(value.rank) == best);
    found
}

/// Reads the name of a value column: how good it is (the less the better), the year it holds, and what one unit is.
fn value_name(name: &str) -> Option<(usize, Option<i16>, Decimal)> {
    let names = SYNONYMS.iter().find(|known| known.role == Role::Value).map_or(&[][..], |known| known.names);
    let mut plain = folded(name);
    let year = year_in(&plain);
    if let Some((at, year)) = year {
        plain.replace_range(at..at + 4, "");
        if plain.is_empty() {
            return Some((names.len(), Some(year), Decimal::ONE));
        }
    }
    let mut rest = plain.as_str();
    let mut scale = 1_i64;
    loop {
        if let Some(rank) = names.iter().position(|known| *known == rest) {
            return Some((rank, year.map(|(_, year)| year), Decimal::from(scale)));
        }
        let (end, factor) = SCALES.iter().find(|(end, _)| rest.ends_with(end))?;
        rest = rest.strip_suffix(end)?;
        scale = scale.max(*factor);
    }
}

/// Finds a year in a name: four digits by themselves, from 1900 to 2199.
fn year_in(plain: &str) -> Option<(usize, i16)> {
    let bytes = plain.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    (0..bytes.len()).filter(|at| *at == 0 || !digit(at - 1)).find_map(|at| {
        let year: i16 = plain.get(at..at + 4).filter(|_| (at..at + 4).all(digit) && !digit(at + 4))?.parse().ok()?;
        (1900..2200).contains(&year).then_some((at, year))
    })
}

/// A name without case, blanks and punctuation.
pub(in crate::read) fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::{Columns, Role, unit_in_name, value_name};
    use crate::base::Unit;

    #[test]
    fn names_of_values_are_known_with_their_year_and_unit() {
        let read = |name: &str| value_name(name).map(|(_, year, scale)| (year, scale.to_string()));
        assert_eq!(read("Customs  Value (Cons) ($US)"), Some((None, "1".into())));
        assert_eq!(read("customs_value_2024_usd"), Some((Some(2024), "1".into())));
        assert_eq!(read("CON_VAL_MO"), Some((None, "1".into())));
        assert_eq!(read("Trade Value ($'000)"), Some((None, "1000".into())));
        assert_eq!(read("imports_2023_bn"), Some((Some(2023), "1000000000".into())));
        assert_eq!(read("2024"), Some((Some(2024), "1".into())));
        assert_eq!(read("n_hts10"), None);
        assert_eq!(read("duty_rate_pct"), None);
    }

    #[test]
    fn columns_are_found_by_name_the_better_name_first() {
        let header = |names: &str| names.split('|').map(str::to_owned).collect::<Vec<_>>();
        let columns = Columns::of(&header("cty_name|Value|HS 6|cty_code|usmca_share"), &[]);
        assert_eq!((columns.get(Role::Code), columns.get(Role::Origin)), (Some(2), Some(3)));
        assert_eq!(columns.values.first().map(|value| value.column), Some(1));
        assert_eq!(columns.shares, [("usmca".to_owned(), 4)]);
        assert_eq!(columns.missing(false), []);
        assert_eq!(Columns::of(&header("a|b"), &[]).missing(true), [Role::Code, Role::Value]);
        assert_eq!(Columns::of(&header("a|b"), &[]).missing(false), [Role::Code, Role::Origin, Role::Value]);
        let named = Columns::of(&header("hs6|iso3|imports|v"), &[(Role::Value, "V".into())]);
        assert_eq!(named.values.first().map(|value| value.column), Some(3));
        let lines = Columns::of(&header("line|entry_no|hts|origin|value_usd|net_mass_kg|spi|steel_share|fact_transport"), &[]);
        let found = [Role::Id, Role::Entry, Role::Quantity, Role::Claims].map(|role| lines.get(role));
        assert_eq!(found, [Some(0), Some(1), Some(5), Some(6)]);
        assert_eq!(lines.facts, [("transport".to_owned(), 8)]);
        assert_eq!(unit_in_name("Quantity (No.)").map(|(_, unit)| unit), Some(Unit::Number));
    }
}
