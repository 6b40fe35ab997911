use crate::support::{ask, golden, law, one_flow, root, run};
use proptest::prelude::*;
use std::cmp::Ordering;
use tariffcalc::answer::{self, MetKind, Solved};
use tariffcalc::base::{Decimal, parse_date};
use tariffcalc::scenario::Setting;

fn solved(text: &str) -> Vec<Solved> {
    let scenario = ask(text).unwrap_or_else(|words| panic!("{words}"));
    let solve = |solve| answer::solve(law(), &scenario, solve, None).unwrap_or_else(|_| panic!("cannot be solved:\n{text}"));
    scenario.solves.iter().map(solve).collect()
}

fn asks(vary: &str, from: &str, to: &str, target: &str) -> String {
    format!("[[solve]]\nvary = \"{vary}\"\nfrom = {from}\nto = {to}\ntarget = \"{target}\"\n")
}

/// The settings at which the totals are equal, as they are printed, with the fraction where there is one.
fn equal(solved: &Solved) -> Vec<String> {
    let met = solved.met.iter().filter(|met| met.kind == MetKind::Equal);
    met.map(|met| met.fraction.clone().unwrap_or_else(|| met.at.to_string())).collect()
}

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn scenarios_with_targets_print_the_tables_beside_them() {
    for name in ["us-content", "steel-content-and-rate"] {
        let printed = run(&["solve", &format!("scenarios/{name}.toml"), "--format", "markdown"]);
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{name}");
        golden(&root().join(format!("scenarios/{name}.solve.expected.md")), &printed.stdout);
    }
}

/// The textbook comparison of delivered costs, worked out by itself elsewhere (`13_breakeven_shift_fx_lerner.csv`): 29,750 for the car from Japan, 29,487.50 for that from Mexico at 30% US content; they tie at
/// 25.714285…% US content or a rate of 13.95% on the one from Japan.
#[test]
fn break_even_of_mexico_and_japan_is_that_of_the_textbook() {
    let path = root().join("../shared/economics/13_breakeven_shift_fx_lerner.csv");
    let text = std::fs::read_to_string(root().join("scenarios/us-content.toml")).unwrap();
    let all = solved(&text);
    assert_eq!(equal(&all[0]), ["180/7%"]);
    assert_eq!(all[0].met[0].exact, Some((d("29750"), d("29750"))));
    assert_eq!(equal(&all[1]), ["top up to 13.95%"]);
    assert_eq!(all[1].met[1].exact, Some((d("29487.5"), d("29487.5"))));
    // 24,500 × (1 + 25% × 70%) + 700 = 29,487.50; the value at which it is 30,000: 29,300 ÷ 1.175.
    assert_eq!(equal(&all[2]), ["1172000/47"]);
    let Ok(book) = std::fs::read_to_string(&path) else {
        eprintln!("not compared with {}: it is not there", path.display());
        return;
    };
    let figure = |name: &str| -> Decimal {
        let line = book.lines().find(|line| line.starts_with("BE-delivered,output,") && line.contains(name)).unwrap();
        line.split(',').nth(4).unwrap().parse::<Decimal>().unwrap()
    };
    let near = |exact: Decimal, figure: Decimal| (exact - figure).abs() < d("0.000000001");
    assert!(near(d("180") / d("700"), figure("break_even_us_content")));
    assert!(near(d("0.1395"), figure("break_even_t_JP")));
    assert!(near(d("29750"), figure("delivered_JP")));
    assert!(near(d("29487.5"), figure("delivered_MX_nonUS_content_only")));
}

/// Cars of Mexico owed 25% for three days in March 2025: those are the days on which the order turns.
#[test]
fn the_days_on_which_the_order_turns() {
    let text = std::fs::read_to_string(root().join("scenarios/us-content.toml")).unwrap();
    let all = solved(&text);
    let days: Vec<(String, MetKind)> = all[3].met.iter().map(|met| (met.at.to_string(), met.kind)).collect();
    let turns = |day: &str, order| (day.to_owned(), MetKind::Turns(order));
    assert_eq!(days, [turns("2025-03-04", Ordering::Greater), turns("2025-03-07", Ordering::Less)]);
    assert!(all[3].stretches.iter().any(|stretch| stretch.from.0 == Setting::Day(parse_date("2025-04-03").unwrap())));
}

