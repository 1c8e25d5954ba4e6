//! Promise 1, for lists: a program that is killed while a list is worked loses no lead and repeats
//! none.

#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says so by a panic"
)]

mod support;

use base64::Engine;
use bohao_engine::{Desk, Opening};
use bohao_wire::{
    CallState, DialLead, HandOver, ImportLeads, LeadReading, LeadState, LeadsImported, ListId,
    ListsQuery, Mutations, OutcomeId, Placed, Queries, SetOutcome, WorkQuery,
};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::{OWN, around, log, open_guard, platform};

/// As many looks at the clock as a dial and its outcome take, and some more.
const STEPS: usize = 60;
const FIRST: &str = "17722106054";
const SECOND: &str = "13122107782";
const NOT_INTERESTED: OutcomeId = OutcomeId(3);

async fn a_list(desk: &Desk) -> ListId {
    let sheet = format!("手机号\r\n{FIRST}\r\n{SECOND}\r\n");
    let staged = desk
        .hand_over(HandOver {
            name: "名单.csv".to_owned(),
            content: base64::engine::general_purpose::STANDARD.encode(sheet),
        })
        .await
        .unwrap();
    let request = ImportLeads {
        file: staged.file,
        reading: LeadReading::default(),
        name: "名单".to_owned(),
    };
    match desk.import_leads(request).await.unwrap() {
        LeadsImported::Done { list, .. } => list,
        LeadsImported::Cancelled => panic!("nobody cancelled"),
    }
}

/// Dials whoever has a turn, and says what came of it.
async fn one_turn(desk: &Desk, list: ListId) {
    let work = desk.work(WorkQuery { list, lead: None }).await.unwrap();
    let request = DialLead {
        lead: work.lead.unwrap().lead.lead,
        tel_a: None,
        ticket: None,
    };
    let Placed::Accepted { call, .. } = desk.dial_lead(request).await.unwrap() else {
        panic!("the stand-in takes every dial");
    };
    let choice = SetOutcome {
        call,
        outcome: Some(NOT_INTERESTED),
        follow_up_at: None,
        why: None,
        by: None,
    };
    desk.set_outcome(choice).await.unwrap();
}

#[tokio::test]
async fn promise_1_a_list_killed_at_any_step_loses_nobody_and_repeats_nobody() {
    let (mut before, mut between, mut after) = (0, 0, 0);
    for step in 1..=STEPS {
        let platform = platform().await;
        let dir = tempfile::tempdir().unwrap();
        let list = {
            let desk = open_guard(around(dir.path(), &platform.url())).await;
            let list = a_list(&desk).await;
            desk.close().await;
            list
        };
        let mut turn = Command::new(std::env::current_exe().unwrap());
        turn.args([
            "--exact",
            "a_turn_in_a_process_of_its_own",
            "--ignored",
            "--nocapture",
        ])
        .env("TEST_DIR", dir.path())
        .env("TEST_PLATFORM", platform.url())
        .env("TEST_STEP", step.to_string());
        // The platform answers from this very thread, so it may not be blocked.
        let status = tokio::task::spawn_blocking(move || turn.output().unwrap().status)
            .await
            .unwrap();

        let desk = Desk::open(around(dir.path(), &platform.url()), Opening::Live)
            .await
            .unwrap();
        let work = desk.work(WorkQuery { list, lead: None }).await.unwrap();
        let shown = work.lead.expect("nobody is lost").lead;
        let rows = log(&desk).await;
        let rang = platform.rings(OWN, FIRST);
        assert_eq!(work.list.figures.leads, 2, "step {step}");
        match (rows.as_slice(), shown.state) {
            // It was killed before the dial was written: the same lead has its turn.
            ([], LeadState::Open) => {
                assert_eq!((&*shown.number, rang), (FIRST, 0), "step {step}");
                before += 1;
            }
            // The dial is there with its lead, and asks what came of it instead of dialling again.
            ([row], LeadState::Called) => {
                assert_eq!(&*shown.number, FIRST, "step {step}");
                assert_eq!(shown.call.as_ref(), Some(&row.call), "step {step}");
                assert!(rang <= 1, "step {step}");
                assert_ne!(row.state, CallState::Sending, "step {step}");
                between += 1;
            }
            // What came of it was said: the next one has its turn.
            ([row], LeadState::Open) => {
                assert_eq!((&*shown.number, rang), (SECOND, 1), "step {step}");
                assert_eq!(row.outcome.as_ref().unwrap().outcome, NOT_INTERESTED);
                after += 1;
            }
            (rows, state) => panic!("step {step}: {} rows, and {state:?}", rows.len()),
        }
        desk.close().await;
        if status.success() {
            assert!(
                before > 0 && between > 0 && after > 0,
                "no step lay between the turn's beginning and its end"
            );
            return;
        }
    }
    panic!("a turn has more steps than this test knows");
}

/// Not a test: the program that is killed.
#[tokio::test]
#[ignore = "run by the test above"]
async fn a_turn_in_a_process_of_its_own() {
    let dir = std::path::PathBuf::from(std::env::var_os("TEST_DIR").unwrap());
    let mut around = around(&dir, &std::env::var("TEST_PLATFORM").unwrap());
    let step: usize = std::env::var("TEST_STEP").unwrap().parse().unwrap();
    let looks = Arc::new(AtomicUsize::new(usize::MAX / 2));
    let (clock, counted) = (around.clock.clone(), looks.clone());
    around.clock = Arc::new(move || {
        if counted.fetch_add(1, Ordering::SeqCst) + 1 == step {
            // As abrupt as a kill: no destructor runs, nothing is flushed.
            std::process::abort();
        }
        clock()
    });
    let desk = open_guard(around).await;
    let list = desk.lists(ListsQuery {}).await.unwrap().lists[0].list;
    looks.store(0, Ordering::SeqCst);
    one_turn(&desk, list).await;
}

#[tokio::test]
async fn a_list_whose_program_died_while_it_was_made_is_gone_at_the_next_start() {
    let platform = platform().await;
    let dir = tempfile::tempdir().unwrap();
    begin_a_list(dir.path());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    assert!(desk.lists(ListsQuery {}).await.unwrap().lists.is_empty());
    let list = a_list(&desk).await;
    assert_eq!(desk.lists(ListsQuery {}).await.unwrap().lists[0].list, list);
    desk.close().await;
    let store = bohao_store::Store::open(dir.path().join("bohao.db"), 1)
        .unwrap()
        .store;
    let unfinished = store.read_blocking(|db| db.lists().unfinished()).unwrap();
    assert!(unfinished.is_empty());
}

/// What a program leaves that dies half-way through a sheet.
fn begin_a_list(dir: &Path) {
    let store = bohao_store::Store::open(dir.join("bohao.db"), 1)
        .unwrap()
        .store;
    let lead = bohao_store::NewLead {
        number: FIRST.to_owned(),
        name: String::new(),
        company: String::new(),
        note: String::new(),
        fields: Vec::new(),
        shuffle: 0,
    };
    store
        .write_blocking(|tx| {
            let list = tx.lists().begin("半途", 1)?;
            tx.leads().add(list, &lead, 0)
        })
        .unwrap();
}
