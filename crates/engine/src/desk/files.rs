//! Files that a host hands out, or has written to a place of the user's choice.

use super::{Desk, Opening};
use crate::aside::Overwrite;
use crate::export::{self, Destination, Source};
use crate::follow_ups::calendar;
use crate::jobs::Jobs;
use crate::recordings::RecordingFile;
use crate::reports::ReportFile;
use crate::surroundings::Surroundings;
use crate::{backup, faults, notifier};
use bohao_wire::{
    BackUp, BackedUp, BackupContents, CallId, ExportCalls, ExportFollowUps, ExportList,
    ExportReport, ExportedCalls, ExportedFollowUps, Fault, FaultCode, Queries, ReportQuery,
    RestoreBackup, RestoredBackup, SaveReportPicture, SavedReport, SheetForm,
};
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

    /// Writes what came of a list, as it stands at one instant, to a place of the user's choice: whole
    /// or not at all.
    ///
    /// # Errors
    /// As [`Desk::export_calls`]; `NotFound` without such a list.
    pub async fn export_list(
        &self,
        request: ExportList,
        target: PathBuf,
        overwrite: Overwrite,
    ) -> Result<ExportedCalls, Fault> {
        let job = self.inner.jobs.begin(&request.job, &self.inner.events)?;
        let Source { store, recordings } = self.source();
        if overwrite == Overwrite::Replace {
            recordings.spare_own(&target).await?;
        }
        export::leads::to_file(store, request, target, overwrite, job).await
    }

    /// The same into a file without a name, for a host that hands it on.
    ///
    /// # Errors
    /// As [`Desk::export_list`].
    pub async fn export_list_to_hand_out(
        &self,
        request: ExportList,
    ) -> Result<Option<(File, u64)>, Fault> {
        let job = self.inner.jobs.begin(&request.job, &self.inner.events)?;
        let data_dir = self.inner.around.data_dir.clone();
        export::leads::to_hand_out(self.source().store, request, data_dir, job).await
    }

    /// A report as a workbook, to be saved or handed out.
    ///
    /// # Errors
    /// As for [`bohao_wire::ReportQuery`].
    pub async fn report_workbook(&self, request: &ExportReport) -> Result<ReportFile, Fault> {
        let range = request.range.clone();
        let report = self.report(ReportQuery { range }).await?;
        ReportFile::workbook(&report, request, self.inner.around.now())
    }

    /// A report as the page drew it, to be saved or handed out.
    ///
    /// # Errors
    /// `BadInput` with the field `png` for what is no whole PNG, or too large a one.
    pub fn report_picture(&self, request: &SaveReportPicture) -> Result<ReportFile, Fault> {
        ReportFile::picture(request, self.inner.around.now())
    }

    /// Puts a report at a place of the user's choice, whole or not at all.
    ///
    /// # Errors
    /// `FileExists`, `NotWritable` and `DiskFull` with the path. Whatever it is, the place is as
    /// it was.
    pub async fn save_report(
        &self,
        report: ReportFile,
        target: &Path,
        overwrite: Overwrite,
    ) -> Result<SavedReport, Fault> {
        let recordings = &self.ground().recordings;
        report.save(recordings, target, overwrite).await
    }

    /// Puts it into a file without a name, which is gone with its handle, for a host that hands it
    /// on.
    ///
    /// # Errors
    /// `NotWritable` and `DiskFull` with the path.
    pub async fn report_to_hand_out(&self, report: ReportFile) -> Result<File, Fault> {
        report.hand_out(self.inner.around.data_dir.clone()).await
    }

    /// Writes everything of the real desk into one file, and reads it back: whole or not at all.
    ///
    /// # Errors
    /// `BadInput` for the job's word; `FileExists`, `NotWritable` and `DiskFull` with the path, or a
    /// fault of the database. Whatever it is, the place is as it was.
    pub async fn back_up(
        &self,
        request: BackUp,
        target: &Path,
        overwrite: Overwrite,
    ) -> Result<BackedUp, Fault> {
        let job = self.inner.jobs.begin(&request.job, &self.inner.events)?;
        let source = backup::Source {
            store: self.inner.live.store.clone(),
            recordings: self.inner.live.recordings.clone(),
        };
        let now = self.inner.around.now();
        backup::make(source, target.to_owned(), overwrite, now, job).await
    }

    /// Unpacks a backup beside the desk and checks all of it. It takes the desk's place when the
    /// desk is opened next; until then nothing has changed.
    ///
    /// # Errors
    /// `BadInput` for the job's word; `NotFound`; `UnreadableFile` with the reason `not_a_backup`,
    /// `damaged_backup` or `newer_backup`; `DatabaseNewer`; `DiskFull` and `NotWritable`.
    pub async fn make_backup_ready(
        &self,
        request: RestoreBackup,
        file: &Path,
    ) -> Result<RestoredBackup, Fault> {
        let job = self.inner.jobs.begin(&request.job, &self.inner.events)?;
        let (data_dir, now) = (self.inner.around.data_dir.clone(), self.inner.around.now());
        let staged = backup::stage(file.to_owned(), data_dir, now, job).await?;
        Ok(match staged {
            Some(holds) => RestoredBackup::Ready { holds },
            None => RestoredBackup::Cancelled,
        })
    }

    /// Puts a backup into the place of whatever desk there is, and opens it.
    ///
    /// # Errors
    /// As [`Desk::make_backup_ready`] and [`Desk::open`]; `InUse` if another program has the desk
    /// open. Whatever it is, the desk is as it was.
    pub async fn restore(
        around: Surroundings,
        file: &Path,
    ) -> Result<(Self, BackupContents), Fault> {
        let (events, jobs) = (notifier::events(), Jobs::default());
        let job = jobs.begin("restore", &events)?;
        let data_dir = around.data_dir.clone();
        let staged = backup::stage(file.to_owned(), data_dir.clone(), around.now(), job).await?;
        let holds = staged
            .ok_or_else(|| Fault::new(FaultCode::Internal, "nobody can have stopped this job"))?;
        match Desk::open(around, Opening::Live).await {
            Err(fault) if fault.code == FaultCode::InUse => {
                // It must not come as a surprise at somebody's next start.
                backup::give_up(&data_dir).map_err(|error| faults::of_disk(&error, &data_dir))?;
                Err(fault)
            }
            opened => opened.map(|desk| (desk, holds)),
        }
    }

    /// Writes the follow-ups that stand as a calendar to a place of the user's choice: whole or not
    /// at all.
    ///
    /// # Errors
    /// `FileExists`, `NotWritable` and `DiskFull` with the path; a fault of the database. Whatever it
    /// is, the place is as it was.
    pub async fn export_follow_ups(
        &self,
        request: ExportFollowUps,
        target: &Path,
        overwrite: Overwrite,
    ) -> Result<ExportedFollowUps, Fault> {
        let (ground, now) = (self.ground(), self.inner.around.now());
        calendar::to_file(&ground.store, request, target.to_owned(), overwrite, now).await
    }

    /// The same into a file without a name, which is gone with its handle, for a host that hands it
    /// on; and how many follow-ups it holds.
    ///
    /// # Errors
    /// `NotWritable` and `DiskFull`; a fault of the database.
    pub async fn follow_ups_to_hand_out(
        &self,
        request: ExportFollowUps,
    ) -> Result<(File, u64), Fault> {
        let (ground, now) = (self.ground(), self.inner.around.now());
        calendar::to_hand_out(&ground.store, request, &self.inner.around.data_dir, now).await
    }

    /// The name of such a calendar.
    pub fn calendar_name(&self) -> String {
        export::dated("bohao", self.inner.around.now(), calendar::ENDING)
    }

    /// A name for the save dialog: what it is, and the day.
    pub fn export_name(&self, form: SheetForm) -> String {
        export::default_name(form, self.inner.around.now())
    }

    /// The same for what came of a list.
    pub fn list_export_name(&self, form: SheetForm) -> String {
        export::leads::default_name(form, self.inner.around.now())
    }

    /// The same for a backup.
    pub fn backup_name(&self) -> String {
        export::dated("bohao", self.inner.around.now(), "zip")
    }

    fn source(&self) -> Source {
        let ground = self.ground();
        Source {
            store: ground.store.clone(),
            recordings: ground.recordings.clone(),
        }
    }
}
