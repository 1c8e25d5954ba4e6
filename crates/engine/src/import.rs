//! Sheets of calls brought in.
//!
//! A file is staged, previewed and rehearsed as often as one likes, and then taken in: as a whole
//! or not at all ([`run`]), to be undone as a whole later ([`undo`]). A row goes the way of a pushed
//! record, so an import can add to what is known and never erase it, and importing a file again
//! changes nothing.

mod do_not_call;
mod leads;
mod pace;
mod preview;
mod reading;
mod rehearsal;
mod rejected;
mod run;
mod staged;
mod tally;
mod undo;

use crate::notifier::Events;
use crate::presence::ImportTurn;
use crate::surroundings::{Clock, Ids};
use crate::{faults, lists};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bohao_sheets::SheetError;
use bohao_store::Store;
use bohao_wire::{
    CallId, CancelImport, CloseImport, Done, Event, Fault, FaultCode, HandOver, Headings,
    ImportLeads, ImportOutcome, ImportPreview, ImportReading, ImportReport, Imports as PastImports,
    Language, LeadReading, LeadsImported, LeadsPreview, LeadsReport, PreviewImport, PreviewLeads,
    RehearseImport, RehearseLeads, RunImport, StagedFile, StagedId, UndoImport, UndoneImport,
};
use staged::Shelf;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::NamedTempFile;
use tokio::sync::Notify;

pub use staged::Upload;

/// The largest file that is staged by its content.
const HANDED_OVER: usize = 16 * 1024 * 1024;

/// Imports that are listed.
const LISTED: u32 = 100;

/// Between two tries to take back what there was no room for.
pub const APART: Duration = Duration::from_secs(10);

/// What imports work with.
#[derive(Clone)]
pub struct Around {
    /// The log.
    pub store: Store,
    /// The folder of the data, where processes tell of each other.
    pub home: PathBuf,
    /// The hour.
    pub clock: Clock,
    /// Fresh ids.
    pub ids: Ids,
    /// Where progress is told.
    pub events: Events,
    /// Names a call that changed.
    pub changed: Arc<dyn Fn(CallId) + Send + Sync>,
    /// To be called when recordings may be due.
    pub recordings_due: Arc<dyn Fn() + Send + Sync>,
    /// Woken when calls wait to be indexed.
    pub index_due: Arc<Notify>,
}

/// The imports of one ground. Clones are the same.
#[derive(Clone)]
pub struct Imports {
    around: Around,
    shelf: Shelf,
    /// Woken when something ended that may have left what could not be taken back.
    ended: Arc<Notify>,
}

impl Imports {
    /// On a ground. `folder` is where files lie that were handed over.
    pub fn new(around: Around, folder: PathBuf) -> Self {
        Imports {
            around,
            shelf: Shelf::new(folder),
            ended: Arc::default(),
        }
    }

    /// Undoes what a program that is gone left half-done. Nobody else may have the data open. Where
    /// the disk has no room for it, it is done [later](Imports::take_back).
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn recover(&self) -> Result<(), Fault> {
        let imports = self.clone();
        let recovered = off_thread(move || {
            imports.shelf.clear();
            lists::recover(&imports.around.store)?;
            undo::recover(&imports.around).map(drop)
        });
        match recovered.await {
            // Whoever can't see the log can't find out what to free, and nobody could dial.
            Err(fault) if fault.code == FaultCode::DiskFull => {
                tracing::warn!("the disk has no room for taking back what was left half-done");
                Ok(())
            }
            recovered => recovered,
        }
    }

    /// Takes back what there was no room to take back before, as soon as there is: it is tried so far
    /// apart. It never ends by itself.
    pub async fn take_back(&self, apart: Duration) {
        loop {
            while self.is_any_left().await {
                tokio::time::sleep(apart).await;
                let imports = self.clone();
                // Whoever imports meanwhile takes it back before, and a disk without room is asked again.
                let _ = off_thread(move || imports.turn().map(drop)).await;
            }
            self.ended.notified().await;
        }
    }

    /// Tells that something ended which may have left what could not be taken back.
    pub fn look_after(&self) {
        self.ended.notify_one();
    }

