//! The few figures that stand above the tables of a page.

use super::table::typeset;
use super::words;
use crate::answer::{Cell, Report, Table};
use crate::render::cell::{Style, percent};
use maud::{Markup, html};

/// The figures that answer at once, each with what it is and what belongs to it.
pub(super) fn figures(report: &Report) -> Markup {
    let scale = report.tables.first().and_then(|table| table.scale.clone());
    // Shown as the tables show them, with the unit behind each.
    let table = Table { scale, ..Table::default() };
    let style = Style::of(&table);
    html! {
        @if !report.figures.is_empty() {
            dl .figures aria-label="Key figures" {
                @for one in &report.figures {
                    div {
                        dt { (words(&one.of)) }
                        dd .main { (main(&style, &table, &one.figure)) " " small { (words(&one.what)) } }
                        @for (what, cell) in &one.beside {
                            dd { (words(what)) " " b { (shown(&style, &table, cell)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The figure itself: of a rate two decimal places, for the tables have all of it.
fn main(style: &Style<'_>, table: &Table, cell: &Cell) -> Markup {
    if let Cell::Rate(rate) = cell {
        html! { (typeset(&percent(*rate, 2))) }
    } else {
        shown(style, table, cell)
    }
}

fn shown(style: &Style<'_>, table: &Table, cell: &Cell) -> Markup {
    let scale = table.scale.as_ref().map(|scale| scale.word.as_str());
    html! {
        @match cell {
            Cell::Text(text) => (words(text)),
            Cell::Money(_, currency) => {
                (typeset(&style.show(cell))) " " span .unit { @if let Some(word) = scale { (word) " " } (currency.to_string()) }
            },
            Cell::Empty | Cell::Unknown { .. } | Cell::Refused | Cell::Rate(_) | Cell::Day(_) | Cell::Count(_) => (typeset(&style.show(cell))),
        }
    }
}
