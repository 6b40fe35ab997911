//! Countries as trade files write them: four digits of the Census Bureau, two or three letters, or a name in English.

use crate::base::Country;
use crate::read::files::{Embedded, Files};
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// The folder of the tables of country codes. They say nothing about duties and are no part of the law.
pub(in crate::read) const FOLDER: &str = "codes/";

/// How a file names countries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) enum Form {
    /// Four digits.
    Census,
    /// Two letters.
    TwoLetters,
    /// Three letters.
    ThreeLetters,
    /// A name in English.
    Name,
}

/// The codes and names of countries.
pub(in crate::read) struct Countries {
    /// By the four digits taken as a number.
    census: Vec<Option<Country>>,
    three_letters: HashMap<&'static str, Country>,
    /// By the words of the name, in alphabetical order.
    names: HashMap<String, Country>,
    /// The letters in use.
    known: HashSet<Country>,
}

/// Returns the tables that the program carries, read once.
pub(in crate::read) fn countries() -> &'static Countries {
    static COUNTRIES: OnceLock<Countries> = OnceLock::new();
    COUNTRIES.get_or_init(Countries::read)
}

impl Countries {
    fn read() -> Self {
        let mut countries =
            Self { census: vec![None; 10_000], three_letters: HashMap::new(), names: HashMap::new(), known: HashSet::new() };
        for country in Country::all() {
            countries.known.insert(country);
            countries.three_letters.extend(country.three_letters().map(|letters| (letters, country)));
            countries.name(country, country.name().unwrap_or_default());
        }
        let short: Vec<(Country, String)> =
            Country::all().into_iter().filter_map(|country| Some((country, country.name()?.to_owned()))).collect();
        for row in rows("codes/census.csv") {
            let [code, letters] = row.as_slice() else { continue };
            let Ok(country) = Country::letters(letters) else { continue };
            countries.known.insert(country);
            if let Some(place) = code.parse().ok().and_then(|code: usize| countries.census.get_mut(code)) {
                *place = Some(country);
            }
        }
        for row in rows("codes/names.csv") {
            let [letters, name] = row.as_slice() else { continue };
            let Ok(country) = Country::letters(letters) else { continue };
            countries.name(country, name);
        }
        countries.names_before_brackets(&short);
        countries
    }

    /// Adds a name.
    fn name(&mut self, country: Country, name: &str) {
        if let Some(words) = folded(name) {
            self.names.entry(words).or_insert(country);
        }
    }

    /// Adds what stands before the brackets of a name, where only one country is called so.
    fn names_before_brackets(&mut self, names: &[(Country, String)]) {
        let mut found: HashMap<String, Option<Country>> = HashMap::new();
        for (country, name) in names {
            let Some((before, _)) = name.split_once('(') else { continue };
            let Some(words) = folded(before) else { continue };
            let known = found.entry(words).or_insert(Some(*country));
            if *known != Some(*country) {
                *known = None;
            }
        }
        for (words, country) in found {
            if let Some(country) = country {
                self.names.entry(words).or_insert(country);
            }
        }
    }

    /// Finds a country by four digits.
    pub(in crate::read) fn by_census(&self, code: usize) -> Option<Country> {
        self.census.get(code).copied().flatten()
    }

    /// Finds a country as a file writes it. `usual` is how the file's other rows write theirs: two letters among names or numbers are no code, since `NA` may
    /// be a country or a blank.
    pub(in crate::read) fn find(&self, text: &str, usual: Option<Form>) -> Option<(Country, Form)> {
        let text = text.trim();
        let bytes = text.as_bytes();
        if let [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', d @ b'0'..=b'9'] = bytes {
            let code = [a, b, c, d].into_iter().fold(0_usize, |code, digit| code * 10 + usize::from(digit - b'0'));
            return Some((self.by_census(code)?, Form::Census));
        }
        if let Some(country) = folded(text).and_then(|words| self.names.get(&words)) {
            return Some((*country, Form::Name));
        }
        let capitals = text.to_ascii_uppercase();
        if bytes.len() == 2 && usual.is_none_or(|form| form == Form::TwoLetters) {
            let country = Country::letters(&capitals).ok().filter(|country| self.known.contains(country))?;
            return Some((country, Form::TwoLetters));
        }
        self.three_letters.get(capitals.as_str()).map(|country| (*country, Form::ThreeLetters))
    }
}

