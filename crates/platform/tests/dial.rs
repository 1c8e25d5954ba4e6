//! Dials against servers that behave, misbehave, and fall silent.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

use bohao_platform::{
    BodyStyle, Class, Config, DialOutcome, DialRequest, Dialect, DigestCase, LowerCase,
    NotSentReason, Platform, TimestampUnit, UnknownReason, sign,
};
use rstest::rstest;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use raw::{NOW, RawServer, Reply, Then, credentials};

mod raw;

const ACCEPTED: &str =
    r#"{"code":200,"msg":"请求成功","data":{"subid":"042","telX":"02155500000"}}"#;
const CLOCK: &str = r#"{"code":1006,"msg":"请求无效"}"#;
/// An hour after `NOW`.
const HOUR_LATER: &str = "Mon, 24 Nov 2025 17:00:00 GMT";

fn request() -> DialRequest {
    DialRequest {
        tel_a: "13800006620".into(),
        tel_b: "13922104471".into(),
        return_url: Some("https://relay.example.com/p/T0ken?a=1&b=拨".into()),
    }
}

fn accepted() -> DialOutcome {
    DialOutcome::Accepted {
        subid: "042".into(),
        tel_x: Some("02155500000".into()),
    }
}

async fn dial(platform: &Platform) -> DialOutcome {
    platform.dial(&credentials(), &request(), &|| NOW).await
}

fn dated(body: &str, date: &str) -> Reply {
    Reply::new(
        &format!("200 OK\nDate: {date}"),
        body.as_bytes(),
        Then::Stay,
    )
}

fn form(request: &str) -> BTreeMap<String, String> {
    let (_, body) = request.split_once("\r\n\r\n").expect("a body");
    url::form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect()
}

#[rstest]
#[case::the_default(Dialect::default(), "1764000000")]
#[case::json(Dialect { body: BodyStyle::Json, ..Dialect::default() }, "1764000000")]
#[case::milliseconds(Dialect { timestamp: TimestampUnit::Milliseconds, ..Dialect::default() }, "1764000000000")]
#[case::everything_else(
    Dialect { body: BodyStyle::Json, lower_case: LowerCase::KeysAndValues, digest: DigestCase::Upper, ..Dialect::default() },
    "1764000000"
)]
#[tokio::test]
async fn a_dial_is_sent_as_its_dialect_says(#[case] dialect: Dialect, #[case] timestamp: &str) {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/prod-api/axb/call/callByTelA"))
        .respond_with(ResponseTemplate::new(200).set_body_string(ACCEPTED))
        .expect(1)
        .mount(&server)
        .await;
    let platform = Platform::new(Config {
        call_url: format!("{}/prod-api", server.uri())
            .parse()
            .expect("an address"),
        dialect,
        ..Config::default()
    })
    .expect("a client");

    assert_eq!(dial(&platform).await, accepted());

    let sent = server
        .received_requests()
        .await
        .expect("recorded requests")
        .remove(0);
    let params: BTreeMap<String, String> = match dialect.body {
        BodyStyle::Form => url::form_urlencoded::parse(&sent.body)
            .into_owned()
            .collect(),
        BodyStyle::Json => serde_json::from_slice(&sent.body).expect("a JSON object of strings"),
    };
    let content_type = match dialect.body {
        BodyStyle::Form => "application/x-www-form-urlencoded",
        BodyStyle::Json => "application/json",
    };
    assert_eq!(sent.headers["content-type"], content_type);
    assert_eq!(sent.url.query(), None);
    let expected = [
        ("appKey", "canary-key-5f3a"),
        ("appSecret", "canary-secret-91bc"),
        ("return_url", "https://relay.example.com/p/T0ken?a=1&b=拨"),
        ("telA", "13800006620"),
        ("telB", "13922104471"),
        ("timestamp", timestamp),
    ];
    let signature = sign(&expected, &dialect);
    let sent: Vec<(&str, &str)> = params
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    let mut wanted = expected.to_vec();
    wanted.push(("sign", &signature));
    wanted.sort_unstable();
    assert_eq!(sent, wanted);
}

