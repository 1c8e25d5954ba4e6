//! Records brought in by hand.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Reads records from a file's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportRecords {
    /// The file's name; its ending is a hint and no more.
    pub name: String,
    /// The file's bytes in base64, at most 64 MiB of them.
    pub content: String,
    /// Whether to tell only what would happen.
    pub dry_run: bool,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct ImportReport {
    /// Rows read, the header not counted.
    pub rows: u32,
    /// Rows that became new calls.
    pub new: u32,
    /// Rows that added something to a known call.
    pub merged: u32,
    /// Rows that told nothing new.
    pub same: u32,
    /// Rows that were not taken.
    pub rejected: Vec<RejectedRow>,
}

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct RejectedRow {
    /// Its number as a spreadsheet counts: the header is row 1.
    pub row: u32,
    /// The column at fault, if it is one.
    pub column: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}
