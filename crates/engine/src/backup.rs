//! Everything of a desk in one file, and back: the log with its settings, and the recordings. No
//! secret is in it, because none is in the database; practice is not in it either.
//!
//! The file is a zip that a person can open: `bohao.db`, a folder of recordings, and `backup.json`,
//! which says how large each of them is and what its SHA-256 is. A backup has a name only once all
//! of it was read back; a restore touches the desk only once all of it is unpacked and checked.

mod making;
mod manifest;
mod restoring;
#[cfg(test)]
mod tests;

pub(crate) use making::{Source, make};
pub(crate) use restoring::{give_up, pending, stage, take_over};

use crate::faults;
use bohao_store::StoreError;
use bohao_wire::{BackupContents, Fault, FaultCode};
use std::fs::File;
use std::io;
use std::path::Path;
use zip::ZipArchive;
use zip::result::ZipError;

/// What is in a backup, as far as can be told without reading all of it.
///
/// # Errors
/// `NotFound` without such a file; `UnreadableFile` with the reason `not_a_backup`, `damaged_backup`
/// or `newer_backup`.
pub fn contents(file: &Path) -> Result<BackupContents, Fault> {
    let mut archive = open(file)?;
    let manifest = manifest::of(&mut archive).map_err(|error| error.fault(file))?;
    Ok(manifest.contents)
}

/// The name of the database in a backup, and of its own in a data folder.
const DATABASE: &str = "bohao.db";
/// The folder of recordings in a backup, and in a data folder.
const RECORDINGS: &str = "recordings";

/// Why a backup was not made or not taken in.
enum Trouble {
    Stopped,
    /// Something of the backup's own is not what it should be.
    Bad(Flaw),
    Disk(io::Error),
    Store(StoreError),
    Fault(Fault),
}

/// What a file is that can't be taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    NotABackup,
    Damaged,
    Newer,
}

fn open(file: &Path) -> Result<ZipArchive<File>, Fault> {
    let opened = File::open(file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Fault::new(FaultCode::NotFound, "there is no such file")
            .with("path", file.display().to_string()),
        _ => faults::of_disk(&error, file),
    })?;
    let archive = match opened.metadata() {
        // A pipe without a writer is waited for without end.
        Ok(kind) if kind.is_file() => ZipArchive::new(opened).map_err(Trouble::from),
        _ => Err(Trouble::Bad(Flaw::NotABackup)),
    };
    archive.map_err(|error| match error {
        Trouble::Bad(_) => Trouble::Bad(Flaw::NotABackup).fault(file),
        other => other.fault(file),
    })
}

impl Trouble {
    fn fault(self, path: &Path) -> Fault {
        match self {
            Trouble::Bad(flaw) => {
                let (reason, message) = match flaw {
                    Flaw::NotABackup => ("not_a_backup", "the file is no backup of Bohao's"),
                    Flaw::Damaged => ("damaged_backup", "the backup is damaged or was changed"),
                    Flaw::Newer => ("newer_backup", "a newer Bohao made this backup"),
                };
                Fault::new(FaultCode::UnreadableFile, message)
                    .with("reason", reason)
                    .with("path", path.display().to_string())
            }
            Trouble::Disk(error) => crate::aside::fault(&error, path),
            Trouble::Store(error) => faults::of_store(error),
            Trouble::Fault(fault) => fault,
            Trouble::Stopped => Fault::new(FaultCode::Internal, "it was stopped"),
        }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Trouble::Disk(error)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Trouble::Store(error)
    }
}

impl From<ZipError> for Trouble {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::Io(error) => Trouble::Disk(error),
            _ => Trouble::Bad(Flaw::Damaged),
        }
    }
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Trouble> + Send + 'static,
) -> Result<T, Trouble> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(Trouble::Disk(io::Error::other(error))),
    }
}
