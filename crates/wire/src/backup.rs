//! Everything of a desk in one file, and back.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Writes a backup to a place of the user's choice, through the save dialog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackUp {
    /// A word for this one job, by which its progress is told and by which it is stopped.
    pub job: String,
}

/// What became of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum BackedUp {
    /// It lies there, whole, and was read back.
    Saved {
        /// Where.
        path: String,
        /// Its size in bytes.
        bytes: u64,
        /// What is in it.
        holds: BackupContents,
    },
    /// The user closed the dialog or stopped it; nothing was left.
    Cancelled,
}

/// What is in a backup. Secrets are not, and neither is practice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackupContents {
    /// When it was made.
    pub made_at: i64,
    /// Which version of Bohao made it.
    pub version: String,
    /// How many calls it holds.
    pub calls: u64,
    /// How many recordings it holds.
    pub recordings: u64,
    /// How many recordings the desk should have had, and whose files were gone or damaged.
    pub missing: u64,
}

/// Lets the user choose a backup, through the dialog, and tells what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChooseBackup {}

/// The backup that was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ChosenBackup {
    /// It is one, and this version of Bohao can take it in.
    Chosen {
        /// Where it lies.
        path: String,
        /// What is in it.
        holds: BackupContents,
    },
    /// The user closed the dialog.
    Cancelled,
}

/// Makes the chosen backup ready: all of it is unpacked beside the desk and checked. The desk takes
/// its place when Bohao is started anew; until then nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RestoreBackup {
    /// A word for this one job, by which its progress is told and by which it is stopped.
    pub job: String,
}

/// What became of a restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum RestoredBackup {
    /// It is ready; the next start takes it in.
    Ready {
        /// What is in it.
        holds: BackupContents,
    },
    /// The user stopped it; nothing was left.
    Cancelled,
}

/// Ends the program and starts it anew.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RestartProgram {}
