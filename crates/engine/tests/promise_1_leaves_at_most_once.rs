//! Promise 1: a dial leaves at most once, whatever happens to the program or the network.

#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says so by a panic"
)]

mod support;

use bohao_engine::{Desk, Opening, Surroundings};
use bohao_platform::{Config, Timeouts};
use bohao_sandbox::FaultKind;
use bohao_wire::{AcknowledgeLoss, CallState, FaultCode, Mutations, PlaceCall, Placed, SetGuard};
use rstest::rstest;
use std::collections::HashMap;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
#[cfg(target_os = "linux")]
use support::small_disk::SmallDisk;
use support::{CUSTOMER, OWN, around, dial, log, open_guard, platform};
use tokio::task::JoinSet;

/// A click reads the clock at each of its steps, so a program that dies at its n-th look at the
/// clock dies between any two of them.
const STEPS: usize = 40;

/// An attempt bears the time of whoever wrote it, which the next start's clock may not have reached.
#[rstest]
#[case::by_the_same_clock(0)]
#[case::by_a_clock_an_hour_ahead(3_600_000)]
#[tokio::test]
async fn promise_1_a_program_killed_at_any_step_never_dials_twice(#[case] ahead_ms: i64) {
    let (mut before, mut unknown, mut accepted) = (0, 0, 0);
    for step in 1..=STEPS {
        let platform = platform().await;
        let dir = tempfile::tempdir().unwrap();
        let mut click = Command::new(std::env::current_exe().unwrap());
        click
            .args([
                "--exact",
                "a_click_in_a_process_of_its_own",
                "--ignored",
                "--nocapture",
            ])
            .env("TEST_DIR", dir.path())
            .env("TEST_PLATFORM", platform.url())
            .env("TEST_AHEAD_MS", ahead_ms.to_string())
            .env("TEST_STEP", step.to_string());
        // The platform answers from this very thread, so it may not be blocked.
        let status = tokio::task::spawn_blocking(move || click.output().unwrap().status)
            .await
            .unwrap();
        let desk = Desk::open(around(dir.path(), &platform.url()), Opening::Live)
            .await
            .unwrap();
        desk.start().await.unwrap();
        let rows = log(&desk).await;
        desk.close().await;
        let rang = platform.rings(OWN, CUSTOMER);
        match rows.as_slice() {
            [] => {
                assert_eq!(rang, 0, "step {step}: a call without a row");
                before += 1;
            }
            [row] if row.state == CallState::Unknown => {
                assert!(rang <= 1, "step {step}");
                unknown += 1;
            }
            [row] => {
                assert_eq!((row.state, rang), (CallState::Accepted, 1), "step {step}");
                accepted += 1;
            }
            more => panic!("step {step}: one click made {} rows", more.len()),
        }
        if !status.success() {
            continue;
        }
        assert_eq!(
            accepted, 1,
            "only a click that outlives all its steps ends well"
        );
        assert!(
            before > 0 && unknown > 0,
            "no step lay between the click and the answer"
        );
        return;
    }
    panic!("the click has more steps than this test knows");
}

/// Not a test: the program that is killed.
#[tokio::test]
#[ignore = "run by the test above"]
async fn a_click_in_a_process_of_its_own() {
    let dir = std::path::PathBuf::from(std::env::var_os("TEST_DIR").unwrap());
    let mut around = around(&dir, &std::env::var("TEST_PLATFORM").unwrap());
    let step: usize = std::env::var("TEST_STEP").unwrap().parse().unwrap();
    let (clock, looks) = (
        around.clock.clone(),
        Arc::new(AtomicUsize::new(usize::MAX / 2)),
    );
    let ahead: i64 = std::env::var("TEST_AHEAD_MS").unwrap().parse().unwrap();
    let counted = looks.clone();
    around.clock = Arc::new(move || {
        if counted.fetch_add(1, Ordering::SeqCst) + 1 == step {
            // As abrupt as a kill: no destructor runs, nothing is flushed.
            std::process::abort();
        }
        clock() + ahead
    });
    let desk = open_guard(around).await;
    looks.store(0, Ordering::SeqCst);
    let placed = dial(&desk, CUSTOMER).await;
    assert!(matches!(placed, Placed::Accepted { .. }));
}

#[rstest]
#[case(FaultKind::CutAfter, CallState::Unknown, 1)]
#[case(FaultKind::CutBefore, CallState::Unknown, 0)]
#[case(FaultKind::HalfAnswer, CallState::Unknown, 1)]
#[case(FaultKind::Html, CallState::Unknown, 1)]
#[case(FaultKind::BadGateway, CallState::Unknown, 0)]
#[case(FaultKind::HugeAnswer, CallState::Unknown, 1)]
#[case(FaultKind::RedirectLoop, CallState::Unknown, 0)]
#[case(FaultKind::RedirectAway, CallState::Unknown, 0)]
#[tokio::test]
async fn promise_1_what_may_have_left_is_unknown_and_not_repeated(
    #[case] fault: FaultKind,
    #[case] state: CallState,
    #[case] rings: usize,
) {
    let platform = platform().await;
    platform.set_fault(fault, 1);
    let dir = tempfile::tempdir().unwrap();
    let desk = open_guard(around(dir.path(), &platform.url())).await;

    let placed = dial(&desk, CUSTOMER).await;

    assert!(matches!(placed, Placed::Unknown { .. }), "{placed:?}");
    assert_eq!(platform.rings(OWN, CUSTOMER), rings);
    let rows = log(&desk).await;
    assert_eq!(
        rows.iter().map(|row| row.state).collect::<Vec<_>>(),
        [state]
    );
}

