//! A relay moves from a SQLite file to PostgreSQL.

use std::{path::Path, process::Command};

use rstest::rstest;

use crate::{
    database::TestDatabase,
    program::{Place, Program, clean, command, output, seat_json},
    seats::eventually,
};

fn migrate(from: &Path, to: &impl Place) -> (Option<i32>, String, String) {
    let mut migrate = Command::new(env!("CARGO_BIN_EXE_bohao-relay"));
    clean(&mut migrate)
        .arg("migrate")
        .arg(from)
        .arg(to.argument());
    let output = output(migrate);
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_relay_moves_with_its_seats_tokens_and_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("relay.db");
    let relay = Program::serve(&file);
    let gone = relay.add(&file, "gone");
    gone.keep(b"x");
    let old = seat_json(&file, &["add", "张三"]);
    let bodies: Vec<Vec<u8>> = (0..200_u32)
        .map(|number| number.to_le_bytes().repeat(number as usize * 7))
        .collect();
    for body in &bodies {
        relay.seat(&old).keep(body);
    }
    let new = seat_json(&file, &["rotate", "张三"]);
    let idle = seat_json(&file, &["add", "B"]);
    seat_json(&file, &["remove", "gone"]);
    let last = seat_json(&file, &["add", "last"]);
    seat_json(&file, &["remove", "last"]);

    let database = TestDatabase::new();
    let (status, _, words) = migrate(&file, &database);
    assert_eq!(status, Some(1), "a relay serves from it");
    assert!(words.contains("another relay serves"), "{words}");
    let before = relay.seat(&new).read_all();
    let status_of = |seat: &crate::within::Seat| {
        crate::socket::get(seat.address, "/v1/status", &seat.read_token).json()
    };
    let told = status_of(&relay.seat(&new));
    relay.kill();
    let (status, stdout, words) = migrate(&file, &database);
    assert_eq!(status, Some(0), "{words}");
    assert!(stdout.starts_with("2 seats and "), "{stdout}");

    let relay = Program::serve(&database);
    let seats = [relay.seat(&old), relay.seat(&new)];
    for seat in &seats {
        assert!(seat.read_all() == before, "the records differ");
        assert_eq!(status_of(seat), told);
    }
    for seat in &seats {
        seat.keep(&bodies[7]);
        seat.keep(seat.read_token.as_bytes());
    }
    let numbers: Vec<i64> = relay
        .seat(&new)
        .read_all()
        .iter()
        .map(|(seq, _)| *seq)
        .collect();
    assert_eq!(numbers, (1..=202).collect::<Vec<_>>());
    relay.seat(&idle).keep(b"first");
    assert_eq!(relay.seat(&last).push(b"x").status, 404);
    let next = relay.add(&database, "next");
    next.keep(b"its own");
    assert_eq!(next.read_all(), [(1, b"its own".to_vec())]);
    // Ids of seats that are gone are not given again.
    let id = database
        .session()
        .ask("SELECT id::text FROM seats WHERE name = 'next'");
    assert_eq!(id.as_deref(), Some("5"));
    let mut check = command(&database);
    check.arg("check");
    assert!(output(check).status.success());
}

/// A password in the command line is seen by every user of the machine.
#[test]
fn where_to_may_be_told_by_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("relay.db");
    seat_json(&file, &["add", "A"]);
    let migrate = |to: Option<&TestDatabase>| {
        let mut migrate = Command::new(env!("CARGO_BIN_EXE_bohao-relay"));
        clean(&mut migrate).arg("migrate").arg(&file);
        if let Some(to) = to {
            migrate.env("BOHAO_RELAY_DATABASE", to.argument());
        }
        output(migrate)
    };
    let nowhere = migrate(None);
    assert_eq!(nowhere.status.code(), Some(1));
    let words = String::from_utf8(nowhere.stderr).unwrap();
    assert!(words.contains("postgres:// address"), "{words}");
    let database = TestDatabase::new();
    let moved = migrate(Some(&database));
    let words = String::from_utf8(moved.stdout).unwrap();
    assert!(words.starts_with("1 seat and 0 records moved"), "{words}");
    assert_eq!(seat_json(&database, &["list"])[0]["seat"], "A");
}

