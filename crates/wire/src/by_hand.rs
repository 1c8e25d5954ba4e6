//! Calls that were made elsewhere and are written down by hand.

use crate::{CallRow, CallStatus};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Writes a call down that was made elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct LogCall {
    /// The customer's number, however it is written.
    pub number: String,
    /// The salesperson's own number, however it is written.
    #[serde(default)]
    pub tel_a: Option<String>,
    /// What became of it.
    pub status: CallStatus,
    /// When it began; not in the future.
    pub started_at: i64,
    /// How long it took in seconds, at most a day; nothing for a call that was not connected.
    #[serde(default)]
    pub duration: Option<i64>,
    /// A note, of at most 4,000 characters.
    #[serde(default)]
    pub note: String,
}

/// A call that was written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LoggedCall {
    /// Its row.
    pub row: CallRow,
    /// Whether the log knew the call already: what was written was added to it.
    pub merged: bool,
}
