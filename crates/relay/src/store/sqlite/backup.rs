use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rusqlite::params;

use super::{
    check::{check, open_to_read},
    open::{create_private, sync_file, sync_folder},
};
use crate::store::{Checked, StoreError};

/// Copies a database as it is at one moment, also while a relay serves it, and looks the copy over.
/// The copy has its name only once it is whole, checked and synced. A file that is there is refused.
pub(crate) fn backup(path: &Path, to: &Path) -> Result<Checked, StoreError> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(StoreError::Taken);
    }
    let mut name = to.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    let copied = copy(path, &part);
    if copied.is_err() {
        // What is not whole is of no use to anybody.
        let _ = fs::remove_file(&part);
    }
    let checked = copied?;
    fs::rename(&part, to)?;
    sync_folder(to)?;
    Ok(checked)
}

fn copy(path: &Path, part: &Path) -> Result<Checked, StoreError> {
    let Some(name) = part.to_str() else {
        // SQLite takes the name as a text, and would make a file of another name.
        let reason = "the name of the copy is not UTF-8";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason).into());
    };
    let connection = open_to_read(path)?;
    // One left by a backup that was cut off.
    match fs::remove_file(part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => create_private(part)?,
    }
    // It writes to the copy alone.
    connection.pragma_update(None, "query_only", false)?;
    connection.execute("VACUUM INTO ?1", params![name])?;
    drop(connection);
    sync_file(part)?;
    let checked = check(part)?;
    match checked.findings.first() {
        None => Ok(checked),
        Some(found) => Err(StoreError::Damaged(found.clone())),
    }
}
