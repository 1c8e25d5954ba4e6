//! Outcomes, wishes, answers and do-not-call, and that no record touches them.

use bohao_store::{NewAttempt, NewDoNotCall, NewFollowUp, RecordFact, Store, Tx};
use bohao_wire::{
    Answer, CallId, CallStatus, CallsQuery, DoNotCallSource, FollowUpKind, OutcomeColour,
    OutcomeEffect, OutcomeId, OutcomeWord,
};

const NOW: i64 = 1_764_000_000_000;
const NUMBER: &str = "13922104471";
const INTERESTED: OutcomeId = OutcomeId(1);
const LATER: OutcomeId = OutcomeId(2);

fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = Store::open(folder.path().join("bohao.db"), NOW).expect("a new database");
    (folder, opened.store)
}

fn id(text: &str) -> CallId {
    CallId(text.to_owned())
}

fn dial(tx: &Tx<'_>, call: &str, at: i64) {
    let attempt = NewAttempt {
        call: id(call),
        tel_a: "13800006620".to_owned(),
        tel_b: NUMBER.to_owned(),
        at,
        ticket: None,
    };
    assert!(tx.calls().insert_attempt(&attempt).expect("written"));
}

fn arrive(tx: &Tx<'_>, subid: &str, status: CallStatus) {
    let fact = RecordFact {
        subid: subid.to_owned(),
        status: Some(status),
        tel_b: Some(NUMBER.to_owned()),
        started_at: Some(NOW + 5_000),
        ..RecordFact::default()
    };
    tx.facts().keep(&fact, NOW + 60_000).expect("kept");
    tx.calls().record(subid).expect("recorded");
}

fn outcome(tx: &Tx<'_>, call: &CallId) -> Option<OutcomeId> {
    let row = tx.calls().get(call).expect("read").expect("there");
    row.outcome.map(|mark| mark.outcome)
}

fn answer(text: &str) -> Answer {
    Answer {
        key: "budget".to_owned(),
        question: "预算？".to_owned(),
        text: text.to_owned(),
    }
}

#[test]
fn a_desk_begins_with_six_outcomes_in_the_order_of_their_keys() {
    let (_folder, store) = open();
    let all = store.read_blocking(|db| db.outcomes().all()).expect("read");
    let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(
        names,
        ["意向", "稍后再拨", "无意向", "未接", "空号", "勿扰"]
    );
    assert_eq!(all[5].effect, OutcomeEffect::DoNotCall);
    assert_eq!(all[0].word, Some(OutcomeWord::Interested));
}

#[test]
fn promise_4_no_record_touches_the_outcome_or_the_answers() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            dial(tx, "c1", NOW);
            tx.calls().accept(&id("c1"), "s1", None, NOW + 300)?;
            assert!(
                tx.outcomes()
                    .choose(&id("c1"), Some(INTERESTED), NOW + 9, "desk")?
            );
            assert!(tx.scripts().answer(&id("c1"), &answer("两万"), NOW + 9)?);
            for status in [
                CallStatus::Dialled,
                CallStatus::Connected,
                CallStatus::NotConnected,
                CallStatus::Connected,
            ] {
                arrive(tx, "s1", status);
                assert_eq!(outcome(tx, &id("c1")), Some(INTERESTED));
            }
            assert_eq!(tx.scripts().answers(&id("c1"))?, [answer("两万")]);
            Ok(())
        })
        .expect("written");
}

#[test]
fn promise_4_what_was_kept_with_a_record_goes_along_when_its_attempt_is_found() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            dial(tx, "c1", NOW);
            arrive(tx, "s1", CallStatus::Connected);
            let orphan = tx.calls().by_subid("s1")?.expect("a row of its own").call;
            tx.outcomes()
                .choose(&id("c1"), Some(LATER), NOW + 1, "desk")?;
            tx.outcomes()
                .choose(&orphan, Some(INTERESTED), NOW + 2, "cli")?;
            tx.scripts().answer(&orphan, &answer("两万"), NOW + 2)?;
            let wish = NewFollowUp {
                number: NUMBER.to_owned(),
                call: Some(orphan.clone()),
                kind: FollowUpKind::FollowUp,
                due_at: NOW + 99,
                meant: None,
                why: "报价".to_owned(),
                by_hand: false,
            };
            tx.follow_ups().add(&wish, NOW + 2)?;

            assert!(tx.calls().accept(&id("c1"), "s1", None, NOW + 300)?);

            assert_eq!(tx.calls().get(&orphan)?, None);
            assert_eq!(
                outcome(tx, &id("c1")),
                Some(INTERESTED),
                "the later choice stands"
            );
            let detail = tx.calls().detail(&id("c1"))?.expect("there");
            let by: Vec<&str> = detail.outcomes.iter().map(|one| one.by.as_str()).collect();
            assert_eq!(by, ["cli", "desk"], "and all choices are kept");
            assert_eq!(detail.answers, [answer("两万")]);
            assert_eq!(detail.follow_up.expect("the wish").why, "报价");
            Ok(())
        })
        .expect("written");
}

