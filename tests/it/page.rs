//! Reports as pages: whole, well formed, made of nothing that acts or fetches.

use crate::support::{Printed, root, run, run_in};
use std::collections::{BTreeMap, BTreeSet};

/// A page read tag by tag: elements with their attributes, and the text outside of styles.
pub(crate) struct Page {
    pub(crate) elements: Vec<(String, BTreeMap<String, String>)>,
    pub(crate) text: String,
}

/// Elements without an end.
const VOID: [&str; 3] = ["meta", "link", "br"];

/// Elements of which a page may be made, and those of pictures.
const ALLOWED: &[&str] = &[
    "a",
    "b",
    "bdi",
    "body",
    "br",
    "caption",
    "circle",
    "clippath",
    "code",
    "dd",
    "defs",
    "desc",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "g",
    "h1",
    "h2",
    "head",
    "header",
    "html",
    "li",
    "line",
    "link",
    "main",
    "meta",
    "ol",
    "p",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "pre",
    "rect",
    "section",
    "small",
    "span",
    "style",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "text",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "tspan",
    "ul",
    "mask",
    "ellipse",
];

impl Page {
    /// Reads a page as a browser reads well-formed ones.
    ///
    /// # Panics
    /// Where a tag has no end, ends another one, or is none that a page is made of; where an attribute is not quoted or acts.
    pub(crate) fn read(html: &str) -> Self {
        let mut rest = html.strip_prefix("<!DOCTYPE html>").expect("a page of today");
        let mut page = Self { elements: Vec::new(), text: String::new() };
        let mut open: Vec<String> = Vec::new();
        while let Some(start) = rest.find('<') {
            let (text, tag) = rest.split_at(start);
            page.text.push_str(text);
            let (inner, after) = Self::tag(&tag[1..]);
            rest = after;
            if let Some(name) = inner.strip_prefix('/') {
                assert_eq!(open.pop().as_deref(), Some(name), "an end that ends nothing");
                continue;
            }
            let (inner, closed) = inner.strip_suffix('/').map_or((inner, false), |inner| (inner, true));
            let (name, attributes) = inner.split_once(' ').unwrap_or((inner, ""));
            let name = name.to_lowercase();
            assert!(ALLOWED.contains(&name.as_str()), "no page is made of <{name}>");
            let attributes = Self::attributes(attributes);
            for (key, value) in &attributes {
                assert!(!key.starts_with("on"), "<{name}> acts: {key}={value}");
                assert!(
                    !["src", "action", "srcdoc", "data", "xlink:href", "formaction"].contains(&key.as_str()),
                    "<{name} {key}>"
                );
                assert!(key != "href" || value.starts_with('#') || value == "data:,", "a link leaves the page: {value}");
            }
            page.elements.push((name.clone(), attributes));
            if name == "style" {
                let (style, after) = rest.split_once("</style>").expect("a style ends");
                assert!(!style.contains("url(http") && !style.contains("@import") && !style.contains('<'), "a style fetches");
                rest = after;
            } else if !closed && !VOID.contains(&name.as_str()) {
                open.push(name);
            }
        }
        assert_eq!(open, Vec::<String>::new(), "what began ends");
        page
    }

    /// Cuts a tag at its end: the first `>` outside of quotes.
    fn tag(text: &str) -> (&str, &str) {
        let mut quoted = false;
        for (at, c) in text.char_indices() {
            match c {
                '"' => quoted = !quoted,
                '>' if !quoted => return (&text[..at], &text[at + 1..]),
                '<' if !quoted => panic!("a tag in a tag: {}", &text[..at]),
                _ => {}
            }
        }
        panic!("a tag without an end: {text:.80}")
    }

    fn attributes(text: &str) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (name, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("an attribute without quotes: {rest}"));
            let (value, after) = after.split_once('"').expect("a quote ends");
            assert!(all.insert(name.to_lowercase(), value.to_owned()).is_none(), "{name} twice");
            rest = after.trim_start();
        }
        all
    }

    fn all(&self, name: &str) -> Vec<&BTreeMap<String, String>> {
        self.elements.iter().filter(|(known, _)| known == name).map(|(_, attributes)| attributes).collect()
    }

    fn ids(&self) -> BTreeSet<&str> {
        let mut ids = BTreeSet::new();
        for id in self.elements.iter().filter_map(|(_, attributes)| attributes.get("id")) {
            assert!(ids.insert(id.as_str()), "{id} twice");
        }
        ids
    }
}

fn page(args: &[&str]) -> (Page, String) {
    let Printed { stdout, stderr, code } = run(&[args, &["--format", "html"]].concat());
    assert_eq!(code, 0, "{stderr}");
    (Page::read(&stdout), stdout)
}

#[test]
fn every_verb_prints_a_whole_page() {
    let calls: [&[&str]; 13] = [
        &["run", "scenarios/japan-deal.toml"],
        &["run", "scenarios/japan-deal.toml", "--by", "measure"],
        &["run", "scenarios/japan-deal.toml", "--by", "chapter"],
        &["rate", "passenger-cars", "--from", "JP", "--on", "2025-10-01", "--explain"],
        &["explain", "scenarios/japan-rice.toml"],
        &["timeline", "scenarios/japan-timeline.toml"],
        &["next", "scenarios/next-july-2025.toml"],
        &["sweep", "scenarios/us-content.toml"],
        &["solve", "scenarios/us-content.toml"],
        &["origins", "scenarios/cars-by-origin.toml"],
        &["diff", "scenarios/diff-japan-spring-2026.toml"],
        &["refund", "scenarios/refund-ieepa.toml"],
        &["panel", "scenarios/entry-lines.toml", "--on", "monthly", "--by", "program"],
    ];
    for call in calls {
        let (page, html) = page(call);
        assert!(!html.replace("http://www.w3.org/2000/svg", "").contains("://"), "{call:?} names a place");
        let ids = page.ids();
        for link in page.all("a") {
            let to = link["href"].strip_prefix('#').expect("links stay in the page");
            assert!(ids.contains(to), "{call:?}: a link to nowhere: {to}");
        }
        assert_eq!(page.all("table").len(), page.all("caption").len(), "{call:?}");
        assert!(page.all("th").iter().all(|heading| heading.contains_key("scope")), "{call:?}");
        assert_eq!(page.all("h1").len(), 1, "{call:?}");
        assert!(
            page.all("meta")
                .iter()
                .any(|meta| meta.get("content").is_some_and(|policy| policy.starts_with("default-src 'none'")))
        );
    }
}

