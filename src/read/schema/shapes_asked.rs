//! What may be written where something is varied: `[sweep]` and `[[solve]]`.

use super::form::Form;
use super::shape::Kind::{Table, Tables, Text, TextOrDay, TextOrTexts, TextsOrDays};
use super::shape::Rule::Any;
use super::shape::shapes;

/// Settings of what is varied.
const SETTING: Form = Form::Like("0% | 100% | 20,000 USD | top up to 15%");

shapes! {
    /// What the command line varies and solves for, written as a file.
    pub(in crate::read) ASKED "the command line", "What is varied and solved for.", [] {
        may "sweep": Table(&SWEEP), "What is varied, and what is shown of it.";
        may "solve": Tables(&SOLVE), "What is varied in which range, and what shall meet.";
    }

    pub(in crate::read) SWEEP "[sweep]", "The duty at every setting of one or two axes, for `sweep`.", [] {
        may "axis": Tables(&AXIS), "One axis: what is varied, and its settings. At most two.";
        may "show": Text(Form::Shown), "The figure of a grid: \"duty\" (the default), \"effective-rate\", \"landed\" cost or \"change\" against the first setting.";
        may "flow": TextOrTexts(Form::Any, Form::Any), "The flows to show, by id; all where none is named.";
        may "case": TextOrTexts(Form::Any, Form::Any), "The cases to show, by id; all where none is named.";
    }

    AXIS "[[sweep.axis]]", "What is varied, and its settings: a list in `values`, or a range with `from`, `to` and `step`.", [Any(&["values", "step"])] {
        must "vary": Text(Form::Varied), "What is varied: a rate (rate:MEASURE, add-points:MEASURE, scale:MEASURE), content.NAME, weight.NAME, claim.NAME, value, entered, exchange:JPY/USD or column-1.";
        may "flow": TextOrTexts(Form::Any, Form::Any), "The flows it is varied for, by id; all where none is named.";
        may "case": TextOrTexts(Form::Any, Form::Any), "The cases it is varied in, by id; all where none is named.";
        may "from": TextOrDay(SETTING), "The first setting, such as \"0%\" or 2025-01-01.";
        may "to": TextOrDay(SETTING), "The last setting, in the unit of the first.";
        may "step": Text(Form::Like("5% | 1,000 USD | 1 month")), "From one setting to the next, such as \"5%\" or \"1 month\".";
        may "values": TextsOrDays(SETTING), "The settings, one by one.";
    }

    pub(in crate::read) SOLVE "[[solve]]", "The setting at which two totals meet, for `solve`.", [] {
        must "vary": Text(Form::Varied), "What is varied: a rate (rate:MEASURE, add-points:MEASURE, scale:MEASURE), content.NAME, weight.NAME, claim.NAME, value, entered, exchange:JPY/USD or column-1.";
        may "flow": TextOrTexts(Form::Any, Form::Any), "The flows it is varied for, by id; all where none is named.";
        may "case": TextOrTexts(Form::Any, Form::Any), "The cases it is varied in, by id; all where none is named.";
        must "from": TextOrDay(SETTING), "The first setting of the range.";
        must "to": TextOrDay(SETTING), "The last setting of the range, in the unit of the first.";
        must "target": Text(Form::Target), "What shall hold between two sides, such as \"mexico.landed = japan.landed + 500 USD\" or \"cars.deal.effective-rate <= 15%\".";
    }
}