#[test]
fn a_database_that_has_something_already_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("relay.db");
    seat_json(&file, &["add", "A"]);
    let database = TestDatabase::new();
    seat_json(&database, &["add", "B"]);
    let (status, _, words) = migrate(&file, &database);
    assert_eq!(status, Some(1));
    assert!(words.contains("not empty"), "{words}");
    assert_eq!(seat_json(&database, &["list"])[0]["seat"], "B");
}

/// What arrives is not what was sent; it shows before it counts.
#[rstest]
#[case::a_record_less("IF NEW.seq = 3 THEN RETURN NULL; END IF;")]
#[case::another_body("NEW.body = '\\x00';")]
#[case::another_number("NEW.seq = NEW.seq + 1;")]
#[case::another_time("NEW.received_at = 0;")]
#[case::another_type("NEW.content_type = 'text/plain';")]
fn a_copy_that_differs_is_no_move(#[case] change: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("relay.db");
    let relay = Program::serve(&file);
    let seat = relay.add(&file, "A");
    for body in [b"1", b"2", b"3"] {
        seat.keep(body);
    }
    relay.kill();
    let database = TestDatabase::new();
    seat_json(&database, &["list"]);
    database.tamper(&format!(
        "CREATE FUNCTION bend() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN {change} RETURN NEW; END $$;
         CREATE TRIGGER bend BEFORE INSERT ON records FOR EACH ROW EXECUTE FUNCTION bend()"
    ));
    let (status, _, words) = migrate(&file, &database);
    assert_eq!(status, Some(1));
    assert!(words.contains("the copy differs"), "{words}");
    assert_eq!(seat_json(&database, &["list"]), serde_json::json!([]));
    assert_eq!(database.count_records(), 0);
}

/// The move lingers at its second record, where it is killed.
#[test]
fn a_move_that_is_killed_half_way_has_moved_nothing_and_can_be_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("relay.db");
    let relay = Program::serve(&file);
    let seat = relay.add(&file, "A");
    for body in [b"1", b"2", b"3"] {
        seat.keep(body);
    }
    relay.kill();
    let database = TestDatabase::new();
    seat_json(&database, &["list"]);
    database.tamper(
        "CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN IF NEW.seq = 2 THEN PERFORM pg_sleep(600); END IF; RETURN NEW; END $$;
         CREATE TRIGGER linger BEFORE INSERT ON records FOR EACH ROW EXECUTE FUNCTION linger()",
    );
    let mut moving = Command::new(env!("CARGO_BIN_EXE_bohao-relay"));
    clean(&mut moving)
        .args(["migrate".as_ref(), file.as_os_str()])
        .arg(database.argument());
    let mut moving = moving.spawn().unwrap();
    let mut session = database.session();
    let lingering = "FROM pg_stat_activity
         WHERE wait_event = 'PgSleep' AND datname = current_database()";
    eventually("it is half-way", || {
        session.ask(&format!("SELECT 'yes' {lingering}")).is_some()
    });
    moving.kill().unwrap();
    moving.wait().unwrap();
    // The server does not look whether anybody is there while it sleeps.
    session.ask(&format!(
        "SELECT pg_terminate_backend(pid)::text {lingering}"
    ));
    database.tamper("DROP TRIGGER linger ON records");
    assert_eq!(database.count_records(), 0);
    assert_eq!(seat_json(&database, &["list"]), serde_json::json!([]));
    let (status, _, words) = migrate(&file, &database);
    assert_eq!(status, Some(0), "{words}");
    let relay = Program::serve(&database);
    assert_eq!(relay.again(seat).read_all().len(), 3);
}
