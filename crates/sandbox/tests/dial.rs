//! The dial: what is taken, what is refused, and what goes wrong on demand.

mod common;

use std::time::Duration;

use bohao_sandbox::{
    BodyKind, Code, Dialect, DigestCase, Fault, FaultKind, Lowered, MAGIC_NUMBERS, Outcome,
    Settings, TimestampUnit,
};
use common::*;
use rstest::rstest;
use serde_json::{Value, json};

async fn answer_to(settings: Settings, form: Pairs) -> Value {
    let running = start(settings).await;
    let answer = post(&running, &form).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let answer: Value = answer.json().await.expect("JSON");
    let taken = usize::from(answer["code"] == 200);
    assert_eq!(running.calls().len(), taken, "a refused dial rings nobody");
    answer
}

fn changed(name: &str, value: Option<&str>) -> Pairs {
    let mut parameters = dial_parameters(TEL_A, TEL_B, "");
    parameters.retain(|(key, _)| key != name);
    if let Some(value) = value {
        parameters.push((name.to_owned(), value.to_owned()));
    }
    parameters
}

#[rstest]
#[case::bare(DIAL)]
#[case::under_its_public_path("/prod-api/axb/call/callByTelA")]
#[tokio::test]
async fn a_dial_is_taken_and_answered_as_documented(#[case] path: &str) {
    let running = start(everlasting()).await;
    let form = signed(dial_parameters(TEL_A, TEL_B, ""));
    let url = format!("{}{path}", running.url());
    let answer = client()
        .post(url)
        .form(&form)
        .send()
        .await
        .expect("an answer");
    let answer: Value = answer.json().await.expect("JSON");

    assert_eq!(answer["code"], 200);
    assert_eq!(answer["msg"], "请求成功");
    let subid = answer["data"]["subid"].as_str().expect("a subid");
    assert_eq!(subid.len(), 26);
    assert!(subid.bytes().all(|byte| byte.is_ascii_digit()));
    assert_eq!(answer["data"]["telX"].as_str().map(str::len), Some(11));
    assert_eq!(running.rings(TEL_A, TEL_B), 1);
    assert_eq!(running.calls()[0].subid, subid);
}

#[rstest]
#[case::no_app_key("appKey", None, 1003)]
#[case::no_secret("appSecret", None, 1003)]
#[case::no_tel_a("telA", None, 1003)]
#[case::empty_tel_b("telB", Some(""), 1003)]
#[case::no_timestamp("timestamp", None, 1003)]
#[case::timestamp_in_words("timestamp", Some("now"), 1003)]
#[case::formatted_number("telB", Some("139-2210-4471"), 1003)]
#[case::number_too_short("telB", Some("12"), 1003)]
#[case::calls_itself("telB", Some(TEL_A), 1003)]
#[case::wrong_key("appKey", Some("AK123"), 1005)]
#[case::wrong_secret("appSecret", Some("SeCrEt"), 1005)]
#[case::push_to_the_internet("return_url", Some("https://relay.example.com/p/T0ken"), 1003)]
#[case::push_to_the_local_net("return_url", Some("http://192.168.1.1/p"), 1003)]
#[case::push_to_a_lookalike("return_url", Some("http://127.0.0.1.example.com/p"), 1003)]
#[case::push_to_a_file("return_url", Some("file:///etc/passwd"), 1003)]
#[case::push_to_loopback_v6("return_url", Some("http://[::1]:9/p"), 200)]
#[case::push_to_localhost("return_url", Some("https://localhost:9/p"), 200)]
#[tokio::test]
async fn each_parameter_is_checked(
    #[case] name: &str,
    #[case] value: Option<&str>,
    #[case] code: u16,
) {
    let answer = answer_to(everlasting(), signed(changed(name, value))).await;
    assert_eq!(answer["code"], code, "{answer}");
    if code == 1003 {
        let msg = answer["msg"].as_str().expect("words");
        assert!(msg.starts_with("参数错误") && msg.contains(name), "{msg}");
    }
}

#[tokio::test]
async fn a_signature_must_be_right_and_there() {
    let parameters = dial_parameters(TEL_A, TEL_B, "http://127.0.0.1:9/p");
    let answer = answer_to(everlasting(), parameters.clone()).await;
    assert_eq!(answer["code"], 1003);

    let mut wrong = signed(parameters.clone());
    let digest = &mut wrong.last_mut().expect("the signature").1;
    *digest = digest.to_uppercase();
    let answer = answer_to(everlasting(), wrong).await;
    assert_eq!(answer["code"], 1004);
    assert_eq!(answer["msg"], "签名无效");

    let mut after = signed(parameters.clone());
    after.push(("remark".to_owned(), "unsigned".to_owned()));
    assert_eq!(answer_to(everlasting(), after).await["code"], 1004);

    let mut twice = signed(parameters);
    twice.push(("telB".to_owned(), "13922104472".to_owned()));
    assert_eq!(answer_to(everlasting(), twice).await["code"], 1003);
}