#[rstest]
#[case(None)]
#[case(Some(""))]
#[tokio::test]
async fn without_a_push_address_none_is_sent(#[case] return_url: Option<&str>) {
    let server = RawServer::start([Reply::json(ACCEPTED)]).await;
    let request = DialRequest {
        return_url: return_url.map(Into::into),
        ..request()
    };

    server
        .platform()
        .dial(&credentials(), &request, &|| NOW)
        .await;

    assert!(!form(&server.requests()[0]).contains_key("return_url"));
}

#[rstest]
#[case(
    "200 OK",
    r#"{"code":1003,"msg":"参数错误"}"#,
    1003,
    Class::Input,
    "参数错误"
)]
#[case(
    "200 OK",
    r#"{"code":"1004","msg":"签名无效","data":null}"#,
    1004,
    Class::SetUp,
    "签名无效"
)]
#[case(
    "200 OK",
    r#"{"code":1006,"msg":"请求无效"}"#,
    1006,
    Class::Clock,
    "请求无效"
)]
#[case(
    "200 OK",
    r#"{"code":7001,"msg":"正在呼叫中","data":""}"#,
    7001,
    Class::Line,
    "正在呼叫中"
)]
#[case("200 OK", r#"{"code":7777,"msg":"空号"}"#, 7777, Class::Line, "空号")]
#[case("200 OK", r#"{"code":9001,"msg":null}"#, 9001, Class::Account, "")]
#[case("200 OK", r#"{"code":42}"#, 42, Class::Other, "")]
#[case(
    "500 Internal Server Error",
    r#"{"code":3001,"msg":"服务器处理异常"}"#,
    3001,
    Class::Platform,
    "服务器处理异常"
)]
#[case(
    "403 Forbidden",
    r#"{"code":1005,"msg":"认证错误"}"#,
    1005,
    Class::SetUp,
    "认证错误"
)]
#[case(
    "200 OK",
    r#"{"code":1003,"msg":"canary-secret-91bc of canary-key-5f3a: 13922104471\nis bad"}"#,
    1003,
    Class::Input,
    "*** of ***: *** is bad"
)]
#[tokio::test]
async fn a_refusal_carries_its_code_class_and_words(
    #[case] status: &str,
    #[case] body: &str,
    #[case] code: i64,
    #[case] class: Class,
    #[case] message: &str,
) {
    let server = RawServer::start([Reply::new(status, body.as_bytes(), Then::Stay)]).await;

    let DialOutcome::Refused(refusal) = dial(&server.platform()).await else {
        panic!("not refused");
    };

    assert_eq!(
        (refusal.code, refusal.class, refusal.message.as_str()),
        (code, class, message)
    );
    assert_eq!(server.requests().len(), 1);
}

fn redirect(status: &str) -> Reply {
    Reply::new(
        &format!("{status}\nLocation: /elsewhere"),
        ACCEPTED.as_bytes(),
        Then::Stay,
    )
}

