//! Recordings: where they are, how they sound, where they go.

use crate::{CallId, RecordingState};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A call's recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct RecordingDetail {
    /// Where it is.
    pub state: RecordingState,
    /// Its size in bytes, once saved.
    pub bytes: Option<u64>,
    /// Its length in milliseconds, where the format tells.
    pub length_ms: Option<u64>,
    /// `wav`, `mp3`, `amr`, `ogg` or `bin`, by its content.
    pub format: Option<String>,
    /// Its SHA-256 in hex, once saved.
    pub sha256: Option<String>,
    /// Why the last try did not bring it.
    pub reason: Option<String>,
    /// When it is tried next.
    pub next_try_at: Option<i64>,
    /// Until when the platform keeps it.
    pub kept_until: Option<i64>,
    /// When it was first heard to its end, or saved elsewhere.
    pub heard_at: Option<i64>,
    /// Whether it bears a star.
    pub starred: bool,
}

/// Asks for the shape of a saved recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WaveformQuery {
    /// Which call's.
    pub call: CallId,
    /// How many bars, 1 to 2000.
    pub bars: u32,
}

/// The shape of a recording; empty where the format can't be drawn.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct Waveform {
    /// The loudest sample of each bar, 0 to 1.
    pub peaks: Vec<f32>,
    /// Its length in milliseconds; 0 where the format can't be decoded.
    pub length_ms: u64,
    /// The stretches of 0.8 s and more in which nobody speaks, in their order.
    pub silences: Vec<Silence>,
}

/// A stretch of a recording in which nobody speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct Silence {
    /// Where it begins, in milliseconds from the recording's beginning.
    pub from_ms: u64,
    /// Where it ends.
    pub to_ms: u64,
}

/// Fetches a recording now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FetchRecording {
    /// Which call's.
    pub call: CallId,
}

/// Saves a recording to a place of the user's choice, through the save dialog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveRecording {
    /// Which call's.
    pub call: CallId,
}

/// What became of saving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SavedRecording {
    /// It lies there, whole.
    Saved {
        /// Where.
        path: String,
    },
    /// The user closed the dialog.
    Cancelled,
    /// The host hands it out itself: a browser downloads it from this address.
    Download {
        /// The address, relative to the page.
        href: String,
    },
}

/// Opens the folder of recordings in the system's file manager.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpenRecordingsFolder {}

/// Lets the user choose a folder for recordings. Nothing is kept or moved there yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChooseRecordingsFolder {}

/// What became of choosing a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ChosenFolder {
    /// The user chose one.
    Chosen {
        /// Its whole path.
        path: String,
    },
    /// The user closed the dialog.
    Cancelled,
}

/// What became of a native action without an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Done {
    /// It is done.
    Done,
    /// The user closed the dialog.
    Cancelled,
}
