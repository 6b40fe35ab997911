//! From files to [`Rulebook`].

mod catalogue;
mod country;
pub(super) mod cross_check;
pub(super) mod formula;
mod ledger;
pub(super) mod measure;
mod provision;
mod scope;
mod scope_table;
mod statement;

use self::measure::{Named, Reader};
use crate::base::{Country, FactId, ProgramId};
use crate::diag::{Code, Diagnostic, Diagnostics, Place, Sources};
use crate::law::{Answers, Article, Exception, Fact, Measure, Program, Relation, Rulebook, ShareKind, Shelf, answer, answered};
use crate::read::bytes;
use crate::read::document::{self, Table, Text};
use crate::read::files::Files;
use crate::read::guidance;
use crate::read::schedule::table as schedule_table;
use crate::read::schema::shapes;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::sync::Arc;

/// The law, the texts it was read from, and what was found on the way.
pub struct Law {
    /// The law; `None` where there were errors.
    pub rulebook: Option<Rulebook>,
    /// The files, for excerpts.
    pub sources: Sources,
    /// Faults and warnings.
    pub diagnostics: Diagnostics,
}

/// The names of the tables that a law file may have.
pub fn law_shape_names() -> Vec<&'static str> {
    shapes::LAW.keys.iter().map(|key| key.name).collect()
}

/// Reads the law: every `.toml` file of the source and the tables they name.
pub fn law(files: &dyn Files) -> Law {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let rulebook = read(files, &mut sources, &mut diagnostics);
    let rulebook = rulebook.filter(|_| !diagnostics.has_errors());
    Law { rulebook, sources, diagnostics }
}

/// What one run of reading gathers.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) shelf: Shelf,
    pub(super) measures: Vec<(Measure, Place)>,
    /// Places of ids, for telling both of two that are the same.
    pub(super) ids: BTreeMap<(&'static str, String), Place>,
    /// The ids of all [country] tables, faulty ones too.
    pub(super) countries: BTreeSet<String>,
    /// Where each program says into which country it counts.
    pub(super) into: Vec<(Country, Place)>,
}

impl Gathered {
    /// Notes an id; tells whether it is new.
    fn claim(&mut self, kind: &'static str, id: &impl Display, at: Place, out: &mut Diagnostics) -> bool {
        let key = (kind, id.to_string());
        if let Some(first) = self.ids.get(&key) {
            out.push(
                Diagnostic::new(Code::DuplicateId, format!("two {kind}s are called `{id}`"))
                    .at(at, "this one")
                    .at(*first, "and this one"),
            );
            return false;
        }
        self.ids.insert(key, at);
        true
    }
}

impl Gathered {
    /// Makes a fact of each answer that a rule may ask for, so that it is found like any other: every word of a list, and the countries that are `asked` for.
    fn name_answers(&mut self, asked: impl Iterator<Item = FactId>) {
        let named: Vec<FactId> = asked.collect();
        let mut answers: Vec<Fact> = Vec::new();
        for fact in self.shelf.facts.values() {
            let given: Vec<String> = match &fact.answers {
                Answers::YesOrNo => Vec::new(),
                Answers::OneOf(words) => words.clone(),
                Answers::Country => named
                    .iter()
                    .filter_map(answered)
                    .filter(|(of, country)| *of == fact.id && Country::letters(country).is_ok_and(|c| c.name().is_some()))
                    .map(|(_, country)| country.to_owned())
                    .collect(),
            };
            answers.extend(given.into_iter().map(|word| Fact {
                id: answer(&fact.id, &word),
                title: format!("{}: {word}", fact.title),
                answers: Answers::YesOrNo,
                ..fact.clone()
            }));
        }
        self.shelf.facts.extend(answers.into_iter().map(|fact| (fact.id.clone(), fact)));
    }
}

/// What is said of a scenario in a folder of law.
const NOT_LAW: &str = "this is a scenario, not a law file";

/// Tells whether a folder that was read as law holds several scenarios and nothing else. Of a single file the fault itself says enough.
pub fn only_scenarios(law: &Law) -> bool {
    law.diagnostics.len() > 1 && law.diagnostics.sorted().iter().all(|told| told.message == NOT_LAW)
}

