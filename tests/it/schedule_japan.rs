//! The schedule of Japan as a second country's.

use crate::schedules::{code, data, file, run_with};
use crate::support::{golden, root};
use std::collections::BTreeMap;
use tariffcalc::law::{RateClass, rate_class};

/// The schedule of Japan: which rates are charged, and that the rest is unknown with its text.
#[test]
fn the_schedule_of_japan_is_charged_where_it_says_a_rate() {
    let path = "japan/japan_tariff_schedule_2026-07-09.csv.gz";
    let Some(found) = file(path) else { return };
    assert_eq!(found.currency.as_str(), "JPY");
    let mut counts: BTreeMap<RateClass, usize> = BTreeMap::new();
    for line in &found.lines {
        let class = rate_class(&line.general);
        assert_eq!(class == RateClass::Free, line.general == "無税", "{}: {}", line.code, line.general);
        *counts.entry(class).or_default() += 1;
    }
    let shown: String = counts.iter().map(|(class, count)| format!("{count:5}  {}\n", class.name())).collect();
    golden(
        &root().join("tests/schedules/japan-classes.txt"),
        &format!("Lines of the schedule of Japan of 9 July 2026, by class of the general rate.\n\n{shown}"),
    );
    let general = |number: &str| found.lines.iter().find(|line| line.code == code(number)).unwrap().general.clone();
    assert_eq!(general("0101.21.29.00"), "3,400,000円/頭");
    assert_eq!(general("1006.30.09.00"), "基本 (402円/kg); 暫定 49円/kg; WTO *(341円/kg)", "a levy stands beside the duty");
    let spec = format!("{}@2026-07-09", data(path).unwrap().display());
    let ask = |goods: &str, quantity: &str| {
        let args = ["rate", goods, "--from", "BR", "--into", "JP", "--on", "2026-08-01", "--value", "1,000,000 JPY"];
        let more = ["--quantity", quantity, "--schedule", &spec, "--format", "json"];
        let (code, json, said) = run_with("off", &[&args[..], &more[..]].concat());
        assert_eq!(code, 0, "{said}");
        let document: serde_json::Value = serde_json::from_str(&json).unwrap();
        document["cases"][0]["flows"][0]["duty"].clone()
    };
    assert_eq!(ask("0101.21.29.00", "1 No")["amount"], "3400000");
    assert_eq!(ask("1006.30", "1,000 kg")["amount"], "341000", "a measure that gives the duty stands in place of the line");
}

/// Farm goods worked out by hand from the file's own text of 9 July 2026.
#[test]
fn farm_goods_into_japan() {
    let path = "japan/japan_tariff_schedule_2026-07-09.csv.gz";
    let Some(found) = data(path) else { return };
    let spec = format!("{}@2026-07-09", found.display());
    let ask = |goods: &str, from: &str, more: &[&str]| {
        let args = ["rate", goods, "--from", from, "--into", "JP", "--on", "2026-08-01", "--value", "1,000,000 JPY"];
        let rest = ["--schedule", &spec, "--format", "json"];
        let (code, json, said) = run_with("off", &[&args[..], more, &rest[..]].concat());
        assert_eq!(code, 0, "{said}");
        let document: serde_json::Value = serde_json::from_str(&json).unwrap();
        document["cases"][0]["flows"][0].clone()
    };
    let duty = |goods: &str, from: &str, more: &[&str]| ask(goods, from, more)["duty"]["amount"].as_str().map(str::to_owned);
    let known = |amount: &str| Some(amount.to_owned());
    // Beef, frozen, boneless: the temporary 38.5% against a bound 50% in brackets; 20.8% under four agreements, 24.1% under another, 30.8% within a quota.
    assert_eq!(duty("0202.30.01.00", "BR", &[]), known("385000"));
    assert_eq!(duty("0202.30.01.00", "US", &["--claim", "jp-us"]), known("208000"));
    assert_eq!(duty("0202.30.01.00", "CA", &["--claim", "jp-cptpp"]), known("208000"));
    assert_eq!(duty("0202.30.01.00", "AU", &["--claim", "jp-australia"]), known("241000"));
    assert_eq!(duty("0202.30.01.00", "MX", &["--claim", "jp-mexico-in-quota"]), known("308000"));
    // Wheat within the state's quota is free; outside a levy stands beside 9.80 yen, and the schedule does not say the sum.
    assert_eq!(duty("1001.99.01.60", "US", &[]), known("0"));
    let wheat = ask("1001.99.09.10", "US", &["--quantity", "1,000 kg"]);
    assert_eq!(wheat["duty"]["status"], "unknown");
    assert!(wheat["duty"]["why"][0].as_str().unwrap().contains("9.80円/kg"), "{wheat}");
    assert_eq!(duty("1001.99.09.10", "CA", &["--claim", "jp-cptpp", "--quantity", "1,000 kg"]), known("9800"));
    // Sugar: the bound 35.30 yen is lower than 41.50; under CPTPP nothing within the quota and 35.30 outside of it.
    assert_eq!(duty("1701.14.19.00", "TH", &["--quantity", "1,000 kg"]), known("35300"));
    assert_eq!(duty("1701.14.19.00", "AU", &["--claim", "jp-cptpp", "--quantity", "1,000 kg"]), known("35300"));
    assert_eq!(duty("1701.14.19.00", "AU", &["--claim", "jp-cptpp-in-quota"]), known("0"));
    // Butter: 35% on the lines of the state's quota; outside a mark leaves it open, but CPTPP has 35% and 58 yen within its quota, and outside the lower of two.
    assert_eq!(duty("0405.10.11.00", "NZ", &[]), known("350000"));
    assert_eq!(ask("0405.10.12.90", "NZ", &["--quantity", "1,000 kg"])["duty"]["status"], "unknown");
    assert_eq!(duty("0405.10.12.90", "NZ", &["--claim", "jp-cptpp-in-quota", "--quantity", "1,000 kg"]), known("408000"));
    // 29.8% + 985 yen is 1,283,000; 36% + 290 yen is 650,000.
    assert_eq!(duty("0405.10.12.90", "NZ", &["--claim", "jp-cptpp", "--quantity", "1,000 kg"]), known("650000"));
    // Eggs: 20% or 48 yen a kilogram, whichever is higher. Wine: 15% or 125 yen a litre, whichever is lower, but at least 67 yen.
    assert_eq!(duty("0408.19.00.00", "BR", &["--quantity", "1,000 kg"]), known("200000"));
    assert_eq!(duty("0408.19.00.00", "BR", &["--quantity", "10,000 kg"]), known("480000"));
    for (litres, amount) in [("1,000 l", "125000"), ("2,000 l", "150000"), ("3 kl", "201000")] {
        assert_eq!(duty("2204.21.02.00", "ZA", &["--quantity", litres]), known(amount), "{litres}");
    }
    // A claim that the line does not offer is refused, with what it offers.
    let args = [
        "rate",
        "0202.30.01.00",
        "--from",
        "CN",
        "--into",
        "JP",
        "--on",
        "2026-08-01",
        "--claim",
        "jp-rcep-china",
        "--schedule",
        &spec,
    ];
    let (code, _, said) = run_with("off", &args);
    assert!(code == 1 && said.contains("offers no rate for `jp-rcep-china`") && said.contains("20.8%"), "{said}");
}
