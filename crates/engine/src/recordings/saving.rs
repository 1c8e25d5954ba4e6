//! A recording at the place of the user's choice: whole or not at all.

use super::Recordings;
use super::custody::Kept;
use super::part::{off_thread, sync_folder};
use crate::faults;
use bohao_wire::{CallId, CallRow, Fault, FaultCode};
use jiff::Timestamp;
use jiff::tz::Offset;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// What to do with a file that lies at the chosen place already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    /// Leave it.
    Refuse,
    /// Put the recording in its place. It stays until the recording is whole.
    Replace,
}

impl Recordings {
    /// Copies a recording to `target`, and checks on the way that it is what was fetched. If it is
    /// not here yet, or damaged, it is fetched first. Whatever fails, `target` is as it was.
    ///
    /// # Errors
    /// `FileExists`, `NotWritable` and `DiskFull` with the path, `RecordingUnavailable` with its
    /// reason, and as [`Recordings::fetch`].
    pub async fn save_as(
        &self,
        call: &CallId,
        target: PathBuf,
        overwrite: Overwrite,
    ) -> Result<PathBuf, Fault> {
        let place = target.clone();
        let checked = off_thread(move || Ok(check(&place, overwrite))).await;
        checked.map_err(|error| faults::of_disk(&error, &target))??;
        for _ in 0..2 {
            let kept = match self.kept(call).await? {
                Some(kept) => kept,
                None => {
                    self.fetch(call).await?;
                    match self.kept(call).await? {
                        Some(kept) => kept,
                        None => return Err(self.why_not(call).await?),
                    }
                }
            };
            match copy_out(&kept, target.clone(), overwrite).await? {
                Copied::Whole => return Ok(target),
                Copied::Damaged => {
                    let _turn = self.turn(call).await;
                    self.set_aside(call, kept).await?;
                }
            }
        }
        Err(self.why_not(call).await?)
    }

    /// A name for the save dialog: the day, the time and the customer's number. It holds nothing
    /// that any file system minds.
    ///
    /// # Errors
    /// `NotFound` without such a call.
    pub async fn default_file_name(&self, call: &CallId) -> Result<String, Fault> {
        let id = call.clone();
        let read = self
            .inner
            .store
            .read(move |db| Ok((db.calls().get(&id)?, db.recordings().detail(&id)?.format)));
        let (row, format) = read.await.map_err(faults::of_store)?;
        let row = row.ok_or_else(|| Fault::new(FaultCode::NotFound, "there is no such call"))?;
        Ok(default_file_name(&row, format.as_deref().unwrap_or("wav")))
    }
}

/// `2026-11-23_140700_13922104471.wav`.
pub(super) fn default_file_name(row: &CallRow, ending: &str) -> String {
    let began = Timestamp::from_millisecond(row.started_at.unwrap_or(row.at)).unwrap_or_default();
    let began = Offset::constant(8)
        .to_datetime(began)
        .strftime("%Y-%m-%d_%H%M%S");
    let number = row.tel_b.as_deref().unwrap_or_default();
    let digits: String = number
        .chars()
        .filter(char::is_ascii_digit)
        .take(20)
        .collect();
    let number = if digits.is_empty() {
        "recording"
    } else {
        digits.as_str()
    };
    let ending: String = ending
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(4)
        .collect();
    format!("{began}_{number}.{ending}")
}

enum Copied {
    Whole,
    /// The file here is not the one that was fetched.
    Damaged,
}

fn check(target: &Path, overwrite: Overwrite) -> Result<(), Fault> {
    let unwritable = |why: &str| {
        Err(Fault::new(FaultCode::NotWritable, why).with("path", target.display().to_string()))
    };
    if target.file_name().is_none() || target.is_dir() {
        return unwritable("the chosen place is a folder");
    }
    if !folder_of(target).is_dir() {
        return unwritable("the chosen folder is not there");
    }
    let Ok(in_the_way) = target.symlink_metadata() else {
        return Ok(());
    };
    if overwrite == Overwrite::Refuse {
        return Err(exists(target));
    }
    // A rename would put a file in the place of a device or a socket, for everyone on the machine.
    if !in_the_way.is_file() && !in_the_way.is_symlink() {
        return unwritable("the chosen place is no file");
    }
    Ok(())
}

async fn copy_out(kept: &Kept, target: PathBuf, overwrite: Overwrite) -> Result<Copied, Fault> {
    let (source, sha256) = (kept.path.clone(), kept.sha256.clone());
    let place = target.clone();
    let copied = off_thread(move || {
        let mut copy = Copy::begin(&place)?;
        let damaged = |error: &io::Error| error.kind() == io::ErrorKind::InvalidData;
        match copy.fill(&source, &sha256) {
            Err(error) if damaged(&error) => return Ok(Copied::Damaged),
            filled => filled?,
        }
        copy.name(&place, overwrite)?;
        Ok(Copied::Whole)
    });
    copied.await.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(&target),
        _ => faults::of_disk(&error, &target),
    })
}

/// A file beside the target, gone when it is dropped.
struct Copy {
    path: PathBuf,
    file: Option<File>,
}

impl Copy {
    fn begin(target: &Path) -> io::Result<Copy> {
        const NAMES: u32 = 100;
        let dir = folder_of(target);
        for name in 0..NAMES {
            let path = dir.join(format!(".bohao-{}-{name}.part", std::process::id()));
            match File::options().write(true).create_new(true).open(&path) {
                Ok(file) => {
                    return Ok(Copy {
                        path,
                        file: Some(file),
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("the folder is full of unfinished copies"))
    }

    fn fill(&mut self, source: &Path, sha256: &str) -> io::Result<()> {
        const PIECE: usize = 128 * 1024;
        let Some(file) = self.file.as_mut() else {
            return Ok(());
        };
        let mut source = File::open(source)?;
        let mut hasher = Sha256::new();
        let mut piece = vec![0; PIECE];
        loop {
            let read = match source.read(&mut piece) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            hasher.update(&piece[..read]);
            file.write_all(&piece[..read])?;
        }
        if hex::encode(hasher.finalize()) != sha256 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        file.sync_all()
    }

    fn name(&mut self, target: &Path, overwrite: Overwrite) -> io::Result<()> {
        // Some systems don't rename a file that is open.
        self.file = None;
        match overwrite {
            Overwrite::Replace => std::fs::rename(&self.path, target)?,
            Overwrite::Refuse => self.name_without_clobbering(target)?,
        }
        sync_folder(folder_of(target))
    }

    /// A link is never made over a file that is there. Where a file system has no links, a look
    /// before the rename has to do.
    fn name_without_clobbering(&self, target: &Path) -> io::Result<()> {
        match std::fs::hard_link(&self.path, target) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            Err(_) if target.symlink_metadata().is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => std::fs::rename(&self.path, target),
            Ok(()) => Ok(()),
        }
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        self.file = None;
        // After a rename there is nothing to remove; after a link, the second name is.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn exists(target: &Path) -> Fault {
    Fault::new(
        FaultCode::FileExists,
        "a file of this name is there already",
    )
    .with("path", target.display().to_string())
}
