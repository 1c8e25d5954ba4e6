//! Promise 8: the link in a record, which anybody may have written.

use super::stand::{Reply, Stand};
use super::*;
use bohao_wire::RecordingState;
use rstest::rstest;

const NOT_THERE: &str = "{\"code\":2002,\"msg\":\"\"}";

#[tokio::test]
async fn the_link_has_what_the_platforms_call_has_not() {
    let file = wav(500, 1);
    let stand = Stand::new([Reply::json(NOT_THERE), Reply::whole(&file)]).await;
    let desk = Desk::new(&stand.url);
    let link = format!("{}/files/7.wav", stand.url);
    let call = desk.connected_with_link(SUBID, &link).await;

    let detail = desk.fetch(&call).await;

    assert_eq!(detail.state, RecordingState::Saved);
    assert_eq!(desk.bytes_of(&call).await, file);
    let requests = stand.requests();
    assert!(
        requests[0].contains("appSecret="),
        "the signed call comes first"
    );
    assert!(requests[1].starts_with("GET /files/7.wav HTTP/1.1"));
    assert!(!requests[1].contains(bohao_sandbox::Settings::APP_SECRET));
}

/// The reason that is told is the platform's own, and one is busy or away by every way.
#[rstest]
#[case::refused_host(Reply::json(NOT_THERE), "https://example.com/7.wav", 1, "not_ready")]
#[case::no_address(Reply::json(NOT_THERE), "recording-7", 1, "not_ready")]
#[case::busy(Reply::status(503), "/7.wav", 1, "platform_busy: HTTP 503")]
#[case::nothing_there_either(Reply::json(NOT_THERE), "/7.wav", 2, "not_ready")]
#[tokio::test]
async fn promise_8_a_link_is_asked_within_its_rules_only(
    #[case] answer: Reply,
    #[case] link: &str,
    #[case] asked: usize,
    #[case] reason: &str,
) {
    let stand = Stand::new([answer]).await;
    let desk = Desk::new(&stand.url);
    let link = match link.strip_prefix('/') {
        Some(path) => format!("{}/{path}", stand.url),
        None => link.to_owned(),
    };
    let call = desk.connected_with_link(SUBID, &link).await;

    let detail = desk.fetch(&call).await;

    assert_eq!(detail.state, RecordingState::Waiting);
    assert_eq!(detail.reason.as_deref(), Some(reason));
    assert_eq!(stand.requests().len(), asked);
}

/// What was begun at the link goes on there.
#[tokio::test]
async fn promise_6_a_fetch_from_a_link_goes_on_where_it_broke_off() {
    let file = wav(500, 1);
    let etag = "ETag: \"v1\"\r\n";
    let stand = Stand::new([
        Reply::json(NOT_THERE),
        Reply::cut(&file, 4000, etag),
        Reply::rest(&file, 4000, etag),
    ])
    .await;
    let desk = Desk::new(&stand.url);
    let call = desk
        .connected_with_link(SUBID, &format!("{}/7.wav", stand.url))
        .await;
    assert_eq!(desk.fetch(&call).await.reason.as_deref(), Some("cut_off"));

    assert_eq!(desk.fetch(&call).await.state, RecordingState::Saved);

    let last = stand.requests().remove(2).to_lowercase();
    assert!(last.starts_with("get /7.wav") && last.contains("range: bytes=4000-"));
    assert_eq!(desk.bytes_of(&call).await, file);
}
