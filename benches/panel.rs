//! The 2024 flows of the United States on every day on which the law changes, and the whole schedule times all origins: skipped with a message where the data are not beside the project.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]
use std::time::Instant;
use tariffcalc::assess::{Batch, Context, Pricer, Row, Stated};
use tariffcalc::base::{CommodityCode, Country, Decimal};
use tariffcalc::law::RegimeCache;
use tariffcalc::read;

fn main() {
    let law = read::law(&read::Embedded).rulebook.unwrap();
    let into = Country::letters("US").unwrap();
    let territory = law.territory(into).unwrap();
    let schedule = law.schedule(into).unwrap();
    let mut days = law.dates(into);
    days.retain(|day| *day > territory.complete_from && *day < territory.complete_before);
    days.insert(0, territory.complete_from);
    // `PANEL_DAYS=4` asks for a part only.
    if let Some(most) = std::env::var("PANEL_DAYS").ok().and_then(|most| most.parse().ok()) {
        days.truncate(most);
    }
    let mut codes: Vec<CommodityCode> = schedule.lines().map(|line| line.code).collect();
    codes.dedup();
    let origins: Vec<Country> = Country::all().to_vec();
    let mut rows = Vec::with_capacity(codes.len() * origins.len());
    for code in 0..codes.len() {
        for origin in 0..origins.len() {
            rows.push(Row {
                code: code as u32,
                origin: origin as u32,
                stated: 0,
                quantities: 0,
                group: origin as u32,
                value: Decimal::from(100_000),
            });
        }
    }
    let cells = rows.len() * days.len();
    let groups = origins.len();
    let batch = Batch { codes, origins, stated: vec![Stated::default()], quantities: vec![Vec::new()], rows, groups };
    // However the days are shared out, the sums are the same.
    let runs = std::env::var("PANEL_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(2);
    let halves: Vec<Vec<_>> = days.chunks(days.len().div_ceil(runs)).map(<[_]>::to_vec).collect();
    let started = Instant::now();
    let (mut priced, mut classes) = (Decimal::ZERO, 0);
    std::thread::scope(|threads| {
        let handles: Vec<_> = halves
            .iter()
            .map(|days| {
                let (law, batch) = (&law, &batch);
                threads.spawn(move || {
                    let cache = RegimeCache::new(law);
                    let mut pricer = Pricer::new(&cache, into, batch, Context::default()).unwrap();
                    let mut priced = Decimal::ZERO;
                    for day in days {
                        priced += pricer.on(*day).unwrap().iter().map(|sums| sums.priced).sum::<Decimal>();
                    }
                    (priced, pricer.classes())
                })
            })
            .collect();
        for handle in handles {
            let (sum, met) = handle.join().unwrap();
            priced += sum;
            classes += met;
        }
    });
    println!(
        "{} lines x {groups} origins x {} days = {cells} cells in {:?}, {classes} classes, priced {priced}",
        batch.codes.len(),
        days.len(),
        started.elapsed()
    );
}