    async fn is_any_left(&self) -> bool {
        let left = self.around.store.read(|db| {
            Ok(!db.imports().unfinished()?.is_empty() || !db.lists().unfinished()?.is_empty())
        });
        left.await.unwrap_or(false)
    }

    /// Stages a file where it lies.
    ///
    /// # Errors
    /// `NotFound`; `UnreadableFile` for what is no file, or too large.
    pub fn stage(&self, path: &Path) -> Result<StagedFile, Fault> {
        self.shelf.stage(self.fresh(), path)
    }

    /// Begins to take a file that is handed over.
    ///
    /// # Errors
    /// `NotWritable`, `DiskFull`.
    pub fn begin_upload(&self, name: String) -> Result<(StagedId, Upload), Fault> {
        let id = self.fresh();
        let upload = self.shelf.begin(&id, name)?;
        Ok((id, upload))
    }

    /// Stages what was handed over.
    pub fn finish_upload(&self, id: StagedId, upload: Upload) -> StagedFile {
        self.shelf.finish(id, upload)
    }

    /// Stages a small file by its content.
    ///
    /// # Errors
    /// `BadInput` if it is no base64, or too long to be handed over like this; as
    /// [`Imports::begin_upload`].
    pub async fn hand_over(&self, request: HandOver) -> Result<StagedFile, Fault> {
        let imports = self.clone();
        off_thread(move || {
            // Base64 is four letters for three bytes.
            let bytes = match request.content.len() / 4 * 3 <= HANDED_OVER + 3 {
                true => STANDARD.decode(request.content.trim()).ok(),
                false => None,
            };
            let bytes = bytes.ok_or_else(|| {
                let message = "the content is no base64 of 16 MiB at most";
                Fault::new(FaultCode::BadInput, message).with("field", "content")
            })?;
            let (id, mut upload) = imports.begin_upload(request.name)?;
            upload.write(&bytes)?;
            Ok(imports.finish_upload(id, upload))
        })
        .await
    }

    /// How a staged file would be read.
    ///
    /// # Errors
    /// `NotFound`, `BadInput`, `UnreadableFile`; a fault of the database.
    pub async fn preview(&self, request: PreviewImport) -> Result<ImportPreview, Fault> {
        let imports = self.clone();
        off_thread(move || {
            let staged = imports.shelf.get(&request.file)?;
            let reading = reading::open(&imports.around.store, &staged, &request.reading)?;
            preview::preview(staged.name.clone(), reading)
        })
        .await
    }

    /// What an import of a staged file would do. One that is cancelled counts nothing.
    ///
    /// # Errors
    /// As [`Imports::preview`].
    pub async fn rehearse(&self, request: RehearseImport) -> Result<ImportReport, Fault> {
        let imports = self.clone();
        off_thread(move || {
            let staged = imports.shelf.take(&request.file)?;
            let RehearseImport { file, reading } = request;
            let report = rehearsal::rehearse(&imports.around, &file, &staged, &reading)?;
            Ok(report.unwrap_or_default())
        })
        .await
    }

    /// Takes a staged file in. It is carried through even if nobody waits for it any more.
    ///
    /// # Errors
    /// As [`Imports::preview`]; `InUse` while another import is under way. The log is as before
    /// then.
    pub async fn run(&self, request: RunImport) -> Result<ImportOutcome, Fault> {
        let imports = self.clone();
        let ran = off_thread(move || {
            let staged = imports.shelf.take(&request.file)?;
            let _turn = imports.turn()?;
            run::run(&imports.around, &request.file, &staged, &request.reading)
        });
        let ran = ran.await;
        self.look_after();
        let (outcome, changed) = ran?;
        self.around.index_due.notify_one();
        self.tell_of_names();
        match changed {
            Some(calls) => calls
                .into_iter()
                .for_each(|call| (self.around.changed)(call)),
            None => self.tell_of_many(),
        }
        (self.around.recordings_due)();
        Ok(outcome)
    }

