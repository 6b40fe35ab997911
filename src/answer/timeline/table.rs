//! A timeline as tables and as a chart.

use super::{Timeline, TimelineSeries, TimelineStep, by_measure, row_starts};
use crate::answer::chart::cost::height;
use crate::answer::chart::{Chart, ChartKind, ChartMark, ChartSeries, ChartUnit, ChartX};
use crate::answer::note::{Cited, KeyFigure, Note};
use crate::answer::run::Total;
use crate::answer::table::{Cell, Column, Report, Row, RowKind, Table};
use crate::assess::Outcome;
use crate::base::{Currency, Date, Decimal, days_between, difference, grouped};
use crate::law::Rulebook;
use crate::scenario::{Every, Scenario};
use std::collections::{BTreeMap, BTreeSet};

/// How many measures a mark of the chart names.
const MARKED: usize = 2;

/// What a timeline does not know, in one line.
const NOT_COUNTED: &str = "The same goods and customs values enter every day: no change in trade volumes or prices, no drawback and no fees are taken into account.";

/// Arranges a timeline: the rows of every series, what moved them, and the averages over the period.
///
/// Columns: effective rate = duty ÷ customs value of the goods that may enter, on the first day of the row; average rate = duty of all days of the row ÷ customs value of all its days, each
/// day counted once; change = duty less that of the row above. An average is divided last, and rounded once: rates to ten places, money to those of its currency.
pub fn timeline_table(law: &Rulebook, scenario: &Scenario, timeline: &Timeline) -> Report {
    let shown = Shown {
        flow: timeline.series.iter().any(|series| timeline.series.first().is_some_and(|first| first.title != series.title)),
        case: timeline.series.iter().any(|series| timeline.series.first().is_some_and(|first| first.case != series.case)),
    };
    let mut report = Report { title: scenario.title.clone(), ..Report::default() };
    report.intro.extend(Some(scenario.question.clone()).filter(|question| !question.is_empty()));
    report.intro.push(intro(scenario, timeline));
    let mut cited = Cited::default();
    report.tables.push(rows_table(scenario, timeline, shown, &mut cited));
    report.tables.extend(Some(moves_table(scenario, timeline, shown, &mut cited)).filter(|table| !table.rows.is_empty()));
    report.tables.push(averages_table(scenario, timeline, shown));
    report.sources = cited.into_sources();
    report.figures = figures(timeline, shown);
    notes(law, scenario, timeline, &mut report);
    report.charts.push(timeline_chart(timeline));
    report
}

/// Which columns tables for people need to tell series apart.
#[derive(Clone, Copy)]
struct Shown {
    flow: bool,
    case: bool,
}

impl Shown {
    fn columns(self) -> Vec<Column> {
        let maybe = |column: Column, shown: bool| if shown { column } else { column.hidden() };
        vec![
            Column::words("flow", "Flow").hidden(),
            maybe(Column::words("title", "Flow").once(), self.flow),
            Column::words("case", "Case").hidden(),
            maybe(Column::words("case_title", "Case").once(), self.case),
        ]
    }
}

fn named(series: &TimelineSeries) -> Vec<Cell> {
    [&series.flow, &series.title, &series.case, &series.case_title].map(|text| Cell::Text(text.clone())).to_vec()
}

fn intro(scenario: &Scenario, timeline: &Timeline) -> String {
    let rows = match timeline.every {
        Every::Change => "at each change of what is due",
        Every::Day => "day by day",
        Every::Week => "week by week, from Monday",
        Every::Month => "month by month",
    };
    let mut words =
        format!("Entries from {} to {}, {rows}.", timeline.from, timeline.before.yesterday().unwrap_or(timeline.before));
    if let Some(first) = timeline.series.first().and_then(|series| series.steps.first()) {
        let one_value = timeline.series.iter().flat_map(|series| &series.steps).all(|step| step.total.value == first.total.value);
        if one_value {
            words.push_str(&format!(" Customs value {} {}.", grouped(first.total.value.normalize()), first.total.currency));
        }
    }
    if !scenario.alternatives && scenario.flows.len() > 1 && timeline.series.iter().all(|series| series.flow == "total") {
        words.push_str(&format!(" {} flows together.", scenario.flows.len()));
    }
    words
}

/// The most figures that stand above the tables.
const MOST_FIGURES: usize = 8;

