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
    Loss, Store, StoreError,
    migration::{APPLICATION_ID, migrate, remove_if_there, sync_folder},
    place::Place,
    search::keep,
    settings::SettingsMut,
    shape::Shape,
    sums,
    traces::{self, Overwritten},
};

/// SQLite 3.7.0 to 3.51.2 can corrupt a database whose log starts over at the wrong moment.
const OLDEST_TRUSTED_SQLITE: i32 = 3_051_003;

pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

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

/// A database, and what SQLite keeps beside it.
const ENDINGS: [&str; 3] = ["", "-wal", "-shm"];

/// The length of the file beside a database that tells whose turn it is, once there was one.
const WAS_HERE: u64 = 1;

/// An open database, and what had to be done for it.
#[derive(Debug)]
pub struct Opened {
    /// The database.
    pub store: Store,
    /// That it took the place of one that was lost, at this opening.
    pub lost: Option<Loss>,
}

pub(crate) fn open(path: &Path, now: i64, steps: &[M<'static>]) -> Result<Opened, StoreError> {
    refuse_old_sqlite(rusqlite::version_number(), rusqlite::version())?;
    if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("")) {
        fs::create_dir_all(folder)?;
    }
    let turn = take_turn(path)?;
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    let header = Header::of(path)?;
    refuse_foreign(header.application_id)?;
    refuse_newer(header.version, known)?;
    let opened = match found(path, &turn)? {
        Found::Nothing => begin(path, now, steps, None).map(|writer| (writer, None)),
        Found::Lost => begin_again(path, now, steps),
        Found::File => match open_sound(path, now, steps, Expected::Ours) {
            Err(StoreError::Damaged { .. }) => begin_again(path, now, steps),
            outcome => outcome.map(|writer| (writer, None)),
        },
    };
    let (writer, lost) = opened?;
    // Without it a database that vanishes may be taken for a first start, which is no reason to
    // keep a sound one closed.
    let _ = turn.set_len(WAS_HERE);
    Ok(Opened {
        store: Store::new(Place::of(path)?, writer),
        lost,
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

/// What lies in a database's place.
enum Found {
    /// A file, sound or not.
    File,
    /// Nothing, and nothing shows that there ever was anything.
    Nothing,
    /// Nothing or an empty file where a database was. A new one takes its place whole, so that an
    /// empty file is never ours.
    Lost,
}

fn found(path: &Path, turn: &File) -> Result<Found, StoreError> {
    match fs::metadata(path) {
        Ok(file) if file.len() == 0 => Ok(Found::Lost),
        Ok(_) => Ok(Found::File),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let was_here = turn.metadata()?.len() >= WAS_HERE || left_behind(path)?;
            Ok(if was_here {
                Found::Lost
            } else {
                Found::Nothing
            })
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether something lies beside that only a database leaves behind.
fn left_behind(path: &Path) -> io::Result<bool> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let holds_any = |name: &str| {
        let mut entries = fs::read_dir(folder.join(name)).into_iter().flatten();
        entries.next().is_some()
    };
    if holds_any("recordings") || holds_any("backups") || size(&beside(path, "-wal")) > 0 {
        return Ok(true);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    for entry in fs::read_dir(folder)? {
        let other = entry?.file_name().to_string_lossy().into_owned();
        if other.starts_with(&format!("{name}.damaged-")) || other.starts_with("replaced-") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes a database in a place where none is. It is made aside, with the loss in it if it takes
/// the place of one that was lost, and gets its name when it is whole.
fn begin(
    path: &Path,
    now: i64,
    steps: &[M<'static>],
    loss: Option<&Loss>,
) -> Result<Connection, StoreError> {
    let aside = make_aside(path, now, steps, loss)?;
    put_in_place(&aside, path)?;
    open_sound(path, now, steps, Expected::Ours)
}

/// The same in the place of a lost one, which is moved out of the way. Killed between any two
/// steps, it leaves the lost one, or nothing beside its traces, and so the next start comes here too.
fn begin_again(
    path: &Path,
    now: i64,
    steps: &[M<'static>],
) -> Result<(Connection, Option<Loss>), StoreError> {
    let moved = free_name(path, now);
    let loss = Loss {
        at: now,
        set_aside: path.exists().then(|| moved.clone()),
    };
    let aside = make_aside(path, now, steps, Some(&loss))?;
    set_aside(path, &moved)?;
    put_in_place(&aside, path)?;
    Ok((open_sound(path, now, steps, Expected::Ours)?, Some(loss)))
}

fn make_aside(
    path: &Path,
    now: i64,
    steps: &[M<'static>],
    loss: Option<&Loss>,
) -> Result<PathBuf, StoreError> {
    let aside = beside(path, ".new");
    for ending in ENDINGS {
        remove_if_there(&beside(&aside, ending))?;
    }
    let connection = open_sound(&aside, now, steps, Expected::Nothing)?;
    if let Some(loss) = loss {
        SettingsMut::new(&connection).note_loss(loss)?;
    }
    // The last one to have it open puts everything into the one file.
    connection.close().map_err(|(_, error)| error)?;
    if size(&beside(&aside, "-wal")) > 0 {
        return Err(StoreError::Io(io::Error::other(
            "the new database could not be closed",
        )));
    }
    Ok(aside)
}

fn put_in_place(aside: &Path, path: &Path) -> Result<(), StoreError> {
    fs::rename(aside, path)?;
    if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("")) {
        sync_folder(folder)?;
    }
    Ok(())
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

/// What is expected in a file that is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// A database of ours.
    Ours,
    /// Nothing yet.
    Nothing,
}

fn open_sound(
    path: &Path,
    now: i64,
    steps: &[M<'static>],
    expected: Expected,
) -> Result<Connection, StoreError> {
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
    let emptied = shape.is_empty() && expected == Expected::Ours;
    if emptied || !shape.holds(&Shape::after(steps, version)?) {
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

pub(crate) fn size(path: &Path) -> u64 {
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

/// Where a lost database goes.
fn free_name(path: &Path, now: i64) -> PathBuf {
    let mut moved = beside(path, &format!(".damaged-{now}"));
    let mut copy = 1;
    while moved.exists() {
        copy += 1;
        moved = beside(path, &format!(".damaged-{now}-{copy}"));
    }
    moved
}

/// Moves a lost database out of the way with its log, so that what is in it can still be had.
fn set_aside(path: &Path, moved: &Path) -> Result<(), StoreError> {
    for ending in ENDINGS {
        match fs::rename(beside(path, ending), beside(moved, ending)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests;
