//! Two states of the law beside each other, refunds, and several files as one question.

use crate::support::{ask, files_below, golden, law, one_flow, root, run, run_in};
use proptest::prelude::*;
use tariffcalc::answer::{self, DiffSide, Difference, Interest, InterestFault, Parted};
use tariffcalc::assess::{Context, Mixture, Outcome, Player, Side};
use tariffcalc::base::{Date, Decimal, Percent, parse_date};
use tariffcalc::law::RegimeCache;
use tariffcalc::scenario::{InterestRate, Scenario};

pub(crate) const DAYS: [&str; 12] = [
    "2025-01-15",
    "2025-03-05",
    "2025-03-20",
    "2025-04-09",
    "2025-05-01",
    "2025-06-04",
    "2025-08-20",
    "2025-10-01",
    "2025-11-20",
    "2026-03-01",
    "2026-07-24",
    "2026-10-10",
];
const ORIGINS: [&str; 13] = ["JP", "DE", "FR", "MX", "CA", "CN", "GB", "KR", "CH", "VN", "BR", "RU", "EU"];

/// What goods may say beside code, origin and value: contents, claims, quantities, facts, and nothing at all.
const MORE: [&str; 9] = [
    "",
    "content = { steel = \"30%\", us = \"40%\" }",
    "content = { aluminum = \"50%\", steel = \"10%\" }",
    "facts = { patented = false }",
    "claims = [\"usmca\"]\ncontent = { us = \"25%\", steel = \"5%\" }",
    "claims = { usmca = \"40%\" }",
    "quantity = \"5,000 kg\"",
    "quantity = [\"120 No\", \"3,500.5 kg\"]\nfacts = { transshipped = true }",
    "weight = { metal = \"10%\" }\nfacts = { chapter-98 = \"9802.00.80\" }\ncontent = { us = \"35%\" }",
];

/// Compares a scenario between two sides, written as on the command line.
pub(crate) fn compare(scenario: &Scenario, first: &str, second: &str) -> Difference {
    let side = |text: &str| {
        let side = tariffcalc::scenario::SideAsked::parse(text).unwrap();
        DiffSide { law: law(), scenario, case: side.of(scenario).unwrap(), as_known: None }
    };
    answer::diff(&side(first), &side(second)).unwrap_or_else(|_| panic!("{first} and {second} can be compared"))
}

fn parts(found: &Difference) -> Vec<(String, String)> {
    let parts = found.rows.iter().flat_map(|row| &row.parts);
    parts.filter(|part| !part.part.is_zero()).map(|part| (part.player.to_string(), part.part.normalize().to_string())).collect()
}

/// The scenarios that ask for a comparison print the table beside them.
#[test]
fn comparisons_print_the_tables_beside_them() {
    let mut compared = 0;
    for path in files_below(&root().join("scenarios")).into_iter().filter(|path| path.extension().is_some_and(|e| e == "toml")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        for verb in ["diff", "refund"].into_iter().filter(|verb| text.contains(&format!("[{verb}]"))) {
            let printed = run(&[verb, &name, "--format", "markdown"]);
            assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{verb} {name}");
            golden(&path.with_extension(format!("{verb}.expected.md")), &printed.stdout);
            compared += 1;
        }
    }
    assert!(compared >= 2, "{compared}");
}

/// A light truck of Japan: 25 % and 25 % on top in July 2025, 25 % in March 2026. Without the tariff on cars alone the reciprocal 10 % would be due as well: {} 50, {cars} 35,
/// {reciprocal} 50, both 25. Cars: (-15 - 25) / 2 = -20 points, reciprocal (0 - 10) / 2 = -5.
#[test]
fn a_part_is_an_average_over_orders() {
    let scenario = ask(&one_flow("light-trucks", "JP", "2025-07-01", "1000000 USD", "")).unwrap();
    let found = compare(&scenario, "2025-07-01", "2026-03-01");
    let expected = [("us-232-autos".to_owned(), "-200000".to_owned()), ("us-ieepa-reciprocal".into(), "-50000".into())];
    assert_eq!(parts(&found), expected);
    let cars = found.law.iter().find(|change| change.measure.as_str() == "us-232-autos-vehicles-jp").unwrap();
    assert_eq!((cars.what, cars.since.map(|day| day.to_string()).as_deref()), ("began", Some("2025-09-16")));
    let ended = found.law.iter().find(|change| change.measure.as_str() == "us-ieepa-reciprocal-jp");
    assert!(ended.is_none(), "it did not touch the truck in July");
}

