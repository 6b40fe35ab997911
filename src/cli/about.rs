//! How an answer came about: the command that gives it again, the law it was worked out with.

use super::args::Common;

/// Tells what a file says of itself, each with its label, save the law.
pub(crate) fn about(common: &Common) -> Vec<(&'static str, String)> {
    let mut all = vec![("Command", command())];
    if let Some(folder) = &common.law {
        all.push(("Read from", folder.display().to_string()));
    }
    let known =
        common.as_known.map_or("today's book, unless a case asks the book of another day".to_owned(), |day| day.to_string());
    all.extend([("As known", known), ("Program", concat!("tariffcalc ", env!("CARGO_PKG_VERSION")).to_owned())]);
    all
}

/// The call as it was typed, quoted for a shell.
fn command() -> String {
    let words = std::env::args_os().skip(1).map(|word| quoted(&word.to_string_lossy()));
    std::iter::once("tariffcalc".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_are_quoted_where_a_shell_would_part_them() {
        assert_eq!(quoted("--value=100000"), "--value=100000");
        assert_eq!(quoted("10 kg"), "'10 kg'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }
}
