use crate::assess::{Assessment, Context, DutyLine, Fault, Outcome, assess, entry_fees};
use crate::base::{CaseId, Currency, Date, Decimal, sum};
use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::law::{RegimeCache, Rulebook};
use crate::scenario::{Case, Flow, Scenario};

/// The sum over the flows of one case in one currency, with what it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// The currency.
    pub currency: Currency,
    /// The customs value of all flows.
    pub value: Decimal,
    /// The customs value of the flows whose duty is known.
    pub priced: Decimal,
    /// The customs value of the flows whose duty is not known.
    pub unknown: Decimal,
    /// The customs value of the flows that are refused.
    pub refused: Decimal,
    /// The duty on what may enter; refused where none of it may.
    pub duty: Outcome,
}

impl Total {
    /// Returns duty over customs value as a fraction to ten places: the average rate of these flows, weighted by customs value, without refused goods, where all of it is known.
    pub fn effective_rate(&self) -> Option<Decimal> {
        let (duty, entering) = (self.duty.known()?, self.entering()?);
        if entering.is_zero() {
            return None;
        }
        Some(crate::base::quotient(duty, entering)?.round_dp(10).normalize())
    }

    /// Returns the duty less that of another total, where both are known and the same goods are refused entry: duty that is not owed because nothing enters is no saving.
    pub fn more_than(&self, before: &Self) -> Option<Decimal> {
        crate::base::difference(self.duty.known()?, before.duty.known()?).filter(|_| self.refused == before.refused)
    }

    /// Returns the customs value of the goods that may enter: refused goods owe nothing and land nowhere.
    pub fn entering(&self) -> Option<Decimal> {
        crate::base::difference(self.value, self.refused)
    }
}

/// The fees of one declaration, beside the duty on what it declares.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name that its flows share.
    pub entry: String,
    /// The currency.
    pub currency: Currency,
    /// The customs value declared.
    pub value: Decimal,
    /// The duty on it.
    pub duty: Outcome,
    /// The fees, line by line.
    pub lines: Vec<DutyLine>,
    /// Their sum.
    pub fees: Outcome,
}

/// All flows in one case.
#[derive(Clone, Debug)]
pub struct CaseResult {
    /// The case.
    pub case: CaseId,
    /// Its name.
    pub title: String,
    /// One assessment for each flow of the scenario, in its order.
    pub assessments: Vec<Assessment>,
    /// The sums, one for each currency.
    pub totals: Vec<Total>,
    /// The declarations that flows name, with their fees.
    pub entries: Vec<Entry>,
}

/// All flows in all cases, in the order of the scenario.
#[derive(Clone, Debug)]
pub struct Results {
    /// The day whose book was asked in every case that names none; `None` for everything the book holds.
    pub as_known: Option<Date>,
    /// The cases.
    pub cases: Vec<CaseResult>,
}

/// What surrounds the flows of a scenario in a case. `as_known` is the day whose book is asked where the case names none.
pub fn context(scenario: &Scenario, case: &Case, as_known: Option<Date>) -> Context {
    Context {
        entered: case.entered,
        as_known: case.as_known.or(as_known),
        readings: case.readings.clone(),
        exchange: case.exchange.clone(),
        law_continues: scenario.law_continues,
        assumed: scenario.assumed.clone(),
    }
}