#[tokio::test]
async fn promise_1_one_ticket_dials_once_however_often_it_is_clicked() {
    let platform = platform().await;
    let dir = tempfile::tempdir().unwrap();
    let desk = open_guard(around(dir.path(), &platform.url())).await;

    let mut clicks = JoinSet::new();
    for _ in 0..20 {
        let desk = desk.clone();
        clicks.spawn(async move {
            desk.place_call(PlaceCall {
                number: CUSTOMER.to_owned(),
                ticket: Some("one-click".to_owned()),
                ..PlaceCall::default()
            })
            .await
            .unwrap()
        });
    }
    clicks.join_all().await;

    assert_eq!(platform.rings(OWN, CUSTOMER), 1);
    assert_eq!(log(&desk).await.len(), 1);
}

#[tokio::test]
async fn promise_1_the_guard_holds_against_clicks_at_the_same_instant() {
    let platform = platform().await;
    let dir = tempfile::tempdir().unwrap();
    let noon = 1_795_365_000_000 + 41_400_000;
    let mut around = around(dir.path(), &platform.url());
    around.clock = Arc::new(move || noon);
    let desk = Desk::open(around, Opening::Live).await.unwrap();
    // The stand-in tells the true time, which may be at night.
    desk.set_guard(SetGuard {
        hours: Some("00:00-24:00".to_owned()),
        reason: "a test dials at any hour".to_owned(),
        ..SetGuard::default()
    })
    .await
    .unwrap();

    let mut clicks = JoinSet::new();
    for _ in 0..20 {
        let desk = desk.clone();
        clicks.spawn(async move { dial(&desk, CUSTOMER).await });
    }
    let placed = clicks.join_all().await;

    let blocked = placed
        .iter()
        .filter(|p| matches!(p, Placed::Blocked { .. }))
        .count();
    assert_eq!(blocked, 19);
    assert_eq!(log(&desk).await.len(), 1, "a blocked dial leaves no row");
}

#[tokio::test]
async fn promise_1_a_host_that_stops_waiting_leaves_a_truthful_journal() {
    let platform = platform().await;
    let dir = tempfile::tempdir().unwrap();
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let mut events = desk.events();

    let impatient = tokio::spawn({
        let desk = desk.clone();
        async move { dial(&desk, CUSTOMER).await }
    });
    loop {
        if let bohao_wire::Event::CallChanged { row, .. } = events.recv().await.unwrap() {
            impatient.abort();
            if row.state == CallState::Accepted {
                break;
            }
        }
    }

    assert_eq!(platform.rings(OWN, CUSTOMER), 1);
    let rows = log(&desk).await;
    assert_eq!((rows.len(), rows[0].state), (1, CallState::Accepted));
}

/// The disk may be full at that very moment, and the record comes later.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn promise_1_an_answer_that_finds_no_room_is_written_down_once_there_is_some() {
    let platform = platform().await;
    platform.set_fault(FaultKind::Slow, 1);
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("desk");
    let Some(_disk) = SmallDisk::mount_as(&place, "size=8m") else {
        return;
    };
    let desk = open_guard(around(&place, &platform.url())).await;
    let mut events = desk.events();
    let dialling = tokio::spawn({
        let desk = desk.clone();
        async move { dial(&desk, CUSTOMER).await }
    });
    // The attempt is on disk, and its answer is awaited.
    while !matches!(
        events.recv().await.unwrap(),
        bohao_wire::Event::CallChanged { .. }
    ) {}
    let filler = place.join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    while std::io::Write::write_all(&mut file, &[0; 4096]).is_ok() {}

    assert!(matches!(dialling.await.unwrap(), Placed::Accepted { .. }));
    assert_eq!(log(&desk).await[0].state, CallState::Sending);
    drop(file);
    std::fs::remove_file(filler).unwrap();

    while log(&desk).await[0].state != CallState::Accepted {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(platform.rings(OWN, CUSTOMER), 1);
    desk.close().await;
}

