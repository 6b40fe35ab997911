//! What comparisons say of goods that are not known or refused, of days that the book does not know, and of the days on which measures began and ended.

use crate::diff::{DAYS, Folder, compare};
use crate::support::{ask, law, one_flow, run_in};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tariffcalc::answer::{self, ChartX, Interest};
use tariffcalc::assess::{Context, Open, assess};
use tariffcalc::base::{Decimal, parse_date};
use tariffcalc::diag::Sources;
use tariffcalc::law::{RegimeCache, Share};
use tariffcalc::read;

const UNKNOWN: &str = "code,origin,value\n2709.00.10.00,MX,1000000\n7326.90.86.88,DE,1000000\n";
const BANNED: &str = "code,origin,value\n8711.50.00.00,CA,1000000\n2203.00.00.60,CA,1000\n8711.50.00.00,JP,1000000\n";
const LIFTED: &str = "schema = 1\ntitle = \"Ban\"\nquestion = \"Q?\"\n[defaults]\ninto = \"US\"\nentered = 2026-10-01\n[[flow-file]]\nid = \"f\"\npath = \"ban.csv\"\n[[case]]\nid = \"noban\"\n[[case.change]]\nrepeal = \"us-338-canada\"\nwhy = \"x\"\n";
const OPEN: &str = "schema = 1\ntitle = \"U\"\nquestion = \"Q?\"\n[defaults]\ninto = \"US\"\nentered = 2025-10-01\n[[flow-file]]\nid = \"f\"\npath = \"unk.csv\"\n";
const ENTRIES: &str = "hts,origin,entry_date,value_usd\n8479.50.00.00,JP,2025-04-20,100000\n8479.50.00.00,JP,2025-08-20,100000\n9503.00.00.90,CN,2025-04-15,10000\n9503.00.00.90,CN,2026-02-23,10000\n9503.00.00.90,CN,2026-02-24,10000\n8479.50.00.00,CA,2025-09-01,20000\n7326.90.86.88,DE,2025-10-01,5000\n8703.23.01.60,JP,2025-10-01,30000\n";

fn printed(folder: &Folder, args: &[&str]) -> String {
    let printed = run_in(&folder.0, args);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{args:?}");
    printed.stdout
}

fn words(folder: &Folder, args: &[&str]) -> String {
    printed(folder, args).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn json(folder: &Folder, args: &[&str]) -> Value {
    serde_json::from_str(&printed(folder, &[args, &["--format", "json"]].concat())).unwrap()
}

/// The row of a table with this in a column.
fn row<'v>(document: &'v Value, title: &str, column: &str, is: &str) -> &'v Value {
    let tables = document["tables"].as_array().unwrap();
    let table = tables.iter().find(|table| table["title"] == title).unwrap_or_else(|| panic!("no table {title}"));
    table["rows"].as_array().unwrap().iter().find(|row| row[column] == is).unwrap_or_else(|| panic!("no {is} in {table}"))
}

