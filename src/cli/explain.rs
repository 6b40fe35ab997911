use super::args::{Common, Explain};
use super::output::{self, Output};
use super::{Done, Stopped, run, settle};
use tariffcalc::answer;
use tariffcalc::base::nearest;

pub(crate) fn explain(args: &Explain, common: &Common, output: &Output) -> Done {
    let (law, mut sources) = output::law(common, output)?;
    let mut scenario = run::scenarios(&args.scenario, law, &mut sources, output)?;
    settle::apply(&args.settle, &mut scenario, law, &mut sources, output)?;
    known_or_complain(
        "flow",
        args.flow.as_deref(),
        scenario
            .flows
            .iter()
            .flat_map(|flow| [Some(flow.id.as_str()), flow.id.as_str().split_once('/').map(|(id, _)| id)])
            .flatten(),
        output,
    )?;
    let (scenario, results) = settle::results(&args.settle, scenario, law, common, &sources, output)?;
    known_or_complain("case", args.case.as_deref(), scenario.cases.iter().map(|case| case.id.as_str()), output)?;
    let (flow, case) = (args.flow.as_deref(), args.case.as_deref());
    output.either(
        || answer::explain(law, &scenario, &results, flow, case),
        || answer::explain_document(law, &scenario, &results, flow, case),
    )
}

/// A name on the command line must be one of the scenario's.
fn known_or_complain<'a>(
    kind: &str,
    name: Option<&str>,
    mut known: impl Iterator<Item = &'a str> + Clone,
    output: &Output,
) -> Done {
    let Some(name) = name else { return Ok(()) };
    let all = known.clone();
    if known.any(|id| id == name) {
        return Ok(());
    }
    let help = nearest(name, all.clone())
        .map_or_else(|| format!("there are: {}", all.collect::<Vec<_>>().join(", ")), |near| format!("did you mean `{near}`?"));
    output.complain(&format!("the scenario has no {kind} `{name}`; {help}"));
    Err(Stopped::Usage)
}
