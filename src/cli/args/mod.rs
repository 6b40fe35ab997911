pub(super) mod diff;
pub(super) mod schedule;
pub(super) mod terms;

use self::terms::{FileTerms, Terms};
use crate::cli::panel::every_line::EveryLineArgs;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};
use tariffcalc::base::{Currency, Date, Fault, parse_date};

/// What would this tariff cost, who says so, and what if it changed?
#[derive(Debug, Parser)]
#[command(name = "tariffcalc", version, max_term_width = 100)]
#[command(after_help = include_str!("../help/main.txt"))]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) verb: Verb,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Common {
    /// How to print; what the name after `--output` ends in where none is given, and a table otherwise
    #[arg(long, global = true, value_enum)]
    pub(crate) format: Option<Format>,
    /// Write to a file instead of stdout: .txt, .md, .csv, .json, .html, .xlsx, .ics; `panel` also writes .jsonl, .parquet and folders
    ///
    /// `panel` writes rows as they come to .csv, .json, .jsonl and .parquet; a name without an end is a new folder parted by entry date, which takes its
    /// format from --format: csv, json (JSON lines) or parquet. It holds one file for each entry date, entered=2025-01-01/part-0.parquet, and a manifest.json with
    /// columns, sums, coverage and SHA-256. A file or folder gets its name when it is whole; what a killed run leaves is called .NAME.PID.tariffcalc-part.
    #[arg(long, short = 'o', global = true, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Nothing on stderr but errors: no warnings, no progress; no word of files written
    #[arg(long, short = 'q', global = true)]
    pub(crate) quiet: bool,
    /// Print straight to the terminal, however long it is
    ///
    /// What is longer than the terminal goes through TARIFFCALC_PAGER, PAGER, or `less -FRX`; an empty PAGER switches that off as well.
    #[arg(long, global = true)]
    pub(crate) no_pager: bool,
    /// Read the law from this folder instead of the book the program carries
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) law: Option<PathBuf>,
    /// Ask the book as it stood on this day
    #[arg(long, global = true, value_name = "DATE", value_parser = day)]
    pub(crate) as_known: Option<Date>,
    /// Use this revision of a schedule from a day on: a file, or the name of a stored one; may be given several times
    ///
    /// The revision replaces the schedule of its country from that day; before it the book's own goes on. Stored revisions are used only where they
    /// are named here, so that results can be reproduced. The law's hash counts them.
    #[arg(long, global = true, value_name = "FILE[@DATE]")]
    pub(crate) schedule: Vec<String>,
    /// How wide tables are, in characters; where none is given as wide as the terminal, and 160 elsewhere
    #[arg(long, global = true, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(40..=1000))]
    pub(crate) width: Option<u16>,
    /// When to use color; words say the same without it
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    #[command(flatten)]
    pub(crate) charts: crate::cli::output::charts::Charts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always, into files and pipes too
    Always,
    /// Never
    Never,
}

impl Common {
    /// Returns the format asked for: by name, or by what the name of the file ends in.
    pub(crate) fn format(&self) -> Format {
        self.format.or_else(|| self.output.as_deref().and_then(Format::of_file)).unwrap_or(Format::Table)
    }
}

impl Common {
    /// Says that the file to write ends in what names no format, where none is given either. A name without an end, or `-`, is one for tables.
    pub(crate) fn unknown_end(&self) -> Option<Fault> {
        let path = self.output.as_deref().filter(|path| self.format.is_none() && Format::of_file(path).is_none())?;
        let end = path.extension()?;
        Some(
            Fault::new(format!("`{}` ends in `.{}`, which names no format", path.display(), end.display()))
                .with_help("names end in .txt (tables), .md, .csv, .json, .html or .xlsx, of `next` in .ics; `--format` says one for any other name"),
        )
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables for a terminal
    Table,
    /// Tables for a document
    Markdown,
    /// Exact decimals, rates as fractions
    Csv,
    /// The versioned JSON contract: decimals as strings
    Json,
    /// One page for a browser: no scripts, nothing fetched; tables, charts and numbered sources
    Html,
    /// A calendar of what is scheduled; only `next` writes one
    Ics,
    /// Files of typed columns: `panel` with --output only
    Parquet,
    /// A spreadsheet: real numbers and dates, a sheet for each table, one of the legal sources
    Xlsx,
}

impl Format {
    /// Tells whether the format is text that people read on a terminal.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::Table | Self::Markdown)
    }

