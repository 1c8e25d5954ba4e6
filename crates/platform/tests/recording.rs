//! Recordings from servers that behave, misbehave, and lead elsewhere.

use bohao_platform::{
    Class, Config, Found, NotSentReason, Platform, RangeFrom, Recording, RecordingError,
    RedirectRefusal, sign,
};
use rstest::rstest;

use raw::{NOW, RawServer, Reply, Then, credentials};

mod link;
mod raw;

const AUDIO: &[u8] = b"RIFF\x24\x00\x00\x00WAVEfmt and the rest of the sound";
const CLOCK: &str = r#"{"code":1006,"msg":"请求无效"}"#;
const HOUR_LATER: &str = "Mon, 24 Nov 2025 17:00:00 GMT";

fn audio(head: &str) -> Reply {
    Reply::new(head, AUDIO, Then::Stay)
}

fn redirect(location: &str) -> Reply {
    Reply::new(&format!("302 Found\nLocation: {location}"), b"", Then::Stay)
}

async fn fetch(platform: &Platform, range: Option<RangeFrom>) -> Result<Recording, RecordingError> {
    platform
        .recording(&credentials(), "042", &|| NOW, range)
        .await
}

async fn whole(mut recording: Recording) -> Result<Vec<u8>, RecordingError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = recording.chunk().await? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

async fn failure(replies: impl IntoIterator<Item = Reply>) -> RecordingError {
    let server = RawServer::start(replies).await;
    match fetch(&server.platform(), None).await {
        Ok(recording) => whole(recording).await.expect_err("a fault"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_recording_is_asked_for_with_a_signature_over_its_subid() {
    let server = RawServer::start([audio(
        "200 OK\nContent-Type: audio/wav\nETag: \"v1\"\nLast-Modified: Mon, 24 Nov 2025 15:00:00 GMT",
    )])
    .await;

    let recording = fetch(&server.platform(), None).await.expect("a recording");

    assert_eq!(recording.content_type.as_deref(), Some("audio/wav"));
    assert_eq!(
        (recording.length, recording.offset),
        (Some(AUDIO.len() as u64), 0)
    );
    assert_eq!(recording.validator(), Some("\"v1\""));
    assert_eq!(whole(recording).await.as_deref(), Ok(AUDIO));

    let signature = sign(
        &[
            ("appKey", "canary-key-5f3a"),
            ("appSecret", "canary-secret-91bc"),
            ("timestamp", "1764000000"),
            ("subid", "042"),
        ],
        &Config::default().dialect,
    );
    let asked = format!(
        "GET /call/companyRecordDownlaod/042?appKey=canary-key-5f3a&appSecret=canary-secret-91bc&timestamp=1764000000&sign={signature} HTTP/1.1"
    );
    assert_eq!(server.requests()[0].lines().next(), Some(asked.as_str()));
}

#[rstest]
#[case::no_type("200 OK")]
#[case::a_vague_type("200 OK\nContent-Type: application/octet-stream")]
#[case::a_lying_type("200 OK\nContent-Type: application/json;charset=utf-8")]
#[tokio::test]
async fn audio_is_audio_whatever_it_is_called(#[case] head: &str) {
    let server = RawServer::start([audio(head)]).await;

    let recording = fetch(&server.platform(), None).await.expect("a recording");

    assert_eq!(whole(recording).await.as_deref(), Ok(AUDIO));
}

#[tokio::test]
async fn a_recording_of_unknown_length_ends_with_its_connection() {
    let bytes = [b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", AUDIO].concat();
    let server = RawServer::start([Reply {
        bytes,
        then: Then::Close,
    }])
    .await;

    let recording = fetch(&server.platform(), None).await.expect("a recording");

    assert_eq!(recording.length, None);
    assert_eq!(whole(recording).await.as_deref(), Ok(AUDIO));
}

#[rstest]
#[case("audio/wav", r#"{"code":1004,"msg":"签名无效"}"#, 1004, Class::SetUp)]
#[case(
    "application/json",
    r#"{"code":"9001","msg":"费用不足"}"#,
    9001,
    Class::Account
)]
#[case(
    "application/octet-stream",
    "\u{feff}  \n{\"code\":3001}",
    3001,
    Class::Platform
)]
#[case(
    "application/json",
    r#"{"code":500,"msg":"canary-secret-91bc"}"#,
    500,
    Class::Other
)]
#[tokio::test]
async fn promise_6_json_in_place_of_audio_is_an_error_with_its_code(
    #[case] content_type: &str,
    #[case] body: &str,
    #[case] code: i64,
    #[case] class: Class,
) {
    let head = format!("200 OK\nContent-Type: {content_type}");

    let RecordingError::Refused(refusal) =
        failure([Reply::new(&head, body.as_bytes(), Then::Stay)]).await
    else {
        panic!("not refused");
    };

    assert_eq!((refusal.code, refusal.class), (code, class));
    assert!(!refusal.message.contains("canary"));
}

