//! What crosses to a host when something is wrong, as opposed to refused.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A fault: nothing that was expected. Refusals by the platform or the guard are values instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// What the user interface acts on.
    pub code: FaultCode,
    /// One English sentence for a log or a developer; hosts have their own words for each code.
    pub message: String,
    /// What the words need: a path, a reason, a count. Never a secret, never a whole number.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    #[ts(type = "Record<string, string | number | boolean | null> | undefined", optional = nullable)]
    pub details: serde_json::Value,
}

/// A code exists only if a host acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// The text holds no number that can be dialled; `details.flaw` is a [`crate::NumberFlaw`].
    BadNumber,
    /// A request's field is out of its range; `details.field` names it.
    BadInput,
    /// A pairing link is cut short or belongs to another program; `details.flaw` says which.
    BadLink,
    /// Credentials or an own number are missing; `details.missing` names what.
    NotSetUp,
    /// No such call, recording or file.
    NotFound,
    /// The recording is not on this computer yet and could not be fetched; `details.reason`.
    RecordingUnavailable,
    /// The save target exists and overwriting was not asked for; `details.path`.
    FileExists,
    /// A file or folder could not be written; `details.path`, and `details.reason` is `own_file` for
    /// one of Bohao's own, which nothing replaces, `inside` for a folder within the one that shall
    /// move there, and `own_folder` for one within Bohao's own.
    NotWritable,
    /// The disk is full; nothing half-written is left behind. Of an import `details.left` is `nothing`,
    /// or `some` if what it wrote is taken back only once there is room; of a do-not-call list
    /// `details.kept` is how many of its numbers stand there now.
    DiskFull,
    /// Something else is being done with many recordings; `details.task` is a [`crate::TaskKind`].
    TaskRunning,
    /// The file is of no known form; `details.reason`.
    UnreadableFile,
    /// The operating system's keyring refused; `details.reason`.
    KeyringFailed,
    /// The platform could not be reached. Nothing was dialled.
    PlatformUnreachable,
    /// The platform answered, and refused; `details.code` is its code, `details.msg` its words.
    PlatformRefused,
    /// The relay could not be reached.
    RelayUnreachable,
    /// The relay answered, and refused the token.
    RelayRefused,
    /// The relay answered something that no relay answers; `details.reason`.
    RelayLying,
    /// Another Bohao works on the same data.
    InUse,
    /// The database was written by a newer Bohao; `details.found`, `details.known`.
    DatabaseNewer,
    /// The database is damaged and was set aside; `details.path` is where it lies now.
    DatabaseDamaged,
    /// What lies in the database's place is another program's, and was left untouched;
    /// `details.path`.
    DatabaseForeign,
    /// The database's file was deleted or replaced while it was open. Nothing was dialled, and
    /// nothing can be kept until Bohao is started again; `details.path`.
    DatabaseReplaced,
    /// This host has no such ability (a browser has no save dialog).
    NotHere,
    /// Anything else: a mistake of ours.
    Internal,
}

impl Fault {
    /// A fault without details.
    pub fn new(code: FaultCode, message: impl Into<String>) -> Self {
        Fault {
            code,
            message: message.into(),
            details: serde_json::Value::Null,
        }
    }

    /// The same fault with one more detail.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<serde_json::Value>) -> Self {
        if !self.details.is_object() {
            self.details = serde_json::Value::Object(serde_json::Map::new());
        }
        if let Some(details) = self.details.as_object_mut() {
            details.insert(key.to_owned(), value.into());
        }
        self
    }
}
