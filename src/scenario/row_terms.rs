//! From a row of a file of flows to the flows it means: what the file says of all its rows, what tables of shares say of it, what it says itself.

use super::bulk_shares::Shares;
use super::row_words::{answered_in_row, claimed_in_row};
use super::{BulkFlow, Flow, RowFault, RowReason};
use crate::base::{Country, Currency, Date, Decimal, FactId, FlowId, GroupId, Money, Percent, Quantity};
use crate::diag::{Place as FilePlace, Source};
use crate::law::{Fact, FactKind, Place, Rulebook, Share, ShareKind, ShareName};
use rust_decimal::RoundingStrategy;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// What is stated of goods: facts and shares.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// Facts and claims stated (`true`) or denied (`false`), with what follows from them.
    pub facts: BTreeMap<FactId, bool>,
    /// Shares of value and weight.
    pub shares: BTreeMap<Share, Percent>,
}

/// What a column of shares says of goods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareMeaning {
    /// For what part of the trade a preference is claimed.
    Claim(FactId),
    /// A share of the value or of the weight.
    Goods(Share),
}

impl ShareMeaning {
    /// Finds what a column means by its name without the ending `_share`: `usmca` a preference, `steel` or `steel-content` a content, `metal-weight` a share of the weight.
    ///
    /// A share of the weight must say so: a column that says `metal` alone may as well be one of the value.
    pub fn of(law: &Rulebook, name: &str) -> Option<Self> {
        let share = |kind: ShareKind, name: &str| law.shares().values().find(|s| s.kind == kind && s.id.as_str() == name);
        if let Some(fact) = law.facts().get(&FactId::new(name)).filter(|fact| fact.kind == FactKind::Preference) {
            return Some(Self::Claim(fact.id.clone()));
        }
        if let Some(weight) = name.strip_suffix("-weight") {
            return share(ShareKind::Weight, weight).map(|share| Self::Goods(Share::Weight(share.id.clone())));
        }
        let content = name.strip_suffix("-content").unwrap_or(name);
        share(ShareKind::Content, content).map(|share| Self::Goods(Share::Content(share.id.clone())))
    }

    /// Returns every name a column of shares can have, with the ending, in alphabetical order.
    pub fn names(law: &Rulebook) -> Vec<String> {
        let written = |name: &str| name.replace('-', "_");
        let shares = law.shares().values().map(|share| match share.kind {
            ShareKind::Content => format!("{}_share", written(share.id.as_str())),
            ShareKind::Weight => format!("{}_weight_share", written(share.id.as_str())),
        });
        let claims = law.facts().values().filter(|fact| fact.kind == FactKind::Preference);
        let mut names: Vec<String> = shares.chain(claims.map(|fact| format!("{}_share", written(fact.id.as_str())))).collect();
        names.sort();
        names
    }
}

/// Tells whether goods of an origin may make a claim, on whatever day.
pub(super) fn open_to(fact: &Fact, origin: &Place, law: &Rulebook) -> bool {
    let member = |id: &GroupId, country: Country| {
        law.groups().get(id).is_some_and(|group| group.versions.iter().any(|(_, members)| members.contains(&country)))
    };
    fact.origins.is_empty()
        || fact.origins.iter().any(|place| match (place, origin) {
            (Place::Group(id), Place::Country(country)) => member(id, *country),
            (place, origin) => place == origin,
        })
}