    /// Returns the format that a name of a file tells by its end; `None` where it tells none.
    pub(crate) fn of_file(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "txt" => Some(Self::Table),
            "md" | "markdown" => Some(Self::Markdown),
            "csv" => Some(Self::Csv),
            "json" | "jsonl" | "ndjson" => Some(Self::Json),
            "html" | "htm" => Some(Self::Html),
            "ics" => Some(Self::Ics),
            "xlsx" => Some(Self::Xlsx),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Cost tables of a scenario: flow by case, with totals
    Run(Run),
    /// `run` again at each save of a file
    ///
    /// After a fault the last good table stays below it.
    Watch(crate::cli::watch::Watch),
    /// The duty on one flow, without a file
    Rate(Rate),
    /// Why: each measure in order, applied or not, with its source
    Explain(Explain),
    /// One flow from many origins, sorted by landed cost
    ///
    /// With the duty, the preference needed, fees, freight, and what turns the order.
    Origins(crate::cli::origins::Origins),
    /// Every fault in every file at once; quiet and 0 when clean
    Check(Check),
    /// What the law says: programs, measures, `facts`, `readings`
    Law(Law),
    /// The catalogue of named products
    Products(Products),
    /// Importing countries, groups, and countries of origin
    Countries(Countries),
    /// What a file of trade holds: columns, rows, faults, sums
    Flows(Flows),
    /// What many flows owe on many days, by origin, chapter, program …
    Panel(Panel),
    /// What changed between two cases, days, books or files, and why
    Diff(self::diff::Diff),
    /// What comes back, or is still owed, of duty paid, with interest
    Refund(self::diff::Refund),
    /// Duty and effective rate through time, and what moved them
    Timeline(crate::cli::timeline::Timeline),
    /// What is already scheduled or expires, and the money at stake
    Next(crate::cli::next::Next),
    /// The source articles: every claim, executed against the law
    #[command(after_help = include_str!("../help/sources.txt"))]
    Sources,
    /// Official schedules: list, store, remove, compare revisions
    Schedule(self::schedule::Schedule),
    /// JSON Schemas of scenarios and law files, for editors
    Schema(crate::cli::schema::Schema),
    /// The duty at every setting of a rate, share, value or date; of two
    ///
    /// Or of a rate of exchange; two axes make a grid.
    Sweep(crate::cli::sweep::Sweep),
    /// The setting at which two totals meet, or that there is none
    Solve(crate::cli::solve::Solve),
    /// A commented scenario from a question, ready to run
    New(crate::cli::new::New),
    /// Completions for a shell: verbs, options, products, countries
    Completions(crate::cli::completions::Completions),
    /// Manual pages, one for each verb
    Man(crate::cli::manual::Man),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = include_str!("../help/run.txt"))]
pub(crate) struct Run {
    /// The scenario file; several are run as one question
    #[arg(value_name = "SCENARIO", required = true)]
    pub(crate) scenario: Vec<PathBuf>,
    /// Split the duty, or sum the flows
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) by: Option<By>,
    /// Show beside each line which source article spoke of its measure, and the figure it gave
    #[arg(long)]
    pub(crate) articles: bool,
    /// Treat warnings as faults
    #[arg(long)]
    pub(crate) deny_warnings: bool,
    #[command(flatten)]
    pub(crate) settle: Settle,
}

