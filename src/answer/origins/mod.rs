//! One flow from many origins: what it owes from each, with and without the preferences open to it, in the order of landed cost.

pub(super) mod findings;
mod names;
pub(super) mod table;
mod turn;

use self::turn::turns;
use crate::answer::run::{context, tell};
use crate::assess::{Assessment, Context, DutyLine, Fault, Outcome, assess, entry_fees};
use crate::base::{CaseId, Country, Date, Decimal, FactId, difference, product, quotient, sum};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::law::{FactKind, Place, RegimeCache, Rulebook};
use crate::scenario::{Case, EachOrigin, Flow, Freight, OriginsAsked, Scenario};

/// The flow from one origin, with or without a preference.
#[derive(Clone, Debug)]
pub struct OriginRow {
    /// The origin; a group where its members are treated alike.
    pub origin: Place,
    /// The preference the goods must qualify for and claim; `None` without one.
    pub needs: Option<FactId>,
    /// The flow assessed.
    pub flow: Flow,
    /// The duty, line by line.
    pub assessment: Assessment,
    /// The fees of the declaration, line by line; none where they are not asked for.
    pub fee_lines: Vec<DutyLine>,
    /// Their sum.
    pub fees: Outcome,
    /// Freight and whatever else is added, in the currency of the importing country.
    pub freight: Decimal,
    /// Customs value + duty + fees + freight.
    pub landed: Outcome,
    /// How far the next dearer origin is off; `None` for the dearest, and where the landed cost is not known.
    pub margin: Option<Margin>,
    /// The first day in the book on which an origin that is dearer today costs less.
    pub turn: Option<Turn>,
}

/// What parts a row from the next dearer one of another origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Margin {
    /// The position of that row.
    pub next: usize,
    /// Its landed cost less this one's.
    pub amount: Decimal,
    /// How much more duty on this row's customs value evens them, as a fraction.
    pub points: Option<Decimal>,
    /// By how much the price of the next must fall to even them, its effective rate unchanged.
    pub price: Option<Decimal>,
}

/// The day on which a row is passed by a dearer one, or can no longer be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The day.
    pub day: Date,
    /// The position of the row that is cheaper then; `None` where it is this row that is refused or unknown.
    pub by: Option<usize>,
    /// What each of the two is then, and which measures moved.
    pub words: String,
    /// The sources of what moved.
    pub cite: String,
}

/// All rows of one case: those whose landed cost is known by that, then the unknown ones by their least, then the refused.
#[derive(Clone, Debug)]
pub struct CaseOrigins {
    /// The case.
    pub case: CaseId,
    /// Its name.
    pub title: String,
    /// The rows.
    pub rows: Vec<OriginRow>,
    /// Groups whose members are not treated alike, so that each has rows of its own.
    pub parted: Vec<Place>,
    /// The groups of the book with their members on that day, to call many origins by.
    pub groups: Vec<(String, Vec<Country>)>,
    /// Preferences that the line offers and that nobody tried, because the book does not say who may claim them.
    pub untried: Vec<FactId>,
}

/// Works out a scenario's flow from every origin asked, in every case.
///
/// `as_known` asks the book of that day in every case that names none. Preferences of which the book names the origins are tried where they are
/// open, each by itself, whatever the flow claims; a row that comes out no different is left out.
///
/// # Errors
/// Diagnostics for what cannot be assessed at all, and where the scenario has no `[origins]`.
pub fn origins(law: &Rulebook, scenario: &Scenario, as_known: Option<Date>) -> Result<Vec<CaseOrigins>, Diagnostics> {
    let mut faults = Diagnostics::default();
    let Some((asked, flow)) = asked(scenario) else {
        faults.push(
            Diagnostic::new(Code::MissingKey, "the scenario has no `[origins]`")
                .help("add [origins] with `flow`, and `among` for some origins only"),
        );
        return Err(faults);
    };
    let plain = RegimeCache::new(law);
    let mut cases = Vec::new();
    for case in &scenario.cases {
        let context = context(scenario, case, as_known);
        cases.push(if case.changes.is_empty() {
            in_case(&Compared { cache: &plain, asked, flow, case, context: &context }, &mut faults)
        } else {
            let amended = law.amended(&case.changes);
            let cache = RegimeCache::new(&amended);
            in_case(&Compared { cache: &cache, asked, flow, case, context: &context }, &mut faults)
        });
    }
    if faults.is_empty() { Ok(cases) } else { Err(faults) }
}

/// What a scenario asks of origins, with the flow meant.
pub(super) fn asked(scenario: &Scenario) -> Option<(&OriginsAsked, &Flow)> {
    let asked = scenario.origins.as_ref()?;
    let named = |flow: &&Flow| asked.flow.as_ref().is_none_or(|(id, _)| *id == flow.id);
    Some((asked, scenario.flows.iter().find(named)?))
}

/// What is compared in one case.
pub(super) struct Compared<'a> {
    pub(super) cache: &'a RegimeCache<'a>,
    asked: &'a OriginsAsked,
    flow: &'a Flow,
    case: &'a Case,
    pub(super) context: &'a Context,
}

