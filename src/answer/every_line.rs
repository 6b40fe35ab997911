//! The whole schedule without flows: every line that bears a rate on the day, from each origin, at one value.

use super::panel::{Panel, PanelWords, panel_table};
use super::table::Report;
use crate::assess::{Batch, Context, Fault, Pricer, Row, Stated, Sums};
use crate::base::{CommodityCode, Country, Currency, Date, Decimal, grouped};
use crate::law::{RegimeCache, Rulebook};

/// What the lines are averaged over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineGroup {
    /// All of them.
    All,
    /// Each origin.
    Origin,
    /// Each chapter.
    Chapter,
}

/// Every line of the schedule from each of some origins.
#[derive(Clone, Debug)]
pub struct EveryLine {
    /// The origins.
    pub origins: Vec<Country>,
    /// The customs value of one import under a line, in the currency of the importing country.
    pub value: Decimal,
}

impl EveryLine {
    /// Returns the codes of the lines that are valid on a day.
    pub fn codes(&self, law: &Rulebook, into: Country, day: Date) -> Vec<CommodityCode> {
        let lines = law.schedule(into).into_iter().flat_map(|schedule| schedule.lines());
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

    fn grouped(&self, codes: &[CommodityCode], by: LineGroup, names: &[String]) -> Batch {
        let chapters: Vec<usize> = match by {
            LineGroup::Chapter => {
                codes.iter().map(|code| names.binary_search(&code.cut(2).to_string()).unwrap_or(usize::MAX)).collect()
            }
            LineGroup::All | LineGroup::Origin => Vec::new(),
        };
        let mut batch = self.batch(codes, |code, origin| match by {
            LineGroup::All => 0,
            LineGroup::Origin => origin,
            LineGroup::Chapter => chapters.get(code).copied().unwrap_or(usize::MAX),
        });
        batch.groups = names.len();
        batch
    }

    /// Returns the names of the groups.
    fn names(&self, law: &Rulebook, into: Country, by: LineGroup) -> Vec<String> {
        match by {
            LineGroup::All => vec![String::new()],
            LineGroup::Origin => self.origins.iter().map(Country::to_string).collect(),
            LineGroup::Chapter => {
                let lines = law.schedule(into).into_iter().flat_map(|schedule| schedule.lines());
                let mut names: Vec<String> = lines.map(|line| line.code.cut(2).to_string()).collect();
                names.sort_unstable();
                names.dedup();
                names
            }
        }
    }
}

/// Prices every line from each origin on every day, and sums by group; also returns the names of the groups. Days are shared out over the processors; `done` is told of the rows of each.
///
/// # Errors
/// See [`Fault`].
pub fn every_line(
    law: &Rulebook,
    into: Country,
    every: &EveryLine,
    by: LineGroup,
    days: &[Date],
    context: &Context,
    done: &(dyn Fn(usize) + Sync),
) -> Result<(Panel, Vec<String>), Fault> {
    let names = every.names(law, into, by);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(days.len().max(1));
    let run = |days: &[Date]| {
        let cache = RegimeCache::new(law);
        let mut pricer = Pricer::new(&cache, into, context.clone());
        let mut priced: Vec<(Date, Vec<Sums>)> = Vec::new();
        let mut batch = Batch::default();
        for day in days {
            // The lines change on few days.
            let codes = every.codes(law, into, *day);
            if codes != batch.codes {
                drop(std::mem::take(&mut batch));
                batch = every.grouped(&codes, by, &names);
            }
            priced.push((*day, pricer.on(&batch, *day)?));
            done(batch.rows.len());
        }
        Ok((priced, pricer.programs().to_vec()))
    };
    type Priced = Result<(Vec<(Date, Vec<Sums>)>, Vec<crate::base::ProgramId>), Fault>;
    let parts: Vec<Priced> = std::thread::scope(|scope| {
        let handles: Vec<_> =
            days.chunks(days.len().div_ceil(threads).max(1)).map(|days| scope.spawn(move || run(days))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap_or(Err(Fault::TooLarge))).collect()
    });
    let mut all = Panel { days: Vec::new(), programs: Vec::new() };
    for part in parts {
        let (days, programs) = part?;
        all.days.extend(days);
        all.programs = programs;
    }
    all.days.sort_by_key(|(day, _)| *day);
    Ok((all, names))
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
        format!("{note}. No quantities are assumed, so that specific duties are unknown; no trade, no drawback, and no fees are taken into account.")
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
