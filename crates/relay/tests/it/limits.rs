//! How much one may ask for, and from where.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use bohao_relay::{Limits, Rate, Settings};
use rstest::rstest;

#[cfg(unix)]
use crate::program::{Program, clean, command};
use crate::{
    seats::eventually,
    socket::{Answer, connect, read, send},
    within::{Seat, TestRelay},
};

/// Tests come from this machine, which has no limits, so they come by a proxy that is named.
fn behind_a_proxy(configure: impl FnOnce(&mut Settings)) -> TestRelay {
    TestRelay::configured(|settings| {
        settings.access.proxies = vec!["127.0.0.1".parse().unwrap()];
        configure(settings);
    })
}

fn push_from(seat: &Seat, client: &str, body: &[u8]) -> Answer {
    let header = format!("x-forwarded-for: {client}\r\n");
    send(seat.address, "POST", &seat.push_path, &header, body)
}

fn get_from(seat: &Seat, client: &str, path: &str) -> Answer {
    let token = &seat.read_token;
    let headers = format!("authorization: Bearer {token}\r\nx-forwarded-for: {client}\r\n");
    send(seat.address, "GET", path, &headers, b"")
}

fn retry_after(answer: &Answer) -> u64 {
    answer.header("retry-after").unwrap().parse().unwrap()
}

const TWO: Rate = Rate {
    per_second: 1,
    burst: 2,
};

#[test]
fn pushes_over_a_seats_rate_are_503_and_not_stored_and_others_are_not_touched() {
    let relay = behind_a_proxy(|settings| settings.limits.pushes_by_seat = TWO);
    let (seat, other) = (relay.add("A"), relay.add("B"));
    for body in [b"1", b"2"] {
        assert_eq!(push_from(&seat, "203.0.113.7", body).status, 200);
    }
    let refused = push_from(&seat, "203.0.113.8", b"3");
    assert_eq!(
        (refused.status, refused.code()),
        (503, "too_many_requests".into())
    );
    assert_eq!(retry_after(&refused), 1);
    assert_eq!(push_from(&other, "203.0.113.7", b"1").status, 200);
    assert_eq!(seat.read_all().len(), 2);
    relay.pass_seconds(1);
    assert_eq!(push_from(&seat, "203.0.113.7", b"3").status, 200);
    assert_eq!(seat.read_all().len(), 3);
}

#[rstest]
#[case("/v1/records")]
#[case("/v1/status")]
#[case("/v1/seats")]
fn readings_over_a_tokens_rate_are_429(#[case] path: &str) {
    let relay = behind_a_proxy(|settings| settings.limits.reads_by_token = TWO);
    let (seat, other) = (relay.add("A"), relay.add("B"));
    for _ in 0..2 {
        assert_eq!(get_from(&seat, "203.0.113.7", path).status, 200);
    }
    let refused = get_from(&seat, "203.0.113.7", path);
    assert_eq!(
        (refused.status, refused.code()),
        (429, "too_many_requests".into())
    );
    assert_eq!(retry_after(&refused), 1);
    assert_eq!(get_from(&other, "203.0.113.7", path).status, 200);
}

#[test]
fn an_address_has_its_share_of_all_requests_and_a_wrong_token_takes_of_it() {
    let relay = behind_a_proxy(|settings| settings.limits.requests_by_address = TWO);
    let seat = relay.add("A");
    for _ in 0..2 {
        let guess = send(
            seat.address,
            "POST",
            "/p/x",
            "x-forwarded-for: 203.0.113.7\r\n",
            b"1",
        );
        assert_eq!(guess.status, 404);
    }
    let refused = push_from(&seat, "203.0.113.7", b"1");
    assert_eq!((refused.status, retry_after(&refused)), (503, 1));
    assert_eq!(get_from(&seat, "203.0.113.7", "/v1/status").status, 429);
    assert_eq!(push_from(&seat, "203.0.113.8", b"1").status, 200);
    assert_eq!(
        push_from(&seat, "1.2.3.4, 203.0.113.7", b"1").status,
        503,
        "forged"
    );
}

#[test]
fn without_a_named_proxy_the_header_is_not_believed() {
    let relay = TestRelay::configured(|settings| {
        settings.limits.requests_by_address = TWO;
        settings.access.platform = vec!["203.0.113.0/24".parse().unwrap()];
    });
    let seat = relay.add("A");
    assert_eq!(push_from(&seat, "203.0.113.7", b"1").status, 403);
    for _ in 0..9 {
        let status = get_from(&seat, "203.0.113.7", "/v1/status").status;
        assert_eq!(status, 200, "this machine has no limit");
    }
}

#[test]
fn with_the_platforms_addresses_listed_pushes_from_elsewhere_are_refused() {
    let relay = behind_a_proxy(|settings| {
        settings.access.platform = vec!["203.0.113.0/24".parse().unwrap()];
    });
    let seat = relay.add("A");
    assert_eq!(push_from(&seat, "203.0.113.7", b"1").status, 200);
    let large = vec![0; 1 << 20];
    for client in ["198.51.100.1", "203.0.113.7, 198.51.100.1"] {
        for body in [&b"2"[..], &large] {
            let refused = push_from(&seat, client, body);
            assert_eq!((refused.status, refused.code()), (403, "forbidden".into()));
        }
    }
    assert_eq!(get_from(&seat, "198.51.100.1", "/v1/status").status, 200);
    assert_eq!(seat.read_all().len(), 1);
}

#[test]
fn a_header_that_is_too_long_is_refused() {
    let relay = TestRelay::with(Limits {
        header_bytes: 8192,
        ..Limits::default()
    });
    let seat = relay.add("A");
    let header = |bytes: usize| format!("x-filler: {}\r\n", "a".repeat(bytes));
    let push = |bytes| send(seat.address, "POST", &seat.push_path, &header(bytes), b"1").status;
    assert_eq!((push(4000), push(9000)), (200, 431));
}

