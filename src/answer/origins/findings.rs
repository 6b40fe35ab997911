//! What is probably not what the author meant, of one flow from many origins.

use super::CaseOrigins;
use crate::answer::findings::{beyond_book, displaced_versions, idle_changes};
use crate::answer::run::{CaseResult, Results, context};
use crate::assess::{Assessment, Outcome};
use crate::base::Date;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::law::{RegimeCache, Rulebook};
use crate::scenario::Scenario;

/// Looks for warnings: changes that do nothing for any origin, law they displace, days past the book, quantities that no rate asks for.
pub fn origins_findings(law: &Rulebook, scenario: &Scenario, cases: &[CaseOrigins], as_known: Option<Date>) -> Diagnostics {
    let mut out = Diagnostics::default();
    let plain = RegimeCache::new(law);
    let mut asks = false;
    for (case, found) in scenario.cases.iter().zip(cases) {
        let context = context(scenario, case, as_known);
        let rows = Scenario { flows: found.rows.iter().map(|row| row.flow.clone()).collect(), ..scenario.clone() };
        let assessments: Vec<Assessment> = found.rows.iter().map(|row| row.assessment.clone()).collect();
        idle_changes(&plain, &rows, case, &context, &assessments, &mut out);
        displaced_versions(law, case, &assessments, &mut out);
        // A rate that asks for a quantity names a unit behind a stroke.
        let by_quantity = |assessment: &Assessment| assessment.lines.iter().any(|line| line.form.contains('/'));
        asks |= assessments.iter().any(|a| by_quantity(a) || matches!(a.duty, Outcome::Unknown { .. }));
        let result = CaseResult {
            case: found.case.clone(),
            title: found.title.clone(),
            assessments,
            totals: Vec::new(),
            entries: Vec::new(),
        };
        beyond_book(law, &rows, &Results { as_known, cases: vec![result] }, &mut out);
    }
    let flow = cases.iter().flat_map(|found| &found.rows).map(|row| &row.flow).next();
    if let Some(flow) = flow.filter(|flow| !asks && !flow.quantities.is_empty()) {
        out.push(
            Diagnostic::new(Code::QuantityNeverUsed, format!("no rate of any origin asks for the quantity of `{}`", flow.id))
                .maybe_at(flow.place, "this flow")
                .help("drop it, or check the code: ad valorem rates need no quantity"),
        );
    }
    out
}