#[rstest]
#[case::five_minutes_slow(-300, 200)]
#[case::slower(-301, 1006)]
#[case::five_minutes_fast(300, 200)]
#[case::faster(301, 1006)]
#[tokio::test]
async fn a_clock_may_be_off_by_five_minutes(#[case] seconds: i64, #[case] code: u16) {
    let settings = Settings {
        clock: std::sync::Arc::new(|| 1_764_000_000_000),
        ..everlasting()
    };
    let timestamp = (1_764_000_000 + seconds).to_string();
    let running = start(settings).await;
    let form = signed(changed("timestamp", Some(&timestamp)));
    let answer = post(&running, &form).await.expect("an answer");
    assert_eq!(answer.headers()["date"], "Mon, 24 Nov 2025 16:00:00 GMT");
    let answer: Value = answer.json().await.expect("JSON");
    assert_eq!(answer["code"], code);
    assert_eq!(running.calls().len(), usize::from(code == 200));
}

#[rstest]
#[case(reqwest::Method::GET)]
#[case(reqwest::Method::PUT)]
#[tokio::test]
async fn another_method_is_refused_in_json(#[case] method: reqwest::Method) {
    let running = start(swift()).await;
    let url = format!("{}{DIAL}", running.url());
    let answer = client()
        .request(method, url)
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    let answer: Value = answer.json().await.expect("JSON");
    assert_eq!(
        answer,
        json!({"code": 1002, "msg": "非法请求", "data": null})
    );
}

/// The body as its dialect has it, signed by hand.
fn in_dialect(dialect: Dialect) -> Pairs {
    let timestamp = match dialect.timestamp {
        TimestampUnit::Seconds => now(),
        TimestampUnit::Milliseconds => now() * 1000,
    };
    let mut parameters = account(timestamp);
    parameters.extend(pairs(&[
        ("telA", TEL_A),
        ("telB", TEL_B),
        ("return_url", "http://127.0.0.1:9/p/T0ken"),
    ]));
    let mut digest = match dialect.lowered {
        Lowered::Keys => sign(&parameters, &[]),
        Lowered::KeysAndValues => {
            let lowered = parameters
                .iter()
                .map(|(key, value)| (key.clone(), value.to_lowercase()))
                .collect();
            sign(&lowered, &[])
        }
    };
    if dialect.digest == DigestCase::Upper {
        digest = digest.to_uppercase();
    }
    parameters.push(("sign".to_owned(), digest));
    parameters
}

async fn send_in_dialect(running: &bohao_sandbox::Running, dialect: Dialect) -> Value {
    let parameters = in_dialect(dialect);
    let request = client().post(format!("{}{DIAL}", running.url()));
    let request = match dialect.body {
        BodyKind::Form => request.form(&parameters),
        BodyKind::Json => {
            let object: serde_json::Map<_, _> = parameters
                .into_iter()
                .map(|(key, value)| (key, Value::String(value)))
                .collect();
            request.json(&object)
        }
    };
    let answer = request.send().await.expect("an answer");
    answer.json().await.expect("JSON")
}

#[rstest]
#[case::json(Dialect { body: BodyKind::Json, ..Dialect::default() }, 1003)]
#[case::milliseconds(Dialect { timestamp: TimestampUnit::Milliseconds, ..Dialect::default() }, 1006)]
#[case::values_lowered(Dialect { lowered: Lowered::KeysAndValues, ..Dialect::default() }, 1004)]
#[case::upper_hex(Dialect { digest: DigestCase::Upper, ..Dialect::default() }, 1004)]
#[tokio::test]
async fn a_sandbox_speaks_its_own_dialect_only(#[case] dialect: Dialect, #[case] otherwise: u16) {
    let settings = Settings {
        dialect,
        ..everlasting()
    };
    let running = start(settings).await;
    let stranger = send_in_dialect(&running, Dialect::default()).await;
    assert_ne!(stranger["code"], 200, "the default dialect is refused");
    assert_eq!(send_in_dialect(&running, dialect).await["code"], 200);

    let usual = start(everlasting()).await;
    assert_eq!(send_in_dialect(&usual, dialect).await["code"], otherwise);
}

