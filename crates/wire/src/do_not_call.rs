//! The do-not-call table as a whole: brought in from sheets, and handed out as one.

use crate::{ExportedSheet, Headings, RejectedRow, SheetFormat, SheetKind, StagedId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks how many numbers are not to be called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DoNotCallQuery {}

/// How many numbers are not to be called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
pub struct DoNotCallCount {
    /// In plain digits.
    pub numbers: u64,
    /// Of which only hashes are known. A number that several lists have counts for each.
    pub hashes: u64,
}

/// Puts a number onto the do-not-call table by hand.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BarNumber {
    /// Anything that was typed or pasted and holds exactly one number.
    pub number: String,
    /// Why; required, at most 500 characters. It is kept.
    pub reason: String,
}

impl std::fmt::Debug for BarNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BarNumber")
    }
}

/// What a column of a sheet of such numbers can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DoNotCallField {
    /// The number.
    Number,
    /// Its hash: the column's header tells of which kind.
    Hash,
    /// Why.
    Reason,
    /// Since when.
    Since,
}

/// How such a sheet is to be read, where it is not as it would be read by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct DoNotCallReading {
    /// The sheet of a workbook, by its name.
    pub sheet: Option<String>,
    /// The encoding of a text.
    pub encoding: Option<String>,
    /// What parts the cells of a text: one ASCII sign.
    pub delimiter: Option<String>,
    /// What each column tells, in the sheet's order; `null` for one that is passed over.
    pub mapping: Option<Vec<Option<DoNotCallField>>>,
    /// The key of a list of hashes, as whoever made the list told it.
    pub key: Option<String>,
}

/// Asks how a staged file of such numbers would be read. Nothing is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PreviewDoNotCall {
    /// Which file.
    pub file: StagedId,
    /// How to read it.
    #[serde(default)]
    pub reading: DoNotCallReading,
}

/// How a staged file of such numbers is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DoNotCallPreview {
    /// The file's name.
    pub name: String,
    /// What it is.
    pub form: SheetKind,
    /// The encoding of a text.
    pub encoding: Option<String>,
    /// The sheets of a workbook.
    pub sheets: Vec<String>,
    /// Which of them is read.
    pub sheet: Option<String>,
    /// Its columns.
    pub columns: Vec<DoNotCallColumn>,
    /// Whether the columns tell what they did the last time a sheet had these headers, by the
    /// user's own choice.
    pub remembered: bool,
    /// How its hashes stand.
    pub hashes: Hashes,
    /// Whether it can be taken in: a column tells the numbers, or hashes whose key is known.
    pub usable: bool,
}

/// A column of a sheet of such numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DoNotCallColumn {
    /// Its header as it is written; empty where it has none.
    pub header: String,
    /// What it tells.
    pub field: Option<DoNotCallField>,
    /// What its first row holds.
    pub sample: String,
}

/// How the hashes of a sheet stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Hashes {
    /// It has none.
    None,
    /// Their header does not tell how they were made.
    Unknown,
    /// They ask for a key that nobody told yet.
    KeyWanted,
    /// The key that was told is another list's.
    WrongKey,
    /// They can be compared with numbers.
    Readable,
}

/// Asks what [`ImportDoNotCall`] would do. Nothing is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RehearseDoNotCall {
    /// Which file.
    pub file: StagedId,
    /// How to read it.
    #[serde(default)]
    pub reading: DoNotCallReading,
}

/// Puts the numbers of a staged file onto the do-not-call table. One that is stopped, or whose
/// program ends, leaves on the table what was put there: nobody is called for want of the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportDoNotCall {
    /// Which file.
    pub file: StagedId,
    /// How to read it.
    #[serde(default)]
    pub reading: DoNotCallReading,
    /// Why; required, at most 500 characters. It stands beside each number that tells no reason of
    /// its own, and is kept in the guard's log.
    pub reason: String,
}

/// What bringing such numbers in did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct DoNotCallImported {
    /// Rows read, the header not counted.
    pub rows: u32,
    /// Numbers that were not on the table.
    pub new: u32,
    /// Rows whose number was on the table already, or stood further up.
    pub known: u32,
    /// Rows that were not taken.
    pub invalid: u32,
    /// They: the first 1,000 of them.
    pub rejected: Vec<RejectedRow>,
}

/// Writes the do-not-call table into a sheet of the user's choice, through the save dialog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExportDoNotCall {
    /// A word by which [`crate::ShowSaved`] finds it.
    pub job: String,
    /// CSV or XLSX.
    pub format: SheetFormat,
    /// How it tells the numbers.
    pub numbers: ListedAs,
    /// The language of its headings.
    pub headings: Headings,
}

/// How a do-not-call list tells its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ListedAs {
    /// In plain digits.
    Plain,
    /// As hashes by this desk's key, which is told by another way: who has the list alone learns
    /// nothing.
    Keyed,
    /// As hashes by a salt that the list itself tells: who has the list can try all numbers, which
    /// takes a computer an hour.
    Salted,
}

/// What became of [`ExportDoNotCall`].
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct ExportedDoNotCall {
    /// The sheet.
    pub sheet: ExportedSheet,
    /// Numbers that are known by their hashes alone, and could not be listed.
    pub left_out: u64,
    /// The key of its hashes, to be told by another way.
    pub key: Option<String>,
}

impl std::fmt::Debug for ExportedDoNotCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExportedDoNotCall")
            .field("sheet", &self.sheet)
            .finish_non_exhaustive()
    }
}
