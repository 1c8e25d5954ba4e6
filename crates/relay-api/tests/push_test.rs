//! The push-test against relays that do what they should not.
#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says so by panicking"
)]

use std::time::Duration;

use bohao_relay_api::{PairingLink, PushTestError, push_test};
use rstest::rstest;
use serde_json::json;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

const TOKEN: &str = "bhr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Longer than any test takes: a poll that is parked for so long ends no push-test.
const FOR_EVER: Duration = Duration::from_secs(3600);

/// A relay that tells a status, answers pushes as told, and parks polls for a time and has nothing
/// to read then.
async fn relay(pushed: ResponseTemplate, parked: Duration) -> (MockServer, PairingLink) {
    let server = MockServer::start().await;
    let status = json!({"seat": "A", "head": 0, "retain_days": 45, "version": "0"});
    let empty = json!({"records": [], "next": 0, "head": 0});
    for (route, answer) in [("/v1/status", status), ("/v1/records", empty)] {
        let answer = ResponseTemplate::new(200).set_body_json(answer);
        let answer = match route {
            "/v1/records" => answer.set_delay(parked),
            _ => answer,
        };
        let mock = Mock::given(method("GET")).and(path(route));
        mock.respond_with(answer).mount(&server).await;
    }
    let push = Mock::given(method("POST")).and(path("/p/x"));
    push.respond_with(pushed).mount(&server).await;
    let push_url = format!("{}/p/x", server.uri());
    let link = PairingLink::new(&server.uri(), &push_url, TOKEN).unwrap();
    (server, link)
}

#[rstest]
#[case::refused(ResponseTemplate::new(403), PushTestError::Refused(403))]
#[case::away(ResponseTemplate::new(503), PushTestError::Refused(503))]
#[case::redirected(
    ResponseTemplate::new(301).insert_header("location", "https://elsewhere.example"),
    PushTestError::Refused(301)
)]
#[case::a_page(
    ResponseTemplate::new(200).set_body_string("<html>"),
    PushTestError::NotARelay
)]
#[tokio::test]
async fn the_leg_that_failed_is_named(
    #[case] pushed: ResponseTemplate,
    #[case] expected: PushTestError,
) {
    let (_server, link) = relay(pushed, FOR_EVER).await;
    let failed = push_test(&link, "1f").await.unwrap_err();
    assert_eq!(failed, expected);
    assert!(!failed.to_string().contains("/p/x"), "{failed}");
}

/// The poll ends a while after the push, if it may; on a machine that is so busy that it ends
/// before, the record did not come back either.
#[tokio::test]
async fn a_record_that_does_not_come_back_is_named() {
    let arrived = json!({"code": 200, "msg": "success"});
    let pushed = ResponseTemplate::new(200).set_body_json(arrived);
    let (_server, link) = relay(pushed, Duration::from_secs(2)).await;
    let failed = push_test(&link, "1f").await.unwrap_err();
    assert_eq!(failed, PushTestError::DidNotArrive);
}
