//! A report as a file: a workbook, or the picture that the page drew of it.

use super::{picture, sheet};
use crate::aside::{self, Aside, Overwrite};
use crate::export::dated;
use crate::faults;
use crate::recordings::Recordings;
use bohao_sheets::write_pages;
use bohao_wire::{
    ExportReport, Fault, FaultCode, Headings, Report, SaveReportPicture, SavedReport,
};
use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

/// A report that is to become a file.
pub struct ReportFile {
    /// A name for the save dialog: what it is, and the day.
    pub suggested_name: String,
    /// How its name ends.
    pub ending: &'static str,
    bytes: Vec<u8>,
}

impl ReportFile {
    /// A workbook of a report.
    ///
    /// # Errors
    /// `Internal` if it could not be made.
    pub(crate) fn workbook(
        report: &Report,
        request: &ExportReport,
        now: i64,
    ) -> Result<Self, Fault> {
        let pages = sheet::pages(report, request.numbers, request.headings);
        let bytes = write_pages(Vec::new(), &pages)
            .map_err(|_| Fault::new(FaultCode::Internal, "the workbook could not be made"))?;
        Ok(Self::of(bytes, "xlsx", request.headings, now))
    }

    /// A picture, once it was looked at.
    ///
    /// # Errors
    /// `BadInput` with the field `png` for what is no whole PNG, or too large a one.
    pub(crate) fn picture(request: &SaveReportPicture, now: i64) -> Result<Self, Fault> {
        let bytes = picture::read(&request.png)?;
        Ok(Self::of(bytes, "png", request.headings, now))
    }

    /// Puts it at a place of the user's choice, whole or not at all.
    ///
    /// # Errors
    /// `FileExists`, `NotWritable` and `DiskFull` with the path. Whatever it is, the place is as
    /// it was.
    pub(crate) async fn save(
        self,
        recordings: &Recordings,
        target: &Path,
        overwrite: Overwrite,
    ) -> Result<SavedReport, Fault> {
        let place = target.to_owned();
        let checked = off_thread(move || Ok(aside::check(&place, overwrite)));
        checked
            .await
            .map_err(|error| faults::of_disk(&error, target))??;
        if overwrite == Overwrite::Replace {
            recordings.spare_own(target).await?;
        }
        let place = target.to_owned();
        let written = off_thread(move || {
            let mut aside = Aside::begin(&place)?;
            aside.file()?.write_all(&self.bytes)?;
            aside.name(&place, overwrite)
        });
        written
            .await
            .map_err(|error| aside::fault(&error, target))?;
        Ok(SavedReport::Saved {
            path: target.display().to_string(),
        })
    }

    /// Puts it into a file without a name, which is gone with its handle: for a host that hands it
    /// on.
    ///
    /// # Errors
    /// `NotWritable` and `DiskFull` with the path.
    pub(crate) async fn hand_out(self, data_dir: PathBuf) -> Result<File, Fault> {
        let dir = data_dir.clone();
        let written = off_thread(move || {
            let mut file = tempfile::tempfile_in(dir)?;
            file.write_all(&self.bytes)?;
            file.rewind()?;
            Ok(file)
        });
        written
            .await
            .map_err(|error| faults::of_disk(&error, &data_dir))
    }

    fn of(bytes: Vec<u8>, ending: &'static str, headings: Headings, now: i64) -> Self {
        let what = match headings {
            Headings::Zh => "报表",
            Headings::En => "report",
        };
        ReportFile {
            suggested_name: dated(what, now, ending),
            ending,
            bytes,
        }
    }
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(io::Error::other(error)),
    }
}
