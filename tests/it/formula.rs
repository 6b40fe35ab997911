use crate::support::{law, root};
use std::fmt::Write;
use tariffcalc::answer;
use tariffcalc::base::Decimal;
use tariffcalc::law::Rulebook;
use tariffcalc::read;

/// Partners whose official rate is not that of the formula rounded twice, each with what the formula gives.
///
/// Japan and Viet Nam: the list takes half of the unrounded ratio. Vanuatu: its trade is too small for figures in tenths of a million.
const OTHER_RATE: [(&str, &str); 3] = [("JP", "23"), ("VN", "45"), ("VU", "23")];

/// Partners above the floor by the formula that Annex I does not name: the baseline applies, or the rate of the sovereign.
const NOT_LISTED: [(&str, &str); 5] = [("AF", "25"), ("FO", "50"), ("NU", "43"), ("PS", "19"), ("RE", "37")];

/// Partners outside the list: Canada and Mexico by decision, the countries of column 2 by law.
const EXCLUDED: [&str; 5] = ["BY", "CA", "CU", "MX", "RU"];

/// Partners that stand at the rate of another: Hong Kong and Macao at that of China.
const TREATED_AS_CHINA: [&str; 2] = ["HK", "MO"];

/// A partner of the official list.
struct Entry {
    origin: String,
    exports: String,
    imports: String,
    announced: String,
    status: String,
}

/// The official list with the trade it was computed from; `None` where the facts are not here.
fn entries() -> Option<Vec<Entry>> {
    let path = root().join("../shared/facts/country/reciprocal_formula.csv");
    if !path.is_file() {
        eprintln!("skipped: {} is not here", path.display());
        return None;
    }
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    // The figures are rounded to tenths of a million each by itself: the deficit is the one the list was computed from.
    let exports = |row: &csv::StringRecord| -> Option<Decimal> {
        let number = |name: &str| row[at(name)].parse::<Decimal>().ok();
        Some(number("us_imports_2024_musd")? - number("us_deficit_2024_musd")?)
    };
    let rows = reader.records().map(Result::unwrap).map(|row| Entry {
        origin: row[at("iso2")].to_owned(),
        exports: exports(&row).map_or(String::new(), |exports| exports.to_string()),
        imports: row[at("us_imports_2024_musd")].to_owned(),
        announced: row[at("announced_rate_percent")].to_owned(),
        status: row[at("status")].to_owned(),
    });
    Some(rows.collect())
}

fn has_imports(entry: &Entry) -> bool {
    entry.imports.parse::<Decimal>().is_ok_and(|imports| imports > Decimal::ZERO)
}

fn balances(entries: &[Entry]) -> String {
    let mut table = String::from("origin,exports,imports,cite\n");
    for entry in entries.iter().filter(|entry| has_imports(entry)) {
        let _ = writeln!(table, "{},{},{},Census 2024", entry.origin, entry.exports, entry.imports);
    }
    table
}

const FORMULA: &str = "elasticity = \"4\"\npass-through = \"0.25\"\nshare-of-deficit = \"50%\"\nat-least = \"10%\"\n\
                       whole-ratio = true\nrounded-up = true\ntable = \"balances.csv\"\ncite = \"USTR, 2 April 2025\"\n";

/// One flow of goods without another duty for each partner, entered on the day the list was collected.
fn flows(entries: &[Entry]) -> String {
    let mut text = "schema = 1\ntitle = \"t\"\nquestion = \"q\"\n[defaults]\ninto = \"US\"\nentered = 2025-04-09\n".to_owned();
    for entry in entries.iter().filter(|entry| has_imports(entry)) {
        let id = &entry.origin;
        let claims = if ["CA", "MX"].contains(&id.as_str()) { "claims = [\"usmca\"]\n" } else { "" };
        let _ =
            write!(text, "[[flow]]\nid = \"{id}\"\norigin = \"{id}\"\nproduct = \"toys\"\nvalue = \"1,000,000 USD\"\n{claims}");
    }
    text
}

/// What the line of a measure charges on each flow in the last case, in percent; `None` where there is no such line.
fn rates(law: &Rulebook, entries: &[Entry], case: &str, prefix: &str) -> Vec<(String, Option<Decimal>)> {
    let text = format!("{}{case}", flows(entries));
    let mut sources = tariffcalc::diag::Sources::default();
    let files = read::Memory::default().with("test.toml", text).with("balances.csv", balances(entries));
    let asked = read::scenario(&files, "test.toml", law, &mut sources);
    let scenario = asked.scenario.unwrap_or_else(|| panic!("{}", asked.diagnostics.render(&sources)));
    let results = answer::run(law, &scenario, None).unwrap_or_else(|_| panic!("cannot be assessed"));
    let last = results.cases.last().unwrap();
    let line = |a: &tariffcalc::assess::Assessment| {
        let line = a.lines.iter().find(|line| line.measure.as_str().starts_with(prefix))?;
        assert!(line.cite.contains("USTR") && line.cite.contains("Census"), "{}", line.cite);
        line.rate.map(|rate| (rate * Decimal::ONE_HUNDRED).normalize())
    };
    scenario.flows.iter().zip(&last.assessments).map(|(flow, a)| (flow.id.to_string(), line(a))).collect()
}

