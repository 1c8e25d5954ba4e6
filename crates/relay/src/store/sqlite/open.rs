use std::{
    fs::{self, OpenOptions},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::{
    super::{StoreError, private},
    first_look::{self, WHOLE_BYTES},
    schema,
};

/// SQLite before 3.51.3 can damage a database when a WAL is reset.
const OLDEST_SQLITE: i32 = 3_051_003;

/// `seat` commands write to the database while the relay serves; each waits for the other.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens the database for writing, and makes or updates it first.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::NotDurable("SQLite is older than 3.51.3"));
    }
    refuse_orphan(path)?;
    create_private(path)?;
    let mut connection = connect(path)?;
    connection.pragma_update(None, "foreign_keys", true)?;
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
    schema::migrate(&mut connection, path)?;
    sync_folder(path)?;
    Ok(connection)
}

/// A connection to a database that is there, as it is.
///
/// The last one that is closed does not copy the log back, as SQLite would have it do: after a sync
/// that failed, that would be a further one.
pub(super) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    Ok(connection)
}

/// As [`open`], with the file synced before and checked after. A process must have no other
/// connection to the database at that time: closing any handle of a file drops the locks that
/// SQLite holds on it through others.
pub(super) fn open_checked(path: &Path) -> Result<Connection, StoreError> {
    sync_file(path)?;
    let connection = open(path)?;
    first_look::look(&connection, WHOLE_BYTES)?;
    Ok(connection)
}

/// SQLite deletes a log that it finds beside an empty database, and with it the commits of a
/// database that was moved away without it.
fn refuse_orphan(path: &Path) -> Result<(), StoreError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log = PathBuf::from(log);
    let holds_commits = fs::metadata(&log).is_ok_and(|log| log.len() > 0);
    match path.try_exists() {
        Ok(false) if holds_commits => Err(StoreError::Orphaned(log)),
        _ => Ok(()),
    }
}

/// SQLite gives its WAL the same owner and mode.
pub(super) fn create_private(path: &Path) -> Result<(), StoreError> {
    match private::create(path)? {
        Some(file) => file.sync_all().map_err(|_| StoreError::SyncFailed),
        None => Ok(()),
    }
}

/// What another program left unsynced, a restored copy for instance, is made safe first.
pub(super) fn sync_file(path: &Path) -> Result<(), StoreError> {
    match OpenOptions::new().write(true).open(path) {
        Ok(file) => file.sync_all().map_err(|_| StoreError::SyncFailed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A file whose folder was not synced is gone after a power cut, with all that was synced into
/// it. SQLite syncs neither the folder of a new database nor that of a new WAL.
#[cfg(unix)]
pub(super) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let folder = std::fs::File::open(private::folder_of(path))?;
    folder.sync_all().map_err(|_| StoreError::SyncFailed)
}

/// Windows writes folders through by itself and offers no handle to sync one.
#[cfg(not(unix))]
pub(super) fn sync_folder(_path: &Path) -> Result<(), StoreError> {
    Ok(())
}
