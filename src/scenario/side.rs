//! The two sides of a comparison, in words: a case, a day, a book, a reading, a law.

use super::{Case, Scenario};
use crate::base::{CaseId, Date, Fault, Percent, ReadingId, nearest, parse_date};
use crate::diag::Place;
use crate::law::Rulebook;
use std::collections::BTreeMap;

/// One side of a comparison, as written: `deal`, `2025-09-01`, `as-known=2025-08-20`, `us-ieepa=void`, `law=DIR`, or several with commas between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SideAsked {
    /// The words as written.
    pub words: String,
    /// The case it starts from.
    pub case: Option<CaseId>,
    /// The entry date of all flows.
    pub entered: Option<Date>,
    /// The day whose book is asked.
    pub as_known: Option<Date>,
    /// Readings chosen.
    pub readings: BTreeMap<ReadingId, String>,
    /// The folder of another law.
    pub law: Option<String>,
}

impl SideAsked {
    /// Reads a side. Whether there is such a case or reading is found out by [`SideAsked::check`].
    ///
    /// # Errors
    /// Where a part is empty, a date is none, or one thing is said twice.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let mut side = Self { words: text.trim().to_owned(), ..Self::default() };
        for part in text.split(',').map(str::trim) {
            let twice = || Fault::new(format!("`{}` says one thing twice", side_excerpt(text)));
            let set = |old: bool| if old { Err(twice()) } else { Ok(()) };
            match part.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
                _ if part.is_empty() => {
                    return Err(Fault::new(format!("a part of the side `{}` is empty", side_excerpt(text))).with_help(FORM));
                }
                Some((_, "")) | Some(("", _)) => {
                    return Err(Fault::new(format!("`{}` names nothing", side_excerpt(part))).with_help(FORM));
                }
                Some(("as-known", day)) => {
                    set(side.as_known.is_some())?;
                    side.as_known = Some(parse_date(day)?);
                }
                Some(("entered", day)) => {
                    set(side.entered.is_some())?;
                    side.entered = Some(parse_date(day)?);
                }
                Some(("case", id)) => {
                    set(side.case.is_some())?;
                    side.case = Some(CaseId::new(id));
                }
                Some(("law", folder)) => {
                    set(side.law.is_some())?;
                    side.law = Some(folder.to_owned());
                }
                Some((reading, option)) => {
                    set(side.readings.insert(ReadingId::new(reading), option.to_owned()).is_some())?;
                }
                None if part.starts_with(|c: char| c.is_ascii_digit()) && part.contains('-') && part.len() == 10 => {
                    set(side.entered.is_some())?;
                    side.entered = Some(parse_date(part)?);
                }
                None => {
                    set(side.case.is_some())?;
                    side.case = Some(CaseId::new(part));
                }
            }
        }
        Ok(side)
    }

    /// Tells what of it is not there: the case among those given, a reading or an option in the law.
    ///
    /// # Errors
    /// The first thing that is not there, with the nearest that is.
    pub fn check(&self, law: &Rulebook, cases: &[CaseId]) -> Result<(), Fault> {
        if let Some(case) = self.case.as_ref().filter(|case| !cases.contains(case)) {
            let near = nearest(case.as_str(), cases.iter().map(CaseId::as_str));
            let all = cases.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None if cases.is_empty() => FORM.to_owned(),
                None => format!("its cases are {all}"),
            };
            let there = if cases.is_empty() { "a file of trade has no case" } else { "the scenario has no case" };
            return Err(Fault::new(format!("{there} `{}`", side_excerpt(case.as_str()))).with_help(help));
        }
        for (id, option) in &self.readings {
            let Some(reading) = law.readings().get(id) else {
                let near = nearest(id.as_str(), law.readings().keys().map(ReadingId::as_str));
                let help = near.map_or_else(|| FORM.to_owned(), |near| format!("did you mean `{near}`?"));
                return Err(Fault::new(format!("there is no reading `{}`", side_excerpt(id.as_str()))).with_help(help));
            };
            if !reading.options.iter().any(|known| known.id == *option) {
                let options = reading.options.iter().map(|known| format!("`{}`", known.id)).collect::<Vec<_>>().join(", ");
                let message = format!("the reading `{id}` has no option `{}`", side_excerpt(option));
                return Err(Fault::new(message).with_help(format!("its options are {options}")));
            }
        }
        Ok(())
    }

    /// Returns the case that a side means: the one named, or current law, or the first; with what the side says otherwise.
    pub fn of(&self, scenario: &Scenario) -> Option<Case> {
        let named = |id: &str| scenario.cases.iter().find(|case| case.id.as_str() == id);
        let mut case = match &self.case {
            Some(id) => named(id.as_str())?.clone(),
            None => named("current-law").or(scenario.cases.first())?.clone(),
        };
        case.entered = self.entered.or(case.entered);
        case.as_known = self.as_known.or(case.as_known);
        case.readings.extend(self.readings.clone());
        let said = self.said();
        case.title = match (&self.case, said.is_empty()) {
            (None, true) | (Some(_), true) => case.title,
            (None, false) => said,
            (Some(_), false) => format!("{}, {said}", case.title),
        };
        Some(case)
    }

    /// What it says beside a case, in words.
    pub fn said(&self) -> String {
        let mut said: Vec<String> = self.entered.iter().map(Date::to_string).collect();
        said.extend(self.as_known.iter().map(|day| format!("as known on {day}")));
        said.extend(self.readings.iter().map(|(id, option)| format!("{id} = {option}")));
        said.extend(self.law.iter().map(|folder| format!("law of {folder}")));
        said.join(", ")
    }
}

/// What a side may be.
const FORM: &str = "a side is a case, a day, as-known=DAY, READING=OPTION, law=DIR, or several of them with commas between";

fn side_excerpt(text: &str) -> String {
    text.chars().take(60).collect()
}

/// A rate of interest over a period, in percent a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterestRate {
    /// The first day it runs on.
    pub from: Date,
    /// The first day it no longer runs on; `None` where it goes on.
    pub before: Option<Date>,
    /// Percent a year.
    pub rate: Percent,
    /// Where it is written, if it is.
    pub place: Option<Place>,
}

/// `[diff]` or `[refund]`: two sides, and what a refund needs beside them.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// The two sides: for a refund first what was paid, then what is owed.
    pub between: Vec<SideAsked>,
    /// The day up to which interest runs.
    pub until: Option<Date>,
    /// The day on which everything was paid; the day of each entry where none is given.
    pub paid: Option<Date>,
    /// Rates of interest, in the order of their days.
    pub interest: Vec<InterestRate>,
    /// Where it is written.
    pub place: Option<Place>,
}