/// Crude oil of Mexico without its barrels, German ironware without its steel: nothing is known, and nothing is 0.
#[test]
fn goods_of_a_file_that_are_not_known_are_not_nothing() {
    let folder = Folder::of("unknown", &[("unk.csv", UNKNOWN)]);
    let args = ["diff", "unk.csv", "2025-09-01", "2026-03-01", "--by", "origin"];
    let document = json(&folder, &args);
    let of = |origin: &str| row(&document, "By origin", "title", origin).clone();
    for (origin, unknown) in [("DE", "1000000.00"), ("MX", "1000000.00"), ("Total", "2000000.00")] {
        let row = of(origin);
        for column in ["duty_first", "duty_second", "change"] {
            assert_eq!(row[column]["status"], "unknown", "{origin} {column}: {row}");
        }
        assert_eq!(row["unknown"]["amount"], unknown);
    }
    // Steel of 50 % on all or nothing of it, 15 % in all on the rest; then 10 % on the rest, on top of 2.9 %.
    assert_eq!(
        (&of("DE")["duty_first"]["at_least"], &of("DE")["duty_first"]["at_most"]),
        (&"150000.00".into(), &"529000.00".into())
    );
    assert_eq!(
        (&of("DE")["duty_second"]["at_least"], &of("DE")["duty_second"]["at_most"]),
        (&"129000.00".into(), &"529000.00".into())
    );
    assert_eq!((&of("MX")["change_at_least"], &of("MX")["change_at_most"]), (&Value::Null, &Value::Null));
    for (measure, what, since) in [
        ("us-122-surcharge", "began", "2026-02-24"),
        ("us-ieepa-fentanyl-mx", "ended", "2026-02-24"),
        ("us-ieepa-reciprocal-eu", "ended", "2026-02-24"),
    ] {
        let row = row(&document, "What changed in law", "measure", measure);
        assert_eq!((&row["what"], &row["since"]), (&what.into(), &since.into()), "{row}");
    }
    let table = words(&folder, &args);
    assert!(
        table.contains("Of it unknown") && !table.contains("Nothing in law differs") && !table.contains("By program"),
        "{table}"
    );
    let csv = printed(&folder, &[&args[..], &["--format", "csv"]].concat());
    assert!(csv.contains("\nDE,DE,USD,1,1000000.00,0.00,1000000.00,0.00,,,,"), "{csv}");
}

/// Rows of a file and flows of a scenario say the same of one good: known, between bounds or refused, and which law changed.
#[test]
fn a_file_says_of_a_good_what_a_scenario_says() {
    let goods = [
        ("2709.00.10.00", "MX"),
        ("7326.90.86.88", "DE"),
        ("8711.50.00.00", "CA"),
        ("2203.00.00.60", "CA"),
        ("8711.60.00.90", "JP"),
        ("9102.11.10.00", "JP"),
        ("3004.90.92.00", "IE"),
        ("8703.23.01.60", "KR"),
        ("8708.99.81.80", "MX"),
        ("9503.00.00.90", "CN"),
        ("8544.49", "IN"),
        ("2716.00.00.00", "CA"),
    ];
    let days = ["2024-06-01", "2025-03-20", "2025-10-01", "2026-03-01", "2026-10-01", "2027-01-01"];
    let mut rows = String::from("code,origin,value\n");
    let mut flows =
        String::from("schema = 1\ntitle = \"F\"\nquestion = \"Q?\"\n[defaults]\ninto = \"US\"\nentered = 2025-10-01\n");
    for (code, origin) in goods {
        rows.push_str(&format!("{code},{origin},1000000\n"));
        flows.push_str(&format!(
            "[[flow]]\nid = \"f{}\"\ntitle = \"{code}\"\ncode = \"{code}\"\norigin = \"{origin}\"\nvalue = \"1000000 USD\"\n",
            code.replace('.', "-")
        ));
    }
    let folder = Folder::of("alike", &[("f.csv", &rows), ("f.toml", &flows)]);
    for (first, second) in days.into_iter().zip(days.into_iter().skip(1)) {
        let of_rows = json(&folder, &["diff", "f.csv", first, second, "--by", "code"]);
        let of_flows = json(&folder, &["diff", "f.toml", first, second]);
        for code in goods.map(|(code, _)| code).into_iter().chain(["Total"]) {
            // What has no least is at least nothing.
            let cell = |document: &Value, table: &str, column: &str| {
                row(document, table, "title", code)[column].to_string().replace("\"at_least\":null", "\"at_least\":\"0.00\"")
            };
            for column in ["value", "priced", "unknown", "refused", "duty_first", "duty_second"] {
                let (of_row, of_flow) = (cell(&of_rows, "By code", column), cell(&of_flows, "By flow", column));
                assert_eq!(of_row, of_flow, "{code} {first} {second} {column}");
            }
        }
        // Rows of a file share the headings of their class, which a flow by itself may tell apart: a change is one, whatever the headings.
        let changes = |document: &Value| -> BTreeMap<String, u64> {
            let tables = document["tables"].as_array().unwrap();
            let table = tables.iter().find(|table| table["title"] == "What changed in law");
            let mut all = BTreeMap::new();
            for row in table.map(|table| table["rows"].as_array().unwrap().clone()).unwrap_or_default() {
                let change = format!("{} {} {} {}", row["measure"], row["what"], row["since"], row["why"]);
                *all.entry(change).or_default() += row["flows"].as_u64().unwrap();
            }
            all
        };
        assert_eq!(changes(&of_rows), changes(&of_flows), "{first} {second}");
    }
}

