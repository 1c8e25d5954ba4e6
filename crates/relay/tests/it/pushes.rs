//! What a push may be, and what is kept of it.

use rstest::rstest;

use crate::{
    socket::{connect, raw, read, send, try_send},
    within::TestRelay,
};

const CAP: usize = 256 * 1024;

#[rstest]
#[case::json(
    "content-type: application/json\r\n",
    b"{\"subid\":\"1\"}",
    Some("application/json")
)]
#[case::form(
    "content-type: application/x-www-form-urlencoded\r\n",
    b"a=1&b=%E4",
    Some("application/x-www-form-urlencoded")
)]
#[case::half_a_json(
    "content-type: application/json\r\n",
    b"{\"a\":",
    Some("application/json")
)]
#[case::xml(
    "content-type: text/xml; charset=gbk\r\n",
    b"<a>\xc4\xe3</a>",
    Some("text/xml; charset=gbk")
)]
#[case::bytes(
    "content-type: application/octet-stream\r\n",
    b"\x00\xff\xfe\r\n\r\n",
    Some("application/octet-stream")
)]
#[case::a_type_that_is_none("content-type: ?\r\n", b"x", Some("?"))]
#[case::no_type("", b"x", None)]
#[case::empty("", b"", None)]
fn a_body_is_kept_as_it_came_whatever_its_shape(
    #[case] headers: &str,
    #[case] body: &[u8],
    #[case] content_type: Option<&str>,
) {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let answer = send(seat.address, "POST", &seat.push_path, headers, body);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, r#"{"code":200,"msg":"success"}"#);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let record = &seat.get("").json()["records"][0];
    assert_eq!(record["content_type"].as_str(), content_type);
    assert_eq!(record["received_at"], relay.now());
    assert_eq!(seat.read_all(), [(1, body.to_vec())]);
}

#[test]
fn an_identical_body_is_stored_once_and_answered_200_again() {
    let mut relay = TestRelay::start();
    let seat = relay.add("A");
    seat.keep(b"same");
    seat.keep(b"same");
    seat.keep(b"other");
    relay.restart();
    let seat = relay.again(seat);
    seat.keep(b"same");
    seat.keep(b"last");
    assert_eq!(
        seat.read_all(),
        [
            (1, b"same".to_vec()),
            (2, b"other".to_vec()),
            (3, b"last".to_vec())
        ]
    );
}

#[test]
fn the_same_body_pushed_at_once_from_many_sides_is_stored_once() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| seat.keep(b"same"));
        }
    });
    assert_eq!(seat.read_all(), [(1, b"same".to_vec())]);
}

#[test]
fn the_same_body_is_stored_for_each_seat_that_gets_it() {
    let relay = TestRelay::start();
    let (a, b) = (relay.add("A"), relay.add("B"));
    a.keep(b"same");
    b.keep(b"same");
    assert_eq!((a.read_all().len(), b.read_all().len()), (1, 1));
}

#[test]
fn a_body_of_256_kib_is_kept() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let body = vec![b'x'; CAP];
    seat.keep(&body);
    assert_eq!(seat.read_all(), [(1, body)]);
}

#[rstest]
#[case::one_byte(CAP + 1)]
#[case::much(20 * 1024 * 1024)]
fn a_larger_body_is_413_even_to_a_sender_that_sends_it_all_first(#[case] length: usize) {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let body = vec![b'x'; length];
    let answer = send(seat.address, "POST", &seat.push_path, "", &body);
    assert_eq!((answer.status, answer.code()), (413, "too_large".into()));

    let mut chunked = chunked_head(&seat.push_path).into_bytes();
    for chunk in body.chunks(64 * 1024) {
        chunked.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        chunked.extend_from_slice(chunk);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let answer = raw(seat.address, &chunked).expect("the relay answers");
    assert_eq!((answer.status, answer.code()), (413, "too_large".into()));
    assert_eq!(seat.read_all(), []);
}

#[test]
fn a_sender_that_asks_first_is_refused_before_it_sends() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: r\r\nconnection: close\r\ncontent-length: 99999999\r\n\
         expect: 100-continue\r\n\r\n",
        seat.push_path
    );
    assert_eq!(raw(seat.address, head.as_bytes()).unwrap().status, 413);
}

#[test]
fn a_chunked_body_is_kept() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let request = format!(
        "{}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
        chunked_head(&seat.push_path)
    );
    assert_eq!(raw(seat.address, request.as_bytes()).unwrap().status, 200);
    assert_eq!(seat.read_all(), [(1, b"abcde".to_vec())]);
}

#[rstest]
#[case::by_length("content-length: 10\r\n\r\nabc")]
#[case::within_a_chunk("transfer-encoding: chunked\r\n\r\na\r\nabc")]
#[case::between_chunks("transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n")]
#[case::a_chunk_of_no_size("transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n")]
fn a_body_cut_off_is_not_stored_and_not_a_success(#[case] rest: &str) {
    use std::io::Write;
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let mut stream = connect(seat.address);
    write!(
        stream,
        "POST {} HTTP/1.1\r\nhost: r\r\nconnection: close\r\n{rest}",
        seat.push_path
    )
    .unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let answer = read(&mut stream);
    assert_ne!(answer.map(|answer| answer.status), Some(200));
    assert_eq!(seat.read_all(), []);
}

