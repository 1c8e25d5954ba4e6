//! With its database the do-not-call table is lost: nothing is dialled until somebody acknowledges it.

#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says so by a panic"
)]

mod support;

use bohao_engine::{Desk, Opening};
use bohao_wire::{
    AcknowledgeLoss, BarNumber, GuardEvent, GuardLogQuery, GuardRule, LookUpNumber, Mode,
    Mutations, Notice, PlaceCall, Placed, Queries, SetMode,
};
use rstest::rstest;
use std::path::Path;
use support::{CUSTOMER, OWN, around, dial, log, open_guard, platform};

/// The desk of a person who must not be called.
async fn barred(dir: &Path, platform: &str) {
    let desk = open_guard(around(dir, platform)).await;
    let asked = BarNumber {
        number: CUSTOMER.to_owned(),
        reason: "客户要求不再联系".to_owned(),
    };
    desk.bar_number(asked).await.unwrap();
    desk.close().await;
}

fn damage(dir: &Path) {
    std::fs::write(dir.join("bohao.db"), "no longer a database").unwrap();
}

fn empty(dir: &Path) {
    std::fs::write(dir.join("bohao.db"), "").unwrap();
}

fn take_away(dir: &Path) {
    std::fs::remove_file(dir.join("bohao.db")).unwrap();
}

fn stopped_by_the_loss(placed: &Placed) -> bool {
    match placed {
        Placed::Blocked { block, .. } => block.rule == GuardRule::Loss,
        _ => false,
    }
}

async fn notice(desk: &Desk) -> Option<Notice> {
    desk.notice().await.unwrap()
}

#[rstest]
#[case::damaged(damage)]
#[case::emptied(empty)]
#[case::gone(take_away)]
#[tokio::test]
async fn promise_10_a_lost_database_dials_nobody_until_that_is_acknowledged(
    #[case] lose: fn(&Path),
) {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    barred(dir.path(), &platform.url()).await;
    lose(dir.path());

    // At every start, from every door, whoever is called.
    for _ in 0..2 {
        let desk = open_guard(around(dir.path(), &platform.url())).await;
        assert!(matches!(
            notice(&desk).await,
            Some(Notice::DatabaseLost { .. })
        ));
        for number in [CUSTOMER, "13922105583"] {
            assert!(stopped_by_the_loss(&dial(&desk, number).await));
            let order = PlaceCall {
                number: number.to_owned(),
                tel_a: Some("13700001111".to_owned()),
                ticket: Some(format!("click on {number}")),
            };
            let placed = desk.place_call(order).await.unwrap();
            assert!(stopped_by_the_loss(&placed));
        }
        let text = CUSTOMER.to_owned();
        let card = desk.look_up_number(LookUpNumber { text }).await.unwrap();
        let block = card.guard.and_then(|verdict| verdict.block).unwrap();
        assert_eq!(block.rule, GuardRule::Loss, "the screen knows it before");
        assert!(log(&desk).await.is_empty(), "nothing was written either");
        desk.close().await;
    }
    assert_eq!(platform.rings(OWN, CUSTOMER), 0);

    let desk = open_guard(around(dir.path(), &platform.url())).await;
    desk.acknowledge_loss(AcknowledgeLoss {}).await.unwrap();
    assert_eq!(notice(&desk).await, None);
    let query = GuardLogQuery::default();
    let told = desk.guard_log(query).await.unwrap();
    let latest = &told.entries[0].what;
    assert!(
        matches!(latest, GuardEvent::LossAcknowledged { .. }),
        "{latest:?}"
    );
    desk.acknowledge_loss(AcknowledgeLoss {}).await.unwrap();
    let again = desk.guard_log(GuardLogQuery::default()).await.unwrap();
    assert_eq!(again.total, told.total, "once is enough");
    desk.close().await;
    drop(desk);
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    assert_eq!(notice(&desk).await, None);
    assert!(matches!(
        dial(&desk, CUSTOMER).await,
        Placed::Accepted { .. }
    ));
}

#[tokio::test]
async fn a_first_start_and_practice_ask_nothing() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    assert_eq!(notice(&desk).await, None);
    assert!(matches!(
        dial(&desk, CUSTOMER).await,
        Placed::Accepted { .. }
    ));
    desk.close().await;
    drop(desk);

    // Practice begins, its database is lost as well as the real one, and it goes on all the same.
    for _ in 0..2 {
        let surroundings = around(dir.path(), &platform.url());
        let desk = Desk::open(surroundings, Opening::Practice).await.unwrap();
        let placed = dial(&desk, CUSTOMER).await;
        assert!(matches!(placed, Placed::Accepted { .. }), "{placed:?}");
        desk.close().await;
        drop(desk);
        std::fs::write(dir.path().join("practice/practice.db"), "").unwrap();
        empty(dir.path());
    }
    let surroundings = around(dir.path(), &platform.url());
    let desk = Desk::open(surroundings, Opening::Practice).await.unwrap();
    assert!(matches!(
        notice(&desk).await,
        Some(Notice::DatabaseLost { .. })
    ));
    desk.set_mode(SetMode { mode: Mode::Live }).await.unwrap();
    assert!(stopped_by_the_loss(&dial(&desk, CUSTOMER).await));
    assert_eq!(platform.rings(OWN, CUSTOMER), 1);
}
