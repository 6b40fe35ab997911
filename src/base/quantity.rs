use super::number::excerpt;
use super::{Fault, parse_number, product};
use rust_decimal::Decimal;
use std::fmt;

macro_rules! units {
    ($($unit:ident $name:literal $family:ident $factor:expr, [$($alias:literal),*];)*) => {
        /// A unit of quantity, as tariff schedules use them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Unit {
            $(#[doc = concat!("`", $name, "`")] $unit,)*
        }

        impl Unit {
            const ALL: &'static [(Self, &'static str, Family, i64, &'static [&'static str])] =
                &[$((Self::$unit, $name, Family::$family, $factor, &[$($alias),*]),)*];
        }
    };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Mass,
    Volume,
    Count,
    Area,
    CubicMetre,
    ProofLitre,
    Barrel,
    Pair,
    Jewel,
    Watt,
    Length,
}

// The factor is how many thousandths of the family's base unit one of this unit is.
units! {
    Kilogram "kg" Mass 1_000, ["kilogram", "kgs"];
    Gram "g" Mass 1, ["gram"];
    Tonne "t" Mass 1_000_000, ["tonne", "ton", "tons", "metric-ton"];
    Litre "liter" Volume 1_000, ["l", "litre", "liters", "litres"];
    Hectolitre "hl" Volume 100_000, [];
    Number "No" Count 1_000, ["no", "no.", "No.", "each", "pcs", "piece", "pieces", "head", "unit", "units"];
    Dozen "doz" Count 12_000, ["doz.", "dozen"];
    Gross "gross" Count 144_000, ["gr"];
    Thousand "1000" Count 1_000_000, ["1,000", "thousand", "thousands"];
    SquareMetre "m2" Area 1_000, ["m²", "sqm"];
    CubicMetre "m3" CubicMetre 1_000, ["m³", "cbm"];
    ProofLitre "pf.liter" ProofLitre 1_000, ["pf. liter", "pf.liters", "pf.litre", "proof-liter"];
    Barrel "bbl" Barrel 1_000, ["barrel", "barrels"];
    Pair "pair" Pair 1_000, ["pr", "pr.", "prs", "prs.", "pairs"];
    Jewel "jewel" Jewel 1_000, [];
    Watt "W" Watt 1_000, ["watt", "watts"];
    Metre "m" Length 1_000, ["meter", "metre"];
}

impl Unit {
    /// Reads a unit by its name or a usual synonym.
    ///
    /// # Errors
    /// Where the unit is not known.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        Self::find(text).ok_or_else(|| {
            let names = Self::ALL.iter().map(|(_, name, ..)| *name).collect::<Vec<_>>().join(", ");
            Fault::new(format!("`{}` is not a unit of quantity", excerpt(text))).with_help(format!("units are {names}"))
        })
    }

    /// Returns the unit of that name or synonym, if there is one.
    pub fn find(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _, _, aliases)| *name == text || aliases.contains(&text)).map(|(unit, ..)| *unit)
    }

    /// Returns the unit's name, as printed.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(unit, ..)| *unit == self).map_or("", |(_, name, ..)| name)
    }

    fn family(self) -> Option<(Family, Decimal)> {
        Self::ALL.iter().find(|(unit, ..)| *unit == self).map(|(_, _, family, factor, _)| (*family, Decimal::new(*factor, 3)))
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A number of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quantity {
    /// How many.
    pub number: Decimal,
    /// Of what.
    pub unit: Unit,
}

impl Quantity {
    /// Reads `52,000 kg`.
    ///
    /// # Errors
    /// Where the unit or the number is missing or not understood, or the number is negative.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        let Some((number, unit)) = text.rsplit_once(char::is_whitespace) else {
            return Err(Fault::new(format!("`{}` is not a quantity", excerpt(text)))
                .with_help("write the number and the unit, such as \"52,000 kg\""));
        };
        let number = parse_number(number)?;
        if number.is_sign_negative() && !number.is_zero() {
            return Err(Fault::new(format!("`{}` is below zero", excerpt(text))).with_help("a quantity is zero or more"));
        }
        Ok(Self { number, unit: Unit::parse(unit)? })
    }

    /// Returns the same quantity in another unit of the same kind (tonnes in kilograms), exactly; `None` where there is no such conversion.
    pub fn in_unit(self, unit: Unit) -> Option<Decimal> {
        if self.unit == unit {
            return Some(self.number);
        }
        let ((from, factor), (to, divisor)) = (self.unit.family()?, unit.family()?);
        if from != to {
            return None;
        }
        product(self.number, factor)?.checked_div(divisor)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", super::grouped(self.number), self.unit)
    }
}
