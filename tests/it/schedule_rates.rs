//! Rate texts of schedules: how each is read, and what it comes to.

use crate::schedules::{data, run_with, unpacked};
use crate::support::{answer_to, golden, one_flow, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use tariffcalc::law::{Rate, RateClass, official_rate, printed, rate_class, special_rates};

/// Every rate text of 44 revisions has a class, and only texts that say so are free.
#[test]
fn every_rate_text_has_a_class() {
    let Some(path) = data("hts/rate_strings_catalogue.csv.gz") else { return };
    let bytes = unpacked(&std::fs::read(path).unwrap());
    let mut counts: BTreeMap<(String, RateClass), usize> = BTreeMap::new();
    let mut in_words: BTreeSet<(String, RateClass, String)> = BTreeSet::new();
    let mut read_as = String::from("\nFractions and contents, as they are read\n");
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    for record in reader.records() {
        let record = record.unwrap();
        let (column, text) = (&record[0], &record[1]);
        let groups = special_rates(text);
        let texts: Vec<&str> =
            if column == "special" && !groups.is_empty() { groups.iter().map(|group| group.text).collect() } else { vec![text] };
        for text in texts {
            let class = rate_class(text);
            let rate = official_rate(text);
            assert_eq!(class.is_charged(), !matches!(rate, Rate::Unknown(_)), "{text}: {class:?}, {rate}");
            if let Rate::Unknown(words) = &rate {
                assert!(printed(text).is_empty() || **words == *printed(text), "{text}: {words}");
            }
            assert_eq!(class == RateClass::Free, printed(text) == "Free", "{text}");
            assert!(!rate.percent().is_some_and(|percent| percent.points().is_zero()) || class == RateClass::Free, "{text}");
            *counts.entry((column.to_owned(), class)).or_default() += 1;
            if class == RateClass::OnContent || class == RateClass::Fraction {
                writeln!(read_as, "  {column:8} {:60} {rate}", printed(text)).unwrap();
            }
            if !class.is_charged() {
                in_words.insert((column.to_owned(), class, printed(text).into_owned()));
            }
        }
    }
    let mut shown = String::from(
        "Rate texts of the HTS, 2025 basic to 2026 revision 10, by column and class.\nEach group of the special column counts as a text.\n\n",
    );
    for ((column, class), count) in &counts {
        let charged = if class.is_charged() { "" } else { "  (unknown)" };
        writeln!(shown, "{column:8} {count:5}  {}{charged}", class.name()).unwrap();
    }
    shown.push_str(&read_as);
    for class in RateClass::ALL.into_iter().filter(|class| !class.is_charged()) {
        writeln!(shown, "\n{}", class.name()).unwrap();
        for (column, _, text) in in_words.iter().filter(|(_, of, _)| *of == class) {
            writeln!(shown, "  {column:8} {text}").unwrap();
        }
    }
    golden(&root().join("tests/schedules/classes.txt"), &shown);
}

#[test]
fn fractions_are_charged_exactly() {
    assert_eq!(official_rate("12 1/2%").to_string(), "12.5%");
    assert_eq!(official_rate("33 1/3%").to_string(), "33 1/3%");
    assert_eq!(official_rate("33 1/3%").percent(), None, "no decimal holds it");
    assert_eq!(rate_class("33 1/3%"), RateClass::Fraction);
    assert_eq!(official_rate("12 1/0%"), Rate::Unknown("12 1/0%".into()));
    // Balls of 9504.20.60 are from a country of column 2.
    for (value, amount) in [("100000", "33333.33"), ("1", "0.33"), ("3", "1.00"), ("0", "0.00")] {
        let args = ["rate", "9504.20.60", "--from", "RU", "--on", "2026-03-01", "--value", value, "--format", "json"];
        let (code, json, said) = run_with("off", &args);
        assert_eq!(code, 0, "{said}");
        let line = &serde_json::from_str::<serde_json::Value>(&json).unwrap()["cases"][0]["flows"][0]["lines"][0];
        let text = |key: &str| line[key].as_str().unwrap().to_owned();
        assert_eq!((text("form").as_str(), text("rate_printed").as_str()), ("33 1/3%", "33 1/3%"));
        assert_eq!((text("rate").as_str(), text("amount").as_str()), ("0.3333333333", amount));
    }
}

#[test]
fn changes_of_a_fraction_stay_exact() {
    let ask = |change: &str| {
        let text = one_flow("9504.20.60", "RU", "2026-03-01", "3 USD", "");
        let results =
            answer_to(&format!("{text}[[case]]\nid = \"c\"\n[[case.change]]\n{change}\nmeasure = \"us-122-surcharge\"\n"));
        let line = results.cases[1].assessments[0].lines.iter().find(|line| line.measure.as_str() == "us-122-surcharge").unwrap();
        (line.form.clone(), line.amount.known().unwrap().to_string())
    };
    assert_eq!(ask("set-rate = \"33 1/3%\""), ("33 1/3%".into(), "1".into()));
}

/// Amounts for each unit of a content are charged on the quantity of that content, and bounded by the weight of the goods where it is missing.
#[test]
fn contents_are_charged_on_their_own_quantity() {
    for (text, form) in [
        ("1.7¢/kg on lead content", "1.7 USc/kg of lead"),
        ("12.8¢/kg on molybdenum content + 1.8%", "12.8 USc/kg of molybdenum + 1.8%"),
        (
            "8.8¢/kg on copper content + 3.3¢/kg on lead content + 3.7¢/kg on zinc content",
            "8.8 USc/kg of copper + 3.3 USc/kg of lead + 3.7 USc/kg of zinc",
        ),
        ("33.9¢/kg of total sugars + 5.1%", "33.9 USc/kg of total sugars + 5.1%"),
        ("18.7¢/clean kg", "18.7 USc/clean kg"),
        ("5.7¢/kg on drained weight +8%", "5.7 USc/kg of drained weight + 8%"),
        ("5¢/kg on contents and container", "5 USc/kg with container"),
        ("$1.32/t, including weight of container", "1.32 USD/t with container"),
        ("3.1¢/liter + 22.1¢/pf. liter on ethyl alcohol content", "3.1 USc/liter + 22.1 USc/pf.liter"),
        ("10¢/1,000 pins + 3.5%", "10 USc/1000 pins + 3.5%"),
        ("0.3¢/line/ gross + 4.5%", "0.3 USc/line/gross + 4.5%"),
        ("6.5% on the entire set", "6.5%"),
    ] {
        let rate = official_rate(text);
        assert_eq!(rate.to_string(), form);
        assert_eq!(Rate::parse(form), Ok(rate), "printing and reading are inverse");
    }
    assert_eq!(rate_class("1.7¢/kg on lead content"), RateClass::OnContent);
    assert_eq!(rate_class("1.7¢/kg on tin content"), RateClass::OnOtherContent);
    for negative in ["-5%", "-1.5¢/kg", "$-2/kg", "5% + -1¢/kg", "-33 1/3%"] {
        assert!(matches!(official_rate(negative), Rate::Unknown(_)), "{negative}");
    }
    let ask = |more: &[&str]| {
        let args = ["rate", "2607.00.00", "--from", "PE", "--on", "2025-03-01", "--value", "100000", "--format", "json"];
        let (code, json, said) = run_with("off", &[&args[..], more].concat());
        assert_eq!(code, 0, "{said}");
        let document: serde_json::Value = serde_json::from_str(&json).unwrap();
        document["cases"][0]["flows"][0]["duty"].clone()
    };
    // 1.1 cents on each of 20,000 kg of lead in 52,000 kg of ore.
    assert_eq!(ask(&["--quantity", "20,000 kg of lead"])["amount"], "220.00");
    assert_eq!(ask(&["--quantity", "20,000 Pb kg", "--quantity", "52,000 kg"])["amount"], "220.00");
    let bounded = ask(&["--quantity", "52,000 kg"]);
    assert_eq!(
        (&bounded["status"], &bounded["at_least"], &bounded["at_most"]),
        (&"unknown".into(), &"0.00".into(), &"572.00".into())
    );
    assert!(bounded["why"][0].as_str().unwrap().contains("kg of lead"), "{bounded}");
    let open = ask(&[]);
    assert_eq!((&open["status"], &open["at_most"]), (&"unknown".into(), &serde_json::Value::Null));
}
