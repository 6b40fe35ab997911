use crate::support::{answer_to, ask_of, law, one_flow};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use tariffcalc::answer::{self, Results};
use tariffcalc::assess::{Amounts, Key, Outcome, Silent, Trace, charge, plan};
use tariffcalc::base::{Country, Date, Decimal, Money, Percent, Ratio, Unit, parse_date};
use tariffcalc::diag::Source;
use tariffcalc::law::{Moment, Rate, RegimeCache, Specific};
use tariffcalc::read::{self, Files};

const DAYS: [&str; 14] = [
    "2025-01-15",
    "2025-03-05",
    "2025-03-20",
    "2025-04-09",
    "2025-05-01",
    "2025-06-04",
    "2025-08-06",
    "2025-08-20",
    "2025-10-01",
    "2025-11-20",
    "2026-02-24",
    "2026-04-10",
    "2026-07-24",
    "2026-10-10",
];
const ORIGINS: [&str; 12] = ["JP", "DE", "FR", "MX", "CA", "CN", "GB", "KR", "CH", "VN", "BR", "RU"];

fn config() -> ProptestConfig {
    ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() }
}

fn goods() -> impl Strategy<Value = String> {
    let names: Vec<String> = law().products().keys().map(ToString::to_string).collect();
    prop::sample::select(names)
}

fn day() -> impl Strategy<Value = &'static str> {
    prop::sample::select(DAYS.to_vec())
}

fn origin() -> impl Strategy<Value = &'static str> {
    prop::sample::select(ORIGINS.to_vec())
}

fn percent() -> impl Strategy<Value = Percent> {
    (0_i64..10_000_000, 0_u32..5)
        .prop_map(|(points, scale)| Percent::from_points(Decimal::new(points, scale).min(Decimal::from(9_999))))
}

fn plain_rate() -> impl Strategy<Value = Rate> {
    let currency = prop::sample::select(vec!["USD", "JPY", "EUR"]);
    let unit = prop::sample::select(vec![
        "kg",
        "liter",
        "No",
        "doz",
        "m2",
        "bbl",
        "pf.liter",
        "t",
        "kg of lead",
        "clean kg",
        "line/gross",
    ]);
    prop_oneof![
        percent().prop_map(Rate::AdValorem),
        (0_u32..9_999, 1_u32..999, 1_u32..999).prop_filter_map("six places at most", |(whole, above, below)| {
            let ratio = Ratio::parse(&format!("{whole} {}/{below}%", above % below)).ok()?;
            Some(ratio.percent().map_or(Rate::Ratio(ratio), Rate::AdValorem))
        }),
        (1_i64..1_000_000, 0_u32..5, currency, unit).prop_map(|(amount, scale, currency, unit)| {
            Rate::Specific(Specific {
                amount: Decimal::new(amount, scale).normalize(),
                currency: Money::parse(&format!("1 {currency}")).unwrap().currency,
                per: Unit::parse(unit).unwrap(),
            })
        }),
        (1_i64..1_000_000).prop_map(|amount| Rate::Flat(Money::parse(&format!("{amount} USD")).unwrap())),
    ]
}

fn any_rate() -> impl Strategy<Value = Rate> {
    let sum = || {
        prop_oneof![
            3 => plain_rate(),
            1 => prop::collection::vec(plain_rate(), 2..4).prop_map(Rate::Sum),
        ]
    };
    let bounded = || {
        (sum(), prop::option::of(plain_rate()), prop::option::of(plain_rate())).prop_map(|(rate, least, most)| {
            let rate = match least {
                Some(least) => Rate::AtLeast(Box::new(rate), Box::new(least)),
                None => rate,
            };
            match most {
                Some(most) => Rate::AtMost(Box::new(rate), Box::new(most)),
                None => rate,
            }
        })
    };
    prop_oneof![
        6 => bounded(),
        1 => bounded().prop_map(|rate| Rate::InsteadOfColumn1(Box::new(rate))),
        1 => percent().prop_map(Rate::TopUp),
        1 => percent().prop_map(Rate::TopUpGeneral),
        1 => Just(Rate::Free),
        1 => Just(Rate::Refused),
        1 => "[a-z ]{0,30}".prop_map(|words| Rate::Unknown(Arc::from(words.trim()))),
    ]
}