/// What a file of flows says of all its rows.
#[derive(Clone, Debug)]
pub struct RowTerms {
    /// What the ids of its flows begin with.
    pub id: String,
    /// The file, as messages name it.
    pub path: Arc<str>,
    /// Where the scenario names it; `None` where none does.
    pub place: Option<FilePlace>,
    /// What the file is counted in: `line`, or `row` where it has no lines.
    pub counted_in: &'static str,
    /// The importing country.
    pub into: Country,
    /// The currency of the values.
    pub currency: Currency,
    /// The entry date of rows that name none.
    pub entered: Option<Date>,
    /// The day the goods were loaded on board.
    pub loaded: Option<Date>,
    /// The day the goods were admitted to a free zone.
    pub admitted: Option<Date>,
    /// The declaration of rows that name none.
    pub entry: Option<String>,
    /// The group of rows that name none.
    pub group: Option<String>,
    /// What is stated of every row that says nothing else.
    pub stated: Statement,
    /// Preferences claimed for every row whose origin may claim them.
    pub claims: Vec<FactId>,
    /// A preference claimed for a share of every row, as a fraction.
    pub claimed_for: Option<(FactId, Decimal)>,
    /// The source of the values.
    pub cite: Option<String>,
    /// A table of shares by code and country, with the meaning of each of its columns.
    pub table: Option<(Arc<Shares>, Vec<Option<ShareMeaning>>)>,
    /// The meaning of each column of shares of the file itself.
    pub columns: Vec<Option<ShareMeaning>>,
    /// The facts of its columns of facts.
    pub facts: Vec<Option<FactId>>,
    /// What is stated of rows that say nothing else, by the preference claimed: made once, because most rows are such.
    usual: OnceLock<BTreeMap<Option<FactId>, Arc<Statement>>>,
}

/// A part of a row: all of it, or what one preference is claimed for, or the rest.
#[derive(Clone, Debug)]
pub struct RowPart {
    /// The preference claimed; `None` for what is left, and for a row that is not parted.
    pub claim: Option<FactId>,
    /// Whether the row has other parts.
    pub parted: bool,
    /// The value, in the file's currency.
    pub value: Decimal,
    /// The quantities.
    pub quantities: Vec<Quantity>,
    /// What is stated of it.
    pub stated: Arc<Statement>,
}

/// A row with its parts.
#[derive(Clone, Debug)]
pub struct RowParts {
    /// The entry date.
    pub entered: Date,
    /// The origin: a country, or a customs union that the law knows as a group.
    pub origin: Place,
    /// The parts, which add up to the row.
    pub parts: Vec<RowPart>,
}

impl RowTerms {
    /// Makes the terms of a file that says nothing of its rows.
    pub fn plain(id: &str, path: &str, into: Country, currency: Currency) -> Self {
        Self {
            id: id.to_owned(),
            path: Arc::from(path),
            place: None,
            counted_in: "line",
            into,
            currency,
            entered: None,
            loaded: None,
            admitted: None,
            entry: None,
            group: None,
            stated: Statement::default(),
            claims: Vec::new(),
            claimed_for: None,
            cite: None,
            table: None,
            columns: Vec::new(),
            facts: Vec::new(),
            usual: OnceLock::new(),
        }
    }

    /// Returns the preferences that shares or the file itself claim for parts of rows, each once.
    pub fn preferences(&self) -> Vec<&FactId> {
        let columns = self.table.iter().flat_map(|(_, columns)| columns).chain(&self.columns).flatten();
        let mut all: Vec<&FactId> = columns
            .filter_map(|meaning| if let ShareMeaning::Claim(fact) = meaning { Some(fact) } else { None })
            .chain(self.claimed_for.iter().map(|(fact, _)| fact))
            .collect();
        all.sort();
        all.dedup();
        all
    }

    /// Returns the group a row is counted to, if the row or the file names one.
    pub fn group<'a>(&'a self, row: &'a BulkFlow) -> Option<&'a str> {
        row.said.as_deref().and_then(|said| said.group.as_deref()).or(self.group.as_deref())
    }