fn in_case(compared: &Compared<'_>, faults: &mut Diagnostics) -> CaseOrigins {
    let (law, flow) = (compared.cache.law(), compared.flow);
    let day = compared.day();
    let mut rows = Vec::new();
    let mut parted = Vec::new();
    for place in compared.places() {
        match compared.rows_of(&place, day) {
            Ok(found) => rows.extend(found),
            Err(Fault::MembersDiffer(_)) if matches!(place, Place::Group(_)) => {
                let members = if let Place::Group(id) = &place { law.groups().get(id) } else { None };
                for member in members.map(|group| group.members(day)).unwrap_or_default() {
                    match compared.rows_of(&Place::Country(*member), day) {
                        Ok(found) => rows.extend(found),
                        Err(fault) => tell(&fault, flow, compared.case, faults),
                    }
                }
                parted.push(place);
            }
            Err(fault) => tell(&fault, flow, compared.case, faults),
        }
    }
    // A country that is named beside its group has rows of its own, once.
    rows.sort_by(|a: &OriginRow, b| order(a).cmp(&order(b)));
    rows.dedup_by(|a, b| a.origin == b.origin && a.needs == b.needs);
    let margins: Vec<Option<Margin>> = (0..rows.len()).map(|at| margin(&rows, at)).collect();
    let turns = turns(compared, &rows);
    for ((row, margin), turn) in rows.iter_mut().zip(margins).zip(turns) {
        (row.margin, row.turn) = (margin, turn);
    }
    let untried = law.preferences_of_anyone(flow.into, flow.code, day).into_iter().map(|fact| fact.id.clone());
    let stated = |id: &FactId| flow.facts.contains_key(id);
    CaseOrigins {
        case: compared.case.id.clone(),
        title: compared.case.title.clone(),
        parted,
        groups: law.groups().values().map(|group| (group.id.to_string(), group.members(day).to_vec())).collect(),
        untried: untried.filter(|id| !stated(id)).collect(),
        rows,
    }
}

/// Known rows by landed cost, then unknown ones by the least it can be, then refused ones; equal ones by what they need and by name.
fn order(row: &OriginRow) -> (u8, Decimal, Option<&FactId>, String) {
    let name = row.origin.to_string();
    match &row.landed {
        Outcome::Known(landed) => (0, *landed, row.needs.as_ref(), name),
        Outcome::Unknown { at_least, .. } => (1, at_least.unwrap_or_default(), row.needs.as_ref(), name),
        Outcome::Refused(_) => (2, Decimal::ZERO, row.needs.as_ref(), name),
    }
}

