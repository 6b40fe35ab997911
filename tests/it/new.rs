use crate::support::{law, root, run, run_in};
use std::collections::BTreeSet;
use std::path::PathBuf;
use tariffcalc::answer::{self, Draft, DraftGoods};
use tariffcalc::base::{CommodityCode, Country, Date, GroupId, Money};
use tariffcalc::diag::Sources;
use tariffcalc::law::Place;
use tariffcalc::{read, render};

fn place(text: &str) -> Place {
    match law().groups().get(&GroupId::new(text)) {
        Some(group) => Place::Group(group.id.clone()),
        None => Place::Country(Country::letters(text).unwrap()),
    }
}

fn goods(text: &str) -> DraftGoods {
    match law().product(text) {
        Some(product) => DraftGoods::Product(Box::new(product.clone())),
        None => DraftGoods::Code(CommodityCode::parse(text).unwrap()),
    }
}

/// What `new` would write; `None` where the goods of a group of origins owe different duties.
fn written(goods: DraftGoods, into: &str, origins: &[&str], on: Date) -> Option<String> {
    let into = Country::letters(into).unwrap();
    let currency = law().territory(into).unwrap().currency;
    let places: Vec<Place> = origins.iter().map(|text| place(text)).collect();
    let value = Money::parse(&format!("30,000 {currency}")).unwrap();
    let mut draft = Draft::new(law(), into, goods, &places, on, value);
    let begun = sound(&render::scenario_file(&draft, "new.toml", None));
    draft.complete(law(), &begun).ok()?;
    Some(render::scenario_file(&draft, "new.toml", None))
}

/// Reads a scenario that must have neither faults nor warnings.
fn sound(text: &str) -> tariffcalc::scenario::Scenario {
    let files = read::Memory::default().with("new.toml", text);
    let mut sources = Sources::default();
    let asked = read::scenario(&files, "new.toml", law(), &mut sources);
    assert!(asked.diagnostics.is_empty(), "{}\n{text}", asked.diagnostics.render(&sources));
    asked.scenario.unwrap()
}

/// `check --deny-warnings` and `check --expect` have nothing to say, and it can be run.
fn holds(text: &str) {
    let files = read::Memory::default().with("new.toml", text);
    let mut sources = Sources::default();
    let asked = read::scenario_to_check(&files, "new.toml", law(), &mut sources);
    let mut told = asked.diagnostics;
    match asked.scenario {
        None => panic!("{}\n{text}", told.render(&sources)),
        Some(scenario) => match answer::run(law(), &scenario, None) {
            Err(faults) => told.append(faults),
            Ok(results) => {
                told.append(answer::findings(law(), &scenario, &results, None));
                told.append(answer::check_expectations(&scenario, &results));
            }
        },
    }
    assert!(told.is_empty(), "{}\n{text}", told.render(&sources));
}

/// The file with the blocks of switched-off lines that are wanted switched on. A block is what stands together behind `#`.
fn switched_on(text: &str, wanted: impl Fn(&str) -> bool) -> String {
    let mut out = String::new();
    let mut block: Vec<&str> = Vec::new();
    let is_off = |line: &str| line.starts_with('#') && !line.starts_with("# ") && !line.starts_with("#:");
    let flush = |block: &mut Vec<&str>, out: &mut String| {
        let off: String = block.iter().map(|line| format!("{}\n", &line[1..])).collect();
        for line in block.drain(..) {
            out.push_str(if wanted(&off) { &line[1..] } else { line });
            out.push('\n');
        }
    };
    for line in text.lines() {
        if is_off(line) {
            block.push(line);
        } else {
            flush(&mut block, &mut out);
            out.push_str(line);
            out.push('\n');
        }
    }
    flush(&mut block, &mut out);
    out
}

/// The blocks of a file that are switched off.
fn blocks(text: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let kept = std::cell::RefCell::new(&mut all);
    switched_on(text, |block| {
        kept.borrow_mut().insert(block.to_owned());
        false
    });
    all
}

