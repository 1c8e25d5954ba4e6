//! Senders that are slow, many, or stay for ever; and the end.

use std::{
    io::{Read, Write},
    sync::mpsc,
    thread,
    time::Duration,
};

use bohao_relay::Limits;
use rstest::rstest;

use crate::{
    database::TestDatabase,
    program::Program,
    socket::{connect, read},
    within::TestRelay,
};

/// By then a relay has looked after its records, as it does at its start.
const AT_EASE: Duration = Duration::from_millis(500);

fn impatient() -> Limits {
    Limits {
        header_deadline: Duration::from_millis(300),
        body_deadline: Duration::from_millis(300),
        ..Limits::default()
    }
}

#[rstest]
#[case::silent("")]
#[case::half_a_header("POST /p/x HTTP/1.1\r\nhost: r\r\n")]
fn a_sender_of_no_whole_header_is_dropped(#[case] start: &str) {
    let relay = TestRelay::with(impatient());
    let mut stream = connect(relay.address());
    stream.write_all(start.as_bytes()).unwrap();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(!rest.starts_with(b"HTTP/1.1 200"));
}

#[test]
fn a_header_sent_in_drops_does_not_gain_time() {
    let relay = TestRelay::with(impatient());
    let mut stream = connect(relay.address());
    stream.write_all(b"GET /healthz HTTP/1.1\r\n").unwrap();
    let is_dropped = (0..600).any(|_| {
        thread::sleep(Duration::from_millis(50));
        stream.write_all(b"a: b\r\n").is_err()
    });
    assert!(is_dropped);
}

#[test]
fn a_connection_that_idles_between_requests_is_closed() {
    let relay = TestRelay::with(impatient());
    let mut stream = connect(relay.address());
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: r\r\n\r\n")
        .unwrap();
    assert_eq!(read(&mut stream).unwrap().status, 200);
}

#[test]
fn a_body_that_comes_too_slowly_is_not_stored() {
    let relay = TestRelay::with(impatient());
    let seat = relay.add("A");
    let mut stream = connect(relay.address());
    write!(
        stream,
        "POST {} HTTP/1.1\r\nhost: r\r\ncontent-length: 9\r\n\r\nabc",
        seat.push_path
    )
    .unwrap();
    let answer = read(&mut stream).unwrap();
    assert_eq!((answer.status, answer.code()), (408, "timeout".into()));
    assert_eq!(seat.read_all(), []);
}

/// Asks again and again, and reads none of the answers.
#[test]
fn a_peer_that_never_reads_its_answers_is_dropped() {
    let relay = TestRelay::with(Limits {
        answer_deadline: Duration::from_millis(300),
        header_deadline: Duration::from_secs(600),
        ..Limits::default()
    });
    let mut stream = connect(relay.address());
    let asked = "GET /healthz HTTP/1.1\r\nhost: r\r\n\r\n".repeat(1000);
    // The buffers between fill up and the writes stop; without the drop they would for ever.
    stream
        .set_write_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let error = loop {
        if let Err(error) = stream.write_all(asked.as_bytes()) {
            break error;
        }
    };
    let gone = [
        std::io::ErrorKind::ConnectionReset,
        std::io::ErrorKind::BrokenPipe,
    ];
    assert!(gone.contains(&error.kind()), "{error:?}");
}

/// Two parked polls hold all places, and both are at work: a third waits in line.
#[test]
fn connections_over_the_cap_wait_until_one_ends() {
    let relay = TestRelay::with(Limits {
        connections: 2,
        ..Limits::default()
    });
    let seat = relay.add("A");
    let held: Vec<_> = (0..2)
        .map(|_| {
            let mut stream = connect(relay.address());
            let request = format!(
                "GET /v1/records?wait=2 HTTP/1.1\r\nhost: r\r\nauthorization: Bearer {}\r\n\r\n",
                seat.read_token
            );
            stream.write_all(request.as_bytes()).unwrap();
            stream
        })
        .collect();
    thread::sleep(Duration::from_millis(300));
    let (answers, answered) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| answers.send(seat.push(b"1").status).unwrap());
        assert!(
            answered.recv_timeout(Duration::from_millis(300)).is_err(),
            "a third was served"
        );
        assert_eq!(answered.recv().unwrap(), 200);
        for mut stream in held {
            assert_eq!(read(&mut stream).map(|answer| answer.status), Some(200));
        }
    });
}

