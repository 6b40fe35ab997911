use super::args::{Common, Settle};
use super::output::{self, Output};
use super::settle::{self, quoted};
use super::sweep::{asked, ends, parted, scoped};
use super::{Done, Stopped, run};
use clap::Args;
use std::path::PathBuf;
use tariffcalc::answer::{self, Solved};

/// The arguments of `solve`.
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/solve.txt"))]
pub(crate) struct Solve {
    /// The scenario file; several are one question
    #[arg(value_name = "SCENARIO", required = true)]
    pub(crate) scenario: Vec<PathBuf>,
    /// What varies, in which range; with `--target`, in place of what the file solves for
    #[arg(long, value_name = "WHAT=FROM..TO", requires = "target")]
    pub(crate) vary: Option<String>,
    /// What shall meet
    #[arg(long, value_name = "TARGET", requires = "vary")]
    pub(crate) target: Option<String>,
    #[command(flatten)]
    pub(crate) settle: Settle,
}

pub(crate) fn solve(args: &Solve, common: &Common, output: &Output) -> Done {
    let (law, mut sources) = output::law(common, output)?;
    let mut scenario = run::scenarios(&args.scenario, law, &mut sources, output)?;
    settle::apply(&args.settle, &mut scenario, law, &mut sources, output)?;
    settle::one_reading_at_a_time(&args.settle, output)?;
    let solves = match (&args.vary, &args.target) {
        (Some(vary), Some(target)) => {
            let example = "content.us@mexico=0%..75%";
            let (scope, range) = parted("vary", vary, example, output)?;
            let Some((from, to)) = ends(&range) else {
                output.complain(&format!("`{range}` is no range; write it like '{example}'"));
                return Err(Stopped::Usage);
            };
            let scope = scoped(&scope, &scenario, output)?;
            let text =
                format!("[[solve]]\n{scope}from = {}\nto = {}\ntarget = {}\n", quoted(&from), quoted(&to), quoted(target.trim()));
            asked(&text, law, &scenario, &mut sources, output)?.solves
        }
        _ => scenario.solves.clone(),
    };
    if solves.is_empty() {
        output.complain(
            "nothing to solve for: give `--vary 'content.us=0%..75%' --target 'mexico = japan'`, or [[solve]] in the scenario",
        );
        return Err(Stopped::Usage);
    }
    let mut answers: Vec<(&_, Solved)> = Vec::new();
    for solve in &solves {
        match answer::solve(law, &scenario, solve, common.as_known) {
            Ok(solved) => {
                output.diagnostics(&solved.warnings, &sources, false)?;
                answers.push((solve, solved));
            }
            Err(faults) => {
                output.diagnostics(&faults, &sources, false)?;
                return Err(Stopped::Faulty);
            }
        }
    }
    let machine = [("answers", answer::solve_answers(&answers))];
    output.report_and(&answer::solve_table(law, &scenario, &answers), &machine)
}