/// The result of one flow, comparable: total and lines.
fn outcome(results: &Results) -> (Outcome, Vec<String>) {
    let assessment = &results.cases[0].assessments[0];
    let lines = assessment
        .lines
        .iter()
        .map(|line| format!("{}|{:?}|{:?}|{}", line.measure, line.base, line.amount, line.heading))
        .collect();
    (assessment.duty.clone(), lines)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_what_was_printed_gives_the_rate(rate in any_rate()) {
        prop_assert_eq!(Rate::parse(&rate.to_string()), Ok(rate));
    }

    #[test]
    fn any_text_is_a_rate_or_a_fault_but_never_a_panic(text in "\\PC{0,60}") {
        let _ = Rate::parse(&text);
        let _ = tariffcalc::law::official_rate(&text);
        let _ = tariffcalc::law::special_rates(&text);
        let _ = tariffcalc::law::Condition::parse(&text);
    }
}

proptest! {
    #![proptest_config(config())]

    /// A fraction owes, to the cent, what whole numbers make of it: amount × above ÷ below, halves away from zero.
    #[test]
    fn a_fraction_is_rounded_once(cents in 0_i64..1_000_000_000_000_000, whole in 0_i64..100, above in 1_i64..9, below in 2_i64..10) {
        let ratio = Ratio::parse(&format!("{whole} {above}/{below}%")).unwrap();
        let share = ratio.share_of(Decimal::new(cents, 2)).unwrap();
        let rounded = share.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
        let (over, under) = (i128::from(cents) * i128::from(whole * below + above), i128::from(below) * 100);
        prop_assert_eq!(rounded * Decimal::ONE_HUNDRED, Decimal::from((2 * over + under) / (2 * under)));
    }

    /// Ad valorem: the parts of a value owe what the whole owes, before rounding.
    #[test]
    fn splitting_a_value_leaves_the_duty_equal_before_rounding(
        goods in goods(), origin in origin(), day in day(), a in 1_i64..1_000_000, b in 1_i64..1_000_000
    ) {
        let exact = |value: i64| -> Option<BTreeMap<String, Decimal>> {
            let results = answer_to(&one_flow(&goods, origin, day, &format!("{value} USD"), ""));
            let lines = &results.cases[0].assessments[0].lines;
            lines.iter().map(|line| Some((line.measure.to_string(), line.exact.filter(|_| !line.form.contains('/'))?))).collect()
        };
        if let (Some(first), Some(second), Some(whole)) = (exact(a), exact(b), exact(a + b)) {
            for (measure, amount) in &whole {
                let parts = first.get(measure).copied().unwrap_or_default() + second.get(measure).copied().unwrap_or_default();
                prop_assert_eq!(parts.normalize(), amount.normalize(), "{}", measure);
            }
        }
    }

    /// Raising a measure's rate never lowers its own line.
    #[test]
    fn raising_a_rate_never_lowers_its_own_line(
        goods in goods(), origin in origin(), day in day(), low in 0_i64..100, more in 0_i64..100
    ) {
        let base = one_flow(&goods, origin, day, "100000 USD", "");
        let results = answer_to(&base);
        let Some(line) = results.cases[0].assessments[0].lines.iter().find(|line| law().measure(&line.measure).is_some()) else { return Ok(()) };
        let measure = line.measure.clone();
        let at = |points: i64| {
            let text = format!("{base}[[case]]\nid = \"c\"\n[[case.change]]\nset-rate = \"{points}%\"\nmeasure = \"{measure}\"\n");
            let results = answer_to(&text);
            let lines = &results.cases[1].assessments[0].lines;
            lines.iter().find(|line| line.measure == measure).map(|line| (line.amount.at_least(), line.amount.at_most()))
        };
        // Where the lowest of several alternatives applies, a higher rate may hand over to another.
        if law().measure(&measure).unwrap().alternative.is_none() {
            prop_assert!(at(low) <= at(low + more), "{}", measure);
        }
    }

    /// A floor added to the law never lowers a total.
    #[test]
    fn a_top_up_never_lowers_a_total(goods in goods(), origin in origin(), day in day(), floor in 0_i64..60) {
        let text = format!(
            "{}[[case]]\nid = \"c\"\n[[case.change]]\n[case.change.introduce]\nid = \"new-floor\"\nrate = \"top up to {floor}%\"\n",
            one_flow(&goods, origin, day, "54321.49 USD", "")
        ).replace("[[flow]]", "[defaults]\ninto = \"US\"\n[[flow]]");
        let results = answer_to(&text);
        let (before, after) = (&results.cases[0].assessments[0].duty, &results.cases[1].assessments[0].duty);
        prop_assert!(after.at_least() >= before.at_least());
        if let (Some(before), Some(after)) = (before.known(), after.known()) {
            prop_assert!(after >= before);
        }
    }

    /// A case without changes is current law, line by line.
    #[test]
    fn an_empty_case_is_the_baseline(goods in goods(), origin in origin(), day in day()) {
        let text = format!("{}[[case]]\nid = \"c\"\n", one_flow(&goods, origin, day, "100000 USD", ""));
        let results = answer_to(&text);
        let [first, second] = results.cases.as_slice() else { panic!("two cases") };
        prop_assert_eq!(&first.assessments[0].lines, &second.assessments[0].lines);
        prop_assert_eq!(&first.assessments[0].duty, &second.assessments[0].duty);
        prop_assert_eq!(&first.assessments[0].not_applied, &second.assessments[0].not_applied);
    }

    /// A change from a later day leaves earlier entries alone.
    #[test]
    fn a_later_change_leaves_earlier_entries_alone(goods in goods(), origin in origin(), day in day(), program in prop::sample::select(vec!["us-ieepa-reciprocal", "us-232-autos", "us-232-steel", "us-301-china", "us-122", "us-301-forced-labor"])) {
        let tomorrow = parse_date(day).unwrap().tomorrow().unwrap();
        let text = format!(
            "{}[[case]]\nid = \"c\"\n[[case.change]]\nset-rate = \"99%\"\nmeasure = \"{program}\"\nfrom = {tomorrow}\n",
            one_flow(&goods, origin, day, "100000 USD", "")
        );
        let results = answer_to(&text);
        prop_assert_eq!(&results.cases[0].assessments[0].lines, &results.cases[1].assessments[0].lines);
    }

    /// The trace is told, not computed: with and without it the charge is the same.
    #[test]
    fn tracing_changes_nothing(goods in goods(), origin in origin(), day in day(), value in 1_i64..10_000_000) {
        let us = Country::letters("US").unwrap();
        let cache = RegimeCache::new(law());
        let moment = Moment { into: us, day: parse_date(day).unwrap(), as_known: Date::MAX, readings: law().default_readings() };
        let regime = cache.on(&moment).unwrap();
        let source = Source { path: Arc::from("test"), line: 1 };
        let facts = BTreeMap::new();
        let code = law().product(&goods).unwrap().line;
        let key = Key { origin: Country::letters(origin).unwrap(), code, facts: &facts, loaded: None, column_1: None, source: &source };
        let mut trace = Trace::default();
        let (told, silent) = (plan(law(), &regime, &key, &mut trace), plan(law(), &regime, &key, &mut Silent));
        let amounts = Amounts { value: Decimal::from(value), quantities: &[], shares: BTreeMap::new(), unlimited: BTreeMap::new() };
        let a = charge(&told, &regime, &amounts, &mut trace);
        let b = charge(&silent, &regime, &amounts, &mut Silent);
        match (a, b) {
            (Ok(a), Ok(b)) => {
                prop_assert_eq!(a.total, b.total);
                prop_assert_eq!(a.lines.len(), b.lines.len());
                prop_assert_eq!(trace.charged.len(), a.lines.len());
                let sum: Option<Decimal> = trace.charged.iter().map(|(.., amount)| *amount).sum();
                prop_assert_eq!(sum, a.total);
            }
            (a, b) => prop_assert_eq!(a.err(), b.err()),
        }
    }

    /// An unknown flow beside known ones: the known sum stays, and the total is not passed off as known.
    #[test]
    fn adding_an_unknown_flow_never_changes_known_sums(goods in goods(), origin in origin(), day in day()) {
        let known = one_flow(&goods, origin, day, "100000 USD", "");
        // Cattle by the kilogram, without kilograms: a specific rate without its quantity.
        let unknown = format!("{known}[[flow]]\nid = \"u\"\ninto = \"US\"\norigin = \"{origin}\"\nentered = {day}\nvalue = \"5000 USD\"\ncode = \"0102.29.40\"\n");
        let (alone, both) = (answer_to(&known), answer_to(&unknown));
        prop_assert_eq!(&alone.cases[0].assessments[0].lines, &both.cases[0].assessments[0].lines);
        let (alone, both) = (&alone.cases[0].totals[0], &both.cases[0].totals[0]);
        prop_assert_eq!(alone.priced, both.priced);
        prop_assert_eq!(both.value, alone.value + Decimal::from(5_000));
        prop_assert!(both.duty.known().is_none());
        if let (Some(alone), Some(both)) = (alone.duty.at_least(), both.duty.at_least()) {
            prop_assert!(both >= alone);
        }
    }

    /// Bounds are bounds: settling what was open lands between them.
    #[test]
    fn settling_an_open_share_lands_between_the_bounds(points in 0_i64..101, origin in origin(), day in day()) {
        let open = answer_to(&one_flow("7326.90.86.88", origin, day, "10000 USD", ""));
        let settled = answer_to(&one_flow("7326.90.86.88", origin, day, "10000 USD", &format!("content = {{ steel = \"{points}%\" }}\nweight = {{ metal = \"{points}%\" }}")));
        let (open, settled) = (&open.cases[0].assessments[0].duty, &settled.cases[0].assessments[0].duty);
        if let Some(amount) = settled.known() {
            prop_assert!(open.at_least().is_none_or(|least| least <= amount), "{:?} {}", open, amount);
            prop_assert!(open.at_most().is_none_or(|most| amount <= most), "{:?} {}", open, amount);
        }
    }

    /// A screw may be charged on its steel and on its aluminum: stating one leaves the other anything from nothing to the rest.
    #[test]
    fn settling_one_metal_beside_a_stated_one_lands_between_the_bounds(stated in 0_i64..101, part in 0_i64..101, origin in origin(), day in day(), goods in prop::sample::select(vec!["7318.15.20.10", "8418.10.00.10", "9405.99.40.90"])) {
        let settled = stated + (100 - stated) * part / 100;
        let open = format!("content = {{ aluminum = \"{stated}%\", copper = \"0%\" }}\nweight = {{ metal = \"50%\" }}");
        let whole = format!("content = {{ aluminum = \"{stated}%\", steel = \"{}%\", copper = \"0%\" }}\nweight = {{ metal = \"50%\" }}", settled - stated);
        let bounds = answer_to(&one_flow(goods, origin, day, "100,000 USD", &open));
        let exact = answer_to(&one_flow(goods, origin, day, "100,000 USD", &whole));
        if let Some(amount) = exact.cases[0].assessments[0].duty.known() {
            let duty = &bounds.cases[0].assessments[0].duty;
            prop_assert!(duty.at_least().is_none_or(|least| least <= amount), "{duty:?} {amount}");
            prop_assert!(duty.at_most().is_none_or(|most| amount <= most), "{duty:?} {amount}");
        }
    }
}

