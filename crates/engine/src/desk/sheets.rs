//! Sheets that are neither of calls nor a backup: the guard's log, and the do-not-call table.

use super::Desk;
use crate::aside::Overwrite;
use crate::do_not_call::{List, Listed};
use crate::export::{self, dated};
use crate::guard::log_file;
use crate::sheet_file;
use bohao_wire::{
    ExportDoNotCall, ExportGuardLog, ExportedDoNotCall, ExportedSheet, Fault, GuardLogForm,
    Headings,
};
use std::fs::File;
use std::path::Path;

impl Desk {
    /// Writes all of the guard's log to a place of the user's choice, whole or not at all.
    ///
    /// # Errors
    /// `FileExists`, `NotWritable` and `DiskFull` with the path; a fault of the database. Whatever it
    /// is, the place is as it was.
    pub async fn export_guard_log(
        &self,
        request: ExportGuardLog,
        target: &Path,
        overwrite: Overwrite,
    ) -> Result<ExportedSheet, Fault> {
        let (ground, now) = (self.ground(), self.inner.around.now());
        let (store, form) = (ground.store.clone(), request.form);
        let write = move |out: &mut dyn std::io::Write| log_file::write(&store, form, now, out);
        let rows = sheet_file::to_file(&ground, target, overwrite, write).await?;
        Ok(saved(target, rows))
    }

    /// The same into a file without a name, for a host that hands it on; and how many entries it
    /// holds.
    ///
    /// # Errors
    /// As [`Desk::export_guard_log`].
    pub async fn guard_log_to_hand_out(
        &self,
        request: ExportGuardLog,
    ) -> Result<(File, u64), Fault> {
        let (store, form) = (self.ground().store.clone(), request.form);
        let now = self.inner.around.now();
        let write = move |out: &mut dyn std::io::Write| log_file::write(&store, form, now, out);
        sheet_file::to_hand_out(self.inner.around.data_dir.clone(), write).await
    }

    /// Writes the do-not-call table to a place of the user's choice, whole or not at all.
    ///
    /// # Errors
    /// As [`Desk::export_guard_log`]; `BadInput` for a format that is none of a sheet.
    pub async fn export_do_not_call(
        &self,
        request: ExportDoNotCall,
        target: &Path,
        overwrite: Overwrite,
    ) -> Result<ExportedDoNotCall, Fault> {
        let ground = self.ground();
        let list = self.list(request).await?;
        let key = list.told_key();
        let write = move |out: &mut dyn std::io::Write| list.write(out);
        let Listed { rows, left_out } =
            sheet_file::to_file(&ground, target, overwrite, write).await?;
        Ok(ExportedDoNotCall {
            sheet: saved(target, rows),
            left_out,
            key,
        })
    }

    /// The same into a file without a name. Its address, which only the host knows, is made of how
    /// many rows it holds.
    ///
    /// # Errors
    /// As [`Desk::export_do_not_call`].
    pub async fn do_not_call_to_hand_out(
        &self,
        request: ExportDoNotCall,
        href: impl FnOnce(File) -> String,
    ) -> Result<ExportedDoNotCall, Fault> {
        let list = self.list(request).await?;
        let key = list.told_key();
        let write = move |out: &mut dyn std::io::Write| list.write(out);
        let dir = self.inner.around.data_dir.clone();
        let (file, Listed { rows, left_out }) = sheet_file::to_hand_out(dir, write).await?;
        let href = href(file);
        Ok(ExportedDoNotCall {
            sheet: ExportedSheet::Download { href, rows },
            left_out,
            key,
        })
    }

    /// A name for the save dialog: what it is, and the day.
    pub fn guard_log_name(&self, form: GuardLogForm) -> String {
        let ending = match form {
            GuardLogForm::JsonLines => "jsonl",
            GuardLogForm::Csv => "csv",
        };
        dated("bohao-guard-log", self.inner.around.now(), ending)
    }

    /// The same for the do-not-call table.
    pub fn do_not_call_name(&self, request: &ExportDoNotCall) -> String {
        let what = match request.headings {
            Headings::Zh => "勿扰名单",
            Headings::En => "do-not-call",
        };
        dated(
            what,
            self.inner.around.now(),
            export::ending(request.format),
        )
    }

    async fn list(&self, request: ExportDoNotCall) -> Result<List, Fault> {
        let (store, now) = (self.ground().store.clone(), self.inner.around.now());
        List::begin(store, request, (self.inner.around.keys)(), now).await
    }
}

fn saved(target: &Path, rows: u64) -> ExportedSheet {
    ExportedSheet::Saved {
        path: target.display().to_string(),
        rows,
    }
}