/// What is settled for all flows and cases.
#[derive(Debug, ClapArgs)]
pub(crate) struct Settle {
    /// A reading for every case that chooses none, such as us-ieepa=void; may be given several times
    #[arg(long, value_name = "READING=OPTION", value_parser = pair)]
    pub(crate) reading: Vec<String>,
    /// Every case beside itself under each other reading that changes something
    #[arg(long, value_enum, value_name = "WHICH")]
    pub(crate) readings: Option<Readings>,
    /// What to take for granted where a flow does not say, such as patented=false or content.steel=40%; may be given several times
    #[arg(long, value_name = "NAME=ANSWER", value_parser = pair)]
    pub(crate) assume: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Readings {
    /// All that the book knows
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// By program and measure
    Measure,
    /// Summed by country of origin
    Origin,
    /// Summed by chapter of the schedule
    Chapter,
    /// Summed by the `group` of flows and rows
    Group,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  tariffcalc rate passenger-cars --from JP --on 2025-10-01 --value 100000
  tariffcalc rate 7326.90.86.88 --from DE --on 2026-02-20 --content steel=60%
  tariffcalc rate 1006.30 --from US --into JP --value '2,000,000 JPY' --quantity '10,000 kg'")]
pub(crate) struct Rate {
    /// A commodity code, or the name of a product
    #[arg(value_name = "CODE|PRODUCT")]
    pub(crate) goods: String,
    /// The country of origin, or a group such as EU
    #[arg(long, value_name = "ORIGIN", value_parser = place)]
    pub(crate) from: String,
    /// The entry date; the last day the book knows where none is given
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) on: Option<Date>,
    /// The customs value; in the importing country's currency where none is named
    #[arg(long, default_value = "100000", value_name = "AMOUNT", allow_hyphen_values = true)]
    pub(crate) value: String,
    /// The day the goods were loaded on board
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) loaded: Option<Date>,
    /// The day the goods were admitted to a free zone: they are charged by the law of that day
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) admitted: Option<Date>,
    /// Take the flow as a declaration of its own, and work out its fees
    #[arg(long)]
    pub(crate) entry: bool,
    /// Also list the measures that did not apply, with reasons
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) settle: Settle,
    #[command(flatten)]
    pub(crate) terms: Terms,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = include_str!("../help/explain.txt"))]
pub(crate) struct Explain {
    /// The scenario file; several are taken as one question
    #[arg(value_name = "SCENARIO", required = true)]
    pub(crate) scenario: Vec<PathBuf>,
    /// Only this flow
    #[arg(long, value_name = "ID")]
    pub(crate) flow: Option<String>,
    /// Only this case
    #[arg(long, value_name = "ID")]
    pub(crate) case: Option<String>,
    #[command(flatten)]
    pub(crate) settle: Settle,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = include_str!("../help/check.txt"))]
pub(crate) struct Check {
    /// Scenario files, official schedules (.json, .csv, .gz), law files or folders of law; the law itself where none is given
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Also run the scenarios' own expectations
    #[arg(long)]
    pub(crate) expect: bool,
    /// Treat warnings as faults
    #[arg(long)]
    pub(crate) deny_warnings: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = include_str!("../help/law.txt"))]
