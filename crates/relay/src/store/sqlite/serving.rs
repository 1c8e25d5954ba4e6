use std::{
    fs::{self, File, OpenOptions, TryLockError},
    path::Path,
};

use super::super::{StoreError, private};

/// Says that a relay serves a database, for as long as it lives, however its process ends. Polls
/// are woken within the process that stored a record, so a second relay would let them sleep.
pub(crate) struct Serving(#[expect(dead_code, reason = "it is held, not used")] File);

impl Serving {
    /// The lock is on a file of its own: closing any handle of the database's own file would drop
    /// the locks that SQLite holds on it.
    pub(crate) fn begin(database: &Path) -> Result<Self, StoreError> {
        // By whichever link it is reached, one database has one lock.
        let database = fs::canonicalize(database).unwrap_or_else(|_| database.to_path_buf());
        let mut name = database.into_os_string();
        name.push("-serving");
        let file = match private::create(Path::new(&name))? {
            Some(file) => file,
            None => OpenOptions::new().write(true).open(name)?,
        };
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::Served),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}
