//! Promise 12: everything local works offline, and what can't says so without a fuss.

mod support;

use bohao_wire::{
    CallState, CallsQuery, DeskQuery, HandOver, ImportOutcome, ImportReading, LookUpNumber,
    Mutations, Pair, Placed, Queries, RunImport, Secret, SetNote, SyncNow, SyncPhase,
};
use support::{CUSTOMER, around, dial, log, open_guard};

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9";
const LINK: &str = "bohao://pair?relay=http%3A%2F%2F127.0.0.1%3A9&push=http%3A%2F%2F127.0.0.1%3A9%2Fp%2Ftoken&read=reader";

#[tokio::test]
async fn promise_12_without_a_network_nothing_was_dialled_and_the_log_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let desk = open_guard(around(dir.path(), NOWHERE)).await;

    let placed = dial(&desk, CUSTOMER).await;

    assert!(matches!(placed, Placed::NotSent { .. }), "{placed:?}");
    let rows = log(&desk).await;
    assert_eq!(rows[0].state, CallState::NotSent);
    assert!(rows[0].reason.is_some(), "the log says why");
}

#[tokio::test]
async fn promise_12_the_local_desk_does_not_wait_for_a_network() {
    let dir = tempfile::tempdir().unwrap();
    let desk = open_guard(around(dir.path(), NOWHERE)).await;
    desk.pair(Pair {
        link: Secret::from(LINK),
    })
    .await
    .unwrap();
    desk.start().await.unwrap();
    let mut events = desk.events();

    let record = format!(
        r#"[{{"subid":"s-1","telA":"13800006620","telB":"{CUSTOMER}","startTime":"1764000000","endTime":"1764000030","duration":20,"status":2,"unaswRsn":"客户未接"}}]"#
    );
    let staged = desk
        .hand_over(HandOver {
            name: "records.json".to_owned(),
            content: base64(record.as_bytes()),
        })
        .await
        .unwrap();
    let run = RunImport {
        file: staged.file,
        reading: ImportReading::default(),
    };
    let ImportOutcome::Done { report, .. } = desk.run_import(run).await.unwrap() else {
        panic!("nobody cancelled");
    };
    assert_eq!((report.rows, report.new), (1, 1));
    let page = desk
        .calls(CallsQuery {
            search: "4471".to_owned(),
            ..CallsQuery::default()
        })
        .await
        .unwrap();
    let row = &page.rows[0];
    desk.set_note(SetNote {
        call: row.call.clone(),
        note: "周四回电".to_owned(),
    })
    .await
    .unwrap();
    let card = desk
        .look_up_number(LookUpNumber {
            text: "139 2210 4471".to_owned(),
        })
        .await
        .unwrap();
    assert_eq!(
        (card.calls, card.last.unwrap().note.as_str()),
        (1, "周四回电")
    );

    // The sync finds nobody, and tells of it as a state and never as a fault of its own accord.
    while desk.desk(DeskQuery {}).await.unwrap().sync.phase != SyncPhase::Retrying {
        events.recv().await.unwrap();
    }
    assert!(
        desk.sync_now(SyncNow::default()).await.is_err(),
        "asked for by hand it says why"
    );
    desk.close().await;
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
