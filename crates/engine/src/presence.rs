//! Who else works on the same data: told by file locks, which end with their process however it
//! ends.

use crate::faults;
use bohao_wire::{Fault, FaultCode};
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

/// That this process has the data open. While anybody has, an attempt in `sending` may still be
/// on its way, and is left alone.
pub struct Presence {
    open: File,
    company: Company,
}

/// That this process, and no other, keeps the data in step with relay and platform.
pub struct Duty {
    _held: File,
}

impl Presence {
    /// Takes part. If nobody else does, nobody else can enter until [`Presence::share`]; if
    /// somebody is alone at this moment, it is waited until others may.
    ///
    /// # Errors
    /// A folder that can't be written.
    pub fn enter(data_dir: &Path) -> Result<Self, Fault> {
        let open = lock_file(data_dir, "open.lock")?;
        let company = match open.try_lock() {
            Ok(()) => Company::Alone,
            Err(_) => Company::Others,
        };
        if company == Company::Others {
            // Where a file system knows no locks there is nobody to be told.
            let _ = open.lock_shared();
        }
        Ok(Presence { open, company })
    }

    /// Who else had the data open at the time of entering.
    pub fn company(&self) -> Company {
        self.company
    }

    /// Lets others in from now on. Between the one lock and the other somebody may come in alone:
    /// then this waits until they are through. So whoever dials has the shared lock, and whoever
    /// has the exclusive one finds nothing of the living on its way.
    pub fn share(&self) {
        if self.company == Company::Alone {
            let _ = self.open.unlock();
            let _ = self.open.lock_shared();
        }
    }
}

/// Whether another process has the data open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Company {
    /// Nobody else.
    Alone,
    /// Somebody.
    Others,
}

impl Duty {
    /// Takes the duty.
    ///
    /// # Errors
    /// `InUse` if another process has it.
    pub fn take(data_dir: &Path) -> Result<Self, Fault> {
        let file = lock_file(data_dir, "duty.lock")?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Err(Fault::new(
                FaultCode::InUse,
                "another Bohao works on the same data",
            )
            .with("path", data_dir.display().to_string())),
            _ => Ok(Duty { _held: file }),
        }
    }
}

/// That this process, and no other, brings a file in or takes one out again.
pub struct ImportTurn {
    _held: File,
}

impl ImportTurn {
    /// Takes the turn.
    ///
    /// # Errors
    /// `InUse` while somebody else has it.
    pub fn take(data_dir: &Path) -> Result<Self, Fault> {
        let file = lock_file(data_dir, "import.lock")?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                Err(Fault::new(FaultCode::InUse, "another import is under way")
                    .with("path", data_dir.display().to_string())
                    .with("what", "import"))
            }
            _ => Ok(ImportTurn { _held: file }),
        }
    }
}

fn lock_file(data_dir: &Path, name: &str) -> Result<File, Fault> {
    let path = data_dir.join(name);
    create_private(data_dir)
        .map_err(|error| match error.kind() {
            // A file in the folder's place is none that one could overwrite.
            io::ErrorKind::AlreadyExists => io::ErrorKind::NotADirectory.into(),
            _ => error,
        })
        .and_then(|()| {
            File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)
        })
        .map_err(|error| faults::of_disk(&error, &path))
}

/// What is kept here are people's numbers and voices: a new folder is its owner's alone.
pub fn create_private(dir: &Path) -> io::Result<()> {
    let mut folder = std::fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_duty_is_one_mans() {
        let dir = tempfile::tempdir().unwrap();
        let first = Duty::take(dir.path()).unwrap();
        let second = Duty::take(dir.path());
        assert_eq!(second.err().map(|fault| fault.code), Some(FaultCode::InUse));
        drop(first);
        assert!(Duty::take(dir.path()).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_new_data_folder_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("new/desk");
        let _presence = Presence::enter(&place).unwrap();
        let mode = std::fs::metadata(&place).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }

    #[test]
    fn the_second_to_enter_is_not_alone() {
        let dir = tempfile::tempdir().unwrap();
        let first = Presence::enter(dir.path()).unwrap();
        assert_eq!(first.company(), Company::Alone);
        first.share();
        let second = Presence::enter(dir.path()).unwrap();
        assert_eq!(second.company(), Company::Others);
        drop((first, second));
        let third = Presence::enter(dir.path()).unwrap();
        assert_eq!(third.company(), Company::Alone);
    }

    #[test]
    fn whoever_is_alone_is_so_until_others_are_let_in() {
        let dir = tempfile::tempdir().unwrap();
        let first = Presence::enter(dir.path()).unwrap();
        let place = dir.path().to_owned();
        let (told, entered) = std::sync::mpsc::channel();
        let other = std::thread::spawn(move || {
            let second = Presence::enter(&place).unwrap();
            told.send(second.company()).unwrap();
        });
        // It can't enter now, however long one looks; a tenth of a second is what a test can spare.
        let early = entered.recv_timeout(std::time::Duration::from_millis(100));
        assert!(early.is_err(), "somebody came in");
        first.share();
        assert_eq!(entered.recv().unwrap(), Company::Others);
        other.join().unwrap();
    }
}
