//! What the command line refuses, and in which words.

use crate::support::run;

fn refused(args: &[&str], code: i32, words: &[&str]) {
    let printed = run(args);
    assert_eq!(printed.code, code, "{args:?}: {}{}", printed.stdout, printed.stderr);
    assert_eq!(printed.stdout, "", "{args:?}");
    for words in words {
        assert!(printed.stderr.contains(words), "{args:?}: no `{words}` in: {}", printed.stderr);
    }
}

#[test]
fn nothing_is_worth_less_than_nothing() {
    let mopeds = ["origins", "8711.50.00", "--on", "2026-10-01", "--from", "JP"];
    for more in [["--price", "JP=-5"], ["--value", "-5"]] {
        refused(&[&mopeds[..], &more].concat(), 1, &["the value is below zero"]);
    }
    refused(&[&mopeds[..], &["--freight", "JP=-5"]].concat(), 1, &["freight is below zero"]);
    refused(&["rate", "toys", "--from", "CN", "--value", "-5"], 1, &["the value is below zero"]);
    let cars = "scenarios/japan-deal.toml";
    refused(&["sweep", cars, "--axis", "value=-5..5 USD/1 USD"], 1, &["the value is below zero"]);
    refused(&["solve", cars, "--vary", "value=-5..5 USD", "--target", "cars.deal <= 1 USD"], 1, &["the value is below zero"]);
}

#[test]
fn two_options_that_settle_the_same_are_told_with_both() {
    let cars = "scenarios/japan-deal.toml";
    let readings = ["--reading", "us-ieepa=void", "--reading", "us-ieepa=collected"];
    let both = ["--reading us-ieepa=void", "--reading us-ieepa=collected"];
    let toys = ["rate", "toys", "--from", "CN"];
    for call in
        [&["run", cars][..], &toys, &["explain", cars], &["panel", cars], &["timeline", cars], &["sweep", cars], &["diff", cars]]
    {
        refused(&[call, &readings].concat(), 2, &both);
    }
    for (option, one, other) in [
        ("--content", "steel=10%", "steel=90%"),
        ("--weight", "metal=10%", "metal=90%"),
        ("--fact", "patented=true", "patented=false"),
        ("--assume", "patented=true", "facts.patented=false"),
        ("--assume", "content.steel=1%", "content.steel=2%"),
        ("--exchange", "151.43 JPY/USD", "0.0066 USD/JPY"),
        ("--quantity", "10 kg", "20 kg"),
    ] {
        let words = [format!("`{option} {one}`"), format!("`{option} {other}`")];
        refused(&[&toys[..], &[option, one, option, other]].concat(), 2, &[words[0].as_str(), words[1].as_str()]);
    }
    refused(&[&toys[..], &["--claim", "usmca", "--claim", "usmca"]].concat(), 2, &["`--claim usmca` is given twice"]);
    // Quantities in different units stand beside each other.
    assert_eq!(run(&[&toys[..], &["--quantity", "10 kg", "--quantity", "5 No"]].concat()).code, 0);
}

/// Nobody has seen the scenario that flags mean: no line of it is shown, and advice names options.
#[test]
fn faults_of_flags_name_the_flags() {
    let toys = ["rate", "toys", "--from", "CN"];
    for (more, words) in [
        (["--value", "abc"], &["--value: `abc` is not"][..]),
        (["--value", "41,9 billion USD"], &["--value:", "`41,9"]),
        (["--quantity", "-12 kg"], &["--quantity: `-12 kg` is below zero"]),
        (["--quantity", "12,000 lb"], &["--quantity: `lb` is not a unit", "12,000 lb are \"5,443.10844 kg\""]),
        (["--value", "100 EUR"], &["add `--exchange \"… USD/EUR\"`"]),
    ] {
        let args = [&toys[..], &more].concat();
        refused(&args, 1, words);
        let printed = run(&args);
        assert!(!printed.stderr.contains("<command line>") && !printed.stderr.contains("USD USD"), "{}", printed.stderr);
    }
    refused(&["rate", "8", "--from", "JP"], 1, &["it has 1 digit\n"]);
    let late = run(&[&toys[..], &["--on", "2027-01-05"]].concat());
    assert!(late.stderr.contains("`--law-continues`") && !late.stderr.contains("<command line>"), "{}", late.stderr);
    // A scenario file is a file.
    let file = run(&["run", "tests/faults/bad-money-below-zero.toml"]);
    assert!(file.stderr.contains("--> tests/faults/bad-money-below-zero.toml"), "{}", file.stderr);
}

