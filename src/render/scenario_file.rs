//! A new scenario as the TOML file its author goes on from. What is behind a `#` without a blank is to be switched on; what is behind a `#` and a blank explains.

use super::cell::harmless;
use crate::answer::{Draft, DraftFlow, DraftGoods, DraftReading, Need, WhatIf};
use crate::base::{Decimal, Money, quotient, sum};
use std::fmt::Write;

/// Longer comments are hard to read beside code.
const WIDTH: usize = 100;

/// Writes a draft as a scenario file. `file` is its name, for the commands it tells; `schema` the place of its schema as seen from it, where there is one.
pub fn scenario_file(draft: &Draft, file: &str, schema: Option<&str>) -> String {
    let mut out = Page(String::new());
    if let Some(schema) = schema {
        out.line(&format!("#:schema {schema}"));
    }
    out.line("schema = 1");
    out.line(&format!("title = {}", quoted(&draft.title)));
    let beside = draft.beside.as_ref().map_or(String::new(), |case| format!(", and what on {}", case.entered));
    out.line(&format!("question = {}", quoted(&format!("What is due on these goods on {}{beside}?", draft.entered))));
    defaults(draft, &mut out);
    for (number, flow) in draft.flows.iter().enumerate() {
        out.line("");
        if number == 0 {
            out.says("One flow for each origin; `id` names it in tables and commands.");
        }
        one_flow(flow, draft, number == 0, &mut out);
    }
    cases(draft, &mut out);
    varied(draft, file, &mut out);
    if !draft.expectations.is_empty() {
        out.line("");
        out.says(&format!(
            "What you expect, as `tariffcalc check {file} --expect` proves it: FLOW.CASE.duty, .effective-rate or .change. These are the duties of today's book."
        ));
        out.off("[expect]");
        for (name, value) in &draft.expectations {
            out.off(&format!("{} = {}", quoted(name), quoted(value)));
        }
    }
    out.0
}

fn defaults(draft: &Draft, out: &mut Page) {
    out.line("");
    out.says("What a flow does not say itself, it takes from here.");
    out.line("[defaults]");
    out.aligned(&[
        (format!("into = {}", quoted(draft.into.as_str())), format!("where the goods enter: {}", draft.into_title)),
        (format!("entered = {}", draft.entered), "the entry date: the law of that day is asked".to_owned()),
        (format!("cite = {}", quoted("an example")), "where the value comes from".to_owned()),
    ]);
    needs(&draft.shared, "", out);
}

fn one_flow(flow: &DraftFlow, draft: &Draft, first: bool, out: &mut Page) {
    out.line("[[flow]]");
    out.line(&format!("id = {}", quoted(&flow.id)));
    out.line(&format!("title = {}", quoted(&flow.title)));
    out.line(&format!("origin = {}", quoted(&flow.origin)));
    let goods = match &draft.goods {
        DraftGoods::Product(product) => (
            format!("product = {}", quoted(product.id.as_str())),
            format!("entered under {}; `code = \"…\"` in its place names another line", product.line),
        ),
        DraftGoods::Code(code) => {
            (format!("code = {}", quoted(&code.to_string())), "or `product = \"…\"`, a name of `tariffcalc products`".to_owned())
        }
    };
    let value = format!("value = {}", quoted(&draft.value.to_string()));
    if first {
        out.aligned(&[goods, (value, "the customs value".to_owned())]);
    } else {
        out.line(&goods.0);
        out.line(&value);
    }
    for words in &flow.unsettled {
        out.says(&format!("Not known: {words}."));
    }
    needs(&flow.needs, &flow.duty, out);
    if let Some(claim) = &flow.claim {
        let ends = if claim.title.ends_with('.') { "" } else { "." };
        out.says(&format!("May be claimed: {}{ends} Duty with it: {}.", claim.title, claim.duty));
        out.off(&format!("claims = [{}]", quoted(&claim.claim)));
        let said: Vec<&str> = flow.needs.iter().chain(&draft.shared).map(|need| need.table).collect();
        let own: Vec<Need> = claim.needs.iter().filter(|need| !said.contains(&need.table)).cloned().collect();
        needs(&own, "", out);
    }
}

