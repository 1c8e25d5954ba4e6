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
    program::{Program, command},
    seats::eventually,
    socket::{self, Answer, connect, read},
    within::{Seat, TestRelay},
};

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
    let answered = (0..100).find_map(|_| {
        let mut stream = connect(relay.address());
        // A busy machine may let this come too late, which is a silent sender's case.
        let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: r\r\n\r\n");
        read(&mut stream)
    });
    assert_eq!(answered.unwrap().status, 200);
}

#[test]
fn a_body_that_comes_too_slowly_is_not_stored() {
    let relay = TestRelay::with(Limits {
        header_deadline: Duration::from_secs(600),
        ..impatient()
    });
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
        .set_write_timeout(Some(Duration::from_secs(300)))
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
                "GET /v1/records?wait=2 HTTP/1.1\r\nhost: r\r\nconnection: close\r\n\
                 authorization: Bearer {}\r\n\r\n",
                seat.read_token
            );
            stream.write_all(request.as_bytes()).unwrap();
            stream
        })
        .collect();
    // Counted for good, and so also seen by one who looks only after they have ended.
    eventually("both polls are at work", || {
        relay.metric("polls_total") == 2
    });
    assert_eq!(seat.push(b"1").status, 200);
    assert!(relay.metric("parked_polls") < 2, "a third was served");
    for mut stream in held {
        assert_eq!(read(&mut stream).map(|answer| answer.status), Some(200));
    }
}

/// How often a test tries for what only a writer shows that was at its work in time. It waits for the
/// database for 5 s and no longer, whatever else keeps the machine busy.
const TRIES: u8 = 20;

#[test]
fn with_the_queue_full_a_push_is_503_and_what_was_queued_is_stored() {
    let relay = TestRelay::with(Limits {
        queue: 1,
        ..Limits::default()
    });
    let is_shown = (0..TRIES).any(|number| fills_the_queue(&relay, number));
    assert!(is_shown, "ten are refused, and what was queued is stored");
}

/// Another process holds the database, so that the writer can't go on: it has at least one push in
/// its hands, one waits for it, and all others are refused. Whatever happens, exactly what was
/// answered 200 is stored.
fn fills_the_queue(relay: &TestRelay, number: u8) -> bool {
    const REFUSED: usize = 10;
    let seat = &relay.add(&format!("A{number}"));
    let hold = relay.database.hold();
    let (answers, answered) = mpsc::channel();
    thread::scope(|scope| {
        let push = |number: u8| {
            let answers = answers.clone();
            scope.spawn(move || answers.send((vec![number], seat.push(&[number]))).unwrap());
        };
        let (mut refused, mut stored) = (0, Vec::new());
        let mut note = |(body, answer): (Vec<u8>, Answer)| {
            let may_retry = answer.header("retry-after").is_some();
            match (answer.status, may_retry) {
                (200, _) => stored.push(body),
                (503, true) => refused += 1,
                other => panic!("{other:?}"),
            }
            refused
        };
        (0..12).for_each(push);
        // The writer may have taken several at once: then it takes more of them to be refused.
        let mut more = 12..24;
        let mut were_refused = 0;
        while were_refused < REFUSED {
            match answered.recv_timeout(Duration::from_millis(500)) {
                Ok(answer) => were_refused = note(answer),
                Err(_) => match more.next() {
                    Some(number) => push(number),
                    None => break,
                },
            }
        }
        hold.release();
        drop(answers);
        for answer in answered {
            note(answer);
        }
        let stored_count = stored.len();
        until_kept(seat, stored);
        were_refused == REFUSED && stored_count >= 2
    })
}

#[test]
fn a_push_whose_deadline_passed_before_its_batch_began_is_503_and_not_stored() {
    let relay = TestRelay::with(Limits {
        store_deadline: Duration::from_millis(1500),
        ..Limits::default()
    });
    let is_shown = (0..TRIES).any(|number| outlasts_a_deadline(&relay, number));
    assert!(is_shown, "of two pushes the one behind is refused");
}

/// Returns whether the first of two pushes was stored and the one behind it refused.
fn outlasts_a_deadline(relay: &TestRelay, number: u8) -> bool {
    let seat = &relay.add(&format!("A{number}"));
    let hold = relay.database.hold();
    let pushed = thread::scope(|scope| {
        let push =
            |body: &'static [u8]| scope.spawn(move || (body.to_vec(), seat.push(body).status));
        let first = push(b"in a batch");
        // For the writer to take it in its hands.
        thread::sleep(Duration::from_millis(300));
        let second = push(b"behind it");
        // Past the second one's deadline, and within the time for which the writer waits.
        thread::sleep(Duration::from_secs(3));
        hold.release();
        [first, second].map(|push| push.join().unwrap())
    });
    let statuses = pushed.each_ref().map(|(_, status)| *status);
    let stored = pushed.into_iter().filter(|(_, status)| *status == 200);
    until_kept(seat, stored.map(|(body, _)| body).collect());
    statuses == [200, 503]
}

/// Waits until a seat has these records and no others, in whatever order.
fn until_kept(seat: &Seat, mut expected: Vec<Vec<u8>>) {
    expected.sort();
    eventually("what was answered 200 is stored, and no more", || {
        let mut kept: Vec<_> = seat.read_all().into_iter().map(|(_, body)| body).collect();
        kept.sort();
        kept == expected
    });
}

#[test]
fn a_stop_answers_parked_polls_and_waits_for_none_of_them() {
    // Half the time for which the polls are parked: a stop that waits for them drops them.
    let mut relay = TestRelay::with(Limits {
        stop_grace: Duration::from_secs(30),
        ..Limits::default()
    });
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
    eventually("all are parked", || relay.metric("parked_polls") == 20);
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
    let mut relay = Program::spawn(command(&database), &["--metrics", "127.0.0.1:0"]);
    let metrics = relay.metrics();
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
    eventually("the poll is parked", || {
        socket::metric(metrics, "parked_polls") == 1
    });
    relay.signal(signal);
    // The sender half-way would be given 30 s, the poll 60; the end comes before either.
    let (status, stderr) = relay.end();
    assert!(status.success(), "{stderr}");
    assert_eq!(read(&mut parked).unwrap().status, 200);
    assert_ne!(read(&mut half_way).map(|answer| answer.status), Some(200));
    let relay = Program::serve(&database);
    assert_eq!(relay.again(seat).read_all(), [(1, b"1".to_vec())]);
}
