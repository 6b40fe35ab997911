use super::Fault;
use super::number::excerpt;
use std::fmt;

/// A country or customs territory by its two letters: ISO 3166-1 alpha-2, or the letters a customs union goes by (`EU`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

/// Codes that trade data uses and ISO 3166-1 does not assign.
const BEYOND_ISO: [(&str, &str, &str); 1] = [("XK", "XKX", "Kosovo")];

impl Country {
    /// Takes two capital letters, whether or not a country has them.
    ///
    /// # Errors
    /// Where the text is not two capital letters.
    pub fn letters(text: &str) -> Result<Self, Fault> {
        match text.as_bytes() {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Self([*a, *b])),
            _ => Err(Fault::new(format!("`{}` is not a country code", excerpt(text)))
                .with_help("write the two ISO 3166-1 letters in capitals, such as JP")),
        }
    }

    /// Returns the country's name in English, if ISO 3166-1 (or usage in trade data) knows the code.
    pub fn name(&self) -> Option<&'static str> {
        let code = self.as_str();
        rust_iso3166::from_alpha2(code)
            .map(|country| country.name)
            .or_else(|| BEYOND_ISO.iter().find(|(beyond, ..)| *beyond == code).map(|(_, _, name)| *name))
    }

    /// Returns the country's three letters, if ISO 3166-1 (or usage in trade data) knows the code.
    pub fn three_letters(&self) -> Option<&'static str> {
        let code = self.as_str();
        rust_iso3166::from_alpha2(code)
            .map(|country| country.alpha3)
            .or_else(|| BEYOND_ISO.iter().find(|(beyond, ..)| *beyond == code).map(|(_, three, _)| *three))
    }

    /// Returns the two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("??")
    }

    /// Returns every country that ISO 3166-1 or usage in trade data knows, in alphabetical order of the letters.
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = rust_iso3166::ALL
            .iter()
            .map(|country| country.alpha2)
            .chain(BEYOND_ISO.iter().map(|(code, ..)| *code))
            .filter_map(|code| Self::letters(code).ok())
            .collect();
        all.sort_unstable();
        all
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
