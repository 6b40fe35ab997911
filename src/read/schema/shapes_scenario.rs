//! What may be written in a scenario.

use super::form::Form;
use super::shape::Kind::{
    AnswerByName, Day, Flag, Number, Table, Tables, Text, TextByName, TextOrTable, TextOrTexts, Texts, TextsOrTable,
    TextsOrTextByName,
};
use super::shape::Rule::{Needs, NotBoth, One};
use super::shape::shapes;
use super::shapes::{BASE, CODES, FORMULA, ORIGINS};
use super::shapes_asked::{SOLVE, SWEEP};
use super::shapes_comparison::{DIFF, NEXT, ORIGINS_ASKED, REFUND, TIMELINE};

/// What a change does; it does one of them.
pub(in crate::read) const CHANGE_VERBS: &[&str] =
    &["set-rate", "formula", "add-points", "scale", "cap", "floor", "repeal", "suspend", "extend", "exempt", "introduce"];

/// Those of them that say what is put in place of the old, and so need to be told of which measure.
const VERBS_WITH_VALUE: &[&str] = &["set-rate", "formula", "add-points", "scale", "cap", "floor"];

/// The years a file of flows may be of.
pub(in crate::read) const YEARS: std::ops::RangeInclusive<i64> = 1900..=2199;

/// Most rows at fault that a file of flows may bear.
pub(in crate::read) const FAULTS: std::ops::RangeInclusive<i64> = 0..=i64::MAX;

