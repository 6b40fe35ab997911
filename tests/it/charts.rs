use crate::support::{ask, golden, law, one_flow, root, run, run_in};
use proptest::prelude::*;
use std::collections::BTreeSet;
use tariffcalc::answer::{self, Chart, ChartKind, ChartMark, ChartSeries, ChartUnit, ChartX, ChartY, Report};
use tariffcalc::assess::Outcome;
use tariffcalc::base::{Currency, Date, Decimal};
use tariffcalc::diag::Sources;
use tariffcalc::scenario::Scenario;
use tariffcalc::{read, render};

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn usd() -> ChartUnit {
    ChartUnit::Money(Currency::parse("USD").unwrap())
}

fn chart(kind: ChartKind, y_unit: ChartUnit, series: Vec<ChartSeries>) -> Chart {
    let x_unit = ChartUnit::Plain(String::new());
    Chart { title: "Duty by case".into(), kind, x_unit, y_unit, series, until: None, marks: Vec::new() }
}

fn series(title: &str, points: &[(&str, ChartY)]) -> ChartSeries {
    let points = points.iter().map(|(name, y)| (ChartX::Name((*name).into()), *y)).collect();
    ChartSeries { title: title.into(), points }
}

fn known(text: &str) -> ChartY {
    ChartY::Known(number(text))
}

fn scenario(name: &str) -> Scenario {
    let asked = read::scenario(&read::Disk::at(root()), &format!("scenarios/{name}.toml"), law(), &mut Sources::default());
    asked.scenario.unwrap_or_else(|| panic!("{name}: {:?}", asked.diagnostics))
}

/// Checks one picture: well-formed, alone, harmless, everything in the viewBox, every id its own.
fn sound(svg: &str, prefix: &str) -> Result<(), TestCaseError> {
    let parsed = roxmltree::Document::parse(svg).map_err(|error| TestCaseError::fail(format!("{error}\n{svg}")))?;
    let top = parsed.root_element();
    prop_assert_eq!(top.tag_name().name(), "svg");
    prop_assert_eq!(top.attribute("role"), Some("img"));
    let corner: Vec<Decimal> = top.attribute("viewBox").unwrap().split(' ').map(number).collect();
    let (wide, high) = (corner[2], corner[3]);
    // What is no plain number is not inside.
    let inside = |value: &str, most: Decimal| value.parse::<Decimal>().is_ok_and(|n| Decimal::ZERO <= n && n <= most);
    let mut ids = BTreeSet::new();
    for node in parsed.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        prop_assert!(!["script", "image", "use", "foreignObject", "a"].contains(&name), "{}", name);
        for attribute in node.attributes() {
            let (key, value) = (attribute.name(), attribute.value());
            prop_assert!(!key.starts_with("on") && !value.contains("NaN") && !value.contains("inf"), "{}={}", key, value);
            prop_assert!(!value.contains("http"), "{}={}", key, value);
            if key == "id" {
                prop_assert!(value == prefix || value.starts_with(&format!("{prefix}-")), "{}", value);
                prop_assert!(ids.insert(value.to_owned()), "{} stands twice", value);
            }
        }
        if node.ancestors().any(|above| above.tag_name().name() == "defs") {
            continue;
        }
        for (key, most) in [("x", wide), ("x1", wide), ("x2", wide), ("y", high), ("y1", high), ("y2", high)] {
            if let Some(value) = node.attribute(key) {
                prop_assert!(inside(value, most), "{} {}={} of {} {}\n{}", name, key, value, wide, high, svg);
            }
        }
        if name == "rect" {
            let of = |key: &str| node.attribute(key).map_or(Decimal::ZERO, number);
            prop_assert!(of("width") >= Decimal::ZERO && of("height") >= Decimal::ZERO);
            prop_assert!(of("x") + of("width") <= wide && of("y") + of("height") <= high, "{}", svg);
        }
        if name == "path" {
            let path = node.attribute("d").unwrap();
            let numbers = path.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-')).filter(|part| !part.is_empty());
            for part in numbers {
                prop_assert!(inside(part, wide.max(high)), "{} in {}", part, path);
            }
        }
    }
    for used in svg.split("url(#").skip(1) {
        let id = used.split(')').next().unwrap();
        prop_assert!(ids.contains(id), "{} is used and nowhere", id);
    }
    let is_wild = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c);
    prop_assert!(!svg.chars().any(is_wild), "{:?}", svg);
    Ok(())
}

