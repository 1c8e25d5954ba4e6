//! A sheet on its way to a place of the user's choice, or to a host that hands it on: whole or not at
//! all.

use crate::aside::{self, Aside, Overwrite};
use crate::faults;
use crate::ground::Ground;
use bohao_store::StoreError;
use bohao_wire::{Fault, FaultCode};
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

/// Why a sheet was not written.
#[derive(Debug)]
pub(crate) enum Failed {
    Disk(io::Error),
    Store(StoreError),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Failed::Disk(error)
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Failed::Store(error)
    }
}

/// Writes a sheet to its place.
///
/// # Errors
/// `FileExists`, `NotWritable` and `DiskFull` with the path; a fault of the database. Whatever it is,
/// the place is as it was.
pub(crate) async fn to_file<T: Send + 'static>(
    ground: &Ground,
    target: &Path,
    overwrite: Overwrite,
    write: impl FnOnce(&mut dyn Write) -> Result<T, Failed> + Send + 'static,
) -> Result<T, Fault> {
    aside::check(target, overwrite)?;
    if overwrite == Overwrite::Replace {
        ground.recordings.spare_own(target).await?;
    }
    let place = target.to_owned();
    let written = off_thread(move || {
        let mut aside = Aside::begin(&place)?;
        let mut out = BufWriter::new(aside.file()?);
        let told = write(&mut out)?;
        out.flush()?;
        drop(out);
        aside.name(&place, overwrite)?;
        Ok(told)
    });
    written.await.map_err(|failed| failed.fault(target))
}

/// Writes a sheet into a file without a name, which is gone with its handle.
///
/// # Errors
/// `NotWritable` and `DiskFull`; a fault of the database.
pub(crate) async fn to_hand_out<T: Send + 'static>(
    dir: PathBuf,
    write: impl FnOnce(&mut dyn Write) -> Result<T, Failed> + Send + 'static,
) -> Result<(File, T), Fault> {
    let place = dir.clone();
    let written = off_thread(move || {
        let mut file = tempfile::tempfile_in(&place)?;
        let mut out = BufWriter::new(&mut file);
        let told = write(&mut out)?;
        out.flush()?;
        drop(out);
        file.rewind()?;
        Ok((file, told))
    });
    written.await.map_err(|failed| failed.fault(&dir))
}

impl Failed {
    fn fault(self, target: &Path) -> Fault {
        match self {
            Failed::Disk(error) => aside::fault(&error, target),
            Failed::Store(error) => faults::of_store(error),
        }
    }
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failed> + Send + 'static,
) -> Result<T, Failed> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(Failed::Disk(io::Error::other(error))),
    }
}

/// That nobody takes a word for a format that it is not.
pub(crate) fn refused(field: &str, message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", field)
}
