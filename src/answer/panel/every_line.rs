//! The whole schedule without flows: every line that bears a rate on the day, from each origin, at one value.

use super::gather::PanelKey;
use super::{Panel, PanelWords, panel_table};
use crate::answer::note::Note;
use crate::answer::run::{context, told};
use crate::answer::table::Report;
use crate::assess::{Batch, Fault, Pricer, Row, Stated, Sums};
use crate::base::{CommodityCode, Country, Currency, Date, Decimal, ProgramId, grouped};
use crate::diag::Diagnostic;
use crate::law::{RegimeCache, Rulebook};
use crate::scenario::Scenario;

/// Every line of the schedule of a country from each of some origins.
#[derive(Clone, Debug)]
pub struct EveryLine {
    /// The importing country.
    pub into: Country,
    /// The origins.
    pub origins: Vec<Country>,
    /// The customs value of one import under a line, in the currency of the importing country.
    pub value: Decimal,
}

impl EveryLine {
    /// Returns the codes of the lines that are valid on a day.
    pub fn codes(&self, law: &Rulebook, day: Date) -> Vec<CommodityCode> {
        let lines = law.schedule(self.into).into_iter().flat_map(|schedule| schedule.lines());
        let mut codes: Vec<CommodityCode> = lines.filter(|line| line.period.contains(day)).map(|line| line.code).collect();
        codes.dedup();
        codes
    }

    /// Makes a batch of lines, each from each origin, each a group of its own.
    pub fn lines(&self, codes: &[CommodityCode]) -> Batch {
        let origins = self.origins.len();
        let mut batch = self.batch(codes, |code, origin| code * origins + origin);
        batch.groups = codes.len() * origins;
        batch
    }

    fn batch(&self, codes: &[CommodityCode], group: impl Fn(usize, usize) -> usize) -> Batch {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let mut rows = Vec::with_capacity(codes.len() * self.origins.len());
        for code in 0..codes.len() {
            rows.extend((0..self.origins.len()).map(|origin| Row {
                code: number(code),
                origin: number(origin),
                stated: 0,
                quantities: 0,
                group: number(group(code, origin)),
                value: self.value,
            }));
        }
        Batch {
            codes: codes.to_vec(),
            origins: self.origins.clone(),
            stated: vec![Stated::default()],
            quantities: vec![Vec::new()],
            rows,
            groups: 0,
        }
    }

    /// The same lines, summed by what `keys` tell apart: the groups are pairs of a chapter and an origin, one of each where a key is not asked for.
    fn grouped(&self, codes: &[CommodityCode], groups: &Groups) -> Batch {
        let chapter = |code: &CommodityCode| match groups.chapters.as_slice() {
            [] => 0,
            chapters => chapters.binary_search(&code.cut(2).to_string()).unwrap_or(usize::MAX),
        };
        let chapters: Vec<usize> = codes.iter().map(chapter).collect();
        let origins = if groups.by_origin { self.origins.len() } else { 1 };
        let mut batch = self.batch(codes, |code, origin| {
            let origin = if groups.by_origin { origin } else { 0 };
            chapters.get(code).copied().unwrap_or(usize::MAX).saturating_mul(origins).saturating_add(origin)
        });
        batch.groups = groups.names.len();
        batch
    }

    fn groups(&self, law: &Rulebook, keys: &[PanelKey]) -> Groups {
        let mut chapters: Vec<String> = Vec::new();
        if keys.contains(&PanelKey::Chapter) {
            let lines = law.schedule(self.into).into_iter().flat_map(|schedule| schedule.lines());
            chapters.extend(lines.map(|line| line.code.cut(2).to_string()));
            chapters.sort_unstable();
            chapters.dedup();
        }
        let by_origin = keys.contains(&PanelKey::Origin);
        let origins: Vec<String> = self.origins.iter().map(Country::to_string).collect();
        let nothing = [String::new()];
        let of_chapters = if keys.contains(&PanelKey::Chapter) { chapters.as_slice() } else { &nothing };
        let of_origins = if by_origin { origins.as_slice() } else { &nothing };
        let mut names = Vec::with_capacity(of_chapters.len().saturating_mul(of_origins.len()));
        for chapter in of_chapters {
            names.extend(of_origins.iter().map(|origin| {
                let name = |key: &PanelKey| match key {
                    PanelKey::Chapter => chapter.clone(),
                    PanelKey::Origin => origin.clone(),
                    PanelKey::Group | PanelKey::Flow => String::new(),
                };
                keys.iter().map(name).collect()
            }));
        }
        Groups { chapters, by_origin, names }
    }
}

/// What the lines are averaged over.
struct Groups {
    /// The chapters, where they are told apart.
    chapters: Vec<String>,
    by_origin: bool,
    names: Vec<Vec<String>>,
}

