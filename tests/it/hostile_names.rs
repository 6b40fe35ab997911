//! Names that a terminal, a spreadsheet, a browser or a calendar would act on come out inert in every format and channel.

use crate::support::{Printed, files_below, root, run_in};
use std::path::PathBuf;
use tariffcalc::base::is_steering;
use tariffcalc::diag::Sources;
use tariffcalc::read;

/// Names that files may hold; the reader takes them as they are.
const TAKEN: [&str; 17] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(1)",
    "-2+3",
    "\u{ff1d}1+1 wide",
    "one; =1+1",
    "zero\u{200b}width\u{feff}",
    "line\u{2028}separator\u{2029}",
    "marks\u{200e}\u{200f}\u{61c}\u{e0041}",
    "a|b`c`*d*[e](javascript:alert(1))",
    "``` fence",
    "# heading",
    "_x0041_ ' \" \\ &lt;b&gt; &amp; &#x202e;",
    "BEGIN:VEVENT\nEND:VCALENDAR",
    "{{7*7}} ${7*7} %0d%0a \\u{202e}",
];

/// What the reader refuses, as TOML writes it.
const REFUSED: [&str; 8] = [
    "\\u001b[31mred",
    "\\u001b]0;title\\u0007",
    "bell\\u0007",
    "nul\\u0000",
    "del\\u007f",
    "csi\\u009b",
    "turned\\u202e",
    "isolated\\u2066x\\u2069",
];

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tariffcalc-hostile-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn toml(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A scenario that says every hostile name in every place that takes words.
fn scenario() -> String {
    let all = toml(&TAKEN.join(" / "));
    let mut text = format!(
        "schema = 1\ntitle = {all}\nquestion = {}\nnote = [{all}, {}]\n[defaults]\ninto = \"US\"\norigin = \"JP\"\nentered = 2025-07-10\n\
         [next]\non = 2025-07-10\n[[sweep.axis]]\nvary = \"value\"\nvalues = [\"1,000 USD\", \"2,000 USD\"]\n",
        toml("``` =question"),
        TAKEN.map(toml).join(", "),
    );
    for (number, name) in TAKEN.iter().enumerate() {
        let name = toml(name);
        text.push_str(&format!(
            "[[flow]]\nid = \"f{number}\"\ntitle = {name}\ngroup = {name}\ncite = {name}\ncode = \"8479.50.00.00\"\nvalue = \"1,000 USD\"\n"
        ));
    }
    // Every name in one of few cases: each case is assessed by every call.
    for (number, names) in TAKEN.chunks(6).enumerate() {
        let name = toml(&names.join(" / "));
        text.push_str(&format!(
            "[[case]]\nid = \"c{number}\"\ntitle = {name}\n[[case.change]]\nset-rate = \"{}%\"\nmeasure = \"us-ieepa-reciprocal-jp\"\nfrom = 2025-07-01\nwhy = {name}\n",
            number + 1
        ));
    }
    text
}

/// Nothing in a text steers what stands around it.
fn quiet(text: &str, what: &str) {
    let text = text.replace("\r\n", "\n");
    if let Some((at, c)) = text.char_indices().find(|(_, c)| is_steering(*c) && *c != '\n') {
        let from = text[..at].char_indices().rev().nth(60).map_or(0, |(at, _)| at);
        panic!("{what}: {} in {:?}", c.escape_unicode(), &text[from..at]);
    }
}

fn csv_is_inert(text: &str, what: &str) {
    for table in text.split("\n\n") {
        let mut reader = csv::ReaderBuilder::new().flexible(false).has_headers(false).from_reader(table.as_bytes());
        for record in reader.records() {
            for field in &record.unwrap() {
                for part in field.split(';') {
                    let runs =
                        part.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
                    assert!(!runs || part.parse::<tariffcalc::base::Decimal>().is_ok(), "{what}: {part:?} in {field:?}");
                }
            }
        }
    }
}

fn markdown_is_inert(text: &str, what: &str) {
    let (mut columns, mut in_chart) = (0, false);
    for line in text.lines() {
        // A chart is a block of code, which nothing within may end.
        if line == if in_chart { "```" } else { "```text" } {
            in_chart = !in_chart;
            continue;
        }
        if in_chart {
            assert!(line.trim().is_empty() || !line.trim().chars().all(|c| c == '`'), "{what}: {line}");
            continue;
        }
        assert!(!line.contains('<') && !line.contains('>'), "{what}: {line}");
        assert!(
            !line.starts_with("```") && !line.starts_with("- ```") && !line.starts_with("- #") && !line.starts_with("# heading"),
            "{what}: {line}"
        );
        // A bracket that is not escaped could begin a link.
        assert!(!line.replace("\\\\", "").replace("\\[", "").contains('['), "{what}: {line}");
        let bars = line.replace("\\\\", "").replace("\\|", "").matches('|').count();
        if !line.starts_with('|') {
            columns = 0;
        } else if columns == 0 {
            columns = bars;
        } else {
            assert_eq!(bars, columns, "{what}: {line}");
        }
    }
}

/// A page has no element that runs, fetches or opens anything, and no attribute that does.
fn page_is_inert(text: &str, what: &str) {
    let lower = text.to_lowercase();
    for acting in
        ["<script", "<img", "<iframe", "<object", "<embed", "<form", "<base", "href=\"http", "href=\"javascript", "<b>|"]
    {
        assert!(!lower.contains(acting), "{what}: {acting}");
    }
    for tag in lower.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        assert!(!tag.contains(" onerror="), "{what}: <{tag}>");
    }
}

