//! A commented scenario from a question: what is asked on the command line, or on a terminal, becomes a file that runs.

mod dialogue;
mod scenario_schema;

use self::dialogue::Dialogue;
use crate::cli::args::{Common, day};
use crate::cli::law::no_second_clock;
use crate::cli::output::whole::Whole;
use crate::cli::output::{self, Output};
use crate::cli::{Done, Stopped};
use clap::Args as ClapArgs;
use std::io::Write;
use std::path::{Path, PathBuf};
use tariffcalc::answer::{Draft, DraftGoods};
use tariffcalc::base::{CommodityCode, Country, Date, Decimal, GroupId, Money, nearest, parse_date};
use tariffcalc::diag::Sources;
use tariffcalc::law::{Place, Rulebook, Territory};
use tariffcalc::{read, render};

/// As many products are named where a word fits several.
const MOST_SUGGESTIONS: usize = 8;

#[derive(Debug, ClapArgs)]
#[command(after_help = include_str!("../help/new.txt"))]
pub(crate) struct New {
    /// The goods: the name of a product, a word of one, or a commodity code; asked for where none is given
    #[arg(value_name = "PRODUCT|CODE")]
    goods: Option<String>,
    /// A country of origin, or a group such as EU; may be given several times
    #[arg(long, value_name = "ORIGIN")]
    from: Vec<String>,
    /// The importing country; the one whose schedule the book holds where none is given
    #[arg(long, value_name = "COUNTRY")]
    into: Option<String>,
    /// The entry date; the last day the book knows where none is given
    #[arg(long, value_name = "DATE", value_parser = day)]
    on: Option<Date>,
    /// The customs value of each flow, 100,000 where none is given; in the importing country's currency
    #[arg(long, value_name = "AMOUNT")]
    value: Option<String>,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

pub(crate) fn new(args: &New, common: &Common, output: &Output) -> Done {
    no_second_clock(common, output)?;
    let (law, _) = output::law(common, output)?;
    let (text, target) = written(args, common, law, output)?;
    let Some(target) = target else {
        return output.verbatim(&text);
    };
    // One that is there may be the author's own.
    if let Some(beside) = scenario_schema::beside(&target).filter(|beside| !beside.exists()) {
        write(&beside, &scenario_schema::text(), output)?;
    }
    write(&target, &text, output)?;
    let shown = target.display();
    output.written(&format!("{shown} is written. Look at it, change it, and ask:"))?;
    for (command, says) in [
        (format!("tariffcalc run {shown}"), "what is due, in each case"),
        (format!("tariffcalc explain {shown}"), "why, measure by measure"),
        (format!("tariffcalc check {shown}"), "what is wrong with it, if anything"),
    ] {
        output.written(&format!("  {command:width$}  {says}", width = shown.to_string().chars().count() + 19))?;
    }
    Ok(())
}

/// The text of the scenario, and where it goes; `None` for stdout.
fn written(args: &New, common: &Common, law: &Rulebook, output: &Output) -> Result<(String, Option<PathBuf>), Stopped> {
    let mut dialogue = Dialogue::new(args.goods.is_none() || args.from.is_empty());
    let Some(territory) = importing(args.into.as_deref(), law, output)? else { return Err(Stopped::Usage) };
    if !dialogue.is_open() {
        let missing: Vec<&str> = [(args.goods.is_none(), "PRODUCT"), (args.from.is_empty(), "--from ORIGIN")]
            .into_iter()
            .filter_map(|(missing, name)| missing.then_some(name))
            .collect();
        if !missing.is_empty() {
            output.complain(&format!(
                "`new` needs {}: tariffcalc new PRODUCT --from ORIGIN --on DATE --value AMOUNT -o FILE; on a terminal it asks",
                missing.join(" and ")
            ));
            return Err(Stopped::Usage);
        }
    }
    let goods = asked(
        &mut dialogue,
        args.goods.as_deref(),
        "Goods (a product, a word of one, or a code)",
        favourite_product(law),
        |text| goods(text, law),
        output,
    )?;
    let given = (!args.from.is_empty()).then(|| args.from.join(","));
    let origins = asked(
        &mut dialogue,
        given.as_deref(),
        "Origins (two letters or names, commas between)",
        favourite_origins(law, territory.id),
        |text| origins(text, law),
        output,
    )?;
    let last = territory.last_day();
    let on = args.on.map(|day| day.to_string()).or_else(|| (!dialogue.is_open()).then(|| last.to_string()));
    let entered =
        asked(&mut dialogue, on.as_deref(), "Entry date", Some(last.to_string()), |text| entry_date(text, territory), output)?;
    let example = format!("100,000 {}", territory.currency);
    let value = args.value.clone().or_else(|| (!dialogue.is_open()).then(|| example.clone()));
    let value = asked(&mut dialogue, value.as_deref(), "Customs value", Some(example), |text| money(text, territory), output)?;

    let mut draft = Draft::new(law, territory.id, goods, &origins, entered, value);
    let target = target(args, common, &draft, output)?;
    let name = target.as_ref().map_or("FILE".to_owned(), |target| target.display().to_string());
    let schema = target.as_deref().and_then(scenario_schema::named);
    let mut sources = Sources::default();
    let files = read::Memory::default().with(&name, render::scenario_file(&draft, &name, None));
    let begun = read::scenario(&files, &name, law, &mut sources);
    output.diagnostics(&begun.diagnostics, &sources, true)?;
    let begun = begun.scenario.ok_or(Stopped::Faulty)?;
    if let Err(faults) = draft.complete(law, &begun) {
        output.diagnostics(&faults, &sources, true)?;
    }
    Ok((render::scenario_file(&draft, &name, schema), target))
}

/// Takes what is given, or asks for it until it is understood.
fn asked<T>(
    dialogue: &mut Dialogue,
    given: Option<&str>,
    question: &str,
    default: Option<String>,
    read: impl Fn(&str) -> Result<T, String>,
    output: &Output,
) -> Result<T, Stopped> {
    if let Some(given) = given {
        return read(given).map_err(|words| {
            output.complain(&words);
            Stopped::Usage
        });
    }
    while let Some(answer) = dialogue.ask(question, default.as_deref()) {
        match read(&answer) {
            Ok(found) => return Ok(found),
            Err(words) => output.complain(&words),
        }
    }
    output.complain("nothing was written: the questions were not answered");
    Err(Stopped::Usage)
}

fn importing<'l>(into: Option<&str>, law: &'l Rulebook, output: &Output) -> Result<Option<&'l Territory>, Stopped> {
    let Some(text) = into else { return Ok(law.home().or_else(|| law.territories().next())) };
    let named =
        |territory: &&Territory| territory.id.as_str().eq_ignore_ascii_case(text) || territory.title.eq_ignore_ascii_case(text);
    if let Some(territory) = law.territories().find(named) {
        return Ok(Some(territory));
    }
    let known = law.territories().map(|territory| territory.id.to_string()).collect::<Vec<_>>().join(", ");
    output.complain(&format!("the book has no law for imports into `{text}`; it has law for {known}"));
    Err(Stopped::Usage)
}

