//! Links that other programs open Bohao with. None dials by itself.

use crate::{CallId, DialableNumber, NumberFlaw};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Takes the link that has waited longest: a host keeps each until it is taken, so that none is lost
/// while the page is not there yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TakeLink {}

/// The link that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TakenLink {
    /// What it asks for; absent if none waits.
    pub link: Option<Link>,
}

/// What a link asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "asks", rename_all = "snake_case")]
pub enum Link {
    /// For a number to be filled in.
    Dial {
        /// The digits that would be dialled; with a flaw, what the user has to mend first.
        number: String,
        /// Why it can't be dialled as it stands.
        flaw: Option<NumberFlaw>,
        /// Who it is, as the link says.
        name: Option<String>,
        /// What the link wants to be noted with the call.
        note: Option<String>,
        /// Digits behind the number, which a middle number can't dial.
        extension: Option<String>,
    },
    /// For the relay to be set up. It holds secrets, so it stays at the host: [`ReadOpenedPairing`]
    /// and [`PairOpened`] speak of it.
    Pairing,
    /// For one call of the log to be shown.
    Call {
        /// Which one; it need not exist.
        call: CallId,
    },
    /// For a number out of what the user has copied or marked.
    Copied {
        /// Each one once, in its order; none if there is none in it.
        numbers: Vec<DialableNumber>,
    },
    /// For nothing that is done.
    Refused {
        /// Why.
        flaw: LinkFlaw,
    },
}

/// Why nothing is done with a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LinkFlaw {
    /// Longer than any link that was meant.
    TooLong,
    /// Control characters, or escapes that are none.
    Malformed,
    /// There is no number in it.
    NoNumber,
    /// More than one number.
    Several,
    /// An emergency or short number, or a code that changes how a telephone behaves.
    Special,
    /// It asks for something that this version does not know.
    Unknown,
    /// It is for another program.
    Foreign,
}

/// Asks what the pairing link that was taken last would set up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReadOpenedPairing {}

/// Sets the relay up from it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PairOpened {}