pub(crate) struct Law {
    /// A program or measure; `facts` for what a flow may say; `readings`
    #[arg(value_name = "PROGRAM|MEASURE")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = include_str!("../help/products.txt"))]
pub(crate) struct Products {
    /// Only those with this word in a name
    #[arg(value_name = "WORD")]
    pub(crate) word: Option<String>,
    /// The entry date whose column 1 is shown; the last day the book knows where none is given
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) on: Option<Date>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = include_str!("../help/countries.txt"))]
pub(crate) struct Countries {
    /// Only countries with this code, or this word in their name
    #[arg(value_name = "WORD")]
    pub(crate) word: Option<String>,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Columns are found by their names; the official exports are read as they come. Rows at fault are counted by reason; \
they stop nothing below `--max-errors`.

Examples:
  tariffcalc flows imports-2024.csv.gz
  tariffcalc flows imports.csv --shares usmca-shares.csv --column value=gen_val_mo

Official files, by the names they come with:
  Census Bureau, 10 digits by country:
    tariffcalc flows us_imports_consumption_2024_hs10_country.csv.gz
  USITC DataWeb, with its preamble, totals and a column for each year (this one is of exports):
    tariffcalc flows DataWeb-Query-Export__FAS_Value_hs2_country_2020-2025.csv.gz --year 2024
  USA Trade Online, codes inside descriptions:
    tariffcalc flows usatradeonline_africa_2024_raw.csv.gz
  Shares of preference by code and country, joined to flows:
    tariffcalc flows us_imports_consumption_2024_hs10_country.csv.gz \\
      --shares usmca_product_shares_2025.csv.gz
  Sums over groups of codes, several codes to a row:
    tariffcalc flows us_imports_2024_by_group_11partners.csv"
)]
pub(crate) struct Flows {
    /// The file: CSV, plain or compressed with gzip; Parquet where the program is built with it
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The currency of the values; that of the country whose schedule the book holds where none is given
    #[arg(long, value_name = "CURRENCY", value_parser = Currency::parse)]
    pub(crate) currency: Option<Currency>,
    #[command(flatten)]
    pub(crate) trade: FileTerms,
}

/// Takes `name=value` as it stands; says what is missing otherwise.
pub(in crate::cli) fn pair(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => Ok(text.to_owned()),
        _ => Err("write a name, an equals sign and a value, such as steel=40%".to_owned()),
    }
}

/// Takes the letters of a country or group in capitals, however they are typed; words stay as they are, to be told.
#[expect(clippy::unnecessary_wraps, reason = "clap asks for a result")]
pub(in crate::cli) fn place(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    let is_code = text.len() == 2 && text.chars().all(|c| c.is_ascii_alphabetic());
    Ok(if is_code { text.to_ascii_uppercase() } else { text.to_owned() })
}

pub(in crate::cli) fn day(text: &str) -> Result<Date, Fault> {
    parse_date(text)
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  tariffcalc panel imports.csv.gz --on monthly
  tariffcalc panel imports.csv.gz --on 2025-01-01 --on 2026-10-01 --by origin --format csv
  tariffcalc panel imports.csv.gz --shares usmca_shares.csv.gz --on changes --by program
  tariffcalc panel scenarios/entry-lines.toml --on monthly --by group
  tariffcalc panel imports.csv.gz --on monthly --by flow --format parquet --output panel/
  tariffcalc panel --every-line --from JP --from DE --on changes --by origin
What a file does not say (contents, facts, quantities) is settled with --assume, or stays unknown and is told as such.")]
pub(crate) struct Panel {
    /// A file of flows (CSV, plain or gzip; Parquet where the program is built with it), or a scenario (.toml) with its flows and cases
    #[arg(value_name = "FILE", required_unless_present = "every_line")]
    pub(crate) file: Option<PathBuf>,
    /// The entry dates: a date, `changes` (each change of law), `monthly`, `daily`, or `own` (each flow's own); may be given several times
    ///
    /// Where none is given: the flows' own dates for a scenario, the last day of the book for a file.
    #[arg(long, value_name = "DATE|WORD")]
    pub(crate) on: Vec<String>,
    /// What a row of the table is, beside the day; may be given several times
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) by: Vec<Group>,
    #[command(flatten)]
    pub(crate) lines: EveryLineArgs,
    #[command(flatten)]
    pub(crate) settle: Settle,
    #[command(flatten)]
    pub(crate) trade: FileTerms,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Group {
    /// Countries of origin
    Origin,
    /// Groups that a column or key `group` names
    #[value(name = "group")]
    Named,
    /// Chapters of the schedule
    Chapter,
    /// Programs of law; their parts add up to the total
    Program,
    /// Each flow, or row of the file; with --every-line each line and origin, with --output only
    Flow,
    /// All flows in one
    None,
}

impl Group {
    /// Returns the word it is asked by.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::Named => "group",
            Self::Chapter => "chapter",
            Self::Program => "program",
            Self::Flow => "flow",
            Self::None => "all",
        }
    }
}
