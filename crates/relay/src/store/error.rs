use std::{io, path::PathBuf};

use rusqlite::ErrorCode;
use thiserror::Error;

/// Why the database can't be used.
#[derive(Debug, Error)]
pub enum StoreError {
    /// A newer relay wrote it. It is left as it is.
    #[error("the database was written by a newer version of the relay; it was left as it is")]
    Newer,
    /// Another program's database. It is left as it is.
    #[error("the file is a database, but not a relay's; it was left as it is")]
    NotARelays,
    /// Not a database, or one that fails SQLite's own check. It is left as it is.
    #[error("the database is damaged ({0}); it was left as it is: restore it from a backup")]
    Damaged(String),
    /// The file system or the SQLite in use can't keep what is written.
    #[error("the database can't be kept safely here: {0}")]
    NotDurable(&'static str),
    /// The disk did not confirm a write; what it holds now is not known.
    #[error("the disk failed to sync; the relay ends rather than trust it")]
    SyncFailed,
    /// A read or write failed.
    #[error("the database can't be used: {0}")]
    Sqlite(rusqlite::Error),
    /// The file or its folder can't be reached.
    #[error("the database file can't be used: {0}")]
    File(io::Error),
    /// The file was moved, deleted or replaced while the relay had it open.
    #[error(
        "the database's file is not in its place any more; put it back, or start the relay anew"
    )]
    Replaced,
    /// The log of a database lies there without it. It may hold what was pushed last.
    #[error(
        "there is no database, but a log of one ({}): put the database back beside it, or take the log away",
        .0.display()
    )]
    Orphaned(PathBuf),
    /// Another relay has the database in use, whose polls this one could not wake.
    #[error("another relay serves this database; one database file has one relay")]
    Served,
    /// Too much is queued before it, or the disk does not take it now.
    #[error("the database takes no change now")]
    Busy,
    /// Not an address of a PostgreSQL database.
    #[error("the address of the PostgreSQL database can't be read")]
    BadAddress,
    /// PostgreSQL is out of reach, or refuses.
    #[error("PostgreSQL can't be used: {0}")]
    Server(String),
    /// The spool holds what was pushed to seats of another database.
    #[error("the spool holds pushes for another database; give --spool another folder")]
    ForeignSpool,
    /// No relay of this version has opened it yet.
    #[error("this version of the relay has not served from the database yet; let it do so first")]
    Older,
    /// What is to be brought up to date is copied first, and that failed. It is left as it is.
    #[error(
        "before an upgrade the database is copied beside itself, and that failed; it was left as it is: {0}"
    )]
    NotKept(Box<StoreError>),
    /// The file that was to be written is there already.
    #[error("there is a file of this name already; it was left as it is")]
    Taken,
    /// The database that records were to be moved to has some already.
    #[error("the database to move to is not empty; it was left as it is")]
    NotEmpty,
    /// Only a PostgreSQL database takes what was in a file.
    #[error("records are moved from a SQLite file to a postgres:// address, and none was named")]
    WrongWay,
    /// What was written is not what was read.
    #[error("the copy differs from what was copied; nothing was moved")]
    Differs,
    /// PostgreSQL has better tools of its own.
    #[error("this is for SQLite files; back PostgreSQL up by its own tools, such as pg_dump")]
    ServersOwn,
    /// The disk is under its reserve.
    #[error("the disk is full up to its reserve")]
    DiskFull,
    /// The writer is gone.
    #[error("the relay's writer has ended")]
    WriterEnded,
}

/// Not a source of the error: its words are in the relay's own already.
impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::Damaged("it is not a database".into()),
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged("its structure is broken".into()),
            _ if is_sync_failure(&error) => Self::SyncFailed,
            _ => Self::Sqlite(error),
        }
    }
}

/// A failed fsync may have dropped the pages that it was to write, so a later one that succeeds
/// proves nothing. It is never tried again.
fn is_sync_failure(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi::{SQLITE_IOERR_DIR_FSYNC, SQLITE_IOERR_FSYNC};
    error.sqlite_error().is_some_and(|error| {
        matches!(
            error.extended_code,
            SQLITE_IOERR_FSYNC | SQLITE_IOERR_DIR_FSYNC
        )
    })
}