#[tokio::test]
async fn a_busy_line_is_refused_until_its_call_is_over() {
    let running = start(everlasting()).await;
    assert_eq!(dial(&running, TEL_B, "").await["code"], 200);
    let answer = dial(&running, "13922100099", "").await;
    assert_eq!(answer["code"], 7001);
    assert_eq!(answer["msg"], "正在呼叫中");
    let back = signed(dial_parameters(TEL_B, TEL_A, ""));
    let back = post(&running, &back).await.expect("an answer");
    assert_eq!(back.json::<Value>().await.expect("JSON")["code"], 7002);
    assert_eq!(running.calls().len(), 1);

    let swift = start(swift()).await;
    call(&swift, TEL_B).await;
    call(&swift, TEL_B).await;
    assert_eq!(swift.rings(TEL_A, TEL_B), 2);
}

#[tokio::test]
async fn every_code_can_be_ordered_and_is_spent_then() {
    let running = start(swift()).await;
    for code in Code::REFUSALS {
        running.set_fault(FaultKind::Refuse(code), 1);
        let answer = dial(&running, TEL_B, "").await;
        assert_eq!(answer["code"], code.number());
        assert_eq!(answer["msg"], code.words());
    }
    assert_eq!(running.calls().len(), 0);
    call(&running, TEL_B).await;
}

#[tokio::test]
async fn a_fault_is_not_spent_on_a_request_that_would_be_refused_anyway() {
    let running = start(swift()).await;
    running.set_fault(FaultKind::CutAfter, 1);
    let unsigned = dial_parameters(TEL_A, TEL_B, "");
    post(&running, &unsigned).await.expect("an answer");
    assert_eq!(running.faults().len(), 1);
    let form = signed(unsigned);
    post(&running, &form).await.expect_err("is cut");
    assert_eq!(running.rings(TEL_A, TEL_B), 1);
}

#[rstest]
#[case::cut_before(FaultKind::CutBefore, 0)]
#[case::cut_after(FaultKind::CutAfter, 1)]
#[tokio::test]
async fn a_cut_connection_gives_no_answer(#[case] kind: FaultKind, #[case] rings: usize) {
    let receiver = Receiver::start(&[]).await;
    let running = start(swift()).await;
    running.set_fault(kind, 1);
    let form = signed(dial_parameters(TEL_A, TEL_B, &receiver.url));
    post(&running, &form).await.expect_err("no answer");
    assert_eq!(running.rings(TEL_A, TEL_B), rings);
    if rings == 1 {
        // It was played and recorded like any other.
        receiver.wait_for(1).await;
        let subid = running.calls()[0].subid.clone();
        let audio = recording_request(&running, &subid)
            .send()
            .await
            .expect("an answer");
        assert_eq!(audio.headers()["content-type"], "audio/wav");
    }
}

#[tokio::test]
async fn half_an_answer_breaks_off_within_its_json() {
    let running = start(swift()).await;
    running.set_fault(FaultKind::HalfAnswer, 1);
    let form = signed(dial_parameters(TEL_A, TEL_B, ""));
    let mut answer = post(&running, &form).await.expect("its head");
    let length = answer.content_length().expect("a length");
    let first = answer
        .chunk()
        .await
        .expect("its first half")
        .expect("bytes");
    assert!(first.starts_with(b"{\"code\":200") && (first.len() as u64) < length);
    answer.chunk().await.expect_err("the rest never comes");
    assert_eq!(running.rings(TEL_A, TEL_B), 1);
}

#[rstest]
#[case::taken(FaultKind::Html, 200, 1)]
#[case::not_taken(FaultKind::BadGateway, 502, 0)]
#[tokio::test]
async fn a_web_page_in_place_of_json(
    #[case] kind: FaultKind,
    #[case] status: u16,
    #[case] rings: usize,
) {
    let running = start(swift()).await;
    running.set_fault(kind, 1);
    let form = signed(dial_parameters(TEL_A, TEL_B, ""));
    let answer = post(&running, &form).await.expect("an answer");
    assert_eq!(answer.status(), status);
    let page = answer.text().await.expect("a page");
    assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
    assert_eq!(running.rings(TEL_A, TEL_B), rings);
}

