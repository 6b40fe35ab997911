//! Names that another verb knows: what to ask instead.

use std::path::Path;
use tariffcalc::base::{CommodityCode, Country, shell_word};
use tariffcalc::law::Rulebook;

/// Where a name was looked for in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    Law,
    Products,
    Countries,
    /// Among the verbs.
    Verbs,
}

/// Says what a name is, and the command that takes it; `None` where it is nothing known.
pub(super) fn told(law: &Rulebook, name: &str, looked_in: Room) -> Option<String> {
    if let Some(help) = file(name) {
        return Some(help);
    }
    if looked_in != Room::Law && law.names(name) {
        return Some(format!("it is a program or measure: `tariffcalc law {name}`"));
    }
    if looked_in != Room::Products && law.product(name).is_some() {
        return Some(format!(
            "it is a product: `tariffcalc products {0}` shows it, `tariffcalc rate {0} --from ORIGIN` prices it",
            shell_word(name)
        ));
    }
    if CommodityCode::parse(name).is_ok() {
        return Some(format!("it is a commodity code: `tariffcalc rate {name} --from ORIGIN` prices it"));
    }
    let is_country = |country: &Country| {
        country.as_str().eq_ignore_ascii_case(name) || country.name().is_some_and(|known| known.eq_ignore_ascii_case(name))
    };
    let is_group = law.groups().keys().any(|id| id.as_str().eq_ignore_ascii_case(name));
    if looked_in != Room::Countries && (is_group || Country::all().iter().any(is_country)) {
        return Some(format!("it is a country or group: `tariffcalc countries {}`", shell_word(name)));
    }
    None
}

/// What to do with a file or folder of that name.
fn file(name: &str) -> Option<String> {
    let path = Path::new(name);
    let end = path.extension().map(|end| end.to_string_lossy().to_lowercase()).unwrap_or_default();
    let file = shell_word(name);
    if path.is_dir() && path.join("groups.toml").is_file() {
        return Some(format!("it is a folder of law: `tariffcalc check {file}` checks it, `--law {file}` asks it"));
    }
    if !path.is_file() {
        return None;
    }
    Some(match end.as_str() {
        "toml" => format!("it is a file: `tariffcalc run {file}` runs a scenario, `tariffcalc check {file}` checks it"),
        "csv" | "gz" | "parquet" => {
            format!("it is a file: `tariffcalc flows {file}` tells what it holds, `tariffcalc panel {file}` prices it")
        }
        _ => format!("it is a file: `tariffcalc check {file}` checks it"),
    })
}

/// The folder of the whole law that a folder is a part of: read by itself, it would lack what the whole says.
pub(super) fn whole_law(folder: &Path) -> Option<&Path> {
    let top = |folder: &Path| folder.join("groups.toml").is_file();
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty())?;
    (!top(folder) && top(above)).then_some(above)
}