#[test]
fn a_sender_that_closes_its_side_after_the_body_is_answered() {
    use std::io::Write;
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let mut stream = connect(seat.address);
    write!(
        stream,
        "POST {} HTTP/1.1\r\nhost: r\r\ncontent-length: 3\r\n\r\nabc",
        seat.push_path
    )
    .unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(read(&mut stream).unwrap().status, 200);
}

#[rstest]
#[case("NONSENSE\r\n\r\n")]
#[case("\x16\x03\x01\x02\x00\x01\x00")]
#[case("POST /p/x HTTP/1.1\r\ncontent-length: -1\r\n\r\n")]
#[case("POST /p/x HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab")]
fn what_is_no_http_does_the_relay_no_harm(#[case] request: &str) {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let answer = raw(seat.address, format!("{request}\r\n\r\n").as_bytes());
    assert_ne!(answer.map(|answer| answer.status), Some(200));
    seat.keep(b"still here");
}

/// Old senders and those that do not wait speak HTTP too.
#[rstest]
#[case::http_1_0("POST {path} HTTP/1.0\r\ncontent-length: 1\r\n\r\na", &["a"])]
#[case::one_after_the_other(
    "POST {path} HTTP/1.1\r\nhost: r\r\ncontent-length: 1\r\n\r\na\
     POST {path} HTTP/1.1\r\nhost: r\r\ncontent-length: 1\r\n\r\nb\
     POST {path} HTTP/1.1\r\nhost: r\r\ncontent-length: 1\r\nconnection: close\r\n\r\nc",
    &["a", "b", "c"]
)]
#[case::a_whole_address(
    "POST http://relay.example{path} HTTP/1.1\r\nhost: r\r\ncontent-length: 1\r\n\
     connection: close\r\n\r\na",
    &["a"]
)]
#[case::a_query_behind_it(
    "POST {path}?a=b HTTP/1.1\r\nhost: r\r\ncontent-length: 1\r\nconnection: close\r\n\r\na",
    &["a"]
)]
#[case::a_type_in_no_known_letters(
    "POST {path} HTTP/1.1\r\nhost: r\r\ncontent-type: \u{e9}\r\ncontent-length: 1\r\n\
     connection: close\r\n\r\na",
    &["a"]
)]
fn whatever_http_allows_is_taken(#[case] requests: &str, #[case] kept: &[&str]) {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let requests = requests.replace("{path}", &seat.push_path);
    let answers = raw(seat.address, requests.as_bytes()).unwrap();
    assert_eq!(answers.status, 200);
    let told = answers.body.matches("HTTP/1.1 200").count() + 1;
    assert_eq!(told, kept.len(), "each has an answer of its own");
    let stored: Vec<_> = seat.read_all().into_iter().map(|(_, body)| body).collect();
    let kept: Vec<_> = kept.iter().map(|body| body.as_bytes().to_vec()).collect();
    assert_eq!(stored, kept);
}

/// What a proxy in front and the relay might each take for another request's begin.
#[rstest]
#[case::two_lengths("content-length: 1\r\ncontent-length: 2\r\n\r\nab")]
#[case::a_length_of_two("content-length: 1, 2\r\n\r\nab")]
#[case::a_signed_length("content-length: +1\r\n\r\na")]
#[case::a_length_past_all("content-length: 99999999999999999999\r\n\r\na")]
#[case::a_coding_unknown("transfer-encoding: identity, x\r\n\r\na")]
#[case::a_folded_header("x: a\r\n b\r\ncontent-length: 1\r\n\r\na")]
#[case::a_space_before_the_colon("content-length : 1\r\n\r\na")]
#[case::a_chunk_size_past_all(
    "transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\na\r\n0\r\n\r\n"
)]
#[case::a_chunk_longer_than_it_says("transfer-encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n")]
#[case::a_null_in_a_header("x: \0\r\ncontent-length: 1\r\n\r\na")]
fn a_request_of_doubtful_bounds_is_not_stored(#[case] rest: &str) {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let request = format!(
        "POST {} HTTP/1.1\r\nhost: r\r\nconnection: close\r\n{rest}",
        seat.push_path
    );
    let answer = raw(seat.address, request.as_bytes());
    assert_ne!(answer.map(|answer| answer.status), Some(200));
    assert_eq!(seat.read_all(), []);
}

#[test]
fn a_header_without_end_is_refused() {
    let relay = TestRelay::start();
    let headers = format!("x: {}\r\n", "y".repeat(100_000));
    let answer = try_send(relay.address(), "POST", "/p/x", &headers, b"");
    assert!(answer.is_none_or(|answer| (400..500).contains(&answer.status)));
}

fn chunked_head(path: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: r\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
    )
}
