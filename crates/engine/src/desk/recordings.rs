//! Recordings at the desk, for hosts that hand out files.

use super::Desk;
use bohao_wire::{CallId, Fault, FaultCode, RecordingDetail};
use std::path::{Path, PathBuf};

/// Whether a file that is in the way may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    /// It stays, and the answer is `FileExists`.
    Refuse,
    /// It is replaced once the new one is whole.
    Replace,
}

/// A recording on this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its content type, by its content.
    pub content_type: String,
    /// A name for it that every system takes.
    pub suggested_name: String,
}

impl Desk {
    /// A saved recording's file.
    pub async fn recording_file(&self, call: &CallId) -> Result<RecordingFile, Fault> {
        let _ = call;
        Err(Fault::new(FaultCode::NotFound, "not there"))
    }

    /// Copies a recording to a place of the user's choice: whole, or not at all.
    pub async fn save_recording(
        &self,
        call: &CallId,
        target: &Path,
        overwrite: Overwrite,
    ) -> Result<(), Fault> {
        let _ = (call, target, overwrite);
        Err(Fault::new(FaultCode::NotFound, "not there"))
    }

    pub(super) async fn fetch(&self, call: &CallId) -> Result<RecordingDetail, Fault> {
        let _ = call;
        Err(Fault::new(FaultCode::NotFound, "not there"))
    }
}
