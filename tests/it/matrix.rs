//! Telling goods of every kind the law treats apart, from fifteen origins, on every day on which the law changes: what they owe, program by program.

use crate::support::{golden, law, root};
use crate::worked::{facts, shares};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use tariffcalc::assess::{Assessment, Context, Outcome, assess};
use tariffcalc::base::{CommodityCode, Country, Date, Decimal, FlowId, Money, Quantity};
use tariffcalc::diag::Source;
use tariffcalc::law::{Place, RegimeCache, RelationKind};
use tariffcalc::scenario::Flow;

const ORIGINS: [&str; 15] = ["JP", "DE", "GB", "KR", "CH", "CN", "HK", "CA", "MX", "BR", "IN", "VN", "TW", "RU", "KE"];

/// Programs that give way to another on no good of the matrix, with the reason.
const UNMET: [(&str, &str, &str); 21] = [
    ("122", "232-semiconductors", EXEMPT),
    ("232-copper", "232-autos", APART),
    ("232-copper", "232-semiconductors", APART),
    ("232-copper", "232-trucks", APART),
    ("232-metals", "232-semiconductors", APART),
    ("232-steel", "232-semiconductors", APART),
    ("232-trucks", "232-semiconductors", APART),
    ("232-wood", "232-autos", APART),
    ("232-wood", "232-trucks", APART),
    ("301-brazil", "232-pharma", EXEMPT),
    ("301-brazil", "232-semiconductors", EXEMPT),
    ("301-forced-labor", "232-pharma", EXEMPT),
    ("301-forced-labor", "232-semiconductors", EXEMPT),
    ("301-forced-labor", "232-uas", "only under the reading `us-forced-labor-on-drones = none`"),
    ("338-canada", "232-pharma", APART),
    ("338-canada", "232-semiconductors", APART),
    ("338-canada", "232-trucks", APART),
    ("338-canada", "232-wood", APART),
    ("ieepa-india", "232-semiconductors", EXEMPT),
    ("ieepa-reciprocal", "232-semiconductors", EXEMPT),
    ("ieepa-reciprocal", "ieepa-reciprocal", "goods in transit, whose loading date the matrix does not state"),
];
const APART: &str = "their lists share no code, or none that the matrix has";
const EXEMPT: &str = "the goods are on an exempt list, which is looked at first";

