mod stub_relay;

use super::*;
use bohao_wire::{CallDetail, CallsQuery, SyncPhase::*};
use rstest::rstest;
use stub_relay::{Manner, StubRelay};
use tokio::sync::broadcast;

const NOW: i64 = 1_764_000_000_000;
const PATIENCE: Duration = Duration::from_secs(60);

struct Desk {
    folder: tempfile::TempDir,
    store: Store,
    sync: Sync,
    events: broadcast::Receiver<Event>,
    changed: Arc<Mutex<Vec<CallId>>>,
}

fn desk_at(pace: Pace) -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path().join("bohao.db"), NOW)
        .expect("new")
        .store;
    let (events, listening) = broadcast::channel(4096);
    let changed = Arc::new(Mutex::new(Vec::new()));
    let named = changed.clone();
    let sync = Sync::new(Around {
        store: store.clone(),
        clock: Arc::new(|| NOW),
        events,
        changed: Arc::new(move |call| named.lock().expect("no panic").push(call)),
        recordings_due: Arc::new(|| {}),
        jitter: Arc::new(|| 1.0),
        pace,
    });
    Desk {
        folder,
        store,
        sync,
        events: listening,
        changed,
    }
}

fn desk() -> Desk {
    let soon = Duration::from_millis(5);
    desk_at(Pace {
        first: soon,
        longest: 4 * soon,
        refused: soon,
    })
}

