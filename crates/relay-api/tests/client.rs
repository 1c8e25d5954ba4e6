//! The client against relays that answer well, badly, and not at all.
#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says so by panicking"
)]

use std::time::Duration;

use bohao_relay_api::{AddressError, RelayClient, RelayError, UnexpectedAnswer, Unreachable};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket},
};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{header, method, path, query_param},
};

const TOKEN: &str = "canary-token";

fn client(url: &str) -> RelayClient {
    RelayClient::new(url, TOKEN.into()).unwrap()
}

async fn relay_that_answers(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(answer)
        .mount(&server)
        .await;
    server
}

async fn ask(server: &MockServer) -> RelayError {
    client(&server.uri())
        .records(5, 2, 0)
        .await
        .expect_err("this answer must be refused")
}

fn record(seq: i64) -> Value {
    json!({"seq": seq, "received_at": 1_764_000_000_123_i64, "content_type": null, "body": "aGk="})
}

#[tokio::test]
async fn a_page_is_asked_for_and_read_as_the_contract_says() {
    let server = MockServer::start().await;
    Mock::given(path("/prefix/v1/records"))
        .and(header("authorization", "Bearer canary-token"))
        .and(query_param("after", "5"))
        .and(query_param("limit", "2"))
        .and(query_param("wait", "1"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({
            "records": [record(6), {"seq": 8, "received_at": 1, "content_type": "text/plain", "body": ""}],
            "next": 8, "head": 9, "later": true,
        })))
        .mount(&server)
        .await;
    let page = client(&format!("{}/prefix", server.uri()))
        .records(5, 2, 1)
        .await
        .unwrap();
    assert_eq!(page.records[0].body, b"hi");
    assert_eq!(page.records[1].content_type.as_deref(), Some("text/plain"));
    assert_eq!((page.next, page.head), (8, 9));
}

#[tokio::test]
async fn status_is_read_with_nothing_pushed_yet() {
    let body = json!({"seat": "A", "head": 0, "oldest": null, "last_push_at": null, "retain_days": 45, "version": "1"});
    let server = relay_that_answers(ResponseTemplate::new(200).set_body_json(body)).await;
    let status = client(&server.uri()).status().await.unwrap();
    assert_eq!(
        (status.seat.as_str(), status.head, status.oldest),
        ("A", 0, None)
    );
}

#[rstest]
#[case::at_the_cursor(json!([record(5)]), 5, 9, UnexpectedAnswer::OutOfOrder)]
#[case::before_the_cursor(json!([record(1)]), 1, 9, UnexpectedAnswer::OutOfOrder)]
#[case::descending(json!([record(8), record(7)]), 8, 9, UnexpectedAnswer::OutOfOrder)]
#[case::twice(json!([record(7), record(7)]), 7, 9, UnexpectedAnswer::OutOfOrder)]
#[case::more_than_asked(json!([record(6), record(7), record(8)]), 8, 9, UnexpectedAnswer::TooMany)]
#[case::cursor_goes_back(json!([]), 4, 9, UnexpectedAnswer::Cursor)]
#[case::cursor_before_its_records(json!([record(6)]), 5, 9, UnexpectedAnswer::Cursor)]
#[case::cursor_past_the_head(json!([record(6)]), 100, 9, UnexpectedAnswer::Cursor)]
#[case::head_below_its_records(json!([record(6)]), 6, 3, UnexpectedAnswer::Cursor)]
#[case::negative_head(json!([]), 0, -1, UnexpectedAnswer::Cursor)]
#[tokio::test]
async fn a_lying_relay_is_refused(
    #[case] records: Value,
    #[case] next: i64,
    #[case] head: i64,
    #[case] expected: UnexpectedAnswer,
) {
    let body = json!({"records": records, "next": next, "head": head});
    let server = relay_that_answers(ResponseTemplate::new(200).set_body_json(body)).await;
    assert_eq!(ask(&server).await, RelayError::Unexpected(expected));
}

#[tokio::test]
async fn a_relay_that_knows_less_than_the_cursor_says_so() {
    let body = json!({"records": [], "next": 0, "head": 3});
    let server = relay_that_answers(ResponseTemplate::new(200).set_body_json(body)).await;
    let page = client(&server.uri()).records(5, 2, 0).await.unwrap();
    assert!(page.rewinds(5));
    assert_eq!(page.next, 0);
}

