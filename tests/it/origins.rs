use crate::support::{ask, golden, law, one_flow, root, run};
use proptest::prelude::*;
use tariffcalc::answer::{self, CaseOrigins};
use tariffcalc::assess::Outcome;
use tariffcalc::base::{Country, Decimal};

const GOODS: [&str; 8] =
    ["passenger-cars", "toys", "steel", "wine", "7326.90.86.88", "8471.30.01.00", "0406.90", "patented-drugs"];
const DAYS: [&str; 6] = ["2025-01-15", "2025-04-09", "2025-08-20", "2025-11-20", "2026-03-01", "2026-10-01"];

fn compared(goods: &str, day: &str, value: &str, flow: &str, asked: &str) -> CaseOrigins {
    let text = format!("{}{flow}\n[origins]\n{asked}\n", one_flow(goods, "JP", day, value, ""));
    let scenario = ask(&text).unwrap_or_else(|words| panic!("{words}\n{text}"));
    let found = answer::origins(law(), &scenario, None).unwrap_or_else(|_| panic!("cannot be compared: {text}"));
    found.into_iter().next().unwrap()
}

/// The duty of one flow from one origin, as `rate` and `run` work it out.
fn duty(goods: &str, origin: &str, day: &str, value: &str, more: &str) -> Outcome {
    let scenario = ask(&one_flow(goods, origin, day, value, more)).unwrap();
    let results = answer::run(law(), &scenario, None).unwrap_or_else(|_| panic!("{goods} {origin} {day}"));
    results.cases[0].assessments[0].duty.clone()
}

#[test]
fn every_country_is_there_once_and_owes_what_rate_says() {
    let found = compared("passenger-cars", "2025-10-01", "30,000 USD", "", "");
    let plain: Vec<_> = found.rows.iter().filter(|row| row.needs.is_none()).collect();
    assert_eq!(
        plain.len(),
        Country::all().len() - 2,
        "all but the importing country and Puerto Rico, which lies within it (HTS general note 2)"
    );
    assert!(plain.iter().all(|row| row.origin.to_string() != "PR"));
    for row in &found.rows {
        let claims = row.needs.as_ref().map_or(String::new(), |needs| format!("claims = [\"{needs}\"]"));
        let alone = duty("passenger-cars", &row.origin.to_string(), "2025-10-01", "30,000 USD", &claims);
        assert_eq!(row.assessment.duty, alone, "{} {:?}", row.origin, row.needs);
    }
    // Worked out by hand: 15 % of the deals; 27.5 % without; KORUS frees of the 2.5 % of column 1.
    let landed = |origin: &str, needs: Option<&str>| {
        let same = |row: &&answer::OriginRow| {
            row.origin.to_string() == origin && row.needs.as_ref().map(|needs| needs.as_str()) == needs
        };
        found.rows.iter().find(same).and_then(|row| row.landed.known()).map(|landed| landed.to_string())
    };
    assert_eq!(landed("JP", None).as_deref(), Some("34500.00"));
    assert_eq!(landed("KR", None).as_deref(), Some("38250.00"));
    assert_eq!(landed("KR", Some("korus")).as_deref(), Some("37500.00"));
    assert_eq!(landed("MX", Some("usmca")).as_deref(), Some("37500.00"));
    assert_eq!(landed("CN", None).as_deref(), Some("51750.00"));
    assert_eq!(landed("JP", Some("usjapan")), None, "the line offers Japan no preference");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Rows equal the duty of one flow alone, to the cent, whatever is open; their order is that of landed cost, and the margins are the gaps.
    #[test]
    fn rows_equal_single_flows_and_stand_in_order(
        goods in prop::sample::select(GOODS.to_vec()),
        day in prop::sample::select(DAYS.to_vec()),
        value in 1_i64..10_000_000,
        freight in 0_i64..5_000,
    ) {
        let value = format!("{value} USD");
        let origins = ["JP", "KR", "DE", "GB", "MX", "CA", "CN", "VN", "RU", "BY"];
        let among = origins.map(|origin| format!("\"{origin}\"")).join(", ");
        let asked = format!("among = [{among}]\n[[origins.each]]\norigin = \"JP\"\nfreight = \"{freight} USD\"");
        let found = compared(goods, day, &value, "", &asked);
        let origins: Vec<String> = found.rows.iter().filter(|row| row.needs.is_none()).map(|row| row.origin.to_string()).collect();
        prop_assert_eq!(origins.len(), 10, "unknown and refused origins are never dropped");
        for row in &found.rows {
            let claims = row.needs.as_ref().map_or(String::new(), |needs| format!("claims = [\"{needs}\"]"));
            prop_assert_eq!(&row.assessment.duty, &duty(goods, &row.origin.to_string(), day, &value, &claims));
            prop_assert_eq!(row.freight, if row.origin.to_string() == "JP" { Decimal::from(freight) } else { Decimal::ZERO });
            if let (Outcome::Known(duty), Outcome::Known(landed)) = (&row.assessment.duty, &row.landed) {
                prop_assert_eq!(*landed, row.assessment.value + *duty + row.freight);
            }
        }
        let rank = |landed: &Outcome| match landed {
            Outcome::Known(_) => 0,
            Outcome::Unknown { .. } => 1,
            Outcome::Refused(_) => 2,
        };
        for pair in found.rows.windows(2) {
            prop_assert!(rank(&pair[0].landed) <= rank(&pair[1].landed));
            if let (Some(first), Some(second)) = (pair[0].landed.known(), pair[1].landed.known()) {
                prop_assert!(first <= second);
            }
        }
        for row in &found.rows {
            let Some(margin) = &row.margin else { continue };
            let (next, landed) = (&found.rows[margin.next], row.landed.known().unwrap());
            prop_assert!(next.origin != row.origin && margin.amount > Decimal::ZERO);
            prop_assert_eq!(landed + margin.amount, next.landed.known().unwrap());
            let between = found.rows.iter().filter(|other| {
                other.origin != row.origin
                    && other.landed.known().is_some_and(|other| other > landed && other < landed + margin.amount)
            });
            prop_assert_eq!(between.count(), 0);
        }
    }

    /// The order in which origins are named changes nothing.
    #[test]
    fn the_order_of_names_changes_nothing(
        goods in prop::sample::select(GOODS.to_vec()),
        day in prop::sample::select(DAYS.to_vec()),
        shuffled in Just(vec!["JP", "KR", "EU", "GB", "MX", "CA", "CN", "TH", "RU", "DO"]).prop_shuffle(),
    ) {
        let rows = |origins: &[&str]| {
            let among = origins.iter().map(|origin| format!("\"{origin}\"")).collect::<Vec<_>>().join(", ");
            let found = compared(goods, day, "50,000 USD", "", &format!("among = [{among}]"));
            found.rows.into_iter().map(|row| (row.origin, row.needs, row.landed, row.margin, row.turn)).collect::<Vec<_>>()
        };
        prop_assert_eq!(rows(&["CA", "CN", "DO", "EU", "GB", "JP", "KR", "MX", "RU", "TH"]), rows(&shuffled));
    }
}