/// The average rate of each series over the period, with its lowest and highest; none where there would be many.
fn figures(timeline: &Timeline, shown: Shown) -> Vec<KeyFigure> {
    let figure = |series: &TimelineSeries| {
        let currency = series.steps.first()?.total.currency;
        let figure = match series.average(timeline.from, timeline.before).rate()? {
            Outcome::Known(rate) => Cell::Rate(rate),
            other @ (Outcome::Unknown { .. } | Outcome::Refused(_)) => Cell::duty(&other, currency),
        };
        let rates: Option<Vec<Decimal>> = series.steps.iter().map(|step| step.total.effective_rate()).collect();
        let end = |words: &str, rate: Option<Decimal>| rate.map(|rate| (words.to_owned(), Cell::Rate(rate)));
        let beside = rates.iter().flat_map(|rates| {
            [end("lowest", rates.iter().min().copied()), end("highest", rates.iter().max().copied())].into_iter().flatten()
        });
        let of = match (shown.flow, shown.case) {
            (true, true) => format!("{}, {}", series.title, series.case_title),
            (true, false) => series.title.clone(),
            (false, _) => series.case_title.clone(),
        };
        let beside = beside.collect();
        Some(KeyFigure { of, what: "average effective rate, weighted by days".into(), figure, beside })
    };
    let known = |figure: &KeyFigure| matches!(figure.figure, Cell::Rate(_));
    let all: Vec<KeyFigure> = timeline.series.iter().filter_map(figure).filter(known).collect();
    if all.len() > MOST_FIGURES { Vec::new() } else { all }
}

fn rows_table(scenario: &Scenario, timeline: &Timeline, shown: Shown, cited: &mut Cited) -> Table {
    let by_change = timeline.every == Every::Change;
    let (duty, rate) =
        if by_change { ("Duty", "Effective rate") } else { ("Duty on the first day", "Effective rate on the first day") };
    let mut columns = shown.columns();
    columns.extend([
        Column::words("from", "From"),
        Column::words("before", "Before"),
        Column::figures("days", "Days"),
        Column::words("currency", "Currency").hidden(),
        Column::figures("value", "Customs value").hidden(),
        Column::figures("priced", "Priced value").hidden(),
        Column::figures("unknown", "Unknown value").hidden(),
        Column::figures("refused", "Refused value").hidden(),
        Column::words("status", "Status").hidden(),
        Column::figures("duty", duty),
        Column::figures("duty_at_least", "At least").hidden(),
        Column::figures("duty_at_most", "At most").hidden(),
        Column::figures("effective_rate", rate),
        Column::figures("change", "Change"),
    ]);
    if !by_change {
        columns.push(Column::figures("average_rate", "Average rate of its days"));
    }
    columns.push(Column::words("moved_by", "Moved by"));
    let mut table = Table { columns, scale: scenario.show_in.clone(), ..Table::default() };
    for series in &timeline.series {
        let starts: Vec<Date> = match timeline.every {
            Every::Change => series.steps.iter().map(|step| step.from).collect(),
            Every::Day | Every::Week | Every::Month => {
                row_starts(timeline.every, timeline.from, timeline.before).unwrap_or_default()
            }
        };
        let mut last: Option<&Total> = None;
        for (at, from) in starts.iter().enumerate() {
            let before = starts.get(at + 1).copied().unwrap_or(timeline.before);
            let Some(step) = series.on(*from) else { continue };
            let total = &step.total;
            let mut cells = named(series);
            cells.extend([Cell::Day(*from), Cell::Day(before), count(days_between(*from, before))]);
            cells.extend(total_cells(total));
            cells.push(money(last.and_then(|last| total.more_than(last)), total.currency));
            if !by_change {
                let average = series.average(*from, before).rate().and_then(|rate| rate.known());
                cells.push(average.map_or(Cell::Empty, Cell::Rate));
            }
            cells.push(Cell::Text(moved_by(series, *from, before)));
            let kind = if at == 0 { RowKind::First } else { RowKind::Body };
            table.rows.push(Row { kind, cells, sources: cited.each(step.charged.iter().cloned()) });
            last = Some(total);
        }
    }
    table
}

fn count(days: i64) -> Cell {
    Cell::Count(usize::try_from(days).unwrap_or_default())
}

