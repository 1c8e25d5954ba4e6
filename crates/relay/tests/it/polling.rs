//! Parked polls.

use std::{sync::mpsc, thread, time::Duration};

use serde_json::json;

use crate::within::TestRelay;

/// Shorter than the 60 s for which polls are parked: one that nobody wakes is not waited for.
const WOKEN: Duration = Duration::from_secs(40);

#[test]
fn a_parked_poll_is_answered_by_a_push_to_its_own_seat_alone() {
    let relay = TestRelay::start();
    let (a, b) = (relay.add("A"), relay.add("B"));
    let (answers, answered) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| answers.send(b.get("?wait=60").json()).unwrap());
        for number in 0..50 {
            a.keep(format!("{number}").as_bytes());
        }
        assert!(
            answered.recv_timeout(Duration::from_millis(300)).is_err(),
            "another seat's push woke it"
        );
        b.keep(b"its own");
        let page = answered.recv_timeout(WOKEN).expect("the push wakes it");
        assert_eq!(page["records"][0]["seq"], 1);
        assert_eq!((&page["next"], &page["head"]), (&json!(1), &json!(1)));
    });
}

#[test]
fn no_push_slips_between_a_polls_look_and_its_wait() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    for round in 0..150 {
        let (answers, answered) = mpsc::channel();
        thread::scope(|scope| {
            let query = format!("?after={round}&wait=60");
            let seat = &seat;
            scope.spawn(move || answers.send(seat.get(&query).json()).unwrap());
            seat.keep(format!("{round}").as_bytes());
            let page = answered.recv_timeout(WOKEN).expect("the push wakes it");
            assert_eq!(page["next"], round + 1);
        });
    }
}

#[test]
fn all_polls_of_a_seat_are_woken() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let (answers, answered) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..20 {
            let (answers, seat) = (answers.clone(), &seat);
            scope.spawn(move || answers.send(seat.get("?wait=60").json()).unwrap());
        }
        seat.keep(b"1");
        for _ in 0..20 {
            assert_eq!(
                answered.recv_timeout(WOKEN).expect("the push wakes it")["next"],
                1
            );
        }
    });
}

#[test]
fn a_poll_with_nothing_to_tell_ends_with_its_time_and_an_empty_page() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    seat.keep(b"1");
    let page = seat.get("?after=1&wait=1").json();
    assert_eq!(page, json!({"records": [], "next": 1, "head": 1}));
}

#[test]
fn a_poll_with_something_to_tell_is_not_parked() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    seat.keep(b"1");
    let (answers, answered) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| answers.send(seat.get("?wait=60").json()).unwrap());
        assert_eq!(
            answered
                .recv_timeout(WOKEN)
                .expect("it is answered at once")["next"],
            1
        );
    });
}