/// On the day told the order has turned, and on the day before it had not.
#[test]
fn the_order_turns_on_the_day_told() {
    let among = "among = [\"JP\", \"KR\", \"DE\", \"GB\", \"MX\", \"CN\", \"VN\", \"RU\"]";
    let mut turned = 0;
    for goods in ["passenger-cars", "toys", "steel"] {
        for day in ["2025-01-15", "2025-04-10", "2025-08-20"] {
            let found = compared(goods, day, "30,000 USD", "", among);
            for row in &found.rows {
                let Some((turn, by)) = row.turn.as_ref().and_then(|turn| Some((turn, turn.by?))) else { continue };
                let claims =
                    |row: &answer::OriginRow| row.needs.as_ref().map_or(String::new(), |needs| format!("claims = [\"{needs}\"]"));
                let on = |row: &answer::OriginRow, day: &str| {
                    duty(goods, &row.origin.to_string(), day, "30,000 USD", &claims(row)).known()
                };
                let (other, before) = (&found.rows[by], turn.day.yesterday().unwrap().to_string());
                let Some((own, others)) = on(row, &turn.day.to_string()).zip(on(other, &turn.day.to_string())) else { continue };
                assert!(others < own, "{goods} {day} {}: {}", row.origin, turn.words);
                assert!(on(other, &before) >= on(row, &before), "{goods} {day} {}: {}", row.origin, turn.words);
                assert!(!turn.cite.is_empty(), "{}", turn.words);
                turned += 1;
            }
        }
    }
    assert!(turned > 10, "{turned}");
}

