//! Follow-ups as a salesperson meets them: from a call, from a customer, put off, done, deleted and
//! had back; by the clock of whoever asks; told of once; written into a calendar.

#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says so by a panic"
)]

mod support;

use bohao_engine::{Desk, Overwrite, Surroundings};
use bohao_wire::{
    AddCustomer, AddFollowUp, BarNumber, CallId, CallQuery, ChangeFollowUp, DoNotCallReading,
    DropFollowUp, Event, ExportFollowUps, ExportedFollowUps, FaultCode, FinishFollowUp, FollowUp,
    FollowUpKept, FollowUpKind, FollowUpRow, FollowUpState, FollowUps, FollowUpsQuery, Headings,
    ImportDoNotCall, Mutations, NumberFollowUps, NumbersShown, OutcomeId, Placed, Queries,
    ReadTime, ReopenFollowUp, SectionName, SetOutcome, Snooze, SnoozeFollowUp, WallTime, Zone,
};
use rstest::rstest;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use support::{CUSTOMER, around, dial, open_guard, platform};

/// A Monday, 2026-11-23 10:00 in Beijing.
const NOW: i64 = 1_795_399_200_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const NOWHERE: &str = "http://127.0.0.1:9";
const INTERESTED: OutcomeId = OutcomeId(1);
const LATER: OutcomeId = OutcomeId(2);
const NOT_INTERESTED: OutcomeId = OutcomeId(3);
const DO_NOT_CALL: OutcomeId = OutcomeId(6);

fn zone(name: &str, offset_minutes: i32) -> Zone {
    Zone {
        name: name.to_owned(),
        offset_minutes,
    }
}

fn beijing() -> Zone {
    zone("Asia/Shanghai", 480)
}

/// A desk whose clock a test sets.
fn at(dir: &Path, platform: &str, clock: &Arc<AtomicI64>) -> Surroundings {
    let hand = clock.clone();
    Surroundings {
        clock: Arc::new(move || hand.load(Relaxed)),
        ..around(dir, platform)
    }
}

async fn offline(dir: &Path) -> (Desk, Arc<AtomicI64>) {
    let clock = Arc::new(AtomicI64::new(NOW));
    (open_guard(at(dir, NOWHERE, &clock)).await, clock)
}

/// The same beside a platform, which refuses a clock that is far from its own.
async fn online(dir: &Path, platform: &str) -> (Desk, Arc<AtomicI64>) {
    let now = (around(dir, platform).clock)();
    let clock = Arc::new(AtomicI64::new(now));
    (open_guard(at(dir, platform, &clock)).await, clock)
}

fn new(number: &str, due: i64) -> AddFollowUp {
    AddFollowUp {
        number: number.to_owned(),
        call: None,
        at: due,
        meant: None,
        why: Some(" 报价 ".to_owned()),
    }
}

fn row(kept: FollowUpKept) -> FollowUpRow {
    match kept {
        FollowUpKept::Kept { row } => *row,
        other => panic!("{other:?}"),
    }
}

async fn add(desk: &Desk, number: &str, due: i64) -> FollowUp {
    row(desk.add_follow_up(new(number, due)).await.unwrap()).follow_up
}

async fn all(desk: &Desk, kind: FollowUpKind, zone: Zone) -> FollowUps {
    let query = FollowUpsQuery {
        kind,
        zone,
        limit: 0,
    };
    desk.follow_ups(query).await.unwrap()
}

/// What stands in a section, by its identity.
fn of(shown: &FollowUps, name: SectionName) -> Vec<i64> {
    let section = shown.sections.iter().find(|one| one.name == name).unwrap();
    assert_eq!(section.total, section.rows.len() as u64);
    section
        .rows
        .iter()
        .map(|row| row.follow_up.follow_up)
        .collect()
}

async fn standing(desk: &Desk, number: &str) -> Vec<FollowUp> {
    let query = NumberFollowUps {
        numbers: vec![number.to_owned()],
    };
    desk.number_follow_ups(query).await.unwrap().follow_ups
}

async fn accepted(desk: &Desk, number: &str) -> CallId {
    match dial(desk, number).await {
        Placed::Accepted { call, .. } => call,
        other => panic!("{other:?}"),
    }
}

