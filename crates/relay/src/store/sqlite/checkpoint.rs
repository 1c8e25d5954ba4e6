use std::time::Duration;

use rusqlite::Connection;

use super::{super::StoreError, open::BUSY_TIMEOUT};

const PAGE: usize = 4096;

/// At the most: a row touches a leaf of its table, of its index and of its seat.
const PAGES_A_ROW: usize = 3;

/// The WAL is copied into the database after about this many bytes.
const AFTER_BYTES: usize = 8 * 1024 * 1024;

/// Above this the writer waits for readers to let go of the WAL, so that it stays under 64 MB.
const FORCE_PAGES: i64 = (32 * 1024 * 1024 / PAGE) as i64;

/// For how long pushes may be held up by a reader that will not let go.
const FORCE_WAIT: Duration = Duration::from_secs(2);

/// Decides when the writer copies its WAL into the database. It does so between batches, where no
/// commit waits for it, instead of within a commit as SQLite would by itself.
#[derive(Default)]
pub(super) struct Checkpoints {
    /// No less than what the WAL grew by since it was last looked at.
    written: usize,
}

impl Checkpoints {
    pub(super) fn prepare(&self, connection: &Connection) -> Result<(), StoreError> {
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.pragma_update(None, "journal_size_limit", 4 * AFTER_BYTES as i64)?;
        Ok(())
    }

    /// Counts what a commit wrote at the most.
    pub(super) fn note(&mut self, rows: usize, bytes: usize) {
        self.written += bytes + (rows + 1) * PAGES_A_ROW * PAGE;
    }

    pub(super) fn run_if_due(&mut self, connection: &Connection) -> Result<(), StoreError> {
        if self.written < AFTER_BYTES {
            return Ok(());
        }
        // The rows of a large batch share most of their pages. Copying them back after each few
        // batches would cost more syncs than the commits do.
        let pages = checkpoint(connection, "NOOP");
        self.written = pages.map_or(AFTER_BYTES, |pages| {
            usize::try_from(pages).unwrap_or(0) * PAGE
        });
        if self.written < AFTER_BYTES {
            return Ok(());
        }
        // Whatever comes of it, it is not tried again before as much was written again.
        self.written = 0;
        let pages = survive(checkpoint(connection, "PASSIVE"))?;
        if pages < FORCE_PAGES {
            return Ok(());
        }
        connection.busy_timeout(FORCE_WAIT)?;
        let forced = survive(checkpoint(connection, "RESTART"));
        connection.busy_timeout(BUSY_TIMEOUT)?;
        forced.map(drop)
    }

    /// The last checkpoint at a clean stop, so that a copy of the one file is whole.
    pub(super) fn finish(&self, connection: &Connection) -> Result<(), StoreError> {
        connection.busy_timeout(Duration::from_millis(100))?;
        survive(checkpoint(connection, "TRUNCATE")).map(drop)
    }
}

/// Returns how many pages the WAL holds.
fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<i64> {
    connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
        row.get(1)
    })
}

/// A checkpoint that fails loses nothing: the WAL still holds it all. A failed sync ends the relay.
fn survive(result: rusqlite::Result<i64>) -> Result<i64, StoreError> {
    result.or_else(|error| match StoreError::from(error) {
        fatal @ (StoreError::SyncFailed | StoreError::Damaged(_)) => Err(fatal),
        passing => {
            tracing::warn!(reason = %passing, "the write-ahead log could not be copied back");
            Ok(0)
        }
    })
}
