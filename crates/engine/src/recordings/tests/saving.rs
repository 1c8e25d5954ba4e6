use super::stand::{Reply, Stand};
use super::*;
use crate::Overwrite;
use crate::recordings::saving::default_file_name;
use bohao_wire::{CallRow, CallState, NumbersShown, RecordingState};
use proptest::prelude::*;
use rstest::rstest;

/// A desk with one saved recording.
async fn saved() -> (Desk, Stand, CallId, Vec<u8>) {
    let file = wav(500, 1);
    let stand = Stand::new([Reply::whole(&file)]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    desk.fetch(&call).await;
    std::fs::create_dir(desk.path("out")).expect("a folder");
    (desk, stand, call, file)
}

#[rstest]
#[case("call.wav")]
#[case("客户 录音 (1) 'x' & y.wav")]
#[case("no ending")]
#[case(".hidden")]
#[tokio::test]
async fn a_recording_is_saved_whole_under_any_name(#[case] name: &str) {
    let (desk, _stand, call, file) = saved().await;
    let target = desk.path("out").join(name);

    let path = desk
        .recordings
        .save_as(&call, target.clone(), Overwrite::Refuse)
        .await;

    assert_eq!(path, Ok(target.clone()));
    assert_eq!(std::fs::read(target).expect("bytes"), file);
    assert_eq!(names(&desk.path("out")), [name]);
}

#[tokio::test]
async fn an_existing_file_stays_unless_it_is_to_be_replaced() {
    let (desk, _stand, call, file) = saved().await;
    let target = desk.path("out").join("a.wav");
    std::fs::write(&target, "mine").expect("a file");

    let fault = desk
        .recordings
        .save_as(&call, target.clone(), Overwrite::Refuse)
        .await;
    let fault = fault.expect_err("a file is in the way");
    assert_eq!(fault.code, FaultCode::FileExists);
    assert_eq!(fault.details["path"], target.display().to_string());
    assert_eq!(std::fs::read(&target).expect("bytes"), b"mine");

    desk.recordings
        .save_as(&call, target.clone(), Overwrite::Replace)
        .await
        .expect("a copy");
    assert_eq!(std::fs::read(&target).expect("bytes"), file);
    assert_eq!(names(&desk.path("out")), ["a.wav"]);
}

#[rstest]
#[case::a_folder("out")]
#[case::a_folder_that_is_not_there("out/missing/a.wav")]
#[case::below_a_file("data/bohao.db/a.wav")]
#[tokio::test]
async fn a_place_that_can_t_be_written_is_named(
    #[case] target: &str,
    #[values(Overwrite::Refuse, Overwrite::Replace)] overwrite: Overwrite,
) {
    let (desk, _stand, call, _) = saved().await;
    let target = desk.path(target);

    let fault = desk
        .recordings
        .save_as(&call, target.clone(), overwrite)
        .await;

    let fault = fault.expect_err("no place");
    assert_eq!(fault.code, FaultCode::NotWritable);
    assert_eq!(fault.details["path"], target.display().to_string());
    assert_eq!(names(&desk.path("out")), [""; 0]);
}

#[tokio::test]
async fn no_file_of_bohaos_own_is_replaced() {
    let (desk, _stand, call, _) = saved().await;
    let kept = desk.recordings.open(&call).await.expect("a file").path;
    for ending in ["", "-wal", "-shm"] {
        let target = desk.path("data").join(format!("bohao.db{ending}"));
        let before = std::fs::read(&target).expect("it is open");
        refused_as_own(&desk, &call, &target).await;
        assert_eq!(std::fs::read(&target).expect("bytes"), before);
    }
    refused_as_own(&desk, &call, &kept).await;
    refused_as_own(&desk, &call, &desk.path("out/../data/bohao.db")).await;
}

#[tokio::test]
async fn no_recording_in_a_folder_that_was_chosen_is_replaced_by_another() {
    let file = wav(500, 1);
    let stand = Stand::new([Reply::whole(&file)]).await;
    let desk = Desk::new(&stand.url);
    desk.recordings.choose_folder(Some(desk.path("chosen")));
    let (call, other) = (
        desk.connected(SUBID).await,
        desk.connected("04202107251831296890045360").await,
    );
    desk.fetch(&call).await;
    desk.fetch(&other).await;
    let kept = desk.recordings.open(&other).await.expect("a file").path;
    assert!(kept.starts_with(desk.path("chosen")));

    refused_as_own(&desk, &call, &kept).await;

    // The folder is the user's: what else lies in it may be replaced.
    let target = desk.path("chosen").join("a.wav");
    std::fs::write(&target, "mine").expect("a file");
    desk.recordings
        .save_as(&call, target.clone(), Overwrite::Replace)
        .await
        .expect("a copy");
    assert_eq!(std::fs::read(&target).expect("bytes"), file);
}

async fn refused_as_own(desk: &Desk, call: &CallId, target: &Path) {
    let saved = desk
        .recordings
        .save_as(call, target.to_owned(), Overwrite::Replace)
        .await;
    let fault = saved.expect_err("it is Bohao's own");
    assert_eq!(fault.code, FaultCode::NotWritable, "{}", target.display());
    assert_eq!(fault.details["reason"], "own_file");
}

/// What another program writes at this moment is locked; what a dead one left is not.
#[tokio::test]
async fn a_copy_that_was_left_behind_goes_with_the_next_save() {
    let (desk, _stand, call, _) = saved().await;
    let out = desk.path("out");
    std::fs::write(out.join(".bohao-999999-0.part"), "half").expect("a file");
    std::fs::write(out.join(".bohao-notes"), "not ours").expect("a file");
    let written = std::fs::File::create(out.join(".bohao-999998-0.part")).expect("a file");
    written.lock().expect("a lock");

    desk.recordings
        .save_as(&call, out.join("a.wav"), Overwrite::Refuse)
        .await
        .expect("a copy");

    let left = [".bohao-999998-0.part", ".bohao-notes", "a.wav"];
    assert_eq!(names(&out), left);
}

#[tokio::test]
async fn what_is_not_here_is_fetched_before_it_is_saved() {
    let file = wav(500, 1);
    let stand = Stand::new([Reply::whole(&file)]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    let target = desk.path("a.wav");

    desk.recordings
        .save_as(&call, target.clone(), Overwrite::Refuse)
        .await
        .expect("a copy");

    assert_eq!(std::fs::read(target).expect("bytes"), file);
}

#[tokio::test]
async fn what_can_t_be_had_is_not_saved() {
    let stand = Stand::new([Reply::json("{\"code\":2003,\"msg\":\"\"}")]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;

    let fault = desk
        .recordings
        .save_as(&call, desk.path("a.wav"), Overwrite::Refuse)
        .await;

    let fault = fault.expect_err("no recording");
    assert_eq!(fault.code, FaultCode::RecordingUnavailable);
    assert_eq!(fault.details["reason"], "not_ready");
    assert!(!desk.path("a.wav").exists());
}

/// A file of the right size whose bytes are others.
#[tokio::test]
async fn promise_6_a_damaged_file_is_never_handed_out() {
    let (desk, stand, call, file) = saved().await;
    let kept = desk.recordings.open(&call).await.expect("a file").path;
    let mut damaged = file.clone();
    damaged[5_000] ^= 1;
    std::fs::write(&kept, &damaged).expect("a change");
    let target = desk.path("out").join("a.wav");

    desk.recordings
        .save_as(&call, target.clone(), Overwrite::Refuse)
        .await
        .expect("a copy");
    assert_eq!(std::fs::read(&target).expect("bytes"), file);
    assert_eq!(stand.requests().len(), 2, "it was fetched again");

    std::fs::write(&kept, &damaged).expect("a change");
    stand.answer([Reply::json("{\"code\":2002,\"msg\":\"\"}")]);
    let fault = desk
        .recordings
        .save_as(&call, target.clone(), Overwrite::Replace)
        .await;
    assert_eq!(
        fault.expect_err("no recording").code,
        FaultCode::RecordingUnavailable
    );
    assert_eq!(std::fs::read(&target).expect("bytes"), file);
    assert_eq!(names(&desk.path("out")), ["a.wav"]);
    assert_eq!(
        desk.recordings.detail(&call).await.expect("a detail").state,
        RecordingState::Waiting
    );
    assert_eq!(
        std::fs::read(kept.with_extension("damaged")).expect("bytes"),
        damaged
    );
}

#[tokio::test]
async fn a_name_is_offered_that_tells_when_and_whom() {
    let (desk, _stand, call, _) = saved().await;
    for (numbers, expected) in [
        (NumbersShown::Whole, "2026-11-23_140700_13922104471.wav"),
        (NumbersShown::Masked, "2026-11-23_140700_139xxxx4471.wav"),
    ] {
        let name = desk.recordings.default_file_name(&call, numbers).await;
        assert_eq!(name.expect("a name"), expected);
    }
}

proptest! {
    #[test]
    fn promise_13_no_number_makes_a_name_that_a_system_minds(
        tel_b in prop::option::of("\\PC{0,40}|[./\\\\:*?\"<>|]{0,9}"),
        ending in "\\PC{0,9}",
        at: i64,
        masked: bool,
    ) {
        let numbers = if masked { NumbersShown::Masked } else { NumbersShown::Whole };
        let row = CallRow {
            call: CallId("0193".into()), subid: None, state: CallState::Recorded, status: None,
            tel_a: None, tel_x: None, tel_b, customer: None, outcome: None, at, started_at: None, ended_at: None, duration: None,
            reason: None, code: None, recording: RecordingState::Saved, note: String::new(),
            placed_here: false, recording_leaves_at: None, starred: false, by_hand: false,
        };
        let name = default_file_name(&row, &ending, numbers);
        prop_assert!(name.len() < 64);
        prop_assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)), "{name}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_no_file_is_never_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let (desk, _stand, call, _) = saved().await;
    let target = desk.path("out").join("socket");
    let _socket = std::os::unix::net::UnixListener::bind(&target).expect("a socket");

    let saved = desk
        .recordings
        .save_as(&call, target.clone(), Overwrite::Replace)
        .await;

    assert_eq!(saved.expect_err("no file").code, FaultCode::NotWritable);
    let kind = target.symlink_metadata().expect("it is there").file_type();
    assert!(kind.is_socket());
    assert_eq!(names(&desk.path("out")), ["socket"]);
}