#[test]
fn targets_have_one_sign_and_ranges_a_step() {
    let cars = "scenarios/japan-deal.toml";
    let solve = |target: &str, words: &[&str]| {
        refused(&["solve", cars, "--vary", "value@cars=1..2 USD", "--target", target], 1, words);
    };
    solve("cars.deal = cars.pause = cars.resumed", &["more than one sign", "one `=`"]);
    solve("cars.deal == cars.pause", &["more than one sign"]);
    solve("cars.deal < 15,000 USD", &["write `<=`"]);
    refused(&["sweep", cars, "--axis", "content.steel=0%..100%/-25%"], 1, &["the step -25% is not above zero"]);
    refused(&["sweep", cars, "--axis", "column-1=top up to 15%,Free"], 1, &["`top up to 15%` is no column-1 rate"]);
    let alternatives = "scenarios/mexico-or-japan.toml";
    refused(
        &["solve", alternatives, "--vary", "value=1..2 USD", "--target", "total.deal <= 2 USD"],
        1,
        &["alternatives to each other"],
    );
    let idle = run(&["solve", cars, "--vary", "weight.metal@cars=0%..100%", "--target", "cars.deal <= 1 USD"]);
    assert!(idle.code == 0 && idle.stderr.contains("`weight.metal@cars` changes nothing in the target"), "{}", idle.stderr);
}

#[test]
fn files_of_trade_say_which_origin_they_lack() {
    let folder = std::env::temp_dir().join(format!("tariffcalc-calls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let rows = "code,origin,customs_value_usd\n8479.50.00.00,JP,100000\n8479.50.00.00,DE,100000\n";
    std::fs::write(folder.join("rows.csv"), rows).unwrap();
    std::fs::write(folder.join("twice.csv"), "HTS Number,Country,Customs Value,Customs Value\n8479.50.00.00,Japan,1,5\n")
        .unwrap();
    let told = |args: &[&str], code: i32, words: &str| {
        let printed = crate::support::run_in(&folder, args);
        assert!(printed.code == code && printed.stderr.contains(words), "{args:?}: {}", printed.stderr);
    };
    let diff = ["diff", "rows.csv", "2025-03-01", "2025-10-01", "--from"];
    told(&[&diff[..], &["AO"]].concat(), 1, "no row of AO: 2 rows can be read, and all are of other origins");
    told(&[&diff[..], &["ZZ"]].concat(), 2, "`ZZ` is no country or group");
    told(&[&diff[..], &["jp"]].concat(), 0, "");
    told(&["rate", "toys", "--from", "jp", "--into", "us"], 0, "");
    told(&["panel", "twice.csv"], 1, "rename or drop all but one");
    told(&["panel", "rows.csv", "--column", "value=customs_value_usd"], 0, "");
    told(&["run", "rows.toml", "-o", "s.doc"], 2, "`s.doc` ends in `.doc`, which names no format");
    told(&["rate", "toys", "--from", "JP", "--as-known", "2036-01-01"], 0, "the book ends with what was known on");
    told(&["rate", "toys", "--from", "PR"], 0, "no imports into");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn keys_that_others_would_write_are_understood() {
    for (line, key) in [
        ("from = \"JP\"", "origin"),
        ("country-of-origin = \"JP\"", "origin"),
        ("to = \"US\"", "into"),
        ("date = 2025-10-01", "entered"),
        ("hts-code = \"8479.50\"", "code"),
        ("price = \"1 USD\"", "value"),
    ] {
        let words = crate::support::ask(&format!("schema = 1\ntitle = \"t\"\nquestion = \"q\"\n[[flow]]\nid = \"f\"\n{line}\n"));
        let words = words.unwrap_err();
        assert!(words.contains(&format!("did you mean `{key}`?")), "{line}: {words}");
        assert!(!words.contains(&format!("has no `{key}`")), "{line}: {words}");
    }
}