fn any_number() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        (-1_000_000_i64..1_000_000, 0_u32..8).prop_map(|(n, scale)| Decimal::new(n, scale)),
        Just(Decimal::ZERO),
        Just(Decimal::MAX),
        Just(Decimal::MIN),
        Just(Decimal::new(1, 28)),
        Just(Decimal::from(10_u64.pow(18))),
        Just(Decimal::from_i128_with_scale(-7 * 10_i128.pow(27), 0)),
    ]
}

fn any_height() -> impl Strategy<Value = ChartY> {
    let known = || any_number().prop_map(ChartY::Known).boxed();
    prop_oneof![
        known(),
        known(),
        known(),
        Just(ChartY::Refused),
        Just(ChartY::Nothing),
        (prop::option::of(any_number()), prop::option::of(any_number()))
            .prop_map(|(at_least, at_most)| ChartY::Unknown { at_least, at_most }),
    ]
}

fn any_words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{0,12}",
        Just("</text><script>alert(1)</script>&\"'".to_owned()),
        Just("\u{1b}[31m\u{202e}\u{0}\u{ffff}=cmd()".to_owned()),
        Just("漢字のとても長い名前がここに入りますからよく見てください".to_owned()),
        "\\PC{0,80}",
    ]
}

fn any_chart() -> impl Strategy<Value = Chart> {
    let kinds = prop::sample::select(vec![ChartKind::Steps, ChartKind::Line, ChartKind::Bars, ChartKind::Stacked]);
    let units =
        || prop::sample::select(vec![ChartUnit::Rate, usd(), ChartUnit::Plain("<kg>".into()), ChartUnit::Plain(String::new())]);
    let one = (any_words(), prop::collection::vec((0_i64..4_000, any_words(), any_height()), 0..12));
    let marks = prop::collection::vec((0_i64..4_000, any_words()), 0..12);
    (kinds, units(), units(), any_words(), prop::collection::vec(one, 0..14), marks, 0_u8..3, prop::bool::ANY).prop_map(
        |(kind, x_unit, y_unit, title, all, marks, place, until)| {
            let at = |number: i64, name: &str| match place {
                0 => ChartX::Day(day("2025-01-01").checked_add(jiff::Span::new().days(number)).unwrap()),
                1 => ChartX::Number(Decimal::new(number, 2)),
                _ => ChartX::Name(name.to_owned()),
            };
            let of = |(title, mut points): (String, Vec<(i64, String, ChartY)>)| {
                points.sort_by_key(|(number, ..)| *number);
                let points = points.iter().map(|(number, name, y)| (at(*number, name), *y)).collect();
                ChartSeries { title, points }
            };
            let mut marks = marks;
            marks.sort();
            Chart {
                title,
                kind,
                x_unit,
                y_unit,
                series: all.into_iter().map(of).collect(),
                until: until.then(|| at(4_000, "end")),
                marks: marks.into_iter().map(|(number, words)| ChartMark { at: at(number, &words), words }).collect(),
            }
        },
    )
}

proptest! {
    /// Whatever a chart shows and however it is called: well-formed, in its frame, harmless, without anything from elsewhere.
    #[test]
    fn every_picture_is_sound(chart in any_chart()) {
        sound(&render::svg(&chart, "p"), "p")?;
    }

    /// Charts as text never fail, hold no control characters, and their drawings keep to their width.
    #[test]
    fn every_drawing_is_harmless(chart in any_chart(), width in 40_u16..160) {
        let drawn = render::chart(&chart, width);
        prop_assert!(drawn.ends_with('\n'));
        let is_wild = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        prop_assert!(!drawn.chars().any(is_wild), "{:?}", drawn);
    }
}