/// The list of 2 April 2025, entry by entry, with every exception named.
fn compare(entries: &[Entry], rates: &[(String, Option<Decimal>)], with_excluded: bool) {
    let (mut same, mut listed) = (0, 0);
    for (origin, rate) in rates {
        let entry = entries.iter().find(|entry| entry.origin == *origin).unwrap();
        let found = rate.map(|rate| rate.to_string());
        let known = |list: &[(&str, &str)]| list.iter().find(|(known, _)| known == origin).map(|(_, rate)| (*rate).to_owned());
        if EXCLUDED.contains(&origin.as_str()) {
            assert!(entry.announced.is_empty(), "{origin} is on the list after all");
            assert!(!with_excluded || found.is_some(), "{origin}");
        } else if TREATED_AS_CHINA.contains(&origin.as_str()) {
            assert_eq!((entry.announced.as_str(), found.as_deref()), ("34", Some("10")), "{origin}");
        } else if let Some(other) = known(&OTHER_RATE).or_else(|| known(&NOT_LISTED)) {
            assert_eq!(found, Some(other.clone()), "{origin}");
            assert_ne!(other, entry.announced, "{origin} is no exception");
        } else {
            assert_eq!(found.as_deref(), Some(entry.announced.as_str()), "{origin}");
            same += 1;
            listed += usize::from(entry.status == "annex_I");
        }
    }
    eprintln!("{same} of {} partners as announced, {listed} of them in Annex I", rates.len());
    assert_eq!((same, listed), (175, 52));
}

#[test]
fn a_measure_that_a_case_introduces_gives_the_list_of_2_april() {
    let Some(entries) = entries() else { return };
    let case = format!(
        "[[case]]\nid = \"f\"\n[[case.change]]\nrepeal = \"us-ieepa-reciprocal\"\n[[case.change]]\nfrom = 2025-04-09\n\
         [case.change.introduce]\nid = \"formula\"\n[case.change.introduce.formula]\n{FORMULA}"
    );
    compare(&entries, &rates(law(), &entries, &case, "formula-"), true);
}

#[test]
fn a_change_of_the_rates_by_formula_gives_the_list_of_2_april() {
    let Some(entries) = entries() else { return };
    let case = format!(
        "[[case]]\nid = \"f\"\n[[case.change]]\nmeasure = \"us-ieepa-reciprocal\"\nfrom = 2025-04-09\nbefore = 2025-04-10\n\
         why = \"as on 2 April\"\n[case.change.formula]\n{FORMULA}"
    );
    let found = rates(law(), &entries, &case, "us-ieepa-reciprocal");
    // The change reaches what the program charges: it makes no law for those the program leaves out.
    for origin in EXCLUDED {
        assert!(found.iter().any(|(known, rate)| known == origin && rate.is_none()), "{origin}");
    }
    let listed: Vec<_> = found.into_iter().filter(|(origin, _)| !EXCLUDED.contains(&origin.as_str())).collect();
    compare(&entries, &listed, false);
}

/// The same formula as law: a version of a measure in a folder of law.
#[test]
fn a_version_of_a_measure_gives_the_list_of_2_april() {
    let Some(entries) = entries() else { return };
    let program = format!(
        "schema = 1\n[program]\nid = \"us-formula\"\ntitle = \"Formula\"\ninto = \"US\"\nauthority = \"none\"\n\
         [[measure]]\nid = \"us-formula-{{origin}}\"\ntitle = \"Formula, {{name}}\"\norigins = \"all\"\ncodes = \"all\"\n\
         [[measure.version]]\nfrom = 2025-04-09\nbefore = 2025-04-10\nknown = 2025-04-02\ncite = \"EO 14257\"\n\
         [measure.version.formula]\n{FORMULA}"
    );
    let files =
        read::Memory::copy(&read::Embedded).unwrap().with("us/formula.toml", program).with("us/balances.csv", balances(&entries));
    let read = read::law(&files);
    let book = read.rulebook.unwrap_or_else(|| panic!("{}", read.diagnostics.render(&read.sources)));
    compare(&entries, &rates(&book, &entries, "", "us-formula-"), true);
    let japan = book.measures().find(|measure| measure.id.as_str() == "us-formula-jp").unwrap();
    assert_eq!(japan.title, "Formula, Japan");
    let note = japan.versions[0].note.clone().unwrap();
    assert_eq!(
        note,
        "exports 79,740.9, imports 148,208.6: the deficit is 46% of imports x 4 x 0.25; 50% of it, rounded up, at least 10%, is 23%"
    );
}

