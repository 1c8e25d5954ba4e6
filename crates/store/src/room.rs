//! Room on the disk for very many rows, and for everything else after them.
//!
//! What is written goes into the log beside the database first and is copied into the database later,
//! so it takes its room twice. Where there is none for the copy, the log can't begin anew, and then
//! nothing is written any more, the taking back of rows included. Whatever writes very many of them
//! asks for room before each portion, and so ends while a dial can still be written down.

use std::{path::Path, time::Duration};

use rusqlite::Connection;

use crate::{
    Store, StoreError,
    opening::{BUSY_TIMEOUT, beside, size},
};

/// Left to everything else.
const RESERVE: u64 = 8 * 1024 * 1024;

/// No row writes more than this into the log: a page of its table and of each index. And no portion
/// writes more than the database has pages.
const ROW: u64 = 32 * 1024;

impl Store {
    /// Asks for room for a portion of so many rows. Where there is little, what the log takes is given
    /// back first.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] without it. Nothing was written, and there is room for taking back
    /// what was written so far.
    pub fn make_room(&self, rows: usize) -> Result<(), StoreError> {
        match self.has_room(rows) || self.has_room_without_log(rows) {
            true => Ok(()),
            false => Err(StoreError::DiskFull),
        }
    }

    /// Whether there is room for a portion. Where the system does not tell, there is.
    fn has_room(&self, rows: usize) -> bool {
        let folder = match self.path().parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let Ok(free) = fs4::available_space(folder) else {
            return true;
        };
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        let portion = size(self.path()).min(rows.saturating_mul(ROW));
        free >= RESERVE + portion + size(&beside(self.path(), "-wal"))
    }

    /// So many of these rows as may be taken back in one transaction: few of them where there is little
    /// room, so that the log can begin anew after each. What it takes is given back first.
    pub fn fitting(&self, rows: u32) -> u32 {
        match self.make_room(usize::try_from(rows).unwrap_or(usize::MAX)) {
            Ok(()) => rows,
            Err(_) => (rows / 10).max(1),
        }
    }

    /// As [`Store::has_room`], once the log is in the database, as far as nobody reads there.
    fn has_room_without_log(&self, rows: usize) -> bool {
        self.with_writer(give_back).is_ok() && self.has_room(rows)
    }
}

/// Copies the log into the database and cuts it off. Nobody is waited for: then it stays as it is.
fn give_back(writer: &Connection) -> Result<(), StoreError> {
    writer.busy_timeout(Duration::ZERO)?;
    let given = writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    writer.busy_timeout(BUSY_TIMEOUT)?;
    Ok(given?)
}