/// F12: of 10,000 dials through injected faults none is doubled and none is lost track of.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figure_12_ten_thousand_dials_through_faults() {
    const DIALS: usize = 10_000;
    const AT_ONCE: usize = 16;
    let platform = Arc::new(platform().await);
    let dir = quick_disk();
    let impatient = Timeouts {
        first_byte: Duration::from_millis(300),
        ..Timeouts::default()
    };
    let desk = open_guard(Surroundings {
        platform: Config {
            timeouts: impatient,
            ..Config::default()
        },
        ..around(dir.path(), &platform.url())
    })
    .await;
    let faults = [
        // The answer comes when nobody waits for it any more.
        FaultKind::Slow,
        FaultKind::CutAfter,
        FaultKind::CutBefore,
        FaultKind::HalfAnswer,
        FaultKind::Html,
        FaultKind::BadGateway,
        FaultKind::HugeAnswer,
        FaultKind::RedirectLoop,
        FaultKind::RedirectAway,
        FaultKind::Refuse(bohao_sandbox::Code::CallUnderWay),
        FaultKind::Refuse(bohao_sandbox::Code::BadTime),
        FaultKind::Refuse(bohao_sandbox::Code::ServerFault),
        FaultKind::TextData,
    ];
    let mut dials = JoinSet::new();
    let mut placed = HashMap::new();
    for number in 0..DIALS {
        // Knuth's multiplier scatters the faults, the same in every run.
        let roll = (number.wrapping_mul(2_654_435_761) >> 12) & 0xffff;
        if roll.is_multiple_of(2) {
            platform.set_fault(faults[(roll / 2) % faults.len()], 1);
        }
        if dials.len() == AT_ONCE {
            let (pair, outcome) = dials.join_next().await.unwrap().unwrap();
            placed.insert(pair, outcome);
        }
        let (tel_a, tel_b) = (format!("138{number:08}"), format!("139{number:08}"));
        let desk = desk.clone();
        dials.spawn(async move {
            let order = PlaceCall {
                number: tel_b.clone(),
                tel_a: Some(tel_a.clone()),
                ticket: None,
            };
            ((tel_a, tel_b), desk.place_call(order).await.unwrap())
        });
    }
    placed.extend(dials.join_all().await);

    let mut rings: HashMap<(String, String), usize> = HashMap::new();
    for call in platform.calls() {
        *rings.entry((call.tel_a, call.tel_b)).or_default() += 1;
    }
    let rows = log(&desk).await;
    assert_eq!(
        (placed.len(), rows.len()),
        (DIALS, DIALS),
        "a dial was lost track of"
    );
    let mut unknown = 0;
    for row in rows {
        let pair = (row.tel_a.unwrap(), row.tel_b.unwrap());
        let rang = rings.get(&pair).copied().unwrap_or(0);
        let said = match (&placed[&pair], row.state) {
            (Placed::Accepted { .. }, CallState::Accepted) => rang == 1,
            (Placed::Refused { .. }, CallState::Refused) => rang == 0,
            (Placed::NotSent { .. }, CallState::NotSent) => rang == 0,
            (Placed::Unknown { .. }, CallState::Unknown) => {
                unknown += 1;
                rang <= 1
            }
            _ => false,
        };
        assert!(
            said,
            "journal {:?}, rang {rang} times, said {:?}",
            row.state, placed[&pair]
        );
    }
    assert!(unknown > DIALS / 10, "the faults were not injected");
}

/// Twenty thousand synced commits would measure the disk; what is proved here needs none.
fn quick_disk() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

/// Whoever opens the same folder next begins a log of its own, which knows nothing of this one's
/// dials, and this one knows nothing of its.
#[cfg(unix)]
#[rstest]
#[case::nothing(false)]
#[case::a_new_log(true)]
#[tokio::test]
async fn promise_1_a_log_that_was_taken_away_dials_nothing(#[case] another_began: bool) {
    let platform = platform().await;
    let dir = tempfile::tempdir().unwrap();
    let first = open_guard(around(dir.path(), &platform.url())).await;
    std::fs::remove_file(dir.path().join("bohao.db")).unwrap();
    if another_began {
        for ending in ["-wal", "-shm"] {
            std::fs::remove_file(dir.path().join(format!("bohao.db{ending}"))).unwrap();
        }
        let second = open_guard(around(dir.path(), &platform.url())).await;
        let known = second.acknowledge_loss(AcknowledgeLoss {}).await;
        known.unwrap();
        assert!(matches!(
            dial(&second, CUSTOMER).await,
            Placed::Accepted { .. }
        ));
    }

    let placed = first
        .place_call(PlaceCall {
            number: CUSTOMER.to_owned(),
            ..PlaceCall::default()
        })
        .await;

    let fault = placed.expect_err("its log is in no folder any more");
    assert_eq!(fault.code, FaultCode::DatabaseReplaced);
    assert_eq!(platform.rings(OWN, CUSTOMER), usize::from(another_began));
}

#[rstest]
#[case::as_it_is_kept(OWN)]
#[case::as_people_write_it("+86 138-0000-6620")]
#[tokio::test]
async fn ones_own_number_is_refused_before_anything_is_sent(#[case] number: &str) {
    let platform = platform().await;
    let dir = tempfile::tempdir().unwrap();
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let placed = desk
        .place_call(PlaceCall {
            number: number.to_owned(),
            ..PlaceCall::default()
        })
        .await;
    let fault = placed.expect_err("nobody can be bridged to oneself");
    assert_eq!(fault.code, FaultCode::BadNumber);
    assert_eq!(fault.details["flaw"], "own_number");
    assert!(platform.calls().is_empty());
    assert!(log(&desk).await.is_empty());
}
