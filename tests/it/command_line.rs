use crate::support::{answer_to, root, run};
use serde_json::Value;

fn rate(args: &[&str]) -> Value {
    let mut all = vec!["rate"];
    all.extend(args);
    all.extend(["--format", "json"]);
    let printed = run(&all);
    assert_eq!(printed.code, 0, "{args:?}: {}", printed.stderr);
    serde_json::from_str(&printed.stdout).unwrap()
}

fn flow(document: &Value) -> &Value {
    &document["cases"][0]["flows"][0]
}

#[test]
fn japanese_cars_through_the_years() {
    for (day, duty) in
        [("2025-01-15", "2500.00"), ("2025-05-01", "27500.00"), ("2025-10-01", "15000.00"), ("2026-10-01", "15000.00")]
    {
        let document = rate(&["passenger-cars", "--from", "JP", "--value", "100000", "--on", day]);
        assert_eq!(flow(&document)["duty"]["amount"], duty, "{day}");
        assert_eq!(document["cases"][0]["total"]["duty"]["amount"], duty, "{day}");
    }
    let deal = rate(&["passenger-cars", "--from", "JP", "--value", "100000", "--on", "2025-10-01"]);
    let lines = flow(&deal)["lines"].as_array().unwrap();
    assert_eq!((lines[0]["measure"].as_str(), lines[0]["heading"].as_str()), (Some("us-column-1"), Some("8703.23.01")));
    assert_eq!(lines[1]["measure"], "us-232-autos-vehicles-jp");
    assert_eq!((lines[1]["heading"].as_str(), lines[1]["form"].as_str()), (Some("9903.94.41"), Some("top up to 15%")));
    assert_eq!((lines[1]["rate"].as_str(), lines[1]["amount"].as_str()), (Some("0.125"), Some("12500.00")));
    assert_eq!(flow(&deal)["effective_rate"], "0.15");
    let not_applied = flow(&deal)["not_applied"].as_array().unwrap();
    let reciprocal = not_applied.iter().find(|other| other["measure"] == "us-ieepa-reciprocal-jp").unwrap();
    assert_eq!((reciprocal["why"].as_str(), reciprocal["heading"].as_str()), (Some("yielded"), Some("9903.01.33")));
    assert_eq!(reciprocal["to"], "us-232-autos-vehicles-jp");
}

/// A good with column 1 of 2.5 % that no list names.
#[test]
fn a_general_good_from_japan_through_the_years() {
    for (day, expected) in [("2025-05-01", "0.125"), ("2025-10-01", "0.15"), ("2026-03-01", "0.125"), ("2026-10-01", "0.125")] {
        let document = rate(&["industrial-robots", "--from", "JP", "--on", day]);
        assert_eq!(flow(&document)["effective_rate"], expected, "{day}");
        assert_eq!(flow(&document)["lines"][0]["rate"], "0.025");
    }
}

#[test]
fn light_trucks_from_japan_pay_column_1_and_nothing_more() {
    let document = rate(&["light-trucks", "--from", "JP", "--on", "2025-10-01"]);
    assert_eq!(flow(&document)["effective_rate"], "0.25");
    let lines = flow(&document)["lines"].as_array().unwrap();
    assert!(lines.iter().skip(1).all(|line| line["amount"] == "0.00"), "{lines:#?}");
}

#[test]
fn japanese_steel_of_july_2025_names_the_reciprocal_tariff_and_why_it_does_not_apply() {
    let document = rate(&["steel", "--from", "JP", "--on", "2025-07-01"]);
    let not_applied = flow(&document)["not_applied"].as_array().unwrap();
    let reciprocal = not_applied.iter().find(|other| other["measure"] == "us-ieepa-reciprocal-jp").unwrap();
    assert_eq!(reciprocal["heading"], "9903.01.33");
    assert_eq!(reciprocal["why"], "yielded");
    assert!(reciprocal["to"].as_str().unwrap().starts_with("us-232-steel"));
    let table = run(&["rate", "steel", "--from", "JP", "--on", "2025-07-01", "--explain"]).stdout;
    assert!(table.contains("us-ieepa-reciprocal-jp") && table.contains("9903.01.33"));
}