/// What is written runs without a warning, and so does everything in it that is switched off, block by block.
fn all_of_it_holds(text: &str) {
    let sound = |text: &str| {
        holds(text);
        let told = crate::schema::told_of(text);
        assert!(told.is_empty(), "{told:#?}\n{text}");
    };
    sound(text);
    for block in blocks(text) {
        sound(&switched_on(text, |other| other == block));
    }
}

fn days(into: &str) -> [Date; 3] {
    let territory = law().territory(Country::letters(into).unwrap()).unwrap();
    [territory.complete_from, tariffcalc::base::parse_date("2025-10-01").unwrap(), territory.last_day()]
}

/// Every product of the catalogue, from several origins, on the first day of the book, in between, and on the last.
#[test]
fn every_product_gives_a_scenario_that_runs() {
    let mut written_ones = 0;
    for (number, product) in law().products().values().enumerate() {
        // Every product meets each day and each set of origins in turn.
        let on = days("US")[number % 3];
        let origins: &[&str] = [&["JP", "MX"][..], &["CN"], &["CA", "VN"], &["EU"], &["RU"]][number % 5];
        let Some(text) = written(DraftGoods::Product(Box::new(product.clone())), "US", origins, on) else {
            assert_eq!(origins, ["EU"], "{}", product.id);
            continue;
        };
        holds(&text);
        written_ones += 1;
    }
    assert!(written_ones > 200, "{written_ones}");
}

/// Goods that need facts, contents, quantities and digits: all of what is switched off can be switched on.
#[test]
fn what_is_switched_off_can_be_switched_on() {
    for (name, into, origins, on) in [
        ("passenger-cars", "US", &["JP", "MX"][..], "2025-10-01"),
        ("steel", "US", &["JP"], "2025-07-01"),
        ("7326.90.86.88", "US", &["DE", "CN"], "2026-02-20"),
        ("8704", "US", &["JP"], "2025-01-15"),
        ("toys", "US", &["CN", "VN"], "2025-06-01"),
        ("1006.30", "JP", &["US"], "2025-10-01"),
        ("passenger-cars", "EU", &["US"], "2025-10-01"),
        ("passenger-cars", "CA", &["US", "MX"], "2025-10-01"),
        ("soybeans", "CN", &["US"], "2025-10-01"),
        ("2204.21.50", "US", &["FR"], "2026-09-20"),
    ] {
        let on = tariffcalc::base::parse_date(on).unwrap();
        all_of_it_holds(&written(goods(name), into, origins, on).unwrap());
    }
}

/// Every importing country of the book.
#[test]
fn every_importing_country_has_a_scenario() {
    for territory in law().territories() {
        let into = territory.id.as_str();
        let origins: &[&str] = if into == "US" { &["JP"] } else { &["US"] };
        for on in [territory.complete_from, territory.last_day()] {
            for name in ["passenger-cars", "steel", "1006.30"] {
                holds(&written(goods(name), into, origins, on).unwrap());
            }
        }
    }
}