#[rstest]
#[case::cut_before_the_answer(Reply::json("").cut(0, Then::Close), UnknownReason::Cut)]
#[case::cut_within_the_head(Reply::json(ACCEPTED).cut(20, Then::Close), UnknownReason::Cut)]
#[case::cut_within_the_body(Reply::json(ACCEPTED).cut(90, Then::Close), UnknownReason::Cut)]
#[case::silence(Reply::json("").cut(0, Then::Hang), UnknownReason::FirstByteTimeout)]
#[case::silence_within_the_head(Reply::json(ACCEPTED).cut(20, Then::Hang), UnknownReason::FirstByteTimeout)]
#[case::silence_within_the_body(Reply::json(ACCEPTED).cut(90, Then::Hang), UnknownReason::IdleTimeout)]
#[case::a_trickle_in_the_body(Reply::json(ACCEPTED).cut(90, Then::Trickle), UnknownReason::IdleTimeout)]
#[case::no_http(Reply { bytes: b"SSH-2.0-OpenSSH\r\n".to_vec(), then: Then::Close }, UnknownReason::Cut)]
#[case::html(Reply::new("502 Bad Gateway", b" <html></html>", Then::Stay), UnknownReason::Html { status: 502 })]
#[case::html_called_ok(Reply::new("200 OK", b"<!doctype html>", Then::Stay), UnknownReason::Html { status: 200 })]
#[case::half_a_json(Reply::json(&ACCEPTED[..40]), UnknownReason::NotAnAnswer { status: 200 })]
#[case::empty(Reply::json(""), UnknownReason::NotAnAnswer { status: 200 })]
#[case::no_code(Reply::new("503 Busy", br#"{"error":"busy"}"#, Then::Stay), UnknownReason::NotAnAnswer { status: 503 })]
#[case::too_long(Reply::json(&format!("{}{ACCEPTED}", " ".repeat(70_000))), UnknownReason::TooLarge)]
#[case::no_subid(Reply::json(r#"{"code":200,"data":{}}"#), UnknownReason::NoSubid)]
#[case::another_success(
    Reply::json(r#"{"code":0,"msg":"ok","data":{"subid":"042021"}}"#),
    UnknownReason::NamedCall { code: 0, message: "ok".into() }
)]
#[case::crashed(
    Reply::json(r#"{"code":500,"msg":"NullPointerException canary-secret-91bc"}"#),
    UnknownReason::ServerFault { code: 500, message: "NullPointerException ***".into() }
)]
#[case::redirect_301(redirect("301 Moved"), UnknownReason::Redirect { status: 301 })]
#[case::redirect_307(redirect("307 Temporary Redirect"), UnknownReason::Redirect { status: 307 })]
#[case::redirect_308(redirect("308 Permanent Redirect"), UnknownReason::Redirect { status: 308 })]
#[tokio::test]
async fn promise_1_whatever_may_have_left_is_unknown_and_never_repeated(
    #[case] reply: Reply,
    #[case] reason: UnknownReason,
) {
    let server = RawServer::start([reply, Reply::json(ACCEPTED)]).await;

    assert_eq!(
        dial(&server.platform()).await,
        DialOutcome::Unknown { reason }
    );

    assert_eq!(server.requests().len(), 1, "the dial left more than once");
}