#[tokio::test]
async fn an_answer_that_nobody_can_hold() {
    let running = start(swift()).await;
    running.set_fault(FaultKind::HugeAnswer, 1);
    let form = signed(dial_parameters(TEL_A, TEL_B, ""));
    let mut answer = post(&running, &form).await.expect("its head");
    assert_eq!(answer.content_length(), Some(10 << 30));
    let mut received = 0;
    while received < 1 << 20 {
        let part = answer.chunk().await.expect("more").expect("ever more");
        received += part.len();
    }
    assert_eq!(running.rings(TEL_A, TEL_B), 1);
}

/// A client that follows them dials, and that is counted.
#[tokio::test]
async fn redirects_ring_nobody_unless_they_are_followed() {
    let running = start(swift()).await;
    running.set_fault(FaultKind::RedirectLoop, 1);
    running.set_fault(FaultKind::RedirectAway, 1);
    let form = signed(dial_parameters(TEL_A, TEL_B, ""));
    let elsewhere = format!("http://localhost:{}{DIAL}", running.address.port());
    for location in ["", elsewhere.as_str()] {
        let answer = post(&running, &form).await.expect("an answer");
        assert_eq!(answer.status(), 307);
        assert_eq!(answer.headers()["location"], location);
    }
    assert_eq!(running.rings(TEL_A, TEL_B), 0);
    let followed = client().post(elsewhere).form(&form).send().await;
    let followed: Value = followed.expect("an answer").json().await.expect("JSON");
    assert_eq!(followed["code"], 200);
    assert_eq!(running.rings(TEL_A, TEL_B), 1);
}

#[tokio::test]
async fn a_slow_answer_comes_after_the_call_was_taken() {
    let running = start(swift()).await;
    let fault = Fault {
        delay: Some(Duration::from_secs(3600)),
        ..FaultKind::Slow.into()
    };
    running.set_fault(fault, 1);
    let form = signed(dial_parameters(TEL_A, TEL_B, ""));
    tokio::select! {
        _ = post(&running, &form) => panic!("it must not answer yet"),
        () = until(|| running.rings(TEL_A, TEL_B) == 1) => {}
    }

    let fault = Fault {
        delay: Some(Duration::from_millis(1)),
        ..FaultKind::Slow.into()
    };
    let running = start(swift()).await;
    running.set_fault(fault, 1);
    assert_eq!(dial(&running, TEL_B, "").await["code"], 200);
}

#[tokio::test]
async fn the_answers_other_spellings() {
    let running = start(swift()).await;
    running.set_fault(FaultKind::TextData, 1);
    let answer = dial(&running, TEL_B, "").await;
    assert_eq!(answer["code"], "200");
    let data: Value =
        serde_json::from_str(answer["data"].as_str().expect("a string")).expect("JSON");
    let subid = data["subid"].as_str().expect("a subid");
    ended(&running, subid).await;

    running.set_fault(FaultKind::NoTelX, 1);
    let answer = dial(&running, TEL_B, "").await;
    assert!(answer["data"].get("telX").is_none() && answer["data"]["subid"].is_string());
}

#[tokio::test]
async fn magic_numbers_choose_what_happens() {
    for magic in MAGIC_NUMBERS {
        let running = start(swift()).await;
        let tel_b = format!("1392210{}", magic.suffix);
        let form = signed(dial_parameters(TEL_A, &tel_b, ""));
        let answer = post(&running, &form).await;
        match magic.fault {
            Some((FaultKind::CutAfter, _)) => assert!(answer.is_err()),
            fault => {
                let answer: Value = answer.expect("an answer").json().await.expect("JSON");
                let code = match fault {
                    Some((FaultKind::Refuse(code), _)) => code.number(),
                    _ => 200,
                };
                assert_eq!(answer["code"], code, "{}", magic.suffix);
            }
        }
        for call in running.calls() {
            assert_eq!(call.outcome, magic.outcome, "{}", magic.suffix);
        }
    }
}

#[tokio::test]
async fn other_numbers_end_as_the_setting_says_and_magic_can_be_off() {
    let settings = Settings {
        outcome: Outcome::Busy,
        ..swift()
    };
    let running = start(settings.clone()).await;
    call(&running, TEL_B).await;
    call(&running, "13922100003").await;
    let outcomes: Vec<_> = running.calls().iter().map(|call| call.outcome).collect();
    assert_eq!(outcomes, [Outcome::Busy, Outcome::PowerOff]);

    let running = start(Settings {
        magic_numbers: false,
        ..settings
    })
    .await;
    call(&running, "13922100003").await;
    call(&running, "13922100004").await;
    assert!(
        running
            .calls()
            .iter()
            .all(|call| call.outcome == Outcome::Busy)
    );
}
