use std::{fs::OpenOptions, io, path::Path, time::Duration};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use thiserror::Error;

use super::schema;

/// SQLite before 3.51.3 can damage a database when a WAL is reset.
const OLDEST_SQLITE: i32 = 3_051_003;

/// `seat` commands write to the database while the relay serves; each waits for the other.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

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
    File(#[from] io::Error),
    /// The writer is gone.
    #[error("the relay's writer has ended")]
    WriterEnded,
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

/// Opens the database for writing, and makes or updates it first.
pub(crate) fn open(path: &Path) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::NotDurable("SQLite is older than 3.51.3"));
    }
    create_private(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    if cfg!(target_os = "macos") {
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    }
    // Switching to WAL writes to the file, so that this is asked before.
    schema::check(&connection)?;
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::NotDurable(
            "this file system has no write-ahead log",
        ));
    }
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    if synchronous != 2 {
        return Err(StoreError::NotDurable("SQLite does not sync its commits"));
    }
    schema::migrate(&mut connection)?;
    sync_folder(path)?;
    Ok(connection)
}

/// As [`open`], with the file synced before and checked after. A process must have no other
/// connection to the database at that time: closing any handle of a file drops the locks that
/// SQLite holds on it through others.
pub(crate) fn open_checked(path: &Path) -> Result<Connection, StoreError> {
    sync_file(path)?;
    let connection = open(path)?;
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(StoreError::Damaged("it fails SQLite's own check".into()));
    }
    Ok(connection)
}

/// A failed fsync may have dropped the pages that it was to write, so a later one that succeeds
/// proves nothing. It is never tried again.
pub(super) fn is_sync_failure(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi::{SQLITE_IOERR_DIR_FSYNC, SQLITE_IOERR_FSYNC};
    error.sqlite_error().is_some_and(|error| {
        matches!(
            error.extended_code,
            SQLITE_IOERR_FSYNC | SQLITE_IOERR_DIR_FSYNC
        )
    })
}

/// The file holds phone numbers, so only its owner may read it. SQLite gives its WAL the same mode.
/// A file that is there is not even opened, for the sake of the locks on it.
fn create_private(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(file) => file.sync_all().map_err(|_| StoreError::SyncFailed),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What another program left unsynced, a restored copy for instance, is made safe first.
fn sync_file(path: &Path) -> Result<(), StoreError> {
    match OpenOptions::new().write(true).open(path) {
        Ok(file) => file.sync_all().map_err(|_| StoreError::SyncFailed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A file whose folder was not synced is gone after a power cut, with all that was synced into
/// it. SQLite syncs neither the folder of a new database nor that of a new WAL.
#[cfg(unix)]
fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let folder = std::fs::File::open(folder)?;
    folder.sync_all().map_err(|_| StoreError::SyncFailed)
}

/// Windows writes folders through by itself and offers no handle to sync one.
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> Result<(), StoreError> {
    Ok(())
}
