//! Files that were chosen to be imported, until somebody lets go of them.

use super::unreadable_for;
use crate::faults;
use crate::presence::create_private;
use bohao_sheets::limits::MAX_BYTES;
use bohao_wire::{Fault, FaultCode, StagedFile, StagedId};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A file that was chosen.
#[derive(Clone)]
pub struct Staged {
    /// Its name, without its folder.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// The word to stop what is under way with it.
    pub stop: Stop,
    /// One that was handed over lies in a folder of ours, and goes with the last who knows it.
    _own: Option<Arc<OwnFile>>,
}

/// A word to stop. Clones are the same word.
#[derive(Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Says it.
    pub fn say(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was said.
    pub fn is_said(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// All of them.
#[derive(Clone)]
pub struct Shelf {
    files: Arc<Mutex<HashMap<StagedId, Staged>>>,
    folder: PathBuf,
}

/// A file that is being handed over, piece by piece.
pub struct Upload {
    name: String,
    bytes: u64,
    file: File,
    own: OwnFile,
}

struct OwnFile(PathBuf);

impl Drop for OwnFile {
    fn drop(&mut self) {
        // What can't be removed now is removed at the next start.
        let _ = fs::remove_file(&self.0);
    }
}

impl Shelf {
    /// `folder` is where files lie that were handed over.
    pub fn new(folder: PathBuf) -> Self {
        Shelf {
            files: Arc::default(),
            folder,
        }
    }

    /// Removes what an earlier process was handed over.
    pub fn clear(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for entry in entries.flatten() {
            let _ = fs::remove_file(entry.path());
        }
    }

    /// Stages a file where it lies.
    ///
    /// # Errors
    /// `NotFound` without such a file, `UnreadableFile` for what is none.
    pub fn stage(&self, id: StagedId, path: &Path) -> Result<StagedFile, Fault> {
        let kind = fs::metadata(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
                Fault::new(FaultCode::NotFound, "there is no such file")
                    .with("path", path.display().to_string())
            }
            _ => unreadable_for("disk", path),
        })?;
        if kind.is_dir() {
            return Err(unreadable_for("folder", path));
        }
        // A pipe without a writer is waited for without end, and a device may have no end.
        if !kind.is_file() {
            return Err(unreadable_for("not_a_file", path));
        }
        if kind.len() > MAX_BYTES {
            return Err(unreadable_for("too_large", path));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(self.put(id, name.into_owned(), kind.len(), path.to_owned(), None))
    }

    /// Begins to take a file that is handed over.
    ///
    /// # Errors
    /// `NotWritable`, `DiskFull`.
    pub fn begin(&self, id: &StagedId, name: String) -> Result<Upload, Fault> {
        let path = self.folder.join(format!("{}.sheet", id.0));
        let file = create_private(&self.folder)
            .and_then(|()| File::create_new(&path))
            .map_err(|error| faults::of_disk(&error, &path))?;
        Ok(Upload {
            name,
            bytes: 0,
            file,
            own: OwnFile(path),
        })
    }

    /// Stages what was handed over.
    pub fn finish(&self, id: StagedId, upload: Upload) -> StagedFile {
        let path = upload.own.0.clone();
        self.put(
            id,
            upload.name,
            upload.bytes,
            path,
            Some(Arc::new(upload.own)),
        )
    }

    /// A staged file.
    ///
    /// # Errors
    /// `NotFound` if nobody staged it, or it was let go.
    pub fn get(&self, id: &StagedId) -> Result<Staged, Fault> {
        self.lock().get(id).cloned().ok_or_else(not_staged)
    }

    /// A staged file to work with for a while: what was under way with it stops, and a fresh word
    /// stops the new work.
    ///
    /// # Errors
    /// As [`Shelf::get`].
    pub fn take(&self, id: &StagedId) -> Result<Staged, Fault> {
        let mut files = self.lock();
        let staged = files.get_mut(id).ok_or_else(not_staged)?;
        staged.stop.say();
        staged.stop = Stop::default();
        Ok(staged.clone())
    }

    /// Says the word to stop what is under way with it.
    pub fn stop(&self, id: &StagedId) {
        if let Some(staged) = self.lock().get(id) {
            staged.stop.say();
        }
    }

    /// Lets go of it.
    pub fn close(&self, id: &StagedId) {
        if let Some(staged) = self.lock().remove(id) {
            staged.stop.say();
        }
    }

    fn put(
        &self,
        id: StagedId,
        name: String,
        bytes: u64,
        path: PathBuf,
        own: Option<Arc<OwnFile>>,
    ) -> StagedFile {
        let staged = Staged {
            name: name.clone(),
            path,
            stop: Stop::default(),
            _own: own,
        };
        self.lock().insert(id.clone(), staged);
        StagedFile {
            file: id,
            name,
            bytes,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<StagedId, Staged>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Upload {
    /// Takes the next piece.
    ///
    /// # Errors
    /// `UnreadableFile` beyond the largest file that is read, `DiskFull`, `NotWritable`.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), Fault> {
        self.bytes += piece.len() as u64;
        if self.bytes > MAX_BYTES {
            return Err(unreadable_for("too_large", Path::new(&self.name)));
        }
        let written = self.file.write_all(piece);
        written.map_err(|error| faults::of_disk(&error, &self.own.0))
    }
}

fn not_staged() -> Fault {
    Fault::new(FaultCode::NotFound, "no such file is staged").with("what", "file")
}
