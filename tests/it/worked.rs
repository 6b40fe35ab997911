//! Cases worked out by hand from the legal texts: totals and single lines.
//!
//! `published.csv` restates cases that others have worked out. `theirs` is the duty they give; where the law says otherwise, `marked` says why, and `duty` is what the law says.

use crate::support::{law, root};
use std::collections::BTreeMap;
use tariffcalc::assess::{Context, Outcome, assess, entry_fees};
use tariffcalc::base::{
    CommodityCode, ContentId, Country, Decimal, FactId, FlowId, Money, Percent, Quantity, ReadingId, parse_date,
};
use tariffcalc::diag::Source;
use tariffcalc::law::{Place, Rate, RegimeCache, Share, answer, answered};
use tariffcalc::scenario::{Flow, GivenColumn1};

fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(['|', ' ']).filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "true")))
}

/// Each row of each table in `tests/worked` holds: the total, and every line it names.
#[test]
fn every_worked_case_comes_out() {
    let mut failed = Vec::new();
    let mut count = 0;
    for path in crate::support::files_below(&root().join("tests/worked"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "csv"))
    {
        let mut reader = csv::Reader::from_path(&path).unwrap();
        let header = reader.headers().unwrap().clone();
        for row in reader.records() {
            let row = row.unwrap();
            let field =
                |name: &str| header.iter().position(|column| column == name).and_then(|at| row.get(at)).unwrap_or_default();
            if let Err(words) = checked(&field) {
                failed.push(format!("{}: {words} ({})", field("id"), field("cite")));
            }
            count += 1;
        }
    }
    assert!(failed.is_empty(), "{} of {count}:\n{}", failed.len(), failed.join("\n"));
    assert!(count >= 60, "{count}");
}

fn checked<'r>(field: &impl Fn(&str) -> &'r str) -> Result<(), String> {
    let (ours, theirs, marked) = (field("duty"), field("theirs"), field("marked"));
    if !theirs.is_empty() && (ours == theirs) != marked.is_empty() {
        return Err(format!("theirs is {theirs}, ours {ours}, and it is marked: `{marked}`"));
    }
    if field("goods").is_empty() {
        // Nothing the program can be asked; the row says why.
        return if marked.is_empty() { Err("no goods, and no reason".into()) } else { Ok(()) };
    }
    let (flow, context) = asked(field);
    let cache = RegimeCache::new(law());
    let found = assess(&cache, &flow, &context).map_err(|fault| format!("{fault:?}"))?;
    compare(field, &found)?;
    let fees = entry_fees(&cache, &[&flow], &context).map_err(|fault| format!("{fault:?}"))?;
    for (measure, expected) in pairs(field("fees")) {
        let line = fees.iter().find(|line| line.measure.as_str() == measure);
        if expected == "none" {
            if line.is_some() {
                return Err(format!("no line {measure} expected; found {:?}", line.map(|line| &line.amount)));
            }
            continue;
        }
        if line.and_then(|line| line.amount.known()) != expected.parse().ok() {
            return Err(format!("{measure} at {expected} expected; found {:?}", line.map(|line| &line.amount)));
        }
    }
    Ok(())
}

fn asked<'r>(field: &impl Fn(&str) -> &'r str) -> (Flow, Context) {
    let goods = field("goods");
    let product = law().product(goods);
    let code = product.map_or_else(|| CommodityCode::parse(goods).unwrap_or_else(|_| panic!("{goods}")), |product| product.line);
    let mut facts = facts([field("claims"), field("facts")]);
    if let Some(product) = product {
        let said = product.unless_facts.iter().map(|fact| (fact, false)).chain(product.facts.iter().map(|fact| (fact, true)));
        said.for_each(|(fact, stated)| {
            facts.entry(fact.clone()).or_insert(stated);
        });
    }
    let shares = shares(field("content"), field("weight"));
    let day = |name: &str| Some(field(name)).filter(|text| !text.is_empty()).map(|text| parse_date(text).unwrap());
    let column_1 = Some(field("column-1")).filter(|text| !text.is_empty()).map(|text| GivenColumn1 {
        rate: Rate::parse(text).unwrap(),
        cite: field("cite").to_owned(),
        covers: Vec::new(),
    });
    let value = field("value");
    let value = Money::parse(value).or_else(|_| Money::parse(&format!("{value} USD"))).unwrap();
    let flow = Flow {
        id: FlowId::new(field("id")),
        title: String::new(),
        into: Country::letters(field("into")).unwrap(),
        origin: Place::Country(Country::letters(field("origin")).unwrap()),
        code,
        product: None,
        value,
        quantities: field("quantity").split('|').filter(|q| !q.is_empty()).map(|q| Quantity::parse(q).unwrap()).collect(),
        shares,
        facts,
        entered: parse_date(field("entered")).unwrap(),
        loaded: day("loaded"),
        admitted: day("admitted"),
        entry: None,
        column_1,
        cite: None,
        source: Source { path: "tests/worked".into(), line: 0 },
        place: None,
    };
    let readings = pairs(field("reading")).map(|(reading, option)| (ReadingId::new(reading), option.to_owned())).collect();
    (flow, Context { as_known: day("as-known"), readings, ..Context::default() })
}

