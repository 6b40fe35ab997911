use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Far more than a save takes to be seen: a limit for machines that have much to do, and no measure.
const PATIENCE: Duration = Duration::from_secs(60);

const SCENARIO: &str = r#"schema = 1
title = "A car"
question = "What is due?"
[defaults]
into = "US"
entered = 2025-10-01
[[flow]]
id = "car"
product = "passenger-cars"
origin = "JP"
value = "100000 USD"
"#;

/// A folder of its own for a test, removed when it is done.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tariffcalc-watch-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    /// Saves as editors do: a new file is moved over the old one.
    fn replace(&self, name: &str, text: &str) {
        self.write(".new~", text);
        fs::rename(self.0.join(".new~"), self.0.join(name)).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The program, and all that it has printed so far.
struct Watching {
    child: Child,
    stdout: Arc<Mutex<String>>,
    stderr: Arc<Mutex<String>>,
}

fn gathered(mut from: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let all = Arc::new(Mutex::new(String::new()));
    let to = all.clone();
    std::thread::spawn(move || {
        let (mut bytes, mut read) = (Vec::new(), [0; 4096]);
        while let Ok(count @ 1..) = from.read(&mut read) {
            bytes.extend_from_slice(&read[..count]);
            *to.lock().unwrap() = String::from_utf8_lossy(&bytes).into_owned();
        }
    });
    all
}

impl Watching {
    fn start(folder: &Path, args: &[&str]) -> Self {
        let mut child = command(folder, args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (stdout, stderr) = (gathered(child.stdout.take().unwrap()), gathered(child.stderr.take().unwrap()));
        Self { child, stdout, stderr }
    }

    /// What was printed of a state, once all of it is there.
    fn state(&self, number: usize, end: &str) -> String {
        let (mark, since) = (format!("=== {number} ===\n"), Instant::now());
        loop {
            let all = self.stdout.lock().unwrap().clone();
            if let Some((_, state)) = all.split_once(&mark)
                && state.contains(end)
            {
                assert!(!state.contains("==="), "a state after state {number}:\n{all}");
                return state.to_owned();
            }
            assert!(since.elapsed() < PATIENCE, "no `{end}` in state {number}:\n{all}\n{}", self.stderr.lock().unwrap());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn faults(&self) -> String {
        self.stderr.lock().unwrap().clone()
    }

    fn ends(&mut self) -> std::process::ExitStatus {
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(since.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tariffcalc"));
    command.arg("watch").args(args).current_dir(folder).env_clear().env("NO_COLOR", "1");
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// What a table ends with.
const END: &str = "Law: sha256";

#[test]
fn each_save_prints_the_table_anew() {
    let folder = Folder::new("saves");
    folder.write("car.toml", SCENARIO);
    let watching = Watching::start(&folder.0, &["car.toml"]);
    assert!(watching.state(1, END).contains("15,000.00"));
    folder.write("car.toml", &SCENARIO.replace("100000", "200000"));
    assert!(watching.state(2, END).contains("30,000.00"));
    folder.replace("car.toml", &SCENARIO.replace("100000", "300000"));
    assert!(watching.state(3, END).contains("45,000.00"));
    folder.replace("car.toml", &SCENARIO.replace("100000", "400000"));
    assert!(watching.state(4, END).contains("60,000.00"));
    assert_eq!(watching.faults(), "");

    // What is broken is told, and the last good table stays below it.
    folder.write("car.toml", &SCENARIO.replace("passenger-cars", "pasenger-cars"));
    let faulty = watching.state(5, END);
    assert!(faulty.starts_with("Faulty: the table below is of state 4, before the fault."), "{faulty}");
    assert!(faulty.contains("60,000.00"), "{faulty}");
    assert!(watching.faults().contains("did you mean `passenger-cars`?"), "{}", watching.faults());

    // So is what is gone.
    fs::remove_file(folder.0.join("car.toml")).unwrap();
    assert!(watching.state(6, END).starts_with("Faulty: the table below is of state 4"));
    assert!(watching.faults().contains("cannot read `car.toml`: there is no such file"), "{}", watching.faults());
    folder.write("car.toml", SCENARIO);
    let mended = watching.state(7, END);
    assert!(mended.contains("15,000.00") && !mended.contains("Faulty"), "{mended}");
}

#[test]
fn the_files_that_a_scenario_reads_are_watched_with_it() {
    let folder = Folder::new("flows");
    fs::create_dir_all(folder.0.join("data")).unwrap();
    let flow = SCENARIO.find("[[flow]]").unwrap();
    folder.write("car.toml", &format!("{}[[flow-file]]\nid = \"f\"\npath = \"data/flows.csv\"\n", &SCENARIO[..flow]));
    folder.write("data/flows.csv", "code,origin,value\n8703.23.01,JP,1000\n");
    let watching = Watching::start(&folder.0, &["car.toml", "--by", "origin"]);
    assert!(watching.state(1, END).contains("150.00"));
    folder.write("data/flows.csv", "code,origin,value\n8703.23.01,JP,3000\n");
    assert!(watching.state(2, END).contains("450.00"));
    folder.replace("data/flows.csv", "code,origin,value\n8703.23.01,JP,5000\n");
    assert!(watching.state(3, END).contains("750.00"));
}

#[test]
fn several_files_are_one_question_and_a_program_gets_documents_only() {
    let folder = Folder::new("several");
    folder.write("car.toml", SCENARIO);
    let case =
        "schema = 1\ntitle = \"Free\"\nquestion = \"And if it were free?\"\n[[case]]\nid = \"july\"\nentered = 2025-07-01\n";
    folder.write("case.toml", case);
    let watching = Watching::start(&folder.0, &["car.toml", "case.toml"]);
    assert!(watching.state(1, END).contains("27,500.00"));
    folder.write("case.toml", &case.replace("2025-07-01", "2025-01-15"));
    assert!(watching.state(2, END).contains("2,500.00"));

    let documents = Watching::start(&folder.0, &["car.toml", "--format", "json"]);
    let since = Instant::now();
    let whole = loop {
        let all = documents.stdout.lock().unwrap().clone();
        if let Ok(document) = serde_json::from_str::<serde_json::Value>(&all) {
            break document;
        }
        assert!(since.elapsed() < PATIENCE, "{all}");
        std::thread::sleep(Duration::from_millis(5));
    };
    assert_eq!(whole["cases"][0]["flows"][0]["duty"]["amount"], "15000.00");
}

#[test]
fn a_file_is_written_at_each_save_and_keeps_the_last_good_table() {
    let folder = Folder::new("output");
    folder.write("car.toml", SCENARIO);
    let watching = Watching::start(&folder.0, &["car.toml", "-o", "car.md"]);
    assert!(watching.state(1, "bytes").contains("car.md: "));
    assert!(fs::read_to_string(folder.0.join("car.md")).unwrap().contains("15,000.00"));
    folder.write("car.toml", "schema = 1\n");
    assert_eq!(watching.state(2, "\n\n"), "Faulty: `car.md` is of state 1, before the fault.\n\n");
    assert!(fs::read_to_string(folder.0.join("car.md")).unwrap().contains("15,000.00"));
    folder.write("car.toml", &SCENARIO.replace("100000", "200000"));
    assert!(watching.state(3, "bytes").contains("car.md: "));
    assert!(fs::read_to_string(folder.0.join("car.md")).unwrap().contains("30,000.00"));
}

#[test]
fn a_file_that_is_not_there_at_the_start_is_a_fault() {
    let folder = Folder::new("missing");
    folder.write("car.toml", SCENARIO);
    let told = command(&folder.0, &["cra.toml"]).output().unwrap();
    assert_eq!(told.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&told.stderr).contains("did you mean `car.toml`?"));
    assert_eq!(command(&folder.0, &["."]).output().unwrap().status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn it_ends_when_it_is_interrupted_and_when_nobody_reads() {
    let folder = Folder::new("ends");
    folder.write("car.toml", SCENARIO);
    let mut watching = Watching::start(&folder.0, &["car.toml"]);
    watching.state(1, END);
    let done = Command::new("kill").args(["-INT", &watching.child.id().to_string()]).status();
    if !done.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no `kill` here");
        return;
    }
    assert_eq!(watching.ends().code(), Some(0));

    // `tariffcalc watch car.toml | head -1`, without a save after it.
    let mut child = command(&folder.0, &["car.toml"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut first = [0; 8];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(&first, b"=== 1 ==");
    let none = || Arc::new(Mutex::new(String::new()));
    let mut alone = Watching { child, stdout: none(), stderr: none() };
    assert_eq!(alone.ends().code(), Some(0));
}
