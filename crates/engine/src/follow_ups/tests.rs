//! That each follow-up is told of once, at its time, whatever clocks and programs do.

use super::reminder::{self, Around};
use crate::notifier;
use bohao_store::{NewFollowUp, Store, Tx};
use bohao_wire::{Event, FollowUpKind, FollowUpState};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::broadcast::Receiver;

const NOW: i64 = 1_795_399_200_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const NONE: [i64; 0] = [];

/// A program that tells of follow-ups, with a clock that a test sets.
struct Program {
    around: Around,
    clock: Arc<AtomicI64>,
    heard: Receiver<Event>,
}

impl Program {
    fn start(folder: &Path, now: i64) -> Self {
        let store = Store::open(folder.join("bohao.db"), now)
            .expect("opened")
            .store;
        let (events, clock) = (notifier::events(), Arc::new(AtomicI64::new(now)));
        let hand = clock.clone();
        Program {
            heard: events.subscribe(),
            around: Around {
                store,
                clock: Arc::new(move || hand.load(Relaxed)),
                events,
                changed: Arc::default(),
                look_again: reminder::LOOK_AGAIN,
            },
            clock,
        }
    }

    async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Tx<'_>) -> Result<T, bohao_store::StoreError> + Send + 'static,
    ) -> T {
        self.around.store.write(write).await.expect("written")
    }

    async fn wish(&self, due_at: i64, kind: FollowUpKind) -> i64 {
        let wish = NewFollowUp {
            number: "13922104471".to_owned(),
            call: None,
            kind,
            due_at,
            meant: None,
            why: String::new(),
            by_hand: true,
        };
        self.write(move |tx| tx.follow_ups().add(&wish, NOW)).await
    }

    /// Which follow-ups are told of when the clock shows this.
    async fn told_at(&mut self, now: i64) -> Vec<i64> {
        self.clock.store(now, Relaxed);
        let pause = self.around.tell().await.expect("read");
        assert!(pause <= reminder::LOOK_AGAIN);
        let mut told = Vec::new();
        while let Ok(Event::FollowUpsDue { rows }) = self.heard.try_recv() {
            told.extend(rows.into_iter().map(|row| row.follow_up.follow_up));
        }
        told
    }
}

#[tokio::test]
async fn each_is_told_once_when_it_is_due() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path(), NOW);
    let later = program.wish(NOW + 2 * HOUR, FollowUpKind::FollowUp).await;
    let sooner = program.wish(NOW + HOUR, FollowUpKind::FollowUp).await;
    assert_eq!(program.told_at(NOW).await, NONE);
    assert_eq!(program.told_at(NOW + HOUR - 1).await, NONE);
    assert_eq!(program.told_at(NOW + HOUR).await, [sooner]);
    assert_eq!(program.told_at(NOW + HOUR + 1).await, NONE);
    assert_eq!(program.told_at(NOW + 2 * HOUR).await, [later]);
    assert_eq!(program.told_at(NOW + 9 * HOUR).await, NONE);
}

#[tokio::test]
async fn what_a_rule_asks_for_is_not_told_nor_what_is_done_or_deleted() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path(), NOW);
    program.wish(NOW + HOUR, FollowUpKind::Again).await;
    for state in [FollowUpState::Done, FollowUpState::Dropped] {
        let id = program.wish(NOW + HOUR, FollowUpKind::FollowUp).await;
        program
            .write(move |tx| tx.follow_ups().set_state(id, state, NOW))
            .await;
    }
    assert_eq!(program.told_at(NOW + 2 * HOUR).await, NONE);
}

#[tokio::test]
async fn what_came_due_while_the_computer_slept_is_told_when_it_wakes() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path(), NOW);
    let first = program.wish(NOW + HOUR, FollowUpKind::FollowUp).await;
    let second = program.wish(NOW + 3 * HOUR, FollowUpKind::FollowUp).await;
    assert_eq!(program.told_at(NOW).await, NONE);
    assert_eq!(program.told_at(NOW + 8 * HOUR).await, [first, second]);
}

#[tokio::test]
async fn a_restart_repeats_nothing_and_leaves_nothing_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path(), NOW);
    let first = program.wish(NOW + HOUR, FollowUpKind::FollowUp).await;
    let while_off = program.wish(NOW + 2 * HOUR, FollowUpKind::FollowUp).await;
    let after = program.wish(NOW + 4 * HOUR, FollowUpKind::FollowUp).await;
    assert_eq!(program.told_at(NOW + HOUR).await, [first]);
    drop(program);

    let mut program = Program::start(folder.path(), NOW + 3 * HOUR);
    assert_eq!(program.told_at(NOW + 3 * HOUR).await, [while_off]);
    assert_eq!(program.told_at(NOW + 4 * HOUR).await, [after]);
}

#[tokio::test]
async fn a_clock_that_is_set_back_repeats_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path(), NOW);
    let first = program.wish(NOW + HOUR, FollowUpKind::FollowUp).await;
    let second = program.wish(NOW + 2 * HOUR, FollowUpKind::FollowUp).await;
    assert_eq!(program.told_at(NOW + HOUR).await, [first]);
    assert_eq!(program.told_at(NOW - 24 * HOUR).await, NONE);
    assert_eq!(
        program.told_at(NOW + HOUR).await,
        NONE,
        "for the second time"
    );
    assert_eq!(program.told_at(NOW + 2 * HOUR).await, [second]);
}

#[tokio::test]
async fn one_that_is_put_off_is_told_anew_at_its_new_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path(), NOW);
    let id = program.wish(NOW + HOUR, FollowUpKind::FollowUp).await;
    assert_eq!(program.told_at(NOW + HOUR).await, [id]);
    let until = NOW + HOUR + 10 * MINUTE;
    program
        .write(move |tx| tx.follow_ups().move_to(id, until, None, NOW + HOUR))
        .await;
    assert_eq!(program.told_at(until - 1).await, NONE);
    assert_eq!(program.told_at(until).await, [id]);
    assert_eq!(program.told_at(until + HOUR).await, NONE);
}

#[tokio::test]
async fn it_waits_for_somebody_to_be_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path(), NOW);
    let id = program.wish(NOW + HOUR, FollowUpKind::FollowUp).await;
    program.clock.store(NOW + HOUR, Relaxed);
    program.heard = notifier::events().subscribe();
    program.around.tell().await.expect("read");
    program.heard = program.around.events.subscribe();
    assert_eq!(program.told_at(NOW + HOUR).await, [id]);
}

/// A timer that was set for the instant itself would stand still while the computer sleeps.
#[tokio::test]
async fn the_clock_is_looked_at_again_and_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path(), NOW);
    let id = program.wish(NOW + 8 * HOUR, FollowUpKind::FollowUp).await;
    program.around.look_again = Duration::from_millis(1);
    let telling = tokio::spawn(reminder::run(program.around));
    program.clock.store(NOW + 9 * HOUR, Relaxed);
    let Ok(Event::FollowUpsDue { rows }) = program.heard.recv().await else {
        panic!("nothing was told");
    };
    assert_eq!(rows[0].follow_up.follow_up, id);
    telling.abort();
}

#[tokio::test]
async fn many_at_once_are_all_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path(), NOW);
    for minute in 0..150 {
        program.wish(NOW + minute, FollowUpKind::FollowUp).await;
    }
    let mut told = 0;
    for _ in 0..3 {
        told += program.told_at(NOW + HOUR).await.len();
    }
    assert_eq!(told, 150);
}
