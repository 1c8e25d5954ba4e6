//! What only a desktop can do: the system's dialogs and its file manager.

use crate::clipboard::Copied;
use crate::links::Arrived;
use crate::password::{self, Answer};
use crate::phone_program::{self, Wish};
use crate::{shortcut, window, words};
use bohao_engine::follow_ups::calendar;
use bohao_engine::{Desk, Destination, Overwrite, ReportFile, backup, export};
use bohao_wire::{
    Account, BackUp, BackedUp, BecomePhoneProgram, ChooseBackup, ChooseImportFile,
    ChooseRecordingsFolder, ChosenBackup, ChosenFile, ChosenFolder, ClearCopied, ClearedClipboard,
    CopiedNumber, CopyNumber, Done, ExportCalls, ExportDoNotCall, ExportFollowUps, ExportGuardLog,
    ExportList, ExportReport, ExportedCalls, ExportedDoNotCall, ExportedFollowUps, ExportedSheet,
    Fault, FaultCode, GuardLogForm, LeavePhoneProgram, Mutations, OpenRecordingsFolder, Pair,
    PairOpened, Pairing, PhoneProgram, PhoneProgramQuery, Proof, Queries, ReadOpenedPairing,
    ReadPairing, RestartProgram, RestoreBackup, RestoredBackup, SaveRecording, SaveRejected,
    SaveRejectedLeads, SaveReportPicture, SavedRecording, SavedReport, SetShortcut, Shortcut,
    ShortcutQuery, ShowNumbers, ShowSaved, TakeLink, TakenLink, Triggers, Unmasking,
};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tauri_plugin_opener::OpenerExt;
use tokio::sync::{RwLock, oneshot};

/// The desktop's native actions, on behalf of one desk.
pub struct Native {
    /// The program.
    pub app: AppHandle,
    /// Whose recordings and settings they are about.
    pub desk: Desk,
}

/// The recordings that are being copied to a place of the user's choice.
#[derive(Default)]
pub struct Copies(RwLock<()>);

impl Copies {
    /// Waits until each is whole, or gone.
    pub async fn end(&self) {
        let _ = self.0.write().await;
    }
}

/// What jobs have written, to be shown when the page asks: it names the job and never a path.
#[derive(Default)]
pub struct Written {
    files: Mutex<HashMap<String, PathBuf>>,
    /// The backup that was chosen last, to be restored when the page asks.
    backup: Mutex<Option<PathBuf>>,
}

/// How a backup ends: any system opens it.
const BACKUP: &str = "zip";

impl Written {
    fn keep(&self, job: String, path: &Path) {
        lock(&self.files).insert(job, path.to_owned());
    }

    fn place(&self, job: &str) -> Option<PathBuf> {
        lock(&self.files).get(job).cloned()
    }

    fn choose(&self, backup: PathBuf) {
        *lock(&self.backup) = Some(backup);
    }

    fn chosen(&self) -> Option<PathBuf> {
        lock(&self.backup).clone()
    }
}