/// Motorcycles and beer of Canada may not enter from 2026-09-29: their duty until then is no saving, in sums neither.
#[test]
fn duty_of_refused_goods_is_no_saving() {
    let folder = Folder::of("banned", &[("ban.csv", BANNED), ("ban2.toml", LIFTED)]);
    let document = json(&folder, &["diff", "ban.csv", "2026-09-01", "2026-10-01", "--by", "origin"]);
    let canada = row(&document, "By origin", "title", "CA");
    // 12.4 % and 50 % on motorcycles, 10 % and 50 % on beer.
    assert_eq!(canada["duty_first"]["amount"], "624600.00");
    assert_eq!((&canada["duty_second"]["status"], &canada["change"]["status"]), (&"refused".into(), &"refused".into()));
    let japan = row(&document, "By origin", "title", "JP");
    assert_eq!((&japan["duty_first"]["amount"], &japan["change"]["amount"]), (&"125000.00".into(), &"0.00".into()));
    let total = row(&document, "By origin", "title", "Total");
    assert_eq!((&total["duty_first"]["amount"], &total["duty_second"]["amount"]), (&"749600.00".into(), &"125000.00".into()));
    // The change is that of the goods that may enter on both sides.
    assert_eq!((&total["change"]["amount"], &total["refused"]["amount"]), (&"0.00".into(), &"1001000.00".into()));
    let ban = row(&document, "What changed in law", "measure", "us-338-canada-ban-motor-vehicles");
    assert_eq!((&ban["what"], &ban["since"], &ban["rate_second"]), (&"began".into(), &"2026-09-29".into(), &"refused".into()));
    assert!(document["notes"].to_string().contains("1,001,000 USD of goods may enter on one side only"), "{document}");
    // The case that lifts the bans does something: no warning, and the totals are those of `run`.
    let run = json(&folder, &["run", "ban2.toml"]);
    let sum = |case: usize| run["cases"][case]["total"]["duty"]["amount"].clone();
    let sums = (sum(0), sum(1));
    assert_eq!(sums, ("125000.00".into(), "249100.00".into()), "{}", run["cases"][0]["total"]);
    for args in [
        vec!["diff", "ban2.toml", "current-law", "noban"],
        vec!["diff", "ban.csv", "ban2.toml", "current-law", "noban", "--on", "2026-10-01", "--by", "origin"],
    ] {
        let document = json(&folder, &args);
        let total = row(&document, document["tables"][0]["title"].as_str().unwrap(), "title", "Total");
        assert_eq!((&total["duty_first"]["amount"], &total["duty_second"]["amount"]), (&"125000.00".into(), &"249100.00".into()));
        assert_eq!((&total["change"]["amount"], &total["refused"]["amount"]), (&"0.00".into(), &"1001000.00".into()));
    }
}