/// Large bodies are held in memory while they come; not any number of them.
#[test]
fn large_bodies_at_a_time_have_a_bound_and_usual_ones_always_find_room() {
    let relay = TestRelay::with(Limits {
        body_bytes: 200_000,
        ..Limits::default()
    });
    let seat = relay.add("A");
    let mut slow = connect(relay.address());
    let path = &seat.push_path;
    let head = "host: r\r\nconnection: close\r\ncontent-length: 150000\r\n\r\n";
    write!(slow, "POST {path} HTTP/1.1\r\n{head}").unwrap();
    slow.write_all(&[b'x'; 149_999]).unwrap();
    let taken = 149_999 - 8192;
    eventually("it is in", || relay.metric("body_bytes") == taken);
    let large = [b'y'; 150_000];
    let refused = seat.push(&large);
    assert_eq!(
        (refused.status, refused.code()),
        (503, "unavailable".into())
    );
    assert!(retry_after(&refused) > 0);
    seat.keep(&[b'z'; 8000]);
    slow.write_all(b"x").unwrap();
    assert_eq!(read(&mut slow).unwrap().status, 200);
    eventually("its room is given back", || relay.metric("body_bytes") == 0);
    seat.keep(&large);
    assert_eq!(seat.read_all().len(), 3);
}

/// Far more senders than places, each sending a little now and then: an honest one is served at
/// once, and not when their time is up, which is far away.
fn slow_senders_hurt_nobody(senders: usize, places: usize, start: fn(&Seat) -> String) {
    let relay = TestRelay::with(Limits {
        connections: places,
        header_deadline: Duration::from_secs(3600),
        body_deadline: Duration::from_secs(3600),
        ..Limits::default()
    });
    let seat = relay.add("A");
    let mut slow: Vec<TcpStream> = Vec::new();
    for number in 0..senders {
        let mut stream = connect(relay.address());
        // One that was sent off already does not hear of it before it writes.
        let _ = stream.write_all(start(&seat).as_bytes());
        slow.push(stream);
        if number % 100 == 99 {
            seat.keep(number.to_string().as_bytes());
            for stream in slow.iter_mut().rev().take(50) {
                let _ = stream.write_all(b"a");
            }
        }
    }
    let mut parked = connect(relay.address());
    let after = senders / 100;
    write!(
        parked,
        "GET /v1/records?after={after}&wait=60 HTTP/1.1\r\nhost: r\r\nconnection: close\r\n\
         authorization: Bearer {}\r\n\r\n",
        seat.read_token
    )
    .unwrap();
    // Who is at work is not sent off.
    eventually("the poll is parked", || relay.metric("parked_polls") == 1);
    for _ in 0..places {
        let mut stream = connect(relay.address());
        let _ = stream.write_all(start(&seat).as_bytes());
        slow.push(stream);
    }
    seat.keep(b"at last");
    assert_eq!(read(&mut parked).unwrap().status, 200);
    assert_eq!(seat.read_all().len(), after + 1);
    // The first of them had to go, and was not told that anything of it was stored.
    let mut told = Vec::new();
    let _ = slow[0].read_to_end(&mut told);
    assert!(told.is_empty(), "{}", String::from_utf8_lossy(&told));
}

fn half_a_header(_: &Seat) -> String {
    "POST /p/x HTTP/1.1\r\nhost: r\r\nx-slow: ".to_owned()
}

fn half_a_body(seat: &Seat) -> String {
    let path = &seat.push_path;
    format!("POST {path} HTTP/1.1\r\nhost: r\r\ncontent-length: 100000\r\n\r\n{{")
}

fn silence(_: &Seat) -> String {
    String::new()
}

#[rstest]
#[case::headers(half_a_header)]
#[case::bodies(half_a_body)]
#[case::silence(silence)]
fn many_slow_senders_do_not_hurt_an_honest_one(#[case] start: fn(&Seat) -> String) {
    slow_senders_hurt_nobody(300, 100, start);
}

#[rstest]
#[case::headers(half_a_header)]
#[case::bodies(half_a_body)]
#[ignore = "opens ten thousand sockets: `cargo xtask torture relay` runs it"]
fn five_thousand_slow_senders_do_not_hurt_an_honest_one(#[case] start: fn(&Seat) -> String) {
    slow_senders_hurt_nobody(5000, 1500, start);
}

/// A relay that may open few files serves fewer connections, and never comes to where its own
/// database can't be opened.
#[cfg(unix)]
#[test]
fn where_few_files_may_be_open_slow_senders_hurt_nobody_either() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("relay.db");
    let program = command(&database);
    let mut few = std::process::Command::new("sh");
    clean(&mut few)
        .args(["-c", "ulimit -n 200 && exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(program.get_args());
    let relay = Program::spawn(few, &[]);
    let seat = relay.add(&database, "A");
    let mut slow = Vec::new();
    for number in 0..400_u32 {
        let mut stream = connect(relay.address);
        let _ = stream.write_all(b"POST /p/x HTTP/1.1\r\n");
        slow.push(stream);
        if number % 50 == 49 {
            seat.keep(&number.to_le_bytes());
        }
    }
    assert_eq!(seat.read_all().len(), 8);
    assert_eq!(
        crate::socket::get(relay.address, "/healthz", "").status,
        200
    );
    relay.signal("TERM");
    let (status, stderr) = relay.end();
    assert!(
        status.success() && stderr.contains("limit of open files"),
        "{stderr}"
    );
}
