//! A file on its way to a place of the user's choice: written aside, synced, and only then named.
//! So what bears the chosen name is whole, and whatever fails leaves the place as it was.

use crate::faults;
use bohao_wire::{Fault, FaultCode};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// How the name of something begins that is not whole; the process's id follows.
const HEAD: &str = ".bohao-";
const TAIL: &str = ".part";

/// In a folder that is not whole, what is locked while somebody works on it.
const LOCK: &str = ".lock";

/// Names that are tried before a folder counts as full of what nobody ended.
const NAMES: u32 = 100;

/// What to do with a file that lies at the chosen place already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    /// Leave it.
    Refuse,
    /// Put the new one in its place. It stays until that is whole.
    Replace,
}

/// A file beside its target, gone when it is dropped. It is locked while it is written, so that
/// the next one can tell it from what was left behind by a program that ended in the middle.
pub(crate) struct Aside {
    path: PathBuf,
    file: Option<File>,
}

/// The same for a folder.
pub(crate) struct AsideFolder {
    path: PathBuf,
    lock: Option<File>,
}

impl Aside {
    /// Begins a file in the folder of `target`.
    pub fn begin(target: &Path) -> io::Result<Self> {
        let dir = folder_of(target);
        // What can't be removed is in nobody's way.
        let _ = remove_left_behind(dir);
        for path in names(dir) {
            let opened = File::options()
                .read(true)
                .write(true)
                .create_new(true)
                .open(&path);
            let file = match opened {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            };
            // Another program may have taken it for one that was left behind, before it was locked.
            let taken = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
            if !taken && path.symlink_metadata().is_ok() {
                return Ok(Aside {
                    path,
                    file: Some(file),
                });
            }
        }
        Err(io::Error::other("the folder is full of unfinished files"))
    }

    /// The file, to be written.
    pub fn file(&mut self) -> io::Result<&mut File> {
        self.file
            .as_mut()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Syncs what was written, gives it its name and syncs the folder.
    ///
    /// # Errors
    /// `AlreadyExists` where something is in the way that is not to be replaced.
    pub fn name(&mut self, target: &Path, overwrite: Overwrite) -> io::Result<()> {
        self.file()?.sync_all()?;
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

impl Drop for Aside {
    fn drop(&mut self) {
        self.file = None;
        // After a rename there is nothing to remove; after a link, the second name is.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl AsideFolder {
    /// Begins a folder beside `target`.
    pub fn begin(target: &Path) -> io::Result<Self> {
        let dir = folder_of(target);
        let _ = remove_left_behind(dir);
        for path in names(dir) {
            match std::fs::create_dir(&path) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            }
            let mut folder = AsideFolder { path, lock: None };
            let lock = File::create_new(folder.path.join(LOCK))?;
            // Where a file system knows no locks there is nobody to be told.
            let _ = lock.try_lock();
            folder.lock = Some(lock);
            return Ok(folder);
        }
        Err(io::Error::other("the folder is full of unfinished folders"))
    }

    /// Where it lies until it is named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its name and syncs the folder that it lies in. Its files are synced already.
    ///
    /// # Errors
    /// `AlreadyExists` where something of this name is in the way.
    pub fn name(&mut self, target: &Path) -> io::Result<()> {
        self.lock = None;
        std::fs::remove_file(self.path.join(LOCK))?;
        if target.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        sync_tree(&self.path)?;
        std::fs::rename(&self.path, target)?;
        sync_folder(folder_of(target))
    }
}

impl Drop for AsideFolder {
    fn drop(&mut self) {
        self.lock = None;
        // After it was named there is nothing to remove.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// Whether something may be put there at all, before any work is done for it.
///
/// # Errors
/// `FileExists` and `NotWritable` with the path.
pub(crate) fn check(target: &Path, overwrite: Overwrite) -> Result<(), Fault> {
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

/// What kept something from coming to lie there.
pub(crate) fn fault(error: &io::Error, target: &Path) -> Fault {
    match error.kind() {
        io::ErrorKind::AlreadyExists => exists(target),
        _ => faults::of_disk(error, target),
    }
}

/// The folder that something lies in.
pub(crate) fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// A rename lasts once its folder is synced. Windows has no such thing and needs none.
pub(crate) fn sync_folder(dir: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(dir)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}

/// The same for every folder within it.
fn sync_tree(dir: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_tree(&entry.path())?;
        }
    }
    sync_folder(dir)
}

fn exists(target: &Path) -> Fault {
    Fault::new(
        FaultCode::FileExists,
        "a file of this name is there already",
    )
    .with("path", target.display().to_string())
}

fn names(dir: &Path) -> impl Iterator<Item = PathBuf> {
    let process = std::process::id();
    (0..NAMES).map(move |name| dir.join(format!("{HEAD}{process}-{name}{TAIL}")))
}

/// Removes what nobody works on any more. Where a file system knows no locks, all stay.
fn remove_left_behind(dir: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let unfinished = name
            .to_str()
            .is_some_and(|name| name.starts_with(HEAD) && name.ends_with(TAIL));
        if !unfinished {
            continue;
        }
        let (path, kind) = (entry.path(), entry.file_type()?);
        let lock = match kind.is_dir() {
            true => path.join(LOCK),
            false => path.clone(),
        };
        let Ok(file) = File::options().write(true).open(lock) else {
            continue;
        };
        if file.try_lock().is_err() {
            continue;
        }
        let _ = match kind.is_dir() {
            true => std::fs::remove_dir_all(path),
            false => std::fs::remove_file(path),
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(dir: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(dir).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_dropped_leaves_nothing_and_what_is_named_is_alone() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("log.csv");
        drop(Aside::begin(&target).unwrap());
        drop(AsideFolder::begin(&target).unwrap());
        assert!(left(dir.path()).is_empty());

        let mut folder = AsideFolder::begin(&target).unwrap();
        std::fs::write(folder.path().join("a.wav"), "a").unwrap();
        folder.name(&dir.path().join("log")).unwrap();
        drop(folder);
        assert_eq!(left(dir.path()), ["log"]);
        assert_eq!(left(&dir.path().join("log")), ["a.wav"]);
    }

    #[test]
    fn what_a_killed_program_left_is_removed_and_what_is_under_way_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("log.csv");
        let dead = dir.path().join(".bohao-0-0.part");
        std::fs::create_dir(&dead).unwrap();
        std::fs::write(dead.join(LOCK), "").unwrap();
        std::fs::write(dir.path().join(".bohao-0-1.part"), "half").unwrap();

        let alive = AsideFolder::begin(&target).unwrap();
        let file = Aside::begin(&target).unwrap();
        let other = Aside::begin(&target).unwrap();
        let paths = [&alive.path, &file.path, &other.path];
        assert!(paths.iter().all(|path| path.exists()));
        assert_eq!(left(dir.path()).len(), 3);
    }

    #[test]
    fn a_folder_never_takes_the_place_of_another() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("log");
        std::fs::create_dir(&target).unwrap();
        let mut folder = AsideFolder::begin(&target).unwrap();
        let error = folder.name(&target).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    }
}
