//! How long `watch` takes from a save to the table, as a share of what a fresh call of `run` takes on the same scenario.
//!
//! `cargo bench --bench watch` saves the scenario of the Japan deal, half of the times in place and half by a file moved over it, and waits for the table; `-- FILE` takes another scenario.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::float_arithmetic)]

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_tariffcalc");
const SAVES: u64 = 50;

/// The last line that every table ends with.
const END: &str = "Law: sha256";

/// Waits until a table has been printed to its end.
fn table(from: &Receiver<String>) {
    let mut seen = String::new();
    while !seen.contains(END) {
        seen.push_str(&from.recv_timeout(Duration::from_secs(60)).unwrap());
    }
}

fn median(mut took: Vec<Duration>) -> (Duration, Duration) {
    took.sort_unstable();
    (took.get(took.len() / 2).copied().unwrap(), took.last().copied().unwrap())
}

fn main() {
    let asked = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let file = asked.map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/japan-deal.toml"), PathBuf::from);
    let text = fs::read_to_string(&file).unwrap();
    let folder = std::env::temp_dir().join(format!("tariffcalc-watch-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let scenario = folder.join("scenario.toml");
    fs::write(&scenario, &text).unwrap();

    let mut child =
        Command::new(PROGRAM).arg("watch").arg(&scenario).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let (to, from) = channel();
    std::thread::spawn(move || {
        let mut bytes = [0; 65_536];
        while let Ok(count @ 1..) = stdout.read(&mut bytes) {
            if to.send(String::from_utf8_lossy(bytes.get(..count).unwrap_or_default()).into_owned()).is_err() {
                return;
            }
        }
    });
    table(&from);
    let (mut saves, mut runs) = (Vec::new(), Vec::new());
    for number in 0..SAVES {
        // Saves at odd moments, so that they do not fall in step with anything that waits.
        std::thread::sleep(Duration::from_millis(50 + 7 * number));
        let changed = format!("{text}# {number}\n");
        if number % 2 == 0 {
            fs::write(&scenario, changed).unwrap();
        } else {
            fs::write(folder.join(".new~"), changed).unwrap();
            fs::rename(folder.join(".new~"), &scenario).unwrap();
        }
        let saved = Instant::now();
        table(&from);
        saves.push(saved.elapsed());
        let begun = Instant::now();
        Command::new(PROGRAM).arg("run").arg(&scenario).output().unwrap();
        runs.push(begun.elapsed());
    }
    child.kill().unwrap();
    child.wait().unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let ((save, slowest), (run, _)) = (median(saves), median(runs));
    println!("from save to table: median {save:.1?}, slowest {slowest:.1?} of {SAVES}");
    println!("a fresh run: median {run:.1?}; a save takes {:.2} of it", save.as_secs_f64() / run.as_secs_f64());
}