/// What is open is named with its key, and switching it on settles it.
#[test]
fn what_the_goods_leave_open_is_named() {
    let on = tariffcalc::base::parse_date("2026-02-20").unwrap();
    let text = written(goods("7326.90.86.88"), "US", &["DE"], on).unwrap();
    assert!(text.contains("#content = { steel = \"50%\" }") || text.contains("#content = {"), "{text}");
    let known = switched_on(&text, |block| ["facts", "content", "weight"].iter().any(|key| block.contains(&format!("{key} = "))));
    let scenario = sound(&known);
    let results = answer::run(law(), &scenario, None).unwrap_or_else(|_| panic!("{known}"));
    assert!(results.cases[0].assessments[0].duty.known().is_some(), "{known}");
    let rice = written(goods("1006.30"), "JP", &["US"], on).unwrap();
    assert!(rice.contains("#quantity = \"1,000 kg\""), "{rice}");
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("tariffcalc-new-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_file_is_written_checked_and_never_replaced_by_itself() {
    let folder = folder("file");
    let args = ["new", "passenger-cars", "--from", "JP", "--from", "MX", "--on", "2025-10-01", "--value", "30,000 USD"];
    let first = run_in(&folder, &args);
    assert_eq!((first.code, first.stderr.as_str()), (0, ""));
    assert!(first.stdout.contains("tariffcalc run passenger-cars.toml"), "{}", first.stdout);
    for call in [&["check", "passenger-cars.toml", "--deny-warnings"][..], &["run", "passenger-cars.toml"]] {
        let printed = run_in(&folder, call);
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{call:?}");
    }
    let text = std::fs::read_to_string(folder.join("passenger-cars.toml")).unwrap();
    assert!(text.starts_with("#:schema scenario.schema.json\nschema = 1\n"), "{text}");
    let schema = std::fs::read_to_string(folder.join("scenario.schema.json")).unwrap();
    assert_eq!(schema, read::schema(read::SchemaOf::Scenario));
    let again = run_in(&folder, &args);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("`--force` replaces it"), "{}", again.stderr);
    assert_eq!(run_in(&folder, &[&args[..], &["--force"]].concat()).code, 0);
    let code = run_in(&folder, &["new", "8703.23.01.60", "--from", "DE"]);
    assert_eq!(code.code, 0, "{}", code.stderr);
    assert!(folder.join("8703-23-01-60.toml").is_file());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_file_can_be_looked_at_first() {
    let printed = run(&["new", "passenger-cars", "--from", "JP", "--on", "2025-10-01", "-o", "-"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    assert!(printed.stdout.starts_with("schema = 1\n"), "a file that stands nowhere has no schema beside it: {}", printed.stdout);
    holds(&printed.stdout);
    assert!(!root().join("passenger-cars.toml").exists());
}

#[test]
fn what_is_not_known_is_told_with_advice() {
    for (args, words) in [
        (&["new"][..], "on a terminal it asks"),
        (&["new", "toys"], "--from ORIGIN"),
        (&["new", "car", "--from", "JP", "-o", "-"], "`tariffcalc products car`"),
        (&["new", "pasenger-cars", "--from", "JP", "-o", "-"], "did you mean `passenger-cars`?"),
        (&["new", "toys", "--from", "Japn", "-o", "-"], "did you mean `Japan`?"),
        (&["new", "toys", "--from", "QQQQQQQQQQ", "-o", "-"], "`tariffcalc countries WORD`"),
        (&["new", "toys", "--from", "JP", "--into", "BR", "-o", "-"], "it has law for CA, CN, EU, JP, US"),
        (&["new", "toys", "--from", "JP", "--on", "2030-01-01", "-o", "-"], "knows entries from 2025-01-01"),
        (&["new", "toys", "--from", "JP", "--value", "0", "-o", "-"], "above zero"),
        (&["new", "toys", "--from", "JP", "--value", "5 EUR", "-o", "-"], "due in USD"),
        (&["new", "toys", "--from", "JP", "-o", "toys.txt"], "does not end in .toml"),
    ] {
        let printed = run(args);
        assert_eq!((printed.code, printed.stdout.as_str()), (2, ""), "{args:?}");
        assert!(printed.stderr.contains(words), "{args:?}: {}", printed.stderr);
        assert_eq!(printed.stderr.lines().count(), 1, "{args:?}: {}", printed.stderr);
    }
    let code = run(&["new", "9999.99", "--from", "JP", "-o", "-"]);
    assert_eq!((code.code, code.stdout.as_str()), (1, ""));
    assert!(code.stderr.contains("the schedule has no line 9999.99"), "{}", code.stderr);
}
