//! Many flows at once come out as each of them by itself.

use crate::support::law;
use proptest::prelude::*;
use std::collections::BTreeMap;
use tariffcalc::assess::{
    Batch, Context, Mixture, Outcome, Player, Pricer, Row, RowCompared, RowSide, RowsCompared, Side, Split, Stated, assess,
    compare_rows,
};
use tariffcalc::base::{
    CommodityCode, ContentId, Country, Date, Decimal, FactId, FlowId, Money, Percent, ProgramId, Quantity, parse_date,
};
use tariffcalc::diag::Source;
use tariffcalc::law::{Place, RegimeCache, Share};
use tariffcalc::scenario::Flow;

const DAYS: [&str; 12] = [
    "2024-12-31",
    "2025-08-01",
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

/// Codes that the lists of metals name: there duty falls on parts of the value, and the shares left open bound it.
fn metals() -> Vec<CommodityCode> {
    let lists = ["us-232-steel", "us-232-aluminum", "us-232-copper", "us-232-metals", "us-232-autos"];
    let measures = law().measures().filter(|measure| lists.contains(&measure.program.as_str()));
    let mut codes: Vec<CommodityCode> =
        measures.filter_map(|measure| measure.codes.under.as_ref()).flat_map(|list| list.rows()).map(|row| row.code).collect();
    codes.sort();
    codes.dedup();
    codes
}

/// What the rows come to one by one.
#[derive(Debug, Default, PartialEq)]
struct OneByOne {
    priced: Decimal,
    unknown: Decimal,
    refused: Decimal,
    duty: Decimal,
    by_program: Vec<Decimal>,
    /// The least and the most of what is unknown, each row rounded as a single one is.
    bounds: (Decimal, Option<Decimal>),
}

fn one_by_one(cache: &RegimeCache<'_>, batch: &Batch, programs: &[ProgramId], day: Date) -> OneByOne {
    let bounds = (Decimal::ZERO, Some(Decimal::ZERO));
    let mut sums = OneByOne { by_program: vec![Decimal::ZERO; programs.len()], bounds, ..OneByOne::default() };
    for row in &batch.rows {
        let mut flow = flow(batch.codes[row.code as usize], batch.origins[row.origin as usize], day, row.value);
        let stated = &batch.stated[row.stated as usize];
        (flow.facts, flow.shares) = (stated.facts.clone(), stated.shares.clone());
        flow.quantities = batch.quantities[row.quantities as usize].clone();
        let found = assess(cache, &flow, &Context::default()).unwrap();
        match &found.duty {
            // A total that is known while its parts are not cannot be told by program: a batch leaves it open.
            Outcome::Known(amount) if found.lines.iter().all(|line| line.amount.known().is_some()) => {
                sums.priced += row.value;
                sums.duty += *amount;
                for line in &found.lines {
                    sums.by_program[programs.binary_search(&line.program).unwrap()] += line.amount.known().unwrap();
                }
            }
            open @ (Outcome::Known(_) | Outcome::Unknown { .. }) => {
                sums.unknown += row.value;
                let (least, most) = sums.bounds;
                sums.bounds = (least + open.at_least().unwrap_or_default(), most.zip(open.at_most()).map(|(a, b)| a + b));
            }
            Outcome::Refused(_) => sums.refused += row.value,
        }
    }
    sums
}

fn at_once(pricer: &mut Pricer<'_>, day: Date) -> OneByOne {
    let sums = pricer.on(day).unwrap().remove(0);
    assert_eq!(sums.value, sums.priced + sums.unknown + sums.refused);
    assert_eq!(sums.why.values().sum::<Decimal>(), sums.unknown);
    let (priced, unknown, refused) = (sums.priced, sums.unknown, sums.refused);
    let bounds = (sums.open_least, sums.open_most);
    OneByOne { priced, unknown, refused, duty: sums.duty, by_program: sums.by_program, bounds }
}

/// What rows may state: nothing, a claim, contents, weights.
fn stated() -> Vec<Stated> {
    let share = |points: i64| Percent::from_points(Decimal::from(points));
    let content = |name: &str, points: i64| (Share::Content(ContentId::new(name)), share(points));
    // Parts that do not divide.
    let finely = |name: &str, millionths: u32| (Share::Content(ContentId::new(name)), Percent::millionths(millionths));
    vec![
        Stated::default(),
        Stated { facts: law().with_consequences(BTreeMap::from([(FactId::new("usmca"), true)])), ..Stated::default() },
        Stated {
            shares: BTreeMap::from([content("steel", 60), content("aluminum", 0), content("copper", 0)]),
            ..Stated::default()
        },
        Stated {
            facts: BTreeMap::from([(FactId::new("patented"), false)]),
            shares: BTreeMap::from([content("us", 25), (Share::Weight(ContentId::new("metal")), share(10))]),
        },
        Stated { shares: BTreeMap::from([content("steel", 50), content("aluminum", 50)]), ..Stated::default() },
        Stated {
            shares: BTreeMap::from([finely("us", 33_333_333), finely("steel", 37_512_345), finely("aluminum", 12_500_001)]),
            ..Stated::default()
        },
        Stated { shares: BTreeMap::from([finely("steel", 1), finely("copper", 99_999_999)]), ..Stated::default() },
        Stated { shares: BTreeMap::from([finely("aluminum", 12_487_655), content("us", 50)]), ..Stated::default() },
    ]
}

fn quantities() -> Vec<Vec<Quantity>> {
    let quantity = |text: &str| Quantity::parse(text).unwrap();
    vec![
        Vec::new(),
        vec![quantity("1,000 kg")],
        vec![quantity("7.5 kg"), quantity("3 No")],
        vec![quantity("120 doz"), quantity("250 liter"), quantity("2 m2")],
    ]
}

/// Many values are small: there rounding makes rates meet that are apart at large ones.
fn value() -> impl Strategy<Value = i64> {
    prop_oneof![0_i64..100, 0_i64..5_000, 0_i64..50_000_000]
}

fn batch(picks: &[(usize, usize, i64, usize, usize)]) -> Batch {
    let codes = codes();
    Batch {
        origins: ORIGINS.iter().map(|origin| country(origin)).collect(),
        stated: stated(),
        quantities: quantities(),
        rows: picks
            .iter()
            .map(|(code, origin, value, stated, quantities)| Row {
                code: u32::try_from(code % codes.len()).unwrap(),
                origin: u32::try_from(*origin).unwrap(),
                stated: u32::try_from(*stated).unwrap(),
                quantities: u32::try_from(*quantities).unwrap(),
                group: 0,
                value: Decimal::new(*value, 1),
            })
            .collect(),
        codes,
        groups: 1,
    }
}

/// The batch with other codes to pick from.
fn with_codes(mut batch: Batch, picks: &[(usize, usize, i64, usize, usize)], codes: Vec<CommodityCode>) -> Batch {
    for (row, (code, ..)) in batch.rows.iter_mut().zip(picks) {
        row.code = u32::try_from(code % codes.len()).unwrap();
    }
    Batch { codes, ..batch }
}

/// The bound of a sum is the sum of the bounds: flows whose share of steel or aluminum is open, however they are grouped, and no bound lies above what a share owes.
#[test]
fn bounds_are_rounded_row_by_row() {
    let day = parse_date("2025-10-01").unwrap();
    let codes: Vec<CommodityCode> =
        ["7318.15.20", "7616.99.51", "8708.30.50"].map(|code| CommodityCode::parse(code).unwrap()).to_vec();
    let cache = RegimeCache::new(law());
    let mut batch = batch(&[]);
    batch.codes = codes;
    let values = [8_990_859_i64, 1, 2, 99, 1_001, 41_900_000_013];
    batch.groups = ORIGINS.len();
    for code in 0..3 {
        for origin in 0..u32::try_from(ORIGINS.len()).unwrap() {
            batch.rows.extend(values.map(|value| Row {
                code,
                origin,
                stated: 0,
                quantities: 0,
                group: origin,
                value: Decimal::from(value),
            }));
        }
    }
    let by_group = Pricer::new(&cache, country("US"), &batch, Context::default()).unwrap().on(day).unwrap();
    batch.rows.iter_mut().for_each(|row| row.group = 0);
    batch.groups = 1;
    let mut pricer = Pricer::new(&cache, country("US"), &batch, Context::default()).unwrap();
    let together = at_once(&mut pricer, day);
    assert_eq!(together, one_by_one(&cache, &batch, pricer.programs(), day));
    assert_eq!(by_group.iter().map(|sums| sums.open_least).sum::<Decimal>(), together.bounds.0);
    // 10 % on nuts and bolts of Brazil whatever their steel is: the least owes no more than any share does.
    let of_brazil = ORIGINS.iter().position(|origin| *origin == "BR").unwrap();
    let mut bolts = flow(batch.codes[0], batch.origins[of_brazil], day, Decimal::from(8_990_859));
    let least = assess(&cache, &bolts, &Context::default()).unwrap().duty.at_least().unwrap();
    for millionths in [0, 1, 12, 50_000_000, 99_999_999, 100_000_000] {
        bolts.shares = BTreeMap::from([(Share::Content(ContentId::new("steel")), Percent::millionths(millionths))]);
        assert!(least <= assess(&cache, &bolts, &Context::default()).unwrap().duty.at_least().unwrap());
    }
}

/// Parts of a value are whole dollars, as values are, and add up to the value: 501 of steel and 500 of what is left.
#[test]
fn parts_of_a_value_are_whole_dollars() {
    let day = parse_date("2025-07-01").unwrap();
    let cache = RegimeCache::new(law());
    let mut drills = flow(CommodityCode::parse("7326.90.86.88").unwrap(), country("DE"), day, Decimal::from(1001));
    let share = |name: &str, points: i64| (Share::Content(ContentId::new(name)), Percent::from_points(Decimal::from(points)));
    drills.shares = BTreeMap::from([share("steel", 50)]);
    let found = assess(&cache, &drills, &Context::default()).unwrap();
    let bases: Vec<(&str, String, String)> = found
        .lines
        .iter()
        .map(|line| {
            (
                line.measure.as_str(),
                line.base.unwrap().normalize().to_string(),
                line.amount.known().unwrap().normalize().to_string(),
            )
        })
        .collect();
    let of = |program: &str| -> Vec<(String, String)> {
        bases.iter().filter(|(id, ..)| id.starts_with(program)).map(|(_, base, amount)| (base.clone(), amount.clone())).collect()
    };
    assert_eq!(of("us-232-steel"), [("501".into(), "250.5".into())]);
    assert_eq!(of("us-ieepa-reciprocal"), [("500".into(), "50".into())]);
    let steel = found.lines.iter().find(|line| line.measure.as_str().starts_with("us-232-steel")).unwrap();
    assert_eq!(steel.unrounded_base, Some(Decimal::new(5005, 1)));
    // Two halves: one is rounded up, the other is what is left; nothing remains.
    drills.shares = BTreeMap::from([share("steel", 50), share("aluminum", 50)]);
    let found = assess(&cache, &drills, &Context::default()).unwrap();
    let metals = found.lines.iter().filter(|line| line.measure.as_str().starts_with("us-232"));
    assert!(metals.map(|line| line.base.unwrap()).sum::<Decimal>() <= Decimal::from(1001));
    // Asked exactly, parts are exact.
    let exact = RegimeCache::unrounded(law());
    drills.shares = BTreeMap::from([share("steel", 50)]);
    let found = assess(&exact, &drills, &Context::default()).unwrap();
    assert!(found.lines.iter().any(|line| line.base == Some(Decimal::new(5005, 1))));
}

/// A row whose possible duties round to one amount is known, though at a larger value they differ.
#[test]
fn duties_that_round_to_one_amount_are_known() {
    let day = parse_date("2025-01-15").unwrap();
    let batch = batch(&[(219, 10, 5, 0, 0)]);
    let cache = RegimeCache::new(law());
    let mut pricer = Pricer::new(&cache, country("US"), &batch, Context::default()).unwrap();
    let found = at_once(&mut pricer, day);
    assert_eq!(found.priced, Decimal::new(5, 1));
    assert_eq!(found, one_by_one(&cache, &batch, pricer.programs(), day));
}

/// Whether a top-up owes anything depends on the column-1 rate, and with it what yields to it: lines of one chapter with unlike rates, each as by itself.
#[test]
fn rates_that_decide_what_yields_are_told_apart() {
    let day = parse_date("2025-08-01").unwrap();
    let schedule = law().schedule(country("US")).unwrap();
    let vehicles = CommodityCode::parse("87").unwrap();
    let mut batch = batch(&[]);
    batch.codes = schedule.below(vehicles, day).map(|line| line.code).collect();
    let cache = RegimeCache::new(law());
    for origin in ["DE", "JP", "KR"] {
        let origin = batch.origins.iter().position(|other| *other == country(origin)).unwrap();
        batch.rows = (0..batch.codes.len())
            .map(|code| Row {
                code: u32::try_from(code).unwrap(),
                origin: u32::try_from(origin).unwrap(),
                stated: 0,
                quantities: 0,
                group: 0,
                value: Decimal::from(10_000),
            })
            .collect();
        let mut pricer = Pricer::new(&cache, country("US"), &batch, Context::default()).unwrap();
        let found = at_once(&mut pricer, day);
        assert_eq!(found, one_by_one(&cache, &batch, pricer.programs(), day));
    }
}

/// Fractions without end, and amounts on contents: exact on each row, and bounded by the weight of the goods alike.
#[test]
fn fractions_and_contents_are_charged_row_by_row() {
    let day = parse_date("2026-03-01").unwrap();
    let mut batch = batch(&[]);
    let codes = [
        "9504.20.60.00",
        "4405.00.00.00",
        "2607.00.00.20",
        "2603.00.00.10",
        "1702.30.28.00",
        "0711.51.00.00",
        "2206.00.30.00",
        "5101.11.60.30",
    ];
    batch.codes = codes.map(|code| CommodityCode::parse(code).unwrap()).to_vec();
    for text in ["40 kg of lead", "3 clean kg", "7.4 pf.liter", "11 kg of drained weight"] {
        batch.quantities.push(vec![Quantity::parse(text).unwrap()]);
        batch.quantities.push(vec![
            Quantity::parse(text).unwrap(),
            Quantity::parse("500.5 kg").unwrap(),
            Quantity::parse("9 liter").unwrap(),
        ]);
    }
    let cache = RegimeCache::new(law());
    let number = |at: usize| u32::try_from(at).unwrap();
    for (code, name) in codes.iter().enumerate() {
        for origin in ["RU", "KE"] {
            let origin = number(batch.origins.iter().position(|other| *other == country(origin)).unwrap());
            for quantities in 0..batch.quantities.len() {
                let values = [1, 2, 3, 47, 1_000_000, 123_456_789_012];
                let row = |value: i64| Row {
                    code: number(code),
                    origin,
                    stated: 0,
                    quantities: number(quantities),
                    group: 0,
                    value: Decimal::from(value),
                };
                batch.rows = values.map(row).to_vec();
                let mut pricer = Pricer::new(&cache, country("US"), &batch, Context::default()).unwrap();
                let found = at_once(&mut pricer, day);
                assert_eq!(
                    found,
                    one_by_one(&cache, &batch, pricer.programs(), day),
                    "{name} {:?}",
                    batch.quantities[quantities]
                );
            }
        }
    }
}

/// A row as the flow it is.
fn flow_of(batch: &Batch, row: &Row, day: Date) -> Flow {
    let mut flow = flow(batch.codes[row.code as usize], batch.origins[row.origin as usize], day, row.value);
    let stated = &batch.stated[row.stated as usize];
    (flow.facts, flow.shares) = (stated.facts.clone(), stated.shares.clone());
    flow.quantities = batch.quantities[row.quantities as usize].clone();
    flow
}

/// What rows come to in two states: priced, unknown, refused, and the duty by program in both.
#[derive(Debug, Default, PartialEq)]
struct InBoth {
    covered: [Decimal; 3],
    lines: BTreeMap<ProgramId, [Decimal; 2]>,
}

fn in_both_one_by_one(cache: &RegimeCache<'_>, batch: &Batch, days: [Date; 2]) -> InBoth {
    let mut all = InBoth::default();
    for row in &batch.rows {
        let found = days.map(|day| assess(cache, &flow_of(batch, row, day), &Context::default()).unwrap());
        let is_known = |found: &tariffcalc::assess::Assessment| {
            found.duty.known().is_some() && found.lines.iter().all(|line| line.amount.known().is_some())
        };
        let kind = if found.iter().all(is_known) {
            0
        } else if found.iter().any(|found| matches!(found.duty, Outcome::Refused(_))) {
            2
        } else {
            1
        };
        all.covered[kind] += row.value;
        for (side, found) in found.iter().enumerate().filter(|_| kind == 0) {
            for line in found.lines.iter().filter(|line| line.amount.known() != Some(Decimal::ZERO)) {
                all.lines.entry(line.program.clone()).or_default()[side] += line.amount.known().unwrap();
            }
        }
    }
    all
}

fn rows_compared(cache: &RegimeCache<'_>, batch: &Batch, [a, b]: [Date; 2]) -> RowsCompared {
    let context = Context::default();
    let side = |day| RowSide { cache, context: &context, day };
    compare_rows(side(a), side(b), country("US"), batch, 12).unwrap()
}

fn in_both_at_once(found: &RowsCompared) -> InBoth {
    let mut all = InBoth::default();
    for covered in found.coverage.values() {
        assert_eq!(covered.value, covered.priced + covered.unknown + covered.refused);
        for (to, own) in all.covered.iter_mut().zip([covered.priced, covered.unknown, covered.refused]) {
            *to += own;
        }
    }
    for (program, pair) in found.parts.iter().flat_map(|part| &part.lines) {
        let to = all.lines.entry(program.clone()).or_default();
        (to[0], to[1]) = (to[0] + pair[0], to[1] + pair[1]);
    }
    all.lines.retain(|_, pair| *pair != [Decimal::ZERO; 2]);
    all
}

/// The duty in every mixture by its players, the programs of rows that are not mixed beside them.
fn mixtures(found: &[RowCompared]) -> BTreeMap<(Vec<Player>, usize), Decimal> {
    let mut all: BTreeMap<(Vec<Player>, usize), Decimal> = BTreeMap::new();
    for part in found {
        if let Split::Mixtures(players, duties) = &part.split {
            for (mask, duty) in duties.iter().enumerate() {
                *all.entry((players.to_vec(), mask)).or_default() += *duty;
            }
            let sum = |side: usize| part.lines.values().map(|pair| pair[side]).sum::<Decimal>();
            assert_eq!((duties.first().copied(), duties.last().copied()), (Some(sum(0)), Some(sum(1))));
        }
    }
    all
}

/// Goods of column 2 whose quantity is not stated, under a rate in its place; parts whose column 1 is replaced: nothing that is open changes the duty. So of values that round to one amount.
#[test]
fn what_leaves_nothing_open_is_compared() {
    let mut batch = batch(&[]);
    let goods = [("4407.11.00.47", "RU", 65_224), ("4409.10.90.40", "RU", 663_139), ("8708.10.30.20", "GB", 483_048)];
    batch.codes = goods.map(|(code, ..)| CommodityCode::parse(code).unwrap()).to_vec();
    let row = |(at, (_, origin, value)): (usize, (&str, &str, i64))| Row {
        code: u32::try_from(at).unwrap(),
        origin: u32::try_from(ORIGINS.iter().position(|other| *other == origin).unwrap()).unwrap(),
        stated: 0,
        quantities: 0,
        group: 0,
        value: Decimal::from(value),
    };
    batch.rows = goods.into_iter().enumerate().map(row).collect();
    let cache = RegimeCache::new(law());
    let days = ["2025-09-01", "2026-03-01"].map(|day| parse_date(day).unwrap());
    let found = in_both_at_once(&rows_compared(&cache, &batch, days));
    assert_eq!(found, in_both_one_by_one(&cache, &batch, days));
    assert_eq!(found.covered, [Decimal::from(65_224 + 663_139 + 483_048), Decimal::ZERO, Decimal::ZERO]);
    // 35 % of 728,363 from Russia on both days, and 10 % on the second: of lumber under section 232, of mouldings under section 122. British parts at 10 % in all.
    let of = |name: &str| found.lines.get(&ProgramId::new(name)).map(|pair| pair.map(|amount| amount.normalize().to_string()));
    assert_eq!(of("us-column-2-russia"), Some(["254927.05".into(), "254927.05".into()]));
    assert_eq!(of("us-122"), Some(["0".into(), "66313.9".into()]));
    assert_eq!(of("us-232-wood"), Some(["0".into(), "6522.4".into()]));
    assert_eq!(of("us-232-autos"), Some(["48304.8".into(), "48304.8".into()]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// Sums, parts by program, what is unknown and what is refused: to the cent, on whatever days the pricer was asked before.
    #[test]
    fn a_batch_is_the_sum_of_its_rows(
        picks in prop::collection::vec((0_usize..1_000, 0_usize..ORIGINS.len(), value(), 0_usize..8, 0_usize..4), 1..24),
        days in prop::collection::vec(prop::sample::select(DAYS.to_vec()), 1..4),
    ) {
        let batch = batch(&picks);
        let cache = RegimeCache::new(law());
        let mut pricer = Pricer::new(&cache, country("US"), &batch, Context::default()).unwrap();
        for day in days {
            let day = parse_date(day).unwrap();
            let sums = at_once(&mut pricer, day);
            prop_assert_eq!(sums, one_by_one(&cache, &batch, pricer.programs(), day));
        }
    }

    /// Goods of the lists of metals, whose duty falls on parts of the value that do not divide: known and bounded to the cent as each row by itself.
    #[test]
    fn parts_of_values_are_rounded_row_by_row(
        picks in prop::collection::vec((0_usize..10_000, 0_usize..ORIGINS.len(), value(), 0_usize..8, 0_usize..2), 1..16),
        days in prop::collection::vec(prop::sample::select(DAYS.to_vec()), 1..3),
    ) {
        let batch = with_codes(batch(&picks), &picks, metals());
        let cache = RegimeCache::new(law());
        let mut pricer = Pricer::new(&cache, country("US"), &batch, Context::default()).unwrap();
        for day in days {
            let day = parse_date(day).unwrap();
            let sums = at_once(&mut pricer, day);
            prop_assert_eq!(sums, one_by_one(&cache, &batch, pricer.programs(), day));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Rows compared at once, in shapes that share what they can, come out as each by itself: what is known on both days, the duty by program, and every mixture of the two laws.
    #[test]
    fn rows_compared_are_the_sum_of_single_rows(
        picks in prop::collection::vec((0_usize..1_000, prop::sample::select(vec![0_usize, 1, 4, 5, 6, 10, 13]), value(), 0_usize..8, 0_usize..4), 1..10),
        plain in prop::collection::vec((0_usize..1_000, 0_usize..3, value(), Just(0_usize), Just(0_usize)), 1..16),
        days in (prop::sample::select(DAYS[1..].to_vec()), prop::sample::select(DAYS[1..].to_vec())),
    ) {
        let mut batch = batch(&[&picks[..], &plain[..]].concat());
        let days = [days.0, days.1].map(|day| parse_date(day).unwrap());
        let cache = RegimeCache::new(law());
        let found = rows_compared(&cache, &batch, days);
        prop_assert_eq!(in_both_at_once(&found), in_both_one_by_one(&cache, &batch, days));
        let mut alone: Vec<RowCompared> = Vec::new();
        for row in std::mem::take(&mut batch.rows) {
            batch.rows = vec![row];
            let parts = rows_compared(&cache, &batch, days).parts;
            for part in &parts {
                let Split::Mixtures(players, duties) = &part.split else { continue };
                let flow = flow_of(&batch, &row, days[0]);
                let contexts = days.map(|day| Context { entered: Some(day), ..Context::default() });
                let side = |context| Side { cache: &cache, flow: &flow, context };
                let mixture = Mixture::new(side(&contexts[0]), side(&contexts[1])).unwrap();
                prop_assert_eq!(mixture.players(), &players[..]);
                for (mask, duty) in duties.iter().enumerate() {
                    prop_assert_eq!(mixture.duty(mask).unwrap(), Some(*duty), "{:?} {}", players, mask);
                }
            }
            alone.extend(parts);
        }
        prop_assert_eq!(mixtures(&found.parts), mixtures(&alone));
    }
}
