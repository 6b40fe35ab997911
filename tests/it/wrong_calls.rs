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
