//! Files of flows in scenarios: each row a flow for `run`, all of them at once for `panel`, and the two agree to the cent.

use crate::support::{ask_of, law, root, run_in};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tariffcalc::answer::{self, Gathered, PanelDays, PanelKey};
use tariffcalc::assess::Outcome;
use tariffcalc::base::{CommodityCode, Country, Currency, Decimal, FactId, parse_date};
use tariffcalc::diag::Sources;
use tariffcalc::law::Share;
use tariffcalc::read::{self, Memory};
use tariffcalc::scenario::Scenario;

/// A folder of its own, taken away again.
struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, files: &[(&str, &str)]) -> Self {
        let path = std::env::temp_dir().join(format!("tariffcalc-flow-files-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        for (file, text) in files {
            std::fs::write(path.join(file), text).unwrap();
        }
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const HEAD: &str = "schema = 1\ntitle = \"t\"\nquestion = \"q\"\n";

fn asked(text: &str, files: &[(&str, &str)]) -> Result<Scenario, String> {
    let all = files.iter().fold(Memory::default().with("q.toml", text), |all, (path, text)| all.with(path, *text));
    let mut sources = Sources::default();
    let found = read::scenario(&all, "q.toml", law(), &mut sources);
    let told = found.diagnostics.render(&sources);
    found.scenario.ok_or(told)
}

/// What was owed in a case on what was priced, and the value priced, unknown and refused.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    priced: Decimal,
    unknown: Decimal,
    refused: Decimal,
    duty: Decimal,
    by_program: BTreeMap<String, Decimal>,
}

/// The sums of `run`, flow by flow. A total that is known while its parts are not is open in a panel.
fn by_run(scenario: &Scenario) -> Vec<Sum> {
    let results = answer::run(law(), scenario, None).unwrap_or_else(|faults| panic!("{}", faults.render(&Sources::default())));
    let one = |case: &answer::CaseResult| {
        let mut sum = Sum::default();
        for found in &case.assessments {
            match &found.duty {
                Outcome::Known(duty) if found.lines.iter().all(|line| line.amount.known().is_some()) => {
                    sum.priced += found.value;
                    sum.duty += *duty;
                    for line in &found.lines {
                        *sum.by_program.entry(line.program.to_string()).or_default() += line.amount.known().unwrap();
                    }
                }
                Outcome::Known(_) | Outcome::Unknown { .. } => sum.unknown += found.value,
                Outcome::Refused(_) => sum.refused += found.value,
            }
        }
        sum.by_program.retain(|_, amount| !amount.is_zero());
        sum
    };
    results.cases.iter().map(one).collect()
}

fn gathered(files: &Memory, keys: &[PanelKey], own: bool) -> (Scenario, Gathered) {
    let mut sources = Sources::default();
    let asked = read::scenario_in_bulk(files, "q.toml", law(), &mut sources);
    let scenario = asked.scenario.unwrap_or_else(|| panic!("{}", asked.diagnostics.render(&sources)));
    let mut flows = Gathered::new(keys, own);
    for flow in &scenario.flows {
        flows.add(flow, scenario.group(flow));
    }
    for mut rows in asked.files {
        let terms = rows.terms().clone();
        for (row, parts) in rows.by_ref() {
            flows.add_row(&terms, &row, &parts);
        }
        assert!(rows.faults().is_empty(), "{}", rows.faults().render(&sources));
    }
    (scenario, flows)
}

/// The sums of a panel over all its days.
fn by_panel(files: &Memory, own: bool, days: &PanelDays) -> Vec<Sum> {
    let (scenario, flows) = gathered(files, &[PanelKey::Origin, PanelKey::Group], own);
    let (panels, _) = answer::panel_cases(law(), &scenario, &flows, days, None, &|_| {})
        .unwrap_or_else(|faults| panic!("{}", faults.render(&Sources::default())));
    let mut all: Vec<Sum> = scenario.cases.iter().map(|_| Sum::default()).collect();
    for panel in &panels {
        let at = scenario.cases.iter().position(|case| case.id == panel.case).unwrap();
        for sums in panel.panel.days.iter().flat_map(|(_, sums)| sums) {
            all[at].priced += sums.priced;
            all[at].unknown += sums.unknown;
            all[at].refused += sums.refused;
            all[at].duty += sums.duty;
            for (program, amount) in panel.panel.programs.iter().zip(&sums.by_program) {
                *all[at].by_program.entry(program.to_string()).or_default() += *amount;
            }
        }
    }
    for sum in &mut all {
        sum.by_program.retain(|_, amount| !amount.is_zero());
    }
    all
}

const ORIGINS: [&str; 10] = ["JP", "DE", "MX", "CA", "CN", "GB", "KR", "VN", "RU", "IT"];
const DAYS: [&str; 6] = ["2025-02-01", "2025-04-09", "2025-06-10", "2025-10-01", "2026-03-01", "2026-10-05"];

/// Codes of ten digits spread over the schedule, with some that many measures fall on.
fn codes() -> Vec<String> {
    let schedule = law().schedule(Country::letters("US").unwrap()).unwrap();
    let day = parse_date("2025-07-01").unwrap();
    let lines = schedule.lines().filter(|line| line.period.contains(day)).step_by(211);
    let mut all: Vec<String> =
        lines.map(|line| line.code.to_string()).map(|c| if c.len() == 10 { format!("{c}.00") } else { c }).collect();
    all.extend(["8703.23.01.40", "7326.90.86.88", "8708.29.51.60", "9503.00.00.71", "8413.70.20.04"].map(str::to_owned));
    all
}

#[derive(Clone, Debug)]
struct Line {
    code: usize,
    origin: usize,
    cents: i64,
    day: usize,
    steel: Option<u32>,
    kilograms: Option<u32>,
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let steel = prop::option::of(0_u32..=100);
    let one = (0_usize..1_000, 0..ORIGINS.len(), 0_i64..90_000_000, 0..DAYS.len(), steel, prop::option::of(0_u32..90_000));
    let line = one.prop_map(|(code, origin, cents, day, steel, kilograms)| Line { code, origin, cents, day, steel, kilograms });
    prop::collection::vec(line, 1..12)
}

const CASES: &str = r#"
[[case]]
id = "void"
readings = { us-ieepa = "void" }

[[case]]
id = "as-then"
as-known = 2025-08-20
exchange = ["0.5 USD/EUR"]

[[case]]
id = "no-steel"
entered = 2025-07-01
[[case.change]]
repeal = "us-232-steel"
from = 2025-03-01
[[case.change]]
add-points = "5%"
measure = "us-ieepa-reciprocal"
from = 2025-05-01
before = 2026-02-24

[[case]]
id = "new"
[[case.change]]
[case.change.introduce]
id = "us-new"
into = "US"
origins = ["JP", "EU"]
codes = "all"
rate = "3%"
"#;

/// Flows that a batch cannot hold stand beside the file: from a free zone, of a customs union, with a column 1 of their own.
const BESIDE: &str = r#"
[[flow]]
id = "zone"
origin = "CN"
code = "8413.70.20.04"
value = "12,345.50 USD"
entered = 2025-07-10
admitted = 2025-04-05
[[flow]]
id = "union"
origin = "EU"
code = "8703.23.01.40"
value = "1,000 USD"
entered = 2025-10-01
[[flow]]
id = "given"
origin = "JP"
code = "all"
column-1 = "3.3%"
cite = "none"
value = "5,000 EUR"
entered = 2025-10-01
group = "g"
"#;

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    /// A panel over a scenario, each flow on its own day, is the sum of `run` over the same flows: case by case, program by program, to the cent.
    #[test]
    fn a_panel_is_the_sum_of_run(lines in lines(), usmca in 0_u32..=100) {
        let codes = codes();
        let mut text = String::from("hts,origin,entered,value,net_mass_kg,steel_share\n");
        let mut shares = String::from("hts10,country,usmca_share,us_share\n");
        for (number, line) in lines.iter().enumerate() {
            let code = &codes[line.code % codes.len()];
            let or = |number: Option<u32>| number.map_or(String::new(), |number| number.to_string());
            let steel = line.steel.map_or(String::new(), |steel| format!("{steel}%"));
            let origin = ORIGINS[line.origin];
            text += &format!("{code},{origin},{},{},{},{steel}\n", DAYS[line.day], Decimal::new(line.cents, 2), or(line.kilograms));
            if number % 3 == 0 {
                let _ = std::fmt::Write::write_fmt(&mut shares, format_args!("{},{origin},0.{usmca:03},0.1234567891\n", code.replace('.', "")));
            }
        }
        // A customs union that is treated as one.
        text += "8703.23.01.40,EU,2025-10-01,70000,,\n";
        // A code and country may come twice: the first share of it stands.
        let mut seen = std::collections::BTreeSet::new();
        let shares: String = shares
            .lines()
            .filter(|line| seen.insert(line.split(',').take(2).map(str::to_owned).collect::<Vec<_>>()))
            .map(|line| format!("{line}\n"))
            .collect();
        let scenario = format!(
            "{HEAD}exchange = [\"1.1 USD/EUR\"]\n[defaults]\ninto = \"US\"\n[[flow-file]]\nid = \"lines\"\npath = \"lines.csv\"\nshares = \"shares.csv\"\ncurrency = \"EUR\"\n{BESIDE}{CASES}"
        );
        let files = Memory::default().with("q.toml", scenario.clone()).with("lines.csv", text.clone()).with("shares.csv", shares.clone());
        let one_by_one = asked(&scenario, &[("lines.csv", &text), ("shares.csv", &shares)]).unwrap_or_else(|told| panic!("{told}"));
        prop_assert_eq!(by_panel(&files, true, &PanelDays::Own), by_run(&one_by_one));
        // Days asked take the place of the flows' own: the same as a case that enters on the day.
        let us = Country::letters("US").unwrap();
        let days = PanelDays::Of(BTreeMap::from([(us, vec![parse_date("2025-07-15").unwrap()])]));
        let mut on = one_by_one.clone();
        for case in &mut on.cases {
            case.entered = parse_date("2025-07-15").ok();
        }
        prop_assert_eq!(by_panel(&files, false, &days), by_run(&on));
    }
}

