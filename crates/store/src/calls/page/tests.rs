//! No common question makes SQLite pass by every row, or sort what it finds.

use super::*;
use crate::Store;
use bohao_wire::{CallStatus, ListId, RecordingState};
use rstest::rstest;
use rusqlite::Connection;

const FIRST: i64 = 1_700_000_000_000;
const MINUTE: i64 = 60_000;
/// More than are sorted as they come, of whatever they are filtered by.
const CALLS: i64 = 5_000;

/// A log in which no filter leads to few calls.
fn log() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    let store = Store::open(&path, FIRST).expect("new").store;
    Connection::open(&path)
        .and_then(|raw| {
            raw.execute_batch(&format!(
                "BEGIN;
                 INSERT INTO calls (call, subid, state, status, tel_a, tel_b, at, duration, note,
                     placed_here, recording, list)
                 WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number LIMIT {CALLS})
                 SELECT 'c' || n, 's' || n, 'recorded',
                     iif(n % 2, 'connected', 'not_connected'), '1380000000' || n % 2,
                     '1392210447' || n % 2, {FIRST} + n * {MINUTE}, n % 600, '远航物流', 1,
                     iif(n % 2, 'saved', 'none'), 1 + n % 2
                 FROM number;
                 COMMIT;"
            ))
        })
        .expect("written");
    store
        .write_blocking(|tx| tx.settings().set("in step", "1"))
        .expect("written");
    (folder, store)
}

fn plan(calls: &Calls<'_>, query: &CallsQuery) -> Vec<String> {
    let Places::On(way) = calls.asked(query).expect("asked") else {
        panic!("the way is known without a plan");
    };
    let sql = format!(
        "EXPLAIN QUERY PLAN SELECT {} FROM {} ORDER BY {} LIMIT 100",
        way.place, way.from, way.order
    );
    let mut statement = calls.connection.prepare(&sql).expect("a statement");
    let steps = statement
        .query_map(way.values().as_slice(), |row| row.get(3))
        .expect("a plan");
    steps.collect::<Result<_, _>>().expect("steps")
}

fn all() -> CallsQuery {
    CallsQuery::default()
}

#[rstest]
#[case::everything(all())]
#[case::oldest_first(CallsQuery { ascending: true, ..all() })]
#[case::status(CallsQuery { status: Some(CallStatus::Connected), ..all() })]
#[case::recording(CallsQuery { recording: Some(RecordingState::Saved), ..all() })]
#[case::own_number(CallsQuery { tel_a: Some("13800000001".to_owned()), ..all() })]
#[case::a_customer(CallsQuery { tel_b: Some("13922104471".to_owned()), ..all() })]
#[case::a_list(CallsQuery { list: Some(ListId(2)), ..all() })]
#[case::days(CallsQuery { since: Some(FIRST), until: Some(FIRST + 4_000 * MINUTE), ..all() })]
#[case::days_and_status(CallsQuery {
    since: Some(FIRST), status: Some(CallStatus::Connected), ..all()
})]
#[case::by_number(CallsQuery { order: CallsOrder::Number, ..all() })]
#[case::by_own_number(CallsQuery { order: CallsOrder::OwnNumber, ascending: true, ..all() })]
#[case::by_status(CallsQuery { order: CallsOrder::Status, ..all() })]
#[case::by_duration(CallsQuery { order: CallsOrder::Duration, ..all() })]
#[case::by_recording(CallsQuery { order: CallsOrder::Recording, ..all() })]
#[case::last_four(CallsQuery { search: "4471".to_owned(), ..all() })]
#[case::part_of_a_name(CallsQuery { search: "远航".to_owned(), ..all() })]
#[case::initials(CallsQuery { search: "yhwl".to_owned(), ..all() })]
fn common_questions_walk_along_an_index(#[case] query: CallsQuery) {
    let (_folder, store) = log();
    let steps = store
        .read_blocking(|db| Ok(plan(&db.calls(), &query)))
        .expect("read");
    for step in &steps {
        let bare =
            step.starts_with("SCAN") && !step.contains("INDEX") && !step.contains("VIRTUAL TABLE");
        assert!(!bare, "it passes by every row: {steps:?}");
        assert!(!step.contains("TEMP B-TREE"), "it sorts: {steps:?}");
    }
}
