use crate::support::{answer_to, ask, golden, law, one_flow, root, run, run_in};
use proptest::prelude::*;
use tariffcalc::answer;
use tariffcalc::base::{Country, Decimal};

/// A sweep of a scenario's text.
fn swept(text: &str) -> answer::Swept {
    let scenario = ask(text).unwrap_or_else(|words| panic!("{words}"));
    answer::sweep(law(), &scenario, &scenario.sweep, None).unwrap_or_else(|_| panic!("cannot be swept:\n{text}"))
}

/// The known duties of the first series, point by point.
fn duties(text: &str) -> Vec<String> {
    swept(text).series[0]
        .costs
        .iter()
        .map(|cost| cost.duty.known().map_or("unknown".into(), |duty| duty.normalize().to_string()))
        .collect()
}

fn axis(vary: &str, settings: &str) -> String {
    format!("[[sweep.axis]]\nvary = \"{vary}\"\n{settings}\n")
}

#[test]
fn scenarios_with_axes_print_the_tables_beside_them() {
    for name in ["us-content", "steel-content-and-rate"] {
        let printed = run(&["sweep", &format!("scenarios/{name}.toml"), "--format", "markdown"]);
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{name}");
        golden(&root().join(format!("scenarios/{name}.sweep.expected.md")), &printed.stdout);
    }
}

/// Steel parts at 10,000 USD: 2.9% column 1 on all, 50% on the steel, and a floor of 15% on the rest that counts column 1.
#[test]
fn a_share_and_a_rate_make_a_grid_that_can_be_worked_out_by_hand() {
    let flow = one_flow("7326.90.86.88", "JP", "2025-10-01", "10000 USD", "");
    let rates = axis("rate:us-ieepa-reciprocal-jp", "values = [\"top up to 10%\", \"top up to 15%\", \"24%\"]");
    let shares = axis("content.steel", "from = \"0%\"\nto = \"100%\"\nstep = \"50%\"");
    let expected = [
        // 290 + 50% of the steel + (10% − 2.9%) of the rest
        ["1000", "3145", "5290"],
        ["1500", "3395", "5290"],
        // 24% on top of column 1
        ["2690", "3990", "5290"],
    ];
    assert_eq!(duties(&format!("{flow}{rates}{shares}")), expected.concat());
}

#[test]
fn every_kind_of_axis_moves_what_it_should() {
    let car = one_flow("passenger-cars", "JP", "2025-10-01", "100000 USD", "");
    // A floor of 15% in all; without it 25% on top of 2.5%; before, nothing but 2.5%.
    assert_eq!(
        duties(&format!("{car}{}", axis("entered", "values = [2025-01-15, 2025-05-01, 2025-10-01]"))),
        ["2500", "27500", "15000"]
    );
    assert_eq!(
        duties(&format!("{car}{}", axis("entered", "from = 2025-03-01\nto = 2025-05-01\nstep = \"1 month\""))),
        ["2500", "2500", "27500"]
    );
    let autos =
        |verb: &str, settings: &str| duties(&format!("{car}{}", axis(&format!("{verb}:us-232-autos-vehicles-jp"), settings)));
    assert_eq!(autos("rate", "values = [\"25%\"]"), ["27500"]);
    assert_eq!(autos("add-points", "values = [\"0%\", \"5%\"]"), ["15000", "20000"]);
    assert_eq!(autos("scale", "values = [\"100%\", \"200%\"]"), ["15000", "30000"]);
    assert_eq!(duties(&format!("{car}{}", axis("value", "values = [\"50,000 USD\", \"1 USD\"]"))), ["7500", "0.15"]);
    let column_1 = axis("column-1", "values = [\"0%\", \"10%\", \"20%\"]");
    assert_eq!(duties(&format!("{car}{column_1}")), ["15000", "15000", "20000"]);
    let yen =
        car.replace("100000 USD", "15,000,000 JPY").replace("question = \"q\"", "question = \"q\"\nexchange = [\"140 JPY/USD\"]");
    assert_eq!(duties(&format!("{yen}{}", axis("exchange:JPY/USD", "values = [\"150\", \"100\"]"))), ["15000", "22500"]);
    // 27.5% without the claim, 25% with it: half and half is the mean.
    let mexican = one_flow("passenger-cars", "MX", "2025-10-01", "100000 USD", "content = { us = \"0%\" }");
    assert_eq!(
        duties(&format!("{mexican}{}", axis("claim.usmca", "values = [\"0%\", \"50%\", \"100%\"]"))),
        ["27500", "26250", "25000"]
    );
}

