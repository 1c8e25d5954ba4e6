use std::{
    fs::{self, Metadata},
    io,
    path::{Path, PathBuf},
};

use super::StoreError;

/// Where the database lies, and which file lay there when it was opened.
///
/// A file that is moved or deleted while a relay has it open goes on for that relay alone. Whatever
/// is committed to it then is gone with the process, or for whoever looks at the path.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    path: PathBuf,
    file: Identity,
}

impl Place {
    /// The file that lies there now. To be asked while it is open, so that its identity is not
    /// given to another one.
    pub(super) fn of(path: &Path) -> Result<Self, StoreError> {
        // The file is looked at by its name and never opened: closing any handle on it would end
        // SQLite's locks in this process.
        let file = identity(&fs::metadata(path)?);
        Ok(Self {
            path: path.to_path_buf(),
            file,
        })
    }

    /// Fails with [`StoreError::Replaced`] if another file lies there now, or none.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match fs::metadata(&self.path) {
            Ok(now) if identity(&now) == self.file => Ok(()),
            Ok(_) => Err(StoreError::Replaced),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(StoreError::Replaced),
            Err(error) => Err(error.into()),
        }
    }
}

/// Device and inode.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(file: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (file.dev(), file.ino())
}

/// Windows neither deletes nor renames a file that SQLite has open, so that it is there is enough.
#[cfg(not(unix))]
type Identity = ();

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {}
