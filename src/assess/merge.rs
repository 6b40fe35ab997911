//! From the results of every way to settle what is open to one assessment: agreement is knowledge, difference is a bound.

use super::defaults;
use super::explore::{Context, Found, Leaf, Open, Work};
use super::outcome::{Assessment, DutyLine, NotApplied, Outcome, Scope};
use super::plan::PlannedLine;
use crate::base::{CommodityCode, ContentId, Date, Decimal, MeasureId, grouped};
use crate::law::{Base, FactKind, Rate, Regime, Share, answered};
use std::collections::BTreeSet;

/// The least and the most of several amounts; `None` is without limit.
struct Bounds {
    least: Option<Decimal>,
    most: Option<Decimal>,
}

fn bounds(amounts: impl Iterator<Item = Option<Decimal>>) -> Bounds {
    let mut least: Option<Decimal> = None;
    let mut most = Some(Decimal::MIN);
    for amount in amounts {
        if let Some(amount) = amount {
            least = Some(least.map_or(amount, |l| l.min(amount)));
        }
        most = most.zip(amount).map(|(most, amount)| most.max(amount));
    }
    Bounds { least: least.or(Some(Decimal::ZERO)), most }
}

fn outcome(amounts: &[Option<Decimal>], why: &[String], open_ended: bool) -> Outcome {
    let Bounds { least, most } = bounds(amounts.iter().copied());
    match (least, most) {
        (Some(least), Some(most)) if least == most && !open_ended => Outcome::Known(least),
        _ if open_ended => Outcome::Unknown { why: why.to_vec(), at_least: None, at_most: None },
        (at_least, at_most) => Outcome::Unknown { why: why.to_vec(), at_least, at_most },
    }
}