/// Japan, 20 August 2025: 17.5 % as the book stood then, 15 % as it stands now.
#[test]
fn the_second_clock() {
    let then = rate(&["industrial-robots", "--from", "JP", "--on", "2025-08-20", "--as-known", "2025-08-20"]);
    let now = rate(&["industrial-robots", "--from", "JP", "--on", "2025-08-20"]);
    assert_eq!(flow(&then)["duty"]["amount"], "17500.00");
    assert_eq!(flow(&now)["duty"]["amount"], "15000.00");
}

#[test]
fn readings_can_be_chosen() {
    let args = ["toys", "--from", "CN", "--on", "2025-06-01"];
    assert_eq!(flow(&rate(&args))["effective_rate"], "0.3");
    let mut void = args.to_vec();
    void.extend(["--reading", "us-ieepa=void"]);
    assert_eq!(flow(&rate(&void))["effective_rate"], "0");
}

#[test]
fn specific_rates_need_their_quantity_and_say_so() {
    let rice = ["1006.30", "--from", "US", "--into", "JP", "--on", "2025-10-01", "--value", "2,000,000 JPY"];
    let open = rate(&rice);
    assert_eq!(flow(&open)["duty"]["status"], "unknown");
    assert!(flow(&open)["duty"]["why"][0].as_str().unwrap().contains("kg"));
    assert_eq!(flow(&open)["duty"]["at_most"], Value::Null);
    let mut known = rice.to_vec();
    known.extend(["--quantity", "10 t"]);
    assert_eq!(flow(&rate(&known))["duty"]["amount"], "3410000");
}

/// A share that is not stated and that the law takes for nothing is told where another one would be charged otherwise, and only there.
#[test]
fn a_share_taken_for_granted_is_told_where_it_decides() {
    let told = |arguments: &[&str]| -> Vec<String> {
        let found = rate(arguments);
        let notes = flow(&found)["notes"].as_array().unwrap().clone();
        notes.iter().filter_map(Value::as_str).filter(|note| note.contains("us content 0%")).map(str::to_owned).collect()
    };
    let of_mexico = ["passenger-cars", "--from", "MX", "--claim", "usmca", "--on", "2025-10-01"];
    assert_eq!(
        told(&of_mexico),
        ["taken for granted: us content 0%, as the law does where none is stated; `content = { us = \"…%\" }` settles it"]
    );
    let mut stated = of_mexico.to_vec();
    stated.extend(["--content", "us=0%"]);
    assert!(told(&stated).is_empty());
    // Cars of Japan pay on the whole value whatever they are made of; shirts of Viet Nam not, where a fifth is American.
    assert!(told(&["passenger-cars", "--from", "JP", "--on", "2025-10-01"]).is_empty());
    assert_eq!(told(&["6109.10.00", "--from", "VN", "--on", "2025-10-01"]).len(), 1);
    assert!(told(&["6109.10.00", "--from", "VN", "--on", "2025-01-15"]).is_empty());
}

/// A claim that a twin of the measure charged asks for, at a lower rate, is told where it is not made.
#[test]
fn a_claim_that_lowers_the_duty_is_told() {
    let told = |arguments: &[&str]| -> Vec<String> {
        let found = rate(arguments);
        let notes = flow(&found)["notes"].as_array().unwrap().clone();
        let claims = notes.iter().filter_map(Value::as_str).filter(|note| note.contains("is not claimed"));
        claims.map(|note| note.split('`').nth(1).unwrap().to_owned()).collect()
    };
    let steel = ["7210.49.00.91", "--from", "GB", "--on", "2026-05-01"];
    assert_eq!(told(&steel), ["uk-metal"]);
    let mut of_britain = steel.to_vec();
    of_britain.extend(["--claim", "uk-metal"]);
    assert!(told(&of_britain).is_empty());
    assert_eq!(told(&["passenger-cars", "--from", "MX", "--on", "2025-10-01"]), ["usmca"]);
    assert!(told(&["passenger-cars", "--from", "JP", "--on", "2025-10-01"]).is_empty());
    assert!(told(&["7210.49.00.91", "--from", "GB", "--on", "2025-01-15"]).is_empty());
}

