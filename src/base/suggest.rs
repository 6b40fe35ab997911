/// Returns the candidate nearest to `word`, if one is near enough to be meant.
///
/// "Near enough" is an edit distance (Damerau-Levenshtein) of at most a third of the longer word, the rule rustc and cargo use. Ties
/// go to the candidate that comes first in alphabetical order, so that the answer does not depend on the order of files.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Distances are quadratic in length: a hostile megabyte-long word must not cost minutes.
    if word.len() > 200 {
        return None;
    }
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= 200)
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= word.len().max(candidate.len()).max(3) / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Writes a text as a shell takes it for one word: as it is, or in quotes.
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "./_-+=@%:,\\".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
