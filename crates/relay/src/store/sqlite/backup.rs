use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, params};

use super::{
    check::{check, open_to_read},
    open::{connect, create_private, sync_file, sync_folder},
};
use crate::store::{Checked, StoreError};

/// Copies a database as it is at one moment, also while a relay serves it, and looks the copy over.
/// The copy has its name only once it is whole, checked and synced. A file that is there is refused.
pub(crate) fn backup(path: &Path, to: &Path) -> Result<Checked, StoreError> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(StoreError::Taken);
    }
    let connection = open_to_read(path)?;
    // It writes to the copy alone.
    connection.pragma_update(None, "query_only", false)?;
    whole_or_absent(to, |part| {
        copy(&connection, part)?;
        let checked = check(part)?;
        match checked.findings.first() {
            None => Ok(checked),
            Some(found) => Err(StoreError::Damaged(found.clone())),
        }
    })
}

/// Keeps a copy of a database beside it, under its name with an ending, in the place of one that was
/// kept so before. Others may have the database open, and whoever asks for this its lock.
pub(super) fn keep(path: &Path, ending: &str) -> Result<(), StoreError> {
    let source = connect(path)?;
    whole_or_absent(&with_ending(path, ending), |part| {
        copy(&source, part)?;
        let kept = Connection::open(part)?;
        let verdict: String = kept.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        let count = |of: &Connection| {
            let query = "SELECT count(*) FROM records";
            of.query_row(query, [], |row| row.get::<_, i64>(0))
        };
        match verdict == "ok" && count(&kept)? == count(&source)? {
            true => Ok(()),
            false => Err(StoreError::Damaged("its copy is not whole".into())),
        }
    })
}

/// Makes a file aside, and gives it its name once it was made well.
fn whole_or_absent<T>(
    to: &Path,
    make: impl FnOnce(&Path) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let part = with_ending(to, "part");
    let made = make(&part).and_then(|made| {
        fs::rename(&part, to)?;
        Ok(made)
    });
    match made {
        Ok(_) => sync_folder(to)?,
        // What is not whole is of no use to anybody.
        Err(_) => drop(fs::remove_file(&part)),
    }
    made
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// Copies what a connection sees into a file, synced.
fn copy(connection: &Connection, part: &Path) -> Result<(), StoreError> {
    let Some(name) = part.to_str() else {
        // SQLite takes the name as a text, and would make a file of another name.
        let reason = "the name of the copy is not UTF-8";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason).into());
    };
    // One left by a backup that was cut off.
    match fs::remove_file(part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => create_private(part)?,
    }
    connection.execute("VACUUM INTO ?1", params![name])?;
    sync_file(part)
}
