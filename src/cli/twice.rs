//! Options that may be given several times, each time for another name: two that speak of the same one are a fault that names both.

use clap::ArgMatches;
use tariffcalc::base::Quantity;

/// The options that settle something by name: what stands before their equals sign.
const BY_NAME: [&str; 7] = ["reading", "assume", "content", "weight", "fact", "claim", "column"];

/// Tells the first two options of a call that speak of the same thing.
pub(super) fn told(call: &ArgMatches) -> Option<String> {
    let (_, verb) = call.subcommand()?;
    let given = |option: &str| -> Vec<String> {
        // Verbs take different options, and one of the same name need not be a list of words.
        let words = verb.try_get_many::<String>(option).ok().flatten();
        words.map(|words| words.cloned().collect()).unwrap_or_default()
    };
    let named = BY_NAME.iter().find_map(|option| clash(option, &given(option), name_of(option)));
    let exchange = || clash("exchange", &given("exchange"), pair_of);
    let quantity = || clash("quantity", &given("quantity"), |text| Quantity::parse(text).ok().map(|of| of.unit.to_string()));
    named.or_else(exchange).or_else(quantity)
}

fn clash(option: &str, given: &[String], subject: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut known: Vec<(String, &str)> = Vec::new();
    for text in given {
        let Some(of) = subject(text) else { continue };
        if let Some((_, first)) = known.iter().find(|(other, _)| *other == of) {
            return Some(if *first == text {
                format!("`--{option} {text}` is given twice; give it once")
            } else {
                format!("`--{option} {first}` and `--{option} {text}` both settle `{of}`; keep one of them")
            });
        }
        known.push((of, text));
    }
    None
}

/// The name before the equals sign. What is taken for granted of facts may say so: `facts.patented` is `patented`.
fn name_of(option: &str) -> impl Fn(&str) -> Option<String> {
    let assumed = option == "assume";
    move |text| {
        let name = text.split_once('=').map_or(text, |(name, _)| name).trim();
        Some(if assumed { name.strip_prefix("facts.").unwrap_or(name) } else { name }.to_owned())
    }
}

/// The pair of currencies of `151.43 JPY/USD`, in alphabetical order: the rate of one in the other is that of the other in the one.
fn pair_of(text: &str) -> Option<String> {
    let (_, pair) = text.trim().rsplit_once(char::is_whitespace)?;
    let (one, other) = pair.split_once('/')?;
    Some(if one < other { format!("{one}/{other}") } else { format!("{other}/{one}") })
}
