//! What may be written: every table of every file, with its keys.

use super::document::Kind::{
    AnswerByName, Day, Flag, Number, Table, Tables, Text, TextByName, TextOrDay, TextOrTexts, Texts, TextsOrDays, TextsOrTable,
    TextsOrTextByName,
};
use super::document::{Shape, may, must};

/// A file of the law.
pub(super) static LAW: Shape = Shape {
    name: "a law file",
    keys: &[
        must("schema", Number),
        may("program", Table(&PROGRAM)),
        may("relation", Tables(&RELATION)),
        may("exception", Tables(&EXCEPTION)),
        may("measure", Tables(&MEASURE)),
        may("measure-table", Tables(&MEASURE_TABLE)),
        may("country", Table(&COUNTRY)),
        may("group", Tables(&GROUP)),
        may("fact", Tables(&FACT)),
        may("content", Tables(&SHARE)),
        may("weight", Tables(&SHARE)),
        may("reading", Tables(&READING)),
        may("provision", Tables(&PROVISION)),
        may("product", Tables(&PRODUCT)),
        may("article", Table(&ARTICLE)),
        may("claim", Tables(&CLAIM)),
    ],
};

static PROGRAM: Shape =
    Shape { name: "[program]", keys: &[must("id", Text), must("title", Text), must("into", Text), must("authority", Text)] };

static RELATION: Shape = Shape {
    name: "[[relation]]",
    keys: &[
        may("yields-to", Texts),
        may("remainder-after", Texts),
        may("less-content", Text),
        may("where", Text),
        may("when", Texts),
        may("heading", Text),
        may("from", Day),
        may("before", Day),
        may("known", Day),
        may("before-known", Day),
        may("reading", Text),
        may("measures", Texts),
        must("cite", Text),
    ],
};

static EXCEPTION: Shape = Shape {
    name: "[[exception]]",
    keys: &[
        must("title", Text),
        may("heading", Text),
        may("codes", TextsOrTable(&CODES)),
        may("origins", TextsOrTable(&ORIGINS)),
        may("requires", Texts),
        may("unless", Texts),
        may("loaded-before", Day),
        may("when", Texts),
        may("from", Day),
        may("before", Day),
        may("known", Day),
        may("before-known", Day),
        may("reading", Text),
        may("measures", Texts),
        must("cite", Text),
    ],
};

static CODES: Shape =
    Shape { name: "`codes`", keys: &[may("table", Text), may("list", TextOrTexts), may("under", Texts), may("except", Texts)] };

static ORIGINS: Shape = Shape { name: "`origins`", keys: &[must("all-but", Texts)] };

static BASE: Shape = Shape { name: "`base`", keys: &[may("content", Text), may("unstated", Text), may("less-content", Text)] };

/// A measure; what-ifs introduce one with the same keys.
pub(super) static MEASURE: Shape = Shape {
    name: "[[measure]]",
    keys: &[
        must("id", Text),
        must("title", Text),
        must("origins", TextsOrTable(&ORIGINS)),
        must("codes", TextsOrTable(&CODES)),
        may("requires", Texts),
        may("unless", Texts),
        may("needs-loading-date", Flag),
        may("when", Texts),
        may("base", TextsOrTable(&BASE)),
        may("in-lieu-of", Texts),
        may("alternative", Text),
        may("counting", Texts),
        may("checked", Day),
        must("version", Tables(&VERSION)),
        may("relation", Tables(&RELATION)),
        may("exception", Tables(&EXCEPTION)),
    ],
};

static VERSION: Shape = Shape {
    name: "[[measure.version]]",
    keys: &[
        must("from", Day),
        may("before", Day),
        may("rate", Text),
        may("formula", Table(&FORMULA)),
        may("ended", Flag),
        may("heading", Text),
        may("heading-at-zero", Text),
        may("base", TextsOrTable(&BASE)),
        must("known", Day),
        may("reading", Text),
        must("cite", Text),
        may("note", Text),
    ],
};

static MEASURE_TABLE: Shape = Shape {
    name: "[[measure-table]]",
    keys: &[
        must("id", Text),
        must("title", Text),
        must("codes", TextsOrTable(&CODES)),
        must("table", Text),
        may("requires", Texts),
        may("unless", Texts),
        may("when", Texts),
        may("base", TextsOrTable(&BASE)),
        may("in-lieu-of", Texts),
        may("alternative", Text),
        may("counting", Texts),
        may("checked", Day),
    ],
};

