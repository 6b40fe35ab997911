//! The answers of `solve` as tables: where totals meet, what is due there and next to it, and the whole range.

use super::{Met, MetKind, Order, Solved, Stretch, Totals};
use crate::answer::chart::vary::solve_chart;
use crate::answer::cost::remarks::some_of;
use crate::answer::note::Note;
use crate::answer::setting_node::number as machine_number;
use crate::answer::table::{Cell, Column, Report, Row, RowKind, Table};
use crate::base::{Currency, Decimal, difference};
use crate::law::Rulebook;
use crate::scenario::{Lie, Scenario, Setting, Solve};
use std::cmp::Ordering;

/// Arranges answers: for each question a sentence, the settings at which the totals meet, the rounded totals there and next to it, and the whole range part by part.
pub fn solve_table(law: &Rulebook, scenario: &Scenario, answers: &[(&Solve, Solved)]) -> Report {
    let mut report = Report { title: scenario.title.clone(), ..Report::default() };
    for (number, (solve, solved)) in answers.iter().enumerate() {
        let name = if answers.len() > 1 { format!("{}: ", number + 1) } else { String::new() };
        report.intro.push(format!("{name}{}, with {} from {} to {}.", solve.target, solve.scope, solve.from, solve.to));
        report.intro.extend(sentences(solve, solved));
        // Each answer counts its own sources; a report has one list of them.
        let places: Vec<usize> = solved.sources.iter().map(|source| report.place_of(source.clone())).collect();
        for mut table in [meetings(&name, solve, solved), nearby(&name, solve, solved), range(&name, solve, solved)] {
            if table.rows.is_empty() {
                continue;
            }
            for row in &mut table.rows {
                row.sources = row.sources.iter().filter_map(|own| places.get(*own).copied()).collect();
                row.sources.sort_unstable();
            }
            report.tables.push(table);
        }
        report.charts.push(solve_chart(&name, solve, solved));
        for note in &solved.notes {
            report.note_once(Note::assumption(note));
        }
    }
    report.notes.extend([
        Note::meaning("Settings are those at which the exact totals meet, before values and duties are rounded; what is due is told beside them. Between the ends of each part of a range both totals are straight lines \
         (constant, for days), so that it holds no other meeting. Kinks and jumps are told apart down to a millionth of a percentage point, or to the smallest unit of money."),
        Note::meaning("Landed cost: customs value + duty, without freight, insurance and fees but for amounts that the target adds. No drawback, and no change in trade volumes or prices beyond what is varied, is taken into account."),
        Note::law(format!("Law: sha256 {}", law.hash().get(..16).unwrap_or_default())),
    ]);
    report
}

/// The answer in words.
pub(super) fn sentences(solve: &Solve, solved: &Solved) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let scope = &solve.scope;
    for met in &solved.met {
        let exactly = met.fraction.as_ref().map_or(String::new(), |fraction| format!(" (exactly {fraction})"));
        all.push(match met.kind {
            MetKind::Equal => format!("They are equal at {scope} = {}{exactly}.", met.at),
            MetKind::EqualAlong => format!("They are equal from {scope} = {} to {}.", met.at, met.to.as_ref().unwrap_or(&met.at)),
            MetKind::Turns(order) => {
                let order = words(order, solve);
                match (&met.at, &met.to) {
                    (Setting::Day(day), _) => format!("Their order turns on {day}: from that day on, {order}."),
                    (at, None) => format!("Their order turns at {scope} = {at} without their being equal: above it, {order}."),
                    (at, Some(to)) => format!("Their order turns between {scope} = {at} and {to}: above, {order}."),
                }
            }
        });
    }
    let open: Vec<&Stretch> = solved.stretches.iter().filter(|stretch| stretch.order.is_none()).collect();
    if solved.met.is_empty() {
        all.push(nowhere(solve, solved, open.is_empty()));
    }
    if solve.target.lie != Lie::Equal {
        let holding = holding(solve, solved);
        all.push(if holding.is_empty() {
            "It holds nowhere in the range.".into()
        } else {
            format!("It holds {}.", holding.join(", and "))
        });
    }
    for stretch in open.iter().take(5) {
        all.push(format!("No answer can be given {}: {}.", place(&stretch.from, &stretch.to), some_of(&stretch.why)));
    }
    if open.len() > 5 {
        all.push(format!("Nor in {} more parts; the table lists them.", open.len() - 5));
    }
    all
}

