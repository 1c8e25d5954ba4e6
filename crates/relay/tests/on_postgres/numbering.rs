//! Why numbers are given under the seat's lock, and that they are.

use std::{thread, time::Duration};

use crate::{
    database::{Session, TestDatabase},
    program::seat_json,
    seats::eventually,
    within::TestRelay,
};

/// One record for the first seat, as a relay stores it.
fn store(body: &str) -> String {
    format!(
        "SELECT store_batch(ARRAY[1], ARRAY[1764000000000], ARRAY[NULL], ARRAY[sha256('{body}')],
                            ARRAY['{body}'::bytea], 0)::text"
    )
}

/// Waits until the server says that somebody waits for a lock.
fn until_someone_waits(session: &mut Session) {
    let waiting = "SELECT 'yes' FROM pg_stat_activity
                   WHERE wait_event_type = 'Lock' AND datname = current_database() LIMIT 1";
    while session.ask(waiting).is_none() {
        thread::sleep(Duration::from_millis(5));
    }
}

/// What a table with a sequence and `id > cursor` does: the number is taken at the INSERT and seen
/// at the COMMIT, so that a reader comes past a number that is still to come.
#[test]
fn the_naive_way_loses_a_row() {
    let database = TestDatabase::new();
    let (mut a, mut b, mut reader) = (database.session(), database.session(), database.session());
    a.run("CREATE TABLE naive (id bigserial PRIMARY KEY, body text)");
    a.run("BEGIN; INSERT INTO naive (body) VALUES ('first')");
    b.run("INSERT INTO naive (body) VALUES ('second')");
    let seen = |reader: &mut Session, cursor: &str| {
        reader.ask(&format!(
            "SELECT max(id)::text FROM naive WHERE id > {cursor}"
        ))
    };
    let cursor = seen(&mut reader, "0").unwrap();
    assert_eq!(cursor, "2");
    a.run("COMMIT");
    assert_eq!(
        seen(&mut reader, &cursor),
        None,
        "the first one is never read"
    );
}

#[test]
fn a_number_that_a_reader_sees_has_none_below_it_that_is_still_to_come() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let database = &relay.database;
    let (mut a, mut b, mut watch) = (database.session(), database.session(), database.session());
    a.run("BEGIN");
    assert_eq!(a.ask(&store("first")).unwrap(), "{1}");
    thread::scope(|scope| {
        let second = scope.spawn(|| b.ask(&store("second")).unwrap());
        until_someone_waits(&mut watch);
        assert_eq!(seat.read_all(), [], "neither is seen before the first");
        a.run("COMMIT");
        assert_eq!(second.join().unwrap(), "{2}");
    });
    let expected = [(1, b"first".to_vec()), (2, b"second".to_vec())];
    assert_eq!(seat.read_all(), expected);
}

#[test]
fn a_number_whose_transaction_failed_is_given_to_the_next_one() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let database = &relay.database;
    let (mut a, mut watch) = (database.session(), database.session());
    a.run("BEGIN");
    assert_eq!(a.ask(&store("first")).unwrap(), "{1}");
    thread::scope(|scope| {
        let second = scope.spawn(|| seat.keep(b"second"));
        until_someone_waits(&mut watch);
        a.run("ROLLBACK");
        second.join().unwrap();
    });
    // The relay waited for the lock with patience, and then it went by way of the spool.
    eventually("it is stored under the number that is free", || {
        seat.read_all() == [(1, b"second".to_vec())]
    });
}

/// The other one's record is committed while this one waits for the seat: a look from before that
/// would not see it.
#[test]
fn a_body_that_two_relays_store_at_once_takes_one_number() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let database = &relay.database;
    let (mut a, mut b, mut watch) = (database.session(), database.session(), database.session());
    a.run("BEGIN");
    assert_eq!(a.ask(&store("same")).unwrap(), "{1}");
    thread::scope(|scope| {
        let second = scope.spawn(|| b.ask(&store("same")).unwrap());
        until_someone_waits(&mut watch);
        a.run("COMMIT");
        assert_eq!(second.join().unwrap(), "{0}");
    });
    seat.keep(b"next");
    assert_eq!(
        seat.read_all(),
        [(1, b"same".to_vec()), (2, b"next".to_vec())]
    );
}

/// As in SQLite, where the same is a test of the sweep itself.
#[test]
fn what_a_wrong_clock_took_goes_when_it_was_kept_long_enough() {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    const NOW: i64 = 1_764_000_000_000;
    // No relay, for one sweeps by itself.
    let database = TestDatabase::new();
    seat_json(&database, &["add", "A"]);
    let mut session = database.session();
    session.run(&format!(
        "INSERT INTO records (seat, seq, received_at, digest, body)
         VALUES (1, 1, {ahead}, 'a', ''), (1, 2, {NOW}, 'b', ''), (1, 3, 5, 'c', '');
         INSERT INTO undated (seat, seq) VALUES (1, 3)",
        ahead = NOW + 20_000 * DAY
    ));
    let mut sweep = |now: i64| {
        let older_than = now - 45 * DAY;
        let sweep = format!("SELECT sweep_slice({older_than}, {now}, {NOW}, 200)::text");
        session.ask(&sweep).unwrap()
    };
    for now in [6, NOW, NOW + 20 * DAY, NOW + 45 * DAY] {
        assert_eq!(sweep(now), "0");
    }
    assert_eq!(sweep(NOW + 46 * DAY), "3");
    let left = "SELECT ((SELECT count(*) FROM records) + (SELECT count(*) FROM undated))::text";
    assert_eq!(session.ask(left).as_deref(), Some("0"));
}
