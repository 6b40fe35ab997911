use crate::support::{files_below, law, root, run};
use std::collections::BTreeSet;
use tariffcalc::answer;
use tariffcalc::base::{Country, Decimal, MeasureId, parse_date};
use tariffcalc::law::{InForce, Moment, OriginSet, Place, Rate, RegimeCache, official_rate, special_rates};
use tariffcalc::read::{self, Files};

#[test]
fn the_embedded_law_is_the_folder_and_loads_without_a_word() {
    let folder = read::Disk::at(root().join("seeds"));
    assert_eq!(read::Embedded.list(), folder.list(), "build again: the folder has changed since");
    for path in folder.list().unwrap() {
        assert_eq!(read::Embedded.read(&path), folder.read(&path), "{path}");
    }
    let law = read::law(&folder);
    assert!(law.diagnostics.is_empty(), "{}", law.diagnostics.render(&law.sources));
    assert_eq!(law.rulebook.unwrap().hash(), crate::support::law().hash());
}

#[test]
fn every_version_relation_and_exception_names_its_source() {
    for measure in law().measures() {
        assert!(!measure.versions.is_empty(), "{} says nothing", measure.id);
        assert!(measure.versions.iter().all(|v| v.cite.len() > 3), "{}", measure.id);
        assert!(measure.relations.iter().all(|r| r.cite.len() > 3), "{}", measure.id);
        assert!(measure.exceptions.iter().all(|e| e.cite.len() > 3), "{}", measure.id);
        assert!(measure.checked.is_some(), "{}: nobody says when it was last compared with its source", measure.id);
    }
}

/// A copy of the law in memory with one file's text changed.
fn changed(path: &str, from: &str, to: &str) -> read::Law {
    let text = String::from_utf8(read::Embedded.read(path).unwrap().into_owned()).unwrap();
    assert!(text.contains(from), "{path} has no {from}");
    let files = read::Memory::copy(&read::Embedded).unwrap().with(path, text.replacen(from, to, 1));
    read::law(&files)
}

/// Removing any one citation of any seed makes the law unreadable.
#[test]
fn removing_one_citation_is_a_fault() {
    let mut removed = 0;
    for path in read::Embedded.list().unwrap().into_iter().filter(|path| path.ends_with(".toml")) {
        let text = String::from_utf8(read::Embedded.read(&path).unwrap().into_owned()).unwrap();
        // The first citation of each file, and the last: each kind of table has one somewhere.
        let cites: Vec<&str> = text.lines().filter(|line| line.starts_with("cite = ")).collect();
        for line in [cites.first(), cites.last()].into_iter().flatten() {
            let law = changed(&path, &format!("{line}\n"), "");
            let codes: Vec<&str> = law.diagnostics.sorted().iter().map(|d| d.code.name()).collect();
            assert!(codes.contains(&"missing-citation"), "{path}: {line}: {codes:?}");
            assert!(law.rulebook.is_none());
            removed += 1;
        }
    }
    assert!(removed > 40, "{removed}");
}

#[test]
fn measures_do_not_wait_for_each_other_on_any_day() {
    for territory in law().territories() {
        law().check_order(territory.id).unwrap_or_else(|(day, circle)| panic!("{day}: {circle}"));
        let cache = RegimeCache::new(law());
        for day in law().dates(territory.id) {
            for as_known in [parse_date("2025-04-05").unwrap(), parse_date("2026-11-21").unwrap()] {
                let moment = Moment { into: territory.id, day, as_known, readings: law().default_readings() };
                cache.on(&moment).unwrap_or_else(|circle| panic!("{day}: {circle}"));
            }
        }
        assert!(cache.compiled() > 0);
    }
}

#[test]
fn every_claim_of_the_articles_is_executed_and_holds() {
    let shown = answer::execute(law());
    let failed: Vec<String> =
        shown.iter().filter(|one| !one.holds).map(|one| format!("{}: {}: {}", one.claim, one.flow, one.words)).collect();
    assert_eq!(failed, Vec::<String>::new());
    let claims: Vec<_> = law().articles().iter().flat_map(|article| &article.claims).collect();
    assert_eq!(law().articles().len(), 5);
    assert!(claims.len() >= 28);
    for claim in claims {
        assert!(claim.verdict == tariffcalc::law::Verdict::Context || !claim.expects.is_empty(), "{}", claim.id);
    }
}

#[test]
fn the_catalogue_is_large_and_every_typical_line_is_in_the_schedule() {
    let us = Country::letters("US").unwrap();
    let schedule = law().schedule(us).unwrap();
    assert!(law().products().len() >= 80, "{}", law().products().len());
    for product in law().products().values() {
        for day in ["2025-01-01", "2025-06-30", "2026-01-01", "2026-10-10"] {
            let day = parse_date(day).unwrap();
            let line = schedule.line(product.line, day).or_else(|| schedule.below(product.line, day).next());
            assert!(line.is_some(), "{}: {} on {day}", product.id, product.line);
        }
    }
    for wanted in [
        "passenger-cars",
        "light-trucks",
        "auto-parts",
        "engines",
        "machine-tools",
        "construction-machinery",
        "chip-equipment",
        "semiconductors",
        "batteries",
        "steel",
        "aluminum",
        "aircraft",
        "aircraft-parts",
        "generic-drugs",
        "patented-drugs",
        "instruments",
        "wine",
        "spirits",
        "beef",
        "rice",
        "tea",
        "sake",
    ] {
        assert!(law().product(wanted).is_some(), "{wanted}");
    }
}

