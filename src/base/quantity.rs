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
    Lead,
    Copper,
    Zinc,
    Molybdenum,
    Tungsten,
    Magnesium,
    Manganese,
    Silicon,
    Morphine,
    Sugars,
    CleanYield,
    Drained,
    WithContainer,
    EntireContents,
    Container,
    Pin,
    Pack,
    Line,
    RecordingSurface,
}

// The factor is how many thousandths of the family's base unit one of this unit is.
units! {
    Kilogram "kg" Mass 1_000, ["kilogram", "kgs"];
    Gram "g" Mass 1, ["gram"];
    Tonne "t" Mass 1_000_000, ["tonne", "ton", "tons", "metric-ton"];
    Litre "liter" Volume 1_000, ["l", "litre", "liters", "litres"];
    Hectolitre "hl" Volume 100_000, [];
    Kilolitre "kl" Volume 1_000_000, [];
    Number "No" Count 1_000, ["no", "no.", "No.", "each", "pcs", "piece", "pieces", "head", "unit", "units", "article"];
    Dozen "doz" Count 12_000, ["doz.", "dozen"];
    Gross "gross" Count 144_000, ["gr"];
    Thousand "1000" Count 1_000_000, ["1,000", "thousand", "thousands", "thou- sand"];
    SquareMetre "m2" Area 1_000, ["m²", "sqm"];
    CubicMetre "m3" CubicMetre 1_000, ["m³", "cbm"];
    ProofLitre "pf.liter" ProofLitre 1_000, ["pf. liter", "pf.liters", "pf.litre", "proof-liter", "pf. liter on ethyl alcohol content"];
    Barrel "bbl" Barrel 1_000, ["barrel", "barrels"];
    Pair "pair" Pair 1_000, ["pr", "pr.", "prs", "prs.", "pairs"];
    Jewel "jewel" Jewel 1_000, [];
    Watt "W" Watt 1_000, ["watt", "watts"];
    Metre "m" Length 1_000, ["meter", "metre", "lin. m"];
    LeadKilogram "kg of lead" Lead 1_000, ["kg on lead content", "Pb kg"];
    CopperKilogram "kg of copper" Copper 1_000, ["kg on copper content", "Cu kg"];
    ZincKilogram "kg of zinc" Zinc 1_000, ["kg on zinc content", "Zn kg"];
    MolybdenumKilogram "kg of molybdenum" Molybdenum 1_000, ["kg on molybdenum content", "Mo kg"];
    TungstenKilogram "kg of tungsten" Tungsten 1_000, ["kg on tungsten content", "W kg"];
    MagnesiumKilogram "kg of magnesium" Magnesium 1_000, ["kg on magnesium content", "Mg kg"];
    ManganeseKilogram "kg of manganese" Manganese 1_000, ["kg on manganese content", "Mn kg"];
    SiliconKilogram "kg of silicon" Silicon 1_000, ["kg on silicon content", "Si kg"];
    MorphineKilogram "kg of anhydrous morphine" Morphine 1_000, ["kg of anhydrous morphine content", "kg amc"];
    SugarsKilogram "kg of total sugars" Sugars 1_000, ["kg ttl sug"];
    CleanKilogram "clean kg" CleanYield 1_000, ["cy kg"];
    DrainedKilogram "kg of drained weight" Drained 1_000, ["kg on drained weight"];
    KilogramWithContainer "kg with container" WithContainer 1_000, ["kg on contents and container", "kg, including weight of container", "kg,including weight of container"];
    TonneWithContainer "t with container" WithContainer 1_000_000, ["t, including weight of container", "t,including weight of container"];
    KilogramOfContents "kg of entire contents" EntireContents 1_000, ["kg on entire contents of container"];
    GrossOfContainers "gross of immediate containers" Container 144_000, [];
    Containers "immediate containers" Container 1_000, ["immediate container"];
    ThousandPins "1000 pins" Pin 1_000_000, ["1,000 pins"];
    Pins "pins" Pin 1_000, [];
    Pack "pack" Pack 1_000, ["packs"];
    GrossLine "line/gross" Line 1_000, ["line/ gross", "gr.lines"];
    SquareMetreOfSurface "m2 of recording surface" RecordingSurface 1_000, ["m2of recording surface"];
}

