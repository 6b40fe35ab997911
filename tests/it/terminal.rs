//! What is seen on a terminal, by `script`, which gives a program one; where there is none, nothing is tested.
#![cfg(unix)]

use crate::support::root;
use std::process::{Command, Stdio};

/// Runs the program on a terminal of so many rows; `None` where there is no `script` that can.
fn on_terminal(rows: u16, environment: &str, args: &str) -> Option<String> {
    let call = format!("stty rows {rows} cols 100 && {environment} {} {args}", env!("CARGO_BIN_EXE_tariffcalc"));
    let done = Command::new("script")
        .args(["-qec", &call, "/dev/null"])
        .current_dir(root())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("TERM", "xterm")
        .env("SHELL", "/bin/sh")
        .stdin(Stdio::null())
        .output();
    let Some(done) = done.ok().filter(|done| done.status.success()) else {
        eprintln!("skipped: no `script` that gives a terminal");
        return None;
    };
    Some(String::from_utf8_lossy(&done.stdout).replace("\r\n", "\n"))
}

/// Tells whether a pager that marks lines had the one with these words.
fn goes_through(shown: &str, mark: &str, words: &str) -> bool {
    shown.lines().any(|line| line.starts_with(mark) && line.contains(words))
}

const RATE: &str = "rate passenger-cars --from JP --on 2025-10-01";

/// A pager that marks what goes through it.
const MARKS: &str = "PAGER='sed s/^/>/'";

#[test]
fn what_is_longer_than_the_terminal_goes_through_the_pager() {
    let Some(paged) = on_terminal(8, MARKS, RATE) else { return };
    assert!(goes_through(&paged, ">", "Passenger cars (8703.23.01) from JP"), "{paged}");
    assert!(paged.contains("15,000.00"), "{paged}");
    // The one meant for this program goes before that for all.
    let own = on_terminal(8, &format!("{MARKS} TARIFFCALC_PAGER='sed s/^/own:/'"), RATE).unwrap();
    assert!(goes_through(&own, "own:", "Passenger cars"), "{own}");
}

#[test]
fn paging_is_left_out_where_it_is_not_needed_or_not_wanted() {
    if on_terminal(8, MARKS, RATE).is_none() {
        return;
    }
    let no_pager = format!("{RATE} --no-pager");
    let json = format!("{RATE} --format json");
    let cases = [
        (60, MARKS, RATE),
        (8, MARKS, no_pager.as_str()),
        (8, MARKS, json.as_str()),
        (8, "PAGER=", RATE),
        (8, "PAGER='sed s/^/>/' TARIFFCALC_PAGER=", RATE),
        (8, "PAGER=no-such-pager-anywhere", RATE),
    ];
    for (rows, environment, args) in cases {
        let printed = on_terminal(rows, environment, args).unwrap();
        assert!(printed.contains("2025-10-01") && printed.contains("8703.23.01"), "{environment} {args}: {printed}");
        assert!(!printed.lines().any(|line| line.starts_with('>')), "{environment} {args}: {printed}");
    }
    // A pager that reads nothing is no fault.
    let unread = on_terminal(8, "PAGER=true", RATE).unwrap();
    assert!(!unread.contains("error"), "{unread}");
}

#[test]
fn colors_are_for_terminals_and_can_be_switched_off() {
    let Some(colored) = on_terminal(60, "", RATE) else { return };
    assert!(colored.contains("\u{1b}["), "{colored}");
    let plain = on_terminal(60, "NO_COLOR=1", RATE).unwrap();
    assert!(!plain.contains("\u{1b}["), "{plain}");
    let paged = on_terminal(8, &format!("NO_COLOR=1 {MARKS}"), RATE).unwrap();
    assert!(goes_through(&paged, ">", "Passenger cars") && !paged.contains("\u{1b}["), "{paged}");
    let forced = on_terminal(60, "CLICOLOR_FORCE=1", &format!("{RATE} | cat")).unwrap();
    assert!(forced.contains("\u{1b}["), "{forced}");
    let piped = on_terminal(60, "", &format!("{RATE} | cat")).unwrap();
    assert!(!piped.contains("\u{1b}["), "{piped}");
}

#[test]
fn a_watch_on_a_terminal_clears_the_screen_and_keeps_to_its_height() {
    let call = "watch scenarios/japan-deal.toml | head -c 0; true";
    if on_terminal(12, "", call).is_none() {
        return;
    }
    // It ends by an interrupt, as it does under the hand of its user.
    let Some(screen) = on_terminal(12, "timeout -s INT 6", "watch scenarios/japan-deal.toml; true") else { return };
    if !screen.contains("\u{1b}[2J") {
        eprintln!("skipped: no `timeout` here, or a machine too slow for it");
        return;
    }
    let shown = screen.rsplit("\u{1b}[H").next().unwrap_or_default();
    assert!(shown.lines().count() <= 12, "{shown}");
    assert!(shown.contains("more lines: make the window taller"), "{shown}");
}