    /// How a staged file of leads would be read.
    ///
    /// # Errors
    /// As [`Imports::preview`].
    pub async fn preview_leads(&self, request: PreviewLeads) -> Result<LeadsPreview, Fault> {
        let imports = self.clone();
        off_thread(move || {
            let staged = imports.shelf.get(&request.file)?;
            let reading = leads::open(&imports.around.store, &staged, &request.reading)?;
            leads::preview::preview(&imports.around.store, staged.name.clone(), reading)
        })
        .await
    }

    /// What list a staged file would become. One that is cancelled counts nothing.
    ///
    /// # Errors
    /// As [`Imports::preview`].
    pub async fn rehearse_leads(&self, request: RehearseLeads) -> Result<LeadsReport, Fault> {
        let imports = self.clone();
        off_thread(move || {
            let staged = imports.shelf.take(&request.file)?;
            let RehearseLeads { file, reading } = request;
            let report = leads::run::rehearse(&imports.around, &file, &staged, &reading)?;
            Ok(report.unwrap_or_default())
        })
        .await
    }

    /// Makes a list of a staged file. It is carried through even if nobody waits for it any more.
    ///
    /// # Errors
    /// As [`Imports::run`], and `BadInput` for a name that is empty or too long.
    pub async fn run_leads(&self, request: ImportLeads) -> Result<LeadsImported, Fault> {
        let name = lists::name(&request.name)?;
        let imports = self.clone();
        let made = off_thread(move || {
            let staged = imports.shelf.take(&request.file)?;
            let _turn = imports.turn()?;
            let ImportLeads { file, reading, .. } = request;
            leads::run::run(&imports.around, &file, &staged, &reading, &name)
        });
        let made = made.await;
        self.look_after();
        let made = made?;
        // Nobody may be listening, which is no fault.
        let _ = self.around.events.send(Event::ListsChanged);
        Ok(made)
    }

    /// As [`Imports::write_rejected`], for a file of leads.
    ///
    /// # Errors
    /// As [`Imports::write_rejected`].
    pub async fn write_rejected_leads<W: Write + Send + 'static>(
        &self,
        file: StagedId,
        reading: LeadReading,
        headings: Headings,
        out: W,
    ) -> Result<io::Result<(W, u32)>, Fault> {
        let imports = self.clone();
        off_thread(move || {
            let staged = imports.shelf.get(&file)?;
            leads::rejected::write(&imports.around.store, &staged, &reading, headings, out)
        })
        .await
    }

    /// As [`Imports::save_rejected`], for a file of leads.
    ///
    /// # Errors
    /// As [`Imports::save_rejected`].
    pub async fn save_rejected_leads(
        &self,
        file: StagedId,
        reading: LeadReading,
        language: Language,
        path: &Path,
    ) -> Result<(), Fault> {
        let aside = aside_of(path)?;
        let written = self.write_rejected_leads(file, reading, headings(language), aside);
        put(written.await?, path)
    }

    /// Stops what is under way with a staged file.
    pub fn cancel(&self, request: &CancelImport) -> Done {
        self.shelf.stop(&request.file);
        Done::Done
    }

    /// Lets go of a staged file.
    pub fn close(&self, request: &CloseImport) -> Done {
        self.shelf.close(&request.file);
        Done::Done
    }

    /// Takes an import out of the log again.
    ///
    /// # Errors
    /// `NotFound` if there is none, or it was undone before; `InUse` while another import is under
    /// way; a fault of the database.
    pub async fn undo(&self, request: UndoImport) -> Result<UndoneImport, Fault> {
        let imports = self.clone();
        let undone = off_thread(move || {
            let _turn = imports.turn()?;
            undo::undo(&imports.around, request.import)
        });
        let undone = undone.await;
        self.look_after();
        let undone = undone?;
        self.around.index_due.notify_one();
        self.tell_of_names();
        self.tell_of_many();
        Ok(undone)
    }

    /// The imports so far.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn past(&self) -> Result<PastImports, Fault> {
        let imports = self.around.store.read(|db| db.imports().past(LISTED)).await;
        imports
            .map(|imports| PastImports { imports })
            .map_err(faults::of_store)
    }

    /// Writes the rows that can't be taken to `out`, as a sheet with the reason beside each;
    /// returns how many they are.
    ///
    /// # Errors
    /// As [`Imports::preview`]; what `out` says, inside.
    pub async fn write_rejected<W: Write + Send + 'static>(
        &self,
        file: StagedId,
        reading: ImportReading,
        headings: Headings,
        out: W,
    ) -> Result<io::Result<(W, u32)>, Fault> {
        let imports = self.clone();
        off_thread(move || {
            let staged = imports.shelf.get(&file)?;
            rejected::write(&imports.around.store, &staged, &reading, headings, out)
        })
        .await
    }

    /// Saves the rows that can't be taken at this path, whole or not at all; what lies there is
    /// replaced.
    ///
    /// # Errors
    /// As [`Imports::preview`]; `NotWritable`, `DiskFull`.
    pub async fn save_rejected(
        &self,
        file: StagedId,
        reading: ImportReading,
        language: Language,
        path: &Path,
    ) -> Result<(), Fault> {
        let aside = aside_of(path)?;
        let written = self.write_rejected(file, reading, headings(language), aside);
        put(written.await?, path)
    }

    /// That nobody else imports meanwhile, and nothing half-done is left by anybody.
    fn turn(&self) -> Result<ImportTurn, Fault> {
        let turn = ImportTurn::take(&self.around.home)?;
        lists::recover(&self.around.store)?;
        if undo::recover(&self.around)? {
            self.tell_of_many();
        }
        Ok(turn)
    }

    fn tell_of_many(&self) {
        // Nobody may be listening, which is no fault.
        let _ = self.around.events.send(Event::DeskChanged);
    }

    fn tell_of_names(&self) {
        let _ = self.around.events.send(Event::CustomersChanged);
    }

    fn fresh(&self) -> StagedId {
        StagedId((self.around.ids)((self.around.clock)()).0)
    }
}

