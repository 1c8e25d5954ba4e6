//! A test's own database on the server that all tests share.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use bohao_relay::Database;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls};

use crate::{program::Place, server};

pub(crate) struct TestDatabase {
    data: PathBuf,
    name: String,
    is_pooled: bool,
    spool: TempDir,
}

/// Somebody else's hold on the database, under which nothing can be stored.
pub(crate) struct Hold(Session);

/// A connection beside the relay's.
pub(crate) struct Session {
    runtime: Runtime,
    client: Client,
}

impl TestDatabase {
    /// What a push is answered when its table is gone, and the word of it in the log.
    pub(crate) const NO_RECORDS: (u16, &str) = (200, "pushes are kept in the spool");

    /// An empty database: one that an earlier test was done with, or else a new one, which takes
    /// the server much longer.
    pub(crate) fn new() -> Self {
        let data = server::shared();
        let mut all = Session::open(&server::url(data, "postgres"));
        all.run("SELECT pg_advisory_lock(1)");
        all.run("CREATE TABLE IF NOT EXISTS emptied (name text)");
        all.run("SELECT pg_advisory_unlock(1)");
        let taken = all.ask(
            "DELETE FROM emptied WHERE name = (
                 SELECT name FROM emptied LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING name",
        );
        let name = taken.unwrap_or_else(|| {
            let name = all.ask("SELECT 't' || replace(gen_random_uuid()::text, '-', '')");
            let name = name.unwrap();
            all.run(&format!("CREATE DATABASE {name} TEMPLATE template0"));
            name
        });
        Self {
            data: data.to_path_buf(),
            name,
            is_pooled: true,
            spool: tempfile::tempdir().unwrap(),
        }
    }

    /// The first database of a server of the test's own.
    pub(crate) fn of(server: &server::Server) -> Self {
        Self {
            data: server.data(),
            name: "postgres".into(),
            is_pooled: false,
            spool: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn url(&self) -> String {
        server::url(&self.data, &self.name)
    }

    /// What `init` is told of it.
    pub(crate) fn told_to_init(&self) -> Vec<String> {
        vec!["--database".into(), self.url()]
    }

    pub(crate) fn location(&self) -> Database {
        self.url().as_str().into()
    }

    /// Where the relay's files on this machine lie.
    pub(crate) fn folder(&self) -> &Path {
        self.spool.path()
    }

    pub(crate) fn session(&self) -> Session {
        Session::open(&self.url())
    }

    pub(crate) fn count_records(&self) -> i64 {
        let count = self.session().ask("SELECT count(*)::text FROM records");
        count.unwrap().parse().unwrap()
    }

    /// Changes it behind the relay's back.
    pub(crate) fn tamper(&self, sql: &str) {
        self.session().run(sql);
    }

    pub(crate) fn hold(&self) -> Hold {
        let mut session = self.session();
        session.run("BEGIN; LOCK TABLE records IN EXCLUSIVE MODE");
        Hold(session)
    }
}

impl Hold {
    pub(crate) fn release(mut self) {
        self.0.run("ROLLBACK");
    }
}

impl Session {
    fn open(url: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let client = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
            tokio::spawn(connection);
            client
        });
        Self { runtime, client }
    }

    pub(crate) fn run(&mut self, sql: &str) {
        self.runtime
            .block_on(self.client.batch_execute(sql))
            .unwrap();
    }

    /// The first column of the first row, a text.
    pub(crate) fn ask(&mut self, sql: &str) -> Option<String> {
        let row = self.runtime.block_on(self.client.query_opt(sql, &[]));
        row.unwrap().and_then(|row| row.get(0))
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if !self.is_pooled || std::thread::panicking() {
            return;
        }
        let mut all = Session::open(&server::url(&self.data, "postgres"));
        let name = &self.name;
        all.run(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        ));
        self.session()
            .run("DROP SCHEMA public CASCADE; CREATE SCHEMA public;");
        all.run(&format!("INSERT INTO emptied VALUES ('{name}')"));
    }
}

impl Place for TestDatabase {
    fn argument(&self) -> OsString {
        self.url().into()
    }

    fn spool(&self) -> Option<&Path> {
        Some(self.spool.path())
    }
}