fn json_is_sound(text: &str, what: &str) {
    let document: serde_json::Value = serde_json::from_str(text).unwrap_or_else(|why| panic!("{what}: {why}"));
    assert_eq!(document["schema"], 1, "{what}");
}

#[cfg(feature = "xlsx")]
fn spreadsheet_is_inert(bytes: &[u8], what: &str) {
    use calamine::{Data, Reader};
    crate::xlsx::nothing_acts(bytes);
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(bytes.to_vec())).unwrap();
    for (name, range) in book.worksheets() {
        quiet(&name, what);
        for cell in range.used_cells().filter_map(|(.., cell)| if let Data::String(text) = cell { Some(text) } else { None }) {
            quiet(cell, what);
            assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{what}: {cell}");
        }
    }
}

/// The calls that print words of a scenario.
const CALLS: [&[&str]; 12] = [
    &["run"],
    &["run", "--by", "measure"],
    &["run", "--by", "group"],
    &["run", "--articles"],
    &["explain", "--case", "c1"],
    &["timeline", "--before", "2025-09-01", "--chart"],
    &["next"],
    &["sweep"],
    &["solve", "--vary", "value@f0=500..2,000 USD", "--target", "f0.current-law.duty = f1.current-law.duty"],
    &["diff", "current-law", "c1"],
    &["refund", "current-law", "c1"],
    &["panel", "--by", "group", "--by", "origin"],
];

fn inert(format: &str, printed: &Printed, what: &str) {
    quiet(&printed.stdout, what);
    quiet(&printed.stderr, what);
    match format {
        "csv" => csv_is_inert(&printed.stdout, what),
        "markdown" => markdown_is_inert(&printed.stdout, what),
        "json" => json_is_sound(&printed.stdout, what),
        "html" => page_is_inert(&printed.stdout, what),
        _ => {}
    }
}

fn call<'a>(words: &[&'a str], file: &'a str) -> Vec<&'a str> {
    let (verb, rest) = words.split_first().unwrap();
    [&[*verb, file], rest].concat()
}

#[test]
fn hostile_names_are_inert_in_every_verb_and_format() {
    let folder = Folder::new("names");
    folder.write("case.toml", &scenario());
    for words in CALLS {
        for format in ["table", "markdown", "csv", "json", "html"] {
            let mut asked = [call(words, "case.toml"), vec!["--format", format]].concat();
            // Charts are drawn for people alone.
            asked.retain(|word| *word != "--chart" || ["table", "markdown"].contains(&format));
            let printed = run_in(&folder.0, &asked);
            assert_eq!(printed.code, 0, "{asked:?}: {}", printed.stderr);
            inert(format, &printed, &format!("{asked:?}"));
        }
        #[cfg(feature = "xlsx")]
        {
            let mut asked = [call(words, "case.toml"), vec!["-o", "out.xlsx"]].concat();
            asked.retain(|word| *word != "--chart");
            let printed = run_in(&folder.0, &asked);
            assert_eq!(printed.code, 0, "{words:?}: {}", printed.stderr);
            spreadsheet_is_inert(&std::fs::read(folder.0.join("out.xlsx")).unwrap(), &format!("{words:?} as xlsx"));
        }
    }
    // JSON gives every name back as it was written.
    let printed = run_in(&folder.0, &["run", "case.toml", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&printed.stdout).unwrap();
    for (flow, name) in document["cases"][0]["flows"].as_array().unwrap().iter().zip(TAKEN) {
        assert_eq!(flow["title"], name);
    }
}

/// A picture is well-formed, and has no element and no attribute that runs, fetches or links anything.
fn picture_is_inert(text: &str, what: &str) {
    quiet(text, what);
    let picture = roxmltree::Document::parse(text).unwrap_or_else(|why| panic!("{what}: {why}"));
    for element in picture.descendants().filter(roxmltree::Node::is_element) {
        let name = element.tag_name().name();
        assert!(
            !["script", "image", "foreignObject", "a", "use", "iframe", "animate", "set"].contains(&name),
            "{what}: <{name}>"
        );
        for attribute in element.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            assert!(!name.starts_with("on") && name != "href", "{what}: {name}=");
            // A pattern of the picture itself may be pointed to, and nothing else.
            let elsewhere = value.split("url(").skip(1).any(|to| !to.starts_with("#chart-"));
            assert!(!elsewhere && !value.contains("javascript"), "{what}: {name}={value:?}");
        }
    }
}