const ENTRY_LINES: &str = "\
line,entry_no,hts,origin,entry_date,value_usd,net_mass_kg,spi,steel_share,aluminum_share,fact_transport,group
1,A-1,8703.23.01.40,JP,2025-10-01,\"100,000\",,,,,sea,cars
2,A-1,7326.90.86.88,DE,2025-10-01,10000,500,,60%,,sea,steel
3,A-2,8708.29.51.60,MX,10/15/2025,25000.50,,S,,0%,road,parts
4,A-3,9503.00.00.71,China,,5000,100,,,,air,toys
";

fn entry_lines() -> String {
    format!("{HEAD}[defaults]\ninto = \"US\"\nentered = 2025-11-20\n[[flow-file]]\nid = \"lines\"\npath = \"lines.csv\"\n")
}

/// An importer's file: numbers of lines and entries, dates, units in names, claims by symbol, contents, facts, groups; worked out by hand.
#[test]
fn an_importers_file_of_entry_lines_is_read_whole() {
    let scenario = asked(&entry_lines(), &[("lines.csv", ENTRY_LINES)]).unwrap_or_else(|told| panic!("{told}"));
    let shown: Vec<String> = scenario.flows.iter().map(|f| format!("{} {} {} {}", f.id, f.title, f.origin, f.entered)).collect();
    assert_eq!(
        shown,
        [
            "lines/2 lines/2 (1) JP 2025-10-01",
            "lines/3 lines/3 (2) DE 2025-10-01",
            "lines/4 lines/4 (3) MX 2025-10-15",
            // No date of its own: that of the defaults.
            "lines/5 lines/5 (4) CN 2025-11-20",
        ]
    );
    let [cars, steel, parts, toys] = scenario.flows.as_slice() else { panic!("four flows") };
    assert_eq!(cars.entry.as_deref(), Some("A-1"));
    assert_eq!(cars.facts.get(&FactId::new("transport=sea")), Some(&true));
    assert_eq!(steel.quantities.iter().map(ToString::to_string).collect::<Vec<_>>(), ["500 kg"]);
    assert_eq!(steel.shares.iter().map(|(share, part)| format!("{share} {part}")).collect::<Vec<_>>(), ["content.steel 60%"]);
    assert_eq!(parts.facts.get(&FactId::new("usmca")), Some(&true), "S is the symbol of the claim");
    assert_eq!(scenario.group(toys), Some("toys"));
    assert_eq!(scenario.files[0].flows, 0..4);
    // Cars 15 % in all; 6,000 of steel at 50 % and 4,000 with the top-up of the union to 15 % (2.9 % column 1): 290 + 3,000 + 484; toys 20 %.
    let duty: Vec<Option<String>> = answer::run(law(), &scenario, None).unwrap_or_else(|_| panic!("it is assessed")).cases[0]
        .assessments
        .iter()
        .map(|found| found.duty.known().map(|duty| duty.normalize().to_string()))
        .collect();
    assert_eq!(duty, [Some("15000".into()), Some("3774".into()), Some("0".into()), Some("1000".into())]);
}

