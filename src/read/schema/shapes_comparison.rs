//! What may be written where states are compared and flows are followed through time: `[diff]`, `[refund]`, `[timeline]`, `[next]`, `[origins]`.

use super::form::Form;
use super::shape::Kind::{AnswerByName, Day, Flag, Tables, Text, TextOrTexts, Texts};
use super::shape::shapes;

shapes! {
    pub(in crate::read) DIFF "[diff]", "The two sides that `diff` compares.", [] {
        must "between": Texts(Form::Like("current-law | 2025-07-01 | as-known=2025-08-20 | us-ieepa=void")), "Two sides, before and after: cases, entry dates, books of a day, readings, or several of these with commas.";
    }

    pub(in crate::read) REFUND "[refund]", "What was paid and what is owed, and interest on the difference.", [] {
        must "between": Texts(Form::Like("us-ieepa=collected | us-ieepa=void")), "Two sides: what was paid, what is owed.";
        may "until": Day, "The day the refund is made: interest runs to it.";
        may "paid": Day, "The day the duty was paid; the entry date of each flow where it is not given.";
        may "interest": Tables(&INTEREST), "A rate of simple interest over a time.";
        may "interest-table": Text(Form::Like("interest.csv")), "A CSV file beside this one with the columns `from,before,rate`, in place of [[refund.interest]].";
    }

    INTEREST "[[refund.interest]]", "A rate of simple interest over a time.", [] {
        must "from": Day, "The first day it runs.";
        may "before": Day, "The first day it no longer runs; until the next rate where it is not given.";
        must "rate": Text(Form::Percent), "The rate for a year, such as \"6%\".";
    }

    /// A file of rates of interest.
    pub(in crate::read) INTEREST_FILE "a file of interest", "Rates of interest.", [] {
        must "interest": Tables(&INTEREST), "A rate of simple interest over a time.";
    }

    pub(in crate::read) TIMELINE "[timeline]", "The flows of the scenario through time, for `timeline`.", [] {
        may "from": Day, "The first entry date; the first that the book knows where it is not given.";
        may "before": Day, "The first entry date after the period.";
        may "every": Text(Form::Every), "What a row is: each \"change\" of law (the default), a \"day\", a \"week\" or a \"month\".";
        may "flow": TextOrTexts(Form::Any, Form::Any), "The flows to show one by one, by id; the sum of all where none is named.";
    }

    pub(in crate::read) NEXT "[next]", "What the law already schedules for the flows, for `next`.", [] {
        may "on": Day, "The day from which on one looks ahead, with the book of that day.";
        may "before": Day, "The first entry date that is not looked at.";
    }

    pub(in crate::read) ORIGINS_ASKED "[origins]", "One flow from many origins, sorted by landed cost, for `origins`.", [] {
        may "flow": Text(Form::Any), "The flow, by id; needed where the scenario has several.";
        may "among": Texts(Form::Origin), "The origins to compare: two ISO letters, or ids of groups.";
        may "fees": Flag, "Adds the fees of the entry to the landed cost.";
        may "freight": Text(Form::MoneyOrPercent), "Freight from every origin that does not say its own: an amount such as \"1,200 USD\", or \"4%\" of the customs value.";
        may "each": Tables(&EACH_ORIGIN), "What is different from one origin.";
    }

    EACH_ORIGIN "[[origins.each]]", "What is different from one origin.", [] {
        must "origin": Text(Form::Origin), "The origin, one of those compared.";
        may "value": Text(Form::Money), "The customs value from there.";
        may "freight": Text(Form::MoneyOrPercent), "Freight from there: an amount, or a percentage of the customs value.";
        may "facts": AnswerByName, "Facts of the goods from there, such as { transport = \"road\" }.";
    }
}