async fn choose(desk: &Desk, call: &CallId, outcome: OutcomeId) {
    let request = SetOutcome {
        call: call.clone(),
        outcome: Some(outcome),
        follow_up_at: None,
        why: None,
        by: None,
    };
    desk.set_outcome(request).await.unwrap();
}

#[tokio::test]
async fn one_is_kept_with_its_customer_and_the_clock_it_was_meant_by() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = offline(dir.path()).await;
    let customer = AddCustomer {
        name: "陈立".to_owned(),
        number: Some(CUSTOMER.to_owned()),
        ..AddCustomer::default()
    };
    desk.add_customer(customer).await.unwrap();
    let read = desk
        .read_time(ReadTime {
            text: "周四上午十点".to_owned(),
            zone: beijing(),
        })
        .await
        .unwrap();
    let time = read.times[0].clone();
    let request = AddFollowUp {
        meant: Some(time.meant.clone()),
        ..new("+86 139-2210-4471", time.at)
    };
    let kept = row(desk.add_follow_up(request).await.unwrap());
    assert_eq!(kept.customer.as_ref().unwrap().name, "陈立");
    assert_eq!(kept.follow_up.why, "报价");
    assert_eq!(kept.follow_up.meant, Some(time.meant));
    desk.close().await;
    drop(desk);

    let (desk, _) = offline(dir.path()).await;
    assert_eq!(standing(&desk, CUSTOMER).await, [kept.follow_up]);
}

#[tokio::test]
async fn the_same_instant_is_today_to_one_and_tomorrow_to_another() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = offline(dir.path()).await;
    // 10:00 in Beijing is 21:00 of the day before in New York.
    let tonight = add(&desk, CUSTOMER, NOW + 13 * HOUR).await;
    let here = all(&desk, FollowUpKind::FollowUp, beijing()).await;
    assert_eq!(of(&here, SectionName::Today), [tonight.follow_up]);
    let there = zone("America/New_York", -300);
    let there = all(&desk, FollowUpKind::FollowUp, there).await;
    assert_eq!(of(&there, SectionName::Next), [tonight.follow_up]);
    let rows = |shown: &FollowUps| -> Vec<i64> {
        let rows = shown.sections.iter().flat_map(|section| &section.rows);
        rows.map(|row| row.follow_up.due_at).collect()
    };
    assert_eq!(rows(&here), rows(&there), "no zone moves it");
}

#[tokio::test]
async fn sections_follow_the_clock() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, clock) = offline(dir.path()).await;
    let soon = add(&desk, CUSTOMER, NOW + HOUR).await.follow_up;
    let tomorrow = add(&desk, CUSTOMER, NOW + DAY).await.follow_up;
    let in_a_week = add(&desk, CUSTOMER, NOW + 7 * DAY).await.follow_up;
    let later = add(&desk, CUSTOMER, NOW + 8 * DAY).await.follow_up;
    let shown = all(&desk, FollowUpKind::FollowUp, beijing()).await;
    assert_eq!(of(&shown, SectionName::Today), [soon]);
    assert_eq!(of(&shown, SectionName::Next), [tomorrow, in_a_week]);
    assert_eq!(of(&shown, SectionName::Later), [later]);
    assert_eq!((shown.due, shown.changes_at), (0, NOW + HOUR));

    clock.store(NOW + HOUR, Relaxed);
    let shown = all(&desk, FollowUpKind::FollowUp, beijing()).await;
    assert_eq!(of(&shown, SectionName::Overdue), [soon]);
    assert_eq!(shown.due, 1);
    assert_eq!(shown.changes_at, NOW + 14 * HOUR, "midnight");
    assert_eq!(
        all(&desk, FollowUpKind::Again, beijing()).await.due,
        1,
        "of the other kind"
    );
}

#[rstest]
#[case(Snooze::TenMinutes, NOW + 10 * MINUTE, "2026-11-23T10:10")]
#[case(Snooze::Hour, NOW + HOUR, "2026-11-23T11:00")]
#[case(Snooze::Tomorrow, NOW + 23 * HOUR, "2026-11-24T09:00")]
#[tokio::test]
async fn one_is_put_off(#[case] until: Snooze, #[case] due: i64, #[case] local: &str) {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = offline(dir.path()).await;
    let id = add(&desk, CUSTOMER, NOW + 2 * DAY).await.follow_up;
    let request = SnoozeFollowUp {
        follow_up: id,
        until,
        zone: beijing(),
    };
    let moved = row(desk.snooze_follow_up(request).await.unwrap()).follow_up;
    assert_eq!((moved.due_at, moved.why.as_str()), (due, "报价"));
    assert_eq!(moved.meant.unwrap().local, local);
}

