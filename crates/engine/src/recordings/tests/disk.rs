//! A disk that is full.

use super::stand::{Reply, Stand};
use super::*;
use crate::Overwrite;
use crate::small_disk::SmallDisk;
use bohao_wire::RecordingState;

#[tokio::test]
async fn promise_6_a_full_disk_leaves_nothing_and_is_waited_for() {
    let file = wav(10_000, 1);
    let stand = Stand::new([Reply::whole(&file)]).await;
    let dir = tempfile::tempdir().expect("a folder");
    let home = dir.path().join("recordings");
    let Some(disk) = SmallDisk::mount(&home) else {
        return;
    };
    let desk = Desk::with_home(&stand.url, dir, home);
    let call = desk.connected(SUBID).await;

    let fault = desk.recordings.fetch(&call).await.expect_err("no room");

    assert_eq!(fault.code, FaultCode::DiskFull);
    assert_eq!(desk.files(), [""; 0]);
    let detail = desk.recordings.detail(&call).await.expect("a detail");
    assert_eq!(detail.state, RecordingState::Waiting);
    assert_eq!(detail.reason.as_deref(), Some("disk_full"));
    assert!(detail.next_try_at > Some(ENDED));
    drop(disk);
    assert_eq!(desk.fetch(&call).await.state, RecordingState::Saved);
}

#[tokio::test]
async fn promise_6_a_full_target_keeps_what_was_there() {
    let file = wav(10_000, 1);
    let stand = Stand::new([Reply::whole(&file)]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    desk.fetch(&call).await;
    let Some(disk) = SmallDisk::mount(&desk.path("stick")) else {
        return;
    };
    let target = disk.0.join("a.wav");
    std::fs::write(&target, "mine").expect("a file");

    let fault = desk
        .recordings
        .save_as(&call, target.clone(), Overwrite::Replace)
        .await;

    assert_eq!(fault.expect_err("no room").code, FaultCode::DiskFull);
    assert_eq!(std::fs::read(&target).expect("bytes"), b"mine");
    assert_eq!(names(&disk.0), ["a.wav"]);
}

/// A read-only file system, since a folder's mode means nothing to a privileged user.
#[tokio::test]
async fn a_read_only_target_is_named() {
    let stand = Stand::new([Reply::whole(&wav(100, 1))]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    desk.fetch(&call).await;
    let Some(disk) = SmallDisk::mount(&desk.path("stick")) else {
        return;
    };
    disk.remount("ro");

    let fault = desk
        .recordings
        .save_as(&call, disk.0.join("a.wav"), Overwrite::Refuse)
        .await;

    assert_eq!(fault.expect_err("no place").code, FaultCode::NotWritable);
}
