//! Revisions of national schedules in place of the one the book carries.

use super::official::schedule_text;
use crate::base::{Country, Date, Fault};
use crate::law::{OfficialFile, Rulebook, Schedule, Used};
use sha2::{Digest, Sha256};

/// A revision of a national schedule, in use from a day on.
#[derive(Clone, Debug)]
pub struct Revision {
    /// What it is called in outputs.
    pub name: String,
    /// The importing country.
    pub into: Country,
    /// The first day it is used for.
    pub from: Date,
    /// What it says.
    pub file: OfficialFile,
}

/// Returns the country whose schedule a file is: the one in whose currency its rates are.
///
/// # Errors
/// Where the law has no such country, or more than one.
pub fn country_of(file: &OfficialFile, law: &Rulebook) -> Result<Country, Fault> {
    let mut found = law.territories().filter(|territory| territory.currency == file.currency);
    match (found.next(), found.next()) {
        (Some(territory), None) => Ok(territory.id),
        (None, _) => Err(Fault::new(format!("the law has no importing country whose duties are in {}", file.currency))),
        (Some(_), Some(_)) => {
            Err(Fault::new(format!("the law has several importing countries whose duties are in {}", file.currency)))
        }
    }
}

/// Returns the law with these revisions of schedules: each holds from its day until the next one of its country, and before the first the book's own goes on.
/// The law's hash is another one: it counts what the revisions say.
///
/// # Errors
/// Where two revisions of a country are to hold from the same day, or the law has no such country.
pub fn with_revisions(law: Rulebook, revisions: &[Revision]) -> Result<Rulebook, Fault> {
    let mut sorted: Vec<&Revision> = revisions.iter().collect();
    sorted.sort_by_key(|revision| (revision.into, revision.from));
    for pair in sorted.windows(2) {
        if let [a, b] = pair
            && (a.into, a.from) == (b.into, b.from)
        {
            return Err(Fault::new(format!("`{}` and `{}` are both to hold from {}", a.name, b.name, a.from)));
        }
    }
    let mut law = law;
    for revision in sorted {
        let (into, from) = (revision.into, revision.from);
        if law.territory(into).is_none() {
            return Err(Fault::new(format!("the law has no importing country {into}")));
        }
        let says = schedule_text(&revision.file, from);
        let used = Used {
            name: revision.name.clone(),
            from,
            sha256: digits(Sha256::digest(&says).as_slice()),
            cite: format!("{}, used for {into} from {from} on", revision.name),
        };
        let later = Schedule::of_lines(&revision.file.lines, used);
        let schedule = law.schedule(into).map_or_else(|| later.clone(), |own| own.revised(from, &later));
        let mut hasher = Sha256::new();
        for part in [law.hash(), into.as_str(), &says] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let hash = digits(hasher.finalize().as_slice());
        law = law.with_schedule(into, schedule, hash);
    }
    Ok(law)
}

/// The hexadecimal digits of a hash.
fn digits(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
