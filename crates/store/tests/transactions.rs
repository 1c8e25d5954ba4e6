//! What a transaction promises, and the small tables.

use bohao_store::{
    Cursor, NewBody, NewGuardEntry, RecordFact, SavedFile, Source, Store, StoreError,
};
use bohao_wire::{CallId, CallStatus, RecordingState};
use proptest::prelude::*;

const NOW: i64 = 1_764_000_000_000;

fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = Store::open(folder.path().join("bohao.db"), NOW).expect("a new database");
    (folder, opened.store)
}

fn body(text: &str, received_at: i64) -> NewBody {
    NewBody {
        source: Source::Relay,
        relay_seq: Some(1),
        received_at,
        content_type: Some("application/json".to_owned()),
        body: text.as_bytes().to_vec(),
    }
}

fn fact(subid: &str) -> RecordFact {
    RecordFact {
        subid: subid.to_owned(),
        status: Some(CallStatus::Connected),
        ..RecordFact::default()
    }
}

#[tokio::test]
async fn promise_5_what_fails_half_way_leaves_neither_rows_nor_cursor() {
    let (folder, store) = open();
    let cursor = Cursor {
        cursor: 9,
        missed_before: None,
    };

    let failed = store
        .write(move |tx| {
            tx.bodies().keep(&body("{}", NOW))?;
            tx.facts().keep(&fact("s1"), NOW)?;
            tx.calls().record("s1")?;
            tx.cursors().set("seat", cursor)?;
            Err::<(), _>(StoreError::DiskFull)
        })
        .await;

    assert!(matches!(failed, Err(StoreError::DiskFull)));
    let reopened = Store::open(folder.path().join("bohao.db"), NOW).expect("opens");
    for store in [store, reopened.store] {
        let (call, at) = store
            .read(|db| Ok((db.calls().by_subid("s1")?, db.cursors().get("seat")?)))
            .await
            .expect("read");
        assert!(call.is_none());
        assert_eq!(at, Cursor::default());
    }
}

/// A log that is thrown away, or not copied along, must not take do-not-call with it.
#[tokio::test]
async fn promise_11_a_database_that_was_closed_is_whole_without_its_log() {
    let (folder, store) = open();
    store
        .write(|tx| tx.settings().set("key", "7"))
        .await
        .expect("written");
    store.fold_log().await.expect("copied");
    let alone = folder.path().join("alone.db");
    std::fs::copy(store.path(), &alone).expect("copied");
    let there = Store::open(&alone, NOW).expect("a database").store;
    let value = there.read(|db| db.settings().get("key")).await;
    assert_eq!(value.expect("read").as_deref(), Some("7"));
}

#[tokio::test]
async fn a_closure_that_panics_undoes_its_work_and_spares_the_next() {
    let (_folder, store) = open();
    let panicking = store.clone();
    let outcome = tokio::spawn(async move {
        panicking
            .write(|tx| -> Result<(), StoreError> {
                tx.settings().set("key", "1")?;
                panic!("a mistake of ours")
            })
            .await
    })
    .await;
    assert!(outcome.is_err());

    let value = store
        .write(|tx| tx.settings().get("key"))
        .await
        .expect("the store still works");
    assert_eq!(value, None);
}

#[tokio::test]
async fn a_rehearsal_shows_and_keeps_nothing() {
    let (_folder, store) = open();
    let seen = store
        .rehearse(|tx| {
            tx.settings().set("key", "1")?;
            tx.settings().get("key")
        })
        .await
        .expect("rehearsed");
    assert_eq!(seen.as_deref(), Some("1"));

    let kept = store.read(|db| db.settings().get("key")).await;
    assert_eq!(kept.expect("read"), None);
}

#[test]
fn the_same_body_is_kept_once_with_its_earliest_instant() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            let first = tx.bodies().keep(&body("not a record", NOW))?;
            let again = tx.bodies().keep(&body("not a record", NOW - 5))?;
            let other = tx.bodies().keep(&body("nor this", NOW))?;
            assert!(!first.known && again.known && !other.known);
            assert_eq!(first.id, again.id);
            tx.bodies().mark_read(first.id, 1, Some("no subid"))?;
            tx.bodies().mark_read(other.id, 1, None)?;
            assert_eq!(tx.bodies().unreadable_count()?, 1);
            let unreadable = tx.bodies().unreadable(10)?;
            assert_eq!(unreadable.len(), 1);
            assert_eq!(unreadable[0].problem, "no subid");
            assert_eq!(unreadable[0].body.received_at, NOW - 5);
            assert!(tx.bodies().to_read_again(1, 10)?.is_empty());
            assert_eq!(tx.bodies().to_read_again(2, 10)?.len(), 1);
            Ok(())
        })
        .expect("written");
}

