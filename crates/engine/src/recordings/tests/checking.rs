//! Files are compared with what was fetched, and fetched anew.

use super::stand::{Reply, Stand};
use super::*;
use bohao_wire::{RecordingState, TaskKind};

async fn check(desk: &Desk) -> CustodyTask {
    desk.end_of(desk.recordings.check_all().await).await
}

/// Changes a byte of a file without changing its size.
fn damage(path: &Path) {
    let mut bytes = std::fs::read(path).expect("bytes");
    bytes[1000] ^= 1;
    std::fs::write(path, bytes).expect("a change");
}

#[tokio::test]
async fn every_file_is_looked_at_and_strangers_are_named_and_left() {
    let stand = Stand::new([Reply::whole(&wav(500, 1))]).await;
    let desk = Desk::new(&stand.url);
    let calls = desk.with_saved(4).await;
    let folder = desk.recordings.folder();
    let path = |call: &CallId| folder.join(format!("{}.wav", call.0));
    damage(&path(&calls[0]));
    std::fs::remove_file(path(&calls[1])).expect("a file");
    std::fs::write(folder.join("holiday.mp3"), "mine").expect("a file");
    std::fs::write(folder.join("on-its-way.part"), "half").expect("a file");

    let task = check(&desk).await;

    assert_eq!((task.kind, task.state), (TaskKind::Check, TaskState::Done));
    assert_eq!((task.done, task.left), (4, 2));
    let found = desk.recordings.checked().expect("a check");
    assert_eq!((found.sound, found.missing, found.damaged), (2, 1, 1));
    assert_eq!(found.to_be_had, 2);
    assert_eq!(
        (found.stray_files, found.strays),
        (1, vec!["holiday.mp3".into()])
    );
    assert!(folder.join("holiday.mp3").exists());
    // A check changes nothing.
    let detail = desk.recordings.detail(&calls[0]).await.expect("a detail");
    assert_eq!(detail.state, RecordingState::Saved);
}

#[tokio::test]
async fn what_is_wanting_is_fetched_anew() {
    let file = wav(500, 1);
    let stand = Stand::new([Reply::whole(&file)]).await;
    let desk = Desk::new(&stand.url);
    let calls = desk.with_saved(3).await;
    let folder = desk.recordings.folder();
    damage(&folder.join(format!("{}.wav", calls[0].0)));
    std::fs::remove_file(folder.join(format!("{}.wav", calls[1].0))).expect("a file");
    check(&desk).await;

    let task = desk.end_of(desk.recordings.repair().await).await;

    assert_eq!((task.state, task.done, task.left), (TaskState::Done, 2, 0));
    for call in &calls {
        assert_eq!(desk.bytes_of(call).await, file);
    }
    assert_eq!(check(&desk).await.left, 0);
    // The damaged one was put aside and not thrown away.
    let found = desk.recordings.checked().expect("a check");
    assert_eq!(found.strays, [format!("{}.damaged", calls[0].0)]);
}

#[tokio::test]
async fn what_the_platform_has_no_longer_is_said_plainly() {
    let stand = Stand::new([Reply::whole(&wav(500, 1))]).await;
    let desk = Desk::new(&stand.url);
    let calls = desk.with_saved(1).await;
    let path = desk.recordings.open(&calls[0]).await.expect("a file").path;
    std::fs::remove_file(path).expect("a file");
    desk.later(40 * DAY);
    stand.answer([Reply::json("{\"code\":2002,\"msg\":\"\"}")]);
    check(&desk).await;
    assert_eq!(desk.recordings.checked().expect("a check").to_be_had, 0);

    let task = desk.end_of(desk.recordings.repair().await).await;

    assert_eq!((task.state, task.left), (TaskState::Done, 1));
    let detail = desk.recordings.detail(&calls[0]).await.expect("a detail");
    assert_eq!(detail.state, RecordingState::Gone);
    assert_eq!(detail.reason.as_deref(), Some("lost"));
}
