//! The chart of a panel: the effective rate by day, or by group on one day.

use super::{Chart, ChartKind, ChartSeries, ChartUnit, ChartX, ChartY};
use crate::answer::panel::{Panel, PanelWords};
use crate::assess::Sums;
use crate::base::{Decimal, quotient};

/// Most groups that have a line through time.
const MOST_LINES: usize = 8;
/// Most groups that have a bar.
const MOST_BARS: usize = 20;

/// Draws up the chart of a panel, with a remark on the groups it leaves out. A panel in which nothing is priced has none.
pub(in crate::answer) fn panel_chart(panel: &Panel, words: &PanelWords) -> Option<(Chart, Option<String>)> {
    let groups = panel.days.iter().map(|(_, sums)| sums.len()).max()?;
    let value = |group: usize| {
        let values = panel.days.iter().filter_map(|(_, sums)| sums.get(group)).filter(|sums| sums.rows > 0);
        values.map(|sums| sums.value).max()
    };
    // Only groups that have rows; the largest first, by customs value, then by name.
    let mut all: Vec<(Decimal, usize)> = (0..groups).filter_map(|group| Some((value(group)?, group))).collect();
    all.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| name(words, a.1).cmp(&name(words, b.1))));
    let by_day = panel.days.len() > 1;
    let most = if by_day { MOST_LINES } else { MOST_BARS };
    let left_out = all.len().saturating_sub(most);
    all.truncate(most);
    let of: Vec<String> = words.groups.iter().map(|key| key.title().to_lowercase()).collect();
    let by = match (by_day, of.is_empty()) {
        (true, true) => "by entry date".to_owned(),
        (true, false) => format!("by entry date and {}", of.join(", ")),
        (false, true) => panel.days.first().map_or(String::new(), |(day, _)| format!("on {day}")),
        (false, false) => format!("by {} on {}", of.join(", "), panel.days.first()?.0),
    };
    let case = words.case.as_ref().map_or(String::new(), |(_, title)| format!(", {title}"));
    let into = words.into.map_or(String::new(), |into| format!(", into {into}"));
    let title = format!("Effective rate (duty / customs value of what is priced) {by}{case}{into}");
    let series = if by_day {
        let line = |(_, group): &(Decimal, usize)| {
            let points = panel.days.iter().filter_map(|(day, sums)| Some((ChartX::Day(*day), height(sums.get(*group)?))));
            let title = if of.is_empty() { String::new() } else { name(words, *group) };
            ChartSeries { title, points: points.collect() }
        };
        all.iter().map(line).collect()
    } else {
        let (_, sums) = panel.days.first()?;
        let bar = |(_, group): &(Decimal, usize)| Some((ChartX::Name(name(words, *group)), height(sums.get(*group)?)));
        vec![ChartSeries { title: String::new(), points: all.iter().filter_map(bar).collect() }]
    };
    let note = (left_out > 0)
        .then(|| format!("Chart: the {most} groups of the largest customs value; {left_out} more are in the table only."));
    let kind = if by_day { ChartKind::Steps } else { ChartKind::Bars };
    let x_unit = ChartUnit::Plain(String::new());
    Some((Chart { title, kind, x_unit, y_unit: ChartUnit::Rate, series, until: None, marks: Vec::new() }, note))
}

fn name(words: &PanelWords, group: usize) -> String {
    let names = words.names.get(group).map(|names| names.join(", ")).unwrap_or_default();
    match (names.is_empty(), words.groups.is_empty()) {
        (true, true) => "All flows".into(),
        (true, false) => "(none)".into(),
        (false, _) => names,
    }
}

/// The rate of what is priced; where nothing is, the bounds of what is not known, or the refusal.
fn height(sums: &Sums) -> ChartY {
    if sums.rows == 0 {
        return ChartY::Nothing;
    }
    let rate = |part: Decimal, whole: Decimal| if whole.is_zero() { None } else { quotient(part, whole) };
    if let Some(rate) = rate(sums.duty, sums.priced) {
        return ChartY::Known(rate.round_dp(6).normalize());
    }
    if !sums.unknown.is_zero() {
        let at_most = sums.open_most.and_then(|most| rate(most, sums.unknown));
        return ChartY::Unknown { at_least: rate(sums.open_least, sums.unknown), at_most };
    }
    if sums.refused.is_zero() { ChartY::Nothing } else { ChartY::Refused }
}