fn money(amount: Option<Decimal>, currency: Currency) -> Cell {
    amount.map_or(Cell::Empty, |amount| Cell::Money(amount, currency))
}

fn total_cells(total: &Total) -> Vec<Cell> {
    let some = |amount: Decimal| Cell::Money(amount, total.currency);
    let status = match &total.duty {
        Outcome::Unknown { .. } => "unknown",
        Outcome::Refused(_) => "refused",
        Outcome::Known(_) => "known",
    };
    vec![
        Cell::Text(total.currency.to_string()),
        some(total.value),
        some(total.priced),
        some(total.unknown),
        some(total.refused),
        Cell::Text(status.into()),
        Cell::duty(&total.duty, total.currency),
        money(total.duty.at_least(), total.currency),
        money(total.duty.at_most(), total.currency),
        total.effective_rate().map_or(Cell::Empty, Cell::Rate),
    ]
}

/// The measures that moved a series in a row, each once; where none did, why nothing is known.
fn moved_by(series: &TimelineSeries, from: Date, before: Date) -> String {
    let mut names: Vec<&str> = Vec::new();
    for step in series.steps.iter().skip(1).filter(|step| from <= step.from && step.from < before) {
        let unexplained =
            step.moves.is_empty().then(|| step.total.duty.reasons().first().map_or("the book begins", String::as_str));
        names.extend(step.moves.iter().map(|one| one.measure.as_str()).chain(unexplained));
    }
    let mut once: Vec<&str> = Vec::new();
    names.into_iter().for_each(|name| {
        if !once.contains(&name) {
            once.push(name);
        }
    });
    once.join(", ")
}

fn moves_table(scenario: &Scenario, timeline: &Timeline, shown: Shown, cited: &mut Cited) -> Table {
    let several = timeline.series.iter().any(|series| series.flow == "total");
    let flows = Column::words("flows", "Flows");
    let mut columns = shown.columns();
    columns.extend([
        Column::words("from", "From").once(),
        Column::words("measure", "Measure"),
        Column::words("measure_title", "Name").hidden(),
        if several { flows } else { flows.hidden() },
        Column::words("what", "What happens"),
        Column::words("heading", "Heading"),
        Column::words("cite", "Legal source"),
        Column::words("known", "Known").hidden(),
        Column::words("currency", "Currency").hidden(),
        Column::figures("charged_before", "Charged before"),
        Column::figures("charged_now", "Charged now"),
        Column::figures("change", "Change"),
    ]);
    let mut table = Table { title: "What moved the duty".into(), columns, scale: scenario.show_in.clone(), ..Table::default() };
    for series in &timeline.series {
        for step in &series.steps {
            for moved in by_measure(&step.moves) {
                let currency = step.total.currency;
                let mut cells = named(series);
                cells.extend([
                    Cell::Day(step.from),
                    Cell::Text(moved.first.measure.to_string()),
                    Cell::Text(moved.first.title.clone()),
                    Cell::Text(flow_names(scenario, &moved.flows)),
                    Cell::Text(moved.words.join("; ")),
                    Cell::Text(moved.first.heading.clone()),
                    Cell::Text(moved.first.cite.clone()),
                    moved.first.known.map_or(Cell::Empty, Cell::Day),
                    Cell::Text(currency.to_string()),
                    Cell::duty(&moved.before, currency),
                    Cell::duty(&moved.now, currency),
                    money(moved.now.known().zip(moved.before.known()).and_then(|(now, was)| difference(now, was)), currency),
                ]);
                table.rows.push(Row { kind: RowKind::Body, cells, sources: cited.each([moved.first.source()]) });
            }
        }
    }
    table
}

/// The names of flows; the first few, where there are many.
fn flow_names(scenario: &Scenario, flows: &[usize]) -> String {
    const SHOWN: usize = 4;
    let names: Vec<&str> = flows.iter().filter_map(|at| scenario.flows.get(*at)).map(|flow| flow.id.as_str()).collect();
    if names.len() > SHOWN + 1 {
        let first: Vec<&str> = names.iter().take(SHOWN).copied().collect();
        format!("{} and {} more", first.join(", "), names.len() - SHOWN)
    } else {
        names.join(", ")
    }
}

