//! Marks: the user's notes at moments of a recording.

use crate::CallId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A mark in a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Mark {
    /// Its number, which no other mark ever has: a later mark has a greater one.
    pub mark: i64,
    /// The moment, in milliseconds from the recording's beginning.
    pub at_ms: u64,
    /// The user's note; may be empty.
    pub note: String,
}

/// Asks for the marks of a call's recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MarksQuery {
    /// Which call's.
    pub call: CallId,
}

/// The marks of a call's recording as they are now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Marks {
    /// From its beginning on.
    pub marks: Vec<Mark>,
}

/// Sets a mark. `BadInput` where there are 1,000 already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AddMark {
    /// In which call's recording.
    pub call: CallId,
    /// The moment, in milliseconds from its beginning; at most a day.
    pub at_ms: u64,
    /// The note; at most 1,000 characters.
    pub note: String,
}

/// Writes a mark's note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChangeMark {
    /// Which mark.
    pub mark: i64,
    /// The whole note; at most 1,000 characters.
    pub note: String,
}

/// Removes a mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoveMark {
    /// Which mark.
    pub mark: i64,
}
