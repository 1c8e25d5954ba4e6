//! Several relays on one database.

use std::{
    collections::HashSet,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::Duration,
};

use crate::{
    database::TestDatabase,
    program::{Program, seat_json},
    socket::try_send,
};

/// Shorter than the 60 s for which polls are parked: one that nobody wakes is not waited for.
const WOKEN: Duration = Duration::from_secs(40);

#[test]
fn a_push_into_one_relay_wakes_a_poll_at_another() {
    let database = TestDatabase::new();
    let (one, other) = (Program::serve(&database), Program::serve(&database));
    let added = seat_json(&database, &["add", "A"]);
    let (at_one, at_other) = (one.seat(&added), other.seat(&added));
    for round in 0..20 {
        let (answers, answered) = mpsc::channel();
        thread::scope(|scope| {
            let query = format!("?after={round}&wait=60");
            let at_other = &at_other;
            scope.spawn(move || answers.send(at_other.get(&query).json()).unwrap());
            at_one.keep(format!("{round}").as_bytes());
            let page = answered.recv_timeout(WOKEN).expect("the push wakes it");
            assert_eq!(page["next"], round + 1);
        });
    }
}

#[test]
fn what_is_changed_at_one_relay_holds_at_another() {
    let database = TestDatabase::new();
    let (one, other) = (Program::serve(&database), Program::serve(&database));
    let added = seat_json(&database, &["add", "A"]);
    one.seat(&added).keep(b"1");
    other.seat(&added).keep(b"2");
    other.seat(&added).keep(b"1");
    let both = [(1, b"1".to_vec()), (2, b"2".to_vec())];
    assert_eq!(one.seat(&added).read_all(), both);
    seat_json(&database, &["remove", "A"]);
    for relay in [&one, &other] {
        let seat = relay.seat(&added);
        assert_eq!((seat.push(b"3").status, seat.get("").status), (404, 401));
    }
}

/// Senders push to both; one is killed in the midst of it, and a new one takes its place.
#[test]
fn promise_2_any_of_several_relays_may_be_killed() {
    let database = TestDatabase::new();
    let lasting = Program::serve(&database);
    let added = seat_json(&database, &["add", "A"]);
    let acknowledged = Mutex::new(HashSet::new());
    for round in 0..3 {
        let killed = Program::serve(&database);
        let is_over = AtomicBool::new(false);
        let before = acknowledged.lock().unwrap().len();
        thread::scope(|scope| {
            for (sender, relay) in [&lasting, &killed, &lasting, &killed].iter().enumerate() {
                let (seat, is_over, acknowledged) = (relay.seat(&added), &is_over, &acknowledged);
                scope.spawn(move || {
                    for number in 0.. {
                        let body = format!("{round}/{sender}/{number}").into_bytes();
                        let answer = try_send(seat.address, "POST", &seat.push_path, "", &body);
                        match answer {
                            Some(answer) if answer.status == 200 => {
                                acknowledged.lock().unwrap().insert(body);
                            }
                            _ if sender % 2 == 1 => return,
                            other => panic!("the one that lives refused: {other:?}"),
                        }
                        if is_over.load(SeqCst) {
                            return;
                        }
                    }
                });
            }
            while acknowledged.lock().unwrap().len() < before + 60 {
                thread::sleep(Duration::from_millis(3));
            }
            killed.kill();
            let at_the_kill = acknowledged.lock().unwrap().len();
            while acknowledged.lock().unwrap().len() < at_the_kill + 20 {
                thread::sleep(Duration::from_millis(3));
            }
            is_over.store(true, SeqCst);
        });
    }
    let stored = lasting.seat(&added).read_all();
    for (expected, (seq, _)) in (1..).zip(&stored) {
        assert_eq!(*seq, expected, "the numbers have a hole");
    }
    let stored: HashSet<Vec<u8>> = stored.into_iter().map(|(_, body)| body).collect();
    assert!(acknowledged.into_inner().unwrap().is_subset(&stored));
}
