//! What a start makes sure of before the port opens: that what was stored last is to be found, and
//! that what is stored next comes to sound pages. It takes no longer with more records.

use rusqlite::Connection;

use super::super::StoreError;

/// Up to this size SQLite's quick check goes through the whole file, which is done in a moment.
pub(super) const WHOLE_BYTES: i64 = 64 * 1024 * 1024;

/// So many of the newest records are looked up in a larger one. What a crash can have hurt is what
/// was written since the log was last copied back, and lies among them.
const NEWEST: i64 = 1000;

/// Looks a database over: a file of up to `whole` bytes as a whole. Of a larger one all but the
/// records, and of those the newest. What is old in it is looked at by `check`, and by SQLite itself
/// wherever a page is read: a damaged one is never taken for a sound one.
pub(super) fn look(connection: &Connection, whole: i64) -> Result<(), StoreError> {
    let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let page: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let query = match pages * page <= whole {
        true => "SELECT count(*) FROM pragma_quick_check WHERE quick_check <> 'ok'",
        false => {
            "SELECT count(*) FROM sqlite_schema, pragma_quick_check(name)
             WHERE type = 'table' AND name <> 'records' AND quick_check <> 'ok'"
        }
    };
    let wrong: i64 = connection.query_row(query, [], |row| row.get(0))?;
    let lost: i64 = connection.query_row(
        "SELECT count(*)
         FROM (SELECT rowid AS id, seat, seq, digest FROM records ORDER BY rowid DESC LIMIT ?1) newest
         WHERE id IS NOT (SELECT rowid FROM records INDEXED BY records_seq
                          WHERE seat = newest.seat AND seq = newest.seq)
            OR (seq <= (SELECT digested FROM seats WHERE seats.id = newest.seat)
                AND NOT EXISTS (SELECT * FROM digests WHERE seat = newest.seat
                                AND tag = substr(newest.digest, 1, 8) AND seq = newest.seq))",
        [NEWEST],
        |row| row.get(0),
    )?;
    match wrong + lost {
        0 => Ok(()),
        _ => Err(StoreError::Damaged("it fails SQLite's own check".into())),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs::OpenOptions,
        io::{Seek, SeekFrom, Write},
        path::{Path, PathBuf},
    };

    use rstest::rstest;
    use tempfile::TempDir;

    use super::*;
    use crate::store::sqlite::schema;

    fn filled() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay.db");
        let mut connection = Connection::open(&path).unwrap();
        schema::migrate(&mut connection, &path).unwrap();
        connection
            .execute_batch("INSERT INTO seats (name, created_at) VALUES ('A', 0)")
            .unwrap();
        for seq in 1..=50 {
            insert(&connection, seq);
        }
        connection
            .execute_batch(
                "INSERT INTO digests SELECT seat, substr(digest, 1, 8), seq FROM records;
                 UPDATE seats SET digested = 50",
            )
            .unwrap();
        (folder, path)
    }

    fn insert(connection: &Connection, seq: i64) {
        let insert = "INSERT INTO records (seat, seq, received_at, digest, body)
                      VALUES (1, ?1, 0, randomblob(32), zeroblob(100))";
        connection.execute(insert, [seq]).unwrap();
    }

    fn looked_over(path: &Path, whole: i64) -> Result<(), StoreError> {
        look(&Connection::open(path).unwrap(), whole)
    }

    #[rstest]
    fn what_is_sound_passes_and_a_page_that_is_not_is_found_in_a_small_and_in_a_large_one(
        #[values("seats", "tokens", "relay", "digests", "records", "records_seq")] name: &str,
        #[values(0, WHOLE_BYTES)] whole: i64,
    ) {
        let (_folder, path) = filled();
        looked_over(&path, whole).unwrap();
        let root = Connection::open(&path).unwrap();
        let query = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
        let root: u32 = root.query_row(query, [name], |row| row.get(0)).unwrap();
        let mut file = OpenOptions::new().write(true).open(&path).unwrap();
        file.seek(SeekFrom::Start(u64::from(root - 1) * 4096))
            .unwrap();
        file.write_all(&[0xA5; 4096]).unwrap();
        let refused = looked_over(&path, whole);
        assert!(
            matches!(refused, Err(StoreError::Damaged(_))),
            "{refused:?}"
        );
    }

    /// Its pages are sound, one by one.
    #[test]
    fn a_newest_record_that_an_index_does_not_know_is_found() {
        let (_folder, path) = filled();
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(
                "PRAGMA writable_schema = ON;
                 CREATE TABLE kept AS SELECT * FROM sqlite_schema WHERE name = 'records_seq';
                 DELETE FROM sqlite_schema WHERE name = 'records_seq';",
            )
            .unwrap();
        let blind = Connection::open(&path).unwrap();
        insert(&blind, 51);
        drop(blind);
        connection
            .execute_batch("INSERT INTO sqlite_schema SELECT * FROM kept; DROP TABLE kept;")
            .unwrap();
        drop(connection);
        let refused = looked_over(&path, 0);
        assert!(
            matches!(refused, Err(StoreError::Damaged(_))),
            "{refused:?}"
        );
    }

    #[test]
    fn a_newest_record_whose_digest_should_be_there_and_is_not_is_found() {
        let (_folder, path) = filled();
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch("DELETE FROM digests WHERE seq = 50")
            .unwrap();
        let refused = looked_over(&path, 0);
        assert!(
            matches!(refused, Err(StoreError::Damaged(_))),
            "{refused:?}"
        );
    }
}
