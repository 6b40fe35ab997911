//! JSON Schemas of the files that people write, made of the shapes that the reader checks them against: for editors, which show what a key says,
//! complete it and underline what is wrong.
//!
//! A schema sees less than the reader: names of measures and products, sums of shares, files beside. It never refuses what the reader takes.

pub(super) mod form;
pub(super) mod shape;
pub(super) mod shapes;
mod shapes_asked;
mod shapes_comparison;
mod shapes_law;
mod shapes_scenario;

use self::form::Form;
use self::shape::{Key, Kind, Rule, Shape};
use self::shapes::{LAW, SCENARIO};
use crate::read::document::LONGEST_TEXT;
use serde_json::{Map, Value, json};

/// What a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaOf {
    /// A scenario.
    Scenario,
    /// A file of the law.
    Law,
}

impl SchemaOf {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Scenario, Self::Law];

    /// Returns the word by which it is asked for.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::Law => "law",
        }
    }

    /// Returns what its files are, in a sentence.
    pub fn says(self) -> &'static str {
        self.shape().help
    }

    /// Returns the path at which the project keeps it, and which the first lines of its files name.
    pub fn path(self) -> String {
        format!("schemas/{}.schema.json", self.name())
    }

    fn shape(self) -> &'static Shape {
        match self {
            Self::Scenario => &SCENARIO,
            Self::Law => &LAW,
        }
    }
}

/// Returns a JSON Schema (draft 2020-12), indented, ending in a line feed; the same bytes each time.
pub fn schema(of: SchemaOf) -> String {
    let root = of.shape();
    let mut used = Vec::new();
    count(root, &mut used);
    let shared: Vec<&'static Shape> = used.iter().filter(|(_, times)| *times > 1).map(|(shape, _)| *shape).collect();
    let mut document = Map::new();
    document.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    document.insert("$comment".into(), json!(format!("Written by `tariffcalc schema {}`.", of.name())));
    document.extend(table(root, &shared));
    document.insert("title".into(), json!(format!("tariffcalc: {}", root.name)));
    if !shared.is_empty() {
        let definitions = shared.iter().map(|shape| (definition(shape), Value::Object(table(shape, &shared)))).collect();
        document.insert("$defs".into(), Value::Object(definitions));
    }
    let mut text = serde_json::to_string_pretty(&Value::Object(document)).unwrap_or_default();
    text.push('\n');
    text
}

/// Counts how often each table is named below another, each shape's own tables once.
fn count(shape: &'static Shape, used: &mut Vec<(&'static Shape, usize)>) {
    for key in shape.keys {
        let (Kind::Table(below) | Kind::Tables(below)) = key.kind else { continue };
        match used.iter_mut().find(|(known, _)| std::ptr::eq(*known, below)) {
            Some((_, times)) => *times = times.saturating_add(1),
            None => {
                used.push((below, 1));
                count(below, used);
            }
        }
    }
}

/// The name of a table that several others hold: `[[relation]]` is `relation`, "a share" is `share`.
fn definition(shape: &Shape) -> String {
    let word = shape.name.rsplit(' ').next().unwrap_or_default();
    word.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

fn table(shape: &'static Shape, shared: &[&'static Shape]) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("title".into(), json!(shape.name));
    map.insert("description".into(), json!(shape.help));
    map.insert("type".into(), json!("object"));
    fill(shape, shared, &mut map);
    map
}

/// Adds the keys of a table and the rules between them.
fn fill(shape: &'static Shape, shared: &[&'static Shape], map: &mut Map<String, Value>) {
    let keys = shape.keys.iter().map(|known| (known.name.to_owned(), Value::Object(key(known, shared)))).collect();
    map.insert("properties".into(), Value::Object(keys));
    map.insert("additionalProperties".into(), json!(false));
    let required: Vec<&str> = shape.keys.iter().filter(|known| known.required).map(|known| known.name).collect();
    if !required.is_empty() {
        map.insert("required".into(), json!(required));
    }
    let mut needs: Map<String, Value> = Map::new();
    for rule in shape.rules {
        match rule {
            Rule::One(names) => {
                map.insert("anyOf".into(), names.iter().map(|name| there(shape, name)).collect());
                map.extend(none_beside(shape, names));
            }
            Rule::Any(names) => {
                map.insert("anyOf".into(), names.iter().map(|name| there(shape, name)).collect());
            }
            Rule::NotBoth(a, b) => map.extend(none_beside(shape, &[a, b])),
            Rule::Needs(names, other) => needs.extend(names.iter().map(|name| ((*name).to_owned(), json!([other])))),
        }
    }
    if !needs.is_empty() {
        map.insert("dependentRequired".into(), Value::Object(needs.clone()));
        // The same for readers of older drafts, taplo among them.
        map.insert("dependencies".into(), Value::Object(needs));
    }
}