/// What these guard is changed in one step, so a panic elsewhere leaves it in order.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Triggers for Native {
    async fn save_recording(&self, request: SaveRecording) -> Result<SavedRecording, Fault> {
        let recording = self.desk.recording_file(&request.call).await?;
        let name = self.desk.name_on_screen(&recording).await?;
        let words = words::of(&self.app);
        let dialog = self
            .dialog()
            .set_title(words.save_recording)
            .set_file_name(name);
        let Some(path) = chosen(|answer| dialog.save_file(answer)).await? else {
            return Ok(SavedRecording::Cancelled);
        };
        let copies = self.app.state::<Copies>();
        let _under_way = copies.0.read().await;
        // The dialog has already asked whether a file there may be replaced.
        self.desk
            .save_recording(&request.call, &path, Overwrite::Replace)
            .await?;
        Ok(SavedRecording::Saved {
            path: path.display().to_string(),
        })
    }

    async fn choose_import_file(&self, _: ChooseImportFile) -> Result<ChosenFile, Fault> {
        let words = words::of(&self.app);
        let dialog = self.dialog().set_title(words.choose_sheet).add_filter(
            words.sheets,
            &[
                "csv", "tsv", "txt", "xlsx", "xlsm", "xls", "json", "jsonl", "ndjson",
            ],
        );
        let Some(path) = chosen(|answer| dialog.pick_file(answer)).await? else {
            return Ok(ChosenFile::Cancelled);
        };
        let staged = self.desk.imports().stage(&path)?;
        Ok(ChosenFile::Chosen { staged })
    }

    async fn save_rejected(&self, request: SaveRejected) -> Result<Done, Fault> {
        let Some(path) = self.place_for_rejected().await? else {
            return Ok(Done::Cancelled);
        };
        let SaveRejected { file, reading } = request;
        let copies = self.app.state::<Copies>();
        let _under_way = copies.0.read().await;
        let language = words::of(&self.app).language;
        self.desk
            .imports()
            .save_rejected(file, reading, language, &path)
            .await?;
        Ok(Done::Done)
    }

    async fn save_rejected_leads(&self, request: SaveRejectedLeads) -> Result<Done, Fault> {
        let Some(path) = self.place_for_rejected().await? else {
            return Ok(Done::Cancelled);
        };
        let SaveRejectedLeads { file, reading } = request;
        let copies = self.app.state::<Copies>();
        let _under_way = copies.0.read().await;
        let language = words::of(&self.app).language;
        self.desk
            .imports()
            .save_rejected_leads(file, reading, language, &path)
            .await?;
        Ok(Done::Done)
    }

    async fn open_recordings_folder(&self, _: OpenRecordingsFolder) -> Result<Done, Fault> {
        let folder = self.desk.recordings_dir();
        let shown = folder.display().to_string();
        let unusable =
            |message| Fault::new(FaultCode::NotWritable, message).with("path", shown.as_str());
        // Before the first recording there may be no folder yet.
        tokio::fs::create_dir_all(&folder)
            .await
            .map_err(|_| unusable("the folder of recordings could not be made"))?;
        self.app
            .opener()
            .open_path(shown.clone(), None::<&str>)
            .map_err(|_| unusable("no file manager opened the folder of recordings"))?;
        Ok(Done::Done)
    }

    async fn choose_recordings_folder(
        &self,
        _: ChooseRecordingsFolder,
    ) -> Result<ChosenFolder, Fault> {
        let words = words::of(&self.app);
        let dialog = self
            .dialog()
            .set_title(words.choose_folder)
            .set_can_create_directories(true);
        let Some(folder) = chosen(|answer| dialog.pick_folder(answer)).await? else {
            return Ok(ChosenFolder::Cancelled);
        };
        let Some(folder) = folder.to_str() else {
            return Err(
                Fault::new(FaultCode::BadInput, "the folder's name is no Unicode")
                    .with("field", "recordings_dir"),
            );
        };
        Ok(ChosenFolder::Chosen {
            path: folder.to_owned(),
        })
    }

    async fn export_calls(&self, request: ExportCalls) -> Result<ExportedCalls, Fault> {
        let words = words::of(&self.app);
        let ending = export::ending(request.sheet.format);
        let dialog = self
            .dialog()
            .set_title(words.export_calls)
            .add_filter(words.calls_file, &[ending])
            .set_file_name(self.desk.export_name(request.sheet));
        let Some(path) = chosen(|answer| dialog.save_file(answer)).await? else {
            return Ok(ExportedCalls::Cancelled);
        };
        let to = ended(path, ending);
        let (job, file) = (request.job.clone(), to.file.clone());
        let copies = self.app.state::<Copies>();
        let _under_way = copies.0.read().await;
        let exported = self.desk.export_calls(request, to).await?;
        if matches!(exported, ExportedCalls::Saved { .. }) {
            self.app.state::<Written>().keep(job, &file);
        }
        Ok(exported)
    }

    async fn export_list(&self, request: ExportList) -> Result<ExportedCalls, Fault> {
        let words = words::of(&self.app);
        let ending = export::ending(request.sheet.format);
        let dialog = self
            .dialog()
            .set_title(words.export_list)
            .add_filter(words.list_file, &[ending])
            .set_file_name(self.desk.list_export_name(request.sheet));
        let Some(path) = chosen(|answer| dialog.save_file(answer)).await? else {
            return Ok(ExportedCalls::Cancelled);
        };
        let Destination {
            file, overwrite, ..
        } = ended(path, ending);
        let job = request.job.clone();
        let copies = self.app.state::<Copies>();
        let _under_way = copies.0.read().await;
        let exported = self
            .desk
            .export_list(request, file.clone(), overwrite)
            .await?;
        if matches!(exported, ExportedCalls::Saved { .. }) {
            self.app.state::<Written>().keep(job, &file);
        }
        Ok(exported)
    }

    async fn export_report(&self, request: ExportReport) -> Result<SavedReport, Fault> {
        let report = self.desk.report_workbook(&request).await?;
        self.save_report(report, request.job).await
    }

    async fn save_report_picture(&self, request: SaveReportPicture) -> Result<SavedReport, Fault> {
        let report = self.desk.report_picture(&request)?;
        self.save_report(report, request.job).await
    }

    async fn export_follow_ups(
        &self,
        request: ExportFollowUps,
    ) -> Result<ExportedFollowUps, Fault> {
        let words = words::of(&self.app);
        let dialog = self
            .dialog()
            .set_title(words.export_follow_ups)
            .add_filter(words.calendar_file, &[calendar::ENDING])
            .set_file_name(self.desk.calendar_name());
        let Some(path) = chosen(|answer| dialog.save_file(answer)).await? else {
            return Ok(ExportedFollowUps::Cancelled);
        };
        let Destination {
            file, overwrite, ..
        } = ended(path, calendar::ENDING);
        let copies = self.app.state::<Copies>();
        let _under_way = copies.0.read().await;
        self.desk.export_follow_ups(request, &file, overwrite).await
    }

    async fn back_up(&self, request: BackUp) -> Result<BackedUp, Fault> {
        let words = words::of(&self.app);
        let dialog = self
            .dialog()
            .set_title(words.back_up)
            .add_filter(words.backup_file, &[BACKUP])
            .set_file_name(self.desk.backup_name());
        let Some(path) = chosen(|answer| dialog.save_file(answer)).await? else {
            return Ok(BackedUp::Cancelled);
        };
        let Destination {
            file, overwrite, ..
        } = ended(path, BACKUP);
        let job = request.job.clone();
        let copies = self.app.state::<Copies>();
        let _under_way = copies.0.read().await;
        let made = self.desk.back_up(request, &file, overwrite).await?;
        if matches!(made, BackedUp::Saved { .. }) {
            self.app.state::<Written>().keep(job, &file);
        }
        Ok(made)
    }

    async fn choose_backup(&self, _: ChooseBackup) -> Result<ChosenBackup, Fault> {
        let words = words::of(&self.app);
        let dialog = self
            .dialog()
            .set_title(words.restore)
            .add_filter(words.backup_file, &[BACKUP]);
        let Some(path) = chosen(|answer| dialog.pick_file(answer)).await? else {
            return Ok(ChosenBackup::Cancelled);
        };
        let holds = backup::contents(&path)?;
        let shown = path.display().to_string();
        self.app.state::<Written>().choose(path);
        Ok(ChosenBackup::Chosen { path: shown, holds })
    }

    async fn restore_backup(&self, request: RestoreBackup) -> Result<RestoredBackup, Fault> {
        let path = self.app.state::<Written>().chosen();
        let path =
            path.ok_or_else(|| Fault::new(FaultCode::NotFound, "no backup has been chosen"))?;
        self.desk.make_backup_ready(request, &path).await
    }

    async fn show_numbers(&self, _: ShowNumbers) -> Result<Unmasking, Fault> {
        let by = match password::ask(words::of(&self.app)).await {
            Answer::Accepted => Proof::Password,
            // The page has asked already, which has to do where the system can't.
            Answer::Unavailable => Proof::Confirmation,
            Answer::Refused => return Ok(Unmasking::Refused),
            Answer::Cancelled => return Ok(Unmasking::Cancelled),
        };
        let settings = self.desk.show_numbers(by).await?;
        Ok(Unmasking::Unmasked { settings, by })
    }

    async fn export_guard_log(&self, request: ExportGuardLog) -> Result<ExportedSheet, Fault> {
        let words = words::of(&self.app);
        let ending = match request.form {
            GuardLogForm::JsonLines => "jsonl",
            GuardLogForm::Csv => "csv",
        };
        let dialog = self
            .dialog()
            .set_title(words.export_guard_log)
            .set_file_name(self.desk.guard_log_name(request.form));
        let Some(path) = chosen(|answer| dialog.save_file(answer)).await? else {
            return Ok(ExportedSheet::Cancelled);
        };
        let to = ended(path, ending);
        let job = request.job.clone();
        let copies = self.app.state::<Copies>();
        let _under_way = copies.0.read().await;
        let exported = self.desk.export_guard_log(request, &to.file, to.overwrite);
        let exported = exported.await?;
        self.app.state::<Written>().keep(job, &to.file);
        Ok(exported)
    }

    async fn export_do_not_call(
        &self,
        request: ExportDoNotCall,
    ) -> Result<ExportedDoNotCall, Fault> {
        let words = words::of(&self.app);
        let dialog = self
            .dialog()
            .set_title(words.export_do_not_call)
            .set_file_name(self.desk.do_not_call_name(&request));
        let Some(path) = chosen(|answer| dialog.save_file(answer)).await? else {
            return Ok(ExportedDoNotCall {
                sheet: ExportedSheet::Cancelled,
                left_out: 0,
                key: None,
            });
        };
        let to = ended(path, export::ending(request.format));
        let job = request.job.clone();
        let copies = self.app.state::<Copies>();
        let _under_way = copies.0.read().await;
        let exported = self
            .desk
            .export_do_not_call(request, &to.file, to.overwrite);
        let exported = exported.await?;
        self.app.state::<Written>().keep(job, &to.file);
        Ok(exported)
    }

    async fn copy_number(&self, request: CopyNumber) -> Result<CopiedNumber, Fault> {
        let copied = self.app.state::<Copied>();
        copied.copy(request.number).await
    }

    async fn clear_copied(&self, _: ClearCopied) -> Result<ClearedClipboard, Fault> {
        Ok(self.app.state::<Copied>().clear().await)
    }

    async fn restart_program(&self, _: RestartProgram) -> Result<Done, Fault> {
        self.app.request_restart();
        Ok(Done::Done)
    }

    async fn take_link(&self, _: TakeLink) -> Result<TakenLink, Fault> {
        let link = self.app.state::<Arrived>().take();
        Ok(TakenLink { link })
    }

    async fn read_opened_pairing(&self, _: ReadOpenedPairing) -> Result<Pairing, Fault> {
        let link = self.app.state::<Arrived>().pairing()?;
        self.desk.read_pairing(ReadPairing { link }).await
    }

    async fn pair_opened(&self, _: PairOpened) -> Result<Account, Fault> {
        let arrived = self.app.state::<Arrived>();
        let link = arrived.pairing()?;
        let account = self.desk.pair(Pair { link }).await?;
        arrived.forget_pairing();
        Ok(account)
    }

    async fn phone_program(&self, _: PhoneProgramQuery) -> Result<PhoneProgram, Fault> {
        phone_program::ask(&self.app, Wish::Hear).await
    }

    async fn become_phone_program(&self, _: BecomePhoneProgram) -> Result<PhoneProgram, Fault> {
        phone_program::ask(&self.app, Wish::Become).await
    }

    async fn leave_phone_program(&self, _: LeavePhoneProgram) -> Result<PhoneProgram, Fault> {
        phone_program::ask(&self.app, Wish::Leave).await
    }

    async fn shortcut(&self, _: ShortcutQuery) -> Result<Shortcut, Fault> {
        Ok(shortcut::standing(&self.app))
    }

    async fn set_shortcut(&self, request: SetShortcut) -> Result<Shortcut, Fault> {
        shortcut::set(&self.app, &self.desk, request.keys).await
    }

    async fn show_saved(&self, request: ShowSaved) -> Result<Done, Fault> {
        let place = self.app.state::<Written>().place(&request.job);
        let place =
            place.ok_or_else(|| Fault::new(FaultCode::NotFound, "this job has written nothing"))?;
        self.app.opener().reveal_item_in_dir(&place).map_err(|_| {
            Fault::new(FaultCode::NotWritable, "no file manager opened the folder")
                .with("path", place.display().to_string())
        })?;
        Ok(Done::Done)
    }
}