/// A case's own rate is varied in its place, on its days.
#[test]
fn an_axis_stands_in_the_place_of_a_rate_that_a_case_sets() {
    let text = format!(
        "{}[[case]]\nid = \"more\"\n[[case.change]]\nset-rate = \"24%\"\nmeasure = \"us-ieepa-reciprocal-jp\"\nfrom = 2025-09-01\n{}",
        one_flow("8479.50.00.00", "JP", "2025-10-01", "1000 USD", ""),
        axis("rate:us-ieepa-reciprocal-jp", "values = [\"20%\", \"30%\"]\ncase = \"more\"")
    );
    let swept = swept(&text);
    let known = |series: usize| -> Vec<String> {
        swept.series[series].costs.iter().map(|c| c.duty.known().unwrap().normalize().to_string()).collect()
    };
    assert_eq!((known(0), known(1)), (vec!["150".into(), "150".into()], vec!["225".to_owned(), "325".to_owned()]));
    assert!(
        swept.notes.iter().any(|note| note.contains("stands in the place of the rate that case `more` sets")),
        "{:?}",
        swept.notes
    );
}

/// Amounts that vary are charged again; nothing is planned again.
#[test]
fn amounts_are_charged_again_without_another_plan() {
    let flow = one_flow("7326.90.86.88", "JP", "2025-10-01", "10000 USD", "content = { steel = \"50%\" }");
    let many = swept(&format!("{flow}{}", axis("value", "from = \"1,000 USD\"\nto = \"500,000 USD\"\nstep = \"1,000 USD\"")));
    assert_eq!((many.points.len(), many.plans), (500, 1));
    let shares = swept(&format!("{flow}{}", axis("content.steel", "from = \"0%\"\nto = \"100%\"\nstep = \"1%\"")));
    assert_eq!((shares.points.len(), shares.plans), (101, 1));
}

#[test]
fn unknown_and_refused_go_all_the_way() {
    let open = one_flow("7326.90.86.88", "JP", "2025-10-01", "10000 USD", "");
    let swept = swept(&format!("{open}{}", axis("value", "values = [\"1,000 USD\", \"2,000 USD\"]")));
    let cost = &swept.series[0].costs[1];
    assert_eq!(
        (cost.duty.known(), cost.duty.at_least(), cost.duty.at_most()),
        (None, Some(Decimal::from(300)), Some(Decimal::from(1058)))
    );
    assert!(
        swept
            .notes
            .iter()
            .any(|note| note.words == "Coverage: of 2 duties (settings × flows × cases) 0 are known, 2 unknown, 0 refused."),
        "{:?}",
        swept.notes
    );
    let folder = root().join("tests");
    let printed = run_in(
        &folder,
        &["sweep", "../scenarios/us-content.toml", "--axis", "entered=2026-10-01..2026-10-20/1 week", "--format", "csv"],
    );
    assert!(printed.stdout.contains("2026-10-15,,USD,25000.00,unknown,,"), "{}", printed.stdout);
}

