use rstest::rstest;
use rusqlite::Connection;

use super::*;

fn log() -> Connection {
    let connection = Connection::open_in_memory().expect("a database");
    connection.execute_batch(MIGRATION).expect("the table");
    connection
}

fn chained() -> Connection {
    let connection = log();
    connection.execute_batch(CHAIN_MIGRATION).expect("a chain");
    connection
}

fn add(connection: &Connection, at: i64, reason: &str) {
    GuardLogMut::new(connection)
        .append(&NewGuardEntry {
            at,
            kind: "rules".to_owned(),
            change: r#"{"gap":60}"#.to_owned(),
            reason: reason.to_owned(),
        })
        .expect("an entry");
}

fn walked(connection: &Connection) -> Chain {
    GuardLog::new(connection).walk(|_| ()).expect("a walk")
}

#[test]
fn entries_that_were_only_added_are_whole() {
    let connection = chained();
    (1..=5).for_each(|at| add(&connection, at, "night shift"));

    let found = walked(&connection);
    assert_eq!((found.entries, found.broken_at), (5, None));
    let latest = GuardLog::new(&connection).page(None, 2).expect("a page");
    assert_eq!(latest.iter().map(|e| e.at).collect::<Vec<_>>(), [5, 4]);
    assert_eq!(latest[0].chain, found.head);
    let before = GuardLog::new(&connection).page(Some(4), 9).expect("a page");
    assert_eq!(before.iter().map(|e| e.at).collect::<Vec<_>>(), [3, 2, 1]);
}

#[rstest]
#[case::changed("UPDATE guard_log SET reason = 'a better one' WHERE id = 3", 3)]
#[case::moved("UPDATE guard_log SET at = at + 1 WHERE id = 2", 2)]
#[case::dropped("DELETE FROM guard_log WHERE id = 3", 4)]
#[case::swapped("UPDATE guard_log SET id = 10 WHERE id = 2", 3)]
#[case::slipped_in(
    "INSERT INTO guard_log (id, at, change, reason) VALUES (9, 9, '{}', 'forged')",
    9
)]
#[case::split_elsewhere(
    "UPDATE guard_log SET change = change || ' ', reason = substr(reason, 2) WHERE id = 4",
    4
)]
fn whatever_is_done_to_an_entry_breaks_the_chain_there(#[case] deed: &str, #[case] at: i64) {
    let connection = chained();
    (1..=5).for_each(|at| add(&connection, at, " why"));

    connection.execute_batch(deed).expect("the deed");

    assert_eq!(walked(&connection).broken_at, Some(at));
}

#[test]
fn an_end_that_was_cut_off_shows_by_the_last_digest() {
    let connection = chained();
    (1..=5).for_each(|at| add(&connection, at, "why"));
    let before = walked(&connection);

    connection
        .execute_batch("DELETE FROM guard_log WHERE id = 5")
        .expect("the deed");

    let after = walked(&connection);
    assert_eq!(after.broken_at, None);
    assert_ne!((after.entries, after.head), (before.entries, before.head));
}

#[test]
fn entries_from_before_there_was_a_chain_are_vouched_for_by_its_first_link() {
    let connection = log();
    connection
        .execute_batch(
            "INSERT INTO guard_log (at, change, reason) VALUES (1, '{}', 'old'), (2, '{}', 'older')",
        )
        .expect("old entries");
    connection.execute_batch(CHAIN_MIGRATION).expect("a chain");
    assert_eq!(walked(&connection).broken_at, None);

    add(&connection, 3, "new");
    add(&connection, 4, "newer");
    assert_eq!(walked(&connection).broken_at, None);

    connection
        .execute_batch("UPDATE guard_log SET reason = 'mine' WHERE id = 1")
        .expect("the deed");
    assert_eq!(walked(&connection).broken_at, Some(3));
}