fn headings(language: Language) -> Headings {
    match language {
        Language::En => Headings::En,
        Language::Zh | Language::System => Headings::Zh,
    }
}

/// A file beside the place where it is to lie.
fn aside_of(path: &Path) -> Result<NamedTempFile, Fault> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    NamedTempFile::new_in(folder).map_err(|error| faults::of_disk(&error, path))
}

/// Puts what was written aside in its place, whole.
fn put(written: io::Result<(NamedTempFile, u32)>, path: &Path) -> Result<(), Fault> {
    let kept = written.and_then(|(aside, _)| {
        aside.as_file().sync_all()?;
        let put = aside.persist(path);
        put.map(drop).map_err(|error| error.error)
    });
    kept.map_err(|error| faults::of_disk(&error, path))
}

/// Why an import came to nothing. Of one that found no room it is told whether something of it is left,
/// which then goes by itself as soon as there is some ([`Imports::take_back`]).
fn failed<T>(fault: Fault, taken_back: Result<T, Fault>) -> Fault {
    match (fault.code, taken_back) {
        (FaultCode::DiskFull, Ok(_)) => fault.with("left", "nothing"),
        (_, Err(_)) => some_left(fault),
        _ => fault,
    }
}

/// Why something of an import stays for a while: the same, of one that was cancelled.
fn some_left(fault: Fault) -> Fault {
    match fault.code {
        FaultCode::DiskFull => fault.with("left", "some"),
        _ => fault,
    }
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
        Err(Fault::new(
            FaultCode::Internal,
            "the import was interrupted",
        ))
    })
}

fn unreadable(error: SheetError) -> Fault {
    let fault =
        Fault::new(FaultCode::UnreadableFile, error.to_string()).with("reason", error.code());
    match error {
        SheetError::BrokenJson { line, column } => fault.with("line", line).with("column", column),
        SheetError::TooLarge { limit } => fault.with("limit", limit),
        _ => fault,
    }
}

fn unreadable_for(reason: &str, path: &Path) -> Fault {
    Fault::new(FaultCode::UnreadableFile, "the file is no sheet")
        .with("reason", reason)
        .with("path", path.display().to_string())
}

#[cfg(test)]
mod tests;