fn read(files: &dyn Files, sources: &mut Sources, out: &mut Diagnostics) -> Option<Rulebook> {
    let paths = match files.list() {
        Ok(paths) => paths,
        Err(fault) => {
            let help = "`--law` and `check` take the folder of a whole law: the one that holds its groups.toml";
            out.push(Diagnostic::new(Code::CannotRead, format!("cannot list the law: {fault}")).help(help));
            return None;
        }
    };
    let mut documents = Vec::new();
    let texts: Vec<_> =
        paths.iter().filter(|path| path.ends_with(".toml")).map(|path| (path, bytes::text(files, path, sources, out))).collect();
    // Tables and the hash are read while the TOML files are parsed: a question should not wait for one after the other.
    let (scopes, schedules, hash) = std::thread::scope(|threads| {
        let scopes = threads.spawn(|| scope_table::sound_scopes(files, &paths));
        let others = threads.spawn(|| (schedule_table::sound_schedules(files, &paths), hash(files, &paths)));
        for (path, text) in &texts {
            let Some((file, text)) = text else { continue };
            documents.extend(document::parse(*file, text, out).map(|document| (*path, *file, document)));
        }
        let (schedules, hash) = others.join().unwrap_or_default();
        (scopes.join().unwrap_or_default(), schedules, hash)
    });
    let mut gathered = Gathered::default();
    let mut reader = Reader::new(files, sources, out);
    reader.scopes = scopes.into_iter().map(|(path, table)| (path, Some(table))).collect();
    reader.schedules = schedules;
    let any = !texts.is_empty();
    for (path, file, document) in &documents {
        reader.folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let root = Table::root(*file, document);
        let other = || (NOT_LAW.to_owned(), guidance::of_scenario(files, path));
        if is_other_kind(&root, &["flow", "case", "question"], &["program", "country"], other, reader.out) {
            continue;
        }
        root.check(&shapes::LAW, reader.out);
        check_schema(&root, reader.out);
        law_file(&mut reader, &root, &mut gathered);
    }
    let names = std::mem::take(&mut reader.names);
    if !any {
        let shown = files.shown("");
        out.push(Diagnostic::new(Code::CannotRead, format!("there is no law in `{shown}`: no .toml file was found")));
        return None;
    }
    let asked = names.iter().filter(|(kind, ..)| matches!(kind, Named::Fact)).map(|(_, name, _)| FactId::new(name));
    gathered.name_answers(asked);
    cross_check::all(&gathered, &names, out);
    gathered.shelf.hash = hash;
    // A schedule in which something is wrong lacks lines.
    if !files.proven() && !out.has_errors() {
        cross_check::idle_rows(&gathered, out);
    }
    let places = gathered.measures.iter().map(|(measure, at)| (measure.id.to_string(), *at)).collect();
    let Gathered { shelf, measures, .. } = gathered;
    let book = Rulebook::new(shelf, measures.into_iter().map(|(measure, _)| measure).collect());
    if !files.proven() {
        cross_check::order(&book, &places, out);
    }
    Some(book)
}

/// Tells a file that is empty, or of the other kind, in one word instead of many.
///
/// `what` says what it is, and what to do with it.
pub(in crate::read) fn is_other_kind(
    root: &Table<'_>,
    others: &[&str],
    own: &[&str],
    what: impl FnOnce() -> (String, String),
    out: &mut Diagnostics,
) -> bool {
    if root.is_empty() {
        out.push(Diagnostic::new(Code::MissingKey, "the file is empty").at(root.place, "nothing stands here"));
        return true;
    }
    let other = others.iter().find(|key| root.has(key)).filter(|_| !own.iter().any(|key| root.has(key)));
    if let Some(key) = other {
        let (what, help) = what();
        let told = Diagnostic::new(Code::UnknownKey, what).at(root.place_of(key), format!("`{key}` here"));
        out.push(told.help(help));
    }
    other.is_some()
}

/// `schema = 1` on top of every file, so that the format can grow.
pub(in crate::read) fn check_schema(root: &Table<'_>, out: &mut Diagnostics) {
    if root.has("schema") && root.number("schema") != Some(1) {
        out.push(
            Diagnostic::new(Code::BadSchema, "the file is not of schema 1")
                .at(root.place_of("schema"), "this program reads schema 1")
                .help("write `schema = 1`"),
        );
    }
}

