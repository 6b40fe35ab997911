//! `schema`: the JSON Schemas of the files that people write.

use super::Done;
use super::args::Common;
use super::output::Output;
use clap::{Args as ClapArgs, ValueEnum};
use tariffcalc::answer;
use tariffcalc::read::{self, SchemaOf};

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  tariffcalc schema scenario > scenario.schema.json
  tariffcalc schema law > law.schema.json

Editors that know taplo (VS Code with Even Better TOML, and others) read the schema that the first line
of a file names, complete its keys, tell what each says and underline what is wrong:
  #:schema scenario.schema.json
A schema sees keys, kinds of values and forms of texts; `tariffcalc check` sees everything.")]
pub(crate) struct Schema {
    /// The files it is for; both are listed where none is named
    #[arg(value_enum, value_name = "WHAT")]
    what: Option<What>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// Scenarios
    Scenario,
    /// Files of the law
    Law,
}

pub(crate) fn schema(args: &Schema, common: &Common, output: &Output) -> Done {
    super::law::no_second_clock(common, output)?;
    match args.what {
        Some(What::Scenario) => output.verbatim(&read::schema(SchemaOf::Scenario)),
        Some(What::Law) => output.verbatim(&read::schema(SchemaOf::Law)),
        None => {
            let listed: Vec<(&str, &str, String)> = SchemaOf::ALL.map(|of| (of.name(), of.says(), of.path())).into();
            output.report(&answer::schema_list(&listed))
        }
    }
}