/// A floor of 15% over column 1: the duty does not feel column 1 below 15%, and is column 1 above.
#[test]
fn kinks_and_level_stretches_are_exact() {
    let car = one_flow("passenger-cars", "JP", "2025-10-01", "100000 USD", "");
    let column_1 = |target: &str| solved(&format!("{car}{}", asks("column-1", "\"0%\"", "\"40%\"", target))).remove(0);
    let along = column_1("duty = 15,000 USD");
    let met: Vec<_> =
        along.met.iter().map(|met| (met.kind, met.at.to_string(), met.to.as_ref().map(ToString::to_string))).collect();
    // Above 15% a good that the vehicle tariff charges nothing owes the reciprocal tariff: nothing on top of a floor either.
    assert_eq!(met, [(MetKind::EqualAlong, "0%".to_owned(), Some("15%".to_owned()))]);
    assert_eq!(equal(&column_1("duty = 20,000 USD")), ["20%"]);
    let none = column_1("duty = 14,999.99 USD");
    assert!(none.met.is_empty() && none.stretches.iter().all(|stretch| stretch.order == Some(Ordering::Greater)));
}

/// Cents do not make roots: a cent above or below, the exact duty decides.
#[test]
fn rounding_makes_no_roots() {
    // 2.5% of 1.00 to 40.00 USD, in dollars and cents a staircase; the exact duty meets 0.5 once.
    let robots = one_flow("8479.50.00.00", "JP", "2025-01-15", "100 USD", "");
    let found = solved(&format!("{robots}{}", asks("value", "\"1 USD\"", "\"40 USD\"", "duty = 0.50 USD"))).remove(0);
    assert_eq!(equal(&found), ["20 USD"]);
    assert_eq!(found.stretches.len(), 2);
    // What is due: 0.48 at 19 USD, 0.50 at 20 USD, 0.53 at 21 USD.
    let due: Vec<_> = found.met[0]
        .near
        .iter()
        .map(|(setting, totals)| (setting.to_string(), totals.left.known().unwrap().to_string()))
        .collect();
    assert_eq!(
        due,
        [("19 USD".into(), "0.48".into()), ("20 USD".into(), "0.50".into()), ("21 USD".to_owned(), "0.53".to_owned())]
    );
}

/// Thresholds on a share are jumps: the order turns there and the totals are equal nowhere.
#[test]
fn a_threshold_is_a_jump_at_its_share() {
    // From 20% US content the reciprocal tariff spares the US content (EO 14257 sec. 3(f)).
    let robots = one_flow("8479.50.00.00", "DE", "2025-05-01", "100000 USD", "");
    let found = solved(&format!("{robots}{}", asks("content.us", "\"0%\"", "\"100%\"", "duty = 11,500 USD"))).remove(0);
    let met: Vec<_> = found.met.iter().map(|met| (met.kind, met.at.to_string())).collect();
    // 2.5% + 10%: 12,500 below 20%; at 20% 2,500 + 8,000.
    assert_eq!(met, [(MetKind::Turns(Ordering::Less), "20%".to_owned())]);
    assert_eq!(found.stretches[0].to, (Setting::Percent(tariffcalc::base::Percent::from_points(d("20"))), false));
    assert_eq!(found.stretches[1].totals.unwrap()[0].0, d("10500"));
}

/// A rate of exchange divides: the roots are exact all the same.
#[test]
fn a_rate_of_exchange_is_solved_for_exactly() {
    let car = one_flow("passenger-cars", "JP", "2025-10-01", "3,750,000 JPY", "");
    let text = |target: &str| {
        let asked = asks("exchange:JPY/USD", "\"100\"", "\"200\"", target);
        format!("{}{asked}", car.replace("question = \"q\"", "question = \"q\"\nexchange = [\"150 JPY/USD\"]"))
    };
    // 3,750,000 × 1.15 ÷ 30,000 = 143.75; ÷ 34,500 = 125; ÷ 29,000 = 4312500/29000.
    assert_eq!(equal(&solved(&text("landed <= 30,000 USD"))[0]), ["143.75"]);
    assert_eq!(equal(&solved(&text("landed = 34,500 USD"))[0]), ["125"]);
    assert_eq!(equal(&solved(&text("landed = 29,000 USD"))[0]), ["8625/58"]);
    // The ends of the range belong to it: 4,312,500 ÷ 100 and ÷ 200.
    assert_eq!(equal(&solved(&text("landed = 43,125 USD"))[0]), ["100"]);
    assert_eq!(equal(&solved(&text("landed = 21,562.50 USD"))[0]), ["200"]);
    assert!(solved(&text("landed = 43,125.01 USD"))[0].met.is_empty());
}

