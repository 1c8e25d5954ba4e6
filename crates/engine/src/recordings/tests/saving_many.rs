//! Many recordings at once, into a folder of the user's choice.

use super::stand::{Reply, Stand};
use super::*;
use bohao_wire::TaskKind;

#[tokio::test]
async fn many_are_saved_under_names_of_their_own() {
    let stand = Stand::new([Reply::whole(&wav(500, 1))]).await;
    let desk = Desk::new(&stand.url);
    let saved = desk.with_saved(3).await;
    let waiting = desk.connected("w").await;
    let calls: Vec<CallId> = [saved, vec![waiting]].concat();
    let out = desk.path("out/new");
    std::fs::create_dir_all(&out).expect("a folder");
    let name = "2026-11-23 13922104471";
    std::fs::write(out.join(format!("{name}.wav")), "mine").expect("a file");

    let folder = out.display().to_string();
    let saving = desk
        .recordings
        .save_many(calls.clone(), &folder, "{date} {number}");
    let task = desk.end_of(saving.await).await;

    assert_eq!((task.kind, task.state), (TaskKind::Save, TaskState::Done));
    assert_eq!((task.done, task.left), (4, 1));
    let numbered = |number: u32| format!("{name} ({number}).wav");
    let mut expected = vec![format!("{name}.wav"), numbered(2), numbered(3), numbered(4)];
    expected.sort();
    assert_eq!(names(&out), expected);
    assert_eq!(
        std::fs::read(out.join(format!("{name}.wav"))).expect("bytes"),
        b"mine"
    );
    assert_eq!(
        std::fs::read(out.join(numbered(2))).expect("bytes"),
        wav(500, 1)
    );
    let detail = desk.recordings.detail(&calls[0]).await.expect("a detail");
    assert_eq!(
        detail.heard_at,
        Some(ENDED),
        "what lies elsewhere was heard"
    );
}

#[tokio::test]
async fn what_can_not_be_saved_is_refused_before_it_begins() {
    let desk = Desk::new("http://127.0.0.1:9");
    let call = vec![CallId("0193".into())];
    let out = desk.path("out").display().to_string();
    let many = vec![call[0].clone(); 100_001];
    let many = desk.recordings.save_many(many, &out, "x").await;
    assert_eq!(many.expect_err("too many").details["field"], "selection");
    let fault = desk.recordings.save_many(call, "out", "x").await;
    assert_eq!(fault.expect_err("no folder").details["field"], "folder");
}
