//! Copies of the database that still hold what was erased.

use crate::faults;
use bohao_wire::Fault;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Copies of a database in which a number stands.
#[derive(Debug, Default)]
pub(super) struct Copies {
    /// Made before an upgrade that went well since.
    pub backups: Vec<PathBuf>,
    /// Damaged ones that were put aside, and folders of a desk that a backup has replaced: the only
    /// ones of what was in them.
    pub set_aside: Vec<PathBuf>,
}

/// The copies of the database at `path` that hold this number. A file that can't be read is none.
pub(super) fn of(path: &Path, number: &str) -> Copies {
    let (Some(folder), Some(name), Some(stem)) = (
        path.parent(),
        path.file_name().and_then(|name| name.to_str()),
        path.file_stem().and_then(|stem| stem.to_str()),
    ) else {
        return Copies::default();
    };
    let mut set_aside = holding(folder, &format!("{name}.damaged-"), number);
    set_aside.extend(replaced(folder, name, number));
    Copies {
        backups: holding(&folder.join("backups"), &format!("{stem}-"), number),
        set_aside,
    }
}

/// Removes the backups that hold this number.
pub(super) fn remove(path: &Path, number: &str) -> Result<(), Fault> {
    for backup in of(path, number).backups {
        fs::remove_file(&backup).map_err(|error| faults::of_disk(&error, &backup))?;
    }
    Ok(())
}

/// The folders of replaced desks whose database, its log or one of its backups holds this number.
fn replaced(folder: &Path, name: &str, number: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut found: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("replaced-"))
        .map(|entry| entry.path())
        .filter(|desk| {
            !holding(desk, name, number).is_empty()
                || !holding(&desk.join("backups"), "", number).is_empty()
        })
        .collect();
    found.sort();
    found
}

fn holding(folder: &Path, beginning: &str, number: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut found: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(beginning))
        .map(|entry| entry.path())
        .filter(|path| holds(path, number.as_bytes()).unwrap_or(false))
        .collect();
    found.sort();
    found
}

/// Whether these bytes stand in a file, which is read in pieces: a log of years is large.
fn holds(path: &Path, digits: &[u8]) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut piece = vec![0; 1 << 20];
    let mut kept = 0;
    loop {
        let read = file.read(&mut piece[kept..])?;
        if read == 0 {
            return Ok(false);
        }
        let filled = kept + read;
        if piece[..filled].windows(digits.len()).any(|at| at == digits) {
            return Ok(true);
        }
        // What ends here may go on in the next piece.
        kept = digits.len().saturating_sub(1).min(filled);
        piece.copy_within(filled - kept..filled, 0);
    }
}
