use std::fmt;
use std::sync::Arc;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the text as it stands.
            pub fn new(text: &str) -> Self {
                Self(Arc::from(text))
            }

            /// Returns the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

names! {
    /// The id of a measure, such as `us-232-autos-vehicles`.
    MeasureId
    /// The id of a program: the measures of one legal authority, such as `us-232-autos`.
    ProgramId
    /// The id of a country group, such as `EU`.
    GroupId
    /// The id of a fact or claim that a flow may state, such as `usmca`.
    FactId
    /// The id of a content or weight share, such as `steel`.
    ContentId
    /// The id of a reading, such as `us-ieepa`.
    ReadingId
    /// The id of a product of the catalogue, such as `passenger-cars`.
    ProductId
    /// The id of a flow in a scenario.
    FlowId
    /// The id of a case in a scenario.
    CaseId
    /// The id of a source article.
    ArticleId
}