#[tokio::test]
async fn one_is_changed_done_deleted_and_had_back() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = offline(dir.path()).await;
    let id = add(&desk, CUSTOMER, NOW + HOUR).await.follow_up;
    let change = ChangeFollowUp {
        follow_up: id,
        at: Some(NOW + 2 * HOUR),
        meant: None,
        why: Some("合同".to_owned()),
    };
    let changed = row(desk.change_follow_up(change).await.unwrap()).follow_up;
    assert_eq!(
        (changed.due_at, changed.why.as_str()),
        (NOW + 2 * HOUR, "合同")
    );

    let done = desk
        .finish_follow_up(FinishFollowUp { follow_up: id })
        .await;
    assert_eq!(row(done.unwrap()).follow_up.state, FollowUpState::Done);
    let shown = all(&desk, FollowUpKind::FollowUp, beijing()).await;
    assert_eq!(of(&shown, SectionName::Done), [id]);
    let back = desk
        .reopen_follow_up(ReopenFollowUp { follow_up: id })
        .await;
    assert_eq!(row(back.unwrap()).follow_up.state, FollowUpState::Open);

    let gone = desk.drop_follow_up(DropFollowUp { follow_up: id }).await;
    assert_eq!(row(gone.unwrap()).follow_up.state, FollowUpState::Dropped);
    assert_eq!(standing(&desk, CUSTOMER).await, []);
    desk.reopen_follow_up(ReopenFollowUp { follow_up: id })
        .await
        .unwrap();
    let left = standing(&desk, CUSTOMER).await;
    assert_eq!(
        (left[0].due_at, left[0].why.as_str()),
        (NOW + 2 * HOUR, "合同")
    );
}

#[tokio::test]
async fn what_can_not_be_kept_is_said_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = offline(dir.path()).await;
    assert_eq!(
        desk.add_follow_up(new(CUSTOMER, NOW)).await.unwrap(),
        FollowUpKept::Past
    );
    let code = |fault: Result<FollowUpKept, bohao_wire::Fault>| fault.unwrap_err().code;
    let far = desk.add_follow_up(new(CUSTOMER, NOW + 2000 * DAY)).await;
    assert_eq!(code(far), FaultCode::BadInput);
    let no_number = desk.add_follow_up(new("soon", NOW + HOUR)).await;
    assert_eq!(code(no_number), FaultCode::BadNumber);
    let long = AddFollowUp {
        why: Some("长".repeat(201)),
        ..new(CUSTOMER, NOW + HOUR)
    };
    assert_eq!(code(desk.add_follow_up(long).await), FaultCode::BadInput);
    let meant = WallTime {
        local: "2026-11-23T12:00".to_owned(),
        offset_minutes: 480,
    };
    let another_time = AddFollowUp {
        meant: Some(meant),
        ..new(CUSTOMER, NOW + HOUR)
    };
    assert_eq!(
        code(desk.add_follow_up(another_time).await),
        FaultCode::BadInput
    );
    assert_eq!(standing(&desk, CUSTOMER).await, []);

    let nowhere = FinishFollowUp { follow_up: 99 };
    assert_eq!(
        code(desk.finish_follow_up(nowhere).await),
        FaultCode::NotFound
    );
    let id = add(&desk, CUSTOMER, NOW + HOUR).await.follow_up;
    let back = ChangeFollowUp {
        follow_up: id,
        at: Some(NOW - 1),
        meant: None,
        why: None,
    };
    assert_eq!(
        desk.change_follow_up(back).await.unwrap(),
        FollowUpKept::Past
    );
    assert_eq!(standing(&desk, CUSTOMER).await[0].due_at, NOW + HOUR);
}

