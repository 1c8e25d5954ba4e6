//! The push-test against relays that do what they should not.
#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says so by panicking"
)]

use bohao_relay_api::{PairingLink, PushTestError, push_test};
use rstest::rstest;
use serde_json::json;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

const TOKEN: &str = "bhr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A relay that tells a status, answers pushes as told, and has nothing to read.
async fn relay(pushed: ResponseTemplate) -> (MockServer, PairingLink) {
    let server = MockServer::start().await;
    let status = json!({"seat": "A", "head": 0, "retain_days": 45, "version": "0"});
    let empty = json!({"records": [], "next": 0, "head": 0});
    for (route, answer) in [("/v1/status", status), ("/v1/records", empty)] {
        let answer = ResponseTemplate::new(200).set_body_json(answer);
        // A poll is parked for a while, and longer than any push takes.
        let answer = match route {
            "/v1/records" => answer.set_delay(std::time::Duration::from_secs(2)),
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
#[case::lost(
    ResponseTemplate::new(200).set_body_json(json!({"code": 200, "msg": "success"})),
    PushTestError::DidNotArrive
)]
#[tokio::test]
async fn the_leg_that_failed_is_named(
    #[case] pushed: ResponseTemplate,
    #[case] expected: PushTestError,
) {
    let (_server, link) = relay(pushed).await;
    let failed = push_test(&link, "1f").await.unwrap_err();
    assert_eq!(failed, expected);
    assert!(!failed.to_string().contains("/p/x"), "{failed}");
}
