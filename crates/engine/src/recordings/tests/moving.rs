//! All recordings go to another folder, whatever comes in between.

use super::stand::{Reply, Stand};
use super::*;
use crate::small_disk::SmallDisk;
use bohao_wire::{RecordingState, TaskKind};
use rstest::rstest;
use std::process::{Command, Stdio};

/// For the child: a step and the file to write once it is reached, `step@file`.
pub const DIE_AT: &str = "BOHAO_TEST_MOVE_DIE_AT";
const ROOT: &str = "BOHAO_TEST_MOVE_ROOT";
const TARGET: &str = "BOHAO_TEST_MOVE_TARGET";

/// A desk with three recordings.
async fn three() -> (Stand, Desk, Vec<CallId>) {
    let stand = Stand::new([Reply::whole(&wav(500, 1))]).await;
    let desk = Desk::new(&stand.url);
    let calls = desk.with_saved(3).await;
    (stand, desk, calls)
}

async fn move_to(desk: &Desk, target: &Path) -> CustodyTask {
    let begun = desk.recordings.move_to(&target.display().to_string()).await;
    desk.end_of(begun).await
}

async fn all_are_whole(desk: &Desk, calls: &[CallId]) {
    for call in calls {
        assert_eq!(desk.bytes_of(call).await, wav(500, 1));
    }
}

#[rstest]
#[case::on_the_same_disk(false)]
#[case::on_another_disk(true)]
#[tokio::test]
async fn a_folder_is_moved_as_a_whole_and_back(#[case] other_disk: bool) {
    let (stand, desk, calls) = three().await;
    let target = desk.path("new");
    let _disk = match other_disk {
        false => None,
        true => match SmallDisk::mount_as(&target, "size=256m") {
            None => return,
            disk => disk,
        },
    };
    let home = desk.recordings.folder();

    let there = move_to(&desk, &target).await;

    assert_eq!((there.kind, there.state), (TaskKind::Move, TaskState::Done));
    assert_eq!((there.done, there.total, there.left), (3, 3, 0));
    assert_eq!(desk.recordings.folder(), target);
    assert_eq!((names(&home).len(), names(&target).len()), (0, 3));
    all_are_whole(&desk, &calls).await;
    // What comes next comes to the new folder, and the next start finds it all there.
    let fourth = desk.connected("s4").await;
    desk.fetch(&fourth).await;
    let again = Desk::again(&stand.url, desk.dir.path());
    assert_eq!(again.recordings.folder(), target);
    let calls = [calls, vec![fourth]].concat();
    all_are_whole(&again, &calls).await;

    let back = again.end_of(again.recordings.move_to("").await).await;

    assert_eq!((back.done, back.left), (4, 0));
    assert_eq!((names(&home).len(), names(&target).len()), (4, 0));
    all_are_whole(&again, &calls).await;
}

#[tokio::test]
async fn what_is_missing_or_damaged_stays_as_it_is_and_is_counted() {
    let (_stand, desk, calls) = three().await;
    let path = |call: &CallId| desk.recordings.folder().join(format!("{}.wav", call.0));
    std::fs::remove_file(path(&calls[0])).expect("a file");
    let mut changed = wav(500, 1);
    changed[1000] ^= 1;
    std::fs::write(path(&calls[1]), &changed).expect("a change");
    let damaged = path(&calls[1]);

    let moved = move_to(&desk, &desk.path("new")).await;

    assert_eq!((moved.state, moved.left), (TaskState::Done, 2));
    assert_eq!(std::fs::read(damaged).expect("bytes"), changed);
    assert_eq!(desk.bytes_of(&calls[2]).await, wav(500, 1));
}

#[tokio::test]
async fn a_folder_that_can_not_take_them_is_refused_with_a_clear_word() {
    let (_stand, desk, calls) = three().await;
    let refused = async |folder: &Path| {
        let folder = folder.display().to_string();
        let fault = desk.recordings.move_to(&folder).await.expect_err("refused");
        let reason = fault.details["reason"].as_str().map(str::to_owned);
        (fault.code, reason)
    };
    let inside = desk.recordings.folder().join("deeper");
    let own = desk.path("data/backups");
    let file = desk.path("a-file");
    std::fs::write(&file, "mine").expect("a file");

    assert_eq!(
        refused(&inside).await,
        (FaultCode::NotWritable, Some("inside".into()))
    );
    assert_eq!(
        refused(&own).await,
        (FaultCode::NotWritable, Some("own_folder".into()))
    );
    assert_eq!(refused(Path::new("new")).await.0, FaultCode::BadInput);
    assert_ne!(refused(&file).await.0, FaultCode::Internal);
    assert!(!inside.exists() && !own.exists());
    if let Some(disk) = SmallDisk::mount_as(&desk.path("small"), "size=64k") {
        assert_eq!(refused(&disk.0).await.0, FaultCode::DiskFull);
        disk.remount("ro");
        assert_eq!(refused(&disk.0).await.0, FaultCode::NotWritable);
    }
    all_are_whole(&desk, &calls).await;
}

