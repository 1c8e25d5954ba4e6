//! The record's push: its spellings, that it comes until it is taken and never again, and what goes wrong on demand.

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bohao_sandbox::{
    CallState, Fault, FaultKind, Numbers, Outcome, PushShape, Settings, Spelling, Times, Timing,
};
use common::*;
use rstest::rstest;
use serde_json::{Value, json};

const NOON: i64 = 1_764_000_000_123;

fn subid_of(push: &Pushed) -> String {
    let record: Value = serde_json::from_slice(&push.body).expect("JSON");
    record["subid"].as_str().expect("a subid").to_owned()
}

/// The fields as text, whatever the shape.
async fn fields(push: &Pushed, shape: PushShape) -> BTreeMap<String, Value> {
    match shape {
        PushShape::Json => {
            assert_eq!(push.content_type, "application/json");
            serde_json::from_slice(&push.body).expect("a JSON object")
        }
        PushShape::JsonArray => {
            assert_eq!(push.content_type, "application/json");
            let mut all: Vec<BTreeMap<String, Value>> =
                serde_json::from_slice(&push.body).expect("a JSON array");
            assert_eq!(all.len(), 1);
            all.remove(0)
        }
        PushShape::Form => {
            assert_eq!(push.content_type, "application/x-www-form-urlencoded");
            let form: Vec<(String, String)> =
                serde_urlencoded::from_bytes(&push.body).expect("form fields");
            form.into_iter()
                .map(|(key, value)| (key, json!(value)))
                .collect()
        }
        PushShape::Multipart => {
            let boundary = multer::parse_boundary(&push.content_type).expect("a boundary");
            let body = push.body.clone();
            let stream = futures_util::stream::iter([Ok::<_, std::io::Error>(body)]);
            let mut parts = multer::Multipart::new(stream, boundary);
            let mut fields = BTreeMap::new();
            while let Some(field) = parts.next_field().await.expect("a part") {
                let name = field.name().expect("a name").to_owned();
                fields.insert(name, json!(field.text().await.expect("text")));
            }
            fields
        }
    }
}

#[rstest]
#[case::as_documented(PushShape::Json, Numbers::Numbers, Times::Seconds)]
#[case::strings(PushShape::Json, Numbers::Strings, Times::Milliseconds)]
#[case::array(PushShape::JsonArray, Numbers::Numbers, Times::Text)]
#[case::form(PushShape::Form, Numbers::Numbers, Times::Seconds)]
#[case::form_with_words(PushShape::Form, Numbers::Strings, Times::Text)]
#[case::multipart(PushShape::Multipart, Numbers::Numbers, Times::Milliseconds)]
#[tokio::test]
async fn the_record_in_each_spelling(
    #[case] shape: PushShape,
    #[case] numbers: Numbers,
    #[case] times: Times,
) {
    let receiver = Receiver::start(&[]).await;
    let swift = swift();
    let running = start(Settings {
        clock: Arc::new(|| NOON),
        spelling: Spelling {
            shape,
            numbers,
            times,
        },
        timing: Timing {
            talk: Duration::from_millis(1100),
            ..swift.timing
        },
        ..swift
    })
    .await;
    let mut parameters = dial_parameters(TEL_A, TEL_B, &receiver.url);
    parameters.retain(|(key, _)| key != "timestamp");
    parameters.push(("timestamp".to_owned(), "1764000000".to_owned()));
    let answer = post(&running, &signed(parameters))
        .await
        .expect("an answer");
    let answer: Value = answer.json().await.expect("JSON");

    let pushed = receiver.wait_for(1).await;
    assert_eq!(pushed[0].path, "/p/T0ken");
    let fields = fields(&pushed[0], shape).await;

    let words =
        matches!(shape, PushShape::Form | PushShape::Multipart) || numbers == Numbers::Strings;
    let number = |value: u8| {
        if words {
            json!(value.to_string())
        } else {
            json!(value)
        }
    };
    let time = match times {
        Times::Seconds => json!("1764000000"),
        Times::Milliseconds => json!("1764000000123"),
        Times::Text => json!("2025-11-25 00:00:00"),
    };
    let subid = answer["data"]["subid"].as_str().expect("a subid");
    let link = format!("{}/sandbox/recordings/{subid}.wav", running.url());
    let expected = json!({
        "subid": subid, "telA": TEL_A, "telX": answer["data"]["telX"], "telB": TEL_B,
        "startTime": time, "endTime": time, "duration": number(2), "status": number(1),
        "unaswRsn": "", "downloadUrl": link,
    });
    assert_eq!(json!(fields), expected);
}

#[rstest]
#[case("13922100001", 2, "客户未接")]
#[case("13922100002", 3, "呼叫失败")]
#[case("13922100003", 2, "客户关机")]
#[case("13922100008", 0, "主叫未接")]
#[tokio::test]
async fn a_call_that_was_not_connected_says_why(
    #[case] tel_b: &str,
    #[case] status: u8,
    #[case] reason: &str,
) {
    let receiver = Receiver::start(&[]).await;
    let running = start(swift()).await;
    dial(&running, tel_b, &receiver.url).await;
    let pushed = receiver.wait_for(1).await;
    let record: Value = serde_json::from_slice(&pushed[0].body).expect("JSON");
    assert_eq!(record["status"], status);
    assert_eq!(record["unaswRsn"], reason);
    assert_eq!(record["duration"], 0);
    assert_eq!(record["downloadUrl"], "");
}

