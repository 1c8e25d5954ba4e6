//! Records brought in by hand: a file is staged, looked at, and taken in or not.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A file that the desk can read from, until it is closed or the desk ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct StagedId(pub String);

/// A file that was chosen and not read yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StagedFile {
    /// What the requests below call it.
    pub file: StagedId,
    /// Its name, without its folder.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Lets the user choose a file to import. A browser has its own way to hand one over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChooseImportFile {}

/// What came of [`ChooseImportFile`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ChosenFile {
    /// The user chose one.
    Chosen {
        /// It.
        staged: StagedFile,
    },
    /// The user chose none.
    Cancelled,
}

/// Stages a small file by its content, as when one is dropped into the window. Larger ones are
/// handed over in a host's own way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HandOver {
    /// The file's name; its ending is a hint and no more.
    pub name: String,
    /// The file's bytes in base64, at most 16 MiB of them.
    pub content: String,
}

/// What a column of a sheet of calls can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RecordField {
    /// The platform's identity of the call.
    Subid,
    /// The salesperson's own number.
    TelA,
    /// The middle number.
    TelX,
    /// The customer's number.
    TelB,
    /// When the call began.
    StartedAt,
    /// When it ended.
    EndedAt,
    /// Billed seconds.
    Duration,
    /// What became of it.
    Status,
    /// Why it was not connected.
    Reason,
    /// The recording's address.
    DownloadUrl,
    /// The customer's name.
    CustomerName,
    /// The customer's company.
    Company,
}

/// How a file is to be read, where it is not as it would be read by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ImportReading {
    /// The sheet of a workbook, by its name.
    pub sheet: Option<String>,
    /// The encoding of a text: `utf-8`, `gb18030`, `utf-16le`, `utf-16be`, `big5`, …
    pub encoding: Option<String>,
    /// What parts the cells of a text: one ASCII sign.
    pub delimiter: Option<String>,
    /// The zone of times that name none: an offset such as `+08:00` or a name such as
    /// `Asia/Shanghai`; Beijing's if absent.
    pub zone: Option<String>,
    /// What each column tells, in the sheet's order; `null` for one that is passed over.
    pub mapping: Option<Vec<Option<RecordField>>>,
}

/// Asks how a staged file would be read: its columns and its first rows. Nothing is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PreviewImport {
    /// Which file.
    pub file: StagedId,
    /// How to read it.
    #[serde(default)]
    pub reading: ImportReading,
}

/// The forms of file that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SheetKind {
    /// Text in rows and cells.
    Csv,
    /// A workbook of Excel 2007 or later.
    Xlsx,
    /// A workbook of an older Excel.
    Xls,
    /// JSON.
    Json,
    /// One JSON object a line.
    JsonLines,
}

/// How a staged file is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ImportPreview {
    /// The file's name.
    pub name: String,
    /// What it is.
    pub form: SheetKind,
    /// The encoding of a text.
    pub encoding: Option<String>,
    /// What parts the cells of a text.
    pub delimiter: Option<String>,
    /// The sheets of a workbook.
    pub sheets: Vec<String>,
    /// Which of them is read.
    pub sheet: Option<String>,
    /// The zone of times that name none.
    pub zone: String,
    /// Its columns.
    pub columns: Vec<ImportColumn>,
    /// Whether the columns tell what they did the last time a sheet had these headers, by the
    /// user's own choice.
    pub remembered: bool,
    /// Whether the columns name each call: by its id, or by the customer's number and the
    /// beginning. Otherwise nothing can be taken in.
    pub usable: bool,
    /// The first rows.
    pub rows: Vec<PreviewRow>,
}

/// A column of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ImportColumn {
    /// Its header as it is written; empty where it has none.
    pub header: String,
    /// What it tells.
    pub field: Option<RecordField>,
    /// What its first row holds.
    pub sample: String,
}

/// A row as it would be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum PreviewRow {
    /// It tells of a call.
    Read {
        /// Its number as a spreadsheet counts.
        row: u32,
        /// What it tells.
        record: Box<ReadRecord>,
    },
    /// It can't be taken.
    Rejected {
        /// Why.
        rejected: RejectedRow,
    },
}

