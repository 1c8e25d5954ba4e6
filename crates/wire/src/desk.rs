//! The desk as a whole: what a window needs to draw its first frame.

use crate::{Account, Deletion, Settings, SyncState, Today};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks for the desk as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeskQuery {}

/// The desk as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct DeskState {
    /// The program's version.
    pub version: String,
    /// Practice or the real thing.
    pub mode: Mode,
    /// The current instant, so that a screen need not trust its own clock.
    pub now: i64,
    /// What is set up.
    pub account: Account,
    /// The settings.
    pub settings: Settings,
    /// The sync with the relay.
    pub sync: SyncState,
    /// The platform, as its last answer showed it.
    pub line: LineState,
    /// Today's figures.
    pub today: Today,
    /// How many calls the log holds.
    pub calls: u64,
    /// The latest deletion that can still be undone.
    pub deletion: Option<Deletion>,
    /// Something the user should know once: a backup, a damaged database set aside.
    pub notice: Option<Notice>,
}

/// Practice or the real thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Neither practice nor an account: the first run.
    FirstRun,
    /// The whole product against the stand-in platform inside.
    Practice,
    /// The real platform.
    Live,
}

/// Changes between practice and the real thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetMode {
    /// Where to go. `FirstRun` shows the beginning again and loses nothing.
    pub mode: Mode,
}

/// The platform, as its last answer showed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// Nothing was asked of it yet.
    Untried,
    /// It answered.
    Answering,
    /// It could not be reached.
    Unreachable,
}

/// Something the user should know once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Notice {
    /// Practice's database was damaged; it was set aside and a new one begun.
    DatabaseSetAside {
        /// Where the damaged one lies.
        path: String,
    },
    /// The database was damaged, empty or gone, and a new one was begun: the log, the do-not-call
    /// table, the rules and the notes are not here. It is told, and nothing is dialled, until
    /// [`crate::AcknowledgeLoss`].
    DatabaseLost {
        /// Where the lost one lies; nothing if there was no file any more.
        path: Option<String>,
        /// The folder of the copies from before each upgrade, if there are any.
        backups: Option<String>,
    },
    /// A backup took the desk's place.
    Restored {
        /// The folder that the desk before it lies in now.
        path: String,
    },
}
