//! Databases that the relay must not touch.

use std::{fs, path::Path};

use bohao_relay::{Relay, Seats, ServeError, Settings, StoreError};
use rusqlite::Connection;

use crate::within::TestRelay;

fn refusal(database: &Path) -> StoreError {
    let before = fs::read(database).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let opened = runtime.block_on(Relay::open(Settings::new(database)));
    assert!(Seats::new(database, None).add("A", 0).is_err());
    assert_eq!(
        fs::read(database).unwrap(),
        before,
        "a refused file is left as it is"
    );
    match opened.map(drop) {
        Err(ServeError::Store(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn promise_11_a_newer_database_is_refused() {
    let mut relay = TestRelay::start();
    relay.add("A").keep(b"1");
    relay.stop();
    let connection = Connection::open(relay.database.file()).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    assert!(matches!(refusal(&relay.database.file()), StoreError::Newer));
}

#[test]
fn another_programs_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("other.db");
    let connection = Connection::open(&database).unwrap();
    connection
        .execute_batch("CREATE TABLE notes (text)")
        .unwrap();
    drop(connection);
    assert!(matches!(refusal(&database), StoreError::NotARelays));
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("relay.db");
    fs::write(&database, "dear diary, ".repeat(1000)).unwrap();
    assert!(matches!(refusal(&database), StoreError::Damaged(_)));
}

#[test]
fn promise_11_a_damaged_database_is_refused() {
    let mut relay = TestRelay::start();
    let seat = relay.add("A");
    for number in 0..50_u8 {
        seat.keep(&[number; 3000]);
    }
    relay.stop();
    let mut bytes = fs::read(relay.database.file()).unwrap();
    let middle = bytes.len() / 2;
    for byte in &mut bytes[middle..middle + 16 * 1024] {
        *byte = 0xA5;
    }
    fs::write(relay.database.file(), bytes).unwrap();
    assert!(matches!(
        refusal(&relay.database.file()),
        StoreError::Damaged(_)
    ));
}

/// A backup or a check of a large database holds on to what it began with, and what is pushed
/// meanwhile stays in the log.
#[test]
fn a_log_that_a_reader_has_held_shrinks_by_itself_once_it_lets_go() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let log = relay.database.file().with_extension("db-wal");
    let length = || fs::metadata(&log).unwrap().len();
    let reader = Connection::open(relay.database.file()).unwrap();
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM seats;")
        .unwrap();
    let mut number = 0_u32;
    let mut push = |bytes: usize| {
        let mut body = vec![0; bytes];
        body[..4].copy_from_slice(&number.to_le_bytes());
        seat.keep(&body);
        number += 1;
    };
    while length() < 36 << 20 {
        push(250_000);
    }
    drop(reader);
    for _ in 0..1000 {
        push(100);
    }
    assert!(length() <= 32 << 20, "it has {} bytes", length());
}

#[test]
fn the_log_stays_small_and_a_clean_stop_leaves_one_whole_file() {
    let mut relay = TestRelay::start();
    let seat = relay.add("A");
    let log = relay.database.file().with_extension("db-wal");
    let mut largest = 0;
    for number in 0..300_u32 {
        let mut body = vec![0; 200_000];
        body[..4].copy_from_slice(&number.to_le_bytes());
        seat.keep(&body);
        largest = largest.max(fs::metadata(&log).unwrap().len());
    }
    assert!(largest < 64 << 20, "the log grew to {largest} bytes");
    relay.stop();
    assert_eq!(fs::metadata(&log).map_or(0, |log| log.len()), 0);
    let copy = relay.database.folder().join("copy.db");
    fs::copy(relay.database.file(), &copy).unwrap();
    let rows: i64 = Connection::open(&copy)
        .unwrap()
        .query_row("SELECT count(*) FROM records", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 300);
}