#[test]
fn each_figure_points_to_its_source_and_back() {
    let (page, html) = page(&["rate", "passenger-cars", "--from", "JP", "--on", "2025-10-01"]);
    let ids = page.ids();
    for number in 1..=2 {
        assert!(ids.contains(format!("source-{number}").as_str()) && ids.contains(format!("ref-{number}").as_str()), "{number}");
        assert!(html.contains(&format!("href=\"#ref-{number}\"")), "no way back to {number}");
    }
    assert!(!ids.contains("source-3"));
    assert!(html.contains(
        "<b>Passenger vehicles and light trucks, Japan</b>. Heading <span class=\"code\">9903.94.41</span>. 90 FR 44638"
    ));
    // The same law twice is one source: column 1 of every case of a flow.
    let (page, _) = self::page(&["run", "scenarios/japan-timeline.toml"]);
    let sources = page.ids().iter().filter(|id| id.starts_with("source-")).count();
    let pointing = page.all("a").iter().filter(|link| link["href"].starts_with("#source-")).count();
    assert!(pointing > sources, "{pointing} figures, {sources} sources");
}

#[test]
fn a_page_says_how_to_get_it_again() {
    let (_, html) =
        page(&["rate", "passenger-cars", "--from", "JP", "--on", "2025-10-01", "--quantity", "2 No", "--as-known", "2025-10-01"]);
    let command =
        "tariffcalc rate passenger-cars --from JP --on 2025-10-01 --quantity '2 No' --as-known 2025-10-01 --format html";
    assert!(html.contains(&command.replace('\'', "&#39;")) || html.contains(command), "{html}");
    let hash = crate::support::law().hash();
    assert!(html.contains(&format!("<dd class=\"code\">{hash}</dd>")));
    assert!(html.contains("<dd>2025-10-01</dd>"));
    let (_, again) =
        page(&["rate", "passenger-cars", "--from", "JP", "--on", "2025-10-01", "--quantity", "2 No", "--as-known", "2025-10-01"]);
    assert!(html == again, "the same call gives the same page");
}

#[test]
fn remarks_stand_under_headings_of_their_kind() {
    let (_, html) = page(&["run", "scenarios/japan-deal.toml"]);
    let at = |words: &str| html.find(words).unwrap_or_else(|| panic!("no {words}"));
    assert!(at("<h2>Assumptions</h2>") < at("is a what-if") && at("is a what-if") < at("<h2>Coverage</h2>"));
    assert!(
        at("<h2>Coverage</h2>") < at("every flow is priced") && at("every flow is priced") < at("<h2>What the figures mean</h2>")
    );
    assert!(at("Effective rate: duty / customs value") < at("<h2>Law</h2>"));
}

#[test]
fn names_that_mean_harm_are_text_in_a_page() {
    let printed = run_in(root(), &["run", "tests/browser/hostile.toml", "--format", "html"]);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    let page = Page::read(&printed.stdout);
    assert!(
        page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page.text.contains("&lt;img src=x onerror=alert(1)&gt;")
    );
    assert!(page.text.contains("&lt;/title&gt;&lt;/style&gt;"));
    // Names that run from right to left are kept apart from what stands around them.
    assert!(
        printed.stdout.contains("<bdi>&lt;script&gt;alert(1)&lt;/script&gt; =HYPERLINK(&quot;x&quot;) שלום ABC مرحبا 123</bdi>"),
        "{}",
        printed.stdout
    );
    // The command may be told by anyone too; marks that no file may hold show as what they are.
    let told = run(&[
        "rate",
        "passenger-cars",
        "--from",
        "JP",
        "--on",
        "2025-10-01",
        "--quantity",
        "1 \u{202e}\u{1b}[31m<b>",
        "--format",
        "html",
    ]);
    assert_ne!(told.code, 0);
    let about =
        tariffcalc::render::PageAbout { command: vec!["x\u{202e}\u{1b}[31m</code><script>".into()], ..Default::default() };
    let html = tariffcalc::render::html(
        &tariffcalc::answer::Report { title: "a\u{202e}b\u{61c}c\u{7}".into(), ..Default::default() },
        &about,
    );
    let _ = Page::read(&html);
    assert!(
        html.contains(r"a\u{202e}b\u{61c}c\u{7}") && html.contains(r"x\u{202e}\u{1b}[31m&lt;/code&gt;&lt;script&gt;"),
        "{html}"
    );
}

#[test]
fn the_other_formats_have_no_word_of_it() {
    for format in ["table", "markdown", "csv", "json"] {
        let printed = run(&["run", "scenarios/japan-timeline.toml", "--format", format]).stdout;
        assert!(!printed.contains("source-") && !printed.contains("Assumption"), "{format}");
    }
}
