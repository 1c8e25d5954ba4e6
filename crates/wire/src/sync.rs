//! How records come in from the relay.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks the relay now, once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncNow {
    /// Reads everything again from the relay's first record. It changes nothing that is known.
    #[serde(default)]
    pub from_start: bool,
}

/// What one sync brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncReport {
    /// Bodies received.
    pub received: u32,
    /// Calls that were not in the log before.
    pub new: u32,
    /// Calls that learnt something.
    pub updated: u32,
    /// Bodies that could not be read; they are kept and read again after an update.
    pub unreadable: u32,
    /// The cursor after it.
    pub cursor: u64,
}

/// How the sync with the relay stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SyncState {
    /// What it does.
    pub phase: SyncPhase,
    /// Since when it does so.
    pub since: i64,
    /// When the relay last answered well.
    pub synced_at: Option<i64>,
    /// What is wrong, while it is.
    pub trouble: Option<SyncTrouble>,
    /// Bodies in all that could not be read.
    pub unreadable: u32,
}

/// What the sync does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncPhase {
    /// There is no relay.
    Off,
    /// It has not heard from the relay yet.
    Connecting,
    /// It waits at the relay for the next record.
    Live,
    /// The relay could not be reached; it tries again by itself.
    Retrying,
    /// The relay refuses; it tries again rarely, and the user can mend it.
    Refused,
}

/// What is wrong with the relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncTrouble {
    /// No connection.
    Unreachable,
    /// The token is not taken.
    TokenRefused,
    /// The answer is none of a relay.
    NotARelay,
    /// The relay can't work now.
    RelayIll,
    /// The relay has dropped records that this desk never saw.
    Missed,
    /// Records came and could not be written here.
    CannotStore,
}
