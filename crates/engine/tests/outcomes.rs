//! Outcomes as a salesperson meets them: chosen at any time, doing what they say, asked for before
//! the next dial where that is wished.

mod support;

use bohao_engine::Desk;
use bohao_wire::{
    AddOutcome, CallDetail, CallId, CallQuery, ChangeOutcome, FaultCode, FollowUpKind, GuardRule,
    Mutations, OrderOutcomes, OutcomeColour, OutcomeEffect, OutcomeId, OutcomesQuery, Placed,
    Queries, RemoveOutcome, RequireOutcome, SetOutcome,
};
use rstest::rstest;
use support::{CUSTOMER, around, dial, open_guard, platform};

const INTERESTED: OutcomeId = OutcomeId(1);
const LATER: OutcomeId = OutcomeId(2);
const NOT_INTERESTED: OutcomeId = OutcomeId(3);

fn of(call: &CallId, outcome: OutcomeId) -> SetOutcome {
    SetOutcome {
        call: call.clone(),
        outcome: Some(outcome),
        follow_up_at: None,
        why: None,
        by: None,
    }
}

async fn accepted(desk: &Desk, number: &str) -> CallId {
    match dial(desk, number).await {
        Placed::Accepted { call, .. } => call,
        other => panic!("{other:?}"),
    }
}

async fn detail(desk: &Desk, call: &CallId) -> CallDetail {
    let call = call.clone();
    desk.call(CallQuery { call })
        .await
        .expect("the call is there")
}

#[tokio::test]
async fn an_outcome_is_kept_with_all_its_changes_across_a_restart() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let call = accepted(&desk, CUSTOMER).await;
    let row = desk.set_outcome(of(&call, NOT_INTERESTED)).await.unwrap();
    assert_eq!(row.outcome.unwrap().name, "无意向");
    desk.set_outcome(of(&call, INTERESTED)).await.unwrap();
    desk.close().await;
    drop(desk);

    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let detail = detail(&desk, &call).await;
    assert_eq!(detail.row.outcome.unwrap().outcome, INTERESTED);
    let chosen: Vec<Option<OutcomeId>> = detail
        .outcomes
        .iter()
        .map(|change| change.outcome.as_ref().map(|mark| mark.outcome))
        .collect();
    assert_eq!(chosen, [Some(INTERESTED), Some(NOT_INTERESTED)]);
}

#[tokio::test]
async fn try_again_and_follow_up_leave_a_wish_and_the_next_choice_replaces_it() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let around = around(dir.path(), &platform.url());
    let clock = around.clock.clone();
    let desk = open_guard(around).await;
    let call = accepted(&desk, CUSTOMER).await;

    let before = clock();
    desk.set_outcome(of(&call, LATER)).await.unwrap();
    let wish = detail(&desk, &call).await.follow_up.unwrap();
    assert_eq!(wish.kind, FollowUpKind::Again);
    assert!(wish.due_at >= before + 2 * 3_600_000 && wish.due_at <= clock() + 2 * 3_600_000);

    let day = clock() + 86_400_000;
    let on = |at| SetOutcome {
        follow_up_at: Some(at),
        why: Some(" 报价 ".to_owned()),
        ..of(&call, INTERESTED)
    };
    desk.set_outcome(on(day)).await.unwrap();
    let wish = detail(&desk, &call).await.follow_up.unwrap();
    assert_eq!(
        (wish.kind, wish.due_at, wish.why.as_str()),
        (FollowUpKind::FollowUp, day, "报价")
    );
    let past = desk.set_outcome(on(before - 1)).await.unwrap_err();
    assert_eq!(past.code, FaultCode::BadInput);
    // The same choice once more leaves the wish as it is.
    desk.set_outcome(of(&call, INTERESTED)).await.unwrap();
    assert_eq!(detail(&desk, &call).await.follow_up.unwrap().due_at, day);

    desk.set_outcome(of(&call, NOT_INTERESTED)).await.unwrap();
    assert_eq!(detail(&desk, &call).await.follow_up, None);

    // Calling the number again is what "try again" was about.
    desk.set_outcome(of(&call, LATER)).await.unwrap();
    let next = accepted(&desk, CUSTOMER).await;
    desk.set_outcome(of(&next, NOT_INTERESTED)).await.unwrap();
    assert_eq!(detail(&desk, &call).await.follow_up, None);
}

