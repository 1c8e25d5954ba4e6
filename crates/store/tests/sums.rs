//! What the log comes to by days, whoever changes it and whatever it is told.

use bohao_store::{NewAttempt, RecordFact, Store, Totals};
use bohao_wire::{CallFigures, CallId, CallStatus};
use rusqlite::Connection;

/// 2026-11-25 14:30 in Beijing.
const NOW: i64 = 1_795_588_200_000;
const DAY: i64 = 86_400_000;
const BEGAN: i64 = NOW - 14 * 3_600_000 - 30 * 60_000;

fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = Store::open(folder.path().join("bohao.db"), NOW).expect("a new database");
    (folder, opened.store)
}

fn take(store: &Store, fact: &RecordFact, received_at: i64) {
    let taken = store.write_blocking(|tx| {
        tx.facts().keep(fact, received_at)?;
        tx.calls().record(&fact.subid)
    });
    taken.expect("written");
}

fn record(store: &Store, subid: &str, at: i64) {
    let fact = RecordFact {
        subid: subid.to_owned(),
        status: Some(CallStatus::Connected),
        tel_a: Some("13800006620".to_owned()),
        started_at: Some(at),
        duration: Some(61),
        ..RecordFact::default()
    };
    take(store, &fact, at);
}

fn between(store: &Store, since: i64, until: i64) -> Totals {
    store
        .read_blocking(|db| db.sums().between(since, until))
        .expect("totals")
}

fn summed(store: &Store) -> i64 {
    Connection::open(store.path())
        .and_then(|db| db.query_row("SELECT count(*) FROM sums", [], |row| row.get(0)))
        .expect("a number")
}

#[test]
fn the_newest_day_is_counted_and_the_ones_before_it_are_summed() {
    let (_folder, store) = open();
    record(&store, "a", NOW - DAY);
    assert_eq!(summed(&store), 0);
    record(&store, "b", NOW);
    assert!(summed(&store) > 0);

    let totals = between(&store, BEGAN - DAY, BEGAN + DAY);
    let each = CallFigures {
        dialled: 1,
        connected: 1,
        talk_seconds: 61,
        billed_minutes: 2,
        unsent: 0,
    };
    assert!(totals.days == [(BEGAN - DAY, each), (BEGAN, each)]);
    assert_eq!((totals.all.dialled, totals.all.billed_minutes), (2, 4));
    let hours: Vec<_> = totals.hours.iter().map(|(hour, _)| *hour).collect();
    let told: Vec<_> = hours.iter().map(|one| (one.weekday, one.hour)).collect();
    assert_eq!(told, [(1, 14), (2, 14)], "a Tuesday and a Wednesday");
}

#[test]
fn a_day_can_be_cut_at_any_instant() {
    let (_folder, store) = open();
    record(&store, "a", NOW - 1);
    record(&store, "b", NOW);
    assert_eq!(between(&store, BEGAN, NOW).all.dialled, 1);
    assert_eq!(between(&store, BEGAN, NOW + 1).all.dialled, 2);
    record(&store, "c", NOW + DAY);
    assert_eq!(between(&store, BEGAN, NOW).all.dialled, 1);
}

#[test]
fn years_are_read_off_blocks_of_days() {
    let (_folder, store) = open();
    for day in 0..100 {
        record(&store, &format!("s{day}"), NOW - day * DAY);
    }
    for (first, end) in [(0, 100), (3, 97), (31, 65), (40, 41)] {
        let totals = between(&store, BEGAN - (end - 1) * DAY, BEGAN - (first - 1) * DAY);
        assert_eq!(totals.all.dialled, end - first);
        let own: i64 = totals.own_numbers.iter().map(|(_, one)| one.dialled).sum();
        assert_eq!(own, end - first, "{first} to {end}");
    }
}

/// Nothing of a call stays behind that is gone for good.
#[test]
fn sums_of_a_day_whose_calls_are_gone_are_gone_too() {
    let (_folder, store) = open();
    record(&store, "a", NOW - DAY);
    record(&store, "b", NOW);
    let raw = Connection::open(store.path()).expect("opens");
    raw.execute("DELETE FROM calls WHERE subid = 'a'", [])
        .expect("a program that knows of no sums takes a call away");
    assert_eq!(between(&store, BEGAN - DAY, BEGAN + DAY).all.dialled, 1);
    store.write_blocking(|_| Ok(())).expect("written");
    assert_eq!(summed(&store), 0);
    raw.execute("DELETE FROM calls", []).expect("all of them");
    assert_eq!(between(&store, BEGAN - DAY, BEGAN + DAY).all.dialled, 0);
}

#[test]
fn a_change_of_a_call_moves_it_from_one_day_to_another() {
    let (_folder, store) = open();
    record(&store, "new", NOW);
    let dial = NewAttempt {
        call: CallId("c".to_owned()),
        tel_a: "13800006620".to_owned(),
        tel_b: "13922104471".to_owned(),
        at: BEGAN - 1,
        ticket: None,
    };
    store
        .write_blocking(|tx| tx.calls().insert_attempt(&dial))
        .expect("written");
    assert_eq!(between(&store, BEGAN - DAY, BEGAN).all.dialled, 1);
    store
        .write_blocking(|tx| tx.calls().correct(&dial.call, 1))
        .expect("written");
    assert_eq!(between(&store, BEGAN - DAY, BEGAN).all.dialled, 0);
    assert_eq!(between(&store, BEGAN, BEGAN + DAY).all.dialled, 2);
}

/// A record that nobody can count must not keep others from the log.
#[test]
fn promise_13_no_instant_and_no_length_is_too_much_to_count() {
    let (_folder, store) = open();
    for (number, at) in [i64::MIN, -1, 0, 1 << 60, i64::MAX].into_iter().enumerate() {
        let fact = RecordFact {
            subid: format!("s{number}"),
            status: Some(CallStatus::Failed),
            duration: Some(i64::MAX),
            started_at: Some(at),
            reason: Some("原因".repeat(9_000)),
            ..RecordFact::default()
        };
        take(&store, &fact, at);
    }
    let settled = store.write_blocking(|tx| tx.sums().settle(100));
    assert!(!settled.expect("summed"));
    let totals = between(&store, i64::MIN / 2, 1 << 59);
    assert!((1..=5).contains(&totals.all.dialled));
}
