//! What a rule drops, and what it never does.

use super::stand::{Reply, Stand};
use super::*;
use crate::Overwrite;
use crate::recordings::Star;
use bohao_wire::{KeepRulePreview, RecordingState};

/// A desk with an unheard recording, a heard one, and a heard one with a star; 40 days later.
async fn three() -> (Stand, Desk, [CallId; 3]) {
    let stand = Stand::new([Reply::whole(&wav(500, 1))]).await;
    let desk = Desk::new(&stand.url);
    let calls = desk.with_saved(3).await;
    for call in &calls[1..] {
        desk.recordings.mark_heard(call).await.expect("heard");
    }
    desk.recordings
        .star(&calls[2], Star::Given)
        .await
        .expect("a star");
    desk.later(40 * DAY);
    (stand, desk, calls.try_into().expect("three"))
}

/// Lets the queue have one look at everything.
async fn one_round(desk: &Desk) {
    let rules = desk.recordings.rules().await.expect("rules");
    desk.recordings.keep_rule(&rules).await.expect("a round");
}

async fn state(desk: &Desk, call: &CallId) -> RecordingState {
    desk.recordings.detail(call).await.expect("a detail").state
}

#[tokio::test]
async fn a_rule_drops_what_was_heard_and_nothing_else() {
    let (stand, desk, [unheard, heard, starred]) = three().await;
    let path = desk.recordings.open(&heard).await.expect("a file").path;
    let preview = desk.recordings.preview_rule(1).await.expect("a preview");
    let bytes = wav(500, 1).len() as u64;
    let shown = (
        preview.recordings,
        preview.bytes,
        preview.unheard,
        preview.starred,
    );
    assert_eq!(shown, (1, bytes, 1, 1));
    assert!(path.exists(), "a preview drops nothing");

    desk.rules(|rules| rules.keep_months = Some(1)).await;
    one_round(&desk).await;

    let dropped = desk.recordings.detail(&heard).await.expect("a detail");
    assert_eq!(dropped.state, RecordingState::Dropped);
    assert_eq!(dropped.reason.as_deref(), Some("kept_months: 1"));
    assert!(!path.exists());
    assert_eq!(state(&desk, &unheard).await, RecordingState::Saved);
    assert_eq!(state(&desk, &starred).await, RecordingState::Saved);
    assert_eq!(desk.files().len(), 2);
    assert!(desk.changed.lock().expect("a list").contains(&heard));
    let fault = desk.recordings.open(&heard).await.expect_err("not here");
    assert_eq!(fault.details["state"], "dropped");
    // It is not fetched again by itself.
    let asked = stand.requests().len();
    desk.recordings.fetch_all().await.expect("a task");
    desk.recordings.settle().await;
    assert_eq!(stand.requests().len(), asked);
}

#[tokio::test]
async fn what_is_young_or_kept_for_ever_stays() {
    let (_stand, desk, [_, heard, _]) = three().await;
    one_round(&desk).await;
    assert_eq!(state(&desk, &heard).await, RecordingState::Saved);

    let KeepRulePreview { recordings, .. } =
        desk.recordings.preview_rule(2).await.expect("a preview");
    assert_eq!(recordings, 0);
    desk.rules(|rules| rules.keep_months = Some(2)).await;
    one_round(&desk).await;
    assert_eq!(state(&desk, &heard).await, RecordingState::Saved);
}

#[tokio::test]
async fn what_was_saved_elsewhere_was_heard() {
    let stand = Stand::new([Reply::whole(&wav(500, 1))]).await;
    let desk = Desk::new(&stand.url);
    let calls = desk.with_saved(1).await;
    let detail = desk.recordings.detail(&calls[0]).await.expect("a detail");
    assert_eq!((detail.heard_at, detail.starred), (None, false));

    desk.recordings
        .save_as(&calls[0], desk.path("a.wav"), Overwrite::Refuse)
        .await
        .expect("a copy");

    let detail = desk.recordings.detail(&calls[0]).await.expect("a detail");
    assert_eq!(detail.heard_at, Some(ENDED));
}

/// The row says first that it was dropped: a program that ends then leaves a file to the next.
#[tokio::test]
async fn a_file_that_a_dead_program_left_goes_at_the_next_start() {
    let (_stand, desk, [_, heard, _]) = three().await;
    let path = desk.recordings.open(&heard).await.expect("a file").path;
    let before = ENDED + 40 * DAY;
    desk.store
        .write(move |tx| {
            tx.custody()
                .drop_before(before, "kept_months: 1", before, 10)
        })
        .await
        .expect("dropped");
    assert!(path.exists());

    desk.recordings.sweep().await;

    assert!(!path.exists());
    assert_eq!(desk.files().len(), 2);
}

#[tokio::test]
async fn a_star_is_for_a_recording_that_there_is() {
    let stand = Stand::new([Reply::whole(&wav(500, 1))]).await;
    let desk = Desk::new(&stand.url);
    let calls = desk.with_saved(1).await;
    let row = desk.recordings.star(&calls[0], Star::Given).await;
    assert!(row.expect("a row").starred);
    let row = desk.recordings.star(&calls[0], Star::Taken).await;
    assert!(!row.expect("a row").starred);

    let none = desk
        .recordings
        .star(&CallId("0193".into()), Star::Given)
        .await;

    assert_eq!(none.expect_err("no recording").code, FaultCode::NotFound);
}