/// Shares part a row: what is claimed in whole units, the rest what is left; quantities go with it.
#[test]
fn a_share_that_is_claimed_parts_a_row() {
    let text = "hts,origin,value,quantity,unit\n8708.29.51.60,MX,1000.50,10,No\n8708.29.51.60,JP,1000,10,No\n";
    let shares = "hts10,cty_code,usmca_share,us_share\n8708295160,2010,0.3333,0.25\n8708295160,5880,0.5,\n";
    let scenario = format!("{}shares = \"shares.csv\"\norigin = \"JP\"\n", entry_lines());
    let scenario = asked(&scenario, &[("lines.csv", text), ("shares.csv", shares)]).unwrap_or_else(|told| panic!("{told}"));
    let shown: Vec<String> =
        scenario.flows.iter().map(|flow| format!("{} {} {}", flow.id, flow.value, flow.quantities[0])).collect();
    // Goods of Japan claim nothing under an agreement that is not theirs.
    assert_eq!(shown, ["lines/2/usmca 333 USD 3.333 No", "lines/2/rest 667.50 USD 6.667 No", "lines/3 1,000 USD 10 No"]);
    let us: Vec<usize> =
        scenario.flows.iter().map(|flow| flow.shares.keys().filter(|s| matches!(s, Share::Content(_))).count()).collect();
    assert_eq!(us, [1, 1, 0]);
    assert!(scenario.flows[0].facts.contains_key(&FactId::new("usmca")));
    assert!(!scenario.flows[1].facts.contains_key(&FactId::new("usmca")));
}