    /// Parts a row by what is claimed for shares of it, and finds what is stated of each part.
    ///
    /// A part is rounded to whole units of the currency, as a customs value is where law rounds it; the rest keeps what is left. Shares of value and weight are cut to six decimal places
    /// of a percentage, as many as a scenario can write.
    ///
    /// # Errors
    /// Where the row is a sum over several codes, has no entry date, claims what the law does not know or offer, or holds more than the whole.
    pub fn parts(&self, law: &Rulebook, row: &BulkFlow) -> Result<RowParts, RowFault> {
        let fault = |reason: RowReason, message: String| RowFault {
            place: self.counted_in,
            line: row.line,
            reason,
            message,
            value: Some(row.value),
        };
        if !row.more_codes.is_empty() {
            let message = format!("the row is a sum over {} codes; give each code a row of its own", row.more_codes.len() + 1);
            return Err(fault(RowReason::SeveralCodes, message));
        }
        let entered = match (row.year, row.month, row.day) {
            (Some(year), Some(month), Some(day)) => Date::new(year, month, day)
                .map_err(|_| fault(RowReason::BadDate, format!("there is no day {year:04}-{month:02}-{day:02}")))?,
            _ => self.entered.ok_or_else(|| {
                fault(RowReason::NoDate, "the row names no day of entry, and the file gives none for all of its rows".into())
            })?,
        };
        let union = || Some(GroupId::new(row.origin.as_str())).filter(|union| law.groups().contains_key(union));
        let origin = row.origin.name().is_none().then(union).flatten().map_or(Place::Country(row.origin), Place::Group);
        let (claimed, shares) = self.shares(law, row, &origin).map_err(|message| fault(RowReason::BadShare, message))?;
        let mut facts = BTreeMap::new();
        let open = |fact: &FactId| law.facts().get(fact).is_some_and(|fact| open_to(fact, &origin, law));
        facts.extend(self.claims.iter().filter(|fact| open(fact)).map(|fact| (fact.clone(), true)));
        if let Some(said) = row.said.as_deref() {
            let bad = |message: String| fault(RowReason::BadClaim, message);
            for (number, answer) in &said.facts {
                let Some(fact) = self.facts.get(*number).and_then(Option::as_ref) else { continue };
                facts.extend(answered_in_row(law, fact, answer).map_err(bad)?);
            }
            if let Some(words) = &said.claims {
                let claims = claimed_in_row(law, words, &origin).map_err(bad)?;
                facts.extend(claims.into_iter().map(|claim| (claim, true)));
            }
        }
        Ok(RowParts { entered, origin, parts: self.parted(law, row, &claimed, &facts, &shares) })
    }

    /// The shares of a row: those of preferences that its origin may claim, and those of the goods.
    #[expect(clippy::type_complexity, reason = "two lists of shares, used in one place")]
    fn shares(
        &self,
        law: &Rulebook,
        row: &BulkFlow,
        origin: &Place,
    ) -> Result<(Vec<(FactId, Decimal)>, BTreeMap<Share, Percent>), String> {
        let joined = self.table.iter().flat_map(|(table, columns)| {
            columns
                .iter()
                .enumerate()
                .filter_map(|(number, meaning)| Some((meaning.as_ref()?, table.get(number, row.code, row.origin)?)))
        });
        let own = row.shares.iter().filter_map(|(number, share)| Some((self.columns.get(*number)?.as_ref()?, *share)));
        let mut claimed: Vec<(FactId, Decimal)> = self.claimed_for.iter().cloned().collect();
        let mut shares = BTreeMap::new();
        // What the row says itself comes last, and stands.
        for (meaning, share) in joined.chain(own) {
            match meaning {
                ShareMeaning::Claim(fact) => {
                    claimed.retain(|(known, _)| known != fact);
                    claimed.push((fact.clone(), share));
                }
                ShareMeaning::Goods(of) => {
                    let points = share.round_dp_with_strategy(8, RoundingStrategy::ToZero);
                    shares.insert(of.clone(), Percent::from_points(points.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(points)));
                }
            }
        }
        claimed.retain(|(fact, share)| !share.is_zero() && law.facts().get(fact).is_some_and(|fact| open_to(fact, origin, law)));
        if !shares.is_empty() {
            let materials = shares.iter().filter_map(|(share, percent)| match share {
                Share::Content(id) => {
                    let name = law.shares().get(&(ShareKind::Content, id.clone()))?;
                    ShareName::is_material(name).then(|| percent.points())
                }
                Share::Weight(_) => None,
            });
            let whole: Decimal = materials.sum();
            if whole > Decimal::ONE_HUNDRED {
                return Err(format!("its contents add up to {}%, more than the whole", whole.normalize()));
            }
        }
        Ok((claimed, shares))
    }

