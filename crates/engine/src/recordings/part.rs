//! A file on its way: it exists under its final name only when it is whole.

use super::miss::Miss;
use super::room;
use crate::audio::{self, Format};
use bohao_store::SavedFile;
use bohao_wire::CallId;
use sha2::{Digest, Sha256};
use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};
use tokio::fs::File;
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

/// The ending of a file that is not whole.
pub(super) const PART: &str = "part";

/// A file that is being written. It is removed when it is dropped, unless it was finished.
pub(super) struct Part {
    dir: PathBuf,
    name: String,
    file: Option<File>,
    written: u64,
    hasher: Sha256,
    head: Vec<u8>,
    named: bool,
}

/// A file that is whole and has its final name.
pub(super) struct Brought {
    /// Where it lies.
    pub folder: PathBuf,
    /// Its name and what it is.
    pub saved: SavedFile,
}

/// What tells that a file has its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Its own header, which must not count more than came.
    ByHeader,
    /// That the same came before, of the size that the server told: it has no more than that.
    CameBefore,
}

/// A part that a later try may go on with, and what proves that the server's file is the same.
pub(super) struct Begun {
    pub part: Part,
    pub from: Source,
    pub validator: String,
    /// The whole file's size in bytes, if the server told.
    pub total: Option<u64>,
}

/// Where a file comes from. What was begun at one place is not gone on with at another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The platform's signed call.
    Signed,
    /// The link in the call's record.
    Link,
}

impl Part {
    /// Begins a file for a call's recording. The lock on it tells other programs on the same
    /// folder that somebody is at work, and ends with this program however it ends.
    pub async fn begin(dir: PathBuf, call: &CallId) -> Result<Part, Miss> {
        let name = stem(call);
        let path = dir.join(&name).with_extension(PART);
        let place = dir.clone();
        let opened = off_thread(move || {
            std::fs::create_dir_all(&place)?;
            let file = std::fs::File::options()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => Ok(None),
                // Where a file system knows no locks there is nobody to be told.
                Ok(()) | Err(TryLockError::Error(_)) => {
                    file.set_len(0)?;
                    Ok(Some(file))
                }
            }
        });
        let file = opened
            .await
            .map_err(|error| Miss::disk(error, &dir))?
            .ok_or(Miss::Elsewhere)?;
        Ok(Part {
            dir,
            name,
            file: Some(File::from_std(file)),
            written: 0,
            hasher: Sha256::new(),
            head: Vec::new(),
            named: false,
        })
    }

    /// How many bytes it has.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Adds bytes at its end.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Miss> {
        let missing = audio::HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        self.hasher.update(bytes);
        self.written += bytes.len() as u64;
        let written = self.file()?.write_all(bytes).await;
        written.map_err(|error| Miss::disk(error, &self.dir))
    }

    /// Makes sure that everything written so far is in the file.
    pub async fn settle(&mut self) -> Result<(), Miss> {
        let flushed = self.file()?.flush().await;
        flushed.map_err(|error| Miss::disk(error, &self.dir))
    }

    /// Begins anew: what the server sends now is the file from its first byte.
    pub async fn restart(&mut self) -> Result<(), Miss> {
        self.settle().await?;
        self.written = 0;
        self.hasher = Sha256::new();
        self.head.clear();
        let file = self.file()?;
        let emptied = async {
            file.set_len(0).await?;
            file.rewind().await
        };
        emptied
            .await
            .map(drop)
            .map_err(|error| Miss::disk(error, &self.dir))
    }

    /// SHA-256 in hex over what was written so far.
    pub fn digest(&self) -> String {
        hex::encode(self.hasher.clone().finalize())
    }

    /// Checks the file, syncs it, gives it its final name and syncs the folder.
    pub async fn finish(mut self, end: End) -> Result<Brought, Miss> {
        self.settle().await?;
        let format = Format::of(&self.head).ok_or(Miss::NotAudio)?;
        let Some(file) = self.file.take() else {
            return Err(Miss::CutOff);
        };
        let file = file.into_std().await;
        let dir = self.dir.clone();
        let named = off_thread(move || self.name_finally(file, format, end));
        let saved = named.await.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => Miss::CutOff,
            _ => Miss::disk(error, &dir),
        })?;
        Ok(Brought { folder: dir, saved })
    }

    /// Before a file of this size is written, where its server told: whether the disk has room.
    pub async fn make_sure_of_room(&self, total: Option<u64>) -> Result<(), Miss> {
        let missing = total.unwrap_or(0).saturating_sub(self.written);
        match room::free(self.dir.clone()).await {
            Some(free) if free < missing => {
                Err(Miss::disk(io::ErrorKind::StorageFull.into(), &self.dir))
            }
            _ => Ok(()),
        }
    }

    fn name_finally(
        mut self,
        mut file: std::fs::File,
        format: Format,
        end: End,
    ) -> io::Result<SavedFile> {
        if end == End::ByHeader && format == Format::Wav && audio::is_short_wav(&mut file)? {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        file.sync_all()?;
        if file.metadata()?.len() != self.written {
            return Err(io::Error::other("another program changed the file"));
        }
        // A length that can't be read is none; the bytes are what they are.
        let length_ms = audio::length_ms(format, &mut file).unwrap_or(None);
        // Some systems don't rename a file that is open.
        drop(file);
        let name = format!("{}.{}", self.name, format.extension());
        std::fs::rename(self.path(), self.dir.join(&name))?;
        self.named = true;
        sync_folder(&self.dir)?;
        Ok(SavedFile {
            file: name,
            bytes: self.written,
            length_ms,
            format: format.extension().to_owned(),
            sha256: self.digest(),
        })
    }

    fn file(&mut self) -> Result<&mut File, Miss> {
        self.file.as_mut().ok_or(Miss::CutOff)
    }

    fn path(&self) -> PathBuf {
        self.dir.join(&self.name).with_extension(PART)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.file = None;
        if !self.named {
            // Where it can't be removed, the next start does it.
            let _ = std::fs::remove_file(self.path());
        }
    }
}

