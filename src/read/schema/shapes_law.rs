//! What may be written in a file of the law.

use super::form::Form;
use super::shape::Kind::{Day, Flag, Number, Table, Tables, Text, TextOrTable, TextOrTexts, Texts, TextsOrTable};
use super::shape::Rule::{Any, Needs, NotBoth, One};
use super::shape::shapes;
use super::shapes::{BASE, CODES, DUTIABLE, FORMULA, ORIGINS};

/// What a relation does; it does one of them.
pub(in crate::read) const RELATION_VERBS: &[&str] = &["yields-to", "remainder-after", "less-content"];

shapes! {
    pub(in crate::read) LAW "a law file", "A file of tariff law: one program with its measures, or what several programs share (countries, groups, facts, readings, products), or a source article with its claims.", [] {
        must "schema": Number(1, 1), "The format of the file: 1.";
        may "program": Table(&PROGRAM), "The program whose measures the file holds.";
        may "relation": Tables(&RELATION), "What measures of this file know of others; holds for all of them, or for those in `measures`.";
        may "exception": Tables(&EXCEPTION), "Goods that measures of this file do not fall on; holds for all of them, or for those in `measures`.";
        may "measure": Tables(&MEASURE), "One duty under one legal provision, with its dated versions.";
        may "measure-table": Tables(&MEASURE_TABLE), "Measures alike but for origin and rate: one for each origin of a table.";
        may "country": Table(&COUNTRY), "An importing country and the rules it charges all duties by.";
        may "group": Tables(&GROUP), "A group of countries with its members through time.";
        may "fact": Tables(&FACT), "Something a flow may claim or state, and what silence about it means.";
        may "content": Tables(&SHARE), "A share of the customs value that a flow may state.";
        may "weight": Tables(&SHARE), "A share of the weight that a flow may state.";
        may "reading": Tables(&READING), "A point where official texts or courts leave two readings, with its options.";
        may "provision": Tables(&PROVISION), "A provision for goods that were out before: says for all measures on what part of the value they fall.";
        may "product": Tables(&PRODUCT), "A named good of the catalogue.";
        may "article": Table(&ARTICLE), "A source article, whose claims the file holds.";
        may "claim": Tables(&CLAIM), "One figure of the article, executed against the law.";
    }

    PROGRAM "[program]", "The measures of one legal authority.", [] {
        must "id": Text(Form::Id), "The id by which cases, relations and expectations name the whole program.";
        must "title": Text(Form::Any), "The name of the program.";
        must "into": Text(Form::Country), "The importing country, by its two letters.";
        must "authority": Text(Form::Any), "The statute and the instruments it rests on.";
    }

    RELATION "[[relation]]", "What a measure knows of others: where it gives way to them, or on what part of the value it falls beside them.", [One(RELATION_VERBS)] {
        may "yields-to": Texts(Form::Any), "Measures or programs: where one of them applies, this one does not.";
        may "remainder-after": Texts(Form::Any), "Measures or programs: this one falls on the part of the value they leave.";
        may "less-content": Text(Form::Like("us")), "Falls on the customs value less this content.";
        may "where": Text(Form::Where), "When the other counts: where it \"applies\", even at zero (the default), or where more than zero is \"owed\".";
        may "when": Texts(Form::Condition), "Only where these shares lie so, such as \"content us at least 20%\".";
        may "heading": Text(Form::Like("9903.01.33")), "The heading the good is entered under where the relation holds.";
        may "from": Day, "The first entry date on which the relation holds; from the beginning where it is not given.";
        may "before": Day, "The first entry date on which it holds no longer.";
        may "known": Day, "The day it was published, where that is later than the version of its measure.";
        may "before-known": Day, "The day its end was published; until then it was taken to go on.";
        may "reading": Text(Form::Reading), "Holds only under this option of a reading.";
        may "measures": Texts(Form::Any), "The measures of this file it holds for; all where none is named.";
        must "cite": Text(Form::Any), "The source.";
    }

    EXCEPTION "[[exception]]", "Goods that a measure does not fall on; all that is given must hold.", [] {
        must "title": Text(Form::Any), "What is excepted, in words: the reason that tables give.";
        may "heading": Text(Form::Like("9903.01.32")), "The heading the exception is claimed under.";
        may "codes": TextsOrTable(Form::Codes, &CODES), "The goods: codes, or a table of codes; all where none are given.";
        may "origins": TextsOrTable(Form::Origins, &ORIGINS), "The origins; all where none are given.";
        may "requires": Texts(Form::Like("usmca | transport = sea")), "Claims and facts the flow must state.";
        may "unless": Texts(Form::Like("auto-part")), "Claims and facts that undo the exception.";
        may "loaded-before": Day, "For goods in transit: loaded on board before this day.";
        may "when": Texts(Form::Condition), "Only where these shares lie so, such as \"weight metal below 15%\".";
        may "from": Day, "The first entry date on which the exception holds.";
        may "before": Day, "The first entry date on which it holds no longer.";
        may "known": Day, "The day it was published, where that is later than the version of its measure.";
        may "before-known": Day, "The day its end was published; until then it was taken to go on.";
        may "reading": Text(Form::Reading), "Holds only under this option of a reading.";
        may "measures": Texts(Form::Any), "The measures of this file it holds for; all where none is named.";
        must "cite": Text(Form::Any), "The source.";
    }

    MEASURE "[[measure]]", "One duty under one legal provision: scope, exceptions, relations, dated versions.", [] {
        must "id": Text(Form::Id), "The id by which cases and relations name the measure; holds `{origin}` where a version has a formula.";
        must "title": Text(Form::Any), "The name of the measure; `{name}` stands for the origin where a version has a formula.";
        must "origins": TextsOrTable(Form::Origins, &ORIGINS), "The origins it falls on: a list, \"all\", \"others\" (every origin that no other measure of the program names) or { all-but = […] }.";
        must "codes": TextsOrTable(Form::Codes, &CODES), "The goods it falls on: \"all\", a list of codes, or a table of codes.";
        may "requires": Texts(Form::Like("usmca | transport = sea")), "Claims and facts without which it does not apply.";
        may "unless": Texts(Form::Like("in-quota")), "Claims and facts with which it does not apply.";
        may "needs-loading-date": Flag, "Falls only on goods in transit: those whose loading date the flow states.";
        may "when": Texts(Form::Condition), "Only where these shares lie so, such as \"content us at least 40%\".";
        may "base": TextOrTable(Form::Base, &BASE), "What it is computed on: \"customs value\" (the default), { content = \"steel\" } or { less-content = \"us\" }.";
        may "in-lieu-of": Texts(Form::Any), "Measures or programs that do not apply where this one does.";
        may "alternative": Text(Form::Any), "A name shared by alternatives: of those that apply, only the one with the lowest duty is charged.";
        may "counting": Texts(Form::Any), "Measures or programs whose duty a \"top up to\" counts; the column-1 duty where none is named.";
        may "checked": Day, "The day on which the measure was last compared with its sources.";
        must "version": Tables(&VERSION), "What the measure says over one period of entry dates.";
        may "relation": Tables(&RELATION), "What this measure knows of others.";
        may "exception": Tables(&EXCEPTION), "Goods that this measure does not fall on.";
    }

    VERSION "[[measure.version]]", "What a measure says over one period of entry dates, as known from the day its instrument was published.", [One(&["rate", "formula", "ended"])] {
        must "from": Day, "The first entry date.";
        may "before": Day, "The first entry date it no longer says; until the next version where it is not given.";
        may "rate": Text(Form::Rate), "The rate of duty, such as \"25%\", \"341 JPY/kg\", \"5% + 1.20 USD/kg\", \"top up to 15%\", \"10% instead of column 1\", \"refused\".";
        may "formula": Table(&FORMULA), "A rate computed from trade balances, one for each partner, in place of `rate`.";
        may "ended": Flag, "The measure ends with this version, in place of `rate`.";
        may "heading": Text(Form::Like("9903.94.40")), "The heading it is entered under.";
        may "heading-at-zero": Text(Form::Like("9903.02.72")), "The heading where nothing is due under it.";
        may "base": TextOrTable(Form::Base, &BASE), "What it is computed on, where that is not the base of the measure.";
        must "known": Day, "The day its instrument was published: the book of an earlier day does not know it.";
        may "reading": Text(Form::Reading), "Holds only under this option of a reading.";
        must "cite": Text(Form::Any), "The source, such as \"EO 14257, 90 FR 15041\".";
        may "note": Text(Form::Any), "What a reader should know beside the rate.";
    }

    MEASURE_TABLE "[[measure-table]]", "Measures alike but for origin and rate: one for each origin of a CSV table.", [] {
        must "id": Text(Form::IdOfMany), "The id of the measures; `{origin}` stands for the letters of the origin.";
        must "title": Text(Form::Any), "The name of the measures; `{name}` stands for the name of the origin.";
        must "codes": TextsOrTable(Form::Codes, &CODES), "The goods they fall on: \"all\", a list of codes, or a table of codes.";
        must "table": Text(Form::Like("rates/reciprocal.csv")), "A CSV file beside this one with the columns `origin,from,known,rate,cite`, and `before`, `heading`, `heading-at-zero`, `note`, `reading`.";
        may "requires": Texts(Form::Like("usmca | transport = sea")), "Claims and facts without which they do not apply.";
        may "unless": Texts(Form::Like("in-quota")), "Claims and facts with which they do not apply.";
        may "when": Texts(Form::Condition), "Only where these shares lie so, such as \"content us at least 40%\".";
        may "base": TextOrTable(Form::Base, &BASE), "What they are computed on: \"customs value\" (the default), { content = \"steel\" } or { less-content = \"us\" }.";
        may "in-lieu-of": Texts(Form::Any), "Measures or programs that do not apply where these do.";
        may "alternative": Text(Form::Any), "A name shared by alternatives: of those that apply, only the one with the lowest duty is charged.";
        may "counting": Texts(Form::Any), "Measures or programs whose duty a \"top up to\" counts; the column-1 duty where none is named.";
        may "checked": Day, "The day on which the table was last compared with its sources.";
    }

    COUNTRY "[country]", "An importing country: its currency, its schedule, and the rules it charges all duties by.", [Needs(&["schedule"], "schedule-cite"), Needs(&["within"], "within-cite")] {
        must "id": Text(Form::Country), "The customs territory, by its two letters.";
        must "title": Text(Form::Any), "Its name.";
        must "currency": Text(Form::Currency), "The currency duties are due in, by its three ISO 4217 letters.";
        must "column-1": Text(Form::Any), "The id of the program of the column-1 duty, which floors count and replacements replace.";
        may "column-2": Text(Form::Any), "The id of the program of the column-2 duty.";
        may "column-2-origins": Texts(Form::Origin), "The groups of origins that pay column 2.";
        may "within": Texts(Form::Country), "Countries whose goods are no imports because they lie within the customs territory, such as \"PR\". Stands with `within-cite`.";
        may "within-cite": Text(Form::Any), "The source of that.";
        may "fees": Text(Form::Any), "The id of the program of fees that are due by entry, beside the duty.";
        may "zone-admission": Text(Form::Any), "The source of the rule that goods from a free zone are charged by the law of the day they were admitted to it.";
        may "schedule": Text(Form::Like("schedule.csv")), "A CSV file beside this one with the lines of the schedule.";
        may "schedule-special": Text(Form::Like("schedule-special.csv")), "A CSV file beside this one with the special column of the schedule.";
        may "schedule-cite": Text(Form::Any), "The source of the schedule.";
        must "complete-from": Day, "The first entry date the book knows.";
        must "complete-before": Day, "The first entry date the book no longer knows.";
        may "valuation": Text(Form::Any), "What the customs value is, in words.";
        must "rounding": Table(&ROUNDING), "How values, quantities and duties are rounded.";
        must "cite": Text(Form::Any), "The source.";
    }

    ROUNDING "[country.rounding]", "How values, quantities and duties are rounded: half up, once.", [] {
        must "value": Text(Form::Money), "The step customs values are rounded to before a duty is computed, such as \"1 USD\".";
        may "quantity": Table(&QUANTITY_ROUNDING), "How quantities are rounded, by the rate they are charged at.";
        must "duty": Text(Form::Money), "The step each duty is rounded to, such as \"0.01 USD\".";
        must "cite": Text(Form::Any), "The source of the rule.";
    }

    QUANTITY_ROUNDING "`quantity` of [country.rounding]", "How quantities are rounded, by the rate they are charged at.", [] {
        must "up-to": Text(Form::Money), "The rate for one unit up to which `step` holds, such as \"1 USD\".";
        must "step": Text(Form::Number), "The step of quantities charged at `up-to` or less, such as \"1\".";
        must "above": Text(Form::Number), "The step of quantities charged at more, such as \"0.01\".";
    }

    GROUP "[[group]]", "A group of countries with dated membership.", [] {
        must "id": Text(Form::Id), "The id by which origins name the group.";
        must "title": Text(Form::Any), "Its name.";
        must "version": Tables(&GROUP_VERSION), "Its members from a day on.";
    }

    GROUP_VERSION "[[group.version]]", "The members of a group from a day on.", [] {
        must "from": Day, "The first day.";
        must "members": Texts(Form::Country), "All members, by their two ISO 3166-1 letters.";
        must "cite": Text(Form::Any), "The source.";
    }

    FACT "[[fact]]", "Something a flow may claim or state, and what silence about it means.", [] {
        must "id": Text(Form::Id), "The name that `claims`, `facts`, `requires` and `unless` use.";
        must "title": Text(Form::Any), "What it says.";
        must "kind": Text(Form::FactKind), "What silence means: a \"preference\" or \"claim\" not made is a no, a \"fact\" not stated is unknown.";
        may "answers": TextOrTexts(Form::Answers, Form::Any), "What may be answered: a list of words, or \"country\"; yes or no where it is not given.";
        may "follows-from": Texts(Form::Like("smelted-and-cast = US")), "Other facts, any one of which says this one as well.";
        may "symbols": Texts(Form::Any), "The symbols of the schedule's special column that offer the preference.";
        may "origins": Texts(Form::Origin), "The origins that may claim it; any where none is named.";
        may "before": Day, "The first entry date on which the preference can no longer be claimed.";
        must "cite": Text(Form::Any), "The source.";
    }

    SHARE "a share", "A share that a flow may state, and what silence about it means.", [] {
        must "id": Text(Form::Id), "The name that `content`, `weight` and conditions use.";
        must "title": Text(Form::Any), "What it is a share of.";
        must "absent": Text(Form::ShareOrUnknown), "What a flow that does not state it is taken to have: \"unknown\", or a share such as \"0%\".";
        may "overlaps": Flag, "May lie over other contents: it does not count where contents must not exceed the whole.";
        must "cite": Text(Form::Any), "The source.";
    }

    PROVISION "[[provision]]", "A provision for goods that were out before: says for all measures at once on what part of the value they fall.", [] {
        must "id": Text(Form::Id), "Its id, such as \"cars\".";
        must "title": Text(Form::Any), "What it covers, in words.";
        must "into": Text(Form::Country), "The importing country, by its two letters.";
        must "heading": Text(Form::Like("9802.00.40")), "The heading it is claimed under.";
        may "origins": TextsOrTable(Form::Origins, &ORIGINS), "The origins it is open to; all where none are given.";
        may "from": Day, "The first entry date on which it holds.";
        may "before": Day, "The first entry date on which it holds no longer.";
        may "known": Day, "The day it was published, where that matters.";
        may "before-known": Day, "The day its end was published; until then it was taken to go on.";
        must "requires": Texts(Form::Like("chapter-98 = 9802.00.40")), "Claims and facts the flow must state.";
        must "dutiable": TextOrTable(Form::Dutiable, &DUTIABLE), "What stays dutiable: \"customs value\", \"nothing\", { content = \"repair\" } or { less-content = \"components\" }.";
        may "but": Tables(&BUT), "Programs for which another part stays dutiable.";
        must "cite": Text(Form::Any), "The source.";
    }

    BUT "[[provision.but]]", "Programs for which another part of the value stays dutiable.", [] {
        must "programs": Texts(Form::Any), "The programs or measures.";
        must "dutiable": TextOrTable(Form::Dutiable, &DUTIABLE), "What stays dutiable under them: \"customs value\", \"nothing\", { content = \"repair\" } or { less-content = \"components\" }.";
        must "cite": Text(Form::Any), "The source.";
    }

    READING "[[reading]]", "A point where official texts or courts leave two readings.", [] {
        must "id": Text(Form::Id), "The name that cases and `--reading` use.";
        must "title": Text(Form::Any), "The question.";
        must "default": Text(Form::Any), "The option taken where nobody chooses.";
        must "why": Text(Form::Any), "Why it is the default.";
        must "option": Tables(&OPTION), "One answer.";
    }

    OPTION "[[reading.option]]", "One answer to the question of a reading.", [] {
        must "id": Text(Form::Id), "The word that chooses it.";
        must "says": Text(Form::Any), "What the law is under it.";
        must "cite": Text(Form::Any), "The source that reads it so.";
    }

    PRODUCT "[[product]]", "A named good of the catalogue.", [] {
        must "id": Text(Form::Id), "The name that `product` of a flow uses.";
        must "title": Text(Form::Any), "Its name for people.";
        may "synonyms": Texts(Form::Any), "Other names it is found by.";
        must "codes": Texts(Form::Code), "The codes it covers.";
        must "line": Text(Form::Code), "The typical line of the schedule, of 8 or 10 digits, under one of its codes: what a flow of the product is charged as.";
        may "facts": Texts(Form::Any), "Facts that hold for it.";
        may "unless-facts": Texts(Form::Any), "Facts that do not hold for it.";
        may "note": Text(Form::Any), "What a reader should know of the choice of line.";
        must "cite": Text(Form::Any), "The source.";
    }

    ARTICLE "[article]", "A source article, in our own words.", [] {
        must "id": Text(Form::Id), "Its id, such as \"cars\".";
        must "title": Text(Form::Any), "What it is.";
        must "source": Text(Form::Any), "The document it was read from.";
        must "date": Text(Form::Any), "When it was published, as far as known.";
    }

    CLAIM "[[claim]]", "One figure of an article on tariffs or trade.", [] {
        must "id": Text(Form::Id), "Its id, such as \"cars\".";
        must "says": Text(Form::Any), "What the article says, in our own words.";
        must "figure": Text(Form::Any), "The figure it gives.";
        may "measure": Text(Form::Any), "The measure or program it speaks of.";
        must "verdict": Text(Form::Verdict), "How it fares against the law.";
        must "law": Text(Form::Any), "What the law says.";
        must "cite": Text(Form::Any), "The source of the law.";
        may "expect": Tables(&EXPECT), "A flow and what it owes: executed as a test. Every claim but one of \"context\" has one.";
    }

    EXPECT "[[claim.expect]]", "A flow and what the law must answer for it.", [NotBoth("product", "code"), Any(&["rate", "duty", "line-rate", "not-applied"])] {
        may "product": Text(Form::Like("passenger-cars")), "The good, by its name in the catalogue.";
        may "code": Text(Form::Code), "The good, by its commodity code.";
        must "origin": Text(Form::Origin), "The country of origin, or a group.";
        must "into": Text(Form::Country), "The importing country, by its two letters.";
        must "entered": Day, "The entry date.";
        may "as-known": Day, "Asks the book as it stood on this day.";
        may "claims": Texts(Form::Like("usmca")), "Claims the flow makes.";
        must "value": Text(Form::Money), "The customs value.";
        may "quantity": Text(Form::Quantity), "A quantity, such as \"1,000 kg\".";
        may "reading": Text(Form::Reading), "A reading and its option.";
        may "rate": Text(Form::Percent), "The effective rate expected: duty over customs value.";
        may "duty": Text(Form::Money), "The duty expected.";
        may "line": Text(Form::Any), "One measure, of which `line-rate` or `not-applied` speaks.";
        may "line-rate": Text(Form::Percent), "The rate that measure is charged at.";
        may "not-applied": Flag, "That measure does not apply.";
    }
}