fn goods(text: &str, law: &Rulebook) -> Result<DraftGoods, String> {
    let text = text.trim();
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        let code = CommodityCode::parse(text);
        return code.map(DraftGoods::Code).map_err(|fault| {
            format!(
                "{}; {}",
                fault.message,
                fault.help.unwrap_or_else(|| "`tariffcalc products WORD` lists goods by name".into())
            )
        });
    }
    if let Some(product) = law.product(text) {
        return Ok(DraftGoods::Product(Box::new(product.clone())));
    }
    let word = text.to_lowercase();
    let names_it = |product: &&tariffcalc::law::Product| {
        let names = [product.id.as_str(), product.title.as_str()];
        names.into_iter().chain(product.synonyms.iter().map(String::as_str)).any(|name| name.to_lowercase().contains(&word))
    };
    let mut fitting: Vec<&str> = law.products().values().filter(names_it).map(|product| product.id.as_str()).collect();
    // A product with the word in its own name comes before one that is merely also called so.
    fitting.sort_by_key(|id| (!id.split('-').any(|part| part.starts_with(&word)), !id.contains(&word)));
    let more = fitting.len().saturating_sub(MOST_SUGGESTIONS);
    let shown = fitting.iter().take(MOST_SUGGESTIONS).copied().collect::<Vec<_>>().join(", ");
    Err(match (fitting.as_slice(), nearest(text, law.product_names())) {
        ([], Some(near)) => {
            format!("no product is called `{text}`; did you mean `{near}`? `tariffcalc products WORD` lists those with a word")
        }
        ([], None) => {
            format!("no product is called `{text}`; `tariffcalc products WORD` lists those with a word, and any code will do")
        }
        ([one], _) => format!("no product is called `{text}`; did you mean `{one}`?"),
        (_, _) if more == 0 => {
            format!("several products have `{text}` in a name: {shown}; `tariffcalc products {text}` tells them apart")
        }
        (_, _) => {
            format!(
                "several products have `{text}` in a name: {shown} and {more} more; `tariffcalc products {text}` tells them apart"
            )
        }
    })
}

fn origins(text: &str, law: &Rulebook) -> Result<Vec<Place>, String> {
    let mut all: Vec<Place> = Vec::new();
    for word in text.split([',', ';']).map(str::trim).filter(|word| !word.is_empty()) {
        let place = origin(word, law)?;
        if !all.contains(&place) {
            all.push(place);
        }
    }
    if all.is_empty() { Err("an origin is two letters, a country's name, or a group".into()) } else { Ok(all) }
}