#[tokio::test]
async fn an_outcome_is_asked_for_before_the_next_dial_where_that_is_wished() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    assert!(!desk.outcomes(OutcomesQuery {}).await.unwrap().required);
    let first = accepted(&desk, CUSTOMER).await;
    let second = accepted(&desk, CUSTOMER).await;

    let required = desk
        .require_outcome(RequireOutcome { required: true })
        .await
        .unwrap();
    assert!(required.required);
    let Placed::Blocked { block, .. } = dial(&desk, "13922100001").await else {
        panic!("it went through");
    };
    assert_eq!(
        (block.rule, block.call),
        (GuardRule::Outcome, Some(second.clone()))
    );

    // Only the last call is asked about.
    desk.set_outcome(of(&first, INTERESTED)).await.unwrap();
    assert!(matches!(
        dial(&desk, "13922100001").await,
        Placed::Blocked { .. }
    ));
    desk.set_outcome(of(&second, INTERESTED)).await.unwrap();
    accepted(&desk, "13922100003").await;
}

#[tokio::test]
async fn outcomes_are_added_renamed_put_in_order_and_archived() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let call = accepted(&desk, CUSTOMER).await;
    let add = AddOutcome {
        name: " 试用中 ".to_owned(),
        colour: OutcomeColour::Jade,
        effect: OutcomeEffect::Again { hours: 72 },
    };
    let own = desk.add_outcome(add).await.unwrap().outcomes[6].clone();
    assert_eq!((own.name.as_str(), own.word), ("试用中", None));
    let order = OrderOutcomes {
        outcomes: vec![own.outcome, INTERESTED],
    };
    let ordered = desk.order_outcomes(order).await.unwrap().outcomes;
    assert_eq!(
        [ordered[0].outcome, ordered[1].outcome],
        [own.outcome, INTERESTED]
    );

    desk.set_outcome(of(&call, own.outcome)).await.unwrap();
    let rename = ChangeOutcome {
        outcome: own.outcome,
        name: Some("试用".to_owned()),
        colour: None,
        effect: None,
        archived: None,
    };
    desk.change_outcome(rename).await.unwrap();
    assert_eq!(detail(&desk, &call).await.row.outcome.unwrap().name, "试用");
    let remove = RemoveOutcome {
        outcome: own.outcome,
    };
    let left = desk.remove_outcome(remove).await.unwrap().outcomes;
    assert!(left.last().unwrap().archived, "a call has it");
    assert!(detail(&desk, &call).await.row.outcome.is_some());
}

#[rstest]
#[case::no_name("", OutcomeEffect::Done)]
#[case::a_long_name("一二三四五六七八九十一二三四五六七八九十一", OutcomeEffect::Done)]
#[case::no_wait("x", OutcomeEffect::Again { hours: 0 })]
#[case::years("x", OutcomeEffect::Again { hours: 9_000 })]
#[tokio::test]
async fn what_is_no_outcome_is_refused(#[case] name: &str, #[case] effect: OutcomeEffect) {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let add = AddOutcome {
        name: name.to_owned(),
        colour: OutcomeColour::Grey,
        effect,
    };
    let refused = desk.add_outcome(add).await.unwrap_err();
    assert_eq!(refused.code, FaultCode::BadInput);
    assert_eq!(
        desk.outcomes(OutcomesQuery {})
            .await
            .unwrap()
            .outcomes
            .len(),
        6
    );
}

#[tokio::test]
async fn a_call_that_is_not_there_has_no_outcome() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let nowhere = desk
        .set_outcome(of(&CallId("none".to_owned()), INTERESTED))
        .await;
    assert_eq!(nowhere.unwrap_err().code, FaultCode::NotFound);
    let call = accepted(&desk, CUSTOMER).await;
    let nothing = desk.set_outcome(of(&call, OutcomeId(99))).await;
    assert_eq!(nothing.unwrap_err().code, FaultCode::NotFound);
}
