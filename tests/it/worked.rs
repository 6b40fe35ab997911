//! Cases worked out by hand from the legal texts: totals and single lines.

use crate::support::{law, root};
use std::collections::BTreeMap;
use tariffcalc::assess::{Context, Outcome, assess};
use tariffcalc::base::{CommodityCode, ContentId, Country, Decimal, FactId, FlowId, Money, Percent, Quantity, parse_date};
use tariffcalc::diag::Source;
use tariffcalc::law::{Place, RegimeCache, Share};
use tariffcalc::scenario::Flow;

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
            let found = assessed(&field);
            if let Err(words) = compare(&field, &found) {
                failed.push(format!("{}: {words} ({})", field("id"), field("cite")));
            }
            count += 1;
        }
    }
    assert!(failed.is_empty(), "{} of {count}:\n{}", failed.len(), failed.join("\n"));
    assert!(count >= 60, "{count}");
}

fn assessed<'r>(field: &impl Fn(&str) -> &'r str) -> tariffcalc::assess::Assessment {
    let goods = field("goods");
    let product = law().product(goods);
    let code = product.map_or_else(|| CommodityCode::parse(goods).unwrap_or_else(|_| panic!("{goods}")), |product| product.line);
    let mut facts: BTreeMap<FactId, bool> = BTreeMap::new();
    if let Some(product) = product {
        facts.extend(product.unless_facts.iter().map(|fact| (fact.clone(), false)));
        facts.extend(product.facts.iter().map(|fact| (fact.clone(), true)));
    }
    for (name, value) in pairs(field("claims")).chain(pairs(field("facts"))) {
        assert!(law().facts().contains_key(&FactId::new(name)), "no fact {name}");
        facts.insert(FactId::new(name), value == "true");
    }
    let mut shares = BTreeMap::new();
    shares.extend(
        pairs(field("content")).map(|(name, share)| (Share::Content(ContentId::new(name)), Percent::parse_share(share).unwrap())),
    );
    shares.extend(
        pairs(field("weight")).map(|(name, share)| (Share::Weight(ContentId::new(name)), Percent::parse_share(share).unwrap())),
    );
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
        loaded: None,
        column_1: None,
        cite: None,
        source: Source { path: "tests/worked".into(), line: 0 },
        place: None,
    };
    let as_known = Some(field("as-known")).filter(|text| !text.is_empty()).map(|text| parse_date(text).unwrap());
    assess(&RegimeCache::new(law()), &flow, &Context { as_known, ..Context::default() })
        .unwrap_or_else(|fault| panic!("{}: {fault:?}", field("id")))
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
