//! The log as its users meet it: attempts, answers, records, questions.

use bohao_store::{NewAttempt, RecordFact, Store, Tx};
use bohao_wire::{CallId, CallState, CallStatus, CallsQuery, RecordingState};
use rstest::rstest;

const NOW: i64 = 1_764_000_000_000;

fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = Store::open(folder.path().join("bohao.db"), NOW).expect("a new database");
    (folder, opened.store)
}

fn id(text: &str) -> CallId {
    CallId(text.to_owned())
}

fn attempt(call: &str, tel_b: &str, at: i64) -> NewAttempt {
    NewAttempt {
        call: id(call),
        tel_a: "13800006620".to_owned(),
        tel_b: tel_b.to_owned(),
        at,
        ticket: None,
    }
}

fn fact(subid: &str) -> RecordFact {
    RecordFact {
        subid: subid.to_owned(),
        status: Some(CallStatus::Connected),
        tel_a: Some("13800006620".to_owned()),
        tel_x: Some("02155501234".to_owned()),
        tel_b: Some("13922104471".to_owned()),
        started_at: Some(NOW + 5_000),
        ended_at: Some(NOW + 65_000),
        duration: Some(60),
        reason: None,
        download_url: None,
        by_hand: false,
    }
}

fn arrive(tx: &Tx<'_>, fact: &RecordFact, received_at: i64) {
    tx.facts().keep(fact, received_at).expect("kept");
    tx.calls().record(&fact.subid).expect("recorded");
}

#[test]
fn an_attempt_is_answered_and_recorded_in_its_own_row() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            assert!(
                tx.calls()
                    .insert_attempt(&attempt("c1", "13922104471", NOW))?
            );
            assert!(tx.calls().accept(&id("c1"), "s1", None, NOW + 300)?);
            arrive(tx, &fact("s1"), NOW + 70_000);
            Ok(())
        })
        .expect("written");

    let detail = store
        .read_blocking(|db| db.calls().detail(&id("c1")))
        .expect("read")
        .expect("there");
    assert_eq!(detail.row.state, CallState::Recorded);
    assert_eq!(detail.row.status, Some(CallStatus::Connected));
    assert_eq!(detail.row.at, NOW, "an attempt keeps its own instant");
    assert_eq!(detail.row.tel_x.as_deref(), Some("02155501234"));
    assert_eq!(detail.answered_at, Some(NOW + 300));
    assert_eq!(detail.recorded_at, Some(NOW + 70_000));
    assert_eq!(detail.records, 1);
}

#[test]
fn a_record_that_was_faster_than_the_answer_is_joined_into_the_attempt() {
    let (_folder, store) = open();
    let row = store
        .write_blocking(|tx| {
            tx.calls()
                .insert_attempt(&attempt("c1", "13922104471", NOW))?;
            tx.calls().set_note(&id("c1"), "call back")?;
            arrive(tx, &fact("s1"), NOW + 200);
            let orphan = tx.calls().by_subid("s1")?.expect("a row of its own");
            assert!(!orphan.placed_here);
            tx.recordings()
                .expect(&orphan.call, NOW + 200, NOW + 9_000_000)?;
            tx.calls().set_note(&orphan.call, "asked for a price")?;
            assert!(
                tx.calls()
                    .accept(&id("c1"), "s1", Some("02155509999"), NOW + 300)?
            );
            assert!(tx.calls().get(&orphan.call)?.is_none());
            Ok(tx.calls().by_subid("s1")?.expect("joined"))
        })
        .expect("written, references included");

    assert_eq!(row.call, id("c1"));
    assert_eq!(row.state, CallState::Recorded);
    assert_eq!(row.note, "call back\nasked for a price");
    assert_eq!(row.recording, bohao_wire::RecordingState::Waiting);
    assert!(row.placed_here);
}