/// Its call was deleted while somebody wrote down when to call again.
#[tokio::test]
async fn one_whose_call_is_gone_is_kept_for_the_number() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = offline(dir.path()).await;
    let request = AddFollowUp {
        call: Some(CallId("gone".to_owned())),
        ..new(CUSTOMER, NOW + HOUR)
    };
    let kept = row(desk.add_follow_up(request).await.unwrap()).follow_up;
    assert_eq!((kept.number.as_str(), kept.call), (CUSTOMER, None));
}

#[tokio::test]
async fn promise_10_nobody_is_followed_up_who_wants_no_calls() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let (desk, clock) = online(dir.path(), &platform.url()).await;
    let soon = clock.load(Relaxed) + HOUR;
    let call = accepted(&desk, CUSTOMER).await;
    let id = add(&desk, CUSTOMER, soon).await.follow_up;
    choose(&desk, &call, DO_NOT_CALL).await;
    assert_eq!(standing(&desk, CUSTOMER).await, []);
    let again = desk.add_follow_up(new(CUSTOMER, soon)).await.unwrap();
    assert!(matches!(again, FollowUpKept::Barred { .. }), "{again:?}");
    let back = desk
        .reopen_follow_up(ReopenFollowUp { follow_up: id })
        .await;
    assert!(matches!(back.unwrap(), FollowUpKept::Barred { .. }));
}

/// Whoever is put on the table of do-not-call, by hand or by a list, is on no list of calls to make, and
/// whatever shows one hears of it.
#[rstest]
#[case::by_hand(true)]
#[case::by_a_list(false)]
#[tokio::test]
async fn promise_10_what_was_agreed_on_goes_when_a_number_is_barred(#[case] by_hand: bool) {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = offline(dir.path()).await;
    add(&desk, CUSTOMER, NOW + HOUR).await;
    let mut events = desk.events();
    if by_hand {
        let request = BarNumber {
            number: CUSTOMER.to_owned(),
            reason: "来电要求".to_owned(),
        };
        desk.bar_number(request).await.unwrap();
    } else {
        let list = dir.path().join("list.csv");
        std::fs::write(&list, format!("手机号\n{CUSTOMER}\n")).unwrap();
        let request = ImportDoNotCall {
            file: desk.imports().stage(&list).unwrap().file,
            reading: DoNotCallReading::default(),
            reason: "总部名单".to_owned(),
        };
        desk.import_do_not_call(request).await.unwrap();
    }
    assert_eq!(standing(&desk, CUSTOMER).await, []);
    while events.recv().await.unwrap() != Event::FollowUpsChanged {}
}

#[tokio::test]
async fn what_was_agreed_on_in_a_call_outlives_another_choice_of_its_outcome() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let (desk, clock) = online(dir.path(), &platform.url()).await;
    let now = clock.load(Relaxed);
    let call = accepted(&desk, CUSTOMER).await;
    let agreed = AddFollowUp {
        call: Some(call.clone()),
        ..new(CUSTOMER, now + 3 * DAY)
    };
    let first = row(desk.add_follow_up(agreed.clone()).await.unwrap());
    for outcome in [INTERESTED, LATER, NOT_INTERESTED] {
        choose(&desk, &call, outcome).await;
        let detail = desk.call(CallQuery { call: call.clone() }).await.unwrap();
        assert_eq!(
            detail.follow_up,
            Some(first.follow_up.clone()),
            "{outcome:?}"
        );
    }
    // Another time for the same call is no second follow-up.
    let moved = AddFollowUp {
        at: now + 4 * DAY,
        ..agreed
    };
    desk.add_follow_up(moved).await.unwrap();
    let left = standing(&desk, CUSTOMER).await;
    let due: Vec<i64> = left.iter().map(|one| one.due_at).collect();
    assert_eq!(due, [now + 4 * DAY]);
}

#[tokio::test]
async fn one_that_comes_back_beside_another_of_its_call_stands_for_its_number() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let (desk, clock) = online(dir.path(), &platform.url()).await;
    let now = clock.load(Relaxed);
    let call = accepted(&desk, CUSTOMER).await;
    let mut ids = Vec::new();
    for days in [3, 4] {
        let agreed = AddFollowUp {
            call: Some(call.clone()),
            ..new(CUSTOMER, now + days * DAY)
        };
        ids.push(
            row(desk.add_follow_up(agreed).await.unwrap())
                .follow_up
                .follow_up,
        );
    }
    let back = ReopenFollowUp { follow_up: ids[0] };
    let back = row(desk.reopen_follow_up(back).await.unwrap()).follow_up;
    assert_eq!((back.state, back.call), (FollowUpState::Open, None));
    let detail = desk.call(CallQuery { call }).await.unwrap();
    assert_eq!(detail.follow_up.unwrap().follow_up, ids[1]);
}

