//! Promise 2: a push answered 200 is on disk.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use crate::{database::TestDatabase, program::Program, socket::try_send, within::Seat};

const ROUNDS: usize = 8;
const SENDERS: usize = 8;

#[test]
fn what_was_pushed_is_read_after_a_restart() {
    let database = TestDatabase::new();
    let relay = Program::serve(&database);
    let seat = relay.add(&database, "A");
    seat.keep(b"1");
    relay.kill();
    let relay = Program::serve(&database);
    let seat = relay.again(seat);
    seat.keep(b"2");
    assert_eq!(seat.read_all(), [(1, b"1".to_vec()), (2, b"2".to_vec())]);
}

/// The relay is killed at arbitrary moments under load, round after round on one database. What
/// was answered 200 must be there byte for byte; numbers must have no hole; and each sender's
/// bodies, which it pushed one after the other, must be in their order.
#[test]
fn promise_2_a_push_answered_200_is_on_disk_through_kill_9() {
    let database = TestDatabase::new();
    let acknowledged = Mutex::new(Vec::new());
    let relay = Program::serve(&database);
    let mut seat = relay.add(&database, "A");
    relay.kill();
    for round in 0..ROUNDS {
        let relay = Program::serve(&database);
        seat = relay.again(seat);
        push_until_killed(relay, &seat, round, &acknowledged);
    }
    let relay = Program::serve(&database);
    let stored = relay.again(seat).read_all();
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(
        acknowledged.len() > ROUNDS * SENDERS,
        "hardly anything was pushed"
    );
    for (expected, (seq, _)) in (1..).zip(&stored) {
        assert_eq!(*seq, expected, "the numbers have a hole");
    }
    let bodies: HashMap<_, _> = stored
        .iter()
        .map(|(seq, body)| (body.as_slice(), seq))
        .collect();
    let mut last = HashMap::new();
    for (sender, body) in &acknowledged {
        let seq = **bodies
            .get(body.as_slice())
            .expect("an acknowledged push is lost");
        let before = last.insert(sender, seq);
        assert!(
            before.is_none_or(|before| before < seq),
            "pushes changed places"
        );
    }
}

fn push_until_killed(
    relay: Program,
    seat: &Seat,
    round: usize,
    acknowledged: &Mutex<Vec<(usize, Vec<u8>)>>,
) {
    let is_killed = AtomicBool::new(false);
    let before = acknowledged.lock().unwrap().len();
    thread::scope(|scope| {
        for sender in 0..SENDERS {
            let is_killed = &is_killed;
            scope.spawn(move || {
                for number in 0.. {
                    let mut body = format!("{round}/{sender}/{number}/").into_bytes();
                    body.resize(body.len() + number % 7 * 3000, b'x');
                    let answer = try_send(seat.address, "POST", &seat.push_path, "", &body);
                    match answer {
                        Some(answer) if answer.status == 200 => {
                            acknowledged.lock().unwrap().push((sender, body));
                        }
                        _ if is_killed.load(SeqCst) => return,
                        other => panic!("refused while it lives: {other:?}"),
                    }
                }
            });
        }
        while acknowledged.lock().unwrap().len() < before + SENDERS * (round + 2) {
            thread::sleep(Duration::from_millis(3));
        }
        is_killed.store(true, SeqCst);
        relay.kill();
    });
}