impl Unit {
    /// Reads a unit by its name or a usual synonym.
    ///
    /// # Errors
    /// Where the unit is not known.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        Self::find(text).ok_or_else(|| {
            let whole = Self::ALL.iter().filter(|(unit, ..)| !unit.is_of_part()).map(|(_, name, ..)| *name);
            let names = whole.collect::<Vec<_>>().join(", ");
            let parts = "or one of a part of the goods, such as `kg of lead`, `clean kg` or `kg of drained weight`";
            Fault::new(format!("`{}` is not a unit of quantity", excerpt(text))).with_help(format!("units are {names}; {parts}"))
        })
    }

    /// Returns the unit of that name or synonym, if there is one.
    pub fn find(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _, _, aliases)| *name == text || aliases.contains(&text)).map(|(unit, ..)| *unit)
    }

    /// Returns the unit that measures the whole goods, where this one measures a part of them: kilograms for the lead in them, and for what is left
    /// of them drained or washed. The part is never more than the whole.
    pub fn whole(self) -> Option<Self> {
        let (family, _) = self.family()?;
        let is_part = match family {
            Family::Lead
            | Family::Copper
            | Family::Zinc
            | Family::Molybdenum
            | Family::Tungsten
            | Family::Magnesium
            | Family::Manganese
            | Family::Silicon
            | Family::Morphine
            | Family::Sugars
            | Family::CleanYield
            | Family::Drained => true,
            Family::Mass
            | Family::Volume
            | Family::Count
            | Family::Area
            | Family::CubicMetre
            | Family::ProofLitre
            | Family::Barrel
            | Family::Pair
            | Family::Jewel
            | Family::Watt
            | Family::Length
            | Family::WithContainer
            | Family::EntireContents
            | Family::Container
            | Family::Pin
            | Family::Pack
            | Family::Line
            | Family::RecordingSurface => false,
        };
        is_part.then_some(Self::Kilogram)
    }

    /// Tells whether the unit measures something else than the goods as they are: a content, a container, a surface.
    pub fn is_of_part(self) -> bool {
        self.whole().is_some()
            || matches!(
                self.family(),
                Some((
                    Family::WithContainer | Family::EntireContents | Family::Container | Family::Pin | Family::RecordingSurface,
                    _
                ))
            )
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
        // The longest name of a unit counts: `20 kg of lead` is no quantity of lead, and `5 clean kg` is none of five clean.
        let named = || {
            let blanks = text.char_indices().filter(|(_, c)| c.is_whitespace());
            blanks.map(|(at, _)| text.split_at(at)).find(|(_, unit)| Unit::find(unit.trim()).is_some())
        };
        let Some((number, unit)) = named().or_else(|| text.rsplit_once(char::is_whitespace)) else {
            return Err(Fault::new(format!("`{}` is not a quantity", excerpt(text)))
                .with_help("write the number and the unit, such as \"52,000 kg\""));
        };
        let number = parse_number(number)?;
        if number.is_sign_negative() && !number.is_zero() {
            return Err(Fault::new(format!("`{}` is below zero", excerpt(text))).with_help("a quantity is zero or more"));
        }
        let unit = Unit::parse(unit).map_err(|fault| match foreign(number, unit.trim()) {
            Some(help) => fault.with_help(help),
            None => fault,
        })?;
        Ok(Self { number, unit })
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

/// Units in which goods are invoiced and no schedule here counts: names, the unit that schedules count in, and how many of it one is (exact, by definition).
const FOREIGN: [(&[&str], &str, Decimal); 3] = [
    (&["lb", "lbs", "pound", "pounds"], "kg", Decimal::from_parts(45_359_237, 0, 0, false, 8)),
    (&["gal", "gallon", "gallons"], "liter", Decimal::from_parts(3_785_411_784, 0, 0, false, 9)),
    (&["sq yd", "yd2"], "m2", Decimal::from_parts(83_612_736, 0, 0, false, 8)),
];

/// What to write in place of a quantity in a unit that no schedule counts in.
fn foreign(number: Decimal, unit: &str) -> Option<String> {
    let (.., known, each) = FOREIGN.iter().find(|(names, ..)| names.contains(&unit))?;
    let all = super::grouped(product(number, *each)?.normalize());
    Some(format!("schedules count in {known}: {} {unit} are \"{all} {known}\"", super::grouped(number)))
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", super::grouped(self.number), self.unit)
    }
}