#[test]
fn hostile_names_are_inert_in_pictures() {
    let folder = Folder::new("pictures");
    folder.write("case.toml", &scenario());
    let mut pictures = 0;
    for words in CALLS {
        let mut asked = call(words, "case.toml");
        asked.retain(|word| *word != "--chart");
        asked.extend(["--chart", "out.svg"]);
        let printed = run_in(&folder.0, &asked);
        quiet(&printed.stderr, "pictures");
        // A verb without a chart says so.
        assert!(printed.code == 0 || printed.stderr.contains("chart"), "{asked:?}: {}", printed.stderr);
        for file in files_below(&folder.0).into_iter().filter(|file| file.extension().is_some_and(|end| end == "svg")) {
            picture_is_inert(&std::fs::read_to_string(&file).unwrap(), &format!("{asked:?}: {}", file.display()));
            std::fs::remove_file(file).unwrap();
            pictures += 1;
        }
    }
    assert!(pictures >= 10, "only {pictures} pictures");
}

#[test]
fn a_calendar_of_hostile_names_is_a_calendar() {
    let folder = Folder::new("calendar");
    folder.write("case.toml", &scenario());
    let printed = run_in(&folder.0, &["next", "case.toml", "--format", "ics"]);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    quiet(&printed.stdout, "ics");
    let unfolded = icalendar::parser::unfold(&printed.stdout);
    let calendar = icalendar::parser::read_calendar(&unfolded).unwrap();
    assert!(!calendar.components.is_empty());
    assert!(calendar.components.iter().all(|event| event.name == "VEVENT" && event.components.is_empty()));
    assert_eq!(printed.stdout.matches("BEGIN:VCALENDAR\r\n").count(), 1);
}

#[test]
fn what_steers_is_refused_and_told_without_steering() {
    let folder = Folder::new("refused");
    for name in REFUSED {
        folder.write(
            "case.toml",
            &format!("schema = 1\ntitle = \"{name}\"\nquestion = \"q\"\n\"{name}\" = 1\n[[flow]]\nid = \"{name}\"\n"),
        );
        for verb in ["check", "run"] {
            let printed = run_in(&folder.0, &[verb, "case.toml"]);
            assert_eq!(printed.code, 1, "{name}");
            assert!(printed.stderr.contains("[bad-text]"), "{name}: {}", printed.stderr);
            quiet(&printed.stderr, name);
        }
        let told = run_in(&folder.0, &["check", "case.toml", "--format", "json"]);
        quiet(&told.stdout, name);
        json_is_sound(&told.stdout, name);
    }
    // The same names as they are, in the text that a message shows, with the styles of a terminal.
    for (number, raw) in
        ["\u{1b}]0;evil\u{7}", "\u{202e}live", "\u{2066}x\u{2069}", "\u{9b}2J", "a\rerror: forged"].into_iter().enumerate()
    {
        let name = format!("{number}{raw}.toml");
        let files = read::Memory::default().with(&name, format!("schema = 1\ntitle = \"{raw}\"\nq{raw} = 1\n"));
        let mut sources = Sources::default();
        let told = read::scenario(&files, &name, crate::support::law(), &mut sources).diagnostics.render(&sources);
        let plain = anstyle_free(&told);
        quiet(&plain, raw);
        assert!(!told.is_empty());
    }
}

/// A text without the styles that a terminal shows: colors and boldness alone.
fn anstyle_free(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let styles = after[2..].trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        assert!(styles.starts_with('m'), "an escape code that is no style: {after:?}");
        rest = &styles[1..];
    }
    out + rest
}