static COUNTRY: Shape = Shape {
    name: "[country]",
    keys: &[
        must("id", Text),
        must("title", Text),
        must("currency", Text),
        must("column-1", Text),
        may("column-2", Text),
        may("column-2-origins", Texts),
        may("within", Texts),
        may("within-cite", Text),
        may("fees", Text),
        may("zone-admission", Text),
        may("schedule", Text),
        may("schedule-special", Text),
        may("schedule-cite", Text),
        must("complete-from", Day),
        must("complete-before", Day),
        may("valuation", Text),
        must("rounding", Table(&ROUNDING)),
        must("cite", Text),
    ],
};

static ROUNDING: Shape = Shape {
    name: "[country.rounding]",
    keys: &[must("value", Text), may("quantity", Table(&QUANTITY_ROUNDING)), must("duty", Text), must("cite", Text)],
};

static QUANTITY_ROUNDING: Shape =
    Shape { name: "`quantity` of [country.rounding]", keys: &[must("up-to", Text), must("step", Text), must("above", Text)] };

static GROUP: Shape =
    Shape { name: "[[group]]", keys: &[must("id", Text), must("title", Text), must("version", Tables(&GROUP_VERSION))] };

static GROUP_VERSION: Shape =
    Shape { name: "[[group.version]]", keys: &[must("from", Day), must("members", Texts), must("cite", Text)] };

static FACT: Shape = Shape {
    name: "[[fact]]",
    keys: &[
        must("id", Text),
        must("title", Text),
        must("kind", Text),
        may("answers", TextOrTexts),
        may("follows-from", Texts),
        may("symbols", Texts),
        may("origins", Texts),
        may("before", Day),
        must("cite", Text),
    ],
};

static SHARE: Shape = Shape {
    name: "a share",
    keys: &[must("id", Text), must("title", Text), must("absent", Text), may("overlaps", Flag), must("cite", Text)],
};

static PROVISION: Shape = Shape {
    name: "[[provision]]",
    keys: &[
        must("id", Text),
        must("title", Text),
        must("into", Text),
        must("heading", Text),
        may("origins", TextsOrTable(&ORIGINS)),
        may("from", Day),
        may("before", Day),
        may("known", Day),
        may("before-known", Day),
        must("requires", Texts),
        must("dutiable", TextsOrTable(&DUTIABLE)),
        may("but", Tables(&BUT)),
        must("cite", Text),
    ],
};

static DUTIABLE: Shape = Shape { name: "`dutiable`", keys: &[may("content", Text), may("less-content", Text)] };

static BUT: Shape = Shape {
    name: "[[provision.but]]",
    keys: &[must("programs", Texts), must("dutiable", TextsOrTable(&DUTIABLE)), must("cite", Text)],
};

static READING: Shape = Shape {
    name: "[[reading]]",
    keys: &[must("id", Text), must("title", Text), must("default", Text), must("why", Text), must("option", Tables(&OPTION))],
};

static OPTION: Shape = Shape { name: "[[reading.option]]", keys: &[must("id", Text), must("says", Text), must("cite", Text)] };

static PRODUCT: Shape = Shape {
    name: "[[product]]",
    keys: &[
        must("id", Text),
        must("title", Text),
        may("synonyms", Texts),
        must("codes", Texts),
        must("line", Text),
        may("facts", Texts),
        may("unless-facts", Texts),
        may("note", Text),
        must("cite", Text),
    ],
};

static ARTICLE: Shape =
    Shape { name: "[article]", keys: &[must("id", Text), must("title", Text), must("source", Text), must("date", Text)] };

static CLAIM: Shape = Shape {
    name: "[[claim]]",
    keys: &[
        must("id", Text),
        must("says", Text),
        must("figure", Text),
        may("measure", Text),
        must("verdict", Text),
        must("law", Text),
        must("cite", Text),
        may("expect", Tables(&EXPECT)),
    ],
};

