//! The connection check: what was tried, what came back, what to do. It places no call.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks for a check of the whole set-up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Examine {}

/// What the check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Examination {
    /// A row a check, in the order they were made.
    pub findings: Vec<Finding>,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Finding {
    /// Which check.
    pub check: Check,
    /// How it ended.
    pub verdict: Verdict,
    /// What came back, in one English sentence without any secret.
    pub found: String,
    /// What to do, where something is to be done.
    pub advice: Option<Advice>,
}

/// The checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The keyring can be used.
    Keyring,
    /// The database is whole.
    Database,
    /// The recordings' folder can be written.
    RecordingsFolder,
    /// Credentials and own number are set.
    Account,
    /// The platform answers, and how it takes the signature. It asks for a recording that does
    /// not exist.
    Platform,
    /// The computer's clock against the platform's.
    Clock,
    /// The relay answers and takes the token.
    Relay,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Good,
    /// It works, and could be better.
    Doubtful,
    /// It does not work.
    Bad,
    /// It could not be tried, for want of something before it.
    Skipped,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Start or install a keyring.
    StartKeyring,
    /// Free some space or choose another folder.
    ChooseFolder,
    /// Enter the credentials.
    EnterCredentials,
    /// Enter the credentials again: the platform does not know them.
    ReenterCredentials,
    /// Choose the dialect that `found` names.
    ChangeDialect,
    /// Ask the platform about the signature: no dialect was taken.
    AskPlatform,
    /// Set the computer's clock.
    SetClock,
    /// Check the network.
    CheckNetwork,
    /// Pair with a relay.
    PairRelay,
    /// Ask for a new pairing link.
    RenewPairing,
    /// Restore a backup.
    RestoreBackup,
}
