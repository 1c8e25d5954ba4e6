//! `backup` and its restore, of SQLite files; and that one file has one relay.

use std::{
    collections::HashSet,
    fs,
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
};

use rstest::rstest;

use crate::{
    database::TestDatabase,
    program::{Program, clean, command, output},
    within::Seat,
};

/// Senders push while copies are made. A copy has what was acknowledged before it was begun, no
/// hole and nothing half; served from, it goes on as the relay it is a copy of.
#[test]
fn a_backup_under_load_is_whole_and_can_be_restored() {
    let database = TestDatabase::new();
    let relay = Program::serve(&database);
    let seat = relay.add(&database, "A");
    let copies = tempfile::tempdir().unwrap();
    let (acknowledged, is_over) = (Mutex::new(HashSet::new()), AtomicBool::new(false));
    let mut before = Vec::new();
    thread::scope(|scope| {
        for sender in 0..4 {
            let (seat, acknowledged, is_over) = (&seat, &acknowledged, &is_over);
            scope.spawn(move || {
                let mut number = 0;
                while !is_over.load(SeqCst) {
                    let mut body = format!("{sender}/{number}/").into_bytes();
                    body.resize(body.len() + number % 5 * 2000, b'x');
                    seat.keep(&body);
                    acknowledged.lock().unwrap().insert(body);
                    number += 1;
                }
            });
        }
        for round in 0..3 {
            while acknowledged.lock().unwrap().len() < 60 * (round + 1) {
                thread::yield_now();
            }
            before.push(acknowledged.lock().unwrap().clone());
            let mut backup = command(&database);
            backup
                .arg("backup")
                .arg(copies.path().join(format!("{round}.db")));
            let output = output(backup);
            let words = String::from_utf8_lossy(&output.stderr).into_owned();
            if !output.status.success() {
                is_over.store(true, SeqCst);
            }
            assert!(output.status.success(), "{words}");
        }
        is_over.store(true, SeqCst);
    });
    relay.kill();
    for (round, acknowledged) in before.iter().enumerate() {
        // The restore: the copy in the database's place, and nothing of the old one beside it.
        let restored = TestDatabase::new();
        fs::rename(copies.path().join(format!("{round}.db")), restored.file()).unwrap();
        let relay = Program::serve(&restored);
        let seat = relay.again(Seat {
            address: relay.address,
            push_path: seat.push_path.clone(),
            read_token: seat.read_token.clone(),
        });
        let stored = seat.read_all();
        for (expected, (seq, _)) in (1..).zip(&stored) {
            assert_eq!(*seq, expected, "the numbers have a hole");
        }
        let last = stored.len() as i64;
        let bodies: HashSet<Vec<u8>> = stored.into_iter().map(|(_, body)| body).collect();
        assert!(
            acknowledged.is_subset(&bodies),
            "an acknowledged push is not in it"
        );
        seat.keep(b"after the restore");
        let page = seat.get(&format!("?after={last}")).json();
        assert_eq!(page["head"], last + 1);
    }
}

/// SQLite takes a name as a text: the copy would come to lie in another file.
#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_is_refused() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let database = TestDatabase::new();
    let _relay = Program::serve(&database);
    let copies = tempfile::tempdir().unwrap();
    let mut backup = command(&database);
    backup
        .arg("backup")
        .arg(copies.path().join(OsStr::from_bytes(b"\xff.db")));
    let output = output(backup);
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(words.contains("not UTF-8"), "{words}");
    assert_eq!(fs::read_dir(copies.path()).unwrap().count(), 0);
}

#[test]
fn a_backup_never_replaces_a_file_and_leaves_none_half_made() {
    let database = TestDatabase::new();
    let copy = database.folder().join("copy.db");
    let backed_up = || {
        let mut backup = command(&database);
        backup.arg("backup").arg(&copy);
        let output = output(backup);
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (status, words) = backed_up();
    assert_eq!(status, Some(1), "there is nothing to copy yet: {words}");
    let relay = Program::serve(&database);
    relay.add(&database, "A").keep(b"1");
    fs::write(&copy, "dear diary").unwrap();
    let (status, words) = backed_up();
    assert_eq!(status, Some(1));
    assert!(words.contains("a file of this name already"), "{words}");
    assert_eq!(fs::read(&copy).unwrap(), b"dear diary");
    fs::remove_file(&copy).unwrap();
    // A copy of what is damaged would only be found out when it is needed.
    database.tamper("UPDATE records SET digest = body");
    assert_eq!(backed_up().0, Some(1));
    let names = fs::read_dir(database.folder()).unwrap();
    let names: Vec<_> = names.map(|file| file.unwrap().file_name()).collect();
    assert!(
        !names
            .iter()
            .any(|name| name.to_string_lossy().starts_with("copy")),
        "{names:?}"
    );
}

/// A backup that was killed, or the machine with it, leaves what it had written.
#[test]
fn what_a_backup_left_that_was_cut_off_is_no_hindrance_to_the_next() {
    let database = TestDatabase::new();
    let relay = Program::serve(&database);
    relay.add(&database, "A").keep(b"1");
    let copy = database.folder().join("copy.db");
    let left = database.folder().join("copy.db.part");
    fs::write(&left, "half of somet").unwrap();
    let mut backup = command(&database);
    backup.arg("backup").arg(&copy);
    let output = output(backup);
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    assert!(copy.exists() && !left.exists());
}

#[test]
fn a_second_relay_on_one_file_is_refused_until_the_first_is_gone() {
    let database = TestDatabase::new();
    let relay = Program::serve(&database);
    let seat = relay.add(&database, "A");
    let mut second = command(&database);
    second.args(["serve", "--listen", "127.0.0.1:0"]);
    let output = output(second);
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(
        words.contains("another relay serves this database"),
        "{words}"
    );
    seat.keep(b"1");
    relay.kill();
    let relay = Program::serve(&database);
    assert_eq!(relay.again(seat).read_all().len(), 1);
}

#[rstest]
#[case(&["--database", "/nowhere/at/all/relay.db", "seat", "list"])]
#[case(&["--database", "/nowhere/at/all/relay.db", "serve"])]
#[case(&["--database", "/nowhere/at/all/relay.db", "check"])]
fn an_error_of_the_system_is_told_once(#[case] arguments: &[&str]) {
    let mut refused = Command::new(env!("CARGO_BIN_EXE_bohao-relay"));
    clean(&mut refused).args(arguments);
    let words = String::from_utf8(output(refused).stderr).unwrap();
    assert_eq!(words.matches("(os error").count(), 1, "{words}");
}

#[test]
fn an_address_that_is_not_this_machines_is_told_once() {
    let database = TestDatabase::new();
    let mut refused = command(&database);
    refused.args(["serve", "--listen", "203.0.113.7:1"]);
    let words = String::from_utf8(output(refused).stderr).unwrap();
    assert_eq!(words.matches("(os error").count(), 1, "{words}");
}