#[test]
fn a_recording_goes_its_way() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            tx.facts().keep(&fact("s1"), NOW)?;
            let call = tx.calls().record("s1")?.expect("a fact").call;
            let recordings = tx.recordings();
            assert_eq!(recordings.detail(&call)?.state, RecordingState::None);
            assert_eq!(recordings.next_due_at()?, None);

            recordings.expect(&call, NOW, NOW + 100)?;
            assert_eq!(recordings.next_due_at()?, Some(NOW));
            assert!(recordings.due(NOW - 1, 10)?.is_empty());
            let due = recordings.due(NOW, 10)?;
            assert_eq!((due[0].subid.as_str(), due[0].tries), ("s1", 0));

            assert!(recordings.try_again(&call, NOW + 50, "not ready", NOW)?);
            recordings.expect(&call, NOW, NOW + 200)?;
            let waiting = recordings.get(&call)?.expect("a row");
            assert_eq!(waiting.tries, 1);
            assert_eq!(waiting.detail.next_try_at, Some(NOW + 50));
            assert_eq!(waiting.detail.kept_until, Some(NOW + 200));
            assert_eq!(waiting.detail.reason.as_deref(), Some("not ready"));

            let saved = SavedFile {
                file: format!("{}.wav", call.0),
                bytes: 8044,
                length_ms: Some(1000),
                format: "wav".to_owned(),
                sha256: "00".repeat(32),
            };
            assert!(recordings.mark_saved(&call, &saved, NOW + 60)?);
            assert!(!recordings.mark_failed(&call, "too late", NOW)?);
            assert!(!recordings.try_again(&call, NOW, "too late", NOW)?);
            let row = tx.calls().get(&call)?.expect("a row");
            assert_eq!(row.recording, RecordingState::Saved);
            assert!(recordings.due(NOW + 1_000, 10)?.is_empty());

            recordings.fetch_anew(&call, NOW + 70)?;
            let anew = recordings.get(&call)?.expect("a row");
            assert_eq!(
                (anew.detail.state, anew.tries, anew.file),
                (RecordingState::Waiting, 0, None)
            );
            assert!(recordings.mark_gone(&call, "after 30 days", NOW)?);
            let elsewhere = CallId("joined into another".to_owned());
            assert!(!recordings.mark_saved(&elsewhere, &saved, NOW)?);
            Ok(())
        })
        .expect("written");
}

#[test]
fn settings_and_the_guards_log_are_kept() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            tx.settings().set("language", "\"zh\"")?;
            tx.settings().set("language", "\"en\"")?;
            assert_eq!(tx.settings().get("language")?.as_deref(), Some("\"en\""));
            assert!(tx.settings().set("language", "no JSON").is_err());
            tx.settings().remove("language")?;
            assert_eq!(tx.settings().get("language")?, None);

            for at in [NOW, NOW + 1] {
                tx.guard_log().append(&NewGuardEntry {
                    at,
                    kind: "rules".to_owned(),
                    change: "{\"gap\":0}".to_owned(),
                    reason: "a campaign".to_owned(),
                })?;
            }
            let latest = tx.guard_log().page(None, 1)?;
            assert_eq!(latest.len(), 1);
            assert_eq!(latest[0].at, NOW + 1);
            Ok(())
        })
        .expect("written");
}

prop_compose! {
    fn any_fact()(
        status in proptest::option::of(prop::sample::select(vec![
            CallStatus::Dialled, CallStatus::Failed, CallStatus::NotConnected, CallStatus::Connected,
        ])),
        tel_x in proptest::option::of(prop::sample::select(vec!["02155500001", "02155500002"])),
        tel_b in proptest::option::of(Just("13922104471")),
        started_at in proptest::option::of(NOW..NOW + 3),
        ended_at in proptest::option::of(NOW + 3..NOW + 6),
        duration in proptest::option::of(0i64..3),
        reason in proptest::option::of(prop::sample::select(vec!["busy", "off"])),
    ) -> RecordFact {
        RecordFact {
            subid: "s1".to_owned(),
            status,
            tel_a: None,
            tel_x: tel_x.map(str::to_owned),
            tel_b: tel_b.map(str::to_owned),
            started_at,
            ended_at,
            duration,
            reason: reason.map(str::to_owned),
            download_url: None,
            by_hand: false,
        }
    }
}

proptest! {
    #[test]
    fn promise_4_a_fold_knows_no_order_and_no_repetition(
        facts in prop::collection::vec(any_fact(), 1..6),
        order in any::<prop::sample::Index>(),
    ) {
        let folded = bohao_store::fold(&facts);
        let mut other = facts.clone();
        other.rotate_left(order.index(facts.len()));
        other.extend(facts.iter().rev().cloned());
        prop_assert_eq!(bohao_store::fold(&other), folded);
    }

    #[test]
    fn promise_4_a_further_record_erases_nothing(
        facts in prop::collection::vec(any_fact(), 1..6),
        further in any_fact(),
    ) {
        let before = bohao_store::fold(&facts);
        let mut more = facts;
        more.push(further);
        let after = bohao_store::fold(&more);
        prop_assert!(after.status >= before.status);
        prop_assert!(after.tel_x.is_some() || before.tel_x.is_none());
        prop_assert!(after.tel_b.is_some() || before.tel_b.is_none());
        prop_assert!(after.started_at.is_some() || before.started_at.is_none());
        prop_assert!(after.ended_at.is_some() || before.ended_at.is_none());
        prop_assert!(after.duration.is_some() || before.duration.is_none());
        let connected = after.status == Some(CallStatus::Connected);
        prop_assert!(after.reason.is_some() || before.reason.is_none() || connected);
    }
}