/// The history of each good from each origin stands in `tests/matrix/history.txt`; origins with one history share it.
#[test]
fn every_program_on_every_day_of_change_comes_out_as_the_matrix_shows() {
    let into = Country::letters("US").unwrap();
    let territory = law().territory(into).unwrap();
    let mut days: Vec<Date> = law().dates(into);
    days.retain(|day| *day > territory.complete_from && *day < territory.complete_before);
    days.insert(0, territory.complete_from);
    assert!(days.len() > 60, "{}", days.len());
    let cache = RegimeCache::new(law());
    let mut told = String::from(
        "What 100,000 USD of each good owes from each entry date on, in USD, program by program (without `us-`).\n\
         Written by `UPDATE=1 cargo test --test it -- matrix`; look at each difference before it is kept.\n",
    );
    let mut charged: BTreeMap<String, usize> = BTreeMap::new();
    let mut yielded: BTreeSet<(String, String)> = BTreeSet::new();
    let mut goods = 0;
    let mut reader = csv::Reader::from_path(root().join("tests/matrix/goods.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    for row in reader.records() {
        let row = row.unwrap();
        let field = |name: &str| header.iter().position(|column| column == name).and_then(|at| row.get(at)).unwrap_or_default();
        goods += 1;
        let code = CommodityCode::parse(field("goods")).unwrap();
        assert!(law().schedule(into).unwrap().knows(code), "the schedule has no line {code}");
        let _ = writeln!(
            told,
            "\n# {} {} {}",
            field("id"),
            field("goods"),
            ["claims", "facts", "content", "weight", "quantity"]
                .iter()
                .map(|name| field(name))
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        );
        let mut histories: Vec<(Vec<&str>, String)> = Vec::new();
        for origin in ORIGINS.into_iter().filter(|origin| may_claim(field("claims"), origin)) {
            let mut history = String::new();
            let mut last = String::new();
            for day in &days {
                let flow = flow(&field, origin, *day);
                let found = assess(&cache, &flow, &Context::default()).unwrap_or_else(|fault| panic!("{}: {fault:?}", flow.id));
                note_yields(&found, &mut yielded);
                let words = words(&found, &mut charged);
                if words != last {
                    let _ = writeln!(history, "{day} {words}");
                    last = words;
                }
            }
            match histories.iter_mut().find(|(_, known)| *known == history) {
                Some((origins, _)) => origins.push(origin),
                None => histories.push((vec![origin], history)),
            }
        }
        for (origins, history) in histories {
            let _ = write!(told, "{}\n{history}", origins.join(" "));
        }
    }
    assert!(goods >= 40, "{goods}");
    // Programs that charge none of these goods, each with the reason.
    let idle = [
        ("us-301-nicaragua", "falls on NI alone, and is free in 2026"),
        ("us-301-large-civil-aircraft", "suspended, and then unknown"),
        ("us-beef-argentina", "falls on AR alone, and is free"),
        ("us-fees", "is no duty: fees belong to declarations"),
    ];
    let missing: Vec<&str> = law()
        .programs()
        .filter(|program| program.into == into)
        .map(|program| program.id.as_str())
        .filter(|id| !charged.contains_key(*id) && !idle.iter().any(|(idle, _)| idle == id))
        .collect();
    assert_eq!(missing, Vec::<&str>::new(), "programs that charge nothing in the matrix");
    let unmet: BTreeSet<(String, String)> = pairs_of_law(into).difference(&yielded).cloned().collect();
    let expected: BTreeSet<(String, String)> =
        UNMET.iter().map(|(from, to, _)| (format!("us-{from}"), format!("us-{to}"))).collect();
    assert_eq!(unmet, expected, "relations no good of the matrix meets");
    golden(&root().join("tests/matrix/history.txt"), &told);
}

/// Which program gave way to which.
fn note_yields(found: &Assessment, yielded: &mut BTreeSet<(String, String)>) {
    for other in found.not_applied.iter().filter(|other| other.why == "yielded") {
        let to = other.to.as_ref().and_then(|to| law().measure(to)).map(|measure| measure.program.to_string());
        yielded.extend(to.map(|to| (other.program.to_string(), to)));
    }
}

/// The programs that give way to another, by the relations of their measures.
fn pairs_of_law(into: Country) -> BTreeSet<(String, String)> {
    let mut pairs = BTreeSet::new();
    for measure in law().measures().filter(|measure| measure.into == into) {
        for relation in &measure.relations {
            if let RelationKind::YieldsTo(names, _) = &relation.kind {
                let to = names.iter().flat_map(|name| law().meant_by(name)).map(|to| to.program.to_string());
                pairs.extend(to.map(|to| (measure.program.to_string(), to)));
            }
        }
    }
    pairs
}

fn may_claim(claims: &str, origin: &str) -> bool {
    let country = Country::letters(origin).unwrap();
    claims.split(' ').filter(|claim| !claim.is_empty()).all(|claim| {
        let fact = law().facts().values().find(|fact| fact.id.as_str() == claim).unwrap_or_else(|| panic!("no claim {claim}"));
        fact.origins.is_empty() || fact.origins.contains(&Place::Country(country))
    })
}

fn flow<'r>(field: &impl Fn(&str) -> &'r str, origin: &str, day: Date) -> Flow {
    Flow {
        id: FlowId::new(&format!("{} {origin} {day}", field("id"))),
        title: String::new(),
        into: Country::letters("US").unwrap(),
        origin: Place::Country(Country::letters(origin).unwrap()),
        code: CommodityCode::parse(field("goods")).unwrap(),
        product: None,
        value: Money::parse("100,000 USD").unwrap(),
        quantities: field("quantity").split('|').filter(|q| !q.is_empty()).map(|q| Quantity::parse(q).unwrap()).collect(),
        shares: shares(field("content"), field("weight")),
        facts: facts([field("claims"), field("facts")]),
        entered: day,
        loaded: None,
        admitted: None,
        entry: None,
        column_1: None,
        cite: None,
        source: Source { path: "tests/matrix".into(), line: 0 },
        place: None,
    }
}

/// The duty and its parts by program, in the order of the lines; parts of nothing are left out.
fn words(found: &Assessment, charged: &mut BTreeMap<String, usize>) -> String {
    let plain = |amount: Decimal| amount.normalize().to_string();
    let mut words = match &found.duty {
        Outcome::Known(amount) => plain(*amount),
        Outcome::Refused(_) => return "refused".into(),
        Outcome::Unknown { at_least, at_most, .. } => {
            format!("unknown {}..{}", at_least.map_or(String::new(), plain), at_most.map_or(String::new(), plain))
        }
    };
    let mut parts: Vec<(&str, Decimal)> = Vec::new();
    for line in &found.lines {
        if let Some(amount) = line.amount.known().filter(|amount| !amount.is_zero()) {
            match parts.iter_mut().find(|(program, _)| *program == line.program.as_str()) {
                Some((_, sum)) => *sum += amount,
                None => parts.push((line.program.as_str(), amount)),
            }
        }
    }
    parts.sort_by_key(|(program, _)| *program);
    for (program, amount) in parts {
        *charged.entry(program.to_owned()).or_default() += 1;
        let _ = write!(words, " {}={}", program.trim_start_matches("us-"), plain(amount));
    }
    words
}