static EXPECT: Shape = Shape {
    name: "[[claim.expect]]",
    keys: &[
        may("product", Text),
        may("code", Text),
        must("origin", Text),
        must("into", Text),
        must("entered", Day),
        may("as-known", Day),
        may("claims", Texts),
        must("value", Text),
        may("quantity", Text),
        may("reading", Text),
        may("rate", Text),
        may("duty", Text),
        may("line", Text),
        may("line-rate", Text),
        may("not-applied", Flag),
    ],
};

/// A scenario file.
pub(super) static SCENARIO: Shape = Shape {
    name: "a scenario",
    keys: &[
        must("schema", Number),
        must("title", Text),
        must("question", Text),
        may("show-in", Text),
        may("note", TextOrTexts),
        may("exchange", Texts),
        may("law-continues", Flag),
        may("alternatives", Flag),
        may("assume", Table(&ASSUME)),
        may("defaults", Table(&DEFAULTS)),
        may("flow", Tables(&FLOW)),
        may("flow-file", Tables(&FLOW_FILE)),
        may("case", Tables(&CASE)),
        may("origins", Table(&ORIGINS_ASKED)),
        may("expect", TextByName),
        may("diff", Table(&DIFF)),
        may("refund", Table(&REFUND)),
        may("timeline", Table(&TIMELINE)),
        may("next", Table(&NEXT)),
        may("sweep", Table(&SWEEP)),
        may("solve", Tables(&SOLVE)),
    ],
};

/// `[diff]`: the two sides that `diff` compares.
static DIFF: Shape = Shape { name: "[diff]", keys: &[must("between", Texts)] };

/// `[refund]`: what was paid and what is owed, and interest on the difference.
pub(super) static REFUND: Shape = Shape {
    name: "[refund]",
    keys: &[
        must("between", Texts),
        may("until", Day),
        may("paid", Day),
        may("interest", Tables(&INTEREST)),
        may("interest-table", Text),
    ],
};

static INTEREST: Shape =
    Shape { name: "[[refund.interest]]", keys: &[must("from", Day), may("before", Day), must("rate", Text)] };

/// A file of rates of interest.
pub(super) static INTEREST_FILE: Shape = Shape { name: "a file of interest", keys: &[must("interest", Tables(&INTEREST))] };

/// `[timeline]`: the flows through time.
static TIMELINE: Shape =
    Shape { name: "[timeline]", keys: &[may("from", Day), may("before", Day), may("every", Text), may("flow", TextOrTexts)] };

/// `[next]`: what is scheduled.
static NEXT: Shape = Shape { name: "[next]", keys: &[may("on", Day), may("before", Day)] };
/// `[origins]`: one flow from many origins.
static ORIGINS_ASKED: Shape = Shape {
    name: "[origins]",
    keys: &[may("flow", Text), may("among", Texts), may("fees", Flag), may("freight", Text), may("each", Tables(&EACH_ORIGIN))],
};
static EACH_ORIGIN: Shape = Shape {
    name: "[[origins.each]]",
    keys: &[must("origin", Text), may("value", Text), may("freight", Text), may("facts", AnswerByName)],
};

/// `[assume]`: what is taken for granted of a flow that leaves it open.
pub(super) static ASSUME: Shape =
    Shape { name: "[assume]", keys: &[may("facts", AnswerByName), may("content", TextByName), may("weight", TextByName)] };

/// `[defaults]`: what every flow that is silent says.
pub(super) static DEFAULTS: Shape = Shape {
    name: "[defaults]",
    keys: &[
        may("into", Text),
        may("origin", Text),
        may("entered", Day),
        may("loaded", Day),
        may("admitted", Day),
        may("entry", Text),
        may("claims", TextsOrTextByName),
        may("facts", AnswerByName),
        may("content", TextByName),
        may("weight", TextByName),
        may("group", Text),
        may("cite", Text),
    ],
};

/// A file of flows: what its rows do not say, `[defaults]` say, and what neither says is unknown.
static FLOW_FILE: Shape = Shape {
    name: "[[flow-file]]",
    keys: &[
        must("id", Text),
        must("path", Text),
        may("columns", TextByName),
        may("year", Number),
        may("currency", Text),
        may("shares", Text),
        may("max-errors", Number),
        may("into", Text),
        may("origin", Text),
        may("entered", Day),
        may("loaded", Day),
        may("admitted", Day),
        may("entry", Text),
        may("group", Text),
        may("claims", TextsOrTextByName),
        may("facts", AnswerByName),
        may("content", TextByName),
        may("weight", TextByName),
        may("cite", Text),
        may("note", Text),
    ],
};