/// 17.5 % as the book of 20 August 2025 had it, 15 % as it stands: the column-1 duty comes back, under the reciprocal tariff.
#[test]
fn the_second_clock_is_a_side() {
    let scenario = ask(&one_flow("industrial-robots", "JP", "2025-08-20", "1000000 USD", "")).unwrap();
    let found = compare(&scenario, "as-known=2025-08-20", "as-known=2026-10-10");
    assert_eq!(parts(&found), [("us-ieepa-reciprocal".to_owned(), "-25000".to_owned())]);
    let [change] = found.law.as_slice() else { panic!("{:?}", found.law) };
    assert_eq!(
        (change.what, change.forms[1].as_str(), change.cite.as_str()),
        ("changed", "top up to 15%", "EO 14345; 90 FR 44638")
    );
}

/// What is unknown is in no part and no total, and is told.
#[test]
fn unknown_flows_are_told_and_not_parted() {
    let text = one_flow("9102.11.10", "JP", "2025-07-01", "1000 USD", "").replace("[[flow]]", "[[flow]]\nid = \"a\"\nproduct = \"passenger-cars\"\ninto = \"US\"\norigin = \"JP\"\nentered = 2025-07-01\nvalue = \"1000 USD\"\n[[flow]]");
    let scenario = ask(&text).unwrap();
    let found = compare(&scenario, "2025-07-01", "2025-10-01");
    let [cars, watch] = found.rows.as_slice() else { panic!("two rows") };
    assert_eq!(cars.change(), Some(Decimal::from(-125)));
    assert!(matches!(watch.parted, Parted::Not(_)) && watch.parts.is_empty() && watch.change().is_none());
    let report = answer::diff_table(&found, &[]);
    assert!(
        report.notes.iter().any(|note| note.starts_with("Coverage: 1,000 of 2,000 USD known on both sides")),
        "{:?}",
        report.notes
    );
}

