//! Against the stand-in platform, signatures and all.

use super::*;
use bohao_platform::{DialOutcome, DialRequest};
use bohao_sandbox::{CallState, FaultKind, Running, Settings, Timing, start};
use bohao_wire::RecordingState;
use rstest::rstest;

/// A call that the sandbox has played to its end, and the desk that placed it.
async fn played() -> (Running, Desk, CallId) {
    let moment = Duration::from_millis(1);
    let timing = Timing {
        ring: moment,
        talk: moment,
        release: moment,
        ..Timing::default()
    };
    let sandbox = start(Settings {
        timing,
        ..Settings::default()
    })
    .await
    .expect("a sandbox");
    let desk = Desk::new(&sandbox.url());
    let exchange = Exchange::at(&sandbox.url(), desk.set_up.clone());
    let mut config = exchange.platform.config().clone();
    config.call_url = sandbox.url().parse().expect("an address");
    let platform = Platform::new(config).expect("a client");
    let wish = DialRequest {
        tel_a: "13800006620".into(),
        tel_b: "13922104471".into(),
        return_url: None,
    };
    let DialOutcome::Accepted { subid, .. } = platform
        .dial(&exchange.credentials, &wish, &system_now)
        .await
    else {
        panic!("the sandbox took no call");
    };
    while sandbox
        .calls()
        .iter()
        .any(|call| call.state != CallState::Ended)
    {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let call = desk.connected(&subid).await;
    (sandbox, desk, call)
}

#[tokio::test]
async fn the_sandbox_s_recording_is_kept_and_can_be_drawn() {
    let (_sandbox, desk, call) = played().await;

    let detail = desk.fetch(&call).await;

    assert_eq!(
        (detail.state, detail.format.as_deref()),
        (RecordingState::Saved, Some("wav"))
    );
    assert!(detail.length_ms.is_some_and(|ms| ms > 0));
    let drawn = desk.recordings.waveform(&call, 100).await.expect("a shape");
    assert!(
        drawn.peaks.iter().any(|&peak| peak > 0.05),
        "one can hear it"
    );
}

#[rstest]
#[case(FaultKind::RecordingNotReady, "not_ready")]
#[case(FaultKind::RecordingJson, "platform_busy")]
#[case(FaultKind::RecordingCut, "cut_off")]
#[case(FaultKind::RecordingEmpty, "not_ready")]
#[case(FaultKind::RecordingEndless, "too_large")]
#[case(FaultKind::RecordingHuge, "too_large")]
#[case(FaultKind::RecordingRedirectAway, "redirected")]
#[case(FaultKind::RecordingRedirectLoop, "redirected")]
#[tokio::test]
async fn promise_6_each_fault_of_the_platform_is_survived(
    #[case] fault: FaultKind,
    #[case] reason: &str,
) {
    let (sandbox, desk, call) = played().await;
    sandbox.set_fault(fault, 1000);

    let missed = desk.fetch(&call).await;

    assert_ne!(missed.state, RecordingState::Saved);
    let told = missed.reason.unwrap_or_default();
    assert!(told.starts_with(reason), "{told}");
    assert!(
        desk.files().iter().all(|name| name.ends_with(".part")),
        "{:?}",
        desk.files()
    );
    assert_eq!(sandbox.calls()[0].credentials_leaked, 0);
    sandbox.clear_faults();
    assert_eq!(desk.fetch(&call).await.state, RecordingState::Saved);
    assert_eq!(desk.files(), [format!("{}.wav", call.0)]);
}

/// The recording is another one, or the range is ignored, when the fetch wants to go on.
#[rstest]
#[case(FaultKind::RecordingChanged)]
#[case(FaultKind::RecordingNoRange)]
#[tokio::test]
async fn promise_6_a_fetch_goes_on_with_the_same_file_only(#[case] fault: FaultKind) {
    let (sandbox, desk, call) = played().await;
    let whole = desk.fetch(&call).await;
    let path = desk.recordings.open(&call).await.expect("a file").path;
    std::fs::remove_file(path).expect("a file");
    sandbox.set_fault(FaultKind::RecordingCut, 1);
    assert_eq!(desk.fetch(&call).await.reason.as_deref(), Some("cut_off"));
    sandbox.set_fault(fault, 1000);

    let again = desk.fetch(&call).await;

    assert_eq!(again.state, RecordingState::Saved);
    let path = desk.recordings.open(&call).await.expect("a file").path;
    assert_eq!(
        again.sha256,
        Some(sha256(&std::fs::read(path).expect("bytes")))
    );
    let same = again.sha256 == whole.sha256;
    assert_eq!(same, fault == FaultKind::RecordingNoRange);
}