/// Reads `usmca patented=false transport=sea`.
pub(crate) fn facts<const N: usize>(texts: [&str; N]) -> BTreeMap<FactId, bool> {
    let mut facts: BTreeMap<FactId, bool> = BTreeMap::new();
    for (name, value) in texts.into_iter().flat_map(pairs) {
        let id = FactId::new(name);
        assert!(law().facts().contains_key(&id), "no fact {name}");
        match value {
            "true" | "false" => {
                facts.insert(id, value == "true");
            }
            given => {
                let others = law().facts().keys().filter(|other| answered(other).is_some_and(|(of, _)| of == id));
                facts.extend(others.map(|other| (other.clone(), false)));
                facts.insert(answer(&id, given), true);
            }
        }
    }
    law().with_consequences(facts)
}

/// Reads `steel=60% copper=0%`, of the value and of the weight.
pub(crate) fn shares(content: &str, weight: &str) -> BTreeMap<Share, Percent> {
    let named = |(name, share): (&str, &str), kind: fn(ContentId) -> Share| {
        (kind(ContentId::new(name)), Percent::parse_share(share).unwrap())
    };
    let contents = pairs(content).map(|pair| named(pair, Share::Content));
    contents.chain(pairs(weight).map(|pair| named(pair, Share::Weight))).collect()
}

fn compare<'r>(field: &impl Fn(&str) -> &'r str, found: &tariffcalc::assess::Assessment) -> Result<(), String> {
    let shown = || {
        let lines: Vec<String> = found.lines.iter().map(|line| format!("{}={:?}", line.measure, line.amount.known())).collect();
        format!("found {:?} with {}", found.duty, lines.join(" | "))
    };
    match field("duty") {
        "" => {}
        "refused" => {
            if !matches!(found.duty, Outcome::Refused(_)) {
                return Err(format!("a refusal expected; {}", shown()));
            }
        }
        duty => {
            let expected: Decimal = duty.parse().map_err(|_| format!("{duty} is no number"))?;
            if found.duty.known() != Some(expected) {
                return Err(format!("{expected} expected; {}", shown()));
            }
        }
    }
    if !field("rate").is_empty() {
        let expected = Percent::parse(field("rate")).map_err(|fault| fault.message)?.fraction();
        if found.effective_rate() != Some(expected) {
            return Err(format!("{} expected; {}", field("rate"), shown()));
        }
    }
    for (measure, expected) in pairs(field("lines")) {
        let line = found.lines.iter().find(|line| line.measure.as_str() == measure);
        if expected == "none" {
            if line.is_some() {
                return Err(format!("no line {measure} expected; {}", shown()));
            }
            continue;
        }
        let Some(line) = line else {
            return Err(format!("a line {measure} expected; {}", shown()));
        };
        let matches = match Percent::parse(expected) {
            Ok(rate) => line.rate == Some(rate.fraction()),
            Err(_) => line.amount.known() == expected.parse().ok(),
        };
        if !matches {
            return Err(format!("{measure} at {expected} expected; {}", shown()));
        }
    }
    Ok(())
}

/// Every case that others published stands in `published.csv`.
#[test]
fn every_published_case_is_restated() {
    let Ok(mut reader) = csv::Reader::from_path(root().join("../shared/worked/us-worked-cases.csv")) else {
        return eprintln!("skipped: the published cases are not beside this folder");
    };
    let published: Vec<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
    let mut reader = csv::Reader::from_path(root().join("tests/worked/published.csv")).unwrap();
    let restated: Vec<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
    assert!(published.len() >= 60, "{}", published.len());
    assert_eq!(restated, published);
}
