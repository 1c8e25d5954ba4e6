use std::path::PathBuf;

use rusqlite::ErrorCode;
use thiserror::Error;

/// Why the database could not be read or written. None of it holds a value of a row.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The disk is full. The transaction is undone.
    #[error("the disk is full")]
    DiskFull,
    /// A newer program wrote this database. It was not touched.
    #[error("the database has version {found}, and this program knows {known} at most")]
    NewerDatabase {
        /// The database's version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The database is damaged.
    #[error("the database is damaged")]
    Damaged {
        /// Where it lies now, if it was moved.
        set_aside: Option<PathBuf>,
    },
    /// Another process held the database for too long. The transaction is undone.
    #[error("another process holds the database")]
    Busy,
    /// The file or its folder could not be opened, read or written.
    #[error("the database's file can't be used: {0}")]
    Io(#[source] std::io::Error),
    /// The program was linked with an SQLite that can corrupt a database.
    #[error("SQLite {0} is too old to be trusted with a database")]
    OldSqlite(&'static str),
    /// The program is stopping.
    #[error("the program is stopping")]
    Stopping,
    /// A mistake of ours.
    #[error("SQLite refused: {0}")]
    Other(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::DiskFull,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::Damaged { set_aside: None }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied,
            ) => StoreError::Io(std::io::Error::other(error)),
            _ => StoreError::Other(error),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                StoreError::DiskFull
            }
            _ => StoreError::Io(error),
        }
    }
}
