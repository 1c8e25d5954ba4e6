//! What SQLite leaves of a row that is gone, and how it is wiped out.
//!
//! A deleted row's bytes stay in its page, in pages that are free, in gaps of pages that it was moved
//! out of, in the indexes of searches until their pieces are merged, and in the log beside the database.

use std::{fs, thread, time::Duration};

use rusqlite::Connection;

use crate::{Store, StoreError, Tx};

/// What calls and customers are found by.
const INDEXES: [&str; 2] = ["search", "customer_search"];

/// Pages of an index that are merged in one transaction, so that a dial never waits
/// for more.
const MERGED_AT_A_TIME: i64 = 500;

/// Bytes of free pages that are overwritten by one blob.
const WIPED_AT_A_TIME: i64 = 16 * 1024 * 1024;

/// A larger database is not written anew for every deletion: dials wait meanwhile.
const SMALL_BYTES: u64 = 256 * 1024 * 1024;

/// How often the log is asked to be emptied while somebody reads.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

impl Store {
    /// As [`Store::write_blocking`]; what is deleted in it is overwritten at once.
    pub fn write_without_trace<T>(
        &self,
        write: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.write_blocking(|tx| {
            overwrite(tx.connection(), Overwritten::Everything)?;
            let answer = write(tx);
            overwrite(tx.connection(), Overwritten::WhereItIsFree)?;
            answer
        })
    }

    /// Wipes out what is left of rows that are gone. Takes as long as a disk takes.
    pub fn wipe_traces(&self, depth: Depth) -> Result<(), StoreError> {
        for index in INDEXES {
            let mut how = -MERGED_AT_A_TIME;
            while self.write_without_trace(|tx| merge(tx.connection(), index, how))? {
                how = MERGED_AT_A_TIME;
            }
        }
        let small = fs::metadata(self.path())?.len() <= SMALL_BYTES;
        if small || depth == Depth::Gaps {
            // Only a database that is written anew has nothing in the gaps of its pages.
            // What it writes meanwhile is as large as the database, and no matter for memory.
            self.with_writer(|writer| {
                writer.pragma_update(None, "temp_store", "FILE")?;
                let written = writer.execute_batch("VACUUM");
                writer.pragma_update(None, "temp_store", "MEMORY")?;
                Ok(written?)
            })?;
        } else {
            self.write_without_trace(|tx| wipe_free_pages(tx.connection()))?;
        }
        self.wipe_log()
    }

    /// Empties the log beside the database, into which every change goes first.
    pub fn wipe_log(&self) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            if self.empty_log()? {
                return Ok(());
            }
            thread::sleep(PAUSE);
        }
        // Somebody reads for very long. The log is emptied when the database is closed.
        Ok(())
    }

    fn empty_log(&self) -> Result<bool, StoreError> {
        self.with_writer(|writer| {
            let busy: bool =
                writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
            Ok(!busy)
        })
    }
}

/// How far traces are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Into every page; in a small database into its gaps, too.
    Pages,
    /// Into the gaps of pages, however large the database is. Nobody can write meanwhile.
    Gaps,
}

/// What of a deleted row is overwritten.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overwritten {
    /// Everything, with pages that come free.
    Everything,
    /// What costs no further page.
    WhereItIsFree,
}

pub(crate) fn overwrite(
    connection: &Connection,
    overwritten: Overwritten,
) -> Result<(), StoreError> {
    let word = match overwritten {
        Overwritten::Everything => "ON",
        Overwritten::WhereItIsFree => "FAST",
    };
    connection.query_row(&format!("PRAGMA secure_delete = {word}"), [], |_| Ok(()))?;
    Ok(())
}

/// Merges an index a step further, which drops what is deleted in it; `false` once it is one piece. A
/// first step takes all pieces together, which a negative number asks for.
fn merge(connection: &Connection, index: &str, pages: i64) -> Result<bool, StoreError> {
    let changes = |connection: &Connection| {
        connection.query_row("SELECT total_changes()", [], |row| row.get::<_, i64>(0))
    };
    let before = changes(connection)?;
    connection
        .prepare_cached(&format!(
            "INSERT INTO {index} ({index}, rank) VALUES ('merge', ?1)"
        ))?
        .execute([pages])?;
    // FTS5's own word for having had nothing to do.
    Ok(changes(connection)? - before >= 2)
}

/// Fills the free pages with zeros, by a table that takes them all and goes again.
fn wipe_free_pages(connection: &Connection) -> Result<(), StoreError> {
    let page: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let free = || connection.query_row("PRAGMA freelist_count", [], |row| row.get::<_, i64>(0));
    if free()? == 0 {
        return Ok(());
    }
    connection.execute_batch("CREATE TABLE wiped (zeros BLOB NOT NULL)")?;
    loop {
        let left = free()?;
        if left == 0 {
            break;
        }
        let bytes = (left * page).min(WIPED_AT_A_TIME);
        connection.execute("INSERT INTO wiped VALUES (zeroblob(?1))", [bytes])?;
    }
    connection.execute_batch("DROP TABLE wiped")?;
    Ok(())
}
