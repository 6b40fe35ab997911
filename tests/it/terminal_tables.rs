use crate::support::{golden, root, run, run_in};
use std::path::Path;

/// What the terminal shows, at two widths, with color and without.
#[test]
fn tables_look_as_they_are_kept() {
    for (name, args) in [
        ("japan-deal", &["run", "scenarios/japan-deal.toml"][..]),
        ("unknown-and-refused", &["run", "tests/terminal/unknown-and-refused.toml"]),
        ("explain", &["explain", "scenarios/japan-deal.toml", "--flow", "cars", "--case", "deal"]),
    ] {
        for width in ["80", "160"] {
            let of = |color: &str| {
                let printed = run(&[args, &["--width", width, "--color", color]].concat());
                assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{name}");
                printed.stdout
            };
            let (plain, colored) = (of("never"), of("always"));
            golden(&root().join(format!("tests/terminal/{name}.{width}.txt")), &plain);
            golden(&root().join(format!("tests/terminal/{name}.{width}.color.txt")), &colored.replace('\u{1b}', "␛"));
            assert_eq!(without_styles(&colored), plain, "{name}: color says nothing that words do not");
            assert!(colored.contains('\u{1b}') && !plain.contains('\u{1b}'), "{name}");
            for line in plain.lines() {
                assert!(line.chars().count() <= width.parse().unwrap(), "{name} at {width}: {line}");
            }
        }
    }
}

/// Every figure, day and code that the wide table shows stands whole in the narrow one.
#[test]
fn nothing_with_digits_is_broken_in_a_narrow_table() {
    for args in [
        &["run", "scenarios/japan-deal.toml"][..],
        &["run", "scenarios/japan-deal.toml", "--by", "measure"],
        &["explain", "scenarios/eu-deal.toml"],
        &["run", "tests/terminal/unknown-and-refused.toml"],
        &["timeline", "8703.23.01.60", "--from", "JP", "--before", "2026-01-01"],
        &["origins", "scenarios/cars-by-origin.toml"],
        &["diff", "scenarios/japan-deal.toml", "pause", "deal"],
        &["law", "us-232-autos"],
        &["products", "steel"],
        &["next", "scenarios/next-july-2025.toml"],
        &["sweep", "scenarios/steel-content-and-rate.toml"],
        &["solve", "scenarios/us-content.toml"],
    ] {
        let at = |width: &str| run(&[args, &["--width", width]].concat()).stdout;
        let figures = |text: &str| -> std::collections::BTreeSet<String> {
            let words = text.split(|c: char| c.is_whitespace() || "│┆".contains(c));
            let words = words.map(|word| word.trim_matches([',', ';', '(', ')', '•', ':', '`', '.', '?']));
            let is_figure = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().count() <= 16;
            words.filter(is_figure).map(str::to_owned).collect()
        };
        let (wide, narrow) = (figures(&at("400")), figures(&at("80")));
        let lost: Vec<_> = wide.difference(&narrow).collect();
        assert!(lost.is_empty(), "{args:?}: {lost:?}");
    }
}

fn without_styles(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        out.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    out + rest
}

/// The flags are checked, and color follows the environment where nobody says otherwise.
#[test]
fn width_and_color_are_asked_for() {
    assert_eq!(run(&["countries", "japan", "--width", "20"]).code, 2);
    assert_eq!(run(&["countries", "japan", "--color", "sometimes"]).code, 2);
    assert!(!run(&["countries", "japan"]).stdout.contains('\u{1b}'));
    // NO_COLOR is set for every run of the tests: who asks for color outright gets it.
    assert!(run(&["countries", "japan", "--color", "always"]).stdout.contains('\u{1b}'));
    let wrong = run_in(Path::new(root()), &["run", "nowhere.toml", "--color", "always"]);
    assert!(wrong.stderr.contains('\u{1b}'), "diagnostics have color too: {}", wrong.stderr);
}