fn averages_table(scenario: &Scenario, timeline: &Timeline, shown: Shown) -> Table {
    let period = format!("{} to {}", timeline.from, timeline.before.yesterday().unwrap_or(timeline.before));
    let unknown =
        timeline.series.iter().flat_map(|series| &series.steps).any(|step| matches!(step.total.duty, Outcome::Unknown { .. }));
    let bound = |key: &'static str, title: &str| {
        let column = Column::figures(key, title);
        if unknown { column } else { column.hidden() }
    };
    let mut columns = shown.columns();
    columns.extend([
        Column::words("from", "From").hidden(),
        Column::words("before", "Before").hidden(),
        Column::figures("days", "Days"),
        Column::figures("days_known", "Days known"),
        Column::words("currency", "Currency").hidden(),
        Column::figures("average_rate", &format!("Average effective rate (duty / customs value) of {period}, weighted by days")),
        bound("average_rate_at_least", "At least"),
        bound("average_rate_at_most", "At most"),
        Column::figures("average_duty", "Average duty a day, the customs value entering every day"),
        Column::figures("least_rate", "Lowest"),
        Column::figures("most_rate", "Highest"),
    ]);
    let mut table = Table { title: "Averages".into(), columns, scale: scenario.show_in.clone(), ..Table::default() };
    for series in &timeline.series {
        let Some(currency) = series.steps.first().map(|step| step.total.currency) else { continue };
        let average = series.average(timeline.from, timeline.before);
        let rate = average.rate();
        let cell = |rate: Option<Decimal>| rate.map_or(Cell::Empty, Cell::Rate);
        let entering = series.steps.iter().filter(|step| step.total.entering().is_some_and(|value| !value.is_zero()));
        let rates: Option<Vec<Decimal>> = entering.map(|step| step.total.effective_rate()).collect();
        let mut cells = named(series);
        cells.extend([
            Cell::Day(timeline.from),
            Cell::Day(timeline.before),
            count(average.days),
            count(average.days_known),
            Cell::Text(currency.to_string()),
            cell(rate.as_ref().and_then(Outcome::known)),
            cell(rate.as_ref().and_then(Outcome::at_least)),
            cell(rate.as_ref().and_then(Outcome::at_most)),
            average.duty_a_day(currency.places()).map_or(Cell::Empty, |duty| Cell::duty(&duty, currency)),
            cell(rates.as_ref().and_then(|rates| rates.iter().min().copied())),
            cell(rates.as_ref().and_then(|rates| rates.iter().max().copied())),
        ]);
        table.rows.push(Row { kind: RowKind::Total, cells, sources: Vec::new() });
    }
    table
}

fn notes(law: &Rulebook, scenario: &Scenario, timeline: &Timeline, report: &mut Report) {
    for series in &timeline.series {
        let name =
            if series.flow == "total" { series.case_title.clone() } else { format!("{}, {}", series.title, series.case_title) };
        let days_of = |test: &dyn Fn(&TimelineStep) -> bool| -> i64 {
            series.steps.iter().filter(|step| test(step)).map(|step| days_between(step.from, step.before)).sum()
        };
        let days = days_between(timeline.from, timeline.before);
        let unknown = days_of(&|step| matches!(step.total.duty, Outcome::Unknown { .. }));
        let refused = days_of(&|step| !step.total.refused.is_zero());
        if unknown > 0 {
            let why = series.steps.iter().find_map(|step| step.total.duty.reasons().first());
            let why = why.map_or(String::new(), |why| format!(": {why}"));
            report.notes.push(Note::coverage(format!("Coverage, {name}: unknown on {unknown} of {days} days{why}")));
        }
        if refused > 0 {
            report.notes.push(Note::coverage(format!(
                "Coverage, {name}: goods are refused entry on {refused} of {days} days; they owe nothing on these, and count in no rate"
            )));
        }
    }
    if report.notes.is_empty() {
        report.notes.push(Note::coverage("Coverage: all of the customs value is priced on every day."));
    }
    report.notes.extend(past_the_book(law, scenario, timeline).into_iter().map(Note::coverage));
    report.notes.extend(timeline.notes.iter().map(Note::assumption));
    report.notes.extend(asked_notes(scenario).into_iter().map(Note::assumption));
    report.notes.push(Note::meaning(NOT_COUNTED));
    report.notes.push(Note::law(law_note(law, timeline.as_known)));
}

