//! Many flows at once come out as each of them by itself.

use crate::support::law;
use proptest::prelude::*;
use std::collections::BTreeMap;
use tariffcalc::assess::{Batch, Context, Outcome, Pricer, Row, Stated, assess};
use tariffcalc::base::{CommodityCode, Country, Date, Decimal, FlowId, Money, parse_date};
use tariffcalc::diag::Source;
use tariffcalc::law::{Place, RegimeCache};
use tariffcalc::scenario::Flow;

const DAYS: [&str; 10] = [
    "2025-01-15",
    "2025-03-05",
    "2025-04-09",
    "2025-06-04",
    "2025-08-20",
    "2025-11-20",
    "2026-02-24",
    "2026-04-10",
    "2026-07-24",
    "2026-10-05",
];
const ORIGINS: [&str; 14] = ["JP", "DE", "MX", "CA", "CN", "GB", "KR", "CH", "VN", "BR", "RU", "IN", "HK", "KE"];

fn country(letters: &str) -> Country {
    Country::letters(letters).unwrap()
}

fn flow(code: CommodityCode, origin: Country, day: Date, value: Decimal) -> Flow {
    Flow {
        id: FlowId::new("f"),
        title: String::new(),
        into: country("US"),
        origin: Place::Country(origin),
        code,
        product: None,
        value: Money { amount: value, currency: Money::parse("1 USD").unwrap().currency },
        quantities: Vec::new(),
        shares: BTreeMap::new(),
        facts: BTreeMap::new(),
        entered: day,
        loaded: None,
        admitted: None,
        entry: None,
        column_1: None,
        cite: None,
        source: Source { path: "batch".into(), line: 0 },
        place: None,
    }
}

/// Codes of ten digits spread over the schedule: every so-many-th line, with its first number.
fn codes() -> Vec<CommodityCode> {
    let schedule = law().schedule(country("US")).unwrap();
    let day = parse_date("2025-07-01").unwrap();
    let lines = schedule.lines().filter(|line| line.period.contains(day)).map(|line| line.code);
    lines
        .step_by(23)
        .enumerate()
        // Every second line keeps its eight digits, below which lists may part it.
        .map(|(at, code)| match code.length() {
            8 if at % 2 == 0 => CommodityCode::parse(&format!("{code}.00")).unwrap_or(code),
            _ => code,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Sums, parts by program, what is unknown and what is refused: to the cent.
    #[test]
    fn a_batch_is_the_sum_of_its_rows(
        picks in prop::collection::vec((0_usize..1_000, 0_usize..ORIGINS.len(), 0_i64..50_000_000), 1..40),
        day in prop::sample::select(DAYS.to_vec()),
    ) {
        let all = codes();
        let day = parse_date(day).unwrap();
        let batch = Batch {
            codes: all.clone(),
            origins: ORIGINS.iter().map(|origin| country(origin)).collect(),
            stated: vec![Stated::default()],
            quantities: vec![Vec::new()],
            rows: picks
                .iter()
                .map(|(code, origin, value)| Row {
                    code: u32::try_from(code % all.len()).unwrap(),
                    origin: u32::try_from(*origin).unwrap(),
                    stated: 0,
                    quantities: 0,
                    group: 0,
                    value: Decimal::new(*value, 1),
                })
                .collect(),
            groups: 1,
        };
        let cache = RegimeCache::new(law());
        let mut pricer = Pricer::new(&cache, country("US"), Context::default());
        let sums = pricer.on(&batch, day).unwrap().remove(0);
        let programs = pricer.programs().to_vec();
        let (mut duty, mut by_program) = (Decimal::ZERO, vec![Decimal::ZERO; programs.len()]);
        let (mut priced, mut unknown, mut refused) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
        for row in &batch.rows {
            let found = assess(&cache, &flow(batch.codes[row.code as usize], batch.origins[row.origin as usize], day, row.value), &Context::default()).unwrap();
            match &found.duty {
                // A total that is known while its parts are not cannot be told by program: a batch leaves it open.
                Outcome::Known(amount) if found.lines.iter().all(|line| line.amount.known().is_some()) => {
                    priced += row.value;
                    duty += *amount;
                    for line in &found.lines {
                        by_program[programs.binary_search(&line.program).unwrap()] += line.amount.known().unwrap();
                    }
                }
                Outcome::Known(_) | Outcome::Unknown { .. } => unknown += row.value,
                Outcome::Refused(_) => refused += row.value,
            }
        }
        prop_assert_eq!((sums.priced, sums.unknown, sums.refused), (priced, unknown, refused));
        prop_assert_eq!(sums.duty, duty);
        prop_assert_eq!(sums.by_program, by_program);
        prop_assert_eq!(sums.value, priced + unknown + refused);
    }
}