#[test]
fn the_log_is_narrowed_and_sorted_by_outcome() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            for (at, call) in (0_i64..).zip(["c1", "c2", "c3"]) {
                dial(tx, call, NOW + at);
            }
            tx.outcomes()
                .choose(&id("c1"), Some(INTERESTED), NOW, "desk")?;
            tx.outcomes()
                .choose(&id("c3"), Some(INTERESTED), NOW, "desk")?;
            tx.outcomes().choose(&id("c2"), Some(LATER), NOW, "desk")?;
            assert!(
                !tx.outcomes().choose(&id("c2"), Some(LATER), NOW, "desk")?,
                "it stands"
            );
            tx.outcomes().choose(&id("c3"), None, NOW, "desk")?;
            let of = |outcome| CallsQuery {
                outcome: Some(outcome),
                ..CallsQuery::default()
            };
            let calls = |query: &CallsQuery| -> Vec<String> {
                let rows = tx.calls().page(query).expect("read").rows;
                rows.into_iter().map(|row| row.call.0).collect()
            };
            assert_eq!(calls(&of(INTERESTED)), ["c1"]);
            assert_eq!(calls(&of(LATER)), ["c2"]);
            assert_eq!(tx.calls().total(&of(LATER))?, 1);
            let sorted = CallsQuery {
                order: bohao_wire::CallsOrder::Outcome,
                ..CallsQuery::default()
            };
            assert_eq!(calls(&sorted), ["c2", "c1", "c3"]);
            Ok(())
        })
        .expect("written");
}

#[test]
fn an_outcome_in_use_is_archived_and_one_that_is_not_goes() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            let outcomes = tx.outcomes();
            dial(tx, "c1", NOW);
            let own = outcomes.add("试用中", OutcomeColour::Jade, OutcomeEffect::Done)?;
            outcomes.choose(&id("c1"), Some(own), NOW, "desk")?;
            outcomes.remove(own)?;
            outcomes.remove(OutcomeId(5))?;
            let all = outcomes.all()?;
            assert_eq!(all.len(), 6);
            assert!(
                all.last()
                    .is_some_and(|one| one.outcome == own && one.archived)
            );
            assert_eq!(outcome(tx, &id("c1")), Some(own), "the call keeps it");

            let first = outcomes.get(INTERESTED)?.expect("there");
            outcomes.change(&bohao_wire::Outcome {
                name: "很有意向".to_owned(),
                ..first
            })?;
            assert_eq!(outcomes.get(INTERESTED)?.expect("there").word, None);
            outcomes.order(&[LATER, INTERESTED])?;
            let order: Vec<i64> = outcomes.all()?.iter().map(|one| one.outcome.0).collect();
            assert_eq!(order[..3], [2, 1, 3]);
            Ok(())
        })
        .expect("written");
}

#[test]
fn a_number_stays_barred_until_it_is_lifted_with_a_reason() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            let barred = tx.do_not_call();
            let new = |reason: &str, since| NewDoNotCall {
                number: NUMBER.to_owned(),
                since,
                reason: reason.to_owned(),
                source: DoNotCallSource::User,
                call: None,
            };
            assert!(barred.add(&new("first", NOW))?);
            assert!(!barred.add(&new("second", NOW + 1))?);
            assert_eq!(barred.of(NUMBER)?.expect("stands").reason, "first");
            assert!(barred.lift(NUMBER, "客户来电要求恢复", NOW + 2)?);
            assert!(!barred.lift(NUMBER, "again", NOW + 2)?);
            assert_eq!(barred.of(NUMBER)?, None);
            assert!(barred.add(&new("third", NOW + 3))?);
            Ok(())
        })
        .expect("written");
    let lifted = store.write_blocking(|tx| tx.do_not_call().lift(NUMBER, "", NOW));
    assert!(lifted.is_err(), "without a reason nothing is lifted");
}