/// Assesses every flow of a scenario in every case. `as_known` asks the book of that day in every case that names none.
///
/// ```
/// use tariffcalc::{answer, diag::Sources, read};
/// let law = read::law(&read::Embedded).rulebook.ok_or("the embedded law is sound")?;
/// let files = read::Memory::default().with("cars.toml", r#"
/// schema = 1
/// title = "Cars"
/// question = "What does a German car pay?"
/// [[flow]]
/// id = "cars"
/// into = "US"
/// origin = "DE"
/// entered = 2025-05-01
/// product = "passenger-cars"
/// value = "100,000 USD"
/// "#);
/// let asked = read::scenario(&files, "cars.toml", &law, &mut Sources::default());
/// let results = answer::run(&law, &asked.scenario.ok_or("the scenario is sound")?, None).map_err(|_| "it can be assessed")?;
/// assert_eq!(results.cases[0].assessments[0].duty.known().map(|duty| duty.to_string()), Some("27500.00".into()));
/// # Ok::<(), &str>(())
/// ```
///
/// # Errors
/// Diagnostics at the flow for everything that cannot be assessed at all: a missing rate of exchange, a group whose members differ, numbers too large.
pub fn run(law: &Rulebook, scenario: &Scenario, as_known: Option<Date>) -> Result<Results, Diagnostics> {
    let mut faults = Diagnostics::default();
    let plain = RegimeCache::new(law);
    let cases = scenario
        .cases
        .iter()
        .map(|case| {
            let context = context(scenario, case, as_known);
            let (assessments, entries) = if case.changes.is_empty() {
                flows(&plain, scenario, case, &context, &mut faults)
            } else {
                let amended = law.amended(&case.changes);
                flows(&RegimeCache::new(&amended), scenario, case, &context, &mut faults)
            };
            let (case, title) = (case.id.clone(), case.title.clone());
            CaseResult { case, title, totals: totals(&assessments), assessments, entries }
        })
        .collect();
    if faults.is_empty() { Ok(Results { as_known, cases }) } else { Err(faults) }
}

fn flows(
    cache: &RegimeCache<'_>,
    scenario: &Scenario,
    case: &Case,
    context: &Context,
    faults: &mut Diagnostics,
) -> (Vec<Assessment>, Vec<Entry>) {
    let assessments: Vec<Assessment> = scenario
        .flows
        .iter()
        .filter_map(|flow| assess(cache, flow, context).map_err(|fault| tell(&fault, flow, case, faults)).ok())
        .collect();
    let entries = if assessments.len() == scenario.flows.len() {
        entries(cache, scenario, case, context, &assessments, faults)
    } else {
        Vec::new()
    };
    (assessments, entries)
}

/// Groups flows by the declaration they name, in the order in which declarations first occur.
fn entries(
    cache: &RegimeCache<'_>,
    scenario: &Scenario,
    case: &Case,
    context: &Context,
    assessments: &[Assessment],
    faults: &mut Diagnostics,
) -> Vec<Entry> {
    let mut grouped: Vec<(&str, Vec<(&Flow, &Assessment)>)> = Vec::new();
    for (flow, assessment) in scenario.flows.iter().zip(assessments) {
        let Some(name) = flow.entry.as_deref() else { continue };
        match grouped.iter_mut().find(|(known, _)| *known == name) {
            Some((_, flows)) => flows.push((flow, assessment)),
            None => grouped.push((name, vec![(flow, assessment)])),
        }
    }
    let mut entries = Vec::new();
    for (name, declared) in grouped {
        // Refused goods are not entered, and owe no fee.
        let entering: Vec<&Flow> =
            declared.iter().filter(|(_, a)| !matches!(a.duty, Outcome::Refused(_))).map(|(flow, _)| *flow).collect();
        let Some((first, assessment)) = declared.first() else { continue };
        match entry_fees(cache, &entering, context) {
            Err(fault) => tell(&fault, first, case, faults),
            Ok(lines) => entries.push(Entry {
                entry: name.to_owned(),
                currency: assessment.currency,
                value: declared.iter().map(|(_, a)| a.value).fold(Decimal::ZERO, |a, b| sum(a, b).unwrap_or(a)),
                duty: declared.iter().skip(1).fold(assessment.duty.clone(), |all, (_, a)| all.plus(&a.duty)),
                fees: lines.iter().fold(Outcome::Known(Decimal::ZERO), |all, line| all.plus(&line.amount)),
                lines,
            }),
        }
    }
    entries
}

