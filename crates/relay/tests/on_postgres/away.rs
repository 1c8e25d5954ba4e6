//! The server is gone, and comes back.

use std::{fs, path::Path, thread, time::Duration};

use rstest::rstest;
use rusqlite::Connection;

use crate::{
    database::TestDatabase,
    program::{Program, command, output, seat_json},
    server::Server,
    socket,
    within::Seat,
};

fn health(seat: &Seat) -> (u16, String) {
    let answer = socket::get(seat.address, "/healthz", "");
    let status = answer.json()["status"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    (answer.status, status)
}

fn until_well(seat: &Seat) {
    for _ in 0..1200 {
        if health(seat) == (200, "ok".into()) {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("it does not recover");
}

fn numbered(bodies: &[&[u8]]) -> Vec<(i64, Vec<u8>)> {
    (1..).zip(bodies.iter().map(|body| body.to_vec())).collect()
}

#[test]
fn promise_2_pushes_wait_in_the_spool_and_follow_in_order() {
    let mut server = Server::start();
    let database = TestDatabase::of(&server);
    let relay = Program::serve(&database);
    let seat = relay.add(&database, "A");
    seat.keep(b"before");
    until_well(&seat);
    server.stop();
    for body in [b"1", b"2", b"3"] {
        seat.keep(body);
    }
    seat.keep(b"2");
    seat.keep(b"before");
    assert_eq!(health(&seat), (200, "degraded".into()));
    let refused = seat.get("");
    assert_eq!(
        (refused.status, refused.code()),
        (503, "unavailable".into())
    );
    let unknown = socket::push(seat.address, "/p/bhp_unknown", b"x");
    assert_eq!(
        unknown.status, 503,
        "it may be a seat's that was just added"
    );
    server.resume();
    until_well(&seat);
    seat.keep(b"after");
    seat.keep(b"3");
    let bodies: [&[u8]; 5] = [b"before", b"1", b"2", b"3", b"after"];
    assert_eq!(seat.read_all(), numbered(&bodies));
}

/// The relay is killed with pushes in its spool, and starts while the server is still gone.
#[test]
fn promise_2_the_spool_outlives_the_relay() {
    let mut server = Server::start();
    let database = TestDatabase::of(&server);
    let relay = Program::serve(&database);
    let seat = relay.add(&database, "A");
    seat.keep(b"1");
    until_well(&seat);
    server.stop();
    seat.keep(b"2");
    relay.kill();
    let relay = Program::serve(&database);
    let seat = relay.again(seat);
    seat.keep(b"3");
    assert_eq!(health(&seat), (200, "degraded".into()));
    relay.kill();
    server.resume();
    let relay = Program::serve(&database);
    let seat = relay.again(seat);
    until_well(&seat);
    assert_eq!(seat.read_all(), numbered(&[b"1", b"2", b"3"]));
}

/// Two relays had spools in one folder, and only one of them comes back.
#[test]
fn promise_2_a_relay_takes_over_the_spool_of_one_that_is_gone() {
    let mut server = Server::start();
    let database = TestDatabase::of(&server);
    let (one, other) = (Program::serve(&database), Program::serve(&database));
    let added = seat_json(&database, &["add", "A"]);
    until_well(&one.seat(&added));
    one.seat(&added).keep(b"1");
    other.seat(&added).keep(b"2");
    server.stop();
    one.seat(&added).keep(b"3");
    other.seat(&added).keep(b"4");
    one.kill();
    other.kill();
    server.resume();
    let relay = Program::serve(&database);
    let seat = relay.seat(&added);
    until_well(&seat);
    assert_eq!(seat.read_all(), numbered(&[b"1", b"2", b"3", b"4"]));
}

/// It neither answers nor hangs up. The push waits for it no longer than its patience lasts.
#[test]
fn promise_2_a_server_that_stands_still_is_as_good_as_gone() {
    let server = Server::start();
    let database = TestDatabase::of(&server);
    let relay = Program::serve(&database);
    let seat = relay.add(&database, "A");
    seat.keep(b"1");
    until_well(&seat);
    server.freeze();
    seat.keep(b"2");
    seat.keep(b"3");
    server.thaw();
    until_well(&seat);
    assert_eq!(seat.read_all(), numbered(&[b"1", b"2", b"3"]));
}

/// As when its disk is full, or it was made a standby.
#[test]
fn promise_2_what_a_server_refuses_to_store_waits_for_it_too() {
    let server = Server::start();
    let database = TestDatabase::of(&server);
    let relay = Program::serve(&database);
    let seat = relay.add(&database, "A");
    seat.keep(b"1");
    until_well(&seat);
    let refuses = |on: &str| {
        let mut session = database.session();
        session.run("SET default_transaction_read_only = off");
        session.run(&format!(
            "ALTER SYSTEM SET default_transaction_read_only = {on}"
        ));
        session.run("SELECT pg_reload_conf()");
    };
    refuses("on");
    let mut session = database.session();
    while session.ask("SHOW default_transaction_read_only").as_deref() != Some("on") {
        thread::sleep(Duration::from_millis(10));
    }
    while health(&seat).1 != "degraded" {
        let body = format!("{}", seat.read_all().len());
        seat.keep(body.as_bytes());
        thread::sleep(Duration::from_millis(20));
    }
    let stored = seat.read_all().len();
    seat.keep(b"while it refuses");
    assert_eq!(seat.read_all().len(), stored, "reading goes on");
    refuses("off");
    until_well(&seat);
    assert_eq!(
        seat.read_all().last().map(|(_, body)| body.clone()),
        Some(b"while it refuses".to_vec())
    );
}

/// A seat is gone with a backup that was put back, and another one was removed.
#[test]
fn promise_2_what_a_database_that_was_set_back_does_not_know_is_kept() {
    let mut server = Server::start();
    let database = TestDatabase::of(&server);
    let relay = Program::serve(&database);
    let [seat, removed, lost] = ["A", "B", "C"].map(|name| relay.add(&database, name));
    for seat in [&seat, &removed, &lost] {
        seat.keep(b"1");
        until_well(seat);
    }
    server.stop();
    for (seat, body) in [
        (&removed, b"removed"),
        (&lost, b"is lost"),
        (&seat, b"follows"),
    ] {
        seat.keep(body);
    }
    relay.kill();
    server.resume();
    let mut session = database.session();
    // The sweep forgets removed seats; it can't begin now.
    session.run("SELECT pg_advisory_lock(1114597202, 1)");
    seat_json(&database, &["remove", "B"]);
    session.run("DELETE FROM records WHERE seat = 3; DELETE FROM seats WHERE name = 'C'");
    let relay = Program::serve(&database);
    let seat = relay.again(seat);
    until_well(&seat);
    assert_eq!(seat.read_all(), numbered(&[b"1", b"follows"]));
    assert_eq!(lost_bodies(database.folder()), [(3, b"is lost".to_vec())]);
    assert_eq!(
        database.count_records(),
        3,
        "those of A, and the one that B had"
    );
}

/// What the spool in a folder keeps for seats that nobody knows.
fn lost_bodies(folder: &Path) -> Vec<(i64, Vec<u8>)> {
    let files = fs::read_dir(folder).unwrap();
    let mut files = files.map(|file| file.unwrap().path());
    let spool = files.find(|file| file.extension().is_some_and(|ending| ending == "db"));
    let spool = Connection::open(spool.unwrap()).unwrap();
    let mut stranded = spool
        .prepare("SELECT seat, body FROM stranded ORDER BY seat")
        .unwrap();
    let rows = stranded.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_relay_without_a_spool_of_the_database_does_not_start_while_it_is_gone() {
    let mut server = Server::start();
    let database = TestDatabase::of(&server);
    server.stop();
    let mut serve = command(&database);
    serve.args(["serve", "--listen", "127.0.0.1:0"]);
    let output = output(serve);
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("PostgreSQL can't be used"), "{words}");
}

#[rstest]
#[case("fsync = off", "fsync is off")]
#[case("synchronous_commit = off", "synchronous_commit is off")]
fn a_server_that_confirms_what_is_not_on_its_disk_is_refused(
    #[case] setting: &str,
    #[case] word: &str,
) {
    let mut server = Server::start();
    let database = TestDatabase::of(&server);
    database
        .session()
        .run(&format!("ALTER SYSTEM SET {setting}"));
    server.stop();
    server.resume();
    let mut serve = command(&database);
    serve.args(["serve", "--listen", "127.0.0.1:0"]);
    let output = output(serve);
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains(word), "{words}");
}