/// Of what is not known it is not said that nothing comes back.
#[test]
fn what_comes_back_of_the_unknown_is_not_nothing() {
    let folder = Folder::of("back", &[("unk.csv", UNKNOWN), ("unk.toml", OPEN), ("ent.csv", ENTRIES)]);
    let sides = ["us-ieepa=collected", "us-ieepa=void"];
    for args in
        [vec!["refund", "unk.toml", sides[0], sides[1]], vec!["refund", "unk.csv", sides[0], sides[1], "--on", "2025-10-01"]]
    {
        let text = words(&folder, &args);
        assert!(!text.contains("Nothing comes back") && text.contains("is not known for any of these goods"), "{text}");
        let document = json(&folder, &args);
        let total = row(&document, "By entry month and program", "month", "Total");
        assert_eq!((&total["back"]["status"], &total["unknown"]["amount"]), (&"unknown".into(), &"2000000.00".into()));
        for row in document["tables"][1]["rows"].as_array().unwrap() {
            assert_eq!((&row["paid"]["status"], &row["back"]["status"]), (&"unknown".into(), &"unknown".into()), "{row}");
        }
    }
    let total = json(&folder, &["diff", "unk.toml", sides[0], sides[1]]);
    let total = row(&total, "By flow", "title", "Total");
    assert_eq!((&total["duty_first"]["status"], &total["duty_first"]["at_least"]), (&"unknown".into(), &"400000.00".into()));
    assert_eq!((&total["change"]["status"], &total["unknown"]["amount"]), (&"unknown".into(), &"2000000.00".into()));
    // 5,000 of ironware in October 2025.
    let csv = printed(&folder, &["refund", "ent.csv", sides[0], sides[1], "--format", "csv"]);
    assert!(csv.contains("\n2025-10,not known,USD,,5000.00,\n") && csv.contains("\nTotal,,USD,46000.00,5000.00,0.00\n"), "{csv}");
    assert!(csv.contains(",All flows,2025-10-01,USD,35000.00,30000.00,5000.00,0.00,4500.00,4500.00,0.00,"), "{csv}");
    // `diff` takes the days of entry too: all rows together.
    let document = json(&folder, &["diff", "ent.csv", sides[0], sides[1]]);
    let rows = document["tables"][0]["rows"].as_array().unwrap();
    assert_eq!(
        (rows.len(), &rows[0]["change"]["amount"], &rows[0]["unknown"]["amount"]),
        (1, &"-46000.00".into(), &"5000.00".into())
    );
    let china = row(&document, "What changed in law", "measure", "us-ieepa-fentanyl-cn");
    assert_eq!((&china["entered"], &china["rate_first"]), (&"2025-04-15".into(), &"20%".into()));
}

/// A measure began on the first day on which it charged, by the instrument of that day; that its rate changed since is told. It ended on the first day on which it charged no more.
#[test]
fn measures_began_and_ended_on_their_own_days() {
    let trade = "code,origin,value\n7208.39.00.30,CN,100000\n8458.11.00.30,CN,100000\n";
    let machine = "schema = 1\ntitle = \"CN\"\nquestion = \"Q?\"\nlaw-continues = true\n[[flow]]\nid = \"cn\"\ninto = \"US\"\norigin = \"CN\"\ncode = \"8458.11.00\"\nvalue = \"90,000 USD\"\nentered = 2025-10-01\n";
    let folder = Folder::of("began", &[("steel.csv", trade), ("cn.toml", machine)]);
    let document = json(&folder, &["diff", "steel.csv", "2025-01-15", "2025-09-01"]);
    for (measure, since, cite, why) in [
        ("us-232-steel-articles", "2025-03-12", "Proc. 10896", "50% by Proc. 10947, 90 FR 24199 from 2025-06-04"),
        ("us-ieepa-fentanyl-cn", "2025-02-04", "EO 14195", "20% by EO 14228, 90 FR 11463 from 2025-03-04"),
        ("us-ieepa-reciprocal-cn", "2025-04-05", "EO 14257", "10% by EO 14334 from 2025-08-12"),
    ] {
        let row = row(&document, "What changed in law", "measure", measure);
        assert_eq!((&row["what"], &row["since"]), (&"began".into(), &since.into()), "{row}");
        assert!(row["cite"].as_str().unwrap().starts_with(cite), "{row}");
        assert_eq!(row["why"], format!("its rate changed since: {why}"));
    }
    // Nothing has changed since where the first version is in force.
    let early = json(&folder, &["diff", "steel.csv", "2025-01-15", "2025-04-08"]);
    assert_eq!(row(&early, "What changed in law", "measure", "us-232-steel-articles")["why"], Value::Null);
    let back = json(&folder, &["diff", "steel.csv", "2025-09-01", "2025-01-15"]);
    assert_eq!(row(&back, "What changed in law", "measure", "us-232-steel-articles")["what"], "not yet in force");
    let document = json(&folder, &["diff", "cn.toml", "2025-10-01", "2026-11-20"]);
    let ended = row(&document, "What changed in law", "measure", "us-ieepa-reciprocal-cn");
    assert_eq!((&ended["what"], &ended["since"]), (&"ended".into(), &"2026-02-24".into()));
    assert!(ended["cite"].as_str().unwrap().starts_with("EO 14389"), "{ended}");
}

