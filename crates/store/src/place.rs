use std::{
    fs::{self, Metadata},
    io,
    path::{Path, PathBuf},
};

use crate::StoreError;

/// Where a database lies, and which file lay there when it was opened.
///
/// A file that is deleted while it is open goes on for whoever has it open, and for nobody else:
/// two programs would each have a log of their own, and each would dial what the other has dialled
/// already.
#[derive(Debug)]
pub(crate) struct Place {
    path: PathBuf,
    file: Identity,
}

impl Place {
    /// The file that lies there now. To be asked while it is open, so that its identity is not
    /// given to another one.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        // Whoever works on one file by two paths has to find the same: a folder may change.
        let path = std::path::absolute(path)?;
        // The file is looked at by its name and never opened: closing any handle on it would end
        // SQLite's locks in this process.
        let file = identity(&fs::metadata(&path)?);
        Ok(Place { path, file })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Fails with [`StoreError::Replaced`] if another file lies there now, or none.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
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

#[cfg(all(test, unix))]
mod tests {
    use crate::{Store, StoreError};
    use rstest::rstest;
    use std::{fs, path::Path};

    fn delete(path: &Path) {
        fs::remove_file(path).expect("removed");
    }

    fn replace(path: &Path) {
        let other = path.with_extension("other");
        drop(Store::open(&other, 1).expect("new"));
        fs::rename(other, path).expect("renamed");
    }

    #[rstest]
    #[case::deleted(delete)]
    #[case::replaced(replace)]
    fn nothing_is_written_to_a_file_that_nobody_else_will_see(#[case] harm: fn(&Path)) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bohao.db");
        let store = Store::open(&path, 1).expect("new").store;
        store
            .write_blocking(|tx| tx.settings().set("before", "1"))
            .expect("it is in its place");

        harm(&path);

        let written = store.write_blocking(|tx| tx.settings().set("after", "1"));
        assert!(matches!(written, Err(StoreError::Replaced)), "{written:?}");
    }

    #[test]
    fn a_file_that_goes_while_it_is_written_to_has_not_kept_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bohao.db");
        let store = Store::open(&path, 1).expect("new").store;
        let written = store.write_blocking(|tx| {
            delete(&path);
            tx.settings().set("meanwhile", "1")
        });
        assert!(matches!(written, Err(StoreError::Replaced)), "{written:?}");
    }
}
