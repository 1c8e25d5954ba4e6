//! The report counts what there is, as it changes.

use super::stand::{Reply, Stand};
use super::*;
use bohao_wire::{CallsQuery, CustodyReport, RecordingState};

async fn report(desk: &Desk) -> CustodyReport {
    desk.recordings.report().await.expect("a report")
}

fn count(report: &CustodyReport, state: RecordingState, reason: &str) -> u64 {
    report
        .standing
        .iter()
        .filter(|standing| standing.state == state && standing.reason == reason)
        .map(|standing| standing.recordings)
        .sum()
}

#[tokio::test]
async fn a_report_tells_what_is_here_what_is_not_and_why() {
    let file = wav(500, 1);
    let stand = Stand::new([Reply::whole(&file)]).await;
    let desk = Desk::new(&stand.url);
    desk.with_saved(2).await;
    let waiting = desk.connected("w").await;
    stand.answer([Reply::json("{\"code\":2002,\"msg\":\"\"}")]);
    desk.fetch(&waiting).await;
    let failed = desk.connected("f").await;
    stand.answer([Reply::json("{\"code\":1005,\"msg\":\"no\"}")]);
    desk.fetch(&failed).await;
    let unconnected = RecordFact {
        subid: "n".to_owned(),
        status: Some(CallStatus::NotConnected),
        ..RecordFact::default()
    };
    desk.store
        .write(move |tx| take_records(tx, &[unconnected], ENDED))
        .await
        .expect("a record");

    let told = report(&desk).await;

    assert_eq!(count(&told, RecordingState::Saved, ""), 2);
    assert_eq!(count(&told, RecordingState::Waiting, "not_ready"), 1);
    assert_eq!(count(&told, RecordingState::Failed, "refused"), 1);
    assert_eq!(told.none, 1);
    assert_eq!(told.months.len(), 1);
    assert_eq!(told.months[0].month, "2026-11");
    assert_eq!(told.months[0].bytes, 2 * file.len() as u64);
    assert!(told.own_folder && told.free_bytes > Some(0));
    assert_eq!(told.next_try_at, Some(ENDED + 5_000));

    stand.answer([Reply::whole(&file)]);
    desk.fetch(&failed).await;
    let told = report(&desk).await;
    assert_eq!(count(&told, RecordingState::Failed, "refused"), 0);
    assert_eq!(count(&told, RecordingState::Saved, ""), 3);
    assert_eq!(told.months[0].recordings, 3);
}

#[tokio::test]
async fn what_is_about_to_leave_is_told_while_there_is_time() {
    let stand = Stand::new([Reply::whole(&wav(100, 1))]).await;
    let desk = Desk::new(&stand.url);
    let saved = desk.connected("a").await;
    desk.fetch(&saved).await;
    let left = desk.connected("b").await;
    assert_eq!(report(&desk).await.leaving.week, 0);

    desk.later(28 * DAY + DAY / 2);
    let leaving = report(&desk).await.leaving;
    assert_eq!((leaving.day, leaving.two_days, leaving.week), (0, 1, 1));
    assert_eq!(leaving.first_at, Some(ENDED + 30 * DAY));
    let query = CallsQuery {
        leaving_until: Some(ENDED + 30 * DAY),
        ..CallsQuery::default()
    };
    let page = desk.store.read(move |db| db.calls().page(&query)).await;
    let rows = page.expect("a page").rows;
    assert_eq!(
        rows.iter().map(|row| &row.call).collect::<Vec<_>>(),
        [&left]
    );
    assert_eq!(rows[0].recording_leaves_at, Some(ENDED + 30 * DAY));

    desk.fetch(&left).await;
    assert_eq!(report(&desk).await.leaving.week, 0);
}
