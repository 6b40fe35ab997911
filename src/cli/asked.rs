//! Verbs that take a scenario file, or goods and an origin without one.

use super::args::terms::Terms;
use super::args::{Rate, Settle, pair, place};
use super::output::Output;
use super::settle::{self, NAME};
use super::{Stopped, rate, run};
use clap::Args as ClapArgs;
use tariffcalc::base::{Date, nearest, parse_date};
use tariffcalc::diag::Sources;
use tariffcalc::law::Rulebook;
use tariffcalc::read;
use tariffcalc::scenario::Scenario;

/// A scenario file, or one flow written as flags.
#[derive(Debug, ClapArgs)]
pub(crate) struct Asked {
    /// A scenario file (.toml; several are one question), or a commodity code or the name of a product
    #[arg(value_name = "SCENARIO|CODE|PRODUCT", required = true)]
    pub(crate) goods: Vec<String>,
    /// The country of origin of a code or product, or a group such as EU
    #[arg(long, value_name = "ORIGIN", value_parser = place)]
    pub(crate) from: Option<String>,
    /// The customs value, 100000 where none is given; in the importing country's currency where none is named
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub(crate) value: Option<String>,
    /// The day the goods were loaded on board
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) loaded: Option<Date>,
    /// A reading for every case that chooses none, such as us-ieepa=void; may be given several times
    #[arg(long, value_name = "READING=OPTION", value_parser = pair)]
    pub(crate) reading: Vec<String>,
    /// What to take for granted where a flow does not say, such as patented=false; may be given several times
    #[arg(long, value_name = "NAME=ANSWER", value_parser = pair)]
    pub(crate) assume: Vec<String>,
    #[command(flatten)]
    pub(crate) terms: Terms,
}

impl Asked {
    /// Tells whether scenario files are asked for: by the ending of the first, or because no origin is named and there is such a file.
    fn is_file(&self) -> bool {
        let path = self.goods.first().map(std::path::Path::new);
        path.is_some_and(|path| {
            path.extension().is_some_and(|ending| ending == "toml") || (self.from.is_none() && path.is_file())
        })
    }

    /// Reads the scenario asked for; of goods without a file, one flow that enters on the day.
    pub(crate) fn scenario(
        &self,
        law: &Rulebook,
        sources: &mut Sources,
        on: Option<Date>,
        output: &Output,
    ) -> Result<Scenario, Stopped> {
        let mut scenario =
            if self.is_file() { self.of_file(law, sources, output)? } else { self.of_goods(law, sources, on, output)? };
        scenario.law_continues |= self.terms.law_continues;
        let settle = Settle { reading: self.reading.clone(), readings: None, assume: self.assume.clone() };
        settle::apply(&settle, &mut scenario, law, sources, output)?;
        Ok(scenario)
    }

    fn of_file(&self, law: &Rulebook, sources: &mut Sources, output: &Output) -> Result<Scenario, Stopped> {
        let own = [("--from", self.from.is_some()), ("--value", self.value.is_some()), ("--loaded", self.loaded.is_some())];
        let given: Vec<&str> =
            own.into_iter().chain(self.terms.given()).filter(|(_, given)| *given).map(|(flag, _)| flag).collect();
        if !given.is_empty() {
            output.complain(&format!(
                "{} speaks of goods without a file, and `{}` is a scenario; its flows say that themselves",
                given.join(", "),
                self.goods.join(" ")
            ));
            return Err(Stopped::Usage);
        }
        let files: Vec<std::path::PathBuf> = self.goods.iter().map(std::path::PathBuf::from).collect();
        run::scenarios(&files, law, sources, output)
    }

    fn of_goods(&self, law: &Rulebook, sources: &mut Sources, on: Option<Date>, output: &Output) -> Result<Scenario, Stopped> {
        let [goods] = self.goods.as_slice() else {
            output.complain(&format!(
                "several codes or products are asked of: {}; give one, or scenario files",
                self.goods.join(", ")
            ));
            return Err(Stopped::Usage);
        };
        let Some(from) = self.from.clone() else {
            output.complain(&format!(
                "`{goods}` is no scenario file; for a code or product name the country of origin: `--from ORIGIN`"
            ));
            return Err(Stopped::Usage);
        };
        let flags = Rate {
            goods: goods.clone(),
            from,
            on,
            value: self.value.clone().unwrap_or_else(|| "100000".into()),
            loaded: self.loaded,
            admitted: None,
            entry: false,
            terms: self.terms.clone(),
            explain: false,
            settle: Settle { reading: Vec::new(), readings: None, assume: Vec::new() },
        };
        let files = read::Memory::default().with(NAME, rate::scenario(&flags, law));
        let asked = read::scenario(&files, NAME, law, sources);
        output.diagnostics(&asked.diagnostics, sources, false)?;
        let mut scenario = asked.scenario.ok_or(Stopped::Faulty)?;
        if let Some(flow) = scenario.flows.first_mut() {
            let product = flow.product.as_ref().and_then(|id| law.products().get(id)).map(|product| product.title.clone());
            flow.title = product.unwrap_or_else(|| flow.code.to_string());
            scenario.title = format!("{} from {} into {}", flow.title, flow.origin, flow.into);
        }
        scenario.question = String::new();
        Ok(scenario)
    }
}

/// A name on the command line must be one of the scenario's.
pub(crate) fn known_or_complain(kind: &str, name: &str, known: &[&str], output: &Output) -> Result<(), Stopped> {
    if known.contains(&name) {
        return Ok(());
    }
    let help = nearest(name, known.iter().copied())
        .map_or_else(|| format!("there are: {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
    output.complain(&format!("the scenario has no {kind} `{name}`; {help}"));
    Err(Stopped::Usage)
}
