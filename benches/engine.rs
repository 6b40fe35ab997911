//! What the engine's parts cost: loading the book, compiling a day's law, planning, charging, and a whole question.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, criterion_group, criterion_main};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use tariffcalc::answer;
use tariffcalc::assess::{Amounts, Key, Silent, charge, plan};
use tariffcalc::base::{Country, Date, Decimal, parse_date};
use tariffcalc::diag::{Source, Sources};
use tariffcalc::law::{Moment, Regime, RegimeCache, Rulebook};
use tariffcalc::read;

fn law() -> Rulebook {
    read::law(&read::Embedded).rulebook.unwrap()
}

fn moment(law: &Rulebook, day: &str) -> Moment {
    let into = Country::letters("US").unwrap();
    Moment { into, day: parse_date(day).unwrap(), as_known: Date::MAX, readings: law.default_readings() }
}

fn load(bench: &mut Criterion) {
    bench.bench_function("load the embedded book", |b| b.iter(|| black_box(read::law(&read::Embedded))));
}

/// The cache at work: a day's law compiled anew, and asked again for the same interval.
fn regime(bench: &mut Criterion) {
    let law = law();
    let moment = moment(&law, "2025-10-01");
    bench.bench_function("regime: compiled anew", |b| b.iter(|| black_box(Regime::compile(&law, &moment).unwrap())));
    let cache = RegimeCache::new(&law);
    bench.bench_function("regime: from the cache", |b| b.iter(|| black_box(cache.on(&moment).unwrap())));
}

fn plan_and_charge(bench: &mut Criterion) {
    let law = law();
    let cache = RegimeCache::new(&law);
    let regime = cache.on(&moment(&law, "2025-10-01")).unwrap();
    let source = Source { path: Arc::from("bench"), line: 1 };
    let facts = BTreeMap::new();
    for (goods, origin) in [("passenger-cars", "JP"), ("toys", "CN"), ("steel", "DE"), ("wine", "FR")] {
        let code = law.product(goods).unwrap().line;
        let key =
            Key { origin: Country::letters(origin).unwrap(), code, facts: &facts, loaded: None, column_1: None, source: &source };
        bench.bench_function(&format!("plan: {goods} from {origin}"), |b| {
            b.iter(|| black_box(plan(&law, &regime, black_box(&key), &mut Silent)));
        });
        let planned = plan(&law, &regime, &key, &mut Silent);
        let amounts = Amounts {
            value: Decimal::from(100_000),
            quantities: &[],
            shares: [(tariffcalc::law::Share::Content(tariffcalc::base::ContentId::new("us")), tariffcalc::base::Percent::ZERO)]
                .into(),
            unlimited: BTreeMap::new(),
        };
        if charge(&planned, &regime, &amounts, &mut Silent).is_ok() {
            bench.bench_function(&format!("charge: {goods} from {origin}, {} lines", planned.lines.len()), |b| {
                b.iter(|| black_box(charge(&planned, &regime, black_box(&amounts), &mut Silent)));
            });
        }
    }
}

/// Ten flows in five cases: read, run and arranged, without loading the book.
fn question(bench: &mut Criterion) {
    let law = law();
    let mut text = String::from("schema = 1\ntitle = \"t\"\nquestion = \"q\"\n[defaults]\ninto = \"US\"\nentered = 2025-10-01\n");
    for (number, goods) in [
        "passenger-cars",
        "auto-parts",
        "steel",
        "industrial-robots",
        "toys",
        "wine",
        "tea",
        "batteries",
        "instruments",
        "chip-equipment",
    ]
    .iter()
    .enumerate()
    {
        text.push_str(&format!(
            "[[flow]]\nid = \"f{number}\"\nproduct = \"{goods}\"\norigin = \"JP\"\nvalue = \"1 million USD\"\n"
        ));
    }
    for (number, rate) in ["10%", "20%", "24%", "30%"].iter().enumerate() {
        text.push_str(&format!(
            "[[case]]\nid = \"c{number}\"\n[[case.change]]\nset-rate = \"{rate}\"\nmeasure = \"us-ieepa-reciprocal-jp\"\nbefore = 2026-02-24\n"
        ));
    }
    let files = read::Memory::default().with("q.toml", text);
    bench.bench_function("ten flows in five cases", |b| {
        b.iter(|| {
            let scenario = read::scenario(&files, "q.toml", &law, &mut Sources::default()).scenario.unwrap();
            let results = answer::run(&law, &scenario, None).map_err(|_| ()).unwrap();
            black_box(answer::cost_table(&law, &scenario, &results))
        });
    });
}

criterion_group!(engine, load, regime, plan_and_charge, question);
criterion_main!(engine);