#[tokio::test]
async fn a_record_comes_until_it_is_taken_and_never_again() {
    let receiver = Receiver::start(&[503, 404, 302, 204]).await;
    let running = start(swift()).await;
    dial(&running, TEL_B, &receiver.url).await;
    receiver.wait_for(4).await;
    until(|| running.calls()[0].pushes.len() == 4).await;

    // A later call's record is a sign that the first one's turn is over.
    call(&running, TEL_B).await;
    dial(&running, TEL_B, &receiver.url).await;
    let pushed = receiver.wait_for(5).await;
    let first = subid_of(&pushed[0]);
    assert!(pushed[..4].iter().all(|push| subid_of(push) == first));
    assert_ne!(subid_of(&pushed[4]), first);

    let statuses: Vec<_> = running.calls()[0]
        .pushes
        .iter()
        .map(|push| push.status)
        .collect();
    assert_eq!(statuses, [Some(503), Some(404), Some(302), Some(204)]);
    let followed = pushed.iter().any(|push| push.path != "/p/T0ken");
    assert!(!followed, "a redirect is not followed");
}

#[tokio::test]
async fn nobody_listening_is_tried_a_bounded_number_of_times() {
    let swift = swift();
    let running = start(Settings {
        timing: Timing {
            push_attempts: 3,
            ..swift.timing
        },
        ..swift
    })
    .await;
    // Nobody has listened on port 1 for a long time.
    dial(&running, TEL_B, "http://127.0.0.1:1/p").await;
    until(|| running.calls()[0].pushes.len() == 3).await;
    assert!(
        running.calls()[0]
            .pushes
            .iter()
            .all(|push| push.status.is_none())
    );
}

#[tokio::test]
async fn a_call_takes_its_time_and_its_record_waits_for_the_end() {
    let receiver = Receiver::start(&[]).await;
    let swift = swift();
    let running = start(Settings {
        timing: Timing {
            ring: Duration::from_millis(50),
            talk: Duration::from_secs(3600),
            ..swift.timing
        },
        ..swift
    })
    .await;
    dial(&running, TEL_B, &receiver.url).await;
    assert_eq!(running.calls()[0].outcome, Outcome::Connected);
    until(|| running.calls()[0].state == CallState::Talking).await;
    assert!(receiver.pushed().is_empty());
    running.stop().await;
    assert!(receiver.pushed().is_empty());
}

#[tokio::test]
async fn a_doubled_push_bears_the_same_bytes() {
    let receiver = Receiver::start(&[]).await;
    let running = start(swift()).await;
    running.set_fault(FaultKind::PushDoubled, 1);
    dial(&running, TEL_B, &receiver.url).await;
    let pushed = receiver.wait_for(2).await;
    assert_eq!(pushed[0].body, pushed[1].body);
}

#[rstest]
#[case::never(FaultKind::PushNever.into())]
#[case::in_an_hour(Fault { delay: Some(Duration::from_secs(3600)), ..FaultKind::PushLate.into() })]
#[tokio::test]
async fn a_record_that_stays_away_while_a_later_one_comes(#[case] fault: Fault) {
    let receiver = Receiver::start(&[]).await;
    let running = start(swift()).await;
    running.set_fault(fault, 1);
    dial(&running, TEL_B, &receiver.url).await;
    until(|| running.faults().is_empty()).await;
    dial(&running, TEL_B, &receiver.url).await;
    receiver.wait_for(1).await;
    until(|| !running.calls()[1].pushes.is_empty()).await;
    assert_eq!(subid_of(&receiver.pushed()[0]), running.calls()[1].subid);
    assert!(running.calls()[0].pushes.is_empty());
}

#[tokio::test]
async fn a_late_record_does_come() {
    let receiver = Receiver::start(&[]).await;
    let running = start(swift()).await;
    let late = Fault {
        delay: Some(Duration::from_millis(1)),
        ..FaultKind::PushLate.into()
    };
    running.set_fault(late, 1);
    dial(&running, TEL_B, &receiver.url).await;
    receiver.wait_for(1).await;
}

#[tokio::test]
async fn out_of_order_means_after_a_later_call() {
    let receiver = Receiver::start(&[]).await;
    let running = start(swift()).await;
    let held = Fault {
        delay: Some(Duration::from_secs(3600)),
        ..FaultKind::PushOutOfOrder.into()
    };
    running.set_fault(held, 1);
    let answer = dial(&running, TEL_B, &receiver.url).await;
    let first = answer["data"]["subid"]
        .as_str()
        .expect("a subid")
        .to_owned();
    ended(&running, &first).await;
    until(|| running.faults().is_empty()).await;
    dial(&running, TEL_B, &receiver.url).await;
    let pushed = receiver.wait_for(2).await;
    assert_eq!(subid_of(&pushed[1]), first);
    assert_ne!(subid_of(&pushed[0]), first);
}

#[tokio::test]
async fn an_unreadable_push_is_no_json_and_no_text() {
    let receiver = Receiver::start(&[]).await;
    let running = start(swift()).await;
    running.set_fault(FaultKind::PushUnreadable, 1);
    dial(&running, TEL_B, &receiver.url).await;
    let pushed = receiver.wait_for(1).await;
    assert_eq!(pushed[0].content_type, "application/json");
    assert!(serde_json::from_slice::<Value>(&pushed[0].body).is_err());
    assert!(std::str::from_utf8(&pushed[0].body).is_err());
}