/// Three hundred series, no points, one point, nothing but zeros.
#[test]
fn extreme_charts_are_sound() {
    let many: Vec<ChartSeries> =
        (0..300).map(|at| series(&format!("s{at}"), &[("a", ChartY::Known(at.into())), ("b", known("1"))])).collect();
    let on_days = |values: &[&str]| -> Vec<ChartSeries> {
        let points = (1..).zip(values).map(|(at, y)| (ChartX::Day(day(&format!("2025-{at:02}-01"))), known(y))).collect();
        vec![ChartSeries { title: String::new(), points }]
    };
    for kind in [ChartKind::Steps, ChartKind::Line, ChartKind::Bars, ChartKind::Stacked] {
        for series in [many.clone(), Vec::new(), on_days(&["0.15"]), on_days(&["0", "0"]), on_days(&["-1", "0.00000001", "-3"])] {
            let chart = chart(kind, usd(), series);
            sound(&render::svg(&chart, "x"), "x").unwrap();
            assert!(!render::chart(&chart, 80).is_empty());
        }
    }
    let svg = render::svg(&chart(ChartKind::Line, usd(), Vec::new()), "x");
    assert!(svg.contains("Nothing that can be drawn"), "{svg}");
    // What is not drawn is told, and stacked parts that are folded keep their sum.
    let svg = render::svg(&chart(ChartKind::Stacked, usd(), many.clone()), "x");
    assert!(svg.contains("293 others") && svg.contains(">44,850<"), "{svg}");
    let line = chart(
        ChartKind::Line,
        usd(),
        (0..300).map(|at| ChartSeries { title: format!("s{at}"), ..on_days(&["1"])[0].clone() }).collect(),
    );
    assert!(render::svg(&line, "x").contains("and 288 more series, not drawn"));
}

