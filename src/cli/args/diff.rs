use super::terms::FileTerms;
use super::{Settle, day, place};
use clap::{Args as ClapArgs, ValueEnum};
use tariffcalc::base::Date;

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "A side is a case of the scenario, an entry day, as-known=DAY, READING=OPTION, law=DIR, or several of them with commas between.
Without sides, those of [diff] in the scenario are compared, or its two cases.

Examples:
  tariffcalc diff scenarios/japan-deal.toml pause deal              two cases
  tariffcalc diff scenarios/japan-deal.toml 2025-09-01 2026-03-01   two entry days
  tariffcalc diff scenarios/refund-2025-08-20.toml as-known=2025-08-20 as-known=2026-10-10
  tariffcalc diff scenarios/eu-deal.toml current-law law=my-book    two rulebooks
  tariffcalc diff before.toml after.toml                            two scenarios; flows are matched by id
  tariffcalc diff imports-2024.csv.gz 2025-09-01 2026-03-01 --from JP --by chapter
  tariffcalc diff imports-2024.csv.gz policy.toml current-law deal --on 2025-10-01   two cases on the rows of a file"
)]
pub(crate) struct Diff {
    /// A scenario (or two), or a file of trade (and a scenario with cases); then the two sides
    #[arg(value_name = "FILE|SIDE", required = true, num_args = 1..=4)]
    pub(crate) what: Vec<String>,
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) settle: Settle,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "The first side is what was paid, the second what is owed. Sides are written as for `diff`; without them, those of [refund] in the scenario are taken.
Rates of interest are percent a year: CSV with the columns from,before,rate, or TOML with [[interest]].

Examples:
  tariffcalc refund scenarios/refund-ieepa.toml
  tariffcalc refund scenarios/refund-2025-08-20.toml as-known=2025-08-20 us-ieepa=void
  tariffcalc refund entries.csv us-ieepa=collected us-ieepa=void --interest rates.csv \\
    --until 2026-10-10"
)]
pub(crate) struct Refund {
    /// A scenario, or a file of trade whose rows say the day of entry; then the two sides
    #[arg(value_name = "FILE|SIDE", required = true, num_args = 1..=3)]
    pub(crate) what: Vec<String>,
    /// The rates of interest
    #[arg(long, value_name = "FILE")]
    pub(crate) interest: Option<String>,
    /// The day up to which interest runs
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) until: Option<Date>,
    /// The day on which everything was paid; the day of each entry where none is given
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) paid: Option<Date>,
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) settle: Settle,
}

/// What is compared.
#[derive(Debug, ClapArgs)]
pub(crate) struct Input {
    /// A further scenario file to be run together with the scenario; beside a file of trade, one whose cases are asked of its rows; may be given several times
    #[arg(long, value_name = "SCENARIO")]
    pub(crate) with: Vec<String>,
    /// The entry day of a side that names none
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) on: Option<Date>,
    /// Of a file of trade: only goods of this origin, a country or a group such as EU; may be given several times
    #[arg(long, value_name = "ORIGIN", value_parser = place)]
    pub(crate) from: Vec<String>,
    /// Of a file of trade: what a row of the tables is
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) by: Option<RowBy>,
    #[command(flatten)]
    pub(crate) trade: FileTerms,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowBy {
    /// Countries of origin
    Origin,
    /// Chapters of the schedule
    Chapter,
    /// Commodity codes
    Code,
}