/// Removes parts that nobody works on: a program ended in the middle of them.
pub(super) fn sweep(dir: &Path) -> io::Result<usize> {
    let entries = match std::fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut removed = 0;
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_none_or(|ending| ending != PART) || !is_stem(path.file_stem()) {
            continue;
        }
        let Ok(file) = std::fs::File::options().write(true).open(&path) else {
            continue;
        };
        let taken = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
        if !taken && std::fs::remove_file(&path).is_ok() {
            removed += 1;
        }
    }
    Ok(removed)
}

/// A file's name without its ending, from the call's id alone. Ids are UUIDs; should one ever be
/// anything else, its letters can't leave the folder.
pub(super) fn stem(call: &CallId) -> String {
    if is_uuid_like(&call.0) {
        return call.0.clone();
    }
    hex::encode(&Sha256::digest(call.0.as_bytes())[..16])
}

fn is_stem(stem: Option<&std::ffi::OsStr>) -> bool {
    stem.and_then(std::ffi::OsStr::to_str)
        .is_some_and(is_uuid_like)
}

fn is_uuid_like(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    (32..=36).contains(&text.len()) && text.bytes().all(plain)
}

/// A rename lasts once its folder is synced. Windows has no such thing and needs none.
pub(super) fn sync_folder(dir: &Path) -> io::Result<()> {
    #[cfg(unix)]
    std::fs::File::open(dir)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}

/// Work on files stays off the async threads.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(io::Error::other(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn promise_13_no_id_leaves_the_folder(id in "\\PC{0,50}|[./\\\\:a-f0-9-]{30,40}") {
            let stem = stem(&CallId(id));
            prop_assert!(is_uuid_like(&stem));
        }
    }
}