impl Desk {
    async fn until(&mut self, fits: impl Fn(&SyncState) -> bool) -> SyncState {
        let waiting = async {
            loop {
                let state = self.sync.state();
                if fits(&state) {
                    return state;
                }
                let _ = self.events.recv().await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .expect("it comes to that")
    }

    async fn until_calls(&mut self, count: usize) {
        let waiting = async {
            while self.log().len() < count {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .expect("they come");
    }

    fn log(&self) -> Vec<CallDetail> {
        let read = self.store.read_blocking(|db| {
            let page = db.calls().page(&CallsQuery::default())?;
            page.rows
                .iter()
                .map(|row| Ok(db.calls().detail(&row.call)?.expect("on the page")))
                .collect()
        });
        read.expect("read")
    }

    fn run(&self, relay: &StubRelay) -> (CancellationToken, tokio::task::JoinHandle<()>) {
        let stop = CancellationToken::new();
        let (sync, seat, ends) = (self.sync.clone(), relay.seat(), stop.clone());
        let running = tokio::spawn(async move { sync.run(seat, ends).await });
        (stop, running)
    }
}

fn record(number: i64) -> String {
    let started_at = NOW + number * 1_000;
    format!(
        r#"{{"subid":"s{number}","telB":"13922104471","startTime":"{started_at}","status":1,"duration":9}}"#
    )
}

#[tokio::test]
async fn a_relay_is_drained_page_by_page() {
    let (relay, desk) = (StubRelay::start().await, desk());
    relay.shelf().page = 3;
    for number in 0..8 {
        relay.push(&record(number));
    }
    relay.push("not a record");

    let report = desk
        .sync
        .once(&relay.seat(), Reading::New)
        .await
        .expect("drained");

    let expected = SyncReport {
        received: 9,
        new: 8,
        updated: 0,
        unreadable: 1,
        cursor: 9,
    };
    assert_eq!(report, expected);
    assert_eq!(desk.log().len(), 8);
    assert_eq!(desk.changed.lock().expect("no panic").len(), 8);
    assert_eq!(desk.sync.state().unreadable, 1);
    let again = desk
        .sync
        .once(&relay.seat(), Reading::New)
        .await
        .expect("drained");
    assert_eq!(
        again,
        SyncReport {
            cursor: 9,
            ..SyncReport::default()
        }
    );
}

#[tokio::test]
async fn promise_5_a_full_resync_changes_nothing() {
    let (relay, desk) = (StubRelay::start().await, desk());
    for number in 0..5 {
        relay.push(&record(number));
    }
    desk.sync
        .once(&relay.seat(), Reading::New)
        .await
        .expect("drained");
    let before = desk.log();

    let report = desk
        .sync
        .once(&relay.seat(), Reading::All)
        .await
        .expect("drained");

    assert_eq!(
        (report.received, report.new, report.updated, report.cursor),
        (5, 0, 0, 5)
    );
    assert_eq!(desk.log(), before);
}

#[tokio::test]
async fn promise_5_the_cursor_stands_where_the_rows_end() {
    let (relay, desk) = (StubRelay::start().await, desk());
    relay.shelf().page = 2;
    for number in 0..5 {
        relay.push(&record(number));
    }
    relay.behave(Manner::IllAfter(4));

    let failed = desk.sync.once(&relay.seat(), Reading::New).await;

    assert!(matches!(failed, Err(SyncError::Relay(_))));
    assert_eq!(desk.log().len(), 4);
    // Another process finds the same: what it reads next is what the rows lack.
    let path = desk.folder.path().join("bohao.db");
    let key = relay.seat().key;
    let cursor = Store::open(path, NOW)
        .expect("opens")
        .store
        .read_blocking(move |db| db.cursors().get(&key))
        .expect("read");
    assert_eq!(cursor.cursor, 4);
    relay.behave(Manner::Honest);
    let report = desk
        .sync
        .once(&relay.seat(), Reading::New)
        .await
        .expect("drained");
    assert_eq!((report.received, report.new), (1, 1));
}

#[tokio::test]
async fn what_can_not_be_stored_leaves_the_cursor_and_comes_again() {
    let (relay, mut desk) = (StubRelay::start().await, desk());
    let other = Store::open(desk.folder.path().join("bohao.db"), NOW)
        .expect("opens")
        .store;
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (holding, holds) = tokio::sync::oneshot::channel();
    let holder = std::thread::spawn(move || {
        other.write_blocking(|_| {
            let _ = holding.send(());
            let _ = held.recv();
            Ok(())
        })
    });
    holds.await.expect("it holds");
    let (stop, running) = desk.run(&relay);
    relay.push(&record(1));

    let state = desk.until(|state| state.trouble.is_some()).await;
    assert_eq!(
        (state.phase, state.trouble),
        (Retrying, Some(SyncTrouble::CannotStore))
    );
    let key = relay.seat().key;
    let cursor = desk
        .store
        .read(move |db| db.cursors().get(&key))
        .await
        .expect("read");
    assert_eq!(cursor.cursor, 0);
    assert!(desk.log().is_empty());

    drop(release);
    holder.join().expect("no panic").expect("committed");
    desk.until_calls(1).await;
    desk.until(|state| state.phase == Live && state.trouble.is_none())
        .await;
    stop.cancel();
    running.await.expect("no panic");
}

#[tokio::test]
async fn a_relay_that_was_reset_is_read_from_its_beginning() {
    let (relay, desk) = (StubRelay::start().await, desk());
    for number in 0..5 {
        relay.push(&record(number));
    }
    desk.sync
        .once(&relay.seat(), Reading::New)
        .await
        .expect("drained");
    {
        let mut shelf = relay.shelf();
        shelf.records.clear();
        shelf.head = 0;
    }
    relay.push(&record(7));
    relay.push(&record(8));

    let report = desk
        .sync
        .once(&relay.seat(), Reading::New)
        .await
        .expect("drained");

    assert_eq!((report.received, report.new, report.cursor), (2, 2, 2));
    assert_eq!(desk.log().len(), 7);
}

#[tokio::test]
async fn a_relay_that_gave_out_numbers_twice_is_noticed_at_the_next_start() {
    let (relay, mut desk) = (StubRelay::start().await, desk());
    for number in 0..5 {
        relay.push(&record(number));
    }
    desk.sync
        .once(&relay.seat(), Reading::New)
        .await
        .expect("drained");
    {
        let mut shelf = relay.shelf();
        shelf.records.truncate(3);
        shelf.head = 3;
    }
    for number in 10..13 {
        relay.push(&record(number));
    }

    let (stop, running) = desk.run(&relay);
    desk.until_calls(8).await;
    stop.cancel();
    running.await.expect("no panic");
}

#[tokio::test]
async fn a_relay_that_forgets_again_and_again_ends_the_reading() {
    let (relay, mut desk) = (StubRelay::start().await, desk());
    for number in 0..3 {
        relay.push(&record(number));
    }
    desk.sync
        .once(&relay.seat(), Reading::New)
        .await
        .expect("drained");
    relay.behave(Manner::Forgetful);

    let failed = desk.sync.once(&relay.seat(), Reading::New).await;

    assert!(matches!(
        failed,
        Err(SyncError::Relay(RelayError::Unexpected(
            UnexpectedAnswer::Cursor
        )))
    ));
    let (stop, running) = desk.run(&relay);
    let state = desk.until(|state| state.trouble.is_some()).await;
    assert_eq!(
        (state.phase, state.trouble),
        (Retrying, Some(SyncTrouble::NotARelay))
    );
    assert_eq!(desk.log().len(), 3);
    stop.cancel();
    running.await.expect("no panic");
}

#[tokio::test]
async fn records_that_the_relay_dropped_unseen_are_noted_until_all_is_read_again() {
    let (relay, mut desk) = (StubRelay::start().await, desk());
    for number in 0..5 {
        relay.push(&record(number));
    }
    relay.shelf().records.drain(..2);
    let first = desk
        .sync
        .once(&relay.seat(), Reading::New)
        .await
        .expect("drained");
    assert_eq!(first.received, 3, "a new desk has missed nothing");
    for number in 5..9 {
        relay.push(&record(number));
    }
    relay.shelf().records.drain(..5);

    let (stop, running) = desk.run(&relay);
    let state = desk.until(|state| state.trouble.is_some()).await;
    assert_eq!(
        (state.phase, state.trouble),
        (Live, Some(SyncTrouble::Missed))
    );
    desk.until_calls(5).await;
    desk.sync
        .once(&relay.seat(), Reading::All)
        .await
        .expect("drained");
    assert_eq!(desk.sync.state().trouble, None);
    stop.cancel();
    running.await.expect("no panic");
}

#[tokio::test]
async fn a_record_that_comes_while_it_waits_is_in_the_log_at_once() {
    let (relay, mut desk) = (StubRelay::start().await, desk());
    let (stop, running) = desk.run(&relay);
    desk.until(|state| state.phase == Live && state.synced_at == Some(NOW))
        .await;

    relay.push(&record(1));
    desk.until_calls(1).await;
    relay.push(&record(2));
    desk.until_calls(2).await;

    // It stops in the middle of a poll that the relay would hold for a minute.
    stop.cancel();
    tokio::time::timeout(PATIENCE / 2, running)
        .await
        .expect("it does not wait for the relay")
        .expect("no panic");
    assert_eq!(desk.sync.state().phase, Off);
}

#[rstest]
#[case::refused(Manner::Refusing, Refused, SyncTrouble::TokenRefused)]
#[case::captive(Manner::WebPage, Retrying, SyncTrouble::NotARelay)]
#[case::ill(Manner::IllAfter(0), Retrying, SyncTrouble::RelayIll)]
#[tokio::test]
async fn promise_12_trouble_is_shown_and_ends_by_itself(
    #[case] manner: Manner,
    #[case] phase: SyncPhase,
    #[case] trouble: SyncTrouble,
) {
    let (relay, mut desk) = (StubRelay::start().await, desk());
    relay.push(&record(1));
    relay.behave(manner);
    let (stop, running) = desk.run(&relay);

    let state = desk.until(|state| state.trouble.is_some()).await;
    assert_eq!((state.phase, state.trouble), (phase, Some(trouble)));

    relay.behave(Manner::Honest);
    desk.until(|state| state.phase == Live && state.trouble.is_none())
        .await;
    assert_eq!(desk.log().len(), 1);
    stop.cancel();
    running.await.expect("no panic");
}

#[tokio::test]
async fn promise_12_no_relay_at_all_is_a_state_and_no_error() {
    let mut relay = StubRelay::start().await;
    let mut desk = desk();
    // Bound, so that nobody else gets the port, and not listening.
    let nobody = tokio::net::TcpSocket::new_v4().expect("a socket");
    let any = "127.0.0.1:0".parse().expect("an address");
    nobody.bind(any).expect("a port");
    relay.url = format!("http://{}", nobody.local_addr().expect("an address"));

    let (stop, running) = desk.run(&relay);
    let state = desk.until(|state| state.trouble.is_some()).await;
    assert_eq!(
        (state.phase, state.trouble),
        (Retrying, Some(SyncTrouble::Unreachable))
    );
    stop.cancel();
    running.await.expect("no panic");
}

#[tokio::test]
async fn a_relay_that_does_not_hold_polls_is_not_asked_in_a_whirl() {
    let hour = Duration::from_secs(3_600);
    let relay = StubRelay::start().await;
    let mut desk = desk_at(Pace {
        first: hour,
        longest: hour,
        refused: hour,
    });
    relay.behave(Manner::Hasty);

    let (stop, running) = desk.run(&relay);
    desk.until(|state| state.phase == Live).await;
    // Were it asked without a pause, hundreds of questions would come in this time.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(relay.shelf().asked.len() <= 2);

    // A user who asks for a sync does not wait for the hour.
    let woken = async {
        while relay.shelf().asked.len() < 4 {
            desk.sync.wake();
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, woken)
        .await
        .expect("it wakes");
    stop.cancel();
    running.await.expect("no panic");
}

#[tokio::test]
async fn two_seats_have_two_cursors_and_no_secret_lies_in_either() {
    let token = || SecretString::from("bhr_read");
    let key = |url: &str, token: SecretString| Seat::new(url, token).expect("fine").key;
    let one = key("https://relay.example.com", token());
    assert_eq!(one, key("https://relay.example.com/", token()));
    assert_ne!(one, key("https://relay.example.org", token()));
    assert_ne!(
        one,
        key("https://relay.example.com", SecretString::from("bhr_else"))
    );
    assert_eq!(one.len(), 64);
}
