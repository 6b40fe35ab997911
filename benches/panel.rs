//! The whole schedule times all origins on every day on which the law changes, and the 2024 flows of the United States on the same days: beside single flows, measured in the same run.
//!
//! The second is skipped with a message where the data are not beside the project.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, clippy::float_arithmetic)]
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};
use tariffcalc::answer;
use tariffcalc::assess::{Batch, Context, Pricer, Row, Stated, assess};
use tariffcalc::base::{CommodityCode, Country, Date, Decimal, FlowId, Money};
use tariffcalc::diag::Source;
use tariffcalc::law::{Place, RegimeCache, Rulebook};
use tariffcalc::read::{self, FlowOptions};
use tariffcalc::scenario::Flow;

const TRADE: &str = "../shared/data/trade/us_imports_consumption_2024_hs10_country.csv.gz";

fn main() {
    let law = read::law(&read::Embedded).rulebook.unwrap();
    let into = Country::letters("US").unwrap();
    let days = days(&law, into);
    let schedule = law.schedule(into).unwrap();
    let mut codes: Vec<CommodityCode> = schedule.lines().map(|line| line.code).collect();
    codes.dedup();
    let lines = whole(codes, Country::all());
    let single = single_flow(&law, into, &lines, &days);
    let cells = lines.rows.len() * days.len();
    let took = timed(&law, into, &lines, &days);
    println!(
        "every line: {} lines x {} origins x {} days = {cells} cells in {took:.1?}: {:.1} ns a cell, 1 : {:.0} of a single flow ({single:.1?})",
        lines.codes.len(),
        lines.origins.len(),
        days.len(),
        took.as_nanos() as f64 / cells as f64,
        single.as_nanos() as f64 * cells as f64 / took.as_nanos() as f64,
    );
    if !Path::new(TRADE).exists() {
        println!("skipped: {TRADE} is not beside the project");
        return;
    }
    let started = Instant::now();
    let flows = flows();
    let reading = started.elapsed();
    let cells = flows.rows.len() * days.len();
    let took = timed(&law, into, &flows, &days);
    println!(
        "flows: {} x {} days = {cells} cells in {took:.1?} after {reading:.1?} of reading: {:.1} ns a cell, 1 : {:.0} of a single flow",
        flows.rows.len(),
        days.len(),
        took.as_nanos() as f64 / cells as f64,
        single.as_nanos() as f64 * cells as f64 / took.as_nanos() as f64,
    );
}

/// `PANEL_DAYS=4` asks for the first days only.
fn days(law: &Rulebook, into: Country) -> Vec<Date> {
    let territory = law.territory(into).unwrap();
    let mut days = law.dates(into);
    days.retain(|day| *day > territory.complete_from && *day < territory.complete_before);
    days.insert(0, territory.complete_from);
    if let Some(most) = std::env::var("PANEL_DAYS").ok().and_then(|most| most.parse().ok()) {
        days.truncate(most);
    }
    days
}

/// Prices a batch on all days; then some days by a pricer that knows no other day, which must come to the same.
fn timed(law: &Rulebook, into: Country, batch: &Batch, days: &[Date]) -> Duration {
    let started = Instant::now();
    let panel = answer::panel(law, into, batch, days, &Context::default()).unwrap();
    let took = started.elapsed();
    let cache = RegimeCache::new(law);
    for (day, sums) in panel.days.iter().step_by(17) {
        let mut fresh = Pricer::new(&cache, into, batch, Context::default()).unwrap();
        assert_eq!(fresh.on(*day).unwrap(), *sums, "{day}");
    }
    took
}

/// The mean time of one flow by itself, over cells spread through the batch.
fn single_flow(law: &Rulebook, into: Country, batch: &Batch, days: &[Date]) -> Duration {
    let cache = RegimeCache::new(law);
    let day = days[days.len() / 2];
    let picked: Vec<&Row> = batch.rows.iter().step_by(batch.rows.len() / 4_000 + 1).collect();
    let flow = |row: &Row| Flow {
        id: FlowId::new("cell"),
        title: String::new(),
        into,
        origin: Place::Country(batch.origins[row.origin as usize]),
        code: batch.codes[row.code as usize],
        product: None,
        value: Money { amount: row.value, currency: law.territory(into).unwrap().currency },
        quantities: Vec::new(),
        shares: BTreeMap::new(),
        facts: BTreeMap::new(),
        entered: day,
        loaded: None,
        admitted: None,
        entry: None,
        column_1: None,
        cite: None,
        source: Source { path: "bench".into(), line: 0 },
        place: None,
    };
    let run = || picked.iter().filter(|row| assess(&cache, &flow(row), &Context::default()).is_ok()).count();
    assert_eq!(run(), picked.len());
    let started = Instant::now();
    run();
    started.elapsed() / u32::try_from(picked.len()).unwrap()
}

fn batch(codes: Vec<CommodityCode>, origins: Vec<Country>, rows: Vec<Row>) -> Batch {
    let groups = origins.len();
    Batch { codes, origins, stated: vec![Stated::default()], quantities: vec![Vec::new()], rows, groups }
}

fn row(code: usize, origin: usize, value: Decimal) -> Row {
    let (code, origin) = (u32::try_from(code).unwrap(), u32::try_from(origin).unwrap());
    Row { code, origin, stated: 0, quantities: 0, group: origin, value }
}

/// Every code from every origin, summed by origin.
fn whole(codes: Vec<CommodityCode>, origins: Vec<Country>) -> Batch {
    let value = Decimal::from(100_000);
    let rows = (0..codes.len()).flat_map(|code| (0..origins.len()).map(move |origin| row(code, origin, value))).collect();
    batch(codes, origins, rows)
}

fn flows() -> Batch {
    let (mut codes, mut origins) = (BTreeMap::new(), BTreeMap::new());
    let mut rows = Vec::new();
    for flow in read::flow_file(Path::new(TRADE), &FlowOptions::default()).unwrap().flatten() {
        let next = codes.len();
        let code = *codes.entry(flow.code).or_insert(next);
        let next = origins.len();
        let origin = *origins.entry(flow.origin).or_insert(next);
        rows.push(row(code, origin, flow.value));
    }
    fn ordered<K: Copy>(numbers: BTreeMap<K, usize>) -> Vec<K> {
        let mut all: Vec<(usize, K)> = numbers.into_iter().map(|(key, number)| (number, key)).collect();
        all.sort_by_key(|(number, _)| *number);
        all.into_iter().map(|(_, key)| key).collect()
    }
    batch(ordered(codes), ordered(origins), rows)
}
