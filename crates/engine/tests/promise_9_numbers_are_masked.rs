//! Promise 9, as far as the engine answers for it: masking is switched off through one door, which
//! the guard's chain keeps; and what the program says to anybody but the page bears no number.

#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says so by a panic"
)]

#[path = "support/said.rs"]
mod said;
mod support;

use bohao_engine::{Desk, masked, masked_text};
use bohao_wire::{
    AddCustomer, BarNumber, ChangeSettings, Event, GuardEvent, GuardLogQuery, ImportDoNotCall,
    ImportReading, LiftDoNotCall, LookUpNumber, MaskNumbers, Mutations, Proof, Queries, RunImport,
    SetGuard, SetMode, SetNote, SettingsQuery,
};
use said::Said;
use support::{CUSTOMER, OWN, around, dial, log, open_guard, platform};

const OTHER: &str = "13922105583";

async fn is_whole(desk: &Desk) -> bool {
    desk.settings(SettingsQuery {}).await.unwrap().show_numbers
}

/// What the guard's log tells of masking, in its order; its chain is whole.
async fn told(desk: &Desk) -> Vec<GuardEvent> {
    let kept = desk.guard_log(GuardLogQuery::default()).await.unwrap();
    assert_eq!(kept.broken_at, None);
    let events = kept.entries.into_iter().rev().map(|entry| entry.what);
    let of_masking =
        |event: &GuardEvent| matches!(event, GuardEvent::Masked | GuardEvent::Unmasked { .. });
    events.filter(of_masking).collect()
}

#[tokio::test]
async fn promise_9_numbers_are_masked_until_it_is_switched_off_and_the_chain_keeps_by_what() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    assert!(!is_whole(&desk).await, "a new desk masks");

    for by in [Proof::Password, Proof::Confirmation] {
        // What is so already is not kept twice.
        for _ in 0..2 {
            assert!(desk.show_numbers(by).await.unwrap().show_numbers);
        }
        for _ in 0..2 {
            let settings = desk.mask_numbers(MaskNumbers {}).await.unwrap();
            assert!(!settings.show_numbers);
        }
    }

    let expected = [
        GuardEvent::Unmasked {
            by: Proof::Password,
        },
        GuardEvent::Masked,
        GuardEvent::Unmasked {
            by: Proof::Confirmation,
        },
        GuardEvent::Masked,
    ];
    assert_eq!(told(&desk).await, expected);
}

#[tokio::test]
async fn promise_9_nothing_else_switches_it_off() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let sly: ChangeSettings = serde_json::from_str(r#"{"show_numbers":true}"#).unwrap();
    desk.change_settings(sly).await.unwrap();
    assert!(!is_whole(&desk).await);
    assert_eq!(told(&desk).await, []);
}

#[tokio::test]
async fn promise_9_practice_has_the_same_eyes() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let practice = SetMode {
        mode: bohao_wire::Mode::Practice,
    };
    desk.set_mode(practice).await.unwrap();
    desk.show_numbers(Proof::Confirmation).await.unwrap();
    let live = SetMode {
        mode: bohao_wire::Mode::Live,
    };
    desk.set_mode(live).await.unwrap();
    assert!(is_whole(&desk).await);
    let expected = [GuardEvent::Unmasked {
        by: Proof::Confirmation,
    }];
    assert_eq!(
        told(&desk).await,
        expected,
        "kept in the log of the real thing"
    );
}