/// The rates of the two reciprocal lists and of the forced-labor tiers, against the lists of the facts, entry by entry.
#[test]
fn country_lists_match_the_facts() {
    let facts = root().join("../shared/facts/country");
    if !facts.is_dir() {
        eprintln!("skipped: the facts are not here");
        return;
    }
    let mut compared = 0;
    for (file, program, day) in [
        ("reciprocal_2025-04-09.csv", "us-ieepa-reciprocal", "2025-04-09"),
        ("reciprocal_2025-08-07.csv", "us-ieepa-reciprocal", "2025-08-07"),
        ("fl301_2026-07-24.csv", "us-301-forced-labor", "2026-07-24"),
    ] {
        let text = std::fs::read_to_string(facts.join(file)).unwrap();
        let mut lines = text.lines();
        let header: Vec<&str> = lines.next().unwrap().split(',').collect();
        let at = |name: &str| header.iter().position(|column| *column == name);
        for line in lines {
            let fields: Vec<&str> = line.split(',').collect();
            let origin = fields[at("iso2").unwrap()];
            let percent: Decimal = fields[at("rate_percent").unwrap()].parse().unwrap();
            let floor = at("type").is_some_and(|type_at| fields[type_at] == "floor");
            let id = MeasureId::new(&format!("{program}-{}", origin.to_lowercase()));
            let measure = law().measure(&id).unwrap_or_else(|| panic!("{file}: no measure {id}"));
            let day = parse_date(day).unwrap();
            let InForce::Version(version) = measure.on(day, tariffcalc::base::Date::MAX, &law().default_readings()) else {
                panic!("{id} is not in force on {day}");
            };
            // The list of 2 April says 34 for China; collected on 9 April were 84 (EO 14259).
            let expected =
                if file.contains("04-09") && ["CN", "HK", "MO"].contains(&origin) { Decimal::from(84) } else { percent };
            match version.rate.as_ref().unwrap() {
                Rate::AdValorem(rate) => assert!(!floor && rate.points() == expected, "{file}: {origin}: {rate}"),
                Rate::TopUp(rate) => assert!(floor && rate.points() == expected, "{file}: {origin}: top up to {rate}"),
                other => panic!("{file}: {origin}: {other}"),
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 59 + 69 + 60, "entries compared");
}

/// The measures of the lists name no origin twice.
#[test]
fn no_origin_has_two_reciprocal_measures() {
    let mut seen = BTreeSet::new();
    for measure in law().measures().filter(|m| m.program.as_str() == "us-ieepa-reciprocal" && !m.needs_loading_date) {
        if let OriginSet::Of(places) = &measure.origins {
            for place in places {
                let name = match place {
                    Place::Country(country) => country.to_string(),
                    Place::Group(id) => id.to_string(),
                };
                assert!(seen.insert(name.clone()), "{name}");
            }
        }
    }
    assert!(seen.len() > 70);
}

/// The schedule: every line of the facts, every text read, none of them zero by default.
#[test]
fn the_schedule_is_that_of_the_facts() {
    let facts = root().join("../shared/facts/schedule/us-columns.csv");
    let us = Country::letters("US").unwrap();
    let schedule = law().schedule(us).unwrap();
    let (mut free, mut ad_valorem, mut with_quantity, mut in_words) = (0, 0, 0, 0);
    for line in schedule.lines() {
        match official_rate(line.general) {
            Rate::Free => {
                assert_eq!(line.general, "Free");
                free += 1;
            }
            Rate::AdValorem(_) => ad_valorem += 1,
            Rate::Specific(_) | Rate::Sum(_) => with_quantity += 1,
            Rate::Unknown(words) => {
                assert_eq!(&*words, line.general);
                in_words += 1;
            }
            other => panic!("{}: {other}", line.code),
        }
        if !line.special.is_empty() {
            assert!(!special_rates(line.special).is_empty(), "{}: {}", line.code, line.special);
        }
    }
    assert_eq!(free + ad_valorem + with_quantity + in_words, 11_637);
    assert!(free > 4_000 && ad_valorem > 5_500 && with_quantity > 900, "{free} {ad_valorem} {with_quantity} {in_words}");
    if !facts.is_file() {
        eprintln!("skipped: the facts are not here");
        return;
    }
    let text = std::fs::read_to_string(facts).unwrap();
    assert_eq!(text.lines().count() - 1, schedule.lines().count());
}

#[test]
fn check_is_quiet_about_seeds_and_scenarios() {
    let printed = run(&["check", "seeds"]);
    assert_eq!((printed.code, printed.stdout.as_str(), printed.stderr.as_str()), (0, "", ""));
    let scenarios: Vec<String> = files_below(&root().join("scenarios"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .map(|path| path.display().to_string())
        .collect();
    let mut args = vec!["check", "--expect"];
    args.extend(scenarios.iter().map(String::as_str));
    let printed = run(&args);
    assert_eq!((printed.code, printed.stdout.as_str(), printed.stderr.as_str()), (0, "", ""));
}