/// Where an amount is not known no answer is given, and the rest of the range is answered.
#[test]
fn where_nothing_is_known_no_answer_is_given() {
    let car = one_flow("passenger-cars", "JP", "2026-10-01", "100000 USD", "");
    let found = solved(&format!("{car}{}", asks("entered", "2026-10-01", "2026-10-20", "duty <= 16,000 USD"))).remove(0);
    let open: Vec<_> = found.stretches.iter().filter(|stretch| stretch.order.is_none()).collect();
    assert_eq!((found.stretches.len(), open.len()), (2, 1));
    assert_eq!(open[0].from.0.to_string(), "2026-10-11");
    assert!(open[0].why[0].contains("knows entries from"), "{:?}", open[0].why);
    // The steel is not stated: nothing can be said at any value, and it is said.
    let article = one_flow("7326.90.86.88", "JP", "2025-10-01", "10000 USD", "");
    let found = solved(&format!("{article}{}", asks("value", "\"1 USD\"", "\"10,000 USD\"", "duty = 1,000 USD"))).remove(0);
    assert!(found.met.is_empty() && found.stretches.iter().all(|stretch| stretch.order.is_none() && !stretch.why.is_empty()));
}

#[test]
fn wrong_targets_are_told() {
    let told = |vary: &str, target: &str| {
        let printed = run(&["solve", "scenarios/mexico-or-japan.toml", "--vary", vary, "--target", target]);
        assert_ne!(printed.code, 0, "{vary}, {target}: {}", printed.stdout);
        printed.stderr
    };
    let vary = "content.us@mexico-us-40=0%..75%";
    for (target, words) in [
        ("mexico-us-40", "compares nothing"),
        ("mexico-us-40 = japan", "does not say in which case"),
        ("deal = 10 USD", "does not say which flow"),
        ("mexiko-us-40.deal = japan.deal", "did you mean `mexico-us-40`?"),
        ("mexico-us-40.deal.effective-rate = japan.deal.effective-rate", "an effective rate is compared with a percentage"),
        ("mexico-us-40.deal.landed = 15%", "is a percentage, the other side an amount"),
        ("mexico-us-40.deal + = japan.deal", "a sign with nothing behind it"),
        ("mexico-us-40.deal + japan.deal = 5 USD", "more than one figure"),
        ("mexico-us-40.deal = 5 EUR", "are in EUR and USD"),
        ("japan.deal = 5 USD", "varies for none of the flows and cases of the target"),
        ("5 USD = 6 USD", "names no flow and no figure"),
    ] {
        let stderr = told(vary, target);
        assert!(stderr.contains(words), "{target}: {stderr}");
    }
    assert!(told("content.us@mexico-us-40", "japan.deal = 5 USD").contains("does not say what takes which settings"));
    assert!(told("content.us@mexico-us-40=0%", "japan.deal = 5 USD").contains("is no range"));
    assert!(told("content.us@mexico-us-40=75%..0%", "mexico-us-40.deal = japan.deal").contains("runs backwards"));
    let none = run(&["solve", "scenarios/mexico-or-japan.toml"]);
    assert!(none.code == 2 && none.stderr.contains("nothing to solve for"), "{}", none.stderr);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Solving agrees with a brute-force grid: no change of sign is missed, and each root lies where the two totals, run at it, are equal but for rounding.
    #[test]
    fn solving_agrees_with_a_grid(
        goods in prop::sample::select(law().products().keys().map(ToString::to_string).collect::<Vec<_>>()),
        origin in prop::sample::select(vec!["JP", "DE", "MX", "CN", "KR"]),
        day in prop::sample::select(vec!["2025-03-20", "2025-05-01", "2025-10-01", "2026-03-01", "2026-08-01"]),
        kind in 0..7_usize,
        amount in 0_i64..60_000,
    ) {
        let facts = "content = { steel = \"20%\", us = \"10%\" }";
        let flow = one_flow(&goods, origin, day, "100000 USD", facts);
        let results = crate::support::answer_to(&flow);
        let Some(line) = results.cases[0].assessments[0].lines.iter().find(|line| law().measure(&line.measure).is_some()) else { return Ok(()) };
        let measure = line.measure.to_string();
        let (vary, from, to, step) = match kind {
            0 => (format!("rate:{measure}"), "0%", "60%", "3%"),
            1 => (format!("add-points:{measure}"), "-20%", "40%", "3%"),
            2 => ("content.steel".to_owned(), "0%", "80%", "4%"),
            3 => ("content.us".to_owned(), "0%", "80%", "4%"),
            4 => (format!("scale:{measure}"), "0%", "200%", "9%"),
            5 => ("column-1".to_owned(), "0%", "60%", "3%"),
            _ => ("value".to_owned(), "1,000 USD", "201,000 USD", "10,000 USD"),
        };
        let asked = asks(&vary, &format!("\"{from}\""), &format!("\"{to}\""), &format!("duty = {amount} USD"));
        let grid = format!("[[sweep.axis]]\nvary = \"{vary}\"\nfrom = \"{from}\"\nto = \"{to}\"\nstep = \"{step}\"\n");
        let scenario = ask(&format!("{flow}{asked}{grid}")).unwrap();
        let solved = answer::solve(law(), &scenario, &scenario.solves[0], None).unwrap_or_else(|_| panic!("{asked}"));
        let swept = answer::sweep(law(), &scenario, &scenario.sweep, None).unwrap_or_else(|_| panic!("{grid}"));
        // Values are whole dollars: a handful of lines is a handful of half cents.
        let cents = d("0.05");
        let (number, amount) = (|setting: &Setting| setting.number().unwrap(), Decimal::from(amount));
        let signs: Vec<(Decimal, Option<Ordering>)> = swept.points.iter().zip(&swept.series[0].costs).map(|(point, cost)| {
            let apart = cost.duty.known().map(|duty| duty - amount);
            (number(&point[0]), apart.map(|apart| if apart.abs() <= cents { Ordering::Equal } else { apart.cmp(&Decimal::ZERO) }))
        }).collect();
        for pair in signs.windows(2) {
            if let [(from, Some(low)), (to, Some(high))] = pair && *low == high.reverse() && *low != Ordering::Equal {
                let is_found = solved.met.iter().any(|met| {
                    let (at, end) = (number(&met.at), met.to.as_ref().map_or(number(&met.at), number));
                    at <= *to && end >= *from
                });
                prop_assert!(is_found, "between {} and {}: {:?}", from, to, solved);
            }
        }
        // Each stretch lies as the grid does.
        for (at, sign) in &signs {
            for stretch in &solved.stretches {
                let is_in = number(&stretch.from.0) < *at && *at < number(&stretch.to.0);
                match (is_in, stretch.order, sign) {
                    (true, Some(order), Some(sign)) => prop_assert!(order == *sign || *sign == Ordering::Equal, "{} {:?}", at, solved),
                    (true, None, Some(_)) | (true, Some(_), None) => prop_assert!(false, "{} is known on one side: {:?}", at, solved),
                    _ => {}
                }
            }
        }
        // At each root the totals are equal but for rounding.
        for met in solved.met.iter().filter(|met| met.kind == MetKind::Equal) {
            let (_, totals) = met.near.iter().find(|(setting, _)| *setting == met.at).unwrap();
            let duty = totals.left.known().unwrap();
            let dollar = if kind == 6 { Decimal::ONE } else { cents };
            prop_assert!((duty - amount).abs() <= dollar, "{} {:?}", duty, met);
        }
    }
}