#[rstest]
#[case::no_more("200 OK", r#"{"code":2002,"msg":"没有更多数据了"}"#, Some(2002))]
#[case::no_data("200 OK", r#"{"code":2003,"msg":"暂无数据"}"#, Some(2003))]
#[case::frame("200 OK", r#"{"code":404,"msg":"not found"}"#, Some(404))]
#[case::not_found("404 Not Found", "<html>", None)]
#[case::with_a_code("404 Not Found", r#"{"code":2003}"#, Some(2003))]
#[case::later("202 Accepted", "", None)]
#[case::empty("200 OK", "", None)]
#[tokio::test]
async fn what_is_not_there_yet_is_not_ready(
    #[case] head: &str,
    #[case] body: &str,
    #[case] code: Option<i64>,
) {
    let error = failure([Reply::new(head, body.as_bytes(), Then::Stay)]).await;

    assert_eq!(error, RecordingError::NotReady { code });
    assert!(error.is_temporary());
}

#[rstest]
#[case::html(
    Reply::new("200 OK\nContent-Type: audio/wav", b"\n<!doctype html>", Then::Stay),
    RecordingError::NotAudio(Found::Html)
)]
#[case::html_by_type(
    Reply::new("200 OK\nContent-Type: text/html", b"sorry, no recording", Then::Stay),
    RecordingError::NotAudio(Found::Html)
)]
#[case::text(
    Reply::new("200 OK\nContent-Type: text/plain", b"sorry, no recording", Then::Stay),
    RecordingError::NotAudio(Found::Text)
)]
#[case::json_without_code(
    Reply::json(r#"{"error":"sorry"}"#),
    RecordingError::NotAudio(Found::Json)
)]
#[case::json_that_succeeds(
    Reply::json(r#"{"code":200,"msg":"ok"}"#),
    RecordingError::NotAudio(Found::Json)
)]
#[case::half_a_json(Reply::json(r#"{"code":10"#), RecordingError::NotAudio(Found::Json))]
#[case::endless_json(Reply::json(&format!("{{{}", " ".repeat(70_000))), RecordingError::NotAudio(Found::Json))]
#[case::compressed(
    audio("200 OK\nContent-Encoding: gzip"),
    RecordingError::NotAudio(Found::Compressed)
)]
#[case::gateway(Reply::new("502 Bad Gateway", b"<html>", Then::Stay), RecordingError::Http { status: 502 })]
#[case::forbidden(Reply::new("403 Forbidden", b"", Then::Stay), RecordingError::Http { status: 403 })]
#[case::cut_before_the_answer(audio("200 OK").cut(0, Then::Close), RecordingError::Broken)]
#[case::cut_at_the_start(audio("200 OK").cut(46, Then::Close), RecordingError::Broken)]
#[case::cut_within(audio("200 OK").cut(70, Then::Close), RecordingError::Broken)]
#[case::silence(audio("200 OK").cut(0, Then::Hang), RecordingError::TimedOut)]
#[case::silence_within(audio("200 OK").cut(70, Then::Hang), RecordingError::TimedOut)]
#[case::a_trickle_before_it_proves_anything(
    audio("200 OK").cut(40, Then::Trickle),
    RecordingError::TimedOut
)]
#[case::a_trickle_of_white_space(
    Reply::new("200 OK", &[b' '; 9_000], Then::Stay).cut(45, Then::Trickle),
    RecordingError::TimedOut
)]
#[case::a_trickle_of_sound(
    Reply::new("200 OK", &[AUDIO, &[0; 9_000]].concat(), Then::Stay).cut(75, Then::Trickle),
    RecordingError::TimedOut
)]
#[case::unasked_part(
    audio("206 Partial Content\nContent-Range: bytes 5-9/10"),
    RecordingError::Broken
)]
#[tokio::test]
async fn promise_6_what_is_no_whole_audio_is_an_error(
    #[case] reply: Reply,
    #[case] error: RecordingError,
) {
    assert_eq!(failure([reply]).await, error);
}

