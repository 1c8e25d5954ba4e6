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
    /// Rows that were not taken: the first 10,000 of them.
    pub rejected: Vec<RejectedRow>,
}

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct RejectedRow {
    /// Its number as a spreadsheet counts: the header is row 1.
    pub row: u32,
    /// The column at fault, if it is one.
    pub column: Option<String>,
    /// What is wrong with it, for a program or a screen in its own language.
    pub flaw: RowFlaw,
    /// What is wrong with it, in an English sentence.
    pub reason: String,
}

/// What can be wrong with a row of an imported file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum RowFlaw {
    /// It does not say which call it tells of.
    #[error("the call's id (subid) is missing")]
    NoSubid,
    /// A spreadsheet turned a long number into a rounded one, and digits are lost.
    #[error("a spreadsheet has rounded this number; export it again with the column as text")]
    Rounded,
    /// It is no id of a call.
    #[error("this is no id of a call")]
    BadSubid,
    /// It is no phone number.
    #[error("this is no phone number")]
    BadNumber,
    /// It is no instant that is understood.
    #[error("this is no time; 2026-11-23 14:07:00 or a timestamp is understood")]
    BadTime,
    /// It is no number of seconds.
    #[error("this is no duration; seconds, 3:12 or 00:03:12 are understood")]
    BadDuration,
    /// It is none of the four statuses.
    #[error("this is no call status; 0 to 3 or its name is understood")]
    BadStatus,
    /// A cell holds more than any record would.
    #[error("the cell is longer than 32 KiB")]
    TooLong,
    /// A quotation mark is opened and never closed, and swallows all that follows.
    #[error("a quotation mark is opened here and never closed")]
    OpenQuote,
    /// It is no object of named values.
    #[error("this is no record in JSON")]
    NotARecord,
}