#[test]
fn the_command_line_reads_units_lists_and_ranges() {
    let csv = |axis: &str| run(&["sweep", "scenarios/us-content.toml", "--axis", axis, "--flow", "mexico", "--format", "csv"]);
    let column = |axis: &str| -> Vec<String> {
        let printed = csv(axis);
        assert_eq!(printed.code, 0, "{axis}: {}", printed.stderr);
        let mut reader = csv::Reader::from_reader(printed.stdout.as_bytes());
        let at = reader.headers().unwrap().iter().position(|name| name == "axis_1").unwrap();
        reader.records().map(|row| row.unwrap()[at].to_owned()).collect()
    };
    assert_eq!(column("value=20,000..30,000/5,000 USD"), ["20000.00", "25000.00", "30000.00"]);
    assert_eq!(column("value=20,000 USD,30,000 USD"), ["20000.00", "30000.00"]);
    assert_eq!(column("content.us@mexico=0..50%/25%"), ["0", "0.25", "0.5"]);
    assert_eq!(column("entered=2025-01-31..2025-04-30/1 month"), ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"]);
    assert_eq!(column("entered=2025-01-31,2025-04-30"), ["2025-01-31", "2025-04-30"]);
    for (axis, words) in [
        ("content.us", "does not say what takes which settings"),
        ("content.us=0%..50%", "has no step"),
        ("content.us=0%..50%/0%", "is not above zero"),
        ("content.us=50%..0%/5%", "runs backwards"),
        ("content.us=0%..50%/0.001%", "more than 1000 settings"),
        ("content.us=0%..150%/50%", "is not a share"),
        ("contents.us=0%..50%/5%", "nothing that can be varied"),
        ("content.su=0%..50%/5%", "there is no share `su`"),
        ("content.us@mexiko=0%..50%/5%", "did you mean `mexico`?"),
        ("rate:us-232-auto=0%..50%/5%", "did you mean `us-232-autos`?"),
        ("exchange:JPY/USD=100..120/10", "no value is converted"),
        ("claim.usmca=0%..50%/5%", "cannot be claimed for the flow `japan`"),
        ("value=20..40/5", "is not an amount of money"),
    ] {
        let printed = csv(axis);
        assert_ne!(printed.code, 0, "{axis}");
        assert!(printed.stderr.contains(words), "{axis}: {}", printed.stderr);
    }
    let idle = csv("rate:us-122=1%..5%/2%");
    assert!(idle.code == 0 && idle.stderr.contains("changes nothing for any flow"), "{}", idle.stderr);
}

/// What a claim of chapter 98 depends on is a date of the law as well: two days of which one is in a provision's time are not charged alike.
#[test]
fn the_dates_of_provisions_and_preferences_are_dates_of_the_law() {
    for territory in law().territories() {
        let dates = law().dates(territory.id);
        let periods =
            law().provisions(territory.id).flat_map(|provision| [provision.period.from, provision.period.before]).flatten();
        let ends = law().facts().values().filter_map(|fact| fact.before);
        let missing: Vec<_> = periods.chain(ends).filter(|date| !dates.contains(date)).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", territory.id);
    }
    assert!(law().provisions(Country::letters("US").unwrap()).count() > 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// A sweep at one setting is the run of the scenario that states it.
    #[test]
    fn a_sweep_at_a_single_point_is_the_run(
        goods in prop::sample::select(law().products().keys().map(ToString::to_string).collect::<Vec<_>>()),
        origin in prop::sample::select(vec!["JP", "DE", "MX", "CA", "CN", "KR"]),
        day in prop::sample::select(vec!["2025-03-05", "2025-05-01", "2025-10-01", "2026-03-01", "2026-08-01"]),
        kind in 0..7_usize,
        points in 0_i64..100_000_000,
        more in prop::sample::select(vec!["", "claims = [\"usmca\"]", "quantity = \"800 kg\"", "facts = { patented = false }", "weight = { metal = \"12%\" }"]),
    ) {
        // The claim is open to two neighbours.
        let more = if more.contains("usmca") && !["MX", "CA"].contains(&origin) { "" } else { more };
        let percent = Decimal::new(points, 6).normalize();
        let cents = Decimal::new(points, 2).normalize();
        let flow = one_flow(&goods, origin, day, "54321.49 USD", more);
        let results = answer_to(&flow);
        let Some(line) = results.cases[0].assessments[0].lines.iter().find(|line| law().measure(&line.measure).is_some()) else { return Ok(()) };
        let measure = line.measure.to_string();
        let case = |verb: &str| format!("{flow}[[case]]\nid = \"current-law\"\n[[case.change]]\n{verb} = \"{percent}%\"\nmeasure = \"{measure}\"\n");
        let one = |text: &str| format!("values = [\"{text}\"]");
        let (stated, asked) = match kind {
            0 => (case("set-rate"), axis(&format!("rate:{measure}"), &one(&format!("{percent}%")))),
            1 => (case("add-points"), axis(&format!("add-points:{measure}"), &one(&format!("{percent}%")))),
            2 => (case("scale"), axis(&format!("scale:{measure}"), &one(&format!("{percent}%")))),
            3 => (one_flow(&goods, origin, day, &format!("{cents} USD"), more), axis("value", &one(&format!("{cents} USD")))),
            4 => (format!("{flow}content = {{ steel = \"{percent}%\" }}\n"), axis("content.steel", &one(&format!("{percent}%")))),
            5 => (one_flow(&goods, origin, "2025-08-20", "54321.49 USD", more), axis("entered", &one("2025-08-20"))),
            _ => (
                format!("{flow}column-1 = \"{percent}%\"\ncolumn-1-cite = \"x\"\n"),
                axis("column-1", &one(&format!("{percent}%"))),
            ),
        };
        let run = answer_to(&stated);
        let swept = swept(&format!("{flow}{asked}"));
        let (assessment, cost) = (&run.cases[0].assessments[0], &swept.series[0].costs[0]);
        let bounds = |duty: &tariffcalc::assess::Outcome| (duty.known(), duty.at_least(), duty.at_most());
        prop_assert_eq!((assessment.value, bounds(&assessment.duty)), (cost.value, bounds(&cost.duty)), "{}", asked);
    }
}

/// What machines read beside the rows: what the axes vary, and the printed form of each rate.
/// What a row of a sweep is charged by is what a run with that setting is charged by.
#[test]
fn rows_name_the_law_that_they_are_charged_by() {
    let car = |day: &str| one_flow("passenger-cars", "JP", day, "100000 USD", "");
    let days = ["2025-01-15", "2025-05-01", "2025-10-01"];
    let text = format!("{}{}", car("2025-10-01"), axis("entered", &format!("values = [{}]", days.join(", "))));
    let scenario = ask(&text).unwrap();
    let swept = answer::sweep(law(), &scenario, &scenario.sweep, None).unwrap_or_else(|_| panic!("cannot be swept"));
    let report = answer::sweep_table(law(), &scenario, &scenario.sweep, &swept);
    let cites = |report: &answer::Report, row: usize| -> Vec<String> {
        let of = |place: &usize| format!("{} {}", report.sources[*place].heading, report.sources[*place].cite);
        let mut all: Vec<String> = report.tables[0].rows[row].sources.iter().map(of).collect();
        all.sort();
        all
    };
    for (row, day) in days.iter().enumerate() {
        let alone = ask(&car(day)).unwrap();
        let results = answer::run(law(), &alone, None).unwrap_or_else(|_| panic!("cannot be run"));
        let expected = cites(&answer::cost_table(law(), &alone, &results), 0);
        assert!(!expected.is_empty());
        assert_eq!(cites(&report, row), expected, "{day}");
    }
    // A grid cites for each row what any of its cells is charged by.
    let text = format!("{text}{}", axis("value", "values = [\"1 USD\", \"2 USD\"]"));
    let scenario = ask(&text).unwrap();
    let swept = answer::sweep(law(), &scenario, &scenario.sweep, None).unwrap_or_else(|_| panic!("cannot be swept"));
    let grid = answer::sweep_grid(law(), &scenario, &scenario.sweep, &swept);
    assert_eq!(
        (0..3).map(|row| cites(&grid, row)).collect::<Vec<_>>(),
        (0..3).map(|row| cites(&report, row)).collect::<Vec<_>>()
    );
}

#[test]
fn machines_are_told_the_axes() {
    let printed = run(&["sweep", "scenarios/us-content.toml", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&printed.stdout).unwrap();
    assert_eq!(document["axes"][0]["vary"], "content.us@mexico");
    assert_eq!(document["axes"][0]["settings"][1], serde_json::json!({ "printed": "15%", "number": "0.15" }));
    let table = &document["tables"][0];
    let axis = table["columns"].as_array().unwrap().iter().find(|column| column["key"] == "axis_1").unwrap();
    assert_eq!(axis["title"], "content.us@mexico");
    assert_eq!(
        (&table["rows"][1]["effective_rate"], &table["rows"][1]["effective_rate_printed"]),
        (&"0.2125".into(), &"21.25%".into())
    );
}