/// What a row tells of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ReadRecord {
    /// The platform's identity of the call, if the sheet has it.
    pub subid: Option<String>,
    /// The salesperson's own number.
    pub tel_a: Option<String>,
    /// The middle number.
    pub tel_x: Option<String>,
    /// The customer's number.
    pub tel_b: Option<String>,
    /// When the call began.
    pub started_at: Option<i64>,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// Billed seconds.
    pub duration: Option<i64>,
    /// What became of it.
    pub status: Option<crate::CallStatus>,
    /// Why it was not connected.
    pub reason: Option<String>,
    /// The customer's name; empty if the sheet does not tell.
    pub name: String,
    /// The customer's company; empty if the sheet does not tell.
    pub company: String,
}

/// Asks what [`RunImport`] would do to the log. Nothing is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RehearseImport {
    /// Which file.
    pub file: StagedId,
    /// How to read it.
    #[serde(default)]
    pub reading: ImportReading,
}

/// Takes a staged file into the log, as a whole or not at all. Answers when it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RunImport {
    /// Which file.
    pub file: StagedId,
    /// How to read it.
    #[serde(default)]
    pub reading: ImportReading,
}

/// What came of [`RunImport`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ImportOutcome {
    /// It is in the log.
    Done {
        /// By which it can be undone.
        import: ImportId,
        /// What it did.
        report: ImportReport,
    },
    /// It was cancelled, and nothing of it is left.
    Cancelled,
}

/// Stops what is under way with a staged file: a rehearsal, or an import, of which nothing is left
/// then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CancelImport {
    /// Which file.
    pub file: StagedId,
}

/// Lets go of a staged file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CloseImport {
    /// Which file.
    pub file: StagedId,
}

/// How far something with an import has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ImportProgress {
    /// The staged file; none while a past import is undone.
    pub file: Option<StagedId>,
    /// What is being done.
    pub phase: ImportPhase,
    /// Rows so far.
    pub rows: u32,
    /// How much of it is done, in thousandths.
    pub done: u16,
    /// How long the rest will take about, in milliseconds, once that can be told.
    pub left_ms: Option<i64>,
}

/// What is being done with an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ImportPhase {
    /// It is tried out, and nothing is written.
    Rehearsing,
    /// It is written.
    Writing,
    /// It is taken back.
    Undoing,
}

/// An import's identity in this log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct ImportId(pub i64);

/// Takes everything out of the log again that this import alone told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UndoImport {
    /// Which import.
    pub import: ImportId,
}

/// What [`UndoImport`] did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct UndoneImport {
    /// Calls that left the log.
    pub removed: u32,
    /// Calls that stay and know less.
    pub reduced: u32,
    /// Calls that stay as they are, since the user has written on them or their recording is
    /// saved.
    pub kept: u32,
}

/// Asks for the imports so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportsQuery {}

/// The imports so far, the latest first: the last hundred.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct Imports {
    /// They.
    pub imports: Vec<PastImport>,
}

/// An import that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PastImport {
    /// Its identity.
    pub import: ImportId,
    /// The file's name.
    pub name: String,
    /// When it was.
    pub at: i64,
    /// Rows read, the header not counted.
    pub rows: u32,
    /// Rows that became new calls.
    pub new: u32,
    /// Rows that added something to a known call.
    pub merged: u32,
    /// Rows that told nothing new.
    pub same: u32,
    /// Rows that were not taken.
    pub rejected: u32,
    /// When it was undone, if it was.
    pub undone_at: Option<i64>,
}

/// Saves the rows that can't be taken, as a sheet with the reason beside each, where the user
/// chooses. A browser has its own way to fetch it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveRejected {
    /// Which file.
    pub file: StagedId,
    /// How it was read.
    #[serde(default)]
    pub reading: ImportReading,
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
    /// The sheet has no ids, and this row lacks the number or the beginning by which a call is
    /// known otherwise.
    #[error("the customer's number or the beginning is missing, and there is no id (subid)")]
    Nameless,
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
    /// It has no number to call.
    #[error("the number is missing")]
    NoNumber,
    /// The middle of the number was hidden before it was written there.
    #[error("the middle of this number is hidden")]
    HiddenNumber,
    /// It is no hash of a number.
    #[error("this is no hash; 64 hexadecimal digits are understood")]
    BadHash,
    /// The number stands further up already.
    #[error("the number stands further up in the sheet already")]
    Repeated,
    /// The number is on the do-not-call table.
    #[error("the number is not to be called")]
    Barred,
    /// The number is a customer's, and those were to be left out.
    #[error("the number belongs to a customer already")]
    Known,
    /// It is no object of named values.
    #[error("this is no record in JSON")]
    NotARecord,
}
