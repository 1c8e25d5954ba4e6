use super::*;
use bohao_store::{NewAttempt, Source, Store};
use bohao_wire::{CallDetail, CallState, CallsQuery, RecordingState};
use proptest::prelude::*;

const NOW: i64 = 1_764_000_000_000;
const RECEIVED: i64 = NOW + 600_000;
const TEL_A: &str = "13800006620";
const TEL_B: &str = "13922104471";

fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = Store::open(folder.path().join("bohao.db"), NOW).expect("a new database");
    (folder, opened.store)
}

fn id(call: &str) -> CallId {
    CallId(call.to_owned())
}

fn attempt(tx: &Tx<'_>, call: &str, at: i64) {
    let attempt = NewAttempt {
        call: id(call),
        tel_a: TEL_A.to_owned(),
        tel_b: TEL_B.to_owned(),
        at,
        ticket: None,
    };
    assert!(tx.calls().insert_attempt(&attempt).expect("written"));
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

fn connected(subid: &str, started_at: i64) -> String {
    format!(
        r#"{{"subid":"{subid}","telA":"{TEL_A}","telX":"02155501234","telB":"{TEL_B}",
            "startTime":"{started_at}","endTime":"{}","duration":60,"status":1}}"#,
        started_at + 60_000
    )
}

fn take(store: &Store, text: &str) -> Changes {
    store
        .write_blocking(|tx| take_body(tx, &body(text, RECEIVED), &read))
        .expect("written")
}

fn log(store: &Store) -> Vec<CallDetail> {
    store
        .read_blocking(|db| {
            let page = db.calls().page(&CallsQuery::default())?;
            page.rows
                .iter()
                .map(|row| Ok(db.calls().detail(&row.call)?.expect("it is on the page")))
                .collect()
        })
        .expect("read")
}