#[rstest]
#[case::announced(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\nRIFF")]
#[case::unannounced(
    b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nRIFF1234567890123456789012345678901234567890"
)]
#[tokio::test]
async fn promise_13_a_body_over_the_limit_is_stopped(#[case] bytes: &[u8]) {
    let server = RawServer::start([Reply {
        bytes: bytes.to_vec(),
        then: Then::Close,
    }])
    .await;
    let config = Config {
        recording_limit: 30,
        ..server.config()
    };
    let platform = Platform::new(config).expect("a client");

    let error = match fetch(&platform, None).await {
        Ok(recording) => whole(recording).await.expect_err("too large"),
        Err(error) => error,
    };

    assert_eq!(error, RecordingError::TooLarge { limit: 30 });
}

fn from_ten(validator: &str) -> Option<RangeFrom> {
    Some(RangeFrom {
        offset: 10,
        validator: validator.into(),
        total: Some(AUDIO.len() as u64),
    })
}

fn rest(head: &str) -> Reply {
    Reply::new(
        &format!("206 Partial Content\n{head}"),
        &AUDIO[10..],
        Then::Stay,
    )
}

fn range_header(server: &RawServer) -> Option<String> {
    let request = server.requests().remove(0).to_lowercase();
    request
        .lines()
        .find_map(|line| line.strip_prefix("range: ").map(str::to_owned))
}

#[tokio::test]
async fn a_proven_part_goes_on_where_it_broke_off() {
    let total = AUDIO.len();
    let head = format!(
        "Content-Range: bytes 10-{}/{total}\nETag: \"v1\"",
        total - 1
    );
    let server = RawServer::start([rest(&head)]).await;

    let recording = fetch(&server.platform(), from_ten("\"v1\""))
        .await
        .expect("the rest");

    assert_eq!(
        (recording.offset, recording.length),
        (10, Some(total as u64))
    );
    assert_eq!(whole(recording).await.as_deref(), Ok(&AUDIO[10..]));
    assert_eq!(range_header(&server).as_deref(), Some("bytes=10-"));
    assert!(
        server.requests()[0]
            .to_lowercase()
            .contains("if-range: \"v1\"")
    );
}

/// A time in whole seconds proves a file the same only once it rested for a while.
#[rstest]
#[case::rested("Mon, 24 Nov 2025 15:58:59 GMT", Some("Mon, 24 Nov 2025 15:58:59 GMT"))]
#[case::just_written("Mon, 24 Nov 2025 15:59:30 GMT", None)]
#[tokio::test]
async fn promise_6_a_time_proves_a_file_that_rested(
    #[case] modified: &str,
    #[case] validator: Option<&str>,
) {
    let head = format!("200 OK\nDate: Mon, 24 Nov 2025 16:00:00 GMT\nLast-Modified: {modified}");
    let server = RawServer::start([audio(&head)]).await;

    let recording = fetch(&server.platform(), None).await.expect("a recording");

    assert_eq!(recording.validator(), validator);
}