/// A flow.
pub(super) static FLOW: Shape = Shape {
    name: "[[flow]]",
    keys: &[
        must("id", Text),
        may("extends", Text),
        may("title", Text),
        may("into", Text),
        may("origin", Text),
        may("product", Text),
        may("code", Text),
        may("value", Text),
        may("quantity", TextOrTexts),
        may("content", TextByName),
        may("weight", TextByName),
        may("claims", TextsOrTextByName),
        may("facts", AnswerByName),
        may("entered", Day),
        may("loaded", Day),
        may("admitted", Day),
        may("entry", Text),
        may("group", Text),
        may("column-1", Text),
        may("column-1-covers", Texts),
        may("column-1-cite", Text),
        may("cite", Text),
        may("note", Text),
    ],
};

static CASE: Shape = Shape {
    name: "[[case]]",
    keys: &[
        must("id", Text),
        may("title", Text),
        may("based-on", Text),
        may("entered", Day),
        may("as-known", Day),
        may("readings", TextByName),
        may("exchange", Texts),
        may("change", Tables(&CHANGE)),
    ],
};

/// A change of a case.
pub(super) static CHANGE: Shape = Shape {
    name: "[[case.change]]",
    keys: &[
        may("set-rate", Text),
        may("formula", Table(&FORMULA)),
        may("add-points", Text),
        may("scale", Text),
        may("cap", Text),
        may("floor", Text),
        may("repeal", Text),
        may("suspend", Text),
        may("extend", Text),
        may("exempt", Text),
        may("introduce", Table(&INTRODUCED)),
        may("measure", Text),
        may("from", Day),
        may("before", Day),
        may("origins", TextsOrTable(&ORIGINS)),
        may("codes", TextsOrTable(&CODES)),
        may("why", Text),
    ],
};

/// A measure that a case introduces.
static INTRODUCED: Shape = Shape {
    name: "`introduce`",
    keys: &[
        must("id", Text),
        may("title", Text),
        may("into", Text),
        may("origins", TextsOrTable(&ORIGINS)),
        may("codes", TextsOrTable(&CODES)),
        may("requires", Texts),
        may("unless", Texts),
        may("when", Texts),
        may("base", TextsOrTable(&BASE)),
        may("in-lieu-of", Texts),
        may("yields-to", Texts),
        may("remainder-after", Texts),
        may("rate", Text),
        may("formula", Table(&FORMULA)),
    ],
};

static FORMULA: Shape = Shape {
    name: "`formula`",
    keys: &[
        may("elasticity", Text),
        may("pass-through", Text),
        must("share-of-deficit", Text),
        must("at-least", Text),
        may("whole-ratio", Flag),
        may("rounded-up", Flag),
        must("table", Text),
        must("cite", Text),
    ],
};

/// What the command line varies and solves for, written as a file.
pub(super) static ASKED: Shape =
    Shape { name: "the command line", keys: &[may("sweep", Table(&SWEEP)), may("solve", Tables(&SOLVE))] };

/// `[sweep]`: what is varied, and what is shown of it.
static SWEEP: Shape = Shape {
    name: "[sweep]",
    keys: &[may("axis", Tables(&AXIS)), may("show", Text), may("flow", TextOrTexts), may("case", TextOrTexts)],
};

/// One axis of a sweep.
static AXIS: Shape = Shape {
    name: "[[sweep.axis]]",
    keys: &[
        must("vary", Text),
        may("flow", TextOrTexts),
        may("case", TextOrTexts),
        may("from", TextOrDay),
        may("to", TextOrDay),
        may("step", Text),
        may("values", TextsOrDays),
    ],
};

/// `[[solve]]`: what is varied in which range, and what shall meet.
static SOLVE: Shape = Shape {
    name: "[[solve]]",
    keys: &[
        must("vary", Text),
        may("flow", TextOrTexts),
        may("case", TextOrTexts),
        must("from", TextOrDay),
        must("to", TextOrDay),
        must("target", Text),
    ],
};