#[rstest]
#[case::sending("sending", true)]
#[case::unknown("unknown", true)]
#[case::accepted("accepted", false)]
#[case::refused("refused", false)]
#[case::not_sent("not_sent", false)]
#[case::recorded("recorded", false)]
fn an_answer_takes_hold_only_of_an_attempt_without_one(
    #[case] before: &str,
    #[case] takes_hold: bool,
) {
    let (_folder, store) = open();
    let outcome = store.write_blocking(|tx| {
        let call = id("c1");
        tx.calls()
            .insert_attempt(&attempt("c1", "13922104471", NOW))?;
        match before {
            "unknown" => assert!(tx.calls().unknown(&call, "no answer")?),
            "accepted" => assert!(tx.calls().accept(&call, "s0", None, NOW)?),
            "refused" => assert!(tx.calls().refuse(&call, 9001, "no credit", NOW)?),
            "not_sent" => assert!(tx.calls().not_sent(&call, "no network")?),
            "recorded" => {
                assert!(tx.calls().accept(&call, "s0", None, NOW)?);
                arrive(tx, &fact("s0"), NOW);
            }
            _ => {}
        }
        // Whatever else is tried on an attempt that is not on its way, it stays as it is.
        let took = tx.calls().accept(&call, "s1", None, NOW + 1)?;
        assert!(!tx.calls().refuse(&call, 2000, "busy", NOW)?);
        assert!(!tx.calls().unknown(&call, "no answer")?);
        assert!(!tx.calls().not_sent(&call, "no network")?);
        let row = tx.calls().get(&call)?.expect("there");
        Ok((took, row.state, row.subid))
    });

    let (took, state, subid) = outcome.expect("written");
    assert_eq!(took, takes_hold);
    if takes_hold {
        assert_eq!((state, subid.as_deref()), (CallState::Accepted, Some("s1")));
    } else {
        assert_ne!(subid.as_deref(), Some("s1"));
    }
}

#[test]
fn one_ticket_makes_one_attempt() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            let mut first = attempt("c1", "13922104471", NOW);
            first.ticket = Some("click".to_owned());
            let mut second = attempt("c2", "13922104471", NOW);
            second.ticket = Some("click".to_owned());
            assert!(tx.calls().insert_attempt(&first)?);
            assert!(!tx.calls().insert_attempt(&second)?);
            let row = tx.calls().by_ticket("click")?.expect("the first");
            assert_eq!(row.call, id("c1"));
            Ok(())
        })
        .expect("written");
}

#[test]
fn the_guard_counts_what_left_or_may_have_left() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            let calls = tx.calls();
            for (at, call) in ["sending", "accepted", "unknown", "refused", "unsent"]
                .iter()
                .enumerate()
            {
                let at = NOW + i64::try_from(at).expect("small");
                calls.insert_attempt(&attempt(call, "13922104471", at))?;
            }
            calls.accept(&id("accepted"), "s1", None, NOW)?;
            calls.unknown(&id("unknown"), "no answer")?;
            calls.refuse(&id("refused"), 7001, "正在呼叫中", NOW)?;
            calls.not_sent(&id("unsent"), "no network")?;
            // A call that another desk placed counts for the day, and is none of this desk's dials.
            arrive(tx, &fact("elsewhere"), NOW);

            let dials = [NOW + 2, NOW + 1, NOW];
            assert_eq!(calls.last_dials("13922104471", 9)?, dials);
            assert_eq!(calls.last_dials("13922104471", 2)?, dials[..2]);
            assert!(calls.last_dials("13922104472", 9)?.is_empty());
            assert_eq!(calls.dials_since(NOW)?, 3);
            let today = calls.today(NOW)?;
            assert_eq!(
                (today.dialled, today.connected, today.talk_seconds),
                (4, 1, 60)
            );
            let (count, last) = calls.with_numbers(&["13922104471".to_owned()])?;
            assert_eq!(
                (count, last.expect("six").subid),
                (6, Some("elsewhere".to_owned()))
            );
            let busy = calls.under_way("13800006620", NOW)?.expect("one is");
            assert_eq!(busy.call, id("accepted"));
            assert!(calls.under_way("13800006621", NOW)?.is_none());
            Ok(())
        })
        .expect("written");
}