impl Compared<'_> {
    /// The entry date.
    pub(super) fn day(&self) -> Date {
        self.context.entered.unwrap_or(self.flow.entered)
    }

    /// The dates after the entry date on which the duty on these goods may change, as far as the book goes.
    pub(super) fn later_dates(&self) -> Vec<Date> {
        // Goods from a free zone keep the law of the day they were admitted.
        if self.flow.admitted.is_some() {
            return Vec::new();
        }
        let law = self.cache.law();
        let end = law.territory(self.flow.into).map_or(Date::MIN, |territory| territory.complete_before);
        let day = self.day();
        law.dates_for(self.flow.into, self.flow.code).into_iter().filter(|date| *date > day && *date < end).collect()
    }

    fn places(&self) -> Vec<Place> {
        if self.asked.among.is_empty() {
            // Goods of the customs territory itself are no imports.
            let home = self.cache.law().territory(self.flow.into);
            let is_home =
                |country: &Country| *country == self.flow.into || home.is_some_and(|home| home.within.contains(country));
            return Country::all().into_iter().filter(|country| !is_home(country)).map(Place::Country).collect();
        }
        self.asked.among.clone()
    }

    /// What is different of an origin: its own table, or that of a group it belongs to.
    fn each(&self, origin: &Place, day: Date) -> Option<&EachOrigin> {
        let groups = self.cache.law().groups();
        let own = self.asked.each.iter().find(|each| each.origin == *origin);
        own.or_else(|| {
            self.asked.each.iter().find(|each| match (&each.origin, origin) {
                (Place::Group(id), Place::Country(country)) => groups.get(id).is_some_and(|group| group.has(*country, day)),
                _ => false,
            })
        })
    }

    /// The flow as it comes from an origin, without any preference of which the book names the origins.
    fn flow_from(&self, origin: &Place, each: Option<&EachOrigin>) -> Flow {
        let law = self.cache.law();
        let mut flow = self.flow.clone();
        let tried =
            |id: &FactId| law.facts().get(id).is_some_and(|fact| fact.kind == FactKind::Preference && !fact.origins.is_empty());
        flow.facts.retain(|id, _| !tried(id));
        flow.origin = origin.clone();
        flow.entry = self.asked.fees.then(|| "origins".to_owned());
        if let Some(each) = each {
            flow.facts.extend(each.facts.clone());
            flow.facts = law.with_consequences(flow.facts);
            flow.value = each.value.unwrap_or(flow.value);
        }
        flow
    }

    fn rows_of(&self, origin: &Place, day: Date) -> Result<Vec<OriginRow>, Fault> {
        let law = self.cache.law();
        let each = self.each(origin, day);
        let flow = self.flow_from(origin, each);
        let plain = self.row(flow.clone(), None, each)?;
        let mut rows = vec![plain];
        for fact in law.preferences_for(flow.into, origin, flow.code, self.flow.admitted.unwrap_or(day)) {
            let mut claiming = flow.clone();
            claiming.facts.insert(fact.id.clone(), true);
            claiming.facts = law.with_consequences(claiming.facts);
            let row = self.row(claiming, Some(fact.id.clone()), each)?;
            let changes =
                rows.first().is_some_and(|plain| (&plain.assessment.duty, &plain.fees) != (&row.assessment.duty, &row.fees));
            if changes {
                rows.push(row);
            }
        }
        Ok(rows)
    }

    fn row(&self, flow: Flow, needs: Option<FactId>, each: Option<&EachOrigin>) -> Result<OriginRow, Fault> {
        let assessment = assess(self.cache, &flow, self.context)?;
        let fee_lines = self.fee_lines(&flow, &assessment, self.context)?;
        let fees = total(&fee_lines);
        let freight = self.freight(&assessment, each)?;
        let landed = landed(&assessment, &fees, freight).ok_or(Fault::TooLarge)?;
        Ok(OriginRow {
            origin: flow.origin.clone(),
            needs,
            flow,
            assessment,
            fee_lines,
            fees,
            freight,
            landed,
            margin: None,
            turn: None,
        })
    }

    /// Refused goods are not entered and owe no fee.
    fn fee_lines(&self, flow: &Flow, assessment: &Assessment, context: &Context) -> Result<Vec<DutyLine>, Fault> {
        if self.asked.fees && !matches!(assessment.duty, Outcome::Refused(_)) {
            return entry_fees(self.cache, &[flow], context);
        }
        Ok(Vec::new())
    }

    fn freight(&self, assessment: &Assessment, each: Option<&EachOrigin>) -> Result<Decimal, Fault> {
        match each.and_then(|each| each.freight).or(self.asked.freight) {
            None => Ok(Decimal::ZERO),
            Some(Freight::OfValue(share)) => product(assessment.value, share.fraction()).ok_or(Fault::TooLarge),
            Some(Freight::Amount(money)) if money.currency == assessment.currency => Ok(money.amount),
            Some(Freight::Amount(money)) => {
                let rates = self.context.exchange.iter();
                let converted = rates.filter_map(|rate| rate.convert(money.amount, money.currency, assessment.currency)).next();
                converted.ok_or(Fault::NoExchangeRate(money.currency, assessment.currency))
            }
        }
    }

    /// The landed cost of a row entered on another day, with the assessment.
    pub(super) fn on(&self, row: &OriginRow, day: Date) -> Option<(Assessment, Outcome)> {
        let context = Context { entered: Some(day), ..self.context.clone() };
        let assessment = assess(self.cache, &row.flow, &context).ok()?;
        let fees = total(&self.fee_lines(&row.flow, &assessment, &context).ok()?);
        let landed = landed(&assessment, &fees, row.freight)?;
        Some((assessment, landed))
    }
}

fn total(lines: &[DutyLine]) -> Outcome {
    lines.iter().fold(Outcome::Known(Decimal::ZERO), |all, line| all.plus(&line.amount))
}

/// Customs value + duty + fees + freight; what is refused lands nowhere.
fn landed(assessment: &Assessment, fees: &Outcome, freight: Decimal) -> Option<Outcome> {
    if let Outcome::Refused(words) = &assessment.duty {
        return Some(Outcome::Refused(words.clone()));
    }
    let paid = Outcome::Known(sum(assessment.value, freight)?);
    Some(paid.plus(&assessment.duty).plus(fees))
}

/// Finds the next dearer row of another origin.
fn margin(rows: &[OriginRow], at: usize) -> Option<Margin> {
    let row = rows.get(at)?;
    let landed = row.landed.known()?;
    let dearer = |other: &OriginRow| other.origin != row.origin && other.landed.known().is_some_and(|known| known > landed);
    let (next, other) = rows.iter().enumerate().skip(at).find(|(_, other)| dearer(other))?;
    let amount = difference(other.landed.known()?, landed)?;
    let over = |value: Decimal| quotient(amount, value).filter(|_| !value.is_zero()).map(|share| share.round_dp(10).normalize());
    let price = sum(other.assessment.value, other.assessment.duty.known()?)
        .filter(|cost| !cost.is_zero())
        .and_then(|cost| quotient(product(amount, other.assessment.value)?, cost))
        .map(|price| price.round_dp(other.assessment.currency.places()));
    Some(Margin { next, amount, points: over(row.assessment.value), price })
}