#[test]
fn hostile_cells_of_flow_files_are_inert() {
    let folder = Folder::new("cells");
    let mut names: Vec<String> = TAKEN.map(str::to_owned).to_vec();
    names.extend(
        ["\u{1b}[31mred\u{1b}[0m", "\u{1b}]0;t\u{7}", "nul\0", "turned\u{202e}", "iso\u{2066}late", "csi\u{9b}"]
            .map(str::to_owned),
    );
    names.push("x".repeat(3_000));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["line", "hts", "origin", "entry_date", "value_usd", "group", "fact_transport"]).unwrap();
    for (number, name) in names.iter().enumerate() {
        writer.write_record([&number.to_string(), "8479.50.00.00", "JP", "2025-07-10", "1000", name, ""]).unwrap();
        writer.write_record([name.as_str(), name, name, name, name, name, name]).unwrap();
    }
    std::fs::write(folder.0.join("=lines.csv"), writer.into_inner().unwrap()).unwrap();
    folder.write(
        "case.toml",
        "schema = 1\ntitle = \"t\"\nquestion = \"q\"\n[defaults]\ninto = \"US\"\n[[flow-file]]\nid = \"lines\"\npath = \"=lines.csv\"\ncite = \"c\"\nmax-errors = 1000\n",
    );
    for words in [
        vec!["panel", "=lines.csv", "--by", "group", "--max-errors", "1000"],
        vec!["flows", "=lines.csv"],
        vec!["run", "case.toml", "--by", "group"],
        vec!["check", "case.toml"],
    ] {
        for format in ["table", "markdown", "csv", "json", "html"] {
            let printed = run_in(&folder.0, &[words.clone(), vec!["--format", format]].concat());
            let what = format!("{words:?} as {format}");
            quiet(&printed.stdout, &what);
            quiet(&printed.stderr, &what);
            assert!(printed.stderr.len() < 200_000 && !printed.stderr.contains("panicked"), "{what}: {}", printed.stderr);
            if printed.code == 0 && words[0] != "check" {
                inert(format, &printed, &what);
            }
        }
    }
}

#[test]
fn names_of_files_and_arguments_are_inert() {
    let folder = Folder::new("files");
    for name in ["=1+1", "\u{202e}x", "a\u{1b}[31mb", "new\nline", "<b>", "a|b", "-x", "\u{7}bell"] {
        let good = format!("./{name}.toml");
        std::fs::write(folder.0.join(&good), scenario()).unwrap();
        for format in ["table", "markdown", "csv", "json", "html"] {
            let printed = run_in(&folder.0, &["run", &good, "--format", format]);
            assert_eq!(printed.code, 0, "{name:?}: {}", printed.stderr);
            inert(format, &printed, name);
        }
        std::fs::write(folder.0.join(&good), "nonsense").unwrap();
        let written = format!("./{name}.csv");
        let calls: [&[&str]; 8] = [
            &["run", &good],
            &["run", &format!("missing {name}")],
            &["rate", &format!("p{name}"), "--from", "JP"],
            &["rate", "toys", "--from", &format!("p{name}")],
            &["rate", "toys", "--from", "JP", "--value", &format!("p{name}")],
            &["law", &format!("p{name}")],
            &["rate", "toys", "--from", "JP", "--format", &format!("p{name}")],
            &["rate", "toys", "--from", "JP", "--on", "2025-07-10", "-o", &written],
        ];
        for words in calls {
            let printed = run_in(&folder.0, words);
            quiet(&printed.stdout, &format!("{words:?}"));
            quiet(&printed.stderr, &format!("{words:?}"));
        }
    }
}

/// A book of law is a user's file, too.
#[test]
fn hostile_words_of_a_book_are_inert() {
    let folder = Folder::new("law");
    let seeds = root().join("seeds");
    for path in files_below(&seeds) {
        let to = folder.0.join("law").join(path.strip_prefix(&seeds).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        match std::str::from_utf8(&bytes) {
            Ok(text) if path.extension().is_some_and(|end| end == "toml") => {
                let hostile =
                    |key: &str, text: &str| text.replace(&format!("\n{key} = \""), &format!("\n{key} = \"=1+1 <b>|\\u200b`x` "));
                std::fs::write(to, hostile("title", &hostile("cite", &hostile("note", text)))).unwrap();
            }
            _ => std::fs::write(to, bytes).unwrap(),
        }
    }
    folder.write("case.toml", &scenario());
    let calls: [&[&str]; 6] = [
        &["law", "us-ieepa-reciprocal"],
        &["law"],
        &["products"],
        &["explain", "case.toml"],
        &["next", "case.toml"],
        &["run", "case.toml", "--by", "measure"],
    ];
    for words in calls {
        for format in ["table", "markdown", "csv", "json", "html"] {
            let printed = run_in(&folder.0, &[words, &["--law", "law", "--format", format]].concat());
            assert_eq!(printed.code, 0, "{words:?}: {}", printed.stderr);
            inert(format, &printed, &format!("{words:?} as {format}, from a hostile book"));
        }
    }
}
