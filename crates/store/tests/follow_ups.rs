//! Wishes to call again: by when they are due, moved, ended, had back, told of once.

use bohao_store::{NewFollowUp, Store, Tx};
use bohao_wire::{CallId, FollowUpKind, FollowUpRow, FollowUpState, WallTime};

const NOW: i64 = 1_764_000_000_000;
const NUMBER: &str = "13922104471";
const AGREED: FollowUpKind = FollowUpKind::FollowUp;

fn with<T>(work: impl FnOnce(&Tx<'_>) -> Result<T, bohao_store::StoreError>) -> T {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = Store::open(folder.path().join("bohao.db"), NOW).expect("a new database");
    opened.store.write_blocking(work).expect("written")
}

fn wish(due_at: i64) -> NewFollowUp {
    NewFollowUp {
        number: NUMBER.to_owned(),
        call: None,
        kind: AGREED,
        due_at,
        meant: None,
        why: "报价".to_owned(),
        by_hand: true,
    }
}

fn ids(rows: Vec<FollowUpRow>) -> Vec<i64> {
    rows.into_iter()
        .map(|row| row.follow_up.follow_up)
        .collect()
}

#[test]
fn they_are_read_by_when_they_are_due_with_whom_they_are_about() {
    with(|tx| {
        let wishes = tx.follow_ups();
        let customer = tx.customers().add("陈立", "远航物流", NOW)?;
        tx.customers().give_number(customer, NUMBER, NOW)?;
        let meant = WallTime {
            local: "2026-12-03T09:30".to_owned(),
            offset_minutes: 480,
        };
        let second = wishes.add(
            &NewFollowUp {
                meant: Some(meant.clone()),
                ..wish(NOW + 20)
            },
            NOW,
        )?;
        let first = wishes.add(&wish(NOW + 10), NOW)?;
        wishes.add(&wish(NOW + 30), NOW)?;
        let other_kind = NewFollowUp {
            kind: FollowUpKind::Again,
            ..wish(NOW + 10)
        };
        wishes.add(&other_kind, NOW)?;
        let within = NOW..NOW + 30;
        assert_eq!(
            ids(wishes.within(AGREED, within.clone(), 10)?),
            [first, second]
        );
        assert_eq!(ids(wishes.within(AGREED, within.clone(), 1)?), [first]);
        assert_eq!(wishes.count_within(AGREED, within)?, 2);
        assert_eq!(wishes.next_due(AGREED, NOW + 10)?, Some(NOW + 20));
        let row = wishes.get(second)?.expect("there");
        assert_eq!(row.customer.expect("known").company, "远航物流");
        assert_eq!(row.follow_up.meant, Some(meant));
        Ok(())
    });
}

#[test]
fn one_that_is_ended_can_be_had_back_as_it_was() {
    with(|tx| {
        let wishes = tx.follow_ups();
        let id = wishes.add(&wish(NOW + 10), NOW)?;
        for state in [FollowUpState::Done, FollowUpState::Dropped] {
            wishes.set_state(id, state, NOW + 1)?;
            assert_eq!(wishes.of_number(NUMBER)?, []);
            wishes.move_to(id, NOW + 99, None, NOW + 2)?;
            wishes.set_state(id, FollowUpState::Open, NOW + 3)?;
            let back = &wishes.of_number(NUMBER)?[0];
            assert_eq!((back.due_at, back.why.as_str()), (NOW + 10, "报价"));
        }
        wishes.set_state(id, FollowUpState::Done, NOW + 100)?;
        assert_eq!(ids(wishes.done(AGREED, NOW + 100, 10)?), [id]);
        assert_eq!(wishes.count_done(AGREED, NOW + 101)?, 0);
        Ok(())
    });
}

#[test]
fn a_call_leaves_one_wish_and_one_that_comes_back_gives_way() {
    with(|tx| {
        let wishes = tx.follow_ups();
        let call = CallId("c1".to_owned());
        let of_call = |due_at| NewFollowUp {
            call: Some(call.clone()),
            ..wish(due_at)
        };
        let first = wishes.add(&of_call(NOW + 10), NOW)?;
        let second = wishes.add(&of_call(NOW + 20), NOW)?;
        assert_eq!(wishes.of_number(NUMBER)?.len(), 1);
        wishes.set_state(first, FollowUpState::Open, NOW)?;
        let left = wishes.of_call(&call)?.expect("one");
        assert_eq!(left.follow_up, second);
        assert_eq!(wishes.get(first)?.expect("there").follow_up.call, None);
        assert!(wishes.by_hand(&call)?);
        Ok(())
    });
}

#[test]
fn each_time_that_is_due_is_told_once() {
    with(|tx| {
        let wishes = tx.follow_ups();
        let first = wishes.add(&wish(NOW + 10), NOW)?;
        let second = wishes.add(&wish(NOW + 10), NOW)?;
        assert_eq!(wishes.next_untold()?, Some(NOW + 10));
        assert_eq!(ids(wishes.tell_due(NOW + 9, 10)?), [0; 0]);
        assert_eq!(ids(wishes.tell_due(NOW + 10, 1)?), [first]);
        assert_eq!(ids(wishes.tell_due(NOW + 10, 10)?), [second]);
        assert_eq!(wishes.next_untold()?, None);
        wishes.rename(first, "合同", NOW + 11)?;
        assert_eq!(wishes.next_untold()?, None, "it is the same time");
        wishes.move_to(first, NOW + 20, None, NOW + 11)?;
        assert_eq!(wishes.next_untold()?, Some(NOW + 20));
        Ok(())
    });
}
