use super::args::{Common, Rate};
use super::output::{self, Output};
use super::settle::{self, NAME, quoted};
use super::{Done, call_words};
use std::fmt::Write;
use tariffcalc::answer;
use tariffcalc::base::{Country, Date};
use tariffcalc::law::Rulebook;
use tariffcalc::read;

/// One flow without a file. The flags are written as the scenario they mean, so that both are read, checked and explained by the same code.
pub(crate) fn rate(args: &Rate, common: &Common, output: &Output) -> Done {
    let (law, mut sources) = output::law(common, output)?;
    let files = read::Memory::default().with(NAME, scenario(args, law));
    let asked = read::scenario(&files, NAME, law, &mut sources);
    output.diagnostics(&asked.diagnostics, &sources, false)?;
    let Some(mut scenario) = asked.scenario else {
        return Err(super::Stopped::Faulty);
    };
    settle::apply(&args.settle, &mut scenario, law, &mut sources, output)?;
    let (scenario, results) = settle::results(&args.settle, scenario, law, common, &sources, output)?;
    let warnings = answer::findings(law, &scenario, &results, common.as_known);
    output.diagnostics(&warnings, &sources, false)?;
    if output.is_json() && args.explain {
        return output.document(&answer::explain_document(law, &scenario, &results, None, None));
    }
    output.either(
        || {
            let mut report = answer::explain(law, &scenario, &results, None, None);
            report.title = String::new();
            call_words::report(&mut report);
            if !args.explain {
                // For each case one tells the lines, the next what did not apply; declarations come last.
                let mut at = 0;
                let pairs = results.cases.len() * 2;
                report.tables.retain(|_| {
                    at += 1;
                    at > pairs || at % 2 == 1
                });
                report.notes.insert(0, "`--explain` lists the measures that did not apply, with reasons.".into());
            }
            report
        },
        || answer::run_document(law, &scenario, &results, common.as_known),
    )
}

/// An amount with the currency it is meant in, where it names none: its last word is a number, or says how large it is.
pub(super) fn in_currency(text: &str, currency: &str) -> String {
    let text = text.trim();
    let last = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let is_number = last.chars().any(|c| c.is_ascii_digit()) && !last.ends_with('%');
    let is_scale = ["thousand", "million", "billion", "trillion"].contains(&last);
    if is_number || is_scale { format!("{text} {currency}") } else { text.to_owned() }
}

/// Writes the flags as the scenario they mean.
pub(super) fn scenario(args: &Rate, law: &Rulebook) -> String {
    let is_code = args.goods.starts_with(|c: char| c.is_ascii_digit()) || args.goods == "all";
    let home = law.home().map(|territory| territory.id.to_string());
    let into = args.terms.into.clone().or(home).unwrap_or_default();
    let territory = Country::letters(&into).ok().and_then(|into| law.territory(into));
    // A country without law is told by the reader; its flow must not lack a date on top of that.
    let any = territory.or_else(|| law.territories().next());
    let on: Option<Date> = args.on.or_else(|| any.and_then(|territory| territory.complete_before.yesterday().ok()));
    let currency = territory.map_or("USD".to_owned(), |territory| territory.currency.to_string());
    let value = in_currency(&args.value, &currency);
    let mut text = String::from("schema = 1\ntitle = \"One flow\"\nquestion = \"What is due?\"\n");
    let mut line = |key: &str, value: String| {
        let _ = writeln!(text, "{key} = {value}");
    };
    if args.terms.law_continues {
        line("law-continues", "true".into());
    }
    let list = |items: &[String]| format!("[{}]", items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", "));
    if !args.terms.exchange.is_empty() {
        line("exchange", list(&args.terms.exchange));
    }
    line("[[flow]]\nid", quoted("flow"));
    line("into", quoted(&into));
    line("origin", quoted(&args.from));
    line(if is_code { "code" } else { "product" }, quoted(&args.goods));
    if let Some(on) = on {
        line("entered", on.to_string());
    }
    line("value", quoted(&value));
    if let Some(loaded) = args.loaded {
        line("loaded", loaded.to_string());
    }
    if let Some(admitted) = args.admitted {
        line("admitted", admitted.to_string());
    }
    if args.entry {
        line("entry", quoted("one entry"));
    }
    if !args.terms.quantity.is_empty() {
        line("quantity", list(&args.terms.quantity));
    }
    if !args.terms.claim.is_empty() {
        line("claims", list(&args.terms.claim));
    }
    let pairs = |items: &[String], bare: bool| {
        let pairs = items.iter().map(|item| {
            let (name, value) = item.split_once('=').unwrap_or((item, if bare { "true" } else { "" }));
            format!(
                "{} = {}",
                quoted(name.trim()),
                if bare && matches!(value, "true" | "false") { value.to_owned() } else { quoted(value.trim()) }
            )
        });
        format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
    };
    for (key, items, bare) in
        [("content", &args.terms.content, false), ("weight", &args.terms.weight, false), ("facts", &args.terms.fact, true)]
    {
        if !items.is_empty() {
            line(key, pairs(items, bare));
        }
    }
    line("[[case]]\nid", quoted("current-law"));
    line("title", quoted("current law"));
    text
}
