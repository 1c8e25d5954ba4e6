//! Marks in recordings and how these are played, as a host asks for them.

mod support;

use bohao_engine::Desk;
use bohao_wire::{
    AddMark, CallId, ChangeMark, FaultCode, Marks, MarksQuery, Mutations, Playback, PlaybackQuery,
    Queries, RemoveMark, SetPlayback,
};
use rstest::rstest;
use support::{CUSTOMER, around, dial, log, open_guard};

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9";

async fn desk_with_a_call(dir: &std::path::Path) -> (Desk, CallId) {
    let desk = open_guard(around(dir, NOWHERE)).await;
    dial(&desk, CUSTOMER).await;
    let call = log(&desk).await[0].call.clone();
    (desk, call)
}

async fn add(desk: &Desk, call: &CallId, at_ms: u64, note: &str) -> Result<Marks, FaultCode> {
    let request = AddMark {
        call: call.clone(),
        at_ms,
        note: note.to_owned(),
    };
    desk.add_mark(request).await.map_err(|fault| fault.code)
}

fn notes(marks: &Marks) -> Vec<&str> {
    marks.marks.iter().map(|mark| mark.note.as_str()).collect()
}

#[tokio::test]
async fn marks_are_set_written_and_removed_and_outlive_the_program() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, call) = desk_with_a_call(dir.path()).await;

    add(&desk, &call, 64_000, "报价").await.unwrap();
    let marks = add(&desk, &call, 3_000, "").await.unwrap();
    assert_eq!(notes(&marks), ["", "报价"]);
    let (first, second) = (marks.marks[0].mark, marks.marks[1].mark);
    assert!(first > second, "a later mark has a greater number");
    let note = "开场".to_owned();
    let marks = desk.change_mark(ChangeMark { mark: first, note }).await;
    assert_eq!(notes(&marks.unwrap()), ["开场", "报价"]);
    let marks = desk.remove_mark(RemoveMark { mark: second }).await.unwrap();
    assert_eq!(notes(&marks), ["开场"]);
    drop(desk);

    let desk = open_guard(around(dir.path(), NOWHERE)).await;
    let marks = desk.marks(MarksQuery { call }).await.unwrap();
    assert_eq!(notes(&marks), ["开场"]);
}

#[tokio::test]
async fn a_mark_out_of_its_range_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, call) = desk_with_a_call(dir.path()).await;
    let nobody = CallId("nobody".to_owned());

    assert_eq!(add(&desk, &nobody, 0, "").await, Err(FaultCode::NotFound));
    let long = "长".repeat(1_001);
    assert_eq!(add(&desk, &call, 0, &long).await, Err(FaultCode::BadInput));
    let late = add(&desk, &call, u64::MAX, "").await;
    assert_eq!(late, Err(FaultCode::BadInput));
    let fault = desk.remove_mark(RemoveMark { mark: 77 }).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::NotFound);
    let marks = desk.marks(MarksQuery { call }).await.unwrap();
    assert!(marks.marks.is_empty());
    let fault = desk.marks(MarksQuery { call: nobody }).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::NotFound);
}

#[rstest]
#[case(74)]
#[case(201)]
#[tokio::test]
async fn a_speed_that_speech_does_not_survive_is_refused(#[case] speed: u32) {
    let dir = tempfile::tempdir().unwrap();
    let desk = open_guard(around(dir.path(), NOWHERE)).await;
    let playback = Playback {
        speed,
        ..Playback::default()
    };

    let fault = desk.set_playback(SetPlayback { playback }).await;

    assert_eq!(fault.unwrap_err().code, FaultCode::BadInput);
    let left = desk.playback(PlaybackQuery {}).await.unwrap();
    assert_eq!(left, Playback::default());
}

#[tokio::test]
async fn how_recordings_are_played_is_remembered() {
    let dir = tempfile::tempdir().unwrap();
    let playback = Playback {
        speed: 150,
        skip_silence: true,
        play_on: true,
    };
    let desk = open_guard(around(dir.path(), NOWHERE)).await;
    let set = SetPlayback {
        playback: playback.clone(),
    };
    desk.set_playback(set).await.unwrap();
    drop(desk);

    let desk = open_guard(around(dir.path(), NOWHERE)).await;
    assert_eq!(desk.playback(PlaybackQuery {}).await.unwrap(), playback);
}
