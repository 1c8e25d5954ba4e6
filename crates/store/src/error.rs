use std::path::PathBuf;

use rusqlite::{ErrorCode, ffi};
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
    /// The file is another program's database. It was not touched.
    #[error("the file is another program's database")]
    Foreign,
    /// The file was deleted, or another put in its place, while it was open. What is written to
    /// the one that is open is lost.
    #[error("the database's file was deleted or replaced while it was open")]
    Replaced,
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
    /// A mistake of ours. SQLite's own words quote the statement, so they are no part of these.
    #[error("SQLite refused a statement{}", code(.0))]
    Other(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        if extended_code(&error) == Some(ffi::SQLITE_IOERR_SHMSIZE) {
            // SQLite can't make the index of its log as large as it has to be. A disk without room
            // is the one reason there is for it, and it is no other code than a broken disk's.
            return StoreError::DiskFull;
        }
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

fn extended_code(error: &rusqlite::Error) -> Option<i32> {
    error.sqlite_error().map(|error| error.extended_code)
}

fn code(error: &rusqlite::Error) -> String {
    extended_code(error).map_or_else(String::new, |code| format!(" (code {code})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::no_room_for_a_page(ffi::SQLITE_FULL)]
    #[case::no_room_for_the_index_of_the_log(ffi::SQLITE_IOERR_SHMSIZE)]
    fn a_disk_without_room_is_said_so(#[case] code: i32) {
        let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        assert!(matches!(StoreError::from(error), StoreError::DiskFull));
    }

    #[rstest]
    #[case::a_broken_disk(ffi::SQLITE_IOERR_READ)]
    #[case::no_permission(ffi::SQLITE_CANTOPEN)]
    fn a_file_that_can_not_be_used_is_no_full_disk(#[case] code: i32) {
        let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        assert!(matches!(StoreError::from(error), StoreError::Io(_)));
    }

    #[test]
    fn a_statement_is_not_quoted() {
        let memory = rusqlite::Connection::open_in_memory().expect("memory");
        let error = memory
            .prepare("SELECT mood FROM no_such_table")
            .expect_err("no such table");
        let words = StoreError::from(error).to_string();
        assert_eq!(words, "SQLite refused a statement (code 1)");
    }
}
