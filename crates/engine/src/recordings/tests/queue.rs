use super::stand::{Reply, Stand};
use super::*;
use bohao_wire::RecordingState;

/// Runs the queue until the recording stands so.
async fn until(
    desk: &Desk,
    call: &CallId,
    fits: impl Fn(&RecordingDetail) -> bool,
) -> RecordingDetail {
    let run = desk.recordings.clone();
    let queue = tokio::spawn(async move { run.run().await });
    let found = loop {
        let detail = desk.recordings.detail(call).await.expect("a detail");
        if fits(&detail) {
            break detail;
        }
        desk.recordings.wake();
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    queue.abort();
    found
}

#[tokio::test]
async fn a_recording_that_is_not_ready_is_waited_for() {
    let not_ready = Reply::json("{\"code\":2002,\"msg\":\"\"}");
    let stand = Stand::new([not_ready.clone(), not_ready, Reply::whole(&wav(100, 1))]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;

    let first = until(&desk, &call, |detail| detail.reason.is_some()).await;
    assert_eq!(first.state, RecordingState::Waiting);
    assert_eq!(first.next_try_at, Some(ENDED + 5_000));
    assert_eq!(stand.requests().len(), 1);

    desk.later(5_000);
    until(&desk, &call, |detail| {
        detail.next_try_at == Some(ENDED + 20_000)
    })
    .await;
    desk.later(15_000);
    until(&desk, &call, |detail| detail.state == RecordingState::Saved).await;
    assert_eq!(stand.requests().len(), 3);
}

#[tokio::test]
async fn a_recording_is_gone_when_the_platform_keeps_it_no_longer() {
    let stand = Stand::new([Reply::json("{\"code\":2002,\"msg\":\"\"}")]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    desk.later(30 * DAY + 1);

    let detail = until(&desk, &call, |detail| {
        detail.state != RecordingState::Waiting
    })
    .await;
    assert_eq!(detail.state, RecordingState::Gone);
}

#[tokio::test]
async fn a_refusal_waits_for_other_credentials() {
    let stand = Stand::new([
        Reply::json("{\"code\":1005,\"msg\":\"no\"}"),
        Reply::whole(&wav(100, 1)),
    ])
    .await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    until(&desk, &call, |detail| {
        detail.state == RecordingState::Failed
    })
    .await;

    desk.recordings
        .credentials_changed()
        .await
        .expect("a change");

    until(&desk, &call, |detail| detail.state == RecordingState::Saved).await;
}

#[tokio::test]
async fn missing_credentials_are_waited_for_and_nothing_is_asked() {
    let stand = Stand::new([Reply::whole(&wav(100, 1))]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    desk.set_up.store(false, Ordering::SeqCst);
    until(&desk, &call, |detail| {
        detail.reason.as_deref() == Some("not_set_up")
    })
    .await;
    let fault = desk
        .recordings
        .fetch(&call)
        .await
        .expect_err("no credentials");
    assert_eq!(fault.code, FaultCode::NotSetUp);
    assert_eq!(stand.requests(), [""; 0]);

    desk.set_up.store(true, Ordering::SeqCst);
    desk.recordings
        .credentials_changed()
        .await
        .expect("a change");
    until(&desk, &call, |detail| detail.state == RecordingState::Saved).await;
}

#[tokio::test]
async fn promise_12_no_network_is_waited_out() {
    let desk = Desk::new("http://127.0.0.1:9");
    let call = desk.connected(SUBID).await;

    let detail = until(&desk, &call, |detail| detail.reason.is_some()).await;
    assert_eq!(detail.state, RecordingState::Waiting);
    assert_eq!(detail.reason.as_deref(), Some("unreachable"));
}

#[tokio::test]
async fn two_are_fetched_at_a_time_and_all_in_the_end() {
    let stand = Stand::new([Reply::whole(&wav(100, 1)).slow()]).await;
    let desk = Desk::new(&stand.url);
    let mut calls = Vec::new();
    for call in 0..7 {
        calls.push(desk.connected(&format!("a{call}")).await);
    }
    let run = desk.recordings.clone();
    let queue = tokio::spawn(async move { run.run().await });
    while desk
        .files()
        .iter()
        .filter(|name| name.ends_with(".wav"))
        .count()
        < 7
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    queue.abort();

    assert_eq!(stand.requests().len(), 7);
    assert_eq!(stand.most_abreast(), 2);
}

#[tokio::test]
async fn one_recording_is_fetched_once_however_many_ask() {
    let stand = Stand::new([Reply::whole(&wav(100, 1))]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;

    let (a, b, _) = tokio::join!(
        desk.fetch(&call),
        desk.fetch(&call),
        until(&desk, &call, |detail| detail.state == RecordingState::Saved)
    );

    assert_eq!(
        (a.state, b.state),
        (RecordingState::Saved, RecordingState::Saved)
    );
    assert_eq!(stand.requests().len(), 1);
}

#[tokio::test]
async fn promise_6_parts_of_a_dead_program_are_swept_and_those_of_a_living_one_are_not() {
    let stand = Stand::new([Reply::whole(&wav(100, 1))]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    let folder = desk.recordings.folder();
    std::fs::create_dir_all(&folder).expect("a folder");
    let dead = folder.join("01890000-0000-7000-8000-000000000001.part");
    let living = folder.join("01890000-0000-7000-8000-000000000002.part");
    let foreign = folder.join("film.part");
    for path in [&dead, &living, &foreign] {
        std::fs::write(path, "half").expect("a file");
    }
    let held = std::fs::File::open(&living).expect("a file");
    held.lock().expect("a lock");

    until(&desk, &call, |detail| detail.state == RecordingState::Saved).await;

    assert!(!dead.exists());
    assert!(living.exists() && foreign.exists());
}