/// What the engine is given for a panel: shares and quantities of rows, by number.
#[test]
fn shares_and_quantities_reach_the_batch() {
    let text =
        "hts,origin,value,net_weight_kg,steel_share,aluminum_share\n7326.90.86.88,DE,1000,7.5,0.6,0.4\n7326.90.86.88,DE,1,,,\n";
    let files = Memory::default().with("q.toml", entry_lines()).with("lines.csv", text);
    let (_, flows) = gathered(&files, &[PanelKey::Flow], false);
    assert_eq!(flows.names(), [["lines/2"], ["lines/3"]]);
    let (into, currency, day, batch) = flows.batches().next().unwrap();
    assert_eq!((into.as_str(), currency, day), ("US", Currency::parse("USD").unwrap(), None));
    let rows: Vec<String> = batch
        .rows
        .iter()
        .map(|row| {
            let shares = &batch.stated[row.stated as usize].shares;
            let shares: Vec<String> = shares.iter().map(|(share, part)| format!("{share} {part}")).collect();
            let quantities: Vec<String> = batch.quantities[row.quantities as usize].iter().map(ToString::to_string).collect();
            format!("{} {shares:?} {quantities:?}", row.value)
        })
        .collect();
    assert_eq!(rows, [r#"1000 ["content.aluminum 40%", "content.steel 60%"] ["7.5 kg"]"#, "1 [] []"]);
    assert_eq!(batch.codes, [CommodityCode::parse("7326.90.86.88").unwrap()]);
}

/// Rows at fault are told by reason with their lines, counted below the table, and never dropped without a word.
#[test]
fn rows_at_fault_are_told_by_reason_and_line() {
    let mut text = String::from("hts,origin,entered,value,steel_share,copper_share,claims\n");
    for number in 0..12 {
        text += &format!("87x{number},JP,2025-10-01,100,,,\n");
    }
    text += "8703.23.01.40,JP,2025-10-01,100,,,\n";
    text += "8703.23.01.40,JP,2025-02-30,100,,,\n";
    text += "8703.23.01.40,JP,2025-10-01,100,70%,0.31,\n";
    text += "8703.23.01.40,JP,2025-10-01,100,,,KR\n";
    text += "8703.23.01.40,JP,2025-10-01,100,,,uscma\n";
    let folder = Folder::with("bad-rows", &[("q.toml", &entry_lines()), ("lines.csv", &text)]);
    for verb in [&["run", "q.toml"][..], &["panel", "q.toml"], &["check", "q.toml"], &["explain", "q.toml"]] {
        let printed = run_in(&folder.0, verb);
        assert_eq!(printed.code, 0, "{}", printed.stderr);
        for words in [
            "`lines.csv`: 12 rows are not read: a commodity code that is none",
            "line 2: `87x0` is not a commodity code",
            "and 2 more",
            "line 15: `2025-02-30` is not a date",
            "line 16: its contents add up to 101%, more than the whole",
            "line 17: `KR` cannot be claimed for goods of JP",
            "line 18: `uscma` is no claim that is known; did you mean `usmca`?",
        ] {
            assert!(printed.stderr.contains(words), "{words}\n{}", printed.stderr);
        }
        assert!(!printed.stderr.contains("87x10"), "the eleventh is counted");
        if verb[0] == "run" || verb[0] == "panel" {
            let words = "lines (lines.csv): 17 rows, 1 read, customs value 100 USD; 16 at fault and not in the table, their value 1,600 USD";
            assert!(printed.stdout.contains(words), "{}", printed.stdout);
        }
        assert_eq!(run_in(&folder.0, &["check", "q.toml", "--deny-warnings"]).code, 1);
    }
    let limited = format!("{}max-errors = 3\n", entry_lines());
    std::fs::write(folder.0.join("q.toml"), limited).unwrap();
    for verb in ["run", "panel", "check"] {
        let printed = run_in(&folder.0, &[verb, "q.toml"]);
        assert_eq!(printed.code, 1);
        assert!(printed.stderr.contains("[too-many-bad-rows]"), "{}", printed.stderr);
        assert!(
            printed.stderr.contains("more rows of `lines.csv` are at fault than the 3 to be borne; the last one is line 5"),
            "{}",
            printed.stderr
        );
    }
}

#[test]
fn what_a_file_lacks_is_told_at_its_path() {
    let told =
        |scenario: &str, files: &[(&str, &str)]| asked(scenario, files).err().unwrap_or_else(|| panic!("{scenario} is refused"));
    let missing = told(&entry_lines(), &[]);
    assert!(missing.contains("cannot read `lines.csv`: there is no such file"), "{missing}");
    assert!(missing.contains("paths are relative to the scenario that names them"), "{missing}");
    let columns = told(&entry_lines(), &[("lines.csv", "hts,amount\n8703,1\n")]);
    assert!(columns.contains("`lines.csv` has no column for the origin; it has `hts`, `amount`"), "{columns}");
    let nothing = told(&entry_lines(), &[("lines.csv", "hts,origin,value\n")]);
    assert!(nothing.contains("`lines.csv` has a header and no rows"), "{nothing}");
    let shares = format!("{}shares = \"shares.csv\"\n", entry_lines());
    let rows = ("lines.csv", "hts,origin,value,unobtanium_share\n8703.23.01.40,JP,1,0.5\n");
    let no_shares = told(&shares, &[rows, ("shares.csv", "hts10,cty_code,share\n")]);
    assert!(no_shares.contains("`shares.csv` is no table of shares"), "{no_shares}");
    let fact = told(&entry_lines(), &[("lines.csv", "hts,origin,value,fact_patent\n8703.23.01.40,JP,1,true\n")]);
    assert!(fact.contains("unknown-fact") && fact.contains("did you mean `fact_patented`?"), "{fact}");
    let wrong_role = format!("{}columns = {{ worth = \"value\" }}\n", entry_lines());
    let wrong_role = told(&wrong_role, &[rows]);
    assert!(wrong_role.contains("no column of a file of flows is its `worth`"), "{wrong_role}");
    // Who names the column may call it anything, and the origin may be that of the whole file.
    let named = format!("{}columns = {{ value = \"gen_val_mo\" }}\norigin = \"JP\"\n", entry_lines());
    let read = asked(&named, &[("lines.csv", "hts,con_val_mo,gen_val_mo\n8703.23.01.40,1,2\n")]).unwrap();
    assert_eq!(read.flows[0].value.to_string(), "2 USD");
    // Without a date anywhere a row cannot be a flow.
    let undated = entry_lines().replace("entered = 2025-11-20\n", "");
    let undated = told(&undated, &[("lines.csv", "hts,origin,value\n8703.23.01.40,JP,1\n")]);
    assert!(undated.contains("line 2: the row names no day of entry"), "{undated}");
    let sum = "HS prefixes,country,imports_2024_bn\n\"8407,8408\",JP,1.5\n";
    let sum = told(&entry_lines(), &[("lines.csv", sum)]);
    assert!(sum.contains("line 2: the row is a sum over 2 codes"), "{sum}");
}

/// A column of shares that the law has no name for is told, not taken for another; a share of weight says that it is one.
#[test]
fn unknown_names_of_shares_are_told() {
    let rows = "hts,origin,value,stele_share,metal_share,metal_weight_share\n8703.23.01.40,JP,1,0.5,0.4,0.3\n";
    let folder = Folder::with("shares", &[("q.toml", &entry_lines()), ("lines.csv", rows)]);
    let printed = run_in(&folder.0, &["check", "q.toml"]);
    assert!(printed.stderr.contains("the column `stele_share` of `lines.csv` is not used"), "{}", printed.stderr);
    assert!(printed.stderr.contains("did you mean `steel_share`?"), "{}", printed.stderr);
    assert!(printed.stderr.contains("a share of the weight is called `metal_weight_share`"), "{}", printed.stderr);
    let read = asked(&entry_lines(), &[("lines.csv", rows)]).unwrap();
    assert_eq!(
        read.flows[0].shares.iter().map(|(share, part)| format!("{share} {part}")).collect::<Vec<_>>(),
        ["weight.metal 30%"]
    );
    let alone = run_in(&folder.0, &["panel", "lines.csv", "--shares", "lines.csv"]);
    assert!(alone.stderr.contains("`stele_share` of `lines.csv` is not used"), "{}", alone.stderr);
}

/// More rows than one run takes belong into a panel; a check looks at them all the same.
#[test]
fn very_many_rows_are_left_to_a_panel() {
    let mut text = String::from("hts,origin,value\n");
    for _ in 0..10_001 {
        text += "9503.00.00.71,JP,100\n";
    }
    text += "87x,JP,100\n";
    let folder = Folder::with("many", &[("q.toml", &entry_lines()), ("lines.csv", &text)]);
    for verb in ["run", "explain"] {
        let printed = run_in(&folder.0, &[verb, "q.toml"]);
        assert_eq!(printed.code, 1);
        assert!(printed.stderr.contains("have more than 10000 rows in all, with `lines.csv`"), "{}", printed.stderr);
        assert!(printed.stderr.contains("`tariffcalc panel` takes files of any size"), "{}", printed.stderr);
    }
    let checked = run_in(&folder.0, &["check", "q.toml"]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    assert!(checked.stderr.contains("line 10003: `87x` is not a commodity code"), "{}", checked.stderr);
    let panel = run_in(&folder.0, &["panel", "q.toml", "--format", "csv"]);
    assert_eq!(panel.code, 0, "{}", panel.stderr);
    // Toys of Japan owe 15 % on 2025-11-20.
    assert!(panel.stdout.contains("2025-11-20,USD,10001,1000100.00,1,1000100.00,0.00,0.00,150015.00,0.15,,"), "{}", panel.stdout);
}

/// Sums of a run by origin, chapter and group, worked out by hand, and a panel by several keys at once.
#[test]
fn many_flows_are_summed_by_what_they_have_in_common() {
    let text = "hts,origin,value,group\n8703.23.01.40,JP,100000,cars\n9503.00.00.71,JP,1000,toys\n9503.00.00.71,CN,1000,toys\n9102.11.10.00,CH,500,\n";
    let folder = Folder::with("groups", &[("q.toml", &entry_lines()), ("lines.csv", text)]);
    let printed = |args: &[&str]| {
        let printed = run_in(&folder.0, args);
        assert_eq!(printed.code, 0, "{}", printed.stderr);
        printed.stdout
    };
    let rows = |text: &str, columns: &[&str]| -> Vec<String> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().unwrap().clone();
        let at: Vec<usize> =
            columns.iter().map(|c| header.iter().position(|h| h == *c).unwrap_or_else(|| panic!("{c} in {header:?}"))).collect();
        reader
            .records()
            .map(|row| row.unwrap())
            .map(|row| at.iter().map(|at| row[*at].to_owned()).collect::<Vec<_>>().join(" "))
            .collect()
    };
    let by = |key: &str| {
        rows(&printed(&["run", "q.toml", "--by", key, "--format", "csv"]), &[key, "flows", "value", "status", "duty"])
    };
    // Toys of Japan 15 %, of China 20 %; the watch of Switzerland owes what its text says in words.
    assert_eq!(by("origin")[..2], ["CH 1 500.00 unknown ", "CN 1 1000.00 known 200.00"]);
    assert_eq!(by("group")[1..3], ["cars 1 100000.00 known 15000.00", "toys 2 2000.00 known 350.00"]);
    assert_eq!(by("chapter")[2], "95 2 2000.00 known 350.00");
    let panel = printed(&["panel", "q.toml", "--by", "group", "--by", "origin", "--format", "csv"]);
    let panel = rows(&panel, &["entered", "group", "origin", "flows", "duty"]);
    assert!(panel.contains(&"2025-11-20 cars JP 1 15000.00".to_owned()), "{panel:?}");
    // Nothing is known of the watch: no duty is told, not even that of nothing.
    assert!(panel.contains(&"2025-11-20  CH 1 ".to_owned()), "{panel:?}");
    let twice = rows(
        &printed(&["panel", "q.toml", "--on", "2025-07-01", "--on", "2025-11-20", "--by", "none", "--format", "csv"]),
        &["entered", "flows"],
    );
    assert_eq!(twice, ["2025-07-01 4", "2025-11-20 4"]);
}

/// Cases stand below each other; one that does nothing is told, and so is a date of a case that a panel does not use.
#[test]
fn a_panel_has_a_row_for_each_case() {
    let cases = "[[case]]\nid = \"none\"\nentered = 2025-07-01\n[[case.change]]\nset-rate = \"30%\"\nmeasure = \"us-301-china\"\nfrom = 2030-01-01\n\
                 [[case]]\nid = \"more\"\ntitle = \"Five points more\"\n[[case.change]]\nadd-points = \"5%\"\nmeasure = \"us-ieepa-reciprocal\"\nfrom = 2025-09-01\nbefore = 2026-02-24\n";
    let text = "hts,origin,value\n8413.70.20.04,BR,1000\n";
    let scenario = format!("{}{cases}", entry_lines());
    let folder = Folder::with("cases", &[("q.toml", &scenario), ("lines.csv", text)]);
    let printed = run_in(&folder.0, &["panel", "q.toml", "--on", "2025-10-01", "--format", "csv"]);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    let told = "case `none` changes nothing for any flow on any day of the panel";
    assert!(printed.stderr.contains(told) && !printed.stderr.contains("case `more` changes nothing"), "{}", printed.stderr);
    let mut reader = csv::Reader::from_reader(printed.stdout.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let rows: Vec<(String, Decimal)> =
        reader.records().map(Result::unwrap).map(|row| (row[at("case")].to_owned(), row[at("duty")].parse().unwrap())).collect();
    assert_eq!(rows.iter().map(|(case, _)| case.as_str()).collect::<Vec<_>>(), ["current-law", "none", "more"]);
    assert_eq!(rows[2].1 - rows[0].1, Decimal::from(50), "five points of 1,000");
    let table = run_in(&folder.0, &["panel", "q.toml", "--on", "2025-10-01"]);
    assert!(table.stdout.contains("none: its own entry date 2025-07-01 is not used"), "{}", table.stdout);
    for wrong in [&["--shares", "x.csv"][..], &["--on", "own", "--on", "2025-10-01"], &["--readings", "all"], &["--on", "easter"]]
    {
        let printed = run_in(&folder.0, &[&["panel", "q.toml"], wrong].concat());
        assert_eq!(printed.code, 2, "{wrong:?}: {}", printed.stderr);
    }
}

/// The real table of USMCA shares joins real flows; values do not change.
#[test]
fn real_shares_join_real_flows() {
    let (shares, flows) = ("trade/usmca_product_shares_2025.csv.gz", "trade/us_imports_consumption_2024_hs10_country.csv.gz");
    let data = root().join("../shared/data");
    if ![shares, flows].iter().all(|file| data.join(file).exists()) {
        return eprintln!("skipped: the data of trade are not beside this folder");
    }
    let data: &Path = &data.canonicalize().unwrap();
    let shown = |file: &str| data.join(file).display().to_string();
    let scenario = format!(
        "{HEAD}[defaults]\ninto = \"US\"\nentered = 2025-10-01\n[[flow-file]]\nid = \"imports\"\npath = '{}'\nshares = '{}'\ncolumns = {{ group = \"gtap_code\" }}\n",
        shown(flows),
        shown(shares)
    );
    let folder = Folder::with("real", &[("q.toml", &scenario)]);
    let printed = run_in(&folder.0, &["panel", "q.toml", "--by", "origin", "--format", "csv"]);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    let mut reader = csv::Reader::from_reader(printed.stdout.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let sum = |name: &str| rows.iter().map(|row| row[at(name)].parse::<Decimal>().unwrap()).sum::<Decimal>();
    assert_eq!(sum("value"), Decimal::from(3_123_773_412_637_i64));
    assert_eq!(sum("priced") + sum("unknown") + sum("refused"), sum("value"));
    let flows = sum("flows");
    assert!(flows > Decimal::from(334_728) && flows < Decimal::from(2 * 334_728), "some rows are parted: {flows}");
}

/// A file in memory, a file on disk and one that is compressed are the same; the scenario's own folder is where paths start.
#[test]
fn paths_start_at_the_scenario() {
    let folder = Folder::with("paths", &[("lines.csv", "hts,origin,value\n9503.00.00.71,JP,100\n")]);
    std::fs::create_dir_all(folder.0.join("deep/er")).unwrap();
    std::fs::write(folder.0.join("deep/er/q.toml"), entry_lines().replace("\"lines.csv\"", "\"../../lines.csv\"")).unwrap();
    let printed = run_in(&folder.0, &["run", "deep/er/q.toml", "--format", "csv"]);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    assert!(printed.stdout.contains("lines/2"), "{}", printed.stdout);
    let memory = ask_of(law(), &entry_lines()).unwrap_err();
    assert!(memory.contains("there is no such file"), "{memory}");
}
