//! Do-not-call holds: no path dials past it, no outcome overwrites it.

mod support;

use bohao_engine::{Desk, Moment};
use bohao_wire::{
    CallId, CallQuery, ChangeOutcome, EraseNumber, FaultCode, GuardRule, LiftDoNotCall,
    LookUpNumber, Mutations, OutcomeEffect, OutcomeId, OutcomesQuery, PlaceCall, Placed, Queries,
    SetOutcome,
};
use support::{CUSTOMER, OWN, around, dial, log, open_guard, platform};

const INTERESTED: OutcomeId = OutcomeId(1);
const NO_CALLS: OutcomeId = OutcomeId(6);

async fn choose(desk: &Desk, call: &CallId, outcome: Option<OutcomeId>) {
    let request = SetOutcome {
        call: call.clone(),
        outcome,
        follow_up_at: None,
        why: None,
        by: None,
    };
    desk.set_outcome(request).await.expect("chosen");
}

async fn accepted(desk: &Desk, number: &str) -> CallId {
    match dial(desk, number).await {
        Placed::Accepted { call, .. } => call,
        other => panic!("{other:?}"),
    }
}

fn rule(placed: &Placed) -> Option<GuardRule> {
    match placed {
        Placed::Blocked { block, .. } => Some(block.rule),
        _ => None,
    }
}

#[tokio::test]
async fn promise_10_no_spelling_and_no_door_dials_past_it() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let call = accepted(&desk, CUSTOMER).await;
    choose(&desk, &call, Some(NO_CALLS)).await;

    for number in [
        CUSTOMER,
        "139 2210 4471",
        "+86-139-2210-4471",
        "0086 13922104471",
        "tel:+8613922104471",
        "１３９２２１０４４７１",
        "陈立（远航物流）13922104471",
        "013922104471",
    ] {
        assert_eq!(
            rule(&dial(&desk, number).await),
            Some(GuardRule::DoNotCall),
            "{number}"
        );
    }
    // Another own number, and a click whose answer was lost.
    for ticket in ["click", "click"] {
        let order = PlaceCall {
            number: CUSTOMER.to_owned(),
            tel_a: Some("13700001111".to_owned()),
            ticket: Some(ticket.to_owned()),
        };
        let placed = desk.place_call(order).await.unwrap();
        assert_eq!(rule(&placed), Some(GuardRule::DoNotCall));
    }
    assert_eq!(platform.rings(OWN, CUSTOMER), 1);
    assert_eq!(log(&desk).await.len(), 1, "nothing was written either");

    // The screen knows it before anybody presses.
    let card = desk
        .look_up_number(LookUpNumber {
            text: CUSTOMER.to_owned(),
        })
        .await
        .unwrap();
    assert_eq!(
        card.guard.unwrap().block.unwrap().rule,
        GuardRule::DoNotCall
    );
    assert_eq!(card.do_not_call.unwrap().reason, "勿扰");

    // Another process, and the next start, know it as well.
    let second = open_guard(around(dir.path(), &platform.url())).await;
    assert_eq!(
        rule(&dial(&second, CUSTOMER).await),
        Some(GuardRule::DoNotCall)
    );
    desk.close().await;
    drop((desk, second));
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    assert_eq!(
        rule(&dial(&desk, CUSTOMER).await),
        Some(GuardRule::DoNotCall)
    );
    assert_eq!(platform.rings(OWN, CUSTOMER), 1);
}

#[tokio::test]
async fn promise_10_no_outcome_overwrites_it() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let first = accepted(&desk, CUSTOMER).await;
    let second = accepted(&desk, CUSTOMER).await;
    choose(&desk, &first, Some(NO_CALLS)).await;

    // The same call and another one, every outcome, and none.
    let outcomes = desk.outcomes(OutcomesQuery {}).await.unwrap().outcomes;
    for call in [&first, &second] {
        for outcome in outcomes.iter().map(|one| Some(one.outcome)).chain([None]) {
            choose(&desk, call, outcome).await;
            let placed = dial(&desk, CUSTOMER).await;
            assert_eq!(rule(&placed), Some(GuardRule::DoNotCall), "{outcome:?}");
        }
    }
    // Not even when the outcome itself is given another effect, or removed.
    let harmless = ChangeOutcome {
        outcome: NO_CALLS,
        name: None,
        colour: None,
        effect: Some(OutcomeEffect::Done),
        archived: Some(true),
    };
    desk.change_outcome(harmless).await.unwrap();
    choose(&desk, &first, Some(INTERESTED)).await;
    assert_eq!(
        rule(&dial(&desk, CUSTOMER).await),
        Some(GuardRule::DoNotCall)
    );
    // Nor does anybody wish to call it again.
    let detail = desk.call(CallQuery { call: first }).await.unwrap();
    assert_eq!(detail.follow_up, None);
    assert!(detail.do_not_call.is_some());
}

#[tokio::test]
async fn promise_10_the_mark_of_an_erased_number_holds_until_it_is_lifted() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    accepted(&desk, CUSTOMER).await;
    let erase = EraseNumber {
        number: CUSTOMER.to_owned(),
        keep_off: true,
    };
    desk.erase(erase, Moment::None).await.unwrap();
    desk.finish_deletions().await.unwrap();
    assert!(log(&desk).await.is_empty());

    for number in [CUSTOMER, "+86 139 2210 4471"] {
        assert_eq!(rule(&dial(&desk, number).await), Some(GuardRule::DoNotCall));
    }
    assert_eq!(platform.rings(OWN, CUSTOMER), 1);
    assert!(log(&desk).await.is_empty());

    let lift = LiftDoNotCall {
        number: CUSTOMER.to_owned(),
        reason: "客户来电要求恢复联系".to_owned(),
    };
    desk.lift_do_not_call(lift.clone()).await.unwrap();
    accepted(&desk, CUSTOMER).await;
    let again = desk.lift_do_not_call(lift).await.unwrap_err();
    assert_eq!(again.code, FaultCode::NotFound);
}

#[tokio::test]
async fn promise_10_it_is_lifted_with_a_reason_alone() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let call = accepted(&desk, CUSTOMER).await;
    choose(&desk, &call, Some(NO_CALLS)).await;
    let lift = |reason: &str| LiftDoNotCall {
        number: CUSTOMER.to_owned(),
        reason: reason.to_owned(),
    };
    let refused = desk.lift_do_not_call(lift("  ")).await.unwrap_err();
    assert_eq!(refused.code, FaultCode::BadInput);
    assert_eq!(
        rule(&dial(&desk, CUSTOMER).await),
        Some(GuardRule::DoNotCall)
    );

    desk.lift_do_not_call(lift("客户来电要求恢复联系"))
        .await
        .unwrap();
    accepted(&desk, CUSTOMER).await;
    let again = desk.lift_do_not_call(lift("twice")).await.unwrap_err();
    assert_eq!(again.code, FaultCode::NotFound);
}
