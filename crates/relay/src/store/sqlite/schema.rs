use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::{super::StoreError, backup};

/// Marks the file as a relay's, "BohR".
const APPLICATION_ID: i32 = 0x426f_6852;

/// Each step once, in order, never changed after a release; `user_version` counts those done.
const STEPS: [&str; 4] = [
    // A seat's `head` outlives its records, so that no seq is given twice after a sweep.
    // AUTOINCREMENT: a removed seat's id is never given to another.
    // Rows of `records` are inserted in the order of time, so that rowid order is age order.
    // `removed` holds seats that are gone while their records are still being swept.
    "CREATE TABLE seats (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        head INTEGER NOT NULL DEFAULT 0,
        last_push_at INTEGER,
        created_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE tokens (
        tag INTEGER NOT NULL,
        hash BLOB NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('push', 'read')),
        seat INTEGER NOT NULL REFERENCES seats (id) ON DELETE CASCADE,
        expires_at INTEGER
    ) STRICT;
    CREATE INDEX tokens_tag ON tokens (tag);
    CREATE INDEX tokens_seat ON tokens (seat);
    CREATE TABLE records (
        seat INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        received_at INTEGER NOT NULL,
        content_type TEXT,
        digest BLOB NOT NULL,
        body BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX records_seq ON records (seat, seq);
    CREATE UNIQUE INDEX records_digest ON records (seat, digest);
    CREATE TABLE removed (seat INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE relay (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;",
    // A team's tokens only read, so that they need no kind.
    "CREATE TABLE teams (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        created_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE members (
        team INTEGER NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
        seat INTEGER NOT NULL REFERENCES seats (id) ON DELETE CASCADE,
        PRIMARY KEY (team, seat)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX members_seat ON members (seat);
    CREATE TABLE team_tokens (
        tag INTEGER NOT NULL,
        hash BLOB NOT NULL UNIQUE,
        team INTEGER NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
        expires_at INTEGER
    ) STRICT;
    CREATE INDEX team_tokens_tag ON team_tokens (tag);
    CREATE INDEX team_tokens_team ON team_tokens (team);",
    // Records whose clock was not to be trusted, and since when they age.
    "CREATE TABLE undated (
        seat INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        since INTEGER,
        PRIMARY KEY (seat, seq)
    ) STRICT, WITHOUT ROWID;",
    // The start of each digest, for all records up to their seat's `digested`; see `known.rs`.
    "ALTER TABLE seats ADD COLUMN digested INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE digests (
        seat INTEGER NOT NULL,
        tag BLOB NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (seat, tag, seq)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO digests (seat, tag, seq)
        SELECT seat, coalesce(substr(digest, 1, 8), x''), seq FROM records ORDER BY 1, 2, 3;
    UPDATE seats SET digested = head;
    DROP INDEX records_digest;",
];

/// Refuses a database that is newer, or another program's. Reads only.
pub(super) fn check(connection: &Connection) -> Result<(), StoreError> {
    steps_done(connection).map(drop)
}

/// As [`check`], and refuses one that no relay has made or brought up to date. Reads only.
pub(super) fn check_current(connection: &Connection) -> Result<(), StoreError> {
    match steps_done(connection)? {
        done if done == STEPS.len() => Ok(()),
        _ => Err(StoreError::Older),
    }
}

/// Brings the database at `path` up to date, checking once more under the lock that it may. One that
/// is not new is copied before, as it is under that lock.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = steps_done(&transaction)?;
    if done == STEPS.len() {
        return Ok(());
    }
    if done > 0 {
        backup::keep(path, &format!("before-schema-{}", STEPS.len()))
            .map_err(|error| StoreError::NotKept(Box::new(error)))?;
    }
    for step in &STEPS[done..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", STEPS.len() as i64)?;
    Ok(transaction.commit()?)
}

fn steps_done(connection: &Connection) -> Result<usize, StoreError> {
    let application_id: i32 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables == 0 {
        return Ok(0);
    }
    if application_id != APPLICATION_ID {
        return Err(StoreError::NotARelays);
    }
    match usize::try_from(version) {
        Ok(done) if done <= STEPS.len() => Ok(done),
        _ => Err(StoreError::Newer),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use tempfile::TempDir;

    use super::{
        super::{known::Known, open},
        *,
    };
    use crate::Limits;

    /// A database of the third schema, which a relay has open.
    fn older() -> (TempDir, PathBuf, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay.db");
        let connection = Connection::open(&path).unwrap();
        connection
            .pragma_update(None, "journal_mode", "WAL")
            .unwrap();
        for step in &STEPS[..3] {
            connection.execute_batch(step).unwrap();
        }
        connection
            .execute_batch(&format!(
                "PRAGMA application_id = {APPLICATION_ID};
                 PRAGMA user_version = 3;
                 INSERT INTO seats (id, name, head, created_at) VALUES (7, 'A', 9, 0);
                 INSERT INTO records (seat, seq, received_at, digest, body)
                 VALUES (7, 8, 0, zeroblob(32), x''), (7, 9, 0, randomblob(32), x'')"
            ))
            .unwrap();
        (folder, path, connection)
    }

    fn schema_and_records(path: &Path) -> (i64, i64) {
        let connection = Connection::open(path).unwrap();
        let query = "SELECT user_version, (SELECT count(*) FROM records) FROM pragma_user_version";
        let row = connection.query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?)));
        row.unwrap()
    }

    /// Also of what is in the log alone.
    #[test]
    fn promise_11_a_database_is_kept_as_it_was_before_it_goes_forward() {
        let (folder, path, _in_use) = older();
        let kept = folder.path().join("relay.db.before-schema-4");
        // One that was cut off, and one of an earlier try.
        fs::write(folder.path().join("relay.db.before-schema-4.part"), "half").unwrap();
        fs::write(&kept, "of an earlier try").unwrap();
        drop(open::open(&path).unwrap());
        assert_eq!(schema_and_records(&kept), (3, 2));
        assert_eq!(schema_and_records(&path), (4, 2));
        fs::remove_file(&kept).unwrap();
        drop(open::open(&path).unwrap());
        assert!(!kept.exists(), "nothing is copied where nothing changes");
    }

    #[test]
    fn promise_11_a_database_that_can_not_be_kept_stays_as_it_is() {
        let (folder, path, _in_use) = older();
        fs::create_dir(folder.path().join("relay.db.before-schema-4")).unwrap();
        let refused = open::open(&path).map(drop);
        assert!(
            matches!(refused, Err(StoreError::NotKept(_))),
            "{refused:?}"
        );
        assert_eq!(schema_and_records(&path), (3, 2));
    }

    #[test]
    fn the_bodies_of_an_older_database_are_known() {
        let (_folder, path, mut connection) = older();
        migrate(&mut connection, &path).unwrap();
        let known = Known::load(&connection, &Limits::default()).unwrap();
        assert!(known.has(&connection, &(7, [0; 32])).unwrap());
        assert!(!known.has(&connection, &(7, [1; 32])).unwrap());
        assert!(!known.has(&connection, &(8, [0; 32])).unwrap());
        let moved = "SELECT count(*) FROM digests JOIN seats ON seats.id = seat WHERE digested = 9";
        let moved: i64 = connection.query_row(moved, [], |row| row.get(0)).unwrap();
        assert_eq!(moved, 2);
    }
}
