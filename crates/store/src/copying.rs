//! Copies of a database: made by SQLite as it stands at one instant, checked and synced. Never a
//! copy of its files, which may change while they are read.

use std::{fs, io, path::Path};

use rusqlite::{Connection, OpenFlags};

use crate::{Store, StoreError, opening, opening::user_version};

impl Store {
    /// Copies the database into a new file at `into`, where nothing lies yet. What was deleted
    /// from it is not in the copy. Others may read and write meanwhile.
    ///
    /// Takes as long as a disk takes: call it off the async threads.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`], [`StoreError::Io`], and [`StoreError::Damaged`] if what was copied
    /// is not whole.
    pub fn copy_into(&self, into: &Path) -> Result<(), StoreError> {
        copy(&opening::connection(self.path())?, into)
    }

    /// Reads all of the database and looks whether it is whole.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it is not.
    pub fn check(&self) -> Result<(), StoreError> {
        opening::check(&opening::connection(self.path())?)
    }
}

/// Copies what a connection sees into a new file.
pub(crate) fn copy(connection: &Connection, into: &Path) -> Result<(), StoreError> {
    connection.execute("VACUUM INTO ?1", [into.to_string_lossy()])?;
    verify(into, user_version(connection)?)?;
    fs::OpenOptions::new().write(true).open(into)?.sync_all()?;
    Ok(())
}

/// A copy counts only once it opens, is whole, and is of the version it should be.
fn verify(copy: &Path, version: i64) -> Result<(), StoreError> {
    let copy = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let verdict: String = copy.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" || user_version(&copy)? != version {
        return Err(StoreError::Io(io::Error::other(
            "the copy of the database is not whole",
        )));
    }
    Ok(())
}
