//! From a scenario file to [`Scenario`]: defaults and `extends` resolved, cases built on each other, names found in the law.

mod case;
pub(super) mod comparison;
pub(super) mod compose;
mod expectation;
mod flow;
mod flow_file;
pub(super) mod flow_file_rows;
mod origins;
pub(super) mod shares;
mod stated;
pub(super) mod sweep;
mod through_time;
mod what_if;

use self::flow_file_rows::FlowRows;
use crate::base::{Country, Decimal, FactId, FlowId, ReadingId, nearest};
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, Place, Source, Sources};
use crate::law::{Edit, FactKind, Rulebook, ShareKind};
use crate::read::bytes;
use crate::read::document::{self, Table, Text};
use crate::read::files::Files;
use crate::read::guidance;
use crate::read::law::cross_check::{fact_fault, unknown};
use crate::read::law::measure::{Named, Reader};
use crate::read::law::{check_schema, is_other_kind};
use crate::read::schema::shapes;
use crate::scenario::{Assumed, SCALES, Scale, Scenario};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A scenario as far as it could be read, and what was found on the way.
pub struct Asked {
    /// The scenario; `None` where there were errors.
    pub scenario: Option<Scenario>,
    /// Faults and warnings.
    pub diagnostics: Diagnostics,
    /// Whether its files of flows have more rows than became flows.
    pub left_out: bool,
}

/// A scenario with its files of flows open, their rows not yet read.
pub struct AskedInBulk<'l> {
    /// The scenario, without the flows of its files; `None` where there were errors.
    pub scenario: Option<Scenario>,
    /// The files.
    pub files: Vec<FlowRows<'l>>,
    /// Faults and warnings.
    pub diagnostics: Diagnostics,
}

/// What becomes of the rows of files of flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Each becomes a flow; too many are a fault.
    Flows,
    /// Each becomes a flow; where there are too many, the rest is looked at and left out.
    Check,
    /// They are left to the caller.
    Bulk,
    /// The scenario is asked for its cases: flows come from elsewhere.
    Cases,
}

/// Reads a scenario against the law. The file joins `sources`, for excerpts. Each row of its files of flows becomes a flow.
pub fn scenario(files: &dyn Files, path: &str, law: &Rulebook, sources: &mut Sources) -> Asked {
    scenarios(files, &[path], law, sources)
}

/// Reads several scenario files as one question: flows, files of flows, cases and assumptions are joined. They may repeat each other; where they differ, both places are named.
pub fn scenarios(files: &dyn Files, paths: &[&str], law: &Rulebook, sources: &mut Sources) -> Asked {
    checked(files, paths, law, sources, How::Flows)
}

/// Reads a scenario as [`scenario()`] does, with files of flows of any length: rows past those that one run takes are looked at and left out, which [`Asked::left_out`] tells.
pub fn scenario_to_check(files: &dyn Files, path: &str, law: &Rulebook, sources: &mut Sources) -> Asked {
    checked(files, &[path], law, sources, How::Check)
}

/// Reads a scenario and opens its files of flows, for what takes them row by row.
pub fn scenario_in_bulk<'l>(files: &dyn Files, path: &str, law: &'l Rulebook, sources: &mut Sources) -> AskedInBulk<'l> {
    let mut diagnostics = Diagnostics::default();
    let (scenario, open) = match read(files, &[path], law, sources, &mut diagnostics, How::Bulk) {
        Some((scenario, rows)) => (Some(scenario), rows.open),
        None => (None, Vec::new()),
    };
    AskedInBulk { scenario: scenario.filter(|_| !diagnostics.has_errors()), files: open, diagnostics }
}

/// What a further file takes from the first where it does not say it.
const TAKEN: [&str; 2] = ["title", "question"];

fn checked(files: &dyn Files, paths: &[&str], law: &Rulebook, sources: &mut Sources, how: How) -> Asked {
    let mut diagnostics = Diagnostics::default();
    let read = read(files, paths, law, sources, &mut diagnostics, how).filter(|_| !diagnostics.has_errors());
    let left_out = read.as_ref().is_some_and(|(_, rows)| rows.left_out);
    Asked { scenario: read.map(|(scenario, _)| scenario), diagnostics, left_out }
}