/// A day before the book's first has no law: it is not a day without measures.
#[test]
fn days_that_the_book_does_not_know_have_no_law_to_compare() {
    let folder = Folder::of("before", &[("unk.csv", UNKNOWN), ("unk.toml", OPEN)]);
    for file in ["unk.csv", "unk.toml"] {
        for (days, unknown) in
            [(["2024-01-01", "2025-10-01"], "not 2024-01-01"), (["2025-10-01", "2030-01-01"], "not 2030-01-01")]
        {
            let text = words(&folder, &["diff", file, days[0], days[1]]);
            assert!(
                text.contains("No law to compare: the US book knows entries from 2025-01-01") && text.contains(unknown),
                "{text}"
            );
            assert!(!text.contains("What changed in law") && !text.contains("Nothing in law differs"), "{text}");
        }
    }
}

/// Two files in the same words are told apart by their names; a hole in a table of interest is pointed at.
#[test]
fn files_are_named() {
    let scenario = |origin: &str| {
        format!(
            "schema = 1\ntitle = \"S\"\nquestion = \"Q?\"\n[[flow]]\nid = \"r\"\ninto = \"US\"\norigin = \"{origin}\"\nentered = 2025-10-01\ncode = \"8479.50.00.00\"\nvalue = \"100,000 USD\"\n"
        )
    };
    let hole = "from,before,rate\n2025-01-01,2025-06-01,6%\n2025-07-01,2026-01-01,7%\n";
    let folder = Folder::of(
        "named",
        &[("A.toml", &scenario("JP")), ("B.toml", &scenario("VN")), ("ent.csv", ENTRIES), ("hole.csv", hole)],
    );
    let text = words(&folder, &["diff", "A.toml", "B.toml"]);
    assert!(text.contains("From “A.toml: Current law” to “B.toml: Current law”"), "{text}");
    let told = run_in(
        &folder.0,
        &["refund", "ent.csv", "us-ieepa=collected", "us-ieepa=void", "--interest", "hole.csv", "--until", "2026-03-01"],
    );
    assert_eq!(told.code, 1);
    assert!(
        told.stderr.contains("no rate for 2025-06-01: the rate at hole.csv:2 ends before 2025-06-01, and the one at hole.csv:3 starts on 2025-07-01"),
        "{}",
        told.stderr
    );
}

/// Bars carry the names of programs.
#[test]
fn charts_name_programs_by_their_titles() {
    let law = law();
    let files = read::Memory::default().with("s.toml", "schema = 1\ntitle = \"S\"\nquestion = \"Q?\"\n[[flow]]\nid = \"r\"\ninto = \"US\"\norigin = \"JP\"\nentered = 2025-10-01\ncode = \"8479.50.00.00\"\nvalue = \"100,000 USD\"\n");
    let scenario = read::scenario(&files, "s.toml", law, &mut Sources::default()).scenario.unwrap();
    let side = |words: &str| {
        let asked = tariffcalc::scenario::SideAsked::parse(words).unwrap();
        answer::DiffSide { law, scenario: &scenario, case: asked.of(&scenario).unwrap(), as_known: None }
    };
    let found = answer::diff(&side("us-ieepa=collected"), &side("us-ieepa=void")).unwrap();
    let bars = answer::diff_table(&found, &[]).charts;
    let title = law.programs().find(|program| program.id.as_str() == "us-ieepa-reciprocal").unwrap().title.clone();
    assert!(matches!(&bars[0].series[0].points[0].0, ChartX::Name(name) if *name == title), "{bars:?}");
    let owed = answer::refund(&found, &Interest::default()).unwrap();
    let stacked = answer::refund_table(&found, &owed, &Interest::default(), &[]).charts;
    assert_eq!(stacked[0].series[0].title, title);
}

