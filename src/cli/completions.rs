//! Completions for shells: verbs and options, and what the book knows of products, countries, programs.

use super::Done;
use super::args::Common;
use super::help;
use super::output::{self, Output};
use clap::builder::PossibleValuesParser;
use clap::{Arg, Args as ClapArgs, Command, ValueHint};
use clap_complete::Shell;
use tariffcalc::base::Country;
use tariffcalc::law::Rulebook;

#[derive(Debug, ClapArgs)]
#[command(after_help = include_str!("help/completions.txt"))]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

pub(crate) fn completions(args: &Completions, common: &Common, output: &Output) -> Done {
    let (law, _) = output::law(common, output)?;
    let mut command = with_values(help::command(), law);
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "tariffcalc", &mut script);
    output.verbatim(&String::from_utf8_lossy(&script))
}

/// The command with what may stand behind its options. Only for completions: the parser itself takes synonyms and tells better what is wrong.
fn with_values(command: Command, law: &Rulebook) -> Command {
    let verbs: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let command = verbs.into_iter().fold(command, |command, verb| command.mut_subcommand(verb, |verb| with_values(verb, law)));
    command.mut_args(|arg| with_value(arg, law))
}

fn with_value(arg: Arg, law: &Rulebook) -> Arg {
    let name = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string).unwrap_or_default();
    match name.as_str() {
        "CODE|PRODUCT" | "PRODUCT|CODE" | "CODE|PRODUCT|SCENARIO" => {
            arg.value_parser(values(law.products().keys().map(ToString::to_string)))
        }
        "ORIGIN" => {
            let groups = law.groups().keys().map(ToString::to_string);
            arg.value_parser(values(Country::all().iter().map(ToString::to_string).chain(groups)))
        }
        "COUNTRY" => arg.value_parser(values(law.territories().map(|territory| territory.id.to_string()))),
        "READING=OPTION" => {
            let options = law
                .readings()
                .values()
                .flat_map(|reading| reading.options.iter().map(move |option| format!("{}={}", reading.id, option.id)));
            arg.value_parser(values(options))
        }
        "CLAIM" => arg.value_parser(values(law.facts().keys().filter(|id| !id.as_str().contains('=')).map(ToString::to_string))),
        "PROGRAM|MEASURE" => {
            let programs = law.programs().map(|program| program.id.to_string());
            let measures = law.measures().map(|measure| measure.id.to_string());
            let words = ["facts", "readings"].map(str::to_owned);
            arg.value_parser(values(words.into_iter().chain(programs).chain(measures)))
        }
        "DIR" => arg.value_hint(ValueHint::DirPath),
        _ if name.contains("FILE") || name.contains("SCENARIO") => arg.value_hint(ValueHint::FilePath),
        _ => arg,
    }
}

fn values(all: impl Iterator<Item = String>) -> PossibleValuesParser {
    let all: std::collections::BTreeSet<String> = all.collect();
    PossibleValuesParser::new(all)
}