/// Reads the cases of scenario files for flows that come from elsewhere: they need no flows, and what they expect of flows of their own is not asked.
pub fn scenario_cases(files: &dyn Files, paths: &[&str], law: &Rulebook, sources: &mut Sources) -> Asked {
    checked(files, paths, law, sources, How::Cases)
}

/// Reads an `[assume]` table by itself: what is taken for granted of flows that leave it open.
pub fn assumed(files: &dyn Files, path: &str, law: &Rulebook, sources: &mut Sources) -> (Assumed, Diagnostics) {
    let mut out = Diagnostics::default();
    let read = bytes::text(files, path, sources, &mut out).and_then(|(file, text)| {
        let document = document::parse(file, &text, &mut out)?;
        let root = Table::root(file, &document);
        root.table("assume")?.check(&shapes::ASSUME, &mut out);
        let mut builder = Builder::new(law, Reader::new(files, sources, &mut out));
        let assumed = builder.assumed(&[root]);
        builder.check_names(&BTreeSet::new());
        Some(assumed)
    });
    (read.unwrap_or_default(), out)
}

/// The files of flows of a scenario: open, or read.
struct Rows<'l> {
    open: Vec<FlowRows<'l>>,
    left_out: bool,
}

fn read<'l>(
    files: &dyn Files,
    paths: &[&str],
    law: &'l Rulebook,
    sources: &mut Sources,
    out: &mut Diagnostics,
    how: How,
) -> Option<(Scenario, Rows<'l>)> {
    let texts: Vec<_> = paths.iter().filter_map(|path| guidance::scenario_text(files, path, law, sources, out)).collect();
    let documents: Vec<_> = texts.iter().filter_map(|(file, text)| Some((*file, document::parse(*file, text, out)?))).collect();
    let roots: Vec<Table<'_>> = documents.iter().map(|(file, document)| Table::root(*file, document)).collect();
    let law_keys = ["program", "measure", "measure-table", "country", "product", "group", "fact", "article"];
    let mut whole = roots.len() == paths.len();
    for root in &roots {
        let other = || ("this is a law file, not a scenario".to_owned(), guidance::of_law(files, sources.path(root.place.file)));
        if root.is_empty() {
            let empty = Diagnostic::new(Code::MissingKey, "the file is empty").at(root.place, "nothing stands here");
            out.push(empty.help("`tariffcalc new` writes a scenario to start from"));
            whole = false;
            continue;
        }
        if is_other_kind(root, &law_keys, &["flow", "case", "question"], other, out) {
            whole = false;
            continue;
        }
        // A file that is run with others may take title and question from the first.
        let taken: &[&str] = if roots.first().is_some_and(|first| first.place.file == root.place.file) { &[] } else { &TAKEN };
        root.check_but(&shapes::SCENARIO, taken, out);
        check_schema(root, out);
    }
    if !whole {
        return None;
    }
    compose::check(&roots, out);
    let mut builder = Builder::new(law, Reader::new(files, sources, out));
    let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    builder.folders = roots.iter().zip(paths).map(|(root, path)| (root.place.file, folder(path))).collect();
    let (scenario, rows) = builder.scenario(&roots, how)?;
    builder.check_names(&introduced(&scenario));
    Some((scenario, rows))
}

/// The names of what a scenario introduces.
pub(super) fn introduced(scenario: &Scenario) -> BTreeSet<String> {
    let changes = scenario.cases.iter().flat_map(|case| &case.changes);
    changes
        .filter_map(|change| {
            if let Edit::Introduce(measure) = &change.edit {
                Some([measure.id.to_string(), measure.program.to_string()])
            } else {
                None
            }
        })
        .flatten()
        .collect()
}

/// Builds a scenario from its tables: flows (`flow.rs`), cases (`case.rs`) and expectations (`expectation.rs`).
pub(super) struct Builder<'r, 'a> {
    pub(super) law: &'r Rulebook,
    pub(super) reader: Reader<'a>,
    /// The folder of each file.
    folders: Vec<(FileId, String)>,
    /// The groups of flows, by id.
    pub(super) groups: BTreeMap<FlowId, String>,
}

