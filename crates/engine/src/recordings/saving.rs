//! A recording at the place of the user's choice: whole or not at all.

use super::Recordings;
use super::custody::Kept;
use super::part::{off_thread, sync_folder};
use crate::faults;
use bohao_wire::{CallId, CallRow, Fault, FaultCode};
use jiff::Timestamp;
use jiff::tz::Offset;
use sha2::{Digest, Sha256};
use std::fs::{File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// How the name of a copy begins that is not whole; the process's id follows.
const HEAD: &str = ".bohao-";
const TAIL: &str = ".part";

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
    /// reason, and as [`Recordings::fetch`]. `NotWritable` has the reason `own_file` for a file of
    /// Bohao's own, which nothing replaces.
    pub async fn save_as(
        &self,
        call: &CallId,
        target: PathBuf,
        overwrite: Overwrite,
    ) -> Result<PathBuf, Fault> {
        let place = target.clone();
        let checked = off_thread(move || Ok(check(&place, overwrite))).await;
        checked.map_err(|error| faults::of_disk(&error, &target))??;
        if overwrite == Overwrite::Replace && self.is_own(&target).await? {
            return Err(own_file(&target));
        }
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

    /// Whether a file lies there that is Bohao's: anything in its folder, or a recording that is
    /// kept in one that the user chose.
    async fn is_own(&self, target: &Path) -> Result<bool, Fault> {
        let (place, data_dir) = (target.to_owned(), self.inner.data_dir.clone());
        let looked = off_thread(move || {
            let place = real_place(&place)?;
            let data_dir = data_dir.canonicalize()?;
            Ok((place.starts_with(data_dir), place))
        });
        let (in_our_folder, place) = match looked.await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            looked => looked.map_err(|error| faults::of_disk(&error, target))?,
        };
        if in_our_folder {
            return Ok(true);
        }
        // A recording's file bears its call's id.
        let Some(call) = place.file_stem().and_then(|stem| stem.to_str()) else {
            return Ok(false);
        };
        let kept = self.kept(&CallId(call.to_owned())).await?;
        Ok(kept.is_some_and(|kept| kept.path.canonicalize().is_ok_and(|kept| kept == place)))
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

/// A file beside the target, gone when it is dropped. It is locked while it is written, so that
/// the next save can tell it from one that was left behind by a program that ended in the middle.
struct Copy {
    path: PathBuf,
    file: Option<File>,
}

impl Copy {
    fn begin(target: &Path) -> io::Result<Copy> {
        const NAMES: u32 = 100;
        let dir = folder_of(target);
        // What can't be removed is in nobody's way.
        let _ = remove_left_behind(dir);
        for name in 0..NAMES {
            let path = dir.join(format!("{HEAD}{}-{name}{TAIL}", std::process::id()));
            let file = match File::options().write(true).create_new(true).open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            };
            // Another program may have taken it for one that was left behind, before it was locked.
            let taken = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
            if !taken && path.symlink_metadata().is_ok() {
                return Ok(Copy {
                    path,
                    file: Some(file),
                });
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
        if cfg!(windows) {
            // A file that is open is not renamed there. Elsewhere its lock is kept until the end.
            self.file = None;
        }
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

/// Removes the copies that nobody works on any more. Where a file system knows no locks, all stay.
fn remove_left_behind(dir: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_copy = name
            .to_str()
            .is_some_and(|name| name.starts_with(HEAD) && name.ends_with(TAIL));
        if !is_copy || !entry.file_type()?.is_file() {
            continue;
        }
        let path = entry.path();
        let Ok(file) = File::options().write(true).open(&path) else {
            continue;
        };
        if file.try_lock().is_ok() {
            let _ = std::fs::remove_file(path);
        }
    }
    Ok(())
}

/// Where a file really lies, links in its folder's path followed. Fails with `NotFound` if there
/// is none. A link in its own place is what would be replaced, not what it points to.
fn real_place(target: &Path) -> io::Result<PathBuf> {
    let name = target.file_name().ok_or(io::ErrorKind::NotFound)?;
    let place = folder_of(target).canonicalize()?.join(name);
    place.symlink_metadata()?;
    Ok(place)
}

fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn own_file(target: &Path) -> Fault {
    Fault::new(
        FaultCode::NotWritable,
        "the file is Bohao's own, and nothing replaces it",
    )
    .with("path", target.display().to_string())
    .with("reason", "own_file")
}

fn exists(target: &Path) -> Fault {
    Fault::new(
        FaultCode::FileExists,
        "a file of this name is there already",
    )
    .with("path", target.display().to_string())
}