/// Reads a table that the program carries, without its header.
fn rows(path: &str) -> Vec<Vec<String>> {
    let bytes = Embedded.read(path).unwrap_or_default();
    let mut reader = csv::Reader::from_reader(bytes.as_ref());
    reader.records().flatten().map(|record| record.iter().map(str::to_owned).collect()).collect()
}

/// The words of a name, in alphabetical order and each once: case, accents, punctuation, order and small words do not matter, so that
/// `Congo, Democratic Republic of the` is `Democratic Republic of the Congo`.
fn folded(name: &str) -> Option<String> {
    if name.len() > 120 {
        return None;
    }
    let mut plain = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'à'..='å' => plain.push('a'),
            'ç' => plain.push('c'),
            'è'..='ë' => plain.push('e'),
            'ì'..='ï' => plain.push('i'),
            'ñ' => plain.push('n'),
            'ò'..='ö' | 'ø' => plain.push('o'),
            'ù'..='ü' => plain.push('u'),
            'ý' | 'ÿ' => plain.push('y'),
            // What is left of a capital I with a dot.
            '.' | '\'' | '`' | '´' | '‘' | '’' | '\u{307}' => {}
            c if c.is_alphanumeric() => plain.push(c),
            _ => plain.push(' '),
        }
    }
    let mut words: Vec<&str> = plain
        .split_whitespace()
        .filter(|word| !matches!(*word, "the" | "of" | "and"))
        .map(|word| match word {
            "st" => "saint",
            "rep" => "republic",
            "dem" => "democratic",
            "fed" => "federated",
            "is" => "islands",
            word => word,
        })
        .collect();
    words.sort_unstable();
    words.dedup();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::{Form, countries};
    use crate::base::Country;

    fn found(text: &str) -> Option<String> {
        countries().find(text, None).map(|(country, _)| country.to_string())
    }

    #[test]
    fn a_country_is_found_as_files_write_it() {
        for (text, letters) in [
            ("5880", "JP"),
            ("7920", "NA"),
            ("4359", "SK"),
            ("4730", "MT"),
            ("4803", "XK"),
            ("7660", "CD"),
            ("5083", "PS"),
            ("0003", "EU"),
            ("jp", "JP"),
            ("NA", "NA"),
            ("DEU", "DE"),
            ("JAPAN", "JP"),
            ("KOREA, SOUTH", "KR"),
            ("Korea, Rep.", "KR"),
            ("Korea (Democratic People's Republic of)", "KP"),
            ("Congo (Kinshasa)", "CD"),
            ("Republic of the Congo", "CG"),
            ("Democratic Republic of the Congo", "CD"),
            ("Côte d`Ivoire", "CI"),
            ("COTE D'IVOIRE", "CI"),
            ("Curaçao", "CW"),
            ("Montserrat ", "MS"),
            ("São Tomé and Príncipe", "ST"),
            ("St. Kitts & Nevis", "KN"),
            ("Türkiye", "TR"),
            ("Virgin Islands (British)", "VG"),
            ("Guinea", "GN"),
            ("Tanzania", "TZ"),
        ] {
            assert_eq!(found(text).as_deref(), Some(letters), "{text}");
        }
        for text in ["Korea", "Virgin Islands", "Atlantis", "", "9999", "580", "QQ", "Congo (Elsewhere)"] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn two_letters_among_names_are_no_code() {
        assert_eq!(countries().find("NA", Some(Form::Name)), None);
        assert_eq!(countries().find("NA", Some(Form::Census)), None);
        assert!(countries().find("UK", Some(Form::Name)).is_some());
        assert!(countries().find("NA", Some(Form::TwoLetters)).is_some());
    }

    #[test]
    fn every_country_of_iso_is_found_by_its_name_and_letters() {
        for country in Country::all() {
            assert_eq!(found(country.as_str()), Some(country.to_string()));
            assert_eq!(country.name().and_then(found), Some(country.to_string()));
            assert_eq!(country.three_letters().and_then(found), Some(country.to_string()));
        }
        assert_eq!(countries().census.iter().flatten().count(), 241);
    }
}