/// The place that was chosen. A name without an ending gets one, by which it is known later.
fn ended(path: PathBuf, ending: &str) -> Destination {
    let (file, overwrite) = match path.extension() {
        // The dialog has already asked whether a file there may be replaced.
        Some(_) => (path, Overwrite::Replace),
        None => (path.with_extension(ending), Overwrite::Refuse),
    };
    Destination {
        file,
        overwrite,
        recordings: None,
    }
}

impl Native {
    /// Where the rows are to be saved that were not taken.
    async fn place_for_rejected(&self) -> Result<Option<PathBuf>, Fault> {
        let words = words::of(&self.app);
        let dialog = self
            .dialog()
            .set_title(words.save_rejected)
            .set_file_name(words.rejected_name);
        chosen(|answer| dialog.save_file(answer)).await
    }

    /// Asks for a place and puts a report there.
    async fn save_report(&self, report: ReportFile, job: String) -> Result<SavedReport, Fault> {
        let words = words::of(&self.app);
        let dialog = self
            .dialog()
            .set_title(words.save_report)
            .add_filter(words.report_file, &[report.ending])
            .set_file_name(report.suggested_name.as_str());
        let Some(path) = chosen(|answer| dialog.save_file(answer)).await? else {
            return Ok(SavedReport::Cancelled);
        };
        let Destination {
            file, overwrite, ..
        } = ended(path, report.ending);
        let copies = self.app.state::<Copies>();
        let _under_way = copies.0.read().await;
        let saved = self.desk.save_report(report, &file, overwrite).await?;
        self.app.state::<Written>().keep(job, &file);
        Ok(saved)
    }

    fn dialog(&self) -> FileDialogBuilder<tauri::Wry> {
        let dialog = self.app.dialog().file();
        match self.app.get_webview_window(window::MAIN) {
            Some(window) => dialog.set_parent(&window),
            None => dialog,
        }
    }
}

/// What the user chose, once the dialog is closed; nothing if it was cancelled.
async fn chosen(
    open: impl FnOnce(Box<dyn FnOnce(Option<FilePath>) + Send>),
) -> Result<Option<PathBuf>, Fault> {
    let (answer, answered) = oneshot::channel();
    open(Box::new(move |path| {
        // Nobody waits any more when the window was closed under its dialog.
        let _ = answer.send(path);
    }));
    let Some(path) = answered.await.ok().flatten() else {
        return Ok(None);
    };
    let path = path.into_path().map_err(|_| {
        Fault::new(
            FaultCode::NotWritable,
            "the dialog named no place on this computer",
        )
    })?;
    Ok(Some(path))
}
