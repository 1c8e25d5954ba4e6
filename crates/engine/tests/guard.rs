//! The guard over real sockets: what it keeps of a refusal, and clocks that are wrong.

#![allow(
    clippy::unwrap_used,
    reason = "a test says by a panic that it can't go on"
)]

mod support;

use bohao_engine::beijing::minute_of_day;
use bohao_engine::{Desk, Opening, Surroundings};
use bohao_wire::{
    BlockedPattern, GuardEvent, GuardLogQuery, GuardRule, LiftDoNotCall, LookUpNumber, Mutations,
    Outcome, OutcomeEffect, OutcomesQuery, Placed, Queries, SetGuard, SetOutcome,
};
use std::sync::Arc;
use support::{CUSTOMER, OWN, around, dial, log, open_guard, platform};

const HOUR_MS: i64 = 3_600_000;

/// A desk whose computer's clock is so far off, and whose hours are the one around what it shows.
async fn open_in_its_hour(mut around: Surroundings, off: i64) -> Desk {
    let clock = around.clock.clone();
    around.clock = Arc::new(move || clock() + off);
    let minute = i64::from(minute_of_day((around.clock)()));
    let text = |minute: i64| {
        let minute = minute.rem_euclid(24 * 60);
        format!("{:02}:{:02}", minute / 60, minute % 60)
    };
    let hours = format!("{}-{}", text(minute - 30), text(minute + 30));
    let desk = Desk::open(around, Opening::Live).await.unwrap();
    set(&desk, &hours).await;
    desk
}

async fn set(desk: &Desk, hours: &str) {
    desk.set_guard(SetGuard {
        hours: Some(hours.to_owned()),
        gap: Some(0),
        reason: "a test".to_owned(),
        ..SetGuard::default()
    })
    .await
    .unwrap();
}

fn rule(placed: &Placed) -> Option<GuardRule> {
    match placed {
        Placed::Blocked { block, .. } => Some(block.rule),
        _ => None,
    }
}

#[tokio::test]
async fn a_clock_set_ahead_into_the_hours_does_not_open_the_guard() {
    let platform = platform().await;
    let dir = tempfile::tempdir().unwrap();
    let desk = open_in_its_hour(around(dir.path(), &platform.url()), 6 * HOUR_MS).await;

    let placed = dial(&desk, CUSTOMER).await;

    assert!(
        matches!(placed, Placed::Refused { code: 1006, .. }),
        "{placed:?}"
    );
    let again = dial(&desk, CUSTOMER).await;
    assert_eq!(
        rule(&again),
        Some(GuardRule::Hours),
        "the true time is known"
    );
    assert_eq!(platform.rings(OWN, CUSTOMER), 0);
}

#[tokio::test]
async fn a_clock_set_back_into_the_hours_does_not_open_the_guard() {
    let platform = platform().await;
    let dir = tempfile::tempdir().unwrap();
    let desk = open_in_its_hour(around(dir.path(), &platform.url()), 0).await;
    let placed = dial(&desk, CUSTOMER).await;
    assert!(matches!(placed, Placed::Accepted { .. }), "{placed:?}");
    desk.close().await;
    drop(desk);

    let desk = open_in_its_hour(around(dir.path(), &platform.url()), -6 * HOUR_MS).await;
    let placed = dial(&desk, CUSTOMER).await;

    assert_eq!(rule(&placed), Some(GuardRule::Hours), "{placed:?}");
    assert_eq!(platform.rings(OWN, CUSTOMER), 1);
}

#[tokio::test]
async fn a_clock_that_is_merely_wrong_still_dials_once() {
    let platform = platform().await;
    let dir = tempfile::tempdir().unwrap();
    let mut around = around(dir.path(), &platform.url());
    let clock = around.clock.clone();
    around.clock = Arc::new(move || clock() + HOUR_MS);
    let desk = open_guard(around).await;

    let placed = dial(&desk, CUSTOMER).await;

    assert!(matches!(placed, Placed::Accepted { .. }), "{placed:?}");
    assert_eq!(platform.rings(OWN, CUSTOMER), 1);
}

#[tokio::test]
async fn promise_10_each_change_of_do_not_call_is_kept_with_its_reason() {
    let platform = platform().await;
    let dir = tempfile::tempdir().unwrap();
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let placed = dial(&desk, CUSTOMER).await;
    assert!(matches!(placed, Placed::Accepted { .. }), "{placed:?}");
    let outcomes = desk.outcomes(OutcomesQuery {}).await.unwrap().outcomes;
    let bars = |outcome: &&Outcome| outcome.effect == OutcomeEffect::DoNotCall;
    let bars = outcomes.iter().find(bars).unwrap();
    let call = log(&desk).await[0].call.clone();
    let choice = SetOutcome {
        call,
        outcome: Some(bars.outcome),
        follow_up_at: None,
        why: None,
        by: None,
    };
    desk.set_outcome(choice.clone()).await.unwrap();
    desk.set_outcome(choice).await.unwrap();
    let refused = dial(&desk, CUSTOMER).await;
    assert_eq!(rule(&refused), Some(GuardRule::DoNotCall));
    desk.lift_do_not_call(LiftDoNotCall {
        number: CUSTOMER.to_owned(),
        reason: "she asked for a call".to_owned(),
    })
    .await
    .unwrap();

    let kept = desk.guard_log(GuardLogQuery::default()).await.unwrap();
    let told: Vec<_> = kept.entries.iter().rev().map(|entry| &entry.what).collect();
    assert!(
        matches!(
            told[..],
            [
                GuardEvent::Rules { .. },
                GuardEvent::Barred { .. },
                GuardEvent::Refused { .. },
                GuardEvent::Lifted { .. },
            ]
        ),
        "{told:?}"
    );
    assert_eq!(kept.entries[0].reason, "she asked for a call");
    assert_eq!(kept.broken_at, None);
}

#[tokio::test]
async fn a_number_of_a_blocked_pattern_is_never_dialled_and_the_refusal_is_kept() {
    let platform = platform().await;
    let dir = tempfile::tempdir().unwrap();
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    desk.set_guard(SetGuard {
        blocked: Some(vec![BlockedPattern {
            pattern: "139*4471".to_owned(),
            why: "家人".to_owned(),
        }]),
        reason: "my family's".to_owned(),
        ..SetGuard::default()
    })
    .await
    .unwrap();

    let placed = dial(&desk, CUSTOMER).await;

    let Placed::Blocked { block, .. } = &placed else {
        panic!("{placed:?}");
    };
    assert_eq!(
        (block.rule, block.why.as_deref()),
        (GuardRule::Pattern, Some("家人"))
    );
    assert_eq!(platform.rings(OWN, CUSTOMER), 0);
    assert_eq!(log(&desk).await.len(), 0);
    let look_up = LookUpNumber {
        text: CUSTOMER.to_owned(),
    };
    let card = desk.look_up_number(look_up).await.unwrap();
    assert_eq!(
        card.guard.unwrap().block.map(|block| block.rule),
        Some(GuardRule::Pattern)
    );

    let kept = desk.guard_log(GuardLogQuery::default()).await.unwrap();
    assert_eq!((kept.total, kept.broken_at), (3, None));
    assert!(kept.head.is_some());
    assert_eq!(
        kept.entries[0].what,
        GuardEvent::Refused {
            tail: "4471".to_owned(),
            block: block.clone()
        }
    );
    assert_eq!(kept.entries[1].reason, "my family's");
    let text = serde_json::to_string(&kept).unwrap();
    assert!(
        !text.contains(CUSTOMER),
        "no whole number outlives an erasure"
    );
}
