//! The queue rests when it has to, says why, and goes on by itself.

use super::stand::{Reply, Stand};
use super::*;
use crate::small_disk::SmallDisk;
use bohao_wire::{FetchWhen, PauseReason, QueuePause, RecordingState};

/// Runs the queue until it rests, or does no longer.
async fn until_pause(desk: &Desk, fits: impl Fn(Option<QueuePause>) -> bool) {
    let run = desk.recordings.clone();
    let queue = tokio::spawn(async move { run.run().await });
    while !fits(*crate::recordings::lock(&desk.recordings.inner.paused)) {
        desk.recordings.wake();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    queue.abort();
}

async fn state(desk: &Desk, call: &CallId) -> RecordingState {
    desk.recordings.detail(call).await.expect("a detail").state
}

async fn until_saved(desk: &Desk, call: &CallId) {
    let run = desk.recordings.clone();
    let queue = tokio::spawn(async move { run.run().await });
    while state(desk, call).await != RecordingState::Saved {
        desk.recordings.wake();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    queue.abort();
}

fn why(pause: Option<QueuePause>) -> Option<PauseReason> {
    pause.map(|pause| pause.why)
}

#[tokio::test]
async fn nothing_is_fetched_by_itself_against_the_users_wish() {
    let stand = Stand::new([Reply::whole(&wav(100, 1))]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    desk.rules(|rules| rules.fetch = FetchWhen::ByHand).await;

    until_pause(&desk, |pause| why(pause) == Some(PauseReason::ByHand)).await;

    assert_eq!(stand.requests(), [""; 0]);
    let report = desk.recordings.report().await.expect("a report");
    assert_eq!(why(report.pause), Some(PauseReason::ByHand));
    // By hand it comes.
    assert_eq!(desk.fetch(&call).await.state, RecordingState::Saved);
    // And so does all, once the wish is another.
    let second = desk.connected("a2").await;
    desk.rules(|rules| rules.fetch = FetchWhen::Always).await;
    until_saved(&desk, &second).await;
}

/// It is ten past two in the afternoon.
#[tokio::test]
async fn a_day_is_waited_out_until_the_night() {
    let stand = Stand::new([Reply::whole(&wav(100, 1))]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    desk.rules(|rules| rules.fetch = FetchWhen::AtNight).await;

    until_pause(&desk, |pause| why(pause) == Some(PauseReason::Day)).await;
    assert_eq!(stand.requests(), [""; 0]);

    desk.later(8 * 3_600_000);
    until_saved(&desk, &call).await;
}

#[tokio::test]
async fn a_disk_without_room_is_waited_for_and_then_it_goes_on() {
    let stand = Stand::new([Reply::whole(&wav(100, 1))]).await;
    let dir = tempfile::tempdir().expect("a folder");
    let home = dir.path().join("recordings");
    let Some(disk) = SmallDisk::mount_as(&home, "size=1m") else {
        return;
    };
    let desk = Desk::with_home(&stand.url, dir, home);
    let call = desk.connected(SUBID).await;

    until_pause(&desk, |pause| why(pause) == Some(PauseReason::DiskFull)).await;

    assert_eq!(stand.requests(), [""; 0], "no try is spent");
    let report = desk.recordings.report().await.expect("a report");
    assert!(report.free_bytes <= Some(1 << 20));
    disk.remount("size=256m");
    until_saved(&desk, &call).await;
}

/// One was under way when the room ran out: it is due again as soon as there is some.
#[tokio::test]
async fn what_failed_for_want_of_room_comes_once_there_is_some() {
    let file = wav(100_000, 1);
    let stand = Stand::new([Reply::without_length(&file)]).await;
    let dir = tempfile::tempdir().expect("a folder");
    let home = dir.path().join("recordings");
    let Some(disk) = SmallDisk::mount_as(&home, "size=512k") else {
        return;
    };
    let desk = Desk::with_home(&stand.url, dir, home);
    let call = desk.connected(SUBID).await;
    let fault = desk.recordings.fetch(&call).await.expect_err("no room");
    assert_eq!(fault.code, FaultCode::DiskFull);
    until_pause(&desk, |pause| why(pause) == Some(PauseReason::DiskFull)).await;
    stand.answer([Reply::whole(&wav(100, 1))]);

    disk.remount("size=256m");

    until_saved(&desk, &call).await;
}

#[tokio::test]
async fn a_busy_platform_is_left_alone_for_as_long_as_it_asks() {
    let busy = Reply::with(503, "Retry-After: 600\r\n", 0, b"");
    let stand = Stand::new([busy, Reply::whole(&wav(100, 1))]).await;
    let desk = Desk::new(&stand.url);
    let (first, second) = (desk.connected("a1").await, desk.connected("a2").await);
    let missed = desk.fetch(&first).await;
    assert_eq!(missed.reason.as_deref(), Some("platform_busy: HTTP 503"));
    assert_eq!(missed.next_try_at, Some(ENDED + 600_000));

    until_pause(&desk, |pause| why(pause) == Some(PauseReason::PlatformBusy)).await;

    let report = desk.recordings.report().await.expect("a report");
    let until = report.pause.and_then(|pause| pause.until);
    assert_eq!(until, Some(ENDED + 600_000));
    assert_eq!(
        stand.requests().len(),
        1,
        "nobody else is asked for meanwhile"
    );
    desk.later(600_000);
    until_saved(&desk, &second).await;
    until_saved(&desk, &first).await;
}

#[tokio::test]
async fn nobody_is_left_alone_for_ever() {
    let busy = Reply::with(429, "Retry-After: 99999999\r\n", 0, b"");
    let stand = Stand::new([busy]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;

    let missed = desk.fetch(&call).await;

    assert!(missed.next_try_at <= Some(ENDED + DAY));
    let report = desk.recordings.report().await.expect("a report");
    let until = report.pause.and_then(|pause| pause.until);
    assert_eq!(until, Some(ENDED + 3_600_000));
}