shapes! {
    pub(in crate::read) SCENARIO "a scenario", "A question: trade flows, changes to the law as cases, and what is to be shown of them.", [] {
        must "schema": Number(1, 1), "The format of the file: 1.";
        must "title": Text(Form::Any), "What stands above the tables.";
        must "question": Text(Form::Any), "What the scenario asks, in a sentence.";
        may "show-in": Text(Form::Scale), "Shows amounts in thousands, millions or billions.";
        may "note": TextOrTexts(Form::Any, Form::Any), "What a reader of the tables should know: one text, or a list.";
        may "exchange": Texts(Form::Exchange), "Rates of exchange: so many units of one currency for one of another, such as \"151.43 JPY/USD\".";
        may "law-continues": Flag, "Takes for granted that the last law known goes on past the end of the book.";
        may "alternatives": Flag, "The flows are alternatives to each other: they are not added up.";
        may "assume": Table(&ASSUME), "What is taken for granted of every flow that leaves it open.";
        may "defaults": Table(&DEFAULTS), "What every flow says that does not say it itself.";
        may "flow": Tables(&FLOW), "One trade flow.";
        may "flow-file": Tables(&FLOW_FILE), "A file of flows, CSV or Parquet: each row is one.";
        may "case": Tables(&CASE), "One alternative: dated changes to the law, a date, a day of the book, readings. Current law is the first case and need not be written.";
        may "origins": Table(&ORIGINS_ASKED), "One flow from many origins, sorted by landed cost, for `origins`.";
        may "expect": TextByName(Form::Figure, Form::MoneyOrPercent), "What the author expects, run by `check --expect`: \"FLOW.CASE.effective-rate\", \".duty\" or \".change\"; `total` is the flow of all flows.";
        may "diff": Table(&DIFF), "The two sides that `diff` compares.";
        may "refund": Table(&REFUND), "What was paid and what is owed, for `refund`.";
        may "timeline": Table(&TIMELINE), "The flows through time, for `timeline`.";
        may "next": Table(&NEXT), "What the law already schedules, for `next`.";
        may "sweep": Table(&SWEEP), "What is varied, for `sweep`.";
        may "solve": Tables(&SOLVE), "What is varied in which range, and what shall meet, for `solve`.";
    }

    /// `[assume]`: what is taken for granted of a flow that leaves it open.
    pub(in crate::read) ASSUME "[assume]", "What is taken for granted of every flow that leaves it open; the tables say so.", [] {
        may "facts": AnswerByName, "Facts, such as { patented = false, transport = \"sea\" }; `tariffcalc law facts` lists them.";
        may "content": TextByName(Form::Any, Form::Share), "Shares of the customs value, such as { steel = \"40%\" }.";
        may "weight": TextByName(Form::Any, Form::Share), "Shares of the weight, such as { metal = \"20%\" }.";
    }

    /// `[defaults]`: what every flow that is silent says.
    pub(in crate::read) DEFAULTS "[defaults]", "What every flow says that does not say it itself; a value given by the flow replaces it whole.", [] {
        may "into": Text(Form::Country), "The importing country, by its two letters, such as \"US\".";
        may "origin": Text(Form::Origin), "The country of origin, by its two ISO 3166-1 letters such as \"JP\", or a group such as \"EU\".";
        may "entered": Day, "The day of entry for consumption, such as 2025-10-01: the law of that day is charged.";
        may "loaded": Day, "The day the goods were loaded on board, for rules on goods in transit.";
        may "admitted": Day, "The day the goods were admitted to a foreign-trade zone: they are charged by the law of that day.";
        may "entry": Text(Form::Any), "The declaration: flows with one name are declared together, and owe its fees once.";
        may "claims": TextsOrTextByName(Form::Like("usmca | korus"), Form::Share), "What the importer claims: [\"usmca\"], or { usmca = \"40%\" } for a share of the flow. A claim not made is a no.";
        may "facts": AnswerByName, "Facts of the goods, such as { patented = true, transport = \"sea\" }; a fact not stated is unknown, and gives bounds.";
        may "content": TextByName(Form::Any, Form::Share), "Shares of the customs value, such as { steel = \"60%\" }.";
        may "weight": TextByName(Form::Any, Form::Share), "Shares of the weight, such as { metal = \"20%\" }.";
        may "group": Text(Form::Any), "A name to sum flows by, with `--by group`.";
        may "cite": Text(Form::Any), "The source of the figures.";
    }

    /// A file of flows: what its rows do not say, `[defaults]` say, and what neither says is unknown.
    FLOW_FILE "[[flow-file]]", "A file of flows, found by the names of its columns. What its rows do not say, this table and [defaults] say.", [] {
        must "id": Text(Form::PlainId), "Its id: the row of line 2 is the flow `id/2`. No dot, and not `total`.";
        must "path": Text(Form::Like("lines.csv")), "The file, relative to this one: CSV, plain or packed with gzip; Parquet where the program is built with it.";
        may "columns": TextByName(Form::Any, Form::Any), "Which column is which, where the names do not tell, such as { value = \"gen_val_mo\" }.";
        may "year": Number(*YEARS.start(), *YEARS.end()), "The year to read, where the file has several.";
        may "currency": Text(Form::Currency), "The currency of the values; that of the importing country where it is not given.";
        may "shares": Text(Form::Like("usmca-shares.csv")), "A table of shares by code and country, to be joined.";
        may "max-errors": Number(*FAULTS.start(), *FAULTS.end()), "How many rows at fault to bear before stopping.";
        may "into": Text(Form::Country), "The importing country, by its two letters.";
        may "origin": Text(Form::Origin), "The origin of rows that name none.";
        may "entered": Day, "The entry date of rows that have none.";
        may "loaded": Day, "The loading date of rows that have none.";
        may "admitted": Day, "The day of admission to a foreign-trade zone of rows that have none.";
        may "entry": Text(Form::Any), "The declaration of rows that name none.";
        may "group": Text(Form::Any), "The group of rows that name none, for `--by group`.";
        may "claims": TextsOrTextByName(Form::Like("usmca | korus"), Form::Share), "Claims of all rows; a preference is claimed for those whose origin may claim it.";
        may "facts": AnswerByName, "Facts of all rows that do not state them.";
        may "content": TextByName(Form::Any, Form::Share), "Shares of the customs value of rows that do not state them.";
        may "weight": TextByName(Form::Any, Form::Share), "Shares of the weight of rows that do not state them.";
        may "cite": Text(Form::Any), "The source of the file.";
        may "note": Text(Form::Any), "What a reader should know of the file.";
    }

    /// A flow.
    pub(in crate::read) FLOW "[[flow]]", "One trade flow: into, origin, goods, customs value, entry date.", [NotBoth("product", "code")] {
        must "id": Text(Form::PlainId), "Its id, for cases, expectations and tables. No dot, and not `total`.";
        may "extends": Text(Form::Any), "The id of a flow above this one, from which it takes what it does not say itself.";
        may "title": Text(Form::Any), "Its name for people; that of the product where it is not given.";
        may "into": Text(Form::Country), "The importing country, by its two letters, such as \"US\".";
        may "origin": Text(Form::Origin), "The country of origin, by its two ISO 3166-1 letters such as \"JP\", or a group such as \"EU\".";
        may "product": Text(Form::Like("passenger-cars")), "The good, by its name in the catalogue; `tariffcalc products` lists them. In place of `code`.";
        may "code": Text(Form::Codes), "The good, by a commodity code of 2 to 10 digits such as \"8703.23.01.60\", or \"all\". In place of `product`.";
        may "value": Text(Form::Money), "The customs value with its currency, such as \"41.9 billion USD\".";
        may "quantity": TextOrTexts(Form::Quantity, Form::Quantity), "The quantity that specific rates and fees ask for, such as \"52,000 kg\"; a list where there are several units.";
        may "content": TextByName(Form::Any, Form::Share), "Shares of the customs value, such as { steel = \"60%\" }.";
        may "weight": TextByName(Form::Any, Form::Share), "Shares of the weight, such as { metal = \"20%\" }.";
        may "claims": TextsOrTextByName(Form::Like("usmca | korus"), Form::Share), "What the importer claims: [\"usmca\"], or { usmca = \"40%\" }, which splits the flow in two. A claim not made is a no.";
        may "facts": AnswerByName, "Facts of the goods, such as { patented = true, melted-and-poured = \"US\" }; a fact not stated is unknown, and gives bounds.";
        may "entered": Day, "The day of entry for consumption, such as 2025-10-01: the law of that day is charged.";
        may "loaded": Day, "The day the goods were loaded on board, for rules on goods in transit.";
        may "admitted": Day, "The day the goods were admitted to a foreign-trade zone: they are charged by the law of that day.";
        may "entry": Text(Form::Any), "The declaration: flows with one name are declared together, and owe its fees once.";
        may "group": Text(Form::Any), "A name to sum flows by, with `--by group`.";
        may "column-1": Text(Form::Rate), "The column-1 rate to charge in place of the schedule's, such as \"1.508%\", with its source in `column-1-cite` or `cite`.";
        may "column-1-covers": Texts(Form::Any), "Measures or programs whose duty the given column-1 rate already holds.";
        may "column-1-cite": Text(Form::Any), "The source of the given column-1 rate.";
        may "cite": Text(Form::Any), "The source of the figures.";
        may "note": Text(Form::Any), "What a reader should know of the flow.";
    }

    CASE "[[case]]", "One alternative: dated changes to the law, a date, a day of the book, readings.", [] {
        must "id": Text(Form::PlainId), "Its id. No dot; `current-law` is the first case.";
        may "title": Text(Form::Any), "Its name for people.";
        may "based-on": Text(Form::Any), "The id of a case above this one, whose changes, dates and readings it starts from.";
        may "entered": Day, "The entry date of all flows in this case.";
        may "as-known": Day, "Asks the book as it stood on this day.";
        may "readings": TextByName(Form::Any, Form::Any), "Readings chosen, such as { us-ieepa = \"void\" }; `tariffcalc law readings` lists them.";
        may "exchange": Texts(Form::Exchange), "Rates of exchange of this case, such as \"151.43 JPY/USD\".";
        may "change": Tables(&CHANGE), "One change to the law; changes are made in the order written.";
    }

    /// A change of a case.
    pub(in crate::read) CHANGE "[[case.change]]", "One change to the law: exactly one verb, its period, its scope.", [One(CHANGE_VERBS), Needs(VERBS_WITH_VALUE, "measure")] {
        may "set-rate": Text(Form::Rate), "Puts this rate in place of the measure's, such as \"24%\"; with `from` also where there was none.";
        may "formula": Table(&FORMULA), "Puts rates computed from trade balances in place of the measure's.";
        may "add-points": Text(Form::Percent), "Adds percentage points to the rate, such as \"5%\".";
        may "scale": Text(Form::Percent), "Multiplies the rate: \"50%\" halves it.";
        may "cap": Text(Form::Percent), "The rate is at most this.";
        may "floor": Text(Form::Percent), "The rate is at least this.";
        may "repeal": Text(Form::Any), "Takes a measure or program away for good, from `from` on.";
        may "suspend": Text(Form::Any), "Takes a measure or program away between `from` and `before`.";
        may "extend": Text(Form::Any), "Lets a measure or program that ends go on until `before`.";
        may "exempt": Text(Form::Any), "Takes `origins` or `codes` out of a measure or program.";
        may "introduce": Table(&INTRODUCED), "A whole new measure.";
        may "measure": Text(Form::Any), "The measure or program that is changed; `tariffcalc law` lists them. Verbs that name one themselves, and `introduce`, have none.";
        may "from": Day, "The first entry date of the change; wherever the measure holds where it is not given.";
        may "before": Day, "The first entry date after the change.";
        may "origins": TextsOrTable(Form::Origins, &ORIGINS), "Only for these origins.";
        may "codes": TextsOrTable(Form::Codes, &CODES), "Only for these goods.";
        may "why": Text(Form::Any), "Why, or on whose word: stands beside the duty line.";
    }

    /// A measure that a case introduces.
    INTRODUCED "`introduce`", "A measure that a case introduces.", [One(&["rate", "formula"])] {
        must "id": Text(Form::Id), "Its id: none that the law has.";
        may "title": Text(Form::Any), "Its name.";
        may "into": Text(Form::Country), "The importing country; that of [defaults] where it is not given.";
        may "origins": TextsOrTable(Form::Origins, &ORIGINS), "The origins it falls on; all where none are given.";
        may "codes": TextsOrTable(Form::Codes, &CODES), "The goods it falls on; all where none are given.";
        may "requires": Texts(Form::Like("usmca | transport = sea")), "Claims and facts without which it does not apply.";
        may "unless": Texts(Form::Like("in-quota")), "Claims and facts with which it does not apply.";
        may "when": Texts(Form::Condition), "Only where these shares lie so, such as \"content us at least 40%\".";
        may "base": TextOrTable(Form::Base, &BASE), "What it is computed on: \"customs value\" (the default), { content = \"steel\" } or { less-content = \"us\" }.";
        may "in-lieu-of": Texts(Form::Any), "Measures or programs that do not apply where this one does.";
        may "yields-to": Texts(Form::Any), "Measures or programs: where one of them applies, this one does not.";
        may "remainder-after": Texts(Form::Any), "Measures or programs: it falls on the part of the value they leave.";
        may "rate": Text(Form::Rate), "The rate of duty, such as \"10%\" or \"top up to 15%\".";
        may "formula": Table(&FORMULA), "Rates computed from trade balances, one measure for each partner, in place of `rate`.";
    }
}