#[rstest]
#[case::seconds("503 Busy\nRetry-After: 120", 503, Some(120))]
#[case::an_instant(
    "429 Slow\nDate: Mon, 24 Nov 2025 16:00:00 GMT\nRetry-After: Mon, 24 Nov 2025 16:01:30 GMT",
    429,
    Some(90)
)]
#[case::a_past_instant(
    "503 Busy\nDate: Mon, 24 Nov 2025 16:00:00 GMT\nRetry-After: Mon, 24 Nov 2025 15:00:00 GMT",
    503,
    Some(0)
)]
#[case::nonsense("503 Busy\nRetry-After: soon", 503, None)]
#[case::nothing("429 Slow", 429, None)]
#[tokio::test]
async fn a_busy_server_says_for_how_long(
    #[case] head: &str,
    #[case] status: u16,
    #[case] seconds: Option<u64>,
) {
    let retry_after = seconds.map(std::time::Duration::from_secs);

    let error = failure([Reply::new(head, b"{\"code\":2000}", Then::Stay)]).await;

    assert_eq!(
        error,
        RecordingError::Busy {
            status,
            retry_after
        }
    );
}

#[tokio::test]
async fn a_server_without_ranges_begins_anew() {
    let server = RawServer::start([audio("200 OK")]).await;

    let recording = fetch(&server.platform(), from_ten("\"v1\""))
        .await
        .expect("all of it");

    assert_eq!(recording.offset, 0);
    assert_eq!(whole(recording).await.as_deref(), Ok(AUDIO));
}

#[rstest]
#[case::another_file(rest("Content-Range: bytes 10-49/50\nETag: \"v2\""))]
#[case::no_proof(rest("Content-Range: bytes 10-49/50"))]
#[case::another_place(rest("Content-Range: bytes 0-39/50\nETag: \"v1\""))]
#[case::no_place(rest("ETag: \"v1\""))]
#[case::another_size(rest("Content-Range: bytes 10-41/42\nETag: \"v1\""))]
#[case::no_size(rest("Content-Range: bytes 10-40/*\nETag: \"v1\""))]
#[case::no_end(rest("Content-Range: bytes 10-29/41\nETag: \"v1\""))]
#[case::not_satisfiable(Reply::new("416 Range Not Satisfiable", b"", Then::Stay))]
#[tokio::test]
async fn promise_6_an_unproven_part_is_not_taken(#[case] reply: Reply) {
    let server = RawServer::start([reply]).await;

    let error = fetch(&server.platform(), from_ten("\"v1\""))
        .await
        .expect_err("no proof");

    assert_eq!(error, RecordingError::NotResumable);
}

#[tokio::test]
async fn a_weak_validator_is_nothing_to_go_on_with() {
    let server = RawServer::start([audio("200 OK")]).await;

    fetch(&server.platform(), from_ten("W/\"v1\""))
        .await
        .expect("all of it");

    assert_eq!(range_header(&server), None);
}

#[tokio::test]
async fn promise_8_a_redirect_is_followed_without_credentials() {
    let other = RawServer::start([audio("200 OK")]).await;
    let location = format!("{}/files/7.wav?token=1", other.address);
    let server = RawServer::start([redirect("/moved"), redirect(&location)]).await;

    let recording = fetch(&server.platform(), None).await.expect("a recording");

    assert_eq!(whole(recording).await.as_deref(), Ok(AUDIO));
    let (first, later) = (server.requests()[0].clone(), server.requests()[1].clone());
    assert!(first.contains("canary-secret-91bc"));
    for request in [later, other.requests().remove(0)] {
        let lower = request.to_lowercase();
        assert!(
            !lower.contains("canary") && !lower.contains("sign="),
            "credentials went along"
        );
        assert!(!lower.contains("referer") && !lower.contains("authorization"));
    }
}