pub(super) fn merge(work: &Work<'_>, found: Found, value: Decimal, context: &Context) -> Assessment {
    let regime = work.regime;
    let territory = &regime.territory;
    let mut why: Vec<String> = found.open.iter().map(|open| asks_for(open, work, &found)).collect();
    if found.too_many {
        why.push("too many things are open to work out bounds; state some of them".into());
    }
    let day = work.law_day;
    let beyond = day < territory.complete_from || (day >= territory.complete_before && !context.law_continues);
    if beyond {
        why.push(beyond_words(regime, day));
    }
    let unheard = regime.moment.as_known < territory.complete_from;
    if unheard {
        let from = territory.complete_from;
        why.push(format!(
            "the book of {} does not know what was known before {from}, on {}",
            territory.title, regime.moment.as_known
        ));
    }
    let open_ended = found.too_many || beyond || unheard;
    let mut lines = merged_lines(&found.leaves, &why, open_ended);
    if work.traced {
        for line in &mut lines {
            line.scope = scope(regime, &found.leaves, &line.measure);
        }
    }
    let totals: Vec<Option<Decimal>> = found.leaves.iter().map(|leaf| leaf.charged.total).collect();
    let refusals: BTreeSet<&MeasureId> = found.leaves.iter().filter_map(|leaf| leaf.charged.refused.as_ref()).collect();
    let everywhere = !found.leaves.is_empty() && found.leaves.iter().all(|leaf| leaf.charged.refused.is_some());
    let duty = match refusals.first() {
        Some(measure) if everywhere && !open_ended => Outcome::Refused(format!("`{measure}` refuses the goods entry")),
        Some(measure) => {
            why.push(format!("`{measure}` may refuse the goods entry"));
            outcome(&totals, &why, true)
        }
        None => outcome(&totals, &why, open_ended || found.leaves.is_empty()),
    };
    if let Outcome::Refused(words) = &duty {
        // Goods that may not enter are charged nothing: no line of theirs carries money.
        for line in &mut lines {
            line.amount = Outcome::Refused(words.clone());
            (line.rate, line.exact) = (None, None);
        }
    }
    let not_applied = not_applied(&found.leaves, &lines);
    let mut notes: Vec<String> = Vec::new();
    notes.extend(found.assumed.iter().map(|words| format!("assumed where a flow does not say: {words}")));
    if work.law_day != work.day {
        notes.push(format!(
            "goods from a free zone are charged by the law of the day they were admitted, {} ({})",
            work.law_day,
            territory.zone_admission.as_deref().unwrap_or_default()
        ));
    }
    if day >= territory.complete_before && context.law_continues {
        notes.push(format!("taken for granted: the law known on {} goes on after it", territory.last_day()));
    }
    for leaf in &found.leaves {
        for charged in &leaf.charged.lines {
            let Some(line) = leaf.plan.lines.get(charged.line) else {
                continue;
            };
            if let Base::Content(id, Some(unstated)) = &line.base
                && !work.flow.shares.contains_key(&Share::Content(id.clone()))
            {
                let note = format!(
                    "taken for granted: {id} content {unstated}, as `{}` does where none is stated; `content = {{ {id} = \"…%\" }}` settles it",
                    line.measure
                );
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
        }
    }
    if work.traced {
        notes.extend(defaults::decisive(work, &found).into_iter().map(|(share, absent)| {
            let (table, id) = table_of(&share);
            format!(
                "taken for granted: {id} {table} {absent}, as the law does where none is stated; `{table} = {{ {id} = \"…%\" }}` settles it"
            )
        }));
        notes.extend(defaults::unclaimed(work, &found).into_iter().map(|fact| {
            let title = work.law.facts().get(fact).map_or("", |fact| &fact.title);
            format!("taken for granted: `{fact}` is not claimed ({title}); where it is, less may be due: `claims = [\"{fact}\"]`")
        }));
    }
    let origin = work.flow.origin.to_string();
    Assessment {
        into: territory.id,
        origin,
        code: work.flow.code,
        entered: work.day,
        currency: territory.currency,
        value,
        dutiable: work.value,
        lines,
        not_applied,
        duty,
        notes,
        open: found.open.into_iter().collect(),
    }
}

fn beyond_words(regime: &Regime, day: Date) -> String {
    let territory = &regime.territory;
    format!("the {} book knows entries from {} to {}, not {day}", territory.id, territory.complete_from, territory.last_day())
}

/// What is missing, in words that name the key to add.
fn asks_for(open: &Open, work: &Work<'_>, found: &Found) -> String {
    match open {
        Open::Fact(id) => {
            if let Some((of, _)) = answered(id) {
                let title = work.law.facts().get(&of).map_or("", |fact| &fact.title);
                return format!("not stated: {title}; add `facts = {{ {of} = \"…\" }}`");
            }
            let title = work.law.facts().get(id).filter(|fact| fact.kind == FactKind::Fact).map_or("", |fact| &fact.title);
            format!("not stated: {title}; add `facts = {{ {id} = true }}` or `false`")
        }
        Open::Share(share) => {
            let (table, id) = table_of(share);
            format!("share not stated; add `{table} = {{ {id} = \"…%\" }}`")
        }
        Open::Quantity(unit) => format!("quantity missing; add `quantity = \"… {unit}\"`"),
        Open::Rate(measure, words) if words.is_empty() => {
            format!("the rate of `{measure}` is not documented")
        }
        Open::Rate(measure, words) => format!("the rate of `{measure}` is no plain rate: {words}"),
        Open::Digits(code) => {
            let spread = spread(&found.leaves, *code, work.regime.territory.currency.places());
            format!("{code} covers {} lines that differ ({spread}); give more digits", found.codes.len())
        }
    }
}

/// The table of a flow in which a share is stated, and its key.
fn table_of(share: &Share) -> (&'static str, &ContentId) {
    match share {
        Share::Content(id) => ("content", id),
        Share::Weight(id) => ("weight", id),
    }
}

/// The line with the least duty and the one with the most of those that `asked` covers, each with its amount. The code asked for stands for every line that no list names.
fn spread(leaves: &[Leaf], asked: CommodityCode, places: u32) -> String {
    let least = leaves.iter().filter_map(|leaf| leaf.charged.total.map(|total| (total, leaf.code))).min();
    let unlimited = leaves.iter().find(|leaf| leaf.charged.total.is_none()).map(|leaf| leaf.code);
    let most = leaves.iter().filter_map(|leaf| leaf.charged.total.map(|total| (total, leaf.code))).max();
    let shown = |amount: Decimal| {
        let mut amount = amount.round_dp(places);
        amount.rescale(places);
        grouped(amount)
    };
    let line = |code: CommodityCode| if code == asked { format!("any other line of {code}") } else { code.to_string() };
    match (least, most, unlimited) {
        (Some((amount, code)), _, Some(open)) => format!("{}: {}, {}: without limit", line(code), shown(amount), line(open)),
        (Some((least, low)), Some((most, high)), None) => {
            format!("{}: {}, {}: {}", line(low), shown(least), line(high), shown(most))
        }
        _ => "no line has a known duty".into(),
    }
}

fn merged_lines(leaves: &[Leaf], why: &[String], open_ended: bool) -> Vec<DutyLine> {
    // Measures in the order of the first way in which they are charged.
    let mut order: Vec<&MeasureId> = Vec::new();
    for leaf in leaves {
        for charged in &leaf.charged.lines {
            if let Some(line) = leaf.plan.lines.get(charged.line)
                && !order.contains(&&line.measure)
            {
                order.push(&line.measure);
            }
        }
    }
    order.into_iter().filter_map(|measure| merged_line(leaves, measure, why, open_ended)).collect()
}

fn merged_line(leaves: &[Leaf], measure: &MeasureId, why: &[String], open_ended: bool) -> Option<DutyLine> {
    let mut first: Option<(&PlannedLine, &Leaf, usize)> = None;
    let mut amounts: Vec<Option<Decimal>> = Vec::with_capacity(leaves.len());
    let mut forms: Vec<Rate> = Vec::new();
    let (mut bases, mut rates, mut exacts, mut headings) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for leaf in leaves {
        let charged = leaf
            .charged
            .lines
            .iter()
            .enumerate()
            .find(|(_, charged)| leaf.plan.lines.get(charged.line).is_some_and(|line| line.measure == *measure));
        let Some((at, charged)) = charged else {
            amounts.push(Some(Decimal::ZERO));
            bases.insert(None);
            continue;
        };
        let line = leaf.plan.lines.get(charged.line)?;
        first.get_or_insert((line, leaf, at));
        amounts.push(charged.amount);
        bases.insert(Some(charged.base));
        rates.insert(charged.rate);
        exacts.insert(charged.exact);
        headings.insert(heading(line, charged.amount));
        if !forms.contains(&line.rate) {
            forms.push(line.rate.clone());
        }
    }
    let (line, leaf, at) = first?;
    let one = |set: BTreeSet<Option<Decimal>>| {
        if set.len() == 1 { set.into_iter().next().flatten() } else { None }
    };
    let replaced_by = leaf
        .charged
        .lines
        .get(at)
        .and_then(|charged| charged.replaced_by)
        .and_then(|by| leaf.plan.lines.get(by))
        .map(|line| line.measure.clone());
    Some(DutyLine {
        measure: line.measure.clone(),
        program: line.program.clone(),
        title: line.title.clone(),
        heading: joined_headings(headings.iter().map(String::as_str)),
        form: if forms.len() > 1 { several_rates(forms.len()) } else { line.rate.to_string() },
        rate: one(rates),
        unrounded_base: leaf.charged.lines.get(at).and_then(|charged| charged.unrounded_base).filter(|_| bases.len() == 1),
        base: one(bases),
        exact: one(exacts),
        amount: outcome(&amounts, why, open_ended),
        cite: line.cite.clone(),
        source: line.source.clone(),
        scope: None,
        note: line.note.clone(),
        changed_by: line.changed_by.clone(),
        replaced_by,
    })
}

/// The headings under which a measure may be entered, in order and each once; of many, how many.
pub(super) fn joined_headings<'h>(headings: impl IntoIterator<Item = &'h str>) -> String {
    let headings: Vec<&str> = headings.into_iter().collect();
    if headings.len() <= 3 { headings.join(" / ") } else { format!("{} lines", headings.len()) }
}