#[test]
fn a_push_test_leaves_no_mark_on_the_log_and_what_only_looks_like_one_does() {
    let (_folder, store) = open();
    let changes = take(&store, r#"{"bohao":"push-test","nonce":"1f"}"#);
    assert_eq!(changes, Changes::default());
    assert!(log(&store).is_empty());
    let unreadable = |store: &Store| {
        store
            .read_blocking(|db| db.bodies().unreadable_count())
            .expect("read")
    };
    assert_eq!(unreadable(&store), 0);
    take(&store, r#"{"bohao":"push-test","nonce":"1f","subid":"s1"}"#);
    assert_eq!(log(&store).len(), 1, "a record is never passed over");
    take(&store, r#"{"bohao":"push-test"}"#);
    assert_eq!(unreadable(&store), 1);
}

#[test]
fn promise_3_an_unreadable_body_is_kept_counted_and_read_again_by_a_newer_reader() {
    let (_folder, store) = open();
    let changes = take(&store, "<xml>of a time to come</xml>");
    assert_eq!(changes.unreadable, 1);
    assert!(log(&store).is_empty());
    assert_eq!(
        store
            .read_blocking(|db| db.bodies().unreadable_count())
            .expect("read"),
        1
    );

    let newer = |_: Option<&str>, body: &[u8]| {
        assert_eq!(body, b"<xml>of a time to come</xml>");
        read(None, connected("s1", NOW).as_bytes())
    };
    let again = |version| {
        store
            .write_blocking(|tx| read_again(tx, &newer, version))
            .expect("written")
    };
    let (nothing, _) = again(READER_VERSION);
    assert_eq!(
        nothing,
        Changes::default(),
        "the same reader does not try again"
    );
    let (changes, more) = again(READER_VERSION + 1);

    assert_eq!((changes.new.len(), more), (1, false));
    assert_eq!(log(&store)[0].row.subid.as_deref(), Some("s1"));
    assert_eq!(log(&store)[0].recorded_at, Some(RECEIVED));
    assert_eq!(
        store
            .read_blocking(|db| db.bodies().unreadable_count())
            .expect("read"),
        0
    );
}

#[test]
fn promise_3_the_readable_part_of_a_body_counts_and_the_body_is_kept_for_the_rest() {
    let (_folder, store) = open();
    let changes = take(
        &store,
        &format!(r#"[{}, {{"status":1}}]"#, connected("s1", NOW)),
    );

    assert_eq!((changes.new.len(), changes.unreadable), (1, 1));
    let unreadable = store
        .read_blocking(|db| db.bodies().unreadable(9))
        .expect("read");
    assert_eq!(unreadable.len(), 1);
}

#[test]
fn a_connected_call_awaits_its_recording_and_another_does_not() {
    let (_folder, store) = open();
    take(&store, &connected("s1", NOW));
    take(
        &store,
        r#"{"subid":"s2","status":2,"unaswRsn":"关机","startTime":"1764000000"}"#,
    );

    let log = log(&store);
    let of = |subid: &str| {
        log.iter()
            .find(|call| call.row.subid.as_deref() == Some(subid))
            .expect("there")
    };
    let waiting = &of("s1").recording;
    assert_eq!(waiting.state, RecordingState::Waiting);
    assert_eq!(waiting.next_try_at, Some(RECEIVED));
    assert_eq!(waiting.kept_until, Some(NOW + 60_000 + KEPT_MS));
    assert_eq!(of("s2").recording.state, RecordingState::None);
    assert_eq!(of("s2").row.reason.as_deref(), Some("关机"));
}

#[test]
fn promise_4_a_call_that_no_attempt_explains_has_one_row_for_ever() {
    let (_folder, store) = open();
    assert_eq!(take(&store, &connected("s1", NOW)).new.len(), 1);
    let first = log(&store);
    assert!(!first[0].row.placed_here);
    assert_eq!(first[0].row.at, NOW);

    assert_eq!(take(&store, &connected("s1", NOW)), Changes::default());
    assert_eq!(log(&store), first);
}

#[test]
fn a_record_settles_an_unknown_attempt_whichever_comes_first() {
    let settled = |record_first: bool| {
        let (_folder, store) = open();
        let arrive = || take(&store, &connected("s1", NOW + 9_000));
        store
            .write_blocking(|tx| {
                attempt(tx, "c1", NOW);
                Ok(())
            })
            .expect("written");
        if record_first {
            assert_eq!(arrive().new.len(), 1);
        }
        let changes = store
            .write_blocking(|tx| {
                tx.calls().unknown(&id("c1"), "no answer")?;
                settle(tx, TEL_B)
            })
            .expect("written");
        if record_first {
            assert_eq!(changes.gone, BTreeSet::from([call_of_subid("s1")]));
        } else {
            assert_eq!(arrive().updated, BTreeSet::from([id("c1")]));
        }
        log(&store)
    };

    let log = settled(true);
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].row.call, id("c1"));
    assert_eq!(log[0].row.state, CallState::Recorded);
    assert_eq!(log[0].row.reason, None);
    assert_eq!(log[0].recording.state, RecordingState::Waiting);
    assert_eq!(settled(false), log);
}

#[test]
fn promise_4_what_the_user_wrote_outlives_every_joining_and_parting() {
    let (_folder, store) = open();
    take(&store, &connected("s1", NOW + 60_000));
    store
        .write_blocking(|tx| {
            tx.calls()
                .set_note(&call_of_subid("s1"), "asked for a price")?;
            attempt(tx, "c1", NOW);
            tx.calls().set_note(&id("c1"), "call back")?;
            tx.calls().unknown(&id("c1"), "no answer")?;
            settle(tx, TEL_B)
        })
        .expect("written");
    let joined = log(&store);
    assert_eq!(joined.len(), 1);
    assert_eq!(joined[0].row.note, "call back\nasked for a price");

    // A record that fits better takes the attempt; the first stands by itself again.
    take(&store, &connected("s0", NOW + 1_000));
    let parted = log(&store);
    assert_eq!(parted.len(), 2);
    let of = |call: CallId| {
        parted
            .iter()
            .find(|detail| detail.row.call == call)
            .expect("there")
    };
    assert_eq!(of(id("c1")).row.subid.as_deref(), Some("s0"));
    assert_eq!(of(id("c1")).row.note, "call back\nasked for a price");
    assert_eq!(
        of(call_of_subid("s1")).recording.state,
        RecordingState::Waiting
    );
    assert_eq!(of(id("c1")).recording.state, RecordingState::Waiting);
}

#[test]
fn the_answer_of_a_dial_is_a_better_word_than_likeness() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            attempt(tx, "c1", NOW);
            tx.calls().unknown(&id("c1"), "no answer")
        })
        .expect("written");
    take(&store, &connected("s1", NOW + 1_000));
    assert_eq!(log(&store)[0].row.call, id("c1"));

    store
        .write_blocking(|tx| {
            assert!(tx.calls().accept(&id("c1"), "s2", None, RECEIVED)?);
            settle(tx, TEL_B)
        })
        .expect("written");

    let log = log(&store);
    let subids: Vec<_> = log
        .iter()
        .map(|detail| {
            (
                detail.row.call.clone(),
                detail.row.subid.as_deref(),
                detail.row.state,
            )
        })
        .collect();
    assert_eq!(
        subids,
        [
            (call_of_subid("s1"), Some("s1"), CallState::Recorded),
            (id("c1"), Some("s2"), CallState::Accepted),
        ]
    );
}