fn law_file(reader: &mut Reader<'_>, root: &Table<'_>, to: &mut Gathered) {
    if let Some(table) = root.table("country") {
        // A country whose table is faulty is there all the same: its measures have done nothing wrong.
        to.countries.extend(table.optional("id"));
    }
    if let Some(table) = root.table("country")
        && let Some((territory, schedule, at)) = reader.country(&table)
        && to.claim("importing country", &territory.id, at, reader.out)
    {
        to.shelf.schedules.extend(schedule.map(|schedule| (territory.id, schedule)));
        to.shelf.territories.insert(territory.id, territory);
    }
    for table in root.tables("group") {
        if let Some((group, at)) = reader.group(&table)
            && to.claim("group", &group.id, at, reader.out)
        {
            to.shelf.groups.insert(group.id.clone(), group);
        }
    }
    for table in root.tables("fact") {
        if let Some((fact, at)) = reader.fact(&table)
            && to.claim("fact", &fact.id, at, reader.out)
        {
            to.shelf.facts.insert(fact.id.clone(), fact);
        }
    }
    for (key, kind) in [("content", ShareKind::Content), ("weight", ShareKind::Weight)] {
        for table in root.tables(key) {
            if let Some((name, at)) = reader.share_name(&table, kind)
                && to.claim(key_name(kind), &name.id, at, reader.out)
            {
                to.shelf.shares.insert((kind, name.id.clone()), name);
            }
        }
    }
    for table in root.tables("reading") {
        if let Some((reading, at)) = reader.reading_named(&table)
            && to.claim("reading", &reading.id, at, reader.out)
        {
            to.shelf.readings.insert(reading.id.clone(), reading);
        }
    }
    for table in root.tables("provision") {
        to.into.extend(table.parsed("into", Code::BadCountry, &mut Diagnostics::default(), Country::letters));
        if let Some((provision, at)) = reader.provision(&table)
            && to.claim("provision", &provision.id, at, reader.out)
        {
            to.shelf.provisions.push(Arc::new(provision));
        }
    }
    for table in root.tables("product") {
        if let Some((product, at)) = reader.product(&table) {
            let names: Vec<String> =
                std::iter::once(product.id.to_string()).chain(product.synonyms.iter().map(|s| s.to_lowercase())).collect();
            let fresh = names.iter().filter(|name| !to.claim("product", name, at, reader.out)).count() == 0;
            if fresh {
                to.shelf.products.insert(product.id.clone(), product);
            }
        }
    }
    if let Some(table) = root.table("article") {
        let claims = root.tables("claim");
        if let Some((article, at)) = reader.article(&table, &claims)
            && to.claim("article", &article.id, at, reader.out)
        {
            let article: Article = article;
            to.shelf.articles.push(article);
        }
    } else if let Some(claim) = root.tables("claim").first() {
        reader.fault(Code::MissingKey, claim.place, "claims stand in the file of an [article]", "this claim has none", None);
    }
    program_file(reader, root, to);
}

fn key_name(kind: ShareKind) -> &'static str {
    match kind {
        ShareKind::Content => "content",
        ShareKind::Weight => "weight",
    }
}

fn program_file(reader: &mut Reader<'_>, root: &Table<'_>, to: &mut Gathered) {
    let tables: Vec<Table<'_>> =
        ["measure", "measure-table", "relation", "exception"].iter().flat_map(|key| root.tables(key)).collect();
    let Some(header) = root.table("program") else {
        if let Some(first) = tables.first() {
            reader.fault(Code::MissingKey, first.place, "the file has no [program]", "this belongs to a program", None);
        }
        return;
    };
    let (Some(id), Some((into, into_at))) =
        (header.text("id"), header.parsed("into", Code::BadCountry, reader.out, Country::letters))
    else {
        return;
    };
    let program = Program {
        id: ProgramId::new(&id.text),
        title: header.string("title"),
        into,
        authority: header.string("authority"),
        source: reader.sources.source(header.place),
    };
    if !to.claim("program", &program.id, id.place, reader.out) {
        return;
    }
    to.into.push((into, into_at));
    let mut measures: Vec<(Measure, Place)> = Vec::new();
    for table in root.tables("measure") {
        measures.extend(reader.measure(&table, &program.id, into));
    }
    for table in root.tables("measure-table") {
        measures.extend(reader.measure_table(&table, &program.id, into));
    }
    let relations: Vec<(Arc<Relation>, Vec<Text>)> =
        root.tables("relation").iter().filter_map(|table| reader.relation(table)).map(|(r, to)| (Arc::new(r), to)).collect();
    let exceptions: Vec<(Arc<Exception>, Vec<Text>)> =
        root.tables("exception").iter().map(|table| reader.exception(table)).map(|(e, to)| (Arc::new(e), to)).collect();
    for names in relations.iter().map(|(_, names)| names).chain(exceptions.iter().map(|(_, names)| names)) {
        for name in names.iter().filter(|name| !measures.iter().any(|(measure, _)| measure.id.as_str() == name.text)) {
            let message = format!("this file has no measure `{}`", name.text);
            reader.fault(Code::UnknownMeasure, name.place, message, "here", None);
        }
    }
    for (mut measure, at) in measures {
        let id = measure.id.clone();
        let aimed = |names: &[Text]| names.is_empty() || names.iter().any(|name| name.text == id.as_str());
        measure.relations.extend(relations.iter().filter(|(_, names)| aimed(names)).map(|(r, _)| r.clone()));
        measure.exceptions.extend(exceptions.iter().filter(|(_, names)| aimed(names)).map(|(e, _)| e.clone()));
        if to.claim("measure", &measure.id, at, reader.out) {
            to.measures.push((measure, at));
        }
    }
    to.shelf.programs.insert(program.id.clone(), program);
}

/// SHA-256 over the names and contents of all files of the law, in alphabetical order of names. Tables of country codes are no law.
fn hash(files: &dyn Files, paths: &[String]) -> String {
    let mut hasher = Sha256::new();
    for path in paths.iter().filter(|path| !path.starts_with(crate::read::flows::countries_by_name::FOLDER)) {
        let bytes = files.read(path).unwrap_or_default();
        hasher.update(path.as_bytes());
        hasher.update([0]);
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(&bytes);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
