//! Marks are the user's: they stay, and go where their recording goes.

use bohao_store::{NewAttempt, RecordFact, Store, Tx};
use bohao_wire::{CallId, CallStatus, Mark};

const NOW: i64 = 1_764_000_000_000;

fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = Store::open(folder.path().join("bohao.db"), NOW).expect("a new database");
    (folder, opened.store)
}

fn attempt(tx: &Tx<'_>, call: &str) -> CallId {
    let call = CallId(call.to_owned());
    let attempt = NewAttempt {
        call: call.clone(),
        tel_a: "13800006620".to_owned(),
        tel_b: "13922104471".to_owned(),
        at: NOW,
        ticket: None,
    };
    assert!(tx.calls().insert_attempt(&attempt).expect("written"));
    call
}

fn arrive(tx: &Tx<'_>, subid: &str) -> CallId {
    let fact = RecordFact {
        subid: subid.to_owned(),
        status: Some(CallStatus::Connected),
        ..RecordFact::default()
    };
    tx.facts().keep(&fact, NOW).expect("kept");
    let recorded = tx.calls().record(subid).expect("recorded");
    recorded.expect("there is a fact").call
}

fn told(marks: &[Mark]) -> Vec<(u64, &str)> {
    marks
        .iter()
        .map(|mark| (mark.at_ms, mark.note.as_str()))
        .collect()
}

#[test]
fn marks_stand_in_the_order_of_their_moments_and_change_one_by_one() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            let call = attempt(tx, "c1");
            tx.marks().add(&call, 9_000, "late")?;
            tx.marks().add(&call, 1_500, "early")?;
            let marks = tx.marks().of(&call)?;
            assert_eq!(told(&marks), [(1_500, "early"), (9_000, "late")]);

            assert_eq!(
                tx.marks().change(marks[0].mark, "报价")?,
                Some(call.clone())
            );
            assert_eq!(tx.marks().remove(marks[1].mark)?, Some(call.clone()));
            assert_eq!(told(&tx.marks().of(&call)?), [(1_500, "报价")]);

            assert_eq!(tx.marks().change(marks[1].mark, "gone")?, None);
            assert_eq!(tx.marks().remove(marks[1].mark)?, None);
            tx.marks().add(&call, 2_000, "")?;
            let numbers: Vec<i64> = tx.marks().of(&call)?.iter().map(|it| it.mark).collect();
            assert!(
                !numbers.contains(&marks[1].mark),
                "no number is given twice"
            );
            Ok(())
        })
        .expect("written");
}

#[test]
fn promise_4_marks_follow_a_record_that_is_joined_to_its_attempt_and_back() {
    let (_folder, store) = open();
    let (attempt, alone) = store
        .write_blocking(|tx| {
            let attempt = attempt(tx, "c1");
            tx.marks().add(&attempt, 100, "on the attempt")?;
            tx.calls().unknown(&attempt, "no answer came")?;
            // The record was faster than the platform's answer and has a row of its own.
            let alone = arrive(tx, "s1");
            tx.marks().add(&alone, 2_000, "on the record")?;
            Ok((attempt, alone))
        })
        .expect("written");

    store
        .write_blocking(|tx| {
            tx.calls().release("s1")?;
            tx.calls().settle(&attempt, "s1")
        })
        .expect("joined");
    let marks = |call: &CallId| {
        let call = call.clone();
        let marks = store.read_blocking(move |db| db.marks().of(&call));
        marks.expect("read")
    };
    assert_eq!(
        told(&marks(&attempt)),
        [(100, "on the attempt"), (2_000, "on the record")]
    );
    assert!(marks(&alone).is_empty());

    // A likeness that turned out to be none: the recording goes to its own row, and its marks along.
    store
        .write_blocking(|tx| {
            tx.calls().release("s1")?;
            tx.calls().record("s1")?;
            Ok(())
        })
        .expect("parted");
    assert_eq!(
        told(&marks(&alone)),
        [(100, "on the attempt"), (2_000, "on the record")]
    );
    assert!(marks(&attempt).is_empty());
}

#[test]
fn promise_4_no_record_touches_a_mark() {
    let (_folder, store) = open();
    let call = store
        .write_blocking(|tx| {
            let call = arrive(tx, "s1");
            tx.marks().add(&call, 700, "mine")?;
            Ok(call)
        })
        .expect("written");
    let before = store
        .read_blocking(|db| db.marks().of(&call))
        .expect("read");

    for _ in 0..3 {
        store
            .write_blocking(|tx| Ok(arrive(tx, "s1")))
            .expect("the same record once more");
    }

    let after = store
        .read_blocking(|db| db.marks().of(&call))
        .expect("read");
    assert_eq!(after, before);
}