#[tokio::test]
async fn promise_1_a_dial_cut_on_a_kept_connection_is_not_replayed() {
    let cut = Reply::json("").cut(0, Then::Close);
    let server = RawServer::start([Reply::json(ACCEPTED), cut, Reply::json(ACCEPTED)]).await;
    let platform = server.platform();

    assert_eq!(dial(&platform).await, accepted());
    assert_eq!(
        dial(&platform).await,
        DialOutcome::Unknown {
            reason: UnknownReason::Cut
        }
    );

    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn nobody_listening_means_not_sent() {
    // Bound, so that nobody else gets the port, and not listening.
    let nobody = tokio::net::TcpSocket::new_v4().expect("a socket");
    let any = "127.0.0.1:0".parse().expect("an address");
    nobody.bind(any).expect("a free port");
    let address = format!("http://{}", nobody.local_addr().expect("an address"));
    let config = Config {
        call_url: address.parse().expect("an address"),
        ..Config::default()
    };
    let platform = Platform::new(config).expect("a client");

    let reason = NotSentReason::Refused;
    assert_eq!(dial(&platform).await, DialOutcome::NotSent { reason });
}

#[tokio::test]
async fn an_unknown_name_means_not_sent() {
    let call_url = "https://platform.invalid".parse().expect("an address");
    let platform = Platform::new(Config {
        call_url,
        ..Config::default()
    })
    .expect("a client");

    assert!(matches!(dial(&platform).await, DialOutcome::NotSent { .. }));
}

const SILENCE: &[u8] = b"";

/// Answers a TLS greeting with the given bytes.
async fn no_tls(answer: &'static [u8]) -> RawServer {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let mut server = RawServer::start([]).await;
    if answer == SILENCE {
        server.timeouts = raw::IMPATIENT;
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    server.address = format!("https://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut greeting = [0; 4096];
        let _ = stream.read(&mut greeting).await;
        let _ = stream.write_all(answer).await;
        std::future::pending::<()>().await;
    });
    server
}

#[rstest]
#[case(b"HTTP/1.1 400 Bad Request\r\n\r\n", NotSentReason::Tls)]
#[case(SILENCE, NotSentReason::ConnectTimeout)]
#[tokio::test]
async fn without_tls_nothing_is_sent(#[case] answer: &'static [u8], #[case] reason: NotSentReason) {
    let platform = no_tls(answer).await.platform();

    assert_eq!(dial(&platform).await, DialOutcome::NotSent { reason });
}

#[tokio::test]
async fn a_wrong_clock_is_corrected_and_the_dial_repeated_once() {
    let server = RawServer::start([dated(CLOCK, HOUR_LATER), dated(ACCEPTED, HOUR_LATER)]).await;
    let platform = server.platform();

    assert_eq!(dial(&platform).await, accepted());

    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(form(&requests[0])["timestamp"], "1764000000");
    assert_eq!(form(&requests[1])["timestamp"], "1764003600");
    assert_ne!(form(&requests[0])["sign"], form(&requests[1])["sign"]);
    assert!((platform.clock_offset_ms() - 3_600_000).abs() <= 1_000);

    dial(&platform).await;
    assert_eq!(
        form(&server.requests()[2])["timestamp"],
        "1764003600",
        "the offset is remembered"
    );
}

#[tokio::test]
async fn without_leave_a_dial_that_was_refused_for_its_clock_is_not_repeated() {
    let server = RawServer::start([dated(CLOCK, HOUR_LATER), Reply::json(ACCEPTED)]).await;
    let asked = AtomicI64::new(0);
    let no_leave = |true_time| {
        asked.store(true_time, Ordering::Relaxed);
        false
    };

    let platform = server.platform();
    let outcome = platform
        .dial_if(&credentials(), &request(), &|| NOW, &no_leave)
        .await;

    assert!(matches!(outcome, DialOutcome::Refused(refusal) if refusal.code == 1006));
    assert_eq!(server.requests().len(), 1);
    assert!((asked.into_inner() - NOW - 3_600_000).abs() <= 1_000);
}

#[tokio::test]
async fn promise_1_a_second_1006_is_the_end() {
    // The second answer tells yet another time, which would justify a third attempt.
    let another = "Mon, 24 Nov 2025 20:00:00 GMT";
    let server = RawServer::start([dated(CLOCK, HOUR_LATER), dated(CLOCK, another)]).await;

    let outcome = dial(&server.platform()).await;

    assert!(matches!(outcome, DialOutcome::Refused(refusal) if refusal.code == 1006));
    assert_eq!(server.requests().len(), 2);
}

#[rstest]
#[case::no_date(Reply::json(CLOCK))]
#[case::the_same_time(dated(CLOCK, "Mon, 24 Nov 2025 16:00:01 GMT"))]
#[case::a_broken_date(dated(CLOCK, "noon"))]
#[tokio::test]
async fn without_news_of_the_time_a_1006_is_not_repeated(#[case] reply: Reply) {
    let server = RawServer::start([reply, Reply::json(ACCEPTED)]).await;

    let outcome = dial(&server.platform()).await;

    assert!(matches!(outcome, DialOutcome::Refused(refusal) if refusal.code == 1006));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn the_repeat_after_1006_may_end_in_the_unknown_and_stays_there() {
    let cut = Reply::json("").cut(0, Then::Close);
    let server = RawServer::start([dated(CLOCK, HOUR_LATER), cut, Reply::json(ACCEPTED)]).await;

    let outcome = dial(&server.platform()).await;

    assert_eq!(
        outcome,
        DialOutcome::Unknown {
            reason: UnknownReason::Cut
        }
    );
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn plain_http_to_another_machine_is_refused() {
    let call_url = "http://xlv2.dingxin106.com".parse().expect("an address");
    let error = Platform::new(Config {
        call_url,
        ..Config::default()
    })
    .expect_err("plain http");

    assert_eq!(
        error.to_string(),
        "the platform's call address can't be used: plain http is for loopback addresses only, use https"
    );
}

#[tokio::test]
async fn a_dial_can_run_on_any_thread() {
    let server = RawServer::start([Reply::json(ACCEPTED)]).await;
    let platform = server.platform();

    let outcome = tokio::spawn(async move { dial(&platform).await })
        .await
        .expect("no panic");

    assert_eq!(outcome, accepted());
}