impl<'r, 'a> Builder<'r, 'a> {
    /// A builder of tables that name no files.
    pub(super) fn new(law: &'r Rulebook, reader: Reader<'a>) -> Self {
        Self { law, reader, folders: Vec::new(), groups: BTreeMap::new() }
    }
}

impl<'r> Builder<'r, '_> {
    pub(super) fn fault(&mut self, code: Code, at: Place, message: impl Into<String>, words: &str, help: Option<&str>) {
        self.reader.fault(code, at, message, words, help);
    }

    /// Turns to a file: the paths of its tables are relative to its folder.
    pub(super) fn turn_to(&mut self, table: &Table<'_>) {
        let folder = self.folders.iter().find(|(file, _)| *file == table.place.file).map(|(_, folder)| folder.clone());
        self.reader.folder = folder.unwrap_or_default();
    }

    fn scenario(&mut self, roots: &[Table<'_>], how: How) -> Option<(Scenario, Rows<'r>)> {
        let first = roots.first()?;
        let mut flows = self.flows(roots);
        let mut rows = Rows { open: self.flow_files(roots), left_out: false };
        let mut notes: Vec<String> = roots.iter().flat_map(|root| root.texts("note")).map(|text| text.text).collect();
        let mut files = Vec::new();
        // Rows are taken only where the scenario is sound so far: what is wrong with a file's terms would be wrong with each of its rows.
        if !matches!(how, How::Bulk | How::Cases) && !self.reader.out.has_errors() {
            let told;
            (files, told, rows.left_out) = self.expand(std::mem::take(&mut rows.open), how, &mut flows);
            notes.extend(told);
        }
        let cases = self.cases(roots);
        let expectations = if how == How::Cases { Vec::new() } else { self.expectations(roots, &flows, &cases) };
        let origins = self.origins_asked(roots, &flows);
        let show_in = roots.iter().find_map(|root| root.text("show-in")).and_then(|text| self.scale(&text));
        let alternatives = roots.iter().any(|root| root.flag("alternatives"));
        let asking = self.asking(roots, &flows, &cases, alternatives);
        if how != How::Cases && !roots.iter().any(|root| root.has("flow") || root.has("flow-file")) {
            self.fault(
                Code::NoFlows,
                first.place,
                "the scenario has no flow",
                "in this file",
                Some("add a [[flow]] with id, origin, product or code, and value"),
            );
        }
        let mut comparison = |key: &str| {
            let table = roots.iter().find_map(|root| root.table(key))?;
            self.turn_to(&table);
            Some(self.comparison(&table, &cases))
        };
        let (diff, refund) = (comparison("diff"), comparison("refund"));
        let scenario = Scenario {
            title: compose::words(roots, "title", " + "),
            question: compose::words(roots, "question", " "),
            show_in,
            flows,
            groups: std::mem::take(&mut self.groups),
            files,
            cases,
            expectations,
            notes,
            assumed: self.assumed(roots),
            alternatives,
            origins,
            law_continues: roots.iter().any(|root| root.flag("law-continues")),
            diff,
            refund,
            timeline: self.timeline(roots),
            next: self.next(roots),
            sweep: asking.sweep,
            solves: asking.solves,
            source: Source { path: Arc::from(self.reader.sources.path(first.place.file)), line: 0 },
        };
        Some((scenario, rows))
    }

    /// Reads `[assume]`: what is taken for granted of every flow that leaves it open.
    fn assumed(&mut self, roots: &[Table<'_>]) -> Assumed {
        let mut all = Assumed::default();
        for table in roots.iter().filter_map(|root| root.table("assume")) {
            let stated = self.stated_facts(&table);
            for (name, _) in &stated.plain {
                let fact = self.law.facts().get(&FactId::new(&name.text));
                if fact.is_some_and(|fact| fact.kind == FactKind::Preference) {
                    let message = format!("`{}` is a preference: a flow claims it, or pays the general rate", name.text);
                    let help = Some("put it into the `claims` of the flow");
                    self.fault(Code::ClaimNotOffered, name.place, message, "here", help);
                }
            }
            all.shares.extend(self.stated_shares(&[table]));
            self.check_contents(&all.shares, table.place_of("content"));
            all.facts.extend(stated.facts);
        }
        all
    }

    fn scale(&mut self, text: &Text) -> Option<Scale> {
        let Some((_, units)) = SCALES.iter().find(|(word, _)| *word == text.text) else {
            let message = format!("tables cannot be shown in `{}`", text.text);
            self.fault(Code::BadNumber, text.place, message, "here", Some("write \"thousand\", \"million\" or \"billion\""));
            return None;
        };
        Some(Scale { word: text.text.clone(), units: Decimal::from(*units) })
    }

    /// Finds the names used in the scenario in the law, or among what the scenario introduces.
    pub(super) fn check_names(&mut self, introduced: &BTreeSet<String>) {
        let law = self.law;
        for (kind, name, at) in std::mem::take(&mut self.reader.names) {
            let out = &mut *self.reader.out;
            match kind {
                Named::Measure if !law.names(&name) && !introduced.contains(&name) => {
                    let ids = law.measures().map(|m| m.id.as_str()).chain(law.programs().map(|p| p.id.as_str()));
                    let told = if law.territories().any(|territory| territory.column_1.as_str() == name) {
                        unknown(Code::UnknownMeasure, "measure", &name, at, None)
                            .help("the schedule's own rate is changed with `column-1` on the flow")
                    } else {
                        let near = nearest(&name, ids);
                        let help = near.map(|near| format!("did you mean `{near}`? `tariffcalc law {near}` shows it"));
                        unknown(Code::UnknownMeasure, "measure or program", &name, at, None)
                            .maybe_help(help)
                            .maybe_help(Some("`tariffcalc law` lists the programs".into()))
                    };
                    out.push(told);
                }
                Named::Group if !law.groups().keys().any(|id| id.as_str() == name) => {
                    let countries = Country::all();
                    let by_name = countries.iter().find(|country| {
                        country.name().is_some_and(|known| known.eq_ignore_ascii_case(&name))
                            || country.as_str().eq_ignore_ascii_case(&name)
                    });
                    let near = by_name.map(Country::as_str).or_else(|| nearest(&name, law.groups().keys().map(|id| id.as_str())));
                    out.push(
                        unknown(Code::UnknownGroup, "country or group", &name, at, near)
                            .maybe_help(Some(guidance::which_country(&name))),
                    );
                }
                Named::Fact => {
                    if let Some(told) = fact_fault(law.facts(), &name, at) {
                        out.push(told);
                    }
                }
                Named::Content | Named::Weight => {
                    let wanted = if matches!(kind, Named::Content) { ShareKind::Content } else { ShareKind::Weight };
                    let ids = || law.shares().values().filter(|share| share.kind == wanted).map(|share| share.id.as_str());
                    if !ids().any(|id| id == name) {
                        let help = format!("there are {}", ids().collect::<Vec<_>>().join(", "));
                        out.push(unknown(Code::UnknownContent, "share", &name, at, nearest(&name, ids())).maybe_help(Some(help)));
                    }
                }
                Named::Reading(option) => match law.readings().get(&ReadingId::new(&name)) {
                    None => {
                        let near = nearest(&name, law.readings().keys().map(ReadingId::as_str));
                        out.push(unknown(Code::UnknownReading, "reading", &name, at, near));
                    }
                    Some(reading) if !reading.options.iter().any(|known| known.id == option) => {
                        let options =
                            reading.options.iter().map(|known| format!("`{}`", known.id)).collect::<Vec<_>>().join(", ");
                        out.push(
                            Diagnostic::new(Code::UnknownReading, format!("the reading `{name}` has no option `{option}`"))
                                .at(at, "here")
                                .help(format!("its options are {options}")),
                        );
                    }
                    Some(_) => {}
                },
                Named::Measure | Named::Group => {}
            }
        }
    }
}
