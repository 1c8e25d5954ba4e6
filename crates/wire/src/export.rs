//! The log, or part of it, written into a file.

use crate::{CallId, CallsQuery};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Writes calls into a file of the user's choice, through the save dialog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExportCalls {
    /// A word for this one job, by which its progress is told and by which it is stopped.
    pub job: String,
    /// Which calls and in which order, as a screen shows them. Its offset does not matter; with a
    /// limit of 0 it is all of them.
    pub query: CallsQuery,
    /// These calls instead, newest first: at most 100,000.
    #[serde(default)]
    #[ts(optional)]
    pub calls: Option<Vec<CallId>>,
    /// What the file is like.
    pub sheet: SheetForm,
    /// Copies the recordings that are on this computer into a folder beside the file, each under a
    /// name by this template: `{date}_{customer}_{number}`. A slash begins a folder. Without one
    /// they stay where they are.
    #[serde(default)]
    #[ts(optional)]
    pub recordings: Option<String>,
}

/// What a file of calls is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SheetForm {
    /// Its format.
    pub format: SheetFormat,
    /// The encoding of a CSV; nothing else has a choice.
    #[serde(default)]
    pub encoding: TextEncoding,
    /// Whether numbers are whole.
    pub numbers: NumbersShown,
    /// How a CSV says that a long number is text.
    #[serde(default)]
    pub digits: LongNumbers,
    /// The language of a table's headings and words.
    pub headings: Headings,
}

/// Formats of a file of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SheetFormat {
    /// Text that every spreadsheet opens.
    Csv,
    /// A workbook with dates that are dates and numbers that are text.
    Xlsx,
    /// One JSON array of the contract's rows.
    Json,
    /// One of the contract's rows a line.
    JsonLines,
}

/// Encodings of a CSV.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TextEncoding {
    /// UTF-8 with its mark, by which a spreadsheet knows it.
    #[default]
    Utf8,
    /// The bytes of GBK for whatever GBK holds. What it does not hold is written as GB18030, its
    /// successor, has it, so that nothing is lost.
    Gbk,
}

/// Whether a file shows numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NumbersShown {
    /// All digits.
    Whole,
    /// Both ends alone, also of numbers in notes and in the names of recordings.
    Masked,
}

/// How a CSV has phone numbers and ids, which a spreadsheet would round or take the first zero of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LongNumbers {
    /// Their digits and nothing else, for programs.
    #[default]
    Plain,
    /// With a tab behind them: a spreadsheet takes the cell for text and does not show the tab.
    AsText,
}

/// Languages of a table's headings and words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Headings {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// What became of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ExportedCalls {
    /// It lies there, whole.
    Saved {
        /// Where.
        path: String,
        /// How many calls it holds.
        rows: u64,
        /// What became of the recordings, if they were asked for.
        recordings: Option<ExportedRecordings>,
    },
    /// The user closed the dialog or stopped it; nothing was left.
    Cancelled,
    /// The host hands it out itself: a browser downloads it from this address, once.
    Download {
        /// The address, relative to the page.
        href: String,
        /// How many calls it holds.
        rows: u64,
    },
}

/// What became of a sheet of anything else that was to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ExportedSheet {
    /// It lies there, whole.
    Saved {
        /// Where.
        path: String,
        /// How many rows it holds.
        rows: u64,
    },
    /// The user closed the dialog; nothing was left.
    Cancelled,
    /// The host hands it out itself: a browser downloads it from this address, once.
    Download {
        /// The address, relative to the page.
        href: String,
        /// How many rows it holds.
        rows: u64,
    },
}

/// Recordings beside an exported file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ExportedRecordings {
    /// The folder that they lie in.
    pub folder: String,
    /// How many were copied and proved to be what was fetched.
    pub saved: u64,
    /// How many were not to be had: their files are gone or damaged.
    pub missing: u64,
}

/// Stops a job that tells its progress: an export, a backup, a restore. One that has ended already
/// is none to stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StopJob {
    /// The job's own word.
    pub job: String,
}

/// Asks for the name that a template gives the recording of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecordingNameQuery {
    /// The template, as in [`ExportCalls`].
    pub template: String,
    /// Whether numbers are whole.
    pub numbers: NumbersShown,
    /// The language of words in it.
    pub headings: Headings,
}

/// The name that a template gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "read", rename_all = "snake_case")]
pub enum RecordingName {
    /// As the newest call with a recording has it, or a made-up one where there is none.
    Example {
        /// The name with its folders and its ending.
        name: String,
    },
    /// The template asks for something that no call has, or has a bracket too few.
    Flawed {
        /// What stands between the brackets; nothing if one is open.
        field: Option<String>,
    },
}

/// Shows what a job of this host wrote, in the system's file manager.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ShowSaved {
    /// The job's own word.
    pub job: String,
}

/// What a job is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum JobStep {
    /// Writing calls.
    Calls,
    /// Copying recordings.
    Recordings,
    /// Copying the database.
    Database,
    /// Reading back what was written.
    Checking,
}