/// Motorcycles came under the steel tariff by an instrument of their own: the line carries it beside the measure's.
#[test]
fn a_line_tells_what_brought_the_code_into_scope() {
    let found = rate(&["8711.50.00", "--from", "JP", "--on", "2025-09-01", "--content", "steel=40%"]);
    let lines = flow(&found)["lines"].as_array().unwrap().clone();
    let of = |measure: &str| lines.iter().find(|line| line["measure"] == measure).unwrap().clone();
    let steel = of("us-232-steel-derivatives");
    assert_eq!((&steel["cite"], &steel["scope_cite"]), (&"Proc. 10947, 90 FR 24199".into(), &"90 FR 40326".into()));
    let source = steel["scope_source"].as_str().unwrap();
    let (path, line) = source.split_once(':').unwrap();
    let row = std::fs::read_to_string(path).unwrap().lines().nth(line.parse::<usize>().unwrap() - 1).unwrap().to_owned();
    assert!(row.starts_with("8711.50.00,16(n),2025-08-18") && row.ends_with("90 FR 40326"), "{row}");
    assert_eq!(of("us-column-1")["scope_source"], Value::Null);
}

#[test]
fn an_entry_past_the_book_is_unknown_and_not_the_old_rate() {
    let past = rate(&["toys", "--from", "CN", "--on", "2026-11-21"]);
    assert_eq!(flow(&past)["duty"]["status"], "unknown");
    let continued = rate(&["toys", "--from", "CN", "--on", "2026-11-21", "--law-continues"]);
    assert_eq!(flow(&continued)["duty"]["status"], "known");
    assert!(flow(&continued)["notes"][0].as_str().unwrap().starts_with("taken for granted"));
}

#[test]
fn short_codes_are_answered_where_their_lines_agree_and_with_the_spread_where_not() {
    let alike = rate(&["8703.23.01", "--from", "JP", "--on", "2025-10-01"]);
    assert_eq!(flow(&alike)["duty"]["amount"], "15000.00");
    let spread = rate(&["8704", "--from", "JP", "--on", "2025-01-15"]);
    assert_eq!(flow(&spread)["duty"]["status"], "unknown");
    assert!(flow(&spread)["duty"]["why"].to_string().contains("lines that differ"));
    // The code asked for stands for every line that no list names, and amounts are money.
    let parts = rate(&["8708.30.50", "--from", "GB", "--on", "2025-09-20"]);
    let why = flow(&parts)["duty"]["why"].to_string();
    assert!(why.contains("(8708.30.50.20: 10,000.00, any other line of 8708.30.50: 27,500.00)"), "{why}");
    assert!(flow(&spread)["duty"]["at_most"].as_str().is_some());
}

#[test]
fn groups_of_origins_are_taken_where_their_members_are_alike() {
    let union = rate(&["passenger-cars", "--from", "EU", "--on", "2025-10-01"]);
    assert_eq!(flow(&union)["effective_rate"], "0.15");
    assert_eq!(flow(&union)["origin"], "EU");
}