/// Goods that may not enter, and goods whose duty is not known, stand last with the reason.
#[test]
fn unknown_and_refused_origins_stand_last_with_reasons() {
    let printed = run(&["origins", "wine", "--on", "2026-10-01", "--from", "CA", "--from", "FR", "--format", "csv"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    let mut reader = csv::Reader::from_reader(printed.stdout.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let told: Vec<(&str, &str)> = rows.iter().map(|row| (&row[at("origin")], &row[at("status")])).collect();
    assert_eq!(told, [("FR", "unknown"), ("CA", "refused")]);
    assert_eq!((&rows[0][at("landed_at_least")], &rows[0][at("landed_cost")]), ("110000.00", ""));
    assert!(rows[0][at("why")].contains("quantity"), "{}", &rows[0][at("why")]);
    assert!(rows[1][at("why")].contains("refuses"), "{}", &rows[1][at("why")]);
}

#[test]
fn the_scenario_prints_the_tables_beside_it() {
    let scenario = root().join("scenarios/cars-by-origin.toml");
    let printed = run(&["origins", "scenarios/cars-by-origin.toml", "--format", "markdown"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    golden(&scenario.with_extension("origins.expected.md"), &printed.stdout);
}

/// A table for people puts origins that come out alike into one row; CSV and JSON keep one row each.
#[test]
fn formats_agree() {
    let flags = ["origins", "toys", "--on", "2025-10-01", "--from", "JP", "--from", "VN", "--from", "CH", "--from", "KR"];
    let with = |more: &[&str]| {
        let printed = run(&[&flags, more].concat());
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{more:?}");
        printed.stdout
    };
    let csv = with(&["--format", "csv"]);
    let json: serde_json::Value = serde_json::from_str(&with(&["--format", "json"])).unwrap();
    let rows = json["tables"][0]["rows"].as_array().unwrap();
    assert_eq!(json["schema"], 1);
    let mut reader = csv::Reader::from_reader(csv.split("\n\n").next().unwrap().as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), rows.len());
    for (record, row) in records.iter().zip(rows) {
        assert_eq!(&record[at("origin")], row["origin"].as_str().unwrap());
        let duty: Decimal = record[at("duty")].parse().unwrap();
        assert_eq!(duty, row["duty"]["amount"].as_str().unwrap().parse().unwrap());
        assert_eq!(&record[at("effective_rate")], row["effective_rate"].as_str().unwrap());
    }
    assert!(with(&["--format", "markdown"]).contains("| JP, KR |"));
    assert!(with(&["--format", "markdown", "--each"]).contains("Japan (JP)"));
}

#[test]
fn wrong_calls_are_told() {
    let cases: [(&[&str], i32, &str); 10] = [
        (&["passenger-cars", "--claim", "usmca"], 2, "need not be claimed"),
        (&["passenger-cars", "--from", "Japan"], 1, "did you mean `JP`?"),
        (&["passenger-cars", "--from", "JP", "--from", "JP"], 1, "named twice"),
        (&["passenger-cars", "--from", "JP", "--freight", "MX=4"], 1, "[origin-not-asked]"),
        (&["passenger-cars", "--freight", "JP=1", "--freight", "JP=2"], 2, "given twice"),
        (&["passenger-cars", "--freight", "EU=1", "--freight", "DE=2"], 1, "both speak of the same country"),
        (&["passenger-cars", "--freight", "JP=-5"], 1, "freight is below zero"),
        (&["passenger-cars", "--price", "5"], 2, "names no origin"),
        (&["scenarios/cars-by-origin.toml", "--from", "JP"], 2, "`among` of [origins]"),
        (&["scenarios/japan-deal.toml"], 1, "no `[origins]`"),
    ];
    for (flags, code, words) in cases {
        let printed = run(&[&["origins"], flags].concat());
        assert_eq!(printed.code, code, "{flags:?}: {}", printed.stderr);
        assert!(printed.stderr.contains(words) && printed.stdout.is_empty(), "{flags:?}: {}", printed.stderr);
    }
}

/// Who stands beside a group is seen: Japan is not one of "and 22 more".
#[test]
fn many_origins_are_told_by_their_groups() {
    let printed = run(&["origins", "passenger-cars", "--value", "30000", "--on", "2025-10-01", "--format", "markdown"]);
    let line = printed.stdout.lines().find(|line| line.contains("JP")).unwrap_or_else(|| panic!("{}", printed.stdout));
    assert!(line.starts_with("| EU, JP |"), "{line}");
}