#[test]
fn a_record_that_names_another_customer_later_settles_there() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            attempt(tx, "c1", NOW);
            tx.calls().unknown(&id("c1"), "no answer")
        })
        .expect("written");
    take(
        &store,
        &format!(r#"{{"subid":"s1","telB":"{TEL_B}","startTime":"{NOW}","status":0}}"#),
    );
    assert_eq!(log(&store)[0].row.state, CallState::Recorded);

    let better = connected("s1", NOW).replace(TEL_B, "13922104472");
    let changes = take(&store, &better);

    assert_eq!(changes.new, BTreeSet::from([call_of_subid("s1")]));
    assert_eq!(changes.updated, BTreeSet::from([id("c1")]));
    let log = log(&store);
    assert_eq!(log.len(), 2);
    assert!(
        log.iter()
            .any(|detail| detail.row.state == CallState::Unknown)
    );
}

/// One thing that reaches the log.
#[derive(Debug, Clone)]
enum Arrival {
    Bodies(Vec<String>),
    Outcome(Outcome),
}

#[derive(Debug, Clone, Copy)]
enum Outcome {
    Accepted(&'static str, &'static str),
    Unknown(&'static str),
    LateAnswer(&'static str, &'static str),
}

fn arrive(store: &Store, arrival: &Arrival, received_at: i64) {
    let outcome = store.write_blocking(|tx| {
        match arrival {
            Arrival::Bodies(records) => {
                let text = format!("[{}]", records.join(","));
                take_body(tx, &body(&text, received_at), &read)?;
            }
            Arrival::Outcome(outcome) => {
                let calls = tx.calls();
                match *outcome {
                    Outcome::Accepted(call, subid) => {
                        calls.accept(&id(call), subid, Some("02155509999"), NOW)?;
                    }
                    Outcome::Unknown(call) => {
                        calls.unknown(&id(call), "no answer")?;
                    }
                    Outcome::LateAnswer(call, subid) => {
                        calls.unknown(&id(call), "no answer")?;
                        settle(tx, TEL_B)?;
                        calls.accept(&id(call), subid, Some("02155509999"), NOW)?;
                    }
                }
                settle(tx, TEL_B)?;
            }
        }
        Ok(())
    });
    outcome.expect("written");
}

const OUTCOMES: [Outcome; 4] = [
    Outcome::Accepted("c1", "s1"),
    Outcome::Unknown("c2"),
    Outcome::LateAnswer("c3", "s3"),
    Outcome::Unknown("c4"),
];

fn desk() -> (tempfile::TempDir, Store) {
    let (folder, store) = open();
    store
        .write_blocking(|tx| {
            for (call, at) in [("c1", 0), ("c2", 60), ("c3", 120), ("c4", 400)] {
                attempt(tx, call, NOW + at * 1_000);
            }
            Ok(())
        })
        .expect("written");
    (folder, store)
}

prop_compose! {
    fn any_record()(
        subid in 1..7,
        status in proptest::option::of(0..5),
        tel_a in proptest::option::of(prop::sample::select(vec![TEL_A, "13800006621"])),
        tel_x in proptest::option::of(prop::sample::select(vec!["02155500001", "02155500002"])),
        tel_b in proptest::option::weighted(0.8, prop::sample::select(vec![TEL_B, TEL_B, "13922104472"])),
        started in proptest::option::of(-150i64..700),
        zone in prop::sample::select(vec![0i64, 0, 0, -8, 8]),
        ended in proptest::option::of(700i64..900),
        duration in proptest::option::of(0..90),
        reason in proptest::option::of(prop::sample::select(vec!["busy", "关机"])),
    ) -> String {
        let mut record = serde_json::json!({ "subid": format!("s{subid}") });
        let instant = |seconds: i64| (NOW + seconds * 1_000).to_string();
        let mut put = |name: &str, value: Option<serde_json::Value>| {
            if let Some(value) = value {
                record[name] = value;
            }
        };
        put("status", status.map(Into::into));
        put("telA", tel_a.map(Into::into));
        put("telX", tel_x.map(Into::into));
        put("telB", tel_b.map(Into::into));
        put("startTime", started.map(|started| instant(started + zone * 3_600).into()));
        put("endTime", ended.map(|ended| instant(ended).into()));
        put("duration", duration.map(Into::into));
        put("unaswRsn", reason.map(Into::into));
        record.to_string()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn promise_4_any_order_any_repetition_any_split_gives_the_same_log(
        records in prop::collection::vec(any_record(), 1..9),
        splits in prop::collection::vec(1usize..4, 9),
        order in Just((0..32usize).collect::<Vec<_>>()).prop_shuffle(),
        repeated in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let (_folder, plain) = desk();
        for outcome in OUTCOMES {
            arrive(&plain, &Arrival::Outcome(outcome), RECEIVED);
        }
        for record in &records {
            arrive(&plain, &Arrival::Bodies(vec![record.clone()]), RECEIVED);
        }

        let mut arrivals: Vec<Arrival> = OUTCOMES.into_iter().map(Arrival::Outcome).collect();
        let mut left = records.as_slice();
        for size in splits {
            let (body, rest) = left.split_at(size.min(left.len()));
            if !body.is_empty() {
                arrivals.push(Arrival::Bodies(body.to_vec()));
            }
            left = rest;
        }
        let (_other_folder, shuffled) = desk();
        for place in order {
            if let Some(arrival) = arrivals.get(place) {
                arrive(&shuffled, arrival, RECEIVED);
            }
        }
        for (later, repeated) in (1..).zip(repeated) {
            let again = Arrival::Bodies(vec![records[repeated.index(records.len())].clone()]);
            arrive(&shuffled, &again, RECEIVED + later);
        }

        prop_assert_eq!(log(&shuffled), log(&plain));
    }
}

/// So is a number, and one without end would leave no room for anything beside it.
#[test]
fn a_records_numbers_can_not_steer_what_shows_them() {
    let record = Record {
        subid: "042".to_owned(),
        tel_x: Some("\u{1b}]0;x\u{7}02155501234".to_owned()),
        tel_b: Some("1".repeat(200_000)),
        ..Record::default()
    };
    let fact = fact(record);
    assert_eq!(fact.tel_x.as_deref(), Some(" ]0;x 02155501234"));
    assert_eq!(fact.tel_b, Some("1".repeat(64)));
}

/// A reason is shown in a table and in a terminal.
#[test]
fn a_records_reason_can_not_steer_what_shows_it() {
    let record = Record {
        subid: "042".to_owned(),
        reason: Some("\u{202e}忙\u{1b}[2J".to_owned()),
        ..Record::default()
    };
    assert_eq!(fact(record).reason.as_deref(), Some("忙 [2J"));
}