/// What machines read: each root with its exact number as a fraction, the range, the proof where there is none.
/// The cars of `us-content.toml`: every row rests on the law of both, and each answer's sources are those of its own totals.
#[test]
fn rows_name_the_law_that_they_are_charged_by() {
    let text = std::fs::read_to_string(root().join("scenarios/us-content.toml")).unwrap();
    let scenario = ask(&text).unwrap();
    let answers: Vec<_> = scenario.solves.iter().zip(solved(&text)).collect();
    let report = answer::solve_table(law(), &scenario, &answers);
    let cited = |headings: &[&str], sources: &[usize]| {
        let found: Vec<&str> = sources.iter().map(|place| report.sources[*place].heading.as_str()).collect();
        assert!(headings.iter().all(|heading| found.contains(heading)), "{headings:?}: {found:?}");
    };
    let first = &report.tables[0].rows[0];
    // Japan's floor, and the rate on what is not of the United States under the USMCA.
    cited(&["9903.94.41", "9903.94.03"], &first.sources);
    assert!(report.tables.iter().flat_map(|table| &table.rows).all(|row| !row.sources.is_empty()));
    // A limit on the duty on one flow rests on the law of that flow alone.
    let jp = one_flow("passenger-cars", "JP", "2025-10-01", "100000 USD", "");
    let days = asks("entered", "2025-03-01", "2025-10-01", "f.current-law.duty <= 20,000 USD");
    let days = solved(&format!("{jp}{days}"));
    let of = |part: &answer::Stretch| -> Vec<&str> {
        part.charged.iter().map(|place| days[0].sources[*place].heading.as_str()).collect()
    };
    let parts: Vec<Vec<&str>> = days[0].stretches.iter().map(of).collect();
    assert_eq!(parts, [vec!["8703.23.01"], vec!["8703.23.01", "9903.94.01"], vec!["8703.23.01", "9903.94.41"]]);
}