/// The order in which files are read changes nothing: here every file's name is turned round.
#[test]
fn the_order_of_files_changes_nothing() {
    let mut files = read::Memory::default();
    for path in read::Embedded.list().unwrap() {
        let bytes = read::Embedded.read(&path).unwrap().into_owned();
        // TOML files are read in the order of their names; tables keep theirs, for they are named inside.
        let renamed = match path.rsplit_once('/') {
            Some((folder, name)) if name.ends_with(".toml") => {
                let turned: String = name.trim_end_matches(".toml").chars().rev().collect();
                format!("{folder}/{turned}.toml")
            }
            _ => path.clone(),
        };
        files = files.with(&renamed, bytes);
    }
    let other = read::law(&files);
    assert!(other.diagnostics.is_empty(), "{}", other.diagnostics.render(&other.sources));
    let other = other.rulebook.unwrap();
    for goods in ["passenger-cars", "steel", "toys", "wine", "patented-drugs", "aluminum", "7326.90.86.88"] {
        for origin in ORIGINS {
            for day in DAYS {
                let text = one_flow(goods, origin, day, "100000 USD", "");
                let scenario = ask_of(&other, &text).unwrap();
                let there = answer::run(&other, &scenario, None).unwrap_or_else(|_| panic!("{text}"));
                assert_eq!(outcome(&there), outcome(&answer_to(&text)), "{goods} {origin} {day}");
            }
        }
    }
}

/// Every product from every telling origin on every telling day: a number or a reason, never a silent zero.
#[test]
fn whatever_is_not_known_says_why() {
    for goods in law().products().keys() {
        for origin in ["JP", "CN", "RU"] {
            for day in ["2025-05-01", "2026-10-01"] {
                let results = answer_to(&one_flow(goods.as_str(), origin, day, "100000 USD", ""));
                let assessment = &results.cases[0].assessments[0];
                assert!(!assessment.lines.is_empty(), "{goods} {origin} {day} has no line at all");
                match &assessment.duty {
                    Outcome::Known(_) | Outcome::Refused(_) => {}
                    Outcome::Unknown { why, .. } => {
                        assert!(!why.is_empty(), "{goods} {origin} {day}")
                    }
                }
            }
        }
    }
}