#[test]
fn an_attempt_left_in_sending_becomes_unknown() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            tx.calls()
                .insert_attempt(&attempt("old", "13922104471", NOW))?;
            tx.calls()
                .insert_attempt(&attempt("taken", "13922104471", NOW + 10))?;
            tx.calls().accept(&id("taken"), "s", None, NOW + 20)?;
            let found = tx.calls().recover_interrupted("interrupted")?;
            assert_eq!(found, [id("old")]);
            let old = tx.calls().get(&id("old"))?.expect("there");
            assert_eq!(
                (old.state, old.reason.as_deref()),
                (CallState::Unknown, Some("interrupted"))
            );
            let taken = tx.calls().get(&id("taken"))?.expect("there");
            assert_eq!(taken.state, CallState::Accepted);
            Ok(())
        })
        .expect("written");
}

#[rstest]
#[case::all("", &["c3", "c2", "c1"])]
#[case::part_of_number("2104", &["c1"])]
#[case::number_as_written("139-2210 4471", &["c1"])]
#[case::note("报价", &["c2"])]
#[case::percent_is_a_letter("100%", &["c3"])]
#[case::underscore_is_a_letter("_", &[])]
#[case::subid("s1", &["c1"])]
#[case::nothing("99999", &[])]
fn a_search_finds_numbers_notes_and_subids(#[case] search: &str, #[case] found: &[&str]) {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            tx.calls()
                .insert_attempt(&attempt("c1", "13922104471", NOW))?;
            tx.calls()
                .insert_attempt(&attempt("c2", "13700000000", NOW + 1))?;
            tx.calls()
                .insert_attempt(&attempt("c3", "13711111111", NOW + 1))?;
            tx.calls().accept(&id("c1"), "s1", None, NOW)?;
            tx.calls().set_note(&id("c2"), "要报价 100")?;
            tx.calls().set_note(&id("c3"), "100% sure")?;
            Ok(())
        })
        .expect("written");
    let query = CallsQuery {
        search: search.to_owned(),
        ..CallsQuery::default()
    };

    let page = store
        .read_blocking(move |db| db.calls().page(&query))
        .expect("read");

    let calls: Vec<&str> = page.rows.iter().map(|row| row.call.0.as_str()).collect();
    assert_eq!(calls, found);
    assert_eq!(page.total, found.len() as u64);
}

#[test]
fn a_search_longer_than_sqlite_takes_finds_nothing() {
    let (_folder, store) = open();
    let query = CallsQuery {
        search: "9".repeat(100_000),
        ..CallsQuery::default()
    };
    let page = store
        .read_blocking(move |db| db.calls().page(&query))
        .expect("read");
    assert_eq!((page.rows.len(), page.total), (0, 0));
}

#[test]
fn a_page_is_cut_out_of_what_fits() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            for number in 0..250 {
                let call = format!("c{number:03}");
                tx.calls()
                    .insert_attempt(&attempt(&call, "13922104471", NOW + number))?;
            }
            Ok(())
        })
        .expect("written");
    let page = |query: CallsQuery| {
        let page = store
            .read_blocking(|db| db.calls().page(&query))
            .expect("read");
        let first = page.rows.first().map(|row| row.call.0.clone());
        (page.rows.len(), first.unwrap_or_default(), page.total)
    };

    assert_eq!(page(CallsQuery::default()), (100, "c249".to_owned(), 250));
    let cut = CallsQuery {
        since: Some(NOW + 10),
        until: Some(NOW + 20),
        offset: 3,
        limit: 5,
        ..CallsQuery::default()
    };
    assert_eq!(page(cut), (5, "c016".to_owned(), 10));
    let none = CallsQuery {
        recording: Some(RecordingState::Saved),
        status: Some(CallStatus::Connected),
        state: Some(CallState::Recorded),
        ..CallsQuery::default()
    };
    assert_eq!(page(none), (0, String::new(), 0));
}