#[test]
fn machines_are_answered_in_whole_numbers() {
    let read = |args: &[&str]| -> serde_json::Value { serde_json::from_str(&run(args).stdout).unwrap() };
    let all = read(&["solve", "scenarios/us-content.toml", "--format", "json"]);
    assert_eq!(all["schema"], 1);
    let answers = all["answers"].as_array().unwrap();
    assert_eq!(answers.len(), 4);
    // 24,500 × 25% × (1 - share) + 24,500 + 700 = 25,000 × 1.15 + 1,000: the share is 9/35, 25.714285…%.
    let first = &answers[0];
    assert_eq!(
        (&first["outcome"], &first["relation"], &first["vary"]),
        (&"met".into(), &"=".into(), &"content.us@mexico".into())
    );
    let met = &first["met"][0];
    assert_eq!(met["exactly"], serde_json::json!({ "numerator": "9", "denominator": "35" }));
    assert_eq!(met["at"], serde_json::json!({ "printed": "25.714286%", "number": "0.25714286" }));
    assert_eq!((&met["kind"], &met["left"], &met["right"]), (&"equal".into(), &"29750.00".into(), &"29750.00".into()));
    // 29,300 / 1.175: 24,936.17 USD and a bit.
    assert_eq!(answers[2]["met"][0]["exactly"], serde_json::json!({ "numerator": "1172000", "denominator": "47" }));
    assert_eq!(answers[1]["met"][0]["kind"], "order-turns");
    assert_eq!(answers[1]["met"][0]["exactly"], serde_json::Value::Null);
    assert_eq!(answers[3]["met"][0]["at"], serde_json::json!({ "printed": "2025-03-04", "number": null }));
    let none = read(&[
        "solve",
        "scenarios/us-content.toml",
        "--vary",
        "value@mexico=20,000..21,000 USD",
        "--target",
        "mexico = japan",
        "--format",
        "json",
    ]);
    let none = &none["answers"][0];
    assert_eq!((&none["outcome"], none["met"].as_array().unwrap().len()), (&"none".into(), 0));
    assert!(none["words"][0].as_str().unwrap().contains("straight lines"), "{none:#}");
    assert_eq!((&none["range"][0]["order"], &none["range"][0]["from"]["setting"]["number"]), (&"less".into(), &"20000".into()));
    assert!(all["notes"].as_array().unwrap().iter().any(|note| note.as_str().unwrap().contains("no change in trade volumes")));
}