#[rstest]
#[case::html(ResponseTemplate::new(200).set_body_raw("<html>login</html>", "text/html; charset=utf-8"), UnexpectedAnswer::Html)]
#[case::html_in_disguise(ResponseTemplate::new(200).set_body_raw("\n<!DOCTYPE html>", "application/json"), UnexpectedAnswer::Html)]
#[case::half_json(ResponseTemplate::new(200).set_body_raw(r#"{"records":[{"seq":6,"#, "application/json"), UnexpectedAnswer::Malformed)]
#[case::empty(ResponseTemplate::new(200), UnexpectedAnswer::Malformed)]
#[case::other_json(ResponseTemplate::new(200).set_body_json(json!({"ok": true})), UnexpectedAnswer::Malformed)]
#[case::body_not_base64(ResponseTemplate::new(200).set_body_json(json!({"records": [{"seq": 6, "received_at": 1, "body": "*"}], "next": 6, "head": 6})), UnexpectedAnswer::Malformed)]
#[case::number_too_large(ResponseTemplate::new(200).set_body_raw(r#"{"records":[],"next":99999999999999999999,"head":6}"#, "application/json"), UnexpectedAnswer::Malformed)]
#[case::too_large(ResponseTemplate::new(200).set_body_bytes(vec![b' '; 17 << 20]), UnexpectedAnswer::TooLarge)]
#[case::redirect(ResponseTemplate::new(302).insert_header("location", "http://127.0.0.1:9/"), UnexpectedAnswer::Redirect)]
#[case::not_found(ResponseTemplate::new(404), UnexpectedAnswer::Status(404))]
#[case::fault(ResponseTemplate::new(500), UnexpectedAnswer::Status(500))]
#[tokio::test]
async fn what_is_no_relay_is_refused(
    #[case] answer: ResponseTemplate,
    #[case] expected: UnexpectedAnswer,
) {
    let server = relay_that_answers(answer).await;
    assert_eq!(ask(&server).await, RelayError::Unexpected(expected));
}

#[tokio::test]
async fn an_endless_body_of_unknown_length_is_left_at_the_cap() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let endless = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(&[b' '; 65536]).await.is_ok() {}
    });
    let error = client(&url).records(0, 1, 0).await.unwrap_err();
    assert_eq!(error, RelayError::Unexpected(UnexpectedAnswer::TooLarge));
    endless.await.unwrap();
}

#[rstest]
#[case(ResponseTemplate::new(401), RelayError::Unauthorized)]
#[case(ResponseTemplate::new(503), RelayError::Busy { retry_after: None })]
#[case(ResponseTemplate::new(502).set_body_string("<html>"), RelayError::Busy { retry_after: None })]
#[case(ResponseTemplate::new(504), RelayError::Busy { retry_after: None })]
#[case(ResponseTemplate::new(503).insert_header("retry-after", "2"), RelayError::Busy { retry_after: Some(Duration::from_secs(2)) })]
#[case(ResponseTemplate::new(429).insert_header("retry-after", "999999999"), RelayError::Busy { retry_after: Some(Duration::from_secs(3600)) })]
#[tokio::test]
async fn a_refusal_is_told_from_a_wrong_answer(
    #[case] answer: ResponseTemplate,
    #[case] expected: RelayError,
) {
    assert_eq!(ask(&relay_that_answers(answer).await).await, expected);
}

#[tokio::test]
async fn a_redirect_gets_no_token() {
    let elsewhere = relay_that_answers(ResponseTemplate::new(200)).await;
    let answer = ResponseTemplate::new(307).insert_header("location", elsewhere.uri());
    let server = relay_that_answers(answer).await;
    ask(&server).await;
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn no_relay_there_is_unreachable_and_the_error_names_no_address() {
    // Bound, so that nobody else gets the port, and not listening.
    let nobody = TcpSocket::new_v4().unwrap();
    nobody.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = nobody.local_addr().unwrap();
    let error = client(&format!("http://{address}"))
        .status()
        .await
        .unwrap_err();
    assert_eq!(error, RelayError::Unreachable(Unreachable::NoConnection));
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(&address.port().to_string()) && !shown.contains(TOKEN));
}

#[tokio::test]
async fn a_connection_cut_within_the_answer_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"rec")
            .await;
    });
    let error = client(&url).records(0, 1, 0).await.unwrap_err();
    assert_eq!(error, RelayError::Unreachable(Unreachable::Interrupted));
}

#[rstest]
#[case("http://relay.example", RelayError::Address(AddressError::Insecure))]
#[case("relay", RelayError::Address(AddressError::NotAnAddress))]
fn an_address_that_would_leak_the_token_is_refused(
    #[case] url: &str,
    #[case] expected: RelayError,
) {
    assert_eq!(RelayClient::new(url, TOKEN.into()).unwrap_err(), expected);
}

#[test]
fn a_token_with_a_line_break_is_refused() {
    let error = RelayClient::new("https://relay.example", "a\r\nx: y".into()).unwrap_err();
    assert_eq!(error, RelayError::MalformedToken);
}

#[test]
fn debug_shows_neither_address_nor_token() {
    assert_eq!(
        format!("{:?}", client("https://canary.example")),
        "RelayClient"
    );
}