/// What the duty hangs on: each key with what it says, and one line for each table of the flow.
fn needs(needs: &[Need], duty: &str, out: &mut Page) {
    if needs.is_empty() {
        return;
    }
    let words = if duty.is_empty() { String::new() } else { format!(" ({duty})") };
    out.says(&format!(
        "The duty hangs on what is not stated{words}. What you know, write in place of the examples, without the `#`."
    ));
    let mut tables: Vec<(&str, Vec<&Need>)> = Vec::new();
    for need in needs {
        match tables.iter_mut().find(|(table, _)| *table == need.table) {
            Some((_, of)) => of.push(need),
            None => tables.push((need.table, vec![need])),
        }
    }
    for (table, of) in tables {
        for need in of.iter().filter(|need| !need.says.is_empty()) {
            let name = if need.key.is_empty() { String::new() } else { format!("{}: ", need.key) };
            out.says(&format!("  {name}{}", need.says));
        }
        match of.as_slice() {
            [one] if one.key.is_empty() => out.off(&format!("{table} = {}", one.placeholder)),
            all if all.iter().all(|need| need.key.is_empty()) => {
                let values = all.iter().map(|need| need.placeholder.as_str()).collect::<Vec<_>>().join(", ");
                out.off(&format!("{table} = [{values}]"));
            }
            all => {
                let entries =
                    all.iter().map(|need| format!("{} = {}", need.key, need.placeholder)).collect::<Vec<_>>().join(", ");
                out.off(&format!("{table} = {{ {entries} }}"));
            }
        }
        if table == "column-1" {
            out.off(&format!("column-1-cite = {}", quoted("an example")));
        }
    }
}

fn cases(draft: &Draft, out: &mut Page) {
    if let Some(case) = &draft.beside {
        out.line("");
        out.says("Current law is the first case and need not be written. Each further one stands beside it.");
        out.line("[[case]]");
        out.line(&format!("id = {}", quoted(case.id)));
        out.line(&format!("title = {}", quoted(&case.title)));
        out.line(&format!("entered = {}", case.entered));
    }
    for reading in &draft.readings {
        out.line("");
        read_otherwise(reading, out);
    }
    match &draft.what_if {
        Some(WhatIf::SetRate { measure, title, heading, now, then }) => {
            out.line("");
            let heading = if heading.is_empty() { String::new() } else { format!(", heading {heading}") };
            out.says(&format!(
                "A what-if. {title} ({measure}{heading}) stands at `{now}`; `tariffcalc law {measure}` shows what it says when."
            ));
            out.says(
                "A change has one verb: set-rate, add-points, scale, cap, floor, repeal, suspend, extend, exempt, introduce.",
            );
            what_if(&format!("{measure} at {then}"), out);
            out.off(&format!("set-rate = {}", quoted(then)));
            out.off(&format!("measure = {}", quoted(measure)));
            out.off(&format!("why = {}", quoted("a what-if")));
        }
        Some(WhatIf::Introduce) => {
            out.line("");
            out.says("A what-if: a new duty. Other verbs change measures that there are: set-rate, add-points, scale, cap, floor, repeal, suspend, extend, exempt.");
            what_if("A new duty of 10%", out);
            let origins = draft.flows.iter().map(|flow| quoted(&flow.origin)).collect::<Vec<_>>().join(", ");
            out.off(&format!(
                "introduce = {{ id = \"new-duty\", title = \"New duty\", origins = [{origins}], codes = \"all\", rate = \"10%\" }}"
            ));
            out.off(&format!("from = {}", draft.entered));
            out.off(&format!("why = {}", quoted("a what-if")));
        }
        None => {}
    }
}

fn what_if(title: &str, out: &mut Page) {
    out.off("[[case]]");
    out.off("id = \"what-if\"");
    out.off(&format!("title = {}", quoted(title)));
    out.off("[[case.change]]");
}

fn read_otherwise(reading: &DraftReading, out: &mut Page) {
    let DraftReading { reading, title, default, option, says } = reading;
    out.says(&format!(
        "A reading. {}. By default `{default}`; `{option}`: {}. `tariffcalc law readings` has the sources.",
        title.trim_end_matches('.'),
        says.trim_end_matches('.')
    ));
    out.off("[[case]]");
    out.off(&format!("id = {}", quoted(&format!("{reading}-{option}"))));
    out.off(&format!("title = {}", quoted(&format!("{reading} = {option}"))));
    out.off(&format!("readings = {{ {reading} = {} }}", quoted(option)));
}