/// Flows of two scenarios are matched by id; what stands on one side only comes or goes with all its duty, and another value is a change of the goods.
#[test]
fn two_scenarios_are_compared_by_the_ids_of_their_flows() {
    let flow = |id: &str, value: &str| {
        format!(
            "[[flow]]\nid = \"{id}\"\ninto = \"US\"\norigin = \"JP\"\nentered = 2025-10-01\nproduct = \"passenger-cars\"\nvalue = \"{value} USD\"\n"
        )
    };
    let head = "schema = 1\ntitle = \"t\"\nquestion = \"q\"\n";
    let first = ask(&format!("{head}{}{}", flow("a", "1000"), flow("gone", "100"))).unwrap();
    let second = ask(&format!("{head}{}{}", flow("a", "3000"), flow("new", "200"))).unwrap();
    let side = |scenario| DiffSide {
        law: law(),
        scenario,
        case: tariffcalc::scenario::SideAsked::default().of(scenario).unwrap(),
        as_known: None,
    };
    let found = answer::diff(&side(&first), &side(&second)).unwrap_or_default();
    let all: Vec<(String, String)> =
        found.rows.iter().map(|row| (row.id.clone(), row.change().unwrap().normalize().to_string())).collect();
    assert_eq!(all, [("a".to_owned(), "300".to_owned()), ("gone".into(), "-15".into()), ("new".into(), "30".into())]);
    assert!(found.rows.iter().all(|row| row.parts.iter().filter(|p| !p.part.is_zero()).all(|p| p.player == Player::Goods)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// The parts add up to the change to the cent, and turn their sign where the sides change places.
    #[test]
    fn parts_add_up_and_are_opposite_the_other_way_round(
        goods in prop::sample::select(law().products().keys().map(ToString::to_string).collect::<Vec<_>>()),
        origin in prop::sample::select(ORIGINS.to_vec()),
        first in prop::sample::select(DAYS.to_vec()),
        second in prop::sample::select(DAYS.to_vec()),
        cents in 1_i64..10_000_000_000,
        more in prop::sample::select(MORE.to_vec()),
        also in prop::sample::select(vec!["", ",us-ieepa=void", ",as-known=2025-08-20", ",as-known=2025-05-01,us-ieepa=void"]),
    ) {
        // Another day, and on some draws another reading or another book on the second side.
        let second = &format!("{second}{also}");
        let value = format!("{} USD", Decimal::new(cents, 2));
        let Ok(scenario) = ask(&one_flow(&goods, origin, "2025-10-01", &value, more)) else { return Ok(()) };
        let side = |text: &str| DiffSide { law: law(), scenario: &scenario, case: tariffcalc::scenario::SideAsked::parse(text).unwrap().of(&scenario).unwrap(), as_known: None };
        // The members of a group may differ on one of the days: then there is no answer, and no half of one.
        let (Ok(there), Ok(back)) = (answer::diff(&side(first), &side(second)), answer::diff(&side(second), &side(first))) else { return Ok(()) };
        for (row, opposite) in there.rows.iter().zip(&back.rows) {
            let sum: Decimal = row.parts.iter().map(|part| part.part).sum();
            match row.change() {
                Some(change) => prop_assert_eq!(sum, change, "{:?}", row.parted),
                None => prop_assert!(row.parts.is_empty()),
            }
            prop_assert_eq!(row.change().map(|change| -change), opposite.change());
            let turned: Vec<_> = opposite.parts.iter().map(|part| (part.player.clone(), -part.part)).collect();
            let parts: Vec<_> = row.parts.iter().map(|part| (part.player.clone(), part.part)).collect();
            prop_assert_eq!(parts, turned);
        }
        // Of a state with itself nothing comes back.
        let Ok(same) = answer::diff(&side(first), &side(first)) else { return Ok(()) };
        prop_assert!(answer::refund(&same, &Interest::default()).is_ok_and(|owed| owed.is_empty()));
        prop_assert!(same.law.is_empty(), "{:?}", same.law);
    }

    /// Mixing nothing gives the first state, mixing everything the second.
    #[test]
    fn mixing_all_or_nothing_gives_the_states_themselves(
        goods in prop::sample::select(law().products().keys().map(ToString::to_string).collect::<Vec<_>>()),
        origin in prop::sample::select(ORIGINS[..12].to_vec()),
        first in prop::sample::select(DAYS.to_vec()),
        second in prop::sample::select(DAYS.to_vec()),
    ) {
        let Ok(scenario) = ask(&one_flow(&goods, origin, "2025-10-01", "123456.78 USD", "content = { steel = \"30%\", aluminum = \"20%\" }")) else { return Ok(()) };
        let cache = RegimeCache::new(law());
        let context = |day: &str| Context { entered: parse_date(day).ok(), ..Context::default() };
        let (a, b) = (context(first), context(second));
        let side = |context| Side { cache: &cache, flow: &scenario.flows[0], context };
        let mixture = Mixture::new(side(&a), side(&b)).unwrap();
        let last = (1_usize << mixture.players().len()) - 1;
        for mask in [0, last] {
            prop_assert_eq!(mixture.mixed_duty(mask).unwrap(), mixture.duty(mask).unwrap(), "{:?}", mixture.players());
        }
    }
}

fn rate(from: &str, before: Option<&str>, percent: &str) -> InterestRate {
    let day = |text: &str| parse_date(text).unwrap();
    InterestRate { from: day(from), before: before.map(day), rate: Percent::parse(percent).unwrap(), place: None }
}

/// 10,000 dollars from 20 April 2025: 256 days at 6 %, 181 at 5 %: 10,000 × 2,441 ÷ 36,500 = 668.77.
#[test]
fn interest_is_simple_and_rounded_once() {
    let scenario = ask(&one_flow("industrial-robots", "JP", "2025-04-20", "100000 USD", "")).unwrap();
    let found = compare(&scenario, "us-ieepa=collected", "us-ieepa=void");
    let mut interest = Interest {
        until: parse_date("2026-07-01").ok(),
        paid: None,
        rates: vec![rate("2025-01-01", Some("2026-01-01"), "6%"), rate("2026-01-01", None, "5%")],
    };
    let owed = answer::refund(&found, &interest).unwrap();
    let [one] = owed.as_slice() else { panic!("{owed:?}") };
    assert_eq!((one.amount, one.interest), (Decimal::from(10_000), Some(Decimal::new(66_877, 2))));
    assert_eq!(one.month, Some(Date::constant(2025, 4, 1)));
    // A bill is the same with the other sign.
    let bill = answer::refund(&compare(&scenario, "us-ieepa=void", "us-ieepa=collected"), &interest).unwrap();
    assert_eq!((bill[0].amount, bill[0].interest), (Decimal::from(-10_000), Some(Decimal::new(-66_877, 2))));
    // A day without a rate is not a day at nothing.
    interest.rates[0].before = parse_date("2025-12-01").ok();
    assert_eq!(answer::refund(&found, &interest), Err(InterestFault::NoRate(parse_date("2025-12-01").unwrap())));
    interest.paid = parse_date("2026-08-01").ok();
    assert!(matches!(answer::refund(&found, &interest), Err(InterestFault::PaidLater(..))));
}

pub(crate) struct Folder(pub(crate) std::path::PathBuf);

impl Folder {
    pub(crate) fn of(name: &str, files: &[(&str, &str)]) -> Self {
        let path = std::env::temp_dir().join(format!("tariffcalc-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        files.iter().for_each(|(name, text)| std::fs::write(path.join(name), text).unwrap());
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Cars 100,000 and a robot 1,000 of Japan, a watch whose rate stands in words: July to October 2025.
#[test]
fn a_file_of_trade_is_compared_by_hand() {
    let text = "hts10,country,value\n8703230140,JP,100000\n8479500000,JP,1001\n9102111000,JP,5000\n9503000071,China,10000\n";
    let folder = Folder::of("diff", &[("flows.csv", text)]);
    let printed =
        run_in(&folder.0, &["diff", "flows.csv", "2025-07-01", "2025-10-01", "--from", "JP", "--by", "code", "--format", "csv"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    let mut tables = printed.stdout.split("\n\n");
    let flows = tables.next().unwrap();
    // Robots: 2.5 % and 10 % of 1,001, 15 % in October: 25.03 + 100.10 = 125.13 and 150.15.
    assert!(flows.contains("8479.50.00.00,8479.50.00.00,USD,1,1001.00,1001.00,0.00,0.00,125.13,150.15,25.02,"), "{flows}");
    assert!(flows.contains("9102.11.10.00,9102.11.10.00,USD,1,5000.00,0.00,5000.00,0.00,,,,,,\n"), "{flows}");
    assert!(flows.contains("total,Total,USD,3,106001.00,101001.00,5000.00,0.00,27625.13,15150.15,-12474.98,"), "{flows}");
    let programs = tables.next().unwrap();
    assert!(programs.contains("total,Total,us-232-autos,USD,25000.00,12500.00,-12500.00,without-order"), "{programs}");
    assert!(programs.contains("total,Total,us-ieepa-reciprocal,USD,100.10,125.12,25.02,without-order"), "{programs}");
    assert!(programs.contains("total,Total,all programs,USD,27625.13,15150.15,-12474.98,without-order"), "{programs}");
}

/// All imports from Japan of 2024: each side is what `panel` says of that day, and the parts add up.
#[test]
fn the_imports_from_japan_are_compared_to_the_cent() {
    let file = "../shared/data/trade/us_imports_consumption_2024_hs10_country.csv.gz";
    if !root().join(file).exists() {
        return eprintln!("skipped: the imports of 2024 are not beside this folder");
    }
    let numbers = |args: &[&str]| -> Vec<Vec<String>> {
        let printed = run(args);
        assert_eq!(printed.code, 0, "{}", printed.stderr);
        printed.stdout.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    };
    let days = ["2025-09-01", "2026-03-01"];
    let panel = numbers(&["panel", file, "--on", days[0], "--on", days[1], "--by", "origin", "--format", "csv"]);
    // Of British parts and Russian lumber what is open changes nothing: they are priced on both ways.
    for (day, origin) in days.iter().flat_map(|day| ["JP", "GB", "RU"].map(|origin| (*day, origin))) {
        let same = numbers(&["diff", file, day, day, "--from", origin, "--format", "csv"]);
        let of_day = panel.iter().find(|row| row[0] == day && row[1] == origin).unwrap();
        // Rows, value, priced, unknown, refused, duty.
        assert_eq!(same[1][3..9], [&of_day[3..5], &of_day[6..10]].concat(), "{day} {origin}");
    }
    let found = numbers(&["diff", file, days[0], days[1], "--from", "JP", "--by", "chapter", "--format", "csv"]);
    let number = |text: &String| text.parse::<Decimal>().unwrap();
    let change = found.iter().find(|row| row[0] == "total" && row.len() > 9).map(|row| number(&row[10])).unwrap();
    let parts: Decimal = found
        .iter()
        .filter(|row| row[0] == "total" && row.len() == 8 && row[2] != "all programs")
        .map(|row| number(&row[6]))
        .sum();
    assert_eq!(parts, change);
    assert!(change < Decimal::from(-8_000_000_000_i64), "{change}");
}

/// A row worth nothing beside one that is not: a measure that others leave nothing for asks for its content there, and there is none to state.
#[test]
fn rows_worth_nothing_are_compared() {
    let text = "hts10,country,value\n8708996890,BA,1000\n8708996890,BA,0\n";
    let folder = Folder::of("nothing", &[("flows.csv", text)]);
    let printed = run_in(&folder.0, &["diff", "flows.csv", "2025-09-01", "2026-03-01", "--format", "csv"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    // 2.5 % and 25 % on both days.
    assert!(printed.stdout.contains(",All flows,USD,2,1000.00,1000.00,0.00,0.00,275.00,275.00,0.00,"), "{}", printed.stdout);
}

/// Rows of a customs union, of claims and of quantities: what `panel` says of them on each day.
#[test]
fn rows_are_gathered_as_a_panel_gathers_them() {
    let text = "hts10,country,value,quantity,unit\n8479500000,DE,50000,,\n8479500000,EU,100000,,\n9503000071,MX,1001,,\n0409000000,FR,2000,100,kg\n";
    let shares = "hs10,country,usmca_share\n9503000071,MX,0.4\n";
    let folder = Folder::of("gathered", &[("flows.csv", text), ("shares.csv", shares)]);
    let days = ["2025-07-01", "2025-10-01"];
    let rows = |args: &[&str]| -> Vec<Vec<String>> {
        let printed = run_in(&folder.0, args);
        assert_eq!(printed.code, 0, "{}", printed.stderr);
        printed.stdout.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    };
    let file = ["flows.csv", "--shares", "shares.csv", "--by", "origin", "--format", "csv"];
    let panel = rows(&[&["panel"], &file[..], &["--on", days[0], "--on", days[1]]].concat());
    let diff = rows(&[&["diff", "flows.csv", days[0], days[1]], &file[1..]].concat());
    for (column, day) in [(8, days[0]), (9, days[1])] {
        for origin in ["DE", "EU", "FR", "MX"] {
            let of_day = panel.iter().find(|row| row[0] == day && row[1] == origin).unwrap();
            let of_side = diff.iter().find(|row| row[0] == origin).unwrap();
            assert_eq!(
                (&of_side[3], &of_side[4], &of_side[5], &of_side[column]),
                (&of_day[3], &of_day[4], &of_day[6], &of_day[9])
            );
        }
    }
    // Robots of the union: 2.5 % and 10 % reciprocal, then 15 % in all.
    let union = diff.iter().find(|row| row[0] == "EU").unwrap();
    assert_eq!(union[8..11], ["12500.00", "15000.00", "2500.00"]);
    let parts: Vec<&Vec<String>> = diff.iter().filter(|row| row[0] == "EU" && row.len() == 8).collect();
    assert!(parts.iter().any(|row| row[2..7] == ["us-ieepa-reciprocal", "USD", "10000.00", "12500.00", "2500.00"]), "{parts:?}");
    // Honey: 1.9 cents a kilogram on 100 kg, and 10 % reciprocal; then 15 % in all.
    let honey = diff.iter().find(|row| row[0] == "FR").unwrap();
    assert_eq!(honey[8..10], ["201.90", "300.00"]);
    // By code both origins of robots are one row, with rounded parts that add up.
    let by_code = rows(&["diff", "flows.csv", days[0], days[1], "--by", "code", "--from", "EU", "--format", "csv"]);
    let robots = by_code.iter().find(|row| row[0] == "8479.50.00.00").unwrap();
    assert_eq!((&robots[3], &robots[8], &robots[9]), (&"2".to_owned(), &"18750.00".to_owned(), &"22500.00".to_owned()));
}

/// Entries of a file with days, IEEPA as collected and void, by month.
#[test]
fn a_file_of_entries_is_refunded_by_month() {
    let text = "hts10,country,value,entered\n8479500000,JP,100000,2025-04-20\n8479500000,JP,100000,2025-08-20\n8479500000,JP,1000,2025-08-21\n";
    let rates = "from,before,rate\n2025-01-01,2026-01-01,6%\n2026-01-01,,5%\n";
    let folder = Folder::of(
        "refund",
        &[("entries.csv", text), ("rates.csv", rates), ("nodays.csv", "hts10,country,value\n8479500000,JP,1\n")],
    );
    let sides = ["us-ieepa=collected", "us-ieepa=void"];
    let mut args =
        vec!["refund", "entries.csv", sides[0], sides[1], "--format", "csv", "--interest", "rates.csv", "--until", "2026-07-01"];
    let printed = run_in(&folder.0, &args);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    assert!(printed.stdout.contains("2025-04,us-ieepa-reciprocal,USD,10000.00,668.77,10668.77"), "{}", printed.stdout);
    // 12,500 for 134 days at 6 % and 181 at 5 %, 125 for a day less: 585.2740 + 5.8322.
    assert!(printed.stdout.contains("2025-08,us-ieepa-reciprocal,USD,12625.00,591.11,13216.11"), "{}", printed.stdout);
    args[1] = "nodays.csv";
    let printed = run_in(&folder.0, &args);
    assert_eq!(printed.code, 1);
    assert!(printed.stderr.contains("line 2 says no day of entry"), "{}", printed.stderr);
}

/// Two cases of a scenario on the rows of a file: cars at 25 % on top of 2.5 %, robots with the reciprocal tariff repealed; what each case changes in law, and what it does not say.
#[test]
fn cases_are_compared_on_a_file_of_trade() {
    let trade = "hts10,country,value\n8703230140,JP,100000\n8479500000,JP,1000\n8479500000,DE,1000\n";
    let policy = "schema = 1\ntitle = \"Policy\"\nquestion = \"And if?\"\n[[case]]\nid = \"up\"\ntitle = \"Cars up\"\n[[case.change]]\nset-rate = \"25%\"\nmeasure = \"us-232-autos-vehicles-jp\"\nfrom = 2025-09-16\n[[case]]\nid = \"free\"\nbased-on = \"up\"\n[[case.change]]\nrepeal = \"us-ieepa-reciprocal\"\norigins = [\"JP\"]\n[[case]]\nid = \"idle\"\n[[case.change]]\nset-rate = \"70%\"\nmeasure = \"us-232-autos-vehicles-jp\"\nfrom = 2026-01-01\n";
    let folder = Folder::of("cases", &[("flows.csv", trade), ("policy.toml", policy)]);
    let run = |args: &[&str]| run_in(&folder.0, args);
    let on = ["--on", "2025-10-01", "--by", "code", "--format", "csv"];
    let found = run(&[&["diff", "flows.csv", "current-law", "free", "--with", "policy.toml"], &on[..]].concat());
    assert_eq!((found.code, found.stderr.as_str()), (0, ""));
    // 15 % in all, then 2.5 % and 25 %; robots 15 % from both, then 2.5 % from Japan.
    assert!(found.stdout.contains(",USD,1,100000.00,100000.00,0.00,0.00,15000.00,27500.00,12500.00,"), "{}", found.stdout);
    assert!(found.stdout.contains(",USD,2,2000.00,2000.00,0.00,0.00,300.00,175.00,-125.00,"), "{}", found.stdout);
    assert!(found.stdout.contains("us-232-autos-vehicles-jp"), "{}", found.stdout);
    // As a panel prices them, and the same where the scenario stands behind the file.
    let behind = run(&[&["diff", "flows.csv", "policy.toml", "current-law", "free"], &on[..]].concat());
    assert_eq!(behind.stdout, found.stdout);
    let back = run(&[&["diff", "flows.csv", "free", "current-law", "--with", "policy.toml"], &on[..]].concat());
    assert!(back.stdout.contains(",USD,1,100000.00,100000.00,0.00,0.00,27500.00,15000.00,-12500.00,"), "{}", back.stdout);
    let idle = run(&[&["diff", "flows.csv", "current-law", "idle", "--with", "policy.toml"], &on[..]].concat());
    assert!(idle.stderr.contains("case `idle` changes nothing for any flow of the file"), "{}", idle.stderr);
    for (args, words) in [
        (vec!["diff", "flows.csv", "current-law", "fre", "--with", "policy.toml", "--on", "2025-10-01"], "did you mean `free`?"),
        (vec!["diff", "flows.csv", "policy.toml", "--on", "2025-10-01"], "which two sides?"),
        (vec!["diff", "flows.csv", "current-law", "free"], "a file of trade has no case"),
        (vec!["diff", "flows.csv"], "--with FILE"),
    ] {
        let told = run(&args);
        assert_eq!(told.code, 2, "{args:?} {}", told.stderr);
        assert!(told.stderr.contains(words), "{args:?} {}", told.stderr);
    }
}

/// A row without a day is counted, told and left out; the changes of law are those of every day, not of the last.
#[test]
fn entries_without_a_day_are_left_out_of_a_refund() {
    let text = "hts10,country,value,entered\n8479500000,JP,100000,2025-04-20\n8479500000,JP,7000,\n8479500000,JP,100000,2025-08-20\n8479500000,JP,1000,2025-08-21\n";
    let folder = Folder::of("undated", &[("entries.csv", text)]);
    let args = ["refund", "entries.csv", "us-ieepa=collected", "us-ieepa=void"];
    let printed = run_in(&folder.0, &args);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    let words: String = printed.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("Left out: line 3 says no day of entry, 7,000 USD of customs value that is in no sum"), "{words}");
    assert!(words.contains("(201,000 USD)"), "{words}");
    let csv = run_in(&folder.0, &[&args[..], &["--format", "csv"]].concat()).stdout;
    // 10 % of April, 15 % in all of August: two changes of law, each on its own days.
    assert!(csv.contains(",changed,2025-04-20,2025-04-05,10%,Free,"), "{csv}");
    assert!(csv.contains(",changed,2025-08-20 to 2025-08-21,2025-04-05,top up to 15%,Free,"), "{csv}");
}

const FLOWS: &str = "schema = 1\ntitle = \"Flows\"\nquestion = \"What?\"\n[defaults]\ninto = \"US\"\norigin = \"JP\"\nentered = 2025-10-01\n[assume]\nfacts = { patented = false }\n[[flow]]\nid = \"cars\"\nproduct = \"passenger-cars\"\nvalue = \"1000 USD\"\n";
const POLICY: &str = "schema = 1\ntitle = \"Policy\"\nquestion = \"And if it rose?\"\n[[case]]\nid = \"up\"\n[[case.change]]\nset-rate = \"25%\"\nmeasure = \"us-232-autos-vehicles-jp\"\nfrom = 2025-09-16\n[expect]\n\"cars.up.effective-rate\" = \"27.5%\"\n";

/// Flows of one file under the cases of another; what files repeat is taken once, what they contradict names both.
#[test]
fn several_files_are_one_question() {
    let other = POLICY.replace("25%\"\nmeasure", "30%\"\nmeasure");
    let clash = FLOWS
        .replace("1000 USD", "2000 USD")
        .replace("origin = \"JP\"", "origin = \"DE\"")
        .replace("patented = false", "patented = true");
    let folder = Folder::of(
        "compose",
        &[("flows.toml", FLOWS), ("again.toml", FLOWS), ("policy.toml", POLICY), ("other.toml", &other), ("clash.toml", &clash)],
    );
    let printed = run_in(&folder.0, &["run", "flows.toml", "policy.toml", "again.toml", "--format", "csv"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    assert_eq!(printed.stdout.lines().count(), 3, "{}", printed.stdout);
    assert!(printed.stdout.contains(",275.00,"), "{}", printed.stdout);
    let printed = run_in(&folder.0, &["run", "policy.toml"]);
    assert!(printed.code == 1 && printed.stderr.contains("has no flow"), "{}", printed.stderr);
    let printed = run_in(&folder.0, &["run", "flows.toml", "policy.toml", "other.toml"]);
    assert_eq!(printed.code, 1);
    assert!(
        printed.stderr.contains("two cases are called `up`")
            && printed.stderr.contains("policy.toml:5")
            && printed.stderr.contains("other.toml:5"),
        "{}",
        printed.stderr
    );
    let printed = run_in(&folder.0, &["run", "flows.toml", "clash.toml"]);
    for words in
        ["two flows are called `cars`", "about `defaults.origin`", "about `assume.facts.patented`", "flows.toml", "clash.toml"]
    {
        assert!(printed.stderr.contains(words), "{words}: {}", printed.stderr);
    }
    let printed = run_in(&folder.0, &["diff", "flows.toml", "current-law", "up", "--with", "policy.toml", "--format", "csv"]);
    assert!(
        printed.stdout.contains(",us-232-autos,USD,125.00,250.00,125.00,without-order"),
        "{}{}",
        printed.stdout,
        printed.stderr
    );
}

/// Files of flows of several scenarios: a path belongs to the folder of the scenario that names it, and one name to one file.
#[test]
fn files_of_flows_are_joined() {
    let flows = "schema = 1\ntitle = \"Rows\"\nquestion = \"What?\"\n[defaults]\ninto = \"US\"\nentered = 2025-10-01\n[[flow-file]]\nid = \"rows\"\npath = \"rows.csv\"\n[next]\non = 2025-10-01\n";
    let more = flows.replace("id = \"rows\"", "id = \"more\"").replace("[next]\non = 2025-10-01\n", "");
    let cars = "hts10,country,value\n8703230140,JP,1000\n";
    let folder = Folder::of(
        "rows",
        &[
            ("flows.toml", flows),
            ("again.toml", flows),
            ("rows.csv", cars),
            ("policy.toml", &POLICY.replace("cars.up", "rows/2.up")),
            ("named.toml", &format!("{FLOWS}[next]\non = 2025-11-01\n").replace("id = \"cars\"", "id = \"rows\"")),
        ],
    );
    let other = folder.0.join("other");
    std::fs::create_dir_all(&other).unwrap();
    for (name, text) in [("flows.toml", flows), ("more.toml", &more), ("rows.csv", &cars.replace(",1000", ",5000"))] {
        std::fs::write(other.join(name), text).unwrap();
    }
    let printed = run_in(&folder.0, &["run", "flows.toml", "policy.toml", "other/more.toml", "again.toml", "--format", "csv"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    // 15 % of 1,000 and 5,000; 27.5 % under the policy.
    for duty in [",150.00,", ",275.00,", ",750.00,", ",1375.00,"] {
        assert!(printed.stdout.contains(duty), "{duty}: {}", printed.stdout);
    }
    // The same words in another folder are another file.
    for (second, words) in [("other/flows.toml", "`rows`"), ("named.toml", "`rows`"), ("named.toml", "about `next`")] {
        let printed = run_in(&folder.0, &["run", "flows.toml", second]);
        assert_eq!(printed.code, 1, "{second}: {}", printed.stdout);
        for words in [words, "flows.toml", second] {
            assert!(printed.stderr.contains(words), "{words}: {}", printed.stderr);
        }
    }
    let printed = run_in(&folder.0, &["diff", "flows.toml", "current-law", "up", "--with", "policy.toml", "--format", "csv"]);
    assert!(printed.stdout.contains("rows/2,"), "{}{}", printed.stdout, printed.stderr);
    assert!(printed.stdout.contains(",us-232-autos,USD,125.00,250.00,125.00,without-order"), "{}", printed.stdout);
}

/// Two rulebooks: the book with another rate for one measure.
#[test]
fn two_rulebooks_are_compared() {
    let folder = Folder::of("laws", &[("flows.toml", FLOWS)]);
    for path in files_below(&root().join("seeds")) {
        let to = folder.0.join("book").join(path.strip_prefix(root().join("seeds")).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(&path, to).unwrap();
    }
    let program = folder.0.join("book/us/section-232-autos.toml");
    let text = std::fs::read_to_string(&program).unwrap();
    assert!(text.contains("\"top up to 15%\""));
    std::fs::write(&program, text.replace("\"top up to 15%\"", "\"top up to 20%\"")).unwrap();
    let printed = run_in(&folder.0, &["diff", "flows.toml", "current-law", "law=book", "--format", "csv"]);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    assert!(printed.stdout.contains(",us-232-autos,USD,125.00,175.00,50.00,without-order"), "{}", printed.stdout);
    assert!(
        printed.stdout.contains("us-232-autos-vehicles-jp") && printed.stdout.contains("top up to 15%,top up to 20%"),
        "{}",
        printed.stdout
    );
    let json = run_in(&folder.0, &["diff", "flows.toml", "current-law", "law=book", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        (document["schema"].as_i64(), document["tables"][0]["rows"][0]["change"]["amount"].as_str()),
        (Some(1), Some("50.00"))
    );
    assert!(document["notes"].to_string().contains(" and "), "both hashes are named");
}

/// Wrong calls are told in one line with what to write.
#[test]
fn wrong_sides_are_told() {
    let japan = "scenarios/japan-deal.toml";
    for (args, code, words) in [
        (vec!["diff", japan], 2, "which two sides?"),
        (vec!["diff", japan, "pause"], 2, "the call names 1"),
        (vec!["diff", japan, "pause", "dael"], 2, "did you mean `deal`?"),
        (vec!["diff", japan, "pause", "2025-02-30"], 2, "there is no such day"),
        (vec!["diff", japan, "pause", "us-ieepa=voyd"], 2, "its options are"),
        (vec!["diff", japan, "pause", "deal,pause"], 2, "says one thing twice"),
        (vec!["diff", japan, "pause", "deal", "--by", "chapter"], 2, "`--by` is for files of trade"),
        (vec!["diff", japan, "pause", "deal", "--readings", "all"], 2, "`--reading NAME=OPTION`"),
        (vec!["refund", japan, "pause", "deal", "--until", "2026-01-01"], 2, "interest needs a table of rates"),
        (vec!["diff", "nothing.csv", "2025-07-01", "2025-10-01"], 1, "nothing.csv"),
        (vec!["diff", "nothing.toml", "2025-07-01", "2025-10-01"], 1, "nothing.toml"),
        (vec!["diff", "nothing.csv"], 2, "name two sides"),
    ] {
        let printed = run(&args);
        assert_eq!(printed.code, code, "{args:?}: {}", printed.stderr);
        assert!(printed.stderr.contains(words), "{args:?}: {}", printed.stderr);
    }
}

/// A refusal has no duty: nothing is parted, and it is told.
#[test]
fn a_refusal_is_no_duty() {
    let text = format!(
        "{}[[case]]\nid = \"ban\"\n[[case.change]]\nfrom = 2025-01-01\nintroduce = {{ id = \"ban\", title = \"Ban\", into = \"US\", origins = [\"JP\"], codes = \"all\", rate = \"refused\" }}\n",
        one_flow("passenger-cars", "JP", "2025-10-01", "1000 USD", "")
    );
    let found = compare(&ask(&text).unwrap(), "current-law", "ban");
    assert!(matches!(found.rows[0].duty[1], Outcome::Refused(_)) && found.rows[0].refused == Decimal::from(1000));
    assert!(found.rows[0].parts.is_empty());
}