/// Several pictures in one page share no id; a prefix that is none is made one.
#[test]
fn pictures_stand_beside_each_other() {
    let one = chart(ChartKind::Stacked, usd(), vec![series("a", &[("x", known("1"))]), series("b", &[("x", known("2"))])]);
    let ids = |svg: &str| -> BTreeSet<String> {
        svg.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let (first, second) = (render::svg(&one, "c1"), render::svg(&one, "c2"));
    assert!(ids(&first).is_disjoint(&ids(&second)) && ids(&first).len() >= 4);
    // Rules of style are bound to the picture too.
    let style = first.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let selectors: Vec<&str> = style.split('}').filter_map(|rule| rule.rsplit_once('{')).map(|(selector, _)| selector).collect();
    assert!(selectors.len() > 20 && selectors.iter().all(|selector| selector.contains("#c1")), "{selectors:?}");
    assert!(render::svg(&one, "1<\"> x").contains("id=\"chart-1----x\""));
}

/// What is not known and what is refused is drawn and said, in both renderers; never as a zero.
#[test]
fn unknown_and_refused_are_told() {
    let between = ChartY::Unknown { at_least: Some(number("100")), at_most: Some(number("300")) };
    let open = ChartY::Unknown { at_least: Some(number("50")), at_most: None };
    let heights = [("known", known("400")), ("between", between), ("open", open), ("banned", ChartY::Refused)];
    let bars = chart(ChartKind::Bars, usd(), vec![series("", &heights)]);
    let svg = render::svg(&bars, "u");
    for words in [">100 to 300<", ">at least 50<", ">refused<", ">not known<", "fill=\"url(#u-u)\""] {
        assert!(svg.contains(words), "{words}\n{svg}");
    }
    let text = render::chart(&bars, 60);
    assert!(
        text.contains("100 to 300") && text.contains("at least 50") && text.contains("refused") && text.contains('░'),
        "{text}"
    );
    let steps = Chart {
        series: vec![ChartSeries {
            title: String::new(),
            points: vec![(ChartX::Day(day("2025-01-01")), known("0.1")), (ChartX::Day(day("2025-03-01")), ChartY::Refused)],
        }],
        until: Some(ChartX::Day(day("2025-06-01"))),
        ..chart(ChartKind::Steps, ChartUnit::Rate, Vec::new())
    };
    assert!(render::svg(&steps, "u").contains(">refused<"));
    assert!(render::chart(&steps, 60).contains("refused"), "{}", render::chart(&steps, 60));
}

/// Bars of the run's chart add up to what each case owes: nothing is lost on the way into the picture.
#[test]
fn stacked_bars_add_up_to_the_totals() {
    let mut seen = 0;
    for name in ["japan-deal", "eu-deal", "mexico-or-japan", "what-articles-said", "steel-japan-2025"] {
        let scenario = scenario(name);
        let results = answer::run(law(), &scenario, None).unwrap();
        let report = answer::cost_table(law(), &scenario, &results);
        if scenario.alternatives || results.cases.len() < 2 {
            continue;
        }
        let chart = report.charts.iter().find(|chart| chart.kind == ChartKind::Stacked).unwrap();
        for case in &results.cases {
            let [total] = case.totals.as_slice() else { continue };
            let is = |x: &ChartX| matches!(x, ChartX::Name(name) if name.starts_with(&case.title));
            let (mut least, mut most) = (Decimal::ZERO, Some(Decimal::ZERO));
            for (_, y) in chart.series.iter().flat_map(|series| &series.points).filter(|(x, _)| is(x)) {
                match y {
                    ChartY::Known(y) => (least, most) = (least + y, most.map(|most| most + y)),
                    ChartY::Unknown { at_least, at_most } => {
                        (least, most) = (least + at_least.unwrap(), most.zip(*at_most).map(|(most, y)| most + y));
                    }
                    ChartY::Refused | ChartY::Nothing => {}
                }
            }
            match &total.duty {
                Outcome::Known(duty) => assert_eq!((least, most), (*duty, Some(*duty)), "{name} {}", case.case),
                duty => assert_eq!((Some(least), most), (duty.at_least(), duty.at_most()), "{name} {}", case.case),
            }
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen}");
}

/// A refused flow leaves its mark on the bar; a case in which all is refused says so.
#[test]
fn refused_flows_are_told_at_their_bar() {
    let scenario = ask(&one_flow("2203.00.00", "CA", "2026-10-01", "100,000 USD", "")).unwrap();
    let report = answer::cost_table(law(), &scenario, &answer::run(law(), &scenario, None).unwrap());
    for chart in &report.charts {
        assert!(chart.series.iter().flat_map(|series| &series.points).all(|(_, y)| *y == ChartY::Refused), "{chart:?}");
    }
}

/// The marks of `solve` are its answers: 18/70 of US content, where both cost 29,750.
#[test]
fn solved_settings_are_marked() {
    let scenario = scenario("us-content");
    let solve = &scenario.solves[0];
    let solved = answer::solve(law(), &scenario, solve, None).unwrap();
    let report = answer::solve_table(law(), &scenario, &[(solve, solved)]);
    let [chart] = report.charts.as_slice() else { panic!("{:?}", report.charts) };
    let [mark] = chart.marks.as_slice() else { panic!("{:?}", chart.marks) };
    assert!(matches!(mark.at, ChartX::Number(at) if at.round_dp(4) == number("0.2571")), "{mark:?}");
    assert_eq!(mark.words, "equal: 29,750 USD");
    assert_eq!(chart.series.len(), 2);
}

/// A sweep marks a meeting only at a setting: between settings nothing is claimed.
#[test]
fn swept_meetings_are_exact_or_not_told() {
    let mut scenario = scenario("us-content");
    let charts = |scenario: &Scenario| -> Report {
        let swept = answer::sweep(law(), scenario, &scenario.sweep, None).unwrap();
        answer::sweep_table(law(), scenario, &scenario.sweep, &swept)
    };
    assert!(charts(&scenario).charts[0].marks.is_empty());
    // The duty on 25,000 from Japan at 15 % is 3,750; on 24,500 of which 38.7755… % is American at 25 % as well: no setting. Of equal values it is 40 %.
    let value = scenario.flows[1].value;
    scenario.flows[0].value = value;
    let axis = &mut scenario.sweep.axes[0];
    axis.settings = axis.scope.varied.range("0%", "80%", "20%").unwrap();
    let report = charts(&scenario);
    let [mark] = report.charts[0].marks.as_slice() else { panic!("{:?}", report.charts[0].marks) };
    assert_eq!((&mark.at, mark.words.as_str()), (&ChartX::Number(number("0.4")), "Mexico, USMCA equals Japan"));
}

/// Charts as text, narrow and wide, as they were looked at.
#[test]
fn drawings_are_as_they_were_looked_at() {
    let mut reports: Vec<(&str, Report)> = Vec::new();
    let deal = scenario("japan-deal");
    reports.push(("run", answer::cost_table(law(), &deal, &answer::run(law(), &deal, None).unwrap())));
    let through = scenario("japan-timeline");
    let timeline = answer::timeline(law(), &through, &through.timeline.clone().unwrap_or_default(), None).unwrap();
    reports.push(("timeline", answer::timeline_table(law(), &through, &timeline)));
    let content = scenario("us-content");
    let solved = content.solves.iter().map(|solve| (solve, answer::solve(law(), &content, solve, None).unwrap()));
    let solved: Vec<_> = solved.collect();
    reports.push(("solve", answer::solve_table(law(), &content, &solved)));
    let cars = scenario("cars-by-origin");
    let found = answer::origins(law(), &cars, None).unwrap();
    reports.push(("origins", answer::origins_table(law(), &cars, &found, None, true)));
    for width in [80, 160] {
        for (name, report) in &reports {
            let drawn: Vec<String> = report.charts.iter().map(|chart| render::chart(chart, width)).collect();
            golden(&root().join(format!("tests/charts/{name}-{width}.txt")), &drawn.join("\n"));
        }
    }
    // One picture for each way of drawing, so that no change goes unseen.
    for (name, report) in &reports {
        let chart = report.charts.first().unwrap();
        sound(&render::svg(chart, name), name).unwrap();
    }
}

/// As their user calls them.
#[test]
fn charts_from_the_command_line() {
    let below = run(&["diff", "scenarios/japan-deal.toml", "2025-09-01", "2026-03-01", "--chart"]);
    assert_eq!(below.code, 0, "{}", below.stderr);
    assert!(below.stdout.contains("Change in duty by program, from") && below.stdout.contains('█'), "{}", below.stdout);
    // It eats no name of a scenario.
    let first = run(&["run", "--chart", "scenarios/mexico-or-japan.toml"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let folder = std::env::temp_dir().join(format!("tariffcalc-charts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let deal = root().join("scenarios/japan-deal.toml").display().to_string();
    let written = run_in(&folder, &["run", &deal, "--chart", "deal.svg", "--format", "json"]);
    assert_eq!(written.code, 0, "{}", written.stderr);
    assert!(
        written.stdout.starts_with('{')
            && written.stderr.contains("wrote deal-1.svg")
            && written.stderr.contains("wrote deal-2.svg")
    );
    let again = run_in(&folder, &["timeline", &deal, "--chart=one.svg"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    let names: BTreeSet<String> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names, ["deal-1.svg", "deal-2.svg", "one.svg"].map(str::to_owned).into_iter().collect());
    for name in names {
        sound(std::fs::read_to_string(folder.join(name)).unwrap().trim_end(), "chart").unwrap();
    }
    std::fs::remove_dir_all(&folder).unwrap();
    for (args, code, words) in [
        (vec!["run", "scenarios/japan-deal.toml", "--chart", "--format", "csv"], 2, "--chart FILE.svg"),
        (vec!["run", "scenarios/japan-deal.toml", "--chart=x.png"], 2, "ends in .svg"),
        (vec!["run", "scenarios/japan-deal.toml", "--chart=no/such/x.svg"], 1, "there is no folder `no/such`"),
        (vec!["countries", "--chart"], 2, "the others draw none"),
    ] {
        let printed = run(&args);
        assert_eq!(printed.code, code, "{args:?}: {}", printed.stderr);
        assert!(printed.stderr.contains(words) && printed.stdout.is_empty(), "{args:?}: {}", printed.stderr);
    }
}
