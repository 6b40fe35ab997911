//! Trade flows by the million: one row of a statistics file each, and what can be wrong with a row.

use crate::base::{CommodityCode, Country, Decimal, Quantity};
use std::fmt;

/// One row of a file of trade flows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkFlow {
    /// The line of the file it stands on, from 1; of a Parquet file the row.
    pub line: u64,
    /// The commodity code; the first one where the row is a sum over several.
    pub code: CommodityCode,
    /// The further codes of a row that is a sum over several (`8408` and `8409` of `8407,8408,8409`); empty for any other row.
    pub more_codes: Vec<CommodityCode>,
    /// The country of origin, or the customs union that stands as one.
    pub origin: Country,
    /// The value, exact, in the file's currency.
    pub value: Decimal,
    /// The first and the second quantity, where the file has them with their units.
    pub quantities: [Option<Quantity>; 2],
    /// The year, where the file says it.
    pub year: Option<i16>,
    /// The month.
    pub month: Option<i8>,
    /// The day of the month.
    pub day: Option<i8>,
    /// Shares that stand in the row itself: the number of the share in [`FlowFileHead::shares`], and the share as a fraction.
    pub shares: Vec<(usize, Decimal)>,
    /// The words of the row, where the file has columns for any: most files of statistics have none.
    pub said: Option<Box<RowWords>>,
}

/// What a row says in words. Which claims and facts there are, and what they mean, only the law knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowWords {
    /// The number or name of the line in its author's books.
    pub id: Option<String>,
    /// The declaration it is part of.
    pub entry: Option<String>,
    /// The group its author counts it to.
    pub group: Option<String>,
    /// What is claimed, as written: names of claims, or symbols of the special column, parted by blanks, commas or semicolons.
    pub claims: Option<String>,
    /// Facts: the number of the fact in [`FlowFileHead::facts`], and the answer as written.
    pub facts: Vec<(usize, String)>,
}

macro_rules! reasons {
    ($($variant:ident $name:literal $meaning:literal;)*) => {
        /// Why a row is not read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RowReason {
            $(#[doc = $meaning] $variant,)*
        }

        impl RowReason {
            /// All reasons.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the name, such as `unknown-origin`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Returns the meaning in a few words.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

reasons! {
    BadClaim "bad-claim" "a claim or fact that the law does not know, or does not offer";
    BadCode "bad-code" "a commodity code that is none";
    BadDate "bad-date" "a day, month or year that is none";
    BadQuantity "bad-quantity" "a quantity that cannot be read";
    BadShare "bad-share" "a share that is no number from 0 to 1";
    BadValue "bad-value" "a value that is no number";
    CodeLength "code-length" "a commodity code of more than ten digits";
    CutShort "cut-short" "the file cannot be read on from here";
    LongWords "long-words" "words of more than 500 characters";
    LostZero "lost-zero" "a commodity code of an odd number of digits, as if it had lost its leading zero";
    NegativeValue "negative-value" "a value below zero";
    NoCode "no-code" "no commodity code";
    NoDate "no-date" "no entry date";
    NoOrigin "no-origin" "no country";
    NoValue "no-value" "no value";
    NotUtf8 "not-utf8" "text that is not UTF-8";
    OpenQuote "open-quote" "a quotation mark that is not closed on its line";
    RaggedRow "ragged-row" "another number of fields than the header";
    SeveralCodes "several-codes" "a sum over several commodity codes";
    TooLong "too-long" "a line of more than a mebibyte";
    UnknownOrigin "unknown-origin" "a country that is not known";
}

impl fmt::Display for RowReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A row that is not read: where, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// What the file is counted in: `line`, or `row` where it has no lines.
    pub place: &'static str,
    /// The line or row of the file, from 1.
    pub line: u64,
    /// The kind of fault.
    pub reason: RowReason,
    /// What is wrong, with the text in backticks.
    pub message: String,
    /// The row's value, where that could be read.
    pub value: Option<Decimal>,
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.place, self.line, self.message)
    }
}

impl std::error::Error for RowFault {}

/// How a file of flows is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowLayout {
    /// Any table whose columns say by their names what they are.
    ByName,
    /// The columns of the import statistics of the United States Census Bureau.
    Census,
    /// An export of the trade database of the United States International Trade Commission: words above the header, a column a year.
    DataWeb,
    /// A download of USA Trade Online: code and description in one field, districts.
    UsaTradeOnline,
    /// Sums over groups of codes, which may overlap.
    Groups,
}

impl FlowLayout {
    /// Returns its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::ByName => "columns by name",
            Self::Census => "Census Bureau import statistics",
            Self::DataWeb => "USITC DataWeb export",
            Self::UsaTradeOnline => "USA Trade Online download",
            Self::Groups => "sums over groups of codes",
        }
    }
}

/// A column that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedColumn {
    /// What it is read as: `code`, `origin`, `value` …
    pub role: &'static str,
    /// Its name in the file.
    pub name: String,
}

/// What the head of a file of flows says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowFileHead {
    /// The file as named.
    pub path: String,
    /// How it is laid out.
    pub layout: FlowLayout,
    /// Whether it is compressed.
    pub compressed: bool,
    /// The line its header stands on, from 1; 0 for a Parquet file, which has no lines and is counted in rows.
    pub header_line: u64,
    /// The columns read.
    pub used: Vec<UsedColumn>,
    /// The columns not read.
    pub unused: Vec<String>,
    /// The names of the shares that stand in the rows.
    pub shares: Vec<String>,
    /// The names of the facts that stand in the rows.
    pub facts: Vec<String>,
    /// The year asked for, or that the value column names.
    pub year: Option<i16>,
    /// What one unit of the value column is: 1, or 1,000 where its name says thousands.
    pub scale: Decimal,
    /// The words above the columns that say that the values are of exports, if they do.
    pub exports: Option<String>,
    /// Remarks on what is not read, and why.
    pub notes: Vec<String>,
}

impl FlowFileHead {
    /// Returns what the file is counted in: `line`, or `row` where it has no lines.
    pub fn counted_in(&self) -> &'static str {
        if self.header_line == 0 { "row" } else { "line" }
    }
}