/// That a key is given; of a flag, that it is `true`.
fn there(shape: &Shape, name: &str) -> Value {
    match shape.key(name).map(|known| known.kind) {
        Some(Kind::Flag) => json!({ "required": [name], "properties": { name: { "const": true } } }),
        _ => json!({ "required": [name] }),
    }
}

/// That beside the first of these that is given there is none of the others. `oneOf` would say the same, and be told at the whole table; this is told
/// at the key that is one too many.
fn none_beside(shape: &Shape, names: &[&str]) -> Map<String, Value> {
    let mut map = Map::new();
    let Some((first, others)) = names.split_first().filter(|(_, others)| !others.is_empty()) else { return map };
    let none = |name: &&str| match shape.key(name).map(|known| known.kind) {
        Some(Kind::Flag) => ((*name).to_owned(), json!({ "const": false })),
        _ => ((*name).to_owned(), json!(false)),
    };
    map.insert("if".into(), there(shape, first));
    map.insert("then".into(), json!({ "properties": others.iter().map(none).collect::<Map<_, _>>() }));
    let below = none_beside(shape, others);
    if !below.is_empty() {
        map.insert("else".into(), Value::Object(below));
    }
    map
}

fn key(known: &Key, shared: &[&'static Shape]) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("description".into(), json!(known.help));
    match known.kind {
        Kind::Text(form) => text(form, true, &mut map),
        Kind::Texts(form) => {
            map.insert("type".into(), json!("array"));
            items(form, known, &mut map);
        }
        Kind::TextOrTexts(one, each) => {
            union(&["string", "array"], one, &mut map);
            items(each, known, &mut map);
        }
        Kind::TextsOrTable(form, shape) => {
            union(&["string", "array", "object"], form, &mut map);
            items(form, known, &mut map);
            fill(shape, shared, &mut map);
        }
        Kind::TextOrTable(form, shape) => {
            union(&["string", "object"], form, &mut map);
            fill(shape, shared, &mut map);
        }
        Kind::Day => {
            map.insert("type".into(), json!("string"));
            map.insert("format".into(), json!("date"));
            // The years that dates may have: 1900 to 2199.
            map.insert("pattern".into(), json!("^(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"));
        }
        Kind::Flag => {
            map.insert("type".into(), json!("boolean"));
        }
        Kind::Number(least, most) if least == most => {
            map.insert("type".into(), json!("integer"));
            map.insert("const".into(), json!(least));
        }
        Kind::Number(least, most) => {
            map.insert("type".into(), json!("integer"));
            map.insert("minimum".into(), json!(least));
            if most < i64::MAX {
                map.insert("maximum".into(), json!(most));
            }
        }
        Kind::Table(shape) if shared.iter().any(|known| std::ptr::eq(*known, shape)) => {
            map.insert("$ref".into(), json!(format!("#/$defs/{}", definition(shape))));
        }
        Kind::Table(shape) => {
            map.insert("title".into(), json!(shape.name));
            map.insert("type".into(), json!("object"));
            fill(shape, shared, &mut map);
        }
        Kind::Tables(shape) => {
            map.insert("type".into(), json!("array"));
            if known.must_name() {
                map.insert("minItems".into(), json!(1));
            }
            let one = if shared.iter().any(|known| std::ptr::eq(*known, shape)) {
                json!({ "$ref": format!("#/$defs/{}", definition(shape)) })
            } else {
                Value::Object(table(shape, shared))
            };
            map.insert("items".into(), one);
        }
        Kind::TextByName(name, value) => {
            map.insert("type".into(), json!("object"));
            by_name(name, value, &mut map);
        }
        Kind::AnswerByName => {
            map.insert("type".into(), json!("object"));
            map.insert("additionalProperties".into(), json!({ "type": ["boolean", "string"] }));
        }
        Kind::TextsOrTextByName(form, value) => {
            map.insert("type".into(), json!(["array", "object"]));
            items(form, known, &mut map);
            by_name(Form::Any, value, &mut map);
        }
        Kind::TextOrDay(form) => text(form, false, &mut map),
        Kind::TextsOrDays(form) => {
            map.insert("type".into(), json!("array"));
            let mut one = Map::new();
            text(form, false, &mut one);
            map.insert("items".into(), Value::Object(one));
        }
    }
    map
}

/// A text of a form. The reader refuses texts that are empty or too long where they stand under a key of its own (`checked`).
fn text(form: Form, checked: bool, map: &mut Map<String, Value>) {
    map.insert("type".into(), json!("string"));
    if let Some(words) = form.words() {
        map.insert("enum".into(), json!(words));
        return;
    }
    if checked {
        map.insert("maxLength".into(), json!(LONGEST_TEXT));
    }
    match form.pattern() {
        Some(pattern) => map.insert("pattern".into(), json!(pattern)),
        None if checked => map.insert("pattern".into(), json!(r"\S")),
        None => None,
    };
    examples(form, map);
}

fn examples(form: Form, map: &mut Map<String, Value>) {
    let examples: Vec<&str> = form.examples().collect();
    if !examples.is_empty() {
        map.insert("examples".into(), json!(examples));
    }
}

/// What may be a text or something else: the pattern speaks of the text only.
fn union(types: &[&str], form: Form, map: &mut Map<String, Value>) {
    text(form, true, map);
    map.insert("type".into(), json!(types));
    if map.remove("enum").is_some() {
        map.insert("pattern".into(), json!(form.pattern()));
    }
}

/// The texts of a list.
fn items(form: Form, known: &Key, map: &mut Map<String, Value>) {
    if known.must_name() {
        map.insert("minItems".into(), json!(1));
    }
    let mut one = Map::new();
    text(form, true, &mut one);
    map.insert("items".into(), Value::Object(one));
}

/// A table with names of the author's choosing.
fn by_name(name: Form, value: Form, map: &mut Map<String, Value>) {
    if let Some(pattern) = name.pattern() {
        map.insert("propertyNames".into(), json!({ "pattern": pattern }));
    }
    let mut one = Map::new();
    text(value, false, &mut one);
    map.insert("additionalProperties".into(), Value::Object(one));
}

#[cfg(test)]
mod tests {
    use super::form::Form;
    use super::{Kind, Rule};
    use crate::base::{CommodityCode, Country, Currency, Money, Percent, Quantity, parse_number};
    use crate::law::{Condition, Rate};
    use crate::scenario::Varied;

    type Reads = fn(&str) -> bool;

    /// Every form with a reader that stands by itself.
    fn readers() -> Vec<(Form, Reads)> {
        vec![
            (Form::Rate, |text| Rate::parse(text).is_ok()),
            (Form::Percent, |text| Percent::parse(text).is_ok()),
            (Form::Share, |text| Percent::parse_share(text).is_ok()),
            (Form::ShareOrUnknown, |text| text == "unknown" || Percent::parse_share(text).is_ok()),
            (Form::Money, |text| Money::parse(text).is_ok()),
            (Form::MoneyOrPercent, |text| Money::parse(text).is_ok() || Percent::parse(text).is_ok()),
            (Form::Number, |text| parse_number(text).is_ok()),
            (Form::Quantity, |text| Quantity::parse(text).is_ok()),
            (Form::Code, |text| CommodityCode::parse(text).is_ok()),
            (Form::Codes, |text| text == "all" || CommodityCode::parse(text).is_ok()),
            (Form::Country, |text| Country::letters(text).is_ok()),
            (Form::Currency, |text| Currency::parse(text).is_ok()),
            (Form::Condition, |text| Condition::parse(text).is_ok()),
            (Form::Varied, |text| Varied::parse(text).is_ok()),
        ]
    }

    fn pattern(form: Form) -> jsonschema::Validator {
        let schema = serde_json::json!({ "pattern": form.pattern() });
        jsonschema::validator_for(&schema).unwrap_or_else(|error| unreachable!("{form:?}: {error}"))
    }

    #[test]
    fn the_examples_of_a_form_are_of_the_form() {
        for (form, reads) in readers() {
            let pattern = pattern(form);
            assert!(form.examples().next().is_some(), "{form:?}");
            for example in form.examples() {
                assert!(reads(example), "{form:?}: {example}");
                assert!(pattern.is_valid(&example.into()), "{form:?}: {example}");
            }
        }
    }

    const NUMBERS: &str = "0|5|12|1,000|-150,000|1_000|_1|-|-3|.|.5|0.25|12,50|--4|,|_|7";
    const SCALES: &str = " billion| Million| thousand |  trillion|\t";
    const RATES: &str = "1/3|33 1/3|/|%|% | USD| USc|/kg|/ kg|/No|/line/gross|/kg, including weight of container| + |+| at least | at most |top up to | over column 1 general| instead of column 1|Free|refused|unknown|unknown: in words";

    /// The pieces that the texts of a form are made of.
    fn pieces(form: Form) -> Vec<&'static str> {
        let of: [(&[Form], &[&'static str]); 11] = [
            (&[Form::Rate], &[NUMBERS, SCALES, RATES]),
            (&[Form::Percent, Form::Share, Form::ShareOrUnknown], &[NUMBERS, SCALES, "%| %|% |unknown"]),
            (&[Form::Money], &[NUMBERS, SCALES, " USD| JPY|USD |\u{a0}EUR"]),
            (&[Form::MoneyOrPercent], &[NUMBERS, SCALES, " USD|%"]),
            (&[Form::Number], &[NUMBERS, SCALES]),
            (
                &[Form::Quantity],
                &[NUMBERS, SCALES, " kg| doz| 1000 pins| No.| m²| kg of lead| pf. liter| kg, including weight of container"],
            ),
            (&[Form::Code, Form::Codes], &["87|8703|.|..|23| |1|all| 01.|600000"]),
            (&[Form::Country], &["J|P|E|U|JP| "]),
            (&[Form::Currency], &["USD|EUR|U|SD| "]),
            (&[Form::Condition], &["content steel |weight metal |content us|at least |at  least |below | below 15%|20%|15.5%| "]),
            (
                &[Form::Varied],
                &["value|entered|column-1| |rate|scale |add-points|content|weight|claim|exchange|:|.|steel|JPY/USD|: x|.usmca"],
            ),
        ];
        let of = of.into_iter().filter(|(forms, _)| forms.contains(&form)).flat_map(|(_, of)| of);
        of.flat_map(|pieces| pieces.split('|')).collect()
    }

    /// Texts made of pieces that a reader knows, in every order: what the reader takes, the pattern takes.
    #[test]
    fn a_pattern_never_refuses_what_its_reader_takes() {
        use proptest::prelude::*;
        for (form, reads) in readers() {
            let pattern = pattern(form);
            let texts = proptest::collection::vec(proptest::sample::select(pieces(form)), 1..5).prop_map(|parts| parts.concat());
            let config = ProptestConfig { cases: 25_000, failure_persistence: None, ..ProptestConfig::default() };
            let taken = std::cell::Cell::new(0_usize);
            let held = proptest::test_runner::TestRunner::new(config).run(&texts, |text| {
                if reads(&text) {
                    taken.set(taken.get() + 1);
                    prop_assert!(pattern.is_valid(&text.as_str().into()), "{:?} takes {:?}", form, text);
                }
                Ok(())
            });
            assert_eq!(held, Ok(()));
            // A property over texts that no reader takes would say nothing.
            assert!(taken.get() >= 100, "{form:?}: {} texts taken", taken.get());
        }
    }

    /// Two rules of one table must not be written under one keyword: the second would hide the first.
    #[test]
    fn rules_of_a_table_do_not_hide_each_other() {
        let mut used = Vec::new();
        [&super::LAW, &super::SCENARIO].into_iter().for_each(|root| super::count(root, &mut used));
        assert!(used.len() > 30, "{}", used.len());
        let inline = used.iter().map(|(shape, _)| *shape).flat_map(|shape| {
            shape.keys.iter().filter_map(|key| {
                if let Kind::TextsOrTable(_, below) | Kind::TextOrTable(_, below) = key.kind { Some(below) } else { None }
            })
        });
        for shape in used.iter().map(|(shape, _)| *shape).chain(inline) {
            let any = shape.rules.iter().filter(|rule| matches!(rule, Rule::One(_) | Rule::Any(_))).count();
            let not = shape.rules.iter().filter(|rule| matches!(rule, Rule::One(_) | Rule::NotBoth(..))).count();
            assert!(any <= 1 && not <= 1, "{}", shape.name);
            for rule in shape.rules {
                let names = match rule {
                    Rule::One(names) | Rule::Any(names) => names.to_vec(),
                    Rule::NotBoth(a, b) => vec![*a, *b],
                    Rule::Needs(names, other) => names.iter().copied().chain([*other]).collect(),
                };
                assert!(names.iter().all(|name| shape.key(name).is_some()), "{}: {names:?}", shape.name);
            }
        }
    }

    /// Ids hold letters and digits of any script.
    #[test]
    fn ids_of_every_script_are_ids() {
        let pattern = pattern(Form::Id);
        for number in 0..0x3_0000_u32 {
            let Some(letter) = char::from_u32(number).filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '{' | '}'))
            else {
                continue;
            };
            assert!(pattern.is_valid(&letter.to_string().into()), "{letter:?}");
        }
        let many = super::tests::pattern(Form::IdOfMany);
        assert!(many.is_valid(&"a-{origin}".into()) && !many.is_valid(&"a-b".into()));
        assert!(!pattern.is_valid(&"a b".into()) && !pattern.is_valid(&"a/b".into()));
    }
}
