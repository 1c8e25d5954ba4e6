//! A test's own database. The suite runs twice: `on_postgres` has another file in this one's place.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use bohao_relay::Database;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::program::Place;

pub(crate) struct TestDatabase {
    folder: TempDir,
}

/// Somebody else's hold on the database, under which nothing can be stored.
pub(crate) struct Hold(Connection);

impl TestDatabase {
    /// What a push is answered when its table is gone, and the word of it in the log.
    pub(crate) const NO_RECORDS: (u16, &str) = (503, "pushes are not stored");

    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// What `init` is told of it: nothing, it makes one of its own.
    pub(crate) fn told_to_init(&self) -> Vec<String> {
        Vec::new()
    }

    pub(crate) fn location(&self) -> Database {
        self.file().into()
    }

    /// Where the relay's files on this machine lie.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("relay.db")
    }

    pub(crate) fn count_records(&self) -> i64 {
        let connection = Connection::open(self.file()).unwrap();
        let count = "SELECT count(*) FROM records";
        connection.query_row(count, [], |row| row.get(0)).unwrap()
    }

    /// Changes it behind the relay's back.
    pub(crate) fn tamper(&self, sql: &str) {
        let connection = Connection::open(self.file()).unwrap();
        connection.execute_batch(sql).unwrap();
    }

    pub(crate) fn hold(&self) -> Hold {
        let connection = Connection::open(self.file()).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        Hold(connection)
    }
}

impl Hold {
    pub(crate) fn release(self) {
        self.0.execute_batch("ROLLBACK").unwrap();
    }
}

impl Place for TestDatabase {
    fn argument(&self) -> OsString {
        self.file().into()
    }
}