/// Its room is taken by somebody else after it was looked at.
#[tokio::test]
async fn promise_6_a_disk_that_fills_up_half_way_leaves_everything_where_it_was() {
    let (_stand, desk, calls) = three().await;
    let Some(disk) = SmallDisk::mount_as(&desk.path("stick"), "size=256m,nr_inodes=3") else {
        return;
    };

    let moved = move_to(&desk, &disk.0).await;

    assert_eq!(moved.state, TaskState::Failed);
    assert_eq!(moved.fault.expect("a fault").code, FaultCode::DiskFull);
    assert_eq!(names(&disk.0), [""; 0]);
    assert_eq!(desk.recordings.folder(), desk.path("data/recordings"));
    all_are_whole(&desk, &calls).await;
}

#[tokio::test]
async fn a_foreign_file_of_the_same_name_is_left_alone() {
    let (_stand, desk, calls) = three().await;
    let target = desk.path("new");
    std::fs::create_dir(&target).expect("a folder");
    let foreign = target.join(format!("{}.wav", calls[1].0));
    std::fs::write(&foreign, "mine").expect("a file");

    let moved = move_to(&desk, &target).await;

    assert_eq!(moved.fault.expect("a fault").code, FaultCode::FileExists);
    assert_eq!(std::fs::read(&foreign).expect("bytes"), b"mine");
    assert_eq!(names(&target).len(), 1);
    all_are_whole(&desk, &calls).await;
}

#[tokio::test]
async fn one_thing_is_done_at_a_time_and_can_be_ended() {
    let (stand, desk, calls) = three().await;
    let waiting = desk.connected("slow").await;
    stand.answer([Reply::stalled(&wav(500, 1), 100)]);
    desk.recordings.fetch_all().await.expect("a task");
    while stand.requests().len() < 4 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }

    let target = desk.path("new").display().to_string();
    let fault = desk
        .recordings
        .move_to(&target)
        .await
        .expect_err("one at a time");
    assert_eq!(fault.code, FaultCode::TaskRunning);
    assert_eq!(fault.details["task"], "fetch_all");

    desk.recordings.cancel_task();
    desk.recordings.settle().await;
    let ended = desk.recordings.task().expect("a task");
    assert_eq!(ended.state, TaskState::Cancelled);
    let detail = desk.recordings.detail(&waiting).await.expect("a detail");
    assert_eq!(detail.state, RecordingState::Waiting);
    assert_eq!(
        move_to(&desk, &desk.path("new")).await.state,
        TaskState::Done
    );
    all_are_whole(&desk, &calls).await;
}

/// The child: moves everything, and does nothing when it is run as a test.
#[tokio::test]
async fn child() {
    let (Ok(root), Ok(target)) = (std::env::var(ROOT), std::env::var(TARGET)) else {
        return;
    };
    let desk = Desk::again("http://127.0.0.1:9", Path::new(&root));
    let begun = desk.recordings.move_to(&target).await;
    desk.end_of(begun).await;
}

#[rstest]
#[case("copied_one", false)]
#[case("copied_one", true)]
#[case("copied_all", false)]
#[case("copied_all", true)]
#[case("switched", false)]
#[case("switched", true)]
#[case("removed_one", false)]
#[case("removed_one", true)]
#[tokio::test]
async fn promise_6_a_kill_at_any_step_leaves_every_file_reachable(
    #[case] step: &str,
    #[case] other_disk: bool,
) {
    let (stand, desk, calls) = three().await;
    let (home, target, mark) = (
        desk.recordings.folder(),
        desk.path("new"),
        desk.path("mark"),
    );
    let _disk = match other_disk {
        false => None,
        true => match SmallDisk::mount_as(&target, "size=256m") {
            None => return,
            disk => disk,
        },
    };
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["recordings::tests::moving::child", "--exact"])
        .env(ROOT, desk.dir.path())
        .env(TARGET, &target)
        .env(DIE_AT, format!("{step}@{}", mark.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child");
    while !mark.exists() {
        assert!(
            child.try_wait().expect("a child").is_none(),
            "the child ended by itself"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }

    child.kill().expect("a kill");
    child.wait().expect("an end");

    let again = Desk::again(&stand.url, desk.dir.path());
    all_are_whole(&again, &calls).await;
    // The next start tidies up, and each recording is there once.
    again.recordings.sweep().await;
    all_are_whole(&again, &calls).await;
    let switched = step == "switched" || step == "removed_one";
    let (here, there) = if switched { (0, 3) } else { (3, 0) };
    assert_eq!((names(&home).len(), names(&target).len()), (here, there));
    assert_eq!(move_to(&again, &target).await.state, TaskState::Done);
    all_are_whole(&again, &calls).await;
    assert_eq!((names(&home).len(), names(&target).len()), (0, 3));
}
