//! `check`, on whichever database the suite runs.

use rstest::rstest;
use serde_json::Value;

use crate::{
    database::TestDatabase,
    program::{Program, command, output},
    within::TestRelay,
};

fn check(database: &TestDatabase) -> (i32, Value, String) {
    let mut check = command(database);
    check.args(["check", "--json"]);
    let output = output(check);
    (
        output.status.code().unwrap(),
        serde_json::from_slice(&output.stdout).unwrap_or_default(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_database_as_it_must_be_is_told_in_figures_while_it_is_served() {
    let database = TestDatabase::new();
    let relay = Program::serve(&database);
    let (a, b) = (relay.add(&database, "A"), relay.add(&database, "B"));
    for body in [&b"1"[..], b"22", b""] {
        a.keep(body);
    }
    b.keep(b"333");
    let (status, told, stderr) = check(&database);
    assert_eq!(status, 0, "{stderr}");
    let expected = serde_json::json!({"seats": 2, "records": 4, "bytes": 6, "findings": []});
    assert_eq!(told, expected);
}

#[rstest]
#[case::body(
    "UPDATE records SET digest = body WHERE seq = 2",
    "not what was pushed"
)]
#[case::hole("DELETE FROM records WHERE seq = 2", "2 records where 1 to 3")]
#[case::head_behind("UPDATE seats SET head = 2", "its highest record is 3, its head 2")]
#[case::last_lost(
    "DELETE FROM records WHERE seq = 3",
    "its highest record is 2, its head 3"
)]
#[case::no_seat("UPDATE records SET seat = 99", "belong to no seat: 3")]
#[case::no_token(
    "DELETE FROM tokens WHERE kind = 'read'",
    "without a token to push or to read: 1"
)]
fn what_is_not_as_it_must_be_is_found(#[case] damage: &str, #[case] word: &str) {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    for body in [b"13800006620", b"13800006621", b"13800006622"] {
        seat.keep(body);
    }
    relay.database.tamper(damage);
    let (status, told, stderr) = check(&relay.database);
    assert_eq!(status, 1);
    assert!(told["findings"].to_string().contains(word), "{told}");
    assert!(
        !(told.to_string() + &stderr).contains("1380000"),
        "a body is quoted"
    );
}

#[test]
fn one_of_a_thing_is_told_as_one() {
    let database = TestDatabase::new();
    let relay = Program::serve(&database);
    let seat = relay.add(&database, "A");
    seat.keep(b"1");
    let told = || {
        let mut check = command(&database);
        check.arg("check");
        String::from_utf8(output(check).stdout).unwrap()
    };
    assert_eq!(told(), "1 seat, 1 record, 1 byte of bodies\n");
    seat.keep(b"22");
    assert_eq!(told(), "1 seat, 2 records, 3 bytes of bodies\n");
}

#[test]
fn what_is_no_relays_database_is_not_made_one() {
    let database = TestDatabase::new();
    let (status, told, stderr) = check(&database);
    assert_eq!((status, told), (1, Value::Null), "{stderr}");
    let count = std::fs::read_dir(database.folder()).unwrap().count();
    assert_eq!(count, 0, "nothing was made");
}