/// Several rates of one measure, in words.
pub(super) fn several_rates(number: usize) -> String {
    format!("{number} rates, by line")
}

/// The row of a list that brings the goods into the scope of a measure, where it says by what or since when, and is the same for all lines that the code covers.
fn scope(regime: &Regime, leaves: &[Leaf], measure: &MeasureId) -> Option<Scope> {
    let moment = &regime.moment;
    let mut rows = leaves.iter().filter_map(|leaf| {
        let planned = |at: usize| leaf.plan.lines.get(at).filter(|line| line.measure == *measure);
        let line = leaf.charged.lines.iter().find_map(|charged| planned(charged.line))?;
        let codes = &regime.at(line.position?)?.measure.codes;
        Some(codes.covering(leaf.code, moment.day, moment.as_known))
    });
    let first = rows.next()?.filter(|row| row.is_dated())?;
    rows.all(|row| row == Some(first)).then(|| Scope {
        code: first.code,
        cite: first.cite.clone(),
        from: first.period.from,
        source: first.source.clone(),
    })
}

/// A floor that adds nothing is entered under a heading of its own.
fn heading(line: &PlannedLine, amount: Option<Decimal>) -> String {
    match &line.heading_at_zero {
        Some(at_zero) if amount == Some(Decimal::ZERO) => at_zero.clone(),
        _ => line.heading.clone(),
    }
}

/// The measures that apply in no way, with the reason of the first way in which they were looked at.
fn not_applied(leaves: &[Leaf], lines: &[DutyLine]) -> Vec<NotApplied> {
    let mut told: Vec<NotApplied> = Vec::new();
    for leaf in leaves {
        for skipped in &leaf.trace.skipped {
            let charged = lines.iter().any(|line| line.measure == skipped.measure);
            if !charged && !told.iter().any(|other| other.measure == skipped.measure) {
                told.push(skipped.clone());
            }
        }
    }
    // Where several lines are open, a reason other than "not in its scope" tells more.
    told.sort_by(|a, b| (a.why == "code", &a.measure).cmp(&(b.why == "code", &b.measure)));
    told
}
