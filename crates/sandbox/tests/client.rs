//! The project's own client against the stand-in: two readings of one document, written apart, meet here.

mod common;

use std::sync::Arc;

use bohao_platform::{
    BodyStyle, Config, Credentials, DialOutcome, DialRequest, DigestCase, LowerCase, Platform,
    Status, TimestampUnit, parse_records,
};
use bohao_sandbox::{Dialect, FaultKind, Numbers, PushShape, Running, Settings, Spelling, Times};
use common::*;
use rstest::rstest;

fn platform(running: &Running, dialect: bohao_platform::Dialect) -> Platform {
    let base: url::Url = running.url().parse().expect("an address");
    let config = Config {
        call_url: base.join("prod-api").expect("an address"),
        recording_url: base,
        dialect,
        ..Config::default()
    };
    Platform::new(config).expect("a client")
}

fn credentials() -> Credentials {
    Credentials {
        app_key: Settings::APP_KEY.into(),
        app_secret: Settings::APP_SECRET.into(),
    }
}

async fn place(platform: &Platform, return_url: &str) -> DialOutcome {
    let request = DialRequest {
        tel_a: TEL_A.to_owned(),
        tel_b: TEL_B.to_owned(),
        return_url: Some(return_url.into()),
    };
    let clock = Settings::default().clock;
    platform.dial(&credentials(), &request, &*clock).await
}

#[rstest]
#[tokio::test]
async fn they_agree_in_every_dialect(
    #[values(
        (bohao_sandbox::BodyKind::Form, BodyStyle::Form),
        (bohao_sandbox::BodyKind::Json, BodyStyle::Json)
    )]
    body: (bohao_sandbox::BodyKind, BodyStyle),
    #[values(
        (bohao_sandbox::TimestampUnit::Seconds, TimestampUnit::Seconds),
        (bohao_sandbox::TimestampUnit::Milliseconds, TimestampUnit::Milliseconds)
    )]
    timestamp: (bohao_sandbox::TimestampUnit, TimestampUnit),
    #[values(
        (bohao_sandbox::Lowered::Keys, LowerCase::Keys),
        (bohao_sandbox::Lowered::KeysAndValues, LowerCase::KeysAndValues)
    )]
    lowered: (bohao_sandbox::Lowered, LowerCase),
    #[values(
        (bohao_sandbox::DigestCase::Lower, DigestCase::Lower),
        (bohao_sandbox::DigestCase::Upper, DigestCase::Upper)
    )]
    digest: (bohao_sandbox::DigestCase, DigestCase),
) {
    let running = start(Settings {
        dialect: Dialect {
            body: body.0,
            timestamp: timestamp.0,
            lowered: lowered.0,
            digest: digest.0,
        },
        app_secret: "SeCrEt键&=".into(),
        ..swift()
    })
    .await;
    let platform = platform(
        &running,
        bohao_platform::Dialect {
            body: body.1,
            timestamp: timestamp.1,
            lower_case: lowered.1,
            digest: digest.1,
        },
    );
    let credentials = Credentials {
        app_secret: "SeCrEt键&=".into(),
        ..credentials()
    };
    let request = DialRequest {
        tel_a: TEL_A.to_owned(),
        tel_b: TEL_B.to_owned(),
        return_url: Some("http://127.0.0.1:9/p/T0ken?a=1&b=拨 号".into()),
    };
    let clock = Settings::default().clock;

    let outcome = platform.dial(&credentials, &request, &*clock).await;
    let DialOutcome::Accepted { subid, tel_x } = outcome else {
        panic!("{outcome:?}");
    };
    assert!(tel_x.is_some());
    ended(&running, &subid).await;
    let recording = platform
        .recording(&credentials, &subid, &*clock, None)
        .await;
    recording.expect("the recording begins");
}

#[tokio::test]
async fn a_client_whose_clock_is_wrong_learns_the_time_and_rings_once() {
    let clock = Settings::default().clock;
    let running = start(Settings {
        clock: Arc::new(move || clock() + 3_600_000),
        ..swift()
    })
    .await;
    let platform = platform(&running, bohao_platform::Dialect::default());
    let outcome = place(&platform, "http://127.0.0.1:9/p").await;
    assert!(
        matches!(outcome, DialOutcome::Accepted { .. }),
        "{outcome:?}"
    );
    assert_eq!(running.rings(TEL_A, TEL_B), 1);
}

#[rstest]
#[case::cut_after(FaultKind::CutAfter, 1)]
#[case::cut_before(FaultKind::CutBefore, 0)]
#[case::half_answer(FaultKind::HalfAnswer, 1)]
#[case::html(FaultKind::Html, 1)]
#[case::bad_gateway(FaultKind::BadGateway, 0)]
#[case::huge_answer(FaultKind::HugeAnswer, 1)]
#[case::redirect_loop(FaultKind::RedirectLoop, 0)]
#[case::redirect_away(FaultKind::RedirectAway, 0)]
#[tokio::test]
async fn whatever_goes_wrong_the_phone_rings_at_most_once(
    #[case] kind: FaultKind,
    #[case] rings: usize,
) {
    let running = start(swift()).await;
    let platform = platform(&running, bohao_platform::Dialect::default());
    // The fault strikes on a connection that has served before, where clients like to try again.
    let first = place(&platform, "http://127.0.0.1:9/p").await;
    let DialOutcome::Accepted { subid, .. } = first else {
        panic!("{first:?}");
    };
    ended(&running, &subid).await;

    running.set_fault(kind, 1);
    let outcome = place(&platform, "http://127.0.0.1:9/p").await;
    assert!(
        matches!(outcome, DialOutcome::Unknown { .. }),
        "{outcome:?}"
    );
    assert_eq!(running.rings(TEL_A, TEL_B), 1 + rings);
}

#[rstest]
#[tokio::test]
async fn the_client_reads_every_spelling_of_a_record(
    #[values(
        PushShape::Json,
        PushShape::JsonArray,
        PushShape::Form,
        PushShape::Multipart
    )]
    shape: PushShape,
    #[values(Numbers::Numbers, Numbers::Strings)] numbers: Numbers,
    #[values(Times::Seconds, Times::Milliseconds, Times::Text)] times: Times,
) {
    let receiver = Receiver::start(&[]).await;
    let running = start(Settings {
        spelling: Spelling {
            shape,
            numbers,
            times,
        },
        ..swift()
    })
    .await;
    let platform = platform(&running, bohao_platform::Dialect::default());
    place(&platform, &receiver.url).await;

    let pushed = receiver.wait_for(1).await;
    let parsed = parse_records(Some(&pushed[0].content_type), &pushed[0].body).expect("is read");
    assert!(parsed.unreadable.is_empty());
    let (record, call) = (&parsed.records[0], &running.calls()[0]);
    assert_eq!(record.subid, call.subid);
    assert_eq!(record.status, Some(Status::Connected));
    let second = |at: i64| at.div_euclid(1000);
    assert_eq!(record.started_at.map(second), Some(second(call.taken_at)));
}