/// The events that bear whole numbers, because the page dials from them. A kind that is new has to
/// say here which it is.
fn bears_numbers(event: &Event) -> bool {
    match event {
        Event::CallChanged { .. } | Event::FollowUpsDue { .. } | Event::NumberAsked { .. } => true,
        Event::SyncChanged { .. }
        | Event::RecordingProgress { .. }
        | Event::CustodyTold { .. }
        | Event::CustodyChanged
        | Event::SearchBuilt { .. }
        | Event::JobProgress { .. }
        | Event::ImportProgress { .. }
        | Event::CustomersChanged
        | Event::ListsChanged
        | Event::FollowUpsChanged
        | Event::DeskChanged
        | Event::LinkArrived
        | Event::ScreenAsked { .. } => false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promise_9_no_log_and_no_event_but_the_pages_row_tells_a_number() {
    let said = Said::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(said.clone())
        .init();
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let mut events = desk.events();
    desk.start().await.unwrap();

    dial(&desk, CUSTOMER).await;
    platform.stop().await;
    dial(&desk, OTHER).await;
    desk.look_up_number(LookUpNumber {
        text: format!("陈立 {CUSTOMER}"),
    })
    .await
    .unwrap();
    let call = log(&desk).await[0].call.clone();
    desk.set_note(SetNote {
        call,
        note: format!("请打 {CUSTOMER}"),
    })
    .await
    .unwrap();
    desk.add_customer(AddCustomer {
        name: format!("陈立 {OTHER}"),
        company: String::new(),
        number: Some(OTHER.to_owned()),
    })
    .await
    .unwrap();
    desk.bar_number(BarNumber {
        number: OTHER.to_owned(),
        reason: format!("{OTHER} 来电"),
    })
    .await
    .unwrap();
    dial(&desk, OTHER).await;
    desk.lift_do_not_call(LiftDoNotCall {
        number: OTHER.to_owned(),
        reason: format!("{OTHER} 又来电"),
    })
    .await
    .unwrap();
    desk.set_guard(SetGuard {
        gap: Some(1),
        reason: format!("{CUSTOMER} 太多"),
        ..SetGuard::default()
    })
    .await
    .unwrap();
    let sheets = [
        (
            "calls",
            format!(
                "telA,telB,startTime,duration\n{OWN},{OTHER},2026-11-23 14:07:00,3\n{OWN},{CUSTOMER}x,never,3\n"
            ),
        ),
        (
            "numbers",
            format!("号码,原因\n{OTHER},{OTHER} 投诉\n{CUSTOMER}9999999999,\n"),
        ),
    ];
    for (name, text) in sheets {
        let path = dir.path().join(format!("{name} {OTHER}.csv"));
        std::fs::write(&path, text).unwrap();
        let file = desk.imports().stage(&path).unwrap().file;
        match name {
            "calls" => {
                let reading = ImportReading::default();
                desk.run_import(RunImport { file, reading }).await.unwrap();
            }
            _ => {
                let request = ImportDoNotCall {
                    file,
                    reading: bohao_wire::DoNotCallReading::default(),
                    reason: format!("{OTHER} 等"),
                };
                desk.import_do_not_call(request).await.unwrap();
            }
        }
    }
    desk.close().await;

    let numbers = [OWN, CUSTOMER, OTHER];
    let mut rows = 0;
    while let Ok(event) = events.try_recv() {
        let json = serde_json::to_string(&event).unwrap();
        if bears_numbers(&event) {
            rows += 1;
            continue;
        }
        for number in numbers {
            assert!(!json.contains(number), "{json}");
        }
    }
    assert!(rows > 0, "the flow told too little to prove anything");
    let said = String::from_utf8(said.0.lock().unwrap().clone()).unwrap();
    assert!(
        said.len() > 10_000,
        "the flow said too little to prove anything"
    );
    for number in numbers {
        if let Some(line) = said.lines().find(|line| line.contains(number)) {
            panic!("a log tells a number: {line}");
        }
    }
}

/// What any host shows by means of the system goes through these two.
#[test]
fn promise_9_the_words_of_the_system_are_masked_by_these() {
    assert_eq!(masked(CUSTOMER), "139****4471");
    let text = format!("陈立 {CUSTOMER}，{OTHER}");
    let shown = masked_text(&text);
    assert!(!shown.contains(CUSTOMER) && !shown.contains(OTHER));
    assert!(shown.contains("4471") && shown.contains("5583"));
}