#[test]
fn exit_codes_and_streams() {
    assert_eq!(run(&["--help"]).code, 0);
    assert_eq!(run(&["--version"]).code, 0);
    assert_eq!(run(&["frobnicate"]).code, 2);
    assert_eq!(run(&["rate"]).code, 2);
    assert_eq!(run(&["rate", "toys", "--from", "JP", "--on", "yesterday"]).code, 2);
    let faulty = run(&["rate", "tois", "--from", "JP"]);
    assert_eq!((faulty.code, faulty.stdout.as_str()), (1, ""));
    assert!(faulty.stderr.contains("did you mean `toys`?"), "{}", faulty.stderr);
    let unknown = run(&["explain", "scenarios/japan-deal.toml", "--flow", "carz"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("did you mean"), "{}", unknown.stderr);
    assert_eq!(run(&["law", "us-232-auto"]).code, 2);
    assert_eq!(run(&["--law", "nowhere", "law"]).code, 1);
}

#[test]
fn the_book_can_be_looked_at() {
    for (args, words) in [
        (vec!["law"], "complete for entries from 2025-01-01"),
        (vec!["law", "us-232-autos"], "9903.94.41"),
        (vec!["law", "us-ieepa-reciprocal-jp"], "top up to 15%"),
        (vec!["law", "facts"], "usmca"),
        (vec!["law", "readings"], "us-ieepa"),
        (vec!["products", "car"], "passenger-cars"),
        (vec!["countries"], "European Union"),
        (vec!["countries", "japan"], "JP"),
        (vec!["sources"], "holds"),
    ] {
        for format in ["table", "markdown", "csv", "json"] {
            let mut all = args.clone();
            all.extend(["--format", format]);
            let printed = run(&all);
            assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{all:?}");
            if format != "csv" {
                assert!(printed.stdout.contains(words), "{all:?}: {words} in\n{}", printed.stdout);
            }
            if format == "json" {
                serde_json::from_str::<Value>(&printed.stdout).unwrap();
            }
        }
    }
}

/// The commands of the README are those that the program takes.
#[test]
fn the_commands_of_the_readme_run() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let mut ran = 0;
    for line in readme.lines().filter_map(|line| line.trim().strip_prefix("cargo run --release -- ")) {
        let line = line.split(" #").next().unwrap();
        let args: Vec<&str> = line.split_whitespace().collect();
        let printed = run(&args);
        assert_eq!(printed.code, 0, "{line}: {}", printed.stderr);
        ran += 1;
    }
    assert!(ran >= 8, "{ran}");
    // The table it shows is the one the program prints.
    let printed = run(&["run", "scenarios/refund-2025-08-20.toml", "--format", "markdown"]).stdout;
    for line in printed.lines().filter(|line| line.starts_with('|')) {
        assert!(readme.contains(line), "{line}");
    }
    // The scenario it shows is one.
    let scenario = readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let results = crate::support::answer_to(scenario);
    assert_eq!(results.cases.len(), 2);
}

/// Three flows of one declaration, each below the least fee by itself.
#[test]
fn fees_are_due_once_for_a_declaration() {
    let flow = |id: &str, entry: &str| {
        format!("[[flow]]\nid = \"{id}\"\ncode = \"8413.70.20\"\nvalue = \"5,000 USD\"\nentry = \"{entry}\"\n")
    };
    let head = "schema = 1\ntitle = \"t\"\nquestion = \"q\"\n[defaults]\ninto = \"US\"\norigin = \"DE\"\nentered = 2025-11-01\nfacts = { transport = \"sea\" }\n";
    let together = answer_to(&format!("{head}{}{}{}", flow("a", "1"), flow("b", "1"), flow("c", "1")));
    let fees = |entry: &tariffcalc::answer::Entry| -> Vec<(String, String)> {
        entry.lines.iter().map(|line| (line.measure.to_string(), line.amount.known().unwrap().to_string())).collect()
    };
    let entry = &together.cases[0].entries[0];
    assert_eq!(fees(entry), [("us-fees-hmf".into(), "18.75".into()), ("us-fees-mpf".into(), "51.96".into())]);
    assert_eq!(entry.fees.known().unwrap().to_string(), "70.71");
    assert_eq!(entry.duty.known().unwrap().to_string(), "2250.00");
    let apart = answer_to(&format!("{head}{}{}{}", flow("a", "1"), flow("b", "2"), flow("c", "3")));
    let least: Vec<String> = apart.cases[0].entries.iter().map(|entry| fees(entry)[1].1.clone()).collect();
    assert_eq!(least, ["33.58", "33.58", "33.58"]);
    assert_eq!(together.cases[0].totals[0].duty, apart.cases[0].totals[0].duty, "fees are no duty");
}

