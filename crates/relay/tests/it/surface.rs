//! Routes, methods, tokens and errors, as the contract has them.

use rstest::rstest;
use serde_json::json;

use crate::{
    socket::{self, send},
    within::TestRelay,
};

#[rstest]
#[case::nothing("")]
#[case::no_scheme("authorization: bhr_abc\r\n")]
#[case::other_scheme("authorization: Basic dXNlcjpwYXNz\r\n")]
#[case::empty("authorization: Bearer \r\n")]
#[case::wrong("authorization: Bearer bhr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n")]
#[case::not_text("authorization: Bearer \u{e9}\r\n")]
fn without_a_read_token_nothing_is_read(#[case] headers: &str) {
    let relay = TestRelay::start();
    relay.add("A").keep(b"1");
    for path in ["/v1/records", "/v1/status", "/v1/records?after=x"] {
        let answer = send(relay.address(), "GET", path, headers, b"");
        assert_eq!(
            (answer.status, answer.code()),
            (401, "unauthorized".into()),
            "{path}"
        );
        assert!(
            answer
                .header("www-authenticate")
                .unwrap()
                .starts_with("Bearer")
        );
    }
}

#[test]
fn neither_token_does_the_others_work() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let push_token = seat.push_path.strip_prefix("/p/").unwrap();
    assert_eq!(
        socket::get(relay.address(), "/v1/records", push_token).status,
        401
    );
    let read_path = format!("/p/{}", seat.read_token);
    assert_eq!(socket::push(relay.address(), &read_path, b"1").status, 404);
    assert_eq!(seat.read_all(), []);
}

#[rstest]
#[case::wrong("/p/bhp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
#[case::short("/p/x")]
#[case::not_text("/p/%ff%fe")]
#[case::none("/p/")]
#[case::deeper("/p/a/b")]
#[case::elsewhere("/v2/records")]
#[case::twice_a_slash("//p/x")]
#[case::up_and_down("/v1/../p/x")]
#[case::an_encoded_slash("/p%2fx")]
#[case::another_case("/P/x")]
#[case::nothing_at_all("*")]
fn an_unknown_token_or_route_is_not_found(#[case] path: &str) {
    let relay = TestRelay::start();
    let answer = socket::push(relay.address(), path, b"1");
    assert_eq!((answer.status, answer.code()), (404, "not_found".into()));
}

#[rstest]
#[case("GET")]
#[case("PUT")]
#[case("PATCH")]
#[case("DELETE")]
#[case("OPTIONS")]
#[case("BREW")]
fn a_push_address_takes_post_alone(#[case] method: &str) {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let answer = send(relay.address(), method, &seat.push_path, "", b"1");
    assert_eq!(
        (answer.status, answer.code()),
        (405, "method_not_allowed".into())
    );
    assert_eq!(answer.header("allow"), Some("POST"));
    assert_eq!(seat.read_all(), []);
}

#[rstest]
#[case("/v1/records")]
#[case("/v1/status")]
#[case("/v1/seats")]
#[case("/healthz")]
fn what_is_read_takes_no_post(#[case] path: &str) {
    let relay = TestRelay::start();
    let answer = send(relay.address(), "POST", path, "", b"");
    assert_eq!(answer.status, 405);
    assert!(answer.header("allow").unwrap().contains("GET"));
}

#[test]
fn status_tells_how_the_seat_stands() {
    let relay = TestRelay::start();
    let seat = relay.add("张三");
    let status = || socket::get(seat.address, "/v1/status", &seat.read_token).json();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        status(),
        json!({"seat": "张三", "head": 0, "oldest": null, "last_push_at": null, "retain_days": 45, "version": version})
    );
    seat.keep(b"1");
    relay.pass_days(1);
    seat.keep(b"2");
    assert_eq!(
        status(),
        json!({"seat": "张三", "head": 2, "oldest": 1, "last_push_at": relay.now(), "retain_days": 45, "version": version})
    );
}

#[test]
fn health_needs_no_token_and_tells_no_secret() {
    let relay = TestRelay::start();
    let seat = relay.add("canary");
    let answer = send(relay.address(), "GET", "/healthz", "", b"");
    assert_eq!(answer.status, 200);
    assert!(!answer.body.contains("canary") && !answer.body.contains(&seat.read_token));
}

#[test]
fn metrics_are_not_on_the_open_listener() {
    let relay = TestRelay::start();
    assert_eq!(
        send(relay.address(), "GET", "/metrics", "", b"").status,
        404
    );
}