/// Prices every line from each origin on every day under the first case of a scenario, and sums by origin, chapter or both; also returns the names of the groups.
/// Days are shared out over the processors; `done` is told of the rows of each.
///
/// # Errors
/// A diagnostic for what cannot be priced at all.
pub fn every_line(
    law: &Rulebook,
    scenario: &Scenario,
    as_known: Option<Date>,
    every: &EveryLine,
    keys: &[PanelKey],
    days: &[Date],
    done: &(dyn Fn(usize) + Sync),
) -> Result<(Panel, Vec<Vec<String>>), Box<Diagnostic>> {
    let mut all = Panel { days: Vec::new(), programs: Vec::new() };
    let groups = every.groups(law, keys);
    let Some(case) = scenario.cases.first() else { return Ok((all, groups.names)) };
    let context = context(scenario, case, as_known);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(days.len().max(1));
    let run = |days: &[Date]| {
        let cache = RegimeCache::new(law);
        let (mut priced, mut programs): (Vec<(Date, Vec<Sums>)>, Vec<ProgramId>) = (Vec::new(), Vec::new());
        let mut rest = days;
        // The lines change on few days: neighbouring ones share a batch.
        while let Some(first) = rest.first() {
            let codes = every.codes(law, *first);
            let more = rest.iter().skip(1).take_while(|day| every.codes(law, **day) == codes).count();
            let (now, later) = rest.split_at(more.saturating_add(1));
            let batch = every.grouped(&codes, &groups);
            let mut pricer = Pricer::new(&cache, every.into, &batch, context.clone())?;
            for day in now {
                priced.push((*day, pricer.on(*day)?));
                done(batch.rows.len());
            }
            programs = pricer.programs().to_vec();
            rest = later;
        }
        Ok((priced, programs))
    };
    type Priced = Result<(Vec<(Date, Vec<Sums>)>, Vec<ProgramId>), Fault>;
    let parts: Vec<Priced> = std::thread::scope(|scope| {
        let run = &run;
        let handles: Vec<_> =
            days.chunks(days.len().div_ceil(threads).max(1)).map(|days| scope.spawn(move || run(days))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap_or(Err(Fault::TooLarge))).collect()
    });
    for part in parts {
        let (days, programs) = part.map_err(|fault| Box::new(told(&fault, None, case)))?;
        all.days.extend(days);
        all.programs = programs;
    }
    all.days.sort_by_key(|(day, _)| *day);
    Ok((all, groups.names))
}

/// Arranges the averages over lines: as a panel of flows, with columns that say what the averages are of.
pub fn every_line_table(law: &Rulebook, panel: &Panel, words: &PanelWords, every: &EveryLine, currency: Currency) -> Report {
    let mut report = panel_table(law, panel, words, currency);
    let value = format!("{} {currency}", grouped(every.value));
    let average = average(every, currency);
    for column in report.tables.iter_mut().flat_map(|table| &mut table.columns) {
        let (title, meaning) = match column.key {
            "flows" => ("Lines × origins", "how many pairs of a line of the schedule and an origin".to_owned()),
            "value" => ("Value assumed", format!("{value} for each line and origin: no trade")),
            "priced" => (column.title.as_str(), "the value assumed for the lines whose duty is known".into()),
            "priced_share" => ("Priced", "coverage: the share of the lines and origins whose duty is known".into()),
            "effective_rate" => ("Simple average of it", average.clone()),
            _ => continue,
        };
        column.title = title.to_owned();
        column.meaning = meaning;
    }
    // The remark of a panel of flows on its rate does not hold here.
    report.notes.retain(|note| !note.starts_with("Effective rate"));
    report.notes.insert(report.notes.len().saturating_sub(1), {
        let mut note = average.clone();
        if let Some(first) = note.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Note::meaning(format!("{note}. No quantities are assumed, so that specific duties are unknown; no trade, no drawback, and no fees are taken into account."))
    });
    report
}

/// What the average over lines is.
pub(super) fn average(every: &EveryLine, currency: Currency) -> String {
    let origins = match every.origins.as_slice() {
        [] => "no origin".into(),
        few if few.len() <= 5 => few.iter().map(Country::to_string).collect::<Vec<_>>().join(", "),
        all => format!("{} origins", all.len()),
    };
    format!(
        "simple average. Concept: duty / customs value of one import of {} {currency} under a line of the schedule. Weights: every line and origin counts the same. \
Universe: the lines of the schedule that bear a rate on the day, from {origins}, whose duty is known (`priced`); those in `unknown` and `refused` are not in it. Of a row of a program: the part of that average which is owed under it. Entry date: that of the row",
        grouped(every.value)
    )
}