/// An origin by its letters, its name, or the name of a group.
fn origin(word: &str, law: &Rulebook) -> Result<Place, String> {
    let group = law
        .groups()
        .values()
        .find(|group| group.id.as_str().eq_ignore_ascii_case(word) || group.title.eq_ignore_ascii_case(word));
    if let Some(group) = group {
        return Ok(Place::Group(group.id.clone()));
    }
    let countries = Country::all();
    let named = countries.iter().find(|country| {
        country.as_str().eq_ignore_ascii_case(word) || country.name().is_some_and(|name| name.eq_ignore_ascii_case(word))
    });
    if let Some(country) = named {
        return Ok(Place::Country(*country));
    }
    let names = countries.iter().filter_map(|country| country.name()).chain(law.groups().keys().map(GroupId::as_str));
    let help = match nearest(word, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`tariffcalc countries WORD` finds the two letters".into(),
    };
    Err(format!("no country or group is called `{word}`; {help}"))
}

fn entry_date(text: &str, territory: &Territory) -> Result<Date, String> {
    let day = parse_date(text).map_err(|fault| format!("{}; write it as 2025-10-01", fault.message))?;
    if day < territory.complete_from || day >= territory.complete_before {
        let (from, to) = (territory.complete_from, territory.last_day());
        return Err(format!("the {} book knows entries from {from} to {to}, not {day}", territory.id));
    }
    Ok(day)
}

fn money(text: &str, territory: &Territory) -> Result<Money, String> {
    let money = Money::parse(text).or_else(|fault| Money::parse(&format!("{text} {}", territory.currency)).map_err(|_| fault));
    let money = money.map_err(|fault| format!("{}; write an amount such as \"30,000 {}\"", fault.message, territory.currency))?;
    if money.currency != territory.currency {
        return Err(format!(
            "the duty is due in {}; give the value in it, and add `exchange` to the file for another currency",
            territory.currency
        ));
    }
    if money.amount <= Decimal::ZERO {
        return Err("the value is above zero".into());
    }
    Ok(money)
}

/// The product that the source articles speak of most: as good an example as any.
fn favourite_product(law: &Rulebook) -> Option<String> {
    let expects = law.articles().iter().flat_map(|article| &article.claims).flat_map(|claim| &claim.expects);
    most(
        expects
            .filter_map(|expect| expect.product.as_ref())
            .filter(|id| law.products().contains_key(id))
            .map(ToString::to_string),
        1,
    )
    .pop()
}

/// The two origins that the source articles speak of most.
fn favourite_origins(law: &Rulebook, into: Country) -> Option<String> {
    let expects = law.articles().iter().flat_map(|article| &article.claims).flat_map(|claim| &claim.expects);
    let origins = most(expects.filter(|expect| expect.into == into).map(|expect| expect.origin.to_string()), 2);
    (!origins.is_empty()).then(|| origins.join(", "))
}

/// The words that come most often, so many of them; of those that come equally often the first in alphabetical order.
fn most(words: impl Iterator<Item = String>, number: usize) -> Vec<String> {
    let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    words.for_each(|word| *counts.entry(word).or_default() += 1);
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|(a, many), (b, more)| more.cmp(many).then_with(|| a.cmp(b)));
    counts.into_iter().take(number).map(|(word, _)| word).collect()
}

/// Where the file goes: `None` is stdout.
fn target(args: &New, common: &Common, draft: &Draft, output: &Output) -> Result<Option<PathBuf>, Stopped> {
    let target = match &common.output {
        Some(path) if path.as_os_str() == "-" => return Ok(None),
        Some(path) => path.clone(),
        None => PathBuf::from(match &draft.goods {
            DraftGoods::Product(product) => format!("{}.toml", product.id),
            DraftGoods::Code(code) => format!("{}.toml", code.to_string().replace('.', "-")),
        }),
    };
    if target.extension().is_none_or(|ending| ending != "toml") {
        output.complain(&format!("`{}` does not end in .toml, by which a scenario is known", target.display()));
        return Err(Stopped::Usage);
    }
    if target.exists() && !args.force {
        output.complain(&format!("`{}` is there already; `--force` replaces it, `-o FILE` names another", target.display()));
        return Err(Stopped::Usage);
    }
    Ok(Some(target))
}

fn write(path: &Path, text: &str, output: &Output) -> Done {
    let written = || -> std::io::Result<()> {
        let whole = Whole::file(path)?;
        let mut file = whole.open(None)?;
        file.write_all(text.as_bytes())?;
        file.close()?;
        whole.finish()
    };
    written().map_err(|why| {
        output.complain(&format!("cannot write `{}`: {why}", path.display()));
        Stopped::Faulty
    })
}