/// Says that the totals do not meet, and what proves it.
fn nowhere(solve: &Solve, solved: &Solved, is_all_known: bool) -> String {
    let mut orders = solved.stretches.iter().filter_map(|stretch| stretch.order);
    let Some(first) = orders.next() else { return "No answer can be given anywhere in the range.".into() };
    let place = if is_all_known { "in the range" } else { "where they are known" };
    if !orders.all(|order| order == first) {
        return format!("They meet nowhere {place}; how they lie turns somewhere where they are not known.");
    }
    let shape = if matches!(solve.from, Setting::Day(_)) { "constant" } else { "straight lines" };
    let proof = match solved.stretches.iter().filter(|stretch| stretch.order.is_some()).count() {
        1 => format!("both are {shape} there"),
        parts => format!("in {parts} parts, on each of which both are {shape}"),
    };
    format!("They meet nowhere {place}: {} throughout ({proof}).", words(first, solve))
}

fn words(order: Order, solve: &Solve) -> String {
    let (left, right) = (&solve.target.left, &solve.target.right);
    match order {
        Ordering::Less => format!("{left} is less than {right}"),
        Ordering::Equal => format!("{left} equals {right}"),
        Ordering::Greater => format!("{left} is more than {right}"),
    }
}

/// `from 0% to below 20%`.
fn place((from, from_in): &(Setting, bool), (to, to_in): &(Setting, bool)) -> String {
    if from == to {
        return format!("at {from}");
    }
    format!("{} {from} to {}{to}", if *from_in { "from" } else { "above" }, if *to_in { "" } else { "below " })
}

/// Two ends, each with whether it belongs to what lies between.
type Ends = ((Setting, bool), (Setting, bool));

/// The parts of the range in which the target holds, joined where they touch.
fn holding(solve: &Solve, solved: &Solved) -> Vec<String> {
    let holds = |order: Option<Order>| {
        order.is_some_and(|order| match solve.target.lie {
            Lie::AtMost => order != Ordering::Greater,
            Lie::AtLeast => order != Ordering::Less,
            Lie::Equal => order == Ordering::Equal,
        })
    };
    let equal_at = |setting: &Setting| solved.met.iter().any(|met| met.kind == MetKind::Equal && met.at == *setting);
    let mut joined: Vec<(Ends, Ends)> = Vec::new();
    for stretch in &solved.stretches {
        if !holds(stretch.order) {
            continue;
        }
        let from = (stretch.from.0.clone(), stretch.from.1 || equal_at(&stretch.from.0));
        let to = (stretch.to.0.clone(), stretch.to.1 || equal_at(&stretch.to.0));
        let [first, last] = &stretch.within;
        let within = ((first.0.clone(), first.1 || from.1), (last.0.clone(), last.1 || to.1));
        let next = |day: &Setting| if let Setting::Day(day) = day { day.tomorrow().ok().map(Setting::Day) } else { None };
        match joined.last_mut() {
            Some(((_, last), (_, last_within)))
                if (last.0 == from.0 && (last.1 || from.1)) || next(&last.0).as_ref() == Some(&from.0) =>
            {
                (*last, *last_within) = (to, within.1);
            }
            _ => joined.push(((from, to), within)),
        }
    }
    let alone = solved.met.iter().filter(|met| met.kind == MetKind::Equal).map(|met| &met.at);
    let touched = |at: &Setting, all: &[(Ends, Ends)]| all.iter().any(|((from, to), _)| from.0 == *at || to.0 == *at);
    let points: Vec<Setting> = alone.filter(|at| !touched(at, &joined) && !matches!(at, Setting::Day(_))).cloned().collect();
    // A part too short for a setting that can be shown is told by its ends.
    let is_there = |(from, to): &Ends| from.0.number().zip(to.0.number()).is_none_or(|(from, to)| from <= to);
    let shown = |(ends, within): (Ends, Ends)| if is_there(&within) { within } else { ends };
    joined
        .into_iter()
        .map(shown)
        .map(|(from, to)| place(&from, &to))
        .chain(points.into_iter().map(|at| format!("at {at}")))
        .collect()
}

fn cell(setting: &Setting) -> Cell {
    match setting {
        Setting::Day(day) => Cell::Day(*day),
        Setting::Money(money) => Cell::Money(money.amount, money.currency),
        Setting::Rate(_) | Setting::Percent(_) | Setting::Number(_) => Cell::Text(setting.to_string()),
    }
}

fn number(setting: &Setting) -> Cell {
    machine_number(setting).map_or(Cell::Empty, |number| Cell::Text(number.to_string()))
}