/// Another process holds the database, so that the writer can't go on.
#[test]
fn with_the_queue_full_a_push_is_503_and_what_was_queued_is_stored() {
    let relay = TestRelay::with(Limits {
        queue: 1,
        ..Limits::default()
    });
    let seat = relay.add("A");
    // What the relay looks after at its start takes the queue's one place for a moment, and twice.
    while seat.push(b"before").status == 503 {}
    thread::sleep(AT_EASE);
    let hold = relay.database.hold();
    let (answers, answered) = mpsc::channel();
    thread::scope(|scope| {
        let push = |number: u8| {
            let (answers, seat) = (answers.clone(), &seat);
            scope.spawn(move || answers.send((number, seat.push(&[number]))).unwrap());
        };
        push(0);
        // By now the writer has the first one in its hands and waits for the lock.
        thread::sleep(Duration::from_millis(300));
        (1..12).for_each(push);
        for _ in 0..10 {
            let (_, answer) = answered.recv().unwrap();
            let may_retry = answer.header("retry-after").is_some();
            assert_eq!((answer.status, may_retry), (503, true));
        }
        hold.release();
        drop(answers);
        let mut stored: Vec<Vec<u8>> = answered
            .iter()
            .filter(|(_, answer)| answer.status == 200)
            .map(|(number, _)| vec![number])
            .collect();
        let after_before = seat.read_all().into_iter().skip(1);
        let mut kept: Vec<Vec<u8>> = after_before.map(|(_, body)| body).collect();
        stored.sort();
        kept.sort();
        assert_eq!(kept.len(), 2);
        assert_eq!(stored, kept);
    });
}

#[test]
fn a_push_whose_deadline_passed_before_its_batch_began_is_503_and_not_stored() {
    let relay = TestRelay::with(Limits {
        store_deadline: Duration::from_millis(1500),
        ..Limits::default()
    });
    let seat = relay.add("A");
    seat.keep(b"before");
    thread::sleep(AT_EASE);
    let hold = relay.database.hold();
    thread::scope(|scope| {
        let first = scope.spawn(|| seat.push(b"in a batch"));
        thread::sleep(Duration::from_millis(300));
        let second = scope.spawn(|| seat.push(b"behind it"));
        // Past the second one's deadline, and within the time for which the writer waits for the lock.
        thread::sleep(Duration::from_secs(3));
        hold.release();
        assert_eq!(first.join().unwrap().status, 200);
        assert_eq!(second.join().unwrap().status, 503);
    });
    let expected = [(1, b"before".to_vec()), (2, b"in a batch".to_vec())];
    assert_eq!(seat.read_all(), expected);
}

#[test]
fn a_stop_answers_parked_polls_and_waits_for_none_of_them() {
    let mut relay = TestRelay::start();
    let seat = relay.add("A");
    let (mut streams, idle) = (Vec::new(), connect(relay.address()));
    for _ in 0..20 {
        let mut stream = connect(relay.address());
        write!(
            stream,
            "GET /v1/records?wait=60 HTTP/1.1\r\nhost: r\r\nauthorization: Bearer {}\r\n\r\n",
            seat.read_token
        )
        .unwrap();
        streams.push(stream);
    }
    thread::sleep(Duration::from_millis(300));
    relay.stop();
    drop(idle);
    for mut stream in streams {
        let answer = read(&mut stream).expect("a parked poll is answered");
        assert_eq!((answer.status, &answer.json()["next"]), (200, &0.into()));
    }
}

#[cfg(unix)]
#[rstest]
#[case("TERM")]
#[case("INT")]
fn a_signal_ends_the_program_with_polls_parked_and_senders_half_way(#[case] signal: &str) {
    let database = TestDatabase::new();
    let relay = Program::serve(&database);
    let seat = relay.add(&database, "A");
    seat.keep(b"1");
    let mut half_way = connect(relay.address);
    write!(
        half_way,
        "POST {} HTTP/1.1\r\nhost: r\r\ncontent-length: 9\r\n\r\nabc",
        seat.push_path
    )
    .unwrap();
    let mut parked = connect(relay.address);
    write!(
        parked,
        "GET /v1/records?after=1&wait=60 HTTP/1.1\r\nhost: r\r\nauthorization: Bearer {}\r\n\r\n",
        seat.read_token
    )
    .unwrap();
    thread::sleep(Duration::from_millis(300));
    relay.signal(signal);
    // The sender half-way would be given 30 s, the poll 60; the end comes before either.
    let (status, stderr) = relay.end();
    assert!(status.success(), "{stderr}");
    assert_eq!(read(&mut parked).unwrap().status, 200);
    assert_ne!(read(&mut half_way).map(|answer| answer.status), Some(200));
    let relay = Program::serve(&database);
    assert_eq!(relay.again(seat).read_all(), [(1, b"1".to_vec())]);
}
