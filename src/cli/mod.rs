//! Flags, verbs and exit codes: the only room that prints.
//!
//! Exit codes: 0 done, 1 faulty input, 2 wrong usage. Tables go to stdout, diagnostics to stderr. A closed pipe is no fault.

mod about;
mod args;
mod asked;
mod call_words;
mod check;
mod completions;
mod diff;
mod elsewhere;
mod explain;
mod file_terms;
mod flows;
mod help;
mod law;
mod manual;
mod new;
mod next;
mod origins;
mod output;
mod panel;
mod rate;
mod refund;
mod run;
mod schedule;
mod schema;
mod settle;
mod solve;
mod sweep;
mod timeline;
mod twice;
mod usage;
mod watch;

use args::{Format, Verb};
use output::Output;
use std::process::ExitCode;

/// Why a verb stopped. The words are already printed.
pub(crate) enum Stopped {
    /// The input is faulty: exit code 1.
    Faulty,
    /// The call is wrong: exit code 2.
    Usage,
}

pub(crate) type Done = Result<(), Stopped>;

/// Reads the command line and does what it asks.
pub(crate) fn main() -> ExitCode {
    let args = match help::parse(output::charts::joined(std::env::args_os())) {
        Ok(args) => args,
        Err(error) => return usage::told(error),
    };
    let output = match Output::new(&args.common) {
        Ok(output) => output,
        Err(stopped) => return code(&stopped),
    };
    if args.common.format() == Format::Ics && !matches!(args.verb, Verb::Next(_)) {
        output.complain("`--format ics` is a calendar of what is scheduled: only `next` writes one");
        return ExitCode::from(2);
    }
    if args.common.format() == Format::Parquet && !matches!(args.verb, Verb::Panel(_)) {
        output.complain("`--format parquet` is for `tariffcalc panel --output`");
        return ExitCode::from(2);
    }
    // Other verbs write text that has no format, or check the name themselves.
    let is_report = !matches!(args.verb, Verb::New(_) | Verb::Completions(_) | Verb::Man(_) | Verb::Schema(_) | Verb::Panel(_));
    if let Some(fault) = args.common.unknown_end().filter(|_| is_report) {
        output.fault(&fault);
        return ExitCode::from(2);
    }
    let done = output::charts::check(&args.verb, &args.common, &output).and_then(|()| match &args.verb {
        Verb::Run(run) => run::run(run, &args.common, &output),
        Verb::Watch(asked) => watch::watch(asked, &args.common, &output),
        Verb::Rate(rate) => rate::rate(rate, &args.common, &output),
        Verb::Explain(explain) => explain::explain(explain, &args.common, &output),
        Verb::Origins(asked) => origins::origins(asked, &args.common, &output),
        Verb::Check(check) => check::check(check, &args.common, &output),
        Verb::Law(asked) => law::law(asked, &args.common, &output),
        Verb::Products(asked) => law::products(asked, &args.common, &output),
        Verb::Countries(asked) => law::countries(asked, &args.common, &output),
        Verb::Flows(asked) => flows::flows(asked, &args.common, &output),
        Verb::Panel(asked) => panel::panel(asked, &args.common, &output),
        Verb::Diff(asked) => diff::diff(asked, &args.common, &output),
        Verb::Refund(asked) => refund::refund(asked, &args.common, &output),
        Verb::Timeline(asked) => timeline::timeline(asked, &args.common, &output),
        Verb::Next(asked) => next::next(asked, &args.common, &output),
        Verb::Sources => law::sources(&args.common, &output),
        Verb::Schedule(asked) => schedule::schedule(asked, &args.common, &output),
        Verb::Schema(asked) => schema::schema(asked, &args.common, &output),
        Verb::Sweep(asked) => sweep::sweep(asked, &args.common, &output),
        Verb::Solve(asked) => solve::solve(asked, &args.common, &output),
        Verb::New(asked) => new::new(asked, &args.common, &output),
        Verb::Completions(asked) => completions::completions(asked, &args.common, &output),
        Verb::Man(asked) => manual::man(asked, &args.common, &output),
    });
    let done = done.and_then(|()| output.finish());
    let shown = output.show();
    match done.and(shown) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stopped) => code(&stopped),
    }
}

fn code(stopped: &Stopped) -> ExitCode {
    match stopped {
        Stopped::Faulty => ExitCode::from(1),
        Stopped::Usage => ExitCode::from(2),
    }
}
