use crate::support::run;
use std::process::Command;

fn has(program: &str) -> bool {
    let there =
        Command::new("sh").args(["-c", &format!("command -v {program}")]).output().is_ok_and(|done| done.status.success());
    if !there {
        eprintln!("skipped: {program} is not installed");
    }
    there
}

fn script(shell: &str) -> String {
    let printed = run(&["completions", shell]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{shell}");
    printed.stdout
}

/// What bash offers behind some words; the last is being written.
fn offered(words: &[&str]) -> Vec<String> {
    let path = std::env::temp_dir().join(format!("tariffcalc-completions-{}-{}.bash", std::process::id(), words.join("-").len()));
    std::fs::write(&path, script("bash")).unwrap();
    let quoted = words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
    let current = words.last().unwrap();
    let previous = words[words.len() - 2];
    let program = format!(
        "source '{}'; COMP_WORDS=({quoted}); COMP_CWORD={}; _tariffcalc tariffcalc '{current}' '{previous}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        path.display(),
        words.len() - 1
    );
    let done = Command::new("bash").args(["--norc", "-c", &program]).output().unwrap();
    std::fs::remove_file(path).unwrap();
    String::from_utf8(done.stdout).unwrap().lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = script(shell);
        assert!(script.contains("explain") && script.contains("as-known"), "{shell}");
        // The others complete options and verbs only.
        assert!(!matches!(shell, "bash" | "zsh") || script.contains("passenger-cars"), "{shell}");
    }
    assert_eq!(run(&["completions", "tcsh"]).code, 2);
}

#[test]
fn bash_completes_verbs_and_what_the_book_holds() {
    if !has("bash") {
        return;
    }
    for (words, wanted) in [
        (&["tariffcalc", "ex"][..], "explain"),
        (&["tariffcalc", "rate", "passenger-c"], "passenger-cars"),
        (&["tariffcalc", "rate", "toys", "--from", "J"], "JP"),
        (&["tariffcalc", "law", "us-232-a"], "us-232-autos"),
        (&["tariffcalc", "run", "--format", "m"], "markdown"),
        (&["tariffcalc", "completions", "z"], "zsh"),
    ] {
        let offered = offered(words);
        assert!(offered.iter().any(|word| word == wanted), "{words:?}: {offered:?}");
    }
}

#[test]
fn bash_reads_the_script() {
    if !has("bash") {
        return;
    }
    let path = std::env::temp_dir().join(format!("tariffcalc-syntax-{}.bash", std::process::id()));
    std::fs::write(&path, script("bash")).unwrap();
    let done = Command::new("bash").arg("-n").arg(&path).output().unwrap();
    std::fs::remove_file(path).unwrap();
    assert!(done.status.success() && done.stderr.is_empty(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// One page of the program and one of each verb, which groff takes without a warning.
#[test]
fn manual_pages_are_sound() {
    let folder = std::env::temp_dir().join(format!("tariffcalc-man-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let printed = run(&["man", "-o", folder.to_str().unwrap()]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    let mut pages = 0;
    for page in std::fs::read_dir(&folder).unwrap() {
        let path = page.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(".TH ") && text.contains(".SH NAME"), "{}", path.display());
        if has("groff") {
            let done = Command::new("groff").args(["-man", "-ww", "-z", "-Tutf8", "-K", "utf8"]).arg(&path).output().unwrap();
            let told = String::from_utf8_lossy(&done.stderr).into_owned();
            assert!(done.status.success() && told.is_empty(), "{}: {told}", path.display());
        }
        pages += 1;
    }
    assert!(folder.join("tariffcalc.1").is_file() && folder.join("tariffcalc-run.1").is_file() && pages > 20, "{pages}");
    std::fs::remove_dir_all(folder).unwrap();
    let main = run(&["man"]);
    assert!(main.code == 0 && main.stdout.contains("tariffcalc\\-explain(1)"), "{}", main.stdout);
    assert!(run(&["man", "run"]).stdout.contains("tariffcalc run scenarios/japan\\-deal.toml"));
    let wrong = run(&["man", "rum"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("did you mean `run`?"), "{}", wrong.stderr);
}
