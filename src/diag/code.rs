/// Whether a finding stops the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The input cannot be used.
    Error,
    /// The input is used; something in it is probably not what was meant.
    Warning,
}

macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident $meaning:literal;)*) => {
        /// The stable code of a kind of finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $meaning] $variant,)*
        }

        impl Code {
            /// All codes, in alphabetical order of their names.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the name printed in brackets, such as `unknown-key`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Returns the meaning in one line.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }

            /// Returns whether it stops the run.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    BadChange "bad-change" Error "a what-if change that cannot be made";
    BadCode "bad-code" Error "a commodity code that is none";
    BadCondition "bad-condition" Error "a condition on a share that cannot be read";
    BadCountry "bad-country" Error "a country code that is none";
    BadDate "bad-date" Error "a date that is none";
    BadExpectation "bad-expectation" Error "an expectation that cannot be read";
    BadMoney "bad-money" Error "an amount of money that cannot be read";
    BadNumber "bad-number" Error "a number that cannot be read";
    BadPercent "bad-percent" Error "a percentage that cannot be read";
    BadPeriod "bad-period" Error "a period that ends before it starts";
    BadQuantity "bad-quantity" Error "a quantity that cannot be read";
    BadRate "bad-rate" Error "a rate of duty that cannot be read";
    BadRow "bad-row" Warning "rows of a file of flows that are not read";
    BadScheduleFile "bad-schedule-file" Error "an official schedule that cannot be read";
    BadSchema "bad-schema" Error "a file without the format number this program reads";
    BadSide "bad-side" Error "a side of a comparison that cannot be read";
    BadSweep "bad-sweep" Error "an axis, a range or a target that cannot be read";
    BadTable "bad-table" Error "a CSV table that cannot be read";
    BadText "bad-text" Error "text that is empty, too long or holds control characters";
    BadToml "bad-toml" Error "a file that is not TOML";
    BeyondBook "beyond-book" Warning "an entry date that the law book does not cover";
    CannotRead "cannot-read" Error "a file that cannot be read";
    ChangeHasNoEffect "change-has-no-effect" Warning "a what-if change that alters nothing for any flow";
    CircularCase "circular-case" Error "cases or flows that are based on each other";
    CircularOrder "circular-order" Error "measures that wait for each other";
    ClaimNotOffered "claim-not-offered" Error "a preference that the line or the origin does not offer";
    ConflictingChanges "conflicting-changes" Error "two changes that claim the same measure and day";
    DuplicateId "duplicate-id" Error "two things of one kind with one id";
    EntryDiffers "entry-differs" Error "flows of one declaration that enter on different days or into different countries";
    ExpectationFailed "expectation-failed" Error "an expectation of the author that does not hold";
    FileTooLarge "file-too-large" Error "a file past the size this program reads";
    LaterVersionsDisplaced "later-versions-displaced" Warning "a change that also displaces versions the law schedules later";
    MembersDiffer "members-differ" Error "a group named as origin whose members are not treated alike";
    MissingCitation "missing-citation" Error "a number of the law without its source";
    MissingExchangeRate "missing-exchange-rate" Error "a value in a foreign currency without a rate of exchange";
    MissingKey "missing-key" Error "a key that must be given";
    MissingTable "missing-table" Error "a table file that is not there";
    NoFlows "no-flows" Error "a scenario without a flow";
    NoGoods "no-goods" Error "a flow that names no goods, or two kinds";
    NoImport "no-import" Warning "goods from a place within the customs territory of the importing country";
    NotInSchedule "not-in-schedule" Error "a code that the schedule of that day does not have";
    NotUtf8 "not-utf8" Error "a file that is not UTF-8 text";
    NumberTooLarge "number-too-large" Error "numbers whose product a decimal cannot hold exactly";
    OriginNotAsked "origin-not-asked" Error "an origin that is spoken of and not among those compared";
    OverlappingRows "overlapping-rows" Error "two rows of a table for one code and day";
    OverlappingVersions "overlapping-versions" Error "two versions of a measure that claim the same day";
    QuantityNeverUsed "quantity-never-used" Warning "a quantity that no rate asks for";
    RateStopsAtZero "rate-stops-at-zero" Warning "points that take more off than a rate has";
    RowMatchesNothing "row-matches-nothing" Warning "a row of a scope table whose code the schedule never has";
    ShareNotUsed "share-not-used" Warning "a column of shares that the law has no name for";
    SharesTooLarge "shares-too-large" Error "shares that add up to more than the whole";
    TooManyBadRows "too-many-bad-rows" Error "more rows of a file of flows at fault than are to be borne";
    TwoVerbs "two-verbs" Error "a change with no verb, or more than one";
    UnknownCase "unknown-case" Error "a case id that is not there";
    UnknownContent "unknown-content" Error "a content or weight share that the law does not know";
    UnknownFact "unknown-fact" Error "a claim or fact that the law does not know";
    UnknownFlow "unknown-flow" Error "a flow id that is not there";
    UnknownGroup "unknown-group" Error "a country group that is not there";
    UnknownImportingCountry "unknown-importing-country" Error "an importing country without a law book";
    UnknownKey "unknown-key" Error "a key that this table does not have";
    UnknownMeasure "unknown-measure" Error "a measure or program that is not there";
    UnknownProduct "unknown-product" Error "a product that the catalogue does not have";
    UnknownReading "unknown-reading" Error "a reading, or an option of one, that is not there";
    VersionNeedsEnd "version-needs-end" Error "a version that silently hides an earlier known, later starting one";
    WrongType "wrong-type" Error "a value of another kind than the key takes";
}
