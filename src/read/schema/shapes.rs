//! What may be written in files of the law and in scenarios alike.

use super::form::Form;
use super::shape::Kind::{Flag, Text, TextOrTexts, Texts};
use super::shape::Rule::{Any, Needs, NotBoth, One};
use super::shape::shapes;

pub(in crate::read) use super::shapes_asked::ASKED;
pub(in crate::read) use super::shapes_comparison::INTEREST_FILE;
pub(in crate::read) use super::shapes_law::{LAW, RELATION_VERBS};
pub(in crate::read) use super::shapes_scenario::{ASSUME, CHANGE, CHANGE_VERBS, FAULTS, FLOW, SCENARIO, YEARS};

shapes! {
    pub(in crate::read) CODES "`codes`", "The goods: codes of a table or of a list, without exceptions.", [Any(&["table", "under", "except"]), NotBoth("table", "under")] {
        may "table": Text(Form::Like("scopes/autos.csv")), "A CSV file beside this one with the columns `code,from,before,cite`, and `list` where it holds several lists.";
        may "list": TextOrTexts(Form::Any, Form::Any), "The lists of the table that are meant, by the words in its column `list`; all rows where none is named.";
        may "under": Texts(Form::Code), "These codes and all below them, such as \"8703.23\".";
        may "except": Texts(Form::Code), "But not these codes and what lies below them.";
    }

    pub(in crate::read) ORIGINS "`origins`", "Every origin but these.", [] {
        must "all-but": Texts(Form::Origin), "The origins that are left out: two ISO 3166-1 letters such as \"JP\", or ids of groups.";
    }

    pub(in crate::read) BASE "`base`", "A part of the customs value that a measure falls on.", [Any(&["content", "less-content"])] {
        may "content": Text(Form::Like("steel | aluminum")), "Falls on the value of one content only, such as \"steel\".";
        may "unstated": Text(Form::Share), "The content to charge where a flow does not state it, such as \"100%\"; without it the duty is unknown, with bounds.";
        may "less-content": Text(Form::Like("us")), "Falls on the customs value less this content, such as \"us\".";
    }

    pub(in crate::read) FORMULA "`formula`", "A rate computed from trade balances: a share of the deficit over imports, never below a floor; one rate for each partner of the table.", [Needs(&["elasticity"], "pass-through"), Needs(&["pass-through"], "elasticity")] {
        may "elasticity": Text(Form::Number), "By how many percent imports fall where their price rises by one, such as \"4\". Stands with `pass-through`; without both their product is 1.";
        may "pass-through": Text(Form::Number), "Which part of a tariff reaches the price, such as \"0.25\". Stands with `elasticity`.";
        must "share-of-deficit": Text(Form::Share), "The share of the ratio of deficit to imports that becomes the rate: \"50%\" is half.";
        must "at-least": Text(Form::Percent), "The least rate, such as \"10%\".";
        may "whole-ratio": Flag, "Rounds the ratio to a whole percentage, half up, before the share is taken.";
        may "rounded-up": Flag, "Rounds the rate up to a whole percentage; to six decimal places otherwise.";
        must "table": Text(Form::Like("balances-2024.csv")), "A CSV file beside this one with the columns `origin,exports,imports`, and `cite` where each figure names its source.";
        must "cite": Text(Form::Any), "The source of the formula.";
    }

    pub(in crate::read) DUTIABLE "`dutiable`", "The part of the customs value that stays dutiable.", [One(&["content", "less-content"])] {
        may "content": Text(Form::Like("repair")), "The value of one content only, such as \"repair\".";
        may "less-content": Text(Form::Like("components")), "The customs value less this content.";
    }
}
