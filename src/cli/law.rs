use super::args::{Common, Countries, Law, Products};
use super::elsewhere::{self, Room};
use super::output::{self, Output};
use super::{Done, Stopped};
use tariffcalc::answer;
use tariffcalc::base::{Country, nearest};

pub(crate) fn law(args: &Law, common: &Common, output: &Output) -> Done {
    let (law, _) = output::law(common, output)?;
    let report = match args.name.as_deref() {
        None => answer::programs_table(law),
        Some("facts") => answer::facts_table(law),
        Some("readings") => answer::readings_table(law),
        Some(name) if law.names(name) => answer::measure_tables(law, name, common.as_known),
        Some(name) => {
            let ids =
                law.measures().map(|m| m.id.as_str()).chain(law.programs().map(|p| p.id.as_str())).chain(["facts", "readings"]);
            let help = elsewhere::told(law, name, Room::Law)
                .or_else(|| nearest(name, ids).map(|near| format!("did you mean `{near}`?")))
                .unwrap_or_else(|| "`tariffcalc law` lists the programs".into());
            output.complain(&format!("the book has no program or measure `{name}`; {help}"));
            return Err(Stopped::Usage);
        }
    };
    output.report(&report)
}

/// The catalogue, the countries, the articles and files of flows have no second clock.
pub(super) fn no_second_clock(common: &Common, output: &Output) -> Done {
    if common.as_known.is_some() {
        output.complain("`--as-known` means nothing here: it asks `run`, `rate`, `explain`, `check` and `law`");
        return Err(Stopped::Usage);
    }
    Ok(())
}

pub(crate) fn products(args: &Products, common: &Common, output: &Output) -> Done {
    no_second_clock(common, output)?;
    let (law, _) = output::law(common, output)?;
    // The catalogue's typical lines are those of the country whose schedule the book carries.
    let Some(territory) = law.home() else {
        output.complain("the book has no schedule");
        return Err(Stopped::Faulty);
    };
    let day = args.on.or_else(|| territory.complete_before.yesterday().ok()).unwrap_or(territory.complete_from);
    if day < territory.complete_from || day >= territory.complete_before {
        let (from, to) = (territory.complete_from, territory.last_day());
        output.complain(&format!("the {} book knows the days from {from} to {to}, not {day}", territory.id));
        return Err(Stopped::Usage);
    }
    let report = answer::products_table(law, territory.id, day, args.word.as_deref());
    if report.tables.iter().all(|table| table.rows.is_empty()) {
        let word = args.word.as_deref().unwrap_or_default();
        let help = elsewhere::told(law, word, Room::Products)
            .or_else(|| nearest(word, law.product_names()).map(|near| format!("did you mean `tariffcalc products {near}`?")))
            .unwrap_or_else(|| "`tariffcalc products` lists them; goods of any kind are asked for by their code".into());
        output.complain(&format!("no product has `{word}` in a name; {help}"));
        return Err(Stopped::Usage);
    }
    output.report(&report)
}

pub(crate) fn countries(args: &Countries, common: &Common, output: &Output) -> Done {
    no_second_clock(common, output)?;
    let (law, _) = output::law(common, output)?;
    let report = answer::countries_table(law, args.word.as_deref());
    if report.tables.iter().all(|table| table.rows.is_empty()) {
        let word = args.word.as_deref().unwrap_or_default();
        let all = Country::all();
        let names = all.iter().filter_map(|country| country.name());
        let help = elsewhere::told(law, word, Room::Countries)
            .or_else(|| nearest(word, names).map(|near| format!("did you mean `{near}`?")))
            .unwrap_or_else(|| "`tariffcalc countries` lists them".into());
        output.complain(&format!("no country is called `{word}`; {help}"));
        return Err(Stopped::Usage);
    }
    output.report(&report)
}

pub(crate) fn sources(common: &Common, output: &Output) -> Done {
    no_second_clock(common, output)?;
    let (law, _) = output::law(common, output)?;
    output.either(|| answer::ledger_table(law), || answer::ledger_document(law))
}