/// Tells a fault once for each flow: what is wrong with it in one case is usually wrong in the next.
pub(super) fn tell(fault: &Fault, flow: &Flow, case: &Case, faults: &mut Diagnostics) {
    let new = told(fault, flow.place, case);
    let known = faults.sorted().iter().any(|old| {
        old.code == new.code && old.message == new.message && old.labels.first().map(|l| l.0) == new.labels.first().map(|l| l.0)
    });
    if !known {
        faults.push(new);
    }
}

/// What cannot be assessed, at the flow it happens to, where that is written somewhere.
pub(super) fn told(fault: &Fault, place: Option<Place>, case: &Case) -> Diagnostic {
    let at =
        |code: Code, message: String| Diagnostic::new(code, message).maybe_at(place, format!("this flow, in case `{}`", case.id));
    match fault {
        Fault::NoLaw(into) => at(Code::UnknownImportingCountry, format!("the book has no law for imports into `{into}`")),
        Fault::Circle(circle) => at(Code::CircularOrder, format!("measures wait for each other: {circle}")),
        Fault::NoExchangeRate(from, to) => {
            at(Code::MissingExchangeRate, format!("the value is in {from}, the duty is due in {to}"))
                .help(format!("add `exchange = [\"… {to}/{from}\"]` at the top or in the case"))
        }
        Fault::AdmittedLater(admitted, entered) => {
            let message = format!("the goods were admitted to a free zone on {admitted}, after they entered on {entered}");
            at(Code::BadPeriod, message)
        }
        Fault::NoMembers(day) => at(Code::UnknownGroup, format!("the group has no members on {day}")),
        Fault::TooLarge => at(Code::NumberTooLarge, "the duty has more digits than a decimal holds exactly".into())
            .help("give fewer digits in quantities, shares and rates"),
        Fault::MembersDiffer(each) => {
            let mut groups: Vec<(String, Vec<String>)> = Vec::new();
            for (country, duty) in each {
                match groups.iter_mut().find(|(known, _)| known == duty) {
                    Some((_, members)) => members.push(country.to_string()),
                    None => groups.push((duty.clone(), vec![country.to_string()])),
                }
            }
            let words =
                groups.iter().map(|(duty, members)| format!("{} ({duty})", members.join(", "))).collect::<Vec<_>>().join("; ");
            at(Code::MembersDiffer, "the members of the origin group are not treated alike".into())
                .help(format!("name the members one by one: {words}"))
        }
    }
}

/// Sums over assessments, one for each currency, in the order in which currencies first occur.
pub(super) fn totals<'a>(assessments: impl IntoIterator<Item = &'a Assessment>) -> Vec<Total> {
    totals_of(assessments.into_iter().map(|assessment| (assessment.currency, assessment.value, &assessment.duty)))
}

/// Sums over customs values and duties, one for each currency, in the order in which currencies first occur.
pub(super) fn totals_of<'a>(priced: impl Iterator<Item = (Currency, Decimal, &'a Outcome)>) -> Vec<Total> {
    let mut totals: Vec<Total> = Vec::new();
    for (currency, value, duty) in priced {
        let position = totals.iter().position(|total| total.currency == currency);
        let fresh = Total {
            currency,
            value: Decimal::ZERO,
            priced: Decimal::ZERO,
            unknown: Decimal::ZERO,
            refused: Decimal::ZERO,
            duty: duty.clone(),
        };
        let total = match position.and_then(|position| totals.get_mut(position)) {
            Some(total) => {
                // A sum with a refusal is what the other goods owe; of refusals alone it is a refusal, not nothing.
                total.duty = total.duty.plus(duty);
                total
            }
            None => totals.push_mut(fresh),
        };
        let add = |to: &mut Decimal| *to = sum(*to, value).unwrap_or(*to);
        add(&mut total.value);
        match duty {
            Outcome::Known(_) => add(&mut total.priced),
            Outcome::Unknown { .. } => add(&mut total.unknown),
            Outcome::Refused(_) => add(&mut total.refused),
        }
    }
    totals
}