/// That the last law known is taken to go on where a book has ended, and on how many days.
fn past_the_book(law: &Rulebook, scenario: &Scenario, timeline: &Timeline) -> Vec<String> {
    if !scenario.law_continues {
        return Vec::new();
    }
    let into: BTreeSet<_> = scenario.flows.iter().map(|flow| flow.into).collect();
    let ended = into.into_iter().filter_map(|into| law.territory(into)).filter(|book| book.complete_before < timeline.before);
    let days = days_between(timeline.from, timeline.before);
    ended
        .map(|book| {
            format!(
                "The {} book is complete to {}: on {} of {days} days the last law known is taken to go on",
                book.id,
                book.last_day(),
                days_between(timeline.from.max(book.complete_before), timeline.before)
            )
        })
        .collect()
}

/// The books and readings that cases ask for, and the scenario's own remarks.
pub(super) fn asked_notes(scenario: &Scenario) -> Vec<String> {
    let mut notes = Vec::new();
    for case in &scenario.cases {
        notes.extend(case.as_known.map(|day| format!("{}: the book as known on {day}", case.title)));
        notes.extend(case.readings.iter().map(|(reading, option)| format!("{}: reading `{reading}` = `{option}`", case.title)));
    }
    notes.extend(scenario.notes.iter().cloned());
    notes
}

/// The hash of the law, and the day whose book was asked.
pub(super) fn law_note(law: &Rulebook, as_known: Option<Date>) -> String {
    let known = as_known.map_or(String::new(), |day| format!(" as known on {day}"));
    format!("Law: sha256 {}{known}{}", law.hash().get(..16).unwrap_or_default(), crate::answer::cost::remarks::revisions(law))
}

/// The effective rates of a timeline as a chart: one line a series.
fn timeline_chart(timeline: &Timeline) -> Chart {
    let several = |of: fn(&TimelineSeries) -> &String| {
        timeline.series.first().is_some_and(|first| timeline.series.iter().any(|series| of(series) != of(first)))
    };
    let (flows, cases) = (several(|series| &series.title), several(|series| &series.case));
    let series = timeline
        .series
        .iter()
        .map(|series| {
            let title = match (flows, cases) {
                (true, true) => format!("{}, {}", series.title, series.case_title),
                (true, false) => series.title.clone(),
                (false, true) => series.case_title.clone(),
                (false, false) => String::new(),
            };
            ChartSeries { title, points: series.steps.iter().map(|step| (ChartX::Day(step.from), height(&step.total))).collect() }
        })
        .collect();
    Chart {
        title: "Effective rate (duty / customs value) by entry date".into(),
        kind: ChartKind::Steps,
        x_unit: ChartUnit::Plain(String::new()),
        y_unit: ChartUnit::Rate,
        series,
        until: Some(ChartX::Day(timeline.before)),
        marks: marks(timeline),
    }
}

/// The days on which a series moved, with the measures that moved it, each day once.
fn marks(timeline: &Timeline) -> Vec<ChartMark> {
    let mut days: BTreeMap<Date, Vec<String>> = BTreeMap::new();
    for step in timeline.series.iter().flat_map(|series| series.steps.iter().skip(1)) {
        let mut moves = by_measure(&step.moves);
        // What moved most is told first.
        moves.sort_by_key(|moved| {
            let change = moved.now.known().zip(moved.before.known()).and_then(|(now, was)| difference(now, was));
            std::cmp::Reverse(change.map(|change| change.abs()))
        });
        for moved in moves {
            let heading = &moved.first.heading;
            let name = if heading.is_empty() { moved.first.title.clone() } else { format!("{heading} {}", moved.first.title) };
            // Which measure stands in the place of another is told in the table.
            let short = moved.words.iter().map(|words| words.split_once(": ").map_or(*words, |(first, _)| first));
            let words = format!("{name}: {}", short.collect::<Vec<_>>().join(", "));
            let all = days.entry(step.from).or_default();
            if !all.contains(&words) {
                all.push(words);
            }
        }
    }
    let told = |(day, all): (Date, Vec<String>)| {
        let mut words = all.iter().take(MARKED).cloned().collect::<Vec<_>>().join("; ");
        if all.len() > MARKED {
            words.push_str(&format!("; and {} more", all.len() - MARKED));
        }
        ChartMark { at: ChartX::Day(day), words }
    };
    days.into_iter().map(told).collect()
}
