//! Rates computed from a table of trade balances, from TOML: in a version of a measure, and in a change of a case.

use super::measure::Reader;
use crate::base::{Country, Decimal, Fault, MeasureId, Percent, ProgramId, parse_number};
use crate::diag::{Code, Place, Source};
use crate::law::Place as Origin;
use crate::law::{Formula, Measure, OriginSet, Rate};
use crate::read::document::{Table, Text, understood};
use crate::read::table;
use std::collections::BTreeMap;

/// What a formula gives for one partner of its table.
pub(in crate::read) struct Partner {
    /// The partner as the table writes it.
    pub(in crate::read) letters: String,
    pub(in crate::read) origin: Origin,
    pub(in crate::read) rate: Rate,
    /// How the rate came about, in words.
    pub(in crate::read) working: String,
    /// The formula's source and that of the figures.
    pub(in crate::read) cite: String,
    pub(in crate::read) source: Source,
}

/// A parameter of a formula: a number above zero.
fn parameter(text: &str) -> Result<Decimal, Fault> {
    let number = parse_number(text)?;
    if number <= Decimal::ZERO {
        return Err(Fault::new(format!("`{number}` is no parameter of a formula")).with_help("write a number above zero"));
    }
    Ok(number)
}

impl Reader<'_> {
    /// Reads a `formula` and its table: each partner among the origins, with its rate. Faults are told; a faulty formula has no partners.
    pub(in crate::read) fn partners(&mut self, table: &Table<'_>, among: &OriginSet) -> Vec<Partner> {
        let Some((formula, path)) = self.formula(table) else { return Vec::new() };
        let cite = table.string("cite");
        let Some(rows) = self.table(&path, &["origin", "exports", "imports"], &["cite"]) else {
            return Vec::new();
        };
        let mut partners: Vec<Partner> = Vec::new();
        for balance in table::balances(&rows, self.out) {
            let origin = self.origin(&Text { text: balance.origin.clone(), place: balance.place });
            let rate = understood(formula.rate(balance.exports, balance.imports), Code::BadRate, balance.place, self.out);
            let (Some(origin), Some(rate)) = (origin, rate) else {
                continue;
            };
            let wanted = match among {
                OriginSet::Of(places) => places.contains(&origin),
                OriginSet::AllBut(places) => !places.contains(&origin),
                OriginSet::All | OriginSet::Others => true,
            };
            if wanted {
                partners.push(Partner {
                    working: working(&formula, balance.exports, balance.imports, rate),
                    letters: balance.origin,
                    origin,
                    rate: Rate::AdValorem(rate),
                    cite: balance.cite.map_or_else(|| cite.clone(), |figures| format!("{cite}; {figures}")),
                    source: balance.source,
                });
            }
        }
        if let OriginSet::Of(places) = among {
            for missing in places.iter().filter(|place| !partners.iter().any(|partner| partner.origin == **place)) {
                let message = format!("the table of balances has no `{missing}`, so the formula gives it no rate");
                self.fault(
                    Code::BadTable,
                    path.place,
                    message,
                    "this table",
                    Some("add the partner to the table, or leave it out"),
                );
            }
        }
        partners
    }

    fn formula(&mut self, table: &Table<'_>) -> Option<(Formula, Text)> {
        let share = table.parsed("share-of-deficit", Code::BadPercent, self.out, Percent::parse_share);
        let least = table.parsed("at-least", Code::BadPercent, self.out, Percent::parse);
        let both = ["elasticity", "pass-through"];
        let [elasticity, pass_through] = both.map(|key| table.parsed(key, Code::BadNumber, self.out, parameter));
        if let [one] = both.iter().filter(|key| table.has(key)).collect::<Vec<_>>().as_slice() {
            let message = format!("the formula has `{one}` and not the other parameter");
            let help = "give `elasticity` and `pass-through`, or neither: then their product is 1";
            self.fault(Code::MissingKey, table.place_of(one), message, "only this one", Some(help));
            return None;
        }
        if both.iter().any(|key| table.has(key)) && (elasticity.is_none() || pass_through.is_none()) {
            return None;
        }
        let number = |read: Option<(Decimal, Place)>| read.map_or(Decimal::ONE, |(number, _)| number);
        let formula = Formula {
            elasticity: number(elasticity),
            pass_through: number(pass_through),
            share: share?.0,
            at_least: least?.0,
            whole_ratio: table.flag("whole-ratio"),
            rounded_up: table.flag("rounded-up"),
        };
        Some((formula, table.text("table")?))
    }

    /// Reads a measure with a version whose rate is computed: one measure for each partner, all of them with the versions that state a rate.
    pub(in crate::read) fn measures_by_formula(
        &mut self,
        table: &Table<'_>,
        program: &ProgramId,
        into: Country,
    ) -> Vec<(Measure, Place)> {
        let (Some(id), Some((frame, at))) = (table.text("id"), self.measure_without_versions(table, program, into)) else {
            return Vec::new();
        };
        if !id.text.contains("{origin}") {
            let help = "write `id = \"…-{origin}\"`: each partner of the table gets a measure of its own";
            self.fault(Code::MissingKey, id.place, "the id of a measure with a formula must hold `{origin}`", "here", Some(help));
            return Vec::new();
        }
        if frame.origins == OriginSet::Others {
            let help = "write `origins = \"all\"` for all partners of the table, or name them";
            let message = "a measure with a formula falls on the partners of its table";
            self.fault(Code::WrongType, table.place_of("origins"), message, "these are not in it", Some(help));
            return Vec::new();
        }
        let mut by_partner: BTreeMap<String, (Measure, Place, usize)> = BTreeMap::new();
        let mut formulas: Vec<Place> = Vec::new();
        let versions = table.tables("version");
        for (formula, version) in versions.iter().filter_map(|version| Some((version.table("formula")?, version))) {
            formulas.push(formula.place);
            for partner in self.partners(&formula, &frame.origins) {
                let (measure, _, count) = by_partner.entry(partner.letters.clone()).or_insert_with(|| {
                    let mut measure = frame.clone();
                    let name = match &partner.origin {
                        Origin::Country(country) => country.name().unwrap_or(&partner.letters),
                        Origin::Group(group) => group.as_str(),
                    };
                    measure.id = MeasureId::new(&id.text.replace("{origin}", &partner.letters.to_lowercase()));
                    measure.title = measure.title.replace("{name}", name);
                    measure.origins = OriginSet::Of(vec![partner.origin.clone()]);
                    measure.source = partner.source.clone();
                    (measure, at, 0)
                });
                *count += 1;
                let Some(mut read) = self.version_at(version, Some(partner.rate)) else { continue };
                read.cite = format!("{}; {}", read.cite, partner.cite);
                read.note =
                    Some(read.note.map_or_else(|| partner.working.clone(), |note| format!("{note}; {}", partner.working)));
                read.source = partner.source;
                measure.versions.push(read);
            }
        }
        for (letters, (_, _, count)) in &by_partner {
            if let Some(first) = formulas.first().filter(|_| *count != formulas.len()) {
                let message =
                    format!("`{letters}` stands in {count} of the {} tables of balances of this measure", formulas.len());
                let help = "the tables of one measure hold the same partners; where one leaves, give it a measure of its own";
                self.fault(Code::BadTable, *first, message, "this formula is one of them", Some(help));
            }
        }
        for version in versions.iter().filter(|version| !version.has("formula")) {
            if let Some(read) = self.version(version) {
                by_partner.values_mut().for_each(|(measure, ..)| measure.versions.push(read.clone()));
            }
        }
        by_partner.into_values().map(|(measure, at, _)| (measure, at)).collect()
    }
}

/// The arithmetic of one partner, to be read beside its rate.
fn working(formula: &Formula, exports: Decimal, imports: Decimal, rate: Percent) -> String {
    let shown = |number: Decimal| crate::base::grouped(number.normalize());
    let ratio = formula
        .ratio(exports, imports)
        .map_or_else(|_| String::new(), |ratio| format!("{}%", ratio.points().round_dp(4).normalize()));
    let up = if formula.rounded_up { ", rounded up" } else { "" };
    let parameters = if formula.elasticity == Decimal::ONE && formula.pass_through == Decimal::ONE {
        "imports".to_owned()
    } else {
        format!("imports x {} x {}", formula.elasticity.normalize(), formula.pass_through.normalize())
    };
    format!(
        "exports {}, imports {}: the deficit is {ratio} of {parameters}; {} of it{up}, at least {}, is {rate}",
        shown(exports),
        shown(imports),
        formula.share,
        formula.at_least
    )
}
