//! Calls taken out of the log, for a moment and then for good.

use crate::{CallId, CallsQuery};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Calls that something is to be done with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "these", rename_all = "snake_case")]
pub enum Selection {
    /// These.
    Calls {
        /// Which.
        calls: Vec<CallId>,
    },
    /// All that fit a question, as they stand when it is done; its offset and limit do not matter.
    Fitting {
        /// The question.
        query: Box<CallsQuery>,
        /// Calls that are left out.
        except: Vec<CallId>,
    },
}

/// Deletes calls with their notes and recordings. It can be undone for a moment; then they are gone
/// from this computer, and no record brings them back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeleteCalls {
    /// Which.
    pub selection: Selection,
}

/// Erases a person: every call with the number, with its notes and recordings, and whatever else
/// bears the number. It can be undone for a moment. What stays is a digest that tells the number if
/// one has it, where it is not to be called again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EraseNumber {
    /// The number, however it is written.
    pub number: String,
    /// Whether it is not to be called again either.
    pub keep_off: bool,
}

/// Asks what an erasure would take, and what it can't reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ErasureQuery {
    /// The number, however it is written.
    pub number: String,
}

/// What an erasure would take, and what it can't reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Erasure {
    /// The number's digits.
    pub number: String,
    /// Calls with it.
    pub calls: u64,
    /// How many of them have a recording on this computer.
    pub recordings: u64,
    /// Backups from before an upgrade that hold the number: they are deleted whole.
    pub backups: u32,
    /// Damaged and replaced databases that were set aside and hold the number: they are left where
    /// they are.
    pub set_aside: Vec<String>,
}

/// A deletion that can still be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Deletion {
    /// Its number.
    pub id: i64,
    /// How many calls it took out of the log.
    pub calls: u64,
    /// Until when it can be undone.
    pub undo_until: i64,
    /// Whether a person is erased by it.
    pub erasure: bool,
}

/// Undoes a deletion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UndoDeletion {
    /// Its number.
    pub deletion: i64,
}

/// What became of undoing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Undone {
    /// The calls are in the log again.
    Restored {
        /// How many.
        calls: u64,
    },
    /// The moment is over.
    TooLate,
}