fn meetings(name: &str, solve: &Solve, solved: &Solved) -> Table {
    let money = |amount: Option<Decimal>| amount.map_or(Cell::Empty, |amount| Cell::Money(amount, solved.currency));
    let mut table = Table {
        title: format!("{name}Where they meet"),
        columns: vec![
            Column::words("kind", "What"),
            Column::figures("at", &solve.scope.to_string()),
            Column::figures("at_number", "Number").hidden(),
            if solved.met.iter().any(|met| met.to.is_some()) {
                Column::figures("to", "To")
            } else {
                Column::figures("to", "To").hidden()
            },
            Column::words("exactly", "Exactly"),
            Column::figures("left", &solve.target.left.to_string()),
            Column::figures("right", &solve.target.right.to_string()),
        ],
        ..Table::default()
    };
    for met in &solved.met {
        let kind = match met.kind {
            MetKind::Equal => "equal",
            MetKind::EqualAlong => "equal along",
            MetKind::Turns(_) => "order turns",
        };
        let exactly = match (&met.fraction, met.kind) {
            (Some(fraction), _) => Cell::Text(fraction.clone()),
            (None, MetKind::Equal | MetKind::EqualAlong) => Cell::Text("yes".into()),
            (None, MetKind::Turns(_)) => Cell::Empty,
        };
        let cells = vec![
            Cell::Text(kind.into()),
            cell(&met.at),
            number(&met.at),
            met.to.as_ref().map_or(Cell::Empty, cell),
            exactly,
            money(met.exact.map(|(left, _)| left)),
            money(met.exact.map(|(_, right)| right)),
        ];
        table.rows.push(Row { kind: RowKind::Body, cells, sources: met.charged.clone() });
    }
    table
}

fn nearby(name: &str, solve: &Solve, solved: &Solved) -> Table {
    let currency = solved.currency;
    let mut table = Table {
        title: format!("{name}What is due there and next to it, rounded as it is paid"),
        columns: vec![
            Column::figures("setting", &solve.scope.to_string()),
            Column::figures("setting_number", "Number").hidden(),
            Column::figures("left", &solve.target.left.to_string()),
            Column::figures("right", &solve.target.right.to_string()),
            Column::figures("difference", "Left less right"),
        ],
        ..Table::default()
    };
    for Met { near, charged, .. } in &solved.met {
        for (place, (setting, Totals { left, right })) in near.iter().enumerate() {
            let apart = left.known().zip(right.known()).and_then(|(left, right)| difference(left, right));
            let cells = vec![
                cell(setting),
                number(setting),
                Cell::duty(left, currency),
                Cell::duty(right, currency),
                apart.map_or(Cell::Empty, |apart| Cell::Money(apart, currency)),
            ];
            let kind = if place == 0 { RowKind::First } else { RowKind::Body };
            table.rows.push(Row { kind, cells, sources: charged.clone() });
        }
    }
    table
}

fn range(name: &str, solve: &Solve, solved: &Solved) -> Table {
    let mut table = Table {
        title: format!("{name}The whole range"),
        columns: vec![
            Column::words("range", &solve.scope.to_string()),
            Column::figures("from", "From").hidden(),
            Column::words("from_included", "From included").hidden(),
            Column::figures("to", "To").hidden(),
            Column::words("to_included", "To included").hidden(),
            Column::words("order", "Left against right"),
            Column::figures("left_at_from", "Left at its start"),
            Column::figures("right_at_from", "Right at its start"),
            Column::figures("left_at_to", "Left at its end"),
            Column::figures("right_at_to", "Right at its end"),
        ],
        ..Table::default()
    };
    let flag = |is_in: bool| Cell::Text(if is_in { "yes" } else { "no" }.into());
    for Stretch { from, to, order, totals, charged, .. } in &solved.stretches {
        let order = match order {
            Some(Ordering::Less) => "less",
            Some(Ordering::Equal) => "equal",
            Some(Ordering::Greater) => "more",
            None => "no answer",
        };
        let mut cells =
            vec![Cell::Text(place(from, to)), typed(&from.0), flag(from.1), typed(&to.0), flag(to.1), Cell::Text(order.into())];
        cells.extend(amounts(totals.as_ref(), solved.currency));
        table.rows.push(Row { kind: RowKind::Body, cells, sources: charged.clone() });
    }
    table
}

fn typed(setting: &Setting) -> Cell {
    if let Setting::Day(day) = setting { Cell::Day(*day) } else { number(setting) }
}

fn amounts(totals: Option<&[(Decimal, Decimal); 2]>, currency: Currency) -> Vec<Cell> {
    match totals {
        Some([from, to]) => [from.0, from.1, to.0, to.1].into_iter().map(|amount| Cell::Money(amount, currency)).collect(),
        None => vec![Cell::Empty; 4],
    }
}