/// Ironware of Germany with its steel left open, IEEPA as collected and void: all that comes back is the reciprocal tariff on what is not steel, 12.1 % of at most the whole.
#[test]
fn a_share_that_is_open_is_the_same_on_both_sides() {
    let scenario = ask(&one_flow("7326.90.86.88", "DE", "2025-10-01", "1000000 USD", "")).unwrap();
    let found = compare(&scenario, "us-ieepa=collected", "us-ieepa=void");
    assert_eq!(found.rows[0].bounds, [Some(Decimal::from(-121_000)), Some(Decimal::ZERO)]);
    let back = compare(&scenario, "us-ieepa=void", "us-ieepa=collected");
    assert_eq!(back.rows[0].bounds, [Some(Decimal::ZERO), Some(Decimal::from(121_000))]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    /// However a share is settled, the change lies between the bounds that were given while it was open.
    #[test]
    fn every_settled_share_changes_the_duty_within_the_bounds(
        goods in prop::sample::select(vec![
            "7326.90.86.88", "7616.99.51.90", "8708.99.81.80", "8481.80.30.90", "9403.20.00.90", "8544.42.90.90", "7318.15.20.95", "8415.10.30.60", "8716.80.50.90", "7412.20.00.90",
        ]),
        origin in prop::sample::select(vec!["DE", "JP", "CN", "MX", "CA", "GB", "VN", "BR", "IN", "KR"]),
        first in prop::sample::select([&DAYS[..], &["2026-05-01", "2026-10-01"]].concat()),
        second in prop::sample::select([&DAYS[..], &["2026-05-01", "2026-10-01"]].concat()),
        also in prop::sample::select(vec!["", ",us-ieepa=void", ",as-known=2025-08-20"]),
        stated in prop::sample::select(vec!["", "steel = \"30%\"", "aluminum = \"50.5%\"", "copper = \"2%\"", "us = \"40%\""]),
        cents in prop::sample::select(vec![1_i64, 99, 12_345, 1_234_567, 100_000_000, 99_999_999_999]),
        millionths in prop::collection::vec(0_i64..=100_000_000, 4),
    ) {
        let value = format!("{} USD", Decimal::new(cents, 2));
        let content = |more: &str| {
            let all: Vec<&str> = [stated, more].into_iter().filter(|words| !words.is_empty()).collect();
            let words = if all.is_empty() { String::new() } else { format!("content = {{ {} }}", all.join(", ")) };
            ask(&one_flow(goods, origin, "2025-10-01", &value, &words))
        };
        let Ok(scenario) = content("") else { return Ok(()) };
        let cache = RegimeCache::new(law());
        let open: BTreeSet<Open> = [first, second]
            .into_iter()
            .flat_map(|day| {
                let context = Context { entered: parse_date(day).ok(), ..Context::default() };
                assess(&cache, &scenario.flows[0], &context).unwrap().open
            })
            .collect();
        let Some(Open::Share(Share::Content(id))) = open.first() else { return Ok(()) };
        let second = &format!("{second}{also}");
        let [least, most] = compare(&scenario, first, second).rows[0].bounds;
        for millionths in [&millionths[..], &[0, 1, 15_000_000, 14_999_999, 20_000_000, 100_000_000]].concat() {
            let Ok(settled) = content(&format!("{id} = \"{}%\"", Decimal::new(millionths, 6))) else { continue };
            let Some(change) = compare(&settled, first, second).rows[0].change() else { continue };
            let within = least.is_none_or(|least| least <= change) && most.is_none_or(|most| change <= most);
            prop_assert!(within, "{id} {millionths}: {change} is not between {least:?} and {most:?}");
        }
    }
}