#[test]
fn what_is_assumed_settles_what_flows_leave_open_and_is_told() {
    let open = run(&["rate", "7326.90.86.88", "--from", "DE", "--on", "2026-02-20", "--format", "json"]);
    assert!(open.stdout.contains("\"unknown\""));
    let args = ["rate", "7326.90.86.88", "--from", "DE", "--on", "2026-02-20", "--assume", "content.steel=60%"];
    let told = run(&args);
    assert!(told.stdout.contains("37,740.00"), "{}", told.stdout);
    assert!(told.stdout.contains("assumed where a flow does not say: content.steel = 60%"), "{}", told.stdout);
    let stated = run(&[&args[..], &["--content", "steel=10%"]].concat());
    assert!(!stated.stdout.contains("assumed"), "a flow that says keeps its word: {}", stated.stdout);
    assert_eq!(run(&[&args[..], &["--assume", "patentd=false"]].concat()).code, 1);
}

#[test]
fn readings_stand_side_by_side_where_they_matter() {
    let all = run(&["run", "scenarios/refund-2025-08-20.toml", "--readings", "all", "--format", "csv"]);
    assert_eq!(all.code, 0, "{}", all.stderr);
    assert!(all.stdout.contains(",current-law/us-ieepa=void,"), "{}", all.stdout);
    assert!(!all.stdout.contains("us-korea-floor="), "Japan's goods know nothing of it: {}", all.stdout);
    let void = rate(&["8479.50.00.00", "--from", "JP", "--on", "2025-08-20", "--reading", "us-ieepa=void"]);
    assert_eq!(flow(&void)["effective_rate"], "0.025");
    let wrong = run(&["run", "scenarios/refund-2025-08-20.toml", "--reading", "us-ieepa=gone"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("its options are `collected`, `void`"), "{}", wrong.stderr);
}

/// The book of a day does not know ends and beginnings that were published later.
#[test]
fn the_book_of_a_day_goes_by_what_was_published() {
    for (args, rate_then, rate_now) in [
        // Procs. 11064 and 11065 of 8 September 2026 let section 338 stack on metals.
        (&["9403.20.00.82", "--from", "CA", "--on", "2026-09-20", "--weight", "metal=90%"][..], ("2026-08-25", "0.25"), "0.75"),
        // Proc. 10947 of 3 June 2025 put the rest of a metal good under the reciprocal tariff.
        (&["8431.49.90.95", "--from", "VN", "--on", "2025-06-10", "--content", "steel=50%"], ("2025-05-15", "0.125"), "0.3"),
        // EO 14326 of 31 July 2025 has the rule for goods in transit.
        (&["9503.00.00.71", "--from", "VN", "--on", "2025-08-10", "--loaded", "2025-08-01"], ("2025-07-20", "0.46"), "0.1"),
        // Annex II lost copper with Proc. 10962 of 30 July 2025.
        (&["7407.10.15", "--from", "JP", "--on", "2025-08-10", "--content", "copper=100%"], ("2025-07-20", "0.03"), "0.53"),
    ] {
        let now = rate(args);
        assert_eq!(flow(&now)["effective_rate"], rate_now, "{args:?}");
        let then = rate(&[args, &["--as-known", rate_then.0]].concat());
        assert_eq!(flow(&then)["effective_rate"], rate_then.1, "{args:?} as known {}", rate_then.0);
    }
}

/// What the program says of a wrong call names the call that does.
#[test]
fn faults_name_the_next_command() {
    let folder = std::env::temp_dir().join(format!("tariffcalc-faults-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).unwrap();
        folder.join(name).display().to_string()
    };
    let rows = write("flows.csv", "code,origin,value\n8703.23.01,JP,1000\n");
    let packed = write("flows.csv.gz", "\u{1f}\u{8b}");
    std::fs::write(&packed, [0x1f, 0x8b, 8, 0]).unwrap();
    let empty = write("empty.toml", "");
    let json = write("export.json", "[{\"htsno\": \"0101\"}]");
    let spaced = write("two words.csv", "code,origin,value\n");
    let missing = folder.join("flow.csv").display().to_string();
    let cases: Vec<(Vec<&str>, i32, String)> = vec![
        (vec!["rnu", "x.toml"], 2, "did you mean `tariffcalc run`?".into()),
        (vec!["validate", "x.toml"], 2, "did you mean `tariffcalc check`?".into()),
        (vec!["scenarios/japan-deal.toml"], 2, "`tariffcalc run scenarios/japan-deal.toml`".into()),
        (vec![&rows], 2, format!("`tariffcalc panel {rows}`")),
        (vec!["8703.23.01"], 2, "`tariffcalc rate 8703.23.01 --from ORIGIN`".into()),
        (vec!["passenger-cars"], 2, "`tariffcalc rate passenger-cars --from ORIGIN`".into()),
        (vec!["us-232-autos"], 2, "`tariffcalc law us-232-autos`".into()),
        (vec!["run"], 2, "such as `tariffcalc run scenarios/japan-deal.toml`".into()),
        (vec!["rate", "passenger-cars"], 2, "such as `tariffcalc rate passenger-cars --from JP".into()),
        (vec!["run", "scenarios/japan-dael.toml"], 1, "did you mean `scenarios/japan-deal.toml`?".into()),
        (vec!["run", "nothing-like-it.toml"], 1, "`tariffcalc new`".into()),
        (vec!["run", "passenger-cars"], 1, "`tariffcalc rate passenger-cars --from ORIGIN`".into()),
        (vec!["run", &rows], 1, format!("`tariffcalc panel {rows}`")),
        (vec!["run", &packed], 1, format!("`tariffcalc flows {packed}`")),
        (vec!["run", &spaced], 1, format!("`tariffcalc panel '{spaced}'`")),
        (vec!["run", &json], 1, format!("`--schedule {json}`")),
        (vec!["run", &empty], 1, "`tariffcalc new`".into()),
        (vec!["run", "seeds/us/fees.toml"], 1, "`tariffcalc check seeds`".into()),
        (vec!["run", "seeds/us"], 1, "`tariffcalc check seeds`".into()),
        (vec!["run", "scenarios"], 1, "scenarios/*.toml".into()),
        (vec!["run", "scenarios/japan-deal.toml", "--law", "seeds/us"], 2, "`--law seeds`".into()),
        (vec!["run", "scenarios/japan-deal.toml", "--law", "scenarios"], 2, "holds scenarios and no law".into()),
        (vec!["run", "scenarios/japan-deal.toml", "--law", "nowhere"], 1, "groups.toml".into()),
        (vec!["check", "seeds/us"], 1, "`tariffcalc check seeds`".into()),
        (vec!["check", "scenarios"], 1, "`tariffcalc check scenarios/*.toml`".into()),
        (vec!["check", &rows], 1, "`tariffcalc panel`".into()),
        (vec!["flows", &missing], 1, format!("did you mean `{rows}`?")),
        (vec!["panel", &missing], 1, format!("did you mean `{rows}`?")),
        (vec!["diff", &missing, "2025-09-01", "2026-03-01"], 1, format!("did you mean `{rows}`?")),
        (vec!["flows", "scenarios/japan-deal.toml"], 1, "`tariffcalc run scenarios/japan-deal.toml`".into()),
        (vec!["rate", "sport-cars", "--from", "JP"], 1, "`tariffcalc products cars`".into()),
        (vec!["rate", "zebra", "--from", "JP"], 1, "`tariffcalc products`".into()),
        (vec!["rate", "toys", "--from", "jap"], 1, "`tariffcalc countries jap`".into()),
        (vec!["rate", "toys", "--from", "ZZ"], 1, "`tariffcalc countries`".into()),
        (vec!["rate", "toys", "--from", "JP", "--into", "BR"], 1, "`tariffcalc countries`".into()),
        (vec!["rate", "9999.99.99", "--from", "JP"], 1, "`tariffcalc schedule show embedded 9706.90.00`".into()),
        (vec!["rate", "toys", "--from", "JP", "--on", "2035-01-01"], 0, "`--law-continues`".into()),
        (vec!["run", "tests/faults/unknown-measure-misspelt.toml"], 1, "`tariffcalc law us-232-autos`".into()),
        (vec!["law", "us-232-auto"], 2, "did you mean `us-232-autos`?".into()),
        (vec!["law", "zebra"], 2, "`tariffcalc law`".into()),
        (vec!["law", "toys"], 2, "`tariffcalc products toys`".into()),
        (vec!["law", "JP"], 2, "`tariffcalc countries JP`".into()),
        (vec!["products", "zebra"], 2, "`tariffcalc products`".into()),
        (vec!["products", "us-232-autos"], 2, "`tariffcalc law us-232-autos`".into()),
        (vec!["countries", "zzzz"], 2, "`tariffcalc countries`".into()),
        (vec!["explain", "scenarios/japan-deal.toml", "--case", "dael"], 2, "did you mean `deal`?".into()),
        (vec!["timeline", "passenger-cars"], 2, "`--from ORIGIN`".into()),
        (vec!["next", "passenger-cars", "--from", "JP"], 2, "`--on DATE`".into()),
        (vec!["diff", &rows, &rows], 2, "`tariffcalc diff --help`".into()),
        (vec!["schedule", "show", "nothing", "0101"], 2, "`tariffcalc schedule list`".into()),
    ];
    for (call, code, words) in &cases {
        let printed = run(call);
        assert_eq!(printed.code, *code, "{call:?}: {}", printed.stderr);
        assert!(printed.stderr.contains(words.as_str()), "{call:?}: no {words} in\n{}", printed.stderr);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// The commands that faults name do what is said of them.
#[test]
fn commands_named_in_faults_run() {
    for call in [
        &["products", "cars"][..],
        &["countries", "jap"],
        &["schedule", "show", "embedded", "9706.90.00"],
        &["law", "us-232-autos"],
        &["law", "readings"],
        &["law", "facts"],
        &["check", "seeds"],
    ] {
        let printed = run(call);
        assert_eq!(printed.code, 0, "{call:?}: {}", printed.stderr);
    }
}

/// What a flow of flags lacks is named as a flag.
#[test]
fn what_is_missing_without_a_file_is_named_as_a_flag() {
    let rice = run(&["rate", "1006.30.90", "--from", "JP"]);
    assert!(rice.stdout.contains("add `--quantity \"… kg\"`") && !rice.stdout.contains("`quantity ="), "{}", rice.stdout);
    let steel = run(&["rate", "7326.90.86.88", "--from", "DE", "--on", "2026-02-20"]);
    assert!(steel.stdout.contains("add `--content steel=…%`") && !steel.stdout.contains("`content ="), "{}", steel.stdout);
    let lists = run(&["rate", "8703.23", "--from", "US", "--into", "CA"]);
    assert_eq!(lists.stdout.matches("add `--fact canada-list-2026=…`").count(), 1, "{}", lists.stdout);
    assert!(lists.stdout.contains("`column-1` of a flow in a scenario file"), "{}", lists.stdout);
}

#[test]
fn quiet_leaves_errors_and_nothing_else_on_stderr() {
    let late = ["rate", "toys", "--from", "JP", "--on", "2035-01-01"];
    assert!(run(&late).stderr.contains("beyond-book"));
    let quiet = run(&[&late[..], &["-q"]].concat());
    assert_eq!((quiet.stderr.as_str(), quiet.code), ("", 0));
    let faulty = run(&["rate", "zebra", "--from", "JP", "--quiet"]);
    assert!(faulty.stderr.contains("there is no product `zebra`"), "{}", faulty.stderr);
}