    fn parted(
        &self,
        law: &Rulebook,
        row: &BulkFlow,
        claimed: &[(FactId, Decimal)],
        facts: &BTreeMap<FactId, bool>,
        shares: &BTreeMap<Share, Percent>,
    ) -> Vec<RowPart> {
        let made = |claim: Option<&FactId>, facts: &BTreeMap<FactId, bool>, shares: &BTreeMap<Share, Percent>| {
            let mut stated = self.stated.clone();
            stated.facts.extend(facts.iter().map(|(fact, flag)| (fact.clone(), *flag)));
            stated.facts.extend(claim.map(|claim| (claim.clone(), true)));
            stated.facts = law.with_consequences(stated.facts);
            stated.shares.extend(shares.iter().map(|(share, percent)| (share.clone(), *percent)));
            Arc::new(stated)
        };
        let none = (BTreeMap::new(), BTreeMap::new());
        let usual = || -> BTreeMap<Option<FactId>, Arc<Statement>> {
            let claims = std::iter::once(None).chain(self.preferences().into_iter().map(Some));
            claims.map(|claim| (claim.cloned(), made(claim, &none.0, &none.1))).collect()
        };
        let stated = |claim: Option<&FactId>| match self.usual.get_or_init(usual).get(&claim.cloned()) {
            Some(stated) if facts.is_empty() && shares.is_empty() => stated.clone(),
            _ => made(claim, facts, shares),
        };
        let mut rest = row.value;
        let mut left: Vec<Quantity> = row.quantities.iter().flatten().copied().collect();
        let mut parts = Vec::with_capacity(1);
        let up = RoundingStrategy::MidpointAwayFromZero;
        // A preference that the whole row claims needs no share.
        for (fact, share) in claimed.iter().filter(|(fact, _)| facts.get(fact).is_none()) {
            let value = row.value.checked_mul(*share).unwrap_or(row.value).round_dp_with_strategy(0, up).min(rest);
            let value = if *share == Decimal::ONE { rest } else { value };
            if value.is_zero() {
                continue;
            }
            rest = rest.checked_sub(value).unwrap_or_default();
            let mut quantities = Vec::with_capacity(left.len());
            for (own, left) in row.quantities.iter().flatten().zip(&mut left) {
                let number = own.number.checked_mul(*share).unwrap_or(own.number).round_dp_with_strategy(6, up).min(left.number);
                left.number = left.number.checked_sub(number).unwrap_or_default().normalize();
                quantities.push(Quantity { number: number.normalize(), unit: own.unit });
            }
            parts.push(RowPart { claim: Some(fact.clone()), parted: true, value, quantities, stated: stated(Some(fact)) });
        }
        if parts.is_empty() || !rest.is_zero() {
            let parted = !parts.is_empty();
            parts.push(RowPart { claim: None, parted, value: rest, quantities: left, stated: stated(None) });
        } else if let [only] = parts.as_mut_slice() {
            only.parted = false;
        }
        parts
    }

    /// Makes the flow of one part of a row: `ID/LINE`, or `ID/LINE/CLAIM` and `ID/LINE/rest` where it is parted.
    pub fn flow(&self, row: &BulkFlow, of: &RowParts, part: &RowPart) -> Flow {
        let said = row.said.as_deref();
        let name = format!("{}/{}", self.id, row.line);
        let suffix = part.claim.as_ref().map_or("rest", FactId::as_str);
        let own = said.and_then(|said| said.id.as_deref());
        let title = own.map_or_else(|| name.clone(), |own| format!("{name} ({own})"));
        let (id, title) = if part.parted { (format!("{name}/{suffix}"), format!("{title}, {suffix}")) } else { (name, title) };
        Flow {
            id: FlowId::new(&id),
            title,
            into: self.into,
            origin: of.origin.clone(),
            code: row.code,
            product: None,
            value: Money { amount: part.value, currency: self.currency },
            quantities: part.quantities.clone(),
            shares: part.stated.shares.clone(),
            facts: part.stated.facts.clone(),
            entered: of.entered,
            loaded: self.loaded,
            admitted: self.admitted,
            entry: said.and_then(|said| said.entry.clone()).or_else(|| self.entry.clone()),
            column_1: None,
            cite: self.cite.clone(),
            source: Source { path: self.path.clone(), line: u32::try_from(row.line).unwrap_or(u32::MAX) },
            place: self.place,
        }
    }
}
