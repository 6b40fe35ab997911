use crate::support::{answer_to, ask, law, one_flow, run};
use proptest::prelude::*;
use tariffcalc::answer::{
    self, Average, Calendar, CalendarEvent, Chart, ChartKind, ChartSeries, ChartUnit, ChartX, ChartY, Timeline, TimelineSeries,
    TimelineStep, Total,
};
use tariffcalc::assess::Outcome;
use tariffcalc::base::{Currency, Date, Decimal, days_between, parse_date};
use tariffcalc::render;
use tariffcalc::scenario::{Every, NextAsked, TimelineAsked};

fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn period(from: &str, before: &str) -> TimelineAsked {
    TimelineAsked { from: Some(day(from)), before: Some(day(before)), ..TimelineAsked::default() }
}

fn timeline(text: &str, asked: &TimelineAsked) -> Timeline {
    answer::timeline(law(), &ask(text).unwrap(), asked, None).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// Cars of Japan in 2025, by hand from the facts: 2.5 % on 92 days, 27.5 % from 3 April on 166 days, 15 % from 16 September on 107 days.
#[test]
fn a_year_of_cars_by_hand() {
    let text = one_flow("passenger-cars", "JP", "2025-10-01", "100,000 USD", "");
    let timeline = timeline(&text, &period("2025-01-01", "2026-01-01"));
    let [series] = timeline.series.as_slice() else { panic!("{:?}", timeline.series.len()) };
    let steps: Vec<(String, i64, String)> = series
        .steps
        .iter()
        .map(|step| {
            let duty = step.total.duty.known().unwrap().normalize().to_string();
            (step.from.to_string(), days_between(step.from, step.before), duty)
        })
        .collect();
    let expected = [("2025-01-01", 92, "2500"), ("2025-04-03", 166, "27500"), ("2025-09-16", 107, "15000")];
    assert_eq!(steps, expected.map(|(from, days, duty)| (from.to_owned(), days, duty.to_owned())));
    let moved = series.steps[1].moves.first().unwrap();
    assert_eq!((moved.measure.as_str(), moved.heading.as_str()), ("us-232-autos-vehicles", "9903.94.01"));
    assert!(moved.cite.contains("Proc. 10908"), "{}", moved.cite);
    // (92 × 2.5 + 166 × 27.5 + 107 × 15) ÷ 365 = 6400 ÷ 365.
    let average = series.average(timeline.from, timeline.before);
    assert_eq!((average.days, average.days_known), (365, 365));
    assert_eq!(average.rate().unwrap().known(), Some(number("0.1753424658")));
    assert_eq!(average.duty_a_day(2).unwrap().known(), Some(number("17534.25")));
}

/// Mexico, 25 % from 4 March 2025: a month that holds a change has an average of its own.
#[test]
fn months_carry_the_average_of_their_days() {
    let text = one_flow("8471.30.01.00", "MX", "2025-06-01", "100,000 USD", "");
    let asked = TimelineAsked { every: Every::Month, ..period("2025-01-15", "2025-05-10") };
    let timeline = timeline(&text, &asked);
    let report = answer::timeline_table(law(), &ask(&text).unwrap(), &timeline);
    let csv = render::csv(&report);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let rows: Vec<Vec<String>> = reader
        .records()
        .map(Result::unwrap)
        .take_while(|row| row.get(0) == Some("f"))
        .map(|row| ["from", "before", "effective_rate", "average_rate", "moved_by"].map(|name| row[at(name)].to_owned()).to_vec())
        .collect();
    // 25 % from 4 March: 28 of the 31 days of March, 0.25 × 28 ÷ 31.
    let expected = [
        ["2025-01-15", "2025-02-01", "0", "0", ""],
        ["2025-02-01", "2025-03-01", "0", "0", ""],
        ["2025-03-01", "2025-04-01", "0", "0.2258064516", "us-ieepa-fentanyl-mx"],
        ["2025-04-01", "2025-05-01", "0.25", "0.25", ""],
        ["2025-05-01", "2025-05-10", "0.25", "0.25", ""],
    ];
    assert_eq!(rows, expected);
}

/// What is not known on some days is not known on average, and keeps its bounds.
#[test]
fn unknown_days_leave_the_average_unknown() {
    let text = one_flow("7326.90.86", "DE", "2025-05-01", "100,000 USD", "");
    let scenario = ask(&text).unwrap();
    let timeline = timeline(&text, &period("2025-05-01", "2025-07-01"));
    let average: Average = timeline.series[0].average(timeline.from, timeline.before);
    assert_eq!((average.days, average.days_known), (61, 34));
    let rate = average.rate().unwrap();
    assert_eq!(rate.known(), None);
    // 34 days at 27.9 %; then 2.9 % and, of the steel, nothing to all of it: 12.9 % to 52.9 % on 27 days.
    assert_eq!(rate.at_least(), Some(number("0.2126065574")));
    assert_eq!(rate.at_most(), Some(number("0.3896557377")));
    let report = answer::timeline_table(law(), &scenario, &timeline);
    let [chart] = report.charts.as_slice() else { panic!("{:?}", report.charts) };
    assert_eq!(
        chart.series[0].points.last().unwrap().1,
        ChartY::Unknown { at_least: Some(number("0.129")), at_most: Some(number("0.529")) }
    );
}

/// Canadian beer is refused from 29 September 2026: no duty, no rate, and no saving.
#[test]
fn a_refusal_is_no_saving() {
    let text = one_flow("2203.00.00", "CA", "2026-09-01", "100,000 USD", "");
    let timeline = timeline(&text, &period("2026-09-01", "2026-10-11"));
    let last = timeline.series[0].steps.last().unwrap();
    assert_eq!((last.from, last.total.refused), (day("2026-09-29"), number("100000")));
    let [moved] = last.moves.as_slice() else { panic!("{:?}", last.moves) };
    assert_eq!((moved.words.as_str(), moved.cite.as_str()), ("entry is refused", "Proc. 11061; CSMS 70050970"));
    let average = timeline.series[0].average(timeline.from, timeline.before);
    assert_eq!(average.rate().unwrap().known(), Some(number("0.6")));
    let report = answer::timeline_table(law(), &ask(&text).unwrap(), &timeline);
    let csv = render::csv(&report);
    assert!(csv.contains(",refused,refused,,,,,us-338-canada-ban-alcohol-packaged\n"), "{csv}");
}

#[test]
fn days_that_the_book_does_not_know_are_counted_and_named() {
    let asked = ["--from", "JP", "--from-date", "2026-09-15", "--before", "2026-12-01", "--law-continues"];
    let printed = run(&[&["timeline", "8458.11.00"], asked.as_slice()].concat());
    let words = "The US book is complete to 2026-10-10: on 51 of 77 days the last law known is taken to go on";
    assert!(printed.code == 0 && printed.stdout.contains(words), "{}{}", printed.stdout, printed.stderr);
    let before = run(&["next", "passenger-cars", "--from", "JP", "--on", "2024-01-01"]);
    assert!(
        before.stdout.contains("The US book begins on 2025-01-01: what was scheduled on 2024-01-01 is not known."),
        "{}",
        before.stdout
    );
    assert!(!before.stdout.contains("Nothing is scheduled"), "{}", before.stdout);
}

#[test]
fn days_past_the_book_are_unknown_and_warned_of() {
    let text = one_flow("toys", "CN", "2026-10-01", "100,000 USD", "");
    let timeline = timeline(&text, &period("2026-10-01", "2026-12-01"));
    assert_eq!(timeline.warnings.len(), 1);
    let last = timeline.series[0].steps.last().unwrap();
    assert_eq!((last.from, last.total.duty.known(), last.moves.len()), (day("2026-10-11"), None, 0));
}

/// The sum of flows in cases with changes is, on any day, what `run` says of it.
#[test]
fn a_scenario_through_time_is_run_on_each_day() {
    let path = crate::support::root().join("scenarios/japan-deal.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let scenario = ask(&text).unwrap();
    let timeline = timeline(&text, &period("2025-07-01", "2026-03-10"));
    assert_eq!(timeline.series.iter().map(|series| series.case.as_str()).collect::<Vec<_>>(), ["before", "resumed"]);
    for on in ["2025-07-01", "2025-08-06", "2025-08-07", "2025-09-15", "2025-09-16", "2025-11-01", "2026-02-24", "2026-03-09"] {
        let mut entered = scenario.clone();
        entered.cases.iter_mut().for_each(|case| case.entered = Some(day(on)));
        let results = answer::run(law(), &entered, None).unwrap();
        for series in &timeline.series {
            let case = results.cases.iter().find(|case| case.case.as_str() == series.case).unwrap();
            assert_eq!(series.on(day(on)).unwrap().total, case.totals[0], "{on} {}", series.case);
        }
    }
}

/// A change that alters nothing on any day of the timeline is told.
#[test]
fn idle_changes_are_told() {
    let text = one_flow(
        "toys",
        "CN",
        "2025-10-01",
        "100,000 USD",
        "[[case]]\nid = \"c\"\n[[case.change]]\nset-rate = \"99%\"\nmeasure = \"us-ieepa-reciprocal-jp\"",
    );
    let timeline = timeline(&text, &period("2025-01-01", "2025-12-01"));
    assert_eq!(timeline.warnings.len(), 1);
    assert!(timeline.warnings.sorted()[0].message.contains("changes nothing"));
}

/// 10 July 2025: 24 % on Japan from 1 August was the law then; what came on 31 July was not known.
#[test]
fn what_was_scheduled_on_10_july_2025() {
    let text = one_flow("industrial-robots", "JP", "2025-07-10", "100,000 USD", "");
    let scenario = ask(&text).unwrap();
    let on = |on: &str, known: Option<&str>| {
        let asked = NextAsked { on: Some(day(on)), before: None };
        answer::next(law(), &scenario, &asked, None, known.map(day)).unwrap_or_else(|faults| panic!("{faults:?}"))
    };
    let next = on("2025-07-10", None);
    assert_eq!(next.as_known, day("2025-07-10"));
    let [change] = next.changes.as_slice() else { panic!("{:?}", next.changes) };
    assert_eq!(change.day, day("2025-08-01"));
    assert_eq!((change.before[0].duty.known(), change.now[0].duty.known()), (Some(number("12500.00")), Some(number("26500.00"))));
    let moved = &change.moves[0];
    assert_eq!((moved.cite.as_str(), moved.heading.as_str(), moved.known), ("EO 14316", "9903.01.53", Some(day("2025-07-07"))));
    // The same day, in the book of 31 July: 15 % on top from 7 August, with no deal known yet.
    let later = on("2025-07-10", Some("2025-07-31"));
    assert_eq!(later.changes[0].day, day("2025-08-07"));
    assert_eq!(later.changes[0].now[0].duty.known(), Some(number("17500.00")));
    // A scenario without a day takes the day on which its flows enter, and says so.
    let own = answer::next(law(), &scenario, &NextAsked::default(), None, None).unwrap();
    assert_eq!(own.on, day("2025-07-10"));
    assert!(own.notes[0].starts_with("looked ahead from 2025-07-10"));
}

/// The rise for upholstered seats of 2027-01-01, past the end of the book, is scheduled all the same.
#[test]
fn what_is_scheduled_past_the_end_of_the_book() {
    let text = one_flow("upholstered-seats", "VN", "2026-10-01", "100,000 USD", "");
    let next = answer::next(law(), &ask(&text).unwrap(), &NextAsked::default(), None, None).unwrap();
    let change = next.changes.iter().find(|change| change.day == day("2027-01-01")).unwrap();
    let moved = change.moves.iter().find(|one| one.measure.as_str() == "us-232-wood-upholstered").unwrap();
    assert_eq!(
        (moved.amount_before(), moved.amount_now()),
        (Outcome::Known(number("25000.00")), Outcome::Known(number("30000.00")))
    );
    let report = answer::next_table(law(), &ask(&text).unwrap(), &next);
    assert!(report.notes.iter().any(|note| note.contains("complete to 2026-10-10")), "{:?}", report.notes);
}

#[test]
fn flows_of_several_days_need_the_day_named() {
    let text = format!(
        "{}[[flow]]\nid = \"g\"\ninto = \"US\"\norigin = \"CN\"\nproduct = \"toys\"\nvalue = \"1 USD\"\nentered = 2025-09-01\n",
        one_flow("toys", "CN", "2025-10-01", "100,000 USD", "")
    );
    let faults = answer::next(law(), &ask(&text).unwrap(), &NextAsked::default(), None, None).unwrap_err();
    assert!(faults.sorted()[0].message.contains("2025-09-01, 2025-10-01"), "{faults:?}");
}

/// Verbs as their user calls them: charts only where wanted, calendars only of `next`, wrong calls told.
#[test]
fn the_verbs_from_the_command_line() {
    let plain = run(&["timeline", "8703.23.01.60", "--from", "JP", "--value", "100000", "--before", "2026-01-01"]);
    assert_eq!((plain.code, plain.stderr.as_str()), (0, ""));
    assert!(plain.stdout.contains("17.5342%") && !plain.stdout.contains('┤'), "{}", plain.stdout);
    assert!(plain.stdout.contains("no change in trade volumes"), "{}", plain.stdout);
    let charted = run(&["timeline", "8703.23.01.60", "--from", "JP", "--chart"]);
    assert!(charted.stdout.contains('┤') && !charted.stdout.contains('\u{1b}'));
    let calendar = run(&["next", "8479.50", "--from", "JP", "--on", "2025-07-10", "--format", "ics"]);
    assert_eq!(calendar.code, 0, "{}", calendar.stderr);
    assert_eq!(calendar.stdout, run(&["next", "8479.50", "--from", "JP", "--on", "2025-07-10", "--format", "ics"]).stdout);
    for line in
        ["DTSTAMP:20250707T000000Z\r\n", "DTSTART;VALUE=DATE:20250801\r\n", "SUMMARY:Reciprocal tariff\\, Japan: 10% to 24%\r\n"]
    {
        assert!(calendar.stdout.contains(line), "{}", calendar.stdout);
    }
    // Whatever the value, the event is the same one.
    let other = run(&["next", "8479.50", "--from", "JP", "--on", "2025-07-11", "--value", "5", "--format", "ics"]);
    let uid = |text: &str| text.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned();
    assert_eq!(uid(&calendar.stdout), uid(&other.stdout));
    // Another question has events of its own.
    let others = run(&["next", "8458.11", "--from", "JP", "--on", "2025-07-10", "--format", "ics"]);
    assert_ne!(uid(&calendar.stdout), uid(&others.stdout));
    let uids: std::collections::BTreeSet<&str> = calendar.stdout.lines().filter(|line| line.starts_with("UID:")).collect();
    assert_eq!(uids.len(), calendar.stdout.matches("BEGIN:VEVENT").count());
    // Another program reads it.
    let unfolded = icalendar::parser::unfold(&calendar.stdout);
    let read = icalendar::parser::read_calendar(&unfolded).unwrap();
    assert_eq!(read.components.len(), uids.len());
    let nothing = run(&["next", "coffee", "--from", "CO", "--on", "2025-03-01", "--format", "ics"]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (0, ""));
    assert!(nothing.stderr.contains("nothing is scheduled"));
    for (args, code, words) in [
        (vec!["run", "scenarios/japan-deal.toml", "--format", "ics"], 2, "only `next` writes one"),
        (vec!["timeline", "toys"], 2, "--from ORIGIN"),
        (vec!["next", "toys", "--from", "CN"], 2, "--on DATE"),
        (vec!["timeline", "scenarios/japan-deal.toml", "--value", "5"], 2, "--value speaks of goods without a file"),
        (vec!["timeline", "scenarios/japan-deal.toml", "--flow", "car"], 2, "did you mean `cars`?"),
        (vec!["next", "scenarios/japan-deal.toml", "--case", "deel"], 2, "did you mean `deal`?"),
        (vec!["timeline", "toys", "--from", "CN", "--chart", "--format", "csv"], 2, "--format table"),
        (vec!["timeline", "toys", "--from", "CN", "--before", "2025-01-01"], 1, "has no day"),
        (vec!["timeline", "toys", "--from", "CN", "--every", "day", "--before", "2190-01-01"], 1, "more than 20000 rows"),
        (vec!["next", "toys", "--from", "CN", "--on", "2025-06-01", "--before", "2025-06-01"], 1, "cannot look"),
    ] {
        let printed = run(&args);
        assert_eq!(printed.code, code, "{args:?}: {}", printed.stderr);
        assert!(printed.stderr.contains(words), "{args:?}: {}", printed.stderr);
    }
}

/// The days on which a provision starts or ends are days on which the law may change.
#[test]
fn provisions_give_dates_of_law() {
    for territory in law().territories() {
        let dates = law().dates(territory.id);
        for provision in law().provisions(territory.id) {
            for date in [provision.period.from, provision.period.before].into_iter().flatten() {
                assert!(dates.contains(&date), "{} {date}", provision.id);
            }
        }
    }
}

fn chart_of(kind: ChartKind, points: Vec<(ChartX, ChartY)>, until: Option<ChartX>) -> Chart {
    Chart {
        title: "t".into(),
        kind,
        x_unit: ChartUnit::Plain(String::new()),
        y_unit: ChartUnit::Rate,
        series: vec![ChartSeries { title: String::new(), points }],
        until,
        marks: Vec::new(),
    }
}

#[test]
fn a_chart_of_steps() {
    let points = vec![
        (ChartX::Day(day("2025-01-01")), ChartY::Known(number("0.1"))),
        (ChartX::Day(day("2025-01-11")), ChartY::Known(number("0.3"))),
        (ChartX::Day(day("2025-01-21")), ChartY::Unknown { at_least: Some(number("0.1")), at_most: Some(number("0.2")) }),
    ];
    let drawn = render::chart(&chart_of(ChartKind::Steps, points, Some(ChartX::Day(day("2025-01-31")))), 40);
    let expected = "\
t
30% ┤           ┌───────────
    │           │
25% ┤           │
    │           │
20% ┤           │           ░░░░░░░░░░░░
    │           │           ░░░░░░░░░░░░
15% ┤           │           ░░░░░░░░░░░░
    │           │           ░░░░░░░░░░░░
10% ┤───────────┘           ░░░░░░░░░░░░
    │
 5% ┤
    │
 0% ┤
    └┬───────────────┬──────────────────
     2025-01-01      2025-01-15
░ not known: between these bounds
";
    assert_eq!(drawn, expected, "\n{drawn}");
}

#[test]
fn a_chart_of_bars() {
    let bar = |name: &str, y: &str| (ChartX::Name(name.into()), ChartY::Known(number(y)));
    let mut points = vec![bar("Mexico", "0.25"), bar("Japan", "0.15"), bar("Gain", "-0.05")];
    points.push((ChartX::Name("China\u{1b}[31m".into()), ChartY::Unknown { at_least: Some(number("0.1")), at_most: None }));
    let drawn = render::chart(&chart_of(ChartKind::Bars, points, None), 60);
    assert!(!drawn.contains('\u{1b}'));
    let expected = "\
t
Mexico                ███████████████████████▍ 25%
Japan                 ██████████████ 15%
Gain             █████ -5%
China\\u{1b}[31m       █████████░░░░░░░░░░░░░░░ at least 10%
░ not known
";
    assert_eq!(drawn, expected, "\n{drawn}");
}

fn step(from: Date, before: Date, value: Decimal, duty: Decimal) -> TimelineStep {
    TimelineStep {
        from,
        before,
        total: Total {
            currency: Currency::parse("USD").unwrap(),
            value,
            priced: value,
            unknown: Decimal::ZERO,
            refused: Decimal::ZERO,
            duty: Outcome::Known(duty),
        },
        moves: Vec::new(),
        charged: Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// On any day a timeline says what `run` says of that day, to the cent.
    #[test]
    fn a_timeline_is_run_on_each_of_its_days(
        goods in prop::sample::select(vec!["passenger-cars", "toys", "7210.49.00", "industrial-robots", "8413.70.20.15", "smartphones", "9403.40.90.60"]),
        origin in prop::sample::select(vec!["JP", "CN", "DE", "MX", "CA", "BR", "IN", "RU"]),
        // Any day, and days on which much changes: there a step that starts a day too early or too late is found out.
        offset in prop_oneof![
            0_i64..640,
            prop::sample::select(vec!["2025-03-04", "2025-04-03", "2025-04-05", "2025-04-09", "2025-04-10", "2025-05-14", "2025-08-07", "2025-09-16", "2025-11-10", "2026-02-24"])
                .prop_map(|text| days_between(day("2025-01-01"), day(text))),
        ],
        around in 1_i64..30,
        cents in 1_i64..10_000_000_000,
        row in prop::sample::select(vec![Every::Change, Every::Day, Every::Week, Every::Month]),
        more in prop::sample::select(vec!["", "content = { steel = \"40%\" }", "claims = [\"usmca\"]", "quantity = \"800 kg\"", "facts = { patented = false }"]),
    ) {
        use jiff::ToSpan;
        let on = day("2025-01-01").checked_add(offset.days()).unwrap();
        let asked = TimelineAsked {
            from: Some(on.checked_sub(around.days()).unwrap().max(day("2025-01-01"))),
            before: Some(on.checked_add((around + 1).days()).unwrap()),
            every: row,
            flows: Vec::new(),
        };
        // The claim is open to two neighbours.
        let more = if more.contains("usmca") && !["MX", "CA"].contains(&origin) { "" } else { more };
        let value = format!("{} USD", Decimal::new(cents, 2));
        let text = one_flow(goods, origin, &on.to_string(), &value, more);
        let timeline = timeline(&text, &asked);
        let found = &timeline.series[0].on(on).unwrap().total;
        let results = answer_to(&text);
        let expected = &results.cases[0].totals[0];
        prop_assert_eq!(found.duty.known(), expected.duty.known());
        prop_assert_eq!(found.duty.at_least(), expected.duty.at_least());
        prop_assert_eq!(found.duty.at_most(), expected.duty.at_most());
        prop_assert_eq!(found.effective_rate(), expected.effective_rate());
        let days: i64 = timeline.series[0].steps.iter().map(|step| days_between(step.from, step.before)).sum();
        prop_assert_eq!(days, days_between(timeline.from, timeline.before));
    }

    /// However a period is cut, the average of a constant is the constant.
    #[test]
    fn the_average_of_a_constant_is_the_constant(
        cuts in prop::collection::btree_set(1_i64..2_000, 0..20),
        value in 1_i64..1_000_000_000_000,
        duty in 0_i64..1_000_000_000_000,
    ) {
        use jiff::ToSpan;
        let first = day("2025-01-01");
        let at = |days: i64| first.checked_add(days.days()).unwrap();
        let mut edges: Vec<i64> = std::iter::once(0).chain(cuts).collect();
        edges.push(2_000);
        let (value, duty) = (Decimal::new(value, 2), Decimal::new(duty, 2));
        let steps: Vec<TimelineStep> = edges.windows(2).map(|pair| step(at(pair[0]), at(pair[1]), value, duty)).collect();
        let constant = steps[0].total.effective_rate();
        let series = TimelineSeries {
            flow: "f".into(), title: "f".into(), case: "c".into(), case_title: "c".into(), steps,
        };
        let average = series.average(first, at(2_000));
        prop_assert_eq!(average.rate().and_then(|rate| rate.known()), constant);
        prop_assert_eq!(average.duty_a_day(2).and_then(|duty| duty.known()), Some(duty.normalize()));
    }

    /// Lines of a calendar are at most 75 octets, end in CRLF, and unfold to what was folded.
    #[test]
    fn calendar_lines_are_short(summary in "\\PC{0,200}", description in "(\\PC|\n|\r|\u{7}){0,300}") {
        let event = CalendarEvent {
            uid: "u@tariffcalc".into(), day: day("2025-08-01"), known: day("2025-07-07"), summary: summary.clone(), description,
        };
        let text = render::ics(&Calendar { title: summary, events: vec![event] });
        prop_assert!(text.ends_with("END:VCALENDAR\r\n"));
        prop_assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        for line in text.split("\r\n") {
            prop_assert!(line.len() <= 75, "{}", line);
            prop_assert!(!line.chars().any(char::is_control), "{:?}", line);
        }
        let unfolded = text.replace("\r\n ", "");
        let named = ["BEGIN:", "VERSION:", "PRODID:", "CALSCALE:", "X-WR-CALNAME:", "UID:", "DTSTAMP:", "DTSTART;", "DTEND;", "SUMMARY:", "DESCRIPTION:", "TRANSP:", "END:", ""];
        prop_assert!(unfolded.split("\r\n").all(|line| named.iter().any(|name| line.starts_with(name))));
        prop_assert_eq!(unfolded.split("\r\n").count(), 16);
    }

    /// A chart keeps to its width whatever it shows, and never fails.
    #[test]
    fn charts_keep_to_their_width(
        points in prop::collection::vec((0_i64..5_000, -1_000_000_000_000_i64..1_000_000_000_000, 0_u8..4), 0..30),
        kind in prop::sample::select(vec![ChartKind::Steps, ChartKind::Line, ChartKind::Bars]),
        width in 40_u16..120,
    ) {
        let mut sorted = points;
        sorted.sort_unstable();
        let points = sorted.into_iter().map(|(x, y, how)| {
            let y = Decimal::new(y, 6);
            let height = match how {
                0 => ChartY::Nothing,
                1 => ChartY::Unknown { at_least: None, at_most: Some(y) },
                _ => ChartY::Known(y),
            };
            (ChartX::Number(Decimal::from(x)), height)
        });
        let drawn = render::chart(&chart_of(kind, points.collect(), None), width);
        for line in drawn.lines() {
            prop_assert!(line.chars().count() <= usize::from(width), "{}", line);
        }
    }
}
