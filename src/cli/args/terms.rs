//! What is said of goods that no file describes, and how a file of trade is read.

use super::{pair, place};
use clap::Args;
use std::path::PathBuf;

/// What a flow written as flags states beside goods, origin, day and value, and how it is charged.
#[derive(Clone, Debug, Args)]
pub(crate) struct Terms {
    /// The importing country; the one whose schedule the book holds where none is given
    #[arg(long, value_name = "COUNTRY", value_parser = place)]
    pub(crate) into: Option<String>,
    /// A quantity, such as "10 kg"; may be given several times
    #[arg(long, value_name = "QUANTITY", allow_hyphen_values = true)]
    pub(crate) quantity: Vec<String>,
    /// A claim the flow makes, such as usmca; may be given several times
    #[arg(long, value_name = "CLAIM")]
    pub(crate) claim: Vec<String>,
    /// A fact of the goods, such as patented=false or transport=sea; may be given several times
    #[arg(long, value_name = "FACT=ANSWER")]
    pub(crate) fact: Vec<String>,
    /// A content share of the value, such as steel=40%; may be given several times
    #[arg(long, value_name = "NAME=SHARE", value_parser = pair)]
    pub(crate) content: Vec<String>,
    /// A share of the weight, such as metal=20%; may be given several times
    #[arg(long, value_name = "NAME=SHARE", value_parser = pair)]
    pub(crate) weight: Vec<String>,
    /// A rate of exchange, such as "151.43 JPY/USD"
    #[arg(long, value_name = "RATE")]
    pub(crate) exchange: Vec<String>,
    /// Take for granted that the last law known goes on past the end of the book
    #[arg(long)]
    pub(crate) law_continues: bool,
}

impl Terms {
    /// The options that were given and say something of one flow, each with whether it was.
    pub(crate) fn given(&self) -> [(&'static str, bool); 7] {
        [
            ("--into", self.into.is_some()),
            ("--quantity", !self.quantity.is_empty()),
            ("--claim", !self.claim.is_empty()),
            ("--fact", !self.fact.is_empty()),
            ("--content", !self.content.is_empty()),
            ("--weight", !self.weight.is_empty()),
            ("--exchange", !self.exchange.is_empty()),
        ]
    }
}

/// How a file of trade is read.
#[derive(Clone, Debug, Args)]
pub(crate) struct FileTerms {
    /// Beside a file of trade a second one with shares by code and country: preferences claimed for a part of a flow (usmca_share), contents (us_share, steel_share)
    #[arg(long, value_name = "FILE")]
    pub(crate) shares: Option<PathBuf>,
    /// Of a file of trade: which column is which, where the names do not tell, such as value=gen_val_mo; may be given several times
    #[arg(long, value_name = "ROLE=COLUMN", value_parser = pair)]
    pub(crate) column: Vec<String>,
    /// Of a file of trade: the year, where it has several
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i16).range(1900..2200))]
    pub(crate) year: Option<i16>,
    /// Of a file of trade: how many rows at fault to bear before stopping
    #[arg(long, value_name = "NUMBER")]
    pub(crate) max_errors: Option<u64>,
}
