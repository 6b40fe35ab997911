//! Charts on a page: a picture, what it shows in words, and its figures as a table.

use super::table::plain;
use super::words;
use crate::answer::{Align, Cell, Chart, ChartUnit, ChartX, ChartY, Column, Row, RowKind, Table};
use crate::base::Decimal;
use crate::render::svg::svg;
use maud::{Markup, PreEscaped, html};

/// A chart of a page, the `number`th of it.
pub(super) fn figure(chart: &Chart, number: usize) -> Markup {
    let table = points(chart);
    html! {
        figure .chart {
            // The picture draws its title itself.
            figcaption .unseen { (words(&chart.title)) }
            div .picture { (PreEscaped(svg(chart, &format!("picture-{number}")))) }
            @if !table.rows.is_empty() {
                details {
                    summary { "Figures of this chart" }
                    (plain(&table, &format!("chart-{number}"), &chart.title))
                }
            }
        }
    }
}

/// The points of a chart: a row for each place along it, a column for each series.
fn points(chart: &Chart) -> Table {
    let mut places: Vec<&ChartX> = Vec::new();
    for (x, _) in chart.series.iter().flat_map(|series| &series.points) {
        if !places.contains(&x) {
            places.push(x);
        }
    }
    if places.iter().all(|x| !matches!(x, ChartX::Name(_))) {
        places.sort_by_key(|x| match x {
            ChartX::Day(day) => (Some(*day), Decimal::ZERO),
            ChartX::Number(number) => (None, *number),
            ChartX::Name(_) => (None, Decimal::ZERO),
        });
    }
    let along = match places.first() {
        Some(ChartX::Day(_)) => "From".to_owned(),
        Some(ChartX::Number(_)) => unit(&chart.x_unit).unwrap_or_else(|| "At".to_owned()),
        Some(ChartX::Name(_)) | None => String::new(),
    };
    let mut columns = vec![Column::words("x", &along)];
    for series in &chart.series {
        let title = if series.title.is_empty() { unit(&chart.y_unit).unwrap_or_default() } else { series.title.clone() };
        columns.push(Column { align: Align::Right, ..Column::words("y", &title) });
    }
    let rows = places.into_iter().map(|x| {
        let heights = chart.series.iter().map(|series| {
            let point = series.points.iter().find(|(at, _)| at == x);
            point.map_or(Cell::Empty, |(_, y)| height(*y, &chart.y_unit))
        });
        let place = match x {
            ChartX::Day(day) => Cell::Day(*day),
            ChartX::Number(number) => amount(*number, &chart.x_unit),
            ChartX::Name(name) => Cell::Text(name.clone()),
        };
        Row { kind: RowKind::Body, cells: std::iter::once(place).chain(heights).collect(), sources: Vec::new() }
    });
    Table { rows: rows.collect(), columns, ..Table::default() }
}

fn unit(unit: &ChartUnit) -> Option<String> {
    match unit {
        ChartUnit::Rate => Some("Rate".into()),
        ChartUnit::Money(currency) => Some(currency.to_string()),
        ChartUnit::Plain(words) => Some(words.clone()).filter(|words| !words.is_empty()),
    }
}

fn amount(number: Decimal, unit: &ChartUnit) -> Cell {
    match unit {
        ChartUnit::Rate => Cell::Rate(number),
        ChartUnit::Money(currency) => Cell::Money(number, *currency),
        ChartUnit::Plain(_) => Cell::Text(number.normalize().to_string()),
    }
}

fn height(y: ChartY, unit: &ChartUnit) -> Cell {
    match y {
        ChartY::Known(number) => amount(number, unit),
        // Bounds of rates are fractions, which a cell of money would show wrongly: they are told in words.
        ChartY::Unknown { at_least, at_most } if *unit == ChartUnit::Rate => {
            let percent =
                |rate: Decimal| format!("{}%", (rate.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(rate)).round_dp(4).normalize());
            Cell::Text(match (at_least.map(percent), at_most.map(percent)) {
                (Some(least), Some(most)) => format!("{least} to {most}"),
                (Some(least), None) => format!("at least {least}"),
                (None, Some(most)) => format!("at most {most}"),
                (None, None) => "unknown".into(),
            })
        }
        ChartY::Unknown { at_least, at_most } => Cell::Unknown { at_least, at_most },
        ChartY::Refused => Cell::Refused,
        ChartY::Nothing => Cell::Empty,
    }
}