/// What `sweep` and `solve` could vary.
fn varied(draft: &Draft, file: &str, out: &mut Page) {
    let [first, others @ ..] = draft.flows.as_slice() else { return };
    let share = first.needs.iter().chain(&draft.shared).find(|need| matches!(need.table, "content" | "weight"));
    out.line("");
    out.says(&format!("`tariffcalc sweep {file}` works out the duty at every setting of an axis; two axes make a grid."));
    out.off("[[sweep.axis]]");
    match (share, &draft.what_if) {
        (Some(need), _) => {
            out.off(&format!("vary = {}", quoted(&format!("{}.{}", need.table, need.key))));
            out.off(&format!("flow = {}", quoted(&first.id)));
            range(("0%", "100%", "25%"), out);
        }
        (None, Some(WhatIf::SetRate { measure, .. })) => {
            out.off(&format!("vary = {}", quoted(&format!("add-points:{measure}"))));
            range(("0%", "20%", "5%"), out);
        }
        (None, _) => {
            let [half, _, twice] = around(draft.value);
            out.off("vary = \"value\"");
            out.off(&format!("flow = {}", quoted(&first.id)));
            range((&half, &twice, &half), out);
        }
    }
    let [half, whole, twice] = around(draft.value);
    out.line("");
    let (flow, target, says) = match others.first() {
        Some(second) => (
            &second.id,
            format!("{}.current-law.landed = {}.current-law.landed", first.id, second.id),
            format!("at which price goods from {} land as cheaply as those from {}", second.title, first.title),
        ),
        None => (
            &first.id,
            format!("{}.current-law.landed <= {whole}", first.id),
            format!("up to which price the goods land at no more than {whole}"),
        ),
    };
    out.says(&format!("`tariffcalc solve {file}` finds {says}, duty included."));
    out.off("[[solve]]");
    out.off("vary = \"value\"");
    out.off(&format!("flow = {}", quoted(flow)));
    out.off(&format!("from = {}", quoted(&half)));
    out.off(&format!("to = {}", quoted(&twice)));
    out.off(&format!("target = {}", quoted(&target)));
}

fn range((from, to, step): (&str, &str, &str), out: &mut Page) {
    out.off(&format!("from = {}", quoted(from)));
    out.off(&format!("to = {}", quoted(to)));
    out.off(&format!("step = {}", quoted(step)));
}

/// Half of an amount, the amount, twice the amount.
fn around(value: Money) -> [String; 3] {
    let of = |amount: Option<Decimal>| Money { amount: amount.unwrap_or(value.amount).normalize(), ..value }.to_string();
    [of(quotient(value.amount, Decimal::TWO)), of(Some(value.amount)), of(sum(value.amount, value.amount))]
}

/// A file on its way.
struct Page(String);

impl Page {
    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    /// A line that is switched off.
    fn off(&mut self, text: &str) {
        let _ = writeln!(self.0, "#{text}");
    }

    /// A comment, broken at blanks. Two blanks at its start are kept for all its lines.
    fn says(&mut self, text: &str) {
        let indent = if text.starts_with("  ") { "#   " } else { "# " };
        let mut length = 0;
        for word in harmless(text).split_whitespace() {
            let word_length = word.chars().count();
            if length > 0 && length + 1 + word_length > WIDTH {
                self.0.push('\n');
                length = 0;
            }
            if length == 0 {
                self.0.push_str(indent);
                length = indent.len();
            } else {
                self.0.push(' ');
                length += 1;
            }
            self.0.push_str(word);
            length += word_length;
        }
        self.0.push('\n');
    }

    /// Lines with a remark behind each, all remarks at one place.
    fn aligned(&mut self, lines: &[(String, String)]) {
        let width = lines.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0);
        for (line, remark) in lines {
            let _ = writeln!(self.0, "{line:width$}  # {}", harmless(remark));
        }
    }
}

/// Quotes a text for TOML: a basic string with everything escaped that could end it or is not printable.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
