use super::day;
use clap::{Args as ClapArgs, Subcommand};
use tariffcalc::base::Date;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  tariffcalc schedule add hts_2026_revision_4_json.json --from 2026-02-10
  tariffcalc schedule add hts_2025.json.gz@2025-01-01 hts_2026.json.gz@2026-01-01
  tariffcalc rate 0101.30 --from JP --on 2026-03-01 --schedule hts_2026_revision_4_json
  tariffcalc schedule diff hts_2025.json.gz hts_2026.csv --format markdown
  tariffcalc schedule diff embedded@2026-01-01 hts_2026.json
  tariffcalc schedule show hts_2026.json.gz 1806.20.22
  tariffcalc rate 0101.30 --from JP --on 2026-03-01 --schedule hts_2025.json.gz@2025-01-01 --schedule hts_2026.json.gz@2026-01-01

Files are exports of the Harmonized Tariff Schedule as JSON or CSV, or the table of the schedule of
Japan as CSV, plain or packed with gzip. Of several revisions each holds from its day on.
Stored revisions are used only where `--schedule NAME` asks for them, so that results can be reproduced.
They are kept in the folder that `schedule path` prints; TARIFFCALC_SCHEDULES=DIR moves it, and
TARIFFCALC_SCHEDULES=off switches storing and using stored ones off.")]
pub(crate) struct Schedule {
    #[command(subcommand)]
    pub(crate) what: ScheduleVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ScheduleVerb {
    /// The schedule the program carries, and the stored ones
    List,
    /// Store revisions
    Add(AddSchedule),
    /// Remove a stored revision
    Remove {
        /// Its name
        name: String,
    },
    /// What differs in law between two revisions: files, names of stored ones, or `embedded@DATE`
    Diff {
        /// The earlier one
        before: String,
        /// The later one
        after: String,
    },
    /// One line: each column and programme, how it is read, and where its footnotes point; without a line, how many there are by class
    Show {
        /// A file, the name of a stored revision, or `embedded@DATE`
        #[arg(value_name = "FILE|NAME")]
        of: String,
        /// The code of the line, of 8 or 10 digits
        #[arg(value_name = "CODE")]
        code: Option<String>,
    },
    /// The folder in which stored revisions are kept
    Path,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct AddSchedule {
    /// The official files, each with the first entry date it holds for: `hts_2026.json.gz@2026-01-30`
    #[arg(value_name = "FILE[@DATE]", required = true)]
    pub(crate) files: Vec<String>,
    /// The first entry date of a file that is named without one
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) from: Option<Date>,
    /// The importing country; the one in whose currency the rates are where none is given
    #[arg(long, value_name = "COUNTRY")]
    pub(crate) into: Option<String>,
    /// What to call it; the file's name where none is given
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}
