use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use tariffcalc::answer::{self, Results};
use tariffcalc::diag::Sources;
use tariffcalc::law::Rulebook;
use tariffcalc::read;
use tariffcalc::scenario::Scenario;

/// The folder of the package.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The embedded law, read once.
pub(crate) fn law() -> &'static Rulebook {
    static LAW: OnceLock<Rulebook> = OnceLock::new();
    LAW.get_or_init(|| {
        let law = read::law(&read::Embedded);
        assert!(law.diagnostics.is_empty(), "{}", law.diagnostics.render(&law.sources));
        law.rulebook.unwrap()
    })
}

/// What the program printed.
#[must_use = "look at what the program printed"]
pub(crate) struct Printed {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

/// Runs the program in the package's folder, in an environment without surprises.
pub(crate) fn run(args: &[&str]) -> Printed {
    run_in(root(), args)
}

pub(crate) fn run_in(folder: &Path, args: &[&str]) -> Printed {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_tariffcalc"))
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("NO_COLOR", "1")
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .output()
        .expect("the program starts");
    Printed {
        stdout: String::from_utf8(stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
        code: status.code().expect("the program exits by itself"),
    }
}

/// Compares with a file kept beside its input; `UPDATE=1` writes it anew.
pub(crate) fn golden(path: &Path, found: &str) {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, found).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(path).unwrap_or_else(|_| panic!("{} is missing; UPDATE=1 writes it", path.display()));
    if kept != found {
        let line = kept.lines().zip(found.lines()).take_while(|(kept, found)| kept == found).count();
        let at = |text: &str| text.lines().skip(line).take(3).collect::<Vec<_>>().join("\n");
        panic!(
            "{} differs from line {} on; look at the difference, then UPDATE=1\nkept:\n{}\nfound:\n{}",
            path.display(),
            line + 1,
            at(&kept),
            at(found)
        );
    }
}

/// The files below a folder, in alphabetical order.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|_| panic!("{} can be listed", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// Reads a scenario's text against the embedded law.
pub(crate) fn ask(text: &str) -> Result<Scenario, String> {
    ask_of(law(), text)
}

pub(crate) fn ask_of(law: &Rulebook, text: &str) -> Result<Scenario, String> {
    let mut sources = Sources::default();
    let files = read::Memory::default().with("test.toml", text);
    let asked = read::scenario(&files, "test.toml", law, &mut sources);
    asked.scenario.ok_or_else(|| asked.diagnostics.render(&sources))
}

/// Reads and runs a scenario's text.
pub(crate) fn answer_to(text: &str) -> Results {
    let scenario = ask(text).unwrap_or_else(|words| panic!("{words}"));
    answer::run(law(), &scenario, None).unwrap_or_else(|_| panic!("the scenario cannot be assessed:\n{text}"))
}

/// The scenario of one flow; `more` are further lines of the flow.
pub(crate) fn one_flow(goods: &str, origin: &str, entered: &str, value: &str, more: &str) -> String {
    let key = if goods.starts_with(|c: char| c.is_ascii_digit()) || goods == "all" { "code" } else { "product" };
    format!(
        "schema = 1\ntitle = \"t\"\nquestion = \"q\"\n[[flow]]\nid = \"f\"\ninto = \"US\"\n{key} = \"{goods}\"\norigin = \"{origin}\"\n\
         entered = {entered}\nvalue = \"{value}\"\n{more}\n"
    )
}
