//! How a database is opened: checked first, set aside if it is damaged, brought up to date.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};
use rusqlite_migration::M;

use crate::{
    Store, StoreError,
    migration::{APPLICATION_ID, migrate},
    place::Place,
    search::keep,
    shape::Shape,
    sums,
    traces::{self, Overwritten},
};

/// SQLite 3.7.0 to 3.51.2 can corrupt a database whose log starts over at the wrong moment.
const OLDEST_TRUSTED_SQLITE: i32 = 3_051_003;

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Pages that the log may hold before they are copied into the database: 32 MB. The commit that
/// does so takes many times as long, and it may be the one that a click waits for.
const PAGES_IN_LOG: i64 = 8_000;

/// Statements that a connection keeps compiled: all that a dial and its record need, many times over.
/// One that was dropped meanwhile is compiled again with every trigger of its table.
const STATEMENTS: usize = 256;

/// What a reading connection may keep of the database in memory.
const READER_CACHE_KIB: i64 = 16 * 1024;

/// Up to this size a database is checked at every start; a larger one only if its last user did
/// not close it, since the check reads all of it.
const ALWAYS_CHECKED_BYTES: u64 = 64 * 1024 * 1024;

/// An open database, and what had to be done for it.
#[derive(Debug)]
pub struct Opened {
    /// The database.
    pub store: Store,
    /// Where the damaged one lies that was in its place.
    pub set_aside: Option<PathBuf>,
}

pub(crate) fn open(path: &Path, now: i64, steps: &[M<'static>]) -> Result<Opened, StoreError> {
    refuse_old_sqlite(rusqlite::version_number(), rusqlite::version())?;
    if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("")) {
        fs::create_dir_all(folder)?;
    }
    let _turn = take_turn(path)?;
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    let header = Header::of(path)?;
    refuse_foreign(header.application_id)?;
    refuse_newer(header.version, known)?;
    let (writer, set_aside) = match open_sound(path, now, steps) {
        Err(StoreError::Damaged { .. }) => {
            let moved = set_aside(path, now)?;
            (open_sound(path, now, steps)?, Some(moved))
        }
        outcome => (outcome?, None),
    };
    Ok(Opened {
        store: Store::new(Place::of(path)?, writer),
        set_aside,
    })
}

/// One more connection to a database that is open.
pub(crate) fn connection(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// The same, for reading alone.
pub(crate) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let reader = connection(path)?;
    reader.pragma_update(None, "query_only", true)?;
    // A search as one types comes by the same pages of the index at every letter.
    reader.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    Ok(reader)
}

pub(crate) fn user_version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Only one process at a time opens, upgrades or sets aside a database. The lock ends with the
/// file handle, however the process ends; where a file system knows no locks there is none.
fn take_turn(path: &Path) -> Result<File, StoreError> {
    let turn = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(beside(path, ".opening"))?;
    match turn.lock() {
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error.into()),
        _ => Ok(turn),
    }
}

fn refuse_old_sqlite(number: i32, name: &'static str) -> Result<(), StoreError> {
    if number < OLDEST_TRUSTED_SQLITE {
        return Err(StoreError::OldSqlite(name));
    }
    Ok(())
}

/// What a file says of itself, without SQLite having touched it. All zero for none, and for one
/// that is no database.
#[derive(Default)]
struct Header {
    version: i64,
    application_id: i64,
}

impl Header {
    fn of(path: &Path) -> Result<Self, StoreError> {
        let mut bytes = [0; 100];
        let number = |bytes: &[u8; 100], at: usize| {
            let four = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
            i64::from(i32::from_be_bytes(four))
        };
        match File::open(path).and_then(|mut file| file.read_exact(&mut bytes)) {
            Ok(()) if bytes.starts_with(b"SQLite format 3\0") => Ok(Header {
                version: number(&bytes, 60),
                application_id: number(&bytes, 68),
            }),
            Ok(()) => Ok(Header::default()),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof
                ) =>
            {
                Ok(Header::default())
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn refuse_newer(found: i64, known: i64) -> Result<(), StoreError> {
    if found > known {
        return Err(StoreError::NewerDatabase { found, known });
    }
    Ok(())
}

fn refuse_foreign(application_id: i64) -> Result<(), StoreError> {
    match application_id {
        // Ours had none at first.
        0 | APPLICATION_ID => Ok(()),
        _ => Err(StoreError::Foreign),
    }
}

fn open_sound(path: &Path, now: i64, steps: &[M<'static>]) -> Result<Connection, StoreError> {
    let log_was_left = size(&beside(path, "-wal")) > 0;
    let mut connection = Connection::open(path)?;
    // Until the database has proved sound and ours, closing it must not move anything in it.
    let on_close = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
    connection.set_db_config(on_close, log_was_left)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    let application_id =
        connection.query_row("PRAGMA application_id", [], |row| row.get::<_, i64>(0))?;
    refuse_foreign(application_id)?;
    let version = user_version(&connection)?;
    refuse_newer(version, i64::try_from(steps.len()).unwrap_or(i64::MAX))?;
    if log_was_left || size(path) <= ALWAYS_CHECKED_BYTES {
        check(&connection)?;
    }
    let shape = Shape::of(&connection)?;
    if application_id == 0 && !shape.may_be_ours() {
        return Err(StoreError::Foreign);
    }
    if !shape.holds(&Shape::after(steps, version)?) {
        return Err(StoreError::Damaged { set_aside: None });
    }
    connection.set_db_config(on_close, false)?;
    make_durable(&connection)?;
    migrate(&mut connection, path, now, steps)?;
    if user_version(&connection)? > version {
        let transaction = connection.transaction()?;
        sums::settle_all(&transaction)?;
        transaction.commit()?;
    }
    keep::start_over_if_outdated(&connection)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

pub(crate) fn check(connection: &Connection) -> Result<(), StoreError> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    match verdict.as_str() {
        "ok" => Ok(()),
        _ => Err(StoreError::Damaged { set_aside: None }),
    }
}

fn make_durable(connection: &Connection) -> Result<(), StoreError> {
    let journal: String =
        connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Without these, a Mac's disk may keep a commit in its own memory.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", PAGES_IN_LOG)?;
    // What a statement may have to undo is kept in a file otherwise, made anew for each.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    traces::overwrite(connection, Overwritten::WhereItIsFree)?;
    let synchronous: i64 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
    if journal != "wal" || synchronous != 2 {
        return Err(StoreError::Io(io::Error::other(
            "the file system does not let SQLite write durably",
        )));
    }
    Ok(())
}

/// Moves a damaged database out of the way with its log, so that it can still be opened there.
fn set_aside(path: &Path, now: i64) -> Result<PathBuf, StoreError> {
    let mut moved = beside(path, &format!(".damaged-{now}"));
    let mut copy = 1;
    while moved.exists() {
        copy += 1;
        moved = beside(path, &format!(".damaged-{now}-{copy}"));
    }
    for ending in ["", "-wal", "-shm"] {
        match fs::rename(beside(path, ending), beside(&moved, ending)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(moved)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests;