/// Parameters, floor and rounding are data: each of them changes the rate of Japan as worked out by hand.
#[test]
fn parameters_floor_and_rounding_are_data() {
    let book = law();
    let japan = |formula: &str| {
        let text = format!(
            "schema = 1\ntitle = \"t\"\nquestion = \"q\"\n[[flow]]\nid = \"f\"\ninto = \"US\"\norigin = \"JP\"\nproduct = \"toys\"\n\
             value = \"1,000,000 USD\"\nentered = 2025-04-09\n[[case]]\nid = \"f\"\n[[case.change]]\nfrom = 2025-04-09\n\
             measure = \"us-ieepa-reciprocal-jp\"\n[case.change.formula]\n{formula}\ntable = \"b.csv\"\ncite = \"test\"\n"
        );
        let files = read::Memory::default().with("t.toml", text).with("b.csv", "origin,exports,imports\nJP,79740.8,148208.6\n");
        let mut sources = tariffcalc::diag::Sources::default();
        let asked = read::scenario(&files, "t.toml", book, &mut sources);
        let scenario = asked.scenario.ok_or_else(|| asked.diagnostics.render(&sources))?;
        let results = answer::run(book, &scenario, None).map_err(|_| "cannot be assessed".to_owned())?;
        Ok::<_, String>(results.cases.last().unwrap().assessments[0].duty.known().unwrap().normalize().to_string())
    };
    let half = "share-of-deficit = \"50%\"\nat-least = \"10%\"";
    // 68,467.8 / 148,208.6 = 46.196914 %; half of it is 23.098457 %.
    assert_eq!(japan(half), Ok("230984.57".into()));
    assert_eq!(japan(&format!("{half}\nrounded-up = true")), Ok("240000".into()));
    assert_eq!(japan(&format!("{half}\nrounded-up = true\nwhole-ratio = true")), Ok("230000".into()));
    assert_eq!(japan("share-of-deficit = \"100%\"\nat-least = \"10%\"\nwhole-ratio = true"), Ok("460000".into()));
    assert_eq!(japan("share-of-deficit = \"50%\"\nat-least = \"30%\""), Ok("300000".into()));
    // A pass-through near one, as critics of the formula proposed: a quarter of the rate, and the floor holds.
    let wide = "elasticity = \"4\"\npass-through = \"0.945\"\nrounded-up = true";
    assert_eq!(japan(&format!("{half}\n{wide}")), Ok("100000".into()));
    assert_eq!(japan(&format!("share-of-deficit = \"100%\"\nat-least = \"10%\"\n{wide}")), Ok("130000".into()));
    for (faulty, words) in [
        ("elasticity = \"4\"", "not the other parameter"),
        ("elasticity = \"0\"\npass-through = \"0.25\"", "no parameter"),
        ("elasticity = \"-4\"\npass-through = \"0.25\"", "no parameter"),
    ] {
        let told = japan(&format!("{half}\n{faulty}")).unwrap_err();
        assert!(told.contains(words), "{told}");
    }
}

/// Every fault of a formula in a version is told.
#[test]
fn faults_of_a_formula_in_a_version_are_told() {
    let told = |id: &str, origins: &str, version: &str| {
        let program = format!(
            "schema = 1\n[program]\nid = \"us-formula\"\ntitle = \"F\"\ninto = \"US\"\nauthority = \"none\"\n[[measure]]\nid = \"{id}\"\n\
             title = \"F\"\norigins = {origins}\ncodes = \"all\"\n[[measure.version]]\nfrom = 2025-04-09\nknown = 2025-04-02\ncite = \"EO\"\n\
             {version}[measure.version.formula]\nshare-of-deficit = \"50%\"\nat-least = \"10%\"\ntable = \"b.csv\"\ncite = \"test\"\n"
        );
        let files = read::Memory::copy(&read::Embedded).unwrap().with("us/f.toml", program);
        let files = files.with("us/b.csv", "origin,exports,imports\nJP,1,2\nEU,1,2\n");
        let read = read::law(&files);
        let words = read.diagnostics.render(&read.sources);
        (read.rulebook.is_some(), words)
    };
    let (sound, words) = told("f-{origin}", "[\"JP\", \"EU\"]", "");
    assert!(sound, "{words}");
    for (id, origins, version, expected) in [
        ("f", "\"all\"", "", "must hold `{origin}`"),
        ("f-{origin}", "\"others\"", "", "partners of its table"),
        ("f-{origin}", "[\"JP\", \"BR\"]", "", "has no `BR`"),
        ("f-{origin}", "\"all\"", "rate = \"10%\"\n", "one of them"),
    ] {
        let (sound, words) = told(id, origins, version);
        assert!(!sound && words.contains(expected), "{expected}: {words}");
    }
}
