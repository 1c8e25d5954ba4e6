//! Files that a host hands out, or has written to a place of the user's choice.

use super::Desk;
use crate::aside::Overwrite;
use crate::export::{self, Destination, Source};
use crate::recordings::RecordingFile;
use bohao_wire::{CallId, ExportCalls, ExportedCalls, Fault, SheetForm};
use std::fs::File;
use std::path::{Path, PathBuf};

impl Desk {
    /// Where new recordings are kept.
    pub fn recordings_dir(&self) -> PathBuf {
        self.ground().recordings.folder()
    }

    /// A recording that is on this computer, for a host to play or to hand out.
    ///
    /// # Errors
    /// `RecordingUnavailable` with its reason if it is not here.
    pub async fn recording_file(&self, call: &CallId) -> Result<RecordingFile, Fault> {
        self.ground().recordings.open(call).await
    }

    /// The same recording decoded into a WAV, for a player that can't play it as it is.
    ///
    /// # Errors
    /// As [`Self::recording_file`]; `UnreadableFile` for one that can't be decoded here.
    pub async fn recording_as_wav(&self, call: &CallId) -> Result<RecordingFile, Fault> {
        self.ground().recordings.as_wav(call).await
    }

    /// Copies a recording to a place of the user's choice, whole or not at all. It is fetched
    /// first if need be.
    ///
    /// # Errors
    /// As [`crate::recordings::Recordings::save_as`].
    pub async fn save_recording(
        &self,
        call: &CallId,
        target: &Path,
        overwrite: Overwrite,
    ) -> Result<PathBuf, Fault> {
        let recordings = &self.ground().recordings;
        recordings.save_as(call, target.to_owned(), overwrite).await
    }

    /// Writes calls as they stand at one instant, and the recordings that are asked for beside
    /// them, to a place of the user's choice: whole or not at all.
    ///
    /// # Errors
    /// `BadInput` for a template or a list that can't be used; `FileExists`, `NotWritable` and
    /// `DiskFull` with the path; a fault of the database. Whatever it is, the place is as it was.
    pub async fn export_calls(
        &self,
        request: ExportCalls,
        to: Destination,
    ) -> Result<ExportedCalls, Fault> {
        let job = self.inner.jobs.begin(&request.job, &self.inner.events)?;
        export::to_file(self.source(), request, to, job).await
    }

    /// The same into a file without a name, which is gone with its handle, for a host that hands it
    /// on; and how many calls it holds. Nothing if the job was stopped.
    ///
    /// # Errors
    /// As [`Desk::export_calls`]; `NotHere` if recordings are asked for.
    pub async fn export_to_hand_out(
        &self,
        request: ExportCalls,
    ) -> Result<Option<(File, u64)>, Fault> {
        let job = self.inner.jobs.begin(&request.job, &self.inner.events)?;
        let data_dir = self.inner.around.data_dir.clone();
        export::to_hand_out(self.source(), request, data_dir, job).await
    }

    /// A name for the save dialog: what it is, and the day.
    pub fn export_name(&self, form: SheetForm) -> String {
        export::default_name(form, self.inner.around.now())
    }

    fn source(&self) -> Source {
        let ground = self.ground();
        Source {
            store: ground.store.clone(),
            recordings: ground.recordings.clone(),
        }
    }
}