#[rstest]
#[case::onto_itself(&["/a", "/a"], RedirectRefusal::Loop)]
#[case::to_and_fro(&["/a", "/b", "/a"], RedirectRefusal::Loop)]
#[case::to_the_very_start(&[""], RedirectRefusal::Loop)]
#[case::endless(&["/1", "/2", "/3", "/4", "/5", "/6"], RedirectRefusal::TooMany)]
#[case::into_the_local_network(&["https://192.168.1.1/7.wav"], RedirectRefusal::PrivateAddress)]
#[case::without_tls(&["http://files.example.com/7.wav"], RedirectRefusal::NotHttps)]
#[case::with_credentials(&["/a?appSecret=canary-secret-91bc"], RedirectRefusal::CarriesCredentials)]
#[tokio::test]
async fn promise_13_a_bad_redirect_ends_in_a_clear_word(
    #[case] locations: &[&str],
    #[case] refusal: RedirectRefusal,
) {
    let error = failure(locations.iter().map(|location| redirect(location))).await;

    assert_eq!(error, RecordingError::Redirected(refusal));
}

#[tokio::test]
async fn five_hops_are_followed() {
    let hops = ["/1", "/2", "/3", "/4", "/5"].map(redirect);
    let server = RawServer::start(hops.into_iter().chain([audio("200 OK")])).await;

    let recording = fetch(&server.platform(), None).await.expect("a recording");

    assert_eq!(whole(recording).await.as_deref(), Ok(AUDIO));
}

#[rstest]
#[case("")]
#[case(".")]
#[case("..")]
#[case("a/../../b")]
#[case("a\\b")]
#[case("%2e%2e")]
#[case("a?b")]
#[case("a#b")]
#[case("a b")]
#[case("号")]
#[case("a\r\nHost: b")]
#[tokio::test]
async fn promise_13_a_subid_that_is_no_path_segment_is_never_asked_for(#[case] subid: &str) {
    let server = RawServer::start([audio("200 OK")]).await;

    let asked = server
        .platform()
        .recording(&credentials(), subid, &|| NOW, None)
        .await;

    assert_eq!(asked.expect_err("malformed"), RecordingError::InvalidSubid);
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn nobody_listening_is_unreachable() {
    // Bound, so that nobody else gets the port, and not listening.
    let nobody = tokio::net::TcpSocket::new_v4().expect("a socket");
    let any = "127.0.0.1:0".parse().expect("an address");
    nobody.bind(any).expect("a free port");
    let address = format!("http://{}", nobody.local_addr().expect("an address"));
    let config = Config {
        recording_url: address.parse().expect("an address"),
        ..Config::default()
    };
    let platform = Platform::new(config).expect("a client");

    let error = fetch(&platform, None).await.expect_err("nobody there");

    assert_eq!(error, RecordingError::Unreachable(NotSentReason::Refused));
}

#[tokio::test]
async fn a_wrong_clock_is_corrected_and_the_recording_asked_for_once_more() {
    let late = format!("200 OK\nDate: {HOUR_LATER}");
    let refused = Reply::new(&late, CLOCK.as_bytes(), Then::Stay);

    let server = RawServer::start([refused.clone(), audio(&late)]).await;
    fetch(&server.platform(), None).await.expect("a recording");
    assert!(server.requests()[1].contains("timestamp=1764003600"));

    let another = Reply::new(
        "200 OK\nDate: Mon, 24 Nov 2025 20:00:00 GMT",
        CLOCK.as_bytes(),
        Then::Stay,
    );
    let stubborn = RawServer::start([refused, another]).await;
    let error = fetch(&stubborn.platform(), None)
        .await
        .expect_err("refused twice");
    assert!(matches!(error, RecordingError::Refused(refusal) if refusal.code == 1006));
    assert_eq!(stubborn.requests().len(), 2);
}