#[tokio::test]
async fn a_call_at_the_time_that_was_agreed_on_keeps_the_appointment() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let (desk, clock) = online(dir.path(), &platform.url()).await;
    let now = clock.load(Relaxed);
    let due = add(&desk, CUSTOMER, now + 10 * MINUTE).await.follow_up;
    let next_week = add(&desk, CUSTOMER, now + 7 * DAY).await.follow_up;
    let call = accepted(&desk, CUSTOMER).await;
    clock.store(now + MINUTE, Relaxed);
    let meanwhile = add(&desk, CUSTOMER, now + 12 * MINUTE).await.follow_up;
    choose(&desk, &call, INTERESTED).await;
    let left = standing(&desk, CUSTOMER).await;
    let left: Vec<i64> = left.into_iter().map(|one| one.follow_up).collect();
    assert_eq!(left, [meanwhile, next_week]);
    let shown = all(&desk, FollowUpKind::FollowUp, beijing()).await;
    assert_eq!(of(&shown, SectionName::Done), [due]);
}

#[tokio::test]
async fn a_desk_tells_of_what_is_due_once_over_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, clock) = offline(dir.path()).await;
    let id = add(&desk, CUSTOMER, NOW + HOUR).await.follow_up;
    let mut events = desk.events();
    desk.start().await.unwrap();
    clock.store(NOW + HOUR, Relaxed);
    // It is looked for again as soon as anything changes.
    add(&desk, "13922100001", NOW + DAY).await;
    let told = loop {
        if let Event::FollowUpsDue { rows } = events.recv().await.unwrap() {
            break rows;
        }
    };
    assert_eq!(
        told.iter()
            .map(|row| row.follow_up.follow_up)
            .collect::<Vec<_>>(),
        [id]
    );
    desk.close().await;
    drop(desk);

    let clock = Arc::new(AtomicI64::new(NOW + DAY));
    let desk = open_guard(at(dir.path(), NOWHERE, &clock)).await;
    let mut events = desk.events();
    desk.start().await.unwrap();
    let told = loop {
        if let Event::FollowUpsDue { rows } = events.recv().await.unwrap() {
            break rows;
        }
    };
    let numbers: Vec<&str> = told
        .iter()
        .map(|row| row.follow_up.number.as_str())
        .collect();
    assert_eq!(numbers, ["13922100001"], "the other one was told");
    desk.close().await;
}

#[rstest]
#[case(NumbersShown::Masked, false)]
#[case(NumbersShown::Whole, true)]
#[tokio::test]
async fn promise_9_a_calendar_holds_whole_numbers_only_if_asked(
    #[case] numbers: NumbersShown,
    #[case] whole: bool,
) {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = offline(dir.path()).await;
    let request = AddFollowUp {
        why: Some("转 13922100007；报价".to_owned()),
        ..new(CUSTOMER, NOW + HOUR)
    };
    desk.add_follow_up(request).await.unwrap();
    let target = dir.path().join("out.ics");
    let request = ExportFollowUps {
        kind: FollowUpKind::FollowUp,
        numbers,
        words: Headings::Zh,
    };
    let written = desk
        .export_follow_ups(request.clone(), &target, Overwrite::Refuse)
        .await
        .unwrap();
    assert!(matches!(written, ExportedFollowUps::Saved { count: 1, .. }));
    let text = std::fs::read_to_string(&target)
        .unwrap()
        .replace("\r\n ", "");
    assert!(text.contains("DTSTART:20261123T030000Z"), "{text}");
    for number in [CUSTOMER, "13922100007"] {
        assert_eq!(text.contains(number), whole, "{text}");
    }
    let refused = desk
        .export_follow_ups(request, &target, Overwrite::Refuse)
        .await;
    assert_eq!(refused.unwrap_err().code, FaultCode::FileExists);
}
