//! Promise 2 for a database whose file is moved or replaced while the relay has it open.

use std::{fs, os::unix::fs::symlink, path::Path};

use rstest::rstest;

use crate::{
    program::{Program, command, output, seat_json},
    socket::{self, send},
};

fn take_away(path: &Path) {
    fs::rename(path, path.with_extension("away")).unwrap();
}

fn replace(path: &Path) {
    take_away(path);
    fs::write(path, "").unwrap();
}

#[rstest]
#[case::taken_away(take_away)]
#[case::replaced(replace)]
fn promise_2_nothing_is_taken_for_a_database_that_is_not_in_its_place(#[case] harm: fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("relay.db");
    let relay = Program::serve(&database);
    let seat = relay.add(&database, "A");
    seat.keep(b"before");

    harm(&database);
    let answer = send(seat.address, "POST", &seat.push_path, "", b"meanwhile");
    assert_eq!(answer.status, 503);
    assert_eq!(socket::get(seat.address, "/healthz", "").status, 503);

    fs::rename(database.with_extension("away"), &database).unwrap();
    seat.keep(b"after");
    assert_eq!(socket::get(seat.address, "/healthz", "").status, 200);
    relay.kill();
    let relay = Program::serve(&database);
    let stored = relay.again(seat).read_all();
    assert_eq!(stored, [(1, b"before".to_vec()), (2, b"after".to_vec())]);
}

/// SQLite would delete the log, and with it what was pushed last.
#[test]
fn promise_2_no_new_database_is_made_beside_the_log_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("relay.db");
    let relay = Program::serve(&database);
    let seat = relay.add(&database, "A");
    seat.keep(b"1");
    relay.kill();

    take_away(&database);
    let mut adding = command(&database);
    adding.args(["seat", "add", "B"]);
    let refused = output(adding);
    assert_eq!(refused.status.code(), Some(1));
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(words.contains("relay.db-wal"), "{words}");
    assert!(!database.exists());

    fs::rename(database.with_extension("away"), &database).unwrap();
    let relay = Program::serve(&database);
    assert_eq!(relay.again(seat).read_all(), [(1, b"1".to_vec())]);
}

#[test]
fn a_link_to_a_served_database_is_served_by_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("relay.db");
    let _relay = Program::serve(&database);
    seat_json(&database, &["add", "A"]);
    let link = folder.path().join("link.db");
    symlink(&database, &link).unwrap();

    let mut second = command(&link);
    second.args(["serve", "--listen", "127.0.0.1:0"]);
    let refused = output(second);
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(words.contains("another relay serves this"), "{words}");
}
