//! Everything that is not here, fetched now.

use super::stand::{Reply, Stand};
use super::*;
use bohao_wire::{FetchWhen, RecordingState, TaskKind};

#[tokio::test]
async fn everything_is_fetched_whatever_the_rules_say_of_the_hour() {
    let file = wav(500, 1);
    let stand = Stand::new([Reply::json("{\"code\":1005,\"msg\":\"no\"}")]).await;
    let mut desk = Desk::new(&stand.url);
    desk.rules(|rules| rules.fetch = FetchWhen::ByHand).await;
    let failed = desk.connected("a0").await;
    assert_eq!(desk.fetch(&failed).await.state, RecordingState::Failed);
    let mut calls = vec![failed];
    for number in 1..5 {
        calls.push(desk.connected(&format!("a{number}")).await);
    }
    stand.answer([Reply::whole(&file)]);
    while desk.events.try_recv().is_ok() {}

    let begun = desk.recordings.fetch_all().await;
    assert_eq!(begun.as_ref().map(|task| task.total), Ok(5));
    let task = desk.end_of(begun).await;

    assert_eq!(
        (task.kind, task.state),
        (TaskKind::FetchAll, TaskState::Done)
    );
    assert_eq!((task.done, task.left), (5, 0));
    assert_eq!(task.bytes, 5 * file.len() as u64);
    for call in &calls {
        assert_eq!(desk.bytes_of(call).await, file);
    }
    let mut told = Vec::new();
    while let Ok(event) = desk.events.try_recv() {
        if let Event::CustodyTold { task } = event {
            told.push(task);
        }
    }
    assert_eq!(told.last(), Some(&task), "the end is told");
}

#[tokio::test]
async fn what_can_not_be_had_is_counted_and_the_rest_goes_on() {
    let stand = Stand::new([
        Reply::json("{\"code\":2002,\"msg\":\"\"}"),
        Reply::whole(&wav(100, 1)),
    ])
    .await;
    let desk = Desk::new(&stand.url);
    for number in 0..3 {
        desk.connected(&format!("a{number}")).await;
    }

    let task = desk.end_of(desk.recordings.fetch_all().await).await;

    assert_eq!((task.state, task.done, task.left), (TaskState::Done, 3, 1));
}

#[tokio::test]
async fn promise_12_without_a_network_it_ends_soon_and_says_so() {
    let desk = Desk::new("http://127.0.0.1:9");
    for number in 0..20 {
        desk.connected(&format!("a{number}")).await;
    }

    let task = desk.end_of(desk.recordings.fetch_all().await).await;

    assert_eq!(task.state, TaskState::Failed);
    assert_eq!(
        task.fault.expect("a fault").code,
        FaultCode::PlatformUnreachable
    );
    assert!(task.done < 10, "{} were tried", task.done);
}

#[tokio::test]
async fn missing_credentials_end_it_at_once() {
    let desk = Desk::new("http://127.0.0.1:9");
    desk.set_up.store(false, Ordering::SeqCst);
    desk.connected(SUBID).await;

    let task = desk.end_of(desk.recordings.fetch_all().await).await;

    assert_eq!(task.fault.expect("a fault").code, FaultCode::NotSetUp);
}
